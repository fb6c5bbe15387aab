package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// JSON returns the report as one document, for programs: what Schema describes. Its schema key counts up when a program
// that reads it would have to change.
func (r *Report) JSON() []byte {
	noNulls(reflect.ValueOf(r).Elem())
	return indented(r)
}

// noNulls makes lists that were never begun empty ones, so that programs need not tell the two apart.
func noNulls(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			noNulls(v.Elem())
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			noNulls(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				noNulls(v.Field(i))
			}
		}
	}
}

func indented(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		panic(err) // texts and numbers always encode
	}
	return b.Bytes()
}

// Schema returns the JSON Schema (draft 2020-12) of what JSON returns.
func Schema() []byte {
	definitions := map[string]any{}
	root := schemaOf(reflect.TypeFor[Report](), definitions).(map[string]any)
	doc := map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Theme report of tema", "$defs": definitions}
	for key, value := range root {
		doc[key] = value
	}
	return indented(doc)
}

// schemaOf describes a type as encoding/json writes it. Structs go to definitions, by name.
func schemaOf(t reflect.Type, definitions map[string]any) any {
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem(), definitions)
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), definitions)}
	case reflect.Struct:
	default:
		panic(fmt.Sprintf("a report holds a %s", t.Kind()))
	}
	ref := map[string]any{"$ref": "#/$defs/" + t.Name()}
	if _, known := definitions[t.Name()]; known {
		return ref
	}
	definitions[t.Name()] = nil // a section holds sections
	properties, required := map[string]any{}, []string{}
	var fields func(t reflect.Type)
	fields = func(t reflect.Type) {
		for i := range t.NumField() {
			f := t.Field(i)
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case f.Anonymous && name == "":
				fields(f.Type)
			case f.IsExported() && name != "-":
				properties[name] = schemaOf(f.Type, definitions)
				if !strings.Contains(options, "omitempty") {
					required = append(required, name)
				}
			}
		}
	}
	fields(t)
	definitions[t.Name()] = map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	return ref
}
