package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// codes looks at the codes as they are written: what is missing, and which of them are hard to tell apart.
func (c *checker) codes() {
	var active []*codebook.Code
	for _, code := range c.book.AllCodes() {
		if code.Retired || code.ID == "" {
			continue
		}
		active = append(active, code)
		missing := func(rule, what, hint string, is bool) {
			if is {
				f := c.places.at(rule, "code:"+code.ID)
				f.Message, f.Hint = "code "+code.ID+" has no "+what, hint
				c.add(f)
			}
		}
		missing("codebook/no-definition", "definition", "say in a sentence what it covers", strings.TrimSpace(code.Definition) == "")
		missing("codebook/no-include", "inclusion criteria", "list under include what counts", len(code.Include) == 0)
		missing("codebook/no-exclude", "exclusion criteria", "list under exclude what does not count, with ` -> CODE` where another code does", len(code.Exclude) == 0)
		missing("codebook/no-example", "example", "put a passage from a transcript under examples", len(code.Examples) == 0)
	}
	c.names(active)
	c.definitions(active)
}

// A label is what a code is called by: its name, its id, a former id.
type label struct {
	code *codebook.Code
	text string
	path []any // where it stands in the code's entry
	what string
}

func labels(codes []*codebook.Code) []label {
	var out []label
	for _, code := range codes {
		if code.Name != code.ID {
			out = append(out, label{code, code.Name, []any{"name"}, "name"})
		}
		out = append(out, label{code, code.ID, []any{"id"}, "id"})
		for i, alias := range code.Aliases {
			out = append(out, label{code, alias, []any{"aliases", i}, "alias"})
		}
	}
	return out
}

// squeeze is what two labels have in common that a reader takes for one: letters and digits, without case.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, diag.Fold(s))
}

// names finds codes that are called alike. Each pair of codes is told once, by what they have most in common.
func (c *checker) names(codes []*codebook.Code) {
	all := labels(codes)
	told := map[[2]*codebook.Code]bool{}
	tell := func(a, b label, rule, how string) {
		pair := [2]*codebook.Code{a.code, b.code}
		taken := a.what != "name" && b.what != "name" && diag.Fold(a.text) == diag.Fold(b.text) // codebook/duplicate-id
		if a.code == b.code || told[pair] || taken {
			return
		}
		told[pair] = true
		f := c.places.at(rule, "code:"+b.code.ID, b.path...)
		f.Message = fmt.Sprintf("the %s of %s %s the %s of %s", b.what, b.code.ID, how, a.what, a.code.ID)
		f.Hint = "merge them if they are one, else name what sets them apart"
		c.add(f)
	}
	squeezed := make([]string, len(all))
	order := make([]string, len(all)) // the words of it, sorted
	for i, l := range all {
		squeezed[i] = squeeze(l.text)
		words := strings.FieldsFunc(diag.Fold(l.text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
		slices.Sort(words)
		order[i] = strings.Join(words, " ")
	}
	pairs(squeezed, func(s string) []string { return []string{s} }, func(i, j int) {
		tell(all[i], all[j], "codebook/same-name", "is the same as")
	})
	pairs(order, func(s string) []string { return []string{s} }, func(i, j int) {
		tell(all[i], all[j], "codebook/similar-name", "has the same words as")
	})
	// Two words that are one edit apart have a form in common when one letter is left out of each.
	pairs(squeezed, func(s string) []string {
		const shortest = 6 // of shorter words too many are neighbours by chance
		if utf8.RuneCountInString(s) < shortest {
			return nil
		}
		forms := []string{s}
		for i, r := range s {
			forms = append(forms, s[:i]+s[i+utf8.RuneLen(r):])
		}
		return forms
	}, func(i, j int) {
		if oneLetterApart([]rune(squeezed[i]), []rune(squeezed[j])) {
			tell(all[i], all[j], "codebook/similar-name", "differs in one letter from")
		}
	})
}

// pairs calls each, in order, for every pair of items that have a form in common, first and second.
func pairs(items []string, forms func(string) []string, each func(i, j int)) {
	byForm := map[string][]int{}
	for i, item := range items {
		for _, form := range forms(item) {
			if n := len(byForm[form]); form != "" && (n == 0 || byForm[form][n-1] != i) {
				byForm[form] = append(byForm[form], i)
			}
		}
	}
	found := map[[2]int]bool{}
	for _, have := range byForm {
		for k, j := range have {
			for _, i := range have[:k] {
				found[[2]int{i, j}] = true
			}
		}
	}
	for _, p := range slices.SortedFunc(maps.Keys(found), func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) }) {
		each(p[0], p[1])
	}
}

