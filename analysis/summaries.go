package analysis

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// summariesFile holds what researchers write into the cells of a framework matrix.
const summariesFile = "summaries.csv"

// A Summary is a row of summaries.csv: what was written about a code or theme in one case, in all ("" for the case), or
// about a case as a whole ("" for what it is about).
type Summary struct {
	About string // code:ID or theme:ID
	Case  string // participant:ID, transcript:ID, speaker:ROLE or ATTRIBUTE:VALUE
	Text  string
	Line  int
}

// Summaries returns the rows of summaries.csv. What cannot be read is in Found.
func (s *Study) Summaries() []Summary {
	src, err := s.readFile(summariesFile)
	if err != nil {
		s.Found.Errorf("study/summaries", s.shown(summariesFile), diag.Position{}, "%v", err)
	}
	if src == nil {
		return nil
	}
	t, found := parseSummaries(s.shown(summariesFile), src)
	s.Found = append(s.Found, found...)
	var out []Summary
	for _, row := range t.rows {
		s.Found = append(s.Found, s.summaryFaults(row.Summary)...)
		out = append(out, row.Summary)
	}
	return out
}

// summaryFaults tells of what a row of summaries.csv is about that the study does not have.
func (s *Study) summaryFaults(row Summary) diag.List {
	check := s.RefChecker()
	var found diag.List
	tell := func(ref, fault, hint string) {
		if fault != "" {
			found.Add(diag.Finding{Rule: "study/dangling-summary", Severity: diag.Warning, File: s.shown(summariesFile),
				Pos: diag.Position{Line: row.Line}, About: ref, Message: fault, Hint: hint})
		}
	}
	switch kind, _, _ := strings.Cut(row.About, ":"); kind {
	case "":
	case "code", "theme":
		fault, hint := check(row.About)
		tell(row.About, fault, hint)
	default:
		tell(row.About, row.About+" is neither a code nor a theme", "write code: or theme:, and an id")
	}
	switch kind, id, _ := strings.Cut(row.Case, ":"); {
	case row.Case == "", kind == "speaker" && slices.Contains(speakers, diag.Fold(id)):
	case kind == "participant", kind == "transcript":
		fault, hint := check(row.Case)
		tell(row.Case, fault, hint)
	case !slices.ContainsFunc(s.Attributes(), func(name string) bool {
		return strings.HasPrefix(diag.Fold(row.Case), diag.Fold(attributeRef(name)))
	}):
		tell(row.Case, row.Case+" is no case", "write participant:, transcript:, speaker: or the name of an attribute and a colon, and what it names")
	}
	return found
}

// Summarised returns what was written about pairs of a code or theme and a case, and whether there is a row for it at
// all, which may still be empty. What was written about a code that went into another goes with it.
func (s *Study) Summarised() func(about, of string) (text string, row bool) {
	texts := map[[2]string]string{}
	for _, row := range s.Summaries() {
		about := row.About
		if id, isCode := strings.CutPrefix(about, "code:"); isCode {
			if c, _ := s.Book.Resolve(id); c != nil {
				about = "code:" + c.ID
			}
		}
		key := s.summaryKey(about, row.Case)
		texts[key] = strings.Trim(texts[key]+"\n\n"+row.Text, "\n")
	}
	return func(about, of string) (string, bool) {
		text, row := texts[s.summaryKey(about, of)]
		return text, row
	}
}

// summaryKey is the same for references that name the same: by today's and former ids, in large and small letters.
func (s *Study) summaryKey(about, of string) [2]string {
	return [2]string{diag.Fold(s.TodaysRef(about)), diag.Fold(of)}
}

// TakenSummaries says what became of summaries that were to be taken in.
type TakenSummaries struct {
	Added, Filled, Same int       // rows that are new, that were there and empty, that say the same already
	Differ              []Summary // say something else than what was written; they were not taken
	Unfit               diag.List // what others are about that the study does not have; they were not taken
}

