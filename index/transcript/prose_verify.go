package transcript

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A Verified is a quotation of a manuscript with what was found out about it.
type Verified struct {
	Quoted
	Quotation
	// Names says that its attribution names somebody or something of the study, and so had to be right.
	Names bool
	Said  string // its text, without such an attribution at the end
}

// Verify holds a quotation of a manuscript against the transcripts, by the rules of VerifyQuotation. It is read in the
// way in which it holds, if there is one: with or without what stands in parentheses at its end, up to one closing mark
// or another, and a block quotation also as turns that begin with their speakers' labels, or as the words that stand in
// quotation marks in it. So the answer may be several quotations; the changes of each count from its own beginning.
func (q Quoted) Verify(in ...*Transcript) []Verified {
	best := q.verify(in)
	if best.Verdict == Verbatim {
		return []Verified{best}
	}
	for _, n := range q.ends {
		other := q
		other.End, other.Text = q.Start+n, q.whole[:n]
		if v := other.hold(in, verbatimOrAbsent); v.Verdict == Verbatim && other.Words() >= q.Words()/2 {
			best = v
		}
	}
	if !q.Set || best.Verdict == Verbatim {
		return []Verified{best}
	}
	if turns := q.turns(in); len(turns) > 0 {
		return turns
	}
	if readAttribution("x ("+q.Text+")", in) != nil { // a label on a line of its own
		return nil
	}
	if m := label.FindStringSubmatchIndex(q.Text); m != nil && m[3] == 0 && likeLabel.MatchString(q.Text[m[4]:m[5]]) { // "Translation: ..."
		if v := q.part(trim(q.Text, Span{m[1], len(q.Text)}), q.Attribution).verify(in); better(v, best) {
			best = v
		}
	}
	if m := atEnd.FindStringSubmatch(q.Text); m != nil && !best.Names {
		bare := q
		bare.Text, bare.Attribution = m[1], parenthesised(strings.TrimLeft(m[2], "-–—― "))
		bare.End = bare.Start + len(m[1])
		if v := bare.verify(in); better(v, best) || v.Verdict == best.Verdict {
			best = v
		}
	}
	if best.Verdict == Verbatim {
		return []Verified{best}
	}
	if inside := q.inside(in); len(inside) > 0 {
		return inside
	}
	return []Verified{best}
}

// inside reads a block quotation that is set in quotation marks and broken by the author's own words ("...," she says,
// "..."): what stands in the marks is quoted. It is nil if the quotation is no such one.
func (q Quoted) inside(in []*Transcript) []Verified {
	const few = 8 // words that the author may say in it
	quoted, _ := marked(q.Text, "")
	if len(quoted) < 2 || CountWords(q.Text, Span{0, quoted[0].Start}) > 0 {
		return nil
	}
	var out []Verified
	own := q.Words()
	for _, part := range quoted {
		own -= part.Words()
		v := q.part(part.Span, part.Attribution).verify(in)
		out = append(out, v)
	}
	if own > few {
		return nil
	}
	return out
}

// atEnd is what may be an attribution, whomever it names: parentheses, or a line or words behind a dash.
var atEnd = regexp.MustCompile(`^(?s)(.*\S)\s*(\([^()]{1,120}\)[\s.,;]*|\n\s*[-–—―]{1,3}[^-–—―]{1,120}|[.?!…"”’»“][ \x{00a0}]*[-–—―]{1,3}[^-–—―\n]{1,60})$`)

func better(a, b Verified) bool {
	if a.Verdict != b.Verdict {
		return a.Verdict < b.Verdict
	}
	return a.Verdict == Edited && len(a.Changes) < len(b.Changes)
}

// verify reads the quotation in one way: as it stands, with its attribution if that names somebody.
func (q Quoted) verify(in []*Transcript) Verified { return q.hold(in, VerifyQuotation) }

// verbatimOrAbsent is for hold where it is of no use to know what comes near.
func verbatimOrAbsent(quote string, in ...*Transcript) Quotation {
	if q, ok := findVerbatim(quote, in...); ok {
		return q
	}
	return Quotation{Verdict: Absent}
}

