package diag

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func at(line, column int) Position { return Position{Line: line, Column: column} }

func TestText(t *testing.T) {
	long := strings.Repeat("abcdefghi ", 30)
	for _, c := range []struct {
		what     string
		finding  Finding
		showText bool
		want     string
	}{
		{"a place, a mark and a hint", Finding{Rule: "codebook/dangling-reference", Severity: Error, File: "codebook.yaml", Pos: at(41, 7), Width: 5,
			Message: "no code has the id phoen", Hint: "did you mean phone?", Source: "codes: phoen # here"}, false, `
codebook.yaml:41:7: error: no code has the id phoen [codebook/dangling-reference]
   41 | codes: phoen # here
      |       ^^^^^
      did you mean phone?
`},
		{"a file as a whole", Finding{Rule: "study/version", Severity: Warning, File: "study.yaml", Message: "does not name its version"}, false, `
study.yaml: warning: does not name its version [study/version]
`},
		{"no file and no rule", Finding{Severity: Info, Message: "nothing to do", Hint: "tema ingest"}, false, `
info: nothing to do
      tema ingest
`},
		{"a line without a column", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(3, 0), Message: "m", Source: "whole line"}, false, `
x:3: error: m [a/b]
    3 | whole line
`},
		{"no width is one character", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(3, 2), Message: "m", Source: "abc"}, false, `
x:3:2: error: m [a/b]
    3 | abc
      |  ^
`},
		{"behind the last character", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(3, 4), Width: 3, Message: "m", Source: "abc"}, false, `
x:3:4: error: m [a/b]
    3 | abc
      |    ^
`},
		{"a mark no longer than the line", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(3, 2), Width: 40, Message: "m", Source: "abc"}, false, `
x:3:2: error: m [a/b]
    3 | abc
      |  ^^
`},
		{"wide characters", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(1, 4), Width: 2, Message: "m", Source: "日本 語x y"}, false, `
x:1:4: error: m [a/b]
    1 | 日本 語x y
      |      ^^^
`},
		{"combining marks and emoji", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(1, 9), Width: 1, Message: "m", Source: "e\u0301a👩\u200d👩\u200d👧x"}, false, `
x:1:9: error: m [a/b]
    1 | ` + "e\u0301a👩\u200d👩\u200d👧x" + `
      |     ^
`},
		{"tabs", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(1, 4), Width: 1, Message: "m", Source: "\ta\tb\t"}, false, `
x:1:4: error: m [a/b]
    1 |  a b
      |    ^
`},
		{"controls and bidirectional controls", Finding{Rule: "a/b", Severity: Error, File: "x\x1b[2J.txt", Pos: at(1, 5), Width: 1,
			Message: "m\u202e\nn", Hint: "h\r\x07", Source: "a\x1b\u202e\u0085b\x7f"}, false, `
x␛[2J.txt:1:5: error: m� n [a/b]
    1 | a␛��b␡
      |     ^
      h ␇
`},
		{"participants' words stay away", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(2, 3), Message: "m", Hint: "h", Source: "I was afraid", Private: true}, false, `
x:2:3: error: m [a/b]
      h
`},
		{"participants' words when asked for", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(2, 3), Message: "m", Hint: "h", Source: "I was afraid", Private: true}, true, `
x:2:3: error: m [a/b]
    2 | I was afraid
      |   ^
      h
`},
		{"a long line is cut behind", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(1, 11), Width: 9, Message: "m", Source: long}, false, `
x:1:11: error: m [a/b]
    1 | ` + long[:100] + `…
      |           ^^^^^^^^^
`},
		{"a long line is cut on both sides", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(1, 151), Width: 9, Message: "m", Source: long}, false, `
x:1:151: error: m [a/b]
    1 | …` + long[100:200] + `…
      |  ` + strings.Repeat(" ", 50) + `^^^^^^^^^
`},
		{"a long mark is cut", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(1, 151), Width: 140, Message: "m", Source: long}, false, `
x:1:151: error: m [a/b]
    1 | …` + long[100:200] + `…
      |  ` + strings.Repeat(" ", 50) + strings.Repeat("^", 50) + `
`},
		{"a long line of wide characters", Finding{Rule: "a/b", Severity: Error, File: "x", Pos: at(1, 81), Width: 1, Message: "m", Source: strings.Repeat("語", 90)}, false, `
x:1:81: error: m [a/b]
    1 | …` + strings.Repeat("語", 35) + `
      |  ` + strings.Repeat(" ", 50) + `^^
`},
	} {
		t.Run(c.what, func(t *testing.T) {
			var b strings.Builder
			if err := Text(&b, List{c.finding}, c.showText, nil); err != nil {
				t.Fatal(err)
			}
			if got := "\n" + b.String(); got != c.want {
				t.Errorf("got%s\nwant%s", got, c.want)
			}
		})
	}
}

