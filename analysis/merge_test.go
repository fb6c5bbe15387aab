package analysis

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook/diag"
)

// version writes the line of coding k as a word a field says: "code=b memo=x at=3", "removed at=3", "" for no line. What is
// not named is as in "code=a".
func version(spec string) string {
	if spec == "" {
		return ""
	}
	c := Coding{ID: "k", Code: "a", End: 5, Quote: "words", Before: "", After: " end", Text: "t1", Made: "2026-01-01"}
	for word := range strings.FieldsSeq(spec) {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "code":
			c.Code = value
		case "memo":
			c.Memo = value
		case "condensed":
			c.Condensed = value
		case "at":
			c.Changed = "2026-02-0" + value
		case "made":
			c.Made = value
		case "words": // another passage
			c.Quote, c.End = value, len(value)
		case "text": // followed an edited transcript
			c.Text = value
			c.Start, c.End = c.Start+7, c.End+7
		case "rejected", "removed":
			c.Status = key
		case "mine":
			c.extra = []byte(`,"mine":` + value)
		default:
			panic(word)
		}
	}
	return string(c.appendLine(nil))
}

// TestMergeOfOneCoding holds every row of the tables in merge.go, from both sides.
func TestMergeOfOneCoding(t *testing.T) {
	for _, c := range []struct{ base, ours, theirs, want, conflict string }{
		// With an ancestor.
		{"code=a", "code=a", "code=a", "code=a", ""},
		{"code=a", "code=b at=1", "code=b at=2", "code=b at=2", ""},
		{"code=a", "code=a", "code=b at=1", "code=b at=1", ""},
		{"code=a", "code=a", "removed at=1", "removed at=1", ""},
		{"code=a", "code=a", "", "", ""},
		{"code=a", "code=a at=9", "", "", ""}, // the same, whenever it was last touched
		{"removed at=1", "removed at=1", "code=a at=2", "code=a at=2", ""},
		{"removed at=1", "removed at=1", "", "", ""},
		{"removed at=1", "removed at=2", "removed at=3", "removed at=3", ""},
		{"code=a", "code=b at=1", "memo=x at=2", "code=b memo=x at=2", ""},
		{"code=a", "words=further at=1", "memo=x condensed=y at=2", "words=further memo=x condensed=y at=2", ""},
		{"code=a mine=1", "code=a mine=2 at=1", "memo=x mine=1 at=2", "memo=x mine=2 at=2", ""},
		{"code=a", "code=b at=1", "code=c at=2", "", "code"},
		{"code=a", "rejected at=1", "code=c at=2", "", "code"},
		{"code=a", "code=b memo=x at=1", "code=c memo=y at=2", "", "code memo"},
		{"code=a", "code=b at=1 memo=x", "code=c at=2 memo=x", "", "code"},
		{"code=a", "words=further at=1", "words=less at=2", "", "passage"},
		{"code=a mine=1", "mine=2", "mine=3", "", "other keys"},
		{"code=a", "removed at=1", "removed at=2", "removed at=2", ""},
		{"code=a", "removed at=1", "", "removed at=1", ""},
		{"code=a", "removed at=1", "memo=x at=2", "", "removed memo"},
		{"code=a", "", "memo=x code=b at=2", "", "removed code memo"},
		{"removed at=1", "code=a at=2", "", "code=a at=2", ""},
		{"removed at=1", "code=a at=2", "code=b at=3", "", "code"},
		{"removed at=1", "code=a", "code=b at=3", "code=b at=3", ""},
		// Passages that followed an edited transcript.
		{"code=a", "text=t2", "code=b at=1", "text=t2 code=b at=1", ""},
		{"code=a", "text=t2", "words=further at=1", "words=further at=1", ""},
		{"code=a", "text=t2", "text=t3 at=1", "text=t3 at=1", ""},
		{"code=a", "text=t2 memo=x at=1", "text=t3 code=b at=2", "text=t3 memo=x code=b at=2", ""},
		{"code=a", "text=t2", "removed at=1", "removed at=1", ""},
		{"code=a", "text=t2", "", "", ""},
		{"code=a", "text=t2 words=further at=1", "words=less at=2", "", "passage"},
		{"code=a", "text=t2 words=further at=1", "words=further at=2", "words=further at=2", ""},
		// Without.
		{"", "code=a", "", "code=a", ""},
		{"", "removed at=1", "", "removed at=1", ""},
		{"", "code=a", "code=a at=2", "code=a at=2", ""},
		{"", "code=a", "removed at=2", "removed at=2", ""},
		{"", "code=b at=2", "removed at=2", "removed at=2", ""},
		{"", "code=b at=3", "removed at=2", "", "removed"},
		{"", "code=a", "code=b at=2", "code=b at=2", ""},
		{"", "code=a", "code=b", "", "code"},
		{"", "code=b at=1", "code=c at=2", "", "code"},
		{"", "code=b at=1", "memo=x at=2", "", "code memo"},
		{"", "text=t2 at=1", "text=t1 at=2", "text=t1 at=2", ""},
		{"", "code=a", "code=a at=2 made=2020", "", "made"},
	} {
		for _, sides := range [][2]string{{c.ours, c.theirs}, {c.theirs, c.ours}} {
			m, err := MergeCodings("f", []byte(version(c.base)), []byte(version(sides[0])), []byte(version(sides[1])))
			if err != nil {
				t.Fatal(err)
			}
			conflict := ""
			for _, found := range m.Conflicts() {
				conflict = strings.Join(found.Differ, " ")
			}
			want := version(c.want)
			if c.conflict != "" {
				want = "<<<<<<< ours\n" + version(sides[0]) + "=======\n" + version(sides[1]) + ">>>>>>> theirs\n"
			}
			if got := string(m.Marked()); got != want || conflict != c.conflict {
				t.Errorf("%q, ours %q, theirs %q give\n%s(conflict %q), not\n%s(conflict %q)", c.base, sides[0], sides[1], got, conflict, want, c.conflict)
			}
		}
	}
}

