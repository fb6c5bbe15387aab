package diag

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// A Scalar is the text of a YAML scalar and the way back from it into the file, past quotation marks, escapes and
// folded lines.
type Scalar struct {
	Text string
	Pos  Position // where the scalar begins in the file: its first character, quotation mark, | or >

	rest  []string // lines of the file from Pos.Line on
	style yaml.Style
}

// Scalar returns the scalar at n.
func (y *YAML) Scalar(n *yaml.Node) Scalar {
	s := Scalar{Text: n.Value, Pos: y.At(n), style: n.Style}
	if line := s.Pos.Line - y.Skip; line >= 1 && line <= len(y.lines) {
		s.rest = y.lines[line-1:]
	}
	return s
}

// Plain says whether character i of Text stands i columns behind Pos.
func (s Scalar) Plain() bool {
	if s.style != 0 || len(s.rest) == 0 {
		return false
	}
	line := []rune(s.rest[0])
	return strings.HasPrefix(string(line[min(s.Pos.Column-1, len(line)):]), s.Text)
}

// At returns where the character at that byte offset of Text stands in the file; len(Text) gives the place behind the
// last. It returns Pos when the way back cannot be found.
func (s Scalar) At(offset int) Position {
	if at, ok := s.at(offset); ok {
		return at
	}
	return s.Pos
}

// Span returns where the bytes of Text from start to end (half-open) stand, and how many characters they take up
// there; of a span over several lines, as many as stand on the first.
func (s Scalar) Span(start, end int) (Position, int) {
	from, to := s.At(start), s.At(end)
	if to.Line == from.Line {
		return from, max(1, to.Column-from.Column)
	}
	return from, max(1, utf8.RuneCountInString(s.rest[from.Line-s.Pos.Line])-from.Column+1)
}

// at walks Text and the source side by side. YAML keeps every character that is not white space, written as it is
// or as an escape that stands for one, so those lead the walk; white space that folding left out is skipped.
func (s Scalar) at(offset int) (Position, bool) {
	r := reader{lines: s.rest, at: Position{1, s.Pos.Column}}
	place := func(p Position) Position { return Position{p.Line + s.Pos.Line - 1, p.Column} }
	for c := r.peek(); c == '&' || c == '!' && s.style&yaml.TaggedStyle != 0; c = r.peek() { // an anchor or a tag
		for r.more() && !unicode.IsSpace(r.peek()) {
			r.next()
		}
		r.space()
	}
	var quote rune
	switch {
	case s.style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		r.at = Position{r.at.Line + 1, 1}
	case s.style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		quote = r.next()
	}
	end := r.at // behind the last character that was found
	for i := 0; i < len(s.Text); {
		want, size := utf8.DecodeRuneInString(s.Text[i:])
		from, found := r.at, false
		if !r.more() {
			if !unicode.IsSpace(want) {
				return Position{}, false
			}
			from, found = end, true // the last line end of a block
		} else {
			switch got, some := r.unit(quote); {
			case !some: // an escaped line end stands for nothing, nor does the indentation behind it
				r.space()
			case got == want, unicode.IsSpace(got) && unicode.IsSpace(want):
				found, end = true, r.at
			case !unicode.IsSpace(got):
				return Position{}, false
			}
		}
		if found {
			if i += size; offset < i {
				return place(from), true
			}
		}
	}
	return place(end), true
}

// width returns how many characters the scalar takes on its first line, quotation marks included.
func (s Scalar) width() int {
	end, ok := s.at(len(s.Text))
	switch {
	case len(s.rest) == 0:
		return 1
	case !ok || s.style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return 1
	case end.Line > s.Pos.Line:
		return max(1, utf8.RuneCountInString(s.rest[0])-s.Pos.Column+1)
	case s.style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return end.Column - s.Pos.Column + 1
	}
	return max(1, end.Column-s.Pos.Column)
}

// A reader goes through lines character by character; a line's end reads as a line feed.
type reader struct {
	lines []string
	at    Position // line and column, both from 1
	row   []rune   // the line at.Line
	rowNo int
}

func (r *reader) load() {
	if r.rowNo != r.at.Line && r.at.Line <= len(r.lines) {
		r.row, r.rowNo = []rune(r.lines[r.at.Line-1]), r.at.Line
	}
}

func (r *reader) more() bool { return r.at.Line <= len(r.lines) }

func (r *reader) peek() rune {
	if !r.more() {
		return 0
	}
	if r.load(); r.at.Column > len(r.row) {
		return '\n'
	}
	return r.row[r.at.Column-1]
}

func (r *reader) next() rune {
	c := r.peek()
	if c == '\n' {
		r.at = Position{r.at.Line + 1, 1}
	} else {
		r.at.Column++
	}
	return c
}

func (r *reader) space() {
	for r.more() && unicode.IsSpace(r.peek()) {
		r.next()
	}
}

// unit reads one character of a scalar as it is written within quote (0: none). Some is false for an escaped line end.
func (r *reader) unit(quote rune) (c rune, some bool) {
	c = r.next()
	switch {
	case c == '\'' && quote == '\'' && r.peek() == '\'':
		r.next()
	case c == '\\' && quote == '"':
		c = r.next()
		digits := map[rune]int{'x': 2, 'u': 4, 'U': 8}[c]
		if digits == 0 {
			named, ok := escapes[c]
			if !ok {
				return c, c != '\n'
			}
			return named, true
		}
		var hex strings.Builder
		for range digits {
			hex.WriteRune(r.next())
		}
		code, _ := strconv.ParseUint(hex.String(), 16, 32)
		return rune(code), true
	}
	return c, true
}

// escapes are those of YAML's double quotation marks that stand for another character than their own.
var escapes = map[rune]rune{'0': 0, 'a': '\a', 'b': '\b', 't': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r',
	'e': '\x1b', 'N': '\u0085', '_': '\u00a0', 'L': '\u2028', 'P': '\u2029'}
