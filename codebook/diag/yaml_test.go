package diag

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// read reads a document with every method of YAML and returns what was found, a line each.
func read(src string, skip int) (got []string, about string, list List) {
	y := &YAML{File: "f", Group: "g", Skip: skip, Found: &list}
	root := y.Root([]byte(src))
	var says []string
	y.Fields(root, "the file", map[string]Field{
		"text":   func(n *yaml.Node) { says = append(says, "text="+y.Text(n, "text")) },
		"texts":  func(n *yaml.Node) { says = append(says, "texts="+strings.Join(y.Texts(n, "texts"), "|")) },
		"bool":   func(n *yaml.Node) { says = append(says, fmt.Sprint("bool=", y.Bool(n, "bool"))) },
		"int":    func(n *yaml.Node) { says = append(says, fmt.Sprint("int=", y.Int(n, "int", 2))) },
		"choice": func(n *yaml.Node) { says = append(says, "choice="+y.Choice(n, "choice", "one", "two")) },
		"pairs": func(n *yaml.Node) {
			y.Pairs(n, "pairs", func(key, value *yaml.Node) { says = append(says, key.Value+"="+y.Text(value, "a value")) })
		},
		"words": func(n *yaml.Node) { y.Private(n, func(n *yaml.Node) { y.Texts(n, "words") }) },
	})
	y.Close()
	list.Sort()
	for _, f := range list {
		line := fmt.Sprintf("%d:%d+%d %s: %s", f.Pos.Line, f.Pos.Column, f.Width, f.Rule, f.Message)
		if f.Private && f.Rule != "g/syntax" {
			line += " private"
		}
		got = append(got, line)
	}
	return got, strings.Join(says, " "), list
}

