package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

// addOptions say which codes go where.
type addOptions struct {
	codingOptions
	place
	codes           []string
	query           string
	unit, speakers  string
	memo, condensed string
}

func newCodeAddCmd(a *app) *cobra.Command {
	var o addOptions
	c := &cobra.Command{
		Use:   "add [TRANSCRIPT | -] --code CODE",
		Short: "Put codes on a passage, on all that a search finds, or on many from a file",
		Long: `Put one or more codes on a passage. The passage is named by its words (--quote), by its turn, or
by bytes. Words that do not stand in the transcript are refused with the nearest passage, and
words that stand in several places with those places; --turn and --at tell them apart. A code that
the passage has already is not put on twice.

--query puts the codes on every passage that a search finds; look at them first with --dry-run.
Such codings say for ever that a search put them there, and reports count them apart.

With - it reads JSON Lines from standard input, all of them or none:
{"transcript":"P03","code":"phone","quote":"...","turn":14,"start":1042,"end":1187,"memo":"..."}
where one of quote, turn, and start with end is enough, and code may be a list.`,
		Example: `  tema code add P03 --code phone --quote 'I took the phone to bed'
  tema code add P03 --code phone,boundaries --turn 14
  tema code add --code phone --query '"calls and calls"' --dry-run
  tema code add - < codings.jsonl`,
		Args:              args(cobra.MaximumNArgs(1)),
		ValidArgsFunction: a.completeTranscripts(1),
		RunE: func(c *cobra.Command, given []string) error {
			return runCodeAdd(c.Context(), a, strings.Join(given, ""), o)
		},
	}
	o.codingOptions.flags(a, c)
	o.place.flags(c)
	f := c.Flags()
	f.StringSliceVarP(&o.codes, "code", "c", nil, "the codes to put on")
	f.StringVar(&o.query, "query", "", "on every passage that this search finds (see tema help query)")
	f.StringVar(&o.unit, "unit", "sentence", "with --query: sentence, turn or match")
	f.StringVar(&o.speakers, "speakers", "participants", "with --query: participants, or all")
	f.StringVarP(&o.memo, "memo", "m", "", "a memo on each coding")
	f.StringVar(&o.condensed, "condensed", "", "the condensed meaning unit, in content analysis")
	c.RegisterFlagCompletionFunc("code", a.completeIDs(false, -1))
	c.RegisterFlagCompletionFunc("unit", cobra.FixedCompletions([]string{"sentence", "turn", "match"}, cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("speakers", cobra.FixedCompletions([]string{"participants", "all"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runCodeAdd(ctx context.Context, a *app, where string, o addOptions) error {
	switch {
	case where == "-" && (o.given() || len(o.codes) > 0 || o.query != ""):
		return usagef("with - the lines say what is put where; leave --code and the passage away")
	case where != "-" && len(o.codes) == 0:
		return usagef("say which code with --code")
	case o.query != "" && o.given():
		return usagef("--query finds passages, so it does not go with --quote, --at or --turn")
	case where != "-" && o.query == "" && !o.given():
		return usagef("say which passage with --quote, --turn, --at or --query")
	}
	s, who, err := a.openToCode(o.coder)
	if err != nil {
		return err
	}
	defer s.Close()
	e := analysis.Edit{By: who, Dry: o.dry}
	if where == "-" {
		if e.Changes, err = a.readCodingLines(s, who); err != nil {
			return err
		}
	} else {
		passages, err := a.passagesFor(ctx, s, where, o)
		if err != nil {
			return err
		}
		for _, p := range passages {
			for _, code := range o.codes {
				c := analysis.CodingChange{Transcript: p.Transcript, Code: code, Span: &p.Span}
				if o.memo != "" {
					c.Memo = &o.memo
				}
				if o.condensed != "" {
					c.Condensed = &o.condensed
				}
				if o.query != "" {
					c.Via = analysis.ViaSearch
				}
				e.Changes = append(e.Changes, c)
			}
		}
		if len(e.Changes) == 0 {
			a.note("nothing found, so nothing was coded")
			return nil
		}
	}
	e.What = describe(s, e.Changes)
	return a.editCodings(s, e)
}

// describe says in a few words what is put where: "phone on 5 words in P03".
func describe(s *analysis.Study, changes []analysis.CodingChange) string {
	var codes, ids []string
	spans := map[transcript.Passage]bool{}
	for _, c := range changes {
		if !slices.Contains(codes, c.Code) {
			codes = append(codes, c.Code)
		}
		if !slices.Contains(ids, c.Transcript) {
			ids = append(ids, c.Transcript)
		}
		spans[transcript.Passage{Transcript: c.Transcript, Span: *c.Span}] = true
	}
	what := strings.Join(codes, ", ")
	if len(codes) > 3 {
		what = analysis.Plural(len(codes), "code", "codes")
	}
	if len(spans) > 1 {
		what += " on " + analysis.Plural(len(spans), "passage", "passages")
	} else if t := s.Transcript(changes[0].Transcript); t != nil {
		words := 0
		if _, ok := t.Slice(*changes[0].Span); ok {
			words = transcript.CountWords(t.Text, *changes[0].Span)
		}
		what += " on " + analysis.Plural(words, "word", "words")
	}
	if len(ids) > 1 {
		return what + " in " + analysis.Plural(len(ids), "transcript", "transcripts")
	}
	return what + " in " + ids[0]
}

// passagesFor finds the passages that the flags name.
func (a *app) passagesFor(ctx context.Context, s *analysis.Study, id string, o addOptions) ([]transcript.Passage, error) {
	if o.query == "" {
		w, err := o.where(id)
		if err != nil {
			return nil, err
		}
		p, err := s.Locate(w)
		return []transcript.Passage{p}, err
	}
	unit, ok := units[o.unit]
	if !ok {
		return nil, usagef("--unit is sentence, turn or match, not %q", o.unit)
	}
	if o.speakers != "participants" && o.speakers != "all" {
		return nil, usagef("--speakers is participants or all, not %q", o.speakers)
	}
	if id != "" && !slices.Contains(s.TranscriptIDs(), id) {
		return nil, noSuch("transcript", id, s.TranscriptIDs())
	}
	q, err := query.Parse(o.query)
	if err == nil {
		err = q.Check(s.Scope())
	}
	if err != nil {
		return nil, badQuery(o.query, err)
	}
	x, err := a.openIndex(ctx, s)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	hits, err := x.Find(ctx, q, query.Options{Unit: unit, AllSpeakers: o.speakers == "all", TurnZero: true, Language: s.Config.Language}, s.Scope())
	if err != nil {
		return nil, badQuery(o.query, err)
	}
	var out []transcript.Passage
	for _, h := range hits {
		if id == "" || h.Transcript == id {
			out = append(out, transcript.Passage{Transcript: h.Transcript, Span: h.Span})
		}
	}
	return out, nil
}

// oneOrMore is a string or a list of them in JSON.
type oneOrMore []string

func (o *oneOrMore) UnmarshalJSON(b []byte) error {
	var one string
	if err := json.Unmarshal(b, &one); err == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(o))
}

// readCodingLines reads JSON Lines from standard input. All that is wrong is told at once, by line.
func (a *app) readCodingLines(s *analysis.Study, who string) ([]analysis.CodingChange, error) {
	src, err := io.ReadAll(a.in)
	if err != nil {
		return nil, fmt.Errorf("read standard input: %w", err)
	}
	var found diag.List
	var out []analysis.CodingChange
	var lineOf []int // of each change
	n := 0
	wrong := func(line int, err error) {
		found.Add(diag.Finding{Severity: diag.Error, File: "standard input", Pos: diag.Position{Line: line}, Message: err.Error()})
	}
	for line := range bytes.Lines(src) {
		n++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var l struct {
			Transcript string    `json:"transcript"`
			Code       oneOrMore `json:"code"`
			Quote      string    `json:"quote"`
			Start      *int      `json:"start"`
			End        *int      `json:"end"`
			Turn       int       `json:"turn"`
			Memo       *string   `json:"memo"`
			Condensed  *string   `json:"condensed"`
		}
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		err := d.Decode(&l)
		if _, more := d.Token(); err == nil && more != io.EOF {
			err = errors.New("more than one value on the line")
		}
		if err != nil {
			wrong(n, fmt.Errorf("not a coding: %s", strings.TrimPrefix(err.Error(), "json: ")))
			continue
		}
		w := analysis.Where{Transcript: l.Transcript, Quote: l.Quote, Turn: l.Turn}
		if l.Start != nil && l.End != nil {
			w.At = &transcript.Span{Start: *l.Start, End: *l.End}
		}
		p, err := s.Locate(w)
		if err == nil && len(l.Code) == 0 {
			err = errors.New("not a coding: no code")
		}
		if err != nil {
			wrong(n, err)
			continue
		}
		for _, code := range l.Code {
			out = append(out, analysis.CodingChange{Transcript: p.Transcript, Code: code, Span: &p.Span, Memo: l.Memo, Condensed: l.Condensed})
			lineOf = append(lineOf, n)
		}
	}
	_, err = s.EditCodings(analysis.Edit{By: who, Changes: out, Dry: true})
	if faults, ok := errors.AsType[analysis.EditFaults](err); ok {
		for _, f := range faults {
			wrong(lineOf[f.Change], f.Err)
		}
	} else if err != nil {
		return nil, err
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, errors.New("standard input holds no codings")
	}
	return out, nil
}

func newCodeRemoveCmd(a *app) *cobra.Command {
	var o codingOptions
	c := &cobra.Command{
		Use:   "remove ID...",
		Short: "Take codings away",
		Long: `Take codings away, by their ids as tema code list shows them. A line stays in the file that says
that the coding was removed, so that it stays away when copies of the study are merged.`,
		Example:           "  tema code remove 01JNB0QZ4T5V2K8W3X6Y7Z9A1B",
		Args:              args(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeCodings(-1),
		RunE: func(_ *cobra.Command, ids []string) error {
			removed := analysis.Removed
			return a.changeCodings(o, ids, "removed", analysis.CodingChange{Status: &removed})
		},
	}
	o.flags(a, c)
	return c
}

func newCodeMoveCmd(a *app) *cobra.Command {
	var o codingOptions
	var to place
	var code string
	c := &cobra.Command{
		Use:   "move ID [--code CODE] [--quote WORDS | --at BYTES | --turn N]",
		Short: "Give a coding another code or another passage",
		Long: `Give a coding another code, or another passage of its transcript, or both. Its id, its memo and
the day when it was made stay.`,
		Example:           "  tema code move 01JNB0QZ4T5V2K8W3X6Y7Z9A1B --code boundaries",
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeCodings(1),
		RunE: func(_ *cobra.Command, ids []string) error {
			if code == "" && !to.given() {
				return usagef("say where it goes with --code, --quote, --at or --turn")
			}
			change := analysis.CodingChange{Code: code}
			if to.given() {
				s, who, err := a.openToCode(o.coder)
				if err != nil {
					return err
				}
				defer s.Close()
				i := slices.IndexFunc(s.Codings(), func(c *analysis.Coding) bool {
					return c.ID == ids[0] && c.Coder == who && c.Status != analysis.Removed
				})
				if i < 0 {
					return fmt.Errorf("%s has no coding %s", who, ids[0])
				}
				w, err := to.where(s.Codings()[i].Transcript)
				if err != nil {
					return err
				}
				p, err := s.Locate(w)
				if err != nil {
					return err
				}
				change.Span = &p.Span
			}
			return a.changeCodings(o, ids, "moved", change)
		},
	}
	o.flags(a, c)
	to.flags(c)
	c.Flags().StringVarP(&code, "code", "c", "", "the code that it is to have")
	c.RegisterFlagCompletionFunc("code", a.completeIDs(false, -1))
	return c
}

func newCodeMemoCmd(a *app) *cobra.Command {
	var o codingOptions
	var memo, condensed string
	c := &cobra.Command{
		Use:   "memo ID [-m TEXT] [--condensed TEXT]",
		Short: "Write a memo on a coding, or its condensed meaning unit",
		Long: `Write a memo on a coding, or the condensed meaning unit of content analysis. An empty text takes
it away.`,
		Example:           "  tema code memo 01JNB0QZ4T5V2K8W3X6Y7Z9A1B -m 'Said with a laugh'",
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeCodings(1),
		RunE: func(c *cobra.Command, ids []string) error {
			var change analysis.CodingChange
			if c.Flags().Changed("memo") {
				change.Memo = &memo
			}
			if c.Flags().Changed("condensed") {
				change.Condensed = &condensed
			}
			if change.Memo == nil && change.Condensed == nil {
				return usagef("say what to write with -m or --condensed")
			}
			return a.changeCodings(o, ids, "written on", change)
		},
	}
	o.flags(a, c)
	c.Flags().StringVarP(&memo, "memo", "m", "", "the memo")
	c.Flags().StringVar(&condensed, "condensed", "", "the condensed meaning unit")
	return c
}

func newCodeDoneCmd(a *app) *cobra.Command {
	var o codingOptions
	c := &cobra.Command{
		Use:   "done TRANSCRIPT...",
		Short: "Say that you have coded transcripts, also those where you found nothing",
		Long: `Say that a coder has coded transcripts. A transcript without a file of hers counts as not coded,
and one with an empty file as coded and without codes: agreement between coders needs to know
which.`,
		Example:           "  tema code done P01 P02",
		Args:              args(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeTranscripts(-1),
		RunE: func(_ *cobra.Command, ids []string) error {
			s, who, err := a.openToCode(o.coder)
			if err != nil {
				return err
			}
			defer s.Close()
			var faults []error
			for _, id := range ids {
				if !slices.Contains(s.TranscriptIDs(), id) {
					faults = append(faults, noSuch("transcript", id, s.TranscriptIDs()))
				}
			}
			if err := errors.Join(faults...); err != nil {
				return err
			}
			return a.editCodings(s, analysis.Edit{By: who, Dry: o.dry, Done: ids, What: strings.Join(ids, ", ") + " marked as coded"})
		},
	}
	o.flags(a, c)
	return c
}

// changeCodings makes the same change to several codings.
func (a *app) changeCodings(o codingOptions, ids []string, verb string, change analysis.CodingChange) error {
	s, who, err := a.openToCode(o.coder)
	if err != nil {
		return err
	}
	defer s.Close()
	e := analysis.Edit{By: who, Dry: o.dry, What: analysis.Plural(len(ids), "coding", "codings") + " " + verb}
	at := map[string]string{} // where each stands, so that no file is searched twice
	for _, c := range s.Codings() {
		if c.Coder == who {
			at[c.ID] = c.Transcript
		}
	}
	if err := s.ErrUnlessReportable(); err != nil {
		return err
	}
	for _, id := range ids {
		next := change
		next.ID, next.Transcript = id, at[id]
		e.Changes = append(e.Changes, next)
	}
	return a.editCodings(s, e)
}

// completeCodings completes the first so many arguments with ids of one's own codings; -1 is all of them.
func (a *app) completeCodings(first int) cobra.CompletionFunc {
	return func(c *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		coder, _ := c.Flags().GetString("coder")
		s, who, err := a.openToCode(coder)
		if err != nil || first >= 0 && len(given) >= first {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer s.Close()
		var out []cobra.Completion
		for _, p := range s.Placed() {
			if p.Coder == who {
				out = append(out, cobra.CompletionWithDesc(p.ID, p.Transcript+" "+p.Code))
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}
