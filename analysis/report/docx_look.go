package report

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// A docxStyle is a style that tema uses. Word processors know the built-in ones by name, in every language; ids are each
// document's own.
type docxStyle struct {
	kind, id, name string
	builtIn        bool
	sans           bool   // what tema says, where it sets the page itself; what was said has serifs
	paragraph, run string // properties
	rest           string // of a table
}

// ownStyles are tema's, in the order in which they are written.
var ownStyles = func() []docxStyle {
	var out []docxStyle
	add := func(id, name string, builtIn, sans bool, paragraph, run string) {
		out = append(out, docxStyle{kind: "paragraph", id: id, name: name, builtIn: builtIn, sans: sans, paragraph: paragraph, run: run})
	}
	size := func(n int) string { return fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, n, n) } // half points
	grey := `<w:color w:val="595959"/>`
	add("Title", "Title", true, true, `<w:keepNext/><w:spacing w:after="60" w:line="240" w:lineRule="auto"/>`, `<w:b/>`+size(40))
	add("Subtitle", "Subtitle", true, true, `<w:spacing w:after="240"/>`, grey+size(26))
	for i, n := range []int{30, 26, 23, 22, 21, 21} {
		add(fmt.Sprintf("Heading%d", i+1), fmt.Sprintf("heading %d", i+1), true, true,
			fmt.Sprintf(`<w:keepNext/><w:keepLines/><w:spacing w:before="%d" w:after="80" w:line="240" w:lineRule="auto"/><w:outlineLvl w:val="%d"/>`, 360-40*i, i), `<w:b/>`+size(n))
	}
	add("Concept", "Concept", false, false, `<w:keepLines/>`, `<w:i/>`)
	tight := `<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>`
	add("TableHead", "Table Head", false, true, tight, `<w:b/>`+size(18))
	add("TableText", "Table Text", false, true, tight, size(18))
	add("TableQuote", "Table Quote", false, false, tight, `<w:i/>`+size(20))
	add("TableMark", "Table Mark", false, true, `<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>`, size(16))
	add("Quote", "Quote", true, false, `<w:spacing w:before="120" w:after="40"/><w:ind w:left="567" w:right="567"/>`, ``)
	add("QuoteSource", "Quote Source", false, true, `<w:spacing w:after="160" w:line="240" w:lineRule="auto"/><w:ind w:left="567" w:right="567"/><w:jc w:val="right"/>`, grey+size(18))
	add("ExcerptNote", "Excerpt Note", false, true, `<w:spacing w:after="160" w:line="240" w:lineRule="auto"/><w:ind w:left="851" w:right="567" w:hanging="284"/>`, grey+size(18)) // hanging, so that no reader takes it for a quotation
	add("Note", "Note", false, true, `<w:spacing w:before="60" w:after="120" w:line="252" w:lineRule="auto"/>`, grey+size(18))
	add("Caption", "caption", true, true, `<w:keepLines/><w:spacing w:before="160" w:after="80" w:line="240" w:lineRule="auto"/>`, `<w:b/>`+size(18))
	add("Figure", "Figure", false, false, `<w:keepNext/><w:spacing w:before="120" w:after="0" w:line="240" w:lineRule="auto"/>`, ``)
	add("FigureText", "Figure Text", false, false, `<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>`, ``)
	add("ListBullet", "List Bullet", true, false, `<w:spacing w:after="60"/>`, ``)
	add("TOCHeading", "TOC Heading", true, true, `<w:keepNext/><w:spacing w:before="360" w:after="80"/>`, `<w:b/>`+size(30))
	add("TOC1", "toc 1", true, true, `<w:spacing w:after="40" w:line="240" w:lineRule="auto"/>`, size(20))
	add("TOC2", "toc 2", true, true, `<w:spacing w:after="40" w:line="240" w:lineRule="auto"/><w:ind w:left="284"/>`, size(20))
	add("Header", "header", true, true, `<w:spacing w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="right"/>`, grey+size(16))
	add("Footer", "footer", true, true, `<w:spacing w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>`, grey+size(16))
	add("CommentText", "annotation text", true, true, `<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>`, size(20))
	add("Space", "Space", false, false, `<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>`, size(8))
	out = append(out,
		docxStyle{kind: "character", id: "CommentReference", name: "annotation reference", builtIn: true, run: size(16)},
		docxStyle{kind: "character", id: "Identifier", name: "Identifier", run: `<w:b w:val="0"/>` + grey})
	line := func(side, color string, eighths int) string {
		return fmt.Sprintf(`<w:%s w:val="single" w:sz="%d" w:space="0" w:color="%s"/>`, side, eighths, color)
	}
	return append(out, docxStyle{kind: "table", id: "CodeTable", name: "Code Table", rest: `<w:tblPr><w:tblBorders>` + line("top", "404040", 8) + line("bottom", "404040", 8) + line("insideH", "BFBFBF", 4) +
		`</w:tblBorders><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>` +
		`<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>` + line("bottom", "404040", 6) + `</w:tcBorders></w:tcPr></w:tblStylePr>`})
}()

