package analysis

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tema-qda/tema/analysis/agreement"
)

// Reshuffles is how many random orders of the interviews saturation is worked out for.
const Reshuffles = 1000

// SaturationOptions are the choices of Guest, Namey & Chen (2020, PLoS ONE 15(5): e0232076), who tried bases of 4 to 6,
// runs of 2 and 3, and thresholds of 5 and 0 per cent.
type SaturationOptions struct {
	Themes    bool    // themes and sub-themes, each for itself; else codes, each without the codes under it
	Base      int     // so many interviews are what new information is held against
	Run       int     // so many interviews are looked at together
	Threshold float64 // per cent of new information at which saturation is said to be reached
	Seed      uint64
}

// Saturation says how much interviews brought that those before had not: of each run of interviews after the base, how
// many codes (or themes) are new in it, as a share of those of the base. It counts transcripts as interviews, and
// codes, not what they mean.
type Saturation struct {
	SaturationOptions
	ByDate     bool // else in natural order, since Undated has no date
	Undated    string
	Interviews []SaturationInterview
	Uncoded    []string // transcripts that nobody has coded whose codings count
	NewInformation
	Shuffled ShuffledSaturation
}

// A SaturationInterview is a transcript in its place in the order.
type SaturationInterview struct {
	Transcript, Date string
	Held, New        int // codes in it; of these, in none before it
}

// NewInformation is what an order of interviews comes to.
type NewInformation struct {
	BaseHeld int // codes in the base
	Runs     []SaturationRun
	// Reached is how many interviews there had been before the first run that brought no more than the threshold; 0
	// where none did, or where it cannot be told (Undefined).
	Reached   int
	Undefined string
}

// A SaturationRun is some interviews in a row, counted from 1.
type SaturationRun struct {
	From, To int
	New      int
	Share    float64 // of the base
}

// ShuffledSaturation is what random orders of the same interviews come to.
type ShuffledSaturation struct {
	NotReached       int // orders in which it is not reached
	Median, Min, Max int // of Reached; not reached counts as later than all, and a median of 0 is not reached
}

// Saturation works out how much each run of interviews brought, in their order and in random ones.
func (s *Study) Saturation(ctx context.Context, o SaturationOptions) (*Saturation, error) {
	e, err := s.EvidenceWithoutWords(ctx)
	if err != nil {
		return nil, err
	}
	out := &Saturation{SaturationOptions: o, ByDate: true}
	counts := s.counted()
	var order []SaturationInterview
	for _, id := range s.TranscriptIDs() {
		t := s.Transcript(id)
		if t == nil {
			continue
		}
		coded := slices.ContainsFunc(s.Coders(), func(coder string) bool { return counts(coder, id) && s.hasCoded(coder, id) })
		if !coded {
			out.Uncoded = append(out.Uncoded, id)
			continue
		}
		if _, err := time.Parse(time.DateOnly, t.Meta.Date); err != nil && out.ByDate {
			out.ByDate, out.Undated = false, id
		}
		order = append(order, SaturationInterview{Transcript: id, Date: t.Meta.Date})
	}
	if out.ByDate {
		slices.SortStableFunc(order, func(a, b SaturationInterview) int { return cmp.Compare(a.Date, b.Date) })
	}
	place := map[string]int{}
	for i, interview := range order {
		place[interview.Transcript] = i
	}
	held := make([][]int, len(order)) // by interview: the codes or themes that it holds, as numbers
	number := 0
	hold := func(t Tier) {
		for _, p := range t.Passages {
			i, counted := place[p.Passage.Transcript]
			if n := len(held[i]); counted && (n == 0 || held[i][n-1] != number) {
				held[i] = append(held[i], number)
			}
		}
		number++
	}
	if o.Themes {
		for _, th := range e.Themes {
			if th.Theme.Status != Dropped {
				hold(th.Total)
			}
		}
	} else {
		for _, c := range e.Codes {
			hold(c.Own)
		}
	}
	first := newIn(held, number)
	for i, n := range first {
		order[i].Held, order[i].New = len(held[i]), n
	}
	out.Interviews = order
	out.NewInformation = newInformation(first, o)
	out.Shuffled = shuffled(held, number, o)
	return out, ctx.Err()
}

// newIn returns, by interview, how much of what it holds none before it held.
func newIn(held [][]int, numbers int) []int {
	seen := make([]bool, numbers)
	out := make([]int, len(held))
	for i, list := range held {
		for _, n := range list {
			if !seen[n] {
				seen[n] = true
				out[i]++
			}
		}
	}
	return out
}

// newInformation works out the runs, which slide by one interview; the base stays what it is.
func newInformation(first []int, o SaturationOptions) NewInformation {
	var out NewInformation
	for _, n := range first[:min(o.Base, len(first))] {
		out.BaseHeld += n
	}
	if len(first) < o.Base+o.Run {
		out.Undefined = "too few interviews for a base and a run"
		return out
	}
	if out.BaseHeld == 0 {
		out.Undefined = "the base holds nothing that new information could be held against"
		return out
	}
	for from := o.Base; from+o.Run <= len(first); from++ {
		run := SaturationRun{From: from + 1, To: from + o.Run}
		for _, n := range first[from : from+o.Run] {
			run.New += n
		}
		run.Share = float64(run.New) / float64(out.BaseHeld)
		out.Runs = append(out.Runs, run)
		if out.Reached == 0 && float64(100*run.New) <= float64(o.Threshold*float64(out.BaseHeld)) {
			out.Reached = from
		}
	}
	return out
}

// shuffled works out random orders of the interviews.
func shuffled(held [][]int, numbers int, o SaturationOptions) ShuffledSaturation {
	var out ShuffledSaturation
	var reached []int
	for _, random := range agreement.Randoms(o.Seed, Reshuffles) {
		order := make([][]int, len(held))
		for i, from := range random.Shuffle(len(held)) {
			order[i] = held[from]
		}
		if n := newInformation(newIn(order, numbers), o).Reached; n > 0 {
			reached = append(reached, n)
		} else {
			out.NotReached++
		}
	}
	slices.Sort(reached)
	if len(reached) > 0 {
		out.Min, out.Max = reached[0], reached[len(reached)-1]
	}
	if middle := (Reshuffles - 1) / 2; middle < len(reached) {
		out.Median = reached[middle]
	}
	return out
}
