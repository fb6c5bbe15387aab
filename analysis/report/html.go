package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

//go:embed report.css
var style string

//go:embed report.js
var script string

//go:embed *.html.tmpl
var markup embed.FS

// layout is the page. Its security policy allows the one style sheet and the one script, by their hashes, and pictures
// that stand in the page itself; all other scripts, frames, fonts and every address elsewhere are forbidden.
var layout = func() *template.Template {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	hashes := strings.NewReplacer("STYLE-HASH", hash(style), "SCRIPT-HASH", hash(script))
	all := template.New("")
	files, _ := markup.ReadDir(".")
	for _, f := range files {
		src, _ := markup.ReadFile(f.Name()) // what is compiled in can be read
		template.Must(all.New(f.Name()).Parse(hashes.Replace(string(src))))
	}
	return all.Lookup("report.html.tmpl")
}()

// HTML returns the report as one page that needs nothing but itself: it opens no connection, and reads whole where its
// script does not run.
func (r *Report) HTML() []byte {
	var b bytes.Buffer
	if err := layout.Execute(&b, page{r, wordsFor(r.Language)}); err != nil {
		panic(err) // the template and the types that it prints are compiled in; a buffer takes all
	}
	return b.Bytes()
}

// page is what the template sees: the report, and the words of its language as W. What stands in nested templates
// carries both along.
type page struct {
	*Report
	W *words
}

// Style is the style sheet, byte for byte what the policy's hash is of.
func (p page) Style() template.CSS { return template.CSS(style) }

// Script is the script, likewise.
func (p page) Script() template.JS { return template.JS(script) }

// Text shows control characters instead of obeying them.
func (p page) Text(s string) string { return visible(s) }

// Paragraphs are those of what an author wrote.
func (p page) Paragraphs(s string) []string { return paragraphs(visible(s)) }

// Lang is the language of the page. The words of the page are English where the study names none.
func (p page) Lang() string {
	if p.Language == "" {
		return "en"
	}
	return p.Language
}

// Reflexive says whether counts are to be modest.
func (p page) Reflexive() bool { return p.Approach == "reflexive" }

// HasMissing says whether there is anything to list as not shown.
func (p page) HasMissing() bool { return p.Report.HasMissing() }

// HasMap says whether a picture shows more than the theme table does: how themes lead to each other.
func (p page) HasMap() bool { return len(p.Map().Relations) > 0 }

// Picture is the map of the themes. What it shows stands in words in the theme table and in the section of relations.
func (p page) Picture() template.HTML { return template.HTML(p.Map().Inline("themes relations")) }

// Step bounds a depth to those that the style sheet knows.
func (p page) Step(n int) int { return min(n, 4) }

// CodingsHead and TurnsHead head columns.
func (p page) CodingsHead() string { return upper(p.W.Codings[1]) }
func (p page) TurnsHead() string   { return upper(p.W.Turns[1]) }

// A part is a line of the contents. What is below it is listed only where there is room beside the text.
type part struct {
	Ref
	Below []Ref
}

// Contents lists the parts of the page that are there.
func (p page) Contents() []part {
	var out []part
	add := func(there bool, anchor, name string) {
		if there {
			out = append(out, part{Ref: Ref{Anchor: anchor, Name: name}})
		}
	}
	chapters := func(at string) {
		for _, c := range p.ChaptersAt(at) {
			add(true, c.Anchor, visible(p.W.Chapter(c)))
		}
	}
	chapters("front")
	add(true, "analysed", p.W.Analysed)
	add(len(p.Overview) > 0, "themes", p.W.Themes)
	add(p.HasMap(), "map", p.W.Map)
	add(len(p.Relations) > 0, "relations", p.W.Relations)
	chapters("themes")
	if p.ByCode && len(p.Sections) > 0 {
		add(true, p.Sections[0].Anchor, p.W.Codes)
	} else if len(p.Sections) > 0 {
		at := slices.IndexFunc(out, func(one part) bool { return one.Anchor == "themes" })
		for _, s := range p.Sections {
			out[at].Below = append(out[at].Below, s.Ref)
		}
	}
	chapters("back")
	add(len(p.Loose) > 0, "no-theme", p.W.Loose)
	add(p.HasPresence(), "presence", p.W.PresenceTitle(p.parts.presence))
	add(p.HasPortraits(), "portraits", p.W.Page.Portraits)
	add(p.HasPeople(), "participants", p.W.ParticipantsTitle)
	add(true, "codings", p.W.OriginTitle)
	add(p.HasMissing(), "missing", p.W.MissingTitle)
	add(len(p.Codebook) > 0, "codebook", p.W.CodebookTitle)
	add(len(p.Transcripts) > 0, "transcripts", p.W.TranscriptsTitle)
	add(len(p.parts.texts) > 0, "texts", p.W.Page.Texts)
	return out
}

