package codebook

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tema-qda/tema/codebook/diag"
)

const sample = `version: 2026-03
codes:
  - id: boundaries
    name: Setting boundaries
    definition: Drawing a line between one's own life and the support one gives.
    include: [limits on time, limits on how close one gets]
    exclude:
      - rules set by the employer -> Rules
      - a line that nobody draws
    examples: ["You have to draw it yourself."]
    counterexamples: []
    color: "#1B6CA8"
    aliases: [limits]
    match:
      - boundar* OR "too involved"
      - '"too close" NEAR/4 friend'
    unit: match
    speakers: all
    accept: true
    codes:
      - {id: phone, name: Calls out of hours}
      - id: 2020
  - {id: limits-old, status: retired, into: [limits]}
  - {id: split, status: retired, into: [phone, rules]}
  - {id: gone, status: retired}
  - {id: older, status: retired, into: [limits-old], aliases: [oldest]}
  - id: rules
themes:
  - id: joint
    name: Both carry it
    concept: Helping another keeps one's own recovery in play.
    definition: What it covers.
    status: defined
    kind: category
    aliases: [shared]
    codes: [Limits, rules, phone]
    excerpts:
      - transcript: P03
        quote: "You get used to it [...] you have to."
      - {transcript: P06, quote: Man må si nei., translation: You have to say no., translator: kari}
    tensions:
      - {transcript: P05, quote: "Not me.", memo: Why it does not fit.}
    relations:
      - {label: asks for, to: Bending}
    themes:
      - id: bend
        aliases: [bending]
        codes: [older]
  - {id: left, status: dropped, into: [shared, bend]}
`

func mustParse(t testing.TB, src string) *Codebook {
	t.Helper()
	b, found := Parse("codebook.yaml", []byte(src))
	for _, f := range found {
		t.Errorf("unexpected finding: %+v", f)
	}
	return b
}

func TestParse(t *testing.T) {
	b := mustParse(t, sample)
	c := b.Codes[0]
	for _, match := range c.Match {
		if at := match.At(0); at != match.Pos {
			t.Errorf("rule %s: Pos %v, At(0) %v", match.Text, match.Pos, at)
		}
	}
	for i := range c.Match {
		c.Match[i].scalar = diag.Scalar{}
	}
	pos := func(line, column int) diag.Position { return diag.Position{Line: line, Column: column} }
	want := &Code{
		ID: "boundaries", Name: "Setting boundaries",
		Definition:      "Drawing a line between one's own life and the support one gives.",
		Include:         []string{"limits on time", "limits on how close one gets"},
		Exclude:         []Exclusion{{"rules set by the employer", "rules", pos(8, 9)}, {"a line that nobody draws", "", pos(9, 9)}},
		Examples:        []Text{{"You have to draw it yourself.", pos(10, 16)}},
		Counterexamples: nil,
		Color:           "#1b6ca8", Aliases: []string{"limits"},
		Match: []Rule{
			{Text: `boundar* OR "too involved"`, Pos: pos(15, 9), Plain: true},
			{Text: `"too close" NEAR/4 friend`, Pos: pos(16, 10)},
		},
		Unit: "match", AllSpeakers: true, Accept: true, Codes: c.Codes, Pos: pos(3, 9),
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("code:\n got %+v\nwant %+v", c, want)
	}
	if b.Version != "2026-03" || b.File != "codebook.yaml" {
		t.Errorf("version %q, file %q", b.Version, b.File)
	}
	if phone := c.Codes[0]; phone.Parent != c || phone.Unit != "sentence" || phone.Pos != pos(21, 14) {
		t.Errorf("phone: %+v", phone)
	}
	if year := c.Codes[1]; year.ID != "2020" || year.Name != "2020" || year.Accept || year.AllSpeakers {
		t.Errorf("a number as id: %+v", year)
	}
	if got := b.Codes[2].Into; !slices.Equal(got, []string{"phone", "rules"}) {
		t.Errorf("into: %v", got)
	}
	if got := b.Codes[1].Into; !slices.Equal(got, []string{"boundaries"}) {
		t.Errorf("into through an alias: %v", got)
	}

	theme := b.Themes[0]
	wantTheme := &Theme{
		ID: "joint", Name: "Both carry it", Concept: "Helping another keeps one's own recovery in play.",
		Definition: "What it covers.", Status: "defined", Kind: "category", Aliases: []string{"shared"},
		Codes: []string{"boundaries", "rules", "phone"},
		Excerpts: []Excerpt{
			{Transcript: "P03", Quote: "You get used to it [...] you have to.", Pos: pos(39, 16)},
			{Transcript: "P06", Quote: "Man må si nei.", Translation: "You have to say no.", Translator: "kari", Pos: pos(40, 34)},
		},
		Tensions:  []Excerpt{{Transcript: "P05", Quote: "Not me.", Memo: "Why it does not fit.", Pos: pos(42, 34)}},
		Relations: []Relation{{To: "bend", Label: "asks for", Pos: pos(44, 31)}},
		Themes:    theme.Themes, Pos: pos(29, 9),
	}
	if !reflect.DeepEqual(theme, wantTheme) {
		t.Errorf("theme:\n got %+v\nwant %+v", theme, wantTheme)
	}
	if sub := theme.Themes[0]; sub.Parent != theme || sub.Status != "candidate" || sub.Kind != "theme" || sub.Name != "bend" ||
		!slices.Equal(sub.Codes, []string{"boundaries"}) {
		t.Errorf("sub-theme: %+v", sub)
	}
	if got := b.Themes[1].Into; !slices.Equal(got, []string{"joint", "bend"}) {
		t.Errorf("a dropped theme's into: %v", got)
	}
}

