package transcript

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Quoted is what prose shows as somebody's words: a paragraph of a block quotation, or what stands between quotation
// marks in running text.
type Quoted struct {
	Block int  // index in Prose.Blocks
	Span       // of the block's text, without the marks
	Set   bool // as a block quotation, not in running text
	Text  string
	// Attribution is what stands behind the closing mark in parentheses or brackets, or behind a dash at the end of a
	// paragraph that is all quotation; with parentheses. It may be anything: a name, a table's number.
	Attribution string
	// Cited says that a work of the literature is named beside it, so that its words need not be a participant's.
	Cited bool
	// Before is the beginning of the sentence that quotes, up to the opening mark.
	Before string

	// Where it may end as well, since single marks look like apostrophes: lengths, of the text that begins where it does.
	ends  []int
	whole string
}

// Quotations returns what the prose quotes, in order, and where a quotation mark stands that nothing closes. What such a
// mark opens cannot be told from the rest. A quotation inside a quotation is part of it.
func (p *Prose) Quotations() (found []Quoted, unclosed []Open) {
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if b.Quotation {
			q := Quoted{Block: i, Span: trim(b.Text, Span{0, len(b.Text)}), Set: true}
			if q.Len() == 0 || len(readQuotation(b.Text).runs()) == 0 { // an elision on its own
				continue
			}
			q.Text = b.Text[q.Start:q.End]
			if n := len(found); n > 0 && found[n-1].Set && found[n-1].Block == i-1 && onlyAttribution.MatchString(q.Text) {
				found[n-1].Attribution = parenthesised(strings.TrimLeft(q.Text, "-–—― "))
				continue
			}
			q.Cited = citation.MatchString(q.Text)
			if i > 0 && !p.Blocks[i-1].Quotation { // "As Braun and Clarke (2006) write:"
				if above := strings.TrimSpace(p.Blocks[i-1].Text); strings.HasSuffix(above, ":") {
					q.Before = above[sentenceStart(above, len(above)):]
					q.Cited = q.Cited || citation.MatchString(q.Before)
				}
			}
			found = append(found, q)
			continue
		}
		next := ""
		if i+1 < len(p.Blocks) && !p.Blocks[i+1].Quotation {
			next = p.Blocks[i+1].Text
		}
		quoted, open := marked(b.Text, next)
		listed := listEntry.MatchString(b.Text)
		for _, q := range quoted {
			q.Block, q.Cited = i, q.Cited || listed
			found = append(found, q)
		}
		for _, at := range open {
			unclosed = append(unclosed, Open{i, at})
		}
	}
	return found, unclosed
}

// An Open is a quotation mark that nothing closes.
type Open struct {
	Block int // index in Prose.Blocks
	At    int // byte of its text
}

// A quoteMark is a quotation mark in a text, or what may be one.
type quoteMark struct {
	Span
	sign          string
	opens, closes bool // as far as what stands beside it tells
	weak          bool // it may as well be a plural's apostrophe ("the nurses’ room")
}

// closers are the signs that close what a sign opens: English “ ”, also ” ” as in Sweden; „ “ and „ ”; « » and » «, also
// » » as in Finland; the single ones likewise.
var closers = map[string]string{"“": "”", "”": "”", "„": "“”\"", "«": "»", "»": "«»", `"`: `"`, "＂": "＂", "``": "''”",
	"‘": "’", "‚": "‘’", "‹": "›", "›": "‹›", "'": "'"}

func single(sign string) bool { return strings.Contains("‘‚‹›'", sign) }

const longestQuotation = 8000 // bytes; what is longer is the space between two quotations

