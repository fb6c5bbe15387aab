package analysis

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/oklog/ulid/v2"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// An Edit is one change of a coder's codings: made whole or not at all, and taken back whole.
type Edit struct {
	By      string                        // the coder whose files change
	What    string                        // what it is, for people, as undo tells it: "boundaries on 5 words"
	Why     string                        // for the journal, where the codebook changes too
	Book    func(d *codebook.Draft) error // edits the codebook first, so that a coding can hold a code made with it; or nil
	Changes []CodingChange
	Done    []string // transcripts that By has coded, even if no coding stands there
	Dry     bool     // say what would be, and write nothing
}

// A CodingChange makes, changes or removes one coding. What is nil or empty stays as it is.
type CodingChange struct {
	ID         string           // "" makes a new coding
	Transcript string           // where it stands; may be "" with an ID, at the price of a search
	Code       string           // its code; an alias becomes today's id
	Span       *transcript.Span // bytes of today's text
	Memo       *string
	Condensed  *string
	Status     *string // Accepted, Rejected or Removed
	Via        string  // of a new one: how it came about
}

// Edited is what an Edit did, or would do.
type Edited struct {
	Codings []*Placed // for each change, the coding as it stands after it; nil where it was removed
	Same    int       // changes that changed nothing
	Files   []string  // that changed, as findings name them
}

// EditFaults are all that is wrong with an Edit. Nothing was written.
type EditFaults []EditFault

// An EditFault is what is wrong with one change.
type EditFault struct {
	Change int // its place in Edit.Changes, from 0
	Err    error
}

func (f EditFaults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].Err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the faults.
func (f EditFaults) Unwrap() []error {
	out := make([]error, len(f))
	for i := range f {
		out[i] = f[i].Err
	}
	return out
}

// ErrTextChanged says that a transcript is not what it was when this process read it.
var ErrTextChanged = errors.New("the transcript was edited since it was opened")

