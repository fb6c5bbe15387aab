package workbench

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// A placement says where the parts of the screen stand. From top to bottom: a line that says where one is, the page
// (margin and text), the panel, a line for what was done or can be done; thin lines between where there is height for
// them. On wide terminals the panel stands to the right of the page.
type placement struct {
	margin, text int // cells
	rows         int // of the page
	panel        int // rows of the panel
	side         int // cells of the panel where it stands at the side; 0 where it is below
	rules        bool
}

func (m *model) place() placement {
	var p placement
	p.rules = m.height >= 12
	chrome := 2
	if p.rules {
		chrome = 5
	}
	if m.width >= 120 && p.rules {
		p.margin, p.side = 24, min(60, m.width*3/10)
		p.text = min(mostText, m.width-p.margin-p.side-4)
		p.rows, p.panel = m.height-4, m.height-4
		return p
	}
	p.margin = marginFor(m.width)
	p.text = min(mostText, m.width-p.margin-1)
	switch {
	case m.finder != nil || m.prompt != nil && m.prompt.input.lines:
		p.panel = max(3, m.height/3)
	case m.tall:
		p.panel = m.height / 2
	case m.comparing() && len(m.walk.list) > 0:
		p.panel = max(min(4, m.height/5), min(len(m.walk.list[m.walk.at].Readings)+3, m.height/3))
	case m.prompt != nil:
		p.panel = max(1, min(4, m.height/5))
	case m.height >= 20:
		p.panel = 4
	case m.height >= 14:
		p.panel = 2
	}
	p.panel = max(0, min(p.panel, m.height-chrome-2))
	if p.panel == 0 && p.rules {
		chrome-- // no line between
	}
	p.rows = max(0, m.height-chrome-p.panel)
	return p
}

// marginFor returns the cells of the margin on a terminal that is not wide.
func marginFor(cells int) int { return min(max(cells*2/9, min(12, cells*3/10)), 24) }

// View draws the screen.
func (m *model) View() tea.View {
	v := tea.View{AltScreen: true, MouseMode: tea.MouseModeCellMotion, WindowTitle: "tema " + m.t.ID}
	lines, cursor := m.screen()
	v.SetContent(strings.Join(lines, "\n"))
	v.Cursor = cursor
	return v
}

// screen returns the lines of the screen, none wider and not more than the terminal, and where the cursor stands.
func (m *model) screen() (lines []string, cursor *tea.Cursor) {
	if m.width < 2 || m.height < 2 {
		return nil, nil
	}
	p := m.place()
	lines = append(lines, m.header())
	if p.rules {
		lines = append(lines, m.rule())
	}
	top := len(lines)
	if m.help {
		rows := m.height - 2*top // as much below as above
		lines = append(lines, m.helpPage(rows)...)
	} else {
		var body []string
		body, cursor = m.body(p, top)
		lines = append(lines, body...)
	}
	if p.rules {
		lines = append(lines, m.rule())
	}
	lines = append(lines, m.lastLine(m.width))
	lines = lines[:min(len(lines), m.height)]
	for i, line := range lines {
		lines[i] = clip(line, m.width, m.method)
	}
	if cursor != nil && (cursor.X >= m.width || cursor.Y >= len(lines) || cursor.X < 0 || cursor.Y < 0) {
		cursor = nil
	}
	return lines, cursor
}

func (m *model) rule() string { return dim.Styled(strings.Repeat("─", m.width)) }

// body draws the page with the panel beside or below it; top is the line of the screen that it begins on.
func (m *model) body(p placement, top int) (lines []string, cursor *tea.Cursor) {
	lines = m.page(p.rows)
	if p.side > 0 {
		panel, x, y := m.panel(p.side, p.panel)
		left := p.margin + p.text + 1
		for i, line := range lines {
			lines[i] += strings.Repeat(" ", max(0, left-m.method.StringWidth(line))) + dim.Styled("│ ")
			if i < len(panel) {
				lines[i] += panel[i]
			}
		}
		return lines, m.cursor(p, top, x+left+2, y+top)
	}
	panel, x, y := m.panel(m.width-2, p.panel)
	if p.panel > 0 && p.rules {
		lines = append(lines, m.rule())
	}
	y += top + len(lines)
	for i := range p.panel {
		line := ""
		if i < len(panel) {
			line = " " + panel[i]
		}
		lines = append(lines, line)
	}
	return lines, m.cursor(p, top, x+1, y)
}

