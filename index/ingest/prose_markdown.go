package ingest

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extended "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/tema-qda/tema/index/transcript"
)

var pandoc = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Footnote, extension.DefinitionList))

var (
	frontMatter = regexp.MustCompile(`\A---[ \t]*\n(?s:.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\z)`)
	fence       = regexp.MustCompile(`(?m)^[ \t]*:{3,}[ \t]*(.*)$`)
	inlineMark  = regexp.MustCompile(`\^\[`)
	noteMarks   = regexp.MustCompile(`\[\^[^\]\s]{1,64}\]:?`)
	comment     = regexp.MustCompile(`(?s)<!--.*?(?:-->|\z)`)
	callout     = regexp.MustCompile(`^\[![\p{L}-]+\]`)
)

// A Markdown is a manuscript in Markdown with the shape that its author gave it. Its Prose is what ReadProse returns, so
// that what is found in a block of it, by bytes, is found in the runs of the node that the block belongs to.
type Markdown struct {
	*transcript.Prose
	Nodes []Node
}

// A NodeKind says what a node of a document is.
type NodeKind string

// The kinds of node. Paragraphs, texts, headings, cells and terms hold runs; code and markup hold text; all others nodes.
const (
	Paragraph   NodeKind = "paragraph"
	Text        NodeKind = "text" // a paragraph in a list whose points stand close
	Heading     NodeKind = "heading"
	List        NodeKind = "list"
	Item        NodeKind = "item"
	Quoting     NodeKind = "quotation" // a block quotation
	Box         NodeKind = "box"       // set as a block quotation is, for something of the author's own
	Table       NodeKind = "table"
	Row         NodeKind = "row" // the first of a table is its header
	Cell        NodeKind = "cell"
	Terms       NodeKind = "terms" // a list of terms and what they mean
	Term        NodeKind = "term"
	Meaning     NodeKind = "meaning"
	Code        NodeKind = "code"
	Markup      NodeKind = "markup" // HTML, as it stands; comments are no part of a document
	Rule        NodeKind = "rule"
	Note        NodeKind = "note" // at the foot; notes stand last
	transparent NodeKind = ""     // its nodes stand where it does
)

// A Node is a part of a document.
type Node struct {
	Kind    NodeKind
	Level   int    // of a heading, from 1
	Ordered bool   // of a list
	First   int    // number of the first point of an ordered list
	Key     string // of a note: what the marks that lead to it hold too
	Block   int    // index of the block in Prose.Blocks that its runs make up; -1 for none
	Runs    []Run
	Text    string // of code and markup
	Syntax  string // what the author says that code is written in
	Nodes   []Node
}

// A Run is a stretch of text of one kind.
type Run struct {
	At       int    // byte of the block's text, where Text stands unless it is Markup
	Text     string // as it reads; a line break is LF
	Source   string // of plain text: as its author wrote it, in Markdown
	Emphasis bool
	Strong   bool
	Code     bool
	Break    bool   // a line break that the author put; others are where lines of the file end
	Markup   bool   // a tag of HTML, as it stands; no part of the block's text
	Link     string // where it leads: an address as it would stand in HTML; "" for nowhere
	Note     string // the mark of a note with this key, without text
}

// ReadMarkdown reads the Markdown of the file called name, as ReadProse does, with its shape.
func ReadMarkdown(name string, src []byte) (*Markdown, error) {
	d := &Markdown{}
	p, err := readManuscript(name, src, func(s *source, b *proseBuilder) error {
		r := parseMarkdown(s, b)
		d.Nodes = r.nodes()
		return nil
	})
	d.Prose = p
	return d, err
}

func readMarkdownProse(s *source, b *proseBuilder) error {
	parseMarkdown(s, b)
	return nil
}

// A markdownReader reads Markdown as Pandoc and Quarto know it: front matter is left out, fenced divs are marks (one with
// a class such as "quote" is a block quotation), footnotes are paragraphs of their own.
type markdownReader struct {
	*proseBuilder
	src      []byte
	base     int      // byte of the file where src begins
	quoting  [][2]int // stretches of fenced divs that quote
	callouts map[ast.Node]bool
	open     []Node // that the walk is in, the document first
	runs     []Run  // of the block that is being read
	style    Run
	emphasis [2]int // how deep it goes, and how deep that which is strong
	gaps     []gap  // that are still to come
}

