package workbench

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// A kind says whose a coding is; each has a bar of its own, so that no colour is needed to tell.
type kind int

const (
	own       kind = iota // this coder's
	other                 // another coder's
	candidate             // a rule's, which this coder has not decided about
	queued                // its code was split, and nobody has said where it goes
)

var strokes = [...]string{own: "┃", other: "╎", candidate: "┊", queued: "╏"}

// A mark is a coding as it is drawn.
type mark struct {
	*analysis.Placed
	kind  kind
	style ansi.Style
}

// name is what stands in the margin where the bar begins.
func (c mark) name() string {
	id := c.Code
	if c.Today != nil {
		id = c.Today.ID
	}
	switch c.kind {
	case other:
		return id + " (" + c.Coder + ")"
	case candidate, queued:
		return id + " ?"
	}
	return id
}

// A margin says where in a layout the bars of codings stand, and their names.
type margin struct {
	lanes int           // of bars beside each other that are shown
	bars  []bar         // by first row
	names map[int][]int // by row: the bars whose names stand there
}

// A bar runs down the margin beside its coding's lines.
type bar struct {
	mark        int // its index among those drawn
	lane        int // from 0; -1 where there is no room for it
	first, last int // rows
}

// newMargin puts a bar for each mark into l's margin. A lane that has been used is free again one row later, so that no
// two bars run into each other. A name stands on the first row of its bar that is free and has the room.
func newMargin(l *layout, marks []mark, mostLanes int) margin {
	m := margin{names: map[int][]int{}}
	for i, c := range marks {
		first, last := l.rowsOf(c.Span)
		m.bars = append(m.bars, bar{mark: i, first: first, last: last})
	}
	slices.SortStableFunc(m.bars, func(a, b bar) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.last, a.last)) })
	var free []int // by lane: the first row on which it is free
	for i := range m.bars {
		b := &m.bars[i]
		b.lane = slices.IndexFunc(free, func(row int) bool { return row <= b.first })
		switch {
		case b.lane < 0 && len(free) < mostLanes:
			b.lane = len(free)
			free = append(free, b.last+2)
		case b.lane >= 0:
			free[b.lane] = b.last + 2
		}
	}
	m.lanes = len(free)
	order := make([]int, len(m.bars)) // names of short bars first: they have the least choice
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(m.bars[i].last, m.bars[j].last) })
	for _, i := range order {
		b := m.bars[i]
		at, most := b.first, 0
		name := 1 + width(diag.Plain(marks[b.mark].name()), l.method)
		for row := b.first; row <= b.last && row < b.first+8 && most < name; row++ { // further down it would be far from its beginning
			if len(m.names[row]) > 0 || l.rows[row].gap {
				continue
			}
			if room := l.margin - beside - 1 - m.lanes - l.speaker(row); room > most {
				at, most = row, room
			}
		}
		m.names[at] = append(m.names[at], i)
	}
	return m
}

// speaker returns the most cells of the margin that a row's speaker takes up, with the space before.
func (l *layout) speaker(rowIndex int) int {
	if r := l.rows[rowIndex]; r.first {
		return min(width(diag.Plain(l.t.Turns[r.turn].Label), l.method), l.margin/2) + 1
	}
	return 0
}

// turnPlace is a turn's number, and its time where it has one.
func turnPlace(turn transcript.Turn) string {
	place := strconv.Itoa(turn.Number)
	if turn.HasTime {
		place += " " + transcript.FormatTime(turn.Time.Truncate(time.Second))
	}
	return place
}

// beside is the number of cells between the margin's right edge and what stands in it.
const beside = 2

