package cmd_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSameReportEverywhere holds promise 4: the same study gives the same bytes, in every format that the program
// knows, whatever the clock, the time zone, the locale, the home, the umask, the number of processors, the path and the
// times of the files are. And running tema on a demo study changes nothing that is committed.
func TestSameReportEverywhere(t *testing.T) {
	formats := reportFormats(t)
	for _, study := range []string{"peer-support", "erfaring", "getting-there", "first-winter"} {
		t.Run(study, func(t *testing.T) {
			here := filesOf(t, study, formats, computer{umask: "022", path: "s", changed: time.Unix(1e9, 0),
				env: []string{"TZ=UTC", "LANG=C", "LC_ALL=C", "GOMAXPROCS=1"}})
			there := filesOf(t, study, formats, computer{umask: "077", path: "Åses møter/a much longer “path” & more", changed: time.Now().Add(time.Hour),
				gitconfig: "[user]\nname = Åse\n[core]\nquotepath = off\n[log]\ndate = relative\n",
				env:       []string{"TZ=Pacific/Kiritimati", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=7", "NO_COLOR=1", "COLUMNS=40"}})
			for _, f := range formats {
				if len(here["reports/report."+f]) == 0 && !slices.ContainsFunc(names(here), func(name string) bool {
					return strings.HasPrefix(name, "reports/") && strings.HasSuffix(name, "."+f)
				}) {
					t.Errorf("no report as %s", f)
				}
			}
			for name := range here {
				if !bytes.Equal(here[name], there[name]) {
					t.Errorf("%s differs", name)
				}
			}
			for name := range there {
				if _, is := here[name]; !is {
					t.Errorf("%s is written on one computer only", name)
				}
			}
			for name, content := range here {
				if strings.HasPrefix(name, "reports/") {
					noClock(t, name, content)
				}
			}
		})
	}
}

// reportFormats asks the program, as a shell does that completes --format, so that a format that is added is held too.
func reportFormats(t *testing.T) []string {
	t.Helper()
	out, err := program("__complete", "report", "--format", "").Output()
	must(t, err)
	var formats []string
	for line := range strings.Lines(string(out)) {
		if f := strings.TrimSpace(line); f != "" && f[0] != ':' {
			formats = append(formats, f)
		}
	}
	if !slices.Contains(formats, "html") || !slices.Contains(formats, "docx") {
		t.Fatalf("the formats of report are %q", formats)
	}
	return formats
}

// A computer is what differs between two that the same study lies on.
type computer struct {
	env       []string
	umask     string
	path      string
	changed   time.Time // when the files were
	gitconfig string
}

// filesOf returns the files of a demo study after it was run and reported on a computer.
func filesOf(t *testing.T, study string, formats []string, on computer) map[string][]byte {
	t.Helper()
	home := t.TempDir()
	dir := filepath.Join(t.TempDir(), on.path)
	must(t, os.WriteFile(filepath.Join(home, ".gitconfig"), []byte(on.gitconfig), 0o666))
	must(t, os.CopyFS(dir, os.DirFS(filepath.Join("..", "testdata", "studies", study))))
	must(t, os.RemoveAll(filepath.Join(dir, "reports")))
	must(t, os.RemoveAll(filepath.Join(dir, ".tema")))
	before := tree(t, dir)
	for name := range before {
		must(t, os.Chtimes(filepath.Join(dir, filepath.FromSlash(name)), on.changed, on.changed))
	}
	var commands [][]string
	for _, args := range [][]string{{"run", dir}, {"report", "-C", dir, "--format", strings.Join(formats, ","), "--with-transcripts"},
		{"--audit"}, {"--checklist", "coreq"}, {"--checklist", "srqr"}, {"--prompts", "rtarg"}} {
		if strings.HasPrefix(args[0], "--") { // a document beside the report
			args = append([]string{"report", "-C", dir, "--format", "html,md,docx,json"}, args...)
		}
		commands = append(commands, args)
	}
	for _, args := range commands {
		p := program(args...)
		if runtime.GOOS != "windows" {
			p = exec.Command("sh", append([]string{"-c", "umask " + on.umask + ` && exec "$0" "$@"`}, p.Args...)...)
		}
		p.Env = append(os.Environ(), append(on.env, "HOME="+home, "USERPROFILE="+home, "XDG_CONFIG_HOME="+home, "TMPDIR="+home)...)
		if out, err := p.CombinedOutput(); err != nil {
			t.Fatalf("tema %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	after := tree(t, dir)
	for name, content := range before {
		if !bytes.Equal(after[name], content) {
			t.Errorf("tema changed %s", name)
		}
	}
	return after
}

// noClock fails if a report says what day it is. Two reports made one after the other would agree on it.
func noClock(t *testing.T, name string, content []byte) {
	t.Helper()
	for _, now := range []time.Time{time.Now(), time.Now().Add(-time.Minute), time.Now().UTC()} {
		if day := now.Format(time.DateOnly); bytes.Contains(content, []byte(day)) {
			t.Errorf("%s holds today's date", name)
		}
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return // none
	}
	for _, f := range archive.File {
		if f.Modified.Year() > 1980 {
			t.Errorf("%s: %s is dated %s", name, f.Name, f.Modified)
		}
		r, err := f.Open()
		must(t, err)
		inside, err := io.ReadAll(r)
		must(t, err)
		noClock(t, name+" "+f.Name, inside)
	}
}
