package workbench

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// A field is text that is being typed: one line, or several. Its cursor stands before a whole character, of whatever
// width.
type field struct {
	text  string
	at    int // byte offset of the cursor
	lines bool
}

func newField(text string, lines bool) field { return field{text: text, at: len(text), lines: lines} }

// insert puts what was typed or pasted at the cursor, as text: control characters go, and line ends where there is only
// one line.
func (f *field) insert(s string) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && f.lines:
			return r
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	f.text = f.text[:f.at] + s + f.text[f.at:]
	f.at += len(s)
}

// press edits as the key says; false says that the key has no meaning here.
func (f *field) press(k tea.KeyPressMsg) bool {
	switch name := k.String(); name {
	case "left", "ctrl+b":
		f.at = f.back(f.at)
	case "right", "ctrl+f":
		f.at = f.forth(f.at)
	case "ctrl+left", "alt+left", "alt+b":
		f.at = f.wordBack()
	case "ctrl+right", "alt+right", "alt+f":
		f.at = f.wordForth()
	case "home", "ctrl+a":
		f.at = strings.LastIndexByte(f.text[:f.at], '\n') + 1
	case "end", "ctrl+e":
		f.at = f.lineEnd()
	case "backspace", "ctrl+h", "shift+backspace":
		f.remove(f.back(f.at), f.at)
	case "delete", "ctrl+d":
		f.remove(f.at, f.forth(f.at))
	case "ctrl+w", "alt+backspace", "ctrl+backspace":
		f.remove(f.wordBack(), f.at)
	case "ctrl+u":
		f.remove(strings.LastIndexByte(f.text[:f.at], '\n')+1, f.at)
	case "ctrl+k":
		f.remove(f.at, f.lineEnd())
	default:
		if k.Text == "" {
			return false
		}
		f.insert(k.Text)
	}
	return true
}

func (f *field) remove(from, to int) {
	f.text = f.text[:from] + f.text[to:]
	f.at = from
}

func (f *field) lineEnd() int {
	if i := strings.IndexByte(f.text[f.at:], '\n'); i >= 0 {
		return f.at + i
	}
	return len(f.text)
}

func (f *field) forth(at int) int {
	if at == len(f.text) {
		return at
	}
	n, _ := character(f.text[at:], ansi.WcWidth)
	return at + n
}

func (f *field) back(at int) int {
	last := 0
	for i := 0; i < at; i = f.forth(i) {
		last = i
	}
	return last
}

func (f *field) wordBack() int {
	head := strings.TrimRightFunc(f.text[:f.at], unicode.IsSpace)
	return strings.LastIndexFunc(head, unicode.IsSpace) + 1
}

func (f *field) wordForth() int {
	rest := strings.TrimLeftFunc(f.text[f.at:], unicode.IsSpace)
	skipped := len(f.text) - f.at - len(rest)
	if i := strings.IndexFunc(rest, unicode.IsSpace); i >= 0 {
		return f.at + skipped + i
	}
	return len(f.text)
}

// vertical moves the cursor a line up or down in the lines that draw makes; false says that there is none.
func (f *field) vertical(by, cells int, method ansi.Method) bool {
	lines := f.wrapped(cells, method)
	row, x := f.cursor(lines, method)
	if row+by < 0 || row+by >= len(lines) {
		return false
	}
	s := lines[row+by]
	f.at = s.Start
	for end := s.Start + len(strings.TrimRight(f.text[s.Start:s.End], "\n")); f.at < end && x > 0; {
		n, w := character(f.text[f.at:end], method)
		if x -= w; x < 0 {
			break
		}
		f.at += n
	}
	return true
}

// wrapped returns the lines of the text.
func (f *field) wrapped(cells int, method ansi.Method) []transcript.Span {
	var lines []transcript.Span
	wrap(f.text, transcript.Span{Start: 0, End: len(f.text)}, cells, method, func(s transcript.Span) { lines = append(lines, s) })
	if f.text == "" || strings.HasSuffix(f.text, "\n") {
		lines = append(lines, transcript.Span{Start: len(f.text), End: len(f.text)})
	}
	return lines
}

func (f *field) cursor(lines []transcript.Span, method ansi.Method) (row, x int) {
	for row < len(lines)-1 && lines[row].End <= f.at {
		row++
	}
	return row, width(diag.Plain(f.text[lines[row].Start:f.at]), method)
}

// draw returns at most height lines of cells, those around the cursor, and where it stands in them.
func (f *field) draw(cells, height int, method ansi.Method) (drawn []string, x, y int) {
	if cells < 2 || height < 1 {
		return nil, 0, 0
	}
	if !f.lines { // the part that ends at the cursor, or begins at the text's beginning
		from := 0
		for width(diag.Plain(f.text[from:f.at]), method) > cells-1 {
			from = f.forth(from)
		}
		x := width(diag.Plain(f.text[from:f.at]), method)
		return []string{clip(diag.Plain(f.text[from:]), cells, method)}, x, 0
	}
	lines := f.wrapped(cells-1, method)
	row, x := f.cursor(lines, method)
	from := max(0, min(row-height/2, len(lines)-height))
	for _, s := range lines[from:min(len(lines), from+height)] {
		drawn = append(drawn, clip(diag.Plain(strings.TrimRight(f.text[s.Start:s.End], "\n")), cells, method))
	}
	return drawn, min(x, cells-1), row - from
}
