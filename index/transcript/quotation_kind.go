package transcript

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A ChangeKind says in what way a quotation differs from what was said.
type ChangeKind int

// The kinds of change, the gravest last.
const (
	Reworded   ChangeKind = iota // other words, or more of them, or fewer
	Signs                        // punctuation, or large and small letters
	Reordered                    // the words stand there in another order
	Apart                        // the same person said both, in another place, and no mark says so
	Number                       // a number is another one
	Attributed                   // the attribution names somebody else
	Negation                     // a no was put in, taken out or turned
	Unsaid                       // an elision takes the no out of what stands beside it
	Spliced                      // words of somebody else, or of another transcript
)

func (k ChangeKind) String() string {
	return [...]string{"reworded", "signs", "order", "apart", "number", "attribution", "negation", "elided-negation", "spliced"}[k]
}

// A tongue is what a language needs in order to tell a change of wording from one that turns what was said.
type tongue struct {
	negations map[string]bool
	starts    []string            // of words that negate ("kein-"), and
	ends      []string            // ends ("-n't")
	opposites []string            // prefixes that turn a word of four letters or more ("un-")
	tags      map[string][]string // by negation: words behind it with which it asks for agreement ("ikke sant")
	numbers   map[string]int
}

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// counting reads number words from zero on; a dash is a number that has no word of its own here, a slash parts two
// words for one number.
func counting(upToTwenty, tens, more string) map[string]int {
	m := map[string]int{}
	add := func(n int, forms string) {
		for w := range strings.SplitSeq(forms, "/") {
			m[w] = n
		}
	}
	for i, w := range strings.Fields(upToTwenty) {
		add(i, w)
	}
	for i, w := range strings.Fields(tens) {
		add(30+10*i, w)
	}
	for i, w := range strings.Fields(more) {
		add([]int{100, 1000, 1_000_000}[i], w)
	}
	delete(m, "-")
	return m
}

// tongues is the table of languages, by the first part of their BCP 47 tag. A word that is a negation only sometimes
// is left out where it mostly is something else (Norwegian "ei", French "plus").
var tongues = func() map[string]*tongue {
	english := &tongue{negations: wordSet("not no never nobody nothing none nowhere neither nor without cannot hardly scarcely ain't nope"),
		ends: []string{"n't"}, opposites: []string{"un", "dis"},
		numbers: counting("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
			"thirty forty/fourty fifty sixty seventy eighty ninety", "hundred thousand million")}
	norwegian := &tongue{negations: wordSet("ikke ikkje itte ittj aldri aldrig ingen inga inkje ingenting intet uten utan uden verken korkje hverken neppe knapt nei"),
		ends: []string{"'kke", "'ke"}, opposites: []string{"u"},
		tags: map[string][]string{"ikke": {"sant"}, "ikkje": {"sant"}},
		numbers: counting("null en/én/ett to tre fire fem seks sju/syv åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten tjue/tyve",
			"tretti/tredve førti femti seksti sytti åtti nitti", "hundre tusen million")}
	danish := &tongue{negations: wordSet("ikke aldrig ingen intet ingenting uden hverken næppe nej"), opposites: []string{"u"}, tags: map[string][]string{"ikke": {"sandt"}},
		numbers: counting("nul en/et to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten tyve",
			"tredive fyrre halvtreds tres halvfjerds firs halvfems", "hundrede tusind/tusinde million")}
	swedish := &tongue{negations: wordSet("inte icke ej aldrig ingen inget inga ingenting utan varken knappast nej"), opposites: []string{"o"},
		numbers: counting("noll en/ett två/tu tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo",
			"trettio fyrtio femtio sextio sjuttio åttio nittio", "hundra tusen miljon")}
	german := &tongue{negations: wordSet("nicht nich nichts nix nie niemals nimmer niemand niemanden niemandem nirgends nirgendwo ohne weder kaum nein net"),
		starts: []string{"kein"}, opposites: []string{"un"}, tags: map[string][]string{"nicht": {"wahr"}},
		numbers: counting("null eins/ein/eine zwei/zwo drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
			"dreißig/dreissig vierzig fünfzig sechzig siebzig achtzig neunzig", "hundert tausend million")}
	french := &tongue{negations: wordSet("pas jamais rien aucun aucune sans ni guère non nulle"), tags: map[string][]string{"pas": {"vrai"}},
		numbers: counting("zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt",
			"trente quarante cinquante soixante soixante-dix/septante quatre-vingts/octante quatre-vingt-dix/nonante", "cent/cents mille million")}
	return map[string]*tongue{"en": english, "nb": norwegian, "nn": norwegian, "no": norwegian, "da": danish, "sv": swedish, "de": german, "fr": french}
}()

