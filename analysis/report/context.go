package report

import (
	"slices"
	"strings"

	"github.com/tema-qda/tema/index/transcript"
)

// A ContextTurn is a turn that an excerpt stands in or next to. Its parts make the whole speech, but for what is cut.
type ContextTurn struct {
	Turn  int    `json:"turn"`
	Who   string `json:"who,omitempty"`  // the participant's id
	Role  string `json:"role,omitempty"` // as of a Speech
	Parts []Part `json:"parts"`
}

// A Part is a stretch of a turn. A cut one stands for words that were left out for length, and has no text.
type Part struct {
	Text    string `json:"text,omitempty"`
	Excerpt bool   `json:"excerpt,omitempty"` // these are words of the excerpt
	Cut     bool   `json:"cut,omitempty"`
}

// aroundRoom is how many bytes of a turn are printed next to an excerpt's words, or of a turn next to its turns: some
// 150 words. What is nearest to the excerpt stays.
const aroundRoom = 900

// around returns the turns that spans stand in, what lies between them, and so many turns before and after. Spans are in
// order and do not overlap. Replaced, in order too, are words in whose place the authors put others, as a name, in any of
// their quotations: they do not stand in a context either.
func around(t *transcript.Transcript, spans []transcript.Span, turns int, replaced ...transcript.Replacement) []ContextTurn {
	if turns < 0 || len(spans) == 0 {
		return nil
	}
	first, last := spans[0], spans[len(spans)-1]
	within := t.TurnsIn(transcript.Span{Start: first.Start, End: last.End})
	if len(within) == 0 {
		return nil
	}
	from := slices.IndexFunc(t.Turns, func(turn transcript.Turn) bool { return turn.Start == within[0].Start })
	to := from + len(within)
	var out []ContextTurn
	for i := max(0, from-turns); i < min(len(t.Turns), to+turns); i++ {
		turn := t.Turns[i]
		c := ContextTurn{Turn: turn.Number, Role: turn.Is}
		if turn.Participant() {
			c.Who, c.Role = turn.Is, "participant"
		}
		at := turn.Speech.Start
		for _, s := range spans {
			s = transcript.Span{Start: max(s.Start, turn.Speech.Start), End: min(s.End, turn.Speech.End)}
			if s.Start >= s.End {
				continue
			}
			c.between(asQuoted(t, transcript.Span{Start: at, End: s.Start}, replaced), len(c.Parts) > 0, true)
			c.Parts = append(c.Parts, Part{Text: asQuoted(t, s, replaced), Excerpt: true})
			at = s.End
		}
		c.between(asQuoted(t, transcript.Span{Start: at, End: turn.Speech.End}, replaced), len(c.Parts) > 0 || i >= to, i < from)
		if len(c.Parts) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// asQuoted returns the words of span, with the authors' where those stand in the place of what was said, be it of a part
// of what they replaced.
func asQuoted(t *transcript.Transcript, span transcript.Span, replaced []transcript.Replacement) string {
	var b strings.Builder
	at := span.Start
	for _, r := range replaced {
		if r.End <= at || span.End <= r.Start {
			continue
		}
		b.WriteString(t.Text[at:max(at, r.Start)] + "[" + r.By + "]")
		at = min(r.End, span.End) // it may go on in what is printed next
	}
	return b.String() + t.Text[at:span.End]
}

// between appends what is said between words of the excerpt: all of it, or where that is long what is near to the words
// before it, after it or both.
func (c *ContextTurn) between(s string, before, after bool) {
	room := aroundRoom
	if before && after {
		room *= 2
	}
	if len(s) <= room+room/8 { // a cut that saves a few words is none
		if s != "" {
			c.Parts = append(c.Parts, Part{Text: s})
		}
		return
	}
	if before {
		head := strings.ToValidUTF8(s[:aroundRoom], "")
		if i := strings.LastIndexAny(head, " \n"); i > 0 {
			head = head[:i+1]
		}
		c.Parts = append(c.Parts, Part{Text: head})
	}
	c.Parts = append(c.Parts, Part{Cut: true})
	if after {
		tail := strings.ToValidUTF8(s[len(s)-aroundRoom:], "")
		if i := strings.IndexAny(tail, " \n"); i >= 0 {
			tail = tail[i:]
		}
		c.Parts = append(c.Parts, Part{Text: tail})
	}
}

// spoken returns words as a link to an excerpt knows them: folded, without signs, so that a comma that is mended or a
// mark that is set another way leaves the link as it was.
func spoken(words string) string {
	var b strings.Builder
	for w := range transcript.Words(words, transcript.Span{End: len(words)}) {
		b.WriteString(transcript.FoldWord(words[w.Start:w.End]))
		b.WriteByte(' ')
	}
	return b.String()
}
