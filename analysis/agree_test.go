package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/analysis/agreement"
	"github.com/tema-qda/tema/index/transcript"
)

// drawCoded draws a study of a few short transcripts, coded by coders c0, c1 ...
func drawCoded(t *testing.T, r *rapid.T, coders int, book string) *Study {
	files := map[string]string{"study.yaml": "tema: 1\napproach: coding-reliability\nlanguage: en\n", "codebook.yaml": book}
	id := 0
	for n := range rapid.IntRange(1, 3).Draw(r, "transcripts") {
		var text strings.Builder
		text.WriteString("---\nspeakers: {I: interviewer, Kari: P1}\n---\n")
		for range rapid.IntRange(1, 5).Draw(r, "turns") {
			text.WriteString(rapid.SampledFrom([]string{"I: ", "Kari: "}).Draw(r, "speaker"))
			for range rapid.IntRange(1, 7).Draw(r, "words") {
				text.WriteString(rapid.SampledFrom([]string{"a", "blåbær", "don't", "—", "yes.", "No.", "«sa»", "to  go"}).Draw(r, "word") + " ")
			}
			text.WriteString("\n\n")
		}
		file := fmt.Sprintf("P%d", n)
		files["transcripts/"+file+".txt"] = text.String()
		tr, found := transcript.Parse(file, file, []byte(text.String()))
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		var edges []int
		for i := range tr.Text {
			edges = append(edges, i)
		}
		for coder := range coders {
			if rapid.IntRange(0, 5).Draw(r, "missing") == 0 && n > 0 {
				continue
			}
			var lines strings.Builder
			for range rapid.IntRange(0, 4).Draw(r, "codings") {
				start := rapid.IntRange(0, len(edges)-1).Draw(r, "start")
				end := min(len(edges)-1, start+rapid.IntRange(1, 40).Draw(r, "length"))
				if start == end {
					continue
				}
				a := tr.AnchorAt(transcript.Span{Start: edges[start], End: edges[end]})
				c := Coding{ID: fmt.Sprint("x", id), Code: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "code"),
					Start: a.Start, End: a.End, Quote: a.Quote, Before: a.Before, After: a.After, Text: tr.Hash}
				id++
				lines.Write(c.appendLine(nil))
			}
			files[fmt.Sprintf("codings/c%d/%s.jsonl", coder, file)] = lines.String()
		}
	}
	return makeStudy(t, files)
}

// bruteUnits tells unit by unit, the slow way, what each coder put on it: units are sentences, turns, passages, or single
// characters.
func bruteUnits(s *Study, o AgreementOptions) (units [][]map[string]bool) {
	for _, id := range s.TranscriptIDs() {
		t, has, present := s.Transcript(id), s.CodersOf(id), 0
		for _, coder := range o.Coders {
			if slices.Contains(has, coder) {
				present++
			}
		}
		if present < 2 {
			continue
		}
		var said []transcript.Turn
		for _, turn := range t.Turns {
			if o.AllSpeakers || turn.Is != "interviewer" {
				said = append(said, turn)
			}
		}
		wordsIn := func(span transcript.Span) (out []transcript.Span) {
			for _, turn := range said {
				for w := range transcript.Words(t.Text, turn.Speech) {
					if w.Start >= span.Start && w.End <= span.End {
						out = append(out, w)
					}
				}
			}
			return out
		}
		var codings []*Placed
		for _, p := range s.Placed() {
			if p.Transcript == id && slices.Contains(o.Coders, p.Coder) && len(wordsIn(p.Span)) > 0 {
				codings = append(codings, p)
			}
		}
		add := func(holds func(p *Placed) bool) {
			unit := make([]map[string]bool, len(o.Coders))
			for i, coder := range o.Coders {
				if !slices.Contains(has, coder) {
					continue
				}
				unit[i] = map[string]bool{}
				for _, p := range codings {
					if p.Coder == coder && holds(p) {
						unit[i][p.Today.ID] = true
					}
				}
			}
			units = append(units, unit)
		}
		byWord := func(span transcript.Span) {
			if words := wordsIn(span); len(words) > 0 {
				add(func(p *Placed) bool {
					return slices.ContainsFunc(words, func(w transcript.Span) bool { return w.Start >= p.Span.Start && w.End <= p.Span.End })
				})
			}
		}
		for _, turn := range said {
			switch o.Unit {
			case ByTurn:
				byWord(turn.Speech)
			case BySentence:
				for _, sentence := range transcript.Sentences(t.Text, turn.Speech, "en") {
					byWord(sentence)
				}
			case ByCharacter:
				if len(wordsIn(turn.Speech)) == 0 {
					continue
				}
				for i := range t.Text[turn.Speech.Start:turn.Speech.End] {
					at := turn.Speech.Start + i
					add(func(p *Placed) bool { return at >= p.Span.Start && at < p.Span.End })
				}
			}
		}
		if o.Unit == ByPassage {
			group := make([]int, len(codings))
			for i := range group {
				group[i] = i
			}
			for range codings { // until nothing changes any more
				for i, p := range codings {
					for j, q := range codings {
						if p.Span.Overlaps(q.Span) {
							group[i], group[j] = min(group[i], group[j]), min(group[i], group[j])
						}
					}
				}
			}
			for g := range codings {
				if group[g] == g {
					add(func(p *Placed) bool { return group[slices.Index(codings, p)] == g })
				}
			}
		}
	}
	return units
}

