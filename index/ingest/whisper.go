package ingest

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Whisper's family writes one recognition in many forms: these are the ones that are no subtitles. All give the same
// words as the subtitles do.

func sniffWhisperJSON(s *source) bool {
	t := strings.TrimLeft(s.text, " \t\n")
	return strings.HasPrefix(t, "{") && (strings.Contains(s.text, `"segments"`) || strings.Contains(s.text, `"text"`)) ||
		strings.HasPrefix(t, "[") && strings.Contains(s.text, `"text"`) && json.Valid([]byte(s.text))
}

// readWhisperJSON takes every field for optional, since tools differ: a file may hold segments, or text alone, or be
// the list of segments itself.
func readWhisperJSON(s *source, d *Document) error {
	type segment struct {
		Start, End seconds
		Text       string
		Speaker    label
		Words      json.RawMessage
	}
	var file struct {
		Text     string
		Segments []segment
	}
	raw := []byte(s.text)
	var err error
	if strings.HasPrefix(strings.TrimLeft(s.text, " \t\n"), "[") {
		err = json.Unmarshal(raw, &file.Segments)
	} else {
		err = json.Unmarshal(raw, &file)
	}
	if err != nil {
		return refuse(s.name, "ingest/broken", "is not Whisper's JSON: "+err.Error(), "export it again, or as VTT or TXT")
	}
	var cues []cue
	declared := false
	for i, seg := range file.Segments {
		speaker := string(seg.Speaker)
		var words []struct{ Speaker label }
		if speaker == "" && json.Unmarshal(seg.Words, &words) == nil && len(words) > 0 {
			speaker = string(words[0].Speaker)
		}
		declared = declared || speaker != ""
		cues = append(cues, cue{line: i + 1, start: seg.Start.d, end: seg.End.d, timed: seg.Start.known, ended: seg.End.known, voices: []voice{{speaker, seg.Text}}})
	}
	if len(file.Segments) == 0 {
		cues = []cue{{voices: []voice{{text: file.Text}}}}
	}
	d.setCues(cues, declared)
	return nil
}

// seconds is a time as JSON has it: a number, perhaps in quotation marks, or null.
type seconds struct {
	d     time.Duration
	known bool
}

func (t *seconds) UnmarshalJSON(raw []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	if err == nil && f >= 0 && f < 1e7 {
		*t = seconds{time.Duration(f*1000+0.5) * time.Millisecond, true}
	}
	return nil
}

// label is a speaker as JSON has it: a name, a number or null.
type label string

func (l *label) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		s = strings.TrimSpace(string(raw))
	}
	*l = label(s)
	return nil
}

func sniffWhisperTSV(s *source) bool {
	head, _, _ := strings.Cut(s.text, "\n")
	return strings.HasPrefix(head, "start\tend\t") && columns(head)["text"] > 0
}

// columns maps the names in a line of headings to their places.
func columns(head string) map[string]int {
	m := map[string]int{}
	for i, name := range strings.Split(head, "\t") {
		m[strings.ToLower(strings.TrimSpace(name))] = i
	}
	return m
}

// readWhisperTSV reads start and end in whole milliseconds, then the text, which may be followed by a speaker.
func readWhisperTSV(s *source, d *Document) error {
	lines := s.lines()
	at := columns(lines[0])
	if _, ok := at["text"]; !ok {
		return refuse(s.name, "ingest/broken", "has no column called text, so it is not Whisper's TSV", "leave --format out")
	}
	_, named := at["speaker"]
	field := func(fields []string, column string) string {
		if i, ok := at[column]; ok && i < len(fields) {
			return strings.TrimSpace(fields[i])
		}
		return ""
	}
	var cues []cue
	for i, line := range lines[1:] {
		n := len(at)
		fields := strings.SplitN(line, "\t", n)
		c := cue{line: i + 2}
		start, errStart := strconv.ParseInt(field(fields, "start"), 10, 40)
		end, errEnd := strconv.ParseInt(field(fields, "end"), 10, 40)
		c.start, c.timed = time.Duration(start)*time.Millisecond, errStart == nil
		c.end, c.ended = time.Duration(end)*time.Millisecond, errEnd == nil
		said := field(fields, "text")
		if len(fields) < n && errStart != nil { // a line that the text before it goes on in
			said = strings.TrimSpace(line)
		}
		c.voices = []voice{{field(fields, "speaker"), said}}
		cues = append(cues, c)
	}
	d.setCues(cues, named)
	return nil
}

func sniffWhisperTXT(s *source) bool {
	hits, n := 0, 0
	for line := range strings.SplitSeq(s.text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if n++; n > 50 {
			break
		}
		if _, _, _, ok := printed(line); ok {
			hits++
		}
	}
	return hits > 0 && hits*2 > n
}

