package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"
	bleveindex "github.com/blevesearch/bleve_index_api"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

// The fields of a document, which is one turn. Text holds the words of its speech as transcript.FoldWord gives them.
// Speaker holds the label and whom it stands for, transcript the transcript's id, both folded.
const (
	textField       = "text"
	speakerField    = "speaker"
	transcriptField = "transcript"
)

const (
	wordAnalyzer  = "tema_words"
	asyncCallback = "tema_async"
	builders      = 2       // goroutines that read transcripts and write batches
	batchBytes    = 512_000 // of speech in one batch
	gcPercent     = 200     // while building
	// stuck is how long a batch may take before we no longer believe in it: bleve's own goroutines can die of a panic
	// and leave their callers waiting.
	stuck = 2 * time.Minute
)

// words is the analyzer of speech: no stop words, no stems, so that phrases match.
type words struct{}

func (words) Analyze(speech []byte) analysis.TokenStream {
	text := string(speech)
	tokens := make([]analysis.Token, 0, len(text)/5+1)
	for w := range transcript.Words(text, transcript.Span{Start: 0, End: len(text)}) {
		tokens = append(tokens, analysis.Token{
			Term: []byte(transcript.FoldWord(text[w.Start:w.End])), Start: w.Start, End: w.End, Position: len(tokens) + 1,
		})
	}
	stream := make(analysis.TokenStream, len(tokens))
	for i := range tokens {
		stream[i] = &tokens[i]
	}
	return stream
}

// asyncErrors takes what goes wrong in bleve's goroutines to the writer of that folder.
var asyncErrors sync.Map // path of the store -> chan error

func init() {
	scorch.RegistryAsyncErrorCallbacks[asyncCallback] = func(err error, path string) {
		if ch, ok := asyncErrors.Load(path); ok {
			select {
			case ch.(chan error) <- err:
			default:
			}
		}
	}
	err := registry.RegisterAnalyzer(wordAnalyzer, func(map[string]any, *registry.Cache) (analysis.Analyzer, error) {
		return words{}, nil
	})
	if err != nil {
		panic(err)
	}
}

func newMapping() mapping.IndexMapping {
	text := bleve.NewTextFieldMapping()
	text.Analyzer, text.Store, text.DocValues, text.IncludeInAll = wordAnalyzer, false, false, false
	keyword := bleve.NewKeywordFieldMapping()
	keyword.Store, keyword.DocValues, keyword.IncludeTermVectors, keyword.SkipFreqNorm, keyword.IncludeInAll = false, false, false, true, false
	m := bleve.NewIndexMapping()
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	m.DefaultMapping.AddFieldMappingsAt(textField, text)
	m.DefaultMapping.AddFieldMappingsAt(speakerField, keyword)
	m.DefaultMapping.AddFieldMappingsAt(transcriptField, keyword)
	return m
}

// documentID is of fixed width, so that ids sort as the turns stand.
func documentID(ordinal, turn int) string { return fmt.Sprintf("%06d/%06d", ordinal, turn) }

func parseDocumentID(id string) (ordinal, turn int, ok bool) {
	a, b, found := strings.Cut(id, "/")
	ordinal, err1 := strconv.Atoi(a)
	turn, err2 := strconv.Atoi(b)
	return ordinal, turn, found && err1 == nil && err2 == nil && turn >= 0
}

// newDocument makes the document of turn i of t by hand, as the mapping says; the way through bleve's reflection is
// slower. A turn without speech has none.
func newDocument(t *transcript.Transcript, ordinal, i int) *document.Document {
	turn := t.Turns[i]
	d := document.NewDocument(documentID(ordinal, i))
	keyword := func(field, value string) {
		d.AddField(document.NewTextFieldCustom(field, nil, []byte(diag.Fold(value)), bleveindex.IndexField|bleveindex.SkipFreqNorm, nil))
	}
	d.AddField(document.NewTextFieldCustom(textField, nil, []byte(t.Text[turn.Speech.Start:turn.Speech.End]),
		bleveindex.IndexField|bleveindex.IncludeTermVectors, words{}))
	keyword(transcriptField, t.ID)
	if turn.Is != "" {
		keyword(speakerField, turn.Is)
		if diag.Fold(turn.Label) != diag.Fold(turn.Is) {
			keyword(speakerField, turn.Label)
		}
	}
	return d
}

// A writer is bleve, open for writing.
type writer struct {
	bleve  bleve.Index
	store  string
	failed chan error
}

func openWriter(folder string, open func(folder string, config map[string]any) (bleve.Index, error)) (*writer, error) {
	// Readers come and go quickly; for one that stays it is better to build a folder of our own.
	wait := min(patience, time.Second)
	w := &writer{store: filepath.Join(folder, "store"), failed: make(chan error, 1)}
	asyncErrors.Store(w.store, w.failed)
	var err error
	if w.bleve, err = open(folder, map[string]any{"asyncErrorCallbackName": asyncCallback, "bolt_timeout": wait.String()}); err != nil {
		asyncErrors.Delete(w.store)
		return nil, err
	}
	return w, nil
}

