package cmd

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
)

func newStatusCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "What the study holds, phase by phase, and what could come next",
		Long: `Show what the study holds in each of the six phases, and what could come next with the
command for it. The phases are places to stand in: one goes back and forth between them.`,
		Example: "  tema status",
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.open(a.dir)
			if err != nil {
				return err
			}
			defer s.Close()
			phases, err := a.phases(c.Context(), s)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(struct {
					Schema   int              `json:"schema"`
					Title    string           `json:"title"`
					Approach string           `json:"approach"`
					Phases   []analysis.Phase `json:"phases"`
				}{1, s.Config.Title, s.Config.Approach, phases})
			}
			a.printTitle(s)
			a.printPhases(phases, true)
			return nil
		},
	}
}

// phases reads the whole study and says what it holds.
func (a *app) phases(ctx context.Context, s *analysis.Study) ([]analysis.Phase, error) {
	p := a.progress("reading transcript")
	_, err := s.Transcripts(ctx, p.step)
	p.done()
	if err != nil {
		return nil, err
	}
	e, err := s.Evidence(ctx)
	if err != nil {
		return nil, err
	}
	phases := s.Phases(e)
	return phases, s.ErrUnlessReportable()
}

func (a *app) printTitle(s *analysis.Study) {
	st := a.styles(a.out)
	fmt.Fprintf(a.out, "%s %s\n\n", st.bold(diag.Plain(s.Title())), st.dim("· "+s.Config.Approach))
}

// printPhases writes a line a phase; with next, what could come next stands under it.
func (a *app) printPhases(phases []analysis.Phase, next bool) {
	st := a.styles(a.out)
	for _, p := range phases {
		holds := strings.Join(p.Holds, " · ")
		if holds == "" {
			holds = st.dim("–")
		}
		fmt.Fprintf(a.out, "%d %-13s %s\n", p.Number, p.Name, holds)
		if !next {
			continue
		}
		for _, step := range p.Next {
			gap := strings.Repeat(" ", max(2, 56-utf8.RuneCountInString(step.What)))
			fmt.Fprintf(a.out, "  %-13s %s%s%s\n", "", step.What, gap, st.bold(step.Command))
		}
	}
}
