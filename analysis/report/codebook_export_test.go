package report

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
)

const exportedBook = `version: 3
codes:
  - id: phone
    name: "=HYPERLINK(\"http://evil\") <b>Calls</b>"
    definition: "+1\n\nSecond & last.\tWith \u0007 and _x0041_ _x0041_x0042_."
    include: ["-night", "@weekend"]
    exclude: [chats -> chat]
    examples: ["They phoned me at night.", "Nobody said this."]
    counterexamples: ["=1+1"]
    match: [phone*]
    aliases: [calls]
    codes: [{id: chat}]
  - {id: old, status: retired, into: [chat]}
themes:
  - {id: line, name: The line, concept: "'A line is drawn.", definition: Where., codes: [phone, chat], themes: [{id: below}]}
  - {id: gone, status: dropped, into: [line]}
`

func exported(t *testing.T, book, language string, o AppendixOptions) (*CodebookAppendix, *analysis.Study) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"study.yaml":         "tema: 1\ntitle: Calls & lines\nlanguage: " + language + "\n",
		"codebook.yaml":      book,
		"transcripts/P1.txt": "---\nspeakers: {I: interviewer, Kari: K}\n---\nI: And then?\n\nKari: They phoned me at night. I went.\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(content), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	s, err := analysis.Open(dir, "")
	if err == nil {
		err = s.Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	a, err := BuildCodebook(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return a, s
}

func TestAppendixMarkdown(t *testing.T) {
	a, _ := exported(t, exportedBook, "en", AppendixOptions{})
	got := string(a.Markdown())
	for _, want := range []string{"# Calls \\& lines\n", "### \\=HYPERLINK(\"http\\://evil\") \\<b\\>Calls\\</b\\> (phone)", "\n\\+1\n\nSecond \\& last.", "Examples: “They phoned me at night.” (P1, turn 2)",
		"“Nobody said this.”", "## Themes", "### The line (line)", "#### below", "Codes: =HYPERLINK"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, never := range []string{"old", "gone", "<b>"} {
		if strings.Contains(got, never) {
			t.Errorf("%q in\n%s", never, got)
		}
	}
	all, _ := exported(t, exportedBook, "en", AppendixOptions{Gone: true, NoExamples: true})
	got = string(all.Markdown())
	for _, want := range []string{"### old", "Retired; went into chat.", "### gone", "Retired; went into The line."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "They phoned") || strings.Contains(got, "1+1") {
		t.Errorf("examples in\n%s", got)
	}
}

// docxText returns the paragraphs of a document, each with its style before it, and checks that every part is XML.
func docxText(t *testing.T, doc []byte) []string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(doc), int64(len(doc)))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		style, text, columns := "", "", 0
		for d := xml.NewDecoder(r); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s is no XML: %v", f.Name, err)
			}
			if f.Name != "word/document.xml" {
				continue
			}
			switch e := token.(type) {
			case xml.StartElement:
				switch e.Name.Local {
				case "p":
					style, text = "", ""
				case "pStyle":
					style = e.Attr[0].Value
				case "gridCol":
					columns++
				case "tbl":
					columns = 0
				case "tr":
					if columns != 2 {
						t.Errorf("a table whose grid has %d columns", columns)
					}
				case "hyperlink", "drawing", "instrText", "object":
					t.Errorf("<%s> in the document", e.Name.Local)
				}
			case xml.CharData:
				text += string(e)
			case xml.EndElement:
				if e.Name.Local == "p" && text != "" {
					out = append(out, style+": "+text)
				}
			}
		}
	}
	return out
}

