package workbench

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// Update takes a key, or whatever else happened.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.lay()
		m.show()
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore && (msg.Value == ansi.ModeReset || msg.Value == ansi.ModeSet || msg.Value == ansi.ModePermanentlySet) {
			m.method = ansi.GraphemeWidth // as the renderer counts from now on
			m.lay()
			m.show()
		}
	case tea.BackgroundColorMsg:
		m.background = msg.Color
		m.palette = newPalette(m.s.Book, m.background)
		m.lay()
	case tea.KeyPressMsg:
		m.said, m.fault, m.noted = "", false, ""
		if m.watch() && m.prompt == nil && m.finder == nil {
			if m.said == "" {
				m.tell("changed on disk meanwhile; this is how it stands now, press the key again")
			}
			break // the key was meant for what could be seen
		}
		cmd = m.press(msg)
	case tea.PasteMsg:
		m.paste(msg.Content)
	case tea.MouseMsg:
		m.mouse(msg)
	case tickMsg:
		m.watch()
		return m, tick()
	case surveyMsg:
		for id, s := range msg {
			if id != m.t.ID {
				m.survey[id] = s
			}
		}
		m.noteCounts()
	case foundMsg:
		m.showFound(msg)
	}
	return m, cmd
}

// press does what a key says, where it is pressed.
func (m *model) press(k tea.KeyPressMsg) tea.Cmd {
	var cmd tea.Cmd
	switch {
	case m.prompt != nil:
		cmd = m.prompt.press(m, k)
	case m.finder != nil:
		cmd = m.finder.press(m, k)
	case m.help:
		switch k.String() {
		case "down", "j", "pgdown", "space":
			m.helpTop += 5
		case "up", "k", "pgup":
			m.helpTop -= 5
		default:
			m.help = false
		}
		return nil
	default:
		b := m.bound(k.String())
		if b == nil {
			b = m.bound(k.Keystroke()) // the key, where its letter belongs to another alphabet
		}
		switch {
		case b == nil:
			return nil
		case b.press == nil:
			if n, err := strconv.Atoi(k.String()); err == nil {
				m.settleAs(n)
			}
		default:
			cmd = b.press(m)
		}
	}
	m.lay()
	m.settleFocus()
	m.show()
	return cmd
}

func (m *model) paste(text string) {
	switch {
	case m.prompt != nil && !m.prompt.yes:
		m.prompt.input.insert(text)
		if m.prompt.each != nil {
			m.prompt.each(m)
		}
	case m.finder != nil:
		m.finder.input.insert(text)
		m.finder.find()
	}
	m.lay()
	m.show()
}

// press handles a key while a prompt asks.
func (p *prompt) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	name := k.String()
	switch {
	case p.yes:
		m.prompt = nil
		if name == "y" || name == "Y" {
			return p.done(m, "")
		}
	case name == "esc" || name == "ctrl+c" || name == "ctrl+g":
		if p.input.lines && p.input.text != p.was && !p.warned {
			p.warned = true
			m.tell("esc once more throws these words away; enter keeps them")
			return nil
		}
		m.prompt = nil
		if p.cancel != nil {
			p.cancel(m)
		}
	case name == "enter" || name == "ctrl+s":
		m.prompt = nil
		return p.done(m, p.input.text)
	case p.input.lines && (name == "alt+enter" || name == "shift+enter" || name == "ctrl+j" || name == "ctrl+enter"):
		p.input.insert("\n")
	case p.input.lines && (name == "up" || name == "down"):
		by := 1
		if name == "up" {
			by = -1
		}
		place := m.place()
		cells := m.width - 2
		if place.side > 0 {
			cells = place.side
		}
		p.input.vertical(by, cells-1, m.method)
	default:
		before := p.input.text
		p.input.press(k)
		if p.input.text != before {
			p.warned = false
			if p.each != nil {
				p.each(m)
			}
		}
	}
	return nil
}

// mouse selects: a press its sentence, dragging the words from there; on a bar its coding. The wheel scrolls.
func (m *model) mouse(msg tea.MouseMsg) {
	e := msg.Mouse()
	if m.help || m.prompt != nil {
		return
	}
	p := m.place()
	top := 1
	if p.rules {
		top = 2
	}
	switch msg.(type) {
	case tea.MouseWheelMsg:
		by := 3
		if e.Button == tea.MouseWheelUp {
			by = -3
		}
		if m.finder != nil {
			m.finder.move(by / 3)
			return
		}
		m.top = max(0, min(m.top+by, len(m.layout.rows)-p.rows))
		return
	case tea.MouseReleaseMsg:
		m.drag = false
		return
	}
	r := m.top + e.Y - top
	if m.finder != nil || e.Y < top || e.Y >= top+p.rows || r >= len(m.layout.rows) || p.side > 0 && e.X > p.margin+p.text {
		return
	}
	at := m.layout.at(r, e.X)
	switch msg.(type) {
	case tea.MouseClickMsg:
		if e.Button != tea.MouseLeft {
			return
		}
		m.said, m.fault = "", false
		if e.X < p.margin {
			for _, b := range m.margin.bars {
				if b.lane == e.X-1 && b.first <= r && r <= b.last {
					c := m.marks[b.mark]
					m.selection, m.focus = selection{Span: c.Span}, c.ID
					return
				}
			}
		}
		m.drag, m.pressed = true, at
		m.selection = selection{Span: m.reader.around(sentence, at)}
	case tea.MouseMotionMsg:
		if !m.drag {
			return
		}
		s := transcript.Span{Start: min(m.pressed, at), End: max(m.pressed, at) + 1}
		first, last := m.reader.around(word, s.Start), m.reader.around(word, s.End-1)
		if last.Start >= s.End && last.Start > first.Start { // between two words
			if before, ok := m.reader.before(word, s.End); ok {
				last = before
			}
		}
		if first.Len() == 0 {
			return
		}
		m.selection = selection{Span: transcript.Span{Start: first.Start, End: max(first.End, last.End)}, atStart: at < m.pressed}
	}
	m.settleFocus()
}

