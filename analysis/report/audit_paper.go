package report

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// HTML returns the audit as one page that needs nothing but itself.
func (a *Audit) HTML() []byte { return a.paper().html() }

// Markdown returns the audit as CommonMark.
func (a *Audit) Markdown() []byte { return a.paper().markdown() }

// DOCX returns the audit as a document for word processors. A nil look is tema's own.
func (a *Audit) DOCX(look *Look) []byte { return a.paper().docx(look) }

// JSON returns the audit as one document, for programs.
func (a *Audit) JSON() []byte {
	noNulls(reflect.ValueOf(a).Elem())
	return indented(a)
}

// FreeText says whether the audit prints what researchers wrote, which may name people.
func (a *Audit) FreeText() bool {
	wrote := func(e AuditEvent) bool { return e.Why != "" && e.Event != "undo" }
	return len(a.Texts) > 0 || slices.ContainsFunc(slices.Concat(a.Notes, a.Decisions), wrote) ||
		slices.ContainsFunc(a.Course, func(m AuditMove) bool { return m.Why != "" }) ||
		slices.ContainsFunc(a.Reviews, func(r AuditReview) bool { return r.Why != "" }) ||
		slices.ContainsFunc(a.Steps, func(s AuditStep) bool { return s.Subject != "" })
}

// paper sets the audit as a document.
func (a *Audit) paper() *paper {
	r := &Report{Version: a.Version, Language: a.Language, Title: a.Title, Question: a.Question, Approach: a.Approach, Origin: a.Origin, Sample: a.Sample}
	w := wordsFor(a.Language)
	v := &w.Audit
	p := newPaper(r, v.Kind)
	p.text(v.Lead)
	p.text(w.Sample(r)[0])
	if !a.Named {
		p.note(v.Hidden)
	}
	if !a.Dated {
		p.note(v.NoDates)
	}
	if a.FreeText() {
		p.note(v.FreeText)
	}

	p.heading(2, "sources", v.Sources)
	if a.Events > 0 {
		p.text(fmt.Sprintf(v.FromJournal, w.some(v.Events, a.Events)))
	} else {
		p.text(v.NoJournal)
	}
	if a.Commits > 0 {
		p.text(fmt.Sprintf(v.FromGit, w.some(v.Commits, a.Commits)))
	} else if a.Events > 0 {
		p.text(v.NoGitButJournal)
	} else {
		p.text(v.NoGit)
	}
	if a.Shallow {
		p.text(v.Shallow)
	}
	if a.Commits > 0 && a.Uncommitted {
		p.text(v.Uncommitted)
	}
	if a.Undated > 0 {
		p.text(fmt.Sprintf(v.Undated, upper(w.some(w.Codings, a.Undated))))
	}
	p.text(v.Unknown)

	a.codings(p)
	a.way(p)
	a.book(p)
	a.themes(p)

	if len(a.Mended) > 0 {
		p.heading(2, "mended", v.Mended)
		p.note(v.MendedNote)
		p.list(a.events(w, a.Mended)...)
	}
	p.heading(2, "memos", v.Memos)
	if len(a.Memos) == 0 {
		p.text(v.NoMemos)
		return p
	}
	table := block{Head: []string{v.MemoKind, v.MemoAbout, v.MemoCount}, Shares: []int{3, 5, 2}, Numbers: 1}
	for _, m := range a.Memos {
		var about []string
		for _, x := range m.About {
			about = append(about, w.Number(x.Refs)+" "+v.things(x.Kind, x.Refs, 2))
		}
		table.Rows = append(table.Rows, []string{cmp.Or(v.MemoKinds[m.Kind], v.NoKind), list(about, w.And), w.Number(m.Memos)})
	}
	p.add(table)
	if len(a.Texts) == 0 {
		p.note(v.MemosNote)
	}
	for _, m := range a.Texts {
		head := []string{upper(cmp.Or(v.MemoKinds[m.Kind], v.NoKind))}
		if len(m.About) > 0 {
			head[0] += ", " + fmt.Sprintf(v.On, v.refs(w, m.About))
		}
		p.heading(3, "", strings.Join(append(head, known(m.At, m.By)...), " · "))
		p.Blocks = append(p.Blocks, typed(m.Text)...)
	}
	return p
}

// known is when something was done and by whom, what of it is known.
func known(at, by string) []string {
	return slices.DeleteFunc([]string{at, by}, func(s string) bool { return s == "" })
}

