package report

import (
	"fmt"
	"slices"
	"strings"
)

// A figure is made of the shapes that word processors draw themselves: its lines are sharp at every size, its words are
// set in the document's own letters, in every script, and an author can move a box or mend a name. A picture made here
// would need fonts to come along, and would look like them.

const (
	emuTwip  = 635  // English Metric Units of a twentieth of a point
	emuPixel = 9525 // of a pixel of the map at its full size
	emuLeast = 6350 // of a pixel where its smallest letters are 6.5 points
)

// mapFigure draws the map as large as the page allows, at most at its full size. It says whether that is large enough to
// read; else it writes nothing. Above are lines that stand on the page with it.
func (d *docx) mapFigure(m *Map, name, described string) bool {
	at := m.draw()
	const caption = 1500 // a heading and a caption, in twentieths of a point
	unit := min(emuPixel, d.room()*emuTwip/at.width, (d.depth()-caption)*emuTwip/at.height)
	if unit < emuLeast {
		return false
	}
	g := &docxGroup{docx: d, unit: unit}
	width, height := at.width*unit, at.height*unit
	d.styled("Figure", "")
	fmt.Fprintf(&d.b, `<w:r><mc:AlternateContent><mc:Choice Requires="wpg"><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="%s" descr="%s"/><wp:cNvGraphicFramePr/>`+
		`<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"><wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/><a:chOff x="0" y="0"/><a:chExt cx="%d" cy="%d"/></a:xfrm></wpg:grpSpPr>`,
		width, height, d.shape(), xmlText(name), xmlText(described), width, height, width, height)
	for _, b := range at.boxes {
		stroke := "211F1C"
		if b.level > 0 {
			stroke = "B9B2A5"
		}
		w, h := b.right-b.left, b.bottom-b.top
		g.open(b.theme.Name, false, b.left, b.top, w, h)
		fmt.Fprintf(&d.b, `<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val %d"/></a:avLst></a:prstGeom><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln w="%d"><a:solidFill><a:srgbClr val="%s"/></a:solidFill></a:ln></wps:spPr>`,
			4*100000/min(w, h), unit, stroke)
		letters := lettersAt(b.level)
		g.words(b.name, letters.size, letters.line, mapPadding, letters.room, "211F1C", "")
	}
	for _, l := range at.lines {
		x, left := at.laneX(l.lane), min(l.from.right, l.to.right)
		top, down := min(l.out.y, l.in.y), 5
		if l.in.y < l.out.y {
			down = -5
		}
		y := func(n int) int { return n - top }
		g.path(l.Label, left, top, x-left, max(l.out.y, l.in.y)-top, "none",
			g.move(l.from.right-left, y(l.out.y)), g.line(x-5-left, y(l.out.y)), g.bend(x-left, y(l.out.y), x-left, y(l.out.y+down)),
			g.line(x-left, y(l.in.y-down)), g.bend(x-left, y(l.in.y), x-5-left, y(l.in.y)), g.line(l.to.right+7-left, y(l.in.y)))
		g.path(l.Label, l.to.right, l.in.y-4, 8, 8, "norm", g.move(0, 4), g.line(8, 0), g.line(8, 8), "<a:close/>")
	}
	for _, a := range at.arrows {
		from, to := a.top, a.foot-7
		head := []string{g.move(0, 0), g.line(8, 0), g.line(4, 8), "<a:close/>"}
		y := a.foot - 8
		if a.up {
			from, to = a.top+7, a.foot
			head = []string{g.move(4, 0), g.line(8, 8), g.line(0, 8), "<a:close/>"}
			y = a.top
		}
		g.path(a.Label, a.x, from, 0, to-from, "none", g.move(0, 0), g.line(0, to-from))
		g.path(a.Label, a.x-4, y, 8, 8, "norm", head...)
	}
	label := func(x, y, width int, lines []string) {
		if len(lines) == 0 {
			return
		}
		g.open(strings.Join(lines, " "), true, x, y, width, len(lines)*labelLine)
		d.b.WriteString(`<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>`)
		g.words(lines, labelSize, labelLine, 0, 0, "5D5851", "<w:i/>")
	}
	for _, a := range at.arrows {
		label(a.x+14, (a.top+a.foot)/2-len(a.label)*labelLine/2, at.labels-a.x-14-mapIndent, a.label)
	}
	for _, l := range at.lines {
		label(at.labels+6, l.out.y-2-len(l.label)*labelLine, mapLabel-6, l.label)
	}
	d.b.WriteString(`</wpg:wgp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback>`)
	// A program that does not know such shapes shows what they say.
	fmt.Fprintf(&d.b, `<w:t xml:space="preserve">%s</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>`, xmlText(described))
	return true
}