func TestTextStyle(t *testing.T) {
	var b strings.Builder
	l := List{{Rule: "a/b", Severity: Warning, File: "x", Message: "m"}, {Rule: "a/c", Severity: Error, File: "y", Message: "n"}}
	if err := Text(&b, l, false, func(s Severity, word string) string { return fmt.Sprintf("<%d>%s</>", s, word) }); err != nil {
		t.Fatal(err)
	}
	if want := "x: <3>warning</>: m [a/b]\ny: <4>error</>: n [a/c]\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	if err := Text(broken{}, l, false, nil); !errors.Is(err, errBroken) {
		t.Errorf("a writer's error becomes %v", err)
	}
	if err := JSON(broken{}, l, false); !errors.Is(err, errBroken) {
		t.Errorf("a writer's error becomes %v", err)
	}
}

var errBroken = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// Nothing that stands in a file or message can reach the terminal as a control, and the frame stays on its lines.
func TestTextIsHarmless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		str := rapid.String()
		f := Finding{Rule: "a/b", Severity: Error, File: str.Draw(t, "file"), Message: str.Draw(t, "message"), Hint: str.Draw(t, "hint"),
			Source: str.Draw(t, "source"), Pos: at(rapid.IntRange(0, 9).Draw(t, "line"), rapid.IntRange(0, 300).Draw(t, "column")),
			Width: rapid.IntRange(0, 300).Draw(t, "width")}
		var text, doc strings.Builder
		if err := errors.Join(Text(&text, List{f}, true, nil), JSON(&doc, List{f}, true)); err != nil {
			t.Fatal(err)
		}
		for _, r := range text.String() + doc.String() {
			if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
				t.Fatalf("%U in %q", r, text.String()+doc.String())
			}
		}
		if n := strings.Count(text.String(), "\n"); n > 4 {
			t.Fatalf("%d lines: %q", n, text.String())
		}
		var back struct {
			Findings []struct{ Message, Source string }
		}
		if err := json.Unmarshal([]byte(doc.String()), &back); err != nil || back.Findings[0].Message != f.Message || back.Findings[0].Source != f.Source {
			t.Fatalf("JSON does not say what was found: %v, %q", err, doc.String())
		}
	})
}

func TestJSON(t *testing.T) {
	l := List{
		{Rule: "codebook/unknown-key", Severity: Error, File: "codebook.yaml", Pos: at(4, 5), Width: 4, About: "code:phone",
			Message: "unknown key <nmae>", Hint: "did you mean name?", Source: "    nmae: \"x\u202e\u0085\""},
		{Rule: "quote/absent", Severity: Warning, File: "codebook.yaml", Pos: at(9, 5), Message: "m", Source: "I was afraid", Private: true},
		{Rule: "study/version", Severity: Info, Message: "m"},
	}
	const first = `{
  "schema": 1,
  "findings": [
    {
      "rule": "codebook/unknown-key",
      "severity": "error",
      "file": "codebook.yaml",
      "line": 4,
      "column": 5,
      "width": 4,
      "about": "code:phone",
      "message": "unknown key <nmae>",
      "hint": "did you mean name?",
      "source": "    nmae: \"x\u202e\u0085\""
    },
    {
      "rule": "quote/absent",
      "severity": "warning",
      "file": "codebook.yaml",
      "line": 9,
      "column": 5,
      "message": "m"`
	const last = `
    },
    {
      "rule": "study/version",
      "severity": "info",
      "message": "m"
    }
  ]
}
`
	for _, c := range []struct {
		list     List
		showText bool
		want     string
	}{
		{l, false, first + last},
		{l, true, first + ",\n      \"source\": \"I was afraid\"" + last},
		{nil, false, "{\n  \"schema\": 1,\n  \"findings\": []\n}\n"},
	} {
		var b strings.Builder
		if err := JSON(&b, c.list, c.showText); err != nil {
			t.Fatal(err)
		}
		if b.String() != c.want {
			t.Errorf("got %s\nwant %s", b.String(), c.want)
		}
	}
}

