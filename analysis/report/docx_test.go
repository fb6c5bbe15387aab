package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// docxOrder is the order of children that ECMA-376, part 1, gives elements whose content is a sequence (17.3.1.26 pPr,
// 17.3.2.28 rPr, 17.4.60 tblPr, 17.4.70 tcPr, 17.6.17 sectPr, 17.7.4.17 style, 17.9.1 abstractNum, 17.9.6 lvl, 17.15.1.78 settings), as far as documents of
// tema's use them or a template's parts may.
var docxOrder = map[string]string{
	"pPr":         "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
	"rPr":         "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
	"tblPr":       "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
	"tcPr":        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
	"tbl":         "tblPr tblGrid tr",
	"tc":          "tcPr p",
	"tr":          "trPr tc",
	"sectPr":      "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
	"style":       "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
	"styles":      "docDefaults latentStyles style",
	"abstractNum": "nsid multiLevelType tmpl name styleLink numStyleLink lvl",
	"lvl":         "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
	"numbering":   "numPicBullet abstractNum num numIdMacAtCleanup",
	"settings":    "zoom defaultTabStop characterSpacingControl compat themeFontLang clrSchemeMapping",
	"inline":      "extent effectExtent docPr cNvGraphicFramePr graphic",
	"wsp":         "cNvPr cNvSpPr spPr txbx bodyPr",
	"spPr":        "xfrm custGeom prstGeom noFill solidFill ln",
	"custGeom":    "avLst gdLst ahLst cxnLst rect pathLst",
}

// A docxNode is an element of a part.
type docxNode struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Nodes   []docxNode `xml:",any"`
	Text    string     `xml:",chardata"`
}

func (n *docxNode) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// each calls f for n and all below it.
func (n *docxNode) each(f func(*docxNode)) {
	f(n)
	for i := range n.Nodes {
		n.Nodes[i].each(f)
	}
}

