package diag

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// YAML reads one YAML document strictly and by position: unknown and duplicate keys, wrong kinds and aliases are
// findings where they stand, and reading goes on after each, so that all of them are told at once.
//
// Call Root first and Close last. In between, Fields, Items and the rest read the nodes in whatever order suits.
type YAML struct {
	File  string // as findings should name it
	Group string // the first half of rule names: "codebook" gives "codebook/unknown-key"
	Skip  int    // lines of the file before the document, as before a transcript's front matter
	About string // typed reference to what is being read; findings carry it
	Found *List

	root    *yaml.Node
	lines   []string   // of the document, without their ends
	breaks  []Position // where yaml.v3's lines begin, in document lines; nil when they are ours
	private int        // how many calls of Private we are in
	hidden  map[*yaml.Node]bool
	secret  map[int]bool // lines of the document with participants' words, from 1
}

// Root parses src and returns the document's node, or nil if src is empty or cannot be parsed.
func (y *YAML) Root(src []byte) *yaml.Node {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	y.split(string(src))
	for i, line := range y.lines {
		if !utf8.ValidString(line) {
			f := Finding{Rule: y.Group + "/syntax", Severity: Error, File: y.File, Message: "not UTF-8 text",
				Hint: "save the file as UTF-8", Pos: Position{Line: i + 1 + y.Skip}}
			y.Found.Add(f)
			return nil
		}
	}
	doc, more, err := decode(src)
	switch {
	case err != nil:
		y.syntax(src, err)
		return nil
	case more != nil:
		y.Errorf(more, "syntax", "a second document begins here; tema reads one")
	}
	if doc != nil && len(doc.Content) > 0 {
		y.root = doc.Content[0]
	}
	return y.root
}

