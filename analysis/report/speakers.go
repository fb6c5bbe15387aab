package report

import (
	"cmp"
	"slices"

	"github.com/tema-qda/tema/codebook/diag"
	"github.com/tema-qda/tema/index/transcript"
)

// attribute names who speaks in x, once its words and its context are there: participants by the study's pattern. Where
// the pattern has no {id}, none stands beside an excerpt: speakers are told apart by what the pattern says of them, and
// those of whom it says the same by letters, which begin anew with each excerpt.
func (b *builder) attribute(x *Excerpt, t *transcript.Transcript, participants []string) {
	if !b.noIDs {
		x.Participants = participants
		for _, id := range participants {
			x.By = append(x.By, cmp.Or(b.who.Attribution(t, id), id))
		}
		return
	}
	names := b.names(t, participants)
	for _, id := range participants {
		if names[id] != "" {
			x.By = append(x.By, names[id])
		}
	}
	if len(participants) > 0 && len(x.By) == 0 {
		x.Role = someParticipant
	}
	for i := range x.Said {
		x.Said[i].Who = names[x.Said[i].Who]
	}
	all := slices.Clone(participants) // more may be heard in the context than speak in the excerpt
	x.eachHeard(func(who *string) {
		if *who != "" && !slices.Contains(all, *who) {
			all = append(all, *who)
		}
	})
	names = b.names(t, all)
	x.eachHeard(func(who *string) { *who = names[*who] })
}

// someParticipant stands for one of whom nothing may be said.
const someParticipant = "participant"

// called is what the one who speaks in t, a participant or a role, is called where her words are quoted wrongly.
func (b *builder) called(t *transcript.Transcript, who string) string {
	if !b.noIDs || who == "" || diag.ReservedParticipant(who) {
		return who
	}
	return cmp.Or(b.names(t, []string{who})[who], someParticipant)
}

// names returns what the study's pattern says of participants, by their ids, with a letter where it says the same of
// several.
func (b *builder) names(t *transcript.Transcript, ids []string) map[string]string {
	alike := map[string][]string{}
	for _, id := range ids {
		text := b.who.Attribution(t, id)
		alike[text] = append(alike[text], id)
	}
	names := map[string]string{}
	for text, same := range alike {
		for i, id := range same {
			letter := columnName(i) // A to Z, then AA: as many as there are people
			switch {
			case len(same) == 1:
				names[id] = text
			case text == "":
				names[id] = letter
			default:
				names[id] = text + " (" + letter + ")"
			}
		}
	}
	return names
}

// eachHeard calls do with each place where the context of x, or what speaks against its being verbatim, names a participant.
func (x *Excerpt) eachHeard(do func(who *string)) {
	for i := range x.Context {
		do(&x.Context[i].Who)
	}
	if x.Problem != nil {
		for i := range x.Problem.Changes {
			do(&x.Problem.Changes[i].Speaker)
		}
	}
}
