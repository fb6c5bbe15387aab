package ingest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// marks are the byte order marks. The ones of UTF-32 come first, since UTF-16's little-endian mark begins one of them.
var marks = []struct {
	mark, name string
	encoding   encoding.Encoding // nil for UTF-8
}{
	{"\xff\xfe\x00\x00", "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
	{"\x00\x00\xfe\xff", "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	{"\xef\xbb\xbf", "utf-8", nil},
	{"\xff\xfe", "utf-16le", xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM)},
	{"\xfe\xff", "utf-16be", xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM)},
}

// decode turns raw bytes into UTF-8 with LF line ends and says which encoding they were in. A guess is named in note.
// The order is: what the caller names; a byte order mark; the pattern of NUL bytes that UTF-16 leaves; valid UTF-8;
// statistics; windows-1252. It fails on an encoding that nobody knows and on bytes that are no text in the one named.
func decode(raw []byte, named string) (text, name, note string, err error) {
	text, name, note, err = characters(raw, named)
	if err != nil {
		return "", "", "", err
	}
	if strings.ContainsAny(text, "\r\f\v") || strings.Contains(text, "\u0085") || strings.Contains(text, "\u2028") ||
		strings.Contains(text, "\u2029") || strings.Contains(text, "\ufeff") {
		text = separators.Replace(text)
	}
	return text, name, note, nil
}

// separators makes all line ends LF. Lines keep the numbers that editors give them, so a form feed is only a space.
var separators = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", " ", "\v", " ", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\ufeff", "")

func characters(raw []byte, named string) (text, name, note string, err error) {
	if named != "" {
		e, name, err := lookup(named)
		if err != nil {
			return "", "", "", err
		}
		if e == nil {
			if !utf8.Valid(raw) {
				return "", "", "", fmt.Errorf("not valid %s", name)
			}
			return string(raw), name, "", nil
		}
		text, ok := through(e, raw)
		if !ok {
			return "", "", "", fmt.Errorf("not valid %s", name)
		}
		return text, name, "", nil
	}
	for _, m := range marks {
		if body, ok := bytes.CutPrefix(raw, []byte(m.mark)); ok {
			text := string(body)
			if m.encoding != nil {
				text, _ = through(m.encoding, body)
			}
			if !utf8.ValidString(text) || strings.ContainsRune(text, unicode.ReplacementChar) {
				return strings.ToValidUTF8(text, "\ufffd"), m.name, "some bytes are not valid " + m.name + " and became \ufffd", nil
			}
			return text, m.name, "", nil
		}
	}
	if text, name, ok := unmarkedUTF16(raw); ok {
		return text, name, "encoding guessed from the pattern of its bytes: " + name, nil
	}
	if utf8.Valid(raw) {
		return string(raw), "utf-8", "", nil
	}
	guess := strings.ToLower(chardet.Detect(raw[:min(len(raw), 1<<20)]).Encoding)
	if guess == "utf-8" || guess == "utf-8-sig" { // UTF-8 with a few broken bytes
		return strings.ToValidUTF8(string(raw), "\ufffd"), "utf-8", "some bytes are not valid UTF-8 and became \ufffd", nil
	}
	if e, name, err := lookup(guess); err == nil && e != nil {
		if text, ok := through(e, raw); ok {
			return text, name, "encoding guessed: " + name + "; if letters look wrong, name the right one with --encoding", nil
		}
	}
	e, name, _ := lookup("windows-1252")
	text, _ = through(e, raw)
	return text, name, "encoding unclear, read as windows-1252; if letters look wrong, name the right one with --encoding", nil
}

// lookup finds an encoding by any of its common names; nil stands for UTF-8.
func lookup(label string) (encoding.Encoding, string, error) {
	label = strings.ToLower(strings.TrimSpace(label))
	for _, m := range marks {
		if label == m.name {
			return m.encoding, m.name, nil
		}
	}
	switch label { // names that the statistics use and the tables lack
	case "utf8":
		return nil, "utf-8", nil
	case "utf-16", "utf16":
		label = "utf-16le"
	case "cp932":
		label = "shift_jis"
	case "cp949":
		label = "euc-kr"
	}
	e, err := htmlindex.Get(label)
	if err != nil || e == encoding.Replacement {
		if e, err = ianaindex.IANA.Encoding(label); err != nil || e == nil {
			return nil, "", fmt.Errorf("no encoding is called %q; some that are: utf-8, utf-16le, windows-1252, iso-8859-2, koi8-r, shift_jis, gb18030", label)
		}
	}
	if name, err := htmlindex.Name(e); err == nil {
		label = name
	}
	if label == "utf-8" {
		return nil, label, nil
	}
	return e, label, nil
}

// through decodes raw. It is not ok where bytes mean nothing in the encoding.
func through(e encoding.Encoding, raw []byte) (string, bool) {
	out, err := e.NewDecoder().Bytes(raw)
	return strings.ToValidUTF8(string(out), "\ufffd"), err == nil && !bytes.ContainsRune(out, unicode.ReplacementChar)
}

// unmarkedUTF16 recognises UTF-16 without a byte order mark. Its spaces, line ends, digits and Latin letters have a NUL
// byte on one and the same side, and every pair of bytes must be a character that text has.
func unmarkedUTF16(raw []byte) (text, name string, ok bool) {
	if len(raw) < 4 || len(raw)%2 != 0 {
		return "", "", false
	}
	var nul [2]int
	for i, b := range raw[:min(len(raw), 1<<16)] {
		if b == 0 {
			nul[i%2]++
		}
	}
	order, name := binary.ByteOrder(binary.LittleEndian), "utf-16le"
	switch {
	case nul[0] == 0 && nul[1] == 0:
		return "", "", false
	case nul[0] > nul[1]:
		order, name = binary.BigEndian, "utf-16be"
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	runes := utf16.Decode(units)
	for _, r := range runes {
		if r == unicode.ReplacementChar || !unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) {
			return "", "", false
		}
	}
	return string(runes), name, true
}

// notText says why decoded text is no text, or "".
func notText(text string) string {
	if strings.IndexByte(text, 0) >= 0 {
		return "it holds NUL bytes"
	}
	const sample = 1 << 16
	controls, n := 0, 0
	for _, r := range text[:min(len(text), sample)] {
		n++
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			controls++
		}
	}
	if controls > 8 && controls*50 > n {
		return "it is full of control characters"
	}
	return ""
}
