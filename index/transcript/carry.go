package transcript

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Carriage knows how an old text became today's, and carries spans of the one to the other.
//
// Programs that compare texts look for the shortest way from one to the other. Which of several ways it was, and that
// a paragraph was moved, they do not say, and both decide here: of "Yes. Yes." and "Yes." nobody knows which one was
// taken out. So words are matched where they cannot be mistaken (five in a row that stand once in each text, then,
// between two such places, what stands once there), each match is followed as far as the words agree, and a word that
// can be reached from two sides is contested: it vouches for nothing.
//
// A text is a row of words; white space and punctuation belong to the words beside them. Words are the same whatever
// their case and their way of writing an accent or an apostrophe.
type Carriage struct {
	was, is   row
	image     []int  // by word of the old text: the word of today's that it became, or -1
	origin    []int  // by word of today's text: the word of the old one that it was, or -1
	seeds     []int  // what once says of the two texts
	moved     []bool // by word of the old text: it stands in another order now
	contested []bool // by word of the old text: it could stand elsewhere as well
	work      int    // what is left to spend on matching, so that no text takes for ever
	repeats   int    // and on following repetitions
}

// A row is a text as a row of words, with an empty one at either end, which match each other.
type row struct {
	text  string
	words []Span
	forms []int // a number for each word, the same for the same word
}

const (
	seedWords  = 5       // words in a row that stand once in each text, from which a match may begin anywhere
	aloneWords = 8       // words in a row that need no other match near them
	copyWords  = 3       // words in a row that may be a copy of others
	exactCells = 1 << 20 // words of two stretches, multiplied, up to which all ways to match them are looked at

	workPerWord = 200 // what is spent on matching, and on following repetitions, for each word of both texts
)

// A run is n words that are the same in both texts, from word i of the old one and word j of today's.
type run struct{ i, j, n int }

// Carry compares an old text of t with today's. The time that it takes grows with the texts and not with their product.
func (t *Transcript) Carry(old string) *Carriage {
	forms := map[string]int{}
	c := &Carriage{was: rowOf(old, forms), is: rowOf(t.Text, forms)}
	n, m := len(c.was.words), len(c.is.words)
	c.image, c.origin = slices.Repeat([]int{-1}, n), slices.Repeat([]int{-1}, m)
	c.moved, c.contested = make([]bool, n), make([]bool, n)
	c.work, c.repeats = max(exactCells, workPerWord*(n+m)), workPerWord*(n+m)
	c.match(run{0, 0, 1}, false)
	c.match(run{n - 1, m - 1, 1}, false)

	begin := run{n: agree(c.was.forms, c.is.forms)}
	end := run{i: n - 1, j: m - 1, n: 1}
	if begin.n < n || begin.n < m { // else it is the same row of words
		end.n = agreeBackwards(c.was.forms, c.is.forms)
		end.i, end.j = n-end.n, m-end.n
	}
	c.seeds = once(c.was.forms, c.is.forms, seedWords, func(i int) bool { return i+seedWords > begin.n && i < end.i })
	runs := append(runsAround(c.seeds, c.was.forms, c.is.forms), begin, end)
	for i := range n { // what the texts begin and end with alike needs no other sign
		if i+seedWords <= begin.n {
			c.seeds[i] = i
		} else if i >= end.i {
			c.seeds[i] = i + end.j - end.i
		}
	}
	slices.SortFunc(runs, func(a, b run) int { return cmp.Or(cmp.Compare(a.i, b.i), cmp.Compare(b.n, a.n)) })
	runs = slices.Compact(runs)
	inOrder := chain(runs)
	for k, r := range runs {
		if inOrder[k] {
			c.match(r, false)
		}
	}
	for k, r := range runs {
		if !inOrder[k] {
			c.match(r, true)
		}
	}
	c.fill()
	c.contest(runs)
	c.doubt()
	c.pairCorrections()
	return c
}

