package transcript

import (
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
)

// parseMeta reads the front matter strictly: what it does not know is an error where it stands.
func parseMeta(file, head string, found *diag.List) Meta {
	var m Meta
	if head == "" {
		return m
	}
	body, opened := strings.CutPrefix(head, "---\n")
	inner, closed := strings.CutSuffix(body, "---\n")
	if !closed {
		inner, closed = strings.CutSuffix(body, "---")
	}
	if !opened || !closed || inner != "" && !strings.HasSuffix(inner, "\n") {
		found.Add(diag.Finding{Rule: "transcript/front-matter", Severity: diag.Error, File: file, Pos: diag.Position{Line: 1, Column: 1},
			Message: "the front matter that begins here never ends", Hint: "close it with a line that is exactly ---"})
		return m
	}
	y := &diag.YAML{File: file, Group: "transcript", Skip: 1, Found: found}
	defer func(from int) { // where its end is missing, what was said stands on these lines
		for i := range (*found)[from:] {
			(*found)[from+i].Private = true
		}
	}(len(*found))
	root := y.Root([]byte(inner))
	y.Fields(root, "the front matter", map[string]diag.Field{
		"date":     func(n *yaml.Node) { m.Date = y.Text(n, "date") },
		"language": func(n *yaml.Node) { m.Language = y.Text(n, "language") },
		"speakers": func(n *yaml.Node) { m.Speakers = speakers(y, n) },
		"attributes": func(n *yaml.Node) {
			y.Pairs(n, "attributes", func(key, value *yaml.Node) {
				m.Attributes = append(m.Attributes, Attribute{key.Value, y.Text(value, "attribute "+key.Value)})
			})
		},
		"source": func(n *yaml.Node) {
			s := &Source{}
			y.Fields(n, "source", map[string]diag.Field{
				"file":     func(n *yaml.Node) { s.File = y.Text(n, "file") },
				"sha256":   func(n *yaml.Node) { s.SHA256 = y.Text(n, "sha256") },
				"format":   func(n *yaml.Node) { s.Format = y.Text(n, "format") },
				"encoding": func(n *yaml.Node) { s.Encoding = y.Text(n, "encoding") },
				"labels":   func(n *yaml.Node) { s.Labels = y.Text(n, "labels") },
				"dropped":  func(n *yaml.Node) { s.Dropped = y.Texts(n, "dropped") },
			})
			m.Source = s
		},
	})
	return m
}

func speakers(y *diag.YAML, n *yaml.Node) []Speaker {
	var out []Speaker
	y.Pairs(n, "speakers", func(key, value *yaml.Node) {
		label, is := strings.TrimSpace(key.Value), y.Text(value, "speaker "+key.Value)
		switch {
		case label == "" || strings.ContainsAny(label, "\n\r"):
			y.Errorf(key, "speaker", "a speaker's label is one line of text")
		case slices.ContainsFunc(out, func(s Speaker) bool { return s.Label == label }):
			y.Errorf(key, "speaker", "speaker %s stands twice", label) // but for the spaces around the label
		case diag.ReservedParticipant(is):
			out = append(out, Speaker{label, diag.Fold(is)})
		default:
			if err := diag.CheckID(is); err != nil {
				f := y.Finding(value, "speaker", "speaker %s: %v", label, err)
				f.Hint = "a participant's id, or interviewer, other, unknown"
				y.Found.Add(f)
				return
			}
			out = append(out, Speaker{label, is})
		}
	})
	return out
}

// FrontMatter writes m as a file's front matter, with both lines of ---. Values are quoted where YAML needs it.
func (m Meta) FrontMatter() string {
	var b strings.Builder
	b.WriteString("---\n")
	field := func(key, value string) {
		if value != "" {
			b.WriteString(key + ": " + yamlScalar(value) + "\n")
		}
	}
	field("date", m.Date)
	field("language", m.Language)
	if len(m.Speakers) > 0 {
		pairs := make([]string, len(m.Speakers))
		for i, s := range m.Speakers {
			pairs[i] = yamlScalar(s.Label) + ": " + yamlScalar(s.Is)
		}
		b.WriteString("speakers: {" + strings.Join(pairs, ", ") + "}\n")
	}
	if len(m.Attributes) > 0 {
		pairs := make([]string, len(m.Attributes))
		for i, a := range m.Attributes {
			pairs[i] = yamlScalar(a.Name) + ": " + yamlScalar(a.Value)
		}
		b.WriteString("attributes: {" + strings.Join(pairs, ", ") + "}\n")
	}
	if s := m.Source; s != nil {
		pairs := []string{}
		for _, p := range [][2]string{{"file", s.File}, {"sha256", s.SHA256}, {"format", s.Format}, {"encoding", s.Encoding}, {"labels", s.Labels}} {
			if p[1] != "" {
				pairs = append(pairs, p[0]+": "+yamlScalar(p[1]))
			}
		}
		if len(s.Dropped) > 0 {
			lines := make([]string, len(s.Dropped))
			for i, d := range s.Dropped {
				if lines[i] = d; d == "" || !isNumber(d) { // a number reads back as the same text without quotes
					lines[i] = yamlScalar(d)
				}
			}
			pairs = append(pairs, "dropped: ["+strings.Join(lines, ", ")+"]")
		}
		b.WriteString("source: {" + strings.Join(pairs, ", ") + "}\n")
	}
	b.WriteString("---\n")
	return b.String()
}

// yamlScalar writes s so that it reads back as the same text inside a flow mapping.
func yamlScalar(s string) string {
	plain := s != "" && strings.TrimSpace(s) == s && !strings.ContainsAny(s, "{}[],:#&*!|>'\"%@`\n\t\\?=<~") && !strings.HasPrefix(s, "-") &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) // line breaks of Unicode among them
	if plain {
		var n yaml.Node
		if yaml.Unmarshal([]byte(s), &n) == nil && len(n.Content) == 1 && n.Content[0].Kind == yaml.ScalarNode && n.Content[0].Tag == "!!str" && n.Content[0].Value == s {
			return s
		}
		// Dates read back as the same text whether or not YAML knows them as dates.
		if len(n.Content) == 1 && n.Content[0].Tag == "!!timestamp" {
			return s
		}
	}
	out, _ := yaml.Marshal(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle})
	return strings.TrimSuffix(string(out), "\n")
}
