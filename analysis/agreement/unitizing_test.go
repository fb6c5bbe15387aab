package agreement

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// continuum reads each coder's segments, "c225-295 k180-240"; coders are parted by |.
func continuum(t *testing.T, begin, length int, text string) Continuum {
	t.Helper()
	c := Continuum{Length: length}
	for _, coder := range strings.Split(text, "|") {
		var list []Segment
		for _, word := range strings.Fields(coder) {
			from, to, _ := strings.Cut(word[1:], "-")
			start, err1 := strconv.Atoi(from)
			end, err2 := strconv.Atoi(to)
			if err1 != nil || err2 != nil {
				t.Fatalf("%q is no segment", word)
			}
			list = append(list, Segment{start - begin, end - begin, int(word[0] - 'a')})
		}
		c.Coders = append(c.Coders, list)
	}
	return c
}

// TestUnitizingReferences: alpha_U as DKPro Statistics and an independent computation give it, the 2016 family as two
// programs and an independent computation do. Krippendorff's paper of 1995 has a slip of sign in the expected
// disagreement, so its printed alphas are not tested; its observed disagreements are.
func TestUnitizingReferences(t *testing.T) {
	type alphaU struct{ observed, expected, alpha float64 }
	type printed struct{ value, tolerance float64 }
	for _, r := range []struct {
		name          string
		begin, length int
		segments      string
		alphaU        float64 // of all codes together
		byCode        map[byte]alphaU
		published     map[string]printed // alpha, or a code with alpha, observed or expected
		u, relevant   Value
	}{
		{"DKPro Statistics, UnitizingAgreementTest", 0, 10, "a1-9 | a2-3 a4-5 a6-7", -0.7003460207612457,
			map[byte]alphaU{'a': {0.91, 0.5351851851851852, -0.7003460207612457}},
			map[string]printed{"a alpha": {-0.7003, 1e-4}, "a observed": {.91, 1e-4}, "a expected": {.5351, 1e-4}},
			Number(0.18181818181818177), Number(0.181818181818182)},
		{"Krippendorff 1995, Sociol Methodol 25, p. 57, A", 0, 24, "a2-10 a14-20 | a4-8 a15-17", 0.5152877697841727,
			map[byte]alphaU{'a': {0.03125, 0.06447124304267161, 0.5152877697841727}},
			map[string]printed{"a observed": {.03125, 1e-5}}, Number(0.3583333333333334), Number(0.3583333333333334)},
		{"the same, B", 0, 24, "b0-18 | b0-2 b2-3 b3-4 b4-5 b5-6 b6-9 b9-10", -1.0810785085991865,
			map[byte]alphaU{'b': {2.267361111111111, 1.0895125300377615, -1.0810785085991865}},
			map[string]printed{"b observed": {2.26736, 1e-5}}, Number(0.4220238095238096), Number(0.42202380952380947)},
		{"the same, C", 0, 24, "c2-8 c10-12 c14-18 c20-22 | c0-2 c4-8 c10-14 c16-18 c20-22", 0.6033478893740902,
			map[byte]alphaU{'c': {0.027777777777777776, 0.07003058103975535, 0.6033478893740902}},
			map[string]printed{"c observed": {.02777, 1e-5}}, Number(0.3511904761904763), Number(0.3511904761904763)},
		{"the same, D", 0, 24, "d0-2 d2-10 d10-14 d14-20 d20-24 | d0-4 d4-8 d8-15 d15-17 d17-24", -0.20684865900383143,
			map[byte]alphaU{'d': {0.3871527777777778, 0.32079646017699115, -0.20684865900383143}},
			map[string]printed{"d observed": {.38715, 1e-5}}, Undefined(NoVariation), Undefined(NoVariation)},
		{"Krippendorff 2004, Content Analysis, 2nd ed., p. 254", 150, 300,
			"k180-240 k300-350 c225-295 c370-400 | k180-240 k300-350 c220-300 c355-375 c400-420", 0.8586654051841702,
			map[byte]alphaU{'c': {0.014444444444444444, 0.05322177985498048, 0.728598996805389}, 'k': {0, 0.04897856580891525, 1}},
			map[string]printed{"alpha": {.8591, 5e-4}, "c alpha": {.7286, 1e-4}, "k alpha": {1, 1e-9}, "c observed": {.0144, 1e-4},
				"c expected": {.0532, 1e-4}, "k expected": {.049, 1e-4}},
			Undefined(Overlapping), Value{}},
		{"the same, k alone", 150, 300, "k180-240 k300-350 | k180-240 k300-350", 1,
			map[byte]alphaU{'k': {0, 0.04897856580891525, 1}}, map[string]printed{"k alpha": {1, 1e-9}}, Number(1), Number(1)},
		{"by hand: the same stretches, one of three with another code", 0, 100, "x10-30 y40-60 x70-90 | x10-30 y40-60 y70-90", 0.30115690527838046,
			map[byte]alphaU{'x': {0.04, 0.06003103983445422, 0.33367804205446405}, 'y': {0.04, 0.0544438696326953, 0.26529836564044096}},
			nil, Number(0.7157575757575758), Number(1)},
	} {
		t.Run(r.name, func(t *testing.T) {
			c := continuum(t, r.begin, r.length, r.segments)
			var codes []int
			for code, want := range r.byCode {
				codes = append(codes, int(code-'a'))
				got := c.AlphaU(int(code - 'a'))
				if !near9(got.Value, want.alpha) || !near9(Number(1-got.Observed), want.observed) || !near9(Number(1-got.Expected), want.expected) {
					t.Errorf("%c: alpha_U %v of %+v, want %+v", code, got.Value, got, want)
				}
			}
			all := c.AlphaU(codes...)
			if !near9(all.Value, r.alphaU) {
				t.Errorf("alpha_U of all is %v, want %v", all.Value, r.alphaU)
			}
			for key, want := range r.published {
				of := all
				if code, what, one := strings.Cut(key, " "); one {
					of, key = c.AlphaU(int(code[0]-'a')), what
				}
				got, _ := of.Number()
				switch key {
				case "observed":
					got = 1 - of.Observed
				case "expected":
					got = 1 - of.Expected
				}
				if math.Abs(got-want.value) > want.tolerance+1e-12 {
					t.Errorf("%s is %v, published %v", key, got, want.value)
				}
			}
			same := func(what string, got, want Value) {
				if x, ok := want.Number(); ok && !near9(got, x) || !ok && want.Why() != "" && got.Why() != want.Why() {
					t.Errorf("%s is %v %v, want %v %v", what, got, got.Why(), want, want.Why())
				}
			}
			same("u-alpha", c.U().Value, r.u)
			same("|u-alpha", c.Relevant().Value, r.relevant)
			if len(r.byCode) == 1 {
				if alpha := c.Coded().Alpha; alpha.Why() != NoVariation {
					t.Errorf("cu-alpha of one code is %v", alpha)
				}
			}
		})
	}
	if all := continuum(t, 0, 9, "x0-9 | x0-9"); all.AlphaU('x'-'a').Why() != NoVariation || all.U().Why() != NoVariation {
		t.Errorf("all is marked by all: alpha_U %v, u-alpha %v", all.AlphaU('x'-'a'), all.U())
	}
	both := continuum(t, 0, 100, "x10-30 y40-60 x70-90 | x10-30 y40-60 y70-90").Coded()
	if !near9(both.Alpha.Value, 0.4444444444444444) || !near9(both.Coverage, .6) {
		t.Errorf("cu-alpha %v, coverage %v", both.Alpha, both.Coverage)
	}
	for _, code := range "xy" {
		if alpha, coverage := both.As(int(code - 'a')); !near9(alpha.Value, 0.4444444444444444) || !near9(coverage, 1) {
			t.Errorf("(k)u-alpha of %c %v, coverage %v", code, alpha, coverage)
		}
	}
	for _, c := range []struct {
		segments  string
		why       Reason
		coverage  Value
		coverageX Value
	}{
		{"x10-30 y40-60 | x10-30 | y40-60", NotTwo, Undefined(NotTwo), Undefined(NotTwo)},
		{"x10-30 y20-60 | x10-30", Overlapping, Undefined(Overlapping), Undefined(Overlapping)},
		{"x10-30 | y40-60", NotShared, Number(0), Number(0)},
		{"y10-30 | y40-60", NotShared, Number(0), Undefined(NotUsed)},
		{"x10-30 | x15-60", NoVariation, Number(.15), Number(30. / 65)},
	} {
		both := continuum(t, 0, 100, c.segments).Coded()
		alpha, coverage := both.As('x' - 'a')
		if both.Alpha.Why() != c.why || !sameValue(both.Coverage, c.coverage) || alpha.Why() != c.why || !sameValue(coverage, c.coverageX) {
			t.Errorf("%s: cu-alpha %v, coverage %v; of x %v, coverage %v", c.segments, both.Alpha, both.Coverage, alpha, coverage)
		}
	}
	for _, nothing := range []Continuum{{}, {Length: 9, Coders: make([][]Segment, 2)}, {Length: 9, Coders: make([][]Segment, 1)}} {
		for what, got := range map[string]Coefficient{"alpha_U": nothing.AlphaU(0), "u": nothing.U(), "|u": nothing.Relevant()} {
			if _, ok := got.Number(); ok || got.Why() == "" {
				t.Errorf("%s of nothing is %v", what, got)
			}
		}
	}
}

