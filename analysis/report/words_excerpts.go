package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tema-qda/tema/analysis"
)

// excerptWords are what the page says of its excerpts. Of a pair the first is for one.
type excerptWords struct {
	Verbatim, NotAllVerbatim    [2]string // how chosen quotations stand to their transcripts
	Whole, But, Marked          string
	Shortened, Added            [2]string
	Brackets                    [2]string
	Free                        string
	Foreign                     [2]string
	Another, In, From, By       string
	AllTranslated, Translated   string
	OriginalNumber, Originals   string
	OriginalsNote, WhatWasSaid  string
	Different, Turned           string
	Unsaid, Order, OrderAt      string
	Elsewhere, Spliced, Whose   string
	SignsTitle, Capitals, PutIn string
	InText                      string
	Signs                       map[string]string // by Sign.Kind
}

var englishExcerpts = excerptWords{
	Verbatim: [2]string{"The one quotation that the authors chose was held against its transcript, and stands there word for word",
		"All %s quotations that the authors chose were held against their transcripts, and stand there word for word"},
	NotAllVerbatim: [2]string{"The one quotation that the authors chose could not be verified, and is marked.", "Of %s quotations that the authors chose, %s stand word for word in their transcripts"},
	Whole:          "; nothing is left out inside, and nothing put in.", But: ", but for what is marked: %s.", Marked: "The others could not be verified, and are marked.",
	Shortened: [2]string{"%s is shortened, by %s", "%s are shortened, by %s in all"},
	Added:     [2]string{"in %s the authors added or replaced words in square brackets (%s)", "in %s the authors added or replaced words in square brackets (%s)"},
	Brackets:  [2]string{"bracket", "brackets"},
	Free:      "Not compared are capital letters where a piece begins or a bracket ends, a comma or full stop at its end, pauses at its edges, and the shape of quotation marks, dashes and spaces; nor were transcripts held against recordings.",
	Foreign:   [2]string{"%s was said in %s", "%s were said in %s"},
	Another:   "another language", In: "in %s", From: " from %s", By: " by %s",
	AllTranslated: " and translated; what was held against the transcripts is the original", Translated: " and %s of them translated; what was held against the transcripts is the original",
	OriginalNumber: "original %s", Originals: "Originals of translated excerpts",
	OriginalsNote: "What was said, and held against the transcripts, by the numbers behind the translations.", WhatWasSaid: "What was said",
	Different: ": another number", Turned: ": a negation is turned",
	Unsaid: "the elision leaves out %s, and so turns what was said", Order: "the same words stand there in another order", OrderAt: "%s is said there in another order (%s)",
	Elsewhere: "%s was said elsewhere (%s), and no mark says so", Spliced: "%s was said by %s (%s)", Whose: "it is attributed to %s, and %s says it",
	InText: "Of the quotations in the text, %s.", SignsTitle: "Signs in the excerpts", Capitals: "CAPITALS", PutIn: "[ ]",
	Signs: map[string]string{
		"left-out":    "words left out by the authors",
		"put-in":      "words of the authors, put in or in the place of others, where nothing below explains the brackets",
		"sic":         "stands so in the transcript",
		"pause":       "a pause, or a sentence broken off",
		"short-pause": "a short pause",
		"timed-pause": "a pause, in seconds",
		"unclear":     "could not be made out",
		"at-once":     "several people speaking at once",
		"latched":     "said without a gap",
		"time":        "time in the recording",
		"dots":        "stands so in the transcript",
		"remark":      "remarks of whoever transcribed: what was heard besides words, how words were said, or what stands for a name",
	},
}

