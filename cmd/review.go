package cmd

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/report"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

var (
	reviewFormats = []string{"text", "markdown"}
	reviewLevels  = map[string]int{"passages": analysis.LevelPassages, "whole": analysis.LevelWhole}
)

type reviewOptions struct {
	by, format, out, note, level, coder string
	attributes                          []string
	proposed                            bool
}

func newReviewCmd(a *app) *cobra.Command {
	var o reviewOptions
	c := &cobra.Command{
		Use:   "review [THEME]",
		Short: "Read a theme through: its evidence, whom it draws on, what speaks against it",
		Long: `Collate all that a theme rests on: its passages by code, participant or transcript, each with the
question that was asked and what else was said in that turn; whom and what the theme draws on, and
who is absent; what it shares with other themes; its tensions; which passages no excerpt, tension
or prose (writing/*.md) quotes. What rules propose is kept apart. Without a theme it is an overview
of all of them. Themes stand in your order, never in that of how often something was said.

--format markdown is a page to print and to write on. --note records in the journal that you have
reviewed the theme: --level passages against its coded passages, --level whole against the whole
data set (without a theme, that is all themes). Later the review says if codings have changed since.`,
		Example: `  tema review
  tema review theme:near-and-far --by participant
  tema review near-and-far --output near-and-far.md
  tema review near-and-far --level passages --note "Holds; the night nurse stays as a tension."`,
		Args:              args(cobra.MaximumNArgs(1)),
		ValidArgsFunction: a.completeThemes(1),
		RunE: func(c *cobra.Command, given []string) error {
			if c.Flags().Changed("note") && strings.TrimSpace(o.note) == "" {
				return usagef("--note is empty; say what came of the review")
			}
			if c.Flags().Changed("level") != c.Flags().Changed("note") {
				return usagef("--level and --note belong together: what was reviewed, and what came of it")
			}
			return runReview(c.Context(), a, strings.Join(given, ""), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.by, "by", "code", "collate by code, participant or transcript")
	f.StringArrayVar(&o.attributes, "attribute", nil, "show the spread over this attribute too, besides those of report.show (repeatable)")
	f.BoolVar(&o.proposed, "proposed", false, "with the passages that rules propose")
	f.StringVar(&o.note, "note", "", "record in the journal what came of the review")
	f.StringVar(&o.level, "level", "", "what was reviewed: passages, or whole (the whole data set)")
	f.StringVar(&o.coder, "coder", "", "who reviewed (default: TEMA_CODER, else study.yaml's coder)")
	f.StringVar(&o.format, "format", "", strings.Join(reviewFormats, ", "))
	f.StringVarP(&o.out, "output", "o", "", "write to this file instead of stdout")
	for name, values := range map[string][]string{"by": report.ReviewBy, "level": {"passages", "whole"}, "format": reviewFormats} {
		c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	c.RegisterFlagCompletionFunc("attribute", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return a.sides()[len(analysis.Axes):], cobra.ShellCompDirectiveNoFileComp
	})
	return c
}

func runReview(ctx context.Context, a *app, theme string, o reviewOptions) error {
	if !slices.Contains(report.ReviewBy, o.by) {
		return usagef("--by is one of %s, not %q", strings.Join(report.ReviewBy, ", "), o.by)
	}
	level, known := reviewLevels[o.level]
	switch {
	case o.level != "" && !known:
		return usagef("--level is passages or whole, not %q", o.level)
	case level == analysis.LevelPassages && theme == "":
		return usagef("name the theme whose passages were reviewed")
	}
	var err error
	if o.format, err = a.outputFormat(o.format, o.out, reviewFormats); err != nil {
		return err
	}
	s, who, err := a.openReview(o)
	if err != nil {
		return err
	}
	defer s.Close()
	var th *codebook.Theme
	if theme != "" {
		if th = s.Book.Theme(strings.TrimPrefix(theme, "theme:")); !slices.Contains(s.Standing(), th) {
			return usagef("no theme is called %s%s", theme, suggest(theme, s))
		}
	}
	e, err := a.evidence(ctx, s)
	if err != nil {
		return err
	}
	if o.note != "" {
		return a.recordReview(s, e, who, th, level, o.note)
	}
	quoted, err := a.quotedInWriting(ctx, s)
	if err != nil {
		return err
	}
	r, err := report.BuildReview(ctx, s, e, report.ReviewOptions{Theme: th, By: o.by, Attributes: o.attributes, Proposed: o.proposed, Quoted: quoted})
	if err != nil {
		return errUsage{err}
	}
	if err := s.ErrUnlessReportable(); err != nil { // the journal was read on the way
		return err
	}
	if len(r.Themes) == 0 && !a.json {
		a.note("no themes yet; tema theme add begins one")
	}
	switch {
	case a.json && o.out == "":
		return a.printJSON(r)
	case o.format == "markdown":
		return a.output(o.out, r.Markdown())
	}
	var text bytes.Buffer
	width := 0
	if o.out == "" {
		width, _ = terminal(a.out)
	}
	w := bufio.NewWriter(&text)
	a.reviewText(w, r, width)
	w.Flush()
	if err := a.output(o.out, text.Bytes()); err != nil {
		return err
	}
	if s.Config.Approach == analysis.Reflexive {
		a.note("%s", report.FrequencyNote)
	}
	return nil
}

// quotedInWriting returns the words that the study's prose quotes as they were said. What cannot be read is passed over
// with a note.
func (a *app) quotedInWriting(ctx context.Context, s *analysis.Study) ([]transcript.Passage, error) {
	checking := a.progress("checking quotation")
	written, err := report.ReadWriting(ctx, s, checking.step)
	checking.done()
	if err != nil {
		return nil, err
	}
	var out []transcript.Passage
	for i := range written {
		if written[i].Err != nil {
			a.note("%s%s cannot be read, so what it quotes is not known; tema check says why", a.shown(s.Dir), written[i].File)
		}
		out = append(out, written[i].Passages()...)
	}
	return out, nil
}

// suggest names the theme that was probably meant.
func suggest(id string, s *analysis.Study) string {
	var ids []string
	for _, th := range s.Standing() {
		ids = append(ids, th.ID)
	}
	if near := diag.Nearest(strings.TrimPrefix(id, "theme:"), ids); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// openReview opens the study, and says who reviewed if that is to be recorded.
func (a *app) openReview(o reviewOptions) (s *analysis.Study, who string, err error) {
	if o.note != "" {
		return a.openToDecide(decisionOptions{coder: o.coder})
	}
	s, err = a.open(a.dir)
	return s, "", err
}

// recordReview writes the review into the journal.
func (a *app) recordReview(s *analysis.Study, e *analysis.Evidence, who string, th *codebook.Theme, level int, note string) error {
	themes := []*codebook.Theme{th}
	if th == nil {
		themes = slices.DeleteFunc(s.Standing(), func(t *codebook.Theme) bool { return t.Parent != nil })
	}
	if len(themes) == 0 {
		return usagef("there is no theme to review yet")
	}
	event, err := s.RecordReview(e, who, note, level, themes...)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Schema int `json:"schema"`
			analysis.Event
		}{1, event})
	}
	a.note("%sjournal.jsonl: %s reviewed %s", a.shown(s.Dir), who, strings.Join(event.About, ", "))
	if level == analysis.LevelPassages && (th.Status == "candidate" || th.Status == "") {
		a.note("in the codebook it is a candidate still: tema theme set %s status reviewed", th.ID)
	}
	return nil
}

