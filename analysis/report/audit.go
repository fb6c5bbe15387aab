package report

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// An Audit is how an analysis was done, as its files, its journal and git tell it: an appendix on method. Lists stand in
// the order in which things were done. People are named, and days given, only where the study lists coders and dates
// under report.show; else they are coder 1, coder 2, also in what they wrote, and days are empty.
type Audit struct {
	Schema   int    `json:"schema"`
	Version  string `json:"version,omitempty"` // of the program
	Language string `json:"language,omitempty"`
	Title    string `json:"title"`
	Question string `json:"question,omitempty"`
	Approach string `json:"approach"`

	Named       bool   `json:"coders_named"`
	Dated       bool   `json:"dates_shown"`
	Events      int    `json:"journal_events"`
	Commits     int    `json:"commits"`     // of the codebook; 0 where git knows none
	Shallow     bool   `json:"shallow"`     // older commits are not in this clone
	Uncommitted bool   `json:"uncommitted"` // the codebook says more than its last commit does
	Undated     int    `json:"undated_codings"`
	Sample      Sample `json:"sample"`
	Origin      Origin `json:"origin"`

	Coders    []AuditCoder     `json:"coders"`
	Several   []AuditSeveral   `json:"coded_by_several"`
	Settled   []string         `json:"settled"` // transcripts in which consensus alone counts
	Chosen    []string         `json:"chosen"`  // the coders whose codings the study says count; none for all
	Course    []AuditMove      `json:"course"`
	Notes     []AuditEvent     `json:"notes"`
	Steps     []AuditStep      `json:"steps"` // commits that changed what the codebook means
	Quiet     int              `json:"quiet_commits"`
	Decisions []AuditEvent     `json:"decisions"`
	Dropped   []AuditDropped   `json:"dropped_themes"`
	Reviews   []AuditReview    `json:"reviews"`
	Mended    []AuditEvent     `json:"mended"`
	Memos     []AuditMemoCount `json:"memos"`
	Texts     []AuditMemo      `json:"memo_texts"` // of the kinds that were asked for
}

// An AuditCoder is what somebody coded. Transcripts stand in the order in which she first coded them.
type AuditCoder struct {
	Name        string   `json:"name"`
	Transcripts []string `json:"transcripts"`
	Nothing     []string `json:"coded_nothing"` // transcripts that she read and put nothing on
	Codings     int      `json:"codings"`       // that stand today
	Missing     int      `json:"not_placed"`
	Rejected    int      `json:"rejected"`
	Counts      bool     `json:"counts"` // some of them count in the report
	From        string   `json:"from,omitempty"`
	To          string   `json:"to,omitempty"`
}

// An AuditSeveral is a transcript that several people coded.
type AuditSeveral struct {
	Transcript string   `json:"transcript"`
	Coders     []string `json:"coders"`
}

// An AuditMove is a going from phase to phase. From is 0 where none is known.
type AuditMove struct {
	At    string   `json:"at,omitempty"`
	By    string   `json:"by"`
	From  int      `json:"from"`
	To    int      `json:"to"`
	Back  bool     `json:"back"`
	About []string `json:"about"`
	Why   string   `json:"why,omitempty"`
}

// An AuditEvent is a line of the journal.
type AuditEvent struct {
	At    string   `json:"at,omitempty"`
	By    string   `json:"by"`
	Event string   `json:"event"`
	About []string `json:"about"` // typed references
	From  []string `json:"from"`
	To    []string `json:"to"`
	Why   string   `json:"why,omitempty"`
}

// An AuditStep is a commit of the codebook.
type AuditStep struct {
	Commit  string        `json:"commit"`
	At      string        `json:"at,omitempty"`
	By      string        `json:"by,omitempty"` // as git has it; only where coders are named
	Subject string        `json:"subject,omitempty"`
	Fault   bool          `json:"fault"` // its codebook could not be read
	Codes   int           `json:"codes"`
	Themes  int           `json:"themes"`
	Changes []AuditChange `json:"changes"`
}

