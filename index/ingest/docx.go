package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"
)

// Limits on archives, so that a small file cannot fill the memory: no transcript comes near them.
const (
	maxParts      = 2_000
	maxPartBytes  = 32 << 20
	maxParagraphs = 100_000
)

// archive opens src as a ZIP file, or returns nil.
func archive(src []byte) *zip.Reader {
	if !bytes.HasPrefix(src, []byte("PK\x03\x04")) {
		return nil
	}
	z, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		return nil
	}
	return z
}

// part reads one file of an archive; no more than maxPartBytes of it.
func part(z *zip.Reader, name string) ([]byte, error) {
	for _, f := range z.File {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		if f.Flags&1 != 0 {
			return nil, errors.New("it is encrypted")
		}
		tooLarge := fmt.Errorf("its part %s is larger than %d MB", name, maxPartBytes>>20)
		if f.UncompressedSize64 > maxPartBytes {
			return nil, tooLarge
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		// What the archive says of its sizes may be a lie.
		data, err := io.ReadAll(io.LimitReader(r, maxPartBytes+1))
		if len(data) > maxPartBytes {
			return nil, tooLarge
		}
		return data, err
	}
	return nil, errMissing
}

var errMissing = errors.New("it lacks a part that it needs")

func sniffDOCX(s *source) bool {
	z := archive(s.raw)
	if z == nil {
		return false
	}
	main, _ := mainPart(z)
	for _, f := range z.File {
		if strings.EqualFold(f.Name, main) {
			return strings.HasPrefix(main, "word/") || wordRoot(z, main)
		}
	}
	return false
}

// wordRoot says whether a part begins as a Word document does.
func wordRoot(z *zip.Reader, name string) bool {
	data, err := part(z, name)
	if err != nil {
		return false
	}
	d := decoder(data)
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		if e, ok := token.(xml.StartElement); ok {
			return word(e.Name) == "document"
		}
	}
}

