package transcript

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/codebook/diag"
)

// A quotation is a quoted text, read.
type quotation struct {
	text  string
	parts []part
	ways  []reading // made when first needed
	ids   []int32   // of words in the transcript that is looked at
}

// A part is a word or sign of a quotation, or a mark that its author put in.
type part struct {
	Span      // in the quotation
	kind      partKind
	form, low string // of a word or sign; low in lower case
	key       key    // of low
	word      bool
	weight    int // what it costs to do without it

	literal []part // of a mark: its words and signs, which may be the transcript's own
	inside  string // of a bracket: what stands in it
	// Of a word with a bracket in it, "[Y]ou" or "work[ed]", all in lower case: the letters before the bracket, those
	// after it, and the word as it reads.
	head, tail, reads string
}

type partKind uint8

const (
	spoken       partKind = iota
	elision               // words were left out: [...] or /.../
	maybeElision          // (...) or //, unless the transcript has it
	bracket               // the author's words, unless the transcript has them
	alteredWord           // a word with the author's letters
)

// What differences weigh, in order to find the passage that comes nearest and to say whether it is near.
const (
	wordWeight  = 20
	shortWeight = 10 // of a word of at most three letters
	signWeight  = 3
	caseWeight  = 4
	gapWeight   = 3 // words left out without a mark: once,
	leftWeight  = 2 // and for each of them
)

func readQuotation(text string) *quotation {
	q := &quotation{text: text}
	plain := q.plain(tokens(text, Span{0, len(text)}))
	for i := 0; i < len(plain); {
		n := 1
		p := plain[i]
		touches := func(k int) bool { return k > 0 && k < len(plain) && plain[k-1].End == plain[k].Start }
		is := func(forms ...string) bool {
			for k, form := range forms {
				if i+k >= len(plain) || plain[i+k].form != form {
					return false
				}
			}
			n = len(forms)
			return true
		}
		switch {
		case is("[", pauseForm, "]"), is("/", pauseForm, "/"):
			p.kind = elision
		case is("(", pauseForm, ")"), touches(i+1) && is("/", "/"):
			p.kind = maybeElision
		case p.form == "[":
			n = closed(plain[i:])
			if n == 0 { // an open bracket is a sign like others
				n = 1
				break
			}
			p.kind = bracket
			p.inside = strings.TrimSpace(text[p.End:plain[i+n-1].Start])
			if n != 3 || !plain[i+1].word {
				break
			}
			if touches(i) && plain[i-1].word && len(q.parts) > 0 && q.parts[len(q.parts)-1].kind == spoken {
				p.kind, p.head, p.Start = alteredWord, plain[i-1].low, plain[i-1].Start
				q.parts = q.parts[:len(q.parts)-1]
				p.literal = plain[i-1 : i : i]
			}
			p.literal = append(p.literal, plain[i:i+n]...)
			if touches(i+n) && plain[i+n].word {
				p.kind, p.tail = alteredWord, plain[i+n].low
				p.literal = append(p.literal, plain[i+n])
				n++
			}
			p.reads = p.head + plain[i+1].low + p.tail
		}
		if p.kind != spoken {
			p.End = plain[i+n-1].End
			if p.literal == nil {
				p.literal = plain[i : i+n]
			}
			p.form, p.low, p.key, p.word, p.weight = "", "", key{}, false, 0
		}
		if p.kind == alteredWord {
			p.word, p.weight = true, shortWeight
		}
		q.parts = append(q.parts, p)
		i += n
	}
	// What is all brackets quotes what the transcript has in brackets.
	if !slices.ContainsFunc(q.parts, func(p part) bool { return p.word }) {
		q.parts = plain
	}
	return q
}

// plain returns tokens of the quotation as words and signs.
func (q *quotation) plain(all []token) []part {
	out := make([]part, 0, len(all))
	for _, t := range all {
		p := part{Span: t.Span, form: t.form(q.text), word: t.kind == word, weight: signWeight}
		if p.form == "" {
			continue
		}
		p.key = keyOf(strings.ToLower(p.form))
		p.low = p.key.form
		if p.word {
			p.weight = wordWeight
			if utf8.RuneCountInString(p.form) <= 3 {
				p.weight = shortWeight
			}
		}
		out = append(out, p)
	}
	return out
}

