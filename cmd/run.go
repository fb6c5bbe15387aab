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
	"github.com/tema-qda/tema/codebook/diag"
)

type runOptions struct {
	codebook, out string
	ingest        ingestOptions
}

func newRunCmd(a *app) *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use:   "run [DIR] | run FILE... --codebook FILE --out DIR",
		Short: "Ingest, index, apply, check and report in one go",
		Long: `Bring a study from its files to its report: index the transcripts, apply the codebook's rules,
check the study, and write reports/report.html and reports/report.md. A second run changes
nothing that has not changed.

With --codebook and --out, make the study first: read the transcripts into DIR, with a copy
of the codebook.

Exit 1: the report is written, and lists what does not stand in it as it should.`,
		Example: "  tema run peer-support\n  tema run interviews/*.docx --codebook codes.yaml --out peer-support",
		RunE: func(c *cobra.Command, given []string) error {
			dir, err := runTarget(c.Context(), a, given, o)
			if err != nil {
				return err
			}
			return runRun(c.Context(), a, dir)
		},
	}
	f := c.Flags()
	f.StringVar(&o.codebook, "codebook", "", "codebook to copy into a new study")
	f.StringVar(&o.out, "out", "", "folder of the new study")
	f.StringVar(&o.ingest.language, "language", "en", "language of a new study's transcripts")
	c.MarkFlagDirname("out")
	c.MarkFlagFilename("codebook", "yaml", "yml")
	return c
}

// runTarget returns the folder of the study to run, making it first when files are given.
func runTarget(ctx context.Context, a *app, given []string, o runOptions) (string, error) {
	if o.codebook == "" && o.out == "" {
		switch len(given) {
		case 0:
			return a.dir, nil
		case 1:
			dir := filepath.Join(a.dir, given[0])
			if filepath.IsAbs(given[0]) {
				dir = given[0]
			}
			info, err := os.Stat(dir)
			if err != nil {
				return "", fmt.Errorf("open study: %w", err)
			}
			if !info.IsDir() {
				return "", usagef("%s is a file: name --codebook and --out to make a study of it", given[0])
			}
			return dir, nil
		}
		return "", usagef("several files: name --codebook and --out to make a study of them")
	}
	if o.codebook == "" || o.out == "" || len(given) == 0 {
		return "", usagef("files, --codebook and --out go together")
	}
	if !languageTag.MatchString(o.ingest.language) {
		return "", usagef("--language is a tag such as en, nb or pt-BR, not %q", o.ingest.language)
	}
	book, err := os.ReadFile(o.codebook)
	if err != nil {
		return "", fmt.Errorf("read codebook: %w", err)
	}
	out := o.out
	if !filepath.IsAbs(out) {
		out = filepath.Join(a.dir, out)
	}
	if have, err := os.ReadFile(filepath.Join(out, "codebook.yaml")); err == nil && string(have) != string(book) {
		return "", fmt.Errorf("copy codebook: %s has another codebook.yaml; run it with `tema run %s`, or name another --out", out, out)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("copy codebook: %w", err)
	}
	batch, err := readBatch(ctx, a, given, o.ingest) // before anything is written
	if err != nil {
		return "", err
	}
	abs, err := filepath.Abs(out)
	if err != nil {
		return "", err
	}
	files := newStudyFiles(initOptions{title: filepath.Base(abs), approach: analysis.Reflexive, language: o.ingest.language})
	files["codebook.yaml"] = book
	if _, err := analysis.Create(out, files); err != nil {
		return "", err
	}
	s, err := a.open(out)
	if err != nil {
		return "", err
	}
	defer s.Close()
	if err := s.Err(); err != nil {
		return "", err
	}
	return out, batch.write(ctx, a, s, o.ingest)
}

func runRun(ctx context.Context, a *app, dir string) error {
	s, err := a.open(dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := a.apply(ctx, s); err != nil { // reads all of the study first
		return err
	}
	phases, err := a.phases(ctx, s)
	if err != nil {
		return err
	}
	if !a.json {
		a.printTitle(s)
		a.printPhases(phases, false)
	}
	written, faults, err := a.writeReport(ctx, s, reportOptions{Options: report.Options{MaxExcerpts: 12}, formats: firstFormats})
	if err != nil {
		return err
	}
	var warnings diag.List
	for _, f := range s.Found {
		if f.Severity == diag.Warning {
			warnings = append(warnings, f)
		}
	}
	if a.json {
		err = a.printJSON(struct {
			Schema int              `json:"schema"`
			Phases []analysis.Phase `json:"phases"`
			Files  []string         `json:"files"`
			Faults []string         `json:"faults"`
		}{1, phases, written, append([]string{}, faults...)})
	} else {
		fmt.Fprintln(a.out)
		for _, f := range written {
			fmt.Fprintln(a.out, f)
		}
		if len(warnings) > 0 {
			a.findings(warnings)
		}
		a.faults(faults)
	}
	if err == nil && len(faults) > 0 {
		return errNo
	}
	return err
}
