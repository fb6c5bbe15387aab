package transcript

import (
	"hash/maphash"
	"math/bits"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A token is a word or a sign of a quotation or of speech, as the two are compared.
type token struct {
	Span
	kind tokenKind
}

type tokenKind uint8

const (
	sign  tokenKind = iota // any other sign, each by itself
	word                   // a UAX #29 word that holds a letter or digit
	stop                   // a full stop
	pause                  // ... … . . . \dots, and a full stop after it
	dash                   // any dash, hyphen or run of them
	mark                   // quotation marks of any kind, and apostrophes that are not part of a word
)

// The forms that signs of several shapes have in common.
const (
	pauseForm = "…"
	dashForm  = "-"
	markForm  = "'"
)

// tokens returns what stands in span: no white space, pauses and dashes as one token each.
func tokens(text string, span Span) []token {
	return appendTokens(make([]token, 0, span.Len()/5+1), text, span)
}

// appendTokens appends the tokens of span to out, which must be empty or hold nothing that they could belong to.
func appendTokens(out []token, text string, span Span) []token {
	for start, end := span.Start, 0; start < span.End; start = end {
		if end = start + 1; text[start] == ' ' && end < span.End && letters[text[end]] {
			continue
		}
		end = start + segment(text[start:span.End])
		s := text[start:end]
		kind := kindOf(s)
		if kind == sign && blank(s) {
			continue
		}
		t := token{Span{start, end}, kind}
		n := len(out)
		touches := n > 0 && out[n-1].End == t.Start
		switch {
		case n == 0 || kind == sign:
		case (kind == stop || kind == pause) && out[n-1].kind == pause, // a full stop after a pause, or more of the pause
			kind == dash && out[n-1].kind == dash && touches,
			kind == mark && out[n-1].kind == mark && touches:
			out[n-1].End = t.End
			continue
		case kind == stop && out[n-1].kind == stop && touches: // ..
			out[n-1] = token{Span{out[n-1].Start, t.End}, pause}
			continue
		case kind == stop && n > 1 && out[n-1].kind == stop && out[n-2].kind == stop: // . . .
			out = append(out[:n-2], token{Span{out[n-2].Start, t.End}, pause})
			continue
		case kind == word && touches && text[out[n-1].Start:out[n-1].End] == `\` && (s == "dots" || s == "ldots"):
			out[n-1] = token{Span{out[n-1].Start, t.End}, pause}
			continue
		case kind == word && n > 1 && touches && out[n-1].kind == mark && out[n-2].kind == word && out[n-2].End == out[n-1].Start &&
			strings.Contains("´`′", text[out[n-1].Start:out[n-1].End]): // an apostrophe that UAX #29 does not know
			out = append(out[:n-2], token{Span{out[n-2].Start, t.End}, word})
			continue
		}
		out = append(out, t)
	}
	return out
}

func kindOf(s string) tokenKind {
	switch c := s[0]; {
	case letters[c]:
		return word
	case c == '.' && len(s) == 1:
		return stop
	case c == '-' && len(s) == 1:
		return dash
	case c < 0x80 && len(s) == 1:
		if c == '\'' || c == '"' || c == '`' {
			return mark
		}
		return sign
	}
	switch s {
	case "…":
		return pause
	case "‐", "‑", "‒", "–", "—", "―", "−":
		return dash
	case "“", "”", "„", "‟", "‘", "’", "‚", "‛", "«", "»", "‹", "›", "″", "′", "´", "＂", "＇":
		return mark
	}
	if isWord(s) {
		return word
	}
	return sign
}

// blank says whether s is white space or other characters that nobody sees.
func blank(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) && !unseen(r) {
			return false
		}
	}
	return true
}

// unseen says whether r is a soft hyphen or another character that only guides how lines are broken.
func unseen(r rune) bool { return r == 0xad || r == 0x200b || r == 0x2060 || r == 0xfeff }

// form returns what a token is compared by.
func (t token) form(text string) string {
	switch t.kind {
	case stop:
		return "."
	case pause:
		return pauseForm
	case dash:
		return dashForm
	case mark:
		return markForm
	}
	s := text[t.Start:t.End]
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || r == '`' }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unseen(r):
			return -1
		case strings.ContainsRune("’‘‛´`′ʼ＇", r):
			return '\''
		}
		return r
	}, norm.NFC.String(s))
}

// speech is what is said in a transcript, as tokens, with an index of where each form stands. Headers are not in it.
// A study has a thousand of them in memory while quotations are checked, so that it holds what finds the places worth
// looking at, and no more.
type speech struct {
	t     *Transcript
	ids   []int32 // the form of each token
	first []int32 // by turn (an index of Turns): its first token; one more at the end
	who   []int32 // by turn: the speaker, the same number for the same person

	forms []string // by id
	lower []int32  // by id: the id of the form in lower case
	word  []bool   // by id
	table []slot   // where the id of a form is found, by its hash

	from  []int32 // by id: where its places begin in place; one more at the end
	place []int32 // tokens, by the lower case of their form

	near []uint64 // bits, see follows
	own  bool     // it has signs itself that in a quotation may be elisions: (...) or //

	spans []atomic.Pointer[[]token] // by turn: its tokens, with where they stand; made when first asked for
}

