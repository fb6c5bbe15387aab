package workbench

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// Words that are hard on a screen: wide, combining, joined, from right to left, hostile; long without a space, and none.
const hardTalk = `---
speakers: {I: interviewer, 花子: P01, شیرین: P02, Åse-Marie Kristoffersen-Lund: P03}
---
What the tape caught before.

I: 你好，请问您是怎么开始这份工作的？我想知道全部的经过。

花子: e` + "\u0301\u0302" + ` was first. 👩‍👩‍👧‍👦 and 🇳🇴 came. 毎日ここに座って、海を見ています。` + "\x1b[31m" + `red` + "\x1b]0;title\a" + ` and ` + "\u202e" + `backwards.

شیرین: این همه سال را در دریا گذراندم. هیچ` + "\u200c" + `وقت پشیمان نشدم! שלום לכולם.

Åse-Marie Kristoffersen-Lund: Averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongwordthatnobodysays and then... (laughs) well-known, self-made.	Tab.
A line of its own.

I:

花子: [...]

I: One more. One more. One more. And one.
`

// TestRandomKeys presses random keys in windows of random size: nothing panics, nothing is drawn outside the terminal or
// as anything but text, what the model holds is what the disk holds, and taking everything back brings the first bytes.
func TestRandomKeys(t *testing.T) {
	files := map[string]string{
		"study.yaml":           "tema: 1\nlanguage: en\ncoder: anna\n",
		"codebook.yaml":        "codes:\n  - {id: sea, definition: \"All that is wet, 海.\"}\n  - id: work\n    codes: [{id: rest, color: \"#fff000\"}]\n  - {id: split, status: retired, into: [sea, work]}\n",
		"transcripts/F1.txt":   hardTalk,
		"transcripts/F2.txt":   ferry,
		"transcripts/F3.txt":   "---\nspeakers: {I: interviewer}\n---\n",
		"codings/per/F1.jsonl": "",
	}
	names := []string{"j", "k", "l", "h", "w", "b", ")", "(", "space", "pgup", "g", "G", "tab", "shift+tab", "e", "J", "K", "L", "H", ">", "<", "o", "s", "t", "v", "esc",
		"enter", "enter", ".", ".", "ctrl+n", "x", "r", "=", "m", "z", "i", "C", "D", "p", "f", "!", "/", "n", "N", "T", "u", "u", "ctrl+r", "?", "a", "1", "2", "0", ":",
		"backspace", "delete", "left", "right", "up", "down", "home", "end", "ctrl+w", "ctrl+u", "ctrl+k", "alt+enter", "y", "3", "ø", "海"}
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(inMemory(), "keys")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		made := map[string][]byte{}
		for name, content := range files {
			made[name] = []byte(content)
		}
		approach := rapid.SampledFrom([]string{analysis.Reflexive, analysis.CodingReliability, analysis.ContentAnalysis}).Draw(rt, "approach")
		made["study.yaml"] = append(made["study.yaml"], "approach: "+approach+"\n"...)
		if _, err := analysis.Create(dir, made); err != nil {
			rt.Fatal(err)
		}
		prepare(rt, dir)
		first := filesOf(t, dir)
		o := Options{Coder: "anna", Transcript: "F1", Open: func() (*analysis.Study, error) { return analysis.Open(dir, "") }}
		study, err := o.Open()
		if err != nil {
			rt.Fatal(err)
		}
		m, err := newModel(study, o)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { m.s.Close() }()
		s := &screen{t: failing{t, rt}, m: m, dir: dir}
		s.send(tea.WindowSizeMsg{Width: rapid.IntRange(1, 140).Draw(rt, "width"), Height: rapid.IntRange(1, 40).Draw(rt, "height")})
		for range rapid.IntRange(1, 40).Draw(rt, "keys") {
			switch rapid.IntRange(0, 19).Draw(rt, "event") {
			case 0:
				s.send(tea.WindowSizeMsg{Width: rapid.IntRange(1, 140).Draw(rt, "width"), Height: rapid.IntRange(1, 40).Draw(rt, "height")})
			case 1:
				s.send(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
			case 2:
				s.send(tea.PasteMsg{Content: rapid.SampledFrom([]string{"sea", "two\nlines\x1b[2J", "海を見る", ""}).Draw(rt, "pasted")})
			case 3:
				e := tea.Mouse{X: rapid.IntRange(0, 140).Draw(rt, "x"), Y: rapid.IntRange(0, 40).Draw(rt, "y"), Button: tea.MouseLeft}
				s.send(tea.MouseClickMsg(e))
				e.X, e.Y = rapid.IntRange(0, 140).Draw(rt, "x"), rapid.IntRange(0, 40).Draw(rt, "y")
				s.send(tea.MouseMotionMsg(e))
				s.send(tea.MouseReleaseMsg(e))
				s.send(tea.MouseWheelMsg{Button: rapid.SampledFrom([]tea.MouseButton{tea.MouseWheelUp, tea.MouseWheelDown}).Draw(rt, "wheel")})
			case 4:
				s.send(tickMsg{})
			default:
				s.press(rapid.SampledFrom(names).Draw(rt, "key"))
			}
			lines, cursor := m.screen()
			s.fits(lines)
			if cursor != nil && (cursor.X < 0 || cursor.X >= m.width || cursor.Y < 0 || cursor.Y >= m.height) {
				rt.Fatalf("the cursor stands at %d, %d of %d by %d", cursor.X, cursor.Y, m.width, m.height)
			}
			if _, ok := m.t.Slice(m.selection.Span); !ok {
				rt.Fatalf("selected is %v of %d bytes", m.selection, len(m.t.Text))
			}
			sameAsDisk(rt, m)
		}
		m.prompt, m.finder, m.help, m.walk = nil, nil, false, nil
		for !strings.HasPrefix(m.said, "no change by ") {
			s.press("u")
			if m.fault {
				rt.Fatalf("undo: %s", m.said)
			}
		}
		got := filesOf(t, dir)
		delete(got, "journal.jsonl")
		if !maps.Equal(got, first) {
			rt.Fatalf("undoing all left\n%v\nnot\n%v", got, first)
		}
	})
}

