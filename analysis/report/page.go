package report

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/index/transcript"
)

// pageParts is what only the page shows, since it takes a page to show it.
type pageParts struct {
	choices   []choice
	above     map[string][]string // by a code's id: those of the codes above it
	groups    map[string][]string // by a participant's id: tokens of her values
	presence  presence
	portraits portraits
	texts     []wholeText // none unless asked for
}

// page collects what only the page shows.
func (b *builder) page(ctx context.Context, transcripts []*transcript.Transcript, whole bool) error {
	p := &b.r.parts
	p.above = map[string][]string{}
	for _, c := range b.s.Book.AllCodes() {
		for up := c.Parent; up != nil; up = up.Parent {
			p.above[c.ID] = append(p.above[c.ID], up.ID)
		}
	}
	b.choices()
	if whole {
		p.texts = b.wholeTexts(transcripts)
		for _, prose := range b.r.prose() { // what leads to a transcript can lead to its turn
			for i := range prose.Quoted {
				if q := &prose.Quoted[i]; q.To == transcriptAnchor(q.Transcript) && len(q.Turns) > 0 {
					q.To = turnAnchor(q.Transcript, q.Turns[0])
				}
			}
		}
	}
	p.portraits = b.portraits(transcripts)
	var err error
	p.presence, err = b.presence(ctx)
	return err
}

// A choice is what a reader may filter excerpts by: one list of options. An excerpt carries the tokens of those that it
// is found under.
type choice struct {
	Label   string // of an attribute, as the study names it
	Kind    string // participant, attribute, code
	Options []option
}

type option struct {
	Token, Label string
	Depth        int // of a code
}

