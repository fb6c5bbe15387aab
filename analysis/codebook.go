package analysis

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// clock is where edits take the time from; tests set it.
var clock = time.Now

// now returns the time of a decision as files hold it.
func now() string { return clock().UTC().Format(time.RFC3339) }

// A CodebookEdit is what an edit of the codebook did, or would do.
type CodebookEdit struct {
	Before, After []byte
	Decisions     []codebook.Decision
	Notes         []string // what the person who edited should look at
}

// Changed says whether the file differs.
func (e *CodebookEdit) Changed() bool { return !bytes.Equal(e.Before, e.After) }

// EditCodebook edits codebook.yaml and writes what was decided into the journal, as by's and with the reason why; both
// or neither. The edit sees the file as it stands under the lock. With dry nothing is written.
func (s *Study) EditCodebook(by, why string, dry bool, edit func(d *codebook.Draft) error) (*CodebookEdit, error) {
	if !dry {
		unlock, err := s.lock()
		if err != nil {
			return nil, err
		}
		defer unlock()
	}
	src, err := s.readFile(codebookFile)
	if err != nil {
		return nil, err
	}
	d, err := s.draft(src, edit)
	if err != nil {
		return nil, err
	}
	out := &CodebookEdit{Before: src, After: d.Bytes(), Decisions: d.Decisions, Notes: d.Notes}
	if dry || !out.Changed() {
		return out, nil
	}
	files := map[string][]byte{codebookFile: out.After}
	if events := decided(d, by, why); len(events) > 0 {
		if files[journalFile], err = s.journalWith(events...); err != nil {
			return nil, err
		}
	}
	if _, err := s.change(by, editName(d), files); err != nil {
		return nil, err
	}
	s.forget()
	return out, nil
}

// draft edits the codebook that src holds, and refuses a rule that cannot be asked.
func (s *Study) draft(src []byte, edit func(d *codebook.Draft) error) (*codebook.Draft, error) {
	d, err := codebook.OpenDraft(s.shown(codebookFile), src)
	if err != nil {
		return nil, err
	}
	_, faults := CompileRules(d.Book(), "")
	if err := edit(d); err != nil {
		return nil, err
	}
	if _, found := CompileRules(d.Book(), ""); len(found) > len(faults) {
		return nil, found.Err()
	}
	return d, nil
}

// editName says in a few words what an edit of the codebook is.
func editName(d *codebook.Draft) string {
	if len(d.Decisions) == 0 {
		return "layout of the codebook"
	}
	first := d.Decisions[0]
	name := first.Event + " " + strings.Join(first.About, ", ")
	if len(first.From) > 0 && len(first.To) > 0 {
		name = first.Event + " " + strings.Join(first.From, ", ") + " to " + strings.Join(first.To, ", ")
	}
	if more := len(d.Decisions) - 1; more > 0 {
		name += fmt.Sprintf(" and %d more", more)
	}
	return name
}

// decided returns what the journal is to tell of an edit of the codebook.
func decided(d *codebook.Draft, by, why string) []Event {
	var events []Event
	for _, done := range d.Decisions {
		events = append(events, Event{At: now(), By: by, Event: done.Event, About: done.About, From: done.From, To: done.To, Why: why})
	}
	return events
}

// journalWith returns the journal with events behind its last line. Events that say the same stand once.
func (s *Study) journalWith(events ...Event) ([]byte, error) {
	src, err := s.readFile(journalFile)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(src)
	if len(out) > 0 && !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, '\n')
	}
	told := map[string]bool{}
	for _, e := range events {
		var line bytes.Buffer
		enc := json.NewEncoder(&line)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			return nil, fmt.Errorf("write journal: %w", err)
		}
		if !told[line.String()] {
			told[line.String()] = true
			out = append(out, line.Bytes()...)
		}
	}
	return out, nil
}

// A Rewrite is what carrying today's code ids into the codings did, or would do.
type Rewrite struct {
	Codes []RewrittenCode // by the order of the codebook, then the former id
	Files []RewrittenFile // by coder and transcript
}

// A RewrittenCode is an id that codings held, the one that they hold now, and how many did.
type RewrittenCode struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Codings int    `json:"codings"`
}

// A RewrittenFile is a file of codings and how many of its codings changed.
type RewrittenFile struct {
	File    string `json:"file"`
	Codings int    `json:"codings"`
}

// Codings returns how many codings changed.
func (r *Rewrite) Codings() int {
	n := 0
	for _, f := range r.Files {
		n += f.Codings
	}
	return n
}

