package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/cmd/workbench"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

func newCodeCmd(a *app) *cobra.Command {
	var o workbench.Options
	var coder string
	c := &cobra.Command{
		Use:   "code [TRANSCRIPT]",
		Short: "The coding screen: read a transcript and put codes on passages; and commands for scripts",
		Long: `Open a transcript on the coding screen: read it, select passages, put codes on them, find
places again, go through what rules propose and through what coders read differently. Without
TRANSCRIPT it opens where you left off. Every change is on disk before the next key is read,
and u takes it back; ? shows all keys. Several windows on one study do no harm.

Each coder writes to files of her own: --coder, TEMA_CODER or study.yaml's coder says whose.
The commands below do the same from the shell and from scripts; tema undo takes back what
they did.

In a coding-reliability study coders work independently: what others and rules coded in a
transcript shows once you have said that you are done with it. In a reflexive study readings
that differ are walked through, not settled; --anyway settles them all the same.`,
		Example: `  tema code P03
  tema code --candidates
  tema code FG1 --coder per --disagreements`,
		Args:              args(cobra.MaximumNArgs(1)),
		ValidArgsFunction: a.completeTranscripts(1),
		RunE: func(c *cobra.Command, given []string) error {
			if len(given) > 0 {
				o.Transcript = given[0]
			}
			return runCode(c.Context(), a, o, coder)
		},
	}
	f := c.Flags()
	f.StringVar(&coder, "coder", "", "whose codings (default: TEMA_CODER, else study.yaml's coder)")
	f.BoolVar(&o.Candidates, "candidates", false, "begin with what rules propose and you have not decided")
	f.BoolVar(&o.Disagree, "disagreements", false, "begin with the passages on which coders put different codes")
	f.BoolVar(&o.Anyway, "anyway", false, "settle disagreements in a reflexive study too")
	c.RegisterFlagCompletionFunc("coder", a.completeCoders)
	c.MarkFlagsMutuallyExclusive("candidates", "disagreements")
	c.AddCommand(newCodeAddCmd(a), newCodeRemoveCmd(a), newCodeMoveCmd(a), newCodeMemoCmd(a), newCodeDoneCmd(a), newCodeEditCmd(a), newCodeListCmd(a))
	return c
}

// runCode opens the coding screen.
func runCode(ctx context.Context, a *app, o workbench.Options, coder string) error {
	_, reads := a.in.(*os.File)
	if reads {
		reads = term.IsTerminal(int(a.in.(*os.File).Fd()))
	}
	if _, shows := terminal(a.out); !reads || !shows || os.Getenv("TERM") == "dumb" {
		return usagef("the coding screen needs a terminal; tema read prints a transcript with its codings, tema code add puts codes on from a script")
	}
	s, who, err := a.openToCode(coder)
	if err != nil {
		return err
	}
	if o.Transcript != "" && !slices.Contains(s.TranscriptIDs(), o.Transcript) {
		s.Close()
		return noSuch("transcript", o.Transcript, s.TranscriptIDs())
	}
	quiet := *a
	quiet.err = io.Discard // nothing but the screen writes on the terminal
	s.Notice = nil
	o.Coder, o.Colour = who, a.styles(a.out).on
	o.Open = func() (*analysis.Study, error) { return quiet.open(s.Dir) }
	o.Search = func(source string) ([]workbench.Found, error) { return quiet.searchPassages(ctx, source) }
	return workbench.Run(ctx, s, o, a.in, a.out)
}

// searchPassages finds the passages that a query asks for, all speakers' among them, as the coding screen shows them.
func (a *app) searchPassages(ctx context.Context, source string) ([]workbench.Found, error) {
	const most = 500
	q, err := query.Parse(source)
	if err != nil {
		return nil, err
	}
	s, err := a.open(a.dir)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if err := q.Check(s.Scope()); err != nil {
		return nil, err
	}
	x, err := a.openIndex(ctx, s)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	hits, err := x.Find(ctx, q, query.Options{AllSpeakers: true, TurnZero: true, Language: s.Config.Language}, s.Scope())
	if err != nil {
		return nil, err
	}
	var out []workbench.Found
	for _, h := range hits[:min(len(hits), most)] {
		t := s.Transcript(h.Transcript)
		if t == nil {
			continue // edited into something unreadable since
		}
		text, _ := t.Slice(h.Span)
		turn, _ := t.TurnAt(h.Start)
		out = append(out, workbench.Found{Passage: h.Passage, Turn: h.Turn, Speaker: turn.Label, Text: text, Words: h.Words})
	}
	return out, nil
}

// codingOptions are what every change of codings can be given.
type codingOptions struct {
	coder string
	dry   bool
}

func (o *codingOptions) flags(a *app, c *cobra.Command) {
	c.Flags().StringVar(&o.coder, "coder", "", "whose codings (default: TEMA_CODER, else study.yaml's coder)")
	c.Flags().BoolVar(&o.dry, "dry-run", false, "tell what would change, and write nothing")
	c.RegisterFlagCompletionFunc("coder", a.completeCoders)
}