// EditCodings makes e. A new coding that the coder has already, the same code on the same passage, is not made twice.
// Faults of single changes are EditFaults. Lines that do not change keep their bytes.
func (s *Study) EditCodings(e Edit) (*Edited, error) {
	if err := diag.CheckID(e.By); err != nil {
		return nil, fmt.Errorf("coder: %w", err)
	}
	if !e.Dry {
		unlock, err := s.lock()
		if err != nil {
			return nil, err
		}
		defer unlock()
	}
	files := map[string][]byte{}
	book, err := s.bookFor(e, files)
	if err != nil {
		return nil, err
	}
	w := &codingWriter{s: s, by: e.By, book: book, at: now(), files: map[string]*codingFile{}}
	out := &Edited{Codings: make([]*Placed, len(e.Changes))}
	for i, c := range e.Changes {
		coding, same, err := w.make(c)
		if err != nil {
			w.faults = append(w.faults, EditFault{i, err})
			continue
		}
		if same {
			out.Same++
		}
		out.Codings[i] = coding
	}
	for _, id := range e.Done {
		if _, err := w.open(id); err != nil {
			return nil, err
		}
	}
	if len(w.faults) > 0 {
		return nil, w.faults
	}
	for _, f := range w.files {
		if f.changed || f.isNew {
			files[f.name] = inOrder(f.lines)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		out.Files = append(out.Files, s.shown(name))
	}
	if e.Dry || len(files) == 0 {
		return out, nil
	}
	if _, err := s.change(e.By, e.What, files); err != nil {
		return nil, err
	}
	for _, f := range w.files {
		s.keepText(f.t)
	}
	if e.Book != nil {
		s.forget()
	} else {
		s.forgetCodings()
	}
	return out, nil
}

// bookFor returns the codebook that e's codings are to fit, as it stands on disk or as e edits it; the edit goes to
// files.
func (s *Study) bookFor(e Edit, files map[string][]byte) (*codebook.Codebook, error) {
	src, err := s.readFile(codebookFile)
	if err != nil {
		return nil, err
	}
	if e.Book == nil {
		if bytes.Equal(src, s.bookSource) {
			return s.Book, nil
		}
		book, found := codebook.Parse(s.shown(codebookFile), src) // another window or an editor wrote it since
		return book, found.Err()
	}
	d, err := s.draft(src, e.Book)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(src, d.Bytes()) {
		files[codebookFile] = d.Bytes()
	}
	if events := decided(d, e.By, e.Why); len(events) > 0 {
		if files[journalFile], err = s.journalWith(events...); err != nil {
			return nil, err
		}
	}
	return d.Book(), nil
}

// A codingWriter holds one coder's files while an Edit is being made.
type codingWriter struct {
	s      *Study
	by     string
	book   *codebook.Codebook
	at     string
	files  map[string]*codingFile // by transcript
	faults EditFaults
}

// A codingFile is one file of codings, line by line.
type codingFile struct {
	name    string
	isNew   bool // it did not stand there
	lines   []codingRow
	t       *transcript.Transcript
	changed bool
}

// A codingRow is a coding and the bytes that it was read from, or nil for a blank line, which stays where it is.
type codingRow struct {
	raw    []byte // with its line end
	coding *Coding
}

// open reads the coder's file for a transcript as it stands now.
func (w *codingWriter) open(id string) (*codingFile, error) {
	if f := w.files[id]; f != nil {
		return f, nil
	}
	t := w.s.Transcript(id)
	if t == nil {
		return nil, w.s.noTranscript(id)
	}
	f := &codingFile{name: path.Join(codingsDir, w.by, id+".jsonl"), t: t}
	src, err := w.s.readFile(f.name)
	if err != nil {
		return nil, err
	}
	f.isNew = src == nil
	if f.lines, err = codingRows(w.by, id, w.s.shown(f.name), src); err != nil {
		return nil, err
	}
	w.files[id] = f
	return f, nil
}

// codingRows reads a file of codings by line. A line that is no coding is an error: nothing is written beside it.
func codingRows(coder, id, shown string, src []byte) ([]codingRow, error) {
	var found diag.List
	parsed := parseCodings(coder, id, shown, src, &found)
	if err := found.Err(); err != nil {
		return nil, err
	}
	var lines []codingRow
	n := 0
	for raw := range bytes.Lines(src) {
		n++
		if !bytes.HasSuffix(raw, []byte("\n")) {
			raw = append(slices.Clone(raw), '\n')
		}
		l := codingRow{raw: raw}
		if len(parsed) > 0 && parsed[0].Line == n {
			l.coding, parsed = parsed[0], parsed[1:]
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// inOrder returns the content of a file of codings; blank lines that a person left go.
func inOrder(lines []codingRow) []byte {
	lines = slices.DeleteFunc(slices.Clone(lines), func(l codingRow) bool { return l.coding == nil })
	slices.SortStableFunc(lines, func(a, b codingRow) int { return compareCodings(a.coding, b.coding) })
	out := []byte{} // a file without codings is one all the same
	for _, l := range lines {
		out = append(out, l.raw...)
	}
	return out
}

// find returns the line that holds a coding, and whether there is one that was not removed.
func (f *codingFile) find(id string) (*codingRow, bool) {
	for i := range f.lines {
		if c := f.lines[i].coding; c != nil && c.ID == id {
			return &f.lines[i], c.Status != Removed
		}
	}
	return nil, false
}

// make makes one change in memory and returns the coding as it stands after it.
func (w *codingWriter) make(c CodingChange) (coding *Placed, same bool, err error) {
	if c.Transcript == "" {
		if c.Transcript, err = w.transcriptOf(c.ID); err != nil {
			return nil, false, err
		}
	}
	f, err := w.open(c.Transcript)
	if err != nil {
		return nil, false, err
	}
	var line *codingRow
	next := Coding{ID: c.ID, Via: c.Via, Made: w.at, Coder: w.by, Transcript: c.Transcript}
	if c.ID != "" {
		var standing bool
		if line, standing = f.find(c.ID); !standing {
			return nil, false, fmt.Errorf("%s has no coding %s in %s", w.by, c.ID, c.Transcript)
		}
		next = *line.coding
	} else if c.Code == "" || c.Span == nil {
		return nil, false, errors.New("a new coding needs a code and a passage")
	}
	if c.Code != "" {
		if next.Code, err = w.code(c.Code); err != nil {
			return nil, false, err
		}
	}
	if c.Span != nil {
		if err := w.s.stillSays(f.t); err != nil {
			return nil, false, err
		}
		a := f.t.AnchorAt(*c.Span)
		if strings.TrimSpace(a.Quote) == "" {
			return nil, false, fmt.Errorf("bytes %d to %d of %s are no passage", c.Span.Start, c.Span.End, c.Transcript)
		}
		next.Start, next.End, next.Quote, next.Before, next.After, next.Text = a.Start, a.End, a.Quote, a.Before, a.After, f.t.Hash
	}
	set := func(to *string, from *string) {
		if from != nil {
			*to = *from
		}
	}
	set(&next.Memo, c.Memo)
	set(&next.Condensed, c.Condensed)
	set(&next.Status, c.Status)
	switch next.Status {
	case Removed:
		if line == nil {
			return nil, false, errors.New("a new coding cannot be a removed one")
		}
		f.changed = true
		tombstone := &Coding{ID: next.ID, Status: Removed, Changed: w.at, Coder: w.by, Transcript: c.Transcript}
		*line = codingRow{raw: tombstone.appendLine(nil), coding: tombstone}
		return nil, false, nil
	case Accepted, Rejected:
	default:
		return nil, false, fmt.Errorf("status %q: known are %s, %s and none", next.Status, Rejected, Removed)
	}
	if line == nil {
		for i := range f.lines {
			if have := f.lines[i].coding; have != nil && have.Status == next.Status && have.Start == next.Start && have.End == next.End &&
				have.Text == next.Text && w.today(have.Code) == next.Code {
				return w.placed(f, have), true, nil
			}
		}
		next.ID = ulid.Make().String()
		f.lines = append(f.lines, codingRow{})
		line = &f.lines[len(f.lines)-1]
	} else if bytes.Equal(next.appendLine(nil), line.coding.appendLine(nil)) {
		return w.placed(f, line.coding), true, nil
	} else {
		next.Changed = w.at
	}
	f.changed = true
	*line = codingRow{raw: next.appendLine(nil), coding: &next}
	return w.placed(f, &next), false, nil
}

// placed is c as it stands in today's text.
func (w *codingWriter) placed(f *codingFile, c *Coding) *Placed {
	p := &Placed{Coding: c, Span: transcript.Span{Start: c.Start, End: c.End}}
	p.Today, p.Queued = w.book.Resolve(c.Code)
	var span transcript.Span
	if span, p.Standing = w.s.carried(c); p.Standing.Placed() {
		p.Span = span
	}
	return p
}

func (w *codingWriter) today(code string) string {
	if c, queued := w.book.Resolve(code); c != nil && !queued {
		return c.ID
	}
	return code
}

// code returns today's id of a code that codings can be given.
func (w *codingWriter) code(id string) (string, error) {
	c, queued := w.book.Resolve(id)
	switch {
	case c == nil:
		var ids []string
		for _, c := range w.book.AllCodes() {
			ids = append(ids, c.ID)
		}
		if near := diag.Nearest(id, ids); near != "" {
			return "", fmt.Errorf("no code has the id %s; did you mean %s?", id, near)
		}
		return "", fmt.Errorf("no code has the id %s", id)
	case queued:
		return "", fmt.Errorf("%s was split; say which of its parts is meant", id)
	case c.Retired:
		return "", fmt.Errorf("code %s is retired", id)
	}
	return c.ID, nil
}

// transcriptOf searches the coder's files for a coding.
func (w *codingWriter) transcriptOf(id string) (string, error) {
	if id == "" {
		return "", errors.New("a new coding needs a transcript")
	}
	for _, c := range w.s.readCoder(w.by) {
		if c.ID == id {
			return c.Transcript, nil
		}
	}
	return "", fmt.Errorf("%s has no coding %s", w.by, id)
}

// stillSays makes sure that offsets in t, which was read some time ago, are offsets in what its file holds now.
func (s *Study) stillSays(t *transcript.Transcript) error {
	src, err := s.readFile(s.byID[t.ID].file)
	if err != nil {
		return err
	}
	if !bytes.Equal(transcript.Text(src), []byte(t.Text)) {
		return fmt.Errorf("%w: %s", ErrTextChanged, t.ID)
	}
	return nil
}

// noTranscript says that an id names no transcript, or why it cannot be used.
func (s *Study) noTranscript(id string) error {
	if e := s.byID[id]; e != nil {
		return e.found.Err()
	}
	if near := diag.Nearest(id, s.TranscriptIDs()); near != "" {
		return fmt.Errorf("no transcript has the id %s; did you mean %s?", id, near)
	}
	return fmt.Errorf("no transcript has the id %s", id)
}

// CodingsIn returns all codings of all persons in one transcript, by coder and order of the file, and what the rules
// propose there, all as they stand on disk now. It reads no other transcript's files, so that it is quick in a large
// study. Where the text is known that a coding was made on, it is followed from there. What is wrong with the files is
// an error.
func (s *Study) CodingsIn(id string) ([]*Placed, []*Proposal, error) {
	t := s.Transcript(id)
	if t == nil {
		return nil, nil, s.noTranscript(id)
	}
	var found diag.List
	var codings []*Coding
	for _, coder := range append(s.Coders(), rulesCoder) {
		name := path.Join(codingsDir, coder, id+".jsonl")
		src, err := s.readFile(name)
		if err != nil {
			return nil, nil, err
		}
		codings = append(codings, parseCodings(coder, id, s.shown(name), src, &found)...)
	}
	if err := found.Err(); err != nil {
		return nil, nil, err
	}
	if slices.ContainsFunc(codings, func(c *Coding) bool { return c.Text == t.Hash }) {
		s.keepText(t)
	}
	var placed []*Placed
	var proposals []*Proposal
	for _, p := range s.place(codings, s.carried) {
		if p.Coder == rulesCoder {
			if p.usable() {
				proposals = append(proposals, &Proposal{Placed: p})
			}
		} else {
			placed = append(placed, p)
		}
	}
	for _, c := range proposals {
		c.Read = slices.ContainsFunc(placed, func(p *Placed) bool { return p.usable() && p.Today == c.Today && p.Span.Overlaps(c.Span) })
	}
	return placed, proposals, nil
}
