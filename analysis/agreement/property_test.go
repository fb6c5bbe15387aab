package agreement

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// measures of nominal data that do not depend on which category is which.
var measures = map[string]func(n *Nominal) Value{
	"percent":   (*Nominal).Percent,
	"unanimous": (*Nominal).Unanimous,
	"Cohen":     func(n *Nominal) Value { return n.Cohen().Value },
	"Scott":     func(n *Nominal) Value { return n.Scott().Value },
	"Fleiss":    func(n *Nominal) Value { return n.Fleiss().Value },
	"AC1":       func(n *Nominal) Value { return n.AC1().Value },
	"alpha":     func(n *Nominal) Value { return n.Alpha().Value },
}

const categories = 3

func drawUnits(t *rapid.T, coders int) []Unit {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Unit {
		return Unit{rapid.SliceOfN(rapid.IntRange(Missing, categories-1), coders, coders).Draw(t, "values"), rapid.IntRange(0, 4).Draw(t, "count")}
	}), 0, 12).Draw(t, "units")
}

func sameValue(a, b Value) bool {
	x, ok := a.Number()
	y, also := b.Number()
	return ok == also && a.Why() == b.Why() && math.Abs(x-y) < 1e-12
}

func order(t *rapid.T, n int, what string) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return rapid.Permutation(list).Draw(t, what)
}

// TestOrderDoesNotMatter: of coders, units and categories; nor does it matter whether units that are alike stand
// together. No coefficient is more than 1, and none is NaN.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coders := rapid.IntRange(2, 4).Draw(t, "coders")
		units := drawUnits(t, coders)
		who, what := order(t, coders, "who"), order(t, categories, "what")
		var other []Unit
		for _, u := range units {
			values := make([]int, coders)
			for i, v := range u.Values {
				if values[who[i]] = v; v != Missing {
					values[who[i]] = what[v]
				}
			}
			for range u.Count {
				other = append(other, Unit{values, 1})
			}
		}
		other = rapid.Permutation(other).Draw(t, "order")
		if len(other) == 0 {
			other = []Unit{{slices.Repeat([]int{Missing}, coders), 1}}
		}
		a, b := NewNominal(units, categories), NewNominal(other, categories)
		for name, measure := range measures {
			x, y := measure(a), measure(b)
			if len(units) == 0 && name == "Scott" {
				continue // which knows no coders then
			}
			if !sameValue(x, y) {
				t.Fatalf("%s is %v (%s), in another order %v (%s)", name, x, x.Why(), y, y.Why())
			}
			if n, ok := x.Number(); ok && !(n <= 1+1e-12) || ok == (x.Why() != "") {
				t.Fatalf("%s is %v %v", name, n, x.Why())
			}
		}
		for k := range categories {
			if x, y := a.Specific(k), b.Specific(what[k]); !sameValue(x, y) {
				t.Fatalf("agreement on %d is %v, in another order %v", k, x, y)
			}
		}
		if coders == 2 && !slices.ContainsFunc(units, func(u Unit) bool { return slices.Contains(u.Values, Missing) }) {
			if !sameValue(a.Fleiss().Value, a.Scott().Value) && len(units) > 0 {
				t.Fatalf("Fleiss' kappa %v of two coders is not Scott's pi %v", a.Fleiss(), a.Scott())
			}
		}
	})
}

// TestIdenticalCodersGiveOneOrUndefined: 1 where their values vary, and never a number where they do not.
func TestIdenticalCodersGiveOneOrUndefined(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coders := rapid.IntRange(2, 4).Draw(t, "coders")
		units := drawUnits(t, 1)
		used := map[int]bool{}
		for i, u := range units {
			if u.Count > 0 && u.Values[0] != Missing {
				used[u.Values[0]] = true
			}
			units[i].Values = slices.Repeat(u.Values, coders)
		}
		n := NewNominal(units, categories)
		for name, measure := range measures {
			got := measure(n)
			x, ok := got.Number()
			switch chanceCorrected := name != "percent" && name != "unanimous"; {
			case name == "Scott" && coders != 2:
			case ok && x != 1:
				t.Fatalf("%s of identical coders is %v", name, x)
			case chanceCorrected && ok != (len(used) > 1), !chanceCorrected && ok != (len(used) > 0):
				t.Fatalf("%s of identical coders who used %d categories is %v %v", name, len(used), got, got.Why())
			}
		}
	})
}

