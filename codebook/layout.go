package codebook

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
)

// A document is a YAML file whose nodes know which bytes they take up. It holds line feeds only, and no byte order
// mark: see OpenDraft.
type document struct {
	src   []byte
	root  *yaml.Node // nil: nothing but comments
	at    map[*yaml.Node]extent
	inner map[*yaml.Node]int  // by literal or folded scalar: columns before its text
	flow  map[*yaml.Node]bool // stands within brackets

	y     *diag.YAML
	lines []int // byte at which each line begins
	fault error
}

// An extent is where a node stands: bytes, half-open, tags and anchors included. That of a block collection ends where
// its last value does; line ends and comments behind it are outside.
type extent struct{ start, end int }

// layOut parses src and finds where everything stands. The error says what is wrong with the file, or that it is
// written in a way that cannot be followed.
func layOut(file string, src []byte) (*document, error) {
	var found diag.List
	d := &document{src: src, at: map[*yaml.Node]extent{}, inner: map[*yaml.Node]int{}, flow: map[*yaml.Node]bool{}, lines: []int{0}}
	for i, b := range src {
		if b == '\n' {
			d.lines = append(d.lines, i+1)
		}
	}
	d.y = &diag.YAML{File: file, Group: "codebook", Found: &found}
	d.root = d.y.Root(src)
	if err := found.Err(); err != nil {
		return nil, err
	}
	if d.root != nil && diag.IsNull(d.root) && d.root.Value == "" {
		d.root = nil
	}
	if d.root != nil {
		d.place(d.root, -1)
	}
	return d, d.fault
}

// offset returns the byte of a place.
func (d *document) offset(p diag.Position) int {
	if p.Line < 1 || p.Line > len(d.lines) {
		return len(d.src)
	}
	at := d.lines[p.Line-1]
	for range p.Column - 1 {
		if at >= len(d.src) || d.src[at] == '\n' {
			break
		}
		_, n := utf8.DecodeRune(d.src[at:])
		at += n
	}
	return at
}

// line returns the number of the line that byte p is on, from 0.
func (d *document) line(p int) int {
	i, found := slices.BinarySearch(d.lines, p)
	if !found {
		i--
	}
	return i
}

func (d *document) lineStart(p int) int { return d.lines[d.line(p)] }

// lineEnd returns the byte of the line feed that ends p's line, or the file's length.
func (d *document) lineEnd(p int) int {
	if i := bytes.IndexByte(d.src[p:], '\n'); i >= 0 {
		return p + i
	}
	return len(d.src)
}

// column returns how many bytes stand before p on its line.
func (d *document) column(p int) int { return p - d.lineStart(p) }

// opens says whether nothing but spaces stands before p on its line.
func (d *document) opens(p int) bool {
	return len(bytes.Trim(d.src[d.lineStart(p):p], " ")) == 0
}

// unclear gives up on a file that is written in a way that this package cannot follow.
func (d *document) unclear(p int) {
	if d.fault == nil {
		d.fault = fmt.Errorf("line %d is written in a way that tema cannot edit; change it by hand", d.line(min(p, len(d.src)))+1)
	}
}

// place finds the extent of n and all under it. Indent is how many columns the block collection that holds it is
// indented by, -1 at the top.
func (d *document) place(n *yaml.Node, indent int) extent {
	start := d.offset(d.y.At(n))
	x := extent{start, start}
	body := start
	for body < len(d.src) && (d.src[body] == '&' || d.src[body] == '!') { // an anchor, a tag
		for body < len(d.src) && !isSpace(d.src[body]) {
			body++
		}
		x.end = body
		body = d.skip(body, "")
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Value != "" || n.Style&^yaml.TaggedStyle != 0 {
			x.end = d.scalarEnd(n, body, indent)
		}
	case yaml.AliasNode:
		for x.end = body; x.end < len(d.src) && !isSpace(d.src[x.end]) && !strings.ContainsRune(",]}", rune(d.src[x.end])); {
			x.end++
		}
	case yaml.MappingNode, yaml.SequenceNode:
		inside := indent
		flow := n.Style&yaml.FlowStyle != 0
		if !flow && len(n.Content) > 0 {
			inside = d.column(body)
		}
		x.end = body
		for _, c := range n.Content {
			d.flow[c] = flow || d.flow[n]
			x.end = max(x.end, d.place(c, inside).end)
		}
		if flow && body < len(d.src) && (d.src[body] == '[' || d.src[body] == '{') { // else the pair in [key: value]
			x.end = d.skip(max(x.end, body+1), ",:?")
			if x.end >= len(d.src) || d.src[x.end] != d.src[body]+2 { // ] and } are two behind [ and { in ASCII
				d.unclear(x.end)
				x.end = min(x.end, len(d.src)-1)
			}
			x.end++
		}
	}
	d.at[n] = x
	return x
}

