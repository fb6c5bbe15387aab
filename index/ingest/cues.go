package ingest

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A cue is one caption of a subtitle file, or one segment that a recogniser heard.
type cue struct {
	line       int // in the source
	start, end time.Duration
	timed      bool // start is known
	ended      bool // end is known
	key        string
	voices     []voice
	styled     bool // words of it were marked one by one, as karaoke and roll-up captions do
}

// A voice is what one speaker says in a cue, its lines as they stand.
type voice struct {
	speaker string
	text    string
}

// pause is how long nobody must speak for a paragraph to end where no speakers are named.
const pause = 2 * time.Second

// setCues turns cues into segments. With declared, the format itself named the voices, and a voice without a name is
// nobody's; otherwise speakers are inferred from labels at the beginning of lines, where there are any.
func (d *Document) setCues(cues []cue, declared bool) {
	cues = d.unroll(rejoin(cues))
	d.Labels = "declared"
	if !declared {
		d.Labels = "none"
		if d.labelCues(cues) {
			d.Labels = "inferred"
		}
	}
	if d.Labels == "none" {
		d.paragraphs(cues)
		return
	}
	var said joiner
	flush := func() {
		if n := len(d.Segments); n > 0 && said.Len() > 0 {
			d.Segments[n-1].Text = said.String()
			said = joiner{}
		}
	}
	for _, c := range cues {
		for _, v := range c.voices {
			text := joinLines(v.text)
			if text == "" {
				continue
			}
			speaker := cleanLabel(v.speaker)
			n := len(d.Segments)
			// Before anybody has spoken, "(12 seconds pause)" is a remark and not somebody's speech.
			if speaker == "" && (n > 0 || !noSpeech(text)) {
				speaker = nobody
			}
			if n > 0 && d.Segments[n-1].Speaker == speaker {
				d.Segments[n-1].End = max(d.Segments[n-1].End, c.end)
			} else {
				flush()
				d.Segments = append(d.Segments, Segment{Speaker: speaker, Start: c.start, End: c.end, HasTime: c.timed, Line: c.line})
			}
			said.add(text)
		}
	}
	flush()
}

// paragraphs makes one segment of cues that name nobody. A paragraph ends where nobody speaks for a while.
func (d *Document) paragraphs(cues []cue) {
	var paragraphs []string
	var said joiner
	known := false
	s := Segment{}
	for _, c := range cues {
		var text joiner
		for _, v := range c.voices {
			text.add(joinLines(v.text))
		}
		if text.Len() == 0 {
			continue
		}
		if said.Len() == 0 && len(paragraphs) == 0 {
			s.Line, s.Start, s.HasTime = c.line, c.start, c.timed
		}
		if said.Len() > 0 && known && c.timed && c.start-s.End >= pause {
			paragraphs = append(paragraphs, said.String())
			said = joiner{}
		}
		said.add(text.String())
		s.End, known = max(s.End, c.end), c.ended
	}
	paragraphs = append(paragraphs, said.String())
	if len(paragraphs) > 1 {
		d.note("a paragraph ends where nobody speaks for two seconds")
	}
	s.Text = strings.Join(paragraphs, "\n\n")
	d.Segments = append(d.Segments, s)
}

// rejoin puts the parts of an utterance together that Teams splits over cues: ids GUID/18-0, GUID/18-1. Where somebody
// else spoke in between, the utterance stands whole where it began.
func rejoin(cues []cue) []cue {
	first := map[string]int{}
	parts := map[int][]string{}
	out := cues[:0]
	for _, c := range cues {
		if c.key != "" && len(c.voices) == 1 {
			if i, seen := first[c.key]; seen && out[i].voices[0].speaker == c.voices[0].speaker {
				parts[i] = append(parts[i], c.voices[0].text)
				out[i].end = max(out[i].end, c.end)
				continue
			}
			first[c.key] = len(out)
		}
		out = append(out, c)
	}
	for i, rest := range parts {
		out[i].voices = []voice{{out[i].voices[0].speaker, strings.Join(append([]string{out[i].voices[0].text}, rest...), "\n")}}
	}
	return out
}

