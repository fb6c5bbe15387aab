package analysis

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
)

// A Rule is a match rule of a code, ready to be asked.
type Rule struct {
	Code    *codebook.Code
	Source  codebook.Rule
	Query   *query.Query
	Options query.Options
}

// A Finder answers a query over all transcripts, in their order. The index is one; query.Scan over each is another.
type Finder func(ctx context.Context, q *query.Query, o query.Options, s query.Scope) ([]query.Hit, error)

// appliedFile is written last, so that it stands only for a finished run.
const appliedFile = codingsDir + "/" + rulesCoder + "/applied.json"

// Applied tells what the last run of the rules saw and found, so that a stale or idle rule is known without asking it.
type Applied struct {
	Schema       int               `json:"schema"`
	Codebook     string            `json:"codebook"`     // hash of what the rules say, not of the file
	Participants string            `json:"participants"` // hash of participants.csv
	Transcripts  map[string]string `json:"transcripts"`  // hash of each transcript's file
	Rules        []AppliedRule     `json:"rules"`
}

// AppliedRule is one rule and how many passages it found.
type AppliedRule struct {
	Code string `json:"code"`
	Rule string `json:"rule"`
	Hits int    `json:"hits"`
}

// CompileRules parses every match rule of a codebook. Language is that of transcripts that name none. A finding stands
// at its place in the codebook.
func CompileRules(b *codebook.Codebook, language string) (rules []Rule, found diag.List) {
	units := map[string]query.Unit{"": query.Sentence, "sentence": query.Sentence, "turn": query.Turn, "match": query.Match}
	for _, c := range b.AllCodes() {
		for _, source := range c.Match {
			q, err := query.Parse(source.Text)
			if err == nil {
				err = q.CheckRule()
			}
			if err != nil {
				found.Add(ruleFault(b, c, source, err))
				continue
			}
			rules = append(rules, Rule{Code: c, Source: source, Query: q,
				Options: query.Options{Unit: units[c.Unit], AllSpeakers: c.AllSpeakers, Language: language}})
		}
	}
	return rules, found
}

// ruleFault places what is wrong with a rule in the codebook.
func ruleFault(b *codebook.Codebook, c *codebook.Code, source codebook.Rule, err error) diag.Finding {
	f := diag.Finding{Rule: "codebook/rule", Severity: diag.Error, Pos: source.Pos, About: "code:" + c.ID,
		Message: "rule of " + c.ID + ": " + err.Error(), Hint: "tema help query shows the language of rules"}
	if fault, ok := errors.AsType[*query.Error](err); ok {
		f.Pos, f.Width = source.Span(fault.Start, fault.End)
		f.Hint = cmp.Or(fault.Hint, f.Hint)
	}
	return b.Locate(f)
}

// CheckRules adds to Found the rules that ask for an attribute that no participant and no transcript has.
func (s *Study) CheckRules() {
	scope := s.Scope()
	for _, r := range s.rules {
		if err := r.Query.Check(scope); err != nil {
			s.Found.Add(ruleFault(s.Book, r.Code, r.Source, err))
		}
	}
}

// Rules returns the codebook's match rules in its order.
func (s *Study) Rules() []Rule { return s.rules }

// Apply asks every rule and writes what they propose to codings/_rules, whole. It depends on codebook, transcripts and
// participants alone, so that a second run changes nothing. It returns the number of candidates and whether any file
// changed.
func (s *Study) Apply(ctx context.Context, find Finder, progress func(done, total int)) (candidates int, changed bool, err error) {
	if _, err := s.Transcripts(ctx, nil); err != nil {
		return 0, false, err
	}
	s.CheckRules()
	if err := s.ErrUnlessReportable(); err != nil {
		return 0, false, err
	}
	applied := s.inputs()
	scope := s.Scope()
	scope.Coded = nil // rules may not ask for codings: query.Query.CheckRule has seen to it
	byTranscript := map[string]map[string]*Coding{}
	for i, r := range s.rules {
		hits, err := find(ctx, r.Query, r.Options, scope)
		if err != nil {
			return 0, false, fmt.Errorf("apply rule %q of %s: %w", r.Source.Text, r.Code.ID, err)
		}
		applied.Rules = append(applied.Rules, AppliedRule{r.Code.ID, r.Source.Text, len(hits)})
		for _, h := range hits {
			t := s.Transcript(h.Transcript)
			if t == nil {
				return 0, false, fmt.Errorf("apply rule %q of %s: the index knows transcript %s, the study does not", r.Source.Text, r.Code.ID, h.Transcript)
			}
			c := candidate(t, r.Code.ID, h.Span)
			m := byTranscript[t.ID]
			if m == nil {
				m = map[string]*Coding{}
				byTranscript[t.ID] = m
			}
			if m[c.ID] == nil { // one coding for a code and a passage, however many rules find it
				m[c.ID] = c
				candidates++
			}
		}
		if progress != nil {
			progress(i+1, len(s.rules))
		}
	}
	files := map[string][]byte{}
	for id, m := range byTranscript {
		list := make([]*Coding, 0, len(m))
		for _, c := range m {
			list = append(list, c)
		}
		files[path.Join(codingsDir, rulesCoder, id+".jsonl")] = encodeCodings(list)
	}
	last, err := json.MarshalIndent(applied, "", "  ")
	if err != nil {
		return 0, false, fmt.Errorf("apply: %w", err)
	}
	changed, err = s.replaceRules(files, append(last, '\n'))
	return candidates, changed, err
}

