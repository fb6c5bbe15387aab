package codebook

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// Format gives the file one layout: lists two columns behind their key and keys two behind the dash, one blank line at
// most, none at the beginning or end, no white space at the ends of lines, and one line end at the end of the file.
// Comments keep their place; the order of keys, quotation marks, folding and what stands in brackets stay as they are.
func (d *Draft) Format() error {
	return d.do("format", func() error {
		splices := d.doc.formatted()
		if len(splices) == 0 {
			return nil
		}
		return d.commit(false, splices)
	})
}

// A row is what formatted knows of a line of the file.
type row struct {
	begins  bool // with a dash or key of a block, which goes to column
	column  int
	belongs bool // to a value that began above, and moves by so many columns with it
	by      int
	text    bool // of which it is text, where blank lines and spaces count
	open    bool // its end, too, is within a text
}

func (d *document) formatted() []splice {
	rows := make([]row, len(d.lines))
	var out []splice
	begin := func(at, column int) {
		if r := &rows[d.line(at)]; d.opens(at) && !r.begins {
			r.begins, r.column = true, column
		}
	}
	var walk func(n *yaml.Node, column, by int) // by: how far the key or dash moves that n stands behind
	walk = func(n *yaml.Node, column, by int) {
		x := d.at[n]
		if block := n.Kind != yaml.ScalarNode && !isFlow(n) && len(n.Content) > 0; !block {
			first, last := d.line(x.start), d.line(x.end)
			if d.opens(x.start) {
				rows[first].belongs, rows[first].by = true, by
			}
			for i := first + 1; i <= last; i++ {
				rows[i].belongs, rows[i].by = true, by
				if n.Kind == yaml.ScalarNode {
					rows[i].text, rows[i-1].open = true, true
				}
			}
			for _, c := range n.Content {
				walk(c, column, by)
			}
			return
		}
		if n.Kind == yaml.MappingNode {
			by = column - d.column(d.at[n.Content[0]].start)
			for i := 0; i+1 < len(n.Content); i += 2 {
				begin(d.at[n.Content[i]].start, column)
				walk(n.Content[i+1], column+2, by)
			}
			return
		}
		by = column - d.column(d.dash(n, 0))
		for i, c := range n.Content {
			dash := d.dash(n, i)
			if dash < 0 {
				continue
			}
			begin(dash, column)
			if start := d.at[c].start; start > dash+2 && len(bytes.Trim(d.src[dash+1:start], " ")) == 0 && !nothing(c) {
				out = append(out, splice{dash + 2, start, ""})
			}
			walk(c, column+2, by)
		}
	}
	if d.root != nil {
		walk(d.root, 0, 0)
	}
	blank := true // the line before was, or there was none
	for i := range rows {
		r := &rows[i]
		start := d.lines[i]
		end := d.lineEnd(start)
		line := d.src[start:end]
		indent := len(line) - len(bytes.TrimLeft(line, " "))
		if len(bytes.TrimSpace(line)) == 0 && !r.text {
			switch {
			case i == len(rows)-1: // behind the last line feed
				out = append(out, splice{start, end, ""})
			case blank:
				out = append(out, splice{start, end + 1, ""})
			default:
				out = append(out, splice{start, end, ""})
			}
			blank = true
			continue
		}
		blank = false
		by := r.by
		switch {
		case r.begins:
			by = r.column - indent
			r.belongs, r.by = true, by
		case !r.belongs && bytes.HasPrefix(line[indent:], []byte("#")):
			by = d.commentBy(rows, i, indent)
		case !r.belongs:
			by = 0
		}
		switch {
		case by > 0 && len(line) > 0:
			out = append(out, splice{start, start, strings.Repeat(" ", by)})
		case by < 0 && indent > 0:
			out = append(out, splice{start, start + min(-by, indent), ""})
		}
		if trimmed := bytes.TrimRight(line, " \t"); len(trimmed) < len(line) && !r.open && !r.text {
			out = append(out, splice{start + len(trimmed), end, ""})
		}
	}
	if n := len(d.src); n > 0 && d.src[n-1] != '\n' {
		out = append(out, splice{n, n, "\n"})
	} else if last := len(rows) - 1; last > 0 && !rows[last].text { // blank lines at the end
		if blank := d.blankBefore(d.lines[last]); blank > 0 && !rows[last-1].text {
			for i := range out {
				if s := &out[i]; s.start >= d.lines[last]-blank {
					s.end = s.start // what was to be done there
				}
			}
			out = append(out, splice{d.lines[last] - blank, len(d.src), ""})
		}
	}
	kept := out[:0]
	for _, s := range out {
		if s.start < s.end || s.text != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// nothing says whether nothing is written at n.
func nothing(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Value == "" && n.Style == 0 }

// commentBy returns how far the comment on line i moves: with the dash or key below or above that it stands at the
// column of, else with the one above.
func (d *document) commentBy(rows []row, i, indent int) int {
	column := func(i int) int {
		end := d.lineEnd(d.lines[i])
		return end - d.lines[i] - len(bytes.TrimLeft(d.src[d.lines[i]:end], " "))
	}
	for k := i + 1; k < len(rows); k++ {
		if rows[k].begins {
			if column(k) == indent {
				return rows[k].column - indent
			}
			break
		}
	}
	for k := i - 1; k >= 0; k-- {
		if rows[k].begins {
			if column(k) == indent || indent > 0 {
				return max(rows[k].column-column(k), -indent)
			}
			break
		}
	}
	return 0
}
