package report

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/index/transcript"

	"pgregory.net/rapid"
)

// The script makes text, not markup, asks for nothing, and keeps nothing.
func TestScriptIsHarmless(t *testing.T) {
	for _, bad := range []string{"innerHTML", "outerHTML =", "insertAdjacent", "document.write", "eval", "Function(", "fetch", "http", "import", "XMLHttp", "WebSocket",
		"sendBeacon", "Storage", "cookie", ".src", "setAttribute(\"on", "createContextualFragment", "DOMParser", "</script"} {
		if strings.Contains(script, bad) {
			t.Errorf("the script holds %q", bad)
		}
	}
	if n := strings.Count(script, "\n"); n > 200 {
		t.Errorf("the script has %d lines: more than can be read at a sitting", n)
	}
	if regexp.MustCompile(`//[^ ]|\$\{`).MatchString(script) {
		t.Error("the script holds what looks like an address, or puts strings together by pattern")
	}
}

// A page without its script shows nothing that only the script could make work.
func TestNoDeadControls(t *testing.T) {
	controls := regexp.MustCompile(`<(button|select|input|textarea|label|option)\b`)
	for _, s := range studies {
		page := strings.Replace(string(build(t, open(t, s.files, s.codings, s.changes...), s.options).HTML()), script, "", 1)
		start, end := strings.Index(page, "<template"), strings.Index(page, "</template>")
		if start >= 0 {
			page = page[:start] + page[end:]
		} else if strings.Contains(page, "<script") || strings.Contains(page, "script-src") || strings.Contains(page, "<figure") {
			t.Errorf("%s: a script without controls, or excerpts without a script", s.name)
		}
		if dead := controls.FindString(page); dead != "" {
			t.Errorf("%s: %s stands outside of the template", s.name, dead)
		}
	}
}

// Whatever is filtered by leaves something, and nothing can be filtered by that the study does not show.
func TestChoices(t *testing.T) {
	of := func(changes ...string) (labels []string, tokens map[string][]string) {
		r := build(t, open(t, tiny, tinyCodings, changes...), Options{})
		tokens = map[string][]string{}
		r.eachExcerpt(func(x Excerpt) {
			for _, token := range r.parts.tokens(x) {
				tokens[token] = append(tokens[token], x.Anchor)
			}
		})
		for _, c := range r.parts.choices {
			label := english.ChoiceLabel(c) + ":"
			for _, o := range c.Options {
				label += " " + o.Label + ";"
				if len(tokens[o.Token]) == 0 {
					t.Errorf("nothing is found under %s", o.Token)
				}
			}
			labels = append(labels, label)
		}
		return labels, tokens
	}
	all := "Participant: P1; P2; P3; P4;"
	codes := "Code: Doing the work; The list on the door; Keys; Lending * and _borrowing_; Evening and night;"
	got, tokens := of()
	if !slices.Equal(got, []string{all, "age: 30-39; 40-49;", codes}) {
		t.Errorf("choices are\n%s", strings.Join(got, "\n"))
	}
	if len(tokens["c:key"]) <= len(tokens["c:lending"]) || len(tokens["c:lending"]) == 0 {
		t.Errorf("a code is not found under the one above it: %v, %v", tokens["c:key"], tokens["c:lending"])
	}
	if got, _ := of("small_cells: 2", "small_cells: 3"); !slices.Equal(got, []string{all, codes}) {
		t.Errorf("groups of less than three can be told apart:\n%s", strings.Join(got, "\n"))
	}
	if got, _ := of("show: [age, site, setting]", "show: [site]", "small_cells: 2", "small_cells: 0"); !slices.Equal(got, []string{all, "site: north; south;", codes}) {
		t.Errorf("choices are\n%s", strings.Join(got, "\n"))
	}
}

