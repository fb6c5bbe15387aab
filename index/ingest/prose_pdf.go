package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"

	"github.com/tema-qda/tema/index/transcript"
)

// Limits on PDF files, which can lead a reader in circles.
const (
	maxPages   = 10_000
	maxNested  = 50 // page trees, and forms within forms
	maxRuns    = 5_000_000
	maxCodes   = 1 << 17 // of a font
	pdfSeconds = 60
)

func sniffPDF(s *source) bool { return bytes.HasPrefix(s.raw, []byte("%PDF-")) }

// largeNumber is a size in a PDF file that no file of its length can have, for which a reader would ask for memory.
var largeNumber = regexp.MustCompile(`/(?:Size|W|Columns|N|First|Length|Count|Index)\s*\[?\s*(?:\d+\s+)*\d{9,}`)

// readPDFProse reads the text of a PDF file: its lines in the order in which they were set, without what returns at the
// head or foot of its pages. Notes at the foot are paragraphs of their own.
func readPDFProse(s *source, b *proseBuilder) error {
	broken := func(err error) error {
		return refuse(s.name, "ingest/broken", "is not a PDF that can be read: "+err.Error(), "export it again, or name the document that it was made from")
	}
	src := s.raw
	if i := bytes.LastIndex(src, []byte("%%EOF")); i >= 0 {
		src = src[:i+5]
	}
	if largeNumber.Match(src) {
		return broken(errors.New("it claims a size that it cannot have"))
	}
	type result struct {
		pages []pdfPage
		err   error
	}
	done := make(chan result, 1)
	go func() { // the library panics on what it does not understand, and can go in circles
		var r result
		defer func() {
			if x := recover(); x != nil {
				r.err = fmt.Errorf("%v", x)
			}
			done <- r
		}()
		r.pages, r.err = readPages(src)
	}()
	var r result
	select {
	case r = <-done:
	case <-time.After(pdfSeconds * time.Second):
		return broken(fmt.Errorf("it is not read after %d seconds", pdfSeconds))
	}
	if errors.Is(r.err, pdf.ErrInvalidPassword) {
		return refuse(s.name, "ingest/broken", "is protected by a password", "export it without one")
	}
	if r.err != nil {
		return broken(r.err)
	}
	if !slices.ContainsFunc(r.pages, func(p pdfPage) bool { return len(p.lines) > 0 }) {
		return refuse(s.name, "ingest/empty", "holds no text: its pages are pictures", "name the document that it was made from, or have its text recognised first")
	}
	b.Unmarked = true
	b.flow(r.pages)
	return nil
}

// flow joins pages to one running text, and the notes at their feet to paragraphs behind it.
func (b *proseBuilder) flow(pages []pdfPage) {
	returning := returningLines(pages)
	body := bodySize(pages)
	type placed struct {
		text string
		page int
	}
	var text, notes []placed
	for i, p := range pages {
		lines := slices.DeleteFunc(p.lines, func(l pdfLine) bool { return returning[lineKey{p.number, l.y, l.text}] })
		foot := len(lines) // notes are set smaller, at the foot
		for foot > 0 && lines[foot-1].size < 0.93*body {
			foot--
		}
		if foot == 0 {
			foot = len(lines) // all of the page is
		}
		for k, l := range lines {
			if k < foot {
				text = append(text, placed{l.text, i + 1})
			} else {
				notes = append(notes, placed{l.text, i + 1})
			}
		}
	}
	for _, part := range [][]placed{text, notes} {
		for i, l := range part {
			next := ""
			if i+1 < len(part) {
				next = part[i+1].text
			}
			b.place = transcript.Place{Page: l.page}
			if head, hyphen := brokenWord(strings.ReplaceAll(l.text, "\u00ad", "-"), next); hyphen {
				b.writeHere(head + "\u00ad")
			} else {
				b.writeHere(l.text + "\n")
			}
		}
		b.end(false)
	}
}

// A pdfLine is a line of text. Sizes and places are in points, y from the foot of the page.
type pdfLine struct {
	text    string
	x, y    float64
	size    float64
	letters int
}

type pdfPage struct {
	number int
	lines  []pdfLine
}

