package ingest

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/index/transcript"
)

// proseFormats is the table of the readers of manuscripts. The first that recognises a file reads it. Text in one format
// is text in the others too, so that among those the name decides, and only for an unknown name what is in the file.
var proseFormats = []struct {
	name       string
	extensions []string
	sniff      func(*source) bool // nil where only the name can tell
	read       func(*source, *proseBuilder) error
	raw        bool // it is given source.raw alone
}{
	{"docx", nil, sniffDOCX, readDOCXProse, true},
	{"odt", nil, sniffODT, readODTProse, true},
	{"pdf", nil, sniffPDF, readPDFProse, true},
	{"latex", []string{".tex", ".ltx", ".latex"}, latexStart.match, readLaTeXProse, false},
	{"html", []string{".html", ".htm", ".xhtml"}, htmlStart.match, readHTMLProse, false},
	{"markdown", []string{".md", ".markdown", ".qmd", ".rmd"}, nil, readMarkdownProse, false},
	{"text", []string{".txt", ".text"}, func(*source) bool { return true }, readTextProse, false},
}

type textPattern struct{ *regexp.Regexp }

func (p textPattern) match(s *source) bool { return p.MatchString(s.text[:min(len(s.text), 4096)]) }

var (
	latexStart = textPattern{regexp.MustCompile(`(?m)^\s*\\(documentclass|begin\{document\}|chapter|section)\b`)}
	htmlStart  = textPattern{regexp.MustCompile(`(?i)^\s*(<\?xml[^>]*>\s*)?(<!doctype html|<html)`)}
)

// ReadProse reads the manuscript called name, whose bytes are src: what is printed of it, in paragraphs. Notes at its
// foot are paragraphs of their own, comments and what was deleted with changes tracked are none. The error of a file that
// cannot be read is a *diag.Invalid that says what it is and what to do.
func ReadProse(name string, src []byte) (*transcript.Prose, error) {
	return readManuscript(name, src, nil)
}

// readManuscript reads a manuscript, as Markdown if there is a reader for that.
func readManuscript(name string, src []byte, markdown func(*source, *proseBuilder) error) (*transcript.Prose, error) {
	s := &source{name: name, raw: src}
	b := &proseBuilder{Prose: &transcript.Prose{File: name}}
	ext := strings.ToLower(path.Ext(name))
	for _, f := range proseFormats {
		if f.raw && markdown == nil && f.sniff(s) {
			b.Format = f.name
			return b.finish(f.read(s, b))
		}
	}
	if bytes.HasPrefix(src, []byte("{\\rtf")) || !bytes.HasPrefix(src, []byte("%PDF-")) {
		if err := refuseBinary(s); err != nil {
			return nil, err
		}
	}
	named := ""
	if m := htmlCharset.FindSubmatch(src[:min(len(src), 2048)]); m != nil && !utf8.Valid(src) {
		named = string(m[1])
	}
	text, _, note, err := decode(src, named)
	if err != nil {
		if text, _, note, err = decode(src, ""); err != nil {
			return nil, refuse(name, "ingest/encoding", err.Error(), "save it as UTF-8")
		}
	}
	if why := notText(text); why != "" {
		return nil, refuse(name, "ingest/not-text", "is not text: "+why, "a manuscript is Markdown, DOCX, ODT, PDF, HTML, LaTeX or plain text")
	}
	s.text, b.Source = text, text
	note, _, _ = strings.Cut(note, "; if letters look wrong")
	b.note("%s", note)
	b.lines = []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			b.lines = append(b.lines, i+1)
		}
	}
	if markdown != nil {
		b.Format = "markdown"
		return b.finish(markdown(s, b))
	}
	for _, byName := range []bool{true, false} {
		for _, f := range proseFormats {
			if !f.raw && (byName && slices.Contains(f.extensions, ext) || !byName && f.sniff != nil && f.sniff(s)) {
				b.Format = f.name
				return b.finish(f.read(s, b))
			}
		}
	}
	return nil, refuse(name, "ingest/unknown-format", "is in no format that tema knows", "")
}

var htmlCharset = regexp.MustCompile(`(?i)<meta[^>]*charset=["']?([\w-]+)`)

