package analysis

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/oklog/ulid/v2"
)

// undoDir holds a record of each change, numbered, so that it can be taken back. It may be deleted at any time.
const undoDir = cacheDir + "/undo"

// A record is what one change did: enough to go back, and no more. Taking a change back is a change like others, and
// taking that back does it again.
type record struct {
	Schema int            `json:"schema"`
	At     string         `json:"at"`
	By     string         `json:"by"`
	What   string         `json:"what"`
	Of     int            `json:"of,omitempty"`    // the record that this one takes back
	Redo   bool           `json:"redo,omitempty"`  // and that one took another back
	Merge  bool           `json:"merge,omitempty"` // it took another copy of the study in
	Moves  bool           `json:"moves,omitempty"` // it gave files other names: they go back whole
	Files  []recordedFile `json:"files"`

	number int // under which it is kept, from 1
}

// A recordedFile is a file that changed, by hash before and after ("" where there was none), and the way back: for
// codings by line, so that it can be gone even after other codings of the file changed; else by what to put where.
type recordedFile struct {
	File   string         `json:"file"`
	Before string         `json:"before"`
	After  string         `json:"after"`
	Lines  []recordedLine `json:"lines,omitempty"`
	Parts  []recordedPart `json:"parts,omitempty"`
	Events []Event        `json:"events,omitempty"` // what the change told the journal, to be told again when it is made again
}

