package report

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/tema-qda/tema/analysis"
)

// The table of a content analysis is the same in every form, and a document does not say twice what stands above.
func TestUnitTable(t *testing.T) {
	s, err := analysis.Open("../../testdata/studies/first-winter", "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	table, err := BuildUnits(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != 30 || table.Bare != 0 || strings.Join(table.Levels, " ") != "sub-category category theme" {
		t.Fatalf("%d rows, %d without a condensed unit, levels %q", len(table.Rows), table.Bare, table.Levels)
	}
	doc, err := table.CSV()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(doc, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 31 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	book, err := table.XLSX()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet, err := f.GetRows("meaning units")
	if err != nil || len(sheet) != len(rows) {
		t.Fatalf("%d rows, %v", len(sheet), err)
	}
	for i := range rows {
		rows[i][3] = strings.TrimSuffix(strings.TrimPrefix(rows[i][3], "“"), "”") // a workbook needs no marks
		if !slices.Equal(sheet[i], rows[i]) {
			t.Errorf("row %d\nworkbook %q\nCSV      %q", i, sheet[i], rows[i])
		}
	}
	said := docxSaid(docxParts(t, table.DOCX())["word/document.xml"])
	for _, r := range table.Rows {
		if !slices.Contains(said, "TableText: "+r.Unit+" ("+r.By+")") || !slices.Contains(said, "TableText: "+r.Condensed) {
			t.Errorf("the document lacks %q", r.Unit)
		}
	}
	for name, want := range map[string]int{"Alone among others until somebody opens a door": 1, "Somebody makes room": 1, "Rules that stand nowhere": 1} {
		n := 0
		for _, p := range said {
			if p == "TableText: "+name {
				n++
			}
		}
		if n != want {
			t.Errorf("%q stands %d times", name, n)
		}
	}
}
