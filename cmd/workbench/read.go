package workbench

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// Write writes a transcript as lines of text, as the screen lays it out, with codings in the margin: those of coder by
// the code's id, those of others with their name behind it. Cells is how wide the lines may be; with 0 no name is cut, and
// the margin is as wide as that takes. It is styled with SGR sequences, which the caller's writer takes out where they
// have no place.
func Write(w io.Writer, s *analysis.Study, t *transcript.Transcript, codings []*analysis.Placed, coder string, cells int) error {
	colours := newPalette(s.Book, nil)
	var marks []mark
	for _, c := range codings {
		k := own
		switch {
		case !stands(c):
			continue
		case c.Queued:
			k = queued
		case c.Coder != coder:
			k = other
		}
		marks = append(marks, mark{c, k, colours.of(c.Today)})
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	var l *layout
	var bars margin
	if cells > 0 {
		margin := marginFor(cells)
		l = newLayout(t, margin, min(mostText, cells-margin), ansi.WcWidth)
		bars = newMargin(l, marks, max(1, margin/4))
	} else {
		l = newLayout(t, 0, mostText, ansi.WcWidth)
		l.margin = 1 << 20 // nothing is cut
		bars = newMargin(l, marks, len(marks))
		least := 0
		for row, names := range bars.names {
			cells := l.speaker(row)
			for _, i := range names {
				cells += 2 + width(diag.Plain(marks[bars.bars[i].mark].name()), l.method)
			}
			least = max(least, cells)
		}
		for _, sp := range t.Meta.Speakers {
			least = max(least, 2*width(diag.Plain(sp.Label), l.method))
		}
		l.margin = 1 + bars.lanes + least + 1 + beside
	}
	out := bufio.NewWriter(w)
	for i := range l.rows {
		out.WriteString(strings.TrimRight(bars.draw(l, marks, i)+l.drawText(i, nil), " "))
		out.WriteByte('\n')
	}
	return out.Flush()
}
