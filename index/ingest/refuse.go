package ingest

import (
	"bytes"
	"encoding/json"
	"strings"
)

// The files that people hand over and that are no transcripts, or none that there is a reader for.
var unreadable = []struct {
	magic string
	at    int // byte offset of magic
	what  string
	hint  string
}{
	{"%PDF-", 0, "a PDF; tema cannot read PDF yet", "copy its text into a .txt file, or ask for the original document"},
	{"{\\rtf", 0, "RTF; tema cannot read RTF yet", "open it in a word processor and save it as .docx or .txt"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "an old Word file (.doc) or one that is protected by a password", "open it in a word processor and save it as .docx without a password"},
	{"SQLite format 3\x00", 0, "a database", "export the transcripts from the program that made it"},
	{"\x1f\x8b", 0, "a compressed file", "unpack it first"},
	{"7z\xbc\xaf\x27\x1c", 0, "a compressed file", "unpack it first"},
	{"Rar!\x1a\x07", 0, "a compressed file", "unpack it first"},
	{"1AY&SY", 4, "a compressed file", "unpack it first"},
	{"\x89PNG", 0, "a picture", "tema reads text, not pictures of text"},
	{"\xff\xd8\xff", 0, "a picture", "tema reads text, not pictures of text"},
	{"GIF8", 0, "a picture", "tema reads text, not pictures of text"},
	{"II*\x00", 0, "a picture", "tema reads text, not pictures of text"},
	{"MM\x00*", 0, "a picture", "tema reads text, not pictures of text"},
	{"WEBP", 8, "a picture", "tema reads text, not pictures of text"},
	{"ID3", 0, "a recording", transcribe},
	{"\xff\xfb", 0, "a recording", transcribe},
	{"\xff\xf3", 0, "a recording", transcribe},
	{"\xff\xf1", 0, "a recording", transcribe},
	{"RIFF", 0, "a recording", transcribe},
	{"OggS", 0, "a recording", transcribe},
	{"fLaC", 0, "a recording", transcribe},
	{"FORM", 0, "a recording", transcribe},
	{"\x1aE\xdf\xa3", 0, "a recording", transcribe},
	{"ftyp", 4, "a recording", transcribe},
	{"\x30\x26\xb2\x75\x8e\x66\xcf\x11", 0, "a recording", transcribe},
}

const transcribe = "transcribe it first; tema reads what Whisper, Teams, Zoom, Otter and others write"

// refuseBinary names a file that is known to be no text.
func refuseBinary(s *source) error {
	for _, u := range unreadable {
		if len(s.raw) >= u.at && bytes.HasPrefix(s.raw[u.at:], []byte(u.magic)) {
			if u.hint == transcribe && textual(s.raw) {
				continue // "FORM", "RIFF" or "ID3" may begin a text
			}
			return refuse(s.name, "ingest/unreadable-format", "is not text: it looks like "+u.what, u.hint)
		}
	}
	if !bytes.HasPrefix(s.raw, []byte("PK\x03\x04")) {
		return nil
	}
	z := archive(s.raw)
	if z == nil {
		return refuse(s.name, "ingest/broken", "is a broken archive: as a Word document it cannot be opened", "copy it again from where it came, or open it in a word processor and save it again")
	}
	what, hint := "a ZIP archive", "unpack it and name the files in it"
	mime, _ := part(z, "mimetype")
	for _, f := range z.File {
		switch {
		case strings.HasPrefix(f.Name, "xl/"):
			what, hint = "a spreadsheet (XLSX); tema cannot read XLSX yet", "save it as text"
		case strings.HasPrefix(f.Name, "ppt/"):
			what, hint = "a presentation", ""
		}
	}
	switch {
	case bytes.HasPrefix(mime, []byte("application/vnd.oasis.opendocument.text")):
		what, hint = "an OpenDocument text (ODT); tema cannot read ODT yet", "save it as .docx or .txt"
	case bytes.HasPrefix(mime, []byte("application/vnd.oasis.opendocument")):
		what, hint = "an OpenDocument file that is no text", ""
	case bytes.HasPrefix(mime, []byte("application/epub")):
		what, hint = "an electronic book", ""
	}
	return refuse(s.name, "ingest/unreadable-format", "is not text: it looks like "+what, hint)
}

// textual says whether the first bytes are characters that a text may begin with.
func textual(raw []byte) bool {
	for _, b := range raw[:min(len(raw), 512)] {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' || b >= 0x80 {
			return false
		}
	}
	return true
}

// refuseText names a file that is text to a machine but not to a reader, and that tema has no reader for.
func refuseText(s *source) error {
	text := strings.TrimLeft(s.text, " \t\n")
	start := strings.ToLower(text[:min(len(text), 1024)])
	what, hint := "", "save it as .txt, .vtt or .docx"
	switch {
	case strings.HasPrefix(start, "{\\rtf"):
		what = "RTF; tema cannot read RTF yet"
	case strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") || strings.HasPrefix(start, "<?xml") && strings.Contains(start, "<html"):
		what = "HTML; tema cannot read HTML yet"
	case strings.HasPrefix(start, "<?xml") && strings.Contains(start, "<annotation_document"):
		what = "an ELAN file; tema cannot read ELAN yet"
	case strings.HasPrefix(start, "<?xml") || strings.HasPrefix(start, "<tei"):
		what = "XML; tema cannot read this kind yet"
	case strings.HasPrefix(start, "@utf8") || strings.HasPrefix(start, "@begin"):
		what = "a CHAT file; tema cannot read CHAT yet"
	case strings.HasPrefix(start, `file type = "ootextfile`):
		what = "a TextGrid of Praat; tema cannot read TextGrid yet"
	case (strings.HasPrefix(start, "{") || strings.HasPrefix(start, "[")) && json.Valid([]byte(s.text)):
		what = "JSON, but not of the kind that Whisper writes"
	default:
		return nil
	}
	return refuse(s.name, "ingest/unreadable-format", "is "+what, hint)
}
