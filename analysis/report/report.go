// Package report turns a study into what others read: the themes with their evidence and the authors' prose, as HTML,
// Markdown, DOCX, JSON and tables for spreadsheets; and beside it reviews of themes, matrices, meaning units, codebooks,
// a methods appendix and checklists.
//
// It guarantees that the forms of the report say the same, since all print one Report value, though not all of it: the
// page alone filters and draws, tables alone list every passage. The same study gives the same bytes on every machine and
// at every hour; a quotation is verbatim or marked where it is not, and carries its transcript and turn; a translation is
// marked as one; and words from transcripts, codebooks and prose are data, which cannot become markup, script, a formula
// or a request. It refuses to count what rules propose as anybody's coding, to order anything by how often it was said,
// to show of participants what their study's analysis.Disclosure withholds, and to name coders, dates or source files
// that the study does not list under report.show.
package report

import (
	"fmt"
	"slices"
	"strings"
)

// A Report is everything that the renderers print, in the order in which they print it. It holds keys where a reader's
// language chooses the words (Kind, Status, Role), and no words of its own.
type Report struct {
	Schema   int    `json:"schema"`
	Version  string `json:"version,omitempty"`  // of the program
	Language string `json:"language,omitempty"` // of the report and of what its authors wrote, BCP 47
	Title    string `json:"title"`
	Question string `json:"question,omitempty"`
	Approach string `json:"approach"`

	Sample      Sample       `json:"sample"`
	Quotations  Quotations   `json:"quotations"` // excerpts and tensions that the authors chose
	Chapters    []Chapter    `json:"chapters"`   // of prose that is about no single theme
	Written     ProseCounts  `json:"written"`    // of all prose
	Unplaced    []Unplaced   `json:"prose_left_out"`
	Levels      []string     `json:"levels"` // kinds of the theme table's columns, codes not among them
	Overview    []Row        `json:"overview"`
	Relations   []Relation   `json:"relations"`
	ByCode      bool         `json:"by_code"` // no theme yet: Sections are codes
	Sections    []Section    `json:"sections"`
	Loose       []CodeRow    `json:"codes_in_no_theme"`
	Dropped     []Dropped    `json:"dropped"`
	Grouped     []Grouping   `json:"participants_by_attribute"`
	NotGrouped  []string     `json:"attributes_with_small_groups"`
	People      People       `json:"participants"`        // a row each, where the study has it so
	Withheld    []string     `json:"attributes_withheld"` // that would have stood beside ids
	SmallCells  int          `json:"small_cells"`
	Origin      Origin       `json:"origin"`
	Missing     []Missing    `json:"missing"`
	Codebook    []Entry      `json:"codebook"`
	BookVersion string       `json:"codebook_version,omitempty"`
	Transcripts []Transcript `json:"transcripts"`
	ShowDates   bool         `json:"show_dates"`
	ShowSources bool         `json:"show_sources"`
	Columns     []string     `json:"transcript_attributes"` // attributes of transcripts that may be shown

	ProseQuotations Quotations `json:"prose_quotations"` // those of the prose; in what language is not counted
	Signs           []Sign     `json:"signs"`            // that stand in the excerpts
	InTranslation   bool       `json:"in_translation"`   // translations stand in the place of what was said, where there are any

	faults, notes []string
	whole         func() *whole // what tables hold, collected when one is asked for
	parts         pageParts
}

// Sample is what was analysed.
type Sample struct {
	Transcripts      int `json:"transcripts"`
	Participants     int `json:"participants"`
	Turns            int `json:"turns"`
	Words            int `json:"words"`
	ParticipantWords int `json:"participant_words"`
}

// Counts are units of the same evidence.
type Counts struct {
	Codings      int `json:"codings"`
	Passages     int `json:"passages"`
	Turns        int `json:"turns"`
	Participants int `json:"participants"`
	Transcripts  int `json:"transcripts"`
}

