package workbench

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// A walk goes through candidates or through disagreements, one after another.
type walk struct {
	keys     []binding
	settling bool // disagreements; else candidates
	settles  bool // and what is decided goes to the coder consensus
	at       int  // which one
	list     []analysis.Disagreement
}

func (m *model) walkName() string {
	if m.walk.settling {
		return "Where coders differ"
	}
	return "Candidates"
}

// firstUnread returns the first transcript with a candidate that the coder has not decided about.
func (m *model) firstUnread(ids []string) string {
	for _, id := range ids {
		codings, candidates, err := m.s.CodingsIn(id)
		if err == nil && len(unreadBy(m.o.Coder, codings, candidates)) > 0 {
			return id
		}
	}
	return ids[0]
}

// readCandidates begins with the first candidate from the selection on.
func (m *model) readCandidates() {
	m.whenFinished(func(m *model) {
		if len(m.unread) == 0 {
			m.tell("no candidate is left for you in %s%s", m.t.ID, m.elsewhere())
			return
		}
		m.walk = &walk{keys: walkKeys(false)}
		for i, c := range m.unread {
			if c.Span.End > m.selection.Start {
				m.walk.at = i
				break
			}
		}
		m.arrive()
	})
}

// elsewhere names the next transcript with candidates, as far as it is known.
func (m *model) elsewhere() string {
	ids := m.s.TranscriptIDs()
	at := slices.Index(ids, m.t.ID)
	for i := range ids {
		id := ids[(at+1+i)%len(ids)]
		if s := m.survey[id]; id != m.t.ID && s.unread > 0 {
			return fmt.Sprintf("; %s has %d (T goes there)", id, s.unread)
		}
	}
	return ""
}

// readDisagreements begins with the first passage, from the selection on, on which coders put different codes. In a
// reflexive study these are different readings, which are walked through; nothing is settled unless it was asked for.
func (m *model) readDisagreements() {
	m.whenFinished(func(m *model) {
		w := &walk{settling: true, settles: m.s.Config.Approach != analysis.Reflexive || m.o.Anyway}
		w.keys = walkKeys(true)
		m.walk = w
		m.differences()
		if len(w.list) == 0 {
			m.walk = nil
			if len(m.s.CodersOf(m.t.ID)) < 2 {
				m.tell("fewer than two coders have coded %s", m.t.ID)
			} else {
				m.tell("no passage of %s is left on which coders put different codes", m.t.ID)
			}
			return
		}
		for i, d := range w.list {
			if d.End > m.selection.Start {
				w.at = i
				break
			}
		}
		m.arrive()
		if !w.settles {
			m.tell("in a reflexive study these are readings to think about, not errors; --anyway settles them")
		}
	})
}

// differences finds the passages on which coders differ and that nothing was settled about.
func (m *model) differences() {
	m.walk.list = m.s.Disagreements(m.t.ID, m.s.CodersOf(m.t.ID), m.codings)
	if m.walk.settles {
		m.walk.list = slices.DeleteFunc(m.walk.list, func(d analysis.Disagreement) bool {
			return slices.ContainsFunc(m.codings, func(p *analysis.Placed) bool { return p.Coder == analysis.Consensus && p.Span.Overlaps(d.Span) })
		})
	}
}

// undecided names what the walk has still to come to, or has passed over, in order.
func (m *model) undecided() []string {
	var out []string
	switch {
	case m.walk == nil:
	case m.walk.settling:
		for _, d := range m.walk.list {
			out = append(out, fmt.Sprint(d.Span))
		}
	default:
		for _, c := range m.unread {
			out = append(out, c.ID)
		}
	}
	return out
}

// step goes to the next one or the one before.
func (m *model) step(by int) {
	n := len(m.undecided())
	switch at := m.walk.at + by; {
	case at >= n && !m.walk.settling:
		m.tell("that was the last candidate in %s%s", m.t.ID, m.elsewhere())
	case at >= n:
		m.tell("that was the last one in %s", m.t.ID)
	case at < 0:
		m.tell("that was the first one in %s", m.t.ID)
	default:
		m.walk.at = at
		m.arrive()
	}
}

