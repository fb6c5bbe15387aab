package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/report"
)

func newReportCmd(a *app) *cobra.Command {
	var most int
	c := &cobra.Command{
		Use:   "report",
		Short: "Write the theme report: HTML and Markdown",
		Long: `Write reports/report.html and reports/report.md: the themes with their concept, definition and
codes, the excerpts that were chosen and others, what speaks against them, and how the
codings came about. Every quotation is held against its transcript.

Exit 1: the report is written, and lists what does not stand in it as it should (a quotation
that is not verbatim, a coding that cannot be placed, a code that nobody defined).`,
		Example: "  tema report",
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if most < 0 {
				return usagef("--max cannot be negative")
			}
			o := report.Options{MaxExcerpts: most}
			if most == 0 {
				o.MaxExcerpts = -1 // none, where 0 would leave it to the report
			}
			s, err := a.open(a.dir)
			if err != nil {
				return err
			}
			defer s.Close()
			written, faults, err := a.writeReport(c.Context(), s, o)
			if err != nil {
				return err
			}
			if a.json {
				err = a.printJSON(struct {
					Schema int      `json:"schema"`
					Files  []string `json:"files"`
					Faults []string `json:"faults"`
				}{1, written, append([]string{}, faults...)})
			} else {
				for _, f := range written {
					fmt.Fprintln(a.out, f)
				}
				a.faults(faults)
			}
			if err == nil && len(faults) > 0 {
				return errNo
			}
			return err
		},
	}
	c.Flags().IntVar(&most, "max", 12, "how many excerpts to show of each theme, besides those that were chosen")
	return c
}

// faults says what the report lists as not standing as it should.
func (a *app) faults(faults []string) {
	if len(faults) == 0 {
		return
	}
	for _, f := range faults {
		a.note("%s", f)
	}
	a.note("the report is written and lists %s; tema check shows where", analysis.Plural(len(faults), "fault", "faults"))
}

// writeReport builds the report and writes it. It returns the files as they can be opened from here.
func (a *app) writeReport(ctx context.Context, s *analysis.Study, o report.Options) (written, faults []string, err error) {
	p := a.progress("reading transcript")
	_, err = s.Transcripts(ctx, p.step)
	p.done()
	if err != nil {
		return nil, nil, err
	}
	if err := s.ErrUnlessReportable(); err != nil {
		return nil, nil, err
	}
	r, err := report.Build(ctx, s, o)
	if err != nil {
		return nil, nil, err
	}
	if err := s.ErrUnlessReportable(); err != nil { // codings were read on the way
		return nil, nil, err
	}
	if _, err := s.WriteReport(map[string][]byte{"report.html": r.HTML(), "report.md": r.Markdown()}); err != nil {
		return nil, nil, err
	}
	return []string{a.shown(s.Dir) + "reports/report.html", a.shown(s.Dir) + "reports/report.md"}, r.Faults(), nil
}
