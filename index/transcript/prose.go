package transcript

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Prose is a manuscript as its readers see it: what is printed, without the signs that a format is made of. Readers of
// foreign formats make it; Quotations finds what it quotes.
type Prose struct {
	File   string
	Format string // "markdown", "docx" ...
	Source string // the text that lines are counted in; "" where a format has none (archives, PDF)
	Blocks []Block
	// Unmarked says that the format does not show which paragraphs are block quotations (PDF, plain text).
	Unmarked bool
	Notes    []string // what was not read or had to be guessed, as sentences without their full stop
}

// A Block is a paragraph, a heading, a cell of a table or a note.
type Block struct {
	Quotation bool      // it is set as a block quotation
	Text      string    // line breaks inside it are LF
	Stretches []Stretch // where its text comes from, in rising order; the first at 0
}

// A Stretch says where the byte At of a block's text, and what follows it up to the next stretch, stands in the source.
type Stretch struct {
	At int
	Place
}

// A Place is where something stands in a manuscript: a line and column where it has lines, else a paragraph or a page.
// All count from 1; columns count characters.
type Place struct {
	Line, Column int
	Paragraph    int
	Page         int
}

func (p Place) String() string {
	switch {
	case p.Line > 0:
		return fmt.Sprintf("line %d", p.Line)
	case p.Page > 0:
		return fmt.Sprintf("page %d", p.Page)
	case p.Paragraph > 0:
		return fmt.Sprintf("paragraph %d", p.Paragraph)
	}
	return "somewhere"
}

// PlaceAt returns where the byte offset of the block's text stands.
func (b *Block) PlaceAt(offset int) Place {
	i, found := slices.BinarySearchFunc(b.Stretches, offset, func(a Stretch, at int) int { return a.At - at })
	if !found {
		i--
	}
	if i < 0 {
		return Place{}
	}
	place := b.Stretches[i].Place
	if place.Column > 0 {
		place.Column += utf8.RuneCountInString(b.Text[b.Stretches[i].At:min(offset, len(b.Text))])
	}
	return place
}

// Line returns a line of the source, without its end, or "".
func (p *Prose) Line(n int) string {
	if n <= 0 {
		return ""
	}
	rest := p.Source
	for ; n > 1; n-- {
		_, after, found := strings.Cut(rest, "\n")
		if !found {
			return ""
		}
		rest = after
	}
	line, _, _ := strings.Cut(rest, "\n")
	return line
}
