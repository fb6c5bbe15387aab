package codebook

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
)

// A Diff is what became of a codebook between two states of it, in terms of codes and themes and not of lines: what
// was added, renamed, merged or split, and which parts of an entry say something else. White space is no difference.
type Diff struct {
	Version *Edit    `json:"version,omitempty"` // the author's own; nil when it is the same
	Changes []Change `json:"changes"`           // codes before themes, then in the order of the kinds, then as the newer codebook has them
}

// A Kind is what happened to a code or theme.
type Kind string

// The kinds, in the order in which a Diff lists them. What follows from another change is not told again: a reference
// to a code that was renamed or merged is the same reference.
const (
	Renamed       Kind = "renamed"   // another id for the same entry; By says how that is known
	Merged        Kind = "merged"    // into one other: To
	Split         Kind = "split"     // into several: To
	Retired       Kind = "retired"   // a code that leads nowhere
	Dropped       Kind = "dropped"   // a theme that leads nowhere
	Restored      Kind = "restored"  // no longer retired or dropped
	Added         Kind = "added"     // under To, if that is not empty
	Removed       Kind = "removed"   // without a trace: no alias leads from its id to another entry
	Moved         Kind = "moved"     // from one parent to another; an empty From or To is the top level
	Reordered     Kind = "reordered" // IDs, among those with the same parent; the change is the parent's, whose ID is "" at the top
	Redefined     Kind = "redefined" // name, definition, include, exclude, examples, counterexamples; of a theme: name, concept, definition, kind, relations
	OtherRules    Kind = "rules"     // match, unit, speakers, accept
	OtherCodes    Kind = "codes"     // of a theme
	OtherEvidence Kind = "evidence"  // of a theme: excerpts, tensions
	OtherStatus   Kind = "status"    // of a theme: candidate, reviewed, defined
	OtherAliases  Kind = "aliases"   // former ids added or taken out by hand
	Recolored     Kind = "recolored" // a code's color
)

var kinds = []Kind{Renamed, Merged, Split, Retired, Dropped, Restored, Added, Removed, Moved, Reordered, Redefined, OtherRules, OtherCodes, OtherEvidence, OtherStatus, OtherAliases, Recolored}

// A Change is one thing that happened to one entry.
type Change struct {
	Kind  Kind     `json:"kind"`
	Of    string   `json:"of"`             // "code" or "theme"
	ID    string   `json:"id"`             // in the newer codebook; of what was removed, or merged away, in the older
	Name  string   `json:"name,omitempty"` // where it is not the id
	From  []string `json:"from,omitempty"` // renamed: the former id; moved: the former parent
	To    []string `json:"to,omitempty"`   // merged, split: what it leads to; moved, added: the parent
	IDs   []string `json:"ids,omitempty"`  // reordered: those that stand elsewhere among their siblings
	By    string   `json:"by,omitempty"`   // renamed, merged: "alias" or "into" (the codebook says so), "case", or "definition" (the same words, and no other entry has them)
	Edits []Edit   `json:"edits,omitempty"`
}

// An Edit is one key of an entry that says something else. A text has Old and New; a list Was and Now, how many items
// it had and has, and the items that went and came.
type Edit struct {
	Key       string   `json:"key"`
	Old       string   `json:"old,omitempty"`
	New       string   `json:"new,omitempty"`
	List      bool     `json:"list,omitempty"`
	Was       int      `json:"was,omitempty"`
	Now       int      `json:"now,omitempty"`
	Went      []string `json:"went,omitempty"`
	Came      []string `json:"came,omitempty"`
	Reordered bool     `json:"reordered,omitempty"` // the same items in another order
	Private   bool     `json:"private,omitempty"`   // participants' words, which WithoutWords takes out
}

// WithoutWords returns d without participants' words: of examples and excerpts the numbers remain.
func (d Diff) WithoutWords() Diff {
	d.Changes = slices.Clone(d.Changes)
	for i := range d.Changes {
		edits := slices.Clone(d.Changes[i].Edits)
		for k := range edits {
			if edits[k].Private {
				edits[k].Went, edits[k].Came = nil, nil
			}
		}
		d.Changes[i].Edits = edits
	}
	return d
}

// Empty says whether the two codebooks mean the same.
func (d Diff) Empty() bool { return d.Version == nil && len(d.Changes) == 0 }

