package ingest

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/codebook/diag"
)

// A line is one line of a text without its markup, with what its markup said.
type line struct {
	text    string
	n       int    // in the source, from 1
	blank   bool   // an empty line stands before it, or nothing
	para    bool   // it begins a paragraph
	bold    [2]int // the first stretch in bold: bytes, half-open; empty if there is none
	heading bool   // it is a heading
	dropped bool   // it is certainly not speech once somebody has spoken: a heading, a rule, a link's target
}

// A form is a way in which transcripts say who speaks.
type form int

const (
	_          form = iota
	byBold          // **Anna:** speech, **Anna**: speech
	byTime          // Anna  0:05 or Anna (00:05): on a line of its own, (00:05) Anna: speech, [Anna] 11:02:09
	byTwoLines      // Anna, and the time alone on the next line
	inBrackets      // [SPEAKER_00]: speech
	byBoldLine      // **Anna** without a colon
	byColon         // Anna: speech
	byTab           // Anna, tab, speech
	byLine          // Anna alone on a line, speech on the next
)

var formNames = map[form]string{
	byBold: "labels in bold", byTime: "names with a time beside them", byTwoLines: "names with a time on the next line",
	inBrackets: "labels in brackets", byBoldLine: "labels in bold", byColon: "labels before a colon", byTab: "labels before a tab",
	byLine: "names on lines of their own",
}

// A head is the beginning of a turn.
type head struct {
	form    form
	label   string
	key     string // the label as foldLabel makes it
	time    time.Duration
	hasTime bool
	leads   bool // the time stands before the label
	alone   bool // the label, with its time or colon, is alone on its line
	gap     bool // two spaces or a tab stand before the time, as Otter writes it
	speech  int  // where the speech begins in the line's text, in bytes
	two     bool // it takes up the next line, too
	// `Anna: [0:05]` may be a header, or a label before speech that begins with a time: this form, and that beginning.
	otherwise form
	after     int
}

// A setting says which forms are looked for.
type setting int

const (
	prose    setting = iota // a text, a Word document
	captions                // subtitles: the lines are broken anywhere
)

// infer finds the lines that begin a turn. Nothing in a text says that a word before a colon is a speaker, so a label
// needs more than a colon: to stand there again and again, to be a word that transcripts use for speakers, or to be set
// off by bold type or a time. What it recognised is told as notes.
func infer(lines []line, in setting) (heads map[int]head, notes []string) {
	g := gather(lines, in)
	g.setOff()
	if !g.timed {
		g.repeated(byColon)
		g.repeated(byTab)
		if once := g.once(); once > 0 {
			notes = append(notes, "taken for speakers though they stand before a colon only once: "+plural(once, "label"))
		}
	}
	if len(g.heads) == 0 {
		g.ownLines()
	}
	if len(g.heads) == 0 {
		return nil, nil
	}
	g.namelessTimes()
	g.oneSpelling()
	best := form(0)
	for f, n := range g.used {
		if best == 0 || n > g.used[best] || n == g.used[best] && f < best {
			best = f
		}
	}
	return g.heads, append([]string{"speakers inferred from " + formNames[best]}, notes...)
}

// guess is what infer knows while it makes up its mind.
type guess struct {
	lines      []line
	in         setting
	candidates map[int]head // by index of line
	order      []int        // the candidates' lines
	tallies    map[form]map[string]int
	filled     int // lines that are not empty
	blocks     int // of them, those after an empty line

	heads    map[int]head // the candidates that were taken
	speakers map[string]bool
	used     map[form]int
	timed    bool // each turn is headed by a line of a name and a time: nothing else heads one
}

