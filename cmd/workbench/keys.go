package workbench

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// A binding is what a key does on the page. Every key that there is stands in the table below: what a key press looks
// up, what the last line offers and what ? lists is the same.
type binding struct {
	keys  []string // as the terminal names them
	shown string   // as people read them; "" where another binding tells of it
	does  string
	short string // in the last line, where it is offered
	press func(m *model) tea.Cmd
	only  func(m *model) bool // nil: always
}

// A section is what ? lists under one heading.
type section struct {
	name     string
	bindings []binding
}

// do makes a binding's action of a function that needs nothing from the terminal.
func do(f func(m *model)) func(*model) tea.Cmd {
	return func(m *model) tea.Cmd { f(m); return nil }
}

// pageKeys are the keys of the page.
func pageKeys() []section {
	content := func(m *model) bool { return m.condenses() }
	return []section{
		{"Move", []binding{
			{keys: []string{"down", "j"}, shown: "↓ j", does: "next sentence", press: do(func(m *model) { m.move(sentence, false) })},
			{keys: []string{"up", "k"}, shown: "↑ k", does: "sentence before", press: do(func(m *model) { m.move(sentence, true) })},
			{keys: []string{"right", "l", "w"}, shown: "→ l w", does: "next word", press: do(func(m *model) { m.move(word, false) })},
			{keys: []string{"left", "h", "b"}, shown: "← h b", does: "word before", press: do(func(m *model) { m.move(word, true) })},
			{keys: []string{")", "}", "ctrl+down"}, shown: ") }", does: "next turn", press: do(func(m *model) { m.moveTurn(false) })},
			{keys: []string{"(", "{", "ctrl+up"}, shown: "( {", does: "turn before", press: do(func(m *model) { m.moveTurn(true) })},
			{keys: []string{"pgdown", "space", "ctrl+d", "ctrl+f"}, shown: "space pgdn", does: "next page", press: do(func(m *model) { m.movePage(1) })},
			{keys: []string{"pgup", "ctrl+u", "ctrl+b", "shift+space"}, shown: "pgup", does: "page before", press: do(func(m *model) { m.movePage(-1) })},
			{keys: []string{"g", "home"}, shown: "g home", does: "beginning", press: do(func(m *model) { m.moveEnd(false) })},
			{keys: []string{"G", "end"}, shown: "G end", does: "end", press: do(func(m *model) { m.moveEnd(true) })},
			{keys: []string{"tab", "]"}, shown: "tab ]", does: "next coding", short: "tab codings", press: do(func(m *model) { m.moveCoding(1) })},
			{keys: []string{"shift+tab", "["}, shown: "⇧tab [", does: "coding before", press: do(func(m *model) { m.moveCoding(-1) })},
			{keys: []string{"e"}, shown: "e", does: "next uncoded stretch", press: do(func(m *model) { m.moveUncoded() })},
			{keys: []string{":"}, shown: ":", does: "a turn by its number", press: do(func(m *model) { m.askTurn() })},
		}},
		{"Select", []binding{
			{keys: []string{"J", "shift+down"}, shown: "J ⇧↓", does: "a sentence more", press: do(func(m *model) { m.grow(sentence, false) })},
			{keys: []string{"K", "shift+up"}, shown: "K ⇧↑", does: "a sentence less", press: do(func(m *model) { m.grow(sentence, true) })},
			{keys: []string{"L", "shift+right"}, shown: "L ⇧→", does: "a word more", press: do(func(m *model) { m.grow(word, false) })},
			{keys: []string{"H", "shift+left"}, shown: "H ⇧←", does: "a word less", press: do(func(m *model) { m.grow(word, true) })},
			{keys: []string{">", "alt+right"}, shown: "> alt→", does: "a character more", press: do(func(m *model) { m.grow(character1, false) })},
			{keys: []string{"<", "alt+left"}, shown: "< alt←", does: "a character less", press: do(func(m *model) { m.grow(character1, true) })},
			{keys: []string{"o"}, shown: "o", does: "move the other end", press: do(func(m *model) { m.selection.atStart = !m.selection.atStart })},
			{keys: []string{"s"}, shown: "s", does: "whole sentences", press: do(func(m *model) { m.widen(sentence) })},
			{keys: []string{"t"}, shown: "t", does: "the whole turn", press: do(func(m *model) { m.widen(turn) })},
			{keys: []string{"v"}, shown: "v", does: "moving selects; v stops it", press: do(func(m *model) { m.extending = !m.extending })},
			{keys: []string{"esc"}, shown: "esc", does: "back to the sentence; out", press: do(func(m *model) { m.escape() })},
			{shown: "mouse", does: "click sentences, drag words"},
		}},
		{"Code", []binding{
			{keys: []string{"enter", "c"}, shown: "enter c", does: "put codes on the selection", short: "enter code", press: do(func(m *model) { m.askCodes() })},
			{keys: []string{"."}, shown: ".", does: "the same codes again", press: do(func(m *model) { m.again() })},
			{keys: []string{"ctrl+n"}, shown: "ctrl-n", does: "new code named by the words", press: do(func(m *model) { m.askNewCode("") })},
			{keys: []string{"x", "d", "delete"}, shown: "x d", does: "remove the coding", short: "x remove", press: do(func(m *model) { m.remove() })},
			{keys: []string{"r"}, shown: "r", does: "another code instead", short: "r recode", press: do(func(m *model) { m.askRecode() })},
			{keys: []string{"="}, shown: "=", does: "coding takes the selection", press: do(func(m *model) { m.resize() })},
			{keys: []string{"m"}, shown: "m", does: "memo on the coding", short: "m memo", press: do(func(m *model) { m.askMemo() })},
			{keys: []string{"M"}, shown: "M", does: "memo of its own, in memos/", press: do(func(m *model) { m.askOwnMemo() })},
			{keys: []string{"z"}, shown: "z", does: "condensed meaning unit", short: "z condense", press: do(func(m *model) { m.askCondensed() }), only: content},
			{keys: []string{"i"}, shown: "i", does: "more room for the codes", press: do(func(m *model) { m.tall = !m.tall; m.lay(); m.show() })},
		}},
		{"Review", []binding{
			{keys: []string{"C"}, shown: "C", does: "candidates, one by one", press: do(func(m *model) { m.readCandidates() })},
			{keys: []string{"D"}, shown: "D", does: "where coders differ", press: do(func(m *model) { m.readDisagreements() })},
			{keys: []string{"p"}, shown: "p", does: "others' codings, or not", press: do(func(m *model) { m.toggleOthers() })},
			{keys: []string{"f"}, shown: "f", does: "only one code, or one coder", press: do(func(m *model) { m.askFilter() })},
			{keys: []string{"!"}, shown: "!", does: "this transcript is coded", press: do(func(m *model) { m.markDone() })},
		}},
		{"Find", []binding{
			{keys: []string{"/"}, shown: "/", does: "in this transcript", short: "/ find", press: do(func(m *model) { m.askSearch() })},
			{keys: []string{"n"}, shown: "n", does: "next place", press: do(func(m *model) { m.nextMatch(1) })},
			{keys: []string{"N"}, shown: "N", does: "place before", press: do(func(m *model) { m.nextMatch(-1) })},
			{keys: []string{"F"}, shown: "F", does: "in all transcripts", press: do(func(m *model) { m.askSearchAll() })},
			{keys: []string{"T"}, shown: "T", does: "another transcript", short: "T transcripts", press: do(func(m *model) { m.askTranscript() })},
		}},
		{"Study", []binding{
			{keys: []string{"u"}, shown: "u", does: "take back the last change", short: "u undo", press: do(func(m *model) { m.undo(false) })},
			{keys: []string{"ctrl+r", "U"}, shown: "ctrl-r U", does: "make it again", press: do(func(m *model) { m.undo(true) })},
			{keys: []string{"?"}, shown: "?", does: "all keys", press: do(func(m *model) { m.help, m.helpTop = true, 0 })},
			{keys: []string{"q", "ctrl+c"}, shown: "q", does: "leave; all is on disk", short: "q leave", press: func(m *model) tea.Cmd { return tea.Quit }},
			{keys: []string{"ctrl+z"}, shown: "ctrl-z", does: "to the shell (fg: back)", press: func(m *model) tea.Cmd { return tea.Suspend }},
			{keys: []string{"ctrl+s"}, press: do(func(m *model) { m.tell("everything is on disk already") })},
			{keys: []string{"ctrl+l"}, press: func(m *model) tea.Cmd { return tea.ClearScreen }},
		}},
	}
}

