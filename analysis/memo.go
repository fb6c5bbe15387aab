package analysis

import (
	"bytes"
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
)

// A Memo is a file of memos/: thoughts of a researcher, about something or about nothing in particular.
type Memo struct {
	File  string
	Kind  string // reflexive, theoretical, methodological, analytic, or ""
	About []string
	Made  string
	By    string
	Text  string // Markdown
}

// Memos returns all memos by file name.
func (s *Study) Memos() []Memo { return s.loadMemos() }

func (s *Study) readMemos() []Memo {
	files, err := s.readDir(memosDir)
	if err != nil {
		s.Found.Errorf("study/memo", s.shown(memosDir), diag.Position{}, "%v", err)
	}
	var out []Memo
	for _, f := range files {
		if f.IsDir() || !strings.HasSuffix(f.Name(), ".md") || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		name := path.Join(memosDir, f.Name())
		src, err := s.readFile(name)
		if err != nil {
			s.Found.Errorf("study/memo", s.shown(name), diag.Position{}, "%v", err)
			continue
		}
		out = append(out, parseMemo(s.shown(name), src, &s.Found))
	}
	return out
}

func parseMemo(file string, src []byte, found *diag.List) Memo {
	m := Memo{File: file, Text: string(src)}
	rest, opens := bytes.CutPrefix(src, []byte("---\n"))
	head, body, closes := bytes.Cut(rest, []byte("\n---\n"))
	if !opens || !closes {
		return m
	}
	m.Text = strings.TrimLeft(string(body), "\n")
	y := &diag.YAML{File: file, Group: "memo", Skip: 1, Found: found}
	y.Fields(y.Root(append(head, '\n')), "the memo's front matter", map[string]diag.Field{
		"kind": func(n *yaml.Node) {
			m.Kind = y.Choice(n, "kind", "reflexive", "theoretical", "methodological", "analytic")
		},
		"about": func(n *yaml.Node) {
			if n.Kind == yaml.SequenceNode {
				m.About = y.Texts(n, "about")
			} else {
				m.About = []string{y.Text(n, "about")}
			}
		},
		"made": func(n *yaml.Node) { m.Made = y.Text(n, "made") },
		"by":   func(n *yaml.Node) { m.By = y.Text(n, "by") },
	})
	return m
}

// An Event is a line of journal.jsonl: what was decided when, by whom and why.
type Event struct {
	At       string `json:"at"`
	By       string `json:"by"`
	Event    string `json:"event"`
	About    Refs   `json:"about,omitempty"`
	From     Refs   `json:"from,omitempty"`
	To       Refs   `json:"to,omitempty"`
	Level    int    `json:"level,omitempty"`    // of a review: 1 coded passages, 2 the whole set
	Evidence string `json:"evidence,omitempty"` // of a review: 12 hex digits over the codings seen
	Why      string `json:"why,omitempty"`
	Line     int    `json:"-"`
}

// Refs is a typed reference or a list of them.
type Refs []string

// UnmarshalJSON reads one reference or a list.
func (r *Refs) UnmarshalJSON(b []byte) error {
	var one string
	if err := json.Unmarshal(b, &one); err == nil {
		*r = Refs{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(r))
}

// MarshalJSON writes one reference plainly and several as a list.
func (r Refs) MarshalJSON() ([]byte, error) {
	if len(r) == 1 {
		return json.Marshal(r[0])
	}
	return json.Marshal([]string(r))
}

// Journal returns what was decided, in order of time and person.
func (s *Study) Journal() []Event { return s.loadJournal() }

func (s *Study) readJournal() []Event {
	const name = "journal.jsonl"
	src, err := s.readFile(name)
	if err != nil {
		s.Found.Errorf("study/journal", s.shown(name), diag.Position{}, "%v", err)
	}
	var out []Event
	line := 0
	for text := range bytes.Lines(src) {
		line++
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		e := Event{Line: line}
		if err := json.Unmarshal(text, &e); err != nil {
			s.Found.Add(diag.Finding{Rule: "study/journal", Severity: diag.Error, File: s.shown(name), Pos: diag.Position{Line: line},
				Message: "not an event of the journal: " + err.Error(), Source: strings.TrimRight(string(text), "\r\n"), Private: true})
			continue
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b Event) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.By, b.By)) })
	return out
}
