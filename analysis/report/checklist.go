package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
)

// A Checklist is a published checklist, or open questions, with what the study's files hold and what its memos answer.
// Its words are in the report's language, and ours: none is a sentence of a guideline.
type Checklist struct {
	Schema   int             `json:"schema"`
	Version  string          `json:"version,omitempty"` // of the program
	Language string          `json:"language,omitempty"`
	Title    string          `json:"title"`
	Approach string          `json:"approach"`
	Name     string          `json:"name"`  // coreq, srqr or rtarg
	About    []string        `json:"about"` // what the list is, where the original stands, what its critics say
	Parts    []ChecklistPart `json:"parts"`
}

// A ChecklistPart is items that belong together.
type ChecklistPart struct {
	Title string          `json:"title"`
	Items []ChecklistItem `json:"items"`
}

// A ChecklistItem is one thing that is asked.
type ChecklistItem struct {
	Ref     string            `json:"ref"`    // what memos are about: checklist:coreq/22
	Number  string            `json:"number"` // of the original; "" for an open question
	Title   string            `json:"title"`
	Asks    string            `json:"asks"`
	Note    string            `json:"note,omitempty"`
	Study   []string          `json:"study"`   // what its files hold
	Answers []ChecklistAnswer `json:"answers"` // memos, oldest first
}

// A ChecklistAnswer is the text of a memo.
type ChecklistAnswer struct {
	Text          string `json:"text"` // Markdown
	NotApplicable bool   `json:"not_applicable"`
}

// ChecklistItems names the items of all checklists, in the words of a language.
func ChecklistItems(language string) []analysis.NamedRef {
	w := wordsFor(language)
	var out []analysis.NamedRef
	for _, c := range analysis.Checklists {
		for _, item := range c.Items {
			id := c.Name + "/" + item
			out = append(out, analysis.NamedRef{Ref: "checklist:" + id, Name: w.Checklist.Items[id][0]})
		}
	}
	return out
}

