package analysis

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// ErrAnotherStudy says that a folder holds a study, and another one.
var ErrAnotherStudy = errors.New("it is another study")

// MergeOptions say how another copy of a study is taken in.
type MergeOptions struct {
	By          string // the coder who takes it in, or ""; conflicts in her codings are hers to decide
	From        string // the copy, as the person named it
	Prefer      string // whose coding stands where both changed it: "ours", "theirs", or "" for neither
	Transcripts bool   // take transcripts that only the copy has
	Dry         bool
}

// A StudyMerge is what taking in a copy did, or would do.
type StudyMerge struct {
	Files     []MergedFile    // what changes here, by name
	Conflicts []MergeConflict // nothing was taken of these
	Left      []LeftOut       // what else was not taken, by name
	Later     int             // codings of others that were changed on both sides: the later change stands
	Undefined []UndefinedCode // of the codings that were taken, by id
}

// A MergedFile is a file that changes here. What is counted are codings, or lines of the journal, or summaries.
type MergedFile struct {
	File    string `json:"file"`
	New     bool   `json:"new"` // it did not stand here
	Added   int    `json:"added"`
	Changed int    `json:"changed"`
	Removed int    `json:"removed"`
}

// A MergeConflict is a coding that was changed on both sides.
type MergeConflict struct {
	CodingConflict
	File       string // as it stands here
	Transcript string
	Turn       int // where it lies today, from 1; 0 where that cannot be said
}

// LeftOut is a file of the copy that was not taken, or not whole.
type LeftOut struct {
	File    string `json:"file"`
	Why     string `json:"why"`
	Codings int    `json:"codings"` // that were left behind
}

// An UndefinedCode is one that codings hold and the codebook here does not know.
type UndefinedCode struct {
	Code    string `json:"code"`
	Codings int    `json:"codings"`
}

// Whole says whether all codings of the copy are here now.
func (m *StudyMerge) Whole() bool {
	return len(m.Conflicts) == 0 && !slices.ContainsFunc(m.Left, func(l LeftOut) bool { return l.Codings > 0 })
}

// Merge takes another copy of the study in: codings of all coders by id, memos, prose and summaries that are not here, and
// lines of the journal that are not here. What stands here already is not replaced: study.yaml, codebook, participants,
// transcripts, memos and prose that differ are told in Left. Nor does a transcript come in unasked, since it may be one that
// was taken out of the study here. The copy is only read. All files change or none does.
//
// Codings are merged as MergeCodings does, with what the two folders remember of their changes for an ancestor. Codings of
// other coders than the one who merges, whose machines nobody here knows, are not left in conflict: they alone change
// them, so the later change is the one to have. What a team settled on is everybody's, and a conflict.
func (s *Study) Merge(other *Study, o MergeOptions) (*StudyMerge, error) {
	here, err := s.root.Stat(".")
	if err != nil {
		return nil, fmt.Errorf("read study: %w", err)
	}
	if there, err := other.root.Stat("."); err != nil {
		return nil, fmt.Errorf("read study: %w", err)
	} else if os.SameFile(here, there) {
		return nil, fmt.Errorf("merge %s: it is this study itself", o.From)
	}
	if !o.Dry {
		unlock, err := s.lock()
		if err != nil {
			return nil, err
		}
		defer unlock()
	}
	if plan, err := other.readFile(pendingFile); err != nil || plan != nil {
		return nil, cmp.Or(err, fmt.Errorf("merge %s: a change was interrupted there (%s); the next command that writes there finishes it",
			o.From, pendingFile))
	}
	m := &merging{ours: s, theirs: other, options: o, out: &StudyMerge{}, files: map[string][]byte{},
		undefined: map[string]int{}, holds: map[string]string{}, strange: map[string]string{}}
	for _, c := range s.Codings() {
		m.holds[c.ID] = path.Join(codingsDir, c.Coder, c.Transcript+".jsonl")
	}
	s.Journal()
	other.Codings()
	other.Journal()
	if err := cmp.Or(s.ErrUnlessReportable(), other.errUnlessMergeable()); err != nil {
		return nil, err
	}
	for _, step := range []func() error{m.transcripts, m.codings, m.documents, m.journal, m.summaries, m.settings} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(m.out.Files, func(a, b MergedFile) int { return Natural(a.File, b.File) })
	slices.SortStableFunc(m.out.Left, func(a, b LeftOut) int { return Natural(a.File, b.File) })
	for _, code := range slices.Sorted(maps.Keys(m.undefined)) {
		m.out.Undefined = append(m.out.Undefined, UndefinedCode{code, m.undefined[code]})
	}
	if o.Dry || len(m.files) == 0 {
		return m.out, nil
	}
	if _, err := s.changeOrUndo(record{By: o.By, What: "merge of " + o.From, Merge: true}, m.files); err != nil {
		return nil, err
	}
	s.forget()
	return m.out, nil
}

