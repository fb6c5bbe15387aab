package cmd

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

func newCodebookCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "codebook",
		Short: "Show, edit, compare and export the codebook",
		Long: `Edit codebook.yaml in place: comments, the order of keys, quotation marks, folding and blank
lines stay as they are. Renaming, merging and splitting change the codebook alone, all references
in it included; codings that hold a former id count under today's, and rewrite carries today's ids
into them when you ask. What was decided goes into journal.jsonl, with --why if you give it.

Codes are named by their id; themes as theme:ID. Without a subcommand it shows the codebook.`,
		Example: "  tema codebook",
		Args:    args(cobra.NoArgs),
		RunE:    func(*cobra.Command, []string) error { return runCodebookShow(a, nil) },
	}
	c.AddCommand(newCodebookShowCmd(a), newCodebookFmtCmd(a), newCodebookAddCmd(a), newCodebookSetCmd(a), newCodebookRenameCmd(a),
		newCodebookMoveCmd(a), newCodebookMergeCmd(a), newCodebookSplitCmd(a), newCodebookRetireCmd(a), newCodebookRewriteCmd(a),
		newCodebookDiffCmd(a), newCodebookHistoryCmd(a), newCodebookExportCmd(a), newCodebookImportCmd(a))
	return c
}

// decisionOptions are what every edit of the codebook can be given.
type decisionOptions struct {
	why, coder string
	dry        bool
}

func (o *decisionOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.why, "why", "", "the reason, for the journal")
	f.StringVar(&o.coder, "coder", "", "who decides (default: TEMA_CODER, else study.yaml's coder)")
	f.BoolVar(&o.dry, "dry-run", false, "show the difference and write nothing")
}

// openToDecide opens the study and says who decides. A dry run needs nobody.
func (a *app) openToDecide(o decisionOptions) (s *analysis.Study, who string, err error) {
	if s, err = a.open(a.dir); err != nil {
		return nil, "", err
	}
	who, err = s.Who(o.coder, os.Getenv("TEMA_CODER"))
	if errors.Is(err, analysis.ErrNobody) {
		if err = nil; !o.dry {
			err = usagef("name yourself with --coder, TEMA_CODER, or `coder:` in study.yaml: the journal says who decided")
		}
	}
	if err != nil {
		s.Close()
		return nil, "", err
	}
	return s, who, nil
}

// editCodebook makes an edit and tells what it did: under --dry-run the difference, else a line.
func (a *app) editCodebook(o decisionOptions, what string, edit func(d *codebook.Draft) error) error {
	s, who, err := a.openToDecide(o)
	if err != nil {
		return err
	}
	defer s.Close()
	return a.editBook(s, who, o, what, edit)
}

// editBook is editCodebook in a study that is open.
func (a *app) editBook(s *analysis.Study, who string, o decisionOptions, what string, edit func(d *codebook.Draft) error) error {
	done, err := s.EditCodebook(who, o.why, o.dry, edit)
	if err != nil {
		return err
	}
	if a.json {
		type decision struct {
			Event string   `json:"event"`
			About []string `json:"about,omitempty"`
			From  []string `json:"from,omitempty"`
			To    []string `json:"to,omitempty"`
		}
		doc := struct {
			Schema    int        `json:"schema"`
			File      string     `json:"file"`
			Changed   bool       `json:"changed"`
			Written   bool       `json:"written"`
			Decisions []decision `json:"decisions"`
			Notes     []string   `json:"notes"`
			Diff      string     `json:"diff,omitempty"`
		}{Schema: 1, File: s.Book.File, Changed: done.Changed(), Written: done.Changed() && !o.dry, Decisions: []decision{}, Notes: append([]string{}, done.Notes...)}
		for _, d := range done.Decisions {
			doc.Decisions = append(doc.Decisions, decision{d.Event, d.About, d.From, d.To})
		}
		if o.dry {
			doc.Diff = string(diff.Diff(s.Book.File, done.Before, s.Book.File, done.After))
		}
		return a.printJSON(doc)
	}
	for _, n := range done.Notes {
		a.note("note: %s", n)
	}
	switch {
	case !done.Changed():
		a.note("%s stays as it is", s.Book.File)
	case o.dry:
		return a.printDiff(s.Book.File, done.Before, done.After)
	default:
		a.note("%s: %s", s.Book.File, what)
	}
	return nil
}

