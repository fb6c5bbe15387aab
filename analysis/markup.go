package analysis

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// A transcript with one coder's codings can be written as Markdown with Pandoc's bracketed spans, edited, and read back:
//
//	Jonas: [You have to [protect yourself]{.phone memo="laughs"}.]{.boundaries}
//
// The words are the transcript's, to the byte. A bracket of the transcript stands as it is where it cannot be taken for
// a span's, else behind a backslash. A coding that crosses another, or the end of a paragraph, is written in pieces that
// share a number, {.boundaries #1}: it runs from the beginning of the first to the end of the last.

const markupHead = `<!-- %s · %s · %s
[words]{.code} puts a code on words, {.one .two} two of them; take brackets and braces away, and the
coding goes. Pieces with the same number, {.code #1}, are one coding. Leave the words as they are.
-->

`

var markupHeadLine = regexp.MustCompile(`^<!-- (.+) · (.+) · ([0-9a-f]{12})$`)

// markedCoding is what the markup says of a coding.
type markedCoding struct {
	transcript.Span
	code            string
	memo, condensed string
	id              string // of the coding; "" as long as it is only marked
	line            int    // of the document, from 1
}

// MarkUp writes a transcript with a coder's accepted codings as Markdown. Codings that cannot be placed are left out,
// and their number is told.
func (s *Study) MarkUp(id, coder string) (doc []byte, unplaced int, err error) {
	t, marks, unplaced, err := s.marked(id, coder)
	if err != nil {
		return nil, 0, err
	}
	return append(fmt.Appendf(nil, markupHead, id, coder, markupBase(t, marks)), markUp(t.Text, marks)...), unplaced, nil
}

// marked returns what there is to mark in a transcript.
func (s *Study) marked(id, coder string) (t *transcript.Transcript, marks []markedCoding, unplaced int, err error) {
	codings, _, err := s.CodingsIn(id)
	if err != nil {
		return nil, nil, 0, err
	}
	t = s.Transcript(id)
	if err := s.stillSays(t); err != nil {
		return nil, nil, 0, err
	}
	for _, p := range codings {
		switch {
		case p.Coder != coder || p.Status != Accepted:
		case !p.Standing.Placed():
			unplaced++
		default:
			code := p.Code
			if p.Today != nil && !p.Queued {
				code = p.Today.ID
			}
			marks = append(marks, markedCoding{Span: p.Span, code: code, memo: p.Memo, condensed: p.Condensed, id: p.ID})
		}
	}
	return t, marks, unplaced, nil
}

// markupBase names a state of words and codings: 12 hex digits.
func markupBase(t *transcript.Transcript, marks []markedCoding) string {
	var lines []string
	for _, m := range marks {
		lines = append(lines, fmt.Sprintf("%d\x00%d\x00%s\x00%s\x00%s\x00", m.Start, m.End, m.code, m.memo, m.condensed))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(t.Hash + "\x00" + strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])[:12]
}

// A piece is a stretch that is bracketed together.
type piece struct {
	transcript.Span
	attributes string
}

