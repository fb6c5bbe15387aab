package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/report"
)

// A besideReport is a document of its own that tema report writes instead of the theme report.
type besideReport struct {
	audit              bool
	checklist, prompts string
	memos              []string
}

var (
	checklists = []string{"coreq", "srqr"}
	prompts    = []string{"rtarg"}
)

// A document comes in the forms that the theme report comes in.
type document interface {
	HTML() []byte
	Markdown() []byte
	DOCX(look *report.Look) []byte
	JSON() []byte
	FreeText() bool // it prints what researchers wrote, which may name people
}

func (b *besideReport) flags(c *cobra.Command) {
	f := c.Flags()
	f.BoolVar(&b.audit, "audit", false, "write the methods appendix instead: how the analysis was done")
	f.StringSliceVar(&b.memos, "memos", nil, "in the methods appendix, the text of memos of these kinds: "+strings.Join(analysis.MemoKinds, ", "))
	f.StringVar(&b.checklist, "checklist", "", "write a checklist instead, answered from the study and its memos: "+strings.Join(checklists, ", "))
	f.StringVar(&b.prompts, "prompts", "", "write open questions instead, with the memos that answer them: "+strings.Join(prompts, ", "))
	for name, values := range map[string][]string{"memos": analysis.MemoKinds, "checklist": checklists, "prompts": prompts} {
		c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
}

// wanted says whether a document other than the theme report is asked for, and what is wrong with how it is.
func (b *besideReport) wanted(c *cobra.Command) (bool, error) {
	given := func(name string) bool { return c.Flags().Changed(name) }
	var which []string
	for _, name := range []string{"audit", "checklist", "prompts"} {
		if given(name) {
			which = append(which, "--"+name)
		}
	}
	switch {
	case len(which) > 1:
		return false, usagef("%s are documents of their own; name one", strings.Join(which, " and "))
	case given("checklist") && !slices.Contains(checklists, b.checklist):
		return false, usagef("--checklist is one of %s, not %q", strings.Join(checklists, ", "), b.checklist)
	case given("prompts") && !slices.Contains(prompts, b.prompts):
		return false, usagef("--prompts is %s, not %q", strings.Join(prompts, ", "), b.prompts)
	case given("memos") && !b.audit:
		return false, usagef("--memos belongs to --audit")
	}
	for _, kind := range b.memos {
		if !slices.Contains(analysis.MemoKinds, kind) {
			return false, usagef("--memos is of %s, not %q", strings.Join(analysis.MemoKinds, ", "), kind)
		}
	}
	if len(which) == 0 || given("audit") && !b.audit {
		return false, nil
	}
	for _, name := range []string{"max", "context", "no-comments", "translations", "with-transcripts"} {
		if given(name) {
			return false, usagef("--%s belongs to the theme report, which %s does not write", name, which[0])
		}
	}
	return true, nil
}

// documentFormats are those of documents without tables of their own.
var documentFormats = []string{"html", "md", "docx", "json"}

// write builds the document and writes it in the forms that o names.
func (b *besideReport) write(c *cobra.Command, a *app, o reportOptions) error {
	ctx := c.Context()
	for _, f := range o.formats {
		if !slices.Contains(documentFormats, f) {
			return usagef("--format %s is for the theme report; here it is of %s", f, strings.Join(documentFormats, ", "))
		}
	}
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := a.transcripts(ctx, s); err != nil {
		return err
	}
	if err := s.ErrUnlessReportable(); err != nil {
		return err
	}
	var doc document
	base := ""
	if b.audit {
		p := a.progress("reading commit")
		audit, err := report.BuildAudit(ctx, s, report.AuditOptions{Version: version(), Memos: b.memos, Progress: p.step})
		p.done()
		if err != nil {
			return err
		}
		doc, base = audit, "audit"
	} else {
		name := b.checklist + b.prompts
		list, err := report.BuildChecklist(ctx, s, name, version())
		if err != nil {
			return err
		}
		doc, base = list, "checklist-"+name
		if b.prompts != "" {
			base = "prompts-" + name
		}
	}
	if err := s.ErrUnlessReportable(); err != nil { // codings, memos and the journal were read on the way
		return err
	}
	files, written := map[string][]byte{}, []string{}
	for _, f := range o.formats {
		name := base + "." + f
		switch f {
		case "html":
			files[name] = doc.HTML()
		case "md":
			files[name] = doc.Markdown()
		case "docx":
			files[name] = doc.DOCX(o.docx.Look)
		case "json":
			files[name] = doc.JSON()
		}
		written = append(written, a.shown(s.Dir)+"reports/"+name)
	}
	if _, err := s.WriteReport(files); err != nil {
		return err
	}
	if doc.FreeText() {
		a.note("what researchers wrote is printed as they wrote it; read it for names before you hand this on")
	}
	if a.json {
		return a.printJSON(struct {
			Schema int      `json:"schema"`
			Files  []string `json:"files"`
			Faults []string `json:"faults"`
		}{1, written, []string{}})
	}
	for _, f := range written {
		fmt.Fprintln(a.out, f)
	}
	return nil
}