func TestPresence(t *testing.T) {
	rows := func(p presence) string {
		var out []string
		for _, r := range p.Rows {
			row := r.ID + ":"
			for i, c := range r.Cells {
				if c.Passages > 0 {
					row += " " + p.Columns[i]
				} else if c.ByRule > 0 {
					row += " (" + p.Columns[i] + ")"
				}
			}
			out = append(out, row)
		}
		return strings.Join(out, "\n")
	}
	r := build(t, open(t, tiny, tinyCodings), Options{})
	if got, want := rows(r.parts.presence), "belonging: P1 P2 P3 P4\nkeys: P2 P3 P4\nevening: P4"; got != want || r.parts.presence.Counts {
		t.Errorf("presence is\n%s\nwant\n%s", got, want)
	}
	nobody := with(tiny)
	for _, id := range []string{"A", "G", "N"} {
		nobody["transcripts/"+id+".txt"] = regexp.MustCompile(`: P\d`).ReplaceAllString(tiny["transcripts/"+id+".txt"], ": other")
	}
	r = build(t, open(t, nobody, tinyCodings), Options{})
	if got, want := rows(r.parts.presence), "belonging: A G N\nkeys: G N\nevening: G N"; got != want || !r.parts.presence.ByTranscript {
		t.Errorf("presence by transcript is\n%s\nwant\n%s", got, want)
	}
}

func TestPortraits(t *testing.T) {
	s := open(t, tiny, tinyCodings)
	p := build(t, s, Options{}).parts.portraits
	if len(p.Shown) != 3 || p.Of != 3 || p.Shown[1].ID != "G" {
		t.Fatalf("portraits are %+v", p)
	}
	text := s.Transcript("G").Text
	row := p.Shown[1].Rows[0]
	at := strings.Index(text, "I have, and I lend")
	if got, want := row.Persons[0].Start, at*1000/len(text); got != want {
		t.Errorf("the first passage begins at %d thousandths, want %d", got, want)
	}
	if got := english.Lies(row); got != "turns 2–7" {
		t.Errorf("it lies in %s", got)
	}
	// However short a passage and wherever it lies, its mark can be seen and is within the picture.
	rapid.Check(t, func(t *rapid.T) {
		tr := &transcript.Transcript{Text: strings.Repeat("x", rapid.IntRange(1, 5000).Draw(t, "length"))}
		start := rapid.OneOf(rapid.IntRange(0, len(tr.Text)-1), rapid.Just(len(tr.Text)-1)).Draw(t, "start")
		end := rapid.IntRange(start+1, len(tr.Text)).Draw(t, "end")
		var row portraitRow
		row.add(tr, &row.Persons, []analysis.Passage{{Passage: transcript.Passage{Span: transcript.Span{Start: start, End: end}}}})
		mark := row.Persons[0]
		if mark.Start < 0 || mark.End > 1000 || mark.Len() < 4 || mark.Start*len(tr.Text) > start*1000 || mark.End*len(tr.Text) < end*1000 {
			t.Fatalf("bytes %d to %d of %d are drawn from %d to %d", start, end, len(tr.Text), mark.Start, mark.End)
		}
	})
}

// A whole transcript is what was said, each coded word marked; it is only there if asked for.
func TestWholeTranscripts(t *testing.T) {
	s := open(t, tiny, tinyCodings)
	without := string(build(t, s, Options{Context: -1}).HTML())
	if strings.Contains(without, "Who has a key?</p>") || strings.Contains(without, `id="turn-`) {
		t.Error("a transcript is printed that nobody asked for")
	}
	r := build(t, s, Options{WithTranscripts: true})
	for _, w := range r.parts.texts {
		tr := s.Transcript(w.ID)
		for _, turn := range w.Turns {
			var words strings.Builder
			for _, p := range turn.Parts {
				words.WriteString(p.Text)
			}
			if speech := tr.Turns[turn.Number-1].Speech; words.String() != tr.Text[speech.Start:speech.End] {
				t.Errorf("%s reads %q", turn.Anchor, words.String())
			}
		}
	}
	g := r.parts.texts[1]
	var marked []string
	for _, turn := range g.Turns {
		for _, p := range turn.Parts {
			if p.Mark > 0 {
				var names []string
				for _, c := range turn.Coded[p.Mark-1].Codes {
					names = append(names, c.ID)
				}
				marked = append(marked, p.Text+" ["+strings.Join(names, " ")+"]")
			}
		}
	}
	want := "I have, and I lend it out. [key]\nHe lends it to me. I never gave it back. [key]\nNever? [key]\nTwice [key]\n[laughter] [night]\nThe lock is older [lending]"
	if got := strings.Join(marked, "\n"); got != want {
		t.Errorf("marked are\n%s\nwant\n%s", got, want)
	}
	if page := string(r.HTML()); !strings.Contains(page, `<p class="place"><a href="#turn-G-2">G, turns 2–5</a></p>`) || !strings.Contains(page, `id="turn-G-2"`) {
		t.Error("an excerpt does not lead to its turn")
	}
}