// Section, Excerpt, Code, Entry and Relation pair what a nested template prints with the page.
func (p page) Section(s Section) sectionView    { return sectionView{p, s} }
func (p page) Code(r Ref) codeView              { return codeView{p, r} }
func (p page) Entry(e Entry) entryView          { return entryView{p, e} }
func (p page) Relation(r Relation) relationView { return relationView{p, r} }

type sectionView struct {
	Page page
	Section
}

func (v sectionView) W() *words                        { return v.Page.W }
func (v sectionView) Text(s string) string             { return visible(s) }
func (v sectionView) Paragraphs(s string) []string     { return v.Page.Paragraphs(s) }
func (v sectionView) Reflexive() bool                  { return v.Page.Reflexive() }
func (v sectionView) Step(n int) int                   { return v.Page.Step(n) }
func (v sectionView) Code(r Ref) codeView              { return v.Page.Code(r) }
func (v sectionView) Relation(r Relation) relationView { return v.Page.Relation(r) }
func (v sectionView) Excerpt(x Excerpt, class string) excerptView {
	return excerptView{v.Page, x, class}
}

// Heading is the level of the section's heading, Below that of what stands in it.
func (v sectionView) Heading() int { return min(v.Level+1, 6) }
func (v sectionView) Below() int   { return min(v.Level+2, 6) }

// someNames is how many participants are named beside a spread.
const someNames = 24

// StripText says in words what the strip shows.
func (v sectionView) StripText() string {
	parts := []string{v.W().Spread, v.W().Draws(v.Section)}
	if names := v.W().DrawnOn(v.Section, someNames); names != "" {
		parts[1] += ": " + names
	}
	if names := v.W().DrawnByRule(v.Section, someNames); names != "" {
		parts = append(parts, names)
	}
	return strings.Join(parts, ". ") + "."
}

// strip is a picture of a spread: one mark a participant, in rows; in a portrait, a mark for a passage.
type strip struct {
	Width, Height int
	Off, Half, On string // paths, in pixels
}

// Strip draws the spread. In a large study marks are small, and those of participants whom it does not draw on are left
// to the ground, so that a thousand stay a picture and not a page.
func (v sectionView) Strip() strip {
	perRow, wide, high, apart, below := 20, 7, 12, 2, 3 // marks in a row; pixels
	small := len(v.Spread) > 100
	if small {
		perRow, wide, high, apart, below = 59, 2, 4, 1, 1
	}
	var off, half, on strings.Builder
	for i, m := range v.Spread {
		x, y := i%perRow*(wide+apart), i/perRow*(high+below)
		switch m.By {
		case "person":
			fmt.Fprintf(&on, "M%d %dh%dv%dh-%dz", x, y, wide, high, wide)
			continue
		case "rule": // its lower half is filled
			fmt.Fprintf(&half, "M%d %dh%dv%dh-%dz", x, y+high/2, wide, high/2, wide)
		}
		if !small {
			fmt.Fprintf(&off, "M%d.5 %d.5h6v11h-6z", x, y)
		}
	}
	rows := (len(v.Spread) + perRow - 1) / perRow
	return strip{min(len(v.Spread), perRow)*(wide+apart) - apart, rows*(high+below) - below, off.String(), half.String(), on.String()}
}

type excerptView struct {
	page
	Excerpt
	Class string // chosen, tension, other, by-rule, proposal
}

// Tokens are what the script finds the excerpt under.
func (v excerptView) Tokens() string { return strings.Join(v.parts.tokens(v.Excerpt), " ") }

// Turn is where the excerpt stands in the transcripts at the end, "" if they are not printed or do not have it.
func (v excerptView) Turn() string {
	if len(v.parts.texts) == 0 || len(v.Turns) == 0 {
		return ""
	}
	return turnAnchor(v.Transcript, v.Turns[0])
}

// Several says whether more than one speaker is heard, so that each is named.
func (v excerptView) Several() bool { return len(v.Said) > 1 }

type codeView struct {
	page
	Ref
}

type entryView struct {
	page
	Entry
}

// Above is where a code stands.
func (v entryView) Above() string {
	if len(v.Path) < 2 {
		return ""
	}
	return strings.Join(v.Path[:len(v.Path)-1], " › ")
}

func (v entryView) HasParts() bool {
	return len(v.Include)+len(v.Exclude)+len(v.Examples)+len(v.Counterexamples)+len(v.Rules)+len(v.Aliases) > 0
}

type relationView struct {
	page
	Relation
}