// decode parses src. More is the second document, if there is one.
func decode(src []byte) (doc, more *yaml.Node, err error) {
	defer func() { // yaml.v3 has panicked on malformed input before; a person's file must not bring tema down
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	doc, more = new(yaml.Node), new(yaml.Node)
	if err := decoder.Decode(doc); errors.Is(err, io.EOF) {
		return nil, nil, nil
	} else if err != nil {
		return nil, nil, err
	}
	if err := decoder.Decode(more); errors.Is(err, io.EOF) {
		return doc, nil, nil
	} else if err != nil {
		return nil, nil, err
	}
	return doc, more, nil
}

// split cuts the document into lines as editors do, at line feeds. YAML also breaks at a lone carriage return and at
// U+0085, U+2028 and U+2029; breaks then leads from yaml.v3's lines to ours.
func (y *YAML) split(src string) {
	y.lines = strings.Split(src, "\n")
	for i, line := range y.lines {
		y.lines[i] = strings.TrimSuffix(line, "\r")
	}
	y.breaks = nil
	if !slices.ContainsFunc([]string{"\u0085", "\u2028", "\u2029"}, func(s string) bool { return strings.Contains(src, s) }) &&
		strings.Count(src, "\r") == strings.Count(src, "\r\n") {
		return
	}
	at := Position{1, 1}
	y.breaks = []Position{at}
	for i, r := range src {
		at.Column++
		switch {
		case r == '\n':
			at = Position{at.Line + 1, 1}
		case r == '\r' && !strings.HasPrefix(src[i+1:], "\n"), r == '\u0085', r == '\u2028', r == '\u2029':
		default:
			continue
		}
		y.breaks = append(y.breaks, at)
	}
}

var (
	yamlLine    = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	yamlAnchor  = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	quotedStart = regexp.MustCompile(`^\s*(?:- +|[\pL_]+: +)*["']`)
)

// syntax reports an error of yaml.v3. Its line is that of the thing it was reading, which may have begun far above,
// and it has no column, so the place is found anew: it is where the shortest beginning of src that gives the same
// error ends. What stands there is not known, so it may be participants' words.
func (y *YAML) syntax(src []byte, err error) {
	said := func(src []byte) (line int, message string) {
		_, _, err := decode(src)
		if err == nil {
			return 0, ""
		}
		m := yamlLine.FindStringSubmatch(err.Error())
		if m == nil {
			return 0, err.Error()
		}
		line, _ = strconv.Atoi(m[1])
		return line, err.Error()[len(m[0]):]
	}
	wholeLine, message := said(src)
	closer := "" // a list that is cut off makes the same error as one with a fault in it, unless it is closed
	for _, c := range []string{"]", "}"} {
		if strings.HasSuffix(message, "or '"+c+"'") {
			closer = c
		}
	}
	same := func(part []byte) bool {
		if len(part) < len(src) {
			part = slices.Concat(part, []byte(closer))
		}
		line, m := said(part)
		return m == message && (line == wholeLine || wholeLine >= len(y.lines))
	}
	ends := []int{} // offsets behind each line
	for i, b := range src {
		if b == '\n' {
			ends = append(ends, i+1)
		}
	}
	ends = append(ends, len(src))
	at := sort.Search(len(ends)-1, func(i int) bool { return same(src[:ends[i]]) })
	begin := 0
	if at > 0 {
		begin = ends[at-1]
	}
	line := []rune(y.lines[at])
	column := sort.Search(len(line), func(i int) bool { // characters of the line that it takes
		return same(slices.Concat(src[:begin], []byte(string(line[:i]))))
	})
	f := Finding{Rule: y.Group + "/syntax", Severity: Error, File: y.File, Source: y.lines[at], Private: true,
		Pos: Position{Line: at + 1 + y.Skip, Column: max(column, 1)}, Width: 1, About: y.About}
	if m := yamlAnchor.FindStringSubmatch(message); m != nil {
		message = "a value that begins with * is an alias in YAML" // without the word, which may be a participant's
		if i := strings.Index(y.lines[at], "*"+m[1]); i >= 0 {
			f.Pos.Column = utf8.RuneCountInString(y.lines[at][:i]) + 1
		}
	}
	f.Message = "not valid YAML: " + message
	f.Hint = syntaxHint(message, y.lines[at], f.Pos.Column)
	y.Found.Add(f)
}

// syntaxHint names the usual cause of an error message, from the line it stands on.
func syntaxHint(message, line string, column int) string {
	before := string([]rune(line)[:min(column-1, utf8.RuneCountInString(line))])
	switch {
	case strings.Contains(before, "\t") && strings.TrimSpace(before) == "", strings.HasPrefix(line[len(before):], "\t"):
		return "indent with spaces; YAML allows no tabs there"
	case strings.HasPrefix(message, "mapping values are not allowed"):
		return `put a value that holds ": " in quotation marks`
	case strings.Contains(message, "begins with *"), strings.Contains(message, "cannot start any token"),
		strings.Contains(message, "alphabetic or numeric character"):
		return "put the whole value in quotation marks"
	case strings.Contains(message, "end of stream"):
		return "close the quotation mark that opens here"
	case strings.HasPrefix(message, "did not find expected") && quotedStart.MatchString(before):
		return `a value that begins with a quotation mark ends with it; write it whole in the other marks: '"a phrase" OR word'`
	case strings.HasPrefix(message, "did not find expected ','"):
		return "close the bracket, or put a value that holds brackets or quotation marks in quotation marks"
	case strings.HasPrefix(message, "did not find expected"):
		return "look at the indentation and the brackets of this line and the one above"
	}
	return "the fault may also stand a line or two above"
}

func (y *YAML) line(n int) string {
	if n < 1 || n > len(y.lines) {
		return ""
	}
	return y.lines[n-1]
}

// At returns the place of n in the file.
func (y *YAML) At(n *yaml.Node) Position {
	if n == nil || n.Line == 0 {
		return Position{}
	}
	at := Position{n.Line, n.Column}
	if y.breaks != nil {
		from := y.breaks[min(n.Line, len(y.breaks))-1]
		at = Position{from.Line, from.Column - 1 + n.Column}
	}
	at.Line += y.Skip
	return at
}

// Finding returns an error-level finding at n, for the caller to complete and add. Rule is the second half of its name.
func (y *YAML) Finding(n *yaml.Node, rule, format string, args ...any) Finding {
	f := Finding{Rule: y.Group + "/" + rule, Severity: Error, File: y.File, Pos: y.At(n), Width: 1, About: y.About,
		Message: fmt.Sprintf(format, args...), Private: y.private > 0}
	if n != nil {
		f.Source = y.line(f.Pos.Line - y.Skip)
		if n.Kind == yaml.ScalarNode {
			f.Width = y.Scalar(n).width()
		}
	}
	return f
}

// Errorf adds an error at n.
func (y *YAML) Errorf(n *yaml.Node, rule, format string, args ...any) {
	y.Found.Add(y.Finding(n, rule, format, args...))
}

// Private reads n, which holds participants' words: messages do not repeat what stands in it, and Close marks every
// finding on its lines as Private.
func (y *YAML) Private(n *yaml.Node, read func(n *yaml.Node)) {
	if y.hidden == nil {
		y.hidden = map[*yaml.Node]bool{}
	}
	y.hidden[n] = true
	y.private++
	read(n)
	y.private--
}

// Close marks the findings that stand on lines with participants' words, whatever was wrong there: a line may also
// hold a key that has nothing to do with them. Call it when all is read.
func (y *YAML) Close() {
	y.secret = map[int]bool{}
	var last *yaml.Node // the private node before, which ends where the next begins
	until := func(line int) {
		for i := y.At(last).Line - y.Skip; i <= line; i++ {
			y.secret[i] = true
		}
		last = nil
	}
	var walk func(n *yaml.Node, private bool)
	walk = func(n *yaml.Node, private bool) {
		private = private || y.hidden[n]
		at := y.At(n)
		at.Line -= y.Skip
		if last != nil {
			before := []rune(y.line(at.Line))
			before = before[:min(max(at.Column-1, 0), len(before))]
			if strings.Trim(string(before), " \t-?") == "" { // n is the first on its line: nothing private reaches it
				until(at.Line - 1)
			} else {
				until(at.Line)
			}
		}
		if private {
			y.secret[at.Line] = true
			last = n
		}
		for _, c := range n.Content {
			walk(c, private)
		}
	}
	if y.root != nil && len(y.hidden) > 0 {
		walk(y.root, false)
	}
	if last != nil {
		until(len(y.lines))
	}
	for i, f := range *y.Found {
		if f.File == y.File && y.secret[f.Pos.Line-y.Skip] {
			(*y.Found)[i].Private = true
		}
	}
}

// Locate completes a finding that somebody else makes at f.Pos, after Close: the file, the line that stands there,
// and whether it holds participants' words.
func (y *YAML) Locate(f Finding) Finding {
	f.File = y.File
	f.Source = y.line(f.Pos.Line - y.Skip)
	f.Private = f.Private || y.secret[f.Pos.Line-y.Skip]
	return f
}

// A Field reads the value of one key.
type Field func(value *yaml.Node)

// Fields reads mapping n: each known key's value goes to its field, in the order of the file; what is unknown or
// stands twice is an error. What names the thing, for messages. A null value is skipped, as if the key were absent.
func (y *YAML) Fields(n *yaml.Node, what string, fields map[string]Field) {
	if n == nil {
		return
	}
	if n.Kind != yaml.MappingNode {
		y.Errorf(n, "wrong-kind", "%s must be keys and values, not %s", what, Kind(n))
		return
	}
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, known := fields[key.Value]
		switch first := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			y.Errorf(key, "wrong-kind", "a key of %s must be a word", what)
		case first != nil:
			y.duplicate(key, first, what, known)
		case !known:
			seen[key.Value] = key
			y.unknown(key, what, fields)
		case IsNull(value):
			seen[key.Value] = key
		default:
			seen[key.Value] = key
			read(value)
		}
	}
}

