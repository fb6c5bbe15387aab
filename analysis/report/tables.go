package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
)

// The names under which a report's tables are written.
const (
	ExcerptsCSV = "report-excerpts.csv"
	Workbook    = "report.xlsx"
)

// Tables are the names of the CSV files, in the order of the workbook's sheets.
var Tables = []string{"report-themes.csv", ExcerptsCSV, "report-codes.csv", "report-codebook.csv", "report-participants.csv", "report-people.csv",
	"report-transcripts.csv", "report-missing.csv"}

// Kinds of evidence, as tables name them.
const (
	tierChosen   = "chosen"
	tierTension  = "tension"
	tierPerson   = "person"
	tierByRule   = "by-rule"
	tierProposed = "proposed"
)

// A whole is what only tables hold: nothing in it is capped.
type whole struct {
	attributes []string // of participants, that may be shown
	evidence   []evidence
	codes      []CodeRow
}

// An evidence is a row of the list of excerpts: a passage or quotation under one theme, or code where there is no theme.
type evidence struct {
	Excerpt
	of     Ref
	tier   string
	values []string // of the attributes
}

// whole collects what tables hold.
func (b *builder) whole() *whole {
	out := &whole{}
	// Quotations are set out by a builder of their own, so that none is counted, linked or found fault with twice.
	own := *b
	own.r, own.turns, own.taken, own.shown, own.signs = &Report{}, -1, map[string]int{}, nil, nil
	for _, name := range b.who.Attributes { // that may stand beside an id
		if b.who.OfParticipants(name) {
			out.attributes = append(out.attributes, name)
		}
	}
	add := func(of Ref, tier string, x Excerpt, participants []string) {
		row := evidence{Excerpt: x, of: of, tier: tier}
		for _, name := range out.attributes {
			var values []string
			for _, id := range participants {
				if v := b.who.Value(id, name); v != "" && !slices.Contains(values, v) {
					values = append(values, v)
				}
			}
			row.values = append(row.values, strings.Join(values, "; "))
		}
		out.evidence = append(out.evidence, row)
	}
	passages := func(of Ref, tier string, list []analysis.Passage, elsewhere analysis.Stretches) {
		for i := range list {
			if p := &list[i]; !elsewhere.Overlap(p.Passage) {
				add(of, tier, b.excerpt(p, nil), p.Participants)
			}
		}
	}
	var theme func(sec Section, th *codebook.Theme)
	theme = func(sec Section, th *codebook.Theme) {
		te := b.e.Theme(th)
		for i, q := range te.Excerpts { // those too that prose quotes, which the pages do not list again
			add(sec.Ref, tierChosen, own.quote(th, "", i, q), q.Participants)
		}
		for i, q := range te.Tensions {
			add(sec.Ref, tierTension, own.quote(th, "", i, q), q.Participants)
		}
		var byRule, proposed [][]analysis.Passage // tiers that hold those of sub-themes too, which stand there
		for _, sub := range th.WithSubThemes()[1:] {
			byRule, proposed = append(byRule, b.e.Theme(sub).ByRule.Passages), append(proposed, b.e.Theme(sub).Proposed.Passages)
		}
		passages(sec.Ref, tierPerson, te.Own.Passages, nil)
		passages(sec.Ref, tierByRule, te.ByRule.Passages, stretches(byRule...))
		passages(sec.Ref, tierProposed, te.Proposed.Passages, stretches(proposed...))
		for _, sub := range sec.Sections {
			theme(sub, b.s.Book.Theme(sub.ID))
		}
	}
	var code func(sec Section)
	code = func(sec Section) {
		ce := b.e.Code(b.s.Book.Code(sec.ID))
		var byRule, proposed [][]analysis.Passage
		for _, sub := range ce.Code.Codes {
			byRule, proposed = append(byRule, b.e.Code(sub).ByRule.Passages), append(proposed, b.e.Code(sub).Proposed.Passages)
		}
		passages(sec.Ref, tierPerson, ce.Own.Passages, nil)
		passages(sec.Ref, tierByRule, ce.ByRule.Passages, stretches(byRule...))
		passages(sec.Ref, tierProposed, ce.Proposed.Passages, stretches(proposed...))
		for _, sub := range sec.Sections {
			code(sub)
		}
	}
	for _, sec := range b.r.Sections {
		if b.r.ByCode {
			code(sec)
		} else {
			theme(sec, b.s.Book.Theme(sec.ID))
		}
	}
	for _, c := range b.s.Book.AllCodes() {
		row := b.row(c)
		row.Depth = len(c.Path()) - 1
		out.codes = append(out.codes, row)
	}
	return out
}