// move goes to the next unit, or grows the selection by it.
func (m *model) move(u unit, back bool) {
	if m.extending {
		m.grow(u, back)
		return
	}
	if u == word && m.selection.Span != m.reader.around(word, m.selection.Start) { // into the selection
		inside := m.reader.around(word, m.selection.Start)
		if back {
			if s, ok := m.reader.before(word, m.selection.End); ok {
				inside = s
			}
		}
		if inside.Overlaps(m.selection.Span) && m.selection.Len() > inside.Len() {
			m.selection = selection{Span: inside}
			return
		}
	}
	next, ok := m.reader.after(u, m.selection.End)
	if back {
		next, ok = m.reader.before(u, m.selection.Start)
	}
	if ok {
		m.selection = selection{Span: next}
	}
}

func (m *model) grow(u unit, back bool) { m.selection = m.reader.grow(m.selection, u, back) }

func (m *model) widen(u unit) { m.selection.Span = m.reader.to(u, m.selection.Span) }

// moveTurn goes to the first sentence of the next turn; back, of this turn and then of the one before.
func (m *model) moveTurn(back bool) {
	if m.extending {
		m.grow(turn, back)
		return
	}
	i := m.reader.turnAt(m.selection.Start)
	if len(m.t.Turns) == 0 {
		return
	}
	if back {
		if first := m.reader.around(sentence, m.t.Turns[i].Speech.Start); m.selection.Start <= first.Start {
			i--
		}
	} else {
		i = m.reader.turnAt(max(m.selection.Start, m.selection.End-1)) + 1
	}
	step := 1
	if back {
		step = -1
	}
	for ; i >= 0 && i < len(m.t.Turns); i += step {
		if units := m.reader.in(sentence, i); len(units) > 0 {
			m.selection = selection{Span: units[0]}
			return
		}
	}
}

// movePage goes to the sentence a page further down or up.
func (m *model) movePage(by int) {
	rows := max(1, m.place().rows-2)
	if len(m.layout.rows) == 0 {
		return
	}
	first, _ := m.layout.rowsOf(m.selection.Span)
	to := max(0, min(first+by*rows, len(m.layout.rows)-1))
	m.top = max(0, min(m.top+by*rows, len(m.layout.rows)-m.place().rows))
	s := m.reader.around(sentence, m.layout.rows[to].Start)
	if m.extending {
		if s.End > m.selection.Start {
			m.selection.Span.End, m.selection.atStart = s.End, false
		}
		return
	}
	if by > 0 && s.Start <= m.selection.Start { // a sentence longer than the page
		if next, ok := m.reader.after(sentence, m.selection.End); ok {
			s = next
		}
	}
	m.selection = selection{Span: s}
}

func (m *model) moveEnd(last bool) {
	s := m.reader.around(sentence, 0)
	if last {
		s = m.reader.around(sentence, len(m.t.Text))
	}
	switch {
	case !m.extending:
		m.selection = selection{Span: s}
	case last:
		m.selection.End, m.selection.atStart = s.End, false
	default:
		m.selection.Start, m.selection.atStart = s.Start, true
	}
}

// moveCoding goes through the codings that are shown, in their order.
func (m *model) moveCoding(by int) {
	if len(m.marks) == 0 {
		m.tell("no codings are shown here")
		return
	}
	i := slices.IndexFunc(m.marks, func(c mark) bool { return c.ID == m.focus })
	switch {
	case i >= 0 && (m.selection.Span == m.marks[i].Span || by < 0):
		i += by
	case i >= 0: // first the one in focus, whole
	case by > 0:
		i = slices.IndexFunc(m.marks, func(c mark) bool { return c.Span.Start >= m.selection.Start })
	default:
		i = len(m.marks) - 1
		for i >= 0 && m.marks[i].Span.Start > m.selection.Start {
			i--
		}
	}
	if i < 0 || i >= len(m.marks) {
		m.tell("there is no coding further on")
		return
	}
	m.selection, m.focus = selection{Span: m.marks[i].Span}, m.marks[i].ID
}

