package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

type mendOptions struct {
	codingOptions
	all    bool
	rename string
}

func newMendCmd(a *app) *cobra.Command {
	var o mendOptions
	c := &cobra.Command{
		Use:   "mend [TRANSCRIPT...]",
		Short: "Bring codings along after a transcript was edited",
		Long: `A transcript may be corrected at any time; its codings are found again by their words. mend writes
down where they stand now, and sees more than the words: tema keeps each text that codings were
put on, in .tema, and looks for older ones in git's history, so that it knows what was edited.
Passages outside the edits follow word for word, also in a paragraph that was moved. A passage
that was edited itself follows if both its ends can be placed and most of its words remain; it is
shown as it was (-) and as it is (+). What cannot be placed for certain is never guessed: it stays
as it is and is listed with the places that come near (~), and the exit code is 1.

By default your own codings are mended, since nobody else writes in your files while you code:
each coder runs mend after taking in an edited transcript. Who edits the transcripts for a team
that is not coding meanwhile may mend for everybody, with --all-coders.

--rename gives a transcript another id, or follows one whose file was renamed by hand: the
files of codings of all coders, excerpts, tensions, memos and summaries follow.`,
		Example: `  tema mend P05 --dry-run
  tema mend
  tema mend --rename Interview-5=P05`,
		ValidArgsFunction: a.completeTranscripts(-1),
		RunE: func(_ *cobra.Command, ids []string) error {
			if o.all && o.coder != "" {
				return usagef("--coder and --all-coders contradict each other")
			}
			if o.rename != "" {
				return runMendRename(a, ids, o)
			}
			return runMend(a, ids, o)
		},
	}
	o.codingOptions.flags(a, c)
	c.Flags().BoolVar(&o.all, "all-coders", false, "the codings of all coders")
	c.Flags().StringVar(&o.rename, "rename", "", "give a transcript another id, as OLD=NEW")
	c.RegisterFlagCompletionFunc("rename", func(c *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		ids, _ := a.completeTranscripts(-1)(c, given, "")
		for i := range ids {
			ids[i] += "="
		}
		return ids, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
	return c
}

// shownMended is a coding whose transcript was edited, as a script gets it.
type shownMended struct {
	ID         string      `json:"id"`
	Transcript string      `json:"transcript"`
	Turn       int         `json:"turn"` // 0 where it has no place
	Coder      string      `json:"coder"`
	Code       string      `json:"code"`
	Standing   string      `json:"standing"` // exact, moved, changed, ambiguous, lost
	Start      int         `json:"start"`    // bytes in today's text, half-open; as recorded where it has no place
	End        int         `json:"end"`
	Was        string      `json:"was"`
	Is         string      `json:"is"`
	KnownText  bool        `json:"known_text"` // the text that it was made on is known
	Near       []nearPlace `json:"near"`       // where it could stand that has no place
}

type nearPlace struct {
	Turn  int    `json:"turn"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

func runMend(a *app, ids []string, o mendOptions) error {
	s, who, err := a.openToCode(o.coder)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, id := range ids {
		if !slices.Contains(s.TranscriptIDs(), id) {
			return noSuch("transcript", id, s.TranscriptIDs())
		}
	}
	mending := analysis.Mending{By: who, Coders: []string{who}, Transcripts: ids, Dry: o.dry}
	if o.all {
		mending.Coders = nil
	}
	p := a.progress("mending file")
	s.Progress = p.step
	did, err := s.Mend(mending)
	p.done()
	if err != nil {
		return err
	}
	if a.json {
		list := make([]shownMended, len(did.Codings))
		for i, m := range did.Codings {
			list[i] = showMended(s, m)
		}
		err = a.printJSON(struct {
			Schema  int            `json:"schema"`
			Written bool           `json:"written"`
			Files   []string       `json:"files"`
			Codings []shownMended  `json:"codings"`
			Others  map[string]int `json:"others"` // of coders who were not asked for: codings of texts that were edited
		}{1, !o.dry && len(did.Files) > 0, append([]string{}, did.Files...), list, did.Others})
	} else {
		a.printMended(s, did, o.dry)
	}
	if err == nil && did.Left() > 0 {
		return errNo
	}
	return err
}

func showMended(s *analysis.Study, m *analysis.Mended) shownMended {
	c := shownMended{ID: m.ID, Transcript: m.Transcript, Coder: m.Coder, Code: m.Code, Standing: m.Standing.String(), Start: m.Span.Start, End: m.Span.End,
		Was: m.Quote, Is: m.Words, KnownText: m.KnownText, Near: []nearPlace{}}
	if m.Today != nil {
		c.Code = m.Today.ID
	}
	t := s.Transcript(m.Transcript)
	turn := func(span transcript.Span) int {
		if turns := t.TurnsIn(span); len(turns) > 0 {
			return turns[0].Number
		}
		return 0
	}
	if m.Standing.Placed() {
		c.Turn = turn(m.Span)
	}
	for _, span := range m.Near {
		words, _ := t.Slice(span)
		c.Near = append(c.Near, nearPlace{turn(span), span.Start, span.End, words})
	}
	return c
}

// printMended tells what became of codings: how many follow, and one by one those whose words changed or that have no
// place.
func (a *app) printMended(s *analysis.Study, did *analysis.MendResult, dry bool) {
	var ids []string // in order
	counts, unknown := map[string]map[string]int{}, map[string]int{}
	for _, m := range did.Codings {
		if counts[m.Transcript] == nil {
			ids = append(ids, m.Transcript)
			counts[m.Transcript] = map[string]int{}
		}
		standing := m.Standing
		if !m.KnownText {
			unknown[m.Transcript]++
			if standing == transcript.Moved { // from the words alone nobody can say whether they moved or others went
				standing = transcript.Exact
			}
		}
		counts[m.Transcript][standing.String()]++
		if m.Standing != transcript.Exact && m.Standing != transcript.Moved {
			a.printOneMended(showMended(s, m))
		}
	}
	tell := func(what string, n map[string]int, unknown int) {
		one, many := "coding follows", "codings follow"
		if dry {
			one, many = "coding would follow", "codings would follow"
		}
		parts := []string{analysis.Plural(n["exact"]+n["moved"], one, many)}
		if n["moved"] > 0 {
			parts[0] += fmt.Sprintf(", %s of them moved", analysis.Thousands(n["moved"]))
		}
		for _, standing := range []string{"changed", "ambiguous", "lost"} {
			if n[standing] > 0 {
				parts = append(parts, analysis.Thousands(n[standing])+" "+standing)
			}
		}
		a.note("%s: %s", what, fields(parts...))
		if unknown > 0 {
			a.note("%s: the text that %s made on is not kept, and git does not know it; the words and what stands around them decide", what,
				analysis.Plural(unknown, "coding was", "codings were"))
		}
	}
	const many = 12 // transcripts, from which they are told together
	together, without := map[string]int{}, 0
	for _, id := range ids {
		if len(ids) < many {
			tell(id, counts[id], unknown[id])
		}
		for standing, n := range counts[id] {
			together[standing] += n
		}
		without += unknown[id]
	}
	if len(ids) >= many {
		tell(analysis.Plural(len(ids), "transcript", "transcripts"), together, without)
	}
	if len(ids) == 0 {
		a.note("nothing to mend")
	}
	if did.Left() > 0 {
		a.note("%s; tema code move ID --at BYTES puts one on a passage, tema code remove ID takes one away",
			analysis.Plural(did.Left(), "coding stays as it is", "codings stay as they are"))
	}
	for _, coder := range slices.SortedFunc(maps.Keys(did.Others), analysis.Natural) {
		a.note("%s has %s on texts that were edited: --coder %s, or --all-coders", coder, analysis.Plural(did.Others[coder], "coding", "codings"), coder)
	}
}

// printOneMended prints a coding as it was and as it is, or with the places that come near. Piped it is a line, and one
// more for each of those places.
func (a *app) printOneMended(m shownMended) {
	width, tty := terminal(a.out)
	if !tty {
		fmt.Fprintf(a.out, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", m.Transcript, m.Turn, m.Coder, m.Code, m.ID, m.Standing, oneLine(m.Was), oneLine(m.Is))
		for _, n := range m.Near {
			fmt.Fprintf(a.out, "%s\t%d\t%s\t%s\t%s\tnear\t%d-%d\t%s\n", m.Transcript, n.Turn, m.Coder, m.Code, m.ID, n.Start, n.End, oneLine(n.Text))
		}
		return
	}
	for _, line := range m.screen(width, a.styles(a.out)) {
		fmt.Fprintln(a.out, line)
	}
}

// screen is m for a terminal so many columns wide: what it was (-), what it is (+), or the places that come near (~).
func (m shownMended) screen(width int, st styles) []string {
	head, id := m.Transcript, ""
	if m.Turn > 0 {
		head += fmt.Sprintf(" %d", m.Turn)
	} else {
		id = m.ID // for tema code move
	}
	lines := []string{st.dim(diag.Plain(fields(head, m.Code, m.Coder, m.Standing, id)))}
	add := func(sign, color, text string) {
		for _, line := range wrap(text, width-4) {
			lines = append(lines, "  "+st.wrap(color, sign+" "+line))
			sign = " "
		}
	}
	was, is := oneLine(m.Was), oneLine(m.Is)
	switch {
	case m.Is == "":
		add("-", "31", was)
	case was == is:
		add("+", "32", is+" (white space)")
	default:
		was, is = shortened(was, is)
		add("-", "31", was)
		add("+", "32", is)
	}
	for _, n := range m.Near {
		add("~", "36", fmt.Sprintf("turn %d, bytes %d-%d: %s", n.Turn, n.Start, n.End, oneLine(n.Text)))
	}
	return lines
}

// oneLine is text for one line of a terminal or a table.
func oneLine(text string) string { return diag.Plain(strings.Join(strings.Fields(text), " ")) }

// shortened leaves out what two texts begin and end with alike, but for a few words.
func shortened(was, is string) (string, string) {
	const few = 8
	a, b := strings.Fields(was), strings.Fields(is)
	from, to := 0, 0
	for from < min(len(a), len(b)) && a[from] == b[from] {
		from++
	}
	for to < min(len(a), len(b))-from && a[len(a)-1-to] == b[len(b)-1-to] {
		to++
	}
	cut := func(words []string) string {
		var before, after string
		end := len(words)
		if to > few+1 {
			end, after = end-to+few, " …"
		}
		start := 0
		if from > few+1 {
			start, before = from-few, "… "
		}
		return before + strings.Join(words[start:end], " ") + after
	}
	return cut(a), cut(b)
}

func runMendRename(a *app, ids []string, o mendOptions) error {
	old, id, ok := strings.Cut(o.rename, "=")
	if old, id = strings.TrimSpace(old), strings.TrimSpace(id); !ok || old == "" || id == "" {
		return usagef("--rename is OLD=NEW, two ids of a transcript, not %q", o.rename)
	}
	if len(ids) > 0 || o.all {
		return usagef("--rename is about one transcript and all its coders; name no other")
	}
	s, who, err := a.openToCode(o.coder)
	if err != nil {
		return err
	}
	defer s.Close()
	did, err := s.RenameTranscript(who, old, id, o.dry)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Schema  int      `json:"schema"`
			Written bool     `json:"written"`
			From    string   `json:"from"`
			To      string   `json:"to"`
			Renamed []string `json:"renamed"` // files that have another name now
			Edited  []string `json:"edited"`  // files that name the transcript
		}{1, !o.dry && len(did.Renamed)+len(did.Edited) > 0, old, id, append([]string{}, did.Renamed...), append([]string{}, did.Edited...)})
	}
	for _, name := range append(did.Renamed, did.Edited...) {
		fmt.Fprintln(a.out, name)
	}
	would := ""
	if o.dry {
		would = " would be"
	}
	if len(did.Renamed)+len(did.Edited) == 0 {
		a.note("nothing names transcript %s any more", old)
		return nil
	}
	a.note("%s%s renamed, %s edited", analysis.Plural(len(did.Renamed), "file", "files"), would, analysis.Plural(len(did.Edited), "file", "files"))
	return nil
}