var norwegianExcerpts = excerptWords{
	Verbatim: [2]string{"Det ene sitatet som forfatterne har valgt, er holdt mot transkripsjonen og står ordrett der",
		"Alle de %s sitatene som forfatterne har valgt, er holdt mot transkripsjonene og står ordrett der"},
	NotAllVerbatim: [2]string{"Det ene sitatet som forfatterne har valgt, kunne ikke bekreftes og er merket.", "Av %s sitater som forfatterne har valgt, står %s ordrett i transkripsjonene"},
	Whole:          "; ingenting er utelatt inni, og ingenting satt inn.", But: ", bortsett fra det som er merket: %s.", Marked: "De andre kunne ikke bekreftes og er merket.",
	Shortened: [2]string{"%s er forkortet, med %s", "%s er forkortet, med til sammen %s"},
	Added:     [2]string{"i %s har forfatterne føyd til eller byttet ut ord i hakeparentes (%s)", "i %s har forfatterne føyd til eller byttet ut ord i hakeparentes (%s)"},
	Brackets:  [2]string{"parentes", "parenteser"},
	Free:      "Ikke sammenlignet er stor bokstav der et stykke begynner eller en parentes slutter, komma eller punktum på slutten, pauser i kantene, og formen på anførselstegn, tankestreker og mellomrom; heller ikke er transkripsjonene holdt mot opptak.",
	Foreign:   [2]string{"%s ble sagt på %s", "%s ble sagt på %s"},
	Another:   "et annet språk", In: "på %s", From: " fra %s", By: " av %s",
	AllTranslated: " og oversatt; det er originalen som er holdt mot transkripsjonene", Translated: " og %s av dem oversatt; det er originalen som er holdt mot transkripsjonene",
	OriginalNumber: "original %s", Originals: "Originaler til oversatte sitater",
	OriginalsNote: "Det som ble sagt og er holdt mot transkripsjonene, etter tallene bak oversettelsene.", WhatWasSaid: "Det som ble sagt",
	Different: ": et annet tall", Turned: ": en nektelse er snudd",
	Unsaid: "utelatelsen tar bort %s og snur det som ble sagt", Order: "de samme ordene står der i en annen rekkefølge", OrderAt: "%s er sagt der i en annen rekkefølge (%s)",
	Elsewhere: "%s ble sagt et annet sted (%s), og ikke noe merke sier det", Spliced: "%s ble sagt av %s (%s)", Whose: "det er tilskrevet %s, men sies av %s",
	InText: "Av sitatene i teksten: %s.", SignsTitle: "Tegn i sitatene", Capitals: "STORE BOKSTAVER", PutIn: "[ ]",
	Signs: map[string]string{
		"left-out":    "ord som forfatterne har utelatt",
		"put-in":      "ord av forfatterne, satt inn eller i stedet for andre, der ingenting nedenfor forklarer parentesen",
		"sic":         "står slik i transkripsjonen",
		"pause":       "en pause, eller en setning som brytes av",
		"short-pause": "en kort pause",
		"timed-pause": "en pause, i sekunder",
		"unclear":     "ikke til å oppfatte",
		"at-once":     "flere snakker samtidig",
		"latched":     "sagt uten opphold",
		"time":        "tidspunkt i opptaket",
		"dots":        "står slik i transkripsjonen",
		"remark":      "merknader av den som transkriberte: det som ble hørt utenom ordene, hvordan noe ble sagt, eller det som står for et navn",
	},
}

// Editing says how the quotations that the authors chose stand to their transcripts, what was done to them and in what
// language they were said; and what was done to those in the text.
func (w *words) Editing(r *Report) string {
	out := w.chosen(r.Quotations)
	if marks := w.marks(r.ProseQuotations); len(marks) > 0 {
		out = strings.TrimSpace(out + " " + fmt.Sprintf(w.Excerpts.InText, strings.Join(marks, "; ")))
	}
	return out
}

// marks says what was left out and put in.
func (w *words) marks(q Quotations) []string {
	x := w.Excerpts
	var marks []string
	if q.Shortened > 0 {
		marks = append(marks, fmt.Sprintf(of(x.Shortened, q.Shortened), w.Number(q.Shortened), w.some(w.Words, q.LeftOut)))
	}
	if q.Added > 0 {
		marks = append(marks, fmt.Sprintf(of(x.Added, q.Added), w.Number(q.Added), w.some(x.Brackets, q.Insertions)))
	}
	return marks
}

