package analysis

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/tema-qda/tema/analysis/agreement"
	"github.com/tema-qda/tema/codebook"
)

// A resampling knows what is drawn: clusters of units, those alike in which nobody put anything on anything counted as
// one kind. Units that nobody put anything on are not told one by one; how many there are follows from how many units
// the drawn clusters have.
type resampling struct {
	kinds []int32 // by cluster
	units []int   // by kind: how many units such a cluster has
	base  []int   // by kind: which of bases its units are if nobody put anything on them
	bases [][]int // by coder: 0, or Missing for those who have not coded the transcript
}

// add makes the clusters of a transcript known and returns the kind of each.
func (r *resampling) add(t *comparedTranscript, coders int, blank map[[2]int]int32) []int32 {
	absent := make([]int, coders)
	for i := range absent {
		if !slices.Contains(t.coders, i) {
			absent[i] = agreement.Missing
		}
	}
	base := slices.IndexFunc(r.bases, func(b []int) bool { return slices.Equal(b, absent) })
	if base < 0 {
		base = len(r.bases)
		r.bases = append(r.bases, absent)
	}
	held := make([]bool, len(t.clusters))
	for _, u := range t.held {
		held[u.cluster] = true
	}
	from := len(r.kinds)
	for i, units := range t.clusters {
		kind, known := blank[[2]int{base, units}]
		if held[i] || !known {
			kind = int32(len(r.units))
			r.units, r.base = append(r.units, units), append(r.base, base)
		}
		if !held[i] {
			blank[[2]int{base, units}] = kind
		}
		r.kinds = append(r.kinds, kind)
	}
	return r.kinds[from:]
}

// A comparison is what coders did with all units, in one respect (a code, or which set of codes): units that are alike
// stand together, and first those of the resampling's bases.
type comparison struct {
	*resampling
	alike   []agreement.Unit
	index   map[string]int
	entries []entryCount
}

// An entryCount says that a cluster of a kind has so many units that are alike.
type entryCount struct{ kind, alike, count int }

func newComparison(r *resampling) *comparison {
	c := &comparison{resampling: r, index: map[string]int{}}
	for _, values := range r.bases {
		c.alike = append(c.alike, agreement.Unit{Values: values})
	}
	for _, kind := range r.kinds {
		c.alike[r.base[kind]].Count += r.units[kind]
	}
	return c
}

// add says that coders did something with units of a cluster, which is the only one of its kind.
func (c *comparison) add(kind, count int, values []int) {
	key := fmt.Sprint(values)
	i, known := c.index[key]
	if !known {
		i = len(c.alike)
		c.index[key] = i
		c.alike = append(c.alike, agreement.Unit{Values: values})
	}
	c.alike[i].Count += count
	c.alike[c.base[kind]].Count -= count
	c.entries = append(c.entries, entryCount{kind, i, count})
}

// counts returns how many units of each sort there are when clusters of each kind are drawn so many times; rest is how
// many units of each base there would be if nobody had put anything on any.
func (c *comparison) counts(times, rest []int) []int {
	out := make([]int, len(c.alike))
	copy(out, rest)
	for _, e := range c.entries {
		n := times[e.kind] * e.count
		out[e.alike] += n
		out[c.base[e.kind]] -= n
	}
	return out
}

// drawn is rest of counts.
func (r *resampling) drawn(times []int) []int {
	rest := make([]int, len(r.bases))
	for kind, n := range times {
		rest[r.base[kind]] += n * r.units[kind]
	}
	return rest
}

// A tally is all units by what coders put on them: by code, and by the set of codes.
type tally struct {
	resampling
	byCode []*comparison // nil for a code that nobody put on anything
	ofSets *comparison   // its values are indexes of sets
	sets   [][]int
}

