package check

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// use holds the codes against the codings: those that nobody uses, and those that are used and should not be.
func (c *checker) use(e *analysis.Evidence) {
	begun := len(e.Origin.Coders) > 0
	drawn := map[*codebook.Code]bool{} // on by no theme
	for _, code := range c.s.CodesWithoutTheme() {
		drawn[code] = true
	}
	themes := slices.ContainsFunc(c.book.AllThemes(), func(t *codebook.Theme) bool { return t.Status != analysis.Dropped })
	for _, code := range c.book.AllCodes() {
		if code.Retired || code.ID == "" {
			continue
		}
		ce := e.Code(code)
		if begun && ce.Total.Codings == 0 && ce.ByRule.Codings == 0 {
			f := c.places.at("codebook/unused-code", "code:"+code.ID)
			f.Message = "no coding that counts has code " + code.ID
			c.add(f)
		}
		// A code that only gathers others is in a theme when one of them is.
		gathers := ce.Own.Codings == 0 && slices.ContainsFunc(code.WithDescendants()[1:], func(d *codebook.Code) bool { return !d.Retired && !drawn[d] })
		if themes && drawn[code] && !gathers {
			f := c.places.at("codebook/code-without-theme", "code:"+code.ID)
			f.Message = "no theme draws on code " + code.ID
			c.add(f)
		}
	}

	retired, split := map[string]int{}, map[string]int{}
	moved := map[string][]*analysis.Placed{}
	for _, p := range c.s.Placed() {
		if p.Standing == transcript.Moved {
			moved[p.File] = append(moved[p.File], p)
		}
		switch {
		case p.Today == nil || p.Status == analysis.Rejected:
		case p.Queued:
			split[p.Today.ID]++
		case p.Today.Retired:
			retired[p.Today.ID]++
		}
	}
	for _, id := range sortedKeys(retired) {
		f := c.places.at("codebook/retired-code-used", "code:"+id)
		f.Message = fmt.Sprintf("code %s is retired and leads to no other, and %s it", id, have(retired[id], "coding has", "codings have"))
		f.Hint = "say under into which code took its place, or set its status to active"
		c.add(f)
	}
	for _, id := range sortedKeys(split) {
		f := c.places.at("codebook/undecided-split", "code:"+id)
		f.Message = fmt.Sprintf("code %s was split, and %s for somebody to say where", id, have(split[id], "coding waits", "codings wait"))
		c.add(f)
	}
	for _, file := range sortedKeys(moved) {
		first := slices.MinFunc(moved[file], func(a, b *analysis.Placed) int { return cmp.Compare(a.Line, b.Line) })
		f := diag.Finding{Rule: "coding/moved", File: file, Pos: diag.Position{Line: first.Line}, About: "transcript:" + first.Transcript}
		f.Message = fmt.Sprintf("%s was edited: %s elsewhere now", first.Transcript, have(len(moved[file]), "passage stands", "passages stand"))
		c.add(f)
	}
}

func have(n int, one, many string) string { return analysis.Plural(n, one, many) }

