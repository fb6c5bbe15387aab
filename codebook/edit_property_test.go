package codebook

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook/diag"
)

// Random edits of random commented codebooks: after each, the file says what it said but for what was asked; every
// byte outside of what the edit declares stands; all comments are there; and taking the steps back gives the bytes of
// the beginning.
func TestRandomEdits(t *testing.T) { randomEdits(t, edit) }

// randomEdits makes edits that a function draws: it makes one, says what it is called ("" for none), and returns what
// makes the model say what the file should say then.
func randomEdits(t *testing.T, edit func(t *rapid.T, d *Draft, model *Codebook, i int) (what string, expect func(), err error)) {
	refused, done := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		w := &writer{t: t}
		src := commented(t, w.codebook(drawCodebook(t)))
		d, err := OpenDraft("codebook.yaml", []byte(src))
		if err != nil {
			t.Fatalf("%v in\n%s", err, src)
		}
		if rapid.IntRange(0, 3).Draw(t, "format") == 0 {
			formats(t, src)
		}
		before := d.Bytes()
		if !bytes.Equal(before, []byte(src)) {
			t.Fatalf("opening changed %q to %q", src, before)
		}
		for i := range rapid.IntRange(1, 5).Draw(t, "edits") {
			was, steps, model := d.doc.src, len(d.back), bare(d.Book())
			what, expect, err := edit(t, d, model, i)
			if what == "" {
				continue
			}
			if err != nil {
				refused++
				if !bytes.Equal(d.doc.src, was) || len(d.back) != steps {
					t.Fatalf("%s failed (%v) and left a mark in\n%s", what, err, was)
				}
				if strings.Contains(err.Error(), "by hand") || strings.Contains(err.Error(), "two changes") {
					t.Fatalf("%s: %v in\n%s", what, err, was)
				}
				continue
			}
			done++
			expect()
			if got := bare(d.Book()); show(got) != show(model) {
				t.Fatalf("%s: another codebook\n%s\n\nfrom\n%s\n\ngot  %+v\nwant %+v", what, d.doc.src, was, show(got), show(model))
			}
			then := d.doc.src
			for k := len(d.back) - 1; k >= steps; k-- {
				if then, _, err = apply(then, d.back[k]); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(then, was) {
				t.Fatalf("%s: taken back it is\n%s\n\nnot\n%s", what, then, was)
			}
		}
	})
	t.Logf("%d edits made, %d refused", done, refused)
}

