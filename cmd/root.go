// Package cmd is the command line of tema: one file a command, and in streams.go how all of them speak.
//
// It guarantees the exit codes of `tema help exit-codes`, that stdout holds the answer and nothing else, and that no
// command writes before everything that it was given has been understood. It refuses to hold any knowledge of its own:
// what a study, a query or a report is, other packages know.
package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index"
	"github.com/tema-qda/tema/index/transcript"
)

// Version is set by the release build; a build from source says where it comes from.
var Version = ""

// app is what every command shares: the streams and the flags that all commands have.
type app struct {
	in       io.Reader
	out, err io.Writer
	dir      string // -C
	color    string
	json     bool
}

// The exit codes, as `tema help exit-codes` tells them.
const (
	exitDone        = 0
	exitNo          = 1
	exitFailed      = 2
	exitInterrupted = 130
)

// errNo is an answer of no that has been printed already.
var errNo = errors.New("no")

// errUsage is a fault in how tema was called.
type errUsage struct{ error }

func usagef(format string, args ...any) error { return errUsage{fmt.Errorf(format, args...)} }

// Main runs tema with args (without the program's name) and returns its exit code.
func Main(args []string, in io.Reader, out, errs io.Writer) (code int) {
	a := &app{in: in, out: out, err: errs}
	defer func() { // a fault of ours must not look like an answer: scripts treat 2 as failure
		if r := recover(); r != nil {
			fmt.Fprintf(errs, "tema: internal error: %v\n%s", r, debug.Stack())
			code = exitFailed
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRootCmd(a)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	a.report(err)
	return exitCode(err)
}

func exitCode(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errNo):
		return exitNo
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitFailed
}

// report prints err once, as lines for a person or, under --json, as a document on stderr.
func (a *app) report(err error) {
	if err == nil || errors.Is(err, errNo) {
		return
	}
	if a.json {
		failure := struct {
			Schema   int             `json:"schema"`
			Error    string          `json:"error"`
			Findings json.RawMessage `json:"findings,omitempty"`
		}{Schema: 1, Error: err.Error()}
		if found, ok := diag.AsInvalid(err); ok {
			found.Sort()
			var doc bytes.Buffer
			diag.JSON(&doc, found, false)
			json.Unmarshal(doc.Bytes(), &failure)
		}
		json.NewEncoder(a.err).Encode(failure)
		return
	}
	if errors.Is(err, context.Canceled) {
		a.note("tema: interrupted")
		return
	}
	if found, ok := diag.AsInvalid(err); ok {
		a.findings(found)
		a.note("tema: %s; nothing was written", analysis.Plural(found.Count(diag.Error), "error", "errors"))
		if kept, ok := errors.AsType[errKept](err); ok {
			a.note("%s", kept.hint())
		}
		return
	}
	for i, line := range strings.Split(err.Error(), "\n") {
		if i == 0 {
			line = "tema: " + line
		}
		a.note("%s", diag.Plain(line))
	}
	var usage errUsage
	switch {
	case errors.As(err, &usage):
		a.note("      see tema help")
	case errors.Is(err, analysis.ErrNoStudy):
		a.note("      make one here with `tema init`, or name a study's folder with -C")
	}
}

func newRootCmd(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "tema",
		Short: "Thematic analysis of interview transcripts, in plain files",
		Long: `tema reads interview transcripts into a folder of plain files, applies a codebook through
Braun and Clarke's six phases, and writes a theme report in which every quotation can be
traced to the words it came from. Nothing is sent anywhere.

Begin with   tema init my-study
then         tema ingest -C my-study interviews/*.docx
and          tema run my-study`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          args(cobra.NoArgs),
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	flags := root.PersistentFlags()
	flags.StringVarP(&a.dir, "dir", "C", ".", "the study's folder, or one inside it")
	flags.StringVar(&a.color, "color", "auto", "colour: auto, always or never")
	flags.BoolVar(&a.json, "json", false, "answer as one JSON document")
	root.MarkPersistentFlagDirname("dir")
	root.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if a.color != "auto" && a.color != "always" && a.color != "never" {
			return usagef("--color is auto, always or never, not %q", a.color)
		}
		return nil
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return errUsage{err} })
	root.Version = version()
	root.SetVersionTemplate("tema {{.Version}}\n")

	root.AddGroup(
		&cobra.Group{ID: "study", Title: "Study:"},
		&cobra.Group{ID: "familiarise", Title: "1 Familiarise:"},
		&cobra.Group{ID: "code", Title: "2 Code:"},
		&cobra.Group{ID: "themes", Title: "3-5 Themes:"},
		&cobra.Group{ID: "write", Title: "6 Report:"},
		&cobra.Group{ID: "codebook", Title: "Codebook:"},
		&cobra.Group{ID: "help", Title: "Help:"},
	)
	for group, commands := range map[string][]*cobra.Command{
		"study":       {newInitCmd(a), newSetupCmd(a), newIngestCmd(a), newRunCmd(a), newStatusCmd(a), newPhaseCmd(a)},
		"familiarise": {newReadCmd(a), newSearchCmd(a), newMemoCmd(a)},
		"code":        {newCodeCmd(a), newApplyCmd(a), newMendCmd(a), newCodersCmd(a), newMergeCmd(a), newUndoCmd(a)},
		"themes":      {newThemeCmd(a), newReviewCmd(a), newMatrixCmd(a)},
		"write":       {newReportCmd(a), newVerifyCmd(a), newMeaningUnitsCmd(a)},
		"codebook":    {newCheckCmd(a), newCodebookCmd(a), newAgreeCmd(a), newSaturationCmd(a)},
		"help":        {newSchemaCmd(a)},
	} {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	// The names of topics, of rules of check above all, are longer than those of commands and would push these aside.
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), "{{rpad .Name .NamePadding }}", "{{rpad .Name 15}}"))
	root.SetHelpCommandGroupID("help")
	root.SetCompletionCommandGroupID("help")
	root.AddCommand(newMergeDriverCmd(a))
	addTopics(root)
	return root
}

