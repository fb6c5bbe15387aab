package analysis

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/index/transcript"
)

const editTalk = `---
speakers: {I: interviewer, Kari: P01}
---
I: How was the first week?

Kari: The phone rang and rang. I did not dare to answer it, and then I did.

Kari: The phone rang and rang.
`

// editStudy makes a study with two transcripts and three codes.
func editStudy(t testing.TB) *Study { return editStudyIn(t, t.TempDir()) }

func editStudyIn(t testing.TB, dir string) *Study {
	t.Helper()
	_, err := Create(dir, map[string][]byte{
		"study.yaml":          []byte("tema: 1\nlanguage: en\n"),
		"codebook.yaml":       []byte("codes:\n  - {id: phone, aliases: [calls]}\n  - id: fear # of answering\n  - {id: old, status: retired}\n"),
		"transcripts/P01.txt": []byte(editTalk),
		"transcripts/P02.txt": []byte(editTalk),
	})
	if err != nil {
		t.Fatal(err)
	}
	return reopen(t, dir)
}

// studyFiles returns the study's own files by name.
func studyFiles(t interface{ Fatal(...any) }, dir string) map[string]string {
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == cacheDir {
				return filepath.SkipDir
			}
			return err
		}
		src, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		out[filepath.ToSlash(rel)] = string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func spanOf(t *transcript.Transcript, words string, nth int) *transcript.Span {
	at := 0
	for range nth {
		at += strings.Index(t.Text[at:], words) + 1
	}
	at += strings.Index(t.Text[at:], words)
	return &transcript.Span{Start: at, End: at + len(words)}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ref[T any](v T) *T { return &v }

func TestEditCodings(t *testing.T) {
	s := editStudy(t)
	p1 := s.Transcript("P01")
	did, err := s.EditCodings(Edit{By: "anna", What: "phone on 5 words", Changes: []CodingChange{
		{Transcript: "P01", Code: "calls", Span: spanOf(p1, "The phone rang and rang", 1)},
		{Transcript: "P01", Code: "fear", Span: spanOf(p1, "did not dare", 0), Memo: ref("what of?")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if c := did.Codings[0]; c.Code != "phone" || c.Quote != "The phone rang and rang" || c.Before != "swer it, and then I did.\n\nKari: " || c.Standing != transcript.Exact {
		t.Errorf("the first coding is %+v", c.Coding)
	}
	again, err := s.EditCodings(Edit{By: "anna", What: "phone on 5 words", Changes: []CodingChange{{Transcript: "P01", Code: "phone", Span: spanOf(p1, "The phone rang and rang", 1)}}})
	if err != nil || again.Same != 1 || len(again.Files) != 0 || again.Codings[0].ID != did.Codings[0].ID {
		t.Errorf("the same coding once more: %+v, %v", again, err)
	}
	_, err = s.EditCodings(Edit{By: "anna", What: "wrong", Changes: []CodingChange{
		{Transcript: "P01", Code: "fear", Span: spanOf(p1, "and then I did", 0)},
		{Transcript: "P01", Code: "phnoe", Span: spanOf(p1, "and then I did", 0)},
		{Transcript: "P1", Code: "fear", Span: &transcript.Span{Start: 0, End: 3}},
		{Transcript: "P01", Code: "old", Span: &transcript.Span{Start: 0, End: 3}},
		{Transcript: "P01", Code: "fear", Span: &transcript.Span{Start: 0, End: 3000}},
		{ID: "01NOBODY", Code: "fear"},
	}})
	var faults EditFaults
	if !errors.As(err, &faults) || len(faults) != 5 || faults[0].Change != 1 {
		t.Errorf("faults: %v", err)
	}
	want := "no code has the id phnoe; did you mean phone?\nno transcript has the id P1; did you mean P01?\ncode old is retired\n" +
		"bytes 0 to 3000 of P01 are no passage\nanna has no coding 01NOBODY"
	if err.Error() != want {
		t.Errorf("told:\n%s\nwant:\n%s", err, want)
	}
	if n := len(reopen(t, s.Dir).Codings()); n != 2 {
		t.Errorf("%d codings after a batch with faults, want 2", n)
	}
	if _, err := s.EditCodings(Edit{By: "anna", What: "remove", Changes: []CodingChange{{ID: did.Codings[0].ID, Status: ref(Removed)}}}); err != nil {
		t.Fatal(err)
	}
	src, _ := os.ReadFile(filepath.Join(s.Dir, "codings/anna/P01.jsonl"))
	if lines := bytes.Split(bytes.TrimSpace(src), []byte("\n")); len(lines) != 2 || !bytes.Contains(lines[1], []byte(`"status":"removed"`)) || bytes.Contains(lines[1], []byte("rang")) {
		t.Errorf("after removing:\n%s", src)
	}
}

// A code and the first coding of it are one change.
func TestEditWithNewCode(t *testing.T) {
	s := editStudy(t)
	before := studyFiles(t, s.Dir)
	_, err := s.EditCodings(Edit{By: "anna", What: "new code dare", Book: func(d *codebook.Draft) error {
		return d.Add("code:dare", codebook.Place{}, codebook.Property{Key: "name", Values: []string{"Daring"}})
	}, Changes: []CodingChange{{Transcript: "P02", Code: "dare", Span: spanOf(s.Transcript("P02"), "did not dare", 0)}}})
	if err != nil {
		t.Fatal(err)
	}
	if s.Book.Code("dare") == nil {
		t.Error("the open study does not know the new code")
	}
	after := studyFiles(t, s.Dir)
	u, err := s.Undo("anna")
	if err != nil || u.What != "new code dare" || !slices.Equal(u.Transcripts, []string{"P02"}) {
		t.Fatalf("undo: %+v, %v", u, err)
	}
	got := studyFiles(t, s.Dir)
	if !strings.Contains(got["journal.jsonl"], `"event":"undo"`) {
		t.Errorf("the journal does not tell of undo: %s", got["journal.jsonl"])
	}
	delete(got, "journal.jsonl")
	if !maps.Equal(got, before) {
		t.Errorf("undo left %v", got)
	}
	if _, err := s.Redo("anna"); err != nil {
		t.Fatal(err)
	}
	got = studyFiles(t, s.Dir)
	got["journal.jsonl"] = after["journal.jsonl"]
	if !maps.Equal(got, after) {
		t.Errorf("redo left %v", got)
	}
}

// A transcript that was edited under an open screen takes no codings at offsets of the old text.
func TestEditAfterTextChanged(t *testing.T) {
	s := editStudy(t)
	p1 := s.Transcript("P01")
	must(t, os.WriteFile(filepath.Join(s.Dir, "transcripts/P01.txt"), []byte(strings.Replace(editTalk, "How was", "And how was", 1)), 0o666))
	_, err := s.EditCodings(Edit{By: "anna", What: "x", Changes: []CodingChange{{Transcript: "P01", Code: "fear", Span: spanOf(p1, "did not dare", 0)}}})
	if !errors.Is(err, ErrTextChanged) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "codings")); err == nil {
		t.Error("something was written")
	}
}

// Random changes by two coders, undone and made again in any order, always leave what a model of two stacks a coder
// says, byte for byte.
func TestUndoIsExact(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	clock = func() time.Time { at = at.Add(time.Second); return at }
	t.Cleanup(func() { clock = time.Now })
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp("", "undo")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		if _, err := Create(dir, map[string][]byte{"study.yaml": []byte("tema: 1\n"), "codebook.yaml": []byte("codes: [{id: phone}, {id: fear}]\n"),
			"transcripts/P01.txt": []byte(editTalk), "transcripts/P02.txt": []byte(editTalk)}); err != nil {
			rt.Fatal(err)
		}
		s, err := Open(dir, "")
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		// The model: what stood in each coder's files before and after each change.
		type step struct{ before, after map[string]string }
		files := func(coder string) map[string]string {
			out := map[string]string{}
			for name, content := range studyFiles(rt, dir) {
				if strings.HasPrefix(name, "codings/"+coder+"/") {
					out[name] = content
				}
			}
			return out
		}
		done, undone := map[string][]step{}, map[string][]step{}
		for range rapid.IntRange(1, 14).Draw(rt, "steps") {
			coder := rapid.SampledFrom([]string{"anna", "per"}).Draw(rt, "coder")
			other := map[string]string{"anna": "per", "per": "anna"}[coder]
			before, others := files(coder), files(other)
			switch rapid.SampledFrom([]string{"add", "add", "change", "remove", "done", "undo", "undo", "redo"}).Draw(rt, "do") {
			case "undo":
				_, err := s.Undo(coder)
				if n := len(done[coder]); n > 0 {
					last := done[coder][n-1]
					if err != nil || !maps.Equal(files(coder), last.before) {
						rt.Fatalf("undo: %v\nleft %v\nwant %v", err, files(coder), last.before)
					}
					done[coder], undone[coder] = done[coder][:n-1], append(undone[coder], last)
				} else if !errors.Is(err, ErrNothingToUndo) {
					rt.Fatalf("undo with nothing to undo: %v", err)
				}
			case "redo":
				_, err := s.Redo(coder)
				if n := len(undone[coder]); n > 0 {
					last := undone[coder][n-1]
					if err != nil || !maps.Equal(files(coder), last.after) {
						rt.Fatalf("redo: %v\nleft %v\nwant %v", err, files(coder), last.after)
					}
					undone[coder], done[coder] = undone[coder][:n-1], append(done[coder], last)
				} else if !errors.Is(err, ErrNothingToUndo) {
					rt.Fatalf("redo with nothing to redo: %v", err)
				}
			case "done":
				e := Edit{By: coder, What: "done", Done: []string{rapid.SampledFrom([]string{"P01", "P02"}).Draw(rt, "transcript")}}
				if _, err := s.EditCodings(e); err != nil {
					rt.Fatal(err)
				}
				if after := files(coder); !maps.Equal(after, before) {
					done[coder], undone[coder] = append(done[coder], step{before, after}), nil
				}
			case "add":
				var e Edit
				for range rapid.IntRange(1, 3).Draw(rt, "codings") {
					id := rapid.SampledFrom([]string{"P01", "P02"}).Draw(rt, "transcript")
					words := rapid.SampledFrom([]string{"phone", "rang", "did not dare", "The phone rang and rang. I"}).Draw(rt, "words")
					e.Changes = append(e.Changes, CodingChange{Transcript: id, Code: rapid.SampledFrom([]string{"phone", "fear"}).Draw(rt, "code"), Span: spanOf(s.Transcript(id), words, 0)})
				}
				e.By, e.What = coder, fmt.Sprintf("add %d", len(e.Changes))
				if _, err := s.EditCodings(e); err != nil {
					rt.Fatal(err)
				}
				if after := files(coder); !maps.Equal(after, before) {
					done[coder], undone[coder] = append(done[coder], step{before, after}), nil
				}
			default:
				var mine []*Coding
				for _, c := range s.Codings() {
					if c.Coder == coder && c.Status != Removed {
						mine = append(mine, c)
					}
				}
				if len(mine) == 0 {
					continue
				}
				c := rapid.SampledFrom(mine).Draw(rt, "coding")
				change := CodingChange{ID: c.ID, Transcript: c.Transcript, Status: ref(Removed)}
				if rapid.Bool().Draw(rt, "only change") {
					change = CodingChange{ID: c.ID, Memo: ref(rapid.SampledFrom([]string{"", "why?", "æ <&>"}).Draw(rt, "memo")), Span: spanOf(s.Transcript(c.Transcript), "I did", 1)}
				}
				if _, err := s.EditCodings(Edit{By: coder, What: "change", Changes: []CodingChange{change}}); err != nil {
					rt.Fatal(err)
				}
				if after := files(coder); !maps.Equal(after, before) {
					done[coder], undone[coder] = append(done[coder], step{before, after}), nil
				}
			}
			if !maps.Equal(files(other), others) {
				rt.Fatalf("%s's files changed", other)
			}
			if err := s.Err(); err != nil {
				rt.Fatal(err)
			}
		}
	})
}

// What git's last commit holds is taken back by a line that says so, and comes back under another id.
func TestUndoAfterCommit(t *testing.T) {
	r := newRepository(t)
	s := editStudyIn(t, r.dir)
	p1 := s.Transcript("P01")
	add := func(words string) string {
		did, err := s.EditCodings(Edit{By: "anna", What: words, Changes: []CodingChange{{Transcript: "P01", Code: "phone", Span: spanOf(p1, words, 0)}}})
		must(t, err)
		return did.Codings[0].ID
	}
	first := add("phone rang")
	r.commit("first")
	_, err := s.Undo("")
	must(t, err)
	if c := s.Codings(); len(c) != 1 || c[0].ID != first || c[0].Status != Removed {
		t.Fatalf("after undo of a committed coding: %+v", c)
	}
	r.commit("second")
	_, err = s.Redo("")
	must(t, err)
	c := s.Codings()
	if len(c) != 2 || c[0].ID == first || c[0].Quote != "phone rang" || c[1].ID != first || c[1].Status != Removed {
		t.Fatalf("after making it again: %+v %+v", c[0], c[1:])
	}
	second := add("did not dare")
	_, err = s.Undo("")
	must(t, err)
	if slices.ContainsFunc(s.Codings(), func(c *Coding) bool { return c.ID == second }) {
		t.Error("a coding that nobody else can have left a trace")
	}
}

// A change of another window stands in the way of taking back only where it touched the same coding.
func TestUndoRefuses(t *testing.T) {
	s := editStudy(t)
	did, err := s.EditCodings(Edit{By: "anna", What: "first", Changes: []CodingChange{{Transcript: "P01", Code: "phone", Span: spanOf(s.Transcript("P01"), "rang", 0)}}})
	must(t, err)
	name := filepath.Join(s.Dir, "codings/anna/P01.jsonl")
	src, err := os.ReadFile(name)
	must(t, err)
	must(t, os.WriteFile(name, bytes.Replace(src, []byte(`"code":"phone"`), []byte(`"code":"fear"`), 1), 0o666))
	_, err = s.Undo("")
	want := fmt.Sprintf("take back \"first\": coding %s in codings/anna/P01.jsonl has changed since; nothing was written", did.Codings[0].ID)
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}