// moveUncoded goes to the next sentence of a participant that no shown coding touches, behind the stretch that one is in.
func (m *model) moveUncoded() {
	coded := func(s transcript.Span) bool {
		return slices.ContainsFunc(m.marks, func(c mark) bool { return c.kind != candidate && c.Span.Overlaps(s) })
	}
	at, passed := m.selection.End, coded(m.selection.Span)
	for {
		s, ok := m.reader.after(sentence, at)
		if !ok {
			m.tell("no stretch without a coding further on")
			return
		}
		at = s.End
		t := m.t.Turns[m.reader.turnAt(s.Start)]
		switch {
		case coded(s):
			passed = true
		case passed && (t.Participant() || t.Number == 0):
			m.selection = selection{Span: s}
			return
		case !t.Participant():
			passed = true
		}
	}
}

func (m *model) askTurn() {
	m.prompt = &prompt{ask: "go to turn", done: func(m *model, text string) tea.Cmd {
		n, err := strconv.Atoi(text)
		i := slices.IndexFunc(m.t.Turns, func(t transcript.Turn) bool { return t.Number == n })
		if err != nil || i < 0 {
			m.fail(fmt.Errorf("%s has no turn %q", m.t.ID, text))
			return nil
		}
		m.selection = selection{Span: m.reader.around(sentence, m.t.Turns[i].Speech.Start)}
		return nil
	}}
}

// escape leaves what is going on: selecting, a walk, a filter's search; else goes back to the sentence.
func (m *model) escape() {
	switch {
	case m.extending:
		m.extending = false
	case m.walk != nil:
		m.leaveWalk()
	case len(m.search.matches) > 0:
		m.search.matches = nil
	default:
		at := m.selection.Start
		if !m.selection.atStart {
			at = max(at, m.selection.End-1)
		}
		m.selection = selection{Span: m.reader.around(sentence, at)}
	}
}

// undo takes back the last change that was made here, and before those of this session the coder's own of earlier ones.
func (m *model) undo(redo bool) {
	do, stack, said := m.s.Undo, m.made, "taken back: "
	if redo {
		do, stack, said = m.s.Redo, m.unmade, "made again: "
	}
	by := m.o.Coder
	if n := len(stack); n > 0 {
		by = stack[n-1]
	} else if m.comparing() && m.walk.settles {
		by = analysis.Consensus // what was settled in earlier sessions
	}
	u, err := do(by)
	switch {
	case errors.Is(err, analysis.ErrNothingToUndo) && redo:
		m.tell("nothing was taken back since the last change")
		return
	case errors.Is(err, analysis.ErrNothingToUndo):
		m.tell("no change by %s is on record that could be taken back", by)
		return
	case err != nil:
		m.fail(err)
		return
	}
	if redo {
		m.made, m.unmade = append(m.made, by), m.unmade[:max(0, len(m.unmade)-1)]
	} else {
		m.made, m.unmade = m.made[:max(0, len(m.made)-1)], append(m.unmade, by)
	}
	m.palette = newPalette(m.s.Book, m.background)
	before := m.undecided()
	m.reread(false)
	if m.walk != nil { // back to what is to be decided again
		if i := slices.IndexFunc(m.undecided(), func(s string) bool { return !slices.Contains(before, s) }); i >= 0 {
			m.walk.at = i
			m.arrive()
		}
	}
	if !m.fault {
		m.tell("%s%s", said, u.What)
	}
}

// toggleOthers shows others' codings, or hides them.
func (m *model) toggleOthers() {
	if m.others {
		m.others = false
		return
	}
	m.whenFinished(func(m *model) {
		m.others = true
		m.lay()
		if !slices.ContainsFunc(m.marks, func(c mark) bool { return c.kind == other }) {
			m.tell("nobody else has coded here")
		}
	})
}

// whenFinished does what shows others' codings or candidates: in a coding-reliability study, where coders work
// independently, only when this coder has said that she is done with the transcript.
func (m *model) whenFinished(do func(m *model)) {
	switch {
	case !m.independent():
		do(m)
	case !m.begun():
		m.tell("coders work independently here: others show when %s is coded (! says so)", m.t.ID)
	default:
		m.prompt = &prompt{ask: fmt.Sprintf("coders work independently here: have you finished %s?", m.t.ID), yes: true, done: func(m *model, _ string) tea.Cmd {
			m.finished[m.t.ID] = true
			do(m)
			return nil
		}}
	}
}

func (m *model) markDone() {
	begun := m.begun()
	if !begun {
		if _, ok := m.edit(analysis.Edit{What: "marked as coded", Done: []string{m.t.ID}}); !ok {
			return
		}
	}
	m.finished[m.t.ID] = true
	if begun {
		m.tell("%s is marked as coded: it has codings of yours", m.t.ID)
	} else {
		m.tell("%s is marked as coded; u takes it back", m.t.ID)
	}
}
