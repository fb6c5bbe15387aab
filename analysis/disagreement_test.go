package analysis

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestDisagreements: passages are merged over coders, and those on which the sets of codes differ are told.
func TestDisagreements(t *testing.T) {
	line := func(id, code, quote, rest string) string { return codingLine(t, walk, id, code, quote, 0, rest) }
	s := walkStudy(t, map[string]string{
		"codings/anna/P.jsonl": line("a1", "boundaries", "I switch the phone off.", "") +
			line("a2", "tired", "how it is.\n\nKari: And then", "") + line("a3", "tired", "you are tired", "") + line("a4", "lonely", "tea", ""),
		"codings/per/P.jsonl": line("p1", "boundaries", "phone off. I put it in the drawer", "") +
			line("p2", "drawer", "the drawer", "") + line("p3", "lonely", "are tired on Monday", "") + line("p4", "tired", "you are", "") +
			line("p5", "lonely", "She rings", `,"status":"rejected"`),
		"codings/consensus/P.jsonl": line("c1", "lonely", "I never do that.", ""),
		"codings/kari/P.jsonl":      "",
		"codings/ola/Q.jsonl":       "",
	})
	coders := s.CodersOf("P")
	if !slices.Equal(coders, []string{"anna", "kari", "per"}) {
		t.Fatalf("coders of P: %v", coders)
	}
	told := func(coders ...string) string {
		var b strings.Builder
		for _, d := range s.Disagreements("P", coders, s.Placed()) {
			text, _ := s.Transcript("P").Slice(d.Span)
			fmt.Fprintf(&b, "%v %q", d.Turns, text)
			for _, r := range d.Readings {
				b.WriteString(" " + r.Coder)
				for _, c := range r.Codes {
					b.WriteString(" " + c.ID)
				}
				fmt.Fprintf(&b, "(%d)", len(r.Codings))
			}
			b.WriteString("\n")
		}
		return b.String()
	}
	for _, c := range []struct{ got, want string }{
		{told("anna", "per"), `[2] "I switch the phone off. I put it in the drawer" anna boundaries(1) per boundaries drawer(2)
[2] "tea" anna lonely(1) per(0)
[3 4] "how it is.\n\nKari: And then" anna tired(1) per(0)
[4] "you are tired on Monday" anna tired(1) per tired lonely(2)
`},
		{told("per", "kari")[:60], `[2] "phone off. I put it in the drawer" per boundaries drawer(2) kari(0)`[:60]},
		{told("anna"), ""},
		{told("anna", "anna"), ""},
	} {
		if c.got != c.want {
			t.Errorf("got\n%s\nwant\n%s", c.got, c.want)
		}
	}
}
