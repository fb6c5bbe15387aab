package cmd

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
)

func newCodersCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "coders [TRANSCRIPT...]",
		Short: "Who has coded what, what is untouched, and whose codings count",
		Long: `Show for each coder how many codings she has put in how many transcripts, which transcripts she has
not touched, which proposals of the rules she has not decided about, and when she last changed
something; then which transcripts were coded by whom, and whose codings count in reports. A
transcript without a file in codings/CODER/ is untouched; with a file in which no coding stands, it
was coded and nothing put on.

With transcripts, show each of them alone, coder by coder.`,
		Example:           "  tema coders\n  tema coders P03 P05",
		ValidArgsFunction: a.completeTranscripts(-1),
		RunE:              func(c *cobra.Command, ids []string) error { return runCoders(c.Context(), a, ids) },
	}
}

// coderJSON is a coder in JSON: what she has done in all transcripts together, and in which. Fields are added, never
// renamed or taken out.
type coderJSON struct {
	Coder     string   `json:"coder"`
	Codings   int      `json:"codings"`
	Missing   int      `json:"missing"`
	Rejected  int      `json:"rejected"`
	Undecided int      `json:"undecided"`
	Changed   string   `json:"changed,omitempty"`
	Coded     []string `json:"coded"`     // transcripts with codings of hers
	Empty     []string `json:"empty"`     // coded, nothing put on
	Untouched []string `json:"untouched"` // no file
}

type transcriptJSON struct {
	Transcript string           `json:"transcript"`
	Proposed   int              `json:"proposed"`
	Coders     []analysis.Coded `json:"coders"`
}

func runCoders(ctx context.Context, a *app, only []string) error {
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := a.transcripts(ctx, s); err != nil {
		return err
	}
	work, proposed := s.Work()
	if err := s.ErrUnlessReportable(); err != nil {
		return err
	}
	var refs []string
	for _, id := range only {
		refs = append(refs, "transcript:"+id)
	}
	if _, err := checkRefs(s, refs); err != nil {
		return err
	}
	var coders []*coderJSON
	byTranscript := map[string][]analysis.Coded{}
	for _, w := range work {
		if n := len(coders); n == 0 || coders[n-1].Coder != w.Coder {
			coders = append(coders, &coderJSON{Coder: w.Coder, Coded: []string{}, Empty: []string{}, Untouched: []string{}})
		}
		c := coders[len(coders)-1]
		c.Codings += w.Codings
		c.Missing += w.Missing
		c.Rejected += w.Rejected
		c.Undecided += w.Undecided
		c.Changed = max(c.Changed, w.Changed)
		list := &c.Untouched
		switch {
		case w.Codings+w.Missing > 0:
			list = &c.Coded
		case w.Touched:
			list = &c.Empty
		}
		*list = append(*list, w.Transcript)
		byTranscript[w.Transcript] = append(byTranscript[w.Transcript], w)
	}
	transcripts := []transcriptJSON{}
	for _, id := range s.TranscriptIDs() {
		if len(only) == 0 || slices.Contains(only, id) {
			transcripts = append(transcripts, transcriptJSON{id, proposed[id], append([]analysis.Coded{}, byTranscript[id]...)})
		}
	}
	named, settled := s.Counting()
	switch {
	case a.json:
		return a.printJSON(struct {
			Schema      int              `json:"schema"`
			Named       []string         `json:"named"`   // whose codings study.yaml says count; [] for everybody's but consensus'
			Settled     []string         `json:"settled"` // transcripts in which consensus alone counts
			Coders      []*coderJSON     `json:"coders"`
			Transcripts []transcriptJSON `json:"transcripts"`
		}{1, append([]string{}, named...), append([]string{}, settled...), append([]*coderJSON{}, coders...), transcripts})
	case len(only) > 0:
		return a.printCoded(transcripts)
	}
	return a.printCoders(coders, transcripts, named, settled)
}

// workWords says in words what a coder did; where is what stands behind the number of her codings.
func workWords(c analysis.Coded, where string) string {
	if !c.Touched {
		return "untouched"
	}
	parts := []string{analysis.Plural(c.Codings, "coding", "codings") + where}
	if c.Missing > 0 {
		parts = append(parts, analysis.Plural(c.Missing, "that does not count as it stands", "that do not count as they stand"))
	}
	if c.Rejected > 0 {
		parts = append(parts, analysis.Plural(c.Rejected, "proposal", "proposals")+" rejected")
	}
	if c.Undecided > 0 {
		parts = append(parts, analysis.Plural(c.Undecided, "proposal", "proposals")+" undecided")
	}
	if len(c.Changed) >= len("2006-01-02") {
		parts = append(parts, "last changed "+c.Changed[:len("2006-01-02")])
	}
	if !c.Counts {
		parts = append(parts, "not counted")
	}
	return strings.Join(parts, " · ")
}