// A line that a person wrote in her own manner stays in it, also where the merge comes to the same.
func TestMergeKeepsBytes(t *testing.T) {
	spaced := strings.NewReplacer(`,"`, `, "`, `":`, `": `).Replace(version("words=further at=1"))
	for _, ours := range []string{version("text=t2"), version("code=a")} {
		for _, sides := range [][2]string{{ours, spaced}, {spaced, ours}} {
			m, err := MergeCodings("f", []byte(version("code=a")), []byte(sides[0]), []byte(sides[1]))
			if err != nil || string(m.Marked()) != spaced {
				t.Errorf("%v, %s", err, m.Marked())
			}
		}
	}
}

func TestMergeTellsConflictsInWords(t *testing.T) {
	for _, c := range [][4]string{
		{"code=a", "code=b at=1 memo=x", "code=c at=1 memo=y", "b in turn 3: changed on both sides: code (ours b, theirs c), memo"},
		{"code=a", "rejected at=1", "code=c at=1", "a in turn 3: changed on both sides: code (ours rejected a, theirs c)"},
		{"code=a", "words=no at=1", "words=yes at=1", "a in turn 3: changed on both sides: passage"},
		{"code=a", "removed at=1", "code=b memo=x at=1", "b in turn 3: removed in ours, changed in theirs: code, memo"},
		{"code=a", "memo=x at=1", "", "a in turn 3: removed in theirs, changed in ours: memo"},
		{"", "removed at=1", "memo=x at=2", "a in turn 3: removed in ours, changed in theirs"},
		{"", "code=b", "code=c made=2020", "b in turn 3: two codings have the id k"},
	} {
		m, err := MergeCodings("f", []byte(version(c[0])), []byte(version(c[1])), []byte(version(c[2])))
		if err != nil {
			t.Fatal(err)
		}
		found := m.Conflicts()
		if len(found) != 1 || found[0].Tell(3) != c[3] || found[0].Line != 1 || found[0].ID() != "k" {
			t.Errorf("%q: %+v, %q", c, found, found[0].Tell(3))
		}
		if got, want := found[0].Tell(0), strings.Replace(c[3], "in turn 3", fmt.Sprintf("at bytes 0 to %d", found[0].standing().End), 1); got != want {
			t.Errorf("without a turn: %q, not %q", got, want)
		}
	}
}

// What is no file of codings is refused, with all its lines; base need not be readable, as after a merge of merges that was
// in conflict itself.
func TestMergeRefuses(t *testing.T) {
	good, other := version("code=a"), strings.ReplaceAll(version("code=a"), `"k"`, `"j"`)
	m, err := MergeCodings("f.jsonl", []byte(good), []byte(good+"{\n\n"+good), []byte("<<<<<<< ours\n"+other+"=======\n{}\n"))
	found, invalid := diag.AsInvalid(err)
	if m != nil || !invalid {
		t.Fatalf("%v, %v", m, err)
	}
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprintf("%s:%d", f.File, f.Pos.Line))
		if !f.Private {
			t.Errorf("%v tells words", f)
		}
	}
	if want := "f.jsonl (ours):2 f.jsonl (ours):4 f.jsonl (theirs):1 f.jsonl (theirs):3 f.jsonl (theirs):4"; strings.Join(got, " ") != want {
		t.Errorf("found at %q, not %q", got, want)
	}
	x, y := version("memo=x at=1"), version("memo=y at=2")
	m, err = MergeCodings("f", []byte("<<<<<<< ours\n"+x+"=======\n"+y+">>>>>>> theirs\n"), []byte(x), []byte(y))
	if err != nil || len(m.Conflicts()) != 1 {
		t.Errorf("what two ancestors did not agree on is settled: %v, %s", err, m.Marked())
	}
}

