package codebook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// book parses a codebook that must be free of errors.
func book(t interface {
	Helper()
	Fatalf(string, ...any)
}, src string) *Codebook {
	t.Helper()
	b, found := Parse("codebook.yaml", []byte(src))
	if err := found.Err(); err != nil {
		t.Fatalf("%v in\n%s", err, src)
	}
	return b
}

// briefly writes a difference without its edits' words: "renamed code b [a] -> []".
func briefly(d Diff) []string {
	var out []string
	if d.Version != nil {
		out = append(out, "version")
	}
	for _, c := range d.Changes {
		s := fmt.Sprintf("%s %s %s", c.Kind, c.Of, c.ID)
		if len(c.From) > 0 {
			s += " from " + strings.Join(c.From, ",")
		}
		if len(c.To) > 0 {
			s += " to " + strings.Join(c.To, ",")
		}
		if len(c.IDs) > 0 {
			s += " of " + strings.Join(c.IDs, ",")
		}
		for _, e := range c.Edits {
			if c.Kind != Added && c.Kind != Removed {
				s += " " + e.Key
			}
		}
		out = append(out, s)
	}
	return out
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name, older, newer string
		want               []string
	}{
		{"nothing", `codes: [{id: a}]`, "# a comment\ncodes:\n  - id: a\n    name: a\n", nil},
		{"white space", "codes: [{id: a, definition: one  line}]", "codes: [{id: a, definition: \" one\\nline\"}]", nil},
		{"version", `version: 1`, `version: 2`, []string{"version"}},
		{"added and removed", `codes: [{id: a, definition: x}]`, `codes: [{id: b, definition: x}]`, []string{"added code b", "removed code a"}},
		{"added below", `codes: [{id: a}]`, `codes: [{id: a, codes: [{id: b}]}]`, []string{"added code b to a"}},
		{"renamed", `codes: [{id: a, name: A}]`, `codes: [{id: b, name: A, aliases: [a]}]`, []string{"renamed code b from a"}},
		{"renamed in case", `codes: [{id: a}]`, `codes: [{id: A}]`, []string{"renamed code A from a"}},
		{"renamed twice", `codes: [{id: a}]`, `codes: [{id: c, aliases: [a, b]}]`, []string{"renamed code c from a", "aliases code c aliases"}},
		{"renamed back", `codes: [{id: b, aliases: [a]}]`, `codes: [{id: a}]`, []string{"renamed code a from b"}},
		{"renamed without a trace", `codes: [{id: a, definition: the very same words}, {id: x}]`, `codes: [{id: x}, {id: b, definition: the very same words}]`,
			[]string{"renamed code b from a", "reordered code  of x"}},
		{"the words of two", `codes: [{id: a, definition: the very same words}, {id: c, definition: the very same words}]`,
			`codes: [{id: b, definition: the very same words}, {id: c, definition: the very same words}]`, []string{"added code b", "removed code a"}},
		{"the words of two that are gone", `codes: [{id: a, definition: the very same words}, {id: c, definition: the very same words}]`,
			`codes: [{id: b, definition: the very same words}]`, []string{"added code b", "removed code a", "removed code c"}},
		{"redefined", `codes: [{id: a, definition: x, include: [i], exclude: [e -> b], examples: ["1", "2"], counterexamples: ["3"]}, {id: b}, {id: c}]`,
			`codes: [{id: a, name: N, definition: "y", include: [], exclude: [e -> c], examples: ["2", "1"], counterexamples: ["4"]}, {id: b}, {id: c}]`,
			[]string{"redefined code a name definition include exclude examples counterexamples"}},
		{"rules", `codes: [{id: a, match: [x]}]`, `codes: [{id: a, match: [x, z], unit: turn, speakers: all, accept: true}]`, []string{"rules code a match unit speakers accept"}},
		{"color", `codes: [{id: a}]`, `codes: [{id: a, color: "#102030"}]`, []string{"recolored code a color"}},
		{"moved", `codes: [{id: a}, {id: b}]`, `codes: [{id: b, codes: [{id: a}]}]`, []string{"moved code a to b"}},
		{"moved up", `codes: [{id: b, codes: [{id: a}]}]`, `codes: [{id: b}, {id: a}]`, []string{"moved code a from b"}},
		{"under a renamed parent", `codes: [{id: p, codes: [{id: a}]}]`, `codes: [{id: q, aliases: [p], codes: [{id: a}]}]`, []string{"renamed code q from p"}},
		{"its parent is gone", `codes: [{id: p, codes: [{id: a}]}]`, `codes: [{id: a}]`, []string{"removed code p", "moved code a from p"}},
		{"reordered", `codes: [{id: a}, {id: b}, {id: c}, {id: d}]`, `codes: [{id: d}, {id: a}, {id: b}, {id: c}]`, []string{"reordered code  of d"}},
		{"one added between", `codes: [{id: a}, {id: b}]`, `codes: [{id: a}, {id: n}, {id: b}]`, []string{"added code n"}},
		{"merged", `{codes: [{id: a}, {id: b}, {id: c, exclude: [x -> a]}], themes: [{id: t, codes: [a, c]}, {id: u, codes: [a, b]}]}`,
			`{codes: [{id: a, status: retired, into: [b]}, {id: b}, {id: c, exclude: [x -> b]}], themes: [{id: t, codes: [b, c]}, {id: u, codes: [b]}]}`, []string{"merged code a to b"}},
		{"merged by alias", `codes: [{id: a, aliases: [z]}, {id: b}]`, `codes: [{id: b, aliases: [a, z]}]`, []string{"merged code a to b"}},
		{"two merged into a new one", `codes: [{id: a}, {id: b}]`, `codes: [{id: n, aliases: [a, b]}]`, []string{"merged code a to n", "merged code b to n", "added code n"}},
		{"merged into a renamed one", `codes: [{id: a}, {id: b}]`, `codes: [{id: a, status: retired, into: [c]}, {id: c, aliases: [b]}]`, []string{"renamed code c from b", "merged code a to c"}},
		{"its goal is renamed", `codes: [{id: a, status: retired, into: [b]}, {id: b}]`, `codes: [{id: a, status: retired, into: [c]}, {id: c, aliases: [b]}]`, []string{"renamed code c from b"}},
		{"split", `codes: [{id: a}]`, `codes: [{id: a, status: retired, into: [b, c]}, {id: b}, {id: c}]`, []string{"split code a to b,c", "added code b", "added code c"}},
		{"split, then of one part after all", `codes: [{id: a, status: retired, into: [b, c]}, {id: b}, {id: c}]`, `codes: [{id: a, status: retired, into: [b]}, {id: b}, {id: c}]`, []string{"merged code a to b"}},
		{"retired", `codes: [{id: a}]`, `codes: [{id: a, status: retired}]`, []string{"retired code a"}},
		{"restored", `codes: [{id: a, status: retired, into: [b]}, {id: b}]`, `codes: [{id: a}, {id: b}]`, []string{"restored code a"}},
		{"added and retired", ``, `codes: [{id: a, status: retired}]`, []string{"retired code a", "added code a"}},
		{"an alias by hand", `codes: [{id: a, aliases: [x]}]`, `codes: [{id: a, aliases: ["y"]}]`, []string{"aliases code a aliases"}},
		{"a theme", `{codes: [{id: a}, {id: b}], themes: [{id: t, concept: c, codes: [a]}, {id: o}]}`,
			`{codes: [{id: a}, {id: b}], themes: [{id: t, concept: d, kind: category, codes: [a, b], status: reviewed, excerpts: [{transcript: P, quote: q}], tensions: [{transcript: P, quote: r}], relations: [{to: o}]}, {id: o}]}`,
			[]string{"redefined theme t concept kind relations", "codes theme t codes", "evidence theme t excerpts tensions", "status theme t status"}},
		{"a theme renamed, its code and its relation's goal too", `{codes: [{id: a}], themes: [{id: t, codes: [a], relations: [{to: o, label: l}]}, {id: o}]}`,
			`{codes: [{id: b, aliases: [a]}], themes: [{id: n, aliases: [t], codes: [b], relations: [{to: p, label: l}]}, {id: p, aliases: [o]}]}`,
			[]string{"renamed code b from a", "renamed theme n from t", "renamed theme p from o"}},
		{"themes dropped", `themes: [{id: a}, {id: b}, {id: c, status: defined}, {id: d}, {id: e}]`,
			`themes: [{id: a, status: dropped}, {id: b, status: dropped, into: [d]}, {id: c, status: dropped, into: [d, e]}, {id: d}, {id: e}]`,
			[]string{"merged theme b to d", "split theme c to d,e", "dropped theme a"}},
		{"a theme moved", `themes: [{id: a}, {id: b}]`, `themes: [{id: b, themes: [{id: a}]}]`, []string{"moved theme a to b"}},
		{"a theme's codes in another order", `{codes: [{id: a}, {id: b}], themes: [{id: t, codes: [a, b]}]}`, `{codes: [{id: a}, {id: b}], themes: [{id: t, codes: [b, a]}]}`, []string{"codes theme t codes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			older, newer := book(t, c.older), book(t, c.newer)
			if got := briefly(Compare(older, newer)); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if d := Compare(newer, newer); !d.Empty() {
				t.Errorf("a codebook differs from itself: %q", briefly(d))
			}
		})
	}
}

