package analysis

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

// makeStudy writes a study's files into a new folder and opens it.
func makeStudy(t testing.TB, files map[string]string) *Study {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return reopen(t, dir)
}

func reopen(t testing.TB, dir string) *Study {
	t.Helper()
	s, err := Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// scanFinder answers rules by reading every transcript: the plain way that the index must agree with.
func scanFinder(s *Study) Finder {
	return func(ctx context.Context, q *query.Query, o query.Options, scope query.Scope) ([]query.Hit, error) {
		transcripts, err := s.Transcripts(ctx, nil)
		if err != nil {
			return nil, err
		}
		var hits []query.Hit
		for _, t := range transcripts {
			hits = append(hits, query.Scan(q, t, o, scope)...)
		}
		return hits, nil
	}
}

// codingLine makes a line of codings for the nth occurrence (from 0) of quote in a transcript's file.
func codingLine(t testing.TB, file, id, code, quote string, nth int, rest string) string {
	t.Helper()
	tr, found := transcript.Parse("T", "T", []byte(file))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	at := -1
	for range nth + 1 {
		next := strings.Index(tr.Text[at+1:], quote)
		if next < 0 {
			t.Fatalf("%q does not stand %d times in the transcript", quote, nth+1)
		}
		at += next + 1
	}
	a := tr.AnchorAt(transcript.Span{Start: at, End: at + len(quote)})
	c := Coding{ID: id, Code: code, Start: a.Start, End: a.End, Quote: a.Quote, Before: a.Before, After: a.After, Text: tr.Hash, Made: "2025-01-01T00:00:00Z"}
	line := strings.TrimSuffix(string(c.appendLine(nil)), "}\n")
	return line + rest + "}\n"
}

const walk = `---
speakers: {I: interviewer, Kari: P1, Ola: P2}
---
I: What do you do when it gets late?

Kari: I switch the phone off. I put it in the drawer, under the tea towels.

Ola: I never do that. She rings, I answer, that is how it is.

Kari: And then you are tired on Monday.
`

const walkBook = `codes:
  - id: boundaries
    match: ["phone OR ring*"]
    codes:
      - {id: drawer, name: The drawer}
  - {id: tired}
  - {id: lonely}
themes:
  - id: late
    concept: The evening belongs to somebody.
    codes: [boundaries]
    excerpts:
      - {transcript: P, quote: "I switch the phone off. [...] under the tea towels."}
    themes:
      - {id: monday, codes: [tired]}
`

func walkStudy(t testing.TB, codings map[string]string) *Study {
	files := map[string]string{"study.yaml": "tema: 1\nlanguage: en\n", "codebook.yaml": walkBook, "transcripts/P.txt": walk}
	maps.Copy(files, codings)
	return makeStudy(t, files)
}

func TestEvidenceCountsEachPassageOnce(t *testing.T) {
	s := walkStudy(t, map[string]string{
		"codings/anna/P.jsonl": codingLine(t, walk, "a1", "boundaries", "I switch the phone off.", 0, "") +
			codingLine(t, walk, "a2", "drawer", "phone off. I put it in the drawer", 0, "") +
			codingLine(t, walk, "a3", "tired", "how it is.\n\nKari: And then you are tired", 0, ""),
		"codings/per/P.jsonl": codingLine(t, walk, "p1", "boundaries", "She rings, I answer", 0, ""),
	})
	e, err := s.Evidence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what      string
		got, want Counts
	}{
		{"boundaries, own", e.Code(s.Book.Code("boundaries")).Own.Counts, Counts{2, 2, 2, 2, 1}},
		{"boundaries, total: two overlapping codings are one passage", e.Code(s.Book.Code("boundaries")).Total.Counts, Counts{3, 2, 2, 2, 1}},
		{"tired: a passage across turns counts for both who speak", e.Code(s.Book.Code("tired")).Own.Counts, Counts{1, 1, 2, 2, 1}},
		{"late, own", e.Theme(s.Book.Theme("late")).Own.Counts, Counts{3, 2, 2, 2, 1}},
		{"late with its sub-theme", e.Theme(s.Book.Theme("late")).Total.Counts, Counts{4, 3, 3, 2, 1}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", c.what, c.got, c.want)
		}
	}
	if q := e.Theme(s.Book.Theme("late")).Excerpts[0]; !q.Holds() || !slices.Equal(q.Participants, []string{"P1"}) {
		t.Errorf("excerpt: holds %t, participants %v", q.Holds(), q.Participants)
	}
	if e.Sample.Participants != 2 || e.Sample.Turns != 4 || e.Sample.Transcripts != 1 {
		t.Errorf("sample: %+v", e.Sample)
	}
	var bare []string
	for _, c := range s.CodesWithoutTheme() {
		bare = append(bare, c.ID)
	}
	if !slices.Equal(bare, []string{"lonely"}) {
		t.Errorf("codes in no theme: %v", bare)
	}
}

