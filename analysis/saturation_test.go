package analysis

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// TestNewInformation: the worked example of Guest, Namey & Chen (2020), whose figures 37, 4/37 = 11 per cent and 6+2 are
// theirs (how the new ones fall on single interviews is a reconstruction), and what the formula gives for other
// choices and at its edges.
func TestNewInformation(t *testing.T) {
	worked := []int{20, 9, 5, 3, 4, 3, 1, 0}
	longer := []int{20, 9, 5, 3, 4, 3, 1, 0, 1, 0, 0, 0}
	for _, c := range []struct {
		first     []int
		base, run int
		threshold float64
		held      int
		runs      []int // new in each
		reached   int
		undefined bool
	}{
		{worked, 4, 2, 5, 37, []int{7, 4, 1}, 6, false},
		{longer, 4, 2, 5, 37, []int{7, 4, 1, 1, 1, 0, 0}, 6, false},
		{longer, 4, 2, 0, 37, []int{7, 4, 1, 1, 1, 0, 0}, 9, false},
		{longer, 4, 3, 5, 37, []int{8, 4, 2, 1, 1, 0}, 7, false},
		{longer, 5, 2, 5, 41, []int{4, 1, 1, 1, 0, 0}, 6, false},
		{longer, 6, 2, 5, 44, []int{1, 1, 1, 0, 0}, 6, false},
		{[]int{5, 5, 5, 5, 5, 5}, 4, 2, 5, 20, []int{10}, 0, false},
		{[]int{10, 0, 0, 0, 0, 0}, 4, 2, 5, 10, []int{0}, 4, false},
		{[]int{20, 0, 0, 0, 1, 0}, 4, 2, 5, 20, []int{1}, 4, false}, // exactly the threshold
		{[]int{0, 0, 0, 0, 1, 1}, 4, 2, 5, 0, nil, 0, true},
		{[]int{3, 2, 1}, 4, 2, 5, 6, nil, 0, true},
		{nil, 4, 2, 5, 0, nil, 0, true},
	} {
		got := newInformation(c.first, SaturationOptions{Base: c.base, Run: c.run, Threshold: c.threshold})
		var runs []int
		for i, r := range got.Runs {
			runs = append(runs, r.New)
			if r.From != c.base+i+1 || r.To != r.From+c.run-1 || math.Abs(r.Share-float64(r.New)/float64(c.held)) > 1e-12 {
				t.Errorf("%v: run %+v", c, r)
			}
		}
		if got.BaseHeld != c.held || !slices.Equal(runs, c.runs) || got.Reached != c.reached || (got.Undefined != "") != c.undefined {
			t.Errorf("%+v:\ngot %+v", c, got)
		}
	}
	if share := newInformation(worked, SaturationOptions{Base: 4, Run: 2, Threshold: 5}).Runs[1].Share; fmt.Sprintf("%.0f", 100*share) != "11" {
		t.Errorf("the second run brings %v", share)
	}
}

func TestSaturation(t *testing.T) {
	files := map[string]string{"study.yaml": "tema: 1\n", "codebook.yaml": `codes:
  - {id: a, codes: [{id: b}]}
  - {id: c}
  - {id: old, status: retired, into: [c]}
themes:
  - {id: ab, codes: [a]}
  - {id: cc, codes: [c], themes: [{id: sub, codes: [b]}]}
  - {id: gone, codes: [a], status: dropped, into: [ab]}
`}
	text := func(date string) string {
		if date != "" {
			date = "date: " + date + "\n"
		}
		return "---\n" + date + "speakers: {Kari: P1}\n---\nKari: One two three four.\n"
	}
	interview := func(id, date, coder string, codes ...string) {
		files["transcripts/"+id+".txt"] = text(date)
		lines := ""
		for i, code := range codes {
			lines += codingLine(t, text(date), id+coder+code, code, []string{"One", "two", "three"}[i], 0, "")
		}
		if coder != "" {
			files["codings/"+coder+"/"+id+".jsonl"] = lines
		}
	}
	interview("P1", "2025-03-01", "anna", "c")
	interview("P2", "2025-01-01", "anna", "a", "c")
	interview("P10", "2025-02-01", "anna", "b", "old")
	interview("P3", "2025-04-01", "per")
	interview("P4", "", "")
	told := func(s *Study, o SaturationOptions) string {
		got, err := s.Saturation(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		out := fmt.Sprintf("by date %t %s", got.ByDate, got.Undated)
		for _, i := range got.Interviews {
			out += fmt.Sprintf(" %s %d/%d", i.Transcript, i.New, i.Held)
		}
		return out + fmt.Sprintf(" without %v; base %d reached %d", got.Uncoded, got.BaseHeld, got.Reached)
	}
	o := SaturationOptions{Base: 1, Run: 2, Threshold: 50, Seed: 1}
	for _, c := range []struct{ got, want string }{
		{told(makeStudy(t, files), o), "by date true  P2 2/2 P10 1/2 P1 0/1 P3 0/0 without [P4]; base 2 reached 1"},
		{told(makeStudy(t, files), SaturationOptions{Themes: true, Base: 1, Run: 1, Threshold: 0}), "by date true  P2 2/2 P10 1/3 P1 0/1 P3 0/0 without [P4]; base 2 reached 2"},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
	interview("P1", "spring", "anna", "c")
	if got, want := told(makeStudy(t, files), o), "by date false P1 P1 1/1 P2 1/2 P3 0/0 P10 1/2 without [P4]; base 1 reached 0"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	files["codings/consensus/P2.jsonl"] = ""
	if got, want := told(makeStudy(t, files), o), "by date false P1 P1 1/1 P2 0/0 P3 0/0 P10 1/2 without [P4]; base 1 reached 1"; got != want {
		t.Errorf("consensus counts where it is: got  %s\nwant %s", got, want)
	}
}

// TestShuffledSaturation holds random orders against all orders.
func TestShuffledSaturation(t *testing.T) {
	held := [][]int{{0, 1, 2}, {0}, {1}, {3}, {0, 1}}
	o := SaturationOptions{Base: 2, Run: 2, Threshold: 0, Seed: 3}
	counts, orders := map[int]int{}, 0
	var permute func(rest, order []int)
	permute = func(rest, order []int) {
		if len(rest) == 0 {
			list := make([][]int, len(order))
			for i, from := range order {
				list[i] = held[from]
			}
			counts[newInformation(newIn(list, 4), o).Reached]++
			orders++
			return
		}
		for i := range rest {
			permute(append(slices.Clone(rest[:i]), rest[i+1:]...), append(slices.Clone(order), rest[i]))
		}
	}
	permute([]int{0, 1, 2, 3, 4}, nil)
	got := shuffled(held, 4, o)
	if share, want := float64(got.NotReached)/Reshuffles, float64(counts[0])/float64(orders); math.Abs(share-want) > .05 {
		t.Errorf("not reached in %v of random orders, in %v of all", share, want)
	}
	if got.Min != 2 || got.Max != 3 || counts[2] == 0 || counts[3] == 0 {
		t.Errorf("%+v, all orders %v", got, counts)
	}
	if again := shuffled(held, 4, o); again != got {
		t.Errorf("the same seed gives %+v and %+v", got, again)
	}
	if none := shuffled(nil, 0, o); none != (ShuffledSaturation{NotReached: Reshuffles}) {
		t.Errorf("%+v", none)
	}
}
