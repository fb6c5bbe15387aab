package transcript

import "strings"

// abbreviations are what a language writes with a full stop that does not end a sentence.
type abbreviations struct {
	words        map[string]bool // without the last full stop; one with a capital counts only with it ("Rep", not "rep")
	parts        map[string]bool // beginnings of those that have several parts: "i.d" of "i.d.r"
	beforeNumber map[string]bool // only before a number, since they are common words too ("no", "art")
	pronoun      string          // a capital letter that is a word
	months       []string        // beginnings of the months' names, in languages that write ordinals with a full stop
	determiners  map[string]bool // words before an ordinal, in those languages
}

func (a *abbreviations) has(set map[string]bool, word string) bool {
	return set[word] || set[strings.ToLower(word)]
}

// abbreviationsOf returns the abbreviations of a BCP 47 tag's language.
func abbreviationsOf(tag string) *abbreviations {
	language, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	if a := languages[language]; a != nil {
		return a
	}
	return languages[""]
}

// shared are abbreviations that many languages have in common.
const shared = "dr prof st vs etc cf ca jr sr"

var languages = func() map[string]*abbreviations {
	set := func(words ...string) map[string]bool {
		m := map[string]bool{}
		for _, w := range strings.Fields(strings.Join(words, " ")) {
			m[w] = true
		}
		return m
	}
	language := func(words, beforeNumber, pronoun, months, determiners string) *abbreviations {
		a := &abbreviations{words: set(shared, words), parts: map[string]bool{}, beforeNumber: set(beforeNumber),
			pronoun: pronoun, months: strings.Fields(months), determiners: set(determiners)}
		for w := range a.words {
			for i, c := range w {
				if c == '.' {
					a.parts[w[:i]] = true
				}
			}
		}
		return a
	}
	nordicMonths := "januar februar mars marts april mai maj juni juli august september oktober november desember december"
	norwegian := language(
		"f.eks feks bl.a dvs d.v.s osv o.s.v m.m mm mv m.v m.fl mfl jf jfr kl nr evt inkl ekskl pga p.g.a mht m.h.t ift i.f.t "+
			"iht i.h.t ifm ifb vedr ang o.l e.l a.d s.k såk hr fr frk tlf avd adm tidl hhv forts resp mill mrd f.kr e.kr t.o.m f.o.m "+
			"m.a t.d o.a d.e m.o.t sst ev eks bf vgs m.a.o",
		"s kap kr art fig pkt vol par", "I", nordicMonths,
		"den det de dei denne dette disse desse min mi mitt mine din di ditt dine sin si sitt sine hans hennes hennar vår vårt våre deres deira hver hvert kvar kvart")
	m := map[string]*abbreviations{
		"": language("mr mrs ms", "no nr", "I", "", ""),
		"en": language(
			"mr mrs ms mx mssrs messrs mme mlle rev Rep Gen Col Maj Sen Gov Pres Sgt Capt Lt Cpl Cmdr Supt Hon Fr Ave Mt Inc Ltd Corp Co "+
				"esq ph.d phd m.d b.a m.a b.sc m.sc e.g eg i.e ie approx appt apt dept est ext blvd a.m p.m u.s u.k u.n d.c viz resp",
			"no nos p pp vol fig art ch sec para Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec", "I", "", ""),
		"nb": norwegian, "nn": norwegian, "no": norwegian,
		"da": language(
			"f.eks feks fx bl.a dvs d.v.s osv o.s.v m.m mm mv m.v m.fl mfl jf jvf iflg kl nr evt inkl ekskl pga p.g.a mht m.h.t vedr ang "+
				"o.l o.lign lign e.l s.k såk hr fr frk tlf afd adm tidl hhv resp mio f.kr e.kr t.o.m m.a.o d.d p.t pt ifm",
			"s kap kr art fig pkt bd stk", "I", nordicMonths,
			"den det de denne dette disse min mit mine din dit dine sin sit sine hans hendes vores deres hver hvert"),
		"sv": language(
			"t.ex tex bl.a dvs d.v.s osv o.s.v m.m mm m.fl mfl kl nr ev evt inkl exkl pga p.g.a ang s.k f.n fr.o.m t.o.m f.d f.ö resp tel "+
				"jfr el e.d o.d o.dyl dyl hr fr frk avd milj mdr f.kr e.kr i.o.m m.a.o i.st p.s.s fg",
			"s kap kr art fig sid bd", "", "", ""),
		"de": language(
			"z.b zb u.a d.h usw usf bzw hr fr frl nr str tel vgl inkl exkl evtl ggf sog u.u z.t z.zt i.d.r i.d s.o s.u v.a o.ä u.ä u.v.m u.v.a "+
				"m.e a.d i.a o.g d.i i.e mio mrd dipl ing phil habil hon geb gest verh jh jhd jhdt bspw allg ehem einschl betr bzgl gegr "+
				"abt anm ev kath zzgl abzgl p.a h.c",
			"s art abs kap fig abb bd max min", "",
			"januar jänner jan. februar feber feb. märz april mai juni juli august aug. september sept. oktober okt. november nov. dezember dez.",
			"der die das den dem des am im vom zum zur beim ans ins ein eine einen einem einer eines mein meine meinen meinem meiner meines "+
				"dein deine deinen deinem deiner sein seine seinen seinem seiner seines ihr ihre ihren ihrem ihrer ihres unser unsere "+
				"unseren unserem unserer jede jeder jedes jeden jedem diese dieser dieses diesen diesem kein keine keinen"),
		"fr": language("m mm mme mmes mlle mlles mgr pr ste bd bld boul av env tél p.ex c.-à-d c-à-d càd apr j.-c éd réf hab",
			"p pp vol art fig chap n no", "", "", ""),
		"es": language("sra srta srs sres dra dres d dña prof profa ud uds vd vds p.ej ej av avda c.c núm pág págs tel tfno gral lic ing arq "+
			"depto dpto ee.uu ee a.c d.c aprox excmo excma ilmo mons fdo pza sto sta",
			"p art cap fig vol", "", "", ""),
		"it": language("sig sigg sig.ra sig.na sig.ri dott dott.ssa prof.ssa avv ing arch geom on rag ecc p.es es cfr pag pagg tel ss gen "+
			"mons sen egr gent.mo spett a.c d.c n.d.r v.le c.so p.za",
			"p art cap fig vol n", "", "", ""),
		"pt": language("sra srs sras srta dra drs dras profa eng engª exmo exma v.exa p.ex av tel núm pág págs ltda lda séc d.c a.c aprox "+
			"apto depto sto sta",
			"p art cap fig vol n", "", "", ""),
		"nl": language("dhr mevr mw mr drs ir ing bijv bv b.v d.w.z dwz d.m.v o.a m.a.w m.n enz e.d i.p.v i.v.m i.t.t i.v nl blz tel t.a.v "+
			"t.o.v t.g.v n.a.v m.b.t m.u.v z.s.m o.l.v vgl resp evt incl excl a.u.b z.g.a.n jl c.q a.h.w ca max min wo zgn zg",
			"p art fig nr hfst par", "", "", ""),
		"fi": language("esim mm ym yms jne ts t.s ks kts vrt n klo nro puh tri toht maist dos hra rva nti os ao eaa jkr ekr tms ko "+
			"mrs ent syn kirj fil yo s.o em",
			"s v art kap luku", "", "tammik helmik maalisk huhtik toukok kesäk heinäk elok syysk lokak marrask jouluk", ""),
	}
	return m
}()
