package transcript

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

const jonasFile = `---
language: en
speakers: {I: interviewer, Jonas: P01, J: P01, Kari: P02, All: unknown}
---
A note by the transcriber: recorded outdoors, with wind.

I: Can you say what made you become a peer worker?

[0:00:12] Jonas: I wanted to use it for something. You get used to distancing yourself, and that's not easy, so you have to protect yourself. Otherwise you burn out, like a fuse.

I: Mm.

Jonas: And then they called me — the well-known clinic, you know — and I said “I am not a nurse, I’m an electrician” ... and they laughed [laughter] and said come anyway. I saw Dr. Hansen there. He was kind to me (...) and I stayed.

I: And then?

Jonas: And then I stayed for six years.

Jonas: Six long years, all told.

Kari: Yes, and I was there too. We had coffee in the yard ... all of us. I don't want to go back there (laughs), not for anything, no.

I: Not for anything?

Kari: No. Not for anything.

J: Six years it was. We call it the house - a drop-in - and it is no clinic.
`

// jonas returns the transcript that most tests quote.
func jonas(t testing.TB) *Transcript {
	t.Helper()
	doc, found := Parse("I 5", "I 5.txt", []byte(jonasFile))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return doc
}

// show writes a quotation in one line: the verdict, <fragments>, {quoted -> said} for changes, each with its kind (unless
// words or signs are only other ones) and @turn where it names one, +[insertions], the number of words elided, and !warnings. Of an absent one it writes the nearest passage in angle brackets.
func show(q Quotation, in ...*Transcript) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", []string{"", "verbatim", "edited", "absent"}[q.Verdict])
	for _, t := range in {
		if t.ID != q.Passage.Transcript {
			continue
		}
		if len(in) > 1 {
			b.WriteString(" " + t.ID)
		}
		spans := q.Fragments
		if q.Verdict == Absent {
			spans = []Span{q.Passage.Span}
		}
		for _, f := range spans {
			fmt.Fprintf(&b, " <%s>", strings.ReplaceAll(t.Text[f.Start:f.End], "\n\n", "¶"))
		}
	}
	for _, c := range q.Changes {
		fmt.Fprintf(&b, " {%s -> %s}", c.Quoted, c.Said)
		if c.Kind > Signs {
			b.WriteString(c.Kind.String())
		}
		for _, t := range in {
			if turn, ok := t.TurnAt(c.From.Start); ok && t.ID == c.From.Transcript {
				fmt.Fprintf(&b, "@%d", turn.Number)
			}
		}
	}
	for _, i := range q.Insertions {
		fmt.Fprintf(&b, " +[%s]", i)
	}
	if q.Elided > 0 {
		fmt.Fprintf(&b, " elided=%d", q.Elided)
	}
	for _, w := range q.Warnings {
		fmt.Fprintf(&b, " !%s", w)
	}
	return b.String()
}

