package report

import "strconv"

// auditWords are what the methods appendix says in its own voice.
type auditWords struct {
	Kind, Lead, Hidden, NoDates, FreeText       string
	Coder, Consensus, Nobody                    string
	Sources, FromJournal, NoJournal             string
	FromGit, NoGit, NoGitButJournal             string
	Shallow, Uncommitted                        string
	Undated, Unknown                            string
	Codings, CoderHead, TranscriptsHead         string
	RejectedHead, FromHead, ToHead              string
	InOrder, NothingPut, NotPlaced              string
	Everybody, ChosenCount, OneEach             string
	Settled, Readings                           string
	Course, NoCourse, GoesTo, GoesFrom, Returns string
	On, Notes                                   string
	Growth, GrowthNote, Step, Quiet, Unread     string
	Decisions, DecisionsNote, NoDecisions       string
	Dropped, NoDropped, NotTold                 string
	Reviews, NoReviews, Changed                 string
	Mended, MendedNote, Memos, MemosNote        string
	NoMemos, MemoKind, MemoCount, MemoAbout     string
	NoKind                                      string
	Several                                     [2]string
	Levels                                      [2]string
	Events, Commits, Passages, CodesWord        [2]string
	ThemesWord, MemosWord                       [2]string
	Phases                                      [6]string
	Refs                                        map[string][4]string // by kind of thing: one that is named, several that are, one that is counted, several
	MemoKinds                                   map[string]string
	Happened                                    map[string]string // by event: %s is what it is about
	Under, Into, To, FromCode, TopLevel         string            // behind what happened
	Changes                                     map[string]string // by kind of change
}

// coder is what a person is called who is not named.
func (v *auditWords) coder(n int) string { return v.Coder + " " + strconv.Itoa(n) }