func TestDiffText(t *testing.T) {
	older := book(t, `
version: 1
codes:
  - {id: limits, name: Limits, definition: A line., include: [time, place], examples: ["Never on Sundays."]}
  - {id: old}
  - {id: support}
`)
	newer := book(t, `
version: 2
codes:
  - {id: boundaries, name: Limits, aliases: [limits], definition: "A line \u202eone draws.", include: [place, time], examples: ["Never.", "Go."]}
  - {id: old, status: retired, into: [boundaries]}
  - {id: support, status: retired, into: [hope, help]}
  - {id: hope, definition: That it may go well.}
  - {id: help}
`)
	var b bytes.Buffer
	d := Compare(older, newer)
	if err := d.WithoutWords().Text(&b); err != nil {
		t.Fatal(err)
	}
	want := `version    1 to 2
renamed    code limits to boundaries (Limits)
merged     code old into boundaries
split      code support into hope, help
added      code hope
           definition
           + That it may go well.
added      code help
redefined  code boundaries (Limits)
           definition
           - A line.
           + A line ` + "\ufffd" + `one draws.
           include: in another order
           examples: 2, were 1
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	if got, want := d.Summary(), "1 code renamed, 1 merged, 1 split, 2 added, 1 redefined; another version"; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	b.Reset()
	if err := d.Text(&b); err != nil || !strings.Contains(b.String(), "- Never on Sundays.") {
		t.Errorf("words of participants are missing where they were asked for (%v):\n%s", err, b.String())
	}
	b.Reset()
	if err := d.WithoutWords().JSON(&b); err != nil || strings.Contains(b.String(), "Sundays") {
		t.Errorf("JSON holds participants' words (%v):\n%s", err, b.String())
	}
	var doc struct {
		Schema  int
		Version *Edit
		Changes []Change
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil || doc.Schema != 1 || len(doc.Changes) != len(d.Changes) || doc.Version.New != "2" {
		t.Errorf("JSON does not hold the changes (%v):\n%s", err, b.String())
	}
	b.Reset()
	if err := (Diff{}).JSON(&b); err != nil || !strings.Contains(b.String(), `"changes": []`) {
		t.Errorf("no changes are no empty list: %s", b.String())
	}
}

// The same codebook, however it is written down, differs in nothing.
func TestCompareSeesMeaningOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawCodebook(t)
		w := &writer{t: t}
		a, b := book(t, w.codebook(want)), book(t, w.codebook(want))
		if d := Compare(a, b); !d.Empty() {
			t.Fatalf("another way to write it is told as %q", briefly(d))
		}
	})
}

// Any one edit is told as itself and as nothing else.
func TestCompareTellsEachEdit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := drawCodebook(t)
		model.Codes = append(model.Codes, &Code{ID: "one", Name: "one", Unit: "sentence"}, &Code{ID: "two", Name: "two", Unit: "sentence"}, &Code{ID: "three", Name: "three", Unit: "sentence"})
		w := &writer{t: t}
		older := book(t, w.codebook(model))
		all := slices.DeleteFunc(model.AllCodes(), func(c *Code) bool { return c.Retired })
		c := rapid.SampledFrom(all).Draw(t, "code")
		another := func(not ...*Code) *Code {
			return rapid.SampledFrom(slices.DeleteFunc(slices.Clone(all), func(o *Code) bool { return slices.Contains(not, o) })).Draw(t, "other")
		}
		was := c.ID
		refer := func(to string) { // as an editor does: references inside the codebook follow
			for _, o := range model.AllCodes() {
				for i, x := range o.Exclude {
					if x.Code == was {
						o.Exclude[i].Code = to
					}
				}
				for i := range o.Into {
					if o.Into[i] == was {
						o.Into[i] = to
					}
				}
			}
			for _, th := range model.AllThemes() {
				var codes []string
				for _, id := range th.Codes {
					if id == was {
						id = to
					}
					if !slices.Contains(codes, id) {
						codes = append(codes, id)
					}
				}
				th.Codes = codes
			}
		}
		var want string
		switch rapid.SampledFrom([]string{"rename", "merge", "split", "retire", "add", "redefine", "rules", "swap"}).Draw(t, "edit") {
		case "rename":
			if c.Name == c.ID {
				c.Name = "renamed"
			}
			c.ID, c.Aliases = "renamed", append(c.Aliases, was)
			refer(c.ID)
			want = "renamed code renamed from " + was
		case "merge":
			into := another(c)
			c.Retired, c.Into = true, []string{into.ID}
			want = "merged code " + was + " to " + into.ID
		case "split":
			one := another(c)
			two := another(c, one)
			c.Retired, c.Into = true, []string{one.ID, two.ID}
			want = "split code " + was + " to " + one.ID + "," + two.ID
		case "retire":
			c.Retired = true
			want = "retired code " + was
		case "add":
			c.Codes = slices.Insert(c.Codes, rapid.IntRange(0, len(c.Codes)).Draw(t, "place"), &Code{ID: "new", Name: "new", Unit: "sentence"})
			want = "added code new to " + was
		case "redefine":
			c.Include = append(c.Include, "what nobody wrote before")
			want = "redefined code " + was + " include"
		case "rules":
			c.Match = append(c.Match, Rule{Text: "word"})
			want = "rules code " + was + " match"
		case "swap":
			n := len(model.Codes)
			model.Codes[n-1], model.Codes[n-2] = model.Codes[n-2], model.Codes[n-1]
			want = "reordered code  of three" // the last of the earlier order that no longer follows
		}
		newer := book(t, w.codebook(model))
		got := briefly(Compare(older, newer))
		if !slices.Equal(got, []string{want}) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}
