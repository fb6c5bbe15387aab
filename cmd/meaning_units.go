package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/report"
)

var unitFormats = []string{"markdown", "docx", "csv", "xlsx"}

func newMeaningUnitsCmd(a *app) *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use:   "meaning-units",
		Short: "The table of content analysis: meaning unit, condensed, code, category, theme",
		Long: `Write the table that content analyses print: each meaning unit with its condensed meaning unit,
its code, and the categories and themes above it, by theme, code and place. It is complete: a row
for every coding that counts. tema code memo ID --condensed "..." writes a condensed meaning unit,
and so does the coding screen.

The format is that of the name behind --output, else --format, else Markdown.`,
		Example: `  tema meaning-units
  tema meaning-units --output table.docx`,
		Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runMeaningUnits(c.Context(), a, format, out) },
	}
	f := c.Flags()
	f.StringVarP(&out, "output", "o", "", "write to this file instead of stdout")
	f.StringVar(&format, "format", "", strings.Join(unitFormats, ", "))
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(unitFormats, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runMeaningUnits(ctx context.Context, a *app, format, out string) error {
	format, err := a.outputFormat(format, out, unitFormats)
	if err != nil {
		return err
	}
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := a.transcripts(ctx, s); err != nil {
		return err
	}
	s.Placed()
	if err := s.ErrUnlessReportable(); err != nil {
		return err
	}
	t, err := report.BuildUnits(ctx, s)
	if err != nil {
		return err
	}
	if t.Bare > 0 {
		a.note("%s no condensed meaning unit", analysis.Plural(t.Bare, "row has", "rows have"))
	}
	if a.json {
		return a.printJSON(struct {
			Schema int `json:"schema"`
			*report.UnitTable
		}{1, t})
	}
	var content []byte
	switch format {
	case "markdown":
		content = t.Markdown()
	case "docx":
		content = t.DOCX()
	case "csv":
		content, err = t.CSV()
	case "xlsx":
		content, err = t.XLSX()
	}
	if err != nil {
		return err
	}
	return a.output(out, content)
}
