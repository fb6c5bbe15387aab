package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tema-qda/tema/codebook"
)

// A Phase is one of the six phases and what the study holds in it: a place to stand in, never a gate. Phases of
// reflexive thematic analysis are recursive, so nothing here says that one is finished.
type Phase struct {
	Number int      `json:"number"`
	Name   string   `json:"name"`
	Holds  []string `json:"holds"`
	Next   []Step   `json:"next"` // what could come next here, if anything
}

// A Step is something that could be done, and the command for it.
type Step struct {
	What    string `json:"what"`
	Command string `json:"command"`
}

// Dropped is the status of a theme that was given up.
const Dropped = "dropped"

// Phases says phase by phase what the study holds.
func (s *Study) Phases(e *Evidence) []Phase {
	content := s.Config.Approach == ContentAnalysis
	themes, subThemes := s.themeCounts()
	phases := []Phase{
		{1, "familiarise", s.familiarised(e), nil},
		{2, "code", s.coded(e), nil},
		{3, "generate", []string{themeWords(content, themes, subThemes)}, nil},
		{4, "review", s.reviewed(e), nil},
		{5, "define", s.defined(), nil},
		{6, "write", quotations(e), nil},
	}
	if n := len(s.CodesWithoutTheme()); n > 0 {
		phases[2].Holds = append(phases[2].Holds, Plural(n, "code", "codes")+" in no theme")
	}
	for i := range phases {
		phases[i].Holds, phases[i].Next = append([]string{}, phases[i].Holds...), []Step{} // lists in JSON, never null
	}
	next := func(phase int, what, command string) {
		phases[phase-1].Next = append(phases[phase-1].Next, Step{what, command})
	}
	if e.Sample.Transcripts == 0 {
		next(1, "no transcripts yet", "tema ingest FILE...")
	}
	if len(s.Book.Codes) == 0 {
		next(2, "no codes yet: write them in codebook.yaml", "tema help files")
	}
	switch s.RulesState() {
	case NotRun:
		next(2, "the rules were never applied", "tema apply")
	case Stale, HalfDone:
		next(2, "what the rules propose is not of today", "tema apply")
	}
	if bare := s.uncoded(e); len(bare) > 0 {
		next(2, listed(bare, "has no codings", "have no codings"), "tema search QUERY")
	}
	if len(e.Origin.Missing) > 0 {
		next(2, Plural(len(e.Origin.Missing), "coding that does not count as it stands", "codings that do not count as they stand"), "tema check")
	}
	if e.Faulty() > 0 {
		next(6, Plural(e.Faulty(), "quotation does", "quotations do")+" not stand in the transcripts as quoted", "tema check")
	}
	if e.Sample.Transcripts > 0 && len(s.Book.Themes)+len(e.Origin.Coders) > 0 {
		next(6, "the report, as things stand", "tema report")
	}
	return phases
}

func (s *Study) familiarised(e *Evidence) []string {
	m := e.Sample
	holds := []string{strings.Join([]string{Plural(m.Transcripts, "transcript", "transcripts"), Plural(m.Participants, "participant", "participants"),
		Plural(m.Turns, "turn", "turns"), Plural(m.Words, "word", "words")}, ", ")}
	if n := len(s.Memos()); n > 0 {
		holds = append(holds, Plural(n, "memo", "memos"))
	}
	return holds
}

func (s *Study) coded(e *Evidence) []string {
	active := 0
	for _, c := range s.Book.AllCodes() {
		if !c.Retired {
			active++
		}
	}
	holds := []string{Plural(active, "code", "codes")}
	codings := 0
	for _, n := range e.Origin.Coders {
		codings += n
	}
	if codings > 0 {
		holds = append(holds, Plural(codings, "coding", "codings")+" by "+Plural(len(e.Origin.Coders), "coder", "coders"))
	}
	if e.Origin.Candidates > 0 {
		holds = append(holds, fmt.Sprintf("%s proposed by rules, %s not yet read", Thousands(e.Origin.Candidates), Thousands(e.Origin.Unread)))
	}
	return holds
}