// closed returns how many parts the bracket that parts begin with holds, itself included, or 0 if nothing closes it.
func closed(parts []part) int {
	depth := 0
	for i, p := range parts {
		switch p.form {
		case "[":
			depth++
		case "]":
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// A fragment is what a quotation holds between two elisions.
type fragment struct {
	// The core begins and ends with a word or with a sign that counts. Before and after it stand what is free at the
	// edges (pauses, quotation marks, commas, full stops) and the author's brackets.
	lead, core, tail []part
	words            int
	weight           int
	pause            Span     // of the quotation: a bare pause before it that may have been meant as an elision; empty if there is none
	inserted         []string // the author's words in fragments that hold nothing else, after this one

	wanted []key    // its words in lower case, each once, those with the author's letters as they read
	beside [][2]int // of wanted: words quoted side by side, or with one between, each pair once
}

// start and end are where f begins and ends in the quotation.
func (f *fragment) start() int { return slices.Concat(f.lead, f.core)[0].Start }
func (f *fragment) end() int   { return slices.Concat(f.core, f.tail)[len(f.core)+len(f.tail)-1].End }

// short says whether f is too short to be looked for far from its neighbours.
func (f *fragment) short() bool { return f.words < 3 }

// A reading is a quotation in fragments.
type reading struct {
	q         *quotation
	fragments []fragment
	inserted  []string // the author's words before the first fragment

	plain  []plainHash // those of needed that a sketch knows
	needed []key       // what must stand in a transcript for the quotation to stand there word for word, long words first
	next   [][2]int    // of needed: words that must stand side by side
}

// mayStandIn says whether the quotation may stand word for word in a transcript that nobody has taken apart so far.
func (p *quotation) mayStandIn(t *Transcript) bool {
	if t.said == nil || t.said.of != t || t.said.made.Load() {
		return true
	}
	if p.ways == nil {
		p.ways = p.read()
	}
	sketch := t.said.sketch()
	return slices.ContainsFunc(p.ways, func(r reading) bool { return sketch.has(r.plain) })
}

// mayStand says whether a quotation may stand in s word for word. It is true where it does, and sometimes where it does
// not; most transcripts that do not have it are told from the rest by it.
func (r *reading) mayStand(s *speech) bool {
	r.q.ids = r.q.ids[:0]
	for _, k := range r.needed {
		id := s.find(k)
		if len(s.placesOf(id)) == 0 {
			return false
		}
		r.q.ids = append(r.q.ids, id)
	}
	return !slices.ContainsFunc(r.next, func(n [2]int) bool { return !s.follows(r.q.ids[n[0]], r.q.ids[n[1]]) })
}

// readings returns the ways in which a quotation can be read where speech s is what it quotes: (...) and // are
// elisions, or stand there as they are if s has such signs at all.
func (p *quotation) readings(s *speech) []reading {
	if p.ways == nil {
		p.ways = p.read()
	}
	if !s.own && len(p.ways) > 0 {
		return p.ways[len(p.ways)-1:]
	}
	return p.ways
}

// read returns all readings, the one in which every mark is an elision last.
func (p *quotation) read() []reading {
	var open []int
	for i, part := range p.parts {
		if part.kind == maybeElision {
			open = append(open, i)
		}
	}
	bits := len(open)
	if bits > 5 {
		bits = 1 // all are elisions, or none is
	}
	var out []reading
	for way := 1<<bits - 1; way >= 0; way-- {
		literal := map[int]bool{}
		for k, i := range open {
			literal[i] = way>>min(k, bits-1)&1 == 1
		}
		if r := p.reading(literal, false); len(r.fragments) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// loose returns the reading in which bare pauses too are elisions, as many authors write them, if there are any.
func (p *quotation) loose() []reading {
	if !slices.ContainsFunc(p.parts, func(x part) bool { return x.form == pauseForm }) {
		return nil
	}
	if r := p.reading(nil, true); len(r.fragments) > 1 {
		return []reading{r}
	}
	return nil
}

func (p *quotation) reading(literal map[int]bool, pauses bool) reading {
	r := reading{q: p}
	var now []part
	var pause Span
	end := func() {
		f := edges(now)
		f.pause = pause
		now = nil
		switch n := len(r.fragments); {
		case f.words > 0:
			r.fragments = append(r.fragments, f)
		case n > 0:
			r.fragments[n-1].inserted = append(r.fragments[n-1].inserted, insertions(f)...)
		default:
			r.inserted = append(r.inserted, insertions(f)...)
		}
	}
	for i, x := range p.parts {
		switch {
		case literal[i]:
			now = append(now, x.literal...)
		case x.kind == elision || x.kind == maybeElision:
			end()
			pause = Span{}
		case pauses && x.form == pauseForm:
			end()
			pause = x.Span
		default:
			now = append(now, x)
		}
	}
	end()
	if len(r.fragments) > 0 {
		r.fragments[0].pause = Span{}
	}
	r.require()
	return r
}

// require fills in what mayStand asks for.
func (r *reading) require() {
	at := map[string]int{}
	for _, f := range r.fragments {
		for _, p := range f.core {
			if _, twice := at[p.low]; p.kind == spoken && !twice {
				at[p.low] = 0
				r.needed = append(r.needed, p.key)
			}
		}
	}
	slices.SortStableFunc(r.needed, func(a, b key) int { return len(b.form) - len(a.form) })
	for i, k := range r.needed {
		at[k.form] = i
	}
	r.plain = plainWords(r.needed)
	for _, f := range r.fragments {
		before := -1
		for _, p := range f.core {
			switch {
			case p.kind != spoken, p.form == markForm:
				before = -1 // what stands there may be several words; a mark may be a letter in the other text
			case p.word:
				if before >= 0 {
					r.next = append(r.next, [2]int{before, at[p.low]})
				}
				before = at[p.low]
			}
		}
	}
}

// edges tells what is free at the edges of a fragment from what counts.
func edges(parts []part) fragment {
	free := func(p part) bool {
		return p.kind == bracket || p.form == pauseForm || p.form == markForm || p.form == "," || p.form == "."
	}
	first, last := 0, len(parts)
	for first < last && free(parts[first]) {
		first++
	}
	for last > first && free(parts[last-1]) {
		last--
	}
	f := fragment{lead: parts[:first], core: parts[first:last], tail: parts[last:]}
	for _, p := range f.core {
		f.weight += p.weight
		if p.word {
			f.words++
		}
	}
	f.want()
	return f
}

// want fills in what likeliest looks for.
func (f *fragment) want() {
	at := map[string]int{}
	seen := map[[2]int]bool{}
	before := [2]int{-1, -1}
	for _, p := range f.core {
		if !p.word {
			continue
		}
		k := p.key
		if p.kind == alteredWord {
			k = keyOf(p.reads)
		}
		if _, twice := at[k.form]; !twice {
			at[k.form] = len(f.wanted)
			f.wanted = append(f.wanted, k)
		}
		if p.kind != spoken {
			continue
		}
		word := at[k.form]
		for _, first := range before {
			if pair := [2]int{first, word}; first >= 0 && !seen[pair] {
				seen[pair] = true
				f.beside = append(f.beside, pair)
			}
		}
		before = [2]int{before[1], word}
	}
}

func insertions(f fragment) []string {
	var out []string
	for _, parts := range [][]part{f.lead, f.core, f.tail} {
		for _, p := range parts {
			if p.kind == bracket {
				out = append(out, p.inside)
			}
		}
	}
	return out
}

// An attribution is what a quotation says at its end about who spoke.
type attribution struct {
	quoted string // the quotation without it: its beginning
	text   string // as it stands
	at     Span   // and where
	names  []name
}

// A name names a participant, a transcript or a speaker. Loose ones need not write leading zeros.
type name struct {
	key    string
	loose  bool
	person bool // it is a participant's, so that a transcript of the same name is not enough without a turn or a speaker
}

var (
	inParentheses = regexp.MustCompile(`^(?s)(.*)(\(([^()]{1,120})\))[\s.,;]*$`)
	onItsOwnLine  = regexp.MustCompile(`^(?s)(.*\n\s*)([-–—―]{1,3}[^\S\n]*([^-–—―\s][^–—―]{0,120}))$`)
	afterDash     = regexp.MustCompile(`^(?s)(.*[\s"'”’»“‘«.?!…\])])([-–—―]{1,3}[^\S\n]*([^-–—―\s][^–—―\n]{0,100}))$`)
	zeros         = regexp.MustCompile(`(^|[^0-9])0+([0-9])`)
	turnNumber    = regexp.MustCompile(`(?i)^\s*(?:turns?|replikk(?:ene)?)\s+\d`)
	numbers       = regexp.MustCompile(`^\s*\d+\s*([-–]\s*\d+)?\s*$`)
)

// readAttribution returns the attribution at the end of quote if its first words name somebody or something in the
// transcripts, or nil. More may follow after a comma: names that must be right too, numbers, and in parentheses or on
// a line of its own whatever a report shows ("P03, 45, peer worker"). Elsewhere, and after a single letter, other words
// are speech ("... - I, for one, never went").
func readAttribution(quote string, in []*Transcript) *attribution {
	quote = strings.TrimRightFunc(quote, unicode.IsSpace)
	m := inParentheses.FindStringSubmatch(quote)
	if m == nil {
		m = onItsOwnLine.FindStringSubmatch(quote)
	}
	apart := m != nil
	if m == nil {
		m = afterDash.FindStringSubmatch(quote)
	}
	if m == nil {
		return nil
	}
	a := &attribution{quoted: m[1], text: strings.TrimSpace(m[2]), at: trim(quote, Span{len(m[1]), len(m[1]) + len(m[2])})}
	for _, words := range strings.FieldsFunc(m[3], func(r rune) bool { return strings.ContainsRune(",;/|", r) }) {
		n := name{key: nameKey(words, false)}
		if !n.somewhere(in) {
			n = name{key: nameKey(words, true), loose: true}
		}
		switch {
		case turnNumber.MatchString(words) && len(a.names) > 0:
			a.names[len(a.names)-1].person = false // "B5, turn 35" is a place
		case n.key != "" && n.somewhere(in):
			n.person = slices.ContainsFunc(in, func(t *Transcript) bool {
				return slices.ContainsFunc(t.Meta.Speakers, func(s Speaker) bool { return n.is(s.Is) && !diag.ReservedParticipant(s.Is) })
			})
			a.names = append(a.names, n)
		case len(a.names) == 0, !numbers.MatchString(words) && (!apart || utf8.RuneCountInString(a.names[0].key) < 2):
			return nil
		}
	}
	if len(a.names) == 0 {
		return nil
	}
	return a
}

// nameKey returns the form in which a name is compared: without regard to case, spaces and punctuation.
func nameKey(s string, loose bool) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, diag.Fold(s))
	if loose {
		s = zeros.ReplaceAllString(s, "$1$2")
	}
	return s
}

func (n name) is(s string) bool { return s != "" && nameKey(s, n.loose) == n.key }

func (n name) somewhere(in []*Transcript) bool {
	return slices.ContainsFunc(in, func(t *Transcript) bool { return n.isIn(t) })
}

// isIn says whether n names t or somebody who speaks in it.
func (n name) isIn(t *Transcript) bool {
	return n.is(t.ID) || slices.ContainsFunc(t.Meta.Speakers, func(s Speaker) bool { return n.is(s.Label) || n.is(s.Is) })
}

// allows says whether a passage of t can be what a names.
func (a *attribution) allows(t *Transcript) bool {
	return a == nil || !slices.ContainsFunc(a.names, func(n name) bool { return !n.isIn(t) })
}

// allowsTurn says whether a turn of t can be what a names.
func (a *attribution) allowsTurn(t *Transcript, turn Turn) bool {
	if a == nil {
		return true
	}
	speaks := func(n name) bool { return n.is(turn.Is) || n.is(turn.Label) }
	named := slices.ContainsFunc(a.names, speaks) // then a transcript may be called after somebody else: "B6 (B5)"
	return !slices.ContainsFunc(a.names, func(n name) bool { return !speaks(n) && (n.person && !named || !n.is(t.ID)) })
}

// right returns what a should have named for a passage: a transcript, speaker or participant, whichever it named.
func (a *attribution) right(p Passage, in []*Transcript) string {
	n, labelled := a.names[0], false
	for _, t := range in {
		if n.is(t.ID) && !n.person {
			return p.Transcript
		}
		labelled = labelled || slices.ContainsFunc(t.Meta.Speakers, func(s Speaker) bool { return n.is(s.Label) })
	}
	for _, t := range in {
		turn, ok := t.TurnAt(p.Start)
		switch {
		case t.ID != p.Transcript || !ok:
		case turn.Label != "" && (labelled || !turn.Participant()):
			return turn.Label
		case turn.Participant():
			return turn.Is
		}
	}
	return p.Transcript
}
