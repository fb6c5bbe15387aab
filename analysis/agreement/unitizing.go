package agreement

import (
	"cmp"
	"maps"
	"slices"
)

// A Segment is a stretch of a continuum that a coder marked with one code, half-open.
type Segment struct{ Start, End, Code int }

func (s Segment) length() int { return s.End - s.Start }

// A Continuum is what coders marked stretches of: a length, and each coder's segments in any order. Codes count from 0.
type Continuum struct {
	Length int
	Coders [][]Segment
}

// of returns each coder's segments of some codes, sorted; all where none is named. Partition is false where two of one
// coder overlap.
func (c Continuum) of(codes ...int) (coders [][]Segment, partition bool) {
	coders, partition = make([][]Segment, len(c.Coders)), true
	for i, all := range c.Coders {
		for _, s := range all {
			if len(codes) == 0 || slices.Contains(codes, s.Code) {
				coders[i] = append(coders[i], s)
			}
		}
		slices.SortFunc(coders[i], func(a, b Segment) int { return cmp.Or(a.Start-b.Start, a.End-b.End, a.Code-b.Code) })
		for k, s := range coders[i] {
			partition = partition && (k == 0 || coders[i][k-1].End <= s.Start)
		}
	}
	return coders, partition
}

// AlphaU is Krippendorff's alpha_U for unitizing, each code taken by itself and their disagreements added up
// (Krippendorff 1995, Sociol Methodol 25, 47-76, with the expected disagreement as corrected in Krippendorff 2004, Qual
// Quant 38, 787-800). It is undefined where one coder's segments of one code overlap, and where all marked the whole
// continuum as one segment, so that there is nothing to tell apart, though the formula gives 1. The observed disagreement, one
// less Observed, is a mean of squares and may exceed 1.
func (c Continuum) AlphaU(codes ...int) Coefficient {
	if len(c.Coders) < 2 {
		return Coefficient{Value: Undefined(NoPairs)}
	}
	observed, expected, segments, whole := 0.0, 0.0, 0, true
	for _, code := range codes {
		coders, partition := c.of(code)
		for _, list := range coders {
			segments += len(list)
			whole = whole && len(list) == 1 && list[0].length() == c.Length
		}
		if !partition {
			return Coefficient{Value: Undefined(Overlapping)}
		}
		observed += c.apart(coders)
		expected += c.apartByChance(coders)
	}
	switch {
	case segments == 0:
		return Coefficient{Value: Undefined(NotUsed)}
	case expected == 0 || whole:
		return Coefficient{Undefined(NoVariation), 1 - observed, 1 - expected}
	}
	return Coefficient{Number(1 - observed/expected), 1 - observed, 1 - expected}
}

// apart is the observed disagreement of alpha_U. Of two segments that overlap it is the squares of the distances of
// their ends; of a segment that lies wholly where another coder marked nothing, the square of its length.
func (c Continuum) apart(coders [][]Segment) float64 {
	sum := 0.0
	for i := range coders {
		for j := range coders {
			if i == j {
				continue
			}
			from := 0
			for _, s := range coders[i] {
				for from < len(coders[j]) && coders[j][from].End <= s.Start {
					from++
				}
				if from == len(coders[j]) || coders[j][from].Start >= s.End {
					sum += 2 * square(s.length()) // once as seen from each coder
				}
				for k := from; k < len(coders[j]) && coders[j][k].Start < s.End; k++ {
					sum += square(s.Start-coders[j][k].Start) + square(s.End-coders[j][k].End)
				}
			}
		}
	}
	m := float64(len(coders))
	return sum / float64(m*(m-1)*square(c.Length))
}