// TakeSummaries writes summaries into summaries.csv: a row that is not there is added, an empty one filled, and what was
// written stays. All other bytes stay too, and the file keeps its separator, line ends and encoding.
func (s *Study) TakeSummaries(by string, given []Summary) (*TakenSummaries, error) {
	unlock, err := s.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	src, err := s.readFile(summariesFile)
	if err != nil {
		return nil, err
	}
	if src == nil {
		src = []byte("about,case,summary\n")
	}
	t, found := parseSummaries(s.shown(summariesFile), src)
	if err := found.Err(); err != nil {
		return nil, err
	}
	var rows []summaryRow
	var unfit diag.List
	for _, g := range given {
		if faults := s.summaryFaults(g); len(faults) > 0 {
			unfit = append(unfit, faults...)
			continue
		}
		rows = append(rows, summaryRow{Summary: g})
	}
	out := t.take(rows, s.summaryKey)
	out.Unfit = unfit
	if out.Added+out.Filled == 0 {
		return out, nil
	}
	content, err := t.bytes()
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", s.shown(summariesFile), err)
	}
	what := Plural(out.Added+out.Filled, "row", "rows") + " of " + summariesFile
	_, err = s.change(by, what, map[string][]byte{summariesFile: content})
	return out, err
}

// take puts rows into t: what is not there is added, what is empty filled, and what was written stays. Rows may have
// other cells than the three, under the header of t.
func (t *summaryTable) take(rows []summaryRow, key func(about, of string) [2]string) *TakenSummaries {
	out := &TakenSummaries{}
	at := map[[2]string]int{}
	for i, row := range t.rows {
		at[key(row.About, row.Case)] = i
	}
	for _, g := range rows {
		i, there := at[key(g.About, g.Case)]
		switch {
		case !there:
			at[key(g.About, g.Case)] = len(t.rows)
			t.rows = append(t.rows, summaryRow{Summary: g.Summary, cells: g.cells, changed: true})
			out.Added++
		case g.Text == "" || t.rows[i].Text == g.Text:
			out.Same++
		case t.rows[i].Text == "":
			t.rows[i].Text, t.rows[i].changed = g.Text, true
			out.Filled++
		default:
			out.Differ = append(out.Differ, g.Summary)
		}
	}
	return out
}

// summaryTable is summaries.csv, in which rows can be changed without touching others.
type summaryTable struct {
	src                   []byte // as it is encoded
	text                  string
	comma                 rune
	header                []string
	about, cases, summary int // columns
	rows                  []summaryRow
}

type summaryRow struct {
	Summary
	cells      []string
	start, end int // bytes of text, with the line end; 0 and 0 for a new one
	changed    bool
}

// parseSummaries reads a table with the columns about, case and summary, in any order and among others. An apostrophe
// that keeps a cell from being a formula is none of what was written.
func parseSummaries(file string, src []byte) (*summaryTable, diag.List) {
	var found diag.List
	fail := func(line int, format string, args ...any) {
		found.Errorf("study/summaries", file, diag.Position{Line: line}, format, args...)
	}
	t := &summaryTable{src: src}
	var err error
	if t.text, err = decodeTable(src); err != nil {
		fail(0, "cannot be read as text: %v", err)
		return t, found
	}
	t.comma = separator(t.text)
	r := csv.NewReader(strings.NewReader(t.text))
	r.Comma = t.comma
	r.FieldsPerRecord = -1
	seen := map[[2]string]int{}
	for {
		start := int(r.InputOffset())
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			if t.header == nil {
				fail(1, "the columns about, case and summary are missing")
			}
			return t, found
		}
		if err != nil {
			line := 0
			if fault, ok := errors.AsType[*csv.ParseError](err); ok {
				line, err = fault.Line, fault.Err
			}
			fail(line, "not a table: %v", err)
			return t, found
		}
		for rest := t.text[start:]; strings.HasPrefix(rest, "\n") || strings.HasPrefix(rest, "\r\n"); rest = t.text[start:] {
			start += strings.IndexByte(rest, '\n') + 1 // empty lines before a row are none of it
		}
		line, _ := r.FieldPos(0)
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		if t.header == nil {
			t.header = cells
			column := func(name string) int {
				i := slices.IndexFunc(cells, func(c string) bool { return diag.Fold(strings.TrimSpace(c)) == name })
				if i < 0 {
					fail(line, "has no column called %s", name)
				}
				return i
			}
			if t.about, t.cases, t.summary = column("about"), column("case"), column("summary"); len(found) > 0 {
				return t, found
			}
			continue
		}
		cell := func(i int) string {
			if i < len(cells) {
				return codebook.Unguard(strings.TrimSpace(cells[i]))
			}
			return ""
		}
		row := summaryRow{Summary: Summary{cell(t.about), cell(t.cases), cell(t.summary), line}, cells: cells, start: start, end: int(r.InputOffset())}
		key := [2]string{diag.Fold(row.About), diag.Fold(row.Case)}
		switch {
		case len(cells) > len(t.header):
			fail(line, "has %d cells; the header has %d", len(cells), len(t.header))
		case row.About == "" && row.Case == "":
			fail(line, "is about nothing: both about and case are empty")
		case seen[key] > 0:
			fail(line, "%s stands twice, first on line %d", strings.TrimSpace(row.About+" "+row.Case), seen[key])
		default:
			seen[key] = line
			t.rows = append(t.rows, row)
		}
	}
}