// refresh holds the walk to what is on disk; when nothing is left it ends.
func (m *model) refresh() {
	if m.walk == nil {
		return
	}
	if m.walk.settling {
		m.differences()
	}
	n := len(m.undecided())
	if m.walk.at = max(0, min(m.walk.at, n-1)); n == 0 {
		m.walk = nil
	}
}

// arrive selects what the walk has come to.
func (m *model) arrive() {
	if m.walk == nil {
		return
	}
	if m.walk.settling {
		m.selection, m.focus = selection{Span: m.walk.list[m.walk.at].Span}, ""
	} else {
		c := m.unread[m.walk.at]
		m.selection, m.focus = selection{Span: c.Span}, c.ID
	}
	m.lay()
	m.show()
}

func (m *model) leaveWalk() {
	m.walk = nil
	m.lay()
}

// decide accepts the candidate, on the passage that is selected, or rejects it as it stands.
func (m *model) decide(accept bool) {
	c := m.unread[m.walk.at]
	span, status, verb := c.Span, analysis.Rejected, "rejected"
	if accept {
		span, status, verb = m.selection.Span, analysis.Accepted, "accepted"
	}
	m.decided(fmt.Sprintf("%s %s on %s", c.Today.ID, verb, m.words(span)),
		analysis.CodingChange{Transcript: m.t.ID, Code: c.Today.ID, Span: &span, Status: &status, Via: "rule"})
}

// askInstead puts other codes on the passage and rejects the one that was proposed.
func (m *model) askInstead() {
	c := m.unread[m.walk.at]
	m.findCodes("instead of "+c.Today.ID+":", true, func(m *model, codes []string) tea.Cmd {
		span, whole, rejected := m.selection.Span, c.Span, analysis.Rejected
		var changes []analysis.CodingChange
		for _, code := range codes {
			changes = append(changes, analysis.CodingChange{Transcript: m.t.ID, Code: code, Span: &span, Via: "rule"})
		}
		if !slices.Contains(codes, c.Today.ID) {
			changes = append(changes, analysis.CodingChange{Transcript: m.t.ID, Code: c.Today.ID, Span: &whole, Status: &rejected, Via: "rule"})
		}
		m.decided(strings.Join(codes, ", ")+" instead of "+c.Today.ID+" on "+m.words(span), changes...)
		return nil
	})
}

// decided writes a decision about the candidate and goes on to the next.
func (m *model) decided(what string, changes ...analysis.CodingChange) {
	if _, ok := m.edit(analysis.Edit{What: what, Changes: changes}); !ok {
		return
	}
	left := ""
	if len(m.unread) == 0 {
		left = "; it was the last one" + m.elsewhere()
	}
	m.arrive()
	m.tell("%s; u takes it back%s", what, left)
}

// settleAs takes one coder's reading for the consensus.
func (m *model) settleAs(n int) {
	d := m.walk.list[m.walk.at]
	if n < 1 || n > len(d.Readings) {
		m.tell("there are readings 1 to %d", len(d.Readings))
		return
	}
	r := d.Readings[n-1]
	if len(r.Codings) == 0 {
		m.settle(d, nil, "no code, as "+r.Coder+" reads it")
		return
	}
	var changes []analysis.CodingChange
	for _, c := range r.Codings {
		span := c.Span
		changes = append(changes, analysis.CodingChange{Transcript: m.t.ID, Code: c.Today.ID, Span: &span})
	}
	m.settle(d, changes, r.Coder+"'s reading")
}

// askSettle settles on codes that are chosen, on the passage that is selected.
func (m *model) askSettle() {
	d := m.walk.list[m.walk.at]
	m.findCodes("settle on:", true, func(m *model, codes []string) tea.Cmd {
		var changes []analysis.CodingChange
		for _, code := range codes {
			span := m.selection.Span
			changes = append(changes, analysis.CodingChange{Transcript: m.t.ID, Code: code, Span: &span})
		}
		m.settle(d, changes, strings.Join(codes, ", "))
		return nil
	})
}

