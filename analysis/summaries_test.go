package analysis

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

// framework is summaries.csv as a spreadsheet in many countries writes it, with a column of the researcher's own.
const framework = "case;mine;about;summary\r\n" +
	"participant:P1;x;theme:late;\"Puts it \"\"away\"\";\r\nand sleeps.\"\r\n" +
	"\r\n" +
	"participant:P2;;theme:late;\r\n" +
	";;theme:late;All of them\r\n" +
	"participant:P1;y;;Åse"

func summariesStudy(t testing.TB, src []byte) *Study {
	return walkStudy(t, map[string]string{"summaries.csv": string(src), "participants.csv": "id,age\nP1,30\nP2,40\n"})
}

func TestSummariesAreRead(t *testing.T) {
	s := summariesStudy(t, []byte(framework))
	want := []Summary{{"theme:late", "participant:P1", "Puts it \"away\";\nand sleeps.", 2}, {"theme:late", "participant:P2", "", 5},
		{"theme:late", "", "All of them", 6}, {"", "participant:P1", "Åse", 7}}
	if got := s.Summaries(); !slices.Equal(got, want) || len(s.Found) > 0 {
		t.Errorf("read %+v, %+v", got, s.Found)
	}
	written := s.Summarised()
	if text, row := written("theme:Late", "participant:p2"); text != "" || !row {
		t.Errorf("an empty row reads %q, %t", text, row)
	}
	if _, row := written("theme:monday", "participant:P2"); row {
		t.Error("there is a row that there is not")
	}
}

// What goes into summaries.csv changes that and nothing else, in every encoding.
func TestTakingSummariesKeepsAllElse(t *testing.T) {
	encodings := map[string]func(string) ([]byte, error){
		"UTF-8":        func(s string) ([]byte, error) { return []byte(s), nil },
		"UTF-8, BOM":   func(s string) ([]byte, error) { return []byte("\ufeff" + s), nil },
		"windows-1252": func(s string) ([]byte, error) { return charmap.Windows1252.NewEncoder().Bytes([]byte(s)) },
		"UTF-16": func(s string) ([]byte, error) {
			return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
		},
		"UTF-16, big": func(s string) ([]byte, error) {
			return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
		},
	}
	for name, encode := range encodings {
		src, err := encode(framework)
		if err != nil {
			t.Fatal(err)
		}
		s := summariesStudy(t, src)
		taken, err := s.TakeSummaries("anna", []Summary{
			{About: "theme:late", Case: "participant:P1", Text: "Something else"},
			{About: "theme:late", Case: "participant:P2", Text: "Answers, always; \"she\" rings."},
			{About: "theme:late", Text: "All of them"},
			{About: "theme:monday", Case: "participant:P1"},
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if taken.Added != 1 || taken.Filled != 1 || taken.Same != 1 || len(taken.Differ) != 1 || taken.Differ[0].Text != "Something else" {
			t.Errorf("%s: %+v", name, taken)
		}
		want, err := encode(strings.Replace(framework, "participant:P2;;theme:late;\r\n", "participant:P2;;theme:late;\"Answers, always; \"\"she\"\" rings.\"\r\n", 1) +
			"\r\nparticipant:P1;;theme:monday;\r\n")
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(s.Path("summaries.csv"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: wrote\n%q\nwant\n%q", name, got, want)
		}
	}
	s := summariesStudy(t, []byte("about;case;summary\ntheme:late;participant:P1;\xe5\n"))
	if _, err := s.TakeSummaries("anna", []Summary{{About: "theme:monday", Text: "日本"}}); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("a character that the encoding lacks: %v", err)
	}
}

func TestFirstSummaryMakesTheFile(t *testing.T) {
	s := walkStudy(t, nil)
	if _, err := s.TakeSummaries("anna", []Summary{{About: "theme:late", Case: "transcript:P", Text: "Late, \"always\""}}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(s.Path("summaries.csv"))
	if want := "about,case,summary\ntheme:late,transcript:P,\"Late, \"\"always\"\"\"\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := s.Undo(""); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.Path("summaries.csv")); err == nil {
		t.Error("undo left the file")
	}
}

// A summary that a colleague sent is no formula in a spreadsheet that opens summaries.csv, and reads as it was sent.
func TestSummaryIsNoFormula(t *testing.T) {
	s := walkStudy(t, nil)
	hostile := "=cmd|' /C calc'!A0\n- and;=1+1"
	if _, err := s.TakeSummaries("anna", []Summary{{About: "theme:late", Case: "transcript:P", Text: hostile}}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(s.Path("summaries.csv"))
	if want := "\"'=cmd|' /C calc'!A0\n\u00ad- and;\u00ad=1+1\""; err != nil || !strings.Contains(string(got), want) {
		t.Errorf("%q, %v", got, err)
	}
	if read := s.Summaries(); len(read) != 1 || read[0].Text != hostile {
		t.Errorf("reads %v", read)
	}
}

// What goes in comes out, and what was there stays: in any order, any number of times.
func TestSummariesRoundTrip(t *testing.T) {
	dir := walkStudy(t, nil).Dir
	file := dir + "/summaries.csv"
	rapid.Check(t, func(rt *rapid.T) {
		os.Remove(file)
		s := reopen(t, dir)
		defer s.Close()
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab ,;\t\"'\n=+-@æ日")))
		given := map[string]string{}
		for range rapid.IntRange(1, 4).Draw(rt, "batches") {
			var batch []Summary
			for range rapid.IntRange(0, 4).Draw(rt, "rows") {
				g := Summary{About: rapid.SampledFrom([]string{"theme:late", "code:tired"}).Draw(rt, "about"),
					Case: rapid.SampledFrom([]string{"", "participant:P1", "transcript:P"}).Draw(rt, "case"), Text: strings.TrimSpace(text.Draw(rt, "text"))}
				batch = append(batch, g)
				if key := fmt.Sprint(g.About, g.Case); given[key] == "" {
					given[key] = g.Text
				}
			}
			if _, err := s.TakeSummaries("anna", batch); err != nil {
				rt.Fatal(err)
			}
		}
		read := s.Summaries()
		if err := s.Err(); err != nil || len(read) != len(given) {
			rt.Fatalf("%d rows of %d: %v", len(read), len(given), err)
		}
		for _, r := range read {
			if want := given[fmt.Sprint(r.About, r.Case)]; r.Text != want {
				rt.Fatalf("%s %s reads %q, want %q", r.About, r.Case, r.Text, want)
			}
		}
	})
}