// bruteAlpha is alpha by its definition: every pair of values, within units and over all.
func bruteAlpha(units []Unit, distance func(a, b int) float64) Value {
	var all []int
	observed := 0.0
	for _, u := range units {
		for range u.Count {
			var values []int
			for _, v := range u.Values {
				if v != Missing {
					values = append(values, v)
				}
			}
			if len(values) < 2 {
				continue
			}
			for i := range values {
				for j := range values {
					if i != j {
						observed += distance(values[i], values[j]) / float64(len(values)-1)
					}
				}
			}
			all = append(all, values...)
		}
	}
	expected, varies := 0.0, false
	for i := range all {
		for j := range all {
			if i != j {
				expected += distance(all[i], all[j])
			}
		}
		varies = varies || all[i] != all[0]
	}
	switch {
	case len(all) == 0:
		return Undefined(NoPairs)
	case !varies:
		return Undefined(NoVariation)
	}
	n := float64(len(all))
	return Number(1 - observed/n/(expected/(n*(n-1))))
}

func TestAlphaIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := drawUnits(t, rapid.IntRange(1, 4).Draw(t, "coders"))
		want := bruteAlpha(units, func(a, b int) float64 {
			if a == b {
				return 0
			}
			return 1
		})
		if got := NewNominal(units, categories).Alpha().Value; !sameValue(got, want) {
			t.Fatalf("alpha %v (%s), by its definition %v (%s)", got, got.Why(), want, want.Why())
		}
		all := [][]int{nil, {0}, {1}, {0, 1}, {1, 2}, {0, 1, 2}}
		sets := rapid.Permutation(all).Draw(t, "sets")[:categories]
		for name, distance := range map[string]func(a, b []int) float64{"Jaccard": Jaccard, "MASI": MASI} {
			want := bruteAlpha(units, func(a, b int) float64 { return distance(sets[a], sets[b]) })
			got := NewSets(units, sets, distance).Alphas(nil)[0].Value
			if !sameValue(got, want) {
				t.Fatalf("%s of %v: alpha %v (%s), by its definition %v (%s)", name, sets, got, got.Why(), want, want.Why())
			}
			counts, ones := make([]int, len(units)), slices.Clone(units)
			for i, u := range units {
				counts[i], ones[i].Count = u.Count, 1
			}
			if again := NewSets(ones, sets, Jaccard, distance).Alphas(counts)[1].Value; !sameValue(again, got) {
				t.Fatalf("%s with the counts by themselves: %v, not %v", name, again, got)
			}
		}
	})
}

func drawContinuum(t *rapid.T, coders int) Continuum {
	c := Continuum{Length: rapid.IntRange(1, 40).Draw(t, "length")}
	for range coders {
		var list []Segment
		for at := rapid.IntRange(0, 5).Draw(t, "gap"); at < c.Length; at += rapid.IntRange(0, 5).Draw(t, "gap") {
			end := min(c.Length, at+rapid.IntRange(1, 8).Draw(t, "length"))
			list = append(list, Segment{at, end, rapid.IntRange(0, 2).Draw(t, "code")})
			at = end
		}
		c.Coders = append(c.Coders, list)
	}
	return c
}

