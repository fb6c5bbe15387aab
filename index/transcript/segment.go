package transcript

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
	"github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/unicode/norm"
)

// Words yields the words of span in order: UAX #29 words that hold a letter or digit, as spans of text. Words in
// brackets are words here, so that they can be found; CountWords leaves out those that are not speech.
func Words(text string, span Span) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		for at := span.Start; at < span.End; {
			if c := text[at]; c < utf8.RuneSelf && !letters[c] && c != '_' && c != '\r' && (at+1 == span.End || text[at+1] < utf8.RuneSelf) {
				at++ // a sign or a space, and nothing that could belong to it
				continue
			}
			end := at + segment(text[at:span.End])
			if isWord(text[at:end]) && !yield(Span{at, end}) {
				return
			}
			at = end
		}
	}
}

// segment returns how long the first UAX #29 word segment of s is, which must not be empty. Most of what is said are letters
// and digits with a space or a sign behind them, and spaces; they are told from the rest here, since every word of every
// transcript comes this way. What may join two of them, or change what stands before it, is left to the whole of the rules.
func segment(s string) int {
	n := 1
	switch c := s[0]; {
	case c == ' ':
		for n < len(s) && s[n] == ' ' {
			n++
		}
	case letters[c], latin(s):
		for n = 0; n < len(s); {
			if letters[s[n]] {
				n++
			} else if s[n] >= utf8.RuneSelf && latin(s[n:]) {
				n += 2
			} else {
				break
			}
		}
		if n < len(s) && (s[n] == '_' || joins(s[n]) && n+1 < len(s) && (s[n+1] >= utf8.RuneSelf || letters[s[n+1]])) {
			n = 0
		}
	case c >= utf8.RuneSelf, c == '_', c == '\r':
		n = 0
	}
	if n == 0 || n < len(s) && s[n] >= utf8.RuneSelf {
		segments := words.FromString(s)
		segments.Next()
		return segments.End()
	}
	return n
}

// letters says of each byte whether it is a letter or digit of ASCII.
var letters = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
	}
	return is
}()

// joins says whether c may stand within a word or a number.
func joins(c byte) bool { return c == '.' || c == '\'' || c == ':' || c == ',' || c == ';' }

// latin says whether s begins with one of the Latin letters of two bytes that no other sign can be mistaken for.
func latin(s string) bool {
	return len(s) > 1 && s[0] >= 0xc3 && s[0] <= 0xc9 && s[1] >= 0x80 && s[1] < 0xc0 && s[:2] != "×" && s[:2] != "÷"
}

