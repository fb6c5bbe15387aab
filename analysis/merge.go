package analysis

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// Two coders never write one file. What has to be merged is one coder's work from two machines, and a copy that was
// mailed. Both go by a coding's id. What becomes of an id follows from what base, we and they have of it ("gone" is a line
// that says removed, or no line where base has one):
//
//	both sides have the same                    that, with the later time
//	one side has it as base                     as the other has it: made, changed, removed, revived or taken out
//	changed on both sides, in different parts   both changes
//	changed on both sides, in the same part     conflict
//	gone on both sides                          gone, and a line says so where one side's does
//	gone on one side, changed on the other      conflict
//	removed in base, revived on one side        revived
//
// and where base does not have the id, as when nobody knows from what two copies were made:
//
//	on one side                                 it stands, or stays removed
//	removed on one side                         removed; conflict if the other changed it later than it was removed
//	changed on one side only                    as changed, since the other is what it was made from
//	changed on both sides, or on neither        conflict
//
// A passage that merely followed an edited transcript (the same words, in another text) is no change that stands against
// another: it gives way, also to a removal.
//
// The parts of a coding are decisions of one coder about different things: which code, how far the passage reaches, what
// there is to note. Each holds beside another's change, as it would if she had made both at one desk. The code and whether
// it was rejected are one part, since rejecting a code and putting another one are two answers to one question. A conflict
// is not settled by the clock: that says which hand was last, not which was right, and what loses would go without a word.

// A CodingsMerge is one file of codings, brought together from two sides.
type CodingsMerge struct {
	rows []mergedRow // in the order of the file
}

// A mergedRow is what became of one id: a nil pointer is no line. Where differ names parts, there is no result.
type mergedRow struct {
	ours, theirs, result *codingRow
	differ               []string
}

// A CodingConflict is a coding of which two sides say what cannot both hold.
type CodingConflict struct {
	Ours, Theirs *Coding  // nil: no line
	Differ       []string // the parts; the first is "removed" where one side has the coding no more
	Line         int      // of the marked file, where the conflict begins
}

// The parts of a coding that can be changed apart from each other.
var codingParts = []struct {
	name string
	of   func(*Coding) string
	take func(to, from *Coding)
}{
	{codePart, func(c *Coding) string { return c.Code + "\x00" + c.Status },
		func(to, from *Coding) { to.Code, to.Status = from.Code, from.Status }},
	{passagePart, func(c *Coding) string {
		return fmt.Sprintf("%d %d %q %q %q %s", c.Start, c.End, c.Quote, c.Before, c.After, c.Text)
	}, func(to, from *Coding) {
		to.Start, to.End, to.Quote, to.Before, to.After, to.Text = from.Start, from.End, from.Quote, from.Before, from.After, from.Text
	}},
	{"memo", func(c *Coding) string { return c.Memo }, func(to, from *Coding) { to.Memo = from.Memo }},
	{"condensed", func(c *Coding) string { return c.Condensed }, func(to, from *Coding) { to.Condensed = from.Condensed }},
	{originPart, func(c *Coding) string { return c.Made + "\x00" + c.Via }, func(to, from *Coding) { to.Made, to.Via = from.Made, from.Via }},
	{"other keys", func(c *Coding) string { return string(c.extra) }, func(to, from *Coding) { to.extra = from.extra }},
}

const (
	codePart    = "code"
	passagePart = "passage"
	originPart  = "made"
	removedPart = "removed" // not a part: the whole of it
)

// MergeCodings merges one file of codings by id, three ways; base is nil where there is no common ancestor. Lines that stay
// keep their bytes. A side with a line that is no coding, or with an id that stands twice, is refused: the error names all
// such lines. Base only helps: what cannot be read there is not known.
func MergeCodings(file string, base, ours, theirs []byte) (*CodingsMerge, error) {
	var found, ignored diag.List
	b := rowsByID(file, base, &ignored)
	o, t := rowsByID(file+" (ours)", ours, &found), rowsByID(file+" (theirs)", theirs, &found)
	if err := found.Err(); err != nil {
		return nil, err
	}
	return mergeRows(b, o, t), nil
}

// mergeRows merges the lines of a file by id.
func mergeRows(b, o, t map[string]*codingRow) *CodingsMerge {
	ids := maps.Clone(o)
	maps.Copy(ids, t)
	m := &CodingsMerge{}
	for id := range ids {
		row := mergedRow{ours: o[id], theirs: t[id]}
		row.result, row.differ = mergeCoding(b[id], o[id], t[id])
		m.rows = append(m.rows, row)
	}
	m.sort()
	return m
}

