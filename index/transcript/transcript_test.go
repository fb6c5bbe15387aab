package transcript

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook/diag"
)

func TestParse(t *testing.T) {
	doc := jonas(t)
	if doc.ID != "I 5" || doc.File != "I 5.txt" || doc.Meta.Language != "en" || !slices.Contains(doc.Meta.Speakers, Speaker{"J", "P01"}) {
		t.Errorf("parsed %+v", doc.Meta)
	}
	if !strings.HasPrefix(doc.Text, "A note by") || len(doc.Hash) != 12 {
		t.Errorf("text begins %.20q, hash is %q", doc.Text, doc.Hash)
	}
	if string(doc.Bytes()) != jonasFile {
		t.Error("Bytes are not the file")
	}
	var got []string
	for _, turn := range doc.Turns {
		got = append(got, fmt.Sprintf("%d %s %s %.9q", turn.Number, turn.Label, turn.Is, doc.Text[turn.Speech.Start:turn.Speech.End]))
	}
	want := []string{`0   "A note by"`, `1 I interviewer "Can you s"`, `2 Jonas P01 "I wanted "`, `3 I interviewer "Mm."`, `4 Jonas P01 "And then "`, `5 I interviewer "And then?"`,
		`6 Jonas P01 "And then "`, `7 Jonas P01 "Six long "`, `8 Kari P02 "Yes, and "`, `9 I interviewer "Not for a"`, `10 Kari P02 "No. Not f"`, `11 J P01 "Six years"`}
	if !slices.Equal(got, want) {
		t.Errorf("turns are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if turn := doc.Turns[2]; !turn.HasTime || turn.Time != 12*time.Second || doc.Turns[1].HasTime {
		t.Errorf("time is %v", turn.Time)
	}
	if doc.Turns[0].Participant() || doc.Turns[1].Participant() || !doc.Turns[2].Participant() {
		t.Error("who is a participant")
	}
	other := parse(t, "P02", strings.Replace(jonasFile, "language: en", "language: nb", 1))
	if other.Hash != doc.Hash {
		t.Error("the front matter is part of the hash")
	}
}

// The turns of a text whose speakers are Ann, Ann B, I and 李: "number label|speech" each.
func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"Ann: Hello", []string{"1 Ann|Hello"}},
		{"Ann B: Hello", []string{"1 Ann B|Hello"}}, // not Ann, who would say nothing
		{"Ann : Hello\nAnn B   : Ho", []string{"1 Ann|Hello", "2 Ann B|Ho"}},
		{"李：你好\n", []string{"0 |李：你好"}}, // a colon wants a space or the end of the line after it
		{"李： 你好\nI：\n我", []string{"1 李|你好", "2 I|我"}},
		{"Ann:\tHello", []string{"0 |Ann:\tHello"}},
		{"Ann:Hello", []string{"0 |Ann:Hello"}},
		{"ann: Hello", []string{"0 |ann: Hello"}},
		{"Ann:", []string{"1 Ann|"}},
		{"Ann:\n", []string{"1 Ann|"}},
		{"Ann:\nHello\n\nthere\nI: Yes", []string{"1 Ann|Hello\n\nthere", "2 I|Yes"}},
		{"Ann: \tHello \t\nI:  \n", []string{"1 Ann|Hello", "2 I|"}},
		{" Ann: Hello", []string{"0 |Ann: Hello"}},
		{"\n\nAnn: Hello", []string{"1 Ann|Hello"}},
		{"note\n\nAnn: Hello", []string{"0 |note", "1 Ann|Hello"}},
		{"He said Ann: Hello", []string{"0 |He said Ann: Hello"}},
		{"[0:00:01] Ann: Hello", []string{"1 Ann|Hello"}},
		{"[10:59:59.120] Ann: Hello", []string{"1 Ann|Hello"}},
		{"[0:01] Ann: Hello", []string{"0 |[0:01] Ann: Hello"}},
		{"[0:00:61] Ann: Hello", []string{"0 |[0:00:61] Ann: Hello"}},
		{"[0:00:01]\nAnn: Hello", []string{"0 |[0:00:01]", "1 Ann|Hello"}},
		{"Ann: It was 3: no\nAnn C: x\nBen: y", []string{"1 Ann|It was 3: no\nAnn C: x\nBen: y"}},
		{"", nil},
		{"\n \n", nil},
	} {
		doc := parse(t, "P", "---\nspeakers: {Ann: P01, Ann B: P02, I: interviewer, 李: P03}\n---\n"+c.text)
		var got []string
		for _, turn := range doc.Turns {
			got = append(got, fmt.Sprintf("%d %s|%s", turn.Number, turn.Label, doc.Text[turn.Speech.Start:turn.Speech.End]))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q has turns %q, want %q", c.text, got, c.want)
		}
	}
	if doc := parse(t, "P", "Ann: Hello\n"); len(doc.Turns) != 1 || doc.Turns[0].Number != 1 || doc.Turns[0].Is != diag.Unknown || doc.Turns[0].Speech != (Span{0, 10}) {
		t.Errorf("without declared speakers: %+v", doc.Turns)
	}
}

