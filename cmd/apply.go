package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
)

func newApplyCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "apply",
		Short: "Apply the codebook's match rules: candidates, for a person to read",
		Long: `Ask every match rule of the codebook and write what they find to codings/_rules. These are
candidates: nobody has read them, and no report counts them as coded by a person. What a
coder has accepted or rejected stays as it is. A second run changes nothing.`,
		Example: "  tema apply",
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.open(a.dir)
			if err != nil {
				return err
			}
			defer s.Close()
			changed, err := a.apply(c.Context(), s)
			if err != nil {
				return err
			}
			all, unread := len(s.Candidates()), 0
			for _, p := range s.Candidates() {
				if !p.Read {
					unread++
				}
			}
			if a.json {
				return a.printJSON(struct {
					Schema     int  `json:"schema"`
					Rules      int  `json:"rules"`
					Candidates int  `json:"candidates"`
					Unread     int  `json:"unread"`
					Changed    bool `json:"changed"`
				}{1, len(s.Rules()), all, unread, changed})
			}
			fmt.Fprintf(a.out, "%s proposed by %s, %s not yet read\n",
				analysis.Plural(all, "passage", "passages"), analysis.Plural(len(s.Rules()), "rule", "rules"), analysis.Thousands(unread))
			return nil
		},
	}
}

// apply brings codings/_rules up to date. It reads the whole study first, so that nothing is written where a report
// could not be.
func (a *app) apply(ctx context.Context, s *analysis.Study) (changed bool, err error) {
	if _, err := a.transcripts(ctx, s); err != nil {
		return false, err
	}
	s.Placed()
	s.Memos()
	s.Journal()
	if err := s.ErrUnlessReportable(); err != nil {
		return false, err
	}
	x, err := a.openIndex(ctx, s)
	if err != nil {
		return false, err
	}
	defer x.Close()
	p := a.progress("applying rule")
	defer p.done()
	_, changed, err = s.Apply(ctx, x.Find, p.step)
	return changed, err
}
