// Package transcript knows the native transcript: one text file, its front matter, the turns that people speak in it,
// and passages of it.
//
// It guarantees that what it reads it can write back byte for byte; that offsets are bytes in the text (what follows
// the front matter), half-open, on character boundaries; and that it never guesses who speaks: only labels that the
// front matter declares begin a turn. It refuses text that is not UTF-8, that opens with a byte order mark, or that
// holds carriage returns, since offsets in such a file would not be what other programs see.
//
// Anchors and quotations rest on it: an anchor is never moved to other words (Resolve), and no quotation is called
// verbatim whose words do not stand there in order, but for what its author marked (VerifyQuotation). What cannot be
// defended is said to be ambiguous, lost, edited or absent.
//
// Words mean what design section 1 says: a turn is what one speaker says before another does, with its header; its
// speech is the turn without the header.
package transcript

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/codebook/diag"
)

// A Transcript is one parsed transcript. Treat it as read-only once parsed.
type Transcript struct {
	ID   string
	File string // as findings name it
	Meta Meta
	Text string // all that follows the front matter
	Hash string // first 12 hex digits of the SHA-256 of Text
	// Turns are in order and cover the text from the first label on. Turns[0] may be turn 0 (see Turn.Number).
	Turns []Turn
	// Language of the study, for what is asked of a transcript whose Meta names none. Parse leaves it empty.
	Language string

	head string      // the front matter as it stands, its two lines of --- included; "" without one
	said *lazySpeech // what quotations are compared with, made when first needed
}

// Meta is the front matter.
type Meta struct {
	Date       string
	Language   string    // "" when the study's holds
	Speakers   []Speaker // in the order of the file
	Attributes []Attribute
	Source     *Source
}

// A Speaker is a label and whom it stands for: a participant's id, or diag.Interviewer, Other or Unknown.
type Speaker struct{ Label, Is string }

// An Attribute is a name and a value of the user's own.
type Attribute struct{ Name, Value string }

// Source says where ingest took the transcript from and what it guessed.
type Source struct {
	File     string
	SHA256   string
	Format   string
	Encoding string
	Labels   string   // "declared" or "inferred"; "none" where nobody is named
	Dropped  []string // ranges of source lines that were left out, as "1-3" or "7"
}

// A Span is a stretch of text: bytes, half-open.
type Span struct{ Start, End int }

// Len returns the number of bytes.
func (s Span) Len() int { return s.End - s.Start }

// Overlaps says whether s and o share at least one byte. Spans that only touch do not.
func (s Span) Overlaps(o Span) bool { return s.Start < o.End && o.Start < s.End }

// A Passage is a span of a named transcript.
type Passage struct {
	Transcript string
	Span
}

// A Turn is what one speaker says before another does.
type Turn struct {
	// Number counts from 1. Turn 0 is what stands before the first label; a transcript without declared speakers is
	// one turn, number 1, spoken by diag.Unknown.
	Number int
	Label  string // as it stands in the text; "" in turn 0 and where no speakers are declared
	Is     string // participant id, diag.Interviewer, Other or Unknown; "" in turn 0
	Span          // the whole turn, header included, to the next header
	Speech Span   // from after the header's space to the last character that is not white space; may be empty

	Time    time.Duration // from the header's timestamp
	HasTime bool
}

// Participant says whether the turn is spoken by a participant (not an interviewer, other, unknown or nobody).
func (t Turn) Participant() bool { return t.Is != "" && !diag.ReservedParticipant(t.Is) }

// Parse reads a transcript. File names it in findings; id is what the study calls it. Even with findings it returns
// what could be read, so that a caller can say more; use it only when found.Err() is nil.
func Parse(id, file string, src []byte) (*Transcript, diag.List) {
	var found diag.List
	t := &Transcript{ID: id, File: file}
	t.said = newLazySpeech(t)
	if i := invalidUTF8(src); i >= 0 {
		pos := position(src, i)
		found.Add(diag.Finding{Rule: "transcript/not-text", Severity: diag.Error, File: file, Pos: pos,
			Message: fmt.Sprintf("not UTF-8 text: byte 0x%02x", src[i]), Hint: "tema ingest reads other encodings"})
		return t, found
	}
	if bytes.HasPrefix(src, []byte("\ufeff")) {
		found.Add(diag.Finding{Rule: "transcript/bom", Severity: diag.Error, File: file, Pos: diag.Position{Line: 1, Column: 1},
			Message: "begins with a byte order mark", Hint: "save it as UTF-8 without one"})
	}
	if i := bytes.IndexByte(src, '\r'); i >= 0 {
		found.Add(diag.Finding{Rule: "transcript/cr", Severity: diag.Error, File: file, Pos: position(src, i),
			Message: "has carriage returns (line ends of Windows)", Hint: "save it with LF line ends"})
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		found.Add(diag.Finding{Rule: "transcript/not-text", Severity: diag.Error, File: file, Pos: position(src, i),
			Message: "holds a NUL character, so it is not text"})
	}
	if len(found) > 0 {
		return t, found
	}
	head, text := split(string(src))
	t.head, t.Text = head, text
	t.Hash = hash(src[len(head):])
	t.Meta = parseMeta(file, head, &found)
	t.Turns = turns(text, t.Meta.Speakers)
	return t, found
}

