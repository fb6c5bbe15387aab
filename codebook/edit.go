package codebook

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
)

// A Draft is a codebook.yaml that is being edited. Every edit changes the bytes that it must and no others: comments,
// the order of keys, quotation marks, folding and blank lines stay. An edit is read back, and refused unless what the
// file says differs by exactly what was asked for, no comment is lost, and Parse finds no new error. An edit that
// returns an error has changed nothing.
//
// Codes and themes are named by reference: "code:phone", "theme:the-line"; a bare id is a code's.
type Draft struct {
	// Decisions are the edits made so far, for the study's journal.
	Decisions []Decision
	// Notes are what the person who edits should look at: things that an edit left for her to decide.
	Notes []string

	file   string
	before string // a byte order mark
	crlf   bool
	doc    *document
	book   *Codebook
	faults map[string]int            // errors of Parse, counted
	back   [][]splice                // by step: what takes it back
	now    map[*yaml.Node]*yaml.Node // by node before the last step: the node that it is after it
}

// A Decision is an edit as a line of the journal tells it; About, From and To are typed references.
type Decision struct {
	Event           string // add, set, rename, merge, split, retire, move, promote, drop
	About, From, To []string
}

// A Property is a key of a code or theme and what stands under it: one value, or of lists any number.
type Property struct {
	Key    string
	Values []string
}

// A Place is where a code or theme goes: before or after another, or last under one; last of all when it names none.
type Place struct{ Before, After, Under string }

// The keys of a codebook in the order in which they are written, and how each is set.
var (
	bookKeys = []string{"version", "codes", "themes"}
	codeKeys = []string{"id", "name", "definition", "include", "exclude", "examples", "counterexamples", "color", "aliases", "match",
		"unit", "speakers", "accept", "status", "into", "codes"}
	themeKeys = []string{"id", "name", "concept", "definition", "status", "kind", "aliases", "into", "codes", "excerpts", "tensions", "relations", "themes"}

	codeLists  = []string{"include", "exclude", "examples", "counterexamples", "aliases", "match", "into"}
	themeLists = []string{"aliases", "codes", "into"}
	codeTexts  = []string{"name", "definition", "color", "unit", "speakers", "accept", "status"}
	themeTexts = []string{"name", "concept", "definition", "status", "kind"}
)

// SettableKeys returns the keys of "code" or "theme" that Set knows: those with one value and those with a list.
func SettableKeys(kind string) (single, lists []string) {
	if kind == "theme" {
		return themeTexts, themeLists
	}
	return codeTexts, codeLists
}

// OpenDraft begins to edit a codebook. File names it in findings. A file that is no YAML is refused; one with other
// errors can be edited, since an edit may be what mends it.
func OpenDraft(file string, src []byte) (*Draft, error) {
	d := &Draft{file: file}
	if rest, marked := bytes.CutPrefix(src, []byte("\ufeff")); marked {
		d.before, src = "\ufeff", rest
	}
	if n := bytes.Count(src, []byte("\r\n")); n > 0 && n == bytes.Count(src, []byte("\n")) {
		d.crlf, src = true, bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	}
	if i := bytes.IndexAny(src, "\r\u0085\u2028\u2029"); i >= 0 {
		var found diag.List
		found.Add(diag.Finding{Rule: "codebook/line-end", Severity: diag.Error, File: file, Pos: diag.Position{Line: bytes.Count(src[:i], []byte("\n")) + 1},
			Message: "a line end that is not a line feed", Hint: "save the file with line feeds (LF) only"})
		return nil, found.Err()
	}
	doc, err := layOut(file, src)
	if err != nil {
		return nil, fmt.Errorf("edit %s: %w", file, err)
	}
	d.doc = doc
	var found diag.List
	d.book, found = Parse(file, doc.src)
	d.faults = countErrors(found)
	return d, nil
}

// Bytes returns the file as it stands after the edits so far.
func (d *Draft) Bytes() []byte {
	src := d.doc.src
	if d.crlf {
		src = bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n"))
	}
	return append([]byte(d.before), src...)
}

// Book returns the codebook as it stands after the edits so far.
func (d *Draft) Book() *Codebook { return d.book }

var number = regexp.MustCompile(`\d+`)

// countErrors counts errors by what they say, without the lines that they name.
func countErrors(l diag.List) map[string]int {
	out := map[string]int{}
	for _, f := range l {
		if f.Severity == diag.Error {
			out[f.Rule+" "+f.About+" "+number.ReplaceAllString(f.Message, "")]++
		}
	}
	return out
}