func TestVerifyQuotation(t *testing.T) {
	doc := jonas(t)
	for _, c := range []struct{ clause, quote, want string }{
		{"plain", "you have to protect yourself", "verbatim <you have to protect yourself>"},
		{"", "you must protect yourself", "edited <you have to protect yourself> {must -> have to}"},
		{"", "", "absent"},
		{"", "  ... !", "absent"},
		{"elision", "You get used to distancing yourself [...] you have to protect yourself.", "verbatim <You get used to distancing yourself> <you have to protect yourself.> elided=5"},
		{"", "You get used to distancing yourself […] you have to protect yourself", "verbatim <You get used to distancing yourself> <you have to protect yourself> elided=5"},
		{"", "You get used to distancing yourself [. . .] you have to protect yourself", "verbatim <You get used to distancing yourself> <you have to protect yourself> elided=5"},
		{"", "You get used to distancing yourself /.../ you have to protect yourself", "verbatim <You get used to distancing yourself> <you have to protect yourself> elided=5"},
		{"", "You get used to distancing yourself /…/ you have to protect yourself", "verbatim <You get used to distancing yourself> <you have to protect yourself> elided=5"},
		{"", "You get used to distancing yourself (...) you have to protect yourself", "verbatim <You get used to distancing yourself> <you have to protect yourself> elided=5"},
		{"", "You get used to distancing yourself (. . .) you have to protect yourself", "verbatim <You get used to distancing yourself> <you have to protect yourself> elided=5"},
		{"", "You get used to distancing yourself // you have to protect yourself", "verbatim <You get used to distancing yourself> <you have to protect yourself> elided=5"},
		{"", "[...] you have to protect yourself [...]", "verbatim <you have to protect yourself>"},
		{"", "You get used to distancing yourself. [...] You have to protect yourself.", "verbatim <You get used to distancing yourself> <you have to protect yourself.> elided=5"},
		{"", "You get used to distancing yourself [...], you have to protect yourself.", "verbatim <You get used to distancing yourself> <you have to protect yourself.> elided=5"},
		{"", "You get used to [...] distancing yourself", "verbatim <You get used to> <distancing yourself>"},
		{"not elision", "You get used to distancing yourself you have to protect yourself", "edited <You get used to distancing yourself, and that's not easy, so you have to protect yourself> { -> , and that's not easy, so}"},
		{"", "You get used to distancing yourself / you have to protect yourself", "edited <You get used to distancing yourself, and that's not easy, so you have to protect yourself> {/ -> , and that's not easy, so}"},
		{"", "You get used to distancing yourself / / you have to protect yourself", "edited <You get used to distancing yourself, and that's not easy, so you have to protect yourself> {/ / -> , and that's not easy, so}"},
		{"the transcript's own (...)", "He was kind to me (...) and I stayed.", "verbatim <He was kind to me (...) and I stayed.>"},
		{"own one and an elision", "He was kind to me (...) and I stayed (...) Six long years", "verbatim <He was kind to me (...) and I stayed> <Six long years> elided=9"},
		{"left out without a mark", "He was kind to me and I stayed.", "edited <He was kind to me (...) and I stayed.> { -> (...)}"},
		{"own bracket", "and they laughed [laughter] and said come anyway", "verbatim <and they laughed [laughter] and said come anyway>"},
		{"own bracket left out", "and they laughed and said come anyway", "edited <and they laughed [laughter] and said come anyway> { -> [laughter]}"},
		{"own bracket changed", "and they laughed [loudly] and said come anyway", "verbatim <and they laughed [laughter] and said come anyway> +[loudly]"},
		{"insertion", "You get used to distancing [from others] yourself", "verbatim <You get used to distancing yourself> +[from others]"},
		{"insertion at the edges", "[Jonas:] you have to protect yourself [in this job].", "verbatim <you have to protect yourself.> +[Jonas:] +[in this job]"},
		{"replacement", "I saw [the doctor] there", "verbatim <I saw Dr. Hansen there> +[the doctor]"},
		{"replacement of eight words", "You get used to distancing yourself, [and] protect yourself", "verbatim <You get used to distancing yourself, and that's not easy, so you have to protect yourself> +[and]"},
		{"of nine", "You get used to distancing [and] protect yourself", "edited <You get used to distancing yourself, and that's not easy, so you have to protect yourself> { -> yourself,} +[and]"},
		{"over a sentence's end", "so you have to protect [yourself, or] you burn out", "edited <so you have to protect yourself. Otherwise you burn out> { -> yourself.} +[yourself, or]"},
		{"over a turn's end", "And then I stayed for six [and] long years", "edited <And then I stayed for six years.¶Jonas: Six long years> { -> years.} +[and]"},
		{"altered letter", "[O]therwise you burn out", "verbatim <Otherwise you burn out>"},
		{"altered ending", "You get used to distanc[e] yourself", "verbatim <You get used to distancing yourself> +[e]"},
		{"altered wrongly", "You get used to dist[urb]ed yourself", "edited <You get used to distancing yourself> {dist[urb]ed -> distancing}"},
		{"case after the author's bracket", "I saw Dr. Hansen there. [So] he was kind to me", "verbatim <I saw Dr. Hansen there. He was kind to me> +[So]"},
		{"case after an own one", "and they laughed [laughter] And said come anyway", "edited <and they laughed [laughter] and said come anyway> {And -> and}"},
		{"round bracket", "I don't want to go back there (laughs), not for anything, no.", "verbatim <I don't want to go back there (laughs), not for anything, no.>"},
		{"round one of the author's", "You get used to distancing yourself (of course), and that's not easy", "edited <You get used to distancing yourself, and that's not easy> {(of course) -> }"},
		{"nothing but an own bracket", "[laughter]", "verbatim <[laughter]>"},
		{"nothing but another bracket", "[applause]", "absent"},
		{"open bracket", "You get used to [distancing yourself", "edited <You get used to distancing yourself> {[ -> }"},
		{"pause", "I’m an electrician” … and they laughed", "verbatim <I’m an electrician” ... and they laughed>"},
		{"", "I’m an electrician” . . . and they laughed", "verbatim <I’m an electrician” ... and they laughed>"},
		{"", "I’m an electrician” \\dots and they laughed", "verbatim <I’m an electrician” ... and they laughed>"},
		{"", "I’m an electrician” .... and they laughed", "verbatim <I’m an electrician” ... and they laughed>"},
		{"pause left out", "I’m an electrician” and they laughed", "edited <I’m an electrician” ... and they laughed> { -> ...}"},
		{"pause at the edges", "... you have to protect yourself ...", "verbatim <you have to protect yourself>"},
		{"pause put in", "you have to ... protect yourself", "edited <you have to protect yourself> {... -> }"},
		{"pause for an elision", "You get used to distancing yourself ... you have to protect yourself", "edited <You get used to distancing yourself> <you have to protect yourself> {... -> , and that's not easy, so}"},
		{"pause for a longer one", "I wanted to use it for something ... otherwise you burn out", "edited <I wanted to use it for something> <Otherwise you burn out> {... -> . You get used to distancing yourself, and that's not easy, so you have to protect yourself.}"},
		{"order", "you have to protect yourself [...] You get used to distancing yourself", "edited <You get used to distancing yourself> {you have to protect yourself -> }order@2"},
		{"across turns by an elision", "Otherwise you burn out [...] And then they called me", "verbatim <Otherwise you burn out> <And then they called me> elided=4"},
		{"without one", "Otherwise you burn out, like a fuse. And then they called me", "edited <Otherwise you burn out, like a fuse.¶I: Mm.¶Jonas: And then they called me> { -> Mm.}"},
		{"over into another's turn", "you burn out, like a fuse. Mm.", "edited <you burn out, like a fuse> {Mm -> }spliced@3"},
		{"two speakers", "You get used to distancing yourself [...] not for anything, no", "edited <You get used to distancing yourself> {not for anything, no -> }spliced@8"},
		{"one person with two labels", "And then they called me [...] we call it the house", "verbatim <And then they called me> <We call it the house> elided=88 !6 turns left out"},
		{"the next turn of the same speaker", "And then I stayed for six years. Six long years, all told.", "verbatim <And then I stayed for six years.¶Jonas: Six long years, all told.>"},
		{"the header is not speech", "for six years. Jonas: Six long years", "edited <for six years.¶Jonas: Six long years> {Jonas: -> }"},
		{"short fragment nearby", "You get used [...] protect yourself", "verbatim <You get used> <protect yourself> elided=11"},
		{"short fragment in another turn", "You get used to distancing yourself [...] they called", "edited <You get used to distancing yourself> {they called -> }apart@4"},
		{"short fragment in another turn, first", "burn out [...] and then they called me", "edited <And then they called me> {burn out -> }apart@2"},
		{"all short", "I wanted [...] a fuse", "verbatim <I wanted> <a fuse> elided=26"},
		{"quotation marks", "and I said \"I am not a nurse, I'm an electrician\" ... and they laughed", "verbatim <and I said “I am not a nurse, I’m an electrician” ... and they laughed>"},
		{"", "and I said «I am not a nurse, I´m an electrician» ... and they laughed", "verbatim <and I said “I am not a nurse, I’m an electrician” ... and they laughed>"},
		{"", "and I said ‘I am not a nurse, I’m an electrician’ ... and they laughed", "verbatim <and I said “I am not a nurse, I’m an electrician” ... and they laughed>"},
		{"marks left out", "and I said I am not a nurse", "edited <and I said “I am not a nurse> { -> “}"},
		{"within the marks", "I am not a nurse", "verbatim <I am not a nurse>"},
		{"marks around it", "“I am not a nurse”", "verbatim <“I am not a nurse>"},
		{"marks of the author's around it", "„you have to protect yourself“", "verbatim <you have to protect yourself>"},
		{"nested", "“and I said ‘I am not a nurse, I'm an electrician’”", "verbatim <and I said “I am not a nurse, I’m an electrician”>"},
		{"soft hyphen and form", "you ha\u00adve to pro\u00adtect yourself", "verbatim <you have to protect yourself>"},
		{"white space", "you have\n   to\u00a0protect\tyourself", "verbatim <you have to protect yourself>"},
		{"dashes", "they called me–the well - known clinic, you know---and I said", "verbatim <they called me — the well-known clinic, you know — and I said>"},
		{"dash left out", "the wellknown clinic", "absent <the well-known clinic>"},
		{"two words of three", "to protect me", "absent <to protect yourself>"},
		{"comma changed", "yourself, and that's not easy so you have to", "edited <yourself, and that's not easy, so you have to> { -> ,}"},
		{"case", "you have to Protect yourself", "edited <you have to protect yourself> {Protect -> protect}"},
		{"case at the start", "OTHERWISE you burn out", "edited <Otherwise you burn out> {OTHERWISE -> Otherwise}"},
		{"case of the first letter", "otherwise you burn out", "verbatim <Otherwise you burn out>"},
		{"final comma or full stop", "you have to protect yourself,", "verbatim <you have to protect yourself>"},
		{"final question mark", "you have to protect yourself?", "edited <you have to protect yourself.> {? -> .}"},
		{"its own final question mark", "And then?", "verbatim <And then?>"},
		{"apostrophe", "and that’s not easy", "verbatim <and that's not easy>"},
		{"part of a word", "you have to protect your", "edited <you have to protect yourself> {your -> yourself}"},
		{"attribution", "you have to protect yourself (P01)", "verbatim <you have to protect yourself>"},
		{"", "“you have to protect yourself.” (I 5).", "verbatim <you have to protect yourself.>"},
		{"", "you have to protect yourself (P01, 45, peer worker)", "verbatim <you have to protect yourself>"},
		{"", "you have to protect yourself (P1)", "verbatim <you have to protect yourself>"},
		{"", "you have to protect yourself. - Jonas", "verbatim <you have to protect yourself.>"},
		{"", "you have to protect yourself\n— jonas, 45", "verbatim <you have to protect yourself>"},
		{"wrong", "you have to protect yourself (P02)", "edited <you have to protect yourself> {(P02) -> P01}attribution"},
		{"", "you have to protect yourself. – Kari", "edited <you have to protect yourself.> {– Kari -> Jonas}attribution"},
		{"", "you must protect yourself (P02)", "edited <you have to protect yourself> {must -> have to} {(P02) -> P01}attribution"},
		{"wrong and edited", "so you must protect yourself. Otherwise you burn out (P02)", "edited <so you have to protect yourself. Otherwise you burn out> {must -> have to} {(P02) -> P01}attribution"},
		{"names nobody", "you have to protect yourself (P07)", "edited <you have to protect yourself.> {(P07) -> .}"},
		{"names nobody", "you have to protect yourself - Bent", "edited <you have to protect yourself> {- Bent -> }"},
		{"own words like one", "We call it the house - a drop-in", "verbatim <We call it the house - a drop-in>"},
		{"with a number", "you have to protect yourself - Jonas, 45", "verbatim <you have to protect yourself>"},
		{"on its own line, with words", "you have to protect yourself\n— Jonas, peer worker - 45", "verbatim <you have to protect yourself>"},
		{"with words that may be speech", "you have to protect yourself - Jonas, he did not", "edited <you have to protect yourself> {- Jonas, he did not -> }negation"},
		{"a single letter with words", "Not for anything (I, for one)", "edited <not for anything,> {(I -> } {for one) -> }"},
		{"tells apart", "not for anything (P02)", "verbatim <not for anything> !stands in 2 places: I 5 turn 8, I 5 turn 10"},
		{"several places", "not for anything", "verbatim <not for anything> !stands in 3 places: I 5 turn 8, I 5 turn 9, I 5 turn 10"},
		{"turn 0", "recorded outdoors, with wind", "verbatim <recorded outdoors, with wind>"},
	} {
		if got := show(VerifyQuotation(c.quote, doc), doc); got != c.want {
			t.Errorf("%s: %q is\n     %s\nwant %s", c.clause, c.quote, got, c.want)
		}
	}
}

