package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
)

// An ignore is a comment `# tema:ignore RULE: reason`. It silences the rule on its line and, where it has a line of its
// own, on the next that is no such comment. In prose it is a comment of the prose's format, which silences the rule in its
// paragraph or, where it stands between two, in the next.
type ignore struct {
	rule, reason string
	at           diag.Position
	width        int
	source       string
	target, last int // lines: those that it silences besides its own
	used         bool
}

var ignorePattern = regexp.MustCompile(`(?:^|\s)(#\s*tema:ignore(?:\s+([^\s:]+))?\s*(?::\s*(.*?))?)\s*$`)

// ignores reads the comments of a YAML file, or of the front matter at the head of another.
func ignores(file string, src []byte) []*ignore {
	if !bytes.Contains(src, []byte("tema:ignore")) {
		return nil
	}
	text := string(src)
	var prose []*ignore
	for _, r := range analysis.Remarks(file, text) {
		prose = append(prose, &ignore{rule: r.Rule, reason: r.Reason, source: r.Source, at: diag.Position{Line: r.Line}, target: r.First, last: r.Last})
	}
	if path.Ext(file) != ".yaml" { // words of a transcript are nobody's settings
		rest, opens := strings.CutPrefix(text, "---\n")
		head, _, closes := strings.Cut(rest, "\n---")
		if !opens || !closes {
			return prose
		}
		text = "---\n" + head
	}
	out := prose
	waiting := 0 // comments before out[len(out)-waiting:] have their line; these wait for the next
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		m := ignorePattern.FindStringSubmatchIndex(line)
		alone := m != nil && strings.TrimSpace(line[:m[2]]) == ""
		if !alone && strings.TrimSpace(line) != "" {
			for _, above := range out[len(out)-waiting:] {
				above.target, above.last = i+1, i+1
			}
			waiting = 0
		}
		if m == nil {
			continue
		}
		part := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return line[m[2*n]:m[2*n+1]]
		}
		out = append(out, &ignore{rule: part(2), reason: part(3), source: line, target: i + 1, last: i + 1,
			at: diag.Position{Line: i + 1, Column: len([]rune(line[:m[2]])) + 1}, width: len([]rune(part(1)))})
		if alone {
			waiting++
		}
	}
	return out
}

// silence takes out the findings that comments silence, and says which comments are wrong or, with idle, do nothing.
func (c *checker) silence(found diag.List, idle bool) diag.List {
	files := map[string][]*ignore{}
	read := func(file string) []*ignore {
		list, done := files[file]
		if !done {
			list = ignores(file, c.source(file))
			files[file] = list
		}
		return list
	}
	own := []string{c.book.File}
	if c.s != nil {
		own = append(own, c.show+studyFile)
	}
	c.found = nil
	for _, file := range own {
		for _, ig := range read(file) {
			f := diag.Finding{File: file, Pos: ig.at, Width: ig.width, Source: ig.source}
			r, known := Lookup(ig.rule)
			switch {
			case ig.rule == "":
				f.Rule, f.Message = "study/unknown-rule", "this comment names no rule"
				f.Hint = "write `# tema:ignore RULE: reason`"
			case !known:
				f.Rule, f.Message, f.Hint = "study/unknown-rule", "tema has no rule "+ig.rule, unknownRuleHint(ig.rule)
			case r.Fixed:
				f.Rule, f.Message = "study/fixed-rule", ig.rule+" is a fault with which other commands stop, so it cannot be silenced"
			case ig.reason == "":
				f.Rule, f.Message = "study/unreasoned-ignore", "this comment gives no reason, so it silences nothing"
				f.Hint = "write `# tema:ignore " + ig.rule + ": reason`"
			default:
				continue
			}
			c.add(f)
		}
	}
	found = append(found, c.weigh(c.found)...)
	out := make(diag.List, 0, len(found))
	for _, f := range found {
		r, _ := Lookup(f.Rule)
		silenced := false
		if ext := path.Ext(f.File); !r.Fixed && f.Pos.Line > 0 && (ext == ".yaml" || ext == ".txt" || analysis.HoldsRemarks(f.File)) {
			for _, ig := range read(f.File) {
				if ig.rule == f.Rule && ig.reason != "" && (ig.target <= f.Pos.Line && f.Pos.Line <= ig.last || ig.at.Line == f.Pos.Line) {
					ig.used, silenced = true, true
				}
			}
		}
		if !silenced {
			out = append(out, f)
		}
	}
	if !idle {
		return out
	}
	c.found = nil
	for _, file := range own {
		for _, ig := range read(file) {
			if r, known := Lookup(ig.rule); known && !r.Fixed && ig.reason != "" && !ig.used {
				c.add(diag.Finding{Rule: "study/idle-ignore", File: file, Pos: ig.at, Width: ig.width, Source: ig.source,
					Message: "nothing is found here that this comment could silence", Hint: "take it out"})
			}
		}
	}
	return append(out, c.weigh(c.found)...)
}

