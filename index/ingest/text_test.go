package ingest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tema-qda/tema/codebook/diag"
)

// read reads src or ends the test.
func read(t testing.TB, src string, o ...Options) *Document {
	t.Helper()
	d, err := Read("talk", []byte(src), append(o, Options{})[0])
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return d
}

// brief writes segments one a line: time, label, | and the text with its line ends made visible.
func brief(d *Document) string {
	var b strings.Builder
	for _, s := range d.Segments {
		if s.HasTime {
			fmt.Fprintf(&b, "%s ", strings.TrimSuffix(s.Start.Truncate(time.Second).String(), ".0s"))
		}
		fmt.Fprintf(&b, "%s|%s\n", s.Speaker, strings.NewReplacer("\n\n", "¶", "\n", "/").Replace(s.Text))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func ranges(rs []Range) string {
	var out []string
	for _, r := range rs {
		out = append(out, r.String())
	}
	return strings.Join(out, " ")
}

func TestTextFindsWhoSpeaks(t *testing.T) {
	for _, c := range []struct{ name, src, want, labels, dropped string }{
		{"letters", "I: How did you begin?\nB: With the nets.\nI: And then?\nB: Then the boat.\n", "I|How did you begin?\nB|With the nets.\nI|And then?\nB|Then the boat.", "inferred", ""},
		{"paragraphs of one turn", "I: How was it?\n\nP1: Cold.\n\nAnd wet,\nall day.\n\nI: I see.\n", "I|How was it?\nP1|Cold.¶And wet,/all day.\nI|I see.", "inferred", ""},
		{"a title before the first turn", "Interview with a fisher\nrecorded at the quay\n\nI: Ready?\nP: Ready.\nI: Good.\n",
			"|Interview with a fisher/recorded at the quay\nI|Ready?\nP|Ready.\nI|Good.", "inferred", ""},
		{"particulars before the first turn", "Date: 3 May\nInterviewer: Anna\nPlace: the quay\n\nInterviewer: Ready?\nRespondent: Ready.\n",
			"|Date: 3 May/Interviewer: Anna/Place: the quay\nInterviewer|Ready?\nRespondent|Ready.", "inferred", ""},
		{"names that come back", "Marta: Cold today.\nJo: Very.\nMarta: Coffee?\nJo: Please.\n", "Marta|Cold today.\nJo|Very.\nMarta|Coffee?\nJo|Please.", "inferred", ""},
		{"a space before the colon, and a stray one before the label", "Interviewer1 : Bonjour.\n Interviewer2 : Bonjour.\nMarc : Oui.\nMarc : Non.\n",
			"Interviewer1|Bonjour.\nInterviewer2|Bonjour.\nMarc|Oui.\nMarc|Non.", "inferred", ""},
		{"case that differs", "interviewer: One?\nInterviewee: Two.\nInterviewer: Three?\nInterviewee: Four.\nInterviewer: Five?\nInterviewee: Six.",
			"Interviewer|One?\nInterviewee|Two.\nInterviewer|Three?\nInterviewee|Four.\nInterviewer|Five?\nInterviewee|Six.", "inferred", ""},
		{"no space after the colon", "I:Ready?\nB:Ready, at 3:15.\nI:Good.", "I|Ready?\nB|Ready, at 3:15.\nI|Good.", "inferred", ""},
		{"wide colon", "访谈者：你好吗？\n受访者：很好。\n访谈者：谢谢。", "访谈者|你好吗？\n受访者|很好。\n访谈者|谢谢。", "inferred", ""},
		{"the label alone on its line", "Interviewer:\nReady?\n\nParticipant 4:\nReady.\n\nMore than ready.\n", "Interviewer|Ready?\nParticipant 4|Ready.¶More than ready.", "inferred", ""},
		{"names alone on their lines", "Marta Lind  \nCold today.\n\nJo Aas  \nVery.\n\nMarta Lind  \nCoffee?\n\nJo Aas  \nPlease.\n\nThank you.\n",
			"Marta Lind|Cold today.\nJo Aas|Very.\nMarta Lind|Coffee?\nJo Aas|Please.¶Thank you.", "inferred", ""},
		{"focus group", "Moderator: Who begins?\nP1: I can.\nP1/P3: [both laugh]\nP?: Me too.\nALL: Yes!\nF3: No.\n",
			"Moderator|Who begins?\nP1|I can.\nP1/P3|[both laugh]\nP?|Me too.\nALL|Yes!\nF3|No.", "inferred", ""},
		{"what only looks like a label", "I: How long?\nP: Some time.\nTime: 10:30 we took a break\nI: And the details?\nDetails: none\nP: I told her: leave it.\nShe said: no.\n",
			"I|How long?\nP|Some time./Time: 10:30 we took a break\nI|And the details?/Details: none\nP|I told her: leave it./She said: no.", "inferred", ""},
		{"prose", "We went out early. There was one rule: stay in sight.\n\nAnd so we did.\nAlways: nobody asked why.\n",
			"|We went out early. There was one rule: stay in sight.¶And so we did./Always: nobody asked why.", "none", ""},
		{"prose with a colon that comes back", "Remember: stay in sight.\n\nWe did, and it was long.\n\nRemember: come home.\n\nSo we came.\n\nAll of us.\n",
			"|Remember: stay in sight.¶We did, and it was long.¶Remember: come home.¶So we came.¶All of us.", "none", ""},
		{"somebody who speaks once", "Anna: One.\n\nBen: Two.\n\nAnna: Three.\n\nBen: Four.\n\nKirsten Moe: Five.\n\nAnna: Six.\n",
			"Anna|One.\nBen|Two.\nAnna|Three.\nBen|Four.\nKirsten Moe|Five.\nAnna|Six.", "inferred", ""},
		{"a heading between the turns", "Anna: One.\n\nBen: Two.\n\nBlock 2: the nets\n\nAnna: Three.\n\nBen: Four.\n\nAnna: Five.\n\nBen: Six.\n",
			"Anna|One.\nBen|Two.¶Block 2: the nets\nAnna|Three.\nBen|Four.\nAnna|Five.\nBen|Six.", "inferred", ""},
		{"one voice", "P7: It was long ago.\n\nNobody asked.\n", "P7|It was long ago.¶Nobody asked.", "inferred", ""},
		{"Otter", "Unknown Speaker  0:02  \nAlright, that's\n\nSpeaker 1  0:08  \nrecording.\n\nMore of it.\n\n0:15  \nHm.\n\nSidney  1:55:21  \nThank you.\n\nTranscribed by https://otter.ai\n",
			"2s Unknown Speaker|Alright, that's\n8s Speaker 1|recording.¶More of it.\n15s Unknown Speaker|Hm.\n1h55m21s Sidney|Thank you.", "inferred", "15"},
		{"Teams, copied", "Robert Kihl   0:54\nOne.\n\nBerg, Anna   1:02\nTwo.\nThree.\n\nRobert Kihl   1:09\nFour.\nRobert Kihl stopped transcription\n",
			"54s Robert Kihl|One.\n1m2s Berg, Anna|Two./Three.\n1m9s Robert Kihl|Four.", "inferred", "10"},
		{"Rev", "Lene Rasch (00:00:00):\nIf you stand up.\n\nSpeaker 1 (00:00:05):\nHands together [inaudible 00:00:07] please.\n\nLene Rasch (00:01:05):\nThank you.\n\n(00:02:42):\nAnd on it goes.\n",
			"0s Lene Rasch|If you stand up.\n5s Speaker 1|Hands together [inaudible 00:00:07] please.\n1m5s Lene Rasch|Thank you.¶(00:02:42):/And on it goes.", "inferred", ""},
		{"Rev, colon first", "Jory: (03:40)\nRight.\n\nAmy: (03:44)\nWrong.\n\nJory: (03:50)\nWell.\n", "3m40s Jory|Right.\n3m44s Amy|Wrong.\n3m50s Jory|Well.", "inferred", ""},
		{"time and colon within the line", "Jory (00:03): Right.\nAmy (00:04): Wrong.\nJory (00:05): Well.\n", "3s Jory|Right.\n4s Amy|Wrong.\n5s Jory|Well.", "inferred", ""},
		{"time before the label", "[00:00:05] Speaker 1: One,\n[00:00:07] Speaker 1: two.\n[00:00:09] Speaker 1: Three.\n[00:00:12] Speaker 2: Four.\n",
			"5s Speaker 1|One, two.¶Three.\n12s Speaker 2|Four.", "inferred", ""},
		{"time at the beginning of speech", "S01: [00:00:12] Good day.\n\nS00: [00:00:36] Good day.\n\nS01: [00:00:39] So.\n", "12s S01|Good day.\n36s S00|Good day.\n39s S01|So.", "inferred", ""},
		{"a time here and there is no turn's", "I: One?\nP: [04:18] Two.\nI: Three?\nP: [08:11] Four.\nI: Five?\n", "I|One?\nP|[04:18] Two.\nI|Three?\nP|[08:11] Four.\nI|Five?", "inferred", ""},
		{"speech that ends in a time", "Anna: When?\n\nBo: Late.\n\nRoom 10:30\n\nAnna: And then?\n\nBo: Then this.\n\nRoom 11:30\n", "Anna|When?\nBo|Late.¶Room 10:30\nAnna|And then?\nBo|Then this.¶Room 11:30", "inferred", ""},
		{"Zoom, saved", "[Johnny Dove] 11:02:09\nHow are you?\n\n[Janet Day] 11:02:19\nFine: and you?\n\n[Johnny Dove] 11:02:29\nFine.\n",
			"11h2m9s Johnny Dove|How are you?\n11h2m19s Janet Day|Fine: and you?\n11h2m29s Johnny Dove|Fine.", "inferred", ""},
		{"Zoom, copied", "John Rask\n00:00:02\nI was cold once.\nIt was hard.\nAda Lind\n00:00:09\nWhere?\nJohn Rask\n00:00:11\nNorth.\n",
			"2s John Rask|I was cold once./It was hard.\n9s Ada Lind|Where?\n11s John Rask|North.", "inferred", ""},
		{"whisperX", "[SPEAKER_00]: One.\n[SPEAKER_01]: Two.\n[SPEAKER_00]: Three.\n", "SPEAKER_00|One.\nSPEAKER_01|Two.\nSPEAKER_00|Three.", "inferred", ""},
		{"aTrain", "Transcription for 240101-talk\n\nSPEAKER_00\n[00:00:00] - Hello\n[00:00:04] - again.\nSPEAKER_01\n[00:00:09] - Well: yes.\nSpeaker undefined\n[00:00:12] - Hm.\n",
			"|Transcription for 240101-talk\n0s SPEAKER_00|Hello again.\n9s SPEAKER_01|Well: yes.\n12s Speaker undefined|Hm.", "declared", ""},
		{"tabs", "I\tReady?\nB\tReady.\nI\tGood.\nB\tBye.\n", "I|Ready?\nB|Ready.\nI|Good.\nB|Bye.", "inferred", ""},
		{"bare lines", "so we began\nin the morning\nand we stayed\n", "|so we began/in the morning/and we stayed", "none", ""},
		{"the same paragraph twice", "Yeah\nwe did\n\nOkay\nfine\n\nYeah\nright\n\nOkay\nbye\n", "|Yeah/we did¶Okay/fine¶Yeah/right¶Okay/bye", "none", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.src)
			if got := brief(d); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if d.Labels != c.labels || ranges(d.Dropped) != c.dropped {
				t.Errorf("labels %q dropped %q, want %q %q", d.Labels, ranges(d.Dropped), c.labels, c.dropped)
			}
		})
	}
}