func rowOf(text string, forms map[string]int) row {
	r := row{text: text, words: append(make([]Span, 0, len(text)/5+2), Span{}), forms: append(make([]int, 0, len(text)/5+2), -1)}
	for w := range Words(text, Span{0, len(text)}) {
		s := text[w.Start:w.End]
		form, known := forms[s]
		if !known {
			folded := FoldWord(s)
			if form, known = forms[folded]; !known {
				form = len(forms)
				forms[folded] = form
			}
			forms[s] = form
		}
		r.words, r.forms = append(r.words, w), append(r.forms, form)
	}
	r.words, r.forms = append(r.words, Span{len(text), len(text)}), append(r.forms, -2)
	return r
}

// agree returns how many words two rows begin with alike.
func agree[E comparable](a, b []E) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// agreeBackwards returns how many words two rows end with alike.
func agreeBackwards[E comparable](a, b []E) int {
	n := 0
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// once returns, for each wanted place in a, where in b the k words stand that begin there, or -1 where they stand more
// than once in a or in b, or not at all.
func once(a, b []int, k int, wanted func(i int) bool) []int {
	type place struct{ i, j, inA, inB int }
	var places []place
	number := map[uint64]int{}
	sequences(a, k, func(i int, h uint64) {
		if _, known := number[h]; !known && wanted(i) {
			number[h] = len(places)
			places = append(places, place{i: i})
		}
	})
	if len(places) > 0 {
		sequences(a, k, func(_ int, h uint64) {
			if n, known := number[h]; known {
				places[n].inA++
			}
		})
		sequences(b, k, func(j int, h uint64) {
			if n, known := number[h]; known {
				places[n].j = j
				places[n].inB++
			}
		})
	}
	out := slices.Repeat([]int{-1}, len(a))
	for _, p := range places {
		if p.inA == 1 && p.inB == 1 && slices.Equal(a[p.i:p.i+k], b[p.j:p.j+k]) {
			out[p.i] = p.j
		}
	}
	return out
}

func everywhere(int) bool { return true }

// runsAround returns the longest runs around places that once has found, by place in a.
func runsAround(places, a, b []int) []run {
	var runs []run
	until := map[int]int{} // by diagonal: where its last run ends in a
	for i, j := range places {
		if j < 0 || i < until[j-i] {
			continue
		}
		back := agreeBackwards(a[:i], b[:j])
		r := run{i - back, j - back, back + agree(a[i:], b[j:])}
		until[j-i] = r.i + r.n
		runs = append(runs, r)
	}
	slices.SortFunc(runs, func(a, b run) int { return cmp.Compare(a.i, b.i) })
	return runs
}

// sequences calls do with each place where k words in a row begin, and a hash of them.
func sequences(row []int, k int, do func(i int, h uint64)) {
	const prime = 0x9e3779b97f4a7c15
	mix := func(form int) uint64 { x := uint64(form+3) * prime; return x ^ x>>29 }
	var h, top uint64 = 0, 1
	for range k {
		top *= prime
	}
	for i, form := range row {
		h = h*prime + mix(form)
		if i >= k {
			h -= mix(row[i-k]) * top
		}
		if i >= k-1 {
			do(i-k+1, h)
		}
	}
}

// chain says which runs, given by place in the old text, stand in the same order in both, so that together they hold
// as many words as can be.
func chain(runs []run) []bool {
	ends := make([]int, len(runs)) // places in today's text, sorted
	for k, r := range runs {
		ends[k] = r.j
	}
	slices.Sort(ends)
	best := make([]int, len(runs)+1) // Fenwick tree of the best chain that ends at a place or before: its last run + 1
	weight, before := make([]int, len(runs)+1), make([]int, len(runs)+1)
	for k, r := range runs {
		rank, _ := slices.BinarySearch(ends, r.j)
		last := 0
		for at := rank; at > 0; at &= at - 1 {
			if weight[best[at]] > weight[last] {
				last = best[at]
			}
		}
		weight[k+1], before[k+1] = weight[last]+r.n, last
		for at := rank + 1; at < len(best); at += at & -at {
			if weight[k+1] > weight[best[at]] {
				best[at] = k + 1
			}
		}
	}
	last := 0
	for k := range runs {
		if weight[k+1] > weight[last] {
			last = k + 1
		}
	}
	in := make([]bool, len(runs))
	for ; last > 0; last = before[last] {
		in[last-1] = true
	}
	return in
}

// match takes the words of r for the same, but for those that another match has.
func (c *Carriage) match(r run, moved bool) {
	for k := range r.n {
		if i, j := r.i+k, r.j+k; c.image[i] < 0 && c.origin[j] < 0 {
			c.image[i], c.origin[j], c.moved[i] = j, i, moved
		}
	}
}

// fill matches, between matched words, a stretch of the old text with the stretch of today's that follows the same word
// or comes before the same word; mostly that is one stretch.
func (c *Carriage) fill() {
	for i, end := 0, len(c.image)-1; i < end; {
		next := matchedAfter(c.image, i)
		j := c.image[i]
		jNext := matchedAfter(c.origin, j)
		c.fillStretch(i+1, next, j+1, jNext, c.moved[i])
		if c.origin[jNext] != next {
			j = c.image[next]
			c.fillStretch(matchedBefore(c.image, next)+1, next, matchedBefore(c.origin, j)+1, j, c.moved[next])
		}
		i = next
	}
}

func matchedAfter(to []int, at int) int {
	for at++; to[at] < 0; at++ {
	}
	return at
}

func matchedBefore(to []int, at int) int {
	for at--; to[at] < 0; at-- {
	}
	return at
}

// fillStretch matches the words of two stretches, half-open, of words that are not matched. Long ones are cut where
// words stand once in both.
func (c *Carriage) fillStretch(i, iEnd, j, jEnd int, moved bool) {
	a, b := c.was.forms[i:iEnd], c.is.forms[j:jEnd]
	if len(a) == 0 || len(b) == 0 || c.work <= 0 {
		return
	}
	if len(a)*len(b) <= exactCells {
		c.work -= len(a) * len(b)
		c.fillExactly(i, iEnd, j, jEnd, moved)
		return
	}
	for k := 3; k > 0; k-- {
		c.work -= len(a) + len(b)
		runs := runsAround(once(a, b, k, everywhere), a, b)
		if len(runs) == 0 {
			continue
		}
		for at, in := range chain(runs) {
			if in {
				c.match(run{runs[at].i + i, runs[at].j + j, runs[at].n}, moved)
			}
		}
		for at := i; at < iEnd; at++ {
			if to := c.image[at]; to >= 0 {
				c.fillStretch(i, at, j, to, moved)
				i, j = at+1, to+1
			}
		}
		c.fillStretch(i, iEnd, j, jEnd, moved)
		return
	}
}

// fillExactly matches what every longest common subsequence of two stretches matches. Words that only some of them
// match, or that they match differently, are contested.
func (c *Carriage) fillExactly(i, iEnd, j, jEnd int, moved bool) {
	a, b := c.was.forms[i:iEnd], c.is.forms[j:jEnd]
	width := len(b) + 1
	head, tail := make([]int32, (len(a)+1)*width), make([]int32, (len(a)+1)*width) // lengths for a[:x] and b[:y], for a[x:] and b[y:]
	for x := range a {
		for y := range b {
			if a[x] == b[y] {
				head[(x+1)*width+y+1] = head[x*width+y] + 1
			} else {
				head[(x+1)*width+y+1] = max(head[x*width+y+1], head[(x+1)*width+y])
			}
		}
	}
	for x := len(a) - 1; x >= 0; x-- {
		for y := len(b) - 1; y >= 0; y-- {
			if a[x] == b[y] {
				tail[x*width+y] = tail[(x+1)*width+y+1] + 1
			} else {
				tail[x*width+y] = max(tail[(x+1)*width+y], tail[x*width+y+1])
			}
		}
	}
	longest := tail[0]
	for x := range a {
		places, at := 0, -1
		for y := range width {
			if y < len(b) && a[x] == b[y] && head[x*width+y]+1+tail[(x+1)*width+y+1] == longest {
				places, at = places+1, y
			}
			if at >= 0 && head[x*width+y]+tail[(x+1)*width+y] == longest { // or it may be left out
				places++
			}
		}
		switch {
		case places == 1:
			c.match(run{i + x, j + at, 1}, moved)
		case places > 1:
			c.contested[i+x] = true
		}
	}
}

// runs returns the matches that nothing contests, by place in the old text.
func (c *Carriage) runs() []run {
	var out []run
	for i, j := range c.image {
		if last := len(out) - 1; !c.firm(i) {
			continue
		} else if last >= 0 && out[last].i+out[last].n == i && out[last].j+out[last].n == j {
			out[last].n++
		} else {
			out = append(out, run{i, j, 1})
		}
	}
	return out
}

// doubt takes back the matches that may be chance. In words that were written anew some are the same as before; they
// are no more the old ones than the others are. A run is believed that has aloneWords, none of them contested, seedWords
// of which stand once in each text; any other where no more words than it has itself were edited between it and one that
// is believed.
func (c *Carriage) doubt() {
	runs := c.runs()
	believed := make([]bool, len(runs))
	for k, r := range runs {
		seeded := r.n >= aloneWords && slices.Max(c.seeds[r.i:r.i+r.n-seedWords+1]) >= 0
		believed[k] = seeded || k == 0 || k == len(runs)-1
	}
	spread := func(step, from int) {
		last := [2]int{-1, -1} // among those in order, among those that moved
		for k := from; k >= 0 && k < len(runs); k += step {
			order := 0
			if c.moved[runs[k].i] {
				order = 1
			}
			if near := last[order]; !believed[k] && near >= 0 {
				believed[k] = c.within(runs[min(near, k)], runs[max(near, k)], runs[k].n)
			}
			if believed[k] {
				last[order] = k
			}
		}
	}
	spread(1, 0)
	spread(-1, len(runs)-1)
	for k, r := range runs {
		if !believed[k] {
			for i := r.i; i < r.i+r.n; i++ {
				c.contested[i] = true
				c.origin[c.image[i]] = -1
				c.image[i] = -1
			}
		}
	}
}

// within says whether no more than n words stand between two runs in either text, and nothing was moved from between
// them or to there.
func (c *Carriage) within(p, q run, n int) bool {
	i, j := p.i+p.n, p.j+p.n
	if q.j < j || q.i-i > n || q.j-j > n {
		return false
	}
	elsewhere := func(from, to int) func(int) bool {
		return func(at int) bool { return at >= 0 && (at < from || at >= to) }
	}
	return !slices.ContainsFunc(c.image[i:q.i], elsewhere(j, q.j)) && !slices.ContainsFunc(c.origin[j:q.j], elsewhere(i, q.i))
}

// contest finds the words that could stand elsewhere as well. Claims holds runs that may not have been matched.
func (c *Carriage) contest(claims []run) {
	a, b := c.was.forms, c.is.forms
	// The words before and after a match, as far as they are the same.
	for _, r := range c.runs() {
		after := agree(a[r.i+r.n:], b[r.j+r.n:])
		before := agreeBackwards(a[:r.i], b[:r.j])
		if c.repeats -= after + before; c.repeats < 0 { // a text of endless repetitions: nothing is certain
			for i := range c.contested {
				c.contested[i] = true
			}
			return
		}
		claims = append(claims, run{r.i + r.n, r.j + r.n, after}, run{r.i - before, r.j - before, before})
	}
	// What stands once in each text. It is matched, unless it is short or lies where the text was edited.
	whole := make([]int, len(a)+1) // how many words from here on became words in a row
	for i := len(a) - 1; i >= 0; i-- {
		if c.image[i] >= 0 {
			whole[i] = 1
			if i+1 < len(a) && c.image[i+1] == c.image[i]+1 {
				whole[i] += whole[i+1]
			}
		}
	}
	for k := 1; k < seedWords; k++ {
		claims = append(claims, runsAround(once(a, b, k, func(i int) bool { return whole[i] < k }), a, b)...)
	}
	for _, r := range claims {
		c.claim(r)
	}
	// What stands once in one text and once in what is new in the other, or was taken out of it: a copy, or what it was
	// a copy of. A match that reaches well beyond it on both sides knows better.
	matches := c.runs()
	for _, r := range append(c.copies(), c.copied()...) {
		i := r.i
		if o := c.origin[r.j]; o >= 0 {
			i = o
		}
		k, found := slices.BinarySearchFunc(matches, i, func(m run, i int) int { return cmp.Compare(m.i, i) })
		if !found {
			k-- // the first match begins the texts
		}
		m := matches[k]
		if (i-m.i < seedWords && m.i > 0) || (m.i+m.n-i-r.n < seedWords && m.i+m.n < len(a)) {
			c.claim(r)
		}
	}
}

// claim contests what is matched otherwise than r says.
func (c *Carriage) claim(r run) {
	for k := range r.n {
		i, j := r.i+k, r.j+k
		if c.image[i] == j {
			continue
		}
		c.contested[i] = true
		if o := c.origin[j]; o >= 0 {
			c.contested[o] = true
		}
	}
}

// copies returns the runs of words that stand once in the old text and once in what is new in today's.
func (c *Carriage) copies() []run {
	added := masked(c.is.forms, c.origin)
	runs := runsAround(once(added, c.was.forms, copyWords, func(j int) bool { return c.origin[j] < 0 }), added, c.was.forms)
	for k, r := range runs {
		runs[k].i, runs[k].j = r.j, r.i
	}
	return runs
}

// copied returns the runs of words that stand once in what was taken out of the old text and once in today's.
func (c *Carriage) copied() []run {
	removed := masked(c.was.forms, c.image)
	return runsAround(once(removed, c.is.forms, copyWords, func(i int) bool { return c.image[i] < 0 }), removed, c.is.forms)
}

// masked returns a row in which the words that are matched are like no others.
func masked(row, matched []int) []int {
	out := slices.Clone(row)
	for i, to := range matched {
		if to >= 0 {
			out[i] = -3 - i
		}
	}
	return out
}

// pairCorrections matches words that were corrected, each with the one in its place: as many words stand between two
// matched ones as before, and each differs from the one that it became by a letter in three at most.
func (c *Carriage) pairCorrections() {
	for i, end := 0, len(c.image)-1; i < end; {
		next, shift, moved := matchedAfter(c.image, i), c.image[i]-i, c.moved[i]
		corrected := c.firm(i) && c.firm(next) && c.image[next]-next == shift && c.free(c.image[i], c.image[next])
		for at := i + 1; at < next && corrected; at++ {
			x, y := []rune(c.was.word(at)), []rune(c.is.word(at+shift))
			corrected = !c.contested[at] && 3*distance(x, y) <= max(len(x), len(y))
		}
		for at := i + 1; at < next && corrected; at++ {
			c.image[at], c.origin[at+shift], c.moved[at] = at+shift, at, moved
		}
		i = next
	}
}

func (r row) word(i int) string { return r.text[r.words[i].Start:r.words[i].End] }

// before returns what stands between word i and the one before it.
func (r row) before(i int) string { return r.text[r.words[i-1].End:r.words[i].Start] }

// distance is how many letters must be put in, left out or changed to make b of a.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
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
	}
	return row[len(b)]
}

