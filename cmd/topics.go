package cmd

import "github.com/spf13/cobra"

// addTopics adds the help topics: what cannot be said of one command alone.
func addTopics(root *cobra.Command) {
	for _, t := range []struct{ name, short, long string }{
		{"files", "The files of a study", filesTopic},
		{"participants", "What a report shows of participants", participantsTopic},
		{"formats", "The formats that ingest reads", formatsTopic},
		{"query", "The language of search and of match rules", queryTopic},
		{"phases", "The six phases, and where tema helps", phasesTopic},
		{"themes", "What a theme is made of, and what becomes of it", themesTopic},
		{"exit-codes", "What the exit codes mean", exitCodesTopic},
	} {
		root.AddCommand(&cobra.Command{Use: t.name, Short: t.short, Long: t.long})
	}
	addRuleTopics(root)
}

const filesTopic = `A study is a folder of plain files. All of it is yours: it reads well without tema and belongs in
git. Only .tema/ is tema's own; it may be deleted at any time and is made again.

  study.yaml             title, research question, approach, language, settings
  codebook.yaml          codes and themes
  participants.csv       one row a participant: id, then any attributes
  transcripts/P01.txt    one text file a transcript
  codings/anna/P01.jsonl one file a coder and transcript, one coding a line
  codings/_rules/        what the match rules propose; tema apply owns it
  memos/                 memos, one Markdown file each; tema memo writes and finds them
  writing/               the prose of the report: THEME.md, _introduction.md, _method.md ...
  summaries.csv          what you write into the cells of tema matrix: about, case, summary
  journal.jsonl          what was decided, when and why
  reports/               what tema report writes
  check-baseline.json    findings that an old study lives with; tema check --write-baseline makes it
  .gitattributes         how git merges the study; tema setup lets a clone follow it
  pending.json           the plan of a change that was interrupted; the next command that writes
                         finishes it or takes it back, and says so

A transcript begins with front matter between two lines of ---, which says who speaks:

  ---
  date: 2020-02-11
  speakers: {I: interviewer, Jonas: P01}
  attributes: {setting: video call}
  ---
  I: Can you tell me what made you become a peer worker?

  [0:00:12] Jonas: I wanted to use it for something ...

A turn begins at a line that opens with a declared label and a colon, with a time before it or
not. A speaker is a participant's id, interviewer, other or unknown. Front matter may be edited
at any time; codings stay where they are.

Ids of codes, themes, coders and participants begin with a letter or digit and go on with
letters, digits, _ and -; they are the same whether large or small letters are used.

tema schema codebook and tema schema study print what may stand in the YAML files; tema help
participants says what of participants a report shows.`

const participantsTopic = `A report shows no attribute that study.yaml does not list, and of those that it lists, no group of
fewer than small_cells participants:

  report:
    attribution: "{id}, {age}"   what stands behind a quotation
    show: [age, role, site]      attributes that may appear
    small_cells: 3               groups smaller than this are not shown
    set_apart: withhold          or show; see below
    participants:
      table: groups              how many share each value; rows: one a participant
      bands: {age: 10}           30–39 for 34; or where bands begin: [18, 30, 40, 50]
      range: [years]             lowest, highest and median only

In the table, values that too few share are put together with the next smallest. Bands that too
few are in are joined with a neighbour, and the first and last are open then: <30, 60+. A median
needs small_cells figures on either side. A value that is no number, or of another unit than the
others (months among years), counts as not given; tema check names it. Bands hold wherever a
report shows the attribute, in attributions too; of a range nothing stands beside an id.

What stands beside an id (attributions, filters, rows, the list of transcripts) is looked at
together: age and role may each be shared by many, and both by one. Attributes are taken in the
order of the attribution, then of show. One with which somebody would share all that is shown of
her with fewer than small_cells, herself included, is left out for everybody; it stays in the
table of groups. To leave it out for her alone would point at her. Where the attribution, the
rows or the list of transcripts lose something by that, tema report says so, and the report too.
set_apart decides:

  withhold    as above, and tema report says no more of it
  show        all that is listed stands beside ids: they agreed, or nobody could know them by it
  not given   as withhold, and told each time until you have decided

small_cells: 1 says that no group is too small, in tables and matrices too. Tables of counts by
attribute hide few participants in the same way (tema matrix --counts --unit participants).
Whether somebody can be known by what she says is for you to judge; tema does not look at that.`

