package ingest

import (
	"strings"
	"testing"
	"time"
)

func TestWebVTT(t *testing.T) {
	for _, c := range []struct{ name, src, want, labels, dropped string }{
		{"nothing but the signature's tail", "WEBVTT the talk\n\n00:01.000 --> 00:02.000\nHi\n", "|Hi", "none", "1"},
		{"header of several lines", "WEBVTT\nKind: captions\nLanguage: en\n\n00:01.000 --> 00:02.000\nHi\n", "|Hi", "none", "1-3"},
		{"header up to a time", "WEBVTT\n00:01.000 --> 00:02.000\nHi\n", "|Hi", "none", ""},
		{"hours or none, of any length", "WEBVTT\n\n0:00:01.000 --> 123:00:02.000\nA\n\n00:59.999 --> 01:00:00.000\nB\n", "|A B", "none", ""},
		{"settings, spaces and tabs around the arrow", "WEBVTT\n\n  00:01.000-->00:02.000 align:start position:10%\nA\n\n00:02.000\t-->\t00:03.000\tline:1\nB\n", "|A B", "none", ""},
		{"no end of line at the end", "WEBVTT\n\n00:01.000 --> 00:02.000\nA\nB", "|A B", "none", ""},
		{"times at the very end", "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n\n00:03.000 --> 00:04.000", "|A", "none", ""},
		{"an arrow ends a cue", "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n00:02.000 --> 00:03.000\nB\n", "|A B", "none", ""},
		{"an id that is no text, the empty line missing", "WEBVTT\n\n1\n00:01.000 --> 00:02.000\nA\n2\n00:02.000 --> 00:03.000\nB\n", "|A B", "none", ""},
		{"notes, styles, regions", "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:one\n\nNOTE one line\n\nNOTE\nof two\nlines\n\nid\n00:01.000 --> 00:02.000\nA\n\nNOTE\n\n00:02.000 --> 00:03.000\nNOTE is said here\n",
			"|A NOTE is said here", "none", "3-4 6-7 9 11-13 19"},
		{"a note that times end", "WEBVTT\n\nNOTE so\nand so\n00:01.000 --> 00:02.000\nA\n", "|A", "none", "3-4"},
		{"a note that has times is a cue", "WEBVTT\n\nNOTE so\n00:01.000 --> 00:02.000\nA\n", "|A", "none", ""},
		{"tags and entities", "WEBVTT\n\n00:01.000 --> 00:02.000\n<i>One</i> <c.loud.red>two</c> <00:01.500>three<ruby>four<rt>4</rt></ruby> <lang en-GB>five</lang> &amp; &lt;six&gt;&#233; AT&T\n",
			"|One two threefour4 five & <six>é AT&T", "none", ""},
		{"what only looks like a tag is said", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v INT>Victor, <[?]> <unclear> 3 < 4 <5\n", "1s INT|Victor, <[?]> <unclear> 3 < 4 <5", "declared", ""},
		{"voices", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>One.</v> <v.loud Bo Lind>Two.\n\n00:03.000 --> 00:04.000\n<v Bo Lind>Three.\n", "1s Ada|One.\n1s Bo Lind|Two. Three.", "declared", ""},
		{"a voice's name in entities", "WEBVTT\n\n00:05.485 --> 00:05.725\n<v Carlos Far&#237;as | Trips>No.</v>\n\n00:06.000 --> 00:07.000\n<v 佐藤 花子>はい。</v>\n\n00:07.000 --> 00:08.000\n<v 佐藤 花子>そうです。</v>\n",
			"5s Carlos Farías | Trips|No.\n6s 佐藤 花子|はい。そうです。", "declared", ""},
		{"Teams splits an utterance", "WEBVTT\n\na-1/18-0\n00:34.590 --> 00:40.633\n<v Gio>how do you\nstore records in a</v>\n\na-1/19-0\n00:35.000 --> 00:36.000\n<v Ada>Mm.</v>\n\na-1/18-1\n00:40.633 --> 00:45.007\n<v Gio>file?</v>\n\na-1/20-0\n00:46.000 --> 00:47.000\n<v Gio>We saw it.</v>\n",
			"34s Gio|how do you store records in a file?\n35s Ada|Mm.\n46s Gio|We saw it.", "declared", ""},
		{"noScribe: a pause first, voices never closed, overlaps", "WEBVTT A talk\n\nNOTE\nTranscribed with noScribe vers. 0.7\n\n1\n00:00:00.000 --> 00:00:12.140\n(12 seconds pause)\n\n2\n00:00:34.570 --> 00:00:35.790\n<v S01>Good day. //S02: Nice. // So.\n\n3\n00:00:36.000 --> 00:00:37.000\n<v //S02>Yes.\n",
			"0s |(12 seconds pause)\n34s S01|Good day. //S02: Nice. // So.\n36s S02|Yes.", "declared", "1 3-4"},
		{"a voice without a name", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>One.\n\n00:02.000 --> 00:03.000\nWho is this?\n", "1s Ada|One.\n2s Unknown Speaker|Who is this?", "declared", ""},
		{"Zoom", "WEBVTT\n\n1\n00:00:05.000 --> 00:00:09.000\nAsh Goel: Welcome to 3:1 in: all.\n\n2\n00:00:10.000 --> 00:00:11.000\nand to you.\n\n3\n00:12:30.500 --> 00:12:38.000\nMia Ø. (she/her): Thanks.\n\n4\n00:12:40.500 --> 00:12:48.000\nMia Ø. (she/her): Note: ready.\n\n5\n00:13:00.000 --> 00:13:01.000\nAsh Goel: So.\n",
			"5s Ash Goel|Welcome to 3:1 in: all. and to you.\n12m30s Mia Ø. (she/her)|Thanks. Note: ready.\n13m0s Ash Goel|So.", "inferred", ""},
		{"whisperX, one nobody could place", "WEBVTT\n\n00:01.000 --> 00:02.000\n[SPEAKER_00]: One.\n\n00:02.000 --> 00:03.000\n[SPEAKER_01]: Two.\n\n00:03.000 --> 00:04.000\nThree.\n",
			"1s SPEAKER_00|One.\n2s SPEAKER_01|Two.\n3s Unknown Speaker|Three.", "inferred", ""},
		{"nobody named: paragraphs", "WEBVTT\n\n00:01.000 --> 00:02.000\nSo: one\n\n00:03.999 --> 00:05.000\nand two.\n\n00:07.000 --> 00:08.000\n- Three?\n- Four.\n", "|So: one and two.¶- Three?/- Four.", "none", ""},
		{"times that cannot be read", "WEBVTT\n\n00:00:61.000 --> 00:02.000\nA\n\n00:03,500 --> 00:04,500\nB\n\n00:05.000 --> soon\nC\n", "|A B 00:05.000 --> soon C", "none", ""},
		{"an empty line inside a cue", "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n\nstill A\n\n00:03.000 --> 00:04.000\nB\n", "|A still A B", "none", ""},
		{"roll-up captions", "WEBVTT\n\n00:01.000 --> 00:02.000\nso we<00:01.500><c> began</c>\n\n00:02.000 --> 00:02.010\nso we began\n\n00:02.010 --> 00:03.000\nso we began\nin<00:02.500><c> May</c>\n\n00:03.000 --> 00:03.010\nin May\n\n00:03.010 --> 00:04.000\nin May\nand<00:03.500><c> went</c>\n",
			"|so we began in May and went", "none", ""},
		{"people do say things twice", "WEBVTT\n\n00:01.000 --> 00:02.000\nYes.\n\n00:02.000 --> 00:03.000\nYes.\n\n00:03.000 --> 00:04.000\nYes.\n\n00:04.000 --> 00:05.000\nYes.\n", "|Yes. Yes. Yes. Yes.", "none", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.src)
			got := brief(d)
			if d.Labels == "none" {
				got = got[strings.Index(got, "|"):]
			}
			if got != c.want || d.Labels != c.labels || ranges(d.Dropped) != c.dropped {
				t.Errorf("got\n%s\nlabels %q dropped %q, want\n%s\nlabels %q dropped %q", got, d.Labels, ranges(d.Dropped), c.want, c.labels, c.dropped)
			}
			if d.Format != "vtt" {
				t.Errorf("format %q", d.Format)
			}
		})
	}
}

func TestWebVTTSignature(t *testing.T) {
	for _, good := range []string{"WEBVTT", "WEBVTT\n", "WEBVTT x\n", "WEBVTT\tx\n", "\ufeffWEBVTT\r\n", "WEBVTT\r"} {
		d := read(t, good+"\n\n00:01.000 --> 00:02.000\nHi\n")
		if d.Format != "vtt" {
			t.Errorf("%q is not recognised", good)
		}
	}
	for _, bad := range []string{"WEBVT", "WEBVTTx", "webvtt", " WEBVTT", "\nWEBVTT", "WEBVTT-", "WEB VTT", "X WEBVTT"} {
		src := []byte(bad + "\n\n00:01.000 --> 00:02.000\nHi\n")
		if _, err := Read("talk.vtt", src, Options{Format: "vtt"}); err == nil || !strings.Contains(err.Error(), "does not begin with WEBVTT") {
			t.Errorf("%q is taken for WebVTT: %v", bad, err)
		}
		if d, err := Read("talk.vtt", src, Options{}); err != nil || d.Format == "vtt" {
			t.Errorf("%q: %v %v", bad, d, err)
		}
	}
}

func TestWebVTTTimestamps(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"00:00.000": 0, "01:02.345": 62345 * time.Millisecond, "1:02:03.004": time.Hour + 123004*time.Millisecond, "00:00:59.999": 59999 * time.Millisecond,
		"1000:00:00.000": 1000 * time.Hour, "60:00:00.000": 60 * time.Hour,
	} {
		if got, n, ok := vttTimestamp(s); !ok || got != want || n != len(s) {
			t.Errorf("%q = %v %d %v", s, got, n, ok)
		}
	}
	for _, s := range []string{"", "0:00.000", "60:00.000", "00:60.000", "00:00:60.000", "00:60:00.000", "00:00,000", "00:00.00", "00:00.0000", "00.000", "0:0:0.000", "-1:00.000", "00:00", ":00.000", "aa:bb.ccc"} {
		if got, _, ok := vttTimestamp(s); ok {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
}

func TestSubRip(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"plain", "1\n00:00:01,000 --> 00:00:02,000\nOne\ntwo.\n\n2\n00:00:02,500 --> 00:00:03,000\nThree.\n", "|One two. Three."},
		{"dots, one digit of hours, four of milliseconds, short fractions", "1\n0:00:01.000 --> 0:00:01,1000\nOne\n\n2\n00:00:02,5 --> 00:00:03\nTwo\n", "|One Two"},
		{"an empty line inside a cue", "1\n00:00:01,000 --> 00:00:02,000\nOne\n\ntwo.\n\n2\n00:00:02,500 --> 00:00:03,000\n\nThree.\n", "|One two. Three."},
		{"numbers that are said", "1\n00:00:01,000 --> 00:00:02,000\n1984\n\n2\n00:00:02,500 --> 00:00:03,000\n42\n\n3\n00:00:03,000 --> 00:00:04,000\nyes\n", "|1984 42 yes"},
		{"styles", "1\n00:00:01,000 --> 00:00:02,000 X1:40 X2:600\n{\\an8}<i>One</i> <font color=\"red\">two</font> <b>3</b> {so} a < b &amp; c\n", "|One two 3 {so} a < b & c"},
		{"without numbers or signature", "00:00.000 --> 00:27.640\nHello, everyone.\n\n00:28.000 --> 00:30.000\nToday.\n\n01:00:00.000 --> 01:00:01.000\n- Bye.\n- Bye.\n", "|Hello, everyone. Today.¶- Bye./- Bye."},
		{"speech on the line of times", "1\n00:00:01,000 --> 00:00:02,000 One\ntwo\n\n2\n00:00:03,000 --> 00:00:04,000\nthree\n", "|One two three"},
		{"a title above", "The talk\n\n1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:01,000 --> 00:00:02,000\nTwo\n", "|The talk One Two"},
		{"speakers", "1\n00:00:01,000 --> 00:00:02,000\n[SPEAKER_00]: One\n\n2\n00:00:02,000 --> 00:00:03,000\n[SPEAKER_00]: two.\n\n3\n00:00:03,000 --> 00:00:04,000\n[SPEAKER_01]: Three.\n", "1s SPEAKER_00|One two.\n3s SPEAKER_01|Three."},
		{"captions for the deaf", "1\n00:00:01,000 --> 00:00:02,000\n>> MAN: One.\n>> WOMAN: Two.\n\n2\n00:00:02,000 --> 00:00:03,000\n>> MAN: Three.\n\n3\n00:00:03,000 --> 00:00:04,000\n>> WOMAN: Four.\n",
			"1s MAN|One.\n1s WOMAN|Two.\n2s MAN|Three.\n3s WOMAN|Four."},
		{"words marked one by one", "1\n00:00:01,000 --> 00:00:01,300\n<u>so</u> we began\n\n2\n00:00:01,300 --> 00:00:01,600\nso <u>we</u> began\n\n3\n00:00:01,600 --> 00:00:02,000\nso we <u>began</u>\n\n4\n00:00:02,000 --> 00:00:02,500\n<u>in</u> May\n\n5\n00:00:02,500 --> 00:00:03,000\nin <u>May</u>\n", "|so we began in May"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.src)
			got := brief(d)
			if d.Labels == "none" {
				got = got[strings.Index(got, "|"):]
			}
			if got != c.want || d.Format != "srt" {
				t.Errorf("%s: got\n%s\nwant\n%s", d.Format, got, c.want)
			}
		})
	}
}