// inMemory is a folder where waiting for the disk costs nothing, if the system has one.
func inMemory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

// failing lets helpers for tests fail a check of rapid.
type failing struct {
	testing.TB
	rt *rapid.T
}

func (f failing) Helper()                           {}
func (f failing) Fatal(args ...any)                 { f.rt.Fatal(args...) }
func (f failing) Fatalf(format string, args ...any) { f.rt.Fatalf(format, args...) }

// prepare lets another coder and the rules have been here before.
func prepare(rt *rapid.T, dir string) {
	s, err := analysis.Open(dir, "")
	if err != nil {
		rt.Fatal(err)
	}
	defer s.Close()
	t := s.Transcript("F1")
	e := analysis.Edit{By: "per", What: "before"}
	for i, turn := range t.Turns {
		if turn.Speech.Len() > 0 {
			e.Changes = append(e.Changes, analysis.CodingChange{Transcript: "F1", Code: []string{"sea", "work"}[i%2], Span: &turn.Speech, Memo: ref("why\x1b[2J \u202e?")})
		}
	}
	if _, err := s.EditCodings(e); err != nil {
		rt.Fatal(err)
	}
	if err := os.RemoveAll(s.Path(".tema")); err != nil {
		rt.Fatal(err)
	}
	var lines strings.Builder
	for i, turn := range t.Turns[1:4] {
		a := t.AnchorAt(transcript.Span{Start: turn.Speech.Start, End: turn.Speech.Start + len("e\u0301\u0302")*min(i, 1) + strings.IndexAny(t.Text[turn.Speech.Start:], " 。，")})
		fmt.Fprintf(&lines, "{\"id\":\"r%024d\",\"code\":\"rest\",\"start\":%d,\"end\":%d,\"quote\":%q,\"before\":%q,\"after\":%q,\"text\":%q,\"status\":\"candidate\"}\n",
			i, a.Start, a.End, a.Quote, a.Before, a.After, t.Hash)
	}
	if err := os.MkdirAll(s.Path("codings/_rules"), 0o777); err != nil {
		rt.Fatal(err)
	}
	if err := os.WriteFile(s.Path("codings/_rules/F1.jsonl"), []byte(lines.String()), 0o666); err != nil {
		rt.Fatal(err)
	}
}

// sameAsDisk fails if the screen's codings are not those of the files.
func sameAsDisk(rt *rapid.T, m *model) {
	s, err := analysis.Open(m.s.Dir, "")
	if err != nil {
		rt.Fatal(err)
	}
	defer s.Close()
	if err := s.Err(); err != nil {
		rt.Fatal(err)
	}
	codings, _, err := s.CodingsIn(m.t.ID)
	if err != nil {
		rt.Fatal(err)
	}
	tell := func(list []*analysis.Placed) []string {
		var out []string
		for _, c := range list {
			out = append(out, fmt.Sprintln(c.ID, c.Coder, c.Code, c.Span, c.Status, c.Memo, c.Condensed, c.Today.ID))
		}
		slices.Sort(out)
		return out
	}
	if disk, shown := tell(codings), tell(m.codings); !slices.Equal(disk, shown) {
		rt.Fatalf("on disk\n%s\nin the model\n%s", disk, shown)
	}
}
