package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
)

type initOptions struct {
	title, question, approach, language, coder string
}

var approaches = []string{analysis.Reflexive, analysis.CodebookTA, analysis.CodingReliability, analysis.ContentAnalysis}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

func newInitCmd(a *app) *cobra.Command {
	var o initOptions
	c := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Make a study folder",
		Long: `Make a study folder: study.yaml, codebook.yaml, a folder for transcripts, and .gitattributes.
Files that stand there already are left as they are. Where the folder lies in a clone of git,
tema setup is done as well.`,
		Example: "  tema init peer-support --title \"Peer support\" --language nb",
		Args:    args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			dir := a.dir
			if len(given) == 1 {
				dir = filepath.Join(a.dir, given[0])
				if filepath.IsAbs(given[0]) {
					dir = given[0]
				}
			}
			return runInit(c.Context(), a, dir, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.title, "title", "", "the study's title (default: the folder's name)")
	f.StringVar(&o.question, "question", "", "the research question")
	f.StringVar(&o.approach, "approach", analysis.Reflexive, "school: "+strings.Join(approaches, ", "))
	f.StringVar(&o.language, "language", "en", "language of the transcripts, as en, nb, de")
	f.StringVar(&o.coder, "coder", "", "your name as a coder, such as anna")
	c.RegisterFlagCompletionFunc("approach", cobra.FixedCompletions(approaches, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runInit(ctx context.Context, a *app, dir string, o initOptions) error {
	if !slices.Contains(approaches, o.approach) {
		return usagef("--approach is one of %s, not %q", strings.Join(approaches, ", "), o.approach)
	}
	if o.coder != "" {
		if err := diag.CheckID(o.coder); err != nil {
			return usagef("--coder: %w", err)
		}
	}
	if strings.ContainsAny(o.title+o.question, "\n\r") {
		return usagef("title and question are one line each")
	}
	if !languageTag.MatchString(o.language) {
		return usagef("--language is a tag such as en, nb or pt-BR, not %q", o.language)
	}
	if o.title == "" {
		if abs, err := filepath.Abs(dir); err == nil {
			o.title = filepath.Base(abs)
		}
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("make study: %s is a file", dir)
	}
	made, err := analysis.Create(dir, newStudyFiles(o))
	if err != nil {
		return err
	}
	git := &analysis.GitSetup{}
	if len(made) > 0 {
		git = setupNew(ctx, a, dir)
	}
	if a.json {
		return a.printJSON(struct {
			Schema     int      `json:"schema"`
			Dir        string   `json:"dir"`
			Made       []string `json:"made"`
			Registered bool     `json:"registered"`
		}{1, dir, append([]string{}, made...), git.Registered})
	}
	if len(made) == 0 {
		a.note("a study stands in %s already; nothing was changed", filepath.ToSlash(dir))
		return nil
	}
	for _, name := range made {
		fmt.Fprintln(a.out, filepath.ToSlash(filepath.Join(dir, filepath.FromSlash(name))))
	}
	if git.Registered {
		a.note("%s", registered)
	}
	a.note("next: tema ingest -C %s FILE...", filepath.ToSlash(dir))
	return nil
}

// setupNew registers the merge driver where a new study lies in a clone of git. The study stands without it too.
func setupNew(ctx context.Context, a *app, dir string) *analysis.GitSetup {
	s, err := analysis.Open(dir, "")
	if err == nil {
		defer s.Close()
		var done *analysis.GitSetup
		if done, err = setupGit(ctx, s); err == nil {
			return done
		}
	}
	if !errors.Is(err, analysis.ErrNoGit) {
		a.note("%v; tema setup tries it again", err)
	}
	return &analysis.GitSetup{}
}

// newStudyFiles returns the files that a new study begins with.
func newStudyFiles(o initOptions) map[string][]byte {
	study := "tema: 1\ntitle: " + strconv.Quote(o.title) + "\nquestion: " + strconv.Quote(o.question) +
		"\napproach: " + o.approach + "\nlanguage: " + o.language + "\n"
	if o.coder != "" {
		study += "coder: " + o.coder + "\n"
	}
	study += `report:
  attribution: "{id}"    # add attributes of participants.csv, as "{id}, {age}"
  show: []               # attributes that may appear in reports; tema help participants
`
	book := `# Codes and themes. tema schema codebook prints what may stand here; tema help files explains it.
#
# codes:
#   - id: boundaries
#     name: Setting boundaries
#     definition: Drawing a line between one's own life and the support one gives.
#     match: ["boundar* OR \"too involved\""]
# themes:
#   - id: joint-challenge
#     name: Recovery is a challenge that both carry
#     concept: Helping another keeps one's own recovery in play.
#     codes: [boundaries]
codes: []
themes: []
`
	return map[string][]byte{"study.yaml": []byte(study), "codebook.yaml": []byte(book), ".gitattributes": []byte(analysis.Attributes)}
}
