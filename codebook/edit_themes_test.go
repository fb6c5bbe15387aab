package codebook

import (
	"strings"
	"testing"
)

// Themes as a person keeps them.
const keptThemes = `codes:
  - {id: boundaries, name: Setting boundaries}
  - {id: phone}
  - {id: hope}
  - {id: old, status: retired, into: [hope]}
themes:
  # the argument
  - id: line
    name: A limit is kind
    status: defined   # in May
    codes: [boundaries, phone]   # two
    excerpts:
      - transcript: P01
        quote: "You have to protect yourself."
      # Gro said it twice
      - {transcript: P02, quote: No.}   # short
    relations:
      - {to: tempo, label: asks for}
    themes:
      - id: night
        codes:
          - phone   # only at night
  - id: tempo
    codes: [hope]
    tensions:
      - transcript: P03
        quote: >-
          Sometimes you have
          to push.
        memo: Eskil.
    relations: [{to: line}]
`

func TestThemeEditsTouchOnlyWhatTheyMust(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(d *Draft) error
		want string
	}{
		"attach": {func(d *Draft) error { return d.Attach("theme:tempo", "", "phone") }, "-    codes: [hope]\n+    codes: [hope, phone]"},
		"attach from another": {func(d *Draft) error { return d.Attach("theme:tempo", "theme:line", "boundaries") },
			"-    codes: [boundaries, phone]   # two\n+    codes: [phone]   # two\n-    codes: [hope]\n+    codes: [hope, boundaries]"},
		"detach": {func(d *Draft) error { return d.Detach("theme:line", "phone") }, "-    codes: [boundaries, phone]   # two\n+    codes: [boundaries]   # two"},
		"quote as the neighbour is": {func(d *Draft) error {
			return d.Quote("theme:line", false, 0, Excerpt{Transcript: "P04", Quote: "Not today.", Memo: "calm"})
		},
			"+      - {transcript: P04, quote: Not today., memo: calm}"},
		"quote first": {func(d *Draft) error {
			return d.Quote("theme:line", false, 1, Excerpt{Transcript: "P04", Quote: "Not today: no."})
		},
			"+      - transcript: P04\n+        quote: \"Not today: no.\""},
		"the first tension": {func(d *Draft) error {
			return d.Quote("theme:line", true, 0, Excerpt{Transcript: "P05", Quote: "I never drew one."})
		},
			"+    tensions:\n+      - {transcript: P05, quote: I never drew one.}"},
		"a long one": {func(d *Draft) error {
			return d.Quote("theme:line", true, 0, Excerpt{Transcript: "P05", Quote: "I never drew one, not in all of the years that I was there, and nobody asked me to, so that was that.", Memo: "x"})
		},
			"+    tensions:\n" +
				"+      - transcript: P05\n" +
				"+        quote: >-\n" +
				"+          I never drew one, not in all of the years that I was there, and nobody asked me\n" +
				"+          to, so that was that.\n" +
				"+        memo: x"},
		"translate": {func(d *Draft) error {
			return d.Requote(Quotation{"theme:line", false, 2}, Property{"translation", []string{"Nei."}}, Property{"translator", []string{"kari"}})
		}, "-      - {transcript: P02, quote: No.}   # short\n+      - {transcript: P02, quote: No., translation: Nei., translator: kari}   # short"},
		"other words": {func(d *Draft) error {
			return d.Requote(Quotation{"theme:tempo", true, 1}, Property{"quote", []string{"You have to push."}}, Property{Key: "memo"})
		}, "-          Sometimes you have\n-          to push.\n-        memo: Eskil.\n+          You have to push."},
		"put first": {func(d *Draft) error {
			return d.MoveQuotation(Quotation{"theme:line", false, 2}, Quotation{"theme:line", false, 1})
		},
			"-      - transcript: P01\n" +
				"-        quote: \"You have to protect yourself.\"\n" +
				"+      - transcript: P01\n" +
				"+        quote: \"You have to protect yourself.\""},
		"speaks against another": {func(d *Draft) error {
			return d.MoveQuotation(Quotation{"theme:line", false, 1}, Quotation{"theme:tempo", true, 0})
		}, "-      - transcript: P01\n-        quote: \"You have to protect yourself.\"\n+      - transcript: P01\n+        quote: \"You have to protect yourself.\""},
		"speaks for it after all": {func(d *Draft) error {
			return d.MoveQuotation(Quotation{"theme:tempo", true, 1}, Quotation{"theme:tempo", false, 0})
		}, "-    tensions:\n+    excerpts:"},
		"unquote": {func(d *Draft) error { return d.Unquote("theme:line", false, 2) }, "-      # Gro said it twice\n-      - {transcript: P02, quote: No.}   # short"},
		"relate":  {func(d *Draft) error { return d.Relate("theme:line", "theme:night", "") }, "+      - {to: night}"},
		"relate for the first time": {func(d *Draft) error { return d.Relate("theme:night", "theme:tempo", "needs: time") },
			"+        relations:\n+          - {to: tempo, label: \"needs: time\"}"},
		"unrelate": {func(d *Draft) error { return d.Unrelate("theme:line", "theme:tempo", nil) }, "-    relations:\n-      - {to: tempo, label: asks for}"},
		"merge": {func(d *Draft) error { return d.Merge([]string{"theme:tempo"}, "theme:line") },

			"-    codes: [boundaries, phone]   # two\n" +
				"+    codes: [boundaries, phone, hope]   # two\n" +
				"-    relations:\n" +
				"-      - {to: tempo, label: asks for}\n" +
				"-    themes:\n" +
				"-      - id: night\n" +
				"-        codes:\n" +
				"-          - phone   # only at night\n" +
				"-  - id: tempo\n" +
				"-    codes: [hope]\n" +
				"-    relations: [{to: line}]\n" +
				"+    themes:\n" +
				"+      - id: night\n" +
				"+        codes:\n" +
				"+          - phone   # only at night\n" +
				"+  - id: tempo\n" +
				"+    status: dropped\n" +
				"+    into: [line]"},
		"merge what stands under it": {func(d *Draft) error { return d.Merge([]string{"theme:line"}, "theme:tempo") },

			"-    status: defined   # in May\n" +
				"-    codes: [boundaries, phone]   # two\n" +
				"+    status: dropped   # in May\n" +
				"+    into: [tempo]\n" +
				"+    codes: []   # two\n" +
				"+  - id: tempo\n" +
				"+    codes: [hope, boundaries, phone]\n" +
				"-    relations:\n" +
				"-      - {to: tempo, label: asks for}\n" +
				"-    themes:\n" +
				"-      - id: night\n" +
				"-        codes:\n" +
				"-          - phone   # only at night\n" +
				"-  - id: tempo\n" +
				"-    codes: [hope]\n" +
				"-    relations: [{to: line}]\n" +
				"+    themes:\n" +
				"+      - id: night\n" +
				"+        codes:\n" +
				"+          - phone   # only at night"},
		"split": {func(d *Draft) error {
			return d.SplitTheme("theme:line", Part{"theme:close", []string{"boundaries"}}, Part{"theme:far", []string{"phone", "boundaries"}})
		}, "-    status: defined   # in May\n-    codes: [boundaries, phone]   # two\n+    status: dropped   # in May\n+    into: [close, far]\n" +
			"-    themes:\n-      - id: night\n-        codes:\n-          - phone   # only at night\n" +
			"+  - id: close\n+    codes: [boundaries]\n+  - id: far\n+    codes: [phone, boundaries]   # two\n+  - id: night\n+    codes:\n+      - phone   # only at night"},
		"drop":    {func(d *Draft) error { return d.Drop([]string{"theme:line"}, "theme:tempo") }, "+    status: dropped\n+    into: [line]"},
		"promote": {func(d *Draft) error { return d.Promote("theme:night") }, "-    themes:\n-      - id: night\n-        codes:\n-          - phone   # only at night\n+  - id: night\n+    codes:\n+      - phone   # only at night"},
		"promote a code": {func(d *Draft) error {
			return d.PromoteCode("boundaries", "theme:kind", Place{Under: "theme:tempo"}, Property{"concept", []string{"A no is kind."}})
		}, "+    themes:\n+      - id: kind\n+        name: Setting boundaries\n+        concept: A no is kind.\n+        codes: [boundaries]"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, keptThemes)
			if err := c.edit(d); err != nil {
				t.Fatal(err)
			}
			if got := changed(keptThemes, string(d.Bytes())); got != c.want {
				t.Errorf("changed\n%s\n\nnot\n%s", got, c.want)
			}
			if len(d.Decisions) != 1 || !strings.HasPrefix(d.Decisions[0].About[0], "theme:") {
				t.Errorf("decisions %+v", d.Decisions)
			}
		})
	}
}

