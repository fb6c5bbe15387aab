package check

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// transcripts looks at who speaks in each transcript, whether somebody coded it, and what in it names a person.
func (c *checker) transcripts() {
	ids := c.s.TranscriptIDs()
	coded := map[string]bool{}
	for _, coder := range c.s.Coders() {
		files, err := fs.ReadDir(c.root.FS(), "codings/"+coder)
		if err != nil {
			continue // told by the study
		}
		for _, f := range files {
			if id, ok := strings.CutSuffix(f.Name(), ".jsonl"); ok && !f.IsDir() {
				coded[id] = true
			}
		}
	}
	found := make([]diag.List, len(ids))
	inParallel(len(ids), func(i int) {
		t := c.s.Transcript(ids[i])
		if t == nil {
			return
		}
		found[i] = append(speakers(t), contacts(t)...)
		if len(coded) > 0 && !coded[t.ID] {
			found[i].Add(diag.Finding{Rule: "transcript/not-coded", File: t.File, About: "transcript:" + t.ID,
				Message: "nobody has coded it yet", Hint: "an empty file of codings says that there was nothing to code"})
		}
	})
	for _, list := range found {
		for _, f := range list {
			c.add(f)
		}
	}
	c.spellings(ids)
}

// spellings finds participants whose ids differ in case only. A row of the table makes them one; without it they are two.
func (c *checker) spellings(ids []string) {
	type place struct{ id, file string }
	first := map[string]place{}
	for _, id := range ids {
		t := c.s.Transcript(id)
		if t == nil {
			continue
		}
		for _, sp := range t.Meta.Speakers {
			if diag.ReservedParticipant(sp.Is) || c.s.Participants.Row(sp.Is) != nil {
				continue
			}
			as, known := first[diag.Fold(sp.Is)]
			if !known {
				first[diag.Fold(sp.Is)] = place{sp.Is, t.File}
			} else if as.id != sp.Is {
				f := frontMatter(t.File, t.Bytes()).key("transcript/participant-spelling", "speakers", sp.Label)
				f.About = "participant:" + sp.Is
				f.Message = fmt.Sprintf("%s is spelt %s in %s: they count as two participants", sp.Is, as.id, as.file)
				c.add(f)
			}
		}
	}
}