// Bytes returns the file as it was parsed.
func (t *Transcript) Bytes() []byte { return []byte(t.head + t.Text) }

// HashText returns the hash of a text, as Transcript.Hash holds it.
func HashText(text string) string { return hash([]byte(text)) }

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// Text returns what follows the front matter of a transcript's file, as a part of src, and checks nothing: for a file
// that is known to be sound, when only words at known offsets are wanted.
func Text(src []byte) []byte {
	const line = "---\n"
	if !bytes.HasPrefix(src, []byte(line)) {
		return src
	}
	end := bytes.Index(src[len(line)-1:], []byte("\n"+line))
	if end < 0 {
		return nil
	}
	return src[len(line)-1+end+1+len(line):]
}

// split cuts a file into front matter, with both lines of ---, and text.
func split(src string) (head, text string) {
	const line = "---\n"
	if src == "---" {
		return src, "" // never closed, as below
	}
	if !strings.HasPrefix(src, line) {
		return "", src
	}
	rest := src[len(line):]
	for at := 0; at < len(rest); {
		end := strings.IndexByte(rest[at:], '\n')
		if end < 0 {
			if rest[at:] == "---" {
				return src, ""
			}
			break
		}
		if rest[at:at+end+1] == line {
			cut := len(line) + at + end + 1
			return src[:cut], src[cut:]
		}
		at += end + 1
	}
	return src, "" // never closed: parseMeta says so
}

