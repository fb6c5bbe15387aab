package index

import (
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

// A study is a folder of transcripts to index.
type study struct {
	t        testing.TB
	dir      string
	texts    map[string]string // by id
	language string
}

func newStudy(t testing.TB, texts map[string]string) *study {
	s := &study{t: t, dir: t.TempDir(), texts: map[string]string{}, language: "en"}
	for id, text := range texts {
		s.write(id, text)
	}
	return s
}

func (s *study) path(id string) string { return filepath.Join(s.dir, id+".txt") }

// write makes or replaces a transcript, as old as it would be had nobody touched it for a while.
func (s *study) write(id, text string) {
	s.texts[id] = text
	if err := os.WriteFile(s.path(id), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *study) remove(id string) {
	delete(s.texts, id)
	if err := os.Remove(s.path(id)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *study) files() []File {
	var files []File
	for _, id := range slices.Sorted(maps.Keys(s.texts)) {
		files = append(files, File{ID: id, Path: s.path(id), Language: s.language})
	}
	return files
}

func (s *study) load(id string) (*transcript.Transcript, error) {
	src, err := os.ReadFile(s.path(id))
	if err != nil {
		return nil, err
	}
	t, found := transcript.Parse(id, id+".txt", src)
	return t, found.Err()
}

func (s *study) open() *Index {
	x, err := Open(context.Background(), filepath.Join(s.dir, ".tema"), s.files(), s.load, nil)
	if err != nil {
		s.t.Fatalf("open: %v", err)
	}
	return x
}

// scan is what Find is held against.
func (s *study) scan(q *query.Query, o query.Options, scope query.Scope) []query.Hit {
	hits := []query.Hit{}
	o.Language = s.language
	for _, id := range slices.Sorted(maps.Keys(s.texts)) {
		t, err := s.load(id)
		if err != nil {
			s.t.Fatal(err)
		}
		hits = append(hits, query.Scan(q, t, o, scope)...)
	}
	return hits
}

func mustParse(t interface{ Fatalf(string, ...any) }, src string) *query.Query {
	q, err := query.Parse(src)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return q
}

func (s *study) mustFind(t interface{ Fatalf(string, ...any) }, x *Index, src string, o query.Options, scope query.Scope) {
	q := mustParse(t, src)
	got, err := x.Find(context.Background(), q, o, scope)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	if want := s.scan(q, o, scope); !reflect.DeepEqual(got, want) {
		t.Fatalf("%s %+v\n got %s\nwant %s", src, o, s.show(got), s.show(want))
	}
}

func (s *study) show(hits []query.Hit) string {
	var b strings.Builder
	for _, h := range hits {
		t, _ := s.load(h.Transcript)
		fmt.Fprintf(&b, "\n  %s/%d %d-%d %q %v", h.Transcript, h.Turn, h.Start, h.End, t.Text[h.Start:h.End], h.Words)
	}
	return b.String()
}

var vocabulary = []string{"boundary", "boundaries", "Boundary", "support", "supported", "supporting", "no", "no", "phone", "the", "the", "the",
	"self-harm", "don’t", "don't", "grense", "grensene", "Grenser", "støtte", "støtter", "Häuser", "Haus", "häuser", "3,14", "e.g.", "Mr.", "…", "...",
	"(sighs)", "[laughter]", "—", "co-operate", "a", "lot", "of", "ought", "thought", "though", "İstanbul", "中文", "x"}

func drawTranscript(t *rapid.T) string {
	var b strings.Builder
	speakers := rapid.SampledFrom([]string{
		"", "{I: interviewer, Kari: P01}", "{Mod: interviewer, Gro: P09, Aud: P11, Samir: P12, Several: unknown}", `{"Kari A": P01, Kari: P02, TV: other}`,
	}).Draw(t, "speakers")
	b.WriteString("---\n")
	if l := rapid.SampledFrom([]string{"", "en", "nb", "nn", "de", "xx"}).Draw(t, "language"); l != "" {
		b.WriteString("language: " + l + "\n")
	}
	if speakers != "" {
		b.WriteString("speakers: " + speakers + "\n")
	}
	b.WriteString("attributes: {site: " + rapid.SampledFrom([]string{"north", "south"}).Draw(t, "site") + "}\n---\n")
	labels := []string{""}
	for _, s := range strings.Split(strings.Trim(speakers, "{}"), ", ") {
		if label, _, ok := strings.Cut(s, ": "); ok {
			labels = append(labels, strings.Trim(label, `"`)+": ", "[0:01:02.500] "+strings.Trim(label, `"`)+": ")
		}
	}
	for range rapid.IntRange(0, 7).Draw(t, "turns") {
		b.WriteString(rapid.SampledFrom(labels).Draw(t, "label"))
		for range rapid.IntRange(0, 14).Draw(t, "words") {
			b.WriteString(rapid.SampledFrom(vocabulary).Draw(t, "word"))
			b.WriteString(rapid.SampledFrom([]string{" ", " ", " ", " ", ". ", "? ", ", ", "\n", " ... ", "\n\n"}).Draw(t, "gap"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func drawAtom(t *rapid.T) string {
	return rapid.SampledFrom([]string{"boundary", "boundar*", "=boundary", "support", "supports", "suport~", "the", "no", "phone", `"no phone"`, `"the the"`,
		"self-harm", "don't", "grense", "grenser", "haus", "tho*", "hough~", `"a lot of"`, "co-op*", "istanbul", "stø*", "x", "3,14", "中文", `"the bound*"`, "absent", "absent*", "[laughter]"}).Draw(t, "atom")
}

func drawQuery(t *rapid.T, depth int) string {
	kinds := 8
	if depth == 0 {
		kinds = 4
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0, 1, 2:
		return drawAtom(t)
	case 3:
		return rapid.SampledFrom([]string{"speaker:kari", "speaker:P01", "speaker:interviewer", "speaker:unknown", "speaker:nobody", "transcript:t1", "transcript:T2",
			"site:north", "site:east", "code:hope", "code:none"}).Draw(t, "field")
	case 4:
		return "NOT (" + drawQuery(t, depth-1) + ")"
	case 5:
		s := drawAtom(t)
		for range rapid.IntRange(1, 2).Draw(t, "operands") {
			s += fmt.Sprintf(" NEAR/%d ", rapid.IntRange(0, 6).Draw(t, "n"))
			if rapid.Bool().Draw(t, "choice") {
				s += "(" + drawAtom(t) + " OR " + drawAtom(t) + ")"
			} else {
				s += drawAtom(t)
			}
		}
		return s
	}
	op := rapid.SampledFrom([]string{" AND ", " OR "}).Draw(t, "op")
	s := "(" + drawQuery(t, depth-1) + ")"
	for range rapid.IntRange(1, 2).Draw(t, "kids") {
		s += op + "(" + drawQuery(t, depth-1) + ")"
	}
	return s
}

func drawOptions(t *rapid.T) query.Options {
	return query.Options{
		Unit:        rapid.SampledFrom([]query.Unit{query.Sentence, query.Turn, query.Match}).Draw(t, "unit"),
		AllSpeakers: rapid.Bool().Draw(t, "all"),
		TurnZero:    rapid.Bool().Draw(t, "zero"),
	}
}

// testScope has an attribute, and a code on every seventh stretch of 20 bytes.
var testScope = query.Scope{
	Holds: func(t *transcript.Transcript, turn transcript.Turn, key, value string) bool {
		return key == "site" && slices.Contains(t.Meta.Attributes, transcript.Attribute{Name: "site", Value: value}) && turn.Number != 3
	},
	Coded: func(t *transcript.Transcript, code string) (spans []transcript.Span) {
		for at := 0; code == "hope" && at+20 < len(t.Text); at += 140 {
			spans = append(spans, transcript.Span{Start: at, End: at + 20})
		}
		return spans
	},
}

func drawStudy(t testing.TB, seed int) *study {
	texts := map[string]string{}
	draw := rapid.Custom(drawTranscript)
	for i := range 2 + seed%4 {
		texts[fmt.Sprintf("T%d", i)] = draw.Example(100*seed + i)
	}
	return newStudy(t, texts)
}

// Find gives what a scan gives, for any transcripts and any query.
func TestFindIsScan(t *testing.T) {
	for seed := range 6 {
		s := drawStudy(t, seed)
		x := s.open()
		rapid.Check(t, func(t *rapid.T) {
			s.mustFind(t, x, drawQuery(t, 2), drawOptions(t), testScope)
		})
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// An index that has been brought up to date again and again answers as one that is built from nothing, and keeps the
// same about the transcripts.
func TestUpdatingIsRebuilding(t *testing.T) {
	atoms := []string{"boundary", "the", "grense", `"no phone"`, "support AND NOT the", "speaker:P01", "site:north", "NOT absent", "tho* NEAR/5 the"}
	for seed := range 5 {
		s := drawStudy(t, seed)
		text := rapid.Custom(drawTranscript)
		s.open().Close()
		for step := range 5 {
			n := 1000 + 100*seed + 10*step
			ids := slices.Sorted(maps.Keys(s.texts))
			switch id := ids[n%len(ids)]; (seed + step) % 5 {
			case 0:
				s.write(fmt.Sprintf("N%d", step), text.Example(n))
			case 1:
				s.write(id, text.Example(n))
			case 2: // other front matter, same text
				s.write(id, strings.Replace(s.texts[id], "site: ", "site: far ", 1))
			case 3:
				if len(ids) > 1 {
					s.remove(id)
				}
				s.write("T0", text.Example(n+1))
			case 4: // another language, and so other inflections and sentences
				s.language = []string{"en", "nb", "xx"}[n%3]
			}
			x := s.open()
			if x.Note != "" {
				t.Errorf("seed %d, step %d: %s", seed, step, x.Note)
			}
			for _, src := range atoms {
				s.mustFind(t, x, src, query.Options{AllSpeakers: true, TurnZero: true}, testScope)
			}
			x.Close()
		}
		updated := s.open()
		fresh, err := Open(context.Background(), filepath.Join(t.TempDir(), ".tema"), s.files(), s.load, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := known(t, updated), known(t, fresh); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: the updated index knows\n%v\nthe fresh one\n%v", seed, got, want)
		}
		updated.Close()
		fresh.Close()
	}
}

// known returns what an index keeps about each transcript, and its number of documents.
func known(t *testing.T, x *Index) map[string]any {
	out := map[string]any{}
	for _, e := range x.state.entries {
		out[e.id] = []any{e.size, e.modified, e.sum, e.hash, e.language, e.meta, string(e.layout), e.place}
	}
	n, err := x.reader.DocCount()
	if err != nil {
		t.Fatal(err)
	}
	out["documents"] = n
	return out
}

const small = `---
speakers: {I: interviewer, Kari: P01}
---
I: Do you say no?

Kari: I say no. The phone is off.

Kari: A boundary is a boundary. No phone!
`

func TestCounts(t *testing.T) {
	s := newStudy(t, map[string]string{"A": small, "B": small, "C": small, "D": small})
	check := func(what string, added, changed, removed int) {
		t.Helper()
		x := s.open()
		defer x.Close()
		if x.Added != added || x.Changed != changed || x.Removed != removed || x.Note != "" {
			t.Errorf("%s: added %d, changed %d, removed %d, note %q", what, x.Added, x.Changed, x.Removed, x.Note)
		}
		s.mustFind(t, x, "phone", query.Options{}, query.Scope{})
	}
	check("first", 4, 0, 0)
	check("again", 0, 0, 0)
	s.write("E", small)
	check("one more", 1, 0, 0)
	s.write("B", strings.Replace(small, "phone", "telephone", 1))
	check("one edited", 0, 1, 0)
	if err := os.Chtimes(s.path("A"), time.Time{}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	check("one touched", 0, 0, 0)
	s.remove("D")
	check("one gone", 0, 0, 1)
}

// A file edited within the same tick of the clock, to the same size, is noticed.
func TestSameSizeSameTime(t *testing.T) {
	s := newStudy(t, map[string]string{"A": small, "B": small, "C": small})
	s.open().Close()
	info, err := os.Stat(s.path("B"))
	if err != nil {
		t.Fatal(err)
	}
	s.write("B", strings.Replace(small, "phone", "radio", 1))
	s.write("B", strings.Replace(small, "phone", "rodeo", 1))
	if err := os.Chtimes(s.path("B"), time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	x := s.open()
	s.mustFind(t, x, "rodeo", query.Options{}, query.Scope{})
	x.Close()

	// Once a file is old enough its bytes are no longer read.
	old := time.Now().Add(-time.Hour)
	for id := range s.texts {
		if err := os.Chtimes(s.path(id), time.Time{}, old); err != nil {
			t.Fatal(err)
		}
	}
	s.open().Close()
	st, err := readState(filepath.Join(s.dir, ".tema", "index"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range st.entries {
		if !e.settled {
			t.Errorf("%s is not settled", e.id)
		}
	}
}

// What the front matter says changes what is found, though the text stays.
func TestFrontMatterCounts(t *testing.T) {
	const text = "---\nspeakers: {Kari: P01}\n---\nKari: Grensene er mine.\n"
	s := newStudy(t, map[string]string{"A": text, "B": text, "C": text, "D": small, "E": small, "F": small})
	s.open().Close()
	s.write("B", strings.Replace(text, "P01", "P07", 1))
	s.write("C", strings.Replace(text, "speakers", "language: nb\nspeakers", 1))
	x := s.open()
	for src, want := range map[string]int{"speaker:P07": 1, "speaker:P01 grens*": 2, "speaker:Kari grens*": 3, "grense": 1, "grens*": 3} {
		s.mustFind(t, x, src, query.Options{}, query.Scope{})
		if hits, err := x.Find(context.Background(), mustParse(t, src), query.Options{}, query.Scope{}); len(hits) != want {
			t.Errorf("%s: %d hits, want %d, %v", src, len(hits), want, err)
		}
	}
	x.Close()
	s.language = "nn" // of the study
	x = s.open()
	defer x.Close()
	if hits, err := x.Find(context.Background(), mustParse(t, "grense"), query.Options{}, query.Scope{}); len(hits) != 3 {
		t.Errorf("in another language: %d hits, want 3, %v", len(hits), err)
	}
}

// A rare word leads to the few turns where a common one matters.
func TestRareAndCommon(t *testing.T) {
	var b strings.Builder
	b.WriteString("---\nspeakers: {Kari: P01}\n---\n")
	for i := range 300 {
		b.WriteString("Kari: The house and the house.")
		if i%97 == 5 {
			b.WriteString(" The rare house, the rarest of the lot.")
		}
		b.WriteString("\n\n")
	}
	s := newStudy(t, map[string]string{"A": small, "B": b.String(), "C": small})
	x := s.open()
	defer x.Close()
	for _, src := range []string{"rare the", `"the rare house"`, "the NEAR/2 rare", "rare NOT the", "NOT the OR rare", "(rar* OR absent) (house OR lot)", "speaker:p01 lot the", "the", "NOT the"} {
		s.mustFind(t, x, src, query.Options{}, query.Scope{})
		s.mustFind(t, x, src, query.Options{Unit: query.Turn}, query.Scope{})
	}
}

// Whatever becomes of the files of an index, the next Open gives a right one, and says so where one was there.
func TestDamage(t *testing.T) {
	garbage := []byte(strings.Repeat("\x00\xffgarbage", 500))
	state := func(dir string) string { return filepath.Join(dir, stateName) }
	one := func(t *testing.T, dir, pattern string) string {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(names) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		return names[0]
	}
	cut := func(t *testing.T, path string, to float64) {
		info, err := os.Stat(path)
		if err == nil {
			err = os.Truncate(path, int64(to*float64(info.Size())))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put := func(t *testing.T, path string, b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		hurt func(t *testing.T, dir string)
		note string
	}{
		{"nothing", func(t *testing.T, dir string) {}, ""},
		{"state cut in half", func(t *testing.T, dir string) { cut(t, state(dir), 0.5) }, "damaged"},
		{"state empty", func(t *testing.T, dir string) { cut(t, state(dir), 0) }, "damaged"},
		{"state garbage", func(t *testing.T, dir string) { put(t, state(dir), garbage) }, "damaged"},
		{"state of another version", func(t *testing.T, dir string) {
			b, err := os.ReadFile(state(dir))
			if err != nil {
				t.Fatal(err)
			}
			b[len(stateMagic)]++
			put(t, state(dir), b)
		}, "another version"},
		{"one bit of the state", func(t *testing.T, dir string) {
			b, err := os.ReadFile(state(dir))
			if err != nil {
				t.Fatal(err)
			}
			b[len(b)/2] ^= 4
			put(t, state(dir), b)
		}, "damaged"},
		{"killed while building", func(t *testing.T, dir string) {
			if err := os.Remove(state(dir)); err != nil {
				t.Fatal(err)
			}
			put(t, state(dir)+".new", garbage)
			cut(t, one(t, dir, "bleve-*/store/root.bolt"), 0.5)
			if err := os.MkdirAll(filepath.Join(dir, "bleve-1", "store"), 0o700); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(dir, "bleve-1", "store", "root.bolt"), garbage)
		}, ""},
		{"killed while changing", func(t *testing.T, dir string) {
			put(t, filepath.Join(filepath.Dir(one(t, dir, "bleve-*/store/*.zap")), "00000000ffff.zap"), garbage)
		}, "half done"},
		{"turns missing", func(t *testing.T, dir string) {
			st, err := readState(dir)
			if err != nil {
				t.Fatal(err)
			}
			st.entries[0].spoken++
			if err := st.write(dir); err != nil {
				t.Fatal(err)
			}
		}, "damaged"},
		{"no folder", func(t *testing.T, dir string) {
			if err := os.RemoveAll(one(t, dir, "bleve-*")); err != nil {
				t.Fatal(err)
			}
		}, "damaged"},
		{"no segment", func(t *testing.T, dir string) {
			if err := os.Remove(one(t, dir, "bleve-*/store/*.zap")); err != nil {
				t.Fatal(err)
			}
		}, "half done"},
		{"segment cut", func(t *testing.T, dir string) { cut(t, one(t, dir, "bleve-*/store/*.zap"), 0.7) }, "half done"},
		{"bolt cut", func(t *testing.T, dir string) { cut(t, one(t, dir, "bleve-*/store/root.bolt"), 0.4) }, "half done"},
		{"bolt garbage", func(t *testing.T, dir string) {
			path := one(t, dir, "bleve-*/store/root.bolt")
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			copy(b[len(b)/4:], garbage)
			put(t, path, b)
		}, "half done"},
		{"meta garbage", func(t *testing.T, dir string) { put(t, one(t, dir, "bleve-*/index_meta.json"), garbage) }, "half done"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStudy(t, map[string]string{"A": small, "B": small})
			s.open().Close()
			c.hurt(t, filepath.Join(s.dir, ".tema", "index"))
			x := s.open()
			defer x.Close()
			if c.note == "" && x.Note != "" || !strings.Contains(x.Note, c.note) {
				t.Errorf("note %q, want one with %q", x.Note, c.note)
			}
			s.mustFind(t, x, "phone OR boundary", query.Options{}, query.Scope{})
			folders, _ := filepath.Glob(filepath.Join(s.dir, ".tema", "index", "bleve-*"))
			if len(folders) != 1 {
				t.Errorf("left behind: %v", folders)
			}
		})
	}
}

// A segment of the right size that holds garbage is found out at the latest by the search that reads it; the next Open
// builds the index anew. Nothing is printed, though bleve would like to.
func TestGarbageInSegment(t *testing.T) {
	var printed strings.Builder
	defer log.SetOutput(log.Writer())
	log.SetOutput(&printed)
	garble := func(s *study, from, to func(size int) int) {
		paths, _ := filepath.Glob(filepath.Join(s.dir, ".tema", "index", "bleve-*", "store", "*.zap"))
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := from(len(b)); i < to(len(b)); i++ {
				b[i] ^= 0x5a
			}
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for part := range 8 {
		s := newStudy(t, map[string]string{"A": small, "B": small})
		s.open().Close()
		garble(s, func(size int) int { return part * size / 8 }, func(size int) int { return (part + 1) * size / 8 })
		x := s.open()
		_, err := x.Find(context.Background(), mustParse(t, "phone OR boundary"), query.Options{}, query.Scope{})
		_, _, err2 := x.Ranked(context.Background(), mustParse(t, "phone"), query.Options{}, query.Scope{}, 10)
		x.Close()
		if err == nil && err2 == nil {
			continue // damage that these queries do not meet, or that looks like other places of words
		}
		x = s.open()
		s.mustFind(t, x, "phone OR boundary", query.Options{}, query.Scope{})
		x.Close()
	}
	s := newStudy(t, map[string]string{"A": small, "B": small})
	s.open().Close()
	garble(s, func(size int) int { return size - 16 }, func(size int) int { return size })
	x := s.open()
	defer x.Close()
	if !strings.Contains(x.Note, "damaged") {
		t.Errorf("a segment that bleve leaves out: note %q", x.Note)
	}
	s.mustFind(t, x, "phone OR boundary", query.Options{}, query.Scope{})
	if printed.Len() > 0 {
		t.Errorf("printed: %s", printed.String())
	}
}

// Many open, edit and search at once; nobody waits for ever, and every answer is that of some moment.
func TestTogether(t *testing.T) {
	s := newStudy(t, map[string]string{"A": small, "B": small, "C": small, "D": small})
	files := s.files()
	q := mustParse(t, "boundary")
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for round := range 4 {
				if worker == 0 { // rename keeps readers of the file from seeing half of it
					text := small + strings.Repeat("\nKari: One more boundary.\n", round)
					if err := os.WriteFile(s.path("B")+".new", []byte(text), 0o600); err != nil {
						t.Error(err)
					}
					if err := os.Rename(s.path("B")+".new", s.path("B")); err != nil {
						t.Error(err)
					}
				}
				x, err := Open(context.Background(), filepath.Join(s.dir, ".tema"), files, s.load, nil)
				if err != nil {
					if !strings.Contains(err.Error(), "changed while it was read") {
						t.Error(err)
					}
					continue
				}
				hits, err := x.Find(context.Background(), q, query.Options{}, query.Scope{})
				if err != nil || len(hits) < 4 || len(hits) > 7 {
					t.Errorf("%d hits, %v", len(hits), err)
				}
				if x.Note != "" {
					t.Error(x.Note)
				}
				if err := x.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	x := s.open()
	defer x.Close()
	var all sync.WaitGroup
	for range 4 { // one index, several goroutines
		all.Go(func() { s.mustFind(t, x, "boundary OR phone", query.Options{}, query.Scope{}) })
	}
	all.Wait()
}

// A writer that does not let go makes others give up, and say why.
func TestBusy(t *testing.T) {
	old := patience
	patience = 200 * time.Millisecond
	defer func() { patience = old }()
	s := newStudy(t, map[string]string{"A": small, "B": small, "C": small})
	s.open().Close()
	o := &opening{dir: filepath.Join(s.dir, ".tema", "index")}
	unlock, err := o.lock(context.Background(), true)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	_, err = Open(context.Background(), filepath.Join(s.dir, ".tema"), s.files(), s.load, nil)
	if !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) || time.Since(start) > 2*time.Second {
		t.Errorf("after %v: %v", time.Since(start), err)
	}
	unlock()

	// A reader that does not let go is left its folder; the writer makes a new one.
	reader := s.open()
	s.write("B", small+"\nKari: One more boundary.\n")
	writer := s.open()
	if writer.Note != "" || writer.state.folder == reader.state.folder {
		t.Errorf("note %q, folders %s and %s", writer.Note, writer.state.folder, reader.state.folder)
	}
	s.mustFind(t, writer, "boundary", query.Options{}, query.Scope{})
	if hits, err := reader.Find(context.Background(), mustParse(t, "boundary"), query.Options{}, query.Scope{}); err != nil || len(hits) != 3 {
		t.Errorf("the reader of the old folder: %d hits, %v", len(hits), err)
	}
	reader.Close()
	writer.Close()
}

func TestInterrupted(t *testing.T) {
	s := newStudy(t, map[string]string{"A": small, "B": small, "C": small})
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Open(ctx, filepath.Join(s.dir, ".tema"), s.files(), s.load, func(done, total int) {
		if total != 3 {
			t.Errorf("%d of %d", done, total)
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("open: %v", err)
	}
	x := s.open()
	defer x.Close()
	if _, err := x.Find(ctx, mustParse(t, "boundary"), query.Options{}, query.Scope{}); !errors.Is(err, context.Canceled) {
		t.Errorf("find: %v", err)
	}
	s.mustFind(t, x, "boundary", query.Options{}, query.Scope{})
}

func TestErrorsOfTranscripts(t *testing.T) {
	s := newStudy(t, map[string]string{"A": small, "B": "---\nspeaker: {}\n---\nx\n"})
	_, err := Open(context.Background(), filepath.Join(s.dir, ".tema"), s.files(), s.load, nil)
	if found, ok := diag.AsInvalid(err); !ok || found[0].File != "B.txt" {
		t.Errorf("an invalid transcript: %v", err)
	}
	s.write("B", small)
	s.open().Close()
	if err := os.Remove(s.path("B")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), filepath.Join(s.dir, ".tema"), s.files(), s.load, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing transcript: %v", err)
	}
}

func TestNoTranscripts(t *testing.T) {
	s := newStudy(t, nil)
	for range 2 {
		x := s.open()
		s.mustFind(t, x, "NOT phone", query.Options{}, query.Scope{})
		x.Close()
	}
	s.write("A", small)
	x := s.open()
	s.mustFind(t, x, "NOT phone", query.Options{}, query.Scope{})
	x.Close()
	s.remove("A")
	x = s.open()
	defer x.Close()
	s.mustFind(t, x, "NOT phone", query.Options{}, query.Scope{})
	if hits, total, err := x.Ranked(context.Background(), mustParse(t, "phone"), query.Options{}, query.Scope{}, 10); total != 0 || len(hits) != 0 || err != nil {
		t.Errorf("%d of %d hits, %v", len(hits), total, err)
	}
}

func TestFolderIsPrivate(t *testing.T) {
	s := newStudy(t, map[string]string{"A": small})
	s.open().Close()
	dir := filepath.Join(s.dir, ".tema")
	ignore, err := os.ReadFile(filepath.Join(dir, ".gitignore"))
	if err != nil || string(ignore) != "*\n" {
		t.Errorf(".gitignore: %q, %v", ignore, err)
	}
	for _, sub := range []string{"", "index"} {
		info, err := os.Stat(filepath.Join(dir, sub))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v", info.Name(), info.Mode())
		}
	}
}

func TestRanked(t *testing.T) {
	s := newStudy(t, map[string]string{
		"A": "---\nspeakers: {K: P01}\n---\nK: The phone rang and rang and rang and then the house was quiet for a long time after the boundary.\n\nK: Boundary, boundary.\n\nK: Phone.\n",
		"B": "---\nspeakers: {K: P02}\n---\nK: A phone. Another phone.\n\nK: Nothing at all.\n",
	})
	x := s.open()
	defer x.Close()
	ask := func(src string, limit int) ([]query.Hit, int) {
		t.Helper()
		hits, total, err := x.Ranked(context.Background(), mustParse(t, src), query.Options{}, query.Scope{}, limit)
		if err != nil {
			t.Fatal(err)
		}
		return hits, total
	}
	hits, total := ask("boundary", 10)
	if total != 2 || len(hits) != 2 || hits[0].Turn != 2 || hits[1].Turn != 1 || hits[0].Score <= hits[1].Score || hits[1].Score <= 0 {
		t.Errorf("boundary: %d, %+v", total, hits)
	}
	if hits, total = ask("phone", 1); total != 4 || len(hits) != 1 {
		t.Errorf("phone, one of them: %d, %+v", total, hits)
	}
	if hits, total = ask("NOT phone", 10); total != 2 || len(hits) != 2 || hits[0].Score != 0 || hits[0].Transcript != "A" {
		t.Errorf("NOT phone: %d, %+v", total, hits)
	}
	if hits, total = ask("absent", 10); total != 0 || len(hits) != 0 {
		t.Errorf("absent: %d, %+v", total, hits)
	}
	rapid.Check(t, func(t *rapid.T) { // the same hits as Find, best first
		q := mustParse(t, drawQuery(t, 2))
		want, err := x.Find(context.Background(), q, query.Options{}, query.Scope{})
		if err != nil {
			t.Fatal(err)
		}
		got, total, err := x.Ranked(context.Background(), q, query.Options{}, query.Scope{}, 1000)
		if err != nil || total != len(want) || len(got) != total {
			t.Fatalf("%s: %d of %d, want %d: %v", q, len(got), total, len(want), err)
		}
		last := math.Inf(1)
		for i := range got {
			if got[i].Score > last {
				t.Fatalf("%s: hit %d scores more than the one before it", q, i)
			}
			last, got[i].Score = got[i].Score, 0
			if !slices.ContainsFunc(want, func(h query.Hit) bool { return reflect.DeepEqual(h, got[i]) }) {
				t.Fatalf("%s: %+v is no hit", q, got[i])
			}
		}
	})
}
