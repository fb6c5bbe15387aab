package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tema-qda/tema/index/query"
)

// benchStudy makes a study of about that many bytes: interviews of some 8,000 words that fall off in frequency as those
// of speech do, in sentences and turns of the usual length.
func benchStudy(b *testing.B, size int) *study {
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, 1.07, 2, 20_000)
	syllables := strings.Fields("ka lo mi ten ra sol ve pi den co ma tor u li san be ro ne ti al")
	var word func(n uint64) string
	word = func(n uint64) string {
		if n < uint64(len(syllables)) {
			return syllables[n]
		}
		return word(n/uint64(len(syllables))-1) + syllables[n%uint64(len(syllables))]
	}
	s := newStudy(b, nil)
	for i := 0; size > 0; i++ {
		var t strings.Builder
		t.WriteString("---\nlanguage: en\nspeakers: {I: interviewer, Kari: P01}\n---\n")
		for words := 0; words < 8000; {
			t.WriteString([]string{"I: ", "Kari: "}[random.IntN(2)])
			for range 1 + random.IntN(8) {
				for range 4 + random.IntN(20) {
					t.WriteString(word(zipf.Uint64()))
					t.WriteByte(' ')
					words++
				}
				t.WriteString("and so. ")
			}
			t.WriteString("\n\n")
		}
		size -= t.Len()
		s.write(fmt.Sprintf("I%04d", i), t.String())
	}
	return s
}

func BenchmarkBuild(b *testing.B) {
	s := benchStudy(b, 4_000_000)
	for b.Loop() {
		b.SetBytes(4_000_000)
		dir, err := os.MkdirTemp(b.TempDir(), "")
		if err != nil {
			b.Fatal(err)
		}
		x, err := Open(context.Background(), dir, s.files(), s.load, nil)
		if err != nil {
			b.Fatal(err)
		}
		x.Close()
	}
}

func BenchmarkUpdateOne(b *testing.B) {
	s := benchStudy(b, 4_000_000)
	s.open().Close()
	text := s.texts["I0003"]
	for n := 0; b.Loop(); n++ {
		s.write("I0003", text+strings.Repeat("\nKari: More.\n", 1+n))
		s.open().Close()
	}
}

func BenchmarkOpen(b *testing.B) {
	s := benchStudy(b, 4_000_000)
	s.open().Close()
	for b.Loop() {
		s.open().Close()
	}
}

func BenchmarkFind(b *testing.B) {
	s := benchStudy(b, 4_000_000)
	x, err := Open(context.Background(), filepath.Join(s.dir, ".tema"), s.files(), s.load, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	for _, c := range []struct{ name, src string }{
		{"word", "lolo"}, {"common", "lo"}, {"phrase", `"and so"`}, {"prefix", "co*"}, {"fuzzy", "lolo~"}, {"near", "lo NEAR/3 mi"},
		{"not", "lo AND NOT mi"}, {"speaker", "speaker:kari mi"}, {"all", "NOT lo"},
	} {
		q := mustParse(b, c.src)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				hits, err := x.Find(context.Background(), q, query.Options{AllSpeakers: true}, query.Scope{})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(hits)), "hits")
			}
		})
	}
	b.Run("ranked", func(b *testing.B) {
		q := mustParse(b, "lo")
		for b.Loop() {
			if _, _, err := x.Ranked(context.Background(), q, query.Options{AllSpeakers: true}, query.Scope{}, 20); err != nil {
				b.Fatal(err)
			}
		}
	})
}
