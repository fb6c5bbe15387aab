package report

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// DOCX returns the appendix as a document for word processors, with their own heading styles, so that it can be put
// into a paper and take on its look. It holds no macro, no link and no picture, names nobody, and has no date.
func (a *CodebookAppendix) DOCX() []byte {
	r, w := a.report, wordsFor(a.report.Language)
	d := &docx{}
	d.para("Title", cmp.Or(r.Title, w.CodebookTitle))
	if r.Title != "" {
		d.para("Subtitle", w.CodebookTitle)
	}
	if r.BookVersion != "" {
		d.para("", strings.Replace(w.BookVersion, "%s", r.BookVersion, 1))
	}
	if len(a.themes) > 0 && len(r.Codebook) > 0 {
		d.para("Heading1", w.Codes)
	}
	for _, e := range r.Codebook {
		d.heading(2+e.Depth, e.Name, e.ID)
		switch {
		case e.Retired && len(e.Into) > 0:
			var into []string
			for _, ref := range e.Into {
				into = append(into, ref.Name)
			}
			d.para("", w.RetiredInto+" "+strings.Join(into, ", ")+".")
		case e.Retired:
			d.para("", w.Retired+".")
		}
		for _, p := range paragraphs(e.Definition) {
			d.para("", p)
		}
		var exclude []string
		for _, x := range e.Exclude {
			item := x.Text
			if x.See != nil {
				item += "; " + w.See + " " + x.See.Name
			}
			exclude = append(exclude, item)
		}
		quotes := func(list []Example) (out []string) {
			for _, x := range list {
				out = append(out, w.Open+x.Text+w.Close+" ("+w.ExamplePlace(x)+")")
			}
			return out
		}
		d.table([]docxRow{
			{w.Include, "", e.Include},
			{w.Exclude, "", exclude},
			{w.Examples, "Quote", quotes(e.Examples)},
			{w.Counterexamples, "Quote", quotes(e.Counterexamples)},
			{w.Rules, "", e.Rules},
			{w.Formerly, "", joined(e.Aliases)},
		})
	}
	if len(a.themes) > 0 {
		d.para("Heading1", w.Themes)
	}
	for _, t := range a.themes {
		d.heading(2+t.Depth, t.Name, t.ID)
		if gone := w.droppedTheme(t); gone != "" {
			d.para("", gone)
		}
		if t.Concept != "" {
			d.para("Concept", t.Concept)
		}
		for _, p := range paragraphs(t.Definition) {
			d.para("", p)
		}
		d.table([]docxRow{{w.Codes, "", joined(t.Codes)}})
	}
	return d.file(cmp.Or(r.Language, "en"), cmp.Or(r.Title, w.CodebookTitle))
}

// joined is a list as one line, or none.
func joined(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return []string{strings.Join(list, ", ")}
}

// A docx is the body of a document that is being written.
type docx struct {
	b      bytes.Buffer
	across bool // the page lies across
}

// A docxRow is a row of a table of two columns: what, and the paragraphs of a style.
type docxRow struct {
	what, style string
	texts       []string
}

func (d *docx) para(style, text string) {
	d.b.WriteString("<w:p>")
	if style != "" {
		fmt.Fprintf(&d.b, `<w:pPr><w:pStyle w:val="%s"/></w:pPr>`, style)
	}
	d.run("", text)
	d.b.WriteString("</w:p>")
}

// heading is one of level 1 to 6; the id stands behind the name where it is another.
func (d *docx) heading(level int, name, id string) {
	fmt.Fprintf(&d.b, `<w:p><w:pPr><w:pStyle w:val="Heading%d"/></w:pPr>`, min(level, 6))
	d.run("", name)
	if id != name {
		d.run("Identifier", " ("+id+")")
	}
	d.b.WriteString("</w:p>")
}

func (d *docx) run(style, text string) {
	d.b.WriteString("<w:r>")
	if style != "" {
		fmt.Fprintf(&d.b, `<w:rPr><w:rStyle w:val="%s"/></w:rPr>`, style)
	}
	for i, l := range strings.Split(visible(strings.ReplaceAll(text, "\r\n", "\n")), "\n") {
		if i > 0 {
			d.b.WriteString("<w:br/>")
		}
		d.b.WriteString(`<w:t xml:space="preserve">`)
		xml.EscapeText(&d.b, []byte(l))
		d.b.WriteString("</w:t>")
	}
	d.b.WriteString("</w:r>")
}

// table writes the rows that hold something. The widths stand in the grid and in the cells: readers differ in which
// they believe.
func (d *docx) table(rows []docxRow) {
	const first, second = 2100, 6970 // twentieths of a point
	open := false
	for _, r := range rows {
		if len(r.texts) == 0 {
			continue
		}
		if !open {
			open = true
			fmt.Fprintf(&d.b, `<w:tbl><w:tblPr><w:tblStyle w:val="CodeTable"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0080" w:firstRow="0" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid><w:gridCol w:w="%d"/><w:gridCol w:w="%d"/></w:tblGrid>`,
				first+second, first, second)
		}
		fmt.Fprintf(&d.b, `<w:tr><w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, first)
		d.para("TableHead", r.what)
		fmt.Fprintf(&d.b, `</w:tc><w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, second)
		for _, text := range r.texts {
			d.para(cmp.Or(r.style, "TableText"), text)
		}
		d.b.WriteString("</w:tc></w:tr>")
	}
	if open {
		d.b.WriteString(`</w:tbl>`)
		d.para("Space", "") // two tables must not touch: they would become one
	}
}

