package report

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Markdown returns the report as CommonMark with tables, which pandoc, Quarto, GitHub and editors read alike. What people
// said and wrote is escaped, so that it reads as they wrote it and makes no markup. It has no front matter and no
// attributes, which other readers than pandoc would print as text: the title is the first heading, which
// pandoc --shift-heading-level-by=-1 makes the document's. An excerpt is found by its transcript and turn; links to
// excerpts are what the page is for.
func (r *Report) Markdown() []byte {
	m := &markdown{r: r, w: wordsFor(r.Language)}
	m.title()
	m.overview()
	m.chapters("themes")
	for _, s := range r.Sections {
		m.section(s)
	}
	m.chapters("back")
	m.loose()
	m.participants()
	m.origin()
	m.missing()
	m.originals()
	m.codebook()
	m.transcripts()
	m.para(line(m.w.Made(r)))
	return bytes.TrimLeft(m.b.Bytes(), "\n")
}

type markdown struct {
	r *Report
	w *words
	b bytes.Buffer
}

// para writes a block that is Markdown already, after an empty line.
func (m *markdown) para(text string) {
	if text != "" {
		m.b.WriteString("\n" + text + "\n")
	}
}

func (m *markdown) heading(level int, text string) {
	m.para(strings.Repeat("#", min(level, 6)) + " " + text)
}

// items writes a list. Items are Markdown already, but for what would open a list within the list.
func (m *markdown) items(items []string) {
	var b strings.Builder
	for _, item := range items {
		b.WriteString("\n- " + guard(item))
	}
	m.para(strings.TrimPrefix(b.String(), "\n"))
}

// table writes rows under a header. Cells are Markdown already. Where a row is longer than a line, pandoc makes columns as
// wide as their dashes; so they are as long as what stands below them, within bounds.
func (m *markdown) table(header []string, rows [][]string) {
	const line, most = 72, 40 // characters
	dashes := slices.Repeat([]string{"---"}, len(header))
	for _, cells := range rows {
		if utf8.RuneCountInString(strings.Join(cells, " | "))+4 <= line {
			continue
		}
		for _, cells := range append(rows, header) {
			for i, cell := range cells {
				dashes[i] = strings.Repeat("-", max(len(dashes[i]), min(utf8.RuneCountInString(cell), most)))
			}
		}
		break
	}
	var b strings.Builder
	row := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	row(header)
	row(dashes)
	for _, cells := range rows {
		row(cells)
	}
	m.para(strings.TrimSuffix(b.String(), "\n"))
}

// quote sets Markdown blocks as a block quotation.
func (m *markdown) quote(blocks ...string) {
	var out []string
	for _, block := range blocks {
		if block != "" {
			out = append(out, strings.ReplaceAll("> "+block, "\n", "\n> "))
		}
	}
	m.para(strings.ReplaceAll(strings.Join(out, "\n>\n"), "> \n", ">\n"))
}

func (m *markdown) title() {
	r, w := m.r, m.w
	m.heading(1, line(w.Title(r)))
	m.para(line(w.Approach(r)))
	if r.Question != "" {
		m.para("**" + w.Question + ":** " + inline(r.Question))
	}
	m.chapters("front")
	m.heading(2, w.Analysed)
	for _, s := range slices.Concat(w.Sample(r), w.Written(r)) {
		m.para(line(s))
	}
	m.editing()
	if r.HasMissing() {
		m.para(w.Problems + " " + w.Open + w.MissingTitle + w.Close + ".")
	}
}

func (m *markdown) overview() {
	r, w := m.r, m.w
	if len(r.Overview) > 0 {
		m.heading(2, w.Themes)
		var header []string
		for _, kind := range r.Levels {
			header = append(header, w.Kinds[kind])
		}
		var rows [][]string
		for _, row := range r.Overview {
			var cells []string
			for _, c := range row.Cells {
				cells = append(cells, inline(c.Name))
			}
			rows = append(rows, append(cells, names(row.Codes)))
		}
		m.table(append(header, w.Codes), rows)
	}
	if len(r.Relations) > 0 {
		m.heading(2, w.Relations)
		var items []string
		for _, rel := range r.Relations {
			items = append(items, inline(rel.From.Name)+" – "+m.relation(rel))
		}
		m.items(items)
	}
}

