package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/agreement"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

type agreeOptions struct {
	coders, codes        []string
	unit, speakers, over string
	overlap, limit       int
	seed                 uint64
	min                  float64
	hasMin               bool
	showText, anyway     bool
}

var (
	agreeUnits = []string{analysis.BySentence, analysis.ByTurn, analysis.ByPassage, analysis.ByCharacter}
	agreeOver  = []string{analysis.OverTranscripts, analysis.OverPassages}
)

// agreeResamples is how many resamples an interval rests on.
const agreeResamples = 1000

func newAgreeCmd(a *app) *cobra.Command {
	var o agreeOptions
	c := &cobra.Command{
		Use:   "agree",
		Short: "Agreement between coders, and where they differ",
		Long: `Compare coders code by code, and list the passages that they coded differently, which is what
there is to talk about. Candidates and the coder named consensus are left out. A transcript that
a coder has no file for is missing; one with an empty file was coded, and got no codes.

Units: a sentence or a turn holds a code where a coding overlaps it by a whole word; a passage is
a stretch that any of the coders coded, so that nothing counts that nobody coded; a character is
a code point of speech. What interviewers say is passed over unless --speakers all. Each code
counts by itself, without the codes under it.

Of each code it tells by whom units hold it; the share of units on which coders agree, and their
agreement on units that hold the code (positive) and that do not (negative), none of which is
corrected for chance; and agreement beyond chance: Cohen's kappa (of more coders the mean of all
pairs, which is Light's), Scott's pi (of more, Fleiss' kappa, which for two is the same), Gwet's
AC1, Krippendorff's alpha. For a rare code the share and AC1 are high whatever coders do.
Of boundaries: how many passages the other coder has too, alpha_U (Krippendorff 2004), u-alpha,
|u-alpha (marked or not), cu-alpha and (k)u-alpha (Krippendorff and others 2016). Of all codes:
alpha over the sets of codes on a unit, with Jaccard's distance and MASI. What does not vary has
no coefficient: it is undefined. Intervals are percentiles of a bootstrap.

On a terminal the passages are shown in their context. Piped, they are named by their places,
since logs of CI are public; --show-text adds the words.

Exit 1: --min is given, and alpha of a code that somebody used, or that --code named, is lower or
undefined.`,
		Example: `  tema agree
  tema agree --coders hanne,lars --unit passage
  tema agree --code waiting --code fares --min 0.8
  tema agree --unit character --speakers all --json`,
		Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			o.hasMin = c.Flags().Changed("min")
			return runAgree(c.Context(), a, o)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.coders, "coders", nil, "whom to compare (default: all who have coded something)")
	f.StringSliceVar(&o.codes, "code", nil, "these codes only")
	f.StringVar(&o.unit, "unit", analysis.BySentence, "what coders are compared on: "+strings.Join(agreeUnits, ", "))
	f.StringVar(&o.speakers, "speakers", "participants", "whose speech: participants, or all (interviewers too)")
	f.StringVar(&o.over, "resample", analysis.OverTranscripts, "what intervals are drawn from: transcripts, or passages (and units outside them)")
	f.IntVar(&o.overlap, "overlap", 50, "how far two passages overlap if they match: in per cent, what both hold by what either holds")
	f.Uint64Var(&o.seed, "seed", 1, "where the random numbers for the intervals begin")
	f.Float64Var(&o.min, "min", 0, "exit 1 when alpha of a code is lower, or undefined")
	f.BoolVar(&o.showText, "show-text", false, "show participants' words, also when piped")
	f.IntVarP(&o.limit, "limit", "n", -1, "list this many disagreements at most, 0 all (default: 10 on a terminal, else all)")
	f.Lookup("limit").DefValue = "0" // which hides it: the default is told in words
	f.BoolVar(&o.anyway, "anyway", false, "compare coders in a reflexive study too")
	c.RegisterFlagCompletionFunc("coders", a.completeCoders)
	c.RegisterFlagCompletionFunc("code", a.completeIDs(false, -1))
	c.RegisterFlagCompletionFunc("unit", cobra.FixedCompletions(agreeUnits, cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("speakers", cobra.FixedCompletions([]string{"participants", "all"}, cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("resample", cobra.FixedCompletions(agreeOver, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// check finds what is wrong with the flags by themselves.
func (o *agreeOptions) check() error {
	switch {
	case !slices.Contains(agreeUnits, o.unit):
		return usagef("--unit is one of %s, not %q", strings.Join(agreeUnits, ", "), o.unit)
	case o.speakers != "participants" && o.speakers != "all":
		return usagef("--speakers is participants or all, not %q", o.speakers)
	case !slices.Contains(agreeOver, o.over):
		return usagef("--resample is transcripts or passages, not %q", o.over)
	case o.overlap < 1 || o.overlap > 100:
		return usagef("--overlap is a number of per cent from 1 to 100, not %d", o.overlap)
	case o.hasMin && !(o.min >= -1 && o.min <= 1):
		return usagef("--min is a number from -1 to 1, not %v", o.min)
	}
	return nil
}

func runAgree(ctx context.Context, a *app, o agreeOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if s.Config.Approach == analysis.Reflexive && !o.anyway {
		return errors.New("coders are not compared in a reflexive study\n" +
			"      there a coder's own reading is what coding is for, and a figure for agreement\n" +
			"      would treat it as an error of measurement; study.yaml says approach: reflexive\n" +
			"      --anyway compares them all the same")
	}
	if _, err := a.transcripts(ctx, s); err != nil {
		return err
	}
	s.Placed()
	if err := s.ErrUnlessReportable(); err != nil {
		return err
	}
	choices, err := o.choices(s)
	if err != nil {
		return err
	}
	p := a.progress("drawing resample")
	g, err := s.Agreement(ctx, choices, p.step)
	p.done()
	if err != nil {
		return err
	}
	if _, tty := terminal(a.out); tty {
		o.showText = true
		if o.limit < 0 {
			o.limit = 10
		}
	}
	under := o.under(g)
	if a.json {
		err = a.printJSON(agreementJSON(s, g, o, under))
	} else {
		err = a.printAgreement(s, g, o)
		if o.hasMin {
			for _, c := range under {
				a.note("%s: alpha is %s, not %v or more", c.Code.ID, c.Alpha.Value, o.min)
			}
			if len(g.ByCode) == 0 {
				a.note("alpha is undefined: nobody used a code")
			}
		}
	}
	if err == nil && o.hasMin && (len(under) > 0 || len(g.ByCode) == 0) {
		return errNo
	}
	return err
}

// choices are the options as the study knows them: who and which codes are meant.
func (o *agreeOptions) choices(s *analysis.Study) (analysis.AgreementOptions, error) {
	out := analysis.AgreementOptions{Unit: o.unit, AllSpeakers: o.speakers == "all", Overlap: o.overlap, Over: o.over,
		Resamples: agreeResamples, Seed: o.seed}
	known := slices.DeleteFunc(s.Coders(), func(coder string) bool { return coder == analysis.Consensus })
	for _, coder := range o.coders {
		switch {
		case coder == analysis.Consensus:
			return out, usagef("consensus is what coders settled on when they had compared their codings, so it is not compared")
		case !slices.Contains(known, coder):
			return out, noSuch("coder", coder, known)
		case !slices.Contains(out.Coders, coder):
			out.Coders = append(out.Coders, coder)
		}
	}
	if len(o.coders) == 0 {
		out.Coders = known
	}
	switch {
	case len(o.coders) > 0 && len(out.Coders) < 2:
		return out, usagef("--coders names two coders or more, as in --coders anna,per")
	case len(out.Coders) == 0:
		return out, errors.New("compare coders: nobody has coded anything yet")
	case len(out.Coders) == 1:
		return out, fmt.Errorf("compare coders: %s alone has coded", out.Coders[0])
	}
	for _, id := range o.codes {
		code, queued := s.Book.Resolve(id)
		if code == nil {
			var ids []string
			for _, c := range s.Book.AllCodes() {
				ids = append(ids, c.ID)
			}
			return out, noSuch("code", id, ids)
		}
		if queued {
			return out, fmt.Errorf("compare coders: %s was split into %s, and its codings count under none until they are reviewed",
				code.ID, strings.Join(code.Into, ", "))
		}
		if !slices.Contains(out.Codes, code) {
			out.Codes = append(out.Codes, code)
		}
	}
	return out, nil
}

// under are the codes whose alpha is less than asked for, or undefined. A code that nobody used counts if it was named.
func (o *agreeOptions) under(g *analysis.Agreement) (under []*analysis.CodeAgreement) {
	if !o.hasMin {
		return nil
	}
	for _, c := range g.ByCode {
		if alpha, ok := c.Alpha.Number(); !ok || alpha < o.min {
			under = append(under, c)
		}
	}
	if len(g.Codes) > 0 {
		for _, c := range g.Unused {
			under = append(under, &analysis.CodeAgreement{Code: c})
		}
	}
	return under
}

// printAgreement writes what was compared and how, then the codes, the boundaries and the disagreements.
func (a *app) printAgreement(s *analysis.Study, g *analysis.Agreement, o agreeOptions) error {
	st := a.styles(a.out)
	width, tty := terminal(a.out)
	text := min(width, 96)
	if !tty {
		width, text = math.MaxInt, 80
	}
	a.printLabelled(agreementChoices(s, g), text)
	if len(g.ByCode) > 0 {
		fmt.Fprintln(a.out)
		printColumns(a.out, st, width, codesTable(g))
		fmt.Fprintln(a.out)
		printColumns(a.out, st, width, coefficientsTable(g))
		fmt.Fprintln(a.out)
		printColumns(a.out, st, width, boundariesTable(g))
	}
	return a.printDisagreements(s, g, o, text)
}

// printLabelled writes lines with a label before each, broken to a width.
func (a *app) printLabelled(lines [][2]string, width int) {
	const label = 14
	for _, line := range lines {
		text := strings.Join(wrap(line[1], width-label), "\n"+padded("", label))
		fmt.Fprintf(a.out, "%s%s\n", a.styles(a.out).dim(padded(line[0], label)), text)
	}
}

// agreementChoices are the choices that change the figures, and what those rest on.
func agreementChoices(s *analysis.Study, g *analysis.Agreement) [][2]string {
	var out [][2]string
	add := func(label, format string, args ...any) {
		out = append(out, [2]string{label, fmt.Sprintf(format, args...)})
	}
	if s.Config.Approach == analysis.Reflexive {
		add("Approach", "reflexive: agreement is no measure of such an analysis, and was asked for anyway")
	}
	add("Coders", "%s · %s of %s", strings.Join(g.Coders, ", "), analysis.Thousands(len(g.Transcripts)),
		analysis.Plural(len(s.TranscriptIDs()), "transcript", "transcripts"))
	if len(g.Missing) > 0 {
		var parts []string
		for _, coder := range g.Coders {
			var ids []string
			for _, m := range g.Missing {
				if slices.Contains(m.Coders, coder) {
					ids = append(ids, m.Transcript)
				}
			}
			if len(ids) > 0 {
				parts = append(parts, coder+" has not coded "+listed(ids))
			}
		}
		add("Missing", "%s", strings.Join(parts, "; "))
	}
	speech := "participants' speech"
	if g.AllSpeakers {
		speech = "all speech, interviewers' too"
	}
	unit := map[string]string{
		analysis.BySentence: "a sentence holds a code where a coding overlaps it by a whole word",
		analysis.ByTurn:     "a turn holds a code where a coding overlaps it by a whole word",
		analysis.ByPassage: "what any of them coded, overlapping codings merged, so that there are no negatives: " +
			"text that nobody coded is no unit",
		analysis.ByCharacter: "a code point holds a code where a coding covers it",
	}[g.Unit]
	add("Unit", "%s of %s; %s", analysis.Plural(g.Units, g.Unit, g.Unit+"s"), speech, unit)
	codes := "each by itself, without the codes under it"
	if len(g.Codes) > 0 {
		codes = "only " + listed(codeIDs(g.Codes)) + ", " + codes
	}
	add("Codes", "%s", codes)
	if len(g.Unused) > 0 {
		add("", "nobody used %s", listed(codeIDs(g.Unused)))
	}
	var counts []string
	for i, coder := range g.Coders {
		counts = append(counts, coder+" "+analysis.Thousands(g.Codings[i]))
	}
	add("Codings", "%s; candidates and consensus left out", strings.Join(counts, ", "))
	if g.FromRule > 0 {
		add("", "%s by rule: a proposal, accepted with the ends that the rule gave it", analysis.Plural(g.FromRule, "coding came", "codings came"))
	}
	if g.FromSearch > 0 {
		add("", "%s by search, on all that it found at once", analysis.Plural(g.FromSearch, "coding came", "codings came"))
	}
	if g.Outside > 0 {
		add("", "%s no whole word of this speech: left out", analysis.Plural(g.Outside, "coding holds", "codings hold"))
	}
	if g.Unplaced > 0 {
		add("", "%s: left out (tema check)",
			analysis.Plural(g.Unplaced, "coding does not count as it stands", "codings do not count as they stand"))
	}
	over := analysis.Plural(g.Clusters, "transcript", "transcripts")
	switch {
	case g.Over == analysis.OverPassages && g.Unit == analysis.ByPassage:
		over = analysis.Plural(g.Clusters, "passage", "passages")
	case g.Over == analysis.OverPassages:
		over = analysis.Plural(g.Clusters, "passage or unit outside", "passages and units outside them")
	}
	rough := ""
	if g.Clusters < 10 {
		rough = "; so few make rough intervals"
	}
	if g.Clusters < 2 {
		add("Intervals", "none: one %s cannot be resampled", strings.TrimSuffix(g.Over, "s"))
	} else {
		add("Intervals", "where 95 of 100 of %s resamples of %s lie, seed %d%s", analysis.Thousands(g.Resamples), over, g.Seed, rough)
	}
	ends := fmt.Sprintf("all speech end to end; passages of a code match where their overlap, by their union, is %d per cent or more", g.Overlap)
	if g.Boundaries.Transcripts < len(g.Transcripts) {
		ends = fmt.Sprintf("on the %s that all have coded, %s", analysis.Plural(g.Boundaries.Transcripts, "transcript", "transcripts"), ends)
	}
	add("Boundaries", "%s", ends)
	return out
}

// listed names things, and says how many more there are if they are many.
func listed(ids []string) string {
	const most = 12
	if len(ids) > most {
		return fmt.Sprintf("%s and %s more", strings.Join(ids[:most], ", "), analysis.Thousands(len(ids)-most))
	}
	return strings.Join(ids, ", ")
}

// Columns are text in columns: the first to the left, the others to the right. A row may be shorter than the head; its
// last cell then goes on to the right. Whys are why some cells are undefined.
type columns struct {
	head []string
	rows [][]string
	whys []string
}

// cell writes a value where there is room for few characters.
func (t *columns) cell(v agreement.Value) string {
	why := string(v.Why())
	if why == "" {
		return v.String()
	}
	if !slices.Contains(t.whys, why) {
		t.whys = append(t.whys, why)
	}
	return "undef."
}

// printTable writes t no wider than width, as far as cutting its first column can do that.
func printColumns(w io.Writer, st styles, width int, t columns) {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			if i < len(row)-1 || len(row) == len(t.head) {
				widths[i] = max(widths[i], utf8.RuneCountInString(cell))
			}
		}
	}
	rest := 0
	for _, n := range widths[1:] {
		rest += 2 + n
	}
	widths[0] = max(min(widths[0], width-rest), 8)
	write := func(row []string, style func(string) string) {
		first := []rune(row[0])
		if len(first) > widths[0] {
			first = append(first[:widths[0]-1], '…')
		}
		line := padded(string(first), widths[0])
		for i, cell := range row[1:] {
			if i+2 == len(row) && len(row) < len(t.head) {
				line += "  " + cell
			} else {
				line += strings.Repeat(" ", 2+widths[i+1]-utf8.RuneCountInString(cell)) + cell
			}
		}
		fmt.Fprintln(w, style(strings.TrimRight(line, " ")))
	}
	write(t.head, st.bold)
	for _, row := range t.rows {
		write(row, func(line string) string { return line })
	}
	if len(t.whys) > 0 {
		fmt.Fprintln(w, st.dim("undef.: "+strings.Join(t.whys, "; ")))
	}
}

// padded fills text with spaces up to width characters.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// shortName cuts a name for the head of a column.
func shortName(name string) string {
	if runes := []rune(name); len(runes) > 10 {
		return string(runes[:9]) + "…"
	}
	return name
}

// codesTable counts units by who put a code on them.
func codesTable(g *analysis.Agreement) columns {
	t := columns{head: []string{g.Unit + "s with", "all", "some", "none", "prevalence"}}
	two := len(g.Coders) == 2
	if two {
		t.head = []string{t.head[0], "both", "only " + shortName(g.Coders[0]), "only " + shortName(g.Coders[1]), "neither", "prevalence"}
	}
	n := analysis.Thousands
	for _, c := range g.ByCode {
		row := []string{c.Code.ID, n(c.All)}
		if two {
			row = append(row, n(c.Only[0]), n(c.Only[1]))
		} else {
			row = append(row, n(g.Units-c.All-c.None))
		}
		t.rows = append(t.rows, append(row, n(c.None), c.Prevalence.String()))
	}
	return t
}

// coefficientsTable has what units tell of agreement on each code, and on the sets of all.
func coefficientsTable(g *analysis.Agreement) columns {
	cohen, scott := "Light", "Fleiss"
	if len(g.Coders) == 2 {
		cohen, scott = "Cohen", "Scott"
	}
	t := columns{head: []string{"agreement", "share", "pos.", "neg.", cohen, scott, "AC1", "alpha", "alpha, 95 %"}}
	for _, c := range g.ByCode {
		row := []string{c.Code.ID, t.cell(c.Percent), t.cell(c.Positive), t.cell(c.Negative)}
		if why := c.Alpha.Why(); why != "" {
			t.rows = append(t.rows, append(row, "undefined: "+string(why)))
			continue
		}
		for _, v := range []analysis.CoefficientInterval{c.Cohen, c.Fleiss, c.AC1, c.Alpha} {
			row = append(row, t.cell(v.Value))
		}
		t.rows = append(t.rows, append(row, t.interval(c.Alpha)))
	}
	if len(g.ByCode) == 1 {
		return t // sets of one code are the code
	}
	for _, sets := range []struct {
		name string
		analysis.CoefficientInterval
	}{{"sets, Jaccard", g.Jaccard}, {"sets, MASI", g.MASI}} {
		row := []string{sets.name, "", "", ""}
		if why := sets.Why(); why != "" {
			t.rows = append(t.rows, append(row, "undefined: "+string(why)))
			continue
		}
		t.rows = append(t.rows, append(row, "", "", "", sets.Value.String(), t.interval(sets.CoefficientInterval)))
	}
	return t
}

// interval writes the interval of a coefficient.
func (t *columns) interval(c analysis.CoefficientInterval) string {
	if c.Low.Why() != "" {
		return t.cell(c.Low)
	}
	return c.Low.String() + " " + c.High.String()
}

// boundariesTable has what tells whether coders agree on where passages begin and end.
func boundariesTable(g *analysis.Agreement) columns {
	t := columns{head: []string{"boundaries", "passages", "matched", "alpha_U", "u-alpha"}}
	against := slices.ContainsFunc(g.ByCode, func(c *analysis.CodeAgreement) bool { return c.AgainstOthers.Why() == "" })
	if against {
		t.head = append(t.head, "(k)u-alpha", "coverage")
	}
	for _, c := range g.ByCode {
		var passages []string
		for _, n := range c.Passages {
			passages = append(passages, analysis.Thousands(n))
		}
		matched := fmt.Sprintf("%d of %d", c.Matched, c.Paired)
		row := []string{c.Code.ID, strings.Join(passages, "/"), matched, t.cell(c.AlphaU.Value), t.cell(c.U.Value)}
		if against {
			row = append(row, t.cell(c.AgainstOthers.Value), t.cell(c.OthersCoverage))
		}
		t.rows = append(t.rows, row)
	}
	if len(g.ByCode) == 1 {
		return t
	}
	b := g.Boundaries
	for _, all := range []struct {
		name     string
		alpha    agreement.Coefficient
		coverage agreement.Value
	}{
		{"all, alpha_U", b.AlphaU, agreement.Number(1)}, {"all, u-alpha", b.U, agreement.Number(1)},
		{"all, |u-alpha", b.Relevant, agreement.Number(1)}, {"all, cu-alpha", b.Coded, b.CodedCoverage},
	} {
		said := "undefined: " + string(all.alpha.Why())
		if all.alpha.Why() == "" {
			said = fmt.Sprintf("%s on %s of the speech", all.alpha, percentOf(all.coverage))
		}
		t.rows = append(t.rows, []string{all.name, said})
	}
	return t
}

// percentOf writes a share in per cent.
func percentOf(v agreement.Value) string {
	x, ok := v.Number()
	switch {
	case !ok:
		return v.String()
	case x == 1:
		return "all"
	}
	return fmt.Sprintf("%.1f %%", float64(100*x))
}

// printDisagreements lists the passages that coders coded differently, in their context or by their places.
func (a *app) printDisagreements(s *analysis.Study, g *analysis.Agreement, o agreeOptions, width int) error {
	w := bufio.NewWriter(a.out)
	st := a.styles(a.out)
	list := g.Disagreements
	head := "No passage was coded differently"
	if len(list) > 0 {
		head = analysis.Plural(len(list), "passage", "passages") + " coded differently"
	}
	if o.limit > 0 && len(list) > o.limit {
		list = list[:o.limit]
		head += fmt.Sprintf("; %d listed, all with --limit 0", o.limit)
	}
	fmt.Fprintf(w, "\n%s\n", st.bold(head))
	names := 0 // how wide they are, but for a very long one
	for _, coder := range g.Coders {
		names = min(max(names, utf8.RuneCountInString(coder)), 16)
	}
	for _, d := range list {
		t := s.Transcript(d.Passage.Transcript)
		fmt.Fprintf(w, "\n%s\n", st.dim(diag.Plain(disagreementPlace(t, d))))
		if o.showText {
			before, words, after := inContext(t, d)
			if question := questionBefore(t, d); question != "" {
				fmt.Fprintln(w, st.dim(indented(question, width, "    ")))
			}
			fmt.Fprintln(w, indented(before+"▌"+words+"▐"+after, width, "    "))
		}
		for _, r := range d.Readings {
			put := "nothing"
			if len(r.Codes) > 0 {
				put = strings.Join(codeIDs(r.Codes), ", ")
			}
			lines := wrap(put, max(20, width-names-4))
			fmt.Fprintln(w, "  "+padded(r.Coder, names)+"  "+strings.Join(lines, "\n"+padded("", names+4)))
		}
	}
	return w.Flush()
}

func codeIDs(codes []*codebook.Code) []string {
	ids := make([]string, len(codes))
	for i, c := range codes {
		ids[i] = c.ID
	}
	return ids
}

// disagreementPlace is where a passage stands: transcript, turn, line of its file.
func disagreementPlace(t *transcript.Transcript, d analysis.Disagreement) string {
	turn, _ := t.TurnAt(d.Start)
	where := t.ID
	if len(d.Turns) > 0 {
		where += fmt.Sprintf(" %d", d.Turns[0])
		for _, other := range t.Turns {
			if other.Number == d.Turns[0] {
				turn = other
			}
		}
	}
	return fmt.Sprintf("%s  %s  %s:%d", where, turn.Label, t.File, t.Position(d.Start).Line)
}

// contextRunes is how much of a turn stands on either side of a passage, in characters.
const contextRunes = 100

// inContext returns a passage with what is said before and after it in its turns, cut at words.
func inContext(t *transcript.Transcript, d analysis.Disagreement) (before, words, after string) {
	from, to := d.Start, d.End
	if turn, ok := t.TurnAt(d.Start); ok {
		from = min(from, turn.Speech.Start)
	}
	if turn, ok := t.TurnAt(d.End - 1); ok {
		to = max(to, turn.Speech.End)
	}
	before, after = t.Text[from:d.Start], t.Text[d.End:to]
	if runes := []rune(before); len(runes) > contextRunes {
		_, cut, _ := strings.Cut(string(runes[len(runes)-contextRunes:]), " ")
		before = "… " + cut
	}
	if runes := []rune(after); len(runes) > contextRunes {
		cut := string(runes[:contextRunes])
		if i := strings.LastIndex(cut, " "); i > 0 {
			cut = cut[:i]
		}
		after = cut + " …"
	}
	return diag.Plain(before), diag.Plain(t.Text[d.Start:d.End]), diag.Plain(after)
}

// questionBefore is what an interviewer said just before a passage's first turn, with her label.
func questionBefore(t *transcript.Transcript, d analysis.Disagreement) string {
	for i, turn := range t.Turns {
		if d.Start >= turn.Start && d.Start < turn.End {
			if i > 0 && t.Turns[i-1].Is == diag.Interviewer && turn.Is != diag.Interviewer {
				said := t.Turns[i-1]
				return diag.Plain(said.Label + ": " + t.Text[said.Speech.Start:said.Speech.End])
			}
			return ""
		}
	}
	return ""
}

// indented breaks text into lines of a width, each after an indent.
func indented(text string, width int, indent string) string {
	return indent + strings.Join(wrap(text, max(30, width-len(indent))), "\n"+indent)
}
