package report

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/ingest"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	markdownhtml "github.com/yuin/goldmark/renderer/html"
	"pgregory.net/rapid"
)

// written is prose on the tiny study, with a bit of everything.
var written = map[string]string{
	"writing/_introduction.md": `---
author: somebody
---
# To *begin* with

Somebody swept a floor, [as people do](https://example.org/floors "title").[^why] It is said to be “a matter of the
broom, as they write” (Broomfield, 2019).

Term
: What it means.

[^why]: For *no* reason.
`,
	"writing/_method.md":     "1. We read.\n2. We read again.\n\n   - And ^[Once more.]again.\n\n***\n\n```r\nx <- 1\n```\n",
	"writing/_what-now.md":   "Nobody knows.\n",
	"writing/_Discussion.md": "# Discussion\n\n### Doors\n\nOf “his key, or hers”, more is to be said. <!-- to do --> <b>Loudly</b>.\n\n<div onclick=\"x\">a frame</div>\n",
	"writing/belonging.md": `# To belong is to be asked for something

One begins before anybody asks:

> I swept the floor. [...] And then they let me stay. (P1)

A lock decides nothing, “the lock is older than all of us” (P2), and _nothing_ is decided by “those who painted every
stair of the cellar that winter” (P3). “Nobody asked me to. And then they let me stay”, that is all.

> Nobody asked me to. I have, and I lend it out.

## What is **said**

As one of them says, “I never gave it back” (P2). ![A door](door.png)

| who | what |
|-----|------|
| Bo  | “I have, and I lend it out.” (P2) |

<!-- tema:ignore writing/absent: a saying that they all know, nobody's words -->
Or “a new broom sweeps clean at first” as everybody knows.

<!-- tema:ignore writing/edited: said so on the second day -->
“Now I have the book of who sweeps” it was later.
`,
	"writing/keys.md":     "What he set was limits, “I set limits.” and he said so.\n\n> I set limits. (P4)\n",
	"writing/gone.md":     "Brooms.\n",
	"writing/belongin.md": "What one belongs to.\n",
}

func init() {
	studies = append(studies, struct {
		name    string
		files   map[string]string
		codings map[string]lines
		changes []string
		options Options
	}{"prose", withWriting(), tinyCodings, nil, Options{Version: "0.0.0"}})
}

func withWriting(pairs ...string) map[string]string {
	out := with(tiny, pairs...)
	for name, text := range written {
		if _, own := out[name]; !own {
			out[name] = text
		}
	}
	return out
}

// What the prose of a theme quotes is not listed once more below it, and what it quotes leads to where it stands.
func TestProseIsNotListedTwice(t *testing.T) {
	before := build(t, open(t, tiny, tinyCodings), Options{})
	r := build(t, open(t, withWriting(), tinyCodings), Options{})
	was, is := before.Sections[0], r.Sections[0]
	if is.ChosenQuoted != 1 || len(is.Chosen) != len(was.Chosen)-1 || fmt.Sprint(r.Quotations) != fmt.Sprint(before.Quotations) {
		t.Errorf("%d chosen excerpts are quoted above, %d listed; chosen in all: %+v", is.ChosenQuoted, len(is.Chosen), r.Quotations)
	}
	if len(is.Tensions) != len(was.Tensions) {
		t.Error("what speaks against the theme is not listed any more")
	}
	if is.Others.Of != was.Others.Of-1 || is.Others.Quoted != was.Others.Quoted+1 { // of its own codes, only "Nobody asked me to."
		t.Errorf("others are %d, %d quoted; they were %d, %d", is.Others.Of, is.Others.Quoted, was.Others.Of, was.Others.Quoted)
	}
	first := is.Prose[0].Quoted[0]
	if first.Anchor != was.Chosen[0].Anchor || len(first.Context) == 0 {
		t.Errorf("the link to a chosen excerpt no longer holds, or it lost its context: %+v", first)
	}
	if lock := is.Prose[0].Quoted[1]; lock.To != is.Tensions[0].Anchor {
		t.Errorf("“the lock” leads to %s, and stands at %s", lock.To, is.Tensions[0].Anchor)
	}
	if set := r.Sections[0].Sections[0].Prose[0].Quoted; len(set) != 1 || !set[0].Translated || set[0].Transcript != "N" || set[0].Problem != nil {
		t.Errorf("a marked translation reads %+v", set)
	}
}