func (m *markdown) relation(rel Relation) string {
	label := inline(rel.Label)
	if rel.Label == "" {
		label = m.w.LeadsTo
	}
	return label + " → " + inline(rel.To.Name)
}

func (m *markdown) section(s Section) {
	w := m.w
	m.heading(s.Level+1, line(s.Name))
	m.para(line(w.Overline(s)))
	m.para(line(s.Concept))
	m.para(prose(s.Definition))
	m.codes(s)
	if s.HasEvidence() {
		drawn := w.Draws(s)
		if ids := w.DrawnOn(s, 0); ids != "" {
			drawn += ": " + ids
		}
		lines := []string{line(drawn) + "."}
		if ids := w.DrawnByRule(s, 0); ids != "" {
			lines = append(lines, line(ids)+".")
		}
		for _, c := range w.SectionCounts(s) {
			lines = append(lines, line(c)+".")
		}
		m.para(strings.Join(lines, "\n"))
	}
	if m.r.Approach == "reflexive" && s.HasEvidence() {
		m.para(w.Frequency)
	}
	if s.IsEmpty() {
		m.para(w.NoneHere)
	}
	for _, p := range s.Prose {
		m.prose(p, s.Level+1)
	}
	m.para(w.ChosenAbove(s))
	for _, x := range s.Chosen {
		m.excerpt(x)
	}
	var relations []string
	for _, rel := range s.Relations {
		relations = append(relations, m.relation(rel))
	}
	m.items(relations)
	if len(s.Tensions) > 0 {
		m.heading(s.Level+2, w.Tensions)
		for _, x := range s.Tensions {
			m.excerpt(x)
		}
	}
	m.selection(s.Level+2, w.Others, "", s.Others)
	m.selection(s.Level+2, w.ByRule, w.ByRuleNote, s.ByRule)
	m.selection(s.Level+2, w.Proposed, w.ProposedNote, s.Proposed)
	for _, sub := range s.Sections {
		m.section(sub)
	}
}

// codes lists a section's codes: modestly in a reflexive study, as a table elsewhere.
func (m *markdown) codes(s Section) {
	w := m.w
	if len(s.Codes) == 0 {
		return
	}
	if m.r.Approach == "reflexive" {
		m.para(w.Codes + ":")
		m.items(codeItems(w, s.Codes))
		return
	}
	row := func(code, own, total, passages, participants, byRule string) []string {
		cells := []string{code, own}
		if s.HasParents() {
			cells = append(cells, total)
		}
		if cells = append(cells, passages, participants); s.HasByRule() {
			cells = append(cells, byRule)
		}
		return cells
	}
	var rows [][]string
	for _, c := range s.Codes {
		rows = append(rows, row(strings.Repeat("– ", c.Depth)+inline(c.Name), w.Number(c.Own), w.Number(c.Total), w.Number(c.Passages),
			w.Number(c.Participants), w.Number(c.ByRule)))
	}
	m.table(row(w.ColumnCode, w.ColumnOwn, w.ColumnTotal, w.PassagesHead, w.PeopleHead, w.ColumnByRule), rows)
}

// codeItems are items of a list, sub-codes marked by dashes: lists within lists are not worth their indentation here.
func codeItems(w *words, codes []CodeRow) []string {
	var out []string
	for _, c := range codes {
		out = append(out, strings.Repeat("– ", c.Depth)+inline(c.Name)+" ("+w.CodeCounts(c)+")")
	}
	return out
}

func (m *markdown) selection(level int, name, note string, s Selection) {
	if s.Of == 0 {
		return
	}
	m.heading(level, name+" ("+m.w.Selection(s)+")")
	m.para(note)
	for _, x := range s.Shown {
		m.excerpt(x)
	}
}

