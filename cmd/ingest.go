package cmd

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/ingest"
	"github.com/tema-qda/tema/index/transcript"
)

type ingestOptions struct {
	id, encoding, format, language string
	speakers                       []string
	replace, dryRun                bool
}

func newIngestCmd(a *app) *cobra.Command {
	var o ingestOptions
	c := &cobra.Command{
		Use:   "ingest FILE...",
		Short: "Read transcripts of any format into the study",
		Long: `Read transcripts into the study's folder transcripts/, as plain text that you may edit from
then on. Reads text and Markdown with speaker labels (also as Otter, Zoom, Rev and Descript
write them), WebVTT, SRT, what Whisper writes, and DOCX. A folder stands for the files in it.

Every guess is told and written into the transcript's front matter: encoding, labels, lines
left out. Who is interviewer and who is which participant stands there too, under speakers:
and may be corrected at any time.

Reading the same source again does nothing. A source that changed needs --replace, which
says what becomes of the codings.`,
		Example: `  tema ingest interviews/*.docx
  tema ingest otter/P03.txt --speaker "Kari Moen=interviewer"`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			return runIngest(c.Context(), a, given, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.id, "id", "", "the transcript's id, for one file (default: the file's name)")
	f.StringVar(&o.encoding, "encoding", "", "the files' encoding, when the guess is wrong, as windows-1252")
	f.StringVar(&o.format, "format", "", "the files' format, when the guess is wrong: "+strings.Join(formatNames(), ", "))
	f.StringVar(&o.language, "language", "", "the transcripts' language, where it is not the study's")
	f.StringArrayVar(&o.speakers, "speaker", nil, "whom a label stands for, as \"Kari Moen=interviewer\" or \"B=P03\"; may be repeated")
	f.BoolVar(&o.replace, "replace", false, "replace transcripts whose source changed")
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "say what would be done, and do nothing")
	c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

func formatNames() []string {
	var names []string
	for _, f := range ingest.Formats() {
		names = append(names, f.Name)
	}
	return names
}

func runIngest(ctx context.Context, a *app, given []string, o ingestOptions) error {
	s, err := a.open(a.dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Err(); err != nil {
		return err
	}
	batch, err := readBatch(ctx, a, given, o)
	if err != nil {
		return err
	}
	return batch.write(ctx, a, s, o)
}

// A batch is what one call of ingest reads: all of it fits, or none of it is written.
type batch struct {
	items   []*batchItem
	skipped []string // files of a folder that are no transcripts
}

type batchItem struct {
	file string // as it was named
	id   string
	hash string // SHA-256 of the source, hex
	doc  *ingest.Document

	// What write makes of it:
	content  []byte
	speakers []transcript.Speaker
	state    string // "new", "unchanged", "replaced"
	turns    int
}

// readBatch reads every source file. All faults are told at once.
func readBatch(ctx context.Context, a *app, given []string, o ingestOptions) (*batch, error) {
	b := &batch{}
	var found diag.List
	files := b.sources(given, &found)
	if o.id != "" {
		if len(files) > 1 {
			return nil, usagef("--id names one transcript; there are %d files", len(files))
		}
		if err := diag.CheckTranscriptID(o.id); err != nil {
			return nil, usagef("--id: %w", err)
		}
	}
	p := a.progress("reading file")
	defer p.done()
	first := map[string]string{}
	for i, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.step(i, len(files))
		src, err := os.ReadFile(file)
		if err != nil {
			found.Errorf("ingest/unreadable", filepath.ToSlash(file), diag.Position{}, "cannot be read: %v", reason(err))
			continue
		}
		doc, err := ingest.Read(filepath.ToSlash(file), src, ingest.Options{Encoding: o.encoding, Format: o.format, Language: o.language})
		if faults, ok := diag.AsInvalid(err); ok {
			found = append(found, faults...)
			continue
		} else if err != nil {
			return nil, errUsage{err}
		}
		sum := sha256.Sum256(src)
		item := &batchItem{file: file, doc: doc, hash: hex.EncodeToString(sum[:]), id: o.id}
		if item.id == "" {
			base := filepath.Base(file)
			item.id = diag.MakeID(strings.TrimSuffix(base, filepath.Ext(base)))
		}
		other, taken := first[diag.Fold(item.id)]
		switch {
		case item.id == "":
			found.Add(diag.Finding{Rule: "ingest/id", Severity: diag.Error, File: filepath.ToSlash(file),
				Message: "no id can be made from the file's name", Hint: "name one with --id"})
		case taken:
			found.Add(diag.Finding{Rule: "ingest/id", Severity: diag.Error, File: filepath.ToSlash(file),
				Message: fmt.Sprintf("becomes transcript %s, as %s does", item.id, other), Hint: "read one of them alone, with --id"})
		default:
			first[diag.Fold(item.id)] = filepath.ToSlash(file)
			b.items = append(b.items, item)
		}
	}
	found.Sort()
	return b, found.Err()
}

// sources lists the files that are meant: those named, and in a folder those that look like transcripts.
func (b *batch) sources(given []string, found *diag.List) []string {
	var files []string
	for _, name := range given {
		info, err := os.Stat(name)
		if matches, _ := filepath.Glob(name); err != nil && len(matches) > 0 && strings.ContainsAny(name, "*?[") {
			files = append(files, matches...) // shells on Windows leave patterns to the program
			continue
		}
		if err != nil {
			found.Errorf("ingest/unreadable", filepath.ToSlash(name), diag.Position{}, "cannot be read: %v", reason(err))
			continue
		}
		if !info.IsDir() {
			files = append(files, name)
			continue
		}
		filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				found.Errorf("ingest/unreadable", filepath.ToSlash(path), diag.Position{}, "cannot be read: %v", reason(err))
			case strings.HasPrefix(d.Name(), ".") && path != name:
				if d.IsDir() {
					return fs.SkipDir
				}
			case d.IsDir():
			case looksLikeTranscript(path):
				files = append(files, path)
			default:
				b.skipped = append(b.skipped, path)
			}
			return nil
		})
	}
	return files
}

