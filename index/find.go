package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	bleveindex "github.com/blevesearch/bleve_index_api"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

// Find returns every passage that answers q, in the order of the files and of the text: what query.Scan gives for each
// transcript, one after the other. The language of o is not asked; File.Language holds. Transcripts are loaded only for
// queries that ask for codings.
func (x *Index) Find(ctx context.Context, q *query.Query, o query.Options, s query.Scope) ([]query.Hit, error) {
	found, err := x.find(ctx, q, o, s)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return found.hits, nil
}

// found is what find found: the hits, and for the documents that they stand in where theirs begin and end.
type found struct {
	hits []query.Hit
	docs []docHits // in the order of the hits
}

type docHits struct {
	turn     uint64 // see turnKey
	from, to int32  // hits
}

// turnKey orders turns as the files and their text do.
func turnKey(e *entry, turn int) uint64 { return uint64(e.place)<<32 | uint64(turn) }

// find works in three steps. First the postings narrow the turns down to candidates, the rarest words first, and say
// where in each the words of the query stand. Then each candidate's units are tried, with the spans that the state file
// keeps. Last the hits are put in order, since bleve keeps documents in an order of its own.
func (x *Index) find(ctx context.Context, q *query.Query, o query.Options, s query.Scope) (found, error) {
	f := &finder{ctx: ctx, x: x, options: o, scope: s, stemmers: x.stemmers, coded: map[string][]transcript.Span{}}
	var candidates []uint64
	var p *plan
	err := unharmed(func() (err error) {
		if p, err = f.plan(q.Root); err != nil {
			return err
		}
		var restricted bool
		if candidates, restricted, err = f.narrow(p, nil, false); err != nil || restricted {
			return err
		}
		candidates, err = f.all()
		return err
	})
	if err != nil {
		return found{}, x.condemn(ctx, err)
	}
	out := found{hits: make([]query.Hit, 0, len(candidates)), docs: make([]docHits, 0, len(candidates))}
	for i, doc := range candidates {
		if i%1024 == 0 && ctx.Err() != nil {
			return found{}, ctx.Err()
		}
		if err := f.try(p, doc, &out); err != nil {
			return found{}, err
		}
	}
	slices.SortFunc(out.docs, func(a, b docHits) int { return cmp.Compare(a.turn, b.turn) })
	hits := make([]query.Hit, 0, len(out.hits))
	for i, d := range out.docs {
		out.docs[i].from = int32(len(hits))
		hits = append(hits, out.hits[d.from:d.to]...)
		out.docs[i].to = int32(len(hits))
	}
	out.hits = hits
	return out, nil
}

// condemn takes an error from reading bleve's files for damage, and makes the next Open build the index anew.
func (x *Index) condemn(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	_ = os.Remove(filepath.Join(x.dir, stateName))
	if !errors.Is(err, errDamaged) {
		err = fmt.Errorf("%w (%w)", errDamaged, err)
	}
	return fmt.Errorf("the index is %w; the next command builds it anew", err)
}

// finder is one search.
type finder struct {
	ctx      context.Context
	x        *Index
	options  query.Options
	scope    query.Scope
	stemmers []string                     // of the transcripts; a set of them is a bit mask
	coded    map[string][]transcript.Span // by transcript and code

	spans []transcript.Span // from which the Words of hits are cut
	acc   []place           // words matched so far in the unit being tried
	id    bleveindex.IndexInternalID
}

// A plan is a node of the query with what the index knows about it.
type plan struct {
	node  *query.Node
	kids  []*plan
	terms []*term // of Words
	cost  uint64  // about how many documents can hold it

	// What stands in the document being tried.
	runs   []run
	first  []place // room for runs
	holds  bool    // of a field: whether it holds for the turn; of code it is asked by unit
	spans  []transcript.Span
	within int // longest run of an operand of Near, in words
}

// A term is a term of the query and the words of the dictionary that it matches.
type term struct {
	words    []word
	postings postings
}

// A word is a word of the dictionary.
type word struct {
	text     string
	stemmers uint32 // in whose transcripts it counts
	docs     uint64
}

