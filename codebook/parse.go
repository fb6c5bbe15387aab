package codebook

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
)

// Faults are the rules that Parse holds a codebook to. With an error among its findings nothing can be counted over
// the codebook; a warning leaves it usable.
var Faults = []diag.Rule{
	{Name: "codebook/syntax", Severity: diag.Error, Means: "the file is not one YAML document in UTF-8"},
	{Name: "codebook/wrong-kind", Severity: diag.Error, Means: "a list, a text, or keys and values where another of the three belongs"},
	{Name: "codebook/unknown-key", Severity: diag.Error, Means: "a key that tema does not know there"},
	{Name: "codebook/duplicate-key", Severity: diag.Error, Means: "a key that stands twice in one place"},
	{Name: "codebook/missing", Severity: diag.Error, Means: "what must be given is not: an id, an excerpt's transcript or quote, where a relation leads, the words of a rule"},
	{Name: "codebook/bad-id", Severity: diag.Error, Means: "an id or alias that cannot be one"},
	{Name: "codebook/duplicate-id", Severity: diag.Error, Means: "an id or alias that is taken already, upper and lower case being the same"},
	{Name: "codebook/unknown-value", Severity: diag.Error, Means: "a word that is none of those that may stand there"},
	{Name: "codebook/bad-color", Severity: diag.Error, Means: `a color that is not written like "#1b6ca8", in quotation marks`},
	{Name: "codebook/dangling-reference", Severity: diag.Error, Means: "a reference to a code or theme that does not exist"},
	{Name: "codebook/cycle", Severity: diag.Error, Means: "retired codes, or dropped themes, whose into leads back to themselves"},
	{Name: "codebook/duplicate-code", Severity: diag.Warning, Means: "a code or theme that stands twice in one list"},
	{Name: "codebook/retired-code", Severity: diag.Warning, Means: "a theme's code that is retired and leads to no single other code"},
	{Name: "codebook/idle-into", Severity: diag.Warning, Means: "an into without effect, since the code is not retired or the theme not dropped"},
}

// Parse reads a codebook. File names it in findings. Even with findings it returns what could be read, so that a
// caller can find more faults (in rules, in excerpts) before it reports any. References that lead nowhere, and an
// `into` that closes a circle, are left out of what it returns.
func Parse(file string, src []byte) (*Codebook, diag.List) {
	var found diag.List
	y := &diag.YAML{File: file, Group: "codebook", Found: &found}
	p := &parser{y: y, b: &Codebook{File: file, codes: map[string]*Code{}, themes: map[string]*Theme{}, yaml: y}}
	if root := y.Root(src); root != nil && !diag.IsNull(root) {
		y.Fields(root, "the codebook", p.codebookFields())
	}
	p.register()
	p.resolveInto()
	p.resolveOthers()
	y.Close()
	found.Sort()
	return p.b, found
}

// A parser collects, while it reads, what can only be judged when all ids are known.
type parser struct {
	y *diag.YAML
	b *Codebook

	names  []name
	into   []reference
	others []reference // a theme's codes, exclusions, relations
}

// A name is an id or alias where it stands.
type name struct {
	word  string
	node  *yaml.Node
	what  string // "id" or "alias"
	code  *Code  // whose it is, or
	theme *Theme
}

// A reference is an id where another entry names it.
type reference struct {
	word   string
	node   *yaml.Node
	offset int    // byte in the scalar at which word begins
	kind   string // "code" or "theme": what word must be
	about  string // who refers: "code:phone"
	idle   func() bool
	take   func(id string) // receives the id that it leads to
	prose  func()          // not nil: word may be no reference at all, unless an entry is called that
}

func (p *parser) codebookFields() map[string]diag.Field {
	y, b := p.y, p.b
	return map[string]diag.Field{
		"version": func(n *yaml.Node) { b.Version = y.Text(n, "version") },
		"codes":   func(n *yaml.Node) { b.Codes = p.codes(n, nil) },
		"themes":  func(n *yaml.Node) { b.Themes = p.themes(n, nil) },
	}
}

