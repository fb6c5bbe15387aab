package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// A Map is the themes as their researchers relate them: what stands under what, and what leads to what, in their own
// order. It knows no numbers, so that nothing in it is large or near because it was said often. Dropped themes, and what
// leads to them, are left out.
type Map struct {
	Title     string        `json:"title"`
	Themes    []*MapTheme   `json:"themes"`
	Relations []MapRelation `json:"relations"` // in the order of the themes that they lead from

	w    *words
	byID map[string]*MapTheme
}

// A MapTheme is a theme of the map with its sub-themes.
type MapTheme struct {
	ID     string      `json:"id"`
	Name   string      `json:"name"`
	Themes []*MapTheme `json:"themes"`
}

// A MapRelation leads from a theme to another, both named by id.
type MapRelation struct {
	From  string `json:"from"`
	Label string `json:"label,omitempty"`
	To    string `json:"to"`
}

// BuildMap returns the map of a study's themes.
func BuildMap(s *analysis.Study) *Map {
	var relations []MapRelation
	var walk func(themes []*codebook.Theme) []*MapTheme
	walk = func(themes []*codebook.Theme) []*MapTheme {
		out := []*MapTheme{}
		for _, th := range standing(themes) {
			for _, r := range th.Relations {
				relations = append(relations, MapRelation{th.ID, r.Label, r.To})
			}
			out = append(out, &MapTheme{th.ID, th.Name, walk(th.Themes)})
		}
		return out
	}
	return newMap(s.Title(), wordsFor(s.ReportLanguage()), walk(s.Book.Themes), relations)
}

// Map returns the map of the report's themes.
func (r *Report) Map() *Map {
	var relations []MapRelation
	for _, rel := range r.Relations {
		relations = append(relations, MapRelation{rel.From.ID, rel.Label, rel.To.ID})
	}
	var walk func(sections []Section) []*MapTheme
	walk = func(sections []Section) (out []*MapTheme) {
		for _, s := range sections {
			out = append(out, &MapTheme{s.ID, s.Name, walk(s.Sections)})
		}
		return out
	}
	return newMap(r.Title, wordsFor(r.Language), walk(r.Sections), relations)
}

// newMap leaves out relations with what is not on the map.
func newMap(title string, w *words, themes []*MapTheme, relations []MapRelation) *Map {
	m := &Map{Title: title, Themes: themes, Relations: []MapRelation{}, w: w, byID: map[string]*MapTheme{}}
	var walk func(themes []*MapTheme)
	walk = func(themes []*MapTheme) {
		for _, t := range themes {
			m.byID[t.ID] = t
			walk(t.Themes)
		}
	}
	walk(themes)
	for _, r := range relations {
		if m.byID[r.From] != nil && m.byID[r.To] != nil {
			m.Relations = append(m.Relations, r)
		}
	}
	return m
}

// Text draws the map as a tree of names, and under each name what it leads to. Lines are broken at so many columns; 0
// breaks none.
func (m *Map) Text(columns int) string {
	var b strings.Builder
	line := func(lead, rest, text string) {
		lines := []string{text}
		if columns > 0 {
			lines = wrap(text, max(20, columns-len([]rune(lead))), utf8.RuneCountInString)
		}
		for i, s := range lines {
			if i > 0 {
				lead = rest
			}
			b.WriteString(strings.TrimRight(lead+diag.Plain(s), " ") + "\n")
		}
	}
	var walk func(themes []*MapTheme, lead string, top bool)
	walk = func(themes []*MapTheme, lead string, top bool) {
		for i, t := range themes {
			own, below := lead+"├─ ", lead+"│  "
			if i == len(themes)-1 {
				own, below = lead+"└─ ", lead+"   "
			}
			if top {
				own, below = "", ""
				if i > 0 {
					b.WriteByte('\n')
				}
			}
			line(own, below, t.Name)
			stem := below
			if len(t.Themes) > 0 {
				stem += "│"
			}
			for _, r := range m.Relations {
				if r.From == t.ID {
					line(pad(stem, len([]rune(below))+2), pad(stem, len([]rune(below))+4), cmp.Or(r.Label, m.w.LeadsTo)+" → "+m.byID[r.To].Name)
				}
			}
			walk(t.Themes, below, false)
		}
	}
	walk(m.Themes, "", true)
	return b.String()
}