// isWord says whether a UAX #29 segment holds a letter or digit.
func isWord(s string) bool {
	if letters[s[0]] || latin(s) {
		return true
	}
	if len(s) == 1 {
		return false
	}
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// FoldWord returns the form under which two words are the same to search: lower case, NFC, straight apostrophes, and
// without what cannot be seen, such as soft hyphens and marks of direction.
func FoldWord(s string) string {
	invisible := func(r rune) bool { return r >= 0xad && unicode.Is(unicode.Cf, r) }
	if strings.ContainsFunc(s, invisible) {
		s = strings.Map(func(r rune) rune {
			if invisible(r) {
				return -1
			}
			return r
		}, s)
	}
	return strings.ReplaceAll(norm.NFC.String(strings.ToLower(norm.NFC.String(s))), "’", "'")
}

// asideWords is how many words a transcriber's remark in brackets may hold; what is longer is taken for speech.
const asideWords = 8

// CountWords counts the words of span that were spoken. A remark of the transcriber's is none of them: what stands
// between square brackets or parentheses on one line, in at most eight words ([laughter], (...), [inaudible 00:03:31]).
// A longer stretch is speech that somebody put in brackets, and so is what an unclosed bracket opens.
func CountWords(text string, span Span) int {
	n, at := 0, span.Start
	count := func(s Span) {
		for range Words(text, s) {
			n++
		}
	}
	for _, remark := range bracketed(text, span) {
		if remark.Start < at {
			continue // within one that is left out
		}
		inside := 0
		for range Words(text, remark) {
			if inside++; inside > asideWords {
				break
			}
		}
		if inside <= asideWords {
			count(Span{at, remark.Start})
			at = remark.End
		}
	}
	count(Span{at, span.End})
	return n
}

// bracketed returns what stands between brackets that are closed on their line, brackets included, the outer before
// the inner.
func bracketed(text string, span Span) []Span {
	var out []Span
	var round, square []int // brackets that are open, as indices of out
	for i := span.Start; i < span.End; i++ {
		next := strings.IndexAny(text[i:span.End], "[]()\n")
		if next < 0 {
			break
		}
		i += next
		open := &round
		switch text[i] {
		case '\n':
			round, square = round[:0], square[:0]
			continue
		case '[', ']':
			open = &square
		}
		if text[i] == '[' || text[i] == '(' {
			*open = append(*open, len(out))
			out = append(out, Span{i, -1})
		} else if k := len(*open); k > 0 {
			out[(*open)[k-1]].End = i + 1
			*open = (*open)[:k-1]
		}
	}
	return slices.DeleteFunc(out, func(s Span) bool { return s.End < 0 })
}

// sentenceWords is how many words a sentence may hold before it is cut: speech that was written down without
// punctuation would else be one sentence from end to end.
const sentenceWords = 60

// Sentences cuts span, which must lie within one turn's speech, into sentences: UAX #29, where a single line break is
// white space and a blank line ends a sentence, but with no break after an abbreviation or ordinal of the language, an
// initial, or a pause (..., …, . . ., (.), (...)). Four dots are a pause and a full stop, and do end a sentence. After
// sixty words a sentence is cut. Language is a BCP 47 tag or ""; one that tema has no abbreviations for gets those
// that most languages share.
//
// The sentences are in order, do not overlap, and begin and end with what is not white space.
func Sentences(text string, span Span, language string) []Span {
	rules := abbreviationsOf(language)
	out := make([]Span, 0, span.Len()/60+1)
	for start := span.Start; start < span.End; {
		paragraph := Span{start, blankLine(text, start, span.End)}
		start = paragraph.End
		// To UAX #29 each line break ends a sentence; here lines may be wrapped.
		plain := text[paragraph.Start:paragraph.End]
		if strings.Contains(plain, "\n") {
			plain = strings.ReplaceAll(plain, "\n", " ")
		}
		from := 0
		tokens := sentences.FromString(plain)
		for tokens.Next() {
			if end := tokens.End(); end == len(plain) || !rules.goesOn(plain, end) {
				out = appendSentences(out, text, Span{paragraph.Start + from, paragraph.Start + end})
				from = end
			}
		}
	}
	return out
}

// blankLine returns the offset of the line break before the first blank line of text[start:end], or end.
func blankLine(text string, start, end int) int {
	first := true
	for at := start; ; {
		next := strings.IndexByte(text[at:end], '\n')
		if next < 0 {
			return end
		}
		if !first && strings.TrimSpace(text[at:at+next]) == "" {
			return at
		}
		at += next + 1
		first = false
	}
}

// appendSentences appends s without the white space around it, cut so that no piece has more than sixty words.
func appendSentences(out []Span, text string, s Span) []Span {
	s = trim(text, s)
	if mostWords(text[s.Start:s.End]) > sentenceWords {
		n, last := 0, s.Start
		for w := range Words(text, s) {
			if n++; n > sentenceWords {
				// What is written together with the sixtieth word stays with it, what opens the next one goes along.
				cut := w.Start
				if space := strings.IndexFunc(text[last:w.Start], unicode.IsSpace); space >= 0 {
					cut = last + space
				}
				out = append(out, trim(text, Span{s.Start, cut}))
				s.Start, n = trim(text, Span{cut, s.End}).Start, 1
			}
			last = w.End
		}
	}
	if s.Len() > 0 {
		out = append(out, s)
	}
	return out
}

// mostWords returns a number that the words of s do not exceed, without the work of finding them.
func mostWords(s string) int {
	if len(s) < 2*sentenceWords { // words of less than three bytes do not touch
		return 0
	}
	n, inside := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_':
			if !inside {
				n++
			}
			inside = true
		case c < 0x80:
			inside = false
		case c >= 0xc3 && c <= 0xc9 && s[i:i+2] != "×" && s[i:i+2] != "÷": // Latin letters
			if !inside {
				n++
			}
			inside = true
			i++
		case c == 0xc2 || c == 0xc3: // signs, mostly
			n++
			inside = false
			i++
		case c == 0xe2:
			n++
			inside = false
			i += 2
		default: // scripts that may write words without spaces
			return len(s)
		}
	}
	return n
}