func sameValue(a, b agreement.Value) bool {
	x, ok := a.Number()
	y, also := b.Number()
	return ok == also && a.Why() == b.Why() && math.Abs(x-y) < 1e-12
}

const letters = "codes: [{id: a}, {id: b}, {id: c}]\n"

// TestAgreementIsABruteForceCount holds every unit against counting them one by one.
func TestAgreementIsABruteForceCount(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		coders := rapid.IntRange(2, 3).Draw(r, "coders")
		s := drawCoded(t, r, coders, letters)
		all, over := rapid.Bool().Draw(r, "all"), rapid.SampledFrom([]string{OverTranscripts, OverPassages}).Draw(r, "over")
		for _, unit := range []string{BySentence, ByTurn, ByPassage, ByCharacter} {
			o := AgreementOptions{Coders: []string{"c0", "c1", "c2"}[:coders], Unit: unit, AllSpeakers: all, Overlap: 50, Over: over}
			g, err := s.Agreement(t.Context(), o, nil)
			units := bruteUnits(s, o)
			if err != nil {
				return // no transcript was coded by two
			}
			if g.Units != len(units) {
				r.Fatalf("%d units, counted %d", g.Units, len(units))
			}
			used := 0
			for _, code := range []string{"a", "b", "c"} {
				want := CodeAgreement{Put: make([]int, coders), Only: make([]int, coders)}
				var brute []agreement.Unit
				for _, unit := range units {
					values := make([]int, coders)
					put, present := 0, 0
					for i, codes := range unit {
						switch {
						case codes == nil:
							values[i] = agreement.Missing
							continue
						case codes[code]:
							values[i] = 1
							put++
							want.Put[i]++
						}
						present++
					}
					switch put {
					case 0:
						want.None++
					case present:
						want.All++
					case 1:
						want.Only[slices.Index(values, 1)]++
					}
					brute = append(brute, agreement.Unit{Values: values, Count: 1})
				}
				i := slices.IndexFunc(g.ByCode, func(c *CodeAgreement) bool { return c.Code.ID == code })
				if want.None == len(units) {
					if i >= 0 || !slices.Contains(g.Unused, s.Book.Code(code)) {
						r.Fatalf("nobody used %s", code)
					}
					continue
				}
				used++
				got := g.ByCode[i]
				if !slices.Equal(got.Put, want.Put) || !slices.Equal(got.Only, want.Only) || got.All != want.All || got.None != want.None {
					r.Fatalf("%s: put %v, only %v, all %d, none %d; counted %v, %v, %d, %d", code, got.Put, got.Only, got.All, got.None,
						want.Put, want.Only, want.All, want.None)
				}
				n := agreement.NewNominal(brute, 2)
				for _, v := range [][2]agreement.Value{{got.Percent, n.Percent()}, {got.Positive, n.Specific(1)}, {got.Negative, n.Specific(0)},
					{got.Prevalence, n.Prevalence(1)}, {got.Cohen.Value, n.Cohen().Value}, {got.Scott.Value, n.Scott().Value},
					{got.Fleiss.Value, n.Fleiss().Value}, {got.AC1.Value, n.AC1().Value}, {got.Alpha.Value, n.Alpha().Value}} {
					if !sameValue(v[0], v[1]) {
						r.Fatalf("%s: %v (%s), counted %v (%s)", code, v[0], v[0].Why(), v[1], v[1].Why())
					}
				}
			}
			if unit == ByCharacter {
				bruteBoundaries(r, g, units)
			}
			if used != len(g.ByCode) {
				r.Fatalf("%d codes, counted %d", len(g.ByCode), used)
			}
			sets, ids, brute := [][]int{}, map[string]int{}, []agreement.Unit{}
			for _, unit := range units {
				values := make([]int, coders)
				for i, codes := range unit {
					if values[i] = agreement.Missing; codes == nil {
						continue
					}
					var set []int
					for n, code := range []string{"a", "b", "c"} {
						if codes[code] {
							set = append(set, n)
						}
					}
					key := fmt.Sprint(set)
					if _, known := ids[key]; !known {
						ids[key] = len(sets)
						sets = append(sets, set)
					}
					values[i] = ids[key]
				}
				brute = append(brute, agreement.Unit{Values: values, Count: 1})
			}
			alphas := agreement.NewSets(brute, sets, agreement.Jaccard, agreement.MASI).Alphas(nil)
			for _, v := range [][2]agreement.Value{{g.Jaccard.Value, alphas[0].Value}, {g.MASI.Value, alphas[1].Value}} {
				if !sameValue(v[0], v[1]) {
					r.Fatalf("sets: %v (%s), counted %v (%s)", v[0], v[0].Why(), v[1], v[1].Why())
				}
			}
		}
	})
}

