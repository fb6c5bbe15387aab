package cmd

import (
	"bufio"
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
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

func newThemeAddCmd(a *app) *cobra.Command {
	var o decisionOptions
	var at codebook.Place
	texts := themeTexts{}
	var codes []string
	c := &cobra.Command{
		Use:   "add THEME",
		Short: "Add a theme or sub-theme",
		Long: `Add a theme, last of all, or where --under, --before or --after say. It begins as a candidate; what
it is about can wait. A theme has no rule that looks for it: it is the researcher's.`,
		Example: `  tema theme add the-line --name "A limit is kind" --codes boundaries,phone
  tema theme add own-line --under the-line --concept "One draws it before one is tired."`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			properties := texts.given(c)
			if len(codes) > 0 {
				properties = append(properties, codebook.Property{Key: "codes", Values: codes})
			}
			return a.editCodebook(o, "added theme "+given[0], func(d *codebook.Draft) error { return d.Add(themeRef(given[0]), at, properties...) })
		},
	}
	o.flags(c)
	placeFlags(c, &at, a.completeThemes(-1))
	texts.flags(c)
	c.Flags().StringSliceVar(&codes, "codes", nil, "the codes that it draws on")
	c.RegisterFlagCompletionFunc("codes", a.completeIDs(false, -1))
	return c
}

// themeTexts are flags for the keys of a theme that hold a text.
type themeTexts map[string]*string

func (t themeTexts) flags(c *cobra.Command) {
	for key, usage := range map[string]string{"name": "what it is called", "concept": "its central organising concept, as a sentence",
		"definition": "what it covers, and what it leaves out", "kind": "theme or category (content analysis)"} {
		t[key] = c.Flags().String(key, "", usage)
	}
	c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions([]string{"theme", "category"}, cobra.ShellCompDirectiveNoFileComp))
}

// given returns those that stand on the command line.
func (t themeTexts) given(c *cobra.Command) []codebook.Property {
	var out []codebook.Property
	for _, key := range []string{"name", "concept", "definition", "kind"} {
		if c.Flags().Changed(key) {
			out = append(out, codebook.Property{Key: key, Values: []string{*t[key]}})
		}
	}
	return out
}

func newThemeSetCmd(a *app) *cobra.Command {
	var o decisionOptions
	var unset bool
	c := &cobra.Command{
		Use:   "set THEME KEY [VALUE...]",
		Short: "Set a theme's name, concept, definition, status or kind",
		Long: `Set a key of a theme to a value; --unset takes it away. Keys are name, concept, definition, status,
kind; codes, aliases and into are lists. A status says how far its author has come with a theme:
candidate, reviewed, defined, in any order, back as well as forward. drop gives a theme up, and
another status takes a dropped one up again.`,
		Example: `  tema theme set the-line concept "A limit is kind."
  tema theme set the-line status candidate --why "Two passages do not fit"`,
		Args: args(cobra.MinimumNArgs(2)),
		ValidArgsFunction: func(c *cobra.Command, given []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			single, lists := codebook.SettableKeys("theme")
			switch {
			case len(given) == 0:
				return a.completeThemes(1)(c, given, word)
			case len(given) == 1:
				return slices.Concat(single, lists), cobra.ShellCompDirectiveNoFileComp
			case given[1] == "codes":
				return a.idsOf(false), cobra.ShellCompDirectiveNoFileComp
			}
			return map[string][]string{"status": {"candidate", "reviewed", "defined"}, "kind": {"theme", "category"}}[given[1]], cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, given []string) error {
			ref, key, values := themeRef(given[0]), given[1], given[2:]
			switch {
			case unset && len(values) > 0:
				return usagef("--unset takes %s away; give no value with it", key)
			case !unset && len(values) == 0:
				return usagef("give a value for %s, or --unset to take it away", key)
			case key == "status" && slices.Contains(values, analysis.Dropped):
				return usagef("tema theme drop gives a theme up, and keeps the reason")
			}
			return a.editCodebook(o, "set "+key+" of "+given[0], func(d *codebook.Draft) error {
				before := d.Book().Theme(strings.TrimPrefix(ref, "theme:"))
				again := key == "status" && before != nil && before.Status == analysis.Dropped
				if err := d.Set(ref, key, values...); err != nil || !again {
					return err
				}
				return d.Set(ref, "into") // what it held went nowhere after all
			})
		},
	}
	o.flags(c)
	c.Flags().BoolVar(&unset, "unset", false, "take the key away")
	return c
}

