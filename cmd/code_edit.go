package cmd

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
)

func newCodeEditCmd(a *app) *cobra.Command {
	var o codingOptions
	var print bool
	var file string
	c := &cobra.Command{
		Use:   "edit TRANSCRIPT",
		Short: "Code a transcript in your editor",
		Long: `Open a transcript with your codings in VISUAL or EDITOR, as Markdown with Pandoc's bracketed
spans: [the passage]{.boundaries .phone}. When you save and leave, what you put on, drew out,
recoded or took away becomes of your codings, in one change. The words stay as they are: where
they differ, a code does not exist or a bracket does not close, every such line is named, nothing
is written, and what you typed is kept for tema code edit --file.

Pieces that share a number, {.boundaries #1}, are one coding: so those are written that cross
another or go on over a paragraph. Memos stand beside the code, {.phone memo="laughs"}.`,
		Example: `  tema code edit P03
  tema code edit P03 --print > P03.md
  tema code edit P03 --file P03.md --dry-run`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeTranscripts(1),
		RunE: func(_ *cobra.Command, ids []string) error {
			if print && file != "" {
				return usagef("--print writes it out and --file takes it in; use one")
			}
			s, who, err := a.openToCode(o.coder)
			if err != nil {
				return err
			}
			defer s.Close()
			id := ids[0]
			doc, unplaced, err := s.MarkUp(id, who)
			if err != nil {
				return err
			}
			if unplaced > 0 {
				a.note("%s of yours cannot be placed and stay as they are; tema check lists them", analysis.Plural(unplaced, "coding", "codings"))
			}
			use := func(text []byte) error {
				changes, err := s.ReadMarkUp(id, who, text)
				if err != nil {
					return err
				}
				if len(changes) == 0 {
					a.note("nothing changed")
					return nil
				}
				return a.editCodings(s, analysis.Edit{By: who, Dry: o.dry, Changes: changes,
					What: analysis.Plural(len(changes), "coding", "codings") + " changed in " + id})
			}
			switch {
			case print:
				_, err := a.out.Write(doc)
				return err
			case file != "":
				text, err := os.ReadFile(file)
				if err == nil {
					text, err = plainText(text)
				}
				if err != nil {
					return err
				}
				return use(text)
			}
			if err := a.edit(s, id+".md", doc, use); err != nil {
				if kept, ok := errors.AsType[errKept](err); ok {
					a.note("put it right there, then: tema code edit %q --file %q", id, kept.file)
				}
				return err
			}
			return nil
		},
	}
	o.flags(a, c)
	c.Flags().BoolVar(&print, "print", false, "write it to standard output instead")
	c.Flags().StringVar(&file, "file", "", "take in a file that was written so and edited")
	c.MarkFlagFilename("file", "md")
	return c
}
