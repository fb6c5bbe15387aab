package cmd

import (
	"strings"
	"testing"
)

// On a terminal the words as they were stand above those that they are, cut where they are alike; what has no place
// shows what comes near, and its id for the command that places it.
func TestMendOnAScreen(t *testing.T) {
	long := "I had a neighbour, he'd come over on a Friday and he'd open a can in my kitchen, "
	for _, c := range []struct {
		m    shownMended
		want string
	}{
		{shownMended{Transcript: "P01", Turn: 12, Code: "phone", Coder: "anna", Standing: "changed",
			Was: long + "he did not know, or he knew and forgot. And the first year I had to go out.",
			Is:  long + "he didn't know, or he knew and forgot. And the first year I had to go out."}, `
P01 12 · phone · anna · changed
  - … he'd open a can in my kitchen, he did not know, or he knew
    and forgot. And the …
  + … he'd open a can in my kitchen, he didn't know, or he knew
    and forgot. And the …
`},
		{shownMended{Transcript: "P01", Turn: 2, Code: "phone", Coder: "anna", Standing: "changed", Was: "in the\n\nboat", Is: "in the boat"}, `
P01 2 · phone · anna · changed
  + in the boat (white space)
`},
		{shownMended{ID: "01JH", Transcript: "P01", Code: "phone", Coder: "per", Standing: "lost", Was: "I took the \x1b[2Jphone to bed.",
			Near: []nearPlace{{31, 104, 118, "I had the phone in bed with me, every single night of that year."}}}, `
P01 · phone · per · lost · 01JH
  - I took the ␛[2Jphone to bed.
  ~ turn 31, bytes 104-118: I had the phone in bed with me, every
    single night of that year.
`},
	} {
		if got := "\n" + strings.Join(c.m.screen(66, styles{}), "\n") + "\n"; got != c.want {
			t.Errorf("shows%swant%s", got, c.want)
		}
	}
}