func parse(t testing.TB, id, src string) *Transcript {
	t.Helper()
	doc, found := Parse(id, id+".txt", []byte(src))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestVerifyQuotationInOtherLanguages(t *testing.T) {
	for _, c := range []struct{ said, quote, want string }{
		{"Ho sa: «Eg er ikkje sjuk», men det var ho.", "Ho sa: \"Eg er ikkje sjuk\", men det var ho", "verbatim"},
		{"Ho sa: «Eg er ikkje sjuk», men det var ho.", "Ho sa: ’Eg er ikkje sjuk’, men det var ho", "verbatim"},
		{"Er sagte: „Ich war’s nicht“ – und ging.", "Er sagte: »Ich war's nicht« - und ging.", "verbatim"},
		{"Il a dit : « Je n’ai pas été là ! » Voilà.", "Il a dit: “Je n'ai pas e\u0301te\u0301 là!” Voilà", "verbatim"},
		{"Il a dit : « Je n’ai pas e\u0301te\u0301 là ! »", "Je n'ai pas été là !", "verbatim"},
		{"Jeg så Dr. Berg på Blå kors i går.", "Jeg så [legen] på Blå kors", "verbatim +[legen]"},
		{"Jeg så Dr. Berg. På Blå kors var det stille.", "Jeg så [noen der det] var det stille", "edited +[noen der det]"},
		{"Så sa jeg det – ikke sant – til dem.", "Så sa jeg det—ikke sant—til dem", "verbatim"},
		{"Æ va'kke der.", "æ va’kke der", "verbatim"},
		{"我们一起去了那里。", "我们一起去了那里", "verbatim"},
		{"我们一起去了那里。", "我们一起到了那里", "edited"},
	} {
		doc := parse(t, "P01", "---\nlanguage: nb\nspeakers: {A: P01}\n---\nA: "+c.said+"\n")
		q := VerifyQuotation(c.quote, doc)
		got := []string{"", "verbatim", "edited", "absent"}[q.Verdict]
		for _, i := range q.Insertions {
			got += " +[" + i + "]"
		}
		if got != c.want {
			t.Errorf("%q of %q is %s, want %s", c.quote, c.said, show(q, doc), c.want)
		}
	}
}

func TestVerifyQuotationInSeveralTranscripts(t *testing.T) {
	head := "---\nspeakers: {I: interviewer, Anna: %s, Bo: other}\n---\n"
	one := parse(t, "P01", fmt.Sprintf(head, "P01")+"Anna: We drew the line there, and it held. Yes, it did.\n\nBo: No, it did not.\n")
	two := parse(t, "P02", fmt.Sprintf(head, "P02")+"Anna: We drew a line there, and it held. Yes, it did.\n")
	three := parse(t, "P03", fmt.Sprintf(head, "P03")+"Anna: We drew a line there, and it held for years.\n\nI: Yes, it did.\n")
	all := []*Transcript{one, two, three}
	for _, c := range []struct{ quote, want string }{
		{"We drew the line there", "verbatim P01 <We drew the line there>"},
		{"it held for years", "verbatim P03 <it held for years>"},
		{"We drew a line there, and it held", "verbatim P02 <We drew a line there, and it held> !stands in 2 places: P02 turn 1, P03 turn 1"},
		{"We drew a line there (P03)", "verbatim P03 <We drew a line there>"},
		{"We drew the line there (P03)", "edited P01 <We drew the line there> {(P03) -> P01}attribution"},
		{"Yes, it did", "verbatim P01 <Yes, it did> !stands in 3 places: P01 turn 1, P02 turn 1, P03 turn 2"},
		{"Yes, it did - I", "verbatim P03 <Yes, it did>"},
		{"No, it did not (Anna)", "edited P01 <No, it did not> {(Anna) -> Bo}attribution"},
		{"No, it did not (P02)", "edited P01 <No, it did not> {(P02) -> Bo}attribution"},
		{"No, it did not (P01)", "edited P01 <No, it did not> {(P01) -> Bo}attribution"},
		{"No, it did not (P01, turn 2)", "verbatim P01 <No, it did not>"},
		{"No, it did not (Bo, P01)", "verbatim P01 <No, it did not>"},
		{"No, it did not (P02, turn 2)", "edited P01 <No, it did not> {(P02, turn 2) -> P01}attribution"},
		{"No, it did not (Anna, turn 2)", "edited P01 <No, it did not> {(Anna, turn 2) -> Bo}attribution"},
		{"We drew no line there, and it held", "edited P01 <We drew the line there, and it held> {no -> the}negation"},
		{"We drew no line there, and it held (P02)", "edited P02 <We drew a line there, and it held> {no -> a}negation"},
		{"We drew a line there [...] it held for years", "verbatim P03 <We drew a line there> <it held for years> elided=1"},
		{"We drew the line there [...] it held for years", "edited P03 <We drew a line there> <it held for years> {the -> a} elided=1"},
		{"Neither of us had been to that town before", "absent"},
	} {
		if got := show(VerifyQuotation(c.quote, all...), all...); got != c.want {
			t.Errorf("%q is\n     %s\nwant %s", c.quote, got, c.want)
		}
	}
	if q := VerifyQuotation("Yes, it did", three, two, one); q.Passage.Transcript != "P03" {
		t.Errorf("of equals %s wins, not the one given first", q.Passage.Transcript)
	}
	if q := VerifyQuotation("Yes, it did"); q.Verdict != Absent || q.Passage != (Passage{}) {
		t.Errorf("in no transcript: %+v", q)
	}
	VerifyQuotation("so that there is something to remember", one)
	renamed := *one
	renamed.ID = "P08"
	if q := VerifyQuotation("We drew the line there", &renamed); q.Verdict != Verbatim || q.Passage.Transcript != "P08" {
		t.Errorf("in a copy: %+v", q)
	}
	built := &Transcript{ID: "P09", Text: one.Text, Turns: one.Turns} // nobody parsed it
	if q := VerifyQuotation("We drew the line there", built); q.Verdict != Verbatim || q.Passage.Transcript != "P09" {
		t.Errorf("in a transcript that was not parsed: %+v", q)
	}
}

func TestShortFragmentsStandNear(t *testing.T) {
	for n, want := range map[int]Verdict{0: Verbatim, 60: Verbatim, 61: Edited} {
		doc := parse(t, "P01", "---\nspeakers: {I: interviewer, Anna: P01}\n---\nAnna: It was a long day, "+strings.Repeat("word ", n)+"we slept. So there.\n")
		for _, quote := range []string{"It was a long day [...] we slept", "It was [...] we slept. So there"} {
			if n == 60 && quote[6] == ' ' && strings.HasPrefix(quote, "It was [") {
				continue // three words more lie between
			}
			if q := VerifyQuotation(quote, doc); q.Verdict != want {
				t.Errorf("%d words between: %s", n, show(q, doc))
			}
		}
	}
	doc := parse(t, "P01", "---\nspeakers: {A: P01}\n---\nA: One and two and three. "+strings.Repeat("word ", 80)+"Four, five. "+strings.Repeat("word ", 80)+" Six seven eight.\n")
	if q := VerifyQuotation("One and two [...] four, five [...] six seven eight", doc); q.Verdict != Edited {
		t.Errorf("far from both neighbours: %s", show(q, doc))
	}
	if q := VerifyQuotation("One and two [...] three [...] six seven eight", doc); q.Verdict != Verbatim {
		t.Errorf("near one of its neighbours: %s", show(q, doc))
	}
}

// Quotations that nobody would make are answered in a moment too.
func TestOddQuotations(t *testing.T) {
	said := strings.Repeat("a b, ", 400)
	doc := parse(t, "P01", "---\nspeakers: {A: P01}\n---\nA: "+said+"\n")
	for name, quote := range map[string]string{
		"all of it": said, "nearly all of it": strings.Replace(said, "a b, ", "a c, ", 1), "many brackets": strings.Repeat("a [x] ", 30), "many of its marks": strings.Repeat("a (...) ", 30),
		"many fragments": strings.Repeat("a b [...] ", 40), "many letters": strings.Repeat("[a]b", 500), "many pauses": strings.Repeat("b ... ", 200), "brackets": strings.Repeat("[", 5000),
		"nested": strings.Repeat("[", 500) + "a" + strings.Repeat("]", 500),
	} {
		start := time.Now()
		q := VerifyQuotation(quote, doc)
		if err := checkQuotation(q, doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func TestVerifyQuotationWarnings(t *testing.T) {
	src := "---\nspeakers: {I: interviewer, Anna: P01}\n---\n"
	for i := range 6 {
		src += fmt.Sprintf("Anna: Beginning number %d of it, %s the end number %d of it.\n\nI: Mm.\n\n", i, strings.Repeat("and so on, ", 40), i)
	}
	doc := parse(t, "P01", src+"Anna: And again and again. And again. And again. Bye.\n")
	for _, c := range []struct{ quote, want string }{
		{"Beginning number 0 of it [...] the end number 0 of it", "elided=120"},
		{"Beginning number 0 of it [...] the end number 1 of it", "elided=252"},
		{"Beginning number 0 of it [...] the end number 2 of it", "elided=384 !384 words left out"},
		{"the end number 0 of it [...] Beginning number 1 of it [...] the end number 1 of it [...] Beginning number 2 of it", "elided=122"},
		{"the end number 0 of it [...] Beginning number 1 of it [...] the end number 1 of it [...] Beginning number 2 of it [...] Beginning number 3 of it", "elided=249"},
		{"the end number 0 of it [...] Beginning number 2 of it [...] the end number 2 of it", "elided=253"},
		{"the end number 0 of it [...] Beginning number 3 of it", "elided=265 !5 turns left out"},
		{"and again", "!stands in 4 places: P01 turn 13"},
		{"and so on, and so on, and so on", "!stands in more than 20 places: P01 turn 1"},
	} {
		q := VerifyQuotation(c.quote, doc)
		got := show(Quotation{Elided: q.Elided, Warnings: q.Warnings})
		if q.Verdict != Verbatim || got != " "+c.want {
			t.Errorf("%q is %d,%s; want %s", c.quote, q.Verdict, got, c.want)
		}
	}
}

// checkQuotation says what is wrong with the shape of a result.
func checkQuotation(q Quotation, in ...*Transcript) error {
	if q.Verdict == Absent {
		if q.Changes != nil || q.Fragments != nil || q.Turns == nil != (q.Passage == Passage{}) {
			return fmt.Errorf("absent, and yet %+v", q)
		}
		if q.Passage == (Passage{}) {
			return nil
		}
	}
	if (q.Verdict == Edited) != (len(q.Changes) > 0) {
		return fmt.Errorf("%d changes in a quotation that is %d", len(q.Changes), q.Verdict)
	}
	for _, c := range q.Changes {
		if c.Quoted == c.Said {
			return fmt.Errorf("changed from %q to the same", c.Said)
		}
	}
	i := slices.IndexFunc(in, func(t *Transcript) bool { return t.ID == q.Passage.Transcript })
	if i < 0 {
		return fmt.Errorf("in a transcript that was not given: %q", q.Passage.Transcript)
	}
	t := in[i]
	if _, ok := t.Slice(q.Passage.Span); !ok || q.Passage.Len() == 0 {
		return fmt.Errorf("passage %v of %d bytes", q.Passage, len(t.Text))
	}
	if q.Verdict == Absent {
		return nil
	}
	at := q.Passage.Start
	for _, f := range q.Fragments {
		s, ok := t.Slice(f)
		if !ok || s == "" || f.Start < at || f.End > q.Passage.End || strings.TrimSpace(s) != s {
			return fmt.Errorf("fragment %v after %d in %v", f, at, q.Passage)
		}
		for _, turn := range t.TurnsIn(f) {
			if turn.Speech.Len() > 0 && turn.Speech.Overlaps(f) && !slices.Contains(q.Turns, turn.Number) {
				return fmt.Errorf("fragment %v is in turn %d, not only in %v", f, turn.Number, q.Turns)
			}
		}
		at = f.End
	}
	if len(q.Fragments) == 0 || q.Fragments[0].Start != q.Passage.Start || at != q.Passage.End || len(q.Turns) == 0 {
		return fmt.Errorf("passage %v of fragments %v in turns %v", q.Passage, q.Fragments, q.Turns)
	}
	return nil
}

// An interview of two who use each sign that quotations know.
func interview(t *rapid.T) *Transcript {
	words := rapid.OneOf(rapid.StringMatching(`[a-zA-Zæøå]{1,7}`), rapid.SampledFrom([]string{"don't", "it’s", "well-known", "3.5", "e\u0301t\u00e9", "f.eks.", "Anna", "I", "yes", "so\u00adlid", "10"}))
	signs := rapid.SampledFrom([]string{",", ".", "?", "!", " ...", "...", "…", ". . .", " -", " –", "—", "[laughs]", "[so he", "said]", "(...)", "(.)", "(coughs", ")", "//", "/.../", "[...]", "“", "”",
		"'", "«", ":", "w[ork]ed", "[Y]ou", "\n", "\n\n", "(Anna)", "- Anna", "[name of the clinic]", "....", "--", "\u00a0", "/"})
	text := "---\nlanguage: en\nspeakers: {I: interviewer, Anna: P01, A: P01, Bo: P02}\n---\n"
	for range rapid.IntRange(1, 6).Draw(t, "turns") {
		text += rapid.SampledFrom([]string{"I: ", "Anna: ", "Anna: ", "A: ", "Bo: "}).Draw(t, "speaker")
		n := rapid.SampledFrom([]int{0, 3, 10, 40}).Draw(t, "words")
		for i, w := range rapid.SliceOfN(words, n, n).Draw(t, "words") {
			if i > 0 {
				text += " "
			}
			text += w
			if rapid.IntRange(0, 3).Draw(t, "sign") == 0 {
				text += rapid.SampledFrom([]string{"", " "}).Draw(t, "space") + signs.Draw(t, "sign")
			}
		}
		text += "\n\n"
	}
	doc, found := Parse("P01", "P01.txt", []byte(text))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return doc
}

// someWords draws whole words of one turn's speech, at least least of them, and says which turn. It returns "" if no
// turn has as many.
func someWords(t *rapid.T, doc *Transcript, least int, in func(Turn) bool) (string, Turn) {
	type long struct {
		Turn
		words []Span
	}
	var turns []long
	for _, turn := range doc.Turns {
		if words := slices.Collect(Words(doc.Text, turn.Speech)); len(words) >= least && in(turn) {
			turns = append(turns, long{turn, words})
		}
	}
	if len(turns) == 0 {
		return "", Turn{}
	}
	turn := rapid.SampledFrom(turns).Draw(t, "turn")
	i := rapid.IntRange(0, len(turn.words)-least).Draw(t, "first word")
	j := rapid.IntRange(i+least-1, len(turn.words)-1).Draw(t, "last word")
	return doc.Text[turn.words[i].Start:turn.words[j].End], turn.Turn
}

func TestSlicesOfSpeechAreVerbatim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := interview(t)
		quote, _ := someWords(t, doc, 1, func(Turn) bool { return true })
		if quote == "" {
			return
		}
		q := VerifyQuotation(quote, doc)
		if q.Verdict != Verbatim {
			t.Fatalf("%q of\n%s\nis %s", quote, doc.Text, show(q, doc))
		}
		if err := checkQuotation(q, doc); err != nil {
			t.Fatal(err)
		}
	})
}

// A word that nobody said makes a quotation Edited or Absent, wherever it stands in the place of another.
func TestAnotherWordIsNeverVerbatim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := interview(t)
		quote, _ := someWords(t, doc, 1, func(Turn) bool { return true })
		words := slices.Collect(Words(quote, Span{0, len(quote)}))
		if len(words) == 0 {
			return
		}
		w := rapid.SampledFrom(words).Draw(t, "word")
		if open := strings.LastIndex(quote[:w.Start], "["); open >= 0 && strings.Contains(quote[open:], "]") {
			return // in brackets it may be the author's
		}
		quote = quote[:w.Start] + rapid.SampledFrom([]string{"zzz", "Zz-zz", "zzz [yes] zzz"}).Draw(t, "other") + quote[w.End:]
		q := VerifyQuotation(quote, doc)
		if q.Verdict == Verbatim {
			t.Fatalf("%q of\n%s\nis %s", quote, doc.Text, show(q, doc))
		}
		if err := checkQuotation(q, doc); err != nil {
			t.Fatalf("%q of\n%s\nis %s: %v", quote, doc.Text, show(q, doc), err)
		}
	})
}

