package report

import "fmt"

// pageWords are what only the page says: what its script adds, and the pictures and texts that take a page to show.
type pageWords struct {
	Filter, All, ShowAll string
	FilterShown          string // {n} and {m} are figures that the script puts in
	FilterNone           string
	Copy, Copied         string

	Presence, PresenceByTranscript   [2]string // headings, of themes and of codes
	PresenceNote, CountsNote         string
	RuleNote                         string
	Person, Rule                     string // what a cell holds
	Columns                          string
	Portraits, PortraitsNote, Halved string
	Nowhere, InWords                 string
	FirstOf                          string
	Texts, TextsNote                 string
}

var englishPage = pageWords{
	Filter: "Filter the excerpts", All: "all", ShowAll: "Show all",
	FilterShown: "{n} of {m} excerpts shown", FilterNone: "None of the excerpts here is among them.",
	Copy: "Copy", Copied: "Copied",

	Presence: [2]string{"Who the themes draw on", "Who the codes draw on"}, PresenceByTranscript: [2]string{"Where the themes lie", "Where the codes lie"},
	PresenceNote: "A mark says that there is a passage, not how much it matters. What stands under a theme or code belongs to it too.",
	CountsNote:   "The figures are passages; those that overlap are one. What stands under a theme or code is counted with it.",
	RuleNote:     "A hollow mark, or a figure in brackets, was coded by rule only.",
	Person:       "there is a passage", Rule: "by rule only",
	Columns:   "%s of %s are shown, the first by their ids.",
	Portraits: "Portraits of the transcripts", PortraitsNote: "A line is a transcript from its beginning to its end; a mark is where a passage lies.",
	Halved: "A mark of half the height was coded by rule.", Nowhere: "nowhere", InWords: "The same in words",
	FirstOf: "%s of %s in which anything is coded, the first by their ids.",
	Texts:   "The transcripts in full", TextsNote: "All that was said stands here. Coded passages are underlined and numbered; their codes stand beside them.",
}

var norwegianPage = pageWords{
	Filter: "Filtrer utdragene", All: "alle", ShowAll: "Vis alle",
	FilterShown: "{n} av {m} utdrag vist", FilterNone: "Ingen av utdragene her er blant dem.",
	Copy: "Kopier", Copied: "Kopiert",

	Presence: [2]string{"Hvem temaene bygger på", "Hvem kodene bygger på"}, PresenceByTranscript: [2]string{"Hvor temaene ligger", "Hvor kodene ligger"},
	PresenceNote: "Et merke sier at det er et tekststykke der, ikke hvor viktig det er. Det som står under en kode eller et tema, hører med.",
	CountsNote:   "Tallene er tekststykker; de som overlapper, er ett. Det som står under en kode eller et tema, telles med der.",
	RuleNote:     "Et hult merke, eller et tall i parentes, er bare kodet ved regel.",
	Person:       "her er et tekststykke", Rule: "bare ved regel",
	Columns:   "%s av %s er vist, de første etter id.",
	Portraits: "Portretter av transkripsjonene", PortraitsNote: "En linje er en transkripsjon fra begynnelse til slutt; et merke er der et tekststykke ligger.",
	Halved: "Et merke av halv høyde er kodet ved regel.", Nowhere: "ingen steder", InWords: "Det samme i ord",
	FirstOf: "%s av %s der noe er kodet, de første etter id.",
	Texts:   "Transkripsjonene i sin helhet", TextsNote: "Her står alt som ble sagt. Kodede tekststykker er understreket og nummerert; kodene står ved siden av.",
}

// ChoiceLabel names what excerpts can be filtered by.
func (w *words) ChoiceLabel(c choice) string {
	switch c.Kind {
	case "participant":
		return upper(w.Participants[0])
	case "code":
		return w.ColumnCode
	}
	return c.Label
}

// PresenceTitle heads the table of who or what each theme draws on.
func (w *words) PresenceTitle(p presence) string {
	title := w.Page.Presence
	if p.ByTranscript {
		title = w.Page.PresenceByTranscript
	}
	if p.ByCode {
		return title[1]
	}
	return title[0]
}

// PresenceNotes say how to read that table.
func (w *words) PresenceNotes(p presence) []string {
	out := []string{w.Page.PresenceNote}
	if p.Counts {
		out[0] = w.Page.CountsNote
	}
	if p.HasByRule() {
		out = append(out, w.Page.RuleNote)
	}
	if len(p.Columns) < p.Of {
		of := w.Participants
		if p.ByTranscript {
			of = w.Transcripts
		}
		out = append(out, fmt.Sprintf(w.Page.Columns, w.Number(len(p.Columns)), w.some(of, p.Of)))
	}
	return out
}

// PortraitsNotes say how to read the portraits.
func (w *words) PortraitsNotes(p portraits) []string {
	out := []string{w.Page.PortraitsNote}
	if p.HasByRule() {
		out[0] += " " + w.Page.Halved
	}
	if len(p.Shown) < p.Of {
		out = append(out, fmt.Sprintf(w.Page.FirstOf, w.Number(len(p.Shown)), w.some(w.Transcripts, p.Of)))
	}
	return out
}

// Lies says in which turns a row of a portrait has passages.
func (w *words) Lies(r portraitRow) string {
	if len(r.Turns) == 0 {
		return w.Page.Nowhere
	}
	return w.Place("", r.Turns)
}
