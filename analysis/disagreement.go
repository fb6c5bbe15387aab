package analysis

import (
	"path"
	"slices"

	"github.com/tema-qda/tema/codebook"
)

// A Disagreement is a passage on which coders put different codes: all that they coded there, merged into one stretch
// where codings overlap, whoever made them.
type Disagreement struct {
	Passage
	Readings []Reading // one a coder, in the order in which the coders were named
}

// A Reading is what one coder made of a passage.
type Reading struct {
	Coder   string
	Codes   []*codebook.Code // each once, in the codebook's order; none where she left the passage alone
	Codings []*Placed        // in the transcript's order
}

// CodersOf returns who has coded a transcript, in natural order: those who have a file for it, be it empty. Consensus
// is none of them, since it was made from the others.
func (s *Study) CodersOf(transcriptID string) []string {
	return slices.DeleteFunc(s.Coders(), func(coder string) bool {
		return coder == Consensus || !s.hasCoded(coder, transcriptID)
	})
}

// hasCoded says whether a coder has a file for a transcript, be it empty.
func (s *Study) hasCoded(coder, transcriptID string) bool {
	_, err := s.root.Stat(path.Join(codingsDir, coder, transcriptID+".jsonl"))
	return err == nil
}

// Disagreements returns, in order, the passages of a transcript on which coders put different codes. Of codings it
// looks at those of the transcript and the coders that count; s.Placed() will do, and so will what a screen holds.
func (s *Study) Disagreements(transcriptID string, coders []string, codings []*Placed) []Disagreement {
	var compared []*Placed
	for _, p := range codings {
		if p.Transcript == transcriptID && p.Counts() && slices.Contains(coders, p.Coder) {
			compared = append(compared, p)
		}
	}
	order := map[*codebook.Code]int{}
	for i, code := range s.Book.AllCodes() {
		order[code] = i
	}
	var out []Disagreement
	for _, passage := range s.tier(compared).Passages {
		d := Disagreement{Passage: passage, Readings: make([]Reading, len(coders))}
		differ := false
		for i, coder := range coders {
			r := &d.Readings[i]
			r.Coder = coder
			for _, p := range passage.Codings {
				if p.Coder == coder {
					r.Codings, r.Codes = append(r.Codings, p), append(r.Codes, p.Today)
				}
			}
			slices.SortFunc(r.Codes, func(a, b *codebook.Code) int { return order[a] - order[b] })
			r.Codes = slices.Compact(r.Codes)
			differ = differ || !slices.Equal(r.Codes, d.Readings[0].Codes)
		}
		if differ {
			out = append(out, d)
		}
	}
	return out
}
