package cmd

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

func newThemeCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "theme",
		Short: "Develop themes: list, show, add, change, relate, merge, split, drop, map",
		Long: `Develop themes. They stand in codebook.yaml, which is edited in place: comments, order and layout
stay as they are, and what was decided goes into journal.jsonl. tema undo takes an edit back.

Themes are named by their id, codes too; where either may stand, a code is code:ID. Without a
subcommand it lists the themes. tema help themes says how they are meant.`,
		Example: "  tema theme",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return runThemeList(c.Context(), a) },
	}
	c.AddGroup(&cobra.Group{ID: "look", Title: "Look:"}, &cobra.Group{ID: "theme", Title: "Themes:"},
		&cobra.Group{ID: "rests", Title: "What they rest on:"}, &cobra.Group{ID: "related", Title: "How they hang together:"})
	for group, commands := range map[string][]*cobra.Command{
		"look": {newThemeListCmd(a), newThemeShowCmd(a), newThemeMapCmd(a)},
		"theme": {newThemeAddCmd(a), newThemeSetCmd(a), newThemeRenameCmd(a), newThemeMoveCmd(a), newThemePromoteCmd(a),
			newThemeMergeCmd(a), newThemeSplitCmd(a), newThemeDropCmd(a)},
		"rests": {newThemeAttachCmd(a), newThemeDetachCmd(a), newThemeQuoteCmd(a, false), newThemeQuoteCmd(a, true),
			newThemeRequoteCmd(a), newThemeUnquoteCmd(a)},
		"related": {newThemeRelateCmd(a), newThemeUnrelateCmd(a)},
	} {
		for _, sub := range commands {
			sub.GroupID = group
			c.AddCommand(sub)
		}
	}
	return c
}

// completeThemes completes the first so many arguments with ids of themes; -1 is all of them.
func (a *app) completeThemes(first int) cobra.CompletionFunc {
	return func(_ *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		s, err := a.open(a.dir)
		if err != nil || first >= 0 && len(given) >= first {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer s.Close()
		var out []cobra.Completion
		for _, t := range s.Book.AllThemes() {
			name := diag.Plain(t.Name)
			if t.Name == t.ID {
				name = ""
			}
			out = append(out, cobra.CompletionWithDesc(t.ID, name))
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// themeRef makes a reference of a theme's id, which may be one already.
func themeRef(id string) string { return "theme:" + strings.TrimPrefix(id, "theme:") }

func themeRefs(ids []string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, themeRef(id))
	}
	return out
}

// theme finds a theme by its id or a former one.
func theme(s *analysis.Study, id string) (*codebook.Theme, error) {
	if t := s.Book.Theme(strings.TrimPrefix(id, "theme:")); t != nil {
		return t, nil
	}
	var known []string
	for _, t := range s.Book.AllThemes() {
		known = append(known, t.ID)
	}
	return nil, noSuch("theme", id, known)
}

// openThemes opens the study with the evidence behind its themes.
func (a *app) openThemes(ctx context.Context) (s *analysis.Study, e *analysis.Evidence, err error) {
	if s, err = a.open(a.dir); err != nil {
		return nil, nil, err
	}
	if _, err = a.transcripts(ctx, s); err == nil {
		e, err = s.EvidenceWithoutWords(ctx)
	}
	if err == nil {
		err = s.ErrUnlessReportable()
	}
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	return s, e, nil
}

// A listedTheme is a theme in JSON. Fields are added, never renamed or taken out.
type listedTheme struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Level      int         `json:"level"` // 1 for the outermost
	Parent     string      `json:"parent,omitempty"`
	Kind       string      `json:"kind"`
	Status     string      `json:"status"`
	Into       []string    `json:"into,omitempty"`
	Concept    string      `json:"concept,omitempty"`
	Definition string      `json:"definition,omitempty"`
	Codes      []string    `json:"codes"`
	Themes     []string    `json:"themes"`
	Draws      themeCounts `json:"draws_on"` // with its sub-themes
}

// themeCounts are units of the same evidence: codings by persons.
type themeCounts struct {
	Codings      int `json:"codings"`
	Passages     int `json:"passages"`
	Turns        int `json:"turns"`
	Participants int `json:"participants"`
	Transcripts  int `json:"transcripts"`
}

func listTheme(e *analysis.Evidence, t *codebook.Theme) listedTheme {
	n := e.Theme(t).Total.Counts
	if t.Status == analysis.Dropped { // its codes may count elsewhere
		n = analysis.Counts{}
	}
	l := listedTheme{ID: t.ID, Name: t.Name, Level: len(t.Path()), Kind: t.Kind, Status: t.Status, Into: t.Into, Concept: t.Concept, Definition: t.Definition,
		Codes: append([]string{}, t.Codes...), Themes: []string{}, Draws: themeCounts(n)}
	if t.Parent != nil {
		l.Parent = t.Parent.ID
	}
	for _, sub := range t.Themes {
		l.Themes = append(l.Themes, sub.ID)
	}
	return l
}

// draws says what a theme draws on; one that was given up draws on nothing.
func (l listedTheme) draws() string {
	if l.Status == analysis.Dropped {
		return ""
	}
	return l.Draws.words()
}

// words says each number with its unit.
func (n themeCounts) words() string {
	if n.Codings == 0 {
		return "nothing coded"
	}
	return analysis.Plural(n.Passages, "passage", "passages") + ", " + analysis.Plural(n.Participants, "participant", "participants") + ", " +
		analysis.Plural(n.Transcripts, "transcript", "transcripts")
}

// standing is a theme's status in a few words.
func (l listedTheme) standing() string {
	if len(l.Into) > 0 {
		return l.Status + " into " + strings.Join(l.Into, ", ")
	}
	return l.Status
}

func newThemeListCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the themes in their order, with their codes and what they draw on",
		Long: `List the themes and sub-themes in the author's order, with their status, their codes and what they
draw on: passages that people coded, with sub-themes. The order is nobody's but the author's. How
much a theme draws on says nothing about how much it matters.

Piped, it is a line with tabs: id, indented by level; name; status; codes; what it draws on.`,
		Example: "  tema theme list\n  tema theme list --json",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return runThemeList(c.Context(), a) },
	}
}

