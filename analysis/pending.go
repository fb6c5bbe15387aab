package analysis

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/tema-qda/tema/codebook"
)

// pendingFile holds the plan of a change of several files while it is being made.
const pendingFile = "pending.json"

// A plan is what pending.json holds: enough to finish a change, or to take it back, from any state between.
type plan struct {
	Schema int           `json:"schema"`
	Change string        `json:"change"` // what it is, for people: "rewrite"
	Files  []plannedFile `json:"files"`
}

// A plannedFile is a file before and after a change, by hash ("" where there is none), and what differs.
type plannedFile struct {
	File    string        `json:"file"`
	Old     string        `json:"old"`
	New     string        `json:"new"`
	Replace []replacement `json:"replace"` // in the order of the file
}

// A replacement says that Old, which stands at byte At of the old file, becomes New.
type replacement struct {
	At  int    `json:"at"`
	Old string `json:"old"`
	New string `json:"new"`
}

func hashOf(src []byte) string {
	if src == nil {
		return ""
	}
	sum := sha256.Sum256(src)
	return hex.EncodeToString(sum[:])
}

// planFile says how old becomes new: line by line where both have as many, else what is left without the beginning and
// the end that they share.
func planFile(name string, old, new []byte) plannedFile {
	f := plannedFile{File: name, Old: hashOf(old), New: hashOf(new)}
	a, b := bytes.SplitAfter(old, []byte("\n")), bytes.SplitAfter(new, []byte("\n"))
	if len(a) != len(b) {
		start := 0
		for start < min(len(a), len(b)) && bytes.Equal(a[start], b[start]) {
			start++
		}
		end := 0
		for end < min(len(a), len(b))-start && bytes.Equal(a[len(a)-1-end], b[len(b)-1-end]) {
			end++
		}
		at := len(bytes.Join(a[:start], nil))
		f.Replace = []replacement{{at, string(bytes.Join(a[start:len(a)-end], nil)), string(bytes.Join(b[start:len(b)-end], nil))}}
		return f
	}
	at := 0
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			f.Replace = append(f.Replace, replacement{at, string(a[i]), string(b[i])})
		}
		at += len(a[i])
	}
	return f
}

// finished returns what the file is to hold, given what it held: nil if it is to go.
func (f plannedFile) finished(old []byte) ([]byte, error) {
	if f.New == "" {
		return nil, nil
	}
	out := []byte{}
	at := 0
	for _, r := range f.Replace {
		if r.At < at || r.At+len(r.Old) > len(old) || string(old[r.At:r.At+len(r.Old)]) != r.Old {
			return nil, fmt.Errorf("%s does not fit what %s says of it", pendingFile, f.File)
		}
		out = append(append(out, old[at:r.At]...), r.New...)
		at = r.At + len(r.Old)
	}
	out = append(out, old[at:]...)
	if hashOf(out) != f.New {
		return nil, fmt.Errorf("%s does not fit what %s says of it", pendingFile, f.File)
	}
	return out, nil
}

// change replaces several files, all or none: killed at any moment, the study is as it was, or its next writer
// finishes the change. Nil takes a file away. By is who makes the change and what says for people what it is; with them
// Undo can take it back. Call it with the lock held.
func (s *Study) change(by, what string, files map[string][]byte) (changed bool, err error) {
	return s.changeOrUndo(record{By: by, What: what}, files)
}

