package cmd_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestSameReportEverywhere holds promise 4: the same study gives the same bytes whatever the clock, the locale, the
// number of processors and the path are, and running tema on a demo study changes nothing that is committed.
func TestSameReportEverywhere(t *testing.T) {
	for _, study := range []string{"peer-support", "erfaring", "getting-there"} {
		t.Run(study, func(t *testing.T) {
			from := filepath.Join("..", "testdata", "studies", study)
			var first map[string][]byte
			for _, env := range [][]string{
				{"TZ=UTC", "LANG=C", "LC_ALL=C"},
				{"TZ=Pacific/Kiritimati", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=1"},
				{"TZ=America/St_Johns", "LANG=nb_NO.UTF-8", "LC_ALL=nb_NO.UTF-8", "GOMAXPROCS=7", "NO_COLOR=1"},
			} {
				dir := filepath.Join(t.TempDir(), "a much longer path", "study")
				must(t, os.CopyFS(dir, os.DirFS(from)))
				must(t, os.RemoveAll(filepath.Join(dir, "reports")))
				must(t, os.RemoveAll(filepath.Join(dir, ".tema")))
				before := tree(t, dir)
				p := program("run", dir)
				p.Env = append(os.Environ(), env...)
				out, err := p.CombinedOutput()
				if err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				after := tree(t, dir)
				for name, content := range before {
					if !bytes.Equal(after[name], content) {
						t.Errorf("tema run changed %s", name)
					}
				}
				if first == nil {
					first = after
				}
				if len(after["reports/report.html"]) == 0 || len(after["reports/report.md"]) == 0 {
					t.Fatal("no report")
				}
				for name := range first {
					if !bytes.Equal(after[name], first[name]) {
						t.Errorf("%v: %s differs", env, name)
					}
				}
			}
		})
	}
}
