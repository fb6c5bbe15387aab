package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
)

// proseWords are what a report says of the prose that its authors wrote.
type proseWords struct {
	Chapters                                            map[string]string
	Own, OwnOnly, All, From                             string
	Verbatim, NotAllVerbatim, NotChecked, ChosenQuoted  [2]string // the first for one
	Translated, Absent, Nearest, Attributed, Spliced    string
	Apart, InText, Misquoted, LeftOut, Line, Note, Back string
	Reasons                                             map[string]string // of what is left out
}

var englishProse = proseWords{
	Chapters: map[string]string{"abstract": "Abstract", "introduction": "Introduction", "method": "Method", "methods": "Methods", "findings": "Findings",
		"results": "Results", "discussion": "Discussion"},
	Own: "%s by the authors, %s in quotations", OwnOnly: "%s by the authors, none in quotations.",
	All: "The authors’ text has %s of their own and %s of quotation%s.", From: ", from %s",
	Verbatim:       [2]string{"The one quotation in it stands word for word in its transcript.", "All %s quotations in it stand word for word in their transcripts."},
	NotAllVerbatim: [2]string{"The one quotation in it could not be verified, and is marked.", "Of %s quotations in it, %s stand word for word in their transcripts. The others are marked."},
	NotChecked:     [2]string{"One quotation of fewer than five words was not checked.", "%s quotations of fewer than five words were not checked."},
	ChosenQuoted:   [2]string{"One chosen excerpt is quoted in the text above.", "%s chosen excerpts are quoted in the text above."},
	Translated:     "%s, translation", Absent: "these words stand in no transcript", Nearest: "what comes nearest is in %s",
	Attributed: "it is attributed to %s, and %s says it", Spliced: "%s was said by %s", Apart: "; ",
	InText: "In the text", Misquoted: "Quotations in the text that could not be verified:",
	LeftOut: "Text that the report leaves out:", Line: "%s, line %s", Note: "Note %s", Back: "back to the text",
	Reasons: map[string]string{"no-theme": "no theme has this name", "dropped": "its theme was dropped", "unreadable": "it cannot be read"},
}

var norwegianProse = proseWords{
	Chapters: map[string]string{"abstract": "Sammendrag", "introduction": "Innledning", "method": "Metode", "methods": "Metoder", "findings": "Funn",
		"results": "Resultater", "discussion": "Diskusjon"},
	Own: "%s av forfatterne, %s i sitater", OwnOnly: "%s av forfatterne, ingen i sitater.",
	All: "Forfatternes tekst har %s av deres egne og %s i sitater%s.", From: ", fra %s",
	Verbatim:       [2]string{"Det ene sitatet i den står ordrett i transkripsjonen.", "Alle de %s sitatene i den står ordrett i transkripsjonene."},
	NotAllVerbatim: [2]string{"Det ene sitatet i den kunne ikke bekreftes og er merket.", "Av %s sitater i den står %s ordrett i transkripsjonene. De andre er merket."},
	NotChecked:     [2]string{"Ett sitat på færre enn fem ord ble ikke kontrollert.", "%s sitater på færre enn fem ord ble ikke kontrollert."},
	ChosenQuoted:   [2]string{"Ett valgt sitat står i teksten ovenfor.", "%s valgte sitater står i teksten ovenfor."},
	Translated:     "%s, oversettelse", Absent: "disse ordene står ikke i noen transkripsjon", Nearest: "det nærmeste står i %s",
	Attributed: "det er tilskrevet %s, og %s sier det", Spliced: "%s ble sagt av %s", Apart: "; ",
	InText: "I teksten", Misquoted: "Sitater i teksten som ikke kunne bekreftes:",
	LeftOut: "Tekst som rapporten utelater:", Line: "%s, linje %s", Note: "Note %s", Back: "tilbake til teksten",
	Reasons: map[string]string{"no-theme": "ingen av temaene heter dette", "dropped": "temaet ble forkastet", "unreadable": "den kan ikke leses"},
}

// Chapter is the heading of a chapter: its author's, that which a paper has, or the name of its file.
func (w *words) Chapter(c Chapter) string {
	if c.Name != "" {
		return c.Name
	}
	if name := w.Prose.Chapters[c.ID]; name != "" {
		return name
	}
	return upper(strings.NewReplacer("-", " ", "_", " ").Replace(c.ID))
}

