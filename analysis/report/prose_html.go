package report

import (
	"strconv"

	"github.com/tema-qda/tema/index/ingest"
)

// Chapter and Prose pair what a nested template prints with the page. Under is the level of the heading above.
func (p page) Chapter(c Chapter) chapterView            { return chapterView{p, c} }
func (p page) ProseUnder(of Prose, under int) proseView { return proseView{p, &of, under} }

func (v sectionView) ProseView(of Prose) proseView { return v.Page.ProseUnder(of, v.Heading()) }

type chapterView struct {
	page
	Chapter
}

type proseView struct {
	page
	Of    *Prose
	Under int
}

// Parts are the blocks of a prose, each with the quotations in it that have a problem.
func (v proseView) Parts() []blockView {
	var out []blockView
	for _, b := range v.Of.Blocks {
		out = append(out, blockView{v, b, false})
	}
	return out
}

type blockView struct {
	proseView
	ProseBlock
	Head bool // a row is its table's header
}

// H is the level of a heading.
func (v blockView) H() string { return strconv.Itoa(min(v.Under+v.Level, 6)) }

// Below are the blocks inside.
func (v blockView) Below() []blockView {
	var out []blockView
	for i, b := range v.Blocks {
		out = append(out, blockView{v.proseView, b, v.Head || v.Kind == string(ingest.Table) && i == 0})
	}
	return out
}

// Problems are the quotations in the block that are not verified.
func (v blockView) Problems() []Quoted {
	var out []Quoted
	for _, i := range v.Of.problems(v.ProseBlock) {
		out = append(out, v.Of.Quoted[i])
	}
	return out
}

// Sources are the quotations that a block quotation consists of, as far as they hold.
func (v blockView) Sources() []quotedView {
	var out []quotedView
	for _, q := range v.Of.sources(v.ProseBlock) {
		out = append(out, quotedView{v.page, q})
	}
	return out
}

type quotedView struct {
	page
	Quoted
}

// A piece is a stretch of runs that lead to the same place.
type piece struct {
	Runs  []ProseRun
	Link  string  // the author's
	Of    *Quoted // that it is part of
	First bool    // its first part
	Place string  // where it stands, of one in running text
}

// Pieces are what a paragraph consists of. Control characters in it are shown.
func (v blockView) Pieces() []piece {
	var out []piece
	seen := map[int]bool{}
	last := 0 // Quoted of the piece before
	for _, r := range v.Runs {
		r.Text = visible(r.Text)
		quoted := r.Quoted
		if n := len(out); n > 0 && r.Note == 0 && out[n-1].Runs[0].Note == 0 && quoted == last && r.Link == out[n-1].Link {
			out[n-1].Runs = append(out[n-1].Runs, r)
			continue
		}
		p := piece{Runs: []ProseRun{r}, Link: r.Link}
		if last = quoted; quoted > 0 {
			p.Of, p.First = &v.Of.Quoted[quoted-1], !seen[quoted]
			seen[quoted] = true
			if !p.Of.Set && p.Of.Problem == nil {
				p.Place = visible(v.W.QuotedFrom(*p.Of))
			}
		}
		out = append(out, p)
	}
	return out
}

// Again says whether the note of the mark has another further up.
func (r ProseRun) Again() bool { return r.again }

// TranscriptAnchor is where a transcript stands in the list of them.
func (p page) TranscriptAnchor(id string) string { return transcriptAnchor(id) }
