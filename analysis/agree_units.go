package analysis

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/analysis/agreement"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

// A comparedTranscript is a transcript that two coders or more have coded, cut into the units that they are compared on.
type comparedTranscript struct {
	*transcript.Transcript
	coders  []int     // who have coded it, as indexes of all compared coders
	codings []*Placed // those to be compared

	outside       int        // how many more there were, that hold no word of the speech that is compared
	clusters      []int      // how many units each of its clusters has
	held          []heldUnit // the units that somebody put a code on, in order
	length        int        // code points of speech
	segments      [][]agreement.Segment
	disagreements []Disagreement
}

// A heldUnit is a unit, or many alike, with the codes that each of all compared coders put on it, as numbers in order.
type heldUnit struct {
	cluster, count int
	codes          [][]int
}

// compare cuts t into units and puts the codings on them.
func (t *comparedTranscript) compare(s *Study, o AgreementOptions, number map[*codebook.Code]int) {
	see := query.Options{AllSpeakers: o.AllSpeakers, TurnZero: o.AllSpeakers}
	var said []transcript.Span
	for _, turn := range t.Turns {
		if see.Sees(turn) && holdsWord(t.Text, turn.Speech, turn.Speech) {
			said = append(said, turn.Speech)
		}
	}
	all := len(t.codings)
	t.codings = slices.DeleteFunc(t.codings, func(p *Placed) bool {
		from, to := overlapping(said, p.Span)
		return !slices.ContainsFunc(said[from:to], func(speech transcript.Span) bool { return holdsWord(t.Text, speech, p.Span) })
	})
	t.outside = all - len(t.codings)
	names := make([]string, len(t.coders))
	for i, coder := range t.coders {
		names[i] = o.Coders[coder]
	}
	t.disagreements = s.Disagreements(t.ID, names, t.codings)

	// The continuum is all speech that is compared, end to end, in code points.
	end := newContinuum(t.Text, said)
	t.length = end.length
	coded := make([]codedSpan, len(t.codings)) // in bytes of the text
	laid := make([]codedSpan, len(t.codings))  // on the continuum
	for i, p := range t.codings {
		coded[i] = codedSpan{p.Span, slices.Index(o.Coders, p.Coder), number[p.Today]}
		laid[i] = codedSpan{transcript.Span{Start: end.at(p.Span.Start), End: end.at(p.Span.End)}, coded[i].coder, coded[i].code}
	}
	t.segments = segments(laid, len(o.Coders))

	units := said
	holds := func(unit, coding transcript.Span) bool { return holdsWord(t.Text, unit, coding) }
	count := func(transcript.Span) int { return 1 }
	always := func(_, _ transcript.Span) bool { return true }
	switch o.Unit {
	case BySentence:
		units = nil
		for _, speech := range said {
			for _, sentence := range transcript.Sentences(t.Text, speech, s.Language(t.Transcript)) {
				if holdsWord(t.Text, sentence, sentence) {
					units = append(units, sentence)
				}
			}
		}
	case ByPassage:
		units, holds = merged(coded), always
	case ByCharacter: // units are stretches of characters between the ends of codings
		coded, units, holds, count = laid, end.cut(laid), always, transcript.Span.Len
	}
	t.put(coded, units, len(o.Coders), o.Over == OverPassages, holds, count)
}

// put sets held and clusters: what coders put on each unit, and which units are resampled together. By passage these are
// the units that the same passage reaches, and each unit that none does.
func (t *comparedTranscript) put(coded []codedSpan, units []transcript.Span, coders int, byPassage bool,
	holds func(unit, coding transcript.Span) bool, count func(transcript.Span) int) {
	on := make([][][]int, len(units))
	for _, c := range coded {
		from, to := overlapping(units, c.Span)
		for i := from; i < to; i++ {
			if !holds(units[i], c.Span) {
				continue
			}
			if on[i] == nil {
				on[i] = make([][]int, coders)
			}
			if at, there := slices.BinarySearch(on[i][c.coder], c.code); !there {
				on[i][c.coder] = slices.Insert(on[i][c.coder], at, c.code)
			}
		}
	}
	if !byPassage {
		t.clusters = []int{0} // a transcript is one, though there may be nothing in it
	}
	passages := merged(coded)
	reached := -1 // where the last passage ends that a held unit before this one lies in
	for i, unit := range units {
		alone := byPassage
		if byPassage && on[i] != nil {
			from, to := overlapping(passages, unit)
			alone = passages[from].Start >= reached
			reached = passages[to-1].End
		}
		if alone {
			t.clusters = append(t.clusters, 0)
		}
		cluster := len(t.clusters) - 1
		t.clusters[cluster] += count(unit)
		if on[i] != nil {
			t.held = append(t.held, heldUnit{cluster, count(unit), on[i]})
		}
	}
}

