package report

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	markdownhtml "github.com/yuin/goldmark/renderer/html"
	"pgregory.net/rapid"
)

// kept is the tiny study with a journal and memos, as a year of work leaves them.
var kept = with(tiny,
	"journal.jsonl", `{"at":"2026-02-01T08:00:00Z","by":"anna","event":"phase","to":"phase:2","why":"Both read twice."}
{"at":"2026-02-02T08:00:00Z","by":"per","event":"note","about":["transcript:A","transcript:G"],"why":"Anna's codes are near to mine. Two per page, says anna."}
{"at":"2026-02-03T08:00:00Z","by":"anna","event":"rename","about":"code:work","from":"code:labour","to":"code:work","why":"Per calls it work, and so do they."}
{"at":"2026-02-03T09:00:00Z","by":"per","event":"split","about":"code:torn","from":"code:torn","to":["code:work","code:key"]}
{"at":"2026-02-04T08:00:00Z","by":"anna","event":"review","about":"theme:belonging","why":"Holds.","level":1,"evidence":"000000000000"}
{"at":"2026-02-05T08:00:00Z","by":"anna","event":"phase","about":"theme:keys","from":"phase:5","to":"phase:4","why":"Too early."}
{"at":"2026-02-06T08:00:00Z","by":"kari","event":"review","about":["theme:belonging","theme:keys"],"why":"","level":2,"evidence":"000000000000"}
{"at":"2026-02-07T08:00:00Z","by":"anna","event":"mend","about":"transcript:A"}
{"at":"2026-02-08T08:00:00Z","by":"anna","event":"merge","about":"code:key","from":"code:lock","to":"code:key","why":"No. Wrong."}
{"at":"2026-02-08T09:00:00Z","by":"anna","event":"undo","why":"merge code:lock to code:key"}
{"at":"2026-02-09T08:00:00Z","by":"per","event":"drop","about":"theme:gone","to":"theme:keys","why":"It was a place, and no idea."}
`,
	"memos/2026-01-20-broom.md", "---\nkind: reflexive\nabout: [transcript:A, code:work]\nmade: 2026-01-20T10:00:00Z\nby: anna\n---\nI own a *broom*, as Per knows.\n\nTo do:\n\n- read A again\n- ask Per\n",
	"memos/2026-01-21-plain.md", "No kind, and about nothing.\n",
	"memos/2026-02-01-twenty-two.md", "---\nabout: checklist:coreq/22\nmade: 2026-02-01T10:00:00Z\nby: per\n---\n**Not applicable**, because nothing was waited for.\n",
	"memos/2026-01-25-twenty-two.md", "---\nabout: checklist:COREQ/22\nmade: 2026-01-25T10:00:00Z\nby: per\n---\nWe never spoke of it.\n",
	"memos/2026-02-02-who.md", "---\nabout: [checklist:coreq/1, checklist:coreq/6, checklist:rtarg/positioning]\nby: per\n---\nWe asked in turns.\n",
)

// papers are all documents of a study beside its report, by name.
func papers(t testing.TB, s *analysis.Study, memos ...string) map[string]*paper {
	t.Helper()
	a, err := BuildAudit(context.Background(), s, AuditOptions{Version: "0.0.0", Memos: memos})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*paper{"audit": a.paper()}
	for _, c := range analysis.Checklists {
		list, err := BuildChecklist(context.Background(), s, c.Name, "0.0.0")
		if err != nil {
			t.Fatal(err)
		}
		out[c.Name] = list.paper()
	}
	return out
}

var keptStudies = []struct {
	name    string
	changes []string
	memos   []string
}{
	{"papers-reflexive", nil, []string{"reflexive"}},
	{"papers-norsk", []string{"language: en", "language: nb", "approach: reflexive", "approach: codebook", "show: [age, site, setting]", "show: [age, coders, dates]"}, nil},
}

