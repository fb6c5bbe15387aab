package analysis

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// Consensus is the coder's name that tema knows: the codings that a team settled on after it had compared its own.
const Consensus = "consensus"

// Coded is what one coder has done in one transcript.
type Coded struct {
	Transcript string `json:"-"`
	Coder      string `json:"coder"`
	Touched    bool   `json:"touched"`           // there is a file, though nothing may stand in it
	Counts     bool   `json:"counts"`            // her codings of this transcript count in what is reported
	Codings    int    `json:"codings"`           // accepted codings that stand today
	Missing    int    `json:"missing"`           // accepted codings that cannot be placed, or whose code is unknown or was split
	Rejected   int    `json:"rejected"`          // candidates that she rejected
	Undecided  int    `json:"undecided"`         // candidates that she has said nothing about; consensus, which decides between coders, has none
	Changed    string `json:"changed,omitempty"` // when a coding was last made, changed or removed; "" if none says
}

// Work tells what each coder has done in each transcript, by the order of Everybody and TranscriptIDs, and how many
// candidates there are by transcript.
func (s *Study) Work() (work []Coded, candidates map[string]int) {
	counts := s.counted()
	everybody := s.Everybody()
	ids := s.TranscriptIDs()
	place := map[[2]string]int{}
	for _, coder := range everybody {
		files, _ := s.readDir(path.Join(codingsDir, coder))
		touched := map[string]bool{}
		for _, f := range files {
			if id, ok := strings.CutSuffix(f.Name(), ".jsonl"); ok && !f.IsDir() {
				touched[id] = true
			}
		}
		for _, id := range ids {
			place[[2]string{coder, id}] = len(work)
			work = append(work, Coded{Coder: coder, Transcript: id, Touched: touched[id], Counts: counts(coder, id)})
		}
	}
	for _, c := range s.Codings() {
		if i, ok := place[[2]string{c.Coder, c.Transcript}]; ok {
			work[i].Changed = max(work[i].Changed, c.Made, c.Changed)
		}
	}
	type decision struct {
		work int
		code *codebook.Code
	}
	decided := map[decision][]transcript.Span{}
	for _, p := range s.Placed() {
		i, ok := place[[2]string{p.Coder, p.Transcript}]
		switch {
		case !ok: // of a transcript that is gone, which is told elsewhere
			continue
		case p.Status == Rejected:
			work[i].Rejected++
		case p.usable():
			work[i].Codings++
		default:
			work[i].Missing++
		}
		if p.usable() {
			decided[decision{i, p.Today}] = append(decided[decision{i, p.Today}], p.Span)
		}
	}
	candidates = map[string]int{}
	for _, c := range s.Candidates() {
		candidates[c.Transcript]++
		for _, coder := range everybody {
			i := place[[2]string{coder, c.Transcript}]
			if coder != Consensus && !slices.ContainsFunc(decided[decision{i, c.Today}], c.Span.Overlaps) {
				work[i].Undecided++
			}
		}
	}
	return work, candidates
}

// Counting says whose codings count, and by whose word: those whom study.yaml names; else all but consensus, and
// consensus alone in the transcripts that it has a file for.
func (s *Study) Counting() (named, settled []string) {
	if named := s.Config.Report.Coders; len(named) > 0 {
		return named, nil
	}
	counts := s.counted()
	return nil, slices.DeleteFunc(s.TranscriptIDs(), func(id string) bool { return !counts(Consensus, id) })
}

// Everybody returns all coders, with those whom study.yaml names but who have not begun; consensus stands last.
func (s *Study) Everybody() []string {
	out := s.Coders()
	for _, named := range append(slices.Clone(s.Config.Report.Coders), s.Config.Coder) {
		if named != "" && !slices.ContainsFunc(out, func(have string) bool { return diag.Fold(have) == diag.Fold(named) }) {
			out = append(out, named)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int {
		return cmp.Or(boolCompare(a == Consensus, b == Consensus), Natural(a, b))
	})
	return out
}
