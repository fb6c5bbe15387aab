package cmd

import (
	"slices"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"as it is", 0, []string{"as it is"}},
		{"ten signs.", 10, []string{"ten signs."}},
		{"ten signs. eleven", 10, []string{"ten signs.", "eleven"}},
		{"på øya bor  åtte", 8, []string{"på øya", "bor", "åtte"}},
		{"unbelievable", 5, []string{"unbel", "ievab", "le"}},
		{"an unbelievable", 5, []string{"an", "unbel", "ievab", "le"}},
		{"    deep", 6, []string{"    de", "ep"}},
	} {
		if got := wrap(c.text, c.width); !slices.Equal(got, c.want) {
			t.Errorf("%q in %d: %q, not %q", c.text, c.width, got, c.want)
		}
	}
}
