package report

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tema-qda/tema/codebook"
)

// A sheet is a table for spreadsheets. Its cells are texts (string), figures (int) and what was said (quotation); nil is
// empty. In a workbook texts are typed and formatted as text, so that none is a formula, a date or a number, and none
// becomes one when somebody edits it, and what was said stands as it was said. CSV has no types: there, what was said
// stands in quotation marks, so that no cell begins as a formula does, and texts are guarded as codebook.Table.CSV does.
type sheet struct {
	name  string
	heads []string // none: what stands in it is prose
	rows  [][]any
	first int          // columns that stay in sight
	roomy map[int]bool // columns in which somebody will write
}

// quotation is what one or several speakers say, as it was said.
type quotation []Speech

// What a workbook can hold: UTF-16 units in a cell, rows in a sheet.
const (
	cellRoom = 32767
	rowRoom  = 1 << 20
)

// quotation sets out what was said, a speaker a line where there are several.
func (w *words) quotation(list quotation, marks bool) string {
	lines := make([]string, len(list))
	for i, s := range list {
		lines[i] = s.Text
		if marks {
			lines[i] = w.Open + s.Text + w.Close
		}
		if len(list) > 1 {
			lines[i] = w.Speaker(s) + ": " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// csv returns the sheet for spreadsheets and programs.
func (t sheet) csv(w *words) ([]byte, error) {
	table := codebook.Table{Keys: t.heads, Rows: make([][]string, len(t.rows))}
	for r, row := range t.rows {
		table.Rows[r] = make([]string, len(row))
		for i, cell := range row {
			table.Rows[r][i] = w.cell(cell, true)
		}
	}
	var b bytes.Buffer
	if err := table.CSV(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// cell returns a cell as text.
func (w *words) cell(cell any, marks bool) string {
	switch cell := cell.(type) {
	case int:
		return strconv.Itoa(cell)
	case quotation:
		return visible(w.quotation(cell, marks))
	case string:
		return visible(cell)
	}
	return ""
}

// textSheet is a sheet of texts.
func textSheet(name string, rows [][]string) sheet {
	t := sheet{name: name, heads: rows[0], first: 1}
	for _, row := range rows[1:] {
		cells := make([]any, len(row))
		for i, s := range row {
			cells[i] = s
		}
		t.rows = append(t.rows, cells)
	}
	return t
}

// workbook returns sheets as XLSX, the same bytes each time. A text that is too long for a cell is an error, and so are
// too many rows. The XML is written here: the library that reads workbooks for tema cuts long cells off without a word,
// does not get _x0041_x0042_ through, and keeps large sheets, which are what participants said, in a file of /tmp
// meanwhile.
func workbook(title string, w *words, sheets ...sheet) ([]byte, error) {
	const (
		office = `"http://schemas.openxmlformats.org/officeDocument/2006/relationships`
		pack   = `"http://schemas.openxmlformats.org/package/2006/`
		kind   = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
		sml    = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	)
	var types, list, links, filters string
	for i, t := range sheets {
		n := strconv.Itoa(i + 1)
		types += `<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="` + kind + `worksheet+xml"/>`
		list += `<sheet name="` + escaped(t.name) + `" sheetId="` + n + `" r:id="rId` + n + `"/>`
		links += `<Relationship Id="rId` + n + `" Type=` + office + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`
		if len(t.heads) > 0 {
			filters += `<definedName name="_xlnm._FilterDatabase" localSheetId="` + strconv.Itoa(i) + `" hidden="1">` +
				escaped("'"+t.name+"'!$A$1:$"+columnName(len(t.heads)-1)+"$"+strconv.Itoa(len(t.rows)+1)) + `</definedName>`
		}
	}
	if filters != "" {
		filters = `<definedNames>` + filters + `</definedNames>`
	}
	const wrapped = ` applyNumberFormat="1" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>`
	parts := [][2]string{
		{"[Content_Types].xml", `<Types xmlns=` + pack + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + kind + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + kind + `styles+xml"/>` + types + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns=` + pack + `relationships"><Relationship Id="rId1" Type=` + office + `/officeDocument" Target="xl/workbook.xml"/>` +
			`<Relationship Id="rId2" Type=` + pack + `relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"docProps/core.xml", `<cp:coreProperties xmlns:cp=` + pack + `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + escaped(title) + `</dc:title></cp:coreProperties>`},
		{"xl/workbook.xml", `<workbook` + sml + ` xmlns:r=` + office + `"><sheets>` + list + `</sheets>` + filters + `</workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns=` + pack + `relationships">` + links + `<Relationship Id="rId` + strconv.Itoa(len(sheets)+1) + `" Type=` + office + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet` + sml + `><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
			`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
			`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
			`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
			`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` + // in the order of the styles below
			`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0"` + wrapped + `<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0"` + wrapped +
			`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment horizontal="center" vertical="top"/></xf></cellXfs>` +
			`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`},
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	part := func(name string) io.Writer {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = io.WriteString(f, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\n")
		}
		if err != nil {
			panic(err) // a buffer takes all
		}
		return f
	}
	for _, p := range parts {
		io.WriteString(part(p[0]), p[1])
	}
	for i, t := range sheets {
		x := bufio.NewWriterSize(part("xl/worksheets/sheet"+strconv.Itoa(i+1)+".xml"), 1<<16)
		x.WriteString(`<worksheet` + sml + `><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>`) // printed, all columns on a page
		if err := t.write(x, w); err != nil {
			return nil, fmt.Errorf("sheet %s: %w", t.name, err)
		}
		x.WriteString(`<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>`)
		if err := x.Flush(); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes(), nil
}

// Styles of cells, by their place in styles.xml. A text has the number format "@".
const styleText, styleHead, styleFigure = "1", "2", "3"

// write writes what stands within the element worksheet.
func (t sheet) write(x *bufio.Writer, w *words) error {
	if len(t.rows) >= rowRoom {
		return fmt.Errorf("a workbook has no room for %s rows; write CSV", w.Number(len(t.rows)))
	}
	if len(t.heads) > 0 {
		fmt.Fprintf(x, `<sheetViews><sheetView workbookViewId="0"><pane xSplit="%d" ySplit="1" topLeftCell="%s2" activePane="bottomRight" state="frozen"/></sheetView></sheetViews>`,
			t.first, columnName(t.first))
	}
	x.WriteString(`<sheetFormatPr defaultRowHeight="15"/><cols>`)
	widths, figures := t.columns(w)
	for i, width := range widths {
		style := styleText // rows that somebody adds are text too
		if figures[i] {
			style = styleFigure
		}
		fmt.Fprintf(x, `<col min="%d" max="%d" width="%d" style="%s" customWidth="1"/>`, i+1, i+1, width, style)
	}
	x.WriteString(`</cols><sheetData>`)
	row := 0
	begin := func(lines int) string { // LibreOffice does not fit rows to their cells by itself
		row++
		x.WriteString(`<row r="` + strconv.Itoa(row) + `" ht="` + strconv.Itoa(min(15*lines, 409)) + `">`)
		return strconv.Itoa(row) + `"`
	}
	text := func(column int, at, style, s string) {
		x.WriteString(`<c r="` + columnName(column) + at + ` s="` + style + `" t="inlineStr"><is><t xml:space="preserve">`)
		xml.EscapeText(x, []byte(escapedCell(s)))
		x.WriteString(`</t></is></c>`)
	}
	if len(t.heads) > 0 {
		lines := 1
		for i, head := range t.heads {
			lines = max(lines, linesOf(head, widths[i]))
		}
		at := begin(lines)
		for i, head := range t.heads {
			text(i, at, styleHead, visible(head))
		}
		x.WriteString(`</row>`)
	}
	texts := make([]string, len(widths))
	for _, cells := range t.rows {
		lines := 1
		for i, cell := range cells {
			texts[i] = w.cell(cell, false)
			if tooLong(texts[i]) {
				return fmt.Errorf("the %s of %s is longer than a cell can hold", t.heads[i], texts[0])
			}
			lines = max(lines, linesOf(texts[i], widths[i]))
		}
		at := begin(lines)
		for i, cell := range cells {
			if _, isFigure := cell.(int); isFigure {
				x.WriteString(`<c r="` + columnName(i) + at + ` s="` + styleFigure + `"><v>` + texts[i] + `</v></c>`)
			} else if texts[i] != "" {
				text(i, at, styleText, texts[i])
			}
		}
		x.WriteString(`</row>`)
	}
	x.WriteString(`</sheetData>`)
	if len(t.heads) > 0 {
		x.WriteString(`<autoFilter ref="A1:` + columnName(len(t.heads)-1) + strconv.Itoa(len(t.rows)+1) + `"/>`)
	}
	return nil
}

// columnName is A for 0, B for 1, AA for 26.
func columnName(i int) string {
	name := string(rune('A' + i%26))
	if i >= 26 {
		return columnName(i/26-1) + name
	}
	return name
}

// escapedCell writes what a workbook would read as an escaped character (_x0041_ is A) so that it stays itself.
func escapedCell(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if rest := s[i:]; len(rest) >= 7 && rest[0] == '_' && rest[1] == 'x' && rest[6] == '_' && strings.Trim(rest[2:6], "0123456789abcdefABCDEF") == "" {
			b.WriteString("_x005F")
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// linesOf estimates how many lines a text takes in a column, by characters.
func linesOf(s string, width int) int {
	lines := 0
	for line := range strings.SplitSeq(s, "\n") {
		lines += 1 + utf8.RuneCountInString(line)/width
	}
	return lines
}

// tooLong says whether a cell of a workbook cannot hold s.
func tooLong(s string) bool { return len(s) > cellRoom && len(utf16.Encode([]rune(s))) > cellRoom }

// columns returns how wide each column is, in characters, and which hold figures. Names are wrapped early, so that many
// columns are seen at once; what is read as prose has more room.
func (t sheet) columns(w *words) (widths []int, figures []bool) {
	const narrow, name, prose, page, heading = 6, 32, 60, 100, 14
	count := len(t.heads)
	for _, row := range t.rows {
		count = max(count, len(row))
	}
	widths, figures = make([]int, count), make([]bool, count)
	for i := range count {
		longest := 0
		for _, row := range t.rows {
			if i >= len(row) || longest > 2*prose {
				continue
			}
			if _, isFigure := row[i].(int); isFigure {
				figures[i] = true
			}
			for line := range strings.SplitSeq(w.cell(row[i], false), "\n") {
				longest = max(longest, utf8.RuneCountInString(line))
			}
		}
		if longest > 2*prose {
			longest = prose
		} else {
			longest = max(narrow, min(longest, name))
		}
		switch {
		case len(t.heads) == 0:
			longest = page
		case i < len(t.heads):
			n := utf8.RuneCountInString(t.heads[i])
			if figures[i] {
				n = min(n, heading) // a heading is wrapped rather than all figures kept apart
			}
			longest = max(longest, min(n, name))
		}
		if t.roomy[i] {
			longest = max(longest, prose)
		}
		widths[i] = longest + 2
	}
	return widths, figures
}