func (p *parser) codes(n *yaml.Node, parent *Code) []*Code {
	var out []*Code
	p.y.Items(n, "codes", func(n *yaml.Node) {
		c := &Code{Unit: "sentence", Parent: parent}
		if p.entry(n, name{code: c}, p.codeFields(c)) {
			c.Name = cmp.Or(c.Name, c.ID)
			out = append(out, c)
		}
	})
	return out
}

func (p *parser) themes(n *yaml.Node, parent *Theme) []*Theme {
	var out []*Theme
	p.y.Items(n, "themes", func(n *yaml.Node) {
		t := &Theme{Status: "candidate", Kind: "theme", Parent: parent}
		if p.entry(n, name{theme: t}, p.themeFields(t)) {
			t.Name = cmp.Or(t.Name, t.ID)
			out = append(out, t)
		}
	})
	return out
}

// entry reads a code or theme; false if n is none. The id comes first, wherever it stands: findings are about it.
func (p *parser) entry(n *yaml.Node, own name, fields map[string]diag.Field) bool {
	kind, id, pos := "code", new(string), new(diag.Position)
	if own.theme != nil {
		kind, id, pos = "theme", &own.theme.ID, &own.theme.Pos
	} else {
		id, pos = &own.code.ID, &own.code.Pos
	}
	if n.Kind != yaml.MappingNode {
		f := p.y.Finding(n, "wrong-kind", "a %s must be keys and values, not %s", kind, diag.Kind(n))
		f.Hint = "write it as {id: ...}"
		if n.Kind == yaml.ScalarNode && diag.CheckID(n.Value) == nil {
			f.Hint = "write it as {id: " + n.Value + "}"
		}
		p.y.Found.Add(f)
		return false
	}
	before := p.y.About
	defer func() { p.y.About = before }()
	p.y.About, *pos = "", p.y.At(n)
	given := false
	for i := 0; i+1 < len(n.Content) && !given; i += 2 {
		if value := n.Content[i+1]; n.Content[i].Value == "id" && !diag.IsNull(value) {
			if given = true; value.Kind == yaml.ScalarNode {
				*id, *pos = value.Value, p.y.Scalar(value).At(0)
				if *id != "" {
					p.y.About = kind + ":" + *id
				}
				own.what = "id"
				p.name(value, own)
			}
		}
	}
	if !given {
		f := p.y.Finding(n, "missing", "a %s has no id", kind)
		f.Hint = "give it an id, which codings and references hold"
		p.y.Found.Add(f)
	}
	p.y.Fields(n, "a "+kind, fields)
	p.unquotedColor(n)
	return true
}

func (p *parser) codeFields(c *Code) map[string]diag.Field {
	y := p.y
	return map[string]diag.Field{
		"id":         func(n *yaml.Node) { y.Text(n, "id") },
		"name":       func(n *yaml.Node) { c.Name = y.Text(n, "name") },
		"definition": func(n *yaml.Node) { c.Definition = y.Text(n, "definition") },
		"include":    func(n *yaml.Node) { c.Include = y.Texts(n, "include") },
		"exclude":    func(n *yaml.Node) { p.exclude(n, c) },
		"examples": func(n *yaml.Node) {
			y.Private(n, func(n *yaml.Node) { c.Examples = p.texts(n, "examples") })
		},
		"counterexamples": func(n *yaml.Node) {
			y.Private(n, func(n *yaml.Node) { c.Counterexamples = p.texts(n, "counterexamples") })
		},
		"color":    func(n *yaml.Node) { c.Color = p.color(n) },
		"aliases":  func(n *yaml.Node) { c.Aliases = p.aliases(n, name{code: c}) },
		"match":    func(n *yaml.Node) { p.match(n, c) },
		"unit":     func(n *yaml.Node) { c.Unit = cmp.Or(y.Choice(n, "unit", "sentence", "turn", "match"), c.Unit) },
		"speakers": func(n *yaml.Node) { c.AllSpeakers = y.Choice(n, "speakers", "all") == "all" },
		"accept":   func(n *yaml.Node) { c.Accept = y.Bool(n, "accept") },
		"status":   func(n *yaml.Node) { c.Retired = y.Choice(n, "status", "active", "retired") == "retired" },
		"into":     func(n *yaml.Node) { p.readInto(n, "code", func() bool { return !c.Retired }, &c.Into) },
		"codes":    func(n *yaml.Node) { c.Codes = p.codes(n, c) },
	}
}