// changeOrUndo is change, which r describes.
func (s *Study) changeOrUndo(r record, files map[string][]byte) (changed bool, err error) {
	what := r.What
	p := plan{Schema: 1, Change: what}
	before := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		have, err := s.readFile(name)
		if err != nil {
			return false, err
		}
		if hashOf(have) != hashOf(files[name]) {
			before[name] = have
			p.Files = append(p.Files, planFile(name, have, files[name]))
			r.Files = append(r.Files, recordFile(name, have, files[name], r.Moves))
		}
	}
	if len(p.Files) == 0 {
		return false, nil
	}
	if err := s.keepRecord(r); err != nil {
		return false, err
	}
	if len(p.Files) == 1 { // one file is replaced whole or not at all
		if changed, err = s.write(files); err == nil {
			err = s.fileRecord()
		}
		return changed, err
	}
	var doc bytes.Buffer
	enc := json.NewEncoder(&doc)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(p); err != nil {
		return false, fmt.Errorf("plan %s: %w", what, err)
	}
	if _, err := s.write(map[string][]byte{pendingFile: doc.Bytes()}); err != nil {
		return false, err
	}
	if _, err = s.write(files); err != nil { // a full disk: take back what was done, or leave the plan for the next writer
		if _, failed := s.write(before); failed != nil {
			return true, errors.Join(err, fmt.Errorf("%s is left half done; the next command that writes will finish it: %w", what, failed))
		}
		return false, errors.Join(err, s.unplan())
	}
	return true, errors.Join(s.unplan(), s.fileRecord())
}

// unplan takes the plan away: its change is done, or undone.
func (s *Study) unplan() error {
	if err := s.root.Remove(pendingFile); err != nil {
		return fmt.Errorf("remove %s: %w", pendingFile, err)
	}
	if err := s.syncDir("."); err != nil {
		return fmt.Errorf("remove %s: %w", pendingFile, err)
	}
	return nil
}

// settle finishes a change that was interrupted, and says so. A file that somebody has changed since is not guessed
// about: nothing is written then until a person has decided.
func (s *Study) settle() error {
	src, err := s.readFile(pendingFile)
	if err != nil || src == nil {
		return err
	}
	var p plan
	if err := json.Unmarshal(src, &p); err != nil || p.Schema != 1 {
		return fmt.Errorf("read %s: it holds the plan of a change that was interrupted, and cannot be understood; bring the study's files back from git, then delete it", pendingFile)
	}
	files := map[string][]byte{}
	var strange []string
	for _, f := range p.Files {
		if !fs.ValidPath(f.File) || strings.HasPrefix(f.File, ".") || strings.Contains(f.File, "/.") { // not git's own files, for one
			return fmt.Errorf("finish the %s that was interrupted: %s names %q, which is no file of a study; delete %s", p.Change, pendingFile, f.File, pendingFile)
		}
		have, err := s.readFile(f.File)
		if err != nil {
			return err
		}
		switch hashOf(have) {
		case f.New:
		case f.Old:
			if files[f.File], err = f.finished(have); err != nil {
				return err
			}
		default:
			strange = append(strange, path.Clean(f.File))
		}
	}
	if len(strange) > 0 {
		return fmt.Errorf("finish the %s that was interrupted: %s changed since; bring back what stood there, or delete %s to leave all files as they are now",
			p.Change, strings.Join(strange, ", "), pendingFile)
	}
	if _, err := s.write(files); err != nil {
		return fmt.Errorf("finish the %s that was interrupted: %w", p.Change, err)
	}
	if err := s.unplan(); err != nil {
		return err
	}
	if s.Notice != nil {
		s.Notice(fmt.Sprintf("finished the %s that was interrupted: %s left to write", p.Change, Plural(len(files), "file was", "files were")))
	}
	s.forget()
	return nil
}

// forget lets go of what was read of codebook, codings, memos and journal, after they changed on disk.
func (s *Study) forget() {
	s.forgetCodings()
	s.loadMemos = sync.OnceValue(s.readMemos)
	s.loadJournal = sync.OnceValue(s.readJournal)
	if src, err := s.readFile(codebookFile); err == nil {
		s.Book, _ = codebook.Parse(s.shown(codebookFile), src)
		s.bookSource = src
		s.rules, _ = CompileRules(s.Book, s.Config.Language)
	}
}

// forgetCodings lets go of what was read of codings.
func (s *Study) forgetCodings() {
	s.placed, s.proposals = nil, nil
	s.loadCodings = sync.OnceValue(s.readCodings)
}
