package report

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// BenchmarkLarge reads a study of 1,000 transcripts of 8,000 words and 200 codes from the disk, each time anew, and
// makes a matrix of codes by codes, the report's tables, or a review of a theme.
func BenchmarkLarge(b *testing.B) {
	for _, codings := range []int{50_000, 500_000} {
		dir := largeStudy(b, codings)
		read := func(b *testing.B) (*analysis.Study, *analysis.Evidence) {
			s, err := analysis.Open(dir, "")
			if err != nil {
				b.Fatal(err)
			}
			e, err := s.EvidenceWithoutWords(context.Background())
			if err != nil {
				b.Fatal(err)
			}
			return s, e
		}
		for _, near := range []analysis.Near{analysis.Overlapping, 0} {
			b.Run(fmt.Sprintf("matrix/%d/%s", codings, near), func(b *testing.B) {
				for b.Loop() {
					s, e := read(b)
					o := analysis.MatrixOptions{Rows: "codes", Columns: "codes", Near: near, Tier: analysis.TierCoded}
					if _, err := s.Matrix(context.Background(), e, o); err != nil {
						b.Fatal(err)
					}
					s.Close()
				}
			})
		}
		b.Run(fmt.Sprintf("tables/%d", codings), func(b *testing.B) {
			s, _ := read(b)
			for b.Loop() {
				r, err := Build(context.Background(), s, Options{})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := r.CSV(); err != nil {
					b.Fatal(err)
				}
				if _, err := r.XLSX(); err != nil {
					b.Fatal(err)
				}
			}
			s.Close()
		})
		b.Run(fmt.Sprintf("review/%d", codings), func(b *testing.B) {
			for b.Loop() {
				s, e := read(b)
				if _, err := BuildReview(context.Background(), s, e, ReviewOptions{Theme: s.Book.Theme("t0")}); err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
	}
}

// largeStudy writes such a study, with two coders and twelve themes.
func largeStudy(b *testing.B, codings int) (dir string) {
	const transcripts, words, codes = 1000, 8000, 200
	r := rand.New(rand.NewSource(1))
	vocabulary := make([]string, 5000)
	for i := range vocabulary {
		for range 2 + r.Intn(3) {
			vocabulary[i] += string("bdfgklmnprstv"[r.Intn(13)]) + string("aeiou"[r.Intn(5)])
		}
	}
	sentence := func() string {
		var list []string
		for range 6 + r.Intn(16) {
			list = append(list, vocabulary[r.Intn(len(vocabulary))])
		}
		return strings.Join(list, " ") + "."
	}
	dir = b.TempDir()
	write := func(name, content string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	write("study.yaml", "tema: 1\napproach: codebook\n")
	book := "codes:\n"
	for i := range codes {
		book += fmt.Sprintf("  - {id: c%d}\n", i)
	}
	book += "themes:\n"
	for i := range 12 {
		book += fmt.Sprintf("  - {id: t%d, codes: [", i)
		for c := i; c < codes; c += 12 {
			book += fmt.Sprintf("c%d, ", c)
		}
		book += "]}\n"
	}
	write("codebook.yaml", book)
	for i := range transcripts {
		id := fmt.Sprintf("P%04d", i+1)
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
		src := "---\nspeakers: {I: interviewer, Kari: " + id + "}\n---\n" + text.String()
		write("transcripts/"+id+".txt", src)
		t, _ := transcript.Parse(id, "", []byte(src))
		for k, coder := range []string{"anna", "per"} {
			var lines strings.Builder
			for n := range codings / transcripts / 2 {
				a := t.AnchorAt(said[r.Intn(len(said))])
				fmt.Fprintf(&lines, `{"id":"%s-%d-%d","code":"c%d","start":%d,"end":%d,"quote":%q,"before":%q,"after":%q,"text":%q}`+"\n",
					id, k, n, r.Intn(codes), a.Start, a.End, a.Quote, a.Before, a.After, a.TextHash)
			}
			write("codings/"+coder+"/"+id+".jsonl", lines.String())
		}
	}
	return dir
}