func (q Quoted) hold(in []*Transcript, against func(quote string, in ...*Transcript) Quotation) Verified {
	text := settleHyphens(q.Text, in)
	if q.Attribution != "" {
		if m := inParentheses.FindStringSubmatch(text); m != nil && readAttribution(text, in) != nil { // "(FG1)" behind what a label begins
			text = m[1] + strings.Repeat(" ", len(m[2]))
			q.Attribution = "(" + strings.Trim(q.Attribution, "()") + ", " + m[3] + ")"
		}
		if with := text + " " + q.Attribution; readAttribution(with, in) != nil {
			return Verified{q, against(with, in...), true, strings.TrimRight(q.Text[:len(strings.TrimRight(text, " "))], " \n")}
		}
	}
	by, said := readAttribution(text, in), q.Text
	if by != nil {
		said = strings.TrimRightFunc(q.Text[:len(by.quoted)], unicode.IsSpace)
	}
	return Verified{q, against(text, in...), by != nil, said}
}

// settleHyphens gives back those hyphens at the ends of lines that belong to their word. A soft hyphen is none unless the
// word without it is in no transcript.
func settleHyphens(text string, in []*Transcript) string {
	if !strings.Contains(text, "\u00ad") {
		return text
	}
	return hyphenated.ReplaceAllStringFunc(text, func(word string) string {
		low := strings.ToLower(strings.ReplaceAll(word, "\u00ad", ""))
		if slices.ContainsFunc(in, func(t *Transcript) bool { return t.speech().id(low) >= 0 }) {
			return word
		}
		return strings.ReplaceAll(word, "\u00ad", "- ") // as long as it was; white space beside a dash does not count
	})
}

var hyphenated = regexp.MustCompile(`[\p{L}\p{N}'’]+(?:\x{00ad}[\p{L}\p{N}'’]+)+`)

// label is the beginning of a line, or of a sentence where line breaks were lost, that names who speaks.
var label = regexp.MustCompile(`(?m)(^[ \t]*|[.?!…"”’»)\]][ \t]+)(?:\[[\d:.]+\][ \t]*)?([\p{L}\p{N}][^\n:：.?!,;"“”«»]{0,40}?)[ \t]*[:：](?:[ \t]+|$)`)

// likeLabel is a label of somebody whom no transcript knows: one word, or one with a number.
var likeLabel = regexp.MustCompile(`^\p{Lu}\S*( \d+)?$`)

// turns reads a block quotation as lines that begin with their speakers' labels. It is nil if none of them names anybody
// in the transcripts.
func (q Quoted) turns(in []*Transcript) []Verified {
	at := label.FindAllStringSubmatchIndex(q.Text, -1)
	known := false
	at = slices.DeleteFunc(at, func(m []int) bool {
		name := q.Text[m[4]:m[5]]
		is := readAttribution("x ("+name+")", in) != nil
		known = known || is
		m[0] = m[3]
		return !is && (m[2] < m[3] || !likeLabel.MatchString(name)) // "and then he said: ..."
	})
	if !known {
		return nil
	}
	var out []Verified
	if head := trim(q.Text, Span{0, at[0][0]}); head.Len() > 0 {
		out = append(out, q.part(head, "").verify(in))
	}
	for i, m := range at {
		end := len(q.Text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		if said := trim(q.Text, Span{m[1], end}); len(readQuotation(q.Text[said.Start:said.End]).runs()) > 0 {
			out = append(out, q.part(said, parenthesised(q.Text[m[4]:m[5]])).verify(in))
		}
	}
	return out
}

// Words counts the words of the quotation, without those in brackets.
func (q Quoted) Words() int { return CountWords(q.Text, Span{0, len(q.Text)}) }

// part returns a part of the quotation as one of its own.
func (q Quoted) part(span Span, attribution string) Quoted {
	out := q
	out.Text, out.Attribution = q.Text[span.Start:span.End], attribution
	out.Span = Span{q.Start + span.Start, q.Start + span.End}
	return out
}
