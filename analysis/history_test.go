package analysis

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tema-qda/tema/codebook"
)

// A repository is a folder under git that a test writes commits into, one an hour.
type repository struct {
	t       *testing.T
	dir     string
	commits int
}

func newRepository(t *testing.T) *repository {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	r := &repository{t: t, dir: t.TempDir()}
	r.git("init", "-q", "-b", "main")
	r.git("config", "user.name", "Anna")
	r.git("config", "user.email", "anna@example.org")
	r.git("config", "commit.gpgsign", "false")
	return r
}

func (r *repository) git(args ...string) string {
	r.t.Helper()
	c := exec.Command("git", args...)
	c.Dir = r.dir
	at := time.Date(2025, 3, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(r.commits) * 24 * time.Hour).Format(time.RFC3339)
	c.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at)
	out, err := c.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repository) file(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

func (r *repository) write(name, content string) {
	r.t.Helper()
	if err := os.MkdirAll(filepath.Dir(r.file(name)), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(r.file(name), []byte(content), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repository) commit(subject string) {
	r.t.Helper()
	r.commits++
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", subject)
}

func (r *repository) history(journal ...Event) *History {
	r.t.Helper()
	h, err := CodebookHistory(context.Background(), r.file("codebook.yaml"), "codebook.yaml", journal, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return h
}

func told(s Moment) []string {
	var out []string
	for _, t := range s.Changes {
		out = append(out, string(t.Kind)+" "+t.brief())
	}
	return out
}

// thirtyCommits is the life of a codebook: in each commit some words of the file become others.
var thirtyCommits = []struct {
	subject  string
	old, new string
	want     []string
}{
	{"Begin", "", "codes:\n  - id: limits\n  - id: old\nthemes: []\n", []string{"added code limits", "added code old"}},
	{"What limits are", "id: limits", "id: limits\n    definition: Where one stops.", []string{"redefined code limits: definition"}},
	{"Hope", "  - id: old\n", "  - id: old\n  - id: hope\n", []string{"added code hope"}},
	{"A comment", "codes:\n", "# from the first round\ncodes:\n", nil},
	{"Limits are boundaries", "id: limits", "id: boundaries\n    aliases: [limits]", []string{"renamed code limits to boundaries"}},
	{"Phone below boundaries", "Where one stops.", "Where one stops.\n    codes:\n      - {id: phone, name: Calls}", []string{"added code phone (Calls) under boundaries"}},
	{"Old goes into boundaries", "id: old", "{id: old, status: retired, into: [boundaries]}", []string{"merged code old into boundaries"}},
	{"Support", "  - id: hope\n", "  - id: hope\n  - {id: support, match: [help*]}\n", []string{"added code support"}},
	{"Its rule", "match: [help*]", "match: [help*, aid]", []string{"rules code support: match (2, were 1)"}},
	{"Two kinds of support", "{id: support, match: [help*, aid]}", "{id: support, match: [help*, aid], status: retired, into: [listening, practical]}\n  - id: listening\n  - id: practical",
		[]string{"split code support into listening, practical", "added code listening", "added code practical"}},
	{"A theme", "themes: []", "themes:\n  - {id: line, codes: [boundaries]}\n", []string{"added theme line"}},
	{"Its concept", "id: line,", "id: line, concept: A line is drawn.,", []string{"redefined theme line: concept"}},
	{"Its concept, again", "concept: A line is drawn.,", "concept: A line is drawn,", []string{"redefined theme line: concept"}},
	{"Reviewed", "id: line,", "id: line, status: reviewed,", []string{"status theme line: status"}},
	{"With hope", "codes: [boundaries]", "codes: [boundaries, hope]", []string{"codes theme line: codes (2, were 1)"}},
	{"Broken", "themes:", "themes", nil},
	{"Mended", "themes\n", "themes:\n", nil},
	{"Order", "  - id: listening\n  - id: practical\n", "  - id: practical\n  - id: listening\n", []string{"reordered codes practical at the top level"}},
	{"An example", "- id: hope\n", "- id: hope\n    examples: [It goes well.]\n", []string{"redefined code hope: examples (1, were 0)"}},
	{"Phone is no longer below", "    codes:\n      - {id: phone, name: Calls}\n", "  - {id: phone, name: Calls}\n", []string{"moved code phone (Calls) from boundaries to the top level"}},
	{"Practical is called help", "id: practical", "id: help\n    aliases: [practical]", []string{"renamed code practical to help"}},
	{"Chats", "  - id: hope\n", "  - id: chats\n  - id: hope\n", []string{"added code chats"}},
	{"Chats are calls", "  - {id: phone, name: Calls}\n", "  - {id: phone, name: Calls, aliases: [chat]}\n", []string{"aliases code phone (Calls): aliases (1, were 0)"}},
	{"Chats go into phone", "- id: chats", "- {id: chats, status: retired, into: [phone]}", []string{"merged code chats into phone"}},
	{"Evidence", "codes: [boundaries, hope]", "codes: [boundaries, hope], excerpts: [{transcript: P1, quote: I said no.}]", []string{"evidence theme line: excerpts (1, were 0)"}},
	{"A second theme", "themes:\n", "themes:\n  - {id: near, codes: [listening]}\n", []string{"added theme near"}},
	{"The line is drawn together", "id: line,", "id: drawing, aliases: [line],", []string{"renamed theme line to drawing"}},
	{"Near goes into drawing", "{id: near,", "{id: near, status: dropped, into: [drawing],", []string{"merged theme near into drawing"}},
	{"Hope is not ours", "- id: hope\n", "- id: hope\n    status: retired\n", []string{"retired code hope"}},
	{"Version", "# from", "version: 2\n# from", nil},
}

func TestHistoryOfThirtyCommits(t *testing.T) {
	r := newRepository(t)
	src := ""
	for _, c := range thirtyCommits {
		if c.old != "" && strings.Count(src, c.old) != 1 {
			t.Fatalf("%s: %q stands %d times in\n%s", c.subject, c.old, strings.Count(src, c.old), src)
		}
		if src = strings.Replace(src, c.old, c.new, 1); c.old == "" {
			src = c.new
		}
		r.write("codebook.yaml", src)
		r.commit(c.subject)
		r.write("transcripts/P1.txt", c.subject) // commits that do not touch the codebook are none of its history
		r.commit("Transcripts")
	}
	h := r.history(
		Event{At: "2025-03-09T08:00:00Z", By: "anna", Event: "rename", About: Refs{"code:boundaries"}, From: Refs{"code:limits"}, To: Refs{"code:boundaries"}, Why: "We say limits for two things."},
		Event{At: "2025-03-13T08:00:00Z", By: "anna", Event: "merge", About: Refs{"code:boundaries"}, From: Refs{"code:old"}, To: Refs{"code:boundaries"}, Why: "All of them were lines."},
		Event{At: "2025-03-19T08:00:00Z", By: "anna", Event: "split", About: Refs{"code:support"}, From: Refs{"code:support"}, To: Refs{"code:practical", "code:listening"}, Why: "Hands and ears."},
	)
	if h.Source != "git" || h.Shallow || len(h.Steps) != len(thirtyCommits) {
		t.Fatalf("%d steps from %s, shallow %v; want %d from git", len(h.Steps), h.Source, h.Shallow, len(thirtyCommits))
	}
	for i, c := range thirtyCommits {
		s := h.Steps[i]
		if s.Subject != c.subject || s.By != "Anna" || !strings.HasPrefix(s.At, "2025-") || len(s.Commit) < 40 {
			t.Errorf("step %d is %+v, want %s", i, s, c.subject)
		}
		if got := told(s); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.subject, got, c.want)
		}
		if broken := c.subject == "Broken"; broken == s.Counted || broken != (s.Fault != "") {
			t.Errorf("%s: counted %v, fault %q", c.subject, s.Counted, s.Fault)
		}
	}
	last := h.Steps[len(h.Steps)-1]
	if last.Codes != 4 || last.Themes != 1 || last.Version == nil || last.Version.New != "2" {
		t.Errorf("in the end %+v", last)
	}
	for subject, why := range map[string]string{"Limits are boundaries": "We say limits for two things.", "Old goes into boundaries": "All of them were lines.",
		"Two kinds of support": "Hands and ears.", "Chats go into phone": ""} {
		i := slices.IndexFunc(h.Steps, func(s Moment) bool { return s.Subject == subject })
		if got := h.Steps[i].Changes[0].Why; got != why {
			t.Errorf("%s: the reason is %q, want %q", subject, got, why)
		}
	}
	if again := r.history(); !bytes.Equal(again.Figure(), r.history().Figure()) {
		t.Error("the figure is not the same twice")
	}
	checkFigure(t, h)
	var b bytes.Buffer
	if err := h.Text(&b); err != nil || !strings.Contains(b.String(), "  merged     code old into boundaries\n             All of them were lines.\n") || strings.Contains(b.String(), "It goes well") {
		t.Errorf("%v\n%s", err, b.String())
	}
	b.Reset()
	if err := h.JSON(&b); err != nil || !json.Valid(b.Bytes()) || !bytes.Contains(b.Bytes(), []byte(`"kind": "split"`)) || strings.Contains(b.String(), "It goes well") {
		t.Errorf("%v\n%s", err, b.String())
	}
	if h.Steps[1].Changes[0].Kind != codebook.Redefined {
		t.Errorf("%+v", h.Steps[1])
	}
}

// checkFigure holds a figure to being well-formed, self-contained, and to naming every change in its table.
func checkFigure(t *testing.T, h *History) {
	t.Helper()
	svg := h.Figure()
	var desc string
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the figure is no XML: %v\n%s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") || a.Value == "NaN" {
					t.Errorf("<%s %s=%q> in the figure", e.Name.Local, a.Name.Local, a.Value)
				}
			}
			switch e.Name.Local {
			case "script", "image", "foreignObject", "use":
				t.Errorf("<%s> in the figure", e.Name.Local)
			case "desc":
				if err := d.DecodeElement(&desc, &e); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for _, never := range []string{"NaN", "Inf", "url(", "@import", "@font-face", "Anna"} {
		if bytes.Contains(svg, []byte(never)) {
			t.Errorf("%s in the figure", never)
		}
	}
	if lines := strings.Count(desc, "\n"); lines != len(h.Steps)+1 {
		t.Errorf("the table has %d lines for %d steps", lines, len(h.Steps))
	}
	for _, s := range h.Steps {
		for _, c := range s.Changes {
			if !strings.Contains(desc, string(c.Kind)+" "+c.Sentence()) {
				t.Errorf("the table lacks %s %s", c.Kind, c.Sentence())
			}
		}
	}
}

func TestHistoryFollowsTheFile(t *testing.T) {
	r := newRepository(t)
	long := "codes:\n"
	for i := range 20 {
		long += fmt.Sprintf("  - id: code-%d\n", i)
	}
	r.write("draft.yaml", long)
	r.commit("A draft")
	r.git("mv", "draft.yaml", "codebook.yaml")
	r.commit("Its place")
	r.git("checkout", "-q", "-b", "side")
	r.write("codebook.yaml", long+"  - id: one\n")
	r.commit("One")
	r.write("codebook.yaml", long+"  - id: one\n  - id: two\n")
	r.commit("Two")
	r.git("checkout", "-q", "main")
	r.write("notes.md", "notes")
	r.commit("Notes")
	r.commits++
	r.git("merge", "-q", "--no-ff", "-m", "Take in side", "side")
	r.git("rm", "-q", "codebook.yaml")
	r.commit("Away")
	r.write("codebook.yaml", long+"  - id: two\n")
	r.commit("Back")
	h := r.history()
	var got []string
	for _, s := range h.Steps {
		line := fmt.Sprintf("%s: %d codes, %d changes", s.Subject, s.Codes, len(s.Changes))
		if s.Path != "" {
			line += ", at " + s.Path
		}
		if s.Fault != "" {
			line += ", " + s.Fault
		}
		got = append(got, line)
	}
	want := []string{"A draft: 20 codes, 20 changes, at draft.yaml", "Its place: 20 codes, 0 changes, at codebook.yaml", "Take in side: 22 codes, 2 changes",
		"Away: 0 codes, 0 changes, the commit took the codebook away", "Back: 21 codes, 1 changes"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	checkFigure(t, h)
}

func TestHistoryWithoutGit(t *testing.T) {
	journal := []Event{
		{At: "2025-01-01T08:00:00Z", By: "anna", Event: "phase", To: Refs{"phase:2"}, Why: "Begin."},
		{At: "2025-01-02T08:00:00Z", By: "anna", Event: "add", About: Refs{"code:a", "code:b"}, Why: "First."},
		{At: "2025-01-03T08:00:00Z", By: "per", Event: "rename", About: Refs{"code:c"}, From: Refs{"code:a"}, To: Refs{"code:c"}},
		{At: "2025-01-04T08:00:00Z", By: "per", Event: "merge", From: Refs{"code:b", "code:x"}, To: Refs{"code:c"}},
		{At: "2025-01-05T08:00:00Z", By: "per", Event: "split", About: Refs{"code:c"}, To: Refs{"code:d", "code:e"}},
		{At: "2025-01-06T08:00:00Z", By: "per", Event: "move", About: Refs{"code:d"}, To: Refs{"code:e"}},
		{At: "2025-01-07T08:00:00Z", By: "per", Event: "retire", About: Refs{"code:d"}},
		{At: "2025-01-08T08:00:00Z", By: "per", Event: "drop", About: Refs{"theme:t"}, To: Refs{"theme:u"}},
		{At: "2025-01-09T08:00:00Z", By: "per", Event: "drop", About: Refs{"theme:u"}},
		{At: "2025-01-10T08:00:00Z", By: "per", Event: "set", About: Refs{"theme:u"}},
		{At: "2025-01-11T08:00:00Z", By: "per", Event: "note", About: Refs{"code:d"}, Why: "Not a change."},
		{At: "2025-01-12T08:00:00Z", By: "per", Event: "promote", About: Refs{"theme:u"}},
	}
	want := []string{"added code a", "added code b", "renamed code a to c", "merged code b into c", "merged code x into c", "split code c into d, e",
		"moved code d from the top level to e", "retired code d", "merged theme t into u", "dropped theme u", "redefined theme u", "promote theme u"}
	check := func(t *testing.T, file string) {
		h, err := CodebookHistory(context.Background(), file, "codebook.yaml", journal, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range h.Steps {
			got = append(got, told(s)...)
		}
		if h.Source != "journal" || !slices.Equal(got, want) {
			t.Errorf("from %s: %q", h.Source, got)
		}
		checkFigure(t, h)
	}
	t.Run("no repository", func(t *testing.T) { check(t, filepath.Join(t.TempDir(), "codebook.yaml")) })
	t.Run("no commit", func(t *testing.T) {
		r := newRepository(t)
		check(t, r.file("codebook.yaml"))
		r.write("other", "")
		r.commit("Other")
		check(t, r.file("codebook.yaml"))
	})
	t.Run("no git", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "codebook.yaml")
		t.Setenv("PATH", t.TempDir())
		check(t, file)
	})
	if empty, err := CodebookHistory(context.Background(), filepath.Join(t.TempDir(), "codebook.yaml"), "codebook.yaml", nil, nil); err != nil || len(empty.Steps) != 0 {
		t.Errorf("%+v, %v", empty, err)
	} else {
		checkFigure(t, empty)
	}
}

func TestRevision(t *testing.T) {
	r := newRepository(t)
	r.write("study/codebook.yaml", "codes: [{id: a}]\n")
	r.commit("One")
	r.git("tag", "v1")
	r.write("study/codebook.yaml", "codes: [{id: b}]\n")
	r.commit("Two")
	r.git("rm", "-q", "study/codebook.yaml")
	r.write("elsewhere", "")
	if err := os.Symlink("elsewhere", r.file("link")); err != nil {
		t.Fatal(err)
	}
	r.commit("Three")
	r.write("study/codebook.yaml", "")
	file := r.file("study/codebook.yaml")
	for rev, want := range map[string]string{"v1": "a", "HEAD~1": "b", r.git("rev-parse", "HEAD~2"): "a", "v1^0": "a"} {
		got, err := Revision(context.Background(), file, rev)
		if err != nil || string(got) != "codes: [{id: "+want+"}]\n" {
			t.Errorf("%s: %q, %v", rev, got, err)
		}
	}
	for rev, says := range map[string]string{"": "no revision", "--help": "no revision", "-v1": "no revision", "v9": `git knows no commit "v9"`, "v1:study": "git knows no commit",
		"v1\nHEAD": "no revision", "HEAD": "did not stand in this folder"} {
		if got, err := Revision(context.Background(), file, rev); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %q, %v", rev, got, err)
		}
	}
	if _, err := Revision(context.Background(), file, "HEAD"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that was not there: %v", err)
	}
	if _, err := Revision(context.Background(), r.file("link"), "HEAD"); err == nil || !strings.Contains(err.Error(), "not a file") {
		t.Errorf("a symbolic link: %v", err)
	}
	if _, err := Revision(context.Background(), filepath.Join(t.TempDir(), "codebook.yaml"), "HEAD"); !errors.Is(err, ErrNoGit) {
		t.Errorf("outside of a repository: %v", err)
	}
	t.Setenv("GIT_DIR", filepath.Join(t.TempDir(), "nowhere")) // as a hook of another repository sets it
	if got, err := Revision(context.Background(), file, "v1"); err != nil || len(got) == 0 {
		t.Errorf("with GIT_DIR set elsewhere: %q, %v", got, err)
	}
}

