package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
)

func newCodebookHistoryCmd(a *app) *cobra.Command {
	var figure string
	c := &cobra.Command{
		Use:   "history",
		Short: "Tell the life of the codebook over its commits, as text or as a figure",
		Long: `Tell the life of the codebook, commit by commit: how many codes and themes it had, what was
added, renamed, merged, split, retired or redefined, and why, where the journal says so. A
merge of branches is told as what it brought. Commits whose codebook cannot be read are
named and passed over. Where git knows no commit of the codebook, the journal alone is told.

--figure draws it as SVG, with a table of the same in it; - writes it to stdout.`,
		Example: `  tema codebook history
  tema codebook history --figure history.svg
  tema codebook history --json`,
		Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runCodebookHistory(c.Context(), a, figure) },
	}
	c.Flags().StringVar(&figure, "figure", "", "write a figure (SVG) to this file")
	return c
}

func runCodebookHistory(ctx context.Context, a *app, figure string) error {
	file, shown, err := a.codebookFile()
	if err != nil {
		return err
	}
	var journal []analysis.Event
	s, err := a.open(a.dir)
	switch {
	case err == nil:
		defer s.Close()
		journal = s.Journal()
		var faults diag.List
		for _, f := range s.Found {
			if f.Rule == "study/journal" {
				faults.Add(f)
			}
		}
		if err := faults.Err(); err != nil {
			return err
		}
	case !errors.Is(err, analysis.ErrNoStudy):
		return err
	}
	p := a.progress("reading commit")
	h, err := analysis.CodebookHistory(ctx, file, shown, journal, p.step)
	p.done()
	if err != nil {
		return err
	}
	switch {
	case len(h.Steps) == 0:
		a.note("neither git nor the journal tells anything of %s", shown)
	case h.Source == "journal":
		a.note("git has no commit of %s; the journal is told instead", shown)
	case h.Shallow:
		a.note("this clone lacks older commits; git fetch --unshallow brings them")
	}
	switch {
	case figure == "-":
		_, err = a.out.Write(h.Figure())
	case figure != "":
		if err = writeFile(figure, h.Figure()); err == nil && !a.json {
			fmt.Fprintln(a.out, figure)
			return nil
		}
	}
	if err != nil || figure == "-" {
		return err
	}
	if a.json {
		return h.JSON(a.out)
	}
	return h.Text(a.out)
}