// looksLikeTranscript says whether a file in a folder is meant when the folder is: by its extension, since the folder
// may hold recordings and consent forms too.
func looksLikeTranscript(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return slices.ContainsFunc(ingest.Formats(), func(f ingest.Format) bool { return slices.Contains(f.Extensions, ext) })
}

// reason is what the system says, without the path that stands before it already.
func reason(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// write lays the batch out as transcripts and puts them into the study, all or none.
func (b *batch) write(ctx context.Context, a *app, s *analysis.Study, o ingestOptions) error {
	declared, err := declaredSpeakers(o.speakers)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	var found diag.List
	used := map[string]bool{}
	// Who says how a source is to be read wants it read anew, even one that stands in the study.
	again := o.encoding != "" || o.format != "" || len(declared) > 0
	for _, item := range b.items {
		old := s.Transcript(item.id)
		if old != nil && old.Meta.Source != nil && old.Meta.Source.SHA256 == item.hash && !again {
			item.state = "unchanged"
			item.speakers, item.turns = old.Meta.Speakers, spoken(old)
			continue
		}
		meta := transcript.Meta{Source: &transcript.Source{File: filepath.Base(item.file), SHA256: item.hash}}
		if old != nil { // what its researcher wrote there stays
			meta.Date, meta.Language, meta.Attributes = old.Meta.Date, old.Meta.Language, old.Meta.Attributes
		}
		meta.Speakers = assignSpeakers(item.doc.Speakers(), item.id, s.Participants, old, declared, used)
		item.content, err = item.doc.Transcript(meta)
		if err != nil {
			return err
		}
		made, faults := transcript.Parse(item.id, filepath.ToSlash(item.file), item.content)
		if faults.Err() == nil {
			faults = append(faults, errorsOf(s.CheckTranscript(made))...)
		}
		found = append(found, faults...)
		item.turns = spoken(made)
		item.speakers = made.Meta.Speakers
		switch {
		case slices.Contains(s.TranscriptIDs(), item.id) && old == nil:
			found.Add(diag.Finding{Rule: "ingest/id", Severity: diag.Error, File: filepath.ToSlash(item.file),
				Message: fmt.Sprintf("transcript %s stands in the study already, and cannot be read as it is", item.id), Hint: "tema check says why"})
		case old == nil && slices.ContainsFunc(s.TranscriptIDs(), func(id string) bool { return diag.Fold(id) == diag.Fold(item.id) }):
			found.Add(diag.Finding{Rule: "ingest/id", Severity: diag.Error, File: filepath.ToSlash(item.file),
				Message: fmt.Sprintf("becomes transcript %s, which differs from one in the study in case only", item.id), Hint: "name another with --id"})
		case old == nil:
			item.state = "new"
		case bytes.Equal(old.Bytes(), item.content):
			item.state = "unchanged"
			continue
		case o.replace:
			item.state = "replaced"
		case old.Meta.Source != nil && old.Meta.Source.SHA256 == item.hash:
			found.Add(diag.Finding{Rule: "ingest/changed", Severity: diag.Error, File: filepath.ToSlash(item.file),
				Message: fmt.Sprintf("would be read differently from what transcript %s holds", item.id),
				Hint:    "--replace takes it as it is read now; corrections in the transcript's text would be lost"})
		case old.Meta.Source != nil && old.Meta.Source.File == filepath.Base(item.file):
			found.Add(diag.Finding{Rule: "ingest/changed", Severity: diag.Error, File: filepath.ToSlash(item.file),
				Message: fmt.Sprintf("has changed since transcript %s was made of it", item.id),
				Hint:    "--replace takes the new text and keeps date, attributes and speakers; with --dry-run it says what becomes of the codings"})
		default:
			found.Add(diag.Finding{Rule: "ingest/id", Severity: diag.Error, File: filepath.ToSlash(item.file),
				Message: fmt.Sprintf("transcript %s stands in the study already, from another source", item.id),
				Hint:    "name another with --id, or take this text instead with --replace"})
		}
		files[item.id] = item.content
	}
	for label := range declared {
		if !used[label] && !slices.ContainsFunc(b.items, func(i *batchItem) bool { return i.state == "unchanged" }) {
			found.Errorf("ingest/speaker", "", diag.Position{}, "--speaker: nobody is called %q in these files", label)
		}
	}
	found.Sort()
	if err := found.Err(); err != nil {
		return err
	}
	a.becomes(s, b)
	if !o.dryRun {
		if err := ctx.Err(); err != nil {
			return err
		}
		p := a.progress("writing transcript")
		s.Progress = p.step
		_, err := s.AddTranscripts(files, participantsTable(b), o.replace)
		p.done()
		if err != nil {
			return err
		}
	}
	return a.printBatch(s, b, o)
}

// becomes says what a replaced text makes of the codings that lie on it.
func (a *app) becomes(s *analysis.Study, b *batch) {
	for _, item := range b.items {
		if item.state != "replaced" {
			continue
		}
		next, _ := transcript.Parse(item.id, item.file, item.content)
		if all, follow := s.Follow(next); all > 0 {
			others := ""
			if follow < all {
				others = "; the others stay as they are and are listed by tema check"
			}
			a.note("%s: tema mend %s brings %d of %s along%s", item.id, item.id, follow, analysis.Plural(all, "coding", "codings"), others)
		}
	}
}

// spoken counts the turns that somebody speaks.
func spoken(t *transcript.Transcript) int {
	n := len(t.Turns)
	if n > 0 && t.Turns[0].Number == 0 {
		n--
	}
	return n
}

func errorsOf(l diag.List) diag.List {
	return slices.DeleteFunc(l, func(f diag.Finding) bool { return f.Severity != diag.Error })
}

func declaredSpeakers(flags []string) (map[string]string, error) {
	out := map[string]string{}
	for _, f := range flags {
		label, is, ok := strings.Cut(f, "=")
		label, is = strings.TrimSpace(label), strings.TrimSpace(is)
		if !ok || label == "" {
			return nil, usagef("--speaker is LABEL=ID, as \"Kari Moen=interviewer\", not %q", f)
		}
		if !diag.ReservedParticipant(is) {
			if err := diag.CheckID(is); err != nil {
				return nil, usagef("--speaker %q: %w", f, err)
			}
		}
		out[label] = is
	}
	return out, nil
}

// assignSpeakers says whom each label stands for: as declared; as the transcript that is replaced has it; by its role (I, Moderator, Unknown Speaker); as the
// participant of that id; the one who speaks beside the interviewer as the participant whom the transcript is named
// after; else by name. Labels that are no names (P1, Speaker 2) mean another person in each transcript.
func assignSpeakers(found []ingest.Speaker, transcriptID string, known *analysis.Participants, old *transcript.Transcript, declared map[string]string, used map[string]bool) []transcript.Speaker {
	before := map[string]string{}
	if old != nil {
		for _, sp := range old.Meta.Speakers {
			before[sp.Label] = sp.Is
		}
	}
	out := make([]transcript.Speaker, len(found))
	var open []int
	for i, sp := range found {
		out[i].Label = sp.Label
		row := known.Row(diag.MakeID(sp.Label))
		is, said := declared[sp.Label]
		switch {
		case said:
			used[sp.Label] = true
			out[i].Is = is
		case before[sp.Label] != "":
			out[i].Is = before[sp.Label]
		case row != nil:
			out[i].Is = row.ID
		case sp.Role != "":
			out[i].Is = sp.Role
		default:
			open = append(open, i)
		}
	}
	own := diag.MakeID(transcriptID)
	for _, i := range open {
		sp, name := found[i], diag.MakeID(found[i].Label)
		row := known.Row(own)
		switch {
		case len(open) == 1 && row != nil:
			out[i].Is = row.ID
		case len(open) == 1 && sp.Generic:
			out[i].Is = own
		case sp.Generic || diag.ReservedParticipant(name):
			out[i].Is = diag.MakeID(transcriptID + "-" + sp.Label)
		default:
			out[i].Is = name
		}
		if out[i].Is == "" {
			out[i].Is = diag.Unknown
		}
	}
	return out
}

// participantsTable returns a participants.csv for a study that has none: one row a participant, for its author to go on
// with.
func participantsTable(b *batch) map[string][]byte {
	ids := map[string]bool{}
	for _, item := range b.items {
		for _, sp := range item.speakers {
			if !diag.ReservedParticipant(sp.Is) {
				ids[sp.Is] = true
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	table := "id\n"
	for _, id := range slices.SortedFunc(maps.Keys(ids), analysis.Natural) {
		table += id + "\n"
	}
	return map[string][]byte{"participants.csv": []byte(table)}
}

type ingested struct {
	Transcript string            `json:"transcript"`
	File       string            `json:"file"`
	State      string            `json:"state"`
	Format     string            `json:"format"`
	Encoding   string            `json:"encoding"`
	Labels     string            `json:"labels"`
	Turns      int               `json:"turns"`
	Speakers   map[string]string `json:"speakers"`
	Dropped    []string          `json:"dropped"`
	Notes      []string          `json:"notes"`
}

// printBatch says what was read and what was guessed on the way.
func (a *app) printBatch(s *analysis.Study, b *batch, o ingestOptions) error {
	var out []ingested
	states := map[string]int{}
	noInterviewer, nobody := 0, 0
	var strangers, alone, named []string
	for _, item := range b.items {
		states[item.state]++
		in := ingested{Transcript: item.id, File: filepath.ToSlash(item.file), State: item.state, Format: item.doc.Format, Encoding: item.doc.Encoding,
			Labels: item.doc.Labels, Turns: item.turns, Speakers: map[string]string{}, Dropped: []string{}, Notes: append([]string{}, item.doc.Notes...)}
		for _, r := range item.doc.Dropped {
			in.Dropped = append(in.Dropped, r.String())
		}
		interviewer, others := false, false
		for _, sp := range item.speakers {
			in.Speakers[sp.Label] = sp.Is
			interviewer = interviewer || sp.Is == diag.Interviewer
			others = others || sp.Is != diag.Interviewer
			if item.state == "new" && sp.Is == diag.MakeID(sp.Label) && s.Participants.Row(sp.Is) == nil && !slices.Contains(named, sp.Is) {
				if _, generic := ingest.Role(sp.Label); !generic {
					named = append(named, sp.Is)
				}
			}
			if len(s.Participants.Rows) > 0 && !diag.ReservedParticipant(sp.Is) && s.Participants.Row(sp.Is) == nil && !slices.Contains(strangers, sp.Is) {
				strangers = append(strangers, sp.Is)
			}
		}
		switch {
		case len(item.speakers) == 0:
			nobody++
		case !interviewer:
			noInterviewer++
		case !others:
			alone = append(alone, item.id)
		}
		out = append(out, in)
	}
	if a.json {
		return a.printJSON(struct {
			Schema      int        `json:"schema"`
			DryRun      bool       `json:"dry_run"`
			Transcripts []ingested `json:"transcripts"`
		}{1, o.dryRun, append([]ingested{}, out...)})
	}
	var notes []string // in order of appearance; what holds for many is said once
	noted := map[string][]string{}
	for i, in := range out {
		if in.State == "unchanged" {
			continue
		}
		fmt.Fprintf(a.out, "%s\t%s\t%s\t%s\n", in.Transcript, analysis.Plural(in.Turns, "turn", "turns"),
			fields(in.Format, in.Encoding, labelWords(in.Labels)), speakerList(b.items[i].speakers))
		for _, n := range in.Notes {
			if noted[n] == nil {
				notes = append(notes, n)
			}
			noted[n] = append(noted[n], in.Transcript)
		}
	}
	for _, n := range notes {
		who := strings.Join(noted[n], ", ")
		if len(noted[n]) > 3 {
			who = analysis.Plural(len(noted[n]), "transcript", "transcripts")
		}
		a.note("%s: %s", who, diag.Plain(n))
	}
	verb := ""
	if o.dryRun {
		verb = " would be"
	}
	for _, state := range []string{"new", "replaced", "unchanged"} {
		if n := states[state]; n > 0 {
			a.note("%s%s %s", analysis.Plural(n, "transcript", "transcripts"), verb, state)
		}
	}
	if nobody > 0 {
		a.note("warning: %s without speakers: one turn by nobody known; name them under speakers: in the front matter", analysis.Plural(nobody, "transcript", "transcripts"))
	}
	if noInterviewer > 0 {
		a.note("%s with no interviewer among the speakers; if there is one, name her with --speaker NAME=interviewer, or in the front matter", analysis.Plural(noInterviewer, "transcript", "transcripts"))
	}
	if len(alone) > 0 {
		a.note("warning: only an interviewer speaks in %s; if a line there names who answers, add the label under speakers: in the front matter", strings.Join(alone, ", "))
	}
	if len(named) > 0 {
		a.note("participants called after their labels: %s; if these are people's names, give them ids before you code, with --speaker NAME=ID or under speakers:", fewOf(named))
	}
	if len(strangers) > 0 {
		slices.SortFunc(strangers, analysis.Natural)
		a.note("warning: not in participants.csv: %s", strings.Join(strangers, ", "))
	}
	if len(b.skipped) > 0 {
		a.note("passed over, not called as transcripts are: %s", fewOf(b.skipped))
	}
	if len(b.items) == 0 {
		a.note("no transcripts there")
	}
	return nil
}

// fewOf names the first few of many.
func fewOf(names []string) string {
	const most = 4
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func labelWords(labels string) string {
	if labels == "inferred" {
		return "labels inferred"
	}
	if labels == "none" {
		return "no labels"
	}
	return ""
}
