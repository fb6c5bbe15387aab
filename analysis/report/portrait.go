package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// portraits show, transcript by transcript, where in it the passages of each theme lie.
type portraits struct {
	Shown []portrait
	Of    int // transcripts that anything was coded in
}

type portrait struct {
	ID   string
	Rows []portraitRow // a theme each, in the order of the codebook
}

// A portraitRow is where a theme lies: spans are in thousandths of the text.
type portraitRow struct {
	Ref
	Persons, Rules []transcript.Span
	Turns          []int // of both
}

// roomForRows is how many rows of portraits a page has room for: some six screens.
const roomForRows = 160

// portraits makes those of the first transcripts that anything was coded in. Themes within others are shown as these.
func (b *builder) portraits(transcripts []*transcript.Transcript) portraits {
	type theme struct {
		Ref
		persons, rules map[string][]analysis.Passage // by transcript
	}
	var themes []theme
	coded := map[string]bool{}
	add := func(ref Ref, persons, rules analysis.Tier) {
		th := theme{ref, map[string][]analysis.Passage{}, map[string][]analysis.Passage{}}
		for _, p := range persons.Passages {
			th.persons[p.Transcript] = append(th.persons[p.Transcript], p)
			coded[p.Transcript] = true
		}
		for _, p := range rules.Passages {
			th.rules[p.Transcript] = append(th.rules[p.Transcript], p)
			coded[p.Transcript] = true
		}
		themes = append(themes, th)
	}
	if b.r.ByCode {
		for _, c := range b.s.Book.Codes {
			if ce := b.e.Code(c); len(ce.Total.Passages)+len(ce.ByRule.Passages) > 0 {
				add(codeRef(c), ce.Total, ce.ByRule)
			}
		}
	} else {
		for _, th := range standing(b.s.Book.Themes) {
			te := b.e.Theme(th)
			add(themeRef(th), te.Total, te.ByRule)
		}
	}
	out := portraits{Of: len(coded)}
	for _, t := range transcripts {
		if !coded[t.ID] || len(out.Shown) > 0 && (len(out.Shown)+1)*len(themes) > roomForRows {
			continue
		}
		one := portrait{ID: t.ID}
		for _, th := range themes {
			row := portraitRow{Ref: th.Ref}
			row.add(t, &row.Persons, th.persons[t.ID])
			row.add(t, &row.Rules, th.rules[t.ID])
			one.Rows = append(one.Rows, row)
		}
		out.Shown = append(out.Shown, one)
	}
	return out
}

// add puts passages on the row; they come in the order of the text.
func (r *portraitRow) add(t *transcript.Transcript, to *[]transcript.Span, passages []analysis.Passage) {
	const least = 4 // thousandths: a mark that can be seen on a phone
	for _, p := range passages {
		at := transcript.Span{Start: p.Start * 1000 / len(t.Text), End: (p.End*1000 + len(t.Text) - 1) / len(t.Text)}
		if at.Len() < least {
			at.Start = min(at.Start, 1000-least)
			at.End = at.Start + least
		}
		if last := len(*to) - 1; last >= 0 && at.Start <= (*to)[last].End {
			(*to)[last].End = max((*to)[last].End, at.End)
		} else {
			*to = append(*to, at)
		}
		r.Turns = mergedInts(r.Turns, p.Turns)
	}
}

// mergedInts returns the numbers of both lists in order, each once.
func mergedInts(x, y []int) []int {
	out := append(x[:len(x):len(x)], y...)
	slices.Sort(out)
	return slices.Compact(out)
}

// Drawn is the row as the data of two paths, of what persons coded and what rules did, in a picture of 1000 by 8.
func (r portraitRow) Drawn() strip {
	path := func(spans []transcript.Span, top int) string {
		var b strings.Builder
		for _, s := range spans {
			fmt.Fprintf(&b, "M%d %dh%dv%dh-%dz", s.Start, top, s.Len(), 8-top, s.Len())
		}
		return b.String()
	}
	return strip{Width: 1000, Height: 8, On: path(r.Persons, 0), Half: path(r.Rules, 4)}
}

// HasByRule says whether rules coded anything in the portraits.
func (p portraits) HasByRule() bool {
	return slices.ContainsFunc(p.Shown, func(one portrait) bool {
		return slices.ContainsFunc(one.Rows, func(r portraitRow) bool { return len(r.Rules) > 0 })
	})
}
