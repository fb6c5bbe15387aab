package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/index/transcript"
	"golang.org/x/text/unicode/norm"
)

// Limits of a query. Nobody writes such by hand; they keep a hostile one from using up the stack or the index.
const (
	maxDepth  = 100  // parentheses in parentheses
	maxWithin = 1000 // words between the operands of NEAR
)

// Parse reads a query. The error is an *Error with the place of the fault.
func Parse(src string) (*Query, error) {
	for i, r := range src {
		if r == utf8.RuneError && !strings.HasPrefix(src[i:], string(utf8.RuneError)) {
			return nil, &Error{i, i + 1, "the query is not UTF-8 text", ""}
		}
	}
	p := &parser{src: src}
	if err := p.lex(); err != nil {
		return nil, err
	}
	if p.next().kind == isEnd {
		return nil, &Error{0, len(src), "the query is empty", "write a word, or a \"phrase\" in quotes"}
	}
	root, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if t := p.next(); t.kind != isEnd { // or stops early only at a parenthesis that nothing opened
		return nil, fault(t, "this parenthesis was never opened", "")
	}
	return &Query{Source: src, Root: root}, nil
}

// A lexeme is a piece of a query: an atom that is a node already, a parenthesis or an operator.
type lexeme struct {
	kind       lexKind
	start, end int   // bytes in the query, half-open
	node       *Node // of an atom
	within     int   // of NEAR
}

type lexKind int

const (
	isEnd lexKind = iota
	isAtom
	isOpen
	isShut
	isAnd
	isOr
	isNot
	isNear
)

var operators = map[lexKind]string{isAnd: "AND", isOr: "OR", isNot: "NOT", isNear: "NEAR"}

type parser struct {
	src     string
	lexemes []lexeme // closed by one of kind isEnd
	at      int
}

func (p *parser) next() lexeme { return p.lexemes[p.at] }

func fault(at lexeme, message, hint string) *Error {
	return &Error{at.start, at.end, message, hint}
}

// or reads {and "OR"} and.
func (p *parser) or(depth int) (*Node, error) {
	left, err := p.and(depth)
	for err == nil && p.next().kind == isOr {
		op := p.next()
		p.at++
		if !p.opensOperand() {
			return nil, fault(op, "OR needs something on its right", quoteOperator)
		}
		var right *Node
		if right, err = p.and(depth); err == nil {
			left = join(Or, left, right)
		}
	}
	return left, err
}

const quoteOperator = `to find the word itself, write it in small letters or in quotes`

// and reads not {["AND"] not}.
func (p *parser) and(depth int) (*Node, error) {
	left, err := p.not(depth)
	for err == nil {
		op := p.next()
		if op.kind == isAnd {
			p.at++
			if !p.opensOperand() {
				return nil, fault(op, "AND needs something on its right", quoteOperator)
			}
		} else if !p.opensOperand() {
			return left, nil
		}
		var right *Node
		if right, err = p.not(depth); err == nil {
			left = join(And, left, right)
		}
	}
	return nil, err
}

// join makes one node of left and right, flat where an operand is of the same kind.
func join(op Op, left, right *Node) *Node {
	n := &Node{Op: op, Start: left.Start, End: right.End}
	for _, side := range []*Node{left, right} {
		if side.Op == op {
			n.Kids = append(n.Kids, side.Kids...)
		} else {
			n.Kids = append(n.Kids, side)
		}
	}
	return n
}

// opensOperand says whether what comes next can begin an operand of AND or OR.
func (p *parser) opensOperand() bool {
	k := p.next().kind
	return k == isAtom || k == isOpen || k == isNot
}

// not reads ["NOT"] near.
func (p *parser) not(depth int) (*Node, error) {
	op := p.next()
	if op.kind != isNot {
		return p.near(depth)
	}
	p.at++
	switch p.next().kind {
	case isNot:
		return nil, fault(p.next(), "NOT stands twice", "once is enough, and twice is none")
	case isAtom, isOpen:
	default:
		return nil, fault(op, "NOT needs something on its right", quoteOperator)
	}
	kid, err := p.near(depth)
	if err != nil {
		return nil, err
	}
	return &Node{Op: Not, Start: op.start, End: kid.End, Kids: []*Node{kid}}, nil
}

