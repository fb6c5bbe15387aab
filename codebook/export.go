package codebook

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Table is a codebook as rows: what spreadsheets show and co-authors send back. A cell is text; a list is one cell
// with an item a line. What a cell cannot hold as it stands (line breaks within an item) becomes a space, so a table is
// compared with another table and never read as if it were the codebook.
type Table struct {
	Of   string     // "code" or "theme"
	Keys []string   // the columns, by the key of codebook.yaml; "parent" is the id of the entry above
	Rows [][]string // a row an entry, depth first in the author's order; cells go with Keys
}

// TableOptions say what a table holds.
type TableOptions struct {
	Gone       bool // retired codes and dropped themes too, with what they lead to
	NoExamples bool // no examples and counterexamples: they are participants' words
}

// CodeTable returns the codes as rows.
func (b *Codebook) CodeTable(o TableOptions) Table {
	t := Table{Of: "code", Keys: []string{"id", "name", "parent", "definition", "include", "exclude", "examples", "counterexamples", "status", "into"}}
	for _, c := range b.AllCodes() {
		if c.ID == "" || c.Retired && !o.Gone {
			continue
		}
		status := "active"
		if c.Retired {
			status = "retired"
		}
		var exclude []string
		for _, x := range c.Exclude {
			exclude = append(exclude, x.Whole())
		}
		t.Rows = append(t.Rows, []string{c.ID, given(c.Name, c.ID), codeID(c.Parent), cell(c.Definition), cells(c.Include), cells(exclude),
			cells(wordsOf(c.Examples)), cells(wordsOf(c.Counterexamples)), status, cells(c.Into)})
	}
	if o.NoExamples {
		t.drop("examples", "counterexamples")
	}
	if !o.Gone {
		t.drop("status", "into")
	}
	return t
}

// ThemeTable returns the themes as rows.
func (b *Codebook) ThemeTable(o TableOptions) Table {
	t := Table{Of: "theme", Keys: []string{"id", "name", "parent", "concept", "definition", "status", "codes", "into"}}
	for _, th := range b.AllThemes() {
		if th.ID == "" || th.Status == "dropped" && !o.Gone {
			continue
		}
		t.Rows = append(t.Rows, []string{th.ID, given(th.Name, th.ID), themeID(th.Parent), cell(th.Concept), cell(th.Definition), th.Status,
			cells(th.Codes), cells(th.Into)})
	}
	if !o.Gone {
		t.drop("into")
	}
	return t
}

// drop takes columns out.
func (t *Table) drop(keys ...string) {
	for _, key := range keys {
		i := slices.Index(t.Keys, key)
		t.Keys = slices.Delete(t.Keys, i, i+1)
		for r := range t.Rows {
			t.Rows[r] = slices.Delete(t.Rows[r], i, i+1)
		}
	}
}

// Whole returns an exclusion as its author wrote it, but for spaces around the arrow and the id, which is today's.
func (x Exclusion) Whole() string {
	if x.Code == "" {
		return x.Text
	}
	return strings.TrimSpace(x.Text + " -> " + x.Code)
}

func wordsOf(texts []Text) []string {
	var out []string
	for _, t := range texts {
		out = append(out, t.Text)
	}
	return out
}

// given returns a name, or nothing where it only repeats the id, so that a table sent back sets none.
func given(name, id string) string {
	if name == id {
		return ""
	}
	return cell(name)
}

// cell writes a text into a cell: its lines may be folded anywhere, an empty line begins a paragraph.
func cell(s string) string {
	var paragraphs []string
	for p := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if p = printable(foldSpace(p)); p != "" {
			paragraphs = append(paragraphs, p)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// cells writes a list into a cell.
func cells(list []string) string {
	var lines []string
	for _, s := range list {
		if s = printable(foldSpace(s)); s != "" {
			lines = append(lines, s)
		}
	}
	return strings.Join(lines, "\n")
}

// printable shows the characters that no workbook can hold as visible signs.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ':
			return r + '\u2400' // the picture of that control character
		case r == 0xfffe, r == 0xffff:
			return '\ufffd'
		}
		return r
	}, s)
}

// CSV writes the table as spreadsheets read it best: UTF-8 with a byte order mark, and commas. CSV has no types, so a
// spreadsheet guesses, and takes what begins with =, +, - or @ for a formula. Therefore a cell that begins so has an
// apostrophe before it. A spreadsheet that splits at semicolons or tabs instead, as many countries' do, begins cells
// within ours: a cell that holds such a sign or a line break is quoted, and where a formula could begin behind one, a
// soft hyphen stands, which nobody sees. Unguard takes both away. What was said is better put in quotation marks,
// which need no apostrophe.
func (t Table) CSV(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString("\ufeff")
	for _, row := range append([][]string{t.Keys}, t.Rows...) {
		for i, s := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			s = Guard(s)
			if strings.ContainsAny(s, ",;\"\t\r\n") || strings.TrimSpace(s) != s || s == "" && len(row) == 1 {
				s = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
			}
			b.WriteString(s)
		}
		b.WriteByte('\n')
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// formula are the characters with which a spreadsheet takes a cell of a CSV file for a formula, and the apostrophe that
// keeps it from doing so. Some drop blanks before them.
const (
	formula = "=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20"
	blanks  = " \u00a0"
)

// A formula behind what other spreadsheets split cells at, with the soft hyphens that stand before it.
var (
	splits  = ";\t\r\n"
	within  = regexp.MustCompile("([" + splits + "][" + blanks + "]*)(\u00ad*[=+\\-@\uff1d\uff0b\uff0d\uff20])")
	guarded = regexp.MustCompile("([" + splits + "][" + blanks + "]*)\u00ad(\u00ad*[=+\\-@\uff1d\uff0b\uff0d\uff20])")
)

// Guard makes s a cell of a CSV file that no spreadsheet takes for a formula.
func Guard(s string) string {
	if strings.ContainsAny(s, splits) {
		s = within.ReplaceAllString(s, "$1\u00ad$2")
	}
	if strings.ContainsRune(formula, firstRune(strings.TrimLeft(s, blanks))) {
		return "'" + s
	}
	return s
}

// Unguard takes away what Guard put before and into a cell.
func Unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && strings.ContainsRune(formula, firstRune(strings.TrimLeft(rest, blanks))) {
		s = rest
	}
	if strings.ContainsAny(s, splits) {
		s = guarded.ReplaceAllString(s, "$1$2")
	}
	return s
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return utf8.MaxRune // which begins no formula
}
