package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"

	"pgregory.net/rapid"
)

// shown are signs as list returns them, one a line.
func shown(s *signs) []string {
	var out []string
	for _, x := range s.list() {
		out = append(out, strings.TrimSpace(x.Kind+" "+strings.Join(x.Forms, " | ")+" "+x.Means))
	}
	return out
}

func TestSignsOfTranscripts(t *testing.T) {
	for text, want := range map[string]string{
		"I was there. Nobody asked (not even my mother who had always known about it all) me.": "",
		"It was ... it was late…":                                            "pause ... | …",
		"I (.) went (2.0) and (1.5) came":                                    "short-pause (.)/timed-pause (1.5)",
		"so [laughter] and ((laughs)) and (crying)":                          "remark ((laughs)) | (crying) | [laughter]",
		"[inaudible 00:03:31] then [Inaudible 00:07:00]":                     "unclear [Inaudible 00:07:00]",
		"I said xxx to him (?)":                                              "unclear (?) | xxx",
		"=1+1 is what they taught us":                                        "",
		"and then=\n=I know":                                                 "latched =",
		"a = b, and xxxx":                                                    "",
		"[crosstalk] we [00:02:11] went [...] home (...)":                    "at-once [crosstalk]/time [00:02:11]/dots (...) | [...]",
		"at [name of clinic] in (2019) and [":                                "remark (2019) | [name of clinic]",
		"[ler] og (uhørbart) og [snakker i munnen på hverandre] og (sukker)": "unclear (uhørbart)/at-once [snakker i munnen på hverandre]/remark (sukker) | [ler]",
	} {
		s := newSigns(nil)
		s.said(text)
		if got := strings.Join(shown(s), "/"); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestSignsOfAuthors(t *testing.T) {
	for _, c := range []struct{ quote, own, want string }{
		{"I went [...] home", "I went\nhome", "left-out [...]"},
		{"I went /.../ home // at […] last (. . .)", "I went\nhome", "left-out (. . .) | /.../ | // | […]"},
		{"I went (...) home", "I went (...) home", "dots (...)"},
		{"[She] went [sic!] home", "She went home", "put-in/sic [sic!]"},
		{"[Y]ou went to work[ed]", "you went to work", "put-in"},
		{"I went [laughter] home ... [i.e., to the ward]", "I went [Laughter]\thome", "put-in/pause .../remark [laughter]"},
		{"I went home.", "I went [laughter] home.", ""},
	} {
		s := newSigns(nil)
		s.quoted(c.quote, c.own)
		if got := strings.Join(shown(s), "/"); got != c.want {
			t.Errorf("%s of %s\n got %s\nwant %s", c.quote, c.own, got, c.want)
		}
	}
	var nobody *signs
	nobody.said("(.)")
	nobody.quoted("[...]", "")
}

// A study's own words on a sign stand in the place of tema's, where it occurs.
func TestOwnSigns(t *testing.T) {
	own := []analysis.Sign{{Sign: "...", Means: "she thinks"}, {Sign: "(2.0)", Means: "seconds"}, {Sign: "CAPS", Means: "loud"}, {Sign: "xxx", Means: "a name"},
		{Sign: "[laughter]", Means: "all laugh"}, {Sign: "°", Means: "softly"}, {Sign: "[...]", Means: "cut"}}
	for text, want := range map[string]string{
		"I went [...] home":                         "own [...] cut",
		"I … went":                                  "own ... she thinks",
		"(3.5) HERE, at NAV":                        "own (2.0) seconds/own CAPS loud",
		"Here I am, A man called Xxx, xxxx":         "",
		"°yes° [Laughter] (sighs), xxx":             "own xxx a name/own [laughter] all laugh/own ° softly/remark (sighs)",
		"[laughing] on the 2.0 and (3) (inaudible)": "timed-pause (3)/unclear (inaudible)/remark [laughing]",
	} {
		s := newSigns(own)
		s.said(text)
		if got := strings.Join(shown(s), "/"); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// The note has a sign if, and only if, it stands in what is printed.
func TestSignsOccur(t *testing.T) {
	forms := map[string]string{"[laughter]": "remark", "((sighs))": "remark", "(.)": "short-pause", "(4)": "timed-pause", "...": "pause", "…": "pause",
		"[unclear]": "unclear", "xxx": "unclear", "[crosstalk]": "at-once", "[0:12:01]": "time", "(...)": "dots", "": "", "word": "", "Word,": "", "no [": "", "(": ""}
	rapid.Check(t, func(t *rapid.T) {
		s := newSigns(nil)
		want := map[string]bool{}
		for range rapid.IntRange(0, 4).Draw(t, "excerpts") {
			text := "so"
			for range rapid.IntRange(0, 5).Draw(t, "pieces") {
				form := rapid.SampledFrom([]string{"[laughter]", "((sighs))", "(.)", "(4)", "...", "…", "[unclear]", "xxx", "[crosstalk]", "[0:12:01]", "(...)", "word", "Word,", "no"}).Draw(t, "form")
				text += " " + form + " so"
				if kind := forms[form]; kind != "" {
					want[kind+" "+form] = true
				}
			}
			s.said(text)
		}
		got := map[string]bool{}
		for _, x := range s.list() {
			for _, form := range x.Forms {
				got[x.Kind+" "+form] = true
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// The numbers of the editing statement are those of what was left out and put in.
func TestEditingIsCounted(t *testing.T) {
	var said []string
	for i := range 120 {
		said = append(said, fmt.Sprintf("word%d", i))
	}
	tr, found := transcript.Parse("T", "T.txt", []byte("---\nspeakers: {A: P01}\n---\nA: "+strings.Join(said, " ")+".\n"))
	if found.Err() != nil {
		t.Fatal(found.Err())
	}
	rapid.Check(t, func(t *rapid.T) {
		var got, want Quotations
		for range rapid.IntRange(0, 5).Draw(t, "quotations") {
			want.Chosen++
			if rapid.IntRange(0, 4).Draw(t, "wrong") == 0 {
				got.add(transcript.VerifyQuotation("word3 word4 nobody said this at all [...] ever [x]", tr))
				continue
			}
			want.Verbatim++
			at, quote, elided, put := rapid.IntRange(0, 20).Draw(t, "start"), "", 0, 0
			pieces := rapid.IntRange(1, 4).Draw(t, "pieces")
			for i := range pieces {
				if i > 0 {
					gap := rapid.IntRange(1, 9).Draw(t, "gap")
					quote += " [...] "
					at, elided = at+gap, elided+gap
				}
				n := rapid.IntRange(3, 8).Draw(t, "words")
				quote += strings.Join(said[at:at+n], " ")
				if rapid.IntRange(0, 2).Draw(t, "put in") == 0 {
					quote += " [an aside]"
					put++
				}
				at += n
			}
			if want.LeftOut += elided; pieces > 1 {
				want.Shortened++
			}
			if want.Insertions += put; put > 0 {
				want.Added++
			}
			got.add(transcript.VerifyQuotation(quote, tr))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

func TestEditing(t *testing.T) {
	for want, q := range map[string]Quotations{
		"": {},
		"The one quotation that the authors chose could not be verified, and is marked.":                                                                                                                                                                                                                                    {Chosen: 1},
		"The one quotation that the authors chose was held against its transcript, and stands there word for word; nothing is left out inside, and nothing put in.":                                                                                                                                                         {Chosen: 1, Verbatim: 1},
		"Of 3 quotations that the authors chose, 0 stand word for word in their transcripts. The others could not be verified, and are marked.":                                                                                                                                                                             {Chosen: 3},
		"All 1,024 quotations that the authors chose were held against their transcripts, and stand there word for word, but for what is marked: 1 is shortened, by 1 word.":                                                                                                                                                {Chosen: 1024, Verbatim: 1024, Shortened: 1, LeftOut: 1},
		"Of 3 quotations that the authors chose, 2 stand word for word in their transcripts, but for what is marked: 2 are shortened, by 9 words in all; in 2 the authors added or replaced words in square brackets (3 brackets). The others could not be verified, and are marked. 2 were said in Norwegian and Swedish.": {Chosen: 3, Verbatim: 2, Shortened: 2, LeftOut: 9, Added: 2, Insertions: 3, Foreign: 2, Languages: []string{"nb", "no", "sv-FI"}},
	} {
		if got := english.Editing(&Report{Quotations: q}); got != want {
			t.Errorf("%+v\n got %s\nwant %s", q, got, want)
		}
	}
}

// A difference is told by its kind, in both languages, as check tells it.
func TestDifferences(t *testing.T) {
	s := open(t, map[string]string{
		"study.yaml": "tema: 1\nreport: {attribution: \"{id}\"}\n",
		"transcripts/A.txt": `---
speakers: {I: interviewer, Ada: P1, Bo: P2}
---
I: And the nights?

Ada: I would never go back to the night shift now. I slept six hours a day, and the children were small. My sister took them to school in those years.

Bo: I liked the dark months on the ward, when nobody rang and nobody came.
`,
		"codebook.yaml": `themes:
  - id: nights
    excerpts:
      - {transcript: A, quote: "I slept six hours a day, and the kids were small."}
      - {transcript: A, quote: "I slept seven hours a day, and the children were small."}
      - {transcript: A, quote: "I slept six hours a day, and the children were not small."}
      - {transcript: A, quote: "I would [...] go back to the night shift now."}
      - {transcript: A, quote: "I slept six hours a day, and the children were small. I liked the dark months on the ward."}
      - {transcript: A, quote: "My sister took them to school in those years. I slept six hours a day, and the children were small."}
      - {transcript: A, quote: "I slept six hours, and the children were small."}
      - {transcript: A, quote: "I slept six hours a day, and the children were small. (P2)"}
`}, nil)
	r := build(t, s, Options{})
	want := [][2]string{
		{"“children” stands there for “kids”", "«children» står der i stedet for «kids»"},
		{"“six” stands there for “seven”: another number", "«six» står der i stedet for «seven»: et annet tall"},
		{"“not” was put in without brackets: a negation is turned", "«not» er satt inn uten hakeparentes: en nektelse er snudd"},
		{"the elision leaves out “never”, and so turns what was said", "utelatelsen tar bort «never» og snur det som ble sagt"},
		{"“I liked the dark months on the ward” was said by P2 (turn 3)", "«I liked the dark months on the ward» ble sagt av P2 (replikk 3)"},
		{"“My sister took them to school in those years” is said there in another order (turn 2)", "«My sister took them to school in those years» er sagt der i en annen rekkefølge (replikk 2)"},
		{"“a day” is left out without a mark", "«a day» er utelatt uten merke"},
		{"it is attributed to P2, and P1 says it", "det er tilskrevet P2, men sies av P1"},
	}
	for i, x := range r.Sections[0].Chosen {
		if x.Problem == nil {
			t.Errorf("%d: %q holds", i, x.Said[0].Text)
			continue
		}
		if got := english.Problem(x); got != english.Differs+"; "+want[i][0] {
			t.Errorf("%q: %s", x.Said[0].Text, got)
		}
		if got := norwegian.Problem(x); got != norwegian.Differs+"; "+want[i][1] {
			t.Errorf("%q: %s", x.Said[0].Text, got)
		}
	}
	for _, c := range []Change{{Kind: "apart", Quoted: "so", Turn: 4}, {Kind: "order", Quoted: "so"}} {
		if got := english.difference(c); !strings.Contains(got, "elsewhere (turn 4), and no mark says so") && got != "the same words stand there in another order" {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestLanguages(t *testing.T) {
	if !slices.IsSortedFunc(languages, func(a, b [3]string) int { return strings.Compare(a[0], b[0]) }) || slices.ContainsFunc(languages, func(l [3]string) bool { return l[0] == "" || l[1] == "" || l[2] == "" }) {
		t.Error("the table of languages has gaps, or is not sorted")
	}
	for tag, want := range map[string][2]string{"nb": {"Norwegian", "norsk"}, "no": {"Norwegian", "norsk"}, "nn-NO": {"Nynorsk", "nynorsk"}, "SV": {"Swedish", "svensk"},
		"zh_Hant": {"Chinese", "kinesisk"}, "sma": {"Southern Sami", "sørsamisk"}, "qaa": {"qaa", "qaa"}, "": {}, "und": {}} {
		if en, nb := english.Language(tag), norwegian.Language(tag); en != want[0] || nb != want[1] {
			t.Errorf("%s is %s and %s", tag, en, nb)
		}
	}
}

// What the authors put something else in place of stands in no context.
func TestReplacedWordsStayOut(t *testing.T) {
	book := strings.Replace(tiny["codebook.yaml"], `quote: "I swept the floor. [...] And then they let me stay."`, `quote: "I swept [the hall]. Nobody asked me to."`, 1)
	r := build(t, open(t, with(tiny, "codebook.yaml", book), tinyCodings), Options{})
	page := string(r.HTML())
	if strings.Contains(page, "the floor") || !strings.Contains(page, "<mark>I swept [the hall]. Nobody asked me to.</mark>") {
		t.Error("words that the authors replaced stand in a context")
	}
	// Of prose too, and in part, where one quotation replaced more than another.
	prose := with(tiny, "writing/_notes.md", "> I swept the floor. Nobody asked [the new girl] to.\n")
	for _, x := range build(t, open(t, prose, tinyCodings), Options{}).Sections[0].Chosen[:1] {
		for _, c := range x.Context {
			for _, part := range c.Parts {
				if strings.Contains(part.Text, "asked me") {
					t.Errorf("words that prose replaced stand in a context: %q", part.Text)
				}
			}
		}
	}
	// What prose replaced in a translation says nothing of where the original stands.
	prose = with(tiny, "writing/_notes.md", "> I [drew] limits. (N)\n")
	for _, x := range build(t, open(t, prose, tinyCodings), Options{}).Sections[0].Sections[0].Chosen {
		for _, c := range x.Context {
			for _, part := range c.Parts {
				if strings.Contains(part.Text, "[drew]") {
					t.Errorf("a bracket in a translation stands in the context of the original: %q", part.Text)
				}
			}
		}
	}
	tr := &transcript.Transcript{Text: "at Green Hill House, up there"}
	over := []transcript.Replacement{{Span: transcript.Span{Start: 3, End: 13}, By: "clinic"}, {Span: transcript.Span{Start: 9, End: 19}, By: "house"}}
	for span, want := range map[transcript.Span]string{{Start: 0, End: 29}: "at [clinic][house], up there", {Start: 0, End: 8}: "at [clinic]", {Start: 14, End: 22}: "[house], u"} {
		if got := asQuoted(tr, span, over); got != want {
			t.Errorf("%v is shown as %q, want %q", span, got, want)
		}
	}
}

// What is printed of a translated excerpt: never a translation alone without its original elsewhere, nor of words that do
// not stand in their transcript.
func TestTranslations(t *testing.T) {
	files := func(language, quote string) map[string]string {
		return map[string]string{
			"study.yaml":        "tema: 1\n" + language,
			"transcripts/A.txt": "---\nspeakers: {A: P1}\n---\nA: Jeg var der hele den første vinteren.\n",
			"codebook.yaml":     "themes: [{id: t, excerpts: [{transcript: A, quote: " + quote + ", translation: I was there., translator: Kim}]}]\n",
		}
	}
	const said, wrong = "Jeg var der hele den første vinteren.", "Jeg var der hele den andre vinteren."
	for _, c := range []struct{ name, language, quote, mode, translation, tag string }{
		{"both", "language: nb\nreport: {language: en}", said, "both", "Translation from Norwegian by Kim", "nb"},
		{"the study's setting", "language: nb\nreport: {language: en, translations: original}", said, "", "", "nb"},
		{"alone", "language: nb\nreport: {language: en}", said, "translation", "Translation from Norwegian by Kim, original 1", "nb"},
		{"alone, of a language nobody names", "", said, "translation", "Translation by Kim, original 1", "und"},
		{"not needed", "language: nb", said, "translation", "", ""},
		{"of words that were not said", "language: nb\nreport: {language: en}", wrong, "translation", "Translation from Norwegian by Kim", "nb"},
		{"into another language than the report's", "language: nb", said, "both", "Translation by Kim", ""},
	} {
		r := build(t, open(t, files(c.language, c.quote), nil), Options{Translations: c.mode})
		x := r.Sections[0].Chosen[0]
		w := wordsFor("en")
		got := ""
		if x.Translation != "" {
			if got = w.TranslationBy(x); x.Original > 0 {
				got = w.LanguageNote(r, x)
			}
		}
		if got != c.translation || x.Language != c.tag {
			t.Errorf("%s: %q in %q, want %q in %q", c.name, got, x.Language, c.translation, c.tag)
		}
		for name, page := range map[string]string{"HTML": string(r.HTML()), "Markdown": string(r.Markdown())} {
			if strings.Contains(page, "I was there.") != (c.translation != "") || !strings.Contains(page, c.quote) {
				t.Errorf("%s: what was said, or its translation, is not in the %s as it should be", c.name, name)
			}
			if unknown := strings.Contains(page, `lang=""`); name == "HTML" && unknown != (c.translation != "" && c.tag == "") {
				t.Errorf("%s: the translation's language is not told as it is", c.name)
			}
		}
	}
}

// Where the pattern has no id, none stands beside an excerpt or in its context, and speakers are told apart all the same.
func TestSpeakersWithoutIDs(t *testing.T) {
	r := build(t, open(t, tiny, tinyCodings, `"{id}, {age}"`, "\"{site}\"\n  set_apart: show"), Options{})
	var all []string
	r.eachChosen(func(_ Ref, x Excerpt) {
		for _, c := range x.Context {
			all = append(all, english.Heard(c))
		}
		all = append(all, english.By(x))
	})
	for _, s := range r.Sections[0].Sections[0].Others.Shown {
		for _, sp := range s.Said {
			all = append(all, english.Speaker(sp))
		}
		for _, c := range s.Context {
			all = append(all, english.Heard(c))
		}
		all = append(all, english.By(s))
	}
	got := strings.Join(all, "; ")
	for _, id := range []string{"P1", "P2", "P3", "P4"} {
		if strings.Contains(got, id) {
			t.Errorf("%s stands beside an excerpt: %s", id, got)
		}
	}
	for _, want := range []string{"north", "south (A)", "south (B)", "Interviewer"} {
		if !strings.Contains(got, want) {
			t.Errorf("nobody is called %s: %s", want, got)
		}
	}
	s := open(t, tiny, nil, `"{id}, {age}"`, `"{gone}"`)
	b := &builder{s: s, who: s.Disclosure()}
	if names := b.names(b.s.Transcript("G"), []string{"P2", "P3"}); names["P2"] != "A" || names["P3"] != "B" {
		t.Errorf("participants of whom nothing is said are called %v", names)
	}
	many := make([]string, 30)
	for i := range many {
		many[i] = fmt.Sprintf("X%d", i)
	}
	called := map[string]bool{}
	for _, name := range b.names(b.s.Transcript("G"), many) {
		called[name] = true
	}
	if len(called) != len(many) {
		t.Errorf("%d participants have %d names", len(many), len(called))
	}
}

// Nor does one stand in the tables, in the transcripts behind the page, or beside what prose quotes wrongly.
func TestNoIDsAnywhere(t *testing.T) {
	files := with(tiny, "writing/_notes.md", "> I walked the floor. Nobody asked me to. And then they let me stay.\n\n“Nobody asked me to do it at all” (P2), it was said.\n\n> I swept the floor. Now I have the list of who sweeps.\n")
	r := build(t, open(t, files, tinyCodings, `"{id}, {age}"`, `"{site}"`), Options{WithTranscripts: true})
	csv, err := r.CSV()
	if err != nil {
		t.Fatal(err)
	}
	_, texts, _ := strings.Cut(string(r.HTML()), `<section id="texts">`)
	for name, text := range map[string]string{"the table of excerpts": string(csv[ExcerptsCSV]), "the transcripts": texts} {
		for _, id := range []string{"P1", "P2", "P3", "P4"} {
			if strings.Contains(text, ">"+id+"<") || strings.Contains(text, ","+id+",") {
				t.Errorf("%s names %s", name, id)
			}
		}
	}
	if len(r.Misquoted()) != 3 {
		t.Fatalf("%d quotations are wrong, want 3", len(r.Misquoted()))
	}
	for _, q := range r.Misquoted() {
		for _, c := range q.Problem.Changes {
			if strings.HasPrefix(c.Said, "P1") || strings.HasPrefix(c.Speaker, "P") {
				t.Errorf("what is wrong with a quotation names a participant: %+v", c)
			}
		}
	}
}
