package analysis

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/query"
	"github.com/tema-qda/tema/index/transcript"
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

// MemoKinds are what a memo can be, if it says.
var MemoKinds = []string{"reflexive", "theoretical", "methodological", "analytic"}

// Name returns how people name m: its file without folder and ending.
func (m Memo) Name() string { return strings.TrimSuffix(path.Base(m.File), ".md") }

// Day returns when m was made, as 2026-03-02: by its front matter, else by its name; "" if neither says.
func (m Memo) Day() string {
	for _, at := range []string{m.Made, m.Name()} {
		if day := at[:min(len(at), len(time.DateOnly))]; isDay(day) {
			return day
		}
	}
	return ""
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
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
		out = append(out, parseMemo(s.shown(name), src, &s.Found, nil))
	}
	return out
}

// parseMemo reads a memo. Fault, if not nil, says what keeps a reference from naming something; that is an error then.
func parseMemo(file string, src []byte, found *diag.List, fault func(ref string) (fault, hint string)) Memo {
	m := Memo{File: file, Text: string(src)}
	rest, opens := bytes.CutPrefix(src, []byte("---\n"))
	head, body, closes := bytes.Cut(rest, []byte("\n---\n"))
	if !opens || !closes {
		return m
	}
	m.Text = strings.TrimLeft(string(body), "\n")
	y := &diag.YAML{File: file, Group: "memo", Skip: 1, Found: found}
	y.Fields(y.Root(append(head, '\n')), "the memo's front matter", map[string]diag.Field{
		"kind": func(n *yaml.Node) { m.Kind = y.Choice(n, "kind", MemoKinds...) },
		"about": func(n *yaml.Node) {
			nodes := []*yaml.Node{n}
			if n.Kind == yaml.SequenceNode {
				nodes = n.Content
				m.About = y.Texts(n, "about")
			} else {
				m.About = []string{y.Text(n, "about")}
			}
			for i, ref := range m.About {
				if fault == nil || ref == "" {
					continue
				}
				if message, hint := fault(ref); message != "" {
					f := y.Finding(nodes[min(i, len(nodes)-1)], "", "%s", message)
					f.Rule, f.Hint = "study/dangling-memo", hint
					found.Add(f)
				}
			}
		},
		"made": func(n *yaml.Node) { m.Made = y.Text(n, "made") },
		"by":   func(n *yaml.Node) { m.By = y.Text(n, "by") },
	})
	return m
}

// ErrEmptyMemo says that nothing was written in a memo.
var ErrEmptyMemo = errors.New("nothing was written in it")

// typedMemo reads what a person typed as a memo. All faults are told at once, and a memo without a word is one.
func (s *Study) typedMemo(file string, text []byte) (Memo, error) {
	var found diag.List
	text = append(slices.Clone(text), '\n')
	m := parseMemo(file, text, &found, s.RefChecker())
	if bytes.HasPrefix(text, []byte("---\n")) && !bytes.Contains(text[3:], []byte("\n---\n")) {
		found.Add(diag.Finding{Rule: "memo/syntax", Severity: diag.Error, File: file, Pos: diag.Position{Line: 1},
			Message: "its front matter has no end", Hint: "put a line of --- below what it says, and the text below that"})
	}
	if found.Err() != nil {
		return m, slices.Concat(found, s.Found).Err() // a code may be unknown because the codebook cannot be read
	}
	if strings.TrimSpace(m.Text) == "" {
		return m, fmt.Errorf("write %s: %w", file, ErrEmptyMemo)
	}
	return m, nil
}

// AddMemo writes a new memo, named after the day and its first words, and returns its file. The text may open with
// front matter; what that does not say is as given says, and made is now.
func (s *Study) AddMemo(given Memo, text []byte) (file string, err error) {
	m, err := s.typedMemo("memo", bytes.TrimLeft(text, "\n"))
	if err != nil {
		return "", err
	}
	unlock, err := s.lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	day := cmp.Or(m.Day(), clock().Format(time.DateOnly)) // by the calendar on her wall, if she does not say
	m.Kind, m.Made, m.By = cmp.Or(m.Kind, given.Kind), cmp.Or(m.Made, now()), cmp.Or(m.By, given.By)
	if len(m.About) == 0 {
		m.About = given.About
	}
	have, err := s.readDir(memosDir)
	if err != nil {
		return "", err
	}
	taken := map[string]bool{}
	for _, f := range have {
		taken[diag.Fold(f.Name())] = true
	}
	stem := day + "-" + firstWords(m.Text)
	name := stem + ".md"
	for n := 2; taken[diag.Fold(name)]; n++ {
		name = fmt.Sprintf("%s-%d.md", stem, n)
	}
	file = path.Join(memosDir, name)
	if _, err := s.change(given.By, "memo "+strings.TrimSuffix(name, ".md"), map[string][]byte{file: m.source()}); err != nil {
		return "", err
	}
	s.loadMemos = sync.OnceValue(s.readMemos)
	return s.shown(file), nil
}

