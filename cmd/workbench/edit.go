package workbench

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// edit makes a change, of this coder's codings unless it names another, and has it on disk before it returns. It says
// in the last line what went wrong.
func (m *model) edit(e analysis.Edit) (*analysis.Edited, bool) {
	if e.By == "" {
		e.By = m.o.Coder
	}
	e.What += " in " + m.t.ID // as tema undo tells it
	did, err := m.s.EditCodings(e)
	if errors.Is(err, analysis.ErrTextChanged) {
		m.reread(true)
		m.fail(fmt.Errorf("the transcript was edited meanwhile; nothing was written, and this is how it reads now"))
		return nil, false
	}
	if err != nil {
		m.fail(err)
		return nil, false
	}
	if len(did.Files) > 0 {
		m.made, m.unmade = append(m.made, e.By), nil
	}
	if e.Book != nil {
		m.palette = newPalette(m.s.Book, m.background)
	}
	m.reread(false)
	return did, !m.fault
}

// someText says whether there is a passage to act on, and in the last line if not.
func (m *model) someText() bool {
	if m.selection.Len() > 0 {
		return true
	}
	m.fail(fmt.Errorf("%s has no words", m.t.ID))
	return false
}

// used remembers the codes that were put on.
func (m *model) used(codes []string) {
	m.last = slices.Clone(codes)
	m.recent = append(slices.Clone(codes), slices.DeleteFunc(m.recent, func(c string) bool { return slices.Contains(codes, c) })...)
}

// codeItems lists the codes that can be put on a passage: those put on in this session first, then the author's order.
func (m *model) codeItems() []item {
	counts := map[string]int{}
	for _, s := range m.survey {
		for id, n := range s.codes {
			counts[id] += n
		}
	}
	var items []item
	for _, c := range m.s.Book.AllCodes() {
		if c.Retired {
			continue
		}
		it := item{id: c.ID, name: strings.Join(c.Path(), " › "), also: append([]string{c.Name}, c.Aliases...), about: append([]string{c.Definition}, c.Include...), style: m.palette.of(c), value: c}
		if n := counts[c.ID]; n > 0 {
			it.note = analysis.Plural(n, "coding", "codings")
		}
		items = append(items, it)
	}
	place := func(it item) int {
		if i := slices.Index(m.recent, it.id); i >= 0 {
			return i
		}
		return len(m.recent)
	}
	slices.SortStableFunc(items, func(a, b item) int { return place(a) - place(b) })
	return items
}

// noteCounts brings the numbers of an open finder up to date.
func (m *model) noteCounts() {
	if m.finder == nil {
		return
	}
	fresh := map[string]string{}
	for _, it := range append(m.codeItems(), m.transcriptItems()...) {
		fresh[fmt.Sprintf("%T %s", it.value, it.id)] = it.note
	}
	for i, it := range m.finder.items {
		if note, ok := fresh[fmt.Sprintf("%T %s", it.value, it.id)]; ok {
			m.finder.items[i].note = note
		}
	}
}

// findCodes opens the finder of codes.
func (m *model) findCodes(ask string, several bool, choose func(m *model, codes []string) tea.Cmd) *finder {
	f := newFinder(ask, m.codeItems())
	f.several = several
	f.choose = func(m *model, chosen []item) tea.Cmd {
		var codes []string
		for _, it := range chosen {
			codes = append(codes, it.id)
		}
		return choose(m, codes)
	}
	m.finder = f
	return f
}

func (m *model) askCodes() {
	if !m.someText() {
		return
	}
	f := m.findCodes("code:", true, func(m *model, codes []string) tea.Cmd { m.put(codes); return nil })
	f.fresh = func(m *model, name string) tea.Cmd { m.askNewCode(name); return nil }
}

// again puts the codes on the selection that were put on last.
func (m *model) again() {
	if len(m.last) == 0 {
		m.tell("no code was put on yet; enter asks for one")
		return
	}
	if m.someText() {
		m.put(m.last)
	}
}