// A wrong quotation is one whatever else: marked in each form, listed and a fault at its place. A remark silences it.
func TestProseFaults(t *testing.T) {
	r := build(t, open(t, withWriting(), tinyCodings), Options{})
	var kinds, faults []string
	for _, q := range r.Misquoted() {
		kinds = append(kinds, fmt.Sprintf("%s:%d:%d %s", q.File, q.Line, q.Column, q.Problem.Kind))
	}
	want := []string{"writing/belonging.md:7:95 absent", "writing/belonging.md:10:3 spliced", "writing/belonging.md:14:23 attributed", "writing/belonging.md:24:2 edited"}
	if !slices.Equal(kinds, want) {
		t.Errorf("misquoted: %q, want %q", kinds, want)
	}
	for _, f := range r.Faults() {
		if strings.Contains(f, "writing/") {
			faults = append(faults, f)
		}
	}
	want = []string{"writing/belongin.md: is not in the report: no theme is called belongin; did you mean belonging.md?", "writing/gone.md: is not in the report: theme gone was dropped",
		"writing/belonging.md:7:95: quotation stands in no transcript", "writing/belonging.md:10:3: block quotation joins what was not said together",
		"writing/belonging.md:14:23: quotation is attributed to somebody else than the one who says it in G"}
	if !slices.Equal(faults, want) {
		t.Errorf("faults\n%s\nwant\n%s", strings.Join(faults, "\n"), strings.Join(want, "\n"))
	}
	docx := strings.Join(docxSaid(docxParts(t, r.DOCX(DOCXOptions{}))["word/document.xml"]), "\n")
	for _, form := range []string{string(r.HTML()), string(r.Markdown()), docx} {
		if n := strings.Count(form, "Not verified:"); n != 3+4 { // chosen excerpts, and prose
			t.Errorf("%d marks that something is not verified", n)
		}
		if strings.Contains(form, "tema:ignore") || strings.Contains(form, "to do") || strings.Contains(form, "door.png") || strings.Contains(form, "somebody\n") {
			t.Error("a comment, a picture or front matter is printed")
		}
	}
}

func TestProseCounts(t *testing.T) {
	r := build(t, open(t, with(tiny, "writing/_method.md", "# How\n\nWe heard Ada, “I swept the floor [...] they let me stay” (P1), and “a\nbroom”.\n\n> Who has a key? (M)\n"), nil), Options{})
	// Own: How, We heard Ada P1 and a broom, M. The author's bracket is nobody's word.
	want := ProseCounts{Own: 9, Quoted: 8 + 4, Quotations: 2, Verbatim: 2, NotChecked: 1, Participants: []string{"P1"}}
	if fmt.Sprint(r.Written) != fmt.Sprint(want) {
		t.Errorf("counts are %+v, want %+v", r.Written, want)
	}
	if got := strings.Join(english.Written(r), " "); got != "The authors’ text has 9 words of their own and 12 words of quotation, from 1 participant. All 2 quotations in it stand word for word in their transcripts. One quotation of fewer than five words was not checked." {
		t.Error(got)
	}
	// What is quoted and stands nowhere is quoted all the same: both sentences count it.
	wrong := build(t, open(t, with(tiny, "writing/belonging.md", "They said it.\n\n> We painted the whole of the stairs.\n"), tinyCodings), Options{})
	prose := wrong.Sections[0].Prose
	if got := english.InProse(prose[0]) + " " + english.Written(wrong)[0]; got != "3 words by the authors, 7 words in quotations. The authors’ text has 3 words of their own and 7 words of quotation. The one quotation in it could not be verified, and is marked." {
		t.Errorf("of prose that holds nothing the report says %s", got)
	}
}