// InProse says how many words a prose has, and where those stand that it quotes.
func (w *words) InProse(p Prose) string {
	turns, order := map[string][]int{}, []string{}
	for _, q := range p.Quoted {
		if q.Problem != nil || q.Transcript == "" {
			continue
		}
		if turns[q.Transcript] == nil {
			order = append(order, q.Transcript)
		}
		turns[q.Transcript] = append(turns[q.Transcript], q.Turns...)
	}
	own := w.some(w.Words, p.Counts.Own)
	if p.Counts.Quoted == 0 {
		return fmt.Sprintf(w.Prose.OwnOnly, own)
	}
	said := fmt.Sprintf(w.Prose.Own, own, w.some(w.Words, p.Counts.Quoted))
	if len(order) == 0 { // none of it was verified
		return said + "."
	}
	var places []string
	for _, id := range order {
		slices.Sort(turns[id])
		places = append(places, w.Place(id, slices.Compact(turns[id])))
	}
	return said + ": " + strings.Join(places, w.Prose.Apart) + "."
}

// Written says how many words the authors wrote and quoted, and how the quotations stand to the transcripts.
func (w *words) Written(r *Report) []string {
	c := r.Written
	if c.Own+c.Quoted == 0 {
		return nil
	}
	from := ""
	if len(c.Participants) > 0 {
		from = fmt.Sprintf(w.Prose.From, w.some(w.Participants, len(c.Participants)))
	}
	out := []string{fmt.Sprintf(w.Prose.All, w.some(w.Words, c.Own), w.some(w.Words, c.Quoted), from)}
	switch {
	case c.Quotations == 0:
	case c.Quotations == 1 && c.Verbatim == 1:
		out[0] += " " + w.Prose.Verbatim[0]
	case c.Quotations == 1:
		out[0] += " " + w.Prose.NotAllVerbatim[0]
	case c.Quotations == c.Verbatim:
		out[0] += " " + fmt.Sprintf(w.Prose.Verbatim[1], w.Number(c.Quotations))
	default:
		out[0] += " " + fmt.Sprintf(w.Prose.NotAllVerbatim[1], w.Number(c.Quotations), w.Number(c.Verbatim))
	}
	if c.NotChecked > 0 {
		out[0] += " " + w.many(w.Prose.NotChecked, c.NotChecked)
	}
	return out
}

// ChosenAbove says how many chosen excerpts are not listed since the prose quotes them.
func (w *words) ChosenAbove(s Section) string {
	if s.ChosenQuoted == 0 {
		return ""
	}
	return w.many(w.Prose.ChosenQuoted, s.ChosenQuoted)
}

// many says a sentence about n; the first of the pair has no place for it.
func (w *words) many(of [2]string, n int) string {
	if n == 1 {
		return of[0]
	}
	return fmt.Sprintf(of[1], w.Number(n))
}

// QuotedFrom says where a quotation of prose stands.
func (w *words) QuotedFrom(q Quoted) string {
	place := w.Place(q.Transcript, q.Turns)
	if q.Translated {
		return fmt.Sprintf(w.Prose.Translated, place)
	}
	return place
}

// Sources says where the quotations stand that a block quotation consists of.
func (w *words) Sources(p Prose, b ProseBlock) string {
	var places []string
	for _, q := range p.sources(b) {
		if place := w.QuotedFrom(q); !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	return strings.Join(places, w.Prose.Apart)
}

// Misquote says why a quotation of prose is not verified.
func (w *words) Misquote(q Quoted) string {
	who := func(id string) string {
		if diag.ReservedParticipant(id) || id == someParticipant {
			return strings.ToLower(w.Roles[id])
		}
		return id
	}
	switch p := q.Problem; p.Kind {
	case "absent":
		if len(p.Nearest) > 0 {
			return w.Prose.Absent + "; " + fmt.Sprintf(w.Prose.Nearest, w.Place(q.Transcript, p.Nearest))
		}
		return w.Prose.Absent
	case "attributed":
		return fmt.Sprintf(w.Prose.Attributed, strings.Trim(p.Changes[0].Quoted, "()"), who(p.Changes[0].Said)) + " (" + w.QuotedFrom(q) + ")"
	case "spliced":
		return fmt.Sprintf(w.Prose.Spliced, w.Open+p.Changes[0].Quoted+w.Close, who(p.Changes[0].Said))
	}
	return w.Problem(q.Excerpt) + " (" + w.QuotedFrom(q) + ")"
}

// Beginning is the first words of a quotation, enough to find it.
func (w *words) Beginning(q Quoted) string {
	const enough = 8
	fields := strings.Fields(q.Said[0].Text)
	if len(fields) > enough {
		return w.Open + strings.Join(fields[:enough], " ") + " …" + w.Close
	}
	return w.Open + strings.Join(fields, " ") + w.Close
}

// MisquotedAt says in which file and line a quotation stands.
func (w *words) MisquotedAt(q Misquoted) string {
	return fmt.Sprintf(w.Prose.Line, q.File, fmt.Sprint(q.Line))
}
