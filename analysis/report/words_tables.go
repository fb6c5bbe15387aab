package report

// tableWords are what the report's tables say in their own voice, where words has none.
type tableWords struct {
	About, Excerpts, Missing, People                                       string // sheets
	ID, CodeIDs, Concept, Definition, Status, WithBelow, WithSubCodes      string
	Level, Evidence, Quotation, Translator, By, FirstTurn, LastTurn        string
	Language, Verified, Verbatim, Reason, File, TooSmall, Cut, AllIn, Said string
	Tiers                                                                  map[string]string
}

var englishTables = tableWords{
	About: "About", Excerpts: "Excerpts", Missing: "Not shown", People: "One by one",
	ID: "Id", CodeIDs: "Ids of codes", Concept: "Central organising concept", Definition: "Definition", Status: "Status",
	WithBelow: "%s, with sub-themes", WithSubCodes: "%s, with sub-codes",
	Level: "Level", Evidence: "Evidence", Quotation: "Quotation", Translator: "Translator", By: "Attribution",
	FirstTurn: "First turn", LastTurn: "Last turn",
	Language: "Language", Verified: "Verified", Verbatim: "verbatim", Reason: "Reason", File: "File",
	TooSmall: "not shown: groups smaller than %s",
	Cut:      "[cut: %s of %s characters; a cell holds no more]",
	AllIn:    "all in %s",
	Said:     "Quotations stand in these cells as they were said, or as the authors wrote them where they chose them. A passage that lies under several themes has a row under each.",
	Tiers: map[string]string{tierChosen: "chosen", tierTension: "speaks against it", tierPerson: "coded by a person",
		tierByRule: "coded by rule", tierProposed: "proposed, unread"},
}

var norwegianTables = tableWords{
	About: "Om", Excerpts: "Sitater", Missing: "Ikke vist", People: "En for en",
	ID: "Id", CodeIDs: "Kodenes id-er", Concept: "Sentralt organiserende begrep", Definition: "Definisjon", Status: "Status",
	WithBelow: "%s, med undertemaer", WithSubCodes: "%s, med underkoder",
	Level: "Nivå", Evidence: "Belegg", Quotation: "Sitat", Translator: "Oversetter", By: "Hvem",
	FirstTurn: "Første replikk", LastTurn: "Siste replikk",
	Language: "Språk", Verified: "Bekreftet", Verbatim: "ordrett", Reason: "Grunn", File: "Fil",
	TooSmall: "ikke vist: grupper på færre enn %s",
	Cut:      "[kuttet: %s av %s tegn; mer går det ikke inn i en celle]",
	AllIn:    "alle i %s",
	Said:     "Sitatene står i disse cellene som de ble sagt, eller slik forfatterne skrev dem der de valgte dem. Et tekststykke som ligger under flere temaer, har en rad under hvert.",
	Tiers: map[string]string{tierChosen: "valgt", tierTension: "taler imot", tierPerson: "kodet av et menneske",
		tierByRule: "kodet av en regel", tierProposed: "foreslått, ulest"},
}

// aboutTables says what the tables are of and how to read them, a line a string.
func (w *words) aboutTables(r *Report) []string {
	out := []string{w.Title(r)}
	if r.Question != "" {
		out = append(out, w.Question+": "+r.Question)
	}
	out = append(out, w.Approach(r))
	out = append(out, w.Sample(r)...)
	out = append(out, w.Tables.Said)
	for _, sign := range r.Signs {
		out = append(out, w.SignForms(sign)+": "+w.SignMeans(sign))
	}
	out = append(out, w.Frequency)
	out = append(out, w.Origin(r)...)
	if r.Origin.ByRule > 0 {
		out = append(out, w.ByRule+": "+w.ByRuleNote)
	}
	if r.Origin.Unread > 0 {
		out = append(out, w.Proposed+": "+w.ProposedNote)
	}
	out = append(out, w.PeopleNotes(r)...)
	if r.Version != "" {
		out = append(out, w.Made(r))
	}
	return out
}
