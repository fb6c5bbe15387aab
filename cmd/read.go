package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/cmd/workbench"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

type readOptions struct {
	coders, codes []string
	noPager       bool
}

func newReadCmd(a *app) *cobra.Command {
	var o readOptions
	c := &cobra.Command{
		Use:   "read [TRANSCRIPT...]",
		Short: "A transcript to read, with its codings in the margin",
		Long: `Print transcripts as the coding screen lays them out: turns with their numbers and times,
speakers, and in the margin a bar for each coding with the code's name where it begins. All
transcripts are printed unless some are named.

On a terminal it opens in PAGER, else in less where there is one. Piped, no name is cut.
In a coding-reliability study, where coders work independently, only your own codings show
unless --coder names others.`,
		Example: `  tema read P03
  tema read P03 --coder anna --code boundaries,phone
  tema read P03 P04 --json`,
		ValidArgsFunction: a.completeTranscripts(-1),
		RunE:              func(_ *cobra.Command, ids []string) error { return runRead(a, ids, o) },
	}
	f := c.Flags()
	f.StringSliceVar(&o.coders, "coder", nil, "codings of these coders (default: all)")
	f.StringSliceVar(&o.codes, "code", nil, "codings of these codes, and of the codes under them")
	f.BoolVar(&o.noPager, "no-pager", false, "print on the terminal itself")
	c.RegisterFlagCompletionFunc("coder", a.completeCoders)
	c.RegisterFlagCompletionFunc("code", a.completeIDs(false, -1))
	return c
}

// readTranscript is a transcript as a script gets it.
type readTranscript struct {
	ID      string        `json:"id"`
	Turns   []readTurn    `json:"turns"`
	Codings []shownCoding `json:"codings"`
}

type readTurn struct {
	Number      int    `json:"number"`
	Speaker     string `json:"speaker"`
	Participant string `json:"participant"`
	Time        string `json:"time,omitempty"`
	Start       int    `json:"start"` // of the speech: bytes in the text, half-open
	End         int    `json:"end"`
	Text        string `json:"text"`
}

func runRead(a *app, ids []string, o readOptions) error {
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Err(); err != nil {
		return err
	}
	for _, id := range ids {
		if !slices.Contains(s.TranscriptIDs(), id) {
			return noSuch("transcript", id, s.TranscriptIDs())
		}
	}
	if len(ids) == 0 {
		ids = s.TranscriptIDs()
	}
	wanted, err := codesWanted(s, o.codes)
	if err != nil {
		return err
	}
	for _, coder := range o.coders {
		if !slices.Contains(s.Everybody(), coder) {
			return noSuch("coder", coder, s.Everybody())
		}
	}
	who, _ := s.Who("", os.Getenv("TEMA_CODER")) // nobody's codings are hers, then
	switch {
	case len(o.coders) == 1:
		who = o.coders[0]
	case len(o.coders) == 0 && s.Config.Approach == analysis.CodingReliability:
		o.coders = []string{who}
	}
	shown := func(p *analysis.Placed) bool {
		return p.Status == analysis.Accepted && (len(o.coders) == 0 || slices.Contains(o.coders, p.Coder)) &&
			(len(wanted) == 0 || p.Today != nil && wanted[p.Today.ID])
	}
	if a.json {
		return a.readJSON(s, ids, shown)
	}
	out, done := a.out, func() error { return nil }
	cells, tty := terminal(a.out)
	paging := tty && !o.noPager
	if paging {
		if out, done, err = a.pager(); err != nil {
			return err
		}
	}
	styled := &colorprofile.Writer{Forward: out, Profile: colorprofile.NoTTY}
	if a.styles(a.out).on {
		styled.Profile = max(colorprofile.Env(os.Environ()), colorprofile.ANSI)
	}
	for i, id := range ids {
		codings, _, err := s.CodingsIn(id)
		if err != nil {
			return errors.Join(err, done())
		}
		t := s.Transcript(id)
		if len(ids) > 1 {
			fmt.Fprintf(styled, "%s%s\n", strings.Repeat("\n", min(i, 1)), diag.Plain(id))
		}
		codings = slices.DeleteFunc(codings, func(p *analysis.Placed) bool { return !shown(p) })
		if err = workbench.Write(styled, s, t, codings, who, cells); err != nil {
			if paging {
				break // she has read enough
			}
			return errors.Join(err, done())
		}
	}
	return done()
}

// codesWanted returns the ids of codes and of all codes under them.
func codesWanted(s *analysis.Study, codes []string) (map[string]bool, error) {
	wanted := map[string]bool{}
	for _, id := range codes {
		top := s.Book.Code(id)
		if top == nil {
			var known []string
			for _, c := range s.Book.AllCodes() {
				known = append(known, c.ID)
			}
			return nil, noSuch("code", id, known)
		}
		for _, c := range top.WithDescendants() {
			wanted[c.ID] = true
		}
	}
	return wanted, nil
}

func (a *app) readJSON(s *analysis.Study, ids []string, shown func(*analysis.Placed) bool) error {
	doc := struct {
		Schema      int              `json:"schema"`
		Transcripts []readTranscript `json:"transcripts"`
	}{1, []readTranscript{}}
	for _, id := range ids {
		codings, _, err := s.CodingsIn(id)
		if err != nil {
			return err
		}
		t := s.Transcript(id)
		r := readTranscript{ID: id, Turns: []readTurn{}, Codings: []shownCoding{}}
		for _, turn := range t.Turns {
			text, _ := t.Slice(turn.Speech)
			has := readTurn{Number: turn.Number, Speaker: turn.Label, Participant: turn.Is, Start: turn.Speech.Start, End: turn.Speech.End, Text: text}
			if turn.HasTime {
				has.Time = transcript.FormatTime(turn.Time)
			}
			r.Turns = append(r.Turns, has)
		}
		for _, p := range codings {
			if shown(p) {
				r.Codings = append(r.Codings, showCoding(s, p))
			}
		}
		slices.SortStableFunc(r.Codings, func(a, b shownCoding) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
		doc.Transcripts = append(doc.Transcripts, r)
	}
	return a.printJSON(doc)
}

// pager opens PAGER, else less where there is one, for what is written to out, and waits for it when done; without any,
// out is the terminal itself.
func (a *app) pager() (out io.Writer, done func() error, err error) {
	command := strings.TrimSpace(os.Getenv("PAGER"))
	if command == "" {
		if _, err := exec.LookPath("less"); err != nil {
			return a.out, func() error { return nil }, nil
		}
		command = "less"
	}
	c := personsProgram(command)
	c.Stdin, c.Stdout, c.Stderr = nil, a.out, a.err
	if os.Getenv("LESS") == "" {
		c.Env = append(os.Environ(), "LESS=FRX") // one page needs no pager, colours show, the text stays
	}
	pipe, err := c.StdinPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open the pager %s: %w; --no-pager does without", command, err)
	}
	return pipe, func() error {
		pipe.Close()
		if err := c.Wait(); err != nil {
			return fmt.Errorf("run the pager %s: %w; --no-pager does without", command, err)
		}
		return nil
	}, nil
}
