package cmd

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tema-qda/tema/analysis"
)

// TestAgreementFitsATerminal: no line of what agree prints is wider than 80 characters, however long ids and names are,
// and passages stand in their context, cut at words.
func TestAgreementFitsATerminal(t *testing.T) {
	s, err := analysis.Open("../testdata/studies/peer-support", "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	g, err := s.Agreement(t.Context(), analysis.AgreementOptions{Coders: []string{"anna", "per"}, Unit: analysis.ByCharacter,
		Over: analysis.OverPassages, Overlap: 50, Resamples: 20, Seed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	g.Coders = []string{strings.Repeat("å", 64), strings.Repeat("ø", 64)}
	var out bytes.Buffer
	a := &app{out: &out, color: "never"}
	a.printLabelled(agreementChoices(s, g), 80)
	for _, t := range []columns{codesTable(g), coefficientsTable(g), boundariesTable(g)} {
		printColumns(&out, a.styles(&out), 80, t)
	}
	if err := a.printDisagreements(s, g, agreeOptions{showText: true, limit: 40}, 80); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	text := out.String()
	for _, want := range []string{
		"experience-a…", // cut, where its neighbours need the room
		"only ååååååååå…",
		"    Mod2: So what's the difference? Between you then and you now.\n    I've bored myself with it. [laughter] No, but really. ▌I've told it to",
		"    … for eleven years before all this, and I thought, now they'll put me in a",
		"characters with", "40 listed, all with --limit 0",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