// scalarEnd returns the byte behind the scalar whose first character or quotation mark stands at body.
func (d *document) scalarEnd(n *yaml.Node, body, indent int) int {
	src := d.src
	switch {
	case body >= len(src):
		d.unclear(body)
		return len(src)
	case n.Style&yaml.DoubleQuotedStyle != 0, n.Style&yaml.SingleQuotedStyle != 0:
		quote := src[body]
		for i := body + 1; i < len(src); i++ {
			switch {
			case quote == '"' && src[i] == '\\':
				i++
			case src[i] == quote && quote == '\'' && i+1 < len(src) && src[i+1] == '\'':
				i++
			case src[i] == quote:
				return i + 1
			}
		}
		d.unclear(body)
		return len(src)
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return d.blockEnd(n, body, indent)
	case bytes.HasPrefix(src[body:], []byte(n.Value)):
		return body + len(n.Value)
	}
	end := d.offset(d.y.Scalar(n).At(len(n.Value)))
	if end <= body {
		d.unclear(body)
	}
	return max(end, body)
}

// blockEnd returns the byte behind the last line of a literal or folded scalar, without its line feed.
func (d *document) blockEnd(n *yaml.Node, body, indent int) int {
	end := d.lineEnd(body)
	header, _, _ := strings.Cut(string(d.src[body:end]), " ")
	content := -1
	for _, r := range header {
		if r >= '1' && r <= '9' {
			content = max(indent, 0) + int(r-'0')
		}
	}
	keep, last := strings.Contains(header, "+"), end
	for end < len(d.src) {
		start := end + 1
		stop := d.lineEnd(min(start, len(d.src)))
		if start > len(d.src) {
			break
		}
		line := d.src[start:stop]
		spaces := len(line) - len(bytes.TrimLeft(line, " "))
		switch {
		case len(line) == spaces && (content < 0 || spaces <= content): // blank
			if keep && start < len(d.src) {
				last = stop
			}
		case content < 0 && spaces > indent && strings.Trim(n.Value, "\n") != "":
			content, last = spaces, stop
		case content >= 0 && spaces >= content:
			last = stop
		default:
			d.inner[n] = content
			return last
		}
		if stop >= len(d.src) {
			break
		}
		end = stop
	}
	d.inner[n] = content
	return last
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' }

// skip returns the first byte from p on that is not white space, part of a comment, or one of also.
func (d *document) skip(p int, also string) int {
	for p < len(d.src) {
		switch b := d.src[p]; {
		case b == '#' && (p == 0 || isSpace(d.src[p-1]) || strings.IndexByte(",[{", d.src[p-1]) >= 0):
			p = d.lineEnd(p)
		case isSpace(b) || strings.IndexByte(also, b) >= 0:
			p++
		default:
			return p
		}
	}
	return p
}

// comments returns every comment, from its # to the end of its line.
func (d *document) comments() []string {
	var texts []extent // what a # may stand in without beginning a comment
	for n, x := range d.at {
		if n.Kind == yaml.ScalarNode {
			if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
				x.start = min(d.lineEnd(x.start), x.end)
			}
			texts = append(texts, x)
		}
	}
	slices.SortFunc(texts, func(a, b extent) int { return cmp.Compare(a.start, b.start) })
	var out []string
	for p := 0; p < len(d.src); {
		if len(texts) > 0 && p >= texts[0].start {
			p = max(p, texts[0].end)
			texts = texts[1:]
			continue
		}
		if d.src[p] == '#' && (p == 0 || isSpace(d.src[p-1])) {
			end := d.lineEnd(p)
			out = append(out, strings.TrimRight(string(d.src[p:end]), " \t"))
			p = end
			continue
		}
		p++
	}
	return out
}

// comment says whether one stands between two bytes, of which none is in a scalar.
func (d *document) comment(from, to int) bool { return bytes.IndexByte(d.src[from:to], '#') >= 0 }

// value returns the value of a key, or nil.
func value(m *yaml.Node, key string) *yaml.Node {
	if i := keyIndex(m, key); i >= 0 {
		return m.Content[i+1]
	}
	return nil
}

// keyIndex returns where a key stands in a mapping's Content, or -1.
func keyIndex(m *yaml.Node, key string) int {
	if m != nil && m.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(m.Content); i += 2 {
			if m.Content[i].Value == key {
				return i
			}
		}
	}
	return -1
}

func isFlow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

// same says whether two trees hold the same keys and values in the same order, however they are written.
func same(a, b *yaml.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Kind == b.Kind && a.Tag == b.Tag && a.Value == b.Value && a.Anchor == b.Anchor && slices.EqualFunc(a.Content, b.Content, same)
}