// apartByChance is the expected disagreement of alpha_U: that of all the coders' segments laid down on each other and
// on the gaps in every way.
func (c Continuum) apartByChance(coders [][]Segment) float64 {
	var gaps []int
	segments, own := 0, 0.0
	for _, list := range coders {
		at := 0
		for _, s := range list {
			gaps = append(gaps, s.Start-at)
			at = s.End
			segments++
			own += float64(float64(s.length()) * float64(s.length()-1))
		}
		gaps = append(gaps, c.Length-at)
	}
	slices.Sort(gaps)
	above := make([]float64, len(gaps)+1) // the sum of the gaps from each on
	for i := len(gaps) - 1; i >= 0; i-- {
		above[i] = above[i+1] + float64(gaps[i])
	}
	sum := 0.0
	for _, list := range coders {
		for _, s := range list {
			l := float64(s.length())
			sum += float64(float64(segments-1) / 3 * (float64(2*l*l*l) - float64(3*l*l) + l))
			fits, _ := slices.BinarySearch(gaps, s.length())
			ways := above[fits] - float64(float64(len(gaps)-fits)*(l-1))
			sum += float64(float64(l*l) * ways)
		}
	}
	whole := float64(len(coders)) * float64(c.Length)
	ways := float64(whole*(whole-1)) - own
	if ways == 0 {
		return 0
	}
	return float64(2/float64(c.Length)*sum) / ways
}

func square(n int) float64 { return float64(float64(n) * float64(n)) }

// U is u-alpha: agreement on where segments lie and which code they have, with the gaps between them as a value of their
// own (Krippendorff, Mathet, Bouvry & Widlöcher 2016, Qual Quant 50, 2347-2364; Krippendorff 2019, Content Analysis, 4th
// ed., section 12.6). One coder's segments must not overlap. All of the continuum enters.
func (c Continuum) U() Coefficient {
	coders, partition := c.of()
	if !partition {
		return Coefficient{Value: Undefined(Overlapping)}
	}
	return c.u(coders)
}

// Relevant is |u-alpha: u-alpha of what was marked at all, whatever the code. Segments of one coder that overlap count
// as one here; those that only touch are two.
func (c Continuum) Relevant() Coefficient {
	coders, _ := c.of()
	for i, all := range coders {
		var merged []Segment
		for _, s := range all {
			if n := len(merged); n > 0 && s.Start < merged[n-1].End {
				merged[n-1].End = max(merged[n-1].End, s.End)
				continue
			}
			merged = append(merged, Segment{s.Start, s.End, 0})
		}
		coders[i] = merged
	}
	return c.u(coders)
}

// u compares partitions of the continuum.
func (c Continuum) u(coders [][]Segment) Coefficient {
	if len(coders) < 2 {
		return Coefficient{Value: Undefined(NoPairs)}
	}
	const gap = -1
	whole := 0.0            // values, in places of the continuum: each coder's once
	own := 0.0              // pairs of places within one segment of one coder, which cannot be laid on each other
	of := map[int]float64{} // by code: how much of the continuum all coders gave it
	for _, list := range coders {
		rest := c.Length
		for _, s := range list {
			of[s.Code] += float64(s.length())
			own += square(s.length())
			rest -= s.length()
		}
		of[gap] += float64(rest)
		own += float64(rest)
		whole += float64(c.Length)
	}
	same := 0.0
	for i := range coders {
		for j := range coders[:i] {
			both, _ := intersect(coders[i], coders[j], func(a, b Segment, length int) {
				if a.Code == b.Code {
					same += float64(2 * length)
				}
			})
			same += float64(2 * (c.Length - marked(coders[i]) - marked(coders[j]) + both))
		}
	}
	same /= float64(len(coders) - 1)
	squares, used := 0.0, 0
	for _, code := range slices.Sorted(maps.Keys(of)) {
		squares += float64(of[code] * of[code])
		if of[code] > 0 {
			used++
		}
	}
	if whole == 0 || used < 2 {
		return Coefficient{Value: Undefined(NoVariation)}
	}
	apartByChance := (float64(whole*whole) - squares) / (whole - own/whole)
	return Coefficient{Number(1 - (whole-same)/apartByChance), same / whole, 1 - apartByChance/whole}
}

// Coded is where two coders both marked something, and how far they chose the same code there.
type Coded struct {
	// Alpha is cu-alpha: which code they chose, leaving aside what one of them or both left unmarked (sources as for
	// Continuum.U). Coverage is the share of the continuum that enters it.
	Alpha    Coefficient
	Coverage Value

	why   Reason          // why there is nothing to compare
	whole float64         // values: each coder's once
	own   float64         // pairs of places within one segment of one coder
	given map[int]float64 // by code: what both coders together gave it, anywhere
	of    map[int]float64 // of this, where the other coder marked something
	same  map[int]float64 // of this, where she gave it the same code
}