// markUp brackets marks in text.
func markUp(text string, marks []markedCoding) []byte {
	pieces := markupPieces(text, marks)
	opens, closes := map[int][]piece{}, map[int][]piece{}
	edges := map[int]bool{}
	for _, p := range pieces {
		opens[p.Start] = append(opens[p.Start], p)
		closes[p.End] = append(closes[p.End], p)
		edges[p.Start], edges[p.End] = true, true
	}
	plain := plainBrackets(text, edges)
	var b bytes.Buffer
	for i := 0; i <= len(text); i++ {
		// The inner one, which began last, closes first; pieces keep the order in which they opened.
		ending := closes[i]
		slices.Reverse(ending)
		for _, p := range ending {
			b.WriteString("]{" + p.attributes + "}")
		}
		for range opens[i] {
			b.WriteByte('[')
		}
		if i == len(text) {
			break
		}
		switch c := text[i]; {
		case (c == '[' || c == ']') && !plain[i]:
			b.WriteByte('\\')
		case c == '\\' && (edges[i+1] || i+1 < len(text) && strings.IndexByte(`\[]{`, text[i+1]) >= 0):
			b.WriteByte('\\')
		case c == '{' && i > 0 && (text[i-1] == ']' || edges[i]):
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.Bytes()
}

// markupPieces cuts codings so that no piece crosses another or the end of a paragraph, in the order in which they open.
func markupPieces(text string, marks []markedCoding) []piece {
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b markedCoding) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(a.code, b.code), cmp.Compare(a.id, b.id))
	})
	edges := map[int]bool{}
	for _, m := range marks {
		edges[m.Start], edges[m.End] = true, true
	}
	var pieces []piece
	numbered := 0
	for i := 0; i < len(marks); i++ {
		m := marks[i]
		var cuts []int
		for _, before := range marks[:i] {
			if before.Start < m.Start && m.Start < before.End && before.End < m.End {
				cuts = append(cuts, before.End)
			}
		}
		for at := m.Start + 1; at < m.End; at++ { // where paragraphs begin
			if at > 1 && text[at] != '\n' && text[at-1] == '\n' && text[at-2] == '\n' {
				cuts = append(cuts, at)
			}
		}
		attributes := "." + m.code
		if len(cuts) == 0 && m.memo == "" && m.condensed == "" {
			for i+1 < len(marks) && marks[i+1].Span == m.Span && marks[i+1].memo == "" && marks[i+1].condensed == "" {
				i++
				attributes += " ." + marks[i].code
			}
		}
		if len(cuts) > 0 {
			numbered++
			attributes += " #" + strconv.Itoa(numbered)
		}
		for _, a := range []struct{ key, value string }{{"memo", m.memo}, {"condensed", m.condensed}} {
			if a.value != "" {
				attributes += " " + a.key + `="` + attributeEscapes.Replace(a.value) + `"`
			}
		}
		slices.Sort(cuts)
		at := m.Start
		for _, cut := range append(slices.Compact(cuts), m.End) {
			end := cut // a piece leaves the blank line behind its paragraph outside
			for end > at && text[end-1] == '\n' && !edges[end] {
				end--
			}
			if end == at && at == m.Start {
				end = cut // it begins with blank lines
			}
			if end > at {
				pieces = append(pieces, piece{transcript.Span{Start: at, End: end}, attributes})
			}
			at = cut
		}
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	return pieces
}

var (
	attributeEscapes   = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "\n", "&#10;", "\r", "&#13;", "}", "&#125;", "\\", "&#92;")
	attributeUnescapes = strings.NewReplacer("&amp;", "&", "&quot;", `"`, "&#10;", "\n", "&#13;", "\r", "&#125;", "}", "&#92;", "\\")
)

// plainBrackets returns the brackets of text that need no backslash: pairs on one line, with no edge of a coding
// between them and nothing behind them that reads as attributes.
func plainBrackets(text string, edges map[int]bool) map[int]bool {
	plain := map[int]bool{}
	var open []int
	edge := []int{} // for each open bracket, how many edges there were before it
	count := 0
	for i := 0; i < len(text); i++ {
		if edges[i] {
			count++
		}
		switch text[i] {
		case '\n':
			open, edge = open[:0], edge[:0]
		case '[':
			open, edge = append(open, i), append(edge, count)
		case ']':
			n := len(open) - 1
			if n < 0 {
				continue
			}
			if edge[n] == count && !strings.HasPrefix(text[i+1:], "{") && !edges[i+1] && (i == 0 || text[i-1] != '\\') && (open[n] == 0 || text[open[n]-1] != '\\') {
				plain[open[n]], plain[i] = true, true
			}
			open, edge = open[:n], edge[:n]
		}
	}
	return plain
}

// ReadMarkUp reads what MarkUp wrote and a person edited, and returns what changed. All that is wrong with it is told at
// once, by line of the document: words that are not the transcript's, brackets that do not close, codes that are none.
func (s *Study) ReadMarkUp(id, coder string, doc []byte) ([]CodingChange, error) {
	t, old, _, err := s.marked(id, coder)
	if err != nil {
		return nil, err
	}
	body, base, first, err := markupBody(string(doc), id, coder)
	if err != nil {
		return nil, err
	}
	if base != markupBase(t, old) {
		return nil, fmt.Errorf("%s's codings of %s, or its words, changed since this was written out; write it out again", coder, id)
	}
	var found diag.List
	fail := func(line int, format string, args ...any) {
		found.Errorf("", "the edited "+id, diag.Position{Line: line}, format, args...)
	}
	text, marks := readMarkup(body, first, fail)
	marks = backToText(t.Text, text, marks, first, fail)
	var known []string
	for _, c := range s.Book.AllCodes() {
		known = append(known, c.ID)
	}
	for i := range marks {
		m := &marks[i]
		switch c, queued := s.Book.Resolve(m.code); {
		case slices.ContainsFunc(old, func(o markedCoding) bool { return o.code == m.code }): // it may stay as it stands, defined or not
		case c == nil && diag.Nearest(m.code, known) != "":
			fail(m.line, "no code has the id %s; did you mean %s?", m.code, diag.Nearest(m.code, known))
		case c == nil:
			fail(m.line, "no code has the id %s", m.code)
		case queued:
			fail(m.line, "%s was split; say which of its parts is meant", m.code)
		default:
			m.code = c.ID
		}
	}
	found.Sort()
	if err := found.Err(); err != nil {
		return nil, err
	}
	return markupChanges(id, old, marks), nil
}

