package analysis

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// read takes markup apart and returns the words, the marks in order, and the faults.
func readDoc(text, doc string) (marks []markedCoding, faults []string) {
	fail := func(line int, format string, args ...any) { faults = append(faults, format) }
	words, marks := readMarkup(doc, 1, fail)
	marks = backToText(text, words, marks, 1, fail)
	for i := range marks {
		marks[i].line, marks[i].id = 0, ""
	}
	order := func(a, b markedCoding) int {
		if c := bySpan(a.Span, b.Span); c != 0 {
			return c
		}
		return strings.Compare(a.code+"|"+a.memo+"|"+a.condensed, b.code+"|"+b.memo+"|"+b.condensed)
	}
	slices.SortFunc(marks, order)
	return marks, faults
}

// Whatever is marked, nested, crossing, over paragraphs, beside brackets, braces and backslashes, comes back as it was.
func TestMarkupComesBack(t *testing.T) {
	word := rapid.SampledFrom([]string{"phone", "æ", "[laughs]", "[", "]", "{", "}", "\\", "\\[", "]{.x}", "{.a}", "\n", "\n\n", "\n\n\n", " ", "日本", "[a [b] c]", "*", "#1", "I: "})
	note := rapid.SampledFrom([]string{"", "", "", "why \"this\"?", "a\nb & c }", "&quot; \\n"})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(word, 1, 25).Draw(rt, "words"), rapid.SampledFrom([]string{"", " "}).Draw(rt, "between"))
		edges := []int{}
		for i := range text {
			edges = append(edges, i)
		}
		edges = append(edges, len(text))
		var marks []markedCoding
		for range rapid.IntRange(0, 8).Draw(rt, "codings") {
			a, b := rapid.SampledFrom(edges).Draw(rt, "start"), rapid.SampledFrom(edges).Draw(rt, "end")
			if a > b {
				a, b = b, a
			}
			if strings.TrimSpace(text[a:b]) == "" {
				continue
			}
			m := markedCoding{Span: transcript.Span{Start: a, End: b}, code: rapid.SampledFrom([]string{"a", "b-c", "å_1"}).Draw(rt, "code"),
				memo: note.Draw(rt, "memo"), condensed: note.Draw(rt, "condensed")}
			marks = append(marks, m)
		}
		doc := string(markUp(text, marks))
		got, faults := readDoc(text, doc)
		slices.SortFunc(marks, func(a, b markedCoding) int {
			if c := bySpan(a.Span, b.Span); c != 0 {
				return c
			}
			return strings.Compare(a.code+"|"+a.memo+"|"+a.condensed, b.code+"|"+b.memo+"|"+b.condensed)
		})
		if len(faults) > 0 || !slices.Equal(got, marks) {
			rt.Fatalf("text %q\nmarks %+v\ndocument %q\ncame back as %+v\nfaults %q", text, marks, doc, got, faults)
		}
	})
}

func FuzzReadMarkup(f *testing.F) {
	f.Add("Kari: [The [phone]{.a #1} rang]{.b .c memo=\"x\"}\\[")
	f.Add("]{.a}[[]{")
	f.Fuzz(func(t *testing.T, doc string) {
		words, marks := readMarkup(doc, 1, func(int, string, ...any) {})
		for _, m := range marks {
			if m.Start < 0 || m.End > len(words) || m.Start > m.End {
				t.Fatalf("%q: %+v in %d bytes", doc, m, len(words))
			}
		}
	})
}

