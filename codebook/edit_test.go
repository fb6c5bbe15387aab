package codebook

import (
	"strings"
	"testing"
)

// A codebook as a person keeps it: comments everywhere, odd indentation, every way to write a text.
const kept = `# Kept by Anna.
version: 2026-03   # March

codes:
  # --- lines ---

  # The first that we had.
  - id: boundaries   # never rename
    name: 'Setting boundaries'
    definition: >-
      Drawing a line between one's own life
      and the support one gives.

    include: [limits on time,   limits on how close one gets]
    # what it is not
    exclude:
      - rules set by the employer -> rules   # they are elsewhere
      - "what a \"friend\"
         asks -> phone"
    match:
      - boundar* OR "too involved"
    codes:
      - {id: phone, name: Calls}   # flow
      -   id: door
          definition: |
            Who comes in.

            And who does not.
          # under door
      # before window
      - id: window

  - id: rules
    codes: []
    # the end of rules
# at the left
themes:
- id: line      # no indentation
  concept: "A limit is kind."
  codes: [phone, rules,
          door]
  relations: [{to: other, label: asks for}]
-
  id: other
  codes:
  - boundaries   # all of it
  - rules
`

func open(t testing.TB, src string) *Draft {
	t.Helper()
	d, err := OpenDraft("codebook.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// changed returns the lines that differ, "-" those that went and "+" those that came, in order.
func changed(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if common[i][j] = max(common[i+1][j], common[i][j+1]); a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var out []string
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, "-"+a[i])
			i++
		default:
			out = append(out, "+"+b[j])
			j++
		}
	}
	return strings.Join(out, "\n")
}

