package codebook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
)

// target returns the mapping and the index in its list of entries that a place stands for.
func (d *Draft) target(kind string, at Place) (m *yaml.Node, up *entry, i int, err error) {
	given := 0
	for _, ref := range []string{at.Before, at.After, at.Under} {
		if ref != "" {
			given++
		}
	}
	if given > 1 {
		return nil, nil, 0, fmt.Errorf("one place is enough: before, after or under something")
	}
	_, key := keys(kind)
	if ref := cmp.Or(at.Before, at.After, at.Under); ref != "" {
		_, id := splitRef(ref)
		e, err := d.find(kind, id)
		if err != nil {
			return nil, nil, 0, err
		}
		switch {
		case at.Under != "":
			up, m = e, e.node
		case at.Before != "":
			up, i = e.up, e.index
		default:
			up, i = e.up, e.index+1
		}
	}
	if m == nil {
		if m = d.doc.root; up != nil {
			m = up.node
		}
		if given == 1 {
			return m, up, i, nil
		}
	}
	if m != nil && m.Kind != yaml.MappingNode {
		return nil, nil, 0, fmt.Errorf("the codebook is %s; it must be keys and values", diag.Kind(m))
	}
	if list := value(m, key); list != nil && list.Kind == yaml.SequenceNode {
		i = len(list.Content)
	}
	return m, up, i, nil
}

// order returns the keys of m, which is an entry or the whole codebook, in order.
func (d *Draft) order(kind string, m *yaml.Node) []string {
	if m == d.doc.root {
		return bookKeys
	}
	order, _ := keys(kind)
	return order
}

func (d *Draft) insertEntry(kind string, at Place, n *yaml.Node) error {
	m, _, i, err := d.target(kind, at)
	if err != nil {
		return err
	}
	_, key := keys(kind)
	return d.insertItem(m, d.order(kind, m), key, i, n)
}

// Move takes a code or theme, with all that is under it and the comments that belong to it, to another place.
func (d *Draft) Move(ref string, to Place) error {
	return d.do("move "+ref, func() error {
		e, err := d.findRef(ref)
		if err != nil {
			return err
		}
		about, from := e.ref(), e.up
		moved, err := d.move(e, to)
		if err != nil || !moved {
			return err
		}
		if e, err = d.find(e.kind, e.id); err != nil {
			return err
		}
		decision := Decision{Event: "move", About: []string{about}}
		if from != nil {
			decision.From = []string{from.ref()}
		}
		if e.up != nil {
			decision.To = []string{e.up.ref()}
		}
		d.Decisions = append(d.Decisions, decision)
		return nil
	})
}

func (d *Draft) move(e *entry, to Place) (moved bool, err error) {
	_, key := keys(e.kind)
	m, up, i, err := d.target(e.kind, to)
	if err != nil {
		return false, err
	}
	for u := up; u != nil; u = u.up {
		if u.node == e.node {
			return false, fmt.Errorf("%s %s stands under it", u.kind, up.id)
		}
	}
	owner := d.doc.root
	if e.up != nil {
		owner = e.up.node
	}
	return d.moveItem(owner, key, e.index, m, d.order(e.kind, m), key, i)
}