// CSV returns the report's tables, by the names of their files. What was said stands in quotation marks, so that no
// cell begins as a formula does and the words are those that were said.
func (r *Report) CSV() (map[string][]byte, error) {
	files := map[string][]byte{}
	for i, t := range r.tables() {
		doc, err := t.csv(wordsFor(r.Language))
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", Tables[i], err)
		}
		files[Tables[i]] = doc
	}
	return files, nil
}

// XLSX returns the report's tables as a workbook, a sheet each, after one that says what they are of. A quotation or
// text that is too long for a cell is cut at a word, and says so.
func (r *Report) XLSX() ([]byte, error) {
	w := wordsFor(r.Language)
	about := sheet{name: w.Tables.About}
	for _, line := range w.aboutTables(r) {
		about.rows = append(about.rows, []any{line})
	}
	sheets := []sheet{about}
	for _, t := range r.tables() {
		for _, row := range t.rows {
			for i, cell := range row {
				if _, isFigure := cell.(int); !isFigure {
					if s := w.cell(cell, false); tooLong(s) {
						row[i] = w.cutToCell(s)
					}
				}
			}
		}
		sheets = append(sheets, t)
	}
	doc, err := workbook(w.Title(r), w, sheets...)
	if err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return doc, nil
}

// cutToCell cuts a text at a word so that a cell of a workbook holds it, and says so.
func (w *words) cutToCell(s string) string {
	all := utf16.Encode([]rune(s))
	note := func(kept int) string { return " " + fmt.Sprintf(w.Tables.Cut, w.Number(kept), w.Number(len(all))) }
	kept := string(utf16.Decode(all[:cellRoom-len(note(cellRoom))]))
	if i := strings.LastIndexAny(kept, " \n"); i > 0 {
		kept = kept[:i]
	}
	return kept + note(len(utf16.Encode([]rune(kept))))
}

// tables sets out all of the report that is a table, in the order of Tables. None is left out when it has no rows: that
// is an answer too.
func (r *Report) tables() []sheet {
	w := wordsFor(r.Language)
	return []sheet{r.themeSheet(w), r.excerptSheet(w), r.codeSheet(w), r.codebookSheet(w), r.participantSheet(w), r.peopleSheet(w),
		r.transcriptSheet(w), r.missingSheet(w)}
}

// themeSheet has a row for each theme, with the names of those above it before its own.
func (r *Report) themeSheet(w *words) sheet {
	v := w.Tables
	t := sheet{name: w.Themes, heads: []string{v.ID}, first: 1 + len(r.Levels)}
	for _, level := range r.Levels {
		t.heads = append(t.heads, w.Kinds[level])
	}
	t.heads = append(t.heads, w.Codes, v.CodeIDs, v.Concept, v.Definition, v.Status)
	for _, unit := range [][2]string{w.Codings, w.Passages, w.Turns, w.Participants, w.Transcripts} {
		t.heads = append(t.heads, fmt.Sprintf(v.WithBelow, upper(unit[1])))
	}
	t.heads = append(t.heads, w.ColumnOwn, w.ColumnByRule)
	var walk func(list []Section, above []string)
	walk = func(list []Section, above []string) {
		for _, s := range list {
			path := append(slices.Clone(above), s.Name)
			row := []any{s.ID}
			for i := range r.Levels {
				if i < len(path) {
					row = append(row, path[i])
				} else {
					row = append(row, nil)
				}
			}
			var codes []Ref
			for _, c := range s.Codes {
				if c.Depth == 0 {
					codes = append(codes, c.Ref)
				}
			}
			row = append(row, refs(codes, false), refs(codes, true), folded(s.Concept), folded(s.Definition), w.Status[s.Status],
				s.Total.Codings, s.Total.Passages, s.Total.Turns, s.Total.Participants, s.Total.Transcripts, s.Own.Codings, s.ByRuleCounts.Passages)
			t.rows = append(t.rows, row)
			walk(s.Sections, path)
		}
	}
	if !r.ByCode {
		walk(r.Sections, nil)
	}
	return t
}