// printed reads a line as Whisper prints it while it works: `[00:01.000 --> 00:02.000]  text`.
func printed(line string) (start, end time.Duration, text string, ok bool) {
	line = strings.TrimSpace(line)
	inner, text, ok := strings.Cut(line, "]")
	if !ok || !strings.HasPrefix(inner, "[") {
		return 0, 0, "", false
	}
	start, end, rest, ok := arrow(inner[1:])
	return start, end, text, ok && strings.TrimSpace(rest) == ""
}

func readWhisperTXT(s *source, d *Document) error {
	var cues []cue
	for i, line := range s.lines() {
		start, end, text, ok := printed(line)
		switch {
		case ok:
			cues = append(cues, cue{line: i + 1, start: start, end: end, timed: true, ended: true, voices: []voice{{text: text}}})
		case strings.TrimSpace(line) == "":
		case len(cues) > 0: // a line that the text before it goes on in
			c := &cues[len(cues)-1]
			c.voices = append(c.voices, voice{text: line})
		default:
			cues = append(cues, cue{line: i + 1, voices: []voice{{text: line}}})
		}
	}
	if len(cues) == 0 {
		return refuse(s.name, "ingest/empty", "holds no speech", "")
	}
	d.setCues(cues, false)
	return nil
}

func sniffLRC(s *source) bool {
	hits, n := 0, 0
	for line := range strings.SplitSeq(s.text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if n++; n > 50 {
			break
		}
		if line[0] != '[' {
			continue
		}
		// No space after the bracket: a transcript with [00:01] before its lines has one.
		if _, k, ok := bracketed(line); ok && strings.Contains(line[:k], ".") && !strings.HasPrefix(line[k:], " ") {
			hits++
		}
	}
	return hits > 1 && hits*2 > n
}

// readLRC reads lyrics: a time before each line, one without words where the line before it ends, and tags such as
// [ar: artist] at the top.
func readLRC(s *source, d *Document) error {
	var cues []cue
	for i, line := range s.lines() {
		start, n, ok := bracketed(line)
		text := strings.TrimSpace(line[n:])
		last := len(cues) - 1
		switch {
		case ok && text == "":
			if last >= 0 && !cues[last].ended {
				cues[last].end, cues[last].ended = start, true
			}
		case ok:
			cues = append(cues, cue{line: i + 1, start: start, timed: true, voices: []voice{{text: text}}})
		case text == "":
		case last < 0 && lyricTag(text):
			d.drop(i+1, i+1)
		case last >= 0:
			cues[last].voices = append(cues[last].voices, voice{text: text})
		default:
			cues = append(cues, cue{line: i + 1, voices: []voice{{text: text}}})
		}
	}
	d.setCues(cues, false)
	return nil
}

func lyricTag(line string) bool {
	name, _, ok := strings.Cut(line, ":")
	return ok && len(name) > 1 && line[0] == '[' && line[len(line)-1] == ']' && strings.Trim(name[1:], "abcdefghijklmnopqrstuvwxyz#") == ""
}

// stamped reads a line as aTrain writes it: `[00:00:04] - text`.
func stamped(line string) (start time.Duration, text string, ok bool) {
	start, n, ok := bracketed(line)
	if !ok || line[0] != '[' {
		return 0, "", false
	}
	text, ok = strings.CutPrefix(line[n:], " - ")
	return start, text, ok
}

func sniffATrain(s *source) bool {
	hits, n := 0, 0
	for line := range strings.SplitSeq(s.text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if n++; n > 50 {
			break
		}
		if _, _, ok := stamped(line); ok {
			hits++
		}
	}
	return hits > 1 && hits*3 >= n
}

// readATrain reads aTrain's text with timestamps: a line with the speaker, then a line for each segment. The heading
// before the first speaker stands before the first turn.
func readATrain(s *source, d *Document) error {
	var cues []cue
	speaker, declared := "", false
	lines := s.lines()
	for i, line := range lines {
		start, text, ok := stamped(line)
		switch {
		case ok:
			cues = append(cues, cue{line: i + 1, start: start, timed: true, voices: []voice{{speaker, text}}})
		case strings.TrimSpace(line) == "":
		default:
			next := ""
			if i+1 < len(lines) {
				next = lines[i+1]
			}
			if _, _, ok := stamped(next); ok && labelLike(strings.TrimSpace(line)) {
				speaker, declared = strings.TrimSpace(line), true
				continue
			}
			if len(cues) > 0 {
				cues = append(cues, cue{line: i + 1, voices: []voice{{speaker, line}}})
				continue
			}
			d.Segments = append(d.Segments, Segment{Text: line, Line: i + 1})
		}
	}
	if len(d.Segments) > 0 {
		// Before the first turn: the heading that aTrain writes.
		var head []string
		for _, h := range d.Segments {
			head = append(head, h.Text)
		}
		d.Segments = []Segment{{Text: strings.Join(head, "\n"), Line: d.Segments[0].Line}}
	}
	d.setCues(cues, declared)
	return nil
}