// formats checks that formatting src keeps what it says, and that doing so twice changes nothing more.
func formats(t *rapid.T, src string) {
	d, err := OpenDraft("codebook.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	was := show(bare(d.Book()))
	if err := d.Format(); err != nil {
		t.Fatalf("%v:\n%s", err, src)
	}
	if show(bare(d.Book())) != was {
		t.Fatalf("format makes\n%s\n\nof\n%s", d.Bytes(), src)
	}
	once := d.Bytes()
	if err := d.Format(); err != nil || !bytes.Equal(once, d.Bytes()) {
		t.Fatalf("formatted twice (%v) it is\n%s\n\nafter\n%s\n\nof\n%s", err, d.Bytes(), once, src)
	}
}

func show(b *Codebook) string {
	var s strings.Builder
	for _, c := range depthFirst(b.Codes, subCodes) {
		x := *c
		x.Codes = nil
		fmt.Fprintf(&s, "\n%+v under it %d", x, len(c.Codes))
	}
	for _, c := range depthFirst(b.Themes, subThemes) {
		x := *c
		x.Themes = nil
		fmt.Fprintf(&s, "\n%+v under it %d", x, len(c.Themes))
	}
	return s.String()
}

// commented puts comments, blank lines and spaces where YAML lets them stand, and sometimes takes the last line end away.
func commented(t *rapid.T, src string) string {
	doc, err := layOut("codebook.yaml", []byte(src))
	if err != nil {
		t.Fatalf("%v in\n%s", err, src)
	}
	first := map[int]bool{} // lines that begin with a dash or key of a block
	last := map[int]bool{}  // lines that end with a value that can be followed by a comment
	for n, x := range doc.at {
		if doc.opens(x.start) && !doc.flow[n] && n.Style&12 == 0 {
			first[doc.line(x.start)] = true
		}
		if n.Kind == 8 && n.Style&(8|16) == 0 && x.end == doc.lineEnd(x.end) && x.end > x.start {
			last[doc.line(x.end)] = true
		}
	}
	lines := strings.Split(strings.TrimSuffix(src, "\n"), "\n")
	var out []string
	for i, line := range lines {
		if first[i] && rapid.IntRange(0, 4).Draw(t, "comment above") == 0 {
			indent := len(line) - len(strings.TrimLeft(line, " "))
			indent = max(0, indent+rapid.SampledFrom([]int{0, 0, 0, -2, 2, -90}).Draw(t, "off"))
			out = append(out, strings.Repeat(" ", indent)+fmt.Sprintf("# above %d: [\"", i))
		}
		if first[i] && rapid.IntRange(0, 4).Draw(t, "blank line above") == 0 {
			out = append(out, rapid.SampledFrom([]string{"", "", "  "}).Draw(t, "blank"))
		}
		if last[i] && rapid.IntRange(0, 4).Draw(t, "comment behind") == 0 {
			line += rapid.SampledFrom([]string{" # behind", "   # - behind: }"}).Draw(t, "behind")
		}
		out = append(out, line)
	}
	src = strings.Join(out, "\n") + rapid.SampledFrom([]string{"\n", "\n", "", "\n# the end", "\n\n  # the end\n\n"}).Draw(t, "end")
	if _, found := Parse("codebook.yaml", []byte(src)); found.Err() != nil {
		t.Fatalf("%v in\n%s", found, src)
	}
	return src
}

// edit makes a random edit and returns a function that makes the model what the file should say then.
func edit(t *rapid.T, d *Draft, model *Codebook, i int) (what string, expect func(), err error) {
	codes := depthFirst(model.Codes, subCodes)
	themes := depthFirst(model.Themes, subThemes)
	code := func() *Code { return rapid.SampledFrom(codes).Draw(t, "code") }
	if len(codes) == 0 {
		id := fmt.Sprintf("new-%d", i)
		return "add the first", func() { model.Codes = append(model.Codes, &Code{ID: id, Name: id, Unit: "sentence"}) }, d.Add(id, Place{})
	}
	listOf := func(c *Code) *[]*Code { // the list that c is in
		list := &model.Codes
		for _, p := range codes {
			if slices.Contains(p.Codes, c) {
				list = &p.Codes
			}
		}
		return list
	}
	add := func(list *[]*Code, at int, c *Code) { *list = slices.Insert(*list, at, c) }
	take := func(c *Code) { list := listOf(c); k := slices.Index(*list, c); *list = slices.Delete(*list, k, k+1) }
	// place draws where something goes and returns how the model puts it there.
	place := func() (Place, func(c *Code)) {
		x := code()
		switch rapid.IntRange(0, 3).Draw(t, "where") {
		case 0:
			return Place{}, func(c *Code) { add(&model.Codes, len(model.Codes), c) }
		case 1:
			return Place{Under: x.ID}, func(c *Code) { add(&x.Codes, len(x.Codes), c) }
		case 2:
			return Place{Before: x.ID}, func(c *Code) { list := listOf(x); add(list, slices.Index(*list, x), c) }
		}
		return Place{After: x.ID}, func(c *Code) { list := listOf(x); add(list, slices.Index(*list, x)+1, c) }
	}
	newTexts := func(old []string) []string {
		out := slices.Clone(old)
		for range rapid.IntRange(1, 2).Draw(t, "changes") {
			k := rapid.IntRange(0, len(out)).Draw(t, "at")
			switch {
			case k < len(out) && rapid.Bool().Draw(t, "out"):
				out = slices.Delete(out, k, k+1)
			default:
				out = slices.Insert(out, k, someText(t))
			}
		}
		return out
	}
	switch op := rapid.IntRange(0, 11).Draw(t, "edit"); op {
	case 0:
		c, s := code(), someText(t)
		return "name", func() { c.Name = cmp.Or(s, c.ID) }, d.Set(c.ID, "name", s)
	case 1:
		c, s := code(), someText(t)
		if rapid.Bool().Draw(t, "long") {
			s = strings.Repeat(s+" ", 20) + "end"
		}
		return "definition", func() { // a folded or literal text keeps its last line end
			got := d.Book().Code(c.ID).Definition
			if c.Definition = s; strings.TrimSuffix(got, "\n") == s {
				c.Definition = got
			}
		}, d.Set(c.ID, "definition", s)
	case 2:
		c := code()
		list := newTexts(c.Include)
		return "include", func() {
			if c.Include = list; len(list) == 0 {
				c.Include = nil
			}
		}, d.Set(c.ID, "include", list...)
	case 3:
		c := code()
		var old []string
		for _, r := range c.Match {
			old = append(old, r.Text)
		}
		list := newTexts(old)
		return "match", func() {
			c.Match = nil
			for _, s := range list {
				c.Match = append(c.Match, Rule{Text: s})
			}
		}, d.Set(c.ID, "match", list...)
	case 4:
		c := code()
		return "accept and color", func() { c.Accept, c.Color = false, "" }, cmp.Or(d.Set(c.ID, "accept"), d.Set(c.ID, "color"))
	case 5:
		id := fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"new-", "ny", "7"}).Draw(t, "stem"), i+100)
		at, put := place()
		c := &Code{ID: id, Name: id, Unit: "sentence"}
		var properties []Property
		if rapid.Bool().Draw(t, "with more") {
			c.Definition, c.Include = someText(t), []string{someText(t), someText(t)}
			properties = []Property{{"include", c.Include}, {"definition", []string{c.Definition}}}
		}
		return "add " + id, func() { put(c) }, d.Add(id, at, properties...)
	case 6:
		c := code()
		at, put := place()
		under := func(p *Code) bool { return slices.Contains(depthFirst([]*Code{c}, subCodes), p) }
		var there *Code
		for _, x := range codes {
			if x.ID == cmp.Or(at.Under, at.Before, at.After) {
				there = x
			}
		}
		if there != nil && (under(there)) {
			return "", nil, nil
		}
		return fmt.Sprintf("move %s %+v", c.ID, at), func() { take(c); put(c) }, d.Move(c.ID, at)
	case 7, 8:
		c := code()
		old, id := c.ID, fmt.Sprintf("renamed-%d", i)
		if len(c.Aliases) > 0 && op == 8 {
			id = c.Aliases[0]
		}
		return "rename " + old + " " + id, func() {
			if got := d.Book().Code(id).Name; c.Name == old && got == id { // no name of its own: it is called by its id
				c.Name = id
			}
			c.ID, c.Aliases = id, append(slices.DeleteFunc(slices.Clone(c.Aliases), func(a string) bool { return a == id }), old)
			each(model, func(ref *string) {
				if *ref == old {
					*ref = id
				}
			})
		}, d.Rename(old, id)
	case 9:
		a, b := code(), code()
		if a == b || a.Retired || b.Retired || slices.Contains(depthFirst([]*Code{a}, subCodes), b) {
			return "", nil, nil
		}
		return "merge " + a.ID + " " + b.ID, func() {
			a.Retired, a.Into = true, []string{b.ID}
			b.Codes, a.Codes = append(b.Codes, a.Codes...), nil
			for _, c := range codes {
				for k := range c.Exclude {
					if c.Exclude[k].Code == a.ID {
						c.Exclude[k].Code = b.ID
					}
				}
			}
			for _, th := range themes {
				if k := slices.Index(th.Codes, a.ID); k >= 0 && slices.Contains(th.Codes, b.ID) {
					th.Codes = slices.Delete(th.Codes, k, k+1)
				} else if k >= 0 {
					th.Codes[k] = b.ID
				}
			}
			bothSorted(model, bare(d.Book()))
		}, d.Merge([]string{a.ID}, b.ID)
	case 10:
		c, b := code(), code()
		if c.Retired || b.Retired || b == c || slices.Contains(depthFirst([]*Code{c}, subCodes), b) {
			return "", nil, nil
		}
		id := fmt.Sprintf("part-%d", i)
		return "split " + c.ID + " " + id + " " + b.ID, func() {
			moved := c.Codes
			list := listOf(c)
			k := slices.Index(*list, c) + 1
			add(list, k, &Code{ID: id, Name: id, Unit: "sentence"})
			for n, m := range moved {
				add(list, k+1+n, m)
			}
			c.Retired, c.Into, c.Codes = true, []string{id, b.ID}, nil
			heirs := c.Into[:2:2]
			for _, m := range moved {
				if !m.Retired {
					heirs = append(heirs, m.ID)
				}
			}
			for _, th := range themes {
				if k := slices.Index(th.Codes, c.ID); k >= 0 {
					var in []string
					for _, h := range heirs {
						if !slices.Contains(th.Codes, h) {
							in = append(in, h)
						}
					}
					th.Codes = slices.Replace(th.Codes, k, k+1, in...)
				}
			}
			bothSorted(model, bare(d.Book()))
		}, d.Split(c.ID, []string{id, b.ID})
	default:
		if len(themes) == 0 {
			return "", nil, nil
		}
		th := rapid.SampledFrom(themes).Draw(t, "theme")
		list := slices.Clone(th.Codes)
		for _, c := range codes {
			if !c.Retired && !slices.Contains(list, c.ID) && rapid.IntRange(0, 3).Draw(t, "take in") == 0 {
				list = slices.Insert(list, rapid.IntRange(0, len(list)).Draw(t, "at"), c.ID)
			}
		}
		return "codes of a theme", func() { th.Codes = list }, d.Set("theme:"+th.ID, "codes", list...)
	}
}

