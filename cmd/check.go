package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/check"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

type checkOptions struct {
	format        string
	failOn        string
	showText      bool
	writeBaseline bool
	noBaseline    bool
}

var checkFormats = []string{"text", "json", "sarif", "junit", "github"}

func newCheckCmd(a *app) *cobra.Command {
	var o checkOptions
	c := &cobra.Command{
		Use:   "check [codebook.yaml | study]...",
		Short: "Find what would make a report wrong",
		Long: `Find what would make a report wrong, and where a codebook is hard to use: files that cannot be
read, unknown codes, codings whose words no longer stand, excerpts that are not verbatim,
codes that are hard to tell apart, rules that find nothing. A codebook alone is checked alone.

Findings name places, not participants' words, since logs of CI are public; --show-text adds
the lines. How much a rule weighs is set under check: in study.yaml (error, warning, info,
off). A comment # tema:ignore RULE: reason silences a finding on its line, or on the next if
it has a line of its own. --write-baseline writes what is found to check-baseline.json, with
which an old study can live; later checks tell only what is new.

Exit 0: nothing weighs as much as --fail-on. 1: something does. 2: it could not be checked.

Rules (` + "`tema help check/RULE`" + ` says what one means, why, and how to mend it):

` + ruleList(),
		Example: "  tema check\n  tema check codebook.yaml\n  tema check --format sarif --fail-on warning > tema.sarif\n  tema check --write-baseline",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, given []string) error {
			if err := a.findingFormat(c, &o.format); err != nil {
				return err
			}
			return runCheck(c.Context(), a, given, o)
		},
	}
	c.Flags().StringVar(&o.format, "format", "text", "how to write findings: "+strings.Join(checkFormats, ", "))
	c.Flags().StringVar(&o.failOn, "fail-on", "error", "exit 1 when something weighs so much: error, warning, info or never")
	c.Flags().BoolVar(&o.showText, "show-text", false, "show participants' words in findings")
	c.Flags().BoolVar(&o.writeBaseline, "write-baseline", false, "write what is found to check-baseline.json")
	c.Flags().BoolVar(&o.noBaseline, "no-baseline", false, "tell also what check-baseline.json holds")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(checkFormats, cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions([]string{"error", "warning", "info", "never"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runCheck(ctx context.Context, a *app, paths []string, o checkOptions) error {
	fail, known := diag.ParseSeverity(o.failOn)
	if o.failOn == "never" {
		fail = diag.Error + 1
	} else if !known || fail == diag.Off {
		return usagef("--fail-on is error, warning, info or never, not %q", o.failOn)
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var all diag.List
	var in []string
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			path = filepath.Join(a.dir, path)
		}
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("check: %w", err)
		}
		of := a.checkCodebook
		if info.IsDir() {
			of = a.checkStudy
		}
		found, what, err := of(ctx, path, o, fail)
		if err != nil {
			return err
		}
		all, in = append(all, found...), append(in, what)
	}
	all.Sort()
	return a.tellFindings(all, o, fail, strings.Join(in, "; "))
}

// checkStudy checks the study in dir or above it. What says what was checked.
func (a *app) checkStudy(ctx context.Context, dir string, o checkOptions, fail diag.Severity) (found diag.List, what string, err error) {
	s, err := a.open(dir)
	if err != nil {
		return nil, "", err
	}
	defer s.Close()
	p := a.progress("checking transcript")
	found, err = check.Run(ctx, s, check.Options{NoBaseline: o.noBaseline || o.writeBaseline, Progress: p.step})
	p.done()
	if err != nil {
		return nil, "", err
	}
	if o.writeBaseline {
		show := strings.TrimSuffix(s.Book.File, "codebook.yaml")
		if _, err := s.WriteBaseline(check.Baseline(found, show, min(fail, diag.Warning))); err != nil {
			return nil, "", err
		}
		a.note("%scheck-baseline.json holds what is found today", diag.Plain(show))
		if found, err = check.Run(ctx, s, check.Options{}); err != nil {
			return nil, "", err
		}
	}
	return found, fmt.Sprintf("%s, %s, %s",
		analysis.Plural(len(s.TranscriptIDs()), "transcript", "transcripts"), analysis.Plural(len(s.Book.AllCodes()), "code", "codes"),
		analysis.Plural(len(s.Placed()), "coding", "codings")), nil
}

// checkCodebook checks one file. Where it is a study's codebook that study's settings hold.
func (a *app) checkCodebook(_ context.Context, file string, o checkOptions, _ diag.Severity) (found diag.List, what string, err error) {
	if o.writeBaseline {
		return nil, "", usagef("--write-baseline is for a study, not for a codebook alone")
	}
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, "", fmt.Errorf("check: %w", err)
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, "", err
	}
	dir := filepath.Dir(abs)
	var beside *analysis.Study
	if filepath.Base(abs) == "codebook.yaml" {
		beside, err = analysis.Open(dir, a.shown(dir))
		switch {
		case err == nil:
			defer beside.Close()
		case !errors.Is(err, analysis.ErrNoStudy):
			return nil, "", err
		}
	}
	shown := a.shown(dir) + filepath.Base(abs)
	book, _ := codebook.Parse(shown, src)
	return check.Codebook(shown, src, beside), fmt.Sprintf("%s, %s",
		analysis.Plural(len(book.AllCodes()), "code", "codes"), analysis.Plural(len(book.AllThemes()), "theme", "themes")), nil
}