// A slot of a table is empty where next is 0; else next is the id of a form and 1.
type slot struct {
	hash uint32
	next int32
}

// lazySpeech holds a transcript's speech once somebody asked for it, and until then a sketch of it.
type lazySpeech struct {
	of     *Transcript // not a copy of it, which may have been changed
	once   sync.Once
	made   atomic.Bool
	s      *speech
	sketch func() *sketch
}

func newLazySpeech(t *Transcript) *lazySpeech {
	return &lazySpeech{of: t, sketch: sync.OnceValue(func() *sketch { return newSketch(t.Text) })}
}

// speech returns the tokens of t, which are made once for a transcript that was parsed, and each time for a copy of one.
func (t *Transcript) speech() *speech {
	if t.said == nil || t.said.of != t {
		return newSpeech(t)
	}
	t.said.once.Do(func() {
		t.said.s = newSpeech(t)
		t.said.made.Store(true)
	})
	return t.said.s
}

// Prepare makes t ready to be quoted, which the first quotation that is held against it would otherwise do.
func (t *Transcript) Prepare() { t.speech() }

// A key is a form with its hash.
type key struct {
	form string
	hash uint64
}

var seed = maphash.MakeSeed() // what is found does not depend on it

func keyOf(form string) key { return key{form, maphash.String(seed, form)} }

// A workshop is what newSpeech works with, used again for the next transcript.
type workshop struct {
	tokens []token
	ids    []int32
	keys   []key // by id
	word   []bool
	table  []slot
	folded map[string]int32 // the ids of words that are not written in the form in which they are compared
	next   []int32
}

var workshops = sync.Pool{New: func() any { return &workshop{table: make([]slot, 1<<12), folded: map[string]int32{}} }}

func newSpeech(t *Transcript) *speech {
	w := workshops.Get().(*workshop)
	defer workshops.Put(w)
	w.ids, w.keys, w.word = w.ids[:0], w.keys[:0], w.word[:0]
	clear(w.table)
	clear(w.folded)
	s := &speech{t: t, who: make([]int32, 0, len(t.Turns)), first: make([]int32, 0, len(t.Turns)+1)}
	speakers := map[string]int32{}
	for _, turn := range t.Turns {
		person := turn.Is
		if !turn.Participant() {
			person += "\x00" + turn.Label
		}
		if _, ok := speakers[person]; !ok {
			speakers[person] = int32(len(speakers))
		}
		s.who = append(s.who, speakers[person])
		s.first = append(s.first, int32(len(w.ids)))
		w.tokens = appendTokens(w.tokens[:0], t.Text, turn.Speech)
		for _, token := range w.tokens {
			w.ids = append(w.ids, w.idOf(token, t.Text))
		}
	}
	s.first = append(s.first, int32(len(w.ids)))
	s.ids = slices.Clone(w.ids)
	s.lower = make([]int32, 0, len(w.keys)+len(w.keys)/4)
	for id := 0; id < len(w.keys); id++ { // grows while it runs
		low := int32(id)
		if form := strings.ToLower(w.keys[id].form); form != w.keys[id].form {
			low = w.add(keyOf(form), w.word[id])
		}
		s.lower = append(s.lower, low)
	}
	s.word = slices.Clone(w.word)
	s.forms = make([]string, len(w.keys))
	s.table = make([]slot, 1<<bits.Len(uint(len(w.keys)*4/3)))
	for id, k := range w.keys {
		s.forms[id] = k.form
		enter(s.table, k.hash, int32(id))
	}
	s.from = make([]int32, len(s.forms)+1)
	for _, id := range s.ids {
		s.from[s.lower[id]+1]++
	}
	for id := range s.forms {
		s.from[id+1] += s.from[id]
	}
	s.place = make([]int32, len(s.ids))
	w.next = append(w.next[:0], s.from...)
	for i, id := range s.ids {
		low := s.lower[id]
		s.place[w.next[low]] = int32(i)
		w.next[low]++
	}
	s.near = make([]uint64, 1<<max(0, bits.Len(uint(len(s.ids)))-4)) // some 4 to 8 bits for each pair
	before := [2]int32{-1, -1}
	for _, id := range s.ids {
		if !s.word[id] {
			continue
		}
		low := s.lower[id]
		for _, first := range before {
			if first >= 0 {
				at, bit := s.pair(first, low)
				s.near[at] |= bit
			}
		}
		before = [2]int32{before[1], low}
	}
	s.own = s.id("(") >= 0 && s.id(pauseForm) >= 0 || s.id("/") >= 0
	s.spans = make([]atomic.Pointer[[]token], len(t.Turns))
	return s
}

// idOf returns the id of a token's form, a new one if the form is.
func (w *workshop) idOf(token token, text string) int32 {
	raw := text[token.Start:token.End]
	if token.kind <= stop && sameForm(raw) {
		return w.add(keyOf(raw), token.kind == word)
	}
	id, ok := w.folded[raw]
	if !ok {
		id = w.add(keyOf(token.form(text)), token.kind == word)
		w.folded[raw] = id
	}
	return id
}

