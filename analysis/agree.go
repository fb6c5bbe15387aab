package analysis

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis/agreement"
	"github.com/tema-qda/tema/codebook"
)

// The units on which coders are compared.
const (
	BySentence  = "sentence"
	ByTurn      = "turn"
	ByPassage   = "passage"
	ByCharacter = "character"
)

// What is drawn again and again to see how sure a coefficient is.
const (
	OverTranscripts = "transcripts"
	OverPassages    = "passages"
)

// AgreementOptions are the choices that change what agreement comes to.
type AgreementOptions struct {
	Coders      []string         // at least two
	Codes       []*codebook.Code // none: all
	Unit        string           // BySentence, ByTurn, ByPassage or ByCharacter
	AllSpeakers bool             // interviewers' turns, and what stands before the first turn, too
	Overlap     int              // per cent of their union that two passages share if they match
	Over        string           // OverTranscripts or OverPassages
	Resamples   int              // none: no intervals
	Seed        uint64
}

// Agreement is how far coders agree, and what that rests on. Candidates and consensus are no part of it.
type Agreement struct {
	AgreementOptions
	Transcripts   []string            // those that at least two of the coders have a file for
	Missing       []MissingCoding     // those that some of them have none for
	Units         int                 // characters are code points
	Clusters      int                 // how many transcripts, or passages and what lies between them, were resampled
	Codings       []int               // compared, by coder
	FromRule      int                 // of these, accepted from a rule's proposal
	FromSearch    int                 // of these, put on all that a search found
	Outside       int                 // codings that hold no whole word of the speech that was compared
	Unplaced      int                 // codings that do not count as they stand
	ByCode        []*CodeAgreement    // of the codes that somebody put on something, in the codebook's order
	Unused        []*codebook.Code    // the others
	Jaccard, MASI CoefficientInterval // alpha over the sets of codes that coders put on units
	Boundaries    BoundaryAgreement
	Disagreements []Disagreement
}

// MissingCoding is a transcript that some of the compared coders have no file for. The others are compared on it if they
// are two or more.
type MissingCoding struct {
	Transcript string
	Coders     []string
}

// A CoefficientInterval is a coefficient with where it lies in 95 of 100 resamples.
type CoefficientInterval struct {
	agreement.Coefficient
	agreement.Interval
}

// CodeAgreement is how far coders agree on one code, by itself and without its sub-codes. Counts are units; a unit
// counts for those coders who have coded its transcript.
type CodeAgreement struct {
	Code *codebook.Code
	Put  []int // by coder: units that she put it on
	Only []int // by coder: units that she alone put it on
	All  int   // units that all put it on
	None int   // units that nobody put it on

	Prevalence, Percent, Positive, Negative agreement.Value
	Cohen, Scott, Fleiss, AC1, Alpha        CoefficientInterval

	Passages        []int // by coder: her codings of it, those that overlap merged
	Matched, Paired int   // how many of these another coder has too, of how many that were held against another's
	AlphaU, U       agreement.Coefficient
	AgainstOthers   agreement.Coefficient // (k)u-alpha
	OthersCoverage  agreement.Value       // the share of what was given the code that enters it
}

// BoundaryAgreement is how far coders agree on where passages begin and end, over all codes. It rests on the
// transcripts that all compared coders have coded, their speech laid end to end.
type BoundaryAgreement struct {
	Transcripts                int
	Length                     int // code points
	AlphaU, U, Relevant, Coded agreement.Coefficient
	CodedCoverage              agreement.Value // the share of the speech that enters Coded
}

// Agreement compares coders. The error says why they cannot be compared. Progress, if not nil, hears how many resamples
// are done; several goroutines call it.
func (s *Study) Agreement(ctx context.Context, o AgreementOptions, progress func(done, total int)) (*Agreement, error) {
	if len(o.Coders) < 2 {
		return nil, errors.New("compare coders: there must be two or more")
	}
	if _, err := s.Transcripts(ctx, nil); err != nil {
		return nil, err
	}
	a := &Agreement{AgreementOptions: o, Codings: make([]int, len(o.Coders))}
	transcripts := s.comparedTranscripts(a)
	if len(transcripts) == 0 {
		return nil, fmt.Errorf("compare coders: no transcript was coded by two of %s", strings.Join(o.Coders, ", "))
	}
	codes := s.Book.AllCodes()
	number := map[*codebook.Code]int{}
	for i, c := range codes {
		number[c] = i
	}
	inParallel(runtime.GOMAXPROCS(0), len(transcripts), func(i int) {
		if ctx.Err() == nil {
			transcripts[i].compare(s, o, number)
		}
	})
	for _, t := range transcripts {
		a.Transcripts = append(a.Transcripts, t.ID)
		a.Disagreements = append(a.Disagreements, t.disagreements...)
		a.Outside += t.outside
		for _, p := range t.codings {
			a.Codings[slices.Index(o.Coders, p.Coder)]++
			switch p.Via {
			case ViaRule:
				a.FromRule++
			case ViaSearch:
				a.FromSearch++
			}
		}
	}
	a.onUnits(ctx, newTally(transcripts, len(o.Coders), len(codes)), codes, progress)
	a.onContinuum(transcripts, codes)
	for _, c := range codes {
		asked := slices.Contains(o.Codes, c) || len(o.Codes) == 0 && !c.Retired
		if asked && !slices.ContainsFunc(a.ByCode, func(used *CodeAgreement) bool { return used.Code == c }) {
			a.Unused = append(a.Unused, c)
		}
	}
	return a, ctx.Err()
}

// comparedTranscripts returns the transcripts that two of the coders or more have coded, with the codings to compare.
func (s *Study) comparedTranscripts(a *Agreement) []*comparedTranscript {
	byID := map[string]*comparedTranscript{}
	var out []*comparedTranscript
	for _, id := range s.TranscriptIDs() {
		t := &comparedTranscript{Transcript: s.Transcript(id)}
		if t.Transcript == nil {
			continue
		}
		var lacking []string
		has := s.CodersOf(id)
		for i, name := range a.Coders {
			if slices.Contains(has, name) {
				t.coders = append(t.coders, i)
			} else {
				lacking = append(lacking, name)
			}
		}
		if len(lacking) > 0 {
			a.Missing = append(a.Missing, MissingCoding{id, lacking})
		}
		if len(t.coders) > 1 {
			out = append(out, t)
			byID[id] = t
		}
	}
	for _, p := range s.Placed() {
		t := byID[p.Transcript]
		if t == nil || !slices.Contains(a.Coders, p.Coder) || p.Status != Accepted {
			continue
		}
		switch {
		case !p.Counts():
			a.Unplaced++
		case len(a.Codes) == 0 || slices.Contains(a.Codes, p.Today):
			t.codings = append(t.codings, p)
		}
	}
	return out
}