// An AuditChange is what happened to codes or themes in a step: one kind of change. An item is an id, with the ids that
// it came from or went to.
type AuditChange struct {
	Of    string      `json:"of"`   // code or theme
	Kind  string      `json:"kind"` // as tema codebook diff has it
	Items []AuditItem `json:"items"`
}

// An AuditItem is a code or theme that was changed.
type AuditItem struct {
	ID   string   `json:"id"`
	From []string `json:"from"`
	To   []string `json:"to"`
}

// An AuditDropped is a theme that was given up, where its evidence went, and the reason that the journal holds.
type AuditDropped struct {
	Ref
	Concept string `json:"concept,omitempty"`
	Into    []Ref  `json:"into"`
	Told    bool   `json:"told"` // the journal tells of it
	At      string `json:"at,omitempty"`
	By      string `json:"by,omitempty"`
	Why     string `json:"why,omitempty"`
}

// An AuditReview is a time that themes were held against the data.
type AuditReview struct {
	At      string `json:"at,omitempty"`
	By      string `json:"by"`
	Level   int    `json:"level"` // 1 against their passages, 2 against the whole data set
	Themes  []Ref  `json:"themes"`
	Changed bool   `json:"changed"` // codings have changed since
	Why     string `json:"why,omitempty"`
}

// An AuditMemoCount is how many memos there are of a kind, "" for none, and of what kinds of things they speak.
type AuditMemoCount struct {
	Kind  string       `json:"kind"`
	Memos int          `json:"memos"`
	About []AuditAbout `json:"about"`
}

// An AuditAbout counts references to a kind of thing.
type AuditAbout struct {
	Kind string `json:"kind"`
	Refs int    `json:"refs"`
}

// An AuditMemo is a memo's text.
type AuditMemo struct {
	Kind  string   `json:"kind"`
	About []string `json:"about"`
	At    string   `json:"at,omitempty"`
	By    string   `json:"by,omitempty"`
	Text  string   `json:"text"` // Markdown
}

// AuditOptions say what an audit holds.
type AuditOptions struct {
	Version  string                // of the program, printed at the end; "" prints none
	Memos    []string              // kinds of memos whose text is printed; they may name people
	Progress func(done, total int) // if not nil, hears how many commits are read
}

// BuildAudit collects how the analysis was done.
func BuildAudit(ctx context.Context, s *analysis.Study, o AuditOptions) (*Audit, error) {
	e, err := s.Evidence(ctx)
	if err != nil {
		return nil, err
	}
	show := func(word string) bool {
		return slices.ContainsFunc(s.Config.Report.Show, func(have string) bool { return diag.Fold(have) == word })
	}
	b := &auditor{s: s, e: e, a: &Audit{Schema: 1, Version: o.Version, Language: s.ReportLanguage(), Title: s.Config.Title,
		Question: s.Config.Question, Approach: s.Config.Approach, Named: show("coders"), Dated: show("dates"), Events: len(s.Journal())}}
	b.w = wordsFor(b.a.Language)
	b.people()
	report := &builder{s: s, e: e, r: &Report{ShowDates: b.a.Dated}, showCoders: b.a.Named, coders: s.Coders()}
	report.origin()
	b.a.Origin = report.r.Origin
	b.a.Sample = Sample{e.Sample.Transcripts, e.Sample.Participants, e.Sample.Turns, e.Sample.Words, e.Sample.ParticipantWords}
	b.coders()
	b.course()
	b.decisions()
	if err := b.growth(ctx, o.Progress); err != nil {
		return nil, err
	}
	b.reviews(report)
	b.dropped(report)
	b.memos(o.Memos)
	return b.a, ctx.Err()
}

// An auditor builds an audit.
type auditor struct {
	s     *analysis.Study
	e     *analysis.Evidence
	w     *words
	a     *Audit
	ids   []string          // of everybody, the longest first
	label map[string]string // by folded id
}

