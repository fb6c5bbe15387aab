package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
)

func newSetupCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "setup",
		Short: "Let git merge codings by coding in this clone",
		Long: `Register the merge driver for codings in the clone that the study lies in, and make .gitattributes
where the study has none. Git keeps such settings to each clone, so everybody who clones the study
runs this once; tema init does it where a study is made inside a clone.

Without it git merges codings by lines. Nothing is lost then either, but what two machines
changed near each other becomes a conflict, and the same coding may end up standing twice,
which tema check tells.`,
		Example: "  tema setup",
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.open(a.dir)
			if err != nil {
				return err
			}
			defer s.Close()
			done, err := setupGit(c.Context(), s)
			if errors.Is(err, analysis.ErrNoGit) {
				return fmt.Errorf("register the merge driver: %w; copies that are mailed are taken in with tema merge", err)
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(struct {
					Schema     int  `json:"schema"`
					Registered bool `json:"registered"`
					Attributes bool `json:"attributes"`
					Asked      bool `json:"asked"`
				}{1, done.Registered, done.Attributes, done.Asked})
			}
			if done.Attributes {
				fmt.Fprintf(a.out, "%s.gitattributes\n", a.shown(s.Dir))
			}
			switch {
			case !done.Asked:
				a.note("the merge driver is registered, but .gitattributes does not ask for it; add to it:\n%s", analysis.Attributes)
			case done.Registered:
				a.note("%s", registered)
			default:
				a.note("git merges codings by coding in this clone already; nothing was changed")
			}
			return nil
		},
	}
}

const registered = "git merges codings by coding in this clone now (merge.tema.driver in its settings)"

// setupGit registers this very program as the merge driver.
func setupGit(ctx context.Context, s *analysis.Study) (*analysis.GitSetup, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("register the merge driver: %w", err)
	}
	// The name under which a shell finds it is the better one: it stays when a new version is installed.
	if found, err := exec.LookPath("tema"); err == nil {
		if found, err = filepath.Abs(found); err == nil && sameFile(found, program) {
			program = found
		}
	}
	return s.SetupGit(ctx, program)
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