func TestPapersGolden(t *testing.T) {
	for _, k := range keptStudies {
		t.Run(k.name, func(t *testing.T) {
			all := papers(t, open(t, kept, tinyCodings, k.changes...), k.memos...)
			for _, name := range []string{"audit", "coreq", "srqr", "rtarg"} {
				p := all[name]
				golden(t, k.name+"-"+name+".md", p.markdown())
				if name == "audit" || name == "coreq" {
					page := regexp.MustCompile(`(?s)<style>.*</style>|'sha256-[^']*'`).ReplaceAllString(string(p.html()), "")
					golden(t, k.name+"-"+name+".html", []byte(page))
					golden(t, k.name+"-"+name+".docx.txt", []byte(strings.Join(docxSaid(docxParts(t, p.docx(nil))["word/document.xml"]), "\n")+"\n"))
				}
			}
		})
	}
}

func TestAuditJSON(t *testing.T) {
	s := open(t, kept, tinyCodings)
	a, err := BuildAudit(context.Background(), s, AuditOptions{})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "papers-reflexive-audit.json", a.JSON())
	if bytes.Contains(a.JSON(), []byte("null")) {
		t.Error("a list is null")
	}
	c, err := BuildChecklist(context.Background(), s, "coreq", "0.0.0")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "papers-reflexive-coreq.json", c.JSON())
}

// Who coded and when is in an audit only where the study lists coders and dates, and nowhere else in any case.
func TestAuditNamesNobodyUnasked(t *testing.T) {
	everything := func(changes ...string) string {
		s := open(t, kept, tinyCodings, changes...)
		a, err := BuildAudit(context.Background(), s, AuditOptions{Memos: analysis.MemoKinds})
		if err != nil {
			t.Fatal(err)
		}
		out := string(a.HTML()) + string(a.Markdown()) + string(a.JSON()) + docxParts(t, a.DOCX(nil))["word/document.xml"]
		for _, name := range []string{"coreq", "srqr", "rtarg"} {
			c, err := BuildChecklist(context.Background(), s, name, "")
			if err != nil {
				t.Fatal(err)
			}
			out += string(c.HTML()) + string(c.JSON())
		}
		return out
	}
	unasked, asked := everything(), everything("show: [age, site, setting]", "show: [age, coders, dates]")
	for _, name := range []string{"anna", "Anna", "Per ", "Per,", "kari", "2026-01-20", "2026-02-0", "2026-01-05"} {
		if strings.Contains(unasked, name) {
			t.Errorf("%s stands there, and nobody asked", name)
		}
		if name != "Per," && !strings.Contains(asked, name) {
			t.Errorf("%s was asked for and does not stand there", name)
		}
	}
	if !strings.Contains(unasked, "Two per page") {
		t.Error("a word that is no name was taken for one")
	}
}

func TestFreeText(t *testing.T) {
	b := &auditor{a: &Audit{}, ids: []string{"anna-lise", "anna", "per", "åse"}, label: map[string]string{"anna-lise": "1", "anna": "2", "per": "3", "åse": "4"}}
	for text, want := range map[string]string{
		"Anna and Per": "[2] and [3]", "Anna's, Annas, Anna.": "[2]'s, [2]s, [2].", "Anna-Lise": "[1]", "Annabel, Hanna, Anna_x": "Annabel, Hanna, Anna_x",
		"two per page, Person, PER": "two per page, Person, [3]", "codings/anna/P01.jsonl": "codings/[2]/P01.jsonl", "Åse og Åses, åse": "[4] og [4]s, [4]",
		"": "", "A": "A", "Ann": "Ann", "Pers": "[3]s", "Perssons": "Perssons",
	} {
		if got := b.free(text); got != want {
			t.Errorf("%q reads %q, not %q", text, got, want)
		}
	}
	b.a.Named = true
	if got := b.free("Anna"); got != "Anna" {
		t.Errorf("Anna reads %q where coders are named", got)
	}
}

