package transcript

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

const harbourTalk = `---
language: en
speakers: {I: interviewer, Marit: P01, Odd: P02}
---
I: Would you do it again, if you could choose?

Marit: I would never go back to the night shift, not for twenty thousand. We were six on the boat and only two could swim. It was, and I say it not to complain, a cold summer. I was happy there for a year.

Odd: I took my phone to bed every night for eleven years. There is no harm in it. And then we said no, no more calls after ten.

Marit: You can't sleep like that, ikke sant, nobody can. I was unhappy in the end. The others were there before me and I had nobody to ask.
`

func TestKindsOfChange(t *testing.T) {
	doc := parse(t, "P01", harbourTalk)
	for _, c := range []struct{ what, quote, want string }{
		{"a word", "We were six on the ship and only two could swim", "edited <We were six on the boat and only two could swim> {ship -> boat}"},
		{"a number in words", "We were seven on the boat and only two could swim", "edited <We were six on the boat and only two could swim> {seven -> six}number"},
		{"the same number in digits", "We were 6 on the boat and only two could swim", "edited <We were six on the boat and only two could swim> {6 -> six}"},
		{"another one in digits", "We were 7 on the boat and only two could swim", "edited <We were six on the boat and only two could swim> {7 -> six}number"},
		{"words for a number", "We were many on the boat and only two could swim", "edited <We were six on the boat and only two could swim> {many -> six}"},
		{"never for always", "I would always go back to the night shift", "edited <I would never go back to the night shift> {always -> never}negation"},
		{"a no left out", "I would go back to the night shift", "edited <I would never go back to the night shift> { -> never}negation"},
		{"a no put in", "I was not happy there for a year", "edited <I was happy there for a year> {not -> }negation"},
		{"a contraction", "You can sleep like that, ikke sant, nobody can", "edited <You can't sleep like that, ikke sant, nobody can> {can -> can't}negation"},
		{"another contraction", "You cannot sleep like that, ikke sant, nobody can", "edited <You can't sleep like that, ikke sant, nobody can> {cannot -> can't}"},
		{"a prefix", "I was happy in the end", "edited <I was unhappy in the end> {happy -> unhappy}negation"},
		{"a clause with its no", "I would never go back to the night shift. We were six", "edited <I would never go back to the night shift, not for twenty thousand. We were six> { -> , not for twenty thousand}"},
		{"one no of two", "And then we said no more calls after ten", "edited <And then we said no, no more calls after ten> { -> no,}"},
		{"signs", "There is no harm in it! And then we said", "edited <There is no harm in it. And then we said> {! -> .}"},
		{"case", "We were six on the Boat and only two", "edited <We were six on the boat and only two> {Boat -> boat}"},
		{"two words for one", "The others were there be fore me and I had nobody", "edited <The others were there before me and I had nobody> {be fore -> before}"},
		{"order of words", "We were six on the boat and two only could swim", "edited <We were six on the boat and only two could swim> {two -> }order { -> two}order"},
		{"order of sentences", "We were six on the boat and only two could swim. I would never go back to the night shift.", "edited <We were six on the boat and only two could swim> {I would never go back to the night shift -> }order@2"},
		{"far apart", "We were six on the boat and only two could swim. I had nobody to ask", "edited <We were six on the boat and only two could swim> {I had nobody to ask -> }apart@4"},
		{"an answer behind its question", "Would you do it again, if you could choose? I would never go back", "edited <Would you do it again, if you could choose> {I would never go back -> }spliced@2"},
		{"two speakers", "I was happy there for a year. I took my phone to bed every night", "edited <I took my phone to bed every night> {I was happy there for a year -> }spliced@2"},
		{"a word of the next speaker", "I was happy there for a year. I took", "edited <I was happy there for a year> {I took -> }spliced@3"},
		{"two speakers with a mark", "I was happy there for a year [...] I took my phone to bed", "edited <I was happy there for a year> {I took my phone to bed -> }spliced@3"},
		{"a hidden no", "I would [...] go back to the night shift", "edited <I would> <go back to the night shift> {[...] -> never}elided-negation elided=1"},
		{"hidden with its sentence", "six on the boat [...] I was happy there for a year", "verbatim <six on the boat> <I was happy there for a year> elided=17"},
		{"hidden behind a sign", "It was [...] a cold summer", "verbatim <It was> <a cold summer> elided=7"},
		{"one no stays", "we said no [...] more calls after ten", "verbatim <we said no> <more calls after ten> elided=1"},
		{"a no in a bracket", "I [would] go back to the night shift", "edited <I would never go back to the night shift> {[would] -> would never}negation +[would]"},
		{"put in by one", "I was [not] happy there for a year", "edited <I was happy there for a year> {[not] -> }negation +[not]"},
		{"explained by one", "I was happy there [on the boat, not at home] for a year", "verbatim <I was happy there for a year> +[on the boat, not at home]"},
		{"replaced with its no", "It was[, that is to say,] a cold summer", "verbatim <It was, and I say it not to complain, a cold summer> +[, that is to say,]"},
		{"somebody else", "I had nobody to ask (P02)", "edited <I had nobody to ask> {(P02) -> P01}attribution"},
		{"the interviewer, in the transcript of that name", "Would you do it again (P01)", "edited <Would you do it again> {(P01) -> I}attribution"},
		{"invented", "We all loved the old harbour master like a father", "absent <You can't sleep like that>"},
	} {
		q := VerifyQuotation(c.quote, doc)
		if got := show(q, doc); got != c.want {
			t.Errorf("%s: %q is\n     %s\nwant %s", c.what, c.quote, got, c.want)
		}
		for _, change := range q.Changes {
			if at := c.quote[change.At.Start:change.At.End]; at != change.Quoted {
				t.Errorf("%s: %q stands at %v, where %q does", c.what, change.Quoted, change.At, at)
			}
		}
	}
}

