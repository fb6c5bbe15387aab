package report

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// Review, matrix and report of a study give the same numbers, and they are those that one gets by looking at every byte
// of every coding.

// bytewise counts a study the slow way: it knows codings and transcripts, and nothing of tiers or passages.
type bytewise struct {
	s           *analysis.Study
	transcripts []*transcript.Transcript
	coded       []one // by persons, those that count
}

// one is a coding: the code that it counts under today, where, and the turns that hold speech of it, by place.
type one struct {
	n     int
	code  string
	t     *transcript.Transcript
	span  transcript.Span
	turns []int
}

func newBytewise(t testing.TB, s *analysis.Study) *bytewise {
	t.Helper()
	transcripts, err := s.Transcripts(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &bytewise{s: s, transcripts: transcripts}
	coders := s.Config.Report.Coders
	for _, c := range s.Codings() {
		code, queued := s.Book.Resolve(c.Code)
		tr := s.Transcript(c.Transcript)
		if c.Status != analysis.Accepted || queued || code == nil || tr == nil || len(coders) > 0 && !slices.Contains(coders, c.Coder) {
			continue
		}
		if tr.Text[c.Start:c.End] == c.Quote { // fixtures hold no text that was edited since
			x := one{len(b.coded), code.ID, tr, transcript.Span{Start: c.Start, End: c.End}, nil}
			for i, turn := range tr.Turns {
				if shareByte(turn.Speech, x.span) {
					x.turns = append(x.turns, i)
				}
			}
			b.coded = append(b.coded, x)
		}
	}
	return b
}

// of returns the codings of some codes.
func (b *bytewise) of(codes map[string]bool) []one {
	var out []one
	for _, c := range b.coded {
		if codes[c.code] {
			out = append(out, c)
		}
	}
	return out
}

// under returns a code and all below it.
func under(c *codebook.Code) map[string]bool {
	out := map[string]bool{c.ID: true}
	for _, sub := range c.Codes {
		maps.Copy(out, under(sub))
	}
	return out
}

// drawnOn returns the codes of a theme, with those of its sub-themes that stand if below is set.
func (b *bytewise) drawnOn(th *codebook.Theme, below bool) map[string]bool {
	out := map[string]bool{}
	for _, id := range th.Codes {
		if c, _ := b.s.Book.Resolve(id); c != nil {
			maps.Copy(out, under(c))
		}
	}
	for _, sub := range th.Themes {
		if below && sub.Status != analysis.Dropped {
			maps.Copy(out, b.drawnOn(sub, true))
		}
	}
	return out
}

// drawn returns the codes of a code or theme with what stands under it.
func (b *bytewise) drawn(entries, id string) map[string]bool {
	if entries == "codes" {
		return under(b.s.Book.Code(id))
	}
	return b.drawnOn(b.s.Book.Theme(id), true)
}

// count counts codings within a case: the turns for which in says yes.
func (b *bytewise) count(codings []one, in func(t *transcript.Transcript, turn transcript.Turn) bool, wholeTranscripts bool) analysis.Counts {
	var out analysis.Counts
	people := map[string]bool{}
	for _, t := range b.transcripts {
		mine := slices.DeleteFunc(slices.Clone(codings), func(c one) bool { return c.t != t })
		// Passages are what remains when overlapping codings are joined again and again.
		group := make([]int, len(mine))
		for i := range group {
			group[i] = i
		}
		for again := true; again; {
			again = false
			for i := range mine {
				for k := range mine {
					if group[k] < group[i] && shareByte(mine[i].span, mine[k].span) {
						group[i], again = group[k], true
					}
				}
			}
		}
		passages, turns := map[int]bool{}, map[int]bool{}
		for i, c := range mine {
			touched := wholeTranscripts && in(t, t.Turns[0])
			for _, turn := range c.turns {
				if in(t, t.Turns[turn]) {
					touched = true
					turns[turn] = true
					if t.Turns[turn].Participant() {
						people[t.Turns[turn].Is] = true
					}
				}
			}
			if touched {
				out.Codings++
				passages[group[i]] = true
			}
		}
		out.Passages += len(passages)
		out.Turns += len(turns)
		if len(passages) > 0 {
			out.Transcripts++
		}
	}
	out.Participants = len(people)
	return out
}

func everywhere(*transcript.Transcript, transcript.Turn) bool { return true }

func shareByte(a, b transcript.Span) bool { return max(a.Start, b.Start) < min(a.End, b.End) }

// meet says whether two codings are near each other, turn by turn.
func (b *bytewise) meet(x, y one, near analysis.Near) bool {
	if x.t != y.t {
		return false
	}
	if x.n == y.n {
		return true
	}
	switch near {
	case analysis.Overlapping:
		return shareByte(x.span, y.span)
	case analysis.SamePassage:
		return x.span == y.span
	}
	for _, i := range x.turns {
		for _, k := range y.turns {
			if max(i-k, k-i) <= int(near) {
				return true
			}
		}
	}
	return false
}

// together returns the codings of either of two sets of codes that meet one of the other.
func (b *bytewise) together(x, y map[string]bool, near analysis.Near) []one {
	var out []one
	ofX, ofY := b.of(x), b.of(y)
	meets := func(c one, others []one) bool {
		return slices.ContainsFunc(others, func(o one) bool { return b.meet(c, o, near) })
	}
	for _, c := range b.coded {
		if x[c.code] && meets(c, ofY) || y[c.code] && meets(c, ofX) {
			out = append(out, c)
		}
	}
	return out
}

// agree holds review, matrix and report against each other and against the bytes.
func agree(t interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}, tb testing.TB, s *analysis.Study) {
	t.Helper()
	ctx := context.Background()
	b := newBytewise(tb, s)
	e, err := s.EvidenceWithoutWords(ctx)
	if err != nil {
		t.Fatalf("%v", err)
	}
	same := func(what string, want analysis.Counts, got ...analysis.Counts) {
		t.Helper()
		for i, g := range got {
			if g != want {
				t.Errorf("%s: number %d says %+v, by the bytes %+v", what, i, g, want)
			}
		}
	}
	matrix := func(o analysis.MatrixOptions) *analysis.Matrix {
		t.Helper()
		o.Tier = analysis.TierCoded
		m, err := s.Matrix(ctx, e, o)
		if err != nil {
			t.Fatalf("%s by %s: %v", o.Rows, o.Columns, err)
		}
		return m
	}
	r, err := Build(ctx, s, Options{MaxExcerpts: -1})
	if err != nil {
		t.Fatalf("%v", err)
	}

	// Totals: report, review and the headings of matrices.
	sections, rows := map[string]Section{}, map[string]CodeRow{}
	var walk func([]Section)
	walk = func(list []Section) {
		for _, sec := range list {
			sections[sec.ID] = sec
			for _, row := range sec.Codes {
				rows[row.ID] = row
			}
			walk(sec.Sections)
		}
	}
	walk(r.Sections)
	for _, row := range r.Loose {
		rows[row.ID] = row
	}
	review, err := BuildReview(ctx, s, e, ReviewOptions{})
	if err != nil {
		t.Fatalf("%v", err)
	}
	themes, own := matrix(analysis.MatrixOptions{Rows: "themes", Columns: "participants"}), matrix(analysis.MatrixOptions{Rows: "themes", Columns: "participants", Own: true})
	if len(review.Themes) != len(themes.Rows) || len(review.Themes) != len(own.Rows) || !r.ByCode && len(review.Themes) != len(sections) {
		t.Fatalf("%d themes in the review, %d in the matrix, %d in the report", len(review.Themes), len(themes.Rows), len(sections))
	}
	for i, rt := range review.Themes {
		th := s.Book.Theme(rt.ID)
		total, alone := b.count(b.of(b.drawnOn(th, true)), everywhere, true), b.count(b.of(b.drawnOn(th, false)), everywhere, true)
		same(rt.ID+", total", total, analysis.Counts(rt.Total), analysis.Counts(sections[rt.ID].Total), themes.Rows[i].Evidence.Counts)
		same(rt.ID+", own", alone, analysis.Counts(rt.Own), analysis.Counts(sections[rt.ID].Own), own.Rows[i].Evidence.Counts)
		for c, column := range themes.Columns {
			present := themes.Cells[i][c].Codings > 0
			if marked := sections[rt.ID].Spread[c]; marked.Participant != column.ID || (marked.By == "person") != present || slices.Contains(rt.Spread.Participants, column.ID) != present {
				t.Errorf("%s and %s: matrix %t, report %+v, review %v", rt.ID, column.ID, present, marked, rt.Spread.Participants)
			}
		}
		// What is collated is what is counted.
		one, err := BuildReview(ctx, s, e, ReviewOptions{Theme: th, By: "transcript"})
		if err != nil {
			t.Fatalf("%v", err)
		}
		listed := 0
		for _, g := range one.Themes[0].Groups {
			listed += len(g.Passages)
		}
		if listed != total.Passages {
			t.Errorf("%s: %d passages by transcript, %d counted", rt.ID, listed, total.Passages)
		}
	}
	codes := matrix(analysis.MatrixOptions{Rows: "codes", Columns: "transcripts"})
	for _, h := range codes.Rows {
		c := s.Book.Code(h.ID)
		total := b.count(b.of(under(c)), everywhere, true)
		same(h.ID+", total", total, h.Evidence.Counts)
		if row, ok := rows[h.ID]; ok {
			got := [4]int{row.Own, row.Total, row.Passages, row.Participants}
			if want := [4]int{b.count(b.of(map[string]bool{h.ID: true}), everywhere, true).Codings, total.Codings, total.Passages, total.Participants}; got != want {
				t.Errorf("%s in the report: %v, by the bytes %v", h.ID, got, want)
			}
		}
	}

	// Cells, of every axis.
	for _, axis := range slices.Concat([]string{"participants", "transcripts", "speakers"}, s.Attributes()) {
		for _, entries := range []string{"codes", "themes"} {
			m := matrix(analysis.MatrixOptions{Rows: entries, Columns: axis, Passages: true})
			turned := matrix(analysis.MatrixOptions{Rows: axis, Columns: entries})
			for ri, h := range m.Rows {
				held := b.drawn(entries, h.ID)
				for ci, column := range m.Columns {
					in, whole := b.inCase(axis, column)
					same(fmt.Sprintf("%s by %s %q", h.ID, axis, column.ID), b.count(b.of(held), in, whole), m.Cells[ri][ci].Counts, turned.Cells[ci][ri].Counts)
					if len(m.Cells[ri][ci].Passages) != m.Cells[ri][ci].Counts.Passages {
						t.Errorf("%s by %s %q keeps %d passages and counts %d", h.ID, axis, column.ID, len(m.Cells[ri][ci].Passages), m.Cells[ri][ci].Counts.Passages)
					}
				}
			}
		}
	}
	for _, near := range []analysis.Near{analysis.SamePassage, analysis.Overlapping, 0, 2} {
		for _, sides := range [][2]string{{"codes", "codes"}, {"themes", "codes"}} {
			m := matrix(analysis.MatrixOptions{Rows: sides[0], Columns: sides[1], Near: near, Own: sides[0] == "codes", Passages: true})
			for ri, row := range m.Rows {
				for ci, column := range m.Columns {
					x, y := map[string]bool{row.ID: true}, map[string]bool{column.ID: true}
					if sides[0] == "themes" {
						x, y = b.drawn("themes", row.ID), b.drawn("codes", column.ID)
					}
					same(fmt.Sprintf("%s and %s, %s", row.Ref, column.Ref, near), b.count(b.together(x, y, near), everywhere, true), m.Cells[ri][ci].Counts)
					if len(m.Cells[ri][ci].Passages) != m.Cells[ri][ci].Counts.Passages {
						t.Errorf("%s and %s keep %d passages", row.Ref, column.Ref, len(m.Cells[ri][ci].Passages))
					}
					if row.Ref == column.Ref && m.Cells[ri][ci].Counts != row.Evidence.Counts {
						t.Errorf("%s with itself: %+v, not %+v", row.Ref, m.Cells[ri][ci].Counts, row.Evidence.Counts)
					}
				}
			}
		}
	}
}

