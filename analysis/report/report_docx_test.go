package report

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

// docxParts returns the parts of a document, each seen to be XML.
func docxParts(t interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, doc []byte) map[string]string {
	z, err := zip.NewReader(bytes.NewReader(doc), int64(len(doc)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(bytes.NewReader(content)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is no XML: %v", f.Name, err)
			}
		}
		parts[f.Name] = string(content)
	}
	return parts
}

// docxSaid returns the paragraphs of a part of a document, each with the id of its style before it.
func docxSaid(part string) []string {
	var out []string
	style, text := "", ""
	for d := xml.NewDecoder(strings.NewReader(part)); ; {
		token, err := d.Token()
		if err != nil {
			return out
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "p":
				style, text = "", ""
			case "pStyle":
				style = e.Attr[0].Value
			case "br":
				text += "\n"
			case "tab":
				if len(e.Attr) == 0 { // not where one stops
					text += "\t"
				}
			case "instrText":
				d.Skip()
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

// The document says what the Markdown says, in the styles of a word processor: golden, since it is long.
func TestReportDOCX(t *testing.T) {
	for _, s := range studies {
		t.Run(s.name, func(t *testing.T) {
			r := build(t, open(t, s.files, s.codings, s.changes...), s.options)
			doc := r.DOCX(DOCXOptions{})
			if !bytes.Equal(doc, r.DOCX(DOCXOptions{})) {
				t.Error("two documents of one report differ")
			}
			parts := docxParts(t, doc)
			golden(t, s.name+".docx.txt", []byte(strings.Join(docxSaid(parts["word/document.xml"]), "\n")+"\n\n"+strings.Join(docxSaid(parts["word/comments.xml"]), "\n")+"\n"))
			body := parts["word/document.xml"]
			excerpts := strings.Count(body, `<w:pStyle w:val="QuoteSource"/>`)
			for _, p := range r.prose() {
				for _, q := range p.Quoted {
					if q.Problem == nil && !q.Set { // in running text
						excerpts++
					}
				}
			}
			if n := strings.Count(parts["word/comments.xml"], "<w:comment "); n != excerpts || n != strings.Count(body, "<w:commentReference ") || n != strings.Count(body, "<w:commentRangeEnd ") {
				t.Errorf("%d comments on %d excerpts", n, excerpts)
			}
			bare := docxParts(t, r.DOCX(DOCXOptions{NoComments: true}))
			if _, has := bare["word/comments.xml"]; has || strings.Contains(bare["word/document.xml"], "comment") {
				t.Error("comments that nobody asked for")
			}
			if strings.Contains(body, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink") || strings.Contains(parts["word/_rels/document.xml.rels"], "External") {
				t.Error("a link leads out of the document")
			}
		})
	}
}

func TestTextIsDataInDOCX(t *testing.T) {
	shape := func(t interface {
		Fatal(...any)
		Fatalf(string, ...any)
	}, text string) map[string]int {
		n := map[string]int{}
		for d := xml.NewDecoder(strings.NewReader(docxParts(t, about(text).DOCX(DOCXOptions{}))["word/document.xml"])); ; {
			token, err := d.Token()
			if err != nil {
				return n
			}
			if e, ok := token.(xml.StartElement); ok && !slices.Contains([]string{"p", "pPr", "pStyle", "keepNext", "keepLines", "r", "rPr", "t", "br"}, e.Name.Local) {
				n[e.Name.Local]++
			}
		}
	}
	plain := shape(t, "plain")
	rapid.Check(t, func(rt *rapid.T) {
		text := hostile(rt, "text")
		if strings.TrimSpace(visible(text)) == "" {
			return
		}
		for name, n := range shape(rt, text) {
			if n != plain[name] {
				rt.Fatalf("%q made <%s>: %d instead of %d", text, name, n, plain[name])
			}
		}
	})
}

// A thesis template lends its styles, under whatever ids they have, its page and its lists; none of its words come along.
func TestReportTakesALook(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"word/document.xml": `<w:document ` + docxMain + `><w:body><w:p><w:r><w:t>SECRET</w:t></w:r></w:p><w:sectPr><w:pgSz w:w="10000" w:h="15000"/><w:pgMar w:top="1" w:right="1000" w:bottom="2" w:left="1500"/></w:sectPr></w:body></w:document>`,
		"word/styles.xml": `<?xml version="1.0"?><w:styles ` + docxMain + `><w:style w:type="paragraph" w:default="1" w:styleId="Vanlig"><w:name w:val="Normal"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="Overskrift1"><w:name w:val="heading 1"/><w:rPr><w:color w:val="AA0000"/></w:rPr></w:style>` +
			`<w:style w:type="paragraph" w:styleId="Sitat"><w:name w:val="Quote"/></w:style></w:styles>`,
		"word/numbering.xml": `<w:numbering ` + docxMain + `><w:abstractNum w:abstractNumId="0"/><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
		"word/media/x.png":   "no",
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, content)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	look, err := ReadLook(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	s := studies[0]
	parts := docxParts(t, build(t, open(t, s.files, s.codings, s.changes...), s.options).DOCX(DOCXOptions{Look: look}))
	body, styles := parts["word/document.xml"], parts["word/styles.xml"]
	for _, want := range []string{`<w:pStyle w:val="Overskrift1"/>`, `<w:pStyle w:val="Sitat"/>`, `<w:pStyle w:val="QuoteSource"/>`, `<w:pgSz w:w="10000" w:h="15000"/>`, `<w:numId w:val="4711"/>`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in the document", want)
		}
	}
	if strings.Contains(body, "SECRET") || strings.Contains(body, `"Heading1"`) || strings.Count(styles, `w:val="heading 1"`) != 1 {
		t.Error("the look's words came along, or its style of headings did not")
	}
	if !strings.Contains(styles, `<w:name w:val="Quote Source"/><w:basedOn w:val="Vanlig"/>`) || !strings.Contains(styles, "AA0000") {
		t.Error("styles are not the look's with tema's beside them")
	}
	for _, id := range []string{"Heading2", "TableText", "Note"} {
		if !strings.Contains(styles, `w:styleId="`+id+`"`) {
			t.Errorf("style %s is nowhere", id)
		}
	}
	if n := parts["word/numbering.xml"]; strings.Index(n, `w:abstractNumId="4711"`) > strings.Index(n, `<w:num w:numId="1"`) || !strings.Contains(n, `<w:num w:numId="4711">`) {
		t.Errorf("lists in the wrong order: %s", n)
	}
	for _, bad := range [][]byte{nil, []byte("PK"), []byte("text")} {
		if _, err := ReadLook(bytes.NewReader(bad), int64(len(bad))); err == nil {
			t.Errorf("%q has a look", bad)
		}
	}
}

func FuzzReadLook(f *testing.F) {
	f.Add(`<w:styles><w:style w:styleId="A"><w:name w:val="heading 1"/></w:style></w:styles>`, `<w:pgSz w:w="1"/>`)
	f.Fuzz(func(t *testing.T, styles, body string) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, content := range map[string]string{"word/styles.xml": styles, "word/document.xml": body} {
			if w, err := z.Create(name); err == nil {
				io.WriteString(w, content)
			}
		}
		z.Close()
		if look, err := ReadLook(bytes.NewReader(b.Bytes()), int64(b.Len())); err == nil {
			about("words").DOCX(DOCXOptions{Look: look})
		}
	})
}

// The report as JSON is what its schema says.
func TestReportJSON(t *testing.T) {
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.json", schema); err != nil {
		t.Fatal(err)
	}
	valid, err := c.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range studies {
		doc := build(t, open(t, s.files, s.codings, s.changes...), s.options).JSON()
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		if err := valid.Validate(value); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		var other map[string]any
		if err := json.Unmarshal(doc, &other); err != nil || other["schema"] != 1.0 {
			t.Errorf("%s: schema %v, %v", s.name, other["schema"], err)
		}
		other["unheard"] = true
		if valid.Validate(other) == nil {
			t.Error("the schema takes anything")
		}
	}
}