// shape is an id for a drawing, or for a part of one.
func (d *docx) shape() int {
	d.shapes++
	return d.shapes
}

// A docxGroup is a drawing that is being written. Its measures are the map's pixels.
type docxGroup struct {
	*docx
	unit int // EMU a pixel
}

// open begins a shape, up to its geometry.
func (g *docxGroup) open(name string, label bool, x, y, width, height int) {
	text := ""
	if label {
		text = ` txBox="1"`
	}
	fmt.Fprintf(&g.b, `<wps:wsp><wps:cNvPr id="%d" name="%s"/><wps:cNvSpPr%s/><wps:spPr><a:xfrm><a:off x="%d" y="%d"/><a:ext cx="%d" cy="%d"/></a:xfrm>`,
		g.shape(), xmlText(name), text, x*g.unit, y*g.unit, width*g.unit, height*g.unit)
}

// words ends a shape that holds lines of text from its upper left corner on.
func (g *docxGroup) words(lines []string, size, line, left, top int, color, more string) {
	fmt.Fprintf(&g.b, `<wps:txbx><w:txbxContent><w:p><w:pPr><w:pStyle w:val="%s"/><w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/></w:pPr>`,
		g.look.id("FigureText"), line*g.unit/emuTwip)
	half := size * g.unit / (10 * emuTwip) // half points
	properties := fmt.Sprintf(`<w:rPr>%s<w:color w:val="%s"/><w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr>`, more, color, half, half)
	g.runWith(properties, strings.Join(lines, "\n"))
	fmt.Fprintf(&g.b, `</w:p></w:txbxContent></wps:txbx><wps:bodyPr wrap="square" lIns="%d" tIns="%d" rIns="0" bIns="0" anchor="t"><a:noAutofit/></wps:bodyPr></wps:wsp>`, left*g.unit, top*g.unit)
}

// path is a shape of lines, filled or not, in the colour of relations.
func (g *docxGroup) path(name string, x, y, width, height int, fill string, steps ...string) {
	g.open(name, false, x, y, width, height)
	fmt.Fprintf(&g.b, `<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="%d" h="%d" fill="%s">%s</a:path></a:pathLst></a:custGeom>`,
		width*g.unit, height*g.unit, fill, strings.Join(steps, ""))
	inside := `<a:noFill/>`
	if fill == "norm" {
		inside = `<a:solidFill><a:srgbClr val="8A2F24"/></a:solidFill>`
	}
	fmt.Fprintf(&g.b, `%s<a:ln w="%d"><a:solidFill><a:srgbClr val="8A2F24"/></a:solidFill></a:ln></wps:spPr><wps:bodyPr/></wps:wsp>`, inside, g.unit*5/4)
}

func (g *docxGroup) point(x, y int) string {
	return fmt.Sprintf(`<a:pt x="%d" y="%d"/>`, x*g.unit, y*g.unit)
}
func (g *docxGroup) move(x, y int) string { return "<a:moveTo>" + g.point(x, y) + "</a:moveTo>" }
func (g *docxGroup) line(x, y int) string { return "<a:lnTo>" + g.point(x, y) + "</a:lnTo>" }
func (g *docxGroup) bend(x, y, toX, toY int) string {
	return "<a:quadBezTo>" + g.point(x, y) + g.point(toX, toY) + "</a:quadBezTo>"
}