// inCase says which turns belong to a column, and whether a whole transcript does.
func (b *bytewise) inCase(axis string, column analysis.Heading) (in func(*transcript.Transcript, transcript.Turn) bool, whole bool) {
	switch axis {
	case "participants":
		return func(_ *transcript.Transcript, turn transcript.Turn) bool { return turn.Is == column.ID }, false
	case "transcripts":
		return func(t *transcript.Transcript, _ transcript.Turn) bool { return t.ID == column.ID }, true
	case "speakers":
		return func(_ *transcript.Transcript, turn transcript.Turn) bool {
			return turn.Participant() && column.ID == "participants" || turn.Is == column.ID || turn.Is == "" && column.ID == "nobody"
		}, false
	}
	if slices.Contains(b.s.Participants.Attributes, axis) {
		return func(t *transcript.Transcript, turn transcript.Turn) bool {
			return turn.Participant() && slices.Contains(column.Values, strings.Join(b.s.Attribute(t, turn.Is, axis), ""))
		}, false
	}
	return func(t *transcript.Transcript, _ transcript.Turn) bool {
		return slices.Contains(column.Values, strings.Join(b.s.Attribute(t, "", axis), ""))
	}, true
}

func TestReviewMatrixAndReportGiveTheSameNumbers(t *testing.T) {
	for _, name := range []string{"peer-support", "erfaring"} {
		s, err := analysis.Open(filepath.Join("..", "..", "testdata", "studies", name), "")
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		agree(t, t, s)
		if err := s.ErrUnlessReportable(); err != nil {
			t.Fatal(err)
		}
	}
	for _, study := range studies {
		agree(t, t, open(t, study.files, study.codings, study.changes...))
	}
}