// Codings that touch are two passages, those that overlap are one.
func TestMarksOfATurn(t *testing.T) {
	tr := &transcript.Transcript{Text: "one two three four"}
	coding := func(code string, start, end int) *analysis.Placed {
		p := &analysis.Placed{Today: &codebook.Code{ID: code}}
		p.Span = transcript.Span{Start: start, End: end}
		return p
	}
	var w wholeTurn
	w.mark(tr, transcript.Span{Start: 0, End: len(tr.Text)}, []*analysis.Placed{coding("a", 0, 4), coding("b", 4, 8), coding("a", 5, 13)})
	if want := []textPart{{"one ", 1}, {"two three", 2}, {" four", 0}}; !slices.Equal(w.Parts, want) || len(w.Coded[1].Codes) != 2 {
		t.Errorf("marked are %v, %v", w.Parts, w.Coded)
	}
}

// Words that would be markup in any place where a study has words stay words.
func TestHostileStudy(t *testing.T) {
	bad := `</script></style></template><script>alert(1)</script><!--"'><img src=x onerror=alert(1)>javascript:alert(1)`
	quoted := strings.ReplaceAll(strings.ReplaceAll(bad, `"`, `""`), "\n", " ")
	files := map[string]string{
		"study.yaml": "tema: 1\ntitle: '" + strings.ReplaceAll(bad, "'", "''") + "'\nquestion: '" + strings.ReplaceAll(bad, "'", "''") +
			"'\nreport: {attribution: '{id} {age}', show: [age, coders, sources], small_cells: 0}\n",
		"participants.csv": "id,age\nP1,\"" + quoted + "\"\nP2,old\n",
		"codebook.yaml": "codes: [{id: c, name: '" + strings.ReplaceAll(bad, "'", "''") + "'}, {id: d, name: 'D'}]\nthemes: [{id: t, name: '" +
			strings.ReplaceAll(bad, "'", "''") + "', codes: [c, d]}]\n",
		"transcripts/A b.txt": "---\nspeakers: {A: P1, B: P2}\nsource: {file: '" + strings.ReplaceAll(bad, "'", "''") + "', sha256: \"00\", format: docx}\n---\nA: " + bad + "\n\nB: And I said no. Then yes. Then no.\n",
	}
	r := build(t, open(t, files, map[string]lines{"anna/A b": {{"a1", "c", bad, ""}, {"a2", "d", "I said no.", ""}, {"a3", "d", "Then yes.", ""}, {"a4", "d", "Then no.", ""}}}),
		Options{WithTranscripts: true})
	elements := parse(t, r.HTML())
	scripts, seen := 0, 0
	for _, e := range elements {
		switch {
		case e.name == "script":
			scripts++
		case e.name == "img" || e.name == "style" && e.text != style:
			t.Errorf("the study made a <%s>", e.name)
		}
		if strings.Contains(e.text, bad) && e.name != "body" {
			seen++
		}
		for name, value := range e.attr {
			if strings.HasPrefix(name, "on") || name == "href" && !strings.HasPrefix(value, "#") && value != "data:," || name == "src" {
				t.Errorf("<%s> has %s=%q", e.name, name, value)
			}
		}
	}
	if scripts != 1 || seen < 12 {
		t.Errorf("%d scripts, and the words in %d places", scripts, seen)
	}
}

// A thousand participants are a small picture.
func TestStripStaysSmall(t *testing.T) {
	var v sectionView
	for i := range 1000 {
		v.Spread = append(v.Spread, Mark{By: []string{"person", "rule", ""}[i%3]})
	}
	if s := v.Strip(); s.Width > 180 || s.Height > 100 || len(s.On)+len(s.Half)+len(s.Off) > 20_000 {
		t.Errorf("%d by %d pixels, %d bytes", s.Width, s.Height, len(s.On)+len(s.Half)+len(s.Off))
	}
}
