// Package codebook knows the codebook: codes, themes, what they mean and how they hang together.
//
// It guarantees that every fault of a codebook.yaml is told with its line and column, all in one go; that a former
// name still finds its code; and that what it returns is a tree without cycles in the author's order. It refuses to
// read a codebook in which an id stands twice or a reference leads nowhere, since nothing counted over it would be
// true. It does not know transcripts: whether an example is verbatim, or a rule finds anything, is asked elsewhere.
package codebook

import (
	"slices"

	"github.com/tema-qda/tema/codebook/diag"
)

// A Codebook is a parsed codebook.yaml.
type Codebook struct {
	File    string // as findings name it
	Version string // the author's own; any scalar
	Codes   []*Code
	Themes  []*Theme

	codes  map[string]*Code // by folded id and alias
	themes map[string]*Theme
	yaml   *diag.YAML
}

// A Code is an entry of the codebook.
type Code struct {
	ID              string
	Name            string // ID when the author gives none
	Definition      string
	Include         []string
	Exclude         []Exclusion
	Examples        []Text
	Counterexamples []Text
	Color           string // "#rrggbb" or ""
	Aliases         []string
	Match           []Rule
	Unit            string // what AND and NOT hold within: "sentence" (also when not given), "turn" or "match"
	AllSpeakers     bool   // speakers: all: rules look at interviewers' turns too
	Accept          bool   // what the rules find counts without being read
	Retired         bool
	Into            []string // of a retired code: where its codings went; ids, never aliases
	Parent          *Code
	Codes           []*Code
	Pos             diag.Position // of the id
}

// A Text is words and where they stand in the codebook.
type Text struct {
	Text string
	Pos  diag.Position
}

// An Exclusion is what a code does not cover, and the code that covers it instead, if the author names one.
type Exclusion struct {
	Text string        // without the arrow and what follows
	Code string        // the id after " -> ", as Resolve gives it; "" when there is none or it leads nowhere
	Pos  diag.Position // of the text
}

// A Rule is one match rule as its author wrote it; index/query parses it.
type Rule struct {
	Text string
	Pos  diag.Position // of the first character of Text
	// Plain: character i of Text stands at Pos.Column+i. Not so for folded, escaped or many-line scalars.
	Plain bool

	scalar diag.Scalar
}

// A Theme is a pattern of shared meaning around a central organising concept, as its researcher developed it.
type Theme struct {
	ID         string
	Name       string
	Concept    string
	Definition string
	Status     string // "candidate" (also when not given), "reviewed", "defined", "dropped"
	Kind       string // "theme" (also when not given) or "category"
	Aliases    []string
	Into       []string // of a dropped theme: where its evidence went; ids, never aliases
	Codes      []string // ids as resolved: never an alias, and a retired code only where it does not lead on
	Excerpts   []Excerpt
	Tensions   []Excerpt
	Relations  []Relation
	Parent     *Theme
	Themes     []*Theme
	Pos        diag.Position
}

// An Excerpt is a quotation that the author chose, or a tension: one that speaks against the theme.
type Excerpt struct {
	Transcript  string
	Quote       string
	Translation string
	Translator  string
	Memo        string
	Pos         diag.Position // of the quote
}

// A Relation leads from its theme to another.
type Relation struct {
	To    string
	Label string
	Pos   diag.Position
}

// Code returns the code of that id or former id (without regard to case), or nil.
func (b *Codebook) Code(id string) *Code { return b.codes[diag.Fold(id)] }

// Resolve follows id, through aliases and retired codes, to the code that its codings count under today. A retired
// code with one `into` leads on; one with none counts under itself; one with several is returned as it is and
// queued is true: its codings wait for review and count under none. An unknown id gives nil.
func (b *Codebook) Resolve(id string) (code *Code, queued bool) {
	code = b.Code(id)
	for code != nil && code.Retired && len(code.Into) > 0 { // ends: Parse leaves no cycle in Into
		if len(code.Into) > 1 {
			return code, true
		}
		code = b.Code(code.Into[0])
	}
	return code, false
}

// Theme returns the theme of that id or former id, or nil.
func (b *Codebook) Theme(id string) *Theme { return b.themes[diag.Fold(id)] }

// AllCodes returns every code, depth first in the author's order.
func (b *Codebook) AllCodes() []*Code { return depthFirst(b.Codes, subCodes) }

// AllThemes returns every theme, depth first in the author's order.
func (b *Codebook) AllThemes() []*Theme { return depthFirst(b.Themes, subThemes) }

// WithDescendants returns c and every code under it, depth first.
func (c *Code) WithDescendants() []*Code { return depthFirst([]*Code{c}, subCodes) }

// WithSubThemes returns t and every theme under it, depth first.
func (t *Theme) WithSubThemes() []*Theme { return depthFirst([]*Theme{t}, subThemes) }

func subCodes(c *Code) []*Code    { return c.Codes }
func subThemes(t *Theme) []*Theme { return t.Themes }

func depthFirst[T any](roots []T, under func(T) []T) []T {
	var out []T
	var walk func([]T)
	walk = func(nodes []T) {
		for _, n := range nodes {
			out = append(out, n)
			walk(under(n))
		}
	}
	walk(roots)
	return out
}

// AllCodes returns the ids of t's codes with their descendants, each once, in the order of t and then of the
// codebook; those of its sub-themes are not among them. A code whose id is missing is left out: nothing can refer to it.
func (t *Theme) AllCodes(b *Codebook) []string {
	var out []string
	seen := map[string]bool{}
	for _, id := range t.Codes {
		code := b.Code(id)
		if code == nil {
			continue
		}
		for _, c := range code.WithDescendants() {
			if c.ID != "" && !seen[c.ID] {
				seen[c.ID] = true
				out = append(out, c.ID)
			}
		}
	}
	return out
}

// Path returns c's ancestors' names and its own, outermost first.
func (c *Code) Path() []string {
	var path []string
	for ; c != nil; c = c.Parent {
		path = append(path, c.Name)
	}
	slices.Reverse(path)
	return path
}

// Path returns t's ancestors' names and its own, outermost first.
func (t *Theme) Path() []string {
	var path []string
	for ; t != nil; t = t.Parent {
		path = append(path, t.Name)
	}
	slices.Reverse(path)
	return path
}

// At returns the place in the codebook of the character at that byte offset of Text, past quotation marks, escapes
// and folded lines; len(Text) gives the place behind the last. It returns the scalar's start when the way back cannot
// be found.
func (r Rule) At(offset int) diag.Position { return r.scalar.At(offset) }

// Span returns where the bytes of Text from start to end (half-open) stand in the codebook and how many characters
// they take up there: what a finding about a fault in the rule underlines.
func (r Rule) Span(start, end int) (diag.Position, int) { return r.scalar.Span(start, end) }

// Locate completes a finding about the codebook that somebody else makes at f.Pos (a rule that does not parse, an
// excerpt that is not verbatim): the file, the line that stands there, and whether participants' words stand on it.
func (b *Codebook) Locate(f diag.Finding) diag.Finding { return b.yaml.Locate(f) }