// Words of one speaker in the order in which they were said are Verbatim with an elision between them.
func TestElisionsAreVerbatim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := interview(t)
		var parts []string
		after := 0
		var who Turn
		for range rapid.IntRange(1, 4).Draw(t, "fragments") {
			part, turn := someWords(t, doc, 3, func(turn Turn) bool {
				return turn.Start >= after && (who.Is == "" || turn.Is == who.Is)
			})
			if strings.ContainsAny(part, "[]/()") {
				part = "" // may itself be read as several fragments, too short to be so far from each other
			}
			if part != "" {
				parts, after, who = append(parts, part), turn.End, turn
			}
		}
		if len(parts) == 0 {
			return
		}
		mark := rapid.SampledFrom([]string{" [...] ", " […] ", " /.../ ", "[. . .]", " (...) ", " // "}).Draw(t, "elision")
		quote := strings.Join(parts, mark)
		q := VerifyQuotation(quote, doc)
		unsaid := slices.ContainsFunc(q.Changes, func(c Change) bool { return c.Kind == Unsaid }) // it may leave out a no
		if q.Verdict != Verbatim && !unsaid {
			t.Fatalf("%q of\n%s\nis %s", quote, doc.Text, show(q, doc))
		}
		if err := checkQuotation(q, doc); err != nil {
			t.Fatal(err)
		}
		if len(q.Fragments) != len(parts) && !strings.ContainsAny(mark, "()") && mark != " // " { // which may stand there
			t.Fatalf("%d fragments of %d: %s", len(q.Fragments), len(parts), show(q, doc))
		}
	})
}

