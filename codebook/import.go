package codebook

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
)

// A Sheet is a table as somebody sent it back: the first row names the columns.
type Sheet struct {
	Name  string                       // of the sheet, or of the file
	Cells [][]string                   // rows may be shorter than the first
	Place func(row, column int) string // how a person finds a cell, both from 0
}

// A Taken is a cell that says something else than the codebook did and was taken in, or a row that was added.
type Taken struct {
	At    string `json:"at"`
	About string `json:"about"`         // "code:phone"
	Key   string `json:"key,omitempty"` // "parent" of one that moved; "" of one that was added
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
}

// Unfit is what a sheet says that was not taken in.
type Unfit struct {
	At     string `json:"at"`
	About  string `json:"about,omitempty"`
	Reason string `json:"reason"`

	row, column int
}

// takenKeys are the keys that a sheet may change; what happened to ids, and where retired codes lead, has commands of
// its own, which leave their reason in the journal.
var takenKeys = map[string][]string{
	"code":  {"name", "definition", "include", "exclude", "examples", "counterexamples"},
	"theme": {"name", "concept", "definition", "status", "codes"},
}

// TakeIn edits the draft as a sheet says: the sheet is held against the table that the codebook gives today, and only
// cells that differ are taken in, each as one edit. Ids are kept; a row is found by its id or a former one, and one that
// the codebook does not know is added only when add is set. A row that is missing takes nothing away. What does not
// fit is returned, and the rest is taken in nevertheless. White space that a table cannot hold is no difference.
func (d *Draft) TakeIn(s Sheet, add bool) (taken []Taken, unfit []Unfit) {
	if len(s.Cells) == 0 {
		return nil, []Unfit{{At: s.Name, Reason: "the sheet is empty"}}
	}
	miss := func(row, column int, about, format string, args ...any) {
		unfit = append(unfit, Unfit{s.Place(row, column), about, fmt.Sprintf(format, args...), row, column})
	}
	columns := map[string]int{} // by key
	for i, head := range s.Cells[0] {
		key := diag.Fold(strings.TrimSpace(head))
		if _, twice := columns[key]; twice && key != "" {
			miss(0, i, "", "column %s stands twice; the first was read", key)
			continue
		}
		columns[key] = i
	}
	if _, ok := columns["id"]; !ok {
		return nil, []Unfit{{At: s.Place(0, 0), Reason: "no column is called id, so no row can be told from another"}}
	}
	of := "code"
	if _, ok := columns["concept"]; ok || diag.Fold(s.Name) == "themes" {
		of = "theme"
	}
	now := d.book.CodeTable(TableOptions{Gone: true})
	if of == "theme" {
		now = d.book.ThemeTable(TableOptions{Gone: true})
	}
	for key, i := range columns {
		if key == "" || slices.Contains(now.Keys, key) {
			continue
		}
		for row := range s.Cells[1:] {
			if strings.TrimSpace(s.cell(row+1, i)) != "" {
				miss(0, i, "", "column %s has no place in a %s of the codebook", strings.TrimSpace(s.Cells[0][i]), of)
				break
			}
		}
	}

	current := map[string][]string{} // cells of today's table by id
	for _, row := range now.Rows {
		current[row[0]] = row
	}
	rows := map[string]int{} // by id
	for r := 1; r < len(s.Cells); r++ {
		word := strings.TrimSpace(s.cell(r, columns["id"]))
		if word == "" {
			if strings.TrimSpace(strings.Join(s.Cells[r], "")) != "" {
				miss(r, columns["id"], "", "the row has no id")
			}
			continue
		}
		id := codeID(d.book.Code(word))
		if of == "theme" {
			id = themeID(d.book.Theme(word))
		}
		if id == "" {
			var known []string
			for _, row := range now.Rows {
				known = append(known, row[0])
			}
			switch near := diag.Nearest(word, known); {
			case !add && near != "":
				miss(r, columns["id"], "", "no %s has the id %s; did they mean %s?", of, word, near)
			case !add:
				miss(r, columns["id"], "", "no %s has the id %s", of, word)
			default:
				at, up := Place{}, ""
				if column, there := columns["parent"]; there {
					if up = d.idOf(of, strings.TrimSpace(s.cell(r, column))); up != "" {
						at.Under = of + ":" + up
					}
				}
				if err := d.Add(of+":"+word, at); err != nil {
					miss(r, columns["id"], "", "%s", reason(err))
					break
				}
				id = word
				current[id] = make([]string, len(now.Keys))
				current[id][0], current[id][slices.Index(now.Keys, "parent")] = id, up
				current[id][slices.Index(now.Keys, "status")] = map[string]string{"code": "active", "theme": "candidate"}[of]
				taken = append(taken, Taken{At: s.Place(r, columns["id"]), About: of + ":" + id})
			}
		}
		if id == "" {
			continue
		}
		if _, twice := rows[id]; twice {
			miss(r, columns["id"], of+":"+id, "%s %s stands in two rows; the first was read", of, id)
			continue
		}
		rows[id] = r
	}

	for _, id := range slices.SortedFunc(maps.Keys(rows), func(a, b string) int { return cmp.Compare(rows[a], rows[b]) }) {
		r, about := rows[id], of+":"+id
		for i, key := range now.Keys {
			column, there := columns[key]
			if !there || key == "id" {
				continue
			}
			was, is := current[id][i], sheetCell(of, key, id, s.cell(r, column))
			if key == "parent" && is != "" { // a parent's former id is the same parent
				is = cmp.Or(d.idOf(of, is), is)
			}
			if is == was {
				continue
			}
			var err error
			switch {
			case key == "parent" && is == "":
				err = d.Move(about, Place{})
			case key == "parent" && d.idOf(of, is) == "":
				err = fmt.Errorf("no %s has the id %s", of, is)
			case key == "parent":
				err = d.Move(about, Place{Under: of + ":" + is})
			case !slices.Contains(takenKeys[of], key) || is == "dropped" && key == "status":
				err = fmt.Errorf("%s does not change by a table: see tema codebook merge, split and retire", key)
			default:
				err = d.Set(about, key, d.values(of, id, key, is)...)
			}
			if err != nil {
				miss(r, column, about, "%s", reason(err))
				continue
			}
			taken = append(taken, Taken{s.Place(r, column), about, key, was, is})
		}
	}
	slices.SortStableFunc(unfit, func(a, b Unfit) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column)) })
	return taken, unfit
}

