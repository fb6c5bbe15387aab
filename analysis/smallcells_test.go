package analysis

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// everyCount calls f with all lists of n numbers from least to most.
func everyCount(n, least, most int, f func([]int)) {
	list := make([]int, n)
	var fill func(at int)
	fill = func(at int) {
		if at == n {
			f(list)
			return
		}
		for list[at] = least; list[at] <= most; list[at]++ {
			fill(at + 1)
		}
	}
	fill(0)
}

// What is printed of joined groups leaves open how many share each value: there are several, at least one person shares
// each, and more do than that. A group of one value says its number, and is large enough.
func TestJoinedGroupsCannotBeTakenApart(t *testing.T) {
	for _, smallest := range []int{2, 3, 4} {
		for values := 1; values <= 4; values++ {
			everyCount(values, 1, 7, func(list []int) {
				of := map[string][]string{}
				for i, n := range list {
					for p := range n {
						of[string(rune('A'+i))] = append(of[string(rune('A'+i))], fmt.Sprintf("%c%d", 'a'+i, p))
					}
				}
				groups := JoinSmall(of, smallest)
				if !Tells(groups, smallest) {
					return
				}
				for _, g := range groups {
					if n := len(g.Participants); n < smallest || len(g.Values) > 1 && n <= len(g.Values) {
						t.Errorf("%v with %d as the smallest: %v is of %d", list, smallest, g.Values, n)
					}
				}
			})
		}
	}
}

// A number of participants that a row withholds cannot be worked out from the others and the number of all: in two rows
// at least that are printed alike it is another. Cells whose 0 stands there are known to hold somebody where they are
// withheld and no 0 is.
func TestWithheldCellsCannotBeWorkedOut(t *testing.T) {
	for _, smallest := range []int{2, 3} {
		for width := 2; width <= 4; width++ {
			everyCount(width, 0, 5, func(list []int) {
				cells := make([]Cell, width)
				for i, n := range list {
					cells[i].Participants = n
				}
				withhold(cells, smallest)
				left, least, open := 0, 1, 0
				for i, c := range cells {
					switch n := list[i]; {
					case c.Withheld && c.Participants != 0:
						t.Fatalf("%v: a withheld cell holds %d", list, c.Participants)
					case c.Withheld:
						left += n
						open++
						if n == 0 {
							least = 0
						}
					case c.Participants != n || 0 < n && n < smallest:
						t.Fatalf("%v: %d is shown for %d", list, c.Participants, n)
					}
				}
				// Each of the open cells holds at least so many, and together they hold what is left: a single one is known,
				// and so are all where nothing is left beyond that. Where every cell is open, a reader cannot say that none is 0.
				if open == width {
					least = 0
				}
				if open == 1 || open > 0 && left == open*least {
					t.Errorf("%v with %d as the smallest: %d cells are open, which hold %d", list, smallest, open, left)
				}
			})
		}
	}
}

func TestBands(t *testing.T) {
	values := func(list ...string) []string { return list }
	for _, c := range []struct {
		by     Bands
		k      int
		values []string
		want   map[string]string
	}{
		{Bands{Width: 10}, 2, values("31", "35", "42", "48", "", "?"), map[string]string{"31": "30–39", "35": "30–39", "42": "40–49", "48": "40–49", "": "", "?": ""}},
		// The first and the last are open where they were joined; a band in between takes the smaller neighbour.
		{Bands{Width: 10}, 2, values("19", "25", "28", "41", "52", "55", "57", "71"), map[string]string{"19": "<30", "25": "<30", "28": "<30", "41": "40+", "52": "40+", "71": "40+"}},
		{Bands{Width: 10}, 2, values("25", "28", "31", "42", "45", "48", "55", "57"), map[string]string{"25": "<40", "31": "<40", "42": "40–49", "55": "50–59"}},
		{Bands{Width: 10}, 2, values("25", "28", "31", "33", "42", "55", "57", "58", "61", "62"), map[string]string{"25": "20–29", "31": "30–49", "42": "30–49", "55": "50–59", "61": "60–69"}},
		{Bands{Edges: []float64{18, 30, 40}}, 1, values("17", "18", "29", "30", "40", "90"), map[string]string{"17": "<18", "18": "18–29", "29": "18–29", "30": "30–39", "40": "40+", "90": "40+"}},
		{Bands{Width: 2.5}, 1, values("0,5 years", "2,5 years", "8 months"), map[string]string{"0,5 years": "0–<2,5 years", "2,5 years": "2,5–<5 years", "8 months": ""}},
		{Bands{Width: 1}, 1, values("3", "-2"), map[string]string{"3": "3", "-2": "-2"}},
		{Bands{Width: 10}, 3, values("31", "42", "53"), nil}, // all end in one
		{Bands{Width: 10}, 3, values("31", "32"), nil},
		{Bands{Width: 10}, 2, values("nurse", "40-49"), nil},
		{Bands{Width: 10}, 2, values("31", "32"), map[string]string{"31": "30–39"}},
	} {
		got := readNumbers(c.values).bands(c.values, c.by, c.k)
		if c.want == nil && got != nil {
			t.Errorf("%v in bands of %v: %v, want none", c.values, c.by, got)
		}
		for v, want := range c.want {
			if got[v] != want {
				t.Errorf("%v in bands of %v: %s is under %q, want %q", c.values, c.by, v, got[v], want)
			}
		}
	}
}

// Whatever the figures, no band is of fewer than the smallest, and none is empty of those that it names.
func TestBandsAreLargeEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figures := rapid.SliceOfN(rapid.IntRange(-5, 99), 0, 30).Draw(t, "figures")
		smallest := rapid.IntRange(1, 6).Draw(t, "smallest")
		by := Bands{Width: float64(rapid.IntRange(1, 30).Draw(t, "width"))}
		if edges := rapid.SliceOfNDistinct(rapid.IntRange(-5, 99), 0, 5, rapid.ID).Draw(t, "edges"); len(edges) > 0 {
			slices.Sort(edges)
			by = Bands{}
			for _, e := range edges {
				by.Edges = append(by.Edges, float64(e))
			}
		}
		var values []string
		for _, f := range figures {
			values = append(values, strconv.Itoa(f))
		}
		names := readNumbers(values).bands(values, by, smallest)
		if names == nil {
			return
		}
		in := map[string]int{}
		for _, v := range values {
			if names[v] == "" {
				t.Fatalf("%s is in no band: %v", v, names)
			}
			in[names[v]]++
		}
		for name, n := range in {
			if n < smallest {
				t.Fatalf("%d in %s", n, name)
			}
		}
	})
}

func TestRange(t *testing.T) {
	for _, c := range []struct {
		values []string
		want   string
	}{
		{[]string{"44", "31", "58", "50", "", "40", "45", "n/a"}, "31 44.5 58  6 2"},
		{[]string{"44", "31", "58", "50", "40"}, "31  58  5 0"}, // two on a side are fewer than three
		{[]string{"1,5 kg", "2 kg", "3 kg", "3 lb"}, "1,5  3 kg 3 1"},
		{[]string{"44", "31", ""}, ""},
		{[]string{"", "x"}, ""},
	} {
		got := ""
		if r, ok := readNumbers(c.values).spread(c.values, 3); ok {
			got = fmt.Sprintf("%s %s %s %s %d %d", r.Lowest, r.Median, r.Highest, r.Unit, r.Given, r.NotGiven)
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.values, got, c.want)
		}
	}
}
