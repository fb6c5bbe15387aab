package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/report"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

func newMemoCmd(a *app) *cobra.Command {
	var o memoFilter
	c := &cobra.Command{
		Use:   "memo",
		Short: "Write, list, show, search and edit memos",
		Long: `Write down what you think while you analyse, and find it again. A memo is a file of its own in
memos/, named after the day and its first words. It can be of a kind: reflexive (what you bring, and
what it does to the reading), theoretical, methodological or analytic; and about codes, themes,
transcripts, participants, codings or an item of a checklist. Neither is needed.

Without a subcommand it lists the memos.`,
		Example: "  tema memo",
		Args: func(_ *cobra.Command, given []string) error {
			if len(given) > 0 {
				return usagef("unknown command %q for \"tema memo\"; tema memo add writes a memo, tema memo search QUERY finds some", given[0])
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error { return runMemoList(a, o) },
	}
	c.AddCommand(newMemoAddCmd(a), newMemoListCmd(a), newMemoShowCmd(a), newMemoSearchCmd(a), newMemoEditCmd(a))
	return c
}

// memoFilter says which memos are meant.
type memoFilter struct {
	about, kind, by []string
	since, until    string
}

func (o *memoFilter) flags(a *app, c *cobra.Command) {
	f := c.Flags()
	f.StringSliceVar(&o.about, "about", nil, "about one of these: code:ID, theme:ID, transcript:ID, participant:ID, coding:ID, checklist:NAME/ITEM")
	f.StringSliceVar(&o.kind, "kind", nil, "of one of these kinds: "+strings.Join(analysis.MemoKinds, ", "))
	f.StringSliceVar(&o.by, "by", nil, "by one of these people")
	f.StringVar(&o.since, "since", "", "made on this day or later: 2026-03-02, or a month or year")
	f.StringVar(&o.until, "until", "", "made on this day or earlier, or within that month or year")
	c.RegisterFlagCompletionFunc("about", a.completeRefs)
	c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(analysis.MemoKinds, cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("by", a.completeMemos(func(m analysis.Memo) string { return m.By }))
	for _, name := range []string{"since", "until"} {
		c.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions)
	}
}

var dayOrLonger = regexp.MustCompile(`^\d{4}(-\d\d(-\d\d)?)?$`)

// choose returns a function that says whether a memo is meant.
func (o memoFilter) choose(s *analysis.Study) (func(analysis.Memo) bool, error) {
	if err := checkKinds(o.kind); err != nil {
		return nil, err
	}
	about, err := checkRefs(s, o.about)
	if err != nil {
		return nil, err
	}
	for _, at := range []string{o.since, o.until} {
		if at != "" && !dayOrLonger.MatchString(at) {
			return nil, usagef("%q is no day; write 2026-03-02, or 2026-03 for a month, or 2026", at)
		}
	}
	return func(m analysis.Memo) bool {
		day := m.Day()
		return (len(about) == 0 || slices.ContainsFunc(m.About, func(ref string) bool { return slices.Contains(about, s.TodaysRef(ref)) })) &&
			(len(o.kind) == 0 || slices.Contains(o.kind, m.Kind)) &&
			(len(o.by) == 0 || slices.Contains(o.by, m.By)) &&
			(o.since == "" || day >= o.since) &&
			(o.until == "" || day != "" && day[:min(len(day), len(o.until))] <= o.until)
	}, nil
}

func checkKinds(kinds []string) error {
	for _, k := range kinds {
		if !slices.Contains(analysis.MemoKinds, k) {
			return usagef("--kind is one of %s, not %q", strings.Join(analysis.MemoKinds, ", "), k)
		}
	}
	return nil
}

// checkRefs returns typed references as they are today, or says which of them lead nowhere.
func checkRefs(s *analysis.Study, refs []string) ([]string, error) {
	fault := s.RefChecker()
	var out, faults []string
	for _, ref := range refs {
		if message, hint := fault(ref); message != "" {
			faults = append(faults, message)
			if hint != "" {
				faults = append(faults, "      "+hint)
			}
		}
		out = append(out, s.TodaysRef(ref))
	}
	if len(faults) == 0 {
		return out, nil
	}
	if err := s.Err(); err != nil {
		return nil, err // a code may be unknown because the codebook cannot be read
	}
	return nil, errors.New(strings.Join(faults, "\n"))
}

// completeRefs completes typed references: first the kind, then the id.
func (a *app) completeRefs(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before, last := "", typed // several stand with commas between them
	if i := strings.LastIndexByte(typed, ','); i >= 0 {
		before, last = typed[:i+1], typed[i+1:]
	}
	kind, _, typedKind := strings.Cut(last, ":")
	if !typedKind {
		var kinds []cobra.Completion
		for _, k := range analysis.RefKinds {
			kinds = append(kinds, before+k+":")
		}
		return kinds, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	s, err := a.open(a.dir)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer s.Close()
	var out []cobra.Completion
	refs := s.Refs(kind)
	if kind == "checklist" {
		refs = report.ChecklistItems(s.ReportLanguage())
	}
	for _, r := range refs {
		out = append(out, cobra.CompletionWithDesc(before+r.Ref, diag.Plain(r.Name)))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeMemos completes what of returns, each once.
func (a *app) completeMemos(of func(analysis.Memo) string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		s, err := a.open(a.dir)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer s.Close()
		var out []cobra.Completion
		for _, m := range s.Memos() {
			if v := of(m); v != "" && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

func newMemoAddCmd(a *app) *cobra.Command {
	var text, kind, coder string
	var about []string
	c := &cobra.Command{
		Use:   "add",
		Short: "Write a memo: in your editor, after -m, or from standard input",
		Long: `Write a memo. On a terminal it opens your editor (VISUAL, else EDITOR) with room for the kind, what
the memo is about, and the text; save and leave it, and the memo is written. With -m the text stands
on the command line, and what is piped in is the text as it is. Text that opens with front matter
between two lines of --- keeps what that says, made: and by: too, so that old notes can be brought in.

An editor that fails writes no memo; what you typed is kept, and you are told where. It can be given
back: tema memo add < that file.`,
		Example: `  tema memo add
  tema memo add -m "I am a nurse, and I wanted a yes." --kind reflexive --about transcript:P04
  tema memo add --about code:boundaries,theme:joint-challenge`,
		Args: func(_ *cobra.Command, given []string) error {
			if len(given) > 0 {
				return usagef("the text of a memo goes after -m, in quotation marks")
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("message") && strings.TrimSpace(text) == "" {
				return usagef("-m wants the text of the memo")
			}
			return runMemoAdd(a, text, analysis.Memo{Kind: kind, About: about, By: coder})
		},
	}
	f := c.Flags()
	f.StringVarP(&text, "message", "m", "", "the text")
	f.StringVar(&kind, "kind", "", "kind of memo: "+strings.Join(analysis.MemoKinds, ", "))
	f.StringSliceVar(&about, "about", nil, "what it is about: code:ID, theme:ID, transcript:ID, participant:ID, coding:ID, checklist:NAME/ITEM")
	f.StringVar(&coder, "coder", "", "who writes (default: TEMA_CODER, else study.yaml's coder)")
	c.RegisterFlagCompletionFunc("message", cobra.NoFileCompletions)
	c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(analysis.MemoKinds, cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("about", a.completeRefs)
	c.RegisterFlagCompletionFunc("coder", a.completeCoders)
	return c
}

func runMemoAdd(a *app, text string, m analysis.Memo) error {
	if m.Kind != "" {
		if err := checkKinds([]string{m.Kind}); err != nil {
			return err
		}
	}
	s, who, err := a.openToDecide(decisionOptions{coder: m.By})
	if err != nil {
		return err
	}
	defer s.Close()
	m.By = who
	if m.About, err = checkRefs(s, m.About); err != nil {
		return err
	}
	var file string
	switch {
	case text != "":
		file, err = s.AddMemo(m, []byte(text))
	case interactive(a.in):
		template := memoTemplate(m)
		err = a.edit(s, "memo.md", template, func(typed []byte) error {
			if file, err = s.AddMemo(analysis.Memo{By: who}, typed); err != nil && bytes.Equal(typed, template) {
				return fmt.Errorf("%w\n      an editor with a window of its own must be told to wait, as VISUAL=\"code --wait\" does", err)
			}
			return err
		})
	default:
		var piped []byte
		if piped, err = io.ReadAll(a.in); err != nil {
			return fmt.Errorf("read standard input: %w", err)
		}
		if piped, err = plainText(piped); err != nil {
			return err
		}
		file, err = s.AddMemo(m, piped)
	}
	if err != nil {
		return err
	}
	return a.printFile(file)
}

// printFile answers with the file that was written.
func (a *app) printFile(file string) error {
	if a.json {
		return a.printJSON(struct {
			Schema int    `json:"schema"`
			File   string `json:"file"`
		}{1, file})
	}
	_, err := fmt.Fprintln(a.out, file)
	return err
}

// memoTemplate is what the editor opens for a new memo.
func memoTemplate(m analysis.Memo) []byte {
	return fmt.Appendf(nil, `---
# Write below the second line of dashes. A memo without text is not kept.
# kind is %s, or nothing.
# about is code:ID, theme:ID, transcript:ID, participant:ID, or nothing; several
# stand in brackets: [code:ID, theme:ID].
kind: %s
about: [%s]
---

`, strings.Join(analysis.MemoKinds, ", "), m.Kind, strings.Join(m.About, ", "))
}

func newMemoListCmd(a *app) *cobra.Command {
	var o memoFilter
	c := &cobra.Command{
		Use:   "list",
		Short: "List memos: when, what kind, about what, by whom, and how they begin",
		Long: `List memos in the order of their names, which begin with the day. Piped, a memo is one line with
tabs: file, day, kind, what it is about, by whom, its first line.`,
		Example: `  tema memo list
  tema memo list --kind reflexive --by anna --since 2026-03
  tema memo list --about code:boundaries --json`,
		Args: args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return runMemoList(a, o) },
	}
	o.flags(a, c)
	return c
}

func newMemoSearchCmd(a *app) *cobra.Command {
	var o memoFilter
	c := &cobra.Command{
		Use:   "search QUERY",
		Short: "Find memos by their words",
		Long: `Find memos by the words of their text, in the language of tema search: inflections, "phrases",
prefixes*, NEAR, AND, OR, NOT, which hold within a memo. Each memo is shown where the first hit is.`,
		Example: "  tema memo search coat\n  tema memo search '\"my own\" OR nurse' --kind reflexive",
		Args:    args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			source := strings.Join(given, " ")
			q, err := query.Parse(source)
			if err != nil {
				return badQuery(source, err)
			}
			return a.withMemos(o, nil, func(s *analysis.Study, chosen []analysis.MemoHit) error {
				hits, err := s.SearchMemos(q, chosen)
				if err != nil {
					return badQuery(source, err)
				}
				return a.printMemos(hits)
			})
		},
	}
	o.flags(a, c)
	return c
}

func newMemoShowCmd(a *app) *cobra.Command {
	var o memoFilter
	c := &cobra.Command{
		Use:   "show [MEMO...]",
		Short: "Show memos whole",
		Long: `Show memos whole: those that are named, else all that the flags leave. A memo is named by its file,
or by any part of its name that no other memo has.`,
		Example:           "  tema memo show 2026-03-02-distance\n  tema memo show --about code:boundaries",
		ValidArgsFunction: a.completeMemos(analysis.Memo.Name),
		RunE: func(_ *cobra.Command, named []string) error {
			return a.withMemos(o, named, func(_ *analysis.Study, chosen []analysis.MemoHit) error {
				if a.json {
					return a.printMemos(chosen)
				}
				return a.printWhole(chosen)
			})
		},
	}
	o.flags(a, c)
	return c
}

func newMemoEditCmd(a *app) *cobra.Command {
	var coder string
	c := &cobra.Command{
		Use:   "edit MEMO",
		Short: "Open a memo in your editor",
		Long: `Open a memo in your editor (VISUAL, else EDITOR), front matter and all. What you save is written as
you wrote it. A reference that leads nowhere is refused, and what you typed is kept; an editor that
fails or leaves the file empty changes nothing.`,
		Example:           "  tema memo edit distance",
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeMemos(analysis.Memo.Name),
		RunE: func(_ *cobra.Command, named []string) error {
			s, who, err := a.openToDecide(decisionOptions{coder: coder})
			if err != nil {
				return err
			}
			defer s.Close()
			m, err := findMemo(s.Memos(), named[0])
			if err != nil {
				return err
			}
			before, err := s.MemoSource(m)
			if err != nil {
				return err
			}
			same := false
			err = a.edit(s, path.Base(m.File), before, func(after []byte) error {
				if same = bytes.Equal(before, after); same {
					return nil
				}
				return s.EditMemo(who, m, before, after)
			})
			switch {
			case err != nil:
				return err
			case same:
				a.note("%s stays as it is", m.File)
				return nil
			}
			return a.printFile(m.File)
		},
	}
	c.Flags().StringVar(&coder, "coder", "", "who edits (default: TEMA_CODER, else study.yaml's coder)")
	c.RegisterFlagCompletionFunc("coder", a.completeCoders)
	return c
}

// findMemo returns the memo that a person names: by its file, or by a part of its name that no other has.
func findMemo(memos []analysis.Memo, named string) (analysis.Memo, error) {
	want := diag.Fold(strings.TrimSuffix(path.Base(strings.ReplaceAll(named, "\\", "/")), ".md"))
	var near []analysis.Memo
	for _, m := range memos {
		switch have := diag.Fold(m.Name()); {
		case have == want:
			return m, nil
		case strings.Contains(have, want):
			near = append(near, m)
		}
	}
	switch len(near) {
	case 0:
		return analysis.Memo{}, fmt.Errorf("no memo is named %s; tema memo list shows all", named)
	case 1:
		return near[0], nil
	}
	shown := "      which of these?"
	for _, m := range near {
		shown += "\n      " + m.Name()
	}
	return analysis.Memo{}, fmt.Errorf("%d memos have %s in their names\n%s", len(near), named, shown)
}

// withMemos opens the study and hands on the memos that are named and that the filter leaves.
func (a *app) withMemos(o memoFilter, named []string, use func(s *analysis.Study, chosen []analysis.MemoHit) error) error {
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	memos := s.Memos()
	if err := s.Err(); err != nil {
		return err
	}
	meant, err := o.choose(s)
	if err != nil {
		return err
	}
	if len(named) > 0 {
		all := memos
		memos = nil
		for _, name := range named {
			m, err := findMemo(all, name)
			if err != nil {
				return err
			}
			memos = append(memos, m)
		}
	}
	var chosen []analysis.MemoHit
	for _, m := range memos {
		if meant(m) {
			chosen = append(chosen, analysis.MemoHit{Memo: m})
		}
	}
	return use(s, chosen)
}

func runMemoList(a *app, o memoFilter) error {
	return a.withMemos(o, nil, func(_ *analysis.Study, chosen []analysis.MemoHit) error { return a.printMemos(chosen) })
}

// printMemos writes a line or two a memo, around the first hit if there is one.
func (a *app) printMemos(memos []analysis.MemoHit) error {
	if a.json {
		type memoJSON struct {
			File  string   `json:"file"`
			Name  string   `json:"name"`
			Kind  string   `json:"kind,omitempty"`
			About []string `json:"about"`
			Made  string   `json:"made,omitempty"`
			By    string   `json:"by,omitempty"`
			Text  string   `json:"text"`
			Words [][2]int `json:"words,omitempty"` // of a search: bytes in the text, half-open
		}
		out := []memoJSON{}
		for _, m := range memos {
			j := memoJSON{File: m.File, Name: m.Name(), Kind: m.Kind, About: append([]string{}, m.About...), Made: m.Made, By: m.By, Text: m.Text}
			for _, w := range m.Words {
				j.Words = append(j.Words, [2]int{w.Start, w.End})
			}
			out = append(out, j)
		}
		return a.printJSON(struct {
			Schema int        `json:"schema"`
			Memos  []memoJSON `json:"memos"`
		}{1, out})
	}
	st := a.styles(a.out)
	width, tty := terminal(a.out)
	var out strings.Builder
	for _, m := range memos {
		about := strings.Join(m.About, ", ")
		if tty {
			hit := query.Hit{Passage: transcript.Passage{Span: transcript.Span{End: len(m.Text)}}, Words: m.Words}
			fmt.Fprintf(&out, "%s  %s\n    %s\n", st.bold(diag.Plain(m.Name())), st.dim(diag.Plain(fields(m.Kind, about, m.By))),
				window(strings.TrimRight(m.Text, "\n"), hit, width-8, st))
			continue
		}
		begins, _, _ := strings.Cut(m.Text, "\n")
		if len(m.Words) > 0 { // the line of the first hit
			at := m.Words[0].Start
			begins, _, _ = strings.Cut(m.Text[strings.LastIndexByte(m.Text[:at], '\n')+1:], "\n")
		}
		fmt.Fprintf(&out, "%s\t%s\t%s\t%s\t%s\t%s\n", m.File, m.Day(), m.Kind, diag.Plain(about), diag.Plain(m.By), diag.Plain(begins))
	}
	if _, err := io.WriteString(a.out, out.String()); err != nil {
		return err
	}
	a.note("%s", analysis.Plural(len(memos), "memo", "memos"))
	return nil
}

// printWhole writes memos whole.
func (a *app) printWhole(memos []analysis.MemoHit) error {
	st := a.styles(a.out)
	width, tty := terminal(a.out)
	if !tty {
		width = 0
	}
	var out strings.Builder
	for i, m := range memos {
		if i > 0 {
			out.WriteByte('\n')
		}
		fmt.Fprintf(&out, "%s\n%s\n\n", st.bold(diag.Plain(m.Name())), st.dim(diag.Plain(fields(m.Day(), m.Kind, strings.Join(m.About, ", "), m.By))))
		for line := range strings.Lines(strings.TrimRight(m.Text, "\n")) {
			for _, part := range wrap(diag.Plain(strings.TrimRight(line, "\r\n")), width) {
				out.WriteString(part + "\n")
			}
		}
	}
	_, err := io.WriteString(a.out, out.String())
	return err
}

// interactive says whether a person sits at the other end of in.
func interactive(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	_, is := terminal(f)
	return is
}
