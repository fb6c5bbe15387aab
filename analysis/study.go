// Package analysis knows a study: the folder of plain files that holds transcripts, codebook, codings and memos, and
// what follows from them. It alone writes the study's files.
//
// It guarantees that a file is replaced whole or not at all, that a file whose content would not change is not
// touched, that a coding counts only where its words stand today, and that what rules propose is never counted as a
// person's coding. It refuses to guess: codings that cannot be placed, codes that nobody defined and references that
// lead nowhere are listed, with their file and line, never dropped and never mended in silence.
package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

// The names of the study's files and folders (design section 2). Paths in a study are slash-separated.
const (
	studyFile        = "study.yaml"
	codebookFile     = "codebook.yaml"
	participantsFile = "participants.csv"
	transcriptsDir   = "transcripts"
	codingsDir       = "codings"
	memosDir         = "memos"
	writingDir       = "writing"
	reportsDir       = "reports"
	cacheDir         = ".tema"
	rulesCoder       = "_rules"
)

// ErrNoStudy says that no study.yaml stands in a folder or above it.
var ErrNoStudy = errors.New("no study here")

// A Study is one study folder. Open reads the small files; transcripts, codings, memos and journal are read when first
// asked for. It is not safe for use by several goroutines except where a method says so.
type Study struct {
	Dir          string // as opened
	Config       Config
	Book         *codebook.Codebook
	Participants *Participants
	// Found holds every fault met so far in the files read so far, errors and warnings.
	Found diag.List
	// Progress, if not nil, hears how many of the files that are being written are done; several goroutines call it.
	Progress func(done, total int)
	// Notice, if not nil, hears what a write did unasked: that it finished a change that was interrupted.
	Notice func(message string)

	root  *os.Root
	show  string // what findings put before a file's path, "" or "some/dir/"
	rules []Rule

	bookSource []byte // what Book was read from

	transcripts []*entry // natural order
	byID        map[string]*entry

	loadCodings func() []*Coding
	loadMemos   func() []Memo
	loadJournal func() []Event
	carriages   sync.Map // by version: func() *transcript.Carriage
	placed      []*Placed
	proposals   []*Proposal
	swept       bool // what a killed process left was taken away
	lastRecord  int  // the number of the last record of undo that is known
}

// entry is a transcript that may not have been read yet.
type entry struct {
	id, file string
	once     sync.Once
	t        *transcript.Transcript
	found    diag.List
	told     bool // found has gone to Study.Found
}

// FindDir walks up from dir to a folder with a study.yaml.
func FindDir(dir string) (string, error) {
	at, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(at, studyFile)); err == nil {
			return at, nil
		}
		up := filepath.Dir(at)
		if up == at {
			return "", fmt.Errorf("%w: %s has no study.yaml, nor has a folder above it", ErrNoStudy, dir)
		}
		at = up
	}
}

// Open reads study.yaml, codebook.yaml and participants.csv of the study in dir and lists its transcripts. Show is what
// findings put before the files' names, so that a person at another folder can open them. Faults in the files are in
// Found; the error is for what cannot be read at all.
func Open(dir, show string) (*Study, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open study: %w", err)
	}
	s := &Study{Dir: dir, root: root, show: show, byID: map[string]*entry{}}
	src, err := root.ReadFile(studyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s has no study.yaml", ErrNoStudy, dir)
	} else if err != nil {
		return nil, fmt.Errorf("read study: %w", err)
	}
	s.Config = parseConfig(s.shown(studyFile), src, &s.Found)

	src, err = root.ReadFile(codebookFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read codebook: %w", err)
	}
	book, found := codebook.Parse(s.shown(codebookFile), src)
	s.Book, s.bookSource = book, src
	s.Found = append(s.Found, found...)

	src, err = root.ReadFile(participantsFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read participants: %w", err)
	}
	s.Participants = parseParticipants(s.shown(participantsFile), src, &s.Found)

	if err := s.list(); err != nil {
		return nil, err
	}
	var faults diag.List
	s.rules, faults = CompileRules(s.Book, s.Config.Language)
	s.Found = append(s.Found, faults...)
	s.loadCodings = sync.OnceValue(s.readCodings)
	s.loadMemos = sync.OnceValue(s.readMemos)
	s.loadJournal = sync.OnceValue(s.readJournal)
	return s, nil
}

