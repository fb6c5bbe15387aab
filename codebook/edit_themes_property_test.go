package codebook

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Themes keep what codes keep: see randomEdits.
func TestRandomThemeEdits(t *testing.T) { randomEdits(t, editTheme) }

func editTheme(t *rapid.T, d *Draft, model *Codebook, i int) (what string, expect func(), err error) {
	themes := depthFirst(model.Themes, subThemes)
	var codes []*Code // active
	for _, c := range depthFirst(model.Codes, subCodes) {
		if !c.Retired {
			codes = append(codes, c)
		}
	}
	if len(themes) == 0 {
		id := fmt.Sprintf("new-%d", i)
		return "add the first", func() {
			model.Themes = append(model.Themes, &Theme{ID: id, Name: id, Status: "candidate", Kind: "theme"})
		}, d.Add("theme:"+id, Place{})
	}
	theme := func(what string) *Theme { return rapid.SampledFrom(themes).Draw(t, what) }
	ref := func(th *Theme) string { return "theme:" + th.ID }
	listOf := func(th *Theme) *[]*Theme { // the list that th is in
		list := &model.Themes
		for _, p := range themes {
			if slices.Contains(p.Themes, th) {
				list = &p.Themes
			}
		}
		return list
	}
	under := func(th, up *Theme) bool { return slices.Contains(depthFirst([]*Theme{up}, subThemes), th) }
	behind := func(th, new *Theme) { list := listOf(th); *list = slices.Insert(*list, slices.Index(*list, th)+1, new) }
	take := func(th *Theme) {
		list := listOf(th)
		k := slices.Index(*list, th)
		*list = slices.Delete(*list, k, k+1)
	}
	quotations := func(th *Theme, against bool) *[]Excerpt {
		if against {
			return &th.Tensions
		}
		return &th.Excerpts
	}
	tidy := func(th *Theme) { // as Parse gives what is empty
		for _, list := range []*[]Excerpt{&th.Excerpts, &th.Tensions} {
			if len(*list) == 0 {
				*list = nil
			}
		}
		if len(th.Codes) == 0 {
			th.Codes = nil
		}
		if len(th.Relations) == 0 {
			th.Relations = nil
		}
	}
	is := func(th *Theme, status ...string) bool { return slices.Contains(status, th.Status) }
	against := rapid.Bool().Draw(t, "against")
	switch rapid.IntRange(0, 17).Draw(t, "edit") {
	case 0:
		th, key, s := theme("theme"), rapid.SampledFrom([]string{"name", "concept", "definition"}).Draw(t, "key"), someText(t)
		if rapid.Bool().Draw(t, "long") {
			s = strings.Repeat(s+" ", 20) + "end"
		}
		return "set " + key, func() {
			now := d.Book().Theme(th.ID)
			field, got := map[string]*string{"name": &th.Name, "concept": &th.Concept, "definition": &th.Definition}[key],
				map[string]string{"name": now.Name, "concept": now.Concept, "definition": now.Definition}[key]
			if *field = s; strings.TrimSuffix(got, "\n") == s { // a folded or literal text keeps its last line end
				*field = got
			}
		}, d.Set(ref(th), key, s)
	case 1:
		th, status := theme("theme"), rapid.SampledFrom([]string{"candidate", "reviewed", "defined"}).Draw(t, "status")
		return "status", func() { th.Status, th.Kind = status, "category" }, firstError(d.Set(ref(th), "status", status), d.Set(ref(th), "kind", "category"))
	case 2:
		id := fmt.Sprintf("new-%d", i)
		at := theme("neighbour")
		return "add", func() {
			behind(at, &Theme{ID: id, Name: id, Status: "candidate", Kind: "theme", Concept: "a: b"})
		}, d.Add("theme:"+id, Place{After: ref(at)}, Property{"concept", []string{"a: b"}})
	case 3:
		th := theme("theme")
		if len(codes) == 0 {
			return "", nil, nil
		}
		var ids []string
		for range rapid.IntRange(1, 3).Draw(t, "codes") {
			ids = append(ids, rapid.SampledFrom(codes).Draw(t, "code").ID)
		}
		return "attach", func() {
			for _, id := range ids {
				if !slices.Contains(th.Codes, id) {
					th.Codes = append(th.Codes, id)
				}
			}
		}, d.Attach(ref(th), "", ids...)
	case 4:
		th, from := theme("theme"), theme("from")
		if len(from.Codes) == 0 || th == from {
			return "", nil, nil
		}
		id := rapid.SampledFrom(from.Codes).Draw(t, "code")
		return "attach from", func() {
			from.Codes = slices.DeleteFunc(from.Codes, func(have string) bool { return have == id })
			if !slices.Contains(th.Codes, id) {
				th.Codes = append(th.Codes, id)
			}
			tidy(from)
		}, d.Attach(ref(th), ref(from), id)
	case 5:
		th := theme("theme")
		if len(th.Codes) == 0 {
			return "", nil, nil
		}
		id := rapid.SampledFrom(th.Codes).Draw(t, "code")
		return "detach", func() {
			th.Codes = slices.DeleteFunc(th.Codes, func(have string) bool { return have == id })
			tidy(th)
		}, d.Detach(ref(th), id)
	case 6, 7:
		th := theme("theme")
		list := quotations(th, against)
		x := Excerpt{Transcript: "P 1.b", Quote: someText(t)}
		if rapid.Bool().Draw(t, "more") {
			x.Translation, x.Translator, x.Memo = someText(t), "kari", someText(t)
		}
		if rapid.IntRange(0, 3).Draw(t, "long") == 0 {
			x.Quote = strings.Repeat(x.Quote+" ", 20) + "[...] end"
		}
		at := rapid.IntRange(0, len(*list)+1).Draw(t, "at")
		return "quote", func() {
			if at == 0 {
				at = len(*list) + 1
			}
			*list = slices.Insert(*list, at-1, x)
		}, d.Quote(ref(th), against, at, x)
	case 8:
		th := theme("theme")
		list := quotations(th, against)
		if len(*list) == 0 {
			return "", nil, nil
		}
		n, key, s := rapid.IntRange(1, len(*list)).Draw(t, "number"), rapid.SampledFrom(excerptKeys[1:]).Draw(t, "key"), someText(t)
		p := Property{Key: key}
		if rapid.IntRange(0, 3).Draw(t, "away") > 0 || key == "quote" {
			p.Values = []string{s}
		} else {
			s = ""
		}
		return "requote " + key, func() {
			now := (*quotations(d.Book().Theme(th.ID), against))[n-1]
			for k, field := range fieldsOf(&(*list)[n-1]) {
				if got := *fieldsOf(&now)[k]; excerptKeys[k] == key {
					if *field = s; strings.TrimSuffix(got, "\n") == s {
						*field = got
					}
				}
			}
		}, d.Requote(Quotation{ref(th), against, n}, p)
	case 9:
		th, to, other := theme("theme"), theme("to"), rapid.Bool().Draw(t, "to the other list")
		list, target := quotations(th, against), quotations(to, against != other)
		if len(*list) == 0 {
			return "", nil, nil
		}
		n, room := rapid.IntRange(1, len(*list)).Draw(t, "number"), len(*target)
		if list == target {
			room--
		}
		at := rapid.IntRange(0, room+1).Draw(t, "at")
		return "move quotation", func() {
			x := (*list)[n-1]
			*list = slices.Delete(*list, n-1, n)
			if at == 0 {
				at = len(*target) + 1
			}
			*target = slices.Insert(*target, at-1, x)
			tidy(th)
		}, d.MoveQuotation(Quotation{ref(th), against, n}, Quotation{ref(to), against != other, at})
	case 10:
		th := theme("theme")
		list := quotations(th, against)
		if len(*list) == 0 {
			return "", nil, nil
		}
		numbers := rapid.SliceOfN(rapid.IntRange(1, len(*list)), 1, 3).Draw(t, "numbers")
		return "unquote", func() {
			for n := len(*list); n > 0; n-- {
				if slices.Contains(numbers, n) {
					*list = slices.Delete(*list, n-1, n)
				}
			}
			tidy(th)
		}, d.Unquote(ref(th), against, numbers...)
	case 11:
		th, to := theme("theme"), theme("to")
		label := rapid.SampledFrom([]string{"", "asks for", "a: b"}).Draw(t, "label")
		return "relate", func() { th.Relations = append(th.Relations, Relation{To: to.ID, Label: label}) }, d.Relate(ref(th), ref(to), label)
	case 12:
		th := theme("theme")
		if len(th.Relations) == 0 {
			return "", nil, nil
		}
		r := rapid.SampledFrom(th.Relations).Draw(t, "relation")
		return "unrelate", func() {
			k := slices.IndexFunc(th.Relations, func(have Relation) bool { return have.To == r.To && have.Label == r.Label })
			th.Relations = slices.Delete(th.Relations, k, k+1)
			tidy(th)
		}, d.Unrelate(ref(th), "theme:"+r.To, &r.Label)
	case 13:
		th := theme("theme")
		old, id := th.ID, fmt.Sprintf("renamed-%d", i)
		if len(th.Aliases) > 0 && against {
			id = th.Aliases[0]
		}
		return "rename", func() {
			if got := d.Book().Theme(id).Name; th.Name == old && got == id {
				th.Name = id
			}
			th.ID, th.Aliases = id, append(slices.DeleteFunc(slices.Clone(th.Aliases), func(a string) bool { return a == id }), old)
			for _, other := range themes {
				for k := range other.Into {
					if other.Into[k] == old {
						other.Into[k] = id
					}
				}
				for k := range other.Relations {
					if other.Relations[k].To == old {
						other.Relations[k].To = id
					}
				}
			}
		}, d.Rename(ref(th), id)
	case 14:
		th, to := theme("theme"), theme("to")
		if against && !is(th, "dropped") {
			for _, up := range themes {
				if slices.Contains(up.Themes, th) {
					return "promote", func() { take(th); behind(up, th) }, d.Promote(ref(th))
				}
			}
			return "", nil, nil
		}
		if under(to, th) {
			return "", nil, nil
		}
		return "move", func() { take(th); to.Themes = append(to.Themes, th) }, d.Move(ref(th), Place{Under: ref(to)})
	case 15:
		a, b := theme("theme"), theme("into")
		if is(a, "dropped") || is(b, "dropped") || under(b, a) {
			return "", nil, nil
		}
		return "merge " + a.ID + " " + b.ID, func() {
			a.Status, a.Into = "dropped", []string{b.ID}
			b.Themes, a.Themes = append(b.Themes, a.Themes...), nil
			for _, c := range a.Codes {
				if !slices.Contains(b.Codes, c) {
					b.Codes = append(b.Codes, c)
				}
			}
			b.Excerpts, b.Tensions = append(b.Excerpts, a.Excerpts...), append(b.Tensions, a.Tensions...)
			leads := func(th *Theme, r Relation) bool {
				return slices.ContainsFunc(th.Relations, func(have Relation) bool { return have.To == r.To && have.Label == r.Label })
			}
			for _, r := range a.Relations {
				if r.To != b.ID && !leads(b, r) {
					b.Relations = append(b.Relations, r)
				}
			}
			a.Codes, a.Excerpts, a.Tensions, a.Relations = nil, nil, nil, nil
			for _, th := range depthFirst(model.Themes, subThemes) {
				for k := 0; k < len(th.Relations); k++ {
					if r := th.Relations[k]; r.To != a.ID {
						continue
					} else if r.To = b.ID; th == b || leads(th, r) {
						th.Relations = slices.Delete(th.Relations, k, k+1)
						k--
					} else {
						th.Relations[k].To = b.ID
					}
				}
				tidy(th)
			}
		}, d.Merge([]string{ref(a)}, ref(b))
	case 16:
		a, b := theme("theme"), theme("into")
		if a == b || is(a, "dropped") || is(b, "dropped") || under(b, a) {
			return "", nil, nil
		}
		if against {
			return "drop", func() { a.Status, a.Into = "dropped", []string{b.ID} }, d.Drop([]string{ref(b)}, ref(a))
		}
		id := fmt.Sprintf("part-%d", i)
		first, second := Part{Theme: "theme:" + id}, Part{Theme: ref(b)}
		for _, c := range a.Codes {
			switch rapid.IntRange(0, 3).Draw(t, "goes to") {
			case 0:
				first.Codes = append(first.Codes, c)
			case 1:
				second.Codes = append(second.Codes, c)
			case 2:
				first.Codes, second.Codes = append(first.Codes, c), append(second.Codes, c)
			}
		}
		return "split " + a.ID, func() {
			part := &Theme{ID: id, Name: id, Status: "candidate", Kind: "theme", Codes: first.Codes}
			behind(a, part)
			for _, sub := range slices.Backward(a.Themes) {
				behind(part, sub)
			}
			a.Status, a.Into, a.Themes = "dropped", []string{id, b.ID}, nil
			a.Codes = slices.DeleteFunc(slices.Clone(a.Codes), func(c string) bool {
				return slices.Contains(first.Codes, c) || slices.Contains(second.Codes, c)
			})
			for _, c := range second.Codes {
				if !slices.Contains(b.Codes, c) {
					b.Codes = append(b.Codes, c)
				}
			}
			tidy(a)
		}, d.SplitTheme(ref(a), first, second)
	}
	if len(codes) == 0 {
		return "", nil, nil
	}
	c, id := rapid.SampledFrom(codes).Draw(t, "code"), fmt.Sprintf("raised-%d", i)
	name := c.Name
	if name == c.ID {
		name = id
	}
	return "promote code", func() {
		model.Themes = append(model.Themes, &Theme{ID: id, Name: name, Status: "candidate", Kind: "theme", Codes: []string{c.ID}})
	}, d.PromoteCode(c.ID, "theme:"+id, Place{})
}

// fieldsOf returns the fields of an excerpt in the order of excerptKeys.
func fieldsOf(x *Excerpt) []*string {
	return []*string{&x.Transcript, &x.Quote, &x.Translation, &x.Translator, &x.Memo}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