// moveItem takes an item out of the list under key in owner, with the comments that belong to it, and puts it at index
// i, as it is before the move, of the list under toKey in m.
func (d *Draft) moveItem(owner *yaml.Node, key string, index int, m *yaml.Node, order []string, toKey string, i int) (moved bool, err error) {
	doc := d.doc
	list := value(owner, key)
	item := list.Content[index]
	within := value(m, toKey) == list
	if within && (i == index || i == index+1) {
		return false, nil
	}
	if m == owner && !within && len(list.Content) == 1 && keyIndex(m, toKey) < 0 { // the list itself is what moves
		return true, d.setScalar(m.Content[keyIndex(m, key)], text(toKey))
	}
	whole := string(doc.src[doc.at[item].start:doc.at[item].end])
	var chunk extent
	if !isFlow(list) {
		if chunk, err = doc.item(list, index); err != nil {
			return false, err
		}
	}
	lines := func(column int) []string {
		if isFlow(list) {
			return strings.Split(strings.Repeat(" ", column)+"- "+whole, "\n")
		}
		return indented(strings.Split(string(doc.src[chunk.start:chunk.end]), "\n"), column-doc.column(doc.dash(list, index)))
	}
	inline := func() (string, error) {
		if isFlow(item) {
			return whole, nil
		}
		if doc.comment(chunk.start, chunk.end) {
			return "", fmt.Errorf("it has comments, and the place it should go to is written in brackets, where they cannot stand; write that one on lines of its own first")
		}
		return d.pen().inline(item), nil
	}
	splices, err := d.itemSplices(m, order, toKey, i, d.pen(), lines, inline)
	if err != nil {
		return false, err
	}
	alone := len(list.Content) == 1
	var cut splice
	k := keyIndex(owner, key)
	switch {
	case !alone:
		cut, err = d.itemCut(list, index)
	case isFlow(list) && doc.keyHasComments(owner, k, doc.at[item]):
		cut = doc.flowCut(list, doc.at[item].start, doc.at[item].end, false)
		alone = false
	case !isFlow(list) && doc.keyHasComments(owner, k, chunk): // it stays, with them
		cut = doc.cutLines(chunk)
		end := doc.at[owner.Content[k]].end
		end += strings.IndexByte(string(doc.src[end:]), ':') + 1
		splices = append(splices, splice{end, end, " []"})
		alone = false
	default:
		cut, err = d.pairCut(owner, k)
	}
	if err != nil {
		return false, err
	}
	for j, s := range splices {
		if s.start > cut.start && s.start < cut.end { // it goes right behind what held it
			text := strings.TrimPrefix(s.text, "\n") + "\n"
			if cut.end == len(doc.src) && doc.src[cut.end-1] != '\n' {
				text = s.text
			}
			splices[j] = splice{cut.start, cut.start, text}
		}
	}
	list.Content = slices.Delete(list.Content, index, index+1)
	if alone {
		owner.Content = slices.Delete(owner.Content, k, k+2)
	}
	if within && i > index {
		i--
	}
	d.intendItem(m, order, toKey, i, item)
	return true, d.commit(false, append(splices, cut))
}

// movePair takes a key with its value, and the comments that belong to both, from one mapping to another that lacks it.
func (d *Draft) movePair(from, to *yaml.Node, order []string, key string) error {
	doc := d.doc
	if isFlow(from) != isFlow(to) || doc.flow[from] != doc.flow[to] {
		return errInline
	}
	k, at := keyIndex(from, key), slot(to, order, key)
	start, end := doc.at[from.Content[k]].start, doc.at[from.Content[k+1]].end
	x := extent{start, end}
	if !isFlow(from) {
		var err error
		if x, err = doc.pair(from, k); err != nil {
			return err
		}
	}
	lines := func(column int) []string {
		return indented(strings.Split(string(doc.src[x.start:x.end]), "\n"), column-doc.column(start))
	}
	put, err := d.pairSplice(to, at, lines, func() (string, error) { return string(doc.src[start:end]), nil })
	if err != nil {
		return err
	}
	cut, err := d.pairCut(from, k)
	if _, _, meet := apply(doc.src, []splice{put, cut}); err != nil || meet != nil {
		return errInline
	}
	pair := slices.Clone(from.Content[k : k+2])
	from.Content = slices.Delete(from.Content, k, k+2)
	to.Content = slices.Insert(to.Content, at, pair...)
	return d.commit(false, []splice{put, cut})
}

// keyHasComments says whether comments belong to the key of a pair rather than to its only item, which takes up chunk,
// or may: the first key behind a dash has no lines of its own.
func (d *document) keyHasComments(m *yaml.Node, k int, chunk extent) bool {
	x, err := d.pair(m, k)
	key := d.at[m.Content[k]]
	return err != nil && !isFlow(m) || err == nil && d.comment(x.start, key.start) || d.comment(key.end, chunk.start) || err == nil && d.comment(chunk.end, max(chunk.end, x.end))
}