// bothSorted makes the order of themes' codes the same where only a retired code that leads on stands elsewhere.
func bothSorted(model, got *Codebook) {
	other := depthFirst(got.Themes, subThemes)
	for k, th := range depthFirst(model.Themes, subThemes) {
		a, b := slices.Sorted(slices.Values(th.Codes)), slices.Sorted(slices.Values(other[k].Codes))
		if slices.Equal(a, b) {
			th.Codes = other[k].Codes
		}
	}
}

// each calls do with every reference to a code in a codebook.
func each(b *Codebook, do func(ref *string)) {
	for _, c := range depthFirst(b.Codes, subCodes) {
		for k := range c.Into {
			do(&c.Into[k])
		}
		for k := range c.Exclude {
			do(&c.Exclude[k].Code)
		}
	}
	for _, t := range depthFirst(b.Themes, subThemes) {
		for k := range t.Codes {
			do(&t.Codes[k])
		}
	}
}

func someText(t *rapid.T) string {
	return rapid.OneOf(rapid.Custom(func(t *rapid.T) string { return drawText(t, "text") }),
		rapid.SampledFrom([]string{"no", "12", "# x", "a: b", "a #b", "- a", "x\ny", " x ", "it's \"it\"", "*a", "\tx", "[", "null", "a, b", "}"})).Draw(t, "text")
}