func TestAppendixDOCX(t *testing.T) {
	a, s := exported(t, exportedBook, "en", AppendixOptions{})
	doc := a.DOCX()
	got := docxText(t, doc)
	for _, want := range []string{"Title: Calls & lines", "Subtitle: Codebook", "Heading1: Codes", `Heading2: =HYPERLINK("http://evil") <b>Calls</b> (phone)`, "Heading3: chat",
		": +1", ": Second & last.\tWith ␇ and _x0041_ _x0041_x0042_.", "TableHead: Include", "TableText: -night", "TableText: chats; see chat", "TableQuote: “They phoned me at night.” (P1, turn 2)",
		"TableText: calls", "Heading1: Themes", "Heading2: The line (line)", "Concept: 'A line is drawn.", "Heading3: below"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	again, err := BuildCodebook(context.Background(), s, AppendixOptions{})
	if err != nil || !bytes.Equal(again.DOCX(), doc) {
		t.Errorf("the document is not the same twice (%v)", err)
	}
	norwegian, _ := exported(t, exportedBook, "nb", AppendixOptions{Gone: true})
	if got := docxText(t, norwegian.DOCX()); !slices.Contains(got, "Subtitle: Kodebok") || !slices.Contains(got, ": Ikke lenger i bruk; gikk inn i chat.") {
		t.Errorf("not in Norwegian: %q", got)
	}
	empty, _ := exported(t, "", "en", AppendixOptions{})
	if got := docxText(t, empty.DOCX()); len(got) != 2 {
		t.Errorf("an empty codebook: %q", got)
	}
}

func TestAppendixXLSX(t *testing.T) {
	a, s := exported(t, exportedBook, "en", AppendixOptions{Gone: true})
	book, err := a.XLSX()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	codes, themes := a.Tables()
	for sheet, table := range map[string]codebook.Table{"codes": codes, "themes": themes} {
		for r, row := range append([][]string{table.Keys}, table.Rows...) {
			for c, want := range row {
				at, _ := excelize.CoordinatesToCellName(c+1, r+1)
				value, err := f.GetCellValue(sheet, at)
				formula, _ := f.GetCellFormula(sheet, at)
				kind, _ := f.GetCellType(sheet, at)
				if err != nil || value != want || formula != "" || want != "" && kind != excelize.CellTypeSharedString && kind != excelize.CellTypeInlineString {
					t.Errorf("%s!%s is %q (%v, formula %q, %v), want %q", sheet, at, value, kind, formula, err, want)
				}
			}
		}
	}
	again, err := a.XLSX()
	if err != nil || !bytes.Equal(again, book) {
		t.Errorf("the workbook is not the same twice (%v)", err)
	}
	sheets, err := analysis.ReadSheets("codebook.xlsx", book)
	if err != nil || len(sheets) != 2 {
		t.Fatalf("%d sheets, %v", len(sheets), err)
	}
	done, err := s.ImportCodebook(sheets, true, "anna", "", false)
	if err != nil || len(done.Taken)+len(done.Unfit) > 0 {
		t.Errorf("its own workbook changes %+v, leaves %+v (%v)", done.Taken, done.Unfit, err)
	}
	long, _ := exported(t, "codes: [{id: a, definition: "+strings.Repeat("long ", 7000)+"}]", "en", AppendixOptions{})
	if _, err := long.XLSX(); err == nil || !strings.Contains(err.Error(), "the definition of a is longer than a cell can hold") {
		t.Errorf("a text that no cell can hold: %v", err)
	}
}

func TestDiffMarkdown(t *testing.T) {
	older, _ := codebook.Parse("a", []byte("version: 1\ncodes: [{id: a_b, definition: \"*old*\", examples: [Words of hers.]}]"))
	newer, _ := codebook.Parse("b", []byte("codes: [{id: c, aliases: [a_b], definition: \"<new>\", examples: []}]\nthemes: [{id: t, concept: \"- A list?\"}]"))
	got := string(DiffMarkdown(codebook.Compare(older, newer).WithoutWords()))
	want := `Version “1” became (none).

## Codes

- **renamed** a\_b to c
- **redefined** c
  - definition
    - was: \*old\*
    - is: \<new\>
  - examples: 0, were 1

## Themes

- **added** t
  - concept
    - is: \- A list?
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(DiffMarkdown(codebook.Diff{})) > 0 {
		t.Error("nothing is told as something")
	}
}
