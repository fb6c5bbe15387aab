package report

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// DOCX is WordprocessingML as ISO/IEC 29500-1 has it (section 17), as little of it as a paper needs: the built-in styles
// by their names, so that a document takes on any look; tables and figures with captions that word processors number; a
// table of contents, comments, lists, page numbers. It holds no macro, no link to anywhere, no date and nobody's name.

// A docx is the body of a document that is being written.
type docx struct {
	b        bytes.Buffer
	across   bool  // the page lies across
	look     *Look // whose styles it takes; nil for tema's own
	contents int   // byte of b where the table of contents goes, from 1; 0 for none
	title    string
	heads    []docxHead
	comments bytes.Buffer
	comment  int // how many there are
	lists    bool
	captions map[string]int // how many there are, by what they are called
	shapes   int            // how many ids drawings have taken
	sections int            // that have ended
}

// A docxHead is a heading, for the table of contents.
type docxHead struct {
	level int
	text  string
}

// A docxRow is a row of a table of two columns: what, and the paragraphs of a style.
type docxRow struct {
	what, style string
	texts       []string
}

// styled opens a paragraph, of running text where no style is given. More goes into its properties.
func (d *docx) styled(style, more string) {
	d.b.WriteString("<w:p>")
	id := ""
	switch {
	case style != "":
		id = d.look.id(style)
	case d.look != nil:
		id = d.look.body
	}
	if id != "" {
		more = `<w:pStyle w:val="` + id + `"/>` + more
	}
	if more != "" {
		d.b.WriteString("<w:pPr>" + more + "</w:pPr>")
	}
}

func (d *docx) para(style, text string) {
	d.styled(style, "")
	d.run("", text)
	d.b.WriteString("</w:p>")
}

// kept is para that stands on the page of what follows.
func (d *docx) kept(style, text string) {
	d.styled(style, "<w:keepNext/>")
	d.run("", text)
	d.b.WriteString("</w:p>")
}

// heading is one of level 1 to 6; the id stands behind the name where it is another.
func (d *docx) heading(level int, name, id string) { d.headingWith(level, name, id, "") }

// appendix begins one, where asked on a new page. A template that numbers its headings does not number this.
func (d *docx) appendix(name string, anew bool) {
	more := `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>`
	if anew {
		more = "<w:pageBreakBefore/>" + more
	}
	d.headingWith(1, name, name, more)
}

func (d *docx) headingWith(level int, name, id, more string) {
	d.heads = append(d.heads, docxHead{level, name})
	n := len(d.heads)
	d.styled("Heading"+strconv.Itoa(min(level, 6)), more)
	fmt.Fprintf(&d.b, `<w:bookmarkStart w:id="%d" w:name="_Toc%08d"/>`, n, n)
	d.run("", name)
	if id != name {
		d.run("Identifier", " ("+id+")")
	}
	fmt.Fprintf(&d.b, `<w:bookmarkEnd w:id="%d"/></w:p>`, n)
}

// item is a point of a list.
func (d *docx) item(text string) { d.itemAt(0, text) }

