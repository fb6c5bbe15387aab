package query

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseCanonical(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`boundary`, `boundary`},
		{`Boundary`, `boundary`},
		{`boundar*`, `boundar*`},
		{`Fuzzy~`, `fuzzy~`},
		{`=Home`, `"home"`},
		{`"home"`, `"home"`},
		{`="been there"`, `"been there"`},
		{`"  Been   there, then "`, `"been there then"`},
		{`"been ther*"`, `"been ther*"`},
		{`"support*"`, `support*`},
		{`self-harm`, `"self harm"`},
		{`self-har*`, `"self har*"`},
		{`=self-harm`, `"self harm"`},
		{`don’t`, `don't`},
		{`rock'n'roll`, `rock'n'roll`},
		{`“too involved”`, `"too involved"`},
		{`„zu nah“ »for nær« ”för nära” «trop près»`, `"zu nah" AND "for nær" AND "för nära" AND "trop près"`},
		{`a b`, `a AND b`},
		{`a AND b c`, `a AND b AND c`},
		{`a OR b c`, `a OR b AND c`},
		{`(a OR b) c`, `(a OR b) AND c`},
		{`((a)) AND (b AND (c))`, `a AND b AND c`},
		{`a OR (b OR c)`, `a OR b OR c`},
		{`NOT a`, `NOT a`},
		{`a NOT b`, `a AND NOT b`},
		{`NOT (NOT a)`, `NOT (NOT a)`},
		{`NOT (a OR b)`, `NOT (a OR b)`},
		{`NOT a NEAR/2 b`, `NOT a NEAR/2 b`},
		{`a NEAR/0 b NEAR/12 "c d"`, `a NEAR/0 b NEAR/12 "c d"`},
		{`(my OR own) NEAR/2 story`, `(my OR own) NEAR/2 story`},
		{`(a NEAR/2 b)`, `a NEAR/2 b`},
		{`draw NEAR/3 line OR x`, `draw NEAR/3 line OR x`},
		{`and or not near/3 Or`, `and AND or AND not AND "near 3" AND or`},
		{`"AND"`, `"and"`},
		{`speaker:Kari`, `speaker:Kari`},
		{`Speaker:"Kari Ann"`, `speaker:"Kari Ann"`},
		{`"Age Group":40-49`, `"age group":40-49`},
		{`speaker:“Kari”`, `speaker:Kari`},
		{`"at 12:30"`, `"at 12 30"`},
		{`what? (yes!)`, `what AND yes`},
		{`צה"ל`, `צה"ל`},
		{`[laughter]`, `laughter`},
		{`a"b c"d`, `a AND "b c" AND d`},
		{`(a)(b)`, `a AND b`},
		{`2020 3,14`, `2020 AND 3,14`},
	} {
		q, err := Parse(c.src)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		if got := q.String(); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}

