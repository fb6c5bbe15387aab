package codebook

import (
	"strings"
	"testing"

	"github.com/tema-qda/tema/codebook/diag"
)

// A fault in a rule is shown where it stands in the file, however the rule is written there.
func TestRuleAt(t *testing.T) {
	const head = "codes:\n  - id: a\n    match:\n"
	for _, c := range []struct {
		what, rule string
		word       string // of the rule's text; the second one if it stands twice
		line, col  int
		width      int
		plain      bool
	}{
		{"plain", `      - one OR twoo`, "twoo", 4, 16, 4, true},
		{"plain with a comment", `      - one OR twoo # not two`, "twoo", 4, 16, 4, true},
		{"plain, wide characters", `      - 日本 OR æøå AND twoo`, "twoo", 4, 23, 4, true},
		{"plain with an anchor", `      - &x one OR twoo`, "twoo", 4, 19, 4, false},
		{"plain with a tag", `      - !!str one OR twoo`, "twoo", 4, 22, 4, false},
		{"plain over lines", "      - one OR\n          twoo AND\n        three", "twoo", 5, 11, 4, false},
		{"single-quoted", `      - '"a b" OR twoo'`, "twoo", 4, 19, 4, false},
		{"single-quoted with ''", `      - 'it''s OR don''t AND twoo'`, "twoo", 4, 30, 4, false},
		{"single-quoted, on a ''", `      - 'it''s OR don''t'`, "don't", 4, 19, 6, false},
		{"single-quoted over lines", "      - 'it''s OR\n\n        don''t AND twoo'", "twoo", 6, 20, 4, false},
		{"double-quoted", `      - "one OR twoo"`, "twoo", 4, 17, 4, false},
		{"double-quoted with \\\"", `      - "\"a b\" OR twoo"`, "twoo", 4, 21, 4, false},
		{"double-quoted with \\u and \\x", `      - "\u00e6\x41\U0001F600 OR twoo"`, "twoo", 4, 34, 4, false},
		{"double-quoted, on an escape", `      - "one OR tw\u006fo"`, "twoo", 4, 17, 9, false},
		{"double-quoted with other escapes", `      - "a\tb\_\ \\ OR twoo"`, "twoo", 4, 24, 4, false},
		{"double-quoted over lines", "      - \"one OR\n         twoo\"", "twoo", 5, 10, 4, false},
		{"double-quoted with an escaped line end", "      - \"one OR tw\\\n         oo OR twoo\"", "twoo", 4, 17, 3, false},
		{"folded", "      - >-\n          one OR\n          twoo AND\n          three", "twoo", 6, 11, 4, false},
		{"folded with a comment behind the sign", "      - >-   # one OR twoo\n          one OR\n          twoo AND\n          three", "twoo", 6, 11, 4, false},
		{"literal", "      - |\n        one OR\n          twoo", "twoo", 6, 11, 4, false},
		{"literal, its last line end", "      - |\n        one OR\n        twoo\n", "twoo\n", 6, 9, 4, false},
		{"in flow", `      [one, {x: y}, "b \"c\" twoo"]`, "twoo", 4, 30, 4, false},
	} {
		t.Run(c.what, func(t *testing.T) {
			b, _ := Parse("codebook.yaml", []byte(head+c.rule+"\n"))
			rules := b.Codes[0].Match
			rule := rules[len(rules)-1]
			start := strings.Index(rule.Text, c.word)
			if start < 0 {
				t.Fatalf("no %q in %q", c.word, rule.Text)
			}
			pos, width := rule.Span(start, start+len(c.word))
			if pos != (diag.Position{Line: c.line, Column: c.col}) || width != c.width || rule.Plain != c.plain {
				t.Errorf("at %v, %d wide, plain %v; want {%d %d}, %d, %v", pos, width, rule.Plain, c.line, c.col, c.width, c.plain)
			}
			if rule.At(start) != pos || rule.At(0) != rule.Pos {
				t.Errorf("At(%d) is %v, Span begins at %v; At(0) is %v, Pos %v", start, rule.At(start), pos, rule.At(0), rule.Pos)
			}
		})
	}
	if at := (Rule{Text: "one"}).At(2); at != (diag.Position{}) {
		t.Errorf("a rule from nowhere stands at %v", at)
	}
}
