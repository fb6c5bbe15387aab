package diag

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var someRules = []Rule{
	{Name: "codebook/no-example", Severity: Warning, Means: "a code without an example", Why: "An example shows.", Mend: "Give one."},
	{Name: "theme/topic-name", Severity: Off, Means: "a name", Why: "W.", Mend: "M."},
}

var someFindings = List{
	{Rule: "codebook/no-example", Severity: Warning, File: "my study/kode bok.yaml", Pos: Position{7, 9}, Width: 5, About: "code:phone",
		Message: "code phone has no example", Hint: "give one", Source: "  - id: phone"},
	{Rule: "codebook/no-example", Severity: Warning, File: "my study/kode bok.yaml", Pos: Position{8, 9}, About: "code:phone", Message: "again: 100 %, <b> & \"c\"\nline"},
	{Rule: "coding/lost", Severity: Error, File: "codings/per/P05.jsonl", Pos: Position{Line: 12}, Message: "gone", Source: "secret words", Private: true},
	{Rule: "theme/topic-name", Severity: Info, File: "codebook.yaml", Message: "a question?"},
}

// What the SARIF 2.1.0 schema requires, and what GitHub's code scanning asks for beyond it.
func TestSARIFHoldsWhatReadersRequire(t *testing.T) {
	var b bytes.Buffer
	if err := SARIF(&b, someFindings, false, "1.2.3", someRules); err != nil {
		t.Fatal(err)
	}
	var log map[string]any
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	at := func(v any, path ...any) any {
		t.Helper()
		for _, step := range path {
			switch step := step.(type) {
			case string:
				m, _ := v.(map[string]any)
				next, ok := m[step]
				if !ok {
					t.Fatalf("no %v of %v in %v", step, path, m)
				}
				v = next
			case int:
				list, _ := v.([]any)
				if step >= len(list) {
					t.Fatalf("no %v of %v", step, path)
				}
				v = list[step]
			}
		}
		return v
	}
	for _, c := range []struct {
		want any
		path []any
	}{
		{"2.1.0", []any{"version"}},
		{"tema", []any{"runs", 0, "tool", "driver", "name"}},
		{"1.2.3", []any{"runs", 0, "tool", "driver", "version"}},
		{"codebook/no-example", []any{"runs", 0, "tool", "driver", "rules", 0, "id"}},
		{"A code without an example.", []any{"runs", 0, "tool", "driver", "rules", 0, "shortDescription", "text"}},
		{"A code without an example. An example shows.", []any{"runs", 0, "tool", "driver", "rules", 0, "fullDescription", "text"}},
		{"An example shows.\n\nGive one.", []any{"runs", 0, "tool", "driver", "rules", 0, "help", "text"}},
		{"warning", []any{"runs", 0, "tool", "driver", "rules", 0, "defaultConfiguration", "level"}},
		{"none", []any{"runs", 0, "tool", "driver", "rules", 1, "defaultConfiguration", "level"}},
		{false, []any{"runs", 0, "tool", "driver", "rules", 1, "defaultConfiguration", "enabled"}},
		{"coding/lost", []any{"runs", 0, "tool", "driver", "rules", 2, "id"}}, // not given, and still there
		{"unicodeCodePoints", []any{"runs", 0, "columnKind"}},
		{"codebook/no-example", []any{"runs", 0, "results", 0, "ruleId"}},
		{0.0, []any{"runs", 0, "results", 0, "ruleIndex"}},
		{2.0, []any{"runs", 0, "results", 2, "ruleIndex"}},
		{"warning", []any{"runs", 0, "results", 0, "level"}},
		{"error", []any{"runs", 0, "results", 2, "level"}},
		{"note", []any{"runs", 0, "results", 3, "level"}},
		{"code phone has no example\ngive one", []any{"runs", 0, "results", 0, "message", "text"}},
		{"my%20study/kode%20bok.yaml", []any{"runs", 0, "results", 0, "locations", 0, "physicalLocation", "artifactLocation", "uri"}},
		{7.0, []any{"runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "startLine"}},
		{9.0, []any{"runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "startColumn"}},
		{14.0, []any{"runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "endColumn"}},
		{"  - id: phone", []any{"runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "snippet", "text"}},
		{1.0, []any{"runs", 0, "results", 3, "locations", 0, "physicalLocation", "region", "startLine"}}, // no place of its own
	} {
		if got := at(log, c.path...); got != c.want {
			t.Errorf("%v is %#v, not %#v", c.path, got, c.want)
		}
	}
	print := func(i int) any {
		return at(log, "runs", 0, "results", i, "partialFingerprints", "primaryLocationLineHash")
	}
	if print(0) == print(1) || !regexp.MustCompile(`^[0-9a-f]{16}:1$`).MatchString(print(0).(string)) || !strings.HasSuffix(print(1).(string), ":2") {
		t.Errorf("fingerprints %v and %v", print(0), print(1))
	}
	if strings.Contains(b.String(), "secret") {
		t.Error("participants' words stand in it")
	}
	SARIF(&b, someFindings, true, "", nil)
	if !strings.Contains(b.String(), "secret words") {
		t.Error("asked for, they do not")
	}

	// A fingerprint stays when lines above come and go.
	moved := append(List(nil), someFindings...)
	for i := range moved {
		moved[i].Pos.Line += 40
	}
	var later bytes.Buffer
	SARIF(&later, moved, false, "2", nil)
	pattern := regexp.MustCompile(`"primaryLocationLineHash": "[^"]*"`)
	b.Reset()
	SARIF(&b, someFindings, false, "1", nil)
	if was, is := fmt.Sprint(pattern.FindAllString(b.String(), -1)), fmt.Sprint(pattern.FindAllString(later.String(), -1)); was != is || was == "[]" {
		t.Errorf("fingerprints changed with the lines: %s, %s", was, is)
	}
}

func TestRelativeURI(t *testing.T) {
	for name, want := range map[string]string{
		"codebook.yaml": "codebook.yaml", "s/Å b.txt": "s/%C3%85%20b.txt", "../s/a.txt": "../s/a.txt", "/home/anna/secret/a.txt": "a.txt", "C:/Users/anna/a.txt": "a.txt",
		"ab:c/d.txt": "ab%3Ac/d.txt", "": ".", "a%b#c?.txt": "a%25b%23c%3F.txt", "./a.txt": "a.txt",
	} {
		if got := relativeURI(name); got != want {
			t.Errorf("relativeURI(%q) = %q, not %q", name, got, want)
		}
	}
}

func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	if err := JUnit(&b, someFindings, false, Warning); err != nil {
		t.Fatal(err)
	}
	want := `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tema check" tests="4" failures="3" errors="0">
  <testsuite name="my study/kode bok.yaml" tests="2" failures="2" errors="0" skipped="0" time="0">
    <testcase name="codebook/no-example at 7:9" classname="my study/kode bok.yaml" file="my study/kode bok.yaml" line="7" time="0">
      <failure message="code phone has no example" type="warning">my study/kode bok.yaml:7:9: warning: code phone has no example [codebook/no-example]&#xA;    7 |   - id: phone&#xA;      |         ^^^^^&#xA;      give one&#xA;</failure>
    </testcase>
    <testcase name="codebook/no-example at 8:9" classname="my study/kode bok.yaml" file="my study/kode bok.yaml" line="8" time="0">
      <failure message="again: 100 %, &lt;b&gt; &amp; &#34;c&#34;&#xA;line" type="warning">my study/kode bok.yaml:8:9: warning: again: 100 %, &lt;b&gt; &amp; &#34;c&#34; line [codebook/no-example]&#xA;</failure>
    </testcase>
  </testsuite>
  <testsuite name="codings/per/P05.jsonl" tests="1" failures="1" errors="0" skipped="0" time="0">
    <testcase name="coding/lost at 12:1" classname="codings/per/P05.jsonl" file="codings/per/P05.jsonl" line="12" time="0">
      <failure message="gone" type="error">codings/per/P05.jsonl:12: error: gone [coding/lost]&#xA;</failure>
    </testcase>
  </testsuite>
  <testsuite name="codebook.yaml" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase name="theme/topic-name" classname="codebook.yaml" file="codebook.yaml" time="0">
      <system-out>codebook.yaml: info: a question? [theme/topic-name]&#xA;</system-out>
    </testcase>
  </testsuite>
</testsuites>
`
	if b.String() != want {
		t.Errorf("%s", b.String())
	}
	b.Reset()
	JUnit(&b, nil, false, Error)
	if !strings.Contains(b.String(), `tests="1" failures="0"`) || !strings.Contains(b.String(), "<testcase") {
		t.Errorf("nothing found: %s", b.String())
	}
}

// Whatever stands in a finding, the report is well-formed XML 1.0 and counts what it holds.
func TestJUnitIsAlwaysXML(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var l List
		for range rapid.IntRange(0, 4).Draw(rt, "n") {
			wild := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }), rapid.Just("\x00\x0b\uffff]]>&<"))
			l.Add(Finding{Rule: "codebook/x", Severity: Error, File: wild.Draw(rt, "file"), Message: wild.Draw(rt, "message"), About: wild.Draw(rt, "about"),
				Hint: wild.Draw(rt, "hint"), Source: wild.Draw(rt, "source"), Pos: Position{rapid.IntRange(0, 3).Draw(rt, "line"), rapid.IntRange(0, 9).Draw(rt, "column")}})
		}
		var b bytes.Buffer
		if err := JUnit(&b, l, true, Error); err != nil {
			rt.Fatal(err)
		}
		failures := 0
		for d := xml.NewDecoder(&b); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			} else if err != nil {
				rt.Fatal(err)
			}
			if start, ok := token.(xml.StartElement); ok && start.Name.Local == "failure" {
				failures++
			}
		}
		if failures != len(l) {
			rt.Fatalf("%d failures for %d findings", failures, len(l))
		}
	})
}