// oneLetterApart says whether one letter is put in, left out, changed, or swapped with its neighbour. A digit makes a
// difference that is meant.
func oneLetterApart(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if slices.ContainsFunc(a, unicode.IsDigit) || slices.ContainsFunc(b, unicode.IsDigit) {
		return false
	}
	return len(a)+len(b) > 0 && len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

// definitions finds codes that are defined in the same words, or nearly.
func (c *checker) definitions(codes []*codebook.Code) {
	const (
		enough = 6   // different words that both must have: in shorter ones likeness says little
		alike  = 0.8 // of the words that either has
	)
	number := map[string]int{} // of each word
	type definition struct {
		code  *codebook.Code
		text  string
		words []int // each once, sorted
	}
	var all []definition
	for _, code := range codes {
		d := definition{code: code}
		var folded []string
		for span := range transcript.Words(code.Definition, transcript.Span{End: len(code.Definition)}) {
			w := transcript.FoldWord(code.Definition[span.Start:span.End])
			if _, known := number[w]; !known {
				number[w] = len(number)
			}
			folded = append(folded, w)
			d.words = append(d.words, number[w])
		}
		d.text = strings.Join(folded, " ")
		slices.Sort(d.words)
		if d.words = slices.Compact(d.words); len(d.words) > 0 {
			all = append(all, d)
		}
	}
	for j, b := range all {
		for _, a := range all[:j] {
			rule, how := "codebook/same-definition", "is defined in the same words as"
			if a.text != b.text {
				if min(len(a.words), len(b.words)) < enough || float64(shared(a.words, b.words)) < alike*float64(len(a.words)+len(b.words)-shared(a.words, b.words)) {
					continue
				}
				rule, how = "codebook/similar-definition", "is defined in nearly the same words as"
			}
			f := c.places.at(rule, "code:"+b.code.ID, "definition")
			f.Message = fmt.Sprintf("code %s %s %s", b.code.ID, how, a.code.ID)
			f.Hint = "merge them if they are one, else say in each what the other leaves out"
			c.add(f)
		}
	}
}

// shared counts what two sorted lists have in common.
func shared(a, b []int) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// Openings of names that say what was talked about rather than what was meant, in the languages that our users write.
// They are whole words at the start of a name.
var topicOpenings = []string{
	// English
	"advantages of", "attitudes to", "attitudes towards", "barriers for", "barriers in", "barriers to", "benefits of", "challenges for", "challenges in", "challenges of",
	"challenges with", "disadvantages of", "effects of", "experience of", "experience with", "experiences of", "experiences with", "facilitators for", "facilitators of",
	"facilitators to", "factors affecting", "factors influencing", "impact of", "importance of", "perceptions of", "perspectives on", "reasons for", "the benefits of",
	"the challenges of", "the experience of", "the impact of", "the importance of", "the role of", "thoughts about", "thoughts on", "types of", "understanding of",
	"understandings of", "use of", "views of", "views on",
	// Norwegian and Danish
	"barrierer for", "betydningen av", "betydningen af", "erfaringer med", "fordeler med", "fordeler ved", "fordele ved", "fordele med", "holdninger til", "hindringer for",
	"holdninger til", "opplevelse av", "opplevelsen av", "opplevelser av", "oplevelsen af", "oplevelser af", "syn på", "tanker om", "ulemper ved", "ulemper med", "utfordringer i",
	"utfordringer med", "utfordringer ved", "udfordringer i", "udfordringer med", "udfordringer ved", "årsaker til", "årsager til",
	// Swedish
	"betydelsen av", "erfarenheter av", "fördelar med", "hinder för", "nackdelar med", "orsaker till", "tankar om", "upplevelsen av", "upplevelser av", "utmaningar i", "utmaningar med",
	// German
	"auswirkungen von", "barrieren für", "bedeutung von", "einstellungen zu", "erfahrungen mit", "herausforderungen bei", "herausforderungen für", "herausforderungen in",
	"hindernisse für", "nachteile von", "sichtweisen auf", "vorteile von",
}

// topics asks about themes' names that could be a topic or a question of the interview.
func (c *checker) topics() {
	for _, th := range c.book.AllThemes() {
		if th.ID == "" || th.Name == th.ID || th.Status == analysis.Dropped || th.Kind == "category" {
			continue // without a name of its own it is not named yet
		}
		folded := strings.Join(strings.Fields(diag.Fold(th.Name)), " ")
		is := ""
		switch {
		case strings.HasSuffix(folded, "?") || strings.HasSuffix(folded, "？"):
			is = "a question of the interview"
		case slices.ContainsFunc(topicOpenings, func(opening string) bool { return strings.HasPrefix(folded+" ", opening+" ") }):
			is = "a topic"
		case !strings.ContainsFunc(folded, unicode.IsSpace) && strings.IndexFunc(folded, func(r rune) bool { return r > 0x2e80 }) < 0:
			is = "a topic" // one word; scripts without spaces are left alone
		}
		if is == "" {
			continue
		}
		f := c.places.at("theme/topic-name", "theme:"+th.ID, "name")
		f.Message = fmt.Sprintf("could the name of %s be %s rather than what participants say about it?", th.ID, is)
		c.add(f)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