func invalidUTF8(src []byte) int {
	if utf8.Valid(src) {
		return -1
	}
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func position(src []byte, offset int) diag.Position {
	before := src[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return diag.Position{Line: bytes.Count(before, []byte("\n")) + 1, Column: utf8.RuneCount(before[start:]) + 1}
}

// Position returns the place in the file of an offset in the text.
func (t *Transcript) Position(offset int) diag.Position {
	before := t.Text[:min(max(offset, 0), len(t.Text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return diag.Position{Line: strings.Count(t.head, "\n") + strings.Count(before, "\n") + 1, Column: utf8.RuneCountInString(before[start:]) + 1}
}

// Occurrences returns every place where words stand in the text byte for byte, in order. They may overlap.
func (t *Transcript) Occurrences(words string) []Span {
	if words == "" {
		return nil
	}
	var out []Span
	_, first := utf8.DecodeRuneInString(words)
	for at := 0; ; {
		i := strings.Index(t.Text[at:], words)
		if i < 0 {
			return out
		}
		out = append(out, Span{at + i, at + i + len(words)})
		at += i + first
	}
}

// TurnAt returns the turn that holds the byte at offset.
func (t *Transcript) TurnAt(offset int) (Turn, bool) {
	lo, hi := 0, len(t.Turns)
	for lo < hi {
		mid := (lo + hi) / 2
		switch turn := t.Turns[mid]; {
		case offset < turn.Start:
			hi = mid
		case offset >= turn.End:
			lo = mid + 1
		default:
			return turn, true
		}
	}
	return Turn{}, false
}

// TurnsIn returns the turns that span overlaps, in order.
func (t *Transcript) TurnsIn(span Span) []Turn {
	from, _ := slices.BinarySearchFunc(t.Turns, span.Start, func(turn Turn, at int) int { return cmp.Compare(turn.End, at+1) })
	var out []Turn
	for _, turn := range t.Turns[from:] {
		if turn.Start >= span.End {
			break
		}
		if turn.Span.Overlaps(span) {
			out = append(out, turn)
		}
	}
	return out
}

// Speaking returns the places in Turns of the first turn whose speech span overlaps and of the one behind the last such,
// the same place twice if there is none. Turns in between may have no speech at all.
func (t *Transcript) Speaking(span Span) (from, to int) {
	from = sort.Search(len(t.Turns), func(i int) bool { return t.Turns[i].Speech.End > span.Start })
	for to = from; to < len(t.Turns) && t.Turns[to].Speech.Start < span.End; to++ {
	}
	for ; to > from && t.Turns[to-1].Speech.Len() == 0; to-- {
	}
	for ; from < to && t.Turns[from].Speech.Len() == 0; from++ {
	}
	return from, to
}

// Slice returns the text of span, or "" and false if it lies outside the text or cuts a character.
func (t *Transcript) Slice(span Span) (string, bool) {
	if span.Start < 0 || span.End > len(t.Text) || span.Start > span.End || !boundary(t.Text, span.Start) || !boundary(t.Text, span.End) {
		return "", false
	}
	return t.Text[span.Start:span.End], true
}

func boundary(s string, i int) bool { return i == len(s) || utf8.RuneStart(s[i]) }

// turns cuts text at each line that opens with a declared label.
func turns(text string, speakers []Speaker) []Turn {
	if len(speakers) == 0 {
		turn := Turn{Number: 1, Is: diag.Unknown, Span: Span{0, len(text)}}
		turn.Speech = trim(text, turn.Span)
		return []Turn{turn}
	}
	byLength := longestFirst(speakers)
	var out []Turn
	for at := 0; at < len(text); {
		if h, ok := header(text, at, byLength); ok {
			if n := len(out); n > 0 {
				out[n-1].End = at
			} else if strings.TrimSpace(text[:at]) != "" {
				out = append(out, Turn{Span: Span{0, at}})
			}
			out = append(out, h)
		}
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	if len(out) == 0 && strings.TrimSpace(text) != "" {
		out = []Turn{{}}
	}
	if n := len(out); n > 0 {
		out[n-1].End = len(text)
	}
	number := 1
	for i := range out {
		turn := &out[i]
		if turn.Is != "" {
			turn.Number = number
			number++
		} else {
			turn.Speech.Start = turn.Start
		}
		turn.Speech = trim(text, Span{turn.Speech.Start, turn.End})
	}
	return out
}

// trim moves both ends of span inwards over white space. A span of white space alone becomes empty at its start.
func trim(text string, span Span) Span {
	s := text[span.Start:span.End]
	right := strings.TrimRightFunc(s, unicode.IsSpace)
	left := strings.TrimLeftFunc(right, unicode.IsSpace)
	start := span.Start + len(right) - len(left)
	if left == "" {
		start = span.Start
	}
	return Span{start, start + len(left)}
}

func longestFirst(speakers []Speaker) []Speaker {
	out := append([]Speaker(nil), speakers...)
	for i := range out {
		for j := i; j > 0 && len(out[j].Label) > len(out[j-1].Label); j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// header reads a turn's header at the start of a line: an optional timestamp, a declared label, optional spaces, a
// colon, and a space or the end of the line. Speech.Start is where the speech begins.
func header(text string, at int, byLength []Speaker) (Turn, bool) {
	turn := Turn{Span: Span{Start: at}}
	i := at
	if d, n, ok := Timestamp(text[i:]); ok {
		turn.Time, turn.HasTime = d, true
		i += n
		for i < len(text) && text[i] == ' ' {
			i++
		}
	}
	for _, s := range byLength {
		if !strings.HasPrefix(text[i:], s.Label) {
			continue
		}
		j := i + len(s.Label)
		for j < len(text) && text[j] == ' ' {
			j++
		}
		switch {
		case strings.HasPrefix(text[j:], ":"):
			j++
		case strings.HasPrefix(text[j:], "："):
			j += len("：")
		default:
			continue
		}
		switch {
		case j == len(text) || text[j] == '\n':
		case text[j] == ' ':
			j++
		default:
			continue
		}
		turn.Label, turn.Is = s.Label, s.Is
		turn.Speech.Start = j
		return turn, true
	}
	return Turn{}, false
}

// Timestamp reads `[h:mm:ss]` or `[h:mm:ss.mmm]` at the start of s and returns the time and its length in bytes.
func Timestamp(s string) (d time.Duration, n int, ok bool) {
	if len(s) == 0 || s[0] != '[' {
		return 0, 0, false
	}
	end := strings.IndexByte(s[:min(len(s), 20)], ']')
	if end < 0 {
		return 0, 0, false
	}
	clock, fraction, hasFraction := strings.Cut(s[1:end], ".")
	parts := strings.Split(clock, ":")
	if len(parts) != 3 || len(parts[1]) != 2 || len(parts[2]) != 2 || parts[0] == "" || hasFraction && len(fraction) != 3 {
		return 0, 0, false
	}
	var h, m, sec, ms int
	for _, p := range []struct {
		text string
		to   *int
	}{{parts[0], &h}, {parts[1], &m}, {parts[2], &sec}, {fraction, &ms}} {
		for _, c := range []byte(p.text) {
			if c < '0' || c > '9' {
				return 0, 0, false
			}
			*p.to = *p.to*10 + int(c-'0')
		}
	}
	if m > 59 || sec > 59 || h > 9999 {
		return 0, 0, false
	}
	d = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second + time.Duration(ms)*time.Millisecond
	return d, end + 1, true
}

// FormatTime writes a time as it stands in a header: h:mm:ss, or h:mm:ss.mmm where it holds milliseconds.
func FormatTime(d time.Duration) string {
	ms := d.Milliseconds()
	s := fmt.Sprintf("%d:%02d:%02d", ms/3600000, ms/60000%60, ms/1000%60)
	if ms%1000 != 0 {
		s += fmt.Sprintf(".%03d", ms%1000)
	}
	return s
}