// pad makes s so many characters wide with spaces.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-len([]rune(s)))) }

// DOT writes the map for Graphviz. Lines without an arrow lead to sub-themes, arrows are relations.
func (m *Map) DOT() []byte {
	var b strings.Builder
	quote := func(lines ...string) string {
		for i, s := range lines {
			lines[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(diag.Plain(s))
		}
		return `"` + strings.Join(lines, `\n`) + `"`
	}
	b.WriteString("digraph themes {\n  rankdir=LR\n  node [shape=box, style=rounded, fontname=serif]\n  edge [fontname=serif]\n")
	var walk func(themes []*MapTheme)
	walk = func(themes []*MapTheme) {
		for _, t := range themes {
			fmt.Fprintf(&b, "  %s [label=%s]\n", quote(t.ID), quote(wrap(t.Name, 32, utf8.RuneCountInString)...))
			for _, sub := range t.Themes {
				fmt.Fprintf(&b, "  %s -> %s [arrowhead=none, style=dashed]\n", quote(t.ID), quote(sub.ID))
			}
			walk(t.Themes)
		}
	}
	walk(m.Themes)
	for _, r := range m.Relations {
		fmt.Fprintf(&b, "  %s -> %s", quote(r.From), quote(r.To))
		if r.Label != "" {
			fmt.Fprintf(&b, " [label=%s]", quote(r.Label))
		}
		b.WriteByte('\n')
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

// wrap breaks a text at its spaces into lines of at most so much, as measure has it. A word that is too long for a line
// of its own is broken where it must be.
func wrap(text string, most int, measure func(string) int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && measure(line+" "+word) > most {
			lines, line = append(lines, line), ""
		}
		for measure(word) > most {
			cut := 0
			for i, r := range word { // before a character that carries marks, never before a mark
				if i > 0 && !unicode.Is(unicode.M, r) && r != '\u200d' {
					if cut > 0 && measure(word[:i]) > most {
						break
					}
					cut = i
				}
			}
			if cut == 0 {
				break
			}
			lines, word = append(lines, word[:cut]), word[cut:]
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// balanced is wrap with lines of about one length: as few as wrap needs, each as short as that allows.
func balanced(text string, most, size int) []string {
	measure := func(s string) int { return textWidth(s, size) }
	lines := wrap(text, most, measure)
	narrow := sort.Search(most, func(columns int) bool { return columns >= 40 && len(wrap(text, columns, measure)) <= len(lines) })
	return wrap(text, min(narrow, most), measure)
}

// textWidth is how wide a line is in pixels, at most, in letters of a size, whichever serif the reader's machine has: the
// widths are those of DejaVu Serif, the widest that is common.
func textWidth(s string, size int) int {
	n := 0 // thousandths of the size
	for _, r := range s {
		switch {
		case r >= 0x80 && (unicode.Is(unicode.M, r) || r == '\u200d' || r == '\u00ad'):
		case r >= 0x1100 && (r > 0xffff || isWide(width.LookupRune(r).Kind())):
			n += 1300
		case strings.ContainsRune("ijl.,;:' |", r):
			n += 340
		case strings.ContainsRune("ftIJ()[]!-", r):
			n += 410
		case strings.ContainsRune("rsz/\"“”‘’–", r):
			n += 530
		case strings.ContainsRune("aceokvxyåäöø", r):
			n += 610
		case strings.ContainsRune("mwMWæÆœŒ@%&—→…", r):
			n += 1030
		case unicode.IsUpper(r):
			n += 880
		default:
			n += 650
		}
	}
	return (n*size + 999) / 1000
}

func isWide(kind width.Kind) bool {
	return kind == width.EastAsianWide || kind == width.EastAsianFullwidth
}

// The measures of the picture, in pixels.
const (
	mapMargin  = 1
	mapNarrow  = 240 // of the outermost boxes, where names are short
	mapWidth   = 440 // and where they are long, if no word is wider
	mapWidest  = 560 // and if one is
	mapPadding = 11  // between a box and its name
	mapIndent  = 14  // of a box within a box, on the left
	mapInset   = 8   // and on the right
	mapGap     = 7   // between boxes
	mapShaft   = 34  // of an arrow from a box to the next, at least
	mapLabel   = 168 // column for what relations are called
	mapLane    = 14  // from one vertical line to the next
	mapPort    = 12  // height of a line that comes in, or goes out without a label
	labelSize  = 13
	labelLine  = 17
)

// mapLetters are the sizes of letters and lines by level, and the room above and below a name; all deeper levels are
// like the last.
var mapLetters = []mapLetter{{17, 22, 10}, {15, 20, 7}, {14, 18, 6}}

type mapLetter struct{ size, line, room int }

func lettersAt(level int) mapLetter { return mapLetters[min(level, len(mapLetters)-1)] }

// A mapBox is a theme as it is drawn. Coordinates are whole pixels.
type mapBox struct {
	theme             *MapTheme
	level             int
	left, right       int
	top, head, bottom int // head is where what belongs to the theme itself ends, and boxes within it begin
	name              []string
	ports             []*mapPortOf
	below             []*mapBox
}

// A mapPortOf is where a relation leaves or reaches a box, on its right.
type mapPortOf struct {
	relation *mapLine
	out      bool
	y        int
}

// A mapLine is a relation that runs along the right of the boxes.
type mapLine struct {
	MapRelation
	from, to *mapBox
	label    []string
	out, in  *mapPortOf
	lane     int
}

// A mapArrow is a relation between a box and the next, which needs no way around.
type mapArrow struct {
	MapRelation
	label     []string
	up        bool
	x         int
	top, foot int
}

// A drawing is a map with a place for everything.
type drawing struct {
	boxes         []*mapBox // depth first
	tops          []*mapBox
	arrows        []*mapArrow
	lines         []*mapLine
	labels        int // where the column of labels begins
	width, height int
}

// draw gives everything a place. Themes stand one below the other in their order, sub-themes within them. A relation to
// the next theme is an arrow between the two; any other runs along the right: its label stands on its own stretch of
// line beside the theme that it leads from, where no other line or label is.
func (m *Map) draw() *drawing {
	d := &drawing{}
	byID := map[string]*mapBox{}
	next := map[string]string{}
	wide := mapNarrow
	var build func(themes []*MapTheme, level int) []*mapBox
	build = func(themes []*MapTheme, level int) (out []*mapBox) {
		for i, t := range themes {
			b := &mapBox{theme: t, level: level}
			byID[t.ID] = b
			d.boxes = append(d.boxes, b)
			needs := func(s string) int {
				return textWidth(s, lettersAt(level).size) + 2*mapPadding + level*(mapIndent+mapInset)
			}
			wide = max(wide, min(mapWidth, needs(t.Name)))
			for word := range strings.FieldsSeq(t.Name) {
				wide = max(wide, min(mapWidest, needs(word)))
			}
			if i+1 < len(themes) {
				next[t.ID] = themes[i+1].ID
			}
			b.below = build(t.Themes, level+1)
			out = append(out, b)
		}
		return out
	}
	d.tops = build(m.Themes, 0)
	direct := map[string]*mapArrow{} // by the upper of the two
	for _, r := range m.Relations {
		upper, up := r.From, false
		if next[r.To] == r.From {
			upper, up = r.To, true
		}
		if (up || next[r.From] == r.To) && direct[upper] == nil {
			direct[upper] = &mapArrow{MapRelation: r, up: up}
			d.arrows = append(d.arrows, direct[upper])
			continue
		}
		l := &mapLine{MapRelation: r, from: byID[r.From], to: byID[r.To]}
		if r.Label != "" {
			l.label = balanced(r.Label, mapLabel-10, labelSize)
		}
		l.out, l.in = &mapPortOf{relation: l, out: true}, &mapPortOf{relation: l}
		l.from.ports = append(l.from.ports, l.out)
		l.to.ports = append(l.to.ports, l.in)
		d.lines = append(d.lines, l)
	}
	place := map[*mapBox]int{}
	for i, b := range d.boxes {
		place[b] = i
	}
	other := func(p *mapPortOf) int {
		if p.out {
			return place[p.relation.to]
		}
		return place[p.relation.from]
	}

	var stack func(boxes []*mapBox, left, right, y int) int
	stack = func(boxes []*mapBox, left, right, y int) int {
		for i, b := range boxes {
			if i > 0 {
				y += mapGap
				if a := direct[boxes[i-1].theme.ID]; a != nil {
					a.x, a.top = left+2*mapIndent, y-mapGap
					a.label = balanced(a.Label, right-a.x-2*mapIndent, labelSize)
					if a.Label == "" {
						a.label = nil
					}
					y += max(mapShaft, len(a.label)*labelLine+10) - mapGap
					a.foot = y
				}
			}
			letters := lettersAt(b.level)
			b.left, b.right, b.top = left, right, y
			b.name = balanced(b.theme.Name, right-left-2*mapPadding, letters.size)
			// What comes from above or goes there stands first, so that fewer lines cross.
			slices.SortStableFunc(b.ports, func(p, q *mapPortOf) int { return cmp.Compare(other(p), other(q)) })
			port := y + 4
			for _, p := range b.ports {
				port += mapPort
				if p.out {
					port += len(p.relation.label) * labelLine
				}
				p.y = port
			}
			y = max(y+2*letters.room+len(b.name)*letters.line, port+mapPort)
			b.head = y
			if len(b.below) > 0 {
				y = stack(b.below, left+mapIndent, right-mapInset, y) + mapInset
			}
			b.bottom = y
		}
		return y
	}
	d.height = mapMargin
	d.height = stack(d.tops, mapMargin, mapMargin+wide, d.height) + mapMargin
	d.labels = mapMargin + wide
	d.width = d.labels + mapMargin
	d.lanes()
	return d
}

// lanes gives each line that runs along the right a lane: the shortest nearest to the boxes, and no two on top of each
// other.
func (d *drawing) lanes() {
	if len(d.lines) == 0 {
		return
	}
	ends := func(l *mapLine) (int, int) { return min(l.out.y, l.in.y), max(l.out.y, l.in.y) }
	sorted := slices.Clone(d.lines)
	slices.SortStableFunc(sorted, func(a, b *mapLine) int {
		at, af := ends(a)
		bt, bf := ends(b)
		return cmp.Or(cmp.Compare(af-at, bf-bt), cmp.Compare(at, bt))
	})
	most := 0
	for i, l := range sorted {
		top, foot := ends(l)
		for free := false; !free; {
			free = true
			for _, taken := range sorted[:i] {
				t, f := ends(taken)
				if taken.lane == l.lane && t <= foot+mapPort/2 && top <= f+mapPort/2 {
					free, l.lane = false, l.lane+1
					break
				}
			}
		}
		most = max(most, l.lane)
	}
	d.width = d.labels + mapLabel + (most+1)*mapLane + mapMargin
}

// laneX is where a lane runs.
func (d *drawing) laneX(lane int) int { return d.labels + mapLabel + lane*mapLane + mapLane/2 }

// mapStyle colours a map that stands alone. In a report the page's own style sheet does.
const mapStyle = `.map-page{fill:#fffefb}.map-name{fill:#211f1c}.map-label{fill:#5d5851}.map-box{fill:#fffefb;stroke:#211f1c}.map-box.map-within{stroke:#b9b2a5}` +
	`.map-line{stroke:#8a2f24}.map-head{fill:#8a2f24}` +
	`@media(prefers-color-scheme:dark){.map-page,.map-box{fill:#181715}.map-name{fill:#e6e1d8}.map-label{fill:#a8a197}.map-box{stroke:#e6e1d8}` +
	`.map-box.map-within{stroke:#6b665e}.map-line{stroke:#eaa294}.map-head{fill:#eaa294}}`

const mapFonts = `'Iowan Old Style','Palatino Linotype',Palatino,P052,'Noto Serif',Georgia,serif`

// SVG draws the map as a picture of its own: no font, script or address of anybody else's, the same bytes on every
// machine, and what it shows as text in its description.
func (m *Map) SVG() []byte {
	d := m.draw()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="map-title map-text" font-family="%s">`+"\n",
		d.width, d.height, d.width, d.height, mapFonts)
	fmt.Fprintf(&b, "<title id=\"map-title\">%s</title>\n<desc id=\"map-text\">%s</desc>\n", escape(m.Title+": "+m.w.Map), escape(m.Text(0)))
	fmt.Fprintf(&b, "<style>%s</style>\n<rect class=\"map-page\" width=\"%d\" height=\"%d\" fill=\"#fffefb\"/>\n", mapStyle, d.width, d.height)
	d.paint(&b)
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// Inline draws the map for a page that styles it and says in words what it shows, under the id that is given.
func (m *Map) Inline(described string) string {
	d := m.draw()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="map" viewBox="0 0 %d %d" width="%d" height="%d" preserveAspectRatio="xMinYMin" role="img" aria-label="%s" aria-describedby="%s">`+"\n",
		d.width, d.height, d.width, d.height, escape(m.w.Map), escape(described))
	d.paint(&b)
	b.WriteString("</svg>")
	return b.String()
}

// paint writes boxes, then lines and arrows, then words, so that no line runs over a word.
func (d *drawing) paint(b *strings.Builder) {
	put := func(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }
	for _, x := range d.boxes {
		class, stroke := "map-box", "#211f1c"
		if x.level > 0 {
			class, stroke = "map-box map-within", "#b9b2a5"
		}
		put(`<rect class="%s" x="%d.5" y="%d.5" width="%d" height="%d" rx="4" fill="#fffefb" stroke="%s"/>`, class, x.left, x.top, x.right-x.left-1, x.bottom-x.top-1, stroke)
	}
	line := func(path string) {
		put(`<path class="map-line" d="%s" fill="none" stroke="#8a2f24" stroke-width="1.25"/>`, path)
	}
	head := func(path string) { put(`<path class="map-head" d="%s" fill="#8a2f24"/>`, path) }
	for _, a := range d.arrows {
		if a.up {
			line(fmt.Sprintf("M%d %dV%d", a.x, a.foot, a.top+7))
			head(fmt.Sprintf("M%d %dl4 8h-8z", a.x, a.top))
		} else {
			line(fmt.Sprintf("M%d %dV%d", a.x, a.top, a.foot-7))
			head(fmt.Sprintf("M%d %dl4 -8h-8z", a.x, a.foot))
		}
	}
	for _, l := range d.lines {
		x, down := d.laneX(l.lane), 5
		if l.in.y < l.out.y {
			down = -5
		}
		line(fmt.Sprintf("M%d %dH%dq5 0 5 %dV%dq0 %d -5 %dH%d", l.from.right, l.out.y, x-5, down, l.in.y-down, down, down, l.to.right+7))
		put(`<circle class="map-head" cx="%d" cy="%d" r="2.5" fill="#8a2f24"/>`, l.from.right, l.out.y)
		head(fmt.Sprintf("M%d %dl8 -4v8z", l.to.right, l.in.y))
	}
	words := func(class, color string, size int, italic bool, x, y, down int, lines []string) {
		style := ""
		if italic {
			style = ` font-style="italic"`
		}
		for i, s := range lines {
			put(`<text class="%s" x="%d" y="%d" font-size="%d"%s fill="%s">%s</text>`, class, x, y+i*down, size, style, color, escape(s))
		}
	}
	for _, x := range d.boxes {
		l := lettersAt(x.level)
		words("map-name", "#211f1c", l.size, false, x.left+mapPadding, x.top+l.room+l.size, l.line, x.name)
	}
	for _, a := range d.arrows {
		y := (a.top+a.foot)/2 - len(a.label)*labelLine/2 + labelSize
		words("map-label", "#5d5851", labelSize, true, a.x+14, y, labelLine, a.label)
	}
	for _, l := range d.lines {
		words("map-label", "#5d5851", labelSize, true, d.labels+6, l.out.y-5-(len(l.label)-1)*labelLine, labelLine, l.label)
	}
}

// escape makes words safe in markup: line breaks stay, control characters are visible.
func escape(s string) string {
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		xml.EscapeText(&b, []byte(diag.Plain(line)))
	}
	return b.String()
}
