package codebook

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook/diag"
)

// Whatever way a codebook is written down (block or flow, plain or quoted, on one line or folded), Parse gives the
// same codebook, and each place that it names is the place where the words stand.
func TestParseKeepsWhatIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawCodebook(t)
		w := &writer{t: t}
		src := w.codebook(want)
		got, found := Parse("codebook.yaml", []byte(src))
		for _, f := range found {
			t.Fatalf("unexpected finding %+v in\n%s", f, src)
		}
		lines := strings.Split(src, "\n")
		at := func(p diag.Position) rune {
			if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > utf8.RuneCountInString(lines[p.Line-1])+1 {
				t.Fatalf("%v is outside of\n%s", p, src)
			}
			return ([]rune(lines[p.Line-1] + "\n"))[p.Column-1]
		}
		for _, c := range got.AllCodes() {
			first, _ := utf8.DecodeRuneInString(c.ID)
			if r := at(c.Pos); r != first && r != '\\' {
				t.Fatalf("id %s is not at %v of\n%s", c.ID, c.Pos, src)
			}
			for _, rule := range c.Match {
				for i, r := range rule.Text {
					p := rule.At(i)
					if there := at(p); there != r && there != '\\' && !(unicode.IsSpace(r) && unicode.IsSpace(there)) {
						t.Fatalf("byte %d of rule %s is not at %v of\n%s", i, rule.Text, p, src)
					}
					if n := utf8.RuneCountInString(rule.Text[:i]); rule.Plain && p != (diag.Position{Line: rule.Pos.Line, Column: rule.Pos.Column + n}) {
						t.Fatalf("rule %s is not plain in\n%s", rule.Text, src)
					}
				}
			}
		}
		if !reflect.DeepEqual(bare(got), bare(want)) {
			t.Fatalf("another codebook from\n%s", src)
		}
	})
}

// bare returns what an author wrote, without places and parents.
func bare(b *Codebook) *Codebook {
	var codes func([]*Code) []*Code
	codes = func(in []*Code) []*Code {
		var out []*Code
		for _, c := range in {
			n := *c
			n.Parent, n.Pos, n.Codes = nil, diag.Position{}, codes(c.Codes)
			n.Exclude, n.Match, n.Examples = slices.Clone(n.Exclude), slices.Clone(n.Match), slices.Clone(n.Examples)
			for i := range n.Exclude {
				n.Exclude[i].Pos = diag.Position{}
			}
			for i := range n.Match {
				n.Match[i] = Rule{Text: n.Match[i].Text}
			}
			for i := range n.Examples {
				n.Examples[i].Pos = diag.Position{}
			}
			out = append(out, &n)
		}
		return out
	}
	var themes func([]*Theme) []*Theme
	themes = func(in []*Theme) []*Theme {
		var out []*Theme
		for _, t := range in {
			n := *t
			n.Parent, n.Pos, n.Themes = nil, diag.Position{}, themes(t.Themes)
			n.Excerpts, n.Tensions, n.Relations = slices.Clone(n.Excerpts), slices.Clone(n.Tensions), slices.Clone(n.Relations)
			for i := range n.Excerpts {
				n.Excerpts[i].Pos = diag.Position{}
			}
			for i := range n.Tensions {
				n.Tensions[i].Pos = diag.Position{}
			}
			for i := range n.Relations {
				n.Relations[i].Pos = diag.Position{}
			}
			out = append(out, &n)
		}
		return out
	}
	return &Codebook{Version: b.Version, Codes: codes(b.Codes), Themes: themes(b.Themes)}
}

var words = rapid.SampledFrom([]string{"a", "line", "it's", `"too`, `close"`, "10", "true", "x:", "#one", "æøå", "日本", "e\u0301",
	"-", "*", "&", "!", "%", "@", "`", "{", "}", "[", "]", ",", "|", ">", "\\", "?", ":", "no", "~", "a->b", "10\u00a0km", "👩‍👩‍👧", "boundar*", "NEAR/3"})

func drawText(t *rapid.T, what string) string {
	return strings.Join(rapid.SliceOfN(words, 1, 6).Draw(t, what), " ")
}

