package cmd

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// newMergeDriverCmd is what git runs (see tema setup): three files of its own, and the path of what is merged. Git reads the
// result from the second. Exit code 1 is a conflict, marked in it; with any other git goes its own way.
func newMergeDriverCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:    "merge-driver BASE OURS THEIRS PATH",
		Short:  "Merge one file of codings for git",
		Hidden: true,
		Args:   args(cobra.ExactArgs(4)),
		RunE: func(_ *cobra.Command, given []string) error {
			return runMergeDriver(a, given[0], given[1], given[2], filepath.ToSlash(given[3]))
		},
	}
}

func runMergeDriver(a *app, base, ours, theirs, name string) error {
	if path.Base(path.Dir(name)) == "_rules" { // follows from the rest of the study; check says when it does not any more
		if path.Base(name) == "applied.json" {
			a.note("%s: both sides applied the rules; tema apply does it anew", path.Dir(name))
		}
		return nil
	}
	var sides [3][]byte
	for i, file := range []string{base, ours, theirs} {
		var err error
		if sides[i], err = os.ReadFile(file); err != nil {
			return err
		}
	}
	m, err := analysis.MergeCodings(name, sides[0], sides[1], sides[2])
	if err != nil {
		a.note("git merges %s by lines, since a side of it cannot be read:", diag.Plain(name))
		return err
	}
	// Git must find the old file or the new one, never half.
	whole := ours + ".tema-tmp"
	if err = os.WriteFile(whole, m.Marked(), 0o666); err == nil {
		err = os.Rename(whole, ours)
	}
	if err != nil {
		os.Remove(whole)
		return fmt.Errorf("merge %s: %w", name, err)
	}
	conflicts := m.Conflicts()
	if len(conflicts) == 0 {
		return nil
	}
	t := beside(name)
	for _, c := range conflicts {
		a.note("%s:%d: conflict: %s", diag.Plain(name), c.Line, diag.Plain(c.Tell(c.Turn(t))))
	}
	a.note("keep one line of each, take the marks away, then git add %s", diag.Plain(name))
	return errNo
}

// beside reads the transcript of a file of codings from the work tree, where git runs its drivers, to name a turn. None is
// no fault: bytes are named then.
func beside(codings string) *transcript.Transcript {
	id := strings.TrimSuffix(path.Base(codings), ".jsonl")
	file := path.Join(path.Dir(codings), "..", "..", "transcripts", id+".txt")
	src, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		return nil
	}
	t, found := transcript.Parse(id, file, src)
	if found.Err() != nil {
		return nil
	}
	return t
}
