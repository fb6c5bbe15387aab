package cmd_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// These tests hold merging against a model that knows what everybody did: one coder on two machines and another on hers
// make, change and remove several hundred codings at random, between one meeting and the next, and after each meeting
// everybody has all of it, nothing twice, and what was removed stays removed.

// A put is a coding as the model knows it.
type put struct {
	coder, transcript, code, memo string
	span                          transcript.Span
	removed                       bool
	at                            string // the only folder that knows it yet; "" after a meeting
}

// A machine is a folder where a coder works.
type machine struct {
	dir, coder string
	number     int // among the coder's machines
	of         int // how many those are
}

var parts = []string{"code", "memo", "span"}

// owns says whether a part of a coding is this machine's to change between two meetings, so that two machines of one coder
// are never in conflict unless a test means it.
func (m machine) owns(id, part string, round int) bool {
	h := fnv.New32a()
	fmt.Fprint(h, id, part, round)
	return int(h.Sum32()>>4)%m.of == m.number
}

func newStudyToShare(t *testing.T, dir string) {
	t.Helper()
	files := map[string][]byte{
		"study.yaml":     []byte("tema: 1\ntitle: Ferry\n"),
		"codebook.yaml":  []byte("codes: [{id: waiting}, {id: work}, {id: weather}, {id: money}, {id: home}]\n"),
		".gitattributes": []byte(analysis.Attributes),
	}
	for n := range 3 {
		var b strings.Builder
		b.WriteString("---\nspeakers: {I: interviewer, Kari: P1}\n---\n")
		for turn := range 25 {
			fmt.Fprintf(&b, "I: And on day %d?\n\nKari: On day %d we waited at quay %d, and the wind, well, it blew the %d nets off again.\n\n", turn, turn, n, turn*7)
		}
		files[fmt.Sprintf("transcripts/T%d.txt", n)] = []byte(b.String())
	}
	_, err := analysis.Create(dir, files)
	must(t, err)
}

// work makes, changes and removes codings at random, and does the same in the model.
func (m machine) work(t *testing.T, random *rand.Rand, round, changes int, model map[string]*put) {
	t.Helper()
	s, err := analysis.Open(m.dir, "")
	must(t, err)
	defer s.Close()
	codes := []string{"waiting", "work", "weather", "money", "home"}
	span := func(id string) *transcript.Span {
		text := s.Transcript(id).Text
		for {
			at := random.IntN(len(text) - 80)
			s := transcript.Span{Start: at, End: at + 5 + random.IntN(70)}
			if strings.TrimSpace(text[s.Start:s.End]) != "" {
				return &s
			}
		}
	}
	var mine []string
	for id, p := range model {
		if p.coder == m.coder && !p.removed && (p.at == "" || p.at == m.dir) {
			mine = append(mine, id)
		}
	}
	slices.Sort(mine)
	random.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
	e := analysis.Edit{By: m.coder, What: "a session"}
	var after []*put
	for len(e.Changes) < changes {
		if len(mine) > 0 && random.IntN(2) == 0 {
			id := mine[0]
			mine = mine[1:]
			next := *model[id]
			c := analysis.CodingChange{ID: id, Transcript: next.transcript}
			whole := !slices.ContainsFunc(parts, func(part string) bool { return !m.owns(id, part, round) })
			switch part := parts[random.IntN(len(parts))]; {
			case whole && random.IntN(3) == 0:
				removed := analysis.Removed
				c.Status, next.removed = &removed, true
			case !m.owns(id, part, round):
				continue
			case part == "code":
				c.Code = codes[random.IntN(len(codes))]
				next.code = c.Code
			case part == "memo":
				memo := fmt.Sprintf("<%d> “thought” \\ %d", round, random.IntN(1000))
				c.Memo, next.memo = &memo, memo
			default:
				c.Span = span(next.transcript)
				next.span = *c.Span
			}
			e.Changes, after = append(e.Changes, c), append(after, &next)
			continue
		}
		next := &put{coder: m.coder, at: m.dir, transcript: fmt.Sprint("T", random.IntN(3)), code: codes[random.IntN(len(codes))]}
		c := analysis.CodingChange{Transcript: next.transcript, Code: next.code, Span: span(next.transcript)}
		next.span = *c.Span
		e.Changes, after = append(e.Changes, c), append(after, next)
	}
	done, err := s.EditCodings(e)
	must(t, err)
	for i, c := range e.Changes {
		id := c.ID
		if id == "" {
			id = done.Codings[i].ID
			if model[id] != nil { // the coder had it already
				continue
			}
		}
		model[id] = after[i]
	}
}