// spread is a table of themes by participants, with a mark where a theme draws on one. Where they are more than fit
// beside each other, tables of as many each follow one another.
func (d *docx) spread(first string, names []string, levels []int, marks [][]Mark) {
	const cell, theme = 330, 2600 // of a participant at least, and of the theme, in twentieths of a point
	const page = 20               // themes that fit one
	all := len(marks[0])
	most := max(1, (d.room()-theme)/cell)
	tables := (all + most - 1) / most
	each := (all + tables - 1) / tables
	for from := 0; from < all; from += each {
		to := min(from+each, all)
		long := 0
		for _, m := range marks[0][from:to] {
			long = max(long, textWidth(visible(m.Participant), 8)) // points, as pixels of letters of 8 points are
		}
		wide := min((d.room()-theme)/each, 600)
		widths := slices.Concat([]int{d.room() - wide*(to-from)}, slices.Repeat([]int{wide}, to-from))
		direction, height := "", ""
		if long*20 > wide-60 { // they stand upright
			direction = `<w:textDirection w:val="btLr"/><w:vAlign w:val="center"/>`
			height = fmt.Sprintf(`<w:trHeight w:val="%d" w:hRule="exact"/>`, min(long*20+160, 2400))
		}
		d.openTable(true, widths...)
		keep := ""
		put := func(i, level int, style, more, text string) {
			fmt.Fprintf(&d.b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s</w:tcPr>`, widths[i], more)
			in := keep
			if level > 1 {
				in += fmt.Sprintf(`<w:ind w:left="%d"/>`, min(level-1, 5)*170)
			}
			d.styled(style, in)
			d.run("", text)
			d.b.WriteString("</w:p></w:tc>")
		}
		// Narrow columns have no room for the margins of a cell.
		narrow := `<w:tcMar><w:left w:w="20" w:type="dxa"/><w:right w:w="20" w:type="dxa"/></w:tcMar>`
		d.b.WriteString(`<w:tr><w:trPr><w:cantSplit/>` + height + `<w:tblHeader/></w:trPr>`)
		if len(names) <= page {
			keep = "<w:keepNext/>"
		}
		put(0, 1, "TableHead", `<w:vAlign w:val="bottom"/>`, first)
		for i, m := range marks[0][from:to] {
			put(i+1, 1, "TableMark", narrow+direction, m.Participant)
		}
		d.b.WriteString("</w:tr>")
		for i, name := range names {
			if i == len(names)-1 {
				keep = ""
			}
			d.b.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
			put(0, levels[i], "TableText", "", name)
			for k, m := range marks[i][from:to] {
				put(k+1, 1, "TableMark", narrow+`<w:vAlign w:val="center"/>`, spreadMarks[m.By])
			}
			d.b.WriteString("</w:tr>")
		}
		d.b.WriteString(`</w:tbl>`)
		d.para("Space", "")
	}
}

// spreadMarks are signs of a spread by Mark.By.
var spreadMarks = map[string]string{"person": "●", "rule": "○"}

// described says in sentences what the map shows, for those who cannot see it.
func (m *Map) described() string {
	var b strings.Builder
	var below func(themes []*MapTheme) string
	below = func(themes []*MapTheme) string {
		var parts []string
		for _, t := range themes {
			part := t.Name
			if len(t.Themes) > 0 {
				part += " (" + below(t.Themes) + ")"
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, "; ")
	}
	b.WriteString(m.w.Map + ": " + below(m.Themes) + ".")
	for _, r := range m.Relations {
		label := r.Label
		if label == "" {
			label = m.w.LeadsTo
		}
		b.WriteString(" " + m.byID[r.From].Name + " – " + label + " → " + m.byID[r.To].Name + ".")
	}
	return b.String()
}
