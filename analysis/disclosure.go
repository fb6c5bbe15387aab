package analysis

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// What a study says of participants whom the attributes of a report set apart, in a group of fewer than small_cells.
const (
	SetApartShow     = "show"     // all that is listed may stand beside an id: they agreed, or nobody could know them by it
	SetApartWithhold = "withhold" // no attribute stands beside an id that would set somebody apart
)

// A Disclosure says which attributes may stand beside a participant's id: in attributions, in filters, in a table of one
// row a participant and in the list of transcripts. Whatever a report shows of somebody, it asks one Disclosure, so that
// what it shows in one place adds nothing to what it shows in another.
//
// An attribute stands beside everybody's id or beside nobody's. To leave it out where it sets somebody apart, and there
// only, would point at those whom it was to protect: who lacks a role among nurses is no nurse, and the table of roles
// says what else there is.
type Disclosure struct {
	Attributes []string // as the study spells them: those of the attribution first, then in the order of report.show
	Asked      []string // that the attribution, the rows or the list of transcripts are to show
	Withheld   []string // of those, what sets somebody apart and may not be shown
	SetApart   []string // participants who share what would be shown with fewer than Smallest, themselves included
	Smallest   int
	Of         int // participants who speak

	s      *Study
	people []string                     // who speak, in natural order
	values map[string]map[string]string // by folded attribute and participant's id; not given is ""
	names  map[string]map[string]string // by folded attribute and value: what the value is shown as, where it has bands
}

// Disclosure returns what a report of the study may show of participants.
func (s *Study) Disclosure() *Disclosure {
	d := s.listed()
	var shown []string
	for _, name := range d.Attributes {
		own := d.ownWish(name)
		if own {
			d.Asked = append(d.Asked, name)
		}
		switch {
		case s.Config.Report.SetApart == SetApartShow || d.Smallest <= 1:
			shown = append(shown, name)
		case d.bandless(name) || len(d.apart(append(slices.Clone(shown), name))) > 0:
			if own {
				d.Withheld = append(d.Withheld, name)
			}
		default:
			shown = append(shown, name)
		}
	}
	if d.SetApart = d.apart(shown); len(d.Withheld) > 0 {
		d.SetApart = d.apart(d.Asked)
	}
	d.Attributes = shown
	return d
}

// Undecided says what is withheld although nobody has decided so, and what can be done; "" where there is no such thing.
func (d *Disclosure) Undecided() (what, hint string) {
	if len(d.Withheld) == 0 || d.s.Config.Report.SetApart != "" {
		return "", ""
	}
	asked := "it"
	if len(d.Asked) > 1 {
		asked = sentence(d.Asked) + " together"
	}
	why := fmt.Sprintf("%s would set %d of %s apart, in groups of fewer than %d", asked,
		len(d.SetApart), Plural(d.Of, "participant", "participants"), d.Smallest)
	if len(d.SetApart) == 0 { // no bands are large enough
		why = fmt.Sprintf("no bands of at least %d participants can be made of it", d.Smallest)
	}
	return fmt.Sprintf("%s: left out of reports beside participants' ids, since %s", sentence(d.Withheld), why),
		"show fewer attributes or wider bands, or decide under report in study.yaml: `set_apart: show` or `set_apart: withhold`"
}