// standing returns the codings of a folder as the model would have them.
func standing(t *testing.T, dir string) map[string]*put {
	t.Helper()
	s, err := analysis.Open(dir, "")
	must(t, err)
	defer s.Close()
	out := map[string]*put{}
	for _, c := range s.Codings() {
		if out[c.ID] != nil {
			t.Fatalf("%s: %s stands twice", dir, c.ID)
		}
		p := &put{coder: c.Coder, transcript: c.Transcript, code: c.Code, memo: c.Memo, removed: c.Status == analysis.Removed}
		p.span = transcript.Span{Start: c.Start, End: c.End}
		if text := s.Transcript(c.Transcript).Text; !p.removed && text[c.Start:c.End] != c.Quote {
			t.Fatalf("%s: %s lies on other words than its own", dir, c.ID)
		}
		out[c.ID] = p
	}
	must(t, s.Err())
	return out
}

// met says that everybody knows everything.
func met(model map[string]*put) {
	for _, p := range model {
		p.at = ""
	}
}

// differences returns the ids of codings that are not as the model has them, at a meeting.
func differences(got, want map[string]*put) []string {
	met(want)
	ids := maps.Clone(got)
	maps.Copy(ids, want)
	var out []string
	for id := range ids {
		x, y := got[id], want[id]
		if x == nil || y == nil || x.removed != y.removed || !x.removed && *x != *y || x.coder != y.coder || x.transcript != y.transcript {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// tema runs the program and returns its exit code and all that it said.
func tema(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	out, err := program(args...).CombinedOutput()
	if exit, failed := err.(*exec.ExitError); failed {
		return exit.ExitCode(), string(out)
	}
	must(t, err)
	return 0, string(out)
}

// git runs git in a folder and returns whether it succeeded and what it said.
func git(t *testing.T, dir string, args ...string) (ok bool, said string) {
	t.Helper()
	c := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"}, args...)...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_EDITOR=true", "LC_ALL=C")
	out, err := c.CombinedOutput()
	return err == nil, string(out)
}

func mustGit(t *testing.T, dir string, args ...string) {
	t.Helper()
	if ok, said := git(t, dir, args...); !ok {
		t.Fatalf("git %q in %s: %s", args, dir, said)
	}
}

// share makes a study, a bare repository of it, and clones of that, one a machine.
func share(t *testing.T, setup bool, of ...machine) []machine {
	t.Helper()
	first := filepath.Join(t.TempDir(), "ferry")
	newStudyToShare(t, first)
	mustGit(t, first, "init", "-q")
	mustGit(t, first, "add", "-A")
	mustGit(t, first, "commit", "-q", "-m", "The study")
	hub := filepath.Join(t.TempDir(), "hub")
	mustGit(t, first, "clone", "-q", "--bare", ".", hub)
	machines := slices.Clone(of)
	for i := range machines {
		machines[i].dir = filepath.Join(t.TempDir(), "it's 100% a ferry")
		mustGit(t, hub, "clone", "-q", hub, machines[i].dir)
		if setup {
			run(t, "setup", "-C", machines[i].dir)
		}
	}
	return machines
}

// One coder on two machines, and another on hers.
var laptop, desktop, pers = machine{coder: "anna", number: 0, of: 2}, machine{coder: "anna", number: 1, of: 2}, machine{coder: "per", of: 1}

func (m machine) commit(t *testing.T) {
	t.Helper()
	mustGit(t, m.dir, "add", "-A")
	mustGit(t, m.dir, "commit", "-q", "--allow-empty", "-m", "A session")
}

func TestMachinesMeetThroughGit(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(4, 1))
	machines := share(t, true, laptop, desktop, pers)
	model := map[string]*put{}
	meet := func() {
		t.Helper()
		order := random.Perm(len(machines))
		for n, i := range append(order, order[:len(order)-1]...) { // the last to come has everything
			pull := []string{"pull", "-q", "--no-rebase", "--no-edit"}
			if random.IntN(3) == 0 {
				pull = []string{"pull", "-q", "--rebase"}
			}
			mustGit(t, machines[i].dir, pull...)
			if n < len(order) {
				mustGit(t, machines[i].dir, "push", "-q")
			}
		}
		for _, m := range machines {
			if off := differences(standing(t, m.dir), model); len(off) > 0 {
				t.Fatalf("%d codings are not what was made of them, such as %s", len(off), off[0])
			}
		}
	}
	for round := range 3 {
		for _, m := range machines {
			m.work(t, random, round, 80, model)
			m.commit(t)
		}
		if round == 1 { // two machines take each other's work at once: the next merge has two ancestors
			for i := range 2 {
				mustGit(t, machines[i].dir, "fetch", "-q", machines[1-i].dir, "HEAD:other")
			}
			for i := range 2 {
				mustGit(t, machines[i].dir, "merge", "-q", "--no-edit", "other")
			}
		}
		meet()
	}
	if len(model) < 300 {
		t.Fatalf("only %d codings were made", len(model))
	}
	if code, said := tema(t, "check", "-C", machines[0].dir); code != 0 {
		t.Errorf("check exits %d:\n%s", code, said)
	}

	// Now both machines of one coder do what cannot both be.
	var ids []string
	for id, p := range model {
		if p.coder == "anna" && !p.removed && p.transcript == "T1" && p.code != "home" && p.code != "money" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	removed, memo := analysis.Removed, "Not sure about this one."
	for i, changes := range [][]analysis.CodingChange{
		{{ID: ids[0], Code: "home", Memo: &memo}, {ID: ids[1], Status: &removed}, {ID: ids[2], Memo: &memo}, {ID: ids[3], Code: "home"}, {ID: ids[4], Status: &removed}},
		{{ID: ids[0], Code: "money"}, {ID: ids[1], Memo: &memo}, {ID: ids[2], Status: &removed}, {ID: ids[3], Memo: &memo}},
	} {
		s, err := analysis.Open(machines[i].dir, "")
		must(t, err)
		_, err = s.EditCodings(analysis.Edit{By: "anna", What: "x", Changes: changes})
		must(t, err)
		s.Close()
		machines[i].commit(t)
	}
	mustGit(t, machines[0].dir, "push", "-q")
	dir := machines[1].dir
	ok, said := git(t, dir, "pull", "-q", "--no-rebase", "--no-edit")
	if ok || strings.Count(said, ": conflict: ") != 3 || !strings.Contains(said, "turn ") ||
		!strings.Contains(said, "removed in ours, changed in theirs: memo") || !strings.Contains(said, "changed on both sides: code (ours money, theirs home)") {
		t.Errorf("git pull says\n%s", said)
	}
	file := filepath.Join(dir, "codings", "anna", "T1.jsonl")
	marked, err := os.ReadFile(file)
	must(t, err)
	if bytes.Count(marked, []byte("<<<<<<< ")) != 3 {
		t.Errorf("the conflicts are not marked:\n%s", marked)
	}
	for _, line := range strings.Split(said, "\n") { // where it says that they are
		var at int
		if n, _ := fmt.Sscanf(line, "codings/anna/T1.jsonl:%d: conflict:", &at); n == 1 && !strings.HasPrefix(strings.Split(string(marked), "\n")[at-1], "<<<<<<< ") {
			t.Errorf("no conflict stands at line %d", at)
		}
	}
	for args, want := range map[string]int{"check": 1, "status": 2, "apply": 2, "report": 2, "merge " + machines[2].dir: 2} {
		if code, said := tema(t, append(strings.SplitN(args, " ", 2), "-C", dir)...); code != want {
			t.Errorf("tema %s exits %d in a conflict, not %d:\n%s", args, code, want, said)
		}
	}
	s, err := analysis.Open(dir, "")
	must(t, err)
	if _, err := s.EditCodings(analysis.Edit{By: "anna", What: "x", Changes: []analysis.CodingChange{{ID: ids[3], Transcript: "T1", Code: "work"}}}); err == nil {
		t.Error("a coding was changed beside a conflict")
	}
	s.Close()

	// She decides for what came, and all goes on.
	var kept []string
	skip := false
	for line := range strings.Lines(string(marked)) {
		switch {
		case strings.HasPrefix(line, "<<<<<<< "):
			skip = true
		case strings.HasPrefix(line, "======="):
			skip = false
		case !skip && !strings.HasPrefix(line, ">>>>>>> "):
			kept = append(kept, line)
		}
	}
	must(t, os.WriteFile(file, []byte(strings.Join(kept, "")), 0o666))

	machines[1].commit(t)
	mustGit(t, dir, "push", "-q")
	model[ids[0]].code, model[ids[0]].memo = "home", memo
	model[ids[1]].removed, model[ids[4]].removed = true, true
	model[ids[2]].memo = memo
	model[ids[3]].code, model[ids[3]].memo = "home", memo
	meet()
}

// TestMachinesMeetWithoutDriver: where git does not know tema, or tema is gone or cannot read a side, a meeting ends in a
// conflict of git's, in an error of check, or in what both did: never in less.
func TestMachinesMeetWithoutDriver(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(4, 2))
	gone := "'/no where/tema' merge-driver -- %O %A %B %P" + afterTheDriver(t)
	ends := map[string]int{}
	for _, c := range []struct {
		driver  string
		changes int
	}{{"", 2}, {"", 50}, {gone, 2}, {gone, 50}, {"cannot", 10}} {
		name := strings.Fields(c.driver + " none")[0]
		machines := share(t, c.driver == "cannot", laptop, desktop)
		model := map[string]*put{}
		first := machine{dir: machines[0].dir, coder: "anna", of: 1}
		first.work(t, random, 0, 60, model)
		first.commit(t)
		mustGit(t, first.dir, "push", "-q")
		mustGit(t, machines[1].dir, "pull", "-q")
		met(model)
		for _, m := range machines {
			m.work(t, random, 1, c.changes, model)
			if c.driver == "cannot" {
				file := filepath.Join(m.dir, "codings", "anna", "T0.jsonl")
				src, err := os.ReadFile(file)
				must(t, err)
				must(t, os.WriteFile(file, append(src, "not a coding\n"...), 0o666))
			}
			m.commit(t)
		}
		if c.driver == gone {
			mustGit(t, machines[1].dir, "config", "merge.tema.driver", gone)
		}
		mustGit(t, machines[0].dir, "push", "-q")
		clean, said := git(t, machines[1].dir, "pull", "-q", "--no-rebase", "--no-edit")
		code, found := tema(t, "check", "-C", machines[1].dir)
		if c.driver != "" && c.changes > 2 && clean { // with two, they may be in different files
			t.Errorf("%s: git calls a merge clean that tema did not make:\n%s", name, said)
		}
		switch code {
		case 0: // then all of it must be there, whatever git called it
			if off := differences(standing(t, machines[1].dir), model); len(off) > 0 {
				t.Errorf("%s: %d codings are lost or wrong in silence, such as %+v\n%s", name, len(off), model[off[0]], said)
			}
			ends[name+": whole"]++
		case 1:
			ends[name+": error of check"]++
		default:
			t.Errorf("%s: check exits %d:\n%s", name, code, found)
		}
	}
	if len(ends) < 3 || ends["none: error of check"] == 0 {
		t.Errorf("the changes were too few to say anything: %v", ends)
	}
}

// afterTheDriver returns what a registered driver does when the program fails.
func afterTheDriver(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "s")
	newStudyToShare(t, dir)
	mustGit(t, dir, "init", "-q")
	run(t, "setup", "-C", dir)
	_, command := git(t, dir, "config", "merge.tema.driver")
	_, after, cut := strings.Cut(command, "%P")
	if !cut {
		t.Fatalf("the driver is %q", command)
	}
	return strings.TrimSpace(after)
}