type lineKey struct {
	page int
	y    float64
	text string
}

var (
	digits     = regexp.MustCompile(`\d+`)
	pageNumber = regexp.MustCompile(`^\W*(\d{1,4}|[ivxlc]{1,7})\W*$`)
)

// returningLines finds the lines at the head and foot of pages that are no text: page numbers, and what returns on a
// third of the pages or more, whatever numbers stand in it.
func returningLines(pages []pdfPage) map[lineKey]bool {
	const edge = 3 // lines at the head and at the foot
	out, by := map[lineKey]bool{}, map[string][]lineKey{}
	for _, p := range pages {
		high := slices.SortedStableFunc(slices.Values(p.lines), func(a, b pdfLine) int {
			if a.y > b.y {
				return -1
			}
			return 1
		})
		for i, l := range high {
			if i >= edge && i < len(high)-edge {
				continue
			}
			key := lineKey{p.number, l.y, l.text}
			if (i == 0 || i == len(high)-1) && pageNumber.MatchString(l.text) {
				out[key] = true
			}
			as := digits.ReplaceAllString(strings.ToLower(l.text), "#")
			by[as] = append(by[as], key)
		}
	}
	for _, keys := range by {
		on := map[int]bool{}
		for _, k := range keys {
			on[k.page] = true
		}
		if len(on) >= 3 && 3*len(on) >= len(pages) || len(on) == 2 && len(pages) == 2 {
			for _, k := range keys {
				out[k] = true
			}
		}
	}
	return out
}

// bodySize is the size of type in which most letters are set.
func bodySize(pages []pdfPage) float64 {
	letters := map[float64]int{}
	for _, p := range pages {
		for _, l := range p.lines {
			letters[math.Round(2*l.size)/2] += l.letters
		}
	}
	size, most := 0.0, 0
	for _, s := range slices.Sorted(maps.Keys(letters)) {
		if letters[s] > most {
			size, most = s, letters[s]
		}
	}
	return size
}

// readPages returns the lines of each page.
func readPages(src []byte) ([]pdfPage, error) {
	r, err := pdf.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		return nil, err
	}
	d := &pdfDocument{fonts: map[string]*pdfFont{}}
	d.pages(r.Trailer().Key("Root").Key("Pages"), pdf.Value{}, 0)
	if len(d.out) == 0 {
		return nil, errors.New("it has no pages")
	}
	return d.out, nil
}

type pdfDocument struct {
	fonts map[string]*pdfFont // by how they are written down
	out   []pdfPage
	runs  int
}

// pages reads a page, or a node of the tree of pages. Resources are what it inherits.
func (d *pdfDocument) pages(v, resources pdf.Value, depth int) {
	if depth > maxNested || len(d.out) > maxPages {
		panic("its pages have no end")
	}
	if own := v.Key("Resources"); !own.IsNull() {
		resources = own
	}
	if kids := v.Key("Kids"); kids.Kind() == pdf.Array {
		for i := range kids.Len() {
			d.pages(kids.Index(i), resources, depth+1)
		}
		return
	}
	if v.Kind() != pdf.Dict {
		return
	}
	var content []byte
	if c := v.Key("Contents"); c.Kind() == pdf.Array {
		for i := range c.Len() {
			content = append(append(content, streamOf(c.Index(i))...), '\n')
		}
	} else {
		content = streamOf(c)
	}
	p := &pdfPainter{d: d, ctm: [6]float64{1, 0, 0, 1, 0, 0}}
	p.paint(content, resources, 0)
	d.out = append(d.out, pdfPage{len(d.out) + 1, p.lines()})
}

func streamOf(v pdf.Value) []byte {
	if v.Kind() != pdf.Stream {
		return nil
	}
	data, _ := io.ReadAll(io.LimitReader(v.Reader(), maxPartBytes)) // of a stream that is cut short, what there is
	return data
}

// A pdfRun is text that was shown in one go.
type pdfRun struct {
	text      string
	x, end, y float64
	size      float64
}

// A pdfPainter follows the operators of a page as far as they place text.
type pdfPainter struct {
	d    *pdfDocument
	runs []pdfRun

	ctm, tm, line        [6]float64
	font                 *pdfFont
	size, leading, rise  float64
	charSpace, wordSpace float64
	scale                float64
}