func TestNumbersOfRandomStudies(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) { agree(rt, t, randomStudy(t, rt)) })
}

// randomStudy writes a study of a few short transcripts, with all that makes counting hard: interviewers, silent turns,
// text before the first label, codings across turns or on a header alone, sub-codes, former ids, codes that went into
// others, sub-themes, codes that several themes share, several coders, rejected codings.
func randomStudy(t testing.TB, rt *rapid.T) *analysis.Study {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("study.yaml", rapid.SampledFrom([]string{"tema: 1\n", "tema: 1\napproach: codebook\nreport: {coders: [anna, per], show: [age]}\n", "tema: 1\nreport: {coders: [anna]}\n"}).Draw(rt, "study"))
	write("participants.csv", "id,age,role\nP1,old,x\nP2,young,\nP3,,y\n")
	write("codebook.yaml", `codes:
  - {id: a, codes: [{id: a1}, {id: a2, aliases: [former], codes: [{id: deep}]}]}
  - {id: b}
  - {id: c}
  - {id: gone, status: retired, into: [b]}
  - {id: torn, status: retired, into: [b, c]}
themes:
  - {id: one, codes: [a], themes: [{id: inner, codes: [b, a1]}, {id: off, status: dropped, codes: [c]}]}
  - {id: two, codes: [a2, gone]}
  - {id: bare}
`)
	codes := rapid.SampledFrom([]string{"a", "a1", "a2", "former", "deep", "b", "c", "gone", "torn"})
	n := 0
	for k := range rapid.IntRange(1, 2).Draw(rt, "transcripts") {
		id := fmt.Sprintf("T%d", k+1)
		front := "---\nspeakers: {I: interviewer, A: P1, B: P2, C: P3, O: other, U: unknown}\nattributes: {wave: " + rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "wave") + "}\n---\n"
		text := rapid.SampledFrom([]string{"", "Before it begins.\n"}).Draw(rt, "before")
		for range rapid.IntRange(1, 7).Draw(rt, "turns") {
			text += rapid.SampledFrom([]string{"I", "A", "B", "C", "O", "U"}).Draw(rt, "label") + ":" +
				rapid.SampledFrom([]string{" ab cd.", " Long enough to hold two codings, and a third.", "", " x"}).Draw(rt, "speech") + "\n"
		}
		write("transcripts/"+id+".txt", front+text)
		tr, found := transcript.Parse(id, id, []byte(front+text))
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		for _, coder := range []string{"anna", "per"} {
			var lines []string
			for range rapid.IntRange(0, 6).Draw(rt, "codings") {
				start := rapid.IntRange(0, len(text)-1).Draw(rt, "start")
				a := tr.AnchorAt(transcript.Span{Start: start, End: min(len(text), start+rapid.IntRange(1, 40).Draw(rt, "length"))})
				n++
				line, err := json.Marshal(map[string]any{"id": fmt.Sprintf("c%d", n), "code": codes.Draw(rt, "code"), "start": a.Start, "end": a.End, "quote": a.Quote,
					"before": a.Before, "after": a.After, "text": a.TextHash, "status": rapid.SampledFrom([]string{"", "", "", "rejected"}).Draw(rt, "status")})
				if err != nil {
					t.Fatal(err)
				}
				lines = append(lines, string(line)+"\n")
			}
			write("codings/"+coder+"/"+id+".jsonl", strings.Join(lines, ""))
		}
	}
	s, err := analysis.Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if s.Found.Count(diag.Error) > 0 {
		t.Fatalf("%+v", s.Found)
	}
	return s
}
