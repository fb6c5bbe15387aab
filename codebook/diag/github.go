package diag

import (
	"fmt"
	"io"
	"strings"
)

// GitHub writes findings as workflow commands of GitHub Actions, which show them beside the lines they are about. Sort
// the list first. A line of a file goes in only if it is nobody's words or showText is set.
func GitHub(w io.Writer, l List, showText bool) error {
	var b strings.Builder
	for _, f := range l {
		level := map[Severity]string{Error: "error", Warning: "warning"}[f.Severity]
		if level == "" {
			level = "notice"
		}
		var properties []string
		property := func(name, value string) {
			properties = append(properties, name+"="+githubProperty.Replace(value))
		}
		if f.File != "" {
			property("file", f.File)
			if f.Pos.Line > 0 {
				property("line", fmt.Sprint(f.Pos.Line))
				if f.Pos.Column > 0 {
					property("col", fmt.Sprint(f.Pos.Column))
					property("endColumn", fmt.Sprint(f.Pos.Column+max(f.Width, 1)))
				}
			}
		}
		property("title", f.Rule)
		message := Plain(f.Message)
		if f.Source != "" && (showText || !f.Private) {
			message += "\n" + strings.TrimSpace(Plain(f.Source))
		}
		if f.Hint != "" {
			message += "\n" + Plain(f.Hint)
		}
		fmt.Fprintf(&b, "::%s %s::%s\n", level, strings.Join(properties, ","), githubData.Replace(message))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// What would end a command or a property is written as GitHub's runner reads it back.
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