// printDiff writes the difference between two texts of a file, as patch reads it.
func (a *app) printDiff(file string, before, after []byte) error {
	st := a.styles(a.out)
	for line := range strings.Lines(string(diff.Diff(file, before, file, after))) {
		line = strings.TrimSuffix(line, "\n")
		code := map[byte]string{'-': "31", '+': "32", '@': "36"}[(line + " ")[0]]
		if strings.HasPrefix(line, "diff ") {
			continue
		}
		if code != "" {
			line = st.wrap(code, diag.Plain(line))
		} else {
			line = diag.Plain(line)
		}
		if _, err := fmt.Fprintln(a.out, line); err != nil {
			return err
		}
	}
	return nil
}

// idsOf completes ids of codes and, if wanted, references to themes.
func (a *app) idsOf(themes bool) []cobra.Completion {
	s, err := a.open(a.dir)
	if err != nil {
		return nil
	}
	defer s.Close()
	var out []cobra.Completion
	for _, c := range s.Book.AllCodes() {
		out = append(out, cobra.CompletionWithDesc(c.ID, diag.Plain(c.Name)))
	}
	if themes {
		for _, t := range s.Book.AllThemes() {
			out = append(out, cobra.CompletionWithDesc("theme:"+t.ID, diag.Plain(t.Name)))
		}
	}
	return out
}

// completeIDs completes the first so many arguments with ids; -1 is all of them.
func (a *app) completeIDs(themes bool, first int) cobra.CompletionFunc {
	return func(_ *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if first >= 0 && len(given) >= first {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return a.idsOf(themes), cobra.ShellCompDirectiveNoFileComp
	}
}

func newCodebookShowCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "show [REF...]",
		Short: "Show codes and themes, or all about some of them",
		Long: `Show the codebook as a tree of ids and names: codes, then themes. With references, show what each
says: definition, what it includes and excludes, examples, rules, and where it stands.`,
		Example:           "  tema codebook show\n  tema codebook show phone theme:the-line",
		ValidArgsFunction: a.completeIDs(true, -1),
		RunE:              func(_ *cobra.Command, refs []string) error { return runCodebookShow(a, refs) },
	}
	return c
}

// An entryJSON is a code or theme in JSON. Fields are added, never renamed or taken out.
type entryJSON struct {
	Kind            string      `json:"kind"` // code, theme, category
	ID              string      `json:"id"`
	Name            string      `json:"name"`
	Path            []string    `json:"path"` // names, outermost first
	Parent          string      `json:"parent,omitempty"`
	Definition      string      `json:"definition,omitempty"`
	Concept         string      `json:"concept,omitempty"`
	Include         []string    `json:"include,omitempty"`
	Exclude         []exclusion `json:"exclude,omitempty"`
	Examples        []string    `json:"examples,omitempty"`
	Counterexamples []string    `json:"counterexamples,omitempty"`
	Color           string      `json:"color,omitempty"`
	Aliases         []string    `json:"aliases,omitempty"`
	Match           []string    `json:"match,omitempty"`
	Unit            string      `json:"unit,omitempty"`
	AllSpeakers     bool        `json:"all_speakers,omitempty"`
	Accept          bool        `json:"accept,omitempty"`
	Status          string      `json:"status"`
	Into            []string    `json:"into,omitempty"`
	Codes           []string    `json:"codes,omitempty"`  // of a theme; sub-codes of a code
	Themes          []string    `json:"themes,omitempty"` // sub-themes; of a code, the themes that name it
}

type exclusion struct {
	Text string `json:"text"`
	Code string `json:"code,omitempty"`
}

func codeJSON(b *codebook.Codebook, c *codebook.Code) entryJSON {
	e := entryJSON{Kind: "code", ID: c.ID, Name: c.Name, Path: c.Path(), Definition: c.Definition, Include: c.Include, Color: c.Color, Aliases: c.Aliases,
		AllSpeakers: c.AllSpeakers, Accept: c.Accept, Status: "active", Into: c.Into}
	if c.Retired {
		e.Status = "retired"
	}
	if c.Parent != nil {
		e.Parent = c.Parent.ID
	}
	for _, x := range c.Exclude {
		e.Exclude = append(e.Exclude, exclusion{x.Text, x.Code})
	}
	for _, x := range c.Examples {
		e.Examples = append(e.Examples, x.Text)
	}
	for _, x := range c.Counterexamples {
		e.Counterexamples = append(e.Counterexamples, x.Text)
	}
	for _, r := range c.Match {
		e.Match, e.Unit = append(e.Match, r.Text), c.Unit
	}
	for _, sub := range c.Codes {
		e.Codes = append(e.Codes, sub.ID)
	}
	for _, t := range b.AllThemes() {
		if slices.Contains(t.Codes, c.ID) {
			e.Themes = append(e.Themes, t.ID)
		}
	}
	return e
}