// TestToolReferences: what the manuals of other programs say, where their measure is one of ours, and that their slips
// are not.
func TestToolReferences(t *testing.T) {
	// NVivo's help: agreement by characters, both, one alone, the other alone, of so many. QualCoder prints another
	// kappa, whose chance is a product where Cohen's is a sum.
	for _, c := range []struct {
		both, a, b, of          int
		percent, kappa, notOurs float64
	}{
		{50, 75, 75, 1000, .85, 0.3142857142857143, .2064},
		{50, 150, 0, 1000, .85, 0.34782608695652173, .25},
		{100, 0, 0, 1000, 1, 1, math.NaN()},
		{0, 100, 100, 1000, .8, -0.1111111111111111, -.0667},
	} {
		n := NewNominal([]Unit{{[]int{1, 1}, c.both}, {[]int{1, 0}, c.a}, {[]int{0, 1}, c.b}, {[]int{0, 0}, c.of - c.both - c.a - c.b}}, 2)
		got, _ := n.Cohen().Number()
		if !near9(n.Percent(), c.percent) || math.Abs(got-c.kappa) > 1e-9 || math.Abs(got-c.notOurs) < 1e-3 {
			t.Errorf("%+v: percent %v, kappa %v", c, n.Percent(), got)
		}
	}
	// Neither coded anything: NVivo prints 1, irrCAC's AC1 is 1, irr's alpha is 1.
	n := NewNominal([]Unit{{[]int{0, 0}, 1000}}, 2)
	for what, got := range map[string]Coefficient{"kappa": n.Cohen(), "pi": n.Scott(), "Fleiss": n.Fleiss(), "AC1": n.AC1(), "alpha": n.Alpha()} {
		if got.Why() != NoVariation {
			t.Errorf("%s without variation is %v", what, got)
		}
	}
	// irr::kripp.alpha gives .6348 for Krippendorff 1980, p. 139 (three coders, nothing missing), where he has .642; and
	// irr::agree gives 2 where all units hold as many values.
	for _, r := range references {
		if r.name == "krippendorff-1980-p139" || r.name == "total-disagreement" {
			units, categories := r.table(t)
			n := NewNominal(units, len(categories))
			if got, _ := n.Alpha().Number(); math.Abs(got-.6348) < 1e-3 {
				t.Errorf("%s: alpha %v is irr's", r.name, got)
			}
			if got, _ := n.Unanimous().Number(); got > 1 {
				t.Errorf("%s: agreement of %v", r.name, got)
			}
		}
	}
}

func TestMatched(t *testing.T) {
	c := continuum(t, 0, 100, "x0-10 x20-30 x40-60 x90-99 | x0-10 x22-32 x40-50 x50-60 x70-80")
	a, b := c.Coders[0], c.Coders[1]
	for _, w := range []struct{ percent, ofA, ofB int }{{1, 3, 4}, {50, 3, 4}, {51, 2, 2}, {66, 2, 2}, {67, 1, 1}, {100, 1, 1}} {
		if got := [2]int{Matched(a, b, w.percent), Matched(b, a, w.percent)}; got != [2]int{w.ofA, w.ofB} {
			t.Errorf("at %d %%: %v, want %d and %d", w.percent, got, w.ofA, w.ofB)
		}
	}
}
