package agreement

// Missing stands for the value of a coder who has not seen a unit.
const Missing = -1

// A Unit is what the coders made of some units alike: Values holds each coder's category, from 0, or Missing; Count is
// how many units that is. All units of one comparison have the same coders in the same order.
type Unit struct {
	Values []int
	Count  int
}

// Nominal holds what the coefficients for categories without order need to know of some units.
type Nominal struct {
	coders, categories int
	rated              int       // units with a value
	share              []float64 // by category: the sum over units of the share of their values that chose it
	pairable           int       // units with two values or more
	agreeing           float64   // the sum over these of the share of their pairs of values that agree
	complete           int       // units with a value of every coder
	unanimous          int       // of these, those in which all agree
	// Coincidences: pairs of values within units, each unit's weighted so that its values count once each
	// (Krippendorff 2004, Content Analysis, 2nd ed., p. 219-221). Category by category.
	coincidence []float64
	margin      []float64 // its row sums
	pairs       [][]int   // by pair of coders (0,1), (0,2) ... (1,2) ...: units by what both chose, where both have a value
}

// NewNominal sums up units. Categories is how many a coder could choose from, which is more than were used where some
// were not.
func NewNominal(units []Unit, categories int) *Nominal {
	n := &Nominal{categories: categories, share: make([]float64, categories),
		coincidence: make([]float64, categories*categories), margin: make([]float64, categories)}
	if len(units) > 0 {
		n.coders = len(units[0].Values)
	}
	n.pairs = make([][]int, n.coders*(n.coders-1)/2)
	for i := range n.pairs {
		n.pairs[i] = make([]int, categories*categories)
	}
	chosen := make([]int, categories)
	for _, u := range units {
		if u.Count > 0 {
			n.add(u, chosen)
		}
	}
	for c := range categories {
		for k := range categories {
			n.margin[c] += n.coincidence[c*categories+k]
		}
	}
	return n
}

func (n *Nominal) add(u Unit, chosen []int) {
	clear(chosen)
	values := 0
	for _, v := range u.Values {
		if v != Missing {
			chosen[v]++
			values++
		}
	}
	if values == 0 {
		return
	}
	count := float64(u.Count)
	n.rated += u.Count
	for k, c := range chosen {
		n.share[k] += float64(count * float64(c) / float64(values))
	}
	if values < 2 {
		return
	}
	n.pairable += u.Count
	agreeing := 0
	for c, nc := range chosen {
		agreeing += nc * (nc - 1)
		if nc == 0 {
			continue
		}
		for k, nk := range chosen {
			if c == k {
				nk--
			}
			n.coincidence[c*n.categories+k] += float64(count * float64(nc*nk) / float64(values-1))
		}
		if values == n.coders && nc == values {
			n.unanimous += u.Count
		}
	}
	n.agreeing += float64(count * float64(agreeing) / float64(values*(values-1)))
	if values == n.coders {
		n.complete += u.Count
	}
	pair := 0
	for i, a := range u.Values {
		for _, b := range u.Values[i+1:] {
			if a != Missing && b != Missing {
				n.pairs[pair][a*n.categories+b] += u.Count
			}
			pair++
		}
	}
}

// undefined says why no coefficient can be had, or returns "". Without variation among the values that can be compared
// there is nothing that could have been told apart, so no coefficient has a value, also those whose formula gives one.
func (n *Nominal) undefined() Reason {
	if n.pairable == 0 {
		return NoPairs
	}
	used := 0
	for _, m := range n.margin {
		if m > 0 {
			used++
		}
	}
	if used < 2 {
		return NoVariation
	}
	return ""
}

// Percent is the share of pairs of values that agree, meaned over units: of two coders the share of units on which they
// agree. It is not corrected for chance.
func (n *Nominal) Percent() Value { return ratio(n.agreeing, float64(n.pairable), NoPairs) }

// Unanimous is the share of units that every coder has a value for in which all chose the same.
func (n *Nominal) Unanimous() Value {
	return ratio(float64(n.unanimous), float64(n.complete), NoPairs)
}

// Specific is the agreement on one category: of the times that it was chosen in a pair of values, the share in which
// the other value was the same. Of two coders and a code present or absent it is positive agreement 2a/(2a+b+c) and
// negative agreement 2d/(2d+b+c) (Cicchetti & Feinstein 1990, J Clin Epidemiol 43, 551-558); for more coders the same
// is read from the coincidences.
func (n *Nominal) Specific(category int) Value {
	return ratio(n.coincidence[category*n.categories+category], n.margin[category], NotUsed)
}

