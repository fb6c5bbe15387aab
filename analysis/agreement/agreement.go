// Package agreement computes how far coders agree, beyond what chance would give, and how sure such a figure is.
//
// It guarantees that a coefficient is a number only where its formula gives one: a Value is a number or the reason why
// there is none, never NaN, and where the values do not vary no coefficient is 1. It guarantees the same figures on
// every machine and with every version of Go: products are rounded before they are added, and what is drawn at random
// comes from a generator that is written down here (Random). It refuses data that a formula is not defined for
// (codes that overlap where a partition is asked for, more than two coders where two are) and says so.
//
// It knows nothing of studies: units, categories and coders are numbers here. Sources are named with each formula, by
// page where the formula stands on one.
package agreement

import "strconv"

// A Reason says why a value is undefined.
type Reason string

// The reasons.
const (
	NoPairs      Reason = "no unit was coded by two coders"
	NoVariation  Reason = "no variation"
	NotUsed      Reason = "it does not occur"
	NotTwo       Reason = "defined for two coders only"
	OfOnePair    Reason = "undefined for a pair of the coders"
	Overlapping  Reason = "codes overlap"
	NotShared    Reason = "no stretch was marked by both"
	NotResampled Reason = "not resampled"
	OneCluster   Reason = "one cluster cannot be resampled"
	Unstable     Reason = "more than one resample in twenty does not vary"
)

// A Value is a number, or the reason why there is none. Its zero value is undefined.
type Value struct {
	number  float64
	defined bool
	why     Reason
}

// Number returns a value that is x.
func Number(x float64) Value { return Value{number: x, defined: true} }

// Undefined returns a value that is no number.
func Undefined(why Reason) Value { return Value{why: why} }

// Number returns the number, and false if there is none.
func (v Value) Number() (float64, bool) { return v.number, v.defined }

// Why returns the reason why there is no number, or "".
func (v Value) Why() Reason { return v.why }

// String writes the number with three decimals, or the word undefined.
func (v Value) String() string {
	if !v.defined {
		return "undefined"
	}
	if s := strconv.FormatFloat(v.number, 'f', 3, 64); s != "-0.000" {
		return s
	}
	return "0.000"
}

// A Coefficient is agreement beyond chance, (observed - expected) / (1 - expected), with both of these. Of alpha they
// are one less the observed and the expected disagreement. Where the value is undefined they may stand all the same.
type Coefficient struct {
	Value
	Observed, Expected float64
}

func beyondChance(observed, expected float64) Coefficient {
	return Coefficient{Number((observed - expected) / (1 - expected)), observed, expected}
}

// ratio is a share of a whole; of nothing there is none.
func ratio(part, whole float64, why Reason) Value {
	if whole == 0 {
		return Undefined(why)
	}
	return Number(part / whole)
}