func TestGitHub(t *testing.T) {
	var b bytes.Buffer
	l := append(List{{Rule: "codebook/x", Severity: Warning, File: "a,b:c%.yaml", Pos: Position{2, 3}, Message: "m"}}, someFindings...)
	if err := GitHub(&b, l, false); err != nil {
		t.Fatal(err)
	}
	want := `::warning file=a%2Cb%3Ac%25.yaml,line=2,col=3,endColumn=4,title=codebook/x::m
::warning file=my study/kode bok.yaml,line=7,col=9,endColumn=14,title=codebook/no-example::code phone has no example%0A- id: phone%0Agive one
::warning file=my study/kode bok.yaml,line=8,col=9,endColumn=10,title=codebook/no-example::again: 100 %25, <b> & "c" line
::error file=codings/per/P05.jsonl,line=12,title=coding/lost::gone
::notice file=codebook.yaml,title=theme/topic-name::a question?
`
	if b.String() != want {
		t.Errorf("%s", b.String())
	}
	b.Reset()
	GitHub(&b, List{{Rule: "a/b", Severity: Error, Message: "x\n::set-output name=y::z\r", Source: "::stop", Pos: Position{1, 1}}}, true)
	if strings.Count(b.String(), "\n") != 1 || !strings.HasPrefix(b.String(), "::error title=a/b::x ::set-output") {
		t.Errorf("a message can begin a command of its own: %q", b.String())
	}
}
