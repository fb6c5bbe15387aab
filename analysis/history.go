package analysis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// CodebookFile is the name of a study's codebook.
const CodebookFile = codebookFile

// A History is the life of a codebook: what was done to it, step by step, oldest first. It comes from the commits that
// touched codebook.yaml or, where there is no git, from journal.jsonl.
type History struct {
	Source  string   `json:"source"`            // "git" or "journal"
	File    string   `json:"file"`              // as the person should see it
	Shallow bool     `json:"shallow,omitempty"` // older commits are not in this clone
	Steps   []Moment `json:"steps"`
}

// A Moment is a commit, or an event of the journal.
type Moment struct {
	Commit  string         `json:"commit,omitempty"` // its whole hash
	At      string         `json:"at"`               // RFC 3339, in the author's own time zone
	By      string         `json:"by"`
	Subject string         `json:"subject,omitempty"`
	Path    string         `json:"path,omitempty"`    // where the codebook stood in the repository, at the first commit and where that changed
	Fault   string         `json:"fault,omitempty"`   // why its codebook could not be read; the next step is held against the one before it
	Counted bool           `json:"counted"`           // the two numbers are known
	Codes   int            `json:"codes"`             // not retired, of all levels
	Themes  int            `json:"themes"`            // not dropped, of all levels
	Version *codebook.Edit `json:"version,omitempty"` // the author's own, if it is another
	Changes []Told         `json:"changes"`
}

// Told is a change and the reason that the journal gives for it.
type Told struct {
	codebook.Change
	Why string `json:"why,omitempty"`
}

