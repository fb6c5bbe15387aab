package analysis

import (
	"context"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// fewestWords is how many words a quotation in running text must have to be checked: shorter ones are mostly terms,
// titles and words that the author keeps at a distance.
const fewestWords = 5

// A Manuscript is prose whose quotations were held against the transcripts.
type Manuscript struct {
	Prose      *transcript.Prose
	Quotations []ManuscriptQuotation // in order
	Short      int                   // quotations in running text that were too short to be checked
	Unclosed   []transcript.Place    // quotation marks that nothing closes: what they open was not checked
}

// A ManuscriptQuotation is one quotation of a manuscript. Its Passage is the original's where it is a translation.
type ManuscriptQuotation struct {
	transcript.Verified
	Place       transcript.Place
	Translation *codebook.Excerpt // the excerpt whose translation it quotes, or nil
	Speaker     string            // who says what it quotes, or its nearest passage: a participant, or a role; "" if nobody does
	// Misplaced is a participant whom the sentence that quotes names, while the words are somebody else's; or "".
	Misplaced string
}

// Holds says whether the words are those of a transcript, or of a marked translation of one.
func (q *ManuscriptQuotation) Holds() bool { return q.Verdict == transcript.Verbatim }

// OfLiterature says whether it stands in no transcript, and beside a reference to the literature: whose words they are
// cannot be said.
func (q *ManuscriptQuotation) OfLiterature() bool { return q.Verdict == transcript.Absent && q.Cited }

// VerifyManuscript holds the quotations of a manuscript against all transcripts that can be read, on all processors. Progress, if
// not nil, hears how many are done.
func (s *Study) VerifyManuscript(ctx context.Context, p *transcript.Prose, progress func(done, total int)) (*Manuscript, error) {
	in, err := s.Transcripts(ctx, nil)
	if err != nil {
		return nil, err
	}
	m := &Manuscript{Prose: p}
	quoted, unclosed := p.Quotations()
	for _, open := range unclosed {
		m.Unclosed = append(m.Unclosed, p.Blocks[open.Block].PlaceAt(open.At))
	}
	quoted = slices.DeleteFunc(quoted, func(q transcript.Quoted) bool {
		short := !q.Set && q.Words() < fewestWords
		if short {
			m.Short++
		}
		return short
	})
	inParallel(runtime.GOMAXPROCS(0), len(in), func(i int) {
		if len(quoted) > 0 && ctx.Err() == nil {
			in[i].Prepare()
		}
	})
	translations := sync.OnceValue(func() []translation { return s.translations() })
	names := sync.OnceValue(func() []string { return peopleIn(in) })
	verified := make([][]ManuscriptQuotation, len(quoted))
	var done atomic.Int64
	inParallel(runtime.GOMAXPROCS(0), len(quoted), func(i int) {
		if ctx.Err() != nil {
			return
		}
		for _, v := range quoted[i].Verify(in...) {
			q := ManuscriptQuotation{Verified: v, Place: p.Blocks[v.Block].PlaceAt(v.Start)}
			if v.Verdict != transcript.Verbatim {
				q.translated(translations())
			}
			if q.Translation == nil && q.Verdict == transcript.Verbatim && !q.Names && p.Format != "pdf" { // where sentences run into headings
				q.Misplaced = misplaced(v.Quoted, names(), in)
			}
			if t := s.Transcript(q.Passage.Transcript); t != nil {
				if turn, ok := t.TurnAt(q.Passage.Start); ok {
					q.Speaker = turn.Is
				}
			}
			verified[i] = append(verified[i], q)
		}
		if n := done.Add(1); progress != nil {
			progress(int(n), len(quoted))
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.Quotations = slices.Concat(verified...)
	return m, nil
}

// A translation is an excerpt's, as a transcript in which its speaker says it.
type translation struct {
	excerpt  codebook.Excerpt
	original transcript.Quotation
	text     *transcript.Transcript
}

// translations returns the translations that the codebook marks, of excerpts whose originals hold.
func (s *Study) translations() []translation {
	var out []translation
	for _, th := range s.Book.AllThemes() {
		for _, x := range slices.Concat(th.Excerpts, th.Tensions) {
			if x.Translation == "" {
				continue
			}
			q := s.Verify(x)
			if !q.Holds() {
				continue
			}
			turn, _ := q.Transcript.TurnAt(q.Result.Passage.Start)
			all := transcript.Span{End: len(x.Translation)}
			turn.Span, turn.Speech = all, all
			out = append(out, translation{x, q.Result, &transcript.Transcript{ID: x.Transcript, Text: x.Translation, Meta: transcript.Meta{Speakers: q.Transcript.Meta.Speakers}, Turns: []transcript.Turn{turn}}})
		}
	}
	return out
}

// translated takes q for a quotation of a translation if it is one, word for word, or if it comes near to one and to no
// transcript.
func (q *ManuscriptQuotation) translated(translations []translation) {
	for i := range translations {
		t := &translations[i]
		for _, v := range q.Quoted.Verify(t.text) {
			if v.Text != q.Text && !q.Set || v.Verdict >= q.Verdict {
				continue
			}
			v.Passage, v.Fragments, v.Turns = t.original.Passage, t.original.Fragments, t.original.Turns
			q.Verified, q.Translation = v, &t.excerpt
		}
	}
}

// peopleIn returns the participants' ids and labels that are long enough to be told from other words of a sentence.
func peopleIn(in []*transcript.Transcript) []string {
	var out []string
	for _, t := range in {
		for _, s := range t.Meta.Speakers {
			if !diag.ReservedParticipant(s.Is) {
				out = append(out, s.Is, s.Label)
			}
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(name string) bool {
		first, _ := utf8.DecodeRuneInString(name)
		return utf8.RuneCountInString(name) < 2 || !unicode.IsUpper(first)
	})
}

var wordInSentence = regexp.MustCompile(`[\p{L}\p{N}_-]+`)

// misplaced returns a person whom the sentence before a quotation names, if it names such people and none of them says
// the words.
func misplaced(q transcript.Quoted, names []string, in []*transcript.Transcript) string {
	first := ""
	for _, word := range wordInSentence.FindAllString(q.Before, -1) {
		if _, is := slices.BinarySearch(names, word); !is {
			continue
		}
		by := q
		by.Attribution = "(" + word + ")"
		if v := by.Verify(in...); slices.ContainsFunc(v, func(v transcript.Verified) bool { return v.Verdict == transcript.Verbatim }) {
			return ""
		}
		if first == "" {
			first = word
		}
	}
	return first
}

// Writing returns the files of the study's writing/ that prose stands in, in natural order.
func (s *Study) Writing() ([]string, error) {
	files, err := s.readDir(writingDir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range files {
		if !f.IsDir() && strings.HasSuffix(f.Name(), ".md") && !strings.HasPrefix(f.Name(), ".") {
			out = append(out, writingDir+"/"+f.Name())
		}
	}
	slices.SortFunc(out, Natural)
	return out, nil
}

// ReadWriting returns the bytes of a file that Writing names.
func (s *Study) ReadWriting(name string) ([]byte, error) {
	src, err := s.root.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return src, nil
}