// rowsByID returns the lines of a file of codings. What is no coding, and an id that stands twice, is found and left out.
func rowsByID(file string, src []byte, found *diag.List) map[string]*codingRow {
	rows, first := map[string]*codingRow{}, map[string]int{}
	n := 0
	for raw := range bytes.Lines(src) {
		n++
		text := bytes.TrimRight(raw, "\r\n")
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		fail := func(format string, args ...any) {
			found.Add(diag.Finding{Rule: "coding/syntax", Severity: diag.Error, File: file, Pos: diag.Position{Line: n},
				Message: fmt.Sprintf(format, args...), Source: string(text), Private: true})
		}
		c, err := decodeCoding(text)
		switch {
		case err != nil:
			fail("not a coding: %v", err)
		case c.ID == "":
			fail("a coding without an id")
		case first[c.ID] > 0:
			fail("id %s stands twice, first on line %d", c.ID, first[c.ID])
			delete(rows, c.ID)
		default:
			first[c.ID] = n
			c.Line = n
			rows[c.ID] = &codingRow{append(slices.Clone(text), '\n'), c}
		}
	}
	return rows
}

// gone says whether a side does not have the coding.
func (r *codingRow) gone() bool { return r == nil || r.coding.Status == Removed }

// alike says whether two sides have the same, whenever it came about.
func alike(x, y *codingRow) bool {
	switch {
	case x == nil || y == nil:
		return x == y
	case x.gone() || y.gone():
		return x.gone() && y.gone()
	}
	return len(differing(x, y)) == 0
}

// differing returns the parts in which two codings differ.
func differing(x, y *codingRow) []string {
	var out []string
	for _, part := range codingParts {
		if part.of(x.coding) != part.of(y.coding) {
			out = append(out, part.name)
		}
	}
	return out
}

// followed says whether a coding lies on the same words of another text: nobody decided anew, the transcript was edited.
func followed(from, to *codingRow) bool {
	return from.coding.Quote == to.coding.Quote && from.coding.Text != to.coding.Text
}

// onlyFollowed says whether this is all in which two codings differ.
func onlyFollowed(from, to *codingRow) bool {
	return followed(from, to) && slices.Equal(differing(from, to), []string{passagePart})
}

// later returns the line that was changed last; of the same time either, but always the same one.
func later(x, y *codingRow) *codingRow {
	if x == nil || y != nil && cmp.Or(cmp.Compare(x.coding.Changed, y.coding.Changed), bytes.Compare(x.raw, y.raw)) < 0 {
		return y
	}
	return x
}

// mergeCoding decides about one id, as the tables above say. Where differ is not empty, the sides are in conflict.
func mergeCoding(b, o, t *codingRow) (result *codingRow, differ []string) {
	switch {
	case alike(o, t):
		return later(o, t), nil
	case alike(o, b):
		return t, nil
	case alike(t, b):
		return o, nil
	case o.gone() && t.gone(): // removed on one side, taken out on the other
		return later(o, t), nil
	case o.gone():
		return mergeGone(b, o, t)
	case t.gone():
		return mergeGone(b, t, o)
	case b.gone():
		differ = differing(o, t)
		switch {
		case onlyFollowed(o, t):
			return later(o, t), nil
		case slices.Contains(differ, originPart): // not one coding at all
		case o.coding.Changed == "" && t.coding.Changed != "":
			return t, nil
		case t.coding.Changed == "" && o.coding.Changed != "":
			return o, nil
		}
		return nil, differ
	}
	merged := *o.coding
	for _, part := range codingParts {
		was, ours, theirs := part.of(b.coding), part.of(o.coding), part.of(t.coding)
		passage := part.name == passagePart
		switch {
		case ours == theirs, theirs == was:
		case ours == was:
			part.take(&merged, t.coding)
		case passage && followed(b, o) && !followed(b, t):
			part.take(&merged, t.coding)
		case passage && followed(b, t) && !followed(b, o):
		case passage && followed(o, t): // the same words, each in its own text; the merged one may be a third
			part.take(&merged, later(o, t).coding)
		default:
			differ = append(differ, part.name)
		}
	}
	if len(differ) > 0 {
		return nil, differ
	}
	merged.Changed = max(o.coding.Changed, t.coding.Changed)
	result = &codingRow{merged.appendLine(nil), &merged}
	for _, side := range []*codingRow{o, t} {
		if alike(result, side) {
			return side, nil
		}
	}
	return result, nil
}

// mergeGone decides about a coding that one side changed and the other has no more.
func mergeGone(b, gone, changed *codingRow) (result *codingRow, differ []string) {
	switch {
	case b == nil && changed.coding.Changed <= gone.coding.Changed, b != nil && !b.gone() && onlyFollowed(b, changed):
		return gone, nil
	case b == nil:
		return nil, []string{removedPart}
	case b.gone(): // revived, while the other side took the line away that said removed
		return changed, nil
	}
	return nil, append([]string{removedPart}, differing(b, changed)...)
}