func (y *YAML) duplicate(key, first *yaml.Node, what string, known bool) {
	name := key.Value
	if y.private > 0 && !known {
		name = "of this spelling"
	}
	y.Errorf(key, "duplicate-key", "key %s stands twice in %s; it stands first on line %d", name, what, y.At(first).Line)
}

// unknown reports a key. Amid participants' words it may be one of theirs (a quotation with a comma or colon that
// nobody put in quotation marks), so it is only named when it resembles a key.
func (y *YAML) unknown(key *yaml.Node, what string, fields map[string]Field) {
	known := make([]string, 0, len(fields))
	for k := range fields {
		known = append(known, k)
	}
	slices.Sort(known)
	near := Nearest(key.Value, known)
	f := y.Finding(key, "unknown-key", "unknown key %s in %s", key.Value, what)
	switch {
	case near != "":
		f.Hint = "did you mean " + near + "?"
	case y.private > 0:
		f.Message = "unknown key in " + what
		f.Hint = `put a text that holds ", " or ": " in quotation marks; known keys: ` + strings.Join(known, ", ")
	default:
		f.Hint = "known keys: " + strings.Join(known, ", ")
	}
	y.Found.Add(f)
}

// Pairs calls each for every key of mapping n with its value, in order; keys are the user's own. A key that stands
// twice is an error.
func (y *YAML) Pairs(n *yaml.Node, what string, each func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		y.Errorf(n, "wrong-kind", "%s must be keys and values, not %s", what, Kind(n))
		return
	}
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch first := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			y.Errorf(key, "wrong-kind", "a key of %s must be a word", what)
		case first != nil:
			y.duplicate(key, first, what, false)
		default:
			seen[key.Value] = key
			each(key, value)
		}
	}
}

