package ingest

import (
	"strings"
	"time"
	"unicode"
)

func sniffVTT(s *source) bool { return signature(s.text) }

// signature checks the first line: WEBVTT, alone or with a space or tab after it. A byte order mark is gone already.
func signature(text string) bool {
	rest, ok := strings.CutPrefix(text, "WEBVTT")
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n')
}

// readVTT follows the W3C's parsing algorithm for the blocks of a file: where a cue begins and ends, which blocks are
// notes, styles and regions. It departs from it where a browser may be silent but a transcript may not lose words:
// a cue whose times are malformed keeps its text without them, and a block that is nothing (text after an empty line
// inside a cue) goes on with the cue before it.
func readVTT(s *source, d *Document) error {
	if !signature(s.text) {
		return refuse(s.name, "ingest/broken", "does not begin with WEBVTT, so it is not WebVTT", "leave --format out")
	}
	lines := s.lines()
	at := 1
	// The header: all up to an empty line, or up to a line of times.
	for at < len(lines) && lines[at] != "" && !strings.Contains(lines[at], "-->") {
		at++
	}
	if at > 1 || strings.TrimSpace(strings.TrimPrefix(lines[0], "WEBVTT")) != "" {
		d.drop(1, at)
	}
	var cues []cue
	declared := false
	var untimed, stray []int // lines
	for at < len(lines) {
		if lines[at] == "" {
			at++
			continue
		}
		b := collect(lines, at)
		first, last := at+1, b.next // of the block, from 1
		at = b.next
		if !b.cue && besides(lines[first-1]) {
			d.drop(first, last)
			if strings.HasPrefix(lines[min(first, len(lines)-1)], "Transcribed with noScribe") {
				d.note("noScribe's WebVTT gives wrong times for some turns; its text file has them right")
			}
			continue
		}
		voices, named, styled := payload(strings.Join(b.payload, "\n"))
		declared = declared || named
		switch {
		case b.cue:
			c := cue{line: b.times + 1, key: utterance(b.id), voices: voices, styled: styled}
			var rest string
			if c.start, c.end, rest, c.timed = vttTimes(lines[b.times]); !c.timed {
				if c.start, c.end, rest, c.timed = arrow(lines[b.times]); !c.timed {
					untimed = append(untimed, b.times+1)
					rest = lines[b.times]
				}
			}
			c.ended = c.timed
			if !settings(rest) {
				c.voices = append([]voice{{text: strings.TrimSpace(rest)}}, c.voices...)
			}
			cues = append(cues, c)
		case len(cues) > 0:
			stray = append(stray, first)
			c := &cues[len(cues)-1]
			if n := len(c.voices); !named {
				voices[0].speaker = c.voices[n-1].speaker
			}
			c.voices = append(c.voices, voices...)
		default:
			stray = append(stray, first)
			cues = append(cues, cue{line: first, voices: voices})
		}
	}
	if len(untimed) > 0 {
		d.note("captions whose times cannot be read were kept without them: %d, the first in line %d", len(untimed), untimed[0])
	}
	if len(stray) > 0 {
		d.note("text without times was kept: %d times, first in line %d", len(stray), stray[0])
	}
	d.setCues(cues, declared)
	return nil
}

// besides says whether a block that begins with line is a comment, a style sheet or a region.
func besides(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	word, _, _ = strings.Cut(word, "\t")
	line = strings.TrimRight(line, " \t\f")
	return word == "NOTE" || line == "STYLE" || line == "REGION"
}

// settings says whether what follows a cue's times is nothing, or settings such as `align:start X1:40`, and not words.
func settings(rest string) bool {
	for field := range strings.FieldsSeq(rest) {
		if strings.ContainsFunc(field, unicode.IsLetter) && !strings.Contains(field, ":") {
			return false
		}
	}
	return true
}

// A block is what stands between empty lines in WebVTT, or up to the next line of times.
type block struct {
	cue     bool
	id      string
	times   int      // index of the cue's line of times
	payload []string // all lines but id and times
	next    int      // index of the line after the block
}

// collect is the W3C's "collect a WebVTT block": a line with --> opens a cue when it is the block's first line or its
// second; a later one ends the block.
func collect(lines []string, at int) block {
	b := block{}
	for i := at; ; i++ {
		switch {
		case i == len(lines) || lines[i] == "":
			b.next = i
			return b
		case strings.Contains(lines[i], "-->"):
			if i > at+1 || b.cue {
				b.next = i
				// Where the empty line is missing, the id of the next cue is no text of this one.
				if n := len(b.payload); n > 0 && (number(b.payload[n-1]) || utterance(b.payload[n-1]) != "") {
					b.payload = b.payload[:n-1]
					b.next--
				}
				return b
			}
			b.cue, b.times = true, i
			if i == at+1 {
				b.id, b.payload = lines[at], nil
			}
		default:
			b.payload = append(b.payload, lines[i])
		}
	}
}

