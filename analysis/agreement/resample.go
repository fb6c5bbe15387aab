package agreement

import (
	"math/bits"
	"math/rand/v2"
	"slices"
)

// Random gives the same numbers for the same seed on every machine and with every version of Go: PCG-DXSM as
// documented by math/rand/v2, whose 64 bits become a number below n by the upper half of their product with n, and
// not by a method of that package, which may change. Numbers are not exactly as frequent as each other; the
// difference, at most n in 2^64, is of no account here.
type Random struct{ pcg *rand.PCG }

// Randoms returns n generators that have nothing to do with each other: each is seeded with the next two numbers of one
// that is seeded with (seed, 0). Who has many resamples to draw can draw them in any order and at once.
func Randoms(seed uint64, n int) []Random {
	first := rand.NewPCG(seed, 0)
	out := make([]Random, n)
	for i := range out {
		high := first.Uint64()
		out[i] = Random{rand.NewPCG(high, first.Uint64())}
	}
	return out
}

// Below returns a number from 0 to n-1.
func (r Random) Below(n int) int {
	high, _ := bits.Mul64(r.pcg.Uint64(), uint64(n))
	return int(high)
}

// Draw draws as many clusters as there are, with replacement, and sets times to how often each kind of them was drawn:
// kinds says of which kind each cluster is, and clusters that nothing tells apart may be of one kind.
func (r Random) Draw(kinds []int32, times []int) {
	clear(times)
	for range kinds {
		times[kinds[r.Below(len(kinds))]]++
	}
}

// Shuffle returns 0 to n-1 in a random order (Fisher and Yates, from the end).
func (r Random) Shuffle(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := r.Below(i + 1)
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// An Interval is where 95 of 100 resamples lie, or the reason why there is none.
type Interval struct{ Low, High Value }

// NewInterval is the percentile interval of a bootstrap (Efron & Tibshirani 1993, An Introduction to the Bootstrap, p.
// 170): of n numbers in order, it leaves out the lowest and the highest n/40, rounded down. Resamples in which the
// coefficient was undefined are left aside; where they are more than one in twenty there is no interval, since one that
// holds only if the code happens to occur would say too much. It sorts numbers.
func NewInterval(numbers []float64, undefined int) Interval {
	if all := len(numbers) + undefined; len(numbers) == 0 || undefined*20 > all {
		return Interval{Undefined(Unstable), Undefined(Unstable)}
	}
	slices.Sort(numbers)
	out := len(numbers) / 40
	return Interval{Number(numbers[out]), Number(numbers[len(numbers)-1-out])}
}