// Items calls each for every item of sequence n, in order.
func (y *YAML) Items(n *yaml.Node, what string, each func(item *yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		f := y.Finding(n, "wrong-kind", "%s must be a list, not %s", what, Kind(n))
		if n.Kind == yaml.ScalarNode {
			f.Hint = "put it in brackets, or on a line of its own that begins with -"
		}
		y.Found.Add(f)
		return
	}
	for _, item := range n.Content {
		each(item)
	}
}

// Text reads a scalar of any type as the text that stands there.
func (y *YAML) Text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode {
		f := y.Finding(n, "wrong-kind", "%s must be text, not %s", what, Kind(n))
		if n.Kind != yaml.AliasNode && y.private == 0 {
			f.Hint = `put a text that holds ": " or begins with a bracket in quotation marks`
		}
		y.Found.Add(f)
		return ""
	}
	if IsNull(n) {
		return ""
	}
	return n.Value
}

// Texts reads a list of scalars. An item that is not one, or is nothing, is an error and left out.
func (y *YAML) Texts(n *yaml.Node, what string) []string {
	var out []string
	y.Items(n, what, func(item *yaml.Node) {
		if s, ok := y.Item(item, "an item of "+what); ok {
			out = append(out, s)
		}
	})
	return out
}

// Item reads a scalar that must not be null, as in a list.
func (y *YAML) Item(n *yaml.Node, what string) (text string, ok bool) {
	if IsNull(n) {
		y.Errorf(n, "wrong-kind", "%s must be text, not nothing", what)
		return "", false
	}
	return y.Text(n, what), n.Kind == yaml.ScalarNode
}

// Bool reads true or false.
func (y *YAML) Bool(n *yaml.Node, what string) bool {
	var b bool
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || n.Decode(&b) != nil {
		y.Errorf(n, "wrong-kind", "%s must be true or false, not %s", what, shown(n))
	}
	return b
}

// Int reads a whole number of at least least.
func (y *YAML) Int(n *yaml.Node, what string, least int) int {
	var i int
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || n.Decode(&i) != nil || i < least {
		y.Errorf(n, "wrong-kind", "%s must be a whole number of at least %d, not %s", what, least, shown(n))
		return least
	}
	return i
}

// Choice reads one of a few words. It returns "" when another stands there.
func (y *YAML) Choice(n *yaml.Node, what string, allowed ...string) string {
	s := y.Text(n, what)
	if n.Kind != yaml.ScalarNode || slices.Contains(allowed, s) {
		return s
	}
	f := y.Finding(n, "unknown-value", "%s cannot be %q", what, s)
	f.Hint = "one of: " + strings.Join(allowed, ", ")
	if near := Nearest(s, allowed); near != "" {
		f.Hint = "did you mean " + near + "?"
	}
	y.Found.Add(f)
	return ""
}

// IsNull says whether n is an empty or null value.
func IsNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// Kind names what stands at n without repeating it.
func Kind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "keys and values"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "an alias (write the value out)"
	case IsNull(n):
		return "nothing"
	}
	return "text"
}

// shown is Kind with the text itself, for values that are a word or a number.
func shown(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && !IsNull(n) {
		return strconv.Quote(n.Value)
	}
	return Kind(n)
}

// Nearest returns the one of words that wrong was probably meant to be, or "": at most a third of its characters
// (one at least, three at most, never all) are missing, added, another, or swapped with their neighbour. Case does
// not matter. Of several that are equally near it returns the first.
func Nearest(wrong string, words []string) string {
	a := []rune(Fold(wrong))
	best, least := "", min(max(1, len(a)/3), 3, len(a)-1)+1
	for _, word := range words {
		if d := distance(a, []rune(Fold(word)), least); d < least {
			best, least = word, d
		}
	}
	return best
}

// distance counts the edits (see Nearest) between a and b; at or above limit it may stop early.
func distance(a, b []rune, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
