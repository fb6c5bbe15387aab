package agreement

import "slices"

// Jaccard is the distance of two sets: one less the share of their union that both hold. Two empty sets are the same.
// Sets are sorted and hold nothing twice.
func Jaccard(a, b []int) float64 {
	both, either := overlap(a, b)
	if either == 0 {
		return 0
	}
	return 1 - float64(both)/float64(either)
}

// MASI is Passonneau's distance of two sets: one less Jaccard's likeness times 1 for equal sets, 2/3 where one holds the
// other, 1/3 where they overlap otherwise, and 0 where they share nothing (Passonneau 2006, Proc LREC, 831-836). Two
// empty sets are the same.
func MASI(a, b []int) float64 {
	both, either := overlap(a, b)
	thirds := 0
	switch {
	case both == either:
		return 0
	case both == len(a) || both == len(b):
		thirds = 2
	case both > 0:
		thirds = 1
	}
	return 1 - float64(both*thirds)/float64(either*3)
}

// overlap counts what two sorted sets share, and what one of them or both hold.
func overlap(a, b []int) (both, either int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both++
			i++
			j++
		}
	}
	return both, len(a) + len(b) - both
}

// Sets holds units whose values are sets, and how far these lie apart by one or several distances.
type Sets struct {
	units     []Unit
	distances int
	apart     [][]float64 // by distance and unit: the sum over its pairs of values of how far they lie apart, each value counting once
	near      [][]near    // by set: those after it that share something with it
}

type near struct {
	set   int
	alike [2]float64 // by distance: one less it
}

// NewSets prepares units whose values are indexes of sets, all different, each sorted. There may be one distance or two.
// Sets that share nothing must be at distance 1, as they are under Jaccard and MASI.
func NewSets(units []Unit, sets [][]int, distances ...func(a, b []int) float64) *Sets {
	s := &Sets{units: units, distances: len(distances), near: make([][]near, len(sets))}
	holding := map[int][]int{} // by element: the sets so far that hold it
	for i := len(sets) - 1; i >= 0; i-- {
		var sharing []int
		for _, element := range sets[i] {
			sharing = append(sharing, holding[element]...)
			holding[element] = append(holding[element], i)
		}
		slices.Sort(sharing)
		for _, j := range slices.Compact(sharing) {
			n := near{set: j}
			for k, distance := range distances {
				n.alike[k] = 1 - distance(sets[i], sets[j])
			}
			s.near[i] = append(s.near[i], n)
		}
	}
	for _, distance := range distances {
		apart := make([]float64, len(units))
		for i, u := range units {
			values := 0
			for a, x := range u.Values {
				if x == Missing {
					continue
				}
				values++
				for _, y := range u.Values[:a] {
					if y != Missing && x != y {
						apart[i] += float64(2 * distance(sets[x], sets[y]))
					}
				}
			}
			apart[i] /= float64(max(1, values-1))
		}
		s.apart = append(s.apart, apart)
	}
	return s
}

// Alphas is Krippendorff's alpha with each of the distances (Krippendorff 2004, Content Analysis, 2nd ed., p. 232-236).
// Counts, if not nil, are taken for the units' own.
func (s *Sets) Alphas(counts []int) []Coefficient {
	of := make([]int, len(s.near)) // by set: how many values are it
	out := make([]Coefficient, s.distances)
	var apart, alike [2]float64
	total := 0
	for i, u := range s.units {
		count := u.Count
		if counts != nil {
			count = counts[i]
		}
		values := 0
		for _, v := range u.Values {
			if v != Missing {
				values++
			}
		}
		if count == 0 || values < 2 {
			continue
		}
		total += count * values
		for k := range out {
			apart[k] += float64(float64(count) * s.apart[k][i])
		}
		for _, v := range u.Values {
			if v != Missing {
				of[v] += count
			}
		}
	}
	used, self := 0, 0.0
	for i, n := range of {
		if n == 0 {
			continue
		}
		used++
		self += float64(float64(n) * float64(n-1))
		for _, other := range s.near[i] {
			if m := of[other.set]; m > 0 {
				pairs := float64(2 * float64(n) * float64(m))
				alike[0] += float64(pairs * other.alike[0])
				alike[1] += float64(pairs * other.alike[1])
			}
		}
	}
	for k := range out {
		if total == 0 {
			out[k].Value = Undefined(NoPairs)
			continue
		}
		observed := 1 - apart[k]/float64(total)
		expected := (self + alike[k]) / float64(float64(total)*float64(total-1))
		if out[k] = beyondChance(observed, expected); used < 2 {
			out[k].Value = Undefined(NoVariation)
		}
	}
	return out
}