// indented moves lines to the right by so many columns, or to the left as far as there are spaces.
func indented(lines []string, by int) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		switch {
		case by >= 0 && line != "":
			line = strings.Repeat(" ", by) + line
		case by < 0:
			line = line[min(-by, len(line)-len(strings.TrimLeft(line, " "))):]
		}
		out[i] = line
	}
	return out
}

// A mention is a scalar of the file that names a code or theme.
type mention struct {
	node  *yaml.Node
	by    *entry
	owner *yaml.Node // of a list: the mapping that holds it,
	key   string     // under which key,
	index int        // and where in it
	from  int        // byte of the id in an exclusion's text; 0 elsewhere
}

// mentions returns where an id is named under one of the keys: a theme's codes, into, exclude, a relation's to.
func (d *Draft) mentions(kind, id string, under ...string) []mention {
	var out []mention
	is := func(n *yaml.Node, word string) bool {
		return n.Kind == yaml.ScalarNode && diag.Fold(word) == diag.Fold(id)
	}
	list := func(e *entry, key string, each func(n *yaml.Node, i int)) {
		if l := value(e.node, key); l != nil && l.Kind == yaml.SequenceNode && slices.Contains(under, key) {
			for i, n := range l.Content {
				each(n, i)
			}
		}
	}
	plainList := func(e *entry, key string) {
		list(e, key, func(n *yaml.Node, i int) {
			if is(n, n.Value) {
				out = append(out, mention{node: n, by: e, owner: e.node, key: key, index: i})
			}
		})
	}
	for _, e := range d.entries(kind) {
		plainList(e, "into")
		list(e, "exclude", func(n *yaml.Node, i int) {
			arrow := strings.LastIndex(" "+n.Value, " -> ")
			if arrow < 0 {
				return
			}
			word := n.Value[arrow+len("->"):]
			if kind == "code" && is(n, strings.TrimSpace(word)) {
				from := len(n.Value) - len(strings.TrimLeft(word, " \t\n"))
				out = append(out, mention{node: n, by: e, owner: e.node, key: "exclude", index: i, from: from})
			}
		})
		list(e, "relations", func(n *yaml.Node, i int) {
			if to := value(n, "to"); to != nil && kind == "theme" && is(to, to.Value) {
				out = append(out, mention{node: to, by: e})
			}
		})
	}
	if kind == "code" {
		for _, e := range d.entries("theme") {
			plainList(e, "codes")
		}
	}
	return out
}

// point makes a mention name another id, and touches nothing of an exclusion's text but the id.
func (d *Draft) point(m mention, id string) error {
	if m.from == 0 {
		return d.setScalar(m.node, text(id))
	}
	old := strings.TrimSpace(m.node.Value[m.from:])
	s := d.doc.y.Scalar(m.node)
	splices := []splice{{d.doc.offset(s.At(m.from)), d.doc.offset(s.At(m.from + len(old))), id}}
	now := text(m.node.Value[:m.from] + id + m.node.Value[m.from+len(old):])
	ways := append([][]splice{splices}, d.doc.rewritten(m.node, now, d.doc.flow[m.node])...)
	m.node.Value = now.Value
	return d.commit(false, ways...)
}