// A relationship is a line of a .rels part.
type relationship struct {
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

// related lists a part's relationships by the last word of their type, with targets as names in the archive.
func related(z *zip.Reader, name string) (map[string]string, error) {
	dir, base := path.Split(name)
	data, err := part(z, dir+"_rels/"+base+".rels")
	if err != nil {
		return nil, err
	}
	var rels struct {
		Relationship []relationship `xml:"Relationship"`
	}
	if err := decoder(data).Decode(&rels); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, r := range rels.Relationship {
		if r.Mode == "External" {
			continue
		}
		target := strings.TrimPrefix(r.Target, "/")
		if target == r.Target {
			target = path.Join(dir, target)
		}
		out[path.Base(r.Type)] = target
	}
	return out, nil
}

func mainPart(z *zip.Reader) (string, error) {
	rels, err := related(z, "")
	if name := rels["officeDocument"]; name != "" {
		return name, nil
	}
	return "word/document.xml", err
}

// openDOCX opens the archive that a Word document is.
func openDOCX(s *source) (*zip.Reader, error) {
	z := archive(s.raw)
	if z == nil {
		return nil, refuse(s.name, "ingest/broken", "is not a Word document that can be opened: its archive is broken", "open it in a word processor and save it again")
	}
	if len(z.File) > maxParts {
		return nil, refuse(s.name, "ingest/too-large", fmt.Sprintf("is an archive of more than %d files", maxParts), "")
	}
	return z, nil
}

// brokenDOCX refuses a document whose parts cannot be read.
func brokenDOCX(s *source, err error) error {
	return refuse(s.name, "ingest/broken", "is not a Word document that can be read: "+err.Error(), "open it in a word processor and save it again")
}

// readDOCX reads a Word document: its text with line breaks, tables row by row, footnotes and endnotes in brackets at
// the end of their paragraph. What was deleted with changes tracked, field codes and comments are no text.
func readDOCX(s *source, d *Document) error {
	z, err := openDOCX(s)
	if err != nil {
		return err
	}
	name, _ := mainPart(z)
	body, err := part(z, name)
	if err != nil {
		return brokenDOCX(s, err)
	}
	rels, _ := related(z, name)
	w := walker{notes: map[string]string{}}
	for _, kind := range []string{"footnote", "endnote"} {
		target := rels[kind+"s"]
		if target == "" {
			continue
		}
		data, err := part(z, target)
		if err != nil && !errors.Is(err, errMissing) {
			return brokenDOCX(s, err)
		}
		if err == nil {
			notes := walker{kind: kind, notes: w.notes}
			if err := notes.walk(data); err != nil {
				return brokenDOCX(s, err)
			}
		}
	}
	if err := w.walk(body); err != nil {
		return brokenDOCX(s, err)
	}
	if data, err := part(z, rels["comments"]); err == nil {
		if n := bytes.Count(data, []byte("commentReference")) + bytes.Count(data, []byte("<w:comment ")); n > 0 {
			d.note("comments in the margin were left out")
		}
	}
	d.setLines(w.lines())
	return nil
}

// decoder reads XML that is UTF-8 whatever it says, or UTF-16 with a byte order mark.
func decoder(data []byte) *xml.Decoder {
	if text, _, _, err := decode(data, ""); err == nil {
		data = []byte(text)
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return d
}

// word returns the local name of an element of WordprocessingML, strict or transitional, or "".
func word(n xml.Name) string {
	switch n.Space {
	case "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main", "w":
		return n.Local
	}
	return ""
}

// A paragraph is one of Word's, or a row of a table.
type paragraph struct {
	text    strings.Builder
	bold    [2]int // its first stretch in bold; bytes, half-open
	dropCap bool   // it is a letter that the next paragraph begins with
	notes   []string
	after   []*paragraph // text boxes anchored in it
	look    look
}

// A walker goes through a part of a Word document from end to end.
type walker struct {
	kind       string            // of notes, when the part holds them
	notes      map[string]string // text by kind and id
	paragraphs []*paragraph
	prose      bool // cells of tables are paragraphs like others, and so are notes
}

// A row is one of a table's that is being read; tables may lie in cells.
type row struct{ cells [][]*paragraph }

func (w *walker) walk(data []byte) error {
	d := decoder(data)
	var stack []*paragraph // paragraphs that are open: text boxes lie inside one
	var rows []*row
	var id string     // of the note that is open
	var note []string // its paragraphs
	bold, runs, made := false, 0, 0
	emit := func(p *paragraph) {
		if n := len(stack); n > 0 {
			stack[n-1].after = append(stack[n-1].after, p)
			return
		}
		if w.prose {
			p.look.plain = p.look.plain || len(rows) > 0
			w.paragraphs = append(w.paragraphs, p)
			return
		}
		if n := len(rows); n > 0 && len(rows[n-1].cells) > 0 {
			cell := &rows[n-1].cells[len(rows[n-1].cells)-1]
			*cell = append(*cell, p)
			return
		}
		if w.kind != "" {
			note = append(note, p.text.String())
			return
		}
		w.paragraphs = append(w.paragraphs, p)
	}
	write := func(s string) {
		if len(stack) == 0 {
			return
		}
		p := stack[len(stack)-1]
		if bold && strings.TrimSpace(s) != "" {
			switch {
			case p.bold[1] == 0:
				p.bold = [2]int{p.text.Len(), p.text.Len() + len(s)}
			case p.bold[1] == p.text.Len():
				p.bold[1] += len(s)
			}
		} else if p.bold[1] == p.text.Len() && p.bold[1] > 0 && strings.TrimSpace(s) == "" && s != "\n" {
			p.bold[1] += len(s)
		}
		p.text.WriteString(s)
	}
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "Fallback" && strings.Contains(e.Name.Space, "markup-compatibility") {
				if err := d.Skip(); err != nil {
					return err
				}
				continue
			}
			if e.Name.Local == "t" && strings.HasSuffix(e.Name.Space, "/math") {
				s, err := characterData(d)
				if err != nil {
					return err
				}
				write(s)
				continue
			}
			switch word(e.Name) {
			case "del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "rPrChange", "pPrChange":
				if err := d.Skip(); err != nil {
					return err
				}
			case "p":
				if made++; made > maxParagraphs {
					return fmt.Errorf("it has more than %d paragraphs", maxParagraphs)
				}
				stack = append(stack, &paragraph{})
				bold = false
			case "r":
				runs++
				bold = false
			case "b":
				if runs > 0 {
					bold = on(e)
				}
			case "pStyle", "ind", "numPr":
				if n := len(stack); n > 0 && runs == 0 {
					stack[n-1].look.set(e)
				}
			case "framePr":
				if v := attr(e, "dropCap"); len(stack) > 0 && v != "" && v != "none" {
					stack[len(stack)-1].dropCap = true
				}
			case "t":
				s, err := characterData(d)
				if err != nil {
					return err
				}
				write(strings.NewReplacer("\n", " ", "\r", "").Replace(s))
			case "tab", "ptab":
				if runs > 0 { // not a tab stop of the paragraph's
					write("\t")
				}
			case "br", "cr":
				write("\n")
			case "noBreakHyphen":
				write("\u2011")
			case "sym":
				if r, ok := symbol(attr(e, "char")); ok {
					write(string(r))
				}
			case "footnoteReference", "endnoteReference":
				kind := strings.TrimSuffix(word(e.Name), "Reference")
				key := kind + attr(e, "id")
				if text := w.notes[key]; text != "" && len(stack) > 0 {
					p := stack[len(stack)-1]
					p.notes = append(p.notes, text)
					delete(w.notes, key) // each once, however often it is referred to
				}
			case "tr":
				rows = append(rows, &row{})
			case "tc":
				if n := len(rows); n > 0 {
					rows[n-1].cells = append(rows[n-1].cells, nil)
				}
			case "footnote", "endnote":
				id, note = attr(e, "id"), nil
				if t := attr(e, "type"); t != "" && t != "normal" { // the separator line
					if err := d.Skip(); err != nil {
						return err
					}
				}
			}
		case xml.EndElement:
			switch word(e.Name) {
			case "p":
				if n := len(stack); n > 0 {
					p := stack[n-1]
					stack = stack[:n-1]
					after := p.after
					p.after = nil
					emit(p)
					for _, box := range after {
						emit(box)
					}
				}
			case "r":
				runs = max(0, runs-1)
				bold = false
			case "tr":
				if n := len(rows); n > 0 {
					r := rows[n-1]
					rows = rows[:n-1]
					if !w.prose {
						emit(r.paragraph())
					}
				}
			case "footnote", "endnote":
				if w.kind != "" {
					w.notes[w.kind+id] = strings.Join(strings.Fields(strings.Join(note, " ")), " ")
				}
			}
		}
	}
}

