package report

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// Options say how a report is built.
type Options struct {
	MaxExcerpts int                   // passages a section shows besides those that its authors chose; 0 means 12, less than 0 none
	Context     int                   // turns around each excerpt, before and after its own; 0 means 1, less than 0 not even its own
	Version     string                // of the program, printed at the end; "" prints none
	Progress    func(done, total int) // if not nil, hears of the quotations of each file of writing/
	AllIn       string                // name of the file that lists all passages, written beside the report; "" for none
	// Translations is what is printed of an excerpt with a translation, as report.translations; "" leaves it to the study.
	Translations string

	WithTranscripts bool // the page prints every transcript whole
}

// few is how many unread proposals a section shows beside passages that people coded: enough to see what they are.
const few = 3

// Build collects what a report on s prints. Faults that a report can be written without are listed in it.
func Build(ctx context.Context, s *analysis.Study, o Options) (*Report, error) {
	e, err := s.Evidence(ctx)
	if err != nil {
		return nil, err
	}
	transcripts, err := s.Transcripts(ctx, nil)
	if err != nil {
		return nil, err
	}
	b := &builder{s: s, e: e, max: max(0, cmp.Or(o.MaxExcerpts, 12)), allIn: o.AllIn, turns: cmp.Or(o.Context, 1), taken: map[string]int{}, who: s.Disclosure()}
	show := func(word string) bool {
		return slices.ContainsFunc(s.Config.Report.Show, func(have string) bool { return diag.Fold(have) == word })
	}
	b.showCoders = show("coders")
	b.coders = s.Coders()
	b.translations, b.noIDs, b.signs = cmp.Or(o.Translations, s.Config.Report.Translations), !s.Config.Report.NamesIDs(), newSigns(s.Config.Report.Signs)
	r := &Report{Schema: 1, Version: o.Version, Language: s.ReportLanguage(), Title: s.Config.Title, Question: s.Config.Question,
		Approach: s.Config.Approach, BookVersion: s.Book.Version, SmallCells: s.Config.Report.SmallCells,
		InTranslation: b.translations == analysis.PrintTranslation, ShowDates: show("dates"), ShowSources: show("sources"),
		Sample: Sample{e.Sample.Transcripts, e.Sample.Participants, e.Sample.Turns, e.Sample.Words, e.Sample.ParticipantWords}}
	b.r = r

	written, err := ReadWriting(ctx, s, o.Progress)
	if err != nil {
		return nil, err
	}
	b.replaced = replacements(e, written)
	b.place(written)
	themes := standing(s.Book.Themes)
	r.Levels = levels(themes, s.Config.Approach == analysis.ContentAnalysis)
	r.Overview = b.overview(themes)
	for _, th := range themes {
		r.Sections = append(r.Sections, b.theme(th, 1))
	}
	for _, th := range s.Book.AllThemes() {
		if th.Status == analysis.Dropped {
			r.Dropped = append(r.Dropped, Dropped{th.Name, b.themeRefs(th.Into)})
		}
	}
	if len(themes) == 0 {
		r.ByCode = true
		for _, c := range s.Book.Codes {
			if sec, ok := b.code(c, 1); ok {
				r.Sections = append(r.Sections, sec)
			}
		}
	} else {
		for _, c := range s.CodesWithoutTheme() {
			row := b.row(c)
			for up := c.Parent; up != nil; up = up.Parent {
				row.Depth++
			}
			r.Loose = append(r.Loose, row)
		}
	}
	b.participants()
	b.origin()
	b.codebook(transcripts)
	b.transcripts(transcripts)
	b.link()
	r.Written = r.proseCounts()
	r.whole = sync.OnceValue(b.whole)
	r.Signs = b.signs.list()
	if err := b.page(ctx, transcripts, o.WithTranscripts); err != nil {
		return nil, err
	}
	return r, ctx.Err()
}