// Whatever stands in a file, an edit comes back, and either declares what it did or leaves everything as it was.
func FuzzEdit(f *testing.F) {
	f.Add(kept, "phone", "calls: \"x\"")
	f.Add(sample, "boundaries", "x\ny")
	f.Add("codes: []", "a", "b")
	f.Add("codes: [{id: c}]\nthemes:\n  - id: a\n    codes: [c]\n    excerpts:\n      - {transcript: T, quote: x}   # y\n    relations: [{to: b}]\n    themes: [{id: d}]\n  - id: b\n    tensions:\n      - transcript: T\n        quote: >-\n          x\n", "a", "b")
	f.Add("# nothing\n---\n", "a", "b")
	f.Add("0", "0", "0")
	f.Add("codes:\n- - id: a\n  - id: b\nthemes: {}", "a", "- b")
	f.Add("codes:\n  - ? id\n    : a\n  - &x {id: b, name: , into}\n  - !!map\n    id: c\n    codes:\n", "b", "c")
	f.Add("codes: [id: a, {id: b, codes: [ {id: c} , # x\n ]}]", "c", "b")
	f.Add("\ufeffcodes:\r\n  - id: a\r\n", "a", "b")
	for _, c := range faults {
		f.Add(c.src, "a", "b")
	}
	f.Fuzz(func(t *testing.T, src, id, text string) {
		d, err := OpenDraft("codebook.yaml", []byte(src))
		if err != nil {
			return
		}
		if !bytes.Equal(d.Bytes(), []byte(src)) {
			t.Fatalf("opening changes %q to %q", src, d.Bytes())
		}
		for n, x := range d.doc.at {
			if x.start < 0 || x.end < x.start || x.end > len(d.doc.src) {
				t.Fatalf("node %q from %d to %d of %d", n.Value, x.start, x.end, len(d.doc.src))
			}
		}
		start := d.doc.src
		other := "b"
		if all := d.entries("code"); len(all) > 0 {
			other = all[len(all)-1].id
		}
		for name, edit := range map[string]func() error{
			"set":     func() error { return d.Set(id, "definition", text) },
			"list":    func() error { return d.Set(id, "include", "a", text) },
			"unset":   func() error { return d.Set(id, "name") },
			"theme":   func() error { return d.Set("theme:"+id, "concept", text) },
			"add":     func() error { return d.Add("fresh", Place{Under: id}, Property{"name", []string{text}}) },
			"top":     func() error { return d.Add("fresh", Place{}, Property{"name", []string{text}}) },
			"move":    func() error { return d.Move(id, Place{After: other}) },
			"up":      func() error { return d.Move(other, Place{Before: id}) },
			"rename":  func() error { return d.Rename(id, "fresh") },
			"merge":   func() error { return d.Merge([]string{id}, other) },
			"split":   func() error { return d.Split(id, []string{"one", "two"}) },
			"retire":  func() error { return d.Retire(id) },
			"version": func() error { return d.SetVersion(text) },
			"format":  func() error { return d.Format() },
			"attach":  func() error { return d.Attach("theme:"+id, "", other) },
			"detach":  func() error { return d.Detach("theme:"+id, other) },
			"quote":   func() error { return d.Quote("theme:"+id, false, 0, Excerpt{Transcript: "T", Quote: text}) },
			"requote": func() error { return d.Requote(Quotation{"theme:" + id, true, 1}, Property{"memo", []string{text}}) },
			"against": func() error {
				return d.MoveQuotation(Quotation{"theme:" + id, false, 1}, Quotation{"theme:" + id, true, 0})
			},
			"unquote":  func() error { return d.Unquote("theme:"+id, false, 1) },
			"relate":   func() error { return d.Relate("theme:"+id, "theme:"+text, text) },
			"unrelate": func() error { return d.Unrelate("theme:"+text, "theme:"+id, nil) },
			"join":     func() error { return d.Merge([]string{"theme:" + id}, "theme:"+text) },
			"divide": func() error {
				return d.SplitTheme("theme:"+id, Part{"theme:one", []string{other}}, Part{"theme:two", nil})
			},
			"drop":    func() error { return d.Drop([]string{"theme:" + text}, "theme:"+id) },
			"promote": func() error { return d.Promote("theme:" + id) },
			"raise":   func() error { return d.PromoteCode(id, "theme:fresh", Place{}) },
		} {
			err := edit()
			if found, ok := diag.AsInvalid(err); ok {
				for _, f := range found {
					if f.Pos.Line > len(d.doc.lines)+100 {
						t.Fatalf("%s: %+v", name, f)
					}
				}
			}
			if err != nil && !bytes.Equal(d.doc.src, start) {
				t.Fatalf("%s failed (%v) and left a mark", name, err)
			}
			if bytes.Contains(d.doc.src, []byte("\r")) {
				t.Fatalf("%s: a carriage return", name)
			}
			for len(d.back) > 0 {
				src, _, err := apply(d.doc.src, d.back[len(d.back)-1])
				if err != nil {
					t.Fatalf("%s: cannot be taken back: %v", name, err)
				}
				d.doc.src, d.back = src, d.back[:len(d.back)-1]
			}
			if !bytes.Equal(d.doc.src, start) {
				t.Fatalf("%s: taken back it is %q", name, d.doc.src)
			}
			if d, err = OpenDraft("codebook.yaml", []byte(src)); err != nil {
				t.Fatal(err)
			}
		}
	})
}
