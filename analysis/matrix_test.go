package analysis

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/index/transcript"
)

// What the cells of a matrix hold is tested against a count by bytes, in analysis/report: there report and review are
// held against the same count.

func TestJoinSmall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfNDistinct(rapid.StringMatching(`P[0-9]`), 1, 6, rapid.ID)
		of := rapid.MapOf(rapid.StringN(0, 3, -1), people).Draw(t, "groups")
		smallest := rapid.IntRange(0, 6).Draw(t, "smallest")
		groups := JoinSmall(of, smallest)
		values := 0
		for _, g := range groups {
			who := map[string]bool{}
			for _, v := range g.Values {
				for _, id := range of[v] {
					who[id] = true
				}
			}
			if want := slices.SortedFunc(maps.Keys(who), Natural); !slices.Equal(g.Participants, want) {
				t.Fatalf("%q: %v, want %v", g.Values, g.Participants, want)
			}
			values += len(g.Values)
			if len(g.Participants) < smallest && g.Given() && Tells(groups, smallest) {
				t.Fatalf("a group of %d", len(g.Participants))
			}
		}
		if values != len(of) {
			t.Fatalf("%d values got lost", len(of)-values)
		}
	})
}

func TestStretches(t *testing.T) {
	span := rapid.Custom(func(t *rapid.T) transcript.Span {
		start := rapid.IntRange(0, 40).Draw(t, "start")
		return transcript.Span{Start: start, End: start + rapid.IntRange(1, 20).Draw(t, "length")}
	})
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(span).Draw(t, "list")
		words := Stretches{}
		for _, s := range list {
			words.Add(transcript.Passage{Transcript: "A", Span: s})
		}
		for i, s := range words["A"] {
			if i > 0 && s.Start < words["A"][i-1].End {
				t.Fatalf("%v overlap", words["A"])
			}
		}
		p := span.Draw(t, "p")
		if got, want := words.Overlap(transcript.Passage{Transcript: "A", Span: p}), slices.ContainsFunc(list, p.Overlaps); got != want {
			t.Fatalf("%v overlaps %v: %v", p, list, got)
		}
		if words.Overlap(transcript.Passage{Transcript: "B", Span: p}) {
			t.Fatal("words of one transcript stand in another")
		}
	})
}

func TestNear(t *testing.T) {
	for _, text := range []string{"same", "overlap", "turn", "1", "17"} {
		if n, err := ParseNear(text); err != nil || n.String() != text {
			t.Errorf("%q is read as %v, %v", text, n, err)
		}
	}
	for _, text := range []string{"", "-1", "near", "1.5", "99999999999"} {
		if n, err := ParseNear(text); err == nil {
			t.Errorf("%q is read as %v", text, n)
		}
	}
}

func TestMatrixAxes(t *testing.T) {
	s := makeStudy(t, map[string]string{
		"study.yaml":        "tema: 1\n",
		"codebook.yaml":     strings.Replace(walkBook, "themes:", "  - {id: former, status: retired, into: [tired]}\nthemes:", 1),
		"participants.csv":  "id,Age,participant\nP1,30,x\nP2,,x\n",
		"transcripts/P.txt": strings.Replace(walk, "---\nI:", "attributes: {Wave: 1}\n---\nBefore.\nI:", 1),
		"transcripts/Q.txt": strings.Replace(walk, "Ola: P2", "Ola: other", 1),
	})
	e, err := s.Evidence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	refs := func(rows, columns string, only ...string) string {
		m, err := s.Matrix(t.Context(), e, MatrixOptions{Rows: rows, Columns: columns, Only: only})
		if err != nil {
			return err.Error()
		}
		var out []string
		for _, side := range [][]Heading{m.Rows, m.Columns} {
			for _, h := range side {
				out = append(out, strings.Repeat(".", h.Depth)+h.Ref)
			}
			out = append(out, "/")
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ got, want string }{
		{refs("codes", "participants"), "code:boundaries .code:drawer code:tired code:lonely / participant:P1 participant:P2 /"},
		{refs("themes", "transcripts"), "theme:late .theme:monday / transcript:P transcript:Q /"},
		{refs("AGE", "themes"), "Age:30 Age: / theme:late .theme:monday /"},
		{refs("themes", "attribute:age"), "theme:late .theme:monday / Age:30 Age: /"},
		{refs("themes", "wave"), "theme:late .theme:monday / Wave:1 Wave: /"},
		{refs("themes", "attribute:participant"), "theme:late .theme:monday / attribute:participant:x /"},
		{refs("themes", "speakers"), "theme:late .theme:monday / speaker:participants speaker:interviewer speaker:other speaker:nobody /"},
		{refs("codes", "themes", "drawer", "code:tired"), "code:drawer code:tired / theme:late .theme:monday /"},
		{refs("codes", "themes", "theme:monday"), "code:tired / theme:late .theme:monday /"},
		{refs("themes", "codes", "monday"), "theme:monday / code:boundaries .code:drawer code:tired code:lonely /"},
		{refs("participants", "codes", "boundaries"), "participant:P1 participant:P2 / code:boundaries .code:drawer /"},
		{refs("codes", "themes", "nowhere"), "no code, and no theme with codes, is called nowhere"},
		{refs("themes", "codes", "tired"), "no theme is called tired"},
		{refs("age", "participants"), "no such side of a matrix: one side of Age by participants must be codes or themes"},
		{refs("codes", "height"), "no such side of a matrix: height is none of codes, themes, participants, transcripts, speakers, and no attribute"},
	} {
		if c.got != c.want {
			t.Errorf("got\n%s\nwant\n%s", c.got, c.want)
		}
	}
	if _, err := s.Matrix(t.Context(), e, MatrixOptions{Rows: "codes", Columns: "age", SmallCells: 3}); !errors.Is(err, ErrSmallGroups) {
		t.Errorf("groups of one and two are shown where three is the least: %v", err)
	}
}

// The same study gives the same matrix, whatever the machine does first.
func TestMatrixIsTheSameEachTime(t *testing.T) {
	first := ""
	for range 3 {
		s := walkStudy(t, map[string]string{"codings/anna/P.jsonl": codingLine(t, walk, "a1", "boundaries", "I switch the phone off.", 0, "") +
			codingLine(t, walk, "a2", "drawer", "phone off. I put it in the drawer", 0, "") + codingLine(t, walk, "a3", "tired", "I put it", 0, "")})
		e, err := s.Evidence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.Matrix(t.Context(), e, MatrixOptions{Rows: "codes", Columns: "codes", Near: Overlapping})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(m.Cells); first == "" {
			first = got
		} else if got != first {
			t.Fatalf("got\n%s\nafter\n%s", got, first)
		}
	}
}
