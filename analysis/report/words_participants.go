package report

// peopleWords are what the part on participants says in its own voice.
type peopleWords struct {
	ID       string // heads a participant's id
	Range    string // from the lowest to the highest, with its unit
	Median   string // behind a range
	Withheld string
}

var englishPeople = peopleWords{
	ID:       "Participant",
	Range:    "%s to %s",
	Median:   ", median %s",
	Withheld: "Left out beside participants’ ids, where it would set somebody apart in a group of fewer than %s: %s.",
}

var norwegianPeople = peopleWords{
	ID:       "Deltaker",
	Range:    "%s til %s",
	Median:   ", median %s",
	Withheld: "Utelatt ved siden av deltakernes id, der det ville ha skilt noen ut i en gruppe på færre enn %s: %s.",
}
