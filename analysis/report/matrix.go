package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
)

// What the cells of a matrix show.
const (
	ShowPresence  = "presence"
	ShowCounts    = "counts"
	ShowPassages  = "passages"
	ShowSummaries = "summaries"
)

// MatrixUnits are what a count can be of.
var MatrixUnits = []string{"codings", "passages", "turns", "participants", "transcripts"}

// A Matrix is a matrix to be printed.
type Matrix struct {
	*analysis.Matrix
	Show string
	Unit string // of ShowCounts

	s       *analysis.Study
	w       *words
	written func(about, of string) (text string, row bool)
}

// NewMatrix returns m, to be printed: in English for the terminal and for programs, in the study's language where it is
// handed to people (XLSX, SVG). To show passages, m must have kept them.
func NewMatrix(s *analysis.Study, m *analysis.Matrix, show, unit string) *Matrix {
	return &Matrix{Matrix: m, Show: show, Unit: unit, s: s, w: &english, written: s.Summarised()}
}

// forPeople returns x in the study's language.
func (x Matrix) forPeople() *Matrix {
	x.w = wordsFor(x.s.Config.Language)
	return &x
}

// Figures says whether cells are figures: counts, or 1 and 0 for presence.
func (x *Matrix) Figures() bool { return x.Show == ShowPresence || x.Show == ShowCounts }

// Figure returns what a cell with these counts shows.
func (x *Matrix) Figure(c analysis.Counts) int {
	if x.Show == ShowPresence {
		return min(1, c.Codings)
	}
	switch x.Unit {
	case "passages":
		return c.Passages
	case "turns":
		return c.Turns
	case "participants":
		return c.Participants
	case "transcripts":
		return c.Transcripts
	}
	return c.Codings
}

// Passage returns what is said in p, by whom where several speak, and where it stands.
func (x *Matrix) Passage(p *analysis.Passage) (words, place string) {
	var parts []string
	speech := said(x.s.Transcript(p.Transcript), p.Span)
	for _, s := range speech {
		if len(speech) > 1 {
			s.Text = x.w.Speaker(s) + ": " + s.Text
		}
		parts = append(parts, s.Text)
	}
	return strings.Join(parts, "\n"), x.w.Place(p.Transcript, p.Turns)
}

// Summary returns what was written about a cell, and whether summaries.csv has a row for it.
func (x *Matrix) Summary(row, column int) (text string, written bool) {
	return x.written(x.about(row, column))
}

// about returns the references of a cell as summaries.csv has them: the code or theme, and the case.
func (x *Matrix) about(row, column int) (about, of string) {
	r, c := x.Rows[row], x.Columns[column]
	if !r.Entry {
		r, c = c, r
	}
	return r.Ref, c.Ref
}

// Summaries returns the framework matrix as a list: a row for each cell that holds something or was written about.
func (x *Matrix) Summaries() []analysis.Summary {
	var out []analysis.Summary
	for r := range x.Rows {
		for c := range x.Columns {
			if text, written := x.Summary(r, c); written || x.Cells[r][c].Codings > 0 {
				about, of := x.about(r, c)
				out = append(out, analysis.Summary{About: about, Case: of, Text: text})
			}
		}
	}
	return out
}

// Label names a row or column: a code or theme by its name, a speaker by the role, a case by what it is.
func (x *Matrix) Label(h analysis.Heading) string {
	switch {
	case h.Entry:
		return h.Name
	case len(h.Values) == 0:
		return x.w.Matrix.Speakers[h.ID]
	}
	var names []string
	for _, v := range h.Values {
		names = append(names, cmp.Or(v, x.w.NotGiven))
	}
	return list(names, x.w.Or)
}

// cell returns what stands under a row and a column as text.
func (x *Matrix) cell(row, column int) string {
	switch x.Show {
	case ShowPassages:
		var all []string
		for _, p := range x.Cells[row][column].Passages {
			words, place := x.Passage(p)
			all = append(all, words+" ("+place+")")
		}
		return strings.Join(all, "\n\n")
	case ShowSummaries:
		text, _ := x.Summary(row, column)
		return text
	}
	return strconv.Itoa(x.Figure(x.Cells[row][column].Counts))
}

// whole returns what was written about a row or column as a whole.
func (x *Matrix) whole(h analysis.Heading) string {
	about, of := "", h.Ref
	if h.Entry {
		about, of = h.Ref, ""
	}
	text, _ := x.written(about, of)
	return text
}

// Grid returns the matrix as rows of text under a row of headings; ids name codes and themes.
func (x *Matrix) Grid() [][]string { return x.grid(false) }

