package check

import (
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// A Rule is a kind of finding as `tema help check/RULE` tells it.
type Rule struct {
	diag.Rule
	// Fixed: other commands refuse a study with this fault too, so that no setting, comment or baseline can make it
	// weigh less.
	Fixed bool
	// Off names the approaches under which the rule asks for what the approach does not: it is off there unless
	// study.yaml sets it.
	Off []string
}

// Rules returns every rule whose name a finding can carry, by name.
func Rules() []Rule { return slices.Clone(table) }

// Lookup returns the rule of that name.
func Lookup(name string) (Rule, bool) {
	i, ok := slices.BinarySearchFunc(table, name, func(r Rule, name string) int { return strings.Compare(r.Name, name) })
	if !ok {
		return Rule{}, false
	}
	return table[i], true
}

// Names returns the names of all rules, sorted.
func Names() []string {
	names := make([]string, len(table))
	for i, r := range table {
		names[i] = r.Name
	}
	return names
}

var table = func() []Rule {
	out := slices.Concat(ofCodebookFile(), ofYAML("study", "study.yaml"), ofYAML("transcript", "the transcript's front matter"),
		ofYAML("memo", "the memo's front matter"), fixed, judged)
	slices.SortFunc(out, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) })
	return out
}()

// ofCodebookFile documents what codebook.Parse finds; severity and meaning are its own.
func ofCodebookFile() []Rule {
	docs := map[string][2]string{ // why, how to mend
		"codebook/syntax":             {"Nothing of the file can be trusted before it is YAML.", "The place is where reading broke off; the cause may stand a line or two above. Put a value that holds `: ` or begins with a bracket in quotation marks."},
		"codebook/wrong-kind":         {"A list read as a text, or the other way round, would lose what its author wrote.", "Write a list in brackets or with a dash a line, and keys with their values as `key: value`."},
		"codebook/unknown-key":        {"A key that is misspelt is a definition that nobody reads.", "Mend the spelling; `tema schema codebook` names all keys. Keep your own notes in comments."},
		"codebook/duplicate-key":      {"Of two values one would be lost, and which one nobody could see.", "Take one away, or join the two."},
		"codebook/missing":            {"An entry without its id, or an excerpt without its transcript or words, can be neither counted nor verified.", "Give what is missing."},
		"codebook/bad-id":             {"Ids are file names and words of a query as well, so they hold letters, digits, _ and - only.", "Choose another id and put the words under `name`."},
		"codebook/duplicate-id":       {"A coding names its code by id. Two codes of one id would share their codings.", "Give one of them another id. Upper and lower case are the same, and aliases count as ids."},
		"codebook/unknown-value":      {"A status or unit that is misspelt would silently be the default.", "Write one of the words that the hint names."},
		"codebook/bad-color":          {"Reports and maps draw with it.", "Write six hexadecimal digits behind #, in quotation marks, since # alone begins a comment."},
		"codebook/dangling-reference": {"An exclusion, a theme or a merged code that leads nowhere loses what was meant to be counted there.", "Mend the id, or define the entry. A renamed entry keeps its old id under `aliases`."},
		"codebook/cycle":              {"Codings of merged codes would go round for ever and count nowhere.", "Let one of them lead elsewhere or nowhere."},
		"codebook/duplicate-code":     {"It says nothing twice; often another one was meant.", "Take one of the two out, or name the one that was meant."},
		"codebook/retired-code":       {"A retired code collects nothing, so the theme has less under it than its author thinks.", "Name the codes that took its place."},
		"codebook/idle-into":          {"Codings only follow `into` from a code that is retired, evidence only from a theme that is dropped.", "Set the status, or take `into` out."},
	}
	var out []Rule
	for _, r := range codebook.Faults {
		r.Why, r.Mend = docs[r.Name][0], docs[r.Name][1]
		out = append(out, Rule{Rule: r, Fixed: r.Severity == diag.Error})
	}
	return out
}