// sentence lists names as one says them.
func sentence(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// NotFigures returns the participants whose value of an attribute is none of the figures that most of them have, and not
// missing either, and whether there are any figures.
func (s *Study) NotFigures(attribute string) (rows []*Participant, any bool) {
	column, ok := s.Participants.column(attribute)
	if !ok {
		return nil, false
	}
	var values []string
	for _, row := range s.Participants.Rows {
		values = append(values, row.Values[column])
	}
	figures := readNumbers(values)
	return slices.DeleteFunc(slices.Clone(s.Participants.Rows), func(row *Participant) bool {
		return row.Values[column] == "" || figures.Is(row.Values[column])
	}), len(figures.of) > 0
}

// Listed returns a Disclosure of all that report.show lists, for those who have the study before them anyway.
func (s *Study) Listed() *Disclosure {
	d := s.listed()
	d.names = nil
	return d
}

// listed collects the attributes that may be shown and whose values they are.
func (s *Study) listed() *Disclosure {
	o := s.Config.Report
	d := &Disclosure{s: s, Smallest: o.SmallCells, values: map[string]map[string]string{}, names: map[string]map[string]string{}}
	people := s.Speaking()
	d.people, d.Of = people, len(people)
	ofTranscripts := s.attributeNames()
	for _, name := range slices.Concat(o.attributed(), o.Show) {
		folded := diag.Fold(name)
		if _, twice := d.values[folded]; twice || !o.shows(name) || o.Participants.isRange(name) {
			continue
		}
		var values map[string]string
		if column, ok := s.Participants.column(name); ok {
			name = s.Participants.Attributes[column]
			values = s.ofParticipants(people, column)
			if by, ok := o.Participants.bandsOf(name); ok {
				all := d.all(values)
				d.names[folded] = readNumbers(all).bands(all, by, o.SmallCells)
			}
		} else if spelled, ok := ofTranscripts[folded]; ok {
			name, values = spelled, s.ofTranscripts(spelled)
		} else {
			continue
		}
		d.Attributes = append(d.Attributes, name)
		d.values[folded] = values
	}
	return d
}

// all returns the values of those who speak.
func (d *Disclosure) all(values map[string]string) []string {
	var out []string
	for _, id := range d.people {
		out = append(out, values[id])
	}
	return out
}

// ofParticipants returns, by participant, what stands in a column of participants.csv.
func (s *Study) ofParticipants(people []string, column int) map[string]string {
	out := map[string]string{}
	for _, id := range people {
		if row := s.Participants.Row(id); row != nil {
			out[id] = row.Values[column]
		}
	}
	return out
}

// ofTranscripts returns, by participant, what transcripts in which she speaks have as an attribute.
func (s *Study) ofTranscripts(name string) map[string]string {
	sets := map[string]map[string]bool{}
	for _, e := range s.transcripts {
		t := s.Transcript(e.id)
		for _, value := range s.Attribute(t, "", name) {
			for _, turn := range t.Turns {
				if turn.Participant() {
					if sets[turn.Is] == nil {
						sets[turn.Is] = map[string]bool{}
					}
					sets[turn.Is][value] = true
				}
			}
		}
	}
	out := map[string]string{}
	for id, values := range sets {
		out[id] = strings.Join(slices.SortedFunc(maps.Keys(values), Natural), ", ")
	}
	return out
}

// ownWish says whether the study's author asked for an attribute beside ids: what only a filter would show, she did not.
func (d *Disclosure) ownWish(name string) bool {
	_, participants := d.s.Participants.column(name)
	return !participants || d.s.Config.Report.Participants.Rows ||
		slices.ContainsFunc(d.s.Config.Report.attributed(), func(have string) bool { return diag.Fold(have) == diag.Fold(name) })
}

// bandless says whether an attribute is to be shown in bands and has none that are large enough.
func (d *Disclosure) bandless(name string) bool {
	names, banded := d.names[diag.Fold(name)]
	return banded && names == nil
}

// Has says whether an attribute may stand beside ids.
func (d *Disclosure) Has(attribute string) bool {
	return slices.ContainsFunc(d.Attributes, func(have string) bool { return diag.Fold(have) == diag.Fold(attribute) })
}

// OfParticipants says whether an attribute is one of participants.csv, not of transcripts.
func (d *Disclosure) OfParticipants(attribute string) bool {
	_, ok := d.s.Participants.column(attribute)
	return ok
}

// Value returns what may be shown of a participant's attribute, in bands where the study has it so: "" where nothing is
// given, or nothing may be shown. Of an attribute that transcripts have, it is what all of hers have.
func (d *Disclosure) Value(participant, attribute string) string {
	if !d.Has(attribute) {
		return ""
	}
	folded := diag.Fold(attribute)
	return d.named(folded, d.values[folded][participant])
}

func (d *Disclosure) named(folded, value string) string {
	if names, banded := d.names[folded]; banded {
		return names[value]
	}
	return value
}

// Values returns what may be shown of a participant, one value for each of Attributes.
func (d *Disclosure) Values(participant string) []string {
	var out []string
	for _, name := range d.Attributes {
		out = append(out, d.Value(participant, name))
	}
	return out
}

// Attribution names a participant by the study's pattern, such as "{id}, {age}, {role}". What may not be shown or is not
// given leaves no gap; it is "" where the pattern leaves nothing.
func (d *Disclosure) Attribution(t *transcript.Transcript, participant string) string {
	return fill(d.s.Config.Report.Attribution, func(name string) string {
		switch {
		case diag.Fold(name) == "id":
			return participant
		case !d.Has(name):
			return ""
		case d.OfParticipants(name):
			return d.Value(participant, name)
		}
		return strings.Join(d.s.Attribute(t, "", name), ", ") // as it was in that transcript
	})
}

// A Distribution is how those who speak are spread over an attribute: in groups, or over a range of figures.
type Distribution struct {
	Attribute string
	Groups    []Group
	Range     *NumberRange // instead of Groups
}

// Distributions returns how participants are spread over what report.show lists and does not stand beside their ids in
// a table of one row each: no group is smaller than Smallest. Attributes of transcripts are among them where they may
// not stand in the list of transcripts. Of what is in tooFew, nothing can be told.
func (d *Disclosure) Distributions() (out []Distribution, tooFew []string) {
	seen := map[string]bool{}
	for _, name := range d.s.Config.Report.Show {
		folded := diag.Fold(name)
		column, participants := d.s.Participants.column(name)
		values, known := d.values[folded]
		if seen[folded] || d.Has(name) && (!participants || d.s.Config.Report.Participants.Rows) || !known && !participants {
			continue
		}
		seen[folded] = true
		if participants {
			name = d.s.Participants.Attributes[column]
		} else {
			name = d.s.attributeNames()[folded]
		}
		if !known { // a range
			values = d.s.ofParticipants(d.people, column)
		}
		all := d.all(values)
		if !slices.ContainsFunc(all, func(v string) bool { return v != "" }) {
			continue
		}
		if d.s.Config.Report.Participants.isRange(name) {
			if r, ok := readNumbers(all).spread(all, d.Smallest); ok {
				out = append(out, Distribution{Attribute: name, Range: &r})
				continue
			}
			tooFew = append(tooFew, name)
			continue
		}
		of := map[string][]string{}
		for i, id := range d.people {
			value := d.named(folded, all[i])
			of[value] = append(of[value], id)
		}
		if groups := JoinSmall(of, d.Smallest); Tells(groups, d.Smallest) && !d.bandless(name) {
			out = append(out, Distribution{Attribute: name, Groups: groups})
		} else {
			tooFew = append(tooFew, name)
		}
	}
	return out, tooFew
}

// apart returns the participants who share what they have of attributes with fewer than Smallest, in natural order. Who
// gave no value is nobody that it could tell; who has it is not taken for one of those who gave none.
func (d *Disclosure) apart(attributes []string) []string {
	alike := map[string][]string{}
	key := func(id string) string {
		var b strings.Builder
		for _, name := range attributes {
			folded := diag.Fold(name)
			b.WriteString(diag.Fold(d.named(folded, d.values[folded][id])) + "\x00")
		}
		return b.String()
	}
	for _, id := range d.people {
		k := key(id)
		alike[k] = append(alike[k], id)
	}
	var out []string
	for mine, ids := range alike {
		n := len(ids)
		if values := strings.Split(mine, "\x00"); slices.Contains(values[:len(values)-1], "") {
			n = 0
			for other, ids := range alike {
				theirs := strings.Split(other, "\x00")
				if !slices.ContainsFunc(attributePlaces(values), func(i int) bool { return theirs[i] != values[i] }) {
					n += len(ids)
				}
			}
		}
		if n < d.Smallest && slices.ContainsFunc(strings.Split(mine, "\x00"), func(v string) bool { return v != "" }) {
			out = append(out, ids...)
		}
	}
	slices.SortFunc(out, Natural)
	return out
}

// attributePlaces returns where values are given.
func attributePlaces(values []string) []int {
	var out []int
	for i, v := range values {
		if v != "" {
			out = append(out, i)
		}
	}
	return out
}