// excerptSheet lists all evidence of every theme.
func (r *Report) excerptSheet(w *words) sheet {
	v, all := w.Tables, r.whole()
	kind := w.Kinds["theme"]
	if r.ByCode {
		kind = w.Kinds["code"]
	}
	t := sheet{name: v.Excerpts, first: 2}
	t.heads = append(t.heads, kind, v.ID, v.Evidence, v.Quotation, w.Translation, v.Translator, v.By, w.UnitBy)
	t.heads = append(t.heads, all.attributes...)
	t.heads = append(t.heads, w.Transcript, v.FirstTurn, v.LastTurn, w.Codes, v.CodeIDs, w.Condensed, w.Memo, v.Language, v.Verified)
	coders := slices.ContainsFunc(all.evidence, func(x evidence) bool { return len(x.Coders) > 0 })
	if coders {
		t.heads = append(t.heads, upper(w.Coders[1]))
	}
	for _, x := range all.evidence {
		row := []any{x.of.Name, x.of.ID, v.Tiers[x.tier], quotation(x.Said), nil, x.Translator, w.By(x.Excerpt), strings.Join(x.Participants, "; ")}
		if x.Translation != "" {
			row[4] = quotation{{Text: x.Translation}}
		}
		for _, value := range x.values {
			row = append(row, value)
		}
		row = append(row, x.Transcript)
		if n := len(x.Turns); n > 0 {
			row = append(row, x.Turns[0], x.Turns[n-1])
		} else {
			row = append(row, nil, nil)
		}
		verified := v.Verbatim
		if x.Problem != nil {
			verified = w.Problem(x.Excerpt)
		}
		row = append(row, refs(x.Codes, false), refs(x.Codes, true), strings.Join(x.Condensed, "\n"), folded(x.Memo),
			cmp.Or(x.Excerpt.Language, r.Language), verified)
		if coders {
			row = append(row, strings.Join(x.Coders, "; "))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// codeSheet has a row for each code of the codebook.
func (r *Report) codeSheet(w *words) sheet {
	v := w.Tables
	t := sheet{name: w.Codes, first: 2, heads: []string{w.ColumnCode, v.ID, v.Level, w.ColumnOwn, w.ColumnTotal,
		fmt.Sprintf(v.WithSubCodes, w.PassagesHead), fmt.Sprintf(v.WithSubCodes, w.PeopleHead), w.ColumnByRule}}
	for _, c := range r.whole().codes {
		t.rows = append(t.rows, []any{c.Name, c.ID, c.Depth + 1, c.Own, c.Total, c.Passages, c.Participants, c.ByRule})
	}
	return t
}

// codebookSheet has the entry of each code. Examples are words of participants, and several share a cell, so they stand
// in quotation marks in a workbook too.
func (r *Report) codebookSheet(w *words) sheet {
	v := w.Tables
	t := sheet{name: w.CodebookTitle, first: 2, heads: []string{w.ColumnCode, v.ID, w.Under, v.Definition, w.Include, w.Exclude, w.Examples,
		w.Counterexamples, w.Rules, w.Formerly, w.Retired}}
	examples := func(list []Example) string {
		var lines []string
		for _, x := range list {
			lines = append(lines, w.Open+x.Text+w.Close+" ("+w.ExamplePlace(x)+")")
		}
		return strings.Join(lines, "\n")
	}
	for _, e := range r.Codebook {
		var exclude []string
		for _, x := range e.Exclude {
			if x.See != nil {
				x.Text = strings.TrimPrefix(x.Text+"; "+w.See+" "+x.See.Name, "; ")
			}
			exclude = append(exclude, x.Text)
		}
		rules := strings.Join(e.Rules, "\n")
		if e.Accept && rules != "" {
			rules += "\n(" + w.Accepts + ")"
		}
		retired := ""
		switch {
		case e.Retired && len(e.Into) > 0:
			retired = w.RetiredInto + " " + refs(e.Into, false)
		case e.Retired:
			retired = w.Retired
		}
		t.rows = append(t.rows, []any{e.Name, e.ID, strings.Join(e.Path[:len(e.Path)-1], " › "), folded(e.Definition), strings.Join(e.Include, "\n"),
			strings.Join(exclude, "\n"), examples(e.Examples), examples(e.Counterexamples), rules, strings.Join(e.Aliases, "\n"), retired})
	}
	return t
}

// participantSheet has a row for each group of participants that may be shown.
func (r *Report) participantSheet(w *words) sheet {
	t := sheet{name: w.ParticipantsTitle, first: 1, heads: []string{w.Attribute, w.Value, w.PeopleHead}}
	for _, g := range r.Grouped {
		for _, line := range w.Lines(g) {
			t.rows = append(t.rows, []any{g.Attribute, line.Value, line.Participants})
		}
	}
	for _, name := range r.NotGrouped {
		t.rows = append(t.rows, []any{name, fmt.Sprintf(w.Tables.TooSmall, w.Number(r.SmallCells)), nil})
	}
	return t
}

// peopleSheet has a row for each participant, where the study has it so.
func (r *Report) peopleSheet(w *words) sheet {
	t := sheet{name: w.Tables.People, first: 1, heads: append([]string{w.UnitBy}, r.People.Attributes...)}
	for _, person := range r.People.Rows {
		row := []any{person.ID}
		for _, value := range person.Values {
			row = append(row, value)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// transcriptSheet has a row for each transcript.
func (r *Report) transcriptSheet(w *words) sheet {
	t := sheet{name: w.TranscriptsTitle, first: 1, heads: append([]string{w.Transcript, w.PeopleHead, upper(w.Turns[1])}, r.Columns...)}
	if r.ShowDates {
		t.heads = append(t.heads, w.Date)
	}
	if r.ShowSources {
		t.heads = append(t.heads, w.Source)
	}
	for _, x := range r.Transcripts {
		row := []any{x.ID, strings.Join(x.Participants, "; "), x.Turns}
		for _, value := range x.Values {
			row = append(row, value)
		}
		if r.ShowDates {
			row = append(row, x.Date)
		}
		if r.ShowSources {
			row = append(row, x.Source)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// missingSheet lists the codings that count nowhere.
func (r *Report) missingSheet(w *words) sheet {
	v := w.Tables
	t := sheet{name: v.Missing, first: 1, heads: []string{w.Transcript, upper(w.Line), w.ColumnCode, v.Reason}}
	files := slices.ContainsFunc(r.Missing, func(m Missing) bool { return m.File != "" })
	if files {
		t.heads = append(t.heads, v.File)
	}
	for _, m := range r.Missing {
		row := []any{m.Transcript, m.Line, m.Code, w.Reasons[m.Reason]}
		if files {
			row = append(row, m.File)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// refs lists codes by name or id.
func refs(list []Ref, ids bool) string {
	out := make([]string, len(list))
	for i, ref := range list {
		if out[i] = ref.Name; ids {
			out[i] = ref.ID
		}
	}
	return strings.Join(out, "; ")
}

// folded is what an author wrote, a paragraph a line.
func folded(s string) string { return strings.Join(paragraphs(s), "\n") }