// Rename gives a code or theme another id. The old one becomes an alias, and every reference in the codebook follows.
func (d *Draft) Rename(ref, id string) error {
	return d.do("rename "+ref, func() error {
		e, err := d.findRef(ref)
		if err != nil {
			return err
		}
		kind, old := e.kind, e.id
		if id == old {
			return fmt.Errorf("that is its id already")
		}
		taken, err := d.find(kind, id)
		if err != nil || taken.node != e.node {
			if err := d.free(kind, id); err != nil {
				return err
			}
		}
		if err := diag.CheckID(id); err != nil {
			return err
		}
		if err := d.setScalar(value(e.node, "id"), text(id)); err != nil {
			return err
		}
		m := d.now[e.node]
		if aliases := value(m, "aliases"); aliases != nil && aliases.Kind == yaml.SequenceNode {
			for i := len(aliases.Content) - 1; i >= 0; i-- { // it takes a former id back
				if diag.Fold(aliases.Content[i].Value) == diag.Fold(id) {
					if err := d.removeItem(m, "aliases", i); err != nil {
						return err
					}
					m = d.now[m]
					if aliases = value(m, "aliases"); aliases == nil {
						break
					}
				}
			}
		}
		if diag.Fold(old) != diag.Fold(id) {
			n := 0
			if aliases := value(m, "aliases"); aliases != nil {
				n = len(aliases.Content)
			}
			order, _ := keys(kind)
			if err := d.insertItem(m, order, "aliases", n, text(old)); err != nil {
				return err
			}
		}
		for {
			mentions := slices.DeleteFunc(d.mentions(kind, old, "codes", "into", "exclude", "relations"), func(m mention) bool {
				return strings.TrimSpace(m.node.Value[m.from:]) == id // another case of the same id
			})
			if len(mentions) == 0 {
				break
			}
			if err := d.point(mentions[0], id); err != nil {
				return err
			}
		}
		d.Decisions = append(d.Decisions, Decision{Event: "rename", About: []string{kind + ":" + id}, From: []string{kind + ":" + old}, To: []string{kind + ":" + id}})
		return nil
	})
}

// RenameTranscript makes the excerpts and tensions that name a transcript name it by another id.
func (d *Draft) RenameTranscript(old, id string) error {
	return d.do("rename transcript "+old, func() error {
		for {
			n := d.quoting(old)
			if n == nil {
				return nil
			}
			if err := d.setScalar(n, text(id)); err != nil {
				return err
			}
		}
	})
}

// quoting returns the first place where an excerpt or a tension names a transcript, or nil.
func (d *Draft) quoting(id string) *yaml.Node {
	for _, e := range d.entries("theme") {
		for _, key := range []string{"excerpts", "tensions"} {
			list := value(e.node, key)
			if list == nil || list.Kind != yaml.SequenceNode {
				continue
			}
			for _, item := range list.Content {
				if n := value(item, "transcript"); item.Kind == yaml.MappingNode && n != nil && n.Kind == yaml.ScalarNode && n.Value == id {
					return n
				}
			}
		}
	}
	return nil
}

// gone is the status of a code or theme that is used no more.
var gone = map[string]string{"code": "retired", "theme": "dropped"}

// end gives a code or theme up, leading to others or to none.
func (d *Draft) end(kind, id string, into []string) error {
	e, err := d.find(kind, id)
	if err != nil {
		return err
	}
	order, _ := keys(kind)
	if err := d.setKey(e.node, order, "status", text(gone[kind])); err != nil || len(into) == 0 {
		return err
	}
	if e, err = d.find(kind, id); err != nil {
		return err
	}
	return d.setKey(e.node, order, "into", texts(into))
}

// active returns the code or theme that is named, or says why nothing can be done with it.
func (d *Draft) active(kind, ref string) (*entry, error) {
	is, id := splitRef(ref)
	if is != kind {
		return nil, fmt.Errorf("%s is a %s; here %ss are meant", ref, is, kind)
	}
	e, err := d.find(kind, id)
	if err == nil && isGone(e) {
		err = fmt.Errorf("%s %s is %s already", kind, e.id, gone[kind])
	}
	return e, err
}

func isGone(e *entry) bool {
	status := value(e.node, "status")
	return status != nil && status.Value == gone[e.kind]
}