// postings say where a term stands: places[ends[i-1]:ends[i]] in document docs[i]. Documents are in order, places too.
type postings struct {
	docs   []uint64
	ends   []int
	places []place
	at     int // of the document being tried, or the next
}

// A place is one occurrence of a word in a turn's speech.
type place struct {
	position   uint32 // counted in words
	start, end uint32 // bytes in the speech
	stemmers   uint32
}

// A run is an occurrence of a word or phrase.
type run struct {
	from, to uint32 // positions, half-open
	words    []place
}

const everyStemmer = math.MaxUint32

// fields are those that bleve knows too, by key.
var fields = map[string]string{"speaker": speakerField, "transcript": transcriptField}

// plan looks up the words of n in the dictionary.
func (f *finder) plan(n *query.Node) (*plan, error) {
	p := &plan{node: n, cost: math.MaxUint64}
	for _, kid := range n.Kids {
		k, err := f.plan(kid)
		if err != nil {
			return nil, err
		}
		p.kids = append(p.kids, k)
		p.within = max(p.within, k.within)
	}
	switch n.Op {
	case query.Words:
		p.within = len(n.Terms)
		for _, t := range n.Terms {
			words, err := f.expand(t)
			if err != nil {
				return nil, err
			}
			p.cost = min(p.cost, costOf(words))
			p.terms = append(p.terms, &term{words: words})
		}
	case query.Field:
		if field := fields[n.Key]; field != "" {
			docs, err := f.count(field, diag.Fold(n.Value))
			if err != nil {
				return nil, err
			}
			p.cost = docs
		}
	case query.And, query.Near:
		for _, k := range p.kids {
			p.cost = min(p.cost, k.cost)
		}
	case query.Or:
		p.cost = 0
		for _, k := range p.kids {
			p.cost += min(k.cost, math.MaxUint64-p.cost)
		}
	}
	return p, nil
}

// expand returns the words of the dictionary that t matches.
func (f *finder) expand(t query.Term) ([]word, error) {
	switch t.How {
	case query.Surface:
		return f.lookUp(map[string]uint32{t.Text: everyStemmer})
	case query.Prefix:
		d, err := f.x.reader.FieldDictPrefix(textField, []byte(t.Text))
		if err != nil {
			return nil, err
		}
		var words []word
		err = each(d, func(e *bleveindex.DictEntry) { words = append(words, word{e.Term, everyStemmer, e.Count}) })
		return words, err
	case query.Fuzzy:
		// bleve takes a swap of two characters for one edit, so it finds all that we do and more.
		d, err := f.x.reader.(bleveindex.IndexReaderFuzzy).FieldDictFuzzy(textField, t.Text, 1, "")
		if err != nil {
			return nil, err
		}
		sets := map[string]uint32{}
		err = each(d, func(e *bleveindex.DictEntry) {
			if query.OneEdit(t.Text, e.Term) {
				sets[e.Term] = everyStemmer
			}
		})
		if err != nil {
			return nil, err
		}
		return f.lookUp(sets)
	}
	sets := map[string]uint32{}
	for i, stemmer := range f.stemmers {
		inflected := []string{t.Text}
		if stemmer != "" {
			inflected = f.x.state.stems[stemmer].words(query.Stem(t.Text, stemmer))
		}
		for _, w := range inflected {
			sets[w] |= 1 << i
		}
	}
	return f.lookUp(sets)
}

func each(d bleveindex.FieldDict, do func(*bleveindex.DictEntry)) error {
	defer d.Close()
	for {
		e, err := d.Next()
		if err != nil || e == nil {
			return err
		}
		do(e)
	}
}

// lookUp returns those of the words that the dictionary holds, each with the set of stemmers that goes with it.
func (f *finder) lookUp(sets map[string]uint32) ([]word, error) {
	var words []word
	for text, stemmers := range sets {
		docs, err := f.count(textField, text)
		if err != nil {
			return nil, err
		}
		if docs > 0 {
			words = append(words, word{text, stemmers, docs})
		}
	}
	return words, nil
}