// dash returns the byte of the dash of item i of a block list, or -1.
func (d *document) dash(list *yaml.Node, i int) int {
	first := d.skipProperties(d.at[list].start)
	if i == 0 {
		return first
	}
	column := d.column(first)
	for line := d.line(d.at[list.Content[i-1]].end) + 1; line < len(d.lines); line++ {
		at := d.lines[line] + column
		if at < len(d.src) && d.src[at] == '-' && d.line(at) == line && d.opens(at) && (at+1 == len(d.src) || isSpace(d.src[at+1])) {
			return at
		}
	}
	return -1
}

func (d *document) skipProperties(p int) int {
	for p < len(d.src) && (d.src[p] == '&' || d.src[p] == '!') {
		for p < len(d.src) && !isSpace(d.src[p]) {
			p++
		}
		p = d.skip(p, "")
	}
	return p
}

// errInline is why an entry cannot be taken out of its lines or put onto others.
var errInline = errors.New("it shares its line with something else")

// item returns the lines of item i of a block list: from the comments directly above its dash to the end of the last
// line, line feed excluded, comments behind it and deeper comments below included.
func (d *document) item(list *yaml.Node, i int) (extent, error) {
	dash := d.dash(list, i)
	if dash < 0 || !d.opens(dash) {
		return extent{}, errInline
	}
	before := d.at[list].start
	if i > 0 {
		before = d.below(d.at[list.Content[i-1]].end, d.column(dash))
	}
	return extent{d.above(dash, before), d.below(d.at[list.Content[i]].end, d.column(dash))}, nil
}

// pair returns the lines of the pair whose key is m.Content[i], likewise; m is a block mapping. The first pair of a
// mapping behind a dash has no lines of its own.
func (d *document) pair(m *yaml.Node, i int) (extent, error) {
	key := d.at[m.Content[i]].start
	if !d.opens(key) {
		return extent{}, errInline
	}
	before := 0
	if i > 0 {
		before = d.below(d.at[m.Content[i-1]].end, d.column(key))
	}
	return extent{d.above(key, before), d.below(d.at[m.Content[i+1]].end, d.column(key))}, nil
}

// above returns where the comment lines begin that stand directly above byte p, at its column and not before a byte.
func (d *document) above(p, before int) int {
	start, column := d.lineStart(p), d.column(p)
	for line := d.line(p) - 1; line >= 0 && d.lines[line] > before; line-- {
		at := d.lines[line]
		text := d.src[at : start-1]
		if bare := bytes.TrimLeft(text, " "); len(text)-len(bare) != column || len(bare) == 0 || bare[0] != '#' {
			break
		}
		start = at
	}
	return start
}

// below returns the end of p's line, or that of the last comment line under it that is indented by more than column.
func (d *document) below(p, column int) int {
	end := d.lineEnd(p)
	for next := end; next < len(d.src); {
		stop := d.lineEnd(next + 1)
		text := d.src[next+1 : stop]
		bare := bytes.TrimLeft(text, " ")
		if len(bare) > 0 && (bare[0] != '#' || len(text)-len(bare) <= column) {
			break
		}
		if len(bare) > 0 {
			end = stop
		}
		next = stop
	}
	return end
}

// blankBefore returns how many bytes of blank lines stand directly before the line that begins at p.
func (d *document) blankBefore(p int) int {
	start := p
	for line := d.line(p) - 1; line >= 0 && len(bytes.TrimSpace(d.src[d.lines[line]:start])) == 0; line-- {
		start = d.lines[line]
	}
	return p - start
}

// blankAfter returns how many bytes of blank lines stand directly behind the line feed at p.
func (d *document) blankAfter(p int) int {
	end := min(p+1, len(d.src))
	for end < len(d.src) {
		stop := d.lineEnd(end)
		if len(bytes.TrimSpace(d.src[end:stop])) > 0 {
			break
		}
		end = min(stop+1, len(d.src))
	}
	return end - min(p+1, len(d.src))
}

// A splice replaces the bytes from start to end (half-open) by a text.
type splice struct {
	start, end int
	text       string
}

// apply makes all splices, which must not overlap, and returns the result and the splices that take it back.
func apply(src []byte, splices []splice) (out []byte, back []splice, err error) {
	splices = slices.Clone(splices)
	slices.SortStableFunc(splices, func(a, b splice) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	at := 0
	for _, s := range splices {
		if s.start < at || s.end < s.start || s.end > len(src) {
			return nil, nil, fmt.Errorf("two changes meet in one place")
		}
		out = append(out, src[at:s.start]...)
		back = append(back, splice{len(out), len(out) + len(s.text), string(src[s.start:s.end])})
		out = append(out, s.text...)
		at = s.end
	}
	return append(out, src[at:]...), back, nil
}
