package transcript

import "slices"

// A piece is a run of a quotation's words that one person said in a row.
type piece struct {
	said     []int // the words, as indexes of the quotation's parts
	s        *speech
	from, to int // tokens
}

func (p *piece) who() int32 { return p.s.who[p.s.turn(p.from)] }

// The fewest words that a piece may have: fewer stand anywhere by chance.
const pieceWords = 4

// pieced looks again at a quotation that is not Verbatim, q being the passage that comes nearest. Where its words were
// said, all or nearly all of them, but in several places, it is Edited, and what differs is that: it is spliced from what
// two people said, or its parts stand in another order, or apart. Ok says whether that explains more than q does.
func (p *quotation) pieced(q Quotation, in []*Transcript) (pieced Quotation, ok bool) {
	const (
		most  = 4 // pieces; of more than that anything can be made
		share = 5 // of its words one in so many may be missing
		few   = 3 // words that stand for others are no reason to look
	)
	all, wrong, changed := 0, 0, 0 // words; wrong ones; those of them that stand for others
	for _, x := range p.parts {
		if x.kind == spoken && x.word {
			all++
		}
	}
	for _, c := range q.Changes {
		n := len(lowWords(c.Quoted))
		if wrong += n; c.Said != "" {
			changed += n
		}
	}
	if q.Verdict == Absent {
		wrong, changed = all, all
	}
	if wrong == 0 || changed > 0 && wrong < few { // a word for another is simpler than two places
		return q, false
	}
	pieces := p.pieces(in)
	missing, main := all, 0
	for i, x := range pieces {
		missing -= len(x.said)
		if len(x.said) > len(pieces[main].said) {
			main = i
		}
	}
	if len(pieces) < 2 || len(pieces) > most || missing*share > all || missing >= wrong {
		return q, false
	}
	m := pieces[main]
	span := m.s.span(m.from, m.to)
	pieced = Quotation{Verdict: Edited, Passage: Passage{m.s.t.ID, span}, Fragments: []Span{span}}
	for turn := m.s.turn(m.from); turn <= m.s.turn(m.to-1); turn++ {
		if m.s.first[turn] < m.s.first[turn+1] {
			pieced.Turns = append(pieced.Turns, m.s.t.Turns[turn].Number)
		}
	}
	of := make([]int, len(p.parts)) // the piece of each word, from 1
	for i, x := range pieces {
		for _, k := range x.said {
			of[k] = i + 1
		}
	}
	for i := 0; i < len(p.parts); {
		from, to := i, i // the parts of a piece, or the words between two
		for ; i < len(p.parts) && (of[i] == of[from] || !p.parts[i].word || p.parts[i].kind != spoken); i++ {
			if p.parts[i].word && p.parts[i].kind == spoken {
				to = i + 1
			}
		}
		if to == from || of[from] == main+1 {
			i = max(i, from+1)
			continue
		}
		c := Change{At: Span{p.parts[from].Start, p.parts[to-1].End}}
		c.Quoted = p.text[c.At.Start:c.At.End]
		if of[from] > 0 {
			x := pieces[of[from]-1]
			c.From = Passage{x.s.t.ID, x.s.span(x.from, x.to)}
			switch {
			case x.s != m.s || x.who() != m.who():
				c.Kind = Spliced
			case (x.from < m.from) != (x.said[0] < m.said[0]):
				c.Kind = Reordered
			default:
				c.Kind = Apart
			}
		}
		pieced.Changes = append(pieced.Changes, c)
	}
	return pieced, len(pieced.Changes) > 0
}

// pieces cuts the quotation into the longest runs of words that were said somewhere, from its beginning on. Signs, case
// and what stands in the author's brackets do not count. A run ends at an elision. Fewer words than a piece has are one
// if they were said right behind or before another piece, or if they are all between two elisions and were said in the
// transcript of another.
func (p *quotation) pieces(in []*Transcript) []piece {
	var out []piece
	runs := p.runs()
	for _, run := range runs {
		if len(run) >= pieceWords {
			out = append(out, p.cut(run, pieceWords, in)...)
		}
	}
	var near []*Transcript
	for _, t := range in {
		if len(out) == 0 || slices.ContainsFunc(out, func(x piece) bool { return x.s.t.ID == t.ID }) {
			near = append(near, t)
		}
	}
	for _, run := range runs {
		if len(run) < pieceWords {
			out = append(out, p.cut(run, len(run), near)...)
		}
	}
	slices.SortFunc(out, func(a, b piece) int { return a.said[0] - b.said[0] })
	return out
}

