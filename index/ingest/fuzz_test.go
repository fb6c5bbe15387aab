package ingest

import (
	"strings"
	"testing"
)

// tryRead reads src and, if it can be read, checks what is promised of every document.
func tryRead(t *testing.T, src string, o Options) (*Document, string) {
	d, err := Read("talk", []byte(src), o)
	if err != nil {
		return nil, ""
	}
	return d, holds(t, d)
}

func FuzzRead(f *testing.F) {
	for _, s := range talks {
		f.Add([]byte(s))
	}
	f.Add([]byte(native))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xff\xfeI\x00:\x00 \x00a\x00"))
	f.Add([]byte("start\tend\ttext\n1\t2\tHi\n"))
	f.Add([]byte("[00:01.000]Hi\n[00:02.000]\n[00:03.00]Ho\n"))
	f.Add([]byte("[00:01.000 --> 00:02.000]  Hi\n"))
	f.Add([]byte(`{"segments":[{"start":1,"end":2,"text":" Hi","speaker":"A"}]}`))
	f.Add([]byte("X\n\nSPEAKER_00\n[00:00:00] - Hello\n[00:00:04] - again\n"))
	f.Fuzz(func(t *testing.T, src []byte) { tryRead(t, string(src), Options{}) })
}

func FuzzText(f *testing.F) {
	f.Add("I: How?\n\nP1: So: it was.\n\nI: And?\n\nTime: 10:30\n")
	f.Add("Jo Aas  0:02  \nAlright\n\n0:15  \nHm\n\nJo Aas  1:00:08  \nBye\nTranscribed by https://otter.ai\n")
	f.Add("Jo (00:00:05):\nOne\n\nMia Day (00:00:07):\nTwo\n\nJo (00:01):\nThree")
	f.Add("[A b] 11:02:09\nOne\n[C d] 11:02:10\nTwo\n[A b] 11:02:11\nThree")
	f.Add("[00:00:05] A B: x\n[00:00:06] A B: y\n[00:00:07] C: z\n")
	f.Add("John Rask\n00:00:02\nOne\nAda Lind\n00:00:09\nTwo\nJohn Rask\n00:00:11\nThree\n")
	f.Add("I\tone\nB\ttwo\nI\tthree\n")
	f.Fuzz(func(t *testing.T, src string) {
		d, text := tryRead(t, src, Options{Format: "text", Encoding: "utf-8"})
		if d == nil {
			return
		}
		// A label is spelt in one way, and stretches of one speaker are joined, so that only the words as such count.
		have := words(text)
		for _, l := range lost(src, text, d.Dropped) {
			if w, _, _ := strings.Cut(l, " "); have[w] == 0 && !strings.ContainsAny(src, "\r\f\v\u0085\u2028\u2029\ufeff\x00") {
				t.Fatalf("lost %q of\n%q\nin\n%q", l, src, text)
			}
		}
	})
}

func FuzzMarkdown(f *testing.F) {
	f.Add("# T\n\n**Anna:** one \\[0:01\\]\n\n**Bo**: [two](https://x.example) `c` &amp; <sup>3</sup>\n\n---\n\n**Anna:** *three*\n")
	f.Add("[00:00:00] **A:** x\n\n[00:00:01] **A:** y\n\n## H\n\n__B__: z\n\n![a[b]](./c)\n")
	f.Fuzz(func(t *testing.T, src string) { tryRead(t, src, Options{Format: "markdown"}) })
}

func FuzzVTT(f *testing.F) {
	f.Add("\n\n00:01.000 --> 00:02.000\nHi\n")
	f.Add(" x\nKind: y\n\nNOTE z\n\nSTYLE\n::cue{}\n\nid\n00:01.000 --> 00:02.000 align:start\n<v Bo>Hi</v> <00:01.500><c>yo</c> &#233;\n\nstray\n")
	f.Add("\n\na/1-0\n00:01.000 --> 00:02.000\n<v A>a</v>\n\na/1-1\n00:02.000 --> 00:03.000\n<v A>b</v>\n00:bad --> x\nc\n")
	f.Add("\n\n00:01.000 --> 00:02.000\nAnna B: one\n\n00:02.000 --> 00:03.000\n[S]: two\n\n00:03.000 --> 00:04.000\nAnna B: three\n")
	f.Fuzz(func(t *testing.T, src string) { tryRead(t, "WEBVTT"+src, Options{Format: "vtt"}) })
}

func FuzzSRT(f *testing.F) {
	f.Add("1\n00:00:01,000 --> 00:00:02,000\n<i>Hi</i> {\\an8}you\n\nall\n\n2\n0:00:02.5 --> 0:00:03,1000 X1:1\nBye\n")
	f.Add("00:00.000 --> 00:27.640\n>> MAN: Hello\n>> MAN: so\n- no\n")
	f.Fuzz(func(t *testing.T, src string) { tryRead(t, src, Options{Format: "srt"}) })
}

func FuzzDOCX(f *testing.F) {
	f.Add(para("**Anna:** One", "I: two\nthree", "**Anna** 0:09\nx"))
	f.Add("<w:tbl>" + tableRow("0:05", "I", "One?") + tableRow("0:07", "Anna", "Two") + "</w:tbl>")
	f.Add(`<w:p><w:pPr><w:framePr w:dropCap="drop"/></w:pPr><w:r><w:t>D</w:t></w:r></w:p><w:p><w:r><w:t>rop</w:t><w:tab/><w:br/><w:sym w:char="2192"/></w:r><w:del><w:r><w:t>x</w:t></w:r></w:del></w:p>`)
	f.Add(`<w:p><w:r><w:txbxContent><w:p><w:r><w:t>in</w:t></w:r></w:p></w:txbxContent></w:r></w:p></w:p><w:tc/><w:tr><w:p/></w:tr>`)
	f.Fuzz(func(t *testing.T, body string) { tryRead(t, string(docx(t, body)), Options{}) })
}