// Count returns how many changes of a kind there are to codes or themes.
func (d Diff) Count(of string, kind Kind) int {
	n := 0
	for _, c := range d.Changes {
		if c.Of == of && c.Kind == kind {
			n++
		}
	}
	return n
}

// Compare tells what became of the older codebook in the newer one. Both may have faults; what Parse could not read is
// not compared.
func Compare(older, newer *Codebook) Diff {
	var d Diff
	if a, b := foldSpace(older.Version), foldSpace(newer.Version); a != b {
		d.Version = &Edit{Key: "version", Old: a, New: b}
	}
	c := &comparison{older: older, newer: newer}
	c.codes = pairUp(records(older.AllCodes(), codeRecord), records(newer.AllCodes(), codeRecord),
		func(id string) string { return codeID(older.Code(id)) }, func(id string) string { return codeID(newer.Code(id)) })
	c.themes = pairUp(records(older.AllThemes(), themeRecord), records(newer.AllThemes(), themeRecord),
		func(id string) string { return themeID(older.Theme(id)) }, func(id string) string { return themeID(newer.Theme(id)) })
	d.Changes = append(c.codes.changes("code", Retired, c.codeEdits), c.themes.changes("theme", Dropped, c.themeEdits)...)
	return d
}

// A record is what codes and themes have in common.
type record struct {
	id, name, parent string
	aliases          []string
	gone             bool // retired, dropped
	into             []string
	definition       string
	code             *Code
	theme            *Theme
}

func records[T any](all []T, as func(T) record) []record {
	out := make([]record, 0, len(all))
	for _, e := range all {
		if n := as(e); n.id != "" {
			out = append(out, n)
		}
	}
	return out
}

func codeRecord(c *Code) record {
	return record{c.ID, c.Name, codeID(c.Parent), c.Aliases, c.Retired, c.Into, c.Definition, c, nil}
}

func themeRecord(t *Theme) record {
	return record{t.ID, t.Name, themeID(t.Parent), t.Aliases, t.Status == "dropped", t.Into, t.Definition, nil, t}
}

func codeID(c *Code) string {
	if c == nil {
		return ""
	}
	return c.ID
}

func themeID(t *Theme) string {
	if t == nil {
		return ""
	}
	return t.ID
}

// A matching says which entry of the older codebook is which of the newer.
type matching struct {
	older, newer []record
	to           map[string]string // older id -> newer id
	from         map[string]string // newer id -> older id
	by           map[string]string // older id -> how a rename or merge is known
	absorbed     map[string]string // older id that is an alias of an entry which is another's successor -> that entry's newer id
}

// pairUp pairs entries: first by id, then by an alias that the codebook keeps, then by the words of the definition
// where these are at least three and belong to one entry only on either side. Nothing else counts as likeness.
func pairUp(older, newer []record, inOlder, inNewer func(id string) string) *matching {
	m := &matching{older, newer, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}}
	pair := func(was, is, by string) {
		m.to[was], m.from[is] = is, was
		if by != "" {
			m.by[was] = by
		}
	}
	ids := map[string]string{} // folded -> newer id
	for _, n := range newer {
		ids[diag.Fold(n.id)] = n.id
	}
	for _, o := range older {
		if is, ok := ids[diag.Fold(o.id)]; ok && m.from[is] == "" {
			by := ""
			if is != o.id {
				by = "case"
			}
			pair(o.id, is, by)
		}
	}
	claims := map[string]int{}
	for _, o := range older {
		if is := inNewer(o.id); m.to[o.id] == "" && is != "" {
			claims[is]++
		}
	}
	for _, o := range older {
		is := inNewer(o.id)
		switch {
		case m.to[o.id] != "" || is == "":
		case m.from[is] == "" && claims[is] == 1:
			pair(o.id, is, "alias")
		default:
			m.absorbed[o.id], m.by[o.id] = is, "alias"
		}
	}
	for _, n := range newer { // a rename taken back: the older codebook knows the newer id as a former one
		if was := inOlder(n.id); m.from[n.id] == "" && was != "" && m.to[was] == "" && m.absorbed[was] == "" {
			pair(was, n.id, "alias")
		}
	}
	only := func(all []record) map[string]string { // folded definition -> id, "" when several have it
		out := map[string]string{}
		for _, n := range all {
			if words := foldSpace(n.definition); strings.Count(words, " ") >= 2 {
				if _, twice := out[words]; twice {
					out[words] = ""
				} else {
					out[words] = n.id
				}
			}
		}
		return out
	}
	alike := only(newer)
	for words, was := range only(older) {
		if is := alike[words]; was != "" && is != "" && m.to[was] == "" && m.absorbed[was] == "" && m.from[is] == "" {
			pair(was, is, "definition")
		}
	}
	return m
}

