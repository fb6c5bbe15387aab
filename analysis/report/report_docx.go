package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// DOCXOptions say how a report is set as a document.
type DOCXOptions struct {
	Look       *Look // styles, fonts and page of another document; nil for tema's own
	NoComments bool  // no comment on each excerpt with its place and codes
}

// DOCX returns the report as a document for word processors: their own heading styles, a table of contents, block
// quotations with attributions, and a comment on each excerpt that says where it stands and how it is coded.
func (r *Report) DOCX(o DOCXOptions) []byte {
	w := wordsFor(r.Language)
	d := &docxReport{docx: docx{look: o.Look}, r: r, w: w, comments: !o.NoComments}
	d.para("Title", w.Title(r))
	d.para("Subtitle", w.Approach(r))
	if r.Question != "" {
		d.para("", w.Question+": "+r.Question)
	}
	d.contentsHere(w.Contents)
	d.chapters("front")
	d.heading(1, w.Analysed, w.Analysed)
	for _, s := range slices.Concat(w.Sample(r), w.Written(r)) {
		d.para("", s)
	}
	d.editing()
	if r.HasMissing() {
		d.para("", w.Problems+" "+w.Open+w.MissingTitle+w.Close+".")
	}
	d.overview()
	d.relations()
	d.drawn()
	d.chapters("themes")
	for _, s := range r.Sections {
		d.section(s)
	}
	d.chapters("back")
	if len(r.Loose) > 0 {
		d.title(1, w.Loose)
		d.codeItems(r.Loose)
		if r.Approach == "reflexive" {
			d.para("Note", w.Frequency)
		}
	}
	d.participants()
	d.origin()
	d.missing()
	d.originals()
	d.codebook()
	d.transcripts()
	d.para("Note", w.Made(r))
	return d.file(cmp.Or(r.Language, "en"), w.Title(r))
}

type docxReport struct {
	docx
	r        *Report
	w        *words
	comments bool
	letter   int // of appendices so far
}

// title is a heading of tema's own words.
func (d *docxReport) title(level int, text string) { d.heading(level, text, text) }

// attach begins an appendix, with the next letter, on pages that lie across where it holds a wide table.
func (d *docxReport) attach(title string, across bool) {
	turned := d.turn(across)
	d.letter++
	d.appendix(d.w.Document.Appendix+" "+string(rune('A'+d.letter-1))+". "+title, d.letter == 1 && !turned)
}

// some writes paragraphs of what an author wrote.
func (d *docxReport) some(style, text string) {
	for _, p := range paragraphs(text) {
		d.para(style, p)
	}
}

func (d *docxReport) overview() {
	r, w := d.r, d.w
	if len(r.Overview) > 0 {
		d.title(1, w.Themes)
		d.caption(w.Document.Table, w.Document.ThemesTable, true)
		var headings []string
		var shares []int
		for _, kind := range r.Levels {
			headings, shares = append(headings, w.Kinds[kind]), append(shares, 3)
		}
		var rows [][]docxCell
		for _, row := range r.Overview {
			cells := make([]docxCell, len(r.Levels))
			for i := range cells {
				cells[i].down = 1
			}
			for _, c := range row.Cells {
				cells[c.Column] = docxCell{c.Name, c.Rows}
			}
			rows = append(rows, append(cells, docxCell{refNames(row.Codes), 1}))
		}
		d.cells(append(headings, w.Codes), rows, append(shares, 4))
	}
}

// relations are a list, and a figure that says the same. The list comes first: a figure that needs a page of its own
// would leave the heading alone at the foot of the one before.
func (d *docxReport) relations() {
	r, w := d.r, d.w
	if len(r.Relations) == 0 {
		return
	}
	d.title(2, w.Relations)
	for _, rel := range r.Relations {
		d.item(rel.From.Name + " – " + d.relation(rel))
	}
	m := r.Map()
	if d.mapFigure(m, w.Map, m.described()) {
		d.caption(w.Document.Figure, w.Document.MapFigure, false)
	}
}

