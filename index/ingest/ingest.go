// Package ingest reads transcripts in the formats that other programs write, and lays them out as tema's own; and it
// reads manuscripts (ReadProse) in the formats that people write in, as far as it takes to check what they quote.
//
// It guarantees that nothing that was said gets lost: every word of a source stands in what it returns, or in a line
// that it lists as dropped; that whatever it guesses (the encoding, who speaks) is said in Document.Notes; and that no
// file, however broken or hostile, makes it crash or swallow the machine's memory. It recognises a format by what is
// in the file, never by the name. It refuses what is no text (recordings, pictures, PDF), archives that are not what
// they claim to be or too large, and empty files; the refusal is a finding that names the file and what to do.
//
// Of a manuscript it keeps what is printed, with the place where it stands; which of its words are quotations, package
// transcript finds. PDF files are read by a library: where that could go in circles it is left behind after a minute.
//
// It does not decide who a speaker is: a Document carries the labels of its source, and Role proposes what each may
// stand for.
//
// A new format is a file of its own with a reader, and one line in the table formats or proseFormats.
package ingest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tema-qda/tema/codebook/diag"
)

// Options say what the caller knows better than the file does.
type Options struct {
	Encoding string // "" finds it out
	Format   string // a Format's name; "" finds it out
	Language string // of the speech, for the front matter; "" leaves it to the study
}

// A Document is what was found in a foreign file, before anybody said whom the labels stand for.
type Document struct {
	File     string
	Format   string // a Format's name
	Encoding string
	Language string
	Labels   string // "declared" by the format, "inferred" from the lines, "none" where nobody is named
	// Segments are in the order of the file. Only the first may be without a speaker, unless all are: it is what
	// stands before the first turn.
	Segments []Segment
	Dropped  []Range  // lines that were left out; in DOCX, paragraphs
	Notes    []string // each guess and each peculiarity worth telling a person, as a sentence without its full stop

	native []byte // the file itself, if it is a transcript of tema's own
}

// A Segment is a stretch of a source by one speaker, which becomes one turn.
type Segment struct {
	Speaker string // label, "" when nobody is named
	Text    string // paragraphs have an empty line between them; no white space at either end
	Start   time.Duration
	End     time.Duration // 0 when the source has none
	HasTime bool          // Start is known
	Line    int           // in the source, from 1; in DOCX the paragraph, in JSON the segment
}

// A Range is some lines of a source, from 1, both ends included.
type Range struct{ First, Last int }

func (r Range) String() string {
	if r.First == r.Last {
		return strconv.Itoa(r.First)
	}
	return fmt.Sprintf("%d-%d", r.First, r.Last)
}

// A Speaker is a label of a document with what it may stand for.
type Speaker struct {
	Label   string
	Role    string // diag.Interviewer, diag.Other, diag.Unknown, or "" for a participant
	Generic bool   // the label is no name, so that the same one in another file may be somebody else
	Turns   int
}

// Speakers lists the labels in order of appearance. A label under which nothing but times stands (a break, a jingle)
// is proposed as diag.Other, whatever it is called.
func (d *Document) Speakers() []Speaker {
	var out []Speaker
	at := map[string]int{}
	silent := map[string]bool{}
	for _, s := range d.Segments {
		if s.Speaker == "" {
			continue
		}
		i, seen := at[s.Speaker]
		if !seen {
			i = len(out)
			at[s.Speaker] = i
			role, generic := Role(s.Speaker)
			out = append(out, Speaker{Label: s.Speaker, Role: role, Generic: generic})
			silent[s.Speaker] = true
		}
		out[i].Turns++
		silent[s.Speaker] = silent[s.Speaker] && onlyTimes(s.Text)
	}
	for i := range out {
		if out[i].Role == "" && silent[out[i].Label] {
			out[i].Role = diag.Other
		}
	}
	return out
}

// A Format is one that Read knows.
type Format struct {
	Name  string // for --format, and in a transcript's front matter
	About string // what it is and who writes it
	// Extensions, lower case with their dot, are those by which a file in a folder is taken for a transcript. They say
	// nothing of what is in the file.
	Extensions []string
}

// Formats lists the formats in the order in which Read tries them.
func Formats() []Format {
	var out []Format
	for _, f := range formats {
		out = append(out, f.Format)
	}
	return out
}

