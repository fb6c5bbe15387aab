package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// DOCX is WordprocessingML as ISO/IEC 29500-1 has it (section 17), as little of it as a paper needs: the built-in styles
// by their names, so that a document takes on any look; tables, a table of contents, comments and lists. It holds no
// macro, no link to anywhere, no date and nobody's name.

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

// styled opens a paragraph. More goes into its properties.
func (d *docx) styled(style, more string) {
	d.b.WriteString("<w:p>")
	if style != "" || more != "" {
		d.b.WriteString("<w:pPr>")
		if style != "" {
			fmt.Fprintf(&d.b, `<w:pStyle w:val="%s"/>`, d.look.id(style))
		}
		d.b.WriteString(more + "</w:pPr>")
	}
}

func (d *docx) para(style, text string) {
	d.styled(style, "")
	d.run("", text)
	d.b.WriteString("</w:p>")
}

// heading is one of level 1 to 6; the id stands behind the name where it is another.
func (d *docx) heading(level int, name, id string) {
	d.heads = append(d.heads, docxHead{level, name})
	n := len(d.heads)
	d.styled("Heading"+strconv.Itoa(min(level, 6)), "")
	fmt.Fprintf(&d.b, `<w:bookmarkStart w:id="%d" w:name="_Toc%08d"/>`, n, n)
	d.run("", name)
	if id != name {
		d.run("Identifier", " ("+id+")")
	}
	fmt.Fprintf(&d.b, `<w:bookmarkEnd w:id="%d"/></w:p>`, n)
}

