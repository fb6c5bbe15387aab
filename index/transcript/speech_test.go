package transcript

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// What speech finds by hash and by place is what a look at one token after the other finds.
func TestSpeechIsItsTokens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := interview(t)
		s := doc.speech()
		var forms []string
		var spans []Span
		var said []int // tokens that are words
		for i, turn := range doc.Turns {
			if int(s.first[i]) != len(forms) {
				t.Fatalf("turn %d begins with token %d, not %d", i, s.first[i], len(forms))
			}
			for _, token := range tokens(doc.Text, turn.Speech) {
				if s.word[s.ids[len(forms)]] {
					said = append(said, len(forms))
				}
				forms, spans = append(forms, token.form(doc.Text)), append(spans, token.Span)
			}
		}
		if len(forms) != len(s.ids) || int(s.first[len(doc.Turns)]) != len(forms) {
			t.Fatalf("%d tokens, not %d", len(s.ids), len(forms))
		}
		low := func(i int) string { return strings.ToLower(forms[i]) }
		places := map[string][]int32{}
		for i, form := range forms {
			if got := s.forms[s.ids[i]]; got != form || s.id(form) != s.ids[i] || s.forms[s.lower[s.ids[i]]] != low(i) {
				t.Fatalf("token %d is %q, not %q", i, got, form)
			}
			if got := s.span(i, i+1); got != spans[i] {
				t.Fatalf("token %d stands at %v, not %v", i, got, spans[i])
			}
			places[low(i)] = append(places[low(i)], int32(i))
		}
		for form, want := range places {
			if got := s.placesOf(s.id(form)); !slices.Equal(got, want) {
				t.Fatalf("%q stands at %v, not %v", form, got, want)
			}
		}
		for k, i := range said {
			for _, j := range said[k+1 : min(k+3, len(said))] {
				if a, b := s.id(low(i)), s.id(low(j)); !s.follows(a, b) || !slices.Contains(s.together(a, b), int32(i)) && !slices.Contains(s.together(a, b), int32(j)) {
					t.Fatalf("%q and %q do not stand together", low(i), low(j))
				}
			}
		}
		if own := strings.Contains(strings.Join(forms, " "), "(") && s.id(pauseForm) >= 0 || s.id("/") >= 0; own != s.own {
			t.Fatalf("own is %v", s.own)
		}
		if s.id("a word that nobody said") >= 0 || s.placesOf(-1) != nil {
			t.Fatal("finds what is not there")
		}
	})
}

// The table of forms grows while a transcript is read, and another one begins with it anew.
func TestSpeechOfManyForms(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 5000, 1, 12345} {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "W%d ", i)
		}
		s := parse(t, "P01", text.String()).speech()
		if len(s.forms) != 2*n {
			t.Errorf("%d forms of %d words", len(s.forms), n)
		}
		for i := range n {
			if at := s.placesOf(s.id(fmt.Sprintf("w%d", i))); len(at) != 1 || int(at[0]) != i {
				t.Fatalf("word %d of %d stands at %v", i, n, at)
			}
		}
	}
}

// unread returns copies of transcripts that nobody has quoted so far.
func unread(in []*Transcript) []*Transcript {
	out := make([]*Transcript, len(in))
	for i, t := range in {
		t := *t
		t.said = newLazySpeech(&t)
		out[i] = &t
	}
	return out
}

// slow returns copies in which every word may stand beside every other, so that nothing is passed over.
func slow(in []*Transcript) []*Transcript {
	out := unread(in)
	for _, t := range out {
		s := t.speech()
		for k := range s.near {
			s.near[k] = ^uint64(0)
		}
	}
	return out
}

// checkQuick says in what the quick way through the transcripts differs from the slow one.
func checkQuick(quote string, in []*Transcript) error {
	all := slow(in)
	want := VerifyQuotation(quote, all...)
	if quick := VerifyQuotation(quote, unread(in)...); !reflect.DeepEqual(quick, want) {
		return fmt.Errorf("%q is %s; looked for everywhere, it is %s", quote, show(quick, in...), show(want, in...))
	}
	if q, ok := findVerbatim(quote, unread(in)...); ok != (want.Verdict == Verbatim) || ok && !reflect.DeepEqual(q, want) {
		return fmt.Errorf("%q is %s; looked for as it stands, it is found: %v", quote, show(want, in...), ok)
	}
	for i, t := range unread(in) {
		want := VerifyQuotation(quote, all[i])
		found := false
		for q := range Places(quote, t) {
			found = true
			said := t.Text[q.Passage.Start:q.Passage.End]
			if said != quote && !slices.Equal(q.Fragments, want.Fragments) {
				return fmt.Errorf("%q is found at %v, where %q stands; it is %s", quote, q.Passage, said, show(want, in...))
			}
		}
		if found != (want.Verdict == Verbatim) {
			return fmt.Errorf("%q is %s in %s, and has a place there: %v", quote, show(want, in...), t.ID, found)
		}
	}
	q := readQuotation(quote)
	var likely []*Transcript
	for _, t := range all {
		if q.likeness(t.speech()) > 0 {
			likely = append(likely, t)
		}
	}
	slices.SortStableFunc(likely, func(a, b *Transcript) int { return q.likeness(b.speech()) - q.likeness(a.speech()) })
	likely = likely[:min(4, len(likely))]
	slices.SortFunc(likely, func(a, b *Transcript) int { return slices.Index(all, a) - slices.Index(all, b) })
	got := q.likely(in, nil)
	if !slices.EqualFunc(got, likely, func(a *speech, b *Transcript) bool { return a.t.ID == b.ID }) {
		return fmt.Errorf("%q is looked for in %d transcripts, or in others than the %d that are most like it", quote, len(got), len(likely))
	}
	return nil
}