// bytes returns the table with its changed rows written anew and the new ones at its end, encoded as it was.
func (t *summaryTable) bytes() ([]byte, error) {
	lineEnd := "\n"
	if strings.Contains(t.text, "\r\n") {
		lineEnd = "\r\n"
	}
	var out strings.Builder
	at := 0
	for _, row := range t.rows {
		if !row.changed {
			continue
		}
		if row.end == 0 && at < len(t.text) { // the first new one
			out.WriteString(t.text[at:])
			if at = len(t.text); !strings.HasSuffix(t.text, "\n") {
				out.WriteString(lineEnd)
			}
		} else if row.end > 0 {
			out.WriteString(t.text[at:row.start])
			at = row.end
		}
		cells := make([]string, max(len(t.header), len(row.cells)))
		copy(cells, row.cells)
		cells[t.about], cells[t.cases], cells[t.summary] = codebook.Guard(row.About), codebook.Guard(row.Case), codebook.Guard(row.Text)
		w := csv.NewWriter(&out)
		w.Comma, w.UseCRLF = t.comma, lineEnd == "\r\n"
		if err := w.Write(cells); err != nil {
			return nil, err
		}
		w.Flush()
	}
	out.WriteString(t.text[at:])
	text := out.String()
	switch {
	case bytes.HasPrefix(t.src, []byte{0xff, 0xfe}):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	case bytes.HasPrefix(t.src, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	case !utf8.Valid(t.src):
		encoded, err := charmap.Windows1252.NewEncoder().Bytes([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("it is encoded in windows-1252, which lacks a character that is to be written; save it as UTF-8: %w", err)
		}
		return encoded, nil
	case bytes.HasPrefix(t.src, []byte("\ufeff")):
		return []byte("\ufeff" + text), nil
	}
	return []byte(text), nil
}

// ReadSummaries reads a sheet that somebody filled, CSV or XLSX, with the columns about, case and summary among others.
// Rows that are still empty are left out.
func ReadSummaries(name string, src []byte) ([]Summary, error) {
	sheets, err := readSheets(name, src, "about")
	if err != nil {
		return nil, err
	}
	var out []Summary
	for _, sheet := range sheets {
		var columns [3]int
		for i, head := range []string{"about", "case", "summary"} {
			if len(sheet.Cells) > 0 {
				columns[i] = slices.IndexFunc(sheet.Cells[0], func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), head) })
			}
			if len(sheet.Cells) == 0 || columns[i] < 0 {
				return nil, fmt.Errorf("read %s: it has no column called %s", name, head)
			}
		}
		for _, row := range sheet.Cells[1:] {
			cell := func(i int) string {
				if columns[i] < len(row) {
					return strings.TrimSpace(row[columns[i]])
				}
				return ""
			}
			if g := (Summary{About: cell(0), Case: cell(1), Text: cell(2)}); g.Text != "" && g.About+g.Case != "" {
				out = append(out, g)
			}
		}
	}
	return out, nil
}