// Err returns an error with every finding so far when one of them is an error; commands other than check stop there.
func (s *Study) Err() error {
	s.Found.Sort()
	return s.Found.Err()
}

// shown returns how findings name a file of the study.
func (s *Study) shown(name string) string { return s.show + name }

// Path returns where a file of the study stands on disk.
func (s *Study) Path(name string) string { return filepath.Join(s.Dir, filepath.FromSlash(name)) }

// CacheDir is where indexes and last seen texts are kept; it may be deleted at any time.
func (s *Study) CacheDir() string { return s.Path(cacheDir) }

// Close lets go of the folder.
func (s *Study) Close() error { return s.root.Close() }

// list finds the transcripts' files.
func (s *Study) list() error {
	files, err := s.readDir(transcriptsDir)
	if err != nil {
		return err
	}
	folded := map[string]string{}
	for _, f := range files {
		id, isText := strings.CutSuffix(f.Name(), ".txt")
		if !isText || f.IsDir() || strings.HasPrefix(id, ".") {
			continue // not ours: files that the design does not name are left alone
		}
		name := path.Join(transcriptsDir, f.Name())
		if err := diag.CheckTranscriptID(id); err != nil {
			s.Found.Add(diag.Finding{Rule: "transcript/bad-id", Severity: diag.Error, File: s.shown(name), Message: err.Error(),
				Hint: "rename the file"})
			continue
		}
		if first, twice := folded[diag.Fold(id)]; twice {
			s.Found.Errorf("transcript/duplicate-id", s.shown(name), diag.Position{}, "transcripts %s and %s differ in case only", first, id)
			continue
		}
		folded[diag.Fold(id)] = id
		e := &entry{id: id, file: name}
		s.transcripts = append(s.transcripts, e)
		s.byID[id] = e
	}
	slices.SortFunc(s.transcripts, func(a, b *entry) int { return Natural(a.id, b.id) })
	return nil
}

// readDir lists a folder of the study by name; a missing one is empty.
func (s *Study) readDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.root.FS(), name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", name, err)
	}
	return entries, nil
}

// TranscriptIDs returns the ids of all transcripts, in natural order.
func (s *Study) TranscriptIDs() []string {
	ids := make([]string, len(s.transcripts))
	for i, e := range s.transcripts {
		ids[i] = e.id
	}
	return ids
}

// Transcript returns the transcript of that id, reading it if need be, or nil if there is none or it cannot be used.
// Several goroutines may call it.
func (s *Study) Transcript(id string) *transcript.Transcript {
	e := s.byID[id]
	if e == nil {
		return nil
	}
	e.read(s)
	if e.found.Err() != nil {
		return nil
	}
	return e.t
}

func (e *entry) read(s *Study) {
	e.once.Do(func() {
		src, err := s.root.ReadFile(e.file)
		if err != nil {
			e.found.Errorf("transcript/unreadable", s.shown(e.file), diag.Position{}, "cannot be read: %v", errors.Unwrap(err))
			return
		}
		e.t, e.found = transcript.Parse(e.id, s.shown(e.file), src)
		e.t.Language = s.Config.Language
		for i := range e.t.Turns { // ids are the same in large and small letters; the table's spelling counts
			if row := s.Participants.Row(e.t.Turns[i].Is); row != nil {
				e.t.Turns[i].Is = row.ID
			}
		}
		if e.found.Err() == nil {
			e.found = append(e.found, s.CheckTranscript(e.t)...)
		}
	})
}

// CheckTranscript finds what a transcript's front matter says that the rest of the study contradicts.
func (s *Study) CheckTranscript(t *transcript.Transcript) diag.List {
	var found diag.List
	for _, a := range t.Meta.Attributes {
		if _, taken := s.Participants.column(a.Name); taken {
			found.Errorf("transcript/attribute", t.File, diag.Position{Line: 1}, "attribute %s stands in participants.csv too", a.Name)
		}
		if reservedAttribute(a.Name) {
			found.Errorf("transcript/attribute", t.File, diag.Position{Line: 1}, "attribute %s: tema keeps that name for itself", a.Name)
		}
	}
	if len(t.Meta.Speakers) == 0 {
		found.Add(diag.Finding{Rule: "transcript/no-speakers", Severity: diag.Warning, File: t.File,
			Message: "names no speakers, so it is one turn by nobody known",
			Hint:    "name the labels under `speakers:` in its front matter"})
	}
	if len(s.Participants.Rows) > 0 {
		for _, sp := range t.Meta.Speakers {
			if !diag.ReservedParticipant(sp.Is) && s.Participants.Row(sp.Is) == nil {
				found.Add(diag.Finding{Rule: "transcript/unknown-participant", Severity: diag.Warning, File: t.File,
					About:   "participant:" + sp.Is,
					Message: fmt.Sprintf("speaker %s is %s, who is not in participants.csv", sp.Label, sp.Is),
					Hint:    "add a row with that id to participants.csv, or mend `speakers:`"})
			}
		}
	}
	return found
}

