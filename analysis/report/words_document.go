package report

// documentWords are what a document for word processors says besides the words of every report. Figure and Table name
// rows of numbers too, so each is one word.
type documentWords struct {
	Figure, Table, Appendix string
	ThemesTable             string
	MapFigure               string
	Drawn                   string // heads the spread of themes over participants
	DrawnTable              string
	DrawnRule               string // says what the mark of rules means
	CodesTable              string // of a theme
	PeopleTable             string // a row a participant
	ParticipantsTable       string
	CodersTable             string
	TranscriptsTable        string
}

var englishDocument = documentWords{
	Figure: "Figure", Table: "Table", Appendix: "Appendix",
	ThemesTable:       "The themes and their codes",
	MapFigure:         "How the themes hang together. What stands within a theme belongs to it; arrows are relations.",
	Drawn:             "Whom the themes draw on",
	DrawnTable:        "Whom each theme draws on, its sub-themes counted with it: ● a passage that a person coded",
	DrawnRule:         "○ only passages coded by rule",
	CodesTable:        "Codes of %s",
	PeopleTable:       "The participants",
	ParticipantsTable: "The participants by attribute",
	CodersTable:       "Codings by coder",
	TranscriptsTable:  "The transcripts",
}

var norwegianDocument = documentWords{
	Figure: "Figur", Table: "Tabell", Appendix: "Vedlegg",
	ThemesTable:       "Temaene og kodene deres",
	MapFigure:         "Hvordan temaene henger sammen. Det som står inne i et tema, hører til det; piler er sammenhenger.",
	Drawn:             "Hvem temaene bygger på",
	DrawnTable:        "Hvem hvert av temaene bygger på, undertemaene medregnet: ● et tekststykke som noen har kodet",
	DrawnRule:         "○ bare tekststykker kodet etter regel",
	CodesTable:        "Koder i %s",
	PeopleTable:       "Deltakerne",
	ParticipantsTable: "Deltakerne etter egenskap",
	CodersTable:       "Kodinger per koder",
	TranscriptsTable:  "Transkripsjonene",
}
