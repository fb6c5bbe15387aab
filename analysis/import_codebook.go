package analysis

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/tema-qda/tema/codebook"
)

// What a table that somebody sends may weigh: far more than a codebook, far less than what makes a machine stand still.
const (
	sheetFileSize = 32 << 20 // bytes of the file
	sheetSize     = 96 << 20 // bytes of a workbook when it is unpacked
	sheetRows     = 20_000

	journalFile = "journal.jsonl"
)

// ReadSheets reads the tables of a CSV file or workbook (XLSX), known by what is in it, as codebook.Draft.TakeIn takes
// them. CSV is read as spreadsheets in many countries write it. Of a workbook the values are read, never a formula, and
// of several sheets those that are called codes and themes or have a column called id.
func ReadSheets(name string, src []byte) ([]codebook.Sheet, error) {
	return readSheets(name, src, "id", "codes", "themes")
}

// readSheets reads the sheets that have a column, or one of some names.
func readSheets(name string, src []byte, column string, names ...string) ([]codebook.Sheet, error) {
	if len(src) > sheetFileSize {
		return nil, fmt.Errorf("read %s: it has more than %d MB", name, sheetFileSize>>20)
	}
	if bytes.HasPrefix(src, []byte("PK")) {
		return readWorkbook(name, src, column, names)
	}
	text, err := decodeTable(src)
	if err != nil {
		return nil, fmt.Errorf("read %s: it is neither CSV nor XLSX: %w", name, err)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = separator(text)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	sheet := codebook.Sheet{Name: name}
	var lines []int
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		line, _ := r.FieldPos(0)
		for i := range record {
			record[i] = codebook.Unguard(record[i])
		}
		if len(sheet.Cells) > sheetRows {
			return nil, fmt.Errorf("read %s: it has more than %s rows", name, Thousands(sheetRows))
		}
		sheet.Cells, lines = append(sheet.Cells, record), append(lines, line)
	}
	sheet.Place = func(row, column int) string {
		at := fmt.Sprintf("%s:%d", name, lines[row])
		if column < len(sheet.Cells[0]) && row > 0 {
			at += " " + strings.TrimSpace(sheet.Cells[0][column])
		}
		return at
	}
	return []codebook.Sheet{sheet}, nil
}

func readWorkbook(name string, src []byte, column string, names []string) ([]codebook.Sheet, error) {
	// The two limits are the same, so that no sheet is unpacked into a file somewhere on disk.
	f, err := excelize.OpenReader(bytes.NewReader(src), excelize.Options{RawCellValue: true, UnzipSizeLimit: sheetSize, UnzipXMLSizeLimit: sheetSize})
	if err != nil {
		return nil, fmt.Errorf("read %s: it is no workbook that can be read: %w", name, err)
	}
	defer f.Close()
	var out []codebook.Sheet
	for _, sheet := range f.GetSheetList() {
		rows, err := f.Rows(sheet)
		if err != nil {
			return nil, fmt.Errorf("read %s, sheet %s: %w", name, sheet, err)
		}
		s := codebook.Sheet{Name: sheet}
		var numbers []int // of rows that hold something, from 1
		for n := 1; rows.Next(); n++ {
			cells, err := rows.Columns(excelize.Options{RawCellValue: true})
			if err != nil {
				return nil, fmt.Errorf("read %s, sheet %s: %w", name, sheet, err)
			}
			if strings.TrimSpace(strings.Join(cells, "")) == "" {
				continue
			}
			if len(numbers) > sheetRows {
				return nil, fmt.Errorf("read %s, sheet %s: it has more than %s rows", name, sheet, Thousands(sheetRows))
			}
			s.Cells, numbers = append(s.Cells, cells), append(numbers, n)
		}
		if err := errors.Join(rows.Error(), rows.Close()); err != nil {
			return nil, fmt.Errorf("read %s, sheet %s: %w", name, sheet, err)
		}
		s.Place = func(row, column int) string {
			at, err := excelize.CoordinatesToCellName(column+1, numbers[row])
			if err != nil {
				at = fmt.Sprint(numbers[row])
			}
			return fmt.Sprintf("%s %s!%s", name, sheet, at)
		}
		if len(s.Cells) == 0 {
			continue
		}
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, sheet) }) ||
			slices.ContainsFunc(s.Cells[0], func(head string) bool { return strings.EqualFold(strings.TrimSpace(head), column) }) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("read %s: no sheet has a column called %s", name, column)
	}
	return out, nil
}

// An ImportedCodebook says what became of the sheets that somebody sent.
type ImportedCodebook struct {
	*CodebookEdit
	Taken []codebook.Taken
	Unfit []codebook.Unfit
}

// ImportCodebook takes into codebook.yaml what sheets say otherwise, and nothing else; add lets rows with unknown ids
// become codes and themes. The edits go into the journal as by's, with the reason why. With dry nothing is written.
func (s *Study) ImportCodebook(sheets []codebook.Sheet, add bool, by, why string, dry bool) (*ImportedCodebook, error) {
	out := &ImportedCodebook{}
	var err error
	out.CodebookEdit, err = s.EditCodebook(by, why, dry, func(d *codebook.Draft) error {
		for _, sheet := range sheets {
			taken, unfit := d.TakeIn(sheet, add)
			out.Taken, out.Unfit = append(out.Taken, taken...), append(out.Unfit, unfit...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