// exclusive finds passages that one coder put into two categories: those that overlap, with codes that no theme or
// category holds together. A code that no theme draws on is a category of its own.
func (c *checker) exclusive() {
	category := map[*codebook.Code]string{}
	for _, th := range c.book.AllThemes() {
		if th.Status != analysis.Dropped {
			for _, code := range c.s.CodesOf(th) {
				category[code] = cmp.Or(th.Name, th.ID)
			}
		}
	}
	of := func(p *analysis.Placed) string { return cmp.Or(category[p.Today], p.Today.Name, p.Today.ID) }
	last := map[[2]string][]*analysis.Placed{} // by coder and transcript, what may still overlap
	placed := slices.DeleteFunc(slices.Clone(c.s.Placed()), func(p *analysis.Placed) bool { return !p.Counts() })
	slices.SortStableFunc(placed, func(a, b *analysis.Placed) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	for _, p := range placed {
		key := [2]string{p.Coder, p.Transcript}
		open := slices.DeleteFunc(last[key], func(o *analysis.Placed) bool { return o.Span.End <= p.Span.Start })
		for _, o := range open {
			if of(o) != of(p) {
				c.add(diag.Finding{Rule: "coding/not-exclusive", File: p.File, Pos: diag.Position{Line: p.Line}, About: "coding:" + p.ID, Source: p.Quote, Private: true,
					Message: fmt.Sprintf("the passage is in %s and, on line %d, in %s", of(p), o.Line, of(o))})
			}
		}
		last[key] = append(open, p)
	}
}

// examples holds the codebook's examples against the transcripts and the codings.
func (c *checker) examples() {
	type passage struct {
		transcript string
		transcript.Span
		quote string
	}
	coded := map[*codebook.Code][]passage{} // by code and every code above it
	begun := map[string]bool{}              // transcripts that somebody codes
	for _, p := range c.s.Placed() {
		if p.Counts() {
			begun[p.Transcript] = true
			for code := p.Today; code != nil; code = code.Parent {
				coded[code] = append(coded[code], passage{p.Transcript, p.Span, p.Quote})
			}
		}
	}
	var texts []*transcript.Transcript
	for _, id := range c.s.TranscriptIDs() {
		if t := c.s.Transcript(id); t != nil {
			texts = append(texts, t)
		}
	}
	if len(texts) == 0 {
		return // none is here yet, or none can be read
	}
	look := func(code *codebook.Code, text codebook.Text, what string, path ...any) {
		at := func(rule string) diag.Finding { return c.places.at(rule, "code:"+code.ID, path...) }
		within := slices.ContainsFunc(coded[code], func(p passage) bool { return strings.Contains(p.quote, text.Text) })
		if within && what == "example" && len(transcript.FoldWord(text.Text)) > 0 {
			return // most are: word for word in a passage that has the code
		}
		var places []transcript.Passage
		for q := range transcript.Places(text.Text, texts...) {
			places = append(places, q.Passage)
		}
		if len(places) == 0 {
			f := at("codebook/example-not-verbatim")
			f.Message = fmt.Sprintf("%s of %s stands in no transcript word for word", article(what), code.ID)
			f.Hint = "tema search finds where the words stand; mark what is left out with [...]"
			c.add(f)
			return
		}
		has, read := false, false
		for _, q := range places {
			read = read || begun[q.Transcript]
			has = has || slices.ContainsFunc(coded[code], func(p passage) bool { return p.transcript == q.Transcript && p.Overlaps(q.Span) })
		}
		switch {
		case what == "example" && read && !has && !code.Accept:
			f := at("codebook/example-not-coded")
			f.Message = fmt.Sprintf("an example of %s stands in %s, and no coding with %s lies on it", code.ID, places[0].Transcript, code.ID)
			c.add(f)
		case what == "counterexample" && has:
			f := at("codebook/counterexample-coded")
			f.Message = fmt.Sprintf("a counterexample of %s stands in %s, and a coding with %s lies on it", code.ID, places[0].Transcript, code.ID)
			c.add(f)
		}
	}
	for _, code := range c.book.AllCodes() {
		if code.Retired || code.ID == "" {
			continue
		}
		for i, text := range code.Examples {
			look(code, text, "example", "examples", i)
		}
		for i, text := range code.Counterexamples {
			look(code, text, "counterexample", "counterexamples", i)
		}
	}
}

func article(what string) string {
	if strings.HasPrefix(what, "e") {
		return "an " + what
	}
	return "a " + what
}

// proposals looks at what the match rules found when they were last asked: rules that find nothing, or nearly all, or
// what another code's rules find; and at candidates that nobody has read.
func (c *checker) proposals() {
	if c.s.Found.Err() != nil {
		return // what the rules see cannot be known
	}
	state := c.s.RulesState()
	messages := map[analysis.RulesState]string{
		analysis.Stale:    "the codebook's rules, the transcripts or the participants changed since the rules were applied",
		analysis.NotRun:   "the codebook has rules that were never applied",
		analysis.HalfDone: "applying the rules did not come to its end",
	}
	if m := messages[state]; m != "" {
		f := diag.Finding{Rule: "study/stale-rules", File: c.book.File, Message: m, Hint: "tema apply"}
		if state == analysis.NotRun { // work that has not begun
			f.Severity = diag.Info
		}
		c.add(f)
		return
	}
	if state != analysis.Fresh {
		return
	}
	var applied analysis.Applied
	if json.Unmarshal(c.source(c.show+appliedFile), &applied) != nil {
		return // RulesState has read it
	}
	hits := map[[2]string]int{} // by code and rule
	for _, r := range applied.Rules {
		hits[[2]string{r.Code, r.Rule}] = r.Hits
	}
	at := func(rule string, r analysis.Rule) diag.Finding {
		f := diag.Finding{Rule: rule, File: c.book.File, About: "code:" + r.Code.ID}
		f.Pos, f.Width = r.Source.Span(0, len(r.Source.Text))
		return f
	}
	most := map[string]analysis.Rule{} // of each code the rule that finds most
	for _, r := range c.s.Rules() {
		n, asked := hits[[2]string{r.Code.ID, r.Source.Text}]
		if asked && n == 0 {
			f := at("codebook/idle-rule", r)
			f.Message = "this rule of " + r.Code.ID + " finds nothing"
			f.Hint = "try it with tema search"
			c.add(f)
		}
		if best, some := most[r.Code.ID]; !some || n > hits[[2]string{r.Code.ID, best.Source.Text}] {
			most[r.Code.ID] = r
		}
	}
	c.tallies(func(code string, share int) {
		if r, some := most[code]; some {
			f := at("codebook/broad-rule", r)
			f.Message = fmt.Sprintf("the rules of %s propose %d %% of all that is said", code, share)
			f.Hint = "narrow them with NEAR, AND or a phrase"
			c.add(f)
		}
	}, func(a, b string, same int) {
		f := at("codebook/same-hits", most[b])
		f.Message = fmt.Sprintf("the rules of %s and %s find the same passages, %d of them", b, a, same)
		f.Hint = "change one of the rules, or merge the codes"
		c.add(f)
	})
	unread, all := 0, 0
	for _, p := range c.s.Candidates() {
		all++
		if !p.Read && !p.Today.Accept {
			unread++
		}
	}
	if unread > 0 {
		c.add(diag.Finding{Rule: "coding/unread-candidates", File: c.show + appliedFile,
			Message: fmt.Sprintf("%s of %s that rules propose have been read by nobody", analysis.Thousands(unread), analysis.Plural(all, "passage", "passages"))})
	}
}

// tallies goes through the candidates once. It tells codes whose candidates are more than half of what their rules
// look at, with the percentage, and pairs of codes whose candidates are nearly all the same passages.
func (c *checker) tallies(broad func(code string, share int), same func(a, b string, n int)) {
	const (
		half   = 0.5
		nearly = 0.8 // of the passages that either of two codes has
		few    = 2   // one passage in common says nothing
	)
	codes := c.book.AllCodes()
	number := make(map[*codebook.Code]int, len(codes))
	for i, code := range codes {
		number[code] = i
	}
	size, count, until := make([]int, len(codes)), make([]int, len(codes)), make([]int, len(codes))
	common := map[[2]int]int{}
	var here []int // codes whose candidates are the span that we are at
	var span transcript.Span
	leave := func() {
		for k, b := range here {
			for _, a := range here[:k] {
				common[[2]int{min(a, b), max(a, b)}]++
			}
		}
		here = here[:0]
	}
	in := ""
	for _, p := range c.s.Candidates() { // by transcript and place
		if p.Transcript != in {
			leave()
			in = p.Transcript
			clear(until)
		}
		if p.Span != span {
			leave()
			span = p.Span
		}
		i := number[p.Today]
		if !slices.Contains(here, i) {
			here = append(here, i)
			count[i]++
			size[i] += max(0, span.End-max(span.Start, until[i]))
			until[i] = max(until[i], span.End)
		}
	}
	leave()
	everybody, participants := 0, 0 // bytes of speech
	for _, id := range c.s.TranscriptIDs() {
		if t := c.s.Transcript(id); t != nil {
			for _, turn := range t.Turns {
				if turn.Number > 0 {
					everybody += turn.Speech.Len()
				}
				if turn.Number > 0 && turn.Is != diag.Interviewer {
					participants += turn.Speech.Len()
				}
			}
		}
	}
	for i, code := range codes {
		said := participants
		if code.AllSpeakers {
			said = everybody
		}
		if said > 0 && float64(size[i]) > half*float64(said) {
			broad(code.ID, size[i]*100/said)
		}
	}
	for j, b := range codes {
		for i, a := range codes[:j] {
			n := common[[2]int{i, j}]
			if n >= few && float64(n) >= nearly*float64(count[i]+count[j]-n) && !under(a, b) && !under(b, a) {
				same(a.ID, b.ID, n)
			}
		}
	}
}

// under says whether a is b or stands below it.
func under(a, b *codebook.Code) bool {
	for ; a != nil; a = a.Parent {
		if a == b {
			return true
		}
	}
	return false
}