// What is Verbatim has the words of the transcript, as a plain comparison of letters sees it, which knows nothing of
// tokens. The quotation is a slice with small changes, most of which the rules forgive and some of which they do not.
func TestVerbatimIsVerbatim(t *testing.T) {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, norm.NFC.String(s))
	}
	changes := rapid.SampledFrom([][2]string{{"don't", "don’t"}, {"-", "–"}, {" - ", "-"}, {"...", "…"}, {"…", ". . ."}, {"“", "\""}, {"yes", "Yes"}, {"Anna", "anna"},
		{" ", ", "}, {",", ""}, {"e\u0301", "é"}, {".", ""}, {" ", "  "}, {"?", "."}, {" ", " zzz "}, {"yes ", ""}, {"I ", "me "}, {"a", "b"}, {"it’s", "its"}, {"\u00ad", ""}, {" ", " ... "}})
	rapid.Check(t, func(t *rapid.T) {
		doc := interview(t)
		quote, _ := someWords(t, doc, 1, func(Turn) bool { return true })
		if strings.ContainsAny(quote, "[]/(") {
			return
		}
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			c := changes.Draw(t, "change")
			if n := strings.Count(quote, c[0]); n > 0 {
				at := places(quote, c[0])
				i := rapid.SampledFrom(at).Draw(t, "at")
				quote = quote[:i] + c[1] + quote[i+len(c[0]):]
			}
		}
		q := VerifyQuotation(quote, doc)
		if err := checkQuotation(q, doc); err != nil {
			t.Fatalf("%q of\n%s\nis %s: %v", quote, doc.Text, show(q, doc), err)
		}
		if q.Verdict != Verbatim || readAttribution(quote, []*Transcript{doc}) != nil {
			return
		}
		if len(q.Fragments) != 1 || len(q.Turns) > 1 {
			return // said over several turns, with headers between
		}
		if said := doc.Text[q.Passage.Start:q.Passage.End]; letters(said) != letters(quote) {
			t.Fatalf("%q is verbatim, and yet %q was said", quote, said)
		}
	})
}