// inTheme makes the themes that name a code name others in its place: those that they do not name yet.
func (d *Draft) inTheme(id string, instead []string) error {
	for {
		mentions := d.mentions("code", id, "codes")
		if len(mentions) == 0 {
			return nil
		}
		m := mentions[0]
		var named []string
		for _, n := range value(m.owner, "codes").Content {
			if e, err := d.find("code", n.Value); err == nil {
				named = append(named, e.id)
			}
		}
		missing := slices.DeleteFunc(slices.Clone(instead), func(id string) bool { return slices.Contains(named, id) })
		if len(missing) == 0 {
			if err := d.removeItem(m.owner, "codes", m.index); err != nil {
				return err
			}
			continue
		}
		if err := d.setScalar(m.node, text(missing[0])); err != nil {
			return err
		}
		owner := d.now[m.owner]
		for i, id := range missing[1:] {
			if err := d.insertItem(owner, themeKeys, "codes", m.index+1+i, text(id)); err != nil {
				return err
			}
			owner = d.now[owner]
		}
	}
}

// Merge leads codes, or themes, into one, which is made if it is not there. Codes are retired: their sub-codes move
// under it, and themes and exclusions that named them name it. Themes are dropped: their sub-themes, codes, excerpts,
// tensions and relations become its own, and relations that led to them lead to it.
func (d *Draft) Merge(refs []string, into string) error {
	return d.do("merge into "+into, func() error {
		kind, target := splitRef(into)
		decision := Decision{Event: "merge"}
		var from []string
		for _, ref := range refs {
			e, err := d.active(kind, ref)
			if err != nil {
				return err
			}
			if diag.Fold(e.id) != diag.Fold(target) && !slices.Contains(from, e.id) {
				from = append(from, e.id)
			}
		}
		if len(from) == 0 {
			return fmt.Errorf("name a %s that is to be merged, other than %s", kind, target)
		}
		if _, err := d.find(kind, target); err != nil {
			if err := d.create(kind, target, Place{Before: from[0]}); err != nil {
				return err
			}
		}
		b, err := d.active(kind, into)
		if err != nil {
			return err
		}
		target = b.id
		if slices.Contains(from, target) {
			return fmt.Errorf("%s is a former id of %s", into, target)
		}
		for _, id := range from {
			if err := d.mergeOne(kind, id, target); err != nil {
				return err
			}
			decision.From = append(decision.From, kind+":"+id)
		}
		decision.About, decision.To = []string{kind + ":" + target}, []string{kind + ":" + target}
		d.Decisions = append(d.Decisions, decision)
		return nil
	})
}

// create makes a code or theme with nothing but an id.
func (d *Draft) create(kind, id string, at Place) error {
	if err := d.free(kind, id); err != nil {
		return err
	}
	return d.insertEntry(kind, at, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{text("id"), text(id)}})
}

func (d *Draft) mergeOne(kind, id, target string) error {
	b, err := d.find(kind, target)
	if err != nil {
		return err
	}
	for u := b.up; u != nil; u = u.up {
		if u.id == id {
			return fmt.Errorf("%s %s stands under %s; move it out first", kind, target, id)
		}
	}
	if err := d.end(kind, id, []string{target}); err != nil {
		return err
	}
	if _, err := d.children(kind, id, func(string) Place { return Place{Under: target} }); err != nil {
		return err
	}
	if kind == "theme" {
		return d.mergeEvidence(id, target)
	}
	if err := d.inTheme(id, []string{target}); err != nil {
		return err
	}
	noted := false
	for {
		mentions := d.mentions("code", id, "exclude")
		own := slices.DeleteFunc(slices.Clone(mentions), func(m mention) bool { return m.by.id != target })
		if len(own) > 0 && !noted {
			noted = true
			d.Notes = append(d.Notes, fmt.Sprintf("code %s excludes what %s covered; look at its exclude", target, id))
		}
		mentions = slices.DeleteFunc(mentions, func(m mention) bool { return m.by.id == target })
		if len(mentions) == 0 {
			return nil
		}
		if err := d.point(mentions[0], target); err != nil {
			return err
		}
	}
}