// itemAt is a point of a list that stands under others, so many deep. The lists of a template may know fewer levels, so
// it is set in by itself.
func (d *docx) itemAt(depth int, text string) {
	d.lists = true
	more := fmt.Sprintf(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr>`, d.look.number())
	if d.look != nil && d.look.points {
		more = ""
	}
	if depth > 0 {
		more += fmt.Sprintf(`<w:ind w:left="%d" w:hanging="357"/>`, 357*(depth+1))
	}
	d.styled("ListBullet", more)
	d.run("", text)
	d.b.WriteString("</w:p>")
}

func (d *docx) run(style, text string) {
	properties := ""
	if style != "" {
		properties = fmt.Sprintf(`<w:rPr><w:rStyle w:val="%s"/></w:rPr>`, d.look.id(style))
	}
	d.runWith(properties, text)
}

func (d *docx) runWith(properties, text string) {
	d.b.WriteString("<w:r>" + properties)
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
	first := 2100 // twentieths of a point
	second := d.room() - first
	rows = slices.DeleteFunc(rows, func(r docxRow) bool { return len(r.texts) == 0 })
	if len(rows) == 0 {
		return
	}
	d.openTable(false, first, second)
	for i, r := range rows {
		put := d.kept // a table stays on one page if it can
		if i == len(rows)-1 {
			put = d.para
		}
		fmt.Fprintf(&d.b, `<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, first)
		put("TableHead", r.what)
		fmt.Fprintf(&d.b, `</w:tc><w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, second)
		for _, text := range r.texts {
			put(cmp.Or(r.style, "TableText"), text)
		}
		d.b.WriteString("</w:tc></w:tr>")
	}
	d.b.WriteString(`</w:tbl>`)
	d.para("Space", "") // two tables must not touch: they would become one
}

// openTable begins a table with columns of these widths, in twentieths of a point: headed by its first row, or else by
// its first column.
func (d *docx) openTable(byRow bool, widths ...int) {
	room := 0
	for _, n := range widths {
		room += n
	}
	look := `w:val="0680" w:firstRow="0" w:lastRow="0" w:firstColumn="1"`
	if byRow {
		look = `w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0"`
	}
	fmt.Fprintf(&d.b, `<w:tbl><w:tblPr><w:tblStyle w:val="%s"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook %s w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>`,
		d.look.id("CodeTable"), room, look)
	for _, n := range widths {
		fmt.Fprintf(&d.b, `<w:gridCol w:w="%d"/>`, n)
	}
	d.b.WriteString("</w:tblGrid>")
}

// A docxCell is a cell of a grid. Down is how many rows it reaches down to: 0 continues the cell above, 1 is a plain one.
type docxCell struct {
	text string
	down int
}

// grid writes a table with a heading row that every page repeats. Shares are the widths of columns, of the page's.
func (d *docx) grid(headings []string, rows [][]string, shares []int) {
	cells := make([][]docxCell, len(rows))
	for i, row := range rows {
		for _, text := range row {
			cells[i] = append(cells[i], docxCell{text, 1})
		}
	}
	d.cells(headings, cells, shares)
}