func FuzzVerifyQuotation(f *testing.F) {
	for _, quote := range []string{"You get used to it [...] you have to", "[Y]ou (P01)", "a ... b - Kari", "“x” // y /…/ [[z] w]", `\dots [`, "…. . . .[.](.)", "w[o]rd[s]", "[]", "(...)(...)//(...)[a]", "´`'´a´b"} {
		f.Add(quote, jonasFile)
		f.Add(quote, quote+" "+quote)
	}
	f.Fuzz(func(t *testing.T, quote, file string) {
		doc, found := Parse("P01", "P01.txt", []byte(file))
		if found.Err() != nil || len(quote) > 2000 || len(file) > 5000 {
			return
		}
		other, _ := Parse("P02", "P02.txt", []byte(jonasFile))
		q := VerifyQuotation(quote, doc, other)
		if err := checkQuotation(q, doc, other); err != nil {
			t.Fatalf("%q is %s: %v", quote, show(q, doc, other), err)
		}
		if err := checkQuick(quote, []*Transcript{doc, other}); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkVerifyQuotation(b *testing.B) {
	var in []*Transcript
	for i := range 30 {
		in = append(in, parse(b, fmt.Sprintf("P%02d", i), "---\nspeakers: {I: interviewer, Anna: P01}\n---\n"+
			strings.Repeat("Anna: "+strings.ReplaceAll(talk(2000), "\n", " ")+fmt.Sprintf(" So number %d.\n\nI: And then?\n\n", i), 22)))
	}
	for _, c := range []struct{ name, quote string }{
		{"verbatim", "Jeg gikk f.eks. til kl. 10 (ler), og så [...] So number 29"},
		{"edited", "Jeg gikk f.eks. til kl. 11 (ler), og så var det på'n igjen"},
		{"absent", "Nobody in the whole house had ever heard of such a thing before she came"},
	} {
		b.Run(c.name, func(b *testing.B) {
			VerifyQuotation(c.quote, in...)
			for b.Loop() {
				VerifyQuotation(c.quote, in...)
			}
		})
	}
}

// A bracket that stands in the place of words says of which; one that is put in between, or holds letters of a word, of none.
func TestReplacedWords(t *testing.T) {
	tr, found := Parse("T", "T.txt", []byte("---\nspeakers: {A: P01}\n---\nA: You know, I met Solveig at the Harbour Clinic that year.\n"))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	for quote, want := range map[string]string{
		"I met [her sister] at [name of clinic] that year":           "Solveig|her sister, the Harbour Clinic|name of clinic",
		"[Y]ou know, I met Solveig [a friend] at the Harbour Clinic": "",
		"I [...] met Solve[r] at the Harbour Clinic that year":       "",
		"I met Solveig at the [old] Clinic":                          "Harbour|old",
	} {
		var got []string
		q := VerifyQuotation(quote, tr)
		for _, r := range q.Replaced {
			got = append(got, tr.Text[r.Start:r.End]+"|"+r.By)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s (%v): %q, want %q", quote, q.Verdict, got, want)
		}
	}
}
