package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawMap draws a map of up to thirty themes on three levels, with long names and relations in all directions.
func drawMap(t *rapid.T) *Map {
	var relations []MapRelation
	word := rapid.SampledFrom([]string{"å", "være", "likemann", "på", "arbeidstid", "grensen", "erfaringskompetansesamarbeidet", "and", "what", "I", "went", "through",
		"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "日本語の長い名前", "e\u0301e\u0301", "<b>", "&", "שלום", "👩‍👩‍👧"})
	text := func(what string, most int) string {
		return strings.Join(rapid.SliceOfN(word, 0, most).Draw(t, what), " ")
	}
	var ids []string
	var themes func(depth int) []*MapTheme
	themes = func(depth int) (out []*MapTheme) {
		for range rapid.IntRange(0, 4-depth).Draw(t, "themes") {
			th := &MapTheme{ID: fmt.Sprint("t", len(ids)), Name: text("name", 9)}
			if ids = append(ids, th.ID); depth < 3 && len(ids) < 30 {
				th.Themes = themes(depth + 1)
			}
			out = append(out, th)
		}
		return out
	}
	all := themes(0)
	if len(ids) > 0 {
		for range rapid.IntRange(0, 20).Draw(t, "relations") {
			id := rapid.SampledFrom(ids)
			relations = append(relations, MapRelation{id.Draw(t, "from"), text("label", 7), id.Draw(t, "to")})
		}
	}
	return newMap("A map", &english, all, relations)
}

// A rect is a stretch of the picture, half-open.
type rect struct{ left, top, right, bottom int }

func (r rect) meets(o rect) bool {
	return r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom
}

func (r rect) within(o rect) bool {
	return r.left >= o.left && r.right <= o.right && r.top >= o.top && r.bottom <= o.bottom
}

// Names stand within their boxes, boxes within those of their themes, and nothing runs over what a relation is called.
func TestMapLeavesRoomForWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMap(t)
		d := m.draw()
		page := rect{0, 0, d.width, d.height}
		var labels, lines []rect
		var boxes []rect
		words := func(x, top, line, size int, text []string) (out []rect) {
			for i, s := range text {
				out = append(out, rect{x, top + i*line, x + textWidth(s, size), top + (i+1)*line})
			}
			return out
		}
		around := map[*mapBox]rect{}
		for _, b := range d.boxes {
			box := rect{b.left, b.top, b.right, b.bottom}
			around[b] = box
			l := lettersAt(b.level)
			names := words(b.left+mapPadding, b.top+l.room, l.line, l.size, b.name)
			for _, w := range names {
				if !w.within(rect{b.left + 2, b.top + 2, b.right - 2, b.head}) {
					t.Fatalf("the name %q of %+v leaves %+v", b.name, w, box)
				}
			}
			if !box.within(page) || b.head > b.bottom {
				t.Fatalf("box %+v of a page of %+v", box, page)
			}
			for _, sub := range b.below {
				if !(rect{sub.left, sub.top, sub.right, sub.bottom}).within(rect{b.left + 1, b.head, b.right - 1, b.bottom - 1}) {
					t.Fatalf("a sub-theme leaves its theme")
				}
			}
			for _, p := range b.ports {
				if p.y <= b.top || p.y >= b.head {
					t.Fatalf("a line at %d of a box from %d to %d", p.y, b.top, b.head)
				}
			}
		}
		var flat func(list []*mapBox)
		flat = func(list []*mapBox) {
			for i, b := range list {
				for _, other := range list[i+1:] {
					if around[b].meets(around[other]) {
						t.Fatalf("two themes stand on each other")
					}
				}
				boxes = append(boxes, around[b])
				flat(b.below)
			}
		}
		flat(d.tops)
		for _, a := range d.arrows {
			labels = append(labels, words(a.x+14, (a.top+a.foot)/2-len(a.label)*labelLine/2, labelLine, labelSize, a.label)...)
			lines = append(lines, rect{a.x - 4, a.top, a.x + 4, a.foot})
			if a.foot-a.top < mapShaft {
				t.Fatalf("an arrow of %d", a.foot-a.top)
			}
		}
		for _, l := range d.lines {
			labels = append(labels, words(d.labels+6, l.out.y-4-len(l.label)*labelLine, labelLine, labelSize, l.label)...)
			x := d.laneX(l.lane)
			lines = append(lines, rect{l.from.right, l.out.y, x, l.out.y + 1}, rect{l.to.right, l.in.y, x, l.in.y + 1},
				rect{x, min(l.out.y, l.in.y), x + 1, max(l.out.y, l.in.y)})
		}
		for i, w := range labels {
			if !w.within(page) {
				t.Fatalf("label %+v leaves the page %+v", w, page)
			}
			for _, other := range labels[i+1:] {
				if w.meets(other) {
					t.Fatalf("labels %+v and %+v", w, other)
				}
			}
			for _, l := range lines {
				if w.meets(l) {
					t.Fatalf("line %+v runs over label %+v", l, w)
				}
			}
		}
		for i, l := range d.lines {
			for _, other := range d.lines[i+1:] {
				a, b := rect{0, min(l.out.y, l.in.y), 1, max(l.out.y, l.in.y) + 1}, rect{0, min(other.out.y, other.in.y), 1, max(other.out.y, other.in.y) + 1}
				if l.lane == other.lane && a.meets(b) {
					t.Fatalf("two lines in one lane")
				}
			}
		}
		for _, b := range boxes { // arrows and labels stand between boxes, not on them
			for _, w := range labels {
				if w.meets(b) && !slices.ContainsFunc(d.boxes, func(x *mapBox) bool { return around[x] == b && len(x.below) > 0 }) {
					t.Fatalf("label %+v stands on a theme %+v", w, b)
				}
			}
		}
		wellFormed(t, m.SVG())
	})
}