// A deed is what one side did to one coding of base.
type deed struct {
	gone    string         // "", "removed" or "out"
	set     map[string]int // part -> value, 1 or 2
	text    int            // 0: of base; else the text that it followed to
	changed int
}

// A draw is a random history: a base, and what two sides did to each coding.
type draw struct {
	base  map[string]string // id -> "live" or "removed"
	deeds [2]map[string]deed
	added [2][]string
}

var settable = []string{codePart, passagePart, "memo", "condensed"}

func drawMerge(t *rapid.T) draw {
	d := draw{base: map[string]string{}, deeds: [2]map[string]deed{{}, {}}}
	for i := range rapid.IntRange(0, 6).Draw(t, "codings") {
		id := fmt.Sprint("k", i)
		d.base[id] = rapid.SampledFrom([]string{"live", "live", "live", "removed"}).Draw(t, "base")
		for side := range 2 {
			did := deed{set: map[string]int{}, changed: rapid.IntRange(1, 9).Draw(t, "changed")}
			if d.base[id] == "live" {
				did.gone = rapid.SampledFrom([]string{"", "", "", "", "removed", "out"}).Draw(t, "gone")
				for _, part := range settable {
					if rapid.IntRange(0, 3).Draw(t, part) == 0 {
						did.set[part] = rapid.IntRange(1, 2).Draw(t, "value")
					}
				}
				did.text = rapid.SampledFrom([]int{0, 0, 1, 2 + side}).Draw(t, "text")
			}
			d.deeds[side][id] = did
		}
	}
	for side := range 2 {
		for i := range rapid.IntRange(0, 3).Draw(t, "added") {
			d.added[side] = append(d.added[side], fmt.Sprint("n", side, i))
		}
	}
	return d
}

// coding is what a deed makes of a coding of base; nil if there is no line.
func (d deed) coding(id, base string) *Coding {
	c := &Coding{ID: id, Code: "a", Start: 40, End: 45, Quote: "words", Before: "b", After: "e", Text: "t0", Made: "2026-01-01"}
	if d.gone == "out" {
		return nil
	}
	if base == "removed" || d.gone == "removed" {
		c = &Coding{ID: id, Status: Removed, Changed: "2026-01-02"}
		if d.gone == "removed" {
			c.Changed = fmt.Sprint("2026-02-0", d.changed)
		}
		return c
	}
	if v := d.set[codePart]; v > 0 {
		c.Code = fmt.Sprint("code", v)
	}
	if v := d.set[passagePart]; v > 0 {
		c.Quote, c.Start, c.End = fmt.Sprint("other words ", v), 30+v, 43+v
	}
	if v := d.set["memo"]; v > 0 {
		c.Memo = fmt.Sprint("<memo> ", v)
	}
	if v := d.set["condensed"]; v > 0 {
		c.Condensed = fmt.Sprint("unit ", v)
	}
	if d.text > 0 {
		c.Text, c.Start, c.End = fmt.Sprint("t", d.text), c.Start+d.text, c.End+d.text
	}
	if len(d.set) > 0 {
		c.Changed = fmt.Sprint("2026-02-0", d.changed)
	}
	return c
}

// files writes base and both sides.
func (d draw) files() (base []byte, sides [2][]byte) {
	var lists [3][]*Coding
	for id, kind := range d.base {
		lists[2] = append(lists[2], deed{}.coding(id, kind))
		for side := range 2 {
			if c := d.deeds[side][id].coding(id, kind); c != nil {
				lists[side] = append(lists[side], c)
			}
		}
	}
	for side, ids := range d.added {
		for _, id := range ids {
			lists[side] = append(lists[side], deed{}.coding(id, "live"))
		}
	}
	return encodeCodings(lists[2]), [2][]byte{encodeCodings(lists[0]), encodeCodings(lists[1])}
}

