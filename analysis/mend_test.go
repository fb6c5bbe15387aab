package analysis

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/index/transcript"
)

// edit replaces words in a file of a study, as somebody does in an editor.
func edit(t testing.TB, file, old, new string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(src), old); n != 1 {
		t.Fatalf("%q stands %d times in %s", old, n, file)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(src), old, new, 1)), 0o666); err != nil {
		t.Fatal(err)
	}
}

// Who opens a transcript sees codings where they stand today, those too whose words were edited; what is reported from
// the files alone does not count them.
func TestCodingsFollowInATranscriptThatIsOpened(t *testing.T) {
	s := walkStudy(t, map[string]string{
		"codings/anna/P.jsonl": codingLine(t, walk, "a1", "drawer", "I put it in the drawer, under the tea towels.", 0, "") + codingLine(t, walk, "a2", "tired", "tired on Monday", 0, ""),
	})
	if _, _, err := s.CodingsIn("P"); err != nil { // keeps the text
		t.Fatal(err)
	}
	edit(t, s.Path("transcripts/P.txt"), "under the tea towels", "below the tea towels")
	edit(t, s.Path("transcripts/P.txt"), "you are tired on Monday", "she is tired on Monday")
	s = reopen(t, s.Dir)
	codings, _, err := s.CodingsIn("P")
	if err != nil {
		t.Fatal(err)
	}
	if words, _ := s.Transcript("P").Slice(codings[0].Span); codings[0].Standing != transcript.Changed || !codings[0].Counts() || words != "I put it in the drawer, below the tea towels." {
		t.Errorf("%s at %q", codings[0].Standing, words)
	}
	if codings[1].Standing != transcript.Exact {
		t.Errorf("%s", codings[1].Standing)
	}
	for _, p := range s.Placed() {
		if p.ID == "a1" && p.Standing != transcript.Lost {
			t.Errorf("from the files alone it is %s", p.Standing)
		}
	}
}

// A text that is kept no more, or in whose place another is, says nothing, and a coding that does not fit the text that
// it names is not followed from there.
func TestTextsThatCannotBeBelieved(t *testing.T) {
	line := codingLine(t, walk, "a1", "drawer", "I put it in the drawer", 0, "")
	s := walkStudy(t, map[string]string{"codings/anna/P.jsonl": line + strings.Replace(strings.Replace(line, `"a1"`, `"a2"`, 1), `"quote":"I put it`, `"quote":"We put it`, 1)})
	hash := s.Transcript("P").Hash
	s.keepText(s.Transcript("P"))
	edit(t, s.Path("transcripts/P.txt"), "I put it in the drawer, under", "Then I put it in the drawer, right under")
	standing := func() (a1, a2 transcript.Standing) {
		s = reopen(t, s.Dir)
		codings, _, err := s.CodingsIn("P")
		if err != nil {
			t.Fatal(err)
		}
		return codings[0].Standing, codings[1].Standing
	}
	if a1, a2 := standing(); a1 != transcript.Exact || a2 != transcript.Lost {
		t.Errorf("with the text: %s, %s", a1, a2)
	}
	if err := os.WriteFile(s.Path(textsDir+"/"+hash), []byte("Nothing of the kind."), 0o600); err != nil {
		t.Fatal(err)
	}
	if a1, a2 := standing(); a1 != transcript.Lost || a2 != transcript.Lost {
		t.Errorf("with another text: %s, %s", a1, a2)
	}
	for _, hash := range []string{"", "../../study.yaml", "0123456789ab", "0123456789AB"} {
		if _, known := s.OldText("P", hash); known {
			t.Errorf("%q is known", hash)
		}
	}
}

// Whatever is edited: what Mend writes are words that stand there, what it does not write is as it was byte for byte,
// and a second time it writes nothing.
func TestMendIsRightAndDone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		body := walk[strings.Index(walk, "---\nI:")+4:]
		tr := &transcript.Transcript{Text: body}
		words := []transcript.Span{}
		for w := range transcript.Words(body, transcript.Span{End: len(body)}) {
			words = append(words, w)
		}
		var lines strings.Builder
		for i := range rapid.IntRange(1, 6).Draw(rt, "codings") {
			k := rapid.IntRange(0, len(words)-1).Draw(rt, "first")
			last := min(len(words)-1, k+rapid.IntRange(0, 9).Draw(rt, "more"))
			a := tr.AnchorAt(transcript.Span{Start: words[k].Start, End: words[last].End})
			c := Coding{ID: fmt.Sprint("a", i), Code: "tired", Start: a.Start, End: a.End, Quote: a.Quote, Before: a.Before, After: a.After, Text: transcript.HashText(body)}
			lines.Write(c.appendLine(nil))
		}
		s := walkStudy(t, map[string]string{"codings/anna/P.jsonl": lines.String()})
		if rapid.Bool().Draw(rt, "the text is known") {
			s.keepText(s.Transcript("P"))
		}
		now := walk
		for range rapid.IntRange(1, 3).Draw(rt, "edits") {
			at := words[rapid.IntRange(0, len(words)-1).Draw(rt, "edit")]
			word := body[at.Start:at.End]
			now = now[:len(walk)-len(body)] + strings.Replace(now[len(walk)-len(body):], word, rapid.SampledFrom([]string{"", "she", word + " " + word, word + "e", "and then"}).Draw(rt, "put in"), 1)
		}
		if err := os.WriteFile(s.Path("transcripts/P.txt"), []byte(now), 0o666); err != nil {
			rt.Fatal(err)
		}
		s = reopen(t, s.Dir)
		did, err := s.Mend(Mending{By: "anna"})
		if err != nil {
			rt.Fatal(err)
		}
		after := reopen(t, s.Dir)
		text := after.Transcript("P")
		left := 0
		for _, c := range after.Codings() {
			if c.Text == text.Hash {
				if words, ok := text.Slice(c.anchor().Span); !ok || words != c.Quote || text.AnchorAt(c.anchor().Span) != c.anchor() {
					rt.Fatalf("%+v does not stand in %q", c, text.Text)
				}
				continue
			}
			left++
			if !strings.Contains(lines.String(), string(c.appendLine(nil))) {
				rt.Fatalf("%+v is not as it was", c)
			}
		}
		if left != did.Left() {
			rt.Fatalf("%d have no place, %d were told", left, did.Left())
		}
		before, _ := os.ReadFile(s.Path("codings/anna/P.jsonl"))
		again, err := after.Mend(Mending{By: "anna"})
		if err != nil || len(again.Files) > 0 || again.Left() != left {
			rt.Fatalf("a second time: %v, %v, %d", err, again.Files, again.Left())
		}
		if now, _ := os.ReadFile(s.Path("codings/anna/P.jsonl")); string(now) != string(before) {
			rt.Fatal("a second time it wrote")
		}
	})
}