func drawCodebook(t *rapid.T) *Codebook {
	b := &Codebook{Version: drawText(t, "version")}
	var open []string // ids of codes that are not retired
	number := 0
	id := func() string {
		number++
		return rapid.SampledFrom([]string{"c", "Code-", "år_", "日", "2"}).Draw(t, "stem") + fmt.Sprint(number)
	}
	texts := func(what string) (out []string) {
		for range rapid.IntRange(0, 2).Draw(t, "how many") {
			out = append(out, drawText(t, what))
		}
		return out
	}
	some := func(from []string) []string {
		var out []string
		for _, id := range from {
			if rapid.IntRange(0, 3).Draw(t, "take") == 0 {
				out = append(out, id)
			}
		}
		return out
	}
	var codes func(depth int) []*Code
	codes = func(depth int) []*Code {
		var out []*Code
		for range rapid.IntRange(0, 3-depth).Draw(t, "codes") {
			c := &Code{ID: id(), Include: texts("include"), Unit: rapid.SampledFrom([]string{"sentence", "turn", "match"}).Draw(t, "unit"),
				AllSpeakers: rapid.Bool().Draw(t, "all"), Accept: rapid.Bool().Draw(t, "accept")}
			c.Name = c.ID
			if rapid.Bool().Draw(t, "named") {
				c.Name = drawText(t, "name")
			}
			if rapid.Bool().Draw(t, "coloured") {
				c.Color = "#1b6ca8"
			}
			for _, s := range texts("exclude") {
				x := Exclusion{Text: s}
				if len(open) > 0 && rapid.Bool().Draw(t, "refers") {
					x.Code = rapid.SampledFrom(open).Draw(t, "instead")
				}
				c.Exclude = append(c.Exclude, x)
			}
			for _, s := range texts("examples") {
				c.Examples = append(c.Examples, Text{Text: s})
			}
			for _, s := range texts("match") {
				c.Match = append(c.Match, Rule{Text: s})
			}
			if rapid.Bool().Draw(t, "renamed") {
				c.Aliases = []string{id()}
			}
			if c.Retired = rapid.IntRange(0, 4).Draw(t, "retired") == 0; c.Retired {
				c.Into = some(open)
			} else {
				open = append(open, c.ID)
			}
			c.Codes = codes(depth + 1)
			out = append(out, c)
		}
		return out
	}
	b.Codes = codes(0)
	var known []string
	var themes func(depth int) []*Theme
	themes = func(depth int) []*Theme {
		var out []*Theme
		for range rapid.IntRange(0, 2-depth).Draw(t, "themes") {
			th := &Theme{ID: id(), Concept: drawText(t, "concept"), Kind: "theme", Codes: some(open),
				Status: rapid.SampledFrom([]string{"candidate", "reviewed", "defined", "dropped"}).Draw(t, "status")}
			th.Name = th.ID
			if rapid.Bool().Draw(t, "named") {
				th.Name = drawText(t, "name")
			}
			if rapid.Bool().Draw(t, "renamed") {
				th.Aliases = []string{id()}
			}
			for _, s := range texts("excerpts") {
				th.Excerpts = append(th.Excerpts, Excerpt{Transcript: "P 1.b", Quote: s, Translation: drawText(t, "translation")})
			}
			for _, s := range texts("tensions") {
				th.Tensions = append(th.Tensions, Excerpt{Transcript: "P2", Quote: s, Memo: drawText(t, "memo")})
			}
			for _, to := range some(known) {
				th.Relations = append(th.Relations, Relation{To: to, Label: drawText(t, "label")})
			}
			if th.Status == "dropped" {
				th.Into = some(known)
			}
			known = append(known, th.ID)
			th.Themes = themes(depth + 1)
			out = append(out, th)
		}
		return out
	}
	b.Themes = themes(0)
	return b
}

// A writer writes a codebook as YAML in a style that it draws anew for every value.
type writer struct {
	t *rapid.T
}

type pair struct {
	key   string
	value any // string, bool, []any, []pair
}

func (w *writer) codebook(b *Codebook) string {
	doc := w.shuffle([]pair{{"version", b.Version}, {"codes", w.codes(b.Codes)}, {"themes", w.themes(b.Themes)}})
	return w.block(doc, "") + "\n"
}

func (w *writer) codes(codes []*Code) []any {
	var out []any
	for _, c := range codes {
		m := []pair{{"id", c.ID}}
		add := func(key string, value any, wanted bool) {
			if wanted || rapid.IntRange(0, 9).Draw(w.t, "said anyway") == 0 {
				m = append(m, pair{key, value})
			}
		}
		add("name", c.Name, c.Name != c.ID)
		add("include", list(c.Include), len(c.Include) > 0)
		var exclude, examples, match []any
		for _, x := range c.Exclude {
			if s := x.Text; x.Code == "" {
				exclude = append(exclude, s)
			} else {
				exclude = append(exclude, s+" -> "+x.Code)
			}
		}
		for _, x := range c.Examples {
			examples = append(examples, x.Text)
		}
		for _, x := range c.Match {
			match = append(match, x.Text)
		}
		add("exclude", exclude, len(exclude) > 0)
		add("examples", examples, len(examples) > 0)
		add("match", match, len(match) > 0)
		if c.Color != "" {
			add("color", c.Color, true)
		}
		add("aliases", list(c.Aliases), len(c.Aliases) > 0)
		add("unit", c.Unit, c.Unit != "sentence")
		if c.AllSpeakers {
			add("speakers", "all", true)
		}
		add("accept", c.Accept, c.Accept)
		add("status", map[bool]string{false: "active", true: "retired"}[c.Retired], c.Retired)
		add("into", list(c.Into), len(c.Into) > 0)
		add("codes", w.codes(c.Codes), len(c.Codes) > 0)
		out = append(out, w.shuffle(m))
	}
	return out
}