type builder struct {
	s          *analysis.Study
	e          *analysis.Evidence
	who        *analysis.Disclosure // what may be shown of participants
	r          *Report
	max        int
	allIn      string
	turns      int // around an excerpt
	coders     []string
	showCoders bool
	taken      map[string]int // how often an anchor of an excerpt is asked for
	shown      []shownExcerpt // what the page shows word for word
	writing    map[*codebook.Theme][]*Writing
	prose      map[*codebook.Theme]analysis.Stretches // what that quotes
	chapters   []*Writing
	notes      int // of prose

	translations string // as of analysis.ReportConfig; "" prints both
	originals    int    // excerpts that are printed in translation alone
	noIDs        bool   // no participant's id stands beside an excerpt
	signs        *signs // that stand in the excerpts; nil where nobody asks
	replaced     map[string][]transcript.Replacement
}

// standing returns the themes that were not dropped.
func standing(themes []*codebook.Theme) []*codebook.Theme {
	return slices.DeleteFunc(slices.Clone(themes), func(th *codebook.Theme) bool { return th.Status == analysis.Dropped })
}

// levels names the levels of the theme tree: what papers call them depends on how many there are, and on which of them
// are categories. In other approaches than content analysis all are themes.
func levels(themes []*codebook.Theme, categories bool) []string {
	var out []string
	named := 0 // levels that are themes
	for at := themes; len(at) > 0; {
		n := 0
		var below []*codebook.Theme
		for _, th := range at {
			if categories && th.Kind == "category" {
				n++
			}
			below = append(below, standing(th.Themes)...)
		}
		switch {
		case n == len(at) && slices.Contains(out, "category"):
			out = append(out, "sub-category")
		case n == len(at):
			out = append(out, "category")
		case n > 0:
			out = append(out, "theme-or-category")
		default:
			named++
			out = append(out, "theme")
		}
		at = below
	}
	seen := 0
	for i, kind := range out {
		if kind != "theme" {
			continue
		}
		seen++
		switch {
		case named >= 3 && seen == 1:
			out[i] = "overarching-theme"
		case named >= 3 && seen > 2, named == 2 && seen == 2:
			out[i] = "sub-theme"
		}
	}
	return out
}

// overview is the theme table: a row for each theme's own codes and for each theme without any of its own.
func (b *builder) overview(themes []*codebook.Theme) []Row {
	var walk func(th *codebook.Theme, level int) []Row
	walk = func(th *codebook.Theme, level int) []Row {
		var rows []Row
		below := standing(th.Themes)
		if codes := b.codeRefs(th.Codes); len(codes) > 0 || len(below) == 0 {
			row := Row{Level: level, Codes: codes}
			for column := level + 1; column < len(b.r.Levels); column++ {
				row.Cells = append(row.Cells, Cell{Column: column, Rows: 1})
			}
			rows = append(rows, row)
		}
		for _, sub := range below {
			rows = append(rows, walk(sub, level+1)...)
		}
		for i := range rows {
			cell := Cell{Column: level}
			if i == 0 {
				cell = Cell{Ref: themeRef(th), Column: level, Rows: len(rows)}
			}
			rows[i].Cells = slices.Insert(rows[i].Cells, 0, cell)
		}
		return rows
	}
	var out []Row
	for _, th := range themes {
		out = append(out, walk(th, 0)...)
	}
	return out
}

func themeRef(th *codebook.Theme) Ref { return Ref{ID: th.ID, Name: th.Name, Anchor: "theme-" + th.ID} }

func codeRef(c *codebook.Code) Ref {
	return Ref{ID: c.ID, Name: c.Name, Anchor: "code-" + c.ID, Color: c.Color}
}

// themeRefs names themes that are there; a dropped one has no section and so no anchor.
func (b *builder) themeRefs(ids []string) []Ref {
	var out []Ref
	for _, id := range ids {
		if th := b.s.Book.Theme(id); th != nil {
			ref := themeRef(th)
			if th.Status == analysis.Dropped {
				ref.Anchor = ""
			}
			out = append(out, ref)
		}
	}
	return out
}

// codeRefs names the codes that ids lead to today, each once.
func (b *builder) codeRefs(ids []string) []Ref {
	var out []Ref
	for _, c := range b.codes(ids) {
		out = append(out, codeRef(c))
	}
	return out
}

