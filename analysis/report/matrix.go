package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/tema-qda/tema/analysis"
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
	x.w = wordsFor(x.s.ReportLanguage())
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
	return x.w.quotation(said(x.s.Transcript(p.Transcript), p.Span), false), x.w.Place(p.Transcript, p.Turns)
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
			_, place := x.Passage(p)
			all = append(all, x.w.quotation(said(x.s.Transcript(p.Transcript), p.Span), true)+" ("+place+")")
		}
		return strings.Join(all, "\n\n")
	case ShowSummaries:
		text, _ := x.Summary(row, column)
		return text
	}
	if x.withholds(row, column) {
		return withheldMark
	}
	return strconv.Itoa(x.Figure(x.Cells[row][column].Counts))
}

// withheldMark stands where a number of participants is not told.
const withheldMark = "–"

// withholds says whether a cell would show a number of participants that is not told.
func (x *Matrix) withholds(row, column int) bool {
	return x.Show == ShowCounts && x.Unit == "participants" && x.Cells[row][column].Withheld
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
	return matrixFile(textSheet("", x.Grid()).csv(x.w))
}

// XLSX returns the matrix as a workbook: figures are numbers, all else is text. A second sheet says what the figures are.
func (x *Matrix) XLSX() ([]byte, error) {
	x = x.forPeople()
	t := textSheet(x.w.Matrix.Sheet, x.grid(true))
	if isEntry(x.Options.Rows) {
		t.first = 2
	}
	if last := len(t.heads) - 1; t.heads[last] == x.w.Matrix.Summary {
		t.roomy = map[int]bool{last: true}
	}
	return x.workbook(t)
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
	t := textSheet("summaries", rows)
	t.first, t.roomy = 2, map[int]bool{2: true}
	if xlsx {
		return passages.workbook(t)
	}
	return matrixFile(t.csv(passages.w))
}

func matrixFile(doc []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("export matrix: %w", err)
	}
	return doc, nil
}

// workbook writes a sheet, and another that says what the matrix is.
func (x *Matrix) workbook(t sheet) ([]byte, error) {
	for _, row := range t.rows {
		for i, cell := range row {
			n, err := strconv.Atoi(cell.(string))
			if row[i] = x.w.fitted(cell.(string)); i >= t.first && err == nil && x.Figures() {
				row[i] = n
			}
		}
	}
	about := sheet{name: x.w.Matrix.About}
	for _, line := range x.Explain() {
		about.rows = append(about.rows, []any{line})
	}
	return matrixFile(workbook(x.s.Config.Title, x.w, t, about))
}

// fitted returns s as a cell of a workbook can hold it, cut between passages where it is too long.
func (w *words) fitted(s string) string {
	if !tooLong(s) {
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
	if note := x.Withheld(); note != "" {
		out = append(out, note)
	}
	if x.Show == ShowCounts && x.Reflexive() {
		out = append(out, v.Frequency)
	}
	return out
}

// Withheld says what the mark stands for, or "" where none does.
func (x *Matrix) Withheld() string {
	for r := range x.Cells {
		for c := range x.Cells[r] {
			if x.withholds(r, c) {
				return fmt.Sprintf(x.w.Matrix.Withheld, withheldMark, x.w.Number(x.Options.SmallCells))
			}
		}
	}
	return ""
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
	Participants []string `json:"participants,omitempty"` // of a case: who belongs to it, if a report may say so
	Summary      string   `json:"summary,omitempty"`
}

type cellJSON struct {
	Row          int           `json:"row"` // place in rows.headings
	Column       int           `json:"column"`
	Codings      int           `json:"codings"`
	Passages     int           `json:"passages"`
	Turns        int           `json:"turns"`
	Participants *int          `json:"participants"` // null where few of a group would be counted, or their number would follow from it
	Transcripts  int           `json:"transcripts"`
	Said         []passageJSON `json:"said,omitempty"`
	Summary      *string       `json:"summary,omitempty"` // "" where summaries.csv has a row that is still empty
}

type passageJSON struct {
	Place
	Start int    `json:"start"` // bytes in the text, half-open
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// JSON returns the matrix as one document.
func (x *Matrix) JSON() ([]byte, error) {
	beside := x.s.Disclosure()
	side := func(of string, headings []analysis.Heading) axisJSON {
		a := axisJSON{Of: of, Headings: []headingJSON{}}
		for _, h := range headings {
			one := headingJSON{Ref: h.Ref, ID: h.ID, Name: x.Label(h), Depth: h.Depth, Values: h.Values, Participants: h.Participants, Summary: x.whole(h)}
			if h.Entry {
				all := counts(h.Evidence)
				one.All = &all
			}
			if !slices.Contains(analysis.Axes, of) && x.Options.SmallCells > 1 && !beside.Has(of) {
				one.Participants = nil // who has the value does not stand beside her id
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
			one := cellJSON{Row: r, Column: c, Codings: cell.Codings, Passages: cell.Counts.Passages, Turns: cell.Turns, Transcripts: cell.Transcripts}
			if !cell.Withheld {
				one.Participants = &cell.Participants
			}
			if text, written := x.Summary(r, c); written {
				one.Summary = &text
			}
			if cell.Codings == 0 && one.Summary == nil {
				continue
			}
			for _, p := range cell.Passages {
				words, _ := x.Passage(p)
				one.Said = append(one.Said, passageJSON{Place{p.Transcript, p.Turns}, p.Start, p.End, words})
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