// marked finds the quotations in running text. Next is the paragraph after it: where that opens with the same mark, an
// open quotation goes on there.
func marked(text, next string) (found []Quoted, unclosed []int) {
	type pair struct{ open, close quoteMark }
	var stack []quoteMark
	var pairs []pair
	marks := quoteMarks(text)
	for i, m := range marks {
		if m.weak && closedLater(marks[i+1:]) {
			continue
		}
		matched := false
		for k := len(stack) - 1; k >= 0 && m.closes && !matched; k-- {
			if strings.Contains(closers[stack[k].sign], m.sign) && m.Start-stack[k].End <= longestQuotation {
				pairs = append(pairs, pair{stack[k], m})
				for _, o := range stack[k+1:] {
					if !single(o.sign) {
						unclosed = append(unclosed, o.Start)
					}
				}
				stack, matched = stack[:k], true
			}
		}
		if !matched && m.opens {
			stack = append(stack, m)
		}
	}
	for _, o := range stack {
		switch {
		case single(o.sign):
		case strings.TrimSpace(text[:o.Start]) == "" && strings.HasPrefix(strings.TrimSpace(next), o.sign):
			pairs = append(pairs, pair{o, quoteMark{Span: Span{len(text), len(text)}}})
		default:
			unclosed = append(unclosed, o.Start)
		}
	}
	slices.Sort(unclosed)
	// Straight single marks around double ones are apostrophes.
	pairs = slices.DeleteFunc(pairs, func(p pair) bool {
		return p.open.sign == "'" && slices.ContainsFunc(pairs, func(in pair) bool {
			return !single(in.open.sign) && p.open.Start < in.open.Start && in.close.End < p.close.End
		})
	})
	slices.SortFunc(pairs, func(a, b pair) int { return a.open.Start - b.open.Start })
	end := 0
	for _, p := range pairs {
		if p.open.Start < end {
			continue // inside another
		}
		end = p.close.End
		q := Quoted{Span: trim(text, Span{p.open.End, p.close.Start})}
		if q.Len() == 0 {
			continue
		}
		q.Text = text[q.Start:q.End]
		if p.open.sign == "‘" || p.open.sign == "'" {
			for _, m := range marks {
				if m.Start >= end && m.opens && strings.Contains(`“„«"‘'`, m.sign) || m.Start-p.open.End > longestQuotation {
					break
				}
				if m.Start > q.Start && m.Start != p.close.Start && m.closes && strings.Contains(closers[p.open.sign], m.sign) {
					q.ends, q.whole = append(q.ends, m.Start-q.Start), text[q.Start:max(m.Start, q.End)]
				}
			}
		}
		q.behind(text, p.close.End, strings.TrimSpace(text[:p.open.Start]) == "")
		from := sentenceStart(text, p.open.Start)
		q.Before = text[from:p.open.Start]
		after := text[p.close.End:]
		q.Cited = citation.MatchString(q.Before) || citation.MatchString(after[:sentenceEnd(after)])
		found = append(found, q)
	}
	return found, unclosed
}

// closedLater says whether one of marks surely closes, before another opens.
func closedLater(marks []quoteMark) bool {
	for _, m := range marks {
		switch {
		case (m.sign == "’" || m.sign == "'") && m.closes && !m.weak:
			return true
		case m.opens && m.sign != "'":
			return false
		}
	}
	return false
}

// elided are words that begin with an apostrophe.
var elided = regexp.MustCompile(`^(?i:cause|cos|em|til|tis|twas|n|round|bout|ere|ave|s|d|n'|\d0s)\b`)

// quoteMarks returns what may be a quotation mark.
func quoteMarks(text string) []quoteMark {
	if !strings.ContainsAny(text, "“”„«»\"‘’‚‹›'＂") {
		return nil
	}
	var out []quoteMark
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		sign := text[i : i+n]
		if doubled := text[i:min(i+2, len(text))]; doubled == "``" || doubled == "''" {
			sign, n = doubled, 2
		}
		at := i
		i += n
		if !strings.ContainsRune("“”„«»\"‘’‚‹›'＂`", r) || sign == "`" {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[i:])
		if at == 0 {
			before = ' '
		}
		if i == len(text) {
			after = ' '
		}
		letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
		m := quoteMark{Span: Span{at, i}, sign: sign}
		// A mark opens behind a space or a sign, before a letter or a sign; it closes before a space or a sign. A number
		// may follow a closing mark: that of a note.
		opens := !unicode.IsSpace(after) && !letter(before) && !strings.ContainsRune(".,;!?…)]}", before)
		closes := !unicode.IsSpace(before) && (!letter(after) || unicode.IsPunct(before) && !strings.ContainsRune("([{", before))
		switch sign {
		case "„", "‚", "``":
			m.opens = true
		case "“", "«", "»", "‹", "›": // which of the two, what was opened before says
			m.opens, m.closes = true, true
		case "”":
			m.opens, m.closes = opens, true
		case "‘":
			m.opens, m.closes = opens, closes
		case "’", "''":
			m.closes = closes
			m.weak = sign == "’" && closes && (before == 's' || before == 'x' || before == 'z') && unicode.IsSpace(after)
		case "'":
			m.opens, m.closes = opens && letter(after) && !elided.MatchString(text[i:]), closes
			m.weak = closes && (before == 's' || before == 'x' || before == 'z') && unicode.IsSpace(after)
		default:
			m.opens, m.closes = opens, closes
		}
		out = append(out, m)
	}
	return out
}