// errUnlessMergeable returns what keeps a copy from being taken in: codings and a journal that cannot be read, and a format
// of a newer tema. Its codebook and its settings are not asked.
func (s *Study) errUnlessMergeable() error {
	var hard diag.List
	for _, f := range s.Found {
		if strings.HasPrefix(f.Rule, "coding/") && f.Rule != "coding/no-transcript" || f.Rule == "study/journal" || f.Rule == "study/version" {
			hard.Add(f)
		}
	}
	hard.Sort()
	return hard.Err()
}

// merging is a copy being taken in.
type merging struct {
	ours, theirs *Study
	options      MergeOptions
	out          *StudyMerge
	files        map[string][]byte // what is to be written
	undefined    map[string]int    // codings by code
	holds        map[string]string // our file of codings by id
	strange      map[string]string // transcripts whose codings cannot be taken: why

	stoodHere, stoodThere map[string]versions // by id of the coding
}

func (m *merging) leave(file, why string, codings int) {
	m.out.Left = append(m.out.Left, LeftOut{m.theirs.shown(file), why, codings})
}

func (m *merging) take(file string, content []byte, counts MergedFile) {
	m.files[file] = content
	counts.File = m.ours.shown(file)
	m.out.Files = append(m.out.Files, counts)
}

// transcripts holds the copy's texts against ours, and refuses a copy of another study: one of whose texts none is ours.
func (m *merging) transcripts() error {
	folded := map[string]string{}
	for _, id := range m.ours.TranscriptIDs() {
		folded[diag.Fold(id)] = id
	}
	kin := 0
	for _, id := range m.theirs.TranscriptIDs() {
		name := path.Join(transcriptsDir, id+".txt")
		theirs, err := m.theirs.readFile(name)
		if err != nil {
			return err
		}
		ours, err := m.ours.readFile(name)
		if err != nil {
			return err
		}
		switch as := folded[diag.Fold(id)]; {
		case as == "" && m.options.Transcripts:
			if _, found := transcript.Parse(id, m.theirs.shown(name), theirs); found.Err() != nil {
				return found.Err()
			}
			m.take(name, theirs, MergedFile{New: true})
		case as == "":
			m.strange[id] = "the transcript is not here"
			m.leave(name, "it is not here; --transcripts takes it", 0)
		case as != id:
			m.strange[id] = "the transcript is called " + as + " here"
			m.leave(name, m.strange[id], 0)
		case bytes.Equal(ours, theirs):
			kin++
		case bytes.Equal(transcript.Text(ours), transcript.Text(theirs)):
			kin++
			m.leave(name, "its front matter differs", 0)
		case sameInterview(transcript.Text(ours), transcript.Text(theirs)):
			kin++
			m.leave(name, "it was edited; codings lie where their words stand here", 0)
		default:
			m.strange[id] = "another text has that name here"
			m.leave(name, m.strange[id], 0)
		}
	}
	if kin > 0 || slices.ContainsFunc(m.theirs.Codings(), func(c *Coding) bool {
		t := m.ours.Transcript(c.Transcript)
		return m.holds[c.ID] != "" || t != nil && t.Hash == c.Text
	}) {
		return nil
	}
	return fmt.Errorf("merge %s: %w: no transcript and no coding there is one of this study", m.options.From, ErrAnotherStudy)
}

