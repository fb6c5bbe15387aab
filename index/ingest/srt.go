package ingest

import (
	"html"
	"regexp"
	"strings"
)

// sniffSRT looks for lines of times: the first of the file's lines, or at least one line in ten among its first.
func sniffSRT(s *source) bool {
	arrows, n, first := 0, 0, 0
	for line := range strings.SplitSeq(s.text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if n++; n > 200 {
			break
		}
		if _, _, _, ok := arrow(line); ok {
			arrows++
			if first == 0 {
				first = n
			}
		}
	}
	return first > 0 && first <= 2 || arrows > 0 && arrows*10 >= n
}

// readSRT reads SubRip. There is no standard, so it is lenient: a cue begins with a line of times and ends before the
// next one, whatever empty lines are in between; the number on the line right before the times is no text; commas or
// dots, hours or none, and one to four digits of a fraction all pass.
func readSRT(s *source, d *Document) error {
	lines := s.lines()
	starts := []int{}
	for i, line := range lines {
		if _, _, _, ok := arrow(line); ok {
			starts = append(starts, i)
		}
	}
	if len(starts) == 0 {
		return refuse(s.name, "ingest/broken", "has no line of times such as 00:00:01,000 --> 00:00:02,000, so it is not SRT", "leave --format out")
	}
	var cues []cue
	add := func(c cue, from, to int) { // lines from..to-1
		if to < len(lines) && to > from && number(lines[to-1]) {
			to--
		}
		plain, styled := unstyle(strings.Join(lines[from:to], "\n"))
		c.styled = styled
		c.voices = []voice{{text: plain}}
		if strings.TrimSpace(plain) != "" {
			cues = append(cues, c)
		}
	}
	if starts[0] > 0 {
		add(cue{line: 1}, 0, starts[0])
		if len(cues) > 0 {
			d.note("lines before the first time were kept")
		}
	}
	for k, at := range starts {
		to := len(lines)
		if k+1 < len(starts) {
			to = starts[k+1]
		}
		start, end, rest, _ := arrow(lines[at])
		if !settings(rest) {
			lines[at] = strings.TrimSpace(rest)
			at--
		}
		add(cue{line: starts[k] + 1, start: start, end: end, timed: true, ended: true}, at+1, to)
	}
	d.setCues(cues, false)
	return nil
}

func number(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// overrides are the drawing commands of Advanced SubStation that stray into SubRip, such as {\an8}.
var overrides = regexp.MustCompile(`\{\\[^{}\s]*\}`)

// unstyle takes the tags out of a caption that SubRip files have by custom (<i>, <b>, <u>, <font>, {\an8}), and
// decodes entities. Styled says that a word was marked within the caption.
func unstyle(s string) (plain string, styled bool) {
	if strings.Contains(s, `{\`) {
		s = overrides.ReplaceAllString(s, "")
	}
	var b strings.Builder
	for {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			break
		}
		b.WriteString(s[:at])
		s = s[at:]
		end := strings.IndexByte(s[:min(len(s), maxTag)], '>')
		if end < 0 {
			b.WriteByte('<')
			s = s[1:]
			continue
		}
		name := strings.ToLower(strings.TrimPrefix(s[1:end], "/"))
		name, _, _ = strings.Cut(name, " ")
		switch name {
		case "i", "b", "u", "s", "em", "strong", "font", "span", "c":
			styled = styled || name == "u" || name == "font" || name == "c"
			s = s[end+1:]
		default:
			b.WriteByte('<')
			s = s[1:]
		}
	}
	b.WriteString(s)
	return entities(b.String()), styled
}

// entities decodes character references that end in a semicolon, as they must: `AT&T` stays what it is.
func entities(s string) string {
	at := strings.IndexByte(s, '&')
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.IndexByte(s, '&') {
		b.WriteString(s[:at])
		s = s[at:]
		end := strings.IndexByte(s[:min(len(s), 34)], ';')
		if end < 0 || strings.ContainsAny(s[1:end], " \n&") {
			b.WriteByte('&')
			s = s[1:]
			continue
		}
		b.WriteString(html.UnescapeString(s[:end+1]))
		s = s[end+1:]
	}
	b.WriteString(s)
	return b.String()
}
