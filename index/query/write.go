package query

import (
	"strconv"
	"strings"
	"unicode"
)

// String writes the query in one form: operators spelt out, no parentheses that are not needed, words folded. It reads
// back as the same query.
func (q *Query) String() string { return q.Root.String() }

// String writes n as Query.String does.
func (n *Node) String() string {
	var b strings.Builder
	n.write(&b, 0)
	return b.String()
}

// strength orders the operators by how tightly they bind; a kid that does not bind tighter than its parent stands in
// parentheses.
var strength = map[Op]int{Or: 1, And: 2, Not: 3, Near: 4, Words: 5, Field: 5}

func (n *Node) write(b *strings.Builder, outer int) {
	if strength[n.Op] <= outer {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	switch n.Op {
	case Words:
		b.WriteString(writeTerms(n.Terms))
		return
	case Field:
		b.WriteString(writeName(n.Key) + ":" + writeName(n.Value))
		return
	case Not:
		b.WriteString("NOT ")
	}
	for i, kid := range n.Kids {
		switch {
		case i == 0:
		case n.Op == And:
			b.WriteString(" AND ")
		case n.Op == Or:
			b.WriteString(" OR ")
		case n.Op == Near:
			b.WriteString(" NEAR/" + strconv.Itoa(n.Within[i-1]) + " ")
		}
		kid.write(b, strength[n.Op])
	}
}

func writeTerms(terms []Term) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = t.Text + map[How]string{Prefix: "*", Fuzzy: "~"}[t.How]
	}
	if len(terms) == 1 && terms[0].How != Surface {
		return parts[0]
	}
	return `"` + strings.Join(parts, " ") + `"`
}

// writeName writes a key or value, in quotes unless it is plain letters and digits, dots, _ and -.
func writeName(s string) string {
	plain := strings.IndexFunc(s, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N) && !strings.ContainsRune("._-", r)
	}) < 0
	if plain {
		return s
	}
	return `"` + s + `"`
}