func newThemeRenameCmd(a *app) *cobra.Command {
	var o decisionOptions
	c := &cobra.Command{
		Use:   "rename THEME ID",
		Short: "Give a theme another id; the old one becomes an alias",
		Long: `Give a theme another id. The old one becomes an alias, so that memos and the journal still find it,
and every relation follows. What a theme is called is its name: see set.`,
		Example:           "  tema theme rename the-line kind-limits",
		Args:              args(cobra.ExactArgs(2)),
		ValidArgsFunction: a.completeThemes(1),
		RunE: func(_ *cobra.Command, given []string) error {
			return a.editCodebook(o, "renamed "+given[0]+" to "+given[1], func(d *codebook.Draft) error { return d.Rename(themeRef(given[0]), given[1]) })
		},
	}
	o.flags(c)
	return c
}

func newThemeMoveCmd(a *app) *cobra.Command {
	var o decisionOptions
	var at codebook.Place
	var top bool
	c := &cobra.Command{
		Use:   "move THEME",
		Short: "Move a theme under, before or after another",
		Long: `Move a theme, with its sub-themes and its comments, under another, before or after one, or to the
end of the top level with --top. The order of themes is that of the report.`,
		Example:           "  tema theme move own-line --under the-line\n  tema theme move own-line --before the-line",
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeThemes(1),
		RunE: func(_ *cobra.Command, given []string) error {
			if !top && at == (codebook.Place{}) {
				return usagef("say where: --under, --before or --after another, or --top")
			}
			return a.editCodebook(o, "moved "+given[0], func(d *codebook.Draft) error { return d.Move(themeRef(given[0]), at) })
		},
	}
	o.flags(c)
	placeFlags(c, &at, a.completeThemes(-1))
	c.Flags().BoolVar(&top, "top", false, "to the end of the top level")
	c.MarkFlagsMutuallyExclusive("top", "under", "before", "after")
	return c
}

func newThemePromoteCmd(a *app) *cobra.Command {
	var o decisionOptions
	var at codebook.Place
	var id string
	texts := themeTexts{}
	c := &cobra.Command{
		Use:   "promote THEME|code:CODE",
		Short: "Make a theme of a sub-theme, or of a code that has grown into one",
		Long: `Promote a sub-theme to the level above, behind the theme that it stood under. Or promote a code that
has turned out rich enough to be a theme: a theme is made that draws on it, with the code's id and
name unless --id and --name say otherwise. The code stays, and its codings with it. What makes the
theme more than its code is for its concept to say.`,
		Example: `  tema theme promote own-line
  tema theme promote code:phone --id the-phone --concept "The phone decides who is at work."`,
		Args: args(cobra.ExactArgs(1)),
		ValidArgsFunction: func(c *cobra.Command, given []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			out, directive := a.completeThemes(1)(c, given, word)
			if len(given) == 0 {
				for _, code := range a.idsOf(false) {
					out = append(out, "code:"+code)
				}
			}
			return out, directive
		},
		RunE: func(c *cobra.Command, given []string) error {
			code, isCode := strings.CutPrefix(given[0], "code:")
			properties := texts.given(c)
			if !isCode {
				if id != "" || len(properties) > 0 || at != (codebook.Place{}) {
					return usagef("a sub-theme keeps its id, name and concept, and goes to the level above; see rename, set, move")
				}
				return a.editCodebook(o, "promoted "+given[0], func(d *codebook.Draft) error { return d.Promote(themeRef(given[0])) })
			}
			if id == "" {
				id = code
			}
			return a.editCodebook(o, "promoted "+given[0]+" to theme "+id, func(d *codebook.Draft) error {
				return d.PromoteCode(code, themeRef(id), at, properties...)
			})
		},
	}
	o.flags(c)
	placeFlags(c, &at, a.completeThemes(-1))
	texts.flags(c)
	c.Flags().StringVar(&id, "id", "", "the id of the theme that a code becomes")
	return c
}

