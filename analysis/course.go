package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
)

// phaseNames are the six phases of thematic analysis, in a word each.
var phaseNames = [...]string{"familiarise", "code", "generate", "review", "define", "write"}

// PhaseName returns the name of a phase, from 1 to 6.
func PhaseName(number int) string { return phaseNames[number-1] }

// ParsePhase reads a phase as people write it: 4, review, or phase:4 as the journal has it.
func ParsePhase(s string) (number int, err error) {
	word := diag.Fold(strings.TrimPrefix(s, "phase:"))
	for i, name := range phaseNames {
		if word == name || word == strconv.Itoa(i+1) {
			return i + 1, nil
		}
	}
	return 0, fmt.Errorf("%q is no phase; they are 1 %s", s, strings.Join([]string{phaseNames[0], "2 " + phaseNames[1], "3 " + phaseNames[2],
		"4 " + phaseNames[3], "5 " + phaseNames[4], "6 " + phaseNames[5]}, ", "))
}

// A Move is a going to a phase, or a note on the way. Phases are recursive: to go back is as good a move as any.
type Move struct {
	At, By string
	From   int // the phase that was left; 0 where none is known
	To     int // the phase that was gone to; 0 in a note
	About  []string
	Why    string
}

// Back says whether m returns to an earlier phase.
func (m Move) Back() bool { return m.To > 0 && m.To < m.From }

// Course returns what the journal says of phases, oldest first: where the researchers went, and what they noted. What
// was taken back with undo is left out.
func (s *Study) Course() []Move {
	var out []Move
	at := 0
	for _, e := range s.Journal() {
		m := Move{At: e.At, By: e.By, About: e.About, Why: e.Why}
		switch e.Event {
		case "undo":
			if n := len(out); n > 0 && e.Why == out[n-1].what() {
				at = out[n-1].From
				out = out[:n-1]
			}
			continue
		case "note":
		case "phase":
			m.From, m.To = phaseOf(e.From), phaseOf(e.To)
			if m.From = cmp.Or(m.From, at); m.To == 0 {
				continue
			}
			at = m.To
		default:
			continue
		}
		out = append(out, m)
	}
	return out
}

func phaseOf(refs Refs) int {
	if len(refs) != 1 {
		return 0
	}
	n, _ := ParsePhase(refs[0])
	return n
}

// what names m as undo tells it.
func (m Move) what() string {
	switch {
	case m.To == 0:
		begins, _, _ := strings.Cut(m.Why, "\n")
		return "note: " + begins
	case m.Back():
		return fmt.Sprintf("return to phase %d %s", m.To, PhaseName(m.To))
	}
	return fmt.Sprintf("phase %d %s", m.To, PhaseName(m.To))
}

// Phase returns the phase in which the researchers say that they are, or 0.
func (s *Study) Phase() int {
	for _, m := range slices.Backward(s.Course()) {
		if m.To > 0 {
			return m.To
		}
	}
	return 0
}

// GoTo writes down that somebody goes to a phase, or back to it, and why.
func (s *Study) GoTo(by string, phase int, about []string, why string) (Move, error) {
	return s.move(Move{By: by, From: s.Phase(), To: phase, About: about, Why: why})
}

// Note writes a note into the journal: about something, or about the phase in which the researchers are.
func (s *Study) Note(by string, about []string, text string) (Move, error) {
	if at := s.Phase(); len(about) == 0 && at > 0 {
		about = []string{"phase:" + strconv.Itoa(at)}
	}
	return s.move(Move{By: by, About: about, Why: text})
}

func (s *Study) move(m Move) (Move, error) {
	unlock, err := s.lock()
	if err != nil {
		return m, err
	}
	defer unlock()
	m.At = now()
	e := Event{At: m.At, By: m.By, Event: "note", About: m.About, Why: m.Why}
	if m.To > 0 {
		e.Event, e.To = "phase", Refs{"phase:" + strconv.Itoa(m.To)}
	}
	if m.From > 0 && m.From != m.To {
		e.From = Refs{"phase:" + strconv.Itoa(m.From)}
	}
	journal, err := s.journalWith(e)
	if err != nil {
		return m, err
	}
	_, err = s.change(m.By, m.what(), map[string][]byte{journalFile: journal})
	s.forget()
	return m, err
}

// A Touch is something that was done: when, by whom, and what.
type Touch struct {
	At   string `json:"at"`
	By   string `json:"by"`
	What string `json:"what"`
}

// LastTouched returns the last memo, the last coding and the last decision, the latest first.
func (s *Study) LastTouched() []Touch {
	var memo, coding, decision Touch
	later := func(t *Touch, at, by, what string) {
		if at >= t.At && at != "" {
			*t = Touch{at, by, what}
		}
	}
	for _, m := range s.Memos() {
		later(&memo, cmp.Or(m.Made, m.Day()), m.By, "memo "+m.Name())
	}
	for _, c := range s.Codings() {
		later(&coding, max(c.Made, c.Changed), c.Coder, "codings of "+c.Transcript)
	}
	for _, e := range s.Journal() {
		later(&decision, e.At, e.By, e.what())
	}
	out := slices.DeleteFunc([]Touch{memo, coding, decision}, func(t Touch) bool { return t.At == "" })
	slices.SortStableFunc(out, func(a, b Touch) int { return cmp.Compare(b.At, a.At) })
	return out
}

// what says in a few words what was decided.
func (e Event) what() string {
	refs := e.About
	if len(refs) == 0 {
		refs = e.From
	}
	switch of := strings.Join(refs, ", "); {
	case e.Event == "phase" && len(e.To) == 1:
		return "to " + e.To[0]
	case e.Event == "undo":
		return "undo of " + e.Why
	case of == "":
		return e.Event
	case e.Event == "note":
		return "note on " + of
	default:
		return e.Event + " of " + of
	}
}