func (m *markdown) excerpt(x Excerpt) {
	w := m.w
	var blocks []string
	for _, sp := range x.Said {
		if len(x.Said) > 1 {
			blocks = append(blocks, "**"+inline(w.Speaker(sp))+":** "+text(sp.Text))
		} else {
			blocks = append(blocks, text(sp.Text))
		}
	}
	switch {
	case x.Original > 0:
		blocks = []string{text(x.Translation)}
	case x.Translation != "":
		blocks = append(blocks, "**"+inline(w.TranslationBy(x))+":** "+text(x.Translation))
	}
	attribution := inline(w.Attribution(x))
	if note := w.LanguageNote(m.r, x); note != "" {
		attribution += " · " + inline(note)
	}
	if len(x.Codes) > 0 {
		attribution += " · " + names(x.Codes)
	}
	if len(x.Coders) > 0 {
		attribution += " · " + inline(w.CodedByWhom(x))
	}
	blocks = append(blocks, attribution)
	for _, c := range x.Condensed {
		blocks = append(blocks, w.Condensed+": "+inline(c))
	}
	if x.Problem != nil {
		blocks = append(blocks, "**"+w.NotVerified+"** "+inline(w.Problem(x))+".")
	}
	m.quote(blocks...)
	if x.Memo != "" {
		m.para(w.Memo + ": " + prose(x.Memo))
	}
}

func (m *markdown) loose() {
	if len(m.r.Loose) == 0 {
		return
	}
	m.heading(2, m.w.Loose)
	m.items(codeItems(m.w, m.r.Loose))
	if m.r.Approach == "reflexive" {
		m.para(m.w.Frequency)
	}
}

func (m *markdown) origin() {
	r, w := m.r, m.w
	m.heading(2, w.OriginTitle)
	for _, s := range w.Origin(r) {
		m.para(line(s))
	}
	if len(r.Origin.Named) > 0 {
		var rows [][]string
		for _, c := range r.Origin.Named {
			rows = append(rows, []string{inline(c.Name), w.Number(c.Codings)})
		}
		m.table([]string{w.Coder, upper(w.Codings[1])}, rows)
	}
	if len(r.Dropped) > 0 {
		m.heading(3, w.Dropped)
		var items []string
		for _, d := range r.Dropped {
			item := line(d.Name)
			if len(d.Into) > 0 {
				item += "; " + w.WentTo + " " + names(d.Into)
			}
			items = append(items, item)
		}
		m.items(items)
	}
}

func (m *markdown) missing() {
	r, w := m.r, m.w
	unverified := r.Unverified()
	if !r.HasMissing() {
		return
	}
	m.heading(2, w.MissingTitle)
	if len(unverified) > 0 {
		m.para(w.Unverified)
		var items []string
		for _, u := range unverified {
			items = append(items, line(w.From(u.Excerpt))+", "+inline(u.In.Name)+": "+inline(w.Problem(u.Excerpt)))
		}
		m.items(items)
	}
	m.proseFaults()
	if len(r.Missing) > 0 {
		m.para(w.NotPlacedNote(r))
		var items []string
		for _, x := range r.Missing {
			items = append(items, line(w.MissingPlace(x))+", "+inline(x.Code)+": "+w.Reasons[x.Reason])
		}
		m.items(items)
	}
}

func (m *markdown) codebook() {
	r, w := m.r, m.w
	if len(r.Codebook) == 0 {
		return
	}
	m.heading(2, w.CodebookTitle)
	if r.BookVersion != "" {
		m.para(line(strings.Replace(w.BookVersion, "%s", r.BookVersion, 1)))
	}
	for _, e := range r.Codebook {
		name := line(e.Name)
		if e.Name != e.ID {
			name += " (" + inline(e.ID) + ")"
		}
		m.heading(3, name)
		if len(e.Path) > 1 {
			m.para(w.Under + " " + inline(strings.Join(e.Path[:len(e.Path)-1], " › ")))
		}
		switch {
		case e.Retired && len(e.Into) > 0:
			m.para(w.RetiredInto + " " + names(e.Into) + ".")
		case e.Retired:
			m.para(w.Retired + ".")
		}
		m.para(prose(e.Definition))
		var items []string
		for _, x := range e.Include {
			items = append(items, w.Include+": "+inline(x))
		}
		for _, x := range e.Exclude {
			item := w.Exclude + ": " + inline(x.Text)
			if x.See != nil {
				item += "; " + w.See + " " + inline(x.See.Name)
			}
			items = append(items, item)
		}
		for _, group := range []struct {
			name string
			list []Example
		}{{w.Examples, e.Examples}, {w.Counterexamples, e.Counterexamples}} {
			for _, x := range group.list {
				items = append(items, group.name+": "+w.Open+inline(x.Text)+w.Close+" ("+inline(w.ExamplePlace(x))+")")
			}
		}
		for _, x := range e.Rules {
			items = append(items, w.Rules+": "+inline(x))
		}
		if e.Accept && len(e.Rules) > 0 {
			items = append(items, w.Rules+": "+w.Accepts)
		}
		if len(e.Aliases) > 0 {
			items = append(items, w.Formerly+": "+inline(strings.Join(e.Aliases, ", ")))
		}
		m.items(items)
	}
}