// grid is Grid; with names, codes and themes have theirs, in a column of its own where they are the rows. Counts are
// followed by those of all of a code or theme, summaries by what was written about the whole of a row or column.
func (x *Matrix) grid(names bool) [][]string {
	name := func(h analysis.Heading) string {
		if names || !h.Entry {
			return x.Label(h)
		}
		return h.ID
	}
	var end func(h analysis.Heading) string
	last := ""
	switch x.Show {
	case ShowCounts:
		last, end = x.w.Matrix.All, func(h analysis.Heading) string {
			if !h.Entry {
				return ""
			}
			return strconv.Itoa(x.Figure(h.Evidence.Counts))
		}
	case ShowSummaries:
		last, end = x.w.Matrix.Summary, x.whole
	}
	ends := func(headings []analysis.Heading) bool {
		return end != nil && slices.ContainsFunc(headings, func(h analysis.Heading) bool { return end(h) != "" })
	}
	both := names && isEntry(x.Options.Rows)
	head := []string{x.w.Matrix.kind(x.Options.Rows)}
	if both {
		head = append(head, x.w.Matrix.Name)
	}
	for _, c := range x.Columns {
		head = append(head, name(c))
	}
	if ends(x.Rows) {
		head = append(head, last)
	}
	rows := [][]string{head}
	for r, h := range x.Rows {
		row := []string{name(h)}
		if both {
			row = []string{h.ID, strings.Repeat("– ", h.Depth) + h.Name}
		}
		for c := range x.Columns {
			row = append(row, x.cell(r, c))
		}
		if ends(x.Rows) {
			row = append(row, end(h))
		}
		rows = append(rows, row)
	}
	if ends(x.Columns) && !x.meets() {
		row := []string{last}
		if both {
			row = append(row, "")
		}
		for _, h := range x.Columns {
			row = append(row, end(h))
		}
		rows = append(rows, row)
	}
	return rows
}

// CSV returns the matrix as spreadsheets and statistics programs read it best: UTF-8 with a byte order mark, commas,
// ids. Presence is 1 or 0. No cell can be taken for a formula.
func (x *Matrix) CSV() ([]byte, error) {
	rows := x.Grid()
	var b bytes.Buffer
	if err := (codebook.Table{Keys: rows[0], Rows: rows[1:]}).CSV(&b); err != nil {
		return nil, fmt.Errorf("export matrix: %w", err)
	}
	return b.Bytes(), nil
}

// XLSX returns the matrix as a workbook: figures are numbers, all else is text and formatted as text, so that nothing is
// a formula and nothing becomes one. A second sheet says what the figures are.
func (x *Matrix) XLSX() ([]byte, error) {
	x = x.forPeople()
	first := 1
	if isEntry(x.Options.Rows) {
		first = 2
	}
	return x.workbook(workSheet{x.w.Matrix.Sheet, x.grid(true), first, x.Figures()})
}

// SheetToFill returns the framework matrix as a list with room for summaries beside the passages, as CSV or XLSX.
func (x *Matrix) SheetToFill(xlsx bool) ([]byte, error) {
	passages := x.forPeople()
	passages.Show = ShowPassages
	rows := [][]string{{"about", "case", "summary", "passages"}}
	for r := range x.Rows {
		for c := range x.Columns {
			if text, written := x.Summary(r, c); written || x.Cells[r][c].Codings > 0 {
				about, of := x.about(r, c)
				rows = append(rows, []string{about, of, text, passages.cell(r, c)})
			}
		}
	}
	if xlsx {
		return passages.workbook(workSheet{"summaries", rows, 2, false})
	}
	var b bytes.Buffer
	if err := (codebook.Table{Keys: rows[0], Rows: rows[1:]}).CSV(&b); err != nil {
		return nil, fmt.Errorf("export matrix: %w", err)
	}
	return b.Bytes(), nil
}

// A workSheet is rows of text under a header. The first columns stay in sight; behind them, cells are numbers if figures
// says so.
type workSheet struct {
	name    string
	rows    [][]string
	first   int
	figures bool
}

// workbook writes a sheet, and another that says what the matrix is.
func (x *Matrix) workbook(sheet workSheet) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	about := x.w.Matrix.About
	err := errors.Join(
		f.SetDocProps(&excelize.DocProperties{Title: x.s.Config.Title, Created: "1980-01-01T00:00:00Z", Modified: "1980-01-01T00:00:00Z"}),
		f.SetSheetName("Sheet1", sheet.name),
		sheet.write(f, x.w))
	if err == nil {
		_, err = f.NewSheet(about)
	}
	for i, line := range x.Explain() {
		err = errors.Join(err, f.SetCellStr(about, fmt.Sprintf("A%d", i+1), escapedCell(visible(line))))
	}
	var b bytes.Buffer
	if err = errors.Join(err, f.SetColWidth(about, "A", "A", 100), f.Write(&b)); err != nil {
		return nil, fmt.Errorf("export matrix: %w", err)
	}
	return b.Bytes(), nil
}

