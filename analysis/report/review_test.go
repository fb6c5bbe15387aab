package report

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	markdownhtml "github.com/yuin/goldmark/renderer/html"
	"pgregory.net/rapid"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

func reviewOf(t testing.TB, s *analysis.Study, o ReviewOptions) *Review {
	t.Helper()
	e, err := s.EvidenceWithoutWords(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	r, err := BuildReview(context.Background(), s, e, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReviewGolden(t *testing.T) {
	for _, s := range studies[:3] {
		study := open(t, s.files, s.codings, s.changes...)
		r := reviewOf(t, study, ReviewOptions{Theme: study.Book.Theme("belonging"), Proposed: true})
		golden(t, s.name+"-review.md", r.Markdown())
		golden(t, s.name+"-reviews.md", reviewOf(t, study, ReviewOptions{}).Markdown())
	}
}

// What the prose quotes is quoted.
func TestProseQuotes(t *testing.T) {
	s := open(t, tiny, tinyCodings)
	th := s.Book.Theme("belonging")
	before := reviewOf(t, s, ReviewOptions{Theme: th}).Themes[0]
	at := strings.Index(s.Transcript("A").Text, "the list of who")
	p := transcript.Passage{Transcript: "A", Span: transcript.Span{Start: at, End: at + 4}}
	after := reviewOf(t, s, ReviewOptions{Theme: th, Quoted: []transcript.Passage{p}}).Themes[0]
	if before.NotQuoted != after.NotQuoted+1 {
		t.Errorf("%d passages are not quoted, %d where the prose quotes one", before.NotQuoted, after.NotQuoted)
	}
	marked := func(t ReviewTheme) (n int) {
		for _, g := range t.Groups {
			for _, p := range g.Passages {
				if p.Quoted {
					n++
				}
			}
		}
		return n
	}
	if marked(after) <= marked(before) {
		t.Errorf("%d passages are marked as quoted, %d where the prose quotes one", marked(before), marked(after))
	}
}

// What is no coding by a person is in no count and in no group.
func TestReviewKeepsTiersApart(t *testing.T) {
	s := open(t, tiny, map[string]lines{"_rules/A": tinyCodings["_rules/A"]})
	r := reviewOf(t, s, ReviewOptions{Theme: s.Book.Theme("belonging"), Proposed: true}).Themes[0]
	if r.Total != (Counts{}) || len(r.Groups) > 0 || len(r.Spread.Participants) > 0 || r.NotQuoted > 0 {
		t.Errorf("counted are %+v", r)
	}
	if r.Proposed.Codings == 0 || len(r.ProposedPassages) != r.Proposed.Passages {
		t.Errorf("proposed are %+v and %d passages", r.Proposed, len(r.ProposedPassages))
	}
	if unasked := reviewOf(t, s, ReviewOptions{Theme: s.Book.Theme("belonging")}).Themes[0]; len(unasked.ProposedPassages) > 0 || unasked.Proposed != r.Proposed {
		t.Errorf("not asked for, and %d shown", len(unasked.ProposedPassages))
	}
}

func TestAround(t *testing.T) {
	p := ReviewPassage{Before: "one two\nthree four five", After: "six seven eight nine"}
	for room, want := range map[int][2]string{
		100: {"one two three four five", "six seven eight nine"},
		10:  {"… four five", "six seven …"},
		9:   {"… five", "six …"},
		2:   {"… ve", "si …"},
	} {
		if before, after := p.Around(room); [2]string{before, after} != want {
			t.Errorf("%d: %q and %q, want %q", room, before, after, want)
		}
	}
	// What was said at length is not read to its other end, and no character is cut.
	long := strings.Repeat("åse og ", 1000)
	if before, after := (ReviewPassage{Before: long + "sist", After: "først " + long}).Around(12); before != "… åse og sist" || after != "først åse …" {
		t.Errorf("%q and %q", before, after)
	}
}

// What people said and wrote makes no markup in a review.
func TestReviewTextIsData(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(markdownhtml.WithXHTML()))
	shape := func(t interface{ Fatal(...any) }, text string) map[string]int {
		ref := Ref{ID: "x", Name: text}
		x := about(text).Sections[0].Chosen[0]
		r := &Review{Title: text, Question: text, Approach: "reflexive", By: "code", Themes: []ReviewTheme{{Ref: ref, Level: 1, Kind: "theme", Concept: text, Definition: text,
			Status: "defined", Total: Counts{Codings: 1, Passages: 1},
			Spread: ReviewSpread{Participants: []string{text}, NoParticipants: []string{text}, Transcripts: []string{text}, NoTranscripts: []string{text},
				Attributes: []ReviewAttribute{{text, []ReviewSpreadGroup{{text, []string{text}, nil}, {text, nil, []string{text}}}}}},
			Overlaps: []ReviewOverlap{{ref, []Ref{ref}, []Place{{text, []int{1}}}}}, Reviews: []RecordedReview{{text, text, 1, text, true}},
			Chosen: []Excerpt{x}, Tensions: []Excerpt{x},
			Groups: []ReviewGroup{{ref, text, []ReviewPassage{{Excerpt: x, Asked: text, AskedTurn: 1, Before: text, After: text}}}}}}}
		var b bytes.Buffer
		b.WriteString("<body>")
		if err := md.Convert(r.Markdown(), &b); err != nil {
			t.Fatal(err)
		}
		b.WriteString("</body>")
		n := map[string]int{}
		for _, e := range parse(t, b.Bytes()) {
			if e.name != "p" && e.name != "br" {
				n[e.name]++
			}
		}
		return n
	}
	plain := shape(t, "plain")
	rapid.Check(t, func(rt *rapid.T) {
		text := hostile(rt, "text")
		if len(strings.Fields(visible(text))) == 0 {
			return
		}
		for name, n := range shape(rt, text) {
			if n != plain[name] {
				rt.Fatalf("%q made <%s>: %d instead of %d", text, name, n, plain[name])
			}
		}
	})
}
