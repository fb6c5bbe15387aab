// Package check holds a study to consistency: it finds what would make a report wrong, and what a codebook's readers
// would stumble over.
//
// It guarantees that every fault is told at once, at its place, in one order; that participants' words go only into the
// private part of a finding; that every rule is documented; and that what a study silences can be seen to be silenced.
// It refuses to mend anything, to ask a match rule (it reads what the last `apply` wrote down), and to judge the
// analysis: whether a theme is good is not a question that a program can answer.
package check

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// Options say how to check.
type Options struct {
	// NoBaseline tells also what check-baseline.json holds.
	NoBaseline bool
	// Progress, if not nil, hears how many transcripts have been read.
	Progress func(done, total int)
}

// Run reads the whole study and returns what it finds, sorted, each finding with the severity that the rule, the
// study's approach and study.yaml give it, without what comments and the baseline silence.
func Run(ctx context.Context, s *analysis.Study, o Options) (diag.List, error) {
	if _, err := s.Transcripts(ctx, o.Progress); err != nil {
		return nil, err
	}
	s.CheckRules()
	s.Placed()
	s.Memos()
	s.Journal()
	s.Summaries()
	e, err := s.EvidenceWithoutWords(ctx)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(s.Dir) // what a link leads to outside the study is not read
	if err != nil {
		return nil, fmt.Errorf("open study: %w", err)
	}
	defer root.Close()
	c := newChecker(s, root)
	c.found = append(c.found, s.Found...)
	c.settings()
	c.codes()
	c.topics()
	c.use(e)
	if _, asked := c.set["coding/not-exclusive"]; asked {
		c.exclusive()
	}
	c.examples()
	c.proposals()
	c.themes(e)
	c.transcripts()
	c.participants()
	c.memos()
	if err := c.writing(ctx); err != nil {
		return nil, err
	}
	c.reportSettings()
	found := c.silence(c.weigh(c.found), true)
	if !o.NoBaseline {
		found = c.baseline(found)
	}
	found.Sort()
	return found, nil
}

// Codebook checks a codebook alone: what can be said without transcripts and codings. Beside is the study that it
// belongs to, whose settings then hold; nil where there is none, and then no rule is off.
func Codebook(file string, src []byte, beside *analysis.Study) diag.List {
	book, found := codebook.Parse(file, src)
	c := &checker{book: book, show: strings.TrimSuffix(file, codebookFile), places: placesOf(file, src, 0)}
	if beside != nil {
		c.approach, c.set = beside.Config.Approach, beside.Config.Check
	}
	_, faults := analysis.CompileRules(book, "")
	c.found = append(found, faults...)
	c.codes()
	c.topics()
	c.sources = map[string][]byte{file: src}
	out := c.silence(c.weigh(c.found), false)
	out.Sort()
	return out
}

const (
	studyFile        = "study.yaml"
	codebookFile     = "codebook.yaml"
	participantsFile = "participants.csv"
	baselineFile     = "check-baseline.json"
	appliedFile      = "codings/_rules/applied.json"
)

// A checker gathers findings.
type checker struct {
	s        *analysis.Study // nil where a codebook is checked alone
	root     *os.Root
	book     *codebook.Codebook
	approach string
	set      map[string]diag.Severity
	show     string  // what findings put before a file's name
	places   *places // of the codebook
	settled  *places // of study.yaml
	sources  map[string][]byte
	found    diag.List
}

func newChecker(s *analysis.Study, root *os.Root) *checker {
	c := &checker{s: s, root: root, book: s.Book, approach: s.Config.Approach, set: s.Config.Check,
		show: strings.TrimSuffix(s.Book.File, codebookFile), sources: map[string][]byte{}}
	c.places = placesOf(s.Book.File, c.source(s.Book.File), 0)
	c.settled = placesOf(c.show+studyFile, c.source(c.show+studyFile), 0)
	return c
}

// source reads a file that findings name; one that cannot be read is empty, which is told elsewhere.
func (c *checker) source(shown string) []byte {
	src, read := c.sources[shown]
	if !read && c.s != nil {
		src, _ = c.root.ReadFile(strings.TrimPrefix(shown, c.show))
		c.sources[shown] = src
	}
	return src
}

// add takes down a finding. Without a severity it has its rule's.
func (c *checker) add(f diag.Finding) {
	if f.Severity == 0 {
		r, _ := Lookup(f.Rule)
		f.Severity = r.Severity
	}
	if f.File == c.book.File && f.Pos.Line > 0 {
		f = c.book.Locate(f)
	}
	c.found.Add(f)
}

// weigh gives findings the weight that the study sets for their rules, and takes out what is off.
func (c *checker) weigh(found diag.List) diag.List {
	out := make(diag.List, 0, len(found))
	for _, f := range found {
		for _, dir := range []string{"transcripts/", "codings/", "memos/"} { // all lines there, front matter with people's names too
			f.Private = f.Private || strings.HasPrefix(f.File, c.show+dir)
		}
		r, _ := Lookup(f.Rule)
		set, isSet := c.set[f.Rule]
		switch {
		case r.Fixed || f.Rule == "study/version" && f.Severity == diag.Error:
		case isSet:
			f.Severity = set
		case slices.Contains(r.Off, c.approach):
			continue
		}
		if f.Severity != diag.Off {
			out = append(out, f)
		}
	}
	return out
}

// settings looks at what study.yaml says about rules.
func (c *checker) settings() {
	for _, name := range sortedKeys(c.set) {
		r, known := Lookup(name)
		f := c.settled.key("study/unknown-rule", "check", name)
		switch {
		case !known:
			f.Message = "tema has no rule " + name
			f.Hint = unknownRuleHint(name)
		case r.Fixed:
			f.Rule = "study/fixed-rule"
			f.Message = name + " is a fault with which other commands stop, so its weight cannot be set"
			f.Hint = "tema help check/" + name
		default:
			continue
		}
		c.add(f)
	}
}

func unknownRuleHint(name string) string {
	if near := diag.Nearest(name, Names()); near != "" {
		return "did you mean " + near + "?"
	}
	return "tema help check lists all rules"
}

// inParallel calls do with 0 to n-1 on all processors.
func inParallel(n int, do func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}
