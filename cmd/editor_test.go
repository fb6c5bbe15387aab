package cmd

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tema-qda/tema/analysis"
)

// TestEditLosesNothing holds what becomes of a scratch file against what the editor and the one who takes its bytes do.
func TestEditLosesNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := analysis.Create(dir, map[string][]byte{"study.yaml": []byte("tema: 1\n")}); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	a := &app{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &bytes.Buffer{}, dir: "."}
	s, err := a.open(".")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	refuse := errors.New("no room for it")
	for name, c := range map[string]struct {
		typed  string // what the editor saves; "" for nothing
		flags  string
		use    error
		handed string // "" where nothing is handed on
		fails  string
		kept   string
	}{
		"saved":              {typed: "Åse said more.\n", handed: "Åse said more.\n"},
		"untouched":          {handed: "Åse said\n"},
		"as Windows saves":   {typed: "\ufeffone\r\ntwo\r\n", handed: "one\ntwo\n"},
		"a blank file":       {typed: " \n", handed: " \n", use: refuse, fails: "no room for it"},
		"not taken":          {typed: "more\n", handed: "more\n", use: refuse, fails: "no room for it", kept: "more\n"},
		"taken as it was":    {handed: "Åse said\n", use: refuse, fails: "no room for it"},
		"failed":             {flags: " -exits 4", fails: "open the editor typist"},
		"saved, then failed": {typed: "more\n", flags: " -exits 4", fails: "exit status 4", kept: "more\n"},
		"another encoding":   {typed: "\xc5se\n", fails: "not UTF-8", kept: "\xc5se\n"},
	} {
		t.Run(name, func(t *testing.T) {
			command := "typist -shows shown.md" + c.flags
			if c.typed != "" {
				if err := os.WriteFile("what I typed.md", []byte(c.typed), 0o666); err != nil {
					t.Fatal(err)
				}
				command += ` -saves "what I typed.md"`
			}
			t.Setenv("VISUAL", command)
			t.Setenv("EDITOR", "nobody-asks-for-this")
			handed := ""
			err := a.edit(s, "P 03.md", []byte("Åse said\n"), func(text []byte) error {
				handed = string(text)
				return c.use
			})
			if handed != c.handed {
				t.Errorf("handed on %q, not %q", handed, c.handed)
			}
			if shown, err := os.ReadFile("shown.md"); err != nil || string(shown) != "Åse said\n" {
				t.Errorf("the editor saw %q (%v)", shown, err)
			}
			if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("error %v, not one about %q", err, c.fails)
			}
			left, _ := filepath.Glob(".tema/edit/*")
			if c.kept == "" {
				if len(left) > 0 {
					t.Errorf("left behind: %q", left)
				}
				return
			}
			const file = ".tema/edit/1/P 03.md"
			if typed, _ := os.ReadFile(file); string(typed) != c.kept || !strings.HasSuffix(err.Error(), "what you typed is kept in "+file) {
				t.Errorf("kept %q, told %v", typed, err)
			}
			os.RemoveAll(".tema/edit")
		})
	}
}

// TestScratchFilesStandApart: what was kept of one edit is not touched by the next.
func TestScratchFilesStandApart(t *testing.T) {
	dir := t.TempDir()
	if _, err := analysis.Create(dir, map[string][]byte{"study.yaml": []byte("tema: 1\n")}); err != nil {
		t.Fatal(err)
	}
	s, err := analysis.Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, want := range []string{".tema/edit/1/memo.md", ".tema/edit/2/memo.md"} {
		if file, err := s.Scratch("memo.md", []byte(want)); err != nil || file != want {
			t.Errorf("%s, %v", file, err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, ".tema", "edit", "1", "memo.md"))
	if err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}
}

func TestWindowsWords(t *testing.T) {
	for command, want := range map[string][]string{
		"notepad":     {"notepad"},
		"code --wait": {"code", "--wait"},
		`"C:\Program Files\Ed\ed.exe" -n  --wait`: {`C:\Program Files\Ed\ed.exe`, "-n", "--wait"},
		`ed "a b"c`: {"ed", "a bc"},
	} {
		if got := windowsWords(command); !slices.Equal(got, want) {
			t.Errorf("%s: %q, not %q", command, got, want)
		}
	}
}
