package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
)

func matrixOf(t testing.TB, s *analysis.Study, show string, o analysis.MatrixOptions) *Matrix {
	t.Helper()
	e, err := s.EvidenceWithoutWords(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	o.Tier, o.Passages = analysis.TierCoded, show == ShowPassages || show == ShowSummaries
	m, err := s.Matrix(context.Background(), e, o)
	if err != nil {
		t.Fatal(err)
	}
	return NewMatrix(s, m, show, "passages")
}

func TestMatrixGolden(t *testing.T) {
	for _, s := range studies[:3] {
		study := open(t, s.files, s.codings, s.changes...)
		golden(t, s.name+"-matrix.svg", matrixOf(t, study, ShowCounts, analysis.MatrixOptions{Rows: "codes", Columns: "codes", Near: 0}).SVG())
		golden(t, s.name+"-presence.svg", matrixOf(t, study, ShowPresence, analysis.MatrixOptions{Rows: "themes", Columns: "site"}).SVG())
		table, err := matrixOf(t, study, ShowPassages, analysis.MatrixOptions{Rows: "codes", Columns: "participants"}).CSV()
		if err != nil {
			t.Fatal(err)
		}
		golden(t, s.name+"-passages.csv", table)
	}
}

// bold is a tiny study in which people and their attributes say what a spreadsheet would take for a formula.
func bold(t testing.TB, said, value, name string) *analysis.Study {
	t.Helper()
	quoted, err := json.Marshal(name) // a YAML scalar too
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	w := csv.NewWriter(&table)
	w.WriteAll([][]string{{"id", "mood"}, {"P1", value}, {"P2", "plain"}})
	files := map[string]string{
		"study.yaml":        "tema: 1\n",
		"participants.csv":  table.String(),
		"codebook.yaml":     "codes: [{id: c, name: " + string(quoted) + "}]\nthemes: [{id: th, codes: [c]}]\n",
		"transcripts/T.txt": "---\nspeakers: {A: P1, B: P2}\n---\nA: " + said + "\n\nB: No.\n",
	}
	return open(t, files, map[string]lines{"anna/T": {{"a1", "c", said, ""}}})
}

// What was said, and what participants.csv and the codebook hold, is text in every file: no formula, no markup.
func TestMatrixFilesHoldData(t *testing.T) {
	for _, said := range []string{`=HYPERLINK("http://x")`, "+1 said she", "-1", "@all", "'quoted", "_x0041_", "<script>alert(1)</script> & co"} {
		s := bold(t, said, said, said)
		x := matrixOf(t, s, ShowPassages, analysis.MatrixOptions{Rows: "codes", Columns: "mood"})
		doc, err := x.XLSX()
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, at := range []string{"A1", "B1", "C1", "D1", "A2", "B2", "C2", "D2"} {
			text, _ := f.GetCellValue("matrix", at)
			formula, _ := f.GetCellFormula("matrix", at)
			if kind, _ := f.GetCellType("matrix", at); formula != "" || text != "" && kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
				t.Errorf("%s is %q, with the formula %q, of type %v", at, text, formula, kind)
			}
			texts = append(texts, text)
		}
		slices.Sort(texts)
		if want := slices.Sorted(slices.Values([]string{"codes", "name", said, "plain", "c", said, "“" + said + "” (T, turn 1)", ""})); !slices.Equal(texts, want) {
			t.Errorf("cells are %q, want %q", texts, want)
		}
		table, err := x.CSV()
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, cell := range slices.Concat(rows...) {
			if strings.ContainsRune("=+-@", rune((cell + " ")[0])) {
				t.Errorf("a cell of the CSV begins a formula: %q", cell)
			}
			if text := codebook.Unguard(cell); text == said || cell == "“"+said+"” (T, turn 1)" {
				seen++
			}
		}
		if seen != 2 {
			t.Errorf("%q stands in %d cells of the CSV, not 2: %q", said, seen, rows)
		}
	}
}

// Figures are numbers, so that they can be reckoned with.
func TestMatrixWorkbookHoldsNumbers(t *testing.T) {
	for _, show := range []string{ShowCounts, ShowPresence} {
		x := matrixOf(t, open(t, tiny, tinyCodings), show, analysis.MatrixOptions{Rows: "codes", Columns: "participants"})
		doc, err := x.XLSX()
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		for r := range x.Rows {
			for c := range x.Columns {
				at, _ := excelize.CoordinatesToCellName(c+3, r+2)
				got, _ := f.GetCellValue("matrix", at)
				kind, _ := f.GetCellType("matrix", at)
				if want := strconv.Itoa(x.Figure(x.Cells[r][c].Counts)); got != want || kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
					t.Errorf("%s: %s is %q of type %v, want the number %s", show, at, got, kind, want)
				}
			}
		}
		about, err := f.GetRows("about")
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, row := range about {
			told = append(told, row...)
		}
		if !slices.Equal(told, x.Explain()) {
			t.Errorf("the second sheet says %q", told)
		}
		if frequency := slices.Contains(told, FrequencyNote); frequency != (show == ShowCounts) {
			t.Errorf("%s: says that frequency is not importance: %t", show, frequency)
		}
		again, err := x.XLSX()
		if err != nil || !bytes.Equal(doc, again) {
			t.Errorf("the same matrix gave another workbook (%v)", err)
		}
	}
}