// drawn is a table of themes by participants, unless there are so many that nobody would read it; each theme says whom it
// draws on, too.
func (d *docxReport) drawn() {
	const most = 60 // participants
	w := d.w
	var names []string
	var levels []int
	var marks [][]Mark
	byRule := false
	var walk func(sections []Section)
	walk = func(sections []Section) {
		for _, s := range sections {
			names, marks = append(names, s.Name), append(marks, s.Spread)
			levels = append(levels, s.Level)
			byRule = byRule || slices.ContainsFunc(s.Spread, func(m Mark) bool { return m.By == "rule" })
			walk(s.Sections)
		}
	}
	walk(d.r.Sections)
	if n := d.r.Sample.Participants; d.r.ByCode || len(marks) < 2 || n < 2 || n > most {
		return
	}
	d.title(2, w.Document.Drawn)
	caption := w.Document.DrawnTable
	if byRule {
		caption += "; " + w.Document.DrawnRule
	}
	d.caption(w.Document.Table, caption+".", true)
	d.spread(w.Kinds["theme"], names, levels, marks)
}

func (d *docxReport) relation(rel Relation) string {
	return cmp.Or(rel.Label, d.w.LeadsTo) + " → " + rel.To.Name
}

func (d *docxReport) section(s Section) {
	w := d.w
	d.title(s.Level, s.Name)
	d.kept("Note", w.Overline(s))
	if s.Concept != "" {
		d.para("Concept", s.Concept)
	}
	d.some("", s.Definition)
	d.codes(s)
	if s.HasEvidence() {
		drawn := w.Draws(s)
		if ids := w.DrawnOn(s, 0); ids != "" {
			drawn += ": " + ids
		}
		lines := []string{drawn + "."}
		if ids := w.DrawnByRule(s, 0); ids != "" {
			lines = append(lines, ids+".")
		}
		for _, c := range w.SectionCounts(s) {
			lines = append(lines, c+".")
		}
		d.para("Note", strings.Join(lines, " "))
	}
	if d.r.Approach == "reflexive" && s.HasEvidence() {
		d.para("Note", w.Frequency)
	}
	if s.IsEmpty() {
		d.para("Note", w.NoneHere)
	}
	for _, p := range s.Prose {
		d.prose(p, s.Level)
	}
	if note := w.ChosenAbove(s); note != "" {
		d.para("Note", note)
	}
	for _, x := range s.Chosen {
		d.excerpt(x)
	}
	for _, rel := range s.Relations {
		d.item(d.relation(rel))
	}
	if len(s.Tensions) > 0 {
		d.title(s.Level+2, w.Tensions)
		for _, x := range s.Tensions {
			d.excerpt(x)
		}
	}
	d.selection(s.Level+2, w.Others, "", s.Others)
	d.selection(s.Level+2, w.ByRule, w.ByRuleNote, s.ByRule)
	d.selection(s.Level+2, w.Proposed, w.ProposedNote, s.Proposed)
	for _, sub := range s.Sections {
		d.section(sub)
	}
}

// codes lists a section's codes: modestly in a reflexive study, as a table elsewhere.
func (d *docxReport) codes(s Section) {
	w := d.w
	if len(s.Codes) == 0 {
		return
	}
	if d.r.Approach == "reflexive" {
		d.kept("", w.Codes+":")
		d.codeItems(s.Codes)
		return
	}
	headings, shares := []string{w.ColumnCode, w.ColumnOwn}, []int{5, 2}
	if s.HasParents() {
		headings, shares = append(headings, w.ColumnTotal), append(shares, 2)
	}
	headings, shares = append(headings, w.PassagesHead, w.PeopleHead), append(shares, 2, 2)
	if s.HasByRule() {
		headings, shares = append(headings, w.ColumnByRule), append(shares, 2)
	}
	var rows [][]string
	for _, c := range s.Codes {
		row := []string{strings.Repeat("– ", c.Depth) + c.Name, w.Number(c.Own)}
		if s.HasParents() {
			row = append(row, w.Number(c.Total))
		}
		row = append(row, w.Number(c.Passages), w.Number(c.Participants))
		if s.HasByRule() {
			row = append(row, w.Number(c.ByRule))
		}
		rows = append(rows, row)
	}
	d.caption(w.Document.Table, fmt.Sprintf(w.Document.CodesTable, s.Name), true)
	d.grid(headings, rows, shares)
}

