package analysis

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tema-qda/tema/codebook/diag"
)

// A desk is a folder in which somebody codes, at a time that moves on with each deed.
type desk struct {
	t     *testing.T
	dir   string
	coder string
	hour  *int
}

// newDesks gives each coder a folder with the same study, in which nobody has coded yet.
func newDesks(t *testing.T, coders ...string) []desk {
	t.Helper()
	hour := new(int)
	clock = func() time.Time { return time.Date(2026, 3, 1, *hour, 0, 0, 0, time.UTC) }
	t.Cleanup(func() { clock = time.Now })
	var out []desk
	for _, coder := range coders {
		dir := filepath.Join(t.TempDir(), "study")
		editStudyIn(t, dir)
		out = append(out, desk{t, dir, coder, hour})
	}
	return out
}

// do makes changes and returns the id of the last.
func (d desk) do(coder string, changes ...CodingChange) string {
	d.t.Helper()
	*d.hour++
	s := reopen(d.t, d.dir)
	defer s.Close()
	done, err := s.EditCodings(Edit{By: coder, What: "work", Changes: changes})
	must(d.t, err)
	if last := done.Codings[len(changes)-1]; last != nil {
		return last.ID
	}
	return ""
}

func (d desk) add(words string) string {
	d.t.Helper()
	s := reopen(d.t, d.dir)
	defer s.Close()
	return d.do(d.coder, CodingChange{Transcript: "P01", Code: "phone", Span: spanOf(s.Transcript("P01"), words, 0)})
}

func (d desk) memo(id, memo string) { d.t.Helper(); d.do(d.coder, CodingChange{ID: id, Memo: &memo}) }
func (d desk) remove(id string) {
	d.t.Helper()
	d.do(d.coder, CodingChange{ID: id, Status: ref(Removed)})
}

func (d desk) undo() {
	d.t.Helper()
	*d.hour++
	s := reopen(d.t, d.dir)
	defer s.Close()
	_, err := s.Undo("")
	must(d.t, err)
}

// take merges what from mails: its folder without .tema.
func (d desk) take(from desk, o MergeOptions) *StudyMerge {
	d.t.Helper()
	mail := clone(d.t, from.dir)
	must(d.t, os.RemoveAll(filepath.Join(mail, cacheDir)))
	return d.takeFrom(mail, o)
}

// takeFrom merges a folder as it is.
func (d desk) takeFrom(dir string, o MergeOptions) *StudyMerge {
	d.t.Helper()
	s, other := reopen(d.t, d.dir), reopen(d.t, dir)
	defer s.Close()
	defer other.Close()
	o.From = "mail"
	m, err := s.Merge(other, o)
	must(d.t, err)
	return m
}

// has returns a coding's memo, "gone" if it was removed, "" with ok false if there is none.
func (d desk) has(id string) (memo string, ok bool) {
	d.t.Helper()
	s := reopen(d.t, d.dir)
	defer s.Close()
	for _, c := range s.Codings() {
		if c.ID == id {
			if c.Status == Removed {
				return "gone", true
			}
			return c.Memo, true
		}
	}
	must(d.t, s.Err())
	return "", false
}

func (d desk) want(id, memo string) {
	d.t.Helper()
	if have, ok := d.has(id); !ok || have != memo {
		d.t.Errorf("%s has %q (%t), not %q", d.coder, have, ok, memo)
	}
}

// TestMailAgainAndAgain: a coding that is changed over and over reaches a colleague each time, and what she has of old does
// not come back, although every version was changed since it was made.
func TestMailAgainAndAgain(t *testing.T) {
	desks := newDesks(t, "anna", "per")
	anna, per := desks[0], desks[1]
	id := anna.add("The phone rang")
	for _, memo := range []string{"one", "two", "three"} {
		anna.memo(id, memo)
		if m := anna.take(per, MergeOptions{By: "anna"}); !m.Whole() || len(m.Files) > 0 {
			t.Errorf("before %s she has from an old copy of her own %+v", memo, m)
		}
		if m := per.take(anna, MergeOptions{By: "per"}); !m.Whole() {
			t.Errorf("%s does not reach him: %+v", memo, m)
		}
		per.want(id, memo)
	}
	if m := per.take(anna, MergeOptions{}); !m.Whole() || len(m.Files) > 0 {
		t.Errorf("a second time: %+v", m)
	}
	// An older mail, found later, takes nothing back.
	old := desk{t, clone(t, anna.dir), "anna", anna.hour}
	anna.memo(id, "four")
	per.take(anna, MergeOptions{By: "per"})
	if m := per.take(old, MergeOptions{By: "per"}); !m.Whole() || len(m.Files) > 0 {
		t.Errorf("an older copy: %+v", m)
	}
	anna.remove(id)
	per.take(anna, MergeOptions{By: "per"})
	per.want(id, "gone")
	per.take(old, MergeOptions{By: "per"})
	per.want(id, "gone")
}