const formatsTopic = `tema ingest knows a file by what is in it, not by its name.

  text, Markdown    labels as "I:", "P1:", "**Name:**", "[0:12] Name:"; names and times on a line
                    of their own as Otter, Zoom and Rev write them; without labels, one turn
  WebVTT, SRT       subtitles; speakers from voice tags or "Name:"; cues of one speaker that
                    follow each other become one turn
  Whisper           txt with times, tsv, json, lrc, as well as the subtitles that it writes
  DOCX              paragraphs, tables, footnotes; labels as in text; tracked deletions left out

Encodings are detected (UTF-8, UTF-16, UTF-32, windows-1252 and others) unless --encoding names
one. What was guessed, and every line that was left out, is told and written into the
transcript's front matter under source:.

Labels such as I, Int, Interviewer, Moderator, Q become the interviewer. Others become
participants: as participants.csv knows them, else by name; --speaker says it for good.`

const queryTopic = `  boundary              the word and its inflections in the transcript's language
  =boundary             just this word
  "calls and calls"     these words in this order
  boundar*              words that begin so
  boundry~              words one letter away
  phone weekend         both, in one sentence (the same as phone AND weekend)
  phone OR mobile       either
  phone NOT clinic      the first without the second
  phone NEAR/6 weekend  in either order, at most six words between
  speaker:Kari          said by Kari: a label, a participant's id or a role
  transcript:P03        in that transcript
  code:boundaries       where a coding of that code, or of one under it, lies
  age:"40-49"           by any attribute of participants or transcripts
  (a OR b) NOT c        parentheses group

AND and NOT hold within a sentence; --unit turn makes that a turn, --unit match a sentence too,
but the passage runs from the first word that matched to the last. AND binds tighter than OR.
Operators are written in capitals. What interviewers say is passed over unless --speakers all.

The same language stands in a codebook's match rules, with unit: and speakers: beside them. A
rule needs a word that is found, in each branch of OR, and cannot ask for code:.`

const phasesTopic = `Braun and Clarke's phases, as they name them today, and what helps in each. They are places to
stand in, not gates: one goes back and forth, and tema phase writes down when and why.

  1 familiarise   read and re-read, note first thoughts           read, search, memo
  2 code          put codes on passages; rules propose, you decide code, apply, coders
  3 generate      gather codes into candidate themes              theme add, attach, promote
  4 review        hold themes against passages and the whole set  review, matrix, theme merge, drop
  5 define        concept, definition and name of each theme      theme set, relate, map
  6 write         excerpts, tensions, the report                  report, check

A theme is a pattern of shared meaning around a central organising concept, and the researcher
develops it; a rule or a count does not. In a reflexive study (the default) how often a code was
put says nothing about how much it matters.`

const themesTopic = `A theme is a pattern of shared meaning around a central organising concept: one idea that all of it
shares, which a sentence can say. What people said on a subject is a topic; it may become a theme
when somebody sees what the passages have in common. tema keeps what the researcher develops. It
proposes no theme, puts none before another, and locks no step.

  name         what it is called, best in words that carry its meaning
  concept      the central organising concept, as a sentence
  definition   what it covers, and what it leaves out
  status       candidate, reviewed, defined: how far its author has come, back as well as forward
  codes        the codes whose codings, and whose sub-codes' codings, it draws on
  excerpts     chosen words, in the author's order, held against the transcripts
  tensions     words that speak against it, with a memo that says why
  relations    what it leads to, with a label: asks for, strains, makes possible
  themes       sub-themes; two levels are usual, three the most that a reader follows
  kind         theme, or category in content analysis

A code that has grown rich enough may be promoted: a theme is made that draws on it, and the code
stays. Themes that turn out to be one are merged, one that holds two ideas is split, one without
an idea is dropped. All three ask for the reason. What was given up stays in the codebook as
dropped, leads to where its evidence went, and is named in the report; the journal keeps why, and
tema undo takes the edit back.

The order is the author's, in lists, on the map and in the report. Counts say what a theme draws
on, with their unit. How often something was said is no measure of how much it matters.`

const exitCodesTopic = `  0    done
  1    the answer is no: check found errors; a report lists a quotation that is not verbatim, a
       coding that cannot be placed or a code that nobody defined; theme quote: the words do not
       stand there; verify: a quotation does not hold; search --exit-code found nothing; agree
       --min: alpha of a code is lower, or undefined; merge left codings of the copy behind
  2    it could not be done: wrong usage, no study, a file that cannot be read or written, a study
       with faults that must be mended first, another tema writing
  130  interrupted

Scripts should treat every other code as failure.`