// people gives everybody who coded, decided or wrote a number: coders first, then the others, each in natural order.
func (b *auditor) people() {
	b.label = map[string]string{diag.Fold(analysis.Consensus): b.w.Audit.Consensus}
	number := func(id string) {
		if id == "" || b.label[diag.Fold(id)] != "" {
			return
		}
		b.ids = append(b.ids, id)
		b.label[diag.Fold(id)] = b.w.Audit.coder(len(b.ids))
		if b.a.Named {
			b.label[diag.Fold(id)] = id
		}
	}
	for _, id := range b.s.Everybody() {
		number(id)
	}
	var others []string
	for _, e := range b.s.Journal() {
		others = append(others, e.By)
	}
	for _, m := range b.s.Memos() {
		others = append(others, m.By)
	}
	slices.SortFunc(others, analysis.Natural)
	for _, id := range others {
		number(id)
	}
	slices.SortStableFunc(b.ids, func(x, y string) int { return cmp.Compare(len(y), len(x)) })
}

// who is what somebody is called here.
func (b *auditor) who(id string) string { return cmp.Or(b.label[diag.Fold(id)], b.w.Audit.Nobody) }

// day is when something was done, where days are shown.
func (b *auditor) day(at string) string {
	if !b.a.Dated {
		return ""
	}
	day, _, _ := strings.Cut(at, "T")
	return day
}

// alsoWords are names that are words too when they begin with a small letter, and are left alone then.
var alsoWords = []string{"april", "art", "august", "bill", "bjørn", "bo", "dag", "even", "faith", "frank", "grace", "gro", "hope", "jo", "joy", "june", "liv",
	"mai", "mark", "may", "odd", "pat", "per", "rob", "rose", "siv", "sol", "stein", "storm", "sue", "tone", "tor", "vår", "will"}

// free is what somebody wrote, with the numbers of coders for their names where these are not shown. A name is an id that
// stands as a word of its own, be it with the s of a genitive.
func (b *auditor) free(text string) string {
	text = strings.TrimSpace(text)
	if b.a.Named {
		return text
	}
	var out strings.Builder
	inWord := false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if wordRune(r) && !inWord {
			if n, label := b.nameAt(text[i:]); n > 0 && !slices.Contains(alsoWords, text[i:i+n]) {
				out.WriteString("[" + label + "]")
				i += n
				inWord = true
				continue
			}
		}
		inWord = wordRune(r)
		out.WriteString(text[i : i+size])
		i += size
	}
	return out.String()
}

// nameAt returns how many bytes at the start of text are a coder's name, and what she is called here.
func (b *auditor) nameAt(text string) (int, string) {
	for _, id := range b.ids {
		n, left := 0, utf8.RuneCountInString(id)
		for ; left > 0 && n < len(text); left-- {
			_, size := utf8.DecodeRuneInString(text[n:])
			n += size
		}
		if left > 0 || diag.Fold(text[:n]) != diag.Fold(id) {
			continue
		}
		next, _ := utf8.DecodeRuneInString(strings.TrimPrefix(text[n:], "s"))
		if first, _ := utf8.DecodeRuneInString(text[n:]); n == len(text) || !wordRune(first) || text[n:] == "s" || !wordRune(next) {
			return n, b.label[diag.Fold(id)]
		}
	}
	return 0, ""
}

func wordRune(r rune) bool { return unicode.In(r, unicode.L, unicode.M, unicode.N) || r == '_' }