// CodebookHistory tells the life of a codebook file from git, with the reasons from the journal's events. Where git has
// no commit of it, the events alone serve. Show is the file's name as the person should see it. Participants' words
// are not in what it returns: of examples and excerpts it has the numbers. Progress, if not nil, is called with how many
// commits are read.
func CodebookHistory(ctx context.Context, file, show string, journal []Event, progress func(done, total int)) (*History, error) {
	h := &History{Source: "git", File: show}
	all, err := commits(ctx, file)
	if err != nil && !errors.Is(err, ErrNoGit) {
		return nil, err
	}
	if len(all) == 0 {
		return &History{Source: "journal", File: show, Steps: journalSteps(journal)}, nil
	}
	dir := filepath.Dir(file)
	h.Shallow = shallow(ctx, dir)
	versions, err := openBlobs(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer versions.close()
	before, _ := codebook.Parse(show, nil)
	reasons := journalReasons(journal)
	path := ""
	for i, c := range all {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if progress != nil {
			progress(i, len(all))
		}
		step := Moment{Commit: c.hash, At: c.at, By: c.by, Subject: c.subject, Changes: []Told{}}
		if c.path != path {
			path, step.Path = c.path, c.path
		}
		book := before
		switch {
		case c.blob == "":
			step.Fault = "the commit took the codebook away"
		case c.mode == symbolicLink:
			step.Fault = "the codebook was a symbolic link"
		default:
			src, err := versions.read(c.blob)
			if err != nil {
				return nil, err
			}
			parsed, found := codebook.Parse(show, src)
			if err := found.Err(); err != nil {
				step.Fault = "the codebook could not be read: " + err.Error()
			} else {
				book, step.Counted = parsed, true
			}
		}
		d := codebook.Compare(before, book).WithoutWords()
		step.Version = d.Version
		for _, change := range d.Changes {
			step.Changes = append(step.Changes, Told{change, reasons(change)})
		}
		for _, code := range book.AllCodes() {
			if step.Counted && !code.Retired {
				step.Codes++
			}
		}
		for _, theme := range book.AllThemes() {
			if step.Counted && theme.Status != Dropped {
				step.Themes++
			}
		}
		before = book
		h.Steps = append(h.Steps, step)
	}
	return h, nil
}

// journalReasons finds the reason that the journal gives for a change which happens to an entry once or seldom; the
// latest counts. Everyday changes happen too often for the journal to be matched without guessing.
func journalReasons(journal []Event) func(codebook.Change) string {
	why := map[string]string{}
	for _, step := range journalSteps(journal) {
		for _, t := range step.Changes {
			if t.Why != "" {
				why[reasonKey(t.Change)] = t.Why
			}
		}
	}
	return func(c codebook.Change) string {
		switch c.Kind {
		case codebook.Renamed, codebook.Merged, codebook.Split, codebook.Retired, codebook.Dropped:
			return why[reasonKey(c)]
		}
		return ""
	}
}

func reasonKey(c codebook.Change) string {
	to := slices.Sorted(slices.Values(c.To))
	return strings.Join(append(append([]string{string(c.Kind), c.Of, c.ID}, c.From...), to...), " ")
}

// journalSteps tells those events of a journal that happened to codes and themes.
func journalSteps(journal []Event) []Moment {
	var out []Moment
	for _, e := range journal {
		step := Moment{At: e.At, By: e.By, Changes: []Told{}}
		of := ""
		ids := func(refs Refs) []string { // of codes or themes, whichever is named first
			var out []string
			for _, ref := range refs {
				kind, id, _ := strings.Cut(ref, ":")
				if of == "" && (kind == "code" || kind == "theme") {
					of = kind
				}
				if kind == of && id != "" {
					out = append(out, id)
				}
			}
			return out
		}
		about, from, to := ids(e.About), ids(e.From), ids(e.To)
		tell := func(c codebook.Change) {
			c.Of = of
			step.Changes = append(step.Changes, Told{c, e.Why})
		}
		each := func(kind codebook.Kind, ids []string) {
			for _, id := range ids {
				tell(codebook.Change{Kind: kind, ID: id})
			}
		}
		switch {
		case of == "":
			continue
		case e.Event == "rename" && len(from) == 1 && len(to) == 1:
			tell(codebook.Change{Kind: codebook.Renamed, ID: to[0], From: from})
		case (e.Event == "merge" || e.Event == "drop") && len(to) == 1:
			if len(from) == 0 {
				from = about
			}
			for _, id := range from {
				if id != to[0] {
					tell(codebook.Change{Kind: codebook.Merged, ID: id, To: to})
				}
			}
		case (e.Event == "split" || e.Event == "drop") && len(to) > 1:
			if len(from) == 0 {
				from = about
			}
			for _, id := range from {
				tell(codebook.Change{Kind: codebook.Split, ID: id, To: to})
			}
		case e.Event == "move":
			for _, id := range about {
				tell(codebook.Change{Kind: codebook.Moved, ID: id, From: from, To: to})
			}
		case e.Event == "add":
			for _, id := range about {
				tell(codebook.Change{Kind: codebook.Added, ID: id, To: to})
			}
		case e.Event == "retire":
			each(codebook.Retired, about)
		case e.Event == "drop":
			each(codebook.Dropped, about)
		case e.Event == "set":
			each(codebook.Redefined, about)
		case e.Event == "promote", e.Event == "rewrite", e.Event == "undo", e.Event == "rename", e.Event == "merge", e.Event == "split":
			each(codebook.Kind(e.Event), about)
		}
		if len(step.Changes) > 0 {
			out = append(out, step)
		}
	}
	return out
}

// JSON writes h as one document. Fields are added, never renamed or taken out.
func (h *History) JSON(w io.Writer) error {
	doc := *h
	doc.Steps = append([]Moment{}, h.Steps...)
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(struct {
		Schema int `json:"schema"`
		History
	}{1, doc}); err != nil {
		return fmt.Errorf("encode history: %w", err)
	}
	_, err := w.Write(diag.PlainJSON([]byte(b.String())))
	return err
}

// Text writes h for a person: a step with its numbers, below it what was done and why. Dates are those of the authors.
func (h *History) Text(w io.Writer) error {
	var b strings.Builder
	for i, s := range h.Steps {
		if i > 0 {
			b.WriteByte('\n')
		}
		head := []string{day(s.At)}
		for _, part := range []string{s.short(), s.By, s.Subject} {
			if part != "" {
				head = append(head, part)
			}
		}
		fmt.Fprintln(&b, diag.Plain(strings.Join(head, "  ")))
		if s.Path != "" && i > 0 {
			fmt.Fprintf(&b, "  from here on it stands in %s\n", diag.Plain(s.Path))
		}
		if s.Fault != "" {
			fmt.Fprintf(&b, "  passed over: %s\n", diag.Plain(s.Fault))
		}
		if s.Counted {
			fmt.Fprintf(&b, "  %s, %s\n", Plural(s.Codes, "code", "codes"), Plural(s.Themes, "theme", "themes"))
		}
		if s.Version != nil {
			fmt.Fprintf(&b, "  version    %s\n", diag.Plain(s.Version.New))
		}
		if s.Counted && len(s.Changes) == 0 && s.Version == nil {
			b.WriteString("  nothing that changes what it means\n")
		}
		for _, t := range s.Changes {
			fmt.Fprintf(&b, "  %-10s %s\n", diag.Plain(string(t.Kind)), diag.Plain(t.brief()))
			if t.Why != "" {
				fmt.Fprintf(&b, "             %s\n", diag.Plain(t.Why))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// brief is the change in a line: what happened, and of an entry that says something else, under which keys.
func (t Told) brief() string {
	if t.Kind == codebook.Added || t.Kind == codebook.Removed || len(t.Edits) == 0 {
		return t.Sentence()
	}
	var keys []string
	for _, e := range t.Edits {
		key := e.Key
		if e.List && e.Was != e.Now {
			key += fmt.Sprintf(" (%d, were %d)", e.Now, e.Was)
		}
		keys = append(keys, key)
	}
	return t.Sentence() + ": " + strings.Join(keys, ", ")
}

// short is the commit as people write it.
func (s Moment) short() string { return s.Commit[:min(len(s.Commit), 9)] }

// day is the date of an RFC 3339 time.
func day(at string) string {
	date, _, _ := strings.Cut(at, "T")
	return date
}