func TestEditsTouchOnlyWhatTheyMust(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(d *Draft) error
		want string
	}{
		"single quotes stay":     {func(d *Draft) error { return d.Set("boundaries", "name", "Anna's lines") }, "-    name: 'Setting boundaries'\n+    name: 'Anna''s lines'"},
		"a folded text stays so": {func(d *Draft) error { return d.Set("boundaries", "definition", "Short.") }, "-      Drawing a line between one's own life\n-      and the support one gives.\n+      Short."},
		"flow list, one more": {func(d *Draft) error {
			return d.Set("boundaries", "include", "limits on time", "limits on how close one gets", "a, b")
		}, "-    include: [limits on time,   limits on how close one gets]\n+    include: [limits on time,   limits on how close one gets, \"a, b\"]"},
		"a new key":             {func(d *Draft) error { return d.Set("window", "color", "#1b6ca8") }, "+        color: \"#1b6ca8\""},
		"a new key in brackets": {func(d *Draft) error { return d.Set("phone", "definition", "Calls: at night") }, "-      - {id: phone, name: Calls}   # flow\n+      - {id: phone, name: Calls, definition: \"Calls: at night\"}   # flow"},
		"a literal text":        {func(d *Draft) error { return d.Set("door", "definition", "One.\n\nTwo.") }, "-            Who comes in.\n+            One.\n-            And who does not.\n+            Two."},
		"a key goes":            {func(d *Draft) error { return d.Set("boundaries", "exclude") }, "-    # what it is not\n-    exclude:\n-      - rules set by the employer -> rules   # they are elsewhere\n-      - \"what a \\\"friend\\\"\n-         asks -> phone\""},
		"a rule":                {func(d *Draft) error { return d.Set("boundaries", "match", `boundar* OR "too involved"`, `"a line"`) }, "+      - '\"a line\"'"},
		"accept":                {func(d *Draft) error { return d.Set("rules", "accept", "true") }, "+    accept: true"},
		"a theme's codes": {func(d *Draft) error { return d.Set("theme:other", "codes", "boundaries", "window") },
			"-  - rules\n+  - window"},
		"rename follows every reference": {func(d *Draft) error { return d.Rename("phone", "calls") },
			"-         asks -> phone\"\n+         asks -> calls\"\n-      - {id: phone, name: Calls}   # flow\n+      - {id: calls, name: Calls, aliases: [phone]}   # flow\n-  codes: [phone, rules,\n+  codes: [calls, rules,"},
		"rename a theme": {func(d *Draft) error { return d.Rename("theme:other", "second") },
			"-  relations: [{to: other, label: asks for}]\n+  relations: [{to: second, label: asks for}]\n-  id: other\n+  id: second\n+  aliases: [other]"},
		"rename to an id that is a number": {func(d *Draft) error { return d.Rename("rules", "2020") },
			"-      - rules set by the employer -> rules   # they are elsewhere\n+      - rules set by the employer -> 2020   # they are elsewhere\n-  - id: rules\n+  - id: \"2020\"\n+    aliases: [rules]\n-  codes: [phone, rules,\n+  codes: [phone, \"2020\",\n-  - rules\n+  - \"2020\""},
		"add at the end": {func(d *Draft) error { return d.Add("night", Place{}, Property{"name", []string{"At night"}}) },
			"+\n+  - id: night\n+    name: At night"},
		"add under a code with an empty list": {func(d *Draft) error { return d.Add("night", Place{Under: "rules"}) },
			"-    codes: []\n+    codes:\n+      - id: night"},
		"add before": {func(d *Draft) error { return d.Add("night", Place{Before: "window"}) }, "+      - id: night"},
		"add as the neighbour is": {func(d *Draft) error {
			return d.Add("night", Place{After: "phone"}, Property{"name", []string{"Nights"}})
		}, "+      - {id: night, name: Nights}"},
		"add under a code in brackets": {func(d *Draft) error {
			return d.Add("night", Place{Under: "phone"}, Property{"name", []string{"At night"}})
		},
			"-      - {id: phone, name: Calls}   # flow\n+      - {id: phone, name: Calls, codes: [{id: night, name: At night}]}   # flow"},
		"add a theme": {func(d *Draft) error {
			return d.Add("theme:third", Place{Before: "theme:line"}, Property{"codes", []string{"rules"}})
		},
			"+- id: third\n+  codes: [rules]"},
		"move to the top": {func(d *Draft) error { return d.Move("door", Place{}) },
			"-      -   id: door\n-          definition: |\n-            Who comes in.\n-\n-            And who does not.\n-          # under door\n+\n+  -   id: door\n+      definition: |\n+        Who comes in.\n+\n+        And who does not.\n+      # under door"},
		"move out behind its parent": {func(d *Draft) error { return d.Move("window", Place{After: "boundaries"}) },
			"-      # before window\n-      - id: window\n+  # before window\n+  - id: window\n+"},
		"move under another": {func(d *Draft) error { return d.Move("phone", Place{Under: "rules"}) },
			"-      - {id: phone, name: Calls}   # flow\n-    codes: []\n+    codes:\n+      - {id: phone, name: Calls}   # flow"},
		"move the whole": {func(d *Draft) error { return d.Move("rules", Place{Before: "boundaries"}) },
			"+  - id: rules\n+    codes: []\n+    # the end of rules\n+\n-\n-  - id: rules\n-    codes: []\n-    # the end of rules"},
		"merge": {func(d *Draft) error { return d.Merge([]string{"phone"}, "rules") },
			"-         asks -> phone\"\n+         asks -> rules\"\n-      - {id: phone, name: Calls}   # flow\n+      - {id: phone, name: Calls, status: retired, into: [rules]}   # flow\n-  codes: [phone, rules,\n+  codes: [rules,"},
		"split": {func(d *Draft) error { return d.Split("window", []string{"pane", "door"}) },
			"+        status: retired\n+        into: [pane, door]\n+      - id: pane"},
		"retire": {func(d *Draft) error { return d.Retire("window") }, "+        status: retired"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, kept)
			if err := c.edit(d); err != nil {
				t.Fatal(err)
			}
			if got := changed(kept, string(d.Bytes())); got != c.want {
				t.Errorf("changed\n%s\n\nnot\n%s", got, c.want)
			}
			if len(d.Decisions) != 1 {
				t.Errorf("decisions %+v", d.Decisions)
			}
		})
	}
}

func TestFormat(t *testing.T) {
	const untidy = "\n\n# Kept by Anna.   \nversion: 1\n\n\n\ncodes:\n# the first\n-   id: a   \n    name: 'A  b'   # so\n    definition: >-\n        One\n        two.\n\n\n        Three.\n    include:\n    - x\n    -    y\n    codes:\n         # under a\n         -  {id: b,\n             name: B}\n-\n     id: c\n# at the end\nthemes: []  \n\n\n"
	const tidy = "# Kept by Anna.\nversion: 1\n\ncodes:\n  # the first\n  - id: a\n    name: 'A  b'   # so\n    definition: >-\n        One\n        two.\n\n\n        Three.\n    include:\n      - x\n      - y\n    codes:\n      # under a\n      - {id: b,\n          name: B}\n  -\n    id: c\n# at the end\nthemes: []\n"
	d := open(t, untidy)
	if err := d.Format(); err != nil {
		t.Fatal(err)
	}
	if got := string(d.Bytes()); got != tidy {
		t.Errorf("%s", changed(tidy, got))
	}
	if len(d.Decisions) > 0 {
		t.Errorf("decisions %v", d.Decisions)
	}
}

