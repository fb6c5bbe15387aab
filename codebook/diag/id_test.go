package diag

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestCheckID(t *testing.T) {
	long := strings.Repeat("æ", 64)
	for _, id := range []string{"a", "P03", "2020", "æøå", "日本", "own-story", "a_b", "a-", "x\u0301", "CONSOLE", "com10", long} {
		if err := CheckID(id); err != nil {
			t.Errorf("CheckID(%q): %v", id, err)
		}
	}
	for id, want := range map[string]string{
		"":            "an id cannot be empty",
		"_rules":      `id "_rules" begins with _, which tema keeps for itself`,
		"-a":          "begins with a letter",
		"a b":         "letters, digits, _ and -",
		"a.b":         "letters, digits, _ and -",
		"a/b":         "letters, digits, _ and -",
		"a\n":         "letters, digits, _ and -",
		"a\u202eb":    "letters, digits, _ and -",
		"a\xffb":      "letters, digits, _ and -",
		"\u0301a":     "begins with a letter",
		long + "x":    "64 characters at most",
		"e\u0301":     "not in Unicode form NFC",
		"\u212b":      "not in Unicode form NFC", // the sign for ångström
		"con":         "device name",
		"LPT1":        "device name",
		"com\u00b9":   "device name",
		"Nul":         "device name",
		"a\u0000":     "letters, digits, _ and -",
		"participant": "",
	} {
		err := CheckID(id)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("CheckID(%q) = %v, want %q", id, err, want)
		}
	}
}

func TestCheckTranscriptID(t *testing.T) {
	for _, id := range []string{"P03", "Group 1, no", "a.b c", "2020-02-11 first", "a..b"} {
		if err := CheckTranscriptID(id); (err != nil) != strings.Contains(id, ",") {
			t.Errorf("CheckTranscriptID(%q): %v", id, err)
		}
	}
	for _, id := range []string{"", " a", ".a", "a ", "a.", "../a", "a/b", `a\b`, "a:b", "con.txt", "NUL.a.b", "_a", "e\u0301 b"} {
		if CheckTranscriptID(id) == nil {
			t.Errorf("CheckTranscriptID(%q) takes it", id)
		}
	}
}

func TestMakeID(t *testing.T) {
	for s, want := range map[string]string{
		"Interview 3 (final)": "Interview-3-final",
		"P03":                 "P03",
		"e\u0301tude":         "étude",
		"__init__":            "init",
		"--a--b--":            "a--b",
		"Samtale med Åse.v2":  "Samtale-med-Åse-v2",
		"...":                 "",
		"":                    "",
		"con":                 "",
		"\u0301a":             "a",
		strings.Repeat("a", 63) + "-b" + strings.Repeat("c", 9): strings.Repeat("a", 63),
	} {
		if got := MakeID(s); got != want {
			t.Errorf("MakeID(%q) = %q, want %q", s, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("aÅ1-_ ./\u0301\u0327\u0345\u1161\u11a8ᄀ가\u200d\u202e")))).Draw(t, "s")
		id := MakeID(s)
		if id == "" {
			return
		}
		if err := CheckID(id); err != nil {
			t.Fatalf("MakeID(%q) = %q: %v", s, id, err)
		}
		if again := MakeID(id); again != id && !strings.ContainsAny(id, "-_") {
			t.Fatalf("MakeID(%q) = %q", id, again)
		}
		if utf8.RuneCountInString(id) > 64 {
			t.Fatalf("%d characters", utf8.RuneCountInString(id))
		}
	})
}

// An id is the same however its letters are cased or composed.
func TestFold(t *testing.T) {
	for _, same := range [][2]string{{"Phone", "PHONE"}, {"Ærlig", "ærlig"}, {"STRASSE", "straße"}, {"É", "e\u0301"}, {"Ǆ", "ǆ"}, {"ǰ", "J\u030c"}, {"Σ", "ς"}} {
		if Fold(same[0]) != Fold(same[1]) {
			t.Errorf("%q and %q fold to %q and %q", same[0], same[1], Fold(same[0]), Fold(same[1]))
		}
	}
	for _, other := range [][2]string{{"a", "å"}, {"o", "ø"}, {"1", "2"}} {
		if Fold(other[0]) == Fold(other[1]) {
			t.Errorf("%q and %q fold to one", other[0], other[1])
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		id := MakeID(rapid.String().Draw(t, "s"))
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if Fold(form.String(id)) != Fold(id) || Fold(Fold(id)) != Fold(id) {
				t.Fatalf("%q folds to %q, then %q", id, Fold(id), Fold(Fold(id)))
			}
		}
	})
	for r := rune('A'); r <= unicode.MaxRune; r++ {
		other := unicode.SimpleFold(r)
		if !unicode.IsLetter(r) || other == r {
			continue
		}
		if a, b := Fold(string(r)), Fold(string(other)); a != b || Fold(a) != a {
			t.Errorf("%c folds to %q, %c to %q", r, a, other, b)
		}
	}
}

func TestReservedParticipant(t *testing.T) {
	for id, want := range map[string]bool{"interviewer": true, "Other": true, "UNKNOWN": true, "P03": false, "": false} {
		if ReservedParticipant(id) != want {
			t.Errorf("ReservedParticipant(%q) = %v", id, !want)
		}
	}
}
