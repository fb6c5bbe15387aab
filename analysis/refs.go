package analysis

import (
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
)

// RefKinds are what a memo can be about, as a typed reference names it.
var RefKinds = []string{"code", "theme", "transcript", "participant", "coding", "checklist"}

// RefChecker returns a function that says what keeps a typed reference, such as code:boundaries, from naming something
// of the study, and what to do; "" when it names something. Former ids of codes and themes count.
func (s *Study) RefChecker() func(ref string) (fault, hint string) {
	var codings map[string]bool
	exists := func(kind, id string) bool {
		switch kind {
		case "code":
			return s.Book.Code(id) != nil
		case "theme":
			return s.Book.Theme(id) != nil
		case "transcript":
			return s.byID[id] != nil
		case "participant":
			return s.Participants.Row(id) != nil || slices.ContainsFunc(s.Speaking(), func(have string) bool { return diag.Fold(have) == diag.Fold(id) })
		case "coding":
			if codings == nil {
				codings = map[string]bool{}
				for _, c := range s.Codings() {
					codings[c.ID] = c.Status != Removed
				}
			}
			return codings[id]
		}
		return checklistItem(id) != ""
	}
	return func(ref string) (fault, hint string) {
		kind, id, typed := strings.Cut(ref, ":")
		switch {
		case !typed:
			return ref + " does not say what kind of thing it is", "write code:" + ref + ", theme:" + ref + ", or the like"
		case !slices.Contains(RefKinds, kind):
			return "a memo cannot be about a " + kind, strings.Join(RefKinds[:5], ":, ") + ": or checklist:, and an id"
		case exists(kind, id):
			return "", ""
		case kind == "checklist":
			return ref + " names no item of a checklist that tema knows", checklistHint(id)
		}
		var ids []string
		for _, r := range s.Refs(kind) {
			ids = append(ids, strings.TrimPrefix(r.Ref, kind+":"))
		}
		if near := diag.Nearest(id, ids); near != "" && kind != "coding" {
			hint = "did you mean " + kind + ":" + near + "?"
		}
		return "the study has no " + kind + " " + id, hint
	}
}

// A NamedRef is a typed reference and what people call the thing.
type NamedRef struct{ Ref, Name string }

// Refs returns a reference to each thing of a kind that a shell could complete, in the study's order.
func (s *Study) Refs(kind string) []NamedRef {
	var out []NamedRef
	add := func(id, name string) { out = append(out, NamedRef{kind + ":" + id, name}) }
	switch kind {
	case "code":
		for _, c := range s.Book.AllCodes() {
			add(c.ID, c.Name)
		}
	case "theme":
		for _, t := range s.Book.AllThemes() {
			add(t.ID, t.Name)
		}
	case "transcript":
		for _, id := range s.TranscriptIDs() {
			add(id, "")
		}
	case "participant":
		for _, row := range s.Participants.Rows {
			add(row.ID, "")
		}
	case "checklist":
		for _, c := range Checklists {
			for _, item := range c.Items {
				add(c.Name+"/"+item, "")
			}
		}
	case "coding":
		for _, c := range s.Codings() {
			if c.Status != Removed {
				add(c.ID, c.Code+" in "+c.Transcript+" by "+c.Coder)
			}
		}
	}
	return out
}

// TodaysRef returns a typed reference with the id that a code, theme or participant has today, and an item of a checklist
// as its checklist writes it.
func (s *Study) TodaysRef(ref string) string {
	kind, id, _ := strings.Cut(ref, ":")
	switch kind {
	case "code":
		if c := s.Book.Code(id); c != nil {
			return "code:" + c.ID
		}
	case "theme":
		if t := s.Book.Theme(id); t != nil {
			return "theme:" + t.ID
		}
	case "participant":
		if p := s.Participants.Row(id); p != nil {
			return "participant:" + p.ID
		}
	case "checklist":
		if item := checklistItem(id); item != "" {
			return "checklist:" + item
		}
	}
	return ref
}
