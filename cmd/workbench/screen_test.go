package workbench

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/tema-qda/tema/analysis"
)

var update = flag.Bool("update", false, "rewrite golden files")

const ferry = `---
date: 2025-01-09
language: en
speakers: {I: interviewer, Oda: P01, Ruben: P02}
---
I: Can you both say how you came to work on the ferry?

[00:00:09] Oda: My father had the kiosk. I sold waffles from when I was eleven. And then he got ill, and somebody had to. I never chose it, it was just there, like weather.

[00:00:31] Ruben: I chose it! I sat in an office for twelve years and looked at it go by. One day I thought, that one gets somewhere. It goes back and forth, I know. But you see what I mean.

I: And what do you do when somebody on board is not well?

[00:01:10] Oda: You see it on the shoulders. They stand at the rail on the wrong side of the wind. I bring coffee. I don't ask anything. You have to leave the door open and not look at it.

Then I go away again. You have to be able to go away.

[00:01:48] Ruben: I talk to them. I can't help it.
`

const ferryBook = `version: "1" # ours
codes:
  - id: chosen
    name: Choosing the work
    definition: Why one took up the work, and whether that was a choice.
    include: [a reason, "no reason at all"]
    exclude: [what one thinks of it today -> meaning]
    color: "#1b6ca8"
  - id: presence
    name: Being there
    definition: What one does for somebody by being near.
    codes:
      - {id: leaving, name: Going away again, definition: "Withdrawing, and why it belongs to being there."}
  - id: meaning
    name: What it means
    aliases: [purpose]
  - {id: older, status: retired, into: [chosen, meaning]}
`

func ferryFiles() map[string]string {
	return map[string]string{
		"study.yaml":          "tema: 1\ntitle: The ferry\nlanguage: en\ncoder: anna\nreport:\n  show: [age]\n",
		"codebook.yaml":       ferryBook,
		"participants.csv":    "id,age\nP01,60-69\nP02,40-49\n",
		"transcripts/F1.txt":  ferry,
		"transcripts/F2.txt":  "---\nspeakers: {I: interviewer, Oda: P01}\n---\nI: And the winter?\n\nOda: The winter is for mending. The shoulders go down then.\n",
		"transcripts/Raw.txt": "No speakers here. Only words.\n",
	}
}

// A screen is the model with a study on disk and a terminal around it.
type screen struct {
	t   testing.TB
	m   *model
	dir string
}

func makeStudy(t testing.TB, files map[string]string) string {
	t.Helper()
	dir, err := os.MkdirTemp(inMemory(), "study")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	made := map[string][]byte{}
	for name, content := range files {
		made[name] = []byte(content)
	}
	_, err = analysis.Create(dir, made)
	must(t, err)
	return dir
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openScreen(t testing.TB, dir string, o Options, width, height int) *screen {
	t.Helper()
	if o.Coder == "" {
		o.Coder = "anna"
	}
	if o.Transcript == "" && !o.Candidates {
		o.Transcript = "F1"
	}
	o.Open = func() (*analysis.Study, error) { return analysis.Open(dir, "") }
	s, err := o.Open()
	must(t, err)
	m, err := newModel(s, o)
	must(t, err)
	t.Cleanup(func() { m.s.Close() })
	sc := &screen{t, m, dir}
	sc.send(tea.WindowSizeMsg{Width: width, Height: height})
	sc.run(m.look())
	return sc
}

func (s *screen) send(msg tea.Msg) {
	_, cmd := s.m.Update(msg)
	if _, waits := msg.(tickMsg); !waits {
		s.run(cmd)
	}
}

// run does what the program would do with a command, but for leaving.
func (s *screen) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case surveyMsg, foundMsg:
		s.send(msg)
	}
}

var namedKeys = map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"space": tea.KeySpace}

func keyOf(name string) tea.KeyPressMsg {
	var k tea.KeyPressMsg
	rest := name
	for _, mod := range []struct {
		name string
		mod  tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if after, ok := strings.CutPrefix(rest, mod.name); ok {
			k.Mod |= mod.mod
			rest = after
		}
	}
	if code, ok := namedKeys[rest]; ok {
		k.Code = code
		if rest == "space" && k.Mod == 0 {
			k.Text = " "
		}
		return k
	}
	k.Code = []rune(rest)[0]
	if k.Mod == 0 {
		k.Text = rest
	}
	return k
}

func (s *screen) press(names ...string) {
	for _, name := range names {
		s.send(keyOf(name))
	}
}

