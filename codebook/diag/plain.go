package diag

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain returns s as one harmless line for a terminal: control characters, terminal escapes and bidirectional
// controls, which could repaint a screen or turn a line around, become visible signs; line breaks and tabs become
// spaces. All else stands as it was.
func Plain(s string) string {
	ascii := 0
	for ascii < len(s) && s[ascii] >= ' ' && s[ascii] < 0x7f {
		ascii++
	}
	if strings.IndexFunc(s[ascii:], func(r rune) bool {
		return r < ' ' || r >= 0x7f && conceals(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
	}) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r' || r == '\u2028' || r == '\u2029':
			return ' '
		case r < ' ':
			return r + '\u2400' // the picture of that control character
		case r == 0x7f:
			return '\u2421'
		case conceals(r):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// PlainJSON makes a JSON document harmless for a terminal without changing what it says: the control characters that
// JSON lets stand, and bidirectional controls, are written as \u escapes.
func PlainJSON(doc []byte) []byte {
	if bytes.IndexFunc(doc, unsafeInJSON) < 0 {
		return doc
	}
	out := make([]byte, 0, len(doc)+len(doc)/16)
	for len(doc) > 0 {
		r, n := utf8.DecodeRune(doc)
		if unsafeInJSON(r) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = append(out, doc[:n]...)
		}
		doc = doc[n:]
	}
	return out
}

// unsafeInJSON knows the characters that can only stand inside a string of a JSON document; all are below U+10000.
func unsafeInJSON(r rune) bool {
	return r >= 0x7f && conceals(r)
}

// conceals knows the control characters from DEL on, and bidirectional controls. The latter, but for one, stand from
// U+200E on, which most text never reaches.
func conceals(r rune) bool {
	return r >= 0x7f && r <= 0x9f || r == '\u061c' || r >= '\u200e' && unicode.Is(unicode.Bidi_Control, r)
}
