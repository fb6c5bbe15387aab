package check

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/ingest"
	"github.com/tema-qda/tema/index/transcript"
)

// Manuscripts returns what is wrong with the quotations of manuscripts, in their order, with the severities that the study
// gives the rules and without what comments in them silence. With words, messages hold participants' words.
func Manuscripts(s *analysis.Study, read []*analysis.Manuscript, words bool) diag.List {
	c := &checker{s: s, book: s.Book, approach: s.Config.Approach, set: s.Config.Check,
		show: strings.TrimSuffix(s.Book.File, codebookFile), sources: map[string][]byte{s.Book.File: nil, strings.TrimSuffix(s.Book.File, codebookFile) + studyFile: nil}}
	for _, m := range read {
		c.sources[m.Prose.File] = []byte(m.Prose.Source)
		c.manuscript(m, words)
	}
	return c.silence(c.weigh(c.found), false)
}

// writing holds the quotations in writing/ against the transcripts.
func (c *checker) writing(ctx context.Context) error {
	names, err := c.s.Writing()
	if err != nil {
		return err
	}
	for _, name := range names {
		shown := c.show + name
		p, err := ingest.ReadProse(shown, c.source(shown))
		if err != nil {
			why := err.Error()
			if found, ok := diag.AsInvalid(err); ok && len(found) > 0 {
				why = found[0].Message
			}
			c.add(diag.Finding{Rule: "writing/unreadable", File: shown, Message: why})
			continue
		}
		c.noTheme(shown)
		m, err := c.s.VerifyManuscript(ctx, p, nil)
		if err != nil {
			return err
		}
		c.manuscript(m, false)
	}
	return nil
}

// noTheme tells of a file that has no place in the report, which goes by names: a theme's id, or one that begins with "_".
func (c *checker) noTheme(file string) {
	stem := strings.TrimSuffix(path.Base(file), ".md")
	th := c.book.Theme(stem)
	if strings.HasPrefix(stem, "_") || slices.Contains(c.s.Standing(), th) {
		return
	}
	f := diag.Finding{Rule: "writing/no-theme", File: file, Pos: diag.Position{Line: 1}, Message: "the report leaves this out: no theme is called " + stem,
		Hint: "name it after its theme, THEME.md, or begin its name with _"}
	if th != nil {
		f.Message, f.About = "the report leaves this out: theme "+th.ID+" was dropped", "theme:"+th.ID
	}
	c.add(f)
}

// manuscript tells what is wrong with the quotations of one manuscript.
func (c *checker) manuscript(m *analysis.Manuscript, words bool) {
	for i := range m.Quotations {
		q := &m.Quotations[i]
		at := func(rule string, place transcript.Place, format string, args ...any) diag.Finding {
			f := diag.Finding{Rule: rule, File: m.Prose.File, Private: true, Message: fmt.Sprintf(format, args...),
				Pos: diag.Position{Line: place.Line, Column: place.Column}, Source: m.Prose.Line(place.Line)}
			if place.Line == 0 { // nothing can point there, so the message says where
				where := place.String()
				if words {
					where += ", " + mark(firstWords(q.Text))
				}
				f.Message = where + ": " + f.Message
			}
			if q.Passage.Transcript != "" {
				f.About = "transcript:" + q.Passage.Transcript
			}
			return f
		}
		switch {
		case q.Holds():
			c.doubts(q, at)
		case q.OfLiterature():
		case q.Verdict == transcript.Absent:
			f := at("writing/absent", q.Place, "%s stands in no transcript", kindOf(q))
			if near := c.where(q.Passage); near != "" {
				f.Message += "; what comes nearest is " + near
				if said := c.said(q.Passage); words && said != "" {
					f.Message += ", " + mark(said)
				}
			}
			f.Hint = "tema search finds where words stand; what was said otherwise is no quotation"
			c.add(f)
		default:
			worst, told := c.differences(q.Text, q.Passage, q.Changes, words)
			place, width := q.Place, 0
			if worst.At.End <= len(q.Text) { // not in the attribution
				place = m.Prose.Blocks[q.Block].PlaceAt(q.Start + worst.At.Start)
				first, _, _ := strings.Cut(worst.Quoted, "\n")
				width = utf8.RuneCountInString(first)
			}
			what := kindOf(q)
			if q.Translation != nil {
				what = "translation of what " + q.Speaker + " said"
			}
			rule := ruleOf(worst.Kind)
			f := at(rule, place, "%s differs from %s: %s", what, c.where(q.Passage), told)
			switch worst.Kind {
			case transcript.Attributed:
				f = at(rule, place, "%s is %s", what, told)
			case transcript.Spliced:
				f = at(rule, place, "%s joins what was not said together: %s, the rest by %s (%s)", what, told, c.speaker(q.Passage), c.where(q.Passage))
			}
			f.Width = width
			f.Hint = hints[rule]
			c.add(f)
		}
	}
	for _, place := range m.Unclosed {
		f := diag.Finding{Rule: "writing/unclosed", File: m.Prose.File, Private: true, Pos: diag.Position{Line: place.Line, Column: place.Column},
			Message: "nothing closes this quotation mark, so what it opens was not checked", Source: m.Prose.Line(place.Line)}
		if place.Line == 0 {
			f.Message = place.String() + ": nothing closes a quotation mark, so what it opens was not checked"
		}
		c.add(f)
	}
}