// want is what two sides together made of a coding, from what they did and not from what came of it.
func (d draw) want(id string) (c *Coding, conflict bool) {
	x, y := d.deeds[0][id], d.deeds[1][id]
	switch {
	case d.base[id] == "removed":
		return deed{}.coding(id, "removed"), false
	case x.gone == "removed" && y.gone == "removed":
		return deed{gone: "removed", changed: max(x.changed, y.changed)}.coding(id, "live"), false
	case x.gone != "" && y.gone != "":
		if x.gone == "out" {
			x = y
		}
		return x.coding(id, "live"), false
	case x.gone != "":
		return x.coding(id, "live"), len(y.set) > 0
	case y.gone != "":
		return y.coding(id, "live"), len(x.set) > 0
	}
	both := deed{set: maps.Clone(x.set), changed: x.changed, text: x.text}
	for part, v := range y.set {
		if w := both.set[part]; w != 0 && w != v {
			return nil, true
		}
		both.set[part] = v
	}
	if len(x.set) == 0 || len(y.set) > 0 && y.changed > x.changed {
		both.changed = y.changed
	}
	if xDrew, yDrew := x.set[passagePart] > 0, y.set[passagePart] > 0; yDrew && !xDrew || xDrew == yDrew && x.text == 0 {
		both.text = y.text // also where both drew it alike, each on a text of its own: either will do
	}
	return both.coding(id, "live"), false
}

func mergeOf(t *rapid.T, base, ours, theirs []byte) *CodingsMerge {
	m, err := MergeCodings("f", base, ours, theirs)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func conflictIDs(m *CodingsMerge) []string {
	var ids []string
	for _, c := range m.Conflicts() {
		ids = append(ids, c.ID())
	}
	slices.Sort(ids)
	return ids
}

// TestMergeIsWhatBothDid holds a merge against what two sides did: all of it is there, and nothing else; what cannot be
// both is a conflict, and nothing else is.
func TestMergeIsWhatBothDid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawMerge(t)
		base, sides := d.files()
		m := mergeOf(t, base, sides[0], sides[1])
		conflicts := conflictIDs(m)
		got := map[string]*Coding{}
		last := &Coding{}
		for line := range bytes.Lines(m.Marked()) {
			if c, err := decodeCoding(line); err == nil {
				got[c.ID] = c
				if len(conflicts) == 0 && compareCodings(last, c) > 0 {
					t.Fatalf("not in order:\n%s", m.Marked())
				}
				last = c
			}
		}
		for id := range d.base {
			want, conflict := d.want(id)
			if conflict != slices.Contains(conflicts, id) {
				t.Fatalf("%s: conflict %t, of %+v and %+v", id, !conflict, d.deeds[0][id], d.deeds[1][id])
			}
			if conflict {
				continue
			}
			have := got[id]
			if have != nil && want != nil && want.Status != Removed {
				have.Changed = want.Changed // a later time than that of the decision that stands is possible
				x, y := d.deeds[0][id].coding(id, "live"), d.deeds[1][id].coding(id, "live")
				if x != nil && y != nil && x.Quote == y.Quote && (have.Text == x.Text && have.Start == x.Start || have.Text == y.Text && have.Start == y.Start) {
					want.Start, want.End, want.Text = have.Start, have.End, have.Text // the same words, in the text of either
				}
			}
			if (have == nil) != (want == nil) || have != nil && string(have.appendLine(nil)) != string(want.appendLine(nil)) {
				t.Fatalf("%s is %+v, not %+v, of %+v and %+v", id, have, want, d.deeds[0][id], d.deeds[1][id])
			}
		}
		for _, id := range slices.Concat(d.added[0], d.added[1]) {
			if got[id] == nil {
				t.Fatalf("%s is lost", id)
			}
		}
		lines := map[string]bool{}
		for _, side := range sides {
			for line := range bytes.Lines(side) {
				lines[string(line)] = true
			}
		}
		for _, r := range m.rows { // lines that stay keep their bytes
			if r.result != nil && (r.ours == nil || r.theirs == nil || r.result.gone()) && !lines[string(r.result.raw)] {
				t.Fatalf("%s was written anew", r.result.raw)
			}
		}
	})
}

