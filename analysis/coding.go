package analysis

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// The values of Coding.Status.
const (
	Accepted  = ""
	Rejected  = "rejected"
	Removed   = "removed"
	Candidate = "candidate"
)

// Values of Coding.Via: how a coding came about, if not by a person who read the passage and put it there.
const (
	ViaRule   = "rule"   // a candidate that a person accepted
	ViaSearch = "search" // put on everything that a search found, at once
)

// A Coding is one code put on one passage by one coder: one line of codings/CODER/TRANSCRIPT.jsonl. The fields stand
// in the order of the file. Start and End are bytes in the transcript's text, half-open.
type Coding struct {
	ID        string `json:"id"`
	Code      string `json:"code"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Quote     string `json:"quote"`
	Before    string `json:"before"`
	After     string `json:"after"`
	Text      string `json:"text"` // hash of the text that the offsets belong to
	Made      string `json:"made,omitempty"`
	Changed   string `json:"changed,omitempty"`
	Via       string `json:"via,omitempty"` // "rule", "search", "import:FILE"; "" for a person's own
	Status    string `json:"status,omitempty"`
	Memo      string `json:"memo,omitempty"`
	Condensed string `json:"condensed,omitempty"`

	Coder      string `json:"-"`
	Transcript string `json:"-"`
	File       string `json:"-"` // as findings name it
	Line       int    `json:"-"`

	extra []byte // keys that are not ours, as `,"key":value...`, kept
}

// appendLine appends c as a line of JSON, without HTML escapes, its line end included.
func (c *Coding) appendLine(b []byte) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	var err error
	if c.Status == Removed {
		err = enc.Encode(struct {
			ID      string `json:"id"`
			Status  string `json:"status"`
			Changed string `json:"changed"`
		}{c.ID, c.Status, c.Changed})
	} else {
		err = enc.Encode(c)
	}
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	line := bytes.TrimSuffix(buf.Bytes(), []byte("}\n"))
	b = append(b, line...)
	b = append(b, c.extra...)
	return append(b, "}\n"...)
}

// decodeCoding reads one line. Keys that are not ours are kept, in their order.
func decodeCoding(line []byte) (*Coding, error) {
	if c, plain := scanCoding(string(line)); plain {
		return c, nil
	}
	c := &Coding{}
	strict := json.NewDecoder(bytes.NewReader(line))
	strict.DisallowUnknownFields()
	err := strict.Decode(c)
	if err != nil && strings.HasPrefix(err.Error(), "json: unknown field") {
		*c = Coding{}
		if err = json.Unmarshal(line, c); err == nil {
			c.extra, err = extraKeys(line)
		}
		return c, err
	}
	if err == nil {
		if _, trailing := strict.Token(); trailing != io.EOF {
			err = fmt.Errorf("more than one value on the line")
		}
	}
	return c, err
}

// scanCoding reads a line of the plain form that tema itself writes, many times faster than encoding/json. Plain is
// false for any other, right or wrong: encoding/json decides about those.
func scanCoding(line string) (c *Coding, plain bool) {
	if len(line) < 2 || line[0] != '{' || !utf8.ValidString(line) {
		return nil, false
	}
	c = &Coding{}
	for at := 1; ; at++ {
		key, next, ok := scanText(line, at)
		if !ok || next >= len(line) || line[next] != ':' {
			return nil, false
		}
		at = next + 1
		if to := c.textOf(key); to != nil {
			if *to, at, ok = scanText(line, at); !ok {
				return nil, false
			}
		} else {
			digits := 0
			n := 0
			for ; at < len(line) && line[at] >= '0' && line[at] <= '9' && digits < 10; at++ {
				n = n*10 + int(line[at]-'0')
				digits++
			}
			switch leading := digits > 1 && line[at-digits] == '0'; {
			case digits == 0 || leading:
				return nil, false
			case key == "start":
				c.Start = n
			case key == "end":
				c.End = n
			default:
				return nil, false
			}
		}
		switch {
		case at == len(line)-1 && line[at] == '}':
			return c, true
		case at >= len(line) || line[at] != ',':
			return nil, false
		}
	}
}

// textOf returns the field that a key of a line names, or nil if it names none that holds text.
func (c *Coding) textOf(key string) *string {
	switch key {
	case "id":
		return &c.ID
	case "code":
		return &c.Code
	case "quote":
		return &c.Quote
	case "before":
		return &c.Before
	case "after":
		return &c.After
	case "text":
		return &c.Text
	case "made":
		return &c.Made
	case "changed":
		return &c.Changed
	case "via":
		return &c.Via
	case "status":
		return &c.Status
	case "memo":
		return &c.Memo
	case "condensed":
		return &c.Condensed
	}
	return nil
}

// scanText reads a JSON string at a byte of line and returns where it ends.
func scanText(line string, at int) (text string, next int, ok bool) {
	if at >= len(line) || line[at] != '"' {
		return "", 0, false
	}
	escaped := false
	if i := strings.IndexByte(line[at+1:], '"'); i >= 0 { // the common case: nothing in it is escaped
		plain := line[at+1 : at+1+i]
		if strings.IndexByte(plain, '\\') < 0 && !hasControl(plain) {
			return plain, at + 1 + i + 1, true
		}
	}
	for i := at + 1; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			if !escaped {
				return line[at+1 : i], i + 1, true
			}
			if text, ok = unescape(line[at+1 : i]); !ok {
				ok = json.Unmarshal([]byte(line[at:i+1]), &text) == nil
			}
			return text, i + 1, ok
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			return "", 0, false
		}
	}
	return "", 0, false
}

// hasControl says whether s holds a character that JSON does not let stand in a string.
func hasControl(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' {
			return true
		}
	}
	return false
}

// unescape reads what stands in a JSON string whose escapes are line breaks, quotation marks and backslashes; ok is
// false where it has others. Context often holds a line break, so this is worth its lines.
func unescape(s string) (text string, ok bool) {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			b.WriteString(s)
			return b.String(), true
		}
		if i+1 == len(s) {
			return "", false
		}
		b.WriteString(s[:i])
		switch s[i+1] {
		case 'n':
			b.WriteByte('\n')
		case '"', '\\':
			b.WriteByte(s[i+1])
		default:
			return "", false
		}
		s = s[i+2:]
	}
}

var codingKeys = []string{"id", "code", "start", "end", "quote", "before", "after", "text", "made", "changed", "via", "status", "memo", "condensed"}

func extraKeys(line []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	var out []byte
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		if name, _ := key.(string); !slices.Contains(codingKeys, name) {
			quoted, _ := json.Marshal(name)
			out = append(append(append(append(out, ','), quoted...), ':'), value...)
		}
	}
	return out, nil
}

// compareCodings is the order in which a file holds codings: by start, end, code, id; what was removed comes last.
func compareCodings(a, b *Coding) int {
	return cmp.Or(boolCompare(a.Status == Removed, b.Status == Removed), cmp.Compare(a.Start, b.Start),
		cmp.Compare(a.End, b.End), cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Coders returns the names of all coders, in natural order, without those that tema keeps for itself.
func (s *Study) Coders() []string {
	dirs, err := s.readDir(codingsDir)
	if err != nil {
		s.Found.Errorf("coding/unreadable", s.shown(codingsDir), diag.Position{}, "%v", err)
		return nil
	}
	var out []string
	for _, d := range dirs {
		if d.IsDir() && !strings.HasPrefix(d.Name(), "_") && !strings.HasPrefix(d.Name(), ".") {
			out = append(out, d.Name())
		}
	}
	slices.SortFunc(out, Natural)
	return out
}

// Codings returns every coding of every person, removed ones too, by coder, transcript and order of the file.
func (s *Study) Codings() []*Coding { return s.loadCodings() }

// readCodings reads codings/*/*.jsonl of all coders. A line that cannot be read, and an id that stands twice, is an
// error; none of those codings is returned, so that nothing counts them.
func (s *Study) readCodings() []*Coding {
	var all []*Coding
	for _, coder := range s.Coders() {
		if err := diag.CheckID(coder); err != nil {
			s.Found.Errorf("coding/bad-coder", s.shown(path.Join(codingsDir, coder)), diag.Position{}, "coder's folder: %v", err)
			continue
		}
		all = append(all, s.readCoder(coder)...)
	}
	byID := make(map[string]*Coding, len(all))
	twice := map[string]bool{}
	for _, c := range all {
		if first := byID[c.ID]; first != nil {
			twice[c.ID] = true
			s.Found.Add(diag.Finding{Rule: "coding/duplicate-id", Severity: diag.Error, File: c.File, Pos: diag.Position{Line: c.Line},
				About:   "coding:" + c.ID,
				Message: fmt.Sprintf("id %s stands twice, first in %s:%d; neither is counted", c.ID, first.File, first.Line),
				Hint:    "keep the line that is right, and take the other away or give it another id"})
			continue
		}
		byID[c.ID] = c
	}
	return slices.DeleteFunc(all, func(c *Coding) bool { return twice[c.ID] })
}

// readCoder reads the files of one coder.
func (s *Study) readCoder(coder string) []*Coding {
	files, err := s.readDir(path.Join(codingsDir, coder))
	if err != nil {
		s.Found.Errorf("coding/unreadable", s.shown(path.Join(codingsDir, coder)), diag.Position{}, "%v", err)
		return nil
	}
	codings, found := make([][]*Coding, len(files)), make([]diag.List, len(files))
	inParallel(runtime.GOMAXPROCS(0), len(files), func(i int) {
		f := files[i]
		id, isCodings := strings.CutSuffix(f.Name(), ".jsonl")
		if !isCodings || f.IsDir() || strings.HasPrefix(id, ".") {
			return
		}
		name := path.Join(codingsDir, coder, f.Name())
		src, err := s.readFile(name)
		if err != nil {
			found[i].Errorf("coding/unreadable", s.shown(name), diag.Position{}, "%v", err)
			return
		}
		if s.byID[id] == nil && coder != rulesCoder {
			found[i].Add(diag.Finding{Rule: "coding/no-transcript", Severity: diag.Error, File: s.shown(name), About: "transcript:" + id,
				Message: fmt.Sprintf("codings of transcript %s, which is not in %s", id, transcriptsDir),
				Hint:    "bring the transcript back, or rename this file after the transcript that it belongs to"})
		}
		codings[i] = parseCodings(coder, id, s.shown(name), src, &found[i])
	})
	s.Found = append(s.Found, slices.Concat(found...)...)
	return slices.Concat(codings...)
}

// parseCodings reads one file of codings.
func parseCodings(coder, transcriptID, file string, src []byte, found *diag.List) []*Coding {
	var out []*Coding
	line := 0
	for text := range bytes.Lines(src) {
		line++
		text = bytes.TrimRight(text, "\r\n")
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		fail := func(format string, args ...any) {
			found.Add(diag.Finding{Rule: "coding/syntax", Severity: diag.Error, File: file, Pos: diag.Position{Line: line},
				Message: fmt.Sprintf(format, args...), Source: string(text), Private: true})
		}
		c, err := decodeCoding(text)
		if err != nil {
			if bytes.HasPrefix(text, []byte("<<<<<<<")) || bytes.HasPrefix(text, []byte("=======")) || bytes.HasPrefix(text, []byte(">>>>>>>")) {
				fail("a merge conflict of git stands here")
			} else {
				fail("not a coding: %v", err)
			}
			continue
		}
		switch {
		case c.ID == "":
			fail("a coding without an id")
		case c.Status == Removed:
		case c.Code == "":
			fail("coding %s has no code", c.ID)
		case c.Start < 0 || c.End <= c.Start:
			fail("coding %s lies from %d to %d, which is no passage", c.ID, c.Start, c.End)
		case !slices.Contains([]string{Accepted, Rejected, Candidate}, c.Status):
			fail("coding %s has status %q; known are %s, %s and none", c.ID, c.Status, Rejected, Removed)
		case (c.Status == Candidate) != (coder == rulesCoder):
			fail("coding %s: candidates stand under %s/%s, and nothing else does", c.ID, codingsDir, rulesCoder)
		default:
			c.Coder, c.Transcript, c.File, c.Line = coder, transcriptID, file, line
			out = append(out, c)
			continue
		}
		if c.Status == Removed && c.ID != "" {
			c.Coder, c.Transcript, c.File, c.Line = coder, transcriptID, file, line
			out = append(out, c)
		}
	}
	return out
}

// encodeCodings writes a file of codings, sorted.
func encodeCodings(list []*Coding) []byte {
	slices.SortFunc(list, compareCodings)
	var b []byte
	for _, c := range list {
		b = c.appendLine(b)
	}
	return b
}

// A Placed coding is a coding as it stands today: where its words are now, and which code it counts under.
type Placed struct {
	*Coding
	transcript.Span                     // where the words stand today; the file's own offsets where Standing has no place
	Standing        transcript.Standing // Changed only where the text is known that the coding was made on (CodingsIn)
	Today           *codebook.Code      // the code that its id leads to now; nil if nobody defined it
	Queued          bool                // its code was split and nobody has said yet where this one goes

	order    int // of its transcript among all, from 1; 0 where there is none
	from, to int // the turns that it holds speech of, by their place in the transcript, half-open; Evidence looks them up
}

// Counts says whether p is a person's coding that stands and counts under a code.
func (p *Placed) Counts() bool {
	return p.Status == Accepted && p.Coder != rulesCoder && p.usable()
}

// usable says whether p can be shown and counted at all.
func (p *Placed) usable() bool {
	return p.Standing.Placed() && p.Today != nil && !p.Queued
}

// Placed returns every coding that was not removed, of every person, as it stands today. What cannot be placed or has
// no code is in Found, with its file and line.
func (s *Study) Placed() []*Placed {
	if s.placed == nil {
		s.placed = s.place(s.Codings(), s.resolved)
		for _, p := range s.placed {
			s.findPlacement(p)
		}
	}
	return s.placed
}

// place holds codings against today's transcripts and codebook, on all processors. Find says where one stands.
func (s *Study) place(codings []*Coding, find func(c *Coding) (transcript.Span, transcript.Standing)) []*Placed {
	out := make([]*Placed, 0, len(codings))
	for _, c := range codings {
		if c.Status != Removed {
			out = append(out, &Placed{Coding: c})
		}
	}
	order := make(map[string]int, len(s.transcripts))
	for i, e := range s.transcripts {
		order[e.id] = i + 1
	}
	inParallel(runtime.GOMAXPROCS(0), len(out), func(i int) {
		p, c := out[i], out[i].Coding
		p.order = order[c.Transcript]
		p.Span = transcript.Span{Start: c.Start, End: c.End}
		p.Today, p.Queued = s.Book.Resolve(c.Code)
		var span transcript.Span
		if span, p.Standing = find(c); p.Standing.Placed() {
			p.Span = span
		}
	})
	return out
}

// anchor is what ties c to words.
func (c *Coding) anchor() transcript.Anchor {
	return transcript.Anchor{Span: transcript.Span{Start: c.Start, End: c.End}, Quote: c.Quote, Before: c.Before, After: c.After, TextHash: c.Text}
}

// resolved finds where a coding stands today by what its line says alone, so that every machine gives the same answer.
func (s *Study) resolved(c *Coding) (transcript.Span, transcript.Standing) {
	if t := s.Transcript(c.Transcript); t != nil {
		return t.Resolve(c.anchor())
	}
	return transcript.Span{}, transcript.Lost
}

// findPlacement tells what keeps p from counting.
func (s *Study) findPlacement(p *Placed) {
	f := diag.Finding{Severity: diag.Error, File: p.File, Pos: diag.Position{Line: p.Line}, About: "coding:" + p.ID, Source: p.Quote, Private: true}
	if p.Today == nil {
		unknown := f
		unknown.Rule = "coding/unknown-code"
		unknown.Message = fmt.Sprintf("code %s is not in the codebook", p.Code)
		unknown.Hint = "define it, or name it as an alias of the code that it became"
		s.Found.Add(unknown)
	}
	if s.Transcript(p.Transcript) == nil {
		return // told already, once a file
	}
	switch p.Standing {
	case transcript.Invalid:
		f.Rule = "coding/invalid"
		f.Message = fmt.Sprintf("coding %s lies from %d to %d, which does not fit the text of %s that it names", p.ID, p.Coding.Start, p.Coding.End, p.Transcript)
		f.Hint = "the line was changed by hand or by another program; take it from git's history"
	case transcript.Ambiguous:
		f.Rule, f.Hint = "coding/ambiguous", mendHint(p)
		f.Message = fmt.Sprintf("%s was edited, and the passage could stand in several places now", p.Transcript)
	case transcript.Lost:
		f.Rule, f.Hint = "coding/lost", mendHint(p)
		f.Message = fmt.Sprintf("%s was edited, and where the passage stands now cannot be said for certain", p.Transcript)
	default:
		return
	}
	s.Found.Add(f)
}

// mendHint names the command that shows where p could stand.
func mendHint(p *Placed) string {
	return fmt.Sprintf("tema mend %s --coder %s --dry-run shows what is near", p.Transcript, p.Coder)
}

// counted returns the coders whose codings of a transcript count: those that study.yaml names, else consensus where it
// has a file for the transcript, else everybody but consensus.
func (s *Study) counted() func(coder, transcriptID string) bool {
	if named := s.Config.Report.Coders; len(named) > 0 {
		return func(coder, _ string) bool { return slices.Contains(named, coder) }
	}
	settled := map[string]bool{}
	if files, err := s.readDir(path.Join(codingsDir, Consensus)); err == nil {
		for _, f := range files {
			if id, ok := strings.CutSuffix(f.Name(), ".jsonl"); ok {
				settled[id] = true
			}
		}
	}
	return func(coder, transcriptID string) bool { return (coder == Consensus) == settled[transcriptID] }
}