// tellFindings writes what was found and answers no where something weighs as much as fail. In says what was checked.
func (a *app) tellFindings(found diag.List, o checkOptions, fail diag.Severity, in string) error {
	if err := a.writeFindings(found, o.format, o.showText, fail); err != nil {
		return err
	}
	if errs, warnings := found.Count(diag.Error), found.Count(diag.Warning); errs+warnings > 0 && o.format != "json" {
		a.note("%s, %s in %s", analysis.Plural(errs, "error", "errors"), analysis.Plural(warnings, "warning", "warnings"), in)
	}
	if slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Severity >= fail }) {
		return errNo
	}
	return nil
}

// findingFormat settles which of checkFormats to write: --json is one way to say --format json.
func (a *app) findingFormat(c *cobra.Command, format *string) error {
	switch {
	case !slices.Contains(checkFormats, *format):
		return usagef("--format is one of %s, not %q", strings.Join(checkFormats, ", "), *format)
	case a.json && c.Flags().Changed("format") && *format != "json":
		return usagef("--json and --format %s contradict each other", *format)
	case a.json:
		*format = "json"
	}
	return nil
}

// writeFindings writes findings in one of checkFormats.
func (a *app) writeFindings(found diag.List, format string, showText bool, fail diag.Severity) error {
	var err error
	switch format {
	case "json":
		err = diag.JSON(a.out, found, showText)
	case "sarif":
		var rules []diag.Rule
		for _, r := range check.Rules() {
			rules = append(rules, r.Rule)
		}
		err = diag.SARIF(a.out, found, showText, version(), rules)
	case "junit":
		err = diag.JUnit(a.out, found, showText, fail)
	case "github":
		err = diag.GitHub(a.out, found, showText)
	default:
		err = diag.Text(a.out, found, showText, a.styles(a.out).severity)
	}
	if err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}

// ruleList lists every rule with its weight, for `tema help check`.
func ruleList() string {
	var b strings.Builder
	for _, r := range check.Rules() {
		fmt.Fprintf(&b, "  %-32s %s\n", r.Name, r.Severity)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// addRuleTopics makes `tema help check/RULE` print what a rule means, why it matters and how it is mended.
func addRuleTopics(root *cobra.Command) {
	for _, r := range check.Rules() {
		var b strings.Builder
		fmt.Fprintf(&b, "%s: %s\n\n%s\n\n%s\n\n", r.Name, r.Means, wrapped(r.Why), wrapped("To mend it: "+r.Mend))
		if r.Fixed {
			fmt.Fprintf(&b, "Severity: %s, which cannot be changed, since other commands stop here too.", r.Severity)
		} else {
			fmt.Fprintf(&b, "Severity: %s", r.Severity)
			if len(r.Off) > 0 {
				fmt.Fprintf(&b, "; off where the approach is %s", strings.Join(r.Off, ", "))
			}
			fmt.Fprintf(&b, "\n\nIn study.yaml:         check: {%s: error}   (or warning, info, off)\nOn a line of YAML:     # tema:ignore %s: why it does not hold here", r.Name, r.Name)
		}
		root.AddCommand(&cobra.Command{Use: "check/" + r.Name, Aliases: []string{r.Name}, Short: r.Means, Long: b.String(), Hidden: true})
	}
}

// wrapped breaks text into lines as wide as the rest of the help.
func wrapped(text string) string { return strings.Join(wrap(text, 95), "\n") }