// Each fault is told with its place: at is the part of the query that the error points to.
func TestParseFaults(t *testing.T) {
	for _, c := range []struct{ src, at, message string }{
		{``, ``, `the query is empty`},
		{`  `, `  `, `the query is empty`},
		{`(a OR b`, `(`, `never closed`},
		{`a (b (c)`, `(`, `never closed`},
		{`(`, `(`, `never closed`},
		{`(a OR`, `OR`, `OR needs something on its right`},
		{`a) b`, `)`, `never opened`},
		{`)`, `)`, `never opened`},
		{`()`, `()`, `nothing between`},
		{`a ( ) b`, `( )`, `nothing between`},
		{`"abc`, `"`, `never closed`},
		{`a «b c`, `«`, `never closed`},
		{`""`, `""`, `phrase is empty`},
		{`a " ... " b`, `" ... "`, `phrase is empty`},
		{`AND`, `AND`, `AND needs something on its left`},
		{`OR a`, `OR`, `OR needs something on its left`},
		{`a OR`, `OR`, `OR needs something on its right`},
		{`a OR OR b`, `OR`, `OR needs something on its right`},
		{`a AND OR b`, `AND`, `AND needs something on its right`},
		{`a AND`, `AND`, `AND needs something on its right`},
		{`(a AND)`, `AND`, `AND needs something on its right`},
		{`NOT`, `NOT`, `NOT needs something on its right`},
		{`a NOT NOT b`, `NOT`, `NOT stands twice`},
		{`a NOT AND b`, `NOT`, `NOT needs something on its right`},
		{`a NEAR b`, `NEAR`, `needs a number`},
		{`a NEAR/ 3 b`, `NEAR/`, `needs a number`},
		{`a NEAR/x b`, `NEAR/x`, `"x" is not a number`},
		{`a NEAR/-2 b`, `NEAR/-2`, `cannot be negative`},
		{`a NEAR/1001 b`, `NEAR/1001`, `at most 1000 words`},
		{`a NEAR/99999999999999999999 b`, `NEAR/99999999999999999999`, `at most 1000 words`},
		{`NEAR/3 b`, `NEAR/3`, `NEAR needs something on its left`},
		{`a NEAR/3`, `NEAR/3`, `NEAR needs a word or phrase on its right`},
		{`a NEAR/3 NOT b`, `NEAR/3`, `NEAR needs a word or phrase on its right`},
		{`a NEAR/3 (b c)`, `(b c)`, `NEAR stands between words or phrases`},
		{`(a NEAR/3 b) NEAR/3 c`, `(a NEAR/3 b)`, `NEAR stands between words or phrases`},
		{`a NEAR/3 (b OR NOT c)`, `(b OR NOT c)`, `NEAR stands between words or phrases`},
		{`a NEAR/3 speaker:x`, `speaker:x`, `NEAR stands between words or phrases`},
		{`*`, `*`, `lone *`},
		{`a -* b`, `-*`, `lone *`},
		{`"a * b"`, `"a * b"`, `lone *`},
		{`~`, `~`, `lone ~`},
		{`*tion`, `*tion`, `at the end of a word`},
		{`wom*n`, `wom*n`, `at the end of a word`},
		{`word**`, `word**`, `at the end of a word`},
		{`word~2`, `word~2`, `at the end of a word`},
		{`=word*`, `=word*`, `takes no *`},
		{`=`, `=`, `there is no word`},
		{`a && b`, `&&`, `there is no word`},
		{`a -b`, `-b`, `a word cannot begin with -`},
		{`+b`, `+b`, `a word cannot begin with +`},
		{`speaker:`, `speaker:`, `no value`},
		{`speaker: Kari`, `speaker:`, `no value`},
		{`speaker:" "`, `speaker:" "`, `no value`},
		{`:x`, `:x`, `no key`},
		{`"":x`, `"":x`, `no key`},
		{`å "b`, `"`, `never closed`},
		{"a \xff", "\xff", `not UTF-8`},
		{strings.Repeat("(", 101) + "a" + strings.Repeat(")", 101), `(`, `too many parentheses`},
	} {
		_, err := Parse(c.src)
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%s: error %v, want %s", c.src, err, c.message)
			continue
		}
		if !strings.Contains(e.Message, c.message) {
			t.Errorf("%s: message %q, want %q", c.src, e.Message, c.message)
		}
		if e.Start < 0 || e.End > len(c.src) || e.Start > e.End || c.src[e.Start:e.End] != c.at {
			t.Errorf("%s: fault at %d..%d, want %s", c.src, e.Start, e.End, c.at)
		}
	}
}

func TestCheckRule(t *testing.T) {
	for _, c := range []struct{ src, at string }{
		{`a`, ``},
		{`a AND NOT b`, ``},
		{`a OR "b c" OR d NEAR/2 e`, ``},
		{`speaker:x AND a`, ``},
		{`(a OR speaker:x) AND b`, ``},
		{`a AND NOT (b OR speaker:x)`, ``},
		{`speaker:x`, `speaker:x`},
		{`NOT a`, `NOT a`},
		{`a OR NOT b`, `NOT b`},
		{`a OR (b AND c) OR (NOT b AND site:x)`, `(NOT b AND site:x)`},
		{`a OR (b AND (c OR site:x)) OR d`, ``},
		{`(a OR site:x) AND speaker:y`, `(a OR site:x) AND speaker:y`},
		{`a OR (b OR site:x)`, `site:x`},
		{`NOT (NOT a)`, `NOT (NOT a)`},
		{`a AND code:x`, `code:x`},
		{`a AND NOT code:x`, `code:x`},
	} {
		q, err := Parse(c.src)
		if err != nil {
			t.Fatal(err)
		}
		at := ""
		if e, ok := errors.AsType[*Error](q.CheckRule()); ok {
			at = c.src[e.Start:e.End]
		}
		if at != c.at {
			t.Errorf("%s: fault at %q, want %q", c.src, at, c.at)
		}
	}
}