// cursor puts the terminal's cursor where words are typed, else on the end of the selection that moves.
func (m *model) cursor(p placement, top, x, y int) *tea.Cursor {
	c := &tea.Cursor{Shape: tea.CursorBar}
	if m.finder != nil || m.prompt != nil && !m.prompt.yes {
		c.X, c.Y = x, y
		return c
	}
	at := m.selection.Start
	if !m.selection.atStart {
		at = m.selection.End
	}
	r := m.layout.first(max(m.selection.Start, at-1))
	if m.selection.atStart {
		r = m.layout.first(at)
	}
	if r < m.top || r >= m.top+p.rows || len(m.layout.rows) == 0 {
		return nil
	}
	c.X, c.Y = min(m.layout.x(m.layout.rows[r], at), m.width-1), r-m.top+top
	return c
}

// header says where one is: transcript, speaker, turn, coder.
func (m *model) header() string {
	i := m.reader.turnAt(m.selection.Start)
	left := " " + diag.Plain(m.t.ID)
	var right []string
	if len(m.t.Turns) > 0 {
		turn := m.t.Turns[i]
		if who := m.who(turn); who != "" {
			left += " · " + who
		}
		right = append(right, fmt.Sprintf("turn %d of %d", turn.Number, m.t.Turns[len(m.t.Turns)-1].Number))
	}
	right = append(right, diag.Plain(m.o.Coder), fmt.Sprint(m.survey[m.t.ID].total))
	switch {
	case m.filterCode != "":
		right = append(right, "only "+diag.Plain(m.filterCode))
	case m.filterBy != "":
		right = append(right, "only "+diag.Plain(m.filterBy))
	case m.others:
		right = append(right, "all coders")
	}
	if m.finished[m.t.ID] {
		right = append(right, "coded")
	}
	if m.extending {
		right = append(right, "selecting")
	}
	end := strings.Join(right, " · ") + " "
	for len(right) > 1 && m.width-width(end, m.method) < 14 {
		right = right[:len(right)-1]
		end = strings.Join(right, " · ") + " "
	}
	room := m.width - width(end, m.method) - 1
	if room < 5 {
		return bold.Styled(fit(left, m.width, m.method))
	}
	left = fit(left, room, m.method)
	return bold.Styled(left) + strings.Repeat(" ", m.width-width(left, m.method)-width(end, m.method)) + end
}

// who tells of the participant who speaks in a turn; in an interview with one participant, of her in every turn.
func (m *model) who(turn transcript.Turn) string {
	is, label := turn.Is, turn.Label
	if !turn.Participant() {
		var only []transcript.Speaker
		for _, sp := range m.t.Meta.Speakers {
			if !diag.ReservedParticipant(sp.Is) {
				only = append(only, sp)
			}
		}
		if len(only) != 1 {
			return diag.Plain(label)
		}
		is, label = only[0].Is, only[0].Label
	}
	parts := []string{label}
	for _, name := range m.s.Config.Report.Show {
		parts = append(parts, m.s.Attribute(m.t, is, name)...)
	}
	return diag.Plain(strings.Join(parts, ", "))
}

// page draws the rows of the transcript that are on the screen.
func (m *model) page(rows int) []string {
	lights := []light{{m.selection.Span, selected}}
	if c, ok := m.focusMark(); ok && c.Span != m.selection.Span {
		lights = append(lights, light{c.Span, focused})
	}
	for _, s := range m.search.matches {
		lights = append(lights, light{s, matched})
	}
	if len(lights) > 3 && m.top < len(m.layout.rows) { // only what can be seen
		from, to := m.layout.rows[m.top].Start, m.layout.rows[min(m.top+rows, len(m.layout.rows)-1)].End
		lights = slices.DeleteFunc(lights, func(w light) bool { return w.End <= from || w.Start >= to })
	}
	out := make([]string, 0, rows)
	for i := m.top; i < m.top+rows; i++ {
		if i >= len(m.layout.rows) {
			out = append(out, "")
			continue
		}
		out = append(out, m.margin.draw(m.layout, m.marks, i)+m.layout.drawText(i, lights))
	}
	return out
}

// panel returns what stands below or beside the page, and where the cursor is in it when words are typed there.
func (m *model) panel(cells, rows int) (lines []string, x, y int) {
	switch {
	case rows < 1 || cells < 4:
		return nil, 0, 0
	case m.prompt != nil:
		return m.prompt.draw(cells, rows, m.method)
	case m.finder != nil:
		return m.finder.draw(m, cells, rows)
	case m.walk != nil:
		return m.walkPanel(cells, rows), 0, 0
	}
	return m.codingsHere(cells, rows), 0, 0
}