// The settings of a repository that somebody sent must not run anything.
func TestGitRunsNothingOfTheRepository(t *testing.T) {
	r := newRepository(t)
	r.write("codebook.yaml", "codes: [{id: a}]\n")
	r.commit("One")
	r.write("codebook.yaml", "codes: [{id: a}, {id: b}]\n")
	r.write(".gitattributes", "*.yaml diff=evil filter=evil\n")
	r.commit("Two")
	// A commit that says that it is signed: a log that shows signatures would ask a program.
	signed := strings.Replace(r.git("cat-file", "commit", "HEAD")+"\n", "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----\n\n", 1)
	object := filepath.Join(t.TempDir(), "commit")
	if err := os.WriteFile(object, []byte(signed), 0o666); err != nil {
		t.Fatal(err)
	}
	r.git("reset", "-q", "--soft", r.git("hash-object", "-t", "commit", "-w", object))
	mark := filepath.Join(t.TempDir(), "ran")
	script := filepath.Join(t.TempDir(), "evil.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ntouch '"+mark+"'\nexit 1\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	blob := r.git("rev-parse", "HEAD:codebook.yaml")
	for _, setting := range [][2]string{{"core.fsmonitor", script}, {"core.hooksPath", filepath.Dir(script)}, {"core.pager", script}, {"pager.log", script},
		{"diff.external", script}, {"diff.evil.textconv", script}, {"diff.evil.command", script}, {"filter.evil.smudge", script}, {"filter.evil.process", script},
		{"gpg.program", script}, {"log.showSignature", "true"}, {"core.sshCommand", script}, {"core.askPass", script}, {"credential.helper", script},
		{"alias.log", "!" + script}, {"extensions.partialClone", "evil"}, {"core.repositoryFormatVersion", "1"}, {"remote.evil.url", "ext::" + script},
		{"remote.evil.promisor", "true"}, {"protocol.ext.allow", "always"}, {"protocol.allow", "always"}, {"remote.evil.uploadpack", script}, {"diff.relative", "true"},
		{"log.diffMerges", "combined"}, {"color.ui", "always"}, {"log.date", "relative"}, {"format.pretty", "oneline"}} {
		r.git("config", setting[0], setting[1])
	}
	check := func() {
		t.Helper()
		if _, err := os.Stat(mark); err == nil {
			t.Fatal("something of the repository ran")
		}
	}
	h := r.history()
	if len(h.Steps) != 2 || len(h.Steps[1].Changes) != 1 {
		t.Errorf("%+v", h)
	}
	if got, err := Revision(context.Background(), r.file("codebook.yaml"), "HEAD"); err != nil || !bytes.Contains(got, []byte("{id: b}")) {
		t.Errorf("%q, %v", got, err)
	}
	check()
	// What is missing is not fetched: the file says so.
	if err := os.Remove(r.file(".git/objects/" + blob[:2] + "/" + blob[2:])); err != nil {
		t.Fatal(err)
	}
	if _, err := CodebookHistory(context.Background(), r.file("codebook.yaml"), "codebook.yaml", nil, nil); err == nil {
		t.Error("a version that is missing was not told")
	}
	if _, err := Revision(context.Background(), r.file("codebook.yaml"), "HEAD"); err == nil {
		t.Error("a version that is missing was not told")
	}
	check()
}

func TestHistoryOfAShallowClone(t *testing.T) {
	r := newRepository(t)
	for _, id := range []string{"a", "b", "c"} {
		r.write("codebook.yaml", "codes: [{id: "+id+"}]\n")
		r.commit(id)
	}
	clone := &repository{t: t, dir: t.TempDir()}
	clone.git("clone", "-q", "--depth=1", "file://"+filepath.ToSlash(r.dir), ".")
	if h := clone.history(); !h.Shallow || len(h.Steps) != 1 {
		t.Errorf("%+v", h)
	}
}

func TestHistoryStopsWhenTold(t *testing.T) {
	r := newRepository(t)
	r.write("codebook.yaml", "codes: [{id: a}]\n")
	r.commit("One")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := CodebookHistory(ctx, r.file("codebook.yaml"), "codebook.yaml", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
