package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// The measures of a heat map, in pixels.
const (
	cellSide   = 30
	letters    = 12
	indent     = 14
	lineHeight = 16
	margin     = 16
	longLabel  = 44 // characters of a label; the whole of it stands in its title
)

// shades are the ground of a cell from nothing to the most, and what is printed on it: light to dark, all with a contrast
// of 4.5 or more.
var shades = []struct{ ground, ink string }{
	{"#ffffff", "#6b6b6b"}, {"#e3ecf4", "#1c1c1c"}, {"#c5d8e8", "#1c1c1c"}, {"#9fbfd9", "#1c1c1c"}, {"#76a3c7", "#101010"},
	{"#2f6597", "#ffffff"}, {"#1d4a75", "#ffffff"}, {"#0f3152", "#ffffff"},
}

// SVG returns the matrix of figures as a heat map: a picture with the figures in it, and the whole of it as words for
// those who cannot see it.
func (x *Matrix) SVG() []byte {
	x = x.forPeople()
	most := 1 // what has the darkest shade; a code with itself would outshine all others
	for r := range x.Cells {
		for c := range x.Cells[r] {
			if x.Rows[r].Ref != x.Columns[c].Ref {
				most = max(most, x.Figure(x.Cells[r][c].Counts))
			}
		}
	}
	left, top := 0, 0
	for _, h := range x.Rows {
		left = max(left, textWidth(cutLabel(x.Label(h)), letters)+h.Depth*indent)
	}
	for _, h := range x.Columns {
		top = max(top, textWidth(cutLabel(x.Label(h)), letters))
	}
	notes := x.Explain()
	title := strings.TrimSuffix(notes[0], ".")
	if notes = notes[1:]; x.Show == ShowCounts {
		notes = append(notes, x.w.Matrix.Shade)
	}
	left, top = left+2*margin, top+2*margin+lineHeight
	wide, height := left+len(x.Columns)*cellSide+margin, top+len(x.Rows)*cellSide+margin
	for _, n := range notes {
		wide = max(wide, 2*margin+textWidth(n, letters))
	}
	foot := height
	height += len(notes)*lineHeight + margin

	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n",
		wide, height, wide, height)
	fmt.Fprintf(&b, "<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n", escaped(upper(title)), escaped(x.inWords()))
	fmt.Fprintf(&b, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", wide, height)
	text := func(at, style, s string) { fmt.Fprintf(&b, "<text %s %s>%s</text>\n", at, style, escaped(s)) }
	text(fmt.Sprintf(`x="%d" y="%d"`, margin, margin+10), `font-weight="bold" fill="#1c1c1c"`, upper(title))
	for c, h := range x.Columns {
		cx, cy := left+c*cellSide+cellSide/2+4, top-6
		text(fmt.Sprintf(`transform="translate(%d %d) rotate(-90)"`, cx, cy), `fill="#1c1c1c"`, cutLabel(x.Label(h)))
	}
	for r, h := range x.Rows {
		y := top + r*cellSide
		text(fmt.Sprintf(`x="%d" y="%d"`, margin+h.Depth*indent, y+cellSide/2+4), `fill="#1c1c1c"`, cutLabel(x.Label(h)))
		for c, col := range x.Columns {
			n := x.Figure(x.Cells[r][c].Counts)
			shade := shades[0]
			switch {
			case n > 0 && x.Show == ShowPresence:
				shade = shades[2]
			case n > 0:
				shade = shades[min(1+(n-1)*(len(shades)-1)/most, len(shades)-1)]
			}
			cx := left + c*cellSide
			fmt.Fprintf(&b, `<g><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" fill="%s" stroke="#d8d8d8"/>`,
				escaped(fmt.Sprintf("%s, %s: %s", x.Label(h), x.Label(col), x.inCell(r, c))), cx, y, cellSide, cellSide, shade.ground)
			switch {
			case x.withholds(r, c):
				fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" fill="%s">%s</text>`, cx+cellSide/2, y+cellSide/2+4, shade.ink, withheldMark)
			case n == 0:
			case x.Show == ShowPresence:
				fmt.Fprintf(&b, `<circle cx="%d" cy="%d" r="5" fill="%s"/>`, cx+cellSide/2, y+cellSide/2, shade.ink)
			default:
				fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" font-size="%d" fill="%s">%d</text>`, cx+cellSide/2, y+cellSide/2+4, figureSize(n), shade.ink, n)
			}
			b.WriteString("</g>\n")
		}
	}
	for i, n := range notes {
		text(fmt.Sprintf(`x="%d" y="%d"`, margin, foot+(i+1)*lineHeight), `fill="#4a4a4a"`, n)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// figureSize keeps large figures within their cell.
func figureSize(n int) int {
	switch {
	case n > 99_999:
		return 7
	case n > 999:
		return 9
	}
	return 12
}

// inCell says what stands in a cell.
func (x *Matrix) inCell(row, column int) string {
	n := x.Figure(x.Cells[row][column].Counts)
	switch {
	case x.withholds(row, column):
		return withheldMark
	case n == 0:
		return x.w.Matrix.Nothing
	case x.Show == ShowPresence:
		return x.w.Matrix.Present
	}
	return x.w.some(x.unit(), n)
}

// inWords reads the matrix out: row by row the columns that hold something.
func (x *Matrix) inWords() string {
	out := x.Explain()[1:]
	for r, h := range x.Rows {
		var cells []string
		for c, col := range x.Columns {
			n := x.Figure(x.Cells[r][c].Counts)
			switch {
			case x.withholds(r, c):
				cells = append(cells, x.Label(col)+" "+withheldMark)
			case n == 0:
			case x.Show == ShowPresence:
				cells = append(cells, x.Label(col))
			default:
				cells = append(cells, x.Label(col)+" "+x.w.Number(n))
			}
		}
		if cells == nil {
			cells = []string{x.w.Matrix.Nothing}
		}
		out = append(out, x.Label(h)+": "+strings.Join(cells, ", ")+".")
	}
	return strings.Join(out, " ")
}

func cutLabel(s string) string {
	if r := []rune(s); len(r) > longLabel {
		return string(r[:longLabel-1]) + "…"
	}
	return s
}

// Columns returns how many columns s takes up where letters are all of one width: East Asian wide characters two,
// combining ones none.
func Columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case r >= 0x1100 && isWide(width.LookupRune(r).Kind()):
			n += 2
		default:
			n++
		}
	}
	return n
}

// escaped writes s as text of an XML document.
func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(visible(s))); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return b.String()
}