// RewriteCodes carries renamed and merged codes into the codings of all coders: each then holds the id that it counts
// under today. Codings of codes that were split stay, since nobody has said where they go. Only, if not empty, names
// the codes of today that are meant. All files change or none does; with dry none does.
func (s *Study) RewriteCodes(by, why string, only []string, dry bool) (*Rewrite, error) {
	if !dry {
		unlock, err := s.lock()
		if err != nil {
			return nil, err
		}
		defer unlock()
	}
	src, err := s.readFile(codebookFile)
	if err != nil {
		return nil, err
	}
	book, found := codebook.Parse(s.shown(codebookFile), src)
	if err := found.Err(); err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, id := range only {
		c, queued := book.Resolve(id)
		switch {
		case c == nil:
			return nil, fmt.Errorf("rewrite: no code has the id %s", id)
		case queued:
			return nil, fmt.Errorf("rewrite: %s was split, and nobody has said yet where each of its codings goes", id)
		}
		wanted[c.ID] = true
	}
	today := func(code string) string {
		c, queued := book.Resolve(code)
		if c == nil || queued || len(only) > 0 && !wanted[c.ID] {
			return code
		}
		return c.ID
	}
	r, files, at := &Rewrite{}, map[string][]byte{}, now()
	counts := map[[2]string]int{}
	found = nil
	for _, coder := range s.Coders() {
		entries, err := s.readDir(path.Join(codingsDir, coder))
		if err != nil {
			return nil, err
		}
		for _, f := range entries {
			id, isCodings := strings.CutSuffix(f.Name(), ".jsonl")
			if !isCodings || f.IsDir() || strings.HasPrefix(id, ".") {
				continue
			}
			name := path.Join(codingsDir, coder, f.Name())
			src, err := s.readFile(name)
			if err != nil {
				return nil, err
			}
			parseCodings(coder, id, s.shown(name), src, &found)
			out, n := recode(src, today, at, counts)
			if n > 0 {
				files[name] = out
				r.Files = append(r.Files, RewrittenFile{s.shown(name), n})
			}
		}
	}
	found.Sort()
	if err := found.Err(); err != nil {
		return nil, err
	}
	for pair, n := range counts {
		r.Codes = append(r.Codes, RewrittenCode{pair[0], pair[1], n})
	}
	place := map[string]int{}
	for i, c := range book.AllCodes() {
		place[c.ID] = i
	}
	slices.SortFunc(r.Codes, func(a, b RewrittenCode) int {
		return cmp.Or(cmp.Compare(place[a.To], place[b.To]), cmp.Compare(a.From, b.From))
	})
	if dry || len(files) == 0 {
		return r, nil
	}
	e := Event{At: at, By: by, Event: "rewrite", Why: why}
	for _, c := range r.Codes {
		e.From, e.To = append(e.From, "code:"+c.From), append(e.To, "code:"+c.To)
	}
	if files[journalFile], err = s.journalWith(e); err != nil {
		return nil, err
	}
	if _, err := s.change(by, "rewrite", files); err != nil {
		return nil, err
	}
	s.forget()
	return r, nil
}

// recode gives the codings of a file the ids that today returns, and counts them. Lines that stay keep their bytes; a
// file that was in order is in order again.
func recode(src []byte, today func(code string) string, at string, counts map[[2]string]int) (out []byte, changed int) {
	type line struct {
		raw    []byte
		coding *Coding
	}
	var lines []line
	for raw := range bytes.Lines(src) {
		l := line{raw: raw}
		if c, err := decodeCoding(bytes.TrimRight(raw, "\r\n")); err == nil {
			l.coding = c
		}
		lines = append(lines, l)
	}
	order := func(a, b line) int {
		if a.coding == nil || b.coding == nil {
			return 0
		}
		return compareCodings(a.coding, b.coding)
	}
	sorted := slices.IsSortedFunc(lines, order) && !slices.ContainsFunc(lines, func(l line) bool { return l.coding == nil })
	for i := range lines {
		c := lines[i].coding
		if c == nil || c.Status == Removed || c.Code == "" {
			continue
		}
		if to := today(c.Code); to != c.Code {
			counts[[2]string{c.Code, to}]++
			changed++
			c.Code, c.Changed = to, at
			lines[i].raw = c.appendLine(nil)
		}
	}
	if changed == 0 {
		return src, 0
	}
	if sorted {
		slices.SortStableFunc(lines, order)
	}
	for _, l := range lines {
		if out = append(out, l.raw...); !bytes.HasSuffix(out, []byte("\n")) {
			out = append(out, '\n')
		}
	}
	return out, changed
}

// ErrNobody says that a decision has nobody to be told of.
var ErrNobody = errors.New("nobody is named as the one who decides")

// Who returns who decides: named, else the environment's, else the study's coder. The id must be one.
func (s *Study) Who(named, environment string) (string, error) {
	who := cmp.Or(named, environment, s.Config.Coder)
	if who == "" {
		return "", ErrNobody
	}
	if err := diag.CheckID(who); err != nil {
		return "", fmt.Errorf("coder: %w", err)
	}
	return who, nil
}