// What an edit leaves for a person to decide is noted; what makes no sense is refused, and changes nothing.
func TestThemeEditsNoteAndRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(d *Draft) error
		want string // a note, or the refusal
	}{
		"attached twice":         {func(d *Draft) error { return d.Attach("theme:line", "", "phone") }, "theme line names phone already"},
		"in two themes":          {func(d *Draft) error { return d.Attach("theme:tempo", "", "boundaries") }, "theme line names boundaries too"},
		"a retired code":         {func(d *Draft) error { return d.Attach("theme:tempo", "", "old") }, "code old is retired already"},
		"a theme for a code":     {func(d *Draft) error { return d.Attach("theme:tempo", "", "theme:line") }, "theme:line is a theme; here codes are meant"},
		"not named there":        {func(d *Draft) error { return d.Attach("theme:tempo", "theme:line", "hope") }, "theme line does not name hope"},
		"detached twice":         {func(d *Draft) error { return d.Detach("theme:tempo", "phone") }, "theme tempo does not name phone"},
		"no such excerpt":        {func(d *Draft) error { return d.Unquote("theme:line", false, 3) }, "theme line has 2 excerpts"},
		"no such place":          {func(d *Draft) error { return d.Quote("theme:line", false, 4, Excerpt{Transcript: "P", Quote: "x"}) }, "4 is no place among them; the last is 3"},
		"to itself":              {func(d *Draft) error { return d.Relate("theme:line", "theme:line", "") }, "does not lead to itself"},
		"related twice":          {func(d *Draft) error { return d.Relate("theme:line", "theme:tempo", "asks for") }, "leads to tempo so already"},
		"no such label":          {func(d *Draft) error { s := "x"; return d.Unrelate("theme:line", "theme:tempo", &s) }, "does not lead to tempo so"},
		"into its own sub-theme": {func(d *Draft) error { return d.Merge([]string{"theme:line"}, "theme:night") }, "theme night stands under line; move it out first"},
		"kinds mixed":            {func(d *Draft) error { return d.Merge([]string{"phone"}, "theme:night") }, "phone is a code; here themes are meant"},
		"a sub-theme left":       {func(d *Draft) error { return d.Drop(nil, "theme:line") }, "theme night stands under line; move it out, or drop it too"},
		"led to what is dropped": {func(d *Draft) error { return d.Drop(nil, "theme:tempo") }, "theme line goes on leading to tempo; the map leaves that out"},
		"both are one":           {func(d *Draft) error { return d.Merge([]string{"theme:line"}, "theme:tempo") }, "theme line led to tempo; they are one now, and that relation is gone"},
		"what a split leaves": {func(d *Draft) error {
			return d.SplitTheme("theme:line", Part{"theme:a", []string{"phone"}}, Part{"theme:b", nil})
		},
			"1 code, 2 excerpts, 1 relation stay with line, which counts no more"},
		"which part": {func(d *Draft) error { return d.SplitTheme("theme:line", Part{"theme:a", nil}, Part{"theme:b", nil}) }, "theme tempo leads to line, which is split; say which part is meant"},
		"one part":   {func(d *Draft) error { return d.SplitTheme("theme:line", Part{"theme:a", nil}) }, "name two themes or more that it is split into"},
		"a part's code": {func(d *Draft) error {
			return d.SplitTheme("theme:line", Part{"theme:a", []string{"hope"}}, Part{"theme:b", nil})
		}, "theme line does not name hope"},
		"at the top":        {func(d *Draft) error { return d.Promote("theme:line") }, "it stands at the top already"},
		"an id in use":      {func(d *Draft) error { return d.PromoteCode("hope", "theme:line", Place{}) }, "theme line is there already"},
		"named elsewhere":   {func(d *Draft) error { return d.PromoteCode("hope", "theme:hope", Place{}) }, "theme tempo names hope too"},
		"excerpts with set": {func(d *Draft) error { return d.Set("theme:line", "excerpts", "x") }, "excerpts change one by one: quote, requote, unquote"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, keptThemes)
			err := c.edit(d)
			if err != nil && string(d.Bytes()) != keptThemes {
				t.Errorf("refused, and yet\n%s", changed(keptThemes, string(d.Bytes())))
			}
			said := strings.Join(d.Notes, "\n")
			if err != nil {
				said = err.Error()
			}
			if !strings.Contains(said, c.want) {
				t.Errorf("said %q, not %q", said, c.want)
			}
		})
	}
	d := open(t, strings.Replace(keptThemes, "    codes: [hope]\n", "    codes: [hope]\n    status: dropped\n", 1))
	if err := d.Relate("theme:line", "theme:tempo", "x"); err == nil || !strings.Contains(err.Error(), "theme tempo is dropped already") {
		t.Errorf("a dropped theme: %v", err)
	}
}
