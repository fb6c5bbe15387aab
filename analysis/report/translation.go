package report

import (
	"slices"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// undetermined is the language of what was translated, where the study names none (BCP 47).
const undetermined = "und"

// translate settles what is printed of a chosen quotation with a translation. One that could not be verified is printed
// with both, since its words are in question; and what was said in the report's language needs no translation in its place.
func (b *builder) translate(x *Excerpt, t *transcript.Transcript) {
	if x.Translation == "" {
		return
	}
	if t != nil && b.s.Language(t) == "" {
		x.Language = undetermined
	}
	switch {
	case b.translations == analysis.PrintOriginal, b.translations == analysis.PrintTranslation && t != nil && x.Language == "":
		x.Translation, x.Translator = "", ""
	case b.translations == analysis.PrintTranslation && x.Problem == nil:
		b.originals++
		x.Original = b.originals
	}
}

// Originals returns the excerpts that are printed in translation alone, in their order: what was said stands elsewhere.
func (r *Report) Originals() []Excerpt {
	var out []Excerpt
	r.eachChosen(func(_ Ref, x Excerpt) {
		if x.Original > 0 {
			out = append(out, x)
		}
	})
	return out
}

// eachChosen calls do with every quotation that the authors chose and the section that it stands in, depth first.
func (r *Report) eachChosen(do func(in Ref, x Excerpt)) {
	var walk func([]Section)
	walk = func(list []Section) {
		for _, s := range list {
			for _, x := range slices.Concat(s.Chosen, s.Tensions) {
				do(s.Ref, x)
			}
			walk(s.Sections)
		}
	}
	walk(r.Sections)
}

// originals are what was said where the report prints a translation in its place.
func (m *markdown) originals() {
	list := m.r.Originals()
	if len(list) == 0 {
		return
	}
	m.heading(2, m.w.Excerpts.Originals)
	m.para(m.w.Excerpts.OriginalsNote)
	for _, x := range list {
		m.quote("**"+m.w.Number(x.Original)+"** "+text(x.Said[0].Text), inline(m.w.Attribution(x)))
	}
}

func (d *docxReport) originals() {
	list := d.r.Originals()
	if len(list) == 0 {
		return
	}
	d.title(1, d.w.Excerpts.Originals)
	d.para("Note", d.w.Excerpts.OriginalsNote)
	for _, x := range list {
		d.styled("Quote", d.quoted(x.Language, len(x.Said[0].Text), true))
		d.runWith("<w:rPr><w:b/></w:rPr>", d.w.Number(x.Original)+" ")
		d.runWith(inLanguage(x.Language), x.Said[0].Text)
		d.b.WriteString("</w:p>")
		d.para("QuoteSource", d.w.Attribution(x))
	}
}

// Attribution says who speaks in an excerpt and where it stands.
func (w *words) Attribution(x Excerpt) string {
	if by := w.By(x); by != "" {
		return "— " + by + " (" + w.From(x) + ")"
	}
	return "— " + w.From(x)
}

// inLanguage is the property of a run in a language; "" is that of the document.
func inLanguage(tag string) string {
	switch {
	case tag == "":
		return ""
	case rightToLeft(tag):
		return "<w:rPr><w:rtl/>" + docxLanguage(tag) + "</w:rPr>"
	}
	return "<w:rPr>" + docxLanguage(tag) + "</w:rPr>"
}