// item is a point of a list.
func (d *docx) item(text string) {
	d.lists = true
	d.styled("ListBullet", fmt.Sprintf(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr>`, d.look.number()))
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
	open := false
	for _, r := range rows {
		if len(r.texts) == 0 {
			continue
		}
		if !open {
			open = true
			d.openTable("0080", `w:firstRow="0" w:lastRow="0" w:firstColumn="1"`, first, second)
		}
		fmt.Fprintf(&d.b, `<w:tr><w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, first)
		d.para("TableHead", r.what)
		fmt.Fprintf(&d.b, `</w:tc><w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, second)
		for _, text := range r.texts {
			style := r.style
			if style == "" {
				style = "TableText"
			}
			d.para(style, text)
		}
		d.b.WriteString("</w:tc></w:tr>")
	}
	if open {
		d.b.WriteString(`</w:tbl>`)
		d.para("Space", "") // two tables must not touch: they would become one
	}
}

// openTable begins a table with columns of these widths, in twentieths of a point.
func (d *docx) openTable(look, parts string, widths ...int) {
	room := 0
	for _, n := range widths {
		room += n
	}
	fmt.Fprintf(&d.b, `<w:tbl><w:tblPr><w:tblStyle w:val="%s"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="%s" %s w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>`,
		d.look.id("CodeTable"), room, look, parts)
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
	d.openTable("0020", `w:firstRow="1" w:lastRow="0" w:firstColumn="0"`, widths...)
	cell := func(i int, style, merge, text string) {
		fmt.Fprintf(&d.b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s</w:tcPr>`, widths[i], merge)
		d.para(style, text)
		d.b.WriteString("</w:tc>")
	}
	d.b.WriteString(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, text := range headings {
		cell(i, "TableHead", "", text)
	}
	d.b.WriteString("</w:tr>")
	for _, row := range rows {
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

// room is the width between the margins, in twentieths of a point.
func (d *docx) room() int {
	page := d.look.page()
	if d.across {
		return page.height - page.left - page.right
	}
	return page.width - page.left - page.right
}

// openComment begins what a comment is about; closeComment ends it, within a paragraph, and says the comment.
func (d *docx) openComment() { fmt.Fprintf(&d.b, `<w:commentRangeStart w:id="%d"/>`, d.comment) }

func (d *docx) closeComment(text string) {
	fmt.Fprintf(&d.b, `<w:commentRangeEnd w:id="%d"/><w:r><w:commentReference w:id="%d"/></w:r>`, d.comment, d.comment)
	fmt.Fprintf(&d.comments, `<w:comment w:id="%d" w:author="tema" w:initials="t"><w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p></w:comment>`,
		d.comment, d.look.id("CommentText"), xmlText(text))
	d.comment++
}

// contentsHere says where the table of contents goes.
func (d *docx) contentsHere(title string) { d.contents, d.title = d.b.Len()+1, title }

// tableOfContents is a field that word processors can renew, with what it holds today: headings of two levels, without
// numbers of pages, which nobody knows before the document is set.
func (d *docx) tableOfContents() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>`, d.look.id("TOCHeading"), xmlText(d.title))
	begin := `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \n \h \z \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`
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
	docxKinds     = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// file packs the document. Parts stand in a fixed order and carry one date, so that the same study gives the same bytes.
func (d *docx) file(language, title string) []byte {
	body := d.b.String()
	if d.contents > 0 {
		body = body[:d.contents-1] + d.tableOfContents() + body[d.contents-1:]
	}
	page := d.look.page()
	size := fmt.Sprintf(`<w:pgSz w:w="%d" w:h="%d"/>`, page.width, page.height)
	if d.across {
		size = fmt.Sprintf(`<w:pgSz w:w="%d" w:h="%d" w:orient="landscape"/>`, page.height, page.width)
	}
	margins := fmt.Sprintf(`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="709" w:footer="709" w:gutter="0"/>`, page.top, page.right, page.bottom, page.left)

	type part struct{ name, kind, relation, content string } // kind and relation of parts of the main document
	parts := []part{
		{"styles.xml", docxKinds + "styles+xml", "/styles", d.look.styles(language)},
	}
	if d.lists {
		parts = append(parts, part{"numbering.xml", docxKinds + "numbering+xml", "/numbering", d.look.numbering()})
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
		docxKinds + `document.main+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`
	relations := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i, p := range parts {
		types += fmt.Sprintf(`<Override PartName="/word/%s" ContentType="%s"/>`, p.name, p.kind)
		relations += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s%s" Target="%s"/>`, i+1, docxRelations, p.relation, p.name)
	}
	files := [][2]string{
		{"[Content_Types].xml", types + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + docxRelations + `/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"docProps/core.xml", `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + xmlText(title) + `</dc:title></cp:coreProperties>`},
		{"word/_rels/document.xml.rels", relations + `</Relationships>`},
		{"word/document.xml", `<w:document ` + docxMain + `><w:body>` + body + `<w:sectPr>` + size + margins + `</w:sectPr></w:body></w:document>`},
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

// A docxStyle is a style that tema uses. Word processors know the built-in ones by name, in every language; ids are each
// document's own.
type docxStyle struct{ id, name, xml string }

// ownStyles are tema's, in the order in which they are written. Based is the id of the style of plain text.
func ownStyles(based string) []docxStyle {
	var out []docxStyle
	paragraph := func(id, name, properties, run string) {
		out = append(out, docxStyle{id, name, fmt.Sprintf(`<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="%s"/><w:next w:val="%s"/><w:qFormat/><w:pPr>%s</w:pPr><w:rPr>%s</w:rPr></w:style>`, id, name, based, based, properties, run)})
	}
	paragraph("Title", "Title", `<w:spacing w:after="60"/>`, `<w:b/><w:sz w:val="40"/><w:szCs w:val="40"/>`)
	paragraph("Subtitle", "Subtitle", `<w:spacing w:after="240"/>`, `<w:color w:val="595959"/><w:sz w:val="28"/><w:szCs w:val="28"/>`)
	for i, size := range []int{32, 28, 25, 23, 22, 22} {
		paragraph(fmt.Sprintf("Heading%d", i+1), fmt.Sprintf("heading %d", i+1), fmt.Sprintf(`<w:keepNext/><w:keepLines/><w:spacing w:before="%d" w:after="80"/><w:outlineLvl w:val="%d"/>`, 360-40*i, i),
			fmt.Sprintf(`<w:b/><w:sz w:val="%d"/><w:szCs w:val="%d"/>`, size, size))
	}
	paragraph("Concept", "Concept", ``, `<w:i/>`)
	paragraph("TableHead", "Table Head", `<w:spacing w:before="40" w:after="40"/>`, `<w:b/><w:sz w:val="20"/><w:szCs w:val="20"/>`)
	paragraph("TableText", "Table Text", `<w:spacing w:before="40" w:after="40"/>`, `<w:sz w:val="20"/><w:szCs w:val="20"/>`)
	paragraph("TableQuote", "Table Quote", `<w:spacing w:before="40" w:after="40"/>`, `<w:i/><w:sz w:val="20"/><w:szCs w:val="20"/>`)
	paragraph("Quote", "Quote", `<w:keepNext/><w:keepLines/><w:spacing w:before="120" w:after="40"/><w:ind w:left="567" w:right="567"/>`, ``)
	paragraph("QuoteSource", "Quote Source", `<w:keepLines/><w:spacing w:after="160"/><w:ind w:left="567" w:right="567"/><w:jc w:val="right"/>`, `<w:color w:val="595959"/><w:sz w:val="20"/><w:szCs w:val="20"/>`)
	paragraph("Note", "Note", ``, `<w:color w:val="595959"/><w:sz w:val="20"/><w:szCs w:val="20"/>`)
	paragraph("ListBullet", "List Bullet", `<w:spacing w:after="60"/>`, ``)
	paragraph("TOCHeading", "TOC Heading", `<w:keepNext/><w:spacing w:before="360" w:after="80"/>`, `<w:b/><w:sz w:val="32"/><w:szCs w:val="32"/>`)
	paragraph("TOC1", "toc 1", `<w:spacing w:after="40"/>`, ``)
	paragraph("TOC2", "toc 2", `<w:spacing w:after="40"/><w:ind w:left="284"/>`, ``)
	paragraph("CommentText", "annotation text", ``, `<w:sz w:val="20"/><w:szCs w:val="20"/>`)
	paragraph("Space", "Space", `<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>`, `<w:sz w:val="8"/><w:szCs w:val="8"/>`)
	out = append(out, docxStyle{"Identifier", "Identifier", `<w:style w:type="character" w:customStyle="1" w:styleId="Identifier"><w:name w:val="Identifier"/><w:rPr><w:b w:val="0"/><w:color w:val="595959"/></w:rPr></w:style>`})
	line := func(side string) string {
		return `<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/>`
	}
	return append(out, docxStyle{"CodeTable", "Code Table", fmt.Sprintf(`<w:style w:type="table" w:customStyle="1" w:styleId="CodeTable"><w:name w:val="Code Table"/><w:tblPr><w:tblBorders>%s%s%s</w:tblBorders><w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`,
		line("top"), line("bottom"), line("insideH"))})
}

// A Look is what a document of a person's own gives a report: styles, fonts, colours and the page. A nil Look is tema's.
type Look struct {
	parts map[string]string // by name in the package
	ids   map[string]string // of styles, by their name in lower case
	own   map[string]string // the same, by the id that tema's own have
	size  pageSize
}

// A pageSize is in twentieths of a point.
type pageSize struct{ width, height, top, right, bottom, left int }

const (
	lookPart   = 8 << 20 // bytes of a part at most
	lookBullet = 4711    // the list that tema adds
)

var (
	styleOf = regexp.MustCompile(`(?s)<w:style\s[^>]*?w:styleId="([^"]*)"[^>]*>\s*(?:<w:aliases[^>]*>\s*)?<w:name\s+w:val="([^"]*)"`)
	pgSz    = regexp.MustCompile(`<w:pgSz\s[^>]*>`)
	pgMar   = regexp.MustCompile(`<w:pgMar\s[^>]*>`)
)

// ReadLook takes the look of a DOCX. What it says is left behind.
func ReadLook(doc []byte) (*Look, error) {
	z, err := zip.NewReader(bytes.NewReader(doc), int64(len(doc)))
	if err != nil {
		return nil, fmt.Errorf("read the document whose look is wanted: not a DOCX: %w", err)
	}
	l := &Look{parts: map[string]string{}, ids: map[string]string{}, own: map[string]string{}, size: ownPage}
	for _, f := range z.File {
		if !slices.Contains([]string{"word/styles.xml", "word/document.xml", "word/numbering.xml", "word/theme/theme1.xml", "word/fontTable.xml"}, f.Name) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name, err)
		}
		content, err := io.ReadAll(io.LimitReader(r, lookPart+1))
		r.Close()
		switch {
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", f.Name, err)
		case len(content) > lookPart:
			return nil, fmt.Errorf("read %s: it is larger than %d MB", f.Name, lookPart>>20)
		case xml.Unmarshal(content, new(struct{})) != nil:
			return nil, fmt.Errorf("read %s: not XML", f.Name)
		}
		l.parts[f.Name] = strings.TrimPrefix(string(content), "\ufeff")
	}
	if !strings.Contains(l.parts["word/styles.xml"], "</w:styles>") || l.parts["word/document.xml"] == "" {
		return nil, errors.New("read the document whose look is wanted: it holds no styles as word processors write them")
	}
	for _, m := range styleOf.FindAllStringSubmatch(l.parts["word/styles.xml"], -1) {
		l.ids[strings.ToLower(m[2])] = m[1]
	}
	for _, s := range ownStyles("") {
		if l.own[s.id] = s.id; l.ids[strings.ToLower(s.name)] != "" {
			l.own[s.id] = l.ids[strings.ToLower(s.name)]
		}
	}
	// The font table may name embedded fonts in other parts, which stay behind.
	l.parts["word/fontTable.xml"] = regexp.MustCompile(`<w:embed[A-Za-z]*\s[^>]*/>`).ReplaceAllString(l.parts["word/fontTable.xml"], "")
	number := func(tag, attribute string, otherwise int) int {
		m := regexp.MustCompile(`w:` + attribute + `="(-?\d+)"`).FindStringSubmatch(tag)
		if m == nil {
			return otherwise
		}
		n, err := strconv.Atoi(m[1])
		if err != nil || n < 0 || n > 31680 { // the largest page that Word knows
			return otherwise
		}
		return n
	}
	sizes, margins := pgSz.FindAllString(l.parts["word/document.xml"], -1), pgMar.FindAllString(l.parts["word/document.xml"], -1)
	if n := len(sizes); n > 0 {
		l.size.width, l.size.height = number(sizes[n-1], "w", ownPage.width), number(sizes[n-1], "h", ownPage.height)
	}
	if n := len(margins); n > 0 {
		l.size.top, l.size.right = number(margins[n-1], "top", ownPage.top), number(margins[n-1], "right", ownPage.right)
		l.size.bottom, l.size.left = number(margins[n-1], "bottom", ownPage.bottom), number(margins[n-1], "left", ownPage.left)
	}
	if l.size.width-l.size.left-l.size.right < 2000 || l.size.height-l.size.left-l.size.right < 2000 {
		l.size = ownPage
	}
	return l, nil
}

