package analysis

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook"
)

const mergedBook = `# Anna's.
codes:
  - id: waiting   # the first
    aliases: [wait]
  - {id: ringing}
  - {id: old, status: retired, into: [waiting]}
  - {id: torn, status: retired, into: [waiting, ringing]}
`

const quayside = "---\nlanguage: en\nspeakers: {K: P1}\n---\nK: I waited by the window. I rang the office. I waited again.\n"

func codingsStudy(t testing.TB) *Study {
	line := func(id, code, quote, rest string) string { return codingLine(t, quayside, id, code, quote, 0, rest) }
	return makeStudy(t, map[string]string{
		"study.yaml": "tema: 1\ncoder: anna\n", "codebook.yaml": mergedBook, "transcripts/T.txt": quayside, "transcripts/U.txt": quayside,
		"codings/anna/T.jsonl": line("a1", "waiting", "I waited by", "") + line("a2", "old", "I waited by the window", `,"colour":"<red>"`) + line("a3", "torn", "rang the", ""),
		"codings/anna/U.jsonl": line("a4", "ringing", "I rang", "") + `{"id":"a5","status":"removed","changed":"2025-01-01T00:00:00Z"}` + "\n",
		"codings/per/T.jsonl":  line("p1", "wait", "I waited", "") + line("p2", "Waiting", "window", "") + line("p3", "nobody", "office", ""),
		"journal.jsonl":        `{"at":"2025-01-01T00:00:00Z","by":"per","event":"note","why":"x"}`,
	})
}

// files returns the files of a study by name, without .tema.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == cacheDir {
				return filepath.SkipDir
			}
			return nil
		}
		src, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func put(t testing.TB, dir string, content map[string]string) {
	t.Helper()
	for name, src := range content {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRewriteCarriesTodaysIdsIntoCodings(t *testing.T) {
	clock = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	defer func() { clock = time.Now }()
	s := codingsStudy(t)
	before := files(t, s.Dir)
	plan, err := s.RewriteCodes("", "", nil, true)
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(files(t, s.Dir), before) {
		t.Fatal("a dry run wrote")
	}
	done, err := s.RewriteCodes("anna", "<one> & all", nil, false)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(plan) != fmt.Sprint(done) {
		t.Errorf("planned %v, done %v", plan, done)
	}
	if want := "[{Waiting waiting 1} {old waiting 1} {wait waiting 1}]"; fmt.Sprint(done.Codes) != want {
		t.Errorf("codes %v, not %s", done.Codes, want)
	}
	after := files(t, s.Dir)
	want := maps.Clone(before)
	changed := func(name, id, from, to string) {
		var out strings.Builder
		for line := range strings.Lines(want[name]) {
			if strings.Contains(line, `"id":"`+id+`"`) {
				line = strings.Replace(line, `"code":"`+from+`"`, `"code":"`+to+`"`, 1)
				line = strings.Replace(line, `"made":"2025-01-01T00:00:00Z"`, `"made":"2025-01-01T00:00:00Z","changed":"2026-01-02T03:04:05Z"`, 1)
			}
			out.WriteString(line)
		}
		want[name] = out.String()
	}
	changed("codings/anna/T.jsonl", "a2", "old", "waiting")
	changed("codings/per/T.jsonl", "p1", "wait", "waiting")
	changed("codings/per/T.jsonl", "p2", "Waiting", "waiting")
	want["journal.jsonl"] += "\n" + `{"at":"2026-01-02T03:04:05Z","by":"anna","event":"rewrite","from":["code:Waiting","code:old","code:wait"],"to":["code:waiting","code:waiting","code:waiting"],"why":"<one> & all"}` + "\n"
	for name := range want {
		if after[name] != want[name] {
			t.Errorf("%s is\n%s\nnot\n%s", name, after[name], want[name])
		}
	}
	if len(after) != len(want) {
		t.Errorf("files %v", slices.Sorted(maps.Keys(after)))
	}
	if again, err := s.RewriteCodes("anna", "", nil, false); err != nil || again.Codings() != 0 || !maps.Equal(files(t, s.Dir), after) {
		t.Errorf("a second time: %v, %v", again, err)
	}
}

// Codings that share a passage are in order again, and those of a file that never was stay where they are.
func TestRecodeKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []*Coding
		for i := range rapid.IntRange(0, 8).Draw(t, "codings") {
			start := rapid.IntRange(0, 2).Draw(t, "start")
			list = append(list, &Coding{ID: fmt.Sprint(i), Code: rapid.SampledFrom([]string{"a", "b", "c", "z"}).Draw(t, "code"), Start: start, End: start + 1})
		}
		src := encodeCodings(list)
		out, n := recode(src, func(code string) string { return strings.Replace(code, "a", "x", 1) }, "now", map[[2]string]int{})
		for _, c := range list {
			if c.Code == "a" {
				c.Code, c.Changed = "x", "now"
				n--
			}
		}
		if want := encodeCodings(list); !bytes.Equal(out, want) || n != 0 {
			t.Fatalf("%s\nnot\n%s", out, want)
		}
	})
}

