package report

// matrixWords are what a matrix says in its own voice.
type matrixWords struct {
	Name, All, Summary, Sheet, About     string // headings and sheets
	Title, Cut                           string
	Presence, Counts, Merged, Case, Meet string // what the cells are
	Overlap, Same, InTurn, InTurns       string
	Own, Below, Frequency, Shade         string
	Withheld                             string // the mark, and how many are few
	Nothing, Present                     string
	Axes, Speakers                       map[string]string
}

// kind names an axis; an attribute by itself.
func (v matrixWords) kind(axis string) string {
	if name := v.Axes[axis]; name != "" {
		return name
	}
	return axis
}

var englishMatrix = matrixWords{
	Name: "name", All: "all", Summary: "summary", Sheet: "matrix", About: "about",
	Title: "%s by %s", Cut: "[%s of %s passages; a cell holds no more]",
	Presence: "A cell is filled where there is a passage.",
	Counts:   "%s are counted.", Merged: "Passages that overlap are one.",
	Case:    "A cell holds the codings that hold what was said there; one across several counts for each.",
	Meet:    "A cell of two holds the codings of either that lie %s one of the other.",
	Overlap: "on words of", Same: "on exactly the same words as", InTurn: "in the same turn as", InTurns: "at most %s turns from",
	Own:       "Sub-codes and sub-themes are not counted with what they stand under.",
	Below:     "What stands under a code or theme is counted with it.",
	Frequency: "How often something was coded says nothing of how much it matters.",
	Withheld:  "%s stands where fewer than %s participants of a group would be counted, or where their number would follow from the others.",
	Shade:     "The darker a cell, the more there is in it; figures are in the cells.",
	Nothing:   "nothing", Present: "at least one passage",
	Axes:     map[string]string{"codes": "codes", "themes": "themes", "participants": "participants", "transcripts": "transcripts", "speakers": "speakers"},
	Speakers: map[string]string{"participants": "participants", "interviewer": "interviewer", "other": "others", "unknown": "unknown", "nobody": "before the first turn"},
}

var norwegianMatrix = matrixWords{
	Name: "navn", All: "alle", Summary: "sammendrag", Sheet: "matrise", About: "om",
	Title: "%s etter %s", Cut: "[%s av %s tekststykker; mer går det ikke inn i en celle]",
	Presence: "En celle er fylt der det er et tekststykke.",
	Counts:   "%s telles.", Merged: "Tekststykker som overlapper, er ett.",
	Case:    "En celle har de kodingene som rommer noe som ble sagt der; en som går over flere, teller for hver av dem.",
	Meet:    "En celle for to har de kodingene av hver som ligger %s en av den andres.",
	Overlap: "på ord i", Same: "på nøyaktig de samme ordene som", InTurn: "i samme replikk som", InTurns: "høyst %s replikker fra",
	Own:       "Underkoder og undertemaer telles ikke sammen med det de står under.",
	Below:     "Det som står under en kode eller et tema, telles med der.",
	Frequency: "Hvor ofte noe er kodet, sier ingenting om hvor viktig det er.",
	Withheld:  "%s står der færre enn %s deltakere i en gruppe ville bli telt, eller der tallet ville følge av de andre.",
	Shade:     "Jo mørkere en celle er, desto mer er det i den; tallene står i cellene.",
	Nothing:   "ingenting", Present: "minst ett tekststykke",
	Axes:     map[string]string{"codes": "koder", "themes": "temaer", "participants": "deltakere", "transcripts": "transkripsjoner", "speakers": "talere"},
	Speakers: map[string]string{"participants": "deltakere", "interviewer": "intervjuer", "other": "andre", "unknown": "ukjente", "nobody": "før den første replikken"},
}