func gather(lines []line, in setting) *guess {
	g := &guess{lines: lines, in: in, candidates: map[int]head{}, tallies: map[form]map[string]int{},
		heads: map[int]head{}, speakers: map[string]bool{}, used: map[form]int{}}
	for i, l := range lines {
		if strings.TrimSpace(l.text) == "" {
			continue
		}
		g.filled++
		if l.blank {
			g.blocks++
		}
		var next *line
		if i+1 < len(lines) {
			next = &lines[i+1]
		}
		if h, ok := candidate(l, next, in); ok && !l.dropped {
			h.key = foldLabel(h.label)
			g.candidates[i] = h
		}
	}
	g.skipFrontBlock()
	g.settle()
	for i := range lines {
		if h, ok := g.candidates[i]; ok {
			g.order = append(g.order, i)
			if g.tallies[h.form] == nil {
				g.tallies[h.form] = map[string]int{}
			}
			g.tallies[h.form][h.key]++
		}
	}
	return g
}

// take accepts the candidates of a form that ok agrees to.
func (g *guess) take(f form, ok func(i int, h head) bool) {
	for _, i := range g.order {
		h := g.candidates[i]
		if _, have := g.heads[i]; !have && h.form == f && ok(i, h) {
			g.heads[i] = h
			g.used[f]++
			g.speakers[h.key] = true
		}
	}
}

// known says whether a label is a word that transcripts use for speakers.
func known(key string) bool {
	_, _, k := classify(key)
	return k && !never[headWord(key)]
}

// speaker says whether h's label may be a speaker's, by what it is and how often it stands in that form.
func (g *guess) speaker(h head) bool {
	n := g.tallies[h.form][h.key]
	much := n*10 >= g.filled
	switch {
	case never[headWord(h.key)]:
		return false
	case g.speakers[h.key] || h.form == byBold || known(h.key):
		return true
	case common[h.key]: // So, Will: a name only if much of the text hangs on it
		return n >= 5 && much
	case nameLike(h.label):
		return n >= 2 || h.form == byTime || h.form == byTwoLines
	}
	return n >= 3 && much && strings.Count(h.key, " ") < 2 && g.in == prose
}

// census counts the candidates of a form that may be speakers', their labels, and whether one is known for such or at
// least comes back.
func (g *guess) census(f form, which func(h head) bool) (total, labels int, anyKnown, anyTwice bool) {
	seen := map[string]bool{}
	for _, i := range g.order {
		h := g.candidates[i]
		if h.form != f || !which(h) || !g.speaker(h) {
			continue
		}
		total++
		anyTwice = anyTwice || seen[h.key]
		if !seen[h.key] {
			seen[h.key] = true
			anyKnown = anyKnown || known(h.key)
		}
	}
	return total, len(seen), anyKnown, anyTwice
}

func all(head) bool { return true }

// setOff takes the labels that bold type, brackets or a time set off from speech.
func (g *guess) setOff() {
	total, _, anyKnown, anyTwice := g.census(byBold, all)
	// A monologue may have its one label, at the very beginning.
	if total > 0 && (anyKnown || anyTwice || g.candidates[0].form == byBold && nameLike(g.candidates[0].label)) {
		g.take(byBold, func(_ int, h head) bool { return g.speaker(h) })
	}
	if total, _, anyKnown, anyTwice := g.census(inBrackets, all); total > 1 && (anyKnown || anyTwice) {
		g.take(inBrackets, func(_ int, h head) bool { return g.speaker(h) })
	}
	// Lines of a name and a time head all turns or none: "At 10:30" may be all that a line of speech holds.
	colons, _, _, _ := g.census(byColon, all)
	alone := func(h head) bool { return h.alone }
	within := func(h head) bool { return !h.alone }
	inside, _, knownInside, twiceInside := g.census(byTime, within)
	headed, _, knownHeaded, twiceHeaded := g.census(byTime, alone)
	two, _, knownTwo, twiceTwo := g.census(byTwoLines, all)
	switch rest := max(colons, inside, len(g.heads)); {
	case two > 1 && two >= max(rest, headed) && (knownTwo || twiceTwo):
		g.take(byTwoLines, func(_ int, h head) bool { return g.speaker(h) })
		g.timed = true
	case headed > 1 && headed >= rest && (knownHeaded || twiceHeaded):
		g.take(byTime, func(_ int, h head) bool { return h.alone && g.speaker(h) })
		g.timed = true
	case inside > 1 && (knownInside || twiceInside):
		g.take(byTime, func(_ int, h head) bool { return !h.alone && g.speaker(h) })
	}
	if g.timed {
		return
	}
	_, _, _, anyTwice = g.census(byBoldLine, all)
	g.take(byBoldLine, func(_ int, h head) bool {
		return g.speaker(h) || h.alone && anyTwice && nameLike(h.label) && !never[headWord(h.key)]
	})
}

