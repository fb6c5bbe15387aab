//go:build unix

package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
)

// A terminal runs tema on a pseudo-terminal, and draws what it writes as a plain old terminal would.
type terminal struct {
	t    testing.TB
	c    *exec.Cmd
	pty  *os.File
	over chan struct{} // closed when the program has ended

	mu    sync.Mutex
	cells [][]rune
	x, y  int
	top   int           // of the region that scrolls
	end   int           // behind its last line
	push  bool          // what is written pushes what stands there to the right
	heard chan struct{} // has something when the screen changed
	rest  []byte        // of a sequence that came in pieces
	first time.Duration // from the start of the program to the first page
}

func openTerminal(t testing.TB, width, height int, args ...string) *terminal {
	t.Helper()
	term := &terminal{t: t, c: program(args...), over: make(chan struct{}), heard: make(chan struct{}, 1)}
	for range height {
		term.cells = append(term.cells, []rune(strings.Repeat(" ", width)))
	}
	term.end = height
	term.c.Env = append(os.Environ(), "TERM=vt220", "TEMA_CODER=", "NO_COLOR=1")
	started := time.Now()
	var err error
	term.pty, err = pty.StartWithSize(term.c, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(term.over)
		for buf := make([]byte, 1<<16); ; {
			n, err := term.pty.Read(buf)
			term.draw(buf[:n])
			if term.first == 0 && strings.Contains(term.screen(), "turn ") {
				term.first = time.Since(started)
			}
			select {
			case term.heard <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	return term
}

// draw takes what a vt220 understands and the program uses there.
func (term *terminal) draw(s []byte) {
	term.mu.Lock()
	defer term.mu.Unlock()
	s = append(term.rest, s...)
	term.rest = nil
	for len(s) > 0 {
		switch c := s[0]; {
		case c == 0x1b:
			n := term.sequence(s)
			if n == 0 {
				term.rest = bytes.Clone(s)
				return
			}
			s = s[n:]
			continue
		case c == '\r':
			term.x = 0
		case c == '\n':
			if term.y+1 == term.end {
				term.scroll(term.top, 1)
			} else {
				term.y = min(term.y+1, len(term.cells)-1)
			}
		case c == '\b':
			term.x = max(0, term.x-1)
		case c == '\t':
			term.x = min((term.x/8+1)*8, len(term.cells[0])-1)
		case c < ' ':
		case !utf8.FullRune(s):
			term.rest = bytes.Clone(s)
			return
		default:
			r, n := utf8.DecodeRune(s)
			if row := term.cells[term.y]; term.x < len(row) {
				if term.push {
					copy(row[term.x+1:], row[term.x:])
				}
				row[term.x] = r
				term.x++
			}
			s = s[n:]
			continue
		}
		s = s[1:]
	}
}

// scroll moves the lines of the region from a line on up, or down if by is negative.
func (term *terminal) scroll(from, by int) {
	lines := term.cells[from:term.end]
	for range max(by, -by) {
		if by > 0 {
			copy(lines, append(lines[1:len(lines):len(lines)], lines[0]))
		} else {
			last := lines[len(lines)-1]
			copy(lines[1:], lines)
			lines[0] = last
		}
		fresh := 0
		if by > 0 {
			fresh = len(lines) - 1
		}
		for x := range lines[fresh] {
			lines[fresh][x] = ' '
		}
	}
}

// sequence does what an escape sequence says and returns its length, 0 if it is not whole.
func (term *terminal) sequence(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case ']', 'P', '_': // strings, to their end
		for i := 2; i < len(s); i++ {
			if s[i] == 7 {
				return i + 1
			}
			if s[i] == '\\' && s[i-1] == 0x1b {
				return i + 1
			}
		}
		return 0
	case '[':
	case 'M':
		if term.y == term.top {
			term.scroll(term.top, -1)
		} else {
			term.y = max(0, term.y-1)
		}
		return 2
	default:
		return 2
	}
	end := bytes.IndexFunc(s[2:], func(r rune) bool { return r >= '@' && r <= '~' })
	if end < 0 {
		return 0
	}
	end += 2
	text := string(s[2:end])
	arg := func(i, otherwise int) int {
		parts := strings.Split(text, ";")
		if i < len(parts) {
			if n, err := strconv.Atoi(parts[i]); err == nil && n > 0 {
				return n
			}
		}
		return otherwise
	}
	width, height := len(term.cells[0]), len(term.cells)
	blank := func(row, from, to int) {
		for x := from; x < to; x++ {
			term.cells[row][x] = ' '
		}
	}
	switch final := s[end]; {
	case strings.ContainsAny(text, "?><= ") || final == 'm':
	case final == 'H':
		term.y, term.x = min(arg(0, 1), height)-1, min(arg(1, 1), width)-1
	case final == 'A':
		term.y = max(0, term.y-arg(0, 1))
	case final == 'B':
		term.y = min(height-1, term.y+arg(0, 1))
	case final == 'C':
		term.x = min(width-1, term.x+arg(0, 1))
	case final == 'D':
		term.x = max(0, term.x-arg(0, 1))
	case final == 'r':
		term.top, term.end, term.x, term.y = arg(0, 1)-1, min(arg(1, height), height), 0, 0
	case final == 'L':
		term.scroll(term.y, -arg(0, 1))
	case final == 'M':
		term.scroll(term.y, arg(0, 1))
	case (final == 'h' || final == 'l') && text == "4":
		term.push = final == 'h'
	case final == 'P':
		row := term.cells[term.y]
		n := min(arg(0, 1), width-term.x)
		copy(row[term.x:], row[term.x+n:])
		blank(term.y, width-n, width)
	case final == 'K' && arg(0, 0) == 0:
		blank(term.y, min(term.x, width), width)
	case final == 'K' && arg(0, 0) == 1:
		blank(term.y, 0, min(term.x+1, width))
	case final == 'J':
		from := term.y + 1
		if arg(0, 0) == 2 {
			from = 0
		} else {
			blank(term.y, min(term.x, width), width)
		}
		for y := from; y < height; y++ {
			blank(y, 0, width)
		}
	default:
		panic(fmt.Sprintf("the program writes %q to a vt220", s[:end+1]))
	}
	return end + 1
}

func (term *terminal) screen() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	var out strings.Builder
	for _, row := range term.cells {
		out.WriteString(strings.TrimRight(string(row), " ") + "\n")
	}
	return out.String()
}

// wait waits until the screen shows words, or one of others.
func (term *terminal) wait(words string, others ...string) {
	term.t.Helper()
	timeout := time.After(20 * time.Second)
	for !slices.ContainsFunc(append(others, words), func(words string) bool { return strings.Contains(term.screen(), words) }) {
		select {
		case <-term.heard:
		case <-term.over:
			term.t.Fatalf("the program ended without showing %q:\n%s", words, term.screen())
		case <-timeout:
			term.t.Fatalf("the screen does not show %q:\n%s", words, term.screen())
		}
	}
}

func (term *terminal) write(keys string) { term.pty.WriteString(keys) }

// kill ends the program as nothing else does, and the terminal with it.
func (term *terminal) kill() {
	term.c.Process.Kill()
	term.c.Wait()
	term.pty.Close()
	<-term.over
}

const rope = `---
speakers: {I: interviewer, Oda: P01}
---
I: How did you learn to tie them?

Oda: My aunt had a rope on the kitchen door. She said nothing. She tied it and undid it. One day I did it too. That was that.

I: And now?

Oda: Now I teach it. I say nothing either. They look at me as if I were hiding something. I am not. It is in the hands.
`

// ropeStudy makes a small study in a folder where waiting for the disk costs little, if the system has one.
func ropeStudy(t *testing.T) string {
	t.Helper()
	memory := ""
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		memory = "/dev/shm"
	}
	dir, err := os.MkdirTemp(memory, "rope")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	for name, content := range map[string]string{
		"study.yaml":         "tema: 1\nlanguage: en\ncoder: anna\n",
		"codebook.yaml":      "codes: [{id: hands}, {id: silence}, {id: teaching}]\n",
		"transcripts/R1.txt": rope,
	} {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777))
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666))
	}
	return dir
}