// firm says whether it is certain what became of word i of the old text.
func (c *Carriage) firm(i int) bool { return c.image[i] >= 0 && !c.contested[i] }

// Span carries a span of the old text to today's. The span that it returns is of use for Exact, Moved and Changed.
//
//   - Exact: the very words, in their place, whatever was edited elsewhere.
//   - Moved: the very words, which were moved with what stands around them.
//   - Changed: words were edited within the span, both its edges can be placed, and most of its words remain.
//   - Ambiguous: the words, or some of them, stand where they could have been meant, but another place is as likely,
//     or they were torn apart.
//   - Lost: they were taken out or written anew.
//   - Invalid: the span lies outside the old text, cuts a character or holds nothing.
func (c *Carriage) Span(span Span) (Span, Standing) {
	if span.Start < 0 || span.End > len(c.was.text) || span.Len() <= 0 || !boundary(c.was.text, span.Start) || !boundary(c.was.text, span.End) {
		return Span{}, Invalid
	}
	// The words that the span holds or cuts.
	from, _ := slices.BinarySearchFunc(c.was.words, span.Start, func(w Span, at int) int { return cmp.Compare(w.End, at+1) })
	to, _ := slices.BinarySearchFunc(c.was.words, span.End, func(w Span, at int) int { return cmp.Compare(w.Start, at) })
	if from == 0 {
		from = 1 // the empty word at the beginning
	}
	to = min(to, len(c.was.words)-1)
	if from >= to {
		return c.signs(span, from)
	}
	if now, standing := c.unchanged(span, from, to); standing != 0 {
		return now, standing
	}
	return c.changed(span, from, to)
}

