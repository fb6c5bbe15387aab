package workbench

import (
	"encoding/json"
	"errors"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// put codes words of a transcript, as a command or another window does.
func put(t testing.TB, dir, coder, id, code, words string) {
	t.Helper()
	s, err := analysis.Open(dir, "")
	must(t, err)
	defer s.Close()
	at := strings.Index(s.Transcript(id).Text, words)
	_, err = s.EditCodings(analysis.Edit{By: coder, What: code, Changes: []analysis.CodingChange{
		{Transcript: id, Code: code, Span: &transcript.Span{Start: at, End: at + len(words)}}}})
	must(t, err)
}

// propose writes what a rule would propose.
func propose(t testing.TB, dir, id string, passages ...[2]string) {
	t.Helper()
	s, err := analysis.Open(dir, "")
	must(t, err)
	defer s.Close()
	talk := s.Transcript(id)
	var out strings.Builder
	for i, p := range passages {
		at := strings.Index(talk.Text, p[1])
		a := talk.AnchorAt(transcript.Span{Start: at, End: at + len(p[1])})
		line, err := json.Marshal(analysis.Coding{ID: "r00000000000000000000000" + string(rune('a'+i)), Code: p[0], Start: a.Start, End: a.End,
			Quote: a.Quote, Before: a.Before, After: a.After, Text: talk.Hash, Status: analysis.Candidate})
		must(t, err)
		out.Write(append(line, '\n'))
	}
	must(t, os.MkdirAll(s.Path("codings/_rules"), 0o777))
	must(t, os.WriteFile(s.Path("codings/_rules/"+id+".jsonl"), []byte(out.String()), 0o666))
}

func TestCandidates(t *testing.T) {
	dir := makeStudy(t, ferryFiles())
	propose(t, dir, "F1", [2]string{"chosen", "I never chose it, it was just there, like weather."}, [2]string{"presence", "I bring coffee."},
		[2]string{"leaving", "Then I go away again."}, [2]string{"chosen", "I can't help it."})
	propose(t, dir, "F2", [2]string{"presence", "The winter is for mending."})
	put(t, dir, "per", "F1", "presence", "I bring coffee. I don't ask anything.") // what another has read is not read by this coder
	s := openScreen(t, dir, Options{Candidates: true}, 80, 24)
	s.wantSelected("I never chose it, it was just there, like weather.")
	if shown := s.show(); !strings.Contains(shown, "proposed by a rule · 10 words  1 of 4") || !strings.Contains(shown, "┊ chosen ?") {
		t.Errorf("the first candidate is not shown:\n%s", shown)
	}
	s.press("H", "H", "a") // without "like weather"
	s.wantSaid("chosen accepted on 9 words; u takes it back")
	s.wantSelected("I bring coffee.")
	s.press("x")
	s.wantSaid("presence rejected on 3 words; u takes it back")
	s.wantSelected("Then I go away again.")
	s.press("n", "N", "enter")
	s.typed("mean")
	s.press("enter")
	s.wantSaid("meaning instead of leaving on 5 words; u takes it back")
	s.wantCoded("anna", "F1", "chosen: I never chose it, it was just there, like", "rejected presence: I bring coffee.",
		"rejected leaving: Then I go away again.", "meaning: Then I go away again.")
	if !strings.Contains(s.files()["codings/anna/F1.jsonl"], `"via":"rule"`) {
		t.Error("nothing says that a rule proposed them")
	}
	s.press("a")
	s.wantSaid("chosen accepted on 4 words; u takes it back; it was the last one; F2 has 1 (T goes there)")
	s.press("u", "C")
	s.wantSelected("I can't help it.")
	s.press("u") // inside the walk, back to what is open again
	s.wantSelected("Then I go away again.")
	s.press("n")
	s.wantSelected("I can't help it.")
	s.press("n")
	s.wantSaid("that was the last candidate in F1; F2 has 1 (T goes there)")
	s.press("esc", "C", "esc")
	if s.m.walk != nil {
		t.Error("esc does not leave")
	}
}

// coders lets two coders code the ferry, so that they agree on one passage and differ on two.
func coders(t testing.TB, dir string) {
	put(t, dir, "anna", "F1", "chosen", "I never chose it, it was just there, like weather.")
	put(t, dir, "anna", "F1", "presence", "I bring coffee.")
	put(t, dir, "anna", "F1", "meaning", "You have to be able to go away.")
	put(t, dir, "per", "F1", "chosen", "I never chose it")
	put(t, dir, "per", "F1", "leaving", "I don't ask anything. You have to leave the door open and not look at it.")
	put(t, dir, "per", "F1", "leaving", "I bring coffee. I don't ask anything.")
}

func TestSettle(t *testing.T) {
	files := ferryFiles()
	files["study.yaml"] += "approach: codebook\n"
	dir := makeStudy(t, files)
	coders(t, dir)
	s := openScreen(t, dir, Options{Disagree: true}, 80, 24)
	s.press("g", "esc", "D")
	s.wantSelected("I bring coffee. I don't ask anything. You have to leave the door open and not look at it.")
	if shown := s.show(); !strings.Contains(shown, "1 anna  presence") || !strings.Contains(shown, "2 per  leaving") || !strings.Contains(shown, "1 of 2") {
		t.Errorf("the readings are not shown:\n%s", shown)
	}
	s.press("2")
	s.wantSaid("settled: per's reading; with 1 coding that all agree on; u takes it back")
	s.wantCoded("consensus", "F1", "chosen: I never chose it, it was just there, like weather.", "rejected presence: I bring coffee.",
		"leaving: I bring coffee. I don't ask anything.", "leaving: I don't ask anything. You have to leave the door open and not look at it.")
	s.wantSelected("You have to be able to go away.")
	s.press("u")
	s.wantCoded("consensus", "F1")
	s.wantSelected("I bring coffee. I don't ask anything. You have to leave the door open and not look at it.")
	s.press("ctrl+r", "3")
	s.wantSaid("there are readings 1 to 2")
	s.press("0")
	s.wantSaid("settled: no code; u takes it back; it was the last one")
	if s.m.walk != nil {
		t.Error("the walk goes on with nothing left")
	}
	s.press("u") // although the walk is over, what was made last
	s.wantSaid("taken back: settled: no code in F1")
	s.press("D", "enter")
	s.typed("leav")
	s.press("tab")
	s.typed("mean")
	s.press("tab", "enter")
	s.wantSaid("settled: leaving, meaning; u takes it back; it was the last one")
	s.press("D")
	s.wantSaid("no passage of F1 is left on which coders put different codes")
	if got := s.coded("anna", "F1"); len(got) != 3 {
		t.Errorf("anna's own codings changed: %v", got)
	}
}

// In a reflexive study readings are walked through, with a memo; nothing is settled unless that was asked for.
func TestReadings(t *testing.T) {
	dir := makeStudy(t, ferryFiles())
	coders(t, dir)
	s := openScreen(t, dir, Options{Disagree: true}, 80, 24)
	if s.m.walk == nil || s.m.walk.settles {
		t.Fatalf("walk: %+v", s.m.walk)
	}
	s.wantSaid("in a reflexive study these are readings to think about, not errors; --anyway settles them")
	s.press("N", "1", "0")
	s.wantCoded("consensus", "F1")
	s.press("m")
	s.typed("Anna sees the coffee, Per the door.")
	s.press("enter")
	var memo string
	for name, content := range s.files() {
		if strings.HasPrefix(name, "memos/") {
			memo = content
		}
	}
	if !strings.Contains(memo, "Anna sees the coffee, Per the door.") || strings.Count(memo, "coding:") != 3 || !strings.Contains(memo, "by: anna") {
		t.Errorf("the memo:\n%s", memo)
	}
	anyway := openScreen(t, dir, Options{Disagree: true, Anyway: true}, 80, 24)
	anyway.press("1")
	if len(anyway.coded("consensus", "F1")) == 0 {
		t.Error("nothing was settled although that was asked for")
	}
}

// Coders of a coding-reliability study see nothing of each other, and nothing of rules, until they say they are done.
func TestIndependence(t *testing.T) {
	files := ferryFiles()
	files["study.yaml"] += "approach: coding-reliability\n"
	dir := makeStudy(t, files)
	put(t, dir, "per", "F1", "presence", "I bring coffee.")
	propose(t, dir, "F1", [2]string{"presence", "I bring coffee."})
	s := openScreen(t, dir, Options{}, 80, 24)
	hidden := func() {
		t.Helper()
		if got := ids(s.m.marks); slices.ContainsFunc(got, func(id string) bool { return !strings.HasPrefix(id, "anna/") }) || s.m.walk != nil {
			t.Fatalf("shown: %v, walk %v", got, s.m.walk)
		}
	}
	for _, key := range []string{"p", "C", "D"} {
		s.press(key)
		hidden()
		s.wantSaid("coders work independently here: others show when F1 is coded (! says so)")
	}
	s.press("f")
	s.typed("per")
	if it, ok := s.m.finder.current(); ok && it.id == "per" {
		t.Error("the filter offers another coder")
	}
	s.press("esc", ")", "enter")
	s.typed("chosen")
	s.press("enter", "p") // with codings of hers, she is asked
	hidden()
	if s.m.prompt == nil || !s.m.prompt.yes {
		t.Fatal("she is not asked whether she has finished")
	}
	s.press("esc")
	hidden()
	s.press("p", "y")
	if got := ids(s.m.marks); !slices.Contains(got, "per/presence") {
		t.Errorf("after she said that she is done: %v", got)
	}
	s.press("C")
	if s.m.walk == nil {
		t.Error("no candidates after she said that she is done")
	}

	again := openScreen(t, makeStudy(t, files), Options{}, 80, 24)
	again.press("!")
	again.wantSaid("F1 is marked as coded; u takes it back")
	if content, there := again.files()["codings/anna/F1.jsonl"]; !there || content != "" {
		t.Errorf("the mark on disk: %q, %v", content, there)
	}
	again.press("u")
	if _, there := again.files()["codings/anna/F1.jsonl"]; there {
		t.Error("the mark is still there")
	}
}

func TestSearch(t *testing.T) {
	dir := makeStudy(t, ferryFiles())
	o := Options{}
	asked := ""
	s := openScreen(t, dir, o, 80, 24)
	s.press("/")
	s.typed("don't  ASK")
	s.wantSelected("don't ask")
	s.press("backspace", "backspace", "backspace")
	s.wantSelected("don't")
	s.press("enter", "g", "/")
	s.typed("go")
	s.wantSelected("go")
	s.press("enter", "n")
	s.wantSaid("2 of 5")
	s.press("N", "N")
	s.wantSaid("5 of 5")
	s.press("/")
	s.typed("nowhere at all")
	s.press("enter")
	s.wantSaid(`"nowhere at all" does not stand in F1`)
	s.press("g", "/")
	s.typed("go")
	s.press("esc")
	s.wantSelected("Can you both say how you came to work on the ferry?")
	s.press("F")
	s.wantSaid("the study cannot be searched here")

	s.m.o.Search = func(source string) ([]Found, error) {
		asked = source
		if source == "(" {
			return nil, errors.New("a bracket is not closed")
		}
		text := s.m.s.Transcript("F2").Text
		at := strings.Index(text, "The shoulders")
		return []Found{{Passage: transcript.Passage{Transcript: "F2", Span: transcript.Span{Start: at, End: at + len("The shoulders go down then.")}}, Turn: 2, Speaker: "Oda", Text: "The shoulders go down then.", Words: []transcript.Span{{Start: at + 4, End: at + 13}}}}, nil
	}
	s.press("F")
	s.typed("shoulder")
	s.press("enter")
	if asked != "shoulder" || s.m.finder == nil {
		t.Fatalf("asked for %q, finder %v", asked, s.m.finder)
	}
	s.press("enter")
	s.wantSelected("The shoulders go down then.")
	if s.m.t.ID != "F2" {
		t.Errorf("in %s", s.m.t.ID)
	}
	s.press("F", "enter") // what was found last
	if s.m.finder == nil || len(s.m.finder.items) != 1 {
		t.Error("F alone does not show again what was found")
	}
	s.press("esc", "F")
	s.typed("(")
	s.press("enter")
	s.wantSaid("a bracket is not closed")
}

func TestMoves(t *testing.T) {
	s := openScreen(t, makeStudy(t, ferryFiles()), Options{}, 80, 24)
	for _, step := range []struct{ keys, want string }{
		{"G", "I can't help it."},
		{"j", "I can't help it."},
		{"k", "I talk to them."},
		{"(", "You see it on the shoulders."},
		{"(", "And what do you do when somebody on board is not well?"},
		{")", "You see it on the shoulders."},
		{"J", "You see it on the shoulders. They stand at the rail on the wrong side of the wind."},
		{"K", "You see it on the shoulders."},
		{"K", "And what do you do when somebody on board is not well?\n\n[00:01:10] Oda: You see it on the shoulders."},
		{"J", "You see it on the shoulders."},
		{"w", "You"},
		{"w", "see"},
		{"b", "You"},
		{"v", "You"},
		{"w", "You see"},
		{"v", "You see"},
		{"s", "You see it on the shoulders."},
		{"b", "shoulders"},
		{"o", "shoulders"},
		{"H", "the shoulders"},
		{"<", " the shoulders"},
		{"L", "the shoulders"},
		{"esc", "You see it on the shoulders."},
		{": 3 enter", "I chose it!"},
		{": 77 enter", "I chose it!"},
		{"t", "I chose it! I sat in an office for twelve years and looked at it go by. One day I thought, that one gets somewhere. It goes back and forth, I know. But you see what I mean."},
		{"e", "You see it on the shoulders."},
		{"g", "Can you both say how you came to work on the ferry?"},
		{"tab", "Can you both say how you came to work on the ferry?"},
	} {
		for _, key := range strings.Fields(step.keys) {
			if len(key) > 1 && key != "tab" && key != "esc" && key != "enter" {
				s.typed(key)
			} else {
				s.press(key)
			}
		}
		if got := s.m.t.Text[s.m.selection.Start:s.m.selection.End]; got != step.want {
			t.Fatalf("%s selects %q, not %q", step.keys, got, step.want)
		}
	}
	s.wantSaid("no codings are shown here")
	s.press("T")
	s.typed("raw")
	s.press("enter")
	s.wantSelected("No speakers here.")
}

func TestMouse(t *testing.T) {
	s := openScreen(t, makeStudy(t, ferryFiles()), Options{}, 80, 24)
	place := func(words string) tea.Mouse {
		lines, _ := s.m.screen()
		for y, line := range lines {
			if x := strings.Index(ansi.Strip(line), words); x >= 0 {
				return tea.Mouse{X: s.m.method.StringWidth(ansi.Strip(line)[:x]), Y: y, Button: tea.MouseLeft}
			}
		}
		t.Fatalf("%q is not on the screen", words)
		return tea.Mouse{}
	}
	s.send(tea.MouseClickMsg(place("waffles")))
	s.wantSelected("I sold waffles from when I was eleven.")
	s.send(tea.MouseClickMsg(place("father")))
	s.send(tea.MouseMotionMsg(place("waffles")))
	s.send(tea.MouseReleaseMsg(place("waffles")))
	s.wantSelected("father had the kiosk. I sold waffles")
	s.send(tea.MouseClickMsg(place("waffles")))
	s.send(tea.MouseMotionMsg(place("kiosk")))
	s.send(tea.MouseMotionMsg(place("sold")))
	s.wantSelected("sold waffles")
	s.press("enter")
	s.typed("chosen")
	s.press("enter", "g")
	bar := place("┃")
	s.send(tea.MouseClickMsg(bar))
	s.wantSelected("sold waffles")
	top := s.m.top
	s.m.height = 12
	s.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	if s.m.top <= top {
		t.Error("the wheel does not scroll")
	}
}

// TestSecondWindow: what another window writes shows here, and neither undoes the other's work by mistake.
func TestSecondWindow(t *testing.T) {
	dir := makeStudy(t, ferryFiles())
	one, two := openScreen(t, dir, Options{}, 80, 24), openScreen(t, dir, Options{Coder: "per"}, 80, 24)
	one.press(")", "enter")
	one.typed("chosen")
	one.press("enter")
	two.press("p") // meant for what could be seen before
	two.wantSaid("changed on disk meanwhile; this is how it stands now, press the key again")
	two.press("p")
	if got := ids(two.m.marks); !slices.Equal(got, []string{"anna/chosen"}) {
		t.Fatalf("the other window shows %v", got)
	}
	two.press("x")
	two.press(")", "x")
	two.wantSaid("this coding is by anna, who alone changes it")
	two.press("ctrl+n", "enter")
	one.send(tickMsg{})
	if one.m.s.Book.Code("my-father-had-the-kiosk") == nil {
		t.Error("the first window does not know the new code")
	}
	one.press("u")
	one.wantSaid("taken back: chosen on 5 words in F1")
	two.send(tickMsg{})
	if got := ids(two.m.marks); !slices.Equal(got, []string{"per/my-father-had-the-kiosk"}) {
		t.Errorf("the second window shows %v", got)
	}
	same := openScreen(t, dir, Options{Coder: "per"}, 80, 24)
	same.press("tab", "x")
	two.send(tickMsg{})
	two.press("m") // the coding is gone
	two.wantSaid("there is no coding of yours on the selection")
}

// TestEditedTranscript: a transcript that is edited under the screen is shown as it reads now, at the same place.
func TestEditedTranscript(t *testing.T) {
	dir := makeStudy(t, ferryFiles())
	s := openScreen(t, dir, Options{}, 80, 24)
	s.press(")", "j", "enter")
	s.typed("chosen")
	s.press("enter", ")")
	name := filepath.Join(dir, "transcripts/F1.txt")
	must(t, os.WriteFile(name, []byte(strings.Replace(ferry, "Can you both say", "Could you both tell us", 1)), 0o666))
	s.send(tickMsg{})
	s.wantSaid("the transcript was edited; this is how it reads now")
	s.wantSelected("I chose it!")
	if got := ids(s.m.marks); !slices.Equal(got, []string{"anna/chosen"}) || !strings.Contains(s.show(), "Could you both tell us") {
		t.Errorf("shown: %v\n%s", got, s.show())
	}
	// Edited between the last look and the write.
	s.press("enter")
	s.typed("chosen")
	stamps := s.m.stamps
	must(t, os.WriteFile(name, []byte(strings.Replace(ferry, "Can you both say", "Now, how", 1)), 0o666))
	s.m.stamps = s.m.stampsOf("F1") // as if it had been seen
	s.press("enter")
	s.wantSaid("the transcript was edited meanwhile; nothing was written, and this is how it reads now")
	s.wantCoded("anna", "F1", "chosen: I sold waffles from when I was eleven.")
	_ = stamps
	must(t, os.WriteFile(filepath.Join(dir, "codebook.yaml"), []byte("codes: [{id: chosen}, {id: chosen}]\n"), 0o666))
	s.press("j")
	if !s.m.fault || !strings.Contains(s.m.said, "codebook.yaml:1") {
		t.Errorf("a broken codebook: %q", s.m.said)
	}
	s.press("j")
	if s.m.fault {
		t.Error("it is told at every key")
	}
	must(t, os.Remove(name))
	s.send(tickMsg{})
	if !s.m.fault {
		t.Error("the transcript is gone, and nothing says so")
	}
}

func TestOthersAndFilter(t *testing.T) {
	dir := makeStudy(t, ferryFiles())
	coders(t, dir)
	s := openScreen(t, dir, Options{}, 80, 24)
	s.press("p")
	if got := len(s.m.marks); got != 6 {
		t.Errorf("%d codings with others'", got)
	}
	if shown := s.show(); !strings.Contains(shown, "all coders") || !strings.Contains(shown, "╎") {
		t.Errorf("others' are not to be told from hers:\n%s", shown)
	}
	s.press("p", "f")
	s.typed("per")
	s.press("enter")
	if got := ids(s.m.marks); len(got) != 3 || got[0] != "per/chosen" {
		t.Errorf("only per: %v", got)
	}
	s.press("f")
	s.typed("mean")
	s.press("enter")
	if got := ids(s.m.marks); !slices.Equal(got, []string{"anna/meaning"}) {
		t.Errorf("only meaning: %v", got)
	}
	s.press("tab")
	s.wantSelected("You have to be able to go away.")
	s.press("f", "enter")
	if got := len(s.m.marks); got != 3 {
		t.Errorf("%d codings without a filter", got)
	}
}

// A coding whose code was split waits for its coder, who says with r which part it is.
func TestSplitCode(t *testing.T) {
	dir := makeStudy(t, ferryFiles())
	put(t, dir, "anna", "F1", "chosen", "I bring coffee.")
	name := filepath.Join(dir, "codings/anna/F1.jsonl")
	src, err := os.ReadFile(name)
	must(t, err)
	must(t, os.WriteFile(name, []byte(strings.Replace(string(src), `"code":"chosen"`, `"code":"older"`, 1)), 0o666))
	s := openScreen(t, dir, Options{}, 80, 24)
	if shown := s.show(); !strings.Contains(shown, "╏ older ?") || !strings.Contains(shown, "split into chosen, meaning: r says which") {
		t.Errorf("it does not say so:\n%s", shown)
	}
	s.press("r")
	s.typed("meaning")
	s.press("enter")
	s.wantCoded("anna", "F1", "meaning: I bring coffee.")
}

func TestCondensed(t *testing.T) {
	files := ferryFiles()
	dir := makeStudy(t, files)
	put(t, dir, "anna", "F1", "presence", "I bring coffee.")
	s := openScreen(t, dir, Options{}, 80, 24)
	s.press("z")
	if s.m.prompt != nil {
		t.Error("condensed meaning units belong to content analysis")
	}
	must(t, os.WriteFile(filepath.Join(dir, "study.yaml"), []byte(files["study.yaml"]+"approach: content-analysis\n"), 0o666))
	s.send(tickMsg{})
	s.press("tab", "z")
	s.typed("Brings coffee")
	s.press("enter")
	s.wantSaid("condensed meaning unit of presence; u takes it back")
	if !strings.Contains(s.files()["codings/anna/F1.jsonl"], `"condensed":"Brings coffee"`) || !strings.Contains(s.show(), "condensed: Brings coffee") {
		t.Errorf("not on disk or not shown:\n%s", s.show())
	}
}

// Words that are typed are not thrown away by one key.
func TestMemoKeepsWords(t *testing.T) {
	dir := makeStudy(t, ferryFiles())
	put(t, dir, "anna", "F1", "presence", "I bring coffee.")
	s := openScreen(t, dir, Options{}, 80, 24)
	s.press("m")
	s.typed("A thought")
	s.press("esc")
	s.wantSaid("esc once more throws these words away; enter keeps them")
	s.send(tea.PasteMsg{Content: ", pasted\r\nover two lines\x1b[31m"})
	s.press("enter")
	if !strings.Contains(s.files()["codings/anna/F1.jsonl"], `"memo":"A thought, pasted\nover two lines[31m"`) {
		t.Errorf("on disk: %s", s.files()["codings/anna/F1.jsonl"])
	}
	s.press("m", "ctrl+u", "ctrl+u", "backspace", "ctrl+u", "enter")
	s.wantSaid("memo taken off presence; u takes it back")
	s.press("m", "esc")
	s.wantSaid("")
}

func TestFinderRanks(t *testing.T) {
	s := openScreen(t, makeStudy(t, ferryFiles()), Options{}, 80, 24)
	s.press("enter")
	for _, c := range []struct{ typed, want string }{
		{"", "chosen presence leaving meaning"},
		{"purpose", "meaning"},
		{"going", "leaving"},
		{"being", "presence leaving"}, // and what stands under it
		{"why one", "chosen"},         // words of the definition
		{"why", "chosen leaving"},
		{"prsc", "presence"}, // letters left out
		{"LEAV", "leaving"},
		{"xq", ""},
	} {
		s.m.finder.input = newField(c.typed, false)
		s.m.finder.find()
		var got []string
		for _, i := range s.m.finder.fits {
			got = append(got, s.m.finder.items[i].id)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q finds %v, not %s", c.typed, got, c.want)
		}
	}
}

// TestRowsHoldTheText: whatever the width, rows are all of the speech in order, none wider than it may be.
func TestRowsHoldTheText(t *testing.T) {
	pieces := []string{"word", " ", " ", " ", "\n", "\n\n", "long-hyphened", "海を見て。", "e\u0301", "👩‍👩‍👧", "🇳🇴", "\u00a0", "ab", ",", "...", "שלום", "\t", "\x1b[1m", "(x)", "\u00ad", "\u200d"}
	rapid.Check(t, func(rt *rapid.T) {
		speech := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 60).Draw(rt, "pieces"), "")
		talk, found := transcript.Parse("T", "T.txt", []byte("---\nspeakers: {A: P1}\n---\nA: "+speech+"\n\nA: end\n"))
		if err := found.Err(); err != nil {
			rt.Fatal(err)
		}
		cells := rapid.IntRange(leastText, 30).Draw(rt, "cells")
		method := rapid.SampledFrom([]ansi.Method{ansi.WcWidth, ansi.GraphemeWidth}).Draw(rt, "method")
		l := newLayout(talk, 10, cells, method)
		at := -1
		for i, r := range l.rows {
			if r.gap {
				at = talk.Turns[r.turn].Speech.Start
				continue
			}
			if r.Start != at {
				rt.Fatalf("row %d begins at %d, not %d", i, r.Start, at)
			}
			at = r.End
			if n := method.StringWidth(l.drawText(i, nil)); n > cells {
				rt.Fatalf("row %d takes %d cells of %d: %q", i, n, cells, l.drawText(i, nil))
			}
			if i+1 == len(l.rows) || l.rows[i+1].gap {
				if at != talk.Turns[r.turn].Speech.End {
					rt.Fatalf("the turn's rows end at %d, not %d", at, talk.Turns[r.turn].Speech.End)
				}
			}
			for x := range cells {
				if got := l.at(i, 10+x); got < r.Start || got > r.End {
					rt.Fatalf("cell %d of row %d is byte %d, outside %v", x, i, got, r.Span)
				}
			}
		}
	})
}