func (b *builder) codes(ids []string) []*codebook.Code {
	var out []*codebook.Code
	for _, id := range ids {
		if c, _ := b.s.Book.Resolve(id); c != nil && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// theme collects a theme and its sub-themes.
func (b *builder) theme(th *codebook.Theme, level int) Section {
	te := b.e.Theme(th)
	sec := Section{Ref: themeRef(th), Kind: b.r.Levels[level-1], Level: level, Concept: th.Concept, Definition: th.Definition,
		Status: cmp.Or(th.Status, "candidate"), Own: counts(te.Own), Total: counts(te.Total), ByRuleCounts: counts(te.ByRule),
		Spread: b.spread(te.Total, te.ByRule)}
	seen := map[*codebook.Code]bool{}
	var add func(c *codebook.Code, depth int)
	add = func(c *codebook.Code, depth int) {
		if !seen[c] {
			seen[c] = true
			row := b.row(c)
			row.Depth = depth
			if !c.Retired || row.Total > 0 || depth == 0 {
				sec.Codes = append(sec.Codes, row)
			}
		}
		for _, sub := range c.Codes {
			add(sub, depth+1)
		}
	}
	for _, c := range b.codes(th.Codes) {
		add(c, 0)
	}
	sec.Prose = b.themeProse(th)
	for i, q := range te.Excerpts {
		if b.holdsAll(th, q) { // the prose shows it
			b.r.Quotations.add(q.Result)
			b.r.Quotations.hear(Excerpt{Language: b.s.Foreign(q.Transcript)})
			sec.ChosenQuoted++
			continue
		}
		sec.Chosen = append(sec.Chosen, coded(b.quote(th, "excerpt", i, q), te.Total, q))
	}
	for i, q := range te.Tensions {
		sec.Tensions = append(sec.Tensions, coded(b.quote(th, "tension", i, q), te.Total, q))
	}
	for _, rel := range th.Relations {
		if to := b.themeRefs([]string{rel.To}); len(to) == 1 && to[0].Anchor != "" { // a dropped theme is not in the report
			sec.Relations = append(sec.Relations, Relation{sec.Ref, rel.Label, to[0]})
		}
	}
	b.r.Relations = append(b.r.Relations, sec.Relations...)

	// What a verbatim quotation of the theme or of its sub-themes holds, or their prose, is not listed once more.
	quoted := analysis.Stretches{}
	var byRule, proposed [][]analysis.Passage // what sub-themes show, of the tiers that hold theirs too
	for _, sub := range th.WithSubThemes() {
		se := b.e.Theme(sub)
		for id, spans := range b.prose[sub] {
			for _, span := range spans {
				quoted.Add(transcript.Passage{Transcript: id, Span: span})
			}
		}
		for _, list := range [][]analysis.Quote{se.Excerpts, se.Tensions} {
			for _, q := range list {
				if q.Holds() { // else the passage is the only place where the words stand as they were said
					for _, span := range q.Result.Fragments {
						quoted.Add(transcript.Passage{Transcript: q.Transcript.ID, Span: span})
					}
				}
			}
		}
		if sub != th {
			byRule, proposed = append(byRule, se.ByRule.Passages), append(proposed, se.Proposed.Passages)
		}
	}
	sec.Others = b.selection(te.Own.Passages, quoted, nil, b.max)
	sec.ByRule = b.selection(te.ByRule.Passages, quoted, stretches(byRule...), b.max)
	sec.Proposed = b.selection(te.Proposed.Passages, quoted, stretches(proposed...), b.maxProposed(te.Total))
	for _, sub := range standing(th.Themes) {
		sec.Sections = append(sec.Sections, b.theme(sub, level+1))
	}
	return sec
}

// code collects a code and its sub-codes, for a report without themes. A code that nothing was coded with is left to
// the codebook.
func (b *builder) code(c *codebook.Code, level int) (Section, bool) {
	ce := b.e.Code(c)
	if len(ce.Total.Passages)+len(ce.ByRule.Passages)+len(ce.Proposed.Passages) == 0 {
		return Section{}, false
	}
	sec := Section{Ref: codeRef(c), Kind: "code", Level: level, Definition: c.Definition, Own: counts(ce.Own),
		Total: counts(ce.Total), ByRuleCounts: counts(ce.ByRule), Spread: b.spread(ce.Total, ce.ByRule)}
	sec.Anchor = "coded-" + c.ID // the codebook at the end has the code's own
	var byRule, proposed [][]analysis.Passage
	for _, sub := range c.Codes {
		byRule, proposed = append(byRule, b.e.Code(sub).ByRule.Passages), append(proposed, b.e.Code(sub).Proposed.Passages)
	}
	sec.Others = b.selection(ce.Own.Passages, nil, nil, b.max)
	sec.ByRule = b.selection(ce.ByRule.Passages, nil, stretches(byRule...), b.max)
	sec.Proposed = b.selection(ce.Proposed.Passages, nil, stretches(proposed...), b.maxProposed(ce.Total))
	for _, sub := range c.Codes {
		if one, ok := b.code(sub, level+1); ok {
			sec.Sections = append(sec.Sections, one)
		}
	}
	return sec, true
}

// maxProposed is how many proposals to show: a few beside what people coded, more where there is nothing else to read.
func (b *builder) maxProposed(read analysis.Tier) int {
	if len(read.Passages) > 0 {
		return min(few, b.max)
	}
	return b.max
}

func counts(t analysis.Tier) Counts {
	return Counts{t.Codings, t.Counts.Passages, t.Turns, t.Participants, t.Transcripts}
}

func (b *builder) row(c *codebook.Code) CodeRow {
	ce := b.e.Code(c)
	return CodeRow{Ref: codeRef(c), Parent: len(c.Codes) > 0, Own: ce.Own.Codings, Total: ce.Total.Codings,
		Passages: ce.Total.Counts.Passages, Participants: ce.Total.Participants, ByRule: ce.ByRule.Counts.Passages}
}

func (b *builder) spread(persons, byRule analysis.Tier) []Mark {
	var out []Mark
	for _, id := range b.e.Sample.ParticipantIDs {
		m := Mark{Participant: id}
		switch {
		case slices.Contains(persons.ParticipantIDs, id):
			m.By = "person"
		case slices.Contains(byRule.ParticipantIDs, id):
			m.By = "rule"
		}
		out = append(out, m)
	}
	return out
}

// stretches returns the words of passages.
func stretches(lists ...[]analysis.Passage) analysis.Stretches {
	words := analysis.Stretches{}
	for _, list := range lists {
		for _, p := range list {
			words.Add(p.Passage)
		}
	}
	return words
}

// selection takes at most limit passages, in turn from each participant and each participant's in the order of the
// transcripts, so that no voice fills the page. What is quoted above is counted, not shown; what stands elsewhere (in a
// sub-theme) is neither.
func (b *builder) selection(passages []analysis.Passage, quoted, elsewhere analysis.Stretches, limit int) Selection {
	var out Selection
	queues := map[string][]*analysis.Passage{} // by the first participant who speaks; "" where none does
	for i := range passages {
		p := &passages[i]
		switch {
		case elsewhere.Overlap(p.Passage):
		case quoted.Overlap(p.Passage):
			out.Quoted++
		default:
			out.Of++
			who := ""
			if len(p.Participants) > 0 {
				who = p.Participants[0]
			}
			if len(queues[who]) < limit { // a queue is never emptied beyond that
				queues[who] = append(queues[who], p)
			}
		}
	}
	speakers := make([]string, 0, len(queues))
	for who := range queues {
		speakers = append(speakers, who)
	}
	slices.SortFunc(speakers, func(x, y string) int {
		return cmp.Or(cmp.Compare(strconv.FormatBool(x == ""), strconv.FormatBool(y == "")), analysis.Natural(x, y))
	})
	for round := 0; len(out.Shown) < limit; round++ {
		before := len(out.Shown)
		for _, who := range speakers {
			if round < len(queues[who]) && len(out.Shown) < limit {
				out.Shown = append(out.Shown, b.passage(queues[who][round]))
			}
		}
		if len(out.Shown) == before {
			break
		}
	}
	if len(out.Shown) < out.Of {
		out.AllIn = b.allIn
	}
	return out
}

// passage is an excerpt of a passage that was coded or proposed, in its context and with a link.
func (b *builder) passage(p *analysis.Passage) Excerpt {
	t := b.s.Transcript(p.Transcript)
	x := b.excerpt(p, around(t, []transcript.Span{p.Span}, b.turns, b.replaced[t.ID]...))
	for _, sp := range x.Said {
		b.signs.said(sp.Text)
	}
	x.Anchor = b.anchor(p.Transcript, x.Said)
	b.shown = append(b.shown, shownExcerpt{x.Anchor, p.Transcript, []transcript.Span{p.Span}})
	return x
}

// excerpt is a passage that was coded or proposed: complete, however long.
func (b *builder) excerpt(p *analysis.Passage, context []ContextTurn) Excerpt {
	t := b.s.Transcript(p.Transcript)
	x := Excerpt{Transcript: p.Transcript, Turns: p.Turns, Said: said(t, p.Span), Language: b.s.Foreign(t), Context: context}
	for _, c := range p.Codings {
		if ref := codeRef(c.Today); !slices.Contains(x.Codes, ref) {
			x.Codes = append(x.Codes, ref)
		}
		if b.showCoders && !slices.Contains(x.Coders, c.Coder) && c.Status == analysis.Accepted {
			x.Coders = append(x.Coders, c.Coder)
		}
		if c.Condensed != "" && !slices.Contains(x.Condensed, c.Condensed) {
			x.Condensed = append(x.Condensed, c.Condensed)
		}
	}
	if len(p.Participants) == 0 && len(x.Said) > 0 {
		x.Role = x.Said[0].Role
	}
	b.attribute(&x, t, p.Participants)
	return x
}

// said cuts span into what each speaker says there, without the headers of the turns.
func said(t *transcript.Transcript, span transcript.Span) []Speech {
	var out []Speech
	for _, turn := range t.TurnsIn(span) {
		part := transcript.Span{Start: max(span.Start, turn.Speech.Start), End: min(span.End, turn.Speech.End)}
		if part.Start >= part.End {
			continue
		}
		text := strings.TrimSpace(t.Text[part.Start:part.End])
		if text == "" {
			continue
		}
		sp := Speech{Text: text, Role: turn.Is}
		if turn.Participant() {
			sp.Who, sp.Role = turn.Is, "participant"
		}
		out = append(out, sp)
	}
	if len(out) == 1 {
		out[0].Who = "" // the attribution says it
	}
	return out
}

// anchor is an id for an excerpt that stays the same while its transcript and its words do, so that links to it hold
// when other excerpts come and go, and when codings are made anew. The same words once more, in another theme or as
// another passage, have a number behind them.
func (b *builder) anchor(id string, said []Speech) string {
	sum := sha256.New()
	sum.Write([]byte(id + "\x00"))
	for _, sp := range said {
		sum.Write([]byte(spoken(sp.Text)))
	}
	name := "excerpt-" + hex.EncodeToString(sum.Sum(nil))[:12]
	b.taken[name]++
	if n := b.taken[name]; n > 1 {
		return fmt.Sprintf("%s-%d", name, n)
	}
	return name
}

// quote is an excerpt that the authors chose, as they wrote it, with what speaks against its being verbatim.
func (b *builder) quote(th *codebook.Theme, what string, i int, q analysis.Quote) Excerpt {
	x := b.held(th, what, i, q)
	b.translate(&x, q.Transcript)
	b.r.Quotations.add(q.Result)
	b.r.Quotations.hear(x)
	b.signs.chosen(x, q)
	return x
}

// held is a chosen quotation with what came of holding it against its transcript.
func (b *builder) held(th *codebook.Theme, what string, i int, q analysis.Quote) Excerpt {
	said := []Speech{{Text: q.Quote}}
	x := Excerpt{Anchor: b.anchor(q.Excerpt.Transcript, said), Said: said,
		Translation: q.Translation, Translator: q.Translator, Transcript: q.Excerpt.Transcript, Memo: q.Memo}
	if !b.showCoders && slices.ContainsFunc(b.coders, func(id string) bool { return diag.Fold(id) == diag.Fold(x.Translator) }) {
		x.Translator = "" // a coder is named only where the study shows coders
	}
	name := fmt.Sprintf("%s %d of %s", what, i+1, th.ID)
	place := fmt.Sprintf("%s:%d:%d", b.s.Book.File, q.Pos.Line, q.Pos.Column)
	if q.Transcript == nil {
		x.Problem = &Problem{Kind: "no-transcript"}
		b.r.fault(place, "%s is from transcript %s, which cannot be read here", name, q.Excerpt.Transcript)
		return x
	}
	x.Language = b.s.Foreign(q.Transcript)
	switch q.Result.Verdict {
	case transcript.Verbatim:
		x.Turns, x.Context = q.Result.Turns, around(q.Transcript, q.Result.Fragments, b.turns, b.replaced[q.Transcript.ID]...)
		b.shown = append(b.shown, shownExcerpt{x.Anchor, q.Transcript.ID, q.Result.Fragments})
	case transcript.Edited:
		x.Problem = &Problem{Kind: "edited", Changes: changes(q.Transcript, q.Result.Changes)}
		x.Turns = q.Result.Turns
		b.r.fault(place, "%s is not word for word in %s", name, q.Excerpt.Transcript)
	default:
		x.Problem = &Problem{Kind: "absent"}
		for _, turn := range q.Transcript.TurnsIn(q.Result.Passage.Span) { // none if nothing comes near
			if turn.Speech.Overlaps(q.Result.Passage.Span) {
				x.Problem.Nearest = append(x.Problem.Nearest, turn.Number)
			}
		}
		b.r.fault(place, "%s is not in %s", name, q.Excerpt.Transcript)
		return x // whose words these are is not known
	}
	if len(q.Participants) == 0 && len(q.Result.Fragments) > 0 {
		if turn, ok := q.Transcript.TurnAt(q.Result.Fragments[0].Start); ok {
			x.Role = turn.Is
		}
	}
	b.attribute(&x, q.Transcript, q.Participants)
	return x
}

// origin says how the codings came about, and lists those that count nowhere.
func (b *builder) origin() {
	o := b.e.Origin
	out := Origin{Counted: o.ByPerson + o.FromRule + o.BySearch + o.Imported, ByPerson: o.ByPerson, FromRule: o.FromRule, BySearch: o.BySearch, Imported: o.Imported,
		Coders: len(o.Coders), NotCounted: o.NotCounted, Rejected: o.Rejected, Candidates: o.Candidates, Unread: o.Unread, ByRule: o.ByRule}
	if o.Coders[analysis.Consensus] > 0 { // which is nobody: those made it who coded before
		out.Coders = 0
		for _, name := range b.coders {
			if name != analysis.Consensus && (o.Coders[name] > 0 || len(o.Coders) == 1) {
				out.Coders++
			}
		}
	}
	if b.showCoders {
		for _, name := range b.coders {
			if n := o.Coders[name]; n > 0 {
				out.Named = append(out.Named, Coder{name, n})
			}
		}
	}
	if b.r.ShowDates {
		for _, c := range b.e.Codes {
			for _, p := range c.Own.Passages {
				for _, coding := range p.Codings {
					if len(coding.Made) >= len("2006-01-02") {
						day := coding.Made[:len("2006-01-02")]
						if out.From == "" || day < out.From {
							out.From = day
						}
						out.To = max(out.To, day)
					}
				}
			}
		}
	}
	b.r.Origin = out
	for _, p := range o.Missing {
		m := Missing{Transcript: p.Transcript, Line: p.Line, Code: p.Code}
		if b.showCoders {
			m.File = p.File
		}
		place := fmt.Sprintf("%s:%d", p.File, p.Line)
		switch {
		case b.s.Transcript(p.Transcript) == nil:
			m.Reason = "no-transcript"
			b.r.fault(place, "transcript %s cannot be read here", p.Transcript)
		case p.Standing == transcript.Lost:
			m.Reason = "lost"
			b.r.fault(place, "where the passage stands in %s now cannot be said for certain", p.Transcript)
		case p.Standing == transcript.Ambiguous:
			m.Reason = "ambiguous"
			b.r.fault(place, "the passage could be in several places of %s now", p.Transcript)
		case p.Standing != transcript.Exact && p.Standing != transcript.Moved:
			m.Reason = "invalid"
			b.r.fault(place, "the offsets do not fit the text of %s that the coding names", p.Transcript)
		case p.Today == nil:
			m.Reason = "unknown-code"
			b.r.fault(place, "code %s is not in the codebook", p.Code)
		default:
			m.Reason = "queued" // its code was split: work that waits, not a fault
		}
		b.r.Missing = append(b.r.Missing, m)
	}
	slices.SortStableFunc(b.r.Missing, func(x, y Missing) int {
		return cmp.Or(analysis.Natural(x.Transcript, y.Transcript), cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line),
			cmp.Compare(x.Code, y.Code), cmp.Compare(x.Reason, y.Reason))
	})
}

// codebook lists every code as its author describes it. Examples are held against the transcripts, as quotations are,
// on all processors: one that stands nowhere has to be looked for everywhere.
func (b *builder) codebook(transcripts []*transcript.Transcript) {
	codes := b.s.Book.AllCodes()
	b.r.Codebook = make([]Entry, len(codes))
	var wg sync.WaitGroup
	room := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, c := range codes {
		entry := &b.r.Codebook[i]
		*entry = Entry{Ref: codeRef(c), Depth: len(c.Path()) - 1, Path: c.Path(), Definition: c.Definition, Include: c.Include,
			Examples: make([]Example, len(c.Examples)), Counterexamples: make([]Example, len(c.Counterexamples)), Accept: c.Accept,
			Aliases: c.Aliases, Retired: c.Retired, Into: b.codeRefs(c.Into)}
		for _, x := range c.Exclude {
			ex := Exclusion{Text: x.Text}
			if to := b.s.Book.Code(x.Code); x.Code != "" && to != nil {
				ref := codeRef(to)
				ex.See = &ref
			}
			entry.Exclude = append(entry.Exclude, ex)
		}
		for _, rule := range c.Match {
			entry.Rules = append(entry.Rules, rule.Text)
		}
		verify := func(texts []codebook.Text, into []Example) {
			for k, x := range texts {
				into[k].Text = x.Text
				for q := range transcript.Places(x.Text, transcripts...) {
					into[k].Transcript, into[k].Turns = q.Passage.Transcript, q.Turns
					break
				}
			}
		}
		wg.Go(func() {
			room <- struct{}{}
			verify(c.Examples, entry.Examples)
			verify(c.Counterexamples, entry.Counterexamples)
			<-room
		})
	}
	wg.Wait()
}

// transcripts lists what was read, with the transcripts' own attributes that may be shown.
func (b *builder) transcripts(transcripts []*transcript.Transcript) {
	for _, name := range b.s.Config.Report.Show {
		if b.who.Has(name) && slices.ContainsFunc(transcripts, func(t *transcript.Transcript) bool {
			return slices.ContainsFunc(t.Meta.Attributes, func(a transcript.Attribute) bool { return diag.Fold(a.Name) == diag.Fold(name) })
		}) {
			b.r.Columns = append(b.r.Columns, name)
		}
	}
	for _, t := range transcripts {
		row := Transcript{ID: t.ID, Participants: speaking(t)}
		for _, turn := range t.Turns {
			if turn.Number > 0 {
				row.Turns++
			}
		}
		for _, name := range b.r.Columns {
			row.Values = append(row.Values, strings.Join(b.s.Attribute(t, "", name), ", "))
		}
		if b.r.ShowDates {
			row.Date = t.Meta.Date
		}
		if b.r.ShowSources && t.Meta.Source != nil {
			row.Source = t.Meta.Source.File
		}
		b.r.Transcripts = append(b.r.Transcripts, row)
	}
}

// speaking returns the participants who speak in a transcript, in natural order.
func speaking(t *transcript.Transcript) []string {
	seen := map[string]bool{}
	for _, turn := range t.Turns {
		if turn.Participant() {
			seen[turn.Is] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), analysis.Natural)
}