func (p *parser) themeFields(t *Theme) map[string]diag.Field {
	y := p.y
	return map[string]diag.Field{
		"id":         func(n *yaml.Node) { y.Text(n, "id") },
		"name":       func(n *yaml.Node) { t.Name = y.Text(n, "name") },
		"concept":    func(n *yaml.Node) { t.Concept = y.Text(n, "concept") },
		"definition": func(n *yaml.Node) { t.Definition = y.Text(n, "definition") },
		"status": func(n *yaml.Node) {
			t.Status = cmp.Or(y.Choice(n, "status", "candidate", "reviewed", "defined", "dropped"), t.Status)
		},
		"kind":    func(n *yaml.Node) { t.Kind = cmp.Or(y.Choice(n, "kind", "theme", "category"), t.Kind) },
		"aliases": func(n *yaml.Node) { t.Aliases = p.aliases(n, name{theme: t}) },
		"into":    func(n *yaml.Node) { p.readInto(n, "theme", func() bool { return t.Status != "dropped" }, &t.Into) },
		"codes":   func(n *yaml.Node) { p.themeCodes(n, t) },
		"excerpts": func(n *yaml.Node) {
			y.Private(n, func(n *yaml.Node) { t.Excerpts = p.excerpts(n, "excerpts", "an excerpt") })
		},
		"tensions": func(n *yaml.Node) {
			y.Private(n, func(n *yaml.Node) { t.Tensions = p.excerpts(n, "tensions", "a tension") })
		},
		"relations": func(n *yaml.Node) {
			y.Items(n, "relations", func(n *yaml.Node) { p.relation(n, t) })
		},
		"themes": func(n *yaml.Node) { t.Themes = p.themes(n, t) },
	}
}

func (p *parser) excerptFields(e *Excerpt) map[string]diag.Field {
	y := p.y
	return map[string]diag.Field{
		"transcript": func(n *yaml.Node) {
			e.Transcript = y.Text(n, "transcript")
			if n.Kind == yaml.ScalarNode && e.Transcript != "" && diag.CheckTranscriptID(e.Transcript) != nil {
				f := y.Finding(n, "bad-id", "this cannot be the id of a transcript") // it may be the quote, misplaced
				f.Hint = "the name of a file in transcripts/ without .txt"
				y.Found.Add(f)
			}
		},
		"quote":       func(n *yaml.Node) { e.Quote, e.Pos = y.Text(n, "quote"), y.At(n) },
		"translation": func(n *yaml.Node) { e.Translation = y.Text(n, "translation") },
		"translator":  func(n *yaml.Node) { e.Translator = y.Text(n, "translator") },
		"memo":        func(n *yaml.Node) { e.Memo = y.Text(n, "memo") },
	}
}

func (p *parser) relationFields(r *Relation, to **yaml.Node) map[string]diag.Field {
	return map[string]diag.Field{
		"to":    func(n *yaml.Node) { r.To, r.Pos, *to = p.y.Text(n, "to"), p.y.At(n), n },
		"label": func(n *yaml.Node) { r.Label = p.y.Text(n, "label") },
	}
}

func (p *parser) texts(n *yaml.Node, what string) []Text {
	var out []Text
	p.y.Items(n, what, func(n *yaml.Node) {
		if s, ok := p.y.Item(n, "an item of "+what); ok {
			out = append(out, Text{s, p.y.At(n)})
		}
	})
	return out
}

var (
	colorPattern   = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)
	commentedColor = regexp.MustCompile(`^#[0-9A-Fa-f]{3,8}\b`)
)