// Every transcript of the demo studies, as each coder sees it, comes back without a change.
func TestMarkupOfStudies(t *testing.T) {
	studies, err := filepath.Glob("../testdata/studies/*")
	must(t, err)
	written := 0
	for _, dir := range studies {
		if _, err := os.Stat(filepath.Join(dir, "study.yaml")); err != nil {
			continue
		}
		s := reopen(t, dir)
		for _, coder := range s.Coders() {
			for _, id := range s.TranscriptIDs() {
				doc, unplaced, err := s.MarkUp(id, coder)
				must(t, err)
				changes, err := s.ReadMarkUp(id, coder, doc)
				if err != nil || len(changes) > 0 || unplaced > 0 {
					t.Errorf("%s %s %s: %d changes, %d unplaced, %v", dir, id, coder, len(changes), unplaced, err)
				}
				written++
			}
		}
	}
	if written < 20 {
		t.Errorf("%d documents only", written)
	}
}

func TestMarkupEdited(t *testing.T) {
	s := editStudy(t)
	p1 := s.Transcript("P01")
	did, err := s.EditCodings(Edit{By: "anna", What: "x", Changes: []CodingChange{
		{Transcript: "P01", Code: "phone", Span: spanOf(p1, "The phone rang", 0), Memo: ref("loud")},
		{Transcript: "P01", Code: "fear", Span: spanOf(p1, "did not dare", 0)},
		{Transcript: "P01", Code: "fear", Span: spanOf(p1, "phone rang and rang. I did", 0)},
	}})
	must(t, err)
	doc, _, err := s.MarkUp("P01", "anna")
	must(t, err)
	_, body, _ := strings.Cut(string(doc), "-->\n\n")
	first, _, _ := strings.Cut(body, " to answer")
	if want := `I: How was the first week?

Kari: [The [phone rang]{.fear #1}]{.phone memo="loud"}[ and rang. I [did]{.fear #2}]{.fear #1}[ not dare]{.fear #2}`; first != want {
		t.Errorf("written as\n%s\nwant\n%s", first, want)
	}
	edited := func(pairs ...string) ([]CodingChange, error) {
		out := strings.NewReplacer(pairs...).Replace(string(doc))
		if out == string(doc) {
			t.Fatalf("nothing to replace: %q in\n%s", pairs, doc)
		}
		return s.ReadMarkUp("P01", "anna", []byte(out))
	}
	// Another memo, another code.
	c, err := edited(`{.phone memo="loud"}`, `{.fear memo="very loud"}`)
	if err != nil || len(c) != 2 || c[0].ID == "" && c[1].ID == "" {
		t.Errorf("a changed code and memo: %+v, %v", c, err)
	}
	c, err = edited(`memo="loud"`, `memo="very loud"`)
	if err != nil || len(c) != 1 || c[0].ID != did.Codings[0].ID || *c[0].Memo != "very loud" || c[0].Span != nil {
		t.Errorf("a changed memo: %+v, %v", c, err)
	}
	// A new one, drawn out ones, a final line feed that an editor took away.
	c, err = edited("to answer it", "to [answer]{.calls} it", "rang and rang.\n", "rang and rang.")
	if err != nil || len(c) != 1 || c[0].ID != "" || c[0].Code != "phone" || *c[0].Span != *spanOf(p1, "answer", 0) {
		t.Errorf("a new coding: %+v, %v", c, err)
	}
	// Words, codes and braces that are wrong, all at once, by line.
	_, err = edited("How was", "How is", "to answer it", "to [answer]{.fone} it", "Kari: The phone rang and rang.\n", "Kari: [The]{phone} phone rang and rang.\n")
	if found, ok := diag.AsInvalid(err); !ok || len(found) != 3 || found[0].Pos.Line != 6 || found[1].Pos.Line != 8 || found[2].Pos.Line != 10 {
		t.Errorf("told %v", err)
	}
	// Meanwhile another window codes.
	_, err = s.EditCodings(Edit{By: "anna", What: "y", Changes: []CodingChange{{Transcript: "P01", Code: "fear", Span: spanOf(p1, "answer", 0)}}})
	must(t, err)
	if _, err := s.ReadMarkUp("P01", "anna", doc); err == nil || !strings.Contains(err.Error(), "changed since") {
		t.Errorf("an old document: %v", err)
	}
}