// xml is the style as a part holds it, under an id and a name, made after the style of plain text of its document; in
// tema's own documents with tema's fonts.
func (s docxStyle) xml(id, name, based string, own bool) string {
	var b strings.Builder
	custom := ` w:customStyle="1"`
	if s.builtIn && name == s.name {
		custom = ""
	}
	fmt.Fprintf(&b, `<w:style w:type="%s"%s w:styleId="%s"><w:name w:val="%s"/>`, s.kind, custom, id, name)
	if s.kind == "paragraph" && based != "" {
		fmt.Fprintf(&b, `<w:basedOn w:val="%s"/><w:next w:val="%s"/>`, xmlText(based), xmlText(based))
	}
	if s.kind == "paragraph" {
		b.WriteString(`<w:qFormat/><w:pPr>` + s.paragraph + `</w:pPr>`)
	}
	if s.kind != "table" {
		b.WriteString(`<w:rPr>`)
		if s.sans && own {
			b.WriteString(`<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>`)
		}
		b.WriteString(s.run + `</w:rPr>`)
	}
	return b.String() + s.rest + `</w:style>`
}

// A Look is what a document of a person's own gives a report: styles, fonts, colours and the page. A nil Look is tema's.
type Look struct {
	parts   map[string]string // by name in the package
	own     map[string]string // ids by those that tema's own styles have
	lacking string            // those of tema's styles that it does not have
	points  bool              // its style of lists makes points by itself
	body    string            // id of its style of running text, "" where that is plain text
	size    pageSize
}

// A pageSize is in twentieths of a point.
type pageSize struct{ width, height, top, right, bottom, left, header, footer int }

const (
	lookFile   = 256 << 20 // bytes of a document at most: a thesis with its pictures
	lookPart   = 8 << 20   // bytes of a part at most, unpacked
	lookBullet = 4711      // the list that tema adds
)

// saveAnew says what to do about a document whose look cannot be taken.
const saveAnew = "open it in a word processor and save it as a Word document (.docx)"

// ReadLook takes the look of a DOCX of that many bytes. What it says is left behind, and so is all that leads out of it:
// pictures, fonts that are embedded, macros, links.
func ReadLook(doc io.ReaderAt, size int64) (*Look, error) {
	if size > lookFile {
		return nil, fmt.Errorf("it is larger than %d MB: take the pictures out of a copy", lookFile>>20)
	}
	magic := make([]byte, 8)
	if n, _ := doc.ReadAt(magic, 0); n == 8 && string(magic) == "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" {
		return nil, errors.New("it has a password or is of an old kind (.doc): " + saveAnew + " without a password")
	}
	z, err := zip.NewReader(doc, size)
	if err != nil {
		return nil, errors.New("it is not a DOCX: " + saveAnew)
	}
	l := &Look{parts: map[string]string{}, own: map[string]string{}, size: ownPage}
	for _, f := range z.File {
		if !slices.Contains([]string{"[Content_Types].xml", "mimetype", "word/styles.xml", "word/document.xml", "word/numbering.xml", "word/theme/theme1.xml", "word/fontTable.xml"}, f.Name) {
			continue
		}
		content, err := readPart(f)
		if err != nil {
			return nil, fmt.Errorf("its part %s %w: %s", f.Name, err, saveAnew)
		}
		l.parts[f.Name] = content
	}
	styles, body := l.parts["word/styles.xml"], l.parts["word/document.xml"]
	switch {
	case strings.HasPrefix(l.parts["mimetype"], "application/vnd.oasis"):
		return nil, errors.New("it is an OpenDocument: " + saveAnew)
	case strings.Contains(l.parts["[Content_Types].xml"], "macroEnabled"):
		return nil, errors.New("it may hold macros (.docm): " + saveAnew)
	case strings.Contains(styles, "purl.oclc.org/ooxml/"):
		return nil, errors.New("it is a Strict Open XML document: save it as a Word document (.docx) that is not strict")
	case styles == "" || body == "":
		return nil, errors.New("it holds no styles: " + saveAnew)
	case !strings.HasSuffix(strings.TrimSpace(styles), "</w:styles>"):
		return nil, errors.New("its styles are not written as word processors write them: " + saveAnew)
	}
	if err := l.readStyles(); err != nil {
		return nil, err
	}
	l.readPage()

	// What names other parts stays behind, since they do: embedded fonts, pictures for points and for backgrounds.
	replace := func(part, pattern, instead string) {
		l.parts[part] = regexp.MustCompile(pattern).ReplaceAllString(l.parts[part], instead)
	}
	replace("word/fontTable.xml", `<w:embed[A-Za-z]*\s[^>]*/>`, "")
	replace("word/numbering.xml", `(?s)<w:numPicBullet\s.*?</w:numPicBullet>|<w:lvlPicBulletId\s[^>]*/>`, "")
	// LibreOffice gives headings without numbers a number that is nothing, and a tab behind it.
	replace("word/numbering.xml", `<w:numFmt w:val="none"/><w:lvlText`, `<w:numFmt w:val="none"/><w:suff w:val="nothing"/><w:lvlText`)
	replace("word/theme/theme1.xml", `(?s)<a:blipFill[\s>].*?</a:blipFill>`, `<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>`)
	return l, nil
}

