package report

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
)

// A CodebookAppendix is a codebook as a paper's appendix prints it: codes with definition, criteria and example
// quotes, and what the themes are.
type CodebookAppendix struct {
	report *Report // Codebook, BookVersion, Title and Language are set
	themes []appendixTheme
	book   *codebook.Codebook
	table  codebook.TableOptions
}

type appendixTheme struct {
	Name, ID, Kind      string // Kind is a key of words.Kinds
	Depth               int
	Concept, Definition string
	Codes               []string // their names
	Into                []string // of a dropped one: names
	Dropped             bool
}

// AppendixOptions say what an appendix holds.
type AppendixOptions struct {
	Gone       bool // retired codes and dropped themes too
	NoExamples bool // no examples and counterexamples: they are participants' words
}

// BuildCodebook collects what an appendix prints. Examples are held against the transcripts: each says where it
// stands, or that it stands in none word for word.
func BuildCodebook(ctx context.Context, s *analysis.Study, o AppendixOptions) (*CodebookAppendix, error) {
	transcripts, err := s.Transcripts(ctx, nil)
	if err != nil {
		return nil, err
	}
	b := &builder{s: s, r: &Report{Language: s.ReportLanguage(), Title: s.Config.Title, BookVersion: s.Book.Version}}
	if o.NoExamples {
		transcripts = nil // nothing to look for
	}
	b.codebook(transcripts)
	b.r.Codebook = slices.DeleteFunc(b.r.Codebook, func(e Entry) bool { return e.Retired && !o.Gone })
	for i := range b.r.Codebook {
		if o.NoExamples {
			b.r.Codebook[i].Examples, b.r.Codebook[i].Counterexamples = nil, nil
		}
	}
	a := &CodebookAppendix{report: b.r, book: s.Book, table: codebook.TableOptions{Gone: o.Gone, NoExamples: o.NoExamples}}
	for _, th := range s.Book.AllThemes() {
		dropped := th.Status == analysis.Dropped
		if dropped && !o.Gone {
			continue
		}
		one := appendixTheme{Name: th.Name, ID: th.ID, Kind: th.Kind, Depth: len(th.Path()) - 1, Concept: th.Concept, Definition: th.Definition, Dropped: dropped}
		for _, c := range b.codes(th.Codes) {
			one.Codes = append(one.Codes, c.Name)
		}
		for _, ref := range b.themeRefs(th.Into) {
			one.Into = append(one.Into, ref.Name)
		}
		a.themes = append(a.themes, one)
	}
	return a, ctx.Err()
}

// Markdown returns the appendix as CommonMark.
func (a *CodebookAppendix) Markdown() []byte {
	m := &markdown{r: a.report, w: wordsFor(a.report.Language)}
	if a.report.Title != "" {
		m.heading(1, line(a.report.Title))
	}
	m.codebook()
	if len(a.themes) > 0 {
		m.heading(2, m.w.Themes)
	}
	for _, t := range a.themes {
		name := line(t.Name)
		if t.Name != t.ID {
			name += " (" + inline(t.ID) + ")"
		}
		m.heading(3+t.Depth, name)
		m.para(m.gone(t))
		m.para(line(t.Concept))
		m.para(prose(t.Definition))
		if len(t.Codes) > 0 {
			m.para(m.w.Codes + ": " + inline(strings.Join(t.Codes, ", ")))
		}
	}
	return bytes.TrimLeft(m.b.Bytes(), "\n")
}

func (m *markdown) gone(t appendixTheme) string {
	if text := m.w.droppedTheme(t); text != "" {
		return line(text)
	}
	return ""
}

// droppedTheme says of a theme that it was dropped, and where its evidence went.
func (w *words) droppedTheme(t appendixTheme) string {
	switch {
	case !t.Dropped:
		return ""
	case len(t.Into) > 0:
		return w.RetiredInto + " " + strings.Join(t.Into, ", ") + "."
	}
	return w.Retired + "."
}

// Tables returns the codes and the themes as rows, for spreadsheets.
func (a *CodebookAppendix) Tables() (codes, themes codebook.Table) {
	return a.book.CodeTable(a.table), a.book.ThemeTable(a.table)
}

// CSV returns the codes as a table, or the themes.
func (a *CodebookAppendix) CSV(themes bool) ([]byte, error) {
	table, other := a.Tables()
	if themes {
		table = other
	}
	var b bytes.Buffer
	if err := table.CSV(&b); err != nil {
		return nil, fmt.Errorf("export codebook: %w", err)
	}
	return b.Bytes(), nil
}
