package ingest

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

var talks = map[string]string{
	"nb": "I: Hvordan begynte du å jobbe på kaia?\nP: Det var vår, og båten lå på land. Jeg måtte gjøre noe.\nI: Og så?\nP: Så gikk vi ut på fjorden, før været snudde. Vi var redde, men det gikk bra. Ingen sa noe på vei hjem.\n",
	"de": "I: Wie haben Sie angefangen?\nB: Ich wusste nicht, was ich tun soll. Für mich war es schön, größer als alles.\nI: Und später?\nB: Später haben wir über alles geredet, über Ängste, über Geld, über die Mütter.\n",
	"ru": "И: Как вы начали работать?\nР: Это было весной, лодка лежала на берегу, и мне нужно было что-то делать.\nИ: А потом?\nР: Потом мы вышли в море, пока не испортилась погода. Было страшно, но всё обошлось.\n",
	"ja": "聞き手：どうやって始めましたか。\n話者：春でした。船は陸にありました。何かをしなければなりませんでした。\n聞き手：それから？\n話者：それから海に出ました。とても寒かったです。\n",
	"zh": "访谈者：你是怎么开始的？\n受访者：那是春天，一条船在岸上，我必须做点什么。\n访谈者：然后呢？\n受访者：然后我们出海了，天气很冷，大家都不说话。\n",
}

func TestEncodings(t *testing.T) {
	mark := func(order xunicode.Endianness) encoding.Encoding { return xunicode.UTF16(order, xunicode.UseBOM) }
	for _, c := range []struct {
		name, talk string
		in         encoding.Encoding
		want       string
		guess      bool
	}{
		{"utf-8", "nb", encoding.Nop, "utf-8", false},
		{"utf-8 with a mark", "nb", xunicode.UTF8BOM, "utf-8", false},
		{"utf-16le with a mark", "de", mark(xunicode.LittleEndian), "utf-16le", false},
		{"utf-16be with a mark", "ja", mark(xunicode.BigEndian), "utf-16be", false},
		{"utf-32le with a mark", "nb", utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), "utf-32le", false},
		{"utf-32be with a mark", "nb", utf32.UTF32(utf32.BigEndian, utf32.UseBOM), "utf-32be", false},
		{"utf-16le", "nb", xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM), "utf-16le", true},
		{"utf-16be", "ru", xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM), "utf-16be", true},
		{"utf-16le, Russian", "ru", xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM), "utf-16le", true},
		{"utf-16le, Chinese", "zh", xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM), "utf-16le", true},
		{"windows-1252", "nb", charmap.Windows1252, "windows-1252", true},
		{"windows-1252, German", "de", charmap.Windows1252, "windows-1252", true},
		{"windows-1251", "ru", charmap.Windows1251, "windows-1251", true},
		{"koi8-r", "ru", charmap.KOI8R, "koi8-r", true},
		{"shift_jis", "ja", japanese.ShiftJIS, "shift_jis", true},
		{"gbk", "zh", simplifiedchinese.GBK, "gbk", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			src, err := c.in.NewEncoder().Bytes([]byte(talks[c.talk]))
			if err != nil {
				t.Fatal(err)
			}
			d := read(t, string(src))
			want := read(t, talks[c.talk])
			if brief(d) != brief(want) || d.Encoding != c.want {
				t.Errorf("read as %s:\n%s\nwant %s:\n%s", d.Encoding, brief(d), c.want, brief(want))
			}
			if said := strings.Contains(strings.Join(d.Notes, "\n"), "encoding guessed"); said != c.guess {
				t.Errorf("notes %q", d.Notes)
			}
			d, err = Read("talk", src, Options{Encoding: c.want})
			if err != nil || brief(d) != brief(want) {
				t.Errorf("with the encoding named: %v", err)
			}
		})
	}
}

func TestEncodingNamedIsObeyed(t *testing.T) {
	src, _ := charmap.ISO8859_2.NewEncoder().Bytes([]byte("I: Jak się zaczęło?\nR: Wiosną, łódź leżała na brzegu.\nI: I co?\nR: Nic.\n"))
	if got := brief(read(t, string(src), Options{Encoding: "Latin2"})); !strings.Contains(got, "łódź leżała") {
		t.Errorf("got %s", got)
	}
	if _, err := Read("talk", src, Options{Encoding: "utf-8"}); err == nil || !strings.Contains(err.Error(), "talk: not valid utf-8") {
		t.Errorf("got %v", err)
	}
	if _, err := Read("talk", src, Options{Encoding: "klingon"}); err == nil || !strings.Contains(err.Error(), `no encoding is called "klingon"`) {
		t.Errorf("got %v", err)
	}
	if _, err := Read("talk", src, Options{Format: "wav"}); err == nil || !strings.Contains(err.Error(), `no format is called "wav"; there are docx`) {
		t.Errorf("got %v", err)
	}
}

