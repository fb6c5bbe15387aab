package query

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tema-qda/tema/index/transcript"
	"pgregory.net/rapid"
)

const talk = `---
language: en
speakers: {I: interviewer, Kari: P01, Radio: other, Several: unknown}
attributes: {site: north}
---
A note before anybody speaks.

I: How do you set boundaries?

Kari: I keep one boundary. I say no; my phone is off at night, and at night I sleep. You've said it: no phone, no phone.

Radio: The boundary commission met at night.

Several: No, no!
`

func parseTalk(t testing.TB) *transcript.Transcript {
	tr, found := transcript.Parse("Talk", "Talk.txt", []byte(talk))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return tr
}

// scanned answers src over tr, one line a hit: the turn, the passage, and the words that matched.
func scanned(t *testing.T, tr *transcript.Transcript, src string, o Options, s Scope) []string {
	t.Helper()
	q, err := Parse(src)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	lines := []string{}
	for _, h := range Scan(q, tr, o, s) {
		words := []string{}
		for _, w := range h.Words {
			words = append(words, tr.Text[w.Start:w.End])
		}
		lines = append(lines, fmt.Sprintf("%d|%s|%s", h.Turn, tr.Text[h.Start:h.End], strings.Join(words, " ")))
	}
	return lines
}

func TestScan(t *testing.T) {
	const (
		one   = "2|I keep one boundary.|"
		two   = "2|I say no; my phone is off at night, and at night I sleep.|"
		three = "2|You've said it: no phone, no phone.|"
		radio = "3|The boundary commission met at night.|"
		no    = "4|No, no!|"
	)
	all := Options{AllSpeakers: true, TurnZero: true}
	turns := Options{Unit: Turn}
	match := Options{Unit: Match}
	scope := Scope{
		Holds: func(_ *transcript.Transcript, turn transcript.Turn, key, value string) bool {
			return key == "age" && value == "40" && turn.Is == "P01"
		},
		Coded: func(_ *transcript.Transcript, code string) []transcript.Span {
			at := strings.Index(parseTalk(t).Text, "my phone")
			if code != "phone" {
				return nil
			}
			return []transcript.Span{{Start: at, End: at + 8}}
		},
	}
	tr := parseTalk(t)
	for _, c := range []struct {
		src  string
		o    Options
		want []string
	}{
		// words, and whose turns are seen
		{`boundary`, Options{}, []string{one + "boundary", radio + "boundary"}},
		{`boundaries`, all, []string{"1|How do you set boundaries?|boundaries", one + "boundary", radio + "boundary"}},
		{`=boundaries`, all, []string{"1|How do you set boundaries?|boundaries"}},
		{`"boundaries"`, Options{}, []string{}},
		{`bound*`, Options{}, []string{one + "boundary", radio + "boundary"}},
		{`bundary~`, Options{}, []string{one + "boundary", radio + "boundary"}},
		{`bonudary~`, Options{}, []string{}},
		{`note`, Options{}, []string{}},
		{`note`, all, []string{"0|A note before anybody speaks.|note"}},
		{`YOU’VE`, Options{}, []string{three + "You've"}},
		// phrases
		{`"no phone"`, Options{}, []string{three + "no phone no phone"}},
		{`"phone no"`, Options{}, []string{three + "phone no"}},
		{`"is off at"`, Options{}, []string{two + "is off at"}},
		{`"boundary i say"`, Options{}, []string{}},
		{`"boundary i say"`, turns, []string{"2|I keep one boundary. I say no; my phone is off at night, and at night I sleep. You've said it: no phone, no phone.|boundary I say"}},
		// AND, OR, NOT
		{`night phone`, Options{}, []string{two + "phone night night"}},
		{`night NOT phone`, Options{}, []string{radio + "night"}},
		{`(night commission) OR phone`, Options{}, []string{two + "phone", three + "phone phone", radio + "commission night"}},
		{`night OR no`, Options{}, []string{two + "no night night", three + "no no", radio + "night", no + "No no"}},
		{`NOT (night OR phone)`, Options{}, []string{one, no}},
		{`no NOT NEAR/0`, Options{}, nil},
		// NEAR
		{`no NEAR/0 phone`, Options{}, []string{three + "no phone no phone"}},
		{`no NEAR/0 my`, Options{}, []string{two + "no my"}},
		{`sleep NEAR/0 night`, Options{}, []string{}},
		{`sleep NEAR/1 night`, Options{}, []string{two + "night sleep"}},
		{`sleep NEAR/5 night`, Options{}, []string{two + "night night sleep"}},
		{`night NEAR/9 night`, Options{}, []string{two + "night night"}},
		{`no NEAR/0 no`, Options{}, []string{no + "No no"}},
		{`say NEAR/2 phone NEAR/0 is`, Options{}, []string{two + "say phone is"}},
		{`say NEAR/1 phone NEAR/0 is`, Options{}, []string{}},
		{`(sleep OR off) NEAR/1 "at night"`, Options{}, []string{two + "off at night at night sleep"}},
		// the passage of match
		{`night phone`, match, []string{"2|phone is off at night, and at night|phone night night"}},
		{`NOT night NOT phone`, match, []string{one, no}},
		// fields
		{`speaker:kari`, Options{}, []string{one, two, three}},
		{`speaker:p01 sleep`, Options{}, []string{two + "sleep"}},
		{`speaker:other`, turns, []string{radio}},
		{`speaker:interviewer`, Options{}, []string{}},
		{`transcript:talk no NOT speaker:kari`, Options{}, []string{no + "No no"}},
		{`transcript:other no`, Options{}, []string{}},
		{`age:40 no`, Options{}, []string{two + "no", three + "no no"}},
		{`code:phone`, Options{}, []string{two}},
		{`phone NOT code:phone`, Options{}, []string{three + "phone phone"}},
		{`code:other`, Options{}, []string{}},
	} {
		if c.want == nil {
			if _, err := Parse(c.src); err == nil {
				t.Errorf("%s: was not refused", c.src)
			}
			continue
		}
		if got := scanned(t, tr, c.src, c.o, scope); !slices.Equal(got, c.want) {
			t.Errorf("%s %+v\n got %q\nwant %q", c.src, c.o, got, c.want)
		}
	}
}