// Every item of the guidelines is there once, in both languages, and asks something of its own.
func TestChecklistsAreWhole(t *testing.T) {
	for name, n := range map[string]int{"coreq": 32, "srqr": 21, "rtarg": 24} {
		i := slices.IndexFunc(analysis.Checklists, func(c analysis.Checklist) bool { return c.Name == name })
		items := analysis.Checklists[i].Items
		sum := 0
		for _, size := range partSizes[name] {
			sum += size
		}
		if len(items) != n || sum != n {
			t.Errorf("%s has %d items in parts of %d, not %d", name, len(items), sum, n)
		}
		for _, w := range []*words{&english, &norwegian} {
			v := w.Checklist
			seen, all := map[string]string{}, 0
			for id, words := range v.Items {
				if !strings.HasPrefix(id, name+"/") {
					continue
				}
				all++
				for _, text := range words {
					if text == "" || seen[text] != "" {
						t.Errorf("%s and %s both say %q", id, seen[text], text)
					}
					seen[text] = id
				}
				if !slices.Contains(items, strings.TrimPrefix(id, name+"/")) {
					t.Errorf("%s is no item", id)
				}
			}
			if all != n || len(v.Parts[name]) != len(partSizes[name]) {
				t.Errorf("%s: %d items in %d parts", name, all, len(v.Parts[name]))
			}
		}
	}
	for _, language := range []string{"en", "nb"} {
		all := papers(t, open(t, kept, tinyCodings, "language: en", "language: "+language))
		for name, n := range map[string]int{"coreq": 32, "srqr": 21, "rtarg": 24} {
			seen := map[string]int{}
			for _, b := range all[name].Blocks {
				if b.Item != nil {
					seen[b.Item.Anchor]++
				}
			}
			if len(seen) != n {
				t.Errorf("%s in %s prints %d items", name, language, len(seen))
			}
			for _, file := range [][]byte{all[name].html(), all[name].markdown()} {
				if got := bytes.Count(file, []byte("tema memo add --about checklist:"+name)); got == 0 || got >= n && name == "coreq" {
					t.Errorf("%s in %s invites %d memos", name, language, got)
				}
			}
		}
	}
}

// No document measures how far an analysis or its report has come, or how good it is.
func TestPapersMeasureNothing(t *testing.T) {
	measure := regexp.MustCompile(`(?i)%|per ?cent|prosent|\bscor(e|es|ed|ing)\b|poeng|\bgrad(e|es|ed)\b|karakter\b|\b\d+ (of|av) \d+ (items?|points?|punkt\w*|questions?|spørsmål)|complet(e|ed|eness|ion)\b|compliance|fullstendig|etterlev|\bpass(ed|es)?\b|\bfail(ed|s)?\b|bestått`)
	for _, k := range keptStudies {
		for name, p := range papers(t, open(t, kept, tinyCodings, k.changes...)) {
			if word := measure.Find(p.markdown()); word != nil {
				t.Errorf("%s of %s says %q", name, k.name, word)
			}
		}
	}
	for _, wrong := range []string{"12 of 32 items", "38 %", "Completeness", "score", "12 av 32 punkter"} {
		if !measure.MatchString(wrong) {
			t.Errorf("%q could be said", wrong)
		}
	}
}

