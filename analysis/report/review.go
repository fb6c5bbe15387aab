package report

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// A Review is the evidence of themes, collated for reading it through. Nothing in it is ordered by how often it was said.
type Review struct {
	Schema   int           `json:"schema"`
	Title    string        `json:"title"`
	Question string        `json:"question,omitempty"`
	Approach string        `json:"approach"`
	Language string        `json:"language,omitempty"`
	By       string        `json:"by,omitempty"` // what passages are collated by: code, participant or transcript; "" without passages
	Themes   []ReviewTheme `json:"themes"`       // depth first in the author's order
	Loose    []Ref         `json:"codes_in_no_theme"`
}

// A ReviewTheme is a theme and what it rests on.
type ReviewTheme struct {
	Ref
	Level      int    `json:"level"` // 1 for the outermost
	Kind       string `json:"kind"`
	Concept    string `json:"concept,omitempty"`
	Definition string `json:"definition,omitempty"`
	Status     string `json:"status"`

	Own      Counts `json:"own"`
	Total    Counts `json:"total"` // with those of its sub-themes
	ByRule   Counts `json:"by_rule"`
	Proposed Counts `json:"proposed"` // counted nowhere

	Spread    ReviewSpread     `json:"spread"`
	Chosen    []Excerpt        `json:"chosen"` // of its sub-themes too
	Tensions  []Excerpt        `json:"tensions"`
	Overlaps  []ReviewOverlap  `json:"overlaps"`
	NotQuoted int              `json:"not_quoted"` // passages coded by persons that nothing in the study quotes
	Reviews   []RecordedReview `json:"reviews"`

	Groups           []ReviewGroup   `json:"groups,omitempty"`
	ByRulePassages   []ReviewPassage `json:"by_rule_passages,omitempty"`
	ProposedPassages []ReviewPassage `json:"proposed_passages,omitempty"` // if asked for
}

// A ReviewSpread is whom and what a theme draws on through persons' codings, and what it does not.
type ReviewSpread struct {
	Participants   []string          `json:"participants"`
	NoParticipants []string          `json:"no_participants"`
	Transcripts    []string          `json:"transcripts"`
	NoTranscripts  []string          `json:"no_transcripts"`
	Attributes     []ReviewAttribute `json:"attributes"`
}

// A ReviewAttribute is the spread over the groups of an attribute.
type ReviewAttribute struct {
	Attribute string              `json:"attribute"`
	Groups    []ReviewSpreadGroup `json:"groups"`
}

// A ReviewSpreadGroup is those who share a value; "" is not given.
type ReviewSpreadGroup struct {
	Value          string   `json:"value"`
	Participants   []string `json:"participants"`
	NoParticipants []string `json:"no_participants"`
}

// A ReviewOverlap is what the theme shares with another.
type ReviewOverlap struct {
	Theme    Ref     `json:"theme"`
	Codes    []Ref   `json:"codes"`
	Passages []Place `json:"passages"` // the theme's own that overlap one of the other's
}

// A Place is where a passage stands.
type Place struct {
	Transcript string `json:"transcript"`
	Turns      []int  `json:"turns"`
}

// A RecordedReview is a review that the journal tells of.
type RecordedReview struct {
	At      string `json:"at"`
	By      string `json:"by"`
	Level   int    `json:"level"` // 1: against the coded passages; 2: against the whole data set
	Note    string `json:"note,omitempty"`
	Changed bool   `json:"changed"` // the codings that it saw are not those of today
}

// A ReviewGroup is the passages of one code, participant or transcript. A passage stands in as many groups as it
// belongs to.
type ReviewGroup struct {
	Ref                      // a participant's or transcript's id and name are the same; both are "" where no participant speaks
	Under    string          `json:"under,omitempty"` // of a code: the sub-theme that names it
	Passages []ReviewPassage `json:"passages"`
}

// A ReviewPassage is a passage with what it stands in.
type ReviewPassage struct {
	Excerpt
	Asked     string `json:"asked,omitempty"` // what the interviewer last said before
	AskedTurn int    `json:"asked_turn,omitempty"`
	Before    string `json:"before,omitempty"` // what else is said in the turn that it begins in
	After     string `json:"after,omitempty"`  // and in the one that it ends in
	Quoted    bool   `json:"quoted"`           // an excerpt, a tension or the prose quotes words of it
}