// readPart unpacks a part that is XML, or the name of a kind of document.
func readPart(f *zip.File) (string, error) {
	r, err := f.Open()
	if err != nil {
		return "", errors.New("cannot be unpacked")
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, lookPart+1))
	switch {
	case err != nil:
		return "", errors.New("is broken")
	case len(content) > lookPart:
		return "", fmt.Errorf("is larger than %d MB", lookPart>>20)
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if f.Name != "mimetype" {
		for d := xml.NewDecoder(bytes.NewReader(content)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if _, entities := token.(xml.Directive); err != nil || entities {
				return "", errors.New("is not XML as word processors write it")
			}
		}
	}
	return string(content), nil
}

// A lookStyle is what is read of a style.
type lookStyle struct {
	Kind    string `xml:"type,attr"`
	ID      string `xml:"styleId,attr"`
	Default string `xml:"default,attr"`
	Name    struct {
		Val string `xml:"val,attr"`
	} `xml:"name"`
	Paragraph struct {
		Number *struct{} `xml:"numPr"`
	} `xml:"pPr"`
}

var (
	tableStyle = regexp.MustCompile(`<w:tblStyle w:val="([^"&]*)"`)
	pgSz       = regexp.MustCompile(`<w:pgSz\s[^>]*>`)
	pgMar      = regexp.MustCompile(`<w:pgMar\s[^>]*>`)
)

// readStyles finds those of the look that take the place of tema's, and writes the others as the look lacks them.
func (l *Look) readStyles() error {
	var part struct {
		Styles []lookStyle `xml:"style"`
	}
	if err := xml.Unmarshal([]byte(l.parts["word/styles.xml"]), &part); err != nil {
		return errors.New("its styles are not written as word processors write them: " + saveAnew)
	}
	ids, taken, names := map[string]string{}, map[string]bool{}, map[string]bool{}
	based := ""
	for _, s := range part.Styles {
		kind, name := cmp.Or(s.Kind, "paragraph"), strings.ToLower(s.Name.Val)
		taken[strings.ToLower(s.ID)], names[name] = true, true
		if ids[kind+" "+name] == "" {
			ids[kind+" "+name] = s.ID
		}
		if kind == "paragraph" && (s.Default == "1" || s.Default == "true" || s.Default == "on") {
			based = s.ID
		}
		if kind == "paragraph" && name == "list bullet" {
			l.points = s.Paragraph.Number != nil
		}
	}
	l.body = xmlText(ids["paragraph body text"]) // where a template has one, plain text is what all else is made from
	// Tables look as the first one of the document does; pandoc names the style of all of its own.
	table := ids["table table"]
	for _, m := range tableStyle.FindAllStringSubmatch(l.parts["word/document.xml"], -1) {
		if slices.ContainsFunc(part.Styles, func(s lookStyle) bool { return s.Kind == "table" && s.ID == m[1] }) {
			table = m[1]
			break
		}
	}
	for _, s := range ownStyles {
		has := ids[s.kind+" "+strings.ToLower(s.name)]
		if s.kind == "table" {
			has = cmp.Or(has, table)
		}
		if has != "" {
			l.own[s.id] = xmlText(has)
			continue
		}
		id, name := s.id, s.name
		for taken[strings.ToLower(id)] {
			id = "tema" + id
		}
		for names[strings.ToLower(name)] {
			name = "tema " + name
		}
		l.own[s.id] = id
		l.lacking += s.xml(id, name, based, false)
	}
	return nil
}