// TestField types with the keys of a line editor, over characters of every kind.
func TestField(t *testing.T) {
	f := newField("", true)
	for _, key := range []string{"e", "e\u0301", "海", "👩‍👩‍👧", "backspace", "left", "x", "home", "delete", "end", " ", "y", "ctrl+w", "z"} {
		k := keyOf(key)
		if len([]rune(key)) > 1 && namedKeys[key] == 0 && !strings.HasPrefix(key, "ctrl+") {
			k = tea.KeyPressMsg{Code: tea.KeyExtended, Text: key}
		}
		f.press(k)
	}
	if f.text != "e\u0301x海 z" {
		t.Errorf("typed %q", f.text)
	}
	f.insert("\nsecond line\tgoes on")
	if !f.vertical(-1, 20, ansi.WcWidth) || f.vertical(-1, 20, ansi.WcWidth) {
		t.Error("up goes one line up, and there it ends")
	}
	lines, x, y := f.draw(8, 3, ansi.WcWidth)
	if len(lines) != 3 || y != 0 || x != 6 {
		t.Errorf("drawn %q, cursor %d, %d", lines, x, y)
	}
}

// TestKeysAreTold: each key does one thing, is told in the list of keys, and fits there on a terminal of 80 columns.
func TestKeysAreTold(t *testing.T) {
	for _, list := range [][]section{pageKeys(), {{"candidates", walkKeys(false)}}, {{"readings", walkKeys(true)}}} {
		taken := map[string]string{}
		for _, s := range list {
			for _, b := range s.bindings {
				if n := width(b.does, ansi.WcWidth); n > 27 {
					t.Errorf("%s: %q takes %d cells", b.shown, b.does, n)
				}
				if n := width(b.shown, ansi.WcWidth); n > 10 {
					t.Errorf("%q takes %d cells", b.shown, n)
				}
				for _, key := range b.keys {
					if other, twice := taken[key]; twice {
						t.Errorf("%s is %s and %s", key, other, b.does)
					}
					taken[key] = b.does
				}
			}
		}
	}
}