// A source is the file that a reader is given.
type source struct {
	name string
	raw  []byte
	text string // decoded, line ends LF; "" for a format that reads raw bytes
}

// lines returns the text's lines; line n of the file is the one at n-1.
func (s *source) lines() []string {
	return strings.Split(strings.TrimSuffix(s.text, "\n"), "\n")
}

// A reader is a format with the means to recognise and read it.
type reader struct {
	Format
	of    class
	sniff func(*source) bool
	read  func(*source, *Document) error
}

// A class is what a reader is given.
type class int

const (
	rawBytes class = iota // source.raw alone: archives, and what says its encoding in a way of its own
	marked                // source.text in a form that marks itself
	anyText               // source.text of any kind, so that what is known to be something else must not come to it
)

// formats is the table of readers. The first that recognises a file reads it.
var formats = []reader{
	{Format{"docx", "Word document, also from Teams", []string{".docx"}}, rawBytes, sniffDOCX, readDOCX},
	{Format{"tema", "tema's own transcript, taken over byte for byte", []string{".txt"}}, marked, sniffNative, readNative},
	{Format{"vtt", "WebVTT subtitles (Zoom, Teams, Whisper, noScribe)", []string{".vtt"}}, marked, sniffVTT, readVTT},
	{Format{"whisper-json", "Whisper and whisperX JSON", []string{".json"}}, marked, sniffWhisperJSON, readWhisperJSON},
	{Format{"whisper-tsv", "Whisper TSV: start, end, text", []string{".tsv"}}, marked, sniffWhisperTSV, readWhisperTSV},
	{Format{"whisper-txt", "Whisper's printed lines: [00:01.000 --> 00:02.000] text", []string{".txt"}}, marked, sniffWhisperTXT, readWhisperTXT},
	{Format{"lrc", "LRC lyrics: [00:01.000]text", []string{".lrc"}}, marked, sniffLRC, readLRC},
	{Format{"atrain", "aTrain text with timestamps: [00:00:01] - text", []string{".txt"}}, marked, sniffATrain, readATrain},
	{Format{"srt", "SubRip subtitles, and WebVTT that lacks its first line", []string{".srt"}}, marked, sniffSRT, readSRT},
	{Format{"markdown", "Markdown with speakers in bold, or plain", []string{".md", ".markdown"}}, anyText, sniffMarkdown, readMarkdown},
	{Format{"text", "plain text, with or without speaker labels (Otter, Rev, Zoom, own hand)", []string{".txt", ".text"}}, anyText, func(*source) bool { return true }, readText},
}

// Read reads the file called name, whose bytes are src. The error of a file that cannot be read is a *diag.Invalid
// that says what it is and what to do; any other error is an option that does not exist.
func Read(name string, src []byte, o Options) (*Document, error) {
	table := formats
	if o.Format != "" {
		chosen := -1
		for i, f := range table {
			if f.Name == o.Format {
				chosen = i
			}
		}
		if chosen < 0 {
			var names []string
			for _, f := range table {
				names = append(names, f.Name)
			}
			return nil, fmt.Errorf("no format is called %q; there are %s", o.Format, strings.Join(names, ", "))
		}
		table = table[chosen : chosen+1]
	}
	if o.Encoding != "" {
		if _, _, err := lookup(o.Encoding); err != nil {
			return nil, err
		}
	}
	s := &source{name: name, raw: src}
	// White space, NUL and the bytes of byte order marks, in whatever encoding: there is nothing to find out.
	if !slices.ContainsFunc(src, func(b byte) bool { return strings.IndexByte("\x00\t\n\v\f\r \xef\xbb\xbf\xfe\xff", b) < 0 }) {
		return nil, refuse(name, "ingest/empty", "is empty", "")
	}
	for _, f := range table {
		if f.of == rawBytes && (f.sniff(s) || o.Format != "") {
			d := &Document{File: name, Format: f.Name, Encoding: "utf-8", Language: o.Language}
			return d.finish(f.read(s, d))
		}
	}
	if err := refuseBinary(s); err != nil {
		return nil, err
	}
	text, encoding, note, err := decode(src, o.Encoding)
	if err != nil {
		return nil, refuse(name, "ingest/encoding", err.Error(), "leave --encoding out, or name another")
	}
	if why := notText(text); why != "" {
		return nil, refuse(name, "ingest/not-text", "is not text: "+why, "tema reads text, subtitles, Whisper's output and DOCX")
	}
	s.text = text
	for _, f := range table {
		if f.of != rawBytes && (o.Format != "" || f.sniff(s)) {
			// Any text is plain text, but tags and brackets are nothing that anybody said.
			if err := refuseText(s); err != nil && f.of == anyText && o.Format == "" {
				return nil, err
			}
			d := &Document{File: name, Format: f.Name, Encoding: encoding, Language: o.Language}
			d.note("%s", note)
			return d.finish(f.read(s, d))
		}
	}
	return nil, refuse(name, "ingest/unknown-format", "is in no format that tema knows", "")
}