// A Row is one line of the theme table. A cell that spans several rows stands in the first of them only.
type Row struct {
	Cells []Cell `json:"cells"`
	Level int    `json:"level"` // of the theme whose codes these are, from 0
	Codes []Ref  `json:"codes"`
}

// A Cell is a theme in the theme table. Rows is how many rows it spans; 0 means that the cell above reaches down here.
// A cell without a name fills a level that its theme does not have.
type Cell struct {
	Ref
	Column int `json:"column"` // from 0
	Rows   int `json:"rows"`
}

// A Ref names a code or a theme and where it stands in the page.
type Ref struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Anchor string `json:"anchor"`
	Color  string `json:"color,omitempty"` // a code's
}

// A Relation leads from one theme to another.
type Relation struct {
	From  Ref    `json:"from"`
	Label string `json:"label,omitempty"`
	To    Ref    `json:"to"`
}

// A Section is a theme, or a code where there are no themes, with its evidence.
type Section struct {
	Ref
	Kind       string `json:"kind"`  // one of the kinds of Levels, or "code"
	Level      int    `json:"level"` // 1 for the outermost
	Concept    string `json:"concept,omitempty"`
	Definition string `json:"definition,omitempty"`
	Status     string `json:"status,omitempty"` // candidate, reviewed, defined

	Own          Counts    `json:"own"`   // its own codings by persons
	Total        Counts    `json:"total"` // with those of its sub-themes or sub-codes
	ByRuleCounts Counts    `json:"by_rule_counts"`
	Spread       []Mark    `json:"spread"` // one a participant of the study
	Codes        []CodeRow `json:"codes"`

	Prose        []Prose    `json:"prose"` // what its authors wrote on it, mostly one file
	Chosen       []Excerpt  `json:"chosen"`
	ChosenQuoted int        `json:"chosen_quoted"` // chosen excerpts that are not among Chosen since the prose quotes them
	Tensions     []Excerpt  `json:"tensions"`
	Relations    []Relation `json:"relations"` // that lead from here
	Others       Selection  `json:"others"`
	ByRule       Selection  `json:"by_rule"`  // counted as coded by rule
	Proposed     Selection  `json:"proposed"` // counted nowhere
	Sections     []Section  `json:"sections"`
}

// A Mark says whether a section draws on a participant.
type Mark struct {
	Participant string `json:"participant"`
	By          string `json:"by,omitempty"` // "person"; "rule" when only what was coded by rule does; "" not at all
}

// A CodeRow is a code with what was coded with it.
type CodeRow struct {
	Ref
	Depth        int  `json:"depth"`        // 0 for a code that the theme names, 1 for its sub-codes ...
	Parent       bool `json:"parent"`       // it has sub-codes, so that Own and Total differ in meaning
	Own          int  `json:"own"`          // codings by persons
	Total        int  `json:"total"`        // codings by persons, with sub-codes
	Passages     int  `json:"passages"`     // with sub-codes
	Participants int  `json:"participants"` // with sub-codes
	ByRule       int  `json:"by_rule"`      // passages, with sub-codes
}

// A Selection is the passages that are shown, of those that there are.
type Selection struct {
	Shown  []Excerpt `json:"shown"`
	Of     int       `json:"of"`               // passages, without those quoted above
	AllIn  string    `json:"all_in,omitempty"` // name of the file beside this one that lists all, where not all are shown
	Quoted int       `json:"quoted"`           // passages not listed since a chosen quotation of the section holds words of theirs
}