func (d *docxReport) codeItems(codes []CodeRow) {
	for _, c := range codes {
		d.itemAt(c.Depth, c.Name+" ("+d.w.CodeCounts(c)+")")
	}
}

func (d *docxReport) selection(level int, name, note string, s Selection) {
	if s.Of == 0 {
		return
	}
	d.title(level, name+" ("+d.w.Selection(s)+")")
	if note != "" {
		d.kept("Note", note)
	}
	for _, x := range s.Shown {
		d.excerpt(x)
	}
}

// excerpt is a block quotation and, under it, who said it and where it stands. What it is coded with is a comment, or
// follows where comments are not wanted.
func (d *docxReport) excerpt(x Excerpt) {
	w := d.w
	type block struct{ head, text, language string }
	var blocks []block
	for _, sp := range x.Said {
		head := ""
		if len(x.Said) > 1 {
			head = w.Speaker(sp) + ": "
		}
		for _, p := range strings.Split(strings.ReplaceAll(sp.Text, "\r\n", "\n"), "\n\n") {
			if p = strings.Trim(p, "\n"); p != "" {
				blocks = append(blocks, block{head, p, x.Language})
				head = ""
			}
		}
	}
	switch {
	case x.Original > 0:
		blocks = []block{{"", x.Translation, ""}}
	case x.Translation != "":
		blocks = append(blocks, block{w.TranslationBy(x) + ": ", x.Translation, ""})
	}
	source, coded := w.Attribution(x), ""
	if len(x.Codes) > 0 {
		coded += " · " + refNames(x.Codes)
	}
	if len(x.Coders) > 0 {
		coded += " · " + w.CodedByWhom(x)
	}
	if note := w.LanguageNote(d.r, x); note != "" {
		source += " · " + note
	}
	for i, b := range blocks {
		d.styled("Quote", d.quoted(cmp.Or(b.language, d.r.Language), len(b.text), i == len(blocks)-1))
		if d.comments && i == 0 {
			d.openComment()
		}
		if b.head != "" {
			d.runWith("<w:rPr><w:b/></w:rPr>", b.head)
		}
		d.runWith(inLanguage(b.language), b.text)
		if d.comments && i == len(blocks)-1 {
			d.closeComment(w.From(x) + coded)
		}
		d.b.WriteString("</w:p>")
	}
	if !d.comments {
		source += coded
	}
	var notes [][2]string // the first half bold
	for _, c := range x.Condensed {
		notes = append(notes, [2]string{"", w.Condensed + ": " + c})
	}
	if x.Problem != nil {
		notes = append(notes, [2]string{w.NotVerified + " ", w.Problem(x) + "."})
	}
	for i, p := range paragraphs(x.Memo) {
		if i == 0 {
			p = w.Memo + ": " + p
		}
		notes = append(notes, [2]string{"", p})
	}
	keep := "<w:keepLines/>"
	if len(notes) > 0 { // they are about this quotation, not the next
		keep = `<w:keepNext/><w:keepLines/><w:spacing w:after="40"/>`
	}
	d.styled("QuoteSource", keep)
	d.run("", source)
	d.b.WriteString("</w:p>")
	for _, n := range notes {
		d.styled("ExcerptNote", "")
		if n[0] != "" {
			d.runWith("<w:rPr><w:b/></w:rPr>", n[0])
		}
		d.run("", n[1])
		d.b.WriteString("</w:p>")
	}
}

