package transcript

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	alignedParts  = 1500 // of a fragment, when only its nearest likeness is sought: memory grows with the square
	replacedWords = 8    // how many words one bracket of the author's may stand for
	nearWords     = 60   // how far from its neighbour a short fragment may stand
)

// A matcher looks for one reading of a quotation in one transcript.
type matcher struct {
	s *speech
	reading
	by        *attribution
	found     [][]occurrence // by fragment, in the order of the text
	sentences map[int][]Span // by turn
	cells     []cell
	dead      map[deadEnd]bool // of the fragment that is being looked for
}

// A deadEnd is a part of a fragment and a token from which on the fragment cannot be matched, behind a bracket.
type deadEnd struct{ part, token int }

// An occurrence is a place where a fragment stands, word for word or nearly.
type occurrence struct {
	start, end int // tokens of the core
	lo, hi     int // tokens, with what stands there of the free edges
	who        int32
	cost       int // 0: word for word
	matched    int // words that stand there
	changes    []Change
	inserted   []insertion
}

// An insertion is a bracket of the author's, with the tokens that it stands for.
type insertion struct {
	inside   string
	reads    string // the words that it makes the quotation say
	at       Span   // of the quotation
	from, to int
}

func newMatcher(s *speech, r reading, by *attribution) *matcher {
	return &matcher{s: s, reading: r, by: by, sentences: map[int][]Span{}, dead: map[deadEnd]bool{}}
}

// exact returns where each fragment stands, word for word, or nil.
func (m *matcher) exact() []link {
	m.found = m.found[:0]
	for i := range m.fragments {
		found := m.find(&m.fragments[i])
		if len(found) == 0 {
			return nil
		}
		m.found = append(m.found, found)
	}
	chain, _ := m.chain(false)
	return chain
}

// find returns the places where f stands word for word.
func (m *matcher) find(f *fragment) []occurrence {
	// The rarest word before the first bracket leads to the places worth looking at.
	var at []int32
	offset := -1
	for i, p := range f.core {
		if p.kind != spoken {
			break
		}
		if places := m.s.placesOf(m.s.find(p.key)); p.word && (offset < 0 || len(places) < len(at)) {
			at, offset = places, i
		}
	}
	var out []occurrence
	clear(m.dead)
	try := func(start int) {
		end, inserted, ok := m.match(f.core, 0, start, true)
		if !ok || !m.oneSpeaker(start, end) {
			return
		}
		o := occurrence{start: start, end: end, matched: f.words, inserted: inserted, who: m.s.who[m.s.turn(start)]}
		m.edges(f, &o)
		out = append(out, o)
	}
	if offset < 0 {
		for start := range m.s.ids {
			try(start)
		}
		return out
	}
	for _, i := range at {
		if start := int(i) - offset; start >= 0 {
			try(start)
		}
	}
	return out
}

// match holds parts[i:] against the tokens from at on, and returns where they end. Free says whether the case of the
// first word is: it is at the start of a fragment and after the author's bracket.
func (m *matcher) match(parts []part, i, at int, free bool) (end int, inserted []insertion, ok bool) {
	for ; i < len(parts); i++ {
		if at >= len(m.s.ids) {
			return 0, nil, false
		}
		p := &parts[i]
		switch p.kind {
		case spoken:
			form := m.s.forms[m.s.ids[at]]
			if form != p.form && !(free && p.word && sameButFirst(form, p.form)) {
				return 0, nil, false
			}
			free = free && !p.word
			at++
		case alteredWord:
			if n := m.literal(p.literal, at); n > 0 {
				at += n
			} else if m.s.word[m.s.ids[at]] && p.alters(m.s.forms[m.s.ids[at]]) {
				if strings.ToLower(m.s.forms[m.s.ids[at]]) != p.reads {
					inserted = append(inserted, insertion{p.inside, p.reads, p.Span, at, at + 1})
				}
				at++
			} else {
				return 0, nil, false
			}
			free = false
		default:
			if n := m.literal(p.literal, at); n > 0 {
				at += n
				continue
			}
			words := 0
			for next := at; next < len(m.s.ids) && words <= replacedWords; next++ {
				if way := (deadEnd{i + 1, next}); !m.dead[way] {
					end, more, ok := m.match(parts, i+1, next, true)
					if ok && (next == at || m.inSentence(at, next)) {
						return end, append(append(inserted, insertion{p.inside, p.inside, p.Span, at, next}), more...), true
					}
					m.dead[way] = !ok
				}
				if m.s.word[m.s.ids[next]] {
					words++
				}
			}
			return 0, nil, false
		}
	}
	return at, inserted, true
}