// sameInterview says whether two texts are one that somebody edited: sentences and lines of at least half of the shorter
// one's bytes stand in the other. Two interviews by one guide share the questions, which are less than that.
func sameInterview(a, b []byte) bool {
	sentences := func(text []byte) (map[string]bool, int) {
		out, size := map[string]bool{}, 0
		for part := range bytes.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("\n.?!", r) }) {
			if part := string(bytes.TrimSpace(part)); !out[part] {
				out[part] = true
				size += len(part)
			}
		}
		return out, size
	}
	x, sizeX := sentences(a)
	y, sizeY := sentences(b)
	shared := 0
	for part := range x {
		if y[part] {
			shared += len(part)
		}
	}
	return shared > 0 && 2*shared >= min(sizeX, sizeY)
}

// codings takes the codings of all coders. One that is here already is merged where it stands here, also if its transcript
// has another name now; others come under the name of their file, if the transcript is here.
func (m *merging) codings() error {
	coders := map[string]string{}
	for _, coder := range m.ours.Coders() {
		coders[diag.Fold(coder)] = coder
	}
	incoming := map[string]map[string]*codingRow{} // by our file and the id
	for _, coder := range m.theirs.Coders() {
		if as := cmp.Or(coders[diag.Fold(coder)], coder); as != coder {
			return fmt.Errorf("merge %s: its coder %s is called %s here; rename the folder in one of the two", m.options.From, coder, as)
		}
		dir := path.Join(codingsDir, coder)
		files, err := m.theirs.readDir(dir)
		if err != nil {
			return err
		}
		for _, f := range files {
			id, isCodings := strings.CutSuffix(f.Name(), ".jsonl")
			if !isCodings || f.IsDir() || strings.HasPrefix(id, ".") {
				continue
			}
			name := path.Join(dir, f.Name())
			theirs, err := m.theirs.readFile(name)
			if err != nil {
				return err
			}
			why := m.strange[id]
			if why == "" && m.ours.byID[id] == nil && m.theirs.byID[id] == nil {
				why = "no transcript " + id + " is here"
			}
			var ignored diag.List // it was read before
			rows, left := rowsByID(name, theirs, &ignored), 0
			put := func(file string) map[string]*codingRow {
				if incoming[file] == nil {
					incoming[file] = map[string]*codingRow{}
				}
				return incoming[file]
			}
			if len(rows) == 0 && why == "" {
				put(name) // this coder found nothing there
			}
			for id, row := range rows {
				switch file := m.holds[id]; {
				case file == "" && why == "":
					put(name)[id] = row
				case path.Dir(file) == dir:
					put(file)[id] = row
				case !row.gone():
					left++
				}
			}
			if left > 0 {
				m.leave(name, cmp.Or(why, "another coder has these codings here"), left)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(incoming)) {
		if err := m.codingsOf(name, incoming[name]); err != nil {
			return err
		}
	}
	return nil
}

// codingsOf merges codings of the copy into one file.
func (m *merging) codingsOf(name string, t map[string]*codingRow) error {
	coder, transcriptID := path.Base(path.Dir(name)), strings.TrimSuffix(path.Base(name), ".jsonl")
	ours, err := m.ours.readFile(name)
	if err != nil {
		return err
	}
	var ignored diag.List // it was read before
	o := rowsByID(name, ours, &ignored)
	merged := mergeRows(m.ancestors(o, t), o, t)
	switch {
	case m.options.Prefer != "":
		merged.Take(m.options.Prefer == "theirs")
	case m.options.By != "" && m.options.By != coder && coder != Consensus:
		m.out.Later += merged.TakeLater()
	}
	for _, c := range merged.Conflicts() {
		m.out.Conflicts = append(m.out.Conflicts, MergeConflict{c, m.ours.shown(name), transcriptID, c.Turn(m.ours.Transcript(transcriptID))})
	}
	merged.Take(false)
	counts := MergedFile{New: ours == nil}
	for _, r := range merged.rows {
		switch was, is := r.ours, r.result; {
		case was == is || was != nil && is != nil && bytes.Equal(was.raw, is.raw):
			continue
		case is.gone(): // also one that never came here: it is kept, so that no other copy brings it
			counts.Removed++
			continue
		case was.gone():
			counts.Added++
		default:
			counts.Changed++
		}
		if code, _ := m.ours.Book.Resolve(r.result.coding.Code); code == nil {
			m.undefined[r.result.coding.Code]++
		}
	}
	if counts != (MergedFile{}) {
		m.take(name, merged.Marked(), counts)
	}
	return nil
}

// ancestors returns, for codings that differ, the last version that stood on both sides, as far as the two folders' own
// records of changes (those of undo) tell. They are cached knowledge: what is not known makes a conflict, not a loss.
func (m *merging) ancestors(o, t map[string]*codingRow) map[string]*codingRow {
	if m.stoodHere == nil {
		m.stoodHere, m.stoodThere = m.ours.versions(), m.theirs.versions()
	}
	line := func(r *codingRow) string {
		if r == nil {
			return ""
		}
		return strings.TrimSuffix(string(r.raw), "\n")
	}
	out := map[string]*codingRow{}
	ids := maps.Clone(o)
	maps.Copy(ids, t)
	for id := range ids {
		ours, theirs := line(o[id]), line(t[id])
		here, there := m.stoodHere[id].upTo(ours), m.stoodThere[id].upTo(theirs)
		if ours == theirs {
			continue
		}
		var base string
		switch old, ahead := slices.Contains(here, theirs), slices.Contains(there, ours); {
		case old && ahead && there.goesOn(here): // each was the other once, as after undo
			base = ours
		case old && ahead && here.goesOn(there):
			base = theirs
		case old && ahead:
		default:
			for _, v := range slices.Backward(here) {
				if slices.Contains(there, v) {
					base = v
					break
				}
			}
		}
		if c, err := decodeCoding([]byte(base)); err == nil {
			out[id] = &codingRow{coding: c}
		}
	}
	return out
}

// versions are the lines of one coding that stood in a study, oldest first; the last is how it was left, "" if it was
// taken out.
type versions []string

// upTo returns the versions if today's is how the records left it, else today's alone: they then do not tell what happened.
func (v versions) upTo(today string) versions {
	if len(v) > 0 && v[len(v)-1] == today {
		return v
	}
	return versions{today}
}

// goesOn says whether v is what happened after w.
func (v versions) goesOn(w versions) bool { return len(v) > len(w) && slices.Equal(v[:len(w)], w) }

// versions returns what the records of changes tell of codings, by id. A merge that was taken back is as if it had not
// been: what it brought may come again.
func (s *Study) versions() map[string]versions {
	records := map[int]record{}
	chain := map[int]int{}   // the first of the records that take each other back, by number
	last := map[int]record{} // and the last of them, by the first
	for _, n := range s.recordNumbers() {
		r, err := s.readRecord(recordName(n))
		if err != nil {
			continue
		}
		records[n], chain[n] = r, n
		if first, ok := chain[r.Of]; ok {
			chain[n] = first
		}
		last[chain[n]] = r
	}
	out := map[string]versions{}
	for _, n := range slices.Sorted(maps.Keys(records)) {
		first := chain[n]
		if takenBack := last[first].Of != 0 && !last[first].Redo; takenBack && records[first].Merge {
			continue
		}
		for _, f := range records[n].Files {
			for _, l := range f.Lines {
				if out[l.ID] == nil && l.Before != "" {
					out[l.ID] = versions{l.Before}
				}
				out[l.ID] = append(out[l.ID], l.After)
			}
		}
	}
	return out
}

// documents takes memos and prose that are not here.
func (m *merging) documents() error {
	for _, dir := range []string{memosDir, writingDir} {
		files, err := m.theirs.readDir(dir)
		if err != nil {
			return err
		}
		for _, f := range files {
			name := path.Join(dir, f.Name())
			if f.IsDir() || !strings.HasSuffix(name, ".md") || strings.HasPrefix(f.Name(), ".") {
				continue
			}
			theirs, err := m.theirs.readFile(name)
			if err != nil {
				return err
			}
			ours, err := m.ours.readFile(name)
			if err != nil {
				return err
			}
			var found diag.List
			if dir == memosDir {
				parseMemo(name, theirs, &found, nil)
			}
			switch {
			case bytes.Equal(ours, theirs) && ours != nil:
			case ours != nil:
				m.leave(name, "it differs", 0)
			case found.Err() != nil:
				m.leave(name, "it cannot be read as a memo: "+found.Err().Error(), 0)
			default:
				m.take(name, theirs, MergedFile{New: true})
			}
		}
	}
	return nil
}

// journal takes the lines of the journal that are not here.
func (m *merging) journal() error {
	theirs, err := m.theirs.readFile(journalFile)
	if err != nil {
		return err
	}
	ours, err := m.ours.readFile(journalFile)
	if err != nil {
		return err
	}
	told := map[string]bool{"": true}
	for line := range bytes.Lines(ours) {
		told[string(bytes.TrimSpace(line))] = true
	}
	out, added := slices.Clone(ours), 0
	if len(out) > 0 && !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, '\n')
	}
	for line := range bytes.Lines(theirs) {
		if line = bytes.TrimSpace(line); !told[string(line)] {
			told[string(line)] = true
			out = append(append(out, line...), '\n')
			added++
		}
	}
	if added > 0 {
		m.take(journalFile, out, MergedFile{New: ours == nil, Added: added})
	}
	return nil
}

