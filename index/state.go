package index

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// stateName is the file beside the bleve folder in which we keep what bleve does not: which transcripts the index
// holds and how their files looked, where their turns and sentences lie, and which words share a stem. Whoever reads
// it also reads which folder is current, so renaming a new one into place switches everything at once.
const (
	stateName  = "state"
	stateMagic = "tema index"
	// stateVersion goes up with every change of the encoding below, of what goes into bleve, or of how words and
	// sentences are cut: an index of another version is built anew.
	stateVersion = 1
)

// state is what stateName holds.
type state struct {
	folder  string  // of bleve, beside the state file
	stamps  []stamp // of the files in it when the state was written
	next    int     // ordinal for the next new transcript
	entries []*entry
	stems   map[string]stemTable // by stemmer
}

// An entry is one transcript of the index.
type entry struct {
	id       string
	ordinal  int // first part of its documents' ids; never changes while the transcript is in the index
	size     int64
	modified int64 // nanoseconds of Unix time
	// settled says that the file was old enough when it was read: a later change must show in size or modified. Until
	// then the bytes are compared.
	settled  bool
	sum      [16]byte // first half of the file's SHA-256
	hash     string   // of the text
	language string   // that its sentences were cut in, and its words are stemmed in
	meta     transcript.Meta
	spoken   int    // turns with speech: the entry's documents
	layout   []byte // turns and sentences, see writeLayout

	place   int    // among the files that Open was given
	stemmer uint32 // the bit of its stemmer among those of the Index
	laid    atomic.Pointer[laidOut]
}

// laidOut is an entry's layout, read.
type laidOut struct {
	t         *transcript.Transcript // without Text, Source and File
	sentences [][]transcript.Span    // by turn
}

// A stamp tells whether a file of bleve's is what it was.
type stamp struct {
	name string
	size int64
	sum  uint32 // of the small files, whose damage bleve does not survive; 0 of the others
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func fileSum(b []byte) (sum [16]byte) {
	full := sha256.Sum256(b)
	copy(sum[:], full[:])
	return sum
}

// readState reads the state file in dir. The error is fs.ErrNotExist, errVersion or errDamaged.
func readState(dir string) (*state, error) {
	src, err := os.ReadFile(filepath.Join(dir, stateName))
	if err != nil {
		return nil, err
	}
	return decodeState(src)
}

func decodeState(src []byte) (*state, error) {
	body, found := bytes.CutPrefix(src, []byte(stateMagic))
	if !found || len(body) < 8 {
		return nil, errDamaged
	}
	if binary.LittleEndian.Uint32(body) != stateVersion {
		return nil, errVersion
	}
	end := len(src) - 4
	if crc32.Checksum(src[:end], castagnoli) != binary.LittleEndian.Uint32(src[end:]) {
		return nil, errDamaged
	}
	d := &decoder{src: body[4 : len(body)-4]}
	s := &state{folder: d.string(), stems: map[string]stemTable{}}
	for range d.count() {
		s.stamps = append(s.stamps, stamp{d.string(), d.int(), uint32(d.int())})
	}
	s.next = int(d.int())
	for range d.count() {
		e := &entry{id: d.string(), ordinal: int(d.int()), size: d.int(), modified: d.int(), settled: d.int() == 1, spoken: int(d.int())}
		copy(e.sum[:], d.bytes())
		e.hash, e.language = d.string(), d.string()
		e.meta.Date, e.meta.Language = d.string(), d.string()
		for range d.count() {
			e.meta.Speakers = append(e.meta.Speakers, transcript.Speaker{Label: d.string(), Is: d.string()})
		}
		for range d.count() {
			e.meta.Attributes = append(e.meta.Attributes, transcript.Attribute{Name: d.string(), Value: d.string()})
		}
		e.layout = d.bytes()
		s.entries = append(s.entries, e)
	}
	for range d.count() {
		name := d.string()
		s.stems[name] = stemTable{d.bytes(), d.bytes()}
	}
	if d.broken || len(d.src) != 0 {
		return nil, errDamaged
	}
	return s, nil
}

// write puts s in its file in dir, whole or not at all.
func (s *state) write(dir string) error {
	b := binary.LittleEndian.AppendUint32([]byte(stateMagic), stateVersion)
	text := func(s string) { b = append(binary.AppendVarint(b, int64(len(s))), s...) }
	number := func(n int64) { b = binary.AppendVarint(b, n) }
	text(s.folder)
	number(int64(len(s.stamps)))
	for _, f := range s.stamps {
		text(f.name)
		number(f.size)
		number(int64(f.sum))
	}
	number(int64(s.next))
	number(int64(len(s.entries)))
	for _, e := range s.entries {
		settled := int64(0)
		if e.settled {
			settled = 1
		}
		text(e.id)
		for _, n := range []int64{int64(e.ordinal), e.size, e.modified, settled, int64(e.spoken)} {
			number(n)
		}
		for _, s := range []string{string(e.sum[:]), e.hash, e.language, e.meta.Date, e.meta.Language} {
			text(s)
		}
		number(int64(len(e.meta.Speakers)))
		for _, sp := range e.meta.Speakers {
			text(sp.Label)
			text(sp.Is)
		}
		number(int64(len(e.meta.Attributes)))
		for _, a := range e.meta.Attributes {
			text(a.Name)
			text(a.Value)
		}
		text(string(e.layout))
	}
	number(int64(len(s.stems)))
	for _, name := range slices.Sorted(maps.Keys(s.stems)) {
		table := s.stems[name]
		text(name)
		text(string(table.offsets))
		text(string(table.lines))
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))

	// No fsync: after a power cut the checksum tells, and the index is built anew.
	path := filepath.Join(dir, stateName)
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// A decoder reads what state.write and writeLayout wrote. Once broken it returns zeros.
type decoder struct {
	src    []byte
	broken bool
}

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.src)
	if size <= 0 {
		d.broken = true
		d.src = nil
		return 0
	}
	d.src = d.src[size:]
	return n
}

