package analysis

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tema-qda/tema/index/transcript"
)

func TestReviewIsRecordedAndGrowsOld(t *testing.T) {
	defer func(c func() time.Time) { clock = c }(clock)
	clock = func() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }
	first := codingLine(t, walk, "a1", "boundaries", "I switch the phone off.", 0, "")
	s := walkStudy(t, map[string]string{"codings/anna/P.jsonl": first})
	evidence := func(s *Study) *Evidence {
		e, err := s.Evidence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	late, monday := s.Book.Theme("late"), s.Book.Theme("monday")
	e := evidence(s)
	if _, err := s.RecordReview(e, "anna", "Holds.", LevelPassages, late); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RecordReview(e, "per", "Read against all.", LevelWhole, late, monday); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RecordReview(e, "per", "Both.", LevelPassages, late, monday); err == nil {
		t.Error("the passages of two themes were reviewed at once")
	}
	journal, err := os.ReadFile(s.Path("journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	// By hand: printf a1 | sha256sum
	const seen = "f55ff16f66f4"
	want := `{"at":"2026-03-02T10:00:00Z","by":"anna","event":"review","about":"theme:late","level":1,"evidence":"` + seen + `","why":"Holds."}` + "\n" +
		`{"at":"2026-03-02T10:00:00Z","by":"per","event":"review","about":["theme:late","theme:monday"],"level":2,"evidence":"` + seen + `","why":"Read against all."}` + "\n"
	if string(journal) != want {
		t.Errorf("journal\n%swant\n%s", journal, want)
	}
	changed := func(s *Study, id string) []bool {
		var out []bool
		for _, r := range s.Reviews(evidence(s))[s.Book.Theme(id)] {
			out = append(out, r.Changed)
		}
		return out
	}
	if got := changed(s, "late"); !slices.Equal(got, []bool{false, false}) {
		t.Errorf("just reviewed: %v", got)
	}
	// Another coding of another code of the study changes the whole, not the theme.
	if err := os.WriteFile(s.Path("codings/anna/P.jsonl"), []byte(first+codingLine(t, walk, "a2", "lonely", "how it is", 0, "")), 0o666); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s.Dir)
	if got := changed(s, "late"); !slices.Equal(got, []bool{false, true}) {
		t.Errorf("after a coding elsewhere: %v", got)
	}
	// And a coding of the sub-theme changes both.
	if err := os.WriteFile(s.Path("codings/anna/P.jsonl"), []byte(first+codingLine(t, walk, "a3", "tired", "tired", 0, "")), 0o666); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s.Dir)
	if got := changed(s, "late"); !slices.Equal(got, []bool{true, true}) {
		t.Errorf("after a coding of the theme: %v", got)
	}
	// What rules propose is not seen; order does not matter.
	if a, b := evidence(s).seen(LevelWhole, nil), evidence(s).seen(LevelPassages, s.Book.Theme("late")); a != b {
		t.Errorf("the same codings are %s and %s", a, b)
	}
}

func TestSetting(t *testing.T) {
	const long = "---\nspeakers: {I: interviewer, Kari: P1, Ola: P2}\n---\nI: What do you do when it gets late?\n\nKari: I switch it off. I go to bed.\n\n" +
		"I: Mm.\n\nOla: I stay up. She rings. I answer.\n\nI: Right.\n\nI: And then?\n\nOla: Then it is morning.\n"
	s := makeStudy(t, map[string]string{"study.yaml": "tema: 1\n", "transcripts/P.txt": long, "transcripts/Q.txt": "---\nspeakers: {I: interviewer, Kari: P1}\n---\nKari: I begin.\n\nI: Mm.\n\nKari: Yes.\n"})
	for _, c := range []struct{ transcript, words, asked, before, after string }{
		{"P", "I go to bed.", "What do you do when it gets late?", "I switch it off.", ""},
		{"P", "She rings.", "What do you do when it gets late?", "I stay up.", "I answer."},
		{"P", "I go to bed.\n\nI: Mm.\n\nOla: I stay", "What do you do when it gets late?", "I switch it off.", "up. She rings. I answer."},
		{"P", "Then it", "And then?", "", "is morning."},
		{"P", "And then?\n\nOla: Then", "", "", "it is morning."}, // the passage holds the question
		{"Q", "I begin", "", "", "."},
		{"Q", "Yes", "Mm.", "", "."}, // nothing else was asked
	} {
		tr := s.Transcript(c.transcript)
		at := strings.Index(tr.Text, c.words)
		got := s.Setting(transcript.Passage{Transcript: c.transcript, Span: transcript.Span{Start: at, End: at + len(c.words)}})
		asked := ""
		if got.Asked != nil {
			asked = tr.Text[got.Asked.Speech.Start:got.Asked.Speech.End]
		}
		if asked != c.asked || got.Before != c.before || got.After != c.after {
			t.Errorf("%q: asked %q, before %q, after %q", c.words, asked, got.Before, got.After)
		}
	}
}