func runThemeList(ctx context.Context, a *app) error {
	s, e, err := a.openThemes(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	list := []listedTheme{}
	for _, t := range s.Book.AllThemes() {
		list = append(list, listTheme(e, t))
	}
	loose := []string{}
	for _, c := range s.CodesWithoutTheme() {
		loose = append(loose, c.ID)
	}
	if a.json {
		return a.printJSON(struct {
			Schema int           `json:"schema"`
			Themes []listedTheme `json:"themes"`
			Loose  []string      `json:"codes_in_no_theme"`
		}{1, list, loose})
	}
	width, tty := terminal(a.out)
	st := a.styles(a.out)
	var out strings.Builder
	for i, l := range list {
		lead := strings.Repeat("  ", l.Level-1)
		codes := strings.Join(l.Codes, ", ")
		if !tty {
			out.WriteString(strings.Join([]string{lead + l.ID, diag.Plain(l.Name), l.standing(), codes, l.draws()}, "\t") + "\n")
			continue
		}
		if i > 0 && l.Level == 1 {
			out.WriteByte('\n')
		}
		for _, line := range lines(l.Name, width-len(lead)) {
			out.WriteString(lead + st.bold(diag.Plain(line)) + "\n")
		}
		kind := ""
		if l.Kind != "theme" {
			kind = l.Kind
		}
		for _, about := range []string{fields(l.ID, kind, l.standing(), l.draws()), codes} {
			for _, line := range lines(about, width-len(lead)-2) {
				out.WriteString(lead + "  " + st.dim(diag.Plain(line)) + "\n")
			}
		}
	}
	if _, err := fmt.Fprint(a.out, out.String()); err != nil {
		return err
	}
	if len(list) > 0 && len(loose) > 0 {
		a.note("in no theme: %s", strings.Join(loose, ", "))
	}
	if len(list) == 0 {
		a.note("no themes yet; tema theme add begins one")
	}
	return nil
}

// lines breaks a text at its spaces into lines of at most so many columns; a longer word stands alone. None of none.
func lines(text string, columns int) []string {
	var out []string
	n := 0
	for _, word := range strings.Fields(text) {
		k := len([]rune(word))
		if n == 0 || n+1+k > columns {
			out, n = append(out, word), k
			continue
		}
		out[len(out)-1] += " " + word
		n += 1 + k
	}
	return out
}

func newThemeShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "show THEME",
		Short: "Show one theme whole: concept, codes, excerpts, what speaks against it, its history",
		Long: `Show one theme whole: concept, definition, codes, sub-themes and relations; its excerpts and what
speaks against it, each held against its transcript; memos about it; and what the journal tells of
it. Excerpts are numbered, tensions as t1, t2: requote and unquote name them so.`,
		Example:           "  tema theme show joint-challenge",
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeThemes(1),
		RunE:              func(c *cobra.Command, given []string) error { return runThemeShow(c.Context(), a, given[0]) },
	}
}