func (w *words) chosen(q Quotations) string {
	x, marks := w.Excerpts, w.marks(q)
	done := x.Whole
	if len(marks) > 0 {
		done = fmt.Sprintf(x.But, strings.Join(marks, "; "))
	}
	var out string
	switch {
	case q.Chosen == 0:
		return ""
	case q.Chosen == 1 && q.Verbatim == 0:
		out = x.NotAllVerbatim[0]
	case q.Chosen == 1:
		out = x.Verbatim[0] + done
	case q.Chosen == q.Verbatim:
		out = fmt.Sprintf(x.Verbatim[1], w.Number(q.Chosen)) + done
	case q.Verbatim == 0:
		out = fmt.Sprintf(x.NotAllVerbatim[1], w.Number(q.Chosen), w.Number(0)) + ". " + x.Marked
	default:
		out = fmt.Sprintf(x.NotAllVerbatim[1], w.Number(q.Chosen), w.Number(q.Verbatim)) + done + " " + x.Marked
	}
	if q.Foreign == 0 {
		return out
	}
	var names []string
	for _, tag := range q.Languages {
		if name := w.Language(tag); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		names = []string{x.Another}
	}
	out += " " + fmt.Sprintf(of(x.Foreign, q.Foreign), w.Number(q.Foreign), list(names, w.And))
	switch q.Translated {
	case 0:
	case q.Foreign:
		out += x.AllTranslated
	default:
		out += fmt.Sprintf(x.Translated, w.Number(q.Translated))
	}
	return out + "."
}

// NotCompared says what may differ in a quotation that holds, and what nobody checked.
func (w *words) NotCompared(r *Report) string {
	if r.Quotations.Verbatim+r.ProseQuotations.Verbatim == 0 {
		return ""
	}
	return w.Excerpts.Free
}

// of chooses the form for a number.
func of(forms [2]string, n int) string {
	if n == 1 {
		return forms[0]
	}
	return forms[1]
}

// SignForms writes a sign as it stands, or several that mean the same.
func (w *words) SignForms(s Sign) string {
	const most = 6
	switch {
	case s.Kind == "put-in":
		return w.Excerpts.PutIn
	case s.Kind == "own" && s.Forms[0] == capitals:
		return w.Excerpts.Capitals
	case len(s.Forms) > most+1:
		return strings.Join(s.Forms[:most], ", ") + ", " + fmt.Sprintf(w.More, w.Number(len(s.Forms)-most))
	}
	return strings.Join(s.Forms, ", ")
}

// SignMeans says what a sign means.
func (w *words) SignMeans(s Sign) string {
	if s.Kind == "own" {
		return s.Means
	}
	return w.Excerpts.Signs[s.Kind]
}

// TranslationBy heads a translation: from which language, and by whom.
func (w *words) TranslationBy(x Excerpt) string {
	out := w.Translation
	if name := w.Language(x.Language); name != "" {
		out += fmt.Sprintf(w.Excerpts.From, name)
	}
	if x.Translator != "" {
		out += fmt.Sprintf(w.Excerpts.By, x.Translator)
	}
	return out
}

// LanguageNote says, where a report prints translations, that an excerpt is one and where its original stands, or in what
// language it is where nobody translated it. Elsewhere it is "".
func (w *words) LanguageNote(r *Report, x Excerpt) string {
	switch {
	case x.Original > 0:
		return w.TranslationBy(x) + ", " + fmt.Sprintf(w.Excerpts.OriginalNumber, w.Number(x.Original))
	case r.InTranslation && x.Translation == "" && w.Language(x.Language) != "":
		return fmt.Sprintf(w.Excerpts.In, w.Language(x.Language))
	}
	return ""
}

