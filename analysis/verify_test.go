package analysis_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// BenchmarkVerifyManuscript holds a hundred pages with a hundred quotations, every fourth of them wrong, against thirty
// interviews of an hour each, and against a thousand. The interviews are read before the clock runs.
func BenchmarkVerifyManuscript(b *testing.B) {
	for _, interviews := range []int{30, 1000} {
		b.Run(fmt.Sprint(interviews), func(b *testing.B) {
			dir := b.TempDir()
			r := rand.New(rand.NewPCG(1, uint64(interviews)))
			zipf := rand.NewZipf(r, 1.1, 4, 20_000)
			talk := func(n int) []string {
				words := make([]string, n)
				for i := range words {
					words[i] = fmt.Sprintf("w%d", zipf.Uint64())
				}
				return words
			}
			write := func(name, content string) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
					b.Fatal(err)
				}
			}
			if err := os.Mkdir(filepath.Join(dir, "transcripts"), 0o777); err != nil {
				b.Fatal(err)
			}
			write("study.yaml", "tema: 1\n")
			p := &transcript.Prose{File: "draft.md", Format: "markdown"}
			for i := range interviews {
				var s strings.Builder
				fmt.Fprintf(&s, "---\nspeakers: {I: interviewer, A: P%d}\n---\n", i)
				for range 100 {
					words := talk(80)
					fmt.Fprintf(&s, "I: And then?\n\nA: %s.\n\n", strings.Join(words, " "))
					if r.IntN(interviews) == 0 {
						quote := words[10 : 10+5+r.IntN(40)]
						if len(p.Blocks)%4 == 0 {
							quote[3] = "zebra"
						}
						p.Blocks = append(p.Blocks, transcript.Block{Text: strings.Join(talk(300), " ") + " “" + strings.Join(quote, " ") + "”."})
					}
				}
				write(fmt.Sprintf("transcripts/P%d.txt", i), s.String())
			}
			for b.Loop() {
				b.StopTimer()
				s, err := analysis.Open(dir, "")
				if err != nil {
					b.Fatal(err)
				}
				if _, err := s.Transcripts(context.Background(), nil); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if _, err := s.VerifyManuscript(context.Background(), p, nil); err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
	}
}
