// Package index answers queries from a full-text index: bleve (scorch), one document a turn, and beside it a file of our
// own with where turns and sentences lie.
//
// It guarantees that Find gives exactly what query.Scan gives over all transcripts; that the index is brought up to date
// before it answers, however transcripts were added, edited or taken away; that a damaged, half-built or older index is
// built anew and said so; and that no process waits for ever for another. It refuses to keep anything that cannot be
// made again: no text is stored, and the folder may be deleted at any time. Attributes and codings are not in it, since
// they change all the time: a query.Scope answers for them.
package index

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2"
	bleveindex "github.com/blevesearch/bleve_index_api"
	"github.com/gofrs/flock"

	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

// A File is a transcript's file.
type File struct {
	ID   string
	Path string
	// Language is that of a transcript that does not name its own.
	Language string
}

// An Index is open for reading. Its methods may be called from several goroutines.
type Index struct {
	// Note is one line for the person when the index had to be built anew, and why; else "".
	Note string
	// Added, Changed and Removed count the transcripts that Open brought up to date. In an index built anew all are Added.
	Added, Changed, Removed int

	dir       string
	load      func(id string) (*transcript.Transcript, error)
	bleve     bleve.Index
	reader    bleveindex.IndexReader
	state     *state
	byOrdinal map[int]*entry
	stemmers  []string // of the transcripts, each once
}

// ErrBusy is the error of an index that another process does not let go of.
var ErrBusy = errors.New("the index is busy")

// patience is how long we wait for another process.
var patience = 5 * time.Second

// Open opens the index in dir/index, first bringing it up to date with files. It makes dir, the study's .tema, if need
// be, readable for its owner only, and keeps it out of git. Hits come in the order of files. Load parses a transcript; it
// is called for what is new or changed, from several goroutines, and for queries that ask for codings. Progress, which
// may be nil, hears how many of the transcripts that are to be read are done. When ctx ends, Open stops; the next one
// goes on or starts anew.
func Open(ctx context.Context, dir string, files []File, load func(id string) (*transcript.Transcript, error), progress func(done, total int)) (*Index, error) {
	o := &opening{dir: filepath.Join(dir, "index"), files: files, load: load, progress: progress}
	if err := makeFolder(dir, o.dir); err != nil {
		return nil, fmt.Errorf("make the index: %w", err)
	}
	// Most often nothing has changed, and many may look at once.
	x, err := o.look(ctx)
	if err == nil && x == nil {
		x, err = o.update(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("open the index: %w", err)
	}
	return x, nil
}

// Transcript returns a transcript as the index knows it: everything but its Text, Source and File, which is enough to
// say where a hit stands and who speaks there. It is nil if the index does not hold it. It may be called after Close.
func (x *Index) Transcript(id string) *transcript.Transcript {
	for _, e := range x.state.entries {
		if e.id == id {
			if l, err := e.lay(); err == nil {
				return l.t
			}
		}
	}
	return nil
}

// Close lets go of the index. Hits stay good.
func (x *Index) Close() error {
	return errors.Join(x.reader.Close(), x.bleve.Close())
}

// opening is one call of Open.
type opening struct {
	dir      string
	files    []File
	load     func(id string) (*transcript.Transcript, error)
	progress func(done, total int)

	added, changed, removed int
}

// makeFolder makes the study's folder for what can be made again, and the index' folder in it.
func makeFolder(dir, sub string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	ignore := filepath.Join(dir, ".gitignore")
	if _, err := os.Lstat(ignore); errors.Is(err, fs.ErrNotExist) {
		if err := os.WriteFile(ignore, []byte("*\n"), 0o600); err != nil {
			return err
		}
	}
	return os.MkdirAll(sub, 0o700)
}

// look returns the index if it is up to date, else nil.
func (o *opening) look(ctx context.Context) (*Index, error) {
	unlock, err := o.lock(ctx, false)
	if err != nil {
		return nil, err
	}
	defer unlock()
	s, err := readState(o.dir)
	if err != nil {
		return nil, nil
	}
	d, err := s.compare(o.files)
	if err != nil || !d.none() || d.settled {
		return nil, err
	}
	x, err := o.open(s)
	if err != nil {
		return nil, nil // update says what is wrong
	}
	return x, nil
}

// update brings the index up to date, alone, and opens it.
func (o *opening) update(ctx context.Context) (*Index, error) {
	unlock, err := o.lock(ctx, true)
	if err != nil {
		return nil, err
	}
	defer unlock()

	s, err := readState(o.dir)
	var note string
	if err == nil {
		err = s.verify(o.dir)
	}
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			note = rebuilt(err)
		}
		s = nil
	}
	if s == nil {
		s = &state{}
	}
	d, err := s.compare(o.files)
	if err != nil {
		return nil, err
	}
	switch {
	case s.folder == "" || !d.none() && d.mostOf(s):
		s, err = o.build(ctx)
	case !d.none():
		err = o.change(ctx, s, d)
		switch {
		case errors.Is(err, ErrBusy): // somebody reads, and does not stop: leave them their folder
			s, err = o.build(ctx)
		case errors.Is(err, errDamaged):
			note = rebuilt(err)
			s, err = o.build(ctx)
		}
	case d.settled:
		err = s.write(o.dir)
	}
	if err != nil {
		return nil, err
	}
	x, err := o.open(s)
	if err != nil && note == "" { // bleve does not like what looked right
		note = rebuilt(fmt.Errorf("%w (%v)", errDamaged, err))
		if s, err = o.build(ctx); err == nil {
			x, err = o.open(s)
		}
	}
	if err != nil {
		return nil, err
	}
	x.Note = note
	return x, nil
}