func themeJSON(t *codebook.Theme) entryJSON {
	e := entryJSON{Kind: t.Kind, ID: t.ID, Name: t.Name, Path: t.Path(), Definition: t.Definition, Concept: t.Concept, Aliases: t.Aliases,
		Status: t.Status, Into: t.Into, Codes: t.Codes}
	if t.Parent != nil {
		e.Parent = t.Parent.ID
	}
	for _, sub := range t.Themes {
		e.Themes = append(e.Themes, sub.ID)
	}
	return e
}

func runCodebookShow(a *app, refs []string) error {
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Err(); err != nil {
		return err
	}
	b := s.Book
	codes, themes := []entryJSON{}, []entryJSON{}
	if len(refs) == 0 {
		for _, c := range b.AllCodes() {
			codes = append(codes, codeJSON(b, c))
		}
		for _, t := range b.AllThemes() {
			themes = append(themes, themeJSON(t))
		}
	}
	for _, ref := range refs {
		if id, isTheme := strings.CutPrefix(ref, "theme:"); isTheme {
			t := b.Theme(id)
			if t == nil {
				return fmt.Errorf("show: no theme has the id %s", id)
			}
			themes = append(themes, themeJSON(t))
			continue
		}
		c := b.Code(strings.TrimPrefix(ref, "code:"))
		if c == nil {
			return fmt.Errorf("show: no code has the id %s", ref)
		}
		codes = append(codes, codeJSON(b, c))
	}
	if a.json {
		return a.printJSON(struct {
			Schema  int         `json:"schema"`
			Version string      `json:"version,omitempty"`
			Codes   []entryJSON `json:"codes"`
			Themes  []entryJSON `json:"themes"`
		}{1, b.Version, codes, themes})
	}
	var out strings.Builder
	st := a.styles(a.out)
	for i, e := range slices.Concat(codes, themes) {
		if len(refs) > 0 {
			if i > 0 {
				out.WriteByte('\n')
			}
			out.WriteString(whole(e, st))
			continue
		}
		if i == len(codes) && i > 0 {
			out.WriteByte('\n')
		}
		name, status := "", ""
		if e.Name != e.ID {
			name = diag.Plain(e.Name)
		}
		if e.Status == "retired" || e.Status == "dropped" {
			if status = e.Status; len(e.Into) > 0 {
				status += " into " + strings.Join(e.Into, ", ")
			}
		}
		ref := e.ID
		if e.Kind != "code" {
			ref = "theme:" + ref
		}
		line := strings.Repeat("  ", len(e.Path)-1) + st.bold(ref)
		for _, part := range []string{name, status} {
			if part != "" {
				line += "\t" + part
			}
		}
		out.WriteString(line + "\n")
	}
	_, err = fmt.Fprint(a.out, out.String())
	return err
}

// whole writes all about a code or theme as lines.
func whole(e entryJSON, st styles) string {
	var b strings.Builder
	line := func(key string, values ...string) {
		for i, v := range values {
			if v == "" {
				continue
			}
			label := key
			if i > 0 {
				label = ""
			}
			fmt.Fprintf(&b, "  %-16s%s\n", label, diag.Plain(v))
		}
	}
	head := st.bold(e.ID)
	if e.Name != e.ID {
		head += "  " + diag.Plain(e.Name)
	}
	b.WriteString(head + "\n")
	if len(e.Path) > 1 {
		line("under", strings.Join(e.Path[:len(e.Path)-1], " / "))
	}
	if e.Status != "active" {
		status := e.Status
		if len(e.Into) > 0 {
			status += " into " + strings.Join(e.Into, ", ")
		}
		line("status", status)
	}
	line("concept", e.Concept)
	line("definition", e.Definition)
	line("include", e.Include...)
	var not []string
	for _, x := range e.Exclude {
		if x.Code != "" {
			x.Text += " -> " + x.Code
		}
		not = append(not, x.Text)
	}
	line("exclude", not...)
	line("examples", e.Examples...)
	line("counterexamples", e.Counterexamples...)
	line("match", e.Match...)
	if e.Unit != "" && e.Unit != "sentence" {
		line("unit", e.Unit)
	}
	line("aliases", strings.Join(e.Aliases, ", "))
	line("codes", strings.Join(e.Codes, ", "))
	line("themes", strings.Join(e.Themes, ", "))
	return b.String()
}