// Transcripts and places that are passed over are those that have nothing to do with the quotation.
func TestNothingIsPassedOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var in []*Transcript
		for i := range rapid.IntRange(1, 7).Draw(t, "transcripts") {
			doc := interview(t)
			doc.ID = fmt.Sprintf("P%02d", i)
			in = append(in, doc)
		}
		var parts []string
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			said, _ := someWords(t, rapid.SampledFrom(in).Draw(t, "of"), 1, func(Turn) bool { return true })
			words := strings.Fields(said)
			for range rapid.IntRange(0, 2).Draw(t, "changes") {
				if len(words) == 0 {
					break
				}
				switch i := rapid.IntRange(0, len(words)-1).Draw(t, "word"); rapid.IntRange(0, 5).Draw(t, "change") {
				case 0:
					words[i] = "zzz"
				case 1:
					words = slices.Delete(words, i, i+1)
				case 2:
					words[0], words[i] = words[i], words[0]
				case 3:
					words[i] = "[" + words[i] + "]"
				case 4:
					words[i] += rapid.SampledFrom([]string{" '", " ʼ", " \" '", ",", " –", "\u00ad"}).Draw(t, "sign")
				case 5:
					words[i] = "[" + words[i][:1] + "]" + words[i][1:]
				}
			}
			parts = append(parts, strings.Join(words, " "))
		}
		quote := strings.Join(parts, rapid.SampledFrom([]string{" ", " [...] ", " ... ", " // "}).Draw(t, "between"))
		if err := checkQuick(quote, in); err != nil {
			var texts []string
			for _, doc := range in {
				texts = append(texts, doc.Text)
			}
			t.Fatalf("%v\n%s", err, strings.Join(texts, "\n---\n"))
		}
	})
}

// A mark may be a letter in one text and none in the other.
func TestMarksAreNotPassedOver(t *testing.T) {
	in := []*Transcript{parse(t, "P01", "We all ' went ʼ home \" ' again, you ' ' know.")}
	for _, quote := range []string{"all ʼ went", "went ' home", "home ʼ ' again", "all \" went ' home", "you ʼ ' know"} {
		if err := checkQuick(quote, in); err != nil {
			t.Error(err)
		}
		if v := VerifyQuotation(quote, in...).Verdict; v != Verbatim {
			t.Errorf("%q is %v", quote, v)
		}
	}
}

// What a word is compared without, and what is a plain letter in small, may stand in any word.
func TestOddLettersAreNotPassedOver(t *testing.T) {
	for text, quote := range map[string]string{"It was so\u00adlid work": "was solid work", "Some 20 \u212am away": "Some 20 Km away", "We saw \u0130zmir again": "saw izmir again",
		"A ze\u200bro and no\u2060thing\ufeff more": "zero and nothing more", "The (solid漢work) it was": "(solid漢work) it", "Its well_known name": "well_known name", "ABC3def, he said": "aBC3def, he"} {
		in := []*Transcript{parse(t, "P01", text)}
		if err := checkQuick(quote, in); err != nil {
			t.Error(err)
		}
		if !readQuotation(quote).mayStandIn(in[0]) {
			t.Errorf("%q is passed over", quote)
		}
	}
	for r := range unicode.MaxRune + 1 {
		low := strings.ToLower(norm.NFC.String(string(r)))
		if r >= utf8.RuneSelf && (unseen(r) || len(low) == 1 && letters[low[0]]) && !slices.Contains(oddities, string(r)) {
			t.Errorf("%U is compared as %q", r, low)
		}
	}
	in := parse(t, "P01", "Nobody said so")
	if readQuotation("somebody said so").mayStandIn(in) {
		t.Error("a sketch says nothing")
	}
	changed := *in
	changed.Text, changed.Turns = "Somebody said so", parse(t, "P01", "Somebody said so").Turns
	if q := VerifyQuotation("somebody said so", &changed); q.Verdict != Verbatim {
		t.Error("the sketch of another text was looked at")
	}
}

func BenchmarkSketch(b *testing.B) {
	text := talk(1 << 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		newSketch(text)
	}
}

func BenchmarkPrepare(b *testing.B) {
	doc := parse(b, "P01", "---\nspeakers: {I: interviewer, Anna: P01}\n---\n"+
		strings.Repeat("Anna: "+strings.ReplaceAll(talk(2000), "\n", " ")+"\n\nI: And then?\n\n", 25))
	b.SetBytes(int64(len(doc.Text)))
	b.ReportAllocs()
	for b.Loop() {
		newSpeech(doc)
	}
}