// walkKeys are the keys of a walk through candidates, or through disagreements, which stand before those of the page.
func walkKeys(settling bool) []binding {
	walking := []binding{
		{keys: []string{"n", "tab", "]"}, shown: "n", does: "next one", short: "n next", press: do(func(m *model) { m.step(1) })},
		{keys: []string{"N", "shift+tab", "["}, shown: "N", does: "one before", press: do(func(m *model) { m.step(-1) })},
		{keys: []string{"q"}, press: do(func(m *model) { m.leaveWalk() })},
	}
	if !settling {
		return append([]binding{
			{keys: []string{"a"}, shown: "a", does: "accept, on the selection", short: "a accept", press: do(func(m *model) { m.decide(true) })},
			{keys: []string{"x", "d", "delete"}, shown: "x", does: "reject", short: "x reject", press: do(func(m *model) { m.decide(false) })},
			{keys: []string{"enter", "c", "r"}, shown: "enter", does: "other codes instead", short: "enter other code", press: do(func(m *model) { m.askInstead() })},
		}, walking...)
	}
	settles := func(m *model) bool { return m.walk.settles }
	return append([]binding{
		{keys: strings.Split("123456789", ""), shown: "1-9", does: "take that coder's reading", short: "1-9 take a reading", only: settles},
		{keys: []string{"enter", "c"}, shown: "enter", does: "settle on other codes", short: "enter other codes", press: do(func(m *model) { m.askSettle() }), only: settles},
		{keys: []string{"0"}, shown: "0", does: "settle on no code", short: "0 none", press: do(func(m *model) { m.settle(m.walk.list[m.walk.at], nil, "no code") }), only: settles},
		{keys: []string{"m", "M"}, shown: "m", does: "memo about the readings", short: "m memo", press: do(func(m *model) { m.askOwnMemo() })},
	}, walking...)
}