// refuse makes the error of a file that is not read.
func refuse(name, rule, message, hint string) error {
	var l diag.List
	l.Add(diag.Finding{Rule: rule, Severity: diag.Error, File: name, Message: message, Hint: hint})
	return l.Err()
}

// note adds a sentence to the notes, once; an empty one is none.
func (d *Document) note(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); s != "" && !slices.Contains(d.Notes, s) {
		d.Notes = append(d.Notes, s)
	}
}

// drop records that lines were left out. They come in rising order.
func (d *Document) drop(first, last int) {
	if n := len(d.Dropped); n > 0 && d.Dropped[n-1].Last+1 >= first {
		d.Dropped[n-1].Last = max(d.Dropped[n-1].Last, last)
		return
	}
	d.Dropped = append(d.Dropped, Range{first, last})
}

// finish makes what a reader found keep the promises of Document, or passes on why it could not read.
func (d *Document) finish(err error) (*Document, error) {
	if err != nil {
		return nil, err
	}
	if d.native != nil {
		return d, nil
	}
	out := d.Segments[:0]
	named := false
	for _, s := range d.Segments {
		s.Speaker = cleanLabel(s.Speaker)
		s.Text = cleanText(s.Text)
		if s.Start < 0 || s.Start >= 10000*time.Hour {
			s.Start, s.HasTime = 0, false
		}
		if s.Speaker == "" && s.Text == "" {
			continue
		}
		named = named || s.Speaker != ""
		out = append(out, s)
	}
	d.Segments = out
	if len(out) == 0 {
		return nil, refuse(d.File, "ingest/empty", "holds no speech", "")
	}
	if !named {
		d.Labels = "none"
		texts := make([]string, len(out))
		for i, s := range out {
			texts[i] = s.Text
		}
		out[0].Text = strings.Join(texts, "\n\n")
		out[0].End = out[len(out)-1].End
		d.Segments = out[:1]
		d.note("no speakers are named in it, so it is one turn by nobody known")
		return d, nil
	}
	for i := range out {
		if out[i].Speaker == "" && i > 0 {
			out[i].Speaker = nobody
		}
	}
	if i := slices.IndexFunc(out, func(s Segment) bool { return s.HasTime }); i >= 0 && out[i].Start >= 4*time.Hour {
		d.note("the times look like those of a clock, not of a recording")
	}
	return d, nil
}

// nobody is the label of speech that the source gives to no speaker, as Otter writes it.
const nobody = "Unknown Speaker"

// cleanLabel makes s a label that the native format can hold: one line without a colon, so that none can be read as
// another with the beginning of its speech, and so that it cannot begin with a timestamp. The slashes by which noScribe
// marks overlapping speech are no part of it.
func cleanLabel(s string) string {
	return strings.Join(strings.Fields(noColon.Replace(strings.TrimLeft(s, "/"))), " ")
}

var noColon = strings.NewReplacer(":", " ", "：", " ", "\x00", " ")

// cleanText trims s and makes its line ends and empty lines what Segment.Text promises.
func cleanText(s string) string {
	if strings.ContainsAny(s, "\r\x00") {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\ufffd").Replace(s)
	}
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "\n") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	empty := 0
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimRight(line, " \t")
		switch {
		case line == "":
			empty++
			continue
		case b.Len() > 0 && empty > 0:
			b.WriteString("\n\n")
		case b.Len() > 0:
			b.WriteByte('\n')
		}
		empty = 0
		b.WriteString(line)
	}
	return b.String()
}