// repeated takes the labels before a colon or tab that come back or are known for speakers'.
func (g *guess) repeated(f form) {
	total, labels, anyKnown, _ := g.census(f, all)
	enough := total > 1 || len(g.heads) > 0
	if first, ok := g.candidates[0]; ok && f == byColon && first.form == f && known(first.key) {
		enough = true // a monologue
	}
	if len(g.heads) == 0 && !anyKnown { // two who talk, or one who says most
		enough = enough && (labels > 1 && total*10 >= g.blocks || total*2 >= g.blocks)
	}
	if g.in == captions {
		enough = enough && total*10 >= g.blocks
	}
	if f == byTab {
		enough = enough && total*3 >= g.filled
	}
	if enough {
		g.take(f, func(_ int, h head) bool { return g.speaker(h) })
	}
}

// once takes the names of people who speak only once, and returns how many: where nearly each paragraph (or line, in a
// text without empty ones; or caption) begins with a label, a name before a colon is one; and where only an interviewer
// was recognised, somebody must have answered her.
func (g *guess) once() int {
	units, labelled, first := g.blocks, 0, len(g.lines)
	byLines := g.blocks*3 < g.filled
	if byLines {
		units = g.filled
	}
	for i := range g.heads {
		first = min(first, i)
		if byLines || g.lines[i].blank {
			labelled++
		}
	}
	single := func(i int, h head) bool {
		heading := headWord(h.key) != h.key && !known(h.key) // Block 2: ...
		return i > first && (byLines || g.lines[i].blank) && !heading && nameLike(h.label) && !never[headWord(h.key)] && !common[h.key]
	}
	n := 0
	for i, h := range g.candidates {
		if _, have := g.heads[i]; !have && h.form == byColon && single(i, h) {
			n++
		}
	}
	mostly := labelled >= 4 && labelled*10 >= units*6 && g.in == prose
	nearlyAll := labelled >= 2 && (labelled+n)*10 >= units*8
	if n == 0 || !mostly && !nearlyAll && !g.onlyInterviewers() {
		return 0
	}
	g.take(byColon, single)
	return n
}

// onlyInterviewers says whether somebody was recognised and none of them gives answers.
func (g *guess) onlyInterviewers() bool {
	for _, h := range g.heads {
		if role, _ := Role(h.label); role != diag.Interviewer {
			return false
		}
	}
	return len(g.heads) > 0 && g.in == prose
}

// ownLines takes names that stand alone on a line, with the speech on the next. That is little to go by, so each must
// come back, and the turns must be much of the text.
func (g *guess) ownLines() {
	total, labels, anyKnown, _ := g.census(byLine, all)
	if total >= 4 && total >= 2*labels && (labels > 1 || anyKnown) && total*5 >= g.blocks {
		g.take(byLine, func(_ int, h head) bool { return g.speaker(h) })
	}
}

// report adds what infer recognised to the notes.
func (d *Document) report(notes []string) {
	for _, n := range notes {
		d.note("%s", n)
	}
}

// headWord is a folded label without the number after it.
func headWord(key string) string {
	word, _ := numbered(key)
	return word
}

// skipFrontBlock takes the candidates out of a block of particulars at the top (Date: ..., Place: ..., Interviewer:
// Anna Berg): lines without an empty one between, of which one is such a particular and none has the label of another.
func (g *guess) skipFrontBlock() {
	particulars, seen := false, map[string]bool{}
	end := 0
	for end < len(g.lines) && (end == 0 || !g.lines[end].blank) {
		if h, ok := g.candidates[end]; ok {
			if seen[h.key] {
				return
			}
			seen[h.key] = true
			particulars = particulars || never[headWord(h.key)]
		}
		end++
	}
	if !particulars || end == len(g.lines) {
		return
	}
	for i := range end {
		delete(g.candidates, i)
	}
}