// count reads the number of things to come, each at least a byte long.
func (d *decoder) count() int {
	n := d.int()
	if n < 0 || n > int64(len(d.src)) {
		d.broken = true
		return 0
	}
	return int(n)
}

func (d *decoder) bytes() []byte {
	n := d.count()
	out := d.src[:n:n]
	d.src = d.src[n:]
	return out
}

func (d *decoder) string() string { return string(d.bytes()) }

// writeLayout encodes where t's turns and sentences lie, each place as the distance from the one before.
func writeLayout(t *transcript.Transcript, language string) []byte {
	b := binary.AppendVarint(nil, int64(len(t.Turns)))
	at := 0
	to := func(place int) {
		b = binary.AppendVarint(b, int64(place-at))
		at = place
	}
	for _, turn := range t.Turns {
		label := slices.IndexFunc(t.Meta.Speakers, func(s transcript.Speaker) bool { return s.Label == turn.Label && s.Is == turn.Is })
		if label < 0 && turn.Is != "" { // the one turn of a transcript that declares nobody
			label = -2
		}
		milliseconds := int64(-1)
		if turn.HasTime {
			milliseconds = turn.Time.Milliseconds()
		}
		b = binary.AppendVarint(b, int64(turn.Number))
		b = binary.AppendVarint(b, int64(label))
		b = binary.AppendVarint(b, milliseconds)
		to(turn.Start)
		to(turn.Speech.Start)
		to(turn.Speech.End)
		to(turn.End)
		sentences := transcript.Sentences(t.Text, turn.Speech, language)
		b = binary.AppendVarint(b, int64(len(sentences)))
		at = turn.Speech.Start
		for _, s := range sentences {
			to(s.Start)
			to(s.End)
		}
		at = turn.End
	}
	return b
}

// lay returns e's layout, read once.
func (e *entry) lay() (*laidOut, error) {
	if l := e.laid.Load(); l != nil {
		return l, nil
	}
	d := &decoder{src: e.layout}
	l := &laidOut{t: &transcript.Transcript{ID: e.id, Meta: e.meta, Hash: e.hash}}
	at := 0
	to := func() int {
		at += int(d.int())
		return at
	}
	turns := d.count()
	l.t.Turns = make([]transcript.Turn, turns)
	l.sentences = make([][]transcript.Span, turns)
	var all []transcript.Span
	for i := range l.t.Turns {
		turn := &l.t.Turns[i]
		turn.Number = int(d.int())
		switch label := int(d.int()); {
		case label >= 0 && label < len(e.meta.Speakers):
			turn.Label, turn.Is = e.meta.Speakers[label].Label, e.meta.Speakers[label].Is
		case label == -2:
			turn.Is = diag.Unknown
		}
		if ms := d.int(); ms >= 0 {
			turn.Time, turn.HasTime = time.Duration(ms)*time.Millisecond, true
		}
		turn.Start = to()
		turn.Speech.Start = to()
		turn.Speech.End = to()
		turn.End = to()
		n := d.count()
		from := len(all)
		at = turn.Speech.Start
		for range n {
			all = append(all, transcript.Span{Start: to(), End: to()})
		}
		l.sentences[i] = all[from:len(all):len(all)]
		at = turn.End
	}
	if d.broken || len(d.src) != 0 {
		return nil, fmt.Errorf("%w (turns of %s)", errDamaged, e.id)
	}
	e.laid.Store(l)
	return l, nil
}

// stampFolder stamps the files that bleve keeps in folder.
func stampFolder(folder string) ([]stamp, error) {
	var out []stamp
	err := filepath.WalkDir(folder, func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		info, err := f.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		s := stamp{name: filepath.ToSlash(name), size: info.Size()}
		if filepath.Ext(path) != ".zap" { // segments are large, and are read through slices that notice
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			s.sum = crc32.Checksum(b, castagnoli)
		}
		out = append(out, s)
		return nil
	})
	return out, err
}

// A stemTable holds the words of the transcripts of one stemmer by stem: lines of stem, NUL and word, sorted, one
// after the other, and the offsets at which they end (4 bytes each, little-endian).
type stemTable struct{ offsets, lines []byte }

func (t stemTable) len() int { return len(t.offsets) / 4 }

func (t stemTable) line(i int) string {
	start := uint32(0)
	if i > 0 {
		start = binary.LittleEndian.Uint32(t.offsets[4*(i-1):])
	}
	return string(t.lines[start:binary.LittleEndian.Uint32(t.offsets[4*i:])])
}

// words returns the words with that stem.
func (t stemTable) words(stem string) []string {
	lo, hi := 0, t.len()
	for lo < hi {
		mid := (lo + hi) / 2
		if t.line(mid) < stem+"\x00" {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	var out []string
	for ; lo < t.len(); lo++ {
		word, found := strings.CutPrefix(t.line(lo), stem+"\x00")
		if !found {
			break
		}
		out = append(out, word)
	}
	return out
}

// with returns t with more lines, which need not be new or sorted.
func (t stemTable) with(lines []string) stemTable {
	for i := range t.len() {
		lines = append(lines, t.line(i))
	}
	slices.Sort(lines)
	var out stemTable
	for _, line := range slices.Compact(lines) {
		out.lines = append(out.lines, line...)
		out.offsets = binary.LittleEndian.AppendUint32(out.offsets, uint32(len(out.lines)))
	}
	return out
}
