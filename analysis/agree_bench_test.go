package analysis

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tema-qda/tema/index/transcript"
)

// BenchmarkAgreement compares two coders over 1,000 transcripts of 8,000 words with 200 codes and 50,000 codings, half of
// the second coder's near one of the first's, from files on disk to the intervals.
func BenchmarkAgreement(b *testing.B) {
	const transcripts, words, codes, codings = 1000, 8000, 200, 50000
	r := rand.New(rand.NewPCG(1, 2))
	files := map[string]string{"study.yaml": "tema: 1\napproach: coding-reliability\nlanguage: en\n"}
	var book strings.Builder
	book.WriteString("codes:\n")
	for i := range codes {
		fmt.Fprintf(&book, "  - {id: c%d}\n", i)
	}
	files["codebook.yaml"] = book.String()
	vocabulary := strings.Fields("the a and so it was not there when they came by bus then we went home because of what she said about him")
	for n := range transcripts {
		var text strings.Builder
		text.WriteString("---\nspeakers: {I: interviewer, Kari: P1}\n---\n")
		for said := 0; said < words; {
			text.WriteString("I: And then what?\n\nKari:")
			for range 3 + r.IntN(8) {
				for range 6 + r.IntN(16) {
					text.WriteString(" " + vocabulary[r.IntN(len(vocabulary))])
					said++
				}
				text.WriteString(". Yes.")
			}
			text.WriteString("\n\n")
		}
		id := fmt.Sprintf("P%04d", n)
		files["transcripts/"+id+".txt"] = text.String()
		t, _ := transcript.Parse(id, id, []byte(text.String()))
		var lines [2]strings.Builder
		for k := range codings / transcripts / 2 {
			turn := t.Turns[1+2*r.IntN(len(t.Turns)/2)].Speech
			start, code := turn.Start+r.IntN(turn.Len()/2), r.IntN(codes)
			for coder := range lines {
				if coder == 1 && k%2 == 0 {
					code = r.IntN(codes)
				}
				span := transcript.Span{Start: start + 3*coder, End: min(turn.End, start+20+r.IntN(200))}
				a := t.AnchorAt(span)
				c := Coding{ID: fmt.Sprintf("%s-%d-%d", id, coder, k), Code: fmt.Sprint("c", code), Start: a.Start, End: a.End, Quote: a.Quote, Before: a.Before, After: a.After, Text: t.Hash}
				lines[coder].Write(c.appendLine(nil))
			}
		}
		files["codings/anna/"+id+".jsonl"], files["codings/per/"+id+".jsonl"] = lines[0].String(), lines[1].String()
	}
	dir := makeStudy(b, files).Dir
	for _, unit := range []string{BySentence, ByTurn, ByPassage, ByCharacter} {
		for _, over := range []string{OverTranscripts, OverPassages} {
			b.Run(unit+"/"+over, func(b *testing.B) {
				for b.Loop() {
					s := reopen(b, dir)
					g, err := s.Agreement(b.Context(), AgreementOptions{Coders: []string{"anna", "per"}, Unit: unit, Over: over, Overlap: 50, Resamples: 1000, Seed: 1}, nil)
					if err != nil || len(g.ByCode) != codes {
						b.Fatal(err)
					}
					b.ReportMetric(float64(g.Units), "units")
					s.Close()
				}
			})
		}
	}
}
