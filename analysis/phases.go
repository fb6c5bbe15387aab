package analysis

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

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

// Phases says phase by phase what the study holds, and what could come next.
func (s *Study) Phases(e *Evidence) []Phase {
	phases := make([]Phase, len(phaseNames))
	for i, name := range phaseNames {
		phases[i] = Phase{i + 1, name, []string{}, []Step{}} // lists in JSON, never null
	}
	for i, look := range []func(*Phase, *Evidence){s.familiarised, s.coded, s.generated, s.reviewed, s.defined, s.written} {
		look(&phases[i], e)
	}
	return phases
}

// holds adds something that the study holds in p, if it is not "".
func (p *Phase) holds(what string) {
	if what != "" {
		p.Holds = append(p.Holds, what)
	}
}

// next adds something that could be done in p.
func (p *Phase) next(what, command string) { p.Next = append(p.Next, Step{what, command}) }

func (s *Study) familiarised(p *Phase, e *Evidence) {
	m := e.Sample
	p.holds(strings.Join([]string{Plural(m.Transcripts, "transcript", "transcripts"), Plural(m.Participants, "participant", "participants"),
		Plural(m.Turns, "turn", "turns"), Plural(m.Words, "word", "words")}, ", "))
	memos := len(s.Memos())
	if memos > 0 {
		p.holds(Plural(memos, "memo", "memos"))
	}
	switch {
	case m.Transcripts == 0:
		p.next("no transcripts yet", "tema ingest FILE...")
	case memos == 0:
		p.next("no memo yet", "tema memo add")
	}
}

func (s *Study) coded(p *Phase, e *Evidence) {
	active, codings := 0, 0
	for _, c := range s.Book.AllCodes() {
		if !c.Retired {
			active++
		}
	}
	for _, n := range e.Origin.Coders {
		codings += n
	}
	p.holds(Plural(active, "code", "codes"))
	bare := s.uncoded(e)
	if codings > 0 {
		p.holds(fmt.Sprintf("%s by %s in %s of %s", Plural(codings, "coding", "codings"), Plural(len(e.Origin.Coders), "coder", "coders"),
			Thousands(e.codedTranscripts()), Plural(e.Sample.Transcripts, "transcript", "transcripts")))
	}
	if e.Origin.Candidates > 0 {
		p.holds(fmt.Sprintf("%s proposed by rules, %s not yet read", Thousands(e.Origin.Candidates), Thousands(e.Origin.Unread)))
	}
	if len(s.Book.Codes) == 0 {
		p.next("no codes yet", "tema codebook add CODE")
	}
	switch s.RulesState() {
	case NotRun:
		p.next("the rules were never applied", "tema apply")
	case Stale, HalfDone:
		p.next("what the rules propose is not of today", "tema apply")
	}
	if len(bare) > 0 {
		p.next(listed(bare, "has no codings", "have no codings"), "tema code "+bare[0])
	}
	if e.Origin.Unread > 0 && e.Origin.ByRule < e.Origin.Unread {
		p.next("proposals to read", "tema code --candidates")
	}
	if n := len(e.Origin.Missing); n > 0 {
		p.next(Plural(n, "coding that does not count as it stands", "codings that do not count as they stand"), "tema check")
	}
}

// codedTranscripts returns in how many transcripts codings count.
func (e *Evidence) codedTranscripts() int {
	in := map[string]bool{}
	for _, c := range e.Codes {
		for _, p := range c.Own.Passages {
			in[p.Passage.Transcript] = true
		}
	}
	return len(in)
}