// write streams the sheet into f, which can stream one.
func (t workSheet) write(f *excelize.File, w *words) error {
	const asText, widest = 49, 60 // the number format "@"; characters
	text, err := f.NewStyle(&excelize.Style{NumFmt: asText, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	head, err := f.NewStyle(&excelize.Style{NumFmt: asText, Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Vertical: "bottom", WrapText: true}})
	if err != nil {
		return err
	}
	figure, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "center"}})
	if err != nil {
		return err
	}
	stream, err := f.NewStreamWriter(t.name)
	if err != nil {
		return err
	}
	width := 0
	for _, row := range t.rows {
		width = max(width, len(row))
	}
	for i := range width {
		longest := 6
		if head := t.rows[0]; i < len(head) && (head[i] == "summary" || head[i] == w.Matrix.Summary) {
			longest = widest // somebody will write here
		}
		for r, row := range t.rows {
			if i < len(row) {
				n := len([]rune(row[i]))
				if r == 0 && t.figures && i >= t.first {
					n = min(n, 14) // a heading is wrapped rather than all figures kept apart
				}
				longest = max(longest, min(n, widest))
			}
		}
		if err := stream.SetColWidth(i+1, i+1, float64(longest)+2); err != nil {
			return err
		}
	}
	corner, err := excelize.CoordinatesToCellName(t.first+1, 2)
	if err != nil {
		return err
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, XSplit: t.first, YSplit: 1, TopLeftCell: corner, ActivePane: "bottomRight"}); err != nil {
		return err
	}
	for r, row := range t.rows {
		cells := make([]any, len(row))
		for i, s := range row {
			n, err := strconv.Atoi(s)
			switch {
			case r > 0 && t.figures && i >= t.first && err == nil:
				cells[i] = excelize.Cell{StyleID: figure, Value: n}
			case r == 0:
				cells[i] = excelize.Cell{StyleID: head, Value: fitted(s, w)}
			default:
				cells[i] = excelize.Cell{StyleID: text, Value: fitted(s, w)}
			}
		}
		at, err := excelize.CoordinatesToCellName(1, r+1)
		if err != nil {
			return err
		}
		if err := stream.SetRow(at, cells); err != nil {
			return err
		}
	}
	return stream.Flush()
}

// fitted returns s as a cell of a workbook can hold it, cut between passages where it is too long.
func fitted(s string, w *words) string {
	s = visible(s)
	if len(s) <= cellRoom || len(utf16.Encode([]rune(s))) <= cellRoom {
		return s
	}
	passages := strings.Split(s, "\n\n")
	room, shown := cellRoom-len(w.Matrix.Cut)-40, 0
	for shown < len(passages) {
		if room -= len(utf16.Encode([]rune(passages[shown]))) + 2; room < 0 {
			break
		}
		shown++
	}
	return strings.Join(append(passages[:shown:shown], fmt.Sprintf(w.Matrix.Cut, w.Number(shown), w.Number(len(passages)))), "\n\n")
}

// meets says whether rows and columns are codes or themes.
func (x *Matrix) meets() bool { return isEntry(x.Options.Rows) && isEntry(x.Options.Columns) }

func isEntry(axis string) bool { return axis == analysis.AxisCodes || axis == analysis.AxisThemes }

// Explain says what the matrix shows, a sentence a string.
func (x *Matrix) Explain() []string {
	v := x.w.Matrix
	out := []string{fmt.Sprintf(v.Title, v.kind(x.Options.Rows), v.kind(x.Options.Columns)) + "."}
	switch x.Show {
	case ShowPresence:
		out = append(out, v.Presence)
	case ShowCounts:
		counted := fmt.Sprintf(v.Counts, upper(x.unit()[1]))
		if x.Unit == "passages" {
			counted += " " + v.Merged
		}
		out = append(out, counted)
	}
	switch near := x.Options.Near; {
	case !x.meets():
		out = append(out, v.Case)
	case near == analysis.Overlapping:
		out = append(out, fmt.Sprintf(v.Meet, v.Overlap))
	case near == analysis.SamePassage:
		out = append(out, fmt.Sprintf(v.Meet, v.Same))
	case near == 0:
		out = append(out, fmt.Sprintf(v.Meet, v.InTurn))
	default:
		out = append(out, fmt.Sprintf(v.Meet, fmt.Sprintf(v.InTurns, x.w.Number(int(near)))))
	}
	if x.Options.Own {
		out = append(out, v.Own)
	} else {
		out = append(out, v.Below)
	}
	switch x.Options.Tier {
	case analysis.TierByRule:
		out = append(out, x.w.ByRuleNote)
	case analysis.TierProposed:
		out = append(out, x.w.Proposed+". "+x.w.ProposedNote)
	}
	for _, h := range slices.Concat(x.Rows, x.Columns) {
		if len(h.Values) > 1 {
			out = append(out, fmt.Sprintf(x.w.Joined, x.w.Number(x.Options.SmallCells)))
			break
		}
	}
	if x.Show == ShowCounts && x.Reflexive() {
		out = append(out, v.Frequency)
	}
	return out
}