func TestScanLanguages(t *testing.T) {
	for _, c := range []struct{ language, fallback, src, want string }{
		{"nb", "", "grense", "grensene Grenser"},
		{"nn-NO", "", "grense", "grensene Grenser"},
		{"", "nb", "grense", "grensene Grenser"},
		{"en", "nb", "grense", ""},
		{"xx", "", "grenser", "Grenser"},
		{"", "", "grenser", "Grenser"},
	} {
		head := "---\nspeakers: {K: P01}\n---\n"
		if c.language != "" {
			head = "---\nlanguage: " + c.language + "\nspeakers: {K: P01}\n---\n"
		}
		tr, _ := transcript.Parse("T", "T.txt", []byte(head+"K: Man setter grensene selv. Grenser trengs.\n"))
		var words []string
		for _, line := range scanned(t, tr, c.src, Options{Language: c.fallback}, Scope{}) {
			words = append(words, line[strings.LastIndex(line, "|")+1:])
		}
		if got := strings.Join(words, " "); got != c.want {
			t.Errorf("language %q, study %q: %q matched %q, want %q", c.language, c.fallback, c.src, got, c.want)
		}
	}
}

// NEAR is held against trying every choice of one place per operand.
func TestNearTriesEveryWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 10).Draw(t, "text")
		var words []token
		for i, w := range letters {
			words = append(words, token{transcript.Span{Start: i, End: i + 1}, w})
		}
		n := &Node{Op: Near}
		for i := range rapid.IntRange(2, 4).Draw(t, "operands") {
			if i > 0 {
				n.Within = append(n.Within, rapid.IntRange(0, 3).Draw(t, "within"))
			}
			kid := &Node{Op: Words}
			for _, w := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 2).Draw(t, "operand") {
				kid.Terms = append(kid.Terms, Term{w, Surface})
			}
			n.Kids = append(n.Kids, kid)
		}
		r := &reader{}
		want := map[int]bool{}
		var choose func(chosen []run)
		choose = func(chosen []run) {
			k := len(chosen)
			if k == len(n.Kids) {
				for _, at := range chosen {
					for i := at.from; i < at.to; i++ {
						want[i] = true
					}
				}
				return
			}
			for _, at := range r.runs(n.Kids[k], words) {
				if k > 0 {
					last := chosen[k-1]
					gap := max(at.from-last.to, last.from-at.to)
					if gap < 0 || gap > n.Within[k-1] {
						continue
					}
				}
				choose(append(slices.Clone(chosen), at))
			}
		}
		choose(nil)
		got, holds := r.unit(n, transcript.Turn{}, transcript.Span{}, words)
		if holds != (len(want) > 0) || len(got) != len(want) {
			t.Fatalf("%v: %v, want %v", holds, got, want)
		}
		for i := range want {
			if !got[i] {
				t.Fatalf("word %d should match: %v, want %v", i, got, want)
			}
		}
	})
}

func TestOneEdit(t *testing.T) {
	distance := func(a, b []rune) int { // the textbook table
		row := make([]int, len(b)+1)
		for j := range row {
			row[j] = j
		}
		for i := range a {
			diagonal := row[0]
			row[0] = i + 1
			for j := range b {
				cost := 1
				if a[i] == b[j] {
					cost = 0
				}
				diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
			}
		}
		return row[len(b)]
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("abæ語")), 0, 5, -1)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if got, want := OneEdit(a, b), distance([]rune(a), []rune(b)) <= 1; got != want {
			t.Fatalf("%q %q: %v, want %v", a, b, got, want)
		}
	})
}

func FuzzStem(f *testing.F) {
	f.Add("boundaries", "en")
	f.Add("'s", "en")
	f.Add("grensene", "nb-NO")
	f.Add("çalışıyorlardı", "tr")
	f.Add("الكتاب", "ar")
	f.Fuzz(func(t *testing.T, word, language string) {
		if !utf8.ValidString(word) {
			return // no transcript holds it
		}
		for w := range transcript.Words(word, transcript.Span{Start: 0, End: len(word)}) {
			folded := transcript.FoldWord(word[w.Start:w.End])
			if Stem(folded, StemmerOf(language)) == "" {
				t.Fatalf("%q in %q has an empty stem", folded, language)
			}
			for name := range stemmers {
				if Stem(folded, name) == "" {
					t.Fatalf("%q in %q has an empty stem", folded, name)
				}
			}
		}
	})
}