// settle decides what `Anna: [0:05]` is where other lines have a label and a colon, but no time, in the same form: what
// is commoner.
func (g *guess) settle() {
	for _, f := range []form{byBold, byColon} {
		headers, plain := 0, 0
		for _, h := range g.candidates {
			if h.otherwise == f {
				headers++
			} else if h.form == f {
				plain++
			}
		}
		if headers > plain {
			continue
		}
		for i, h := range g.candidates {
			if h.otherwise == f {
				h.form, h.speech, h.hasTime, h.time, h.alone = f, h.after, false, 0, false
				g.candidates[i] = h
			}
		}
	}
}

// namelessTimes adds the headers in which Otter has no name: where names stand with a bare time on lines of their own,
// a line that holds such a time alone begins a turn by nobody known.
func (g *guess) namelessTimes() {
	otter := 0
	for _, h := range g.heads {
		if h.form == byTime && h.alone && h.gap {
			otter++
		}
	}
	if otter < 2 {
		return
	}
	for i, l := range g.lines {
		if _, ok := g.heads[i]; ok || !l.blank || i+1 == len(g.lines) || g.lines[i+1].blank {
			continue
		}
		s := strings.TrimSpace(l.text)
		if t, n, ok := clock(s); ok && n == len(s) {
			g.heads[i] = head{form: byTime, label: nobody, key: foldLabel(nobody), time: t, hasTime: true, alone: true, speech: len(l.text)}
		}
	}
}

// oneSpelling gives labels that differ only in case or spaces the spelling that is commonest, or else comes first.
func (g *guess) oneSpelling() {
	counts := map[string]int{}
	for _, h := range g.heads {
		counts[h.label]++
	}
	chosen := map[string]string{}
	for i := range g.lines {
		if h, ok := g.heads[i]; ok {
			if best, have := chosen[h.key]; !have || counts[h.label] > counts[best] {
				chosen[h.key] = h.label
			}
		}
	}
	for i, h := range g.heads {
		h.label = chosen[h.key]
		g.heads[i] = h
	}
}

// candidate reads what may be the beginning of a turn. Whether it is one, infer decides from all lines together.
func candidate(l line, next *line, in setting) (head, bool) {
	text := l.text
	at := spaces(text)
	if in == captions {
		if rest, ok := strings.CutPrefix(text[at:], ">>"); ok {
			at += 2 + spaces(rest)
		}
	} else if l.bold[1] > 0 {
		for _, marker := range []string{"- ", "* ", "+ ", "> ", "• "} {
			if rest, ok := strings.CutPrefix(text[at:], marker); ok {
				at += len(marker) + spaces(rest)
			}
		}
	}
	h := head{}
	if t, n, ok := leading(text[at:]); ok && in == prose {
		h.time, h.hasTime, h.leads = t, true, true
		at += n
	}
	rest := text[at:]
	if rest == "" {
		return head{}, false
	}
	if in == prose {
		if b, ok := boldHead(l, next, at, h); ok {
			return b, true
		}
	}
	if rest[0] == '[' {
		if b, ok := bracketHead(text, at, h); ok {
			return b, true
		}
	}
	if in == prose && !h.leads {
		if label, t, gap, ok := trailing(rest); ok && (!strings.HasPrefix(strings.TrimLeft(rest[len(label):], " "), ":") || goesOn(next)) {
			if _, n, ok := beforeColon(rest); ok && strings.HasPrefix(rest, label) {
				h.otherwise, h.after = byColon, at+n
			}
			h.label, h.form, h.time, h.hasTime, h.gap, h.alone, h.speech = label, byTime, t, true, gap, true, len(text)
			return h, true
		}
	}
	if label, t, n, ok := inner(rest); ok && in == prose && !h.leads {
		h.label, h.form, h.time, h.hasTime, h.speech = label, byTime, t, true, at+n
		h.alone = strings.TrimSpace(rest[n:]) == ""
		return h, true
	}
	if label, n, ok := beforeColon(rest); ok {
		h.label, h.form, h.speech = label, byColon, at+n
		if h.leads {
			h.form = byTime
		}
		return h, true
	}
	if in == captions {
		return head{}, false
	}
	if i := strings.IndexByte(rest[:min(len(rest), maxLabelBytes)], '\t'); i > 0 && labelLike(strings.TrimSpace(rest[:i])) {
		h.label, h.form, h.speech = strings.TrimSpace(rest[:i]), byTab, at+i+1
		if h.leads {
			h.form = byTime
		}
		return h, true
	}
	if label := strings.TrimSpace(rest); next != nil && labelLike(label) && utf8.RuneCountInString(label) <= 40 {
		h.label, h.speech, h.alone = label, len(text), true
		following := strings.TrimSpace(next.text)
		if t, n, ok := clock(following); ok && n == len(following) {
			h.form, h.time, h.hasTime, h.two = byTwoLines, t, true, true
			return h, true
		}
		if !l.blank || next.blank || following == "" {
			return head{}, false
		}
		h.form = byLine
		if h.leads {
			h.form = byTime
		}
		return h, true
	}
	return head{}, false
}

