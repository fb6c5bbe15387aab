package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tema-qda/tema/index/ingest"
)

// chapters writes the chapters that stand there.
func (d *docxReport) chapters(at string) {
	for _, c := range d.r.ChaptersAt(at) {
		d.title(1, d.w.Chapter(c))
		d.prose(c.Prose, 1)
	}
}

// prose writes what the authors wrote, under a heading of a level. A quotation that holds has a comment that says where
// its words stand; a block quotation says it underneath, too.
func (d *docxReport) prose(p Prose, under int) {
	in := docxProse{docxReport: d, of: &p, under: under}
	for _, b := range p.Blocks {
		in.block(b, docxPlace{})
		for _, i := range p.problems(b) {
			q := p.Quoted[i]
			d.styled("", "")
			d.runWith("<w:rPr><w:b/></w:rPr>", d.w.NotVerified+" ")
			d.run("", d.w.Beginning(q)+": "+d.w.Misquote(q)+".")
			d.b.WriteString("</w:p>")
		}
	}
	d.para("Note", d.w.InProse(p))
}

type docxProse struct {
	*docxReport
	of    *Prose
	under int
	open  int // the quotation that a comment is open on; 0 for none
}

// A docxPlace is what a paragraph stands in.
type docxPlace struct {
	style string
	deep  int    // in lists
	lead  string // what its point is called
}

const docxStep = 357 // how far a point of a list stands in, in twentieths of a point

// block writes a block of prose.
func (d *docxProse) block(b ProseBlock, at docxPlace) {
	below := func(at docxPlace) {
		for i, in := range b.Blocks {
			if i > 0 {
				at.lead = ""
			}
			d.block(in, at)
		}
	}
	switch ingest.NodeKind(b.Kind) {
	case ingest.Heading:
		var text strings.Builder
		for _, r := range b.Runs {
			text.WriteString(r.Text)
		}
		d.title(min(d.under+b.Level, 6), strings.Join(strings.Fields(text.String()), " "))
	case ingest.List:
		at.deep++
		for i, item := range b.Blocks {
			at.lead = "•"
			if b.Ordered {
				at.lead = strconv.Itoa(b.First+i) + "."
			}
			for k, in := range item.Blocks {
				if k > 0 {
					at.lead = ""
				}
				d.block(in, at)
			}
			if len(item.Blocks) == 0 {
				d.paragraph(nil, at)
			}
		}
	case ingest.Quoting:
		at.style = "Quote"
		below(at)
		if places := d.w.Sources(*d.of, b); places != "" {
			d.para("QuoteSource", "— "+places)
		}
	case ingest.Box:
		at.style = "Note"
		below(at)
	case ingest.Table:
		d.proseTable(b)
	case ingest.Meaning:
		at.deep++
		below(at)
	case ingest.Code, ingest.Markup:
		d.para("", strings.TrimSuffix(b.Raw, "\n"))
	case ingest.Rule:
		d.para("Space", "")
	case ingest.Note:
		at.style, at.lead = "Note", strconv.Itoa(b.Number)
		below(at)
	case ingest.Terms, ingest.Item:
		below(at)
	default:
		d.paragraph(b.Runs, at)
	}
}

// paragraph writes a paragraph. A point stands out to its left.
func (d *docxProse) paragraph(runs []ProseRun, at docxPlace) {
	more := ""
	if at.deep > 0 {
		more = fmt.Sprintf(`<w:spacing w:after="60"/><w:ind w:left="%d"`, at.deep*docxStep)
		if at.lead != "" {
			more += fmt.Sprintf(` w:hanging="%d"`, docxStep)
		}
		more += "/>"
		if at.lead != "" {
			more = fmt.Sprintf(`<w:tabs><w:tab w:val="left" w:pos="%d"/></w:tabs>`, at.deep*docxStep) + more
		}
	}
	d.styled(at.style, more)
	if at.lead != "" {
		d.run("", at.lead)
		d.b.WriteString("<w:r><w:tab/></w:r>")
	}
	d.runs(runs)
	d.b.WriteString("</w:p>")
}

func (d *docxProse) runs(runs []ProseRun) {
	link := ""
	for i, r := range runs {
		if d.comments && r.Quoted > 0 && d.open == 0 && d.of.Quoted[r.Quoted-1].Problem == nil {
			d.open = r.Quoted
			d.openComment()
		}
		if r.Link != link {
			if link != "" {
				d.b.WriteString(`<w:r><w:fldChar w:fldCharType="end"/></w:r>`)
			}
			if link = r.Link; link != "" {
				fmt.Fprintf(&d.b, `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> HYPERLINK "%s" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`, xmlText(link))
			}
		}
		d.proseRun(r)
		last := !slices.ContainsFunc(runs[i+1:], func(next ProseRun) bool { return next.Quoted == d.open })
		if d.open > 0 && last {
			d.closeComment(d.w.QuotedFrom(d.of.Quoted[d.open-1]))
			d.open = 0
		}
	}
	if link != "" {
		d.b.WriteString(`<w:r><w:fldChar w:fldCharType="end"/></w:r>`)
	}
}

func (d *docxProse) proseRun(r ProseRun) {
	properties := ""
	if r.Code {
		properties += `<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>`
	}
	if r.Strong {
		properties += "<w:b/>"
	}
	if r.Emphasis {
		properties += "<w:i/>"
	}
	if r.Link != "" {
		properties += `<w:u w:val="single"/>`
	}
	text := r.Text
	switch {
	case r.Note > 0:
		properties, text = `<w:vertAlign w:val="superscript"/>`, strconv.Itoa(r.Note)
	case text == "\n" && !r.Break: // where a line of the file ends
		text = " "
	case !r.Break:
		text = strings.ReplaceAll(text, "\n", " ")
	}
	if properties != "" {
		properties = "<w:rPr>" + properties + "</w:rPr>"
	}
	d.runWith(properties, text)
}

// proseTable writes a table with columns of the same width.
func (d *docxProse) proseTable(b ProseBlock) {
	columns := 0
	for _, row := range b.Blocks {
		columns = max(columns, len(row.Blocks))
	}
	if columns == 0 {
		return
	}
	width := d.room() / columns
	widths := make([]int, columns)
	for i := range widths {
		widths[i] = width
	}
	d.openTable(true, widths...)
	for i, row := range b.Blocks {
		properties, style := "<w:cantSplit/>", "TableText"
		if i == 0 {
			properties, style = properties+"<w:tblHeader/>", "TableHead"
		}
		d.b.WriteString("<w:tr><w:trPr>" + properties + "</w:trPr>")
		for c := range columns {
			fmt.Fprintf(&d.b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, width)
			var runs []ProseRun
			if c < len(row.Blocks) {
				runs = row.Blocks[c].Runs
			}
			d.paragraph(runs, docxPlace{style: style})
			d.b.WriteString("</w:tc>")
		}
		d.b.WriteString("</w:tr>")
	}
	d.b.WriteString("</w:tbl>")
	d.para("Space", "")
}

// proseFaults lists what of the prose does not stand as it should.
func (d *docxReport) proseFaults() {
	w := d.w
	if list := d.r.Misquoted(); len(list) > 0 {
		d.para("", w.Prose.Misquoted)
		for _, q := range list {
			d.item(w.MisquotedAt(q) + ": " + w.Beginning(q.Quoted) + ": " + w.Misquote(q.Quoted))
		}
	}
	if len(d.r.Unplaced) > 0 {
		d.para("", w.Prose.LeftOut)
		for _, f := range d.r.Unplaced {
			d.item(f.File + ": " + w.Prose.Reasons[f.Reason])
		}
	}
}
