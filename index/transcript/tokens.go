package transcript

import (
	"sort"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
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
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
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
type speech struct {
	t     *Transcript
	ids   []int32 // the form of each token
	at    []span32
	first []int32 // by turn (an index of Turns): its first token; one more at the end
	who   []int32 // by turn: the speaker, the same number for the same person

	known map[string]int32 // form (and whatever was folded to it) -> id
	forms []string         // by id
	lower []int32          // by id: the id of the form in lower case
	word  []bool           // by id

	from  []int32 // by id: where its places begin in place; one more at the end
	place []int32 // tokens, by the lower case of their form
}

type span32 struct{ start, end int32 }

// lazySpeech holds a transcript's speech once somebody asked for it.
type lazySpeech struct {
	once sync.Once
	s    *speech
}

// speech returns the tokens of t, which are made once for a transcript that was parsed, and each time for a copy of one.
func (t *Transcript) speech() *speech {
	if t.said == nil {
		return newSpeech(t)
	}
	t.said.once.Do(func() { t.said.s = newSpeech(t) })
	if t.said.s.t != t {
		return newSpeech(t)
	}
	return t.said.s
}

// Prepare makes t ready to be quoted, which the first quotation that is held against it would otherwise do.
func (t *Transcript) Prepare() { t.speech() }

func newSpeech(t *Transcript) *speech {
	s := &speech{t: t, known: map[string]int32{}, ids: make([]int32, 0, len(t.Text)/5), at: make([]span32, 0, len(t.Text)/5)}
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
		s.first = append(s.first, int32(len(s.ids)))
		for _, token := range tokens(t.Text, turn.Speech) {
			raw := t.Text[token.Start:token.End]
			id, ok := s.known[raw]
			if !ok {
				id = s.add(token.form(t.Text), token.kind == word)
				s.known[raw] = id
			}
			s.ids = append(s.ids, id)
			s.at = append(s.at, span32{int32(token.Start), int32(token.End)})
		}
	}
	s.first = append(s.first, int32(len(s.ids)))
	for id := 0; id < len(s.forms); id++ { // grows while it runs
		s.lower = append(s.lower, s.add(strings.ToLower(s.forms[id]), s.word[id]))
	}
	s.from = make([]int32, len(s.forms)+1)
	for _, id := range s.ids {
		s.from[s.lower[id]+1]++
	}
	for id := range s.forms {
		s.from[id+1] += s.from[id]
	}
	s.place = make([]int32, len(s.ids))
	next := append([]int32(nil), s.from...)
	for i, id := range s.ids {
		low := s.lower[id]
		s.place[next[low]] = int32(i)
		next[low]++
	}
	return s
}

func (s *speech) add(form string, isWord bool) int32 {
	id, ok := s.known[form]
	if !ok {
		id = int32(len(s.forms))
		s.known[form] = id
		s.forms = append(s.forms, form)
		s.word = append(s.word, isWord)
	}
	return id
}

// id returns the id of a form, or -1.
func (s *speech) id(form string) int32 {
	if id, ok := s.known[form]; ok {
		return id
	}
	return -1
}

// places returns the tokens whose form in lower case is low, in order.
func (s *speech) places(low string) []int32 {
	id := s.id(low)
	if id < 0 {
		return nil
	}
	return s.place[s.from[id]:s.from[id+1]]
}

// together returns the tokens whose form in lower case is a, or b, with the other word behind it or before it and at most
// one word between them.
func (s *speech) together(a, b string) []int32 {
	places, other, step := s.places(a), s.id(b), 1
	if behind := s.places(b); len(behind) < len(places) {
		places, other, step = behind, s.id(a), -1
	}
	var out []int32
	for _, at := range places {
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
func (s *speech) span(from, to int) Span { return Span{int(s.at[from].start), int(s.at[to-1].end)} }

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
