package report

import (
	"fmt"
	"strconv"
	"strings"
)

// words are what the page says in its own voice, in one language. All that a reader sees and that nobody in the study
// wrote stands in a value of this type, so that another language is another value. Templates read the fields. Of a pair
// the first is for one.
type words struct {
	Thousands  string // between groups of three digits
	Open       string // quotation marks
	Close      string
	And        string // before the last of a list
	Or         string
	Untitled   string
	Skip       string
	Contents   string
	Question   string
	Approaches map[string]string
	MadeBy     string

	Analysed         string
	AnalysedSentence string
	AnalysedNobody   string // where nobody knows who speaks
	NoTranscripts    string
	Nothing          string
	NoneHere         string
	Frequency        string
	Problems         string

	Transcripts, Participants, Turns, Words, Codings, Passages, Coders [2]string

	Themes    string
	Map       string
	Codes     string
	Relations string
	LeadsTo   string
	Loose     string
	Dropped   string
	WentTo    string
	Kinds     map[string]string
	Status    map[string]string
	Roles     map[string]string

	DrawsOn       string
	DrawsByRule   string
	DrawsOnNobody string
	More          string
	Own           [2]string // of a theme, of a code
	WithBelow     [2]string
	WithSubCodes  string
	Spread        string
	ColumnCode    string
	ColumnOwn     string
	ColumnTotal   string
	ColumnByRule  string
	PassagesHead  string
	PeopleHead    string

	Others       string
	Tensions     string
	ByRule       string
	ByRuleNote   string
	Proposed     string
	ProposedNote string
	Shown        string
	QuotedAbove  string
	Turn         [2]string
	BeforeTurns  string
	CodedBy      string
	Condensed    string
	Translation  string
	Memo         string
	Context      string

	NotVerified  string
	NoTranscript string
	Differs      string
	DiffersAt    string
	NotSaid      string
	LeftOut      string
	MoreChanges  [2]string
	Absent       string
	Nearest      string

	ParticipantsTitle string
	Attribute         string
	Value             string
	Joined            string
	TooSmall          string
	NotGiven          string

	OriginTitle   string
	OriginNote    string
	OriginNone    string
	OriginCounted string
	OriginPerson  string
	OriginRule    string
	OriginSearch  string

	UnitsTitle, UnitMeaning, UnitCondensed, UnitTranscript, UnitTurn, UnitBy string // the table of content analysis
	OriginImported                                                           string
	OriginNotCounted                                                         string
	OriginCandidates                                                         string
	OriginByRule                                                             string
	OriginRejected                                                           string
	OriginDays                                                               string
	Coder                                                                    string

	MissingTitle string
	Unverified   string
	NotPlaced    [2]string
	Line         string
	Reasons      map[string]string

	CodebookTitle    string
	BookVersion      string
	Under            string
	Include          string
	Exclude          string
	See              string
	Examples         string
	Counterexamples  string
	NotFound         string
	Rules            string
	Accepts          string
	Formerly         string
	Retired          string
	RetiredInto      string
	TranscriptsTitle string
	Transcript       string
	Date             string
	Source           string

	Review    reviewWords
	Matrix    matrixWords
	Prose     proseWords
	Tables    tableWords
	People    peopleWords
	Excerpts  excerptWords
	Checklist checklistWords
	Audit     auditWords
	Page      pageWords
	Document  documentWords
}

// wordsFor chooses the words for a study's language: Norwegian (bokmål) for Norwegian studies, English for all others.
func wordsFor(language string) *words {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch primary {
	case "nb", "nn", "no":
		return &norwegian
	}
	return &english
}