func TestNegationsOfOtherLanguages(t *testing.T) {
	for _, c := range []struct{ language, said, quote, want string }{
		{"nb", "Jeg tør ikke gå hjem om kvelden.", "Jeg tør gå hjem om kvelden", "negation"},
		{"nb", "Vi har aldri snakket om det der.", "Vi har alltid snakket om det der", "negation"},
		{"nb", "Det er fint å bo der, ikke sant, om vinteren.", "Det er fint å bo der [...] om vinteren", ""},
		{"nb", "Det er fint ikke sant å bo der om vinteren.", "Det er fint [...] å bo der om vinteren", ""},
		{"nb", "Jeg var ikke glad i å bo der.", "Jeg var [...] glad i å bo der", "elided-negation"},
		{"nb", "Æ va'kke der den dagen, vet du.", "Æ va der den dagen, vet du", "negation"},
		{"nb", "Jeg var ulykkelig i tre år.", "Jeg var lykkelig i tre år", "negation"},
		{"nn", "Eg var ikkje heime i fem dagar.", "Eg var ikkje heime i seks dagar", "number"},
		{"nb", "Det var ei jente der.", "Det var en jente der", "reworded"},
		{"da", "Jeg var ikke hjemme den dag.", "Jeg var hjemme den dag", "negation"},
		{"sv", "Jag var inte hemma den dagen.", "Jag var hemma den dagen", "negation"},
		{"de", "Ich wollte das nicht machen, damals.", "Ich wollte das machen, damals", "negation"},
		{"de", "Wir hatten keine Zeit dafür.", "Wir hatten viele Zeit dafür", "negation"},
		{"de", "Es waren zwölf Leute im Raum.", "Es waren zehn Leute im Raum", "number"},
		{"fr", "Je ne veux pas y retourner, moi.", "Je veux pas y retourner, moi", "reworded"},
		{"fr", "Je ne veux pas y retourner, moi.", "Je ne veux y retourner, moi", "negation"},
		{"en-GB", "I do not want it at all.", "I do want it at all", "negation"},
		{"", "I do not want it at all.", "I do want it at all", "negation"},
		{"xx", "I do not want it at all.", "I do want it at all", "reworded"},
	} {
		doc := parse(t, "P01", "---\nlanguage: "+c.language+"\nspeakers: {A: P01}\n---\nA: "+c.said+"\n")
		var kinds []string
		for _, change := range VerifyQuotation(c.quote, doc).Changes {
			kinds = append(kinds, change.Kind.String())
		}
		if got := strings.Join(kinds, " "); got != c.want {
			t.Errorf("%s: %q of %q is %q, want %q", c.language, c.quote, c.said, got, c.want)
		}
	}
}

// An edited quotation finds its passage among many transcripts that are made of the same common words.
func TestNearestAmongMany(t *testing.T) {
	common := strings.Fields("I you we they it that this was is be have had do go went come came said say think know like so and but or then there here when if not to of in on with at for from my your our a the some all one time day home work house door people thing")
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) []string {
		words := make([]string, n)
		for i := range words {
			words[i] = common[r.IntN(len(common))]
		}
		return words
	}
	var in []*Transcript
	for i := range 120 {
		src := fmt.Sprintf("---\nspeakers: {I: interviewer, A: P%d}\n---\n", i)
		for range 12 {
			src += "I: Yes?\n\nA: " + strings.Join(draw(60), " ") + ".\n\n"
		}
		in = append(in, parse(t, fmt.Sprintf("T%d", i), src))
	}
	for _, c := range []struct{ words, changed int }{{8, 1}, {12, 2}, {12, 4}, {25, 8}, {40, 13}} {
		for range 8 {
			doc := in[r.IntN(len(in))]
			turn := doc.Turns[2*r.IntN(12)+1]
			said := strings.Fields(doc.Text[turn.Speech.Start:turn.Speech.End])
			at := r.IntN(len(said) - c.words)
			quote := append([]string{}, said[at:at+c.words]...)
			for k := range c.changed {
				quote[(k*c.words+1)/c.changed%c.words] = "zebra"
			}
			q := VerifyQuotation(strings.Join(quote, " "), in...)
			if q.Verdict != Edited || q.Passage.Transcript != doc.ID || q.Turns[0] != turn.Number {
				t.Errorf("%d of %d words changed, of %s turn %d: %s", c.changed, c.words, doc.ID, turn.Number, show(q, in...))
			}
		}
	}
}
