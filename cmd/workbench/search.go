package workbench

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/tema-qda/tema/index/transcript"
)

// A search is what was looked for last in the transcript, and where it stands.
type search struct {
	words   string
	matches []transcript.Span // in order
	from    selection         // where the reader was when she began to type
	folded  *foldedText
}

// foldedText is a transcript's speech as it is searched: small letters, straight apostrophes, one space for any white
// space, no soft hyphens; a line end between turns. From holds the byte of the text that each of its bytes comes from.
type foldedText struct {
	t    *transcript.Transcript
	text string
	from []int32
}

func foldText(t *transcript.Transcript) *foldedText {
	f := &foldedText{t: t, from: make([]int32, 0, len(t.Text)+1)}
	b := make([]byte, 0, len(t.Text))
	put := func(r rune, at int) {
		n := len(b)
		b = utf8.AppendRune(b, r)
		for range len(b) - n {
			f.from = append(f.from, int32(at))
		}
	}
	for _, turn := range t.Turns {
		space := false
		for i, r := range t.Text[turn.Speech.Start:turn.Speech.End] {
			at := turn.Speech.Start + i
			if unicode.IsSpace(r) {
				if !space {
					put(' ', at)
				}
				space = true
				continue
			}
			space = false
			if r = foldRune(r); r >= 0 {
				put(r, at)
			}
		}
		put('\n', turn.Speech.End)
	}
	f.text = string(b)
	return f
}

func foldRune(r rune) rune {
	switch r {
	case '\u00ad', '\u200b':
		return -1
	case '’', '‘', 'ʼ':
		return '\''
	}
	return unicode.ToLower(r)
}

// find returns where words stand. They may be parts of words.
func (f *foldedText) find(words string) []transcript.Span {
	words = strings.Join(strings.Fields(strings.Map(foldRune, words)), " ")
	if words == "" {
		return nil
	}
	var out []transcript.Span
	for at := 0; ; {
		i := strings.Index(f.text[at:], words)
		if i < 0 {
			return out
		}
		at += i + len(words)
		last := int(f.from[at-1])
		_, n := utf8.DecodeRuneInString(f.t.Text[last:])
		out = append(out, transcript.Span{Start: int(f.from[at-len(words)]), End: last + n})
	}
}

// askSearch asks for words and shows where they stand while they are typed.
func (m *model) askSearch() {
	if m.search.folded == nil || m.search.folded.t != m.t {
		m.search.folded = foldText(m.t)
	}
	m.search.from = m.selection
	p := &prompt{ask: "/"}
	p.each = func(m *model) {
		m.search.matches = m.search.folded.find(p.input.text)
		m.selection = m.search.from
		if len(m.search.matches) == 0 {
			p.hint = "nowhere"
			if p.input.text == "" {
				p.hint = ""
			}
			return
		}
		m.nearestMatch()
		p.hint = fmt.Sprintf("%d of %d", m.matchHere()+1, len(m.search.matches))
	}
	p.done = func(m *model, text string) tea.Cmd {
		if text == "" && m.search.words != "" { // the same again
			text = m.search.words
			m.search.matches = m.search.folded.find(text)
			m.nextMatch(1)
		}
		m.search.words = text
		if len(m.search.matches) == 0 && text != "" {
			m.tell("%q does not stand in %s", text, m.t.ID)
		}
		return nil
	}
	p.cancel = func(m *model) { m.selection, m.search.matches = m.search.from, nil }
	m.prompt = p
}

// nearestMatch goes to the first match at the selection or behind it, else to the first.
func (m *model) nearestMatch() {
	i := sort.Search(len(m.search.matches), func(i int) bool { return m.search.matches[i].Start >= m.search.from.Start })
	m.selection = selection{Span: m.search.matches[i%len(m.search.matches)]}
}

// matchHere returns the index of the match that is selected, -1 if none is.
func (m *model) matchHere() int {
	i := sort.Search(len(m.search.matches), func(i int) bool { return m.search.matches[i].Start >= m.selection.Start })
	if i < len(m.search.matches) && m.search.matches[i] == m.selection.Span {
		return i
	}
	return -1
}

// nextMatch goes to the next place, from the last to the first.
func (m *model) nextMatch(by int) {
	if m.search.words == "" && len(m.search.matches) == 0 {
		m.tell("nothing was looked for yet; / asks")
		return
	}
	if m.search.folded == nil || m.search.folded.t != m.t {
		m.search.folded = foldText(m.t)
	}
	if len(m.search.matches) == 0 {
		m.search.matches = m.search.folded.find(m.search.words)
	}
	n := len(m.search.matches)
	if n == 0 {
		m.tell("%q does not stand in %s", m.search.words, m.t.ID)
		return
	}
	i := sort.Search(n, func(i int) bool { return m.search.matches[i].Start >= m.selection.Start })
	if by > 0 && i < n && m.search.matches[i].Start == m.selection.Start {
		i++
	} else if by < 0 {
		i--
	}
	i = (i + n) % n
	m.selection = selection{Span: m.search.matches[i]}
	m.tell("%d of %d", i+1, n)
}

// foundMsg is what a search over all transcripts came to.
type foundMsg struct {
	words string
	found []Found
	err   error
}

// askSearchAll asks for a query; it is answered in the background.
func (m *model) askSearchAll() {
	if m.o.Search == nil {
		m.tell("the study cannot be searched here")
		return
	}
	m.prompt = &prompt{ask: "in all transcripts:", hint: `words, "a phrase", phone NEAR/6 weekend, speaker:P03`, done: func(m *model, words string) tea.Cmd {
		if strings.TrimSpace(words) == "" {
			m.finder = m.found // what was found last time
			return nil
		}
		m.tell("looking through all transcripts")
		find := m.o.Search
		return func() tea.Msg {
			found, err := find(words)
			return foundMsg{words, found, err}
		}
	}}
}

// showFound lists passages of all transcripts to choose from.
func (m *model) showFound(msg foundMsg) {
	switch {
	case msg.err != nil:
		m.fail(msg.err)
		return
	case len(msg.found) == 0:
		m.tell("%s: nowhere", msg.words)
		return
	case m.prompt != nil || m.finder != nil: // she has gone on to something else
		m.tell("%d passages with %s; F asks again", len(msg.found), msg.words)
		return
	}
	var items []item
	for _, h := range msg.found {
		text := strings.Join(strings.Fields(h.Text), " ")
		items = append(items, item{id: fmt.Sprintf("%s %d", h.Transcript, h.Turn), name: text, about: []string{h.Speaker + ": " + text}, value: h})
	}
	f := newFinder("passages:", items)
	f.choose = func(m *model, chosen []item) tea.Cmd {
		h := chosen[0].value.(Found)
		if h.Transcript != m.t.ID && !m.goTo(h.Transcript, h.Start) {
			return nil
		}
		if h.End > len(m.t.Text) || m.t.Text[h.Start:h.End] != h.Text {
			m.fail(fmt.Errorf("%s was edited since it was searched", h.Transcript))
			return nil
		}
		m.selection = selection{Span: h.Span}
		m.search.matches = h.Words
		return nil
	}
	m.said = ""
	m.finder, m.found = f, f
}