func TestChecklistAnswers(t *testing.T) {
	item := func(name, ref string, changes ...string) ChecklistItem {
		c, err := BuildChecklist(context.Background(), open(t, kept, tinyCodings, changes...), name, "1.2.3")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range c.Parts {
			for _, x := range p.Items {
				if x.Ref == "checklist:"+ref {
					return x
				}
			}
		}
		t.Fatalf("no %s", ref)
		return ChecklistItem{}
	}
	got := item("coreq", "coreq/22").Answers
	if len(got) != 2 || got[0].NotApplicable || !got[1].NotApplicable || got[0].Text != "We never spoke of it." {
		t.Errorf("the answers to 22 are %+v", got)
	}
	if x := item("coreq", "coreq/22"); x.Note == "" || strings.Contains(x.Note, english.Checklist.MayNotApply) {
		t.Errorf("a note on an answered item: %q", x.Note)
	}
	if x := item("coreq", "coreq/24"); !strings.HasSuffix(x.Note, english.Checklist.MayNotApply) {
		t.Errorf("a note on an item without answer: %q", x.Note)
	}
	if x := item("coreq", "coreq/22", "approach: reflexive", "approach: codebook"); x.Note != "" || len(x.Study) != 1 {
		t.Errorf("outside reflexive work: %+v", x)
	}
	for ref, want := range map[string]string{
		"coreq/12": "3 transcripts with 4 participants: 15 turns", "coreq/18": "Nobody speaks in more than one transcript.", "coreq/27": "tema 1.2.3.",
		"coreq/24": "The codings that count were made by 2 coders.", "coreq/16": "distributed over age.", "coreq/14": "setting", "coreq/32": "1 quotation set against a theme.",
		"coreq/31": "1 theme: To belong", "coreq/29": "stand word for word", "coreq/30": "2 reviews", "coreq/8": "1 reflexive memo;",
		"srqr/S13": "1 entry", "srqr/S14": "2 moves from phase to phase, 1 of them back", "srqr/S4": "How does one come to belong",
	} {
		name, _, _ := strings.Cut(ref, "/")
		if got := strings.Join(item(name, ref).Study, " "); !strings.Contains(got, want) {
			t.Errorf("%s: %q does not say %q", ref, got, want)
		}
	}
	if got := item("coreq", "coreq/16").Study; strings.Contains(strings.Join(got, " "), "2026") {
		t.Errorf("a date that is not shown: %q", got)
	}
	if got := item("coreq", "coreq/16", "show: [age, site, setting]", "show: [age, dates]").Study; !strings.Contains(strings.Join(got, " "), "from 2026-01-05 to 2026-01-07") {
		t.Errorf("dates that are shown: %q", got)
	}
}

// What critics say of COREQ stands where a study is reflexive; that the questions are for reflexive work, where it is not.
func TestChecklistsKnowTheApproach(t *testing.T) {
	for _, c := range []struct {
		approach, name string
		says           bool
		text           string
	}{
		{"reflexive", "coreq", true, "Braun and Clarke hold"}, {"content-analysis", "coreq", false, "Braun and Clarke hold"}, {"reflexive", "srqr", false, "Braun and Clarke hold"},
		{"reflexive", "rtarg", false, "another approach"}, {"coding-reliability", "rtarg", true, "another approach (Coding reliability"},
	} {
		md := papers(t, open(t, kept, tinyCodings, "approach: reflexive", "approach: "+c.approach))[c.name].markdown()
		if got := bytes.Contains(md, []byte(c.text)); got != c.says {
			t.Errorf("%s in a study that is %s says %q: %v", c.name, c.approach, c.text, got)
		}
	}
}

func TestPaperStructure(t *testing.T) {
	for _, k := range keptStudies {
		for name, p := range papers(t, open(t, kept, tinyCodings, k.changes...), k.memos...) {
			ids := map[string]bool{}
			elements, level := parse(t, p.html()), 0
			for _, e := range elements {
				if id := e.attr["id"]; id != "" && ids[id] {
					t.Errorf("%s: the id %s stands twice", name, id)
				} else {
					ids[id] = true
				}
				if len(e.name) == 2 && e.name[0] == 'h' && e.name != "hr" {
					if n := int(e.name[1] - '0'); n > level+1 {
						t.Errorf("%s: heading %q after one of level %d", name, e.text, level)
					} else {
						level = n
					}
				}
				if e.name == "th" && e.attr["scope"] == "" {
					t.Errorf("%s: header %q has no scope", name, e.text)
				}
			}
			for _, e := range elements {
				if to, local := strings.CutPrefix(e.attr["href"], "#"); e.name == "a" && (!local || !ids[to]) {
					t.Errorf("%s: a link leads to %q, which is not there", name, e.attr["href"])
				}
			}
			if !bytes.Contains(p.html(), []byte("default-src 'none'")) {
				t.Errorf("%s has no policy", name)
			}
		}
	}
}