func TestSort(t *testing.T) {
	want := List{
		{File: "a", Message: "whole"},
		{File: "a", Pos: at(2, 9), Rule: "z"},
		{File: "a", Pos: at(10, 1), Rule: "a", Message: "m"},
		{File: "a", Pos: at(10, 1), Rule: "b", Message: "a"},
		{File: "a", Pos: at(10, 1), Rule: "b", Message: "b", Hint: "first"},
		{File: "a", Pos: at(10, 1), Rule: "b", Message: "b", Hint: "second"},
		{File: "a", Pos: at(10, 2), Rule: "a"},
		{File: "b", Pos: at(1, 1), Rule: "a"},
	}
	rapid.Check(t, func(t *rapid.T) {
		got := List(rapid.Permutation(want).Draw(t, "order"))
		swapped := false // equal findings keep the order in which they were found
		for _, f := range got {
			if f.Hint == "second" {
				swapped = true
			} else if f.Hint == "first" {
				break
			}
		}
		got.Sort()
		for i, w := range want {
			if swapped && i == 4 {
				w = want[5]
			} else if swapped && i == 5 {
				w = want[4]
			}
			if got[i] != w {
				t.Fatalf("at %d stands %+v, not %+v", i, got[i], w)
			}
		}
	})
}

func TestErr(t *testing.T) {
	var l List
	if l.Err() != nil {
		t.Error("an empty list is an error")
	}
	l.Add(Finding{Severity: Warning, Message: "w"})
	if err := l.Err(); err != nil {
		t.Errorf("a warning is an error: %v", err)
	}
	l.Errorf("a/b", "x.yaml", at(3, 4), "no %s", "code")
	if got := l.Err().Error(); got != "x.yaml:3:4: no code" {
		t.Errorf("got %q", got)
	}
	l.Errorf("a/b", "", Position{}, "more")
	l.Errorf("a/b", "x.yaml", Position{}, "more")
	err := fmt.Errorf("open study: %w", l.Err())
	if got := err.Error(); got != "open study: x.yaml:3:4: no code (and 2 more)" {
		t.Errorf("got %q", got)
	}
	if found, ok := AsInvalid(err); !ok || len(found) != 4 || found.Count(Error) != 3 || found.Count(Info) != 0 {
		t.Errorf("the findings are lost: %v", found)
	}
	if _, ok := AsInvalid(errBroken); ok {
		t.Error("any error is invalid")
	}
}

func TestSeverity(t *testing.T) {
	for _, s := range []Severity{Off, Info, Warning, Error} {
		if back, ok := ParseSeverity(s.String()); !ok || back != s {
			t.Errorf("%v comes back as %v", s, back)
		}
	}
	for _, s := range []string{"", "Error", "fatal"} {
		if _, ok := ParseSeverity(s); ok {
			t.Errorf("%q is a severity", s)
		}
	}
}

func TestLine(t *testing.T) {
	src := []byte("one\r\ntwo\n\nfour")
	for n, want := range map[int]string{-1: "", 0: "", 1: "one", 2: "two", 3: "", 4: "four", 5: ""} {
		if got := Line(src, n); got != want {
			t.Errorf("line %d is %q, want %q", n, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	for s, want := range map[string]string{
		"as it was: æ 日 👩‍👧":            "as it was: æ 日 👩‍👧",
		"a\tb\nc\r\u2028d\u2029":        "a b c  d ",
		"\x00\x1b[31mred":               "␀␛[31mred",
		"\u009b31m":                     "\ufffd31m",
		"\u202eleft\u2066\u200f\u061cx": "\ufffdleft\ufffd\ufffd\ufffdx",
	} {
		if got := Plain(s); got != want {
			t.Errorf("Plain(%q) = %q, want %q", s, got, want)
		}
	}
}

// The shortcuts of Plain know what Unicode's tables know.
func TestConcealsKnowsEveryControl(t *testing.T) {
	for r := rune(0x7f); r <= unicode.MaxRune; r++ {
		if want := unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r); conceals(r) != want {
			t.Errorf("%U: %t", r, !want)
		}
	}
}
