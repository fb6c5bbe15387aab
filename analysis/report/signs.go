package report

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// A Sign is a sign that stands in an excerpt of the report.
type Sign struct {
	Kind  string   `json:"kind"`            // a key of excerptWords.Signs, or "own": the study says what it means
	Forms []string `json:"forms"`           // as it stands; of what the authors put in there is none, since it is another each time
	Means string   `json:"means,omitempty"` // of an own one
}

// signKinds are the kinds of signs in the order in which they are explained: the authors', then the transcribers'.
var signKinds = []string{"left-out", "put-in", "sic", "own", "pause", "short-pause", "timed-pause", "unclear", "at-once", "latched", "time", "dots", "remark"}

// capitals is the key of report.signs that stands for words in capital letters.
const capitals = "CAPS"

const pauseSign = `…|\.{3,}|\. \. \.|\\dots`

var (
	aBracket  = regexp.MustCompile(`\(\([^()\n]*\)\)|\([^()\n]*\)|\[[^\[\]\n]*\]`)
	aSlash    = regexp.MustCompile(`/ ?(?:` + pauseSign + `) ?/|//`)
	aPause    = regexp.MustCompile(pauseSign)
	onlyPause = regexp.MustCompile(`^(?:` + pauseSign + `)$`)
	seconds   = regexp.MustCompile(`^\d{1,2}(?:[.,]\d{1,2})?(?: ?(?:s|sec|sek)\.?)?$`)
	clockTime = regexp.MustCompile(`^\d{1,2}(?::\d\d){1,2}(?:[.,]\d+)?$`)
	latch     = regexp.MustCompile(`(?m)^=[\p{L}\s]|[\p{L}\p{P}\s]=$`)
	noise     = regexp.MustCompile(`(?:^|[^\p{L}\p{N}])xxx(?:$|[^\p{L}\p{N}])`)
	digits    = regexp.MustCompile(`[0-9]+`)
	blanks    = regexp.MustCompile(`\s+`)
	letter    = regexp.MustCompile(`[\p{L}\p{N}]`)
	// What transcribers write, in the languages that the report speaks and their neighbours, for what nobody can make
	// out, and for several who speak at once.
	unheard = regexp.MustCompile(`(?i)^(?:inaudible|unintelligible|indistinct|unclear|uhørbart?|uhørlig|utydelig|uforståelig|uklart|ohörbart|otydligt|unverständlich|xxx?|\?+)(?:$|[^\p{L}])`)
	crossed = regexp.MustCompile(`(?i)^(?:cross-?talk|overlapping|several speak|snakker i munnen|flere snakker)`)
)

// signs gathers which signs stand in the excerpts that a report prints.
type signs struct {
	forms map[string][]string // by kind, each once, in no order that matters
	own   []ownSign
}

type ownSign struct {
	analysis.Sign
	pattern *regexp.Regexp
	occurs  bool
}

func newSigns(own []analysis.Sign) *signs {
	s := &signs{forms: map[string][]string{}}
	for _, x := range own {
		pattern := digits.ReplaceAllLiteralString(regexp.QuoteMeta(x.Sign), `[0-9]+`)
		switch {
		case x.Sign == capitals:
			pattern = `\p{Lu}{2,}`
		case onlyPause.MatchString(x.Sign):
			pattern = pauseSign
		case aBracket.MatchString(x.Sign): // as it begins a sentence or not
			pattern = `(?i)` + pattern
		}
		if letters := letter.FindAllStringIndex(x.Sign, -1); letters != nil { // a sign of letters is a word of its own
			if letters[0][0] == 0 {
				pattern = `(?:^|[^\p{L}\p{N}])` + pattern
			}
			if letters[len(letters)-1][1] == len(x.Sign) {
				pattern += `(?:$|[^\p{L}\p{N}])`
			}
		}
		s.own = append(s.own, ownSign{Sign: x, pattern: regexp.MustCompile(pattern)})
	}
	return s
}

// said looks at words that are printed as they stand in a transcript.
func (s *signs) said(text string) {
	if s == nil {
		return
	}
	s.look(text, func(form, inside string) {
		words := transcript.CountWords("x "+form, transcript.Span{End: len("x " + form)})
		switch low := strings.ToLower(inside); {
		case inside == "", words > 1: // speech in parentheses
		case low == "." || low == "..":
			s.add("short-pause", form)
		case onlyPause.MatchString(inside):
			s.add("dots", form)
		case seconds.MatchString(low):
			s.add("timed-pause", form)
		case clockTime.MatchString(low):
			s.add("time", form)
		case unheard.MatchString(low):
			s.add("unclear", form)
		case crossed.MatchString(low):
			s.add("at-once", form)
		default:
			s.add("remark", form)
		}
	})
}