func TestOverlapsAndSpread(t *testing.T) {
	s := makeStudy(t, map[string]string{
		"study.yaml": "tema: 1\n", "participants.csv": "id,age\nP1,30\nP2,40\nP3,50\n",
		"transcripts/P.txt": strings.Replace(walk, "---\nI:", "attributes: {wave: 1}\n---\nI:", 1),
		"transcripts/Q.txt": "---\nspeakers: {Eva: P3, Kari: P1}\nattributes: {wave: 2}\n---\nEva: Not here. Nowhere.\n\nKari: No.\n",
		"codebook.yaml": `codes: [{id: a}, {id: b}, {id: c}]
themes:
  - {id: one, codes: [a], excerpts: [{transcript: P, quote: "I put it in the drawer"}], themes: [{id: inner, codes: [b]}, {id: off, status: dropped, codes: [c]}]}
  - {id: two, codes: [b, c]}
  - {id: three, status: dropped, codes: [a], excerpts: [{transcript: P, quote: "She rings, I answer"}]}
`,
		"codings/anna/P.jsonl": codingLine(t, walk, "a1", "a", "I switch the phone off. I put it", 0, "") +
			codingLine(t, walk, "a2", "c", "it in the drawer", 0, "") + codingLine(t, walk, "a3", "a", "She rings", 0, "") + codingLine(t, walk, "a4", "b", "tired", 0, "") +
			codingLine(t, walk, "a5", "c", ", I answer", 0, ""), // touches what a3 lies on
	})
	e, err := s.Evidence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := func(id string) string {
		var out []string
		for _, o := range s.Overlaps(e, s.Book.Theme(id)) {
			one := o.Theme.ID + ":"
			for _, c := range o.Codes {
				one += " " + c.ID
			}
			for _, p := range o.Passages {
				one += " " + s.Transcript(p.Transcript).Text[p.Start:p.End]
			}
			out = append(out, one)
		}
		return strings.Join(out, "; ")
	}
	for id, want := range map[string]string{"one": "two: b I switch the phone off. I put it tired", "two": "one: b it in the drawer tired; inner: b tired", "inner": "two: b tired"} {
		if got := told(id); got != want {
			t.Errorf("%s overlaps %q, want %q", id, got, want)
		}
	}
	// A dropped theme quotes nothing.
	quoted := s.Quoted(e)
	var seen []bool
	for _, p := range e.Theme(s.Book.Theme("one")).Total.Passages {
		seen = append(seen, quoted.Overlap(p.Passage))
	}
	if !slices.Equal(seen, []bool{true, false, false}) {
		t.Errorf("quoted are %v", seen)
	}
	spread, err := s.Spread(e, e.Theme(s.Book.Theme("one")).Total, []string{"age", "wave"})
	if err != nil {
		t.Fatal(err)
	}
	want := Spread{[]string{"P1", "P2"}, []string{"P3"}, []string{"P"}, []string{"Q"}, []SpreadGroups{
		{"age", []SpreadGroup{{"30", []string{"P1"}, nil}, {"40", []string{"P2"}, nil}, {"50", nil, []string{"P3"}}}},
		{"wave", []SpreadGroup{{"1", []string{"P1", "P2"}, nil}, {"2", nil, []string{"P1", "P3"}}}}, // P1 speaks in both, and is drawn on in the first
	}}
	if got, want := strings.Join(strings.Fields(fmt.Sprint(spread)), " "), strings.Join(strings.Fields(fmt.Sprint(want)), " "); got != want {
		t.Errorf("spread\n%s\nwant\n%s", got, want)
	}
}
