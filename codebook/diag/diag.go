// Package diag says what is wrong with a file that a person wrote, and where.
//
// It guarantees that findings come out in one order on every machine, all of them and not only the first, and that
// participants' words (a finding marked Private) are printed only when asked for. It refuses to decide what a fault
// is: the packages that know the formats do.
//
// Lines and columns count from 1; columns count characters (runes), as editors do. Offsets are bytes from 0.
package diag

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/width"
)

// A Severity is how much a finding weighs. Its zero value is invalid, so that nobody forgets to choose.
type Severity int

// The severities. Off is what a study sets for a rule that it does not want.
const (
	_ Severity = iota
	Off
	Info
	Warning
	Error
)

var severities = []string{"", "off", "info", "warning", "error"}

func (s Severity) String() string { return severities[s] }

// ParseSeverity reads "error", "warning", "info" or "off".
func ParseSeverity(s string) (Severity, bool) {
	i := slices.Index(severities, s)
	return Severity(i), i > 0
}

// A Rule is what a finding's Rule names: a kind of fault, how much it weighs unless the study says otherwise, what it
// means in a sentence, why that matters, and how it is mended. Means begins small and has no full stop; Why and Mend
// are whole sentences.
type Rule struct {
	Name      string
	Severity  Severity
	Means     string
	Why, Mend string
}

// A Position is a place in a file. The zero Position means the file as a whole.
type Position struct {
	Line   int // from 1
	Column int // from 1, in characters
}

// A Finding is one fault at one place.
type Finding struct {
	Rule     string   // stable name such as "codebook/unknown-key"
	Severity Severity // never zero
	File     string   // slash-separated, as the person should see it
	Pos      Position // zero: the file as a whole
	Width    int      // characters to underline from Pos; 0 means one
	About    string   // typed reference such as "code:phone", if any
	Message  string   // lower case, no full stop
	Hint     string   // what to do, naming the command where there is one
	Source   string   // the line of the file at Pos, without its line end
	Private  bool     // Source holds participants' words
}

// A List is what was found, in any order until Sort.
type List []Finding

// Add appends f.
func (l *List) Add(f Finding) { *l = append(*l, f) }

// Errorf appends an error-level finding.
func (l *List) Errorf(rule, file string, pos Position, format string, args ...any) {
	l.Add(Finding{Rule: rule, Severity: Error, File: file, Pos: pos, Message: fmt.Sprintf(format, args...)})
}

// Sort orders findings by file, line, column, rule and message.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
}

// Count returns the number of findings of severity s.
func (l List) Count(s Severity) int {
	n := 0
	for _, f := range l {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Err returns nil, or an *Invalid that holds the whole list when at least one finding is an error.
func (l List) Err() error {
	if l.Count(Error) == 0 {
		return nil
	}
	return &Invalid{Findings: l}
}

// Invalid is the error of a file that cannot be used as it stands. Commands print its findings, all of them.
type Invalid struct{ Findings List }

func (e *Invalid) Error() string {
	n := e.Findings.Count(Error)
	for _, f := range e.Findings {
		if f.Severity == Error {
			if n == 1 {
				return f.place() + f.Message
			}
			return fmt.Sprintf("%s%s (and %d more)", f.place(), f.Message, n-1)
		}
	}
	return "no error"
}

// AsInvalid returns the findings that err carries, if it does.
func AsInvalid(err error) (List, bool) {
	if inv, ok := errors.AsType[*Invalid](err); ok {
		return inv.Findings, true
	}
	return nil, false
}

// place returns "file:line:col: ", as far as it is known.
func (f Finding) place() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File)
		if f.Pos.Line > 0 {
			fmt.Fprintf(&b, ":%d", f.Pos.Line)
			if f.Pos.Column > 0 {
				fmt.Fprintf(&b, ":%d", f.Pos.Column)
			}
		}
		b.WriteString(": ")
	}
	return b.String()
}

