package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook"
)

// Nearest returns the turns and the words that come nearest to a quotation which is not in its transcript; none if
// nothing does.
func (q Quote) Nearest() (turns []int, words string) {
	if q.Transcript == nil {
		return nil, ""
	}
	for _, turn := range q.Transcript.TurnsIn(q.Result.Passage.Span) {
		if turn.Speech.Overlaps(q.Result.Passage.Span) {
			turns = append(turns, turn.Number)
		}
	}
	words, _ = q.Transcript.Slice(q.Result.Passage.Span)
	return turns, words
}

// ExcerptOf returns the words that a person's coding lies on, as an excerpt quotes them: what others say in between is
// left out with a mark.
func (s *Study) ExcerptOf(coding string) (codebook.Excerpt, error) {
	placed := s.Placed()
	i := slices.IndexFunc(placed, func(p *Placed) bool { return p.ID == coding })
	if i < 0 {
		return codebook.Excerpt{}, fmt.Errorf("no coding has the id %s", coding)
	}
	p := placed[i]
	t := s.Transcript(p.Transcript)
	if !p.usable() || t == nil {
		return codebook.Excerpt{}, fmt.Errorf("coding %s does not count as it stands; tema check says why", coding)
	}
	// A participant's words are quoted before those of whoever asked.
	speaker, quote, last := "", "", 0
	for _, participants := range []bool{true, false} {
		for _, turn := range t.TurnsIn(p.Span) {
			from, to := max(p.Span.Start, turn.Speech.Start), min(p.Span.End, turn.Speech.End)
			if from >= to || turn.Participant() != participants {
				continue
			}
			words := strings.Join(strings.Fields(t.Text[from:to]), " ")
			if words == "" {
				continue
			}
			switch {
			case quote == "":
				speaker, quote = turn.Is, words
			case turn.Is != speaker:
				return codebook.Excerpt{}, fmt.Errorf("coding %s holds words of several people; quote those of one", coding)
			case turn.Number > last+1:
				quote += " [...] " + words
			default:
				quote += " " + words
			}
			last = turn.Number
		}
		if quote != "" {
			break
		}
	}
	if quote == "" {
		return codebook.Excerpt{}, fmt.Errorf("coding %s holds no words that anybody says", coding)
	}
	return codebook.Excerpt{Transcript: p.Transcript, Quote: quote}, nil
}

// ThemeEvents returns the events of the journal that name a theme, by its id or a former one.
func (s *Study) ThemeEvents(t *codebook.Theme) []Event {
	return slices.DeleteFunc(slices.Clone(s.Journal()), func(e Event) bool {
		return !slices.ContainsFunc(slices.Concat(e.About, e.From, e.To), func(ref string) bool { return s.isTheme(ref, t) })
	})
}

// ThemeMemos returns the memos about a theme.
func (s *Study) ThemeMemos(t *codebook.Theme) []Memo {
	return slices.DeleteFunc(slices.Clone(s.Memos()), func(m Memo) bool {
		return !slices.ContainsFunc(m.About, func(ref string) bool { return s.isTheme(ref, t) })
	})
}

// isTheme says whether a reference names a theme: an id that was renamed away is still its name.
func (s *Study) isTheme(ref string, t *codebook.Theme) bool {
	id, typed := strings.CutPrefix(ref, "theme:")
	return typed && s.Book.Theme(id) == t
}
