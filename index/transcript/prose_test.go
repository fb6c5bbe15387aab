package transcript

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// quotes writes what is found in paragraphs (those that begin with ">" are block quotations), one a line: > for a block
// quotation, the words, then @attribution, and * if a work is named beside it.
func quotes(paragraphs ...string) string {
	p := &Prose{}
	for _, text := range paragraphs {
		text, set := strings.CutPrefix(text, "> ")
		p.Blocks = append(p.Blocks, Block{Quotation: set, Text: text})
	}
	var b strings.Builder
	found, unclosed := p.Quotations()
	for _, q := range found {
		if q.Set {
			b.WriteString("> ")
		}
		fmt.Fprintf(&b, "%s", q.Text)
		if q.Attribution != "" {
			b.WriteString(" @" + q.Attribution)
		}
		if q.Cited {
			b.WriteString(" *")
		}
		b.WriteByte('\n')
	}
	for _, o := range unclosed {
		fmt.Fprintf(&b, "open at %d\n", o.At)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestQuotations(t *testing.T) {
	for _, c := range []struct{ what, text, want string }{
		{"straight marks", `She said "it is cold" and "it is far".`, "it is cold\nit is far"},
		{"English ones", "She said “it is cold”.", "it is cold"},
		{"single ones", "She said ‘it is cold’.", "it is cold"},
		{"straight single ones", "She said 'it is cold' to us.", "it is cold"},
		{"German ones", "Sie sagte „es ist kalt“ und »es ist weit«.", "es ist kalt\nes ist weit"},
		{"Polish ones", "Ona „jest tam” dziś.", "jest tam"},
		{"Norwegian ones", "Ho sa «det er kaldt».", "det er kaldt"},
		{"Swedish ones", "Hon sa ”det är kallt” och »det är långt».", "det är kallt\ndet är långt"},
		{"French ones", "Elle dit « il fait froid », puis «\u202fc’est loin\u202f».", "il fait froid\nc’est loin"},
		{"TeX's", "She said ``it is cold'' then.", "it is cold"},
		{"over a line break", "She said “it is\ncold”.", "it is\ncold"},
		{"one inside another", "She said “he said ‘no’ to me”.", "he said ‘no’ to me"},
		{"of one kind inside another", "She said “he said “no” to me”.", "he said “no” to me"},
		{"straight inside straight", `She said "he said "no" to me".`, `he said "no" to me`},
		{"double inside single", "She said ‘he said “no” to me’.", "he said “no” to me"},
		{"broken off", "“It is cold,” she says, “and it is far.”", "It is cold,\nand it is far."},
		{"apostrophes", "‘I don’t know, it’s cold’, she says. It’s far.", "I don’t know, it’s cold"},
		{"a plural's", "‘The nurses’ room was cold’, she says.", "The nurses’ room was cold"},
		{"straight apostrophes", "The nurses' room was cold, 'cause the boys' door was open. It's far, in the '80s.", ""},
		{"straight single ones with apostrophes", "She said 'I don't know, it's cold' to us.", "I don't know, it's cold"},
		{"inches", `A board of 5" by 7" is "not wide" here.`, "not wide"},
		{"in parentheses", "It was far (“so far”).", "so far"},
		{"behind a dash", "It was far—“so far”—and cold.", "so far"},
		{"with the number of a note", "She said “it is cold”3 and “it is far.”4", "it is cold\nit is far."},
		{"never closed", "She said “it is cold. Then she went.", "open at 9"},
		{"never closed, and others behind it", "She said “it is cold. Then she said “it is far” and went.", "it is far\nopen at 9"},
		{"a straight one never closed", `She said "it is cold. Then she said "it is far" and went.`, "it is far\nopen at 9"},
		{"nothing inside", `The sign "" is empty.`, ""},
		{"an attribution", "“It is cold” (P03). “It is far” (P03, 45), “it is wet”, (I 5) “it is so” [P04].", "It is cold @(P03)\nIt is far @(P03, 45)\nit is wet @(I 5)\nit is so @(P04)"},
		{"one over a line break", "“It is cold” (P03,\n45).", "It is cold @(P03, 45)"},
		{"what is none", "“It is cold” (...) and “far” [...]. “It is wet” and (P03).", "It is cold\nfar\nIt is wet"},
		{"an attribution behind a dash", "“It is cold.” – Kari", "It is cold. @(Kari)"},
		{"a dash that goes on", "She was clear: “It is cold” – so there", "It is cold"},
		{"a work beside it", "Braun and Clarke (2006, p. 82) say that “it is cold”.", "it is cold *"},
		{"behind it", "It is said that “it is cold” (Braun & Clarke, 2006).", "it is cold @(Braun & Clarke, 2006) *"},
		{"by a key", "It is said that “it is cold” [@braun2006, p. 82].", "it is cold @(@braun2006, p. 82) *"},
		{"by a number", "It is said that “it is cold” [12, p. 8].", "it is cold @(12, p. 8) *"},
		{"by a bare number", "It is said that “it is cold” [12].", "it is cold *"},
		{"in another sentence", "Braun and Clarke (2006) wrote it. She says “it is cold”. Braun (2006) did not.", "it is cold"},
		{"in a list of references", "Braun, V., & Clarke, V. (2006). “Using what is there.” In a journal.", "Using what is there. *"},
		{"in another", "Braun, Virginia, and Victoria Clarke. “Using what is there.” In a journal. Auckland, 2006.", "Using what is there. *"},
		{"no list", "Ruth, I think, was there. “Using what is there,” she says. Since 2006.", "Using what is there,"},
	} {
		if got := quotes(c.text); got != c.want {
			t.Errorf("%s: %q has\n%s\nwant\n%s", c.what, c.text, got, c.want)
		}
	}
	for _, c := range []struct {
		what       string
		paragraphs []string
		want       string
	}{
		{"block quotations", []string{"She says:", "> It is cold.", "So it is.", "> It is far. (P03)"}, "> It is cold.\n> It is far. (P03)"},
		{"who says it", []string{"> It is cold.", "> — Kari, 45"}, "> It is cold. @(Kari, 45)"},
		{"who says it, and where", []string{"> It is cold.", "> — P03, a cook\nin town (FG1, turn 3) · Cold"}, "> It is cold. @(P03, a cook in town , FG1, turn 3 · Cold)"},
		{"in parentheses", []string{"> It is cold.", "> (P03)"}, "> It is cold. @(P03)"},
		{"two of them", []string{"> It is cold.", "> [...]", "> It is far."}, "> It is cold.\n> It is far."},
		{"of a work", []string{"Braun and Clarke (2006) write:", "> It is cold."}, "> It is cold. *"},
		{"of a work, behind it", []string{"> It is cold (Braun & Clarke, 2006, p. 82)."}, "> It is cold (Braun & Clarke, 2006, p. 82). *"},
		{"over paragraphs", []string{"“It is cold. So cold.", "“And it is far.”"}, "It is cold. So cold.\nAnd it is far."},
		{"a mark in the middle does not go on", []string{"It “is cold.", "“And it is far.”"}, "And it is far.\nopen at 3"},
	} {
		if got := quotes(c.paragraphs...); got != c.want {
			t.Errorf("%s: %q has\n%s\nwant\n%s", c.what, c.paragraphs, got, c.want)
		}
	}
}

func TestPlacesOfProse(t *testing.T) {
	b := Block{Text: "She said “it is\ncold”.", Stretches: []Stretch{{0, Place{Line: 3, Column: 5}}, {18, Place{Line: 4, Column: 1}}}}
	for at, want := range map[int]Place{0: {Line: 3, Column: 5}, 12: {Line: 3, Column: 15}, 18: {Line: 4, Column: 1}, 20: {Line: 4, Column: 3}, 99: {Line: 4, Column: 7}} {
		if got := b.PlaceAt(at); got != want {
			t.Errorf("byte %d is at %+v, want %+v", at, got, want)
		}
	}
	p := Prose{Source: "one\ntwo\n\nfour"}
	for n, want := range map[int]string{0: "", 1: "one", 2: "two", 3: "", 4: "four", 5: ""} {
		if got := p.Line(n); got != want {
			t.Errorf("line %d is %q", n, got)
		}
	}
	for want, place := range map[string]Place{"line 2": {Line: 2, Column: 9}, "page 3": {Page: 3}, "paragraph 4": {Paragraph: 4}, "somewhere": {}} {
		if got := place.String(); got != want {
			t.Errorf("%+v is %q", place, got)
		}
	}
}

const groupTalk = `---
speakers: {M: interviewer, Ella: P03, Bo: P04}
---
M: What happens when the doors open?

Ella: It gets loud and warm in one minute, and the windows go blind.

Bo: I am in the back with the soup. I don't like the boys' door, it is never shut.

Ella: That is the well-known door of the protocol.
`

// A quotation of a manuscript is read in the way in which it holds.
func TestVerifyQuoted(t *testing.T) {
	doc := parse(t, "FG1", groupTalk)
	for _, c := range []struct{ what, text, want string }{
		{"an attribution behind it", "“It gets loud and warm in one minute” (P03)", "verbatim <It gets loud and warm in one minute>"},
		{"a wrong one", "“It gets loud and warm in one minute” (P04)", "edited <It gets loud and warm in one minute> {(P04) -> P03}attribution"},
		{"one that names nobody", "“It gets loud and warm in one minute” (see the table)", "verbatim <It gets loud and warm in one minute>"},
		{"an apostrophe that looks like the end", "‘I don't like the boys’ door, it is never shut’ (Bo)", "verbatim <I don't like the boys' door, it is never shut>"},
		{"and one that looks like none", "‘I am in the back with the soup. I don't like the boys’ and the other’s door", "verbatim <I am in the back with the soup. I don't like the boys>"},
		{"a hyphen of the line", "“the well-known door of the pro\u00adtocol”", "verbatim <the well-known door of the protocol>"},
		{"a hyphen of the word", "“the well\u00adknown door of the protocol”", "verbatim <the well-known door of the protocol>"},
		{"a block with an attribution of nobody's", "> It gets loud and warm in one minute. (Informant 12, waiter)", "verbatim <It gets loud and warm in one minute>"},
		{"a block with a line of nobody's", "> It gets loud and warm in one minute.\n— a waiter", "verbatim <It gets loud and warm in one minute>"},
		{"a block with words of nobody's behind it", "> It gets loud and warm (laughing)", "verbatim <It gets loud and warm>"},
		{"a block with a line of somebody's", "> It gets loud and warm in one minute.\n— Bo, a\nwaiter", "edited <It gets loud and warm in one minute> {— Bo, a\nwaiter -> Ella}attribution"},
		{"a block with a label of nobody's", "> Translation: It gets loud and warm in one minute.", "verbatim <It gets loud and warm in one minute>"},
		{"a block that is a label", "> Ella", ""},
		{"a block of turns", "> M: What happens when the doors open?\nElla: It gets loud and warm in one minute.\nBo: I am in the back with the soup. (FG1)", "verbatim <What happens when the doors open?>; verbatim <It gets loud and warm in one minute>; verbatim <I am in the back with the soup.>"},
		{"in one line", "> Ella: It gets loud and warm. Bo: I am in the back.", "verbatim <It gets loud and warm>; verbatim <I am in the back>"},
		{"with a stranger", "> Host: What happens when?\nElla: It gets loud and warm.", "edited <What happens when> {? -> }; verbatim <It gets loud and warm>"},
		{"with a wrong label", "> Bo: It gets loud and warm in one minute.", "edited <It gets loud and warm in one minute> {(Bo) -> Ella}attribution"},
		{"no turns", "> I said to him: it gets loud.", "absent <It gets loud>"},
		{"a block with marks in it", "> “It gets loud and warm in one minute,” she says, “and the windows go blind.”", "verbatim <It gets loud and warm in one minute,>; verbatim <and the windows go blind.>"},
		{"marks that the speaker set", "> And it gets loud and “warm in one minute”, I say", "edited <It gets loud and warm in one minute, and> {And it -> It} {“ -> } {” -> } {I say -> and}"},
		{"marks in it that do not hold", "> “It gets loud and cold in one minute,” she says, “and the windows go blind.”", "edited <It gets loud and warm in one minute,> {cold -> warm}; verbatim <and the windows go blind.>"},
	} {
		text, set := strings.CutPrefix(c.text, "> ")
		p := &Prose{Blocks: []Block{{Quotation: set, Text: text}}}
		found, _ := p.Quotations()
		if len(found) == 0 {
			t.Errorf("%s: nothing is quoted in %q", c.what, c.text)
			continue
		}
		var got []string
		for _, v := range found[0].Verify(doc) {
			got = append(got, show(v.Quotation, doc))
			if v.Text != settleHyphens(text[v.Start:v.End], []*Transcript{doc}) && v.Text != text[v.Start:v.End] {
				t.Errorf("%s: %q does not stand at %v of %q", c.what, v.Text, v.Span, text)
			}
		}
		if got := strings.Join(got, "; "); got != c.want {
			t.Errorf("%s: %q is\n     %s\nwant %s", c.what, c.text, got, c.want)
		}
	}
}

// Whatever stands in a paragraph: what is found stands there, on character boundaries, in order, and apart.
func checkFound(p *Prose) error {
	found, unclosed := p.Quotations()
	block, end := -1, 0
	for _, q := range found {
		text := p.Blocks[q.Block].Text
		if q.Start < 0 || q.End > len(text) || q.Start >= q.End || text[q.Start:q.End] != q.Text {
			return fmt.Errorf("%q does not stand at %v of %q", q.Text, q.Span, text)
		}
		if !utf8.ValidString(q.Text) || !utf8.ValidString(q.Before) || !utf8.ValidString(q.Attribution) {
			return fmt.Errorf("%q, %q, %q cut a character", q.Text, q.Before, q.Attribution)
		}
		if q.Block < block || q.Block == block && q.Start < end {
			return fmt.Errorf("%q at %v lies behind %d", q.Text, q.Span, end)
		}
		block, end = q.Block, q.End
		for _, n := range q.ends {
			if n < 0 || n > len(q.whole) {
				return fmt.Errorf("%q may end at %d of %q", q.Text, n, q.whole)
			}
		}
	}
	for _, o := range unclosed {
		if o.At < 0 || o.At >= len(p.Blocks[o.Block].Text) {
			return fmt.Errorf("open at %d of %q", o.At, p.Blocks[o.Block].Text)
		}
	}
	return nil
}

func TestQuotationsStandWhereTheyAreSaidTo(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"“", "”", "„", "‘", "’", "'", `"`, "«", "»", "``", "''", "word", "it’s", "nurses", " ", " ", " ", ".", ", ", "(P03)", "[...]", "(2006)", "Ærlig", "\n", "— Kari", "\u202f", "I: "})
	rapid.Check(t, func(t *rapid.T) {
		p := &Prose{}
		for range rapid.IntRange(1, 3).Draw(t, "blocks") {
			p.Blocks = append(p.Blocks, Block{Quotation: rapid.Bool().Draw(t, "set"), Text: strings.Join(rapid.SliceOfN(pieces, 0, 25).Draw(t, "text"), "")})
		}
		if err := checkFound(p); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzQuotations(f *testing.F) {
	f.Add("She said “he said ‘no’ to me” (P03), \"and\" 'so' on.", "Ella: It gets loud. (FG1)\n— Bo")
	f.Add("»det« „so“ ”där” « ici » ``there''", "“It gets loud,” she says")
	doc, _ := Parse("FG1", "FG1.txt", []byte(groupTalk))
	f.Fuzz(func(t *testing.T, running, set string) {
		if len(running)+len(set) > 2000 {
			return
		}
		// Readers of manuscripts make text valid.
		p := &Prose{Blocks: []Block{{Text: strings.ToValidUTF8(running, "?")}, {Text: strings.ToValidUTF8(set, "?"), Quotation: true}}}
		if err := checkFound(p); err != nil {
			t.Fatal(err)
		}
		found, _ := p.Quotations()
		for _, q := range found {
			for _, v := range q.Verify(doc) {
				if err := checkQuotation(v.Quotation, doc); err != nil {
					t.Fatalf("%q: %v", v.Text, err)
				}
			}
		}
	})
}
