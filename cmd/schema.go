package cmd

import (
	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis/report"
	"github.com/tema-qda/tema/codebook"
)

func newSchemaCmd(a *app) *cobra.Command {
	names := []string{"codebook", "study", "report"}
	return &cobra.Command{
		Use:       "schema codebook|study|report",
		Short:     "Print a JSON Schema: of the files that you write, or of the report's JSON",
		Long:      "Print the JSON Schema of codebook.yaml or study.yaml, which editors with a YAML language server use to\ncomplete and check the file, or of what tema report --format json writes.",
		Example:   "  tema schema codebook",
		ValidArgs: names,
		Args:      args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			schema, ok := codebook.Schema(given[0])
			switch {
			case given[0] == "report":
				schema = report.Schema()
			case !ok:
				return usagef("no schema %q; there are codebook, study and report", given[0])
			}
			_, err := a.out.Write(schema)
			return err
		},
	}
}