// markupBody cuts off the head of an edited document. First is the line on which the body begins.
func markupBody(doc, id, coder string) (body, base string, first int, err error) {
	head, body, ok := strings.Cut(doc, "\n-->\n\n")
	line, _, _ := strings.Cut(head, "\n")
	m := markupHeadLine.FindStringSubmatch(line)
	switch {
	case !ok || m == nil:
		return "", "", 0, fmt.Errorf("the first lines are missing, which say what this is; write it out again")
	case m[1] != id || m[2] != coder:
		return "", "", 0, fmt.Errorf("this is %s with the codings of %s, not %s with those of %s", m[1], m[2], id, coder)
	}
	return body, m[3], strings.Count(head, "\n") + 4, nil
}

// readMarkup takes brackets and attributes out of a document and returns the words that are left, and what they marked.
func readMarkup(body string, first int, fail func(line int, format string, args ...any)) (string, []markedCoding) {
	isSpan := spanBrackets(body)
	type bracket struct{ start, line int } // in the words, in the document
	var words strings.Builder
	var open []bracket
	var marks []markedCoding
	numbered := map[string]int{} // where in marks the coding of a number and code stands
	line := first
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case escapes(body, i):
			i++
			words.WriteByte(body[i])
		case c == '[' && isSpan[i]:
			open = append(open, bracket{words.Len(), line})
		case c == ']' && isSpan[i]:
			b := open[len(open)-1]
			open = open[:len(open)-1]
			at := attributesOf(body[i+1:])
			if at.fault != "" {
				fail(line, "%s", at.fault)
			}
			i += at.length
			for _, code := range at.codes {
				m := markedCoding{Span: transcript.Span{Start: b.start, End: words.Len()}, code: code, memo: at.memo, condensed: at.condensed, line: b.line}
				key := at.number + "\x00" + code
				if other, goesOn := numbered[key]; at.number != "" && goesOn {
					marks[other].Start, marks[other].End = min(marks[other].Start, m.Start), max(marks[other].End, m.End)
					continue
				}
				if m.Len() == 0 {
					fail(b.line, "%s is put on no words", code)
				}
				numbered[key] = len(marks)
				marks = append(marks, m)
			}
		default:
			if c == '\n' {
				line++
			}
			words.WriteByte(c)
		}
	}
	return words.String(), marks
}

// escapes says whether a backslash at i makes what follows a character like any other.
func escapes(body string, i int) bool {
	return body[i] == '\\' && i+1 < len(body) && strings.IndexByte(`\[]{`, body[i+1]) >= 0
}

// spanBrackets returns the brackets of a document that belong to spans: a closing one with attributes behind it, and the
// opening one that it closes.
func spanBrackets(body string) map[int]bool {
	spans := map[int]bool{}
	var open []int
	for i := 0; i < len(body); i++ {
		switch {
		case escapes(body, i):
			i++
		case body[i] == '[':
			open = append(open, i)
		case body[i] == ']' && len(open) > 0:
			if strings.HasPrefix(body[i+1:], "{") {
				spans[open[len(open)-1]], spans[i] = true, true
			}
			open = open[:len(open)-1]
		}
	}
	return spans
}

// attributes are what stands in braces behind a span.
type attributes struct {
	codes           []string
	number          string
	memo, condensed string
	length          int    // bytes, braces included
	fault           string // what is wrong, for people
}

var attributeToken = regexp.MustCompile(`^(?:\.([\p{L}\p{N}_-]+)|#([\p{L}\p{N}_-]+)|(memo|condensed)="([^"\n]*)")(?:[ \t]+|$)`)

// attributesOf reads attributes at the start of text.
func attributesOf(text string) attributes {
	line, _, _ := strings.Cut(text, "\n")
	end := strings.IndexByte(line, '}')
	if end < 0 {
		return attributes{length: 1, fault: "the brace behind a bracket does not close on its line"}
	}
	a := attributes{length: end + 1}
	rest := strings.TrimSpace(line[1:end])
	for rest != "" {
		m := attributeToken.FindStringSubmatch(rest)
		if m == nil {
			a.fault = fmt.Sprintf("{%s} is not {.code}, {.one .two}, {.code #1} or {.code memo=\"...\"}", line[1:end])
			return a
		}
		switch {
		case m[1] != "":
			a.codes = append(a.codes, m[1])
		case m[2] != "":
			a.number = m[2]
		case m[3] == "memo":
			a.memo = attributeUnescapes.Replace(m[4])
		default:
			a.condensed = attributeUnescapes.Replace(m[4])
		}
		rest = rest[len(m[0]):]
	}
	if len(a.codes) == 0 {
		a.fault = "no code stands in the braces behind a bracket"
	}
	return a
}