// leading reads a time at the beginning of a line, in brackets or bare, with a dash or bar after it or none.
func leading(s string) (t time.Duration, n int, ok bool) {
	t, n, ok = bracketed(s)
	if !ok {
		if t, n, ok = clock(s); !ok || n < len(s) && s[n] != ' ' && s[n] != '\t' {
			return 0, 0, false
		}
	}
	n += spaces(s[n:])
	for _, mark := range []string{"- ", "– ", "| "} {
		if strings.HasPrefix(s[n:], mark) {
			n += len(mark)
			n += spaces(s[n:])
		}
	}
	return t, n, true
}

// boldHead reads a label in bold type at at: the colon in bold or after it, a time in bold or after it.
func boldHead(l line, next *line, at int, h head) (head, bool) {
	start, end := l.bold[0], l.bold[1]
	if end <= at || start > at || end > len(l.text) {
		return head{}, false
	}
	label := strings.TrimSpace(l.text[at:end])
	n := end
	colon := false
	if s, ok := cutColon(label); ok {
		label, colon = s, true
	}
	if name, t, _, ok := trailing(label); ok { // **Anna (00:05):**
		label, h.time, h.hasTime, colon = name, t, true, true
		if s, ok := cutColon(label); ok {
			label = s
		}
	}
	if !labelLike(label) {
		return head{}, false
	}
	h.label, h.form = label, byBold
	after := l.text[n:]
	if !colon {
		n += spaces(after)
		if rest, ok := strings.CutPrefix(l.text[n:], ":"); ok {
			colon = true
			n = len(l.text) - len(rest)
		} else if rest, ok := strings.CutPrefix(l.text[n:], "："); ok {
			colon = true
			n = len(l.text) - len(rest)
		}
	}
	// A time alone after it, as Teams writes: **Anna Berg** 0:09
	if t, ok := timeToEnd(l.text[n:]); ok && !h.hasTime && (!colon || goesOn(next)) {
		if colon {
			h.otherwise, h.after = byBold, n
		}
		h.time, h.hasTime, h.alone, h.form, h.speech = t, true, true, byTime, len(l.text)
		return h, true
	}
	h.speech = n
	h.alone = strings.TrimSpace(l.text[n:]) == ""
	if !colon {
		h.form = byBoldLine
	}
	return h, true
}

func cutColon(s string) (string, bool) {
	t := strings.TrimSuffix(strings.TrimSuffix(s, ":"), "：")
	return strings.TrimSpace(t), t != s
}

// timeToEnd says whether s is a time, in brackets or bare, with a colon after it or none.
func timeToEnd(s string) (time.Duration, bool) {
	s = strings.TrimRight(strings.TrimSpace(s), ": ")
	t, n, ok := bracketed(s)
	if !ok {
		t, n, ok = clock(s)
	}
	return t, ok && n == len(s)
}

