package report

import (
	"slices"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// Quotations say how quotations stand to their transcripts, and what was done to those that hold. Nothing is counted of
// one that does not: what its author left out and put in is not known.
type Quotations struct {
	Chosen     int `json:"chosen"`   // all that were held against a transcript, or could not be
	Verbatim   int `json:"verbatim"` // of those: every word stands there, but for what is marked
	Shortened  int `json:"shortened"`
	LeftOut    int `json:"words_left_out"`
	Added      int `json:"with_insertions"` // those with the authors' words in brackets
	Insertions int `json:"insertions"`      // brackets

	Foreign    int      `json:"in_other_languages"` // verbatim ones that were said in another language than the report's
	Languages  []string `json:"languages"`          // which: BCP 47, in the order in which they are met
	Translated int      `json:"translated"`         // of those: with a translation that is printed
}

// add counts one quotation.
func (n *Quotations) add(q transcript.Quotation) {
	n.Chosen++
	if q.Verdict != transcript.Verbatim {
		return
	}
	n.Verbatim++
	if len(q.Fragments) > 1 {
		n.Shortened++
		n.LeftOut += q.Elided
	}
	if len(q.Insertions) > 0 {
		n.Added++
		n.Insertions += len(q.Insertions)
	}
}

// hear counts in what language a quotation that holds was said.
func (n *Quotations) hear(x Excerpt) {
	if x.Language == "" || x.Problem != nil {
		return
	}
	n.Foreign++
	if !slices.Contains(n.Languages, x.Language) {
		n.Languages = append(n.Languages, x.Language)
	}
	if x.Translation != "" {
		n.Translated++
	}
}

// replacements returns, by transcript, the words in whose place quotations that hold have others, in order: those that the
// authors chose, and those of their prose.
func replacements(e *analysis.Evidence, written []Writing) map[string][]transcript.Replacement {
	out := map[string][]transcript.Replacement{}
	for _, th := range e.Themes {
		for _, q := range slices.Concat(th.Excerpts, th.Tensions) {
			if q.Holds() {
				out[q.Transcript.ID] = append(out[q.Transcript.ID], q.Result.Replaced...)
			}
		}
	}
	for _, w := range written {
		if w.Manuscript == nil {
			continue
		}
		for i := range w.Quotations {
			if q := &w.Quotations[i]; q.Holds() && q.Translation == nil {
				out[q.Passage.Transcript] = append(out[q.Passage.Transcript], q.Replaced...)
			}
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b transcript.Replacement) int { return a.Start - b.Start })
	}
	return out
}

// changes says what a quotation changed of what was said in t, the gravest first.
func changes(t *transcript.Transcript, list []transcript.Change) []Change {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b transcript.Change) int { return int(b.Kind) - int(a.Kind) })
	var out []Change
	for _, c := range list {
		x := Change{Kind: c.Kind.String(), Quoted: c.Quoted, Said: c.Said}
		if t != nil && c.From.Transcript == t.ID {
			if turn, ok := t.TurnAt(c.From.Start); ok {
				x.Turn = turn.Number
				if x.Role = turn.Is; turn.Participant() {
					x.Speaker, x.Role = turn.Is, "participant"
				}
			}
		}
		out = append(out, x)
	}
	return out
}

// editing says what was done to the excerpts and what their signs mean.
func (m *markdown) editing() {
	m.para(line(m.w.Editing(m.r)))
	m.para(line(m.w.NotCompared(m.r)))
	if len(m.r.Signs) == 0 {
		return
	}
	m.para(m.w.Excerpts.SignsTitle + ":")
	var items []string
	for _, s := range m.r.Signs {
		items = append(items, inline(m.w.SignForms(s))+": "+inline(m.w.SignMeans(s)))
	}
	m.items(items)
}

func (d *docxReport) editing() {
	if text := d.w.Editing(d.r); text != "" {
		d.para("", text)
	}
	if text := d.w.NotCompared(d.r); text != "" {
		d.para("Note", text)
	}
	if len(d.r.Signs) == 0 {
		return
	}
	d.para("", d.w.Excerpts.SignsTitle+":")
	for _, s := range d.r.Signs {
		d.item(d.w.SignForms(s) + ": " + d.w.SignMeans(s))
	}
}