// An accepted finding is one that an old study lives with: a line of check-baseline.json. It has no line number, so
// that it stays the same when lines above it come and go. Two of the same kind about the same thing are two lines.
type accepted struct {
	Rule  string `json:"rule"`
	File  string `json:"file"` // in the study
	About string `json:"about,omitempty"`
}

func (c *checker) accept(f diag.Finding) accepted {
	return accepted{f.Rule, strings.TrimPrefix(f.File, c.show), f.About}
}

// baseline takes out the findings that check-baseline.json holds, and names its entries that nothing is found for.
func (c *checker) baseline(found diag.List) diag.List {
	file := c.show + baselineFile
	src, err := c.root.ReadFile(baselineFile)
	if errors.Is(err, fs.ErrNotExist) {
		return found
	}
	c.found = nil
	fail := func(line int, format string, args ...any) diag.List {
		c.add(diag.Finding{Rule: "study/baseline", File: file, Pos: diag.Position{Line: line}, Message: fmt.Sprintf(format, args...),
			Hint: "tema check --write-baseline makes it anew"})
		return append(found, c.weigh(c.found)...)
	}
	if err != nil {
		return fail(0, "cannot be read")
	}
	var doc struct {
		Schema   int               `json:"schema"`
		Findings []json.RawMessage `json:"findings"`
	}
	if err := json.Unmarshal(src, &doc); err != nil {
		at := 0
		if fault, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = int(fault.Offset)
		}
		return fail(bytes.Count(src[:min(at, len(src))], []byte("\n"))+1, "not a baseline: %v", err)
	}
	if doc.Schema > 1 {
		return fail(1, "has format %d; this tema reads 1", doc.Schema)
	}
	lines := map[accepted][]int{} // where each entry stands
	at := 0
	for _, raw := range doc.Findings {
		if i := bytes.Index(src[at:], raw); i >= 0 { // in order, so each is found behind the one before
			at += i
		}
		line := bytes.Count(src[:at], []byte("\n")) + 1
		at += len(raw)
		var a accepted
		if err := json.Unmarshal(raw, &a); err != nil {
			return fail(line, "not an entry of a baseline: %v", err)
		}
		lines[a] = append(lines[a], line)
	}
	found.Sort() // which of several alike are taken out must not depend on chance
	out := make(diag.List, 0, len(found))
	for _, f := range found {
		a := c.accept(f)
		if r, _ := Lookup(f.Rule); !r.Fixed && len(lines[a]) > 0 {
			lines[a] = lines[a][1:]
			continue
		}
		out = append(out, f)
	}
	for a, left := range lines {
		for _, line := range left {
			f := diag.Finding{Rule: "study/stale-baseline", File: file, Pos: diag.Position{Line: line}, About: a.About,
				Message: fmt.Sprintf("nothing is found any more for %s in %s", a.Rule, a.File), Hint: "tema check --write-baseline makes the file anew"}
			if _, known := Lookup(a.Rule); !known {
				f.Message = "tema has no rule " + a.Rule
			}
			c.add(f)
		}
	}
	return append(out, c.weigh(c.found)...)
}

// Baseline returns the content of a check-baseline.json that holds found, as Run returns it with NoBaseline: what
// weighs least or more and is no fault that stops other commands. Show is what findings put before files' names.
func Baseline(found diag.List, show string, least diag.Severity) []byte {
	c := &checker{show: show}
	var lines []string
	for _, f := range found {
		if r, _ := Lookup(f.Rule); r.Fixed || f.Severity < least {
			continue
		}
		var line bytes.Buffer
		enc := json.NewEncoder(&line)
		enc.SetEscapeHTML(false)
		enc.Encode(c.accept(f)) // three strings: it cannot fail
		lines = append(lines, "    "+strings.TrimSpace(line.String()))
	}
	slices.Sort(lines)
	list := "[]"
	if len(lines) > 0 {
		list = "[\n" + strings.Join(lines, ",\n") + "\n  ]"
	}
	return []byte("{\n  \"schema\": 1,\n  \"findings\": " + list + "\n}\n")
}
