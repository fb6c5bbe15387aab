package transcript

import (
	"slices"
	"strings"
)

// A sketch says which words of plain letters may stand in a text, without the work of taking it apart: most transcripts
// of a large study hold none of the words that are looked for.
type sketch struct {
	bits [512]uint64
	odd  bool // it has characters that other words are compared without, or as plain letters: any word may stand there
}

// plainHash is what a run of ASCII letters and digits is known by, from its beginning on.
type plainHash uint32

func (h plainHash) add(c byte) plainHash {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return (h ^ plainHash(c)) * 16777619
}

// place returns the bit of a run.
func (h plainHash) place() (at int, bit uint64) {
	h ^= h >> 15
	return int(h>>6) % len(sketch{}.bits), 1 << (h & 63)
}

const plainStart plainHash = 2166136261

// oddities are the characters that are unseen, and those other than A to Z that are plain letters in small.
var oddities = []string{"\u00ad", "\u200b", "\u2060", "\ufeff", "\u0130", "\u212a"}

func newSketch(text string) *sketch {
	s := &sketch{odd: slices.ContainsFunc(oddities, func(c string) bool { return strings.Contains(text, c) })}
	h := plainStart
	for i := range len(text) {
		if c := text[i]; letters[c] {
			h = h.add(c)
		} else if h != plainStart {
			at, bit := h.place()
			s.bits[at] |= bit
			h = plainStart
		}
	}
	at, bit := h.place()
	s.bits[at] |= bit
	return s
}

// has says whether all words may stand in the text.
func (s *sketch) has(words []plainHash) bool {
	if s.odd {
		return true
	}
	for _, h := range words {
		if at, bit := h.place(); s.bits[at]&bit == 0 {
			return false
		}
	}
	return true
}

// plainWords returns those of the keys that are words of plain letters. In a text they stand between other characters
// than letters and digits of ASCII, whatever a word is to UAX #29.
func plainWords(keys []key) []plainHash {
	var out []plainHash
	for _, k := range keys {
		h := plainStart
		for i := range len(k.form) {
			if !letters[k.form[i]] {
				h = plainStart
				break
			}
			h = h.add(k.form[i])
		}
		if h != plainStart {
			out = append(out, h)
		}
	}
	return out
}