// hostilePaper is a document with one text in all the places where text can stand in any.
func hostilePaper(text string) *paper {
	event := AuditEvent{By: text, Event: "merge", About: []string{"code:" + text}, From: []string{text}, To: []string{"theme:" + text}, Why: text}
	other := event
	other.Event = "x" + text
	ref := Ref{ID: "x", Name: text}
	a := &Audit{Title: text, Question: text, Approach: "reflexive", Events: 1, Commits: 1, Coders: []AuditCoder{{Name: text, Transcripts: []string{text, text}, Nothing: []string{text}}},
		Several: []AuditSeveral{{text, []string{text}}}, Settled: []string{text}, Course: []AuditMove{{By: text, To: 4, From: 5, About: []string{"theme:" + text}, Why: text}},
		Notes: []AuditEvent{event}, Steps: []AuditStep{{Commit: "1", Subject: text, Changes: []AuditChange{{"code", "renamed", []AuditItem{{text, []string{text}, []string{text}}}}}}},
		Decisions: []AuditEvent{event, other}, Dropped: []AuditDropped{{Ref: ref, Into: []Ref{ref}, Why: text}}, Reviews: []AuditReview{{By: text, Level: 1, Themes: []Ref{ref}, Why: text}},
		Mended: []AuditEvent{event}, Memos: []AuditMemoCount{{Kind: "reflexive", Memos: 1, About: []AuditAbout{{text, 1}}}}, Texts: []AuditMemo{{Kind: "reflexive", About: []string{text}, By: text, Text: "one"}}}
	c := &Checklist{Title: text, Approach: "reflexive", Name: "coreq", About: []string{text}, Parts: []ChecklistPart{{text, []ChecklistItem{
		{Ref: "checklist:coreq/1", Number: "1", Title: text, Asks: text, Note: text, Study: []string{text}},
		{Ref: "checklist:coreq/2", Number: "2", Title: text, Asks: text, Answers: []ChecklistAnswer{{Text: "one"}}}}}}}
	m := &Checklist{Title: "plain", Name: "srqr", Parts: []ChecklistPart{{"plain", []ChecklistItem{{Ref: "checklist:srqr/S1", Answers: []ChecklistAnswer{{text, true}}}}}}}
	p := a.paper()
	p.Blocks = slices.Concat(p.Blocks, c.paper().Blocks, m.paper().Blocks)
	return p
}

func TestTextIsDataInPapers(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(markdownhtml.WithXHTML()))
	// What a researcher typed makes paragraphs and lists where she made them, in whatever number.
	free := []string{"p", "br", "ul", "li", "pPr", "pStyle", "r", "rPr", "t"}
	shape := func(t interface {
		Fatal(...any)
		Fatalf(string, ...any)
	}, text string) string {
		p, n := hostilePaper(text), map[string]int{}
		count := func(name, in string) {
			if !slices.Contains(free, name) {
				n[in+name]++
			}
		}
		for _, e := range parse(t, p.html()) {
			count(e.name, "html ")
		}
		var b bytes.Buffer
		if err := md.Convert(p.markdown(), &b); err != nil {
			t.Fatal(err)
		}
		for _, e := range parse(t, slices.Concat([]byte("<body>"), b.Bytes(), []byte("</body>"))) {
			count(e.name, "md ")
		}
		for d := xml.NewDecoder(strings.NewReader(docxParts(t, p.docx(nil))["word/document.xml"])); ; {
			token, err := d.Token()
			if err != nil {
				return fmt.Sprint(n)
			}
			if e, ok := token.(xml.StartElement); ok {
				count(e.Name.Local, "docx ")
			}
		}
	}
	plain := shape(t, "plain")
	rapid.Check(t, func(rt *rapid.T) {
		text := hostile(rt, "text")
		if strings.TrimSpace(visible(text)) == "" || len(strings.Fields(visible(text))) == 0 {
			return
		}
		if got := shape(rt, text); got != plain {
			rt.Fatalf("%q made\n%s\ninstead of\n%s", text, got, plain)
		}
	})
}

