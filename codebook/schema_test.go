package codebook

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/codebook/diag"
)

func compileSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	src, ok := Schema(name)
	if !ok {
		t.Fatalf("no schema %s", name)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	if err := compiler.AddResource(name+".json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON reads YAML as a language server does before it asks a schema.
func asJSON(t *testing.T, src string) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(src), &doc); err != nil {
		t.Fatal(err)
	}
	var value func(n *yaml.Node) any
	value = func(n *yaml.Node) any {
		switch n.Kind {
		case yaml.MappingNode:
			m := map[string]any{}
			for i := 0; i+1 < len(n.Content); i += 2 {
				m[n.Content[i].Value] = value(n.Content[i+1])
			}
			return m
		case yaml.SequenceNode:
			s := []any{}
			for _, item := range n.Content {
				s = append(s, value(item))
			}
			return s
		}
		switch n.Tag {
		case "!!null":
			return nil
		case "!!bool":
			return n.Value == "true"
		case "!!int", "!!float":
			return json.Number(n.Value)
		}
		return n.Value
	}
	if len(doc.Content) == 0 {
		return nil
	}
	return value(doc.Content[0])
}

func TestSchemaOfCodebook(t *testing.T) {
	schema := compileSchema(t, "codebook")
	for _, src := range []string{sample, "", "codes:\n", "codes: null\n", "{}\n", "version: 3\nthemes: []\n",
		"codes:\n  - {id: 2020, name: 12, definition: true, include: [1, x], color: , match: [2020], unit: , accept: false}\n",
		"codes:\n  - {id: år_1, aliases: [日本, x\u0301y]}\n",
		"themes:\n  - {id: t, excerpts: [{transcript: 12, quote: 7}, {transcript: Group 1.b, quote: a b, memo: }]}\n",
	} {
		mustParse(t, src)
		if err := schema.Validate(asJSON(t, src)); err != nil {
			t.Errorf("the parser takes it, the schema does not: %v\n%s", err, src)
		}
	}
	for _, c := range faults {
		if !c.inSchema {
			continue
		}
		t.Run(c.what, func(t *testing.T) {
			if err := schema.Validate(asJSON(t, c.src)); err == nil {
				t.Errorf("the schema takes\n%s", c.src)
			}
		})
	}
	// Each fault by itself: a sample with several in it would hide one that the schema does not see.
	for _, src := range []string{
		"codess: []", "codes: {}", "codes: [a]", "codes: [{name: x}]", "codes: [{id: a, nmae: x}]", "codes: [{id: own story}]",
		"codes: [{id: _a}]", "codes: [{id: ''}]", "codes: [{id: ~}]", "codes: [{id: [a]}]", "codes: [{id: a, name: [x]}]", "codes: [{id: a, include: x}]",
		"codes: [{id: a, include: [~]}]", "codes: [{id: a, aliases: [a/b]}]", "codes: [{id: a, match: x}]", "codes: [{id: a, match: ['']}]",
		"codes: [{id: a, match: [{b: c}]}]", "codes: [{id: a, accept: 'true'}]", "codes: [{id: a, accept: 1}]", "codes: [{id: a, color: blue}]",
		"codes: [{id: a, unit: Turn}]", "codes: [{id: a, speakers: some}]", "codes: [{id: a, status: dropped}]", "codes: [{id: a, examples: x}]",
		"codes: [{id: a, codes: [{x: y, id: b}]}]", "version: []", "themes: x",
		"themes: [{id: t, kind: x}]", "themes: [{id: t, status: retired}]", "themes: [{id: t, excerpts: [x]}]", "themes: [{id: t, excerpts: [{quote: x}]}]",
		"themes: [{id: t, tensions: [{transcript: x, quote: ''}]}]", "themes: [{id: t, tensions: [{transcript: x., quote: a}]}]",
		"themes: [{id: t, excerpts: [{transcript: 'x?', quote: a}]}]", "themes: [{id: t, excerpts: [{transcript: x, quote: a, qote: b}]}]",
		"themes: [{id: t, relations: [{label: x}]}]", "themes: [{id: t, relations: [{to: t, x: y}]}]", "themes: [{id: t, relations: [t]}]",
		"themes: [{id: t, themes: [{x: y, id: b}]}]", "themes: [{id: t, concept: {a: b}}]", "themes: [{id: t, codes: [[a]]}]", "- a",
	} {
		_, found := Parse("codebook.yaml", []byte(src))
		if found.Count(diag.Error) == 0 {
			t.Errorf("the parser takes %s", src)
		}
		if err := schema.Validate(asJSON(t, src)); err == nil {
			t.Errorf("the schema takes %s", src)
		}
	}
}

