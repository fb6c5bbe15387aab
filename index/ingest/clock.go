package ingest

import (
	"strings"
	"time"
)

// clock reads a time at the start of s: minutes and seconds, with hours before them or not, and up to nine digits of a
// fraction after a dot or comma. It returns the length in bytes. It is lenient, as subtitle files are: one-digit
// hours and minutes pass, and so do minutes over 59 where no hour stands.
func clock(s string) (d time.Duration, n int, ok bool) {
	var parts [3]int
	count := 0
	for {
		start := n
		for n < len(s) && s[n] >= '0' && s[n] <= '9' && n-start < 4 {
			parts[count] = parts[count]*10 + int(s[n]-'0')
			n++
		}
		digits := n - start
		if digits == 0 || count > 0 && digits != 2 {
			return 0, 0, false
		}
		count++
		if count == 3 || n+1 >= len(s) || s[n] != ':' || s[n+1] < '0' || s[n+1] > '9' {
			break
		}
		n++
	}
	switch {
	case count < 2 || parts[count-1] > 59 || count == 3 && parts[1] > 59:
		return 0, 0, false
	case count == 2:
		d = time.Duration(parts[0])*time.Minute + time.Duration(parts[1])*time.Second
	default:
		d = time.Duration(parts[0])*time.Hour + time.Duration(parts[1])*time.Minute + time.Duration(parts[2])*time.Second
	}
	if n+1 < len(s) && (s[n] == '.' || s[n] == ',') && s[n+1] >= '0' && s[n+1] <= '9' {
		n++
		from, scale, fraction := n, time.Second, time.Duration(0)
		for n < len(s) && s[n] >= '0' && s[n] <= '9' && n-from < 9 {
			scale /= 10
			fraction += scale * time.Duration(s[n]-'0')
			n++
		}
		if s[from:n] == "1000" { // a thousand milliseconds: some writers round up without carrying
			fraction = time.Second
		}
		d += fraction
	}
	if n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == ':' && n+1 < len(s) && s[n+1] >= '0' && s[n+1] <= '9') {
		return 0, 0, false
	}
	return d, n, true
}

// bracketed reads a time in brackets or parentheses at the start of s, or a range of two times, of which it returns
// the first: `[00:05]`, `(1:02:03.5)`, `[00:43.810 --> 00:47.850]`.
func bracketed(s string) (d time.Duration, n int, ok bool) {
	if s == "" || s[0] != '[' && s[0] != '(' {
		return 0, 0, false
	}
	closing := byte(']')
	if s[0] == '(' {
		closing = ')'
	}
	n = 1 + spaces(s[1:])
	d, k, ok := clock(s[n:])
	if !ok {
		return 0, 0, false
	}
	n += k
	n += spaces(s[n:])
	for _, dash := range []string{"-->", "-", "–", "to "} {
		if rest, found := strings.CutPrefix(s[n:], dash); found {
			at := n + len(dash) + spaces(rest)
			if _, k, ok := clock(s[at:]); ok {
				n = at + k + spaces(s[at+k:])
			}
			break
		}
	}
	if n >= len(s) || s[n] != closing {
		return 0, 0, false
	}
	return d, n + 1, true
}

// arrow reads a subtitle's line of times, `start --> end`, and returns what follows it.
func arrow(line string) (start, end time.Duration, rest string, ok bool) {
	line = strings.TrimLeft(line, " \t")
	start, n, ok := clock(line)
	if !ok {
		return 0, 0, "", false
	}
	line, ok = strings.CutPrefix(strings.TrimLeft(line[n:], " \t"), "-->")
	if !ok {
		return 0, 0, "", false
	}
	line = strings.TrimLeft(line, " \t")
	end, n, ok = clock(line)
	if !ok || n < len(line) && line[n] != ' ' && line[n] != '\t' {
		return 0, 0, "", false
	}
	return start, end, line[n:], true
}

// onlyTimes says whether nothing is said in s: no letter or digit stands outside times, brackets and a "to" between.
func onlyTimes(s string) bool {
	seen := false
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if _, n, ok := bracketed(s); ok {
			s, seen = s[n:], true
		} else if _, n, ok := clock(s); ok {
			s, seen = s[n:], true
		} else if rest, ok := strings.CutPrefix(s, "to "); ok && seen {
			s = rest
		} else if rest := strings.TrimLeft(s, "-–—>"); len(rest) < len(s) && seen {
			s = rest
		} else {
			return false
		}
	}
	return seen
}

// spaces returns how many spaces and tabs s begins with.
func spaces(s string) int { return len(s) - len(strings.TrimLeft(s, " \t")) }