// sameButFirst says whether two words differ at most in the case of their first letter.
func sameButFirst(a, b string) bool {
	x, n := utf8.DecodeRuneInString(a)
	y, k := utf8.DecodeRuneInString(b)
	return a[n:] == b[k:] && unicode.ToLower(x) == unicode.ToLower(y)
}

// alters says whether p, a word with the author's letters in it, may stand for the word said: the letters outside of
// the bracket are said's, but for the case.
func (p *part) alters(said string) bool {
	low := strings.ToLower(said)
	return len(low) >= len(p.head)+len(p.tail) && strings.HasPrefix(low, p.head) && strings.HasSuffix(low, p.tail)
}

// literal returns how many tokens from at on are the words and signs of parts: all of them, or 0.
func (m *matcher) literal(parts []part, at int) int {
	if at < 0 || at+len(parts) > len(m.s.ids) {
		return 0
	}
	for i := range parts {
		if m.s.forms[m.s.ids[at+i]] != parts[i].form {
			return 0
		}
	}
	return len(parts)
}

// inSentence says whether tokens from to to stand in one sentence.
func (m *matcher) inSentence(from, to int) bool {
	turn := m.s.turn(from)
	if m.s.turn(to-1) != turn {
		return false
	}
	if m.sentences[turn] == nil {
		m.sentences[turn] = Sentences(m.s.t.Text, m.s.t.Turns[turn].Speech, cmp.Or(m.s.t.Meta.Language, m.s.t.Language))
	}
	span := m.s.span(from, to)
	return slices.ContainsFunc(m.sentences[turn], func(s Span) bool { return s.Start <= span.Start && span.End <= s.End })
}

// oneSpeaker says whether tokens from to to are said by one person whom the attribution allows.
func (m *matcher) oneSpeaker(from, to int) bool {
	first, last := m.s.turn(from), m.s.turn(to-1)
	for turn := first; turn <= last; turn++ {
		if m.s.first[turn] == m.s.first[turn+1] {
			continue // nothing said
		}
		if m.s.who[turn] != m.s.who[first] || !m.by.allowsTurn(m.s.t, m.s.t.Turns[turn]) {
			return false
		}
	}
	return true
}

// edges widens o over what stands in the transcript of f's free edges, within the turn.
func (m *matcher) edges(f *fragment, o *occurrence) {
	o.lo, o.hi = o.start, o.end
	least, most := int(m.s.first[m.s.turn(o.start)]), int(m.s.first[m.s.turn(o.end-1)+1])
	own := func(parts []part, at int) int {
		if at < least || at+len(parts) > most {
			return 0
		}
		return m.literal(parts, at)
	}
	var before []insertion
	for i := len(f.lead) - 1; i >= 0; i-- {
		if p := f.lead[i]; p.kind == spoken {
			o.lo -= own(f.lead[i:i+1], o.lo-1)
		} else if n := own(p.literal, o.lo-len(p.literal)); n > 0 {
			o.lo -= n
		} else {
			before = append(before, insertion{inside: p.inside})
		}
	}
	slices.Reverse(before)
	o.inserted = append(before, o.inserted...)
	for i, p := range f.tail {
		if p.kind == spoken {
			o.hi += own(f.tail[i:i+1], o.hi)
		} else if n := own(p.literal, o.hi); n > 0 {
			o.hi += n
		} else {
			o.inserted = append(o.inserted, insertion{inside: p.inside})
		}
	}
}

// A link is a fragment in its place.
type link struct {
	fragment int
	*occurrence
}