// bound returns the binding of a key, nil if it has none here.
func (m *model) bound(name string) *binding {
	find := func(list []binding) *binding {
		for i := range list {
			if b := &list[i]; slices.Contains(b.keys, name) && (b.only == nil || b.only(m)) {
				return b
			}
		}
		return nil
	}
	if m.walk != nil {
		if b := find(m.walk.keys); b != nil {
			return b
		}
	}
	for _, s := range m.keys {
		if b := find(s.bindings); b != nil {
			return b
		}
	}
	return nil
}

// hints are what the last line offers, the most useful first.
func (m *model) hints() []string {
	switch {
	case m.prompt != nil && m.prompt.yes:
		return []string{"y yes", "esc no"}
	case m.prompt != nil && m.prompt.input.lines:
		return []string{"enter keep", "alt-enter new line", "esc leave it as it was"}
	case m.prompt != nil:
		return []string{"enter go", "esc back"}
	case m.finder != nil:
		out := []string{"enter choose"}
		if m.finder.several {
			out = []string{"enter put on", "tab several"}
		}
		if m.finder.fresh != nil {
			out = append(out, "ctrl-n new code")
		}
		return append(out, "↑↓", "esc back")
	case m.help:
		return []string{"↓↑ more", "any other key closes"}
	}
	var out []string
	if m.walk != nil {
		for _, b := range m.walk.keys {
			if b.short != "" && (b.only == nil || b.only(m)) {
				out = append(out, b.short)
			}
		}
		return append(out, "esc leave", "u undo")
	}
	for _, s := range []string{"Code", "Find", "Study", "Move"} {
		for _, have := range m.keys {
			for _, b := range have.bindings {
				if have.name == s && b.short != "" && (b.only == nil || b.only(m)) {
					out = append(out, b.short)
				}
			}
		}
	}
	return out
}

// helpPage lists all keys, in as many columns as fit.
func (m *model) helpPage(rows int) []string {
	const least = 39 // cells of a column
	type entry struct{ shown, does string }
	var all []entry
	list := func(name string, bindings []binding) {
		if len(all) > 0 {
			all = append(all, entry{})
		}
		all = append(all, entry{does: name})
		for _, b := range bindings {
			if b.shown != "" && (b.only == nil || b.only(m)) {
				all = append(all, entry{b.shown, b.does})
			}
		}
	}
	if m.walk != nil {
		list(m.walkName(), m.walk.keys)
	}
	for _, s := range m.keys {
		list(s.name, s.bindings)
	}
	columns := max(1, m.width/least)
	column := m.width / columns
	long := (len(all) + columns - 1) / columns
	m.helpTop = max(0, min(m.helpTop, long-rows))
	var out []string
	for i := m.helpTop; i < min(long, m.helpTop+rows); i++ {
		line := ""
		for c := range columns {
			if j := c*long + i; j < len(all) {
				e := all[j]
				text := " " + bold.Styled(e.does)
				if e.shown != "" {
					text = " " + e.shown + strings.Repeat(" ", max(1, 11-width(e.shown, m.method))) + e.does
				}
				text = clip(text, column-1, m.method)
				line += text
				if c < columns-1 {
					line += strings.Repeat(" ", column-m.method.StringWidth(text))
				}
			}
		}
		out = append(out, line)
	}
	for len(out) < rows {
		out = append(out, "")
	}
	return out
}