var englishAudit = auditWords{
	Kind:     "Methods appendix",
	Lead:     "How this analysis was done, as the study’s own files, its journal and git tell it. Nothing here is a judgement of it.",
	Hidden:   "Coders are numbered, and in what they wrote their names stand as their number in square brackets. To name them, list coders under report.show in study.yaml.",
	NoDates:  "Dates are left out; what is listed stands in the order in which it was done. To show them, list dates under report.show in study.yaml.",
	FreeText: "Reasons and notes are printed as they were written, and may name people or places: read them before this is handed on.",
	Coder:    "coder", Consensus: "consensus", Nobody: "somebody",
	Sources: "What this rests on", FromJournal: "%s in the study’s journal, which tema writes when something is decided through it.",
	NoJournal: "The study’s journal is empty. What was decided, and why, is not known.",
	FromGit:   "%s of the codebook in git.",
	NoGit:     "Git knows nothing of this codebook. How it looked at earlier times is not known.", NoGitButJournal: "Git knows nothing of this codebook. How it looked at earlier times is not known; the journal’s decisions alone tell how it grew.",
	Shallow:     "This copy of the repository lacks older commits, so the beginning is not told.",
	Uncommitted: "The codebook has changed since its last commit; those changes are not told below.",
	Undated:     "%s do not say when they were made.",
	Unknown:     "What no file tells: what was changed in an editor without a reason written down, what was said between researchers, and whether they had seen each other’s codings.",
	Codings:     "Who coded what", CoderHead: "Coder", TranscriptsHead: "Transcripts", RejectedHead: "Proposals rejected", FromHead: "First coding", ToHead: "Last coding",
	InOrder: "%s, in the order in which each was first coded: %s.", NothingPut: "%s read and put nothing on: %s.", NotPlaced: "%s by %s do not count as they stand: the passage cannot be placed, or the code is gone.",
	Everybody: "Everybody’s codings count in the report.", ChosenCount: "In the report the codings of %s count.", Several: [2]string{"%s was coded by more than one person: %s.", "%s were coded by more than one person: %s."}, OneEach: "No transcript was coded by more than one person.",
	Settled:  "In %s the codings that count are the consensus: what coders settled on after they had compared their own.",
	Readings: "Codings of several people stand beside each other as several readings; no figure of agreement is made of them.",
	Course:   "The way through the phases", NoCourse: "The journal tells of no phase. Phases are recursive; to note them is a choice.",
	GoesTo: "went to phase %s", GoesFrom: "went from phase %s to phase %s", Returns: "went back from phase %s to phase %s", On: "on %s", Notes: "Notes on the way",
	Growth: "How the codebook grew", GrowthNote: "Commit by commit, as git has it: how many codes and themes were in use, and what had changed.",
	Step: "Commit %s: %s, %s", Quiet: "%s more changed nothing that codes and themes mean.", Unread: "Commit %s: the codebook could not be read as it stood.",
	Decisions: "What was decided about codes and themes", DecisionsNote: "As the journal has it, with the reason where one was given.", NoDecisions: "The journal tells of no decision about a code or theme.",
	Dropped: "Themes that were dropped", NoDropped: "The codebook holds no dropped theme.", NotTold: "the journal does not tell why",
	Reviews: "Reviews of themes", NoReviews: "The journal tells of no review.", Changed: "Codings have changed since.",
	Mended: "What was mended or taken back", MendedNote: "The journal is added to, never taken from: what was taken back is told here.",
	Memos: "Memos", MemosNote: "How many, and of what. Their text is theirs who wrote them; tema report --audit --memos prints kinds of them.", NoMemos: "The study has no memos.",
	MemoKind: "Kind", MemoCount: "Memos", MemoAbout: "About", NoKind: "of no kind",
	Levels: [2]string{"held %s against %s passages", "held %s against the whole data set"},
	Events: [2]string{"entry", "entries"}, Commits: [2]string{"commit", "commits"}, CodesWord: [2]string{"code", "codes"}, ThemesWord: [2]string{"theme", "themes"},
	MemosWord: [2]string{"memo", "memos"}, Passages: [2]string{"its", "their"},
	Phases: [6]string{"familiarisation", "coding", "generating initial themes", "developing and reviewing themes", "refining, defining and naming themes", "writing up"},
	Refs: map[string][4]string{"code": {"code", "codes", "code", "codes"}, "theme": {"theme", "themes", "theme", "themes"},
		"transcript": {"transcript", "transcripts", "transcript", "transcripts"}, "participant": {"participant", "participants", "participant", "participants"},
		"coding": {"coding", "codings", "coding", "codings"}, "checklist": {"item", "items", "item of a checklist", "items of checklists"}, "phase": {"phase", "phases", "phase", "phases"}},
	MemoKinds: map[string]string{"reflexive": "reflexive", "theoretical": "theoretical", "methodological": "methodological", "analytic": "analytic"},
	Happened: map[string]string{"add": "added %s", "set": "changed %s", "rename": "renamed %s", "merge": "merged %s", "split": "split %s", "retire": "retired %s", "move": "moved %s",
		"promote": "promoted %s", "drop": "dropped %s", "mend": "carried codings along after an edit of %s", "rewrite": "rewrote codings to today’s codes: %s",
		"withdraw": "took %s out of the study", "undo": "took back: %s"},
	Under: "under %s", Into: "into %s", To: "to %s", FromCode: "from %s", TopLevel: "to the highest level",
	Changes: map[string]string{"renamed": "%s renamed: %s", "merged": "%s merged: %s", "split": "%s split: %s", "retired": "%s retired: %s", "dropped": "%s dropped: %s",
		"restored": "%s taken up again: %s", "added": "%s added: %s", "removed": "%s taken out: %s", "moved": "%s moved: %s", "reordered": "%s in another order: %s",
		"redefined": "%s worded otherwise: %s", "rules": "%s with other rules: %s", "codes": "%s with other codes: %s", "evidence": "%s with other excerpts: %s",
		"status": "%s with another status: %s", "aliases": "%s with other former ids: %s", "recolored": "%s in another colour: %s"},
}

