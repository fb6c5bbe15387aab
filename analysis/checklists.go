package analysis

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
)

// A Checklist is what a published guideline for reports asks about, by its own numbers; or, where its items are not
// public, topics of ours. Memos answer the items: checklist:coreq/22. What each asks, the report says in its own words.
type Checklist struct {
	Name  string
	Items []string // in order
}

// Checklists are those that memos can answer: COREQ, SRQR, and open questions for reflexive work (rtarg).
var Checklists = []Checklist{
	{"coreq", numbered("", 32)},
	{"srqr", numbered("S", 21)},
	{"rtarg", []string{
		"rationale", "question",
		"theory", "orientation",
		"setting", "participants", "size", "material", "ethics",
		"positioning", "reflexivity",
		"process", "coding", "themes",
		"overview", "names", "story", "extracts", "contradictions", "structure",
		"quality", "transfer", "limits", "coherence",
	}},
}

func numbered(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = prefix + strconv.Itoa(i+1)
	}
	return out
}

// checklistItem returns an item as its checklist writes it, from NAME/ITEM; "" if there is none.
func checklistItem(id string) string {
	for _, c := range Checklists {
		for _, item := range c.Items {
			if name := c.Name + "/" + item; diag.Fold(name) == diag.Fold(id) {
				return name
			}
		}
	}
	return ""
}

// checklistHint says how to name an item when id names none.
func checklistHint(id string) string {
	name, _, _ := strings.Cut(id, "/")
	i := slices.IndexFunc(Checklists, func(c Checklist) bool { return c.Name == diag.Fold(name) })
	if i < 0 {
		return "write it as checklist:coreq/22, checklist:srqr/S14 or checklist:rtarg/positioning"
	}
	c := Checklists[i]
	if c.Name == "rtarg" {
		return "its items are " + strings.Join(c.Items, ", ")
	}
	return "its items are " + c.Name + "/" + c.Items[0] + " to " + c.Name + "/" + c.Items[len(c.Items)-1]
}

// Answers returns the memos about an item of a checklist, oldest first; those without a day stand last.
func (s *Study) Answers(checklist, item string) []Memo {
	ref := "checklist:" + checklist + "/" + item
	var out []Memo
	for _, m := range s.Memos() {
		if slices.ContainsFunc(m.About, func(about string) bool { return s.TodaysRef(about) == ref }) {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Memo) int { return strings.Compare(a.age(), b.age()) })
	return out
}

// age sorts memos, the oldest first: by when they were made, else by the day of their name.
func (m Memo) age() string {
	if m.Made != "" && m.Day() == m.Made[:min(len(m.Made), len("2006-01-02"))] {
		return m.Made
	}
	if day := m.Day(); day != "" {
		return day
	}
	return "~" // behind all digits
}