// BuildChecklist answers the checklist of that name, as far as the study's files and memos do. Version is the program's.
func BuildChecklist(ctx context.Context, s *analysis.Study, name, version string) (*Checklist, error) {
	i := slices.IndexFunc(analysis.Checklists, func(c analysis.Checklist) bool { return c.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no checklist %s", name)
	}
	facts, err := studyFacts(ctx, s, version)
	if err != nil {
		return nil, err
	}
	r := &Report{Language: s.ReportLanguage(), Approach: s.Config.Approach}
	w := wordsFor(r.Language)
	v := &w.Checklist
	c := &Checklist{Schema: 1, Version: version, Language: r.Language, Title: s.Config.Title, Approach: r.Approach, Name: name, About: slices.Clone(v.Leads[name])}
	reflexive := r.Approach == analysis.Reflexive
	switch {
	case name == "coreq" && reflexive:
		c.About = append(c.About, v.Critique)
	case name == "rtarg" && !reflexive:
		c.About = append(c.About, fmt.Sprintf(v.Other, w.Approach(r)))
	}
	items := analysis.Checklists[i].Items
	for p, size := range partSizes[name] {
		part := ChecklistPart{Title: v.Parts[name][p]}
		for _, item := range items[:size] {
			id := name + "/" + item
			x := ChecklistItem{Ref: "checklist:" + id, Title: v.Items[id][0], Asks: v.Items[id][1], Study: listed(facts[id]), Answers: []ChecklistAnswer{}}
			if name != "rtarg" {
				x.Number = item
			}
			for _, m := range s.Answers(name, item) {
				x.Answers = append(x.Answers, ChecklistAnswer{strings.TrimSpace(m.Text), notApplicable(m.Text)})
			}
			if x.Note = v.Notes[id]; !reflexive {
				x.Note = ""
			} else if x.Note != "" && len(x.Answers) == 0 {
				x.Note += " " + v.MayNotApply
			}
			part.Items = append(part.Items, x)
		}
		items = items[size:]
		c.Parts = append(c.Parts, part)
	}
	return c, ctx.Err()
}

// notApplicable says whether a memo begins by saying so, in any of the languages.
func notApplicable(text string) bool {
	text = diag.Fold(strings.TrimLeft(text, " \t\n*_"))
	return slices.ContainsFunc(slices.Concat(english.Checklist.NotApplicableWords, norwegian.Checklist.NotApplicableWords), func(begins string) bool {
		return strings.HasPrefix(text, begins)
	})
}

// studyFacts returns what the study's files answer, by checklist/item: sentences in the report's language. They hold no coder's
// name, and dates only where the study shows them.
func studyFacts(ctx context.Context, s *analysis.Study, version string) (map[string][]string, error) {
	r, err := Build(ctx, s, Options{MaxExcerpts: -1, Version: version})
	if err != nil {
		return nil, err
	}
	transcripts, err := s.Transcripts(ctx, nil)
	if err != nil {
		return nil, err
	}
	w := wordsFor(r.Language)
	v := &w.Checklist.Facts
	out := map[string][]string{}
	say := func(text string, items ...string) {
		for _, id := range items {
			if text != "" && !slices.Contains(out[id], text) {
				out[id] = append(out[id], text)
			}
		}
	}
	sayf := func(items []string, format string, args ...any) { say(fmt.Sprintf(format, args...), items...) }
	to := func(items ...string) []string { return items }

	if s.Config.Title != "" {
		sayf(to("srqr/S1"), v.Title, s.Config.Title)
	}
	if s.Config.Question != "" {
		sayf(to("srqr/S4", "rtarg/question"), v.Question, s.Config.Question)
	}
	sayf(to("coreq/9", "srqr/S5", "coreq/26", "rtarg/orientation"), v.Approach, w.Approach(r))
	sayf(to("coreq/27", "srqr/S11"), v.Software, version)

	// Who and what was heard.
	if r.Sample.Transcripts > 0 {
		say(w.Sample(r)[0], "coreq/12", "srqr/S12", "rtarg/size", "rtarg/participants")
		in := map[string]int{}
		for _, t := range r.Transcripts {
			for _, p := range t.Participants {
				in[p]++
			}
		}
		again := 0
		for _, n := range in {
			if n > 1 {
				again++
			}
		}
		switch {
		case again > 0:
			sayf(to("coreq/18"), v.Repeats, upper(w.some(w.Participants, again)))
		case len(in) > 0:
			say(v.NoRepeats, "coreq/18")
		}
	}
	var attributes []string
	for _, g := range r.Grouped {
		attributes = append(attributes, g.Attribute)
	}
	if len(attributes) > 0 {
		sayf(to("coreq/16", "srqr/S12", "rtarg/participants"), v.Attributes, list(attributes, w.And))
	}
	if len(r.Columns) > 0 {
		sayf(to("coreq/14", "srqr/S7", "rtarg/setting"), v.Columns, list(r.Columns, w.And))
	}
	var first, last string // dates of the transcripts
	var shortest, longest time.Duration
	timed := 0
	var formats []string
	inferred, dropped := 0, 0
	for _, t := range transcripts {
		if day := t.Meta.Date; day != "" {
			first, last = min(cmp.Or(first, day), day), max(last, day)
		}
		if n := len(t.Turns); n > 0 && t.Turns[n-1].HasTime {
			at := t.Turns[n-1].Time
			if timed == 0 || at < shortest {
				shortest = at
			}
			longest = max(longest, at)
			timed++
		}
		if src := t.Meta.Source; src != nil {
			if src.Format != "" && !slices.Contains(formats, src.Format) {
				formats = append(formats, src.Format)
			}
			if src.Labels == "inferred" {
				inferred++
			}
			if len(src.Dropped) > 0 {
				dropped++
			}
		}
	}
	if timed > 0 {
		sayf(to("coreq/21"), v.Times, w.Number(timed), w.some(w.Transcripts, len(transcripts)), duration(shortest), duration(longest))
	}
	if r.ShowDates && first != "" {
		sayf(to("coreq/16", "srqr/S10", "rtarg/setting"), v.Dates, first, last)
	}
	if slices.Sort(formats); len(formats) > 0 {
		sayf(to("srqr/S13"), v.Formats, list(formats, w.And))
	}
	if inferred > 0 {
		sayf(to("srqr/S13"), v.Labels, w.some(w.Transcripts, inferred))
	}
	if dropped > 0 {
		sayf(to("srqr/S13"), v.Dropped, w.some(w.Transcripts, dropped))
	}

	// How it was coded, and what became of codes and themes.
	if r.Origin.Counted > 0 {
		sayf(to("coreq/24", "rtarg/coding"), v.Coders, w.some(w.Coders, r.Origin.Coders))
		for _, sentence := range w.Origin(r) {
			say(sentence, "srqr/S14")
		}
	}
	_, settled := s.Counting()
	if len(settled) > 0 {
		sayf(to("coreq/24", "srqr/S15"), v.Settled, w.some(w.Transcripts, len(settled)))
	}
	codes, levels, withRules := 0, 0, 0
	for _, e := range r.Codebook {
		if !e.Retired {
			codes++
			levels = max(levels, e.Depth+1)
			if len(e.Rules) > 0 {
				withRules++
			}
		}
	}
	var themes []string
	below, tensions := 0, 0
	attributed := true
	var walk func([]Section, int)
	walk = func(list []Section, depth int) {
		for _, sec := range list {
			if depth == 0 {
				themes = append(themes, sec.Name)
			} else {
				below++
			}
			tensions += len(sec.Tensions)
			for _, x := range slices.Concat(sec.Chosen, sec.Tensions) {
				attributed = attributed && w.By(x) != ""
			}
			walk(sec.Sections, depth+1)
		}
	}
	if !r.ByCode {
		walk(r.Sections, 0)
	}
	if codes > 0 {
		sayf(to("coreq/25"), v.Tree, w.some(v.CodesWord, codes), w.some(v.LevelsWord, levels), w.some(v.ThemesWord, len(themes)+below))
		say(v.Audit, "coreq/26", "srqr/S14", "srqr/S15", "rtarg/process", "rtarg/themes")
	}
	if withRules > 0 {
		sayf(to("coreq/26"), v.Rules, w.Number(withRules))
	}
	if len(themes) > 0 {
		sayf(to("coreq/31", "srqr/S16", "rtarg/names"), v.Themes, upper(w.some(v.ThemesWord, len(themes))), strings.Join(themes, "; "))
	}
	if below > 0 {
		sayf(to("coreq/32"), v.SubThemes, upper(w.some(v.SubThemesWord, below)))
	}
	if tensions > 0 {
		sayf(to("coreq/32", "rtarg/contradictions"), v.Tensions, upper(w.some(v.TensionsWord, tensions)))
	}
	if len(r.Loose) > 0 {
		sayf(to("coreq/32"), v.Loose, upper(w.some(v.CodesWord, len(r.Loose))))
	}
	if r.Quotations.Chosen > 0 {
		say(w.chosen(r.Quotations), "coreq/29", "srqr/S17", "rtarg/extracts")
		if attributed {
			say(v.Attributed, "coreq/29", "srqr/S17", "rtarg/extracts")
		}
	}
	if s.Config.Approach != analysis.Reflexive && r.Origin.Counted > 0 {
		say(v.Saturation, "coreq/22", "srqr/S8")
	}

	// What journal and memos tell.
	moves, back, mended := 0, 0, 0
	for _, m := range s.Course() {
		if m.To > 0 {
			moves++
		}
		if m.Back() {
			back++
		}
	}
	for _, e := range s.Journal() {
		if e.Event == "mend" && len(e.About) > 0 {
			mended++
		}
	}
	if moves > 0 {
		sayf(to("srqr/S14", "rtarg/process"), v.Phases, w.Number(moves), w.Number(back))
	}
	if mended > 0 {
		sayf(to("srqr/S13"), v.Mended, w.some(v.TimesWord, mended))
	}
	if n := len(s.ReviewEvents()); n > 0 {
		sayf(to("srqr/S15", "coreq/30"), v.Reviews, w.Number(n))
	}
	reflexive := 0
	for _, m := range s.Memos() {
		if m.Kind == "reflexive" && !slices.ContainsFunc(m.About, func(ref string) bool { return strings.HasPrefix(ref, "checklist:") }) {
			reflexive++
		}
	}
	if reflexive > 0 {
		sayf(to("coreq/8", "srqr/S6", "rtarg/positioning"), v.Memos, w.some(v.MemosWord, reflexive))
	}
	return out, nil
}

// duration writes a time as transcripts do.
func duration(d time.Duration) string {
	s := int(d / time.Second)
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// FreeText says whether the checklist prints memos, which may name people.
func (c *Checklist) FreeText() bool {
	return slices.ContainsFunc(c.Parts, func(p ChecklistPart) bool {
		return slices.ContainsFunc(p.Items, func(x ChecklistItem) bool { return len(x.Answers) > 0 })
	})
}

// paper sets the checklist as a document.
func (c *Checklist) paper() *paper {
	r := &Report{Version: c.Version, Language: c.Language, Title: c.Title, Approach: c.Approach}
	w := wordsFor(c.Language)
	p := newPaper(r, w.Checklist.Kinds[c.Name])
	p.text(c.About...)
	above := map[string]string{} // memos that stand above: the item
	for i, part := range c.Parts {
		p.heading(2, fmt.Sprintf("part-%d", i+1), part.Title)
		for _, x := range part.Items {
			_, id, _ := strings.Cut(x.Ref, "/")
			item := &paperItem{Number: x.Number, Title: x.Title, Asks: x.Asks, Note: x.Note, Anchor: "item-" + id, Facts: x.Study}
			for _, a := range x.Answers {
				label := ""
				if a.NotApplicable {
					label = w.Checklist.NotApplicable
					item.Facts = nil // what does not apply needs no figures beside it
				}
				text := typed(a.Text)
				if at := above[a.Text]; at != "" {
					text = []block{{Text: fmt.Sprintf(w.Checklist.Again, at)}}
				} else {
					above[a.Text] = strings.TrimSpace(x.Number + " " + w.Open + x.Title + w.Close)
				}
				item.Answers = append(item.Answers, paperAnswer{label, text})
			}
			if len(x.Answers) == 0 {
				item.Command = "tema memo add --about " + x.Ref
				switch item.Invites = w.Checklist.Invites; {
				case c.Name == "rtarg":
					item.Invites = w.Checklist.Room
				case len(x.Study) > 0:
					item.Invites = w.Checklist.More
				}
			}
			p.add(block{Item: item})
		}
	}
	return p
}

// HTML returns the checklist as one page that needs nothing but itself.
func (c *Checklist) HTML() []byte { return c.paper().html() }

// Markdown returns the checklist as CommonMark.
func (c *Checklist) Markdown() []byte { return c.paper().markdown() }

// DOCX returns the checklist as a document for word processors: a table, as journals want it. A nil look is tema's own.
func (c *Checklist) DOCX(look *Look) []byte { return c.paper().docx(look) }

// JSON returns the checklist as one document.
func (c *Checklist) JSON() []byte { return indented(c) }
