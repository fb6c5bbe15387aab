package report

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/ingest"
	"github.com/tema-qda/tema/index/transcript"
)

// A Chapter is prose that belongs to no theme: a file of writing/ whose name begins with "_". Its ID is that name, and
// its Name the heading that its author gave it, or "".
type Chapter struct {
	Ref
	At    string `json:"at"` // "front", before what was analysed; "themes", before the first; "back", behind the last
	Prose Prose  `json:"prose"`
}

// chapterAt is where the chapters stand that a paper mostly has, in its order. All others stand behind them.
var chapterAt = []struct{ id, at string }{
	{"abstract", "front"}, {"introduction", "front"}, {"method", "front"}, {"methods", "front"},
	{"findings", "themes"}, {"results", "themes"}, {"discussion", "back"},
}

// A Prose is what the authors wrote, from a file of writing/.
type Prose struct {
	File   string       `json:"file"` // in the study
	Blocks []ProseBlock `json:"blocks"`
	Quoted []Quoted     `json:"quoted"` // what it quotes of the transcripts, in order
	Counts ProseCounts  `json:"counts"`
}

// ProseCounts are of a prose, or of all. Units of the first two are words.
type ProseCounts struct {
	Own          int      `json:"own_words"`    // the authors' own
	Quoted       int      `json:"quoted_words"` // in quotations, without what stands in brackets there
	Quotations   int      `json:"quotations"`
	Verbatim     int      `json:"verbatim"`
	NotChecked   int      `json:"not_checked"`  // quotations of less than five words
	Participants []string `json:"participants"` // whom it quotes as they spoke
}

// A ProseBlock is a part of a prose. Its kind is that of an ingest.Node. Headings, paragraphs, cells and terms have runs.
type ProseBlock struct {
	Kind    string       `json:"kind"`
	Level   int          `json:"level,omitempty"` // of a heading: 1 is right below that of its chapter or section
	Ordered bool         `json:"ordered,omitempty"`
	First   int          `json:"first,omitempty"`  // number of the first point of an ordered list
	Number  int          `json:"number,omitempty"` // of a note, counted through the report
	Raw     string       `json:"text,omitempty"`   // of code and markup
	Syntax  string       `json:"syntax,omitempty"` // of code
	Runs    []ProseRun   `json:"runs,omitempty"`
	Blocks  []ProseBlock `json:"blocks,omitempty"`
}

// A ProseRun is a stretch of text of one kind.
type ProseRun struct {
	Text     string `json:"text,omitempty"` // a line break is LF
	Emphasis bool   `json:"emphasis,omitempty"`
	Strong   bool   `json:"strong,omitempty"`
	Code     bool   `json:"code,omitempty"`
	Break    bool   `json:"break,omitempty"` // a line break that the author put
	Link     string `json:"link,omitempty"`
	Note     int    `json:"note,omitempty"`   // the mark of a note
	Quoted   int    `json:"quoted,omitempty"` // it is part of that one of Prose.Quoted, counted from 1

	source string // of plain text that begins here: its Markdown, with what goesOn
	goesOn bool   // its source is that of the run before
	again  bool   // the note has a mark further up
}

// A Quoted is a quotation in prose. Its excerpt has the anchor of where it stands, and context where it is a block
// quotation that holds. A problem is "edited", "absent", "attributed" (its one change says to whom, and who said it) or
// "spliced" (its one change has the words, and who said them).
type Quoted struct {
	Excerpt
	Set        bool   `json:"set"`                  // as a block quotation
	Translated bool   `json:"translated,omitempty"` // it quotes a translation that the codebook marks
	To         string `json:"to,omitempty"`         // anchor of what shows where the words stand
	Line       int    `json:"line"`
	Column     int    `json:"column"`

	fragments []transcript.Span
}