// settle writes what was settled to the coder consensus. Codes that a coder put on and the team did not keep stand there
// as rejected, so that the passage is known to be settled. What all agree on is taken over as well, since consensus is what
// counts in a transcript that it has a file for.
func (m *model) settle(d analysis.Disagreement, changes []analysis.CodingChange, what string) {
	kept := map[string]bool{}
	for _, c := range changes {
		kept[c.Code] = true
	}
	for _, c := range d.Codings {
		if !kept[c.Today.ID] {
			kept[c.Today.ID] = true
			span, rejected := c.Span, analysis.Rejected
			changes = append(changes, analysis.CodingChange{Transcript: m.t.ID, Code: c.Today.ID, Span: &span, Status: &rejected})
		}
	}
	what = "settled: " + what
	agreed := m.agreed()
	for _, c := range agreed {
		span := c.Span
		changes = append(changes, analysis.CodingChange{Transcript: m.t.ID, Code: c.Today.ID, Span: &span})
	}
	if _, ok := m.edit(analysis.Edit{By: analysis.Consensus, What: what, Changes: changes}); !ok {
		return
	}
	also := ""
	if n := len(agreed); n > 0 {
		also = fmt.Sprintf("; with %s that all agree on", analysis.Plural(n, "coding", "codings"))
	}
	left := ""
	if m.walk == nil {
		left = "; it was the last one"
	}
	m.arrive()
	m.tell("%s%s; u takes it back%s", what, also, left)
}

// agreed returns, for each passage on which all coders put the same codes and consensus has not, one coding a code: the
// longest, of the first coder if several are.
func (m *model) agreed() []*analysis.Placed {
	differs := m.s.Disagreements(m.t.ID, m.s.CodersOf(m.t.ID), m.codings)
	var out []*analysis.Placed
	for _, p := range m.codings {
		if !p.Counts() || p.Coder == analysis.Consensus || slices.ContainsFunc(differs, func(d analysis.Disagreement) bool { return d.Span.Overlaps(p.Span) }) ||
			slices.ContainsFunc(m.codings, func(c *analysis.Placed) bool {
				return c.Coder == analysis.Consensus && c.Today == p.Today && c.Span.Overlaps(p.Span)
			}) {
			continue
		}
		i := slices.IndexFunc(out, func(have *analysis.Placed) bool { return have.Today == p.Today && have.Span.Overlaps(p.Span) })
		switch {
		case i < 0:
			out = append(out, p)
		case p.Span.Len() > out[i].Span.Len():
			out[i] = p
		}
	}
	return out
}

// walkPanel shows what the walk has come to.
func (m *model) walkPanel(cells, rows int) []string {
	n := len(m.undecided())
	if n == 0 {
		return nil
	}
	at := fmt.Sprintf("%d of %d", m.walk.at+1, n)
	if !m.walk.settling {
		c := m.unread[m.walk.at]
		head := m.codingLine("? ", mark{c, candidate, m.palette.of(c.Today)}, cells-len(at)-2) + "  " + dim.Styled(at)
		lines := []string{head}
		for _, s := range m.meaning(c.Today, cells-2) {
			lines = append(lines, "  "+s)
		}
		return lines[:min(len(lines), rows)]
	}
	d := m.walk.list[m.walk.at]
	var lines, meanings []string
	var known []*codebook.Code
	for i, r := range d.Readings {
		line := fmt.Sprintf("%d %s  ", i+1, fit(diag.Plain(r.Coder), 12, m.method)) + m.codeNames(r.Codes)
		if i == 0 {
			line = clip(line, cells-len(at)-2, m.method)
			line += strings.Repeat(" ", max(1, cells-m.method.StringWidth(line)-len(at))) + dim.Styled(at)
		}
		lines = append(lines, line)
		for _, c := range r.Codings {
			if c.Memo != "" {
				for _, s := range m.paragraph(c.Today.ID+": "+c.Memo, cells-4) {
					lines = append(lines, "    "+s)
				}
			}
		}
		for _, c := range r.Codes {
			if !slices.Contains(known, c) && c.Definition != "" {
				known = append(known, c)
				for _, s := range m.paragraph(c.ID+": "+c.Definition, cells) {
					meanings = append(meanings, dim.Styled(s))
				}
			}
		}
	}
	lines = append(lines, meanings...)
	return lines[:min(len(lines), rows)]
}

// codeNames lists codes in their colours.
func (m *model) codeNames(codes []*codebook.Code) string {
	if len(codes) == 0 {
		return dim.Styled("–")
	}
	var parts []string
	for _, c := range codes {
		parts = append(parts, m.palette.of(c).Styled(diag.Plain(c.ID)))
	}
	return strings.Join(parts, ", ")
}
