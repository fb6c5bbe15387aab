package transcript

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"pgregory.net/rapid"
)

func texts(text string, spans []Span) []string {
	var out []string
	for _, s := range spans {
		out = append(out, text[s.Start:s.End])
	}
	return out
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Don't go, it’s 3.5 km!":        "Don't|go|it’s|3.5|km",
		"well-known (laughs) ... _ —":   "well|known|laughs",
		"Å gå på tur, f.eks. i dag.":    "Å|gå|på|tur|f.eks|i|dag",
		"":                              "",
		"... — !":                       "",
		"e\u0301tait co\u00adoperation": "e\u0301tait|co\u00adoperation",
	} {
		var got []string
		for w := range Words(text, Span{0, len(text)}) {
			got = append(got, text[w.Start:w.End])
		}
		if strings.Join(got, "|") != want {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
	text := "one two three"
	for w := range Words(text, Span{4, 13}) {
		if w != (Span{4, 7}) {
			t.Errorf("first word of a span is %v", w)
		}
		break
	}
}

// FuzzSegment holds the quick way to the words of a text against the library's.
func FuzzSegment(f *testing.F) {
	for _, text := range []string{"Don't go, it’s 3.5 km!", "a_b a._b 1,2;3 x:y 'tis", "kr 10,- f.eks.å e\u0301 \u0301", "  \u0308 \r\n\r \n\u0301", "ñ\u00ad×÷ɏɐʀ'ʀ", "\"א\"ב", "\xff\xc3 \xc3", "..'a", "\u200d☺ 🇳🇴🇸🇪"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var found []Span
		segments := words.FromString(text)
		for segments.Next() {
			at := Span{segments.Start(), segments.End()}
			if got := segment(text[at.Start:]); got != at.Len() {
				t.Fatalf("segment(%q) = %d, want %d", text[at.Start:], got, at.Len())
			}
			if strings.ContainsFunc(segments.Value(), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
				found = append(found, at)
			}
		}
		if got := slices.Collect(Words(text, Span{0, len(text)})); !slices.Equal(got, found) {
			t.Fatalf("Words(%q) = %q, want %q", text, texts(text, got), texts(text, found))
		}
	})
}

// TestSegmentKnowsEachCharacter puts every character before and behind what the quick way tells apart.
func TestSegmentKnowsEachCharacter(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
		if !utf8.ValidRune(r) || r >= 0x3000 && r%61 > 0 { // all that it tells apart are of one or two bytes
			continue
		}
		c := string(r)
		for _, text := range []string{c, c + "a", c + "1 ", c + " ", c + "é", "a" + c, "é" + c, "9" + c, " " + c, "." + c, "\n" + c, "a." + c, "1," + c, "a'" + c + "b", "1" + c + "2", "a" + c + "b"} {
			want := words.FromString(text)
			want.Next()
			if got := segment(text); got != want.End() {
				t.Errorf("segment(%q) = %d, want %d", text, got, want.End())
			}
		}
		if got, want := isWord(c), unicode.IsLetter(r) || unicode.IsDigit(r); got != want {
			t.Errorf("isWord(%q) = %v", c, got)
		}
	}
}