// A step that would say anything but what is intended is refused, whatever made it: the next way is tried, and when
// there is none, nothing has changed.
func TestOnlyWhatIsIntendedIsWritten(t *testing.T) {
	const src = "codes:\n  - id: a   # first\n    name: Old\n  - id: b\n"
	at := strings.Index(src, "Old")
	right := splice{at, at + 3, "New"}
	for name, wrong := range map[string][]splice{
		"another value":     {{at, at + 3, "Now"}},
		"another key":       {right, {at - 6, at - 2, "unit"}},
		"another entry":     {right, {len(src) - 2, len(src) - 1, "c"}},
		"another order":     {{strings.Index(src, "id: a"), at + 3, "name: New   # first\n    id: a"}},
		"a lost comment":    {right, {strings.Index(src, "# first"), strings.Index(src, "# first") + 7, ""}},
		"another comment":   {right, {strings.Index(src, "first"), strings.Index(src, "first") + 5, "last"}},
		"no YAML":           {{at, at + 3, "\"New"}},
		"splices that meet": {right, {at + 1, at + 2, "e"}},
	} {
		for _, ways := range [][][]splice{{wrong}, {wrong, {right}}} {
			d := open(t, src)
			err := d.do("change", func() error {
				name := value(d.doc.root.Content[1].Content[0], "name")
				name.Value = "New"
				return d.commit(false, ways...)
			})
			want := src
			if len(ways) > 1 {
				want = strings.Replace(src, "Old", "New", 1)
			}
			if (err == nil) != (len(ways) > 1) || string(d.Bytes()) != want {
				t.Errorf("%s (%d ways): %v, and it is\n%s", name, len(ways), err, d.Bytes())
			}
			if err := d.Set("b", "name", "B"); err != nil { // the draft can be worked with
				t.Errorf("%s: afterwards: %v", name, err)
			}
		}
	}
}

// Byte order marks and carriage returns before every line feed stay; what mixes them is not edited.
func TestEditsKeepLineEnds(t *testing.T) {
	src := "\ufeff" + strings.ReplaceAll(kept, "\n", "\r\n")
	d := open(t, src)
	if err := d.Rename("phone", "calls"); err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("{id: phone, name: Calls}", "{id: calls, name: Calls, aliases: [phone]}", "asks -> phone", "asks -> calls", "[phone, rules", "[calls, rules").Replace(src)
	if got := string(d.Bytes()); got != want {
		t.Errorf("%q", changed(want, got))
	}
	for _, src := range []string{"codes: []\r\nthemes: []\n", "version: 'a\u2028b'\n", "codes: [{id: a, name: 'x\ry'}]\n"} {
		if _, err := OpenDraft("codebook.yaml", []byte(src)); err == nil {
			t.Errorf("%q is edited", src)
		}
	}
}

// Files as init makes them, empty ones, and a last line without an end.
func TestEditsOfSmallFiles(t *testing.T) {
	for src, want := range map[string]string{
		"":                                 "codes:\n  - id: a\n",
		"# ours":                           "# ours\ncodes:\n  - id: a\n",
		"codes: []\nthemes: []\n":          "codes:\n  - id: a\nthemes: []\n",
		"codes: []   # none\nthemes: []":   "codes:    # none\n  - id: a\nthemes: []",
		"codes:":                           "codes:\n  - id: a",
		"codes: ~\n":                       "codes:\n  - id: a\n",
		"themes: []\n":                     "codes:\n  - id: a\nthemes: []\n",
		"# the\n# top\nthemes: []\n":       "# the\n# top\ncodes:\n  - id: a\nthemes: []\n",
		"version: 1\nthemes: []\n":         "version: 1\ncodes:\n  - id: a\nthemes: []\n",
		"{codes: [], themes: []}":          "{codes: [{id: a}], themes: []}",
		"{themes: []}":                     "{codes: [{id: a}], themes: []}",
		"codes: [{id: b}]":                 "codes: [{id: b}, {id: a}]",
		"codes:\n- id: b":                  "codes:\n- id: b\n- id: a",
		"codes:\n  - id: b\n  \n  - id: c": "codes:\n  - id: b\n  \n  - id: c\n\n  - id: a", // two spaces alone on a line
		"---\ncodes:\n  - {id: b}\n...\n":  "---\ncodes:\n  - {id: b}\n  - {id: a}\n...\n",
	} {
		d := open(t, src)
		if err := d.Add("a", Place{}); err != nil {
			t.Errorf("%q: %v", src, err)
			continue
		}
		if got := string(d.Bytes()); got != want {
			t.Errorf("%q became\n%q, not\n%q", src, got, want)
		}
	}
}
