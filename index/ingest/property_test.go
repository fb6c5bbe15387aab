package ingest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/index/transcript"
)

// failer is what rapid.T and testing.T have in common here.
type failer interface{ Fatalf(string, ...any) }

// holds checks what is promised of every document: the transcript reads back with the same speakers and speech, labels
// are such that it can, and the segments are as described.
func holds(t failer, d *Document) string {
	var m transcript.Meta
	for i, s := range d.Speakers() {
		is := s.Role
		if is == "" {
			is = fmt.Sprintf("P%d", i+1)
		}
		m.Speakers = append(m.Speakers, transcript.Speaker{Label: s.Label, Is: is})
	}
	out, err := d.Transcript(m)
	if err != nil {
		t.Fatalf("lay out: %v", err)
	}
	read, found := transcript.Parse("talk", "talk.txt", out)
	if err := found.Err(); err != nil {
		t.Fatalf("parse what was laid out: %v\n%s", err, out)
	}
	if d.Format == "tema" {
		return read.Text
	}
	if len(read.Turns) != len(d.Segments) {
		t.Fatalf("%d segments became %d turns:\n%s\n%s", len(d.Segments), len(read.Turns), brief(d), out)
	}
	// A line that would read as a header is indented by a space.
	plain := func(s string) string { return strings.ReplaceAll("\n"+s, "\n ", "\n")[1:] }
	for i, s := range d.Segments {
		turn := read.Turns[i]
		if got := read.Text[turn.Speech.Start:turn.Speech.End]; plain(got) != plain(s.Text) || turn.Label != s.Speaker {
			t.Fatalf("segment %d, %q by %q, became %q by %q:\n%s", i, s.Text, s.Speaker, got, turn.Label, out)
		}
		if s.Speaker == "" && i > 0 || s.Text != strings.TrimSpace(s.Text) || strings.Contains(s.Text, "\n\n\n") || !utf8.ValidString(s.Text) {
			t.Fatalf("segment %d is %q by %q", i, s.Text, s.Speaker)
		}
		if s.Speaker != "" && turn.HasTime != s.HasTime {
			t.Fatalf("segment %d lost or found a time:\n%s", i, out)
		}
	}
	last := 0
	for _, r := range d.Dropped {
		if r.First <= last || r.Last < r.First {
			t.Fatalf("dropped lines out of order: %v", d.Dropped)
		}
		last = r.Last
	}
	return read.Text
}

var wordPattern = regexp.MustCompile(`\p{Han}|[^\P{L}\p{Han}]+`)

// words counts the words of s without regard to case.
func words(s string) map[string]int {
	m := map[string]int{}
	for _, w := range wordPattern.FindAllString(strings.ToLower(s), -1) {
		m[w]++
	}
	return m
}

// lost lists the words of src that stand neither in text as often nor in a dropped line.
func lost(src, text string, dropped []Range) []string {
	var kept []string
	for i, line := range strings.Split(src, "\n") {
		if !slices.ContainsFunc(dropped, func(r Range) bool { return r.First <= i+1 && i+1 <= r.Last }) {
			kept = append(kept, line)
		}
	}
	have := words(text)
	var out []string
	for w, n := range words(strings.Join(kept, "\n")) {
		if have[w] < n {
			out = append(out, fmt.Sprintf("%s (%d of %d)", w, have[w], n))
		}
	}
	slices.Sort(out)
	return out
}

// speech draws a line of speech full of what looks like something else.
func speech() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{"well", "we", "went", "out", "I:", "Anna:", "note: yes", "(laughs)", "[00:03]", "[inaudible 00:02:03]", "3:1", "at 10:30", "*so*", "...",
		"Ærlig", "你好", "Anna Berg", "-", "[0:00:04] I: he", "P1", "Speaker 1", "—", "a_b", "Time: late", "<b>", "&amp;", "5 < 6", "\"quoted: so\"", "Yes.", "No?"})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 1, 8).Draw(t, "pieces"), " ")
	})
}