// A cell that cannot hold all passages says so; nothing is cut within a passage.
func TestFullCells(t *testing.T) {
	one := strings.Repeat("word ", 1000)
	long := strings.TrimSuffix(strings.Repeat(one+"\n\n", 9), "\n\n")
	got := english.fitted(long)
	if want := strings.Repeat(one+"\n\n", 6) + "[6 of 9 passages; a cell holds no more]"; got != want {
		t.Errorf("%d characters, ending in %q", len(got), got[max(0, len(got)-60):])
	}
	if english.fitted("short") != "short" {
		t.Error("a short text was changed")
	}
}

func TestHeatMapIsData(t *testing.T) {
	shape := func(t interface{ Fatal(...any) }, picture []byte) map[string]int {
		n := map[string]int{}
		d := xml.NewDecoder(bytes.NewReader(picture))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return n
			}
			if err != nil {
				t.Fatal(err)
			}
			if start, ok := token.(xml.StartElement); ok {
				n[start.Name.Local]++
			}
		}
	}
	s := open(t, tiny, tinyCodings)
	x := matrixOf(t, s, ShowCounts, analysis.MatrixOptions{Rows: "codes", Columns: "participants"})
	plain := shape(t, x.SVG())
	rapid.Check(t, func(rt *rapid.T) {
		text := hostile(rt, "text")
		for i := range x.Rows {
			x.Rows[i].Name = text
		}
		for i := range x.Columns {
			x.Columns[i].Values = []string{text}
		}
		got := shape(rt, x.SVG())
		for name := range got {
			if got[name] != plain[name] {
				rt.Fatalf("%q made <%s>: %d instead of %d", text, name, got[name], plain[name])
			}
		}
	})
}

// Every figure is legible on its ground.
func TestShadesAreLegible(t *testing.T) {
	luminance := func(hex string) float64 {
		n, err := strconv.ParseUint(hex[1:], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			c := float64(n>>(16-8*i)&255) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += float64(weight * c)
		}
		return sum
	}
	last := 2.0
	for _, s := range shades {
		a, b := luminance(s.ground), luminance(s.ink)
		if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
			t.Errorf("%s on %s has a contrast of %.2f", s.ink, s.ground, ratio)
		}
		if a >= last {
			t.Errorf("%s is not darker than the one before", s.ground)
		}
		last = a
	}
}

func TestColumns(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "Åse": 3, "A\u030ase": 3, "日本": 4, "…": 1} {
		if got := Columns(text); got != want {
			t.Errorf("%q takes %d columns, not %d", text, got, want)
		}
	}
}

// A sheet that is filled in a spreadsheet comes back as it was written, whatever it begins with.
func TestSheetComesBack(t *testing.T) {
	for _, written := range []string{"She acts.", "=1+1", "- nothing yet", "@home", "'quoted'", "_x0041_", "two\nlines", "æøå 日本"} {
		s := open(t, tiny, tinyCodings)
		x := matrixOf(t, s, ShowSummaries, analysis.MatrixOptions{Rows: "themes", Columns: "participants"})
		doc, err := x.SheetToFill(true)
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStr("summaries", "C2", escapedCell(written)); err != nil {
			t.Fatal(err)
		}
		var filled bytes.Buffer
		if err := f.Write(&filled); err != nil {
			t.Fatal(err)
		}
		rows, err := analysis.ReadSummaries("filled.xlsx", filled.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		about, _ := f.GetCellValue("summaries", "A2")
		of, _ := f.GetCellValue("summaries", "B2")
		if len(rows) != 1 || rows[0].About != about || rows[0].Case != of || rows[0].Text != written {
			t.Fatalf("%q came back as %+v", written, rows)
		}
		if _, err := s.TakeSummaries("anna", rows); err != nil {
			t.Fatal(err)
		}
		// And from there into another sheet, and a CSV that a spreadsheet may open.
		again := matrixOf(t, s, ShowSummaries, analysis.MatrixOptions{Rows: "themes", Columns: "participants"})
		for _, xlsx := range []bool{true, false} {
			doc, err := again.SheetToFill(xlsx)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := analysis.ReadSummaries("again", doc)
			if err != nil || len(rows) != 1 || rows[0].Text != written {
				t.Errorf("%q comes out as %+v, %v (XLSX: %t)", written, rows, err, xlsx)
			}
		}
	}
}
