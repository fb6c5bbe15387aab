package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/tema-qda/tema/analysis"
)

// edit opens initial in the person's editor and hands what she saved to use, which writes it where it belongs. Name is
// what the editor shows, with the ending that tells it the format: "memo.md". What is handed on is UTF-8 with line
// feeds, even where the editor writes others.
//
// Whatever fails, the editor or use, nothing is lost: what she typed stays in the study's .tema, and the error says
// where. Use must not ask the command's context: an interrupt that was meant for the editor cancels it.
func (a *app) edit(s *analysis.Study, name string, initial []byte, use func(text []byte) error) error {
	scratch, err := s.Scratch(name, initial)
	if err != nil {
		return err
	}
	file := s.Path(scratch)
	if err = a.runEditor(file); err == nil {
		var text []byte
		if text, err = os.ReadFile(file); err == nil {
			if text, err = plainText(text); err == nil {
				err = use(text)
			}
		}
	}
	if err != nil {
		typed, unread := os.ReadFile(file)
		if unread == nil && !bytes.Equal(typed, initial) && len(bytes.TrimSpace(typed)) > 0 {
			return errKept{err, a.shown(s.Dir) + scratch}
		}
	}
	os.RemoveAll(filepath.Dir(file)) // with what the editor left beside it
	return err
}

// errKept is a fault after which what a person typed stands in a file.
type errKept struct {
	error
	file string
}

func (e errKept) Unwrap() error { return e.error }
func (e errKept) Error() string { return e.error.Error() + "\n" + e.hint() }
func (e errKept) hint() string  { return "      what you typed is kept in " + e.file }

// plainText returns what a person typed or piped in as the study's files are: UTF-8 without a byte order mark, with
// line feeds.
func plainText(text []byte) ([]byte, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, errors.New("read the text: it is not UTF-8; save it as UTF-8")
	}
	return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), nil
}

// runEditor runs VISUAL, else EDITOR, else what the system has, on file, and waits until it ends.
func (a *app) runEditor(file string) error {
	command := ""
	for _, c := range []string{os.Getenv("VISUAL"), os.Getenv("EDITOR"), systemEditor()} {
		if command = strings.TrimSpace(c); command != "" {
			break
		}
	}
	if command == "" {
		return errors.New("open an editor: none is named; set VISUAL or EDITOR")
	}
	c := personsProgram(command, file)
	c.Stdin, c.Stdout, c.Stderr = a.in, a.out, a.err
	if _, tty := terminal(a.out); !tty {
		c.Stdout = a.err // an editor draws on the terminal; stdout is the answer
	}
	if err := c.Run(); err != nil {
		return fmt.Errorf("open the editor %s: %w", command, err)
	}
	return nil
}

func systemEditor() string {
	if runtime.GOOS == "windows" {
		return "notepad"
	}
	for _, name := range []string{"editor", "nano", "vi"} {
		if _, err := exec.LookPath(name); err == nil {
			return name
		}
	}
	return ""
}

// personsProgram makes the process of an editor or pager that a person named. As git does, it leaves a command with blanks or other signs of the
// shell to the shell, so that VISUAL='code --wait' and EDITOR="$HOME/bin/ed" do what they do there. Windows has no such
// shell: its command is cut at blanks outside double quotation marks, unless all of it is the name of a program.
func personsProgram(command string, arguments ...string) *exec.Cmd {
	switch {
	case runtime.GOOS == "windows":
		words := windowsWords(command)
		return exec.Command(words[0], append(words[1:], arguments...)...)
	case strings.ContainsAny(command, "|&;<>()$`\\\"' \t\n*?[#~=%"):
		return exec.Command("sh", append([]string{"-c", command + ` "$@"`, command}, arguments...)...)
	}
	return exec.Command(command, arguments...)
}

func windowsWords(command string) []string {
	if _, err := exec.LookPath(command); err == nil {
		return []string{command}
	}
	quoted := false
	words := strings.FieldsFunc(command, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
	for i, w := range words {
		words[i] = strings.ReplaceAll(w, `"`, "")
	}
	return words
}
