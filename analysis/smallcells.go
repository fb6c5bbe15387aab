package analysis

import (
	"cmp"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Group is the participants who share a value of an attribute, or one of several values that too few have alone.
type Group struct {
	Values       []string
	Participants []string // in natural order
}

// Given says whether the group is of those whose value is known. Who gave none has nothing to be recognised by.
func (g Group) Given() bool { return len(g.Values) > 1 || g.Values[0] != "" }

// JoinSmall makes groups of at least smallest participants: values that fewer have become one group, and take in the
// next smallest until it is large enough and holds more participants than values, so that no number can be worked out
// from the others (three values of three people are one each). Values are in natural order, "" (not given) last; the
// group of joined ones comes after the others. "" is never joined for its own sake.
func JoinSmall(of map[string][]string, smallest int) []Group {
	less := func(s string) bool { return !strings.HasPrefix(s, "<") } // <30 comes before 30
	byName := func(x, y string) int {
		return cmp.Or(boolCompare(x == "", y == ""), boolCompare(less(x), less(y)), Natural(x, y))
	}
	people := func(ids ...[]string) []string {
		all := slices.Concat(ids...)
		slices.SortFunc(all, Natural)
		return slices.Compact(all)
	}
	var groups []Group
	for _, value := range slices.SortedFunc(maps.Keys(of), byName) {
		groups = append(groups, Group{[]string{value}, people(of[value])})
	}
	var pool Group
	for len(groups) > 0 {
		least := slices.MinFunc(groups, func(x, y Group) int {
			return cmp.Or(boolCompare(!x.Given() && len(pool.Values) == 0, !y.Given() && len(pool.Values) == 0),
				cmp.Compare(len(x.Participants), len(y.Participants)))
		})
		small := least.Given() && len(least.Participants) < smallest
		short := len(pool.Values) > 0 && (len(pool.Participants) < smallest || smallest > 1 && len(pool.Participants) <= len(pool.Values))
		if !small && !short {
			break
		}
		pool = Group{append(pool.Values, least.Values...), people(pool.Participants, least.Participants)}
		groups = slices.DeleteFunc(groups, func(g Group) bool { return g.Values[0] == least.Values[0] })
	}
	if len(pool.Values) > 0 {
		slices.SortFunc(pool.Values, byName)
		groups = append(groups, pool)
	}
	return groups
}

// Tells says whether groups that were joined still say something: that none is too small, and that not all values that
// were given ended in one.
func Tells(groups []Group, smallest int) bool {
	given := slices.DeleteFunc(slices.Clone(groups), func(g Group) bool { return !g.Given() })
	for _, g := range given {
		if 0 < len(g.Participants) && len(g.Participants) < smallest || len(given) == 1 && len(g.Values) > 1 {
			return false
		}
	}
	return len(given) > 0
}

// withhold takes the number of participants out of the cells of a row where fewer than smallest of a group are counted,
// and out of as many others as it takes that none of them follows from the number of all: the smallest first, those of
// nobody last. What is left open is then at least one person more than there are cells, or some of them may be of nobody.
func withhold(cells []Cell, smallest int) {
	var open []int // places of cells
	people, nobody := 0, false
	take := func(at int) {
		open = append(open, at)
		people += cells[at].Participants
		nobody = nobody || cells[at].Participants == 0
	}
	for at, c := range cells {
		if 0 < c.Participants && c.Participants < smallest {
			take(at)
		}
	}
	if len(open) == 0 {
		return
	}
	for len(open) < len(cells) && (len(open) < 2 || people == len(open) && !nobody) {
		next := -1
		for at, c := range cells {
			if !slices.Contains(open, at) && (next < 0 || cmp.Or(boolCompare(c.Participants == 0, cells[next].Participants == 0),
				cmp.Compare(c.Participants, cells[next].Participants)) < 0) {
				next = at
			}
		}
		take(next)
	}
	for _, at := range open {
		cells[at].Participants, cells[at].Withheld = 0, true
	}
}

// number reads a value as a figure with the unit behind it, "" if it has none: "43", "2,5", "70 kg".
var number = regexp.MustCompile(`^([+-]?\d+(?:[.,]\d+)?)\s*((?:[\p{L}%°][^\d]*)?)$`)

// Numbers are the values of an attribute that are figures of one unit.
type Numbers struct {
	Unit  string // that most of them have
	Comma bool   // the decimal sign is a comma
	Whole bool   // none has decimals

	of map[string]float64 // by value
}

// readNumbers reads values, "" and all that are no figures left aside. Figures of another unit than most have are none:
// months and years do not go into one row.
func readNumbers(values []string) Numbers {
	n := Numbers{Whole: true, of: map[string]float64{}}
	units := map[string]int{}
	for _, v := range values {
		if m := number.FindStringSubmatch(v); m != nil {
			units[m[2]]++
		}
	}
	for _, unit := range slices.SortedFunc(maps.Keys(units), Natural) {
		if units[unit] > units[n.Unit] {
			n.Unit = unit
		}
	}
	for _, v := range values {
		m := number.FindStringSubmatch(v)
		if m == nil || m[2] != n.Unit {
			continue
		}
		f, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64)
		if err != nil {
			continue // further from nought than a figure goes
		}
		n.of[v] = f
		n.Comma = n.Comma || strings.Contains(m[1], ",")
		n.Whole = n.Whole && f == math.Trunc(f)
	}
	return n
}