// What rules propose is not a person's coding, whatever becomes of it (promise 7).
func TestCandidatesAreNeverAPersonsCoding(t *testing.T) {
	s := walkStudy(t, nil)
	if _, changed, err := s.Apply(t.Context(), scanFinder(s), nil); err != nil || !changed {
		t.Fatalf("apply: changed %t, %v", changed, err)
	}
	s = reopen(t, s.Dir)
	e, err := s.Evidence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := e.Code(s.Book.Code("boundaries"))
	if b.Total.Codings != 0 || b.Proposed.Codings != 2 || e.Origin.Unread != 2 {
		t.Errorf("coded %d, proposed %d, unread %d; want 0, 2, 2", b.Total.Codings, b.Proposed.Codings, e.Origin.Unread)
	}
	if e.Theme(s.Book.Theme("late")).Total.Codings != 0 {
		t.Error("a theme counts what rules propose")
	}

	if s.RulesState() != Fresh {
		t.Errorf("rules are not fresh after apply: %v", s.RulesState())
	}
	// A second run changes nothing.
	if _, changed, err := s.Apply(t.Context(), scanFinder(s), nil); err != nil || changed {
		t.Errorf("second apply: changed %t, %v", changed, err)
	}
}

func TestDecisionsStay(t *testing.T) {
	for status, want := range map[string]struct{ coded, unread, rejected int }{
		"":                     {1, 1, 0},
		`,"status":"rejected"`: {0, 1, 1},
		`,"via":"rule"`:        {1, 1, 0},
		`,"status":"removed"`:  {0, 2, 0},
	} {
		line := codingLine(t, walk, "a1", "boundaries", "switch the phone", 0, status)
		s := walkStudy(t, map[string]string{"codings/anna/P.jsonl": line})
		if _, _, err := s.Apply(t.Context(), scanFinder(s), nil); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s.Dir)
		e, err := s.Evidence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := struct{ coded, unread, rejected int }{e.Code(s.Book.Code("boundaries")).Own.Codings, e.Origin.Unread, e.Origin.Rejected}
		if got != want {
			t.Errorf("%q: %+v, want %+v", status, got, want)
		}
		after, err := os.ReadFile(s.Path("codings/anna/P.jsonl"))
		if err != nil || string(after) != line {
			t.Errorf("%q: apply touched a coder's file", status)
		}
	}
}

// Each way in which a coding came about is counted apart (promise 7).
func TestOriginTellsTheWays(t *testing.T) {
	for via, want := range map[string]Origin{
		"":                         {ByPerson: 1},
		`,"via":"rule"`:            {FromRule: 1},
		`,"via":"search"`:          {BySearch: 1},
		`,"via":"import:a.sqlite"`: {Imported: 1},
	} {
		s := walkStudy(t, map[string]string{"codings/anna/P.jsonl": codingLine(t, walk, "a1", "boundaries", "switch the phone", 0, via)})
		e, err := s.Evidence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := Origin{ByPerson: e.Origin.ByPerson, FromRule: e.Origin.FromRule, BySearch: e.Origin.BySearch, Imported: e.Origin.Imported}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: %+v, want %+v", via, got, want)
		}
	}
}

func TestAcceptedRuleIsCountedAsByRule(t *testing.T) {
	s := makeStudy(t, map[string]string{"study.yaml": "tema: 1\nlanguage: en\n", "transcripts/P.txt": walk,
		"codebook.yaml": "codes:\n  - {id: phone, match: [phone], accept: true}\nthemes:\n  - {id: late, codes: [phone]}\n"})
	if _, _, err := s.Apply(t.Context(), scanFinder(s), nil); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s.Dir)
	e, err := s.Evidence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	th := e.Theme(s.Book.Theme("late"))
	if th.Total.Codings != 0 || th.ByRule.Codings != 1 || th.Proposed.Codings != 0 || e.Origin.ByRule != 1 {
		t.Errorf("coded %d, by rule %d, proposed %d", th.Total.Codings, th.ByRule.Codings, th.Proposed.Codings)
	}
}