// ownPage is A4 with margins of 25 mm.
var ownPage = pageSize{11906, 16838, 1418, 1418, 1418, 1418}

func (l *Look) page() pageSize {
	if l == nil {
		return ownPage
	}
	return l.size
}

// id returns the id that a style of ownStyles has in the document.
func (l *Look) id(own string) string {
	if l == nil {
		return own
	}
	return l.own[own]
}

// number is the id of the list of points.
func (l *Look) number() int {
	if l == nil {
		return 1
	}
	return lookBullet
}

// styles returns the part that holds the styles: all of the look's, and those of tema's that it lacks.
func (l *Look) styles(language string) string {
	var b strings.Builder
	if l == nil {
		fmt.Fprintf(&b, `<w:styles %s><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="%s"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>`,
			docxMain, xmlText(language))
		b.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>`)
		b.WriteString(`<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>`)
		b.WriteString(`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
		for _, s := range ownStyles("Normal") {
			b.WriteString(s.xml)
		}
		b.WriteString(`</w:styles>`)
		return b.String()
	}
	normal := l.ids["normal"]
	for _, s := range ownStyles(normal) {
		if l.ids[strings.ToLower(s.name)] == "" {
			b.WriteString(s.xml)
		}
	}
	whole := l.parts["word/styles.xml"]
	end := strings.LastIndex(whole, "</w:styles>")
	return whole[:end] + b.String() + whole[end:]
}

// numbering returns the part that holds the lists: the look's, and the one of points.
func (l *Look) numbering() string {
	bullet := func(id int) (abstract, number string) {
		return fmt.Sprintf(`<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="357" w:hanging="357"/></w:pPr></w:lvl></w:abstractNum>`, id),
			fmt.Sprintf(`<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>`, id, id)
	}
	abstract, number := bullet(l.number())
	if l != nil {
		whole := l.parts["word/numbering.xml"]
		end := strings.LastIndex(whole, "</w:numbering>")
		if end > 0 { // abstract lists stand before those that are used
			at := strings.Index(whole, "<w:num ")
			if at < 0 {
				at = end
			}
			return whole[:at] + abstract + whole[at:end] + number + whole[end:]
		}
	}
	return `<w:numbering ` + docxMain + `>` + abstract + number + `</w:numbering>`
}