func (p *parser) color(n *yaml.Node) string {
	s := p.y.Text(n, "color")
	if n.Kind == yaml.ScalarNode && !colorPattern.MatchString(s) {
		f := p.y.Finding(n, "bad-color", "color cannot be %q", s)
		f.Hint = `six hexadecimal digits behind #, in quotation marks: "#1b6ca8"`
		p.y.Found.Add(f)
		return ""
	}
	return strings.ToLower(s)
}

// unquotedColor finds `color: #1b6ca8`, which to YAML is a comment: the color would be missed without a word.
func (p *parser) unquotedColor(n *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; key.Value == "color" && diag.IsNull(n.Content[i+1]) {
			f := p.y.Finding(key, "bad-color", "the color is a comment as it stands, since # begins one")
			line := []rune(f.Source)
			after := strings.TrimLeft(string(line[min(f.Pos.Column-1+f.Width, len(line)):]), ": \t")
			if commentedColor.MatchString(after) {
				f.Hint = `put it in quotation marks: "#1b6ca8"`
				p.y.Found.Add(f)
			}
		}
	}
}

// name takes an id or alias down and says so if it cannot be one.
func (p *parser) name(n *yaml.Node, own name) {
	own.word, own.node = n.Value, n
	if err := diag.CheckID(own.word); err != nil {
		f := p.y.Finding(n, "bad-id", "%v", err)
		if id := diag.MakeID(own.word); id != "" {
			f.Hint = "write " + id
			if own.what == "id" {
				f.Hint += ", and what it is called under name"
			}
		}
		p.y.Found.Add(f)
	}
	if own.word != "" { // a bad one too, so that references to it are not told off as well
		p.names = append(p.names, own)
	}
}

func (p *parser) aliases(n *yaml.Node, own name) []string {
	var out []string
	own.what = "alias"
	p.y.Items(n, "aliases", func(n *yaml.Node) {
		if s, ok := p.y.Item(n, "an alias"); ok {
			out = append(out, s)
			p.name(n, own)
		}
	})
	return out
}

func (p *parser) match(n *yaml.Node, c *Code) {
	p.y.Items(n, "match", func(n *yaml.Node) {
		s, ok := p.y.Item(n, "a rule")
		switch {
		case !ok:
		case strings.TrimSpace(s) == "":
			p.y.Errorf(n, "missing", "a rule without words")
		default:
			scalar := p.y.Scalar(n)
			c.Match = append(c.Match, Rule{Text: s, Pos: scalar.At(0), Plain: scalar.Plain(), scalar: scalar})
		}
	})
}

// exclude reads what a code does not cover. "... -> ID" at the end refers to the code that does. An arrow with several
// words behind it is the author's own, unless a code is called that: then its id was meant.
func (p *parser) exclude(n *yaml.Node, c *Code) {
	p.y.Items(n, "exclude", func(n *yaml.Node) {
		s, ok := p.y.Item(n, "an item of exclude")
		if !ok {
			return
		}
		i := len(c.Exclude)
		c.Exclude = append(c.Exclude, Exclusion{Text: s, Pos: p.y.At(n)})
		arrow := strings.LastIndex(" "+s, " -> ")
		if arrow < 0 {
			return
		}
		behind := strings.TrimLeft(s[arrow+len("->"):], " ")
		r := reference{word: strings.TrimSpace(behind), node: n, offset: len(s) - len(behind), kind: "code", about: p.y.About}
		if r.word == "" {
			return
		}
		c.Exclude[i].Text = strings.TrimSpace(s[:max(arrow-1, 0)])
		r.take = func(id string) { c.Exclude[i].Code = id }
		if strings.ContainsFunc(r.word, unicode.IsSpace) {
			r.prose = func() { c.Exclude[i].Text = s }
		}
		p.others = append(p.others, r)
	})
}

func (p *parser) readInto(n *yaml.Node, kind string, idle func() bool, into *[]string) {
	p.y.Items(n, "into", func(n *yaml.Node) {
		if s, ok := p.y.Item(n, "an item of into"); ok {
			p.into = append(p.into, reference{word: s, node: n, kind: kind, about: p.y.About, idle: idle,
				take: func(id string) { p.listed(n, kind, id, "into", into) }})
		}
	})
}

