package report

import (
	"fmt"

	"github.com/tema-qda/tema/codebook"
)

// XLSX returns the appendix as a workbook: a sheet of codes and, where there are any, a sheet of themes, every cell a
// text. One that is too long for a cell is an error: cut off, it would come back as a change.
func (a *CodebookAppendix) XLSX() ([]byte, error) {
	codes, themes := a.Tables()
	sheets := []sheet{tableSheet("codes", codes)}
	if len(themes.Rows) > 0 {
		sheets = append(sheets, tableSheet("themes", themes))
	}
	doc, err := workbook(a.report.Title, wordsFor(a.report.Language), sheets...)
	if err != nil {
		return nil, fmt.Errorf("export codebook: %w; CSV and Markdown have room", err)
	}
	return doc, nil
}

// writtenIn are the columns in which co-authors write.
var writtenIn = map[string]bool{"definition": true, "concept": true, "include": true, "exclude": true, "examples": true, "counterexamples": true}

func tableSheet(name string, t codebook.Table) sheet {
	out := textSheet(name, append([][]string{t.Keys}, t.Rows...))
	out.roomy = map[int]bool{}
	for i, key := range t.Keys {
		out.roomy[i] = writtenIn[key]
	}
	return out
}