func (s *screen) typed(words string) {
	for _, r := range words {
		s.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// show returns the screen as text, with what is in reverse between ⟦ and ⟧.
func (s *screen) show() string {
	lines, _ := s.m.screen()
	s.fits(lines)
	sgr := regexp.MustCompile("\x1b\\[([0-9;:]*)m")
	var out strings.Builder
	for _, line := range lines {
		on := false
		line = sgr.ReplaceAllStringFunc(line, func(seq string) string {
			now := slices.Contains(strings.Split(sgr.FindStringSubmatch(seq)[1], ";"), "7")
			defer func() { on = now }()
			switch {
			case now && !on:
				return "⟦"
			case on && !now:
				return "⟧"
			}
			return ""
		})
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return out.String()
}

var onlyStyles = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// fits fails the test if the screen is wider or higher than the terminal, or holds anything but text and styles.
func (s *screen) fits(lines []string) {
	s.t.Helper()
	if len(lines) > s.m.height {
		s.t.Fatalf("%d lines on a terminal of %d", len(lines), s.m.height)
	}
	for i, line := range lines {
		if n := s.m.method.StringWidth(line); n > s.m.width {
			s.t.Fatalf("line %d takes %d cells on a terminal of %d: %q", i, n, s.m.width, line)
		}
		if bad := strings.IndexFunc(onlyStyles.ReplaceAllString(line, ""), func(r rune) bool { return r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e }); bad >= 0 {
			s.t.Fatalf("line %d holds a control character: %q", i, line)
		}
	}
}

// golden compares what a screen shows with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".screen")
	if *update {
		must(t, os.MkdirAll("testdata", 0o777))
		must(t, os.WriteFile(file, []byte(got), 0o666))
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if got != string(want) {
		t.Errorf("%s differs; go test -update rewrites it\n%s", name, got)
	}
}

// files returns the study's files, without those of .tema.
func (s *screen) files() map[string]string { return filesOf(s.t, s.dir) }

func filesOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	must(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".tema" {
				return fs.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		out[filepath.ToSlash(rel)] = string(content)
		return err
	}))
	return out
}

// codings returns a coder's accepted codings as "code: words", as they stand on disk.
func (s *screen) coded(coder, transcript string) []string {
	s.t.Helper()
	study, err := analysis.Open(s.dir, "")
	must(s.t, err)
	defer study.Close()
	codings, _, err := study.CodingsIn(transcript)
	must(s.t, err)
	var out []string
	for _, c := range codings {
		if c.Coder == coder {
			status := ""
			if c.Status != "" {
				status = c.Status + " "
			}
			out = append(out, status+c.Code+": "+strings.Join(strings.Fields(c.Quote), " "))
		}
	}
	return out
}

func (s *screen) wantCoded(coder, transcript string, want ...string) {
	s.t.Helper()
	if got := s.coded(coder, transcript); !slices.Equal(got, want) {
		s.t.Fatalf("on disk %s has\n  %s\nnot\n  %s", coder, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func (s *screen) wantSaid(want string) {
	s.t.Helper()
	if s.m.said != want {
		s.t.Fatalf("the last line says %q, not %q", s.m.said, want)
	}
}

func (s *screen) wantSelected(want string) {
	s.t.Helper()
	if got := s.m.t.Text[s.m.selection.Start:s.m.selection.End]; got != want {
		s.t.Fatalf("selected is %q, not %q", got, want)
	}
}

func TestScreens(t *testing.T) {
	coded := func(s *screen) {
		s.press(")", "J", "enter")
		s.typed("choo")
		s.press("enter") // two sentences of Oda's
		s.press("j", "L", "K", "enter")
		s.typed("being")
		s.press("tab")
		s.typed("mean")
		s.press("tab", "enter")
		s.press("m")
		s.typed("Weather comes and goes; she says it as if nobody had asked her.")
		s.press("enter")
	}
	for _, size := range []struct{ width, height int }{{80, 24}, {200, 50}, {40, 15}, {24, 8}} {
		t.Run(fmt.Sprintf("%dx%d", size.width, size.height), func(t *testing.T) {
			s := openScreen(t, makeStudy(t, ferryFiles()), Options{}, size.width, size.height)
			shown := "== opened\n" + s.show()
			coded(s)
			shown += "== coded\n" + s.show()
			s.press("j", "j", "enter")
			s.typed("go")
			shown += "== finder\n" + s.show()
			s.press("esc", "?")
			shown += "== keys\n" + s.show()
			s.press("x", "/")
			s.typed("door")
			shown += "== search\n" + s.show()
			golden(t, fmt.Sprintf("%dx%d", size.width, size.height), shown)
		})
	}
	t.Run("no-colour", func(t *testing.T) {
		s := openScreen(t, makeStudy(t, ferryFiles()), Options{}, 80, 24)
		coded(s)
		lines, _ := s.m.screen()
		var out bytes.Buffer
		w := &colorprofile.Writer{Forward: &out, Profile: colorprofile.ASCII}
		fmt.Fprintln(w, strings.Join(lines, "\n"))
		if colour := regexp.MustCompile("\x1b\\[[0-9;]*(3[0-8]|4[0-8]|9[0-7])").FindString(out.String()); colour != "" {
			t.Errorf("a colour is left: %q", colour)
		}
		golden(t, "no-colour", strings.ReplaceAll(out.String(), "\x1b", "^"))
	})
}

// TestSession goes through what a coder does and holds the files to it.
func TestSession(t *testing.T) {
	s := openScreen(t, makeStudy(t, ferryFiles()), Options{}, 80, 24)
	first := s.files()
	s.wantSelected("Can you both say how you came to work on the ferry?")
	s.press(")")
	s.wantSelected("My father had the kiosk.")
	s.press("j", "j")
	s.wantSelected("And then he got ill, and somebody had to.")
	s.press("enter")
	s.typed("chosen")
	s.press("enter")
	s.wantSaid("chosen on 9 words; u takes it back")
	s.wantCoded("anna", "F1", "chosen: And then he got ill, and somebody had to.")

	s.press("l", "l") // by words
	s.wantSelected("then")
	s.press("L", "L", "L", "o", ">")
	s.wantSelected("hen he got ill")
	s.press("<", ".")
	s.wantSaid("chosen on 4 words; u takes it back")
	s.wantCoded("anna", "F1", "chosen: And then he got ill, and somebody had to.", "chosen: then he got ill")
	s.press(".")
	s.wantSaid("chosen on 4 words: so it stands already")

	s.press("r")
	s.typed("purpose") // a former id
	s.press("enter")
	s.wantSaid("meaning instead of chosen on 4 words; u takes it back")
	s.press("o", "L", "=")
	s.wantSaid("meaning now on 5 words; u takes it back")
	s.wantCoded("anna", "F1", "chosen: And then he got ill, and somebody had to.", "meaning: then he got ill, and")

	s.press("m")
	s.typed("Who is somebody?")
	s.press("alt+enter")
	s.typed("Herself.")
	s.press("enter")
	s.wantSaid("memo on meaning; u takes it back")
	if !strings.Contains(s.files()["codings/anna/F1.jsonl"], `"memo":"Who is somebody?\nHerself."`) {
		t.Errorf("the memo is not on disk: %s", s.files()["codings/anna/F1.jsonl"])
	}

	s.press("esc", "j", "H", "H", "ctrl+n")
	s.press("enter")
	s.wantSaid(`new code i-never-chose-it-it-was-just-there on 9 words; u takes it back`)
	if !strings.Contains(s.files()["codebook.yaml"], "id: i-never-chose-it-it-was-just-there") || !strings.Contains(s.files()["codebook.yaml"], `name: "I never chose it, it was just there"`) {
		t.Errorf("the codebook has no such code:\n%s", s.files()["codebook.yaml"])
	}
	s.press("x")
	s.wantSaid("i-never-chose-it-it-was-just-there removed from 9 words; u takes it back")
	s.press("u", "u")
	s.wantSaid("taken back: new code i-never-chose-it-it-was-just-there on 9 words in F1")
	if s.files()["codebook.yaml"] != first["codebook.yaml"] {
		t.Error("the codebook is not what it was")
	}
	s.press("ctrl+r")
	s.wantSaid("made again: new code i-never-chose-it-it-was-just-there on 9 words in F1")
	s.press("u")

	// Another session takes back what this one did.
	again := openScreen(t, s.dir, Options{}, 80, 24)
	again.wantSelected("And then he got ill, and somebody had to.") // where she left off
	for range 5 {
		again.press("u")
	}
	again.wantSaid("taken back: chosen on 9 words in F1")
	again.press("u")
	again.wantSaid("no change by anna is on record that could be taken back")
	got := again.files()
	delete(got, "journal.jsonl")
	if !maps.Equal(got, first) {
		t.Errorf("undoing all left %v", got)
	}
}

// TestSeveralCodes: several codes are one change, and overlapping codings each have a bar and a name.
func TestSeveralCodes(t *testing.T) {
	s := openScreen(t, makeStudy(t, ferryFiles()), Options{}, 80, 24)
	s.press(")", "t", "enter")
	s.typed("chosen")
	s.press("tab")
	s.typed("meaning")
	s.press("tab", "enter")
	s.wantSaid("chosen, meaning on 32 words; u takes it back")
	if len(s.m.margin.bars) != 2 || s.m.margin.bars[0].lane == s.m.margin.bars[1].lane {
		t.Errorf("bars %+v", s.m.margin.bars)
	}
	s.press("u")
	s.wantCoded("anna", "F1")
}

func ids(marks []mark) []string {
	var out []string
	for _, c := range marks {
		out = append(out, c.Coder+"/"+c.Code)
	}
	return out
}