func TestFoldWord(t *testing.T) {
	for word, want := range map[string]string{"Don’t": "don't", "E\u0301T\u00c9": "été", "ÆRLIG": "ærlig"} {
		if got := FoldWord(word); got != want {
			t.Errorf("FoldWord(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestCountWords(t *testing.T) {
	for text, want := range map[string]int{
		"I [laughter] went home (...) early (sighs).":                     4,
		"[inaudible 00:03:31]":                                            0,
		"He [very loudly, to the dog outside the house] left":             2, // eight words in the brackets
		"He (he was the one who ran the whole house) left":                11,
		"He [he was the one who ran the whole house] left":                11,
		"So (he was there, (laughs) and nobody else knew, I am sure) yes": 12,
		"an open (bracket that nobody closed":                             6,
		"a (bracket\nover lines)":                                         4,
		"((laughs)) fine [[coughs] again] good":                           2,
		"word) and ] more":                                                3,
		"":                                                                0,
		"(.)":                                                             0,
	} {
		if got := CountWords(text, Span{0, len(text)}); got != want {
			t.Errorf("CountWords(%q) = %d, want %d", text, got, want)
		}
	}
	text := "one (two) three"
	if got := CountWords(text, Span{4, 9}); got != 0 {
		t.Errorf("CountWords of a remark alone = %d", got)
	}
	if got := CountWords(text, Span{5, 15}); got != 2 {
		t.Errorf("CountWords from within a remark = %d, want 2: its bracket lies outside", got)
	}
}

func TestSentences(t *testing.T) {
	for _, c := range []struct{ language, text string }{ // | stands where a sentence ends
		{"en", "I went home. |Nobody was there! |Was it late? |Yes."},
		{"en", "I saw Dr. Berg and Mrs. Moe at St. Olav. |They left."},
		{"en-GB", "We bought tools, e.g. Hammers, i.e. Things. |Good."},
		{"en", "That is no. 5 Harbour Street. |No. |Five of us."},
		{"en", "J. R. Hansen came. |J.R. Hansen and J.-P. Dahl left."},
		{"en", "Neither did I. |We left. |It was I. M. Pei who drew it."},
		{"en", "I am a rep. |I sell. |I met Rep. Smith."},
		{"en", "I thought ... And then I left... |"},
		{"en", "I thought… And then (.) I left (...) She stayed. |Yes."},
		{"en", "It was . . . Well, hard. |Yes."},
		{"en", "I could not.... |Then I could. |So ….  |Then not."},
		{"en", "He left. |(...) Then he came."},
		{"en", `"Go home." |She meant it. |"Now?" |"Yes."`},
		{"en", "One line\nruns on. |The next\ndoes too\n\n|a paragraph without a stop\n \n|And another"},
		{"en", "We met at 9 a.m. |" + ""},
		{"nb", "Jeg tok f.eks. Oslo og bl.a. Bergen, osv. Det gikk bra. |Ja."},
		{"nb", "Det var f. eks. Oslo."},
		{"nn", "Me har t.d. Voss og m.a. Odda. |Ja."},
		{"no", "Det var kl. 10 hos dr. Moe. |Så gikk jeg."},
		{"nb", "Vi ses den 17. mai. |Den 3. Juli reiser vi. |Jeg var 17. |Så flyttet jeg."},
		{"nb", "Huset vi bodde i. |Det brant. |Boka heter art. |Se art. 5 Loven."},
		{"sv", "Vi åt t.ex. Gröt, bl.a. Havre. |Jag var 17. |Sen flyttade jag."},
		{"sv", "Vi ses den 17. |Maj är fin."},
		{"da", "Det var fx. Aarhus og bl.a. Odense. |Den 5. Juni. |Ja."},
		{"de", "Das ist z.B. Berlin, z. B. Bonn, d. h. Städte usw. Alles gut. |Ja."},
		{"de", "Wir trafen uns am 3. Mai in der 5. Klasse. |Ich war 23. |Dann ging ich. |Ich mag. |Ja."},
		{"de", "Das ist i. d. R. Sache der Eltern, u. U. Auch der Kinder."},
		{"de", "Es war am 3. Dann am 12. Oktober."},
		{"fr", "M. Dupont et Mme. Martin, p. ex. Paris, c.-à-d. Nous. |Oui."},
		{"es", "La Sra. Ruiz y D. Juan viven en EE. UU. Con su hijo, p. ej. Ana. |Sí."},
		{"it", "Il sig. Rossi e la dott.ssa Bianchi, p.es. Anna, ecc. Tutto qui. |Sì."},
		{"pt", "O Sr. Silva e a Dra. Lima, p. ex. Ana. |Sim."},
		{"nl", "Dhr. Jansen en mevr. Bakker, bijv. Anna, d.w.z. Wij. |Ja."},
		{"fi", "Siellä oli esim. Oulu, Turku jne. Kaikki hyvin. |Kesä alkoi 3. Toukokuuta. |Niin."},
		{"", "Dr. Berg came. |Yes."},
		{"ja", "行きました。|帰りました。"},
		{"xx-YY", "Prof. Berg kom. |Ja."},
	} {
		text := strings.ReplaceAll(c.text, "|", "")
		var want []string
		for _, s := range strings.Split(c.text, "|") {
			if s = strings.TrimSpace(s); s != "" {
				want = append(want, s)
			}
		}
		if got := texts(text, Sentences(text, Span{0, len(text)}, c.language)); !slices.Equal(got, want) {
			t.Errorf("%s: sentences are\n %q, want\n %q", c.language, got, want)
		}
	}
}

func TestSentencesAreCutAtSixtyWords(t *testing.T) {
	for _, c := range []struct {
		text string
		want []int // words
	}{
		{strings.Repeat("word ", 60), []int{60}},
		{strings.Repeat("word ", 61), []int{60, 1}},
		{strings.Repeat("så, ", 150) + "Nei. Ja.", []int{60, 60, 31, 1}},
		{strings.Repeat("a ", 121), []int{60, 60, 1}},
		{strings.Repeat("語", 130), []int{60, 60, 10}},
		{strings.Repeat("don’t – ", 70), []int{60, 10}},
		{strings.Repeat("and ... Then ", 40), []int{60, 20}},
	} {
		var got []int
		for _, s := range Sentences(c.text, Span{0, len(c.text)}, "nb") {
			n := 0
			for range Words(c.text, s) {
				n++
			}
			got = append(got, n)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%.30q...: words by sentence are %v, want %v", c.text, got, c.want)
		}
	}
	text := strings.Repeat("x ", 59) + "sixty), (sixtyone) y"
	if got := texts(text, Sentences(text, Span{0, len(text)}, "en")); len(got) != 2 || !strings.HasSuffix(got[0], "sixty),") || !strings.HasPrefix(got[1], "(sixtyone)") {
		t.Errorf("cut beside punctuation: %q", got)
	}
}

// Whatever the text, sentences are in order, apart, trimmed, within the span, on character boundaries, hold at most
// sixty words, leave out nothing but white space, and are the same when the paragraph is cut out of its text.
func TestSentencesCoverTheirSpan(t *testing.T) {
	word := rapid.StringMatching(`[A-Za-zæøåÉ]{1,8}[ ,-]?`)
	piece := rapid.OneOf(rapid.SampledFrom([]string{". ", "... ", "… ", "\n", "\n\n", " ", "Dr. ", "f.eks. ", "3. ", "Mai ", "J. ", "(.) ", "?", "“", "I. ", "語", ". . . ", ") ", "\u00a0"}), word)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{0, 3, 20, 150}).Draw(t, "n") // a length that rapid chose would nearly always be small
		of := rapid.SampledFrom([]*rapid.Generator[string]{piece, word}).Draw(t, "of")
		text := strings.Join(rapid.SliceOfN(of, n, n).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
		language := rapid.SampledFrom([]string{"", "en", "nb", "de-AT", "fi"}).Draw(t, "language")
		span := Span{0, len(text)}
		at := span.Start
		for _, s := range Sentences(text, span, language) {
			words := 0
			for range Words(text, s) {
				words++
			}
			switch cut := text[max(at, 0):max(s.Start, at)]; {
			case s.Start < at || s.End > span.End || s.Len() <= 0:
				t.Fatalf("sentence %v after %d in %v", s, at, span)
			case strings.ContainsFunc(cut, func(r rune) bool { return !unicode.IsSpace(r) }):
				t.Fatalf("left out %q", cut)
			case strings.TrimSpace(text[s.Start:s.End]) != text[s.Start:s.End] || !utf8.ValidString(text[s.Start:s.End]):
				t.Fatalf("not trimmed: %q", text[s.Start:s.End])
			case words > sentenceWords:
				t.Fatalf("%d words in %q", words, text[s.Start:s.End])
			case mostWords(text[s.Start:s.End]) < words && s.Len() >= 2*sentenceWords:
				t.Fatalf("%d words where at most %d were expected: %q", words, mostWords(text[s.Start:s.End]), text[s.Start:s.End])
			}
			at = s.End
		}
		if rest := strings.TrimSpace(text[at:]); rest != "" {
			t.Fatalf("left out %q at the end", rest)
		}
		moved := "Before. " + text + " After."
		shifted := Sentences(moved, Span{8, 8 + len(text)}, language)
		for i, s := range Sentences(text, span, language) {
			if shifted[i] != (Span{s.Start + 8, s.End + 8}) {
				t.Fatalf("what stands around the span changes its sentences")
			}
		}
	})
}

// talk returns about n bytes of speech with the signs that sentences depend on.
func talk(n int) string {
	const some = "I mean, it wasn't easy — not at all ... And Dr. Moe said, “You have to rest.” So I did. " +
		"Jeg gikk f.eks. til kl. 10 (ler), og så var det på'n igjen. It was (.) you know, on the 3. floor, and nobody asked why. Was it? Yes.\n\n"
	return strings.Repeat(some, n/len(some)+1)
}

func BenchmarkSentences(b *testing.B) {
	text := talk(1 << 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Sentences(text, Span{0, len(text)}, "en")
	}
}

func BenchmarkCountWords(b *testing.B) {
	text := talk(1 << 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		CountWords(text, Span{0, len(text)})
	}
}