// summaries takes the cells of summaries.csv that are not here.
func (m *merging) summaries() error {
	theirs, err := m.theirs.readFile(summariesFile)
	if err != nil || theirs == nil {
		return err
	}
	ours, err := m.ours.readFile(summariesFile)
	if err != nil || bytes.Equal(ours, theirs) {
		return err
	}
	if ours == nil {
		m.take(summariesFile, theirs, MergedFile{New: true})
		return nil
	}
	here, fault := parseSummaries(m.ours.shown(summariesFile), ours)
	there, otherFault := parseSummaries(m.theirs.shown(summariesFile), theirs)
	if fault.Err() != nil || otherFault.Err() != nil || !slices.Equal(here.header, there.header) {
		m.leave(summariesFile, "it differs, and not only in its rows", 0)
		return nil
	}
	taken := here.take(there.rows, m.ours.summaryKey)
	if n := len(taken.Differ); n > 0 {
		m.leave(summariesFile, Plural(n, "summary differs", "summaries differ"), 0)
	}
	if n := taken.Added + taken.Filled; n > 0 {
		out, err := here.bytes()
		if err != nil {
			m.leave(summariesFile, err.Error(), 0)
			return nil
		}
		m.take(summariesFile, out, MergedFile{Added: n})
	}
	return nil
}

// settings tells of the files that say what the study is, where they differ.
func (m *merging) settings() error {
	for _, name := range []string{studyFile, codebookFile, participantsFile} {
		theirs, err := m.theirs.readFile(name)
		if err != nil {
			return err
		}
		ours, err := m.ours.readFile(name)
		switch {
		case err != nil:
			return err
		case theirs == nil || bytes.Equal(ours, theirs):
		case ours == nil:
			m.leave(name, "it is not here", 0)
		default:
			m.leave(name, "it differs", 0)
		}
	}
	return nil
}