// signs carries a span that holds no word, such as a pause: it stays between its two words.
func (c *Carriage) signs(span Span, next int) (Span, Standing) {
	i := next - 1
	if !c.firm(i) || !c.firm(next) {
		return Span{}, Lost
	}
	j := c.image[i]
	if c.image[next] != j+1 || c.was.before(next) != c.is.before(j+1) {
		return Span{}, Lost
	}
	shift := c.is.words[j].End - c.was.words[i].End
	return Span{span.Start + shift, span.End + shift}, c.kept(i)
}

// kept is how a span stands whose words became what word i became, unchanged.
func (c *Carriage) kept(i int) Standing {
	if c.moved[i] {
		return Moved
	}
	return Exact
}

// unchanged finds the very words of a span around the first of them whose place is certain. The standing is 0 where
// they do not stand there.
func (c *Carriage) unchanged(span Span, from, to int) (Span, Standing) {
	for i := from; i < to; i++ {
		if !c.firm(i) {
			continue
		}
		shift := c.is.words[c.image[i]].Start - c.was.words[i].Start
		now := Span{span.Start + shift, span.End + shift}
		if now.Start < 0 || now.End > len(c.is.text) || c.is.text[now.Start:now.End] != c.was.text[span.Start:span.End] {
			break // no other word knows better: the rest of them would contest this one
		}
		return now, c.kept(i)
	}
	return Span{}, 0
}

