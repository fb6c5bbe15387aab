package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/index/ingest"
)

// chapters writes the chapters that stand there.
func (m *markdown) chapters(at string) {
	for _, c := range m.r.ChaptersAt(at) {
		m.heading(2, line(m.w.Chapter(c)))
		m.prose(c.Prose, 2)
	}
}

// prose writes what the authors wrote. Its paragraphs come out as they wrote them, so that what they put there for
// another program (a citation, a formula) reaches it; HTML and pictures do not, and its shape is set anew, so that
// nothing in one file reaches into the next: what was left open is closed, notes are numbered through.
func (m *markdown) prose(p Prose, under int) {
	last := ""
	for _, b := range p.Blocks {
		text := m.block(b, under, &last)
		if b.Kind == string(ingest.Quoting) {
			if places := m.w.Sources(p, b); places != "" {
				text += "\n>\n> — " + inline(places)
			}
		}
		m.para(text)
		for _, i := range p.problems(b) {
			q := p.Quoted[i]
			m.para("**" + m.w.NotVerified + "** " + inline(m.w.Beginning(q)) + ": " + inline(m.w.Misquote(q)) + ".")
		}
	}
	m.para(line(m.w.InProse(p)))
}

// block returns a block of prose as Markdown. Last is the mark of the list that stands right before it, or "", and
// becomes that of the block: two lists with the same would be one.
func (m *markdown) block(b ProseBlock, under int, last *string) string {
	before := *last
	*last = ""
	switch ingest.NodeKind(b.Kind) {
	case ingest.Heading:
		return strings.Repeat("#", min(under+b.Level, 6)) + " " + strings.ReplaceAll(runs(b.Runs), "\n", " ")
	case ingest.List:
		mark := "-"
		if b.Ordered {
			mark = "."
		}
		if mark == before {
			mark = map[string]string{"-": "*", ".": ")"}[mark]
		}
		*last = mark
		var out []string
		for i, item := range b.Blocks {
			lead := mark + " "
			if b.Ordered {
				lead = fmt.Sprintf("%d%s ", b.First+i, mark)
			}
			text := m.blocks(item.Blocks, under)
			out = append(out, lead+hang(text, strings.Repeat(" ", len(lead))))
		}
		if slices.ContainsFunc(b.Blocks, func(item ProseBlock) bool {
			return slices.ContainsFunc(item.Blocks, func(in ProseBlock) bool { return in.Kind == string(ingest.Paragraph) })
		}) {
			return strings.Join(out, "\n\n")
		}
		return strings.Join(out, "\n")
	case ingest.Quoting, ingest.Box:
		return strings.ReplaceAll("> "+strings.ReplaceAll(m.blocks(b.Blocks, under), "\n", "\n> "), "> \n", ">\n")
	case ingest.Table:
		var rows [][]string
		for _, row := range b.Blocks {
			var cells []string
			for _, cell := range row.Blocks {
				cells = append(cells, bars.ReplaceAllString(strings.ReplaceAll(runs(cell.Runs), "\n", " "), `$1\|`))
			}
			rows = append(rows, cells)
		}
		lines := []string{}
		for i, cells := range rows {
			lines = append(lines, "| "+strings.Join(cells, " | ")+" |")
			if i == 0 {
				lines = append(lines, strings.TrimSuffix(strings.Repeat("| --- ", len(cells)), " ")+" |")
			}
		}
		return strings.Join(lines, "\n")
	case ingest.Terms:
		var out []string
		for _, in := range b.Blocks {
			text := runs(in.Runs)
			if in.Kind == string(ingest.Meaning) {
				text = ":   " + hang(m.blocks(in.Blocks, under), "    ")
			}
			out = append(out, text)
		}
		return strings.Join(out, "\n\n")
	case ingest.Code:
		fence := "```"
		for strings.Contains(b.Raw, fence) {
			fence += "`"
		}
		syntax := ""
		if plainSyntax.MatchString(b.Syntax) {
			syntax = b.Syntax
		}
		return fence + syntax + "\n" + strings.TrimSuffix(visible(b.Raw), "\n") + "\n" + fence
	case ingest.Markup:
		return text(b.Raw)
	case ingest.Rule:
		return "* * *"
	case ingest.Note:
		return fmt.Sprintf("[^%d]: ", b.Number) + hang(m.blocks(b.Blocks, under), "    ")
	}
	return runs(b.Runs)
}

// blocks returns blocks with an empty line between them, but for a list right behind the text that it belongs to.
func (m *markdown) blocks(list []ProseBlock, under int) string {
	var b strings.Builder
	last := ""
	for i, block := range list {
		switch {
		case i == 0:
		case block.Kind == string(ingest.List) && list[i-1].Kind == string(ingest.Text):
			b.WriteString("\n")
		default:
			b.WriteString("\n\n")
		}
		b.WriteString(m.block(block, under, &last))
	}
	return b.String()
}

