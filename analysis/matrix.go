package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	mathbits "math/bits"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// The axes of a matrix. Any other is the name of an attribute, which may also be written "attribute:NAME".
const (
	AxisCodes        = "codes"
	AxisThemes       = "themes"
	AxisParticipants = "participants"
	AxisTranscripts  = "transcripts"
	AxisSpeakers     = "speakers"
)

// Axes are all that are no attributes.
var Axes = []string{AxisCodes, AxisThemes, AxisParticipants, AxisTranscripts, AxisSpeakers}

// The tiers of evidence. They are never mixed.
const (
	TierCoded    = "coded"    // by a person
	TierByRule   = "by-rule"  // counted as coded by rule, since the code says accept: true
	TierProposed = "proposed" // by rules, read by nobody yet, counted nowhere
)

// Tiers are all of them.
var Tiers = []string{TierCoded, TierByRule, TierProposed}

// Near is how near two codings must lie for their codes to meet: at most so many turns apart, 0 being the same turn,
// or one of the two below.
type Near int

// Two ways to meet that turns do not decide.
const (
	Overlapping Near = -1 // they share a byte
	SamePassage Near = -2 // they lie on exactly the same words
)

// ParseNear reads "same", "overlap", "turn" or a number of turns.
func ParseNear(s string) (Near, error) {
	switch s {
	case "same":
		return SamePassage, nil
	case "overlap":
		return Overlapping, nil
	case "turn":
		return 0, nil
	}
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= 1_000_000 {
		return Near(n), nil
	}
	return 0, fmt.Errorf("%q is neither same, overlap, turn nor a number of turns", s)
}

// String writes n as ParseNear reads it.
func (n Near) String() string {
	switch n {
	case SamePassage:
		return "same"
	case Overlapping:
		return "overlap"
	case 0:
		return "turn"
	}
	return strconv.Itoa(int(n))
}

// MatrixOptions say what a matrix holds.
type MatrixOptions struct {
	Rows, Columns string   // axes; at least one of them is codes or themes
	Only          []string // ids, code:ID and theme:ID: what the first axis of codes or themes is limited to
	Near          Near     // where both axes are codes or themes
	Tier          string
	Own           bool // of what persons coded: without what sub-codes or sub-themes hold
	Passages      bool // cells keep their passages
	SmallCells    int  // values of an attribute that fewer participants have are joined, and no fewer are counted in a cell
}

// A Matrix shows codes or themes by participant, transcript, speaker or attribute, or by each other.
//
// A cell of a code and a case holds those of the code's codings that hold speech of the case; of the passages that the
// code's codings make, those that do; the turns that belong to the case; and who speaks in them. A cell of two codes
// holds the codings of either that meet one of the other, counted as those of a code are. A coding meets itself, so
// the cell of a code with itself holds all of its evidence.
type Matrix struct {
	Options       MatrixOptions // attributes as the study spells them
	Rows, Columns []Heading
	Cells         [][]Cell // by row, then column
}

// A Heading is a row or a column.
type Heading struct {
	Ref          string   // code:ID or theme:ID; of a case, participant:ID, transcript:ID, speaker:ROLE or ATTRIBUTE:VALUE
	Entry        bool     // it is a code or theme
	ID           string   // what stands behind the type; "" for a value that is not given
	Name         string   // of a code or theme
	Depth        int      // of a code or theme: how many of those above it are headings too
	Color        string   // of a code
	Evidence     Tier     // of a code or theme: what Evidence says of it
	Values       []string // of an attribute: its value, or those that were joined
	Participants []string // of a case: who belongs to it
}

// A Cell is what lies under a row and a column.
type Cell struct {
	Counts
	Withheld bool       // Participants is left out: fewer than SmallCells, or what would give such a number away
	Passages []*Passage // in transcript order, if asked for
}

// Two reasons why there is no matrix.
var (
	ErrNoSuchAxis  = errors.New("no such side of a matrix")
	ErrSmallGroups = errors.New("the groups are too small to show")
)