// A shownTheme is all about a theme in JSON. Fields are added, never renamed or taken out.
type shownTheme struct {
	Schema int `json:"schema"`
	listedTheme
	Path         []string          `json:"path"` // names, outermost first
	Aliases      []string          `json:"aliases,omitempty"`
	Participants []string          `json:"participants"`
	ByCode       []shownThemeCode  `json:"by_code"`
	Relations    []shownRelation   `json:"relations"`
	LedFrom      []shownRelation   `json:"led_from"`
	Excerpts     []shownQuotation  `json:"excerpts"`
	Tensions     []shownQuotation  `json:"tensions"`
	Memos        []shownThemeMemo  `json:"memos"`
	History      []shownThemeEvent `json:"history"`
}

type shownThemeCode struct {
	ID    string      `json:"id"`
	Name  string      `json:"name"`
	Draws themeCounts `json:"draws_on"` // with its sub-codes
}

type shownRelation struct {
	Theme string `json:"theme"`
	Name  string `json:"name"`
	Label string `json:"label,omitempty"`
}

type shownQuotation struct {
	Number       string   `json:"number"` // as requote and unquote name it
	Transcript   string   `json:"transcript"`
	Turns        []int    `json:"turns"`
	Participants []string `json:"participants"`
	Quote        string   `json:"quote"`
	Verdict      string   `json:"verdict"` // verbatim, edited, absent, no-transcript
	Translation  string   `json:"translation,omitempty"`
	Translator   string   `json:"translator,omitempty"`
	Memo         string   `json:"memo,omitempty"`
}

type shownThemeMemo struct {
	File string `json:"file"`
	Kind string `json:"kind,omitempty"`
	Made string `json:"made,omitempty"`
}

type shownThemeEvent struct {
	At    string   `json:"at"`
	By    string   `json:"by"`
	Event string   `json:"event"`
	About []string `json:"about,omitempty"`
	From  []string `json:"from,omitempty"`
	To    []string `json:"to,omitempty"`
	Level int      `json:"level,omitempty"`
	Why   string   `json:"why,omitempty"`
}

// verdict is how a quotation stands to its transcript.
func verdict(q analysis.Quote) string {
	switch {
	case q.Transcript == nil:
		return "no-transcript"
	case q.Result.Verdict == transcript.Verbatim:
		return "verbatim"
	case q.Result.Verdict == transcript.Edited:
		return "edited"
	}
	return "absent"
}

func showQuotations(list []analysis.Quote, letter string) []shownQuotation {
	out := []shownQuotation{}
	for i, q := range list {
		x := shownQuotation{Number: letter + strconv.Itoa(i+1), Transcript: q.Excerpt.Transcript, Turns: []int{}, Participants: []string{}, Quote: q.Quote,
			Verdict: verdict(q), Translation: q.Translation, Translator: q.Translator, Memo: q.Memo}
		if x.Verdict == "verbatim" || x.Verdict == "edited" {
			x.Turns, x.Participants = append(x.Turns, q.Result.Turns...), append(x.Participants, q.Participants...)
		}
		out = append(out, x)
	}
	return out
}