// newTally counts the units of transcripts.
func newTally(transcripts []*comparedTranscript, coders, codes int) *tally {
	t := &tally{byCode: make([]*comparison, codes), sets: [][]int{nil}}
	blank := map[[2]int]int32{}
	kinds := make([][]int32, len(transcripts))
	for i, tr := range transcripts {
		kinds[i] = t.add(tr, coders, blank)
	}
	t.ofSets = newComparison(&t.resampling)
	setID := map[string]int{"[]": 0}
	for i, tr := range transcripts {
		for _, u := range tr.held {
			kind := int(kinds[i][u.cluster])
			absent := t.bases[t.base[kind]]
			whole := slices.Clone(absent)
			var put []int // by anybody
			for i, set := range u.codes {
				key := fmt.Sprint(set)
				id, known := setID[key]
				if !known {
					id = len(t.sets)
					setID[key], t.sets = id, append(t.sets, set)
				}
				if len(set) > 0 {
					whole[i] = id
				}
				put = append(put, set...)
			}
			t.ofSets.add(kind, u.count, whole)
			slices.Sort(put)
			for _, code := range slices.Compact(put) {
				values := slices.Clone(absent)
				for i, set := range u.codes {
					if slices.Contains(set, code) {
						values[i] = 1
					}
				}
				if t.byCode[code] == nil {
					t.byCode[code] = newComparison(&t.resampling)
				}
				t.byCode[code].add(kind, u.count, values)
			}
		}
	}
	return t
}

// coefficients are those that an interval is worked out for.
var coefficients = []func(n *agreement.Nominal) agreement.Coefficient{(*agreement.Nominal).Cohen, (*agreement.Nominal).Scott,
	(*agreement.Nominal).Fleiss, (*agreement.Nominal).AC1, (*agreement.Nominal).Alpha}

// coefficients returns where those of the list above go.
func (c *CodeAgreement) coefficients() []*CoefficientInterval {
	return []*CoefficientInterval{&c.Cohen, &c.Scott, &c.Fleiss, &c.AC1, &c.Alpha}
}

// onUnits works out the coefficients from t, and then again for each resample.
func (a *Agreement) onUnits(ctx context.Context, t *tally, codes []*codebook.Code, progress func(done, total int)) {
	a.Clusters = len(t.kinds)
	for _, kind := range t.kinds {
		a.Units += t.units[kind]
	}
	var figures []*CoefficientInterval
	var compared []*comparison
	for i, one := range t.byCode {
		if one != nil {
			c := newCodeAgreement(codes[i], one.alike, len(a.Coders))
			compared, a.ByCode, figures = append(compared, one), append(a.ByCode, c), append(figures, c.coefficients()...)
		}
	}
	sets := agreement.NewSets(t.ofSets.alike, t.sets, agreement.Jaccard, agreement.MASI)
	alphas := sets.Alphas(nil)
	a.Jaccard.Coefficient, a.MASI.Coefficient = alphas[0], alphas[1]
	figures = append(figures, &a.Jaccard, &a.MASI)

	again := func(times, rest []int) (values []agreement.Value) { // in the order of figures
		for _, one := range compared {
			units := slices.Clone(one.alike)
			for i, n := range one.counts(times, rest) {
				units[i].Count = n
			}
			n := agreement.NewNominal(units, 2)
			for _, of := range coefficients {
				values = append(values, of(n).Value)
			}
		}
		for _, alpha := range sets.Alphas(t.ofSets.counts(times, rest)) {
			values = append(values, alpha.Value)
		}
		return values
	}
	for i, interval := range t.intervals(ctx, a.Resamples, a.Seed, len(figures), again, progress) {
		figures[i].Interval = interval
	}
}

// newCodeAgreement is all of a code's agreement that units tell, but the intervals.
func newCodeAgreement(code *codebook.Code, alike []agreement.Unit, coders int) *CodeAgreement {
	c := &CodeAgreement{Code: code, Put: make([]int, coders), Only: make([]int, coders), Passages: make([]int, coders)}
	for _, u := range alike {
		put, absent, last := 0, 0, 0
		for i, v := range u.Values {
			switch v {
			case 1:
				c.Put[i] += u.Count
				put++
				last = i
			case 0:
				absent++
			}
		}
		switch {
		case put == 0:
			c.None += u.Count
		case absent == 0:
			c.All += u.Count
		case put == 1:
			c.Only[last] += u.Count
		}
	}
	n := agreement.NewNominal(alike, 2)
	c.Prevalence, c.Percent, c.Positive, c.Negative = n.Prevalence(1), n.Percent(), n.Specific(1), n.Specific(0)
	for i, to := range c.coefficients() {
		to.Coefficient = coefficients[i](n)
	}
	return c
}

