package workbench

import (
	"cmp"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// A model is the screen's state. What the study holds of it is read again whenever it may have changed.
type model struct {
	o             Options
	keys          []section
	s             *analysis.Study
	width, height int
	method        ansi.Method // how the terminal counts cells
	background    color.Color // nil until the terminal has told
	palette       palette

	t          *transcript.Transcript
	reader     *reader
	codings    []*analysis.Placed // of all persons, that stand in the text
	unread     []*analysis.Placed // candidates that this coder has not decided about
	unplaced   int                // codings of this coder that cannot be placed
	stamps     map[string]string  // what the files looked like when they were read
	finished   map[string]bool    // transcripts that the coder said in this session she is done with
	others     bool               // others' codings are shown
	filterCode string             // id of a code
	filterBy   string             // a coder

	layout *layout
	marks  []mark // what is drawn
	margin margin
	top    int // first row shown

	selection selection
	extending bool     // moving grows the selection
	focus     string   // id of the coding that keys act on
	last      []string // codes put on last
	recent    []string // codes put on in this session, the latest first
	made      []string // who made each change of this session that stands: this coder, or consensus
	unmade    []string // and of those that were taken back

	finder  *finder
	prompt  *prompt
	search  search
	walk    *walk
	help    bool
	tall    bool // the panel takes half of the screen
	helpTop int
	drag    bool
	pressed int               // where the mouse was pressed, a byte offset
	survey  map[string]survey // by transcript
	found   *finder           // the passages that a search over all transcripts found last
	said    string
	fault   bool
	noted   string // what a write did unasked
}

// A prompt asks for words, or for a yes.
type prompt struct {
	ask    string
	input  field
	was    string
	hint   string
	yes    bool           // a yes or no, answered by one key
	each   func(m *model) // at every change of the words
	done   func(m *model, text string) tea.Cmd
	cancel func(m *model)
	warned bool // that leaving throws words away
}

// newModel opens the screen on the transcript that o names, or where its coder left off.
func newModel(s *analysis.Study, o Options) (*model, error) {
	m := &model{o: o, keys: pageKeys(), s: s, width: 80, height: 24, finished: map[string]bool{}, survey: map[string]survey{}}
	ids := s.TranscriptIDs()
	if len(ids) == 0 {
		return nil, ErrNoTranscripts
	}
	m.take(s)
	id := o.Transcript
	switch {
	case id != "":
	case o.Candidates:
		id = m.firstUnread(ids)
	default:
		id = m.leftOff(ids)
	}
	if err := m.open(id, -1); err != nil {
		return nil, err
	}
	switch {
	case o.Candidates:
		m.readCandidates()
	case o.Disagree:
		m.readDisagreements()
	}
	return m, nil
}

// take makes s the study that the screen shows.
func (m *model) take(s *analysis.Study) {
	m.s = s
	s.Notice = func(message string) { m.noted = message }
	m.palette = newPalette(s.Book, m.background)
}

// leftOff returns the transcript whose codings by this coder changed last, else the first.
func (m *model) leftOff(ids []string) string {
	best, at := ids[0], time.Time{}
	for _, id := range ids {
		if info, err := os.Stat(m.ownFile(id)); err == nil && info.ModTime().After(at) {
			best, at = id, info.ModTime()
		}
	}
	return best
}

func (m *model) ownFile(id string) string {
	return m.s.Path("codings/" + m.o.Coder + "/" + id + ".jsonl")
}

// open shows a transcript, at an offset of its text or, with -1, where the coder coded last.
func (m *model) open(id string, at int) error {
	before := m.t
	if err := m.read(id); err != nil {
		return err
	}
	if before == nil || before.ID != id {
		m.filterBy, m.others, m.search.matches = "", false, nil
		m.focus, m.extending, m.top = "", false, 0
	}
	if at < 0 {
		at = m.codedLast()
	}
	m.selection = selection{Span: m.reader.around(sentence, at)}
	m.lay()
	m.settleFocus()
	m.show()
	if m.unplaced > 0 {
		m.tell("%s of yours cannot be placed in this text; tema check lists them", analysis.Plural(m.unplaced, "coding", "codings"))
	}
	return nil
}

// codedLast returns where this coder's latest coding of the transcript begins, 0 without any.
func (m *model) codedLast() int {
	at, latest := 0, ""
	for _, p := range m.codings {
		if when := cmp.Or(p.Changed, p.Made); p.Coder == m.o.Coder && when > latest {
			at, latest = p.Span.Start, when
		}
	}
	return at
}

// read reads a transcript's codings from disk.
func (m *model) read(id string) error {
	stamps := m.stampsOf(id)
	codings, candidates, err := m.s.CodingsIn(id)
	if err != nil {
		return err
	}
	if t := m.s.Transcript(id); t != m.t {
		m.t = t
		m.reader = newReader(t, m.s.Language(t))
		m.layout = nil
	}
	m.stamps = stamps
	m.codings, m.unread, m.unplaced = nil, nil, 0
	for _, p := range codings {
		if stands(p) {
			m.codings = append(m.codings, p)
		} else if p.Coder == m.o.Coder && p.Status == analysis.Accepted {
			m.unplaced++
		}
	}
	slices.SortStableFunc(m.codings, func(a, b *analysis.Placed) int {
		return cmp.Or(cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(b.Span.End, a.Span.End), strings.Compare(a.Coder, b.Coder), strings.Compare(a.ID, b.ID))
	})
	m.unread = unreadBy(m.o.Coder, m.codings, candidates)
	m.survey[id] = surveyOf(m.o.Coder, m.codings, len(m.unread), m.begun())
	return nil
}

// stands says whether a coding's words are known today, and its code, be it one that was split.
func stands(p *analysis.Placed) bool {
	switch p.Standing {
	case transcript.Ambiguous, transcript.Lost, transcript.Invalid:
		return false
	}
	return p.Today != nil
}

// unreadBy returns the candidates that a coder has not decided about: she has neither accepted nor rejected the code on
// an overlapping passage.
func unreadBy(coder string, codings []*analysis.Placed, candidates []*analysis.Proposal) []*analysis.Placed {
	var out []*analysis.Placed
	for _, c := range candidates {
		if !slices.ContainsFunc(codings, func(p *analysis.Placed) bool {
			return p.Coder == coder && p.Today == c.Today && p.Span.Overlaps(c.Span)
		}) {
			out = append(out, c.Placed)
		}
	}
	slices.SortStableFunc(out, func(a, b *analysis.Placed) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return out
}

// begun says whether the coder has a file for the transcript.
func (m *model) begun() bool { return m.stamps[m.ownFile(m.t.ID)] != "" }

// independent says that what others and rules coded here must not be shown yet.
func (m *model) independent() bool {
	return m.s.Config.Approach == analysis.CodingReliability && !m.finished[m.t.ID]
}

// stampsOf notes what the files that the screen depends on look like.
func (m *model) stampsOf(id string) map[string]string {
	stamps := map[string]string{}
	for _, name := range []string{m.s.TranscriptPath(id), m.s.Path("codebook.yaml"), m.s.Path("study.yaml"), m.s.Path("participants.csv"), m.ownFile(id)} {
		stamps[name] = modified(name)
	}
	for _, coder := range append(m.s.Coders(), "_rules") {
		name := m.s.Path("codings/" + coder + "/" + id + ".jsonl")
		stamps[name] = modified(name)
	}
	return stamps
}

// watch reads again what another window, a command or an editor has changed since it was read, and says whether there
// was anything.
func (m *model) watch() bool {
	now := m.stampsOf(m.t.ID)
	var changed []string
	for name, stamp := range now {
		if m.stamps[name] != stamp {
			changed = append(changed, name)
		}
	}
	if len(changed) == 0 && len(now) == len(m.stamps) {
		return false
	}
	codings := m.s.Path("codings")
	m.reread(slices.ContainsFunc(changed, func(name string) bool { return filepath.Dir(filepath.Dir(name)) != codings }))
	return true
}

// reread takes in what changed on disk; whole opens the study anew, for a changed transcript or codebook.
func (m *model) reread(whole bool) {
	id, turn, within := m.t.ID, m.reader.turnAt(m.selection.Start), 0
	if len(m.t.Turns) > 0 {
		within = m.selection.Start - m.t.Turns[turn].Start
	}
	text := m.t.Text
	if whole {
		s, err := m.o.Open()
		if err == nil {
			if err = s.Err(); err != nil {
				s.Close()
			}
		}
		if err == nil && s.Transcript(id) == nil {
			err = fmt.Errorf("transcript %s is gone, or cannot be read any more", id)
			s.Close()
		}
		if err != nil {
			m.fail(err)
			m.stamps = m.stampsOf(id) // told once
			return
		}
		m.s.Close()
		m.take(s)
	}
	if err := m.read(id); err != nil {
		m.fail(err)
		m.stamps = m.stampsOf(id)
		return
	}
	m.refresh()
	if m.t.Text != text { // the same turn, as far into it
		at := 0
		if turn < len(m.t.Turns) {
			at = min(m.t.Turns[turn].Start+within, max(m.t.Turns[turn].Start, m.t.Turns[turn].End-1))
		}
		m.selection = selection{Span: m.reader.around(sentence, at)}
		m.search.matches, m.finder = nil, nil
		if m.prompt != nil && !m.prompt.input.lines {
			m.prompt = nil // it was about a passage that she saw
		}
		m.tell("the transcript was edited; this is how it reads now")
	}
	m.lay()
	m.settleFocus()
	m.show()
}

func (m *model) tell(format string, args ...any) {
	m.said, m.fault = fmt.Sprintf(format, args...), false
}

// fail says in the last line what could not be done.
func (m *model) fail(err error) {
	said := err.Error()
	if found, ok := diag.AsInvalid(err); ok && found.Count(diag.Error) > 0 {
		i := slices.IndexFunc(found, func(f diag.Finding) bool { return f.Severity == diag.Error })
		said = fmt.Sprintf("%s:%d: %s", found[i].File, found[i].Pos.Line, found[i].Message)
	}
	if first, rest, more := strings.Cut(said, "\n"); more {
		said = fmt.Sprintf("%s (and %s)", first, analysis.Plural(strings.Count(rest, "\n")+1, "other fault", "other faults"))
	}
	m.said, m.fault = diag.Plain(said), true
}

// lay brings layout and margin up to date with the size, the transcript and the codings.
func (m *model) lay() {
	p := m.place()
	if m.layout == nil || m.layout.t != m.t || m.layout.margin != p.margin || m.layout.text != max(p.text, leastText) || m.layout.method != m.method {
		m.layout = newLayout(m.t, p.margin, p.text, m.method)
	}
	m.marks = m.marks[:0]
	hidden := m.independent()
	for _, c := range m.codings {
		if c.Status != analysis.Accepted || !m.wanted(c.Today) || m.filterBy != "" && c.Coder != m.filterBy {
			continue
		}
		k := own
		switch {
		case c.Queued:
			k = queued
		case c.Coder != m.o.Coder:
			k = other
		}
		if c.Coder != m.o.Coder && (hidden || !m.others && m.filterBy != c.Coder && !m.comparing()) {
			continue
		}
		m.marks = append(m.marks, mark{c, k, m.palette.of(c.Today)})
	}
	if m.walk != nil && !m.walk.settling && !hidden {
		for _, c := range m.unread {
			m.marks = append(m.marks, mark{c, candidate, m.palette.of(c.Today)})
		}
		slices.SortStableFunc(m.marks, func(a, b mark) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	}
	m.margin = newMargin(m.layout, m.marks, max(1, m.layout.margin/4))
}

// wanted says whether the filter lets a code through: it is the one, or stands under it.
func (m *model) wanted(c *codebook.Code) bool {
	for ; c != nil; c = c.Parent {
		if m.filterCode == "" || c.ID == m.filterCode {
			return true
		}
	}
	return false
}

// comparing says whether coders' readings are being compared, so that all of them show.
func (m *model) comparing() bool { return m.walk != nil && m.walk.settling }

// here returns the marks that overlap the selection, by index.
func (m *model) here() []int {
	var out []int
	for i, c := range m.marks {
		if c.Span.Overlaps(m.selection.Span) {
			out = append(out, i)
		}
	}
	return out
}

// focusMark returns the coding that keys act on.
func (m *model) focusMark() (mark, bool) {
	for _, c := range m.marks {
		if c.ID == m.focus {
			return c, true
		}
	}
	return mark{}, false
}

// settleFocus keeps the focus on a coding of the selection: the one it was on, else one on just this passage, else the
// coder's own shortest, else the shortest.
func (m *model) settleFocus() {
	best, bestCost := "", 0
	for _, i := range m.here() {
		c := m.marks[i]
		if c.ID == m.focus {
			return
		}
		cost := c.Span.Len() + 1
		if c.Span == m.selection.Span {
			cost = 0
		}
		if c.kind == other {
			cost += 1 << 40
		}
		if best == "" || cost < bestCost {
			best, bestCost = c.ID, cost
		}
	}
	m.focus = best
}

// show scrolls as little as it takes to have the selection on the page: all of it, else the end that moves.
func (m *model) show() {
	page := m.place().rows
	first, last := m.layout.rowsOf(m.selection.Span)
	if last-first >= page-2 {
		if m.selection.atStart || !m.extending && !m.grown() {
			last = first
		} else {
			first = last
		}
	}
	above := min(2, page/4)
	if first-above < m.top {
		m.top = first - above
	}
	if last+above >= m.top+page {
		m.top = last + above - page + 1
	}
	m.top = max(0, min(m.top, len(m.layout.rows)-page))
}

// grown says whether the selection is more than a sentence.
func (m *model) grown() bool {
	return m.selection.End > m.reader.around(sentence, m.selection.Start).End
}

// Init asks the terminal for its background and begins to look through the rest of the study.
func (m *model) Init() tea.Cmd { return tea.Batch(tea.RequestBackgroundColor, m.look(), tick()) }

type tickMsg struct{}

// tick comes every two seconds, so that what others change is seen without a key.
func tick() tea.Cmd { return tea.Tick(2*time.Second, func(time.Time) tea.Msg { return tickMsg{} }) }

// A survey is what the finders show of a transcript.
type survey struct {
	codes  map[string]int // this coder's codings, by id of the code
	total  int
	unread int
	begun  bool
}

type surveyMsg map[string]survey

func surveyOf(coder string, codings []*analysis.Placed, unread int, begun bool) survey {
	s := survey{codes: map[string]int{}, unread: unread, begun: begun}
	for _, p := range codings {
		if p.Coder == coder && p.Counts() {
			s.codes[p.Today.ID]++
			s.total++
		}
	}
	return s
}

// look counts codings in all transcripts, with a study of its own.
func (m *model) look() tea.Cmd {
	open, coder := m.o.Open, m.o.Coder
	return func() tea.Msg {
		s, err := open()
		if err != nil {
			return nil // it was opened a moment ago; what is wrong with it now is told at the next change
		}
		defer s.Close()
		byTranscript := map[string][]*analysis.Placed{}
		for _, p := range s.Placed() {
			byTranscript[p.Transcript] = append(byTranscript[p.Transcript], p)
		}
		out := surveyMsg{}
		work, candidates := s.Work()
		for _, w := range work {
			if w.Coder == coder {
				out[w.Transcript] = surveyOf(coder, byTranscript[w.Transcript], w.Undecided, w.Touched)
			}
		}
		for _, id := range s.TranscriptIDs() { // of one who has not begun anywhere
			if _, known := out[id]; !known {
				out[id] = surveyOf(coder, nil, candidates[id], false)
			}
		}
		return out
	}
}
