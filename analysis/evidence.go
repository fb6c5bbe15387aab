package analysis

import (
	"cmp"
	"context"
	"iter"
	"maps"
	mathbits "math/bits"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/index/transcript"
)

// Evidence is what lies behind each code and theme, computed once, so that everything that counts counts the same.
// Passages are merged within what is counted: spans that overlap are one, spans that only touch are two.
type Evidence struct {
	Sample Sample
	Origin Origin
	Codes  []*CodeEvidence  // every code, depth first in the author's order
	Themes []*ThemeEvidence // every theme, depth first in the author's order

	codes  map[*codebook.Code]*CodeEvidence
	themes map[*codebook.Theme]*ThemeEvidence
	voices voices

	counted, accepted, waiting []*Placed // by persons, by rule, proposed: in the order of the transcripts
}

// Sample is what was analysed. Words are those spoken; non-speech in brackets is none.
type Sample struct {
	Transcripts, Participants, Turns, Words int
	ParticipantWords                        int // words spoken by participants
	ParticipantIDs                          []string
}

// Origin says how the codings came about. Units are codings.
type Origin struct {
	ByPerson   int            // counted codings made by a person one by one, without a rule's proposal
	FromRule   int            // counted codings that a person accepted from a rule
	BySearch   int            // counted codings that a person put on all that a search found at once
	Imported   int            // counted codings that came from another program
	Coders     map[string]int // counted codings by coder
	NotCounted int            // accepted codings of coders whose codings do not count here
	Rejected   int            // proposals that a person rejected
	Candidates int            // proposals of rules
	Unread     int            // of these, decided by nobody
	ByRule     int            // of these, counted all the same since the code says accept: true
	Missing    []*Placed      // accepted codings that cannot be placed, or whose code is unknown or was split
}

// Counts are four units of the same evidence; each is a different question.
type Counts struct{ Codings, Passages, Turns, Participants, Transcripts int }

// A Passage is a stretch of one transcript with the codings that make it.
type Passage struct {
	transcript.Passage
	Codings      []*Placed
	Turns        []int    // numbers of the turns whose speech it holds, in order
	Participants []string // whose speech it holds, in order of speaking, each once
}

// A Tier is evidence of one kind.
type Tier struct {
	Counts
	Passages       []Passage // in transcript order
	ParticipantIDs []string  // natural order

	codings []*Placed // those that it counts, in the order of the transcripts
}

// CodeEvidence is the evidence of a code: coded by a person, counted by rule, and proposed.
type CodeEvidence struct {
	Code     *codebook.Code
	Own      Tier // its own codings by persons
	Total    Tier // with its descendants'
	ByRule   Tier // with descendants: unread proposals of codes that say accept: true
	Proposed Tier // with descendants: what rules propose and nobody has read
}

// ThemeEvidence is the evidence of a theme.
type ThemeEvidence struct {
	Theme    *codebook.Theme
	Own      Tier // its codes' with their descendants
	Total    Tier // with its sub-themes'
	ByRule   Tier // with sub-themes
	Proposed Tier // with sub-themes
	Excerpts []Quote
	Tensions []Quote
}

// A Quote is an excerpt or tension of the codebook, held against its transcript.
type Quote struct {
	codebook.Excerpt
	Transcript   *transcript.Transcript // nil if there is no such transcript
	Result       transcript.Quotation
	Participants []string // whose speech it quotes
}

// Holds says whether the quotation stands in its transcript word for word.
func (q Quote) Holds() bool { return q.Transcript != nil && q.Result.Verdict == transcript.Verbatim }

// Evidence computes the evidence of every code and theme.
func (s *Study) Evidence(ctx context.Context) (*Evidence, error) {
	return s.evidence(ctx, transcript.CountWords)
}

// EvidenceWithoutWords is Evidence with no words counted in its Sample, for those who do not ask: cutting all that was
// said into words takes longer than all the rest.
func (s *Study) EvidenceWithoutWords(ctx context.Context) (*Evidence, error) {
	return s.evidence(ctx, func(string, transcript.Span) int { return 0 })
}

