package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis"
)

// People is a table of one row a participant. Its columns are what may stand beside an id.
type People struct {
	Attributes []string `json:"attributes"`
	Rows       []Person `json:"rows"`
}

// A Person is a row of it. Values go with the columns; "" is not given.
type Person struct {
	ID     string   `json:"id"`
	Values []string `json:"values"`
}

// A Range says how figures are spread. Median is "" where it would say what one of few has.
type Range struct {
	Lowest   string `json:"lowest"`
	Highest  string `json:"highest"`
	Median   string `json:"median,omitempty"`
	Unit     string `json:"unit,omitempty"`
	Given    int    `json:"given"` // participants
	NotGiven int    `json:"not_given"`
}

// Notes says what its researchers should decide before the report leaves the room. They are in English, as faults are,
// and none of them.
func (r *Report) Notes() []string { return r.notes }

// HasPeople says whether anything is said of participants.
func (r *Report) HasPeople() bool {
	return len(r.People.Rows)+len(r.Grouped)+len(r.NotGrouped)+len(r.Withheld) > 0
}

// participants shows those who speak: a row each where the study has it so, and how they are spread over all else that
// it shows. No group is smaller than the study allows.
func (b *builder) participants() {
	if b.e.Sample.Participants == 0 {
		return
	}
	r := b.r
	r.Withheld = b.who.Withheld
	if what, hint := b.who.Undecided(); what != "" {
		r.notes = append(r.notes, what, "      "+hint)
	}
	if b.s.Config.Report.Participants.Rows {
		for _, name := range b.who.Attributes {
			if b.who.OfParticipants(name) {
				r.People.Attributes = append(r.People.Attributes, name)
			}
		}
		for _, id := range b.e.Sample.ParticipantIDs {
			person := Person{ID: id}
			for _, name := range r.People.Attributes {
				person.Values = append(person.Values, b.who.Value(id, name))
			}
			r.People.Rows = append(r.People.Rows, person)
		}
	}
	var spread []analysis.Distribution
	spread, r.NotGrouped = b.who.Distributions()
	for _, d := range spread {
		g := Grouping{Attribute: d.Attribute}
		for _, group := range d.Groups {
			g.Groups = append(g.Groups, Group{group.Values, len(group.Participants)})
		}
		if n := d.Range; n != nil {
			g.Range = &Range{n.Lowest, n.Highest, n.Median, n.Unit, n.Given, n.NotGiven}
		}
		r.Grouped = append(r.Grouped, g)
	}
}

// A groupLine is a line of the table: what participants share, and how many they are.
type groupLine struct {
	Value        string
	Participants int
}

// Lines are those of an attribute.
func (w *words) Lines(g Grouping) []groupLine {
	var out []groupLine
	for _, x := range g.Groups {
		out = append(out, groupLine{w.Group(x), x.Participants})
	}
	if n := g.Range; n != nil {
		value := fmt.Sprintf(w.People.Range, n.Lowest, strings.TrimSpace(n.Highest+" "+n.Unit))
		if n.Median != "" {
			value += fmt.Sprintf(w.People.Median, n.Median)
		}
		if out = append(out, groupLine{value, n.Given}); n.NotGiven > 0 {
			out = append(out, groupLine{w.NotGiven, n.NotGiven})
		}
	}
	return out
}

// Group names the values that a group of participants shares.
func (w *words) Group(g Group) string {
	names := make([]string, len(g.Values))
	for i, v := range g.Values {
		if names[i] = v; v == "" {
			names[i] = w.NotGiven
		}
	}
	return list(names, w.Or)
}

// JoinedNote says what became of small groups, or "" where there was none.
func (w *words) JoinedNote(r *Report) string {
	for _, g := range r.Grouped {
		for _, group := range g.Groups {
			if len(group.Values) > 1 {
				return fmt.Sprintf(w.Joined, w.Number(r.SmallCells))
			}
		}
	}
	return ""
}

// TooSmallNote names the attributes whose groups are too small to show.
func (w *words) TooSmallNote(r *Report) string {
	if len(r.NotGrouped) == 0 {
		return ""
	}
	return fmt.Sprintf(w.TooSmall, w.Number(r.SmallCells)) + " " + strings.Join(r.NotGrouped, ", ") + "."
}

// PeopleNotes says what is not shown of participants and why, a sentence a string.
func (w *words) PeopleNotes(r *Report) []string {
	var out []string
	if note := w.JoinedNote(r); note != "" {
		out = append(out, note)
	}
	if note := w.TooSmallNote(r); note != "" {
		out = append(out, note)
	}
	elsewhere := slices.DeleteFunc(slices.Clone(r.Withheld), func(name string) bool { return slices.Contains(r.NotGrouped, name) })
	if len(elsewhere) > 0 { // else it is not shown at all, which is said
		out = append(out, fmt.Sprintf(w.People.Withheld, w.Number(r.SmallCells), strings.Join(elsewhere, ", ")))
	}
	return out
}

func (m *markdown) participants() {
	r, w := m.r, m.w
	if !r.HasPeople() {
		return
	}
	m.heading(2, w.ParticipantsTitle)
	if len(r.People.Rows) > 0 {
		var rows [][]string
		head := []string{w.People.ID}
		for _, name := range r.People.Attributes {
			head = append(head, inline(name))
		}
		for _, p := range r.People.Rows {
			row := []string{inline(p.ID)}
			for _, v := range p.Values {
				row = append(row, inline(v))
			}
			rows = append(rows, row)
		}
		m.table(head, rows)
	}
	if len(r.Grouped) > 0 {
		var rows [][]string
		for _, g := range r.Grouped {
			for i, x := range w.Lines(g) {
				name := ""
				if i == 0 {
					name = inline(g.Attribute)
				}
				rows = append(rows, []string{name, inline(x.Value), w.Number(x.Participants)})
			}
		}
		m.table([]string{w.Attribute, w.Value, w.PeopleHead}, rows)
	}
	for _, note := range w.PeopleNotes(r) {
		m.para(line(note))
	}
}

func (d *docxReport) participants() {
	r, w := d.r, d.w
	if !r.HasPeople() {
		return
	}
	d.title(1, w.ParticipantsTitle)
	if len(r.People.Rows) > 0 {
		var rows [][]string
		widths := []int{3}
		for range r.People.Attributes {
			widths = append(widths, 3)
		}
		for _, p := range r.People.Rows {
			rows = append(rows, append([]string{p.ID}, p.Values...))
		}
		d.caption(w.Document.Table, w.Document.PeopleTable, true)
		d.grid(append([]string{w.People.ID}, r.People.Attributes...), rows, widths)
	}
	if len(r.Grouped) > 0 {
		var rows [][]docxCell
		for _, g := range r.Grouped {
			lines := w.Lines(g)
			for i, x := range lines {
				first := docxCell{}
				if i == 0 {
					first = docxCell{g.Attribute, len(lines)}
				}
				rows = append(rows, []docxCell{first, {x.Value, 1}, {w.Number(x.Participants), 1}})
			}
		}
		d.caption(w.Document.Table, w.Document.ParticipantsTable, true)
		d.cells([]string{w.Attribute, w.Value, w.PeopleHead}, rows, []int{3, 4, 2})
	}
	for _, note := range w.PeopleNotes(r) {
		d.para("Note", note)
	}
}
