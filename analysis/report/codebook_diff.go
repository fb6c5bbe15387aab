package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/tema-qda/tema/codebook"
)

// DiffMarkdown writes what became of a codebook as CommonMark, for a comment on a change or for an appendix. What
// authors wrote is escaped. Of participants' words it writes what d holds: see codebook.Diff.WithoutWords.
func DiffMarkdown(d codebook.Diff) []byte {
	m := &markdown{w: wordsFor("")}
	if d.Version != nil {
		m.para("Version " + quoted(d.Version.Old) + " became " + quoted(d.Version.New) + ".")
	}
	for _, of := range []string{"code", "theme"} {
		var b strings.Builder
		for _, c := range d.Changes {
			if c.Of != of {
				continue
			}
			fmt.Fprintf(&b, "- **%s** %s\n", c.Kind, inline(strings.TrimPrefix(c.Sentence(), of+" ")))
			for _, e := range c.Shown() {
				fmt.Fprintf(&b, "  - %s%s\n", inline(e.Key), inline(e.Numbers()))
				was, is := e.Lines()
				before, after := "was", "is"
				if e.List {
					before, after = "taken out", "put in"
				}
				for _, s := range was {
					fmt.Fprintf(&b, "    - %s: %s\n", before, line(s))
				}
				for _, s := range is {
					fmt.Fprintf(&b, "    - %s: %s\n", after, line(s))
				}
			}
		}
		if b.Len() > 0 {
			m.heading(2, upper(of)+"s")
			m.para(strings.TrimSuffix(b.String(), "\n"))
		}
	}
	return bytes.TrimLeft(m.b.Bytes(), "\n")
}

func quoted(s string) string {
	if s == "" {
		return "(none)"
	}
	return "“" + inline(s) + "”"
}
