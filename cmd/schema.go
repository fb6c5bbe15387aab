package cmd

import (
	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/codebook"
)

func newSchemaCmd(a *app) *cobra.Command {
	names := []string{"codebook", "study"}
	return &cobra.Command{
		Use:       "schema codebook|study",
		Short:     "Print a JSON Schema, so that editors complete and check the files",
		Long:      "Print the JSON Schema of codebook.yaml or study.yaml. Editors with a YAML language server use it to\ncomplete and check the file.",
		Example:   "  tema schema codebook",
		ValidArgs: names,
		Args:      args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			schema, ok := codebook.Schema(given[0])
			if !ok {
				return usagef("no schema %q; there are codebook and study", given[0])
			}
			_, err := a.out.Write(schema)
			return err
		},
	}
}
