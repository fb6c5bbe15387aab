package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

type searchOptions struct {
	unit, speakers   string
	ranked, exitCode bool
	limit            int
}

var units = map[string]query.Unit{"sentence": query.Sentence, "turn": query.Turn, "match": query.Match}

func newSearchCmd(a *app) *cobra.Command {
	var o searchOptions
	c := &cobra.Command{
		Use:   "search QUERY",
		Short: "Find passages: words, phrases, prefixes, NEAR, speakers, attributes, codes",
		Long: `Find passages in the transcripts, in their order. A plain word also finds its inflections;
a "phrase", a prefix*, a fuzzy~ word and an =exact word stand as written. AND, OR, NOT and
NEAR/n combine them; key:value filters by speaker, transcript, code or any attribute.
tema help query shows all of it.

On a terminal each passage is one line around the hit. Piped, it is one line with tabs:
transcript, turn, speaker, participant, the whole passage.`,
		Example: `  tema search "phone NEAR/6 weekend"
  tema search '"too involved" OR boundar*' --unit turn
  tema search 'hope* AND role:"peer worker"' --json`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return runSearch(c.Context(), a, strings.Join(given, " "), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.unit, "unit", "sentence", "what AND and NOT hold within: sentence, turn, match")
	f.StringVar(&o.speakers, "speakers", "participants", "whose speech: participants, or all (interviewers too)")
	f.BoolVar(&o.ranked, "ranked", false, "best first instead of in the transcripts' order")
	f.IntVarP(&o.limit, "limit", "n", -1, "show this many at most, 0 all (default: 50 on a terminal, 20 with --ranked, else all)")
	f.Lookup("limit").DefValue = ""
	f.BoolVar(&o.exitCode, "exit-code", false, "exit 1 when nothing is found")
	c.RegisterFlagCompletionFunc("unit", cobra.FixedCompletions([]string{"sentence", "turn", "match"}, cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("speakers", cobra.FixedCompletions([]string{"participants", "all"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// foundPassage is a hit as a person or a script gets it.
type foundPassage struct {
	Transcript  string   `json:"transcript"`
	Turn        int      `json:"turn"`
	Speaker     string   `json:"speaker"`
	Participant string   `json:"participant"`
	Start       int      `json:"start"` // bytes in the text, half-open
	End         int      `json:"end"`
	Text        string   `json:"text"`
	Words       [][2]int `json:"words"` // what matched, bytes in the text
}

func runSearch(ctx context.Context, a *app, source string, o searchOptions) error {
	unit, ok := units[o.unit]
	if !ok {
		return usagef("--unit is sentence, turn or match, not %q", o.unit)
	}
	if o.speakers != "participants" && o.speakers != "all" {
		return usagef("--speakers is participants or all, not %q", o.speakers)
	}
	if _, tty := terminal(a.out); o.limit < 0 {
		switch {
		case o.ranked:
			o.limit = 20
		case tty && !a.json:
			o.limit = 50
		}
	}
	q, err := query.Parse(source)
	if err != nil {
		return badQuery(source, err)
	}
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Err(); err != nil {
		return err
	}
	if err := q.Check(s.Scope()); err != nil {
		return badQuery(source, err)
	}
	x, err := a.openIndex(ctx, s)
	if err != nil {
		return err
	}
	options := query.Options{Unit: unit, AllSpeakers: o.speakers == "all", TurnZero: true, Language: s.Config.Language}
	var hits []query.Hit
	var total int
	if o.ranked {
		most := o.limit
		if most <= 0 {
			most = math.MaxInt
		}
		hits, total, err = x.Ranked(ctx, q, options, s.Scope(), most)
	} else {
		hits, err = x.Find(ctx, q, options, s.Scope())
		total = len(hits)
	}
	x.Close() // before anything is shown: a pager must not keep others from writing
	if err != nil {
		return badQuery(source, err)
	}
	in := map[string]bool{}
	for _, h := range hits {
		in[h.Transcript] = true
	}
	if o.limit > 0 && len(hits) > o.limit {
		hits = hits[:o.limit]
	}
	if err := a.printHits(s, x, hits, total); err != nil {
		return err
	}
	if !a.json {
		shown := ""
		if len(hits) < total {
			shown = fmt.Sprintf("%s shown of ", analysis.Thousands(len(hits)))
		}
		where := ""
		if !o.ranked {
			where = fmt.Sprintf(" in %s of %s", analysis.Thousands(len(in)), analysis.Plural(len(s.TranscriptIDs()), "transcript", "transcripts"))
		}
		a.note("%s%s%s", shown, analysis.Plural(total, "passage", "passages"), where)
	}
	if total == 0 {
		in, err := s.Transcripts(ctx, nil)
		if err != nil {
			return err
		}
		for _, part := range q.Nowhere(s.Scope(), in) {
			a.note("nothing in the study is %s", diag.Plain(part))
		}
	}
	if total == 0 && o.speakers != "all" && strings.Contains(diag.Fold(source), "speaker:"+diag.Interviewer) {
		a.note("what interviewers say is passed over; --speakers all looks there too")
	}
	if total == 0 && o.exitCode {
		return errNo
	}
	return nil
}

// badQuery shows where in the query the fault lies.
func badQuery(source string, err error) error {
	fault, ok := errors.AsType[*query.Error](err)
	if !ok {
		return err
	}
	start := utf8.RuneCountInString(source[:min(fault.Start, len(source))])
	width := max(1, utf8.RuneCountInString(source[min(fault.Start, len(source)):min(fault.End, len(source))]))
	shown := fmt.Sprintf("%s\n      %s\n      %s%s", fault.Error(), diag.Plain(source), strings.Repeat(" ", start), strings.Repeat("^", width))
	if fault.Hint != "" {
		shown += "\n      " + fault.Hint
	}
	return errUsage{errors.New(shown)}
}

func (a *app) printHits(s *analysis.Study, x *index.Index, hits []query.Hit, total int) error {
	var ids []string
	for _, h := range hits {
		if len(ids) == 0 || ids[len(ids)-1] != h.Transcript {
			ids = append(ids, h.Transcript)
		}
	}
	texts := s.Texts(ids)
	var t *transcript.Transcript
	st := a.styles(a.out)
	width, tty := terminal(a.out)
	w := bufio.NewWriter(a.out)
	found := make([]foundPassage, 0, len(hits))
	for _, h := range hits {
		whole := texts[h.Transcript]
		if t == nil || t.ID != h.Transcript {
			t = x.Transcript(h.Transcript)
			if t == nil || len(t.Turns) == 0 || t.Turns[len(t.Turns)-1].End != len(whole) {
				return fmt.Errorf("read transcript %s: it changed while it was searched; search again", h.Transcript)
			}
		}
		turn, _ := t.TurnAt(h.Start)
		text := string(whole[h.Start:h.End])
		switch {
		case a.json:
			p := foundPassage{Transcript: t.ID, Turn: h.Turn, Speaker: turn.Label, Participant: turn.Is, Start: h.Start, End: h.End, Text: text, Words: [][2]int{}}
			for _, w := range h.Words {
				p.Words = append(p.Words, [2]int{w.Start, w.End})
			}
			found = append(found, p)
		case tty:
			place := fmt.Sprintf("%s %d", t.ID, h.Turn)
			who := turn.Label
			if who == "" {
				who = turn.Is
			}
			room := max(20, width-utf8.RuneCountInString(place)-utf8.RuneCountInString(who)-8) // 8: what stands between, and the signs of a cut
			fmt.Fprintf(w, "%s  %s  %s\n", st.dim(diag.Plain(place)), diag.Plain(who), window(text, h, room, st))
		default:
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\n", t.ID, h.Turn, diag.Plain(turn.Label), turn.Is, diag.Plain(text))
		}
	}
	if !a.json {
		return w.Flush()
	}
	return a.printJSON(struct {
		Schema   int            `json:"schema"`
		Total    int            `json:"total"`
		Passages []foundPassage `json:"passages"`
	}{1, total, found})
}

// window cuts a passage to room characters around its first hit, with the hits in bold.
func window(text string, h query.Hit, room int, st styles) string {
	runes := []rune(text)
	bold := make([]bool, len(runes))
	first, last := -1, 0
	at := h.Start // byte offset of the rune in the transcript
	for i, r := range runes {
		for _, w := range h.Words {
			if at >= w.Start && at < w.End {
				bold[i] = true
				last = i
				if first < 0 {
					first = i
				}
			}
		}
		at += utf8.RuneLen(r)
	}
	from, to := 0, len(runes)
	if len(runes) > room {
		if middle := (max(first, 0) + last) / 2; last-first < room {
			from = middle - room/2 // all that was found
		} else {
			from = first - room/4 // its beginning
		}
		from = max(0, min(from, len(runes)-room))
		to = min(len(runes), from+room)
		for from > 0 && from < to && !unicode.IsSpace(runes[from-1]) {
			from++ // begin with a whole word
		}
		for to < len(runes) && to-1 > from && !unicode.IsSpace(runes[to]) && !bold[to-1] {
			to-- // and end with one
		}
	}
	var b strings.Builder
	if from > 0 {
		b.WriteString("… ")
	}
	for i := from; i < to; {
		j := i
		for j < to && bold[j] == bold[i] {
			j++
		}
		part := diag.Plain(string(runes[i:j]))
		if bold[i] {
			part = st.bold(part)
		}
		b.WriteString(part)
		i = j
	}
	if to < len(runes) {
		b.WriteString(" …")
	}
	return b.String()
}

// speakerList writes whom the labels stand for, as "I: interviewer, Jonas: P01", cut after a few.
func speakerList(speakers []transcript.Speaker) string {
	const most = 6
	var parts []string
	for i, sp := range speakers {
		if i == most {
			parts = append(parts, strconv.Itoa(len(speakers)-most)+" more")
			break
		}
		parts = append(parts, diag.Plain(sp.Label)+": "+sp.Is)
	}
	return strings.Join(parts, ", ")
}
