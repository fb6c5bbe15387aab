package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/report"
	"github.com/tema-qda/tema/codebook"
)

type diffOptions struct {
	format             string
	showText, exitCode bool
}

func newCodebookDiffCmd(a *app) *cobra.Command {
	var o diffOptions
	c := &cobra.Command{
		Use:   "diff [A [B]]",
		Short: "Tell what became of the codebook: what it means, not lines",
		Long: `Tell what became of codebook A in codebook B: codes added, renamed, redefined, moved, merged,
split, retired; themes likewise. A and B are files, study folders or revisions of git; a name
that is both is the file. Without B it is the codebook as it stands now, without A and B it
is held against the last commit.

A code counts as renamed when an alias says so, or when no other code has the words of its
definition. Of examples and excerpts the numbers are told; --show-text adds the words.`,
		Example: `  tema codebook diff
  tema codebook diff v1.0
  tema codebook diff HEAD~5 HEAD --format markdown
  tema codebook diff before.yaml after.yaml --json`,
		Args: args(cobra.MaximumNArgs(2)),
		RunE: func(c *cobra.Command, given []string) error {
			older, newer := "HEAD", ""
			if len(given) > 0 {
				older = given[0]
			}
			if len(given) > 1 {
				newer = given[1]
			}
			return runCodebookDiff(c.Context(), a, older, newer, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.format, "format", "text", "text or markdown")
	f.BoolVar(&o.showText, "show-text", false, "show the words of examples and excerpts")
	f.BoolVar(&o.exitCode, "exit-code", false, "exit 1 when something differs")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "markdown"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runCodebookDiff(ctx context.Context, a *app, older, newer string, o diffOptions) error {
	if o.format != "text" && o.format != "markdown" {
		return usagef("--format is text or markdown, not %q", o.format)
	}
	was, err := a.codebookAt(ctx, older)
	if err != nil {
		return err
	}
	is, err := a.codebookAt(ctx, newer)
	if err != nil {
		return err
	}
	d := codebook.Compare(was, is)
	if !o.showText {
		d = d.WithoutWords()
	}
	switch {
	case a.json:
		err = d.JSON(a.out)
	case o.format == "markdown":
		_, err = a.out.Write(report.DiffMarkdown(d))
	default:
		if err = d.Text(a.out); err == nil && !d.Empty() {
			a.note("%s", d.Summary())
		}
	}
	if err != nil {
		return fmt.Errorf("write difference: %w", err)
	}
	if o.exitCode && !d.Empty() {
		return errNo
	}
	return nil
}

// codebookFile returns the codebook that commands are about: the study's or, where there is no study, the file of that
// name in the folder. Shown is its name as it can be opened from here.
func (a *app) codebookFile() (file, shown string, err error) {
	dir, err := analysis.FindDir(a.dir)
	if errors.Is(err, analysis.ErrNoStudy) {
		bare, fault := filepath.Abs(a.dir)
		if fault == nil && isFile(filepath.Join(bare, analysis.CodebookFile)) {
			dir, err = bare, nil
		}
	}
	if err != nil {
		return "", "", err
	}
	return filepath.Join(dir, analysis.CodebookFile), a.shown(dir) + analysis.CodebookFile, nil
}

// codebookAt reads the codebook that somebody names: a file, a folder that holds one, a revision of git; "" is the
// codebook as it stands now.
func (a *app) codebookAt(ctx context.Context, name string) (*codebook.Codebook, error) {
	var src []byte
	shown := name
	var err error
	switch inside := filepath.Join(name, analysis.CodebookFile); {
	case name != "" && isFile(name):
		src, err = os.ReadFile(name)
	case name != "" && isFile(inside):
		shown = filepath.ToSlash(inside)
		src, err = os.ReadFile(inside)
	default:
		var file string
		if file, shown, err = a.codebookFile(); err != nil {
			if name != "" {
				err = fmt.Errorf("no file is called %s, and as a revision: %w", name, err)
			}
			return nil, err
		}
		if name == "" {
			src, err = os.ReadFile(file)
			break
		}
		shown = name + ":" + analysis.CodebookFile
		if src, err = analysis.Revision(ctx, file, name); err != nil {
			return nil, fmt.Errorf("no file is called %s, and as a revision: %w", name, err)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read codebook: %w", err)
	}
	book, found := codebook.Parse(shown, src)
	return book, found.Err()
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}