// vttTimes reads a cue's line of times as the W3C has it, and returns what follows.
func vttTimes(line string) (start, end time.Duration, rest string, ok bool) {
	line = strings.TrimLeft(line, " \t\f")
	start, n, ok := vttTimestamp(line)
	if !ok {
		return 0, 0, "", false
	}
	line, ok = strings.CutPrefix(strings.TrimLeft(line[n:], " \t\f"), "-->")
	if !ok {
		return 0, 0, "", false
	}
	line = strings.TrimLeft(line, " \t\f")
	end, n, ok = vttTimestamp(line)
	return start, end, line[n:], ok
}

// vttTimestamp is the W3C's "collect a WebVTT timestamp": hours of any length or none, two digits of minutes and of
// seconds, three of milliseconds after a full stop.
func vttTimestamp(s string) (d time.Duration, n int, ok bool) {
	digits := func() (value, width int) {
		start := n
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			if n-start < 9 {
				value = value*10 + int(s[n]-'0')
			}
			n++
		}
		return value, n - start
	}
	colon := func() bool {
		n++
		return n <= len(s) && s[n-1] == ':'
	}
	hours := false
	first, width := digits()
	if width == 0 {
		return 0, 0, false
	}
	if width != 2 || first > 59 {
		hours = true
	}
	if !colon() {
		return 0, 0, false
	}
	second, width := digits()
	if width != 2 {
		return 0, 0, false
	}
	third := 0
	if hours || n < len(s) && s[n] == ':' {
		if !colon() {
			return 0, 0, false
		}
		if third, width = digits(); width != 2 {
			return 0, 0, false
		}
	} else {
		first, second, third = 0, first, second
	}
	if n >= len(s) || s[n] != '.' {
		return 0, 0, false
	}
	n++
	milli, width := digits()
	if width != 3 || second > 59 || third > 59 {
		return 0, 0, false
	}
	return time.Duration(first)*time.Hour + time.Duration(second)*time.Minute + time.Duration(third)*time.Second +
		time.Duration(milli)*time.Millisecond, n, true
}

// utterance returns what the parts of an utterance that Teams split have in common in their ids, or "".
func utterance(id string) string {
	slash, dash := strings.LastIndexByte(id, '/'), strings.LastIndexByte(id, '-')
	if slash < 1 || dash < slash+2 || !number(id[dash+1:]) || !number(id[slash+1:dash]) {
		return ""
	}
	return id[:dash]
}

// maxTag is how long a tag may be, in bytes: names of voices can be long.
const maxTag = 1024

// payload splits a cue's text into its voices, without tags and with entities decoded. Only the tags that WebVTT has
// are markup: `<[?]>` and `<unclear>` are a transcriber's words. Styled says that words are marked one by one.
func payload(text string) (voices []voice, named, styled bool) {
	var b strings.Builder
	speaker := ""
	flush := func() {
		if t := entities(b.String()); strings.TrimSpace(t) != "" {
			voices = append(voices, voice{speaker, t})
		}
		b.Reset()
	}
	for text != "" {
		at := strings.IndexByte(text, '<')
		if at < 0 {
			break
		}
		b.WriteString(text[:at])
		text = text[at:]
		end := strings.IndexByte(text[:min(len(text), maxTag)], '>')
		if end < 0 {
			b.WriteByte('<')
			text = text[1:]
			continue
		}
		tag, closing := strings.CutPrefix(text[1:end], "/")
		name, annotation := tag, ""
		if i := strings.IndexAny(tag, " \t\n\f"); i >= 0 {
			name, annotation = tag[:i], tag[i+1:]
		}
		name, _, _ = strings.Cut(name, ".")
		switch name {
		case "v":
			flush()
			speaker = ""
			if !closing {
				speaker = strings.Join(strings.Fields(entities(annotation)), " ")
				named = named || speaker != ""
			}
		case "c", "u":
			styled = true
		case "i", "b", "ruby", "rt", "lang", "":
			if name == "" && tag != "" { // "<.loud>" and the like are no tags
				b.WriteByte('<')
				text = text[1:]
				continue
			}
		default:
			if _, n, ok := vttTimestamp(tag); ok && n == len(tag) && !closing {
				styled = true
				break
			}
			b.WriteByte('<')
			text = text[1:]
			continue
		}
		text = text[end+1:]
	}
	b.WriteString(text)
	flush()
	if len(voices) == 0 {
		voices = []voice{{}}
	}
	return voices, named, styled
}