// ofYAML documents what diag.YAML finds in any file.
func ofYAML(group, file string) []Rule {
	rule := func(name, means, why, mend string) Rule {
		return Rule{Rule: diag.Rule{Name: group + "/" + name, Severity: diag.Error, Means: means, Why: why, Mend: mend}, Fixed: true}
	}
	out := []Rule{
		rule("syntax", file+" is not one YAML document in UTF-8", "Nothing of it can be trusted before it is.", "The place is where reading broke off; the cause may stand a line or two above."),
		rule("wrong-kind", "a list, a text, or keys and values where another of the three belongs in "+file, "What stands there would be lost.", "Write a list in brackets, and keys with their values as `key: value`."),
		rule("unknown-key", "a key that tema does not know in "+file, "A key that is misspelt is a setting that nobody reads.", "Mend the spelling. In a transcript your own keys go under `attributes`."),
		rule("duplicate-key", "a key that stands twice in "+file, "Of two values one would be lost, and which one nobody could see.", "Take one away."),
	}
	if group != "transcript" { // its front matter has no such keys
		out = append(out, rule("unknown-value", "a word in "+file+" that is none of those that may stand there",
			"A word that is misspelt would silently be the default.", "Write one of the words that the hint names."))
	}
	return out
}

// fixed are the faults that every command meets: found where files are read.
var fixed = func() []Rule {
	rule := func(name, means, why, mend string) Rule {
		return Rule{Rule: diag.Rule{Name: name, Severity: diag.Error, Means: means, Why: why, Mend: mend}, Fixed: true}
	}
	return []Rule{
		rule("codebook/line-end", "a codebook with line ends that YAML knows and editors do not, which `tema codebook` will not edit", "What is one line to YAML would be another to the edit.", "Save it with LF or CRLF line ends."),
		rule("codebook/rule", "a match rule that cannot be read, or that asks for an attribute nobody has",
			"A rule that is not understood proposes nothing, and nobody would know.", "`tema help query` shows the language of rules."),
		rule("coding/bad-coder", "a folder under codings whose name cannot be a coder's", "The folder's name is the coder's id.", "Rename the folder: letters, digits, _ and - only."),
		rule("coding/duplicate-id", "two codings with one id", "A merge of two machines' files by lines leaves such pairs; one of the two is out of date. Neither is counted.",
			"Keep the line that is right and take the other away, or give it an id of its own."),
		rule("coding/invalid", "a coding whose offsets or quotation do not fit the very text that it names",
			"The line was changed by hand or by another program. What it was put on cannot be known from it.", "Take the line from git's history, or code the passage again."),
		rule("coding/syntax", "a line of codings that is none", "A line that cannot be read is a coding that is lost.", "Mend the line, or take it from git's history. A line of <<<<<<< is left from a merge."),
		rule("coding/unreadable", "codings that cannot be read from the disk", "They would be missing from every count.", "Look at the file's permissions."),
		rule("study/bad-id", "an id in study.yaml that cannot be one", "Ids are file names as well, so they hold letters, digits, _ and - only.", "Choose another id."),
		rule("study/duplicate-id", "a coder who stands twice in study.yaml", "Another one was probably meant.", "Take one away."),
		rule("study/journal", "a line of journal.jsonl that is no event", "The journal is the study's audit trail.", "Mend the line, or take it from git's history."),
		rule("study/memo", "a memo that cannot be read from the disk", "It would be missing from the report.", "Look at the file's permissions."),
		rule("study/participants", "a fault in participants.csv: a row or column that stands twice, a row of the wrong length, an id that cannot be one",
			"Attributes of the wrong person would stand beside quotations.", "Mend the row. Comma, semicolon or tab between cells, and any encoding, are fine."),
		rule("study/summaries", "a fault in summaries.csv: a missing column, a row that stands twice or is about nothing",
			"What was written about a cell of the matrix could not be told from what was written about another.", "Mend the row. Its columns are about, case and summary."),
		rule("transcript/attribute", "an attribute that stands in participants.csv too, or whose name tema keeps for itself", "Two values of one attribute could contradict each other.", "Keep it in one place, under one name."),
		rule("transcript/bad-id", "a transcript whose file name cannot be an id", "Codings, excerpts and queries name transcripts by their file name.", "Rename the file."),
		rule("transcript/bom", "a transcript that begins with a byte order mark", "Offsets of codings would not be what other programs see.", "Save it as UTF-8 without one, or `tema ingest` it."),
		rule("transcript/cr", "a transcript with carriage returns", "Offsets would change whenever git or an editor changes the line ends.", "Save it with LF line ends; `tema init` writes a .gitattributes that keeps them."),
		rule("transcript/duplicate-id", "two transcripts whose names differ in case only", "On many disks they are one file.", "Rename one of them."),
		rule("transcript/front-matter", "front matter that begins and never ends", "Where the text begins cannot be known.", "Close it with a line that is exactly ---."),
		rule("transcript/not-text", "a transcript that is not UTF-8 text", "Words cannot be found or quoted in it.", "`tema ingest` reads other encodings and formats."),
		rule("transcript/speaker", "a speaker's label or the person behind it that cannot be one", "Turns would go to the wrong person.", "Write `speakers: {Label: ID}`; a person is a participant's id, interviewer, other or unknown."),
		rule("transcript/unreadable", "a transcript that cannot be read from the disk", "It would be missing from every count.", "Look at the file's permissions."),
	}
}()