func TestLineEnds(t *testing.T) {
	want := brief(read(t, "I: One?\nP: Two.\nThree.\n\nI: Four?\n"))
	for _, end := range []string{"\r\n", "\r", "\u2028", "\u0085"} {
		d := read(t, strings.ReplaceAll("I: One?\nP: Two.\nThree.\n\nI: Four?\n", "\n", end))
		if got := brief(d); got != want {
			t.Errorf("%q: got %s", end, got)
		}
	}
	if got := brief(read(t, "I: One?\nP: Two.\n\fI: Three?\nP: Four\vfive.\n")); got != "I|One?\nP|Two.\nI|Three?\nP|Four five." {
		t.Errorf("form feed: got %s", got)
	}
}

func TestRefusals(t *testing.T) {
	old := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00\x01", 300)
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", "is empty"},
		{"white space", " \n\r\n\t", "is empty"},
		{"a byte order mark alone", "\ufeff", "is empty"},
		{"pdf", "%PDF-1.7\n1 0 obj", "is not text: it looks like a PDF; tema cannot read PDF yet"},
		{"doc", old, "an old Word file (.doc)"},
		{"rtf", "{\\rtf1\\ansi I: Hello\\par}", "RTF; tema cannot read RTF yet"},
		{"html", "<!DOCTYPE html>\n<html><body><p>I: Hi</p>", "HTML; tema cannot read HTML yet"},
		{"elan", `<?xml version="1.0"?><ANNOTATION_DOCUMENT AUTHOR="">`, "an ELAN file"},
		{"chat", "@UTF8\n@Begin\n*CHI:\tmama .\n@End\n", "a CHAT file"},
		{"textgrid", "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n", "a TextGrid"},
		{"png", "\x89PNG\r\n\x1a\n\x00\x00", "a picture"},
		{"mp3", "ID3\x04\x00\x00\x00", "a recording"},
		{"m4a", "\x00\x00\x00\x1cftypM4A \x00", "a recording"},
		{"wav", "RIFF\x24\x00\x00\x00WAVEfmt ", "a recording"},
		{"gzip", "\x1f\x8b\x08\x00", "a compressed file"},
		{"sqlite", "SQLite format 3\x00", "a database"},
		{"nul", "I: Hello\x00\x00 there\x01\x00\n", "is not text: it holds NUL bytes"},
		{"noise", strings.Repeat("\x01\x02\x03abc\x7f\x1b", 50), "is not text: it is full of control characters"},
		{"odt", string(packed(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<x/>")), "ODT"},
		{"xlsx", string(packed(t, "xl/workbook.xml", "<x/>")), "a spreadsheet (XLSX)"},
		{"zip", string(packed(t, "talk.txt", "I: Hello")), "a ZIP archive"},
		{"broken zip", "PK\x03\x04 and then nothing", "is a broken archive"},
		{"subtitles without text", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "holds no speech"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Read("p/talk.x", []byte(c.src), Options{})
			if err == nil {
				t.Fatalf("was read as %s: %s", d.Format, brief(d))
			}
			if _, ok := diag.AsInvalid(err); !ok || !strings.HasPrefix(err.Error(), "p/talk.x: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	// Words that only look like the beginning of such a file.
	for _, src := range []string{"RIFFs were what we played.\n", "FORMs and more forms.\n", "ID3 was the label.\n", "<so it was> he said\n", "{laughs} I know\n", "PKs are hard.\n", "BZhou said so.\n", "<?xml he typed\n"[1:]} {
		if d, err := Read("talk", []byte(src), Options{}); err != nil || d.Format != "text" {
			t.Errorf("%q: %v", src, err)
		}
	}
}

const native = "---\ndate: 2020-02-11\nspeakers: {I: interviewer, Jonas: P01}\n---\nA note.\n\nI: Can you tell me?\n\n[0:00:12] Jonas: I wanted to:  use it\n\nAnd then.\n"

func TestNativeIsTakenOver(t *testing.T) {
	d := read(t, native)
	out, err := d.Transcript(transcript.Meta{Language: "xx"})
	if err != nil || string(out) != native {
		t.Errorf("%v: got\n%s", err, out)
	}
	if got, want := brief(d), "|A note.\nI|Can you tell me?\n12s Jonas|I wanted to:  use it¶And then."; got != want || d.Format != "tema" || d.Labels != "declared" || d.Segments[2].Line != 9 {
		t.Errorf("%s %s %d: got\n%s", d.Format, d.Labels, d.Segments[2].Line, got)
	}
	spaced := "---\nspeakers: {I: interviewer}\n---\nI: one\n\n\n\n  two  \nthree\n"
	if d := read(t, spaced); d.Segments[0].Text != "one\n\n\n\n  two  \nthree" {
		t.Errorf("native speech was changed: %q", d.Segments[0].Text)
	}
	d = read(t, "\ufeff"+strings.ReplaceAll(native, "\n", "\r\n"))
	if out, _ := d.Transcript(transcript.Meta{}); string(out) != native || !strings.Contains(strings.Join(d.Notes, " "), "not byte for byte") {
		t.Errorf("with Windows' line ends: %q\n%s", d.Notes, out)
	}
	if _, err := Read("talk.txt", []byte(strings.Replace(native, "date:", "dates:", 1)), Options{}); err == nil || !strings.Contains(err.Error(), "talk.txt:2:1") {
		t.Errorf("a fault in the front matter: %v", err)
	}
	if d := read(t, "---\ntitle: Episode 49\ndate: 2021-11-17\n---\n\n**Ben:** One.\n\n**Ada:** Two.\n\n**Ben:** Three.\n"); d.Format != "markdown" || len(d.Segments) != 4 {
		t.Errorf("front matter of another kind: %s\n%s", d.Format, brief(d))
	}
	if d := read(t, "---\n---\nI: One?\nP: Two.\n"); d.Format == "tema" {
		t.Errorf("two rules are no front matter")
	}
}

func TestTranscriptLayout(t *testing.T) {
	d := read(t, "Jo: our note\n\nSpeaker 1  0:02  \nAlright.\nJo 2: no header\n\nMore.\n\nJo Aas  1:00:08  \n[0:00:01] Speaker 1: said he.\nSpeaker 1 : again\nSpeaker 1, too: fine\n\nSpeaker 1  1:00:09  \n\nJo Aas  1:01:08  \nBye.\n\nTranscribed by https://otter.ai\n",
		Options{Language: "nb"})
	out, err := d.Transcript(transcript.Meta{
		Speakers:   []transcript.Speaker{{Label: "Speaker 1", Is: "interviewer"}, {Label: "Jo Aas", Is: "P02"}, {Label: "Jo", Is: "P03"}},
		Attributes: []transcript.Attribute{{Name: "setting", Value: "at home"}},
		Source:     &transcript.Source{File: "talk.txt", SHA256: "5f0c"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `---
language: nb
speakers: {Speaker 1: interviewer, Jo Aas: P02, Jo: P03}
attributes: {setting: at home}
source: {file: talk.txt, sha256: 5f0c, format: text, encoding: utf-8, labels: inferred, dropped: [19]}
---
 Jo: our note

[0:00:02] Speaker 1: Alright.
Jo 2: no header

More.

[1:00:08] Jo Aas: [0:00:01] Speaker 1: said he.
 Speaker 1 : again
Speaker 1, too: fine

[1:00:09] Speaker 1:

[1:01:08] Jo Aas: Bye.
`
	if string(out) != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
	if _, err := d.Transcript(transcript.Meta{Speakers: []transcript.Speaker{{Label: "Jo Aas", Is: "P02"}}}); err == nil || !strings.Contains(err.Error(), `the label "Speaker 1"`) {
		t.Errorf("a label that nobody maps: %v", err)
	}
	d = read(t, "Nobody is named.\n")
	if out, err := d.Transcript(transcript.Meta{Speakers: []transcript.Speaker{{Label: "Nobody is named.", Is: "P02"}}}); err != nil || bytes.Contains(out, []byte("speakers")) {
		t.Errorf("%v: speakers declared where none speak:\n%s", err, out)
	}
}

// Whatever a reader hands over, a turn has a label that can stand in a transcript, and nothing without a label may
// stand after one, since it would become part of that turn.
func TestFinishKeepsThePromises(t *testing.T) {
	d := &Document{File: "talk", Labels: "declared", Segments: []Segment{
		{Speaker: "", Text: " \r\n"}, {Speaker: "//A: \n b\t", Text: " one\r\ntwo  \n\n\n\nthree\x00\n", Start: -1, HasTime: true}, {Text: "four"}, {Speaker: "：", Text: "five"}}}
	if _, err := d.finish(nil); err != nil {
		t.Fatal(err)
	}
	if got, want := brief(d), "A b|one/two¶three\ufffd\nUnknown Speaker|four\nUnknown Speaker|five"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	holds(t, d)
}

func TestFormatsAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || f.About == "" || seen[f.Name] {
			t.Errorf("format %+v", f)
		}
		seen[f.Name] = true
	}
}