func (w *writer) themes(themes []*Theme) []any {
	var out []any
	for _, t := range themes {
		var excerpts, tensions, relations []any
		for _, e := range t.Excerpts {
			excerpts = append(excerpts, w.shuffle([]pair{{"transcript", e.Transcript}, {"quote", e.Quote}, {"translation", e.Translation}}))
		}
		for _, e := range t.Tensions {
			tensions = append(tensions, w.shuffle([]pair{{"transcript", e.Transcript}, {"quote", e.Quote}, {"memo", e.Memo}}))
		}
		for _, r := range t.Relations {
			relations = append(relations, w.shuffle([]pair{{"to", r.To}, {"label", r.Label}}))
		}
		m := []pair{{"id", t.ID}, {"concept", t.Concept}, {"status", t.Status}, {"codes", list(t.Codes)},
			{"excerpts", excerpts}, {"relations", relations}, {"themes", w.themes(t.Themes)}}
		add := func(key string, value any, wanted bool) {
			if wanted || rapid.IntRange(0, 9).Draw(w.t, "said anyway") == 0 {
				m = append(m, pair{key, value})
			}
		}
		add("name", t.Name, t.Name != t.ID)
		add("tensions", tensions, len(tensions) > 0)
		add("aliases", list(t.Aliases), len(t.Aliases) > 0)
		add("into", list(t.Into), len(t.Into) > 0)
		out = append(out, w.shuffle(m))
	}
	return out
}

func list(texts []string) []any {
	var out []any
	for _, s := range texts {
		out = append(out, s)
	}
	return out
}

func (w *writer) shuffle(m []pair) []pair { return rapid.Permutation(m).Draw(w.t, "order") }

// block writes a value behind a key or dash; what follows on lines of its own is indented deeper than indent.
func (w *writer) block(v any, indent string) string {
	if rapid.IntRange(0, 4).Draw(w.t, "flow") == 0 {
		return w.flow(v, indent)
	}
	var b strings.Builder
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return "[]"
		}
		for _, item := range v {
			if m, ok := item.([]pair); ok && rapid.Bool().Draw(w.t, "compact") {
				b.WriteString("\n" + indent + "- " + strings.TrimLeft(w.block(m, indent+"  "), "\n "))
				continue
			}
			b.WriteString("\n" + indent + "- " + w.block(item, indent+"  "))
		}
	case []pair:
		for _, p := range v {
			b.WriteString("\n" + indent + p.key + ": " + w.block(p.value, indent+"  "))
			if rapid.IntRange(0, 9).Draw(w.t, "comment") == 0 {
				b.WriteString("\n# a comment: \"with\" [signs")
			}
		}
	default:
		return w.scalar(v, indent, true)
	}
	return b.String()
}

func (w *writer) flow(v any, indent string) string {
	var parts []string
	brackets := "[]"
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			parts = append(parts, w.flow(item, indent))
		}
	case []pair:
		brackets = "{}"
		for _, p := range v {
			parts = append(parts, p.key+": "+w.flow(p.value, indent))
		}
	default:
		return w.scalar(v, indent, false)
	}
	between := rapid.SampledFrom([]string{", ", ",\n " + indent}).Draw(w.t, "between")
	return brackets[:1] + strings.Join(parts, between) + brackets[1:]
}

func (w *writer) scalar(v any, indent string, block bool) string {
	if truth, ok := v.(bool); ok {
		return fmt.Sprint(truth)
	}
	s := v.(string)
	fold := func(s string) string { // at single spaces between words, as YAML folds them back
		parts := strings.Split(s, " ")
		for i := 1; i < len(parts); i++ {
			sep := " "
			if parts[i] != "" && parts[i-1] != "" && rapid.IntRange(0, 5).Draw(w.t, "fold") == 0 {
				sep = "\n  " + indent
			}
			parts[i] = sep + parts[i]
		}
		return strings.Join(parts, "")
	}
	style := rapid.IntRange(0, 3).Draw(w.t, "style")
	switch {
	case style == 0:
		return "'" + fold(strings.ReplaceAll(s, "'", "''")) + "'"
	case style == 1 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzæøå日本* ") == "" && !strings.Contains("* true no", s[:1]):
		return fold(s)
	case style == 2 && block && strings.TrimSpace(s) == s:
		return rapid.SampledFrom([]string{"|-", ">-", "|4-", ">- # folded"}).Draw(w.t, "header") + "\n  " + indent + strings.TrimSpace(s)
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r != ' ' && rapid.IntRange(0, 9).Draw(w.t, "escape") == 0:
			if r < 0x100 && rapid.Bool().Draw(w.t, "short") {
				fmt.Fprintf(&b, `\x%02x`, r)
			} else {
				fmt.Fprintf(&b, `\U%08X`, r)
			}
		default:
			b.WriteRune(r)
		}
	}
	s = b.String()
	if i := strings.Index(s, "line"); i > 0 && s[i-1] != '\\' && s[i-1] != ' ' {
		return `"` + s + `"`
	} else if i > 0 && rapid.Bool().Draw(w.t, "escaped line end") {
		return `"` + s[:i] + "\\\n  " + indent + s[i:] + `"`
	}
	return `"` + fold(s) + `"`
}