// A recordedLine is a coding's line before and after, without its line end; "" where there was none.
type recordedLine struct {
	ID     string `json:"id"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// A recordedPart says that Len bytes at At of the file after the change were Old before it.
type recordedPart struct {
	At  int    `json:"at"`
	Len int    `json:"len"`
	Old string `json:"old"`
}

// recordFile says how to come back from after to before: for codings by line, unless their files are to go back whole.
func recordFile(name string, before, after []byte, whole bool) recordedFile {
	f := recordedFile{File: name, Before: hashOf(before), After: hashOf(after)}
	if name == journalFile {
		f.Events = eventsAfter(before, after)
		return f
	}
	if isCodings(name) && !whole {
		old, errOld := linesByID(before)
		new, errNew := linesByID(after)
		if errOld == nil && errNew == nil {
			for id, line := range old {
				if new[id] != line {
					f.Lines = append(f.Lines, recordedLine{id, line, new[id]})
				}
			}
			for id, line := range new {
				if _, had := old[id]; !had {
					f.Lines = append(f.Lines, recordedLine{id, "", line})
				}
			}
			slices.SortFunc(f.Lines, func(a, b recordedLine) int { return cmp.Compare(a.ID, b.ID) })
			return f
		}
	}
	for _, r := range planFile(name, after, before).Replace {
		f.Parts = append(f.Parts, recordedPart{r.At, len(r.Old), r.New})
	}
	return f
}

// eventsAfter returns the events that after tells and before does not; a journal is only appended to.
func eventsAfter(before, after []byte) (events []Event) {
	told, _ := bytes.CutPrefix(after, before)
	for line := range bytes.Lines(told) {
		var e Event
		if json.Unmarshal(line, &e) == nil {
			events = append(events, e)
		}
	}
	return events
}

// isCodings says whether a file of the study holds a person's codings.
func isCodings(name string) bool {
	dir, base := path.Split(name)
	coder, ok := strings.CutPrefix(dir, codingsDir+"/")
	return ok && strings.HasSuffix(base, ".jsonl") && !strings.HasPrefix(coder, "_")
}

// linesByID returns the lines of a file of codings by id, without their line ends.
func linesByID(src []byte) (map[string]string, error) {
	lines := map[string]string{}
	for raw := range bytes.Lines(src) {
		raw = bytes.TrimRight(raw, "\r\n")
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		c, err := decodeCoding(raw)
		if err != nil {
			return nil, err
		}
		if _, twice := lines[c.ID]; twice || c.ID == "" {
			return nil, fmt.Errorf("id %q stands twice", c.ID)
		}
		lines[c.ID] = string(raw)
	}
	return lines, nil
}

// nextRecord is where a record stands while its change is being made.
const nextRecord = undoDir + "/next.json"

// keepRecord writes r down before its change is made. One without a name is of a change that cannot be taken back.
func (s *Study) keepRecord(r record) error {
	if r.What == "" {
		return nil
	}
	r.Schema, r.At = 1, now()
	var doc bytes.Buffer
	enc := json.NewEncoder(&doc)
	enc.SetEscapeHTML(false)
	err := enc.Encode(r)
	if err == nil {
		err = s.root.MkdirAll(undoDir, 0o700)
	}
	if err == nil { // no fsync: undo may be lost with the power, the change may not
		err = s.root.WriteFile(nextRecord, doc.Bytes(), 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep undo: %w", err)
	}
	return nil
}

// fileRecord puts the record of a change that was made behind the others. A process may have been killed before its
// change: then the record goes.
func (s *Study) fileRecord() error {
	r, err := s.readRecord(nextRecord)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || !s.cameAbout(r) {
		s.root.Remove(nextRecord)
		return nil
	}
	if s.lastRecord == 0 {
		s.lastRecord = slices.Max(append(s.recordNumbers(), 0))
	}
	for { // another process may have kept records since; the lock is held, so the first free number is ours
		s.lastRecord++
		if _, err := s.root.Lstat(recordName(s.lastRecord)); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err := s.root.Rename(nextRecord, recordName(s.lastRecord)); err != nil {
		return fmt.Errorf("keep undo: %w", err)
	}
	return nil
}

// cameAbout says whether the change that r tells of was made.
func (s *Study) cameAbout(r record) bool {
	return slices.ContainsFunc(r.Files, func(f recordedFile) bool {
		have, err := s.readFile(f.File)
		return err != nil || hashOf(have) != f.Before
	})
}

func recordName(n int) string { return fmt.Sprintf("%s/%08d.json", undoDir, n) }

// recordNumbers returns the numbers of the records that are kept, in order.
func (s *Study) recordNumbers() []int {
	entries, _ := s.readDir(undoDir)
	var out []int
	for _, e := range entries {
		if n, err := strconv.Atoi(strings.TrimSuffix(e.Name(), ".json")); err == nil {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

func (s *Study) readRecord(name string) (record, error) {
	var r record
	src, err := s.root.ReadFile(name)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(src, &r); err != nil || r.Schema != 1 {
		return r, fmt.Errorf("read %s: not a record of undo; without it what came before cannot be taken back: delete %s to go on", name, undoDir)
	}
	for _, f := range r.Files {
		if !fs.ValidPath(f.File) || strings.HasPrefix(f.File, ".") || strings.Contains(f.File, "/.") {
			return r, fmt.Errorf("read %s: it names %q, which is no file of a study", name, f.File)
		}
	}
	return r, nil
}

// ErrNothingToUndo says that there is no change to take back, or none that was taken back to make again.
var ErrNothingToUndo = errors.New("nothing to take back")

// Undone is a change that was taken back, or made again.
type Undone struct {
	What, By, At string // of the change
	Files        []string
	Transcripts  []string // whose codings changed
}

// Undo takes back the last change that stands: of any command and person if by is "", else the last one of by's codings.
// It can be called again and again. Where a file, or a line of codings, is not what the change left, it refuses.
func (s *Study) Undo(by string) (*Undone, error) { return s.takeBack(by, false) }

// Redo makes the change again that was taken back last, if nothing was changed since.
func (s *Study) Redo(by string) (*Undone, error) { return s.takeBack(by, true) }

// LastChange tells which change Undo would take back.
func (s *Study) LastChange(by string) (*Undone, error) {
	r, err := s.lastChange(by, false)
	if err != nil {
		return nil, err
	}
	return s.undone(r), nil
}

// undone tells of a record to people.
func (s *Study) undone(r record) *Undone {
	u := &Undone{What: r.What, By: r.By, At: r.At}
	for _, f := range r.Files {
		if f.File == journalFile {
			continue
		}
		u.Files = append(u.Files, s.shown(f.File))
		if isCodings(f.File) {
			u.Transcripts = append(u.Transcripts, strings.TrimSuffix(path.Base(f.File), ".jsonl"))
		}
	}
	return u
}

func (s *Study) takeBack(by string, redo bool) (*Undone, error) {
	unlock, err := s.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	r, err := s.lastChange(by, redo)
	if err != nil {
		return nil, err
	}
	files, faults := map[string][]byte{}, []string(nil)
	var tell []Event
	for _, f := range r.Files {
		if f.File == journalFile { // appended to, never taken from
			if tell, err = s.eventsOf(r, by, redo); err != nil {
				return nil, err
			}
			continue
		}
		have, err := s.readFile(f.File)
		if err != nil {
			return nil, err
		}
		content, fault := s.backTo(f, have)
		if fault != "" {
			faults = append(faults, fault)
			continue
		}
		files[f.File] = content
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("take back %q: %s; nothing was written", r.What, strings.Join(faults, "; "))
	}
	if len(tell) > 0 {
		if files[journalFile], err = s.journalWith(tell...); err != nil {
			return nil, err
		}
	}
	if _, err := s.changeOrUndo(record{By: r.By, What: r.What, Of: r.number, Redo: redo, Moves: r.Moves}, files); err != nil {
		return nil, err
	}
	s.forget()
	return s.undone(r), nil
}

// eventsOf returns what the journal is told when r is taken back: that it was; or, where r took a change back itself, what
// that change told it, once more.
func (s *Study) eventsOf(r record, by string, redo bool) ([]Event, error) {
	at := now()
	if !redo {
		return []Event{{At: at, By: cmp.Or(by, r.By), Event: "undo", Why: r.What}}, nil
	}
	first, err := s.readRecord(recordName(r.Of))
	if err != nil {
		return nil, err
	}
	var out []Event
	for _, f := range first.Files {
		for _, e := range f.Events {
			e.At = at
			out = append(out, e)
		}
	}
	return out, nil
}

// lastChange finds the change to take back. Changes form a stack: taking back moves one to the stack of those that can
// be made again, which a new change empties.
func (s *Study) lastChange(by string, redo bool) (record, error) {
	taken := map[int]bool{} // records that a later one took back
	for _, n := range slices.Backward(s.recordNumbers()) {
		if taken[n] {
			continue
		}
		r, err := s.readRecord(recordName(n))
		if err != nil {
			return r, err
		}
		r.number = n
		if r.Of != 0 {
			taken[r.Of] = true
		}
		isUndo := r.Of != 0 && !r.Redo
		switch {
		case by != "" && (r.By != by || !slices.ContainsFunc(r.Files, func(f recordedFile) bool { return isCodings(f.File) })):
		case redo && isUndo, !redo && !isUndo:
			return r, nil
		case redo && r.Of == 0:
			return r, ErrNothingToUndo // something was changed since
		}
	}
	return record{}, ErrNothingToUndo
}

// backTo returns what a file is to hold so that the change of f is taken back, nil if it is to go; or what stands
// against it.
func (s *Study) backTo(f recordedFile, have []byte) (content []byte, fault string) {
	if len(f.Lines) == 0 || !isCodings(f.File) {
		if hashOf(have) != f.After {
			return nil, fmt.Sprintf("%s has changed since", s.shown(f.File))
		}
		if f.Before == "" {
			return nil, ""
		}
		out := []byte{}
		at := 0
		for _, p := range f.Parts {
			if p.At < at || p.Len < 0 || p.At+p.Len > len(have) {
				return nil, fmt.Sprintf("the record does not fit %s", s.shown(f.File))
			}
			out = append(append(out, have[at:p.At]...), p.Old...)
			at = p.At + p.Len
		}
		if out = append(out, have[at:]...); hashOf(out) != f.Before {
			return nil, fmt.Sprintf("the record does not fit %s", s.shown(f.File))
		}
		return out, ""
	}
	coder, id := path.Base(path.Dir(f.File)), strings.TrimSuffix(path.Base(f.File), ".jsonl")
	lines, err := codingRows(coder, id, s.shown(f.File), have)
	if err != nil {
		return nil, err.Error()
	}
	committed := sync.OnceValue(func() map[string]string { return s.committedLines(f.File) })
	for _, l := range f.Lines {
		i := slices.IndexFunc(lines, func(have codingRow) bool { return have.coding != nil && have.coding.ID == l.ID })
		stands := ""
		if i >= 0 {
			stands = strings.TrimRight(string(lines[i].raw), "\r\n")
		}
		if stands != l.After {
			return nil, fmt.Sprintf("coding %s in %s has changed since", l.ID, s.shown(f.File))
		}
		before, err := backLine(l, committed)
		if err != nil {
			return nil, err.Error()
		}
		if i < 0 {
			lines = append(lines, before...)
		} else {
			lines = slices.Replace(lines, i, i+1, before...)
		}
	}
	out := inOrder(lines)
	if len(out) == 0 && f.Before == "" {
		return nil, "" // no file and an empty one say different things
	}
	return out, ""
}

// backLine returns what is to stand instead of l.After. What others may have got through git is taken back by a line
// that says so, or the next merge would bring it back; and what was removed there comes back under a new id, or the
// next merge would remove it again.
func backLine(l recordedLine, committed func() map[string]string) ([]codingRow, error) {
	if l.Before == "" {
		if committed()[l.ID] == "" {
			return nil, nil
		}
		gone := &Coding{ID: l.ID, Status: Removed, Changed: now()}
		return []codingRow{{raw: gone.appendLine(nil), coding: gone}}, nil
	}
	c, err := decodeCoding([]byte(l.Before))
	if err != nil {
		return nil, err
	}
	back := []codingRow{{raw: []byte(l.Before + "\n"), coding: c}}
	if l.After == "" || c.Status == Removed {
		return back, nil
	}
	gone, err := decodeCoding([]byte(l.After))
	if err != nil || gone.Status != Removed {
		return back, err
	}
	if there, err := decodeCoding([]byte(committed()[l.ID])); err != nil || there.Status != Removed {
		return back, nil
	}
	again := *c
	again.ID, again.Changed = ulid.Make().String(), now()
	return []codingRow{{raw: []byte(l.After + "\n"), coding: gone}, {raw: again.appendLine(nil), coding: &again}}, nil
}

// committedLines returns the lines of a file of codings as git's last commit has them; none where there is no git.
func (s *Study) committedLines(name string) map[string]string {
	src, err := askGit(context.Background(), s.Dir, "cat-file", "blob", "HEAD:./"+name)
	if err != nil {
		return nil
	}
	lines, _ := linesByID(src)
	return lines
}
