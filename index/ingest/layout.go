package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/tema-qda/tema/index/transcript"
)

// Transcript lays the document out as tema's own text: front matter, then each turn as `[h:mm:ss] Label: speech` with
// an empty line between turns. Times are cut to whole seconds.
//
// In m the caller says whom the labels stand for (all that Speakers lists; others may stand there too), and may give
// a date, attributes, and the source's file and hash; format, encoding, labels and dropped lines are filled in. A line
// of speech that would itself read as the header of a turn is indented by one space, so that it stays speech. A
// transcript that is tema's own already comes back as it was, and m is not looked at.
func (d *Document) Transcript(m transcript.Meta) ([]byte, error) {
	if d.native != nil {
		return bytes.Clone(d.native), nil
	}
	if d.Labels == "none" {
		m.Speakers = nil
	}
	declared, longest := map[string]bool{}, 0
	for _, s := range m.Speakers {
		declared[s.Label] = true
		longest = max(longest, len(s.Label))
	}
	for _, s := range d.Speakers() {
		if !declared[s.Label] {
			return nil, fmt.Errorf("lay out %s: nobody says whom the label %q stands for", d.File, s.Label)
		}
	}
	if m.Language == "" {
		m.Language = d.Language
	}
	source := transcript.Source{File: d.File}
	if m.Source != nil {
		source = *m.Source
	}
	source.Format, source.Encoding, source.Labels, source.Dropped = d.Format, d.Encoding, d.Labels, nil
	for _, r := range d.Dropped {
		source.Dropped = append(source.Dropped, r.String())
	}
	m.Source = &source

	var b bytes.Buffer
	b.WriteString(m.FrontMatter())
	for i, s := range d.Segments {
		if i > 0 {
			b.WriteByte('\n')
		}
		if s.Speaker != "" {
			if s.HasTime {
				b.WriteString("[" + transcript.FormatTime(s.Start.Truncate(time.Second)) + "] ")
			}
			b.WriteString(s.Speaker + ":")
			if s.Text != "" {
				b.WriteByte(' ')
			}
		}
		first := s.Speaker == "" // after a header no line begins
		for line := range strings.SplitAfterSeq(s.Text, "\n") {
			if first && looksLikeHeader(line, declared, longest) {
				b.WriteByte(' ')
			}
			first = true
			b.WriteString(line)
		}
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

// looksLikeHeader says whether line might be read as the header of a turn: a time or none, one of labels, a colon. The
// longest label has that many bytes.
func looksLikeHeader(line string, labels map[string]bool, longest int) bool {
	if _, n, ok := transcript.Timestamp(line); ok {
		line = strings.TrimLeft(line[n:], " ")
	}
	for _, colon := range []string{":", "："} {
		for at := 0; ; at++ {
			next := strings.Index(line[at:], colon)
			if next < 0 {
				break
			}
			at += next
			label := strings.TrimRight(line[:at], " ")
			if len(label) > longest {
				break
			}
			if labels[label] {
				return true
			}
		}
	}
	return false
}

// sniffNative recognises a transcript of tema's own by front matter that is right, or that at least declares speakers,
// so that a fault in it is said instead of being read as speech.
func sniffNative(s *source) bool {
	if !strings.HasPrefix(s.text, "---\n") {
		return false
	}
	t, found := transcript.Parse("", s.name, []byte(s.text))
	if len(t.Text) == len(s.text) { // no front matter
		return false
	}
	return found.Err() == nil && !strings.HasPrefix(s.text, "---\n---\n") || len(t.Meta.Speakers) > 0
}

func readNative(s *source, d *Document) error {
	t, found := transcript.Parse("", s.name, []byte(s.text))
	if err := found.Err(); err != nil {
		return err
	}
	d.native = []byte(s.text)
	d.Language = t.Meta.Language
	d.Labels = "declared"
	if len(t.Meta.Speakers) == 0 {
		d.Labels = "none"
	}
	at, line := 0, 1+strings.Count(s.text[:len(s.text)-len(t.Text)], "\n")
	for _, turn := range t.Turns {
		line += strings.Count(t.Text[at:turn.Start], "\n")
		at = turn.Start
		d.Segments = append(d.Segments, Segment{Speaker: turn.Label, Text: t.Text[turn.Speech.Start:turn.Speech.End],
			Start: turn.Time, HasTime: turn.HasTime, Line: line})
	}
	if !bytes.Equal(d.native, s.raw) {
		d.note("it is tema's own transcript, but not byte for byte: its encoding or line ends were made UTF-8 and LF")
	}
	if strings.TrimSpace(t.Text) == "" {
		return refuse(s.name, "ingest/empty", "holds no speech", "")
	}
	return nil
}
