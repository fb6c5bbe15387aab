package analysis

import (
	"path"
	"regexp"
	"strings"
)

// A Remark is a comment in prose, tema:ignore RULE: reason, which says that a rule does not hold for its paragraph, or
// for the next where it stands between two. Lines count from 1.
type Remark struct {
	Rule, Reason string
	Line         int
	Source       string // that line
	First, Last  int    // lines of the paragraph
}

// remarkIn are the comments of prose, by the end of a file's name. In Markdown a comment is HTML's.
var remarkIn = func() map[string]*regexp.Regexp {
	markup := regexp.MustCompile(`<!--\s*tema:ignore\s+([^\s:]+)\s*:\s*(.*?)\s*-->`)
	return map[string]*regexp.Regexp{".md": markup, ".markdown": markup, ".qmd": markup, ".html": markup, ".htm": markup, ".tex": regexp.MustCompile(`%\s*tema:ignore\s+([^\s:]+)\s*:\s*(.*?)\s*$`)}
}()

// HoldsRemarks says whether a file of that name may hold remarks.
func HoldsRemarks(file string) bool { return remarkIn[path.Ext(file)] != nil }

// Remarks reads the remarks of prose. Comments of a file that holds none are none.
func Remarks(file, text string) []Remark {
	comment := remarkIn[path.Ext(file)]
	if comment == nil {
		return nil
	}
	var out []Remark
	lines := strings.Split(text, "\n")
	empty := func(i int) bool {
		return i < 0 || i >= len(lines) || strings.TrimSpace(comment.ReplaceAllString(lines[i], "")) == ""
	}
	for i, line := range lines {
		m := comment.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		first := i
		for ; !empty(first) && !empty(first-1); first-- {
		}
		for ; first < len(lines)-1 && empty(first); first++ {
		}
		last := first
		for ; !empty(last + 1); last++ {
		}
		out = append(out, Remark{m[1], m[2], i + 1, line, first + 1, last + 1})
	}
	return out
}