// intervals draws clusters again and again, on all processors, and returns the intervals of so many figures, which
// again works out for one resample. Where ctx is cancelled they are of no use.
func (r *resampling) intervals(ctx context.Context, resamples int, seed uint64, figures int, again func(times, rest []int) []agreement.Value,
	progress func(done, total int)) []agreement.Interval {
	out := make([]agreement.Interval, figures)
	if resamples == 0 || len(r.kinds) < 2 {
		why := agreement.Undefined(agreement.NotResampled)
		if resamples > 0 {
			why = agreement.Undefined(agreement.OneCluster)
		}
		for i := range out {
			out[i] = agreement.Interval{Low: why, High: why}
		}
		return out
	}
	numbers := make([][]float64, figures) // by figure and resample; undefined is NaN, here only
	for i := range numbers {
		numbers[i] = make([]float64, resamples)
	}
	var done atomic.Int64
	randoms, workers := agreement.Randoms(seed, resamples), runtime.GOMAXPROCS(0)
	inParallel(workers, workers, func(worker int) {
		times := make([]int, len(r.units))
		for k := worker; k < resamples && ctx.Err() == nil; k += workers {
			randoms[k].Draw(r.kinds, times)
			for i, v := range again(times, r.drawn(times)) {
				x, ok := v.Number()
				if !ok {
					x = math.NaN()
				}
				numbers[i][k] = x
			}
			if n := done.Add(1); progress != nil {
				progress(int(n), resamples)
			}
		}
	})
	for i, list := range numbers {
		defined := slices.DeleteFunc(list, math.IsNaN)
		out[i] = agreement.NewInterval(defined, resamples-len(defined))
	}
	return out
}

// onContinuum compares where passages begin and end, on the speech of the transcripts that all coders have coded.
func (a *Agreement) onContinuum(transcripts []*comparedTranscript, codes []*codebook.Code) {
	b := &a.Boundaries
	all := agreement.Continuum{Coders: make([][]agreement.Segment, len(a.Coders))}
	byCode := map[*codebook.Code]agreement.Continuum{}
	for _, t := range transcripts {
		if len(t.coders) < len(a.Coders) {
			continue
		}
		b.Transcripts++
		for i, list := range t.segments {
			for _, s := range list {
				s.Start, s.End = s.Start+b.Length, s.End+b.Length
				all.Coders[i] = append(all.Coders[i], s)
				one, known := byCode[codes[s.Code]]
				if !known {
					one.Coders = make([][]agreement.Segment, len(a.Coders))
					byCode[codes[s.Code]] = one
				}
				one.Coders[i] = append(one.Coders[i], s)
			}
		}
		b.Length += t.length
	}
	all.Length = b.Length
	both := all.Coded()
	var used []int
	for _, c := range a.ByCode {
		number, one := slices.Index(codes, c.Code), byCode[c.Code]
		used = append(used, number)
		one.Length = b.Length
		c.AlphaU, c.U = one.AlphaU(number), one.U()
		c.AgainstOthers, c.OthersCoverage = both.As(number)
		for x, list := range one.Coders {
			c.Passages[x] = len(list)
			for y, other := range one.Coders {
				if x != y {
					c.Paired += len(list)
					c.Matched += agreement.Matched(list, other, a.Overlap)
				}
			}
		}
	}
	b.AlphaU, b.U, b.Relevant = all.AlphaU(used...), all.U(), all.Relevant()
	b.Coded, b.CodedCoverage = both.Alpha, both.Coverage
}