// Prevalence is the share of values that chose a category, meaned over units.
func (n *Nominal) Prevalence(category int) Value {
	return ratio(n.share[category], float64(n.rated), NoPairs)
}

// Cohen is Cohen's kappa of two coders: chance is what each coder's own frequencies would give (Cohen 1960, Educ
// Psychol Meas 20, p. 40). Of more coders it is the mean of the kappas of all pairs, which is Light's kappa (Light 1971,
// Psychol Bull 76, 365-377), and undefined if that of one pair is; of Observed and Expected it is the means then.
func (n *Nominal) Cohen() Coefficient {
	if why := n.undefined(); why != "" {
		return Coefficient{Value: Undefined(why)}
	}
	var sum, observed, expected float64
	for _, table := range n.pairs {
		kappa := cohen(table, n.categories)
		k, ok := kappa.Number()
		if !ok {
			return Coefficient{Value: Undefined(OfOnePair)}
		}
		sum, observed, expected = sum+k, observed+kappa.Observed, expected+kappa.Expected
	}
	of := float64(len(n.pairs))
	return Coefficient{Number(sum / of), observed / of, expected / of}
}

func cohen(table []int, categories int) Coefficient {
	units, same, byChance := 0, 0, 0
	for c := range categories {
		row, column := 0, 0
		for k := range categories {
			row += table[c*categories+k]
			column += table[k*categories+c]
		}
		units += row
		same += table[c*categories+c]
		byChance += row * column
	}
	if byChance == units*units { // no units, or both always chose the same one category
		return Coefficient{}
	}
	return beyondChance(float64(same)/float64(units), float64(byChance)/float64(units*units))
}

// Scott is Scott's pi of two coders: chance is what their pooled frequencies would give (Scott 1955, Public Opin Q 19,
// p. 323). Units that one of them has not seen do not count.
func (n *Nominal) Scott() Coefficient {
	if n.coders != 2 {
		return Coefficient{Value: Undefined(NotTwo)}
	}
	if why := n.undefined(); why != "" {
		return Coefficient{Value: Undefined(why)}
	}
	expected := 0.0
	for _, m := range n.margin {
		p := m / float64(2*n.pairable)
		expected += float64(p * p)
	}
	return beyondChance(n.agreeing/float64(n.pairable), expected)
}

// Fleiss is Fleiss' kappa (Fleiss 1971, Psychol Bull 76, p. 379-380), which for two coders is Scott's pi and not Cohen's
// kappa. Where values are missing, units with two values or more give the agreement and all units with a value give the
// frequencies (Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 2).
func (n *Nominal) Fleiss() Coefficient {
	return n.overUnits(func(p float64) float64 { return float64(p * p) })
}

// AC1 is Gwet's AC1 (Gwet 2008, Br J Math Stat Psychol 61, 29-48), with missing values as in Fleiss. It depends on how
// many categories there were to choose from. Where all chose one category its formula gives 1; here it is undefined.
func (n *Nominal) AC1() Coefficient {
	return n.overUnits(func(p float64) float64 { return float64(p*(1-p)) / float64(n.categories-1) })
}

// overUnits is a coefficient whose expected agreement is a sum over categories of a function of their frequency.
func (n *Nominal) overUnits(chance func(p float64) float64) Coefficient {
	observed, expected := 0.0, 0.0
	for _, s := range n.share {
		if n.rated > 0 {
			expected += chance(s / float64(n.rated))
		}
	}
	if n.pairable > 0 {
		observed = n.agreeing / float64(n.pairable)
	}
	if why := n.undefined(); why != "" {
		return Coefficient{Undefined(why), observed, expected}
	}
	return beyondChance(observed, expected)
}

// Alpha is Krippendorff's alpha for categories without order, with missing data (Krippendorff 2004, Content Analysis, 2nd
// ed., p. 222-231): units with one value say nothing and are left out.
func (n *Nominal) Alpha() Coefficient {
	total, same, expected := 0.0, 0.0, 0.0
	for c, m := range n.margin {
		total += m
		same += n.coincidence[c*n.categories+c]
		expected += float64(m * (m - 1))
	}
	if total == 0 {
		return Coefficient{Value: Undefined(NoPairs)}
	}
	observed := same / total
	expected /= total * (total - 1)
	if why := n.undefined(); why != "" {
		return Coefficient{Undefined(why), observed, expected}
	}
	return beyondChance(observed, expected)
}
