package ingest

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A latexReader reads LaTeX as far as it is text: commands that it does not know are left out and what stands in braces
// behind them is read. It follows no file that another one takes in.
type latexReader struct {
	b      *proseBuilder
	src    string
	fixed  int // where the source is that src was made of, or -1 if src is the source
	quotes int // how many quoting environments are open
	depth  int
	*latexDocument
}

// A latexDocument is what all parts of a document share.
type latexDocument struct {
	macros   map[string]latexMacro
	quoting  map[string]bool // environments that quote
	notes    [][2]int        // where notes at the foot stand
	expanded int             // bytes that macros became
}

type latexMacro struct {
	arguments int
	optional  string // the default of the first argument, if has is set
	has       bool
	body      string
}

const (
	latexDepth    = 50      // braces within braces whose meaning is looked for
	latexExpanded = 4 << 20 // bytes that macros may become, each counted as a hundred more
)

func readLaTeXProse(s *source, b *proseBuilder) error {
	l := &latexReader{b: b, src: s.text, fixed: -1, latexDocument: &latexDocument{macros: map[string]latexMacro{}, quoting: map[string]bool{}}}
	for _, env := range strings.Fields("quote quotation displayquote displaycquote quoting verse blockquote") {
		l.quoting[env] = true
	}
	l.read(0, len(s.text))
	l.end()
	for i := 0; i < len(l.notes); i++ { // notes may have notes
		l.quotes = 0
		l.read(l.notes[i][0], l.notes[i][1])
		b.end(false)
	}
	return nil
}

func (l *latexReader) write(s string, at int, verbatim bool) {
	if l.fixed >= 0 {
		at, verbatim = l.fixed, false
	}
	l.b.write(s, at, verbatim)
}

func (l *latexReader) end() { l.b.end(l.quotes > 0) }

// latexSigns are the strings of signs that LaTeX and its languages print as others, the longest first.
var latexSigns = [][2]string{{"---", "—"}, {"--", "–"}, {"``", "“"}, {"''", "”"}, {",,", "„"}, {"<<", "«"}, {">>", "»"}, {"\"`", "„"}, {"\"'", "“"},
	{"\"<", "«"}, {"\">", "»"}, {"\"-", "\u00ad"}, {"\"=", "-"}, {"\"~", "-"}, {"`", "‘"}, {"'", "’"}, {"~", "\u00a0"}}

// read reads src from byte i to byte to.
func (l *latexReader) read(i, to int) {
	l.depth++
	defer func() { l.depth-- }()
	for i < to {
		rest := l.src[i:to]
		c := rest[0]
		switch {
		case c == '%':
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				return
			}
			i += n + 1
			if !strings.HasPrefix(strings.TrimLeft(l.src[i:to], " \t"), "\n") { // an empty line stays one
				for i < to && (l.src[i] == ' ' || l.src[i] == '\t') {
					i++
				}
			} else {
				l.end()
			}
			continue
		case c == '\\':
			next := l.command(i, to)
			if next <= i {
				return
			}
			i = next
			continue
		case c == '{' || c == '}':
			i++
			continue
		case c == '$':
			n := 1 + len(latexMath.FindString(rest[1:]))
			i += n
			continue
		case c == '&':
			l.end()
			i++
			continue
		case c == '\n':
			if n := len(latexBlank.FindString(rest)); n > 0 {
				l.end()
				i += n
				continue
			}
		}
		signs := false
		for _, s := range latexSigns {
			if strings.HasPrefix(rest, s[0]) {
				l.write(s[1], i, false)
				i += len(s[0])
				signs = true
				break
			}
		}
		if signs {
			continue
		}
		n := strings.IndexAny(rest[1:], "%\\{}$&\n-`',<>\"~")
		if n < 0 {
			n = len(rest) - 1
		}
		l.write(rest[:n+1], i, true)
		i += n + 1
	}
}

var (
	latexMath  = regexp.MustCompile(`^(\$(?s:[^$\\]|\\.)*\$\$|(?:[^$\\\n]|\\.|\n[^\n])*\$)`)
	latexBlank = regexp.MustCompile(`^\n[ \t]*\n\s*`)
	latexName  = regexp.MustCompile(`^\\([A-Za-z@]+\*?|(?s:.))`)
)