// replaceRules makes codings/_rules hold just files and, last, applied.
func (s *Study) replaceRules(files map[string][]byte, applied []byte) (changed bool, err error) {
	unlock, err := s.lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	have, err := s.readDir(path.Join(codingsDir, rulesCoder))
	if err != nil {
		return false, err
	}
	var gone []string
	for _, f := range have {
		name := path.Join(codingsDir, rulesCoder, f.Name())
		if _, wanted := files[name]; !wanted && strings.HasSuffix(name, ".jsonl") {
			gone = append(gone, name)
		}
	}
	if len(files) == 0 && len(have) == 0 && len(s.rules) == 0 {
		return false, nil // a study without rules needs no folder for them
	}
	for _, name := range gone {
		files[name] = nil
	}
	if changed, err = s.write(files); err != nil {
		return changed, err
	}
	did, err := s.write(map[string][]byte{appliedFile: applied})
	return changed || did, err
}

// candidate is what a rule of code proposes for span. Its id follows from what it says.
func candidate(t *transcript.Transcript, code string, span transcript.Span) *Coding {
	key := strings.Join([]string{t.ID, code, strconv.Itoa(span.Start), strconv.Itoa(span.End), t.Hash}, "\x00")
	sum := sha256.Sum256([]byte(key))
	a := t.AnchorAt(span)
	return &Coding{ID: "r" + hex.EncodeToString(sum[:])[:24], Code: code, Start: span.Start, End: span.End,
		Quote: a.Quote, Before: a.Before, After: a.After, Text: t.Hash, Status: Candidate}
}

// inputs describes what the rules depend on.
func (s *Study) inputs() Applied {
	a := Applied{Schema: 1, Transcripts: map[string]string{}, Rules: []AppliedRule{}}
	rules := sha256.New()
	for _, r := range s.rules {
		fmt.Fprintf(rules, "%s\x00%s\x00%d\x00%t\x00%s\x00", r.Code.ID, r.Source.Text, r.Options.Unit, r.Options.AllSpeakers, r.Options.Language)
	}
	a.Codebook = hex.EncodeToString(rules.Sum(nil))[:24]
	if src, err := s.readFile(participantsFile); err == nil {
		sum := sha256.Sum256(src)
		a.Participants = hex.EncodeToString(sum[:])[:24]
	}
	hashes := make([]string, len(s.transcripts))
	inParallel(runtime.GOMAXPROCS(0), len(hashes), func(i int) {
		if t := s.Transcript(s.transcripts[i].id); t != nil {
			sum := sha256.Sum256(t.Bytes())
			hashes[i] = hex.EncodeToString(sum[:])[:24]
		}
	})
	for i, e := range s.transcripts {
		if hashes[i] != "" {
			a.Transcripts[e.id] = hashes[i]
		}
	}
	return a
}

// RulesState says how codings/_rules stands to the study.
type RulesState int

// The states of codings/_rules.
const (
	NoRules RulesState = iota // the codebook has none and nothing is proposed
	Fresh
	Stale    // codebook, transcripts or participants changed since
	NotRun   // there are rules that were never applied
	HalfDone // a run did not come to its end
)

// RulesState compares codings/_rules with the study, without asking a rule.
func (s *Study) RulesState() RulesState {
	have, _ := s.readDir(path.Join(codingsDir, rulesCoder))
	src, err := s.readFile(appliedFile)
	var a Applied
	switch {
	case err == nil && src == nil && len(have) == 0 && len(s.rules) == 0:
		return NoRules
	case err == nil && src == nil && len(have) == 0:
		return NotRun
	case err != nil || src == nil || json.Unmarshal(src, &a) != nil:
		return HalfDone
	}
	now := s.inputs()
	if a.Codebook != now.Codebook || a.Participants != now.Participants || len(a.Transcripts) != len(now.Transcripts) {
		return Stale
	}
	for id, hash := range now.Transcripts {
		if a.Transcripts[id] != hash {
			return Stale
		}
	}
	return Fresh
}

// Candidates returns what the rules propose, as it stands today. Those whose code was decided by a coder on an
// overlapping passage, accepted or rejected, have Read set.
func (s *Study) Candidates() []*Proposal {
	if s.proposals == nil {
		decided := map[string]map[*codebook.Code][]transcript.Span{} // by transcript and code
		for _, p := range s.Placed() {
			if p.usable() {
				m := decided[p.Transcript]
				if m == nil {
					m = map[*codebook.Code][]transcript.Span{}
					decided[p.Transcript] = m
				}
				m[p.Today] = append(m[p.Today], p.Span)
			}
		}
		s.proposals = []*Proposal{}
		for _, p := range s.place(s.readCoder(rulesCoder), s.resolved) {
			if !p.usable() {
				continue // stale: apply makes it anew, and status and check say so
			}
			read := slices.ContainsFunc(decided[p.Transcript][p.Today], p.Span.Overlaps)
			s.proposals = append(s.proposals, &Proposal{Placed: p, Read: read})
		}
		slices.SortStableFunc(s.proposals, func(a, b *Proposal) int { return cmp.Compare(a.order, b.order) })
	}
	return s.proposals
}

// A Proposal is a candidate and whether any coder has decided about it.
type Proposal struct {
	*Placed
	Read bool
}