func TestTimestamp(t *testing.T) {
	for s, want := range map[string]string{
		"[0:00:12] x": "0:00:12", "[01:02:03]": "1:02:03", "[100:00:00.500]": "100:00:00.500", "[0:00:00.000]": "0:00:00",
		"[0:60:00]": "", "[0:00:60]": "", "[0:0:12]": "", "[00:12]": "", "[0:00:12.5]": "", "[0:00:12": "", "0:00:12": "", "[:00:12]": "", "[-1:00:12]": "", "[10000:00:00]": "", "[a:00:00]": "", "[0:00:0١]": "", "": "", "[": "",
	} {
		d, n, ok := Timestamp(s)
		if ok != (want != "") || ok && (FormatTime(d) != want || s[n-1] != ']') {
			t.Errorf("Timestamp(%q) = %v, %d, %v", s, d, n, ok)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, 9999*3600*1000).Draw(t, "ms")) * time.Millisecond
		if got, n, ok := Timestamp("[" + FormatTime(d) + "]"); !ok || got != d || n != len(FormatTime(d))+2 {
			t.Fatalf("%v is written %s and read %v", d, FormatTime(d), got)
		}
	})
}

func TestFindings(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"not UTF-8":                  {"Anna: Hei\nA: \xe5 ja\n", `P.txt:2:4 transcript/not-text: not UTF-8 text: byte 0xe5`},
		"byte order mark":            {"\ufeffA: x\n", "P.txt:1:1 transcript/bom: begins with a byte order mark"},
		"carriage returns":           {"A: å\r\nB\r\n", "P.txt:1:5 transcript/cr: has carriage returns (line ends of Windows)"},
		"a NUL":                      {"A\n\x00", "P.txt:2:1 transcript/not-text: holds a NUL character, so it is not text"},
		"all at once":                {"\ufeffA\r\n\x00", "P.txt:1:1 transcript/bom: begins with a byte order mark|P.txt:1:3 transcript/cr: has carriage returns (line ends of Windows)|P.txt:2:1 transcript/not-text: holds a NUL character, so it is not text"},
		"never closed":               {"---\ndate: 2020\nA: x\n", "P.txt:1:1 transcript/front-matter: the front matter that begins here never ends"},
		"never closed, one line":     {"---\n", "P.txt:1:1 transcript/front-matter: the front matter that begins here never ends"},
		"never closed, no line end":  {"---", "P.txt:1:1 transcript/front-matter: the front matter that begins here never ends"},
		"closed by another line":     {"---\ndate: 2020\n--- \nA: x\n", "P.txt:1:1 transcript/front-matter: the front matter that begins here never ends"},
		"unknown key":                {"---\ndate: 2020\n\nspeaker: {A: P01}\n---\n", "P.txt:4:1 transcript/unknown-key: unknown key speaker in the front matter"},
		"unknown keys below":         {"---\nsource:\n  file: x\n  size: 3\nage: 4\n---\n", "P.txt:4:3 transcript/unknown-key: unknown key size in source|P.txt:5:1 transcript/unknown-key: unknown key age in the front matter"},
		"a key twice":                {"---\ndate: 2020\ndate: 2021\n---\n", "P.txt:3:1 transcript/duplicate-key: key date stands twice in the front matter; it stands first on line 2"},
		"a label twice":              {"---\nspeakers: {A: P01, A: P02}\n---\n", "P.txt:2:20 transcript/duplicate-key: key A stands twice in speakers; it stands first on line 2"},
		"a label twice, with spaces": {"---\nspeakers: {A: P01, ' A': P02}\n---\n", "P.txt:2:20 transcript/speaker: speaker A stands twice"},
		"no id":                      {"---\nspeakers: {A: P/01}\n---\n", `P.txt:2:15 transcript/speaker: speaker A: id "P/01" may hold letters, digits, _ and -, begins with a letter or digit and has 64 characters at most`},
		"no label":                   {"---\nspeakers: {'': P01}\n---\n", "P.txt:2:12 transcript/speaker: a speaker's label is one line of text"},
		"a list of speakers":         {"---\nspeakers: [A, B]\n---\n", "P.txt:2:11 transcript/wrong-kind: speakers must be keys and values, not a list"},
		"not YAML":                   {"---\nspeakers: {A: P01\n---\nA: x\n", "!transcript/syntax"},
		"closed at the end of file":  {"---\ndate: 2020-01-02\n---", ""},
		"empty front matter":         {"---\n---\nA: x\n", ""},
		"no front matter":            {"A: x\n---\n", ""},
		"rules of a table":           {"----\nx\n---\n", ""},
		"empty":                      {"", ""},
	} {
		_, found := Parse("P", "P.txt", []byte(c.src))
		found.Sort()
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprintf("%s:%d:%d %s: %s", f.File, f.Pos.Line, f.Pos.Column, f.Rule, f.Message))
		}
		if rule, ok := strings.CutPrefix(c.want, "!"); ok {
			if len(found) == 0 || found[0].Rule != rule {
				t.Errorf("%s: found %q, want a %s", name, got, rule)
			}
		} else if strings.Join(got, "|") != c.want {
			t.Errorf("%s: found\n %s, want\n %s", name, strings.Join(got, "|"), c.want)
		}
	}
}