func (s Sheet) cell(row, column int) string {
	if column < len(s.Cells[row]) {
		return s.Cells[row][column]
	}
	return ""
}

// reason is an error as the line of a list.
func reason(err error) string {
	if found, ok := diag.AsInvalid(err); ok {
		for _, f := range found {
			if f.Severity == diag.Error {
				return f.Message
			}
		}
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err.Error()
}

// sheetCell brings a cell into the form that a table gives it.
func sheetCell(of, key, id, s string) string {
	s = strings.ReplaceAll(s, "\r", "")
	switch {
	case isList(of, key):
		return cells(strings.Split(s, "\n"))
	case key == "name":
		return given(s, id)
	}
	return cell(s)
}

func isList(of, key string) bool {
	_, lists := SettableKeys(of)
	return slices.Contains(lists, key)
}

func (d *Draft) idOf(of, word string) string {
	if of == "theme" {
		return themeID(d.book.Theme(word))
	}
	return codeID(d.book.Code(word))
}

// values makes of a cell what Set takes. An item that the codebook has already is taken as it stands there, so that it
// is left alone.
func (d *Draft) values(of, id, key, s string) []string {
	if s == "" {
		return nil
	}
	if !isList(of, key) {
		return []string{s}
	}
	asWritten := map[string]string{}
	keep := func(shown, written string) {
		if shown = cells([]string{shown}); asWritten[shown] == "" {
			asWritten[shown] = written
		}
	}
	written := d.written(of, id, key)
	switch c := d.book.Code(id); {
	case key == "exclude" && len(c.Exclude) == len(written):
		for i, x := range c.Exclude {
			keep(x.Whole(), written[i])
		}
	case key == "codes":
		for _, word := range written {
			if c, _ := d.book.Resolve(word); c != nil {
				keep(c.ID, word)
			}
		}
	default:
		for _, word := range written {
			keep(word, word)
		}
	}
	var out []string
	for item := range strings.SplitSeq(s, "\n") {
		out = append(out, cmp.Or(asWritten[item], item))
	}
	return out
}

// written returns the items of a list as the file has them.
func (d *Draft) written(of, id, key string) []string {
	e, err := d.find(of, id)
	if err != nil {
		return nil
	}
	i := keyIndex(e.node, key)
	if i < 0 {
		return nil
	}
	var out []string
	for _, n := range e.node.Content[i+1].Content {
		out = append(out, n.Value)
	}
	return out
}
