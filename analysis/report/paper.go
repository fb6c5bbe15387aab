package report

import (
	"bytes"
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// A paper is a document of its own beside the theme report: blocks in the order in which all formats print them.
type paper struct {
	report *Report // Title, Question, Approach, Language and Version are set
	W      *words
	Kind   string // what the document is
	Blocks []block
}

// A block is one of a heading, a paragraph, a list, a table or an item of a checklist.
type block struct {
	Heading int    // 2 or 3; then Text is its text
	Anchor  string // of a heading
	Text    string
	Style   string // of a paragraph: "", "note", or "written" for what the researchers wrote
	List    []string
	Head    []string // of a table
	Rows    [][]string
	Numbers int   // the last so many columns are numbers
	Shares  []int // widths of the columns, of a page's
	Item    *paperItem
}

// A paperItem is something that a checklist asks, and what is said to it.
type paperItem struct {
	Number, Title, Asks, Note, Anchor string
	Facts                             []string // that the study's files hold
	Answers                           []paperAnswer
	Invites, Command                  string // how to write an answer; "" where there is one
}

// A paperAnswer is what the researchers wrote to an item. Label says more of it, if anything.
type paperAnswer struct {
	Label  string
	Blocks []block
}

func newPaper(r *Report, kind string) *paper {
	return &paper{report: r, W: wordsFor(r.Language), Kind: kind}
}

func (p *paper) add(b block) { p.Blocks = append(p.Blocks, b) }

func (p *paper) heading(level int, anchor, text string) {
	p.add(block{Heading: level, Anchor: anchor, Text: text})
}

// text adds paragraphs, those that are not empty.
func (p *paper) text(texts ...string) { p.styled("", texts...) }

func (p *paper) note(texts ...string) { p.styled("note", texts...) }

func (p *paper) styled(style string, texts ...string) {
	for _, t := range texts {
		if t != "" {
			p.add(block{Text: t, Style: style})
		}
	}
}

func (p *paper) list(items ...string) {
	if len(items) > 0 {
		p.add(block{List: items})
	}
}

// typed cuts what a researcher typed as Markdown into paragraphs and lists of plain text: signs of emphasis are left out.
func typed(text string) []block {
	var out []block
	text = emphasis.ReplaceAllString(text, "$1$2$3$4$5")
	for _, part := range strings.Split(strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n"), "\n\n") {
		var lines, items []string
		flush := func() {
			if len(lines) > 0 {
				out = append(out, block{Text: strings.Join(lines, " "), Style: "written"})
			}
			if len(items) > 0 {
				out = append(out, block{List: items, Style: "written"})
			}
			lines, items = nil, nil
		}
		for l := range strings.SplitSeq(part, "\n") {
			l = strings.TrimSpace(l)
			switch mark := listMark.FindString(l); {
			case l == "":
			case mark != "":
				if len(lines) > 0 {
					flush()
				}
				items = append(items, l[len(mark):])
			case len(items) > 0: // goes on with the item
				items[len(items)-1] += " " + l
			case headMark.MatchString(l):
				flush()
				lines = []string{headMark.ReplaceAllString(l, "")}
				flush()
			default:
				lines = append(lines, l)
			}
		}
		flush()
	}
	return out
}

var (
	listMark = regexp.MustCompile(`^(?:[-*+]|[0-9]{1,3}[.)])[ \t]+`)
	// Signs of emphasis around words, which begin where no word goes on: 2*3 and own_story are none.
	emphasis = regexp.MustCompile("(^|[^\\pL\\pN*_`])(?:\\*\\*([^*\\s](?:[^*]*[^*\\s])?)\\*\\*|\\*([^*\\s](?:[^*]*[^*\\s])?)\\*|_([^_\\s](?:[^_]*[^_\\s])?)_|`([^`\n]+)`)")
	headMark = regexp.MustCompile(`^#{1,6}[ \t]+`)
)

// title is that of the study, or what the document is where the study has none.
func (p *paper) title() string { return cmp.Or(p.report.Title, p.Kind) }

// markdown returns the paper as CommonMark with tables.
func (p *paper) markdown() []byte {
	m := &markdown{r: p.report, w: p.W}
	m.heading(1, line(p.title()))
	if p.report.Title != "" {
		m.para(line(p.Kind + " · " + p.W.Approach(p.report)))
	}
	if p.report.Question != "" {
		m.para("**" + p.W.Question + ":** " + inline(p.report.Question))
	}
	var quoted []string // what researchers wrote, in one block quotation
	for _, b := range p.Blocks {
		if b.Style == "written" {
			quoted = append(quoted, b.markdown())
			continue
		}
		m.quote(quoted...)
		quoted = nil
		m.part(b)
	}
	m.quote(quoted...)
	m.para(line(p.W.Made(p.report)))
	return bytes.TrimLeft(m.b.Bytes(), "\n")
}

func (m *markdown) part(b block) {
	switch {
	case b.Heading > 0:
		m.heading(b.Heading, line(b.Text))
	case b.Item != nil:
		m.item(b.Item)
	case len(b.Head) > 0:
		var rows [][]string
		for _, row := range b.Rows {
			var cells []string
			for _, c := range row {
				cells = append(cells, inline(c))
			}
			rows = append(rows, cells)
		}
		m.table(b.Head, rows)
	default:
		m.para(b.markdown())
	}
}

// markdown is a paragraph or a list as Markdown.
func (b block) markdown() string {
	if len(b.List) == 0 {
		return line(b.Text)
	}
	var items []string
	for _, s := range b.List {
		items = append(items, "- "+guard(inline(s)))
	}
	return strings.Join(items, "\n")
}

func (m *markdown) item(x *paperItem) {
	m.heading(3, line(strings.TrimSpace(x.Number+" "+x.Title)))
	m.para("*" + inline(x.Asks) + "*")
	m.para(line(x.Note))
	var facts []string
	for _, f := range x.Facts {
		facts = append(facts, inline(f))
	}
	m.items(facts)
	for _, a := range x.Answers {
		var blocks []string
		if a.Label != "" {
			blocks = append(blocks, "**"+inline(a.Label)+"**")
		}
		for _, b := range a.Blocks {
			blocks = append(blocks, b.markdown())
		}
		m.quote(blocks...)
	}
	if x.Command != "" {
		m.para(inline(x.Invites) + " `" + x.Command + "`")
	}
}

// docx returns the paper as a document for word processors. Items of checklists stand in a table, as journals want them.
func (p *paper) docx(look *Look) []byte {
	d := &docx{look: look}
	d.para("Title", p.title())
	if p.report.Title != "" {
		d.para("Subtitle", p.Kind)
	}
	if p.report.Question != "" {
		d.para("", p.W.Question+": "+p.report.Question)
	}
	for i, b := range p.Blocks {
		switch {
		case b.Heading > 0:
			d.heading(b.Heading-1, b.Text, b.Text)
		case b.Item != nil:
			if i == 0 || p.Blocks[i-1].Item == nil {
				d.openItems(p.W, b.Item.Number != "")
			}
			d.itemRow(b.Item)
			if i+1 == len(p.Blocks) || p.Blocks[i+1].Item == nil {
				d.b.WriteString(`</w:tbl>`)
				d.para("Space", "")
			}
		case len(b.List) > 0:
			for _, s := range b.List {
				d.item(s)
			}
		case len(b.Head) > 0:
			d.grid(b.Head, b.Rows, b.Shares)
		case b.Style == "written":
			d.para("Quote", b.Text)
		case b.Style == "note":
			d.para("Note", b.Text)
		default:
			d.para("", b.Text)
		}
	}
	d.para("Note", p.W.Made(p.report))
	return d.file(cmp.Or(p.report.Language, "en"), p.title())
}

// itemWidths are the widths of a checklist's columns: number, if there is one, what is asked, answer.
func (d *docx) itemWidths(numbered bool) []int {
	room := d.room()
	if !numbered {
		return []int{room * 2 / 5, room - room*2/5}
	}
	number, item := room*8/100, room*34/100
	return []int{number, item, room - number - item}
}

func (d *docx) openItems(w *words, numbered bool) {
	widths := d.itemWidths(numbered)
	d.openTable(true, widths...)
	d.b.WriteString(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	heads := []string{w.Checklist.Number, w.Checklist.Item, w.Checklist.Answer}
	for i, text := range heads[len(heads)-len(widths):] {
		d.openCell(widths[i])
		d.para("TableHead", text)
		d.b.WriteString("</w:tc>")
	}
	d.b.WriteString("</w:tr>")
}

func (d *docx) openCell(width int) {
	d.b.WriteString(`<w:tc><w:tcPr><w:tcW w:w="` + strconv.Itoa(width) + `" w:type="dxa"/></w:tcPr>`)
}

func (d *docx) itemRow(x *paperItem) {
	widths := d.itemWidths(x.Number != "")
	d.b.WriteString("<w:tr>")
	if len(x.Answers) == 0 { // an answer may be longer than a page
		d.b.WriteString("<w:trPr><w:cantSplit/></w:trPr>")
	}
	if x.Number != "" {
		d.openCell(widths[0])
		d.para("TableHead", x.Number)
		d.b.WriteString("</w:tc>")
	}
	d.openCell(widths[len(widths)-2])
	d.para("TableHead", x.Title)
	d.para("TableText", x.Asks)
	if x.Note != "" {
		d.para("TableQuote", x.Note)
	}
	d.b.WriteString("</w:tc>")
	d.openCell(widths[len(widths)-1])
	for _, f := range x.Facts {
		d.para("TableText", f)
	}
	for _, a := range x.Answers {
		if a.Label != "" {
			d.para("TableHead", a.Label)
		}
		for _, b := range a.Blocks {
			if b.Text != "" {
				d.para("TableText", b.Text)
			}
			for _, s := range b.List {
				d.para("TableText", "• "+s)
			}
		}
	}
	if x.Command != "" {
		d.para("TableQuote", x.Invites+" "+x.Command)
	}
	d.b.WriteString("</w:tc></w:tr>")
}

// html returns the paper as one page that needs nothing but itself.
func (p *paper) html() []byte {
	var b bytes.Buffer
	if err := layout.Lookup("paper.html.tmpl").Execute(&b, paperView{page{p.report, p.W}, p}); err != nil {
		panic(err) // the template and the types that it prints are compiled in; a buffer takes all
	}
	return b.Bytes()
}

// A paperView is what the template sees: a page, and the paper on it.
type paperView struct {
	page
	Paper *paper
}

// Head is the page's title.
func (v paperView) Head() string { return v.Paper.title() }

// Contents lists the headings of the second level.
func (v paperView) Contents() []Ref {
	var out []Ref
	for _, b := range v.Paper.Blocks {
		if b.Heading == 2 {
			out = append(out, Ref{Anchor: b.Anchor, Name: b.Text})
		}
	}
	return out
}

// Parts are the paper's sections: what stands before the first heading, then a heading with what follows it.
func (v paperView) Parts() []paperPart {
	out := []paperPart{{}}
	for _, b := range v.Paper.Blocks {
		if b.Heading == 2 {
			out = append(out, paperPart{Anchor: b.Anchor, Title: b.Text})
			continue
		}
		last := &out[len(out)-1]
		last.Blocks = append(last.Blocks, paperBlock{v, b})
	}
	return out
}

type paperPart struct {
	Anchor, Title string
	Blocks        []paperBlock
}

// A paperBlock carries the page along into nested templates.
type paperBlock struct {
	Page paperView
	block
}

func (b paperBlock) Answer(a block) paperBlock { return paperBlock{b.Page, a} }
func (b paperBlock) Show(s string) string      { return visible(s) }

// IsNumber says whether a column of the table holds numbers.
func (b paperBlock) IsNumber(column int) bool { return column >= len(b.Head)-b.Numbers }