// today returns the newer id of an older one, "" when nothing leads there.
func (m *matching) today(id string) string { return cmp.Or(m.to[id], m.absorbed[id]) }

func (m *matching) allToday(ids []string) []string {
	var out []string
	for _, id := range ids {
		if is := cmp.Or(m.today(id), id); !slices.Contains(out, is) {
			out = append(out, is)
		}
	}
	return out
}

// changes lists what happened to the entries of one sort. Edits compares what only codes or only themes have.
func (m *matching) changes(of string, gone Kind, edits func(older, newer record) []kindOfEdits) []Change {
	byKind := map[Kind][]Change{}
	add := func(c Change, name string) {
		if c.Of = of; name != c.ID {
			c.Name = name
		}
		byKind[c.Kind] = append(byKind[c.Kind], c)
	}
	was := map[string]record{}
	for _, o := range m.older {
		was[o.id] = o
	}
	whole := func(older, newer record) []Edit { // of an entry that was not there before, or is there no more
		var out []Edit
		for _, e := range edits(older, newer) {
			out = append(out, e.edits...)
		}
		return out
	}
	parent := func(id string) []string {
		if id == "" {
			return nil
		}
		return []string{id}
	}
	for _, n := range m.newer {
		o, there := was[m.from[n.id]]
		if !there {
			add(Change{Kind: Added, ID: n.id, To: parent(n.parent), Edits: whole(record{}, n)}, n.name)
		} else if o.id != n.id {
			add(Change{Kind: Renamed, ID: n.id, From: []string{o.id}, By: m.by[o.id]}, n.name)
		}
		switch {
		case n.gone && (!o.gone || !slices.Equal(m.allToday(o.into), n.into)):
			kind, by := gone, ""
			switch {
			case len(n.into) == 1:
				kind, by = Merged, "into"
			case len(n.into) > 1:
				kind, by = Split, "into"
			}
			add(Change{Kind: kind, ID: n.id, To: slices.Clone(n.into), By: by}, n.name)
		case o.gone && !n.gone:
			add(Change{Kind: Restored, ID: n.id}, n.name)
		}
		if !there {
			continue
		}
		if up := m.today(o.parent); up != n.parent || up == "" && o.parent != "" {
			from := parent(o.parent)
			if up != "" {
				from = parent(up)
			}
			add(Change{Kind: Moved, ID: n.id, From: from, To: parent(n.parent)}, n.name)
		}
		for _, e := range edits(o, n) {
			add(Change{Kind: e.kind, ID: n.id, Edits: e.edits}, n.name)
		}
		if e, ok := m.aliasEdit(o, n); ok {
			add(Change{Kind: OtherAliases, ID: n.id, Edits: []Edit{e}}, n.name)
		}
	}
	for _, o := range m.older {
		if is := m.absorbed[o.id]; is != "" {
			add(Change{Kind: Merged, ID: o.id, To: []string{is}, By: m.by[o.id]}, o.name)
		} else if m.to[o.id] == "" {
			add(Change{Kind: Removed, ID: o.id, From: parent(o.parent), Edits: whole(o, record{})}, o.name)
		}
	}
	for _, c := range m.reordered() {
		add(c, c.ID)
	}
	var out []Change
	for _, k := range kinds {
		out = append(out, byKind[k]...)
	}
	return out
}

// aliasEdit finds aliases that somebody added or took out, beside those that a rename or a merge leaves.
func (m *matching) aliasEdit(o, n record) (Edit, bool) {
	expected := append([]string{o.id, n.id}, o.aliases...)
	for _, other := range m.older {
		if m.absorbed[other.id] == n.id {
			expected = append(append(expected, other.id), other.aliases...)
		}
	}
	has := func(list []string, id string) bool {
		return slices.ContainsFunc(list, func(have string) bool { return diag.Fold(have) == diag.Fold(id) })
	}
	e := Edit{Key: "aliases", List: true, Was: len(o.aliases), Now: len(n.aliases)}
	for _, id := range o.aliases {
		if !has(n.aliases, id) && diag.Fold(id) != diag.Fold(n.id) {
			e.Went = append(e.Went, id)
		}
	}
	for _, id := range n.aliases {
		if !has(expected, id) {
			e.Came = append(e.Came, id)
		}
	}
	return e, len(e.Went)+len(e.Came) > 0
}

