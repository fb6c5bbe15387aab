package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis/report"
)

var mapFormats = []string{"text", "svg", "dot"}

func newThemeMapCmd(a *app) *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use:   "map",
		Short: "Draw the themes as their author relates them: text, SVG or DOT",
		Long: `Draw the thematic map: themes with their sub-themes, in the author's order, and the relations that
the codebook gives them. No place or size in it comes from a count. Dropped themes are left out.

As text it is a tree; as SVG a picture, the same bytes each time, with the tree as its description;
as DOT a file for Graphviz. The format is --format, else that of the name behind --output.`,
		Example: `  tema theme map
  tema theme map --output map.svg
  tema theme map --format dot > map.dot`,
		Args: args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return runThemeMap(a, format, out) },
	}
	c.Flags().StringVar(&format, "format", "", strings.Join(mapFormats, ", "))
	c.Flags().StringVarP(&out, "output", "o", "", "write to this file instead of stdout")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(mapFormats, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runThemeMap(a *app, format, out string) error {
	format, err := a.outputFormat(format, out, mapFormats)
	if err != nil {
		return err
	}
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Err(); err != nil {
		return err
	}
	m := report.BuildMap(s)
	if len(m.Themes) == 0 {
		a.note("no themes to draw")
	}
	if a.json && out == "" {
		return a.printJSON(struct {
			Schema int `json:"schema"`
			*report.Map
		}{1, m})
	}
	columns, _ := terminal(a.out)
	if out != "" {
		columns = 0
	}
	content := []byte(m.Text(columns))
	switch format {
	case "svg":
		content = m.SVG()
	case "dot":
		content = m.DOT()
	}
	return a.output(out, content)
}