// The ways in which an index is of no use.
var (
	errDamaged  = errors.New("damaged")
	errHalfDone = errors.New("left half done")
	errVersion  = errors.New("made by another version of tema")
)

// rebuilt is the line that says so.
func rebuilt(why error) string { return fmt.Sprintf("the index was %v; it was built anew", why) }

// lock waits for the index: alone for one that writes, together with others for those that open it to read. Who reads
// holds it only while opening; after that bleve's own lock keeps writers off.
func (o *opening) lock(ctx context.Context, alone bool) (unlock func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, ErrBusy)
	defer cancel()
	file := flock.New(filepath.Join(o.dir, "lock"), flock.SetPermissions(0o600))
	writer := filepath.Join(o.dir, "writer")
	const pause = 20 * time.Millisecond
	try := file.TryRLockContext
	if alone {
		try = file.TryLockContext
	}
	if locked, err := try(ctx, pause); !locked {
		file.Close()
		if errors.Is(context.Cause(ctx), ErrBusy) {
			who := "another process"
			if pid, err := os.ReadFile(writer); err == nil {
				who = "process " + string(pid)
			}
			return nil, fmt.Errorf("%w: %s is bringing it up to date; try again in a moment", ErrBusy, who)
		}
		return nil, err
	}
	if alone {
		// Only for the message above, so a failure does no harm.
		_ = os.WriteFile(writer, []byte(strconv.Itoa(os.Getpid())), 0o600)
	}
	return func() {
		if alone {
			_ = os.Remove(writer)
		}
		file.Close()
	}, nil
}

// A difference is what the files show against the state.
type difference struct {
	stale   []staleFile // new or changed, as far as size and time tell
	gone    []*entry
	settled bool // nothing changed but that more entries are settled
	bytes   int64
}

// A staleFile is a file to be read, and its entry if it has one.
type staleFile struct {
	File
	size, modified int64
	read           time.Time // when size and modified were asked
	entry          *entry
	place          int
}

// none says that the index holds what the files do.
func (d difference) none() bool { return len(d.stale)+len(d.gone) == 0 }

// mostOf says that so much has changed that building anew is quicker.
func (d difference) mostOf(s *state) bool {
	var total int64
	for _, e := range s.entries {
		total += e.size
	}
	return len(d.gone) == len(s.entries) || d.bytes > total/2
}

// coarse is how far apart two writes must be for every file system to show two times.
const coarse = 2 * time.Second