func clone(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "study")
	must(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

// TestWhoseChangesAreConflicts: somebody's own codings that were changed on two machines are hers to decide about, and so is
// what a team settled on; in a colleague's, whose machines nobody here knows, the later change is shown.
func TestWhoseChangesAreConflicts(t *testing.T) {
	for _, c := range []struct {
		coder, by string
		conflict  bool
	}{{"anna", "anna", true}, {"anna", "", true}, {"anna", "per", false}, {Consensus, "anna", true}} {
		desks := newDesks(t, c.coder, c.coder)
		x, y := desks[0], desks[1]
		id := x.add("The phone rang")
		y.take(x, MergeOptions{})
		x.memo(id, "here")
		y.memo(id, "there")
		m := x.take(y, MergeOptions{By: c.by})
		if c.conflict != (len(m.Conflicts) == 1) || m.Whole() == c.conflict || c.conflict == (m.Later == 1) {
			t.Errorf("%+v: %+v", c, m)
		}
		if c.conflict {
			x.want(id, "here")
		} else {
			x.want(id, "there")
		}
		// Somebody who says which is asked no more.
		if m := x.take(y, MergeOptions{By: c.by, Prefer: "ours"}); !m.Whole() || len(m.Files) > 0 {
			t.Errorf("%+v, ours: %+v", c, m)
		}
		if m := x.take(y, MergeOptions{By: c.by, Prefer: "theirs"}); !m.Whole() {
			t.Errorf("%+v, theirs: %+v", c, m)
		}
		x.want(id, "there")
	}
}

// TestMergeAndUndo: a merge that was taken back can be made again; a coding that was taken back stays away, and a file that
// was lost comes back.
func TestMergeAndUndo(t *testing.T) {
	desks := newDesks(t, "anna", "per")
	anna, per := desks[0], desks[1]
	id := anna.add("The phone rang")
	before := studyFiles(t, per.dir)
	for range 2 {
		per.take(anna, MergeOptions{By: "per"})
		per.want(id, "")
		per.undo()
		if !maps.Equal(studyFiles(t, per.dir), before) {
			t.Fatal("undo leaves something")
		}
	}
	per.take(anna, MergeOptions{By: "per"})

	anna.undo()
	if m := anna.take(per, MergeOptions{By: "anna"}); !m.Whole() {
		t.Errorf("%+v", m)
	}
	if _, back := anna.has(id); back {
		t.Error("a coding that was taken back came back with a copy")
	}

	lost := anna.add("I did not dare")
	per.take(anna, MergeOptions{By: "per"})
	must(t, os.Remove(filepath.Join(anna.dir, "codings", "anna", "P01.jsonl")))
	anna.take(per, MergeOptions{By: "anna"})
	anna.want(lost, "")

	// A removal that was taken back is not made again by a copy that has it.
	anna.remove(lost)
	per.take(anna, MergeOptions{By: "per"})
	per.want(lost, "gone")
	anna.undo()
	if m := anna.take(per, MergeOptions{By: "anna"}); !m.Whole() {
		t.Errorf("%+v", m)
	}
	anna.want(lost, "")
}

func TestAncestors(t *testing.T) {
	// Versions of one coding by a letter, as the records of either side tell them; - is none. The last is today's.
	for _, c := range [][3]string{ // here, there, what both were made from
		{"a", "b", ""},
		{"ab", "a", "a"},
		{"abc", "ab", "b"},
		{"abc", "abd", "b"},
		{"abc", "ad", "a"},
		{"ab", "cb", ""}, // the same today
		{"ab-", "ab", "b"},
		{"-", "a", ""},
		{"a", "a-", "a"},
		{"aba", "ab", "b"},
		{"abcb", "abc", "c"},
		{"aba", "bab", ""}, // neither went on from the other
	} {
		for range 2 {
			rows, stood := [2]map[string]*codingRow{}, [2]map[string]versions{}
			for i, letters := range c[:2] {
				var v versions
				for _, letter := range strings.Split(letters, "") {
					line := ""
					if letter != "-" {
						line = strings.TrimSuffix(version("memo="+letter), "\n")
					}
					v = append(v, line)
				}
				stood[i] = map[string]versions{"k": v}
				var ignored diag.List
				rows[i] = rowsByID("f", []byte(v[len(v)-1]), &ignored)
			}
			got := ""
			m := &merging{stoodHere: stood[0], stoodThere: stood[1]}
			if base := m.ancestors(rows[0], rows[1])["k"]; base != nil {
				got = base.coding.Memo
			}
			if got != c[2] {
				t.Errorf("%s here and %s there come from %q, not %q", c[0], c[1], got, c[2])
			}
			// What the records did not see stands for itself.
			m = &merging{stoodHere: map[string]versions{"k": append(stood[0]["k"], version("memo=x"))}, stoodThere: map[string]versions{"k": append(stood[1]["k"], version("memo=x"))}}
			if base := m.ancestors(rows[0], rows[1])["k"]; base != nil {
				t.Errorf("%s here and %s there, with something else since: %q", c[0], c[1], base.coding.Memo)
			}
			c[0], c[1] = c[1], c[0]
		}
	}
}

// TestUndoTravels: between folders that remember what they did, taking back what the other has already is a change like
// others, whichever of the two goes first.
func TestUndoTravels(t *testing.T) {
	for _, memos := range []int{1, 3} {
		for _, first := range []bool{true, false} {
			desks := newDesks(t, "anna", "anna")
			laptop, desktop := desks[0], desks[1]
			id := laptop.add("The phone rang")
			desktop.takeFrom(laptop.dir, MergeOptions{By: "anna"})
			for i := range memos {
				laptop.memo(id, fmt.Sprint("memo ", i))
				desktop.takeFrom(laptop.dir, MergeOptions{By: "anna"})
			}
			laptop.undo()
			if first {
				laptop.takeFrom(desktop.dir, MergeOptions{By: "anna"})
			}
			desktop.takeFrom(laptop.dir, MergeOptions{By: "anna"})
			laptop.takeFrom(desktop.dir, MergeOptions{By: "anna"})
			want := ""
			if memos > 1 {
				want = fmt.Sprint("memo ", memos-2)
			}
			laptop.want(id, want)
			desktop.want(id, want)
		}
	}
}

// TestMergeWritesNothingOnAFault: neither a study that cannot be read here nor a dry run leaves a trace.
func TestMergeWritesNothingOnAFault(t *testing.T) {
	desks := newDesks(t, "anna", "per")
	anna, per := desks[0], desks[1]
	anna.add("The phone rang")
	before := studyFiles(t, per.dir)
	if m := per.take(anna, MergeOptions{Dry: true}); len(m.Files) != 1 || !maps.Equal(studyFiles(t, per.dir), before) {
		t.Errorf("a dry run: %+v", m)
	}
	put(t, per.dir, map[string]string{"codebook.yaml": "codes: ["})
	before = studyFiles(t, per.dir)
	s, other := reopen(t, per.dir), reopen(t, anna.dir)
	defer s.Close()
	defer other.Close()
	if _, err := s.Merge(other, MergeOptions{From: "x"}); err == nil || !maps.Equal(studyFiles(t, per.dir), before) {
		t.Errorf("%v", err)
	}
	if runtime.GOOS != "windows" && os.Getuid() != 0 {
		ours := filepath.Join(anna.dir, "codings", "anna", "P01.jsonl")
		must(t, os.Chmod(ours, 0))
		defer os.Chmod(ours, 0o666)
		s := reopen(t, newDesks(t, "kari")[0].dir)
		defer s.Close()
		if _, err := s.Merge(other, MergeOptions{From: "x"}); err == nil {
			t.Error("a copy that cannot be read was merged")
		}
	}
}

func TestSameInterview(t *testing.T) {
	const guide = "I: What made you become a peer worker?\n\nK: %s\n\nI: And what do you find hard about it?\n\nK: %s\n"
	one := fmt.Sprintf(guide, "Somebody asked me. I had nothing else to do that winter, and then I stayed.", "The phone. It rings at night.")
	for other, want := range map[string]bool{
		one: true,
		strings.ReplaceAll(one, "phone", "telephone"): true,
		strings.ReplaceAll(one, "\n", " "):            true,
		one[:len(one)/2]:                              true,
		fmt.Sprintf(guide, "My sister did it before me, so it ran in the family, more or less.", "Nothing much. The forms, perhaps, and the car park."): false,
		"K: Mhm.\n": false,
		"":          false,
	} {
		if got := sameInterview([]byte(one), []byte(other)); got != want {
			t.Errorf("%t of %q", got, other)
		}
		if got := sameInterview([]byte(other), []byte(one)); got != want {
			t.Errorf("%t of %q, the other way", got, other)
		}
	}
}