// changed carries a span whose words were edited.
func (c *Carriage) changed(span Span, from, to int) (Span, Standing) {
	// What became of each word: those that are certain, and those that stand in one row with them.
	image := slices.Repeat([]int{-1}, to-from)
	some, no := 0, Lost
	for i := from; i < to; i++ {
		if c.contested[i] {
			no = Ambiguous
		}
		if c.firm(i) {
			image[i-from] = c.image[i]
		} else if i > from && image[i-from-1] >= 0 && c.was.forms[i] == c.is.forms[image[i-from-1]+1] {
			image[i-from] = image[i-from-1] + 1
		}
	}
	for i := to - 2; i >= from; i-- {
		if next := image[i-from+1]; image[i-from] < 0 && next > 0 && c.was.forms[i] == c.is.forms[next-1] {
			image[i-from] = next - 1
		}
	}
	first, last := -1, -1
	for k, j := range image {
		if j < 0 {
			continue
		}
		if last >= 0 && j <= image[last] {
			return Span{}, Ambiguous // torn apart
		}
		if first < 0 {
			first = k
		}
		last = k
		some++
	}
	if grown := image[max(last, 0)] - image[max(first, 0)] + 1 - some; 2*some <= to-from || grown >= some+aloneWords {
		return Span{}, no
	}
	for j := image[first]; j <= image[last]; j++ {
		if i := c.origin[j]; i >= 0 && (i < from || i >= to) && c.firm(i) {
			return Span{}, Ambiguous // something else stands in it now
		}
	}
	start, ok := c.startEdge(span.Start, from, from+first, image[first])
	if !ok {
		return Span{}, no
	}
	end, ok := c.endEdge(span.End, to-1, from+last, image[last])
	if !ok || end <= start {
		return Span{}, no
	}
	return Span{start, end}, Changed
}