// difference says how a quotation differs from its transcript in one place.
func (w *words) difference(c Change) string {
	x := w.Excerpts
	quoted, said := w.Open+c.Quoted+w.Close, w.Open+c.Said+w.Close
	where := w.Place("", []int{c.Turn})
	switch c.Kind {
	case "order":
		if c.Turn == 0 {
			return x.Order
		}
		return fmt.Sprintf(x.OrderAt, quoted, where)
	case "apart":
		return fmt.Sprintf(x.Elsewhere, quoted, where)
	case "spliced":
		return fmt.Sprintf(x.Spliced, quoted, w.Speaker(Speech{Who: c.Speaker, Role: c.Role}), where)
	case "attribution":
		return fmt.Sprintf(x.Whose, strings.Trim(c.Quoted, "() "), c.Said)
	case "elided-negation":
		return fmt.Sprintf(x.Unsaid, said)
	}
	out := fmt.Sprintf(w.DiffersAt, said, quoted)
	switch {
	case c.Said == "":
		out = fmt.Sprintf(w.NotSaid, quoted)
	case c.Quoted == "":
		out = fmt.Sprintf(w.LeftOut, said)
	}
	switch c.Kind {
	case "number":
		out += x.Different
	case "negation":
		out += x.Turned
	}
	return out
}

// Language names a language by its BCP 47 tag, without regard to region and script; one that has no name here is named
// by the tag.
func (w *words) Language(tag string) string {
	if tag == "" || tag == undetermined {
		return ""
	}
	i, known := slices.BinarySearchFunc(languages, analysis.PrimaryLanguage(tag), func(l [3]string, tag string) int { return strings.Compare(l[0], tag) })
	switch {
	case !known:
		return tag
	case w == &norwegian:
		return languages[i][2]
	}
	return languages[i][1]
}

// languages are named in the languages that the report speaks. A table of all that have a code would make the program
// larger by a twelfth, and calls what most people know as Norwegian by its written form.
var languages = func() [][3]string {
	const table = `am Amharic amharisk, ar Arabic arabisk, az Azerbaijani aserbajdsjansk, bg Bulgarian bulgarsk, bn Bengali bengali, bs Bosnian bosnisk,
ca Catalan katalansk, ckb Sorani sorani, cs Czech tsjekkisk, cy Welsh walisisk, da Danish dansk, de German tysk, el Greek gresk, en English engelsk,
es Spanish spansk, et Estonian estisk, eu Basque baskisk, fa Persian persisk, fi Finnish finsk, fo Faroese færøysk, fr French fransk, ga Irish irsk,
he Hebrew hebraisk, hi Hindi hindi, hr Croatian kroatisk, hu Hungarian ungarsk, hy Armenian armensk, id Indonesian indonesisk, is Icelandic islandsk,
it Italian italiensk, ja Japanese japansk, ka Georgian georgisk, kl Greenlandic grønlandsk, kmr Kurmanji kurmanji, ko Korean koreansk, ku Kurdish kurdisk,
ln Lingala lingala, lt Lithuanian litauisk, lv Latvian latvisk, mk Macedonian makedonsk, my Burmese burmesisk, nb Norwegian norsk, ne Nepali nepali,
nl Dutch nederlandsk, nn Nynorsk nynorsk, om Oromo oromo, pa Punjabi punjabi, pl Polish polsk, prs Dari dari, ps Pashto pashto, pt Portuguese portugisisk,
ro Romanian rumensk, rom Romani romani, ru Russian russisk, rw Kinyarwanda kinyarwanda, sk Slovak slovakisk, sl Slovenian slovensk, so Somali somali,
sq Albanian albansk, sr Serbian serbisk, sv Swedish svensk, sw Swahili swahili, ta Tamil tamil, th Thai thai, ti Tigrinya tigrinja, tl Tagalog tagalog,
tr Turkish tyrkisk, uk Ukrainian ukrainsk, ur Urdu urdu, vi Vietnamese vietnamesisk, yo Yoruba joruba, zh Chinese kinesisk`
	out := [][3]string{{"se", "Northern Sami", "nordsamisk"}, {"sma", "Southern Sami", "sørsamisk"}, {"smj", "Lule Sami", "lulesamisk"}, {"nsl", "Norwegian Sign Language", "norsk tegnspråk"}}
	for entry := range strings.SplitSeq(table, ",") {
		out = append(out, [3]string(strings.Fields(entry)))
	}
	slices.SortFunc(out, func(a, b [3]string) int { return strings.Compare(a[0], b[0]) })
	return out
}()