// tokens returns what an excerpt is found under, each once. Ids hold no white space, so that a space can part them.
func (p *pageParts) tokens(x Excerpt) []string {
	var out []string
	for _, id := range x.Participants {
		out = append(out, "p:"+id)
		out = append(out, p.groups[id]...)
	}
	for _, c := range x.Codes {
		out = append(out, "c:"+c.ID)
		for _, id := range p.above[c.ID] {
			out = append(out, "c:"+id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// choices lists what the excerpts of the report can be filtered by. What no excerpt is found under is no option, and
// what all have in common is no choice.
func (b *builder) choices() {
	p := &b.r.parts
	p.groups = map[string][]string{}
	list := []choice{{Kind: "participant"}}
	for _, id := range b.e.Sample.ParticipantIDs {
		list[0].Options = append(list[0].Options, option{Token: "p:" + id, Label: id})
	}
	for _, name := range b.s.Config.Report.Show {
		if !b.who.OfParticipants(name) || !b.who.Has(name) {
			continue
		}
		of := map[string][]string{}
		for _, id := range b.e.Sample.ParticipantIDs {
			value := b.who.Value(id, name)
			of[value] = append(of[value], id)
		}
		ch := choice{Kind: "attribute", Label: name}
		for i, g := range analysis.JoinSmall(of, 0) { // what may stand beside an id may be asked for; in its order
			token := "a" + strconv.Itoa(len(list)) + ":" + strconv.Itoa(i)
			ch.Options = append(ch.Options, option{Token: token, Label: wordsFor(b.r.Language).Group(Group{Values: g.Values})})
			for _, id := range g.Participants {
				p.groups[id] = append(p.groups[id], token)
			}
		}
		list = append(list, ch)
	}
	codes := choice{Kind: "code"}
	for _, c := range b.s.Book.AllCodes() {
		codes.Options = append(codes.Options, option{Token: "c:" + c.ID, Label: c.Name, Depth: len(c.Path()) - 1})
	}
	list = append(list, codes)

	used := map[string]int{}
	excerpts := 0
	b.r.eachExcerpt(func(x Excerpt) {
		excerpts++
		for _, token := range p.tokens(x) {
			used[token]++
		}
	})
	for _, ch := range list {
		ch.Options = slices.DeleteFunc(ch.Options, func(o option) bool { return used[o.Token] == 0 })
		if slices.ContainsFunc(ch.Options, func(o option) bool { return used[o.Token] < excerpts }) {
			p.choices = append(p.choices, ch)
		}
	}
}

// eachExcerpt visits the excerpts of the report in the order of the page.
func (r *Report) eachExcerpt(visit func(Excerpt)) {
	var walk func([]Section)
	walk = func(list []Section) {
		for _, s := range list {
			for _, group := range [][]Excerpt{s.Chosen, s.Tensions, s.Others.Shown, s.ByRule.Shown, s.Proposed.Shown} {
				for _, x := range group {
					visit(x)
				}
			}
			walk(s.Sections)
		}
	}
	walk(r.Sections)
}

// coded returns x, which quotes q, with the codes of the evidence that lie on its words.
func coded(x Excerpt, evidence analysis.Tier, q analysis.Quote) Excerpt {
	for _, p := range evidence.Passages {
		if p.Transcript != x.Transcript || x.Problem != nil {
			continue
		}
		for _, c := range p.Codings {
			on := slices.ContainsFunc(q.Result.Fragments, c.Span.Overlaps)
			if ref := codeRef(c.Today); on && !slices.Contains(x.Codes, ref) {
				x.Codes = append(x.Codes, ref)
			}
		}
	}
	return x
}

// A presence says which of the participants (of the transcripts, where nobody knows who speaks) a theme draws on.
type presence struct {
	ByTranscript bool
	ByCode       bool
	Counts       bool // of passages; presence alone in a reflexive study
	Columns      []string
	Of           int // columns, had all been shown
	Rows         []presenceRow
}

type presenceRow struct {
	Ref
	Depth int
	Cells []presenceCell
}

// A presenceCell is how many passages persons coded, and rules.
type presenceCell struct{ Passages, ByRule int }

// mostColumns is what a table has room for; presence in a larger study is better read from the spread of each theme.
const mostColumns = 40

// presence makes the table, with sub-themes in a row of their own, and in what stands above them.
func (b *builder) presence(ctx context.Context) (presence, error) {
	o := analysis.MatrixOptions{Rows: analysis.AxisThemes, Columns: analysis.AxisParticipants, Tier: analysis.TierCoded}
	if b.r.ByCode {
		o.Rows = analysis.AxisCodes
	}
	p := presence{ByCode: b.r.ByCode, Counts: b.r.Approach != analysis.Reflexive, ByTranscript: b.e.Sample.Participants == 0}
	if p.ByTranscript {
		o.Columns = analysis.AxisTranscripts
	}
	coded, err := b.s.Matrix(ctx, b.e, o)
	if err != nil {
		return p, err
	}
	o.Tier = analysis.TierByRule
	byRule, err := b.s.Matrix(ctx, b.e, o)
	if err != nil {
		return p, err
	}
	p.Of = len(coded.Columns)
	for _, h := range coded.Columns[:min(p.Of, mostColumns)] {
		p.Columns = append(p.Columns, h.ID)
	}
	for i, h := range coded.Rows {
		row := presenceRow{Ref: Ref{ID: h.ID, Name: h.Name, Anchor: "theme-" + h.ID}, Depth: h.Depth}
		if b.r.ByCode {
			if h.Depth > 0 {
				continue // all of them would be a codebook
			}
			row.Ref = codeRef(b.s.Book.Code(h.ID))
		}
		for k := range p.Columns {
			row.Cells = append(row.Cells, presenceCell{coded.Cells[i][k].Counts.Passages, byRule.Cells[i][k].Counts.Passages})
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

// A wholeText is a transcript as it is printed at the end of the page.
type wholeText struct {
	ID, Anchor string
	Turns      []wholeTurn
}

// A wholeTurn is a turn with the passages that are coded in it.
type wholeTurn struct {
	Anchor string
	Number int
	Speech
	Parts []textPart
	Coded []codedPart // what the marked parts are, in order
}

// A textPart is a stretch of a turn. Mark is the number, from 1, of the coded passage that it is, or 0.
type textPart struct {
	Text string
	Mark int
}

// A codedPart is a coded passage within a turn.
type codedPart struct {
	Number int // from 1, within the turn
	Codes  []Ref
}

// wholeAnchor is where a transcript stands in full, if the transcripts are printed.
func wholeAnchor(id string) string { return "whole-" + strings.ReplaceAll(id, " ", "~") }

// turnAnchor is where a turn stands, if the transcripts are printed. No id holds a tilde.
func turnAnchor(id string, turn int) string {
	return "turn-" + strings.ReplaceAll(id, " ", "~") + "-" + strconv.Itoa(turn)
}

// wholeTexts prints transcripts with what persons coded, and rules whose codes count unread.
func (b *builder) wholeTexts(transcripts []*transcript.Transcript) []wholeText {
	coded := map[string][]*analysis.Placed{}
	for _, ce := range b.e.Codes {
		for _, tier := range []analysis.Tier{ce.Own, ce.ByRule} {
			for _, p := range tier.Passages {
				coded[p.Transcript] = append(coded[p.Transcript], p.Codings...)
			}
		}
	}
	order := map[*codebook.Code]int{}
	for i, c := range b.s.Book.AllCodes() {
		order[c] = i
	}
	out := make([]wholeText, 0, len(transcripts))
	for _, t := range transcripts {
		list := coded[t.ID]
		slices.SortStableFunc(list, func(x, y *analysis.Placed) int {
			return cmp.Or(cmp.Compare(x.Span.Start, y.Span.Start), cmp.Compare(x.Span.End, y.Span.End), cmp.Compare(order[x.Today], order[y.Today]))
		})
		var names map[string]string
		if b.noIDs {
			names = b.names(t, speaking(t))
		}
		w := wholeText{ID: t.ID, Anchor: wholeAnchor(t.ID), Turns: make([]wholeTurn, 0, len(t.Turns))}
		for _, turn := range t.Turns {
			if turn.Speech.Len() == 0 {
				continue
			}
			one := wholeTurn{Anchor: turnAnchor(t.ID, turn.Number), Number: turn.Number, Speech: Speech{Role: turn.Is}}
			if turn.Participant() {
				if one.Who, one.Role = turn.Is, "participant"; b.noIDs {
					one.Who = names[turn.Is]
				}
			}
			for len(list) > 0 && list[0].Span.End <= turn.Speech.Start {
				list = list[1:]
			}
			one.mark(t, turn.Speech, list)
			w.Turns = append(w.Turns, one)
		}
		out = append(out, w)
	}
	return out
}

// mark cuts speech where coded passages begin and end. Codings that overlap are one passage; they come in order.
func (w *wholeTurn) mark(t *transcript.Transcript, speech transcript.Span, codings []*analysis.Placed) {
	var passages []transcript.Span
	for _, c := range codings {
		on := transcript.Span{Start: max(c.Span.Start, speech.Start), End: min(c.Span.End, speech.End)}
		if c.Span.Start >= speech.End {
			break
		}
		if on.Start >= on.End {
			continue // it ended before this turn
		}
		if last := len(passages) - 1; last < 0 || on.Start >= passages[last].End {
			passages = append(passages, on)
			w.Coded = append(w.Coded, codedPart{Number: len(passages)})
		} else {
			passages[last].End = max(passages[last].End, on.End)
		}
		part := &w.Coded[len(w.Coded)-1]
		if ref := codeRef(c.Today); !slices.Contains(part.Codes, ref) {
			part.Codes = append(part.Codes, ref)
		}
	}
	at := speech.Start
	for i, p := range passages {
		if at < p.Start {
			w.Parts = append(w.Parts, textPart{Text: t.Text[at:p.Start]})
		}
		w.Parts = append(w.Parts, textPart{Text: t.Text[p.Start:p.End], Mark: i + 1})
		at = p.End
	}
	if at < speech.End {
		w.Parts = append(w.Parts, textPart{Text: t.Text[at:speech.End]})
	}
}

// The parts, as templates ask for them.

// Choices are what excerpts can be filtered by; none where there is too little to filter.
func (p page) Choices() []choice {
	if p.ExcerptCount() < 4 {
		return nil
	}
	return p.parts.choices
}

// ExcerptCount is how many excerpts there are.
func (p page) ExcerptCount() (n int) {
	p.eachExcerpt(func(Excerpt) { n++ })
	return n
}

// NeedsScript says whether the script has anything to work on.
func (p page) NeedsScript() bool { return p.ExcerptCount()+len(p.prose()) > 0 }

// Indent sets off a sub-code in a list that knows no levels.
func (p page) Indent(depth int) string { return strings.Repeat("\u2003", depth) }

// InFull names a transcript, with where it stands in full if it does.
func (p page) InFull(id string) codeView {
	ref := Ref{ID: id}
	if len(p.parts.texts) > 0 {
		ref.Anchor = wholeAnchor(id)
	}
	return codeView{p, ref}
}

// TurnLinks are links to the turns of a row, if transcripts are printed.
func (p page) TurnLinks(id string, r portraitRow) []Ref {
	if len(p.parts.texts) == 0 {
		return nil
	}
	var out []Ref
	for _, turn := range r.Turns {
		out = append(out, Ref{Anchor: turnAnchor(id, turn), Name: strconv.Itoa(turn)})
	}
	return out
}

// Presence, Portraits and Texts are shown where there is anything to show.
func (p page) Presence() presence   { return p.parts.presence }
func (p page) Portraits() portraits { return p.parts.portraits }
func (p page) Texts() []wholeText   { return p.parts.texts }
func (p page) HasPresence() bool {
	return slices.ContainsFunc(p.parts.presence.Rows, func(r presenceRow) bool {
		return slices.ContainsFunc(r.Cells, func(c presenceCell) bool { return c.Passages+c.ByRule > 0 })
	})
}
func (p page) HasPortraits() bool { return len(p.parts.portraits.Shown) > 0 }

// HasByRule says whether rules coded anything in the table.
func (p presence) HasByRule() bool {
	return slices.ContainsFunc(p.Rows, func(r presenceRow) bool {
		return slices.ContainsFunc(r.Cells, func(c presenceCell) bool { return c.ByRule > 0 && c.Passages == 0 })
	})
}
