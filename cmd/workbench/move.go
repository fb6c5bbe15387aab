package workbench

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/index/transcript"
)

// A unit is what a selection moves and grows by.
type unit int

const (
	character1 unit = iota // a grapheme
	word
	sentence
	turn // its speech
)

// A reader moves about in one transcript. It holds what has been found of its words and sentences.
type reader struct {
	t         *transcript.Transcript
	language  string
	words     map[int][]transcript.Span // by index of turn
	sentences map[int][]transcript.Span
}

func newReader(t *transcript.Transcript, language string) *reader {
	return &reader{t: t, language: language, words: map[int][]transcript.Span{}, sentences: map[int][]transcript.Span{}}
}

// turnAt returns the index in Turns of the turn that holds the byte at offset, the nearest one for others.
func (r *reader) turnAt(offset int) int {
	i := sort.Search(len(r.t.Turns), func(i int) bool { return r.t.Turns[i].End > offset })
	return max(0, min(i, len(r.t.Turns)-1))
}

// in returns the units of a turn, in order.
func (r *reader) in(u unit, i int) []transcript.Span {
	speech := r.t.Turns[i].Speech
	switch {
	case speech.Len() == 0:
		return nil
	case u == turn:
		return []transcript.Span{speech}
	case u == word:
		if _, known := r.words[i]; !known {
			r.words[i] = slices.Collect(transcript.Words(r.t.Text, speech))
		}
		return r.words[i]
	}
	if _, known := r.sentences[i]; !known {
		r.sentences[i] = transcript.Sentences(r.t.Text, speech, r.language)
	}
	return r.sentences[i]
}

// after returns the first unit that begins at offset or behind it.
func (r *reader) after(u unit, offset int) (transcript.Span, bool) {
	for i := r.turnAt(offset); i < len(r.t.Turns); i++ {
		units := r.in(u, i)
		if j := sort.Search(len(units), func(j int) bool { return units[j].Start >= offset }); j < len(units) {
			return units[j], true
		}
	}
	return transcript.Span{}, false
}

// before returns the last unit that ends at offset or before it.
func (r *reader) before(u unit, offset int) (transcript.Span, bool) {
	for i := r.turnAt(offset); i >= 0 && len(r.t.Turns) > 0; i-- {
		units := r.in(u, i)
		if j := sort.Search(len(units), func(j int) bool { return units[j].End > offset }); j > 0 {
			return units[j-1], true
		}
	}
	return transcript.Span{}, false
}

// around returns the unit that holds the byte at offset, else the next one, else the last.
func (r *reader) around(u unit, offset int) transcript.Span {
	for i := r.turnAt(offset); i < len(r.t.Turns); i++ {
		units := r.in(u, i)
		if j := sort.Search(len(units), func(j int) bool { return units[j].End > offset }); j < len(units) {
			return units[j]
		}
	}
	s, _ := r.before(u, len(r.t.Text))
	return s
}

// edge returns the nearest place where a unit ends (or, with starts, begins) behind offset, or before it with back.
func (r *reader) edge(u unit, offset int, starts, back bool) (int, bool) {
	if u == character1 {
		return r.characterEdge(offset, back)
	}
	at := func(s transcript.Span) int {
		if starts {
			return s.Start
		}
		return s.End
	}
	step := 1
	if back {
		step = -1
	}
	for i := r.turnAt(offset); i >= 0 && i < len(r.t.Turns); i += step {
		units := r.in(u, i)
		if back {
			for _, s := range slices.Backward(units) {
				if at(s) < offset {
					return at(s), true
				}
			}
		} else if j := sort.Search(len(units), func(j int) bool { return at(units[j]) > offset }); j < len(units) {
			return at(units[j]), true
		}
	}
	return 0, false
}

// characterEdge steps over one character of speech, from the end of one turn's to the beginning of the next one's.
func (r *reader) characterEdge(offset int, back bool) (int, bool) {
	i := r.turnAt(offset)
	if len(r.t.Turns) == 0 {
		return 0, false
	}
	speech := r.t.Turns[i].Speech
	if back {
		for ; offset <= speech.Start || speech.Len() == 0; speech = r.t.Turns[i].Speech {
			if i--; i < 0 {
				return 0, false
			}
		}
		offset = min(offset, speech.End)
		// Characters can only be told forwards: from behind the last space, at the latest.
		from := speech.Start + 1 + strings.LastIndexFunc(r.t.Text[speech.Start:offset-1], unicode.IsSpace)
		for from < offset {
			n, _ := character(r.t.Text[from:speech.End], ansi.WcWidth)
			if from+n >= offset {
				return from, true
			}
			from += n
		}
		return from, true
	}
	for ; offset >= speech.End || speech.Len() == 0; speech = r.t.Turns[i].Speech {
		if i++; i >= len(r.t.Turns) {
			return 0, false
		}
	}
	offset = max(offset, speech.Start)
	n, _ := character(r.t.Text[offset:speech.End], ansi.WcWidth)
	return offset + n, true
}

// A selection is the passage that keys act on. One of its ends moves when it grows and shrinks.
type selection struct {
	transcript.Span
	atStart bool // it is the start that moves
}

// grow moves the end that moves by a unit. When nothing would be left, the other end moves from there on, so that what
// was selected first stays.
func (r *reader) grow(s selection, u unit, back bool) selection {
	if s.atStart {
		if at, ok := r.edge(u, s.Start, true, back); ok && at < s.End {
			s.Start = at
			return s
		} else if back || ok && at == s.End && u == character1 {
			return s
		}
		if at, ok := r.edge(u, s.End, false, false); ok {
			s.End, s.atStart = at, false
		}
		return s
	}
	if at, ok := r.edge(u, s.End, false, back); ok && at > s.Start {
		s.End = at
		return s
	} else if !back || u == character1 {
		return s
	}
	if at, ok := r.edge(u, s.Start, true, true); ok {
		s.Start, s.atStart = at, true
	}
	return s
}

// to widens a span to whole units.
func (r *reader) to(u unit, s transcript.Span) transcript.Span {
	first, last := r.around(u, s.Start), r.around(u, max(s.Start, s.End-1))
	return transcript.Span{Start: min(s.Start, first.Start), End: max(s.End, last.End)}
}