func (s *Study) evidence(ctx context.Context, words func(string, transcript.Span) int) (*Evidence, error) {
	transcripts, err := s.Transcripts(ctx, nil)
	if err != nil {
		return nil, err
	}
	e := &Evidence{codes: map[*codebook.Code]*CodeEvidence{}, themes: map[*codebook.Theme]*ThemeEvidence{}}
	e.Sample = sample(transcripts, words)
	everywhere := make([]int, len(s.transcripts))
	for i := range everywhere {
		everywhere[i] = i + 1
	}
	e.voices = s.voices(e.Sample.ParticipantIDs, everywhere)
	persons, byRule, proposed := tiers{}, tiers{}, tiers{}
	for _, c := range s.Book.AllCodes() {
		ce := &CodeEvidence{Code: c}
		below := c.WithDescendants()
		persons.of(&ce.Total, below)
		byRule.of(&ce.ByRule, below)
		proposed.of(&ce.Proposed, below)
		if len(below) > 1 {
			persons.of(&ce.Own, below[:1])
		}
		e.Codes, e.codes[c] = append(e.Codes, ce), ce
	}
	for _, th := range s.Book.AllThemes() {
		te := &ThemeEvidence{Theme: th}
		own, total := s.codesOf(th), s.codesOf(standing(th)...)
		persons.of(&te.Total, total)
		byRule.of(&te.ByRule, total)
		proposed.of(&te.Proposed, total)
		if len(own) != len(total) {
			persons.of(&te.Own, own)
		}
		e.Themes, e.themes[th] = append(e.Themes, te), te
	}
	counted, accepted, waiting := s.sortOut(&e.Origin)
	e.counted, e.accepted, e.waiting = s.inOrder(counted), s.inOrder(accepted), s.inOrder(waiting)
	all := slices.Concat(persons.deal(e.counted), byRule.deal(e.accepted), proposed.deal(e.waiting))
	inParallel(runtime.GOMAXPROCS(0), len(all)+len(e.Themes), func(i int) {
		if i < len(all) {
			e.count(s, all[i])
			return
		}
		te := e.Themes[i-len(all)]
		for _, x := range te.Theme.Excerpts {
			te.Excerpts = append(te.Excerpts, s.Verify(x))
		}
		for _, x := range te.Theme.Tensions {
			te.Tensions = append(te.Tensions, s.Verify(x))
		}
	})
	for _, ce := range e.Codes {
		if len(ce.Code.Codes) == 0 {
			ce.Own = ce.Total
		}
	}
	for _, te := range e.Themes {
		if len(s.codesOf(te.Theme)) == len(s.codesOf(standing(te.Theme)...)) {
			te.Own = te.Total
		}
	}
	return e, nil
}

// tiers are those that a coding counts in, by its code of today.
type tiers map[*codebook.Code][]*Tier

// of says that t is the evidence of codes.
func (ts tiers) of(t *Tier, codes []*codebook.Code) {
	for _, c := range codes {
		ts[c] = append(ts[c], t)
	}
}

// deal puts each coding where it counts, and returns the tiers that have one.
func (ts tiers) deal(codings []*Placed) []*Tier {
	var out []*Tier
	for _, p := range codings {
		for _, t := range ts[p.Today] {
			if t.codings == nil {
				out = append(out, t)
			}
			t.codings = append(t.codings, p)
		}
	}
	return out
}

// Code returns the evidence of c.
func (e *Evidence) Code(c *codebook.Code) *CodeEvidence { return e.codes[c] }

// Theme returns the evidence of t.
func (e *Evidence) Theme(t *codebook.Theme) *ThemeEvidence { return e.themes[t] }

// standing returns th and its sub-themes, without those that were dropped: their evidence went elsewhere.
func standing(th *codebook.Theme) []*codebook.Theme {
	out := []*codebook.Theme{th}
	for _, sub := range th.Themes {
		if sub.Status != Dropped {
			out = append(out, standing(sub)...)
		}
	}
	return out
}

// Standing returns every theme that was not dropped, nor one above it, depth first in the author's order.
func (s *Study) Standing() []*codebook.Theme {
	var out []*codebook.Theme
	for _, th := range s.topThemes() {
		out = append(out, standing(th)...)
	}
	return out
}

// CodesOf returns the codes that a theme draws on itself, each with its descendants, in the theme's order.
func (s *Study) CodesOf(th *codebook.Theme) []*codebook.Code { return s.codesOf(th) }

// codesOf returns the codes of themes with their descendants, each once. A retired code that has gone into another
// stands for that one.
func (s *Study) codesOf(themes ...*codebook.Theme) []*codebook.Code {
	seen := map[*codebook.Code]bool{}
	var out []*codebook.Code
	for _, th := range themes {
		for _, id := range th.Codes {
			c, _ := s.Book.Resolve(id)
			if c == nil {
				continue
			}
			for _, d := range c.WithDescendants() {
				if !seen[d] {
					seen[d] = true
					out = append(out, d)
				}
			}
		}
	}
	return out
}

