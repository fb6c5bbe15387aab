package cmd_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestKilledAnywhere kills ingest, apply and report at random moments (promise 3): every file is the old one or the
// new one, and a second run brings the study to where an undisturbed one would have brought it.
func TestKilledAnywhere(t *testing.T) {
	sources := t.TempDir()
	for i := range 6 {
		var b strings.Builder
		for turn := range 1000 {
			fmt.Fprintf(&b, "I: And what happened on day %d?\n\nKari: I rang the office %d times that week, and nobody told me anything about the boat.\n\n", turn, turn+i)
		}
		must(t, os.WriteFile(filepath.Join(sources, fmt.Sprintf("S%02d.txt", i)), []byte(b.String()), 0o666))
	}
	book := filepath.Join(t.TempDir(), "codebook.yaml")
	must(t, os.WriteFile(book, []byte("codes:\n  - {id: calls, match: [rang NEAR/3 times]}\n  - {id: boat, match: [boat*]}\nthemes:\n  - {id: waiting, concept: Nobody tells., codes: [calls, boat]}\n"), 0o666))

	fresh := t.TempDir()
	run(t, "init", fresh)
	content, err := os.ReadFile(book)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(fresh, "codebook.yaml"), content, 0o666))
	ingested := clone(t, fresh)
	run(t, "ingest", "-C", ingested, sources)
	applied := clone(t, ingested)
	run(t, "apply", "-C", applied)
	reported := clone(t, applied)
	run(t, "report", "-C", reported)

	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		from, to string
		writes   string // the folder that the command writes in
		args     []string
	}{
		{fresh, ingested, "transcripts", []string{"ingest", sources}},
		{ingested, applied, "codings/_rules", []string{"apply"}},
		{applied, reported, "reports", []string{"report"}},
	} {
		t.Run(c.args[0], func(t *testing.T) {
			whole := time.Now()
			run(t, append(c.args, "-C", clone(t, c.from))...)
			took := time.Since(whole)
			before, after := tree(t, c.from), tree(t, c.to)
			killed := 0
			for try := range 14 {
				dir := clone(t, c.from)
				p := program(append(c.args, "-C", dir)...)
				must(t, p.Start())
				if try%4 == 0 { // anywhere
					time.Sleep(time.Duration(random.Int64N(int64(took))))
				} else { // while it writes
					for end := time.Now().Add(2 * took); time.Now().Before(end); {
						if files, _ := os.ReadDir(filepath.Join(dir, c.writes)); len(files) > 0 {
							break
						}
						time.Sleep(100 * time.Microsecond)
					}
					time.Sleep(time.Duration(random.Int64N(int64(800 * time.Microsecond))))
				}
				p.Process.Kill()
				if p.Wait() != nil {
					killed++
				}
				for name, now := range tree(t, dir) {
					if strings.HasSuffix(name, ".tema-tmp") {
						continue // a temporary file; the next run sweeps it away
					}
					if !bytes.Equal(now, before[name]) && !bytes.Equal(now, after[name]) {
						t.Fatalf("%s is neither the old file nor the new one: %d bytes of %d", name, len(now), len(after[name]))
					}
				}
				run(t, append(c.args, "-C", dir)...)
				got := tree(t, dir)
				for name, want := range after {
					if !bytes.Equal(got[name], want) {
						t.Fatalf("after a second run %s is not what an undisturbed run makes", name)
					}
				}
				if len(got) != len(after) {
					t.Fatalf("after a second run there are %d files, not %d: %v", len(got), len(after), names(got))
				}
				os.RemoveAll(dir)
			}
			if killed == 0 {
				t.Errorf("none of the runs was killed before it ended (an undisturbed one takes %v)", took)
			}
		})
	}
}

// program is tema as a process of its own, built as its users have it: without the race detector, which would make it
// ten times slower and leave nothing to kill but its start.
func program(args ...string) *exec.Cmd { return exec.Command(built(), args...) }

var built = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "tema")
	if err != nil {
		panic(err)
	}
	to := filepath.Join(dir, "tema")
	if runtime.GOOS == "windows" {
		to += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", to, "github.com/tema-qda/tema/cmd/tema").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build tema: %v\n%s", err, out))
	}
	return to
})

func run(t *testing.T, args ...string) {
	t.Helper()
	if out, err := program(args...).CombinedOutput(); err != nil {
		t.Fatalf("tema %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func clone(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "study") // the same name, since a study is called after its folder
	must(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

// tree returns the files of a study by name, without .tema.
func tree(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".tema" {
				return fs.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = content
		return err
	}))
	return out
}

func names(files map[string][]byte) []string {
	var out []string
	for name := range files {
		out = append(out, name)
	}
	return out
}
