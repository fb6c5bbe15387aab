package workbench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// largeStudy makes a study with one transcript of 60,000 words and 2,000 codings.
func largeStudy(t testing.TB) string {
	var b strings.Builder
	b.WriteString("---\nspeakers: {I: interviewer, Oda: P01}\n---\n")
	words := 0
	for i := 0; words < 60000; i++ {
		b.WriteString("I: And what came then?\n\nOda: ")
		for j := range 9 + i%5 {
			fmt.Fprintf(&b, "It was the %dth winter on the boat, and nobody had said that one could go ashore, so I stayed. ", i*7+j)
			words += 19
		}
		words += 5
		b.WriteString("\n\n")
	}
	files := ferryFiles()
	delete(files, "transcripts/F1.txt")
	files["transcripts/Long.txt"] = b.String()
	dir := makeStudy(t, files)
	s, err := analysis.Open(dir, "")
	must(t, err)
	defer s.Close()
	talk := s.Transcript("Long")
	e := analysis.Edit{By: "anna", What: "before"}
	var sentences []transcript.Span
	for _, turn := range talk.Turns {
		sentences = append(sentences, transcript.Sentences(talk.Text, turn.Speech, "en")...)
	}
	codes := []string{"chosen", "presence", "leaving", "meaning"}
	for i := range 2000 {
		span := sentences[i*(len(sentences)-5)/2000]
		span.End = sentences[i*(len(sentences)-5)/2000+i%3].End
		e.Changes = append(e.Changes, analysis.CodingChange{Transcript: "Long", Code: codes[i%4], Span: &span})
	}
	_, err = s.EditCodings(e)
	must(t, err)
	return dir
}

// BenchmarkOpen is from the opened program to the first page.
func BenchmarkOpen(b *testing.B) {
	dir := largeStudy(b)
	for b.Loop() {
		s, err := analysis.Open(dir, "")
		must(b, err)
		m, err := newModel(s, Options{Coder: "anna", Transcript: "Long"})
		must(b, err)
		m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		m.View()
		s.Close()
	}
}

// BenchmarkKey is what a key takes that writes nothing, with the page drawn anew.
func BenchmarkKey(b *testing.B) {
	for _, name := range []string{"j", "l", "L", "space", "tab", ")", "e", "G", "n"} {
		for _, size := range []struct{ width, height int }{{80, 24}, {200, 50}} {
			b.Run(fmt.Sprintf("%s-%dx%d", name, size.width, size.height), func(b *testing.B) {
				s := openScreen(b, largeStudy(b), Options{Transcript: "Long"}, size.width, size.height)
				s.press("g", "/")
				s.typed("ashore")
				s.press("enter")
				k := keyOf(name)
				for b.Loop() {
					if s.m.selection.End > len(s.m.t.Text)-1000 && name != "G" {
						s.press("g")
					}
					s.m.Update(k)
					s.m.View()
				}
			})
		}
	}
}

// BenchmarkResize lays everything out anew.
func BenchmarkResize(b *testing.B) {
	s := openScreen(b, largeStudy(b), Options{Transcript: "Long"}, 80, 24)
	i := 0
	for b.Loop() {
		i++
		s.m.Update(tea.WindowSizeMsg{Width: 80 + i%2, Height: 24})
		s.m.View()
	}
}

// BenchmarkSearch types a letter of a search.
func BenchmarkSearch(b *testing.B) {
	s := openScreen(b, largeStudy(b), Options{Transcript: "Long"}, 80, 24)
	s.press("/")
	for b.Loop() {
		s.press("n", "backspace")
		s.m.View()
	}
}

// BenchmarkWrite puts a code on and takes it back, in a folder in memory, so that the disk's own time is left out.
func BenchmarkWrite(b *testing.B) {
	dir, err := os.MkdirTemp(inMemory(), "write")
	must(b, err)
	defer os.RemoveAll(dir)
	must(b, os.CopyFS(filepath.Join(dir, "study"), os.DirFS(largeStudy(b))))
	s := openScreen(b, filepath.Join(dir, "study"), Options{Transcript: "Long"}, 80, 24)
	s.press("j", "enter")
	s.typed("chosen")
	s.press("enter", "u")
	for b.Loop() {
		s.press(".")
		s.m.View()
		s.press("u")
		s.m.View()
	}
}
