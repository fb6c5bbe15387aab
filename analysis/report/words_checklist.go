package report

// checklistWords are what checklists and open questions say, all in our own words: never a sentence of a guideline.
type checklistWords struct {
	Kinds                map[string]string // by the checklist's name
	Leads                map[string][]string
	Critique, Other      string // in a reflexive study, of coreq; of rtarg in any other
	Number, Item, Answer string
	Invites, More, Room  string   // where nothing answers yet; where the study's files do; at open questions
	NotApplicable, Again string   // the second of a memo that answers an item above too: %s is that item
	MayNotApply          string   // behind a note, where nothing answers yet
	NotApplicableWords   []string // a memo that begins with one of them says that an item does not apply
	Parts                map[string][]string
	Items                map[string][2]string // by checklist/item: title, and what is asked
	Notes                map[string]string    // in a reflexive study
	Facts                factWords
}

// factWords are what the study's files answer.
type factWords struct {
	Title, Question, Approach, Repeats, NoRepeats, Attributes, Columns, Times, Coders, Tree, Audit, Rules, Software string
	Attributed, Themes, SubThemes, Tensions, Loose, Memos, Reviews, Saturation, Dates, Formats, Labels, Dropped     string
	Mended, Settled, Phases                                                                                         string
	CodesWord, LevelsWord, ThemesWord, SubThemesWord, TensionsWord, MemosWord, TimesWord                            [2]string
}

// partSizes are how many items the parts of a checklist have.
var partSizes = map[string][]int{"coreq": {8, 15, 9}, "srqr": {2, 2, 11, 2, 2, 2}, "rtarg": {2, 2, 5, 2, 3, 6, 4}}