// TestMergeLaws: it does not matter whose side is called ours, nor how often a side is taken, nor which of three is first.
func TestMergeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawMerge(t)
		base, sides := d.files()
		for _, base := range [][]byte{base, nil} {
			m, n := mergeOf(t, base, sides[0], sides[1]), mergeOf(t, base, sides[1], sides[0])
			if !slices.Equal(conflictIDs(m), conflictIDs(n)) || len(conflictIDs(m)) == 0 && !bytes.Equal(m.Marked(), n.Marked()) {
				t.Fatalf("another outcome with the sides changed about:\n%s\n%s", m.Marked(), n.Marked())
			}
			if same := mergeOf(t, base, sides[0], sides[0]); !bytes.Equal(same.Marked(), sides[0]) {
				t.Fatalf("merged with itself:\n%s\nnot\n%s", same.Marked(), sides[0])
			}
			for i := range sides {
				if again := mergeOf(t, sides[i], sides[i], sides[1-i]); !bytes.Equal(timeless(again.Marked()), timeless(sides[1-i])) {
					t.Fatalf("forward to\n%s\nis\n%s", sides[1-i], again.Marked())
				}
			}
			taken := mergeOf(t, base, sides[0], sides[1])
			taken.Take(false)
			if base == nil {
				twice := mergeOf(t, nil, taken.Marked(), sides[1])
				if !slices.Equal(conflictIDs(twice), conflictIDs(m)) {
					t.Fatalf("other conflicts the second time: %q, then %q", conflictIDs(m), conflictIDs(twice))
				}
				if twice.Take(false); !bytes.Equal(twice.Marked(), taken.Marked()) {
					t.Fatalf("taken twice:\n%s\nonce:\n%s", twice.Marked(), taken.Marked())
				}
			}
		}
	})
}

// TestMergeOfThree: three machines come to one result, in whatever order they meet, if no two of them are in conflict.
func TestMergeOfThree(t *testing.T) {
	agreed := 0
	rapid.Check(t, func(t *rapid.T) {
		d, e := drawMerge(t), drawMerge(t)
		for id := range e.base { // the third does something to the codings of the same base
			if _, there := d.base[id]; !there || d.base[id] != e.base[id] {
				delete(e.base, id)
			}
		}
		for id, kind := range d.base {
			e.base[id] = kind
			if _, did := e.deeds[0][id]; !did || kind == "removed" {
				e.deeds[0][id] = deed{}
			}
		}
		e.added[0] = nil
		base, sides := d.files()
		_, third := e.files()
		all := [3][]byte{sides[0], sides[1], third[0]}
		for i := range all {
			for j := range i {
				if len(mergeOf(t, base, all[i], all[j]).Conflicts()) > 0 {
					return
				}
			}
		}
		var first []byte
		for _, order := range [][3]int{{0, 1, 2}, {1, 2, 0}, {2, 0, 1}} {
			m := mergeOf(t, base, mergeOf(t, base, all[order[0]], all[order[1]]).Marked(), all[order[2]])
			got := regardless(m.Marked())
			if first == nil {
				first = got
			}
			if len(m.Conflicts()) > 0 || !bytes.Equal(got, first) {
				t.Fatalf("in another order:\n%s\n%s", first, got)
			}
		}
		agreed++
	})
	if agreed < 5 {
		t.Errorf("only %d times were three without conflict", agreed)
	}
}

var changedKey = regexp.MustCompile(`,"changed":"[^"]*"`)

func timeless(src []byte) []byte { return changedKey.ReplaceAll(src, nil) }

// regardless returns codings without their times, and without where their words stand in which of several edited texts.
func regardless(src []byte) []byte {
	var list []*Coding
	for line := range bytes.Lines(src) {
		c, err := decodeCoding(line)
		if err != nil {
			panic(err)
		}
		c.Start, c.End, c.Text, c.Changed = 0, 0, "", ""
		list = append(list, c)
	}
	return encodeCodings(list)
}

func FuzzMergeCodings(f *testing.F) {
	f.Add([]byte(version("code=a")), []byte(version("code=b at=1")), []byte(version("removed at=2")))
	f.Add([]byte("<<<<<<<\n"), []byte("{\"id\":\"x\"}\n"), []byte("\ufeff{}\r\n\n"))
	f.Add([]byte(nil), []byte(version("words=q")), []byte(version("mine=[1,2] memo=z at=4")))
	f.Fuzz(func(t *testing.T, base, ours, theirs []byte) {
		m, err := MergeCodings("f", base, ours, theirs)
		if err != nil {
			return
		}
		conflicts := len(m.Conflicts())
		marks := bytes.Count(append([]byte("\n"), m.Marked()...), []byte("\n<<<<<<< ours\n"))
		if conflicts != marks {
			t.Fatalf("%d conflicts, %d marks", conflicts, marks)
		}
		m.Take(true)
		var found diag.List
		rows := rowsByID("f", m.Marked(), &found)
		if len(found) > 0 {
			t.Fatalf("cannot be read again: %v", found)
		}
		var ignored diag.List
		was := rowsByID("f", base, &ignored)
		for _, side := range [][]byte{ours, theirs} {
			for id := range rowsByID("f", side, &ignored) {
				if rows[id] == nil && was[id] == nil && conflicts == 0 {
					t.Fatalf("%s is lost", id)
				}
			}
		}
	})
}