// Wherever a change of several files is cut off, the next writer brings it to its end and says so; before its plan
// stands, nothing of it does.
func TestInterruptedRewriteIsFinished(t *testing.T) {
	s := codingsStudy(t)
	before := files(t, s.Dir)
	if _, err := s.RewriteCodes("anna", "", nil, false); err != nil {
		t.Fatal(err)
	}
	after := files(t, s.Dir)
	var names []string
	for name := range after {
		if after[name] != before[name] {
			names = append(names, name)
		}
	}
	if len(names) != 3 {
		t.Fatalf("changed %v", names)
	}
	p := plan{Schema: 1, Change: "rewrite"}
	for _, name := range names {
		p.Files = append(p.Files, planFile(name, []byte(before[name]), []byte(after[name])))
	}
	doc := encode(t, p)
	for done := range 1 << len(names) {
		put(t, s.Dir, before)
		put(t, s.Dir, map[string]string{pendingFile: doc, "codings/anna/.T.jsonl.tema-tmp": "half"})
		for i, name := range names {
			if done&(1<<i) != 0 {
				put(t, s.Dir, map[string]string{name: after[name]})
			}
		}
		next := reopen(t, s.Dir)
		said := ""
		next.Notice = func(m string) { said += m }
		if _, err := next.WriteReport(map[string][]byte{"new.txt": []byte("x")}); err != nil {
			t.Fatal(err)
		}
		got := files(t, s.Dir)
		delete(got, "reports/new.txt")
		os.RemoveAll(filepath.Join(s.Dir, "reports"))
		if !maps.Equal(got, after) {
			t.Fatalf("state %b: neither done nor undone: %v", done, slices.Sorted(maps.Keys(got)))
		}
		if !strings.HasPrefix(said, "finished the rewrite that was interrupted: ") {
			t.Errorf("said %q", said)
		}
	}

	// What somebody changed in between is not guessed about.
	put(t, s.Dir, before)
	put(t, s.Dir, map[string]string{pendingFile: doc, names[1]: before[names[1]] + "\n"})
	held := files(t, s.Dir)
	if _, err := reopen(t, s.Dir).WriteReport(map[string][]byte{"new.txt": []byte("x")}); err == nil || !strings.Contains(err.Error(), names[1]) {
		t.Errorf("a file that changed since: %v", err)
	}
	if !maps.Equal(files(t, s.Dir), held) {
		t.Error("a refused change left a mark")
	}
	for _, name := range []string{".git/config", "../x", "codings/.hidden", "/x"} {
		put(t, s.Dir, before)
		put(t, s.Dir, map[string]string{pendingFile: encode(t, plan{Schema: 1, Change: "x", Files: []plannedFile{planFile(name, nil, []byte("[core]"))}})})
		if _, err := reopen(t, s.Dir).WriteReport(map[string][]byte{"new.txt": []byte("x")}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("a plan for %s: %v", name, err)
		}
	}
	put(t, s.Dir, map[string]string{pendingFile: "{"})
	if _, err := reopen(t, s.Dir).WriteReport(map[string][]byte{"new.txt": []byte("x")}); err == nil {
		t.Error("a plan that cannot be read was passed over")
	}
}

func encode(t *testing.T, p plan) string {
	t.Helper()
	doc, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

// A plan brings any old content to any new one.
func TestPlanFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a\n", "b\n", "<c>\n", "\n", "å"}), 0, 6)
		old, new := []byte(strings.Join(lines.Draw(t, "old"), "")), []byte(strings.Join(lines.Draw(t, "new"), ""))
		got, err := planFile("f", old, new).finished(old)
		if err != nil || !bytes.Equal(got, new) {
			t.Fatalf("%q of %q, not %q: %v", got, old, new, err)
		}
	})
}

func TestEditCodebookKeepsTheJournal(t *testing.T) {
	clock = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	defer func() { clock = time.Now }()
	s := codingsStudy(t)
	before := files(t, s.Dir)
	rename := func(d *codebook.Draft) error { return d.Rename("waiting", "watch") }
	dry, err := s.EditCodebook("", "", true, rename)
	if err != nil || !dry.Changed() || !maps.Equal(files(t, s.Dir), before) {
		t.Fatalf("dry run: %v", err)
	}
	if _, err := s.EditCodebook("anna", "so", false, rename); err != nil {
		t.Fatal(err)
	}
	want := maps.Clone(before)
	want["codebook.yaml"] = strings.NewReplacer("id: waiting ", "id: watch ", "[wait]", "[wait, waiting]", "[waiting]", "[watch]", "[waiting,", "[watch,").Replace(mergedBook)
	want["journal.jsonl"] += "\n" + `{"at":"2026-01-02T03:04:05Z","by":"anna","event":"rename","about":"code:watch","from":"code:waiting","to":"code:watch","why":"so"}` + "\n"
	got := files(t, s.Dir)
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s is\n%s\nnot\n%s", name, got[name], want[name])
		}
	}
	if c := s.Book.Code("waiting"); c == nil || c.ID != "watch" {
		t.Error("the study goes on with the old codebook")
	}
	for what, edit := range map[string]func(d *codebook.Draft) error{
		"a rule that is none":   func(d *codebook.Draft) error { return d.Set("watch", "match", "rang NEAR/3") },
		"a reference to none":   func(d *codebook.Draft) error { return d.Set("old", "into", "nowhere") },
		"a status that is none": func(d *codebook.Draft) error { return d.Set("watch", "status", "gone") },
	} {
		if _, err := s.EditCodebook("anna", "", false, edit); err == nil {
			t.Errorf("%s was written", what)
		}
		if !maps.Equal(files(t, s.Dir), got) {
			t.Errorf("%s left a mark", what)
		}
	}
}
