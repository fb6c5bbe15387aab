package transcript

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Verdict says whether the words of a quotation stand in a transcript.
type Verdict int

// The verdicts.
const (
	_        Verdict = iota
	Verbatim         // every word stands there, in order; what the author left out or put in is marked
	Edited           // the passage is there, but words differ without a mark
	Absent           // no passage comes near
)

// A Quotation is what VerifyQuotation found out about one quoted text.
type Quotation struct {
	Verdict    Verdict
	Passage    Passage  // from the first fragment's first byte to the last fragment's last; the nearest one if Absent
	Fragments  []Span   // the fragments around the elisions, in order
	Turns      []int    // numbers of the turns that the fragments stand in
	Changes    []Change // what differs without a mark, for Edited
	Elided     int      // words left out under elision marks
	Insertions []string // the author's bracketed words, without brackets
	Replaced   []Replacement
	Places     int      // how many places a Verbatim one stands in, as far as they were counted
	Warnings   []string // what to look at: much elided; stands in several places. No words of anybody's
}

// A Replacement is words of the transcript in whose place a bracket of the author's stands. A word in which only some
// letters are the author's is none.
type Replacement struct {
	Span        // in the transcript
	By   string // what stands in the bracket
}

// A Change is one difference between a quotation and the transcript.
type Change struct {
	Kind   ChangeKind
	Quoted string  // the words in the quotation; "" where words were left out without a mark
	Said   string  // the words in the transcript; "" where words were put in without a mark
	At     Span    // of the quotation: Quoted, or where the words left out belong
	From   Passage // where the words stand that were said by somebody else or elsewhere (Spliced, Reordered, Apart)
}

const (
	elidedWords   = 300 // how many words may be left out in a quotation before it is worth a warning
	elidedTurns   = 3   // and how many turns
	namedPlaces   = 3   // how many of the places where a quotation stands are named
	countedPlaces = 20  // and counted
)

// VerifyQuotation holds quote against the transcripts by the rules of design section 2, "Quotations". The best verdict
// wins; of equal ones that of the transcript given first. A wrong attribution makes a quotation Edited, and is one of
// its Changes. Where there is no word to look for, or nothing in any transcript comes near, Passage is empty.
//
// What is said is compared turn by turn of one speaker: a passage runs on into the next turn only if the same person
// goes on speaking. What another says in between must be elided.
func VerifyQuotation(quote string, in ...*Transcript) Quotation {
	whole := readQuotation(quote)
	q, body, by, ok := whole.standing(in)
	if ok {
		return q
	}
	if by == nil {
		return whole.nearest(in, nil)
	}
	wrong, found := body.verbatim(in, nil)
	if !found {
		q := body.nearest(in, by)
		if q.Verdict == Edited {
			return q
		}
		wrong = body.nearest(in, nil)
		if wrong.Verdict == Absent || slices.ContainsFunc(wrong.Changes, func(c Change) bool { return c.Kind == Spliced }) {
			return wrong
		}
	}
	wrong.Verdict = Edited
	wrong.Changes = append(wrong.Changes, Change{Kind: Attributed, Quoted: by.text, Said: by.right(wrong.Passage, in), At: by.at})
	return wrong
}

// findVerbatim returns where quote stands word for word. Ok is false where VerifyQuotation says that it is Edited or Absent,
// which takes far longer: for who need not know in what way, or how it comes near.
func findVerbatim(quote string, in ...*Transcript) (q Quotation, ok bool) {
	q, _, _, ok = readQuotation(quote).standing(in)
	return q, ok && q.Verdict == Verbatim
}

// Places yields, for each transcript in which quote stands word for word, one place where it does: first those where it
// is easily seen to stand letter for letter, then the others. Of a Quotation it holds the verdict, the passage, the
// fragments and the turns. Who asks for one place alone has it at a glance, mostly.
func Places(quote string, in ...*Transcript) iter.Seq[Quotation] {
	return func(yield func(Quotation) bool) {
		p := readQuotation(quote)
		var rest []*Transcript // that may have the words in other letters
		plain, attributed := isPlain(quote), readAttribution(p.text, in) != nil
		for _, t := range in {
			may := p.mayStandIn(t)
			if plain && may {
				if q, ok := t.letterForLetter(quote); ok {
					if !yield(q) {
						return
					}
					continue
				}
			}
			if may || attributed {
				rest = append(rest, t)
			}
		}
		for _, t := range rest {
			q, _, _, ok := p.standing([]*Transcript{t})
			if ok && q.Verdict == Verbatim && !yield(Quotation{Verdict: q.Verdict, Passage: q.Passage, Fragments: q.Fragments, Turns: q.Turns}) {
				return
			}
		}
	}
}

// isPlain says whether a quotation is words and signs that mean nothing but themselves, so that where its letters stand
// its words do: no brackets, elisions or pauses, nothing invisible, and words at both ends or signs that end a sentence.
func isPlain(quote string) bool {
	if len(quote) == 0 || strings.ContainsAny(quote, "[]()/\\*_<>{}…\r\n\t") || strings.Contains(quote, "..") || strings.Contains(quote, ". .") {
		return false
	}
	first, _ := utf8.DecodeRuneInString(quote)
	last, _ := utf8.DecodeLastRuneInString(quote)
	return unicode.IsLetter(first) && (unicode.IsLetter(last) || strings.ContainsRune(".?!", last)) &&
		!strings.ContainsFunc(quote, func(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r) })
}

