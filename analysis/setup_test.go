package analysis

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestDriverCommand holds the command against the shell that git gives it to, for paths as systems have them.
func TestDriverCommand(t *testing.T) {
	r := newRepository(t)
	for _, name := range []string{"it's here/te ma", `"ø" $HOME \ %A 100%/tema;false`} {
		if runtime.GOOS == "windows" && strings.ContainsAny(name, `"\`) {
			continue
		}
		program := filepath.Join(t.TempDir(), filepath.FromSlash(name))
		must(t, os.MkdirAll(filepath.Dir(program), 0o777))
		must(t, os.WriteFile(program, []byte("#!/bin/sh\nprintf '%s\\n' \"$#\" \"$1\" \"$2\" \"$6\" > \"$4\"\nexit ${EXIT:-0}\n"), 0o777))
		r.write("study/study.yaml", "tema: 1\n")
		s := reopen(t, r.file("study"))
		first, err := s.SetupGit(context.Background(), program)
		must(t, err)
		again, err := s.SetupGit(context.Background(), program)
		must(t, err)
		s.Close()
		if !first.Registered || !first.Asked || again.Registered || again.Attributes {
			t.Errorf("%q: %+v, then %+v", name, first, again)
		}
		file := "study/codings/an na/P01.jsonl"
		r.write(file, "a\nb\nc\nd\ne\n")
		r.commit("base")
		r.git("checkout", "-q", "-B", "other")
		r.write(file, "a\nb\nc\nd\nE\n")
		r.commit("theirs")
		r.git("checkout", "-q", "main")
		r.write(file, "A\nb\nc\nd\ne\n")
		r.commit("ours")
		ours := r.git("rev-parse", "HEAD")
		for exit, want := range map[string]string{
			"0": "6\nmerge-driver\n--\n" + file + "\n", // as the program leaves it
			"1": "6\nmerge-driver\n--\n" + file + "\n",
			"2": "", // as git merges lines, which finds nothing against it
		} {
			c := exec.Command("git", "merge", "-q", "--no-edit", "other")
			c.Dir = r.dir
			c.Env = append(os.Environ(), "EXIT="+exit)
			out, err := c.CombinedOutput()
			if (err == nil) != (exit == "0") {
				t.Errorf("%q: git exits with %v when the driver exits with %s:\n%s", name, err, exit, out)
			}
			got, err := os.ReadFile(r.file(file))
			must(t, err)
			if want != "" && string(got) != want {
				t.Errorf("%q: the driver was called with\n%s", name, got)
			}
			if want == "" && !strings.Contains(string(got), "E") {
				t.Errorf("%q: their side is lost where the driver fails:\n%s", name, got)
			}
			r.git("reset", "-q", "--hard", ours)
		}
		must(t, os.Remove(program))
		if ok := exec.Command("git", "-C", r.dir, "merge", "-q", "--no-edit", "other").Run() == nil; ok {
			t.Errorf("%q: git calls a merge clean though the driver is gone", name)
		}
		if got, err := os.ReadFile(r.file(file)); err != nil || string(got) != "A\nb\nc\nd\nE\n" {
			t.Errorf("%q: where the driver is gone the file holds\n%s", name, got)
		}
		r.git("reset", "-q", "--hard", ours)
	}
}

func TestMergesByLine(t *testing.T) {
	r := newRepository(t)
	ctx := context.Background()
	r.write("s/study.yaml", "tema: 1\n")
	s := reopen(t, r.file("s"))
	defer s.Close()
	if s.MergesByLine(ctx) {
		t.Error("nobody asks for tema")
	}
	r.write("s/.gitattributes", Attributes)
	if !s.MergesByLine(ctx) {
		t.Error("the clone does not know tema, and it is not told")
	}
	if _, err := s.SetupGit(ctx, "/usr/bin/tema"); err != nil || s.MergesByLine(ctx) {
		t.Errorf("it does know it: %v", err)
	}
	alone := reopen(t, makeStudy(t, map[string]string{"study.yaml": "tema: 1\n", ".gitattributes": Attributes}).Dir)
	defer alone.Close()
	if _, err := alone.SetupGit(ctx, "/usr/bin/tema"); !errors.Is(err, ErrNoGit) || alone.MergesByLine(ctx) {
		t.Errorf("outside of a clone: %v", err)
	}
}