// count returns the number of documents with text in field.
func (f *finder) count(field, text string) (uint64, error) {
	r, err := f.x.reader.TermFieldReader(f.ctx, []byte(text), field, false, false, false)
	if err != nil {
		return 0, err
	}
	return r.Count(), r.Close()
}

// all returns every document.
func (f *finder) all() ([]uint64, error) {
	r, err := f.x.reader.DocIDReaderAll()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var docs []uint64
	for {
		id, err := r.Next()
		if err != nil || id == nil {
			return docs, err
		}
		docs = append(docs, id.Value())
	}
}

// narrow reads the postings of p in the documents of among (in all documents, unless restricted) and returns those that
// can hold a hit, in order, and perhaps more. It returns restricted as false when that may be any document: NOT and
// attributes narrow nothing.
func (f *finder) narrow(p *plan, among []uint64, restricted bool) ([]uint64, bool, error) {
	switch p.node.Op {
	case query.Words:
		order := slices.SortedFunc(slices.Values(p.terms), func(a, b *term) int {
			return cmp.Compare(costOf(a.words), costOf(b.words))
		})
		for _, t := range order {
			if err := f.read(t, among, restricted); err != nil {
				return nil, false, err
			}
			among, restricted = t.postings.docs, true
		}
		return among, true, nil
	case query.Field:
		field := fields[p.node.Key]
		if field == "" {
			return among, restricted, nil
		}
		docs, err := f.holders(field, diag.Fold(p.node.Value))
		if err == nil && restricted {
			docs = intersect(docs, among)
		}
		return docs, true, err
	case query.Not:
		// Not narrows nothing, but its words are needed where the rest of the query leads.
		_, _, err := f.narrow(p.kids[0], among, restricted)
		return among, restricted, err
	case query.Or:
		var union []uint64
		open := false
		for _, kid := range p.kids {
			docs, narrowed, err := f.narrow(kid, among, restricted)
			if err != nil {
				return nil, false, err
			}
			open = open || !narrowed
			union = append(union, docs...)
		}
		if open {
			return nil, false, nil
		}
		slices.Sort(union)
		return slices.Compact(union), true, nil
	}
	// And, Near: the rarest first, and what stands under NOT last.
	order := slices.SortedStableFunc(slices.Values(p.kids), func(a, b *plan) int { return cmp.Compare(a.cost, b.cost) })
	for _, kid := range order {
		var err error
		if among, restricted, err = f.narrow(kid, among, restricted); err != nil {
			return nil, false, err
		}
	}
	return among, restricted, nil
}

func costOf(words []word) (docs uint64) {
	for _, w := range words {
		docs += w.docs
	}
	return docs
}