func multiply(a, b [6]float64) [6]float64 {
	return [6]float64{a[0]*b[0] + a[1]*b[2], a[0]*b[1] + a[1]*b[3], a[2]*b[0] + a[3]*b[2], a[2]*b[1] + a[3]*b[3],
		a[4]*b[0] + a[5]*b[2] + b[4], a[4]*b[1] + a[5]*b[3] + b[5]}
}

// paint follows the operators of a content stream.
func (p *pdfPainter) paint(content []byte, resources pdf.Value, depth int) {
	if p.scale == 0 {
		p.scale = 1
	}
	fonts := resources.Key("Font")
	named := map[string]*pdfFont{}
	var saved [][6]float64
	lex := &pdfLexer{data: content}
	var args []pdfToken
	number := func(i int) float64 {
		if i < len(args) {
			return args[i].number
		}
		return 0
	}
	next := func(tx, ty float64) {
		p.line = multiply([6]float64{1, 0, 0, 1, tx, ty}, p.line)
		p.tm = p.line
	}
	for {
		t, ok := lex.next()
		if !ok {
			return
		}
		if t.kind != pdfOperator {
			if len(args) < 10_000 {
				args = append(args, t)
			}
			continue
		}
		switch t.text {
		case "q":
			saved = append(saved, p.ctm)
		case "Q":
			if n := len(saved); n > 0 {
				p.ctm, saved = saved[n-1], saved[:n-1]
			}
		case "cm":
			p.ctm = multiply([6]float64{number(0), number(1), number(2), number(3), number(4), number(5)}, p.ctm)
		case "BT":
			p.tm, p.line = [6]float64{1, 0, 0, 1, 0, 0}, [6]float64{1, 0, 0, 1, 0, 0}
		case "Tm":
			p.line = [6]float64{number(0), number(1), number(2), number(3), number(4), number(5)}
			p.tm = p.line
		case "Td":
			next(number(0), number(1))
		case "TD":
			p.leading = -number(1)
			next(number(0), number(1))
		case "T*":
			next(0, -p.leading)
		case "TL":
			p.leading = number(0)
		case "Tc":
			p.charSpace = number(0)
		case "Tw":
			p.wordSpace = number(0)
		case "Tz":
			p.scale = number(0) / 100
		case "Ts":
			p.rise = number(0)
		case "Tf":
			if len(args) == 2 {
				name := args[0].text
				if named[name] == nil {
					named[name] = p.d.font(fonts.Key(name))
				}
				p.font, p.size = named[name], args[1].number
			}
		case "Tj", "'", `"`:
			if t.text != "Tj" {
				next(0, -p.leading)
			}
			if n := len(args); n > 0 {
				p.show(args[n-1].text)
			}
		case "TJ":
			for _, a := range args {
				switch a.kind {
				case pdfString:
					p.show(a.text)
				case pdfNumber:
					p.advance(-a.number / 1000 * p.size * p.scale)
				}
			}
		case "Do":
			if len(args) == 1 && depth < maxNested {
				form := resources.Key("XObject").Key(args[0].text)
				if form.Key("Subtype").Name() == "Form" {
					inner, ctm := form.Key("Resources"), p.ctm
					if inner.IsNull() {
						inner = resources
					}
					if m := form.Key("Matrix"); m.Len() == 6 {
						var by [6]float64
						for i := range by {
							by[i] = m.Index(i).Float64()
						}
						p.ctm = multiply(by, p.ctm)
					}
					p.paint(streamOf(form), inner, depth+1)
					p.ctm = ctm
				}
			}
		case "ID":
			lex.skipImage()
		}
		args = args[:0]
	}
}

func (p *pdfPainter) advance(by float64) { p.tm = multiply([6]float64{1, 0, 0, 1, by, 0}, p.tm) }

