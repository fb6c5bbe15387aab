package analysis

import (
	"cmp"
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
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
	persons, byRule, proposed := s.sortOut(&e.Origin)
	tier := func(lists map[*codebook.Code][]*Placed, codes []*codebook.Code) Tier {
		var all []*Placed
		for _, c := range codes {
			all = append(all, lists[c]...)
		}
		return s.tier(all)
	}
	codes, themes := s.Book.AllCodes(), s.Book.AllThemes()
	e.Codes, e.Themes = make([]*CodeEvidence, len(codes)), make([]*ThemeEvidence, len(themes))
	verifier := s.quoteChecker()
	inParallel(runtime.GOMAXPROCS(0), len(codes)+len(themes), func(i int) {
		if i < len(codes) {
			c := codes[i]
			below := c.WithDescendants()
			ce := &CodeEvidence{Code: c, Total: tier(persons, below), ByRule: tier(byRule, below), Proposed: tier(proposed, below)}
			if ce.Own = ce.Total; len(below) > 1 {
				ce.Own = tier(persons, below[:1])
			}
			e.Codes[i] = ce
			return
		}
		th := themes[i-len(codes)]
		own := s.codesOf(th)
		total := s.codesOf(standing(th)...)
		te := &ThemeEvidence{Theme: th, Total: tier(persons, total), ByRule: tier(byRule, total), Proposed: tier(proposed, total)}
		if te.Own = te.Total; len(own) != len(total) {
			te.Own = tier(persons, own)
		}
		for _, x := range th.Excerpts {
			te.Excerpts = append(te.Excerpts, verifier(x))
		}
		for _, x := range th.Tensions {
			te.Tensions = append(te.Tensions, verifier(x))
		}
		e.Themes[i-len(codes)] = te
	})
	for _, ce := range e.Codes {
		e.codes[ce.Code] = ce
	}
	for _, te := range e.Themes {
		e.themes[te.Theme] = te
	}
	return e, nil
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

// codesOf returns the codes of themes with their descendants, each once. A retired code that has gone into another
// stands for that one.
// CodesOf returns the codes that a theme draws on itself, each with its descendants, in the theme's order.
func (s *Study) CodesOf(th *codebook.Theme) []*codebook.Code { return s.codesOf(th) }

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

// sortOut puts every coding and candidate where it counts, by code.
func (s *Study) sortOut(o *Origin) (persons, byRule, proposed map[*codebook.Code][]*Placed) {
	persons, byRule, proposed = map[*codebook.Code][]*Placed{}, map[*codebook.Code][]*Placed{}, map[*codebook.Code][]*Placed{}
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
			persons[p.Today] = append(persons[p.Today], p)
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
			byRule[c.Today] = append(byRule[c.Today], c.Placed)
		} else {
			proposed[c.Today] = append(proposed[c.Today], c.Placed)
		}
	}
	return persons, byRule, proposed
}

// tier merges codings into passages and counts them.
func (s *Study) tier(codings []*Placed) Tier {
	t := Tier{Counts: Counts{Codings: len(codings)}}
	if len(codings) == 0 {
		return t
	}
	codings = slices.Clone(codings)
	slices.SortFunc(codings, func(a, b *Placed) int {
		return cmp.Or(cmp.Compare(a.order, b.order), bySpan(a.Span, b.Span),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Coder, b.Coder), cmp.Compare(a.ID, b.ID))
	})
	for _, p := range codings {
		if n := len(t.Passages); n > 0 {
			last := &t.Passages[n-1]
			if last.Passage.Transcript == p.Transcript && last.Span.Overlaps(p.Span) {
				last.End = max(last.End, p.Span.End)
				last.Codings = append(last.Codings, p)
				continue
			}
		}
		t.Passages = append(t.Passages, Passage{Passage: transcript.Passage{Transcript: p.Transcript, Span: p.Span}, Codings: []*Placed{p}})
	}
	participants, turns, transcripts := map[string]bool{}, map[turnID]bool{}, map[string]bool{}
	for i := range t.Passages {
		p := &t.Passages[i]
		p.Turns, p.Participants = s.speech(p.Passage)
		for _, id := range p.Participants {
			participants[id] = true
		}
		for _, n := range p.Turns {
			turns[turnID{p.Transcript, n}] = true
		}
		transcripts[p.Transcript] = true
	}
	t.ParticipantIDs = slices.SortedFunc(maps.Keys(participants), Natural)
	t.Counts.Passages, t.Turns, t.Participants, t.Transcripts = len(t.Passages), len(turns), len(participants), len(transcripts)
	return t
}

type turnID struct {
	transcript string
	number     int
}

// speech returns the turns whose speech p holds, and the participants who speak there.
func (s *Study) speech(p transcript.Passage) (turns []int, participants []string) {
	t := s.Transcript(p.Transcript)
	if t == nil {
		return nil, nil
	}
	for _, turn := range t.TurnsIn(p.Span) {
		if !turn.Speech.Overlaps(p.Span) {
			continue
		}
		turns = append(turns, turn.Number)
		if turn.Participant() && !slices.Contains(participants, turn.Is) {
			participants = append(participants, turn.Is)
		}
	}
	return turns, participants
}

// quoteChecker holds excerpts against their transcripts.
func (s *Study) quoteChecker() func(codebook.Excerpt) Quote {
	return func(x codebook.Excerpt) Quote {
		q := Quote{Excerpt: x, Transcript: s.Transcript(x.Transcript)}
		if q.Transcript == nil {
			return q
		}
		q.Result = transcript.VerifyQuotation(x.Quote, q.Transcript)
		seen := map[string]bool{}
		for _, span := range q.Result.Fragments {
			_, who := s.speech(transcript.Passage{Transcript: q.Transcript.ID, Span: span})
			for _, id := range who {
				if !seen[id] {
					seen[id] = true
					q.Participants = append(q.Participants, id)
				}
			}
		}
		return q
	}
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

// Attribution names a participant by the study's pattern, such as "{id}, {age}, {role}". What is missing leaves no gap,
// and so does an attribute that report.show does not list (promise 10).
func (s *Study) Attribution(t *transcript.Transcript, participant string) string {
	out := placeholder.ReplaceAllStringFunc(s.Config.Report.Attribution, func(m string) string {
		name := m[1 : len(m)-1]
		if diag.Fold(name) == "id" {
			return participant
		}
		if !s.Config.Report.shows(name) {
			return ""
		}
		return strings.Join(s.Attribute(t, participant, name), ", ")
	})
	parts := strings.Split(out, ",")
	kept := parts[:0]
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}