func TestSummaryFaults(t *testing.T) {
	s := summariesStudy(t, []byte("about,case,summary\ntheme:late,participant:P9,a\ntheme:latte,wave:1,b\nlate,transcript:P,c\n,,d\ntheme:Late,Participant:P9,e\na,b,c,d\ntheme:late,speaker:someone,f\ntheme:late,age:30,g\n"))
	s.Summaries()
	s.Found.Sort()
	var got []string
	for _, f := range s.Found {
		got = append(got, fmt.Sprintf("%d %s: %s", f.Pos.Line, f.Rule, f.Message))
	}
	want := []string{
		"2 study/dangling-summary: the study has no participant P9",
		"3 study/dangling-summary: the study has no theme latte",
		"3 study/dangling-summary: wave:1 is no case",
		"4 study/dangling-summary: late is neither a code nor a theme",
		"5 study/summaries: is about nothing: both about and case are empty",
		"6 study/summaries: theme:Late Participant:P9 stands twice, first on line 2",
		"7 study/summaries: has 4 cells; the header has 3",
		"8 study/dangling-summary: speaker:someone is no case",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for src, want := range map[string]string{
		"about,case\n":                    "has no column called summary",
		"":                                "the columns about, case and summary are missing",
		"about,case,summary\n\"a,b,c\n":   "not a table",
		"about,case,summary\x00\na,b,c\n": "cannot be read as text",
	} {
		_, found := parseSummaries("summaries.csv", []byte(src))
		if len(found) != 1 || !strings.Contains(found[0].Message, want) {
			t.Errorf("%q: %+v, want %s", src, found, want)
		}
	}
}

func FuzzParseSummaries(f *testing.F) {
	f.Add([]byte(framework))
	f.Add([]byte("about,case,summary\n\"a\nb\",,\n\n,x,\"\"\n"))
	f.Add([]byte("\xff\xfea\x00"))
	f.Fuzz(func(t *testing.T, src []byte) {
		table, found := parseSummaries("f", src)
		if found.Err() != nil {
			return
		}
		at := 0
		for _, row := range table.rows {
			if row.start < at || row.end <= row.start || row.end > len(table.text) {
				t.Fatalf("a row from %d to %d of %d, after %d", row.start, row.end, len(table.text), at)
			}
			at = row.end
		}
		out, err := table.bytes()
		again, _ := parseSummaries("f", out)
		if err != nil || again.text != table.text {
			t.Fatalf("%q written again is %q, %v", src, out, err)
		}
	})
}
