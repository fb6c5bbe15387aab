package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"flag"
	"html"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/index/transcript"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	markdownhtml "github.com/yuin/goldmark/renderer/html"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// studies are those that the golden files show, each another face of the tiny one.
var studies = []struct {
	name    string
	files   map[string]string
	codings map[string]lines
	changes []string
	options Options
}{
	{"reflexive", tiny, tinyCodings, nil, Options{Version: "0.0.0"}},
	{"content-analysis", tiny, tinyCodings, []string{"approach: reflexive", "approach: content-analysis",
		"show: [age, site, setting]", "show: [age, coders, dates, sources]", "codes: [key]", "codes: [key]\n        kind: category",
		"codes: [night]}", "codes: [night], kind: category}"}, Options{MaxExcerpts: 1}},
	{"norsk", tiny, tinyCodings, []string{"language: en", "language: nb"}, Options{Version: "0.0.0"}},
	{"codes", tiny, tinyCodings, []string{"themes:\n  - id: belonging", "themes: []\nignored: x\n#"}, Options{}},
	{"proposals", tiny, map[string]lines{"_rules/A": tinyCodings["_rules/A"]}, nil, Options{}},
	{"nothing", with(tiny, "codebook.yaml", "codes: []\n"), nil, nil, Options{}},
	{"empty", map[string]string{"study.yaml": "tema: 1\n"}, nil, nil, Options{}},
}

func init() {
	// A study without themes: the codebook ends where they begin.
	for i, s := range studies {
		if s.name == "codes" {
			book, _, _ := strings.Cut(tiny["codebook.yaml"], "themes:\n")
			studies[i].files, studies[i].changes = with(tiny, "codebook.yaml", book), nil
		}
	}
}

