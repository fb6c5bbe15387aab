package cmd

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
)

func newPhaseCmd(a *app) *cobra.Command {
	var why, coder string
	var about []string
	c := &cobra.Command{
		Use:   "phase [PHASE]",
		Short: "Go to a phase, or back to one, and say why; note what you decide on the way",
		Long: `Write down in journal.jsonl that you go to one of the six phases, or back to one, and why: by number
or by name, as familiarise, code, generate, review, define, write. Any phase may follow any other, and
nothing is locked; going back is part of the method, and worth a sentence in the report. With --about
it is one theme or code that goes back.

Without a phase it lists where you went and what you noted.`,
		Example: `  tema phase
  tema phase 3 -m "The codes have stopped changing names every day."
  tema phase code -m "distance was two things" --about code:distance`,
		Args: args(cobra.MaximumNArgs(1)),
		ValidArgsFunction: func(_ *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var out []cobra.Completion
			for n := 1; n <= 6 && len(given) == 0; n++ {
				out = append(out, cobra.CompletionWithDesc(fmt.Sprint(n), analysis.PhaseName(n)))
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, given []string) error {
			if len(given) == 0 {
				if why != "" || len(about) > 0 || coder != "" {
					return usagef("name the phase, as tema phase 4; tema phase note writes a note alone")
				}
				return runPhaseList(a)
			}
			to, err := analysis.ParsePhase(given[0])
			if err != nil {
				return errUsage{err}
			}
			return a.decide(coder, about, func(s *analysis.Study, who string, about []string) (analysis.Move, error) {
				return s.GoTo(who, to, about, why)
			})
		},
	}
	c.Flags().StringVarP(&why, "why", "m", "", "the reason")
	decideFlags(a, c, &coder, &about)
	c.AddCommand(newPhaseNoteCmd(a))
	return c
}

func newPhaseNoteCmd(a *app) *cobra.Command {
	var coder string
	var about []string
	c := &cobra.Command{
		Use:   "note TEXT",
		Short: "Write a sentence into the journal",
		Long: `Write a sentence into journal.jsonl, with the day and your name: what you decided, tried or left
alone. It is about the phase that you are at, or what --about names. Longer thoughts go into a memo.`,
		Example: `  tema phase note "Read all ten twice before the first code."
  tema phase note "They talked about the course since we asked." --about code:training`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			if strings.TrimSpace(given[0]) == "" {
				return usagef("a note wants a text")
			}
			return a.decide(coder, about, func(s *analysis.Study, who string, about []string) (analysis.Move, error) {
				return s.Note(who, about, given[0])
			})
		},
	}
	decideFlags(a, c, &coder, &about)
	return c
}

func decideFlags(a *app, c *cobra.Command, coder *string, about *[]string) {
	f := c.Flags()
	f.StringSliceVar(about, "about", nil, "what it is about: code:ID, theme:ID, transcript:ID, participant:ID, coding:ID")
	f.StringVar(coder, "coder", "", "who decides (default: TEMA_CODER, else study.yaml's coder)")
	c.RegisterFlagCompletionFunc("about", a.completeRefs)
	c.RegisterFlagCompletionFunc("coder", a.completeCoders)
}

// decide writes a move or note into the journal and says what was written.
func (a *app) decide(coder string, about []string, write func(s *analysis.Study, who string, about []string) (analysis.Move, error)) error {
	s, who, err := a.openToDecide(decisionOptions{coder: coder})
	if err != nil {
		return err
	}
	defer s.Close()
	if about, err = checkRefs(s, about); err != nil {
		return err
	}
	m, err := write(s, who, about)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Schema int      `json:"schema"`
			Move   moveJSON `json:"move"`
		}{1, movesJSON([]analysis.Move{m})[0]})
	}
	a.note("journal.jsonl: %s", moved(m))
	return nil
}

// moveJSON is a move or a note in JSON. Fields are added, never renamed or taken out.
type moveJSON struct {
	At    string   `json:"at"`
	By    string   `json:"by"`
	From  int      `json:"from,omitempty"`
	To    int      `json:"to,omitempty"` // absent in a note
	About []string `json:"about"`
	Why   string   `json:"why,omitempty"`
}

func movesJSON(moves []analysis.Move) []moveJSON {
	out := []moveJSON{}
	for _, m := range moves {
		out = append(out, moveJSON{m.At, m.By, m.From, m.To, append([]string{}, m.About...), m.Why})
	}
	return out
}

// moved says in words where a move goes.
func moved(m analysis.Move) string {
	about := ""
	if len(m.About) > 0 {
		about = ", " + strings.Join(m.About, ", ")
	}
	switch {
	case m.To == 0:
		return "note" + about
	case m.Back():
		return fmt.Sprintf("back from %d %s to %d %s%s", m.From, analysis.PhaseName(m.From), m.To, analysis.PhaseName(m.To), about)
	default:
		return fmt.Sprintf("to %d %s%s", m.To, analysis.PhaseName(m.To), about)
	}
}

func runPhaseList(a *app) error {
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	course := s.Course()
	if err := s.Err(); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Schema int        `json:"schema"`
			Phase  int        `json:"phase,omitempty"`
			Moves  []moveJSON `json:"moves"`
		}{1, s.Phase(), movesJSON(course)})
	}
	var out strings.Builder
	st := a.styles(a.out)
	width, tty := terminal(a.out)
	for _, m := range course {
		day := m.At[:min(len(m.At), len("2006-01-02"))]
		if !tty {
			fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", diag.Plain(m.At), diag.Plain(m.By), diag.Plain(moved(m)), diag.Plain(m.Why))
			continue
		}
		for _, line := range wrap(diag.Plain(moved(m)), width) {
			out.WriteString(st.bold(line) + "\n")
		}
		a.hang(&out, "    ", st.dim(diag.Plain(fields(m.By, day))))
		if m.Why != "" {
			a.hang(&out, "    ", diag.Plain(m.Why))
		}
	}
	_, err = io.WriteString(a.out, out.String())
	return err
}