// put puts codes on the selection, in one change.
func (m *model) put(codes []string) {
	what := strings.Join(codes, ", ") + " on " + m.words(m.selection.Span)
	e := analysis.Edit{What: what}
	for _, code := range codes {
		span := m.selection.Span
		e.Changes = append(e.Changes, analysis.CodingChange{Transcript: m.t.ID, Code: code, Span: &span})
	}
	did, ok := m.edit(e)
	if !ok {
		return
	}
	m.used(codes)
	m.focus = did.Codings[len(did.Codings)-1].ID
	if did.Same == len(codes) {
		m.tell("%s: so it stands already", what)
		return
	}
	m.tell("%s; u takes it back", what)
}

// askNewCode asks for the name of a new code, the words selected unless one is given, and puts it on.
func (m *model) askNewCode(name string) {
	if !m.someText() {
		return
	}
	if name == "" {
		words := strings.Fields(m.t.Text[m.selection.Start:m.selection.End])
		name = strings.TrimRight(strings.Join(words[:min(len(words), 8)], " "), ".,;:!?")
	}
	p := &prompt{ask: "new code:", input: newField(name, false)}
	p.each = func(m *model) {
		id := codeID(p.input.text)
		switch {
		case id == "":
			p.hint = "a code needs a name with a letter or digit"
		case m.s.Book.Code(id) != nil:
			p.hint = "code " + m.s.Book.Code(id).ID + " is there already"
		default:
			p.hint = "its id: " + id
		}
	}
	p.each(m)
	p.done = func(m *model, name string) tea.Cmd { m.putNew(strings.TrimSpace(name)); return nil }
	m.finder, m.prompt = nil, p
}

// codeID makes the id of a code from its name.
func codeID(name string) string { return diag.MakeID(strings.ToLower(name)) }

// putNew makes a code and puts it on the selection, in one change.
func (m *model) putNew(name string) {
	id := codeID(name)
	if id == "" {
		m.fail(fmt.Errorf("a code needs a name with a letter or digit"))
		return
	}
	if c := m.s.Book.Code(id); c != nil {
		m.fail(fmt.Errorf("code %s is there already; enter puts it on", c.ID))
		return
	}
	var properties []codebook.Property
	if name != id {
		properties = append(properties, codebook.Property{Key: "name", Values: []string{name}})
	}
	span := m.selection.Span
	what := "new code " + id + " on " + m.words(span)
	did, ok := m.edit(analysis.Edit{What: what,
		Book:    func(d *codebook.Draft) error { return d.Add("code:"+id, codebook.Place{}, properties...) },
		Changes: []analysis.CodingChange{{Transcript: m.t.ID, Code: id, Span: &span}}})
	if ok {
		m.used([]string{id})
		m.focus = did.Codings[0].ID
		m.tell("%s; u takes it back", what)
	}
}

// mine returns the coding in focus if this coder may change it.
func (m *model) mine() (mark, bool) {
	c, ok := m.focusMark()
	switch {
	case !ok:
		m.tell("there is no coding of yours on the selection")
	case c.Coder != m.o.Coder:
		m.tell("this coding is by %s, who alone changes it", c.Coder)
	default:
		return c, true
	}
	return mark{}, false
}

// change changes the coding in focus.
func (m *model) change(c mark, what string, to analysis.CodingChange) {
	to.ID, to.Transcript = c.ID, m.t.ID
	did, ok := m.edit(analysis.Edit{What: what, Changes: []analysis.CodingChange{to}})
	if !ok {
		return
	}
	if did.Same > 0 {
		m.tell("nothing changed")
		return
	}
	m.tell("%s; u takes it back", what)
}

func ref[T any](v T) *T { return &v }

func (m *model) remove() {
	if c, ok := m.mine(); ok {
		m.change(c, c.Code+" removed from "+m.words(c.Span), analysis.CodingChange{Status: ref(analysis.Removed)})
	}
}

func (m *model) askRecode() {
	c, ok := m.mine()
	if !ok {
		return
	}
	m.findCodes("instead of "+c.Code+":", false, func(m *model, codes []string) tea.Cmd {
		m.change(c, codes[0]+" instead of "+c.Code+" on "+m.words(c.Span), analysis.CodingChange{Code: codes[0]})
		return nil
	})
}

