package query

import (
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// Scan answers q by reading t from end to end. Hits come in the order of the text, at most one a unit. A unit without a
// character is none.
func Scan(q *Query, t *transcript.Transcript, o Options, s Scope) []Hit {
	language := t.Meta.Language
	if language == "" {
		language = o.Language
	}
	r := &reader{t: t, scope: s, stemmer: StemmerOf(language), stems: map[string]string{}}
	var hits []Hit
	for _, turn := range t.Turns {
		if !o.Sees(turn) || turn.Speech.Len() == 0 {
			continue
		}
		var tokens []token
		for w := range transcript.Words(t.Text, turn.Speech) {
			tokens = append(tokens, token{w, transcript.FoldWord(t.Text[w.Start:w.End])})
		}
		units := []transcript.Span{turn.Speech}
		if o.Unit != Turn {
			units = transcript.Sentences(t.Text, turn.Speech, language)
		}
		for _, unit := range units {
			// A word belongs to the unit that holds its first byte.
			inside := slices.Collect(func(yield func(token) bool) {
				for _, w := range tokens {
					if unit.Start <= w.Start && w.Start < unit.End && !yield(w) {
						return
					}
				}
			})
			matched, holds := r.unit(q.Root, turn, unit, inside)
			if !holds {
				continue
			}
			hit := Hit{Passage: transcript.Passage{Transcript: t.ID, Span: unit}, Turn: turn.Number}
			for i, w := range inside {
				if matched[i] {
					hit.Words = append(hit.Words, w.Span)
				}
			}
			if n := len(hit.Words); o.Unit == Match && n > 0 {
				hit.Span = transcript.Span{Start: hit.Words[0].Start, End: hit.Words[n-1].End}
			}
			hits = append(hits, hit)
		}
	}
	return hits
}

// A token is a word of the text and its folded form.
type token struct {
	transcript.Span
	word string
}

// A run is some of a unit's tokens: from, up to but not including to.
type run struct{ from, to int }

type reader struct {
	t       *transcript.Transcript
	scope   Scope
	stemmer string
	stems   map[string]string // of the words met so far
}

// unit says whether n holds in a unit of turn with these words, and which of them made it hold. An OR that holds shows
// the words of each branch that does; what stands under NOT shows none.
func (r *reader) unit(n *Node, turn transcript.Turn, unit transcript.Span, words []token) (matched map[int]bool, holds bool) {
	matched = map[int]bool{}
	switch n.Op {
	case And, Or:
		held := 0
		for _, kid := range n.Kids {
			its, ok := r.unit(kid, turn, unit, words)
			if ok {
				held++
				for i := range its {
					matched[i] = true
				}
			}
		}
		return matched, n.Op == And && held == len(n.Kids) || n.Op == Or && held > 0
	case Not:
		_, ok := r.unit(n.Kids[0], turn, unit, words)
		return nil, !ok
	case Field:
		return nil, r.field(n, turn, unit)
	case Words:
		return mark(r.runs(n, words))
	default:
		return mark(r.near(n, words))
	}
}

func mark(runs []run) (matched map[int]bool, holds bool) {
	matched = map[int]bool{}
	for _, at := range runs {
		for i := at.from; i < at.to; i++ {
			matched[i] = true
		}
	}
	return matched, len(runs) > 0
}

func (r *reader) field(n *Node, turn transcript.Turn, unit transcript.Span) bool {
	switch n.Key {
	case "speaker":
		return SpeakerIs(turn, n.Value)
	case "transcript":
		return diag.Fold(r.t.ID) == diag.Fold(n.Value)
	case "code":
		return r.scope.Coded != nil && slices.ContainsFunc(r.scope.Coded(r.t, n.Value), unit.Overlaps)
	}
	return r.scope.Holds != nil && r.scope.Holds(r.t, turn, n.Key, n.Value)
}

// runs returns where the word or phrase n, or any branch of an OR of such, stands among words.
func (r *reader) runs(n *Node, words []token) []run {
	var out []run
	if n.Op == Or {
		for _, kid := range n.Kids {
			out = append(out, r.runs(kid, words)...)
		}
		return out
	}
	for from := 0; from+len(n.Terms) <= len(words); from++ {
		all := true
		for i, term := range n.Terms {
			all = all && r.matches(term, words[from+i].word)
		}
		if all {
			out = append(out, run{from, from + len(n.Terms)})
		}
	}
	return out
}

// near returns the runs of n's operands that stand near enough: those from which a way leads through one run of each
// operand, every step at most Within words wide. Two operands never share a word.
func (r *reader) near(n *Node, words []token) []run {
	reached := make([][]run, len(n.Kids)) // from the first operand
	for i, kid := range n.Kids {
		for _, at := range r.runs(kid, words) {
			if i == 0 || slices.ContainsFunc(reached[i-1], func(other run) bool { return closeBy(at, other, n.Within[i-1]) }) {
				reached[i] = append(reached[i], at)
			}
		}
	}
	for i := len(n.Kids) - 2; i >= 0; i-- { // and from the last one back
		reached[i] = slices.DeleteFunc(reached[i], func(at run) bool {
			return !slices.ContainsFunc(reached[i+1], func(other run) bool { return closeBy(at, other, n.Within[i]) })
		})
	}
	return slices.Concat(reached...)
}

func closeBy(a, b run, within int) bool {
	if a.from > b.from {
		a, b = b, a
	}
	return a.to <= b.from && b.from-a.to <= within
}

// matches says whether a word of the text, folded, is one that term asks for.
func (r *reader) matches(term Term, word string) bool {
	switch term.How {
	case Inflected:
		return r.stem(word) == r.stem(term.Text)
	case Prefix:
		return strings.HasPrefix(word, term.Text)
	case Fuzzy:
		return OneEdit(term.Text, word)
	}
	return word == term.Text
}

func (r *reader) stem(word string) string {
	stem, known := r.stems[word]
	if !known {
		stem = Stem(word, r.stemmer)
		r.stems[word] = stem
	}
	return stem
}

// OneEdit says whether a is b, or becomes b when one character (code point) is put in, left out or replaced.
func OneEdit(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0 // of the first difference
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) < len(y) {
		return slices.Equal(x[i:], y[i+1:])
	}
	return i == len(x) || slices.Equal(x[i+1:], y[i+1:])
}