// chain picks a place for each fragment: in order, by one speaker, short fragments near a neighbour, with as little
// between them as there can be. With skip, fragments may be left unplaced at the cost of their weight, and the cheapest
// chain is sought. It returns nil if there is none.
func (m *matcher) chain(skip bool) ([]link, int) {
	type entry struct {
		link
		near      bool // a short fragment has a neighbour nearby, or need not
		cost, gap int
		prev      int // entry, or -1
		lastNear  int // the last entry up to this one that is near, or -1
	}
	var entries []entry
	begin := 0 // of the entries of the fragment before
	best, bestCost, bestGap := -1, 0, 0
	before := make([]int, len(m.fragments)+1) // the weight of the fragments before each
	for i := range m.fragments {
		before[i+1] = before[i] + m.fragments[i].weight
	}
	alone := skip // where all fragments are short one may stand alone
	for _, f := range m.fragments {
		alone = alone && f.short()
	}
	for i := range m.fragments {
		f, from, last := &m.fragments[i], len(entries), begin
		for k := range m.found[i] {
			o := &m.found[i][k]
			for last < from && (skip || entries[last].start < o.start) { // both are in the order of the text
				last++
			}
			var options [2]entry // without and with a neighbour nearby
			var have [2]bool
			offer := func(e entry) {
				n := 0
				if e.near {
					n = 1
				}
				if old := options[n]; !have[n] || e.cost < old.cost || e.cost == old.cost && e.gap < old.gap {
					options[n], have[n] = e, true
				}
			}
			if i == 0 || skip {
				offer(entry{link{i, o}, !f.short() || len(m.fragments) == 1 || alone, before[i] + o.cost, 0, -1, -1})
			}
			for p := last - 1; p >= begin; p-- {
				e := &entries[p]
				if e.end > o.start || e.who != o.who {
					continue
				}
				far := !skip && o.start-e.end > 4*nearWords
				if far && !e.near {
					p = e.lastNear + 1
					continue
				}
				beside := (f.short() || !e.near) && m.beside(e.end, o.start)
				if !e.near && !beside {
					continue
				}
				cost := e.cost + before[i] - before[e.fragment+1] + o.cost
				if f.pause.Len() > 0 {
					cost += m.pauseCost(e.hi, o.lo)
				}
				offer(entry{link{i, o}, !f.short() || beside, cost, e.gap + o.start - e.end, p, -1})
				if far || !skip && (beside || !f.short()) {
					break // those before are only farther away
				}
			}
			for n := range options {
				if !have[n] {
					continue
				}
				e := options[n]
				e.lastNear = -1
				if e.near {
					e.lastNear = len(entries)
				} else if len(entries) > 0 {
					e.lastNear = entries[len(entries)-1].lastNear
				}
				entries = append(entries, e)
				cost := e.cost + before[len(m.fragments)] - before[i+1]
				if e.near && (skip || i == len(m.fragments)-1) && (best < 0 || cost < bestCost || cost == bestCost && e.gap < bestGap) {
					best, bestCost, bestGap = len(entries)-1, cost, e.gap
				}
			}
		}
		if !skip {
			begin = from
		}
	}
	if best < 0 {
		return nil, 0
	}
	var out []link
	for e := best; e >= 0; e = entries[e].prev {
		out = append(out, entries[e].link)
	}
	slices.Reverse(out)
	return out, bestCost
}

// beside says whether what begins at token start stands in the turn of what ends at token end, near it.
func (m *matcher) beside(end, start int) bool {
	return start-end <= 4*nearWords && m.s.turn(end-1) == m.s.turn(start) && m.s.words(end, start) <= nearWords
}

// pauseCost is what a bare pause costs that is taken for an elision.
func (m *matcher) pauseCost(end, start int) int {
	if start == end+1 && m.s.forms[m.s.ids[end]] == pauseForm {
		return gapWeight
	}
	return 2*gapWeight + min(max(start-end, 0), 2000)/10
}

// alternatives returns the first token of each place where the quotation stands as it does in chain, at least one.
func (m *matcher) alternatives(chain []link) []int {
	main := 0
	for i, f := range m.fragments {
		if f.words > m.fragments[main].words {
			main = i
		}
	}
	var out []int
	all := m.found[main]
	for i := range all {
		if len(out) > countedPlaces || len(m.fragments) > 1 && i > 3*countedPlaces && len(out) > 0 {
			break
		}
		m.found[main] = all[i : i+1]
		if len(m.fragments) == 1 {
			out = append(out, all[i].lo)
		} else if other, _ := m.chain(false); other != nil {
			out = append(out, other[0].lo)
		}
	}
	m.found[main] = all
	return out
}