// The forms in which Whisper writes one recognition give the same words, and the same paragraphs where they have times.
func TestWhisperFormsAgree(t *testing.T) {
	const want = "Hello everyone and welcome. Hi: Rick.\n\nSo, 3 games?"
	for format, src := range map[string]string{
		"vtt":          "WEBVTT\n\n00:43.810 --> 00:47.850\nHello everyone\n\n00:47.850 --> 00:48.000\nand welcome.\n\n00:48.350 --> 00:54.570\nHi: Rick.\n\n00:57.000 --> 00:58.000\nSo, 3 games?\n",
		"srt":          "1\n00:00:43,810 --> 00:00:47,850\nHello everyone\n\n2\n00:00:47,850 --> 00:00:48,000\nand welcome.\n\n3\n00:00:48,350 --> 00:00:54,570\nHi: Rick.\n\n4\n00:00:57,000 --> 00:00:58,000\nSo, 3 games?\n",
		"whisper-tsv":  "start\tend\ttext\r\n43810\t47850\tHello everyone\r\n47850\t48000\tand welcome.\r\n48350\t54570\tHi: Rick.\r\n57000\t58000\tSo, 3 games?\r\n",
		"lrc":          "[ar: Somebody]\n[00:43.810]Hello everyone\n[00:47.850]\n\n[00:47.850]and welcome.\n[00:48.000]\n\n[00:48.350]Hi: Rick.\n[00:54.570]\n\n[00:57.000]So, 3 games?\n[00:58.000]\n",
		"whisper-txt":  "[00:43.810 --> 00:47.850]  Hello everyone\n[00:47.850 --> 00:48.000]  and welcome.\n[00:48.350 --> 00:54.570]  Hi: Rick.\n[00:57.000 --> 00:58.000]  So, 3 games?\n",
		"whisper-json": `{"segments":[{"id":1,"start":43.81,"end":47.85,"text":" Hello everyone","tokens":[1,2],"words":null},{"start":47.85,"end":48,"text":" and welcome.","words":[{"word":"and"}]},{"start":"48.35","end":54.57,"text":" Hi: Rick."},{"start":57,"end":58,"text":" So, 3 games?"}],"language":"en"}`,
	} {
		d := read(t, src)
		if d.Format != format || len(d.Segments) != 1 || d.Segments[0].Text != want || d.Labels != "none" {
			t.Errorf("%s: read as %s, %s:\n%s", format, d.Format, d.Labels, brief(d))
		}
	}
	d := read(t, "Hello everyone\nand welcome.\nHi: Rick.\nSo, 3 games?\n")
	if got := strings.Join(strings.Fields(d.Segments[0].Text), " "); d.Format != "text" || got != strings.Join(strings.Fields(want), " ") {
		t.Errorf("text: %q", got)
	}
}

