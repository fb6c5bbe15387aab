package analysis

import (
	"fmt"
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
)

// The approaches: schools of thematic analysis, and content analysis (design section 2).
const (
	Reflexive         = "reflexive"
	CodebookTA        = "codebook"
	CodingReliability = "coding-reliability"
	ContentAnalysis   = "content-analysis"
)

// FormatVersion is the version of the study format that this program reads and writes (`tema: 1`).
const FormatVersion = 1

// Config is study.yaml.
type Config struct {
	Title    string
	Question string
	Approach string // Reflexive when the study names none
	Language string // BCP 47; "" when the study names none
	Coder    string // default coder
	Report   ReportConfig
	Check    map[string]diag.Severity // by rule
}

// ReportConfig says whose codings count and what a report may show.
type ReportConfig struct {
	Coders      []string // empty: consensus where it has a file, else everybody else
	Attribution string   // pattern with {id} and {attribute}
	Show        []string // attributes that may appear; also coders, dates, sources
	SmallCells  int      // groups smaller than this are not shown
}

var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

func parseConfig(file string, src []byte, found *diag.List) Config {
	c := Config{Approach: Reflexive, Check: map[string]diag.Severity{},
		Report: ReportConfig{Attribution: "{id}", SmallCells: 3}}
	y := &diag.YAML{File: file, Group: "study", Found: found}
	versioned := false
	var attribution *yaml.Node
	root := y.Root(src)
	y.Fields(root, "study.yaml", map[string]diag.Field{
		"tema": func(n *yaml.Node) {
			versioned = true
			if v := y.Int(n, "tema", 1); v > FormatVersion {
				f := y.Finding(n, "version", "this study has format %d; this tema reads %d", v, FormatVersion)
				f.Hint = "a newer tema made it; install that one"
				found.Add(f)
			}
		},
		"title":    func(n *yaml.Node) { c.Title = y.Text(n, "title") },
		"question": func(n *yaml.Node) { c.Question = y.Text(n, "question") },
		"approach": func(n *yaml.Node) {
			if a := y.Choice(n, "approach", Reflexive, CodebookTA, CodingReliability, ContentAnalysis); a != "" {
				c.Approach = a
			}
		},
		"language": func(n *yaml.Node) { c.Language = y.Text(n, "language") },
		"coder": func(n *yaml.Node) {
			c.Coder = y.Text(n, "coder")
			if err := diag.CheckID(c.Coder); err != nil {
				y.Errorf(n, "bad-id", "coder: %v", err)
			}
		},
		"report": func(n *yaml.Node) {
			y.Fields(n, "report", map[string]diag.Field{
				"coders": func(n *yaml.Node) {
					y.Items(n, "report.coders", func(item *yaml.Node) {
						coder := y.Text(item, "a coder")
						if err := diag.CheckID(coder); err != nil {
							y.Errorf(item, "bad-id", "coder: %v", err)
						} else if slices.Contains(c.Report.Coders, coder) {
							y.Errorf(item, "duplicate-id", "coder %s stands twice", coder)
						}
						c.Report.Coders = append(c.Report.Coders, coder)
					})
				},
				"attribution": func(n *yaml.Node) {
					c.Report.Attribution = y.Text(n, "report.attribution")
					attribution = n
				},
				"show":        func(n *yaml.Node) { c.Report.Show = y.Texts(n, "report.show") },
				"small_cells": func(n *yaml.Node) { c.Report.SmallCells = y.Int(n, "report.small_cells", 0) },
			})
		},
		"check": func(n *yaml.Node) {
			y.Pairs(n, "check", func(key, value *yaml.Node) {
				word := y.Choice(value, "the severity of "+key.Value, "error", "warning", "info", "off")
				// YAML reads a bare `off` as false; the text is what counts here.
				if sev, ok := diag.ParseSeverity(word); ok {
					c.Check[key.Value] = sev
				}
			})
		},
	})
	for _, m := range placeholder.FindAllStringSubmatch(c.Report.Attribution, -1) {
		if !c.Report.shows(m[1]) {
			f := y.Finding(attribution, "attribution", "attribution asks for %s, which report.show does not list, so it is left out", m[1])
			f.Severity, f.Hint = diag.Warning, "list "+m[1]+" under show:, if it may be known"
			found.Add(f)
		}
	}
	if root != nil && !versioned {
		found.Add(diag.Finding{Rule: "study/version", Severity: diag.Warning, File: file,
			Message: "does not name the version of its format", Hint: fmt.Sprintf("write `tema: %d` on its first line", FormatVersion)})
	}
	return c
}

// shows says whether an attribute may appear in a report; a participant's id always may.
func (r ReportConfig) shows(name string) bool {
	return diag.Fold(name) == "id" || slices.ContainsFunc(r.Show, func(s string) bool { return diag.Fold(s) == diag.Fold(name) })
}

func reservedAttribute(name string) bool {
	return slices.Contains([]string{"speaker", "transcript", "code"}, diag.Fold(name))
}
