package report

import (
	"cmp"
	"slices"
	"strings"
)

// DOCX returns the appendix as a document for word processors, with their own heading styles, so that it can be put
// into a paper and take on its look. It holds no macro, no link and no picture, names nobody, and has no date.
func (a *CodebookAppendix) DOCX() []byte {
	r, w := a.report, wordsFor(a.report.Language)
	d := &docx{}
	d.para("Title", cmp.Or(r.Title, w.CodebookTitle))
	if r.Title != "" {
		d.para("Subtitle", w.CodebookTitle)
	}
	if r.BookVersion != "" {
		d.para("", strings.Replace(w.BookVersion, "%s", r.BookVersion, 1))
	}
	if len(a.themes) > 0 && len(r.Codebook) > 0 {
		d.para("Heading1", w.Codes)
	}
	for _, e := range r.Codebook {
		d.entry(w, e, 2+e.Depth)
	}
	if len(a.themes) > 0 {
		d.para("Heading1", w.Themes)
	}
	for _, t := range a.themes {
		d.heading(2+t.Depth, t.Name, t.ID)
		if gone := w.droppedTheme(t); gone != "" {
			d.para("", gone)
		}
		if t.Concept != "" {
			d.para("Concept", t.Concept)
		}
		for _, p := range paragraphs(t.Definition) {
			d.para("", p)
		}
		d.table([]docxRow{{w.Codes, "", joined(t.Codes)}})
	}
	return d.file(cmp.Or(r.Language, "en"), cmp.Or(r.Title, w.CodebookTitle))
}

// entry is a code of the codebook under a heading of that level.
func (d *docx) entry(w *words, e Entry, level int) {
	d.heading(level, e.Name, e.ID)
	if len(e.Path) > 1 {
		d.kept("Note", w.Under+" "+strings.Join(e.Path[:len(e.Path)-1], " › "))
	}
	switch {
	case e.Retired && len(e.Into) > 0:
		d.para("", w.RetiredInto+" "+refNames(e.Into)+".")
	case e.Retired:
		d.para("", w.Retired+".")
	}
	for _, p := range paragraphs(e.Definition) {
		d.kept("", p)
	}
	var exclude []string
	for _, x := range e.Exclude {
		item := x.Text
		if x.See != nil {
			item += "; " + w.See + " " + x.See.Name
		}
		exclude = append(exclude, item)
	}
	quotes := func(list []Example) (out []string) {
		for _, x := range list {
			out = append(out, w.Open+x.Text+w.Close+" ("+w.ExamplePlace(x)+")")
		}
		return out
	}
	rules := slices.Clone(e.Rules)
	if e.Accept && len(rules) > 0 {
		rules = append(rules, w.Accepts)
	}
	d.table([]docxRow{
		{w.Include, "", e.Include},
		{w.Exclude, "", exclude},
		{w.Examples, "TableQuote", quotes(e.Examples)},
		{w.Counterexamples, "TableQuote", quotes(e.Counterexamples)},
		{w.Rules, "", rules},
		{w.Formerly, "", joined(e.Aliases)},
	})
}

// joined is a list as one line, or none.
func joined(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return []string{strings.Join(list, ", ")}
}