// bruteBoundaries holds the observed agreement on boundaries against counting characters one by one, of the transcripts
// that all have coded.
func bruteBoundaries(r *rapid.T, g *Agreement, characters [][]map[string]bool) {
	all := slices.DeleteFunc(slices.Clone(characters), func(unit []map[string]bool) bool {
		return slices.ContainsFunc(unit, func(codes map[string]bool) bool { return codes == nil })
	})
	if g.Boundaries.Length != len(all) {
		r.Fatalf("%d characters of speech, counted %d", g.Boundaries.Length, len(all))
	}
	check := func(what string, u agreement.Coefficient, marked func(codes map[string]bool) bool) {
		same, pairs := 0, 0
		for _, unit := range all {
			for i := range unit {
				for j := range i {
					pairs++
					if marked(unit[i]) == marked(unit[j]) {
						same++
					}
				}
			}
		}
		if u.Why() == agreement.Overlapping || u.Why() == "" && math.Abs(u.Observed-float64(same)/float64(pairs)) > 1e-12 {
			r.Fatalf("%s observes %v (%s), counted %d of %d", what, u.Observed, u.Why(), same, pairs)
		}
	}
	check("|u-alpha", g.Boundaries.Relevant, func(codes map[string]bool) bool { return len(codes) > 0 })
	for _, c := range g.ByCode {
		check("u-alpha of "+c.Code.ID, c.U, func(codes map[string]bool) bool { return codes[c.Code.ID] })
	}
}