// quotation returns what a chain says about the quotation, but for the verdict.
func (m *matcher) quotation(chain []link) Quotation {
	first, last := chain[0], chain[len(chain)-1]
	q := Quotation{Passage: Passage{m.s.t.ID, m.s.span(first.lo, last.hi)}, Insertions: slices.Clone(m.inserted)}
	turns, next := 0, 0 // turns elided, and the link to come
	for i, f := range m.fragments {
		if next == len(chain) || chain[next].fragment != i {
			at := Span{f.core[0].Start, f.core[len(f.core)-1].End}
			q.Changes = append(q.Changes, Change{Quoted: m.q.text[at.Start:at.End], At: at})
			continue
		}
		at := chain[next]
		if next > 0 {
			end := chain[next-1].hi
			lo := max(at.lo, end)
			if f.pause.Len() == 0 {
				q.Elided += m.s.spoken(end, lo)
				turns += max(0, m.s.turn(lo)-m.s.turn(end-1)-1)
				if no, ok := m.unsaid(end, lo); ok {
					mark := Span{m.fragments[chain[next-1].fragment].end(), f.start()}
					q.Changes = append(q.Changes, Change{Kind: Unsaid, Quoted: strings.TrimSpace(m.q.text[mark.Start:mark.End]), Said: no, At: trim(m.q.text, mark)})
				}
			} else if said := m.s.said(end, lo); m.pauseCost(end, lo) > gapWeight {
				q.Changes = append(q.Changes, Change{Quoted: m.q.text[f.pause.Start:f.pause.End], Said: said, At: f.pause})
			}
		}
		q.Fragments = append(q.Fragments, m.s.span(at.lo, at.hi))
		for turn := m.s.turn(at.lo); turn <= m.s.turn(at.hi-1); turn++ {
			if number := m.s.t.Turns[turn].Number; m.s.first[turn] < m.s.first[turn+1] && !slices.Contains(q.Turns, number) {
				q.Turns = append(q.Turns, number)
			}
		}
		q.Changes = append(q.Changes, at.changes...)
		for _, x := range at.inserted {
			q.Insertions = append(q.Insertions, x.inside)
			if x.from < x.to && x.reads == x.inside {
				q.Replaced = append(q.Replaced, Replacement{m.s.span(x.from, x.to), x.inside})
			}
			if said, ok := m.turned(x); ok {
				q.Changes = append(q.Changes, Change{Kind: Negation, Quoted: m.q.text[x.at.Start:x.at.End], Said: said, At: x.at})
			}
		}
		q.Insertions = append(q.Insertions, f.inserted...)
		next++
	}
	m.nameChanges(q.Changes)
	if q.Elided > elidedWords {
		q.Warnings = append(q.Warnings, plural(q.Elided, "word")+" left out")
	}
	if turns > elidedTurns {
		q.Warnings = append(q.Warnings, plural(turns, "turn")+" left out")
	}
	return q
}

// nearest returns the cheapest way to place fragments where they stand word for word or nearly, and what it costs.
func (m *matcher) nearest() ([]link, int) {
	many := min(100, 2000/len(m.fragments)+1) // places of a common fragment, of which those near the rarer ones will do
	m.found = m.found[:0]
	for i := range m.fragments {
		f := &m.fragments[i]
		found := m.find(f)
		if len(found) == 0 && (!f.short() || len(m.fragments) == 1) || len(m.fragments) > 1 && !f.short() {
			for _, w := range m.windows(f) {
				for _, who := range m.speakersIn(f, w) {
					if o, ok := m.align(f, w.from, w.to, who); ok && o.cost > 0 {
						found = append(found, o)
					}
				}
			}
		}
		m.found = append(m.found, found)
	}
	// A poor likeness is worth showing where there is none better, but not to fill a chain.
	poor := func(i int) func(occurrence) bool {
		return func(o occurrence) bool { return 2*o.cost > m.fragments[i].weight }
	}
	good := false
	for i, found := range m.found {
		good = good || slices.ContainsFunc(found, func(o occurrence) bool { return !poor(i)(o) })
	}
	if good {
		for i, found := range m.found {
			m.found[i] = slices.DeleteFunc(found, poor(i))
		}
	}
	var rare []occurrence
	for _, found := range m.found {
		if len(found) <= many {
			rare = append(rare, found...)
		}
	}
	for i, found := range m.found {
		if len(found) > many {
			found = slices.DeleteFunc(found, func(o occurrence) bool {
				return !slices.ContainsFunc(rare, func(r occurrence) bool { return max(o.start-r.end, r.start-o.end) < 4*nearWords })
			})
			m.found[i] = found[:min(many, len(found))]
		}
	}
	return m.chain(true)
}