// bracketHead reads `[SPEAKER_00]: speech` and `[Anna Berg] 11:02:09`.
func bracketHead(text string, at int, h head) (head, bool) {
	end := strings.IndexByte(text[at:min(len(text), at+maxLabelBytes)], ']')
	if end < 0 {
		return head{}, false
	}
	label := strings.TrimSpace(strings.TrimLeft(text[at:at+end], "["))
	after := at + end + 1
	if !labelLike(label) {
		return head{}, false
	}
	h.label = label
	if rest, ok := strings.CutPrefix(text[after:], ":"); ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
		if said := strings.TrimSpace(rest); strings.HasPrefix(said, "http") || strings.HasPrefix(said, "<http") {
			return head{}, false // the target of a Markdown link
		}
		h.form, h.speech = inBrackets, after+1
		return h, true
	}
	if t, ok := timeToEnd(text[after:]); ok {
		h.form, h.time, h.hasTime, h.alone, h.speech = byTime, t, true, true, len(text)
		return h, true
	}
	return head{}, false
}

// trailing reads a line of a label and a time: `Anna Berg  0:05`, `Anna (00:00:05):`, `Anna: [00:05]`. Gap says that two
// spaces or a tab stand between them.
func trailing(s string) (label string, t time.Duration, gap, ok bool) {
	s = strings.TrimRight(s, " \t")
	s = strings.TrimRight(strings.TrimSuffix(s, ":"), " \t")
	if s == "" || len(s) > maxLabelBytes {
		return "", 0, false, false
	}
	start := 0
	switch s[len(s)-1] {
	case ')':
		start = strings.LastIndexByte(s, '(')
	case ']':
		start = strings.LastIndexByte(s, '[')
	default:
		start = len(strings.TrimRight(s, "0123456789:.,"))
		if start == 0 || s[start-1] != ' ' && s[start-1] != '\t' {
			return "", 0, false, false
		}
	}
	if start <= 0 {
		return "", 0, false, false
	}
	t, ok = timeToEnd(s[start:])
	label = strings.TrimRight(s[:start], " \t")
	gap = strings.ContainsAny(s[len(label):start], "\t") || start-len(label) >= 2
	if name, colon := cutColon(label); colon {
		label = name
	}
	label = strings.TrimRight(label, " -–|,")
	return label, t, gap, ok && labelLike(label)
}

// goesOn says whether next goes on with the paragraph. After `Anna: [0:05]` that is what she says; without it the time
// is all that stands there, as after `Break: [13:56]`.
func goesOn(next *line) bool { return next != nil && !next.blank && strings.TrimSpace(next.text) != "" }

