package codebook

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
)

// excerptKeys are the keys of an excerpt or tension in the order in which they are written.
var excerptKeys = []string{"transcript", "quote", "translation", "translator", "memo"}

// inUse returns the theme of that reference, or says why nothing can be done with it.
func (d *Draft) inUse(ref string) (*entry, error) { return d.active("theme", ref) }

// Attach makes a theme draw on codes, last of those that it names. With from they come out of that theme.
func (d *Draft) Attach(ref, from string, codes ...string) error {
	return d.do("attach to "+ref, func() error {
		e, err := d.inUse(ref)
		if err != nil {
			return err
		}
		theme, source := e.id, ""
		decision := Decision{Event: "set", About: []string{e.ref()}}
		if from != "" {
			f, err := d.inUse(from)
			if err != nil {
				return err
			}
			if source = f.id; source == theme {
				return fmt.Errorf("%s is the theme that they are to go to", source)
			}
			decision.About = append(decision.About, f.ref())
		}
		for _, ref := range codes {
			c, err := d.active("code", ref)
			if err != nil {
				return err
			}
			if e, err = d.find("theme", theme); err != nil {
				return err
			}
			has := d.names(e, c.id) >= 0
			if has {
				d.Notes = append(d.Notes, fmt.Sprintf("theme %s names %s already", theme, c.id))
			}
			switch {
			case source != "":
				f, fault := d.find("theme", source)
				if fault != nil {
					return fault
				}
				at := d.names(f, c.id)
				switch {
				case at < 0:
					return fmt.Errorf("theme %s does not name %s", source, c.id)
				case has:
					err = d.removeItem(f.node, "codes", at)
				default:
					_, err = d.moveTo(f, "codes", at, e, "codes", length(e.node, "codes"))
				}
			case has:
				continue
			default:
				err = d.insertItem(e.node, themeKeys, "codes", length(e.node, "codes"), text(c.id))
			}
			if err != nil {
				return err
			}
			decision.To = append(decision.To, c.ref())
			d.alsoNamed(c.id, theme)
		}
		if len(decision.To) > 0 {
			d.Decisions = append(d.Decisions, decision)
		}
		return nil
	})
}

// alsoNamed notes which other themes name a code.
func (d *Draft) alsoNamed(code, theme string) {
	for _, other := range d.entries("theme") {
		if other.id != theme && !isGone(other) && d.names(other, code) >= 0 {
			d.Notes = append(d.Notes, fmt.Sprintf("theme %s names %s too", other.id, code))
		}
	}
}

// Detach makes a theme draw on codes no more.
func (d *Draft) Detach(ref string, codes ...string) error {
	return d.do("detach from "+ref, func() error {
		e, err := d.findRef(ref)
		if err != nil {
			return err
		}
		theme := e.id
		decision := Decision{Event: "set", About: []string{e.ref()}}
		for _, ref := range codes {
			_, id := splitRef(ref)
			if c, err := d.find("code", id); err == nil {
				id = c.id
			}
			if e, err = d.find("theme", theme); err != nil {
				return err
			}
			at := d.names(e, id)
			if at < 0 {
				return fmt.Errorf("theme %s does not name %s", theme, id)
			}
			if err := d.removeItem(e.node, "codes", at); err != nil {
				return err
			}
			decision.From = append(decision.From, "code:"+id)
		}
		d.Decisions = append(d.Decisions, decision)
		return nil
	})
}

// names returns where a theme names a code, by its id or a former one, or -1.
func (d *Draft) names(theme *entry, id string) int {
	list := value(theme.node, "codes")
	if list == nil {
		return -1
	}
	return slices.IndexFunc(list.Content, func(n *yaml.Node) bool {
		if diag.Fold(n.Value) == diag.Fold(id) {
			return true
		}
		c, err := d.find("code", n.Value)
		return err == nil && c.id == id
	})
}

// length returns how many items the list under a key has.
func length(m *yaml.Node, key string) int {
	if list := value(m, key); list != nil {
		return len(list.Content)
	}
	return 0
}

// moveTo moves an item of a list of one theme to index i of a list of another, or to the other list of one. The only
// item of a list goes to a theme that has no such list with the list itself, and so with all comments.
func (d *Draft) moveTo(from *entry, key string, at int, to *entry, toKey string, i int) (moved bool, err error) {
	list := value(from.node, key)
	item := list.Content[at]
	if key == toKey && keyIndex(to.node, key) < 0 {
		if len(list.Content) == 1 {
			if err := d.movePair(from.node, to.node, themeKeys, key); !errors.Is(err, errInline) {
				return err == nil, err
			}
		}
		if item.Kind == yaml.ScalarNode && !d.commented(list, at) { // written anew, so that the list is begun as tema begins one
			if err := d.insertItem(to.node, themeKeys, key, 0, text(item.Value)); err != nil {
				return false, err
			}
			return true, d.removeItem(d.now[from.node], key, at)
		}
	}
	return d.moveItem(from.node, key, at, to.node, themeKeys, toKey, i)
}