// reviewText writes a review for a person, as wide as a terminal is; 0 breaks no line.
func (a *app) reviewText(w *bufio.Writer, r *report.Review, width int) {
	st := a.styles(a.out)
	for i, t := range r.Themes {
		if i > 0 {
			w.WriteByte('\n')
		}
		margin := ""
		if r.By == "" {
			margin = strings.Repeat("  ", t.Level-1)
		}
		name := diag.Plain(t.Name)
		if t.Name == t.ID {
			name = ""
		}
		fmt.Fprintf(w, "%s%s  %s\n", margin, st.bold(t.ID), name)
		w.WriteString(paragraphs(t.Concept, margin+"  ", width))
		if r.By != "" {
			w.WriteString(paragraphs(t.Definition, margin+"  ", width))
			w.WriteByte('\n')
		}
		for _, f := range reviewFacts(t, r.By == "") {
			const column = 15
			body := strings.TrimPrefix(paragraphs(f.text, margin+strings.Repeat(" ", column+4), width), margin+strings.Repeat(" ", column+4))
			fmt.Fprintf(w, "%s  %s  %s", margin, st.dim(pad(f.name, column, false)), body)
		}
		if r.By == "" {
			continue
		}
		quotations := func(head string, list []report.Excerpt) {
			if len(list) > 0 {
				fmt.Fprintf(w, "\n%s\n", st.bold(head))
			}
			for _, x := range list {
				fmt.Fprintf(w, "  %s\n", st.dim(diag.Plain(placeOf(x))))
				w.WriteString(paragraphs(x.Said[0].Text, "  │ ", width))
				if x.Problem != nil {
					w.WriteString(paragraphs("not verified: "+problems[x.Problem.Kind], "    ", width))
				}
				w.WriteString(paragraphs(x.Memo, "    ", width))
			}
		}
		quotations("what speaks against it", t.Tensions)
		quotations("excerpts that were chosen", t.Chosen)
		passages := func(head string, list []report.ReviewPassage) {
			for i, p := range list {
				w.WriteByte('\n')
				if i == 0 {
					fmt.Fprintf(w, "%s  %s\n", st.bold(diag.Plain(head)), st.dim(analysis.Plural(len(list), "passage", "passages")))
				}
				a.reviewPassage(w, p, width)
			}
		}
		for _, g := range t.Groups {
			head := g.ID
			switch {
			case g.ID == "":
				head = "no participant speaks"
			case g.Name != g.ID:
				head += "  " + g.Name
			}
			if g.Under != "" {
				head += " · " + g.Under
			}
			passages(head, g.Passages)
		}
		passages("coded by rule, read by nobody yet", t.ByRulePassages)
		passages("proposed by rules, read by nobody yet", t.ProposedPassages)
	}
	if r.By == "" && len(r.Loose) > 0 {
		var ids []string
		for _, c := range r.Loose {
			ids = append(ids, c.ID)
		}
		fmt.Fprintf(w, "\n%s\n%s", st.bold("codes in no theme"), paragraphs(strings.Join(ids, ", "), "  ", width))
	}
}