var english = words{
	Thousands: ",", Open: "“", Close: "”", And: " and ", Or: " or ",
	Untitled: "Theme report",
	Skip:     "Skip to the report",
	Contents: "Contents",
	Question: "Research question",
	Approaches: map[string]string{
		"reflexive":          "Reflexive thematic analysis",
		"codebook":           "Codebook thematic analysis",
		"coding-reliability": "Coding reliability thematic analysis",
		"content-analysis":   "Qualitative content analysis",
	},
	MadeBy: "Set by tema %s from the files of the study.",

	Analysed:         "What was analysed",
	AnalysedSentence: "%s with %s: %s and %s, of which participants spoke %s.",
	AnalysedNobody:   "%s: %s and %s. None names a participant.",
	NoTranscripts:    "The study holds no transcripts yet.",
	Nothing:          "Nothing is coded yet.",
	NoneHere:         "Nothing is coded here yet.",
	Frequency:        "Counts say what the analysis draws on, not how much it matters.",
	Problems:         "Not everything could be shown as it should be; it is listed under",

	Transcripts:  [2]string{"transcript", "transcripts"},
	Participants: [2]string{"participant", "participants"},
	Turns:        [2]string{"turn", "turns"},
	Words:        [2]string{"word", "words"},
	Codings:      [2]string{"coding", "codings"},
	Passages:     [2]string{"passage", "passages"},
	Coders:       [2]string{"coder", "coders"},

	Themes:    "Themes",
	Map:       "Map of themes",
	Codes:     "Codes",
	Relations: "How the themes hang together",
	LeadsTo:   "leads to",
	Loose:     "Codes in no theme",
	Dropped:   "Themes that were dropped",
	WentTo:    "what it held went to",
	Kinds: map[string]string{
		"theme": "Theme", "overarching-theme": "Overarching theme", "sub-theme": "Sub-theme",
		"category": "Category", "sub-category": "Sub-category", "theme-or-category": "Theme or category", "code": "Code",
	},
	Status: map[string]string{"candidate": "candidate, not reviewed yet", "reviewed": "reviewed", "defined": "defined"},
	Roles: map[string]string{
		"participant": "Participant", "interviewer": "Interviewer", "other": "Somebody else", "unknown": "Unknown speaker", "": "Before the first speaker",
	},

	DrawsOn:       "Draws on %s",
	DrawsByRule:   "By rule only: %s",
	DrawsOnNobody: "Draws on no participant yet",
	More:          "%s more",
	Own:           [2]string{"Own codes: %s", "Own: %s"},
	WithBelow:     [2]string{"With sub-themes: %s", "With sub-codes: %s"},
	WithSubCodes:  "%s with sub-codes",
	Spread:        "Participants, in the order of their ids; filled where this draws on them",
	ColumnCode:    "Code",
	ColumnOwn:     "Codings, own",
	ColumnTotal:   "Codings, with sub-codes",
	ColumnByRule:  "Passages by rule",
	PassagesHead:  "Passages",
	PeopleHead:    "Participants",

	Others:       "Other passages",
	Tensions:     "What speaks against it",
	ByRule:       "Coded by rule",
	ByRuleNote:   "The codebook lets these rules code; nobody has read what they found.",
	Proposed:     "Proposed by rules, read by nobody yet",
	ProposedNote: "These are suggestions and no part of the analysis. Nothing in this report counts them.",
	Shown:        "%s of %s shown",
	QuotedAbove:  "%s more quoted above",
	Turn:         [2]string{"turn", "turns"},
	BeforeTurns:  "before the first turn",
	CodedBy:      "coded by %s",
	Condensed:    "Condensed",
	Translation:  "Translation",
	Memo:         "Memo",
	Context:      "In its context",

	NotVerified:  "Not verified:",
	NoTranscript: "there is no transcript %s that can be read",
	Differs:      "it differs from the transcript",
	DiffersAt:    "%s stands there for %s",
	NotSaid:      "%s was put in without brackets",
	LeftOut:      "%s is left out without a mark",
	MoreChanges:  [2]string{"and one more difference", "and %s more differences"},
	Absent:       "these words do not stand in %s",
	Nearest:      "what comes nearest is in %s",

	ParticipantsTitle: "Participants",
	Attribute:         "Attribute",
	Value:             "Value",
	Joined:            "Values that fewer than %s participants share are put together with others.",
	TooSmall:          "Not in a table of groups, since they would be smaller than %s:",
	NotGiven:          "not given",

	OriginTitle:   "How the codings came about",
	OriginNote:    "Codes and themes are the researchers’ own. Of one code or theme, passages that overlap are counted as one.",
	OriginNone:    "No coding counts in this report yet.",
	OriginCounted: "%s by %s count in this report: %s.",
	OriginPerson:  "%s made by a person",
	OriginRule:    "%s accepted by a person after a rule proposed it",
	OriginSearch:  "%s put by a person on all that a search found",
	UnitsTitle:    "Meaning units", UnitMeaning: "Meaning unit", UnitCondensed: "Condensed meaning unit",
	UnitTranscript: "Transcript", UnitTurn: "Turn", UnitBy: "Participant",
	OriginImported:   "%s imported from another program",
	OriginNotCounted: "%s by others are kept in the study and do not count here.",
	OriginCandidates: "The codebook’s rules propose %s, of which nobody has read %s yet.",
	OriginByRule:     "Of those, coded by rule since their codes say so: %s.",
	OriginRejected:   "Coders rejected %s of the rules’ proposals.",
	OriginDays:       "Coded between %s and %s.",
	Coder:            "Coder",

	MissingTitle: "What could not be shown",
	Unverified:   "Quotations that could not be verified stand in the report and are marked there:",
	NotPlaced:    [2]string{"One coding stands in the study’s files and counts nowhere:", "%s codings stand in the study’s files and count nowhere:"},
	Line:         "line",
	Reasons: map[string]string{
		"lost":          "where its passage stands now cannot be said for certain",
		"ambiguous":     "its passage could be in several places of the transcript now",
		"invalid":       "its offsets do not fit the text that it names",
		"no-transcript": "the transcript cannot be read",
		"unknown-code":  "the code is not in the codebook",
		"queued":        "its code was split, and nobody has said yet where it goes",
	},

	CodebookTitle:    "Codebook",
	BookVersion:      "Version %s.",
	Under:            "Under",
	Include:          "Include",
	Exclude:          "Exclude",
	See:              "see",
	Examples:         "Examples",
	Counterexamples:  "Counterexamples",
	NotFound:         "not word for word in a transcript",
	Rules:            "Rules",
	Accepts:          "what they find counts without being read",
	Formerly:         "Formerly",
	Retired:          "Retired",
	RetiredInto:      "Retired; went into",
	TranscriptsTitle: "Transcripts",
	Transcript:       "Transcript",
	Date:             "Date",
	Source:           "Source",

	Review:    englishReview,
	Matrix:    englishMatrix,
	Prose:     englishProse,
	Tables:    englishTables,
	People:    englishPeople,
	Excerpts:  englishExcerpts,
	Checklist: englishChecklist,
	Audit:     englishAudit,
	Page:      englishPage,
	Document:  englishDocument,
}