// codingsHere lists the codings of the selection; of the one that keys act on, all that is known.
func (m *model) codingsHere(cells, rows int) []string {
	here := m.here()
	var lines []string
	var about []string
	for _, i := range here {
		c := m.marks[i]
		pointer := "  "
		if c.ID == m.focus {
			pointer = "› "
			about = m.about(c, cells-2)
		}
		if len(lines) < max(1, rows-1) || c.ID == m.focus {
			lines = append(lines, m.codingLine(pointer, c, cells))
		}
	}
	if len(lines) > rows { // the one in focus at any price
		lines = lines[len(lines)-rows:]
	}
	for _, s := range about {
		lines = append(lines, "  "+s)
	}
	if m.place().side > 0 {
		lines = append(lines, m.onThisPage(cells)...)
	}
	return lines[:min(len(lines), rows)]
}

// onThisPage lists the other codings that can be seen, with their memos, for terminals that have the room.
func (m *model) onThisPage(cells int) []string {
	if len(m.layout.rows) == 0 {
		return nil
	}
	from, to := m.layout.rows[m.top].Start, m.layout.rows[min(m.top+m.place().rows, len(m.layout.rows))-1].End
	page := transcript.Span{Start: from, End: to}
	var lines []string
	for _, c := range m.marks {
		if !c.Span.Overlaps(page) || c.Span.Overlaps(m.selection.Span) {
			continue
		}
		number := fmt.Sprintf("%3d ", m.t.Turns[m.reader.turnAt(c.Span.Start)].Number)
		lines = append(lines, dim.Styled(number)+c.style.Styled(fit(diag.Plain(c.name()), cells-len(number), m.method)))
		for _, words := range []string{c.Condensed, c.Memo} {
			if words != "" {
				for _, s := range m.paragraph(words, cells-len(number)) {
					lines = append(lines, strings.Repeat(" ", len(number))+s)
				}
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]string{"", dim.Styled("on this page")}, lines...)
}

// codingLine is one coding: code, name, who and how much.
func (m *model) codingLine(pointer string, c mark, cells int) string {
	id, name := c.Code, ""
	if c.Today != nil {
		id, name = c.Today.ID, c.Today.Name
	}
	var notes []string
	switch c.kind {
	case other:
		notes = append(notes, c.Coder)
	case candidate:
		notes = append(notes, "proposed by a rule")
	case queued:
		notes = append(notes, "its code was split")
	}
	if c.Memo != "" {
		notes = append(notes, "memo")
	}
	notes = append(notes, m.words(c.Span))
	note := diag.Plain(strings.Join(notes, " · "))
	note = fit(note, cells/2, m.method)
	room := cells - 2 - width(note, m.method) - 1
	id = fit(diag.Plain(id), room, m.method)
	if name == id || width(id, m.method)+4 > room {
		name = ""
	} else {
		name = "  " + fit(diag.Plain(name), room-width(id, m.method)-2, m.method)
	}
	gap := max(1, cells-2-width(id, m.method)-width(name, m.method)-width(note, m.method))
	return pointer + c.style.Bold().Styled(id) + name + strings.Repeat(" ", gap) + dim.Styled(note)
}

// about is what there is to know of a coding: memo, condensed meaning unit, and what its code means.
func (m *model) about(c mark, cells int) []string {
	var out []string
	if c.Condensed != "" {
		out = append(out, m.paragraph("condensed: "+c.Condensed, cells)...)
	}
	if c.Memo != "" {
		out = append(out, m.paragraph("memo: "+c.Memo, cells)...)
	}
	return append(out, m.meaning(c.Today, cells)...)
}

// meaning is what a code covers and what not.
func (m *model) meaning(c *codebook.Code, cells int) []string {
	if c == nil {
		return nil
	}
	var out []string
	put := func(s string) {
		for _, line := range m.paragraph(s, cells) {
			out = append(out, dim.Styled(line))
		}
	}
	if c.Retired && len(c.Into) > 0 {
		put("split into " + strings.Join(c.Into, ", ") + ": r says which")
	}
	if c.Definition != "" {
		put(c.Definition)
	}
	if len(c.Include) > 0 {
		put("includes: " + strings.Join(c.Include, "; "))
	}
	for _, e := range c.Exclude {
		s := "not: " + e.Text
		if e.Code != "" {
			s += " → " + e.Code
		}
		put(s)
	}
	return out
}

// paragraph wraps words that somebody wrote.
func (m *model) paragraph(s string, cells int) []string {
	var out []string
	for part := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		part = diag.Plain(part)
		wrap(part, transcript.Span{Start: 0, End: len(part)}, max(2, cells), m.method, func(s transcript.Span) {
			out = append(out, strings.TrimRight(part[s.Start:s.End], " "))
		})
	}
	return out
}

// words says how long a passage is.
func (m *model) words(s transcript.Span) string {
	return analysis.Plural(transcript.CountWords(m.t.Text, s), "word", "words")
}