func TestMarkdown(t *testing.T) {
	for _, c := range []struct{ name, src, want, dropped string }{
		{"bold labels", "**Anna Berg:** One \\[04:18\\] and\\*.\n\n**Bo:** Two.\n\nMore.\n\n**Break:** \\[13:56\\]\n\n**Anna Berg:** Three.\n",
			"Anna Berg|One [04:18] and*.\nBo|Two.¶More.\nBreak|[13:56]\nAnna Berg|Three.", ""},
		{"the colon outside", "**Anna**: One.\n\n**Bo** : Two.\n\n__Anna__: Three.\n", "Anna|One.\nBo|Two.\nAnna|Three.", ""},
		{"labels in italics", "*Anna:* One.\n\n*Bo:* Two *laughs*.\n\n_Anna_: Three.\n", "Anna|One.\nBo|Two *laughs*.\nAnna|Three.", ""},
		{"some labels not bold", "**Anna:** One.\n\n**Bo:** Two.\n\nAnna: Three.\n\n**Bo:** Four.\n\nBreak: \\[29:39\\] to \\[29:59\\]\n\nNick Hall: Five.\n\n**Anna: S**ix.\n",
			"Anna|One.\nBo|Two.\nAnna|Three.\nBo|Four.\nBreak|[29:39] to [29:59]\nNick Hall|Five.\nAnna|Six.", ""},
		{"a name before a colon before the first turn", "Kari Moe: host of the show\n\n**Anna:** One.\n\n**Bo:** Two.\n\n**Anna:** Three.\n\n**Bo:** Four.\n",
			"|Kari Moe: host of the show\nAnna|One.\nBo|Two.\nAnna|Three.\nBo|Four.", ""},
		{"Descript", "# Episode\n\nWhat it is about.\n\n[00:00:00] **Ben:** if one is going\n\n[00:00:12] **Ada:** yes\n\n[00:00:30] **Ada:** of [00:00:31] course.\n\n## [00:00:33] Intro\n\n[00:00:35] **Ada:** So.\n",
			"|# Episode¶What it is about.\n0s Ben|if one is going\n12s Ada|yes of [00:00:31] course.¶So.", "11"},
		{"links, entities, code, tags", "**Al:** See [the map](https://example.org/a_(b)) &amp; don&#39;t `run` the 2<sup>nd</sup> **big** one, AT&T.\n\n**Bo:** A_b_c \\_d\\_ ![pic](https://example.org/x.png) <https://example.org>\n",
			"Al|See the map & don't run the 2nd big one, AT&T.\nBo|A_b_c _d_ pic https://example.org", ""},
		{"targets and rules", "**Al:** See [the map][m].\n\n---\n\n**Bo:** Yes.\n\n[m]: https://example.org\n", "Al|See [the map][m].\nBo|Yes.", "3 7"},
		{"headings alone", "# Title\n\nWe went out.\n\n## Home\n\nAnd came back.\n", "|# Title¶We went out.¶## Home¶And came back.", ""},
		{"one voice", "**Al Berg:** So it was.\n\nAnd so it went.\n", "Al Berg|So it was.¶And so it went.", ""},
		{"bold lead-ins of an article", "**Results.** None.\n\n**Method:** All.\n\n**Aim:** Some.\n", "|Results. None.¶Method: All.¶Aim: Some.", ""},
		{"time after the label", "**Jo Rask:** [00:00:00] hi.\n\n**Ben:** Hey.\n\n**Jo Rask:** Well, this is\n\n**Ben:** it.[00:00:04]\n", "Jo Rask|[00:00:00] hi.\nBen|Hey.\nJo Rask|Well, this is\nBen|it.[00:00:04]", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.src)
			if got := brief(d); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if d.Format != "markdown" || ranges(d.Dropped) != c.dropped {
				t.Errorf("format %q, dropped %q, want %q", d.Format, ranges(d.Dropped), c.dropped)
			}
		})
	}
}

