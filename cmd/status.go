package cmd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
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
					Phase    int              `json:"phase,omitempty"` // where the researchers say that they are
					Returns  []moveJSON       `json:"returns"`         // to an earlier phase, oldest first
					Touched  []analysis.Touch `json:"touched"`         // latest first
				}{1, s.Config.Title, s.Config.Approach, phases, s.Phase(), movesJSON(returns(s)), append([]analysis.Touch{}, s.LastTouched()...)})
			}
			a.printTitle(s)
			a.printPhases(phases, true)
			a.printCourse(s)
			if s.MergesByLine(c.Context()) {
				a.note("git merges codings by lines in this clone; tema setup lets it merge them by coding")
			}
			return nil
		},
	}
}

// phases reads the whole study and says what it holds.
func (a *app) phases(ctx context.Context, s *analysis.Study) ([]analysis.Phase, error) {
	if _, err := a.transcripts(ctx, s); err != nil {
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
	var out strings.Builder
	for _, p := range phases {
		a.hang(&out, fmt.Sprintf("%d %-13s ", p.Number, p.Name), cmp.Or(strings.Join(p.Holds, " · "), "–"))
		if !next {
			continue
		}
		for _, step := range p.Next {
			const column, width = 58, 80
			gap := "  "
			switch indent := len(statusIndent) + utf8.RuneCountInString(step.What); {
			case indent+2 <= column && column+len(step.Command) <= width:
				gap = strings.Repeat(" ", column-indent)
			case indent+2+len(step.Command) > width:
				gap = "\n" + statusIndent + "  "
			}
			fmt.Fprintf(&out, "%s%s%s%s\n", statusIndent, step.What, gap, st.bold(step.Command))
		}
	}
	io.WriteString(a.out, out.String())
}

const statusIndent = "                " // what stands to the right of a phase's name

// returns are the returns to an earlier phase, oldest first.
func returns(s *analysis.Study) []analysis.Move {
	return slices.DeleteFunc(s.Course(), func(m analysis.Move) bool { return !m.Back() })
}

// printCourse writes where the analysis stands, when it went back, and what was touched last.
func (a *app) printCourse(s *analysis.Study) {
	const most = 3 // returns
	var out strings.Builder
	line := func(head, text string) { a.hang(&out, fmt.Sprintf("%-*s", len(statusIndent), head), diag.Plain(text)) }
	if at := s.Phase(); at > 0 {
		line("you are at", fmt.Sprintf("%d %s", at, analysis.PhaseName(at)))
	}
	back := returns(s)
	for i, m := range back[max(0, len(back)-most):] {
		head := ""
		if i == 0 {
			head = "went back"
		}
		text := fmt.Sprintf("from %d to %d on %s", m.From, m.To, analysis.Day(m.At))
		if len(m.About) > 0 {
			text += ", " + strings.Join(m.About, ", ")
		}
		if m.Why != "" {
			text += ": \"" + m.Why + "\""
		}
		line(head, text)
	}
	if n := len(back) - most; n > 0 {
		line("", "and "+analysis.Plural(n, "time", "times")+" before; tema phase lists them")
	}
	for i, t := range s.LastTouched() {
		head := ""
		if i == 0 {
			head = "touched last"
		}
		by := ""
		if t.By != "" {
			by = " by " + t.By
		}
		line(head, t.What+by+", "+analysis.Day(t.At))
	}
	if out.Len() > 0 {
		fmt.Fprint(a.out, "\n"+out.String())
	}
}