// draw returns the margin of one row: bars, a name, and at its right edge the speaker or the turn's number and time.
func (m *margin) draw(l *layout, marks []mark, rowIndex int) string {
	r := l.rows[rowIndex]
	turn := l.t.Turns[r.turn]
	room := l.margin - beside
	if room < 2 {
		return strings.Repeat(" ", l.margin)
	}
	lanes := make([]int, m.lanes) // by lane: a bar, from 1
	last := 0
	for i, b := range m.bars {
		if b.first > rowIndex {
			break
		}
		if b.lane >= 0 && rowIndex <= b.last {
			lanes[b.lane] = i + 1
			last = max(last, b.lane+1)
		}
	}
	var out strings.Builder
	out.WriteByte(' ')
	for _, i := range lanes[:last] {
		if i == 0 {
			out.WriteByte(' ')
			continue
		}
		c := marks[m.bars[i-1].mark]
		out.WriteString(c.style.Styled(strokes[c.kind]))
	}
	room -= 1 + last

	right, style := "", dim
	switch {
	case r.gap && turn.Number > 0:
		if right = turnPlace(turn); len(right) >= room {
			right = ""
		}
	case r.first:
		right = fit(diag.Plain(turn.Label), min(room-1, l.margin/2), l.method)
		if turn.Participant() {
			style = bold
		}
	}
	rightCells := width(right, l.method)
	left := room - rightCells - 1
	for i, bar := range m.names[rowIndex] {
		c := marks[m.bars[bar].mark]
		name, cells := diag.Plain(c.name()), 0
		rest := len(m.names[rowIndex]) - i
		more := fmt.Sprintf(" +%d", rest)
		switch cells = width(name, l.method); {
		case i > 0 && (cells+2 > left || rest > 1 && cells+2+len(more) > left):
			if len(more) <= left {
				out.WriteString(dim.Styled(more))
				room -= len(more)
			}
			left = 0
		case i > 0:
			out.WriteString(", " + c.style.Styled(name))
			room, left = room-2-cells, left-2-cells
		default:
			keep := 1
			if rest > 1 {
				keep += len(more)
			}
			if left-keep < 3 && cells > left-keep {
				name = "" // a letter says nothing
			}
			if name = fit(name, left-keep, l.method); name != "" {
				out.WriteString(" " + c.style.Styled(name))
				cells = 1 + width(name, l.method)
				room, left = room-cells, left-cells
			}
		}
		if left <= 0 {
			break
		}
	}
	out.WriteString(strings.Repeat(" ", room-rightCells))
	if right != "" {
		out.WriteString(style.Styled(right))
	}
	out.WriteString(strings.Repeat(" ", beside))
	return out.String()
}

// A light is a stretch of text that is drawn in a manner of its own.
type light struct {
	transcript.Span
	manner manner
}

// A manner is how text is drawn; several can come together.
type manner uint8

const (
	selected manner = 1 << iota // in reverse
	focused                     // underlined
	matched                     // as a match of the search
)

func (w manner) style() ansi.Style {
	s := ansi.NewStyle()
	if w&matched != 0 {
		s = matching
	}
	if w&focused != 0 {
		s = s.Underline(true)
	}
	if w&selected != 0 {
		s = s.Reverse(true)
	}
	return s
}

// drawText returns what a row shows of the text, harmless, with lights on it. Lights begin and end with whole characters.
func (l *layout) drawText(rowIndex int, lights []light) string {
	s := l.shown(l.rows[rowIndex])
	var cuts []int
	for _, w := range lights {
		if w.Start < s.End && w.End > s.Start {
			cuts = append(cuts, l.whole(s, w.Start), l.whole(s, w.End))
		}
	}
	if len(cuts) == 0 {
		return diag.Plain(l.t.Text[s.Start:s.End])
	}
	cuts = append(cuts, s.Start, s.End)
	slices.Sort(cuts)
	var out strings.Builder
	for i, end := range cuts[1:] {
		start := cuts[i]
		if start == end {
			continue
		}
		var w manner
		for _, have := range lights {
			if l.whole(s, have.Start) < end && l.whole(s, have.End) > start {
				w |= have.manner
			}
		}
		text := diag.Plain(l.t.Text[start:end])
		if w != 0 {
			text = w.style().Styled(text)
		}
		out.WriteString(text)
	}
	return out.String()
}

// whole returns the beginning of the character of s that holds the byte at offset, within s.
func (l *layout) whole(s transcript.Span, offset int) int {
	if offset <= s.Start || offset >= s.End {
		return max(s.Start, min(offset, s.End))
	}
	for i := s.Start; ; {
		n, _ := character(l.t.Text[i:s.End], l.method)
		if i+n > offset {
			return i
		}
		i += n
	}
}