func newCodebookFmtCmd(a *app) *cobra.Command {
	var o decisionOptions
	c := &cobra.Command{
		Use:   "fmt",
		Short: "Give codebook.yaml one layout: indentation and blank lines, nothing else",
		Long: `Indent codebook.yaml by two columns a level, leave at most one blank line in a place and no white
space at the ends of lines. Comments keep their place; the order of keys, quotation marks, folding
and what stands in brackets stay. It goes into no journal, since nothing was decided.`,
		Example: "  tema codebook fmt --dry-run",
		Args:    args(cobra.NoArgs),
		RunE: func(_ *cobra.Command, _ []string) error {
			o.coder = "fmt" // whoever it is: nothing goes into the journal
			return a.editCodebook(o, "formatted", (*codebook.Draft).Format)
		},
	}
	c.Flags().BoolVar(&o.dry, "dry-run", false, "show the difference and write nothing")
	return c
}

// placeFlags are where something goes, beside or under what complete knows.
func placeFlags(c *cobra.Command, at *codebook.Place, complete cobra.CompletionFunc) {
	c.Flags().StringVar(&at.Under, "under", "", "last under this one")
	c.Flags().StringVar(&at.Before, "before", "", "before this one, beside it")
	c.Flags().StringVar(&at.After, "after", "", "after this one, beside it")
	for _, name := range []string{"under", "before", "after"} {
		c.RegisterFlagCompletionFunc(name, complete)
	}
	c.MarkFlagsMutuallyExclusive("under", "before", "after")
}