// Unplaced is a file of writing/ that the report leaves out: "no-theme", "dropped" or "unreadable".
type Unplaced struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// A Writing is a file of the study's writing/, its quotations held against the transcripts.
type Writing struct {
	*analysis.Manuscript        // nil if it cannot be read
	File                 string // in the study
	Err                  error  // why it cannot be read
	shape                *ingest.Markdown
	remarks              []analysis.Remark
}

// ReadWriting reads the files of the study's writing/. Progress, if not nil, hears of the quotations of each.
func ReadWriting(ctx context.Context, s *analysis.Study, progress func(done, total int)) ([]Writing, error) {
	names, err := s.Writing()
	if err != nil {
		return nil, err
	}
	var out []Writing
	for _, name := range names {
		src, err := s.ReadWriting(name)
		if err != nil {
			return nil, err
		}
		w := Writing{File: name}
		if w.shape, w.Err = ingest.ReadMarkdown(name, src); w.Err == nil {
			if w.Manuscript, err = s.VerifyManuscript(ctx, w.shape.Prose, progress); err != nil {
				return nil, err
			}
			w.remarks = analysis.Remarks(name, w.Prose.Source)
		}
		out = append(out, w)
	}
	return out, nil
}

// Passages returns the words that it quotes as they were said.
func (w *Writing) Passages() []transcript.Passage {
	if w.Manuscript == nil {
		return nil
	}
	var out []transcript.Passage
	for i := range w.Quotations {
		if q := &w.Quotations[i]; q.Holds() {
			for _, span := range q.Fragments {
				out = append(out, transcript.Passage{Transcript: q.Passage.Transcript, Span: span})
			}
		}
	}
	return out
}

// silenced says whether a remark keeps quiet about q: that nobody of the study said it (absent), or how it differs.
func (w *Writing) silenced(q *analysis.ManuscriptQuotation) bool {
	absent := q.Verdict == transcript.Absent
	return slices.ContainsFunc(w.remarks, func(r analysis.Remark) bool {
		return r.Reason != "" && r.First <= q.Place.Line && q.Place.Line <= r.Last && strings.HasPrefix(r.Rule, "writing/") && absent == (r.Rule == "writing/absent")
	})
}

// stem is the name of a file of writing/ without its folder and ending.
func (w *Writing) stem() string { return strings.TrimSuffix(path.Base(w.File), ".md") }

// place says whose prose each file is: a theme's or a chapter's.
func (b *builder) place(written []Writing) {
	b.writing, b.prose = map[*codebook.Theme][]*Writing{}, map[*codebook.Theme]analysis.Stretches{}
	for i := range written {
		w := &written[i]
		if w.Manuscript == nil {
			b.unplaced(w, "unreadable", "cannot be read")
			continue
		}
		if strings.HasPrefix(w.stem(), "_") {
			b.chapters = append(b.chapters, w)
			continue
		}
		th := b.s.Book.Theme(w.stem())
		switch {
		case th == nil:
			var ids []string
			for _, th := range b.s.Standing() {
				ids = append(ids, th.ID)
			}
			hint := ""
			if near := diag.Nearest(w.stem(), ids); near != "" {
				hint = "; did you mean " + near + ".md?"
			}
			b.unplaced(w, "no-theme", "is not in the report: no theme is called %s%s", w.stem(), hint)
		case !slices.Contains(b.s.Standing(), th):
			b.unplaced(w, "dropped", "is not in the report: theme %s was dropped", th.ID)
		default:
			b.writing[th] = append(b.writing[th], w)
			if b.prose[th] == nil {
				b.prose[th] = analysis.Stretches{}
			}
			for _, p := range w.Passages() {
				b.prose[th].Add(p)
			}
		}
	}
	for th, list := range b.writing { // what has the theme's id before what has a former one
		slices.SortStableFunc(list, func(x, y *Writing) int {
			former := func(w *Writing) int {
				if diag.Fold(w.stem()) == diag.Fold(th.ID) {
					return 0
				}
				return 1
			}
			return former(x) - former(y)
		})
	}
	rank := func(w *Writing) int {
		for i, c := range chapterAt {
			if strings.EqualFold(w.stem(), "_"+c.id) {
				return i
			}
		}
		return len(chapterAt)
	}
	slices.SortStableFunc(b.chapters, func(x, y *Writing) int { return rank(x) - rank(y) })
	for i, w := range b.chapters {
		c := Chapter{Ref: Ref{ID: strings.TrimPrefix(w.stem(), "_"), Anchor: "text-" + strconv.Itoa(i+1)}, At: "back"}
		if at := rank(w); at < len(chapterAt) {
			c.ID, c.At = chapterAt[at].id, chapterAt[at].at
		}
		c.Prose, c.Name = b.written(w)
		b.r.Chapters = append(b.r.Chapters, c)
	}
}