// openToCode opens the study and says who codes.
func (a *app) openToCode(coder string) (s *analysis.Study, who string, err error) {
	if s, err = a.open(a.dir); err != nil {
		return nil, "", err
	}
	if err = s.Err(); err == nil {
		who, err = s.Who(coder, os.Getenv("TEMA_CODER"))
	}
	if errors.Is(err, analysis.ErrNobody) {
		err = usagef("name yourself with --coder, TEMA_CODER, or `coder:` in study.yaml: codings stand in a folder of their coder")
	}
	if err != nil {
		s.Close()
		return nil, "", err
	}
	return s, who, nil
}

func (a *app) completeCoders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	s, err := a.open(a.dir)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer s.Close()
	return s.Coders(), cobra.ShellCompDirectiveNoFileComp
}

// completeTranscripts completes the first so many arguments with ids of transcripts; -1 is all of them.
func (a *app) completeTranscripts(first int) cobra.CompletionFunc {
	return func(_ *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		s, err := a.open(a.dir)
		if err != nil || first >= 0 && len(given) >= first {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer s.Close()
		return s.TranscriptIDs(), cobra.ShellCompDirectiveNoFileComp
	}
}

// A place is a passage as flags name it.
type place struct {
	quote, at string
	turn      int
}

func (p *place) flags(c *cobra.Command) {
	c.Flags().StringVarP(&p.quote, "quote", "q", "", "the passage by its words")
	c.Flags().StringVar(&p.at, "at", "", "by bytes of the text, half-open: 1042-1187")
	c.Flags().IntVar(&p.turn, "turn", 0, "by the number of a turn: all that is said in it, or where the quote stands")
}

func (p *place) given() bool { return p.quote != "" || p.at != "" || p.turn != 0 }

// where is p in a transcript, for analysis.Study.Locate.
func (p *place) where(id string) (analysis.Where, error) {
	w := analysis.Where{Transcript: id, Quote: p.quote, Turn: p.turn}
	if p.turn < 0 {
		return w, usagef("--turn counts from 1")
	}
	if p.at != "" {
		from, to, _ := strings.Cut(p.at, "-")
		start, err1 := strconv.Atoi(from)
		end, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil {
			return w, usagef("--at is two numbers of bytes, as 1042-1187, not %q", p.at)
		}
		w.At = &transcript.Span{Start: start, End: end}
	}
	return w, nil
}

// shownCoding is a coding as a person or a script gets it.
type shownCoding struct {
	ID          string `json:"id"`
	Transcript  string `json:"transcript"`
	Turn        int    `json:"turn"`
	Speaker     string `json:"speaker"`
	Participant string `json:"participant"`
	Code        string `json:"code"`
	Coder       string `json:"coder"`
	Start       int    `json:"start"` // bytes in today's text, half-open; as recorded where standing is ambiguous or lost
	End         int    `json:"end"`
	Standing    string `json:"standing"` // exact, moved, changed, ambiguous, lost
	Status      string `json:"status"`   // accepted, rejected, candidate
	Quote       string `json:"quote"`
	Via         string `json:"via,omitempty"`
	Memo        string `json:"memo,omitempty"`
	Condensed   string `json:"condensed,omitempty"`
	Made        string `json:"made,omitempty"`
	Changed     string `json:"changed,omitempty"`
}

func showCoding(s *analysis.Study, p *analysis.Placed) shownCoding {
	c := shownCoding{ID: p.ID, Transcript: p.Transcript, Code: p.Code, Coder: p.Coder, Start: p.Span.Start, End: p.Span.End, Standing: p.Standing.String(),
		Status: p.Status, Quote: p.Quote, Via: p.Via, Memo: p.Memo, Condensed: p.Condensed, Made: p.Made, Changed: p.Changed}
	if p.Status == analysis.Accepted {
		c.Status = "accepted"
	}
	if p.Today != nil {
		c.Code = p.Today.ID
	}
	if t := s.Transcript(p.Transcript); t != nil && p.Standing != transcript.Lost && p.Standing != transcript.Ambiguous {
		if turns := t.TurnsIn(p.Span); len(turns) > 0 {
			turn := turns[0]
			if len(turns) > 1 && p.Span.Start >= turn.Speech.End {
				turn = turns[1] // it begins in the blank line before the turn
			}
			c.Turn, c.Speaker, c.Participant = turn.Number, turn.Label, turn.Is
		}
	}
	return c
}

// printCodings prints codings one a line: on a terminal cut to its width, else whole and with tabs.
func (a *app) printCodings(list []shownCoding) {
	st := a.styles(a.out)
	width, tty := terminal(a.out)
	for _, c := range list {
		extra := ""
		switch {
		case c.Standing == "ambiguous" || c.Standing == "lost":
			extra = c.Standing
		case c.Status != "accepted":
			extra = c.Status
		}
		if !tty {
			fmt.Fprintf(a.out, "%s\t%d\t%s\t%s\t%s\t%s\t%s\n", c.Transcript, c.Turn, c.Coder, c.Code, c.ID, extra, diag.Plain(strings.Join(strings.Fields(c.Quote), " ")))
			continue
		}
		head := fields(fmt.Sprintf("%s %d", c.Transcript, c.Turn), c.Code, c.Coder, extra)
		quote := []rune(diag.Plain(strings.Join(strings.Fields(c.Quote), " ")))
		if room := max(20, width-len([]rune(head))-3); len(quote) > room {
			quote = append(quote[:room-2], ' ', '…')
		}
		fmt.Fprintf(a.out, "%s  %s\n", st.dim(diag.Plain(head)), string(quote))
	}
}

// editCodings makes an edit and tells of it.
func (a *app) editCodings(s *analysis.Study, e analysis.Edit) error {
	did, err := s.EditCodings(e)
	if err != nil {
		return err
	}
	var shown []shownCoding
	for _, p := range did.Codings {
		if p != nil {
			shown = append(shown, showCoding(s, p))
		}
	}
	if a.json {
		return a.printJSON(struct {
			Schema  int           `json:"schema"`
			Written bool          `json:"written"`
			Same    int           `json:"same"` // changes that changed nothing
			Files   []string      `json:"files"`
			Codings []shownCoding `json:"codings"`
		}{1, !e.Dry && len(did.Files) > 0, did.Same, append([]string{}, did.Files...), append([]shownCoding{}, shown...)})
	}
	if len(e.Changes) > 0 && len(shown) == len(e.Changes) {
		a.printCodings(shown)
	}
	would := ""
	if e.Dry {
		would = "would be "
	}
	switch {
	case len(did.Files) == 0:
		a.note("nothing changed: it stands so already")
	case did.Same > 0:
		a.note("%s%s; %s stood so already", would, e.What, analysis.Plural(did.Same, "coding", "codings"))
	default:
		a.note("%s%s", would, e.What)
	}
	return nil
}

func newCodeListCmd(a *app) *cobra.Command {
	var codes, coders []string
	var rejected, candidates bool
	c := &cobra.Command{
		Use:   "list [TRANSCRIPT...]",
		Short: "List codings, in the order of the transcripts",
		Long: `List codings where they stand today, in the order of the transcripts: of all coders, or of some.
A code's sub-codes are listed with it. Those that cannot be placed are listed too, and say so.

Piped, it is a line with tabs: transcript, turn, coder, code, id, what is unusual about it
(rejected, candidate, ambiguous, lost), the passage.`,
		Example: `  tema code list P03
  tema code list --code phone --coder anna --json`,
		ValidArgsFunction: a.completeTranscripts(-1),
		RunE: func(_ *cobra.Command, ids []string) error {
			s, err := a.open(a.dir)
			if err != nil {
				return err
			}
			defer s.Close()
			placed := s.Placed()
			if err := s.ErrUnlessReportable(); err != nil {
				return err
			}
			for _, id := range ids {
				if !slices.Contains(s.TranscriptIDs(), id) {
					return noSuch("transcript", id, s.TranscriptIDs())
				}
			}
			for _, coder := range coders {
				if !slices.Contains(s.Coders(), coder) {
					return noSuch("coder", coder, s.Coders())
				}
			}
			wanted, err := codesWanted(s, codes)
			if err != nil {
				return err
			}
			if candidates {
				for _, p := range s.Candidates() {
					if !p.Read {
						placed = append(placed, p.Placed)
					}
				}
			}
			list := []shownCoding{}
			for _, p := range placed {
				c := showCoding(s, p)
				if len(ids) > 0 && !slices.Contains(ids, p.Transcript) || len(coders) > 0 && !slices.Contains(coders, p.Coder) && p.Status != analysis.Candidate ||
					len(wanted) > 0 && !wanted[c.Code] || p.Status == analysis.Rejected && !rejected {
					continue
				}
				list = append(list, c)
			}
			slices.SortStableFunc(list, func(a, b shownCoding) int {
				if a.Transcript != b.Transcript {
					return analysis.Natural(a.Transcript, b.Transcript)
				}
				if a.Start != b.Start {
					return a.Start - b.Start
				}
				return a.End - b.End
			})
			if a.json {
				return a.printJSON(struct {
					Schema  int           `json:"schema"`
					Codings []shownCoding `json:"codings"`
				}{1, list})
			}
			a.printCodings(list)
			a.note("%s", analysis.Plural(len(list), "coding", "codings"))
			return nil
		},
	}
	f := c.Flags()
	f.StringSliceVar(&codes, "code", nil, "of these codes, and the codes under them")
	f.StringSliceVar(&coders, "coder", nil, "of these coders")
	f.BoolVar(&rejected, "rejected", false, "rejected proposals too")
	f.BoolVar(&candidates, "candidates", false, "what rules propose and nobody has decided, too")
	c.RegisterFlagCompletionFunc("code", a.completeIDs(false, -1))
	c.RegisterFlagCompletionFunc("coder", a.completeCoders)
	return c
}

// noSuch says that an id names nothing of its kind.
func noSuch(kind, id string, known []string) error {
	if near := diag.Nearest(id, known); near != "" {
		return usagef("no %s has the id %s; did you mean %s?", kind, id, near)
	}
	return usagef("no %s has the id %s", kind, id)
}
