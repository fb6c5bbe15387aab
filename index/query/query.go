// Package query knows the language that `search` and match rules share (design section 2, "Match rules"), and can
// answer a query by reading: a scan of one transcript, slow and plain, that the index is held against.
//
// It guarantees that every query it accepts means the same to the scan and to the index, and that a fault is told with
// its place. It refuses bleve's own query syntax, which has no AND, OR, NOT or parentheses, and it refuses to guess:
// what looks like another tool's syntax (-word, word~2, wom*n) is a fault with a hint, never a word of its own.
package query

import (
	"slices"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// A Query is a parsed query.
type Query struct {
	Source string
	Root   *Node
}

// An Op says what a Node asks for.
type Op int

// The operators. And and Or never hold a kid of their own kind: the parser flattens them.
const (
	_     Op = iota
	And      // all of Kids
	Or       // at least one of Kids
	Not      // Kids[0] does not hold
	Near     // Kids[i] and Kids[i+1] with at most Within[i] words between them, in any order
	Words    // Terms, one after the other: a word, or a phrase
	Field    // Key has Value
)

// A Node is one part of a query.
type Node struct {
	Op         Op
	Start, End int     // bytes in the query, half-open
	Kids       []*Node // of And, Or, Not, Near; those of Near are Words, or Or of such
	Within     []int   // of Near, one fewer than Kids
	Terms      []Term  // of Words, at least one
	Key, Value string  // of Field; Key is lower case, Value as written
}

// A Term is one word of a query and how it is compared.
type Term struct {
	Text string // as transcript.FoldWord gives it
	How  How
}

// How says which words of a transcript a Term matches.
type How int

// The ways to compare. All but Inflected compare the words as they stand, folded.
const (
	_         How = iota
	Inflected     // word: the same stem in the transcript's language
	Surface       // =word, "word", and the words of a phrase
	Prefix        // word*: words that begin so, the word itself included
	Fuzzy         // word~: at most one character inserted, left out or replaced; two that swap places are two edits
)

// A Unit is what AND and NOT hold within.
type Unit int

// The units.
const (
	Sentence Unit = iota // the passage is the sentence
	Turn                 // the passage is the turn's speech
	Match                // as Sentence, but the passage runs from the first matched word to the last
)

// Options say how a query is answered.
type Options struct {
	Unit        Unit
	AllSpeakers bool   // interviewers' turns too
	TurnZero    bool   // what stands before the first label too: searches see it, rules pass over it
	Language    string // of transcripts that do not name their own
}

// Sees says whether a query answered with o looks at turn at all.
func (o Options) Sees(turn transcript.Turn) bool {
	switch turn.Is {
	case "":
		return o.TurnZero
	case diag.Interviewer:
		return o.AllSpeakers
	}
	return true
}

// A Scope answers the atoms that are not words. Its zero value knows no attribute and no coding, and refuses no name.
type Scope struct {
	// Holds says whether an attribute of that name (lower case) has that value for a turn: the speaker's own, or the
	// transcript's. The keys speaker and transcript are not asked here. Values compare without regard to case. The
	// index asks with a t that has everything but its Text, Source and File.
	Holds func(t *transcript.Transcript, turn transcript.Turn, key, value string) bool
	// Coded returns the spans of t that a code (or a former id, or a descendant) lies on, sorted by start.
	Coded func(t *transcript.Transcript, code string) []transcript.Span
	// KnowsAttribute and KnowsCode say whether an attribute (lower case) or code of that name exists at all, for
	// Query.Check; nil knows all.
	KnowsAttribute, KnowsCode func(name string) bool
}

// A Hit is a passage that answers a query.
type Hit struct {
	transcript.Passage
	Turn  int               // number of the turn
	Words []transcript.Span // the words that matched, in order, each once, for emphasis; none stand under NOT
	Score float64           // only from a ranked search
}

// An Error is a fault in a query.
type Error struct {
	Start, End int // bytes in the query, half-open
	Message    string
	Hint       string
}

func (e *Error) Error() string { return e.Message }

// SpeakerIs says whether speaker:value holds for turn: value is its label, its participant's id or its role.
func SpeakerIs(turn transcript.Turn, value string) bool {
	value = diag.Fold(value)
	return turn.Is != "" && (value == diag.Fold(turn.Is) || value == diag.Fold(turn.Label))
}

// Check refuses attributes and codes that the study does not have. The error is an *Error at the first of them.
func (q *Query) Check(s Scope) error { return checkNames(q.Root, s) }

func checkNames(n *Node, s Scope) error {
	if n.Op == Field {
		fault := &Error{Start: n.Start, End: n.End}
		switch {
		case n.Key == "speaker" || n.Key == "transcript":
			return nil
		case n.Key == "code" && s.KnowsCode != nil && !s.KnowsCode(n.Value):
			fault.Message, fault.Hint = "unknown code "+n.Value, "codebook.yaml holds the codes"
		case n.Key != "code" && s.KnowsAttribute != nil && !s.KnowsAttribute(n.Key):
			fault.Message = "unknown attribute " + n.Key
			fault.Hint = "keys are speaker, transcript, code and the study's attributes; words with a colon go in quotes"
		default:
			return nil
		}
		return fault
	}
	for _, kid := range n.Kids {
		if err := checkNames(kid, s); err != nil {
			return err
		}
	}
	return nil
}

// Nowhere returns the parts of q, as key:value, that name a speaker, a transcript or a value of an attribute which no turn
// of in has: more likely a slip than an answer.
func (q *Query) Nowhere(s Scope, in []*transcript.Transcript) []string {
	var out []string
	var walk func(n *Node)
	walk = func(n *Node) {
		for _, kid := range n.Kids {
			walk(kid)
		}
		if n.Op != Field || n.Key == "code" {
			return
		}
		for _, t := range in {
			r := &reader{t: t, scope: s}
			if slices.ContainsFunc(t.Turns, func(turn transcript.Turn) bool { return r.field(n, turn, turn.Speech) }) {
				return
			}
		}
		out = append(out, n.Key+":"+n.Value)
	}
	walk(q.Root)
	return out
}

// CheckRule refuses what a search may ask and a match rule may not: `code:`, since what a rule finds must not depend on
// who has coded what; and a way to match without a word, which would propose every passage there is. The error is an
// *Error with the place.
func (q *Query) CheckRule() error {
	if err := checkNoCode(q.Root); err != nil {
		return err
	}
	if n := wordless(q.Root); n != nil {
		return &Error{n.Start, n.End, "this can match without any word to look for",
			"each branch of OR in a rule needs a word that is not under NOT"}
	}
	return nil
}

func checkNoCode(n *Node) error {
	if n.Op == Field && n.Key == "code" {
		return &Error{n.Start, n.End, "a rule cannot ask for code:", "rules see words, speakers and attributes; tema search knows code:"}
	}
	for _, kid := range n.Kids {
		if err := checkNoCode(kid); err != nil {
			return err
		}
	}
	return nil
}

// wordless returns the part of n by which a unit can match without a word, or nil if there is none. One word is enough
// for all that AND joins, so in `stress AND (night OR site:north)` both branches have one.
func wordless(n *Node) *Node {
	switch n.Op {
	case Words, Near:
		return nil
	case And:
		for _, kid := range n.Kids {
			if wordless(kid) == nil {
				return nil
			}
		}
	case Or:
		for _, kid := range n.Kids {
			if found := wordless(kid); found != nil {
				return found
			}
		}
		return nil
	}
	return n
}