// cut returns the pieces of at least least words of one run.
func (p *quotation) cut(run []int, least int, in []*Transcript) []piece {
	starts := p.startsOf(run, least, in)
	var out []piece
	done := 0 // words that are in a piece
	for i := 0; i < len(run); {
		best := piece{}
		if i > 0 && done == i { // what was said next
			last := out[len(out)-1]
			if x := p.along(last.s, run[i:], last.to, 1); len(x.said) > 1 || len(x.said) == 1 && i+1 == len(run) {
				best = x
			}
		}
		for _, s := range starts[i] {
			if x := p.longest(s, run[i:], least); len(x.said) > len(best.said) {
				best = x
			}
		}
		if len(best.said) == 0 {
			i++
			continue
		}
		if done < i { // what was said before
			back := slices.Clone(run[done:i])
			slices.Reverse(back)
			if x := p.along(best.s, back, best.from-1, -1); len(x.said) == len(back) {
				slices.Reverse(x.said)
				out = append(out, x)
			}
		}
		out = append(out, best)
		i += len(best.said)
		done = i
	}
	return out
}

// startsOf returns, by the words of a run, the transcripts in which it and the least-1 words behind it may stand in a row:
// all in which they do, and few others.
func (p *quotation) startsOf(run []int, least int, in []*Transcript) [][]*speech {
	out := make([][]*speech, len(run))
	for _, t := range in {
		s := t.speech()
		next, row := int32(-1), 0 // the word behind, and how many may stand in a row from there on
		for i := len(run) - 1; i >= 0; i-- {
			id := s.find(p.parts[run[i]].key)
			switch {
			case id < 0:
				row = 0
			case next >= 0 && s.follows(id, next):
				row++
			default:
				row = 1
			}
			if next = id; row >= least {
				out[i] = append(out[i], s)
			}
		}
	}
	return out
}

// runs returns the words between elisions, as indexes of parts.
func (p *quotation) runs() [][]int {
	var out [][]int
	var run []int
	for i, x := range append(p.parts[:len(p.parts):len(p.parts)], part{kind: elision}) {
		switch {
		case x.kind == elision || x.kind == maybeElision:
			if len(run) > 0 {
				out = append(out, run)
			}
			run = nil
		case x.kind == spoken && x.word:
			run = append(run, i)
		}
	}
	return out
}

// longest returns the longest beginning of run that one person said in s, if it has at least least words.
func (p *quotation) longest(s *speech, run []int, least int) piece {
	if len(run) < least {
		return piece{}
	}
	rare := 0 // the rarest of the words that must be there leads to the places worth looking at
	for i, k := range run[:least] {
		n := len(s.placesOf(s.find(p.parts[k].key)))
		if n == 0 {
			return piece{}
		}
		if n < len(s.placesOf(s.find(p.parts[run[rare]].key))) {
			rare = i
		}
	}
	var best piece
	for _, at := range s.placesOf(s.find(p.parts[run[rare]].key)) {
		start := int(at)
		for i := rare; i > 0 && start >= 0; i-- {
			for start--; start >= 0 && !s.word[s.ids[start]]; {
				start--
			}
		}
		if start < 0 {
			continue
		}
		if x := p.along(s, run, start, 1); len(x.said) >= least && len(x.said) > len(best.said) {
			best = x
		}
	}
	return best
}

// along returns how much of run stands in s from token at on, or before it where step is -1, as words of one person.
func (p *quotation) along(s *speech, run []int, at, step int) piece {
	x := piece{s: s, from: -1}
	who := int32(-1)
	for ; at >= 0 && at < len(s.ids) && len(x.said) < len(run); at += step {
		if !s.word[s.ids[at]] {
			continue
		}
		speaker := s.who[s.turn(at)]
		if s.forms[s.lower[s.ids[at]]] != p.parts[run[len(x.said)]].low || who >= 0 && speaker != who {
			break
		}
		if who = speaker; x.from < 0 {
			x.from, x.to = at, at+1
		}
		x.from, x.to = min(x.from, at), max(x.to, at+1)
		x.said = append(x.said, run[len(x.said)])
	}
	return x
}