// show sets text at the place where the last ended.
func (p *pdfPainter) show(raw string) {
	if p.font == nil {
		return
	}
	if p.d.runs++; p.d.runs > maxRuns {
		panic("it holds too much text")
	}
	at := multiply(p.tm, p.ctm)
	up := multiply([6]float64{1, 0, 0, 1, 0, p.rise}, at)
	run := pdfRun{x: up[4], y: up[5], size: p.size * math.Hypot(at[2], at[3])}
	var b strings.Builder
	p.font.each(raw, func(text string, width float64, space bool) {
		b.WriteString(text)
		move := width*p.size + p.charSpace
		if space {
			move += p.wordSpace
		}
		p.advance(move * p.scale)
	})
	run.text = b.String()
	run.end = multiply(p.tm, p.ctm)[4]
	p.runs = append(p.runs, run)
}

// lines joins runs to lines: those that go on at about the same height, with a space where there is room for one.
func (p *pdfPainter) lines() []pdfLine {
	var out []pdfLine
	var b strings.Builder
	var now pdfLine
	end := 0.0
	var space pdfRun
	finish := func() {
		now.text = strings.Join(strings.Fields(b.String()), " ")
		now.letters = len(now.text)
		if now.text != "" {
			out = append(out, now)
		}
		b.Reset()
	}
	for _, r := range p.runs {
		if strings.TrimSpace(r.text) == "" {
			if b.Len() > 0 && r.text != "" {
				space = r
			}
			continue
		}
		if space.text != "" && r.x >= (space.x+space.end)/2 { // one that the next text is set over takes no room
			b.WriteByte(' ')
			end = space.end
		}
		space = pdfRun{}
		same := b.Len() > 0 && math.Abs(r.y-now.y) < 0.6*max(now.size, r.size) && r.x > end-2*now.size
		if !same {
			finish()
			now = pdfLine{x: r.x, y: r.y, size: r.size}
		} else if r.size < 0.85*now.size && r.y > now.y+0.1*now.size && noteMark.MatchString(r.text) {
			continue // the number of a note, raised
		} else if r.x-end > 0.15*r.size {
			b.WriteByte(' ')
		}
		if r.size > now.size {
			now.size, now.y = r.size, r.y
		}
		b.WriteString(ligatures.Replace(r.text))
		end = r.end
	}
	finish()
	return out
}

var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st", "\x00", "")

// A pdfFont turns the bytes of strings into text and widths.
type pdfFont struct {
	codes  map[string]string // by code of one or two bytes, as the font's own table says
	bytes  [256]string       // of fonts with codes of one byte, where that table is silent
	wide   bool              // codes have two bytes
	widths map[int]float64   // in ems
	common float64           // the width of other codes
}

// font reads a font, once for all pages that use it.
func (d *pdfDocument) font(v pdf.Value) *pdfFont {
	key := v.String()
	if f := d.fonts[key]; f != nil {
		return f
	}
	f := &pdfFont{codes: map[string]string{}, widths: map[int]float64{}, common: 0.5}
	d.fonts[key] = f
	f.wide = v.Key("Subtype").Name() == "Type0"
	if u := v.Key("ToUnicode"); u.Kind() == pdf.Stream {
		f.readCMap(streamOf(u))
	}
	if f.wide {
		descendant := v.Key("DescendantFonts").Index(0)
		f.common = 1
		if dw := descendant.Key("DW"); !dw.IsNull() {
			f.common = dw.Float64() / 1000
		}
		w := descendant.Key("W")
		for i, n := 0, w.Len(); i+1 < n && len(f.widths) < maxCodes; {
			first := int(w.Index(i).Int64())
			if list := w.Index(i + 1); list.Kind() == pdf.Array {
				for k := range list.Len() {
					f.widths[first+k] = list.Index(k).Float64() / 1000
				}
				i += 2
				continue
			}
			for code := first; code <= min(int(w.Index(i+1).Int64()), first+0xffff); code++ {
				f.widths[code] = w.Index(i+2).Float64() / 1000
			}
			i += 3
		}
		return f
	}
	first, w := int(v.Key("FirstChar").Int64()), v.Key("Widths")
	for i := range w.Len() {
		f.widths[first+i] = w.Index(i).Float64() / 1000
	}
	font := pdf.Font{V: v}
	if v.Key("Encoding").IsNull() && v.Key("ToUnicode").IsNull() && texFont.MatchString(v.Key("BaseFont").Name()) {
		for i := range f.bytes {
			f.bytes[i] = string(rune(i))
		}
		maps.Insert(f.codes, maps.All(texCodes))
		return f
	}
	var encoder pdf.TextEncoding
	func() {
		defer func() {
			if recover() != nil { // a table of the font's that it cannot read
				encoder = nil
			}
		}()
		encoder = font.Encoder()
	}()
	for i := range f.bytes {
		f.bytes[i] = string(rune(i))
		if encoder != nil {
			f.bytes[i] = encoder.Decode(string([]byte{byte(i)}))
		}
	}
	return f
}