var norwegian = words{
	Thousands: "\u00a0", Open: "«", Close: "»", And: " og ", Or: " eller ",
	Untitled: "Temarapport",
	Skip:     "Gå til rapporten",
	Contents: "Innhold",
	Question: "Forskningsspørsmål",
	Approaches: map[string]string{
		"reflexive":          "Refleksiv tematisk analyse",
		"codebook":           "Tematisk analyse med kodebok",
		"coding-reliability": "Tematisk analyse med kodingsreliabilitet",
		"content-analysis":   "Kvalitativ innholdsanalyse",
	},
	MadeBy: "Satt av tema %s ut fra studiens filer.",

	Analysed:         "Hva som ble analysert",
	AnalysedSentence: "%s med %s: %s og %s, hvorav deltakerne sa %s.",
	AnalysedNobody:   "%s: %s og %s. Ingen av dem nevner noen deltaker.",
	NoTranscripts:    "Studien har ingen transkripsjoner ennå.",
	Nothing:          "Ingenting er kodet ennå.",
	NoneHere:         "Ingenting er kodet her ennå.",
	Frequency:        "Tallene sier hva analysen bygger på, ikke hvor viktig det er.",
	Problems:         "Ikke alt kunne vises slik det skulle; det er listet under",

	Transcripts:  [2]string{"transkripsjon", "transkripsjoner"},
	Participants: [2]string{"deltaker", "deltakere"},
	Turns:        [2]string{"replikk", "replikker"},
	Words:        [2]string{"ord", "ord"},
	Codings:      [2]string{"koding", "kodinger"},
	Passages:     [2]string{"tekststykke", "tekststykker"},
	Coders:       [2]string{"koder", "kodere"},

	Themes:    "Temaer",
	Map:       "Temakart",
	Codes:     "Koder",
	Relations: "Hvordan temaene henger sammen",
	LeadsTo:   "leder til",
	Loose:     "Koder uten tema",
	Dropped:   "Temaer som ble forkastet",
	WentTo:    "det de inneholdt, gikk til",
	Kinds: map[string]string{
		"theme": "Tema", "overarching-theme": "Overordnet tema", "sub-theme": "Undertema",
		"category": "Kategori", "sub-category": "Underkategori", "theme-or-category": "Tema eller kategori", "code": "Kode",
	},
	Status: map[string]string{"candidate": "kandidat, ikke gjennomgått ennå", "reviewed": "gjennomgått", "defined": "definert"},
	Roles: map[string]string{
		"participant": "Deltaker", "interviewer": "Intervjuer", "other": "En annen", "unknown": "Ukjent", "": "Før den første replikken",
	},

	DrawsOn:       "Bygger på %s",
	DrawsByRule:   "Bare ved regel: %s",
	DrawsOnNobody: "Bygger ikke på noen deltaker ennå",
	More:          "%s til",
	Own:           [2]string{"Egne koder: %s", "Egne: %s"},
	WithBelow:     [2]string{"Med undertemaer: %s", "Med underkoder: %s"},
	WithSubCodes:  "%s med underkoder",
	Spread:        "Deltakerne, i rekkefølge etter id; fylt der dette bygger på dem",
	ColumnCode:    "Kode",
	ColumnOwn:     "Kodinger, egne",
	ColumnTotal:   "Kodinger, med underkoder",
	ColumnByRule:  "Tekststykker ved regel",
	PassagesHead:  "Tekststykker",
	PeopleHead:    "Deltakere",

	Others:       "Andre tekststykker",
	Tensions:     "Hva som taler mot det",
	ByRule:       "Kodet ved regel",
	ByRuleNote:   "Kodeboken lar disse reglene kode; ingen har lest det de fant.",
	Proposed:     "Foreslått av regler, ikke lest av noen ennå",
	ProposedNote: "Dette er forslag og ingen del av analysen. Ingenting i denne rapporten teller dem.",
	Shown:        "%s av %s vist",
	QuotedAbove:  "%s til er sitert ovenfor",
	Turn:         [2]string{"replikk", "replikk"},
	BeforeTurns:  "før den første replikken",
	CodedBy:      "kodet av %s",
	Condensed:    "Kondensert",
	Translation:  "Oversettelse",
	Memo:         "Notat",
	Context:      "I sammenheng",

	NotVerified:  "Ikke bekreftet:",
	NoTranscript: "det finnes ingen transkripsjon %s som kan leses",
	Differs:      "det avviker fra transkripsjonen",
	DiffersAt:    "%s står der i stedet for %s",
	NotSaid:      "%s er satt inn uten hakeparentes",
	LeftOut:      "%s er utelatt uten merke",
	MoreChanges:  [2]string{"og én forskjell til", "og %s forskjeller til"},
	Absent:       "disse ordene står ikke i %s",
	Nearest:      "det nærmeste står i %s",

	ParticipantsTitle: "Deltakere",
	Attribute:         "Egenskap",
	Value:             "Verdi",
	Joined:            "Verdier som færre enn %s deltakere har, er slått sammen med andre.",
	TooSmall:          "Ikke i noen tabell over grupper, siden de ville blitt mindre enn %s:",
	NotGiven:          "ikke oppgitt",

	OriginTitle:   "Hvordan kodingene ble til",
	OriginNote:    "Koder og temaer er forskernes egne. For én kode eller ett tema regnes tekststykker som overlapper, som ett.",
	OriginNone:    "Ingen koding teller i denne rapporten ennå.",
	OriginCounted: "%s av %s teller i denne rapporten: %s.",
	OriginPerson:  "%s gjort av en person",
	OriginRule:    "%s godtatt av en person etter at en regel foreslo det",
	OriginSearch:  "%s satt av en person på alt som et søk fant",
	UnitsTitle:    "Meningsenheter", UnitMeaning: "Meningsenhet", UnitCondensed: "Kondensert meningsenhet",
	UnitTranscript: "Transkript", UnitTurn: "Replikk", UnitBy: "Deltaker",
	OriginImported:   "%s importert fra et annet program",
	OriginNotCounted: "%s av andre ligger i studien og teller ikke her.",
	OriginCandidates: "Reglene i kodeboken foreslår %s, hvorav ingen har lest %s ennå.",
	OriginByRule:     "Av disse er kodet ved regel, fordi kodene sier det: %s.",
	OriginRejected:   "Kodere har avvist %s av reglenes forslag.",
	OriginDays:       "Kodet mellom %s og %s.",
	Coder:            "Koder",

	MissingTitle: "Det som ikke kunne vises",
	Unverified:   "Sitater som ikke kunne bekreftes, står i rapporten og er merket der:",
	NotPlaced:    [2]string{"Én koding står i studiens filer og teller ikke noe sted:", "%s kodinger står i studiens filer og teller ikke noe sted:"},
	Line:         "linje",
	Reasons: map[string]string{
		"lost":          "hvor tekststykket står nå, kan ikke sies sikkert",
		"ambiguous":     "tekststykket kan nå være på flere steder i transkripsjonen",
		"invalid":       "posisjonene passer ikke til teksten de viser til",
		"no-transcript": "transkripsjonen kan ikke leses",
		"unknown-code":  "koden står ikke i kodeboken",
		"queued":        "koden er delt, og ingen har sagt ennå hvor denne skal",
	},

	CodebookTitle:    "Kodebok",
	BookVersion:      "Versjon %s.",
	Under:            "Under",
	Include:          "Ta med",
	Exclude:          "Ta ikke med",
	See:              "se",
	Examples:         "Eksempler",
	Counterexamples:  "Moteksempler",
	NotFound:         "ikke ordrett i en transkripsjon",
	Rules:            "Regler",
	Accepts:          "det de finner, teller uten å være lest",
	Formerly:         "Tidligere",
	Retired:          "Ikke lenger i bruk",
	RetiredInto:      "Ikke lenger i bruk; gikk inn i",
	TranscriptsTitle: "Transkripsjoner",
	Transcript:       "Transkripsjon",
	Date:             "Dato",
	Source:           "Kilde",

	Review:    norwegianReview,
	Matrix:    norwegianMatrix,
	Prose:     norwegianProse,
	Tables:    norwegianTables,
	People:    norwegianPeople,
	Excerpts:  norwegianExcerpts,
	Checklist: norwegianChecklist,
	Audit:     norwegianAudit,
	Page:      norwegianPage,
	Document:  norwegianDocument,
}