// await runs what bleve does with the help of its goroutines.
func (w *writer) await(task func() error) error {
	done := make(chan error, 1)
	go func() { done <- unharmed(task) }()
	select {
	case err := <-done:
		return err
	case err := <-w.failed:
		return err
	case <-time.After(stuck):
		return errors.New("bleve does not answer")
	}
}

func (w *writer) close() error {
	defer asyncErrors.Delete(w.store)
	return w.await(w.bleve.Close)
}

// A batcher puts transcripts into a writer, a batch at a time, and gathers the words that it sees by stemmer.
type batcher struct {
	w        *writer
	batch    *bleve.Batch
	bytes    int
	docs     []*document.Document
	stemmers []string // of docs
	seen     map[string]map[string]bool
}

func (w *writer) newBatcher() *batcher {
	return &batcher{w: w, batch: w.bleve.NewBatch(), seen: map[string]map[string]bool{}}
}

// add puts in the turns of t as those of e.
func (b *batcher) add(t *transcript.Transcript, e *entry) error {
	stemmer := query.StemmerOf(e.language)
	for i, turn := range t.Turns {
		if turn.Speech.Len() == 0 {
			continue
		}
		d := newDocument(t, e.ordinal, i)
		if err := b.batch.IndexAdvanced(d); err != nil {
			return err
		}
		b.docs, b.stemmers = append(b.docs, d), append(b.stemmers, stemmer)
		if b.bytes += turn.Speech.Len(); b.bytes >= batchBytes {
			if err := b.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// remove takes out the turns of e.
func (b *batcher) remove(e *entry) error {
	l, err := e.lay()
	if err != nil {
		return err
	}
	for i := range l.t.Turns {
		b.batch.Delete(documentID(e.ordinal, i))
	}
	return nil
}

// flush writes what has been gathered.
func (b *batcher) flush() error {
	if b.batch.Size() == 0 {
		return nil
	}
	if err := b.w.await(func() error { return b.w.bleve.Batch(b.batch) }); err != nil {
		return fmt.Errorf("write the index: %w", err)
	}
	for i, d := range b.docs {
		seen := b.seen[b.stemmers[i]]
		if seen == nil {
			seen = map[string]bool{}
			b.seen[b.stemmers[i]] = seen
		}
		for word := range d.Fields[0].AnalyzedTokenFrequencies() { // the field text
			seen[word] = true
		}
	}
	b.batch, b.bytes, b.docs, b.stemmers = b.w.bleve.NewBatch(), 0, b.docs[:0], b.stemmers[:0]
	return nil
}

// learn puts the words that b has seen into the tables of stems.
func (s *state) learn(seen map[string]map[string]bool) {
	for stemmer, words := range seen {
		if stemmer == "" {
			continue
		}
		var lines []string
		table := s.stems[stemmer]
		for word := range words {
			stem := query.Stem(word, stemmer)
			if table.len() == 0 || !slices.Contains(table.words(stem), word) {
				lines = append(lines, stem+"\x00"+word)
			}
		}
		if len(lines) > 0 {
			s.stems[stemmer] = table.with(lines)
		}
	}
}

// read loads a file and makes the entry that it will have. Size and time were asked before it is read, so that a change
// in between shows the next time.
func (o *opening) read(f staleFile) (*transcript.Transcript, *entry, error) {
	t, err := o.load(f.ID)
	if err != nil {
		return nil, nil, err
	}
	src, err := os.ReadFile(f.Path)
	if err != nil {
		return nil, nil, err
	}
	if !bytes.Equal(src, t.Bytes()) {
		return nil, nil, fmt.Errorf("transcript %s changed while it was read; run the command again", f.ID)
	}
	e := &entry{id: f.ID, size: f.size, modified: f.modified, settled: f.modified < f.read.Add(-coarse).UnixNano(), sum: fileSum(src),
		hash: t.Hash, meta: t.Meta, language: languageOf(t.Meta, f.File), place: f.place}
	e.meta.Source = nil
	for _, turn := range t.Turns {
		if turn.Speech.Len() > 0 {
			e.spoken++
		}
	}
	e.layout = writeLayout(t, e.language)
	return t, e, nil
}

// build makes the whole index in a new folder. Writing the state switches to it; until then the old one holds.
func (o *opening) build(ctx context.Context) (_ *state, err error) {
	d, err := new(state).compare(o.files)
	if err != nil {
		return nil, err
	}
	if old, err := readState(o.dir); err == nil {
		o.sweep(old.folder)
	}
	folder, err := os.MkdirTemp(o.dir, "bleve-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(folder)
		}
	}()
	w, err := openWriter(folder, func(folder string, config map[string]any) (bleve.Index, error) {
		return bleve.NewUsing(folder, newMapping(), scorch.Name, bleve.Config.DefaultKVStore, config)
	})
	if err != nil {
		return nil, err
	}
	// bleve makes much garbage and keeps little: collecting it less often saves a fifth of the time.
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	s := &state{folder: filepath.Base(folder), entries: make([]*entry, len(d.stale)), next: len(d.stale), stems: map[string]stemTable{}}
	seen, err := o.fill(ctx, w, d.stale, s.entries)
	if err := errors.Join(err, w.close()); err != nil {
		return nil, err
	}
	s.learn(seen)
	if s.stamps, err = stampFolder(folder); err != nil {
		return nil, err
	}
	if err := s.write(o.dir); err != nil {
		return nil, err
	}
	o.sweep(s.folder)
	o.added, o.changed, o.removed = len(s.entries), 0, 0
	return s, nil
}

// fill puts all files into w and their entries into entries, and returns the words seen.
func (o *opening) fill(ctx context.Context, w *writer, files []staleFile, entries []*entry) (map[string]map[string]bool, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var (
		mu   sync.Mutex
		next int // of files
		done int
		wg   sync.WaitGroup
		seen = map[string]map[string]bool{}
	)
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1
	}
	fill := func() error {
		b := w.newBatcher()
		for i := take(); i < len(files) && ctx.Err() == nil; i = take() {
			t, e, err := o.read(files[i])
			if err != nil {
				return err
			}
			e.ordinal = i
			entries[i] = e
			if err := b.add(t, e); err != nil {
				return err
			}
			mu.Lock()
			done++
			if o.progress != nil {
				o.progress(done, len(files))
			}
			mu.Unlock()
		}
		if ctx.Err() != nil {
			return nil
		}
		if err := b.flush(); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		for stemmer, words := range b.seen {
			if seen[stemmer] == nil {
				seen[stemmer] = words
			}
			for word := range words {
				seen[stemmer][word] = true
			}
		}
		return nil
	}
	for range builders {
		wg.Go(func() {
			if err := fill(); err != nil {
				stop(err)
			}
		})
	}
	wg.Wait()
	return seen, context.Cause(ctx)
}

// change brings the current folder up to date. Until the new state is written the old one no longer fits it, so that
// an interrupted change is found out and the index built anew.
func (o *opening) change(ctx context.Context, s *state, d difference) error {
	type rewrite struct {
		t        *transcript.Transcript
		old, now *entry
	}
	var rewrites []rewrite
	entries := slices.DeleteFunc(slices.Clone(s.entries), func(e *entry) bool { return slices.Contains(d.gone, e) })
	added, changed := 0, 0
	for i, f := range d.stale {
		if err := ctx.Err(); err != nil {
			return err
		}
		t, e, err := o.read(f)
		if err != nil {
			return err
		}
		old := f.entry
		if old == nil {
			e.ordinal = s.next
			s.next++
			entries = append(entries, e)
			added++
		} else {
			e.ordinal = old.ordinal
			entries[slices.Index(entries, old)] = e
			if old.sum != e.sum {
				changed++
			}
		}
		// What bleve holds comes from the text, the speakers and, for the stems, the language.
		if old == nil || old.hash != e.hash || !slices.Equal(old.meta.Speakers, e.meta.Speakers) ||
			query.StemmerOf(old.language) != query.StemmerOf(e.language) {
			rewrites = append(rewrites, rewrite{t, old, e})
		}
		if o.progress != nil {
			o.progress(i+1, len(d.stale))
		}
	}
	if len(rewrites)+len(d.gone) > 0 {
		folder := filepath.Join(o.dir, s.folder)
		w, err := openWriter(folder, openBleve)
		if errors.Is(err, bolterrors.ErrTimeout) {
			return ErrBusy
		}
		if err != nil {
			return fmt.Errorf("%w (%v)", errDamaged, err)
		}
		b := w.newBatcher()
		put := func() error {
			for _, e := range d.gone {
				if err := b.remove(e); err != nil {
					return err
				}
			}
			for _, r := range rewrites {
				if err := ctx.Err(); err != nil {
					return err
				}
				if r.old != nil {
					if err := b.remove(r.old); err != nil {
						return err
					}
				}
				if err := b.add(r.t, r.now); err != nil {
					return err
				}
			}
			return b.flush()
		}
		if err := errors.Join(put(), w.close()); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("%w (%v)", errDamaged, err)
		}
		s.learn(b.seen)
		if s.stamps, err = stampFolder(folder); err != nil {
			return err
		}
	}
	s.entries = entries
	o.added, o.changed, o.removed = added, changed, len(d.gone)
	return s.write(o.dir)
}

// sweep removes the folders that other builds left behind. Where a reader keeps one from being removed, the next build
// tries again.
func (o *opening) sweep(keep string) {
	inside, _ := os.ReadDir(o.dir)
	for _, f := range inside {
		if f.IsDir() && f.Name() != keep {
			_ = os.RemoveAll(filepath.Join(o.dir, f.Name()))
		}
	}
}