// Transcripts reads every transcript, on all processors, and returns those that can be used, in natural order. Faults
// go to Found, once. Progress, if not nil, is called with how many are done.
func (s *Study) Transcripts(ctx context.Context, progress func(done, total int)) ([]*transcript.Transcript, error) {
	var done atomic.Int64
	inParallel(runtime.GOMAXPROCS(0), len(s.transcripts), func(i int) {
		if ctx.Err() != nil {
			return
		}
		s.transcripts[i].read(s)
		if n := done.Add(1); progress != nil {
			progress(int(n), len(s.transcripts))
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]*transcript.Transcript, 0, len(s.transcripts))
	for _, e := range s.transcripts {
		if e.found.Err() == nil {
			out = append(out, e.t)
		}
		if !e.told {
			s.Found = append(s.Found, e.found...)
			e.told = true
		}
	}
	return out, nil
}

// Texts returns the texts of some transcripts, read on all processors and not parsed, for a caller who knows offsets
// in them from an index. What cannot be read is missing.
func (s *Study) Texts(ids []string) map[string][]byte {
	texts := make([][]byte, len(ids))
	inParallel(runtime.GOMAXPROCS(0), len(ids), func(i int) {
		if e := s.byID[ids[i]]; e != nil {
			if src, err := s.root.ReadFile(e.file); err == nil {
				texts[i] = transcript.Text(src)
			}
		}
	})
	out := make(map[string][]byte, len(ids))
	for i, id := range ids {
		out[id] = texts[i]
	}
	return out
}

// inParallel calls do with 0 to n-1, from as many goroutines as it is told.
func inParallel(goroutines, n int, do func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(goroutines, n) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	wg.Wait()
}

// Language returns the language of a transcript: its own or the study's.
func (s *Study) Language(t *transcript.Transcript) string {
	return cmp.Or(t.Meta.Language, s.Config.Language)
}

// ReportLanguage returns the language of what a report itself says, and in which its themes and codes are written.
func (s *Study) ReportLanguage() string {
	return cmp.Or(s.Config.Report.Language, s.Config.Language)
}

// Foreign returns the language of a transcript where it is another one than the report's, which is English if nobody says.
// Regions and scripts make no other language.
func (s *Study) Foreign(t *transcript.Transcript) string {
	lang := s.Language(t)
	if lang == "" || PrimaryLanguage(lang) == PrimaryLanguage(cmp.Or(s.ReportLanguage(), "en")) {
		return ""
	}
	return lang
}

// PrimaryLanguage returns the language of a BCP 47 tag without its script, region and variants. Norwegian that is not
// said to be nynorsk is bokmål.
func PrimaryLanguage(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	if tag == "no" {
		return "nb"
	}
	return tag
}

// TranscriptPath returns where a transcript stands on disk.
func (s *Study) TranscriptPath(id string) string { return s.Path(path.Join(transcriptsDir, id+".txt")) }

// Scope answers a query's questions about attributes and codings (query.Scope). It reads codings only when asked.
func (s *Study) Scope() query.Scope {
	ofTranscripts := sync.OnceValue(s.attributeNames)
	coded := sync.OnceValue(s.codedSpans)
	return query.Scope{
		KnowsAttribute: func(name string) bool {
			_, ofParticipants := s.Participants.column(name)
			return ofParticipants || ofTranscripts()[diag.Fold(name)] != ""
		},
		KnowsCode: func(id string) bool { return s.Book.Code(id) != nil },
		Holds: func(t *transcript.Transcript, turn transcript.Turn, key, value string) bool {
			for _, have := range s.Attribute(t, turn.Is, key) {
				if diag.Fold(have) == diag.Fold(value) {
					return true
				}
			}
			return false
		},
		Coded: func(t *transcript.Transcript, code string) []transcript.Span {
			c := s.Book.Code(code)
			if c == nil {
				return nil
			}
			var spans []transcript.Span
			for _, d := range c.WithDescendants() {
				spans = append(spans, coded()[t.ID][d.ID]...)
			}
			slices.SortFunc(spans, bySpan)
			return spans
		},
	}
}

func bySpan(a, b transcript.Span) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

// attributeNames returns the names of all transcripts' attributes as the first that has them spells them, by their
// folded names.
func (s *Study) attributeNames() map[string]string {
	names := map[string]string{}
	for _, e := range s.transcripts {
		if t := s.Transcript(e.id); t != nil {
			for _, a := range t.Meta.Attributes {
				if folded := diag.Fold(a.Name); names[folded] == "" {
					names[folded] = a.Name
				}
			}
		}
	}
	return names
}

// Attributes returns the names of all attributes: those of participants in the order of their table, then those that
// stand in transcripts, in natural order.
func (s *Study) Attributes() []string {
	return append(slices.Clone(s.Participants.Attributes), slices.SortedFunc(maps.Values(s.attributeNames()), Natural)...)
}

// codedSpans returns, by transcript and code, where counted codings lie.
func (s *Study) codedSpans() map[string]map[string][]transcript.Span {
	out := map[string]map[string][]transcript.Span{}
	for _, p := range s.Placed() {
		if p.Counts() {
			m := out[p.Transcript]
			if m == nil {
				m = map[string][]transcript.Span{}
				out[p.Transcript] = m
			}
			m[p.Today.ID] = append(m[p.Today.ID], p.Span)
		}
	}
	return out
}

// Attribute returns the values of an attribute that hold for a speaker in a transcript: the participant's, else the
// transcript's. Names compare without regard to case. Missing values are none.
func (s *Study) Attribute(t *transcript.Transcript, participant, name string) []string {
	if col, ok := s.Participants.column(name); ok {
		if row := s.Participants.Row(participant); row != nil && row.Values[col] != "" {
			return []string{row.Values[col]}
		}
		return nil
	}
	if t != nil {
		for _, a := range t.Meta.Attributes {
			if diag.Fold(a.Name) == diag.Fold(name) && a.Value != "" {
				return []string{a.Value}
			}
		}
	}
	return nil
}

// Speaking returns the ids of the participants who speak in the study, in natural order: those that speakers map to.
func (s *Study) Speaking() []string {
	seen := map[string]bool{}
	for _, e := range s.transcripts {
		if t := s.Transcript(e.id); t != nil {
			for _, turn := range t.Turns {
				if turn.Participant() {
					seen[turn.Is] = true
				}
			}
		}
	}
	return slices.SortedFunc(maps.Keys(seen), Natural)
}

// Natural compares two names as people order them: runs of digits by their number (I2 before I10), all else by its
// characters without regard to case. It asks no locale, so that every machine gives the same order.
func Natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		dx, dy := digits(x), digits(y)
		if dx > 0 && dy > 0 {
			nx, ny := strings.TrimLeft(x[:dx], "0"), strings.TrimLeft(y[:dy], "0")
			if c := cmp.Or(cmp.Compare(len(nx), len(ny)), cmp.Compare(nx, ny)); c != 0 {
				return c
			}
			x, y = x[dx:], y[dy:]
			continue
		}
		rx, nx := utf8.DecodeRuneInString(x)
		ry, ny := utf8.DecodeRuneInString(y)
		if c := cmp.Compare(unicode.ToLower(rx), unicode.ToLower(ry)); c != 0 {
			return c
		}
		x, y = x[nx:], y[ny:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// readFile reads a file of the study; a missing one is nil without an error.
func (s *Study) readFile(name string) ([]byte, error) {
	src, err := s.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return src, nil
}

// ErrUnlessReportable is Err, but lets pass what a report can be written without and lists: codings that cannot be
// placed, codes that nobody defined, codings of transcripts that are gone (design section 8).
func (s *Study) ErrUnlessReportable() error {
	var hard diag.List
	for _, f := range s.Found {
		if !slices.Contains([]string{"coding/lost", "coding/ambiguous", "coding/unknown-code", "coding/no-transcript"}, f.Rule) {
			hard = append(hard, f)
		}
	}
	hard.Sort()
	return hard.Err()
}