// readPage takes the page and its margins, of the last section.
func (l *Look) readPage() {
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
	last := func(tag *regexp.Regexp) string {
		all := tag.FindAllString(l.parts["word/document.xml"], -1)
		if len(all) == 0 {
			return ""
		}
		return all[len(all)-1]
	}
	size, margins := last(pgSz), last(pgMar)
	l.size = pageSize{number(size, "w", ownPage.width), number(size, "h", ownPage.height), number(margins, "top", ownPage.top), number(margins, "right", ownPage.right),
		number(margins, "bottom", ownPage.bottom), number(margins, "left", ownPage.left), number(margins, "header", ownPage.header), number(margins, "footer", ownPage.footer)}
	if p := l.size; min(p.width, p.height)-max(p.left+p.right, p.top+p.bottom) < 2000 { // upright and across
		l.size = ownPage
	}
}

// ownPage is A4 with margins of 25 mm.
var ownPage = pageSize{11906, 16838, 1418, 1418, 1418, 1418, 709, 709}

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
func (l *Look) styles(tag string) string {
	var b strings.Builder
	if l == nil {
		fmt.Fprintf(&b, `<w:styles %s><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="22"/><w:szCs w:val="22"/>%s</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>`,
			docxMain, docxLanguage(tag))
		b.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>`)
		b.WriteString(`<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>`)
		b.WriteString(`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
		for _, s := range ownStyles {
			b.WriteString(s.xml(s.id, s.name, "Normal", true))
		}
		b.WriteString(`</w:styles>`)
		return b.String()
	}
	whole := l.parts["word/styles.xml"]
	// The language of a template is that of whoever made it.
	if start, end := strings.Index(whole, "<w:docDefaults>"), strings.Index(whole, "</w:docDefaults>"); start >= 0 && start < end {
		whole = whole[:start] + anyLanguage.ReplaceAllLiteralString(whole[start:end], docxLanguage(tag)) + whole[end:]
	}
	end := strings.LastIndex(whole, "</w:styles>")
	return whole[:end] + l.lacking + whole[end:]
}

var anyLanguage = regexp.MustCompile(`<w:lang\s[^>]*/>`)

// numbering returns the part that holds the lists: the look's, and the one of points. It is "" where there are none.
func (l *Look) numbering(points bool) string {
	bullet := func(id int) (abstract, number string) {
		return fmt.Sprintf(`<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="357" w:hanging="357"/></w:pPr></w:lvl></w:abstractNum>`, id),
			fmt.Sprintf(`<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>`, id, id)
	}
	abstract, number := bullet(l.number())
	if l != nil {
		whole := l.parts["word/numbering.xml"]
		if end := strings.LastIndex(whole, "</w:numbering>"); end > 0 { // its styles may name its lists
			at := end // abstract lists stand before those that are used, and a word of clean-up behind them
			for _, next := range []string{"<w:num ", "<w:numIdMacAtCleanup"} {
				if i := strings.Index(whole, next); i >= 0 {
					at = min(at, i)
				}
			}
			behind := end
			if i := strings.Index(whole, "<w:numIdMacAtCleanup"); i >= 0 {
				behind = i
			}
			return whole[:at] + abstract + whole[at:behind] + number + whole[behind:]
		}
	}
	if !points {
		return ""
	}
	return `<w:numbering ` + docxMain + `>` + abstract + number + `</w:numbering>`
}

// docxLanguage is a language as spelling checkers know it, with the region where it is spoken most unless it names one.
func docxLanguage(tag string) string {
	name, kind := tag, ""
	if t, err := language.Parse(tag); err == nil {
		base, _ := t.Base()
		region, _ := t.Region()
		switch name = base.String() + "-" + region.String(); {
		case t.IsRoot(): // nobody says which it is
			return `<w:lang w:val="x-none"/>`
		case base.String() == "no":
			name = "nb-NO"
		}
		switch script, _ := t.Script(); script.String() {
		case "Hans", "Hant", "Jpan", "Kore":
			kind = "eastAsia"
		case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Deva", "Thai", "Beng", "Taml", "Khmr", "Laoo", "Mymr":
			kind = "bidi" // all that needs shaping goes by that name
		}
	}
	out := `<w:lang w:val="` + xmlText(name) + `"`
	if kind != "" {
		out += ` w:` + kind + `="` + xmlText(name) + `"`
	}
	return out + "/>"
}

// rightToLeft says whether a language is written from right to left.
func rightToLeft(tag string) bool {
	t, err := language.Parse(tag)
	if err != nil {
		return false
	}
	script, _ := t.Script()
	return slices.Contains([]string{"Arab", "Hebr", "Syrc", "Thaa", "Nkoo"}, script.String())
}