// goesOn says whether the sentence goes on over the break that UAX #29 sees at text[:at].
func (a *abbreviations) goesOn(text string, at int) bool {
	before, next := strings.TrimRightFunc(text[:at], unicode.IsSpace), text[at:]
	if endsInPause(before) {
		return true
	}
	if !strings.HasSuffix(before, ".") {
		return false
	}
	word := lastToken(before[:len(before)-1])
	head := before[:len(before)-1-len(word)]
	switch {
	case word == "":
		return false
	case isNumber(word):
		return a.ordinal(head, word, next)
	case initials(word):
		// A pronoun of one letter ends sentences ("neither did I.") more often than it stands for a name.
		return word != a.pronoun || initials(lastToken(strings.TrimSuffix(strings.TrimRight(head, " "), "."))) || initialAt(next)
	case a.has(a.words, word):
		return true
	case a.has(a.beforeNumber, word):
		return next != "" && next[0] >= '0' && next[0] <= '9'
	}
	// One that is written with spaces: either its end ("p. ej. | Ana"), or a part that the next one continues ("z. | B.").
	joined := word
	for range 2 {
		stem, dotted := strings.CutSuffix(strings.TrimRightFunc(head, unicode.IsSpace), ".")
		part := lastToken(stem)
		if !dotted || part == "" {
			break
		}
		joined, head = part+"."+joined, stem[:len(stem)-len(part)]
		if a.has(a.words, joined) {
			return true
		}
	}
	end := strings.IndexFunc(next, func(r rune) bool { return !unicode.IsLetter(r) })
	return end > 0 && next[end] == '.' && (a.has(a.words, word+"."+next[:end]) || a.has(a.parts, word+"."+next[:end]))
}

// endsInPause says whether s ends with a pause: two dots or more but not four, one …, dots with spaces between, or any
// of them in brackets, where a single dot is a pause too.
func endsInPause(s string) bool {
	if strings.HasSuffix(s, ")") || strings.HasSuffix(s, "]") {
		inside := strings.TrimRight(s[:len(s)-1], ". …")
		return len(inside) < len(s)-1 && (strings.HasSuffix(inside, "(") || strings.HasSuffix(inside, "["))
	}
	if strings.HasSuffix(s, "…") {
		return true
	}
	dots := 0
	for strings.HasSuffix(s, ".") {
		s = strings.TrimRight(s[:len(s)-1], " ")
		dots++
	}
	return dots > 1 && dots != 4
}

// lastToken returns the run of letters, digits, marks, single dots and hyphens that s ends with.
func lastToken(s string) string {
	i := strings.LastIndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '.' && r != '-'
	})
	if i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		s = s[i+n:]
	}
	if i := strings.LastIndex(s, ".."); i >= 0 { // what stands before a pause is another word
		s = s[i+2:]
	}
	return s
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

// initials says whether word is one capital letter, or several with dots or hyphens between ("J", "J.R", "J.-P").
func initials(word string) bool {
	letter := false // what stands last
	for _, r := range word {
		switch {
		case unicode.IsUpper(r) && !letter:
			letter = true
		case r == '.' && letter, r == '-':
			letter = false
		default:
			return false
		}
	}
	return letter
}

// initialAt says whether s begins with one capital letter and a full stop.
func initialAt(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) && strings.HasPrefix(s[n:], ".")
}

// ordinal says whether number and its full stop are an ordinal: before the name of a month, or after a word that says
// which one is meant ("den 3. ...", "mein 2. ..."). A bare number may as well end its sentence ("Jeg var 17. Så ...").
func (a *abbreviations) ordinal(head, number, next string) bool {
	if len(number) > 2 {
		return false
	}
	next = strings.ToLower(next[:min(len(next), 20)])
	for _, month := range a.months {
		if strings.HasPrefix(next, month) {
			return true
		}
	}
	return a.determiners[strings.ToLower(lastToken(strings.TrimRightFunc(head, unicode.IsSpace)))]
}