// Matrix makes the matrix that o describes from e.
func (s *Study) Matrix(ctx context.Context, e *Evidence, o MatrixOptions) (*Matrix, error) {
	only := o.Only
	rows, err := s.axis(e, &o.Rows, o, only)
	if err != nil {
		return nil, err
	}
	if rows.holds != nil {
		only = nil
	}
	columns, err := s.axis(e, &o.Columns, o, only)
	if err != nil {
		return nil, err
	}
	m := &Matrix{Options: o, Rows: rows.headings, Columns: columns.headings}
	switch {
	case rows.holds != nil && columns.holds != nil:
		m.Cells = e.meetings(s, rows, columns, o)
	case rows.holds != nil:
		m.Cells = e.cases(rows, columns, o)
	case columns.holds != nil:
		m.Cells = transpose(e.cases(columns, rows, o), len(rows.headings))
	default:
		return nil, fmt.Errorf("%w: one side of %s by %s must be %s or %s", ErrNoSuchAxis, o.Rows, o.Columns, AxisCodes, AxisThemes)
	}
	return m, ctx.Err()
}

func transpose(cells [][]Cell, width int) [][]Cell {
	out := make([][]Cell, width)
	for i := range out {
		out[i] = make([]Cell, len(cells))
		for k := range cells {
			out[i][k] = cells[k][i]
		}
	}
	return out
}

// An axis is one side of a matrix: codes or themes, or cases.
type axis struct {
	headings []Heading
	holds    map[*codebook.Code]bits // the headings that a code's codings belong to; nil for cases
	of       [][]int32               // the heading that a turn belongs to, by transcript and place; below 0 if none
	groups   bool                    // the cases are values of an attribute
	whole    []int32                 // by transcript: the heading of codings that hold no speech; nil where speakers decide
}

// axis builds the axis of that name, which it writes as the study spells it.
func (s *Study) axis(e *Evidence, name *string, o MatrixOptions, only []string) (*axis, error) {
	var a *axis
	switch *name {
	case AxisCodes:
		return s.codeAxis(e, o, only)
	case AxisThemes:
		return s.themeAxis(e, o, only)
	case AxisParticipants:
		return e.byParticipant("participant:", e.voices.ids, 0), nil
	case AxisTranscripts:
		return s.byTranscript(e, "transcript:", s.TranscriptIDs(), 0), nil
	case AxisSpeakers:
		return s.bySpeaker(e), nil
	}
	attribute := strings.TrimPrefix(*name, "attribute:")
	if column, ok := s.Participants.column(attribute); ok {
		*name = s.Participants.Attributes[column]
		values := make([]string, len(e.voices.ids))
		for i, id := range e.voices.ids {
			if row := s.Participants.Row(id); row != nil {
				values[i] = row.Values[column]
			}
		}
		if by, ok := s.Config.Report.Participants.bandsOf(*name); ok && o.SmallCells > 0 {
			names := readNumbers(values).bands(values, by, o.SmallCells)
			if names == nil {
				return nil, tooSmall(*name, o)
			}
			for i := range values {
				values[i] = names[values[i]]
			}
		}
		a = e.byParticipant(attributeRef(*name), values, o.SmallCells)
	} else if spelled, ok := s.attributeNames()[diag.Fold(attribute)]; ok {
		*name = spelled
		values := make([]string, len(s.transcripts))
		for i, en := range s.transcripts {
			if t := s.Transcript(en.id); t != nil {
				values[i] = strings.Join(s.Attribute(t, "", spelled), "")
			}
		}
		a = s.byTranscript(e, attributeRef(spelled), values, o.SmallCells)
	} else {
		return nil, fmt.Errorf("%w: %s is none of %s, and no attribute", ErrNoSuchAxis, *name, strings.Join(Axes, ", "))
	}
	if a.groups = true; o.SmallCells > 1 && len(a.headings) > 0 {
		var groups []Group
		for _, h := range a.headings {
			groups = append(groups, Group{h.Values, h.Participants})
		}
		if !Tells(groups, o.SmallCells) {
			return nil, tooSmall(*name, o)
		}
	}
	return a, nil
}

func tooSmall(attribute string, o MatrixOptions) error {
	return fmt.Errorf("%w: %s has fewer than %d participants for each value (report.small_cells)", ErrSmallGroups, attribute, o.SmallCells)
}

// attributeRef is what stands before a value of an attribute in a reference.
func attributeRef(name string) string {
	if diag.Fold(name) == "participant" {
		return "attribute:" + name + ":" // participant: is somebody's id
	}
	return name + ":"
}

