package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/tema-qda/tema/codebook"
)

// cellRoom is how much a cell of a workbook can hold, in UTF-16 units.
const cellRoom = 32767

// XLSX returns the appendix as a workbook: a sheet of codes and, where there are any, a sheet of themes. Every cell is
// text and formatted as text, so that none is a formula, and none becomes one when somebody edits it. A text that is
// too long for a cell is an error: cut off, it would come back as a change.
func (a *CodebookAppendix) XLSX() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	codes, themes := a.Tables()
	if err := f.SetDocProps(&excelize.DocProperties{Title: a.report.Title, Created: "1980-01-01T00:00:00Z", Modified: "1980-01-01T00:00:00Z"}); err != nil {
		return nil, fmt.Errorf("export codebook: %w", err)
	}
	if err := f.SetSheetName("Sheet1", "codes"); err != nil {
		return nil, fmt.Errorf("export codebook: %w", err)
	}
	if err := fillSheet(f, "codes", codes); err != nil {
		return nil, fmt.Errorf("export codebook: %w", err)
	}
	if len(themes.Rows) > 0 {
		if _, err := f.NewSheet("themes"); err != nil {
			return nil, fmt.Errorf("export codebook: %w", err)
		}
		if err := fillSheet(f, "themes", themes); err != nil {
			return nil, fmt.Errorf("export codebook: %w", err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, fmt.Errorf("export codebook: %w", err)
	}
	return b.Bytes(), nil
}

// columnWidths are in characters, by key; others get narrow.
var columnWidths = map[string]float64{"name": 26, "definition": 48, "concept": 40, "include": 36, "exclude": 36, "examples": 48, "counterexamples": 36, "codes": 24}

func fillSheet(f *excelize.File, sheet string, t codebook.Table) error {
	const asText = 49 // the number format "@"
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: asText, Alignment: wrap})
	if err != nil {
		return err
	}
	body, err := f.NewStyle(&excelize.Style{NumFmt: asText, Alignment: wrap})
	if err != nil {
		return err
	}
	last, err := excelize.ColumnNumberToName(len(t.Keys))
	if err != nil {
		return err
	}
	if err := f.SetColStyle(sheet, "A:"+last, body); err != nil { // rows that a co-author adds are text too
		return err
	}
	for i, key := range t.Keys {
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		width, known := columnWidths[key]
		if !known {
			width = 18
		}
		if err := f.SetColWidth(sheet, column, column, width); err != nil {
			return err
		}
		if err := f.SetCellStr(sheet, column+"1", key); err != nil {
			return err
		}
	}
	if err := f.SetCellStyle(sheet, "A1", last+"1", head); err != nil {
		return err
	}
	for r, row := range t.Rows {
		for i, text := range row {
			if len(utf16.Encode([]rune(escapedCell(text)))) > cellRoom {
				return fmt.Errorf("the %s of %s %s is longer than a cell can hold; export CSV or Markdown", t.Keys[i], t.Of, row[0])
			}
			at, err := excelize.CoordinatesToCellName(i+1, r+2)
			if err != nil {
				return err
			}
			if err := f.SetCellStr(sheet, at, escapedCell(text)); err != nil {
				return err
			}
			if err := f.SetCellStyle(sheet, at, at, body); err != nil {
				return err
			}
		}
	}
	return f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"})
}

// escapedCell writes what a workbook would read as an escaped character (_x0041_ is A) so that it stays itself.
func escapedCell(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if rest := s[i:]; len(rest) >= 7 && rest[0] == '_' && rest[1] == 'x' && rest[6] == '_' && strings.Trim(rest[2:6], "0123456789abcdefABCDEF") == "" {
			b.WriteString("_x005F")
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