func TestWhatCannotBeCountedIsListed(t *testing.T) {
	lost := strings.Replace(codingLine(t, walk, "a2", "tired", "tired on Monday", 0, ""), "tired on Monday", "happy on Sunday", 1)
	lost = strings.Replace(lost, `"text":"`, `"text":"0`, 1) // another text's hash
	outside := strings.Replace(codingLine(t, walk, "a3", "tired", "tired on Monday", 0, ""), `"end":`, `"end":9`, 1)
	s := walkStudy(t, map[string]string{
		"codings/anna/P.jsonl": codingLine(t, walk, "a1", "nowhere", "the drawer", 0, "") + lost + outside,
		"codings/anna/Q.jsonl": codingLine(t, walk, "a4", "tired", "tired", 0, ""),
		"codings/per/P.jsonl":  codingLine(t, walk, "p1", "tired", "tired", 0, "") + codingLine(t, walk, "p1", "tired", "tired", 0, "") + "{\n",
	})
	if _, err := s.Evidence(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Found.Sort()
	var got []string
	for _, f := range s.Found {
		got = append(got, fmt.Sprintf("%s:%d %s", f.File, f.Pos.Line, f.Rule))
	}
	want := []string{
		"codings/anna/P.jsonl:1 coding/unknown-code",
		"codings/anna/P.jsonl:2 coding/lost",
		"codings/anna/P.jsonl:3 coding/invalid",
		"codings/anna/Q.jsonl:0 coding/no-transcript",
		"codings/per/P.jsonl:2 coding/duplicate-id",
		"codings/per/P.jsonl:3 coding/syntax",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestCodersWhoCount(t *testing.T) {
	files := func(extra string) map[string]string {
		return map[string]string{
			"study.yaml":                "tema: 1\n" + extra,
			"codings/anna/P.jsonl":      codingLine(t, walk, "a1", "tired", "tired", 0, ""),
			"codings/per/P.jsonl":       codingLine(t, walk, "p1", "tired", "late", 0, ""),
			"codings/consensus/P.jsonl": codingLine(t, walk, "c1", "tired", "tea", 0, ""),
		}
	}
	for extra, want := range map[string][]string{"": {"consensus"}, "report: {coders: [anna, per]}\n": {"anna", "per"}, "report: {coders: [per]}\n": {"per"}} {
		s := walkStudy(t, files(extra))
		e, err := s.Evidence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Sorted(maps.Keys(e.Origin.Coders)); !slices.Equal(got, want) {
			t.Errorf("%q: counted %v, want %v", extra, got, want)
		}
	}
}

// Merging passages agrees with a count that looks at every byte.
func TestTierAgreesWithBytes(t *testing.T) {
	s := walkStudy(t, nil)
	e, err := s.Evidence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tr := s.Transcript("P")
	rapid.Check(t, func(rt *rapid.T) {
		var codings []*Placed
		covered := make([]int, len(tr.Text)+1) // how many codings hold both bytes i-1 and i
		inside := make([]bool, len(tr.Text))
		for i := range rapid.IntRange(0, 12).Draw(rt, "codings") {
			start := rapid.IntRange(0, len(tr.Text)-1).Draw(rt, "start")
			end := min(len(tr.Text), start+rapid.IntRange(1, 60).Draw(rt, "length"))
			codings = append(codings, &Placed{Coding: &Coding{ID: fmt.Sprint(i), Transcript: "P"}, Span: transcript.Span{Start: start, End: end}, order: 1})
			for b := start; b < end; b++ {
				inside[b] = true
				if b > start {
					covered[b]++
				}
			}
		}
		passages := 0
		for b := range tr.Text {
			if inside[b] && (b == 0 || !inside[b-1] || covered[b] == 0) {
				passages++
			}
		}
		people := map[string]bool{}
		for _, turn := range tr.Turns {
			for b := turn.Speech.Start; b < turn.Speech.End; b++ {
				if inside[b] && turn.Participant() {
					people[turn.Is] = true
				}
			}
		}
		got := Tier{codings: s.inOrder(codings)}
		e.count(s, &got)
		if got.Counts.Passages != passages || got.Counts.Participants != len(people) || got.Counts.Codings != len(codings) {
			rt.Fatalf("%+v; by bytes %d passages, %d participants", got.Counts, passages, len(people))
		}
	})
}

// A file of codings that tema wrote reads back the same, unknown keys too, and writing it again gives the same bytes.
func TestCodingsRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var list []*Coding
		for i := range rapid.IntRange(0, 6).Draw(rt, "n") {
			text := rapid.StringMatching(`[a-zæøå <>&"\\\x{2028}\n😀-]{0,20}`)
			c := &Coding{ID: fmt.Sprintf("id%d", i), Code: "c", Start: rapid.IntRange(0, 50).Draw(rt, "start"), Quote: text.Draw(rt, "quote"),
				Before: text.Draw(rt, "before"), After: text.Draw(rt, "after"), Text: "0123456789ab", Made: "2025-01-01T00:00:00Z",
				Memo: text.Draw(rt, "memo"), Condensed: text.Draw(rt, "condensed")}
			c.End = c.Start + 1
			switch rapid.IntRange(0, 3).Draw(rt, "kind") {
			case 0:
				c.Status = Rejected
			case 1:
				*c = Coding{ID: c.ID, Status: Removed, Changed: "2025-01-02T00:00:00Z"}
			case 2:
				c.extra = []byte(`,"weight":3,"own":{"a":[1,2]}`)
			}
			list = append(list, c)
		}
		first := encodeCodings(list)
		var found diag.List
		read := parseCodings("anna", "P", "f", first, &found)
		if len(found) > 0 || len(read) != len(list) {
			rt.Fatalf("read %d of %d: %+v\n%s", len(read), len(list), found, first)
		}
		if again := encodeCodings(read); !bytes.Equal(first, again) {
			rt.Fatalf("written\n%s\nand again\n%s", first, again)
		}
		if bytes.Contains(first, []byte(`\u003c`)) {
			rt.Fatal("HTML escapes in a file of codings")
		}
	})
}