func (p *parser) themeCodes(n *yaml.Node, t *Theme) {
	p.y.Items(n, "codes", func(n *yaml.Node) {
		s, ok := p.y.Item(n, "a theme's code")
		if !ok {
			return
		}
		about := p.y.About
		p.others = append(p.others, reference{word: s, node: n, kind: "code", about: about, take: func(id string) {
			p.y.About = about
			if p.listed(n, "code", id, "the theme", &t.Codes) && p.b.Code(id).Retired {
				f := p.y.Finding(n, "retired-code", "code %s is retired and leads to no single other code", id)
				f.Severity = diag.Warning
				f.Hint = "name the codes that took its place, or take it out of the theme"
				p.y.Found.Add(f)
			}
		}})
	})
}

// listed appends id to a list, in which it must stand once.
func (p *parser) listed(n *yaml.Node, kind, id, where string, list *[]string) bool {
	if !slices.Contains(*list, id) {
		*list = append(*list, id)
		return true
	}
	f := p.y.Finding(n, "duplicate-code", "%s %s stands twice in %s", kind, id, where)
	f.Severity = diag.Warning
	f.Hint = "take one of the two out"
	p.y.Found.Add(f)
	return false
}

func (p *parser) excerpts(n *yaml.Node, key, what string) []Excerpt {
	var out []Excerpt
	p.y.Items(n, key, func(n *yaml.Node) {
		e := Excerpt{Pos: p.y.At(n)}
		p.y.Fields(n, what, p.excerptFields(&e))
		if n.Kind == yaml.MappingNode {
			p.need(n, what, "transcript", "name the transcript that it stands in")
			p.need(n, what, "quote", "give the words that are quoted")
			out = append(out, e)
		}
	})
	return out
}

func (p *parser) relation(n *yaml.Node, t *Theme) {
	var r Relation
	var to *yaml.Node
	p.y.Fields(n, "a relation", p.relationFields(&r, &to))
	if n.Kind == yaml.MappingNode && p.need(n, "a relation", "to", "name the theme that it leads to") && to.Kind == yaml.ScalarNode {
		p.others = append(p.others, reference{word: r.To, node: to, kind: "theme", about: p.y.About, take: func(id string) {
			r.To = id
			t.Relations = append(t.Relations, r)
		}})
	}
}

// need says so when mapping n has no value under key.
func (p *parser) need(n *yaml.Node, what, key, hint string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		value := n.Content[i+1]
		if n.Content[i].Value == key && !diag.IsNull(value) && (value.Kind != yaml.ScalarNode || strings.TrimSpace(value.Value) != "") {
			return true
		}
	}
	f := p.y.Finding(n, "missing", "%s has no %s", what, key)
	f.Hint = hint
	p.y.Found.Add(f)
	return false
}

// register gives each id and alias to the entry where it stands first in the file.
func (p *parser) register() {
	slices.SortStableFunc(p.names, func(a, b name) int {
		return cmp.Or(cmp.Compare(a.node.Line, b.node.Line), cmp.Compare(a.node.Column, b.node.Column))
	})
	taken := map[string]name{}
	for _, own := range p.names {
		kind, of := "code", ""
		if own.theme != nil {
			kind, of = "theme", own.theme.ID
		} else {
			of = own.code.ID
		}
		folded := diag.Fold(own.word)
		if first, ok := taken[kind+":"+folded]; ok {
			f := p.y.Finding(own.node, "duplicate-id", "%s %s is taken: it is the %s of a %s on line %d",
				own.what, own.word, first.what, kind, p.y.At(first.node).Line)
			f.About = kind + ":" + of
			f.Hint = fmt.Sprintf("an id or alias belongs to one %s, and upper and lower case are the same", kind)
			p.y.Found.Add(f)
			continue
		}
		taken[kind+":"+folded] = own
		if own.theme != nil {
			p.b.themes[folded] = own.theme
		} else {
			p.b.codes[folded] = own.code
		}
	}
}