// TestUnitizingProperties: the order of coders, segments and codes does not matter, identical coders give 1 or
// undefined, and u-alpha's observed agreement is a count of places.
func TestUnitizingProperties(t *testing.T) {
	all := []func(c Continuum, codes []int) Value{
		func(c Continuum, codes []int) Value { return c.AlphaU(codes...).Value },
		func(c Continuum, codes []int) Value { return c.AlphaU(codes[0]).Value },
		func(c Continuum, codes []int) Value { return c.U().Value },
		func(c Continuum, codes []int) Value { return c.Relevant().Value },
		func(c Continuum, codes []int) Value { return c.Coded().Alpha.Value },
		func(c Continuum, codes []int) Value { return c.Coded().Coverage },
		func(c Continuum, codes []int) Value { a, _ := c.Coded().As(codes[0]); return a.Value },
		func(c Continuum, codes []int) Value { _, coverage := c.Coded().As(codes[0]); return coverage },
	}
	rapid.Check(t, func(t *rapid.T) {
		coders := rapid.IntRange(2, 3).Draw(t, "coders")
		c := drawContinuum(t, coders)
		who, what := order(t, coders, "who"), order(t, categories, "what")
		other := Continuum{Length: c.Length, Coders: make([][]Segment, coders)}
		for i, list := range c.Coders {
			for _, s := range rapid.Permutation(slices.Clone(list)).Draw(t, "segments") {
				other.Coders[who[i]] = append(other.Coders[who[i]], Segment{s.Start, s.End, what[s.Code]})
			}
		}
		for i, measure := range all {
			x, y := measure(c, []int{0, 1, 2}), measure(other, what)
			if n, ok := x.Number(); !sameValue(x, y) || ok && !(n <= 1+1e-12) || ok == (x.Why() != "") {
				t.Fatalf("measure %d is %v (%s), in another order %v (%s)", i, x, x.Why(), y, y.Why())
			}
		}
		twins := Continuum{Length: c.Length, Coders: slices.Repeat(c.Coders[:1], coders)}
		for i, measure := range all {
			if x, ok := measure(twins, []int{0, 1, 2}).Number(); ok && math.Abs(x-1) > 1e-12 && i != 5 {
				t.Fatalf("measure %d of identical coders is %v", i, x)
			}
		}
		if u := c.U(); u.Why() == "" {
			at := func(coder, place int) int {
				for _, s := range c.Coders[coder] {
					if place >= s.Start && place < s.End {
						return s.Code
					}
				}
				return -1
			}
			same, pairs := 0, 0
			for place := range c.Length {
				for i := range coders {
					for j := range coders {
						if i != j {
							pairs++
							if at(i, place) == at(j, place) {
								same++
							}
						}
					}
				}
			}
			if got := u.Observed; math.Abs(got-float64(same)/float64(pairs)) > 1e-12 {
				t.Fatalf("observed agreement %v, by places %v", got, float64(same)/float64(pairs))
			}
		}
	})
}

// dxsm is PCG-DXSM written out: a linear congruential step of 128 bits, and a permutation of its state.
type dxsm struct{ high, low uint64 }

func (p *dxsm) next() uint64 {
	const multiplyHigh, multiplyLow, addHigh, addLow = 2549297995355413924, 4865540595714422341, 6364136223846793005, 1442695040888963407
	high, low := bits.Mul64(p.low, multiplyLow)
	high += p.high*multiplyLow + p.low*multiplyHigh
	low, carry := bits.Add64(low, addLow, 0)
	high, _ = bits.Add64(high, addHigh, carry)
	p.high, p.low = high, low
	const permute = 0xda942042e4dd58b5
	high ^= high >> 32
	high *= permute
	high ^= high >> 48
	return high * (low | 1)
}

// TestRandomIsPinned: resamples are those of PCG-DXSM and of nothing else, whatever becomes of Go's library.
func TestRandomIsPinned(t *testing.T) {
	const seed, n = 7, 100
	first := &dxsm{seed, 0}
	for i, r := range Randoms(seed, 3) {
		high := first.next()
		p := &dxsm{high, first.next()}
		for range 50 {
			want, _ := bits.Mul64(p.next(), n)
			if got := r.Below(n); got != int(want) {
				t.Fatalf("generator %d gives %d, not %d", i, got, want)
			}
		}
	}
	r := Randoms(1, 2)
	times := make([]int, 6)
	r[0].Draw([]int32{0, 1, 2, 3, 4, 4, 4, 5}, times)
	if want := []int{1, 0, 3, 2, 0, 2}; !slices.Equal(times, want) {
		t.Errorf("drawn %v, want %v", times, want)
	}
	if got, want := r[1].Shuffle(8), []int{3, 2, 0, 1, 7, 6, 4, 5}; !slices.Equal(got, want) {
		t.Errorf("shuffled %v, want %v", got, want)
	}
}

func TestInterval(t *testing.T) {
	var numbers []float64
	for i := range 1000 {
		numbers = append(numbers, float64(999-i))
	}
	if got := NewInterval(numbers, 0); got.Low.number != 25 || got.High.number != 974 {
		t.Errorf("%v", got)
	}
	if got := NewInterval(numbers[:950], 50); got.Low.number != 23 || got.High.number != 926 {
		t.Errorf("%v", got)
	}
	if got := NewInterval(numbers[:950], 51); got.Low.Why() != Unstable || got.High.Why() != Unstable {
		t.Errorf("%v", got)
	}
	if got := NewInterval(nil, 0); got.Low.Why() == "" {
		t.Errorf("%v", got)
	}
}

func TestValueString(t *testing.T) {
	for want, v := range map[string]Value{"0.812": Number(.8124), "-0.113": Number(-.1129), "0.000": Number(-.0001), "1.000": Number(1),
		"undefined": Undefined(NoVariation)} {
		if got := v.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