// verdict says whether a chain that nearest found is near: less than half of the quotation would have to be changed,
// and at least three words stand there.
func (m *matcher) verdict(chain []link, cost int) Verdict {
	words, weight, matched := 0, 0, 0
	for _, f := range m.fragments {
		words += f.words
		weight += f.weight
	}
	for _, l := range chain {
		matched += l.matched
	}
	if 2*cost < weight && matched >= min(3, words) {
		return Edited
	}
	return Absent
}

// A window is a stretch of tokens that shares many words, and rare ones, with a fragment.
type window struct{ from, to, score int }

const bucketTokens = 32

// windows returns the best few windows for f, the best first.
func (m *matcher) windows(f *fragment) []window {
	const few = 3
	size := len(f.core) + max(len(f.core), 40)
	return likeliest(m.s, f, size, few)
}

// likeliest returns the few stretches of size tokens and some more that share the most and the rarest words with f.
func likeliest(s *speech, f *fragment, size, few int) []window {
	all := len(s.ids)
	buckets := all/bucketTokens + 1
	wide := int32(min(size/bucketTokens+2, buckets))
	// By the last bucket of a stretch: by how much more it shares than the stretch before.
	change := make([]int32, buckets+int(wide)+1)
	// Words that stand everywhere only when there are few others.
	const enough = 3
	ids := make([]int32, len(f.wanted))
	rare := 0
	for i, k := range f.wanted {
		ids[i] = s.find(k)
		if n := len(s.placesOf(ids[i])); n == 0 {
			ids[i] = -1
		} else if n <= all/100 {
			rare++
		}
	}
	for _, id := range ids {
		if places := s.placesOf(id); len(places) > 0 && (len(places) <= all/100 || rare < enough) {
			share(change, wide, all, places)
		}
	}
	// Two words together say more than each alone, above all where all are common. Of two that are quoted side by side
	// or with one between, some are left unless every second word was changed.
	for _, pair := range f.beside {
		if a, b := ids[pair[0]], ids[pair[1]]; a >= 0 && b >= 0 && s.follows(a, b) {
			if places := s.together(a, b); len(places) > 0 {
				share(change, wide, all, places)
			}
		}
	}
	var out []window
	score := int32(0)
	for b := range int32(buckets) {
		score += change[b]
		if score == 0 {
			continue
		}
		// A bucket more on each side, for the words that are too common to have been looked for.
		w := window{max(0, int(b-wide)*bucketTokens), min(int(b+2)*bucketTokens, all), int(score)}
		// Of stretches that overlap the best one stays, of equal ones the first.
		if n := len(out); n > 0 && out[n-1].to > w.from {
			if w.score > out[n-1].score {
				out[n-1] = w
			}
			continue
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b window) int { return b.score - a.score })
	return out[:min(few, len(out))]
}

// share adds what it says that something stands in places to every stretch that holds one of them.
func share(change []int32, wide int32, all int, places []int32) {
	weight, until := int32(bits.Len(uint(all/len(places)))), int32(0)
	for _, at := range places {
		bucket := at / bucketTokens
		if bucket+wide <= until {
			continue
		}
		change[max(bucket, until)] += weight
		until = bucket + wide
		change[until] -= weight
	}
}

// likeness says how much s shares with the quotation, in order to choose the transcripts worth looking at.
func (p *quotation) likeness(s *speech) int {
	n := 0
	ways := p.readings(s)
	if len(ways) == 0 {
		return 0
	}
	for i := range ways[len(ways)-1].fragments {
		f := &ways[len(ways)-1].fragments[i]
		for _, w := range likeliest(s, f, 2*len(f.core), 1) {
			n += w.score
		}
	}
	return n
}

