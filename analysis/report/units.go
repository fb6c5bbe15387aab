package report

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
)

// A UnitTable is the table that content analyses print: from what was said to the theme (Graneheim and Lundman, Nurse
// Education Today 24, 2004, figures 1 and 2). It is complete: a row for each coding that counts, one for each theme that
// its code belongs to.
type UnitTable struct {
	Title    string    `json:"title"`
	Language string    `json:"language"`
	Levels   []string  `json:"levels"` // kinds of the columns behind the code, from the lowest level to the highest
	Rows     []UnitRow `json:"rows"`
	Bare     int       `json:"without_condensed"` // rows without a condensed meaning unit
}

// A UnitRow is one meaning unit. Above goes with the levels of the table; "" where the theme tree has none there.
type UnitRow struct {
	Transcript string   `json:"transcript"`
	Turn       int      `json:"turn"`
	By         string   `json:"by"` // by the study's attribution
	Unit       string   `json:"meaning_unit"`
	Condensed  string   `json:"condensed"`
	Code       string   `json:"code"`
	Above      []string `json:"above"`

	said quotation // Unit, by speaker
}

// BuildUnits collects the table, by theme, code and place.
func BuildUnits(ctx context.Context, s *analysis.Study) (*UnitTable, error) {
	e, err := s.EvidenceWithoutWords(ctx)
	if err != nil {
		return nil, err
	}
	b := &builder{s: s, e: e, r: &Report{Language: s.ReportLanguage()}, who: s.Disclosure()}
	t := &UnitTable{Title: s.Config.Title, Language: s.ReportLanguage(), Rows: []UnitRow{}}
	downward := levels(standing(s.Book.Themes), s.Config.Approach == analysis.ContentAnalysis)
	t.Levels = slices.Clone(downward)
	slices.Reverse(t.Levels)
	inTheme := map[*codebook.Code]bool{}
	add := func(code *codebook.Code, path []*codebook.Theme) {
		above := make([]string, len(downward))
		for i, th := range path {
			above[len(downward)-1-i] = cmp.Or(th.Name, th.ID)
		}
		for _, p := range e.Code(code).Own.Passages {
			for _, c := range p.Codings {
				unit := analysis.Passage{Passage: p.Passage, Turns: p.Turns, Participants: p.Participants}
				unit.Span = c.Span
				t.Rows = append(t.Rows, b.unit(c, unit, cmp.Or(code.Name, code.ID), above))
				if c.Condensed == "" {
					t.Bare++
				}
			}
		}
	}
	for _, th := range s.Book.AllThemes() {
		path := []*codebook.Theme{th}
		for up := th.Parent; up != nil; up = up.Parent {
			path = slices.Insert(path, 0, up)
		}
		if slices.ContainsFunc(path, func(th *codebook.Theme) bool { return th.Status == analysis.Dropped }) {
			continue
		}
		for _, code := range s.CodesOf(th) {
			inTheme[code] = true
			add(code, path)
		}
	}
	for _, code := range s.Book.AllCodes() {
		if !inTheme[code] {
			add(code, nil)
		}
	}
	return t, ctx.Err()
}

func (b *builder) unit(c *analysis.Placed, p analysis.Passage, code string, above []string) UnitRow {
	t := b.s.Transcript(c.Transcript)
	row := UnitRow{Transcript: c.Transcript, Condensed: c.Condensed, Code: code, Above: above}
	if turns := t.TurnsIn(p.Span); len(turns) > 0 {
		row.Turn = turns[0].Number
	}
	parts := said(t, p.Span)
	for i, sp := range parts {
		text := strings.Join(strings.Fields(sp.Text), " ")
		row.said = append(row.said, Speech{sp.Who, sp.Role, text})
		if i > 0 {
			row.Unit += " / "
		}
		if sp.Who != "" {
			text = sp.Who + ": " + text
		}
		row.Unit += text
	}
	var x Excerpt
	x.Said = parts
	b.attribute(&x, t, p.Participants)
	row.By = strings.Join(x.By, "; ")
	return row
}

// headings returns the columns' headings: where, if wanted, then the table as papers print it.
func (t *UnitTable) headings(place bool) []string {
	w := wordsFor(t.Language)
	var out []string
	if place {
		out = append(out, w.UnitTranscript, w.UnitTurn, w.UnitBy)
	}
	out = append(out, w.UnitMeaning, w.UnitCondensed, w.Kinds["code"])
	for _, kind := range t.Levels {
		out = append(out, w.Kinds[kind])
	}
	return out
}

func (r UnitRow) cells() []string {
	unit := r.Unit
	if r.By != "" {
		unit += " (" + r.By + ")"
	}
	return append([]string{unit, r.Condensed, r.Code}, r.Above...)
}

// sheet returns the rows for spreadsheets, the places in columns of their own.
func (t *UnitTable) sheet() sheet {
	out := sheet{name: "meaning units", heads: t.headings(true), first: 1}
	for _, r := range t.Rows {
		row := []any{r.Transcript, r.Turn, r.By, r.said, r.Condensed, r.Code}
		for _, name := range r.Above {
			row = append(row, name)
		}
		out.rows = append(out.rows, row)
	}
	return out
}

// CSV returns the table for spreadsheets.
func (t *UnitTable) CSV() ([]byte, error) {
	doc, err := t.sheet().csv(wordsFor(t.Language))
	if err != nil {
		return nil, fmt.Errorf("export meaning units: %w", err)
	}
	return doc, nil
}

// XLSX returns the table as a workbook: turns are numbers, all else is text.
func (t *UnitTable) XLSX() ([]byte, error) {
	doc, err := workbook(t.Title, wordsFor(t.Language), t.sheet())
	if err != nil {
		return nil, fmt.Errorf("export meaning units: %w; CSV and Markdown have room", err)
	}
	return doc, nil
}

// DOCX returns the table on a page across. A theme, category or code that stands in the row above is not said again.
func (t *UnitTable) DOCX() []byte {
	w := wordsFor(t.Language)
	d := &docx{across: true}
	d.para("Title", cmp.Or(t.Title, w.UnitsTitle))
	if t.Title != "" {
		d.para("Subtitle", w.UnitsTitle)
	}
	rows := make([][]string, len(t.Rows))
	for i, r := range t.Rows {
		rows[i] = r.cells()
	}
	unsaid(rows, 2)
	widths := []int{4, 3, 2}
	for range t.Levels {
		widths = append(widths, 2)
	}
	d.grid(t.headings(false), rows, widths)
	return d.file(cmp.Or(t.Language, "en"), cmp.Or(t.Title, w.UnitsTitle))
}

// unsaid empties cells, from a column on, that say what the same cell and all behind it said in the row above.
func unsaid(rows [][]string, from int) {
	for i := len(rows) - 1; i > 0; i-- {
		for column := from; column < len(rows[i]); column++ {
			if slices.Equal(rows[i][column:], rows[i-1][column:]) {
				for ; column < len(rows[i]); column++ {
					rows[i][column] = ""
				}
			}
		}
	}
}

// Markdown returns the table as a pipe table.
func (t *UnitTable) Markdown() []byte {
	m := &markdown{r: &Report{Language: t.Language}, w: wordsFor(t.Language)}
	m.heading(1, line(cmp.Or(t.Title, m.w.UnitsTitle)))
	var rows [][]string
	for _, r := range t.Rows {
		cells := r.cells()
		for i := range cells {
			cells[i] = inline(cells[i])
		}
		rows = append(rows, cells)
	}
	m.table(t.headings(false), rows)
	return bytes.TrimLeft(m.b.Bytes(), "\n")
}