// Number writes n with its digits in groups of three.
func (w *words) Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + w.Thousands + s[i:]
	}
	return s
}

// some writes how many of what there are.
func (w *words) some(of [2]string, n int) string {
	if n == 1 {
		return "1 " + of[0]
	}
	return w.Number(n) + " " + of[1]
}

// list joins what is said with commas and a last word.
func list(items []string, last string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	n := len(items) - 1
	return strings.Join(items[:n], ", ") + last + items[n]
}

// upper makes the first letter of a sentence great, which may have begun with a number.
func upper(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// Title is the study's, or what stands in for it.
func (w *words) Title(r *Report) string {
	if r.Title != "" {
		return r.Title
	}
	return w.Untitled
}

// Approach says by what method the study was done.
func (w *words) Approach(r *Report) string {
	if name := w.Approaches[r.Approach]; name != "" {
		return name
	}
	return r.Approach
}

// Sample says what was analysed.
func (w *words) Sample(r *Report) []string {
	s := r.Sample
	if s.Transcripts == 0 {
		return []string{w.NoTranscripts}
	}
	out := []string{fmt.Sprintf(w.AnalysedSentence, w.some(w.Transcripts, s.Transcripts), w.some(w.Participants, s.Participants),
		w.some(w.Turns, s.Turns), w.some(w.Words, s.Words), w.Number(s.ParticipantWords))}
	if s.Participants == 0 {
		out[0] = fmt.Sprintf(w.AnalysedNobody, w.some(w.Transcripts, s.Transcripts), w.some(w.Turns, s.Turns), w.some(w.Words, s.Words))
	}
	if len(r.Sections) == 0 {
		out = append(out, w.Nothing)
	}
	return out
}

// Overline says what a section is and how far it has come.
func (w *words) Overline(s Section) string {
	if s.Status == "" {
		return w.Kinds[s.Kind]
	}
	return w.Kinds[s.Kind] + " · " + w.Status[s.Status]
}

// Counts names four units of the same evidence.
func (w *words) Counts(c Counts) string {
	return strings.Join([]string{w.some(w.Codings, c.Codings), w.some(w.Passages, c.Passages), w.some(w.Turns, c.Turns), w.some(w.Transcripts, c.Transcripts)}, " · ")
}

// SectionCounts says what a section draws on, line by line.
func (w *words) SectionCounts(s Section) []string {
	var out []string
	kind := 0
	if s.Kind == "code" {
		kind = 1
	}
	switch {
	case s.Total.Codings == 0:
	case s.Own == s.Total:
		out = append(out, w.Counts(s.Total))
	default:
		out = append(out, fmt.Sprintf(w.WithBelow[kind], w.Counts(s.Total)))
		if s.Own.Codings > 0 {
			out = append(out, fmt.Sprintf(w.Own[kind], w.Counts(s.Own)))
		}
	}
	if s.ByRuleCounts.Passages > 0 {
		out = append(out, w.ByRule+": "+w.some(w.Passages, s.ByRuleCounts.Passages))
	}
	return out
}

// Draws says how many participants a section draws on.
func (w *words) Draws(s Section) string {
	n := 0
	for _, m := range s.Spread {
		if m.By == "person" {
			n++
		}
	}
	if n == 0 {
		return w.DrawsOnNobody
	}
	return fmt.Sprintf(w.DrawsOn, w.some(w.Participants, n))
}

// DrawnOn names the participants a section draws on through persons' codings, at most limit of them; 0 means all.
func (w *words) DrawnOn(s Section, limit int) string { return w.marked(s, "person", limit) }

// DrawnByRule names those whom only what was coded by rule reaches.
func (w *words) DrawnByRule(s Section, limit int) string {
	if names := w.marked(s, "rule", limit); names != "" {
		return fmt.Sprintf(w.DrawsByRule, names)
	}
	return ""
}

func (w *words) marked(s Section, by string, limit int) string {
	var ids []string
	for _, m := range s.Spread {
		if m.By == by {
			ids = append(ids, m.Participant)
		}
	}
	if limit > 0 && len(ids) > limit+1 {
		return list(append(ids[:limit:limit], fmt.Sprintf(w.More, w.Number(len(ids)-limit))), w.And)
	}
	return strings.Join(ids, ", ")
}

// CodeCounts says how often a code was used, with the unit.
func (w *words) CodeCounts(c CodeRow) string {
	out := []string{w.some(w.Codings, c.Own)}
	if c.Parent {
		out = append(out, fmt.Sprintf(w.WithSubCodes, w.Number(c.Total)))
	}
	if c.ByRule > 0 {
		out = append(out, w.some(w.Passages, c.ByRule)+" "+strings.ToLower(w.ByRule))
	}
	return strings.Join(out, ", ")
}

// Selection says how many passages are shown.
func (w *words) Selection(s Selection) string {
	out := fmt.Sprintf(w.Shown, w.Number(len(s.Shown)), w.some(w.Passages, s.Of))
	if len(s.Shown) == s.Of {
		out = w.some(w.Passages, s.Of)
	}
	if s.Quoted > 0 {
		out += "; " + fmt.Sprintf(w.QuotedAbove, w.Number(s.Quoted))
	}
	if s.AllIn != "" {
		out += "; " + fmt.Sprintf(w.Tables.AllIn, s.AllIn)
	}
	return out
}

// Place names a transcript, unless it is "", and the numbers of turns, runs of them as from-to.
func (w *words) Place(transcript string, turns []int) string {
	var parts []string
	numbered := 0
	for i := 0; i < len(turns); {
		j := i
		for j+1 < len(turns) && turns[j+1] == turns[j]+1 {
			j++
		}
		switch {
		case turns[i] == 0: // what stands before the first label
			parts = append(parts, w.BeforeTurns)
			i++
			continue
		case j == i:
			parts = append(parts, strconv.Itoa(turns[i]))
		default:
			parts = append(parts, strconv.Itoa(turns[i])+"–"+strconv.Itoa(turns[j]))
		}
		if numbered++; numbered == 1 {
			word := w.Turn[0]
			if j > i || j+1 < len(turns) {
				word = w.Turn[1]
			}
			parts[len(parts)-1] = word + " " + parts[len(parts)-1]
		}
		i = j + 1
	}
	if transcript != "" {
		parts = append([]string{transcript}, parts...)
	}
	return strings.Join(parts, ", ")
}

// From says where an excerpt comes from.
func (w *words) From(x Excerpt) string { return w.Place(x.Transcript, x.Turns) }

// By names who speaks in an excerpt: participants by the study's pattern, others by their role.
func (w *words) By(x Excerpt) string {
	switch {
	case len(x.By) > 0:
		return strings.Join(x.By, "; ")
	case x.Problem != nil && x.Role == "":
		return "" // nobody knows whose words these are
	}
	return w.Roles[x.Role]
}

// Speaker names who speaks where several do.
func (w *words) Speaker(s Speech) string {
	if s.Who != "" {
		return s.Who
	}
	return w.Roles[s.Role]
}

// Heard names who speaks in a turn of an excerpt's context.
func (w *words) Heard(c ContextTurn) string { return w.Speaker(Speech{Who: c.Who, Role: c.Role}) }

// Coders names who coded a passage, where the study shows that.
func (w *words) CodedByWhom(x Excerpt) string { return fmt.Sprintf(w.CodedBy, list(x.Coders, w.And)) }

// Problem says why a quotation is not verified.
func (w *words) Problem(x Excerpt) string {
	const most = 4 // differences to spell out
	switch x.Problem.Kind {
	case "no-transcript":
		return fmt.Sprintf(w.NoTranscript, x.Transcript)
	case "absent":
		out := fmt.Sprintf(w.Absent, x.Transcript)
		if len(x.Problem.Nearest) > 0 {
			out += "; " + fmt.Sprintf(w.Nearest, w.Place("", x.Problem.Nearest))
		}
		return out
	}
	out := []string{w.Differs}
	for i, c := range x.Problem.Changes {
		if left := len(x.Problem.Changes) - i; i == most {
			if left == 1 {
				out = append(out, w.MoreChanges[0])
			} else {
				out = append(out, fmt.Sprintf(w.MoreChanges[1], w.Number(left)))
			}
			break
		}
		out = append(out, w.difference(c))
	}
	return strings.Join(out, "; ")
}

// Origin says how the codings came about, a sentence a string.
func (w *words) Origin(r *Report) []string {
	o := r.Origin
	out := []string{w.OriginNone}
	if o.Counted > 0 {
		var ways []string
		for _, way := range []struct {
			n    int
			text string
		}{{o.ByPerson, w.OriginPerson}, {o.FromRule, w.OriginRule}, {o.BySearch, w.OriginSearch}, {o.Imported, w.OriginImported}} {
			if way.n > 0 {
				ways = append(ways, fmt.Sprintf(way.text, w.Number(way.n)))
			}
		}
		out[0] = fmt.Sprintf(w.OriginCounted, w.some(w.Codings, o.Counted), w.some(w.Coders, o.Coders), list(ways, w.And))
	}
	if o.From != "" {
		out = append(out, fmt.Sprintf(w.OriginDays, o.From, o.To))
	}
	if o.NotCounted > 0 {
		out = append(out, fmt.Sprintf(w.OriginNotCounted, w.some(w.Codings, o.NotCounted)))
	}
	if o.Candidates > 0 {
		rules := fmt.Sprintf(w.OriginCandidates, w.some(w.Codings, o.Candidates), w.Number(o.Unread))
		if o.ByRule > 0 {
			rules += " " + fmt.Sprintf(w.OriginByRule, w.Number(o.ByRule))
		}
		out = append(out, rules)
	}
	if o.Rejected > 0 {
		out = append(out, fmt.Sprintf(w.OriginRejected, w.Number(o.Rejected)))
	}
	return append(out, w.OriginNote)
}

// NotPlacedNote heads the codings that count nowhere.
func (w *words) NotPlacedNote(r *Report) string {
	if len(r.Missing) == 1 {
		return w.NotPlaced[0]
	}
	return fmt.Sprintf(w.NotPlaced[1], w.Number(len(r.Missing)))
}

// MissingPlace says where a coding that counts nowhere stands.
func (w *words) MissingPlace(m Missing) string {
	line := strconv.Itoa(m.Line)
	if m.File != "" {
		return m.Transcript + ", " + m.File + ":" + line
	}
	return m.Transcript + ", " + w.Line + " " + line
}

// ExamplePlace says where an example of the codebook stands.
func (w *words) ExamplePlace(x Example) string {
	if x.Transcript == "" {
		return w.NotFound
	}
	return w.Place(x.Transcript, x.Turns)
}

// Made names the program and its version.
func (w *words) Made(r *Report) string {
	return strings.Join(strings.Fields(fmt.Sprintf(w.MadeBy, r.Version)), " ")
}
