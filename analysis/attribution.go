package analysis

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
)

// NamesIDs says whether the pattern for attributions asks for ids; elsewhere none stands beside an excerpt.
func (r ReportConfig) NamesIDs() bool {
	for _, m := range placeholder.FindAllStringSubmatch(r.Attribution, -1) {
		if diag.Fold(m[1]) == "id" {
			return true
		}
	}
	return false
}

// What parts the pieces of a pattern, and what they leave behind when a piece is gone. A hyphen with spaces around it is
// \uf8ff here; others are part of a word.
var (
	pieceOf   = regexp.MustCompile(`[^,;/|·–—\x{f8ff}()\[\]]+`)
	atBracket = regexp.MustCompile(`([(\[])[\s,;/|·–—\x{f8ff}]+|[\s,;/|·–—\x{f8ff}]+([)\]])`)
	hollow    = regexp.MustCompile(`\(\)|\[\]`)
	doubled   = regexp.MustCompile(`([,;/|·–—\x{f8ff}])(\s*[,;/|·–—\x{f8ff}])+`)
	beforeOne = regexp.MustCompile(`\s+([,;])`)
)

// fill puts values into the {placeholders} of a pattern. A piece of it, from one comma, dash or parenthesis to the
// next, goes with its value: of "{id} ({age} years, {role})" nothing but the id is left where the rest is missing.
func fill(pattern string, value func(name string) string) string {
	const first = '\ue000' // stand-ins, so that what a value or a name holds is not taken for the pattern's
	var values []string
	out := placeholder.ReplaceAllStringFunc(pattern, func(m string) string {
		values = append(values, value(m[1:len(m)-1]))
		return string(first + rune(len(values)-1))
	})
	standIn := func(r rune) bool { return r >= first && r < first+rune(len(values)) }
	if slices.Contains(values, "") {
		out = pieceOf.ReplaceAllStringFunc(strings.ReplaceAll(out, " - ", " \uf8ff "), func(p string) string {
			asked, given := 0, 0
			p = strings.Map(func(r rune) rune {
				if standIn(r) {
					if asked++; values[r-first] == "" {
						return -1
					}
					given++
				}
				return r
			}, p)
			if asked > 0 && given == 0 {
				return " "
			}
			return p
		})
		for before := ""; before != out; {
			before = out
			out = doubled.ReplaceAllString(hollow.ReplaceAllString(atBracket.ReplaceAllString(out, "$1$2"), ""), "$1")
		}
		out = strings.Trim(beforeOne.ReplaceAllString(out, "$1"), " ,;/|·–—\uf8ff")
		out = strings.ReplaceAll(out, "\uf8ff", "-")
	}
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(out), " ") {
		if standIn(r) {
			b.WriteString(values[r-first])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