// unroll takes away what captions repeat that show one word after another: the whole caption again with another word
// marked, or its last line as the next one's first. Only files whose words are marked one by one are touched, and only
// when most of their cues repeat: people do say things twice.
func (d *Document) unroll(cues []cue) []cue {
	repeats, styled := 0, 0
	for i, c := range cues {
		if c.styled {
			styled++
		}
		if i > 0 && repeated(cues[i-1], c) != "" {
			repeats++
		}
	}
	if styled == 0 || repeats < 3 || repeats*2 < len(cues)-1 {
		return cues
	}
	var out []cue
	dropped := 0
	for i, c := range cues {
		shown := cues[i]
		if i > 0 {
			if again := repeated(cues[i-1], c); again != "" {
				dropped++
				rest := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(c.voices[0].text), again))
				if rest == "" {
					if n := len(out); n > 0 {
						out[n-1].end = max(out[n-1].end, c.end)
					}
					continue
				}
				shown.voices = []voice{{c.voices[0].speaker, rest}}
			}
		}
		out = append(out, shown)
	}
	d.note("captions that repeat one another to mark single words were joined: %d of %d", dropped, len(cues))
	return out
}

// repeated returns what c shows again of the cue before it, or "".
func repeated(before, c cue) string {
	if len(before.voices) != 1 || len(c.voices) != 1 || before.voices[0].speaker != c.voices[0].speaker || c.start > before.end+100*time.Millisecond {
		return ""
	}
	was, is := strings.TrimSpace(before.voices[0].text), strings.TrimSpace(c.voices[0].text)
	if was == is {
		return is
	}
	tail := was[strings.LastIndexByte(was, '\n')+1:]
	if head, _, _ := strings.Cut(is, "\n"); tail != "" && strings.TrimSpace(head) == strings.TrimSpace(tail) {
		return strings.TrimSpace(head)
	}
	return ""
}

// joinLines makes the lines of a caption one: they are broken where the screen ends. A line that opens with a dash,
// by which captions mark another person, stays a line.
func joinLines(s string) string {
	if !strings.Contains(s, "\n") {
		return strings.TrimSpace(s)
	}
	var out joiner
	for line := range strings.SplitSeq(s, "\n") {
		out.add(strings.TrimSpace(line))
	}
	return out.String()
}

// A joiner makes one text of pieces of speech.
type joiner struct{ strings.Builder }

func (j *joiner) add(s string) {
	if s != "" && j.Len() > 0 {
		j.WriteString(between(j.String(), s))
	}
	j.WriteString(s)
}

// between returns what stands between a and b, neither empty, when they become one text: a space; nothing in Chinese
// and Japanese, which have none; a line end before a dash that opens another person's words.
func between(a, b string) string {
	for _, dash := range []string{"- ", "– ", "— ", ">>"} {
		if strings.HasPrefix(b, dash) {
			return "\n"
		}
	}
	last, _ := utf8.DecodeLastRuneInString(a)
	next, _ := utf8.DecodeRuneInString(b)
	if unspaced(last) && unspaced(next) {
		return ""
	}
	return " "
}

func unspaced(r rune) bool {
	return r >= 0x2e80 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff0f)
}

// noSpeech says whether all of s stands in brackets or parentheses.
func noSpeech(s string) bool {
	return len(s) > 1 && (s[0] == '(' && strings.IndexByte(s, ')') == len(s)-1 || s[0] == '[' && strings.IndexByte(s, ']') == len(s)-1)
}

// labelCues looks for speakers' labels at the beginning of captions and of their lines, and says whether it found any.
func (d *Document) labelCues(cues []cue) bool {
	var lines []line
	var owner []int
	for i, c := range cues {
		for _, v := range c.voices {
			for k, text := range strings.Split(v.text, "\n") {
				lines = append(lines, line{text: text, n: c.line, blank: k == 0})
				owner = append(owner, i)
			}
		}
	}
	heads, found := infer(lines, captions)
	if len(heads) == 0 {
		return false
	}
	for i := range cues {
		cues[i].voices = nil
	}
	speaker, brackets := "", false
	var text strings.Builder
	for i, l := range lines {
		c := &cues[owner[i]]
		h, labelled := heads[i]
		switch {
		case labelled:
			speaker = h.label
			brackets = brackets || h.form == inBrackets
		case brackets && l.blank: // whisperX labels each of its captions, unless it does not know the speaker
			speaker = ""
		}
		text.WriteString(l.text[h.speech:] + "\n")
		_, next := heads[i+1]
		if i+1 == len(lines) || owner[i+1] != owner[i] || next {
			c.voices = append(c.voices, voice{speaker, text.String()})
			text.Reset()
		}
	}
	d.report(found)
	return true
}