// reviewPassage writes a passage: a bar beside it, around it what else was said, above it the question.
func (a *app) reviewPassage(w *bufio.Writer, p report.ReviewPassage, width int) {
	const room = 160
	st := a.styles(a.out)
	marks := []string{}
	for _, c := range p.Codes {
		marks = append(marks, c.ID)
	}
	head := placeOf(p.Excerpt) + "  " + strings.Join(marks, ", ")
	if p.Quoted {
		head += " · quoted"
	}
	fmt.Fprintf(w, "  %s\n", st.dim(diag.Plain(head)))
	if p.Asked != "" {
		w.WriteString(dimmed(st, paragraphs("asked in "+strconv.Itoa(p.AskedTurn)+": "+p.Asked, "    ", width)))
	}
	before, after := p.Around(room)
	w.WriteString(dimmed(st, paragraphs(before, "    ", width)))
	for _, s := range p.Said {
		text := s.Text
		if len(p.Said) > 1 {
			who := s.Who
			if who == "" {
				who = s.Role
			}
			text = who + ": " + text
		}
		w.WriteString(paragraphs(text, "  │ ", width))
	}
	w.WriteString(dimmed(st, paragraphs(after, "    ", width)))
	if p.Memo != "" {
		w.WriteString(paragraphs("memo: "+p.Memo, "    ", width))
	}
	for _, c := range p.Condensed {
		w.WriteString(paragraphs("condensed: "+c, "    ", width))
	}
}