func (b *builder) unplaced(w *Writing, reason, format string, args ...any) {
	b.r.Unplaced = append(b.r.Unplaced, Unplaced{w.File, reason})
	b.r.fault(b.folder()+w.File, format, args...)
}

// folder is what stands before the names of the study's files where they are shown.
func (b *builder) folder() string { return strings.TrimSuffix(b.s.Book.File, "codebook.yaml") }

// themeProse is what was written on a theme.
func (b *builder) themeProse(th *codebook.Theme) []Prose {
	var out []Prose
	for _, w := range b.writing[th] {
		p, title := b.written(w)
		if title != "" && diag.Fold(title) != diag.Fold(th.Name) && diag.Fold(title) != diag.Fold(th.ID) { // else the section's heading has it
			p.Blocks = slices.Insert(p.Blocks, 0, ProseBlock{Kind: string(ingest.Heading), Level: 1, Runs: []ProseRun{{Text: title}}})
			for i := range p.Blocks[1:] {
				p.Blocks[i+1].lower()
			}
		}
		out = append(out, p)
	}
	return out
}

// lower sets the headings of a block one level lower.
func (p *ProseBlock) lower() {
	if p.Kind == string(ingest.Heading) {
		p.Level++
	}
	for i := range p.Blocks {
		p.Blocks[i].lower()
	}
}