func TestYAML(t *testing.T) {
	for _, c := range []struct {
		what, src string
		skip      int
		says      string
		want      []string
	}{
		{"all is well", "text: a: no\n"[:7] + "\ntexts: [a, 1, true]\nbool: true\nint: 3\nchoice: two\npairs: {x: 1, y: }\n", 0,
			"text=a texts=a|1|true bool=true int=3 choice=two x=1 y=", nil},
		{"nothing", "text:\ntexts: ~\nbool: null\nint: \nchoice:\npairs:\n", 0, "", nil},
		{"text as it stands", "text: 0x1F\ntexts: [2020-02-11, no, 1e3, .5]\n", 0, "text=0x1F texts=2020-02-11|no|1e3|.5", nil},
		{"wrong kinds", "text: [a]\ntexts: a\nbool: on\nint: 1\nchoice: {}\npairs: [a]\n", 0,
			"text= texts= bool=false int=2 choice=", []string{
				"1:7+1 g/wrong-kind: text must be text, not a list",
				"2:8+1 g/wrong-kind: texts must be a list, not text",
				`3:7+2 g/wrong-kind: bool must be true or false, not "on"`,
				`4:6+1 g/wrong-kind: int must be a whole number of at least 2, not "1"`,
				"5:9+1 g/wrong-kind: choice must be text, not keys and values",
				"6:8+1 g/wrong-kind: pairs must be keys and values, not a list"}},
		{"numbers that are none", "int: 2.0\n", 0, "int=2", []string{`1:6+3 g/wrong-kind: int must be a whole number of at least 2, not "2.0"`}},
		{"quoted numbers", "int: '7'\n", 0, "int=2", []string{`1:6+3 g/wrong-kind: int must be a whole number of at least 2, not "7"`}},
		{"a list for a number", "int: [7]\n", 0, "int=2", []string{"1:6+1 g/wrong-kind: int must be a whole number of at least 2, not a list"}},
		{"keys", "txt: a\n? [a, b]\n: c\n<<: {text: x}\npairs: {a: 1, a: 2, ? {} : 1}\ntext: b\ntext: c\n", 0, "a=1 text=b", []string{
			"1:1+3 g/unknown-key: unknown key txt in the file",
			"2:3+1 g/wrong-kind: a key of the file must be a word",
			"4:1+2 g/unknown-key: unknown key << in the file",
			"5:15+1 g/duplicate-key: key a stands twice in pairs; it stands first on line 5",
			"5:23+1 g/wrong-kind: a key of pairs must be a word",
			"7:1+4 g/duplicate-key: key text stands twice in the file; it stands first on line 6"}},
		{"front matter", "text: a\nchoice: thre\n", 1, "text=a choice=", []string{
			`3:9+4 g/unknown-value: choice cannot be "thre"`}},
		{"private lines", "words:\n  - a\n  - [b]\nchoice: x\n", 0, "choice=", []string{
			"3:5+1 g/wrong-kind: an item of words must be text, not a list private",
			`4:9+1 g/unknown-value: choice cannot be "x"`}},
		{"private up to the middle of a line", "{words: [\"a\n  b\"], choice: x,\n choice: y}", 1, "choice=", []string{
			`3:16+1 g/unknown-value: choice cannot be "x" private`,
			"4:2+6 g/duplicate-key: key choice stands twice in the file; it stands first on line 3"}},
		{"private to the end of the file", "choice: x\nwords:\n- a\n- |\n  b\n  c\n", 0, "choice=", []string{
			`1:9+1 g/unknown-value: choice cannot be "x"`}},
		{"lines that only YAML breaks", "text: \"a\u2028b\"\rchoice: x\u0085int: y\nbool: z\r\nint: 3\n", 0, "text=a\u2028b choice= int=2 bool=false", []string{
			`1:21+1 g/unknown-value: choice cannot be "x"`,
			`1:28+1 g/wrong-kind: int must be a whole number of at least 2, not "y"`,
			`2:7+1 g/wrong-kind: bool must be true or false, not "z"`,
			"3:1+3 g/duplicate-key: key int stands twice in the file; it stands first on line 1"}},
		{"a byte order mark", "\ufefftxt: a\n", 0, "", []string{"1:1+3 g/unknown-key: unknown key txt in the file"}},
		{"wide characters count one each", "{pairs: {日本: 語}, txt: a}\n", 0, "日本=語", []string{"1:18+3 g/unknown-key: unknown key txt in the file"}},
		{"a fault in front matter", "text: a\nchoice: b: c\n", 1, "", []string{"3:10+1 g/syntax: not valid YAML: mapping values are not allowed in this context"}},
		{"a fault in the second document", "text: a\n---\ntext: [\n", 0, "", []string{"3:7+1 g/syntax: not valid YAML: did not find expected node content"}},
		{"a control character", "text: a\nchoice: \x00b\n", 0, "", []string{"2:9+1 g/syntax: not valid YAML: control characters are not allowed"}},
		{"no text at all", "\xff\xfet\x00e\x00", 0, "", []string{"1:0+0 g/syntax: not UTF-8 text"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, says, list := read(c.src, c.skip)
			if says != c.says {
				t.Errorf("reads %q, want %q", says, c.says)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("finds\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
			for _, f := range list {
				if f.Pos.Column > 0 && f.Source != Line([]byte(strings.TrimPrefix(c.src, "\ufeff")), f.Pos.Line-c.skip) {
					t.Errorf("source %q on line %d", f.Source, f.Pos.Line)
				}
			}
		})
	}
}

// What cannot be parsed may be a participant's words: only showText brings the line, and no message repeats it.
func TestSyntaxIsPrivate(t *testing.T) {
	for _, src := range []string{"words: I said: no\n", "words:\n  - *said no\n", "words:\n  - \"I said\" no\n", "words: \"I said\n", "words: [I said\n", "words: %said\n"} {
		got, _, list := read(src, 0)
		if len(list) != 1 || !list[0].Private || strings.Contains(strings.Join(got, ""), "said") || strings.Contains(list[0].Hint, "said") {
			t.Errorf("%q: %+v", src, list)
		}
		var b strings.Builder
		if Text(&b, list, false, nil) != nil || strings.Contains(b.String(), "said") {
			t.Errorf("%q: %s", src, b.String())
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"phone", "boundaries", "hope", "own-story", "on", "Åse"}
	for wrong, want := range map[string]string{
		"phoen": "phone", "PHONE": "phone", "phon": "phone", "phones": "phone", "bondaries": "boundaries", "boundareis": "boundaries",
		"bundary": "", "home": "hope", "ownstory": "own-story", "åes": "Åse", "x": "", "": "", "no": "on", "nobody": "",
	} {
		if got := Nearest(wrong, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", wrong, got, want)
		}
	}
	if got := Nearest("bat", []string{"cat", "bar", "bat"}); got != "bat" {
		t.Errorf("the word itself is not the nearest: %q", got)
	}
	if got := Nearest("bax", []string{"cat", "bar", "bat"}); got != "bar" {
		t.Errorf("of two that are equally near: %q", got)
	}
}

func TestLocate(t *testing.T) {
	var list List
	y := &YAML{File: "f", Group: "g", Skip: 2, Found: &list}
	root := y.Root([]byte("a: x\nb: [I said]\n"))
	y.Fields(root, "it", map[string]Field{
		"a": func(*yaml.Node) {},
		"b": func(n *yaml.Node) { y.Private(n, func(*yaml.Node) {}) },
	})
	y.Close()
	for line, want := range map[int]Finding{
		0: {File: "f"},
		3: {File: "f", Pos: at(3, 1), Source: "a: x"},
		4: {File: "f", Pos: at(4, 1), Source: "b: [I said]", Private: true},
		9: {File: "f", Pos: at(9, 1)},
	} {
		if got := y.Locate(Finding{Pos: want.Pos}); got != want {
			t.Errorf("line %d: %+v, want %+v", line, got, want)
		}
	}
}