// A gap is what was made blank in a text: a note that stands in the middle of it, or a mark that leads to none.
type gap struct {
	transcript.Span
	key  string // of the note
	note string
}

func parseMarkdown(s *source, b *proseBuilder) *markdownReader {
	r := &markdownReader{proseBuilder: b, src: []byte(s.text), callouts: map[ast.Node]bool{}, open: []Node{{Block: -1}}}
	src := r.src
	// What goldmark does not know becomes blank, so that all else stays where it is.
	blank := func(from, to int) {
		for i := from; i < to; i++ {
			if src[i] != '\n' {
				src[i] = ' '
			}
		}
	}
	if m := frontMatter.FindIndex(src); m != nil {
		blank(m[0], m[1])
	}
	var divs []int // where the divs that are open begin to quote; -1 for those that do not
	for _, m := range fence.FindAllSubmatchIndex(src, -1) {
		class := string(src[m[2]:m[3]])
		switch {
		case strings.Trim(class, ": \t") != "" && quotingStyle.MatchString(class):
			divs = append(divs, m[1])
		case strings.Trim(class, ": \t") != "":
			divs = append(divs, -1)
		case len(divs) > 0:
			if from := divs[len(divs)-1]; from >= 0 {
				r.quoting = append(r.quoting, [2]int{from, m[0]})
			}
			divs = divs[:len(divs)-1]
		}
		blank(m[0], m[1])
	}
	notes := 0
	for _, m := range inlineMark.FindAllIndex(src, -1) {
		if src[m[0]] != '^' { // within another
			continue
		}
		depth := 0
		for i := m[0] + 1; i < len(src) && i < m[0]+4000; i++ {
			if src[i] == '[' {
				depth++
			} else if src[i] == ']' {
				if depth--; depth == 0 {
					notes++
					r.gaps = append(r.gaps, gap{transcript.Span{Start: m[0], End: i + 1}, "inline-" + strconv.Itoa(notes), string(src[m[1]:i])})
					blank(m[0], i+1)
					break
				}
			}
		}
	}

	defined := map[string]bool{}
	marks := noteMarks.FindAllIndex(src, -1)
	for _, m := range marks {
		defined[string(src[m[0]:m[1]])] = true
	}
	for _, m := range marks {
		if mark := string(src[m[0]:m[1]]); !strings.HasSuffix(mark, ":") && !defined[mark+":"] { // of a note that is nowhere
			r.gaps = append(r.gaps, gap{Span: transcript.Span{Start: m[0], End: m[1]}})
			blank(m[0], m[1])
		}
	}
	slices.SortFunc(r.gaps, func(a, b gap) int { return a.Start - b.Start })

	gaps := slices.Clone(r.gaps)
	r.read()
	for _, n := range gaps {
		if n.key == "" {
			continue
		}
		r.src, r.base, r.quoting, r.gaps = []byte(n.note), n.Start+len("^["), nil, nil
		r.open = append(r.open, Node{Kind: Note, Key: n.key, Block: -1})
		r.read()
		r.close()
	}
	return r
}

// nodes returns what was read, once all is.
func (r *markdownReader) nodes() []Node { return r.open[0].Nodes }

// close ends the innermost node.
func (r *markdownReader) close() {
	n := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	in := &r.open[len(r.open)-1]
	switch {
	case n.Kind == transparent:
		in.Nodes = append(in.Nodes, n.Nodes...)
	case n.Kind == Markup && n.Text == "":
	default:
		in.Nodes = append(in.Nodes, n)
	}
}