func TestGolden(t *testing.T) {
	for _, s := range studies {
		t.Run(s.name, func(t *testing.T) {
			r := build(t, open(t, s.files, s.codings, s.changes...), s.options)
			page := string(r.HTML())
			// The style sheet and the script have tests of their own.
			page = strings.Replace(strings.Replace(page, style, "", 1), script, "", 1)
			page = regexp.MustCompile(`'sha256-[^']*'`).ReplaceAllString(page, "'sha256-...'")
			golden(t, s.name+".html", []byte(page))
			golden(t, s.name+".md", r.Markdown())
			golden(t, s.name+".faults", []byte(strings.Join(append(r.Faults(), ""), "\n")))
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("..", "..", "testdata", "golden", "report", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s:%d: got\n%s\nwant\n%s\nif that is what it should be: go test ./analysis/report -update", name, i+1, g[i], strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""))
		}
	}
	t.Fatalf("%s: ends too early", name)
}

func TestSameStudySameBytes(t *testing.T) {
	var first []byte
	for range 3 {
		r := build(t, open(t, tiny, tinyCodings), Options{})
		value, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		all := slices.Concat(r.HTML(), r.Markdown(), value, []byte(strings.Join(r.Faults(), "\n")))
		if first == nil {
			first = all
		} else if !bytes.Equal(all, first) {
			t.Fatal("the same study gave another report")
		}
	}
}

// What the study does not list under report.show is in no report, whatever renders it.
func TestNothingUnasked(t *testing.T) {
	everything := func(changes ...string) string {
		r := build(t, open(t, tiny, tinyCodings, changes...), Options{})
		value, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		all := string(r.HTML()) + string(r.Markdown()) + string(value)
		tables, err := r.CSV()
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			all += string(table)
		}
		book, err := r.XLSX()
		if err != nil {
			t.Fatal(err)
		}
		for _, doc := range [][]byte{book, r.DOCX(DOCXOptions{})} {
			for _, part := range docxParts(t, doc) {
				all += part
			}
		}
		return all
	}
	secrets := []string{"anna", "Anna", ">per<", "2026-01-05", "2026-02-0", "ada-secret", "Broomhilda", "nickname", "Ada", "kari"}
	// The translator is a coder here, and a coder is named only where coders are.
	asked := everything("show: [age, site, setting]", "show: [age, nickname, coders, dates, sources]", "small_cells: 2", "small_cells: 0")
	unasked := everything("translator: kari", "translator: anna") + everything("translator: kari", "translator: Anna")
	for _, s := range secrets {
		if strings.Contains(unasked, s) {
			t.Errorf("the report says %q, which nobody asked for", s)
		}
		if s != "Ada" && s != "Anna" && !strings.Contains(asked, s) {
			t.Errorf("the report does not say %q, which was asked for", s)
		}
	}
}

func TestPolicy(t *testing.T) {
	page := string(build(t, open(t, tiny, tinyCodings), Options{WithTranscripts: true}).HTML())
	between := func(from, to string) string {
		_, rest, _ := strings.Cut(page, from)
		found, _, _ := strings.Cut(rest, to)
		return found
	}
	if between("<style>", "</style>") != style || between("<script>", "</script>") != script {
		t.Fatal("the style sheet or the script in the page is not the one that its hash was taken of")
	}
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	policy := "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; img-src data:; base-uri 'none'; form-action 'none'"
	if !strings.Contains(page, `<meta http-equiv="Content-Security-Policy" content="`+policy+`"/>`) {
		t.Errorf("the page does not hold the policy %s", policy)
	}
	tags := regexp.MustCompile(`>[^<]*<`).ReplaceAllString(strings.Replace(page, script, "", 1), "><") // what stands between them is text
	if on := regexp.MustCompile(`<[^>]* on\w+=`).FindString(tags); on != "" {
		t.Errorf("the page holds %q", on)
	}
	for _, bad := range []string{"<script ", "http://", "https://", "//", " src=", " style=", "url(", "@import", "@font-face", "<iframe", "<object", "<form"} {
		if strings.Contains(tags, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if n := strings.Count(tags, "<script>"); n != 1 {
		t.Errorf("the page holds %d scripts, not one", n)
	}
}

// element is one start tag of a page, or a stretch of text in it.
type element struct {
	name string
	attr map[string]string
	text string // all text inside
}

// parse reads a page as XML, which it is but for its doctype, and returns its elements in order.
func parse(t interface{ Fatal(...any) }, page []byte) []*element {
	page = bytes.Replace(page, []byte(script), nil, 1) // HTML reads a script to its end tag, XML does not
	d := xml.NewDecoder(bytes.NewReader(page))
	d.Entity = xml.HTMLEntity
	var all, open []*element
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			all, open = append(all, e), append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			for _, e := range open {
				e.text += string(token)
			}
		}
	}
}

func TestStructure(t *testing.T) {
	for _, s := range studies {
		s.options.WithTranscripts = true // all that a page can hold
		r := build(t, open(t, s.files, s.codings, s.changes...), s.options)
		ids := map[string]bool{}
		level := 0
		elements := parse(t, r.HTML())
		for _, e := range elements {
			if id := e.attr["id"]; id != "" {
				if ids[id] {
					t.Errorf("%s: the id %s stands twice", s.name, id)
				}
				ids[id] = true
			}
			if len(e.name) == 2 && e.name[0] == 'h' && e.name != "hr" {
				n, _ := strconv.Atoi(e.name[1:])
				if n > level+1 {
					t.Errorf("%s: heading %q is of level %d after one of level %d", s.name, e.text, n, level)
				}
				level = n
			}
			if e.name == "svg" && e.attr["role"] == "img" && e.attr["aria-label"] == "" {
				t.Errorf("%s: a picture without words", s.name)
			}
			if e.name == "th" && e.attr["scope"] == "" {
				t.Errorf("%s: header %q has no scope", s.name, e.text)
			}
		}
		for _, e := range elements {
			if to, local := strings.CutPrefix(e.attr["href"], "#"); e.name == "a" && (!local || !ids[to]) && e.attr["rel"] != "noreferrer" { // the author's
				t.Errorf("%s: a link leads to %q, which is not there", s.name, e.attr["href"])
			}
		}
	}
}

// hostile draws text that would be markup if it could.
func hostile(t *rapid.T, label string) string {
	return rapid.OneOf(
		rapid.StringOf(rapid.SampledFrom([]rune("ab I1.)(-+*#_<>[]|`~\\&;:=!\"'{}$^@%/\n\n\t\x00\x1b\x7f\u0085\u202e\u2028\ufffeæ…"))),
		rapid.String(),
		rapid.SampledFrom([]string{"<script>alert(1)</script>", "</p></blockquote><img src=x onerror=alert(1)>", "# a\n\n1. b\n- c\n> d", "&lt;b&gt;",
			"```\ncode\n```", "| a | b |\n|---|---|\n| c | d |", "[x](http://a.b) ![y](z) <http://a.b> www.a.b http://a.b", "a\n===\n\nb\n---", "    indented", "\\| \\\\ \\", "javascript:alert(1)"}),
	).Draw(t, label)
}

// about is a report with one text in all the places where text can stand.
func about(text string) *Report {
	ref := Ref{ID: "x", Name: text, Anchor: "theme-x"}
	code := Ref{ID: "c", Name: text, Anchor: "code-c", Color: "#123456"}
	x := Excerpt{Anchor: "excerpt-1", Said: []Speech{{Text: text}}, Translation: text, Translator: text, By: []string{text}, Transcript: text,
		Turns: []int{1, 2, 4}, Participants: []string{text}, Codes: []Ref{code}, Coders: []string{text}, Condensed: []string{text}, Memo: text,
		Problem: &Problem{Kind: "edited", Changes: []Change{{Quoted: text, Said: text}, {Said: text}, {Quoted: text}}}}
	instead := x
	instead.Anchor, instead.Original, instead.Language = "excerpt-3", 1, text
	two := x
	two.Anchor, two.Said = "excerpt-2", []Speech{{Who: text, Role: "participant", Text: text}, {Role: "interviewer", Text: text}}
	return &Report{Language: "en", Signs: []Sign{{"remark", []string{text}, ""}, {"own", []string{text}, text}}, Title: text, Question: text, Approach: "codebook", Sample: Sample{1, 1, 1, 1, 1}, Levels: []string{"theme"},
		Overview:  []Row{{Cells: []Cell{{Ref: ref, Rows: 1}}, Codes: []Ref{code}}},
		Relations: []Relation{{ref, text, ref}},
		Sections: []Section{{Ref: ref, Kind: "theme", Level: 1, Concept: text, Definition: text, Status: "defined", Own: Counts{Codings: 1}, Total: Counts{Codings: 1},
			Spread: []Mark{{text, "person"}}, Codes: []CodeRow{{Ref: code}}, Chosen: []Excerpt{x, two, instead, x, two}, Relations: []Relation{{ref, text, ref}}}},
		Loose: []CodeRow{{Ref: code}}, Dropped: []Dropped{{text, []Ref{ref}}},
		Grouped:    []Grouping{{Attribute: text, Groups: []Group{{[]string{text}, 3}}}, {Attribute: text, Range: &Range{text, text, text, text, 3, 1}}},
		NotGrouped: []string{text}, Withheld: []string{"beside " + text}, People: People{[]string{text}, []Person{{text, []string{text}}}},
		Origin: Origin{Counted: 1, ByPerson: 1, Coders: 1, Named: []Coder{{text, 1}}}, Missing: []Missing{{"lost", text, text, 1, text}},
		Codebook: []Entry{{Ref: code, Path: []string{text, text}, Definition: text, Include: []string{text}, Exclude: []Exclusion{{text, &code}},
			Examples: []Example{{Text: text}}, Rules: []string{text}, Aliases: []string{text}, Retired: true, Into: []Ref{code}}},
		BookVersion: text, Columns: []string{text}, ShowSources: true,
		Transcripts: []Transcript{{ID: text, Participants: []string{text}, Values: []string{text}, Source: text}},
		parts: pageParts{choices: []choice{{Label: text, Kind: "attribute", Options: []option{{Token: text, Label: text}}}},
			presence:  presence{Columns: []string{text}, Of: 1, Rows: []presenceRow{{Ref: ref, Cells: []presenceCell{{1, 0}}}}},
			portraits: portraits{Of: 1, Shown: []portrait{{text, []portraitRow{{Ref: ref, Persons: []transcript.Span{{Start: 1, End: 9}}, Turns: []int{1}}}}}},
			texts: []wholeText{{text, "transcript-x", []wholeTurn{{Anchor: "turn-x-1", Number: 1, Speech: Speech{Who: text, Text: text},
				Parts: []textPart{{Text: text}}, Coded: []codedPart{{1, []Ref{code}}}}}}}}}
}

func TestTextIsDataInHTML(t *testing.T) {
	shape := func(elements []*element) (names []string) {
		for _, e := range elements {
			if e.name != "p" && e.name != "text" { // an empty line in what an author wrote makes a paragraph, a long name lines of the map
				names = append(names, e.name)
			}
		}
		return names
	}
	plain := shape(parse(t, about("plain").HTML()))
	rapid.Check(t, func(t *rapid.T) {
		text := hostile(t, "text")
		if text == "" {
			return // what is empty is left out
		}
		elements := parse(t, about(text).HTML())
		if got := shape(elements); !slices.Equal(got, plain) {
			t.Fatalf("%q made elements: %d instead of %d", text, len(got), len(plain))
		}
		said := 0
		for _, e := range elements {
			if e.name == "p" && e.attr["class"] == "said" {
				said++
				if e.text != visible(text) {
					t.Fatalf("%q reads %q", text, e.text)
				}
			}
		}
		if said != 13 {
			t.Fatalf("%d places where somebody speaks, not 13", said)
		}
	})
}

func TestTextIsDataInMarkdown(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(markdownhtml.WithXHTML()))
	render := func(t interface{ Fatal(...any) }, text string) []*element {
		var b bytes.Buffer
		b.WriteString("<body>")
		if err := md.Convert(about(text).Markdown(), &b); err != nil {
			t.Fatal(err)
		}
		b.WriteString("</body>")
		return parse(t, b.Bytes())
	}
	shape := func(elements []*element) map[string]int {
		n := map[string]int{}
		for _, e := range elements {
			if e.name != "p" && e.name != "br" { // an empty line makes a paragraph, a line break a line
				n[e.name]++
			}
		}
		return n
	}
	plain := shape(render(t, "plain"))
	rapid.Check(t, func(t *rapid.T) {
		text := hostile(t, "text")
		words := strings.Fields(visible(text))
		if len(words) == 0 {
			return
		}
		elements := render(t, text)
		got := shape(elements)
		for name := range got {
			if got[name] != plain[name] {
				t.Fatalf("%q made <%s>: %d instead of %d\n%s", text, name, got[name], plain[name], about(text).Markdown())
			}
		}
		for _, e := range elements {
			if e.name == "blockquote" {
				if got := strings.Fields(e.text); len(got) < len(words) || !slices.Equal(got[:len(words)], words) {
					t.Fatalf("%q reads %q", text, e.text)
				}
				break
			}
		}
	})
}