// quoted is what keeps a block of a quotation together on a page, if it is not long, and its last one with the
// attribution: a template's style may not say so.
func (d *docxReport) quoted(language string, size int, last bool) string {
	const long = 1200 // bytes: half a page
	out := ""
	if last {
		out += "<w:keepNext/>"
	}
	if size < long {
		out += "<w:keepLines/>"
	}
	if rightToLeft(language) {
		out += "<w:bidi/>"
	}
	return out
}

func (d *docxReport) origin() {
	r, w := d.r, d.w
	d.attach(w.OriginTitle, false)
	for _, s := range w.Origin(r) {
		d.para("", s)
	}
	if len(r.Origin.Named) > 0 {
		var rows [][]string
		for _, c := range r.Origin.Named {
			rows = append(rows, []string{c.Name, w.Number(c.Codings)})
		}
		d.caption(w.Document.Table, w.Document.CodersTable, true)
		d.grid([]string{w.Coder, upper(w.Codings[1])}, rows, []int{3, 1})
	}
	if len(r.Dropped) > 0 {
		d.title(2, w.Dropped)
		for _, gone := range r.Dropped {
			item := gone.Name
			if len(gone.Into) > 0 {
				item += "; " + w.WentTo + " " + refNames(gone.Into)
			}
			d.item(item)
		}
	}
}

func (d *docxReport) missing() {
	r, w := d.r, d.w
	unverified := r.Unverified()
	if !r.HasMissing() {
		return
	}
	d.attach(w.MissingTitle, false)
	if len(unverified) > 0 {
		d.para("", w.Unverified)
		for _, u := range unverified {
			d.item(w.From(u.Excerpt) + ", " + u.In.Name + ": " + w.Problem(u.Excerpt))
		}
	}
	d.proseFaults()
	if len(r.Missing) > 0 {
		d.para("", w.NotPlacedNote(r))
		for _, x := range r.Missing {
			d.item(w.MissingPlace(x) + ", " + x.Code + ": " + w.Reasons[x.Reason])
		}
	}
}

func (d *docxReport) codebook() {
	r, w := d.r, d.w
	if len(r.Codebook) == 0 {
		return
	}
	d.attach(w.CodebookTitle, false)
	if r.BookVersion != "" {
		d.para("", strings.Replace(w.BookVersion, "%s", r.BookVersion, 1))
	}
	for _, e := range r.Codebook {
		d.entry(w, e, 3+e.Depth)
	}
}

func (d *docxReport) transcripts() {
	r, w := d.r, d.w
	if len(r.Transcripts) == 0 {
		return
	}
	columns := 3 + len(r.Columns)
	for _, more := range []bool{r.ShowDates, r.ShowSources} {
		if more {
			columns++
		}
	}
	d.attach(w.TranscriptsTitle, columns > 6)
	headings, shares := []string{w.Transcript, w.PeopleHead, upper(w.Turns[1])}, []int{3, 4, 2}
	for _, c := range r.Columns {
		headings, shares = append(headings, c), append(shares, 3)
	}
	if r.ShowDates {
		headings, shares = append(headings, w.Date), append(shares, 2)
	}
	if r.ShowSources {
		headings, shares = append(headings, w.Source), append(shares, 4)
	}
	var rows [][]string
	for _, t := range r.Transcripts {
		row := append([]string{t.ID, strings.Join(t.Participants, ", "), w.Number(t.Turns)}, t.Values...)
		if r.ShowDates {
			row = append(row, t.Date)
		}
		if r.ShowSources {
			row = append(row, t.Source)
		}
		rows = append(rows, row)
	}
	d.caption(w.Document.Table, w.Document.TranscriptsTable, true)
	d.grid(headings, rows, shares)
}

// refNames lists codes or themes by their names.
func refNames(refs []Ref) string {
	var out []string
	for _, ref := range refs {
		out = append(out, ref.Name)
	}
	return strings.Join(out, ", ")
}
