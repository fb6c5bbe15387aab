package analysis

import (
	"strings"
	"testing"
)

// A group: people speak, and the interviewer asks in between.
const porch = "---\nspeakers: {I: interviewer, Kari: P1, Ola: P2}\n---\nI: And then?\n\nKari: We went out\non the porch.\n\nI: All of you?\n\nKari: Only I. It was cold.\n\nKari: Very cold.\n\nOla: I stayed in.\n"

func TestExcerptOfACoding(t *testing.T) {
	passages := map[string]struct{ words, want, refused string }{
		"one turn":          {"on the porch.", "on the porch.", ""},
		"over a line break": {"went out\non the", "went out on the", ""},
		"asked in between":  {"out\non the porch.\n\nI: All of you?\n\nKari: Only I. It was cold.", "out on the porch. [...] Only I. It was cold.", ""},
		"goes on":           {"It was cold.\n\nKari: Very cold.", "It was cold. Very cold.", ""},
		"only the question": {"All of you?", "All of you?", ""},
		"two people":        {"Very cold.\n\nOla: I stayed", "", "holds words of several people"},
		"a header":          {"Ola: ", "", "holds no words that anybody says"},
	}
	files := map[string]string{"study.yaml": "tema: 1\n", "codebook.yaml": "codes: [{id: out}]\nthemes: [{id: cold, codes: [out]}]\n", "transcripts/T.txt": porch}
	for id, p := range passages {
		files["codings/anna/T.jsonl"] += codingLine(t, porch, strings.ReplaceAll(id, " ", "-"), "out", p.words, 0, "")
	}
	files["codings/anna/T.jsonl"] += codingLine(t, porch, "gone", "elsewhere", "Only I.", 0, "")
	s := makeStudy(t, files)
	for id, p := range passages {
		x, err := s.ExcerptOf(strings.ReplaceAll(id, " ", "-"))
		if p.refused != "" {
			if err == nil || !strings.Contains(err.Error(), p.refused) {
				t.Errorf("%s: %+v, %v", id, x, err)
			}
			continue
		}
		if err != nil || x.Quote != p.want || x.Transcript != "T" {
			t.Errorf("%s: %+v, %v, not %q", id, x, err, p.want)
		}
		if q := s.Verify(x); !q.Holds() {
			t.Errorf("%s: %q does not hold: %+v", id, x.Quote, q.Result)
		}
	}
	if _, err := s.ExcerptOf("gone"); err == nil || !strings.Contains(err.Error(), "does not count as it stands") {
		t.Errorf("a coding of a code that nobody defined: %v", err)
	}
	if _, err := s.ExcerptOf("nothing"); err == nil {
		t.Error("no coding, and yet an excerpt")
	}
}

func TestWhatTellsOfATheme(t *testing.T) {
	s := makeStudy(t, map[string]string{"study.yaml": "tema: 1\n",
		"codebook.yaml": "themes: [{id: cold, aliases: [frost]}, {id: warm}]\n",
		"journal.jsonl": `{"at":"2025-03-01T00:00:00Z","by":"a","event":"add","about":"theme:frost"}
{"at":"2025-03-02T00:00:00Z","by":"a","event":"merge","about":"theme:warm","from":["theme:x","theme:Cold"],"to":"theme:warm"}
{"at":"2025-03-03T00:00:00Z","by":"a","event":"set","about":"code:cold"}
{"at":"2025-03-04T00:00:00Z","by":"a","event":"set","about":"theme:warm"}
`,
		"memos/a.md": "---\nabout: theme:frost\n---\nx\n", "memos/b.md": "---\nabout: [code:cold, theme:warm]\n---\nx\n"})
	cold := s.Book.Theme("cold")
	var told []string
	for _, e := range s.ThemeEvents(cold) {
		told = append(told, e.Event)
	}
	if got := strings.Join(told, " "); got != "add merge" {
		t.Errorf("events %s", got)
	}
	if m := s.ThemeMemos(cold); len(m) != 1 || !strings.HasSuffix(m[0].File, "a.md") {
		t.Errorf("memos %+v", m)
	}
}