// A codedSpan is where a code was put by whom, both as numbers.
type codedSpan struct {
	transcript.Span
	coder, code int
}

// segments are each coder's spans by code; spans of one code that overlap are one.
func segments(coded []codedSpan, coders int) [][]agreement.Segment {
	of := map[int][]codedSpan{}
	for _, c := range coded {
		of[c.code*coders+c.coder] = append(of[c.code*coders+c.coder], c)
	}
	out := make([][]agreement.Segment, coders)
	for key, list := range of {
		for _, span := range merged(list) {
			out[key%coders] = append(out[key%coders], agreement.Segment{Start: span.Start, End: span.End, Code: key / coders})
		}
	}
	return out // in no order, which agreement does not ask for
}

// merged returns the stretches that spans cover, in order; those that only touch stay two.
func merged(coded []codedSpan) []transcript.Span {
	spans := make([]transcript.Span, len(coded))
	for i, c := range coded {
		spans[i] = c.Span
	}
	slices.SortFunc(spans, bySpan)
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && out[n-1].Overlaps(s) {
			out[n-1].End = max(out[n-1].End, s.End)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// overlapping returns which of spans, sorted and apart, overlap span: indexes, half-open.
func overlapping(spans []transcript.Span, span transcript.Span) (from, to int) {
	from = sort.Search(len(spans), func(i int) bool { return spans[i].End > span.Start })
	to = from
	for to < len(spans) && spans[to].Start < span.End {
		to++
	}
	return from, to
}

// holdsWord says whether a whole word of unit lies in coding.
func holdsWord(text string, unit, coding transcript.Span) bool {
	from := max(unit.Start, coding.Start)
	// Words are cut from the white space before on, so that the rest of a word is not taken for one.
	if space := strings.LastIndexFunc(text[unit.Start:from], unicode.IsSpace); space >= 0 {
		from = unit.Start + space
	} else {
		from = unit.Start
	}
	for word := range transcript.Words(text, transcript.Span{Start: from, End: unit.End}) {
		if word.Start >= coding.Start || word.End > coding.End {
			return word.Start >= coding.Start && word.End <= coding.End
		}
	}
	return false
}

// A continuum maps bytes of a text to code points of those parts of it that were said, laid end to end.
type continuum struct {
	text   string
	said   []transcript.Span
	before []int // code points before each part
	length int
}

func newContinuum(text string, said []transcript.Span) *continuum {
	c := &continuum{text: text, said: said, before: make([]int, len(said))}
	for i, span := range said {
		c.before[i] = c.length
		c.length += utf8.RuneCountInString(text[span.Start:span.End])
	}
	return c
}

// at returns where a byte lies; what is between two parts lies where they meet.
func (c *continuum) at(offset int) int {
	i := sort.Search(len(c.said), func(i int) bool { return c.said[i].End > offset })
	switch {
	case i == len(c.said):
		return c.length
	case offset <= c.said[i].Start:
		return c.before[i]
	}
	return c.before[i] + utf8.RuneCountInString(c.text[c.said[i].Start:offset])
}

// cut returns the stretches between the ends of codings, which together are the continuum.
func (c *continuum) cut(coded []codedSpan) []transcript.Span {
	ends := []int{0, c.length}
	for _, span := range coded {
		ends = append(ends, span.Start, span.End)
	}
	slices.Sort(ends)
	var out []transcript.Span
	for i := range ends[1:] {
		if ends[i] < ends[i+1] {
			out = append(out, transcript.Span{Start: ends[i], End: ends[i+1]})
		}
	}
	return out
}
