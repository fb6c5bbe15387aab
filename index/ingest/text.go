package ingest

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

func itoa(n int) string { return strconv.Itoa(n) }

// readText reads plain text: turns where lines name who speaks, in any of the ways of form, or else one turn.
func readText(s *source, d *Document) error {
	var lines []line
	blank := true
	for i, text := range s.lines() {
		if strings.TrimSpace(text) == "" {
			blank = true
			continue
		}
		lines = append(lines, line{text: text, n: i + 1, blank: blank, para: blank})
		blank = false
	}
	d.setLines(lines)
	return nil
}

// setLines makes segments of lines, none of them empty.
func (d *Document) setLines(lines []line) {
	if n := len(lines); n > 0 && footer.MatchString(lines[n-1].text) {
		d.Dropped = append(d.Dropped, Range{lines[n-1].n, lines[n-1].n})
		d.note("the line in which Otter names itself was left out")
		lines = lines[:n-1]
	}
	heads, found := infer(lines, prose)
	d.Labels = "none"
	if len(heads) > 0 {
		d.Labels = "inferred"
	}
	d.report(found)

	teams := false
	for _, h := range heads {
		teams = teams || h.form == byTime && h.alone
	}
	var text strings.Builder
	var current Segment
	joined, dropped := 0, []Range{}
	was := head{}
	began := false
	flush := func() {
		current.Text = strings.TrimSpace(text.String())
		if current.Text != "" || current.Speaker != "" {
			d.Segments = append(d.Segments, current)
		}
		text.Reset()
	}
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		h, ok := heads[i]
		if began && (l.dropped || !ok && teams && recorded.MatchString(l.text)) {
			dropped = append(dropped, Range{l.n, l.n})
			continue
		}
		said := l.text
		if !ok {
			if l.para && text.Len() > 0 {
				text.WriteString("\n\n")
			} else if text.Len() > 0 {
				text.WriteByte('\n')
			}
			text.WriteString(said)
			continue
		}
		said = strings.TrimSpace(l.text[h.speech:])
		// A recogniser's stretches, each with its time before the name: the turn goes on while the name is the same.
		if began && h.leads && was.leads && h.label == was.label {
			if so := strings.TrimSpace(text.String()); so != "" && said != "" {
				if ends(so) {
					text.WriteString("\n\n")
				} else {
					text.WriteString(" ")
				}
			}
			text.WriteString(said)
			joined++
		} else {
			flush()
			current = Segment{Speaker: h.label, Start: h.time, HasTime: h.hasTime, Line: l.n}
			text.WriteString(said)
		}
		if h.two {
			i++
		}
		was, began = h, true
	}
	flush()
	if len(d.Segments) > 0 && d.Segments[0].Speaker == "" && len(lines) > 0 {
		d.Segments[0].Line = lines[0].n
	}
	if joined > 0 {
		d.note("stretches of one speaker that follow each other became one turn: %d", joined)
	}
	for _, r := range dropped {
		d.drop(r.First, r.Last)
	}
	if len(dropped) > 0 {
		d.note("headings and other lines that nobody spoke were left out: %d", len(dropped))
		if n := len(d.Dropped); n > 1 && d.Dropped[0].First > d.Dropped[n-1].First { // the footer was noted first
			d.Dropped = append(d.Dropped[1:], d.Dropped[0])
		}
	}
	d.timesInSpeech()
}

// footer is what Otter writes below a transcript.
var footer = regexp.MustCompile(`(?i)^\s*transcribed by https?://(www\.)?otter\.ai/?\s*$`)

// recorded is what Teams writes between the turns.
var recorded = regexp.MustCompile(`^\s*.{1,60} (started|stopped) transcription\s*$`)

// ends says whether s ends a sentence.
func ends(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, `"'”’»)]`))
	return strings.ContainsRune(".!?…。！？", r)
}

