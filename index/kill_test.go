package index

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tema-qda/tema/index/query"
)

// childStudy, in the environment, makes the test binary a process that edits the study there and indexes it, for ever.
const childStudy = "TEMA_INDEX_TEST_STUDY"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childStudy); dir != "" {
		fmt.Fprintln(os.Stderr, editForEver(dir))
		os.Exit(3)
	}
	os.Exit(m.Run())
}

func editForEver(dir string) error {
	s := &study{dir: dir, texts: map[string]string{}, language: "en"}
	names, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return err
	}
	for _, name := range names {
		s.texts[strings.TrimSuffix(filepath.Base(name), ".txt")] = ""
	}
	fmt.Println("ready")
	for n := 0; ; n++ {
		path := s.path(fmt.Sprintf("T%d", n%len(names)))
		if err := os.WriteFile(path+".new", []byte(long(n)), 0o600); err != nil {
			return err
		}
		if err := os.Rename(path+".new", path); err != nil {
			return err
		}
		x, err := Open(context.Background(), filepath.Join(dir, ".tema"), s.files(), s.load, nil)
		if err != nil {
			return err
		}
		if err := x.Close(); err != nil {
			return err
		}
	}
}

func long(n int) string {
	return "---\nspeakers: {I: interviewer, Kari: P01}\n---\n" +
		strings.Repeat(fmt.Sprintf("Kari: I say no. The phone number %d is off.\n\nI: A boundary?\n\n", n), 100+n%7)
}

// A process that is killed while it indexes leaves nothing that makes the next one wrong, or wait.
func TestKilled(t *testing.T) {
	s := newStudy(t, nil)
	for n := range 6 {
		s.write(fmt.Sprintf("T%d", n), long(n))
	}
	for round := range 5 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childStudy+"="+s.dir)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 8)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(3+17*round) * time.Millisecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := child.Wait(); err == nil || child.ProcessState.ExitCode() == 3 {
			t.Fatalf("the child was not killed: %v", err)
		}
		start := time.Now()
		x := s.open()
		if waited := time.Since(start); waited > patience {
			t.Errorf("open took %v", waited)
		}
		for _, src := range []string{"phone", `"i say no"`, "numbers", "speaker:P01", "NOT phone"} {
			s.mustFind(t, x, src, query.Options{}, query.Scope{})
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
