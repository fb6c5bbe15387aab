package check

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

// BenchmarkRun checks a study of 1,000 transcripts of 8,000 words, 200 codes with rules, 50,000 codings and as many
// candidates, all fresh.
func BenchmarkRun(b *testing.B) {
	const (
		transcripts, words = 1000, 8000
		codes, codings     = 200, 50000
	)
	r := rand.New(rand.NewSource(1))
	vocabulary := make([]string, 20000)
	for i := range vocabulary {
		for range 2 + r.Intn(3) {
			vocabulary[i] += string("bdfgklmnprstv"[r.Intn(13)]) + string("aeiou"[r.Intn(5)])
		}
	}
	zipf := rand.NewZipf(r, 1.07, 4, uint64(len(vocabulary)-1))
	sentence := func() string {
		var list []string
		for range 6 + r.Intn(16) {
			list = append(list, vocabulary[zipf.Uint64()])
		}
		return strings.Join(list, " ") + "."
	}
	files := map[string][]byte{"study.yaml": []byte("tema: 1\napproach: codebook\n")}
	people := "id,age\n"
	examples := map[int]string{}
	for i := range transcripts {
		id := fmt.Sprintf("P%04d", i+1)
		people += id + ",40-49\n"
		var text strings.Builder
		var said []transcript.Span
		for n := 0; n < words; {
			text.WriteString("I: " + sentence() + "\n\nKari: ")
			for range 3 + r.Intn(8) {
				s := sentence()
				said = append(said, transcript.Span{Start: text.Len(), End: text.Len() + len(s)})
				text.WriteString(s + " ")
				n += strings.Count(s, " ") + 1
			}
			text.WriteString("\n\n")
		}
		src := []byte("---\nspeakers: {I: interviewer, Kari: " + id + "}\n---\n" + text.String())
		files["transcripts/"+id+".txt"] = src
		t, _ := transcript.Parse(id, "", src)
		var lines strings.Builder
		for k := range codings / transcripts {
			a, code := t.AnchorAt(said[k*len(said)/(codings/transcripts)]), r.Intn(codes)
			fmt.Fprintf(&lines, `{"id":"%s-%d","code":"c%d","start":%d,"end":%d,"quote":%q,"before":%q,"after":%q,"text":%q}`+"\n",
				id, k, code, a.Start, a.End, a.Quote, a.Before, a.After, a.TextHash)
			examples[code] = a.Quote
		}
		files["codings/"+[]string{"anna", "per"}[i%2]+"/"+id+".jsonl"] = []byte(lines.String())
	}
	files["participants.csv"] = []byte(people)
	book := "codes:\n"
	for i := range codes {
		book += fmt.Sprintf("  - id: c%d\n    definition: %s\n    include: [%s]\n    exclude: [%s]\n    examples: [%q]\n    match: [%s, %s AND %s]\n",
			i, sentence(), sentence(), sentence(), examples[i], vocabulary[i], vocabulary[i+1], vocabulary[i+2])
	}
	book += "themes:\n"
	for i := range 12 {
		book += fmt.Sprintf("  - {id: t%d, name: %s, concept: C., codes: [c%d, c%d], status: reviewed}\n", i, sentence(), i, i+12)
	}
	files["codebook.yaml"] = []byte(book)
	dir := filepath.Join(b.TempDir(), "study")
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			b.Fatal(err)
		}
	}
	open := func() *analysis.Study {
		s, err := analysis.Open(dir, "")
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	s := open()
	if _, _, err := s.Apply(context.Background(), func(context.Context, *query.Query, query.Options, query.Scope) ([]query.Hit, error) {
		hits := make([]query.Hit, codings/codes/2) // what rules find does not matter here, only how much
		for i := range hits {
			t := s.Transcript(fmt.Sprintf("P%04d", r.Intn(transcripts)+1))
			turn := t.Turns[1+2*r.Intn(len(t.Turns)/2)]
			hits[i].Transcript, hits[i].Span = t.ID, turn.Speech
		}
		return hits, nil
	}, nil); err != nil {
		b.Fatal(err)
	}
	s.Close()
	for b.Loop() {
		s := open()
		if _, err := Run(context.Background(), s, Options{}); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
