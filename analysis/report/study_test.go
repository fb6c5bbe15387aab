package report

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// A tiny study, written for these tests: two interviews, a group, and a codebook with a bit of everything.
var tiny = map[string]string{
	"study.yaml": `tema: 1
title: What a broom is for
question: How does one come to belong in a house?
approach: reflexive
language: en
report:
  attribution: "{id}, {age}"
  show: [age, site, setting]
  small_cells: 2
`,
	"participants.csv": `id,age,site,nickname
P1,30-39,north,Broomhilda
P2,30-39,south,Keyring
P3,40-49,south,Borrower
P4,40-49,south,Evening
`,
	"transcripts/A.txt": `---
date: 2026-01-05
speakers: {I: interviewer, Ada: P1}
attributes: {setting: kitchen}
source: {file: ada-secret.docx, sha256: "00", format: docx}
---
I: How did you begin?

Ada: I swept the floor. Nobody asked me to.
And then they let me stay.

I: Was that enough?

Ada: No ... it was a broom, not a <b>job</b>. # 1. *yes* | no & so on

I: And now?

Ada: Now I have the list of who sweeps. It hangs on the door.
`,
	"transcripts/G.txt": `---
date: 2026-01-07
speakers: {M: interviewer, Bo: P2, Cy: P3, Someone: unknown}
attributes: {setting: kitchen}
---
M: Who has a key?

Bo: I have, and I lend it out.

Cy: He lends it to me. I never gave it back.

M: Never?

Cy: Twice, maybe. But I asked first.

Someone: [laughter]

Bo: The lock is older than all of us.
`,
	"transcripts/N.txt": `---
language: nb
speakers: {I: interviewer, Dag: P4}
attributes: {setting: kitchen}
---
I: Og nøkkelen?

Dag: Jeg satte grenser. Men bare om kvelden, for da er huset mitt.
`,
	"codebook.yaml": `version: 7
codes:
  - id: work
    name: Doing the work
    definition: Work that nobody asked for.
    include: [sweeping, carrying]
    exclude: [work that is paid -> pay, talk]
    examples: ["Nobody asked me to.", "This was never said."]
    counterexamples: ["Who has a key?"]
    color: "#1b6ca8"
    aliases: [labour]
    match: ['sweep* OR broom']
    codes:
      - {id: list, name: The list on the door}
  - id: key
    name: Keys
    color: "#f2e94e"
    codes:
      - {id: lending, name: "Lending * and _borrowing_"}
  - {id: pay, name: Pay, match: [job], accept: true}
  - {id: night, name: Evening and night}
  - {id: unused, name: Never used}
  - {id: old, status: retired, into: [work]}
  - {id: torn, status: retired, into: [work, key]}
themes:
  - id: belonging
    name: To belong is to be asked for something
    concept: One belongs from the day on which one is missed.
    definition: |
      Covers what one does before anybody asks.

      Leaves out what is paid.
    status: reviewed
    codes: [work]
    excerpts:
      - {transcript: A, quote: "I swept the floor. [...] And then they let me stay."}
      - {transcript: A, quote: "it was a mop, not a <b>job</b>"}
      - {transcript: G, quote: "We painted the whole of the stairs in one long night."}
      - {transcript: Z, quote: "Nobody knows this transcript."}
    tensions:
      - {transcript: G, quote: "The lock is older than all of us.", memo: "Belonging may be older than work."}
    relations:
      - {to: keys, label: asks for}
      - {to: gone}
    themes:
      - id: keys
        name: A key is a promise
        concept: Who holds the key is trusted with the door.
        status: defined
        codes: [key]
        excerpts:
          - {transcript: N, quote: "Jeg satte grenser.", translation: "I set limits.", translator: kari}
        themes:
          - {id: evening, name: Evenings, codes: [night]}
  - {id: gone, name: Brooms as such, status: dropped, into: [belonging], codes: [unused]}
`,
}

// lines are codings as files hold them: what they lie on is looked up, so that the offsets fit.
type lines []struct{ id, code, words, more string }

var tinyCodings = map[string]lines{
	"anna/A": {
		{"a1", "work", "Nobody asked me to.", ""},
		{"a2", "labour", "No ... it was a broom, not a <b>job</b>. # 1. *yes* | no & so on", `,"condensed":"a tool is no post"`},
		{"a3", "list", "Now I have the list of who sweeps.", `,"via":"rule"`},
		{"a4", "torn", "It hangs on the door.", ""},
		{"a5", "nowhere", "And then they let me stay.", ""},
		{"a7", "list", "And then they let me stay", ""},
		{"a6", "work", "I swept the floor", `,"status":"rejected","via":"rule"`},
	},
	"anna/G": {
		{"g1", "key", "I have, and I lend it out.\n\nCy: He lends it to me. I never gave it back.\n\nM: Never?\n\nCy: Twice", ""},
		{"g2", "lending", "The lock is older", ""},
		{"g3", "night", "[laughter]", ""},
	},
	"per/G":  {{"h1", "key", "He lends it to me.", `,"via":"import:old.qdpx"`}},
	"anna/N": {{"n1", "night", "Men bare om kvelden, for da er huset mitt.", ""}},
	"_rules/A": {
		{"r1", "work", "it was a broom", `,"status":"candidate"`},
		{"r2", "work", "Now I have the list of who sweeps.", `,"status":"candidate"`},
		{"r3", "pay", "not a <b>job</b>.", `,"status":"candidate"`},
		{"r4", "work", "Was that enough?", `,"status":"candidate"`},
	},
}

// open writes files and codings to a folder and opens it as a study. Changes replace what stands in files, after the
// codings were put on it.
func open(t testing.TB, files map[string]string, codings map[string]lines, changes ...string) *analysis.Study {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		write(name, strings.NewReplacer(changes...).Replace(text))
	}
	for name, list := range codings {
		coder, id, _ := strings.Cut(name, "/")
		tr, found := transcript.Parse(id, id, []byte(files["transcripts/"+id+".txt"]))
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, l := range list {
			at := strings.Index(tr.Text, l.words)
			if at < 0 {
				t.Fatalf("%s does not hold %q", id, l.words)
			}
			a := tr.AnchorAt(transcript.Span{Start: at, End: at + len(l.words)})
			line, err := json.Marshal(map[string]any{"id": l.id, "code": l.code, "start": a.Start, "end": a.End,
				"quote": a.Quote, "before": a.Before, "after": a.After, "text": a.TextHash, "made": "2026-02-0" + l.id[1:] + "T10:00:00Z"})
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(strings.TrimSuffix(string(line), "}") + l.more + "}\n")
		}
		write("codings/"+coder+"/"+id+".jsonl", b.String())
	}
	s, err := analysis.Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func build(t testing.TB, s *analysis.Study, o Options) *Report {
	t.Helper()
	r, err := Build(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// with returns files with some replaced; "" takes one away.
func with(files map[string]string, pairs ...string) map[string]string {
	out := map[string]string{}
	for name, text := range files {
		out[name] = text
	}
	for i := 0; i < len(pairs); i += 2 {
		if out[pairs[i]] = pairs[i+1]; pairs[i+1] == "" {
			delete(out, pairs[i])
		}
	}
	return out
}