// EditMemo replaces the file of a memo, which must still hold before, by after.
func (s *Study) EditMemo(by string, m Memo, before, after []byte) error {
	if _, err := s.typedMemo(m.File, after); err != nil {
		return err
	}
	unlock, err := s.lock()
	if err != nil {
		return err
	}
	defer unlock()
	file := path.Join(memosDir, path.Base(m.File))
	if now, err := s.readFile(file); err != nil {
		return err
	} else if !bytes.Equal(now, before) {
		return fmt.Errorf("edit %s: it was changed while you edited it", m.File)
	}
	_, err = s.change(by, "edit of memo "+m.Name(), map[string][]byte{file: after})
	s.loadMemos = sync.OnceValue(s.readMemos)
	return err
}

// MemoSource returns the bytes of a memo's file.
func (s *Study) MemoSource(m Memo) ([]byte, error) {
	return s.readFile(path.Join(memosDir, path.Base(m.File)))
}

// source returns m as its file holds it: front matter with what is known, then the text.
func (m Memo) source() []byte {
	var b bytes.Buffer
	b.WriteString("---\n")
	line := func(key string, values ...string) {
		var words []string
		for _, v := range values {
			if v != "" {
				words = append(words, yamlWord(v))
			}
		}
		switch value := strings.Join(words, ", "); len(words) {
		case 0:
		case 1:
			fmt.Fprintf(&b, "%s: %s\n", key, value)
		default:
			fmt.Fprintf(&b, "%s: [%s]\n", key, value)
		}
	}
	line("kind", m.Kind)
	line("about", m.About...)
	line("made", m.Made)
	line("by", m.By)
	b.WriteString("---\n" + strings.TrimRight(m.Text, " \t\n") + "\n")
	return b.Bytes()
}

// yamlWord writes a short text as YAML: plainly, where it can only be read as itself.
func yamlWord(s string) string {
	if wordPattern.MatchString(s) && !strings.EqualFold(s, "null") {
		return s
	}
	quoted, _ := json.Marshal(s) // a string of JSON is one of YAML
	return string(quoted)
}

var wordPattern = regexp.MustCompile(`^[\pL\pM\pN][\pL\pM\pN_:/.-]*[\pL\pM\pN]$`)

// firstWords makes the part of a file's name that says what a memo is about: at most five words and 40 characters of
// its first line.
func firstWords(text string) string {
	const mostWords, mostRunes = 5, 40
	for line := range strings.Lines(text) {
		words := strings.FieldsFunc(strings.NewReplacer("'", "", "’", "").Replace(line), func(r rune) bool {
			return !unicode.In(r, unicode.L, unicode.M, unicode.N)
		})
		slug, n := "", 0
		for ; n < min(len(words), mostWords) && utf8.RuneCountInString(slug+words[n]) < mostRunes; n++ {
			slug += "-" + words[n]
		}
		if n == 0 && len(words) > 0 { // a line in a script that puts no spaces between words
			runes := []rune(words[0])
			slug = string(runes[:min(len(runes), mostRunes)])
		}
		if slug = diag.MakeID(strings.ToLower(slug)); slug != "" {
			return slug
		}
	}
	return "memo"
}

// A MemoHit is a memo that answers a query, and the words of its text that did.
type MemoHit struct {
	Memo
	Words []transcript.Span // bytes in Text
}

// SearchMemos returns those of memos whose text answers q. AND and NOT hold within a memo. In a memo nobody speaks, so
// key:value is refused, with its place.
func (s *Study) SearchMemos(q *query.Query, memos []MemoHit) ([]MemoHit, error) {
	if n := field(q.Root); n != nil {
		return nil, &query.Error{Start: n.Start, End: n.End, Message: "memos are searched for words alone",
			Hint: "--about, --kind and --by say which memos; words with a colon go in quotes"}
	}
	var out []MemoHit
	for _, m := range memos {
		all := transcript.Span{End: len(m.Text)}
		text := &transcript.Transcript{ID: m.Name(), Text: m.Text, Turns: []transcript.Turn{{Number: 1, Is: diag.Unknown, Span: all, Speech: all}}}
		for _, hit := range query.Scan(q, text, query.Options{Unit: query.Turn, Language: s.Config.Language}, query.Scope{}) {
			out = append(out, MemoHit{m.Memo, hit.Words})
		}
	}
	return out, nil
}

// field returns the first key:value of a query, or nil.
func field(n *query.Node) *query.Node {
	if n.Op == query.Field {
		return n
	}
	for _, kid := range n.Kids {
		if f := field(kid); f != nil {
			return f
		}
	}
	return nil
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