// A proseBuilder gathers a manuscript's blocks.
type proseBuilder struct {
	*transcript.Prose
	lines     []int // where each line of the source begins; empty in formats without lines
	text      strings.Builder
	stretches []transcript.Stretch
	next      int              // the byte of the source that goes on where text ends; 0 where none does
	place     transcript.Place // of what is written, in formats without lines
}

// write adds s, which stands at byte at of the source as it is, or (verbatim false) instead of what stands there.
func (b *proseBuilder) write(s string, at int, verbatim bool) {
	if len(b.lines) == 0 {
		b.writeHere(s)
		return
	}
	for s != "" {
		line, rest, broken := strings.Cut(s, "\n")
		if broken {
			line = s[:len(line)+1]
		}
		if at != b.next || b.text.Len() == 0 {
			b.stretches = append(b.stretches, transcript.Stretch{At: b.text.Len(), Place: b.placeOf(at)})
		}
		b.text.WriteString(line)
		b.next = 0
		if verbatim {
			if at += len(line); !broken {
				b.next = at
			}
		}
		s = rest
	}
}

// writeHere adds s in a format without lines.
func (b *proseBuilder) writeHere(s string) {
	if n := len(b.stretches); s != "" && (n == 0 || b.stretches[n-1].Place != b.place) {
		b.stretches = append(b.stretches, transcript.Stretch{At: b.text.Len(), Place: b.place})
	}
	b.text.WriteString(s)
}

func (b *proseBuilder) placeOf(at int) transcript.Place {
	at = min(at, len(b.Source))
	line := sort.SearchInts(b.lines, at+1)
	return transcript.Place{Line: line, Column: utf8.RuneCountInString(b.Source[b.lines[line-1]:at]) + 1}
}

// end ends a block. One that nobody can see is none.
func (b *proseBuilder) end(quotation bool) {
	if strings.TrimSpace(b.text.String()) != "" {
		b.Blocks = append(b.Blocks, transcript.Block{Quotation: quotation, Text: b.text.String(), Stretches: b.stretches})
	}
	b.text.Reset()
	b.stretches, b.next = nil, 0
}

// cut takes away the text from byte n of the block on.
func (b *proseBuilder) cut(n int) {
	text := b.text.String()[:n]
	b.text.Reset()
	b.text.WriteString(text)
	b.stretches = slices.DeleteFunc(b.stretches, func(s transcript.Stretch) bool { return s.At >= n })
	b.next = 0
}

func (b *proseBuilder) note(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); s != "" && !slices.Contains(b.Notes, s) {
		b.Notes = append(b.Notes, s)
	}
}

func (b *proseBuilder) finish(err error) (*transcript.Prose, error) {
	if err != nil {
		return nil, err
	}
	b.end(false)
	if len(b.Blocks) == 0 {
		return nil, refuse(b.File, "ingest/empty", "holds no text", "")
	}
	for i := range b.Blocks {
		if text := b.Blocks[i].Text; !utf8.ValidString(text) {
			b.Blocks[i].Text = strings.ToValidUTF8(text, "?") // stretches move a little at most
		}
	}
	return b.Prose, nil
}

// readTextProse reads plain text: paragraphs between empty lines. A hyphen at the end of a line that the next goes on
// with in small letters may be the line's, not the word's.
func readTextProse(s *source, b *proseBuilder) error {
	b.Unmarked = true
	at := 0
	lines := s.lines()
	for i, line := range lines {
		next := ""
		if i+1 < len(lines) {
			next = strings.TrimLeft(lines[i+1], " \t")
		}
		if strings.TrimSpace(line) == "" {
			b.end(false)
		} else if part, broken := brokenWord(line, next); broken {
			b.write(part, at, true)
			b.write("\u00ad", at+len(part), false)
			if lead := len(lines[i+1]) - len(next); lead > 0 { // the word goes on without it
				lines[i+1] = next
				at += lead
			}
		} else {
			b.write(line+"\n", at, true)
		}
		at += len(line) + 1
	}
	return nil
}

// brokenWord returns a line without the hyphen at its end, if that may be the line's: the next goes on in small letters.
func brokenWord(line, next string) (string, bool) {
	line = strings.TrimRight(line, " \t")
	part := strings.TrimSuffix(strings.TrimSuffix(line, "-"), "‐")
	last, _ := utf8.DecodeLastRuneInString(part)
	first, _ := utf8.DecodeRuneInString(next)
	return part, part != line && unicode.IsLetter(last) && unicode.IsLower(first)
}