// commented says whether comments belong to an item of a list.
func (d *Draft) commented(list *yaml.Node, at int) bool {
	if isFlow(list) {
		return false // what stands between brackets on lines of its own belongs to the list
	}
	x, err := d.doc.item(list, at)
	return err != nil || d.doc.comment(x.start, x.end)
}

// A Quotation names an excerpt or a tension of a theme.
type Quotation struct {
	Theme   string // a reference
	Against bool   // a tension
	Number  int    // from 1, in the author's order
}

func (q Quotation) key() string {
	if q.Against {
		return "tensions"
	}
	return "excerpts"
}

func (q Quotation) String() string {
	return fmt.Sprintf("%s %d of %s", strings.TrimSuffix(q.key(), "s"), q.Number, q.Theme)
}

// Quote gives a theme an excerpt, or a tension: as number at, counted from 1 in the author's order, or last when at is
// 0. The words are not looked at; who calls it knows the transcripts.
func (d *Draft) Quote(theme string, against bool, at int, x Excerpt) error {
	q := Quotation{Theme: theme, Against: against}
	return d.do("quote in "+theme, func() error {
		e, err := d.inUse(theme)
		if err != nil {
			return err
		}
		place, err := placeOf(at, length(e.node, q.key()))
		if err != nil {
			return err
		}
		item := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
		for i, s := range []string{x.Transcript, x.Quote, x.Translation, x.Translator, x.Memo} {
			if s != "" {
				item.Content = append(item.Content, text(excerptKeys[i]), text(s))
			}
		}
		d.Decisions = append(d.Decisions, Decision{Event: "set", About: []string{e.ref()}, To: []string{"transcript:" + x.Transcript}})
		return d.insertItem(e.node, themeKeys, q.key(), place, item)
	})
}

// placeOf returns the index of a number, of which 0 is the one behind the last.
func placeOf(at, n int) (int, error) {
	if at < 0 || at > n+1 {
		return 0, fmt.Errorf("%d is no place among them; the last is %d", at, n+1)
	}
	if at == 0 {
		return n, nil
	}
	return at - 1, nil
}

// quotation finds an excerpt or tension.
func (d *Draft) quotation(q Quotation) (e *entry, i int, err error) {
	if e, err = d.findRef(q.Theme); err != nil {
		return nil, 0, err
	}
	n := length(e.node, q.key())
	if q.Number < 1 || q.Number > n {
		return nil, 0, fmt.Errorf("theme %s has %d %s", e.id, n, q.key())
	}
	return e, q.Number - 1, nil
}

// Requote sets keys of an excerpt or tension: quote, translation, translator, memo; a key without a value goes.
func (d *Draft) Requote(q Quotation, properties ...Property) error {
	return d.do("change "+q.String(), func() error {
		about, steps := "", len(d.back)
		for _, p := range properties {
			e, i, err := d.quotation(q)
			if err != nil {
				return err
			}
			item := value(e.node, q.key()).Content[i]
			about = e.ref()
			switch {
			case item.Kind != yaml.MappingNode:
				return fmt.Errorf("it is %s in the file; change it by hand", diag.Kind(item))
			case !slices.Contains(excerptKeys, p.Key):
				return fmt.Errorf("it has no key %s; known are %s", p.Key, strings.Join(excerptKeys, ", "))
			case len(p.Values) > 1:
				return fmt.Errorf("%s has one value, not %d", p.Key, len(p.Values))
			}
			var v *yaml.Node
			if len(p.Values) == 1 {
				v = text(p.Values[0])
			}
			if err := d.setKey(item, excerptKeys, p.Key, v); err != nil {
				return err
			}
		}
		if len(d.back) > steps {
			d.Decisions = append(d.Decisions, Decision{Event: "set", About: []string{about}})
		}
		return nil
	})
}