// doubts tells what is worth a second look in a quotation that holds.
func (c *checker) doubts(q *analysis.ManuscriptQuotation, at func(rule string, place transcript.Place, format string, args ...any) diag.Finding) {
	if q.Misplaced != "" {
		f := at("writing/lead-in", q.Place, "the sentence names another participant than %s, who says the words (%s)", q.Speaker, c.where(q.Passage))
		f.Hint = "name who says it, or quote what she says whom the sentence names"
		c.add(f)
	}
	if id := c.unknownID(q); id != "" {
		f := at("writing/unknown-attribution", q.Place, "%s is attributed to %s, and the study has nobody and nothing of that name", kindOf(q), id)
		f.Hint = fmt.Sprintf("%s said it (%s)", who(q.Speaker), c.where(q.Passage))
		c.add(f)
	}
	for _, w := range q.Warnings {
		f := at("writing/quotation", q.Place, "%s %s", kindOf(q), w)
		if q.Places > 1 && strings.HasPrefix(w, "stands in") {
			f.Severity = diag.Info
		}
		c.add(f)
	}
}

// likeID is an attribution that begins as ids of participants and transcripts mostly do.
var likeID = regexp.MustCompile(`^\((\p{L}{1,10})([ _-]?\d{1,4})\b`)

// unknownID returns what a quotation is attributed to if it looks like the study's ids, but for its number, and is none.
func (c *checker) unknownID(q *analysis.ManuscriptQuotation) string {
	m := likeID.FindStringSubmatch(q.Attribution)
	if m == nil || q.Names {
		return ""
	}
	like := false
	for _, id := range append(c.s.TranscriptIDs(), c.s.Speaking()...) {
		if diag.Fold(id) == diag.Fold(m[1]+m[2]) {
			return ""
		}
		letters, found := strings.CutPrefix(id, m[1])
		like = like || found && strings.Trim(letters, "0123456789 _-") == ""
	}
	if !like {
		return ""
	}
	return m[1] + m[2]
}

func kindOf(q *analysis.ManuscriptQuotation) string {
	if q.Set {
		return "block quotation"
	}
	return "quotation"
}

// ruleOf returns the rule that a change breaks.
func ruleOf(k transcript.ChangeKind) string {
	switch k {
	case transcript.Signs:
		return "writing/signs"
	case transcript.Reordered, transcript.Apart:
		return "writing/order"
	case transcript.Number:
		return "writing/number"
	case transcript.Attributed:
		return "writing/attribution"
	case transcript.Negation, transcript.Unsaid:
		return "writing/negation"
	case transcript.Spliced:
		return "writing/spliced"
	}
	return "writing/edited"
}

const fromTranscript = "take the words from the transcript; mark what is left out with [...] and what is put in with [brackets]"

var hints = map[string]string{
	"writing/edited":      fromTranscript,
	"writing/signs":       "take the signs from the transcript; a last comma or full stop is free",
	"writing/order":       "quote them one by one, or mark with [...] what stands between, in the order in which it was said",
	"writing/number":      "look at the transcript, and at the recording if there is one",
	"writing/attribution": "mend the attribution, or the speakers of the transcript",
	"writing/negation":    "quote more of it, so that what was denied is denied",
	"writing/spliced":     "quote each speaker by herself",
}

// differences says what a quotation changed of a passage, the gravest change first, which it returns too.
func (c *checker) differences(quote string, p transcript.Passage, changes []transcript.Change, words bool) (worst transcript.Change, told string) {
	const most = 3
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b transcript.Change) int { return int(b.Kind) - int(a.Kind) })
	var parts []string
	for _, x := range changes[:min(most, len(changes))] {
		parts = append(parts, c.difference(quote, p, x, words))
	}
	if left := len(changes) - most; left > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", left))
	}
	return changes[0], strings.Join(parts, "; ")
}