// sameForm says whether a word, full stop or other sign is its own form.
func sameForm(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == '`' {
			return false
		}
	}
	return true
}

func (w *workshop) add(k key, isWord bool) int32 {
	mask := uint32(len(w.table) - 1)
	for at := uint32(k.hash) & mask; ; at = (at + 1) & mask {
		have := w.table[at]
		if have.next == 0 {
			break
		}
		if have.hash == uint32(k.hash>>32) && w.keys[have.next-1].form == k.form {
			return have.next - 1
		}
	}
	id := int32(len(w.keys))
	w.keys, w.word = append(w.keys, k), append(w.word, isWord)
	if len(w.keys) > len(w.table)/4*3 {
		w.table = make([]slot, 2*len(w.table))
		for id, k := range w.keys[:id] {
			enter(w.table, k.hash, int32(id))
		}
	}
	enter(w.table, k.hash, id)
	return id
}

// enter puts an id into the first free slot for its hash.
func enter(table []slot, hash uint64, id int32) {
	mask := uint32(len(table) - 1)
	at := uint32(hash) & mask
	for table[at].next > 0 {
		at = (at + 1) & mask
	}
	table[at] = slot{uint32(hash >> 32), id + 1}
}

// id returns the id of a form, or -1.
func (s *speech) id(form string) int32 { return s.find(keyOf(form)) }

// find returns the id of a form whose hash is known, or -1.
func (s *speech) find(k key) int32 {
	mask := uint32(len(s.table) - 1)
	for at := uint32(k.hash) & mask; ; at = (at + 1) & mask {
		have := s.table[at]
		if have.next == 0 {
			return -1
		}
		if have.hash == uint32(k.hash>>32) && s.forms[have.next-1] == k.form {
			return have.next - 1
		}
	}
}

// placesOf returns the tokens whose form in lower case has the id low, in order; none if that is -1.
func (s *speech) placesOf(low int32) []int32 {
	if low < 0 {
		return nil
	}
	return s.place[s.from[low]:s.from[low+1]]
}

// pair returns the bit of s.near that stands for two words.
func (s *speech) pair(a, b int32) (at int, bit uint64) {
	h := (uint64(uint32(a))<<32 | uint64(uint32(b))) * 0x9e3779b97f4a7c15
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	h >>= 32
	return int(h>>6) & (len(s.near) - 1), 1 << (h & 63)
}

// follows says whether word b, both in lower case, may stand behind word a, at once or with one word between. It is true
// where it does, and now and then where it does not.
func (s *speech) follows(a, b int32) bool {
	at, bit := s.pair(a, b)
	return s.near[at]&bit != 0
}

// together returns the tokens whose form in lower case is a, or b, with the other word behind it or before it and at most
// one word between them.
func (s *speech) together(a, b int32) []int32 {
	places, other, step := s.placesOf(a), b, 1
	if behind := s.placesOf(b); len(behind) < len(places) {
		places, other, step = behind, a, -1
	}
	var out []int32
	for _, at := range places {
		if !s.word[s.ids[at]] {
			continue // a sign that is a word elsewhere
		}
		words := 0
		for i := int(at) + step; i >= 0 && i < len(s.ids) && words < 2; i += step {
			if !s.word[s.ids[i]] {
				continue
			}
			if words++; s.lower[s.ids[i]] == other {
				out = append(out, at)
				break
			}
		}
	}
	return out
}

// turn returns the index in Turns of the turn that token i stands in.
func (s *speech) turn(i int) int {
	return sort.Search(len(s.first)-1, func(turn int) bool { return int(s.first[turn+1]) > i })
}

// span returns where tokens from to to (half-open, at least one) stand in the text.
func (s *speech) span(from, to int) Span {
	return Span{s.token(from).Start, s.token(to - 1).End}
}

// token returns a token with where it stands.
func (s *speech) token(i int) token {
	turn := s.turn(i)
	all := s.spans[turn].Load()
	if all == nil {
		made := tokens(s.t.Text, s.t.Turns[turn].Speech)
		all = &made
		s.spans[turn].Store(all)
	}
	return (*all)[i-int(s.first[turn])]
}

// said returns the words of tokens from to to, without the headers between them.
func (s *speech) said(from, to int) string {
	var parts []string
	for from < to {
		end := min(to, int(s.first[s.turn(from)+1]))
		span := s.span(from, end)
		parts = append(parts, s.t.Text[span.Start:span.End])
		from = end
	}
	return strings.Join(parts, " ")
}

// words counts the words among tokens from to to.
func (s *speech) words(from, to int) int {
	n := 0
	for _, id := range s.ids[from:to] {
		if s.word[id] {
			n++
		}
	}
	return n
}

// spoken counts the words of tokens from to to as CountWords does.
func (s *speech) spoken(from, to int) int {
	n := 0
	for from < to {
		end := min(to, int(s.first[s.turn(from)+1]))
		n += CountWords(s.t.Text, s.span(from, end))
		from = end
	}
	return n
}
