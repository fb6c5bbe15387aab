package analysis

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

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

	Participants ParticipantsConfig
	SetApart     string // SetApartShow, SetApartWithhold, or "" where nobody has decided: withheld
	Language     string // BCP 47, of what the report itself says; "" is the study's
	Translations string // what is printed of an excerpt that has a translation: one of the list Translations
	Signs        []Sign // what signs in excerpts mean, in the author's order
}

// ParticipantsConfig says how a report shows participants' attributes.
type ParticipantsConfig struct {
	Rows  bool     // a table of one row a participant, not of how many share each value
	Bands []Bands  // of attributes that are figures
	Range []string // attributes of which only lowest, highest and median are shown
}

// bandsOf returns the bands of an attribute, if it has any.
func (p ParticipantsConfig) bandsOf(name string) (Bands, bool) {
	at := slices.IndexFunc(p.Bands, func(b Bands) bool { return diag.Fold(b.Attribute) == diag.Fold(name) })
	if at < 0 {
		return Bands{}, false
	}
	return p.Bands[at], true
}

// isRange says whether only the range of an attribute is shown.
func (p ParticipantsConfig) isRange(name string) bool {
	return slices.ContainsFunc(p.Range, func(s string) bool { return diag.Fold(s) == diag.Fold(name) })
}

// attributed returns the attributes that the attribution asks for.
func (r ReportConfig) attributed() []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(r.Attribution, -1) {
		if diag.Fold(m[1]) != "id" {
			out = append(out, m[1])
		}
	}
	return out
}

// What report.translations may be.
const (
	PrintOriginal    = "original"
	PrintTranslation = "translation" // the original is kept where readers find it
	PrintBoth        = "both"
)

// Translations are the values of report.translations.
var Translations = []string{PrintOriginal, PrintTranslation, PrintBoth}

// A Sign is a sign of the transcripts and what its author says that it means.
type Sign struct{ Sign, Means string }

var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

func parseConfig(file string, src []byte, found *diag.List) Config {
	c := Config{Approach: Reflexive, Check: map[string]diag.Severity{},
		Report: ReportConfig{Attribution: "{id}", SmallCells: 3, Translations: PrintBoth}}
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
				"set_apart": func(n *yaml.Node) {
					c.Report.SetApart = y.Choice(n, "report.set_apart", SetApartShow, SetApartWithhold)
				},
				"participants": func(n *yaml.Node) { y.Fields(n, "report.participants", c.Report.Participants.fields(y)) },
				"language":     func(n *yaml.Node) { c.Report.Language = y.Text(n, "report.language") },
				"translations": func(n *yaml.Node) {
					if word := y.Choice(n, "report.translations", Translations...); word != "" {
						c.Report.Translations = word
					}
				},
				"signs": func(n *yaml.Node) {
					y.Pairs(n, "report.signs", func(key, value *yaml.Node) {
						if strings.TrimSpace(key.Value) == "" {
							y.Errorf(key, "wrong-kind", "a key of report.signs must be a sign, not nothing")
						} else if means, ok := y.Item(value, "what "+key.Value+" means"); ok {
							c.Report.Signs = append(c.Report.Signs, Sign{strings.TrimSpace(key.Value), means})
						}
					})
				},
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
	for _, name := range c.Report.attributed() {
		switch {
		case !c.Report.shows(name):
			f := y.Finding(attribution, "attribution", "attribution asks for %s, which report.show does not list, so it is left out", name)
			f.Severity, f.Hint = diag.Warning, "list "+name+" under show:, if it may be known"
			found.Add(f)
		case c.Report.Participants.isRange(name):
			f := y.Finding(attribution, "attribution", "attribution asks for %s, of which report.participants shows the range only, so it is left out", name)
			f.Severity, f.Hint = diag.Warning, "give it bands instead, as `bands: {"+name+": 10}`"
			found.Add(f)
		}
	}
	if root != nil && !versioned {
		found.Add(diag.Finding{Rule: "study/version", Severity: diag.Warning, File: file,
			Message: "does not name the version of its format", Hint: fmt.Sprintf("write `tema: %d` on its first line", FormatVersion)})
	}
	return c
}

// fields reads report.participants. An attribute has bands or a range, not both.
func (p *ParticipantsConfig) fields(y *diag.YAML) map[string]diag.Field {
	claim := func(n *yaml.Node, name string) {
		if _, banded := p.bandsOf(name); banded || p.isRange(name) {
			y.Errorf(n, "duplicate-id", "attribute %s stands twice in report.participants; it has bands or a range", name)
		}
	}
	return map[string]diag.Field{
		"table": func(n *yaml.Node) { p.Rows = y.Choice(n, "report.participants.table", "groups", "rows") == "rows" },
		"bands": func(n *yaml.Node) {
			y.Pairs(n, "report.participants.bands", func(key, value *yaml.Node) {
				claim(key, key.Value)
				if by, ok := readBands(y, value, key.Value); ok {
					p.Bands = append(p.Bands, by)
				}
			})
		},
		"range": func(n *yaml.Node) {
			y.Items(n, "report.participants.range", func(item *yaml.Node) {
				if name, ok := y.Item(item, "an item of report.participants.range"); ok {
					claim(item, name)
					p.Range = append(p.Range, name)
				}
			})
		},
	}
}

// readBands reads the bands of an attribute: their width, or a list of the figures at which they begin.
func readBands(y *diag.YAML, n *yaml.Node, name string) (b Bands, ok bool) {
	b.Attribute = name
	figure := func(n *yaml.Node) (float64, bool) {
		var f float64
		ok := n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float") && n.Decode(&f) == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
		return f, ok
	}
	if n.Kind != yaml.SequenceNode {
		f, ok := figure(n)
		if !ok || f <= 0 {
			found := y.Finding(n, "wrong-kind", "the bands of %s must be their width, or a list of where they begin", name)
			found.Hint = "write " + name + ": 10, or " + name + ": [18, 30, 40, 50]"
			y.Found.Add(found)
		}
		b.Width = f
		return b, ok && f > 0
	}
	b.Edges = []float64{}
	if len(n.Content) == 0 {
		y.Errorf(n, "wrong-kind", "the bands of %s begin nowhere: the list is empty", name)
	}
	for _, item := range n.Content {
		f, ok := figure(item)
		switch {
		case !ok:
			y.Errorf(item, "wrong-kind", "a band of %s must begin at a number", name)
			continue
		case len(b.Edges) > 0 && f <= b.Edges[len(b.Edges)-1]:
			y.Errorf(item, "wrong-kind", "the bands of %s must begin at ascending numbers; %s is not above the one before", name, item.Value)
			continue
		}
		b.Edges = append(b.Edges, f)
	}
	return b, len(b.Edges) > 0
}

// shows says whether an attribute may appear in a report; a participant's id always may.
func (r ReportConfig) shows(name string) bool {
	return diag.Fold(name) == "id" || slices.ContainsFunc(r.Show, func(s string) bool { return diag.Fold(s) == diag.Fold(name) })
}

func reservedAttribute(name string) bool {
	return slices.Contains([]string{"speaker", "transcript", "code"}, diag.Fold(name))
}
