package analysis

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// A Mending says whose codings are to be brought along after their transcripts were edited, and in which transcripts.
type Mending struct {
	By          string   // who has it done, as undo and the journal tell it
	Coders      []string // all if empty
	Transcripts []string // all if empty
	Dry         bool
}

// A Mended coding is one whose transcript was edited since the coding was made.
type Mended struct {
	*Placed                     // in today's text; as it was recorded where its Standing has no place
	Words     string            // today's, where it has a place
	KnownText bool              // the text that it was made on is known
	Near      []transcript.Span // where it could stand that has no place, the likeliest first
}

// A MendResult is what Mend did, or would do.
type MendResult struct {
	Codings []*Mended      // by transcript, place and coder
	Others  map[string]int // of coders who were not asked for: how many of their codings are of texts that were edited
	Files   []string       // that changed, as findings name them
}

// Left returns how many codings have no place that can be defended. They are as they were.
func (m *MendResult) Left() int {
	n := 0
	for _, c := range m.Codings {
		if !c.Standing.Placed() {
			n++
		}
	}
	return n
}

// Mend writes where codings stand today whose transcripts were edited: offsets, quote, context and the text's hash.
// Where their words were edited too it says when, as a change of the coding; where they only follow it does not, so
// that a merge with another copy takes them for what they were. What has no place that can be defended stays as it is.
// What the rules proposed is left to Apply.
func (s *Study) Mend(o Mending) (*MendResult, error) {
	if !o.Dry {
		unlock, err := s.lock()
		if err != nil {
			return nil, err
		}
		defer unlock()
	}
	out := &MendResult{Others: map[string]int{}}
	files, err := s.toMend(o, out)
	if err != nil {
		return nil, err
	}
	var done atomic.Int64
	inParallel(runtime.GOMAXPROCS(0), len(files), func(i int) {
		s.mendFile(files[i])
		if n := done.Add(1); s.Progress != nil {
			s.Progress(int(n), len(files))
		}
	})
	changed, at := map[string][]byte{}, now()
	texts := map[string]*transcript.Transcript{}
	for _, f := range files {
		for row, m := range f.mended {
			if m.Standing == transcript.Invalid {
				s.findPlacement(m.Placed)
			}
			if m.Text == f.t.Hash {
				continue
			}
			out.Codings = append(out.Codings, m)
			if m.Standing.Placed() {
				next := m.following(f.t, at)
				f.rows[row] = codingRow{raw: next.appendLine(nil), coding: next}
				texts[f.t.ID] = f.t
				changed[f.name] = nil
			}
		}
		if _, does := changed[f.name]; does {
			if err := s.stillSays(f.t); err != nil {
				return nil, err
			}
			changed[f.name] = inOrder(f.rows)
		}
	}
	if err := s.ErrUnlessReportable(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(out.Codings, func(a, b *Mended) int {
		return cmp.Or(cmp.Compare(a.order, b.order), bySpan(a.Span, b.Span), Natural(a.Coder, b.Coder), cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
	})
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		out.Files = append(out.Files, s.shown(name))
	}
	if o.Dry || len(changed) == 0 {
		return out, nil
	}
	ids := slices.SortedFunc(maps.Keys(texts), Natural)
	e := Event{At: at, By: o.By, Event: "mend"}
	for _, id := range ids {
		e.About = append(e.About, "transcript:"+id)
	}
	if changed[journalFile], err = s.journalWith(e); err != nil {
		return nil, err
	}
	if _, err := s.change(o.By, "mend of "+few(ids), changed); err != nil {
		return nil, err
	}
	for _, t := range texts {
		s.keepText(t)
	}
	s.forgetCodings()
	return out, nil
}

// A mendFile is a file of codings that Mend looks at.
type mendFile struct {
	name   string
	t      *transcript.Transcript
	rows   []codingRow
	mended map[int]*Mended // by row
}

// toMend reads the files that o asks for. Those of others are counted.
func (s *Study) toMend(o Mending, out *MendResult) ([]*mendFile, error) {
	wanted := slices.DeleteFunc(s.TranscriptIDs(), func(id string) bool { return len(o.Transcripts) > 0 && !slices.Contains(o.Transcripts, id) })
	inParallel(runtime.GOMAXPROCS(0), len(wanted), func(i int) { s.Transcript(wanted[i]) })
	var files []*mendFile
	for _, coder := range s.Coders() {
		for _, id := range wanted {
			name := path.Join(codingsDir, coder, id+".jsonl")
			src, err := s.readFile(name)
			if err != nil {
				return nil, err
			}
			if src == nil {
				continue
			}
			t := s.Transcript(id)
			if t == nil {
				return nil, s.noTranscript(id)
			}
			if len(o.Coders) > 0 && !slices.Contains(o.Coders, coder) {
				for _, c := range parseCodings(coder, id, name, src, &diag.List{}) {
					if c.Status != Removed && c.Text != t.Hash {
						out.Others[coder]++
					}
				}
				continue
			}
			rows, err := codingRows(coder, id, s.shown(name), src)
			if err != nil {
				return nil, err
			}
			files = append(files, &mendFile{name: name, t: t, rows: rows, mended: map[int]*Mended{}})
		}
	}
	return files, nil
}

// mendFile finds out what became of the codings of a file.
func (s *Study) mendFile(f *mendFile) {
	for i, row := range f.rows {
		if row.coding == nil || row.coding.Status == Removed {
			continue
		}
		m := &Mended{Placed: s.place([]*Coding{row.coding}, s.carried)[0]}
		f.mended[i] = m
		if m.Text == f.t.Hash {
			continue
		}
		known := s.carriage(f.t, m.Text)
		m.KnownText = known != nil
		if m.Standing.Placed() {
			m.Words, _ = f.t.Slice(m.Span)
			continue
		}
		about := m.Coding.Start
		if known != nil {
			about = known.About(about)
		}
		m.Near = near(f.t, m.Quote, about)
	}
}

// near returns where words that have no place could stand: where they stand word for word, what is nearest to about
// first, else where they nearly do.
func near(t *transcript.Transcript, quote string, about int) []transcript.Span {
	const most = 3
	if places := t.Occurrences(quote); len(places) > 0 {
		slices.SortStableFunc(places, func(a, b transcript.Span) int {
			return cmp.Compare(max(a.Start-about, about-a.Start), max(b.Start-about, about-b.Start))
		})
		return places[:min(most, len(places))]
	}
	if q := transcript.VerifyQuotation(quote, t); q.Verdict != transcript.Absent && q.Passage.Len() > 0 {
		return []transcript.Span{q.Passage.Span}
	}
	return nil
}

// following is the coding as it stands in today's text.
func (m *Mended) following(t *transcript.Transcript, at string) *Coding {
	a := t.AnchorAt(m.Span)
	c := *m.Coding
	c.Start, c.End, c.Quote, c.Before, c.After, c.Text = a.Start, a.End, a.Quote, a.Before, a.After, t.Hash
	if m.Standing == transcript.Changed {
		c.Changed = at
	}
	return &c
}

// few names a few of many.
func few(names []string) string {
	const most = 4
	if len(names) > most+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// A Renaming is what giving a transcript another id did, or would do.
type Renaming struct {
	Renamed []string // files that have another name now, as findings name them
	Edited  []string // files in which the transcript is named
}

// RenameTranscript gives a transcript another id: its file gets that name, unless it has it already, and so do all
// coders' files of codings; excerpts, tensions, memos and summaries name it by the new id. All of it happens, or nothing.
// What s knows of its transcripts stays as it was; open the study anew.
func (s *Study) RenameTranscript(by, old, id string, dry bool) (*Renaming, error) {
	if err := diag.CheckTranscriptID(id); err != nil {
		return nil, err
	}
	if !dry {
		unlock, err := s.lock()
		if err != nil {
			return nil, err
		}
		defer unlock()
	}
	out, files := &Renaming{}, map[string][]byte{}
	move := func(dir, from, to string) error {
		from, to = path.Join(dir, from), path.Join(dir, to)
		content, err := s.readFile(from)
		if err != nil || content == nil {
			return err
		}
		if there, err := s.readFile(to); err != nil || there != nil {
			return cmp.Or(err, fmt.Errorf("rename %s to %s: that stands there already", s.shown(from), s.shown(to)))
		}
		files[from], files[to] = nil, content
		out.Renamed = append(out.Renamed, s.shown(to))
		return nil
	}
	switch isOld, isNew := s.byID[old] != nil, s.byID[id] != nil; {
	case old == id:
		return nil, fmt.Errorf("rename transcript %s: that is its id already", old)
	case isOld && isNew:
		return nil, fmt.Errorf("rename transcript %s: there is a transcript %s already", old, id)
	case !isOld && !isNew:
		return nil, s.noTranscript(old)
	case isOld:
		for _, have := range s.TranscriptIDs() {
			if have != old && diag.Fold(have) == diag.Fold(id) {
				return nil, fmt.Errorf("rename transcript %s: %s differs from transcript %s in case only", old, id, have)
			}
		}
		if err := move(transcriptsDir, old+".txt", id+".txt"); err != nil {
			return nil, err
		}
	}
	var faults []error
	for _, coder := range s.Coders() {
		faults = append(faults, move(path.Join(codingsDir, coder), old+".jsonl", id+".jsonl"))
	}
	naming := []string{codebookFile, summariesFile}
	memos, err := s.readDir(memosDir)
	if err != nil {
		return nil, err
	}
	for _, f := range memos {
		if strings.HasSuffix(f.Name(), ".md") && !f.IsDir() {
			naming = append(naming, path.Join(memosDir, f.Name()))
		}
	}
	for _, name := range naming {
		src, err := s.readFile(name)
		if err != nil {
			return nil, err
		}
		content, err := s.renamedIn(name, src, old, id)
		if err != nil {
			faults = append(faults, err)
		} else if !bytes.Equal(content, src) {
			files[name] = content
			out.Edited = append(out.Edited, s.shown(name))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if dry || len(files) == 0 {
		return out, nil
	}
	e := Event{At: now(), By: by, Event: "mend", From: Refs{"transcript:" + old}, To: Refs{"transcript:" + id}}
	if files[journalFile], err = s.journalWith(e); err != nil {
		return nil, err
	}
	if _, err := s.changeOrUndo(record{By: by, What: "rename of transcript " + old + " to " + id, Moves: true}, files); err != nil {
		return nil, err
	}
	return out, nil
}

// renamedIn returns a file of the study in which a transcript is named by another id, changed in place.
func (s *Study) renamedIn(name string, src []byte, old, id string) (out []byte, err error) {
	switch {
	case src == nil:
		return nil, nil
	case name == codebookFile:
		d, err := codebook.OpenDraft(s.shown(name), src)
		if err == nil {
			err = d.RenameTranscript(old, id)
		}
		if err != nil {
			return nil, err
		}
		return d.Bytes(), nil
	case name == summariesFile:
		out, err = renamedCells(src, "transcript:"+old, "transcript:"+id)
	default:
		out, err = renamedAbout(src, "transcript:"+old, "transcript:"+id)
	}
	if err != nil {
		err = fmt.Errorf("%s names transcript %s, and %w; change it by hand", s.shown(name), old, err)
	}
	return out, err
}

// renamedAbout makes a memo be about to instead of from. What it wrote is read back: nothing else may have changed.
func renamedAbout(memo []byte, from, to string) ([]byte, error) {
	was := parseMemo("", memo, &diag.List{}, nil)
	if !slices.Contains(was.About, from) {
		return memo, nil
	}
	for i, ref := range was.About {
		if ref == from {
			was.About[i] = to
		}
	}
	head := len(memo) - len(was.Text)
	ref := regexp.MustCompile(`(?m)(^|[\s\[,"'])` + regexp.QuoteMeta(from) + `([\s\],"']|$)`)
	out := append(ref.ReplaceAll(memo[:head], []byte("${1}"+to+"${2}")), memo[head:]...)
	is := parseMemo("", out, &diag.List{}, nil)
	if !slices.Equal(is.About, was.About) || is.Kind != was.Kind || is.Made != was.Made || is.By != was.By || is.Text != was.Text {
		return nil, errors.New("not in a way that can be changed in place")
	}
	return out, nil
}

// renamedCells makes the rows of a table that are about from, or the case of from, name to.
func renamedCells(table []byte, from, to string) ([]byte, error) {
	text, err := decodeTable(table)
	if err != nil || !strings.Contains(text, from) {
		return table, nil // what cannot be read, check tells
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	var out strings.Builder
	var header []string
	written, lines := 0, []int{0} // byte where each line begins
	for i, c := range []byte(text) {
		if c == '\n' {
			lines = append(lines, i+1)
		}
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.New("is no table")
		}
		if header == nil {
			header = slices.Clone(row)
		}
		for i, cell := range row {
			if i < len(header) && slices.Contains([]string{"about", "case"}, diag.Fold(strings.TrimSpace(header[i]))) && strings.TrimSpace(cell) == from {
				line, column := r.FieldPos(i)
				at := lines[line-1] + column - 1
				at += strings.Index(text[at:], from)
				out.WriteString(text[written:at] + to)
				written = at + len(from)
			}
		}
	}
	mark, whole := bytes.CutSuffix(table, []byte(text)) // a byte order mark, or nothing
	switch {
	case written == 0:
		return table, nil
	case !whole:
		return nil, errors.New("is not encoded as UTF-8")
	}
	return append(slices.Clone(mark), out.String()+text[written:]...), nil
}