// Text writes findings as `file:line:col: severity: message [rule]`, the line with a mark under the place, and the
// hint. Sort the list first. Style may colour a severity's word; nil leaves it plain.
func Text(w io.Writer, l List, showText bool, style func(Severity, string) string) error {
	if style == nil {
		style = func(_ Severity, s string) string { return s }
	}
	var b strings.Builder
	for _, f := range l {
		fmt.Fprintf(&b, "%s%s: %s", Plain(f.place()), style(f.Severity, f.Severity.String()), Plain(f.Message))
		if f.Rule != "" {
			fmt.Fprintf(&b, " [%s]", f.Rule)
		}
		b.WriteByte('\n')
		if f.Source != "" && (showText || !f.Private) {
			b.WriteString(frame(f))
		}
		if f.Hint != "" {
			fmt.Fprintf(&b, "      %s\n", Plain(f.Hint))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// frame shows the source line with a mark under the place. A long line is cut around the mark.
func frame(f Finding) string {
	const room = 100 // columns of a terminal
	line := cells(Plain(f.Source))
	start := min(max(f.Pos.Column-1, 0), len(line))
	stop := min(start+max(f.Width, 1), len(line))
	from, to := 0, len(line)
	if columns(line[:stop]) > room { // begin half a room before the mark
		for from = start; from > 0 && columns(line[from-1:start]) <= room/2; {
			from--
		}
	}
	for to > from && columns(line[from:to]) > room {
		to--
	}
	shown, indent := text(line[from:to]), columns(line[from:start])
	if from > 0 {
		shown = "…" + shown
		indent++
	}
	if to < len(line) {
		shown += "…"
	}
	number := fmt.Sprintf("%5d", f.Pos.Line)
	out := number + " | " + strings.TrimRight(shown, " ") + "\n"
	if f.Pos.Column > 0 {
		mark := max(1, columns(line[start:max(start, min(stop, to))]))
		out += strings.Repeat(" ", len(number)) + " | " + strings.Repeat(" ", indent) + strings.Repeat("^", mark) + "\n"
	}
	return out
}

// A cell is one character of a line and how many columns of a terminal it takes.
type cell struct {
	r     rune
	width int
}

// cells measures a line as terminals show it: East Asian and emoji characters take two columns; a mark that combines
// with the character before it, and all that an emoji joins to itself, takes none.
func cells(line string) []cell {
	var out []cell
	for g := graphemes.FromString(line); g.Next(); {
		first, widest := len(out), 0
		for _, r := range g.Value() {
			w := 1
			switch kind := width.LookupRune(r).Kind(); {
			case kind == width.EastAsianWide, kind == width.EastAsianFullwidth, r == '\ufe0f', unicode.Is(unicode.Regional_Indicator, r):
				w = 2
			case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) && r != '\u00ad':
				w = 0
			}
			widest = max(widest, w)
			out = append(out, cell{r, 0})
		}
		if len(out) > first {
			out[first].width = widest
		}
	}
	return out
}

func columns(line []cell) int {
	n := 0
	for _, c := range line {
		n += c.width
	}
	return n
}

func text(line []cell) string {
	var b strings.Builder
	for _, c := range line {
		b.WriteRune(c.r)
	}
	return b.String()
}

// findingJSON is a finding in JSON. Fields are added, never renamed or taken out.
type findingJSON struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Width    int    `json:"width,omitempty"`
	About    string `json:"about,omitempty"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Source   string `json:"source,omitempty"`
}

// JSON writes findings as one document, {"schema": 1, "findings": [...]}. Sort the list first. Lines with
// participants' words are left out unless showText.
func JSON(w io.Writer, l List, showText bool) error {
	doc := struct {
		Schema   int           `json:"schema"`
		Findings []findingJSON `json:"findings"`
	}{1, make([]findingJSON, 0, len(l))}
	for _, f := range l {
		out := findingJSON{f.Rule, f.Severity.String(), f.File, f.Pos.Line, f.Pos.Column, f.Width, f.About, f.Message, f.Hint, f.Source}
		if f.Private && !showText {
			out.Source = ""
		}
		doc.Findings = append(doc.Findings, out)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(doc); err != nil {
		return fmt.Errorf("encode findings: %w", err)
	}
	_, err := w.Write(PlainJSON(b.Bytes()))
	return err
}

// Line returns line n (from 1) of src without its line end, or "".
func Line(src []byte, n int) string {
	for i, line := range strings.SplitAfterN(string(src), "\n", n+1) {
		if i == n-1 {
			return strings.TrimRight(line, "\r\n")
		}
	}
	return ""
}