// docxFaults holds a document against the standard: what word processors refuse, or mend without a word.
func docxFaults(doc []byte) []string {
	var out []string
	fault := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	z, err := zip.NewReader(bytes.NewReader(doc), int64(len(doc)))
	if err != nil {
		return []string{err.Error()}
	}
	parts := map[string]*docxNode{}
	for _, f := range z.File {
		if f.Modified.Year() != 1980 {
			fault("%s is dated %s", f.Name, f.Modified)
		}
		r, err := f.Open()
		if err != nil {
			return []string{err.Error()}
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return []string{err.Error()}
		}
		if parts[f.Name] != nil {
			fault("%s stands twice", f.Name)
		}
		parts[f.Name] = &docxNode{}
		if err := xml.Unmarshal(content, parts[f.Name]); err != nil {
			fault("%s: %v", f.Name, err)
		}
	}
	if z.File[0].Name != "[Content_Types].xml" {
		fault("%s stands first", z.File[0].Name)
	}
	// Every part has a type, and every type a part.
	typed := map[string]bool{}
	for _, n := range parts["[Content_Types].xml"].Nodes {
		if name := strings.TrimPrefix(n.attr("PartName"), "/"); name != "" {
			if typed[name] = true; parts[name] == nil {
				fault("there is no %s, which has a type", name)
			}
		}
	}
	relations := map[string]bool{} // ids of the main document's
	for name, part := range parts {
		switch {
		case strings.HasSuffix(name, ".rels"):
			for _, n := range part.Nodes {
				base := path.Dir(path.Dir(name))
				if target := path.Join(base, n.attr("Target")); n.attr("TargetMode") != "" || parts[target] == nil {
					fault("%s leads to %s", name, n.attr("Target"))
				}
				if name == "word/_rels/document.xml.rels" {
					relations[n.attr("Id")] = true
				}
			}
		case name != "[Content_Types].xml" && !typed[name]:
			fault("%s has no type of its own", name)
		}
	}
	styles := map[string]string{} // kinds by id
	names := map[string]bool{}
	for _, n := range parts["word/styles.xml"].Nodes {
		if n.XMLName.Local == "style" {
			if styles[n.attr("styleId")] != "" {
				fault("style %s stands twice", n.attr("styleId"))
			}
			styles[n.attr("styleId")] = n.attr("type")
			name := n.attr("type") + " " + strings.ToLower(n.Nodes[0].attr("val"))
			if names[name] {
				fault("two styles are called %s", name)
			}
			names[name] = true
		}
	}
	lists := map[string]bool{"0": true}
	if part := parts["word/numbering.xml"]; part != nil {
		for _, n := range part.Nodes {
			if n.XMLName.Local == "num" {
				lists[n.attr("numId")] = true
			}
		}
	}
	comments := map[string]int{}
	if part := parts["word/comments.xml"]; part != nil {
		for _, n := range part.Nodes {
			comments[n.attr("id")]++
		}
	}
	bookmarks := map[string]bool{}
	parts["word/document.xml"].each(func(n *docxNode) {
		if n.XMLName.Local == "bookmarkStart" {
			bookmarks[n.attr("name")] = true
		}
	})
	for name, part := range parts {
		ids := map[string]int{} // by kind and id
		opened := ""            // the comment
		fields := 0
		part.each(func(n *docxNode) {
			of := n.XMLName.Local
			if order := strings.Fields(docxOrder[of]); len(order) > 0 && strings.HasPrefix(name, "word/") && !strings.Contains(name, "theme") {
				at := 0
				for i, child := range n.Nodes {
					place := slices.Index(order, child.XMLName.Local)
					if place < at {
						fault("%s: <%s> in <%s> after <%s>", name, child.XMLName.Local, of, n.Nodes[max(0, i-1)].XMLName.Local)
					}
					at = max(at, place)
				}
			}
			val := n.attr("val")
			uses := func(kind string) {
				if styles[val] != kind {
					fault("%s: %s is no style of a %s", name, val, kind)
				}
			}
			switch of {
			case "pStyle":
				uses("paragraph")
			case "rStyle":
				uses("character")
			case "tblStyle":
				uses("table")
			case "basedOn", "next", "link":
				if styles[val] == "" {
					fault("%s: there is no style %s", name, val)
				}
			case "numId":
				if !lists[val] {
					fault("%s: there is no list %s", name, val)
				}
			case "t":
				if strings.TrimSpace(n.Text) != n.Text && n.attr("space") != "preserve" {
					fault("%s: %q loses its spaces", name, n.Text)
				}
			case "tc":
				if len(n.Nodes) == 0 || n.Nodes[len(n.Nodes)-1].XMLName.Local != "p" {
					fault("%s: a cell does not end in a paragraph", name)
				}
			case "tbl":
				columns := 0
				for _, child := range n.Nodes {
					switch child.XMLName.Local {
					case "tblGrid":
						columns = len(child.Nodes)
					case "tr":
						cells := 0
						for _, c := range child.Nodes {
							if c.XMLName.Local == "tc" {
								cells++
							}
						}
						if cells != columns {
							fault("%s: a row of %d cells in %d columns", name, cells, columns)
						}
					}
				}
			case "hyperlink":
				if !bookmarks[n.attr("anchor")] {
					fault("%s: a link to %q, which is nowhere", name, n.attr("anchor"))
				}
			case "bookmarkStart", "docPr", "cNvPr":
				kind := of
				if kind == "cNvPr" {
					kind = "docPr"
				}
				if ids[kind+n.attr("id")]++; ids[kind+n.attr("id")] > 1 {
					fault("%s: %s %s stands twice", name, of, n.attr("id"))
				}
				if of == "docPr" && n.attr("descr") == "" {
					fault("%s: a figure without a description", name)
				}
			case "bookmarkEnd":
				if ids["bookmarkStart"+n.attr("id")] != 1 {
					fault("%s: bookmark %s ends before it begins", name, n.attr("id"))
				}
			case "commentRangeStart":
				if opened != "" || comments[n.attr("id")] != 1 {
					fault("%s: comment %s begins in %q", name, n.attr("id"), opened)
				}
				opened = n.attr("id")
			case "commentRangeEnd", "commentReference":
				if ids[of+n.attr("id")]++; ids[of+n.attr("id")] > 1 || of == "commentRangeEnd" && opened != n.attr("id") {
					fault("%s: %s %s, and %q was begun", name, of, n.attr("id"), opened)
				}
				if of == "commentRangeEnd" {
					opened = ""
				}
			case "fldChar":
				if fields += map[string]int{"begin": 1, "end": -1}[n.attr("fldCharType")]; fields < 0 || fields > 1 {
					fault("%s: fields are not closed", name)
				}
			}
			for _, a := range n.Attrs {
				if a.Name.Space == docxRelations && (name != "word/document.xml" || !relations[a.Value]) { // other parts have none
					fault("%s: %s leads nowhere", name, a.Value)
				}
			}
		})
		if opened != "" || fields != 0 {
			fault("%s: comment %q or %d fields stay open", name, opened, fields)
		}
		if name == "word/document.xml" {
			for id := range comments {
				if ids["commentReference"+id] != 1 {
					fault("comment %s stands nowhere", id)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestDOCXIsValid(t *testing.T) {
	check := func(t *testing.T, doc []byte) {
		t.Helper()
		for _, f := range docxFaults(doc) {
			t.Error(f)
		}
	}
	for _, s := range studies {
		t.Run(s.name, func(t *testing.T) {
			r := build(t, open(t, s.files, s.codings, s.changes...), s.options)
			for _, o := range []DOCXOptions{{}, {NoComments: true}, {Look: theses["hostile"].look(t)}, {Look: theses["small"].look(t)}} {
				check(t, r.DOCX(o))
			}
		})
	}
	r := about("words <b> & \"more\"")
	check(t, r.DOCX(DOCXOptions{}))
	check(t, (&UnitTable{Title: "t", Rows: []UnitRow{{Unit: "u"}}}).DOCX())
}

// wordsOf are the words and numbers of a text; the number of a footnote may touch a word.
func wordsOf(text string) []string {
	return regexp.MustCompile(`\p{L}+|\p{N}+`).FindAllString(text, -1)
}

// Nothing that the Markdown says is missing in the document or its comments: each word stands there as often. What heads
// a row of a table in the codebook heads each item of a list in the Markdown; a document does not say in which language a
// listing is.
func TestDOCXSaysAll(t *testing.T) {
	address := regexp.MustCompile(`> HYPERLINK "(.*?)" <`)
	listing := regexp.MustCompile("(?m)^```.*$")
	figure := regexp.MustCompile(`(?s)<mc:AlternateContent>.*?</mc:AlternateContent>`) // says once more what the list below it says
	for _, s := range studies {
		r := build(t, open(t, s.files, s.codings, s.changes...), s.options)
		parts := docxParts(t, r.DOCX(DOCXOptions{}))
		parts["word/document.xml"] = figure.ReplaceAllString(parts["word/document.xml"], "")
		count := map[string]int{}
		for _, part := range []string{"word/document.xml", "word/comments.xml"} {
			for _, p := range docxSaid(parts[part]) {
				_, text, _ := strings.Cut(p, ": ")
				for _, w := range wordsOf(text) {
					count[w]++
				}
			}
		}
		for _, m := range address.FindAllStringSubmatch(parts["word/document.xml"], -1) {
			for _, w := range wordsOf(m[1]) {
				count[w]++
			}
		}
		w := wordsFor(r.Language)
		heads := wordsOf(strings.Join([]string{w.Include, w.Exclude, w.Examples, w.Counterexamples, w.Rules}, " "))
		for _, word := range wordsOf(strings.ReplaceAll(listing.ReplaceAllString(string(r.Markdown()), ""), `\`, "")) {
			if slices.Contains(heads, word) && count[word] > 0 {
				continue
			}
			if count[word]--; count[word] == -1 {
				t.Errorf("%s: the document says %q less often than the Markdown", s.name, word)
			}
		}
	}
}

// A thesis is a template for these tests.
type thesis map[string]string

func (parts thesis) bytes(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, content)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (parts thesis) look(t *testing.T) *Look {
	t.Helper()
	doc := parts.bytes(t)
	l, err := ReadLook(bytes.NewReader(doc), int64(len(doc)))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var theses = map[string]thesis{
	"small": {
		"word/document.xml": `<w:document ` + docxMain + `><w:body><w:p/></w:body></w:document>`,
		"word/styles.xml":   `<w:styles ` + docxMain + `></w:styles>`,
	},
	// One whose styles take tema's ids and names for other things, whose lists, points, tables and colours lead out of the
	// parts that come along, and whose language is another.
	"hostile": {
		"word/document.xml": `<w:document ` + docxMain + `><w:body><w:tbl><w:tblPr><w:tblStyle w:val="none"/></w:tblPr></w:tbl><w:tbl><w:tblPr><w:tblStyle w:val="Rutenett"/></w:tblPr></w:tbl>` +
			`<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/></w:sectPr></w:body></w:document>`,
		"word/styles.xml": `<w:styles ` + docxMain + `><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="fi-FI" w:eastAsia="en-US"/></w:rPr></w:rPrDefault></w:docDefaults>` +
			`<w:style w:type="paragraph" w:default="1" w:styleId="A&amp;B"><w:name w:val="Normal"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="note"><w:name w:val="Fotnote"/></w:style>` +
			`<w:style w:type="character" w:styleId="Concept1"><w:name w:val="Concept"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="Brodtekst"><w:name w:val="Body Text"/></w:style>` +
			`<w:style w:type="table" w:styleId="Rutenett"><w:name w:val="Rutenett"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="Overskrift1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>` +
			`<w:style w:type="paragraph" w:styleId="Punkt"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style></w:styles>`,
		"word/numbering.xml": `<w:numbering ` + docxMain + ` xmlns:r="` + docxRelations + `"><w:numPicBullet w:numPicBulletId="0"><w:pict r:id="rId1"/></w:numPicBullet><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="none"/><w:lvlText w:val="x"/><w:lvlPicBulletId w:val="0"/></w:lvl></w:abstractNum>` +
			`<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num><w:numIdMacAtCleanup w:val="1"/></w:numbering>`,
		"word/theme/theme1.xml": `<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="` + docxRelations + `"><a:bgFillStyleLst><a:blipFill rotWithShape="1"><a:blip r:embed="rId9"/></a:blipFill></a:bgFillStyleLst></a:theme>`,
		"word/fontTable.xml":    `<w:fonts ` + docxMain + ` xmlns:r="` + docxRelations + `"><w:font w:name="X"><w:embedRegular r:id="rId2"/></w:font></w:fonts>`,
	},
}

func TestLookIsTakenWhole(t *testing.T) {
	s := studies[2]
	r := build(t, open(t, s.files, s.codings, s.changes...), s.options)
	parts := docxParts(t, r.DOCX(DOCXOptions{Look: theses["hostile"].look(t)}))
	body, styles := parts["word/document.xml"], parts["word/styles.xml"]
	for _, want := range []string{`<w:tblStyle w:val="Rutenett"/>`, `<w:pStyle w:val="temaNote"/>`, `<w:pStyle w:val="Brodtekst"/>`, `<w:pStyle w:val="Punkt"/></w:pPr>`, `w:orient="landscape"`,
		`<w:pStyle w:val="Overskrift1"/><w:pageBreakBefore/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in the document", want)
		}
	}
	if !strings.Contains(parts["word/numbering.xml"], `<w:numFmt w:val="none"/><w:suff w:val="nothing"/>`) {
		t.Error("a heading whose number is nothing has a tab before it")
	}
	for _, want := range []string{`<w:lang w:val="nb-NO"/>`, `<w:style w:type="paragraph" w:customStyle="1" w:styleId="Concept"><w:name w:val="tema Concept"/><w:basedOn w:val="A&amp;B"/>`} {
		if !strings.Contains(styles, want) {
			t.Errorf("no %s in the styles", want)
		}
	}
}

// What cannot lend its look is refused, and the refusal says what it is and what to do.
func TestLookIsRefused(t *testing.T) {
	change := func(name, content string) []byte {
		parts := thesis{}
		for k, v := range theses["small"] {
			parts[k] = v
		}
		parts[name] = content
		return parts.bytes(t)
	}
	for want, doc := range map[string][]byte{
		"it has a password or is of an old kind": []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"),
		"it is not a DOCX":                       []byte("plain words"),
		"it is an OpenDocument":                  change("mimetype", "application/vnd.oasis.opendocument.text"),
		"it may hold macros":                     change("[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`),
		"it is a Strict Open XML document":       change("word/styles.xml", `<w:styles xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"></w:styles>`),
		"it holds no styles":                     thesis{"word/document.xml": "<w:document/>"}.bytes(t),
		"its styles are not written as":          change("word/styles.xml", `<ns0:styles></ns0:styles>`),
		"word/styles.xml is not XML":             change("word/styles.xml", `<w:styles>`),
		"word/document.xml is not XML":           change("word/document.xml", `<!DOCTYPE w [<!ENTITY a "aaaa">]><w:document/>`),
		"word/theme/theme1.xml is larger than":   change("word/theme/theme1.xml", "<a>"+strings.Repeat(" ", lookPart)+"</a>"),
	} {
		_, err := ReadLook(bytes.NewReader(doc), int64(len(doc)))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "save it as a Word document (.docx)") {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := ReadLook(bytes.NewReader(nil), lookFile+1); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("a document without end: %v", err)
	}
}

// The map is a figure that fits the page, or is left out: its words are in the list below in any case.
func TestMapFigure(t *testing.T) {
	theme := func(i int) *MapTheme {
		return &MapTheme{ID: strconv.Itoa(i), Name: fmt.Sprintf("Theme %d of those that were made", i)}
	}
	for _, c := range []struct {
		themes int
		fits   bool
	}{{2, true}, {12, true}, {40, false}} {
		var themes []*MapTheme
		for i := range c.themes {
			themes = append(themes, theme(i))
		}
		m := newMap("t", &english, themes, []MapRelation{{"0", "asks for", "1"}, {"1", "", "0"}})
		d := &docx{}
		if d.mapFigure(m, "Map", m.described()) != c.fits {
			t.Errorf("%d themes fit a page: %t", c.themes, !c.fits)
		}
		if c.fits == (d.b.Len() == 0) {
			t.Errorf("%d themes: %d bytes", c.themes, d.b.Len())
		}
		for _, size := range regexp.MustCompile(`<wp:extent cx="(\d+)" cy="(\d+)"/>`).FindAllStringSubmatch(d.b.String(), -1) {
			width, _ := strconv.Atoi(size[1])
			height, _ := strconv.Atoi(size[2])
			if width > d.room()*emuTwip || height > d.depth()*emuTwip {
				t.Errorf("%d themes: %v on a page of %d by %d", c.themes, size, d.room()*emuTwip, d.depth()*emuTwip)
			}
		}
	}
}

func TestDOCXLanguage(t *testing.T) {
	for tag, want := range map[string]string{
		"en": `w:val="en-US"`, "en-GB": `w:val="en-GB"`, "nb": `w:val="nb-NO"`, "no": `w:val="nb-NO"`, "nn": `w:val="nn-NO"`, "und": `w:val="x-none"`,
		"he": `w:val="he-IL" w:bidi="he-IL"`, "ja": `w:val="ja-JP" w:eastAsia="ja-JP"`, "what is this": `w:val="what is this"`,
	} {
		if got := docxLanguage(tag); got != "<w:lang "+want+"/>" {
			t.Errorf("%s is %s", tag, got)
		}
	}
	if !rightToLeft("ar") || rightToLeft("nb") || rightToLeft("") {
		t.Error("languages run the wrong way")
	}
}