// Every key that Parse knows stands in the schema, and the reverse, with a description that helps in an editor.
func TestSchemaHasTheKeys(t *testing.T) {
	type object struct {
		Properties           map[string]struct{ Description string }
		AdditionalProperties bool
		Required             []string
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	src, _ := Schema("codebook")
	if err := json.Unmarshal(src, &schema); err != nil {
		t.Fatal(err)
	}
	var found diag.List
	p := &parser{y: &diag.YAML{Found: &found}, b: &Codebook{}}
	var to *yaml.Node
	for _, c := range []struct {
		what   string
		schema object
		fields map[string]diag.Field
	}{
		{"codebook", schema.object, p.codebookFields()},
		{"code", schema.Defs["code"], p.codeFields(&Code{})},
		{"theme", schema.Defs["theme"], p.themeFields(&Theme{})},
		{"excerpt", schema.Defs["excerpt"], p.excerptFields(&Excerpt{})},
		{"relation", schema.Defs["relation"], p.relationFields(&Relation{}, &to)},
	} {
		parsed := slices.Sorted(maps.Keys(c.fields))
		described := slices.Sorted(maps.Keys(c.schema.Properties))
		if !slices.Equal(parsed, described) {
			t.Errorf("%s: the parser knows %v, the schema %v", c.what, parsed, described)
		}
		for key, property := range c.schema.Properties {
			if property.Description == "" {
				t.Errorf("%s: no description of %s", c.what, key)
			}
		}
	}
}

func TestSchemaOfStudy(t *testing.T) {
	schema := compileSchema(t, "study")
	for _, src := range []string{
		"tema: 1\n",
		`tema: 1
title: What the coat is for
question: What do they make of it?
approach: coding-reliability
language: nb
coder: anna
report:
  coders: [anna, per]
  attribution: "{id}, {age}, {role}"
  show: [age, role, dates]
  small_cells: 3
  set_apart: withhold
  participants:
    table: rows
    bands: {age: 10, years: [0.5, 2, 5]}
    range: [income]
  language: en
  translations: translation
  signs: {"(.)": a short pause, "(2.0)": a pause in seconds}
check:
  codebook/no-definition: warning
  coding/lost: off
`,
		"tema: 1\ntitle: 1984\nreport:\ncheck: {}\n",
	} {
		if err := schema.Validate(asJSON(t, src)); err != nil {
			t.Errorf("%v\n%s", err, src)
		}
	}
	for _, src := range []string{"", "[]", "title: x", "tema: 2", "tema: one", "approach: grounded", "coder: two words", "coder: _rules", "titel: x",
		"report: []", "report: {show: age}", "report: {small_cells: few}", "report: {small_cells: -1}", "report: {coders: [a/b]}", "report: {shown: [x]}",
		"report: {set_apart: hide}", "report: {participants: rows}", "report: {participants: {table: list}}", "report: {participants: {age: 10}}",
		"report: {participants: {bands: {age: 0}}}", "report: {participants: {bands: {age: []}}}", "report: {participants: {bands: {age: wide}}}",
		"report: {participants: {bands: {age: [a]}}}", "report: {participants: {range: age}}", "report: {participants: {range: [[a]]}}",
		"check: [x]", "check: {codebook/no-definition: fatal}", "check: {no-definition: error}", "title: [x]", "language: {a: b}",
		"report: {attribution: [id]}", "question: [x]",
		"report: {language: [en]}", "report: {translations: none}", "report: {signs: [x]}", `report: {signs: {"": x}}`, `report: {signs: {"(.)": }}`,
	} {
		if !strings.HasPrefix(src, "tema") && src != "" && src != "[]" && src != "title: x" {
			src = "tema: 1\n" + src
		}
		if err := schema.Validate(asJSON(t, src)); err == nil {
			t.Errorf("the schema takes %q", src)
		}
	}
}

func TestSchemaUnknown(t *testing.T) {
	for _, name := range []string{"", "transcript", "../schema/study"} {
		if _, ok := Schema(name); ok {
			t.Errorf("there is a schema %q", name)
		}
	}
}