// codeAxis has a heading for each code, those under it included in its evidence unless o.Own. Retired codes that hold
// nothing are left out.
func (s *Study) codeAxis(e *Evidence, o MatrixOptions, only []string) (*axis, error) {
	wanted := map[*codebook.Code]bool{}
	for _, ref := range only {
		id, isTheme := strings.CutPrefix(ref, "theme:")
		var codes []*codebook.Code
		if isTheme {
			if th := s.Book.Theme(id); th != nil {
				codes = s.codesOf(standing(th)...)
			}
		} else if c, _ := s.Book.Resolve(strings.TrimPrefix(ref, "code:")); c != nil {
			codes = c.WithDescendants()
		}
		if codes == nil {
			return nil, fmt.Errorf("no code, and no theme with codes, is called %s", ref)
		}
		for _, c := range codes {
			wanted[c] = true
		}
	}
	a := &axis{holds: map[*codebook.Code]bits{}}
	var below [][]*codebook.Code
	for _, c := range s.Book.AllCodes() {
		ce := e.Code(c)
		h := Heading{Ref: "code:" + c.ID, Entry: true, ID: c.ID, Name: c.Name, Color: c.Color, Evidence: pick(o, ce.Own, ce.Total, ce.ByRule, ce.Proposed)}
		if len(only) > 0 && !wanted[c] || c.Retired && len(h.Evidence.codings) == 0 {
			continue
		}
		for up := c.Parent; up != nil; up = up.Parent {
			if len(only) == 0 || wanted[up] {
				h.Depth++
			}
		}
		a.headings = append(a.headings, h)
		if o.Own {
			below = append(below, []*codebook.Code{c})
		} else {
			below = append(below, c.WithDescendants())
		}
	}
	a.hold(below)
	return a, nil
}

// themeAxis has a heading for each theme that was not dropped, with its sub-themes' evidence unless o.Own.
func (s *Study) themeAxis(e *Evidence, o MatrixOptions, only []string) (*axis, error) {
	wanted := map[*codebook.Theme]bool{}
	for _, ref := range only {
		th := s.Book.Theme(strings.TrimPrefix(ref, "theme:"))
		if !slices.Contains(s.Standing(), th) {
			return nil, fmt.Errorf("no theme is called %s", ref)
		}
		for _, sub := range standing(th) {
			wanted[sub] = true
		}
	}
	a := &axis{holds: map[*codebook.Code]bits{}}
	var below [][]*codebook.Code
	for _, th := range s.Standing() {
		if len(only) > 0 && !wanted[th] {
			continue
		}
		te := e.Theme(th)
		h := Heading{Ref: "theme:" + th.ID, Entry: true, ID: th.ID, Name: th.Name, Evidence: pick(o, te.Own, te.Total, te.ByRule, te.Proposed)}
		for up := th.Parent; up != nil; up = up.Parent {
			if len(only) == 0 || wanted[up] {
				h.Depth++
			}
		}
		a.headings = append(a.headings, h)
		if o.Own {
			below = append(below, s.codesOf(th))
		} else {
			below = append(below, s.codesOf(standing(th)...))
		}
	}
	a.hold(below)
	return a, nil
}

func pick(o MatrixOptions, own, total, byRule, proposed Tier) Tier {
	switch {
	case o.Tier == TierByRule:
		return byRule
	case o.Tier == TierProposed:
		return proposed
	case o.Own:
		return own
	}
	return total
}

// hold says which codes belong to which heading.
func (a *axis) hold(codes [][]*codebook.Code) {
	for h, list := range codes {
		for _, c := range list {
			b := a.holds[c]
			b.add(h, len(codes))
			a.holds[c] = b
		}
	}
}

// byParticipant is the axis on which a participant belongs to a heading by a value: by her id, or by an attribute.
func (e *Evidence) byParticipant(prefix string, values []string, smallest int) *axis {
	members := map[string][]string{}
	for i, id := range e.voices.ids {
		members[values[i]] = append(members[values[i]], id)
	}
	a, under := caseAxis(prefix, members, smallest)
	for _, turns := range e.voices.of {
		list := make([]int32, len(turns))
		for i, who := range turns {
			if list[i] = -1; who >= 0 {
				list[i] = under[values[who]]
			}
		}
		a.of = append(a.of, list)
	}
	return a
}