// ofMarkdown is a report with one chapter, in whose prose nothing is quoted.
func ofMarkdown(t interface{ Fatal(...any) }, src string) *Report {
	d, err := ingest.ReadMarkdown("writing/_method.md", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	b := &builder{r: &Report{}, taken: map[string]int{}}
	c := Chapter{Ref: Ref{ID: "method", Anchor: "text-method"}, At: "front"}
	c.Prose, c.Name = b.written(&Writing{Manuscript: &analysis.Manuscript{Prose: d.Prose}, File: "writing/_method.md", shape: d})
	return &Report{Language: "en", Title: "T", Approach: "codebook", Chapters: []Chapter{c}}
}

// hostileMarkdown draws Markdown that tries to be markup, and to reach beyond its place. Words of the kind w7w have to be
// printed, words of the kind x7x must not be.
func hostileMarkdown(t *rapid.T) string {
	n := 0
	fill := func(s string) string {
		s = regexp.MustCompile(`\bW\b`).ReplaceAllStringFunc(s, func(string) string { n++; return fmt.Sprintf("w%dw", n) })
		return regexp.MustCompile(`\bX\b`).ReplaceAllStringFunc(s, func(string) string { n++; return fmt.Sprintf("x%dx", n) })
	}
	var b strings.Builder
	b.WriteString("First.\n\n") // what begins with --- is front matter
	apart := rapid.SampledFrom([]string{"\n\n", "\n"}).Draw(t, "apart")
	if apart == "\n" { // HTML and code may swallow what follows, addresses and all
		fill = func(s string) string {
			n++
			return strings.ReplaceAll(regexp.MustCompile(`\bX\b`).ReplaceAllString(s, "x"), "W", fmt.Sprintf("w%dw", n))
		}
	}
	for range rapid.IntRange(1, 8).Draw(t, "parts") {
		n++
		part := rapid.SampledFrom([]string{
			"W W", "W\nW", "W  \nW\\\nW", "*W*", "_W_ **W**", "***W** W*", "**W *W***", "_W_**W**", "*W **W***W", "W*W*W", "*W", "**W", "W_W W_", "__W", "W * W _ W",
			"# W", "## W #", "W\n===", "W\nW\n---", "#W", "\\# W", "    W\n    W", "```\nW\n```", "```{=html}\n<i>W</i>\n```", "~~~ python\nW `` W\n~~~", "`W`", "``W ` W``", "`W`{=html}", "`` `W` ``",
			"- W\n- W\n  - W\n\n    W", "* W\n* W", "1. W\n2. W", "7) W\n\n8) W\n\n   > W", "+ W\n\n  ```\n  W\n  ```", "2019. W", "> W\nW\n>\n> W", "> > W", "> [!note] W\n> W",
			"::: {.quote}\nW\n\nW\n:::", "::: X\nW", "| W | W |\n|---|---|\n| W \\| W | `W` |", "W\n: W", "Term W\n\n:   W", "---", "* * *",
			"<script>W</script>", "W <b onclick=\"W\">W</b>", "<img src=x onerror=W>", "<!-- X -->", "W <!-- X --> W", "<div>\nW\n</div>", "W<br>W", "<W", "W<!W", "&lt;b&gt;W&lt;/b&gt;", "&#60;b>W", "W & W &amp; W",
			"[W](javascript:X)", "[W *W*](https://e.org/(X))", "[W](<https://e.org/X> \"X\")", "![W](https://e.org/X.png)", "[![W](X)](https://e.org)", "W![W](X)W", "!<!-- X -->[W](https://e.org/X)", "<![b](X) W>W",
			"[W][r#]\n\n[r#]: https://e.org/X", "[W][none]", "<https://e.org/w>", "<mailto:W@e.org>", "W^[W *W*] W", "W[^n#] W\n\n[^n#]: W\n\n    W", "W[^none#]", "[@w2020, p. 3] W", "$W_{W}$ W", "W~W~ W^W^",
			"[x]: W W", "W|W", "W {.W} W", "\\<W\\>", "\\[W\\](W)", "\\*W\\*", "W\\", "- [ ] W", ":W", "=W", "%W", "~W", "|W|", "@W", "(W) W", "a. W", "W\n    - W\n    # W", "\u202eW\x07W\u00a0W",
		}).Draw(t, "part")
		if apart == "\n" && strings.Contains(part, "[^n#]:") {
			continue // HTML may swallow the mark, and a note that nothing leads to is not printed
		}
		b.WriteString(fill(strings.ReplaceAll(part, "#]", fmt.Sprintf("%d]", n))))
		b.WriteString(apart)
	}
	return b.String()
}

var (
	printedWord = regexp.MustCompile(`w\d+w`)
	hiddenWord  = regexp.MustCompile(`x\d+x`)
)

// Every word that the author wrote is in each form of the report, and what she wrote is no markup but Markdown's.
func TestProseIsPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := hostileMarkdown(t)
		if _, err := ingest.ReadMarkdown("a.md", []byte(src)); err != nil {
			return // nothing to print
		}
		printed(t, src)
	})
}