func TestFrontMatter(t *testing.T) {
	m := Meta{Date: "2020-02-11", Language: "nb", Speakers: []Speaker{{"I", "interviewer"}, {"Jonas", "P01"}, {"[Kari: 2]", "P-02"}},
		Attributes: []Attribute{{"setting", "video call"}, {"wave", "1"}, {"open", "yes"}, {"none", ""}},
		Source:     &Source{File: "interview-01.docx", SHA256: "5f0c", Format: "docx", Encoding: "utf-8", Labels: "inferred", Dropped: []string{"1-3", "7"}}}
	want := `---
date: 2020-02-11
language: nb
speakers: {I: interviewer, Jonas: P01, "[Kari: 2]": P-02}
attributes: {setting: video call, wave: "1", open: yes, none: ""}
source: {file: interview-01.docx, sha256: 5f0c, format: docx, encoding: utf-8, labels: inferred, dropped: [1-3, 7]}
---
`
	if got := m.FrontMatter(); got != want {
		t.Errorf("front matter is\n%s\nwant\n%s", got, want)
	}
	if got := (Meta{}).FrontMatter(); got != "---\n---\n" {
		t.Errorf("front matter of nothing is %q", got)
	}
}

// Whatever the front matter says, written out it reads back as the same.
func TestFrontMatterReadsBack(t *testing.T) {
	value := rapid.OneOf(rapid.SampledFrom([]string{"yes", "null", "~", "1", "0x1f", "1e3", ".inf", "2020-02-11", "12:30:00", "# no", "a: b", "- a", "a #b", "{a}", "[", "'", `"`, `\`, "---", "...", "!x", "&a", "*a", "%", "@", "`",
		"? x", "é", "e\u0301", "李", "a\u2028b", "a\u0085b", "\u00a0", "a\tb", " a", "a ", "line\nline", "\x01", "\ufeff", "😀", "<<", "=", "a,b", strings.Repeat("long words ", 20), "true", "on", "\u200b", "a\u200eb"}),
		rapid.StringMatching(`[a-zA-Z0-9 :,#\-"'{}\[\]]{1,12}`), rapid.String())
	text := rapid.Map(value, func(s string) string { return strings.NewReplacer("\r", "", "\x00", "").Replace(s) })
	label := rapid.Map(text, func(s string) string {
		if s = strings.TrimSpace(strings.ReplaceAll(s, "\n", "")); s == "" {
			return "A"
		}
		return s
	})
	is := rapid.SampledFrom([]string{"P01", "interviewer", "other", "unknown", "kari-2", "Åse", "1", "2020-02-11", "null", "yes"})
	rapid.Check(t, func(t *rapid.T) {
		m := Meta{Date: text.Draw(t, "date"), Language: text.Draw(t, "language")}
		for _, l := range rapid.SliceOfNDistinct(label, 0, 4, rapid.ID).Draw(t, "labels") {
			m.Speakers = append(m.Speakers, Speaker{l, is.Draw(t, "is")})
		}
		for _, a := range rapid.SliceOfNDistinct(text, 0, 4, rapid.ID).Draw(t, "attributes") {
			m.Attributes = append(m.Attributes, Attribute{a, text.Draw(t, "value")})
		}
		if rapid.Bool().Draw(t, "has source") {
			m.Source = &Source{text.Draw(t, "file"), text.Draw(t, "sha"), text.Draw(t, "format"), text.Draw(t, "encoding"), text.Draw(t, "labels"), rapid.SliceOfN(text, 0, 3).Draw(t, "dropped")}
			if len(m.Source.Dropped) == 0 {
				m.Source.Dropped = nil
			}
		}
		head := m.FrontMatter()
		doc, found := Parse("P", "P.txt", []byte(head+"A: text\n"))
		if err := found.Err(); err != nil {
			t.Fatalf("%v in\n%s", found, head)
		}
		if !reflect.DeepEqual(doc.Meta, m) {
			t.Fatalf("wrote\n%s\nof %+v\nand read %+v", head, m, doc.Meta)
		}
		if doc.Text != "A: text\n" || string(doc.Bytes()) != head+doc.Text {
			t.Fatalf("the text is %q", doc.Text)
		}
	})
}