// Whoever the labels are and however they are written, the turns come back in order with all their words.
func TestTextLosesNothing(t *testing.T) {
	people := [][]string{{"I", "P1"}, {"Interviewer", "Anna Berg", "Bo Lind"}, {"Moderator", "P1", "P2", "P?", "ALL"}, {"Speaker 1", "Speaker 2"}, {"SPEAKER_00", "SPEAKER_01"}, {"Q", "A"}}
	styles := []func(label, said string, at int) string{
		func(l, s string, _ int) string { return l + ": " + s + "\n" },
		func(l, s string, _ int) string { return l + ": " + s + "\n\n" },
		func(l, s string, _ int) string { return l + " :\n" + s + "\n\n" },
		func(l, s string, at int) string { return fmt.Sprintf("%s  %d:%02d  \n%s\n\n", l, at/60, at%60, s) },
		func(l, s string, at int) string { return fmt.Sprintf("%s (00:%02d:%02d):\n%s\n\n", l, at/60, at%60, s) },
		func(l, s string, at int) string { return fmt.Sprintf("[00:%02d:%02d] %s: %s\n", at/60, at%60, l, s) },
		func(l, s string, at int) string { return fmt.Sprintf("%s: [00:%02d:%02d] %s\n", l, at/60, at%60, s) },
		func(l, s string, at int) string { return fmt.Sprintf("[%s] 11:%02d:%02d\n%s\n\n", l, at/60, at%60, s) },
		func(l, s string, _ int) string { return "[" + l + "]: " + s + "\n" },
	}
	rapid.Check(t, func(t *rapid.T) {
		who := rapid.SampledFrom(people).Draw(t, "people")
		style := rapid.SampledFrom(styles).Draw(t, "style")
		var src strings.Builder
		n := rapid.IntRange(2*len(who), 16).Draw(t, "turns")
		for i := range n {
			label := who[i%len(who)] // so that each speaks, and nobody twice in a row
			said := rapid.SliceOfN(speech(), 1, 3).Draw(t, "said")
			src.WriteString(style(label, strings.Join(said, "\n"), 3*i))
		}
		d, err := Read("talk", []byte(src.String()), Options{})
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		text := holds(t, d)
		if d.Format == "text" {
			names := map[string]int{} // joined stretches have the label once
			for _, s := range d.Speakers() {
				maps.Copy(names, words(s.Label))
			}
			for _, l := range lost(src.String(), text, d.Dropped) {
				if w, _, _ := strings.Cut(l, " "); names[w] == 0 {
					t.Fatalf("lost %s of\n%s\nin\n%s", l, src.String(), text)
				}
			}
		}
		if len(d.Segments) < n {
			t.Fatalf("%d turns of %d in\n%s\n%s", len(d.Segments), n, src.String(), brief(d))
		}
	})
}

// Subtitles keep every word of every caption, whoever is named.
func TestSubtitlesLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var srt, vtt, said strings.Builder
		vtt.WriteString("WEBVTT\n\n")
		for i := range rapid.IntRange(1, 10).Draw(t, "cues") {
			text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"well", "we: went", "Anna: so", "[laughs]", "yes.", "I: no", "3 < 4", "你好", "- And?"}), 1, 5).Draw(t, "text"), rapid.SampledFrom([]string{" ", "\n"}).Draw(t, "glue"))
			start := rapid.IntRange(3*i, 3*i+2).Draw(t, "start")
			times := fmt.Sprintf("00:00:%02d.000 --> 00:00:%02d.500", start, start+1)
			fmt.Fprintf(&srt, "%d\n%s\n%s\n\n", i+1, strings.ReplaceAll(times, ".", ","), text)
			fmt.Fprintf(&vtt, "%s\n%s\n\n", times, text)
			said.WriteString(text + "\n")
		}
		var texts []string
		for _, src := range []string{srt.String(), vtt.String()} {
			d, err := Read("talk", []byte(src), Options{})
			if err != nil {
				t.Fatalf("read: %v", err)
			}
			text := holds(t, d)
			texts = append(texts, text)
			have := words(text)
			for w, n := range words(said.String()) {
				if have[w] < n && d.Labels == "none" || have[w] == 0 {
					t.Fatalf("lost %s of\n%s\nin\n%s", w, src, text)
				}
			}
		}
		if !maps.Equal(words(texts[0]), words(texts[1])) {
			t.Fatalf("SRT and WebVTT differ:\n%s\n%s", texts[0], texts[1])
		}
	})
}

// A transcript that was laid out is recognised as tema's own and taken over byte for byte.
func TestLaidOutIsNative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var src strings.Builder
		for i := range rapid.IntRange(2, 8).Draw(t, "turns") {
			src.WriteString([]string{"I", "Anna"}[i%2] + ": " + speech().Draw(t, "said") + "\n")
		}
		d, err := Read("talk", []byte(src.String()), Options{})
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		out, err := d.Transcript(transcript.Meta{Speakers: []transcript.Speaker{{Label: "I", Is: "interviewer"}, {Label: "Anna", Is: "P01"}}})
		if err != nil {
			t.Fatalf("lay out: %v", err)
		}
		again, err := Read("talk.txt", out, Options{})
		if err != nil || again.Format != "tema" {
			t.Fatalf("read again: %v", err)
		}
		if twice, err := again.Transcript(transcript.Meta{}); err != nil || string(twice) != string(out) {
			t.Fatalf("%v: %s became %s", err, out, twice)
		}
	})
}

func BenchmarkMarkdown(b *testing.B) {
	var src strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&src, "**%s:** \\[%02d:%02d\\] %s\n\n", []string{"Anna Berg", "Bo Lind"}[i%2], i/60, i%60, strings.Repeat("So we went out, and *then* it don&#39;t matter: we came home. ", 8))
	}
	m := transcript.Meta{Speakers: []transcript.Speaker{{Label: "Anna Berg", Is: "P01"}, {Label: "Bo Lind", Is: "P02"}}}
	b.SetBytes(int64(src.Len()))
	for b.Loop() {
		if _, err := read(b, src.String()).Transcript(m); err != nil {
			b.Fatal(err)
		}
	}
}