func TestContrast(t *testing.T) {
	light, dark, _ := strings.Cut(style, "prefers-color-scheme: dark")
	for name, sheet := range map[string]string{"light": light, "dark": dark} {
		colour := map[string]float64{}
		for _, m := range regexp.MustCompile(`--(paper|ink|quiet|accent|wash): #([0-9a-f]{6})`).FindAllStringSubmatch(sheet, 5) {
			n, _ := strconv.ParseUint(m[2], 16, 32)
			for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
				c := float64(n>>(16-8*i)&255) / 255
				if c <= 0.04045 {
					c /= 12.92
				} else {
					c = math.Pow((c+0.055)/1.055, 2.4)
				}
				colour[m[1]] += float64(weight * c)
			}
		}
		if len(colour) != 5 {
			t.Fatalf("%s: found %d colours, not 5", name, len(colour))
		}
		for _, ground := range []string{"paper", "wash"} {
			for _, text := range []string{"ink", "quiet", "accent"} {
				a, b := colour[ground], colour[text]
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f, less than 4.5", name, text, ground, ratio)
				}
			}
		}
	}
}

func TestPlace(t *testing.T) {
	for _, c := range []struct {
		turns    []int
		en, norw string
	}{
		{nil, "P1", "P1"},
		{[]int{3}, "P1, turn 3", "P1, replikk 3"},
		{[]int{3, 4, 5, 9}, "P1, turns 3–5, 9", "P1, replikk 3–5, 9"},
		{[]int{0}, "P1, before the first turn", "P1, før den første replikken"},
		{[]int{0, 1, 2}, "P1, before the first turn, turns 1–2", "P1, før den første replikken, replikk 1–2"},
		{[]int{2, 7}, "P1, turns 2, 7", "P1, replikk 2, 7"},
	} {
		if got := english.Place("P1", c.turns); got != c.en {
			t.Errorf("%v: %q, want %q", c.turns, got, c.en)
		}
		if got := norwegian.Place("P1", c.turns); got != c.norw {
			t.Errorf("%v: %q, want %q", c.turns, got, c.norw)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 21377: "21,377", 1234567: "1,234,567"} {
		if got := english.Number(n); got != want {
			t.Errorf("%d is written %s", n, got)
		}
	}
}

// Every word of one language is there in the other.
func TestWordsAreComplete(t *testing.T) {
	for _, w := range []*words{&english, &norwegian} {
		value, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(value, &fields); err != nil {
			t.Fatal(err)
		}
		var walk func(fields map[string]any)
		walk = func(fields map[string]any) {
			for name, field := range fields {
				if s, _ := json.Marshal(field); field == "" || field == nil || strings.Contains(string(s), `""`) && name != "Roles" {
					t.Errorf("%s: no word for %s", w.Themes, name)
				}
				if below, ok := field.(map[string]any); ok && name != "Roles" {
					walk(below)
				}
			}
		}
		walk(fields)
	}
	for _, pair := range [][2]map[string]string{{english.Kinds, norwegian.Kinds}, {english.Status, norwegian.Status}, {english.Roles, norwegian.Roles},
		{english.Reasons, norwegian.Reasons}, {english.Approaches, norwegian.Approaches}, {english.Matrix.Axes, norwegian.Matrix.Axes},
		{english.Matrix.Speakers, norwegian.Matrix.Speakers}, {english.Excerpts.Signs, norwegian.Excerpts.Signs}} {
		for key := range pair[0] {
			if pair[1][key] == "" {
				t.Errorf("no Norwegian word for %s", key)
			}
		}
	}
}

func TestLevels(t *testing.T) {
	deep := func(kinds ...string) []*codebook.Theme {
		var th *codebook.Theme
		for _, kind := range slices.Backward(kinds) {
			up := &codebook.Theme{Kind: kind}
			if th != nil {
				up.Themes = []*codebook.Theme{th}
			}
			th = up
		}
		return []*codebook.Theme{th}
	}
	for _, c := range []struct {
		themes     []*codebook.Theme
		categories bool
		want       string
	}{
		{nil, false, ""},
		{deep("theme"), false, "theme"},
		{deep("theme", ""), false, "theme sub-theme"},
		{deep("", "", ""), false, "overarching-theme theme sub-theme"},
		{deep("", "", "", ""), false, "overarching-theme theme sub-theme sub-theme"},
		{deep("theme", "category"), false, "theme sub-theme"},
		{deep("theme", "category", "category"), true, "theme category sub-category"},
		{deep("theme", "theme", "category"), true, "theme sub-theme category"},
		{append(deep("theme"), deep("category")...), true, "theme-or-category"},
		{append(deep("theme"), &codebook.Theme{Status: "dropped", Themes: deep("theme")}), false, "theme"},
	} {
		if got := strings.Join(levels(standing(c.themes), c.categories), " "); got != c.want {
			t.Errorf("levels are %s, want %s", got, c.want)
		}
	}
}

// Passages come in turn from each participant, so that no voice fills the page.
func TestSelectionTakesTurns(t *testing.T) {
	s := open(t, tiny, nil)
	b := &builder{s: s, r: &Report{}, taken: map[string]int{}, who: s.Disclosure()}
	var passages []analysis.Passage
	for i, who := range []string{"P2", "P2", "P2", "P10", "", "P1", "P2"} {
		p := analysis.Passage{Passage: transcript.Passage{Transcript: "G", Span: transcript.Span{Start: 20 + i, End: 21 + i}}}
		if who != "" {
			p.Participants = []string{who}
		}
		passages = append(passages, p)
	}
	quoted := analysis.Stretches{"G": {{Start: 21, End: 22}}}
	for limit, want := range map[int]string{0: "", 1: "P1", 4: "P1 P2 P10 -", 5: "P1 P2 P10 - P2", 99: "P1 P2 P10 - P2 P2"} {
		got := b.selection(passages, quoted, nil, limit)
		var who []string
		for _, x := range got.Shown {
			who = append(who, strings.Join(append(x.By, "-")[:1], ""))
		}
		names := strings.NewReplacer(", 30-39", "").Replace(strings.Join(who, " "))
		if names != want || got.Of != 6 || got.Quoted != 1 {
			t.Errorf("at most %d: %s, of %d, %d quoted; want %s, of 6, 1 quoted", limit, names, got.Of, got.Quoted, want)
		}
	}
}

// A person's codings and proposals are never counted together.
func TestProposalsAreCountedNowhere(t *testing.T) {
	r := build(t, open(t, tiny, map[string]lines{"_rules/A": tinyCodings["_rules/A"]}), Options{})
	for _, s := range r.Sections {
		if s.Total != (Counts{}) || s.Own != (Counts{}) {
			t.Errorf("%s counts %+v", s.ID, s.Total)
		}
	}
	if r.Origin.Counted != 0 || r.Origin.Unread != 4 || r.Origin.ByRule != 1 {
		t.Errorf("origin is %+v", r.Origin)
	}
}

func TestFaults(t *testing.T) {
	if got := build(t, open(t, with(tiny, "codebook.yaml", "codes: [{id: work}, {id: list}, {id: key}, {id: night}]\n"),
		map[string]lines{"anna/N": tinyCodings["anna/N"]}), Options{}).Faults(); len(got) != 0 {
		t.Errorf("a study without faults has %q", got)
	}
	moved := open(t, tiny, map[string]lines{"anna/N": tinyCodings["anna/N"]}, "for da er huset mitt", "for da er jeg hjemme")
	faults := strings.Join(build(t, moved, Options{}).Faults(), "\n")
	if !strings.Contains(faults, "codings/anna/N.jsonl:1: ") {
		t.Errorf("a coding whose words were taken out is not among the faults:\n%s", faults)
	}
	if page := string(build(t, moved, Options{}).HTML()); !strings.Contains(page, html.EscapeString("Evening and night")) || strings.Contains(page, "huset mitt") {
		t.Error("the words of a lost coding are printed")
	}
}

func BenchmarkRender(b *testing.B) {
	r := build(b, open(b, tiny, tinyCodings), Options{})
	for range 6 {
		r.Sections = append(r.Sections, r.Sections...)
	}
	for b.Loop() {
		r.HTML()
		r.Markdown()
	}
}