// TestNothingToRead presses every key on transcripts without a word.
func TestNothingToRead(t *testing.T) {
	files := ferryFiles()
	files["transcripts/Empty.txt"] = ""
	files["transcripts/Silent.txt"] = "---\nspeakers: {I: interviewer}\n---\nI:\n\nI:\n"
	for _, id := range []string{"Empty", "Silent"} {
		for _, size := range []int{30, 200} {
			s := openScreen(t, makeStudy(t, files), Options{Transcript: id}, size, 24)
			for _, list := range pageKeys() {
				for _, b := range list.bindings {
					for _, key := range b.keys {
						if key == "q" || key == "ctrl+c" || key == "ctrl+z" {
							continue
						}
						s.press(key)
						s.show()
						s.m.prompt, s.m.finder, s.m.help = nil, nil, false
					}
				}
			}
			s.send(tea.MouseClickMsg{X: 20, Y: 3, Button: tea.MouseLeft})
			s.wantCoded("anna", id)
		}
	}
}

// TestWhereSheLeftOff: without a transcript the screen opens on the one that she coded last, at what she coded last.
func TestWhereSheLeftOff(t *testing.T) {
	dir := makeStudy(t, ferryFiles())
	open := func() *screen {
		s, err := analysis.Open(dir, "")
		must(t, err)
		m, err := newModel(s, Options{Coder: "anna"})
		must(t, err)
		t.Cleanup(func() { m.s.Close() })
		return &screen{t, m, dir}
	}
	if id := open().m.t.ID; id != "F1" {
		t.Errorf("one who has not begun begins with %s", id)
	}
	put(t, dir, "anna", "F1", "chosen", "I chose it!")
	put(t, dir, "anna", "F2", "presence", "The shoulders go down then.")
	past := time.Now().Add(-time.Hour)
	must(t, os.Chtimes(filepath.Join(dir, "codings/anna/F1.jsonl"), past, past))
	open().wantSelected("The shoulders go down then.")
}

// TestLegible: whatever colour a code has, its name can be read on a dark and on a light background, and on one that the
// terminal does not tell.
func TestLegible(t *testing.T) {
	white, black := color.RGBA{255, 255, 255, 255}, color.RGBA{0, 0, 0, 255}
	contrast := func(a, b color.Color) float64 {
		x, y := luminance(a), luminance(b)
		return (max(x, y) + 0.05) / (min(x, y) + 0.05)
	}
	for _, hex := range append(hues, "#000000", "#ffffff", "#ff0000", "#0000ff", "#00ff00", "#fff000", "#0f4c75", "#808080") {
		for _, background := range []color.Color{white, black, color.RGBA{30, 30, 30, 255}, color.RGBA{253, 246, 227, 255}} {
			if c := contrast(legible(hex, background), background); c < 4.4 {
				t.Errorf("%s on %v has a contrast of %.2f", hex, background, c)
			}
		}
		unknown := legible(hex, nil)
		if a, b := contrast(unknown, white), contrast(unknown, black); a < 4.3 || b < 4.3 {
			t.Errorf("%s on nobody knows what: %.2f on white, %.2f on black", hex, a, b)
		}
	}
}