// Coded compares the codes of what two coders both marked. For more than two the programs that compute cu-alpha differ,
// so it is undefined here.
func (c Continuum) Coded() *Coded {
	t := &Coded{given: map[int]float64{}, of: map[int]float64{}, same: map[int]float64{}}
	coders, partition := c.of()
	switch {
	case len(c.Coders) != 2:
		t.why = NotTwo
	case !partition:
		t.why = Overlapping
	}
	if t.why != "" {
		t.Alpha.Value, t.Coverage = Undefined(t.why), Undefined(t.why)
		return t
	}
	for _, list := range coders {
		for _, s := range list {
			t.given[s.Code] += float64(s.length())
		}
	}
	both, own := intersect(coders[0], coders[1], func(a, b Segment, length int) {
		t.of[a.Code] += float64(length)
		t.of[b.Code] += float64(length)
		if a.Code == b.Code {
			t.same[a.Code] += float64(2 * length)
		}
	})
	t.whole, t.own = float64(2*both), own
	if both == 0 {
		t.why = NotShared
	}
	t.Coverage = ratio(float64(both), float64(c.Length), NotShared)
	t.Alpha = t.against(slices.Sorted(maps.Keys(t.of))...)
	return t
}

// As is (k)u-alpha: cu-alpha of one code against all others. Coverage is the share of what was given that code that
// enters it, since the other coder marked it too.
func (t *Coded) As(code int) (alpha Coefficient, coverage Value) {
	alpha = t.against(code)
	if why := t.why; why != "" && why != NotShared {
		return alpha, Undefined(why)
	}
	return alpha, ratio(t.of[code], t.given[code], NotUsed)
}

// against compares each of some codes with all others.
func (t *Coded) against(codes ...int) Coefficient {
	if t.why != "" {
		return Coefficient{Value: Undefined(t.why)}
	}
	apart, apartByChance := 0.0, 0.0
	for _, code := range codes {
		apart += t.of[code] - t.same[code]
		apartByChance += float64(t.of[code]*(t.whole-t.of[code])) / (t.whole - t.own/t.whole)
	}
	if apartByChance == 0 {
		return Coefficient{Value: Undefined(NoVariation)}
	}
	return Coefficient{Number(1 - apart/apartByChance), 1 - apart/t.whole, 1 - apartByChance/t.whole}
}

// intersect calls do with each pair of segments of two sorted partitions that overlap, and by how much. It returns how
// much of the continuum both marked, and the sum over all segments of the square of what the other coder marked of it.
func intersect(a, b []Segment, do func(a, b Segment, length int)) (both int, squares float64) {
	ofA, ofB := make([]int, len(a)), make([]int, len(b))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		if length := min(a[i].End, b[j].End) - max(a[i].Start, b[j].Start); length > 0 {
			do(a[i], b[j], length)
			both += length
			ofA[i] += length
			ofB[j] += length
		}
		if a[i].End < b[j].End {
			i++
		} else {
			j++
		}
	}
	for _, n := range slices.Concat(ofA, ofB) {
		squares += square(n)
	}
	return both, squares
}

func marked(list []Segment) int {
	n := 0
	for _, s := range list {
		n += s.length()
	}
	return n
}

// Matched counts the segments of a that b has too: one that shares at least that many percent of the union of the two.
// All are of one code, and those of one coder do not overlap.
func Matched(a, b []Segment, percent int) int {
	n, from := 0, 0
	for _, s := range a {
		for from < len(b) && b[from].End <= s.Start {
			from++
		}
		for _, o := range b[from:] {
			if o.Start >= s.End {
				break
			}
			both := min(s.End, o.End) - max(s.Start, o.Start)
			if either := s.length() + o.length() - both; both*100 >= percent*either {
				n++
				break
			}
		}
	}
	return n
}