// backToText holds the words of a document against the transcript's and returns the marks as spans of those. White space
// at the ends of lines, which editors take away, does not count.
func backToText(text, words string, marks []markedCoding, first int, fail func(line int, format string, args ...any)) []markedCoding {
	have, want := strings.SplitAfter(words, "\n"), strings.SplitAfter(text, "\n")
	if len(have) != len(want) { // line feeds at the end, which editors add and take away
		blank := func(lines []string) int {
			n := len(lines)
			for n > 0 && strings.TrimSpace(lines[n-1]) == "" {
				n--
			}
			return n
		}
		have, want = have[:blank(have)], want[:blank(want)]
	}
	same := func(a, b string) bool { return strings.TrimRight(a, " \t\n") == strings.TrimRight(b, " \t\n") }
	before := 0
	for before < min(len(have), len(want)) && same(have[before], want[before]) {
		before++
	}
	after := 0
	for after < min(len(have), len(want))-before && same(have[len(have)-1-after], want[len(want)-1-after]) {
		after++
	}
	switch changed, were := len(have)-before-after, len(want)-before-after; {
	case changed == 0 && were == 0:
	case changed == were:
		for i := before; i < len(have)-after; i++ {
			if !same(have[i], want[i]) {
				fail(first+i, "the words are not the transcript's; to correct them, edit the transcript itself")
			}
		}
		return marks
	default:
		fail(first+before, "%s here where the transcript has %s; to correct it, edit the transcript itself", Plural(changed, "line stands", "lines stand"),
			Thousands(were))
		return marks
	}
	// Where each line begins in both.
	type begin struct{ words, text int }
	begins := []begin{{0, 0}}
	for i := range have {
		last := begins[len(begins)-1]
		begins = append(begins, begin{last.words + len(have[i]), last.text + len(want[i])})
	}
	back := func(at int) int {
		i, found := slices.BinarySearchFunc(begins, at, func(b begin, at int) int { return cmp.Compare(b.words, at) })
		if !found {
			i--
		}
		i = min(i, len(want)-1)
		return min(begins[i].text+at-begins[i].words, begins[i].text+len(want[i]))
	}
	out := slices.Clone(marks)
	for i := range out {
		out[i].Start, out[i].End = back(out[i].Start), back(out[i].End)
	}
	return out
}

// markupChanges compares what was marked with what is. A mark that was drawn out or in, or given another code, is the
// coding that it was, with its memo and its day.
func markupChanges(id string, old, new []markedCoding) []CodingChange {
	taken, left := make([]bool, len(new)), make([]bool, len(old)) // left: the coding has found its mark
	var out []CodingChange
	match := func(alike func(o, n markedCoding) bool) {
		for i, o := range old {
			for j, n := range new {
				if left[i] || taken[j] || !alike(o, n) {
					continue
				}
				left[i], taken[j] = true, true
				c := CodingChange{ID: o.id, Transcript: id}
				if n.code != o.code {
					c.Code = n.code
				}
				if n.Span != o.Span {
					c.Span = &n.Span
				}
				if n.memo != o.memo {
					c.Memo = &n.memo
				}
				if n.condensed != o.condensed {
					c.Condensed = &n.condensed
				}
				if c.Code != "" || c.Span != nil || c.Memo != nil || c.Condensed != nil {
					out = append(out, c)
				}
			}
		}
	}
	notes := func(o, n markedCoding) bool { return o.memo == n.memo && o.condensed == n.condensed }
	match(func(o, n markedCoding) bool { return o.code == n.code && o.Span == n.Span && notes(o, n) })
	match(func(o, n markedCoding) bool { return o.code == n.code && o.Span == n.Span })
	match(func(o, n markedCoding) bool { return o.code == n.code && o.Span.Overlaps(n.Span) && notes(o, n) })
	match(func(o, n markedCoding) bool { return o.code == n.code && o.Span.Overlaps(n.Span) })
	match(func(o, n markedCoding) bool { return o.Span == n.Span && notes(o, n) })
	removed := Removed
	for i, o := range old {
		if !left[i] {
			out = append(out, CodingChange{ID: o.id, Transcript: id, Status: &removed})
		}
	}
	for j, n := range new {
		if taken[j] {
			continue
		}
		c := CodingChange{Transcript: id, Code: n.code, Span: &n.Span}
		if n.memo != "" {
			c.Memo = &n.memo
		}
		if n.condensed != "" {
			c.Condensed = &n.condensed
		}
		out = append(out, c)
	}
	return out
}
