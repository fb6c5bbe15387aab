package cmd

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/report"
	"github.com/tema-qda/tema/codebook/diag"
)

var matrixFormats = []string{"text", "csv", "xlsx", "svg"}

type matrixOptions struct {
	near, unit, tier, format, out, coder                              string
	only                                                              []string
	presence, counts, passages, summaries, own, allGroups, sheet, add bool
}

func newMatrixCmd(a *app) *cobra.Command {
	var o matrixOptions
	c := &cobra.Command{
		Use:   "matrix [ROWS COLUMNS]",
		Short: "Codes or themes by participant, transcript, speaker or attribute, or by each other",
		Long: `Set out what was coded as a table. ROWS and COLUMNS are codes, themes, participants, transcripts,
speakers or the name of an attribute; one of them is codes or themes. Without them it is themes
(or codes, where there is no theme) by participants.

Cells show where there is a passage (--presence), how much there is (--counts), the passages
themselves, or the summaries of a framework matrix. In a reflexive study presence is the default,
elsewhere counts. What stands under a code or theme is counted with it unless --own. Where both
sides are codes or themes, a cell holds the codings of either that lie near one of the other:
--near same, overlap, turn, or a number of turns.

Summaries are yours: they stand in summaries.csv (about, case, summary). --add-rows adds a row for
each cell that has a passage and no row yet; --sheet writes the cells with their passages as a
list to fill in, which tema matrix take brings back. What was written is never overwritten.

On the screen, and in a sheet to fill, every group of an attribute is shown. In other files, and as
JSON, CSV or SVG, groups of fewer participants than report.small_cells are put together, and a cell
counts no fewer of a group's participants (and no other that would give such a number away), unless
--all-groups. Piped, text is a line a row, with tabs. CSV has ids, and 1 or 0 for presence; XLSX
and SVG have names.`,
		Example: `  tema matrix
  tema matrix codes age --unit participants
  tema matrix codes codes --near turn --output together.svg
  tema matrix participants themes --summaries --output framework.xlsx
  tema matrix themes participants --sheet --output to-fill.xlsx`,
		Args: args(func(_ *cobra.Command, given []string) error {
			if len(given) != 0 && len(given) != 2 {
				return fmt.Errorf("a matrix has two sides, ROWS and COLUMNS; %d given", len(given))
			}
			return nil
		}),
		ValidArgsFunction: func(_ *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(given) > 1 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return a.sides(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, given []string) error {
			if c.Flags().Changed("near") && (len(given) == 0 || slices.ContainsFunc(given, func(side string) bool { return side != analysis.AxisCodes && side != analysis.AxisThemes })) {
				return usagef("--near is for codes or themes by each other")
			}
			o.counts = o.counts || c.Flags().Changed("unit")
			return runMatrix(c.Context(), a, given, o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.presence, "presence", false, "show where there is a passage")
	f.BoolVar(&o.counts, "counts", false, "show how much there is (also with --unit)")
	f.BoolVar(&o.passages, "passages", false, "show the passages themselves")
	f.BoolVar(&o.summaries, "summaries", false, "show what you wrote in summaries.csv")
	f.StringVar(&o.unit, "unit", "passages", "what is counted: "+strings.Join(report.MatrixUnits, ", "))
	f.StringVar(&o.near, "near", "overlap", "how near two codes must lie: same, overlap, turn, or a number of turns")
	f.StringVar(&o.tier, "tier", analysis.TierCoded, "which evidence: coded (by a person), by-rule (counted so), proposed (read by nobody yet)")
	f.BoolVar(&o.own, "own", false, "without what sub-codes and sub-themes hold")
	f.StringArrayVar(&o.only, "only", nil, "just this code or theme:ID with what stands under it; of a theme, its codes (repeatable)")
	f.StringVar(&o.format, "format", "", strings.Join(matrixFormats, ", "))
	f.StringVarP(&o.out, "output", "o", "", "write to this file instead of stdout")
	f.BoolVar(&o.allGroups, "all-groups", false, "put no small groups together")
	f.BoolVar(&o.sheet, "sheet", false, "write the cells as a list with room for summaries, as CSV or XLSX")
	f.BoolVar(&o.add, "add-rows", false, "add empty rows to summaries.csv")
	f.StringVar(&o.coder, "coder", "", "who adds rows (default: TEMA_CODER, else study.yaml's coder)")
	c.MarkFlagsMutuallyExclusive("presence", "counts", "passages", "summaries", "sheet", "add-rows")
	for _, other := range []string{"presence", "passages", "summaries", "sheet", "add-rows"} {
		c.MarkFlagsMutuallyExclusive("unit", other)
	}
	for name, values := range map[string][]string{"unit": report.MatrixUnits, "near": {"same", "overlap", "turn"}, "tier": analysis.Tiers, "format": matrixFormats} {
		c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	c.RegisterFlagCompletionFunc("only", a.completeIDs(true, -1))
	c.AddCommand(newMatrixTakeCmd(a))
	return c
}

// sides completes what a side of a matrix can be.
func (a *app) sides() []cobra.Completion {
	out := slices.Clone(analysis.Axes)
	s, err := a.open(a.dir)
	if err != nil {
		return out
	}
	defer s.Close()
	for _, name := range s.Attributes() {
		out = append(out, diag.Plain(name))
	}
	return out
}

func runMatrix(ctx context.Context, a *app, sides []string, o matrixOptions) error {
	near, err := analysis.ParseNear(o.near)
	if err != nil {
		return usagef("--near: %w", err)
	}
	if !slices.Contains(report.MatrixUnits, o.unit) {
		return usagef("--unit is one of %s, not %q", strings.Join(report.MatrixUnits, ", "), o.unit)
	}
	if !slices.Contains(analysis.Tiers, o.tier) {
		return usagef("--tier is one of %s, not %q", strings.Join(analysis.Tiers, ", "), o.tier)
	}
	if o.own && o.tier != analysis.TierCoded {
		return usagef("--own is for what persons coded; --tier %s is counted with what stands under a code", o.tier)
	}
	if o.format, err = a.outputFormat(o.format, o.out, matrixFormats); err != nil {
		return err
	}
	if o.sheet && o.format == "text" {
		o.format = "csv"
	}
	switch {
	case o.format == "svg" && (o.passages || o.summaries || o.sheet):
		return usagef("a heat map shows figures: --presence or --counts")
	case a.json && o.out == "" && o.format != "text":
		return usagef("--json answers with a document of its own; leave out --format %s", o.format)
	}
	s, who, err := a.openMatrix(o)
	if err != nil {
		return err
	}
	defer s.Close()
	e, err := a.evidence(ctx, s)
	if err != nil {
		return err
	}
	m := analysis.MatrixOptions{Only: o.only, Near: near, Tier: o.tier, Own: o.own, Passages: o.passages || o.sheet}
	if len(sides) == 2 {
		m.Rows, m.Columns = sides[0], sides[1]
	} else if m.Rows, m.Columns = analysis.AxisThemes, analysis.AxisParticipants; len(s.Book.Themes) == 0 {
		m.Rows = analysis.AxisCodes
	}
	onScreen := o.format == "text" && o.out == "" && !a.json
	if !o.allGroups && !onScreen && !o.add && !o.sheet {
		m.SmallCells = s.Config.Report.SmallCells
	}
	table, err := s.Matrix(ctx, e, m)
	if errors.Is(err, analysis.ErrSmallGroups) {
		return fmt.Errorf("%w\n      add --all-groups if they may be known to all who will see this", err)
	}
	if err != nil {
		return errUsage{err}
	}
	x := report.NewMatrix(s, table, o.show(s), o.unit)
	if err := s.ErrUnlessReportable(); err != nil { // summaries were read on the way
		return err
	}
	for _, side := range []struct {
		of       string
		headings []analysis.Heading
	}{{table.Options.Rows, x.Rows}, {table.Options.Columns, x.Columns}} {
		if len(side.headings) == 0 && !a.json {
			a.note("the study has no %s yet", side.of)
		}
	}
	if o.add {
		return a.addSummaries(s, who, x)
	}
	if err := a.writeMatrix(x, o); err != nil {
		return err
	}
	a.explainMatrix(e, x, o)
	return nil
}

// show returns what cells show: what was asked for, else what suits the study's approach.
func (o matrixOptions) show(s *analysis.Study) string {
	switch {
	case o.presence:
		return report.ShowPresence
	case o.counts:
		return report.ShowCounts
	case o.passages:
		return report.ShowPassages
	case o.summaries || o.sheet || o.add:
		return report.ShowSummaries
	case s.Config.Approach == analysis.Reflexive:
		return report.ShowPresence
	}
	return report.ShowCounts
}

// openMatrix opens the study, and says who adds rows if any are to be added.
func (a *app) openMatrix(o matrixOptions) (s *analysis.Study, who string, err error) {
	if o.add {
		return a.openToDecide(decisionOptions{coder: o.coder})
	}
	s, err = a.open(a.dir)
	return s, "", err
}

// evidence reads the whole study and returns what counts in it.
func (a *app) evidence(ctx context.Context, s *analysis.Study) (*analysis.Evidence, error) {
	if _, err := a.transcripts(ctx, s); err != nil {
		return nil, err
	}
	e, err := s.EvidenceWithoutWords(ctx)
	if err != nil {
		return nil, err
	}
	return e, s.ErrUnlessReportable()
}

// writeMatrix writes the matrix to stdout or a file.
func (a *app) writeMatrix(x *report.Matrix, o matrixOptions) error {
	var content []byte
	var err error
	switch {
	case o.sheet:
		content, err = x.SheetToFill(o.format == "xlsx")
	case o.format == "csv":
		content, err = x.CSV()
	case o.format == "xlsx":
		content, err = x.XLSX()
	case o.format == "svg":
		content = x.SVG()
	case a.json && o.out == "":
		if content, err = x.JSON(); err == nil {
			content = diag.PlainJSON(content)
		}
	default:
		var text bytes.Buffer
		width, tty := 0, false
		if o.out == "" {
			width, tty = terminal(a.out)
		}
		w := bufio.NewWriter(&text)
		a.matrixText(w, x, width, tty)
		w.Flush()
		content = text.Bytes()
	}
	if err != nil {
		return err
	}
	return a.output(o.out, content)
}

// explainMatrix says on stderr what a reader of the figures has to know.
func (a *app) explainMatrix(e *analysis.Evidence, x *report.Matrix, o matrixOptions) {
	if a.json {
		return // the document says it
	}
	if x.Show == report.ShowCounts {
		a.note("%s", x.Explain()[1])
	}
	for _, h := range slices.Concat(x.Rows, x.Columns) {
		if len(h.Values) > 1 {
			a.note("values that fewer than %d participants have are put together with others (report.small_cells); --all-groups shows them", x.Options.SmallCells)
			break
		}
	}
	if note := x.Withheld(); note != "" {
		a.note("%s", note)
	}
	if e.Origin.ByRule > 0 && o.tier == analysis.TierCoded {
		a.note("%s by rule not shown here: --tier by-rule", analysis.Plural(e.Origin.ByRule, "coding", "codings"))
	}
	if x.Show == report.ShowCounts && x.Reflexive() {
		a.note("%s", report.FrequencyNote)
	}
}

// matrixText writes the matrix for a person: on a terminal as wide as that is, with the columns on as many pages as
// they need; else a line a row with tabs. Passages and summaries do not fit a grid; they are listed.
func (a *app) matrixText(w *bufio.Writer, x *report.Matrix, width int, tty bool) {
	if !x.Figures() {
		a.listCells(w, x, width, tty)
		return
	}
	rows := x.Grid()
	for _, row := range rows {
		for i := range row {
			row[i] = diag.Plain(row[i])
		}
		if !tty {
			w.WriteString(strings.Join(row, "\t") + "\n")
		}
	}
	if tty {
		a.grid(w, x, rows, width)
	}
}

// grid writes rows of figures under headings. Columns that would need more pages by their names than by numbers are
// numbered, and listed first.
func (a *app) grid(w *bufio.Writer, x *report.Matrix, rows [][]string, width int) {
	const gap = 2
	st := a.styles(a.out)
	label := 0
	widest := make([]int, len(rows[0])) // figure, by column
	for r, row := range rows[1:] {
		if r < len(x.Rows) {
			row[0] = strings.Repeat("  ", x.Rows[r].Depth) + row[0]
		}
		label = min(max(label, report.Columns(row[0])), width/2)
		for c := 1; c < len(row); c++ {
			switch {
			case row[c] == "0":
				row[c] = "·"
			case x.Show == report.ShowPresence:
				row[c] = "●"
			}
			widest[c] = max(widest[c], report.Columns(row[c]))
		}
	}
	pages := func(heads []string) (out [][2]int) {
		for from := 1; from < len(heads); {
			to, room := from, width-label
			for to < len(heads) {
				if room -= gap + max(report.Columns(heads[to]), widest[to]); room < 0 && to > from {
					break
				}
				to++
			}
			out = append(out, [2]int{from, to})
			from = to
		}
		return out
	}
	heads, numbers := rows[0], slices.Clone(rows[0])
	for c := range x.Columns {
		numbers[c+1] = strconv.Itoa(c + 1)
	}
	if len(pages(heads)) > len(pages(numbers)) {
		for c := range x.Columns {
			fmt.Fprintf(w, "%s  %s\n", pad(numbers[c+1], len(strconv.Itoa(len(x.Columns))), true), heads[c+1])
		}
		w.WriteByte('\n')
		heads = numbers
	}
	for i, page := range pages(heads) {
		if i > 0 {
			w.WriteByte('\n')
		}
		line := func(first string, cells []string, style func(c int, cell string) string) {
			w.WriteString(pad(cut(first, label), label, false))
			for c := page[0]; c < min(page[1], len(cells)); c++ {
				w.WriteString(strings.Repeat(" ", gap) + style(c, pad(cells[c], max(report.Columns(heads[c]), widest[c]), true)))
			}
			w.WriteByte('\n')
		}
		line("", heads, func(_ int, head string) string { return st.dim(head) })
		for _, row := range rows[1:] {
			line(row[0], row, func(c int, cell string) string {
				if row[c] == "·" {
					return st.dim(cell)
				}
				return cell
			})
		}
	}
}

// pad fills s up with blanks to so many columns, before or behind.
func pad(s string, columns int, before bool) string {
	blanks := strings.Repeat(" ", max(0, columns-report.Columns(s)))
	if before {
		return blanks + s
	}
	return s + blanks
}

// cut shortens s to so many columns.
func cut(s string, columns int) string {
	if report.Columns(s) <= columns {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && report.Columns(string(r)) > columns-1 {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

// short names a row or column: a code or theme by its id.
func short(x *report.Matrix, h analysis.Heading) string {
	if h.Entry {
		return h.ID
	}
	return x.Label(h)
}

// listCells writes passages or summaries, cell by cell.
func (a *app) listCells(w *bufio.Writer, x *report.Matrix, width int, tty bool) {
	st := a.styles(a.out)
	for r, row := range x.Rows {
		headed := false
		for c, column := range x.Columns {
			cell := x.Cells[r][c]
			text, written := x.Summary(r, c)
			if cell.Codings == 0 && !written {
				continue
			}
			if tty && !headed {
				headed = true
				if w.Buffered() > 0 || r > 0 {
					w.WriteByte('\n')
				}
				fmt.Fprintln(w, st.bold(diag.Plain(short(x, row))))
			}
			place := diag.Plain(short(x, column))
			switch {
			case x.Show == report.ShowSummaries && tty:
				if text == "" {
					text = "not summarised yet; " + analysis.Plural(cell.Counts.Passages, "passage", "passages")
					fmt.Fprintf(w, "  %s  %s\n", place, st.dim(text))
					continue
				}
				fmt.Fprintf(w, "  %s\n%s", place, paragraphs(text, "    ", width))
			case x.Show == report.ShowSummaries:
				fmt.Fprintf(w, "%s\t%s\t%s\n", diag.Plain(short(x, row)), place, diag.Plain(text))
			case tty:
				fmt.Fprintf(w, "  %s\n", place)
				for _, p := range cell.Passages {
					words, at := x.Passage(p)
					fmt.Fprintf(w, "    %s\n%s", st.dim(diag.Plain(at)), paragraphs(words, "    ", width))
				}
			default:
				for _, p := range cell.Passages {
					words, _ := x.Passage(p)
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", diag.Plain(short(x, row)), place, p.Transcript, numbersOf(p.Turns), diag.Plain(words))
				}
			}
		}
	}
}

// numbersOf writes turns as "3,4".
func numbersOf(turns []int) string {
	var out []string
	for _, n := range turns {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ",")
}

// paragraphs sets a text with a margin before each line, wrapped to a width; 0 breaks lines only where the text does.
func paragraphs(text, margin string, width int) string {
	if width > 0 {
		width = max(width-utf8.RuneCountInString(margin), 30)
	}
	var b strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n") {
		switch paragraph = strings.Join(strings.Fields(diag.Plain(paragraph)), " "); {
		case paragraph == "":
		case width <= 0:
			b.WriteString(margin + paragraph + "\n")
		default:
			for _, line := range wrap(paragraph, width) {
				b.WriteString(margin + line + "\n")
			}
		}
	}
	return b.String()
}

// addSummaries adds empty rows for the cells of x that have none.
func (a *app) addSummaries(s *analysis.Study, who string, x *report.Matrix) error {
	taken, err := s.TakeSummaries(who, x.Summaries())
	if err != nil {
		return err
	}
	return a.tellTaken(s, taken)
}

// tellTaken says what became of summaries that were taken in.
func (a *app) tellTaken(s *analysis.Study, t *analysis.TakenSummaries) error {
	if a.json {
		type row struct {
			About   string `json:"about"`
			Case    string `json:"case"`
			Summary string `json:"summary"`
		}
		differ, unfit := []row{}, []string{}
		for _, f := range t.Unfit {
			unfit = append(unfit, f.Message)
		}
		for _, d := range t.Differ {
			differ = append(differ, row{d.About, d.Case, d.Text})
		}
		if err := a.printJSON(struct {
			Schema int      `json:"schema"`
			Added  int      `json:"added"`
			Filled int      `json:"filled"`
			Same   int      `json:"same"`
			Differ []row    `json:"differ"`
			Unfit  []string `json:"unfit"`
		}{1, t.Added, t.Filled, t.Same, differ, unfit}); err != nil {
			return err
		}
	} else {
		for _, d := range t.Differ {
			a.note("%s: another summary was written there, and stays", diag.Plain(strings.TrimSpace(d.About+" "+d.Case)))
		}
		for _, f := range t.Unfit {
			a.note("not taken: %s", diag.Plain(f.Message))
		}
		a.note("%ssummaries.csv: %s added, %d filled, %d as they were", a.shown(s.Dir), analysis.Plural(t.Added, "row", "rows"), t.Filled, t.Same)
	}
	if len(t.Differ)+len(t.Unfit) > 0 {
		return errNo
	}
	return nil
}

func newMatrixTakeCmd(a *app) *cobra.Command {
	var coder string
	c := &cobra.Command{
		Use:   "take FILE",
		Short: "Take in the summaries that were written into an exported sheet",
		Long: `Read a CSV or XLSX with the columns about, case and summary, as tema matrix --sheet writes it, and
take its summaries into summaries.csv: new rows are added and empty ones filled. Where another
summary was written already, that one stays, and the cell is listed.

Exit 0: all of them are in summaries.csv. 1: some differ from what was written there, or are about
what the study does not have.`,
		Example: "  tema matrix take to-fill.xlsx",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			src, err := readWhole(given[0])
			if err != nil {
				return err
			}
			rows, err := analysis.ReadSummaries(filepath.ToSlash(given[0]), src)
			if err != nil {
				return err
			}
			s, who, err := a.openToDecide(decisionOptions{coder: coder})
			if err != nil {
				return err
			}
			defer s.Close()
			taken, err := s.TakeSummaries(who, rows)
			if err != nil {
				return err
			}
			return a.tellTaken(s, taken)
		},
	}
	c.Flags().StringVar(&coder, "coder", "", "who takes them in (default: TEMA_CODER, else study.yaml's coder)")
	return c
}