// MoveQuotation takes an excerpt or tension to another number, to another theme, or to the other of the two lists. Of
// to, Number 0 is the end of the list.
func (d *Draft) MoveQuotation(q, to Quotation) error {
	return d.do("move "+q.String(), func() error {
		e, i, err := d.quotation(q)
		if err != nil {
			return err
		}
		target, err := d.inUse(to.Theme)
		if err != nil {
			return err
		}
		n := length(target.node, to.key())
		within := e.node == target.node && q.key() == to.key()
		if within {
			n-- // as the list is without it
		}
		place, err := placeOf(to.Number, n)
		if err != nil {
			return err
		}
		if within && place >= i {
			place++
		}
		decision := Decision{Event: "set", About: []string{e.ref()}}
		if e.node != target.node {
			decision.To = []string{target.ref()}
		}
		moved, err := d.moveTo(e, q.key(), i, target, to.key(), place)
		if moved {
			d.Decisions = append(d.Decisions, decision)
		}
		return err
	})
}

// Unquote takes excerpts, or tensions, out of a theme, by their numbers as they are before.
func (d *Draft) Unquote(theme string, against bool, numbers ...int) error {
	return d.do("unquote in "+theme, func() error {
		decision := Decision{Event: "set"}
		for _, n := range slices.Backward(slices.Compact(slices.Sorted(slices.Values(numbers)))) {
			q := Quotation{theme, against, n}
			e, i, err := d.quotation(q)
			if err != nil {
				return err
			}
			decision.About = []string{e.ref()}
			if from := value(value(e.node, q.key()).Content[i], "transcript"); from != nil && !slices.Contains(decision.From, "transcript:"+from.Value) {
				decision.From = append(decision.From, "transcript:"+from.Value)
			}
			if err := d.removeItem(e.node, q.key(), i); err != nil {
				return err
			}
		}
		d.Decisions = append(d.Decisions, decision)
		return nil
	})
}

// Relate makes one theme lead to another. The label says how: "asks for".
func (d *Draft) Relate(ref, to, label string) error {
	return d.do("relate "+ref, func() error {
		e, err := d.inUse(ref)
		if err != nil {
			return err
		}
		t, err := d.inUse(to)
		if err != nil {
			return err
		}
		if e.id == t.id {
			return fmt.Errorf("a theme does not lead to itself")
		}
		for _, i := range d.relations(e, t.id) {
			if labelOf(value(e.node, "relations").Content[i]) == label {
				return fmt.Errorf("theme %s leads to %s so already", e.id, t.id)
			}
		}
		item := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle, Content: []*yaml.Node{text("to"), text(t.id)}}
		if label != "" {
			item.Content = append(item.Content, text("label"), text(label))
		}
		d.Decisions = append(d.Decisions, Decision{Event: "set", About: []string{e.ref()}, To: []string{t.ref()}})
		return d.insertItem(e.node, themeKeys, "relations", length(e.node, "relations"), item)
	})
}

// Unrelate takes the relation of that label away, or the only one that leads there when label is nil.
func (d *Draft) Unrelate(ref, to string, label *string) error {
	return d.do("unrelate "+ref, func() error {
		e, err := d.findRef(ref)
		if err != nil {
			return err
		}
		t, err := d.findRef(to)
		if err != nil {
			return err
		}
		found := d.relations(e, t.id)
		if label != nil {
			found = slices.DeleteFunc(found, func(i int) bool { return labelOf(value(e.node, "relations").Content[i]) != *label })
		}
		switch {
		case len(found) == 0:
			return fmt.Errorf("theme %s does not lead to %s so", e.id, t.id)
		case len(found) > 1 && label == nil:
			return fmt.Errorf("theme %s leads to %s in %d ways; say which by its label", e.id, t.id, len(found))
		}
		d.Decisions = append(d.Decisions, Decision{Event: "set", About: []string{e.ref()}, From: []string{t.ref()}})
		return d.removeItem(e.node, "relations", found[0])
	})
}

// relations returns which of a theme's relations lead to another, named by its id or a former one.
func (d *Draft) relations(e *entry, to string) []int {
	var out []int
	list := value(e.node, "relations")
	for i := range length(e.node, "relations") {
		if n := value(list.Content[i], "to"); n != nil {
			if t, err := d.find("theme", n.Value); err == nil && t.id == to {
				out = append(out, i)
			}
		}
	}
	return out
}

func labelOf(relation *yaml.Node) string {
	if n := value(relation, "label"); n != nil && !diag.IsNull(n) {
		return n.Value
	}
	return ""
}