// judged are the rules whose weight a study may set.
var judged = func() []Rule {
	rule := func(name string, severity diag.Severity, means, why, mend string, off ...string) Rule {
		return Rule{Rule: diag.Rule{Name: name, Severity: severity, Means: means, Why: why, Mend: mend}, Off: off}
	}
	const (
		reflexive = analysis.Reflexive
		book      = analysis.CodebookTA
		rely      = analysis.CodingReliability
		content   = analysis.ContentAnalysis
	)
	return []Rule{
		// codebook
		rule("codebook/same-name", diag.Warning, "two codes are called the same, but for case, hyphens and spaces; ids and aliases count as names",
			"Two coders will use two codes for one thing, or one code for two.", "Merge them with `tema codebook merge`, or name what sets them apart."),
		rule("codebook/similar-name", diag.Warning, "the names of two codes differ in one letter, or only in the order of their words",
			"One of them is often a slip of the keyboard, and in a list they are taken for each other.", "Merge them if they are one, else name what sets them apart."),
		rule("codebook/same-definition", diag.Warning, "two codes are defined in the same words", "Nobody could say which of the two a passage belongs to.",
			"Merge them, or say in each definition what the other leaves out."),
		rule("codebook/similar-definition", diag.Warning, "the definitions of two codes share nearly all of their words", "Nobody could say which of the two a passage belongs to.",
			"Merge them, or say in each definition what the other leaves out. Whether they are one code is yours to judge."),
		rule("codebook/no-definition", diag.Warning, "a code without a definition", "Two coders, or one coder in spring and in autumn, code alike only by what is written down.",
			"Say in a sentence what the code covers.", reflexive),
		rule("codebook/no-include", diag.Warning, "a code without a word on when to use it", "A definition is short; what belongs to the code shows at its edges.", "List under `include` what counts.", reflexive),
		rule("codebook/no-exclude", diag.Warning, "a code without a word on when not to use it", "Codes are confused with their neighbours; a codebook says where the line runs.",
			"List under `exclude` what does not count, with ` -> CODE` at its end where another code does.", reflexive),
		rule("codebook/no-example", diag.Warning, "a code without an example", "An example shows what a definition only says.", "Put a passage from a transcript under `examples`, word for word.", reflexive),
		rule("codebook/example-not-verbatim", diag.Warning, "an example or counterexample that stands in no transcript word for word",
			"It was changed, or the transcript was; in an appendix it would be printed as a participant's words.", "Take the words from the transcript (`tema search` finds them); mark what is left out with [...]."),
		rule("codebook/example-not-coded", diag.Warning, "an example in a transcript that was coded, on a passage that does not have the code",
			"The codebook says one thing and its coders did another.", "Code the passage, or choose another example."),
		rule("codebook/counterexample-coded", diag.Warning, "a counterexample on a passage that has the code", "The codebook says one thing and its coders did another.",
			"Take the coding away, or choose another counterexample."),
		rule("codebook/unused-code", diag.Info, "a code that no counted coding has, neither itself nor through a code under it",
			"Either it is not there to be found, which is worth saying, or its passages were coded with another one.", "Code with it, retire it, or leave it: a frame may hold more than its material."),
		rule("codebook/retired-code-used", diag.Warning, "codings of a retired code that leads to no other", "They count under a code that is no longer in use.",
			"Say under `into` which code took its place, or set its status to active."),
		rule("codebook/undecided-split", diag.Info, "codings of a code that was split, which nobody has given to one of the new codes yet", "They count under none until then.",
			"Go through them and code each anew."),
		rule("codebook/code-without-theme", diag.Info, "an active code that no theme draws on, in a study with themes", "Phase 3 looks at every code: each goes into a theme, or is left out on purpose.",
			"Add it to a theme, retire it, or leave it and say why in the journal."),
		rule("codebook/idle-rule", diag.Warning, "a match rule that finds nothing in any transcript", "It may be misspelt, or written for words that nobody uses.", "Try it with `tema search`; mend it or take it out."),
		rule("codebook/broad-rule", diag.Warning, "a code whose match rules propose more than half of all that is said", "Candidates that are nearly everything save nobody any reading.",
			"Narrow the rules with NEAR, AND or a phrase; try them with `tema search`."),
		rule("codebook/same-hits", diag.Warning, "the match rules of two codes, none of them under the other, find the same passages", "Every passage would be proposed twice, and the codes may be one.",
			"Change one of the rules, or merge the codes."),
		// coding
		rule("coding/ambiguous", diag.Error, "a coding whose words stand in several places since its transcript was edited", "A coding is never moved to words that it was not put on, so nobody counts it.",
			"`tema mend` places it where it knows what was edited, and shows the places else: put it on one with `tema code move`, or take it away."),
		rule("coding/lost", diag.Error, "a coding whose words no longer stand in its transcript", "It was put on words that are gone, so nobody counts it.",
			"`tema mend` places it where it knows what was edited, and shows what comes near else: put it there with `tema code move`, or take it away."),
		rule("coding/moved", diag.Info, "codings whose transcript was edited: their words were found again elsewhere", "They count where they are now; their offsets are those of an older text.", "Nothing has to be done: they are found by their words. `tema mend` writes down where they stand now."),
		rule("coding/no-transcript", diag.Error, "a file of codings whose transcript is not there", "Its codings count nowhere.", "Bring the transcript back. Where it has another name now, `tema mend --rename OLD=NEW` gives that name to all that refers to it."),
		rule("coding/unknown-code", diag.Error, "a coding with a code that the codebook does not define", "It counts under none.", "Define the code, or name its id as an alias of the code that it became."),
		rule("coding/unread-candidates", diag.Info, "passages that rules propose and no coder has looked at", "A candidate is nobody's coding; reports say how many are unread.", "Read them and accept or reject each, or leave them."),
		rule("coding/not-exclusive", diag.Warning, "a passage that one coder put into two categories; off unless study.yaml sets it",
			"Content analyses that count want each meaning unit in one category (Graneheim and Lundman 2004).", "Choose one of the two, cut the passage, or draw the line between the categories anew under `exclude`.",
			reflexive, book, rely, content),
		// theme
		rule("theme/no-concept", diag.Warning, "a theme without a central organising concept (info while it is a candidate)", "A theme is a pattern of shared meaning around one idea; without the idea it is a topic.",
			"Write the idea as one sentence under `concept`.", rely, content),
		rule("theme/no-codes", diag.Warning, "a theme that draws on no code (info while it is a candidate)", "It has no evidence but its excerpts.", "Name its codes under `codes`."),
		rule("theme/no-excerpt", diag.Warning, "a theme without an excerpt, sub-themes included (info until it is defined)", "A report shows what participants said, not only what the researcher says of it.",
			"Choose passages and put them under `excerpts`."),
		rule("theme/one-participant", diag.Info, "a theme whose codings all come from one participant", "It may tell one person's story well; readers will ask whether it is the group's.", "Look for what others say to it, or say so in the report."),
		rule("theme/one-transcript", diag.Info, "a theme whose codings all come from one transcript, though of several participants", "One group's talk may be one group's.", "Look for it elsewhere, or say so in the report."),
		rule("theme/topic-name", diag.Info, "a theme's name that could be a topic or a question of the interview", "In reflexive analysis a theme says what is meant; a topic names what was talked about. The rule looks at words and can be wrong.",
			"Ask what participants say about it that holds together, and let the name say that.", book, rely, content),
		rule("theme/shared-excerpt", diag.Info, "an excerpt that several themes quote", "Themes that rest on the same words may not be distinct; readers notice the repetition.", "Choose where it says most."),
		rule("theme/excerpt", diag.Warning, "an excerpt or tension that is verbatim but wants a second look: much is left out, or it stands in several places",
			"Words that stand far apart may not belong together; a short sentence may be somebody else's.", "Quote more of it, or less."),
		rule("theme/excerpt-absent", diag.Error, "an excerpt or tension that does not stand in its transcript", "A report must not quote what nobody said.", "`tema search` finds where the words stand; mend the transcript's name or the words."),
		rule("theme/excerpt-edited", diag.Error, "an excerpt or tension whose words differ from the transcript's without a mark", "A quotation is verbatim, or it shows where it is not.",
			"Take the words from the transcript; mark what is left out with [...] and what is put in with [brackets]."),
		rule("theme/untranslated", diag.Info, "an excerpt or tension in another language than the report, without a translation, where `report: translations` asks for translations",
			"It is printed as it was said, which readers of the report may not understand.", "Put one under `translation`, or leave it: the report names the language."),
		rule("theme/no-transcript", diag.Error, "an excerpt or tension from a transcript that is not there or cannot be read", "It cannot be verified.", "Mend the name, or bring the transcript back."),
		// transcript
		rule("transcript/no-speakers", diag.Warning, "a transcript that names no speakers", "All of it is one turn by nobody known: it belongs to no participant.", "Name the labels under `speakers:` in its front matter."),
		rule("transcript/unknown-participant", diag.Warning, "a speaker who is not in participants.csv", "What she says has no attributes, and a slip in an id makes one person two.", "Add a row with that id to participants.csv, or mend `speakers:`."),
		rule("transcript/participant-spelling", diag.Warning, "a participant whose id stands elsewhere in other large and small letters", "One person counts as two.", "Spell the id alike, or give participants.csv a row: its spelling then holds."),
		rule("transcript/idle-speaker", diag.Info, "a label under `speakers` that no line begins with", "The label may be misspelt, and then its turns belong to whoever spoke before.", "Mend the label, or take it out; leave it for somebody who was there and said nothing."),
		rule("transcript/undeclared-speaker", diag.Warning, "lines that begin like turns, with a label that `speakers` does not name", "What stands there counts as said by whoever spoke before.", "Name the label under `speakers:` in the front matter."),
		rule("transcript/not-coded", diag.Info, "a transcript that no coder has a file for, in a study where coding has begun", "Every transcript gets the same attention.", "Code it; `code done` marks one in which there was nothing."),
		// study
		rule("study/version", diag.Warning, "a study.yaml that does not name the version of its format (an error when a newer tema made the study)", "A later tema could not tell how to read it.", "Write `tema: 1` on its first line."),
		rule("study/stale-rules", diag.Warning, "what the rules propose is not of today's codebook, transcripts and participants (info where they were never applied)", "Candidates, and counts of codes with `accept: true`, are of an older state.", "`tema apply`"),
		rule("study/unknown-coder", diag.Warning, "a coder under `report: coders` who has no codings", "The report would be without those codings that were meant.", "Mend the name: it is that of the folder under codings."),
		rule("study/attribution", diag.Warning, "an attribute in `report: attribution` that `show` does not list, or of which `participants` shows the range only", "What a report may show is chosen in one place, so it is left out.", "List it under `show`, if it may be known; give it bands instead of a range."),
		rule("study/unknown-attribute", diag.Warning, "an attribute under `report` that no participant and no transcript has", "The report would be without it and not say so.", "Mend the name: it is a header of participants.csv, or a key under a transcript's attributes."),
		rule("study/not-a-figure", diag.Info, "a value of an attribute with bands or a range that is no number like the others, or of another unit", "The participant counts among those of whom it is not given.", "Write the number alone, or with the unit that the others have."),
		rule("study/unparticipating", diag.Info, "a participant of participants.csv who speaks in no transcript", "Either the transcript is still to come, or an id differs.", "Mend the id, or leave it."),
		rule("study/dangling-memo", diag.Warning, "a memo about something that is not in the study", "It would be shown nowhere.", "Mend the reference: `code:`, `theme:`, `coding:`, `transcript:` or `participant:` and an id; former ids count."),
		rule("study/dangling-summary", diag.Warning, "a row of summaries.csv about something that is not in the study", "It would be shown nowhere.", "Mend the reference: about is `code:` or `theme:` and an id, case is `participant:`, `transcript:`, `speaker:` or an attribute, and what it names."),
		rule("study/unknown-rule", diag.Warning, "a setting or comment that names a rule that tema does not have", "It sets or silences nothing.", "Mend the name; `tema help check` lists all rules."),
		rule("study/fixed-rule", diag.Warning, "a setting or comment for a fault with which other commands refuse the study too", "It could only hide that nothing else will work.", "Mend the fault, and take the setting or comment out."),
		rule("study/unreasoned-ignore", diag.Warning, "a comment that silences a rule without a reason", "In a year nobody knows whether it still holds. It silences nothing until then.", "Write `# tema:ignore RULE: reason`."),
		rule("study/idle-ignore", diag.Info, "a comment that silences nothing", "What it was about has been mended, or stands elsewhere.", "Take the comment out. It works on its own line and the next."),
		rule("study/baseline", diag.Error, "a check-baseline.json that cannot be read", "What it holds would be told anew, or a fault hidden.", "`tema check --write-baseline` makes it anew."),
		rule("study/stale-baseline", diag.Info, "an entry of check-baseline.json that nothing is found for", "What it was about has been mended.", "`tema check --write-baseline` makes the file anew."),
		// writing: the quotations of writing/*.md, and of the manuscripts that `tema verify` is given
		rule("writing/absent", diag.Error, "a quotation that stands in no transcript, nor near anything that does, unless a work of the literature is named beside it",
			"A report must not quote what nobody said.", "Quote what was said: `tema search` finds it. Where no participant is quoted, say so with `<!-- tema:ignore writing/absent: reason -->` above the paragraph."),
		rule("writing/edited", diag.Error, "a quotation whose words differ from the transcript's without a mark", "A quotation is verbatim, or it shows where it is not.",
			"Take the words from the transcript; mark what is left out with [...] and what is put in with [brackets]."),
		rule("writing/signs", diag.Error, "a quotation that differs from the transcript in punctuation or case alone", "A comma can turn a sentence. Whether it does here is yours to judge, and to silence.",
			"Take the signs from the transcript. The first letter, and a comma or full stop at the end, are free."),
		rule("writing/order", diag.Error, "a quotation whose parts were said in another order, or in places that no mark keeps apart", "Readers take what stands together for one train of thought.",
			"Quote the parts one by one, or in the order in which they were said, with [...] between them."),
		rule("writing/number", diag.Error, "a quotation in which a number is another one", "Six years are not seven.", "Look at the transcript, and at the recording where there is one."),
		rule("writing/negation", diag.Error, "a quotation that has a no where none was said, lacks one that was, or leaves it out under an elision beside the words that it belongs to",
			"It says the opposite of what was meant.", "Quote more of it, so that what was denied is denied."),
		rule("writing/attribution", diag.Error, "a quotation that is attributed to somebody else than the person who says it", "It gives one participant another one's experience.", "Mend the attribution, or `speakers:` in the transcript."),
		rule("writing/spliced", diag.Error, "a quotation put together from what two people said, or from two transcripts", "Nobody said it.", "Quote each speaker by herself."),
		rule("writing/quotation", diag.Warning, "a quotation that holds but wants a second look: much is left out (info where it only stands in several places)",
			"Words that stand far apart may not belong together; a short sentence may be somebody else's.", "Quote more of it, or less, or say whose it is."),
		rule("writing/lead-in", diag.Warning, "a quotation in a sentence that names another participant than the one who says it", "Readers take her for the speaker. The rule looks at names alone and can be wrong.",
			"Name who says it behind the quotation, in parentheses; then that is what is checked."),
		rule("writing/unknown-attribution", diag.Warning, "an attribution that looks like an id of the study and is none", "Nobody can find where the words come from.", "Mend the id."),
		rule("writing/unclosed", diag.Warning, "a quotation mark that nothing closes", "What it opens was not checked, and the quotations behind it may be cut wrongly.", "Close it, or turn the mark round if it is one that closes."),
		rule("writing/no-theme", diag.Error, "a file of writing/ that names no theme, or one that was dropped", "The report brings in prose by the names of its files, and leaves this one out.",
			"Name it after its theme's id, as THEME.md; prose on no single theme has a name that begins with `_`."),
		rule("writing/unreadable", diag.Error, "a file of writing/ that cannot be read as text", "What it quotes cannot be checked.", "Save it as Markdown in UTF-8."),
		// privacy
		rule("privacy/contact-details", diag.Warning, "what looks like an e-mail address or a telephone number in a transcript", "It names a person whatever else was replaced.", "Replace it by what it stands for, in brackets: [telephone number]."),
		rule("privacy/direct-identifier", diag.Warning, "a column of participants.csv that by its name identifies people", "What identifies belongs in a key file, outside the study and outside git.", "Move the column to the key file."),
		rule("privacy/small-groups", diag.Info, "participants whom the attributes that a report shows set apart, together, in a group smaller than `small_cells`", "Who knows the field may know the person.", "Show fewer attributes, or wider bands; or say under `report` in study.yaml that they may be told apart (`set_apart: show`) or may not (`set_apart: withhold`)."),
	}
}()