func newThemeMergeCmd(a *app) *cobra.Command {
	var o decisionOptions
	var into string
	c := &cobra.Command{
		Use:   "merge THEME... --into THEME",
		Short: "Merge themes into one; it asks for the reason",
		Long: `Merge themes into one, which is made if it is not there. What they hold becomes its own: codes,
excerpts, what speaks against them, relations, sub-themes. They stay in the codebook as dropped,
with their concept, and lead to it. The journal keeps the reason.`,
		Example:           "  tema theme merge own-line night --into the-line --why \"One idea, told at two hours\"",
		Args:              args(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeThemes(-1),
		RunE: func(c *cobra.Command, given []string) error {
			if into == "" {
				return usagef("name the theme that they become with --into")
			}
			return a.giveUp(c.Context(), o, "merged "+strings.Join(given, ", ")+" into "+into, func(d *codebook.Draft) error {
				return d.Merge(themeRefs(given), themeRef(into))
			})
		},
	}
	o.flags(c)
	c.Flags().StringVar(&into, "into", "", "the theme that they become")
	c.RegisterFlagCompletionFunc("into", a.completeThemes(-1))
	return c
}

func newThemeSplitCmd(a *app) *cobra.Command {
	var o decisionOptions
	var into []string
	c := &cobra.Command{
		Use:   "split THEME --into THEME=CODE,CODE...",
		Short: "Split a theme into several; it asks for the reason",
		Long: `Split a theme into several, which are made beside it if they are not there. --into names a part and
the codes that go to it, once for each part. Sub-themes move up to its side. It stays in the
codebook as dropped, and keeps what no part was given: a note says what, requote --to moves
excerpts on. The journal keeps the reason.`,
		Example:           "  tema theme split the-line --into spoken=boundaries --into unspoken=phone,closeness --why \"Two ideas\"",
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeThemes(1),
		RunE: func(c *cobra.Command, given []string) error {
			if len(into) == 0 {
				return usagef("name its parts with --into")
			}
			var parts []codebook.Part
			var names []string
			for _, p := range into {
				id, codes, some := strings.Cut(p, "=")
				part := codebook.Part{Theme: themeRef(id)}
				if some {
					part.Codes = strings.Split(codes, ",")
				}
				parts, names = append(parts, part), append(names, id)
			}
			return a.giveUp(c.Context(), o, "split "+given[0]+" into "+strings.Join(names, ", "), func(d *codebook.Draft) error {
				return d.SplitTheme(themeRef(given[0]), parts...)
			})
		},
	}
	o.flags(c)
	c.Flags().StringArrayVar(&into, "into", nil, "a part, and the codes that go to it: `THEME=CODE,CODE`")
	c.RegisterFlagCompletionFunc("into", a.completeThemes(-1))
	return c
}

func newThemeDropCmd(a *app) *cobra.Command {
	var o decisionOptions
	var into []string
	c := &cobra.Command{
		Use:   "drop THEME...",
		Short: "Give themes up; it asks for the reason",
		Long: `Give themes up. They stay in the codebook as dropped, with all that they held, and the report names
them; nothing counts under them any more. --into says where their evidence went, and moves
nothing: merge does. The journal keeps the reason. set takes a theme up again.`,
		Example:           "  tema theme drop night --into the-line --why \"It was a topic, not an idea\"",
		Args:              args(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeThemes(-1),
		RunE: func(c *cobra.Command, given []string) error {
			return a.giveUp(c.Context(), o, "dropped "+strings.Join(given, ", "), func(d *codebook.Draft) error {
				return d.Drop(themeRefs(into), themeRefs(given)...)
			})
		},
	}
	o.flags(c)
	c.Flags().StringSliceVar(&into, "into", nil, "the themes that their evidence went to")
	c.RegisterFlagCompletionFunc("into", a.completeThemes(-1))
	return c
}

// giveUp is editCodebook for edits that end a theme. Their reason is asked for on a terminal, once it is sure that the
// edit can be made; elsewhere --why must give it.
func (a *app) giveUp(ctx context.Context, o decisionOptions, what string, edit func(d *codebook.Draft) error) error {
	s, who, err := a.openToDecide(o)
	if err != nil {
		return err
	}
	defer s.Close()
	if strings.TrimSpace(o.why) == "" && !o.dry {
		if _, err := s.EditCodebook(who, "", true, edit); err != nil {
			return err
		}
		if o.why, err = a.ask(ctx, "why? (for the journal) "); err != nil {
			return err
		}
		if o.why == "" {
			return usagef("say why with --why: the journal keeps the reason that a theme was given up")
		}
	}
	return a.editBook(s, who, o, what, edit)
}

// ask asks for a line on a terminal. Elsewhere, and when the input ends, the answer is "".
func (a *app) ask(ctx context.Context, question string) (string, error) {
	in, isFile := a.in.(*os.File)
	if _, tty := terminal(a.err); !isFile || !term.IsTerminal(int(in.Fd())) || !tty {
		return "", nil
	}
	fmt.Fprint(a.err, question)
	type answer struct {
		line string
		err  error
	}
	answered := make(chan answer, 1)
	go func() { // an interrupt must not wait for the line's end
		line, err := bufio.NewReader(in).ReadString('\n')
		answered <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.err)
		return "", ctx.Err()
	case given := <-answered:
		if given.err != nil && !errors.Is(given.err, io.EOF) {
			return "", fmt.Errorf("read the answer: %w", given.err)
		}
		return strings.TrimSpace(given.line), nil
	}
}

func newThemeAttachCmd(a *app) *cobra.Command {
	var o decisionOptions
	var from string
	c := &cobra.Command{
		Use:   "attach THEME CODE...",
		Short: "Make a theme draw on codes, or take them over from another theme",
		Long: `Make a theme draw on codes: their codings, and those of their sub-codes, are its evidence. With
--from they come out of that theme. A code may serve several themes; a note says when it does.`,
		Example: `  tema theme attach the-line boundaries phone
  tema theme attach the-line closeness --from near-and-far`,
		Args:              args(cobra.MinimumNArgs(2)),
		ValidArgsFunction: a.completeThemeAndCodes,
		RunE: func(_ *cobra.Command, given []string) error {
			if from != "" {
				from = themeRef(from)
			}
			return a.editCodebook(o, given[0]+" draws on "+strings.Join(given[1:], ", "), func(d *codebook.Draft) error {
				return d.Attach(themeRef(given[0]), from, given[1:]...)
			})
		},
	}
	o.flags(c)
	c.Flags().StringVar(&from, "from", "", "the theme that they are taken over from")
	c.RegisterFlagCompletionFunc("from", a.completeThemes(-1))
	return c
}

func newThemeDetachCmd(a *app) *cobra.Command {
	var o decisionOptions
	c := &cobra.Command{
		Use:               "detach THEME CODE...",
		Short:             "Make a theme draw on codes no more",
		Long:              `Make a theme draw on codes no more. The codes stay, and so do their codings.`,
		Example:           "  tema theme detach the-line phone",
		Args:              args(cobra.MinimumNArgs(2)),
		ValidArgsFunction: a.completeThemeAndCodes,
		RunE: func(_ *cobra.Command, given []string) error {
			return a.editCodebook(o, given[0]+" draws no more on "+strings.Join(given[1:], ", "), func(d *codebook.Draft) error {
				return d.Detach(themeRef(given[0]), given[1:]...)
			})
		},
	}
	o.flags(c)
	return c
}

func (a *app) completeThemeAndCodes(c *cobra.Command, given []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(given) == 0 {
		return a.completeThemes(1)(c, given, word)
	}
	return a.idsOf(false), cobra.ShellCompDirectiveNoFileComp
}

// newThemeQuoteCmd makes the commands quote and tension, which differ in what the words are there for.
func newThemeQuoteCmd(a *app, against bool) *cobra.Command {
	var o decisionOptions
	var x codebook.Excerpt
	var coding string
	var at int
	const held = `
the transcript first: verbatim, [...] where words are left out, [brackets] around what is yours.
Where they do not stand so, nothing is written, what comes nearest is shown, and the exit code is 1.

--coding takes the words that a coding lies on, instead of TRANSCRIPT and WORDS.`
	c := &cobra.Command{
		Use:   "quote THEME TRANSCRIPT WORDS",
		Short: "Choose an excerpt for a theme",
		Long:  "Choose words of a transcript as an excerpt of a theme, the last or number --at. They are held against" + held,
		Example: `  tema theme quote the-line P02 "At the school the hatch closed at three."
  tema theme quote the-line --coding 01JH0000000000000000000001 --at 1`,
	}
	if against {
		c.Use, c.Short = "tension THEME TRANSCRIPT WORDS", "Keep what speaks against a theme"
		c.Long = "Keep words that speak against a theme, the last or number --at; --memo says why. They are held against" + held
		c.Example = `  tema theme tension the-line FG1 "I think it goes cold, then." --memo "Distance is noticed"`
	}
	c.Args = args(func(c *cobra.Command, given []string) error {
		if coding != "" {
			return cobra.ExactArgs(1)(c, given)
		}
		return cobra.ExactArgs(3)(c, given)
	})
	c.ValidArgsFunction = func(c *cobra.Command, given []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(given) == 0 {
			return a.completeThemes(1)(c, given, word)
		}
		return a.completeTranscripts(2)(c, given, word)
	}
	c.RunE = func(_ *cobra.Command, given []string) error {
		if at < 0 {
			return usagef("--at counts from 1")
		}
		s, who, err := a.openToDecide(o)
		if err != nil {
			return err
		}
		defer s.Close()
		if err := s.Err(); err != nil {
			return err
		}
		if coding != "" {
			words, err := s.ExcerptOf(coding)
			if err != nil {
				return fmt.Errorf("quote: %w", err)
			}
			x.Transcript, x.Quote = words.Transcript, words.Quote
		} else {
			x.Transcript, x.Quote = given[1], given[2]
		}
		what, err := a.holdQuote(s, x)
		if err != nil {
			return err
		}
		return a.editBook(s, who, o, what+" in "+given[0], func(d *codebook.Draft) error { return d.Quote(themeRef(given[0]), against, at, x) })
	}
	o.flags(c)
	f := c.Flags()
	f.StringVar(&coding, "coding", "", "quote the words that this coding lies on")
	f.IntVar(&at, "at", 0, "its number among the others, from 1 (default: last)")
	f.StringVar(&x.Memo, "memo", "", "why it is here")
	f.StringVar(&x.Translation, "translation", "", "the words in the report's language")
	f.StringVar(&x.Translator, "translator", "", "who translated them")
	c.RegisterFlagCompletionFunc("coding", a.completeAllCodings)
	return c
}

// completeAllCodings completes ids of everybody's codings.
func (a *app) completeAllCodings(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	s, err := a.open(a.dir)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer s.Close()
	var out []cobra.Completion
	for _, p := range s.Placed() {
		out = append(out, cobra.CompletionWithDesc(p.ID, p.Transcript+" "+p.Code))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// holdQuote holds words against their transcript. Where they do not stand so it tells what comes nearest and returns
// errNo; else what it returns names the place.
func (a *app) holdQuote(s *analysis.Study, x codebook.Excerpt) (what string, err error) {
	if !slices.Contains(s.TranscriptIDs(), x.Transcript) {
		return "", noSuch("transcript", x.Transcript, s.TranscriptIDs())
	}
	q := s.Verify(x)
	if q.Transcript == nil {
		return "", s.Err()
	}
	if q.Holds() {
		for _, warning := range q.Result.Warnings {
			a.note("note: %s", warning)
		}
		return "quoted " + turnsOf(x.Transcript, q.Result.Turns), nil
	}
	turns, words := q.Nearest()
	if a.json {
		type change struct {
			Quoted string `json:"quoted"`
			Said   string `json:"said"`
		}
		doc := struct {
			Schema  int      `json:"schema"`
			Written bool     `json:"written"`
			Verdict string   `json:"verdict"`
			Turns   []int    `json:"nearest_turns"`
			Words   string   `json:"nearest"`
			Changes []change `json:"changes"`
		}{1, false, verdict(q), append([]int{}, turns...), words, []change{}}
		for _, c := range q.Result.Changes {
			doc.Changes = append(doc.Changes, change{c.Quoted, c.Said})
		}
		if err := a.printJSON(doc); err != nil {
			return "", err
		}
		return "", errNo
	}
	if len(turns) == 0 {
		a.note("these words do not stand in %s, and nothing comes near; nothing was written", x.Transcript)
		return "", errNo
	}
	a.note("the words do not stand so in %s; nothing was written", x.Transcript)
	for _, c := range q.Result.Changes {
		switch {
		case c.Said == "":
			a.note("  %q is not said there; put [brackets] around what is yours", diag.Plain(c.Quoted))
		case c.Quoted == "":
			a.note("  %q is left out; write [...] there", diag.Plain(c.Said))
		default:
			a.note("  %q is said, not %q", diag.Plain(c.Said), diag.Plain(c.Quoted))
		}
	}
	a.note("nearest is %s:\n  %s", turnsOf(x.Transcript, turns), diag.Plain(words))
	return "", errNo
}

// turnsOf names a place: "P03 14", "P03 14, 16".
func turnsOf(transcriptID string, turns []int) string {
	place := transcriptID
	for i, n := range turns {
		if i > 0 {
			place += ","
		}
		place += " " + strconv.Itoa(n)
	}
	return place
}

// quotationNumber reads a number as theme show prints it: 3 is an excerpt, t1 what speaks against the theme.
func quotationNumber(themeID, word string) (codebook.Quotation, error) {
	digits, against := strings.CutPrefix(word, "t")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 {
		return codebook.Quotation{}, usagef("%q is no number of an excerpt (1, 2 ...) or of what speaks against the theme (t1, t2 ...)", word)
	}
	return codebook.Quotation{Theme: themeRef(themeID), Against: against, Number: n}, nil
}

// completeQuotations completes a theme, then numbers of its quotations, with where they come from; words are left out.
func (a *app) completeQuotations(most int) cobra.CompletionFunc {
	return func(c *cobra.Command, given []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(given) == 0 {
			return a.completeThemes(1)(c, given, word)
		}
		s, err := a.open(a.dir)
		if err != nil || most > 0 && len(given) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer s.Close()
		var out []cobra.Completion
		if t := s.Book.Theme(given[0]); t != nil {
			for i, x := range t.Excerpts {
				out = append(out, cobra.CompletionWithDesc(strconv.Itoa(i+1), x.Transcript))
			}
			for i, x := range t.Tensions {
				out = append(out, cobra.CompletionWithDesc("t"+strconv.Itoa(i+1), x.Transcript))
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

func newThemeRequoteCmd(a *app) *cobra.Command {
	var o decisionOptions
	var x codebook.Excerpt
	var to, as string
	var at int
	c := &cobra.Command{
		Use:   "requote THEME NUMBER",
		Short: "Change an excerpt: its place, its theme, its translation, memo or words",
		Long: `Change an excerpt, or with t1, t2 ... what speaks against a theme, numbered as show prints them. --at
gives it another number, --to another theme, --as makes a tension of an excerpt or the other way
round. A text that is given as "" is taken away. Other words are held against the transcript first.`,
		Example: `  tema theme requote the-line 3 --at 1
  tema theme requote the-line 2 --translation "You have to set limits." --translator kari
  tema theme requote the-line 2 --to near-and-far --as tension`,
		Args:              args(cobra.ExactArgs(2)),
		ValidArgsFunction: a.completeQuotations(2),
		RunE: func(c *cobra.Command, given []string) error {
			q, err := quotationNumber(given[0], given[1])
			if err != nil {
				return err
			}
			var properties []codebook.Property
			for _, p := range []struct{ flag, key, value string }{{"words", "quote", x.Quote}, {"translation", "translation", x.Translation},
				{"translator", "translator", x.Translator}, {"memo", "memo", x.Memo}} {
				if c.Flags().Changed(p.flag) {
					property := codebook.Property{Key: p.key, Values: []string{p.value}}
					if p.value == "" {
						property.Values = nil
					}
					properties = append(properties, property)
				}
			}
			target, moves := q, c.Flags().Changed("at") || to != "" || as != ""
			if target.Number = at; to != "" {
				target.Theme = themeRef(to)
			}
			switch {
			case as == "tension" || as == "excerpt":
				target.Against = as == "tension"
			case as != "":
				return usagef("--as is excerpt or tension, not %q", as)
			case at < 0:
				return usagef("--at counts from 1")
			case !moves && len(properties) == 0:
				return usagef("say what is to change: --at, --to, --as, --words, --translation, --translator, --memo")
			}
			if c.Flags().Changed("words") && x.Quote == "" {
				return usagef("an excerpt without words is none; tema theme unquote takes it out")
			}
			s, who, err := a.openToDecide(o)
			if err != nil {
				return err
			}
			defer s.Close()
			if err := s.Err(); err != nil {
				return err
			}
			t, err := theme(s, given[0])
			if err != nil {
				return err
			}
			list := t.Excerpts
			if q.Against {
				list = t.Tensions
			}
			if x.Quote != "" && q.Number <= len(list) {
				x.Transcript = list[q.Number-1].Transcript
				if _, err := a.holdQuote(s, x); err != nil {
					return err
				}
			}
			return a.editBook(s, who, o, "changed "+given[1]+" of "+given[0], func(d *codebook.Draft) error {
				if err := d.Requote(q, properties...); err != nil || !moves {
					return err
				}
				return d.MoveQuotation(q, target)
			})
		},
	}
	o.flags(c)
	f := c.Flags()
	f.IntVar(&at, "at", 0, "its number from now on (default with --to and --as: last)")
	f.StringVar(&to, "to", "", "the theme that it goes to")
	f.StringVar(&as, "as", "", "excerpt or tension")
	f.StringVar(&x.Quote, "words", "", "other words of the same transcript")
	f.StringVar(&x.Translation, "translation", "", "the words in the report's language")
	f.StringVar(&x.Translator, "translator", "", "who translated them")
	f.StringVar(&x.Memo, "memo", "", "why it is here")
	c.RegisterFlagCompletionFunc("to", a.completeThemes(-1))
	c.RegisterFlagCompletionFunc("as", cobra.FixedCompletions([]string{"excerpt", "tension"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func newThemeUnquoteCmd(a *app) *cobra.Command {
	var o decisionOptions
	c := &cobra.Command{
		Use:   "unquote THEME NUMBER...",
		Short: "Take excerpts, or what speaks against it, out of a theme",
		Long: `Take excerpts out of a theme, or with t1, t2 ... what speaks against it, numbered as show prints
them. Codings stay as they are.`,
		Example:           "  tema theme unquote the-line 2 t1",
		Args:              args(cobra.MinimumNArgs(2)),
		ValidArgsFunction: a.completeQuotations(-1),
		RunE: func(_ *cobra.Command, given []string) error {
			numbers := map[bool][]int{} // by whether they speak against it
			for _, word := range given[1:] {
				q, err := quotationNumber(given[0], word)
				if err != nil {
					return err
				}
				numbers[q.Against] = append(numbers[q.Against], q.Number)
			}
			return a.editCodebook(o, "took "+strings.Join(given[1:], ", ")+" out of "+given[0], func(d *codebook.Draft) error {
				for _, against := range []bool{false, true} {
					if len(numbers[against]) > 0 {
						if err := d.Unquote(themeRef(given[0]), against, numbers[against]...); err != nil {
							return err
						}
					}
				}
				return nil
			})
		},
	}
	o.flags(c)
	return c
}

func newThemeRelateCmd(a *app) *cobra.Command {
	var o decisionOptions
	var label string
	c := &cobra.Command{
		Use:   "relate THEME OTHER",
		Short: "Say how a theme leads to another",
		Long: `Say that a theme leads to another, and with --label how: "asks for", "strains". The map draws it, and
the report tells it.`,
		Example:           "  tema theme relate the-line near-and-far --label \"makes possible\"",
		Args:              args(cobra.ExactArgs(2)),
		ValidArgsFunction: a.completeThemes(2),
		RunE: func(_ *cobra.Command, given []string) error {
			return a.editCodebook(o, given[0]+" leads to "+given[1], func(d *codebook.Draft) error {
				return d.Relate(themeRef(given[0]), themeRef(given[1]), label)
			})
		},
	}
	o.flags(c)
	c.Flags().StringVar(&label, "label", "", "how it leads there")
	return c
}

func newThemeUnrelateCmd(a *app) *cobra.Command {
	var o decisionOptions
	var label string
	c := &cobra.Command{
		Use:               "unrelate THEME OTHER",
		Short:             "Take a relation between two themes away",
		Long:              `Take the relation from a theme to another away; where there are several, the one of --label.`,
		Example:           "  tema theme unrelate the-line near-and-far",
		Args:              args(cobra.ExactArgs(2)),
		ValidArgsFunction: a.completeThemes(2),
		RunE: func(c *cobra.Command, given []string) error {
			var only *string
			if c.Flags().Changed("label") {
				only = &label
			}
			return a.editCodebook(o, given[0]+" leads no more to "+given[1], func(d *codebook.Draft) error {
				return d.Unrelate(themeRef(given[0]), themeRef(given[1]), only)
			})
		},
	}
	o.flags(c)
	c.Flags().StringVar(&label, "label", "", "what the relation is called")
	return c
}
