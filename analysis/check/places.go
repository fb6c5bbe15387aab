package check

import (
	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
)

// places finds where things stand in a YAML file.
type places struct {
	y     *diag.YAML
	root  *yaml.Node
	entry map[string]*yaml.Node // of a codebook: "code:ID" and "theme:ID"
}

// placesOf reads a YAML file, or front matter behind skip lines. Its faults are told elsewhere.
func placesOf(file string, src []byte, skip int) *places {
	p := &places{y: &diag.YAML{File: file, Skip: skip, Found: &diag.List{}}, entry: map[string]*yaml.Node{}}
	p.root = p.y.Root(src)
	p.enter(p.root)
	return p
}

// enter takes down the codes and themes under n, each by its id.
func (p *places) enter(n *yaml.Node) {
	for _, list := range [][2]string{{"codes", "code:"}, {"themes", "theme:"}} {
		under := child(n, list[0])
		if under == nil {
			continue
		}
		for _, item := range under.Content {
			if id := child(item, "id"); id != nil {
				if _, taken := p.entry[list[1]+id.Value]; !taken {
					p.entry[list[1]+id.Value] = item
				}
			}
			p.enter(item)
		}
	}
}

func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// node follows path (keys and indexes) from n as far as it leads.
func node(n *yaml.Node, path ...any) *yaml.Node {
	for _, step := range path {
		var next *yaml.Node
		switch step := step.(type) {
		case string:
			next = child(n, step)
		case int:
			if n != nil && n.Kind == yaml.SequenceNode && step < len(n.Content) {
				next = n.Content[step]
			}
		}
		if next == nil {
			break
		}
		n = next
	}
	return n
}

// at returns a finding of a rule about a code or theme, at what path leads to within it, or at its id.
func (p *places) at(rule, about string, path ...any) diag.Finding {
	entry := p.entry[about]
	n := node(entry, path...)
	if n == entry || n == nil {
		n = node(entry, "id")
	}
	return p.finding(rule, about, n)
}

// in returns a finding of a rule at what path leads to from the root.
func (p *places) in(rule, about string, path ...any) diag.Finding {
	return p.finding(rule, about, node(p.root, path...))
}

// key returns a finding of a rule at a key of a mapping under the root.
func (p *places) key(rule, mapping, key string) diag.Finding {
	n := child(p.root, mapping)
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return p.finding(rule, "", n.Content[i])
		}
	}
	return p.finding(rule, "", n)
}

func (p *places) finding(rule, about string, n *yaml.Node) diag.Finding {
	f := p.y.Finding(n, "", "")
	f.Rule, f.Severity, f.About = rule, 0, about
	return f
}