func TestResolve(t *testing.T) {
	b := mustParse(t, sample)
	for _, c := range []struct {
		id, want string
		queued   bool
	}{
		{"boundaries", "boundaries", false},
		{"BOUNDARIES", "boundaries", false},
		{"limits", "boundaries", false},
		{"limits-old", "boundaries", false},
		{"oldest", "boundaries", false}, // alias, retired, retired, alias
		{"split", "split", true},
		{"gone", "gone", false},
		{"nobody", "", false},
		{"", "", false},
		{"joint", "", false}, // a theme's id is no code's
	} {
		got, queued := b.Resolve(c.id)
		id := ""
		if got != nil {
			id = got.ID
		}
		if id != c.want || queued != c.queued {
			t.Errorf("Resolve(%q) = %q, %v; want %q, %v", c.id, id, queued, c.want, c.queued)
		}
	}
	if c := b.Code("limits-OLD"); c == nil || !c.Retired {
		t.Errorf("Code does not find a retired code: %v", c)
	}
	if b.Theme("Shared") != b.Themes[0] || b.Theme("boundaries") != nil {
		t.Error("Theme: wrong answer")
	}
}

func TestTrees(t *testing.T) {
	b := mustParse(t, `codes:
  - id: a
    name: All
    codes: [{id: b, name: Below, codes: [{id: c}, {id: d}]}, {id: e}]
  - id: f
themes:
  - {id: s, name: Sea, codes: [b, a, f], themes: [{id: t, codes: [e], themes: [{id: u}]}, {id: v}]}
`)
	ids := func(codes []*Code) string {
		var out []string
		for _, c := range codes {
			out = append(out, c.ID)
		}
		return strings.Join(out, " ")
	}
	themeIDs := func(themes []*Theme) string {
		var out []string
		for _, c := range themes {
			out = append(out, c.ID)
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ what, got, want string }{
		{"AllCodes", ids(b.AllCodes()), "a b c d e f"},
		{"WithDescendants", ids(b.Code("b").WithDescendants()), "b c d"},
		{"WithDescendants of a leaf", ids(b.Code("f").WithDescendants()), "f"},
		{"AllThemes", themeIDs(b.AllThemes()), "s t u v"},
		{"WithSubThemes", themeIDs(b.Theme("t").WithSubThemes()), "t u"},
		{"Theme.AllCodes", strings.Join(b.Theme("s").AllCodes(b), " "), "b c d a e f"},
		{"Theme.AllCodes of none", strings.Join(b.Theme("u").AllCodes(b), " "), ""},
		{"Code.Path", strings.Join(b.Code("c").Path(), " > "), "All > Below > c"},
		{"Theme.Path", strings.Join(b.Theme("u").Path(), " > "), "Sea > t > u"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
}

func TestEmptyCodebook(t *testing.T) {
	for _, src := range []string{"", "\n", "# nothing yet\n", "codes:\n", "codes: null\nthemes: ~\n", "codes: []\n", "---\n", "---\n...\n", "{}", "\ufeffcodes:\n"} {
		b := mustParse(t, src)
		if len(b.AllCodes())+len(b.AllThemes()) != 0 || b.Code("x") != nil {
			t.Errorf("%q: not empty", src)
		}
	}
}

// faults are codebooks with what is wrong in them, each as line:column |what is underlined| rule about:
// message (hint).
var faults = []struct {
	what, src string
	want      []string
	inSchema  bool // a JSON Schema can say that something is wrong here
}{
	{"a colon in a plain value", "codes:\n  - id: a\n    definition: Drawing: a line\n", []string{
		`3:24 |:| syntax : not valid YAML: mapping values are not allowed in this context (put a value that holds ": " in quotation marks)`}, false},
	{"words behind a quoted phrase", "codes:\n  - id: a\n    match:\n      - \"a friend\" OR hug*\n  - id: b\n", []string{
		`4:20 |O| syntax : not valid YAML: did not find expected '-' indicator (a value that begins with a quotation mark ends with it; write it whole in the other marks: '"a phrase" OR word')`}, false},
	{"an asterisk in front", "codes:\n  - id: a\n    examples:\n      - *laughs at it\n", []string{
		`4:9 |*| syntax : not valid YAML: a value that begins with * is an alias in YAML (put the whole value in quotation marks)`}, false},
	{"a tab", "codes:\n  - id: a\n\tname: x\n", []string{
		`3:1 |	| syntax : not valid YAML: found a tab character that violates indentation (indent with spaces; YAML allows no tabs there)`}, false},
	{"an open quotation mark", "codes:\n  - id: a\n    name: \"x\n  - id: b\n", []string{
		`3:11 |"| syntax : not valid YAML: found unexpected end of stream (close the quotation mark that opens here)`}, false},
	{"an open bracket", "codes:\n  - id: a\n    include: [a,\n      b,\n      c\n    name: b\n", []string{
		`6:10 | | syntax : not valid YAML: did not find expected ',' or ']' (close the bracket, or put a value that holds brackets or quotation marks in quotation marks)`}, false},
	{"two documents", "codes: []\n---\nthemes: []\n", []string{
		`2:1 |-| syntax : a second document begins here; tema reads one ()`}, false},
	{"no UTF-8", "codes:\n  - id: a\xff\n", []string{
		`2:0 || syntax : not UTF-8 text (save the file as UTF-8)`}, false},

	{"a list at the top", "- a\n", []string{
		`1:1 |-| wrong-kind : the codebook must be keys and values, not a list ()`}, true},
	{"codes that are keys", "codes: {a: {name: b}}\n", []string{
		`1:8 |{| wrong-kind : codes must be a list, not keys and values ()`}, true},
	{"a code that is a word", "codes: [a]\nthemes: [two words]\n", []string{
		`1:9 |a| wrong-kind : a code must be keys and values, not text (write it as {id: a})`,
		`2:10 |two words| wrong-kind : a theme must be keys and values, not text (write it as {id: ...})`}, true},
	{"text where a list belongs", "codes:\n  - {id: a, include: one thing, match: x}\n", []string{
		`2:22 |one thing| wrong-kind code:a: include must be a list, not text (put it in brackets, or on a line of its own that begins with -)`,
		`2:40 |x| wrong-kind code:a: match must be a list, not text (put it in brackets, or on a line of its own that begins with -)`}, true},
	{"a list where text belongs", "version: [1]\ncodes:\n  - {id: [a], name: {b: c}}\n", []string{
		`1:10 |[| wrong-kind : version must be text, not a list (put a text that holds ": " or begins with a bracket in quotation marks)`,
		`3:10 |[| wrong-kind : id must be text, not a list (put a text that holds ": " or begins with a bracket in quotation marks)`,
		`3:21 |{| wrong-kind : name must be text, not keys and values (put a text that holds ": " or begins with a bracket in quotation marks)`}, true},
	{"a rule that YAML reads as a key", "codes:\n  - id: a\n    match:\n      - speaker: nurse AND home\n", []string{
		`4:9 |s| wrong-kind code:a: a rule must be text, not keys and values (put a text that holds ": " or begins with a bracket in quotation marks)`}, true},
	{"nothing in a list", "codes:\n  - id: a\n    include: [x, ~]\n    aliases:\n      -\n", []string{
		`3:18 |~| wrong-kind code:a: an item of include must be text, not nothing ()`,
		`5:8 || wrong-kind code:a: an alias must be text, not nothing ()`}, true},
	{"a truth value that is none", "codes:\n  - {id: a, accept: yes}\n  - {id: b, accept: 'true'}\n", []string{
		`2:21 |yes| wrong-kind code:a: accept must be true or false, not "yes" ()`,
		`3:21 |'true'| wrong-kind code:b: accept must be true or false, not "true" ()`}, true},
	{"an alias of YAML", "codes:\n  - {id: a, name: &x Name}\n  - {id: b, name: *x}\n", []string{
		`3:19 |*| wrong-kind code:b: name must be text, not an alias (write the value out) ()`}, false},
	{"excerpts that are text", "themes:\n  - id: t\n    excerpts: You have to.\n    tensions: [\"Not me.\"]\n", []string{
		`3:15 |You have to.| wrong-kind theme:t: excerpts must be a list, not text (put it in brackets, or on a line of its own that begins with -) private`,
		`4:16 |"Not me."| wrong-kind theme:t: a tension must be keys and values, not text () private`}, true},

	{"unknown keys", "codess: []\ncodes:\n  - id: a\n    nmae: x\n    memo: y\n", []string{
		`1:1 |codess| unknown-key : unknown key codess in the codebook (did you mean codes?)`,
		`4:5 |nmae| unknown-key code:a: unknown key nmae in a code (did you mean name?)`,
		`5:5 |memo| unknown-key code:a: unknown key memo in a code (known keys: accept, aliases, codes, color, counterexamples, definition, examples, exclude, id, include, into, match, name, speakers, status, unit)`}, true},
	{"words of an excerpt as keys", "themes:\n  - id: t\n    excerpts:\n      - {transcript: P03, quote: You get used to it, you have to}\n      - {transcript: P03, quot: x, quote: y}\n    relations: [{to: t, x: y}]\n", []string{
		`4:54 |you have to| unknown-key theme:t: unknown key in an excerpt (put a text that holds ", " or ": " in quotation marks; known keys: memo, quote, transcript, translation, translator) private`,
		`5:27 |quot| unknown-key theme:t: unknown key quot in an excerpt (did you mean quote?) private`,
		`6:25 |x| unknown-key theme:t: unknown key x in a relation (known keys: label, to)`}, true},
	{"a key beside words of participants", "codes: [{id: a, examples: [Not me.], naem: x}, {id: b,\n  colour: x}]\n", []string{
		`1:38 |naem| unknown-key code:a: unknown key naem in a code (did you mean name?) private`,
		`2:3 |colour| unknown-key code:b: unknown key colour in a code (did you mean color?)`}, true},
	{"a key behind words over several lines", "codes:\n  - {id: a, examples: [\"Not\n     me.\"], naem: x}\n", []string{
		`3:13 |naem| unknown-key code:a: unknown key naem in a code (did you mean name?) private`}, true},
	{"a key twice", "codes: []\nthemes: []\ncodes: []\n", []string{
		`3:1 |codes| duplicate-key : key codes stands twice in the codebook; it stands first on line 1 ()`}, false},
	{"a key twice in an excerpt", "themes:\n  - id: t\n    tensions:\n      - {transcript: P1, quote: a, quote: b, you see, you see}\n", []string{
		`4:36 |quote| duplicate-key theme:t: key quote stands twice in a tension; it stands first on line 4 () private`,
		`4:46 |you see| unknown-key theme:t: unknown key in a tension (put a text that holds ", " or ": " in quotation marks; known keys: memo, quote, transcript, translation, translator) private`,
		`4:55 |you see| duplicate-key theme:t: key of this spelling stands twice in a tension; it stands first on line 4 () private`}, false},

	{"no id", "codes:\n  - name: x\n    codes:\n      - {id: b, colour: x}\nthemes:\n  - {id: }\n  - {}\n", []string{
		`2:5 |n| missing : a code has no id (give it an id, which codings and references hold)`,
		`4:17 |colour| unknown-key code:b: unknown key colour in a code (did you mean color?)`,
		`6:5 |{| missing : a theme has no id (give it an id, which codings and references hold)`,
		`7:5 |{| missing : a theme has no id (give it an id, which codings and references hold)`}, true},
	{"half an excerpt", "themes:\n  - id: t\n    excerpts:\n      - quote: Not me.\n      - {transcript: P1, quote: ' '}\n    tensions: [{transcript: P1}]\n", []string{
		`4:9 |q| missing theme:t: an excerpt has no transcript (name the transcript that it stands in) private`,
		`5:9 |{| missing theme:t: an excerpt has no quote (give the words that are quoted) private`,
		`6:16 |{| missing theme:t: a tension has no quote (give the words that are quoted) private`}, true},
	{"a relation to nothing", "themes:\n  - {id: t, relations: [{label: x}]}\n", []string{
		`2:25 |{| missing theme:t: a relation has no to (name the theme that it leads to)`}, true},
	{"a rule without words", "codes:\n  - {id: a, match: ['', ' ']}\n", []string{
		`2:21 |''| missing code:a: a rule without words ()`,
		`2:25 |' '| missing code:a: a rule without words ()`}, true},

	{"ids that are none", "codes:\n  - id: own story\n  - {id: _a}\n  - {id: ''}\n  - {id: b, aliases: [\"a/b\", con]}\n", []string{
		`2:9 |own story| bad-id code:own story: id "own story" may hold letters, digits, _ and -, begins with a letter or digit and has 64 characters at most (write own-story, and what it is called under name)`,
		`3:10 |_a| bad-id code:_a: id "_a" begins with _, which tema keeps for itself (write a, and what it is called under name)`,
		`4:10 |''| bad-id : an id cannot be empty ()`,
		`5:23 |"a/b"| bad-id code:b: id "a/b" may hold letters, digits, _ and -, begins with a letter or digit and has 64 characters at most (write a-b)`,
		`5:30 |con| bad-id code:b: id "con" is a device name on Windows and cannot be a file there ()`}, true},
	{"a device name", "codes: [{id: NUL}]\n", []string{
		`1:14 |NUL| bad-id code:NUL: id "NUL" is a device name on Windows and cannot be a file there ()`}, false},
	{"a quote where the transcript belongs", "themes:\n  - id: t\n    excerpts: [{transcript: \"No, not me!\", quote: P03}]\n", []string{
		`3:29 |"No, not me!"| bad-id theme:t: this cannot be the id of a transcript (the name of a file in transcripts/ without .txt) private`}, true},

	{"an id twice", "codes:\n  - id: a\n    aliases: [b]\n    codes:\n      - id: A\n  - {id: b, aliases: [c, C, a]}\nthemes: [{id: a}, {id: t, aliases: [Á]}, {id: á}]\n", []string{
		`5:13 |A| duplicate-id code:A: id A is taken: it is the id of a code on line 2 (an id or alias belongs to one code, and upper and lower case are the same)`,
		`6:10 |b| duplicate-id code:b: id b is taken: it is the alias of a code on line 3 (an id or alias belongs to one code, and upper and lower case are the same)`,
		`6:26 |C| duplicate-id code:b: alias C is taken: it is the alias of a code on line 6 (an id or alias belongs to one code, and upper and lower case are the same)`,
		`6:29 |a| duplicate-id code:b: alias a is taken: it is the id of a code on line 2 (an id or alias belongs to one code, and upper and lower case are the same)`,
		`7:47 |á| duplicate-id theme:á: id á is taken: it is the alias of a theme on line 7 (an id or alias belongs to one theme, and upper and lower case are the same)`}, false},

	{"words that may not stand there", "codes:\n  - {id: a, status: retird, unit: paragraph, speakers: ''}\nthemes:\n  - {id: t, status: done, kind: Theme}\n", []string{
		`2:21 |retird| unknown-value code:a: status cannot be "retird" (did you mean retired?)`,
		`2:35 |paragraph| unknown-value code:a: unit cannot be "paragraph" (one of: sentence, turn, match)`,
		`2:56 |''| unknown-value code:a: speakers cannot be "" (one of: all)`,
		`4:21 |done| unknown-value theme:t: status cannot be "done" (one of: candidate, reviewed, defined, dropped)`,
		`4:33 |Theme| unknown-value theme:t: kind cannot be "Theme" (did you mean theme?)`}, true},
	{"colors that are none", "codes:\n  - {id: a, color: blue}\n  - {id: b, color: \"#12345\"}\n", []string{
		`2:20 |blue| bad-color code:a: color cannot be "blue" (six hexadecimal digits behind #, in quotation marks: "#1b6ca8")`,
		`3:20 |"#12345"| bad-color code:b: color cannot be "#12345" (six hexadecimal digits behind #, in quotation marks: "#1b6ca8")`}, true},
	{"a color that is a comment", "codes:\n  - id: a\n    color: #1b6ca8\n  - id: b\n    color:  # later\n", []string{
		`3:5 |color| bad-color code:a: the color is a comment as it stands, since # begins one (put it in quotation marks: "#1b6ca8")`}, false},

	{"references to nothing", `codes:
  - id: phone
    name: Calls out of hours
    exclude:
      - rules -> regulations
      - 'it''s far -> phon'
      - "ringing\t-> or not -> calls out of hours"
      - a way -> that leads nowhere
  - {id: x, status: retired, into: [phne, t]}
themes:
  - id: t
    codes: [Phone, phone-calls, s]
    relations: [{to: tt}, {to: phone}]
  - {id: s, status: dropped, into: [r]}
`, []string{
		`5:18 |regulations| dangling-reference code:phone: no code has the id regulations (mend the id, or define it first)`,
		`6:23 |phon| dangling-reference code:phone: no code has the id phon (did you mean phone?)`,
		`7:32 |calls out of hours| dangling-reference code:phone: no code has the id calls out of hours (did you mean phone?)`,
		`9:37 |phne| dangling-reference code:x: no code has the id phne (did you mean phone?)`,
		`9:43 |t| dangling-reference code:x: no code has the id t (t is a theme; here stands a code)`,
		`12:20 |phone-calls| dangling-reference theme:t: no code has the id phone-calls (mend the id, or define it first)`,
		`12:33 |s| dangling-reference theme:t: no code has the id s (s is a theme; here stands a code)`,
		`13:22 |tt| dangling-reference theme:t: no theme has the id tt (did you mean t?)`,
		`13:32 |phone| dangling-reference theme:t: no theme has the id phone (phone is a code; here stands a theme)`,
		`14:37 |r| dangling-reference theme:s: no theme has the id r (mend the id, or define it first)`}, false},
	{"circles", `codes:
  - {id: a, status: retired, into: [b]}
  - {id: b, status: retired, into: [c, d], aliases: [bb]}
  - {id: c, status: retired, into: [a]}
  - {id: d, status: retired, into: [bb, e]}
  - {id: e, status: retired, into: [e]}
themes:
  - {id: a, status: dropped, into: [b]}
  - {id: b, status: dropped, into: [a]}
`, []string{
		`4:37 |a| cycle code:c: into leads back to where it comes from: a -> b -> c -> a (one of them must lead elsewhere or nowhere)`,
		`5:37 |bb| cycle code:d: into leads back to where it comes from: b -> d -> b (one of them must lead elsewhere or nowhere)`,
		`6:37 |e| cycle code:e: into leads back to where it comes from: e -> e (one of them must lead elsewhere or nowhere)`,
		`9:37 |a| cycle theme:b: into leads back to where it comes from: a -> b -> a (one of them must lead elsewhere or nowhere)`}, false},

	{"a code twice in a theme", "codes:\n  - {id: a, aliases: [b]}\n  - {id: c, status: retired, into: [a, a]}\nthemes:\n  - {id: t, codes: [a, B]}\n", []string{
		`3:40 |a| duplicate-code code:c: code a stands twice in into (take one of the two out) warning`,
		`5:24 |B| duplicate-code theme:t: code a stands twice in the theme (take one of the two out) warning`}, false},
	{"a theme's code is retired", "codes:\n  - {id: a}\n  - {id: one, status: retired, into: [a]}\n  - {id: none, status: retired}\n  - {id: two, status: retired, into: [a, none]}\nthemes:\n  - {id: t, codes: [one, none, two]}\n", []string{
		`7:26 |none| retired-code theme:t: code none is retired and leads to no single other code (name the codes that took its place, or take it out of the theme) warning`,
		`7:32 |two| retired-code theme:t: code two is retired and leads to no single other code (name the codes that took its place, or take it out of the theme) warning`}, false},
	{"into without effect", "codes:\n  - {id: a, into: [b]}\n  - {id: b, into: [a, a], status: active}\nthemes:\n  - {id: s}\n  - {id: t, into: [s]}\n", []string{
		`2:20 |b| idle-into code:a: into has no effect, since the code is not retired (set status: retired, or take into out) warning`,
		`3:20 |a| idle-into code:b: into has no effect, since the code is not retired (set status: retired, or take into out) warning`,
		`3:23 |a| duplicate-code code:b: code a stands twice in into (take one of the two out) warning`,
		`6:20 |s| idle-into theme:t: into has no effect, since the theme is not dropped (set status: dropped, or take into out) warning`}, false},
}

func TestFaults(t *testing.T) {
	severity := map[string]diag.Severity{}
	untested := map[string]bool{}
	for _, rule := range Faults {
		severity[rule.Name] = rule.Severity
		untested[rule.Name] = true
	}
	for _, c := range faults {
		t.Run(c.what, func(t *testing.T) {
			_, found := Parse("codebook.yaml", []byte(c.src))
			var got []string
			for _, f := range found {
				runes := []rune(f.Source)
				from := min(max(f.Pos.Column-1, 0), len(runes))
				line := fmt.Sprintf("%d:%d |%s| %s %s: %s (%s)", f.Pos.Line, f.Pos.Column, string(runes[from:min(from+f.Width, len(runes))]),
					strings.TrimPrefix(f.Rule, "codebook/"), f.About, f.Message, f.Hint)
				if f.Private && f.Rule != "codebook/syntax" {
					line += " private"
				}
				if f.Severity != diag.Error {
					line += " " + f.Severity.String()
				}
				got = append(got, line)
				if f.Severity != severity[f.Rule] {
					t.Errorf("%s has severity %v; Faults says %v", f.Rule, f.Severity, severity[f.Rule])
				}
				if f.File != "codebook.yaml" || f.Source != diag.Line([]byte(c.src), f.Pos.Line) && f.Pos.Column > 0 {
					t.Errorf("file %q, source %q", f.File, f.Source)
				}
				delete(untested, f.Rule)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
	for rule := range untested {
		t.Errorf("no fault of rule %s in the table", rule)
	}
}

// A codebook with faults is still one that can be walked: what could be read is there, and nothing leads in circles.
func TestWhatFaultsLeave(t *testing.T) {
	b, _ := Parse("codebook.yaml", []byte(`codes:
  - {id: a, status: retired, into: [b]}
  - {id: b, status: retired, into: [a]}
  - {id: A, name: Second, into: [c]}
  - {id: c, exclude: [x -> nowhere, x -> y and z], match: [one, ''], color: red, unit: book}
themes:
  - {id: t, codes: [c, nowhere, a], relations: [{to: nowhere}, {to: t}]}
  - name: without
    codes: [c]
`))
	if code, queued := b.Resolve("a"); code != b.Codes[1] || queued {
		t.Errorf("a resolves to %v", code)
	}
	active, _ := Parse("codebook.yaml", []byte("codes: [{id: a, into: [b]}, {id: b}]"))
	if to, queued := active.Resolve("a"); to.ID != "a" || queued {
		t.Errorf("an active code with into resolves to %v", to)
	}
	if b.Codes[0].ID != "a" || len(b.AllCodes()) != 4 || b.Code("a") != b.Codes[0] {
		t.Errorf("codes: %v", b.AllCodes())
	}
	c := b.Code("c")
	if len(c.Match) != 1 || c.Color != "" || c.Unit != "sentence" || c.Exclude[0].Code != "" || c.Exclude[0].Text != "x" || c.Exclude[1].Text != "x -> y and z" {
		t.Errorf("code: %+v", c)
	}
	if theme := b.Theme("t"); !slices.Equal(theme.Codes, []string{"c", "b"}) || len(theme.Relations) != 1 {
		t.Errorf("theme: %+v", theme)
	}
	if len(b.Themes) != 2 || b.Themes[1].ID != "" || b.Themes[1].Name != "without" {
		t.Errorf("themes: %+v", b.Themes)
	}
}

func TestLocate(t *testing.T) {
	b := mustParse(t, sample)
	f := b.Locate(diag.Finding{Rule: "quote/absent", Pos: b.Themes[0].Excerpts[0].Pos})
	if f.File != "codebook.yaml" || !f.Private || f.Source != `        quote: "You get used to it [...] you have to."` {
		t.Errorf("excerpt: %+v", f)
	}
	if f := b.Locate(diag.Finding{Pos: b.Codes[0].Match[0].Pos}); f.Private || !strings.Contains(f.Source, "boundar*") {
		t.Errorf("rule: %+v", f)
	}
}