// TestAgreementDoesNotDependOnOrder: of coders, and of codes in the codebook; coders who did the same give 1 or
// undefined.
func TestAgreementDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := drawCoded(t, r, 3, letters)
		o := AgreementOptions{Coders: []string{"c0", "c1", "c2"}, Unit: rapid.SampledFrom([]string{BySentence, ByCharacter}).Draw(r, "unit"),
			Over: OverPassages, Overlap: 50, Resamples: 40, Seed: 1}
		g, err := s.Agreement(t.Context(), o, nil)
		if err != nil {
			return
		}
		o.Coders = []string{"c2", "c0", "c1"}
		turned, err := s.Agreement(t.Context(), o, nil)
		if err != nil {
			r.Fatal(err)
		}
		if len(g.ByCode) != len(turned.ByCode) || len(g.Disagreements) != len(turned.Disagreements) {
			r.Fatalf("%d codes and %d disagreements, in another order %d and %d", len(g.ByCode), len(g.Disagreements), len(turned.ByCode), len(turned.Disagreements))
		}
		for i, c := range g.ByCode {
			d := turned.ByCode[i]
			for k, v := range [][2]agreement.Value{{c.Cohen.Value, d.Cohen.Value}, {c.Fleiss.Value, d.Fleiss.Value}, {c.AC1.Value, d.AC1.Value},
				{c.Alpha.Value, d.Alpha.Value}, {c.Alpha.Low, d.Alpha.Low}, {c.Alpha.High, d.Alpha.High}, {c.AlphaU.Value, d.AlphaU.Value}, {c.U.Value, d.U.Value},
				{g.Boundaries.Relevant.Value, turned.Boundaries.Relevant.Value}, {g.MASI.Value, turned.MASI.Value}} {
				if !sameValue(v[0], v[1]) {
					r.Fatalf("%s, figure %d: %v, in another order %v", c.Code.ID, k, v[0], v[1])
				}
			}
			if c.Matched != d.Matched || c.Paired != d.Paired {
				r.Fatalf("%s: %d of %d matched, in another order %d of %d", c.Code.ID, c.Matched, c.Paired, d.Matched, d.Paired)
			}
		}
	})
}

const harbour = `---
speakers: {I: interviewer, Kari: P1}
---
before anybody speaks

I: Where do you wait?

Kari: By the rail. It was cold, and the boat was late. Nobody came. … I went home.

I: And then?

Kari: Then I rang.
`

// harbourStudy is coded by anna and per in P, by anna alone in Q, and settled by consensus in P.
func harbourStudy(t *testing.T, rest map[string]string) *Study {
	line := func(id, code, quote, rest string) string { return codingLine(t, harbour, id, code, quote, 0, rest) }
	files := map[string]string{
		"study.yaml":        "tema: 1\napproach: coding-reliability\nlanguage: en\n",
		"codebook.yaml":     "codes:\n  - {id: waiting, codes: [{id: cold}]}\n  - {id: alone}\n  - {id: never}\n  - {id: gone, status: retired, into: [alone]}\n",
		"transcripts/P.txt": harbour, "transcripts/Q.txt": harbour,
		"codings/anna/P.jsonl": line("a1", "waiting", "By the rail. It was", "") + line("a2", "cold", "cold, and", `,"via":"rule"`) +
			line("a3", "gone", "Nobody came", "") + line("a4", "alone", "Where do you", "") + line("a5", "alone", "…", "") + line("a6", "waiting", "anybody", "") +
			line("a7", "nowhere", "rang", "") + line("a8", "alone", "Then", `,"status":"rejected"`),
		"codings/anna/Q.jsonl":      "",
		"codings/per/P.jsonl":       line("p1", "waiting", "late. N", "") + line("p2", "alone", "Nobody came. … I went home.\n\nI: And then?\n\nKari: Then", ""),
		"codings/consensus/P.jsonl": line("c1", "never", "rail", ""), "codings/consensus/Q.jsonl": "",
	}
	for name, content := range rest {
		files[name] = content
	}
	return makeStudy(t, files)
}