// TeX's own fonts have an order of their own, which files made with them do not mention.
var (
	texFont  = regexp.MustCompile(`(^|\+)(CM|cm|SF|LM)[A-Z]*\d+`)
	texCodes = map[string]string{"\x0b": "ff", "\x0c": "fi", "\x0d": "fl", "\x0e": "ffi", "\x0f": "ffl", "\x10": "ı", "\x19": "ß", "\x1a": "æ", "\x1b": "œ", "\x1c": "ø",
		"\x1d": "Æ", "\x1e": "Œ", "\x1f": "Ø", "\x22": "”", "\x27": "’", "\x5c": "“", "\x60": "‘", "\x7b": "–", "\x7c": "—"}
)

// each calls do with the text and width of each code of raw.
func (f *pdfFont) each(raw string, do func(text string, width float64, space bool)) {
	for raw != "" {
		n := 1
		if f.wide && len(raw) > 1 {
			n = 2
		}
		code := 0
		for i := range n {
			code = code<<8 | int(raw[i])
		}
		width, known := f.widths[code]
		if !known {
			width = f.common
		}
		text, known := f.codes[raw[:n]]
		if !known && n == 1 {
			text = f.bytes[raw[0]]
		}
		do(text, width, n == 1 && raw[0] == ' ')
		raw = raw[n:]
	}
}

// readCMap reads the table with which a font says which characters its codes are.
func (f *pdfFont) readCMap(data []byte) {
	lex := &pdfLexer{data: data}
	var args []pdfToken
	for {
		t, ok := lex.next()
		if !ok || len(f.codes) > maxCodes {
			return
		}
		if t.kind != pdfOperator {
			args = append(args, t)
			continue
		}
		switch t.text {
		case "endbfchar":
			for i := 0; i+1 < len(args); i += 2 {
				f.codes[args[i].text] = utf16BE(args[i+1].text)
			}
		case "endbfrange":
			for i := 0; i+2 < len(args); {
				low, high := bigEndian(args[i].text), bigEndian(args[i+1].text)
				size := len(args[i].text)
				i += 2
				list := args[i].kind == pdfArray
				if list {
					i++
				}
				to := []byte(args[min(i, len(args)-1)].text)
				for code := low; code <= high && code-low <= 0xffff && len(f.codes) <= maxCodes; code++ {
					if list {
						if i >= len(args) || args[i].kind != pdfString {
							break
						}
						f.codes[bytesOf(code, size)] = utf16BE(args[i].text)
						i++
						continue
					}
					f.codes[bytesOf(code, size)] = utf16BE(string(to))
					if n := len(to); n > 0 {
						to[n-1]++
					}
				}
				if !list {
					i++
				}
				for list && i < len(args) && args[i].kind != pdfArray {
					i++
				}
				if list {
					i++ // the end of the array
				}
			}
		}
		args = args[:0]
	}
}

func bigEndian(s string) int {
	n := 0
	for i := range min(len(s), 4) {
		n = n<<8 | int(s[i])
	}
	return n
}

func bytesOf(code, size int) string {
	if size == 1 {
		return string([]byte{byte(code)})
	}
	return string([]byte{byte(code >> 8), byte(code)})
}

func utf16BE(s string) string {
	units := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return string(utf16.Decode(units))
}

// A pdfToken is a token of a content stream. Names and operators have text, strings their bytes.
type pdfToken struct {
	kind   pdfKind
	text   string
	number float64
}

type pdfKind uint8

const (
	pdfOperator pdfKind = iota
	pdfNumber
	pdfString
	pdfName
	pdfArray // the beginning or the end of one, in tables of fonts
)

