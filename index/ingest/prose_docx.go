package ingest

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tema-qda/tema/index/transcript"
)

// A look is how a paragraph is set, as far as it tells block quotations from other text.
type look struct {
	style   string
	left    float64 // how far it is indented, in points, where indents is set; else its style decides
	indents bool
	hanging bool // its first line stands out, as in lists of references
	plain   bool // it is an item of a list, in a table or a note: indented for another reason
}

// set takes down a property of a paragraph of WordprocessingML.
func (l *look) set(e xml.StartElement) {
	switch word(e.Name) {
	case "pStyle":
		l.style = attr(e, "val")
	case "numPr":
		l.plain = true
	case "ind":
		for _, name := range []string{"left", "start"} {
			if n, err := strconv.ParseFloat(attr(e, name), 64); err == nil {
				l.left, l.indents = n/20, true
			}
		}
		l.hanging = l.hanging || attr(e, "hanging") != "" && attr(e, "hanging") != "0"
	}
}

// A paragraphStyle is a style of a word processor.
type paragraphStyle struct {
	name string // as people see it, in English where it is one of the program's own
	base string
	look
}

// A styleSheet holds styles by id.
type styleSheet map[string]paragraphStyle

var (
	quotingStyle = regexp.MustCompile(`(?i)quot|zitat|sitat|citat|citazion|block[ -]?text`)
	otherStyle   = regexp.MustCompile(`(?i)^(heading|title|subtitle|toc|contents|list|numbering|caption|table|index|footnote|endnote|header|footer|bibliograph|references|code|source|preformatted)`)
)

// of returns whether a paragraph's style, or one that it builds on, is one for quotations; how far it is indented in the
// end; and whether it could be a block quotation by its indentation.
func (s styleSheet) of(l look) (quotes bool, left float64, may bool) {
	left, found, may := l.left, l.indents, !l.plain && !l.hanging
	id := l.style
	for range 20 { // styles may go round
		style, known := s[id]
		if !known {
			break
		}
		quotes = quotes || quotingStyle.MatchString(style.name) || quotingStyle.MatchString(id)
		may = may && !style.hanging && !style.plain && !otherStyle.MatchString(style.name)
		if !found && style.indents {
			left, found = style.left, true
		}
		id = style.base
	}
	return quotes, left, may
}

// A setParagraph is a paragraph with its look.
type setParagraph struct {
	text string
	look look
}

// paragraphs adds a word processor's paragraphs. Those are block quotations whose style is one for quotations, and those
// that are indented further than the running text is.
func (b *proseBuilder) paragraphs(all []setParagraph, styles styleSheet) {
	const (
		further = 14 // points: half a centimetre
		long    = 80 // bytes: a paragraph of running text
		share   = 4  // of which one part in so many has the margin of all
	)
	margins, text := map[float64]int{}, 0 // bytes of text
	for _, p := range all {
		if quotes, left, may := styles.of(p.look); may && !quotes && len(p.text) >= long {
			margins[left] += len(p.text)
			text += len(p.text)
		}
	}
	running := 0.0
	for _, left := range slices.Sorted(maps.Keys(margins)) {
		if running = left; share*margins[left] >= text {
			break
		}
	}
	for i, p := range all {
		quotes, left, may := styles.of(p.look)
		b.place = transcript.Place{Paragraph: i + 1}
		b.writeHere(p.text)
		b.end(quotes || may && left >= running+further)
	}
}

// readDOCXProse reads a Word document: what stands in it once changes that are tracked are accepted, with footnotes and
// endnotes as paragraphs at the end, and without comments.
func readDOCXProse(s *source, b *proseBuilder) error {
	z, err := openDOCX(s)
	if err != nil {
		return err
	}
	name, _ := mainPart(z)
	rels, _ := related(z, name)
	w := walker{prose: true}
	for i, target := range []string{name, rels["footnotes"], rels["endnotes"]} {
		if target == "" {
			continue
		}
		data, err := part(z, target)
		if i > 0 && errors.Is(err, errMissing) {
			continue
		}
		if err != nil {
			return brokenDOCX(s, err)
		}
		before := len(w.paragraphs)
		if err := w.walk(data); err != nil {
			return brokenDOCX(s, err)
		}
		for _, p := range w.paragraphs[before:] {
			p.look.plain = p.look.plain || i > 0
		}
	}
	styles := styleSheet{}
	if data, err := part(z, cmp.Or(rels["styles"], "word/styles.xml")); err == nil {
		if err := styles.readDOCX(data); err != nil {
			return brokenDOCX(s, err)
		}
	}
	var all []setParagraph
	initial := ""
	for _, p := range w.paragraphs {
		text := p.text.String()
		if p.dropCap { // a letter that the next paragraph begins with
			initial += strings.TrimSpace(text)
			text = ""
		} else if strings.TrimSpace(text) != "" {
			text, initial = initial+text, ""
		}
		all = append(all, setParagraph{text, p.look})
	}
	b.paragraphs(append(all, setParagraph{text: initial}), styles)
	return nil
}