// TestAgreementCountsWhatItSays: who is compared on what, and what is left out.
func TestAgreementCountsWhatItSays(t *testing.T) {
	told := func(s *Study, o AgreementOptions) string {
		g, err := s.Agreement(t.Context(), o, nil)
		if err != nil {
			return err.Error()
		}
		out := fmt.Sprintf("%v missing %v; %d units %d clusters; codings %v, by rule %d, outside %d, unplaced %d;", g.Transcripts, g.Missing, g.Units, g.Clusters,
			g.Codings, g.FromRule, g.Outside, g.Unplaced)
		for _, c := range g.ByCode {
			out += fmt.Sprintf(" %s %d %v %d (%v, %d/%d)", c.Code.ID, c.All, c.Only, c.None, c.Passages, c.Matched, c.Paired)
		}
		out += "; unused"
		for _, c := range g.Unused {
			out += " " + c.ID
		}
		return out + fmt.Sprintf("; %d characters; %d disagreements", g.Boundaries.Length, len(g.Disagreements))
	}
	two := []string{"anna", "per"}
	alone := func(s *Study) AgreementOptions {
		o := AgreementOptions{Coders: two, Unit: BySentence, Over: OverPassages, Overlap: 50}
		o.Codes = append(o.Codes, s.Book.Code("alone"), s.Book.Code("never"))
		return o
	}
	s := harbourStudy(t, nil)
	for _, c := range []struct {
		o    AgreementOptions
		want string
	}{
		// Sentences: By the rail. | It was cold, and the boat was late. | Nobody came. | … I went home. | Then I rang. The
		// "…" holds no word, and neither does p1 of the third sentence.
		{AgreementOptions{Coders: two, Unit: BySentence, Over: OverTranscripts, Overlap: 50},
			"[P] missing [{Q [per]}]; 5 units 1 clusters; codings [3 2], by rule 1, outside 3, unplaced 1;" +
				" waiting 1 [1 0] 3 ([1 1], 0/2) cold 0 [1 0] 4 ([1 0], 0/1) alone 1 [0 2] 2 ([1 1], 0/2); unused never; 88 characters; 3 disagreements"},
		{AgreementOptions{Coders: two, Unit: BySentence, Over: OverPassages, Overlap: 1},
			"[P] missing [{Q [per]}]; 5 units 1 clusters; codings [3 2], by rule 1, outside 3, unplaced 1;" +
				" waiting 1 [1 0] 3 ([1 1], 0/2) cold 0 [1 0] 4 ([1 0], 0/1) alone 1 [0 2] 2 ([1 1], 2/2); unused never; 88 characters; 3 disagreements"},
		{AgreementOptions{Coders: two, Unit: ByTurn, Over: OverPassages, Overlap: 50},
			"[P] missing [{Q [per]}]; 2 units 1 clusters; codings [3 2], by rule 1, outside 3, unplaced 1;" +
				" waiting 1 [0 0] 1 ([1 1], 0/2) cold 0 [1 0] 1 ([1 0], 0/1) alone 1 [0 1] 0 ([1 1], 0/2); unused never; 88 characters; 3 disagreements"},
		{AgreementOptions{Coders: two, Unit: ByTurn, AllSpeakers: true, Over: OverTranscripts, Overlap: 50},
			"[P] missing [{Q [per]}]; 5 units 1 clusters; codings [5 2], by rule 1, outside 1, unplaced 1;" +
				" waiting 1 [1 0] 3 ([2 1], 0/3) cold 0 [1 0] 4 ([1 0], 0/1) alone 1 [1 2] 1 ([2 1], 0/3); unused never; 136 characters; 5 disagreements"},
		{AgreementOptions{Coders: []string{"per", "anna"}, Unit: ByPassage, Over: OverPassages, Overlap: 50},
			"[P] missing [{Q [per]}]; 3 units 3 clusters; codings [2 3], by rule 1, outside 3, unplaced 1;" +
				" waiting 0 [1 1] 1 ([1 1], 0/2) cold 0 [0 1] 2 ([0 1], 0/1) alone 1 [0 0] 2 ([1 1], 0/2); unused never; 88 characters; 3 disagreements"},
		{alone(s), "[P] missing [{Q [per]}]; 5 units 3 clusters; codings [1 1], by rule 0, outside 2, unplaced 1;" +
			" alone 1 [0 2] 2 ([1 1], 0/2); unused never; 88 characters; 0 disagreements"},
		{AgreementOptions{Coders: []string{"per", "nobody"}, Unit: ByPassage}, "compare coders: no transcript was coded by two of per, nobody"},
		{AgreementOptions{Coders: []string{"per"}}, "compare coders: there must be two or more"},
	} {
		if got := told(s, c.o); got != c.want {
			t.Errorf("%+v:\ngot  %s\nwant %s", c.o, got, c.want)
		}
	}
	// An empty file is coded without codes; with it Q is compared, and anna's nothing agrees with per's.
	empty := harbourStudy(t, map[string]string{"codings/per/Q.jsonl": ""})
	g, err := empty.Agreement(t.Context(), AgreementOptions{Coders: two, Unit: BySentence, Over: OverTranscripts, Overlap: 50}, nil)
	if err != nil || len(g.Missing) != 0 || g.Units != 10 || g.Clusters != 2 || g.ByCode[0].None != 8 {
		t.Errorf("%+v, %v", g, err)
	}
	passages, err := empty.Agreement(t.Context(), AgreementOptions{Coders: two, Unit: ByPassage, Over: OverTranscripts, Overlap: 50}, nil)
	if err != nil || passages.Units != 3 || passages.Clusters != 2 {
		t.Errorf("a transcript without passages is resampled too: %d units in %d, %v", passages.Units, passages.Clusters, err)
	}
	if n := utf8.RuneCountInString("By the rail. It was cold, and the boat was late. Nobody came. … I went home.Then I rang."); g.Boundaries.Length != 2*n {
		t.Errorf("%d characters, not twice %d", g.Boundaries.Length, n)
	}
}