// written turns a file into prose. A heading at its head that stands above all others is its title.
func (b *builder) written(w *Writing) (Prose, string) {
	p := Prose{File: w.File, Counts: ProseCounts{NotChecked: w.Short}}
	of := map[int][]int{} // indices of w.Quotations by block
	number := map[int]int{}
	in := make([]int, len(w.Prose.Blocks)) // words of quotations in each block
	for i := range w.Quotations {
		q := &w.Quotations[i]
		if q.OfLiterature() || q.Verdict == transcript.Absent && w.silenced(q) {
			continue
		}
		p.Quoted = append(p.Quoted, b.quoted(w, q))
		number[i], of[q.Block] = len(p.Quoted), append(of[q.Block], i)
		p.Counts.Quotations++
		said := transcript.Span{Start: q.Start, End: q.Start + len(q.Said)}
		p.Counts.Quoted += transcript.CountWords(q.Said, transcript.Span{End: len(q.Said)})
		if q.Holds() {
			p.Counts.Verbatim++
			if !diag.ReservedParticipant(q.Speaker) && !slices.Contains(p.Counts.Participants, q.Speaker) {
				p.Counts.Participants = append(p.Counts.Participants, q.Speaker)
			}
		}
		in[q.Block] += wordsIn(w.Prose.Blocks[q.Block].Text, said)
	}
	slices.SortFunc(p.Counts.Participants, analysis.Natural)
	for i := range w.Prose.Blocks {
		text := w.Prose.Blocks[i].Text
		p.Counts.Own += wordsIn(text, transcript.Span{End: len(text)}) - in[i]
	}

	nodes := w.shape.Nodes
	title := ""
	if len(nodes) > 1 && nodes[0].Kind == ingest.Heading && !slices.ContainsFunc(nodes[1:], func(n ingest.Node) bool {
		return n.Kind == ingest.Heading && n.Level <= nodes[0].Level
	}) && of[nodes[0].Block] == nil && !slices.ContainsFunc(nodes[0].Runs, func(r ingest.Run) bool { return r.Note != "" }) {
		for _, run := range nodes[0].Runs {
			title += run.Text
		}
		title, nodes = strings.Join(strings.Fields(title), " "), nodes[1:]
	}
	var outline []int // levels of the headings that the next may stand under
	notes := map[string]int{}
	var convert func(nodes []ingest.Node) []ProseBlock
	convert = func(nodes []ingest.Node) []ProseBlock {
		var out []ProseBlock
		for _, n := range nodes {
			block := ProseBlock{Kind: string(n.Kind), Ordered: n.Ordered, First: n.First, Raw: n.Text, Syntax: n.Syntax}
			switch n.Kind {
			case ingest.Heading: // levels that were skipped are not
				for len(outline) > 0 && outline[len(outline)-1] >= n.Level {
					outline = outline[:len(outline)-1]
				}
				outline = append(outline, n.Level)
				block.Level = len(outline)
			case ingest.Note:
				block.Number = notes[n.Key]
			}
			for _, run := range cut(n.Runs, of[n.Block], w.Quotations) {
				r := ProseRun{Text: run.Text, Emphasis: run.Emphasis, Strong: run.Strong, Code: run.Code, Break: run.Break, source: run.Source, goesOn: run.goesOn}
				if run.quotation >= 0 {
					r.Quoted = number[run.quotation]
				}
				if u, err := url.Parse(run.Link); err == nil && slices.Contains([]string{"http", "https", "mailto"}, strings.ToLower(u.Scheme)) {
					r.Link = run.Link
				}
				if run.Note != "" {
					if r.Note, r.again = notes[run.Note], true; r.Note == 0 {
						b.notes++
						r.Note, r.again = b.notes, false
						notes[run.Note] = b.notes
					}
				}
				block.Runs = append(block.Runs, r)
			}
			block.Blocks = convert(n.Nodes)
			out = append(out, block)
		}
		return out
	}
	p.Blocks = convert(nodes)
	slices.SortStableFunc(p.Blocks, func(x, y ProseBlock) int { return x.Number - y.Number }) // notes stand last
	return p, title
}

func wordsIn(text string, span transcript.Span) int {
	n := 0
	for range transcript.Words(text, span) {
		n++
	}
	return n
}

// A cutRun is a run, or the part of one that a quotation holds or that none does (-1).
type cutRun struct {
	ingest.Run
	quotation int
	goesOn    bool
}

// cut cuts runs where quotations begin and end. Of lists the quotations in their block, in order.
func cut(runs []ingest.Run, of []int, all []analysis.ManuscriptQuotation) []cutRun {
	var out []cutRun
	for _, run := range runs {
		if run.Markup || run.Text == "" {
			out = append(out, cutRun{run, -1, false})
			continue
		}
		begun := false
		add := func(from, to, quotation int) {
			from, to = max(from, run.At), min(to, run.At+len(run.Text))
			if from >= to {
				return
			}
			part := cutRun{run, quotation, begun}
			if part.At, part.Text = from, run.Text[from-run.At:to-run.At]; begun {
				part.Source = ""
			}
			out, begun = append(out, part), true
		}
		at := run.At
		for _, i := range of {
			add(at, all[i].Start, -1)
			add(max(at, all[i].Start), all[i].End, i)
			at = max(at, all[i].End)
		}
		add(at, run.At+len(run.Text), -1)
	}
	return out
}