func TestWhisperJSONVariants(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`{"text":" All of it. "}`, "|All of it."},
		{`[{"start":1,"text":"One.","speaker":"A"},{"text":"Two.","speaker":0}]`, "1s A|One.\n0|Two."},
		{`{"segments":[{"start":null,"end":null,"text":"One.","speaker":"SPEAKER_00"},{"start":2,"text":"Two.","words":[{"speaker":"SPEAKER_01"}]},{"text":"Three.","words":"?"}]}`,
			"SPEAKER_00|One.\n2s SPEAKER_01|Two.\nUnknown Speaker|Three."},
	} {
		if got := brief(read(t, c.src)); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.src, got, c.want)
		}
	}
	if _, err := Read("x.json", []byte(`{"segments":[{"text":1}]}`), Options{}); err == nil || !strings.Contains(err.Error(), "x.json: is not Whisper's JSON") {
		t.Errorf("wrong types: %v", err)
	}
	if _, err := Read("x.json", []byte(`{"words":[1]}`), Options{}); err == nil || !strings.Contains(err.Error(), "JSON, but not") {
		t.Errorf("other JSON: %v", err)
	}
}

func TestClock(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"0:02": 2 * time.Second, "75:30": 75*time.Minute + 30*time.Second, "1:02:03": time.Hour + 123*time.Second, "00:00:01,5": 1500 * time.Millisecond,
		"00:01.04": 1040 * time.Millisecond, "0:59,1000": 60 * time.Second, "00:00:43.8104": 43810400 * time.Microsecond,
	} {
		if got, n, ok := clock(s); !ok || got != want || n != len(s) {
			t.Errorf("%q = %v %d %v", s, got, n, ok)
		}
	}
	for _, s := range []string{"", "1", "1:2", "1:60", "1:60:00", "3:1", "1:02:3", "1:02:03:04", "a:02", "12345:00", ":30"} {
		if got, n, ok := clock(s); ok && n == len(s) {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
}