// tongueOf returns what is known of a language. Where none is named it is English, as in a study that names none; of a
// language that is not in the table nothing is known.
func tongueOf(tag string) *tongue {
	language, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(cmp.Or(tag, "en")), "_", "-"), "-")
	return cmp.Or(tongues[language], &tongue{})
}

// negates says whether a word in lower case, its apostrophes folded, negates.
func (l *tongue) negates(word string) bool {
	return l.negations[word] ||
		slices.ContainsFunc(l.starts, func(s string) bool { return strings.HasPrefix(word, s) }) ||
		slices.ContainsFunc(l.ends, func(s string) bool { return strings.HasSuffix(word, s) })
}

// negation returns the index of the first word that negates, or -1. One that only asks for agreement does not.
func (l *tongue) negation(words []string) int {
	for i, w := range words {
		if l.negates(w) && !(i+1 < len(words) && slices.Contains(l.tags[w], words[i+1])) {
			return i
		}
	}
	return -1
}

// countNegations counts the words that negate.
func (l *tongue) countNegations(words []string) int {
	n := 0
	for {
		i := l.negation(words)
		if i < 0 {
			return n
		}
		n, words = n+1, words[i+1:]
	}
}

// opposite says whether two words differ by a prefix that turns them.
func (l *tongue) opposite(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	prefix, is := strings.CutSuffix(a, b)
	return is && utf8.RuneCountInString(b) >= 4 && slices.Contains(l.opposites, prefix)
}

// amounts returns the numbers among words: digits as they stand, and what words for numbers come to ("twenty", "five").
func (l *tongue) amounts(words []string) []string {
	var out []string
	sum, some := 0, false
	for _, w := range words {
		if n, is := l.numbers[w]; is {
			sum, some = sum+n, true
		} else if strings.ContainsAny(w, "0123456789") {
			out = append(out, w)
		}
	}
	if some {
		out = append(out, strconv.Itoa(sum))
	}
	return out
}

// lowWords returns the words of text as they are compared, in lower case.
func lowWords(text string) []string {
	var out []string
	for _, t := range tokens(text, Span{0, len(text)}) {
		if t.kind == word {
			out = append(out, strings.ToLower(t.form(text)))
		}
	}
	return out
}

// phraseWords is how many words a change may have for its no to matter.
const phraseWords = 4

// edgeWords returns the words that stand at the edges of a stretch of text, up to two on each side and up to the first sign:
// those that belong to what stands beside it. A clause of its own takes its no along.
func edgeWords(text string) []string {
	const near = 2
	var before, after []string
	all := tokens(text, Span{0, len(text)})
	for i := 0; i < len(all) && all[i].kind == word && len(before) < near; i++ {
		before = append(before, strings.ToLower(all[i].form(text)))
	}
	for i := len(all) - 1; i >= len(before) && all[i].kind == word && len(after) < near; i-- {
		after = append(after, strings.ToLower(all[i].form(text)))
	}
	slices.Reverse(after)
	return append(before, after...)
}