func TestSpeakersWithoutSpeechAreOthers(t *testing.T) {
	d := read(t, "**Anna:** One.\n\n**Song of Dust:** \\[07:18\\]\n\n**Bo:** Two.\n\n**Anna:** Three.\n")
	got := fmt.Sprint(d.Speakers())
	if want := fmt.Sprint([]Speaker{{"Anna", "", false, 2}, {"Song of Dust", diag.Other, false, 1}, {"Bo", "", false, 1}}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNotesSayWhatWasGuessed(t *testing.T) {
	d := read(t, "Anna: One.\nBo: Two.\nAnna: Three.\nBo: Four.\n")
	if !strings.Contains(strings.Join(d.Notes, "\n"), "speakers inferred from labels before a colon") {
		t.Errorf("notes %q", d.Notes)
	}
}

func TestRole(t *testing.T) {
	for _, c := range []struct {
		labels  string
		role    string
		generic bool
	}{
		{"I, i, Int, INT:, Interviewer, Interviewer 1, Interviewer1, INT2, Moderator, Mod1, Q, Facilitator, Intervjuer, Forsker, Entrevistadora, Intervieweur, Interviewerin, " +
			"Moderatorin, Intervistatore, [Interviewer], INTERVIEWER #2, интервьюер, 访谈者, インタビュアー", diag.Interviewer, true},
		{"Moderator Anna, Jonas Rask (Interviewer), Interviewer - Kari", diag.Interviewer, false},
		{"Several, ALL, All, Break, Alle, Tous, Interpreter, Music", diag.Other, true},
		{"Unknown Speaker, P?, P2?, ?, Speaker undefined, Ukjent, P1/P3, Unidentified", diag.Unknown, true},
		{"Anna?, ", diag.Unknown, false},
		{"P1, P 2, Participant 2, Participant #3, Speaker 1, SPEAKER_00, B1, Respondent, Respondent A, Interviewee, interviewee 2, A, B, S01, F3, Informant, id1, " +
			"Teacher 2, Entrevistado, 受访者, Male Voice", "", true},
		{"Jonas, Anna Berg, Erickson, Marie-Claire, Dr. Who, Ines, Moe, Intan", "", false},
	} {
		for _, label := range strings.Split(c.labels, ", ") {
			if label == "" {
				continue
			}
			if role, generic := Role(label); role != c.role || generic != c.generic {
				t.Errorf("Role(%q) = %q %v, want %q %v", label, role, generic, c.role, c.generic)
			}
		}
	}
}