// dimmed dims each line, so that a pager that shows a part of them does too.
func dimmed(st styles, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(st.dim(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return b.String()
}

// placeOf says where an excerpt stands and who speaks there.
func placeOf(x report.Excerpt) string {
	place := x.Transcript
	if len(x.Turns) > 0 {
		place += " " + numbersOf(x.Turns)
	}
	if len(x.By) > 0 {
		return place + "  " + strings.Join(x.By, "; ")
	}
	return place + "  " + x.Role
}

// problems are why a chosen quotation is not verified.
var problems = map[string]string{
	"edited":        "not word for word in the transcript; tema check shows where",
	"absent":        "not in the transcript; tema search finds where the words stand",
	"no-transcript": "there is no such transcript that can be read",
}

type fact struct{ name, text string }

// reviewFacts says what a theme rests on; in brief, of attributes only the groups that are absent.
func reviewFacts(t report.ReviewTheme, brief bool) []fact {
	var out []fact
	add := func(name, format string, args ...any) { out = append(out, fact{name, fmt.Sprintf(format, args...)}) }
	n := func(c report.Counts) string {
		return strings.Join([]string{analysis.Plural(c.Codings, "coding", "codings"), analysis.Plural(c.Passages, "passage", "passages"),
			analysis.Plural(c.Turns, "turn", "turns"), analysis.Plural(c.Participants, "participant", "participants"),
			analysis.Plural(c.Transcripts, "transcript", "transcripts")}, ", ")
	}
	add("coded by people", "%s", n(t.Total))
	if t.ByRule.Codings > 0 {
		add("coded by rule", "%s", n(t.ByRule))
	}
	if t.Proposed.Codings > 0 {
		add("proposed", "%s, read by nobody yet", analysis.Plural(t.Proposed.Passages, "passage", "passages"))
	}
	s := t.Spread
	all := func(name string, ids []string) {
		if text := strings.Join(ids, ", "); text != "" {
			add(name, "%s", text)
		}
	}
	all("draws on", s.Participants)
	all("not on", s.NoParticipants)
	all("nothing from", s.NoTranscripts)
	for _, g := range s.Attributes {
		var here, absent []string
		for _, group := range g.Groups {
			value := group.Value
			if value == "" {
				value = "not given"
			}
			switch {
			case len(group.Participants) == 0:
				absent = append(absent, value)
			case !brief:
				here = append(here, value+": "+strings.Join(group.Participants, ", "))
			}
		}
		if len(absent) > 0 {
			here = append(here, "nobody of "+strings.Join(absent, ", "))
		}
		all(g.Attribute, []string{strings.Join(here, "; ")})
	}
	if len(t.Tensions) > 0 {
		add("against it", "%s", analysis.Plural(len(t.Tensions), "tension", "tensions"))
	}
	for _, o := range t.Overlaps {
		var parts []string
		if len(o.Codes) > 0 {
			var ids []string
			for _, c := range o.Codes {
				ids = append(ids, c.ID)
			}
			parts = append(parts, "codes "+strings.Join(ids, ", "))
		}
		if len(o.Passages) > 0 {
			const most = 6
			var places []string
			for i, p := range o.Passages {
				if i == most {
					places = append(places, "...")
					break
				}
				places = append(places, p.Transcript+" "+numbersOf(p.Turns))
			}
			parts = append(parts, analysis.Plural(len(o.Passages), "passage", "passages")+" ("+strings.Join(places, ", ")+")")
		}
		add("shares with", "%s: %s", o.Theme.ID, strings.Join(parts, "; "))
	}
	if t.NotQuoted > 0 {
		add("not quoted", "%d of %s", t.NotQuoted, analysis.Plural(t.Total.Passages, "passage", "passages"))
	}
	for _, p := range t.Reviews {
		day, _, _ := strings.Cut(p.At, "T")
		level := "passages"
		if p.Level == analysis.LevelWhole {
			level = "whole data set"
		}
		text := fmt.Sprintf("%s by %s, %s", day, p.By, level)
		if p.Changed {
			text += "; codings have changed since"
		}
		if p.Note != "" {
			text += ": " + p.Note
		}
		add("reviewed", "%s", text)
	}
	return out
}