// reordered finds, for each parent, the children that stand in another order than they did under it: as few as tell
// the difference.
func (m *matching) reordered() []Change {
	place := map[string]int{} // newer id -> place in the newer codebook
	var parents []string
	for i, n := range m.newer {
		place[n.id] = i
		if !slices.Contains(parents, n.parent) {
			parents = append(parents, n.parent)
		}
	}
	stayed := map[string][]string{} // newer parent -> newer ids of those that stayed under it, in the older order
	for _, o := range m.older {
		if is := m.to[o.id]; is != "" && m.to[o.parent] == m.newer[place[is]].parent {
			up := m.newer[place[is]].parent
			stayed[up] = append(stayed[up], is)
		}
	}
	var out []Change
	for _, up := range parents {
		ids := stayed[up]
		keep := longestRise(len(ids), func(i int) int { return place[ids[i]] })
		var elsewhere []string
		for i, id := range ids {
			if !keep[i] {
				elsewhere = append(elsewhere, id)
			}
		}
		if len(elsewhere) > 0 {
			slices.SortFunc(elsewhere, func(a, b string) int { return cmp.Compare(place[a], place[b]) })
			out = append(out, Change{Kind: Reordered, ID: up, IDs: elsewhere})
		}
	}
	return out
}

// longestRise marks the longest subsequence whose values rise; of several the one that ends earliest.
func longestRise(n int, value func(i int) int) []bool {
	length, before := make([]int, n), make([]int, n)
	best := -1
	for i := range n {
		length[i], before[i] = 1, -1
		for j := range i {
			if value(j) < value(i) && length[j]+1 > length[i] {
				length[i], before[i] = length[j]+1, j
			}
		}
		if best < 0 || length[i] > length[best] {
			best = i
		}
	}
	keep := make([]bool, n)
	for ; best >= 0; best = before[best] {
		keep[best] = true
	}
	return keep
}

// A comparison holds what references need to be compared over renames and merges.
type comparison struct {
	older, newer  *Codebook
	codes, themes *matching
}

// kindOfEdits are the edits of an entry that are told together.
type kindOfEdits struct {
	kind  Kind
	edits []Edit
}

// code returns the newer id that a reference of the older codebook leads to: over renames, and through codes that were
// merged since.
func (c *comparison) code(id string) string {
	is := c.codes.today(id)
	if code, _ := c.newer.Resolve(is); code != nil {
		return code.ID
	}
	return cmp.Or(is, id)
}

func (c *comparison) codeEdits(o, n record) []kindOfEdits {
	nothing := &Code{Unit: "sentence"}
	was, is := cmp.Or(o.code, nothing), cmp.Or(n.code, nothing)
	words := func(texts []Text) (out []string) {
		for _, t := range texts {
			out = append(out, t.Text)
		}
		return out
	}
	exclude := func(list []Exclusion, id func(string) string) (out []string) {
		for _, x := range list {
			if x.Code == "" {
				out = append(out, x.Text)
			} else {
				out = append(out, strings.TrimSpace(x.Text+" -> "+id(x.Code)))
			}
		}
		return out
	}
	rules := func(c *Code) (out []string) {
		for _, r := range c.Match {
			out = append(out, r.Text)
		}
		return out
	}
	same := func(id string) string { return id }
	speakers, accept := map[bool]string{true: "all", false: "participants"}, map[bool]string{true: "true", false: "false"}
	return told([]kindOfEdits{
		{Redefined, []Edit{
			nameEdit(o, n),
			textEdit("definition", was.Definition, is.Definition),
			listEdit("include", was.Include, is.Include, false),
			listEdit("exclude", exclude(was.Exclude, c.code), exclude(is.Exclude, same), false),
			listEdit("examples", words(was.Examples), words(is.Examples), true),
			listEdit("counterexamples", words(was.Counterexamples), words(is.Counterexamples), true),
		}},
		{OtherRules, []Edit{
			listEdit("match", rules(was), rules(is), false),
			textEdit("unit", was.Unit, is.Unit),
			textEdit("speakers", speakers[was.AllSpeakers], speakers[is.AllSpeakers]),
			textEdit("accept", accept[was.Accept], accept[is.Accept]),
		}},
		{Recolored, []Edit{textEdit("color", was.Color, is.Color)}},
	})
}