// ReviewOptions say what a review holds.
type ReviewOptions struct {
	Theme      *codebook.Theme      // with its passages; nil is an overview of all themes without any
	By         string               // code, participant or transcript
	Attributes []string             // besides those that the study shows
	Proposed   bool                 // with the passages that rules propose
	Quoted     []transcript.Passage // words that the prose quotes
}

// ReviewBy are the ways to collate passages.
var ReviewBy = []string{"code", "participant", "transcript"}

// BuildReview collects what a review prints from e.
func BuildReview(ctx context.Context, s *analysis.Study, e *analysis.Evidence, o ReviewOptions) (*Review, error) {
	b := &builder{s: s, e: e, turns: -1, taken: map[string]int{}, coders: s.Coders(), r: &Report{}, who: s.Listed()}
	b.showCoders = slices.ContainsFunc(s.Config.Report.Show, func(have string) bool { return diag.Fold(have) == "coders" })
	r := &Review{Schema: 1, Title: s.Config.Title, Question: s.Config.Question, Approach: s.Config.Approach, Language: s.ReportLanguage()}
	attributes, err := b.attributes(o.Attributes)
	if err != nil {
		return nil, err
	}
	quoted := s.Quoted(e)
	for _, p := range o.Quoted {
		quoted.Add(p)
	}
	reviews := s.Reviews(e)
	top := standing(s.Book.Themes)
	kinds := levels(top, s.Config.Approach == analysis.ContentAnalysis)
	var walk func(list []*codebook.Theme, level int) error
	walk = func(list []*codebook.Theme, level int) error {
		for _, th := range list {
			if o.Theme == nil || o.Theme == th {
				t, err := b.review(th, attributes, quoted, reviews[th])
				if err != nil {
					return err
				}
				t.Level, t.Kind = level, kinds[level-1]
				if o.Theme != nil {
					r.By = cmp.Or(o.By, ReviewBy[0])
					t.Groups = b.collate(th, r.By, quoted)
					t.ByRulePassages = b.reviewPassages(e.Theme(th).ByRule.Passages, quoted)
					if o.Proposed {
						t.ProposedPassages = b.reviewPassages(e.Theme(th).Proposed.Passages, quoted)
					}
				}
				r.Themes = append(r.Themes, t)
			}
			if err := walk(standing(th.Themes), level+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(top, 1); err != nil {
		return nil, err
	}
	r.Loose = []Ref{}
	for _, c := range s.CodesWithoutTheme() {
		r.Loose = append(r.Loose, codeRef(c))
	}
	r.Themes = listed(r.Themes)
	return r, ctx.Err()
}

// listed is list, or an empty one where a document would otherwise hold null.
func listed[T any](list []T) []T { return append([]T{}, list...) }

// listed makes empty lists of those that x does not have.
func (x Excerpt) listed() Excerpt {
	x.Said, x.By, x.Turns, x.Codes = listed(x.Said), listed(x.By), listed(x.Turns), listed(x.Codes)
	return x
}

// attributes returns those that the study shows and has, and then others that were asked for by name.
func (b *builder) attributes(asked []string) ([]string, error) {
	have := b.s.Attributes()
	known := func(name string) int {
		return slices.IndexFunc(have, func(h string) bool { return diag.Fold(h) == diag.Fold(name) })
	}
	var out []string
	for _, name := range asked {
		if known(name) < 0 {
			return nil, fmt.Errorf("no participant and no transcript has an attribute called %s", name)
		}
	}
	for _, name := range slices.Concat(b.s.Config.Report.Show, asked) {
		if i := known(name); i >= 0 && !slices.Contains(out, have[i]) {
			out = append(out, have[i])
		}
	}
	return out, nil
}

// review collects all about a theme but its passages.
func (b *builder) review(th *codebook.Theme, attributes []string, quoted analysis.Stretches, reviews []analysis.Review) (ReviewTheme, error) {
	te := b.e.Theme(th)
	t := ReviewTheme{Ref: themeRef(th), Concept: th.Concept, Definition: th.Definition, Status: cmp.Or(th.Status, "candidate"),
		Own: counts(te.Own), Total: counts(te.Total), ByRule: counts(te.ByRule), Proposed: counts(te.Proposed),
		Chosen: []Excerpt{}, Tensions: []Excerpt{}, Overlaps: []ReviewOverlap{}, Reviews: []RecordedReview{}}
	spread, err := b.s.Spread(b.e, te.Total, attributes)
	if err != nil {
		return t, err
	}
	t.Spread = ReviewSpread{listed(spread.Participants), listed(spread.NoParticipants), listed(spread.Transcripts), listed(spread.NoTranscripts), []ReviewAttribute{}}
	for _, a := range spread.Groups {
		one := ReviewAttribute{a.Attribute, []ReviewSpreadGroup{}}
		for _, g := range a.Groups {
			one.Groups = append(one.Groups, ReviewSpreadGroup{g.Value, listed(g.Participants), listed(g.NoParticipants)})
		}
		t.Spread.Attributes = append(t.Spread.Attributes, one)
	}
	for _, sub := range withSubThemes(th) {
		for i, q := range b.e.Theme(sub).Excerpts {
			t.Chosen = append(t.Chosen, b.quote(sub, "excerpt", i, q).listed())
		}
		for i, q := range b.e.Theme(sub).Tensions {
			t.Tensions = append(t.Tensions, b.quote(sub, "tension", i, q).listed())
		}
	}
	for _, o := range b.s.Overlaps(b.e, th) {
		one := ReviewOverlap{themeRef(o.Theme), []Ref{}, []Place{}}
		for _, c := range o.Codes {
			one.Codes = append(one.Codes, codeRef(c))
		}
		for _, p := range o.Passages {
			one.Passages = append(one.Passages, Place{p.Transcript, p.Turns})
		}
		t.Overlaps = append(t.Overlaps, one)
	}
	for _, p := range te.Total.Passages {
		if !quoted.Overlap(p.Passage) {
			t.NotQuoted++
		}
	}
	for _, past := range reviews {
		t.Reviews = append(t.Reviews, RecordedReview{past.At, past.By, past.Level, past.Why, past.Changed})
	}
	return t, nil
}

// withSubThemes returns th and all under it that stand.
func withSubThemes(th *codebook.Theme) []*codebook.Theme {
	out := []*codebook.Theme{th}
	for _, sub := range standing(th.Themes) {
		out = append(out, withSubThemes(sub)...)
	}
	return out
}

// collate puts the passages of a theme under its codes, its participants or the transcripts.
func (b *builder) collate(th *codebook.Theme, by string, quoted analysis.Stretches) []ReviewGroup {
	var out []ReviewGroup
	if by == "code" {
		seen := map[*codebook.Code]bool{}
		for _, sub := range withSubThemes(th) {
			for _, top := range b.codes(sub.Codes) {
				for _, c := range top.WithDescendants() {
					own := b.e.Code(c).Own.Passages
					if seen[c] || len(own) == 0 {
						continue
					}
					seen[c] = true
					g := ReviewGroup{Ref: codeRef(c), Passages: b.reviewPassages(own, quoted)}
					if sub != th {
						g.Under = sub.Name
					}
					out = append(out, g)
				}
			}
		}
		return out
	}
	of := map[string][]analysis.Passage{}
	for _, p := range b.e.Theme(th).Total.Passages {
		switch {
		case by == "transcript":
			of[p.Transcript] = append(of[p.Transcript], p)
		case len(p.Participants) == 0:
			of[""] = append(of[""], p)
		}
		for _, id := range p.Participants {
			if by == "participant" {
				of[id] = append(of[id], p)
			}
		}
	}
	ids := append(slices.Clone(b.e.Sample.ParticipantIDs), "")
	if by == "transcript" {
		ids = b.s.TranscriptIDs()
	}
	for _, id := range ids {
		if len(of[id]) > 0 {
			out = append(out, ReviewGroup{Ref: Ref{ID: id, Name: id}, Passages: b.reviewPassages(of[id], quoted)})
		}
	}
	return out
}

func (b *builder) reviewPassages(passages []analysis.Passage, quoted analysis.Stretches) []ReviewPassage {
	var out []ReviewPassage
	for i := range passages {
		p := &passages[i]
		setting := b.s.Setting(p.Passage)
		x := ReviewPassage{Excerpt: b.passage(p).listed(), Before: setting.Before, After: setting.After, Quoted: quoted.Overlap(p.Passage)}
		for _, c := range p.Codings {
			if c.Memo != "" {
				x.Memo = strings.TrimPrefix(x.Memo+"\n\n"+c.Memo, "\n\n")
			}
		}
		if setting.Asked != nil {
			t := b.s.Transcript(p.Transcript)
			x.Asked, x.AskedTurn = t.Text[setting.Asked.Speech.Start:setting.Asked.Speech.End], setting.Asked.Number
		}
		out = append(out, x)
	}
	return out
}

// reviewWords are what a review says in its own voice.
type reviewWords struct {
	Review, Evidence, Absent, Transcripts, NotTranscripts, Groups, GroupAbsent string
	Overlap, OverlapCodes, OverlapPassages, NotQuoted, AllQuoted, Quoted       string
	Reviewed, Changed, NotReviewed, Chosen, NobodySpeaks, Silence              string
	ProposedCount, Note, Questions                                             string
	Levels                                                                     [2]string
	Ask                                                                        [4]string
}

var englishReview = reviewWords{
	Review: "Review", Evidence: "Coded by a person: %s", Absent: "Does not draw on: %s",
	Transcripts: "Transcripts: %s", NotTranscripts: "No passage from: %s",
	Groups: "%s: %s", GroupAbsent: "nobody of %s",
	Overlap: "Overlaps with %s: %s", OverlapCodes: "codes in common: %s", OverlapPassages: "the same words in %s",
	NotQuoted: "Quoted nowhere yet: %s of %s.", AllQuoted: "All passages are quoted somewhere.", Quoted: "quoted",
	Reviewed: "Reviewed %s by %s, %s.", Changed: "Its codings have changed since.", NotReviewed: "No review is recorded yet.",
	Chosen: "Excerpts that were chosen", NobodySpeaks: "No participant speaks",
	Silence:       "Not to be coded here is not the same as having no view.",
	ProposedCount: "Proposed by rules, read by nobody yet: %s",
	Note:          "Note:", Questions: "To think about",
	Levels: [2]string{"against its passages", "against the whole data set"},
	Ask: [4]string{
		"Do these passages hold together around the concept? Which do not, and what do they say?",
		"What does the concept leave out that the passages insist on?",
		"Does the theme belong with another, or is it two?",
		"Read against the whole data set: who is not heard here, and what speaks against the theme?",
	},
}

var norwegianReview = reviewWords{
	Review: "Gjennomgang", Evidence: "Kodet av en person: %s", Absent: "Bygger ikke på: %s",
	Transcripts: "Transkripsjoner: %s", NotTranscripts: "Ikke noe tekststykke fra: %s",
	Groups: "%s: %s", GroupAbsent: "ingen av %s",
	Overlap: "Overlapper med %s: %s", OverlapCodes: "felles koder: %s", OverlapPassages: "de samme ordene i %s",
	NotQuoted: "Ikke sitert noe sted ennå: %s av %s.", AllQuoted: "Alle tekststykker er sitert et sted.", Quoted: "sitert",
	Reviewed: "Gjennomgått %s av %s, %s.", Changed: "Kodingene er endret siden.", NotReviewed: "Ingen gjennomgang er notert ennå.",
	Chosen: "Sitater som er valgt", NobodySpeaks: "Ingen deltaker snakker",
	Silence:       "Å ikke være kodet her er ikke det samme som å ikke mene noe.",
	ProposedCount: "Foreslått av regler, ikke lest av noen ennå: %s",
	Note:          "Merknad:", Questions: "Til ettertanke",
	Levels: [2]string{"mot tekststykkene", "mot hele datamaterialet"},
	Ask: [4]string{
		"Holder tekststykkene sammen om det sentrale begrepet? Hvilke gjør det ikke, og hva sier de?",
		"Hva utelater begrepet som tekststykkene holder fast ved?",
		"Hører temaet sammen med et annet, eller er det to?",
		"Lest mot hele datamaterialet: Hvem høres ikke her, og hva taler mot temaet?",
	},
}

// contextRoom is how many characters of what surrounds a passage are printed on each side.
const contextRoom = 280

// Around returns what surrounds the passage, cut to so many characters at a word, with a sign where it was cut.
func (p ReviewPassage) Around(room int) (before, after string) {
	most := room * 8 // bytes; far more than is left of them, and far less than somebody may say in a turn
	far := len(p.Before) > most
	before = strings.Join(strings.Fields(strings.ToValidUTF8(p.Before[max(0, len(p.Before)-most):], "")), " ")
	if r := []rune(before); far || len(r) > room {
		before = string(r[max(0, len(r)-room):])
		if _, rest, ok := strings.Cut(before, " "); ok {
			before = rest
		}
		before = "… " + before
	}
	far = len(p.After) > most
	after = strings.Join(strings.Fields(strings.ToValidUTF8(p.After[:min(most, len(p.After))], "")), " ")
	if r := []rune(after); far || len(r) > room {
		after = string(r[:min(room, len(r))])
		if i := strings.LastIndexByte(after, ' '); i > 0 {
			after = after[:i]
		}
		after += " …"
	}
	return before, after
}

// Markdown returns the review as a page to print and to write on.
func (r *Review) Markdown() []byte {
	m := &markdown{r: &Report{Language: r.Language, Approach: r.Approach}, w: wordsFor(r.Language)}
	w := m.w
	if r.Title != "" {
		m.heading(1, line(r.Title))
	}
	m.para(line(w.Review.Review + " · " + w.Approach(m.r)))
	if r.Question != "" {
		m.para("**" + w.Question + ":** " + inline(r.Question))
	}
	for _, t := range r.Themes {
		m.reviewTheme(t, r.By)
	}
	if len(r.Loose) > 0 && r.By == "" {
		m.heading(2, w.Loose)
		m.para(names(r.Loose))
	}
	return bytes.TrimLeft(m.b.Bytes(), "\n")
}

func (m *markdown) reviewTheme(t ReviewTheme, by string) {
	w := m.w
	level := 2
	if by == "" {
		level = t.Level + 1
	}
	m.heading(level, line(t.Name))
	m.para(line(w.Overline(Section{Kind: t.Kind, Status: t.Status})))
	m.para(line(t.Concept))
	m.para(prose(t.Definition))
	var items []string
	for _, fact := range w.reviewFacts(t) {
		items = append(items, inline(fact))
	}
	m.items(items)
	if len(t.Spread.NoParticipants) > 0 {
		m.para(line(w.Review.Silence))
	}
	if m.r.Approach == "reflexive" && t.Total.Codings > 0 {
		m.para(w.Frequency)
	}
	if by == "" {
		return
	}
	quotes := func(name string, list []Excerpt) {
		if len(list) > 0 {
			m.heading(level+1, name)
		}
		for _, x := range list {
			m.excerpt(x)
		}
	}
	quotes(w.Tensions, t.Tensions)
	quotes(w.Review.Chosen, t.Chosen)
	passages := func(name string, list []ReviewPassage) {
		if len(list) > 0 {
			m.heading(level+1, name+" ("+w.some(w.Passages, len(list))+")")
		}
		for _, p := range list {
			m.reviewPassage(p)
		}
	}
	for _, g := range t.Groups {
		passages(line(w.groupName(g)), g.Passages)
	}
	passages(w.ByRule, t.ByRulePassages)
	passages(w.Proposed, t.ProposedPassages)
	m.heading(level+1, w.Review.Questions)
	for _, ask := range w.Review.Ask {
		m.para(line(ask))
		m.para(writingLine)
		m.para(writingLine)
	}
}

// writingLine is what one writes on.
const writingLine = "\\_______________________________________________________________________"

func (m *markdown) reviewPassage(p ReviewPassage) {
	w := m.w
	if p.Asked != "" {
		m.para("**" + inline(w.Roles["interviewer"]) + "** (" + inline(w.Place("", []int{p.AskedTurn})) + "): " + inline(p.Asked))
	}
	before, after := p.Around(contextRoom)
	m.para(line(before))
	x := p.Excerpt
	x.Memo = ""
	m.excerpt(x)
	m.para(line(after))
	if p.Memo != "" {
		m.para(w.Memo + ": " + prose(p.Memo))
	}
	note := line(w.Review.Note)
	if p.Quoted {
		note = "(" + inline(w.Review.Quoted) + ") " + note
	}
	m.para(note + " " + writingLine)
}

// groupName names a group of passages.
func (w *words) groupName(g ReviewGroup) string {
	name := cmp.Or(g.Name, w.Review.NobodySpeaks)
	if g.Under != "" {
		name += " · " + g.Under
	}
	return name
}

// reviewFacts says what a theme rests on, a line a fact.
func (w *words) reviewFacts(t ReviewTheme) []string {
	v := w.Review
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	add(v.Evidence, w.Counts(t.Total))
	if t.ByRule.Passages > 0 {
		add("%s: %s", w.ByRule, w.some(w.Passages, t.ByRule.Passages))
	}
	if t.Proposed.Passages > 0 {
		add(v.ProposedCount, w.some(w.Passages, t.Proposed.Passages))
	}
	s := t.Spread
	if len(s.Participants) > 0 {
		add(w.DrawsOn+": %s", w.some(w.Participants, len(s.Participants)), strings.Join(s.Participants, ", "))
	} else {
		add("%s", w.DrawsOnNobody)
	}
	if len(s.NoParticipants) > 0 {
		add(v.Absent, strings.Join(s.NoParticipants, ", "))
	}
	if len(s.Transcripts) > 0 {
		add(v.Transcripts, strings.Join(s.Transcripts, ", "))
	}
	if len(s.NoTranscripts) > 0 {
		add(v.NotTranscripts, strings.Join(s.NoTranscripts, ", "))
	}
	for _, a := range s.Attributes {
		var groups, absent []string
		for _, g := range a.Groups {
			value := cmp.Or(g.Value, w.NotGiven)
			if len(g.Participants) > 0 {
				groups = append(groups, value+" ("+strings.Join(g.Participants, ", ")+")")
			} else {
				absent = append(absent, value)
			}
		}
		if len(absent) > 0 {
			groups = append(groups, fmt.Sprintf(v.GroupAbsent, list(absent, w.Or)))
		}
		add(v.Groups, a.Attribute, strings.Join(groups, "; "))
	}
	for _, o := range t.Overlaps {
		var what []string
		if len(o.Codes) > 0 {
			var ids []string
			for _, c := range o.Codes {
				ids = append(ids, c.Name)
			}
			what = append(what, fmt.Sprintf(v.OverlapCodes, strings.Join(ids, ", ")))
		}
		if len(o.Passages) > 0 {
			what = append(what, fmt.Sprintf(v.OverlapPassages, w.places(o.Passages)))
		}
		add(v.Overlap, o.Theme.Name, strings.Join(what, "; "))
	}
	switch {
	case t.Total.Passages == 0:
	case t.NotQuoted > 0:
		add(v.NotQuoted, w.Number(t.NotQuoted), w.some(w.Passages, t.Total.Passages))
	default:
		add("%s", v.AllQuoted)
	}
	for _, p := range t.Reviews {
		day, _, _ := strings.Cut(p.At, "T")
		said := fmt.Sprintf(v.Reviewed, day, p.By, v.Levels[min(p.Level, 2)-1])
		if p.Note != "" {
			said += " " + w.Open + p.Note + w.Close
		}
		if p.Changed {
			said += " " + v.Changed
		}
		add("%s", said)
	}
	if len(t.Reviews) == 0 {
		add("%s", v.NotReviewed)
	}
	return out
}

// places names where passages stand, at most a few of them.
func (w *words) places(list []Place) string {
	const most = 12
	var out []string
	for i, p := range list {
		if i == most && len(list) > most+1 {
			out = append(out, fmt.Sprintf(w.More, w.Number(len(list)-most)))
			break
		}
		out = append(out, w.Place(p.Transcript, p.Turns))
	}
	return strings.Join(out, "; ")
}
