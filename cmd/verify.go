package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/check"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/ingest"
	"github.com/tema-qda/tema/index/transcript"
)

type verifyOptions struct {
	format   string
	showText bool
}

func newVerifyCmd(a *app) *cobra.Command {
	var o verifyOptions
	c := &cobra.Command{
		Use:   "verify [FILE]...",
		Short: "Hold the quotations of a manuscript against the transcripts",
		Long: `Hold every quotation of a manuscript against the transcripts, and say which ones are not what
was said: words changed, left out or put in without a mark; another order; a negation turned
or elided; a number changed; two speakers joined; attributed to somebody else; not there at
all, with the passage that comes nearest. Without FILE, what stands in writing/.

FILE is Markdown (Pandoc, Quarto), Word (.docx), OpenDocument (.odt), HTML, LaTeX, PDF or plain
text. Block quotations are checked, and quotations of five words or more in running text, in
any quotation marks; in PDF and plain text only what stands in marks can be told from the rest.
An attribution in parentheses behind a quotation, such as (P03) or (I 5), must be right if it
names somebody or something of the study. A quotation in no transcript, beside a reference to
the literature, is counted and not held against its author; one that equals a translation in
the codebook counts as that.

[...], [brackets] and what else may differ: see ` + "`tema help check/writing/edited`" + ` and the rules
beside it, whose weight study.yaml may set. In Markdown and HTML <!-- tema:ignore RULE: reason -->
silences a rule in its paragraph, in LaTeX % tema:ignore RULE: reason.

Findings name places, not words; --show-text adds the words.

Exit 0: all hold. 1: one does not. 2: it could not be checked.`,
		Example: "  tema verify draft.docx --show-text\n  tema verify chapters/*.md --format sarif > quotations.sarif\n  tema verify",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, files []string) error {
			if err := a.findingFormat(c, &o.format); err != nil {
				return err
			}
			return runVerify(c.Context(), a, files, o)
		},
	}
	c.Flags().StringVar(&o.format, "format", "text", "how to write findings: "+strings.Join(checkFormats, ", "))
	c.Flags().BoolVar(&o.showText, "show-text", false, "show the words: the manuscript's and the participants'")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(checkFormats, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func runVerify(ctx context.Context, a *app, files []string, o verifyOptions) error {
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	show := func(name string) string { return filepath.ToSlash(name) }
	if len(files) == 0 {
		names, err := s.Writing()
		if err != nil {
			return err
		}
		if len(names) == 0 {
			return usagef("verify needs a FILE: the study has no writing/*.md")
		}
		for _, name := range names {
			files = append(files, s.Path(name))
		}
		show = func(name string) string { return a.shown(s.Dir) + "writing/" + filepath.Base(name) }
	}
	var manuscripts []*transcript.Prose
	var broken diag.List
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("verify: %w", err)
		}
		p, err := ingest.ReadProse(show(name), src)
		if found, is := diag.AsInvalid(err); is {
			broken = append(broken, found...)
			continue
		} else if err != nil {
			return err
		}
		manuscripts = append(manuscripts, p)
	}
	if err := broken.Err(); err != nil {
		return err
	}
	in, err := a.transcripts(ctx, s)
	if err != nil {
		return err
	}
	if err := s.Err(); err != nil {
		return err
	}
	if len(in) == 0 {
		return fmt.Errorf("verify: the study has no transcripts to hold quotations against; `tema ingest` reads them")
	}
	var read []*analysis.Manuscript
	for _, p := range manuscripts {
		checking := a.progress("checking quotation")
		m, err := s.VerifyManuscript(ctx, p, checking.step)
		checking.done()
		if err != nil {
			return err
		}
		read = append(read, m)
	}
	found := check.Manuscripts(s, read, o.showText)
	if o.format == "json" {
		err = a.printManuscripts(read, found, o.showText)
	} else {
		err = a.writeFindings(found, o.format, o.showText, diag.Error)
	}
	if err != nil {
		return err
	}
	if o.format != "json" {
		for _, m := range read {
			a.tellManuscript(m)
		}
		if len(found) > 0 && !o.showText {
			a.note("--show-text shows the words")
		}
	}
	if found.Count(diag.Error) > 0 {
		return errNo
	}
	return nil
}

// A tally counts the quotations of a manuscript.
type tally struct {
	blocks, running, hold, translations, literature, wrong int
}

func count(m *analysis.Manuscript) tally {
	var n tally
	for i := range m.Quotations {
		q := &m.Quotations[i]
		if q.Set {
			n.blocks++
		} else {
			n.running++
		}
		switch {
		case q.Holds() && q.Translation != nil:
			n.translations++
			n.hold++
		case q.Holds():
			n.hold++
		case q.OfLiterature():
			n.literature++
		default:
			n.wrong++
		}
	}
	return n
}