// cells is grid with cells that reach over several rows.
func (d *docx) cells(headings []string, rows [][]docxCell, shares []int) {
	all := 0
	for _, n := range shares {
		all += n
	}
	widths := make([]int, len(shares))
	for i, n := range shares {
		widths[i] = d.room() * n / all
	}
	d.openTable(true, widths...)
	const short = 8 // rows of a table that stays on one page
	put := d.kept
	cell := func(i int, style, merge, text string) {
		fmt.Fprintf(&d.b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s</w:tcPr>`, widths[i], merge)
		put(style, text)
		d.b.WriteString("</w:tc>")
	}
	d.b.WriteString(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, text := range headings {
		cell(i, "TableHead", "", text)
	}
	d.b.WriteString("</w:tr>")
	for n, row := range rows {
		if len(rows) > short || n == len(rows)-1 {
			put = d.para
		}
		d.b.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for i, c := range row {
			switch {
			case c.down == 0:
				cell(i, "TableText", "<w:vMerge/>", "")
			case c.down > 1:
				cell(i, "TableText", `<w:vMerge w:val="restart"/>`, c.text)
			default:
				cell(i, "TableText", "", c.text)
			}
		}
		d.b.WriteString("</w:tr>")
	}
	d.b.WriteString(`</w:tbl>`)
	d.para("Space", "")
}

// caption is what stands above a table or below a figure, with a number that word processors count, so that they can
// list them. What is the word for it, in the language of the document: it is the name of the row of numbers too.
func (d *docx) caption(what, text string, above bool) {
	if d.captions == nil {
		d.captions = map[string]int{}
	}
	d.captions[what]++
	keep := ""
	if above {
		keep = "<w:keepNext/>"
	}
	d.styled("Caption", keep)
	d.run("", what+" ")
	d.field(" SEQ "+what+` \* ARABIC `, strconv.Itoa(d.captions[what]))
	d.run("", ". "+text)
	d.b.WriteString("</w:p>")
}

// field is one that word processors renew, with what it holds today.
func (d *docx) field(code, today string) { d.b.WriteString(docxField(code, today)) }

func docxField(code, today string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">` + xmlText(code) +
		`</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>` + xmlText(today) + `</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

// turn ends what lies one way, so that what follows lies across, or upright again, on a new page. It says whether that
// was needed.
func (d *docx) turn(across bool) bool {
	if across == d.across {
		return false
	}
	d.styled("Space", d.pages())
	d.b.WriteString("</w:p>")
	d.across = across
	return true
}

// pages is how the pages of a section look that ends here. The first page of a document has no header: it has the title.
func (d *docx) pages() string {
	page, first, lies := d.look.page(), "", ""
	if d.across {
		page.width, page.height = max(page.width, page.height), min(page.width, page.height)
	}
	if page.width > page.height {
		lies = ` w:orient="landscape"`
	}
	if d.sections == 0 {
		first = "<w:titlePg/>"
	}
	d.sections++
	return fmt.Sprintf(`<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="%d" w:h="%d"%s/>`+
		`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/>%s</w:sectPr>`,
		page.width, page.height, lies, page.top, page.right, page.bottom, page.left, page.header, page.footer, first)
}

// room is the width between the margins, in twentieths of a point.
func (d *docx) room() int {
	page := d.look.page()
	if d.across {
		return max(page.width, page.height) - page.left - page.right
	}
	return page.width - page.left - page.right
}

// depth is the height between the margins, in twentieths of a point.
func (d *docx) depth() int {
	page := d.look.page()
	if d.across {
		return min(page.width, page.height) - page.top - page.bottom
	}
	return page.height - page.top - page.bottom
}

// openComment begins what a comment is about; closeComment ends it, within a paragraph, and says the comment.
func (d *docx) openComment() { fmt.Fprintf(&d.b, `<w:commentRangeStart w:id="%d"/>`, d.comment) }

func (d *docx) closeComment(text string) {
	mark := d.look.id("CommentReference")
	fmt.Fprintf(&d.b, `<w:commentRangeEnd w:id="%d"/><w:r><w:rPr><w:rStyle w:val="%s"/></w:rPr><w:commentReference w:id="%d"/></w:r>`, d.comment, mark, d.comment)
	fmt.Fprintf(&d.comments, `<w:comment w:id="%d" w:author="tema" w:initials="t"><w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r><w:rPr><w:rStyle w:val="%s"/></w:rPr><w:annotationRef/></w:r><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p></w:comment>`,
		d.comment, d.look.id("CommentText"), mark, xmlText(text))
	d.comment++
}

// contentsHere says where the table of contents goes.
func (d *docx) contentsHere(title string) { d.contents, d.title = d.b.Len()+1, title }

// tableOfContents is a field that word processors can renew, with what it holds today: headings of two levels, each a
// link. Numbers of pages, which nobody knows before the document is set, come when a person renews it; to ask for that
// on opening would put a question before everybody who reads.
func (d *docx) tableOfContents() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>`, d.look.id("TOCHeading"), xmlText(d.title))
	begin := `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`
	for i, h := range d.heads {
		if h.level > 2 {
			continue
		}
		fmt.Fprintf(&b, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>%s<w:hyperlink w:anchor="_Toc%08d" w:history="1"><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:hyperlink></w:p>`,
			d.look.id("TOC"+strconv.Itoa(h.level)), begin, i+1, xmlText(h.text))
		begin = ""
	}
	if begin != "" {
		return ""
	}
	return b.String() + `<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`
}

func xmlText(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(visible(s)))
	return b.String()
}

const (
	docxMain      = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	docxRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	docxDrawing   = ` xmlns:r="` + docxRelations + `" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"` +
		` xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"`
	docxKinds = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// docxSettings say that the document is of the kind that Word makes today: of one that does not say so it makes one of
// 2007. They ask for nothing to be renewed on opening, which would put a question before the reader.
const docxSettings = `<w:settings ` + docxMain + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="708"/><w:characterSpacingControl w:val="doNotCompress"/><w:compat>` +
	`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
	`<w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2" w:t2="dark2" w:accent1="accent1" w:accent2="accent2" w:accent3="accent3" w:accent4="accent4" w:accent5="accent5" w:accent6="accent6" w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"/></w:settings>`

// file packs the document. Parts stand in a fixed order and carry one date, so that the same study gives the same bytes.
func (d *docx) file(language, title string) []byte {
	body := d.b.String()
	if d.contents > 0 {
		body = body[:d.contents-1] + d.tableOfContents() + body[d.contents-1:]
	}
	body += d.pages()
	type part struct{ name, kind, relation, content string } // kind and relation of parts of the main document
	edge := func(tag, style, content string) string {
		return `<w:` + tag + ` ` + docxMain + `><w:p><w:pPr><w:pStyle w:val="` + d.look.id(style) + `"/></w:pPr>` + content + `</w:p></w:` + tag + `>`
	}
	parts := []part{
		{"header1.xml", docxKinds + "header+xml", "/header", edge("hdr", "Header", `<w:r><w:t xml:space="preserve">`+xmlText(title)+`</w:t></w:r>`)},
		{"footer1.xml", docxKinds + "footer+xml", "/footer", edge("ftr", "Footer", docxField(" PAGE ", "1"))},
		{"styles.xml", docxKinds + "styles+xml", "/styles", d.look.styles(language)},
		{"settings.xml", docxKinds + "settings+xml", "/settings", docxSettings},
	}
	if lists := d.look.numbering(d.lists); lists != "" {
		parts = append(parts, part{"numbering.xml", docxKinds + "numbering+xml", "/numbering", lists})
	}
	if d.comment > 0 {
		parts = append(parts, part{"comments.xml", docxKinds + "comments+xml", "/comments", `<w:comments ` + docxMain + `>` + d.comments.String() + `</w:comments>`})
	}
	if d.look != nil {
		for _, p := range []part{{"theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml", "/theme", ""}, {"fontTable.xml", docxKinds + "fontTable+xml", "/fontTable", ""}} {
			if p.content = d.look.parts["word/"+p.name]; p.content != "" {
				parts = append(parts, p)
			}
		}
	}
	types := `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="` +
		docxKinds + `document.main+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>`
	relations := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i, p := range parts {
		types += fmt.Sprintf(`<Override PartName="/word/%s" ContentType="%s"/>`, p.name, p.kind)
		relations += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s%s" Target="%s"/>`, i+1, docxRelations, p.relation, p.name)
	}
	files := [][2]string{
		{"[Content_Types].xml", types + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + docxRelations + `/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/><Relationship Id="rId3" Type="` + docxRelations + `/extended-properties" Target="docProps/app.xml"/></Relationships>`},
		{"docProps/core.xml", `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + xmlText(title) + `</dc:title><dc:language>` + xmlText(language) + `</dc:language></cp:coreProperties>`},
		{"docProps/app.xml", `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>tema</Application></Properties>`},
		{"word/_rels/document.xml.rels", relations + `</Relationships>`},
		{"word/document.xml", `<w:document ` + docxMain + docxDrawing + `><w:body>` + body + `</w:body></w:document>`},
	}
	for _, p := range parts {
		files = append(files, [2]string{"word/" + p.name, p.content})
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f[0], Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			content := f[1]
			if !strings.HasPrefix(content, "<?xml") {
				content = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + content
			}
			_, err = w.Write([]byte(content))
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