// TestMachinesMeetByMail: the same through folders that are copied, which have no common ancestor but for what each folder
// remembers of its own changes.
func TestMachinesMeetByMail(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(4, 3))
	first := filepath.Join(t.TempDir(), "ferry")
	newStudyToShare(t, first)
	machines := []machine{laptop, desktop, pers}
	for i := range machines {
		machines[i].dir = clone(t, first)
	}
	model := map[string]*put{}
	mailed := func(from, to machine) (said string) {
		t.Helper()
		mail := clone(t, from.dir)
		before := tree(t, mail)
		code, said := tema(t, "merge", mail, "-C", to.dir, "--coder", to.coder)
		if code != 0 {
			t.Fatalf("merge exits %d:\n%s", code, said)
		}
		if !maps.EqualFunc(tree(t, mail), before, bytes.Equal) {
			t.Fatal("the copy was written to")
		}
		return said
	}
	for round := range 3 {
		for _, m := range machines {
			m.work(t, random, round, 80, model)
		}
		for _, to := range random.Perm(len(machines)) {
			for _, from := range random.Perm(len(machines)) {
				if to != from {
					mailed(machines[from], machines[to])
				}
			}
		}
		for _, m := range machines {
			if off := differences(standing(t, m.dir), model); len(off) > 0 {
				t.Fatalf("round %d: %d codings are not what was made of them, such as %+v", round, len(off), model[off[0]])
			}
		}
	}
	if len(model) < 300 {
		t.Fatalf("only %d codings were made", len(model))
	}
	if said := mailed(machines[0], machines[2]); !strings.HasPrefix(said, "nothing to take in from ") {
		t.Errorf("a second time there is something to take in:\n%s", said)
	}
	if code, said := tema(t, "check", "-C", machines[2].dir); code != 0 {
		t.Errorf("check exits %d:\n%s", code, said)
	}
}