func TestCheckNames(t *testing.T) {
	s := Scope{
		KnowsAttribute: func(name string) bool { return name == "site" },
		KnowsCode:      func(name string) bool { return name == "hope" },
	}
	for _, c := range []struct{ src, want string }{
		{`a speaker:x transcript:y Site:z NOT code:hope`, ``},
		{`a OR age:40`, `age:40: unknown attribute age`},
		{`a NOT (b code:pace)`, `code:pace: unknown code pace`},
		{`12:30`, `12:30: unknown attribute 12`},
	} {
		q, err := Parse(c.src)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if e, ok := errors.AsType[*Error](q.Check(s)); ok {
			got = c.src[e.Start:e.End] + ": " + e.Message
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.src, got, c.want)
		}
		if err := q.Check(Scope{}); err != nil {
			t.Errorf("%s: a scope that knows all refused it: %v", c.src, err)
		}
	}
}

// bare returns n without its places.
func bare(n *Node) *Node {
	c := *n
	c.Start, c.End = 0, 0
	c.Kids = nil
	for _, kid := range n.Kids {
		c.Kids = append(c.Kids, bare(kid))
	}
	return &c
}

func checkRoundTrip(t interface{ Fatalf(string, ...any) }, q *Query) {
	again, err := Parse(q.String())
	if err != nil {
		t.Fatalf("%q writes itself as %q, which is refused: %v", q.Source, q.String(), err)
	}
	if !reflect.DeepEqual(bare(q.Root), bare(again.Root)) {
		t.Fatalf("%q writes itself as %q, which reads back as %q", q.Source, q.String(), again.String())
	}
}

// checkPlaces holds that each node lies inside the query and inside its parent.
func checkPlaces(t interface{ Fatalf(string, ...any) }, src string, n *Node, start, end int) {
	if n.Start < start || n.End > end || n.Start >= n.End {
		t.Fatalf("%q: node %s at %d..%d lies outside %d..%d", src, n, n.Start, n.End, start, end)
	}
	for _, kid := range n.Kids {
		checkPlaces(t, src, kid, n.Start, n.End)
	}
}

func drawQuery(t *rapid.T, depth int) string {
	word := rapid.SampledFrom([]string{"home", "work*", "line~", "=Own", "don’t", "self-harm", "æra", "2,5", "AND’s", "“to be”", `"a lot of"`, `"wor* so"`})
	kinds := 7
	if depth == 0 {
		kinds = 3
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0, 1:
		return word.Draw(t, "word")
	case 2:
		return rapid.SampledFrom([]string{"speaker:P1", `site:"the house"`, `"Age group":40-49`, "code:x", `"a:b":"c:d"`}).Draw(t, "field")
	case 3:
		s := word.Draw(t, "near")
		for range rapid.IntRange(1, 3).Draw(t, "operands") {
			s += fmt.Sprintf(" NEAR/%d ", rapid.IntRange(0, 9).Draw(t, "n"))
			if rapid.Bool().Draw(t, "choice") {
				s += "(" + word.Draw(t, "near") + " OR " + word.Draw(t, "near") + ")"
			} else {
				s += word.Draw(t, "near")
			}
		}
		return s
	case 4:
		return "NOT (" + drawQuery(t, depth-1) + ")"
	}
	s := drawQuery(t, depth-1)
	for range rapid.IntRange(1, 3).Draw(t, "kids") {
		s += rapid.SampledFrom([]string{" ", " AND ", " OR ", " NOT "}).Draw(t, "op")
		if kid := drawQuery(t, depth-1); strings.HasPrefix(kid, "NOT") || rapid.Bool().Draw(t, "parens") {
			s += "(" + kid + ")"
		} else {
			s += kid
		}
	}
	return s
}

func TestStringReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := drawQuery(t, 3)
		q, err := Parse(src)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		checkRoundTrip(t, q)
		checkPlaces(t, src, q.Root, 0, len(src))
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"a", `a AND (b OR "c d") NOT e~`, "x NEAR/3 y* NEAR/0 =z", `"k k":"v v" s:t`, "«a» -b", "((", "NEAR/-1", "צה\"ל", "İ J̌ ﬁ", "a\u00a0b", "1️⃣ 👍🏽 中文 ก"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		q, err := Parse(src)
		if err != nil {
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Start < 0 || e.Start > e.End || e.End > len(src) || e.Message == "" {
				t.Fatalf("%q: error %#v", src, err)
			}
			return
		}
		checkPlaces(t, src, q.Root, 0, len(src))
		checkRoundTrip(t, q)
		_ = q.CheckRule()
	})
}