// mergeEvidence makes what a theme draws on another's, and its relations too.
func (d *Draft) mergeEvidence(id, into string) error {
	both := func() (e, b *entry, err error) {
		if e, err = d.find("theme", id); err == nil {
			b, err = d.find("theme", into)
		}
		return e, b, err
	}
	for _, key := range []string{"codes", "excerpts", "tensions", "relations"} {
		e, b, err := both()
		if err != nil {
			return err
		}
		for n := length(e.node, key) - 1; n >= 0; n-- {
			item := value(e.node, key).Content[n]
			there := key == "codes" && d.names(b, d.today(item.Value)) >= 0
			if key == "relations" {
				there = d.leads(e, n, b)
			}
			if !there {
				continue
			}
			if err := d.removeItem(e.node, key, n); err != nil {
				return err
			}
			if e, b, err = both(); err != nil {
				return err
			}
		}
		if length(e.node, key) > 0 && keyIndex(b.node, key) < 0 {
			if err := d.movePair(e.node, b.node, themeKeys, key); err == nil {
				continue
			} else if !errors.Is(err, errInline) {
				return err
			}
		}
		at := length(b.node, key)
		for n := length(e.node, key) - 1; n >= 0; n-- { // from the last, so that each keeps the comments above it
			if _, err := d.moveTo(e, key, n, b, key, at); err != nil {
				return err
			}
			if e, b, err = both(); err != nil {
				return err
			}
		}
	}
	for {
		mentions := d.mentions("theme", id, "relations")
		if len(mentions) == 0 {
			return nil
		}
		m := mentions[0]
		_, b, err := both()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(value(m.by.node, "relations").Content, func(n *yaml.Node) bool { return value(n, "to") == m.node })
		if m.by.id == into || slices.ContainsFunc(d.relations(m.by, b.id), func(k int) bool {
			list := value(m.by.node, "relations").Content
			return labelOf(list[k]) == labelOf(list[i])
		}) {
			if m.by.id == into {
				d.Notes = append(d.Notes, fmt.Sprintf("theme %s led to %s; they are one now, and that relation is gone", into, id))
			}
			err = d.removeItem(m.by.node, "relations", i)
		} else {
			err = d.point(m, into)
		}
		if err != nil {
			return err
		}
	}
}

// today returns the id of the code that a word names, or the word.
func (d *Draft) today(code string) string {
	if c, err := d.find("code", code); err == nil {
		return c.id
	}
	return code
}

// leads says whether a relation of e is no news to b: it leads to b itself, or b has the same already.
func (d *Draft) leads(e *entry, i int, b *entry) bool {
	relation := value(e.node, "relations").Content[i]
	to := value(relation, "to")
	if to == nil {
		return false
	}
	t, err := d.find("theme", to.Value)
	if err != nil {
		return false
	}
	if t.id == b.id {
		d.Notes = append(d.Notes, fmt.Sprintf("theme %s led to %s; they are one now, and that relation is gone", e.id, b.id))
		return true
	}
	return slices.ContainsFunc(d.relations(b, t.id), func(k int) bool {
		return labelOf(value(b.node, "relations").Content[k]) == labelOf(relation)
	})
}

// A Part is a theme that another is split into, and the codes of that one which go to it.
type Part struct {
	Theme string // a reference
	Codes []string
}

// SplitTheme drops a theme and leads it to several. Those that are not there are made beside it, its sub-themes move up
// to its side, and its codes go where parts say. What nobody gave to a part stays with the dropped theme, where it
// counts no more: a note says what.
func (d *Draft) SplitTheme(ref string, parts ...Part) error {
	return d.do("split "+ref, func() error {
		e, err := d.inUse(ref)
		if err != nil {
			return err
		}
		id := e.id
		var into []string
		for _, p := range parts {
			into = append(into, p.Theme)
		}
		ids, behind, err := d.parts("theme", id, into)
		if err != nil {
			return err
		}
		if _, err := d.children("theme", id, func(last string) Place { return Place{After: cmp.Or(last, behind)} }); err != nil {
			return err
		}
		if err := d.end("theme", id, ids); err != nil {
			return err
		}
		given := map[string]bool{}
		for k, p := range parts {
			for _, ref := range p.Codes {
				_, word := splitRef(ref)
				code := d.today(word)
				if e, err = d.find("theme", id); err != nil {
					return err
				}
				to, err := d.find("theme", ids[k])
				if err != nil {
					return err
				}
				at := d.names(e, code)
				switch {
				case at < 0 && !given[code]:
					return fmt.Errorf("theme %s does not name %s", id, code)
				case d.names(to, code) >= 0 && at >= 0:
					err = d.removeItem(e.node, "codes", at)
				case d.names(to, code) >= 0:
				case at < 0: // it went to another part before
					err = d.insertItem(to.node, themeKeys, "codes", length(to.node, "codes"), text(code))
				default:
					_, err = d.moveTo(e, "codes", at, to, "codes", length(to.node, "codes"))
				}
				if err != nil {
					return err
				}
				given[code] = true
			}
		}
		if e, err = d.find("theme", id); err != nil {
			return err
		}
		var left []string
		for _, what := range []string{"codes", "excerpts", "tensions", "relations"} {
			switch n := length(e.node, what); {
			case n == 1:
				left = append(left, "1 "+strings.TrimSuffix(what, "s"))
			case n > 1:
				left = append(left, fmt.Sprintf("%d %s", n, what))
			}
		}
		if len(left) > 0 {
			d.Notes = append(d.Notes, fmt.Sprintf("%s stay with %s, which counts no more", strings.Join(left, ", "), id))
		}
		for _, m := range d.mentions("theme", id, "relations") {
			d.Notes = append(d.Notes, fmt.Sprintf("theme %s leads to %s, which is split; say which part is meant", m.by.id, id))
		}
		decision := Decision{Event: "split", About: []string{"theme:" + id}, From: []string{"theme:" + id}}
		for _, part := range ids {
			decision.To = append(decision.To, "theme:"+part)
		}
		d.Decisions = append(d.Decisions, decision)
		return nil
	})
}