// children moves all that stands directly under a code or theme, each to the place that it is given after the last
// one's id ("" at first), and returns the ids of those that are still in use.
func (d *Draft) children(kind, id string, to func(last string) Place) (active []string, err error) {
	_, key := keys(kind)
	for last := ""; ; {
		e, err := d.find(kind, id)
		if err != nil {
			return nil, err
		}
		under := value(e.node, key)
		if under == nil || len(under.Content) == 0 {
			return active, nil
		}
		all := d.entries(kind)
		child := slices.IndexFunc(all, func(c *entry) bool { return c.list == under })
		if child < 0 {
			return nil, fmt.Errorf("what stands under %s %s is no %s", kind, id, kind)
		}
		if !isGone(all[child]) {
			active = append(active, all[child].id)
		}
		if _, err := d.move(all[child], to(last)); err != nil {
			return nil, fmt.Errorf("move what stands under %s: %w", id, err)
		}
		last = all[child].id
	}
}

// Split retires a code and leads it to several, whose codings then wait for review. Those that are not there are made
// beside it; its sub-codes move up to its side; themes that named it name all of them.
func (d *Draft) Split(ref string, into []string) error {
	return d.do("split "+ref, func() error {
		e, err := d.active("code", ref)
		if err != nil {
			return err
		}
		id := e.id
		parts, behind, err := d.parts("code", id, into)
		if err != nil {
			return err
		}
		heirs, err := d.children("code", id, func(last string) Place { return Place{After: cmp.Or(last, behind)} })
		if err != nil {
			return err
		}
		heirs = slices.DeleteFunc(heirs, func(heir string) bool { return slices.Contains(parts, heir) })
		if err := d.end("code", id, parts); err != nil {
			return err
		}
		if err := d.inTheme(id, append(slices.Clone(parts), heirs...)); err != nil {
			return err
		}
		for _, m := range d.mentions("code", id, "exclude") {
			d.Notes = append(d.Notes, fmt.Sprintf("code %s excludes in favour of %s, which is split; say in its exclude which part is meant", m.by.id, id))
		}
		decision := Decision{Event: "split", About: []string{"code:" + id}, From: []string{"code:" + id}}
		for _, part := range parts {
			decision.To = append(decision.To, "code:"+part)
		}
		d.Decisions = append(d.Decisions, decision)
		return nil
	})
}

// parts returns the ids of what a code or theme is split into, made beside it if they are not there, and the last that
// was made, or else the code or theme itself.
func (d *Draft) parts(kind, id string, into []string) (parts []string, behind string, err error) {
	behind = id
	for _, part := range into {
		_, part = splitRef(part)
		p, err := d.find(kind, part)
		switch {
		case err != nil:
			if err := d.create(kind, part, Place{After: behind}); err != nil {
				return nil, "", err
			}
			behind = part
		case p.id == id:
			return nil, "", fmt.Errorf("%s cannot be one of its own parts; give the part another id", id)
		case isGone(p):
			return nil, "", fmt.Errorf("%s %s is %s already", kind, p.id, gone[kind])
		default:
			part = p.id
		}
		if slices.Contains(parts, part) {
			return nil, "", fmt.Errorf("%s is named twice", part)
		}
		parts = append(parts, part)
	}
	if len(parts) < 2 {
		return nil, "", fmt.Errorf("name two %ss or more that it is split into; merge leads to one", kind)
	}
	return parts, behind, nil
}

// Retire makes codes retired without a successor. Their codings go on counting under them.
func (d *Draft) Retire(refs ...string) error {
	return d.do("retire", func() error {
		decision := Decision{Event: "retire"}
		for _, ref := range refs {
			e, err := d.active("code", ref)
			if err != nil {
				return err
			}
			if err := d.end("code", e.id, nil); err != nil {
				return err
			}
			for _, m := range d.mentions("code", e.id, "codes") {
				d.Notes = append(d.Notes, fmt.Sprintf("theme %s goes on naming %s", m.by.id, e.id))
			}
			decision.About = append(decision.About, "code:"+e.id)
		}
		d.Decisions = append(d.Decisions, decision)
		return nil
	})
}