// do makes an edit whole or not at all.
func (d *Draft) do(what string, edit func() error) error {
	doc, book, faults, steps, decisions, notes := d.doc, d.book, d.faults, len(d.back), len(d.Decisions), len(d.Notes)
	err := edit()
	if err == nil {
		var found diag.List
		d.book, found = Parse(d.file, d.doc.src)
		d.faults = countErrors(found)
		for fault, n := range d.faults {
			if n > faults[fault] {
				err = found.Err()
			}
		}
	}
	if err == nil {
		return nil
	}
	again, fault := layOut(d.file, doc.src) // edits leave their mark in the nodes
	if fault != nil {
		panic(fault) // it was laid out before
	}
	d.doc, d.book, d.faults = again, book, faults
	d.back, d.Decisions, d.Notes = d.back[:steps], d.Decisions[:decisions], d.Notes[:notes]
	if _, invalid := diag.AsInvalid(err); invalid {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}

// commit makes one step. The nodes of d.doc have been changed to what is intended; the first of the ways that reads
// back as just that is taken. With loses, comments may go.
func (d *Draft) commit(loses bool, ways ...[]splice) error {
	comments := d.doc.comments()
	slices.Sort(comments)
	err := fmt.Errorf("tema cannot write this in place; change the file by hand")
	for _, splices := range ways {
		src, back, fault := apply(d.doc.src, splices)
		if fault != nil {
			err = fault
			continue
		}
		next, fault := layOut(d.file, src)
		if fault != nil || !same(d.doc.root, next.root) {
			continue
		}
		now := next.comments()
		slices.Sort(now)
		if !loses && !slices.Equal(comments, now) || loses && !subset(now, comments) {
			continue
		}
		d.now = map[*yaml.Node]*yaml.Node{}
		pairUpNodes(d.now, d.doc.root, next.root)
		d.doc = next
		d.back = append(d.back, back)
		return nil
	}
	return err
}

// pairUpNodes notes which node of one tree is which of another of the same shape.
func pairUpNodes(into map[*yaml.Node]*yaml.Node, a, b *yaml.Node) {
	if into[a] = b; a != nil {
		for i := range a.Content {
			pairUpNodes(into, a.Content[i], b.Content[i])
		}
	}
}

// subset says whether sorted list a holds nothing that sorted list b does not.
func subset(a, b []string) bool {
	for _, s := range a {
		i, found := slices.BinarySearch(b, s)
		if !found {
			return false
		}
		b = b[i+1:]
	}
	return true
}

// An entry is a code or theme in the file.
type entry struct {
	kind  string
	id    string
	node  *yaml.Node // a mapping
	list  *yaml.Node // the list that it is in
	index int        // and where
	up    *entry
}

func (e *entry) ref() string { return e.kind + ":" + e.id }

// keys returns the keys of an entry of that kind in order; listKey is that of the list of entries under it.
func keys(kind string) (order []string, listKey string) {
	if kind == "theme" {
		return themeKeys, "themes"
	}
	return codeKeys, "codes"
}

// entries returns the codes or themes of the file, depth first.
func (d *Draft) entries(kind string) []*entry {
	_, key := keys(kind)
	var out []*entry
	var walk func(m *yaml.Node, up *entry)
	walk = func(m *yaml.Node, up *entry) {
		list := value(m, key)
		if list == nil || list.Kind != yaml.SequenceNode {
			return
		}
		for i, n := range list.Content {
			if n.Kind != yaml.MappingNode {
				continue
			}
			e := &entry{kind: kind, node: n, list: list, index: i, up: up}
			if id := value(n, "id"); id != nil {
				e.id = id.Value
			}
			out = append(out, e)
			walk(n, e)
		}
	}
	walk(d.doc.root, nil)
	return out
}

// split takes a reference apart; a bare id is a code's.
func splitRef(ref string) (kind, id string) {
	if id, ok := strings.CutPrefix(ref, "theme:"); ok {
		return "theme", id
	}
	return "code", strings.TrimPrefix(ref, "code:")
}

// find returns the entry of that id or former id.
func (d *Draft) find(kind, id string) (*entry, error) {
	all := d.entries(kind)
	for _, e := range all {
		if e.id != "" && diag.Fold(e.id) == diag.Fold(id) {
			return e, nil
		}
	}
	var ids []string
	for _, e := range all {
		ids = append(ids, e.id)
		if aliases := value(e.node, "aliases"); aliases != nil {
			for _, a := range aliases.Content {
				if a.Kind == yaml.ScalarNode && diag.Fold(a.Value) == diag.Fold(id) {
					return e, nil
				}
			}
		}
	}
	other := map[string]string{"code": "theme", "theme": "code"}[kind]
	if near := diag.Nearest(id, ids); near != "" {
		return nil, fmt.Errorf("no %s has the id %s; did you mean %s?", kind, id, near)
	}
	if slices.ContainsFunc(d.entries(other), func(e *entry) bool { return diag.Fold(e.id) == diag.Fold(id) }) {
		return nil, fmt.Errorf("no %s has the id %s; there is a %s of that name: %s:%s", kind, id, other, other, id)
	}
	return nil, fmt.Errorf("no %s has the id %s", kind, id)
}

func (d *Draft) findRef(ref string) (*entry, error) { return d.find(splitRef(ref)) }

// free says why id cannot be given to an entry of that kind.
func (d *Draft) free(kind, id string) error {
	if err := diag.CheckID(id); err != nil {
		return err
	}
	if e, err := d.find(kind, id); err == nil {
		if diag.Fold(e.id) != diag.Fold(id) {
			return fmt.Errorf("%s is a former id of %s %s, which codings may hold", id, kind, e.id)
		}
		return fmt.Errorf("%s %s is there already", kind, e.id)
	}
	return nil
}

// Add makes a code or theme of that reference, with the properties given, at a place.
func (d *Draft) Add(ref string, at Place, properties ...Property) error {
	return d.do("add "+ref, func() error {
		kind, id := splitRef(ref)
		d.Decisions = append(d.Decisions, Decision{Event: "add", About: []string{kind + ":" + id}})
		return d.add(kind, id, at, properties)
	})
}

func (d *Draft) add(kind, id string, at Place, properties []Property) error {
	if err := d.free(kind, id); err != nil {
		return err
	}
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	given := map[string]*yaml.Node{"id": text(id)}
	for _, p := range properties {
		v, err := property(kind, p.Key, p.Values)
		if err != nil {
			return err
		}
		if _, twice := given[p.Key]; twice {
			return fmt.Errorf("%s is given twice", p.Key)
		}
		given[p.Key] = v
	}
	order, _ := keys(kind)
	for _, key := range order {
		if v := given[key]; v != nil {
			n.Content = append(n.Content, text(key), v)
		}
	}
	return d.insertEntry(kind, at, n)
}

// property returns the value of a key of a code or theme; nil when it has none.
func property(kind, key string, values []string) (*yaml.Node, error) {
	single, lists := SettableKeys(kind)
	for _, v := range values {
		if !utf8.ValidString(v) || strings.ContainsAny(v, "\x00\r") {
			return nil, fmt.Errorf("%s must be text in UTF-8", key)
		}
	}
	switch {
	case slices.Contains(lists, key):
		if len(values) == 0 {
			return nil, nil
		}
		return texts(values), nil
	case slices.Contains(single, key):
		switch {
		case len(values) == 0:
			return nil, nil
		case len(values) > 1:
			return nil, fmt.Errorf("%s has one value, not %d", key, len(values))
		}
		n := text(values[0])
		if key == "accept" {
			if values[0] != "true" && values[0] != "false" {
				return nil, fmt.Errorf("accept is true or false, not %q", values[0])
			}
			n.Tag = "!!bool"
		}
		return n, nil
	case key == "id":
		return nil, fmt.Errorf("an id changes with rename, which leaves the old one as an alias")
	case key == "codes" || key == "themes":
		return nil, fmt.Errorf("what stands under a %s changes with add and move", kind)
	case key == "excerpts" || key == "tensions":
		return nil, fmt.Errorf("%s change one by one: quote, requote, unquote", key)
	case key == "relations":
		return nil, fmt.Errorf("relations change one by one: relate, unrelate")
	}
	known := slices.Concat(single, lists)
	if near := diag.Nearest(key, known); near != "" {
		return nil, fmt.Errorf("a %s has no key %s; did you mean %s?", kind, key, near)
	}
	return nil, fmt.Errorf("a %s has no key %s; known are %s", kind, key, strings.Join(known, ", "))
}

// SetVersion sets the codebook's version.
func (d *Draft) SetVersion(version string) error {
	return d.do("set version", func() error {
		if d.doc.root == nil {
			return fmt.Errorf("the codebook is empty; write it into the file")
		}
		if d.doc.root.Kind != yaml.MappingNode {
			return fmt.Errorf("the codebook is %s; it must be keys and values", diag.Kind(d.doc.root))
		}
		return d.setKey(d.doc.root, bookKeys, "version", text(version))
	})
}

// Set gives a key of a code or theme a value, or a list another content; without values the key goes. Items of a list
// that stay keep their comments.
func (d *Draft) Set(ref, key string, values ...string) error {
	return d.do("set "+key+" of "+ref, func() error {
		e, err := d.findRef(ref)
		if err != nil {
			return err
		}
		v, err := property(e.kind, key, values)
		if err != nil {
			return err
		}
		order, _ := keys(e.kind)
		steps := len(d.back)
		if err := d.setKey(e.node, order, key, v); err != nil {
			return err
		}
		if len(d.back) > steps {
			d.Decisions = append(d.Decisions, Decision{Event: "set", About: []string{e.ref()}})
		}
		return nil
	})
}

// Append puts values behind those of a list.
func (d *Draft) Append(ref, key string, values ...string) error {
	e, err := d.findRef(ref)
	if err != nil {
		return fmt.Errorf("set %s of %s: %w", key, ref, err)
	}
	if _, lists := SettableKeys(e.kind); !slices.Contains(lists, key) {
		return fmt.Errorf("set %s of %s: it is no list", key, ref)
	}
	var have []string
	if list := value(e.node, key); list != nil {
		for _, n := range list.Content {
			have = append(have, n.Value)
		}
	}
	return d.Set(ref, key, append(have, values...)...)
}

// setKey is Set on a mapping; v nil takes the key away.
func (d *Draft) setKey(m *yaml.Node, order []string, key string, v *yaml.Node) error {
	i := keyIndex(m, key)
	switch {
	case i < 0 && v == nil:
		return nil
	case i < 0:
		return d.insertPair(m, order, key, v)
	case v == nil:
		return d.removePair(m, key)
	}
	old := m.Content[i+1]
	switch {
	case diag.IsNull(old) || old.Kind == yaml.SequenceNode && v.Kind == yaml.SequenceNode && len(old.Content) == 0:
		if v.Kind == yaml.ScalarNode && old.Value == "" {
			ways := [][]splice{}
			for _, p := range []pen{d.pen(), {careful: true}} {
				ways = append(ways, []splice{{d.doc.at[old].end, d.doc.at[old].end, " " + p.scalar(v, d.doc.flow[m] || isFlow(m))}})
			}
			*old = *v
			return d.commit(false, ways...)
		}
		if v.Kind == yaml.ScalarNode {
			return d.setScalar(old, v)
		}
		for j, item := range v.Content {
			if err := d.insertItem(m, order, key, j, item); err != nil {
				return err
			}
			m = d.now[m]
		}
		return nil
	case old.Kind == yaml.ScalarNode && v.Kind == yaml.ScalarNode:
		if v.Tag == "!!str" && old.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && strings.HasSuffix(old.Value, "\n") && !strings.HasSuffix(v.Value, "\n") {
			v = text(v.Value + "\n") // how a text ends is part of how it is written
		}
		if old.Value == v.Value && (old.Tag == v.Tag || v.Tag == "!!str") {
			return nil
		}
		return d.setScalar(old, v)
	case old.Kind == yaml.SequenceNode && v.Kind == yaml.SequenceNode:
		return d.setList(m, order, key, v)
	}
	return fmt.Errorf("%s is %s in the file; change it by hand", key, diag.Kind(old))
}

// setScalar writes another value in the place of scalar n.
func (d *Draft) setScalar(n, v *yaml.Node) error {
	ways := d.doc.rewritten(n, v, d.doc.flow[n])
	n.Tag, n.Value = v.Tag, v.Value
	return d.commit(false, ways...)
}

// setList makes a list hold other items. Those that both hold are left alone.
func (d *Draft) setList(m *yaml.Node, order []string, key string, v *yaml.Node) error {
	old := value(m, key).Content
	// common[i][j]: how many items old[i:] and v.Content[j:] have in common, in order
	common := make([][]int, len(old)+1)
	for i := range common {
		common[i] = make([]int, len(v.Content)+1)
	}
	equal := func(i, j int) bool { return old[i].Kind == yaml.ScalarNode && old[i].Value == v.Content[j].Value }
	for i := len(old) - 1; i >= 0; i-- {
		for j := len(v.Content) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if equal(i, j) {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	type gap struct{ at, out, in, from int } // at old item at: out items go, in items of v from from on come
	gaps := []gap{{}}
	for i, j := 0, 0; i < len(old) || j < len(v.Content); {
		g := &gaps[len(gaps)-1]
		switch {
		case i < len(old) && j < len(v.Content) && equal(i, j):
			i, j = i+1, j+1
			gaps = append(gaps, gap{at: i, from: j})
		case j == len(v.Content) || i < len(old) && common[i+1][j] >= common[i][j+1]:
			i, g.out = i+1, g.out+1
		default:
			j, g.in = j+1, g.in+1
		}
	}
	slices.Reverse(gaps) // from the end, so that places before stay
	for _, g := range gaps {
		for k := max(g.out, g.in) - 1; k >= 0; k-- {
			var err error
			switch {
			case k >= g.in:
				err = d.removeItem(m, key, g.at+k)
			case k >= g.out:
				err = d.insertItem(m, order, key, g.at+g.out, v.Content[g.from+k])
			default:
				err = d.setScalar(value(m, key).Content[g.at+k], v.Content[g.from+k])
			}
			if err != nil {
				return err
			}
			m = d.now[m]
		}
	}
	return nil
}

// pen returns a pen that writes lists as the file does.
func (d *Draft) pen() pen {
	for _, key := range []string{"codes", "themes"} {
		if i := keyIndex(d.doc.root, key); i >= 0 {
			if list := d.doc.root.Content[i+1]; list.Kind == yaml.SequenceNode && !isFlow(list) && len(list.Content) > 0 {
				if n := d.doc.column(d.doc.dash(list, 0)) - d.doc.column(d.doc.at[d.doc.root.Content[i]].start); n >= 0 {
					return pen{dash: n}
				}
			}
		}
	}
	return pen{dash: 2}
}

// slot returns where in m.Content a key that is not there belongs: behind the pair that stands before it in order.
func slot(m *yaml.Node, order []string, key string) int {
	at, best := 0, -1
	for i := 0; i+1 < len(m.Content); i += 2 {
		if rank := slices.Index(order, m.Content[i].Value); rank < slices.Index(order, key) && rank >= best && rank >= 0 {
			at, best = i+2, rank
		}
	}
	return at
}

// insertPair puts a key that m does not have into it.
func (d *Draft) insertPair(m *yaml.Node, order []string, key string, v *yaml.Node) error {
	at := slot(m, order, key)
	var ways [][]splice
	for _, p := range []pen{d.pen(), {dash: 2, careful: true}} {
		s, err := d.pairSplice(m, at, func(column int) []string { return p.pair(key, v, column) }, func() (string, error) { return key + ": " + p.inline(v), nil })
		if err != nil {
			return err
		}
		ways = append(ways, []splice{s})
	}
	m.Content = slices.Insert(m.Content, at, text(key), v)
	return d.commit(false, ways...)
}

// pairSplice puts a pair at m.Content[at], as lines at a column or between brackets.
func (d *Draft) pairSplice(m *yaml.Node, at int, lines func(column int) []string, inline func() (string, error)) (splice, error) {
	doc := d.doc
	if isFlow(m) {
		s, err := inline()
		p := doc.skipProperties(doc.at[m].start) + 1
		switch {
		case at > 0:
			p, s = doc.at[m.Content[at-1]].end, ", "+s
		case len(m.Content) > 0:
			s += ", "
		}
		return splice{p, p, s}, err
	}
	column := doc.column(doc.at[m.Content[0]].start)
	if at > 0 {
		p := doc.below(doc.at[m.Content[at-1]].end, column)
		return splice{p, p, "\n" + strings.Join(lines(column), "\n")}, nil
	}
	key := doc.at[m.Content[0]].start // behind the comments above it, which may be about the whole
	if !doc.opens(key) {
		return splice{}, errInline
	}
	key -= column
	return splice{key, key, strings.Join(lines(column), "\n") + "\n"}, nil
}

// removePair takes a key out of m with its value, and the comments that belong to it.
func (d *Draft) removePair(m *yaml.Node, key string) error {
	i := keyIndex(m, key)
	s, err := d.pairCut(m, i)
	if err != nil {
		return err
	}
	m.Content = slices.Delete(m.Content, i, i+2)
	return d.commit(true, []splice{s})
}

// pairCut returns the splice that takes a pair out.
func (d *Draft) pairCut(m *yaml.Node, i int) (splice, error) {
	doc := d.doc
	last := i+2 == len(m.Content)
	if isFlow(m) {
		return doc.flowCut(m, doc.at[m.Content[i]].start, max(doc.at[m.Content[i]].end, doc.at[m.Content[i+1]].end), i > 0), nil
	}
	x, err := doc.pair(m, i)
	switch {
	case err == nil:
		return doc.cutLines(x), nil
	case i == 0 && !last && !doc.comment(doc.at[m.Content[1]].end, doc.at[m.Content[2]].start): // behind a dash: the next key moves up
		return splice{doc.at[m.Content[0]].start, doc.at[m.Content[2]].start, ""}, nil
	case i == 0 && !last: // the dash stays on a line of its own, with the comments
		return splice{doc.at[m.Content[0]].start, doc.at[m.Content[1]].end, ""}, nil
	}
	return splice{}, err
}

// cutLines returns the splice that takes whole lines out.
func (d *document) cutLines(x extent) splice {
	if x.end < len(d.src) {
		return splice{x.start, x.end + 1, ""}
	}
	return splice{max(0, x.start-1), x.end, ""}
}

// flowCut returns the splice that takes what stands from start to end out of the brackets of n, with a comma. Follows
// says that something stands before it.
func (d *document) flowCut(n *yaml.Node, start, end int, follows bool) splice {
	next := d.skip(end, "")
	comma := next < len(d.src) && d.src[next] == ','
	if follows {
		before := start
		for before > 0 && (isSpace(d.src[before-1])) {
			before--
		}
		if before > 0 && d.src[before-1] == ',' {
			if !d.comment(d.lineStart(before), before) || d.line(before) == d.line(start) {
				return splice{before - 1, end, ""}
			}
		}
	}
	if comma {
		stop := next + 1
		for stop < len(d.src) && d.src[stop] == ' ' {
			stop++
		}
		if !d.comment(end, next) {
			return splice{start, stop, ""}
		}
	}
	return splice{start, end, ""}
}

// insertItem puts an item at index i of the list under key in m, which need not be there.
func (d *Draft) insertItem(m *yaml.Node, order []string, key string, i int, item *yaml.Node) error {
	if m != nil && keyIndex(m, key) < 0 && item.Kind == yaml.ScalarNode {
		return d.insertPair(m, order, key, &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{item}})
	}
	// As its neighbour is written, or as it asks to be: in brackets, if what it holds fits on a line.
	brackets := isFlow(item)
	if list := value(m, key); list != nil && list.Kind == yaml.SequenceNode && len(list.Content) > 0 {
		brackets = isFlow(list.Content[max(0, i-1)])
	}
	var ways [][]splice
	for _, p := range []pen{d.pen(), {dash: 2, careful: true}} {
		if line := p.inline(item); brackets && item.Kind == yaml.MappingNode && len(line) < width {
			s, err := d.itemSplices(m, order, key, i, p, func(column int) []string { return []string{strings.Repeat(" ", column) + "- " + line} },
				func() (string, error) { return line, nil })
			if err != nil {
				return err
			}
			ways = append(ways, s)
		}
		s, err := d.itemSplices(m, order, key, i, p, func(column int) []string { return p.item(item, column) }, func() (string, error) { return p.inline(item), nil })
		if err != nil {
			return err
		}
		ways = append(ways, s)
	}
	d.intendItem(m, order, key, i, item)
	return d.commit(false, ways...)
}

// intendItem makes the nodes say what insertItem is to write.
func (d *Draft) intendItem(m *yaml.Node, order []string, key string, i int, item *yaml.Node) {
	if m == nil {
		m = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		d.doc.root = m
	}
	list := value(m, key)
	if list == nil {
		list = &yaml.Node{}
		m.Content = slices.Insert(m.Content, slot(m, order, key), text(key), list)
	}
	if list.Kind != yaml.SequenceNode {
		*list = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	}
	list.Content = slices.Insert(list.Content, i, item)
}

// itemSplices returns what puts an item at index i of the list under key in m: as lines whose dash stands at a column,
// or between brackets.
func (d *Draft) itemSplices(m *yaml.Node, order []string, key string, i int, p pen, lines func(column int) []string, inline func() (string, error)) ([]splice, error) {
	doc := d.doc
	below := func(column int) string { return strings.Join(lines(column), "\n") }
	if m == nil {
		s := key + ":\n" + below(p.dash) + "\n"
		if len(doc.src) > 0 && doc.src[len(doc.src)-1] != '\n' {
			s = "\n" + s
		}
		return []splice{{len(doc.src), len(doc.src), s}}, nil
	}
	list := value(m, key)
	between := func(open, close string) func() (string, error) {
		return func() (string, error) {
			s, err := inline()
			return open + s + close, err
		}
	}
	switch {
	case list == nil:
		s, err := d.pairSplice(m, slot(m, order, key), func(column int) []string {
			return append([]string{strings.Repeat(" ", column) + key + ":"}, lines(column+p.dash)...)
		}, between(key+": [", "]"))
		return []splice{s}, err
	case list.Kind == yaml.SequenceNode && len(list.Content) > 0 && isFlow(list):
		at, s := doc.at[list.Content[0]].start, between("", ", ")
		if i > 0 {
			at, s = doc.at[list.Content[i-1]].end, between(", ", "")
		}
		content, err := s()
		return []splice{{at, at, content}}, err
	case list.Kind == yaml.SequenceNode && len(list.Content) > 0:
		column := doc.column(doc.dash(list, 0))
		blank := ""
		if len(list.Content) > 1 {
			if next, err := doc.item(list, min(max(i, 1), len(list.Content)-1)); err == nil && doc.blankBefore(next.start) > 0 {
				blank = "\n"
			}
		}
		if i > 0 {
			x, err := doc.item(list, i-1)
			return []splice{{x.end, x.end, "\n" + blank + below(column)}}, err
		}
		x, err := doc.item(list, 0)
		return []splice{{x.start, x.start, below(column) + "\n" + blank}}, err
	case list.Kind != yaml.SequenceNode && !diag.IsNull(list):
		return nil, fmt.Errorf("%s is %s in the file; change it by hand", key, diag.Kind(list))
	}
	x := doc.at[list]
	if isFlow(m) || doc.flow[m] || list.Kind == yaml.SequenceNode && (doc.comment(x.start, x.end) || doc.line(x.start) != doc.line(x.end)) {
		if list.Kind == yaml.SequenceNode {
			x = extent{x.start + 1, x.start + 1}
			s, err := inline()
			return []splice{{x.start, x.end, s}}, err
		}
		s, err := between(" [", "]")()
		return []splice{{x.start, x.end, s}}, err
	}
	head := doc.at[m.Content[keyIndex(m, key)]]
	end := doc.lineEnd(x.end)
	column := doc.column(head.start) + p.dash
	if doc.skip(x.end, "") > end || len(bytes.TrimSpace(doc.src[x.end:end])) == 0 { // nothing behind it on its line
		colon := bytes.IndexByte(doc.src[head.end:], ':')
		if !doc.comment(x.end, end) && colon >= 0 {
			return []splice{{head.end + colon + 1, end, "\n" + below(column)}}, nil
		}
		return []splice{{x.start, x.end, ""}, {end, end, "\n" + below(column)}}, nil
	}
	return nil, errInline
}

// removeItem takes an item out of the list under key in m; the last one takes the key along.
func (d *Draft) removeItem(m *yaml.Node, key string, i int) error {
	list := value(m, key)
	if len(list.Content) == 1 {
		return d.removePair(m, key)
	}
	s, err := d.itemCut(list, i)
	if err != nil {
		return err
	}
	list.Content = slices.Delete(list.Content, i, i+1)
	return d.commit(true, []splice{s})
}

// itemCut returns the splice that takes an item out of a list of several.
func (d *Draft) itemCut(list *yaml.Node, i int) (splice, error) {
	doc := d.doc
	if isFlow(list) {
		x := doc.at[list.Content[i]]
		return doc.flowCut(list, x.start, x.end, i > 0), nil
	}
	x, err := doc.item(list, i)
	if err != nil {
		return splice{}, err
	}
	s := doc.cutLines(x)
	if i > 0 {
		s.start -= doc.blankBefore(x.start)
	} else if s.end == x.end+1 {
		s.end += doc.blankAfter(x.end)
	}
	return s, nil
}
