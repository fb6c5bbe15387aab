package analysis

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tema-qda/tema/index/transcript"
)

// A Where says by words or by numbers which passage is meant. Quote, At and Turn narrow each other.
type Where struct {
	Transcript string           // "" is any, for a quote
	Quote      string           // its words
	At         *transcript.Span // bytes of the text, half-open
	Turn       int              // the number of a turn, from 1; 0 is any
}

// Locate finds the one passage that is meant. A quote stands word for word, or differs in typographic marks and white
// space alone; where it stands several times, or not so, the error names the places, or the nearest one.
func (s *Study) Locate(w Where) (transcript.Passage, error) {
	var in []*transcript.Transcript
	switch {
	case w.Transcript != "":
		t := s.Transcript(w.Transcript)
		if t == nil {
			return transcript.Passage{}, s.noTranscript(w.Transcript)
		}
		in = append(in, t)
	case w.Quote == "" || w.At != nil || w.Turn > 0:
		return transcript.Passage{}, fmt.Errorf("name the transcript")
	default:
		for _, id := range s.TranscriptIDs() {
			if t := s.Transcript(id); t != nil {
				in = append(in, t)
			}
		}
	}
	if w.Quote == "" {
		return byNumber(in[0], w)
	}
	var found []transcript.Passage
	for _, t := range in {
		for _, span := range t.Occurrences(w.Quote) {
			if fits(t, span, w) {
				found = append(found, transcript.Passage{Transcript: t.ID, Span: span})
			}
		}
	}
	if len(found) == 0 {
		q := transcript.VerifyQuotation(w.Quote, in...)
		t := s.Transcript(q.Passage.Transcript)
		switch {
		case t == nil:
			return transcript.Passage{}, fmt.Errorf("the words stand nowhere in %s, and nothing comes near", strings.Join(idsOf(in), ", "))
		case q.Verdict != transcript.Verbatim || len(q.Fragments) != 1 || len(q.Insertions) > 0 || !fits(t, q.Passage.Span, w):
			words, _ := t.Slice(q.Passage.Span)
			return transcript.Passage{}, fmt.Errorf("the words do not stand so in %s; nearest is %s: %s", t.ID, place(t, q.Passage.Span), cut(words, 120))
		}
		exact, _ := t.Slice(q.Passage.Span) // the transcript's own signs
		for _, span := range t.Occurrences(exact) {
			if fits(t, span, w) {
				found = append(found, transcript.Passage{Transcript: t.ID, Span: span})
			}
		}
	}
	if len(found) > 1 {
		var places []string
		for i, p := range found {
			if i == 12 {
				places = append(places, fmt.Sprintf("and %d more", len(found)-i))
				break
			}
			places = append(places, p.Transcript+" "+place(s.Transcript(p.Transcript), p.Span))
		}
		return transcript.Passage{}, fmt.Errorf("the words stand in %d places; say which by turn or bytes: %s", len(found), strings.Join(places, "; "))
	}
	return found[0], nil
}

// byNumber finds a passage by bytes or by turn.
func byNumber(t *transcript.Transcript, w Where) (transcript.Passage, error) {
	if w.At != nil {
		if words, ok := t.Slice(*w.At); !ok || strings.TrimSpace(words) == "" || !fits(t, *w.At, w) {
			return transcript.Passage{}, fmt.Errorf("bytes %d to %d of %s are no passage of it, whose text has %d", w.At.Start, w.At.End, t.ID, len(t.Text))
		}
		return transcript.Passage{Transcript: t.ID, Span: *w.At}, nil
	}
	for _, turn := range t.Turns {
		if turn.Number == w.Turn && turn.Number > 0 && turn.Speech.Len() > 0 {
			return transcript.Passage{Transcript: t.ID, Span: turn.Speech}, nil
		}
	}
	if w.Turn == 0 {
		return transcript.Passage{}, fmt.Errorf("say which passage of %s is meant: its words, its turn or its bytes", t.ID)
	}
	last := 0
	for _, turn := range t.Turns {
		last = turn.Number
	}
	return transcript.Passage{}, fmt.Errorf("%s has no speech in a turn %d; its last is %d", t.ID, w.Turn, last)
}

// fits says whether a span is one that w narrows down to.
func fits(t *transcript.Transcript, span transcript.Span, w Where) bool {
	if w.At != nil && span != *w.At {
		return false
	}
	return w.Turn == 0 || slices.ContainsFunc(t.TurnsIn(span), func(turn transcript.Turn) bool { return turn.Number == w.Turn })
}

// place names where a span stands.
func place(t *transcript.Transcript, span transcript.Span) string {
	turn, _ := t.TurnAt(span.Start)
	return fmt.Sprintf("turn %d, bytes %d-%d", turn.Number, span.Start, span.End)
}

// cut shortens text to so many characters.
func cut(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:most])) + " …"
}

// idsOf names transcripts, the first few of many.
func idsOf(in []*transcript.Transcript) []string {
	var out []string
	for i, t := range in {
		if i == 5 && len(in) > 6 {
			return append(out, fmt.Sprintf("%d more", len(in)-i))
		}
		out = append(out, t.ID)
	}
	return out
}
