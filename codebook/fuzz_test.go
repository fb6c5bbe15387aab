package codebook

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tema-qda/tema/codebook/diag"
)

// Whatever stands in a file, Parse comes back, names places inside it, and returns a tree that can be walked.
func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("")
	for _, c := range faults {
		f.Add(c.src)
	}
	f.Add("codes:\n  - id: s\n    codes:\n    - {}\nthemes:\n  - codes: [s]")
	f.Add("codes:\r\n  - id: a\r\n    match: [\"x\u2028y\", 'z']\rthemes: []\u0085version: 1\n")
	f.Add("\ufeffcodes: [{id: a, exclude: [\"x\\\n  -> b\"]}]")
	f.Fuzz(func(t *testing.T, src string) {
		b, found := Parse("codebook.yaml", []byte(src))
		lines := strings.Split(strings.TrimPrefix(src, "\ufeff"), "\n")
		inside := func(what string, p diag.Position) {
			if p == (diag.Position{}) {
				return
			}
			if p.Line < 1 || p.Line > len(lines) {
				t.Fatalf("%s: line %d of %d", what, p.Line, len(lines))
			}
			if most := utf8.RuneCountInString(lines[p.Line-1]) + 1; p.Column < 0 || p.Column > most {
				t.Fatalf("%s: column %d of %d on line %d", what, p.Column, most, p.Line)
			}
		}
		for i, f := range found {
			inside(f.Rule+": "+f.Message, f.Pos)
			if f.Severity != diag.Error && f.Severity != diag.Warning || f.Rule == "" || f.Message == "" || f.File != "codebook.yaml" {
				t.Fatalf("half a finding: %+v", f)
			}
			if f.Pos.Column > 0 && f.Source != strings.TrimSuffix(lines[f.Pos.Line-1], "\r") {
				t.Fatalf("source %q is not line %d", f.Source, f.Pos.Line)
			}
			if i > 0 && found[i-1].Pos.Line > f.Pos.Line {
				t.Fatalf("out of order: %v", found)
			}
		}
		for _, c := range b.AllCodes() {
			inside("code "+c.ID, c.Pos)
			if c.ID != "" {
				if code, _ := b.Resolve(c.ID); code == nil {
					t.Fatalf("code %q resolves to nothing", c.ID)
				}
			}
			for _, x := range c.Exclude {
				inside("exclude", x.Pos)
			}
			for _, rule := range c.Match {
				inside("rule", rule.Pos)
				for i := range len(rule.Text) + 1 {
					inside("a byte of a rule", rule.At(i))
				}
			}
		}
		for _, theme := range b.AllThemes() {
			inside("theme", theme.Pos)
			for _, id := range theme.AllCodes(b) {
				if b.Code(id) == nil {
					t.Fatalf("theme %q has a code %q that is none", theme.ID, id)
				}
			}
			for _, x := range append(theme.Excerpts, theme.Tensions...) {
				inside("excerpt", x.Pos)
			}
			for _, r := range theme.Relations {
				inside("relation", r.Pos)
			}
		}
	})
}

// A codebook of 200 codes with rules and 50 themes is parsed before each command.
func BenchmarkParse(b *testing.B) {
	var s strings.Builder
	s.WriteString("codes:\n")
	for i := range 200 {
		fmt.Fprintf(&s, `  - id: code-%d
    name: The name of code %d
    definition: >-
      What the code covers in some twenty words, so that the file is about as long as
      those that people write.
    include: [one thing and another, 'a third thing, too']
    exclude: [what another covers -> code-%d]
    examples: ["I had to draw it myself."]
    color: "#1b6ca8"
    match:
      - bound* OR "too involved" OR (draw NEAR/3 line)
      - '"a phrase" AND NOT word'
`, i, i, (i+7)%200)
	}
	s.WriteString("themes:\n")
	for i := range 50 {
		fmt.Fprintf(&s, `  - id: theme-%d
    concept: What holds it together.
    codes: [code-%d, code-%d, code-%d]
    excerpts:
      - {transcript: P0%d, quote: "You get used to it [...] you have to."}
    relations: [{to: theme-%d, label: asks for}]
`, i, i, i+50, i+100, i%9, (i+3)%50)
	}
	src := []byte(s.String())
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, found := Parse("codebook.yaml", src); len(found) > 0 {
			b.Fatal(found)
		}
	}
}