var (
	behindMark = regexp.MustCompile(`^[.,;]?[¹²³⁰-⁹]*[ \x{00a0}\x{202f}\n]{0,2}(?:\(([^()]{1,120})\)|\[([^\[\]]{1,120})\])`)
	behindDash = regexp.MustCompile(`^[.,;]?\s*[-–—―]{1,3}\s*([^-–—―]{1,100})$`)
	// onlyAttribution is a paragraph that says who spoke: in parentheses, or behind a dash.
	onlyAttribution = regexp.MustCompile(`^(?s)(\([^()]{1,120}\)[.]?|[-–—―]{1,3}\s*\S.{0,200})$`)
	// listEntry is the beginning of an entry in a list of references: Surname, Name ... year.
	listEntry = regexp.MustCompile(`^\s*(\[\d+\]\s*|\d+\.\s+)?\p{Lu}[\p{L}'’ -]{1,40},\s+\p{Lu}(\.|\pL+[.,&])[^\n]{0,200}\b(1[5-9]|20)\d\d[a-z]?[).]`)
	// citation is a reference to the literature: a name and a year in parentheses, a key of a list of references, a number
	// in brackets.
	citation = regexp.MustCompile(`\p{Lu}[\p{L}'’-]+[^()]{0,60}\(\s*(1[5-9]|20)\d\d[a-z]?\b|\([^()]*\p{Lu}[\p{L}'’-]+[^()]{0,60}\b(1[5-9]|20)\d\d[a-z]?\b[^()]*\)|` +
		`(^|[\s\[;-])@[\p{L}\p{N}_]|\[\d{1,3}([,–-]\s*\d{1,3})*(,\s*\pL+\.?\s*\d+)?\]`)
)

// behind reads what stands behind a closing mark, at byte at of text. Whole says that nothing stands before the quotation.
func (q *Quoted) behind(text string, at int, whole bool) {
	if m := behindMark.FindStringSubmatch(text[at:]); m != nil {
		if strings.ContainsFunc(m[1], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) ||
			strings.ContainsFunc(m[2], unicode.IsLetter) { // [12] is a reference
			q.Attribution = parenthesised(m[1] + m[2])
		}
	} else if m := behindDash.FindStringSubmatch(text[at:]); m != nil && whole {
		q.Attribution = parenthesised(m[1])
	}
}

// parenthesised puts an attribution in parentheses, those inside it taken away.
func parenthesised(s string) string {
	s = strings.NewReplacer("(", ", ", ")", "", "[", ", ", "]", "", "\n", " ").Replace(strings.Trim(s, "()[]. \t\n"))
	return "(" + strings.Trim(s, ",. ") + ")"
}

// sentenceStart returns where the sentence begins that byte at of text stands in, roughly: behind a sign that ends one
// and before a large letter.
func sentenceStart(text string, at int) int {
	const far = 400
	from := max(0, at-far)
	for from < at && !utf8.RuneStart(text[from]) {
		from++
	}
	start := from
	for _, m := range sentenceBreak.FindAllStringIndex(text[from:at], -1) {
		start = from + m[1] - 1
		for !utf8.RuneStart(text[start]) {
			start--
		}
	}
	return start
}

// sentenceEnd returns where the sentence ends that text goes on with.
func sentenceEnd(text string) int {
	const far = 200
	end := min(far, len(text))
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end++
	}
	if m := sentenceBreak.FindStringIndex(text[:end]); m != nil {
		return m[0] + 1
	}
	return end
}

var sentenceBreak = regexp.MustCompile(`[.!?…]["”’»)]?\s+\p{Lu}`)
