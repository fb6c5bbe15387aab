package ingest

import (
	"html"
	"io"
	"regexp"
	"slices"
	"strings"

	tokens "golang.org/x/net/html"
)

func readHTMLProse(s *source, b *proseBuilder) error {
	b.html(s.text, 0)
	return nil
}

var (
	htmlBlocks = strings.Fields("address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
		"header hr html li main nav ol option p pre section summary table tbody td tfoot th thead tr ul")
	htmlSkipped = strings.Fields("script style title template svg math textarea select noscript del")
	htmlVoid    = strings.Fields("area base br col embed hr img input link meta param source track wbr")
	noteMark    = regexp.MustCompile(`^\s*[\[(]?(\d{1,3}([,–-]\s*\d{1,3})*|[*†‡§]+|[a-z])[\])]?\s*$`)
)

// html writes a stretch of HTML that begins at byte at of the source. Elements of lines and paragraphs are read as
// browsers do as far as text goes; a paragraph is a block quotation inside <blockquote>, and where its class says so, as
// in what Word writes.
func (b *proseBuilder) html(src string, at int) {
	z := tokens.NewTokenizer(strings.NewReader(src))
	z.SetMaxBuf(maxPartBytes)
	type element struct {
		name   string
		quotes bool
		sup    int // where the text of <sup> begins, from 1
	}
	var open []element
	skip := ""
	depth := 0
	quoting := func() bool { return slices.ContainsFunc(open, func(e element) bool { return e.quotes }) }
	end := func() { b.end(quoting()) }
	offset := at
	for {
		kind := z.Next()
		raw := z.Raw()
		from := offset
		offset += len(raw)
		if kind == tokens.ErrorToken {
			if z.Err() != io.EOF && offset < at+len(src) {
				b.note("what follows byte %d is not HTML that can be read", offset)
			}
			end()
			return
		}
		if kind == tokens.TextToken {
			if skip == "" {
				b.entities(string(raw), from)
			}
			continue
		}
		if kind != tokens.StartTagToken && kind != tokens.EndTagToken && kind != tokens.SelfClosingTagToken {
			continue
		}
		tag, hasAttributes := z.TagName()
		name := string(tag)
		if skip != "" {
			if name == skip {
				if kind == tokens.StartTagToken {
					depth++
				} else if kind == tokens.EndTagToken {
					depth--
				}
				if depth == 0 {
					skip = ""
				}
			}
			continue
		}
		class := ""
		for hasAttributes {
			var key, value []byte
			if key, value, hasAttributes = z.TagAttr(); string(key) == "class" {
				class = string(value)
			}
		}
		isBlock := slices.Contains(htmlBlocks, name)
		switch {
		case kind == tokens.StartTagToken && slices.Contains(htmlSkipped, name):
			skip, depth = name, 1
		case name == "br":
			b.write("\n", from, false)
		case name == "q" && kind == tokens.StartTagToken:
			b.write("“", from, false)
		case name == "q" && kind == tokens.EndTagToken:
			b.write("”", from, false)
		case kind == tokens.EndTagToken:
			i := len(open) - 1
			for i >= 0 && open[i].name != name {
				i--
			}
			if isBlock {
				end()
			}
			if i < 0 {
				break
			}
			if sup := open[i].sup; sup > 0 && sup <= b.text.Len()+1 && noteMark.MatchString(b.text.String()[sup-1:]) {
				b.cut(sup - 1)
			}
			open = open[:i]
		default:
			if isBlock {
				end()
				if n := len(open); n > 0 && open[n-1].name == "p" { // a paragraph ends where another block begins
					open = open[:n-1]
				}
			}
			if kind == tokens.SelfClosingTagToken || slices.Contains(htmlVoid, name) || len(open) > 1000 {
				break
			}
			e := element{name: name, quotes: name == "blockquote" || isBlock && quotingStyle.MatchString(class)}
			if name == "sup" {
				e.sup = b.text.Len() + 1
			}
			if (name == "footer" || name == "cite") && quoting() {
				b.write("\n— ", from, false)
			}
			open = append(open, e)
		}
	}
}

// tag writes what a tag in the middle of Markdown's text stands for.
func (b *proseBuilder) tag(tag string, at int) {
	switch name, _, _ := strings.Cut(strings.ToLower(strings.Trim(tag, "<> ")), " "); strings.TrimSuffix(name, "/") {
	case "br":
		b.write("\n", at, false)
	case "q":
		b.write("“", at, false)
	case "/q":
		b.write("”", at, false)
	}
}

// entities writes text of HTML that begins at byte at of the source.
func (b *proseBuilder) entities(s string, at int) {
	for s != "" {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			b.write(s, at, true)
			return
		}
		b.write(s[:i], at, true)
		s, at = s[i:], at+i
		n := 1
		if m := entity.FindString(s); m != "" {
			n = len(m)
			b.write(html.UnescapeString(m), at, false)
		} else {
			b.write("&", at, true)
		}
		s, at = s[n:], at+n
	}
}
