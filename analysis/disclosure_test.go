package analysis

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook/diag"
)

// Whatever a study is like, nobody shares what stands beside her id with fewer than small_cells participants, and
// everything in a report that stands there says the same: attribution, values, rows. What was left out could not stay.
func TestDisclosureSetsNobodyApart(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "transcripts"), 0o700); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		n, smallest := rapid.IntRange(1, 14).Draw(t, "participants"), rapid.IntRange(2, 4).Draw(t, "small_cells")
		table, group := "id,a,b,c,age\n", [2]string{}
		for i := range n {
			row := []string{fmt.Sprintf("P%d", i+1)}
			for _, values := range [][]string{{"x", "y"}, {"p", "q", "r", ""}, {"one", "one", "two"}} {
				row = append(row, rapid.SampledFrom(values).Draw(t, "value"))
			}
			row = append(row, rapid.SampledFrom([]string{"23", "29", "34", "41", "47", "52", "", "old"}).Draw(t, "age"))
			table += strings.Join(row, ",") + "\n"
			which := rapid.IntRange(0, 1).Draw(t, "group")
			group[which] += fmt.Sprintf("L%d: P%d, ", i+1, i+1)
		}
		files := map[string]string{"participants.csv": table,
			"study.yaml": fmt.Sprintf("tema: 1\nreport: {attribution: \"{id}, {b}, {age}\", show: [a, b, c, age, setting], small_cells: %d, participants: {table: rows, bands: {age: 10}}}\n", smallest)}
		for i, speakers := range group {
			text := fmt.Sprintf("---\nspeakers: {%s}\nattributes: {setting: s%d}\n---\n", strings.TrimSuffix(speakers, ", "), i)
			for at := range n {
				if strings.Contains(speakers, fmt.Sprintf("L%d:", at+1)) {
					text += fmt.Sprintf("L%d: Yes.\n\n", at+1)
				}
			}
			files[fmt.Sprintf("transcripts/T%d.txt", i)] = text
		}
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s, err := Open(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if s.Found.Count(diag.Error) > 0 {
			t.Fatal(s.Found)
		}
		d := s.Disclosure()
		people := s.Speaking()
		alone := func(attributes []string, value func(id, name string) string) (alone string) {
			for _, id := range people {
				alike, some := 0, false
				for _, other := range people {
					same := true
					for _, name := range attributes {
						mine := value(id, name)
						some = some || mine != ""
						same = same && (mine == "" || mine == value(other, name))
					}
					if same {
						alike++
					}
				}
				if some && alike < smallest {
					return id
				}
			}
			return ""
		}
		if id := alone(d.Attributes, d.Value); id != "" {
			t.Fatalf("%s stands alone with %v: %v", id, d.Attributes, d.Values(id))
		}
		all := s.listed()
		for _, name := range d.Withheld {
			if !all.bandless(name) && alone(append(slices.Clone(d.Attributes), name), func(id, name string) string {
				return all.Value(id, name)
			}) == "" {
				t.Fatalf("%s is withheld, and sets nobody apart beside %v", name, d.Attributes)
			}
		}
		for _, id := range people {
			want := []string{id}
			for _, name := range []string{"b", "age"} {
				if v := d.Value(id, name); v != "" {
					want = append(want, v)
				}
			}
			if got := d.Attribution(nil, id); got != strings.Join(want, ", ") {
				t.Fatalf("%s, want %v", got, want)
			}
		}
		// What does not stand beside ids is told of groups alone, which are large enough and leave nobody out.
		spread, _ := d.Distributions()
		for _, g := range spread {
			if d.Has(g.Attribute) {
				t.Fatalf("%s stands in rows and in groups", g.Attribute)
			}
			heard := 0
			for _, group := range g.Groups {
				if heard += len(group.Participants); group.Given() && len(group.Participants) < smallest {
					t.Fatalf("%s: %v has %d", g.Attribute, group.Values, len(group.Participants))
				}
			}
			if heard != len(people) {
				t.Fatalf("%s: %d of %d", g.Attribute, heard, len(people))
			}
		}
	})
}

func TestDisclosureAsItIsDecided(t *testing.T) {
	table := "id,age,role\nP1,31,nurse\nP2,42,doctor\n"
	study := func(settings string) *Study {
		return walkStudy(t, map[string]string{"participants.csv": table,
			"study.yaml": "tema: 1\nreport: {attribution: \"{id}, {Age}, {role}\", show: [role, age], " + settings + "}\n"})
	}
	for _, c := range []struct{ settings, by, withheld, told string }{
		{"small_cells: 3", "P1", "[age role]", "age and role: left out of reports beside participants' ids, since age and role together would set 2 of 2 participants apart, in groups of fewer than 3"},
		{"set_apart: withhold", "P1", "[age role]", ""},
		{"set_apart: show", "P1, 31, nurse", "[]", ""},
		{"small_cells: 1", "P1, 31, nurse", "[]", ""},
		{"small_cells: 1, participants: {bands: {age: 5}}", "P1, 30–34, nurse", "[]", ""},
		{"small_cells: 1, participants: {range: [age]}", "P1, nurse", "[]", ""},
		{"participants: {bands: {AGE: 5}}", "P1", "[age role]", "age and role: left out of reports beside participants' ids, since age and role together would set 2 of 2 participants apart, in groups of fewer than 3"},
	} {
		s := study(c.settings)
		d := s.Disclosure()
		told, _ := d.Undecided()
		if got := d.Attribution(s.Transcript("P"), "P1"); got != c.by || fmt.Sprint(d.Withheld) != c.withheld || told != c.told {
			t.Errorf("%s: %q, without %v; told %q", c.settings, got, d.Withheld, told)
		}
		if got, want := s.Listed().Attribution(nil, "P1"), "P1, 31, nurse"; got != want && !strings.Contains(c.settings, "range") {
			t.Errorf("%s: to those who have the study, %q", c.settings, got)
		}
	}
}

// Where a pattern has no {id}, none comes in its place when all else is left out.
func TestAttributionWithoutID(t *testing.T) {
	s := walkStudy(t, map[string]string{"participants.csv": "id,role\nP1,nurse\nP2,doctor\n",
		"study.yaml": "tema: 1\nreport: {attribution: \"{role}\", show: [role]}\n"})
	if got := s.Disclosure().Attribution(s.Transcript("P"), "P1"); got != "" {
		t.Errorf("%q stands beside what P1 said", got)
	}
}
