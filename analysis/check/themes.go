package check

import (
	"fmt"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// themes holds the themes against their evidence and their quotations against the transcripts.
func (c *checker) themes(e *analysis.Evidence) {
	type quoted struct {
		theme *codebook.Theme
		quote analysis.Quote
	}
	seen := map[string][]quoted{} // by transcript
	for _, te := range e.Themes {
		th := te.Theme
		for i, q := range te.Excerpts {
			c.quotation(th, q, "excerpt", "excerpts", i)
		}
		for i, q := range te.Tensions {
			c.quotation(th, q, "tension", "tensions", i)
		}
		if th.Status == analysis.Dropped || th.ID == "" {
			continue
		}
		at := func(rule string) diag.Finding { return c.places.at(rule, "theme:"+th.ID) }
		early := func(f diag.Finding, still bool) { // what is still to come weighs less
			if still {
				f.Severity = diag.Info
			}
			c.add(f)
		}
		if th.Concept == "" && th.Kind != "category" {
			f := at("theme/no-concept")
			f.Message = "theme " + th.ID + " has no central organising concept"
			f.Hint = "write it as one sentence under concept"
			early(f, th.Status == "candidate")
		}
		if !draws(th) {
			f := at("theme/no-codes")
			f.Message = "theme " + th.ID + " draws on no code"
			f.Hint = "name its codes under codes"
			early(f, th.Status == "candidate")
		}
		if !quotes(th) && (th.Parent == nil || !quotes(th.Parent)) {
			f := at("theme/no-excerpt")
			f.Message = "theme " + th.ID + " has no excerpt"
			early(f, th.Status != "defined")
		}
		switch total := te.Total; {
		case total.Participants == 1 && e.Sample.Participants > 1:
			f := at("theme/one-participant")
			f.Message = fmt.Sprintf("theme %s rests on one participant, %s", th.ID, total.ParticipantIDs[0])
			c.add(f)
		case total.Transcripts == 1 && e.Sample.Transcripts > 1:
			f := at("theme/one-transcript")
			f.Message = fmt.Sprintf("theme %s rests on one transcript, %s", th.ID, total.Passages[0].Transcript)
			c.add(f)
		}
		for i, q := range te.Excerpts {
			if !q.Holds() {
				continue
			}
			for _, first := range seen[q.Transcript.ID] {
				if first.theme != th && sameWords(first.quote.Result.Fragments, q.Result.Fragments) {
					f := c.places.at("theme/shared-excerpt", "theme:"+th.ID, "excerpts", i, "quote")
					f.Message = fmt.Sprintf("%s quotes here what %s quotes too, from %s", th.ID, first.theme.ID, q.Transcript.ID)
					c.add(f)
					break
				}
			}
			seen[q.Transcript.ID] = append(seen[q.Transcript.ID], quoted{th, q})
		}
	}
}

// draws says whether a theme or one under it names a code.
func draws(th *codebook.Theme) bool {
	for _, t := range th.WithSubThemes() {
		if t.Status != analysis.Dropped && len(t.Codes) > 0 {
			return true
		}
	}
	return false
}

// quotes says whether a theme or one under it has an excerpt.
func quotes(th *codebook.Theme) bool {
	for _, t := range th.WithSubThemes() {
		if t.Status != analysis.Dropped && len(t.Excerpts) > 0 {
			return true
		}
	}
	return false
}

// sameWords says whether at least half of the shorter of two quotations stands in the other.
func sameWords(a, b []transcript.Span) bool {
	lenA, lenB, both := 0, 0, 0
	for _, x := range a {
		lenA += x.Len()
		for _, y := range b {
			both += max(0, min(x.End, y.End)-max(x.Start, y.Start))
		}
	}
	for _, y := range b {
		lenB += y.Len()
	}
	return both > 0 && 2*both >= min(lenA, lenB)
}

// quotation tells how an excerpt or tension stands to its transcript.
func (c *checker) quotation(th *codebook.Theme, q analysis.Quote, what, key string, i int) {
	if q.Excerpt.Transcript == "" || q.Quote == "" {
		return // codebook/missing
	}
	f := c.places.at("", "theme:"+th.ID, key, i, "quote")
	f.Private = true
	switch {
	case q.Transcript == nil:
		f = c.places.at("theme/no-transcript", "theme:"+th.ID, key, i, "transcript")
		f.Message = fmt.Sprintf("%s of %s is from transcript %s, which cannot be read here", what, th.ID, q.Excerpt.Transcript)
		f.Hint = "mend the name, or bring the transcript back"
	case q.Result.Verdict == transcript.Edited:
		f.Rule = "theme/excerpt-edited"
		_, told := c.differences(q.Quote, q.Result.Passage, q.Result.Changes, false)
		f.Message = fmt.Sprintf("%s of %s is not word for word in %s: %s", what, th.ID, q.Excerpt.Transcript, told)
		f.Hint = "take the words from the transcript; mark what is left out with [...] and what is put in with [brackets]"
	case q.Result.Verdict == transcript.Absent:
		f.Rule = "theme/excerpt-absent"
		f.Message = fmt.Sprintf("%s of %s is not in %s", what, th.ID, q.Excerpt.Transcript)
		f.Hint = "tema search finds where the words stand"
	default:
		for _, w := range q.Result.Warnings {
			f.Rule, f.Message = "theme/excerpt", fmt.Sprintf("%s of %s: %s", what, th.ID, w)
			c.add(f)
		}
		if lang := c.s.Foreign(q.Transcript); lang != "" && q.Translation == "" && c.s.Config.Report.Translations == analysis.PrintTranslation {
			f.Rule, f.Message = "theme/untranslated", fmt.Sprintf("%s of %s is in another language than the report (%s) and has no translation", what, th.ID, lang)
			f.Hint = "tema theme requote --translation adds one"
			c.add(f)
		}
		return
	}
	c.add(f)
}
