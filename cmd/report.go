package cmd

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/report"
)

func newReportCmd(a *app) *cobra.Command {
	var most, around int
	o := reportOptions{}
	var look string
	var beside besideReport
	c := &cobra.Command{
		Use:   "report",
		Short: "Write the theme report, its tables, a methods appendix or a checklist",
		Long: `Write the theme report into the study's folder reports: the themes with their concept, definition
and codes, the excerpts that were chosen and others, what speaks against them, and how the
codings came about. Every quotation is held against its transcript.

The prose comes from writing/: THEME.md (its id, or a former one) stands at the head of the theme's
section; _abstract.md, _introduction.md and _method.md before what was analysed; _findings.md before
the themes; _discussion.md, then any other _NAME.md, behind them. What it quotes leads to where it
stands. An excerpt that it quotes whole is not listed again below it, unless it has a memo or a
translation, or speaks against the theme. HTML in it is shown as text, pictures as what they are
called; footnotes, tables, lists and links stay.

In HTML and JSON an excerpt carries its context: the turns that it stands in, and --context turns
before and after them. The HTML filters its excerpts by participant, code and the attributes that
report.show lists, and puts who said it behind what is copied; it needs no network and reads whole
without its script. --with-transcripts prints every transcript whole at its end, coded passages
marked, and leads from each excerpt to its turn. All that was said is then in that one file: think
of who gets it.

--format says in which forms: html and md unless you name others, docx for word processors, json
for programs (tema schema report describes it). A DOCX has a comment on each excerpt that says
where it stands and how it is coded; --no-comments leaves them out, and --reference takes styles,
fonts and page from a document of yours. Its table of contents gets page numbers when you renew it
(in Word F9, in LibreOffice from its menu). Markdown begins with its title as a heading, which
pandoc --shift-heading-level-by=-1 makes the title of what it writes.

csv and xlsx write tables: the themes, all passages of each theme (the others show --max), codes,
codebook, participants, transcripts, and what is not shown. csv is a file a table, report-*.csv,
for programs; xlsx is one workbook, report.xlsx, for spreadsheets: there cells have types, and what
was said is text as it was said. CSV has none, so quotations stand in quotation marks there, and no
cell begins as a formula does: other texts that would have an apostrophe before them. A
spreadsheet that opens CSV may still read the id 007 as a number; the workbook keeps it.

--translations says what is printed of an excerpt that has a translation: original, translation or
both, which is what happens unless study.yaml says otherwise. Where a translation stands alone it is
marked as one, and the original stands in the report too. report.language in study.yaml is the
language of the report where it is not that of the transcripts; report.signs says what signs of
the transcripts mean.

Other documents, as html, md, docx or json, each in a file of its own:
  --audit            a methods appendix: who coded what, how codebook and themes changed and why
  --checklist coreq  COREQ or SRQR, answered from the study and from memos about checklist:coreq/22
  --prompts rtarg    open questions for reflexive work, answered by memos about checklist:rtarg/theory

Exit 1: the report is written, and lists what does not stand in it as it should (a quotation
that is not verbatim, a coding that cannot be placed, a code that nobody defined).`,
		Example: `  tema report
  tema report --format html --with-transcripts
  tema report --format docx --reference thesis.docx
  tema report --format html,csv,xlsx
  tema report --audit --format md,docx
  tema report --checklist coreq --format docx
  tema report --prompts rtarg`,
		Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if most < 0 {
				return usagef("--max cannot be negative")
			}
			if around < 0 {
				return usagef("--context cannot be negative")
			}
			o.MaxExcerpts, o.Context = most, around
			if o.Translations != "" && !slices.Contains(analysis.Translations, o.Translations) {
				return usagef("--translations is %s, not %q", strings.Join(analysis.Translations, ", "), o.Translations)
			}
			for _, f := range o.formats {
				if !slices.Contains(reportFormats, f) {
					return usagef("--format is of %s, not %q", strings.Join(reportFormats, ", "), f)
				}
			}
			if o.WithTranscripts && !slices.Contains(o.formats, "html") {
				return usagef("--with-transcripts is for html, which --format does not name")
			}
			for _, name := range []string{"reference", "no-comments"} {
				if c.Flags().Changed(name) && !slices.Contains(o.formats, "docx") {
					return usagef("--%s is for docx, which --format does not name", name)
				}
			}
			if look != "" {
				var err error
				if o.docx.Look, err = readLook(look); err != nil {
					return err
				}
			}
			if most == 0 {
				o.MaxExcerpts = -1 // none, where 0 would leave it to the report
			}
			if around == 0 {
				o.Context = -1
			}
			if other, err := beside.wanted(c); other || err != nil {
				if err == nil {
					err = beside.write(c, a, o)
				}
				return err
			}
			s, err := a.open(a.dir)
			if err != nil {
				return err
			}
			defer s.Close()
			written, faults, err := a.writeReport(c.Context(), s, o)
			if err != nil {
				return err
			}
			if a.json {
				err = a.printJSON(struct {
					Schema int      `json:"schema"`
					Files  []string `json:"files"`
					Faults []string `json:"faults"`
				}{1, written, append([]string{}, faults...)})
			} else {
				for _, f := range written {
					fmt.Fprintln(a.out, f)
				}
				a.faults(faults)
			}
			if err == nil && len(faults) > 0 {
				return errNo
			}
			return err
		},
	}
	f := c.Flags()
	f.IntVar(&most, "max", 12, "how many excerpts to show of each theme, besides those that were chosen")
	f.IntVar(&around, "context", 1, "how many turns before and after an excerpt its context shows, in HTML and JSON; 0 for no context")
	f.StringSliceVar(&o.formats, "format", firstFormats, strings.Join(reportFormats, ", "))
	f.StringVar(&look, "reference", "", "a DOCX whose styles, fonts and page the report takes")
	f.BoolVar(&o.docx.NoComments, "no-comments", false, "in a DOCX, no comment on each excerpt")
	f.StringVar(&o.Translations, "translations", "", "what is printed of translated excerpts: "+strings.Join(analysis.Translations, ", ")+" (default: report.translations of study.yaml)")
	beside.flags(c)
	f.BoolVar(&o.WithTranscripts, "with-transcripts", false, "in HTML, print every transcript whole at the end: all that was said")
	c.MarkFlagFilename("reference", "docx")
	c.RegisterFlagCompletionFunc("translations", cobra.FixedCompletions(analysis.Translations, cobra.ShellCompDirectiveNoFileComp))
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(reportFormats, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// readLook takes the look of a document of the user's own.
func readLook(path string) (*report.Look, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	look, err := report.ReadLook(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("take the look of %s: %w", path, err)
	}
	return look, nil
}

// reportOptions say what a report holds and in which forms it is written.
type reportOptions struct {
	report.Options
	formats []string
	docx    report.DOCXOptions
}

var reportFormats = []string{"html", "md", "docx", "json", "csv", "xlsx"}

// firstFormats are those that are written where nobody names others.
var firstFormats = []string{"html", "md"}

// faults says what the report lists as not standing as it should.
func (a *app) faults(faults []string) {
	if len(faults) == 0 {
		return
	}
	for _, f := range faults {
		a.note("%s", f)
	}
	a.note("the report is written and lists %s; tema check shows where", analysis.Plural(len(faults), "fault", "faults"))
}

// writeReport builds the report and writes it. It returns the files as they can be opened from here.
func (a *app) writeReport(ctx context.Context, s *analysis.Study, o reportOptions) (written, faults []string, err error) {
	if _, err := a.transcripts(ctx, s); err != nil {
		return nil, nil, err
	}
	if err := s.ErrUnlessReportable(); err != nil {
		return nil, nil, err
	}
	checking := a.progress("checking quotation")
	o.Progress = checking.step
	switch {
	case slices.Contains(o.formats, "csv"):
		o.AllIn = report.ExcerptsCSV
	case slices.Contains(o.formats, "xlsx"):
		o.AllIn = report.Workbook
	}
	r, err := report.Build(ctx, s, o.Options)
	checking.done()
	if err != nil {
		return nil, nil, err
	}
	if err := s.ErrUnlessReportable(); err != nil { // codings were read on the way
		return nil, nil, err
	}
	files := map[string][]byte{}
	for _, f := range o.formats {
		these := map[string][]byte{}
		name := "report." + f
		switch f {
		case "html":
			these[name] = r.HTML()
		case "md":
			these[name] = r.Markdown()
		case "docx":
			these[name] = r.DOCX(o.docx)
		case "json":
			these[name] = r.JSON()
		case "csv":
			these, err = r.CSV()
		case "xlsx":
			these[name], err = r.XLSX()
		}
		if err != nil {
			return nil, nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(these)) {
			files[name] = these[name]
			written = append(written, a.shown(s.Dir)+"reports/"+name)
		}
	}
	changed, err := s.WriteReport(files)
	if err != nil {
		return nil, nil, err
	}
	if changed && !a.json {
		a.noteOlder(s, files)
	}
	for _, note := range r.Notes() {
		a.note("%s", note)
	}
	if o.WithTranscripts {
		a.note("%sreports/report.html holds every transcript whole: %.1f MB", a.shown(s.Dir), float64(len(files["report.html"]))/1e6)
	}
	return written, r.Faults(), nil
}

// noteOlder names the files of earlier reports that were not written with these, which say something else now.
func (a *app) noteOlder(s *analysis.Study, files map[string][]byte) {
	folder, _ := os.ReadDir(s.Path("reports")) // without it there are none
	var older []string
	for _, f := range folder {
		name := f.Name()
		if _, written := files[name]; written || !slices.Contains(report.Tables, name) && !slices.Contains(reportFormats, strings.TrimPrefix(name, "report.")) {
			continue
		}
		if strings.HasSuffix(name, ".csv") {
			name = "report-*.csv"
		}
		older = append(older, name)
	}
	if len(older) > 0 {
		a.note("%sreports/ has files of an earlier report, which were not written now: %s", a.shown(s.Dir), strings.Join(slices.Compact(older), ", "))
	}
}