// TestIntervals: the same seed gives the same, another seed another; an interval holds its coefficient; one transcript
// cannot be resampled, and where a code stands in one transcript of four there is no interval.
func TestIntervals(t *testing.T) {
	s, err := Open("../testdata/studies/getting-there", "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o := AgreementOptions{Coders: []string{"ruth", "sam"}, Unit: BySentence, Overlap: 50, Resamples: 200}
	of := func(s *Study, over string, seed uint64) *Agreement {
		o.Over, o.Seed = over, seed
		g, err := s.Agreement(t.Context(), o, nil)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	same := func(x, y *Agreement) bool {
		return slices.EqualFunc(x.ByCode, y.ByCode, func(x, y *CodeAgreement) bool { return x.Alpha == y.Alpha && x.Cohen == y.Cohen }) && x.Jaccard == y.Jaccard
	}
	for _, over := range []string{OverTranscripts, OverPassages} {
		a, b, c := of(s, over, 1), of(s, over, 1), of(s, over, 2)
		if !same(a, b) || same(a, c) {
			t.Errorf("seed 1: %v, again %v; seed 2: %v", a.Jaccard, b.Jaccard, c.Jaccard)
		}
		for _, c := range append([]*CodeAgreement{{Alpha: a.Jaccard}, {Alpha: a.MASI}}, a.ByCode...) {
			low, ok := c.Alpha.Low.Number()
			high, _ := c.Alpha.High.Number()
			if value, _ := c.Alpha.Number(); !ok || !(low < value && value < high) {
				t.Errorf("%v: %v lies outside %v to %v", c.Code, value, low, high)
			}
		}
	}
	one := harbourStudy(t, nil)
	o.Coders = []string{"anna", "per"}
	if g := of(one, OverTranscripts, 1); g.ByCode[0].Alpha.Low.Why() != agreement.OneCluster || g.Jaccard.High.Why() != agreement.OneCluster {
		t.Errorf("one transcript: %+v", g.ByCode[0].Alpha)
	}
	two := harbourStudy(t, map[string]string{"codings/per/Q.jsonl": ""})
	if g := of(two, OverTranscripts, 1); g.ByCode[0].Alpha.Low.Why() != agreement.Unstable {
		t.Errorf("a code in one of two transcripts: %+v", g.ByCode[0].Alpha)
	}
	o.Resamples = 0
	if g := of(two, OverTranscripts, 1); g.ByCode[0].Alpha.Low.Why() != agreement.NotResampled {
		t.Errorf("no resamples: %+v", g.ByCode[0].Alpha)
	}
}