// printCoded writes a line for each coder of each transcript.
func (a *app) printCoded(transcripts []transcriptJSON) error {
	_, tty := terminal(a.out)
	st := a.styles(a.out)
	var out strings.Builder
	for _, t := range transcripts {
		for i, c := range t.Coders {
			if !tty {
				fmt.Fprintf(&out, "%s\t%s\t%s\n", t.Transcript, diag.Plain(c.Coder), workWords(c, ""))
				continue
			}
			if i == 0 {
				out.WriteString(st.bold(diag.Plain(t.Transcript)) + "\n")
			}
			a.hang(&out, "  "+diag.Plain(c.Coder)+"  ", workWords(c, ""))
		}
	}
	_, err := io.WriteString(a.out, out.String())
	return err
}

// printCoders writes what each coder has done, which transcripts were coded by whom, and whose codings count.
func (a *app) printCoders(coders []*coderJSON, transcripts []transcriptJSON, named, settled []string) error {
	var out strings.Builder
	widest := 0
	for _, c := range coders {
		widest = max(widest, utf8.RuneCountInString(c.Coder))
	}
	for _, c := range coders {
		name := diag.Plain(c.Coder) + strings.Repeat(" ", widest-utf8.RuneCountInString(c.Coder)+2)
		total := analysis.Coded{Touched: true, Counts: true, Codings: c.Codings, Missing: c.Missing, Rejected: c.Rejected, Undecided: c.Undecided, Changed: c.Changed}
		a.hang(&out, name, workWords(total, fmt.Sprintf(" in %s of %s", analysis.Thousands(len(c.Coded)),
			analysis.Plural(len(transcripts), "transcript", "transcripts"))))
		for _, l := range []struct {
			what string
			ids  []string
		}{{"coded, nothing put on: ", c.Empty}, {"untouched: ", c.Untouched}} {
			if len(l.ids) > 0 {
				a.hang(&out, strings.Repeat(" ", widest+2), l.what+a.few(l.ids, widest+2+len(l.what)))
			}
		}
	}
	if len(coders) == 0 {
		out.WriteString("nobody has coded yet\n")
	}
	var groups []string // of coders, in the order in which they occur
	in := map[string][]string{}
	for _, t := range transcripts {
		var who []string
		for _, c := range t.Coders {
			if c.Touched {
				who = append(who, diag.Plain(c.Coder))
			}
		}
		group := "coded by " + all(who)
		if len(who) == 0 {
			group = "coded by nobody"
		}
		if in[group] == nil {
			groups = append(groups, group)
		}
		in[group] = append(in[group], t.Transcript)
	}
	if len(coders) > 0 && len(groups) > 0 {
		out.WriteByte('\n')
		for _, g := range groups {
			a.hang(&out, g+": ", a.few(in[g], len(g)+2))
		}
	}
	if len(coders) > 0 {
		out.WriteByte('\n')
		switch {
		case len(named) > 0:
			a.hang(&out, "counted: ", all(named)+", as report.coders in study.yaml says")
		case len(settled) == 0:
			a.hang(&out, "counted: ", "every coder, as study.yaml names none")
		default:
			a.hang(&out, "counted: ", "consensus alone in "+a.few(settled, 28)+"; every coder elsewhere")
		}
	}
	_, err := io.WriteString(a.out, out.String())
	return err
}

// all writes names as people do: "anna, kari and per".
func all(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// few writes names with commas between them: piped all of them, on a terminal as many as fit two lines behind indent.
func (a *app) few(names []string, indent int) string {
	width, tty := terminal(a.out)
	room := 2*(width-indent) - len(" and 10,000 more")
	for i := range names {
		if room -= utf8.RuneCountInString(names[i]) + 2; tty && room < 0 && i > 0 && len(names)-i > 1 {
			return strings.Join(names[:i], ", ") + " and " + analysis.Thousands(len(names)-i) + " more"
		}
	}
	return strings.Join(names, ", ")
}

// hang writes text behind head; on a terminal, lines that are too long go on below where the text began.
func (a *app) hang(out *strings.Builder, head, text string) {
	width, tty := terminal(a.out)
	indent := utf8.RuneCountInString(head)
	if !tty {
		width = indent
	}
	for i, line := range wrap(text, max(0, width-indent)) {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		out.WriteString(head + line + "\n")
	}
}