// coders tells who coded what, and which transcripts several people did.
func (b *auditor) coders() {
	type key struct{ coder, transcript string }
	first, days := map[key]string{}, map[string][2]string{}
	for _, c := range b.s.Codings() {
		if c.Status == analysis.Removed {
			continue
		}
		if c.Made == "" {
			b.a.Undated++
			continue
		}
		k := key{c.Coder, c.Transcript}
		if at, known := first[k]; !known || c.Made < at {
			first[k] = c.Made
		}
		d := days[c.Coder]
		days[c.Coder] = [2]string{min(cmp.Or(d[0], c.Made), c.Made), max(d[1], c.Made)}
	}
	work, _ := b.s.Work()
	by := map[string]*AuditCoder{}
	several := map[string][]string{}
	for _, w := range work {
		if !w.Touched {
			continue
		}
		c := by[w.Coder]
		if c == nil {
			b.a.Coders = append(b.a.Coders, AuditCoder{Name: w.Coder, From: b.day(days[w.Coder][0]), To: b.day(days[w.Coder][1])})
			for i := range b.a.Coders { // the list may have moved
				by[b.a.Coders[i].Name] = &b.a.Coders[i]
			}
			c = by[w.Coder]
		}
		if w.Codings+w.Missing+w.Rejected > 0 {
			c.Transcripts = append(c.Transcripts, w.Transcript)
		} else {
			c.Nothing = append(c.Nothing, w.Transcript)
		}
		c.Codings += w.Codings
		c.Missing += w.Missing
		c.Rejected += w.Rejected
		c.Counts = c.Counts || w.Counts && w.Codings > 0
		if w.Coder != analysis.Consensus {
			several[w.Transcript] = append(several[w.Transcript], b.who(w.Coder))
		}
	}
	for i := range b.a.Coders {
		c := &b.a.Coders[i]
		at := func(id string) string { return cmp.Or(first[key{c.Name, id}], "~") } // nobody knows when: last
		slices.SortStableFunc(c.Transcripts, func(x, y string) int { return cmp.Compare(at(x), at(y)) })
		c.Name = b.who(c.Name)
	}
	for _, id := range b.s.TranscriptIDs() {
		if len(several[id]) > 1 {
			b.a.Several = append(b.a.Several, AuditSeveral{id, several[id]})
		}
	}
	named, settled := b.s.Counting()
	b.a.Settled = settled
	for _, id := range named {
		b.a.Chosen = append(b.a.Chosen, b.who(id))
	}
}

// course tells the way through the phases, and what was noted on it.
func (b *auditor) course() {
	for _, m := range b.s.Course() {
		if m.To == 0 {
			b.a.Notes = append(b.a.Notes, AuditEvent{At: b.day(m.At), By: b.who(m.By), Event: "note", About: m.About, Why: b.free(m.Why)})
			continue
		}
		b.a.Course = append(b.a.Course, AuditMove{b.day(m.At), b.who(m.By), m.From, m.To, m.Back(), m.About, b.free(m.Why)})
	}
}

// decisions tells what the journal holds of codes and themes, and of codings that were carried along or taken back.
func (b *auditor) decisions() {
	for _, e := range b.s.Journal() {
		told := AuditEvent{b.day(e.At), b.who(e.By), e.Event, e.About, e.From, e.To, b.free(e.Why)}
		switch e.Event {
		case "phase", "note", "review": // told elsewhere
		case "mend", "rewrite", "undo", "withdraw":
			b.a.Mended = append(b.a.Mended, told)
		default:
			b.a.Decisions = append(b.a.Decisions, told)
		}
	}
}

// growth tells the life of the codebook over its commits. Where git has none, the decisions alone tell it.
func (b *auditor) growth(ctx context.Context, progress func(done, total int)) error {
	file := b.s.Path(analysis.CodebookFile)
	h, err := analysis.CodebookHistory(ctx, file, analysis.CodebookFile, nil, progress)
	if err != nil || h.Source != "git" {
		return err
	}
	b.a.Commits, b.a.Shallow = len(h.Steps), h.Shallow
	src, err := analysis.Revision(ctx, file, "HEAD")
	if err == nil {
		last, _ := codebook.Parse(analysis.CodebookFile, src)
		b.a.Uncommitted = !codebook.Compare(last, b.s.Book).Empty()
	} else if b.a.Uncommitted = true; errors.Is(err, context.Canceled) {
		return err
	}
	for _, m := range h.Steps {
		if m.Fault == "" && len(m.Changes) == 0 {
			b.a.Quiet++
			continue
		}
		step := AuditStep{Commit: m.Commit[:min(len(m.Commit), 9)], At: b.day(m.At), Subject: b.free(m.Subject), Fault: m.Fault != "", Codes: m.Codes, Themes: m.Themes}
		if b.a.Named {
			step.By = m.By
		}
		for _, c := range m.Changes {
			n := len(step.Changes)
			if n == 0 || step.Changes[n-1].Of != c.Of || step.Changes[n-1].Kind != string(c.Kind) {
				step.Changes = append(step.Changes, AuditChange{Of: c.Of, Kind: string(c.Kind)})
				n++
			}
			item := AuditItem{c.ID, c.From, c.To}
			if c.Kind == codebook.Added {
				item.To = nil // under what is said by the codebook
			}
			step.Changes[n-1].Items = append(step.Changes[n-1].Items, item)
		}
		b.a.Steps = append(b.a.Steps, step)
	}
	return nil
}