// quoted is a quotation of prose as the report shows it. Where it leads to, link says once all excerpts are there.
func (b *builder) quoted(w *Writing, q *analysis.ManuscriptQuotation) Quoted {
	out := Quoted{Set: q.Set, Line: q.Place.Line, Column: q.Place.Column, Translated: q.Translation != nil}
	out.Excerpt.Said = []Speech{{Text: q.Said}}
	t := b.s.Transcript(q.Passage.Transcript)
	if t != nil {
		out.Transcript, out.Turns = t.ID, q.Turns
		if !out.Translated {
			out.Language = b.s.Foreign(t)
		}
	}
	var own string
	if t != nil {
		own = fragmentsOf(t, q.Fragments)
	}
	b.signs.quoted(q.Said, own)
	b.r.ProseQuotations.add(q.Quotation)
	place := fmt.Sprintf("%s%s:%d:%d", b.folder(), w.File, q.Place.Line, q.Place.Column)
	kind := "quotation"
	if q.Set {
		kind = "block quotation"
	}
	fault := func(format string, args ...any) {
		if !w.silenced(q) {
			b.r.fault(place, kind+" "+format, args...)
		}
	}
	switch {
	case q.Holds():
		out.fragments = q.Fragments
		if q.Set && !out.Translated && t != nil {
			out.Context = around(t, q.Fragments, b.turns, b.replaced[t.ID]...)
		}
		switch {
		case t == nil:
		case diag.ReservedParticipant(q.Speaker):
			out.Role = q.Speaker
			b.attribute(&out.Excerpt, t, nil)
		default:
			b.attribute(&out.Excerpt, t, []string{q.Speaker})
		}
	case q.Verdict == transcript.Absent:
		out.Problem = &Problem{Kind: "absent"}
		if t != nil { // what comes nearest
			for _, turn := range t.TurnsIn(q.Passage.Span) {
				if turn.Speech.Overlaps(q.Passage.Span) {
					out.Problem.Nearest = append(out.Problem.Nearest, turn.Number)
				}
			}
		}
		out.Turns = nil
		fault("stands in no transcript")
	default:
		worst := slices.MaxFunc(q.Changes, func(x, y transcript.Change) int { return int(x.Kind) - int(y.Kind) })
		speaker := func(p transcript.Passage) string {
			if t := b.s.Transcript(p.Transcript); t != nil {
				if turn, ok := t.TurnAt(p.Start); ok {
					return b.called(t, turn.Is)
				}
			}
			return ""
		}
		switch worst.Kind {
		case transcript.Attributed:
			out.Problem = &Problem{Kind: "attributed", Changes: []Change{{Kind: worst.Kind.String(), Quoted: worst.Quoted, Said: b.called(t, q.Speaker)}}}
			fault("is attributed to somebody else than the one who says it in %s", out.Transcript)
		case transcript.Spliced:
			out.Problem = &Problem{Kind: "spliced", Changes: []Change{{Kind: worst.Kind.String(), Quoted: worst.Quoted, Said: speaker(worst.From)}}}
			fault("joins what was not said together")
		default:
			out.Problem = &Problem{Kind: "edited", Changes: changes(t, q.Changes)}
			b.attribute(&Excerpt{Problem: out.Problem}, t, nil)
			fault("is not word for word in %s", out.Transcript)
		}
	}
	return out
}

// holdsAll says whether the prose of a theme quotes each word of an excerpt that holds.
func (b *builder) holdsAll(th *codebook.Theme, q analysis.Quote) bool {
	if b.prose[th] == nil || !q.Holds() || q.Translation != "" || q.Memo != "" {
		return false
	}
	for _, span := range q.Result.Fragments {
		for word := range transcript.Words(q.Transcript.Text, span) {
			if !b.prose[th].Overlap(transcript.Passage{Transcript: q.Transcript.ID, Span: word}) {
				return false
			}
		}
	}
	return true
}

// A shownExcerpt is words that the page shows.
type shownExcerpt struct {
	anchor     string
	transcript string
	spans      []transcript.Span
}