// paragraph makes a row one line, its cells separated by tabs; within a cell paragraphs are lines.
func (r *row) paragraph() *paragraph {
	p := &paragraph{}
	for i, cell := range r.cells {
		if i > 0 {
			p.text.WriteByte('\t')
		}
		for k, c := range cell {
			if k > 0 {
				p.text.WriteByte('\n')
			}
			if i == 0 && k == 0 {
				p.bold = c.bold
			}
			p.text.WriteString(c.text.String())
			p.notes = append(p.notes, c.notes...)
		}
	}
	return p
}

// lines makes lines of the paragraphs. An empty paragraph counts as the empty line that it looks like.
func (w *walker) lines() []line {
	var out []line
	blank, initial := true, ""
	for i, p := range w.paragraphs {
		text := p.text.String()
		for _, n := range p.notes {
			text = strings.TrimRight(text, " \t\n") + " [" + n + "]"
		}
		if p.dropCap {
			initial += strings.TrimSpace(text)
			continue
		}
		bold := p.bold
		if initial != "" {
			text, bold, initial = initial+text, [2]int{}, ""
		}
		if strings.TrimSpace(text) == "" {
			blank = true
			continue
		}
		at, first := 0, true
		for l := range strings.SplitSeq(text, "\n") {
			if strings.TrimSpace(l) != "" {
				n := line{text: strings.TrimRight(l, " "), n: i + 1, blank: first && blank, para: first}
				if lo, hi := bold[0]-at, min(bold[1]-at, len(n.text)); lo >= 0 && lo < hi {
					n.bold = [2]int{lo, hi}
				}
				out = append(out, n)
				first, blank = false, false
			}
			at += len(l) + 1
		}
	}
	if initial != "" {
		out = append(out, line{text: initial, n: len(w.paragraphs), para: true})
	}
	return out
}

// characterData reads what an element that holds only text has in it.
func characterData(d *xml.Decoder) (string, error) {
	var b strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			if err := d.Skip(); err != nil {
				return "", err
			}
		case xml.EndElement:
			return b.String(), nil
		}
	}
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// on reads a property that is set by being there, unless its value says otherwise.
func on(e xml.StartElement) bool {
	switch attr(e, "val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

// symbol reads the character of a w:sym. Those in the private range of a symbol font have no meaning without it.
func symbol(hex string) (rune, bool) {
	var r rune
	if _, err := fmt.Sscanf(hex, "%x", &r); err != nil || r < 0x20 || r >= 0xe000 && r <= 0xf8ff || !utf8.ValidRune(r) {
		return 0, false
	}
	return r, true
}