// startEdge places the start of a span that begins with word i and whose first word that remains is kept, now at j.
func (c *Carriage) startEdge(at, i, kept, j int) (int, bool) {
	if i < kept { // what it began with was taken out or written anew: between the word before, which must be certain, and j
		if !c.firm(i-1) || !c.free(c.image[i-1], j) {
			return 0, false
		}
		j = c.image[i-1] + 1
	}
	word := c.was.words[i]
	if at > word.Start { // within a word
		if inside := at - word.Start; i == kept && c.was.word(i) == c.is.word(j) {
			return c.is.words[j].Start + inside, true
		}
		return c.is.words[j].Start, true
	}
	lead, gap := c.was.text[at:word.Start], c.is.before(j)
	if rest := strings.TrimSuffix(c.was.before(i), lead); !strings.HasSuffix(gap, lead) && strings.HasPrefix(gap, rest) {
		return c.is.words[j].Start - (len(gap) - len(rest)), true // other signs in place of the old
	}
	for !strings.HasSuffix(gap, lead) {
		_, n := utf8.DecodeRuneInString(lead)
		lead = lead[n:]
	}
	return c.is.words[j].Start - len(lead), true
}

// endEdge places the end of a span that ends with word i and whose last word that remains is kept, now at j.
func (c *Carriage) endEdge(at, i, kept, j int) (int, bool) {
	if i > kept {
		if !c.firm(i+1) || !c.free(j, c.image[i+1]) {
			return 0, false
		}
		j = c.image[i+1] - 1
	}
	word := c.was.words[i]
	if at < word.End {
		if inside := at - word.Start; i == kept && c.was.word(i) == c.is.word(j) {
			return c.is.words[j].Start + inside, true
		}
		return c.is.words[j].End, true
	}
	trail, gap := c.was.text[word.End:at], c.is.before(j+1)
	if rest := strings.TrimPrefix(c.was.before(i+1), trail); !strings.HasPrefix(gap, trail) && strings.HasSuffix(gap, rest) {
		return c.is.words[j].End + len(gap) - len(rest), true
	}
	for !strings.HasPrefix(gap, trail) {
		_, n := utf8.DecodeLastRuneInString(trail)
		trail = trail[:len(trail)-n]
	}
	return c.is.words[j].End + len(trail), true
}

// free says whether word j stands before word k of today's text with nothing between them that was elsewhere.
func (c *Carriage) free(j, k int) bool {
	if j >= k {
		return false
	}
	for j++; j < k; j++ {
		if c.origin[j] >= 0 {
			return false
		}
	}
	return true
}

// About returns roughly where today's text goes on that stood at a byte of the old one: after the last word before it
// whose place is certain.
func (c *Carriage) About(at int) int {
	i, _ := slices.BinarySearchFunc(c.was.words, at, func(w Span, at int) int { return cmp.Compare(w.End, at+1) })
	for i--; i >= 0; i-- {
		if c.firm(i) {
			return c.is.words[c.image[i]].End
		}
	}
	return 0
}
