package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

func readProse(t testing.TB, name string, src []byte) *transcript.Prose {
	t.Helper()
	p, err := ReadProse(name, src)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p
}

// paragraphs writes a manuscript with a line a block: > for a block quotation, / for a line break.
func paragraphs(p *transcript.Prose) string {
	var out []string
	for _, b := range p.Blocks {
		text := strings.ReplaceAll(strings.TrimSpace(b.Text), "\n", "/")
		if b.Quotation {
			text = "> " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}

// checkProse says what is wrong with the shape of a manuscript that was read.
func checkProse(p *transcript.Prose) error {
	lines := strings.Split(p.Source, "\n")
	for _, b := range p.Blocks {
		if !utf8.ValidString(b.Text) || strings.TrimSpace(b.Text) == "" {
			return fmt.Errorf("a block of %q", b.Text)
		}
		if len(b.Stretches) == 0 || b.Stretches[0].At != 0 {
			return fmt.Errorf("block %q begins nowhere: %v", b.Text, b.Stretches)
		}
		for i, s := range b.Stretches {
			if s.At > len(b.Text) || i > 0 && s.At < b.Stretches[i-1].At {
				return fmt.Errorf("block %q has stretches %v", b.Text, b.Stretches)
			}
			if p.Source == "" {
				if s.Line != 0 || s.Page+s.Paragraph == 0 {
					return fmt.Errorf("block %q stands at %+v", b.Text, s.Place)
				}
			} else if s.Line < 1 || s.Line > len(lines) || s.Column < 1 || s.Column > utf8.RuneCountInString(lines[s.Line-1])+1 {
				return fmt.Errorf("block %q stands at %+v of %q", b.Text, s.Place, p.Source)
			}
		}
	}
	return nil
}

func TestProse(t *testing.T) {
	for _, c := range []struct{ what, name, src, want string }{
		{"plain text", "a.txt", "One\ntwo.\n\n  Three.\n", "One/two.\nThree."},
		{"a hyphen at a line's end", "a.txt", "One pro-\n  tocol, one well-\nKnown one -\nfour.", "One pro\u00adtocol, one well-/Known one -/four."},
		{"another encoding", "a.txt", "V\xe6r s\xe5 god, og takk for n\xe5.", "Vær så god, og takk for nå."},

		{"Markdown", "a.md", "---\ntitle: “T”\n---\n# Head {#id}\n\nOne *two* `three` [four](http://x) &amp; \\[...\\]\\\nfive\n\n> Six\n> seven.\n>\n> Eight.\n\n    code\n\n- nine\n- ten\n\n```\ncode\n```\n",
			"Head {#id}\nOne two three four & [...]/five\n> Six/seven.\n> Eight.\nnine\nten"},
		{"notes in Markdown", "a.md", "One[^1] two^[three “four”] five[^none].\n\n[^1]: Six.\n", "One two five.\nSix.\nthree “four”"},
		{"divs", "a.qmd", "::: {.quote}\nOne.\n:::\n\n::: note\nTwo.\n::::\n\n> [!tip] Three\n> Four.\n>\n> Five.", "> One.\nTwo.\n[!tip] Three/Four.\nFive."},
		{"a table", "a.md", "| a | b |\n|---|---|\n| “c” | d |\n", "a\nb\n“c”\nd"},
		{"HTML in Markdown", "a.md", "One<br>two <q>three</q>.\n\n<blockquote>\nFour.\n</blockquote>\n\n<!-- five -->\n", "One/two “three”.\n> Four."},

		{"HTML", "a.html", "<!doctype html><html><head><title>T</title><style>p{}</style></head><body><h1>Head</h1><p>One <b>two</b> &amp; t&oslash;<br>three<p>Four<blockquote><p>Five</p><p>Six</p></blockquote><script>seven</script><ul><li>eight<li>nine</ul>",
			"Head\nOne two & tø/three\nFour\n> Five\n> Six\neight\nnine"},
		{"who is quoted", "a.html", "<blockquote>One.<footer>Kari</footer></blockquote><blockquote><p>Two. <cite>Bo</cite></p></blockquote><p>Three <cite>Four</cite>.", "> One.\n> — Kari\n> Two. /— Bo\nThree Four."},
		{"what Word writes", "a.htm", "<html><p class=MsoNormal>One<sup>2</sup> m<sup>th</sup></p><p class=MsoQuote>Two.</p><p class=MsoIntenseQuote>Three.</p><del>four</del><ins>five</ins>", "One mth\n> Two.\n> Three.\nfive"},
		{"quotation marks of a browser", "a.html", "<p>She said <q>one <q>two</q></q>.", "She said “one “two””."},
		{"an encoding that the page names", "a.html", "<html><meta charset=iso-8859-2><p>\xb3za", "łza"},
		{"HTML by its content", "draft", " <!DOCTYPE HTML><p>One", "One"},

		{"LaTeX", "a.tex", "\\documentclass{x}\\title{T}\n\\begin{document}\n\\section{Head}\\label{h}\nOne % two\nthree~four \\emph{five} --- \\ldots{} [\\dots]\n\n\\begin{quote}\nSix \\\\ seven.\n\\end{quote}\nEight.\n\\end{document}\nnine",
			"Head\nOne three\u00a0four five — … […]\n> Six / seven.\nEight."},
		{"its marks", "a.tex", "``One'' `two' ,,three`` <<four>> \"`five\"' \\enquote{six \\enquote{seven}} \\glqq eight\\grqq{} \\og nine\\fg{} \"<ten\"> it's", "“One” ‘two’ „three“ «four» „five“ “six “seven”” „eight“ «nine» «ten» it’s"},
		{"its letters", "a.tex", "caf\\'e na\\\"{\\i}ve \\o re \\AA l \\c{c}a \\v s \\ss{} 5\\,\\% \\& \\_ \\- x", "café naïve øre Ål ça š ß 5\u2009% & _ \u00ad x"},
		{"csquotes", "a.tex", "\\textquote[Bo]{one} \\textcquote[8]{key}{two} \\blockquote{Three.} \\begin{displaycquote}[9]{key}Four.\\end{displaycquote} a \\textelp{} b\\textins{c}", "“one” “two” [@key]\n> Three.\n> Four.\na [...] b[c]"},
		{"citations and notes", "a.tex", "One \\citep[see][8]{a, b} two\\footnote{Three \\emph{four}.} \\ref{x}five.", "One [@a, b] two five.\nThree four."},
		{"macros", "a.tex", "\\newcommand{\\say}[2]{\\begin{quote}#1 (#2)\\end{quote}}\\newcommand\\me[1][I]{#1}\\newenvironment{voice}{\\begin{quotation}\\small}{\\end{quotation}}\\def\\x#1{<#1>}\n\\say{One}{P03} \\me \\me[you] \\x{two}\n\\begin{voice}Three.\\end{voice}", "> One (P03)\nI you <two>\n> Three."},
		{"what is not printed", "a.tex", "One $x`y'$ two \\begin{equation}three\\end{equation}\\begin{verbatim}four\\end{verbatim}\\verb|five| \\begin{tabular}{ll}six & seven\\\\\\end{tabular}\\url{eight} \\input{nine}", "One  two\nsix\nseven\neight"},
		{"what nothing closes", "a.tex", "One {two \\enquote{three \\begin{quote} four $five", "One two “three\n> four five”"},
	} {
		p := readProse(t, c.name, []byte(c.src))
		if got := paragraphs(p); got != c.want {
			t.Errorf("%s: %q has\n%s\nwant\n%s", c.what, c.src, got, c.want)
		}
		if err := checkProse(p); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// What stands in a line of its own can be pointed at.
func TestProsePlaces(t *testing.T) {
	const words = "the words"
	for name, src := range map[string]string{
		"a.txt":  "One\ntwo\n\nærlig, “the words” so\n",
		"a.md":   "---\nx: y\n---\n*One* \\&\n\nærlig, “the words” so\n",
		"b.md":   "> One\n> ærlig, “the words” so\n",
		"c.md":   "One\n\n<p>\nærlig, “the words” so</p>\n",
		"a.html": "<p>One\n<p>&aelig;<b>rlig</b>,\n“the words” so\n",
		"a.tex":  "One% two\n\n\\emph{ærlig}, ``the words'' so\n",
		"b.tex":  "One\\footnote{two\nthree, ``the words'' so}\n",
	} {
		p := readProse(t, name, []byte(src))
		found := false
		for _, b := range p.Blocks {
			if i := strings.Index(b.Text, words); i >= 0 {
				place := b.PlaceAt(i)
				line := []rune(p.Line(place.Line))
				if got := string(line[min(place.Column-1, len(line)):]); !strings.HasPrefix(got, words) {
					t.Errorf("%s: %+v is %q", name, place, got)
				}
				found = true
			}
		}
		if !found {
			t.Errorf("%s: %s", name, paragraphs(p))
		}
	}
}

const styles = `<w:styles xmlns:w="` + transitional + `">
<w:style w:type="paragraph" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Sitat"><w:name w:val="Quote"/><w:basedOn w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Eget"><w:name w:val="My own"/><w:basedOn w:val="Sitat"/></w:style>
<w:style w:type="paragraph" w:styleId="Inn"><w:name w:val="Set in"/><w:pPr><w:ind w:left="720"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="InnInn"><w:name w:val="Set in twice"/><w:basedOn w:val="Inn"/></w:style>
<w:style w:type="paragraph" w:styleId="Liste"><w:name w:val="List Paragraph"/><w:pPr><w:ind w:left="720"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Ref"><w:name w:val="Works"/><w:pPr><w:ind w:left="720" w:hanging="720"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Round"><w:name w:val="Round"/><w:basedOn w:val="Round"/></w:style>
<w:style w:type="character" w:styleId="QuoteChar"><w:name w:val="Quote Char"/></w:style>
</w:styles>`

func withRels(t testing.TB, body string, more ...string) []byte {
	return docx(t, body, append([]string{"word/styles.xml", styles, "word/_rels/document.xml.rels",
		`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Type="x/styles" Target="styles.xml"/><Relationship Type="x/footnotes" Target="footnotes.xml"/><Relationship Type="x/comments" Target="comments.xml"/></Relationships>`}, more...)...)
}

func TestDOCXProse(t *testing.T) {
	styled := func(properties, text string) string {
		return `<w:p><w:pPr>` + properties + `</w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
	}
	style := func(id, text string) string { return styled(`<w:pStyle w:val="`+id+`"/>`, text) }
	running := para(strings.Repeat("Running text of some length. ", 5))
	body := running + style("Sitat", "A quotation.") + style("Eget", "Of a style built on it.") + style("Inn", "Set in.") + style("InnInn", "And again.") +
		styled(`<w:ind w:start="567"/>`, "By hand.") + styled(`<w:pStyle w:val="Inn"/><w:ind w:left="0"/>`, "Not set in by hand.") +
		style("Liste", "An item.") + styled(`<w:numPr/><w:ind w:left="720"/>`, "Another item.") + style("Ref", "A reference.") + style("Round", "Round.") +
		`<w:tbl><w:tr><w:tc>` + styled(`<w:ind w:left="720"/>`, "A cell.") + `</w:tc><w:tc>` + para("Another.", "And its second paragraph.") + `</w:tc></w:tr></w:tbl>` +
		`<w:p><w:r><w:t xml:space="preserve">One </w:t></w:r><w:ins><w:r><w:t xml:space="preserve">two </w:t></w:r></w:ins><w:del><w:r><w:delText>three</w:delText></w:r></w:del><w:commentRangeStart/><w:r><w:t>four</w:t><w:footnoteReference w:id="1"/><w:br/><w:t>five</w:t></w:r></w:p>` +
		`<w:p><w:pPr><w:framePr w:dropCap="drop"/></w:pPr><w:r><w:t>D</w:t></w:r></w:p>` + para("rop cap")
	p := readProse(t, "a.docx", withRels(t, body,
		"word/footnotes.xml", `<w:footnotes xmlns:w="`+transitional+`"><w:footnote w:type="separator" w:id="0">`+para("line")+`</w:footnote><w:footnote w:id="1">`+styled(`<w:ind w:left="720"/>`, "A note.")+`</w:footnote></w:footnotes>`,
		"word/comments.xml", `<w:comments xmlns:w="`+transitional+`"><w:comment>`+para("A comment.")+`</w:comment></w:comments>`))
	want := strings.TrimSpace(strings.Repeat("Running text of some length. ", 5)) + `
> A quotation.
> Of a style built on it.
> Set in.
> And again.
> By hand.
Not set in by hand.
An item.
Another item.
A reference.
Round.
A cell.
Another.
And its second paragraph.
One two four/five
Drop cap
A note.`
	if got := paragraphs(p); got != want {
		t.Errorf("has\n%s\nwant\n%s", got, want)
	}
	if err := checkProse(p); err != nil {
		t.Error(err)
	}
	if got := p.Blocks[1].PlaceAt(3); got != (transcript.Place{Paragraph: 2}) {
		t.Errorf("the second paragraph is at %+v", got)
	}
	// There may be more quotations than other text.
	long := strings.Repeat("Running text of some length. ", 5)
	p = readProse(t, "a.docx", withRels(t, para(long)+style("Inn", long)+style("Inn", long)+style("Inn", "Short.")))
	if got, want := paragraphs(p), strings.TrimSpace(long)+"\n> "+strings.TrimSpace(long)+"\n> "+strings.TrimSpace(long)+"\n> Short."; got != want {
		t.Errorf("has\n%s\nwant\n%s", got, want)
	}
	// Where all text is set in, what is set in is no quotation.
	p = readProse(t, "a.docx", withRels(t, style("Inn", long)+style("Inn", "Short.")+style("InnInn", long)+styled(`<w:ind w:left="1440"/>`, "Further.")))
	if got, want := paragraphs(p), strings.TrimSpace(long)+"\nShort.\n"+strings.TrimSpace(long)+"\n> Further."; got != want {
		t.Errorf("has\n%s\nwant\n%s", got, want)
	}
}

const odtNames = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"`

func odt(t testing.TB, automatic, body string) []byte {
	return packed(t, "mimetype", "application/vnd.oasis.opendocument.text",
		"styles.xml", `<office:document-styles `+odtNames+`><office:styles><style:style style:name="Quotations" style:family="paragraph"/><style:style style:name="Block_20_quotation" style:display-name="Blokksitat"/><style:style style:name="Standard"/><style:style style:name="List_20_1" style:display-name="List 1"><style:paragraph-properties fo:margin-left="1cm"/></style:style></office:styles><office:master-styles><text:p>a header</text:p></office:master-styles></office:document-styles>`,
		"content.xml", `<office:document-content `+odtNames+`><office:automatic-styles>`+automatic+`</office:automatic-styles><office:body><office:text>`+body+`</office:text></office:body></office:document-content>`)
}

func TestODTProse(t *testing.T) {
	long := strings.Repeat("Running text of some length. ", 5)
	p := readProse(t, "a.odt", odt(t, `<style:style style:name="P1" style:parent-style-name="Quotations"/><style:style style:name="P2" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-left="0.5in"/></style:style><style:style style:name="P3" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-left="0.5in" fo:text-indent="-0.5in"/></style:style>`,
		`<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes><text:table-of-content><text:p>contents</text:p></text:table-of-content>`+
			`<text:h>Head</text:h><text:p text:style-name="Standard">`+long+`</text:p><text:p text:style-name="P1">A quotation.</text:p><text:p text:style-name="Block_20_quotation">Another.</text:p><text:p text:style-name="P2">Set in.</text:p><text:p text:style-name="P3">A reference.</text:p>`+
			`<text:p text:style-name="Standard">One<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p text:style-name="P2">A note.</text:p></text:note-body></text:note><text:s text:c="2"/>two<text:tab/>three<text:line-break/><text:span>four</text:span><office:annotation><text:p>a comment</text:p></office:annotation></text:p>`+
			`<text:list><text:list-item><text:p text:style-name="P2">An item.</text:p></text:list-item></text:list><table:table><table:table-cell><text:p text:style-name="P2">A cell.</text:p></table:table-cell></table:table><text:p><draw:frame><draw:text-box><text:p>A box.</text:p></draw:text-box></draw:frame></text:p>`))
	want := "Head\n" + strings.TrimSpace(long) + "\n> A quotation.\n> Another.\n> Set in.\nA reference.\nOne  two\tthree/four\nA note.\nAn item.\nA cell.\nA box."
	if got := paragraphs(p); got != want {
		t.Errorf("has\n%s\nwant\n%s", got, want)
	}
	if err := checkProse(p); err != nil {
		t.Error(err)
	}
}

// pdfFile makes a PDF of pages of content in two fonts: F1 with the encoding of Windows, F2 with codes of two bytes and
// a table that says what they are.
func pdfFile(pages ...string) []byte {
	var b bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(at)}, args...)...)
	}
	stream := func(s string) string { return fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(s), s) }
	b.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	kids := ""
	for i := range pages {
		kids += fmt.Sprintf("%d 0 R ", 7+2*i)
	}
	object("<</Type/Pages/Kids[%s]/Count %d/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>", kids, len(pages))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/FirstChar 32/Widths[278]>>")
	object("<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 5 0 R/DescendantFonts[6 0 R]>>")
	object("%s", stream("2 beginbfchar <0001> <00C6> <0002> <FB01> endbfchar 1 beginbfrange <0010> <0012> <0061> endbfrange 1 beginbfrange <0020> <0021> [<0078> <0079>] endbfrange"))
	object("<</Type/Font/Subtype/CIDFontType2/DW 500/W[1 [600] 16 18 400]>>")
	for i, p := range pages {
		object("<</Type/Page/Parent 2 0 R/Contents %d 0 R>>", 8+2*i)
		object("%s", stream(p))
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

func TestPDFProse(t *testing.T) {
	line := func(y int, text string) string {
		return fmt.Sprintf("BT /F1 10 Tf 1 0 0 1 50 %d Tm (%s) Tj ET\n", y, text)
	}
	for _, c := range []struct {
		what  string
		pages []string
		want  string
	}{
		{"lines", []string{line(700, "One") + line(688, "two.")}, "One/two."},
		{"spaces that are only room", []string{"BT /F1 10 Tf 50 700 Td [(One)-333(tw)30(o)]TJ 0 -12 Td (three)Tj T* ET"}, "One two/three"},
		{"two pieces of a line", []string{"BT /F1 10 Tf 50 700 Td (One)Tj 40 0 Td (two)Tj 15 0 Td (three)Tj ET"}, "One twothree"},
		{"marks, escapes and digits", []string{line(700, `\(a\) \223b\224 \\ <`) + "BT /F1 10 Tf 50 600 Td <4e6f2e> Tj ET"}, "(a) “b” \\ </No."},
		{"codes of two bytes", []string{"BT /F2 10 Tf 50 700 Td <00010010001100120002002000210099> Tj ET"}, "Æabcfixy"},
		{"other ways to go on", []string{"BT /F1 10 Tf 12 TL 50 700 Td (One)' (two)' 0 0 (three) \" ET"}, "One/two/three"},
		{"hyphens at the ends of lines", []string{line(700, "One pro-") + line(688, "tocol well-") + line(676, "Known")}, "One pro\u00adtocol well-/Known"},
		{"the number of a note", []string{"BT /F1 10 Tf 50 700 Td (One)Tj /F1 6 Tf 4 Ts (12)Tj /F1 10 Tf 0 Ts ( two)Tj ET"}, "One two"},
		{"heads and feet", []string{line(780, "Head 1") + line(700, "One") + line(30, "1"), line(780, "Head 2") + line(700, "two") + line(30, "2"), line(780, "Head 3") + line(700, "three") + line(30, "3")}, "One/two/three"},
		{"notes", []string{line(700, "One and one") + "BT /F1 8 Tf 50 60 Td (1 A note)Tj ET", line(700, "two and two")}, "One and one/two and two\n1 A note"},
		{"a word over two pages", []string{line(700, "One pro-"), line(700, "tocol")}, "One pro\u00adtocol"},
		{"a picture in the stream", []string{"BI /W 1 ID (\x01\x02EIx\n EI\n" + line(700, "One")}, "One"},
	} {
		p := readProse(t, "a.pdf", pdfFile(c.pages...))
		if got := paragraphs(p); got != c.want {
			t.Errorf("%s: has\n%s\nwant\n%s", c.what, got, c.want)
		}
		if err := checkProse(p); err != nil || !p.Unmarked {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	p := readProse(t, "a.pdf", pdfFile(line(700, "One"), line(700, "two")))
	if got := p.Blocks[0].PlaceAt(strings.Index(p.Blocks[0].Text, "two")); got != (transcript.Place{Page: 2}) {
		t.Errorf("two is at %+v", got)
	}
}

func TestProseIsRefused(t *testing.T) {
	round := bytes.Replace(pdfFile("x"), []byte("/Kids[7 0 R ]"), []byte("/Kids[2 0 R ]"), 1)
	for what, c := range map[string]struct {
		name string
		src  []byte
		want string
	}{
		"nothing":                    {"a.md", []byte(" \n"), "holds no text"},
		"front matter":               {"a.md", []byte("---\ntitle: x\n---\n"), "holds no text"},
		"a picture":                  {"a.md", []byte("\x89PNG\r\n\x1a\n"), "a picture"},
		"RTF":                        {"a.rtf", []byte("{\\rtf1 x}"), "RTF"},
		"bytes":                      {"a.txt", []byte("a\x00\x00\x00b"), "is not text"},
		"a spreadsheet":              {"a.xlsx", packed(t, "xl/workbook.xml", "x"), "a spreadsheet"},
		"a broken archive":           {"a.docx", docx(t, para("x"))[:200], "is a broken archive"},
		"a bomb":                     {"a.docx", bomb(t, maxPartBytes+1), "is larger than 32 MB"},
		"broken XML":                 {"a.docx", packed(t, "word/document.xml", document(para("x"))[:300]), "is not a Word document that can be read"},
		"a broken ODT":               {"a.odt", packed(t, "mimetype", "application/vnd.oasis.opendocument.text"), "is not an OpenDocument text that can be read"},
		"half a PDF":                 {"a.pdf", pdfFile("x")[:300], "is not a PDF that can be read"},
		"a PDF that goes round":      {"a.pdf", round, "its pages have no end"},
		"a PDF that claims too much": {"a.pdf", bytes.Replace(pdfFile("x"), []byte("/Size 9"), []byte("/Size 999999999999"), 1), "a size that it cannot have"},
		"a PDF of pictures":          {"a.pdf", pdfFile("q Q"), "its pages are pictures"},
	} {
		_, err := ReadProse(c.name, c.src)
		found, ok := diag.AsInvalid(err)
		if !ok || !strings.Contains(err.Error(), c.want) || found[0].File != c.name {
			t.Errorf("%s: %v, want %q", what, err, c.want)
		}
	}
}

func fuzzProse(f *testing.F, name string, wrap func(t *testing.T, src string) []byte, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<16 {
			return
		}
		p, err := ReadProse(name, wrap(t, src))
		if err != nil {
			if _, ok := diag.AsInvalid(err); !ok {
				t.Fatal(err)
			}
			return
		}
		if err := checkProse(p); err != nil {
			t.Fatal(err)
		}
		p.Quotations()
		if name == "a.md" {
			if d, err := ReadMarkdown(name, []byte(src)); err == nil {
				runsMakeBlocks(t, d)
			}
		}
	})
}

func asIs(_ *testing.T, src string) []byte { return []byte(src) }

func FuzzTextProse(f *testing.F) {
	fuzzProse(f, "a.txt", asIs, "One pro-\n  tocol.\n\n“Two\nthree” (P03)", "a-\n\nb-\nc\r\nd")
}

func FuzzMarkdownProse(f *testing.F) {
	fuzzProse(f, "a.md", asIs, "---\na: b\n---\n# A\n> *b* \\[...\\] &amp;\n>\n> c[^1] d^[e [f] g]\n\n[^1]: h\n\n::: quote\ni\n:::\n<blockquote>j</blockquote>\n\n| k | l |\n|--|--|\n| m | n |\n", "> [!x]\n> ^[ ::: [^\n", "<q>a<br>b\n\n<p\n>")
}

func FuzzHTMLProse(f *testing.F) {
	fuzzProse(f, "a.html", asIs, "<p>a<br>b &amp; <q>c</q><sup>1</sup><blockquote>d<footer>e</footer></blockquote><script>f", "<p class=MsoQuote>a<p>b<svg>c</svg></p></x><sup><p>1</sup>", "<cite><blockquote><cite>")
}

func FuzzLaTeXProse(f *testing.F) {
	fuzzProse(f, "a.tex", asIs, "\\newcommand{\\a}[2][x]{\\begin{quote}#1 #2\\end{quote}}\\a[b]{c} ``d'' \\enquote{e} \\'e \\cite[f]{g} % h\n\n$i$ \\begin{equation}j\\end{equation} \\footnote{k \\footnote{l}}",
		"\\def\\a{\\a\\a}\\a", "\\textcquote[a][b]{c}{d}\\blockcquote{e}{f}\\textelp{g}\\begin{", "\\verb|a|\\(b\\)\\[c\\]\\\\*[1ex]\\item[d]\\href{e}{f}\\newenvironment{g}{\\begin{quote}}{}\\begin{g}\\end{g}\\end{document}")
}

func FuzzDOCXProse(f *testing.F) {
	fuzzProse(f, "a.docx", func(t *testing.T, body string) []byte { return withRels(t, body) }, para("a **b**", "c"), `<w:p><w:pPr><w:pStyle w:val="Sitat"/><w:ind w:left="720"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`)
}

func FuzzODTProse(f *testing.F) {
	fuzzProse(f, "a.odt", func(t *testing.T, body string) []byte { return odt(t, "", body) }, `<text:p text:style-name="Quotations">a<text:s text:c="3"/><text:note><text:p>b</text:p></text:note></text:p>`, `</text:list></text:p><text:h>a`)
}

func FuzzPDFProse(f *testing.F) {
	fuzzProse(f, "a.pdf", func(_ *testing.T, content string) []byte { return pdfFile(content, content) }, "BT /F1 10 Tf 50 700 Td [(a)-333(b)]TJ T* (c)' ET", "BT /F2 10 Tf <00010010> Tj 1 0 0 1 5 5 cm q Q ET BI ID x EI Do", "1e999 0 0 1e999 5 5 Tm -1 Tz (\\777\\")
}

// The file itself, not only what a page holds.
func FuzzPDFFile(f *testing.F) {
	f.Add(pdfFile("BT /F1 10 Tf (a) Tj ET"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if p, err := ReadProse("a.pdf", append([]byte("%PDF-1.4\n"), src...)); err == nil {
			if err := checkProse(p); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The shape of a manuscript is told in a line a node: its kind, and its runs with what they are.
func TestMarkdownShape(t *testing.T) {
	src := `---
title: T
---
# One *two*

Three ` + "`four`" + ` **five _six_**<b>seven</b><!-- not this -->[eight](<http://x.y/a b> "t")^[Nine *ten*.] end[^n].\
Eleven[^none]
twelve &amp; \[...\]

- thirteen
- fourteen

  1. fifteen

> sixteen
>
> seventeen

::: {.quote}
eighteen

nineteen
:::

> [!note] twenty
> more

| a | b |
|---|---|
| c | ![d](e.png) |

Term
: meaning

` + "```r\ncode\n```" + `

<div>markup</div>

<!-- nothing -->

***

[^n]: Note.
`
	d, err := ReadMarkdown("a.md", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(nodes []Node, deep string)
	walk = func(nodes []Node, deep string) {
		for _, n := range nodes {
			b.WriteString(deep + string(n.Kind))
			for _, part := range []struct {
				there bool
				text  string
			}{{n.Level > 0, fmt.Sprint(n.Level)}, {n.Ordered, fmt.Sprint(n.First)}, {n.Key != "", n.Key}, {n.Syntax != "", n.Syntax}, {n.Text != "", strings.TrimSpace(n.Text)}} {
				if part.there {
					b.WriteString(" " + part.text)
				}
			}
			for _, r := range n.Runs {
				what := ""
				for _, is := range []struct {
					is   bool
					name string
				}{{r.Emphasis, "em "}, {r.Strong, "strong "}, {r.Code, "code "}, {r.Break, "break "}, {r.Markup, "markup "}, {r.Link != "", "to " + r.Link + " "}, {r.Note != "", "note " + r.Note}} {
					if is.is {
						what += is.name
					}
				}
				fmt.Fprintf(&b, " [%s%s]", what, strings.ReplaceAll(r.Text, "\n", "/"))
			}
			b.WriteString("\n")
			walk(n.Nodes, deep+"  ")
		}
	}
	walk(d.Nodes, "")
	want := `heading 1 [One ] [em two]
paragraph [Three ] [code four] [ ] [strong five ] [em strong six] [markup <b>] [seven] [markup </b>] [to http://x.y/a%20b eight] [note inline-1] [ end] [note 1] [.] [break /] [Eleven] [/] [twelve & [...]]
list
  item
    paragraph [thirteen]
  item
    paragraph [fourteen]
    list 1
      item
        text [fifteen]
quotation
  paragraph [sixteen]
  paragraph [seventeen]
quotation
  paragraph [eighteen]
  paragraph [nineteen]
box
  paragraph [[] [!note] [] twenty] [/] [more]
table
  row
    cell [a]
    cell [b]
  row
    cell [c]
    cell [d]
terms
  term [Term]
  meaning
    text [meaning]
code r code
markup <div>markup</div>
rule
note 1
  paragraph [Note.]
note inline-1
  paragraph [Nine ] [em ten] [.]
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	runsMakeBlocks(t, d)
}

// runsMakeBlocks holds that the runs of a node are, byte for byte, the block that it belongs to.
func runsMakeBlocks(t testing.TB, d *Markdown) {
	t.Helper()
	var walk func(nodes []Node)
	walk = func(nodes []Node) {
		for _, n := range nodes {
			text := ""
			for _, r := range n.Runs {
				if !r.Markup {
					if r.At != len(text) {
						t.Fatalf("run %q begins at %d, not %d", r.Text, r.At, len(text))
					}
					text += r.Text
				}
			}
			if n.Block >= 0 && n.Runs != nil && text != d.Blocks[n.Block].Text {
				t.Fatalf("runs make %q of the block %q", text, d.Blocks[n.Block].Text)
			}
			if n.Block < 0 && strings.TrimSpace(text) != "" {
				t.Fatalf("%q is in no block", text)
			}
			walk(n.Nodes)
		}
	}
	walk(d.Nodes)
}