// A pdfLexer cuts a content stream, or a table of a font's, into tokens.
type pdfLexer struct {
	data []byte
	i    int
}

func (l *pdfLexer) next() (pdfToken, bool) {
	const space, special = "\x00\t\n\f\r ", "()<>[]{}/%"
	for l.i < len(l.data) {
		c := l.data[l.i]
		switch {
		case strings.IndexByte(space, c) >= 0 || c == '{' || c == '}':
			l.i++
		case c == '%':
			for l.i < len(l.data) && l.data[l.i] != '\n' && l.data[l.i] != '\r' {
				l.i++
			}
		case c == '[' || c == ']':
			l.i++
			return pdfToken{kind: pdfArray}, true
		case c == '(':
			return pdfToken{kind: pdfString, text: l.literal()}, true
		case c == '<' && l.i+1 < len(l.data) && l.data[l.i+1] != '<':
			return pdfToken{kind: pdfString, text: l.hex()}, true
		case c == '<' || c == '>' || c == ')':
			l.i++
		default:
			start := l.i
			l.i++
			for l.i < len(l.data) && strings.IndexByte(space, l.data[l.i]) < 0 && strings.IndexByte(special, l.data[l.i]) < 0 {
				l.i++
			}
			word := string(l.data[start:l.i])
			if c == '/' {
				return pdfToken{kind: pdfName, text: word[1:]}, true
			}
			if c == '+' || c == '-' || c == '.' || c >= '0' && c <= '9' {
				n, err := strconv.ParseFloat(word, 64)
				if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
					n = 0
				}
				return pdfToken{kind: pdfNumber, number: n}, true
			}
			return pdfToken{kind: pdfOperator, text: word}, true
		}
	}
	return pdfToken{}, false
}

// literal reads a string in parentheses.
func (l *pdfLexer) literal() string {
	var b []byte
	depth := 0
	for ; l.i < len(l.data); l.i++ {
		c := l.data[l.i]
		switch c {
		case '(':
			if depth++; depth > 1 {
				b = append(b, c)
			}
		case ')':
			if depth--; depth == 0 {
				l.i++
				return string(b)
			}
			b = append(b, c)
		case '\\':
			l.i++
			if l.i >= len(l.data) {
				return string(b)
			}
			switch c := l.data[l.i]; {
			case c >= '0' && c <= '7':
				n := 0
				for k := 0; k < 3 && l.i < len(l.data) && l.data[l.i] >= '0' && l.data[l.i] <= '7'; k++ {
					n = n<<3 | int(l.data[l.i]-'0')
					l.i++
				}
				l.i--
				b = append(b, byte(n))
			case c == '\n' || c == '\r':
				if c == '\r' && l.i+1 < len(l.data) && l.data[l.i+1] == '\n' {
					l.i++
				}
			default:
				if k := strings.IndexByte("nrtbf", c); k >= 0 {
					c = "\n\r\t\b\f"[k]
				}
				b = append(b, c)
			}
		default:
			b = append(b, c)
		}
	}
	return string(b)
}

// hex reads a string of hexadecimal digits.
func (l *pdfLexer) hex() string {
	var b []byte
	half, n := byte(0), 0
	for l.i++; l.i < len(l.data) && l.data[l.i] != '>'; l.i++ {
		digit := strings.IndexByte("0123456789abcdef", l.data[l.i]|0x20)
		if digit < 0 {
			continue
		}
		if n++; n%2 == 1 {
			half = byte(digit) << 4
		} else {
			b = append(b, half|byte(digit))
		}
	}
	if n%2 == 1 {
		b = append(b, half)
	}
	l.i++
	return string(b)
}

// skipImage passes over the bytes of a picture that stands in the stream.
func (l *pdfLexer) skipImage() {
	for l.i+2 < len(l.data) {
		n := bytes.Index(l.data[l.i:], []byte("EI"))
		if n < 0 {
			l.i = len(l.data)
			return
		}
		l.i += n + 2
		before := l.data[l.i-3]
		if (before == '\n' || before == ' ' || before == '\r') && (l.i == len(l.data) || strings.IndexByte("\n\r \t", l.data[l.i]) >= 0) {
			return
		}
	}
}