func intersect(a, b []uint64) []uint64 {
	var out []uint64
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			out = append(out, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return out
}

// holders returns the documents with text in field.
func (f *finder) holders(field, text string) ([]uint64, error) {
	r, err := f.x.reader.TermFieldReader(f.ctx, []byte(text), field, false, false, false)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var docs []uint64
	var reuse bleveindex.TermFieldDoc
	for {
		d, err := r.Next(reuse.Reset())
		if err != nil || d == nil {
			return docs, err
		}
		docs = append(docs, d.ID.Value())
	}
}

// read gathers the postings of t in the documents of among, or in all.
func (f *finder) read(t *term, among []uint64, restricted bool) error {
	t.postings = postings{}
	lists := make([]postings, 0, len(t.words))
	for _, w := range t.words {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		list, err := f.readWord(w, among, restricted)
		if err != nil {
			return err
		}
		if len(list.docs) > 0 {
			lists = append(lists, list)
		}
	}
	t.postings = merge(lists)
	return nil
}

func (f *finder) readWord(w word, among []uint64, restricted bool) (postings, error) {
	var out postings
	r, err := f.x.reader.TermFieldReader(f.ctx, []byte(w.text), textField, true, false, true)
	if err != nil {
		return out, err
	}
	defer r.Close()
	// Jumping costs more than going on to the next, so it pays where it passes over many.
	jump := restricted && uint64(len(among))*8 < w.docs
	room := int(w.docs)
	if restricted {
		room = min(room, len(among))
	}
	out.docs, out.ends, out.places = make([]uint64, 0, room), make([]int, 0, room), make([]place, 0, room+room/4)
	var reuse bleveindex.TermFieldDoc
	var id bleveindex.IndexInternalID
	for {
		var d *bleveindex.TermFieldDoc
		if jump {
			if len(among) == 0 {
				return out, nil
			}
			id = bleveindex.NewIndexInternalID(id, among[0])
			d, err = r.Advance(id, reuse.Reset())
		} else {
			d, err = r.Next(reuse.Reset())
		}
		if err != nil || d == nil {
			return out, err
		}
		doc := d.ID.Value()
		if restricted {
			for len(among) > 0 && among[0] < doc {
				among = among[1:]
			}
			if len(among) == 0 {
				return out, nil
			}
			if among[0] != doc {
				continue
			}
			among = among[1:]
		}
		for _, v := range d.Vectors {
			out.places = append(out.places, place{uint32(v.Pos), uint32(v.Start), uint32(v.End), w.stemmers})
		}
		out.docs, out.ends = append(out.docs, doc), append(out.ends, len(out.places))
	}
}

// merge makes one of several words' postings.
func merge(lists []postings) postings {
	if len(lists) == 0 {
		return postings{}
	}
	if len(lists) == 1 {
		return lists[0]
	}
	// Counting sort by document: a prefix may bring thousands of words.
	var last uint64
	total := 0
	for _, l := range lists {
		last = max(last, l.docs[len(l.docs)-1])
		total += len(l.places)
	}
	ends := make([]uint32, last+2)
	for _, l := range lists {
		for i, doc := range l.docs {
			ends[doc+1] += uint32(l.ends[i] - l.start(i))
		}
	}
	for doc := range last + 1 {
		ends[doc+1] += ends[doc]
	}
	places := make([]place, total)
	for _, l := range lists {
		for i, doc := range l.docs {
			ends[doc] += uint32(copy(places[ends[doc]:], l.places[l.start(i):l.ends[i]]))
		}
	}
	// What began where a document's places begin now ends where they end.
	out := postings{places: places}
	start := uint32(0)
	for doc, end := range ends[:last+1] {
		if end > start {
			slices.SortFunc(places[start:end], func(a, b place) int { return cmp.Compare(a.position, b.position) })
			out.docs, out.ends = append(out.docs, uint64(doc)), append(out.ends, int(end))
			start = end
		}
	}
	return out
}

func (p *postings) start(i int) int {
	if i == 0 {
		return 0
	}
	return p.ends[i-1]
}

// in returns the places in doc. Documents must be asked for in order.
func (p *postings) in(doc uint64) []place {
	for p.at < len(p.docs) && p.docs[p.at] < doc {
		p.at++
	}
	if p.at == len(p.docs) || p.docs[p.at] != doc {
		return nil
	}
	return p.places[p.start(p.at):p.ends[p.at]]
}

// try adds the hits in a document.
func (f *finder) try(p *plan, doc uint64, out *found) error {
	e, i, err := f.turn(doc)
	if err != nil {
		return f.x.condemn(f.ctx, err)
	}
	l, err := e.lay()
	if err != nil {
		return f.x.condemn(f.ctx, err)
	}
	if i >= len(l.t.Turns) {
		return f.x.condemn(f.ctx, fmt.Errorf("%w (%s has no turn %d)", errDamaged, e.id, i))
	}
	turn := l.t.Turns[i]
	if !f.options.Sees(turn) {
		return nil
	}
	if err := f.gather(p, doc, l.t, turn, e.stemmer); err != nil {
		return err
	}
	units := l.sentences[i]
	if f.options.Unit == query.Turn {
		units = []transcript.Span{turn.Speech}
	}
	hits := docHits{turn: turnKey(e, i), from: int32(len(out.hits))}
	for _, unit := range units {
		f.acc = f.acc[:0]
		if !f.holds(p, unit, turn.Speech.Start) {
			continue
		}
		hit := query.Hit{Passage: transcript.Passage{Transcript: e.id, Span: unit}, Turn: turn.Number, Words: f.matched(turn.Speech.Start)}
		if n := len(hit.Words); f.options.Unit == query.Match && n > 0 {
			hit.Span = transcript.Span{Start: hit.Words[0].Start, End: hit.Words[n-1].End}
		}
		out.hits = append(out.hits, hit)
	}
	if hits.to = int32(len(out.hits)); hits.to > hits.from {
		out.docs = append(out.docs, hits)
	}
	return nil
}

// turn returns the transcript that a document belongs to, and which of its turns it is.
func (f *finder) turn(doc uint64) (e *entry, turn int, err error) {
	var id string
	err = unharmed(func() (err error) {
		f.id = bleveindex.NewIndexInternalID(f.id, doc)
		id, err = f.x.reader.ExternalID(f.id)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	ordinal, turn, ok := parseDocumentID(id)
	if e = f.x.byOrdinal[ordinal]; !ok || e == nil {
		return nil, 0, fmt.Errorf("%w (nobody knows turn %s)", errDamaged, id)
	}
	return e, turn, nil
}

// matched returns the spans of the words gathered for a hit, each once, in order.
func (f *finder) matched(base int) []transcript.Span {
	if len(f.acc) == 0 {
		return nil
	}
	slices.SortFunc(f.acc, func(a, b place) int { return cmp.Compare(a.position, b.position) })
	if cap(f.spans)-len(f.spans) < len(f.acc) {
		f.spans = make([]transcript.Span, 0, max(1024, len(f.acc)))
	}
	from := len(f.spans)
	for i, w := range f.acc {
		if i == 0 || w.position != f.acc[i-1].position {
			f.spans = append(f.spans, transcript.Span{Start: base + int(w.start), End: base + int(w.end)})
		}
	}
	return f.spans[from:len(f.spans):len(f.spans)]
}

// gather finds what p's nodes need to know about a document: where their words and phrases stand in it, and which
// fields hold for its turn.
func (f *finder) gather(p *plan, doc uint64, t *transcript.Transcript, turn transcript.Turn, stemmer uint32) error {
	for _, kid := range p.kids {
		if err := f.gather(kid, doc, t, turn, stemmer); err != nil {
			return err
		}
	}
	switch p.node.Op {
	case query.Words:
		p.phrase(doc, stemmer)
	case query.Field:
		return f.field(p, t, turn)
	}
	return nil
}

// phrase finds the runs of p's terms in doc.
func (p *plan) phrase(doc uint64, stemmer uint32) {
	p.runs = p.runs[:0]
	if len(p.terms) == 1 {
		places := p.terms[0].postings.in(doc)
		for i, w := range places {
			if w.stemmers&stemmer != 0 {
				p.runs = append(p.runs, run{w.position, w.position + 1, places[i : i+1]})
			}
		}
		return
	}
	p.first = p.first[:0]
	lists := make([][]place, len(p.terms))
	for i, t := range p.terms {
		if lists[i] = t.postings.in(doc); len(lists[i]) == 0 {
			return
		}
	}
	for _, w := range lists[0] {
		if w.stemmers&stemmer == 0 {
			continue
		}
		from := len(p.first)
		p.first = append(p.first, w)
		for i, list := range lists[1:] {
			at := w.position + uint32(i) + 1
			for len(list) > 0 && list[0].position < at {
				list = list[1:]
			}
			lists[i+1] = list
			if len(list) == 0 || list[0].position != at || list[0].stemmers&stemmer == 0 {
				break
			}
			p.first = append(p.first, list[0])
		}
		if len(p.first)-from < len(lists) {
			p.first = p.first[:from]
			continue
		}
		p.runs = append(p.runs, run{w.position, w.position + uint32(len(lists)), p.first[from:len(p.first):len(p.first)]})
	}
}

func (f *finder) field(p *plan, t *transcript.Transcript, turn transcript.Turn) error {
	n := p.node
	switch n.Key {
	case "speaker":
		p.holds = query.SpeakerIs(turn, n.Value)
	case "transcript":
		p.holds = diag.Fold(t.ID) == diag.Fold(n.Value)
	case "code":
		p.spans = nil
		if f.scope.Coded == nil {
			return nil
		}
		key := t.ID + "\x00" + n.Value
		spans, known := f.coded[key]
		if !known {
			whole, err := f.x.load(t.ID)
			if err != nil {
				return err
			}
			spans = f.scope.Coded(whole, n.Value)
			f.coded[key] = spans
		}
		p.spans = spans
	default:
		p.holds = f.scope.Holds != nil && f.scope.Holds(t, turn, n.Key, n.Value)
	}
	return nil
}

// holds says whether p holds in a unit, and adds the words that make it hold to f.acc. Base is where the speech begins.
func (f *finder) holds(p *plan, unit transcript.Span, base int) bool {
	before := len(f.acc)
	switch p.node.Op {
	case query.And:
		for _, kid := range p.kids {
			if !f.holds(kid, unit, base) {
				f.acc = f.acc[:before]
				return false
			}
		}
		return true
	case query.Or:
		any := false
		for _, kid := range p.kids {
			if f.holds(kid, unit, base) {
				any = true
			}
		}
		return any
	case query.Not:
		holds := f.holds(p.kids[0], unit, base)
		f.acc = f.acc[:before]
		return !holds
	case query.Field:
		if p.node.Key == "code" {
			return slices.ContainsFunc(p.spans, unit.Overlaps)
		}
		return p.holds
	case query.Words:
		runs := p.inside(unit, base)
		for _, r := range runs {
			f.acc = append(f.acc, r.words...)
		}
		return len(runs) > 0
	}
	for _, r := range p.near(unit, base) {
		f.acc = append(f.acc, r.words...)
	}
	return len(f.acc) > before
}

// inside returns the runs of a Words node within a unit: those whose first and last word begin in it.
func (p *plan) inside(unit transcript.Span, base int) []run {
	start, end := max(0, unit.Start-base), max(0, unit.End-base)
	from, _ := slices.BinarySearchFunc(p.runs, uint32(start), func(r run, at uint32) int { return cmp.Compare(r.words[0].start, at) })
	to := from
	for to < len(p.runs) && int(p.runs[to].words[len(p.runs[to].words)-1].start) < end {
		to++
	}
	return p.runs[from:to]
}

// near returns the runs of p's operands that stand near enough, as query.Scan defines it: those from which a way leads
// through one run of each operand, every step at most so many words wide.
func (p *plan) near(unit transcript.Span, base int) []run {
	reached := make([][]run, len(p.kids))
	for i, kid := range p.kids {
		runs := kid.choice(unit, base)
		if i > 0 {
			runs = nearTo(runs, reached[i-1], p.node.Within[i-1], p.within)
		}
		if len(runs) == 0 {
			return nil
		}
		reached[i] = runs
	}
	for i := len(reached) - 2; i >= 0; i-- {
		reached[i] = nearTo(reached[i], reached[i+1], p.node.Within[i], p.within)
	}
	return slices.Concat(reached...)
}

// choice returns the runs of an operand of Near, sorted by from.
func (p *plan) choice(unit transcript.Span, base int) []run {
	if p.node.Op == query.Words {
		return p.inside(unit, base)
	}
	var out []run
	for _, kid := range p.kids {
		out = append(out, kid.choice(unit, base)...)
	}
	slices.SortFunc(out, func(a, b run) int { return cmp.Compare(a.from, b.from) })
	return out
}

// nearTo returns those of runs that have one of others at most within words away. Both are sorted by from, and no run is
// longer than longest.
func nearTo(runs, others []run, within, longest int) []run {
	var out []run
	for _, r := range runs {
		first := max(0, int(r.from)-within-longest)
		i, _ := slices.BinarySearchFunc(others, uint32(first), func(o run, at uint32) int { return cmp.Compare(o.from, at) })
		for ; i < len(others) && int(others[i].from) <= int(r.to)+within; i++ {
			o := others[i]
			if r.to <= o.from && int(o.from-r.to) <= within || o.to <= r.from && int(r.from-o.to) <= within {
				out = append(out, r)
				break
			}
		}
	}
	return out
}