func runThemeShow(ctx context.Context, a *app, id string) error {
	s, e, err := a.openThemes(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	t, err := theme(s, id)
	if err != nil {
		return err
	}
	te := e.Theme(t)
	show := shownTheme{Schema: 1, listedTheme: listTheme(e, t), Path: t.Path(), Aliases: t.Aliases, Participants: append([]string{}, te.Total.ParticipantIDs...),
		ByCode: []shownThemeCode{}, Relations: []shownRelation{}, LedFrom: []shownRelation{}, Memos: []shownThemeMemo{}, History: []shownThemeEvent{},
		Excerpts: showQuotations(te.Excerpts, ""), Tensions: showQuotations(te.Tensions, "t")}
	for _, id := range t.Codes {
		if c, _ := s.Book.Resolve(id); c != nil {
			show.ByCode = append(show.ByCode, shownThemeCode{c.ID, c.Name, themeCounts(e.Code(c).Total.Counts)})
		}
	}
	for _, r := range t.Relations {
		show.Relations = append(show.Relations, shownRelation{r.To, s.Book.Theme(r.To).Name, r.Label})
	}
	for _, other := range s.Book.AllThemes() {
		for _, r := range other.Relations {
			if r.To == t.ID {
				show.LedFrom = append(show.LedFrom, shownRelation{other.ID, other.Name, r.Label})
			}
		}
	}
	for _, m := range s.ThemeMemos(t) {
		show.Memos = append(show.Memos, shownThemeMemo{m.File, m.Kind, m.Made})
	}
	for _, ev := range s.ThemeEvents(t) {
		show.History = append(show.History, shownThemeEvent{ev.At, ev.By, ev.Event, ev.About, ev.From, ev.To, ev.Level, ev.Why})
	}
	if a.json {
		return a.printJSON(show)
	}
	_, err = fmt.Fprint(a.out, a.themeText(s, show))
	return err
}

// themeText writes all about a theme for a person.
func (a *app) themeText(s *analysis.Study, t shownTheme) string {
	const label = 14 // columns before what a label names
	width, tty := terminal(a.out)
	st := a.styles(a.out)
	var b strings.Builder
	put := func(lead, text string, style func(string) string) {
		all := []string{text}
		if tty {
			all = lines(text, max(30, width-len(lead)))
		}
		for i, line := range all {
			if i == 1 {
				lead = strings.Repeat(" ", len([]rune(lead)))
			}
			b.WriteString(lead + style(diag.Plain(line)) + "\n")
		}
	}
	plain := func(s string) string { return s }
	section := func(key string, values ...string) {
		for _, v := range values {
			if v = strings.Join(strings.Fields(v), " "); v != "" {
				put(fmt.Sprintf("  %-*s", label-2, key), v, plain)
				key = ""
			}
		}
	}
	named := func(id, name, more string) string {
		if name == id {
			name = ""
		}
		return fields(id, name, more)
	}
	put("", t.Name, st.bold)
	put("  ", fields(t.ID, t.Kind, t.standing()), st.dim)
	if len(t.Path) > 1 {
		section("under", strings.Join(t.Path[:len(t.Path)-1], " / "))
	}
	section("concept", t.Concept)
	section("definition", t.Definition)
	var codes, subs []string
	for _, c := range t.ByCode {
		codes = append(codes, named(c.ID, c.Name, c.Draws.words()))
	}
	section("codes", codes...)
	for _, id := range t.Themes {
		sub := s.Book.Theme(id)
		subs = append(subs, named(id, sub.Name, sub.Status))
	}
	section("sub-themes", subs...)
	related := func(list []shownRelation) (out []string) {
		for _, r := range list {
			line := named(r.Theme, r.Name, "")
			if r.Label != "" {
				line = r.Label + ": " + line
			}
			out = append(out, line)
		}
		return out
	}
	section("leads to", related(t.Relations)...)
	section("led to by", related(t.LedFrom)...)
	draws := t.draws()
	if draws != "" && len(t.Participants) > 0 {
		draws += ": " + strings.Join(t.Participants, ", ")
	}
	section("draws on", draws)
	section("formerly", strings.Join(t.Aliases, ", "))

	for _, group := range []struct {
		head string
		list []shownQuotation
	}{{"excerpts", t.Excerpts}, {"what speaks against it", t.Tensions}} {
		if len(group.list) == 0 {
			continue
		}
		b.WriteString("\n" + group.head + "\n")
		for _, x := range group.list {
			place := x.Transcript
			if len(x.Turns) > 0 {
				place += " " + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(x.Turns)), ", "), "[]")
			}
			put(fmt.Sprintf("  %-4s", x.Number), fields(place, strings.Join(x.Participants, ", "), x.Verdict), st.dim)
			put("      ", strings.Join(strings.Fields(x.Quote), " "), plain)
			if x.Translation != "" {
				by := ""
				if x.Translator != "" {
					by = " by " + x.Translator
				}
				put("      translation"+by+": ", strings.Join(strings.Fields(x.Translation), " "), plain)
			}
			if x.Memo != "" {
				put("      memo: ", strings.Join(strings.Fields(x.Memo), " "), plain)
			}
		}
	}
	if len(t.Memos) > 0 {
		b.WriteString("\nmemos\n")
		for _, m := range t.Memos {
			put("  ", fields(m.File, m.Kind), plain)
		}
	}
	if len(t.History) > 0 {
		b.WriteString("\nhistory\n")
		for _, ev := range t.History {
			at, _, _ := strings.Cut(ev.At, "T")
			put("  ", fields(at, ev.By, ev.words(append([]string{t.ID}, t.Aliases...))), plain)
			if ev.Why != "" {
				put("      ", strings.Join(strings.Fields(ev.Why), " "), plain)
			}
		}
	}
	return b.String()
}

// words says what happened: the event, to what (unless to the theme of those ids alone), from where and where to.
func (e shownThemeEvent) words(ids []string) string {
	itself := func(refs []string) bool {
		return len(refs) == 1 && slices.ContainsFunc(ids, func(id string) bool { return refs[0] == "theme:"+id })
	}
	out := e.Event
	if e.Level > 0 {
		out += fmt.Sprintf(" at level %d", e.Level)
	}
	if len(e.About) > 0 && !itself(e.About) {
		out += " " + strings.Join(e.About, ", ")
	}
	if len(e.From) > 0 && !slices.Equal(e.From, e.About) {
		out += " from " + strings.Join(e.From, ", ")
	}
	if len(e.To) > 0 && !slices.Equal(e.To, e.About) {
		out += " to " + strings.Join(e.To, ", ")
	}
	return out
}