// quoted looks at a quotation as its authors wrote it. Of its signs those are the transcript's that stand in the words
// that it quotes, which are own; all others are the authors'.
func (s *signs) quoted(quote, own string) {
	if s == nil {
		return
	}
	folded := func(x string) string { return strings.ToLower(blanks.ReplaceAllString(x, " ")) }
	own = folded(own)
	var theirs strings.Builder // the transcript's
	rest := quote
	for rest != "" {
		at := aBracket.FindStringIndex(rest)
		slash := aSlash.FindStringIndex(rest)
		if at == nil || slash != nil && slash[0] < at[0] {
			at = slash
		}
		if at == nil {
			break
		}
		form := rest[at[0]:at[1]]
		theirs.WriteString(rest[:at[0]])
		rest = rest[at[1]:]
		inside := strings.TrimSpace(strings.Trim(form, "[]()/"))
		switch {
		case strings.Contains(own, folded(form)):
			theirs.WriteString(form)
			continue
		case onlyPause.MatchString(inside), form == "//":
			s.add("left-out", form)
		case form[0] == '[' && strings.TrimRight(strings.ToLower(inside), "!") == "sic":
			s.add("sic", form)
		case form[0] == '[':
			s.add("put-in", "")
		}
		s.ownIn(form, "")
		theirs.WriteByte(' ')
	}
	s.said(theirs.String() + rest)
}

// chosen looks at a quotation that the authors chose and at its translation. Brackets of the translation are its
// author's where there are more of them than in the original; else they stand for those.
func (s *signs) chosen(x Excerpt, q analysis.Quote) {
	own := ""
	if q.Transcript != nil {
		own = fragmentsOf(q.Transcript, q.Result.Fragments)
	}
	s.quoted(q.Quote, own)
	translation := x.Translation
	if len(aBracket.FindAllString(translation, -1)) <= len(aBracket.FindAllString(q.Quote, -1)) {
		translation = aBracket.ReplaceAllStringFunc(translation, func(form string) string {
			if onlyPause.MatchString(strings.TrimSpace(strings.Trim(form, "[]()"))) {
				return form
			}
			return " "
		})
	}
	s.quoted(translation, "")
}

// fragmentsOf returns the words that a quotation quotes, as they stand in its transcript.
func fragmentsOf(t *transcript.Transcript, spans []transcript.Span) string {
	var out strings.Builder
	for _, span := range spans {
		out.WriteString(t.Text[span.Start:span.End] + "\n")
	}
	return out.String()
}

// look finds what stands in brackets, which found hears of, and the signs that stand by themselves.
func (s *signs) look(text string, found func(form, inside string)) {
	bare := aBracket.ReplaceAllStringFunc(text, func(form string) string {
		found(form, strings.TrimSpace(strings.Trim(form, "[]()")))
		return " "
	})
	bare = aSlash.ReplaceAllString(bare, " ")
	s.ownIn(text, bare)
	for _, form := range aPause.FindAllString(bare, -1) {
		if strings.HasPrefix(form, "..") {
			form = "..."
		}
		s.add("pause", form)
	}
	if noise.MatchString(bare) {
		s.add("unclear", "xxx")
	}
	if latch.MatchString(bare) {
		s.add("latched", "=")
	}
}

// ownIn looks for the study's own signs in a text: for a bare pause in what is left of it without what is in brackets.
func (s *signs) ownIn(text, bare string) {
	for i := range s.own {
		x := &s.own[i]
		in := text
		if onlyPause.MatchString(x.Sign.Sign) {
			in = bare
		}
		x.occurs = x.occurs || x.pattern.MatchString(in)
	}
}

// explains says whether the study says what a sign means.
func (s *signs) explains(kind, form string) bool {
	return slices.ContainsFunc(s.own, func(x ownSign) bool {
		return sameForm(x.Sign.Sign, form) || kind == "pause" && onlyPause.MatchString(x.Sign.Sign)
	})
}

// sameForm says whether two signs differ at most in case, white space or digits.
func sameForm(a, b string) bool {
	folded := func(x string) string { return digits.ReplaceAllString(diag.Fold(blanks.ReplaceAllString(x, " ")), "0") }
	return folded(a) == folded(b)
}

// add takes down a form, once. Which of several spellings stays does not depend on which came first.
func (s *signs) add(kind, form string) {
	form = blanks.ReplaceAllString(form, " ")
	if i := slices.IndexFunc(s.forms[kind], func(have string) bool { return sameForm(have, form) }); i >= 0 {
		s.forms[kind][i] = min(s.forms[kind][i], form)
		return
	}
	s.forms[kind] = append(s.forms[kind], form)
}

// list returns the signs that occur. What the study explains is explained by the study.
func (s *signs) list() []Sign {
	var out []Sign
	for _, kind := range signKinds {
		switch {
		case kind == "own":
			for _, x := range s.own {
				if x.occurs {
					out = append(out, Sign{kind, []string{x.Sign.Sign}, x.Means})
				}
			}
		case kind == "put-in" && s.forms[kind] != nil:
			out = append(out, Sign{Kind: kind, Forms: []string{}})
		default:
			forms := slices.DeleteFunc(slices.Clone(s.forms[kind]), func(form string) bool { return s.explains(kind, form) })
			slices.SortFunc(forms, func(a, b string) int {
				return cmp.Or(strings.Compare(diag.Fold(a), diag.Fold(b)), strings.Compare(a, b))
			})
			if len(forms) > 0 {
				out = append(out, Sign{Kind: kind, Forms: forms})
			}
		}
	}
	return out
}