// speakersIn returns the two people who say most of f's words in w.
func (m *matcher) speakersIn(f *fragment, w window) []int32 {
	words := map[int32]bool{}
	for _, p := range f.core {
		if id := m.s.id(p.low); p.word && id >= 0 {
			words[id] = true
		}
	}
	said := map[int32]int{}
	var who []int32
	turn := m.s.turn(w.from)
	for i := w.from; i < w.to; i++ {
		for i >= int(m.s.first[turn+1]) {
			turn++
		}
		if words[m.s.lower[m.s.ids[i]]] && m.by.allowsTurn(m.s.t, m.s.t.Turns[turn]) {
			if said[m.s.who[turn]]++; said[m.s.who[turn]] == 1 {
				who = append(who, m.s.who[turn])
			}
		}
	}
	slices.SortStableFunc(who, func(a, b int32) int { return said[b] - said[a] })
	return who[:min(2, len(who))]
}

// A cell is the cheapest way to have aligned some parts of a fragment with tokens up to one: in its last step it took
// the part, or (left) it left the token out.
type cell struct {
	cost, leftCost int32
	step           step
	tokens         uint8 // how many the step took
	afterLeft      bool  // the step came after tokens left out
	leftAgain      bool  // leaving the token out came after leaving out another
}

type step uint8

const (
	take    step = iota // a word or sign that is, or stands for, a token
	put                 // a word or sign that is not there
	stretch             // a bracket of the author's
)

// align finds the cheapest way to read f into tokens from to to as words of one speaker. What others say can only be
// left out.
func (m *matcher) align(f *fragment, from, to int, who int32) (occurrence, bool) {
	const never = 1 << 28
	s := m.s
	parts := m.ownBrackets(f.core[:min(len(f.core), alignedParts)], from, to)
	n, width := len(parts), to-from+1
	if need := (n + 1) * width; cap(m.cells) < need {
		m.cells = make([]cell, need)
	}
	cells := m.cells[:(n+1)*width]
	mine := make([]bool, width)
	turnOf := make([]int, width)
	turn := s.turn(from)
	for j := 1; j < width; j++ {
		for from+j-1 >= int(s.first[turn+1]) {
			turn++
		}
		turnOf[j], mine[j] = turn, s.who[turn] == who && m.by.allowsTurn(s.t, s.t.Turns[turn])
	}
	sentence := make([]int, width) // of each token, where a bracket may stand for several
	if slices.ContainsFunc(parts, func(p part) bool { return p.kind == bracket }) {
		for j := 2; j < width; j++ {
			sentence[j] = sentence[j-1]
			if !m.inSentence(from+j-2, from+j) {
				sentence[j]++
			}
		}
	}
	free := true // the case of the next word
	for j := range width {
		cells[j] = cell{leftCost: never}
	}
	for i := 1; i <= n; i++ {
		p := parts[i-1]
		row, above := cells[i*width:(i+1)*width], cells[(i-1)*width:i*width]
		id := int32(-2)
		low := int32(-2)
		if p.kind == spoken {
			id, low = s.id(p.form), s.id(p.low)
		}
		for j := range width {
			c := cell{cost: never, leftCost: never}
			offer := func(before cell, add int32, how step, tokens int) {
				cost, left := before.cost, before.leftCost < before.cost
				if left {
					cost = before.leftCost
				}
				if cost+add < c.cost {
					c.cost, c.step, c.tokens, c.afterLeft = cost+add, how, uint8(tokens), left
				}
			}
			if p.kind == bracket {
				offer(above[j], 0, stretch, 0)
				words := 0
				for k := 1; k <= min(j, 4*replacedWords); k++ {
					token := from + j - k
					if s.word[s.ids[token]] {
						words++
					}
					if words > replacedWords || !mine[j-k+1] || sentence[j-k+1] != sentence[j] {
						break
					}
					offer(above[j-k], int32(words), stretch, k)
				}
			} else {
				if j > 0 && mine[j] {
					token := s.ids[from+j-1]
					switch {
					case p.kind == alteredWord:
						if s.word[token] && p.alters(s.forms[token]) {
							offer(above[j-1], 0, take, 1)
						} else if s.word[token] {
							offer(above[j-1], int32(p.weight), take, 1)
						}
					case token == id:
						offer(above[j-1], 0, take, 1)
					case s.lower[token] == low && low >= 0:
						if free && p.word && sameButFirst(s.forms[token], p.form) {
							offer(above[j-1], 0, take, 1)
						} else {
							offer(above[j-1], caseWeight, take, 1)
						}
					case s.word[token] == p.word:
						offer(above[j-1], int32(p.weight), take, 1)
					}
				}
				offer(above[j], int32(p.weight), put, 0)
			}
			if j > 0 {
				left := row[j-1]
				c.leftCost = left.cost + gapWeight
				if left.leftCost < c.leftCost {
					c.leftCost, c.leftAgain = left.leftCost, true
				}
				if s.word[s.ids[from+j-1]] {
					c.leftCost += leftWeight
				}
			}
			row[j] = c
		}
		free = p.kind == bracket || free && !p.word
	}
	end := 0
	last := cells[n*width:]
	for j := range last {
		if last[j].cost < last[end].cost {
			end = j
		}
	}
	// At the end, too, a word that is not there is one said in place of another.
	if last[end].step == put && end+1 < width && last[end+1].cost == last[end].cost && last[end+1].step == take {
		end++
	}
	return m.trace(f, parts, cells, from, end, who)
}