// An Excerpt is a passage or a chosen quotation, with where it comes from.
type Excerpt struct {
	Anchor      string   `json:"anchor"`
	Said        []Speech `json:"said"`               // a chosen quotation has one, as its author wrote it
	Language    string   `json:"language,omitempty"` // when it is not the report's
	Translation string   `json:"translation,omitempty"`
	Translator  string   `json:"translator,omitempty"`
	Original    int      `json:"original,omitempty"` // its number among those that are printed in translation alone, from 1
	By          []string `json:"by"`                 // attributions of the participants who speak
	Role        string   `json:"role,omitempty"`     // of who speaks where no participant does
	Transcript  string   `json:"transcript"`
	Turns       []int    `json:"turns"`
	Codes       []Ref    `json:"codes"`
	Coders      []string `json:"coders,omitempty"` // only where the study shows them
	Condensed   []string `json:"condensed,omitempty"`
	Memo        string   `json:"memo,omitempty"`
	Problem     *Problem `json:"problem,omitempty"`
	// Context is the turns that a verbatim excerpt stands in, in whole, with some around them.
	Context []ContextTurn `json:"context,omitempty"`
	// Participants are the ids of those who speak.
	Participants []string `json:"participants,omitempty"`
}

// A Speech is what one speaker says. Role is "participant", "interviewer", "other", "unknown" or "" (before anybody
// speaks); Who is the participant's id, or what the study's pattern says of her if it has no ids; it is empty where
// nobody else speaks in the excerpt.
type Speech struct {
	Who  string `json:"who,omitempty"`
	Role string `json:"role,omitempty"`
	Text string `json:"text"`
}

// A Problem is why a chosen quotation is not verified: "no-transcript", "edited" or "absent".
type Problem struct {
	Kind    string   `json:"kind"`
	Changes []Change `json:"changes,omitempty"`
	Nearest []int    `json:"nearest,omitempty"` // turns
}

// A Change is one difference between a quotation and its transcript.
type Change struct {
	Kind    string `json:"kind"` // reworded, signs, order, apart, number, attribution, negation, elided-negation, spliced
	Quoted  string `json:"quoted"`
	Said    string `json:"said"`
	Turn    int    `json:"turn,omitempty"`    // where else the words stand that do not stand there
	Speaker string `json:"speaker,omitempty"` // and who says them, as of a Speech
	Role    string `json:"role,omitempty"`
}

// Dropped is a theme that its researchers gave up, and where its evidence went.
type Dropped struct {
	Name string `json:"name"`
	Into []Ref  `json:"into"`
}

// A Grouping is how participants are distributed over an attribute: in groups, or over a range.
type Grouping struct {
	Attribute string  `json:"attribute"`
	Groups    []Group `json:"groups"`
	Range     *Range  `json:"range,omitempty"`
}

// A Group is participants who share a value, or one of several values that would be too few alone. "" is not given.
type Group struct {
	Values       []string `json:"values"`
	Participants int      `json:"participants"`
}

// Origin says how the codings came about. Units are codings.
type Origin struct {
	Counted    int     `json:"counted"`
	ByPerson   int     `json:"by_person"`
	FromRule   int     `json:"from_rule"`
	BySearch   int     `json:"by_search"`
	Imported   int     `json:"imported"`
	Coders     int     `json:"coders"`
	Named      []Coder `json:"named_coders,omitempty"` // only where the study shows them
	NotCounted int     `json:"not_counted"`
	Rejected   int     `json:"rejected"`
	Candidates int     `json:"candidates"`
	Unread     int     `json:"unread"`
	ByRule     int     `json:"by_rule"`
	From       string  `json:"from,omitempty"` // first and last day of coding; only where the study shows dates
	To         string  `json:"to,omitempty"`
}

// A Coder is somebody whose codings count, and how many.
type Coder struct {
	Name    string `json:"name"`
	Codings int    `json:"codings"`
}

// Missing is a coding that stands in a file and counts nowhere. Its words are not printed: they may have been taken
// out of the transcript for a reason.
type Missing struct {
	Reason     string `json:"reason"` // lost, ambiguous, invalid, no-transcript, unknown-code, queued
	Transcript string `json:"transcript"`
	File       string `json:"file,omitempty"` // names its coder, so only where the study shows coders
	Line       int    `json:"line"`
	Code       string `json:"code"`
}

