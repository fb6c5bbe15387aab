package analysis

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestCourse reads moves from journals as people and other programs leave them.
func TestCourse(t *testing.T) {
	for name, c := range map[string]struct {
		events string // joined by a space, each `event from to why`
		want   string
		phase  int
	}{
		"none":                      {"", "", 0},
		"one":                       {"phase - phase:2 -", "0>2", 2},
		"from what went before":     {"phase - phase:3 - phase - phase:2 -", "0>3 3>2", 2},
		"what it says itself":       {"phase - phase:3 - phase phase:5 phase:4 -", "0>3 5>4", 4},
		"in words":                  {"phase - Review -", "0>4", 4},
		"no phase":                  {"phase - phase:9 - phase - theme:x - phase - phase:1 -", "0>1", 1},
		"notes are no moves":        {"phase - phase:3 - note - - hm", "0>3 note", 3},
		"taken back":                {"phase - phase:3 - phase - phase:5 - undo - - phase_5_define", "0>3", 3},
		"taken back, then on":       {"phase - phase:3 - phase - phase:5 - undo - - phase_5_define phase - phase:4 -", "0>3 3>4", 4},
		"a note taken back":         {"phase - phase:3 - note - - hm undo - - note:_hm", "0>3", 3},
		"something else was undone": {"phase - phase:3 - undo - - boundaries_on_5_words", "0>3", 3},
	} {
		var journal strings.Builder
		words := strings.Fields(c.events)
		for i := 0; i < len(words); i += 4 {
			e := fmt.Sprintf(`{"at":"2025-01-01T00:00:%02dZ","by":"anna","event":%q`, i, words[i])
			for k, key := range []string{"from", "to", "why"} {
				if v := words[i+1+k]; v != "-" {
					e += fmt.Sprintf(",%q:%q", key, strings.ReplaceAll(v, "_", " "))
				}
			}
			journal.WriteString(e + "}\n")
		}
		s := makeStudy(t, map[string]string{"study.yaml": "tema: 1\n", "journal.jsonl": journal.String()})
		var got []string
		for _, m := range s.Course() {
			if m.To == 0 {
				got = append(got, "note")
				continue
			}
			got = append(got, fmt.Sprintf("%d>%d", m.From, m.To))
		}
		if strings.Join(got, " ") != c.want || s.Phase() != c.phase {
			t.Errorf("%s: %q at %d, not %q at %d", name, got, s.Phase(), c.want, c.phase)
		}
	}
}

// TestReviewsSeeChanges: a theme changed since its review when its codings are others, in whatever files they stand.
func TestReviewsSeeChanges(t *testing.T) {
	line := func(id, code, quote string) string { return codingLine(t, quayside, id, code, quote, 0, "") }
	study := func(journal string, codings ...string) (*Study, *Evidence) {
		s := makeStudy(t, map[string]string{"study.yaml": "tema: 1\n", "transcripts/T.txt": quayside, "journal.jsonl": journal,
			"codebook.yaml":        "codes: [{id: waiting}, {id: ringing}, {id: other}]\nthemes:\n  - {id: news, aliases: [old], codes: [waiting], themes: [{id: late, codes: [ringing]}]}\n",
			"codings/anna/T.jsonl": strings.Join(codings, "")})
		e, err := s.Evidence(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return s, e
	}
	a, b, other := line("a", "waiting", "I waited"), line("b", "ringing", "rang the office"), line("c", "other", "window")
	s, e := study("", a, b)
	news, late := s.Book.Theme("news"), s.Book.Theme("late")
	own, all := e.seen(1, news), e.seen(2, nil)
	if len(own) != 12 || own == e.seen(1, late) || own != all { // all codings are those of news
		t.Errorf("seen %q, %q, %q", own, e.seen(1, late), all)
	}
	review := func(level int, about, evidence string) string {
		return fmt.Sprintf(`{"at":"2025-01-01T00:00:00Z","by":"anna","event":"review","about":%q,"level":%d,"evidence":%q}`+"\n", about, level, evidence)
	}
	const others = "000000000000"
	for name, c := range map[string]struct {
		journal string
		codings []string
		changed [2]bool
	}{
		"the same":             {review(1, "theme:news", own), []string{a, b}, [2]bool{}},
		"by a former id":       {review(1, "theme:old", own), []string{b, a}, [2]bool{}},
		"another theme's":      {review(1, "theme:news", own), []string{a, b, other}, [2]bool{}},
		"one fewer":            {review(1, "theme:news", own), []string{a}, [2]bool{true, false}},
		"others":               {review(1, "theme:news", others), []string{a, b}, [2]bool{true, false}},
		"seen again":           {review(1, "theme:news", others) + review(1, "theme:news", own), []string{a, b}, [2]bool{}},
		"the whole set":        {review(1, "theme:news", own) + review(2, "theme:news", all), []string{a, b}, [2]bool{}},
		"the whole set has it": {review(1, "theme:news", own) + review(2, "theme:news", all), []string{a, b, other}, [2]bool{false, true}},
		"nobody says what":     {review(1, "theme:news", ""), []string{a}, [2]bool{}},
	} {
		s, e := study(c.journal, c.codings...)
		r := s.Reviews(e)
		var last [2]bool // by level, the latest counts
		for _, review := range r[s.Book.Theme("news")] {
			last[review.Level-1] = review.Changed
		}
		if len(r) != 1 || last != c.changed {
			t.Errorf("%s: %+v", name, r)
		}
	}
	s, e = study(review(1, "code:waiting", own)+review(1, "theme:gone", own), a)
	if r := s.Reviews(e); len(r) > 0 {
		t.Errorf("reviews of no theme: %v", r)
	}
}

func TestParsePhase(t *testing.T) {
	for i, name := range phaseNames {
		for _, written := range []string{name, strings.ToUpper(name), fmt.Sprint(i + 1), fmt.Sprintf("phase:%d", i+1)} {
			if n, err := ParsePhase(written); err != nil || n != i+1 || PhaseName(n) != name {
				t.Errorf("%s: %d, %v", written, n, err)
			}
		}
	}
	if slices.ContainsFunc([]string{"", "0", "7", "phase:", "re-view"}, func(s string) bool { _, err := ParsePhase(s); return err == nil }) {
		t.Error("what is no phase was taken for one")
	}
}