// FrequencyNote goes with every count in a reflexive study.
var FrequencyNote = english.Matrix.Frequency

// Reflexive says whether the study is.
func (x *Matrix) Reflexive() bool { return x.s.Config.Approach == analysis.Reflexive }

// unit names what is counted, one and several of it.
func (x *Matrix) unit() [2]string {
	return map[string][2]string{"codings": x.w.Codings, "passages": x.w.Passages, "turns": x.w.Turns,
		"participants": x.w.Participants, "transcripts": x.w.Transcripts}[x.Unit]
}

// A matrixJSON is a matrix as scripts get it. Fields are added, never renamed or taken out. All units are there, whatever
// was asked for; cells without anything are left out.
type matrixJSON struct {
	Schema  int        `json:"schema"`
	Rows    axisJSON   `json:"rows"`
	Columns axisJSON   `json:"columns"`
	Tier    string     `json:"tier"`
	Own     bool       `json:"own"`
	Near    string     `json:"near,omitempty"` // where rows and columns are codes or themes: same, overlap, turn or a number of turns
	Notes   []string   `json:"notes"`
	Cells   []cellJSON `json:"cells"`
}

type axisJSON struct {
	Of       string        `json:"of"`
	Headings []headingJSON `json:"headings"`
}

type headingJSON struct {
	Ref          string   `json:"ref"`
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Depth        int      `json:"depth"`
	All          *Counts  `json:"all,omitempty"`          // of a code or theme: what counts as its evidence in this tier
	Values       []string `json:"values,omitempty"`       // of a case that is a value, or several that were joined
	Participants []string `json:"participants,omitempty"` // of a case: who belongs to it
	Summary      string   `json:"summary,omitempty"`
}

type cellJSON struct {
	Row    int `json:"row"` // place in rows.headings
	Column int `json:"column"`
	Counts
	Passages []passageJSON `json:"said,omitempty"`
	Summary  *string       `json:"summary,omitempty"` // "" where summaries.csv has a row that is still empty
}

type passageJSON struct {
	Place
	Start int    `json:"start"` // bytes in the text, half-open
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// JSON returns the matrix as one document.
func (x *Matrix) JSON() ([]byte, error) {
	side := func(of string, headings []analysis.Heading) axisJSON {
		a := axisJSON{Of: of, Headings: []headingJSON{}}
		for _, h := range headings {
			one := headingJSON{Ref: h.Ref, ID: h.ID, Name: x.Label(h), Depth: h.Depth, Values: h.Values, Participants: h.Participants, Summary: x.whole(h)}
			if h.Entry {
				all := counts(h.Evidence)
				one.All = &all
			}
			a.Headings = append(a.Headings, one)
		}
		return a
	}
	doc := matrixJSON{Schema: 1, Rows: side(x.Options.Rows, x.Rows), Columns: side(x.Options.Columns, x.Columns), Tier: x.Options.Tier,
		Own: x.Options.Own, Notes: x.Explain(), Cells: []cellJSON{}}
	if x.meets() {
		doc.Near = x.Options.Near.String()
	}
	for r := range x.Rows {
		for c := range x.Columns {
			cell := &x.Cells[r][c]
			one := cellJSON{Row: r, Column: c, Counts: Counts(cell.Counts)}
			if text, written := x.Summary(r, c); written {
				one.Summary = &text
			}
			if cell.Codings == 0 && one.Summary == nil {
				continue
			}
			for _, p := range cell.Passages {
				words, _ := x.Passage(p)
				one.Passages = append(one.Passages, passageJSON{Place{p.Transcript, p.Turns}, p.Start, p.End, words})
			}
			doc.Cells = append(doc.Cells, one)
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("export matrix: %w", err)
	}
	return b.Bytes(), nil
}