func wellFormed(t *rapid.T, svg []byte) {
	dec := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
	}
}

// What words say, markup cannot: a map of anything has the same elements as one of plain words, and no word is lost.
func TestMapWordsAreData(t *testing.T) {
	of := func(text string) *Map {
		return newMap(text, &english, []*MapTheme{{ID: "a", Name: text, Themes: []*MapTheme{{ID: "b", Name: text}}}, {ID: "c\"]", Name: "x"}},
			[]MapRelation{{"a", text, "c\"]"}, {"b", text, "c\"]"}, {"c\"]", "", "a"}})
	}
	elements := func(svg []byte) (names []string) {
		dec := xml.NewDecoder(bytes.NewReader(svg))
		for {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				return names
			} else if err != nil {
				t.Fatalf("%v in\n%s", err, svg)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local != "text" {
				names = append(names, e.Name.Local)
			}
		}
	}
	plain := elements(of("plain").SVG())
	rapid.Check(t, func(t *rapid.T) {
		text := hostile(t, "text")
		m := of(text)
		if got := elements(m.SVG()); !slices.Equal(got, plain) {
			t.Fatalf("%q made elements: %v", text, got)
		}
		dot := string(m.DOT())
		for line := range strings.Lines(dot) {
			inside, escaped := false, false
			for _, r := range line {
				switch {
				case escaped:
					escaped = false
				case r == '\\':
					escaped = true
				case r == '"':
					inside = !inside
				}
			}
			if inside || strings.ContainsFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return r < ' ' || r == '\u202e' }) {
				t.Fatalf("%q makes a line of DOT that does not end: %q", text, line)
			}
		}
	})
}

func TestMapOfAStudy(t *testing.T) {
	m := BuildMap(open(t, tiny, tinyCodings))
	const want = `To belong is to be asked for something
│ asks for → A key is a promise
└─ A key is a promise
   └─ Evenings
`
	if got := m.Text(0); got != want {
		t.Errorf("it is\n%s\nnot\n%s", got, want)
	}
	const narrow = `To belong is to be
asked for something
│ asks for → A key is
│   a promise
└─ A key is a promise
   └─ Evenings
`
	if got := m.Text(20); got != narrow {
		t.Errorf("on a narrow terminal it is\n%s\nnot\n%s", got, narrow)
	}
	r := build(t, open(t, tiny, tinyCodings), Options{})
	if got := r.Map().Text(0); got != want { // the report draws the same
		t.Errorf("in the report it is\n%s", got)
	}
	if svg := string(m.SVG()); strings.Contains(svg, "Brooms as such") || !strings.Contains(svg, "└─ Evenings") {
		t.Errorf("a dropped theme is on the map, or its text is not:\n%s", svg)
	}
	if !bytes.Equal(m.SVG(), r.Map().SVG()) { // whoever draws it, and as often
		t.Error("other bytes the second time")
	}
	golden(t, "map.svg", m.SVG())
	golden(t, "map.dot", m.DOT())
}

// Lines are no wider than they are thought to be: the figures are those of DejaVu Serif at 100 pixels, as a browser
// measures them.
func TestTextWidth(t *testing.T) {
	for s, measured := range map[string]int{
		"Å bruke egen erfaring uten å bli brukt opp av den":                   2529,
		"Organisasjonens motstridende forventninger til erfaringskonsulenten": 3532,
		"It is never quite clear who she is to me":                            1973,
		"What I went through is what I work with":                             2065,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ":                                          1932,
		"abcdefghijklmnopqrstuvwxyz":                                          1483,
		"æøåÆØÅ 0123456789":                                                   1136,
		"Med-arbeider (ny) «sa han»":                                          1409,
		"日本語の名前":                                                              600,
		"e\u0301e\u0301e\u0301":                                               178,
	} {
		if got := textWidth(s, 100); got < measured || got > measured*5/4 && measured > 600 {
			t.Errorf("%q is thought to be %d wide, and is %d", s, got, measured)
		}
	}
}

// A long compound is not cut in two as long as a wider box can hold it.
func TestMapKeepsCompoundsWhole(t *testing.T) {
	const compound = "erfaringskompetansesamarbeidsorganisasjonene"
	m := newMap("", &norwegian, []*MapTheme{{ID: "a", Name: "Å være " + compound}}, nil)
	if name := m.draw().boxes[0].name; !slices.Contains(name, compound) {
		t.Errorf("it reads %q", name)
	}
}