// byTranscript is the axis on which a transcript belongs to a heading by a value: by its id, or by an attribute.
func (s *Study) byTranscript(e *Evidence, prefix string, values []string, smallest int) *axis {
	members := map[string][]string{}
	for i, en := range s.transcripts {
		if s.Transcript(en.id) == nil {
			continue
		}
		var who bits
		for _, v := range e.voices.of[i+1] {
			if v >= 0 {
				who.add(int(v), len(e.voices.ids))
			}
		}
		members[values[i]] = append(members[values[i]], e.voices.named(who)...)
	}
	a, under := caseAxis(prefix, members, smallest)
	a.of, a.whole = make([][]int32, len(e.voices.of)), make([]int32, len(e.voices.of))
	for i := range s.transcripts {
		a.whole[i+1] = under[values[i]]
		a.of[i+1] = make([]int32, len(e.voices.of[i+1]))
		for k, v := range e.voices.of[i+1] {
			if a.of[i+1][k] = under[values[i]]; v == silent {
				a.of[i+1][k] = -1
			}
		}
	}
	return a
}

// speakers are who can speak: nobody does in what stands before the first label.
var speakers = []string{AxisParticipants, diag.Interviewer, diag.Other, diag.Unknown, "nobody"}

// bySpeaker is the axis of those who speak.
func (s *Study) bySpeaker(e *Evidence) *axis {
	a := &axis{of: make([][]int32, len(e.voices.of))}
	spoken := make([]bool, len(speakers))
	for i, en := range s.transcripts {
		list := make([]int32, len(e.voices.of[i+1]))
		for k, who := range e.voices.of[i+1] {
			switch {
			case who == silent:
				list[k] = -1
				continue
			case who == nobody:
				list[k] = int32(slices.Index(speakers, cmp.Or(diag.Fold(s.Transcript(en.id).Turns[k].Is), "nobody")))
			}
			spoken[list[k]] = true
		}
		a.of[i+1] = list
	}
	under := make([]int32, len(speakers))
	for i, id := range speakers {
		under[i] = int32(len(a.headings))
		if spoken[i] {
			h := Heading{Ref: "speaker:" + id, ID: id}
			if i == 0 {
				h.Participants = e.voices.ids
			}
			a.headings = append(a.headings, h)
		}
	}
	for _, list := range a.of {
		for k, at := range list {
			if at >= 0 {
				list[k] = under[at]
			}
		}
	}
	return a
}

// caseAxis makes headings of values, each with the participants who have it, and says which heading a value is under.
func caseAxis(prefix string, members map[string][]string, smallest int) (a *axis, under map[string]int32) {
	a, under = &axis{}, map[string]int32{}
	for i, g := range JoinSmall(members, smallest) {
		id := strings.Join(g.Values, " | ")
		a.headings = append(a.headings, Heading{Ref: prefix + id, ID: id, Values: g.Values, Participants: g.Participants})
		for _, v := range g.Values {
			under[v] = int32(i)
		}
	}
	return a, under
}

// cases counts the evidence of codes or themes under each case. Of groups, it counts no few participants.
func (e *Evidence) cases(entries, cases *axis, o MatrixOptions) [][]Cell {
	type counter struct {
		census
		coding, passage int // the last that was counted, by its number from 1
	}
	out := make([][]Cell, len(entries.headings))
	inParallel(runtime.GOMAXPROCS(0), len(out), func(row int) {
		tier := &entries.headings[row].Evidence
		cells, counters := make([]Cell, len(cases.headings)), make([]counter, len(cases.headings))
		coding, passage := 0, 0
		under := func(at int32, p *Placed) *counter {
			c := &counters[at]
			if c.transcript != p.order {
				c.transcript, c.turn = p.order, 0
				c.Transcripts++
			}
			if c.coding != coding {
				c.coding = coding
				c.Codings++
			}
			if c.passage != passage {
				c.passage = passage
				c.Passages++
				if o.Passages {
					cells[at].Passages = append(cells[at].Passages, &tier.Passages[passage-1])
				}
			}
			return c
		}
		for i := range tier.Passages {
			passage++
			for _, p := range tier.Passages[i].Codings {
				coding++
				if p.from == p.to && cases.whole != nil {
					under(cases.whole[p.order], p)
				}
				for turn := p.from; turn < p.to; turn++ {
					at := cases.of[p.order][turn]
					if at < 0 {
						continue
					}
					if c := under(at, p); turn >= c.turn {
						c.turn = turn + 1
						c.hear(e.voices.of[p.order][turn], len(e.voices.ids))
					}
				}
			}
		}
		for at := range cells {
			cells[at].Counts = counters[at].Counts
		}
		if cases.groups {
			withhold(cells, o.SmallCells)
		}
		out[row] = cells
	})
	return out
}

