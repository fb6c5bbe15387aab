package analysis

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// The levels of a review, phase 4: themes against their coded passages, and against the whole data set.
const (
	LevelPassages = 1
	LevelWhole    = 2
)

// seen identifies the codings that a review sees, by persons and by rules that count unread: those of a theme at the
// first level, all that count at the second. It is 12 hexadecimal digits over their sorted ids.
func (e *Evidence) seen(level int, th *codebook.Theme) string {
	codings := slices.Concat(e.counted, e.accepted)
	if level == LevelPassages {
		codings = slices.Concat(e.Theme(th).Total.codings, e.Theme(th).ByRule.codings)
	}
	ids := make([]string, len(codings))
	for i, p := range codings {
		ids[i] = p.ID
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\x00")))
	return hex.EncodeToString(sum[:])[:12]
}

// A Review is a time that a theme was held against the data, as the journal tells it.
type Review struct {
	Event
	Changed bool // the codings that it saw are not those of today
}

// ReviewEvents returns the reviews that the journal tells of, oldest first, without those that were taken back.
func (s *Study) ReviewEvents() []Event {
	var all []Event
	for _, event := range s.Journal() {
		switch event.Event {
		case "review":
			event.Level = min(max(event.Level, LevelPassages), LevelWhole)
			all = append(all, event)
		case "undo": // says what was taken back, not which of several
			for i, r := range slices.Backward(all) {
				if reviewOf(r) == event.Why {
					all = slices.Delete(all, i, i+1)
					break
				}
			}
		}
	}
	return all
}

// Reviews returns the reviews of each theme, oldest first, without those that were taken back.
func (s *Study) Reviews(e *Evidence) map[*codebook.Theme][]Review {
	whole := sync.OnceValue(func() string { return e.seen(LevelWhole, nil) })
	out := map[*codebook.Theme][]Review{}
	for _, event := range s.ReviewEvents() {
		for _, ref := range event.About {
			id, isTheme := strings.CutPrefix(ref, "theme:")
			th := s.Book.Theme(id)
			if !isTheme || th == nil {
				continue
			}
			r := Review{Event: event}
			switch {
			case event.Evidence == "":
			case event.Level == LevelPassages:
				r.Changed = event.Evidence != e.seen(LevelPassages, th)
			default:
				r.Changed = event.Evidence != whole()
			}
			out[th] = append(out[th], r)
		}
	}
	return out
}

// reviewOf is what undo calls a review.
func reviewOf(e Event) string { return "review of " + strings.Join(e.About, ", ") }

// RecordReview writes into the journal that by has reviewed themes at a level, and what came of it. It returns the event.
func (s *Study) RecordReview(e *Evidence, by, note string, level int, themes ...*codebook.Theme) (Event, error) {
	event := Event{At: now(), By: by, Event: "review", Level: level, Why: note}
	if level == LevelPassages && len(themes) != 1 {
		return event, fmt.Errorf("record a review of passages: it is of one theme at a time")
	}
	for _, th := range themes {
		event.About = append(event.About, "theme:"+th.ID)
	}
	event.Evidence = e.seen(level, themes[0])
	unlock, err := s.lock()
	if err != nil {
		return event, err
	}
	defer unlock()
	journal, err := s.journalWith(event)
	if err != nil {
		return event, err
	}
	if _, err := s.change(by, reviewOf(event), map[string][]byte{journalFile: journal}); err != nil {
		return event, err
	}
	s.forget()
	return event, nil
}

// An Overlap is what a theme shares with another that stands neither above nor below it.
type Overlap struct {
	Theme    *codebook.Theme
	Codes    []*codebook.Code // that both draw on
	Passages []*Passage       // of the first, that overlap passages of the other
}

// Overlaps returns what th shares with the other themes, in the order of the codebook.
func (s *Study) Overlaps(e *Evidence, th *codebook.Theme) []Overlap {
	var out []Overlap
	mine := s.codesOf(standing(th)...)
	for _, other := range s.Standing() {
		if slices.Contains(other.WithSubThemes(), th) || slices.Contains(th.WithSubThemes(), other) {
			continue
		}
		o := Overlap{Theme: other}
		theirs := s.codesOf(standing(other)...)
		for _, c := range mine {
			if slices.Contains(theirs, c) {
				o.Codes = append(o.Codes, c)
			}
		}
		beside := e.Theme(other).Total.Passages
		for i := range e.Theme(th).Total.Passages {
			p := &e.Theme(th).Total.Passages[i]
			for len(beside) > 0 && beside[0].before(p) {
				beside = beside[1:]
			}
			if len(beside) > 0 && !p.before(&beside[0]) {
				o.Passages = append(o.Passages, p)
			}
		}
		if len(o.Codes)+len(o.Passages) > 0 {
			out = append(out, o)
		}
	}
	return out
}

// before says whether p ends before o begins.
func (p *Passage) before(o *Passage) bool {
	mine, theirs := p.Codings[0].order, o.Codings[0].order
	return mine < theirs || mine == theirs && p.End <= o.Start
}

// Quoted returns the words that excerpts and tensions of the standing themes quote, where they stand as quoted.
func (s *Study) Quoted(e *Evidence) Stretches {
	words := Stretches{}
	for _, th := range s.Standing() {
		for _, q := range slices.Concat(e.Theme(th).Excerpts, e.Theme(th).Tensions) {
			if q.Holds() {
				for _, span := range q.Result.Fragments {
					words.Add(transcript.Passage{Transcript: q.Transcript.ID, Span: span})
				}
			}
		}
	}
	return words
}

// Stretches are words of transcripts: spans that do not overlap, in order, by transcript.
type Stretches map[string][]transcript.Span

// Add adds the words of p.
func (w Stretches) Add(p transcript.Passage) {
	list := w[p.Transcript]
	from, to := w.at(p)
	if from < to {
		p.Start, p.End = min(p.Start, list[from].Start), max(p.End, list[to-1].End)
	}
	w[p.Transcript] = slices.Replace(list, from, to, p.Span)
}

// Overlap says whether any of p's words are there.
func (w Stretches) Overlap(p transcript.Passage) bool {
	from, to := w.at(p)
	return from < to
}

// at returns which spans of its transcript p overlaps, half-open; where it would stand if there is none.
func (w Stretches) at(p transcript.Passage) (from, to int) {
	list := w[p.Transcript]
	from, _ = slices.BinarySearchFunc(list, p.Start, func(s transcript.Span, start int) int { return s.End - start - 1 })
	for to = from; to < len(list) && list[to].Start < p.End; to++ {
	}
	return from, to
}

// A Spread is whom and what a theme or code draws on, and what it does not.
type Spread struct {
	Participants, NoParticipants []string // ids, in natural order
	Transcripts, NoTranscripts   []string
	Groups                       []SpreadGroups
}

// SpreadGroups is the spread over the values of an attribute.
type SpreadGroups struct {
	Attribute string
	Groups    []SpreadGroup
}

// A SpreadGroup is those who share a value ("" is not given): participants it draws on and does not.
type SpreadGroup struct {
	Value                        string
	Participants, NoParticipants []string
}

// Spread returns the spread of t over the study, and over the groups of some attributes.
func (s *Study) Spread(e *Evidence, t Tier, attributes []string) (Spread, error) {
	var out Spread
	drawn := map[string]bool{}
	for _, id := range t.ParticipantIDs {
		drawn[id] = true
	}
	out.Participants, out.NoParticipants = apart(e.voices.ids, drawn)
	read := map[string]bool{}
	for _, p := range t.Passages {
		read[p.Transcript] = true
	}
	out.Transcripts, out.NoTranscripts = apart(s.TranscriptIDs(), read)
	for _, name := range attributes {
		a, err := s.axis(e, &name, MatrixOptions{}, nil)
		if err != nil {
			return out, err
		}
		heard := make([]map[string]bool, len(a.headings))
		for i := range heard {
			heard[i] = map[string]bool{}
		}
		for _, p := range t.codings {
			for turn := p.from; turn < p.to; turn++ {
				if at, who := a.of[p.order][turn], e.voices.of[p.order][turn]; at >= 0 && who >= 0 {
					heard[at][e.voices.ids[who]] = true
				}
			}
		}
		groups := SpreadGroups{Attribute: name}
		for i, h := range a.headings {
			g := SpreadGroup{Value: h.ID}
			g.Participants, g.NoParticipants = apart(h.Participants, heard[i])
			groups.Groups = append(groups.Groups, g)
		}
		out.Groups = append(out.Groups, groups)
	}
	return out, nil
}

// apart parts names into those that are in a set and those that are not.
func apart(names []string, in map[string]bool) (those, others []string) {
	for _, name := range names {
		if in[name] {
			those = append(those, name)
		} else {
			others = append(others, name)
		}
	}
	return those, others
}

// A Setting is what a passage stands in.
type Setting struct {
	Asked         *transcript.Turn // what the interviewer last asked before the passage; nil if nothing, or the passage begins with it
	Before, After string           // what else is said in the turns that it begins and ends in
}

// Setting returns what p stands in.
func (s *Study) Setting(p transcript.Passage) Setting {
	var out Setting
	t := s.Transcript(p.Transcript)
	from, to := t.Speaking(p.Span)
	if from == to {
		return out
	}
	first, last := &t.Turns[from], &t.Turns[to-1]
	out.Before = strings.TrimSpace(t.Text[first.Speech.Start:max(first.Speech.Start, p.Start)])
	out.After = strings.TrimSpace(t.Text[min(last.Speech.End, p.End):last.Speech.End])
	if diag.Fold(first.Is) == diag.Interviewer {
		return out
	}
	for i := from - 1; i >= 0; i-- {
		turn := &t.Turns[i]
		if diag.Fold(turn.Is) != diag.Interviewer || turn.Speech.Len() == 0 {
			continue
		}
		if out.Asked == nil {
			out.Asked = turn
		}
		// "Mm." and "Right, yes." ask nothing; what was asked stands further up.
		if strings.ContainsAny(t.Text[turn.Speech.Start:turn.Speech.End], "?？؟") || transcript.CountWords(t.Text, turn.Speech) > 2 {
			out.Asked = turn
			break
		}
	}
	return out
}
