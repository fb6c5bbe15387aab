package check

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

func TestOneLetterApart(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"boundary", "boundary", false}, {"boundary", "boundery", true}, {"boundary", "boundry", true}, {"boundary", "bounadry", true},
		{"boundary", "boundaries", false}, {"wave1", "wave2", false}, {"wave", "wave2", false}, {"grense", "grenser", true}, {"åpen", "apen", true},
		{"abcd", "badc", false},
	} {
		if got := oneLetterApart([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("oneLetterApart(%q, %q) = %v", c.a, c.b, got)
		}
		if got := oneLetterApart([]rune(c.b), []rune(c.a)); got != c.want {
			t.Errorf("oneLetterApart(%q, %q) = %v", c.b, c.a, got)
		}
	}
}

func TestUnknownLabel(t *testing.T) {
	for line, want := range map[string]string{
		"Nils: Yes": "Nils", "[0:01:02] Nils: Yes": "Nils", "P 2 :\n": "P 2", "Nils:": "Nils", "Dr. Ola Li: Yes": "Dr. Ola Li",
		"nils: Yes": "", "And then he said to me: Yes": "", "10:30 was late": "", "2: Two": "", "http://x": "", "Well, so: Yes": "", "Nils\nand: so": "", "": "",
	} {
		if got := unknownLabel(line); got != want {
			t.Errorf("unknownLabel(%q) = %q, not %q", line, got, want)
		}
	}
}

func TestContacts(t *testing.T) {
	for text, want := range map[string]string{
		"write to kari.li@mail.example.org.":  "kari.li@mail.example.org",
		"ring +47 912 34 567 or not":          "+47 912 34 567",
		"ring 91 23 45 67":                    "91 23 45 67",
		"my number is 01012012345, I think":   "01012012345",
		"ring (555) 123-4567":                 "555) 123-4567",
		"in 1998 and 1999 2000 it cost":       "",
		"paid 1 500 000 for it, or 2.500.000": "",
		"on 12.03.2020 at 10":                 "",
		"2020-03-12 it was":                   "",
		"a @ b, user@home":                    "",
		"[1:02:03] at 8":                      "",
		"12345678901234567890":                "",
	} {
		tr, found := transcript.Parse("P", "P.txt", []byte("---\nspeakers: {A: P1}\n---\nA: "+text+"\n"))
		if found.Err() != nil {
			t.Fatal(found.Err())
		}
		got := ""
		for _, f := range contacts(tr) {
			if got += string([]rune(f.Source)[f.Pos.Column-1 : f.Pos.Column-1+f.Width]); f.Pos.Line != 4 || !f.Private {
				t.Errorf("%q: at %v, private %v", text, f.Pos, f.Private)
			}
		}
		if got != want {
			t.Errorf("contacts(%q) = %q, not %q", text, got, want)
		}
	}
}

func TestIgnores(t *testing.T) {
	src := `a: 1 # tema:ignore x/y: because
# tema:ignore x/y: one
  # tema:ignore x/z: two

b: 2
c: "no # comment" # tema:ignored x/y: no
d: 3 #tema:ignore x/y
`
	type brief struct {
		rule, reason string
		target       int
	}
	var got []brief
	for _, ig := range ignores("codebook.yaml", []byte(src)) {
		got = append(got, brief{ig.rule, ig.reason, ig.target})
	}
	want := []brief{{"x/y", "because", 1}, {"x/y", "one", 5}, {"x/z", "two", 5}, {"x/y", "", 7}}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %+v, not %+v", i, got[i], want[i])
		}
	}
	if in := ignores("transcripts/P.txt", []byte("---\nlanguage: en # tema:ignore x/y: fine\n---\nA: # tema:ignore x/y: said\n")); len(in) != 1 || in[0].at.Line != 2 {
		t.Errorf("in a transcript: %+v", in)
	}
}

func FuzzIgnores(f *testing.F) {
	f.Add("a: 1 # tema:ignore x/y: because\n# tema:ignore\n")
	f.Add("---\n# tema:ignore x\n---\nA: B\n")
	f.Fuzz(func(t *testing.T, src string) {
		lines := strings.Split(src, "\n")
		for _, name := range []string{"codebook.yaml", "P.txt"} {
			for _, ig := range ignores(name, []byte(src)) {
				if ig.at.Line < 1 || ig.at.Line > len(lines) || ig.target < ig.at.Line || ig.at.Column > utf8.RuneCountInString(lines[ig.at.Line-1]) {
					t.Fatalf("%+v lies outside the file", ig)
				}
			}
		}
	})
}

func FuzzCodebookAlone(f *testing.F) {
	f.Add("codes: [{id: a, match: [OR b], aliases: [c]}]\nthemes: [{id: t, name: What?, codes: [a]}]\n")
	f.Add("codes:\n- id: a # tema:ignore codebook/no-example: so\n  definition: |\n    a\n")
	f.Fuzz(func(t *testing.T, src string) {
		lines := strings.Count(src, "\n") + 1
		for _, finding := range Codebook("codebook.yaml", []byte(src), nil) {
			if finding.Pos.Line > lines || finding.Severity == 0 || finding.Severity == diag.Off {
				t.Fatalf("%+v", finding)
			}
			if _, known := Lookup(finding.Rule); !known {
				t.Fatalf("rule %s is not in the table", finding.Rule)
			}
		}
	})
}