// meetings counts the codings of codes or themes that lie near each other.
func (e *Evidence) meetings(s *Study, rows, columns *axis, o MatrixOptions) [][]Cell {
	codings := e.of(o.Tier)
	// The headings that each coding has itself, and those that it meets: its own and those of the codings near it.
	type sides struct{ rows, columns bits }
	own, met := make([]sides, len(codings)), make([]sides, len(codings))
	rowWords, columnWords := (len(rows.headings)+63)/64, (len(columns.headings)+63)/64
	room := make(bits, (rowWords+columnWords)*len(codings))
	starts := []int{} // of each transcript's codings
	for i, p := range codings {
		own[i] = sides{rows.holds[p.Today], columns.holds[p.Today]}
		met[i] = sides{room[:rowWords:rowWords], room[rowWords:][:columnWords:columnWords]}
		room = room[rowWords+columnWords:]
		if i == 0 || codings[i-1].order != p.order {
			starts = append(starts, i)
		}
	}
	starts = append(starts, len(codings))
	meet := func(i, k int) {
		met[i].rows.join(own[k].rows)
		met[i].columns.join(own[k].columns)
	}
	inParallel(runtime.GOMAXPROCS(0), len(starts)-1, func(t int) {
		for i := starts[t]; i < starts[t+1]; i++ {
			meet(i, i)
			for k := i + 1; k < starts[t+1] && o.Near.reaches(codings[i], codings[k]); k++ {
				if o.Near.meet(codings[i], codings[k]) {
					meet(i, k)
					meet(k, i)
				}
			}
		}
	})
	out := make([][]Cell, len(rows.headings))
	const together = 16 // rows that are counted in one pass over the codings
	inParallel(runtime.GOMAXPROCS(0), (len(out)+together-1)/together, func(part int) {
		word, shift := part*together/64, part*together%64
		counters, kept := [together][]census{}, [together][][]*Placed{}
		for i, p := range codings {
			for left := uint16(met[i].rows[word] >> shift); left != 0; left &= left - 1 {
				at := mathbits.TrailingZeros16(left)
				if counters[at] == nil {
					counters[at], kept[at] = make([]census, len(columns.headings)), make([][]*Placed, len(columns.headings))
				}
				under := own[i].columns
				if own[i].rows.has(part*together + at) {
					under = met[i].columns
				}
				for w, columnsLeft := range under {
					for ; columnsLeft != 0; columnsLeft &= columnsLeft - 1 {
						column := w*64 + mathbits.TrailingZeros64(columnsLeft)
						counters[at][column].add(p, &e.voices)
						if o.Passages {
							kept[at][column] = append(kept[at][column], p)
						}
					}
				}
			}
		}
		for at := range min(together, len(out)-part*together) {
			cells := make([]Cell, len(columns.headings))
			for column := range counters[at] {
				cells[column].Counts = counters[at][column].Counts
				tier := Tier{codings: kept[at][column]}
				e.count(s, &tier)
				for k := range tier.Passages {
					cells[column].Passages = append(cells[column].Passages, &tier.Passages[k])
				}
			}
			out[part*together+at] = cells
		}
	})
	return out
}

// meet says whether two codings of a transcript are as near as n.
func (n Near) meet(p, q *Placed) bool {
	switch n {
	case Overlapping:
		return p.Span.Overlaps(q.Span)
	case SamePassage:
		return p.Span == q.Span
	}
	return p.from < p.to && q.from < q.to && q.from-p.to < int(n) && p.from-q.to < int(n)
}

// reaches says whether q, or a coding behind it in the order of the transcript, may be as near to p as n.
func (n Near) reaches(p, q *Placed) bool {
	if n < 0 {
		return q.Span.Start < p.Span.End
	}
	return q.from-p.to < int(n)
}

// of returns the codings of a tier in the order of the transcripts.
func (e *Evidence) of(tier string) []*Placed {
	switch tier {
	case TierByRule:
		return e.accepted
	case TierProposed:
		return e.waiting
	}
	return e.counted
}