// sortOut says of every coding and candidate whether it counts, and as what.
func (s *Study) sortOut(o *Origin) (persons, byRule, proposed []*Placed) {
	o.Coders = map[string]int{}
	counts := s.counted()
	for _, p := range s.Placed() {
		switch {
		case p.Status == Rejected:
			o.Rejected++
		case !p.usable():
			o.Missing = append(o.Missing, p)
		case !counts(p.Coder, p.Transcript):
			o.NotCounted++
		default:
			persons = append(persons, p)
			o.Coders[p.Coder]++
			switch {
			case p.Via == ViaRule:
				o.FromRule++
			case p.Via == ViaSearch:
				o.BySearch++
			case strings.HasPrefix(p.Via, "import:"):
				o.Imported++
			default:
				o.ByPerson++
			}
		}
	}
	for _, c := range s.Candidates() {
		o.Candidates++
		if c.Read {
			continue
		}
		o.Unread++
		if c.Today.Accept {
			o.ByRule++
			byRule = append(byRule, c.Placed)
		} else {
			proposed = append(proposed, c.Placed)
		}
	}
	return persons, byRule, proposed
}

// inOrder sorts codings as they stand in the transcripts, and looks up the turns that they hold speech of.
func (s *Study) inOrder(codings []*Placed) []*Placed {
	byTranscript := make([][]*Placed, len(s.transcripts)+1)
	for _, p := range codings {
		byTranscript[p.order] = append(byTranscript[p.order], p)
	}
	inParallel(runtime.GOMAXPROCS(0), len(byTranscript), func(i int) {
		list := byTranscript[i]
		for _, p := range list {
			p.from, p.to = s.Transcript(p.Transcript).Speaking(p.Span)
		}
		slices.SortFunc(list, func(a, b *Placed) int {
			if c := bySpan(a.Span, b.Span); c != 0 {
				return c
			}
			return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Coder, b.Coder), cmp.Compare(a.ID, b.ID))
		})
	})
	return slices.Concat(byTranscript...)
}

// count merges the codings of t into passages and counts them.
func (e *Evidence) count(s *Study, t *Tier) {
	var counted census
	for i, p := range t.codings {
		if counted.add(p, &e.voices) {
			t.Passages = append(t.Passages, Passage{Passage: transcript.Passage{Transcript: p.Transcript, Span: p.Span}, Codings: t.codings[i:i]})
		}
		last := &t.Passages[len(t.Passages)-1]
		last.End = max(last.End, p.Span.End)
		last.Codings = last.Codings[:len(last.Codings)+1]
	}
	for i := range t.Passages {
		p := &t.Passages[i]
		p.Codings = slices.Clip(p.Codings)
		p.Turns, p.Participants = e.voices.heard(s.Transcript(p.Transcript), p)
	}
	t.Counts = counted.Counts
	t.ParticipantIDs = e.voices.named(counted.who)
}

// tier counts codings by themselves, apart from an Evidence. It reads no transcripts but theirs.
func (s *Study) tier(codings []*Placed) Tier {
	t := Tier{codings: s.inOrder(codings)}
	var in []int
	speak := map[string]bool{}
	for i, p := range t.codings {
		if i > 0 && t.codings[i-1].order == p.order {
			continue
		}
		in = append(in, p.order)
		for _, turn := range s.Transcript(p.Transcript).Turns {
			if turn.Participant() {
				speak[turn.Is] = true
			}
		}
	}
	e := &Evidence{voices: s.voices(slices.SortedFunc(maps.Keys(speak), Natural), in)}
	e.count(s, &t)
	return t
}

// A census counts codings that come in the order of the transcripts. Every number of codings, passages, turns,
// participants and transcripts that tema gives is counted here.
type census struct {
	Counts
	who        bits // participants
	transcript int  // where the last coding stands
	reach      int  // the byte at which its passage ends
	turn       int  // the place behind the last turn that was counted there
}

// add counts p and says whether it begins a passage.
func (t *census) add(p *Placed, v *voices) (begins bool) {
	t.Codings++
	if t.transcript != p.order {
		t.transcript, t.reach, t.turn = p.order, 0, 0
		t.Transcripts++
		begins = true
	}
	if begins = begins || p.Span.Start >= t.reach; begins {
		t.Passages++
	}
	t.reach = max(t.reach, p.Span.End)
	for i := max(p.from, t.turn); i < p.to; i++ {
		t.hear(v.of[p.order][i], len(v.ids))
	}
	t.turn = max(t.turn, p.to)
	return begins
}

// hear counts a turn and who speaks there, of so many participants.
func (t *census) hear(who int32, of int) {
	if who == silent {
		return
	}
	t.Turns++
	if who != nobody && t.who.add(int(who), of) {
		t.Participants++
	}
}

// voices says who speaks in each turn of the study.
type voices struct {
	ids []string  // the participants, in natural order
	of  [][]int32 // by a transcript's order and a turn's place in it: which of ids speaks, or one of the below
}

const (
	nobody = -1 // no participant: an interviewer, somebody else, nobody known
	silent = -2 // the turn has no speech
)

