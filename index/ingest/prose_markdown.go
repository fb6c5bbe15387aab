package ingest

import (
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extended "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

var pandoc = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Footnote, extension.DefinitionList))

var (
	frontMatter = regexp.MustCompile(`\A---[ \t]*\n(?s:.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\z)`)
	fence       = regexp.MustCompile(`(?m)^[ \t]*:{3,}[ \t]*(.*)$`)
	inlineNote  = regexp.MustCompile(`\^\[`)
	noteMarks   = regexp.MustCompile(`\[\^[^\]\s]{1,64}\]:?`)
	callout     = regexp.MustCompile(`^\[![\p{L}-]+\]`)
)

// readMarkdownProse reads Markdown as Pandoc and Quarto know it: front matter is left out, fenced divs are marks (one with
// a class such as "quote" is a block quotation), footnotes are paragraphs of their own.
func readMarkdownProse(s *source, b *proseBuilder) error {
	src := []byte(s.text)
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
	var quoting [][2]int // stretches of fenced divs that quote
	var open []int       // where the divs that are open begin to quote; -1 for those that do not
	for _, m := range fence.FindAllSubmatchIndex(src, -1) {
		class := string(src[m[2]:m[3]])
		switch {
		case strings.Trim(class, ": \t") != "" && quotingStyle.MatchString(class):
			open = append(open, m[1])
		case strings.Trim(class, ": \t") != "":
			open = append(open, -1)
		case len(open) > 0:
			if from := open[len(open)-1]; from >= 0 {
				quoting = append(quoting, [2]int{from, m[0]})
			}
			open = open[:len(open)-1]
		}
		blank(m[0], m[1])
	}
	type note struct {
		text string
		at   int
	}
	var notes []note
	for _, m := range inlineNote.FindAllIndex(src, -1) {
		depth := 0
		for i := m[0] + 1; i < len(src) && i < m[0]+4000; i++ {
			if src[i] == '[' {
				depth++
			} else if src[i] == ']' {
				if depth--; depth == 0 {
					notes = append(notes, note{string(src[m[1]:i]), m[1]})
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
			blank(m[0], m[1])
		}
	}

	root := pandoc.Parser().Parse(text.NewReader(src))
	callouts := map[ast.Node]bool{}
	err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeInline {
			return b.inline(n, entering, src)
		}
		switch n := n.(type) {
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			return ast.WalkSkipChildren, nil
		case *ast.HTMLBlock:
			if entering {
				lines := n.Lines()
				if lines.Len() > 0 {
					from := lines.At(0).Start
					to := lines.At(lines.Len() - 1).Stop
					if n.HasClosure() {
						to = max(to, n.ClosureLine.Stop)
					}
					b.html(string(src[from:to]), from)
				}
			}
			return ast.WalkSkipChildren, nil
		}
		if entering {
			return ast.WalkContinue, nil
		}
		quotation := false
		for up := n.Parent(); up != nil && !quotation; up = up.Parent() {
			if quote, is := up.(*ast.Blockquote); is {
				if n == quote.FirstChild() && callout.MatchString(b.text.String()) { // "[!note]" opens a box of the author's
					callouts[quote] = true
				}
				quotation = !callouts[quote]
			}
		}
		if lines := n.Lines(); n.Type() == ast.TypeBlock && !quotation && lines != nil && lines.Len() > 0 {
			for _, q := range quoting {
				quotation = quotation || q[0] <= lines.At(0).Start && lines.At(0).Start < q[1]
			}
		}
		b.end(quotation)
		return ast.WalkContinue, nil
	})
	if err != nil {
		return err
	}
	for _, n := range notes {
		b.write(n.text, n.at, true)
		b.end(false)
	}
	return nil
}

// inline writes an inline node of Markdown.
func (b *proseBuilder) inline(n ast.Node, entering bool, src []byte) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	switch n := n.(type) {
	case *ast.Text:
		b.unescaped(string(n.Segment.Value(src)), n.Segment.Start, n.IsRaw())
		if n.SoftLineBreak() || n.HardLineBreak() {
			b.write("\n", n.Segment.Stop, false)
		}
	case *ast.AutoLink:
		b.write(string(n.Label(src)), b.next, false)
		return ast.WalkSkipChildren, nil
	case *ast.RawHTML:
		for i := range n.Segments.Len() {
			seg := n.Segments.At(i)
			b.tag(string(seg.Value(src)), seg.Start)
		}
	case *extended.FootnoteLink, *extended.FootnoteBacklink:
		return ast.WalkSkipChildren, nil
	}
	return ast.WalkContinue, nil
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