// latexAccents are the combining characters of the commands that put an accent on a letter.
var latexAccents = map[string]string{"'": "\u0301", "`": "\u0300", "^": "\u0302", `"`: "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
	"u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323", "b": "\u0331"}

// latexSymbols are what commands without arguments print.
var latexSymbols = map[string]string{"ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ",
	"dots": "…", "ldots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "textquotedblleft": "“", "textquotedblright": "”", "textquoteleft": "‘", "textquoteright": "’",
	"quotedblbase": "„", "quotesinglbase": "‚", "guillemotleft": "«", "guillemotright": "»", "guillemetleft": "«", "guillemetright": "»", "guilsinglleft": "‹", "guilsinglright": "›",
	"og": "«", "fg": "»", "glqq": "„", "grqq": "“", "glq": "‚", "grq": "‘", "flqq": "«", "frqq": "»", "flq": "‹", "frq": "›", "lq": "‘", "rq": "’",
	"textquotesingle": "'", "textquotedbl": `"`, "textbackslash": `\`, "textasciitilde": "~", "textless": "<", "textgreater": ">", "S": "§", "P": "¶", "pounds": "£", "euro": "€", "texteuro": "€",
	"textdegree": "°", "slash": "/", "quad": " ", "qquad": " ", "space": " ", "textbullet": "•", "copyright": "©", "LaTeX": "LaTeX", "TeX": "TeX", "sic": "[sic]",
	" ": " ", "\n": " ", "\t": " ", ",": "\u2009", ";": " ", ":": " ", "-": "\u00ad", "&": "&", "%": "%", "$": "$", "#": "#", "_": "_", "{": "{", "}": "}", "/": "", "!": "", "@": ""}

var (
	latexHeadings = regexp.MustCompile(`^(part|chapter|(sub)*section|(sub)?paragraph|title|subtitle|author|date|caption|captionof|subcaption|addchap|addsec|epigraph)\*?$`)
	latexNotes    = regexp.MustCompile(`^(footnote|footnotetext|endnote|endnotetext|sidenote|marginpar|marginnote|thanks|todo)\*?$`)
	latexCites    = regexp.MustCompile(`(?i)cite[a-z]*\*?$`)
	// latexSilent are commands whose arguments are not printed.
	latexSilent = regexp.MustCompile(`^((page|auto|c|C|eq|v|name|name|sub|full)?ref|label|index|gls[a-z]*|hypertarget|includegraphics|bibliography(style)?|addbibresource|usepackage|RequirePackage|documentclass|` +
		`set(length|counter|main[a-z]*|sans[a-z]*|mono[a-z]*|stretch)|addto(counter|length)|addtocontents|addcontentsline|[vh]space|(this)?pagestyle|selectlanguage|graphicspath|DeclareMathOperator|hyphenation|` +
		`pagenumbering|linespread|color|definecolor|newcounter|newlength|newtheorem|hypersetup|geometry|captionsetup|MakeOuterQuote|sisetup|lstset|rule|nocite|printbibliography|phantom|bookmark|pdfbookmark|` +
		`SetBlockThreshold|DeclareQuoteStyle|setdefaultlanguage|setotherlanguages?|PassOptionsToPackage|ExecuteBibliographyOptions|hyperlink|fontsize|cline|cmidrule|href)\*?$`)
	latexInputs = regexp.MustCompile(`^(input|include|subfile|import|subimport)$`)
	latexHidden = regexp.MustCompile(`^(equation|align|alignat|gather|multline|eqnarray|flalign|math|displaymath|verbatim|Verbatim|lstlisting|minted|tikzpicture|comment|filecontents|thebibliography|CSLReferences)\*?$`)
	// latexQuotes are the commands of csquotes that set their last argument in marks, with how many stand before it.
	latexQuotes = map[string]int{"enquote": 0, "textquote": 0, "textcquote": 1, "foreignquote": 1, "hyphenquote": 1, "foreigntextquote": 1, "hyphentextquote": 1, "foreigntextcquote": 2, "hyphentextcquote": 2, "say": 0, "mkcitation": 0}
	latexBlocks = map[string]int{"blockquote": 0, "blockcquote": 1, "foreignblockquote": 1, "hyphenblockquote": 1, "foreignblockcquote": 2, "hyphenblockcquote": 2}
)

// command reads the command at byte i and returns the byte behind it, and behind what it takes.
func (l *latexReader) command(i, to int) int {
	m := latexName.FindStringSubmatch(l.src[i:to])
	if m == nil {
		return i + 1
	}
	name := m[1]
	at := i + len(m[0])
	word := name[0] >= 'A' && name[0] <= 'Z' || name[0] >= 'a' && name[0] <= 'z' || name[0] == '@' && len(name) > 1
	bare := strings.TrimSuffix(name, "*")
	if macro, known := l.macros[bare]; known {
		return l.expand(macro, i, at, to)
	}
	if combining, known := latexAccents[name]; known {
		from, end, next := l.argument(at, to)
		letter := strings.NewReplacer(`\i`, "i", `\j`, "j", "{", "", "}", "").Replace(l.src[from:end])
		if letter != "" {
			l.write(norm.NFC.String(letter+combining), i, false)
		}
		return next
	}
	if symbol, known := latexSymbols[name]; known {
		l.write(symbol, i, false)
		if word {
			at += len(latexSpaces.FindString(l.src[at:to]))
			if strings.HasPrefix(l.src[at:to], "{}") {
				at += 2
			}
		}
		return at
	}
	switch {
	case name == `\` || bare == "newline" || bare == "linebreak":
		l.write("\n", i, false)
		if strings.HasPrefix(l.src[at:to], "*") {
			at++
		}
		if len(l.b.text.String()) > 0 && latexLength.MatchString(l.src[at:to]) {
			at += len(latexLength.FindString(l.src[at:to]))
		}
		return at
	case name == "(" || name == "[": // mathematics
		closing := map[string]string{"(": `\)`, "[": `\]`}[name]
		if n := strings.Index(l.src[at:to], closing); n >= 0 {
			return at + n + 2
		}
		return at
	case bare == "par" || bare == "item" || bare == "newpage" || bare == "clearpage" || bare == "bigskip" || bare == "medskip" || bare == "smallskip":
		l.end()
		return l.options(at, to)
	case bare == "verb" && at < to:
		if n := strings.IndexByte(l.src[at+1:to], l.src[at]); n >= 0 {
			return at + n + 2
		}
		return at
	case name == "begin":
		return l.begin(i, at, to)
	case name == "end":
		from, end, next := l.argument(at, to)
		env := l.src[from:end]
		l.end()
		if l.quoting[strings.TrimSuffix(env, "*")] {
			l.quotes = max(0, l.quotes-1)
		}
		if env == "document" {
			return to
		}
		return next
	case latexHeadings.MatchString(name):
		l.end()
		from, end, next := l.argument(l.options(at, to), to)
		l.inside(from, end)
		l.end()
		return next
	case latexNotes.MatchString(name):
		from, end, next := l.argument(l.options(at, to), to)
		if l.fixed < 0 {
			l.notes = append(l.notes, [2]int{from, end})
		}
		return next
	case latexCites.MatchString(name):
		from, end, next := l.argument(l.options(at, to), to)
		if !strings.HasPrefix(name, "no") {
			l.write("[@"+strings.Join(strings.Fields(l.src[from:end]), " ")+"]", i, false)
		}
		return next
	case latexInputs.MatchString(name):
		_, _, next := l.argument(at, to)
		l.b.note("what it takes in with \\%s is in other files, which were not read: name them too", name)
		return next
	case slices.Contains([]string{"newcommand", "renewcommand", "providecommand", "DeclareRobustCommand", "NewDocumentCommand", "RenewDocumentCommand", "def", "newenvironment", "renewenvironment"}, bare):
		return l.define(bare, at, to)
	case bare == "textelp":
		from, end, next := l.argument(at, to)
		l.write("[...]", i, false)
		if strings.TrimSpace(l.src[from:end]) != "" {
			l.write(" [", i, false)
			l.inside(from, end)
			l.write("]", end, false)
		}
		return next
	case bare == "textins":
		from, end, next := l.argument(at, to)
		l.write("[", i, false)
		l.inside(from, end)
		l.write("]", end, false)
		return next
	case latexSilent.MatchString(name):
		at = l.options(at, to)
		for k := 0; k < 4 && strings.HasPrefix(l.src[at:to], "{"); k++ {
			from, end, next := l.argument(at, to)
			if k == 1 && strings.HasPrefix(bare, "h") { // \href, \hyperlink, \hypertarget
				l.inside(from, end)
			}
			at = l.options(next, to)
		}
		return at
	}
	if before, known := latexQuotes[bare]; known {
		at, key := l.skip(before, l.options(at, to), to)
		from, end, next := l.argument(at, to)
		l.write("“", i, false)
		l.inside(from, end)
		l.write("”", end, false)
		if key != "" && strings.Contains(name, "cquote") {
			l.write(" [@"+key+"]", end, false)
		}
		return next
	}
	if before, known := latexBlocks[bare]; known {
		at, key := l.skip(before, l.options(at, to), to)
		from, end, next := l.argument(at, to)
		l.end()
		l.quotes++
		l.inside(from, end)
		if key != "" && strings.Contains(name, "cquote") {
			l.write(" [@"+key+"]", end, false)
		}
		l.end()
		l.quotes--
		return next
	}
	if word {
		at = l.options(at, to)
		at += len(latexSpaces.FindString(l.src[at:to]))
	}
	return at
}

var (
	latexSpaces = regexp.MustCompile(`^[ \t]*(\n[ \t]*)?`)
	latexLength = regexp.MustCompile(`^\[-?[\d.]+\s*(\\?[a-z]+)\]`)
)

// begin reads the beginning of an environment.
func (l *latexReader) begin(i, at, to int) int {
	from, end, next := l.argument(at, to)
	env := l.src[from:end]
	bare := strings.TrimSuffix(env, "*")
	if env == "document" { // what stood before it is not printed
		l.b.cut(0)
		l.b.Blocks, l.notes = nil, nil
		return next
	}
	l.end()
	if latexHidden.MatchString(env) {
		if n := strings.Index(l.src[next:to], `\end{`+env+`}`); n >= 0 {
			return next + n + len(`\end{`+env+`}`)
		}
		return next
	}
	next = l.options(next, to)
	switch {
	case l.quoting[bare]:
		l.quotes++
		if bare == "displaycquote" {
			next, _ = l.skip(1, next, to)
		}
	case bare == "tabular" || bare == "longtable" || bare == "minipage" || bare == "multicols" || bare == "array" || bare == "adjustwidth" || bare == "wrapfigure":
		next, _ = l.skip(1, next, to)
	case bare == "tabularx" || bare == "tabulary":
		next, _ = l.skip(2, next, to)
	}
	return next
}

// inside reads the argument of a command.
func (l *latexReader) inside(from, to int) {
	if l.depth < latexDepth {
		l.read(from, to)
	}
}

// argument returns where the argument at byte at of src stands, and the byte behind it: what is between braces, or one
// character or command.
func (l *latexReader) argument(at, to int) (from, end, next int) {
	at += len(latexSpaces.FindString(l.src[at:to]))
	if at >= to {
		return to, to, to
	}
	if l.src[at] != '{' {
		if l.src[at] == '\\' {
			n := len(latexName.FindString(l.src[at:to]))
			return at, at + n, at + max(n, 1)
		}
		n := 1
		for at+n < to && l.src[at+n]&0xc0 == 0x80 {
			n++
		}
		return at, at + n, at + n
	}
	depth := 0
	for i := at; i < to; i++ {
		switch l.src[i] {
		case '\\':
			i++
		case '%':
			for i+1 < to && l.src[i] != '\n' {
				i++
			}
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return at + 1, i, i + 1
			}
		}
	}
	return at + 1, to, to // nothing closes it
}

// skip passes over n arguments and the options behind them, and returns the text of the last.
func (l *latexReader) skip(n, at, to int) (int, string) {
	last := ""
	for range n {
		from, end, next := l.argument(at, to)
		last = strings.TrimSpace(l.src[from:end])
		at = l.options(next, to)
	}
	return at, last
}

// options passes over arguments in brackets, right behind a command.
func (l *latexReader) options(at, to int) int {
	for at < to && l.src[at] == '[' {
		n := latexOption.FindStringIndex(l.src[at:to])
		if n == nil {
			return at
		}
		at += n[1]
	}
	return at
}

var latexOption = regexp.MustCompile(`^\[(?:[^\[\]{}]|\{[^{}]*\})*\]`)

// define takes down what a macro stands for, or whether an environment quotes.
func (l *latexReader) define(how string, at, to int) int {
	var m latexMacro
	at += len(latexSpaces.FindString(l.src[at:to]))
	if strings.HasPrefix(l.src[at:to], "*") {
		at++
	}
	from, end, next := l.argument(at, to)
	name := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(l.src[from:end]), `\`))
	switch how {
	case "def":
		if n := strings.IndexByte(l.src[next:to], '{'); n >= 0 {
			m.arguments = min(9, strings.Count(l.src[next:next+n], "#"))
			next += n
		}
	case "NewDocumentCommand", "RenewDocumentCommand":
		from, end, next = l.argument(next, to)
		m.arguments = min(9, strings.Count(l.src[from:end], "m"))
		m.has = strings.HasPrefix(strings.TrimSpace(l.src[from:end]), "o") || strings.HasPrefix(strings.TrimSpace(l.src[from:end]), "O")
		if m.has {
			m.arguments++
		}
	default:
		for k := 0; k < 2 && next < to && l.src[next] == '['; k++ {
			stop := l.options(next, to)
			if n := strings.IndexByte(l.src[next:to], ']'); n > 0 {
				stop = next + n + 1
			}
			inside := strings.Trim(l.src[next:stop], "[]")
			if k == 0 && len(inside) == 1 && inside[0] >= '0' && inside[0] <= '9' {
				m.arguments = int(inside[0] - '0')
			} else {
				m.optional, m.has = inside, true
			}
			if stop <= next {
				break
			}
			next = stop
		}
	}
	from, end, next = l.argument(next, to)
	m.body = l.src[from:end]
	if strings.HasSuffix(how, "environment") {
		for env := range l.quoting {
			if strings.Contains(m.body, `\begin{`+env+`}`) {
				l.quoting[name] = true
				break
			}
		}
		_, _, next = l.argument(next, to)
		return next
	}
	if name != "" {
		if m.arguments == 0 && m.body == "" || l.fixed >= 0 {
			return next
		}
		l.macros[name] = m
	}
	return next
}

// expand reads what a macro stands for.
func (l *latexReader) expand(m latexMacro, i, at, to int) int {
	args := make([]string, 0, 9)
	if m.has && m.arguments > 0 {
		value := m.optional
		if stop := l.options(at, to); stop > at {
			value, at = strings.Trim(l.src[at:stop], "[]"), stop
		}
		args = append(args, value)
	}
	for len(args) < m.arguments {
		from, end, next := l.argument(at, to)
		args = append(args, l.src[from:end])
		at = next
	}
	if m.arguments == 0 {
		at += len(latexSpaces.FindString(l.src[at:to]))
		if strings.HasPrefix(l.src[at:to], "{}") {
			at += 2
		}
	}
	pairs := make([]string, 0, 18)
	for k, a := range args {
		pairs = append(pairs, "#"+itoa(k+1), a)
	}
	body := strings.NewReplacer(pairs...).Replace(m.body)
	if l.expanded += 100 + len(body); l.depth >= latexDepth || l.expanded > latexExpanded {
		return at
	}
	inner := &latexReader{b: l.b, src: body, fixed: i, quotes: l.quotes, depth: l.depth, latexDocument: l.latexDocument}
	if l.fixed >= 0 {
		inner.fixed = l.fixed
	}
	inner.read(0, len(body))
	l.quotes = inner.quotes
	return at
}