func printed(t interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, src string) {
	r := ofMarkdown(t, src)
	want := printedWord.FindAllString(src, -1)
	for form, text := range map[string]string{"HTML": inHTML(t, r), "Markdown": inMarkdown(t, r), "DOCX": strings.Join(docxSaid(docxParts(t, r.DOCX(DOCXOptions{}))["word/document.xml"]), "\n")} {
		got := printedWord.FindAllString(text, -1)
		if word := hiddenWord.FindString(text); word != "" {
			t.Fatalf("%s: %s is printed of\n%s", form, word, src)
		}
		for _, word := range want {
			if !slices.Contains(got, word) {
				t.Fatalf("%s: %s is not printed of\n%s\nbut\n%s\nMarkdown:\n%s", form, word, src, text, r.Markdown())
			}
		}
	}
}

// inHTML returns the text of the page's prose, and holds the page to what prose may consist of.
func inHTML(t interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, r *Report) string {
	text := ""
	for _, e := range parse(t, r.HTML()) {
		if e.attr["class"] == "prose" {
			text = e.text
		}
		for name, value := range e.attr {
			if strings.HasPrefix(name, "on") || name == "src" || name == "style" || name == "href" && !regexp.MustCompile(`^(#|https?:|mailto:|data:,$)`).MatchString(value) {
				t.Fatalf("<%s %s=%q>", e.name, name, value)
			}
		}
		if e.name == "script" && e.text != "" || slices.Contains([]string{"img", "iframe", "object", "form", "b", "i", "base"}, e.name) {
			t.Fatalf("the page holds <%s>", e.name)
		}
		if e.name == "h2" && e.attr["class"] == "part" && printedWord.MatchString(e.text) {
			text += " " + e.text
		}
	}
	for _, e := range parse(t, r.HTML()) { // a title of its own stands above the prose
		if e.name == "h2" {
			text += " " + e.text
		}
	}
	return text
}

// inMarkdown returns the text of the Markdown as it is shown, and holds it to the same.
func inMarkdown(t interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, r *Report) string {
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Footnote, extension.DefinitionList), goldmark.WithRendererOptions(markdownhtml.WithXHTML(), markdownhtml.WithUnsafe()))
	var b bytes.Buffer
	b.WriteString("<body>")
	if err := md.Convert(r.Markdown(), &b); err != nil {
		t.Fatal(err)
	}
	b.WriteString("</body>")
	text := ""
	for i, e := range parse(t, b.Bytes()) {
		if i == 0 {
			text = e.text
		}
		if !slices.Contains(strings.Fields("body h1 h2 h3 h4 h5 h6 p ul ol li blockquote em strong code pre a table thead tbody tr th td dl dt dd hr br sup div"), e.name) {
			t.Fatalf("Markdown makes <%s>:\n%s", e.name, r.Markdown())
		}
		if to := e.attr["href"]; e.name == "a" && !regexp.MustCompile(`^(#|https?:|mailto:)`).MatchString(to) {
			t.Fatalf("Markdown leads to %q", to)
		}
	}
	if m := hiddenWord.FindString(text); m != "" && !strings.Contains(string(r.Markdown()), "::: ") && !slices.ContainsFunc(r.Chapters[0].Prose.Blocks, hasMarkup) {
		_ = m
	}
	return text
}

func hasMarkup(b ProseBlock) bool {
	return b.Kind == "markup" || slices.ContainsFunc(b.Blocks, hasMarkup)
}