var englishChecklist = checklistWords{
	Kinds: map[string]string{"coreq": "COREQ checklist", "srqr": "SRQR checklist", "rtarg": "Open questions for a reflexive report"},
	Leads: map[string][]string{
		"coreq": {
			"COREQ lists 32 things that a report on interviews or focus groups may be asked to tell, in three domains. The numbers are those of the original; what each item asks is put here in tema’s own words. Cite and read the original: Tong A, Sainsbury P, Craig J. Consolidated criteria for reporting qualitative research (COREQ). International Journal for Quality in Health Care 2007; 19: 349–357, doi 10.1093/intqhc/mzm042.",
			"Under an item stands first what the study’s files hold, then what the researchers wrote. Where an item does not suit the study, a memo that begins with “Not applicable, because” is its answer. The list says what a report tells, not whether the work is good.",
		},
		"srqr": {
			"SRQR lists 21 things that a report on qualitative research may be asked to tell. The numbers are those of the original; what each item asks is put here in tema’s own words. Cite and read the original: O’Brien BC, Harris IB, Beckman TJ, Reed DA, Cook DA. Standards for reporting qualitative research. Academic Medicine 2014; 89: 1245–1251, doi 10.1097/ACM.0000000000000388.",
			"Under an item stands first what the study’s files hold, then what the researchers wrote. Where an item does not suit the study, a memo that begins with “Not applicable, because” is its answer. The list says what a report tells, not whether the work is good.",
		},
		"rtarg": {
			"Questions to think with while a report on reflexive thematic analysis is written. They are tema’s own, by topics that Braun and Clarke write about; they are not the items of their guidelines (RTARG), which are richer and say why. Read those: Braun V, Clarke V. Supporting best practice in reflexive thematic analysis reporting in Palliative Medicine. Palliative Medicine 2024; 38: 608–616, doi 10.1177/02692163241234800, with its supplement; and thematicanalysis.net.",
			"Nothing here is to be ticked off. Not every question suits every study, and the order is nobody’s. A memo about a topic stands under it.",
		},
	},
	Critique: "This study is reflexive. Braun and Clarke hold that checklists of this kind do not fit reflexive thematic analysis, since they carry what other schools take for granted: that coders should agree, that data are saturated at some point, that participants can confirm an interpretation (Palliative Medicine 2024; 38: 608–616, doi 10.1177/02692163241234800; Qualitative Research in Psychology 2025; 22: 399–438, doi 10.1080/14780887.2024.2382244). Items 22, 24 and 28 say so where they stand. If a journal asks for the list all the same, “Not applicable, because” and the reason is a full answer. tema report --prompts rtarg asks what suits reflexive work.",
	Other:    "These questions were written for reflexive thematic analysis, and this study has declared another approach (%s). Some will not suit it.",
	Number:   "No.", Item: "Item", Answer: "Answer",
	Invites: "No answer yet. Write one:", More: "To say more:", Room: "Room for a memo:",
	NotApplicable:      "Not applicable, say the researchers",
	Again:              "As said under %s.",
	MayNotApply:        "“Not applicable, because” is an answer.",
	NotApplicableWords: []string{"not applicable"},
	Parts: map[string][]string{
		"coreq": {"Domain 1. The researchers", "Domain 2. The design", "Domain 3. Analysis and findings"},
		"srqr":  {"Title and abstract", "Introduction", "Methods", "Results", "Discussion", "Other"},
		"rtarg": {"Why this study", "What it stands on", "Where it comes from", "Who you are in it", "What you did", "What you tell", "Looking back"},
	},
	Items: map[string][2]string{
		"coreq/1":  {"Interviewers", "Who talked with the participants?"},
		"coreq/2":  {"Credentials", "Which degrees or titles do the researchers have?"},
		"coreq/3":  {"Occupation", "What did they work as while the study was made?"},
		"coreq/4":  {"Gender", "How do the researchers describe their gender?"},
		"coreq/5":  {"Experience and training", "What had they learnt and done before of this kind of research?"},
		"coreq/6":  {"Earlier acquaintance", "Did researchers and participants know each other beforehand?"},
		"coreq/7":  {"What participants knew of the researchers", "What had participants been told of those who asked, and of why they asked?"},
		"coreq/8":  {"What interviewers brought along", "Which interests, assumptions and reasons of their own are told?"},
		"coreq/9":  {"Orientation and theory", "On which methodology does the analysis rest?"},
		"coreq/10": {"Selection", "By which considerations were participants chosen?"},
		"coreq/11": {"First contact", "How were they reached: by letter, by telephone, in person?"},
		"coreq/12": {"Number of participants", "How many took part?"},
		"coreq/13": {"Those who did not take part", "How many declined or left, and why?"},
		"coreq/14": {"Place", "Where did the conversations take place?"},
		"coreq/15": {"Others present", "Was anybody there besides participants and researchers?"},
		"coreq/16": {"Who the participants are", "What does a reader need to know of them, and of when they were heard?"},
		"coreq/17": {"Guide", "Which questions or prompts were prepared, and had they been tried out?"},
		"coreq/18": {"Conversations held again", "Was anybody talked with more than once, and how often?"},
		"coreq/19": {"Recording", "Was sound or picture recorded?"},
		"coreq/20": {"Field notes", "Were notes made during or after the conversations?"},
		"coreq/21": {"Length", "How long did the conversations last?"},
		"coreq/22": {"Saturation", "Was it considered when further data would bring nothing new?"},
		"coreq/23": {"Transcripts given back", "Could participants read and comment on their transcripts?"},
		"coreq/24": {"Coders", "How many people coded?"},
		"coreq/25": {"Coding tree", "Is there an account of the codes and how they belong together?"},
		"coreq/26": {"Where themes come from", "Were themes laid down beforehand, or developed from the data?"},
		"coreq/27": {"Software", "Which program was used to handle the data?"},
		"coreq/28": {"Comments by participants", "Did participants say what they thought of the findings?"},
		"coreq/29": {"Quotations", "Do quotations illustrate the findings, and does each say whose it is?"},
		"coreq/30": {"Data and findings", "Do the findings follow from the data that are shown?"},
		"coreq/31": {"Major themes", "Do the main themes stand out clearly?"},
		"coreq/32": {"Minor themes and diverse cases", "Are smaller themes told, and cases that differ?"},

		"srqr/S1":  {"Title", "Does the title say what is studied, and that the study is qualitative?"},
		"srqr/S2":  {"Abstract", "Does the abstract give background, purpose, methods, results and what follows from them?"},
		"srqr/S3":  {"Problem", "Which problem is addressed, and what is known of it?"},
		"srqr/S4":  {"Purpose or question", "What is it that the study asks?"},
		"srqr/S5":  {"Approach and paradigm", "Which approach was taken, on which view of knowledge, and why?"},
		"srqr/S6":  {"The researchers and reflexivity", "What do the researchers bring, and what did it do to the study?"},
		"srqr/S7":  {"Context", "In which place, services and time did the study happen?"},
		"srqr/S8":  {"Sampling", "How were people, events or texts chosen, and how was it decided that there were enough?"},
		"srqr/S9":  {"Ethics", "Who approved the study, how was consent given, and how is confidentiality kept?"},
		"srqr/S10": {"How data were collected", "What was done to collect data, when, and what changed on the way?"},
		"srqr/S11": {"Instruments and devices", "Which guides and devices were used, and did they change?"},
		"srqr/S12": {"What and who was studied", "How many participants, documents or events are there, and what are they like?"},
		"srqr/S13": {"Handling of data", "How were data transcribed, checked, stored, coded and made unrecognisable?"},
		"srqr/S14": {"Analysis", "How were themes developed, by whom, and in which tradition?"},
		"srqr/S15": {"Trustworthiness", "What was done so that a reader may trust the analysis, and why that?"},
		"srqr/S16": {"Synthesis and interpretation", "What are the main findings, and what do they mean?"},
		"srqr/S17": {"Evidence", "Which quotations, notes or pictures support the findings?"},
		"srqr/S18": {"Findings and earlier work", "What do the findings add to, or change in, what others have written?"},
		"srqr/S19": {"Limitations", "What can the study not say, and why?"},
		"srqr/S20": {"Interests", "Which interests of the researchers might bear on the study, and how were they handled?"},
		"srqr/S21": {"Funding", "Who paid, and what say did they have?"},

		"rtarg/rationale":      {"Reasons", "Why does this study matter to you, and to whom else? What would be lost if it were only there to fill a gap in the literature?"},
		"rtarg/question":       {"The question", "Is it a question that an interpretation can answer? Did it change while you read, and what changed it?"},
		"rtarg/theory":         {"View of knowledge", "What do you take talk to be: a window on experience, something done in the conversation, something that a culture speaks through? What follows from that for what you may claim?"},
		"rtarg/orientation":    {"Orientation", "Where do you stand between data and theory, between what is said and what is implied, between giving voice and questioning? Why there, in this study?"},
		"rtarg/setting":        {"Place and time", "Where and when were these conversations held, and what of that does a reader need in order to hear them?"},
		"rtarg/participants":   {"Participants", "Who are they, in words that they might recognise? Who is not among them? Does the description avoid promising that they stand for others?"},
		"rtarg/size":           {"How much data", "Why this many? What in the question, the talk and your time speaks for it, without leaning on saturation from habit?"},
		"rtarg/material":       {"How the data came about", "What did you ask, and how did asking shape what was said? What was lost between voice and page, or between languages?"},
		"rtarg/ethics":         {"Care", "What did you owe those who spoke, beyond approval and consent? Where did you choose to leave something out for their sake?"},
		"rtarg/positioning":    {"Positioning", "Where do you stand towards the topic and the participants? What of your life, work and training is in the room?"},
		"rtarg/reflexivity":    {"What it did", "What did your position let you hear, and what may it have kept from you? Where did you change your mind, and what made you?"},
		"rtarg/process":        {"The way", "What did you do in each phase, in this study, in your own words? Where did you go back, and why?"},
		"rtarg/coding":         {"Coding", "Who coded, how often and how closely? If several did, what did their readings give each other?"},
		"rtarg/themes":         {"From codes to themes", "How did you come from codes to themes? Which themes did you let go, and what were they worth?"},
		"rtarg/overview":       {"Overview", "Can a reader see all themes at once, as a list, a table or a map, before reading the first?"},
		"rtarg/names":          {"Names", "Does each name say something that one could disagree with? Would it fit another study on the same topic just as well?"},
		"rtarg/story":          {"What each theme tells", "What is the one idea that holds the theme together? Does the text interpret, or does it retell what people said about a topic?"},
		"rtarg/extracts":       {"Extracts", "What does each extract do in the argument? Whose voices are heard often, whose seldom, and is every extract attributed?"},
		"rtarg/contradictions": {"What does not fit", "What speaks against each theme? Is it in the text, or did it go missing on the way?"},
		"rtarg/structure":      {"Findings and literature", "Do findings and discussion stand apart or together, and does that serve the analysis?"},
		"rtarg/quality":        {"Quality", "By which standards do you wish to be read? Are they standards of interpretive work, and do you say so?"},
		"rtarg/transfer":       {"Elsewhere", "What could somebody in another place take from this, and what do you tell so that they can judge?"},
		"rtarg/limits":         {"Limits", "What would you do otherwise? Which limits are real, and which are apologies for not being another kind of study?"},
		"rtarg/coherence":      {"Words that agree", "Do the words fit the approach throughout? Look for themes that appear by themselves, for bias, reliability and generalisation, and ask whether you mean them."},
	},
	Notes: map[string]string{
		"coreq/22": "Reflexive work holds no point at which meaning is exhausted, since meaning is made in reading: how much data is enough is argued, not reached (Braun and Clarke, Qualitative Research in Sport, Exercise and Health 2021; 13: 201–216).",
		"coreq/24": "In reflexive work one coder is as good as several: more readers can deepen a reading, they do not make it safer by agreeing. Tell who read, and what it gave.",
		"coreq/28": "Participants’ comments can be data or a kindness. They are no test of whether an interpretation is right, which reflexive work does not ask.",
	},
	Facts: factWords{
		Title: "The study’s title: %s", Question: "The study’s question: %s", Approach: "The study declares its approach: %s.",
		Repeats: "%s speak in more than one transcript.", NoRepeats: "Nobody speaks in more than one transcript.",
		Attributes: "The theme report tells how participants are distributed over %s.", Columns: "The theme report’s list of transcripts tells of each: %s.",
		Times:  "By the times in %s of %s, the last turn begins after %s to %s.",
		Coders: "The codings that count were made by %s.",
		Tree:   "The codebook holds %s on %s, and %s; the theme report prints it.",
		Audit:  "The methods appendix (tema report --audit) tells how codes and themes changed, and why.",
		Rules:  "Of the codes, %s have rules that propose passages; what they propose counts only where a person accepted it, or where the codebook says so.", Software: "tema %s.",
		Attributed: "All of them say whose words they are.", Themes: "%s: %s.", SubThemes: "%s under the themes.", Tensions: "%s set against a theme.", Loose: "%s in no theme.",
		Memos: "The study keeps %s; this document does not print them.", Reviews: "The journal tells of %s reviews: themes held against their passages, or against the whole data set.",
		Saturation: "tema saturation tells how much each interview brought that those before had not.",
		Dates:      "The transcripts are dated from %s to %s.", Formats: "Transcripts were read in from %s.", Labels: "In %s, who speaks was inferred from the layout when it was read in.",
		Dropped: "In %s, lines of the source were left out when it was read in.",
		Mended:  "Codings were carried along when a transcript was edited later: %s in the journal.", Settled: "In %s, the codings that count are those that coders settled on together.",
		Phases:    "The journal tells of %s moves from phase to phase, %s of them back.",
		CodesWord: [2]string{"code", "codes"}, LevelsWord: [2]string{"level", "levels"}, ThemesWord: [2]string{"theme", "themes"}, SubThemesWord: [2]string{"sub-theme", "sub-themes"},
		TensionsWord: [2]string{"quotation", "quotations"}, MemosWord: [2]string{"reflexive memo", "reflexive memos"}, TimesWord: [2]string{"entry", "entries"},
	},
}