// timesInSpeech moves times from the beginning of speech to the turn, where at least half of the turns have one: then
// they are the turns' times. Otherwise they are a transcriber's marks here and there, and stay where they stand.
func (d *Document) timesInSpeech() {
	turns, with := 0, 0
	for _, s := range d.Segments {
		if s.Speaker != "" && s.Text != "" && !onlyTimes(s.Text) {
			turns++
			if _, _, ok := stamp(s.Text); ok && !s.HasTime {
				with++
			}
		}
	}
	if with < 2 || with*2 < turns {
		return
	}
	for i := range d.Segments {
		s := &d.Segments[i]
		if t, n, ok := stamp(s.Text); ok && s.Speaker != "" && !s.HasTime {
			s.Start, s.HasTime, s.Text = t, true, s.Text[n:]
		}
	}
}

// markdown is the sign of a Markdown file: a label in bold, a heading, a link, an escaped bracket.
var markdown = regexp.MustCompile(`(?m):\*\*|\*\*[:：]|^[*_][^*_\n]{1,60}(:[*_]|[*_]:)\s|^#{1,6} +\S|\]\(https?://|\\[\[\]*_#]`)

func sniffMarkdown(s *source) bool {
	return markdown.MatchString(s.text)
}

// stamp reads a time at the beginning of speech: in brackets, or bare with hours.
func stamp(s string) (t time.Duration, n int, ok bool) {
	if t, n, ok = bracketed(s); !ok {
		if t, n, ok = clock(s); !ok || strings.Count(s[:n], ":") < 2 {
			return 0, 0, false
		}
	}
	if n < len(s) && s[n] != ' ' && s[n] != '\t' && s[n] != '\n' {
		return 0, 0, false
	}
	rest := strings.TrimLeft(s[n:], " \t\n")
	rest = strings.TrimPrefix(rest, "- ")
	return t, len(s) - len(rest), true
}

// readMarkdown reads text with the marks of Markdown taken away: bold type, escapes, entities, code marks, the targets
// of links, and the tags for raised letters and the like. Single asterisks and underscores stay, since transcribers
// write *laughs*. Headings, rules and the addresses of links by reference are dropped once somebody has spoken.
func readMarkdown(s *source, d *Document) error {
	var lines []line
	blank, links := true, 0
	raw := s.lines()
	for i, text := range raw {
		if strings.TrimSpace(text) == "" {
			blank = true
			continue
		}
		l := line{n: i + 1, blank: blank, para: blank}
		l.heading = heading.MatchString(text)
		l.dropped = l.heading || rule.MatchString(text) || target.MatchString(text)
		if l.dropped {
			l.text = text
		} else {
			var n int
			l.text, l.bold, n = unmark(text)
			links += n
		}
		lines = append(lines, l)
		blank = false
	}
	d.setLines(lines)
	if links > 0 {
		d.note("the addresses of links were left out, their words kept: %d", links)
	}
	return nil
}

var (
	heading = regexp.MustCompile(`^#{1,6}\s+\S`)
	rule    = regexp.MustCompile(`^\s*(-\s*-\s*-[\s-]*|\*\s*\*\s*\*[\s*]*|_\s*_\s*_[\s_]*)$`)
	target  = regexp.MustCompile(`^\s{0,3}\[[^\]]+\]:\s*<?(https?://|mailto:|/|#)\S*$`)
	inline  = regexp.MustCompile(`^</?(?i:sup|sub|b|i|u|em|strong|span|br|small|mark)(\s[^<>]*)?/?>`)
	address = regexp.MustCompile(`^<((?:https?://|mailto:)[^<>\s]+)>`)
	linked  = regexp.MustCompile(`^\]\((?:https?://|mailto:|/|#|\.)[^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+"[^"]*")?\)`)
	// emphasised is a label in italics.
	emphasised = regexp.MustCompile(`^\s*([*_])([^*_\s][^*_]{0,60}?)(:[*_]\s|:[*_]$|[*_]:\s|[*_]:$)`)
)

// maxAddress is how long the address of a link may be, in bytes.
const maxAddress = 4096