func (m *markdown) transcripts() {
	r, w := m.r, m.w
	if len(r.Transcripts) == 0 {
		return
	}
	m.heading(2, w.TranscriptsTitle)
	header := []string{w.Transcript, w.PeopleHead, upper(w.Turns[1])}
	for _, c := range r.Columns {
		header = append(header, inline(c))
	}
	if r.ShowDates {
		header = append(header, w.Date)
	}
	if r.ShowSources {
		header = append(header, w.Source)
	}
	var rows [][]string
	for _, t := range r.Transcripts {
		row := []string{inline(t.ID), inline(strings.Join(t.Participants, ", ")), w.Number(t.Turns)}
		for _, v := range t.Values {
			row = append(row, inline(v))
		}
		if r.ShowDates {
			row = append(row, inline(t.Date))
		}
		if r.ShowSources {
			row = append(row, inline(t.Source))
		}
		rows = append(rows, row)
	}
	m.table(header, rows)
}

// names lists codes or themes.
func names(refs []Ref) string {
	var out []string
	for _, ref := range refs {
		out = append(out, inline(ref.Name))
	}
	return strings.Join(out, ", ")
}

// special are the characters that CommonMark, its common extensions or pandoc give a meaning to anywhere in a line.
const special = "\\`*_[]<>&|~^$@#{"

// starts is what makes a list, a heading's underline, a definition, a title or a block of lines at the start of one:
// a sign, or a number or letters with a full stop or parenthesis, which is what gets the backslash.
var starts = regexp.MustCompile(`^(?:([-+=:%])|\(?(?:[0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+)([.)]))`)

// inline writes s within a line: line breaks become spaces, and what stands for itself anywhere else does here.
func inline(s string) string {
	var b strings.Builder
	space := func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' } // others, such as no-break spaces, are kept
	for _, r := range strings.Join(strings.FieldsFunc(visible(s), space), " ") {
		if strings.ContainsRune(special, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return addresses.Replace(strings.TrimSpace(b.String())) // an odd space at an end would undo bold letters
}

// addresses keeps GitHub and others from making links of bare ones.
var addresses = strings.NewReplacer("://", "\\://", "www.", "www\\.")

// line writes s as a line of its own: as inline, and nothing at its start makes a block.
func line(s string) string { return guard(inline(s)) }

// guard keeps the start of a line that is escaped already from making a block.
func guard(s string) string {
	if at := starts.FindStringSubmatchIndex(s); at != nil {
		i := max(at[2], at[4])
		s = s[:i] + "\\" + s[i:]
	}
	return s
}

// prose writes what an author wrote as paragraphs.
func prose(s string) string {
	var out []string
	for _, p := range paragraphs(s) {
		out = append(out, line(p))
	}
	return strings.Join(out, "\n\n")
}

// text writes what somebody said as paragraphs: its line breaks stay, as hard ones, and an empty line begins a paragraph.
func text(s string) string {
	var b strings.Builder
	open := false // a line of the same paragraph stands before
	last := ""
	for l := range strings.SplitSeq(s, "\n") {
		l = line(l)
		switch {
		case l == "":
			open = false
			continue
		case open && strings.HasSuffix(last, "\\"):
			b.WriteString("  \n") // a backslash after a backslash is not a break to all readers
		case open:
			b.WriteString("\\\n")
		case b.Len() > 0:
			b.WriteString("\n\n")
		}
		b.WriteString(l)
		open, last = true, l
	}
	return b.String()
}