// resolveInto finds what retired codes and dropped themes lead to, and cuts each circle where it closes.
func (p *parser) resolveInto() {
	to := make([]string, len(p.into)) // by index into p.into: "kind:id" that it leads to, or ""
	edges := map[string][]int{}
	warned := map[string]bool{}
	for i, r := range p.into {
		p.y.About = r.about
		if id := p.find(r); id != "" {
			to[i] = r.kind + ":" + id
		}
		if !r.idle() {
			edges[r.about] = append(edges[r.about], i)
		} else if !warned[r.about] {
			warned[r.about] = true
			f := p.y.Finding(r.node, "idle-into", "into has no effect, since the code is not retired")
			f.Hint = "set status: retired, or take into out"
			if r.kind == "theme" {
				f.Message, f.Hint = "into has no effect, since the theme is not dropped", "set status: dropped, or take into out"
			}
			f.Severity = diag.Warning
			p.y.Found.Add(f)
		}
	}
	const onPath, done = 1, 2
	state := map[string]int{}
	var path []string
	var walk func(entry string)
	walk = func(entry string) {
		state[entry] = onPath
		path = append(path, entry)
		for _, i := range edges[entry] {
			switch state[to[i]] {
			case 0:
				if to[i] != "" {
					walk(to[i])
				}
			case onPath:
				var circle []string
				for _, e := range append(path[slices.Index(path, to[i]):], to[i]) {
					circle = append(circle, strings.TrimPrefix(e, p.into[i].kind+":"))
				}
				p.y.About = p.into[i].about
				f := p.y.Finding(p.into[i].node, "cycle", "into leads back to where it comes from: %s", strings.Join(circle, " -> "))
				f.Hint = "one of them must lead elsewhere or nowhere"
				p.y.Found.Add(f)
				to[i] = ""
			}
		}
		path = path[:len(path)-1]
		state[entry] = done
	}
	for _, r := range p.into {
		if state[r.about] == 0 {
			walk(r.about)
		}
	}
	for i, r := range p.into {
		if to[i] != "" {
			p.y.About = r.about
			r.take(strings.TrimPrefix(to[i], r.kind+":"))
		}
	}
	p.y.About = ""
}

func (p *parser) resolveOthers() {
	for _, r := range p.others {
		p.y.About = r.about
		id := p.find(r)
		if id == "" {
			continue
		}
		if r.kind == "code" {
			code, _ := p.b.Resolve(id)
			id = code.ID
		}
		r.take(id)
	}
	p.y.About = ""
}

// find returns the id of the entry that r names, itself or by an alias, or reports that there is none.
func (p *parser) find(r reference) string {
	var ids []string
	var named string // the entry that has the word for a name
	switch r.kind {
	case "code":
		if c := p.b.Code(r.word); c != nil {
			return c.ID
		}
		for _, c := range p.b.AllCodes() {
			ids = append(ids, c.ID)
			if diag.Fold(c.Name) == diag.Fold(r.word) {
				named = c.ID
			}
		}
	case "theme":
		if t := p.b.Theme(r.word); t != nil {
			return t.ID
		}
		for _, t := range p.b.AllThemes() {
			ids = append(ids, t.ID)
			if diag.Fold(t.Name) == diag.Fold(r.word) {
				named = t.ID
			}
		}
	}
	if r.prose != nil && named == "" {
		r.prose()
		return ""
	}
	f := p.y.Finding(r.node, "dangling-reference", "no %s has the id %s", r.kind, r.word)
	if r.offset > 0 {
		f.Pos, f.Width = p.y.Scalar(r.node).At(r.offset), utf8.RuneCountInString(r.word)
		f = p.y.Locate(f)
	}
	switch near := cmp.Or(named, diag.Nearest(r.word, ids)); {
	case r.kind == "code" && p.b.Theme(r.word) != nil:
		f.Hint = r.word + " is a theme; here stands a code"
	case r.kind == "theme" && p.b.Code(r.word) != nil:
		f.Hint = r.word + " is a code; here stands a theme"
	case near != "":
		f.Hint = "did you mean " + near + "?"
	default:
		f.Hint = "mend the id, or define it first"
	}
	p.y.Found.Add(f)
	return ""
}