// unmark takes Markdown's marks out of a line. Bold is where its first bold stretch lies in the result; links is the
// number of addresses left out.
func unmark(s string) (text string, bold [2]int, links int) {
	if m := emphasised.FindStringSubmatchIndex(s); m != nil && s[m[2]] == s[strings.IndexAny(s[m[5]:], "*_")+m[5]] {
		inner, _, n := unmark(s[m[4]:m[5]])
		rest, _, k := unmark(strings.Replace(s[m[5]:m[7]], s[m[2]:m[3]], "", 1) + s[m[7]:])
		return inner + rest, [2]int{0, len(inner)}, n + k
	}
	const marks = "\\*`[&<_!"
	if !strings.ContainsAny(s, marks) {
		return s, bold, 0
	}
	var b strings.Builder
	b.Grow(len(s))
	open := -1 // where bold type began in the result
	strong := ""
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && s[i+1] < utf8.RuneSelf && (unicode.IsPunct(rune(s[i+1])) || unicode.IsSymbol(rune(s[i+1]))):
			b.WriteByte(s[i+1])
			i += 2
		case c == '\\' && i+1 == len(s): // a hard line break
			i++
		case c == '`':
			n := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
			if end := strings.Index(s[i+n:], s[i:i+n]); n < 3 && end >= 0 {
				b.WriteString(s[i+n : i+n+end])
				i += 2*n + end
			} else {
				b.WriteString(s[i : i+n])
				i += n
			}
		case strong != "" && strings.HasPrefix(s[i:], strong):
			if bold[1] == 0 {
				bold = [2]int{open, b.Len()}
			}
			i += len(strong)
			strong = ""
		case strong == "" && (strings.HasPrefix(s[i:], "**") || strings.HasPrefix(s[i:], "__") && strings.TrimSpace(s[:i]) == ""):
			mark := s[i : i+2]
			if strings.HasPrefix(s[i:], "***") {
				mark = "***"
			}
			if end := strings.Index(s[i+len(mark):], mark); end > 0 {
				strong, open = mark, b.Len()
			} else {
				b.WriteString(mark)
			}
			i += len(mark)
		case c == '!' && strings.HasPrefix(s[i:], "!["):
			if linkEnd(s, i+1) == 0 {
				b.WriteByte(c)
			}
			i++
		case c == '[' && linkEnd(s, i) > 0:
			end := linkEnd(s, i)
			m := linked.FindString(s[end:min(len(s), end+maxAddress)])
			words, _, n := unmark(s[i+1 : end])
			b.WriteString(words)
			links += 1 + n
			i = end + len(m)
		case c == '<' && address.MatchString(s[i:min(len(s), i+maxTag)]):
			m := address.FindStringSubmatch(s[i:min(len(s), i+maxTag)])
			b.WriteString(m[1])
			i += len(m[0])
		case c == '<' && inline.MatchString(s[i:min(len(s), i+maxTag)]):
			m := inline.FindString(s[i:min(len(s), i+maxTag)])
			if strings.HasPrefix(strings.ToLower(m), "<br") {
				b.WriteByte(' ')
			}
			i += len(m)
		case c == '&':
			end := strings.IndexByte(s[i:min(len(s), i+34)], ';')
			if end < 0 {
				end = 0
			}
			b.WriteString(entities(s[i : i+end+1]))
			i += end + 1
		default:
			next := strings.IndexAny(s[i+1:], marks)
			if next < 0 {
				next = len(s) - i - 1
			}
			b.WriteString(s[i : i+1+next])
			i += 1 + next
		}
	}
	return b.String(), bold, links
}

// linkEnd returns where the bracket that closes the words of a link stands, if s has one from the [ at i; else 0.
func linkEnd(s string, i int) int {
	const most = 300 // bytes
	depth := 0
	for j := i; j < len(s) && j < i+most; j++ {
		switch s[j] {
		case '\\':
			j++
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				if linked.MatchString(s[j:min(len(s), j+maxAddress)]) {
					return j
				}
				return 0
			}
		}
	}
	return 0
}
