package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
)

type saturationOptions struct {
	of        string
	base, run int
	threshold float64
	seed      uint64
	anyway    bool
}

func newSaturationCmd(a *app) *cobra.Command {
	var o saturationOptions
	c := &cobra.Command{
		Use:   "saturation",
		Short: "How much each interview brought that those before had not",
		Long: `Work out saturation after Guest, Namey and Chen (2020, PLoS ONE 15(5): e0232076): the first
interviews are the base; of each run of interviews after them, the codes that are new in it are
counted, as a share of those in the base. Saturation is said to be reached at the last interview
before the first run that brings no more than the threshold, and written as 6+2: six interviews,
and two more that showed it.

Interviews are transcripts, in the order of their dates if all have one (as 2025-03-20), else in
the natural order of their names. Since the order changes the figure, it is worked out for random
orders too. Codes count by themselves, without the codes under them; with --of themes, themes
and sub-themes count, each for itself. The method was tried on codebooks of one level.

It counts codes and not what they mean, and says nothing of whether anything is understood.`,
		Example: `  tema saturation
  tema saturation --base 6 --run 3 --threshold 0
  tema saturation --of themes --json`,
		Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runSaturation(c.Context(), a, o) },
	}
	f := c.Flags()
	f.StringVar(&o.of, "of", "codes", "what is counted: codes or themes")
	f.IntVar(&o.base, "base", 4, "how many interviews are the base (the authors tried 4, 5 and 6)")
	f.IntVar(&o.run, "run", 2, "how many interviews are a run (the authors tried 2 and 3)")
	f.Float64Var(&o.threshold, "threshold", 5, "how much new information a run may bring, in per cent (the authors tried 5 and 0)")
	f.Uint64Var(&o.seed, "seed", 1, "where the random numbers for the random orders begin")
	f.BoolVar(&o.anyway, "anyway", false, "work it out in a reflexive study too")
	c.RegisterFlagCompletionFunc("of", cobra.FixedCompletions([]string{"codes", "themes"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runSaturation(ctx context.Context, a *app, o saturationOptions) error {
	switch {
	case o.of != "codes" && o.of != "themes":
		return usagef("--of is codes or themes, not %q", o.of)
	case o.base < 1 || o.run < 1:
		return usagef("--base and --run are one interview or more")
	case !(o.threshold >= 0 && o.threshold <= 100):
		return usagef("--threshold is a number of per cent from 0 to 100, not %v", o.threshold)
	}
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if s.Config.Approach == analysis.Reflexive && !o.anyway {
		return errors.New("saturation is not worked out in a reflexive study\n" +
			"      there meaning is made in reading and is never used up, and when there is enough\n" +
			"      is a judgement that no count takes over; study.yaml says approach: reflexive\n" +
			"      --anyway works it out all the same")
	}
	if _, err := a.transcripts(ctx, s); err != nil {
		return err
	}
	found, err := s.Saturation(ctx, analysis.SaturationOptions{Themes: o.of == "themes", Base: o.base, Run: o.run,
		Threshold: o.threshold, Seed: o.seed})
	if err != nil {
		return err
	}
	if err := s.ErrUnlessReportable(); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(saturationJSON(s, found, o))
	}
	a.printSaturation(s, found, o)
	return nil
}

// saturationWords is what an order comes to, in words.
func saturationWords(n analysis.NewInformation, run int) string {
	switch {
	case n.Undefined != "":
		return "undefined: " + n.Undefined
	case n.Reached == 0:
		return "not reached"
	}
	return fmt.Sprintf("reached after %s (%d+%d)", analysis.Plural(n.Reached, "interview", "interviews"), n.Reached, run)
}

func (a *app) printSaturation(s *analysis.Study, found *analysis.Saturation, o saturationOptions) {
	width, tty := terminal(a.out)
	if !tty {
		width = 80
	}
	var choices [][2]string
	add := func(label, format string, args ...any) {
		choices = append(choices, [2]string{label, fmt.Sprintf(format, args...)})
	}
	if s.Config.Approach == analysis.Reflexive {
		add("Approach", "reflexive: saturation is no measure of such an analysis, and was asked for anyway")
	}
	counted := "codes, each by itself, without the codes under it"
	if o.of == "themes" {
		counted = "themes and sub-themes, each for itself"
	}
	add("Counted", "%s, in %s", counted, analysis.Plural(len(found.Interviews), "transcript", "transcripts"))
	if len(found.Uncoded) > 0 {
		add("", "nobody whose codings count has coded %s", listed(found.Uncoded))
	}
	if found.ByDate {
		add("Order", "by date")
	} else {
		add("Order", "natural order of names, since %s has no date as 2025-03-20", found.Undated)
	}
	base := "the first interview"
	if o.base > 1 {
		base = fmt.Sprintf("the first %d interviews", o.base)
	}
	add("Base", "%s", base)
	add("Run", "%s, sliding by one", analysis.Plural(o.run, "interview", "interviews"))
	add("Threshold", "%v per cent new information, by what the base holds", o.threshold)
	a.printLabelled(choices, width)

	t := columns{head: []string{"interview", "date", o.of, "new", fmt.Sprintf("new in its run of %d", o.run), "share of the base"}}
	for i, interview := range found.Interviews {
		row := []string{interview.Transcript, interview.Date, analysis.Thousands(interview.Held), analysis.Thousands(interview.New), "", ""}
		for _, run := range found.Runs {
			if run.To == i+1 {
				row[4], row[5] = analysis.Thousands(run.New), fmt.Sprintf("%.1f %%", float64(100*run.Share))
			}
		}
		t.rows = append(t.rows, row)
		if i+1 == o.base {
			t.rows = append(t.rows, []string{"base", "", "", analysis.Thousands(found.BaseHeld), "", ""})
		}
	}
	fmt.Fprintln(a.out)
	printColumns(a.out, a.styles(a.out), width, t)
	fmt.Fprintf(a.out, "\nSaturation    %s\n", saturationWords(found.NewInformation, o.run))
	if found.Undefined == "" {
		fmt.Fprintf(a.out, "%s%s\n", padded("", 14), shuffledWords(found.Shuffled, o.seed))
	}
}

// shuffledWords is what random orders come to, in words.
func shuffledWords(f analysis.ShuffledSaturation, seed uint64) string {
	out := fmt.Sprintf("in %s random orders (seed %d) ", analysis.Thousands(analysis.Reshuffles), seed)
	if f.NotReached == analysis.Reshuffles {
		return out + "never reached"
	}
	median := "not reached"
	if f.Median > 0 {
		median = fmt.Sprint(f.Median)
	}
	if f.Min == f.Max && f.NotReached == 0 {
		return out + fmt.Sprintf("always after %d", f.Min)
	}
	out += fmt.Sprintf("after %d to %d, median %s", f.Min, f.Max, median)
	if f.NotReached > 0 {
		out += fmt.Sprintf("; not reached in %d", f.NotReached)
	}
	return out
}

func saturationJSON(s *analysis.Study, found *analysis.Saturation, o saturationOptions) any {
	type interview struct {
		Transcript string `json:"transcript"`
		Date       string `json:"date,omitempty"`
		Held       int    `json:"held"`
		New        int    `json:"new"`
	}
	type run struct {
		From  int     `json:"from"` // interviews, counted from 1
		To    int     `json:"to"`
		New   int     `json:"new"`
		Share float64 `json:"share"` // of the base
	}
	type shuffled struct {
		Orders     int    `json:"orders"`
		Seed       uint64 `json:"seed"`
		NotReached int    `json:"not_reached"`
		Median     *int   `json:"median"` // null is not reached
		Min        *int   `json:"min"`
		Max        *int   `json:"max"`
	}
	doc := struct {
		Schema     int         `json:"schema"`
		Approach   string      `json:"approach"`
		Of         string      `json:"of"`
		Order      string      `json:"order"` // date or natural
		Base       int         `json:"base"`
		Run        int         `json:"run"`
		Threshold  float64     `json:"threshold"` // per cent
		Interviews []interview `json:"interviews"`
		Uncoded    []string    `json:"uncoded"`
		BaseHeld   int         `json:"base_held"`
		Runs       []run       `json:"runs"`
		Reached    *int        `json:"reached"` // null is not reached, or undefined
		Undefined  string      `json:"undefined,omitempty"`
		Shuffled   shuffled    `json:"shuffled"`
	}{Schema: 1, Approach: s.Config.Approach, Of: o.of, Order: "natural", Base: o.base, Run: o.run, Threshold: o.threshold,
		Interviews: []interview{}, Uncoded: append([]string{}, found.Uncoded...), BaseHeld: found.BaseHeld, Runs: []run{},
		Undefined: found.Undefined, Shuffled: shuffled{Orders: analysis.Reshuffles, Seed: o.seed, NotReached: found.Shuffled.NotReached}}
	if found.ByDate {
		doc.Order = "date"
	}
	for _, i := range found.Interviews {
		doc.Interviews = append(doc.Interviews, interview(i))
	}
	for _, r := range found.Runs {
		doc.Runs = append(doc.Runs, run(r))
	}
	positive := func(n int) *int {
		if n == 0 {
			return nil
		}
		return &n
	}
	doc.Reached = positive(found.Reached)
	doc.Shuffled.Median = positive(found.Shuffled.Median)
	doc.Shuffled.Min, doc.Shuffled.Max = positive(found.Shuffled.Min), positive(found.Shuffled.Max)
	return doc
}