func TestPlaces(t *testing.T) {
	doc := parse(t, "P", "---\nspeakers: {A: P01, B: P02}\n---\nnote å\nA: one\nB: two\nA: three\n")
	at := func(words string) int { return strings.Index(doc.Text, words) }
	for words, want := range map[string]string{"note": "0", "A: one": "1", "one": "1", "B:": "2", "three": "3"} {
		if turn, ok := doc.TurnAt(at(words)); !ok || fmt.Sprint(turn.Number) != want {
			t.Errorf("%s is in turn %d, %v", words, turn.Number, ok)
		}
	}
	for _, i := range []int{-1, len(doc.Text), 1000} {
		if turn, ok := doc.TurnAt(i); ok {
			t.Errorf("byte %d is in turn %d", i, turn.Number)
		}
	}
	if got := doc.TurnsIn(Span{at("one"), at("two") + 1}); len(got) != 2 || got[0].Number != 1 || got[1].Number != 2 {
		t.Errorf("turns of a passage are %v", got)
	}
	if got := doc.TurnsIn(Span{at("B:"), at("B:")}); len(got) != 0 {
		t.Errorf("turns of no passage are %v", got)
	}
	if p := doc.Position(at("two")); p != (diag.Position{Line: 6, Column: 4}) {
		t.Errorf("two stands at %v", p)
	}
	if p := doc.Position(at("å") + 2); p != (diag.Position{Line: 4, Column: 7}) {
		t.Errorf("what follows å stands at %v", p)
	}
	if p := doc.Position(1000); p != (diag.Position{Line: 8, Column: 1}) {
		t.Errorf("the end stands at %v", p)
	}
	for span, want := range map[Span]bool{{0, 4}: true, {at("å"), at("å") + 2}: true, {at("å"), at("å") + 1}: false, {at("å") + 1, at("å") + 2}: false, {-1, 2}: false, {3, 2}: false,
		{0, len(doc.Text)}: true, {0, len(doc.Text) + 1}: false, {len(doc.Text), len(doc.Text)}: true} {
		if s, ok := doc.Slice(span); ok != want || ok && len(s) != span.Len() {
			t.Errorf("Slice(%v) = %q, %v", span, s, ok)
		}
	}
	if !(Span{1, 3}).Overlaps(Span{2, 4}) || (Span{1, 3}).Overlaps(Span{3, 4}) || (Span{1, 3}).Len() != 2 {
		t.Error("spans")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{jonasFile, "", "---\n---\n", "---\nspeakers: {A: P01, AB: P02}\n---\nA: x\nAB : y\n[0:00:01] A： z\nA:\n", "note\r\n", "\ufeff", "\xff", "---", "---\n{", "A: å\x00",
		"---\nspeakers: {I: interviewer}\nattributes: {a: [1]}\nsource: {dropped: [1-3]}\n---\n\n\nI: a\n\n\nI:\nI: b\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		doc, found := Parse("P", "P.txt", src)
		for _, finding := range found {
			if finding.Severity == 0 || finding.Rule == "" || finding.File != "P.txt" || finding.Pos.Line > strings.Count(string(src), "\n")+2 {
				t.Fatalf("finding %+v", finding)
			}
		}
		if found.Err() != nil {
			return
		}
		if string(doc.Bytes()) != string(src) {
			t.Fatalf("Bytes are %q, not %q", doc.Bytes(), src)
		}
		end, number := 0, 1
		for i, turn := range doc.Turns {
			for _, s := range []Span{turn.Span, turn.Speech} {
				if _, ok := doc.Slice(s); !ok {
					t.Fatalf("turn %d has span %v in %d bytes", i, s, len(doc.Text))
				}
			}
			if turn.Start < end || i > 0 && turn.Start != end || turn.Speech.Start < turn.Start || turn.Speech.End > turn.End {
				t.Fatalf("turn %v after %d", turn, end)
			}
			if speech := doc.Text[turn.Speech.Start:turn.Speech.End]; strings.TrimSpace(speech) != speech || !utf8.ValidString(speech) {
				t.Fatalf("speech is %q", speech)
			}
			if turn.Is == "" && (i > 0 || turn.Number != 0) || turn.Is != "" && turn.Number != number {
				t.Fatalf("turn %d is number %d", i, turn.Number)
			}
			if turn.Is != "" {
				number++
			}
			end = turn.End
			for _, s := range Sentences(doc.Text, turn.Speech, doc.Meta.Language) {
				if s.Start < turn.Speech.Start || s.End > turn.Speech.End || s.Len() <= 0 {
					t.Fatalf("sentence %v of %v", s, turn.Speech)
				}
			}
		}
		if len(doc.Turns) > 0 && end != len(doc.Text) || len(doc.Turns) == 0 && strings.TrimSpace(doc.Text) != "" {
			t.Fatalf("turns end at %d of %d", end, len(doc.Text))
		}
	})
}