// difference says what a change of a passage is, by the number of the words or with the words themselves.
func (c *checker) difference(quote string, p transcript.Passage, x transcript.Change, words bool) string {
	quoted, said := numbered(quote, x.At), ""
	if words {
		said = mark(x.Said)
		if x.Quoted != "" {
			quoted = mark(x.Quoted)
		}
	}
	was, is := "was", "is"
	if strings.HasPrefix(quoted, "words") {
		was, is = "were", "are"
	}
	instead := func(what string) string { // of words that stand for others, were put in or left out
		switch {
		case x.Quoted == "" && words:
			return said + " is left out" + what
		case x.Quoted == "":
			return "words are left out " + quoted + what
		case x.Said == "" && words:
			return quoted + " " + was + " put in" + what
		case x.Said == "":
			return quoted + " " + was + " put in" + what
		case words:
			return quoted + " stands for " + said + what
		}
		return quoted + " " + is + " not what was said" + what
	}
	switch x.Kind {
	case transcript.Signs:
		if words {
			return instead("")
		}
		return "signs or case differ " + near(quoted)
	case transcript.Reordered:
		if x.From.Transcript == "" {
			return "the same words stand in another order, " + near(quoted)
		}
		when := "earlier"
		if x.From.Start > p.Start {
			when = "later"
		}
		return quoted + " " + was + " said " + when + " (" + c.where(x.From) + ")"
	case transcript.Apart:
		return quoted + " " + was + " said elsewhere (" + c.where(x.From) + "), and no mark says so"
	case transcript.Number:
		return instead(": another number")
	case transcript.Negation:
		return instead(": a negation is turned")
	case transcript.Unsaid:
		if words {
			return "the elision leaves out " + mark(x.Said) + ", and so turns what was said"
		}
		return "the elision " + near(quoted) + " leaves out a negation"
	case transcript.Attributed:
		to := "somebody else"
		if words {
			to = x.Quoted
		}
		return "attributed to " + to + ", and " + c.speaker(p) + " says it (" + c.where(p) + ")"
	case transcript.Spliced:
		return quoted + " " + was + " said by " + c.speaker(x.From) + " (" + c.where(x.From) + ")"
	}
	switch {
	case x.Quoted == "":
		return instead(" without a mark")
	case x.Said == "":
		return instead(" without brackets")
	}
	return instead("")
}

func who(speaker string) string {
	if diag.ReservedParticipant(speaker) {
		return "the " + speaker
	}
	return speaker
}

// numbered names the words of a quotation that stand at a place, by their number: "word 4", "words 4-6", "after word 4".
func numbered(text string, at transcript.Span) string {
	first, last, before := 0, 0, 0
	n := 0
	for w := range transcript.Words(text, transcript.Span{End: len(text)}) {
		n++
		if w.End <= at.Start {
			before = n
		}
		if w.Overlaps(at) {
			if first == 0 {
				first = n
			}
			last = n
		}
	}
	switch {
	case first == 0 && before == 0:
		return "at its beginning"
	case first == 0:
		return fmt.Sprintf("after word %d", before)
	case first == last:
		return fmt.Sprintf("word %d", first)
	}
	return fmt.Sprintf("words %d-%d", first, last)
}

func near(numbered string) string {
	if strings.HasPrefix(numbered, "word") {
		return "at " + numbered
	}
	return numbered
}

// where names a passage by its transcript and turn, or is "".
func (c *checker) where(p transcript.Passage) string {
	t := c.s.Transcript(p.Transcript)
	if t == nil {
		return p.Transcript
	}
	turn, ok := t.TurnAt(p.Start)
	if !ok {
		return p.Transcript
	}
	return fmt.Sprintf("%s turn %d", p.Transcript, turn.Number)
}

func (c *checker) speaker(p transcript.Passage) string {
	if t := c.s.Transcript(p.Transcript); t != nil {
		if turn, ok := t.TurnAt(p.Start); ok {
			return who(turn.Is)
		}
	}
	return "somebody else"
}

// said returns the words of a passage, cut to a line.
func (c *checker) said(p transcript.Passage) string {
	t := c.s.Transcript(p.Transcript)
	if t == nil {
		return ""
	}
	said, _ := t.Slice(p.Span)
	said = strings.TrimLeft(said, ".,;:!?… ")
	const long = 200
	if utf8.RuneCountInString(said) > long {
		said = string([]rune(said)[:long]) + " ..."
	}
	return said
}

// firstWords returns the beginning of a quotation, enough to find it with a word processor.
func firstWords(text string) string {
	const enough = 6
	end, n := 0, 0
	for w := range transcript.Words(text, transcript.Span{End: len(text)}) {
		if n++; n > enough {
			return text[:end] + " ..."
		}
		end = w.End
	}
	return text
}

func mark(words string) string {
	return `"` + strings.Join(strings.Fields(words), " ") + `"`
}