// ownBrackets returns parts with those brackets opened that stand among tokens from to to as they are.
func (m *matcher) ownBrackets(parts []part, from, to int) []part {
	var out []part
	for _, p := range parts {
		own := false
		if p.kind != spoken && m.s.id("[") >= 0 {
			for i := from; i < to && !own; i++ {
				own = m.literal(p.literal, i) > 0
			}
		}
		if own {
			out = append(out, p.literal...)
		} else {
			out = append(out, p)
		}
	}
	return out
}

// trace reads an alignment back from its end.
func (m *matcher) trace(f *fragment, parts []part, cells []cell, from, end int, who int32) (occurrence, bool) {
	s, width := m.s, len(cells)/(len(parts)+1)
	o := occurrence{start: -1, who: who, cost: int(cells[len(parts)*width+end].cost)}
	if rest := f.core[min(len(f.core), alignedParts):]; len(rest) > 0 {
		at := Span{rest[0].Start, rest[len(rest)-1].End}
		o.changes = append(o.changes, Change{Quoted: m.q.text[at.Start:at.End], At: at})
		for _, p := range rest {
			o.cost += p.weight
		}
	}
	// A difference in the making: parts and tokens, both from the end.
	type difference struct{ part, parts, token, tokens int }
	var open *difference
	close := func() {
		if open == nil {
			return
		}
		var c Change
		if open.parts > 0 {
			c.At = Span{parts[open.part].Start, parts[open.part+open.parts-1].End}
			c.Quoted = m.q.text[c.At.Start:c.At.End]
		} else { // tokens are only left out behind a part
			c.At = Span{parts[open.part-1].End, parts[open.part-1].End}
		}
		if open.tokens > 0 {
			c.Said = s.said(open.token, open.token+open.tokens)
		}
		o.changes = append(o.changes, c)
		open = nil
	}
	differ := func(part, parts, token, tokens int) {
		if open == nil {
			open = &difference{part, 0, token, 0}
		}
		open.part, open.token = part, token
		open.parts += parts
		open.tokens += tokens
	}
	i, j, left := len(parts), end, false
	for i > 0 {
		c := cells[i*width+j]
		if left {
			differ(i, 0, from+j-1, 1)
			left = c.leftAgain
			j--
			continue
		}
		p := parts[i-1]
		switch c.step {
		case put:
			differ(i-1, 1, from+j, 0)
		case stretch:
			close()
			o.inserted = append(o.inserted, insertion{p.inside, p.inside, p.Span, from + j - int(c.tokens), from + j})
		case take:
			token := s.ids[from+j-1]
			o.start = from + j - 1
			if o.end == 0 {
				o.end = from + j
			}
			before := cells[(i-1)*width+j-1]
			cost := before.cost
			if c.afterLeft {
				cost = before.leftCost
			}
			same := p.kind == alteredWord && p.alters(s.forms[token]) || p.kind == spoken && p.low == s.forms[s.lower[token]]
			if c.cost == cost {
				close()
				if p.kind == alteredWord && strings.ToLower(s.forms[token]) != p.reads {
					o.inserted = append(o.inserted, insertion{p.inside, p.reads, p.Span, from + j - 1, from + j})
				}
			} else {
				differ(i-1, 1, from+j-1, 1)
			}
			if same && p.word {
				o.matched++
			}
		}
		left = c.afterLeft
		i--
		j -= int(c.tokens)
	}
	close()
	slices.Reverse(o.changes)
	slices.Reverse(o.inserted)
	if o.start < 0 || o.matched == 0 {
		return o, false
	}
	m.edges(f, &o)
	return o, true
}