// sort brings the rows into the order of the file. A conflict stands where the coding does that is not removed.
func (m *CodingsMerge) sort() {
	place := func(r mergedRow) *Coding {
		at := cmp.Or(r.result, r.ours, r.theirs)
		if r.differ != nil && at.gone() {
			at = r.theirs
		}
		return at.coding
	}
	slices.SortFunc(m.rows, func(x, y mergedRow) int { return compareCodings(place(x), place(y)) })
}

// settle settles the conflicts that choose decides, nil being no line, and returns how many.
func (m *CodingsMerge) settle(choose func(mergedRow) (row *codingRow, settled bool)) int {
	n := 0
	for i, r := range m.rows {
		if r.differ == nil {
			continue
		}
		if row, settled := choose(r); settled {
			m.rows[i].result, m.rows[i].differ = row, nil
			n++
		}
	}
	m.sort()
	return n
}

// Take settles all conflicts: as ours has it, or as theirs has it.
func (m *CodingsMerge) Take(theirs bool) {
	m.settle(func(r mergedRow) (*codingRow, bool) {
		if theirs {
			return r.theirs, true
		}
		return r.ours, true
	})
}

// TakeLater settles conflicts as the side has it that was changed later, where that can be said, and returns how many.
func (m *CodingsMerge) TakeLater() int {
	return m.settle(func(r mergedRow) (*codingRow, bool) {
		if r.ours == nil || r.theirs == nil || r.ours.coding.Changed == r.theirs.coding.Changed || slices.Contains(r.differ, originPart) {
			return nil, false
		}
		return later(r.ours, r.theirs), true
	})
}

// Marked returns the merged file, with conflicts marked as git marks them: no command of tema reads such a file before a
// person has decided.
func (m *CodingsMerge) Marked() []byte {
	out := []byte{} // a file without codings is one all the same
	for _, r := range m.rows {
		out = append(out, r.marked()...)
	}
	return out
}

func (r mergedRow) marked() []byte {
	raw := func(l *codingRow) string {
		if l == nil {
			return ""
		}
		return string(l.raw)
	}
	if r.differ == nil {
		return []byte(raw(r.result))
	}
	return []byte("<<<<<<< ours\n" + raw(r.ours) + "=======\n" + raw(r.theirs) + ">>>>>>> theirs\n")
}

// Conflicts returns what could not be merged, in the order of the file.
func (m *CodingsMerge) Conflicts() []CodingConflict {
	coding := func(l *codingRow) *Coding {
		if l == nil {
			return nil
		}
		return l.coding
	}
	var out []CodingConflict
	line := 1
	for _, r := range m.rows {
		if r.differ != nil {
			out = append(out, CodingConflict{coding(r.ours), coding(r.theirs), r.differ, line})
		}
		line += bytes.Count(r.marked(), []byte("\n"))
	}
	return out
}

// standing is the coding as the side has it that did not remove it; as ours has it if neither did.
func (c CodingConflict) standing() *Coding {
	if c.Ours == nil || c.Ours.Status == Removed {
		return c.Theirs
	}
	return c.Ours
}

// ID returns the coding's id.
func (c CodingConflict) ID() string { return c.standing().ID }

// Turn returns the number of the turn of t in which the coding lies today, or 0 where that cannot be said; t may be nil.
func (c CodingConflict) Turn(t *transcript.Transcript) int {
	if t == nil {
		return 0
	}
	at := c.standing()
	span, standing := t.Resolve(transcript.Anchor{Span: transcript.Span{Start: at.Start, End: at.End},
		Quote: at.Quote, Before: at.Before, After: at.After, TextHash: at.Text})
	if standing != transcript.Exact && standing != transcript.Moved {
		return 0
	}
	turn, _ := t.TurnAt(span.Start)
	return turn.Number
}

// Tell says in words which coding it is and what the sides say of it, without what was said in the interview.
func (c CodingConflict) Tell(turn int) string {
	at := c.standing()
	head := fmt.Sprintf("%s at bytes %d to %d: ", at.Code, at.Start, at.End)
	if turn > 0 {
		head = fmt.Sprintf("%s in turn %d: ", at.Code, turn)
	}
	if slices.Contains(c.Differ, originPart) {
		return head + "two codings have the id " + at.ID
	}
	if c.Differ[0] == removedPart {
		sides := []string{"ours", "theirs"}
		if at == c.Ours {
			slices.Reverse(sides)
		}
		return strings.TrimSuffix(head+"removed in "+sides[0]+", changed in "+sides[1]+": "+strings.Join(c.Differ[1:], ", "), ": ")
	}
	parts := slices.Clone(c.Differ)
	if parts[0] == codePart {
		answer := func(c *Coding) string { return strings.TrimSpace(c.Status + " " + c.Code) }
		parts[0] = fmt.Sprintf("code (ours %s, theirs %s)", answer(c.Ours), answer(c.Theirs))
	}
	return head + "changed on both sides: " + strings.Join(parts, ", ")
}
