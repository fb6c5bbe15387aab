package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
)

type mergeOptions struct {
	prefer, coder       string
	transcripts, dryRun bool
}

func newMergeCmd(a *app) *cobra.Command {
	var o mergeOptions
	c := &cobra.Command{
		Use:   "merge DIR",
		Short: "Take in another copy of the study, as teams mail them",
		Long: `Take in another copy of this study: the folder that a colleague mailed, or your own from another
machine. The copy is only read. Taken are

  codings      of all coders, by id: new ones, changes, removals
  memos        and prose of writing/ that is not here
  summaries    of summaries.csv that are not here
  the journal  line by line

Study.yaml, codebook, participants, transcripts, memos and prose that differ are named and left as
they are here. A transcript that only the copy has is left out with its codings, since it may have
been taken out of the study here; --transcripts takes it in.

What one side removed is removed, and a change goes before the coding that it was made from. A coding
that both sides changed, or that one changed after the other had removed it, is a conflict: it stays
as it is here, and all else is taken. Make the two alike, or say whose to take with --prefer. Of other
coders' codings the later change is taken, since they alone change them. The exit code is 1 while
codings of the copy are left behind. Merging again changes nothing; tema undo takes it back whole.`,
		Example: `  tema merge ../from-per --dry-run
  tema merge ../from-per
  tema merge ~/Downloads/peer-support --prefer theirs`,
		Args: args(cobra.ExactArgs(1)),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(_ *cobra.Command, given []string) error { return runMerge(a, given[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.prefer, "prefer", "", "whose coding to take where both sides changed it: ours (as it is here) or theirs")
	f.BoolVar(&o.transcripts, "transcripts", false, "take transcripts that only the copy has, with their codings")
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "say what would be taken, and write nothing")
	f.StringVar(&o.coder, "coder", "", "who you are (default: TEMA_CODER, else study.yaml's coder)")
	c.RegisterFlagCompletionFunc("prefer", cobra.FixedCompletions([]string{"ours", "theirs"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runMerge(a *app, dir string, o mergeOptions) error {
	if o.prefer != "" && o.prefer != "ours" && o.prefer != "theirs" {
		return usagef("--prefer is ours or theirs, not %q", o.prefer)
	}
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	who, err := s.Who(o.coder, os.Getenv("TEMA_CODER"))
	if err != nil && !errors.Is(err, analysis.ErrNobody) { // then undo names nobody
		return errUsage{err}
	}
	other, err := analysis.Open(dir, a.shown(absolute(dir)))
	if errors.Is(err, analysis.ErrNoStudy) {
		return fmt.Errorf("merge %s: it has no study.yaml; name the folder of the copy itself", dir)
	} else if err != nil {
		return err
	}
	defer other.Close()
	m, err := s.Merge(other, analysis.MergeOptions{By: who, From: filepath.ToSlash(dir), Prefer: o.prefer, Transcripts: o.transcripts, Dry: o.dryRun})
	if err != nil {
		return err
	}
	if a.json {
		err = a.printMergeJSON(m, o.dryRun)
	} else {
		a.printMerge(m, dir, o.dryRun)
	}
	if err == nil && !m.Whole() {
		return errNo
	}
	return err
}

func absolute(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

func (a *app) printMerge(m *analysis.StudyMerge, dir string, dry bool) {
	for _, f := range m.Files {
		fmt.Fprintf(a.out, "%s: %s\n", diag.Plain(f.File), mergeCounts(f))
	}
	for _, c := range m.Conflicts {
		fmt.Fprintf(a.out, "%s: conflict: %s\n", diag.Plain(conflictPlace(c)), diag.Plain(c.Tell(c.Turn)))
	}
	for _, l := range m.Left {
		left := ""
		if l.Codings > 0 {
			left = fmt.Sprintf(" (%s)", analysis.Plural(l.Codings, "coding", "codings"))
		}
		a.note("not taken: %s%s: %s", diag.Plain(l.File), left, diag.Plain(l.Why))
	}
	for _, u := range m.Undefined {
		a.note("the codebook here has no code %s, which %s", diag.Plain(u.Code), analysis.Plural(u.Codings, "coding has", "codings have"))
	}
	if len(m.Undefined) > 0 {
		a.note("      tema codebook diff codebook.yaml %s tells how the codebooks differ", filepath.ToSlash(dir))
	}
	if m.Later > 0 {
		a.note("the later change stands of %s of other coders that changed on both sides", analysis.Plural(m.Later, "coding", "codings"))
	}
	if n := len(m.Conflicts); n > 0 {
		a.note("%s changed on both sides and left as here: make the two alike, or merge with --prefer", analysis.Plural(n, "coding was", "codings were"))
	}
	switch {
	case len(m.Files) == 0 && len(m.Conflicts) == 0:
		a.note("nothing to take in from %s", diag.Plain(filepath.ToSlash(dir)))
	case dry:
		a.note("nothing was written (--dry-run)")
	}
}

// mergeCounts says what becomes of a file.
func mergeCounts(f analysis.MergedFile) string {
	var parts []string
	if f.New {
		parts = append(parts, "new")
	}
	for _, n := range []struct {
		n    int
		what string
	}{{f.Added, "added"}, {f.Changed, "changed"}, {f.Removed, "removed"}} {
		if n.n > 0 {
			parts = append(parts, analysis.Thousands(n.n)+" "+n.what)
		}
	}
	return strings.Join(parts, ", ")
}

// conflictPlace is where a coding stands here: its line where there is one.
func conflictPlace(c analysis.MergeConflict) string {
	if c.Ours == nil {
		return c.File
	}
	return fmt.Sprintf("%s:%d", c.File, c.Ours.Line)
}

func (a *app) printMergeJSON(m *analysis.StudyMerge, dry bool) error {
	type side struct {
		Code    string `json:"code"`
		Start   int    `json:"start"` // bytes in the text that side knows, half-open
		End     int    `json:"end"`
		Status  string `json:"status"`
		Changed string `json:"changed"`
	}
	type conflict struct {
		ID         string   `json:"id"`
		File       string   `json:"file"`
		Transcript string   `json:"transcript"`
		Turn       int      `json:"turn"`
		Differ     []string `json:"differ"`
		Ours       *side    `json:"ours"` // null: it was taken out
		Theirs     *side    `json:"theirs"`
	}
	sideOf := func(c *analysis.Coding) *side {
		if c == nil {
			return nil
		}
		return &side{c.Code, c.Start, c.End, c.Status, c.Changed}
	}
	conflicts := []conflict{}
	for _, c := range m.Conflicts {
		conflicts = append(conflicts, conflict{c.ID(), c.File, c.Transcript, c.Turn, c.Differ, sideOf(c.Ours), sideOf(c.Theirs)})
	}
	return a.printJSON(struct {
		Schema    int                      `json:"schema"`
		Written   bool                     `json:"written"`
		Files     []analysis.MergedFile    `json:"files"`
		Conflicts []conflict               `json:"conflicts"`
		NotTaken  []analysis.LeftOut       `json:"not_taken"`
		Undefined []analysis.UndefinedCode `json:"undefined_codes"`
		Later     int                      `json:"later"` // codings of others that both sides changed: the later change stands
	}{1, !dry && len(m.Files) > 0, append([]analysis.MergedFile{}, m.Files...), conflicts,
		append([]analysis.LeftOut{}, m.Left...), append([]analysis.UndefinedCode{}, m.Undefined...), m.Later})
}