// inner reads a label with a time in brackets and a colon before speech: `Anna (00:00:05): speech`.
func inner(s string) (label string, t time.Duration, n int, ok bool) {
	within := s[:min(len(s), maxLabelBytes)]
	for i := strings.IndexAny(within, "(["); i >= 0; {
		if t, k, ok := bracketed(s[i:]); ok {
			n = i + k
			n += spaces(s[n:])
			if label := strings.TrimSpace(s[:i]); n < len(s) && s[n] == ':' && (n+1 == len(s) || s[n+1] == ' ' || s[n+1] == '\t') && labelLike(label) {
				return label, t, n + 1, true
			}
		}
		next := strings.IndexAny(within[i+1:], "([")
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return "", 0, 0, false
}

// beforeColon reads `Label: speech`. After an ASCII colon there must be white space or nothing, unless the label is
// known for a speaker's: `I:Yes`.
func beforeColon(s string) (label string, n int, ok bool) {
	within := s[:min(len(s), maxLabelBytes)]
	i := strings.IndexByte(within, ':')
	width := 1
	if wide := strings.Index(within, "："); wide >= 0 && (i < 0 || wide < i) {
		i, width = wide, len("：")
	}
	if i <= 0 {
		return "", 0, false
	}
	label = strings.TrimSpace(s[:i])
	if !labelLike(label) {
		return "", 0, false
	}
	if n = i + width; width == 1 && n < len(s) && s[n] != ' ' && s[n] != '\t' {
		next, _ := utf8.DecodeRuneInString(s[n:])
		if _, _, known := classify(label); !known || !unicode.IsLetter(next) {
			return "", 0, false
		}
	}
	return label, n, true
}

// No label is longer.
const (
	maxLabelBytes = 160
	maxLabelRunes = 60
	maxLabelWords = 7
)

// labelLike says whether s might be a label at all: short, with a letter or a question mark, and no sentence.
func labelLike(s string) bool {
	if s == "" || len(s) > maxLabelBytes || utf8.RuneCountInString(s) > maxLabelRunes {
		return false
	}
	letters, words, quoted := false, 0, false
	for i, w := range strings.Fields(s) {
		words = i + 1
		last, _ := utf8.DecodeLastRuneInString(w)
		switch last {
		case ';', '!', '…':
			return false
		case '.':
			// Dr. Berg, J. Thompson, Sammy Jr.: an abbreviation begins with a capital and is short.
			first, _ := utf8.DecodeRuneInString(w)
			if utf8.RuneCountInString(w) > 5 || !unicode.IsUpper(first) && !unicode.IsDigit(first) {
				return false
			}
		}
		for _, r := range w {
			letters = letters || unicode.IsLetter(r)
			quoted = quoted || strings.ContainsRune("\"“”«»„;!<>{}=", r)
		}
	}
	if quoted || words > maxLabelWords || strings.ContainsAny(s, ":：") || strings.IndexAny(s, "-–—*_#>+~•·/\\|&%$@^=,.'’`") == 0 || strings.Contains(s, "//") || strings.HasSuffix(s, ",") {
		return false
	}
	if strings.Contains(s, ", ") && words > 4 {
		return false
	}
	if q := strings.IndexByte(s, '?'); q >= 0 && (q < len(strings.TrimRight(s, "?")) || words > 3) {
		return false
	}
	return letters || strings.Trim(s, "?") == ""
}

// nameLike says whether s is written as a name or a code is: each word begins with a capital, a digit or a letter of a
// script without capitals, but for the small words that names have; and one of them at least is no common word.
func nameLike(s string) bool {
	words := strings.Fields(s)
	proper, aside := len(words) == 1, false
	for i, w := range words {
		// What stands in brackets, such as pronouns or a firm, may be written in any way.
		aside = aside || i > 0 && strings.ContainsAny(w[:1], "([|")
		if aside {
			aside = !strings.ContainsAny(w[len(w)-1:], ")]")
			continue
		}
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, "([{'’-#|&/@"))
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r) || unicode.IsDigit(r) || r == '?':
		case unicode.IsLetter(r) && !unicode.IsLower(r): // no case
		case i > 0 && particles[strings.ToLower(w)]:
		case r == utf8.RuneError || !unicode.IsLetter(r):
		default:
			return false
		}
		proper = proper || unicode.IsLetter(r) && !unicode.IsLower(r) && !common[strings.ToLower(w)]
	}
	return proper
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return itoa(n) + " " + what + "s"
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Split(words, ",") {
		m[strings.Join(strings.Fields(w), " ")] = true
	}
	return m
}

var particles = set(`af, al, av, bin, bint, da, dal, das, de, del, dela, della, den, der, di, dos, du, e, el, het, i, ibn, in, la, las, le, les, lo, los,
	of, op, 't, ten, ter, the, und, van, vom, von, y, zu, zum, zur, and, or, from, at, jr, sr, fra`)