func FuzzParseCodings(f *testing.F) {
	f.Add([]byte(`{"id":"a","code":"c","start":0,"end":3,"quote":"x","before":"","after":"","text":"","made":""}`))
	f.Add([]byte(`{"id":"a","status":"removed","changed":"now"}` + "\n{}\n<<<<<<< HEAD\n"))
	f.Add([]byte(`{"id":"a","code":"c","start":-1,"end":99999999999999999999}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		var found diag.List
		for _, c := range parseCodings("anna", "P", "f", src, &found) {
			if c.ID == "" || c.Status != Removed && (c.Start < 0 || c.End <= c.Start) {
				t.Errorf("read an unusable coding: %+v", c)
			}
		}
		for _, f := range found {
			if f.Pos.Line < 1 || f.Pos.Line > bytes.Count(src, []byte("\n"))+1 {
				t.Errorf("finding outside the file: %+v", f)
			}
		}
	})
}

func TestNatural(t *testing.T) {
	ids := []string{"I10", "i2", "I02", "FG1", "I2", "P1b", "P1a", "æ", "z", "I1", "P"}
	slices.SortFunc(ids, Natural)
	if got, want := strings.Join(ids, " "), "FG1 I1 I02 I2 i2 I10 P P1a P1b z æ"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.StringMatching(`[A-Ca-c0-9]{0,5}`)
		a, b, c := s.Draw(rt, "a"), s.Draw(rt, "b"), s.Draw(rt, "c")
		if Natural(a, b) != -Natural(b, a) || (Natural(a, b) == 0) != (a == b) {
			rt.Fatalf("%q and %q: %d, %d", a, b, Natural(a, b), Natural(b, a))
		}
		if Natural(a, b) <= 0 && Natural(b, c) <= 0 && Natural(a, c) > 0 {
			rt.Fatalf("%q <= %q <= %q, and yet %q > %q", a, b, c, a, c)
		}
	})
}

func TestParticipantsAsSpreadsheetsWriteThem(t *testing.T) {
	for name, src := range map[string]string{
		"comma":        "id,age,role\nP1,40-49,nurse\n",
		"semicolon":    "id;age;role\r\nP1;40-49;nurse\r\n",
		"tab and BOM":  "\ufeffid\tage\trole\nP1\t40-49\tnurse\n",
		"windows-1252": "id;age;role;by\xe5r\nP1;40-49;nurse;caf\xe9\n",
		"UTF-16":       "\xff\xfei\x00d\x00,\x00a\x00g\x00e\x00,\x00r\x00o\x00l\x00e\x00\n\x00P\x001\x00,\x004\x000\x00-\x004\x009\x00,\x00n\x00u\x00r\x00s\x00e\x00",
		"blank lines":  "id,age,role\n\nP1, 40-49 ,nurse\n,,\n",
	} {
		var found diag.List
		p := parseParticipants("participants.csv", []byte(src), &found)
		if len(found) > 0 || len(p.Rows) != 1 || p.Row("p1") == nil || p.Row("P1").Values[0] != "40-49" || p.Row("P1").Values[1] != "nurse" {
			t.Errorf("%s: %+v %+v", name, p, found)
		}
	}
	var found diag.List
	parseParticipants("participants.csv", []byte("id,age,Age,code\nP1,4\np1,5\ninterviewer,3\n_x,1\nP2,1,2,3,4\n"), &found)
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprintf("%d:%s", f.Pos.Line, f.Message))
	}
	want := []string{"1:column Age stands twice", "1:column code: tema keeps that name for itself", "3:participant p1 stands twice, first on line 2",
		"4:interviewer is not a participant's id: tema keeps that name for itself", `5:id "_x" begins with _, which tema keeps for itself`, "6:row P2 has 5 cells; the header has 4"}
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func FuzzParticipants(f *testing.F) {
	f.Add([]byte("id,age\nP1,3\n"))
	f.Add([]byte("id;\"a\nb\"\nP1;\"\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		var found diag.List
		p := parseParticipants("f", src, &found)
		for _, r := range p.Rows {
			if len(r.Values) != len(p.Attributes) || p.Row(r.ID) != r {
				t.Errorf("row %+v", r)
			}
		}
	})
}

// A write that fails half way leaves every file as it was (promise 3).
func TestWriteIsAllOrNothing(t *testing.T) {
	s := walkStudy(t, nil)
	before, err := os.ReadFile(s.Path("transcripts/P.txt"))
	if err != nil {
		t.Fatal(err)
	}
	// "transcripts/P.txt/x" cannot be written: P.txt is a file. It comes after a file that could be.
	_, err = s.write(map[string][]byte{"transcripts/P.txt": []byte("new"), "transcripts/P.txt/x": []byte("never")})
	if err == nil {
		t.Fatal("an impossible write succeeded")
	}
	after, _ := os.ReadFile(s.Path("transcripts/P.txt"))
	if !bytes.Equal(before, after) {
		t.Error("the first file of a failed write was replaced")
	}
	left, _ := filepath.Glob(filepath.Join(s.Dir, "transcripts", ".*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestLockSweepsWhatAKilledProcessLeft(t *testing.T) {
	s := walkStudy(t, nil)
	half := s.Path("transcripts/.Q.txt" + tempSuffix)
	if err := os.WriteFile(half, []byte("half"), 0o666); err != nil {
		t.Fatal(err)
	}
	unlock, err := s.lock()
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if _, err := os.Stat(half); err == nil {
		t.Error("a half written file is still there")
	}
	if s = reopen(t, s.Dir); len(s.TranscriptIDs()) != 1 {
		t.Errorf("transcripts: %v", s.TranscriptIDs())
	}
}

func TestAttribution(t *testing.T) {
	s := makeStudy(t, map[string]string{"study.yaml": "tema: 1\nreport: {attribution: \"{id}, {age}, {role}, {setting}, {town}\", show: [age, Role, setting], small_cells: 1}\n",
		"participants.csv": "id,age,role,town\nP1,,nurse,Vik\n", "transcripts/P.txt": strings.Replace(walk, "---\nI:", "attributes: {setting: at home}\n---\nI:", 1)})
	if got, want := s.Disclosure().Attribution(s.Transcript("P"), "P1"), "P1, nurse, at home"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// The schema of study.yaml and its reader know the same keys.
func TestStudySchemaKnowsWhatIsRead(t *testing.T) {
	src, _ := codebook.Schema("study")
	var schema struct {
		Properties map[string]struct{ Properties map[string]any }
	}
	if err := json.Unmarshal(src, &schema); err != nil {
		t.Fatal(err)
	}
	unknown := func(yaml string) bool {
		var found diag.List
		parseConfig("study.yaml", []byte(yaml), &found)
		return slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Rule == "study/unknown-key" })
	}
	for key, value := range schema.Properties {
		if unknown(key + ": x\n") {
			t.Errorf("the schema has %s, which is not read", key)
		}
		for inner := range value.Properties {
			if unknown(key + ": {" + inner + ": x}\n") {
				t.Errorf("the schema has %s.%s, which is not read", key, inner)
			}
		}
	}
	known := strings.Fields("tema title question approach language coder report check")
	if got := slices.Sorted(maps.Keys(schema.Properties)); len(got) != len(known) {
		t.Errorf("the schema has %v, read are %v", got, known)
	}
}

func TestConfigFaultsAreAllTold(t *testing.T) {
	s := makeStudy(t, map[string]string{"study.yaml": "tema: 2\ntitel: x\napproach: grounded\nreport: {coders: [a, a], small_cells: -1}\ncheck: {coding/lost: fatal}\n"})
	var got []string
	for _, f := range s.Found {
		got = append(got, fmt.Sprintf("%d:%d %s", f.Pos.Line, f.Pos.Column, f.Rule))
	}
	slices.Sort(got)
	want := []string{"1:7 study/version", "2:1 study/unknown-key", "3:11 study/unknown-value", "4:22 study/duplicate-id", "4:39 study/wrong-kind", "5:22 study/unknown-value"}
	if !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}