// tellManuscript says on stderr what was looked at in a manuscript, and what could not be.
func (a *app) tellManuscript(m *analysis.Manuscript) {
	n := count(m)
	what := "no quotations"
	if n.blocks+n.running > 0 {
		what = fmt.Sprintf("%s, %s in running text; %s", analysis.Plural(n.blocks, "block quotation", "block quotations"), analysis.Thousands(n.running), holding(n))
	}
	a.note("%s: %s", diag.Plain(m.Prose.File), what)
	if n.translations > 0 {
		a.note("      %s that the codebook marks", analysis.Plural(n.translations, "is a translation", "are translations"))
	}
	if n.literature > 0 {
		a.note("      %s in no transcript, beside a reference to the literature", analysis.Plural(n.literature, "stands", "stand"))
	}
	if m.Short > 0 {
		a.note("      %s shorter than five words not checked", analysis.Plural(m.Short, "quotation", "quotations"))
	}
	if m.Prose.Unmarked {
		what := "plain text does"
		if m.Prose.Format == "pdf" {
			what = "PDF does"
		}
		a.note("      %s not show block quotations: only what stands in quotation marks was checked", what)
	}
	for _, note := range m.Prose.Notes {
		a.note("      %s", diag.Plain(note))
	}
}

func holding(n tally) string {
	if n.wrong == 0 {
		return analysis.Plural(n.hold, "holds", "hold")
	}
	return fmt.Sprintf("%s, %s not", analysis.Plural(n.hold, "holds", "hold"), analysis.Plural(n.wrong, "does", "do"))
}

type manuscriptJSON struct {
	File       string          `json:"file"`
	Format     string          `json:"format"`
	Blocks     int             `json:"block_quotations"`
	Running    int             `json:"in_running_text"`
	Short      int             `json:"not_checked"` // shorter than five words
	Hold       int             `json:"hold"`
	Wrong      int             `json:"wrong"`
	Literature int             `json:"of_literature"`
	MarksOnly  bool            `json:"marks_only"` // the format does not show block quotations
	Notes      []string        `json:"notes,omitempty"`
	Quotations []quotationJSON `json:"quotations"`
}

type quotationJSON struct {
	Line        int          `json:"line,omitempty"`
	Column      int          `json:"column,omitempty"`
	Paragraph   int          `json:"paragraph,omitempty"`
	Page        int          `json:"page,omitempty"`
	Block       bool         `json:"block"`
	Words       int          `json:"words"`
	Verdict     string       `json:"verdict"` // verbatim, translation, edited, absent, literature
	Transcript  string       `json:"transcript,omitempty"`
	Turns       []int        `json:"turns,omitempty"`
	Speaker     string       `json:"speaker,omitempty"`
	Changes     []changeJSON `json:"changes,omitempty"`
	Quote       string       `json:"quote,omitempty"`
	Attribution string       `json:"attribution,omitempty"`
}

type changeJSON struct {
	Kind   string `json:"kind"`
	Quoted string `json:"quoted,omitempty"`
	Said   string `json:"said,omitempty"`
	From   string `json:"from,omitempty"` // another transcript, or the same again
}

// printManuscripts writes what was found out about every quotation; words only if asked for.
func (a *app) printManuscripts(read []*analysis.Manuscript, found diag.List, words bool) error {
	doc := struct {
		Schema      int              `json:"schema"`
		Manuscripts []manuscriptJSON `json:"manuscripts"`
		Findings    json.RawMessage  `json:"findings"`
	}{Schema: 1, Manuscripts: []manuscriptJSON{}}
	for _, m := range read {
		n := count(m)
		out := manuscriptJSON{File: m.Prose.File, Format: m.Prose.Format, Blocks: n.blocks, Running: n.running, Short: m.Short, Hold: n.hold, Wrong: n.wrong,
			Literature: n.literature, MarksOnly: m.Prose.Unmarked, Notes: m.Prose.Notes, Quotations: []quotationJSON{}}
		for i := range m.Quotations {
			q := &m.Quotations[i]
			x := quotationJSON{Line: q.Place.Line, Column: q.Place.Column, Paragraph: q.Place.Paragraph, Page: q.Place.Page, Block: q.Set, Words: q.Words(),
				Verdict: standing(q), Transcript: q.Passage.Transcript, Turns: q.Turns, Speaker: q.Speaker}
			if words {
				x.Quote, x.Attribution = q.Text, q.Attribution
			}
			for _, c := range q.Changes {
				change := changeJSON{Kind: c.Kind.String(), From: c.From.Transcript}
				if words {
					change.Quoted, change.Said = c.Quoted, c.Said
				}
				x.Changes = append(x.Changes, change)
			}
			out.Quotations = append(out.Quotations, x)
		}
		doc.Manuscripts = append(doc.Manuscripts, out)
	}
	var list bytes.Buffer
	if err := diag.JSON(&list, found, words); err != nil {
		return err
	}
	if err := json.Unmarshal(list.Bytes(), &struct{ Findings *json.RawMessage }{&doc.Findings}); err != nil {
		return err
	}
	return a.printJSON(doc)
}

func standing(q *analysis.ManuscriptQuotation) string {
	switch {
	case q.OfLiterature():
		return "literature"
	case q.Verdict == transcript.Absent:
		return "absent"
	case q.Verdict == transcript.Edited:
		return "edited"
	case q.Translation != nil:
		return "translation"
	}
	return "verbatim"
}