// An Entry is a code as the codebook has it.
type Entry struct {
	Ref
	Depth           int         `json:"depth"`
	Path            []string    `json:"path"` // its ancestors' names and its own
	Definition      string      `json:"definition,omitempty"`
	Include         []string    `json:"include"`
	Exclude         []Exclusion `json:"exclude"`
	Examples        []Example   `json:"examples"`
	Counterexamples []Example   `json:"counterexamples"`
	Rules           []string    `json:"rules"`
	Accept          bool        `json:"accept"`
	Aliases         []string    `json:"aliases"`
	Retired         bool        `json:"retired"`
	Into            []Ref       `json:"into"`
}

// An Exclusion is what a code does not cover, and the code that does.
type Exclusion struct {
	Text string `json:"text"`
	See  *Ref   `json:"see,omitempty"`
}

// An Example is an example of the codebook, and where it stands if it is verbatim.
type Example struct {
	Text       string `json:"text"`
	Transcript string `json:"transcript,omitempty"` // "" when it does not stand in any word for word
	Turns      []int  `json:"turns"`
}

// A Transcript is one row of the list of transcripts.
type Transcript struct {
	ID           string   `json:"id"`
	Participants []string `json:"participants"`
	Turns        int      `json:"turns"`
	Values       []string `json:"values"` // of Report.Columns
	Date         string   `json:"date,omitempty"`
	Source       string   `json:"source,omitempty"`
}

// Faults says what does not stand in the report as it should: quotations that are not verbatim, and codings that
// cannot be placed or whose code nobody defined. They are in English and name files of the study, for its researchers,
// not for readers of the report. A report without faults returns none.
func (r *Report) Faults() []string { return r.faults }

// fault keeps one for Faults.
func (r *Report) fault(place, format string, args ...any) {
	r.faults = append(r.faults, place+": "+fmt.Sprintf(format, args...))
}

// Unverified returns the chosen quotations that have a problem, depth first, with the section that they stand in.
func (r *Report) Unverified() []Unverified {
	var out []Unverified
	r.eachChosen(func(in Ref, x Excerpt) {
		if x.Problem != nil {
			out = append(out, Unverified{in, x})
		}
	})
	return out
}

// HasMissing says whether there is anything to list that does not stand in the report as it should.
func (r *Report) HasMissing() bool {
	return len(r.Missing)+len(r.Unverified())+len(r.Misquoted())+len(r.Unplaced) > 0
}

// HasParents says whether a code of the section has sub-codes, so that own and total counts differ in meaning.
func (s Section) HasParents() bool {
	return slices.ContainsFunc(s.Codes, func(c CodeRow) bool { return c.Parent })
}

// HasByRule says whether anything counts as coded by rule in the section.
func (s Section) HasByRule() bool { return s.ByRuleCounts.Passages > 0 }

// HasEvidence says whether anything counts in the section.
func (s Section) HasEvidence() bool { return s.Total.Codings > 0 || s.HasByRule() }

// IsEmpty says whether the section has nothing to read.
func (s Section) IsEmpty() bool {
	return !s.HasEvidence() && len(s.Chosen)+len(s.Tensions)+len(s.Prose) == 0 && s.Proposed.Of == 0
}

// Unverified is a chosen quotation with a problem and the section that it stands in.
type Unverified struct {
	In Ref
	Excerpt
}

// paragraphs cuts what an author wrote at its empty lines. Other line breaks are where the lines of a file end.
func paragraphs(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, "\n\n") {
		if part = strings.TrimSpace(strings.ReplaceAll(part, "\n", " ")); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// visible makes control characters, which a page cannot show and a terminal may obey, visible signs; line breaks and
// tabs stay. All else stands as it was: what text there is, is the transcript's.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ':
			return r + '\u2400' // the picture of that control character
		case r == 0x7f:
			return '\u2421'
		case r > 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
			return '\ufffd'
		}
		return r
	}, s)
}