// reviews tells when themes were held against the data.
func (b *auditor) reviews(report *builder) {
	changed := map[int]bool{} // by line of the journal
	for _, list := range b.s.Reviews(b.e) {
		for _, r := range list {
			changed[r.Line] = changed[r.Line] || r.Changed
		}
	}
	for _, e := range b.s.ReviewEvents() {
		one := AuditReview{At: b.day(e.At), By: b.who(e.By), Level: e.Level, Changed: changed[e.Line], Why: b.free(e.Why)}
		for _, ref := range e.About {
			id := strings.TrimPrefix(ref, "theme:")
			if th := b.s.Book.Theme(id); th != nil {
				one.Themes = append(one.Themes, Ref{ID: th.ID, Name: th.Name})
			} else {
				one.Themes = append(one.Themes, Ref{ID: id, Name: id})
			}
		}
		b.a.Reviews = append(b.a.Reviews, one)
	}
}

// dropped tells which themes were given up, and what the journal says of it last.
func (b *auditor) dropped(report *builder) {
	for _, th := range b.s.Book.AllThemes() {
		if th.Status != analysis.Dropped {
			continue
		}
		one := AuditDropped{Ref: Ref{ID: th.ID, Name: th.Name}, Concept: th.Concept, Into: report.themeRefs(th.Into)}
		for i := range one.Into {
			one.Into[i].Anchor = "" // it stands in another document
		}
		for _, e := range b.s.Journal() {
			about := slices.Concat(e.About, e.From)
			if slices.Contains([]string{"drop", "merge", "split"}, e.Event) &&
				slices.ContainsFunc(about, func(ref string) bool { return b.s.TodaysRef(ref) == "theme:"+th.ID }) {
				one.Told, one.At, one.By, one.Why = true, b.day(e.At), b.who(e.By), b.free(e.Why)
			}
		}
		b.a.Dropped = append(b.a.Dropped, one)
	}
}

// memos counts memos by kind, and takes the text of those kinds that were asked for, oldest first.
func (b *auditor) memos(kinds []string) {
	for _, kind := range append(slices.Clone(analysis.MemoKinds), "") {
		count, about := 0, map[string]int{}
		for _, m := range b.s.Memos() {
			if m.Kind != kind {
				continue
			}
			count++
			for _, ref := range m.About {
				what, _, _ := strings.Cut(ref, ":")
				about[what]++
			}
			if slices.Contains(kinds, kind) {
				b.a.Texts = append(b.a.Texts, AuditMemo{kind, m.About, b.day(m.Day()), b.who(m.By), b.free(m.Text)})
			}
		}
		if count == 0 {
			continue
		}
		one := AuditMemoCount{Kind: kind, Memos: count}
		for _, what := range slices.SortedFunc(maps.Keys(about), func(x, y string) int {
			return cmp.Or(cmp.Compare(slices.Index(analysis.RefKinds, x), slices.Index(analysis.RefKinds, y)), cmp.Compare(x, y))
		}) {
			one.About = append(one.About, AuditAbout{what, about[what]})
		}
		b.a.Memos = append(b.a.Memos, one)
	}
}
