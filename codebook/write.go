package codebook

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

const width = 100 // columns that a written line may fill before it is folded or broken

// A pen writes values as YAML.
type pen struct {
	dash    int  // columns that the dashes of a list stand behind its key
	careful bool // no plain text, nothing folded: quotation marks only
}

func text(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

func texts(list []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, s := range list {
		n.Content = append(n.Content, text(s))
	}
	return n
}

// inline writes n on one line, as it may stand within brackets.
func (p pen) inline(n *yaml.Node) string {
	var parts []string
	switch n.Kind {
	case yaml.SequenceNode:
		for _, c := range n.Content {
			parts = append(parts, p.inline(c))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			parts = append(parts, p.inline(n.Content[i])+": "+p.inline(n.Content[i+1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return p.scalar(n, true)
}

// behind writes n as it stands behind the colon of a key, or the dash of an item, at that column: on the line, or on
// lines of its own.
func (p pen) behind(n *yaml.Node, column int) string {
	switch n.Kind {
	case yaml.SequenceNode:
		if line := p.inline(n); len(n.Content) == 0 || column+20+utf8.RuneCountInString(line) <= width && !slices.ContainsFunc(n.Content, isCollection) {
			return " " + line
		}
		var b strings.Builder
		for _, c := range n.Content {
			b.WriteString("\n" + strings.Join(p.item(c, column+p.dash), "\n"))
		}
		return b.String()
	case yaml.MappingNode:
		return " " + p.inline(n)
	}
	if p.careful || n.Tag != "!!str" {
		return " " + p.scalar(n, false)
	}
	indent := strings.Repeat(" ", column+2)
	if lines := literal(n.Value); lines != nil {
		header := " |-"
		if strings.HasSuffix(n.Value, "\n") {
			header = " |"
		}
		return header + block(lines, indent)
	}
	if utf8.RuneCountInString(n.Value)+column > width && foldable(n.Value) {
		return " >-" + block(fold(n.Value, width-10-column), indent)
	}
	return " " + p.scalar(n, false)
}

func isCollection(n *yaml.Node) bool { return n.Kind != yaml.ScalarNode }

// item writes n as lines whose dash stands at that column.
func (p pen) item(n *yaml.Node, column int) []string {
	indent := strings.Repeat(" ", column)
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return strings.Split(indent+"-"+p.behind(n, column), "\n")
	}
	var lines []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		lines = append(lines, p.pair(n.Content[i].Value, n.Content[i+1], column+2)...)
	}
	lines[0] = indent + "- " + lines[0][column+2:]
	return lines
}

// pair writes a key and its value as lines at that column.
func (p pen) pair(key string, n *yaml.Node, column int) []string {
	return strings.Split(strings.Repeat(" ", column)+key+":"+p.behind(n, column), "\n")
}

func block(lines []string, indent string) string {
	var b strings.Builder
	for _, line := range lines {
		if b.WriteString("\n"); line != "" {
			b.WriteString(indent + line)
		}
	}
	return b.String()
}

// scalar writes a scalar on one line: plain where YAML reads it back as this text, else in quotation marks.
func (p pen) scalar(n *yaml.Node, flow bool) string {
	if n.Tag != "!!str" || !p.careful && plain(n.Value, flow) {
		return n.Value
	}
	if strings.ContainsAny(n.Value, `"\`) && !strings.Contains(n.Value, "'") && !strings.ContainsFunc(n.Value, escaped) {
		return single(n.Value)
	}
	return double(n.Value)
}

// plain says whether s can stand without quotation marks, by reading it back.
func plain(s string, flow bool) bool {
	if s == "" || strings.ContainsFunc(s, escaped) {
		return false
	}
	docs := []string{"k: " + s + "\n", "- " + s + "\n"}
	if flow {
		docs = []string{"[" + s + ", x]\n", "{k: " + s + ", l: x}\n", "{l: [" + s + "]}\n"}
	}
	for _, doc := range docs {
		n := read(doc)
		for n != nil && n.Kind != yaml.ScalarNode && len(n.Content) > 0 {
			if n.Kind == yaml.MappingNode {
				n = n.Content[1]
			} else {
				n = n.Content[0]
			}
		}
		if n == nil || n.Kind != yaml.ScalarNode || n.Style != 0 || n.Tag != "!!str" || n.Value != s || n.LineComment+n.FootComment != "" {
			return false
		}
	}
	return true
}

// read parses a document, or returns nil.
func read(doc string) (n *yaml.Node) {
	defer func() { // see diag: yaml.v3 has panicked on malformed input
		if recover() != nil {
			n = nil
		}
	}()
	n = new(yaml.Node)
	if yaml.Unmarshal([]byte(doc), n) != nil {
		return nil
	}
	return n
}

func single(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func double(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case escaped(r) && r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// escaped knows the characters that YAML lets stand in double quotation marks only, as escapes, and those that nobody
// would see.
func escaped(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r)
}

// foldable says whether folding s over lines, at its single spaces, reads back as s.
func foldable(s string) bool {
	return !strings.ContainsFunc(s, escaped) && !strings.Contains(s, "  ") && strings.TrimSpace(s) == s && s != ""
}

func fold(s string, columns int) []string {
	var lines []string
	line, n := "", 0
	for word := range strings.SplitSeq(s, " ") {
		k := utf8.RuneCountInString(word)
		if n > 0 && n+1+k > max(columns, 40) {
			lines = append(lines, line)
			line, n = "", 0
		}
		if n > 0 {
			line, n = line+" ", n+1
		}
		line, n = line+word, n+k
	}
	return append(lines, line)
}

// literal returns the lines of a text of several, or nil if it cannot stand as a literal scalar.
func literal(s string) []string {
	body := strings.TrimSuffix(s, "\n")
	lines := strings.Split(body, "\n")
	if len(lines) < 2 || lines[0] == "" || strings.HasSuffix(body, "\n") {
		return nil
	}
	for i, line := range lines {
		if strings.ContainsFunc(line, escaped) || line != "" && strings.TrimSpace(line) == "" || i == 0 && line[0] == ' ' {
			return nil
		}
	}
	return lines
}

// rewritten returns ways to write s in the place of scalar n, in the manner in which n is written first.
func (d *document) rewritten(n *yaml.Node, s *yaml.Node, flow bool) [][]splice {
	x := d.at[n]
	body := d.skipProperties(x.start)
	var out [][]splice
	add := func(text string) { out = append(out, []splice{{x.start, x.end, text}}) }
	switch {
	case s.Tag != "!!str":
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		header := d.lineEnd(body)
		longest := 60
		for line := range bytes.Lines(d.src[min(header+1, x.end):x.end]) {
			longest = max(longest, utf8.RuneCount(bytes.TrimSpace(line)))
		}
		value := strings.TrimSuffix(s.Value, "\n")
		lines := strings.Split(value, "\n")
		if n.Style&yaml.FoldedStyle != 0 {
			lines = nil
			for i, paragraph := range strings.Split(value, "\n") {
				if i > 0 {
					lines = append(lines, "")
				}
				lines = append(lines, fold(paragraph, longest)...)
			}
		}
		if inner := d.inner[n]; inner > 0 {
			out = append(out, []splice{{header, x.end, block(lines, strings.Repeat(" ", inner))}})
		}
		if i := bytes.IndexByte(d.src[body:header], '#'); i >= 0 { // the comment behind > or | stays on the line
			comment := body + len(bytes.TrimRight(d.src[body:body+i], " "))
			return append(out, []splice{{x.start, comment, double(s.Value)}, {header, x.end, ""}})
		}
	case n.Style&yaml.SingleQuotedStyle != 0 && !strings.ContainsFunc(s.Value, escaped):
		add(single(s.Value))
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		add(double(s.Value))
	}
	add(pen{}.scalar(s, flow))
	if s.Tag == "!!str" {
		add(double(s.Value))
	}
	return out
}