// codingLines returns the lines of a file of codings by id.
func codingLines(t *testing.T, name string) map[string]string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(src)) {
		var c struct{ ID string }
		if err := json.Unmarshal([]byte(line), &c); err != nil || c.ID == "" || !strings.HasSuffix(line, "\n") {
			t.Fatalf("%s holds half a coding: %q", name, line)
		}
		out[c.ID] = line
	}
	return out
}

// TestScreenOnATerminal goes through a session on a terminal, to its end.
func TestScreenOnATerminal(t *testing.T) {
	dir := ropeStudy(t)
	file := filepath.Join(dir, "codings/anna/R1.jsonl")
	term := openTerminal(t, 80, 24, "code", "-C", dir, "R1")
	defer term.kill()
	term.wait("turn 1 of 4 · anna · 0")
	term.write(")j\r")
	term.wait("3 of 3")
	term.write("silen")
	term.wait("1 of 3")
	term.write("\r")
	term.wait("silence on 3 words; u takes it back")
	if lines := codingLines(t, file); len(lines) != 1 {
		t.Errorf("told, but on disk are %v", lines)
	}
	term.write("m")
	term.wait("memo on silence")
	term.write("She shows, æ 海\r")
	term.wait("memo on silence; u takes it back")
	term.write("F")
	term.wait("in all transcripts:")
	term.write("teach\r")
	term.wait("R1 4") // looked up in the index, in the background
	term.write("\r")
	term.wait("turn 4 of 4")
	term.write("u")
	term.wait("taken back: memo on silence")
	term.write("q")
	select {
	case <-term.over:
	case <-time.After(20 * time.Second):
		t.Fatalf("q does not leave:\n%s", term.screen())
	}
	if err := term.c.Wait(); err != nil {
		t.Errorf("the program ended with %v", err)
	}
	if lines := codingLines(t, file); len(lines) != 1 {
		t.Errorf("left on disk: %v", lines)
	}
}