// TestMergeKilledAnywhere kills merge at random moments: the next one brings the study to where an undisturbed one would
// have, and undo brings it back from there.
func TestMergeKilledAnywhere(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	first := filepath.Join(t.TempDir(), "ferry")
	newStudyToShare(t, first)
	mail := clone(t, first)
	model := map[string]*put{}
	for i := range 8 {
		m := machine{dir: mail, coder: fmt.Sprint("coder", i), of: 1}
		m.work(t, random, 0, 60, model)
	}
	must(t, os.MkdirAll(filepath.Join(mail, "memos"), 0o777))
	must(t, os.WriteFile(filepath.Join(mail, "memos", "quay.md"), []byte("They all wait.\n"), 0o666))
	merge := func(dir string) []string { return []string{"merge", mail, "-C", dir} }
	built()
	whole := clone(t, first)
	began := time.Now()
	run(t, merge(whole)...)
	took := time.Since(began)
	before, after := tree(t, first), tree(t, whole)
	if len(after) != len(before)+25 {
		t.Fatalf("%d files came of %d", len(after), len(before))
	}
	killed, halfway := 0, 0
	for try := range 12 {
		dir := clone(t, first)
		p := program(merge(dir)...)
		must(t, p.Start())
		if try%4 == 0 { // anywhere
			time.Sleep(time.Duration(random.Int64N(int64(took))))
		} else { // while it writes
			for end := time.Now().Add(2 * took); time.Now().Before(end); {
				if _, err := os.Stat(filepath.Join(dir, "pending.json")); err == nil {
					break
				}
				time.Sleep(100 * time.Microsecond)
			}
			time.Sleep(time.Duration(random.Int64N(int64(took)/2 + 1)))
		}
		p.Process.Kill()
		if p.Wait() != nil {
			killed++
		}
		now := tree(t, dir)
		for name, content := range now {
			if strings.HasSuffix(name, ".tema-tmp") || name == "pending.json" {
				continue
			}
			if !bytes.Equal(content, before[name]) && !bytes.Equal(content, after[name]) {
				t.Fatalf("%s is neither the old file nor the new one", name)
			}
		}
		if now["pending.json"] != nil {
			halfway++
		}
		run(t, merge(dir)...)
		if got := tree(t, dir); !maps.EqualFunc(got, after, bytes.Equal) {
			t.Fatalf("after a second run the study is not what an undisturbed one makes: %v", names(got))
		}
		run(t, "undo", "-C", dir)
		if got := tree(t, dir); !maps.EqualFunc(got, before, bytes.Equal) {
			t.Fatalf("undo leaves %v", names(got))
		}
		os.RemoveAll(dir)
	}
	if killed == 0 || halfway == 0 {
		t.Errorf("%d were killed before the end, %d of them with a plan on disk (an undisturbed one takes %v)", killed, halfway, took)
	}
}