// codings tells who coded what, and how the codings came about.
func (a *Audit) codings(p *paper) {
	w, v := p.W, &p.W.Audit
	p.heading(2, "coders", v.Codings)
	if len(a.Coders) == 0 {
		p.text(w.Nothing)
		return
	}
	table := block{Head: []string{v.CoderHead, v.TranscriptsHead, upper(w.Codings[1]), v.RejectedHead}, Shares: []int{4, 2, 2, 2}, Numbers: 3}
	if a.Dated {
		table.Head = append(table.Head, v.FromHead, v.ToHead)
		table.Shares, table.Numbers = []int{3, 2, 2, 2, 2, 2}, 5
	}
	var order []string
	for _, c := range a.Coders {
		row := []string{c.Name, w.Number(len(c.Transcripts) + len(c.Nothing)), w.Number(c.Codings), w.Number(c.Rejected)}
		if a.Dated {
			row = append(row, c.From, c.To)
		}
		table.Rows = append(table.Rows, row)
		if len(c.Transcripts) > 1 {
			order = append(order, fmt.Sprintf(v.InOrder, a.first(c.Name), strings.Join(c.Transcripts, ", ")))
		}
		if len(c.Nothing) > 0 {
			order = append(order, fmt.Sprintf(v.NothingPut, a.first(c.Name), strings.Join(c.Nothing, ", ")))
		}
		if c.Missing > 0 {
			order = append(order, fmt.Sprintf(v.NotPlaced, upper(w.some(w.Codings, c.Missing)), c.Name))
		}
	}
	p.add(table)
	p.list(order...)
	switch {
	case len(a.Several) > 0:
		var several []string // by who coded them, in the order of the first
		of := map[string][]string{}
		for _, t := range a.Several {
			who := list(t.Coders, w.And)
			if of[who] == nil {
				several = append(several, who)
			}
			of[who] = append(of[who], t.Transcript)
		}
		for i, who := range several {
			several[i] = list(of[who], w.And) + " (" + who + ")"
		}
		p.text(fmt.Sprintf(v.Several[min(len(a.Several), 2)-1], w.some(w.Transcripts, len(a.Several)), strings.Join(several, "; ")))
	default:
		p.text(v.OneEach)
	}
	switch {
	case len(a.Settled) > 0:
		p.text(fmt.Sprintf(v.Settled, strings.Join(a.Settled, ", ")))
	case len(a.Chosen) > 0:
		p.text(fmt.Sprintf(v.ChosenCount, list(a.Chosen, w.And)))
	case len(a.Coders) > 1:
		p.text(v.Everybody)
	}
	if a.Approach == "reflexive" && len(a.Several) > 0 {
		p.text(v.Readings)
	}
	p.text(w.Origin(p.report)...)
}

// way tells how the researchers went through the phases, and what they noted.
func (a *Audit) way(p *paper) {
	w, v := p.W, &p.W.Audit
	p.heading(2, "phases", v.Course)
	if len(a.Course) == 0 {
		p.text(v.NoCourse)
	}
	phase := func(n int) string { return fmt.Sprintf("%d (%s)", n, v.Phases[min(max(n, 1), 6)-1]) }
	var moves []string
	for _, m := range a.Course {
		did := fmt.Sprintf(v.GoesTo, phase(m.To))
		switch {
		case m.Back:
			did = fmt.Sprintf(v.Returns, phase(m.From), phase(m.To))
		case m.From > 0 && m.From != m.To:
			did = fmt.Sprintf(v.GoesFrom, phase(m.From), phase(m.To))
		}
		if len(m.About) > 0 {
			did += ", " + fmt.Sprintf(v.On, v.refs(w, m.About))
		}
		moves = append(moves, a.told(w, m.At, m.By, did, m.Why))
	}
	p.list(moves...)
	if len(a.Notes) > 0 {
		p.heading(3, "", v.Notes)
		var notes []string
		for _, n := range a.Notes {
			on := ""
			if len(n.About) > 0 {
				on = fmt.Sprintf(v.On, v.refs(w, n.About))
			}
			notes = append(notes, a.told(w, n.At, n.By, on, n.Why))
		}
		p.list(notes...)
	}
}

// book tells how the codebook grew, and what was decided.
func (a *Audit) book(p *paper) {
	w, v := p.W, &p.W.Audit
	if a.Commits > 0 {
		p.heading(2, "codebook", v.Growth)
		p.note(v.GrowthNote)
		for _, s := range a.Steps {
			head := fmt.Sprintf(v.Step, s.Commit, w.some(v.CodesWord, s.Codes), w.some(v.ThemesWord, s.Themes))
			if s.Fault {
				head = fmt.Sprintf(v.Unread, s.Commit)
			}
			if who := known(s.At, s.By); len(who) > 0 {
				head = strings.Join(who, ", ") + ". " + head
			}
			if s.Subject != "" {
				head += ". " + w.Open + s.Subject + w.Close
			}
			p.text(head)
			var changes []string
			for _, c := range s.Changes {
				var items []string
				for _, x := range c.Items {
					item := cmp.Or(x.ID, v.TopLevel)
					switch {
					case c.Kind == "renamed":
						item = strings.Join(x.From, ", ") + " → " + x.ID
					case len(x.To) > 0:
						item += " → " + strings.Join(x.To, ", ")
					case c.Kind == "moved":
						item += " → " + v.TopLevel
					}
					items = append(items, item)
				}
				of := v.CodesWord[1]
				if c.Of == "theme" {
					of = v.ThemesWord[1]
				}
				changes = append(changes, upper(fmt.Sprintf(cmp.Or(v.Changes[c.Kind], "%s: %s"), of, strings.Join(items, ", "))))
			}
			p.list(changes...)
		}
		if a.Quiet > 0 {
			p.note(fmt.Sprintf(v.Quiet, w.some(v.Commits, a.Quiet)))
		}
	}
	p.heading(2, "decisions", v.Decisions)
	if len(a.Decisions) == 0 {
		p.text(v.NoDecisions)
		return
	}
	p.note(v.DecisionsNote)
	p.list(a.events(w, a.Decisions)...)
}