// Drop gives themes up, with all that they hold; into says where their evidence went, if anywhere. Sub-themes that are
// not dropped along with a theme must be moved out before.
func (d *Draft) Drop(into []string, refs ...string) error {
	return d.do("drop", func() error {
		decision := Decision{Event: "drop"}
		var ids, to []string
		for _, ref := range refs {
			e, err := d.inUse(ref)
			if err != nil {
				return err
			}
			if !slices.Contains(ids, e.id) {
				ids, decision.About = append(ids, e.id), append(decision.About, e.ref())
			}
		}
		for _, ref := range into {
			e, err := d.inUse(ref)
			switch {
			case err != nil:
				return err
			case slices.Contains(ids, e.id):
				return fmt.Errorf("%s is dropped itself", e.id)
			case !slices.Contains(to, e.id):
				to, decision.To = append(to, e.id), append(decision.To, e.ref())
			}
		}
		for _, e := range d.entries("theme") {
			if e.up != nil && slices.Contains(ids, e.up.id) && !slices.Contains(ids, e.id) && !isGone(e) {
				return fmt.Errorf("theme %s stands under %s; move it out, or drop it too", e.id, e.up.id)
			}
		}
		for _, id := range ids {
			if err := d.end("theme", id, to); err != nil {
				return err
			}
			for _, m := range d.mentions("theme", id, "relations") {
				if !isGone(m.by) && !slices.Contains(ids, m.by.id) {
					d.Notes = append(d.Notes, fmt.Sprintf("theme %s goes on leading to %s; the map leaves that out", m.by.id, id))
				}
			}
		}
		d.Decisions = append(d.Decisions, decision)
		return nil
	})
}

// Promote makes a sub-theme a theme of the level above, behind the one that it stood under.
func (d *Draft) Promote(ref string) error {
	return d.do("promote "+ref, func() error {
		e, err := d.inUse(ref)
		if err != nil {
			return err
		}
		if e.up == nil {
			return fmt.Errorf("it stands at the top already")
		}
		decision := Decision{Event: "promote", About: []string{e.ref()}, From: []string{e.up.ref()}}
		if e.up.up != nil {
			decision.To = []string{e.up.up.ref()}
		}
		d.Decisions = append(d.Decisions, decision)
		_, err = d.move(e, Place{After: e.up.id})
		return err
	})
}

// PromoteCode makes a theme of a code that has grown into one: it is called what the code is called, unless properties
// say otherwise, and draws on it. The code stays, and so do its codings.
func (d *Draft) PromoteCode(code, theme string, at Place, properties ...Property) error {
	return d.do("promote "+code, func() error {
		c, err := d.active("code", code)
		if err != nil {
			return err
		}
		name := ""
		if n := value(c.node, "name"); n != nil && !diag.IsNull(n) && n.Value != c.id {
			name = n.Value
		}
		if name != "" && !slices.ContainsFunc(properties, func(p Property) bool { return p.Key == "name" }) {
			properties = append(properties, Property{"name", []string{name}})
		}
		properties = append(properties, Property{"codes", []string{c.id}})
		_, id := splitRef(theme)
		if err := d.add("theme", id, at, properties); err != nil {
			return err
		}
		d.alsoNamed(c.id, id)
		d.Decisions = append(d.Decisions, Decision{Event: "promote", About: []string{"theme:" + id}, From: []string{"code:" + c.id}})
		return nil
	})
}