func (c *comparison) themeEdits(o, n record) []kindOfEdits {
	nothing := &Theme{Status: "candidate", Kind: "theme"}
	was, is := cmp.Or(o.theme, nothing), cmp.Or(n.theme, nothing)
	var codes []string
	for _, id := range was.Codes {
		if id = c.code(id); !slices.Contains(codes, id) {
			codes = append(codes, id)
		}
	}
	quotes := func(list []Excerpt) (out []string) {
		for _, x := range list {
			s := x.Transcript + ": " + x.Quote
			for _, more := range []string{x.Translation, x.Translator, x.Memo} {
				if more != "" {
					s += " / " + more
				}
			}
			out = append(out, s)
		}
		return out
	}
	relations := func(list []Relation, id func(string) string) (out []string) {
		for _, r := range list {
			s := id(r.To)
			if r.Label != "" {
				s = r.Label + " -> " + s
			}
			out = append(out, s)
		}
		return out
	}
	same := func(id string) string { return id }
	groups := []kindOfEdits{
		{Redefined, []Edit{
			nameEdit(o, n),
			textEdit("concept", was.Concept, is.Concept),
			textEdit("definition", was.Definition, is.Definition),
			textEdit("kind", was.Kind, is.Kind),
			listEdit("relations", relations(was.Relations, func(id string) string { return cmp.Or(c.themes.today(id), id) }), relations(is.Relations, same), false),
		}},
		{OtherCodes, []Edit{listEdit("codes", codes, is.Codes, false)}},
		{OtherEvidence, []Edit{listEdit("excerpts", quotes(was.Excerpts), quotes(is.Excerpts), true), listEdit("tensions", quotes(was.Tensions), quotes(is.Tensions), true)}},
	}
	if !o.gone && !n.gone {
		groups = append(groups, kindOfEdits{OtherStatus, []Edit{textEdit("status", was.Status, is.Status)}})
	}
	return told(groups)
}

