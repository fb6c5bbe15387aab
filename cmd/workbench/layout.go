package workbench

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// A layout is a transcript laid out in rows for a width. It depends on the transcript, the widths and the method alone,
// so it is made once for each of them; what is drawn on it (codings, selection) is not in it.
type layout struct {
	margin int // cells before the text: codings and speakers
	text   int // cells of the text
	t      *transcript.Transcript
	method ansi.Method // how the terminal counts cells
	rows   []row
}

// A row is one line: a stretch of a turn's speech, or the gap above a turn.
type row struct {
	transcript.Span      // in the text; empty for a gap, and where a turn has no speech
	turn            int  // its index in Turns
	gap             bool // the line above the turn
	first           bool // the first line of the turn
}

const (
	leastText = 8  // cells; narrower terminals see the left part of it
	mostText  = 76 // lines that are longer are hard to read
)

// newLayout lays t out in lines of at most text cells behind a margin of margin cells.
func newLayout(t *transcript.Transcript, margin, text int, method ansi.Method) *layout {
	l := &layout{margin: margin, text: max(text, leastText), t: t, method: method, rows: make([]row, 0, len(t.Text)/40+2*len(t.Turns))}
	for i, turn := range t.Turns {
		at := transcript.Span{Start: turn.Speech.Start, End: turn.Speech.Start}
		l.rows = append(l.rows, row{Span: at, turn: i, gap: true})
		first := len(l.rows)
		if turn.Speech.Len() == 0 {
			l.rows = append(l.rows, row{Span: at, turn: i})
		} else {
			wrap(t.Text, turn.Speech, l.text, method, func(s transcript.Span) { l.rows = append(l.rows, row{Span: s, turn: i}) })
		}
		l.rows[first].first = true
	}
	return l
}

// wrap cuts span into lines of at most width cells, which together are all of it: at its line breaks, else after white
// space and hyphens, between wide characters, and where there is none of these between any two characters. White space
// at the end of a line counts for nothing.
func wrap(text string, span transcript.Span, width int, method ansi.Method, emit func(transcript.Span)) {
	start, cells := span.Start, 0 // of this line
	cut, cutCells := -1, 0        // where it could end last, and its cells up to there
	after, wide := false, false   // a line may end after the last character; it was a wide one
	for i := span.Start; i < span.End; {
		if text[i] == '\n' {
			i++
			emit(transcript.Span{Start: start, End: i})
			start, cells, cut, after, wide = i, 0, -1, false, false
			continue
		}
		n, w := character(text[i:span.End], method)
		c := text[i : i+n]
		space := breaks(c)
		if i > start && (after || (wide || w > 1) && !closes(c)) {
			cut, cutCells = i, cells
		}
		if !space && cells+w > width && i > start {
			if cut <= start {
				cut, cutCells = i, cells
			}
			emit(transcript.Span{Start: start, End: cut})
			start, cells = cut, cells-cutCells
			cut = -1
		}
		after, wide = space || c == "-" && i > start && text[i-1] > ' ', w > 1
		i += n
		cells += w
	}
	if start < span.End {
		emit(transcript.Span{Start: start, End: span.End})
	}
}

// character returns the bytes of the first character (grapheme) of s, which is not empty, and the cells that it takes
// up as diag.Plain shows it.
func character(s string, method ansi.Method) (bytes, cells int) {
	if c := s[0]; c < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1, 1 // control characters are shown as one sign
	}
	cluster, cells := ansi.FirstGraphemeCluster(s, method)
	if cells == 0 {
		cells = method.StringWidth(diag.Plain(cluster))
	}
	return len(cluster), cells
}

// breaks says whether a line may end after the character c, which then counts for nothing.
func breaks(c string) bool {
	if c == " " {
		return true
	}
	r, n := utf8.DecodeRuneInString(c)
	return n == len(c) && unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f'
}

// closes says whether s begins with a sign that does not begin a line in a script without spaces.
func closes(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r > utf8.RuneSelf && unicode.In(r, unicode.Pe, unicode.Pf, unicode.Po) || strings.ContainsRune(".,:;!?)]", r)
}

// width returns the cells of s, which diag.Plain has made harmless.
func width(s string, method ansi.Method) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return method.StringWidth(s)
		}
	}
	return len(s)
}

// fit returns s cut to cells, with … where something was cut.
func fit(s string, cells int, method ansi.Method) string {
	switch {
	case cells <= 0:
		return ""
	case width(s, method) <= cells:
		return s
	}
	return clip(s, cells-1, method) + "…"
}

// clip returns the part of a line that fits into cells, with all of its styles (an escape character begins one and
// nothing else: all words are diag.Plain). A character that would stand out is left out, however wide it is.
func clip(s string, cells int, method ansi.Method) string {
	var out strings.Builder
	full := false
	for i := 0; i < len(s); {
		if s[i] == '\x1b' {
			n := strings.IndexByte(s[i:], 'm') + 1
			if n == 0 {
				break
			}
			out.WriteString(s[i : i+n])
			i += n
			continue
		}
		n, w := character(s[i:], method)
		if cells -= w; cells < 0 {
			full = true
		}
		if !full {
			out.WriteString(s[i : i+n])
		}
		i += n
	}
	return out.String()
}

// shown returns what a row holds of the text, without the white space at its end.
func (l *layout) shown(r row) transcript.Span {
	s := l.t.Text[r.Start:r.End]
	return transcript.Span{Start: r.Start, End: r.Start + len(strings.TrimRightFunc(s, unicode.IsSpace))}
}

// first returns the first row that shows something behind the offset at, the last one if none does.
func (l *layout) first(at int) int {
	i := sort.Search(len(l.rows), func(i int) bool { return l.rows[i].End > at })
	for i < len(l.rows) && l.rows[i].gap {
		i++
	}
	return max(0, min(i, len(l.rows)-1))
}

// rowsOf returns the first and the last row of a passage.
func (l *layout) rowsOf(s transcript.Span) (first, last int) {
	first = l.first(s.Start)
	last = sort.Search(len(l.rows), func(i int) bool { return l.rows[i].Start >= s.End }) - 1
	for last > first && l.rows[last].gap {
		last--
	}
	return first, max(first, last)
}

// at returns the offset of the character that stands in the cell x, counted from the margin's left edge, of a row.
func (l *layout) at(rowIndex, x int) int {
	r := l.rows[max(0, min(rowIndex, len(l.rows)-1))]
	s := l.shown(r)
	cells := l.margin
	for i := s.Start; i < s.End; {
		n, w := character(l.t.Text[i:s.End], l.method)
		if cells += w; cells > x {
			return i
		}
		i += n
	}
	return s.End
}

// x returns the cell, counted from the margin's left edge, in which the character at an offset of a row stands.
func (l *layout) x(r row, offset int) int {
	s := l.shown(r)
	return l.margin + width(diag.Plain(l.t.Text[s.Start:max(s.Start, min(offset, s.End))]), l.method)
}