func TestTyped(t *testing.T) {
	for text, want := range map[string]string{
		"One.\nTwo.\n\nThree.":           "One. Two.|Three.",
		"# Head\nBody\n- a\n  b\n- c\nd": "Head|Body|[a b c d]",
		"1. x\n2) y":                     "[x y]",
		"*limits* is **now** _set_, 2*3 and 4*5, own_story_x, `code:x`": "limits is now set, 2*3 and 4*5, own_story_x, code:x",
		"": "",
	} {
		var got []string
		for _, b := range typed(text) {
			if len(b.List) > 0 {
				got = append(got, "["+strings.Join(b.List, " ")+"]")
			} else {
				got = append(got, b.Text)
			}
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q reads %q, not %q", text, got, want)
		}
	}
}

// Whatever happens to codes and themes, and whatever the journal can hold, has a word in both languages.
func TestAuditHasWords(t *testing.T) {
	for _, w := range []*words{&english, &norwegian} {
		v := w.Audit
		for _, kind := range []codebook.Kind{codebook.Renamed, codebook.Merged, codebook.Split, codebook.Retired, codebook.Dropped, codebook.Restored, codebook.Added, codebook.Removed,
			codebook.Moved, codebook.Reordered, codebook.Redefined, codebook.OtherRules, codebook.OtherCodes, codebook.OtherEvidence, codebook.OtherStatus, codebook.OtherAliases, codebook.Recolored} {
			if strings.Count(v.Changes[string(kind)], "%s") != 2 {
				t.Errorf("%s: %q for %s", w.Themes, v.Changes[string(kind)], kind)
			}
		}
		for _, event := range []string{"add", "set", "rename", "merge", "split", "retire", "move", "promote", "drop", "mend", "rewrite", "withdraw", "undo"} {
			if strings.Count(v.Happened[event], "%s") != 1 {
				t.Errorf("%s: %q for %s", w.Themes, v.Happened[event], event)
			}
		}
		for _, kind := range append([]string{"phase"}, analysis.RefKinds...) {
			if v.Refs[kind][0] == "" {
				t.Errorf("%s: no word for a %s", w.Themes, kind)
			}
		}
		for _, kind := range analysis.MemoKinds {
			if v.MemoKinds[kind] == "" {
				t.Errorf("%s: no word for a memo that is %s", w.Themes, kind)
			}
		}
	}
}

// Consensus is nobody: those made it who coded before.
func TestConsensusIsNoCoder(t *testing.T) {
	codings := map[string]lines{}
	for name, list := range tinyCodings {
		codings[name] = list
	}
	codings["consensus/A"] = lines{{"c1", "work", "I swept the floor.", ""}}
	s := open(t, kept, codings)
	if r := build(t, s, Options{}); r.Origin.Coders != 2 {
		t.Errorf("%d coders, not 2", r.Origin.Coders)
	}
	a, err := BuildAudit(context.Background(), s, AuditOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(a.Coders); n != 3 || a.Coders[2].Name != "consensus" || !slices.Equal(a.Settled, []string{"A"}) || slices.Contains(a.Several[0].Coders, "consensus") {
		t.Errorf("%+v, settled %q, several %+v", a.Coders, a.Settled, a.Several)
	}
}

// The documents beside the report are in its language, wholly, also where it is not that of the transcripts.
func TestPapersAreInTheReportsLanguage(t *testing.T) {
	lines := func(p *paper) string { // but for what is told of the transcripts' language, which is another one
		return strings.Join(slices.DeleteFunc(strings.Split(string(p.markdown()), "\n"), func(line string) bool { return strings.Contains(line, "Norwegian") }), "\n")
	}
	want := papers(t, open(t, tiny, tinyCodings))
	got := papers(t, open(t, tiny, tinyCodings, "language: en", "language: nb", "report:\n", "report:\n  language: en\n"))
	for name := range want {
		if doc := lines(got[name]); doc != lines(want[name]) {
			t.Errorf("%s is not in the language of the report:\n%s", name, doc)
		}
	}
}
