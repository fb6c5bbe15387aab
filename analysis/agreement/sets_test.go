package agreement

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// TestDistances: the sets of the documentation of NLTK's metrics, and more. NLTK rounds MASI's thirds to .67 and .33,
// which is not Passonneau's distance, so its figures must not come out.
func TestDistances(t *testing.T) {
	for _, c := range []struct {
		a, b                   []int
		jaccard, masi, rounded float64
	}{
		{[]int{1, 2}, []int{1, 2, 3, 4}, .5, 2. / 3, .665},
		{[]int{1}, []int{2}, 1, 1, 1},
		{[]int{1, 2}, []int{2, 3}, 2. / 3, 8. / 9, .89},
		{[]int{1, 2, 3}, []int{1, 2, 3}, 0, 0, 0},
		{[]int{1}, []int{1, 2}, .5, 2. / 3, .665},
		{[]int{1, 2, 3}, []int{2, 3, 4}, .5, 5. / 6, .835},
		{nil, nil, 0, 0, 0},
		{nil, []int{1}, 1, 1, 1},
	} {
		for _, sets := range [][2][]int{{c.a, c.b}, {c.b, c.a}} {
			if got := Jaccard(sets[0], sets[1]); math.Abs(got-c.jaccard) > 1e-12 {
				t.Errorf("Jaccard of %v is %v, not %v", sets, got, c.jaccard)
			}
			got := MASI(sets[0], sets[1])
			if math.Abs(got-c.masi) > 1e-12 {
				t.Errorf("MASI of %v is %v, not %v", sets, got, c.masi)
			}
			if c.rounded != c.masi && math.Abs(got-c.rounded) < 1e-4 {
				t.Errorf("MASI of %v is rounded: %v", sets, got)
			}
		}
	}
}

// setUnits reads "AB,A" as a unit on which one coder put A and B and the other A; "-" is no code.
func setUnits(text string) (units []Unit, sets [][]int) {
	for _, word := range strings.Fields(text) {
		u := Unit{Count: 1}
		for _, codes := range strings.Split(word, ",") {
			var set []int
			for _, c := range strings.Trim(codes, "-") {
				set = append(set, int(c-'A'))
			}
			i := slices.IndexFunc(sets, func(s []int) bool { return slices.Equal(s, set) })
			if i < 0 {
				i = len(sets)
				sets = append(sets, set)
			}
			u.Values = append(u.Values, i)
		}
		units = append(units, u)
	}
	return units, sets
}

// TestSetReferences: nine units of DKPro Statistics' SetAnnotationsTest, with and without the two that hold an empty
// set; figures from NLTK's alpha with these distances and an independent computation.
func TestSetReferences(t *testing.T) {
	for _, c := range []struct {
		units     string
		jaccard   [3]float64 // observed and expected disagreement, alpha
		masi      [3]float64
		perCode   map[int][2]float64 // by code: alpha, Cohen's kappa
		notTheirs []float64          // what other programs print for alpha with MASI
	}{
		{"-,- A,- A,A A,B AB,A AB,AC ABC,ABC C,AC C,AC",
			[3]float64{0.462962962962963, 0.6764705882352942, 0.3156199677938808},
			[3]float64{0.5432098765432101, 0.7472766884531591, 0.27308066083576266},
			map[int][2]float64{0: {0.05555555555555558, 0}, 1: {0.2153846153846154, 0.1818181818181818}, 2: {0.7792207792207793, 0.769230769230769}},
			// NLTK's rounded thirds; DKPro's product of two distances; DKPro's other scale
			[]float64{0.27309729090988666, 0.25295, 0.18617021276595747}},
		{"A,A A,B AB,A AB,AC ABC,ABC C,AC C,AC",
			[3]float64{0.45238095238095244, 0.5677655677655679, 0.20322580645161292},
			[3]float64{0.5555555555555556, 0.6752136752136751, 0.17721518987341756},
			map[int][2]float64{0: {-0.18181818181818188, -0.23529411764705874}, 1: {0.13333333333333341, 0.08695652173913031}, 2: {0.7346938775510203, 0.7199999999999999}},
			[]float64{0.17699619771863118, 0.18110236220472442}},
	} {
		units, sets := setUnits(c.units)
		for i, got := range NewSets(units, sets, Jaccard, MASI).Alphas(nil) {
			name, want := "Jaccard", c.jaccard
			if i == 1 {
				name, want = "MASI", c.masi
			}
			if !near9(Number(1-got.Observed), want[0]) || !near9(Number(1-got.Expected), want[1]) || !near9(got.Value, want[2]) {
				t.Errorf("%s: %s: alpha %v of %+v, want %v", c.units, name, got.Value, got, want)
			}
			for _, theirs := range c.notTheirs {
				if got, _ := got.Number(); math.Abs(got-theirs) < 1e-6 {
					t.Errorf("%s: %s gives %v, as another program does by mistake", c.units, name, got)
				}
			}
		}
		for code, want := range c.perCode {
			var one []Unit
			for _, u := range units {
				v := Unit{Count: u.Count}
				for _, set := range u.Values {
					v.Values = append(v.Values, 0)
					if slices.Contains(sets[set], code) {
						v.Values[len(v.Values)-1] = 1
					}
				}
				one = append(one, v)
			}
			n := NewNominal(one, 2)
			if !near9(n.Alpha().Value, want[0]) || !near9(n.Cohen().Value, want[1]) {
				t.Errorf("%s: code %c: alpha %v, kappa %v, want %v", c.units, 'A'+code, n.Alpha().Value, n.Cohen().Value, want)
			}
		}
	}
	same, sets := setUnits("AB,AB AB,AB")
	if got := NewSets(same, sets, MASI).Alphas(nil)[0]; got.Why() != NoVariation {
		t.Errorf("sets that do not vary: %v", got)
	}
	if got := NewSets(nil, nil, MASI).Alphas(nil)[0]; got.Why() != NoPairs {
		t.Errorf("no units: %v", got)
	}
}