// lastLine says what was done, else which keys there are.
func (m *model) lastLine(cells int) string {
	if m.said != "" {
		said := m.said
		if m.noted != "" {
			said += "; " + m.noted
		}
		s := " " + fit(diag.Plain(said), cells-2, m.method)
		if m.fault {
			return wrong.Styled(s)
		}
		return s
	}
	const all = "? all keys "
	hints := m.hints()
	if m.finder != nil || m.prompt != nil || m.help {
		return " " + joinFitting(hints, cells-2, m.method)
	}
	if cells < len(all)+4 {
		return dim.Styled(fit(" ? keys", cells, m.method))
	}
	left := " " + joinFitting(hints, cells-len(all)-2, m.method)
	return left + strings.Repeat(" ", max(1, cells-width(left, m.method)-len(all))) + all
}

// joinFitting joins as many parts as fit.
func joinFitting(parts []string, cells int, method ansi.Method) string {
	out := ""
	for _, p := range parts {
		next := p
		if out != "" {
			next = out + " · " + p
		}
		if width(next, method) > cells {
			break
		}
		out = next
	}
	return out
}

// draw returns the lines of a prompt.
func (p *prompt) draw(cells, rows int, method ansi.Method) (lines []string, x, y int) {
	ask := fit(diag.Plain(p.ask), cells, method)
	if p.yes {
		return []string{ask}, 0, 0
	}
	if p.input.lines {
		if rows < 2 {
			ask = ""
		} else {
			lines = append(lines, bold.Styled(ask))
			rows--
		}
		typed, x, y := p.input.draw(cells, rows, method)
		return append(lines, typed...), x, y + len(lines)
	}
	typed, x, _ := p.input.draw(max(2, cells-width(ask, method)-1), 1, method)
	lines = append(lines, bold.Styled(ask)+" "+strings.Join(typed, ""))
	if p.hint != "" && rows > 1 {
		lines = append(lines, dim.Styled(fit(diag.Plain(p.hint), cells, method)))
	}
	return lines, x + width(ask, method) + 1, 0
}

// draw returns the lines of a finder: what is typed, what fits, and what is known of the item under the cursor.
func (f *finder) draw(m *model, cells, rows int) (lines []string, x, y int) {
	ask := fit(diag.Plain(f.ask), cells/2, m.method)
	count := fmt.Sprintf("%d of %d", len(f.fits), len(f.items))
	if len(f.marked) > 0 {
		count = fmt.Sprintf("%d marked · %s", len(f.marked), count)
	}
	room := cells - width(ask, m.method) - 1
	if room < len(count)+10 {
		count = ""
	}
	typed, x, _ := f.input.draw(max(2, room-len(count)-1), 1, m.method)
	line := bold.Styled(ask) + " " + strings.Join(typed, "")
	if count != "" {
		line += strings.Repeat(" ", max(1, cells-m.method.StringWidth(line)-len(count))) + dim.Styled(count)
	}
	lines = append(lines, line)
	rows--
	var about []string
	if it, ok := f.current(); ok {
		if c, isCode := it.value.(*codebook.Code); isCode {
			about = m.meaning(c, cells-2)
		} else {
			for _, s := range it.about {
				about = append(about, m.paragraph(s, cells-2)...)
			}
		}
	}
	list := min(len(f.fits), max(rows-min(len(about), max(rows/2, 1)), 1), rows)
	from := max(0, min(f.at-list/2, len(f.fits)-list))
	for i := from; i < from+list; i++ {
		lines = append(lines, f.line(m, i, cells))
	}
	for _, s := range about[:min(len(about), max(0, rows-list))] {
		lines = append(lines, "  "+s)
	}
	return lines, x + width(ask, m.method) + 1, 0
}

// line is one item of the list.
func (f *finder) line(m *model, i, cells int) string {
	it := f.items[f.fits[i]]
	pointer := "  "
	if i == f.at {
		pointer = "› "
	}
	if slices.Contains(f.marked, f.fits[i]) {
		pointer = pointer[:len(pointer)-1] + "+"
	}
	note := fit(diag.Plain(it.note), cells/3, m.method)
	room := cells - 2 - width(note, m.method) - 1
	id := fit(diag.Plain(it.id), room, m.method)
	name := ""
	if left := room - width(id, m.method) - 2; left > 4 && it.name != "" && it.name != it.id {
		pad := strings.Repeat(" ", max(0, min(14, left/2)-width(id, m.method)))
		name = fit(pad+"  "+diag.Plain(it.name), left, m.method)
	}
	gap := max(1, cells-2-width(id, m.method)-width(name, m.method)-width(note, m.method))
	style := it.style
	if i == f.at {
		style = style.Bold()
	}
	return pointer + style.Styled(id) + name + strings.Repeat(" ", gap) + dim.Styled(note)
}