// link gives the quotations of prose their anchors, and leads each to where its words stand in the page, or else to their
// transcript. An excerpt that is listed has had its anchor before.
func (b *builder) link() {
	all := func(do func(*Quoted)) {
		for _, p := range b.r.prose() {
			for i := range p.Quoted {
				do(&p.Quoted[i])
			}
		}
	}
	listed := len(b.shown)
	all(func(q *Quoted) {
		q.Anchor = b.anchor(q.Transcript, q.Said)
		if q.Set && len(q.fragments) > 0 {
			b.shown = append(b.shown, shownExcerpt{q.Anchor, q.Transcript, q.fragments})
		}
	})
	all(func(q *Quoted) {
		for i, x := range b.shown {
			holds := x.transcript == q.Transcript && x.anchor != q.Anchor && !slices.ContainsFunc(q.fragments, func(f transcript.Span) bool {
				return !slices.ContainsFunc(x.spans, func(s transcript.Span) bool { return s.Start <= f.Start && f.End <= s.End })
			})
			if len(q.fragments) > 0 && holds && (i < listed || !q.Set) {
				q.To = x.anchor
				return
			}
		}
		if q.Transcript != "" {
			q.To = transcriptAnchor(q.Transcript)
		}
	})
}

// transcriptAnchor is where a transcript stands in the list of them.
func transcriptAnchor(id string) string {
	return "transcript-" + strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r) {
			return r
		}
		return '~' // of an id only a space
	}, id)
}

// prose returns all prose of the report, in its order but for the chapters, which are first.
func (r *Report) prose() []*Prose {
	var out []*Prose
	for i := range r.Chapters {
		out = append(out, &r.Chapters[i].Prose)
	}
	var walk func([]Section)
	walk = func(list []Section) {
		for i := range list {
			for k := range list[i].Prose {
				out = append(out, &list[i].Prose[k])
			}
			walk(list[i].Sections)
		}
	}
	walk(r.Sections)
	return out
}

// ProseCounts sums the counts of all prose.
func (r *Report) proseCounts() ProseCounts {
	var all ProseCounts
	for _, p := range r.prose() {
		c := p.Counts
		all.Own, all.Quoted, all.Quotations = all.Own+c.Own, all.Quoted+c.Quoted, all.Quotations+c.Quotations
		all.Verbatim, all.NotChecked = all.Verbatim+c.Verbatim, all.NotChecked+c.NotChecked
		for _, id := range c.Participants {
			if !slices.Contains(all.Participants, id) {
				all.Participants = append(all.Participants, id)
			}
		}
	}
	slices.SortFunc(all.Participants, analysis.Natural)
	return all
}

// Misquoted returns the quotations of prose that have a problem, with the file that they stand in.
func (r *Report) Misquoted() []Misquoted {
	var out []Misquoted
	for _, p := range r.prose() {
		for _, q := range p.Quoted {
			if q.Problem != nil {
				out = append(out, Misquoted{p.File, q})
			}
		}
	}
	return out
}

// Misquoted is a quotation of prose with a problem and the file that it stands in.
type Misquoted struct {
	File string
	Quoted
}

// ChaptersAt returns the chapters that stand there.
func (r *Report) ChaptersAt(at string) []Chapter {
	var out []Chapter
	for _, c := range r.Chapters {
		if c.At == at {
			out = append(out, c)
		}
	}
	return out
}

// problems returns the quotations with a problem that stand in a block, by their index in Quoted.
func (p *Prose) problems(in ProseBlock) []int {
	var out []int
	for _, r := range in.Runs {
		if r.Quoted > 0 && p.Quoted[r.Quoted-1].Problem != nil && !slices.Contains(out, r.Quoted-1) {
			out = append(out, r.Quoted-1)
		}
	}
	for _, below := range in.Blocks {
		for _, i := range p.problems(below) {
			if !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	return out
}

// sources returns the quotations of a block that hold and are set as block quotations.
func (p *Prose) sources(in ProseBlock) []Quoted {
	var out []Quoted
	last := 0
	var walk func(ProseBlock)
	walk = func(b ProseBlock) {
		for _, r := range b.Runs {
			if r.Quoted > last {
				last = r.Quoted
				if q := p.Quoted[last-1]; q.Set && q.Problem == nil {
					out = append(out, q)
				}
			}
		}
		for _, below := range b.Blocks {
			walk(below)
		}
	}
	walk(in)
	return out
}