// hang puts lead before each line but the first and those that are empty.
func hang(s, lead string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		if i > 0 && lines[i] != "" {
			lines[i] = lead + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

var (
	bars        = regexp.MustCompile(`(^|[^\\])\|`)
	plainSyntax = regexp.MustCompile(`^[A-Za-z0-9+#-]+$`)
	formula     = regexp.MustCompile(`^\$\$?[^\s$](?:[^$\n]*[^\s$])?\$\$?`)
)

// A mark is what is open while runs are written: a link, strong words, emphasis.
type openMark struct{ kind, sign, close string }

// runs writes runs as Markdown, line by line as their author did.
func runs(list []ProseRun) string {
	var b strings.Builder
	var open []openMark
	has := func(r ProseRun, kind string) bool {
		switch kind {
		case "strong":
			return r.Strong
		case "emphasis":
			return r.Emphasis
		}
		return r.Link == kind
	}
	// lasts is how many runs from i on are of a kind.
	lasts := func(i int, kind string) int {
		n := 0
		for ; i+n < len(list) && has(list[i+n], kind); n++ {
		}
		return n
	}
	at := func(i int) rune { // the character that begins what is printed from list[i] on
		if i < len(list) {
			r, _ := utf8.DecodeRuneInString(list[i].Text)
			return r
		}
		return ' '
	}
	for i, r := range list {
		if r.goesOn {
			continue
		}
		for k := range open {
			if !has(r, open[k].kind) {
				for len(open) > k {
					b.WriteString(open[len(open)-1].close)
					open = open[:len(open)-1]
				}
				break
			}
		}
		var kinds []string
		for _, kind := range []string{r.Link, "strong", "emphasis"} {
			if kind != "" && has(r, kind) && !slices.ContainsFunc(open, func(m openMark) bool { return m.kind == kind }) {
				kinds = append(kinds, kind)
			}
		}
		slices.SortStableFunc(kinds, func(x, y string) int { return lasts(i, y) - lasts(i, x) }) // what ends last is outermost
		for _, kind := range kinds {
			before, _ := utf8.DecodeLastRuneInString(b.String())
			m := openMark{kind, "*", "*"}
			switch word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }; {
			case kind == "strong":
				m.sign, m.close = "**", "**"
			case kind != "emphasis":
				m.sign, m.close = "[", "](<"+kind+">)"
				if before == '!' {
					m.sign = "\u200b[" // else it would be a picture
				}
			case !word(before) && !word(at(i+lasts(i, kind))) && !strings.HasSuffix(b.String(), "_"):
				m.sign, m.close = "_", "_"
			}
			b.WriteString(m.sign)
			open = append(open, m)
		}
		switch {
		case r.Note > 0:
			fmt.Fprintf(&b, "[^%d]", r.Note)
		case r.Break:
			b.WriteString("\\\n")
		case r.Code:
			b.WriteString(codeSpan(r.Text))
		case r.source != "":
			text := r.source
			if i > 0 && list[i-1].Code && strings.HasPrefix(text, "{") {
				text = "\\" + text // to pandoc an attribute of the code, which may make it HTML
			}
			b.WriteString(asWritten(text))
		case strings.TrimSpace(r.Text) == "":
			b.WriteString(r.Text)
		default:
			lead := r.Text[:len(r.Text)-len(strings.TrimLeft(r.Text, " "))]
			trail := r.Text[len(strings.TrimRight(r.Text, " ")):]
			b.WriteString(lead + inline(r.Text) + trail)
		}
	}
	for len(open) > 0 {
		b.WriteString(open[len(open)-1].close)
		open = open[:len(open)-1]
	}
	lines := strings.Split(visible(b.String()), "\n")
	for i := range lines {
		lines[i] = guard(strings.TrimLeft(lines[i], " \t"))
		if strings.HasPrefix(lines[i], "#") || strings.HasPrefix(lines[i], ">") || strings.HasPrefix(lines[i], "~") || strings.HasPrefix(lines[i], "|") {
			lines[i] = "\\" + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// codeSpan sets s as code.
func codeSpan(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	s = strings.ReplaceAll(s, "\n", " ")
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") && strings.TrimSpace(s) != "" {
		s = " " + s + " "
	}
	return fence + s + fence
}

// asWritten returns Markdown of plain text such that it stays plain text beside whatever stands next to it: signs that
// opened and closed nothing are escaped. Formulas are left alone.
func asWritten(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		word := func(at int) bool {
			return at >= 0 && at < len(s) && (s[at] >= 0x80 || unicode.IsLetter(rune(s[at])) || unicode.IsDigit(rune(s[at])))
		}
		switch {
		case c == '\\':
			b.WriteByte(c)
			if i+1 < len(s) {
				i++
				b.WriteByte(s[i])
			} else {
				b.WriteByte(c)
			}
			continue
		case c == '$':
			if f := formula.FindString(s[i:]); f != "" && !strings.Contains(f, "<") {
				b.WriteString(f)
				i += len(f) - 1
				continue
			}
		case c == '<' || c == '*' || c == '`', c == '_' && !(word(i-1) && word(i+1)):
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// proseFaults lists what of the prose does not stand as it should.
func (m *markdown) proseFaults() {
	w := m.w
	if list := m.r.Misquoted(); len(list) > 0 {
		m.para(w.Prose.Misquoted)
		var items []string
		for _, q := range list {
			items = append(items, line(w.MisquotedAt(q))+": "+inline(w.Beginning(q.Quoted))+": "+inline(w.Misquote(q.Quoted)))
		}
		m.items(items)
	}
	if len(m.r.Unplaced) > 0 {
		m.para(w.Prose.LeftOut)
		var items []string
		for _, f := range m.r.Unplaced {
			items = append(items, line(f.File)+": "+w.Prose.Reasons[f.Reason])
		}
		m.items(items)
	}
}