// grid writes a table with a heading row that every page repeats. Widths are shares of the page.
func (d *docx) grid(headings []string, rows [][]string, shares []int) {
	room, all := 9070, 0 // twentieths of a point
	if d.across {
		room = 14002
	}
	for _, n := range shares {
		all += n
	}
	width := func(i int) int { return room * shares[i] / all }
	fmt.Fprintf(&d.b, `<w:tbl><w:tblPr><w:tblStyle w:val="CodeTable"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>`, room)
	for i := range shares {
		fmt.Fprintf(&d.b, `<w:gridCol w:w="%d"/>`, width(i))
	}
	d.b.WriteString("</w:tblGrid>")
	row := func(properties, style string, cells []string) {
		d.b.WriteString("<w:tr>" + properties)
		for i, text := range cells {
			fmt.Fprintf(&d.b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, width(i))
			d.para(style, text)
			d.b.WriteString("</w:tc>")
		}
		d.b.WriteString("</w:tr>")
	}
	row(`<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`, "TableHead", headings)
	for _, cells := range rows {
		row(`<w:trPr><w:cantSplit/></w:trPr>`, "TableText", cells)
	}
	d.b.WriteString(`</w:tbl>`)
	d.para("Space", "")
}

const (
	docxHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	docxMain    = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	docxTypes   = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
	docxRels    = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
	docxDocRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
	docxUpright = `<w:pgSz w:w="11906" w:h="16838"/>`
	docxAcross  = `<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>`
	docxMargins = `<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/>`
)

// docxStyles are the styles: the built-in names, which word processors know in every language, and a few of our own.
func docxStyles(language string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<w:styles %s><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="%s"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>`,
		docxMain, xmlText(language))
	b.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>`)
	b.WriteString(`<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>`)
	b.WriteString(`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	style := func(id, name, paragraph, run string) {
		fmt.Fprintf(&b, `<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr>%s</w:pPr><w:rPr>%s</w:rPr></w:style>`, id, name, paragraph, run)
	}
	style("Title", "Title", `<w:spacing w:after="60"/>`, `<w:b/><w:sz w:val="40"/><w:szCs w:val="40"/>`)
	style("Subtitle", "Subtitle", `<w:spacing w:after="240"/>`, `<w:color w:val="595959"/><w:sz w:val="28"/><w:szCs w:val="28"/>`)
	for i, size := range []int{32, 28, 25, 23, 22, 22} {
		style(fmt.Sprintf("Heading%d", i+1), fmt.Sprintf("heading %d", i+1), fmt.Sprintf(`<w:keepNext/><w:keepLines/><w:spacing w:before="%d" w:after="80"/><w:outlineLvl w:val="%d"/>`, 360-40*i, i),
			fmt.Sprintf(`<w:b/><w:sz w:val="%d"/><w:szCs w:val="%d"/>`, size, size))
	}
	style("Concept", "Concept", ``, `<w:i/>`)
	style("TableHead", "Table Head", `<w:spacing w:before="40" w:after="40"/>`, `<w:b/><w:sz w:val="20"/><w:szCs w:val="20"/>`)
	style("TableText", "Table Text", `<w:spacing w:before="40" w:after="40"/>`, `<w:sz w:val="20"/><w:szCs w:val="20"/>`)
	style("Quote", "Quote", `<w:spacing w:before="40" w:after="40"/>`, `<w:i/><w:sz w:val="20"/><w:szCs w:val="20"/>`)
	style("Space", "Space", `<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>`, `<w:sz w:val="8"/><w:szCs w:val="8"/>`)
	b.WriteString(`<w:style w:type="character" w:customStyle="1" w:styleId="Identifier"><w:name w:val="Identifier"/><w:rPr><w:b w:val="0"/><w:color w:val="595959"/></w:rPr></w:style>`)
	line := func(side string) string {
		return `<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/>`
	}
	fmt.Fprintf(&b, `<w:style w:type="table" w:customStyle="1" w:styleId="CodeTable"><w:name w:val="Code Table"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>%s%s%s</w:tblBorders></w:tblPr></w:style>`,
		line("top"), line("bottom"), line("insideH"))
	b.WriteString(`</w:styles>`)
	return b.String()
}

func xmlText(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(visible(s)))
	return b.String()
}

// file packs the document. Parts stand in a fixed order and carry one date, so that the same codebook gives the same
// bytes.
func (d *docx) file(language, title string) []byte {
	page := docxUpright
	if d.across {
		page = docxAcross
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"[Content_Types].xml", docxTypes},
		{"_rels/.rels", docxRels},
		{"docProps/core.xml", `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + xmlText(title) + `</dc:title></cp:coreProperties>`},
		{"word/_rels/document.xml.rels", docxDocRels},
		{"word/styles.xml", docxStyles(language)},
		{"word/document.xml", `<w:document ` + docxMain + `><w:body>` + d.b.String() + `<w:sectPr>` + page + docxMargins + `</w:sectPr></w:body></w:document>`},
	} {
		f, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = f.Write([]byte(docxHead + part[1]))
		}
		if err != nil {
			panic(err) // a buffer takes all
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