// readDOCX reads the part that holds a Word document's styles.
func (s styleSheet) readDOCX(data []byte) error {
	type value struct {
		Val string `xml:"val,attr"`
	}
	var sheet struct {
		Style []struct {
			ID      string `xml:"styleId,attr"`
			Type    string `xml:"type,attr"`
			Name    value  `xml:"name"`
			BasedOn value  `xml:"basedOn"`
			PPr     struct {
				NumPr  *struct{} `xml:"numPr"`
				Indent struct {
					Left    string `xml:"left,attr"`
					Start   string `xml:"start,attr"`
					Hanging string `xml:"hanging,attr"`
				} `xml:"ind"`
			} `xml:"pPr"`
		} `xml:"style"`
	}
	if err := decoder(data).Decode(&sheet); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	for _, x := range sheet.Style {
		if x.Type != "" && x.Type != "paragraph" {
			continue
		}
		style := paragraphStyle{name: x.Name.Val, base: x.BasedOn.Val}
		if n, err := strconv.ParseFloat(cmp.Or(x.PPr.Indent.Left, x.PPr.Indent.Start), 64); err == nil {
			style.left, style.indents = n/20, true
		}
		style.hanging = x.PPr.Indent.Hanging != "" && x.PPr.Indent.Hanging != "0"
		style.plain = x.PPr.NumPr != nil
		s[x.ID] = style
	}
	return nil
}

func sniffODT(s *source) bool {
	z := archive(s.raw)
	if z == nil {
		return false
	}
	mime, err := part(z, "mimetype")
	return err == nil && bytes.HasPrefix(mime, []byte("application/vnd.oasis.opendocument.text"))
}

// readODTProse reads an OpenDocument text: what stands in it once changes that are tracked are accepted, with notes as
// paragraphs of their own, and without comments and the table of contents.
func readODTProse(s *source, b *proseBuilder) error {
	z := archive(s.raw)
	if len(z.File) > maxParts {
		return refuse(s.name, "ingest/too-large", fmt.Sprintf("is an archive of more than %d files", maxParts), "")
	}
	broken := func(err error) error {
		return refuse(s.name, "ingest/broken", "is not an OpenDocument text that can be read: "+err.Error(), "open it in a word processor and save it again, without a password")
	}
	body, err := part(z, "content.xml")
	if err != nil {
		return broken(err)
	}
	w := odtWalker{styles: styleSheet{}}
	if data, err := part(z, "styles.xml"); err == nil {
		if err := w.walk(data); err != nil {
			return broken(err)
		}
		w.paragraphs = nil // of headers and footers
	}
	if err := w.walk(body); err != nil {
		return broken(err)
	}
	b.paragraphs(w.paragraphs, w.styles)
	return nil
}

// odf returns the prefix by which an element's namespace goes and its local name, as in "text:p".
func odf(n xml.Name) string {
	space, found := strings.CutPrefix(n.Space, "urn:oasis:names:tc:opendocument:xmlns:")
	if !found {
		return ""
	}
	prefix, _, _ := strings.Cut(space, ":")
	return prefix + ":" + n.Local
}

// An odtWalker goes through a part of an OpenDocument text from end to end.
type odtWalker struct {
	styles     styleSheet
	paragraphs []setParagraph
}

func (w *odtWalker) walk(data []byte) error {
	type open struct {
		strings.Builder
		look  look
		after []setParagraph // notes and text boxes that hang on it
	}
	d := decoder(data)
	var stack []*open
	plain := 0  // lists, tables and notes that are open
	style := "" // that is being read
	emit := func(p *open) {
		done := append([]setParagraph{{p.String(), p.look}}, p.after...)
		if n := len(stack); n > 0 {
			stack[n-1].after = append(stack[n-1].after, done...)
		} else {
			w.paragraphs = append(w.paragraphs, done...)
		}
	}
	write := func(s string) {
		if n := len(stack); n > 0 {
			stack[n-1].WriteString(s)
		}
	}
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.CharData:
			write(strings.NewReplacer("\n", " ", "\t", " ").Replace(string(e)))
		case xml.StartElement:
			switch odf(e.Name) {
			case "office:annotation", "text:tracked-changes", "text:note-citation", "text:ruby-text", "text:table-of-content", "office:forms", "svg-compatible:desc", "svg-compatible:title":
				if err := d.Skip(); err != nil {
					return err
				}
			case "text:p", "text:h":
				if len(w.paragraphs) > maxParagraphs {
					return fmt.Errorf("it has more than %d paragraphs", maxParagraphs)
				}
				stack = append(stack, &open{look: look{style: attr(e, "style-name"), plain: plain > 0 || e.Name.Local == "h"}})
			case "text:s":
				n, _ := strconv.Atoi(attr(e, "c"))
				write(strings.Repeat(" ", min(max(n, 1), 100)))
			case "text:tab":
				write("\t")
			case "text:line-break":
				write("\n")
			case "text:list", "table:table", "text:note":
				plain++
			case "style:style":
				style = attr(e, "name")
				w.styles[style] = paragraphStyle{name: cmp.Or(attr(e, "display-name"), style), base: attr(e, "parent-style-name")}
			case "style:paragraph-properties":
				x := w.styles[style]
				if left, ok := points(attr(e, "margin-left")); ok {
					x.left, x.indents = left, true
				}
				if indent, ok := points(attr(e, "text-indent")); ok && indent < 0 {
					x.hanging = true
				}
				w.styles[style] = x
			}
		case xml.EndElement:
			switch odf(e.Name) {
			case "text:p", "text:h":
				if n := len(stack); n > 0 {
					p := stack[n-1]
					stack = stack[:n-1]
					emit(p)
				}
			case "text:list", "table:table", "text:note":
				plain--
			case "style:style":
				style = ""
			}
		}
	}
}

var length = regexp.MustCompile(`^(-?[\d.]+)(cm|mm|in|pt|pc)$`)

// points reads a length of OpenDocument.
func points(s string) (float64, bool) {
	m := length.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	return n * map[string]float64{"cm": 28.35, "mm": 2.835, "in": 72, "pt": 1, "pc": 12}[m[2]], err == nil
}