// never are words before a colon that head particulars of a transcript, or remarks, and are no speakers.
var never = set(`time, times, start time, end time, date, dates, date of interview, interview date, place, venue, location, site, duration, length,
	interview length, note, notes, field notes, nb, n.b, p.s, ps, detail, details, summary, abstract, introduction, background, method, methods,
	results, conclusion, discussion, transcript, transcription, transcribed, transcribed by, transcription by, recorded, recorded by, recording,
	recording date, audio, audio file, file, file name, filename, title, topic, topics, theme, themes, project, study, setting, context, present, participants,
	attendees, attendance, speakers, age, gender, sex, occupation, profession, education, keywords, source, version, language, languages, example, examples,
	warning, important, e.g, i.e, re, cc, to, from, http, https, www, url, link, links, website, email, e-mail, tel, id, interview, interview no,
	interview number, interview id, participant id, case, code, codes, legend, key, contents, agenda, page, part, section, chapter, appendix, phase, teil, kapitel, abschnitt, partie, chapitre, parte, capítulo, sección, kapittel, avsnitt, deel,
	comment, comments, comment by, edit, update, p.s, status, session, wave, round, word count, words, transcription conventions, conventions,
	tid, tidspunkt, dato, sted, plass, varighet, lengde, merknad, merknader, notat, notater, detaljer, deltakere, alder, kjønn, yrke, utdanning, tema, fil, lydfil,
	opptak, intervju, eksempel, prosjekt, studie, tilstede, til stede, datum, zeit, uhrzeit, ort, dauer, anmerkung, anmerkungen, notiz, notizen, teilnehmer,
	anwesend, alter, geschlecht, beruf, thema, themen, beispiel, datei, aufnahme, projekt, studie, hinweis, kommentar, transkript, transkription, tid, plats,
	längd, anteckning, anteckningar, ålder, kön, utbildning, exempel, varighed, bemærkning, køn, uddannelse, heure, lieu, durée, remarque, remarques,
	note, date, fichier, enregistrement, participants, âge, sexe, profession, sujet, sujets, thème, exemple, contexte, projet, étude, fecha, hora, lugar,
	duración, nota, notas, participantes, edad, género, sexo, profesión, tema, temas, ejemplo, archivo, grabación, contexto, proyecto, estudio, transcripción,
	data, local, duração, idade, gênero, profissão, exemplo, arquivo, gravação, projeto, estudo, transcrição, ora, luogo, durata, età, genere,
	professione, esempio, registrazione, progetto, studio, trascrizione, tijd, plaats, duur, opmerking, opmerkingen, leeftijd, geslacht, beroep, onderwerp,
	voorbeeld, bestand, opname, aanwezig, päivämäärä, aika, paikka, kesto, huomautus, ikä, sukupuoli, ammatti, godzina, miejsce, czas, czas trwania, uwaga,
	uwagi, wiek, płeć, zawód, temat, przykład, дата, время, место, длительность, примечание, возраст, пол, профессия, тема, пример, 日期, 时间, 地点, 时长,
	备注, 年龄, 性别, 职业, 主题, 日時, 日付, 場所, 時間, 備考, 注, 年齢, 性別, 例, 일시, 날짜, 시간, 장소, 비고, 나이, 성별, 직업`)

// common are words that begin a sentence before a colon and are no names.
var common = set(`and, but, so, well, yes, yeah, yep, no, nope, nah, ok, okay, right, then, now, because, like, also, first, firstly, second, secondly, third,
	thirdly, last, lastly, finally, next, again, or, if, that, this, these, those, the, an, it, he, she, they, we, you, me, who, what, why, how, when,
	where, which, one, two, three, four, five, oh, ah, um, uh, er, hm, hmm, mm, mhm, hi, hello, hey, bye, thanks, thank you, sorry, please, exactly, true,
	sure, good, great, wow, really, maybe, perhaps, actually, basically, remember, listen, look, see, there, here, your, our, his, her, their, problem,
	solution, reason, point, fact, result, conclusion, meaning, quote, plus, say, think, imagine, for example, in short, in other words, i mean, i said,
	i think, and then, so then, of course, you know, absolutely, definitely, correct, cool, nice, awesome, fine, done, anyway, still, however, therefore,
	ja, nei, nej, og, och, men, så, altså, jaha, ok, takk, tack, tak, hei, hej, nemlig, ikke, det, den, dette, jeg, vi, hun, han, nein, und, aber,
	also, dann, doch, genau, danke, hallo, das, der, die, ich, wir, weil, oui, si, et, mais, alors, donc, voilà, merci, bonjour, non, parce que, je, nous,
	il, elle, sí, y, pero, entonces, bueno, claro, gracias, hola, porque, yo, nosotros, él, sim, não, e, mas, então, obrigado, obrigada, olá, eu, sì,
	ma, allora, quindi, grazie, ciao, perché, io, noi, nee, en, maar, dus, dan, dank je, hoi, ik, wij, да, нет, но, и, так, tak, nie, ale, więc, no`)