func newCodebookAddCmd(a *app) *cobra.Command {
	var o decisionOptions
	var at codebook.Place
	texts := map[string]*string{}
	lists := map[string]*[]string{}
	c := &cobra.Command{
		Use:   "add REF",
		Short: "Add a code, or a theme as theme:ID",
		Long: `Add a code, or a theme as theme:ID: last of all, or where --under, --before or --after say. Flags
that take a list are given once for each item.`,
		Example: `  tema codebook add phone --under boundaries --name "Calls out of hours"
  tema codebook add theme:the-line --concept "A limit is kind." --codes boundaries --codes phone`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			var properties []codebook.Property
			for key, v := range texts {
				if c.Flags().Changed(key) {
					properties = append(properties, codebook.Property{Key: key, Values: []string{*v}})
				}
			}
			for key, v := range lists {
				if c.Flags().Changed(key) {
					properties = append(properties, codebook.Property{Key: key, Values: *v})
				}
			}
			slices.SortFunc(properties, func(a, b codebook.Property) int { return strings.Compare(a.Key, b.Key) })
			return a.editCodebook(o, "added "+given[0], func(d *codebook.Draft) error { return d.Add(given[0], at, properties...) })
		},
	}
	o.flags(c)
	placeFlags(c, &at, a.completeIDs(true, -1))
	for key, usage := range map[string]string{"name": "what it is called", "definition": "what it covers", "color": `as "#1b6ca8"`,
		"concept": "a theme's central organising concept", "unit": "what AND and NOT of a rule hold within"} {
		texts[key] = c.Flags().String(key, "", usage)
	}
	for key, usage := range map[string]string{"include": "what belongs to it", "exclude": `what does not, as "text -> code"`, "examples": "a quotation that shows it",
		"match": "a rule that proposes passages", "codes": "a theme's code"} {
		lists[key] = c.Flags().StringArray(key, nil, usage)
	}
	c.RegisterFlagCompletionFunc("codes", a.completeIDs(false, -1))
	c.RegisterFlagCompletionFunc("unit", cobra.FixedCompletions([]string{"sentence", "turn", "match"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func newCodebookSetCmd(a *app) *cobra.Command {
	var o decisionOptions
	var more, unset bool
	c := &cobra.Command{
		Use:   "set REF KEY [VALUE...]",
		Short: "Set a key of a code or theme",
		Long: `Set a key of a code or theme to a value, or a list to the values given. Items of a list that stay
keep their comments and quotation marks. --append keeps what is there, --unset takes the key away.`,
		Example: `  tema codebook set phone definition "Calls outside working hours."
  tema codebook set phone include --append "messages late at night"
  tema codebook set theme:the-line status reviewed
  tema codebook set phone color --unset`,
		Args: args(cobra.MinimumNArgs(2)),
		ValidArgsFunction: func(_ *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			kind := "code"
			if len(given) > 0 && strings.HasPrefix(given[0], "theme:") {
				kind = "theme"
			}
			single, lists := codebook.SettableKeys(kind)
			switch {
			case len(given) == 0:
				return a.idsOf(true), cobra.ShellCompDirectiveNoFileComp
			case len(given) == 1:
				return slices.Concat(single, lists), cobra.ShellCompDirectiveNoFileComp
			}
			values := map[string][]string{"code status": {"active", "retired"}, "code unit": {"sentence", "turn", "match"}, "code speakers": {"all"},
				"code accept": {"true", "false"}, "theme status": {"candidate", "reviewed", "defined", "dropped"}, "theme kind": {"theme", "category"}}[kind+" "+given[1]]
			if given[1] == "into" || given[1] == "codes" {
				return a.idsOf(false), cobra.ShellCompDirectiveNoFileComp
			}
			return values, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, given []string) error {
			ref, key, values := given[0], given[1], given[2:]
			switch {
			case unset && (more || len(values) > 0):
				return usagef("--unset takes %s away; give no value with it", key)
			case !unset && len(values) == 0:
				return usagef("give a value for %s, or --unset to take it away", key)
			case strings.HasPrefix(ref, "theme:") && key == "status" && slices.Contains(values, analysis.Dropped):
				return usagef("tema theme drop gives a theme up, and keeps the reason")
			}
			return a.editCodebook(o, "set "+key+" of "+ref, func(d *codebook.Draft) error {
				if more {
					return d.Append(ref, key, values...)
				}
				return d.Set(ref, key, values...)
			})
		},
	}
	o.flags(c)
	c.Flags().BoolVar(&more, "append", false, "put the values behind those of the list")
	c.Flags().BoolVar(&unset, "unset", false, "take the key away")
	return c
}

func newCodebookRenameCmd(a *app) *cobra.Command {
	var o decisionOptions
	c := &cobra.Command{
		Use:   "rename REF ID",
		Short: "Give a code or theme another id; the old one becomes an alias",
		Long: `Give a code or theme another id. The old one becomes an alias, so that codings that hold it count
as before, and every reference in the codebook follows. What it is called is its name: see set.`,
		Example:           "  tema codebook rename phone calls --why \"It is not only phones\"",
		Args:              args(cobra.ExactArgs(2)),
		ValidArgsFunction: a.completeIDs(true, 1),
		RunE: func(_ *cobra.Command, given []string) error {
			return a.editCodebook(o, "renamed "+given[0]+" to "+given[1], func(d *codebook.Draft) error { return d.Rename(given[0], given[1]) })
		},
	}
	o.flags(c)
	return c
}

func newCodebookMoveCmd(a *app) *cobra.Command {
	var o decisionOptions
	var at codebook.Place
	var top bool
	c := &cobra.Command{
		Use:   "move REF",
		Short: "Move a code or theme under, before or after another",
		Long: `Move a code or theme, with all that stands under it and its comments, under another one, before or
after one, or to the end of the top level with --top.`,
		Example:           "  tema codebook move phone --under boundaries\n  tema codebook move phone --top",
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeIDs(true, 1),
		RunE: func(_ *cobra.Command, given []string) error {
			if !top && at == (codebook.Place{}) {
				return usagef("say where: --under, --before or --after another, or --top")
			}
			return a.editCodebook(o, "moved "+given[0], func(d *codebook.Draft) error { return d.Move(given[0], at) })
		},
	}
	o.flags(c)
	placeFlags(c, &at, a.completeIDs(true, -1))
	c.Flags().BoolVar(&top, "top", false, "to the end of the top level")
	c.MarkFlagsMutuallyExclusive("top", "under", "before", "after")
	return c
}

func newCodebookMergeCmd(a *app) *cobra.Command {
	var o decisionOptions
	var into string
	c := &cobra.Command{
		Use:   "merge CODE... --into CODE",
		Short: "Merge codes into one",
		Long: `Retire codes and lead them into one, which is made if it is not there. Their codings count under it
from now on; their sub-codes move under it; themes and exclusions that named them name it.`,
		Example:           "  tema codebook merge limits-old rules --into boundaries --why \"Every passage was a drawn line\"",
		Args:              args(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeIDs(false, -1),
		RunE: func(_ *cobra.Command, given []string) error {
			if into == "" {
				return usagef("name the code that they become with --into")
			}
			if strings.HasPrefix(into, "theme:") {
				return usagef("%s is a theme; tema theme merge merges those", into)
			}
			return a.editCodebook(o, "merged "+strings.Join(given, ", ")+" into "+into, func(d *codebook.Draft) error { return d.Merge(given, into) })
		},
	}
	o.flags(c)
	c.Flags().StringVar(&into, "into", "", "the code that they become")
	c.RegisterFlagCompletionFunc("into", a.completeIDs(false, -1))
	return c
}

func newCodebookSplitCmd(a *app) *cobra.Command {
	var o decisionOptions
	var into []string
	c := &cobra.Command{
		Use:   "split CODE --into CODE,CODE...",
		Short: "Split a code into several",
		Long: `Retire a code and lead it to several, which are made beside it if they are not there. Its codings
wait for review until somebody says where each of them goes; until then they count under none.
Themes that named it name all of its parts; its sub-codes move up to its side.`,
		Example:           "  tema codebook split phone --into calls,messages",
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeIDs(false, 1),
		RunE: func(_ *cobra.Command, given []string) error {
			if len(into) == 0 {
				return usagef("name its parts with --into")
			}
			return a.editCodebook(o, "split "+given[0]+" into "+strings.Join(into, ", "), func(d *codebook.Draft) error { return d.Split(given[0], into) })
		},
	}
	o.flags(c)
	c.Flags().StringSliceVar(&into, "into", nil, "its parts, with commas between")
	c.RegisterFlagCompletionFunc("into", a.completeIDs(false, -1))
	return c
}

func newCodebookRetireCmd(a *app) *cobra.Command {
	var o decisionOptions
	c := &cobra.Command{
		Use:   "retire CODE...",
		Short: "Retire codes that nobody is to use any more",
		Long: `Retire codes without a successor. Their codings go on counting under them. A code that became
another is merged, one that became several is split.`,
		Example:           "  tema codebook retire phone --why \"Nobody rang\"",
		Args:              args(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeIDs(false, -1),
		RunE: func(_ *cobra.Command, given []string) error {
			return a.editCodebook(o, "retired "+strings.Join(given, ", "), func(d *codebook.Draft) error { return d.Retire(given...) })
		},
	}
	o.flags(c)
	return c
}

func newCodebookRewriteCmd(a *app) *cobra.Command {
	var o decisionOptions
	c := &cobra.Command{
		Use:   "rewrite [CODE...]",
		Short: "Carry renamed and merged codes into the codings of all coders",
		Long: `Codings hold the id that a code had when they were made, and count under today's. rewrite writes
today's id into the codings of all coders, or only of the codes named. Codings of codes that were
split stay. Interrupted at any moment it is finished by the next command that writes, or nothing
of it was done. Look at --dry-run first, and commit before.`,
		Example:           "  tema codebook rewrite --dry-run",
		ValidArgsFunction: a.completeIDs(false, -1),
		RunE:              func(_ *cobra.Command, given []string) error { return runCodebookRewrite(a, o, given) },
	}
	o.flags(c)
	return c
}

func runCodebookRewrite(a *app, o decisionOptions, codes []string) error {
	s, who, err := a.openToDecide(o)
	if err != nil {
		return err
	}
	defer s.Close()
	for i := range codes {
		codes[i] = strings.TrimPrefix(codes[i], "code:")
	}
	p := a.progress("writing file")
	s.Progress = p.step
	r, err := s.RewriteCodes(who, o.why, codes, o.dry)
	p.done()
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Schema  int                      `json:"schema"`
			Written bool                     `json:"written"`
			Codings int                      `json:"codings"`
			Codes   []analysis.RewrittenCode `json:"codes"`
			Files   []analysis.RewrittenFile `json:"files"`
		}{1, !o.dry && r.Codings() > 0, r.Codings(), append([]analysis.RewrittenCode{}, r.Codes...), append([]analysis.RewrittenFile{}, r.Files...)})
	}
	if r.Codings() == 0 {
		a.note("every coding holds today's id already")
		return nil
	}
	for _, c := range r.Codes {
		fmt.Fprintf(a.out, "%s -> %s\t%s\n", diag.Plain(c.From), c.To, analysis.Plural(c.Codings, "coding", "codings"))
	}
	if o.dry {
		for _, f := range r.Files {
			fmt.Fprintf(a.out, "%s\t%s\n", f.File, analysis.Plural(f.Codings, "coding", "codings"))
		}
	}
	did := "rewritten"
	if o.dry {
		did = "would be rewritten; nothing was written"
	}
	a.note("%s in %s %s", analysis.Plural(r.Codings(), "coding", "codings"), analysis.Plural(len(r.Files), "file", "files"), did)
	return nil
}