// near reads atom {"NEAR/"n atom}.
func (p *parser) near(depth int) (*Node, error) {
	first, err := p.atom(depth)
	if err != nil || p.next().kind != isNear {
		return first, err
	}
	n := &Node{Op: Near, Start: first.Start, Kids: []*Node{first}}
	for p.next().kind == isNear {
		op := p.next()
		p.at++
		if k := p.next().kind; k != isAtom && k != isOpen {
			return nil, fault(op, "NEAR needs a word or phrase on its right", quoteOperator)
		}
		kid, err := p.atom(depth)
		if err != nil {
			return nil, err
		}
		n.Kids, n.Within, n.End = append(n.Kids, kid), append(n.Within, op.within), kid.End
	}
	for _, kid := range n.Kids {
		if !canBeNear(kid) {
			return nil, &Error{kid.Start, kid.End, "NEAR stands between words or phrases",
				"its operands are words, phrases, or a choice of such: (my OR own) NEAR/2 story"}
		}
	}
	return n, nil
}

func canBeNear(n *Node) bool {
	return n.Op == Words || n.Op == Or && !slices.ContainsFunc(n.Kids, func(kid *Node) bool { return !canBeNear(kid) })
}

// atom reads a word, phrase or field, or a query in parentheses.
func (p *parser) atom(depth int) (*Node, error) {
	t := p.next()
	p.at++
	switch t.kind {
	case isAtom:
		return t.node, nil
	case isOpen:
	case isEnd:
		return nil, fault(t, "the query ends where a word should stand", "")
	case isShut:
		return nil, fault(t, "this parenthesis was never opened", "")
	default:
		return nil, fault(t, operators[t.kind]+" needs something on its left", quoteOperator)
	}
	if depth == maxDepth {
		return nil, fault(t, "too many parentheses inside each other", "")
	}
	switch inner := p.next(); inner.kind {
	case isShut:
		return nil, &Error{t.start, inner.end, "there is nothing between these parentheses", ""}
	case isEnd:
		return nil, fault(t, "this parenthesis is never closed", "")
	}
	n, err := p.or(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.next().kind != isShut {
		return nil, fault(t, "this parenthesis is never closed", "")
	}
	n.Start, n.End = t.start, p.next().end
	p.at++
	return n, nil
}

// lex cuts the query into lexemes.
func (p *parser) lex() error {
	for i := 0; i < len(p.src); {
		r, size := utf8.DecodeRuneInString(p.src[i:])
		switch {
		case unicode.IsSpace(r):
			i += size
		case r == '(' || r == ')':
			kind := isOpen
			if r == ')' {
				kind = isShut
			}
			p.lexemes = append(p.lexemes, lexeme{kind: kind, start: i, end: i + 1})
			i++
		default:
			t, err := p.lexAtom(i)
			if err != nil {
				return err
			}
			p.lexemes = append(p.lexemes, t)
			i = t.end
		}
	}
	p.lexemes = append(p.lexemes, lexeme{start: len(p.src), end: len(p.src)})
	return nil
}

// lexAtom reads an operator, a word, a phrase or a field that begins at start.
func (p *parser) lexAtom(start int) (lexeme, error) {
	quoted, i, err := p.lexQuoted(start)
	if err != nil {
		return lexeme{}, err
	}
	if i > start { // a phrase, or the quoted key of a field
		if strings.HasPrefix(p.src[i:], ":") {
			return p.lexField(start, quoted, i+1)
		}
		terms, err := phrase(quoted, start, i)
		return words(start, i, terms), err
	}
	i = p.bareEnd(start)
	bare := p.src[start:i]
	op := lexeme{start: start, end: i}
	switch bare {
	case "AND":
		op.kind = isAnd
		return op, nil
	case "OR":
		op.kind = isOr
		return op, nil
	case "NOT":
		op.kind = isNot
		return op, nil
	}
	if n, is := strings.CutPrefix(bare, "NEAR"); is && (n == "" || n[0] == '/') {
		op.kind = isNear
		op.within, err = within(op, strings.TrimPrefix(n, "/"))
		return op, err
	}
	if colon := strings.IndexByte(bare, ':'); colon >= 0 {
		return p.lexField(start, bare[:colon], start+colon+1)
	}
	if bare == "=" { // ="a phrase" is the phrase
		if quoted, j, err := p.lexQuoted(i); err != nil || j > i {
			if err != nil {
				return lexeme{}, err
			}
			terms, err := phrase(quoted, start, j)
			return words(start, j, terms), err
		}
	}
	terms, err := word(bare, start)
	return words(start, i, terms), err
}

func words(start, end int, terms []Term) lexeme {
	return lexeme{kind: isAtom, start: start, end: end, node: &Node{Op: Words, Start: start, End: end, Terms: terms}}
}

func within(op lexeme, n string) (int, error) {
	const hint = "NEAR/5 lets at most five words stand between"
	value, err := strconv.Atoi(n)
	switch digits := strings.Trim(n, "0123456789") == ""; {
	case n == "":
		return 0, fault(op, "NEAR needs a number of words", hint)
	case strings.HasPrefix(n, "-") && strings.Trim(n[1:], "0123456789") == "" && n != "-":
		return 0, fault(op, "the number of words between cannot be negative", hint)
	case !digits:
		return 0, fault(op, fmt.Sprintf("%q is not a number of words", n), hint)
	case err != nil || value > maxWithin:
		return 0, fault(op, fmt.Sprintf("at most %d words can stand between", maxWithin), "AND asks for both within the sentence or turn")
	}
	return value, nil
}

// lexField reads the value of a field whose key began at start and whose colon ends at i.
func (p *parser) lexField(start int, key string, i int) (lexeme, error) {
	value, end, err := p.lexQuoted(i)
	if err != nil {
		return lexeme{}, err
	}
	if end == i {
		end = p.bareEnd(i)
		value = p.src[i:end]
	}
	n := &Node{Op: Field, Start: start, End: end, Key: clean(strings.ToLower(key)), Value: clean(value)}
	const hint = "for example speaker:P03, or site:\"north ward\"; words with a colon go in quotes"
	switch {
	case n.Key == "":
		return lexeme{}, &Error{start, end, "there is no key before the colon", hint}
	case n.Value == "":
		return lexeme{}, &Error{start, end, "there is no value after the colon", hint}
	}
	return lexeme{kind: isAtom, start: start, end: end, node: n}, nil
}

// clean brings keys and values to the form in which names are compared: NFC, no white space around.
func clean(s string) string { return strings.TrimSpace(norm.NFC.String(s)) }

// isQuote says whether the rune at i is a quotation mark of any of the kinds that word processors put in. They need
// not match: “a”, „a“, »a« and ”a” all quote. Single ones are apostrophes. A mark between two Hebrew letters is the
// sign of an abbreviation.
func (p *parser) isQuote(i int) (size int, is bool) {
	r, size := utf8.DecodeRuneInString(p.src[i:])
	if !strings.ContainsRune("\"“”„‟«»＂", r) {
		return size, false
	}
	before, _ := utf8.DecodeLastRuneInString(p.src[:i])
	after, _ := utf8.DecodeRuneInString(p.src[i+size:])
	return size, !(unicode.Is(unicode.Hebrew, before) && unicode.Is(unicode.Hebrew, after))
}

// lexQuoted reads what stands between quotation marks if one opens at start, and returns the byte after the closing
// one; else it returns start.
func (p *parser) lexQuoted(start int) (inside string, end int, err error) {
	if start == len(p.src) {
		return "", start, nil
	}
	size, is := p.isQuote(start)
	if !is {
		return "", start, nil
	}
	for i := start + size; i < len(p.src); {
		n, is := p.isQuote(i)
		if is {
			return p.src[start+size : i], i + n, nil
		}
		i += n
	}
	return "", 0, &Error{start, start + size, "this quotation mark is never closed", ""}
}

// bareEnd returns the end of the run without white space, parentheses and quotation marks that begins at i.
func (p *parser) bareEnd(i int) int {
	for i < len(p.src) {
		r, size := utf8.DecodeRuneInString(p.src[i:])
		if _, quote := p.isQuote(i); quote || unicode.IsSpace(r) || r == '(' || r == ')' {
			break
		}
		i += size
	}
	return i
}

// word reads a bare word: =word, word* or word~. One with a hyphen in it is a phrase, as it is in the text.
func word(bare string, start int) ([]Term, error) {
	rest, exact := strings.CutPrefix(bare, "=")
	terms, err := chunk(rest, start+len(bare)-len(rest))
	if err != nil {
		err.Start = start
		return nil, err
	}
	last := &terms[len(terms)-1]
	if exact && last.How != Surface {
		return nil, &Error{start, start + len(bare), "=word is the word as it stands; it takes no * or ~", ""}
	}
	if !exact && len(terms) == 1 && last.How == Surface {
		last.How = Inflected
	}
	return terms, nil
}

// phrase reads what stands in quotes between start and end. Its words may end in * or ~ as others do.
func phrase(quoted string, start, end int) ([]Term, error) {
	var terms []Term
	for _, part := range strings.Fields(quoted) {
		if strings.ContainsFunc(part, letterOrDigit) || strings.ContainsAny(part, "*~") {
			more, err := chunk(part, start)
			if err != nil {
				err.End = end
				return nil, err
			}
			terms = append(terms, more...)
		}
	}
	if len(terms) == 0 {
		return nil, &Error{start, end, "this phrase is empty", "write words between the quotation marks"}
	}
	return terms, nil
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// chunk reads the words of a run without white space that stands at start; a * or ~ at its end belongs to the last.
func chunk(s string, start int) ([]Term, *Error) {
	wrong := func(message, hint string) ([]Term, *Error) {
		return nil, &Error{start, start + len(s), message, hint}
	}
	how, body := Surface, s
	switch {
	case strings.HasSuffix(s, "*"):
		how, body = Prefix, s[:len(s)-1]
	case strings.HasSuffix(s, "~"):
		how, body = Fuzzy, s[:len(s)-1]
	}
	switch {
	case !strings.ContainsFunc(s, letterOrDigit) && how == Prefix:
		return wrong("a lone * would match every word", "write the letters that the word begins with: support*")
	case !strings.ContainsFunc(s, letterOrDigit) && how == Fuzzy:
		return wrong("a lone ~ has no word to be close to", "write a word before it: support~")
	case !strings.ContainsFunc(s, letterOrDigit):
		return wrong(fmt.Sprintf("there is no word in %q", s), "the operators are AND, OR, NOT and NEAR/n")
	case strings.ContainsAny(body, "*~"):
		return wrong("a * or ~ stands once, at the end of a word", "support* is every word that begins so; support~ allows one edit")
	case s[0] == '-' || s[0] == '!' || s[0] == '+':
		return wrong(fmt.Sprintf("a word cannot begin with %c", s[0]), "NOT word leaves out; AND asks for both")
	}
	var terms []Term
	for w := range transcript.Words(body, transcript.Span{Start: 0, End: len(body)}) {
		terms = append(terms, Term{transcript.FoldWord(body[w.Start:w.End]), Surface})
	}
	if len(terms) == 0 { // a word to us, none to Unicode's segmentation
		return wrong(fmt.Sprintf("there is no word in %q", s), "")
	}
	terms[len(terms)-1].How = how
	return terms, nil
}
