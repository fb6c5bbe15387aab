package transcript

import "slices"

// An Anchor ties a coding to words: where they stood, what they were, and what stood around them.
type Anchor struct {
	Span
	Quote, Before, After string // slices of the text at the time
	TextHash             string // Transcript.Hash at the time
}

// A Standing says what became of an anchor in today's text (design section 4).
type Standing int

// The standings. Resolve tells what a study's files alone can tell; a Carriage, which has the old text, all of them.
const (
	_         Standing = iota
	Exact              // same text, and the slice is the quote; to a Carriage: the very words in their place
	Moved              // the text changed; quote and context agree on one place; to a Carriage: the words were moved
	Changed            // the words themselves were edited; both edges can be placed and most words remain; only a Carriage can tell
	Ambiguous          // several places could be meant
	Lost               // no place can be defended
	Invalid            // the text is today's and yet the offsets lie outside it, or the slice is not the quote
)

// Placed says whether a span comes with s: whether there is a place today that can be defended.
func (s Standing) Placed() bool { return s == Exact || s == Moved || s == Changed }

func (s Standing) String() string {
	return [...]string{"", "exact", "moved", "changed", "ambiguous", "lost", "invalid"}[s]
}

const (
	contextBytes = 32 // of the text on each side of a quote
	typoRunes    = 4  // characters that may differ in a context that was corrected
	longQuote    = 64 // bytes from which a quote says as much as its whole context
)

// Resolve finds where the words of a stand in t today. The span is of use only for Exact and Moved.
//
// In a text that changed, words are found again only where all of their context stands around them too (what stood at
// the edge of the text has the edge for its context), and only if that is so in one place. A context that was edited
// is forgiven to a long quote that stands nowhere else, on one side, for a few characters: the other side and the
// quote then still are unchanged. All else is Ambiguous where the words stand in several places, and Lost where they
// stand in one or none; with the old text, Carry can say more.
//
// An old text that held the same words in the same context twice cannot be told from one that held them once. If one
// of those two places was edited the other is found, with the very words and context that were coded; unless the edited
// one still stands at the old offset with half of its context, which makes them Ambiguous.
func (t *Transcript) Resolve(a Anchor) (Span, Standing) {
	if a.TextHash == t.Hash {
		if s, ok := t.Slice(a.Span); ok && s == a.Quote && s != "" {
			return a.Span, Exact
		}
		return Span{}, Invalid
	}
	if a.Quote == "" {
		return Span{}, Lost
	}
	places, full := t.Occurrences(a.Quote), []Span{}
	offsetSpeaksAgainst := false
	for _, at := range places {
		before, after := t.around(at)
		switch left, right := before == a.Before, after == a.After; {
		case left && right:
			full = append(full, at)
		case (left || right) && at.Start == a.Start:
			offsetSpeaksAgainst = true
		}
	}
	switch {
	case len(places) == 0:
		return Span{}, Lost
	case len(full) == 1 && !offsetSpeaksAgainst:
		return full[0], Moved
	case len(places) > 1:
		return Span{}, Ambiguous
	}
	last := places[0]
	before, after := t.around(last)
	if len(a.Quote) >= longQuote && (before == a.Before && nearly([]rune(after), []rune(a.After)) ||
		after == a.After && nearly(backwards(before), backwards(a.Before))) {
		return last, Moved
	}
	return Span{}, Lost
}

// AnchorAt returns the anchor of span as it is today: up to 32 bytes of context on each side, on character boundaries.
// A span that lies outside the text or cuts a character gives an anchor without words, which Resolve calls Invalid.
func (t *Transcript) AnchorAt(span Span) Anchor {
	quote, ok := t.Slice(span)
	if !ok {
		return Anchor{Span: span, TextHash: t.Hash}
	}
	before, after := t.around(span)
	return Anchor{Span: span, Quote: quote, Before: before, After: after, TextHash: t.Hash}
}

// around returns the context of span. It is shorter than 32 bytes at the edges of the text, and where a character
// would be cut.
func (t *Transcript) around(span Span) (before, after string) {
	start, end := max(0, span.Start-contextBytes), min(len(t.Text), span.End+contextBytes)
	for !boundary(t.Text, start) {
		start++
	}
	for !boundary(t.Text, end) {
		end--
	}
	return t.Text[start:span.Start], t.Text[span.End:end]
}

// nearly says whether two contexts, read away from the quote, differ by a typing error or two: at most typoRunes
// characters put in, left out or changed. What one of them has beyond the other's end is no difference, since both
// are cut after so many bytes; contexts that the text's edge cut short are too little to compare.
func nearly(a, b []rune) bool {
	if min(len(a), len(b)) < 3*typoRunes {
		return false
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	least := row[len(b)]
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
		least = min(least, row[len(b)])
	}
	return min(least, slices.Min(row)) <= typoRunes
}

func backwards(s string) []rune {
	r := []rune(s)
	slices.Reverse(r)
	return r
}
