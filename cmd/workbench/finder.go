package workbench

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/codebook/diag"
)

// A finder finds by typing: a code, a transcript, a passage. What was typed fits an item when each of its words stands
// in the item's id, name or former ids, in whole, in part or with letters left out, or begins a word of its definition.
type finder struct {
	ask     string // what stands before the words typed
	items   []item
	several bool // tab marks
	choose  func(m *model, chosen []item) tea.Cmd
	fresh   func(m *model, name string) tea.Cmd // ctrl+n: a new one of that name; nil where there is none

	input  field
	fits   []int // items that fit, best first
	at     int   // in fits
	marked []int // items, in the order in which they were marked
}

// An item is what can be chosen.
type item struct {
	id, name string
	also     []string   // other names, found as the id is
	about    []string   // what it means, found by its words and shown below the list
	note     string     // shown at the right
	style    ansi.Style // of the id
	value    any
	folded   [2][]string // of id, name and also; of about: words under which they are found
	whole    []string    // id, name and also, folded
}

func newFinder(ask string, items []item) *finder {
	for i := range items {
		it := &items[i]
		for _, s := range append([]string{it.id, it.name}, it.also...) {
			folded := diag.Fold(s)
			it.whole = append(it.whole, folded)
			it.folded[0] = append(it.folded[0], wordsOf(folded)...)
		}
		for _, s := range it.about {
			it.folded[1] = append(it.folded[1], wordsOf(diag.Fold(s))...)
		}
	}
	f := &finder{ask: ask, items: items}
	f.find()
	return f
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) })
}

// find ranks the items by what was typed. Items that fit as well as each other keep their order.
func (f *finder) find() {
	words := strings.Fields(diag.Fold(f.input.text))
	costs := make([]int, len(f.items))
	f.fits = f.fits[:0]
	for i := range f.items {
		cost := 0
		for _, w := range words {
			c := f.items[i].cost(w)
			if c < 0 {
				cost = -1
				break
			}
			cost += c
		}
		if costs[i] = cost; cost >= 0 {
			f.fits = append(f.fits, i)
		}
	}
	slices.SortStableFunc(f.fits, func(a, b int) int { return cmp.Compare(costs[a], costs[b]) })
	f.at = 0
}

// cost says how well a word fits an item: 0 best, -1 not at all.
func (it *item) cost(w string) int {
	begins := func(s string) bool { return strings.HasPrefix(s, w) }
	switch {
	case slices.Contains(it.whole, w):
		return 0
	case slices.ContainsFunc(it.whole, begins):
		return 1
	case slices.ContainsFunc(it.folded[0], begins):
		return 2
	case slices.ContainsFunc(it.whole, func(s string) bool { return strings.Contains(s, w) }):
		return 3
	case slices.ContainsFunc(it.folded[1], begins):
		return 5
	case slices.ContainsFunc(it.whole, func(s string) bool { return scattered(s, w) }):
		return 9
	}
	return -1
}

// scattered says whether the letters of w stand in s in their order, the first at the beginning of a word.
func scattered(s, w string) bool {
	letters := []rune(w)
	at, start := 0, true
	for _, r := range s {
		if r == letters[at] && (at > 0 || start) {
			if at++; at == len(letters) {
				return true
			}
		}
		start = !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	return false
}

// current returns the item under the cursor.
func (f *finder) current() (item, bool) {
	if len(f.fits) == 0 {
		return item{}, false
	}
	return f.items[f.fits[f.at]], true
}

// press handles a key. Keys that it does not know are typed.
func (f *finder) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "esc", "ctrl+c", "ctrl+g":
		m.finder = nil
	case "enter":
		chosen := f.chosen()
		if len(chosen) == 0 {
			switch {
			case f.fresh != nil && f.input.text != "":
				m.tell("no code fits; ctrl-n makes a new one of that name")
			case f.fresh != nil:
				m.tell("the codebook has no codes yet; ctrl-n makes one")
			}
			return nil
		}
		m.finder = nil
		return f.choose(m, chosen)
	case "tab":
		if f.several && len(f.fits) > 0 {
			i := f.fits[f.at]
			if at := slices.Index(f.marked, i); at >= 0 {
				f.marked = slices.Delete(f.marked, at, at+1)
			} else {
				f.marked = append(f.marked, i)
			}
			if f.input.text != "" { // on to the next code to be found
				f.input = newField("", false)
				f.find()
			} else {
				f.move(1)
			}
		}
	case "ctrl+n":
		if f.fresh != nil {
			return f.fresh(m, f.input.text)
		}
		f.move(1)
	case "down", "ctrl+j":
		f.move(1)
	case "up", "ctrl+p":
		f.move(-1)
	case "pgdown":
		f.move(8)
	case "pgup":
		f.move(-8)
	default:
		before := f.input.text
		f.input.press(k)
		if f.input.text != before {
			f.find()
		}
	}
	return nil
}

func (f *finder) move(by int) { f.at = max(0, min(f.at+by, len(f.fits)-1)) }

// chosen returns what was marked, else what is under the cursor.
func (f *finder) chosen() []item {
	var out []item
	for _, i := range f.marked {
		out = append(out, f.items[i])
	}
	if len(out) == 0 && len(f.fits) > 0 {
		out = append(out, f.items[f.fits[f.at]])
	}
	return out
}
