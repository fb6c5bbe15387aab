package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/report"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

var exportFormats = []string{"markdown", "docx", "csv", "xlsx"}

type codebookExportOptions struct {
	format, out string
	themes      bool
	appendix    report.AppendixOptions
}

func newCodebookExportCmd(a *app) *cobra.Command {
	var o codebookExportOptions
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the codebook as Markdown, DOCX, CSV or XLSX, for an appendix or for co-authors",
		Long: `Write the codebook with definitions, criteria and example quotes: as Markdown or DOCX for an
appendix, as CSV or XLSX for co-authors, whose changes tema codebook import takes in again.
Each example says where it stands in the transcripts. Examples are participants' words;
--no-examples leaves them out.

The format is that of the name behind --output, else --format, else Markdown.`,
		Example: `  tema codebook export --output codebook.docx
  tema codebook export --output codebook.xlsx
  tema codebook export --format csv --no-examples`,
		Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runCodebookExport(c.Context(), a, o) },
	}
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "", "write to this file instead of stdout")
	f.StringVar(&o.format, "format", "", strings.Join(exportFormats, ", "))
	f.BoolVar(&o.themes, "themes", false, "as CSV, the themes instead of the codes")
	f.BoolVar(&o.appendix.Gone, "retired", false, "retired codes and dropped themes too")
	f.BoolVar(&o.appendix.NoExamples, "no-examples", false, "without examples and counterexamples")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(exportFormats, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runCodebookExport(ctx context.Context, a *app, o codebookExportOptions) error {
	format, err := a.outputFormat(o.format, o.out, exportFormats)
	if err != nil {
		return err
	}
	o.format = format
	if o.themes && o.format != "csv" {
		return usagef("--themes is for CSV, which holds one table; %s has both", o.format)
	}
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := a.transcripts(ctx, s); err != nil {
		return err
	}
	if err := s.ErrUnlessReportable(); err != nil {
		return err
	}
	appendix, err := report.BuildCodebook(ctx, s, o.appendix)
	if err != nil {
		return err
	}
	var content []byte
	switch o.format {
	case "markdown":
		content = appendix.Markdown()
	case "docx":
		content = appendix.DOCX()
	case "csv":
		content, err = appendix.CSV(o.themes)
	case "xlsx":
		content, err = appendix.XLSX()
	}
	if err != nil {
		return err
	}
	if o.out == "" {
		_, err = a.out.Write(content)
		return err
	}
	if err := writeFile(o.out, content); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Schema int      `json:"schema"`
			Files  []string `json:"files"`
		}{1, []string{filepath.ToSlash(o.out)}})
	}
	fmt.Fprintln(a.out, filepath.ToSlash(o.out))
	return nil
}

// writeFile writes a file that somebody named, whole or not at all.
func writeFile(name string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*.tema-tmp")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", name, err)
		}
	}()
	_, err = f.Write(content)
	mode := os.FileMode(0o644)
	if info, fault := os.Stat(name); fault == nil {
		mode = info.Mode().Perm()
	}
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

type codebookImportOptions struct {
	decisionOptions
	add bool
}

func newCodebookImportCmd(a *app) *cobra.Command {
	var o codebookImportOptions
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Take in the changes that co-authors made in an exported CSV or XLSX",
		Long: `Hold a table that tema codebook export wrote, and others have worked in, against the codebook, and
take in the cells that say something else: names, definitions, criteria, examples, concepts,
where an entry stands. Ids are kept, comments and all that nobody changed stay as they are, and
a row that is missing takes nothing away. A cell that was emptied empties the key.

What does not fit is listed, with its cell, and the rest is taken in: an unknown id (--add makes
a code of it), a column that the codebook does not have, a reference that leads nowhere. The
edits go into the journal with --why.

Exit 0: all of it fits. 1: something does not.`,
		Example: `  tema codebook import codebook-from-per.xlsx --dry-run
  tema codebook import codebook-from-per.xlsx --why "Per read it through"`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error { return runCodebookImport(a, given[0], o) },
	}
	o.flags(c)
	c.Flags().BoolVar(&o.add, "add", false, "make codes and themes of rows with unknown ids")
	return c
}

func runCodebookImport(a *app, name string, o codebookImportOptions) error {
	src, err := readWhole(name)
	if err != nil {
		return err
	}
	sheets, err := analysis.ReadSheets(filepath.ToSlash(name), src)
	if err != nil {
		return err
	}
	s, who, err := a.openToDecide(o.decisionOptions)
	if err != nil {
		return err
	}
	defer s.Close()
	done, err := s.ImportCodebook(sheets, o.add, who, o.why, o.dry)
	if err != nil {
		return err
	}
	verb := "taken in"
	if o.dry {
		verb = "would be taken in"
	}
	switch {
	case a.json:
		err = a.printJSON(struct {
			Schema  int              `json:"schema"`
			Written bool             `json:"written"`
			Taken   []codebook.Taken `json:"taken"`
			Unfit   []codebook.Unfit `json:"unfit"`
			Notes   []string         `json:"notes"`
		}{1, done.Changed() && !o.dry, append([]codebook.Taken{}, done.Taken...), append([]codebook.Unfit{}, done.Unfit...), append([]string{}, done.Notes...)})
	case o.dry:
		err = a.printDiff(s.Book.File, done.Before, done.After)
	default:
		for _, t := range done.Taken {
			a.taken(t)
		}
	}
	if !a.json {
		for _, n := range done.Notes {
			a.note("note: %s", n)
		}
		for _, u := range done.Unfit {
			a.note("%s: %s", diag.Plain(u.At), diag.Plain(u.Reason))
		}
		a.note("%s %s", analysis.Plural(len(done.Taken), "change", "changes"), verb)
	}
	if err == nil && len(done.Unfit) > 0 {
		return errNo
	}
	return err
}

// taken writes a change that an import made: of what, and the lines that went and came.
func (a *app) taken(t codebook.Taken) {
	head := t.About + " " + t.Key
	if t.Key == "" {
		head = t.About + " added"
	}
	fmt.Fprintln(a.out, diag.Plain(head))
	was, is := strings.Split(t.Old, "\n"), strings.Split(t.New, "\n")
	lines := func(sign string, these, others []string) {
		for _, l := range these {
			if l != "" && !slices.Contains(others, l) {
				fmt.Fprintf(a.out, "  %s %s\n", sign, diag.Plain(l))
			}
		}
	}
	lines("-", was, is)
	lines("+", is, was)
}

// readWhole reads a file that somebody named, of a size that a table may have.
func readWhole(name string) ([]byte, error) {
	const most = 64 << 20
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && len(src) > most {
		err = fmt.Errorf("it has more than %d MB", most>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return src, nil
}