// read reads src.
func (r *markdownReader) read() {
	root := pandoc.Parser().Parse(text.NewReader(r.src))
	ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // what it is given returns no error
		if n.Type() == ast.TypeInline {
			return r.inline(n, entering), nil
		}
		if entering {
			r.open = append(r.open, r.node(n))
		} else {
			r.leaf(n)
			r.close()
		}
		switch n.(type) {
		case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
}

// node returns the node that n opens. That of code and HTML is all there.
func (r *markdownReader) node(n ast.Node) Node {
	out := Node{Block: -1}
	switch n := n.(type) {
	case *ast.Paragraph:
		out.Kind = Paragraph
	case *ast.TextBlock:
		out.Kind = Text
	case *ast.Heading:
		out.Kind, out.Level = Heading, n.Level
	case *ast.List:
		out.Kind, out.Ordered, out.First = List, n.IsOrdered(), n.Start
	case *ast.ListItem:
		out.Kind = Item
	case *ast.Blockquote:
		out.Kind = Quoting
	case *ast.ThematicBreak:
		out.Kind = Rule
	case *extended.Table:
		out.Kind = Table
	case *extended.TableHeader, *extended.TableRow:
		out.Kind = Row
	case *extended.TableCell:
		out.Kind = Cell
	case *extended.DefinitionList:
		out.Kind = Terms
	case *extended.DefinitionTerm:
		out.Kind = Term
	case *extended.DefinitionDescription:
		out.Kind = Meaning
	case *extended.Footnote:
		out.Kind, out.Key = Note, strconv.Itoa(n.Index)
	case *ast.FencedCodeBlock:
		out.Kind, out.Text, out.Syntax = Code, string(n.Lines().Value(r.src)), string(n.Language(r.src))
	case *ast.CodeBlock:
		out.Kind, out.Text = Code, string(n.Lines().Value(r.src))
	case *ast.HTMLBlock:
		lines := n.Lines()
		if lines.Len() == 0 {
			break
		}
		from, to := lines.At(0).Start, lines.At(lines.Len()-1).Stop
		if n.HasClosure() {
			to = max(to, n.ClosureLine.Stop)
		}
		r.html(string(r.src[from:to]), r.base+from)
		out.Kind, out.Text = Markup, strings.TrimSpace(comment.ReplaceAllString(string(r.src[from:to]), ""))
	}
	return out
}

// leaf ends the block that n holds, if it holds text.
func (r *markdownReader) leaf(n ast.Node) {
	quotation, set := false, false // set: by the author, as Markdown does
	for up := n.Parent(); up != nil && !quotation; up = up.Parent() {
		if quote, is := up.(*ast.Blockquote); is {
			if n == quote.FirstChild() && callout.MatchString(r.text.String()) { // "[!note]" opens a box of the author's
				r.callouts[quote] = true
				for i := len(r.open) - 1; i >= 0; i-- {
					if r.open[i].Kind == Quoting {
						r.open[i].Kind = Box
						break
					}
				}
			}
			quotation = !r.callouts[quote]
			set = true
		}
	}
	if lines := n.Lines(); n.Type() == ast.TypeBlock && !quotation && lines != nil && lines.Len() > 0 {
		for _, q := range r.quoting {
			quotation = quotation || q[0] <= lines.At(0).Start && lines.At(0).Start < q[1]
		}
	}
	in := &r.open[len(r.open)-1]
	if in.Kind != transparent && len(in.Nodes) == 0 && n.Type() == ast.TypeBlock {
		if lines := n.Lines(); lines != nil && lines.Len() > 0 {
			r.fill(lines.At(0).Start, lines.At(lines.Len()-1).Stop)
		}
		in.Runs = r.runs
	}
	before := len(r.Blocks)
	if r.end(quotation); len(r.Blocks) > before {
		in.Block = before
	}
	r.runs = nil
	if quotation && !set && in.Kind == Paragraph { // in a fenced div
		quoted := *in
		up := &r.open[len(r.open)-2]
		if last := len(up.Nodes) - 1; last >= 0 && up.Nodes[last].Kind == Quoting && up.Nodes[last].Block == before-1 {
			quoted, up.Nodes = Node{Kind: Quoting, Block: before, Nodes: append(up.Nodes[last].Nodes, quoted)}, up.Nodes[:last]
		} else {
			quoted = Node{Kind: Quoting, Block: before, Nodes: []Node{quoted}}
		}
		*in = quoted
	}
}

// fill takes the gaps that begin in src from byte from on and before to, and puts the marks of the notes in them. It
// returns where the last of them ends, or from.
func (r *markdownReader) fill(from, to int) (end int) {
	end = from
	r.gaps = slices.DeleteFunc(r.gaps, func(g gap) bool {
		if g.Start < from || g.Start >= to {
			return false
		}
		if end = max(end, g.End); g.key != "" {
			r.runs = append(r.runs, Run{At: r.text.Len(), Note: g.key})
		}
		return true
	})
	return end
}

// wrote appends a run of what was written since byte from of the block's text.
func (r *markdownReader) wrote(from int, change func(*Run)) {
	run := r.style
	if run.At, run.Text = from, r.text.String()[from:]; run.Text != "" {
		change(&run)
		r.runs = append(r.runs, run)
	}
}

// inline writes an inline node of Markdown.
func (r *markdownReader) inline(n ast.Node, entering bool) ast.WalkStatus {
	from := r.text.Len()
	switch n := n.(type) {
	case *ast.Emphasis:
		in := &r.emphasis[min(n.Level, 2)-1]
		if *in++; !entering {
			*in -= 2
		}
		r.style.Emphasis, r.style.Strong = r.emphasis[0] > 0, r.emphasis[1] > 0
	case *ast.CodeSpan:
		r.style.Code = entering
	case *ast.Link:
		if r.style.Link = ""; entering {
			r.style.Link = string(util.URLEscape(n.Destination, true))
		}
	case *ast.Text:
		if !entering {
			break
		}
		r.fill(bytes.LastIndexByte(r.src[:n.Segment.Start], '\n')+1, n.Segment.Start)
		for at := n.Segment.Start; at < n.Segment.Stop; {
			stop := n.Segment.Stop
			for _, g := range r.gaps {
				if g.Start >= at {
					stop = min(stop, g.Start)
				}
			}
			from, source := r.text.Len(), string(r.src[at:stop])
			r.unescaped(source, r.base+at, n.IsRaw())
			r.wrote(from, func(run *Run) { run.Source = source })
			if at = stop; at < n.Segment.Stop {
				at = r.fill(at, at+1)
			}
		}
		if n.SoftLineBreak() || n.HardLineBreak() {
			rest := r.src[n.Segment.Stop:]
			end := n.Segment.Stop + max(bytes.IndexByte(rest, '\n'), 0)
			noted := r.fill(n.Segment.Stop, end) > n.Segment.Stop // the blanks look like a break
			from := r.text.Len()
			r.write("\n", r.base+n.Segment.Stop, false)
			r.wrote(from, func(run *Run) { run.Source, run.Break = "\n", n.HardLineBreak() && !noted })
		}
	case *ast.AutoLink:
		if entering {
			r.write(string(n.Label(r.src)), r.next, false)
			r.wrote(from, func(run *Run) { run.Link = string(util.URLEscape(n.URL(r.src), false)) })
		}
		return ast.WalkSkipChildren
	case *ast.RawHTML:
		if entering {
			var raw string
			for i := range n.Segments.Len() {
				seg := n.Segments.At(i)
				r.tag(string(seg.Value(r.src)), r.base+seg.Start)
				raw += string(seg.Value(r.src))
			}
			if wrote := r.text.Len() > from; wrote {
				r.wrote(from, func(run *Run) { run.Break = run.Text == "\n" })
			} else if comment.ReplaceAllString(raw, "") != "" {
				r.runs = append(r.runs, Run{At: from, Text: raw, Markup: true})
			}
		}
	case *extended.FootnoteLink:
		if entering {
			r.runs = append(r.runs, Run{At: from, Note: strconv.Itoa(n.Index)})
		}
		return ast.WalkSkipChildren
	case *extended.FootnoteBacklink:
		return ast.WalkSkipChildren
	}
	return ast.WalkContinue
}

// unescaped writes text of Markdown that begins at byte at of the source, its escapes and entities read.
func (b *proseBuilder) unescaped(s string, at int, raw bool) {
	for s != "" {
		i := strings.IndexAny(s, "\\&")
		if raw || i < 0 {
			b.write(s, at, true)
			return
		}
		b.write(s[:i], at, true)
		s, at = s[i:], at+i
		n := 1
		switch {
		case s[0] == '\\' && len(s) > 1 && s[1] == ' ':
			n = 2
			b.write("\u00a0", at, false)
		case s[0] == '\\' && len(s) > 1 && s[1] < 0x80 && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s[1]) >= 0:
			n = 2
			b.write(s[1:2], at+1, true)
		case s[0] == '&':
			if m := entity.FindString(s); m != "" {
				n = len(m)
				b.write(html.UnescapeString(m), at, false)
				break
			}
			fallthrough
		default:
			b.write(s[:1], at, true)
		}
		s, at = s[n:], at+n
	}
}

var entity = regexp.MustCompile(`^&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});`)