// letterForLetter finds a place where a plain quotation stands within what one speaker says, and is not part of words.
func (t *Transcript) letterForLetter(quote string) (Quotation, bool) {
	for _, at := range t.Occurrences(quote) {
		before, _ := utf8.DecodeLastRuneInString(t.Text[:at.Start])
		after, _ := utf8.DecodeRuneInString(t.Text[at.End:])
		if before != ' ' && before != '\n' || at.End < len(t.Text) && !strings.ContainsRune(" \n,", after) {
			continue
		}
		if turn, ok := t.TurnAt(at.Start); ok && at.Start >= turn.Speech.Start && at.End <= turn.Speech.End {
			return Quotation{Verdict: Verbatim, Passage: Passage{t.ID, at}, Fragments: []Span{at}, Turns: []int{turn.Number}}, true
		}
	}
	return Quotation{}, false
}

// standing looks for a place where every word of the quotation stands, with what may be its attribution as part of it, or
// by whom it names. Where nothing is found it returns the attribution and what that leaves, if there is one.
func (p *quotation) standing(in []*Transcript) (q Quotation, body *quotation, by *attribution, ok bool) {
	// The transcript's own words may end like an attribution.
	if q, ok := p.verbatim(in, nil); ok {
		return q, nil, nil, true
	}
	if by = readAttribution(p.text, in); by == nil {
		return Quotation{}, nil, nil, false
	}
	body = readQuotation(by.quoted)
	q, ok = body.verbatim(in, by)
	return q, body, by, ok
}

// verbatim looks for a place where every word of the quotation stands.
func (p *quotation) verbatim(in []*Transcript, by *attribution) (Quotation, bool) {
	var best Quotation
	var places []string // turns
	found := 0
	for _, t := range in {
		if !p.mayStandIn(t) || !by.allows(t) {
			continue
		}
		s := t.speech()
		for _, reading := range p.readings(s) {
			if !reading.mayStand(s) {
				continue
			}
			m := newMatcher(s, reading, by)
			chain := m.exact()
			if chain == nil {
				continue
			}
			if found == 0 || len(best.Changes) > 0 { // what an elision hides here it may not hide elsewhere
				if q := m.quotation(chain); found == 0 || len(q.Changes) == 0 {
					best = q
				}
			}
			for _, at := range m.alternatives(chain) {
				found++
				if place := fmt.Sprintf("%s turn %d", t.ID, t.Turns[s.turn(at)].Number); !slices.Contains(places, place) {
					places = append(places, place)
				}
			}
			break
		}
		if found > countedPlaces {
			break
		}
	}
	if best.Verdict = Verbatim; len(best.Changes) > 0 {
		best.Verdict = Edited
	}
	best.Places = found
	if found > 1 {
		list := strings.Join(places[:min(len(places), namedPlaces)], ", ")
		if len(places) > namedPlaces {
			list += " ..."
		}
		count := fmt.Sprintf("%d", found)
		if found > countedPlaces {
			count = fmt.Sprintf("more than %d", countedPlaces)
		}
		best.Warnings = append(best.Warnings, fmt.Sprintf("stands in %s places: %s", count, list))
	}
	return best, found > 0
}

// likely returns the transcripts worth looking at for what comes nearest to the quotation, in their order: those that share
// the most and the rarest words with it.
func (p *quotation) likely(in []*Transcript, by *attribution) []*speech {
	const looked = 4
	type candidate struct {
		s            *speech
		score, order int
	}
	var best []candidate
	for i, t := range in {
		if !by.allows(t) {
			continue
		}
		s := t.speech()
		score := p.likeness(s)
		if score == 0 || len(best) == looked && score <= best[looked-1].score {
			continue
		}
		best = append(best[:min(looked-1, len(best))], candidate{s, score, i})
		slices.SortStableFunc(best, func(a, b candidate) int { return b.score - a.score })
	}
	slices.SortFunc(best, func(a, b candidate) int { return a.order - b.order })
	out := make([]*speech, len(best))
	for i, c := range best {
		out[i] = c.s
	}
	return out
}

// nearest returns the passage that comes nearest to a quotation that stands nowhere: Edited, or Absent if half of it
// or more is not there.
func (p *quotation) nearest(in []*Transcript, by *attribution) Quotation {
	q := Quotation{Verdict: Absent}
	least := -1
	for _, s := range p.likely(in, by) {
		for _, reading := range slices.Concat(p.readings(s), p.loose()) {
			m := newMatcher(s, reading, by)
			chain, cost := m.nearest()
			if len(chain) == 0 || least >= 0 && cost >= least {
				continue
			}
			least = cost
			q = m.quotation(chain)
			q.Verdict = m.verdict(chain, cost)
			if q.Verdict == Edited && len(q.Changes) == 0 {
				q.Changes = []Change{{Quoted: strings.TrimSpace(p.text), Said: s.said(chain[0].lo, chain[len(chain)-1].hi), At: trim(p.text, Span{0, len(p.text)})}}
			}
		}
	}
	if pieced, ok := p.pieced(q, in); ok {
		return pieced
	}
	if q.Verdict == Absent {
		q.Fragments, q.Changes, q.Elided, q.Insertions, q.Replaced, q.Warnings = nil, nil, 0, nil, nil, nil
	}
	return q
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
