package report

import (
	"strings"
	"testing"

	"github.com/tema-qda/tema/index/transcript"

	"pgregory.net/rapid"
)

// A context shows the words of the transcript, those of the excerpt marked, and says where it leaves some out.
func TestContextIsTheTranscript(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := "---\nspeakers: {I: interviewer, A: P01, B: P02}\n---\n"
		for range rapid.IntRange(1, 12).Draw(t, "turns") {
			words := rapid.SliceOfN(rapid.SampledFrom([]string{"and", "then", "we", "sat\nthere", "på", "brygga,", "…", "laughing."}), 1, rapid.SampledFrom([]int{3, 40, 900}).Draw(t, "length")).Draw(t, "words")
			src += rapid.SampledFrom([]string{"I", "A", "B"}).Draw(t, "who") + ": " + strings.Join(words, " ") + "\n"
		}
		tr, found := transcript.Parse("T", "T.txt", []byte(src))
		if found.Err() != nil {
			t.Fatal(found.Err())
		}
		turn := rapid.SampledFrom(tr.Turns).Draw(t, "turn")
		var spans []transcript.Span
		at := turn.Speech.Start
		for word := range transcript.Words(tr.Text, transcript.Span{Start: at, End: tr.Turns[len(tr.Turns)-1].Speech.End}) {
			spoken := false // a header is nobody's words
			for _, x := range tr.TurnsIn(word) {
				spoken = spoken || word.Start >= x.Speech.Start
			}
			if spoken && word.Start >= at && len(spans) < 3 && rapid.IntRange(0, 4).Draw(t, "pick") == 0 {
				spans = append(spans, word)
				at = word.End
			}
		}
		n := rapid.IntRange(-1, 3).Draw(t, "around")
		got := around(tr, spans, n)
		if len(spans) == 0 || n < 0 {
			if got != nil {
				t.Fatalf("a context of nothing: %v", got)
			}
			return
		}
		var marked []string
		for _, c := range got {
			speech := tr.Turns[c.Turn-1].Speech
			rest, cut := tr.Text[speech.Start:speech.End], false
			for _, part := range c.Parts {
				if part.Cut {
					cut = true
					continue
				}
				i := strings.Index(rest, part.Text)
				if i < 0 || i > 0 && !cut {
					t.Fatalf("turn %d does not say %q where the context has it", c.Turn, part.Text)
				}
				if part.Excerpt {
					marked = append(marked, part.Text)
				}
				rest, cut = rest[i+len(part.Text):], false
			}
			if rest != "" && !cut {
				t.Fatalf("turn %d goes on, and the context does not say so: %q", c.Turn, rest)
			}
		}
		var want []string
		for _, s := range spans {
			want = append(want, tr.Text[s.Start:s.End])
		}
		if strings.Join(marked, "|") != strings.Join(want, "|") {
			t.Fatalf("marked are %q, want %q", marked, want)
		}
	})
}

// A link to an excerpt is made of its transcript and its words, and of nothing that changes when other things do.
func TestLinksStay(t *testing.T) {
	anchor := func(id, words string) string {
		b := &builder{taken: map[string]int{}}
		return b.anchor(id, []Speech{{Text: words}})
	}
	first := anchor("P01", "“You don’t just close the door, [...] you know.”")
	for _, same := range []string{`"You don't just close the door [...] you know"`, "you don’t just close the door,\nyou know"} {
		if got := anchor("P01", same); got != first {
			t.Errorf("%q is at %s, want %s", same, got, first)
		}
	}
	for _, other := range []string{anchor("P02", "“You don’t just close the door, [...] you know.”"), anchor("P01", "You do just close the door, you know")} {
		if other == first {
			t.Errorf("two excerpts have one link")
		}
	}
}
