package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRewriteKilledAnywhere kills the rewrite of two merged codes over four coders and 200 transcripts at random
// moments: after the next command that writes, all of it is done or none, and no coding is lost.
func TestRewriteKilledAnywhere(t *testing.T) {
	from := memoryDir(t)
	must(t, os.WriteFile(filepath.Join(from, "study.yaml"), []byte("tema: 1\ncoder: anna\n"), 0o666))
	must(t, os.WriteFile(filepath.Join(from, "codebook.yaml"), []byte("codes:\n  - id: boat   # ours\n  - {id: ship, status: retired, into: [boat]}\n  - {id: vessel, status: retired, into: [boat]}\n"), 0o666))
	must(t, os.MkdirAll(filepath.Join(from, "transcripts"), 0o777))
	codings := 0
	for i := range 200 {
		must(t, os.WriteFile(filepath.Join(from, "transcripts", fmt.Sprintf("T%03d.txt", i)), []byte("---\nspeakers: {K: unknown}\n---\nK: The boat came in.\n"), 0o666))
		for _, coder := range []string{"anna", "per", "kari", "ola"} {
			var b strings.Builder
			for k, code := range []string{"boat", "ship", "vessel"} {
				fmt.Fprintf(&b, `{"id":"%s-%d-%d","code":"%s","start":%d,"end":%d,"quote":"x","before":"","after":"","text":"000000000000"}`+"\n", coder, i, k, code, k, k+1)
				codings++
			}
			dir := filepath.Join(from, "codings", coder)
			must(t, os.MkdirAll(dir, 0o777))
			must(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("T%03d.jsonl", i)), []byte(b.String()), 0o666))
		}
	}
	// state counts the codings by code; ids must all be there.
	state := func(dir string) map[string]int {
		out := map[string]int{}
		ids := map[string]bool{}
		for name, src := range tree(t, dir) {
			if !strings.HasPrefix(name, "codings/") || !strings.HasSuffix(name, ".jsonl") {
				continue
			}
			for line := range bytes.Lines(src) {
				var c struct{ ID, Code string }
				if err := json.Unmarshal(line, &c); err != nil {
					t.Fatalf("%s holds half a line: %q", name, line)
				}
				ids[c.ID] = true
				out[c.Code]++
			}
		}
		if len(ids) != codings {
			t.Fatalf("%d codings of %d are left", len(ids), codings)
		}
		return out
	}
	undisturbed := copyOf(t, from)
	run(t, "codebook", "show", "-C", undisturbed) // the first run of a program waits for the disk
	whole := time.Now()
	run(t, "codebook", "rewrite", "-C", undisturbed)
	took := time.Since(whole)
	random := rand.New(rand.NewPCG(3, 4))
	done, undone, between := 0, 0, 0
	for try := 0; try < 9 || between == 0 && try < 60; try++ { // more on a machine where few are cut between two files
		dir := copyOf(t, from)
		p := program("codebook", "rewrite", "--why", "one word for it", "-C", dir)
		must(t, p.Start())
		until := func(reached func() bool) {
			for end := time.Now().Add(2 * took); time.Now().Before(end) && !reached(); {
				time.Sleep(50 * time.Microsecond)
			}
		}
		switch try % 3 {
		case 0: // anywhere
			time.Sleep(time.Duration(random.Int64N(int64(took))))
		case 1: // from when its plan stands
			until(func() bool { _, err := os.Stat(filepath.Join(dir, "pending.json")); return err == nil })
			time.Sleep(time.Duration(random.Int64N(int64(took) / 2)))
		case 2: // while it puts the new files in the place of the old ones
			until(func() bool {
				src, _ := os.ReadFile(filepath.Join(dir, "codings", "anna", "T000.jsonl"))
				return bytes.Contains(src, []byte("changed"))
			})
		}
		p.Process.Kill()
		p.Wait()
		if now := state(dir); now["boat"] > codings/3 && now["boat"] < codings {
			between++
		}
		_, err := os.Stat(filepath.Join(dir, "pending.json"))
		pending := err == nil
		next := program("codebook", "set", "boat", "name", "Boats", "-C", dir)
		out, err := next.CombinedOutput()
		if err != nil {
			t.Fatalf("the next command: %v\n%s", err, out)
		}
		if said := strings.Contains(string(out), "finished the rewrite that was interrupted"); said != pending {
			t.Errorf("with a plan: %v, but it said %q", pending, out)
		}
		switch now := state(dir); {
		case now["boat"] == codings:
			done++
		case now["boat"] == codings/3 && now["ship"] == codings/3 && now["vessel"] == codings/3:
			undone++
		default:
			t.Fatalf("neither done nor undone: %v", now)
		}
		for name := range tree(t, dir) {
			if strings.HasSuffix(name, ".tema-tmp") || name == "pending.json" {
				t.Errorf("%s is left over", name)
			}
		}
		run(t, "codebook", "rewrite", "-C", dir)
		if now := state(dir); now["boat"] != codings {
			t.Fatalf("a second run leaves %v", now)
		}
		journal, err := os.ReadFile(filepath.Join(dir, "journal.jsonl"))
		must(t, err)
		if n := bytes.Count(journal, []byte(`"event":"rewrite"`)); n != 1 {
			t.Errorf("the journal tells of %d rewrites:\n%s", n, journal)
		}
		os.RemoveAll(dir)
	}
	t.Logf("an undisturbed run takes %v; killed runs: %d done, %d undone, %d of them cut between", took, done, undone, between)
	if between == 0 {
		t.Error("no run was cut between two files, so that nothing was shown")
	}
}

// memoryDir returns a folder for files that need not survive a loss of power, in memory where the system has such a
// place: a killed process leaves the same behind there, and hundreds of files are synced in no time.
func memoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "tema-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// copyOf copies a study into a memoryDir.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(memoryDir(t), "study")
	must(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}