// told leaves out what is no edit.
func told(groups []kindOfEdits) []kindOfEdits {
	var out []kindOfEdits
	for _, g := range groups {
		g.edits = slices.DeleteFunc(g.edits, func(e Edit) bool { return e.Key == "" })
		if len(g.edits) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// nameEdit compares names. One that only repeats the id, or that nobody gave, goes along with the id.
func nameEdit(o, n record) Edit {
	if o.name == o.id && n.name == n.id {
		return Edit{}
	}
	return textEdit("name", o.name, n.name)
}

// textEdit compares two texts but for white space; no difference is the zero Edit.
func textEdit(key, older, newer string) Edit {
	if older, newer = foldSpace(older), foldSpace(newer); older != newer {
		return Edit{Key: key, Old: older, New: newer}
	}
	return Edit{}
}

// listEdit compares two lists but for white space; no difference is the zero Edit.
func listEdit(key string, older, newer []string, private bool) Edit {
	e := Edit{Key: key, List: true, Was: len(older), Now: len(newer), Private: private}
	left := map[string]int{}
	for _, s := range newer {
		left[foldSpace(s)]++
	}
	changed := len(older) != len(newer)
	for i, s := range older {
		s = foldSpace(s)
		if changed = changed || s != foldSpace(newer[i]); left[s] > 0 {
			left[s]--
		} else {
			e.Went = append(e.Went, s)
		}
	}
	if !changed {
		return Edit{}
	}
	for _, s := range slices.Backward(newer) { // of what stands twice now, the later came
		if s = foldSpace(s); left[s] > 0 {
			left[s]--
			e.Came = append(e.Came, s)
		}
	}
	slices.Reverse(e.Came)
	e.Reordered = len(e.Went)+len(e.Came) == 0
	return e
}

// foldSpace makes every run of white space one space and takes it from the ends.
func foldSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// Text writes d for a person: a change a line, what an entry said and says below it. With nothing changed it writes
// nothing. Of participants' words it writes what d holds: see WithoutWords.
func (d Diff) Text(w io.Writer) error {
	var b strings.Builder
	if d.Version != nil {
		fmt.Fprintf(&b, "version    %s\n", diag.Plain(cmp.Or(d.Version.Old, "none")+" to "+cmp.Or(d.Version.New, "none")))
	}
	for _, c := range d.Changes {
		fmt.Fprintf(&b, "%-10s %s\n", c.Kind, diag.Plain(c.Sentence()))
		for _, e := range c.Shown() {
			fmt.Fprintf(&b, "           %s%s\n", e.Key, e.Numbers())
			was, is := e.Lines()
			for _, s := range was {
				fmt.Fprintf(&b, "           - %s\n", diag.Plain(s))
			}
			for _, s := range is {
				fmt.Fprintf(&b, "           + %s\n", diag.Plain(s))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Shown are the edits that a reader is told: of what came or went as a whole, what it was about.
func (c Change) Shown() []Edit {
	if c.Kind != Added && c.Kind != Removed {
		return c.Edits
	}
	return slices.DeleteFunc(slices.Clone(c.Edits), func(e Edit) bool { return e.Key != "definition" && e.Key != "concept" })
}

// Lines are what an edit took out and put in.
func (e Edit) Lines() (was, is []string) {
	if e.List {
		return e.Went, e.Came
	}
	if e.Old != "" {
		was = []string{e.Old}
	}
	if e.New != "" {
		is = []string{e.New}
	}
	return was, is
}

// Numbers says of participants' words, which may have been taken out, how many there were and are, and of a list that
// only its order is another.
func (e Edit) Numbers() string {
	switch {
	case e.Reordered:
		return ": in another order"
	case e.Private && e.Was == e.Now:
		return fmt.Sprintf(": %d, other words", e.Now)
	case e.Private:
		return fmt.Sprintf(": %d, were %d", e.Now, e.Was)
	}
	return ""
}

// Sentence says what happened without the kind: `code limits to boundaries`. It is not made safe for a terminal.
func (c Change) Sentence() string {
	s := c.Of + " " + c.ID
	if c.Name != "" {
		s += " (" + c.Name + ")"
	}
	list := func(ids []string) string { return strings.Join(ids, ", ") }
	switch c.Kind {
	case Renamed:
		s = c.Of + " " + list(c.From) + " to " + strings.TrimPrefix(s, c.Of+" ")
		if c.By == "definition" {
			s += "; known by its definition alone, without an alias"
		}
	case Merged, Split:
		s += " into " + list(c.To)
	case Added:
		if len(c.To) > 0 {
			s += " under " + list(c.To)
		}
	case Removed:
		if len(c.From) > 0 {
			s += " from " + list(c.From)
		}
	case Moved:
		s += " from " + cmp.Or(list(c.From), "the top level") + " to " + cmp.Or(list(c.To), "the top level")
	case Reordered:
		s = c.Of + "s " + list(c.IDs)
		if c.ID != "" {
			s += " under " + c.ID
		} else {
			s += " at the top level"
		}
	}
	return s
}

// JSON writes d as one document. Fields are added, never renamed or taken out.
func (d Diff) JSON(w io.Writer) error {
	if d.Changes == nil {
		d.Changes = []Change{}
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(struct {
		Schema int `json:"schema"`
		Diff
	}{1, d}); err != nil {
		return fmt.Errorf("encode difference: %w", err)
	}
	_, err := w.Write(diag.PlainJSON([]byte(b.String())))
	return err
}

// Summary counts what happened: "2 codes added, 1 renamed; 1 theme redefined". It is "" when nothing did.
func (d Diff) Summary() string {
	var parts []string
	for _, of := range []string{"code", "theme"} {
		var some []string
		for _, k := range kinds {
			if n := d.Count(of, k); n > 0 {
				noun := ""
				if len(some) == 0 {
					if noun = of + " "; n > 1 {
						noun = of + "s "
					}
				}
				word := string(k)
				if k == OtherRules || k == OtherCodes || k == OtherEvidence || k == OtherStatus || k == OtherAliases {
					word = "with other " + word
				}
				some = append(some, fmt.Sprintf("%d %s%s", n, noun, word))
			}
		}
		if len(some) > 0 {
			parts = append(parts, strings.Join(some, ", "))
		}
	}
	if d.Version != nil {
		parts = append(parts, "another version")
	}
	return strings.Join(parts, "; ")
}