// nameChanges says of changes that are only Reworded so far whether they are something graver.
func (m *matcher) nameChanges(changes []Change) {
	l := m.tongue()
	var quoted, said []string // by all that is only reworded
	for i := range changes {
		c := &changes[i]
		if c.Kind != Reworded {
			continue
		}
		q, s := lowWords(c.Quoted), lowWords(c.Said)
		switch numbers, amounts := l.amounts(q), l.amounts(s); {
		case strings.Join(q, "") == strings.Join(s, ""):
			c.Kind = Signs
			continue
		case c.Quoted == "" && l.negation(edgeWords(c.Said)) >= 0 && !m.repeats(c, s),
			c.Said == "" && l.negation(edgeWords(c.Quoted)) >= 0 && !m.repeats(c, q),
			c.Quoted != "" && c.Said != "" && max(len(q), len(s)) <= phraseWords && l.countNegations(q) != l.countNegations(s),
			len(q) == 1 && len(s) == 1 && l.opposite(q[0], s[0]):
			c.Kind = Negation
		case len(numbers) > 0 && len(amounts) > 0 && !slices.Equal(numbers, amounts):
			c.Kind = Number
		}
		quoted, said = append(quoted, q...), append(said, s...)
	}
	slices.Sort(quoted)
	slices.Sort(said)
	if len(quoted) == 0 || !slices.Equal(quoted, said) {
		return
	}
	for i := range changes {
		if k := changes[i].Kind; k == Reworded || k == Negation || k == Number {
			changes[i].Kind = Reordered
		}
	}
}

// repeats says whether words that were put in or left out only say again what stands before or behind them ("no, no").
func (m *matcher) repeats(c *Change, words []string) bool {
	before, after := lowWords(m.q.text[:c.At.Start]), lowWords(m.q.text[c.At.End:])
	n := len(words)
	return len(before) >= n && slices.Equal(before[len(before)-n:], words) || len(after) >= n && slices.Equal(after[:n], words)
}

func (m *matcher) tongue() *tongue {
	return tongueOf(cmp.Or(m.s.t.Meta.Language, m.s.t.Language))
}

// unsaid returns the no among tokens end to lo, which an elision leaves out, if it belongs to the words beside it: there
// is at most one word between them, and no sign, and those words have no other no. ("I would [never] go back"; but not
// "You get used to it[, and that's not easy, so] you protect yourself.")
func (m *matcher) unsaid(end, lo int) (string, bool) {
	const near = 2
	if end >= lo {
		return "", false
	}
	l := m.tongue()
	// run returns up to n words from token at on, up to a sign or the turn's end, in the order of the text.
	run := func(at, step, n int) []string {
		var out []string
		turn := m.s.turn(at)
		for i := at; i >= 0 && i < len(m.s.ids) && len(out) < n && m.s.turn(i) == turn && m.s.word[m.s.ids[i]]; i += step {
			out = append(out, m.s.forms[m.s.lower[m.s.ids[i]]])
		}
		if step < 0 {
			slices.Reverse(out)
		}
		return out
	}
	before, after := run(end-1, -1, near), run(lo, 1, near)
	left, right := run(end, 1, min(near+1, lo-end)), run(lo-1, -1, min(near, lo-end))
	if l.negation(before) >= 0 || l.negation(after) >= 0 {
		return "", false
	}
	if m.s.turn(end-1) == m.s.turn(end) && len(before) > 0 {
		if i := l.negation(left); i >= 0 && i < near {
			return left[i], true
		}
	}
	if m.s.turn(lo-1) == m.s.turn(lo) && len(after) > 0 {
		if i := l.negation(right); i >= 0 {
			return right[i], true
		}
	}
	return "", false
}

// turned returns the words that a bracket of the author's stands for if it takes their no out, or puts one where none
// was. A bracket that stands for a whole clause, or explains in one, turns nothing.
func (m *matcher) turned(x insertion) (string, bool) {
	l := m.tongue()
	said := ""
	if x.from < x.to {
		said = m.s.said(x.from, x.to)
	}
	was, is := lowWords(said), lowWords(x.reads)
	switch none, some := l.countNegations(is) == 0, l.countNegations(was) > 0; {
	case none && some:
		return said, len(was) <= phraseWords
	case !none && !some:
		return said, len(is) == 1 || len(was) > 0 && len(is) <= phraseWords
	}
	return "", false
}