// compare holds the files on disk against s, and gives each entry its place among them.
func (s *state) compare(files []File) (difference, error) {
	var d difference
	known := make(map[string]*entry, len(s.entries))
	for _, e := range s.entries {
		known[e.id] = e
	}
	for place, f := range files {
		now := time.Now()
		info, err := os.Stat(f.Path)
		if err != nil {
			return d, fmt.Errorf("look at transcript %s: %w", f.ID, err)
		}
		stale := staleFile{f, info.Size(), info.ModTime().UnixNano(), now, known[f.ID], place}
		e := known[f.ID]
		delete(known, f.ID)
		if e != nil {
			e.place = place
		}
		if e == nil || e.size != stale.size || e.modified != stale.modified || e.language != languageOf(e.meta, f) {
			d.stale = append(d.stale, stale)
			d.bytes += stale.size
			continue
		}
		if e.settled {
			continue
		}
		src, err := os.ReadFile(f.Path)
		if err != nil {
			return d, fmt.Errorf("read transcript %s: %w", f.ID, err)
		}
		if fileSum(src) != e.sum {
			d.stale = append(d.stale, stale)
			d.bytes += stale.size
		} else if info.ModTime().Before(now.Add(-coarse)) {
			e.settled, d.settled = true, true
		}
	}
	for _, e := range s.entries {
		if known[e.id] != nil {
			d.gone = append(d.gone, e)
		}
	}
	return d, nil
}

func languageOf(m transcript.Meta, f File) string {
	if m.Language != "" {
		return m.Language
	}
	return f.Language
}

// verify says what is wrong with the bleve folder that s names.
func (s *state) verify(dir string) error {
	if s.folder == "" || filepath.Base(s.folder) != s.folder {
		return errDamaged
	}
	stamps, err := stampFolder(filepath.Join(dir, s.folder))
	if err != nil {
		return fmt.Errorf("%w (%v)", errDamaged, err)
	}
	if !slices.Equal(stamps, s.stamps) {
		return errHalfDone
	}
	return nil
}

// open opens what s describes for reading.
func (o *opening) open(s *state) (*Index, error) {
	if err := s.verify(o.dir); err != nil {
		return nil, err
	}
	x := &Index{Added: o.added, Changed: o.changed, Removed: o.removed,
		dir: o.dir, load: o.load, state: s, byOrdinal: make(map[int]*entry, len(s.entries))}
	documents := 0
	for _, e := range s.entries {
		documents += e.spoken
		x.byOrdinal[e.ordinal] = e
		stemmer := query.StemmerOf(e.language)
		if !slices.Contains(x.stemmers, stemmer) {
			x.stemmers = append(x.stemmers, stemmer)
		}
		e.stemmer = 1 << slices.Index(x.stemmers, stemmer)
	}
	var err error
	if x.bleve, err = openBleve(filepath.Join(o.dir, s.folder), map[string]any{"read_only": true, "bolt_timeout": patience.String()}); err != nil {
		return nil, err
	}
	err = unharmed(func() error {
		advanced, err := x.bleve.Advanced()
		if err != nil {
			return err
		}
		if x.reader, err = advanced.Reader(); err != nil {
			return err
		}
		// A segment that it cannot read bleve leaves out without an error.
		if n, err := x.reader.DocCount(); err != nil || n != uint64(documents) {
			return errors.Join(fmt.Errorf("%w (%d turns of %d are there)", errDamaged, n, documents), err, x.reader.Close())
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, x.bleve.Close())
	}
	return x, nil
}

// quiet keeps bleve from writing to the standard logger while it opens damaged files: we say what there is to say.
var quiet sync.Mutex

func openBleve(folder string, config map[string]any) (b bleve.Index, err error) {
	quiet.Lock()
	defer quiet.Unlock()
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard)
	err = unharmed(func() (err error) {
		b, err = bleve.OpenUsing(folder, config)
		return err
	})
	return b, err
}

// unharmed runs what reads bleve's files. Its readers trust them, and panic at some damage.
func unharmed(read func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w (%v)", errDamaged, p)
		}
	}()
	return read()
}