// voices looks up which of the participants with these ids speaks where, in transcripts by their order.
func (s *Study) voices(ids []string, in []int) voices {
	place := make(map[string]int32, len(ids))
	for i, id := range ids {
		place[id] = int32(i)
	}
	v := voices{ids, make([][]int32, len(s.transcripts)+1)}
	inParallel(runtime.GOMAXPROCS(0), len(in), func(i int) {
		t := s.Transcript(s.transcripts[in[i]-1].id)
		if t == nil {
			return
		}
		list := make([]int32, len(t.Turns))
		for k, turn := range t.Turns {
			switch {
			case turn.Speech.Len() == 0:
				list[k] = silent
			case turn.Participant():
				list[k] = place[turn.Is]
			default:
				list[k] = nobody
			}
		}
		v.of[in[i]] = list
	})
	return v
}

// named returns the ids of participants in natural order.
func (v voices) named(who bits) []string {
	var out []string
	for i := range who.all() {
		out = append(out, v.ids[i])
	}
	return out
}

// heard returns the numbers of the turns of t that p holds speech of, and the participants who speak there.
func (v voices) heard(t *transcript.Transcript, p *Passage) (turns []int, participants []string) {
	next := 0
	for _, c := range p.Codings {
		for i := max(c.from, next); i < c.to; i++ {
			who := v.of[c.order][i]
			if who == silent {
				continue
			}
			turns = append(turns, t.Turns[i].Number)
			if who != nobody && !slices.Contains(participants, v.ids[who]) {
				participants = append(participants, v.ids[who])
			}
		}
		next = max(next, c.to)
	}
	return turns, participants
}

// bits is a set of small numbers.
type bits []uint64

// add puts i into a set of numbers below n and says whether it was not there.
func (b *bits) add(i, n int) bool {
	if *b == nil {
		*b = make(bits, (n+63)/64)
	}
	word, bit := &(*b)[i/64], uint64(1)<<(i%64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

// has says whether i is in b.
func (b bits) has(i int) bool { return i/64 < len(b) && b[i/64]&(1<<(i%64)) != 0 }

// join puts the numbers of other into b, which has room for them.
func (b bits) join(other bits) {
	for i, word := range other {
		b[i] |= word
	}
}

// all runs over the numbers in b, in order.
func (b bits) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range b {
			for ; word != 0; word &= word - 1 {
				if !yield(i*64 + mathbits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// Verify holds an excerpt against its transcript.
func (s *Study) Verify(x codebook.Excerpt) Quote {
	q := Quote{Excerpt: x, Transcript: s.Transcript(x.Transcript)}
	if q.Transcript == nil {
		return q
	}
	q.Result = transcript.VerifyQuotation(x.Quote, q.Transcript)
	for _, span := range q.Result.Fragments {
		from, to := q.Transcript.Speaking(span)
		for _, turn := range q.Transcript.Turns[from:to] {
			if turn.Participant() && turn.Speech.Len() > 0 && !slices.Contains(q.Participants, turn.Is) {
				q.Participants = append(q.Participants, turn.Is)
			}
		}
	}
	return q
}

// sample counts what was analysed, on all processors.
func sample(transcripts []*transcript.Transcript, words func(string, transcript.Span) int) Sample {
	total := Sample{Transcripts: len(transcripts)}
	ids := map[string]bool{}
	var mu sync.Mutex
	inParallel(runtime.GOMAXPROCS(0), len(transcripts), func(i int) {
		var one Sample
		t := transcripts[i]
		who := map[string]bool{}
		for _, turn := range t.Turns {
			n := words(t.Text, turn.Speech)
			if turn.Number > 0 {
				one.Turns++
				one.Words += n
			}
			if turn.Participant() {
				one.ParticipantWords += n
				who[turn.Is] = true
			}
		}
		mu.Lock()
		defer mu.Unlock()
		total.Turns += one.Turns
		total.Words += one.Words
		total.ParticipantWords += one.ParticipantWords
		maps.Copy(ids, who)
	})
	total.ParticipantIDs = slices.SortedFunc(maps.Keys(ids), Natural)
	total.Participants = len(total.ParticipantIDs)
	return total
}

// CodesWithoutTheme returns the active codes that no theme draws on (a dropped one draws on none), neither themselves nor through an ancestor.
func (s *Study) CodesWithoutTheme() []*codebook.Code {
	inTheme := map[*codebook.Code]bool{}
	for _, th := range s.topThemes() {
		for _, c := range s.codesOf(standing(th)...) {
			inTheme[c] = true
		}
	}
	var out []*codebook.Code
	for _, c := range s.Book.AllCodes() {
		if !c.Retired && !inTheme[c] {
			out = append(out, c)
		}
	}
	return out
}