// themes tells which themes were dropped, and when themes were held against the data.
func (a *Audit) themes(p *paper) {
	w, v := p.W, &p.W.Audit
	p.heading(2, "dropped", v.Dropped)
	var dropped []string
	for _, d := range a.Dropped {
		text := w.Open + d.Name + w.Close
		if len(d.Into) > 0 {
			var into []string
			for _, th := range d.Into {
				into = append(into, w.Open+th.Name+w.Close)
			}
			text += "; " + w.WentTo + " " + list(into, w.And)
		}
		switch {
		case d.Why != "":
			text += ". " + a.told(w, d.At, d.By, "", d.Why)
		default:
			text += "; " + v.NotTold
		}
		dropped = append(dropped, text)
	}
	if p.list(dropped...); len(dropped) == 0 {
		p.text(v.NoDropped)
	}
	p.heading(2, "reviews", v.Reviews)
	var reviews []string
	for _, r := range a.Reviews {
		var names []string
		for _, th := range r.Themes {
			names = append(names, w.Open+th.Name+w.Close)
		}
		did := fmt.Sprintf(v.Levels[1], list(names, w.And))
		if r.Level == 1 {
			whose := v.Passages[0]
			if len(names) > 1 {
				whose = v.Passages[1]
			}
			did = fmt.Sprintf(v.Levels[0], list(names, w.And), whose)
		}
		text := a.told(w, r.At, r.By, did, r.Why)
		if r.Changed {
			text += " " + v.Changed
		}
		reviews = append(reviews, text)
	}
	if p.list(reviews...); len(reviews) == 0 {
		p.text(v.NoReviews)
	}
}

// events tells lines of the journal.
func (a *Audit) events(w *words, list []AuditEvent) []string {
	v := &w.Audit
	var out []string
	for _, e := range list {
		about, more := e.About, ""
		add := func(format string, refs []string) { more += " " + fmt.Sprintf(format, v.refs(w, refs, about...)) }
		switch e.Event {
		case "undo":
			out = append(out, a.told(w, e.At, e.By, fmt.Sprintf(v.Happened["undo"], e.Why), ""))
			continue
		case "rename":
			about = e.From
			add(v.To, e.To)
		case "merge", "split":
			if len(e.From) > 0 {
				about = e.From
			}
			add(v.Into, e.To)
		case "drop":
			if len(e.To) > 0 {
				more = ";"
				add(w.WentTo+" %s", e.To)
			}
		case "move":
			if len(e.To) > 0 {
				add(v.Under, e.To)
			} else {
				more = " " + v.TopLevel
			}
		case "add":
			if len(e.To) > 0 {
				add(v.Under, e.To)
			}
		default:
			if len(about) == 0 {
				about = e.From
			}
			if len(e.From) > 0 && len(e.About) > 0 {
				add(v.FromCode, e.From)
			}
			if len(e.To) > 0 {
				add(v.Into, e.To)
			}
		}
		did := fmt.Sprintf(cmp.Or(v.Happened[e.Event], strings.ReplaceAll(e.Event, "%", "%%")+" %s"), v.refs(w, about)) + more
		out = append(out, a.told(w, e.At, e.By, strings.TrimSpace(did), e.Why))
	}
	return out
}

// told is something that somebody did, and why.
func (a *Audit) told(w *words, at, by, did, why string) string {
	out := a.first(strings.Join(known(at, by), ", "))
	if did != "" {
		out += " " + did
	}
	if why == "" {
		return out + "."
	}
	return out + ": " + w.Open + strings.Join(strings.Fields(why), " ") + w.Close
}

// first is how a sentence begins with somebody. An id stays as it is.
func (a *Audit) first(who string) string {
	if a.Named {
		return who
	}
	return upper(who)
}

// refs names what typed references name. What kind of thing the first is, is not said again where before says it.
func (v *auditWords) refs(w *words, refs []string, before ...string) string {
	var out []string
	last := ""
	if len(before) > 0 {
		last, _, _ = strings.Cut(before[len(before)-1], ":")
	}
	for i, ref := range refs {
		kind, id, _ := strings.Cut(ref, ":")
		if kind == last {
			out = append(out, id)
			continue
		}
		many := i+1 < len(refs) && strings.HasPrefix(refs[i+1], kind+":")
		n := 1
		if many {
			n = 2
		}
		out = append(out, v.things(kind, n, 0)+" "+id)
		last = kind
	}
	return list(out, w.And)
}

// things is the word for n things of a kind; forms is where those that are meant begin in Refs.
func (v *auditWords) things(kind string, n, forms int) string {
	word, known := v.Refs[kind]
	switch {
	case !known:
		return kind
	case n == 1:
		return word[forms]
	}
	return word[forms+1]
}