// TestScreenKilled kills sessions on the screen at random moments: what the screen said was done is done, each file is
// whole, and at most the one change that was under way is there or is not.
func TestScreenKilled(t *testing.T) {
	kills := 100
	if testing.Short() {
		kills = 15
	}
	dir := ropeStudy(t)
	file := filepath.Join(dir, "codings/anna/R1.jsonl")
	random := rand.New(rand.NewPCG(7, 7))
	codes := []string{"hands", "silence", "teaching"}
	told, after := 0, 0
	for range kills {
		term := openTerminal(t, 80, 24, "code", "-C", dir, "R1")
		term.wait("turn ")
		acknowledged := codingLines(t, file)
		var kind string
		for n := random.IntN(4); ; n-- {
			kinds := []string{"add", "add", "add", "new code", "memo", "undo"}
			if len(acknowledged) == 0 {
				kinds = kinds[:4]
			}
			kind = kinds[random.IntN(len(kinds))]
			keys, said := "", "; u takes it back"
			switch kind {
			case "add": // a code on a sentence, or on a part of one
				keys = "g" + strings.Repeat("j", random.IntN(11)) + strings.Repeat("H", random.IntN(3)) + "\r" + codes[random.IntN(3)] + "\r"
			case "new code":
				keys = "G" + strings.Repeat("k", random.IntN(9)) + "\x0e\x15new " + strconv.Itoa(random.IntN(1e9)) + "\r"
			case "memo":
				keys = "g\tm\x15" + strconv.Itoa(random.IntN(1e6)) + "\r"
			case "undo":
				keys, said = "u", "taken back: "
			}
			term.write("?x") // the last line is another one in between
			term.wait("enter code")
			term.write(keys)
			if n <= 0 {
				time.Sleep(time.Duration(random.Int64N(int64(12 * time.Millisecond))))
				break
			}
			term.wait(said, "so it stands already")
			told++
			acknowledged = codingLines(t, file)
		}
		term.kill()
		disk := codingLines(t, file)
		gone, new, changed := 0, 0, 0
		for id, line := range acknowledged {
			switch now, there := disk[id]; {
			case !there:
				gone++
			case now != line:
				changed++
			}
		}
		for id := range disk {
			if _, had := acknowledged[id]; !had {
				new++
			}
		}
		after += gone + new + changed
		if gone+new+changed > 1 || gone > 0 && kind != "undo" || changed > 0 && kind != "undo" && kind != "memo" {
			t.Fatalf("killed during %s: %d codings are gone, %d new, %d changed", kind, gone, new, changed)
		}
	}
	t.Logf("%d kills; %d changes were told before, %d were under way and made", kills, told, after)
	if told == 0 || after == 0 || after == kills {
		t.Errorf("the moments do not lie before and after the writes: %d told, %d of %d made when killed", told, after, kills)
	}
	term := openTerminal(t, 80, 24, "code", "-C", dir, "R1")
	defer term.kill()
	term.wait("turn ")
	term.write("u")
	term.wait("taken back: ")
}