// speakers finds labels that nobody speaks under, and lines that look like turns and are none.
func speakers(t *transcript.Transcript) diag.List {
	if len(t.Meta.Speakers) == 0 {
		return nil // transcript/no-speakers
	}
	var found diag.List
	speaks := map[string]bool{}
	for _, turn := range t.Turns {
		speaks[turn.Label] = true
	}
	declared := make([]string, len(t.Meta.Speakers))
	for i, sp := range t.Meta.Speakers {
		declared[i] = sp.Label
		if !speaks[sp.Label] {
			f := frontMatter(t.File, t.Bytes()).key("transcript/idle-speaker", "speakers", sp.Label)
			f.About = "participant:" + sp.Is
			f.Message = "no turn begins with this label"
			found.Add(f)
		}
	}
	type like struct{ first, lines int } // byte of the first line that begins so
	seen := map[string]*like{}
	var order []string
	for at := 0; at < len(t.Text); {
		if label := unknownLabel(t.Text[at:]); label != "" && !slices.Contains(declared, label) {
			if seen[label] == nil {
				seen[label] = &like{first: at}
				order = append(order, label)
			}
			seen[label].lines++
		}
		next := strings.IndexByte(t.Text[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	for _, label := range order {
		near := diag.Nearest(label, declared)
		if seen[label].lines < 2 && near == "" {
			continue // somebody may well say "One thing: ..." once
		}
		at := seen[label].first
		line, _, _ := strings.Cut(t.Text[at:], "\n")
		skipped := len(line) - len(strings.TrimLeft(line, " "))
		if _, n, ok := transcript.Timestamp(line); ok {
			skipped = strings.Index(line[n:], label) + n
		}
		f := diag.Finding{Rule: "transcript/undeclared-speaker", File: t.File, Pos: t.Position(at + skipped), Width: utf8.RuneCountInString(label),
			Source: line, Private: true, Message: fmt.Sprintf("%s like a turn, with a label that speakers does not name", have(seen[label].lines, "line begins", "lines begin")),
			Hint: "name it under `speakers:` in the front matter"}
		if near != "" {
			f.Hint = "did you mean " + near + "?"
		}
		found.Add(f)
	}
	return found
}

// unknownLabel returns what stands before the colon of a line that begins like a turn's header: at most three words and
// 30 characters, the first of them a capital letter or a digit; "" if it does not.
func unknownLabel(line string) string {
	if _, n, ok := transcript.Timestamp(line); ok {
		line = strings.TrimLeft(line[n:], " ")
	}
	const most = 60 // bytes
	head := line[:min(len(line), most)]
	colon := strings.IndexByte(head, ':')
	if colon < 0 || strings.IndexByte(head[:colon], '\n') >= 0 {
		return ""
	}
	if rest := line[colon+1:]; rest != "" && rest[0] != ' ' && rest[0] != '\n' {
		return ""
	}
	label := strings.TrimRight(head[:colon], " ")
	first, _ := utf8.DecodeRuneInString(label)
	if label == "" || !unicode.IsUpper(first) && !unicode.IsDigit(first) || utf8.RuneCountInString(label) > 30 || strings.Count(label, " ") > 2 ||
		strings.ContainsFunc(label, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -_.'’()", r)
		}) || strings.Trim(label, "0123456789") == "" {
		return ""
	}
	return label
}

// frontMatter reads the YAML at the head of a transcript or memo.
func frontMatter(file string, src []byte) *places {
	rest, opens := bytes.CutPrefix(src, []byte("---\n"))
	head, _, closes := bytes.Cut(rest, []byte("\n---"))
	if !opens || !closes {
		return placesOf(file, nil, 0)
	}
	return placesOf(file, append(slices.Clone(head), '\n'), 1)
}

// contacts finds what looks like an e-mail address or a telephone number.
func contacts(t *transcript.Transcript) diag.List {
	var found diag.List
	tell := func(start, end int, what string) {
		line := t.Text[strings.LastIndexByte(t.Text[:start], '\n')+1:]
		line, _, _ = strings.Cut(line, "\n")
		found.Add(diag.Finding{Rule: "privacy/contact-details", File: t.File, Pos: t.Position(start), Width: utf8.RuneCountInString(t.Text[start:end]),
			Source: line, Private: true, About: "transcript:" + t.ID, Message: "this looks like " + what,
			Hint: "replace it by what it stands for, in brackets; codings follow"})
	}
	for at := 0; ; {
		i := strings.IndexByte(t.Text[at:], '@')
		if i < 0 {
			break
		}
		at += i
		start, end := at, at+1
		for start > 0 && inAddress(t.Text[start-1]) {
			start--
		}
		for end < len(t.Text) && inAddress(t.Text[end]) {
			end++
		}
		host := strings.TrimRight(t.Text[at+1:end], ".-") // a full stop ends the sentence
		if start < at && strings.Contains(strings.TrimLeft(host, "."), ".") {
			tell(start, at+1+len(host), "an e-mail address")
		}
		at = end
	}
	for at := 0; at < len(t.Text); {
		if t.Text[at] < '0' || t.Text[at] > '9' {
			at++
			continue
		}
		end, is := number(t.Text, at)
		if is {
			start := at
			if start > 0 && t.Text[start-1] == '+' {
				start--
			}
			tell(start, end, "a telephone number")
		}
		at = end
	}
	return found
}

func inAddress(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 || strings.IndexByte("._%+-", c) >= 0
}

// number reads digits from at on, in groups with single spaces, hyphens, dots or parentheses between them. Is says
// whether they can be a telephone number: eight to fifteen digits that are no list of years and no sum with thousands
// set apart.
func number(text string, at int) (end int, is bool) {
	digits := 0
	var groups []string
	begin := at
	for i := at; ; {
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		groups = append(groups, text[begin:i])
		digits += i - begin
		end = i
		if i+1 < len(text) && strings.IndexByte(" -.()", text[i]) >= 0 {
			i++
			if strings.IndexByte("( ", text[i]) >= 0 && text[i-1] == ')' || text[i] == '(' {
				i++
			}
		}
		if i == end || i >= len(text) || text[i] < '0' || text[i] > '9' {
			break
		}
		begin = i
	}
	if digits < 8 || digits > 15 {
		return end, false
	}
	plus := at > 0 && text[at-1] == '+'
	years := !slices.ContainsFunc(groups, func(g string) bool {
		return len(g) != 4 || !strings.HasPrefix(g, "19") && !strings.HasPrefix(g, "20")
	})
	thousands := len(groups) > 1 && !slices.ContainsFunc(groups[1:], func(g string) bool { return len(g) != 3 }) && groups[0][0] != '0'
	date := len(groups) == 3 && (len(groups[0]) == 4 && len(groups[1]) == 2 || len(groups[2]) == 4 && len(groups[1]) == 2 && len(groups[0]) == 2)
	return end, plus || !years && !thousands && !date
}

// Headers that by themselves say that a column identifies people, folded and without what is no letter.
var direct = []string{"address", "adresse", "adress", "anschrift", "birthdate", "cpr", "cprnummer", "dateofbirth", "dob", "email", "emailaddress", "epost", "epostadresse",
	"epostadress", "familyname", "fødselsdato", "fødselsnummer", "födelsedatum", "geburtsdatum", "lastname", "mail", "mobil", "mobile", "mobiltelefon", "nachname",
	"nationalid", "personnummer", "phone", "phonenumber", "ssn", "surname", "telefon", "telefonnummer", "telephone", "etternavn", "efternavn", "efternamn"}

// participants holds participants.csv against who speaks, and looks at what it says of them.
func (c *checker) participants() {
	people := c.s.Participants
	file := c.show + participantsFile
	src := c.source(file)
	speaking := map[string]bool{}
	for _, id := range c.s.Speaking() {
		speaking[diag.Fold(id)] = true
	}
	for _, row := range people.Rows {
		if len(speaking) > 0 && !speaking[diag.Fold(row.ID)] {
			c.add(diag.Finding{Rule: "study/unparticipating", File: file, Pos: diag.Position{Line: row.Line, Column: 1}, Width: utf8.RuneCountInString(row.ID),
				About: "participant:" + row.ID, Message: "participant " + row.ID + " speaks in no transcript"})
		}
	}
	for _, name := range people.Attributes {
		letters := strings.Map(func(r rune) rune {
			if !unicode.IsLetter(r) {
				return -1
			}
			return r
		}, diag.Fold(name))
		if !slices.Contains(direct, letters) {
			continue
		}
		f := diag.Finding{Rule: "privacy/direct-identifier", File: file, Pos: diag.Position{Line: 1}, Message: "column " + name + " identifies people",
			Hint: "keep it in a key file outside the study"}
		header := strings.TrimPrefix(diag.Line(src, 1), "\ufeff")
		if i := strings.Index(header, name); i >= 0 && utf8.ValidString(header) {
			f.Pos.Column, f.Width = utf8.RuneCountInString(header[:i])+1, utf8.RuneCountInString(name)
		}
		c.add(f)
	}
}

var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

// reportSettings holds what study.yaml says of the report against the study.
func (c *checker) reportSettings() {
	o := c.s.Config.Report
	coders := c.s.Coders()
	for i, coder := range o.Coders {
		if len(coders) > 0 && !slices.Contains(coders, coder) {
			f := c.settled.in("study/unknown-coder", "", "report", "coders", i)
			f.Message = "coder " + coder + " has no folder under codings"
			f.Hint = nearest(coder, coders)
			c.add(f)
		}
	}
	known := slices.Clone(c.s.Participants.Attributes)
	for _, id := range c.s.TranscriptIDs() {
		if t := c.s.Transcript(id); t != nil {
			for _, a := range t.Meta.Attributes {
				if !slices.Contains(known, a.Name) {
					known = append(known, a.Name)
				}
			}
		}
	}
	names := func(name string) func(string) bool {
		return func(have string) bool { return diag.Fold(have) == diag.Fold(name) }
	}
	find := func(known []string, whose, name string, path ...any) bool {
		if len(known) == 0 || slices.ContainsFunc(known, names(name)) {
			return true
		}
		f := c.settled.in("study/unknown-attribute", "", path...)
		f.Message = "no participant" + whose + " has an attribute " + name
		f.Hint = nearest(name, known)
		c.add(f)
		return false
	}
	unknown := func(name string, path ...any) { find(known, " and no transcript", name, path...) }
	for i, name := range o.Show {
		if !slices.Contains([]string{"coders", "dates", "sources"}, name) {
			unknown(name, "report", "show", i)
		}
	}
	for _, by := range o.Participants.Bands {
		at := []any{"report", "participants", "bands", by.Attribute}
		if find(c.s.Participants.Attributes, "", by.Attribute, at...) {
			c.notFigures(by.Attribute, at...)
		}
	}
	for i, name := range o.Participants.Range {
		at := []any{"report", "participants", "range", i}
		if find(c.s.Participants.Attributes, "", name, at...) {
			c.notFigures(name, at...)
		}
	}
	for _, m := range placeholder.FindAllStringSubmatch(o.Attribution, -1) {
		if diag.Fold(m[1]) != "id" { // one that show does not list is left out of reports
			unknown(m[1], "report", "attribution")
		}
	}

	d := c.s.Disclosure() // of all that reports show together
	what, hint := d.Undecided()
	if what == "" && len(d.Withheld) == 0 && len(d.SetApart) > 0 && d.Of > d.Smallest { // fewer people are a small group whatever is shown
		what = fmt.Sprintf("what the report shows sets %d of %s apart in groups of fewer than %d", len(d.SetApart), analysis.Plural(d.Of, "participant", "participants"), d.Smallest)
	}
	if what != "" {
		f := c.settled.in("privacy/small-groups", "", "report", "show")
		f.Message, f.Hint = what, cmp.Or(hint, f.Hint)
		c.add(f)
	}
}

// notFigures finds participants whose value of an attribute is none of the figures that its bands or range are made of.
// Where there are no figures at all, it is the place in study.yaml that is amiss.
func (c *checker) notFigures(attribute string, path ...any) {
	rows, any := c.s.NotFigures(attribute)
	if !any {
		f := c.settled.in("study/not-a-figure", "", path...)
		f.Message = "no participant's " + attribute + " is a number, so there is nothing to make bands or a range of"
		c.add(f)
		return
	}
	for _, row := range rows {
		c.add(diag.Finding{Rule: "study/not-a-figure", File: c.show + participantsFile, Pos: diag.Position{Line: row.Line, Column: 1}, Width: utf8.RuneCountInString(row.ID),
			About: "participant:" + row.ID, Message: "the " + attribute + " of participant " + row.ID + " is no number like the others, so it counts as not given"})
	}
}

func nearest(word string, known []string) string {
	if near := diag.Nearest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "known: " + strings.Join(known, ", ")
}

// memos finds memos about what is not in the study.
func (c *checker) memos() {
	fault := c.s.RefChecker()
	for _, m := range c.s.Memos() {
		for i, ref := range m.About {
			message, hint := fault(ref)
			if ref == "" || message == "" {
				continue
			}
			p := frontMatter(m.File, c.source(m.File))
			at := node(p.root, "about")
			if at != nil && at.Kind == yaml.SequenceNode {
				at = node(at, i)
			}
			f := p.finding("study/dangling-memo", "", at)
			f.Message, f.Hint = message, cmp.Or(hint, f.Hint)
			f.About = cmp.Or(ref, f.About)
			c.add(f)
		}
	}
}