// resize gives the coding in focus the passage that is selected.
func (m *model) resize() {
	if c, ok := m.mine(); ok {
		span := m.selection.Span
		m.change(c, c.Code+" now on "+m.words(span), analysis.CodingChange{Span: &span})
	}
}

func (m *model) askMemo() {
	c, ok := m.mine()
	if !ok {
		return
	}
	m.prompt = &prompt{ask: "memo on " + c.Code, input: newField(c.Memo, true), was: c.Memo, done: func(m *model, text string) tea.Cmd {
		text = strings.TrimSpace(text)
		what := "memo on " + c.Code
		if text == "" {
			what = "memo taken off " + c.Code
		}
		m.change(c, what, analysis.CodingChange{Memo: &text})
		return nil
	}}
}

// condenses says whether condensed meaning units are part of the approach.
func (m *model) condenses() bool { return m.s.Config.Approach == analysis.ContentAnalysis }

func (m *model) askCondensed() {
	c, ok := m.mine()
	if !ok {
		return
	}
	m.prompt = &prompt{ask: "condensed meaning unit of " + c.Code, input: newField(c.Condensed, true), was: c.Condensed, done: func(m *model, text string) tea.Cmd {
		text = strings.TrimSpace(text)
		m.change(c, "condensed meaning unit of "+c.Code, analysis.CodingChange{Condensed: &text})
		return nil
	}}
}

// askOwnMemo asks for a memo that is a file of its own: about the codings of the selection, else about the transcript.
func (m *model) askOwnMemo() {
	var about []string
	for _, i := range m.here() {
		if c := m.marks[i]; c.kind != candidate {
			about = append(about, "coding:"+c.ID)
		}
	}
	ask := "memo about " + analysis.Plural(len(about), "coding", "codings")
	if len(about) == 0 {
		about, ask = []string{"transcript:" + m.t.ID}, "memo about "+m.t.ID
	}
	m.prompt = &prompt{ask: ask, input: newField("", true), done: func(m *model, text string) tea.Cmd {
		file, err := m.s.AddMemo(analysis.Memo{Kind: "analytic", About: about, By: m.o.Coder}, []byte(text))
		if err != nil {
			m.fail(err)
			return nil
		}
		m.tell("written: %s", file)
		return nil
	}}
}

func (m *model) askFilter() {
	items := []item{{id: "all", name: "every code and coder"}}
	for _, coder := range m.s.Coders() {
		if coder == m.o.Coder || !m.independent() {
			items = append(items, item{id: coder, name: "coder", value: coder})
		}
	}
	items = append(items, m.codeItems()...)
	f := newFinder("show only:", items)
	f.choose = func(m *model, chosen []item) tea.Cmd {
		m.filterCode, m.filterBy = "", ""
		switch v := chosen[0].value.(type) {
		case *codebook.Code:
			m.filterCode = v.ID
		case string:
			m.filterBy = v
		}
		m.focus = ""
		return nil
	}
	m.finder = f
}

func (m *model) transcriptItems() []item {
	var items []item
	for _, id := range m.s.TranscriptIDs() {
		it := item{id: id, value: id}
		if s, known := m.survey[id]; known {
			var notes []string
			switch {
			case s.total > 0:
				notes = append(notes, analysis.Plural(s.total, "coding", "codings"))
			case s.begun:
				notes = append(notes, "no codings")
			}
			if s.unread > 0 && m.s.Config.Approach != analysis.CodingReliability {
				notes = append(notes, analysis.Plural(s.unread, "candidate", "candidates"))
			}
			it.note = strings.Join(notes, " · ")
		}
		items = append(items, it)
	}
	return items
}

func (m *model) askTranscript() {
	f := newFinder("transcript:", m.transcriptItems())
	f.choose = func(m *model, chosen []item) tea.Cmd {
		m.goTo(chosen[0].id, -1)
		return nil
	}
	f.at = max(0, slices.IndexFunc(f.fits, func(i int) bool { return f.items[i].id == m.t.ID }))
	m.finder = f
}

// goTo opens another transcript.
func (m *model) goTo(id string, at int) bool {
	m.walk = nil
	if err := m.open(id, at); err != nil {
		m.fail(err)
		return false
	}
	return true
}