func BenchmarkParse(b *testing.B) {
	src := []byte("---\nspeakers: {I: interviewer, Anna: P01}\n---\n" + strings.Repeat("Anna: "+strings.ReplaceAll(talk(400), "\n", " ")+"\n\nI: And then?\n\n", 2000))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Parse("P01", "P01.txt", src)
	}
}

// Text is the quick way to what Parse gives.
func TestTextIsWhatParseGives(t *testing.T) {
	for _, src := range []string{"", "I: Hello.\n", "---\n---\n", "---\nspeakers: {I: interviewer}\n---\nI: Hello.\n---\nmore\n",
		"---\nattributes: {a: '---'}\n---\nx", "--- \nno front matter\n", "\n---\n---\n"} {
		parsed, found := Parse("P", "P.txt", []byte(src))
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		if got := string(Text([]byte(src))); got != parsed.Text {
			t.Errorf("%q: %q, Parse gives %q", src, got, parsed.Text)
		}
	}
}

// Speaking names the turns that one finds by looking at each of them.
func TestSpeaking(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.SampledFrom([]string{"", "before\n"}).Draw(rt, "before")
		for range rapid.IntRange(1, 6).Draw(rt, "turns") {
			text += rapid.SampledFrom([]string{"A:", "A: ", "A: x", "B: some words.\n", "B: more\n\nof them. "}).Draw(rt, "turn") + "\n"
		}
		doc, found := Parse("T", "T", []byte("---\nspeakers: {A: P1, B: P2}\n---\n"+text))
		if err := found.Err(); err != nil {
			rt.Fatal(err)
		}
		start := rapid.IntRange(0, len(text)-1).Draw(rt, "start")
		span := Span{start, rapid.IntRange(start+1, len(text)).Draw(rt, "end")}
		first, behind := -1, -1
		for i, turn := range doc.Turns {
			if max(turn.Speech.Start, span.Start) < min(turn.Speech.End, span.End) {
				if behind = i + 1; first < 0 {
					first = i
				}
			}
		}
		if from, to := doc.Speaking(span); from < to && (from != first || to != behind) || from >= to && first >= 0 || from > to {
			rt.Fatalf("%q, %v: from %d to %d, want from %d to %d", text, span, from, to, first, behind)
		}
	})
}