func (s *Study) generated(p *Phase, e *Evidence) {
	themes, subThemes := s.themeCounts()
	p.holds(s.themeWords(themes, subThemes))
	if n := len(s.CodesWithoutTheme()); n > 0 {
		p.holds(Plural(n, "code", "codes") + " in no theme")
	}
	if themes == 0 && len(e.Origin.Coders) > 0 {
		p.next("no themes yet", "tema theme add THEME")
	}
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

// themeWords writes how many themes and sub-themes there are, in the words of the study's approach.
func (s *Study) themeWords(themes, subThemes int) string {
	one, many, subOne, subMany := "theme", "themes", "sub-theme", "sub-themes"
	if s.Config.Approach == ContentAnalysis {
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

func (s *Study) reviewed(p *Phase, e *Evidence) {
	top := s.topThemes()
	if len(top) == 0 {
		return
	}
	reviewed, levels := 0, [2]int{}
	var changed []string // ids of themes whose own codings are others now
	since, whole := "", ""
	reviews := s.Reviews(e)
	for _, th := range top {
		var last [2]*Review // by level
		for i, r := range reviews[th] {
			last[r.Level-1] = &reviews[th][i]
		}
		if th.Status == "reviewed" || th.Status == "defined" || last[0] != nil && last[1] != nil {
			reviewed++
		}
		for i, r := range last {
			if r != nil {
				levels[i]++
			}
		}
		if r := last[0]; r != nil && r.Changed {
			changed, since = append(changed, th.ID), r.At
		}
		if r := last[1]; r != nil && r.Changed {
			whole = max(whole, r.At)
		}
	}
	p.holds(fmt.Sprintf("%d of %s reviewed", reviewed, s.themeWords(len(top), 0)))
	if levels != [2]int{} {
		p.holds(fmt.Sprintf("%d held against the passages, %d against the whole set", levels[0], levels[1]))
	}
	switch len(changed) {
	case 0:
	case 1:
		p.next(fmt.Sprintf("%s changed since it was reviewed (%s)", changed[0], Day(since)), "tema review "+changed[0])
	default:
		p.next(listed(changed, "", "changed since they were reviewed"), "tema review")
	}
	if whole != "" {
		p.next("codings changed since the whole set was reviewed ("+Day(whole)+")", "tema review")
	}
	for _, th := range top {
		if n := e.Theme(th).Total.Participants; n > 0 && n <= 2 && e.Sample.Participants > 4 {
			p.holds(th.ID + " rests on " + Plural(n, "participant", "participants"))
		}
	}
}

func (s *Study) defined(p *Phase, _ *Evidence) {
	top := s.topThemes()
	if len(top) == 0 {
		return
	}
	var bare []string // ids of themes that lack something
	command := ""
	for _, th := range top {
		lacks := ""
		switch {
		case th.Name == th.ID:
			lacks = "name"
		case th.Concept == "" && th.Kind != "category":
			lacks = "concept"
		case th.Definition == "":
			lacks = "definition"
		default:
			continue
		}
		bare = append(bare, th.ID)
		command = cmp.Or(command, fmt.Sprintf("tema theme set %s %s TEXT", th.ID, lacks))
	}
	if len(bare) == 0 {
		p.holds(s.themeWords(len(top), 0) + " with name, concept and definition")
		return
	}
	p.holds(fmt.Sprintf("%d of %s with name, concept and definition", len(top)-len(bare), s.themeWords(len(top), 0)))
	p.next(listed(bare, "lacks", "lack")+" a name, a concept or a definition", command)
}

func (s *Study) written(p *Phase, e *Evidence) {
	p.holds(quotations(e))
	top := s.topThemes()
	files, _ := s.readDir(writingDir)
	written := 0
	for _, th := range top {
		if slices.ContainsFunc(files, func(f fs.DirEntry) bool {
			id, isProse := strings.CutSuffix(f.Name(), ".md")
			return isProse && s.Book.Theme(id) == th
		}) {
			written++
		}
	}
	if written > 0 {
		p.holds(fmt.Sprintf("prose on %d of %s", written, s.themeWords(len(top), 0)))
	}
	if n := e.Faulty(); n > 0 {
		p.next(Plural(n, "quotation is", "quotations are")+" not in the transcripts as quoted", "tema check")
	}
	if e.Sample.Transcripts > 0 && len(s.Book.Themes)+len(e.Origin.Coders) > 0 {
		p.next("the report, as things stand", "tema report")
	}
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

func quotations(e *Evidence) string {
	all := 0
	for _, th := range e.Themes {
		all += len(th.Excerpts) + len(th.Tensions)
	}
	switch faulty := e.Faulty(); {
	case all == 0:
		return ""
	case faulty == 0:
		return Plural(all, "quotation, verbatim", "quotations, all verbatim")
	default:
		return fmt.Sprintf("%s, %d not verbatim", Plural(all, "quotation", "quotations"), faulty)
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

// Day writes the day of a time as files hold it, for people: 6 October 2025.
func Day(at string) string {
	day, err := time.Parse(time.DateOnly, at[:min(len(at), len(time.DateOnly))])
	if err != nil {
		return at
	}
	return day.Format("2 January 2006")
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
