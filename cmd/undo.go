package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
)

func newUndoCmd(a *app) *cobra.Command {
	var redo, dry bool
	c := &cobra.Command{
		Use:   "undo",
		Short: "Take back the last change that a command made in the study",
		Long: `Take back the last change that a command or the coding screen made in the study, a bulk one
as a whole; call it again for the one before. Where a file was changed since by something
else, nothing is taken back, and the file is named. --redo makes the change again that was
taken back last.

Codings that git's last commit holds are taken back by a line that says so, so that they
stay away when copies of the study are merged. The journal keeps its lines and gets one
more. Reports and what the rules propose are made anew by their commands, not taken back.`,
		Example: `  tema undo --dry-run
  tema undo
  tema undo --redo`,
		Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.open(a.dir)
			if err != nil {
				return err
			}
			defer s.Close()
			do := s.Undo
			switch {
			case redo && dry:
				return usagef("--dry-run tells what would be taken back; it does not go with --redo")
			case redo:
				do = s.Redo
			case dry:
				do = s.LastChange
			}
			u, err := do("")
			if errors.Is(err, analysis.ErrNothingToUndo) {
				if redo {
					return errors.New("no change was taken back since the last one was made")
				}
				return errors.New("no change is on record that could be taken back")
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(struct {
					Schema int      `json:"schema"`
					What   string   `json:"what"`
					By     string   `json:"by"`
					At     string   `json:"at"`
					Files  []string `json:"files"`
				}{1, u.What, u.By, u.At, u.Files})
			}
			said := map[bool]string{false: "took back", true: "made again"}[redo]
			if dry {
				said = "would take back"
			}
			by := ""
			if u.By != "" {
				by = " by " + u.By
			}
			fmt.Fprintf(a.out, "%s: %s%s\n", said, diag.Plain(u.What), by)
			for _, f := range u.Files {
				fmt.Fprintf(a.out, "  %s\n", diag.Plain(f))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&redo, "redo", false, "make the change again that was taken back last")
	c.Flags().BoolVar(&dry, "dry-run", false, "tell what would be taken back, and write nothing")
	return c
}
