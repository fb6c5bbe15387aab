package ingest

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"strings"
	"testing"
)

const transitional = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

// packed makes an archive of pairs of name and content.
func packed(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func document(body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="` + transitional + `" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:wps="x" xmlns:v="y"><w:body>` + body + `</w:body></w:document>`
}

// docx makes a Word document of a body and further parts.
func docx(t testing.TB, body string, more ...string) []byte {
	return packed(t, append([]string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml", document(body),
	}, more...)...)
}

// para makes paragraphs of lines in which **bold** is bold, and a line feed a line break.
func para(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("<w:p>")
		for i, run := range strings.Split(l, "**") {
			if run == "" {
				continue
			}
			b.WriteString("<w:r>")
			if i%2 == 1 {
				b.WriteString("<w:rPr><w:b/></w:rPr>")
			}
			for k, s := range strings.Split(run, "\n") {
				if k > 0 {
					b.WriteString("<w:br/>")
				}
				fmt.Fprintf(&b, `<w:t xml:space="preserve">%s</w:t>`, s)
			}
			b.WriteString("</w:r>")
		}
		b.WriteString("</w:p>")
	}
	return b.String()
}

func TestDOCX(t *testing.T) {
	for _, c := range []struct{ name, body, want, dropped string }{
		{"labels before a colon", para("A talk", "I: One?", "P1: Two.", "More of it.", "I: Three?"), "|A talk\nI|One?\nP1|Two.¶More of it.\nI|Three?", ""},
		{"labels in bold", para("**Anna:** One?", "**Bo Lind**: Two.", "**Anna: **Three?", "And **four**."), "Anna|One?\nBo Lind|Two.\nAnna|Three?¶And four.", ""},
		{"bold labels on lines of their own", para("**Anna Moe**", "One?", "**Bo Lind**", "Two.", "Three.", "**Anna Moe**", "Four."), "Anna Moe|One?\nBo Lind|Two.¶Three.\nAnna Moe|Four.", ""},
		{"questions in bold name nobody", para("**How was it?**", "Cold.", "**And then?**", "Colder."), "|How was it?¶Cold.¶And then?¶Colder.", ""},
		{"Teams", para("Weekly-Meeting Recording", "17 December", "**Erik, Jo** started transcription", "**Erik, Jo** 0:09\nOne.\nTwo.", "**Lind, Mia** 1:16\nThree.", "**Erik, Jo** 1:02:16\nFour: five.", "**Erik, Jo** stopped transcription"),
			"|Weekly-Meeting Recording¶17 December¶Erik, Jo started transcription\n9s Erik, Jo|One./Two.\n1m16s Lind, Mia|Three.\n1h2m16s Erik, Jo|Four: five.", "7"},
		{"tabs and other characters", `<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>A</w:t><w:tab/><w:t>B</w:t><w:noBreakHyphen/><w:t>C</w:t><w:softHyphen/><w:sym w:font="F" w:char="2192"/><w:sym w:font="W" w:char="F04A"/><w:cr/><w:t>D</w:t></w:r></w:p>`,
			"|A\tB\u2011C→/D", ""},
		{"what was deleted or is code is not said", `<w:p><w:ins><w:r><w:t xml:space="preserve">kept </w:t></w:r></w:ins><w:del><w:r><w:delText>gone</w:delText><w:t>gone too</w:t></w:r></w:del><w:moveFrom><w:r><w:t>from</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>to</w:t></w:r></w:moveTo><w:r><w:instrText>PAGE</w:instrText></w:r><w:hyperlink><w:r><w:t xml:space="preserve"> link</w:t></w:r></w:hyperlink><w:sdt><w:sdtContent><w:r><w:t xml:space="preserve"> control</w:t></w:r></w:sdtContent></w:sdt></w:p>`,
			"|kept to link control", ""},
		{"text boxes once", `<w:p><w:r><w:t>Out.</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent><w:p><w:r><w:t>In.</w:t></w:r></w:p></w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><v:textbox><w:txbxContent><w:p><w:r><w:t>In.</w:t></w:r></w:p></w:txbxContent></v:textbox></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t xml:space="preserve"> Out too.</w:t></w:r></w:p>`,
			"|Out. Out too.¶In.", ""},
		{"drop caps", `<w:p><w:pPr><w:framePr w:dropCap="drop" w:lines="3"/></w:pPr><w:r><w:t>D</w:t></w:r></w:p><w:p><w:r><w:t>rop cap</w:t></w:r></w:p>`, "|Drop cap", ""},
		{"a table of speakers", "<w:tbl>" + tableRow("0:05", "I", "One?") + tableRow("0:07", "Anna", "Two.", "Three.") + tableRow("0:09", "I", "Four?") + tableRow("0:11", "Anna", "") + "</w:tbl>",
			"5s I|One?\n7s Anna|Two./Three.\n9s I|Four?\n11s Anna|", ""},
		{"formulas and phonetic guides", `<w:p><m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath><w:r><w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>`, "|x+1漢", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, string(docx(t, c.body)))
			if got := brief(d); got != c.want || d.Format != "docx" || ranges(d.Dropped) != c.dropped {
				t.Errorf("%s: got\n%s\nwant\n%s\ndropped %q, want %q", d.Format, got, c.want, ranges(d.Dropped), c.dropped)
			}
		})
	}
}

func tableRow(cells ...string) string {
	var b strings.Builder
	b.WriteString("<w:tr>")
	for i, c := range cells {
		if i < 3 {
			b.WriteString("<w:tc>")
		}
		b.WriteString(para(c))
		if i < 2 || i == len(cells)-1 {
			b.WriteString("</w:tc>")
		}
	}
	return b.String() + "</w:tr>"
}

func TestDOCXNotesAndMainPartElsewhere(t *testing.T) {
	rels := func(pairs ...string) string {
		var b strings.Builder
		b.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
		for i := 0; i < len(pairs); i += 2 {
			fmt.Fprintf(&b, `<Relationship Type="http://purl.oclc.org/ooxml/officeDocument/relationships/%s" Target="%s"/>`, pairs[i], pairs[i+1])
		}
		return b.String() + "</Relationships>"
	}
	notes := func(kind, text string) string {
		return `<w:` + kind + `s xmlns:w="` + transitional + `"><w:` + kind + ` w:id="-1" w:type="separator"><w:p><w:r><w:t>line</w:t></w:r></w:p></w:` + kind + `><w:` + kind + ` w:id="2">` + para(text) + `</w:` + kind + `></w:` + kind + `s>`
	}
	body := "\ufeff" + strings.ReplaceAll(document(`<w:p><w:r><w:t>We met Ada</w:t><w:footnoteReference w:id="2"/><w:t xml:space="preserve"> there</w:t><w:endnoteReference w:id="2"/><w:t>.</w:t></w:r></w:p>`+para("Next.")), transitional, "http://purl.oclc.org/ooxml/wordprocessingml/main")
	src := packed(t, "_rels/.rels", rels("officeDocument", "/content/talk.xml"), "content/talk.xml", body,
		"content/_rels/talk.xml.rels", rels("footnotes", "f.xml", "endnotes", "/content/e.xml", "comments", "c.xml"),
		"content/f.xml", notes("footnote", "her sister"), "content/e.xml", notes("endnote", "in May"),
		"content/c.xml", `<w:comments xmlns:w="`+transitional+`"><w:comment w:id="0">`+para("code this")+`</w:comment></w:comments>`)
	d := read(t, string(src))
	if got, want := brief(d), "|We met Ada there. [her sister] [in May]¶Next."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !strings.Contains(strings.Join(d.Notes, "\n"), "comments") {
		t.Errorf("nothing is said of comments: %q", d.Notes)
	}
}

func TestDOCXUTF16(t *testing.T) {
	text := strings.Replace(document(para("Ærlig talt.")), "UTF-8", "UTF-16", 1)
	wide := []byte{0xff, 0xfe}
	for _, r := range text {
		wide = append(wide, byte(r), byte(r>>8))
	}
	if got := brief(read(t, string(packed(t, "word/document.xml", string(wide))))); got != "|Ærlig talt." {
		t.Errorf("got %s", got)
	}
}

// bomb makes an archive whose document unpacks to more than is allowed, and claims a size.
func bomb(t *testing.T, claim uint64) []byte {
	var chunk, b bytes.Buffer
	w, _ := flate.NewWriter(&chunk, flate.BestSpeed)
	w.Write(make([]byte, 1<<20))
	w.Flush() // whole bytes, so that it can be repeated
	z := zip.NewWriter(&b)
	body := bytes.Repeat(chunk.Bytes(), maxPartBytes>>20+1)
	raw, err := z.CreateRaw(&zip.FileHeader{Name: "word/document.xml", Method: zip.Deflate, CompressedSize64: uint64(len(body)), UncompressedSize64: claim})
	if err != nil {
		t.Fatal(err)
	}
	raw.Write(body)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDOCXThatIsHostile(t *testing.T) {
	many := make([]string, 0, 2*maxParts+4)
	for i := range maxParts + 1 {
		many = append(many, fmt.Sprintf("%d", i), "")
	}
	encrypted := docx(t, para("x"))
	for at := 0; ; {
		i := bytes.Index(encrypted[at:], []byte("PK\x01\x02"))
		if i < 0 {
			break
		}
		encrypted[at+i+8] |= 1
		at += i + 4
	}
	for _, c := range []struct {
		name, want string
		src        []byte
	}{
		{"a bomb", "is larger than 32 MB", bomb(t, maxPartBytes+1)},
		{"a bomb that lies", "is not a Word document that can be read", bomb(t, 100)},
		{"too many parts", "more than 2000 files", packed(t, append(many, "word/document.xml", document(para("x")))...)},
		{"too many paragraphs", "more than 100000 paragraphs", packed(t, "word/document.xml", document(strings.Repeat("<w:p/>", maxParagraphs+1)))},
		{"cut in half", "is a broken archive", docx(t, para("x"))[:200]},
		{"broken XML", "is not a Word document that can be read", packed(t, "word/document.xml", document(para("x"))[:300])},
		{"elements without end", "is not a Word document that can be read", packed(t, "word/document.xml", strings.Repeat(`<w:p xmlns:w="`+transitional+`">`, 10000))},
		{"nothing in it", "holds no speech", docx(t, para("", " "))},
		{"encrypted", "it is encrypted", encrypted},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read("talk.docx", c.src, Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "talk.docx: ") {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
