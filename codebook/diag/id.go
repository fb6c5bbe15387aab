package diag

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const longestID = 64 // characters

// The patterns do not count: a class of letters repeated up to 64 times takes milliseconds to compile, at every start.
var (
	idPattern         = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*$`)
	transcriptPattern = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{M}\p{N}_. -]*$`)
	notInID           = regexp.MustCompile(`-*[^\p{L}\p{M}\p{N}_-][^\p{L}\p{M}\p{N}_]*`)
	windowsDevice     = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$`)
)

// CheckID says why s cannot be the id of a code, theme, coder or participant: ids begin with a letter or digit and go
// on with letters, digits, _ and -, 64 characters at most, in Unicode form NFC, and are no device name of Windows,
// since some become file names. Combining marks are letters' own where NFC has no single character.
func CheckID(s string) error { return checkID(s, idPattern, "letters, digits, _ and -") }

// CheckTranscriptID says why s cannot be the id of a transcript, which may also hold dots and inner spaces.
func CheckTranscriptID(s string) error {
	return checkID(s, transcriptPattern, "letters, digits, spaces, dots, _ and -")
}

func checkID(s string, pattern *regexp.Regexp, allowed string) error {
	switch {
	case s == "":
		return fmt.Errorf("an id cannot be empty")
	case strings.HasPrefix(s, "_"):
		return fmt.Errorf("id %q begins with _, which tema keeps for itself", s)
	case plainID(s):
	case !pattern.MatchString(s) || utf8.RuneCountInString(s) > longestID:
		return fmt.Errorf("id %q may hold %s, begins with a letter or digit and has 64 characters at most", s, allowed)
	case strings.HasSuffix(s, " ") || strings.HasSuffix(s, "."):
		return fmt.Errorf("id %q ends with a space or dot, which cannot be a file name everywhere", s)
	case !norm.NFC.IsNormalString(s):
		return fmt.Errorf("id %q is not in Unicode form NFC; type it again", s)
	}
	if (len(s) < 10 || strings.Contains(s, ".")) && windowsDevice.MatchString(s) {
		return fmt.Errorf("id %q is a device name on Windows and cannot be a file there", s)
	}
	return nil
}

// plainID says whether s is of the commonest form, so that a study with thousands of files opens at once.
func plainID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || i > 0 && (c == '-' || c == '_')) {
			return false
		}
	}
	return len(s) <= longestID
}

// MakeID makes an id from any words, such as a file's stem: NFC, runs of characters that are not allowed, with the
// hyphens beside them, become one "-", trimmed, cut to 64 characters. It returns "" when nothing remains.
func MakeID(s string) string {
	s = norm.NFC.String(notInID.ReplaceAllString(norm.NFC.String(s), "-"))
	s = strings.TrimLeftFunc(s, func(r rune) bool { return r == '-' || r == '_' || unicode.Is(unicode.M, r) })
	if r := []rune(s); len(r) > longestID {
		s = string(r[:longestID])
	}
	s = strings.TrimRight(s, "-_")
	if CheckID(s) != nil {
		return ""
	}
	return s
}

// Fold returns the form under which two ids count as the same: ids are unique without regard to case.
func Fold(id string) string {
	for i := range len(id) {
		if id[i] >= utf8.RuneSelf {
			// cases.Fold knows that ß is ss, but swaps the two cases of Cherokee; one letter stands for all of its forms.
			return norm.NFC.String(strings.Map(oneCase, cases.Fold().String(norm.NFD.String(id))))
		}
	}
	return strings.ToLower(id)
}

// oneCase returns the same letter for each of r's upper, lower and title case forms.
func oneCase(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return unicode.ToLower(least)
}

// The participant ids that speakers may map to without being participants.
const (
	Interviewer = "interviewer"
	Other       = "other"   // somebody who is neither studied nor interviewing: an interpreter, a baby, a radio
	Unknown     = "unknown" // nobody knows who spoke
)

// ReservedParticipant says whether id is one of the roles that no participant may be named after.
func ReservedParticipant(id string) bool {
	return slices.Contains([]string{Interviewer, Other, Unknown}, Fold(id))
}