var norwegianAudit = auditWords{
	Kind:     "Metodevedlegg",
	Lead:     "Hvordan denne analysen ble gjort, slik studiens egne filer, journalen og git forteller det. Ingenting her er en dom over den.",
	Hidden:   "Koderne er nummerert, og i det de skrev, står navnene deres som nummeret i hakeparentes. For å navngi dem, før opp coders under report.show i study.yaml.",
	NoDates:  "Datoer er utelatt; det som listes, står i den rekkefølgen det ble gjort. For å vise dem, før opp dates under report.show i study.yaml.",
	FreeText: "Grunner og merknader er skrevet ut slik de ble skrevet, og kan nevne mennesker eller steder: les dem før dette gis videre.",
	Coder:    "koder", Consensus: "konsensus", Nobody: "noen",
	Sources: "Hva dette bygger på", FromJournal: "%s i studiens journal, der det står hva som ble bestemt gjennom programmet.",
	NoJournal: "Studiens journal er tom. Hva som ble bestemt, og hvorfor, er ikke kjent.",
	FromGit:   "%s av kodeboken i git.",
	NoGit:     "Git vet ingenting om denne kodeboken. Hvordan den så ut tidligere, er ikke kjent.", NoGitButJournal: "Git vet ingenting om denne kodeboken. Hvordan den så ut tidligere, er ikke kjent; bare journalens avgjørelser forteller hvordan den vokste.",
	Shallow:     "Denne kopien av git-lageret mangler eldre innsjekkinger, så begynnelsen fortelles ikke.",
	Uncommitted: "Kodeboken er endret siden den siste innsjekkingen; de endringene fortelles ikke nedenfor.",
	Undated:     "%s sier ikke når de ble gjort.",
	Unknown:     "Det ingen fil forteller: hva som ble endret i et redigeringsprogram uten at grunnen ble skrevet ned, hva forskerne sa til hverandre, og om de hadde sett hverandres kodinger.",
	Codings:     "Hvem som kodet hva", CoderHead: "Koder", TranscriptsHead: "Transkripsjoner", RejectedHead: "Avviste forslag", FromHead: "Første koding", ToHead: "Siste koding",
	InOrder: "%s, i den rekkefølgen hver først ble kodet: %s.", NothingPut: "%s leste uten å kode noe: %s.", NotPlaced: "%s av %s teller ikke som de står: tekststykket kan ikke plasseres, eller koden er borte.",
	Everybody: "Alles kodinger teller i rapporten.", ChosenCount: "I rapporten teller kodingene til %s.", Several: [2]string{"%s er kodet av mer enn én person: %s.", "%s er kodet av mer enn én person: %s."}, OneEach: "Ingen transkripsjon er kodet av mer enn én person.",
	Settled:  "I %s er kodingene som teller, konsensus: det koderne ble enige om etter å ha sammenlignet sine egne.",
	Readings: "Flere personers kodinger står ved siden av hverandre som flere lesninger; det lages ikke noe tall for enighet av dem.",
	Course:   "Veien gjennom fasene", NoCourse: "Journalen forteller ikke om noen fase. Fasene er rekursive; å notere dem er et valg.",
	GoesTo: "gikk til fase %s", GoesFrom: "gikk fra fase %s til fase %s", Returns: "gikk tilbake fra fase %s til fase %s", On: "om %s", Notes: "Merknader underveis",
	Growth: "Hvordan kodeboken vokste", GrowthNote: "Innsjekking for innsjekking, slik git har det: hvor mange koder og temaer som var i bruk, og hva som var endret.",
	Step: "Innsjekking %s: %s, %s", Quiet: "%s til endret ingenting av det koder og temaer betyr.", Unread: "Innsjekking %s: kodeboken kunne ikke leses slik den sto.",
	Decisions: "Hva som ble bestemt om koder og temaer", DecisionsNote: "Slik journalen har det, med grunnen der den er oppgitt.", NoDecisions: "Journalen forteller ikke om noen avgjørelse om en kode eller et tema.",
	Dropped: "Temaer som ble forkastet", NoDropped: "Kodeboken har ikke noe forkastet tema.", NotTold: "journalen forteller ikke hvorfor",
	Reviews: "Gjennomganger av temaer", NoReviews: "Journalen forteller ikke om noen gjennomgang.", Changed: "Kodinger er endret siden.",
	Mended: "Hva som ble rettet eller tatt tilbake", MendedNote: "Journalen legges det til i, det tas aldri noe ut: det som ble tatt tilbake, fortelles her.",
	Memos: "Notater", MemosNote: "Hvor mange, og om hva. Teksten tilhører dem som skrev den; tema report --audit --memos skriver ut slag av dem.", NoMemos: "Studien har ingen notater.",
	MemoKind: "Slag", MemoCount: "Notater", MemoAbout: "Om", NoKind: "uten slag",
	Levels: [2]string{"leste %s mot tekststykkene %s", "leste %s mot hele datamaterialet"},
	Events: [2]string{"oppføring", "oppføringer"}, Commits: [2]string{"innsjekking", "innsjekkinger"}, CodesWord: [2]string{"kode", "koder"}, ThemesWord: [2]string{"tema", "temaer"},
	MemosWord: [2]string{"notat", "notater"}, Passages: [2]string{"sine", "sine"},
	Phases: [6]string{"å bli kjent med dataene", "koding", "de første temaene", "utvikling og gjennomgang av temaer", "avgrensing, definering og navn på temaer", "skriving"},
	Refs: map[string][4]string{"code": {"koden", "kodene", "kode", "koder"}, "theme": {"temaet", "temaene", "tema", "temaer"},
		"transcript": {"transkripsjonen", "transkripsjonene", "transkripsjon", "transkripsjoner"}, "participant": {"deltakeren", "deltakerne", "deltaker", "deltakere"},
		"coding": {"kodingen", "kodingene", "koding", "kodinger"}, "checklist": {"punktet", "punktene", "punkt i en sjekkliste", "punkter i sjekklister"}, "phase": {"fase", "fasene", "fase", "faser"}},
	MemoKinds: map[string]string{"reflexive": "refleksivt", "theoretical": "teoretisk", "methodological": "metodisk", "analytic": "analytisk"},
	Happened: map[string]string{"add": "la til %s", "set": "endret %s", "rename": "ga nytt navn til %s", "merge": "slo sammen %s", "split": "delte %s", "retire": "tok ut av bruk %s", "move": "flyttet %s",
		"promote": "hevet %s", "drop": "forkastet %s", "mend": "førte med kodinger etter en redigering av %s", "rewrite": "skrev om kodinger til dagens koder: %s",
		"withdraw": "tok %s ut av studien", "undo": "tok tilbake: %s"},
	Under: "under %s", Into: "til %s", To: "til %s", FromCode: "fra %s", TopLevel: "til øverste nivå",
	Changes: map[string]string{"renamed": "%s med ny id: %s", "merged": "%s slått sammen: %s", "split": "%s delt: %s", "retired": "%s tatt ut av bruk: %s", "dropped": "%s forkastet: %s",
		"restored": "%s tatt i bruk igjen: %s", "added": "%s lagt til: %s", "removed": "%s tatt bort: %s", "moved": "%s flyttet: %s", "reordered": "%s i en annen rekkefølge: %s",
		"redefined": "%s med annen ordlyd: %s", "rules": "%s med andre regler: %s", "codes": "%s med andre koder: %s", "evidence": "%s med andre sitater: %s",
		"status": "%s med annen status: %s", "aliases": "%s med andre tidligere id-er: %s", "recolored": "%s i en annen farge: %s"},
}