// Is says whether a value is a figure of the unit.
func (n Numbers) Is(value string) bool { _, ok := n.of[value]; return ok }

func (n Numbers) print(f float64) string {
	out := strconv.FormatFloat(f, 'f', -1, 64)
	if n.Comma {
		out = strings.Replace(out, ".", ",", 1)
	}
	return out
}

// A NumberRange says how figures are spread without saying whose they are. The median is there only where at least
// smallest figures lie on either side of it, since else it says what one of few has.
type NumberRange struct {
	Lowest, Median, Highest string // with the decimal sign that the study uses
	Unit                    string
	Given, NotGiven         int // participants
}

// spread returns the range of values; ok is false where fewer than smallest of them are figures.
func (n Numbers) spread(values []string, smallest int) (r NumberRange, ok bool) {
	var all []float64
	for _, v := range values {
		if f, is := n.of[v]; is {
			all = append(all, f)
		}
	}
	r = NumberRange{Unit: n.Unit, Given: len(all), NotGiven: len(values) - len(all)}
	if len(all) == 0 || len(all) < smallest {
		return r, false
	}
	slices.Sort(all)
	r.Lowest, r.Highest = n.print(all[0]), n.print(all[len(all)-1])
	if len(all) >= 2*smallest {
		middle := all[len(all)/2]
		if len(all)%2 == 0 {
			middle = (all[len(all)/2-1] + middle) / 2
		}
		r.Median = n.print(middle)
	}
	return r, true
}

// Bands say how the figures of an attribute are put together: by a width, or by the figures at which a band begins.
type Bands struct {
	Attribute string
	Width     float64
	Edges     []float64 // ascending; nil where there is a width
}

// A band holds figures of at least from and less than to.
type band struct {
	from, to float64 // infinite where the band is open
	n        int     // values
	joined   bool
}

// bands puts values into bands of at least smallest, and says under which name each value goes: "" where it is no
// figure. A band of fewer is joined with the smaller of its neighbours; the first and the last are open then, so that
// nobody's age is known for being the highest. It returns nil where all end in one that was joined, or too few are
// figures.
func (n Numbers) bands(values []string, by Bands, smallest int) map[string]string {
	count := map[float64]int{} // by where the band begins
	edge := func(f float64) float64 {
		if by.Edges == nil {
			return math.Floor(f/by.Width) * by.Width
		}
		at, found := slices.BinarySearch(by.Edges, f)
		if found {
			at++
		}
		if at == 0 {
			return math.Inf(-1)
		}
		return by.Edges[at-1]
	}
	for _, v := range values {
		if f, is := n.of[v]; is {
			count[edge(f)]++
		}
	}
	var list []band
	for _, from := range slices.Sorted(maps.Keys(count)) {
		b := band{from: from, to: from + by.Width, n: count[from]}
		if by.Edges != nil {
			b.to = math.Inf(1)
			if at := slices.IndexFunc(by.Edges, func(e float64) bool { return e > from }); at >= 0 {
				b.to = by.Edges[at]
			}
		}
		list = append(list, b)
	}
	for len(list) > 0 {
		at := 0
		for i, b := range list {
			if b.n < list[at].n {
				at = i
			}
		}
		if list[at].n >= smallest {
			break
		}
		if len(list) == 1 {
			return nil
		}
		with := at + 1
		if at == len(list)-1 || at > 0 && list[at-1].n < list[with].n {
			with = at - 1
		}
		low := min(at, with)
		list[low] = band{list[low].from, list[low+1].to, list[low].n + list[low+1].n, true}
		list = slices.Delete(list, low+1, low+2)
	}
	if len(list) == 0 || len(list) == 1 && list[0].joined {
		return nil
	}
	if list[0].joined {
		list[0].from = math.Inf(-1)
	}
	if last := &list[len(list)-1]; last.joined {
		last.to = math.Inf(1)
	}
	names := map[string]string{}
	for _, v := range values {
		names[v] = ""
		if f, is := n.of[v]; is {
			for _, b := range list {
				if b.from <= f && f < b.to {
					names[v] = n.name(b)
				}
			}
		}
	}
	return names
}

// name writes a band as people do: 30–39, <30, 60+; where there are decimals, 2.5–<5.
func (n Numbers) name(b band) string {
	var out string
	whole := n.Whole && (math.IsInf(b.from, 0) || b.from == math.Trunc(b.from)) && (math.IsInf(b.to, 0) || b.to == math.Trunc(b.to))
	switch {
	case math.IsInf(b.from, -1):
		out = "<" + n.print(b.to)
	case math.IsInf(b.to, 1):
		out = n.print(b.from) + "+"
	case whole && b.to-b.from == 1:
		out = n.print(b.from)
	case whole:
		out = n.print(b.from) + "–" + n.print(b.to-1)
	default:
		out = n.print(b.from) + "–<" + n.print(b.to)
	}
	return strings.TrimSpace(out + " " + n.Unit)
}