func version() string {
	if Version != "" {
		return Version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown version)"
}

// args wraps an argument check of cobra, so that its errors count as usage, and what is taken for a command that is not
// there is told with those that come near.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		err := check(c, given)
		switch {
		case err == nil:
			return nil
		case !strings.HasPrefix(err.Error(), "unknown command"):
			return errUsage{err}
		case !c.HasAvailableSubCommands():
			return usagef("%s takes no arguments, and %q is one", c.CommandPath(), given[0])
		}
		message := fmt.Sprintf("unknown command %q for %q", given[0], c.CommandPath())
		c.SuggestionsMinimumDistance = 2 // letters; 0 suggests nothing
		if near := c.SuggestionsFor(given[0]); len(near) > 0 {
			message += "; did you mean " + strings.Join(near, " or ") + "?"
		}
		return usagef("%s", message)
	}
}

// open opens the study in dir or above it.
func (a *app) open(dir string) (*analysis.Study, error) {
	found, err := analysis.FindDir(dir)
	if err != nil {
		return nil, err
	}
	s, err := analysis.Open(found, a.shown(found))
	if err == nil {
		s.Notice = func(message string) { a.note("%s", message) }
	}
	return s, err
}

// transcripts reads every transcript of a study, and tells how far it is.
func (a *app) transcripts(ctx context.Context, s *analysis.Study) ([]*transcript.Transcript, error) {
	p := a.progress("reading transcript")
	defer p.done()
	return s.Transcripts(ctx, p.step)
}

// shown returns what to put before the names of a folder's files so that they can be opened from here: "" or "dir/".
func (a *app) shown(dir string) string {
	rel := dir
	if here, err := os.Getwd(); err == nil {
		if r, err := filepath.Rel(here, dir); err == nil && !strings.HasPrefix(r, filepath.Join("..", "..", "..")) {
			rel = r
		}
	}
	if rel == "." {
		return ""
	}
	return filepath.ToSlash(rel) + "/"
}

// openIndex brings the study's index up to date and opens it.
func (a *app) openIndex(ctx context.Context, s *analysis.Study) (*index.Index, error) {
	var files []index.File
	for _, id := range s.TranscriptIDs() {
		files = append(files, index.File{ID: id, Path: s.TranscriptPath(id), Language: s.Config.Language})
	}
	p := a.progress("indexing transcript")
	defer p.done()
	load := func(id string) (*transcript.Transcript, error) {
		t := s.Transcript(id)
		if t == nil {
			_, err := s.Transcripts(ctx, nil) // gathers what is wrong with it
			if err == nil {
				err = s.Err()
			}
			return nil, err
		}
		return t, nil
	}
	x, err := index.Open(ctx, s.CacheDir(), files, load, p.step)
	if err != nil {
		return nil, err
	}
	if x.Note != "" {
		a.note("%s", x.Note)
	}
	return x, nil
}
