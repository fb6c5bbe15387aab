package analysis

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is missing leaves no gap and no sign behind, whatever the pattern is made of.
func TestFill(t *testing.T) {
	have := map[string]string{"id": "P03", "role": "nurse", "town": "Vik (north), Sogn", "dash": "10-20 - or so"}
	for pattern, want := range map[string]string{
		"{id}, {age}, {role}":         "P03, nurse",
		"{id}, {age}":                 "P03",
		"{age}, {id}":                 "P03",
		"{id}, {age} years, {role}":   "P03, nurse",
		"{id} ({age}, {role})":        "P03 (nurse)",
		"{id} ({role}, {age})":        "P03 (nurse)",
		"{id} ({age})":                "P03",
		"{id} ({age} [{gender}])":     "P03",
		"{role} ({id}; {age}), {age}": "nurse (P03)",
		"{id} – {age} – {role}":       "P03 – nurse",
		"{id} - {age} - {role}":       "P03 - nurse",
		"{id} - {age}":                "P03",
		"{id}/{age}":                  "P03",
		"{id}; {age}; {town}":         "P03; Vik (north), Sogn",
		"{id}, {dash}, {age}":         "P03, 10-20 - or so",
		"a {role} of {age}, {town}":   "a nurse of, Vik (north), Sogn",
		"Peer worker {id}":            "Peer worker P03",
		"{age}":                       "",
		"({age}, {gender})":           "",
		"{id} // {role}":              "P03 // nurse",
		"a participant":               "a participant",
	} {
		if got := fill(pattern, func(name string) string { return have[name] }); got != want {
			t.Errorf("%s: %q, want %q", pattern, got, want)
		}
	}
}

// Whatever is missing, each value that is there stands in the attribution once, in its order, and no two signs that part
// pieces stand together.
func TestFillProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := []string{"a", "b", "c", "d", "e"}
		pattern, values, want := "", map[string]string{}, []string{}
		depth := 0
		for i, name := range names {
			if i > 0 {
				sign := rapid.SampledFrom([]string{", ", "; ", " – ", " - ", "/", " (", "|"}).Draw(t, "sign")
				if sign == " (" {
					if depth++; depth > 1 {
						sign, depth = "), (", 1
					}
				}
				pattern += sign
			}
			pattern += "{" + name + "}"
			if rapid.Bool().Draw(t, "given") {
				values[name] = strings.ToUpper(name) + "1"
				want = append(want, values[name])
			}
		}
		pattern += strings.Repeat(")", depth)
		got := fill(pattern, func(name string) string { return values[name] })
		if found := strings.FieldsFunc(got, func(r rune) bool { return strings.ContainsRune(" ,;–-/|()", r) }); strings.Join(found, " ") != strings.Join(want, " ") {
			t.Fatalf("%s with %v: %q", pattern, values, got)
		}
		tight := strings.ReplaceAll(got, " ", "")
		for _, bad := range []string{",,", ",;", ";,", "(,", "(;", "(-", "(–", "(/", "(|", ",)", ";)", "/)", "–)", "-)", "|)", "()", "--", "––", "//", "||"} {
			if strings.Contains(tight, bad) {
				t.Fatalf("%s with %v: %q", pattern, values, got)
			}
		}
		if strings.Trim(got, " ,;–-/|") != got || strings.Count(got, "(") != strings.Count(got, ")") {
			t.Fatalf("%s with %v: %q", pattern, values, got)
		}
	})
}