// themeCounts returns how many themes and sub-themes have not been dropped.
func (s *Study) themeCounts() (themes, subThemes int) {
	for _, th := range s.Book.AllThemes() {
		switch {
		case th.Status == Dropped:
		case th.Parent == nil:
			themes++
		default:
			subThemes++
		}
	}
	return themes, subThemes
}

func themeWords(content bool, themes, subThemes int) string {
	one, many, subOne, subMany := "theme", "themes", "sub-theme", "sub-themes"
	if content {
		one, many, subOne, subMany = "theme or category", "themes and categories", "sub-theme or sub-category", "sub-themes and sub-categories"
	}
	out := Plural(themes, one, many)
	if subThemes > 0 {
		out += ", " + Plural(subThemes, subOne, subMany)
	}
	return out
}

// topThemes returns the themes of the highest level that were not dropped.
func (s *Study) topThemes() []*codebook.Theme {
	return slices.DeleteFunc(slices.Clone(s.Book.Themes), func(t *codebook.Theme) bool { return t.Status == Dropped })
}

func (s *Study) reviewed(e *Evidence) []string {
	top := s.topThemes()
	if len(top) == 0 {
		return nil
	}
	reviewed := 0
	for _, th := range top {
		if th.Status == "reviewed" || th.Status == "defined" {
			reviewed++
		}
	}
	holds := []string{fmt.Sprintf("%d of %s reviewed", reviewed, Plural(len(top), "theme", "themes"))}
	for _, th := range top {
		if n := e.Theme(th).Total.Participants; n > 0 && n <= 2 && e.Sample.Participants > 4 {
			holds = append(holds, th.ID+" rests on "+Plural(n, "participant", "participants"))
		}
	}
	return holds
}

func (s *Study) defined() []string {
	top := s.topThemes()
	if len(top) == 0 {
		return nil
	}
	both := 0
	for _, th := range top {
		if th.Concept != "" && th.Definition != "" {
			both++
		}
	}
	if both == len(top) {
		return []string{Plural(both, "theme", "themes") + " with concept and definition"}
	}
	return []string{fmt.Sprintf("%d of %s with concept and definition", both, Plural(len(top), "theme", "themes"))}
}

// Faulty returns how many excerpts and tensions do not stand in their transcripts as quoted.
func (e *Evidence) Faulty() int {
	n := 0
	for _, th := range e.Themes {
		for _, q := range slices.Concat(th.Excerpts, th.Tensions) {
			if !q.Holds() {
				n++
			}
		}
	}
	return n
}

func quotations(e *Evidence) []string {
	all := 0
	for _, th := range e.Themes {
		all += len(th.Excerpts) + len(th.Tensions)
	}
	switch faulty := e.Faulty(); {
	case all == 0:
		return nil
	case faulty == 0:
		return []string{Plural(all, "quotation, verbatim", "quotations, all verbatim")}
	default:
		return []string{fmt.Sprintf("%s, %d not verbatim", Plural(all, "quotation", "quotations"), faulty)}
	}
}

// uncoded returns the transcripts that no coding counts in and that no coder has marked as read, in a study where
// coding has begun.
func (s *Study) uncoded(e *Evidence) []string {
	if len(e.Origin.Coders) == 0 {
		return nil
	}
	has := map[string]bool{}
	for _, coder := range s.Coders() {
		files, _ := s.readDir(codingsDir + "/" + coder)
		for _, f := range files {
			has[strings.TrimSuffix(f.Name(), ".jsonl")] = true
		}
	}
	return slices.DeleteFunc(s.TranscriptIDs(), func(id string) bool { return has[id] })
}

// listed names a few things and says what they do: "P07 and P09 have no codings".
func listed(names []string, one, many string) string {
	const most = 3
	switch n := len(names); {
	case n == 1:
		return names[0] + " " + one
	case n <= most:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1] + " " + many
	default:
		return fmt.Sprintf("%s and %d more %s", strings.Join(names[:most], ", "), n-most, many)
	}
}

// Thousands writes n with thousands set apart by commas.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural writes n and what is counted, in the singular or the plural.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Thousands(n) + " " + many
}

// Title returns the study's title, or the word that stands for none.
func (s *Study) Title() string { return cmp.Or(s.Config.Title, "Untitled study") }
