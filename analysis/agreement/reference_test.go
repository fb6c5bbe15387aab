package agreement

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A reference is a table of values with the coefficients that others computed from it. Units are words, a character a
// coder, . where one is missing, *n where n are alike. Expected holds full precision, which several programs and an
// independent computation agreed on; published what a source printed, with the tolerance that its printing leaves.
type reference struct {
	name, source string
	units        string
	categories   string // those that a coder could choose from, where that is more than were used
	expected     string // key value ...
	undefined    string // keys
	alphaOf      string // alpha of each category against the rest: category value ...
	published    string // key value ±tolerance ...
	publishedOf  string // Fleiss' kappa of each category against the rest: ±tolerance category value ...
}

// built are the measures by the keys of the references.
var built = map[string]func(n *Nominal) Value{
	"pa":                  (*Nominal).Percent,
	"pa_all_coders":       (*Nominal).Unanimous,
	"pa_pairable":         func(n *Nominal) Value { return Number(n.Alpha().Observed) },
	"cohen_kappa":         func(n *Nominal) Value { return n.Cohen().Value },
	"light_kappa":         func(n *Nominal) Value { return n.Cohen().Value },
	"scott_pi":            func(n *Nominal) Value { return n.Scott().Value },
	"fleiss_kappa":        func(n *Nominal) Value { return n.Fleiss().Value },
	"fleiss_pe":           func(n *Nominal) Value { return Number(n.Fleiss().Expected) },
	"gwet_ac1":            func(n *Nominal) Value { return n.AC1().Value },
	"gwet_pe":             func(n *Nominal) Value { return Number(n.AC1().Expected) },
	"kripp_alpha_nominal": func(n *Nominal) Value { return n.Alpha().Value },
	"kripp_Do":            func(n *Nominal) Value { return Number(1 - n.Alpha().Observed) },
	"kripp_De":            func(n *Nominal) Value { return Number(1 - n.Alpha().Expected) },
}

// notBuilt are the keys of references that have no measure here, and why.
var notBuilt = map[string]string{
	"bennett_s":            "chance depends on how many categories were declared, and a code is there or not",
	"brennan_prediger":     "as bennett_s, for more coders",
	"conger_kappa":         "of several coders Light's mean of Cohen's kappas is given",
	"hubert_kappa":         "as conger_kappa",
	"kripp_alpha_ordinal":  "codes have no order",
	"kripp_alpha_interval": "codes are no numbers",
	"kripp_alpha_ratio":    "codes are no numbers",

	"alpha_nominal":                           "of sets: Jaccard and MASI are given, which tell near from far",
	"alpha_dice":                              "as alpha_nominal",
	"pooled_kappa_deVries2008":                "codes are told one by one, and together as sets",
	"exact_set_agreement":                     "not corrected for chance",
	"any_shared_code_agreement":               "not corrected for chance",
	"any_shared_code_or_both_empty_agreement": "not corrected for chance",

	"holsti": "the share of segments that match says it; not corrected for chance",
	"maxqda": "Brennan and Prediger's kappa of matches, as brennan_prediger; Matched gives its counts",
}

func (r reference) table(t *testing.T) (units []Unit, categories string) {
	t.Helper()
	used := map[rune]bool{}
	for _, c := range strings.ReplaceAll(r.categories, ".", "") {
		used[c] = true
	}
	for _, word := range strings.Fields(r.units) {
		values, _, _ := strings.Cut(word, "*")
		for _, v := range values {
			if v != '.' {
				used[v] = true
			}
		}
	}
	for c := range used {
		categories += string(c)
	}
	sorted := []rune(categories)
	slices.Sort(sorted)
	categories = string(sorted)
	for _, word := range strings.Fields(r.units) {
		values, count, many := strings.Cut(word, "*")
		u := Unit{Count: 1}
		if many {
			u.Count = int(number(t, count))
		}
		for _, v := range values {
			u.Values = append(u.Values, strings.IndexRune(categories, v)) // -1 is Missing
		}
		units = append(units, u)
	}
	return units, categories
}

// against returns units as one category against the rest.
func against(units []Unit, category int) []Unit {
	out := slices.Clone(units)
	for i, u := range out {
		out[i].Values = slices.Clone(u.Values)
		for k, v := range u.Values {
			switch v {
			case Missing:
			case category:
				out[i].Values[k] = 1
			default:
				out[i].Values[k] = 0
			}
		}
	}
	return out
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func near9(got Value, want float64) bool {
	x, ok := got.Number()
	return ok && math.Abs(x-want) <= 1e-9
}

func TestReferences(t *testing.T) {
	asked := map[string]bool{}
	for _, r := range references {
		t.Run(r.name, func(t *testing.T) {
			units, categories := r.table(t)
			n := NewNominal(units, len(categories))
			find := func(key string) (func(n *Nominal) Value, bool) {
				asked[key] = true
				measure, ok := built[key]
				if _, not := notBuilt[key]; !ok && !not {
					t.Errorf("%s is neither built nor in the list of what is not", key)
				}
				return measure, ok
			}
			words := strings.Fields(r.expected)
			for i := 0; i < len(words); i += 2 {
				if measure, ok := find(words[i]); ok {
					if got := measure(n); !near9(got, number(t, words[i+1])) {
						t.Errorf("%s is %.12v, expected %s", words[i], got, words[i+1])
					}
				}
			}
			for _, key := range strings.Fields(r.undefined) {
				if measure, ok := find(key); ok {
					if got := measure(n); got.Why() != NoVariation {
						t.Errorf("%s is %v", key, got)
					}
				}
			}
			words = strings.Fields(r.published)
			for i := 0; i < len(words); i += 3 {
				if measure, ok := find(words[i]); ok {
					got, _ := measure(n).Number()
					if tolerance := number(t, strings.TrimPrefix(words[i+2], "±")); math.Abs(got-number(t, words[i+1])) > tolerance+1e-12 {
						t.Errorf("%s is %v, published %s %s", words[i], got, words[i+1], words[i+2])
					}
				}
			}
			words = strings.Fields(r.alphaOf)
			for i := 0; i < len(words); i += 2 {
				one := NewNominal(against(units, strings.Index(categories, words[i])), 2)
				if got := one.Alpha().Value; !near9(got, number(t, words[i+1])) {
					t.Errorf("alpha of %s is %v, expected %s", words[i], got, words[i+1])
				}
			}
			if words = strings.Fields(r.publishedOf); len(words) > 0 {
				tolerance := number(t, strings.TrimPrefix(words[0], "±"))
				for i := 1; i < len(words); i += 2 {
					one := NewNominal(against(units, strings.Index(categories, words[i])), 2)
					got, _ := one.Fleiss().Number()
					if math.Abs(got-number(t, words[i+1])) > tolerance+1e-12 {
						t.Errorf("kappa of %s is %v, published %s", words[i], got, words[i+1])
					}
				}
			}
		})
	}
	for key := range built {
		if !asked[key] {
			t.Errorf("no reference asks for %s", key)
		}
	}
}

var references = []reference{
	{
		name:   "agresti-1992-pathologists",
		source: "Agresti 1992, Stat Methods Med Res 1, p. 202: two pathologists of Landis & Koch 1977",
		units:  `11*22 12*2 13*2 21*5 22*7 23*14 32*2 33*36 42 43*17 44*10`,
		expected: `
			pa 0.635593220338983  pa_all_coders 0.635593220338983  fleiss_pe 0.3078497558172939
			fleiss_kappa 0.47351491569390397  bennett_s 0.5141242937853107  brennan_prediger 0.5141242937853107
			gwet_pe 0.23071674806090203  gwet_ac1 0.5263035055781169  cohen_kappa 0.49300559552358114
			scott_pi 0.47351491569390397  kripp_alpha_nominal 0.475745784695201  kripp_Do 0.3644067796610169
			kripp_De 0.6950955643707176  pa_pairable 0.6355932203389831`,
		alphaOf:     `1 0.7819362820909372  2 0.2503987240829346  3 0.40411504745345217  4 0.43779904306220097`,
		published:   `cohen_kappa 0.493 ±0.0005`,
		publishedOf: `±.0005 1 0.781 2 0.247 3 0.402 4 0.435`,
	},
	{
		name:   "artstein-poesio-2008-p568",
		source: "Artstein & Poesio 2008, Comput Linguist 34, p. 568",
		// a is Chck, b is IReq, c is STAT
		units: `cc*46 bc*6 bb*32 ba*6 aa*10`,
		expected: `
			pa 0.88  pa_all_coders 0.88  fleiss_pe 0.4014  fleiss_kappa 0.7995322418977615
			bennett_s 0.8199999999999998  brennan_prediger 0.8199999999999998  gwet_pe 0.2993
			gwet_ac1 0.828742685885543  cohen_kappa 0.8013245033112583  scott_pi 0.7995322418977615
			kripp_alpha_nominal 0.8005345806882727  kripp_Do 0.12  kripp_De 0.601608040201005  pa_pairable 0.88`,
		alphaOf: `a 0.7360742705570291  b 0.7466044142614601  c 0.8805522208883554`,
		published: `
			pa 0.88 ±0.0005  bennett_s 0.82 ±0.0005  scott_pi 0.79953 ±5e-06  cohen_kappa 0.8013 ±5e-05
			kripp_alpha_nominal 0.8 ±0.001`,
	},
	{
		name:       "brennan-prediger-1981-p691",
		source:     "Brennan & Prediger 1981, Educ Psychol Meas 41, p. 691, counts times 100",
		units:      `11*50 13*10 22*10 23*10 31*10 32*10`,
		categories: "123",
		expected: `
			pa 0.6  pa_all_coders 0.6  fleiss_pe 0.44000000000000006  fleiss_kappa 0.2857142857142856
			bennett_s 0.39999999999999997  brennan_prediger 0.39999999999999997  gwet_pe 0.28
			gwet_ac1 0.4444444444444444  cohen_kappa 0.28571428571428564  scott_pi 0.28571428571428564
			kripp_alpha_nominal 0.28928571428571426  kripp_Do 0.4  kripp_De 0.5628140703517588  pa_pairable 0.6`,
		alphaOf:   `1 0.5854166666666667  2 0.37812499999999993  3 -0.24375000000000013`,
		published: `pa 0.6 ±0.005  cohen_kappa 0.29 ±0.005  bennett_s 0.4 ±0.005`,
	},
	{
		name:   "cohen-1960-p45",
		source: "Cohen 1960, Educ Psychol Meas 20, p. 45",
		units:  `11*88 12*14 13*18 21*10 22*40 23*10 31*2 32*6 33*12`,
		expected: `
			pa 0.7  pa_all_coders 0.7  fleiss_pe 0.4150000000000001  fleiss_kappa 0.487179487179487
			bennett_s 0.5499999999999999  brennan_prediger 0.5499999999999999  gwet_pe 0.2925
			gwet_ac1 0.5759717314487632  cohen_kappa 0.49152542372881347  scott_pi 0.48717948717948706
			kripp_alpha_nominal 0.4884615384615385  kripp_Do 0.3  kripp_De 0.5864661654135338  pa_pairable 0.7`,
		alphaOf:   `1 0.5566666666666666  2 0.5249999999999999  3 0.2958823529411765`,
		published: `pa 0.7 ±0.005  cohen_kappa 0.492 ±0.0005  gwet_ac1 0.57597 ±1e-05`,
	},
	{
		name:   "dkpro-multi-rater",
		source: "DKPro Statistics, MultiRaterAgreementTest",
		units:  `hhh hhl hlh lhh llh lll lll lhl llh llh`,
		expected: `
			pa 0.5333333333333332  pa_all_coders 0.3  fleiss_pe 0.5088888888888888
			fleiss_kappa 0.04977375565610846  brennan_prediger 0.06666666666666643  gwet_pe 0.49111111111111105
			gwet_ac1 0.08296943231441035  light_kappa 0.08935133572814731  hubert_kappa 0.0789473684210526
			kripp_alpha_nominal 0.08144796380090491  kripp_Do 0.4666666666666667  kripp_De 0.5080459770114942
			pa_pairable 0.5333333333333333`,
		alphaOf:   `h 0.08144796380090491  l 0.08144796380090491`,
		published: `pa 0.533 ±0.0005  fleiss_kappa 0.049 ±0.001`,
	},
	{
		name:   "fleiss-1971",
		source: "Fleiss 1971, Psychol Bull 76, p. 379",
		units: `
			444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444
			224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444
			133333 555555`,
		expected: `
			pa 0.5555555555555556  pa_all_coders 0.16666666666666666  fleiss_pe 0.21993827160493823
			fleiss_kappa 0.43024452006014097  brennan_prediger 0.4444444444444444  gwet_pe 0.19501543209876543
			gwet_ac1 0.4478845158445642  kripp_alpha_nominal 0.433409828282029  kripp_Do 0.44444444444444436
			kripp_De 0.7844196151458721  pa_pairable 0.5555555555555556`,
		alphaOf: `
			1 0.24895104895104891  2 0.24895104895104891  3 0.5226666666666666  4 0.47406545454545446
			5 0.5685282634527244`,
		published:   `pa 0.5556 ±0.0001  fleiss_kappa 0.43 ±0.0005`,
		publishedOf: `±.005 1 0.248 2 0.248 3 0.517 4 0.470 5 0.565`,
	},
	{
		name:   "fleiss-wikipedia-14x10",
		source: "Wikipedia, Fleiss' kappa, worked example",
		units: `
			55555555555555 22333333444455 33344444555555 22233333333344 11223333333345 11111112222222
			11122333333444 11222223334455 11111122222334 22334445555555`,
		expected: `
			pa 0.378021978021978  pa_all_coders 0.1  fleiss_pe 0.21275510204081632
			fleiss_kappa 0.20993070442195522  brennan_prediger 0.2225274725274725  gwet_pe 0.19681122448979593
			gwet_ac1 0.22561415081662817  kripp_alpha_nominal 0.21557405653322703  kripp_Do 0.621978021978022
			kripp_De 0.7929085303186023  pa_pairable 0.378021978021978`,
		alphaOf: `
			1 0.20698717948717937  2 0.08624411302982726  3 0.17751479289940797  4 0.03730723058454155
			5 0.511173433048433`,
		published: `pa 0.378 ±0.0005  fleiss_kappa 0.21 ±0.0005`,
	},
	{
		name:   "gwet-likert-4x4",
		source: "irrCAC 1.4, as in a test of DKPro Statistics: four categories",
		units:  `11*20 12*5 13 21*4 22*15 23*6 24 32*5 33*18 34*4 42 43*3 44*12`,
		expected: `
			pa 0.6842105263157895  pa_all_coders 0.6842105263157895  fleiss_pe 0.2581163434903047
			fleiss_kappa 0.5743409752819058  bennett_s 0.5789473684210527  brennan_prediger 0.5789473684210527
			gwet_pe 0.24729455216989846  gwet_ac1 0.5804607571333938  cohen_kappa 0.5744363147678064
			scott_pi 0.5743409752819058  kripp_alpha_nominal 0.5765812859383168  kripp_Do 0.3157894736842105
			kripp_De 0.7458089668615985  pa_pairable 0.6842105263157895`,
		alphaOf:   `1 0.73  2 0.4205685618729097  3 0.5163636363636364  4 0.671685002895194`,
		published: `pa 0.684210526315789 ±1e-09  gwet_ac1 0.58046 ±5e-06`,
	},
	{
		name:   "gwet-paradox-2x2",
		source: "irrCAC 1.4, as in a test of DKPro Statistics: one category is rare",
		units:  `11*80 12*7 21*8 22*5`,
		expected: `
			pa 0.85  pa_all_coders 0.85  fleiss_pe 0.78125  fleiss_kappa 0.31428571428571417  bennett_s 0.7
			brennan_prediger 0.7  gwet_pe 0.21875  gwet_ac1 0.8079999999999999  cohen_kappa 0.31444241316270555
			scott_pi 0.31428571428571417  kripp_alpha_nominal 0.3177142857142857  kripp_Do 0.15
			kripp_De 0.2198492462311558  pa_pairable 0.85`,
		alphaOf:   `1 0.3177142857142857  2 0.3177142857142857`,
		published: `pa 0.85 ±1e-09  gwet_ac1 0.808 ±1e-09`,
	},
	{
		name:   "hayes-krippendorff-2007",
		source: "Hayes & Krippendorff 2007, Commun Methods Meas 1, p. 84",
		units: `
			112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223 111.1 111.1
			212.2 1233. 1101. 000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2 110.0 2121.
			22.22 3222. 222.2 223.2 222.2 22.12 2222. 111.1`,
		expected: `
			pa 0.6249999999999999  pa_all_coders 0  fleiss_pe 0.29287326388888885  fleiss_kappa 0.46968487988117
			brennan_prediger 0.49999999999999983  gwet_pe 0.23570891203703703  gwet_ac1 0.5093492441479675
			kripp_alpha_nominal 0.47650956741865846  kripp_Do 0.3731656184486373  kripp_De 0.7128413342886715
			pa_pairable 0.6268343815513626  kripp_alpha_ordinal 0.7598291891514336
			kripp_alpha_interval 0.7573782771535581  kripp_alpha_ratio 0.6621229661759855  conger_kappa 0.47261`,
		alphaOf:   `0 0.6891873558540225  1 0.3278278278278278  2 0.4475843735552474  3 0.43115560238847905`,
		published: `kripp_alpha_ordinal 0.7598 ±5e-05`,
	},
	{
		name:   "irrcac-3x3-abstractors",
		source: "Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed.: abstractors, with irrCAC",
		// a is AIU, b is Ectopic, c is NIU
		units: `bb*13 aa*20 ac*7 ca*4 cc*56`,
		expected: `
			pa 0.89  pa_all_coders 0.89  fleiss_pe 0.46014999999999995  fleiss_kappa 0.7962396962119107
			bennett_s 0.8349999999999999  brennan_prediger 0.8349999999999999  gwet_pe 0.26992499999999997
			gwet_ac1 0.8493305482313461  cohen_kappa 0.7964094021839719  scott_pi 0.7962396962119108
			kripp_alpha_nominal 0.7972584977308512  kripp_Do 0.11  kripp_De 0.5425628140703518  pa_pairable 0.89`,
		alphaOf:   `a 0.7119357810238189  b 1  c 0.7688734030197445`,
		published: `pa 0.89 ±1e-09`,
	},
	{
		name:   "irrcac-5obser-missing",
		source: "Gwet 2014, as above: five observers, with irrCAC",
		units:  `112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223 111.1`,
		expected: `
			pa 0.6155555555555555  pa_all_coders 0  fleiss_pe 0.29118765432098764
			fleiss_kappa 0.45762168677216974  brennan_prediger 0.48740740740740734  gwet_pe 0.2362707818930041
			gwet_ac1 0.4966220548726144  kripp_alpha_nominal 0.48053024026512015  kripp_Do 0.3793103448275862
			kripp_De 0.7301875378100423  pa_pairable 0.6206896551724138  kripp_alpha_ordinal 0.7686851594862338
			kripp_alpha_interval 0.7718648087755707  kripp_alpha_ratio 0.6792398972393263  conger_kappa 0.46927`,
		alphaOf: `0 0.7  1 0.3730272596843617  2 0.3077519379844962  3 0.5432692307692308`,
	},
	{
		name:   "irrcac-g1g2-4raters-missing",
		source: "Gwet 2014, as above: four raters in two groups, with irrCAC",
		units:  `aa.a bbcb cccc cccc bbbb abcd dddd aaba bbbb .eee ..aa ..c. bbcb bacb`,
		expected: `
			pa 0.7435897435897435  pa_all_coders 0.5  fleiss_pe 0.2519132653061224
			fleiss_kappa 0.6572452838437493  brennan_prediger 0.6794871794871793  gwet_pe 0.18702168367346939
			gwet_ac1 0.6846038187477684  kripp_alpha_nominal 0.6318057187622405  kripp_Do 0.27777777777777785
			kripp_De 0.7544326241134752  pa_pairable 0.7222222222222221  conger_kappa 0.65859`,
		alphaOf: `a 0.6289473684210527  b 0.5358024691358025  c 0.5648148148148149  d 0.7813953488372093  e 1`,
	},
	{
		name:   "kappa-wikipedia-1",
		source: "Wikipedia, Cohen's kappa: 50 proposals",
		// a is No, b is Yes
		units: `bb*20 ba*5 ab*10 aa*15`,
		expected: `
			pa 0.7  pa_all_coders 0.7  fleiss_pe 0.5050000000000001  fleiss_kappa 0.3939393939393937
			bennett_s 0.3999999999999999  brennan_prediger 0.3999999999999999  gwet_pe 0.495
			gwet_ac1 0.40594059405940586  cohen_kappa 0.3999999999999999  scott_pi 0.3939393939393937
			kripp_alpha_nominal 0.4  kripp_Do 0.3  kripp_De 0.5  pa_pairable 0.7`,
		alphaOf:   `a 0.4  b 0.4`,
		published: `pa 0.7 ±1e-09  cohen_kappa 0.4 ±1e-09`,
	},
	{
		name:   "kappa-wikipedia-3",
		source: "Wikipedia, Cohen's kappa: the same agreement, other margins",
		// a is No, b is Yes
		units: `bb*25 ba*35 ab*5 aa*35`,
		expected: `
			pa 0.6  pa_all_coders 0.6  fleiss_pe 0.5050000000000001  fleiss_kappa 0.19191919191919168
			bennett_s 0.19999999999999996  brennan_prediger 0.19999999999999996  gwet_pe 0.495
			gwet_ac1 0.20792079207920788  cohen_kappa 0.2592592592592592  scott_pi 0.19191919191919168
			kripp_alpha_nominal 0.1959595959595959  kripp_Do 0.4  kripp_De 0.49748743718592964  pa_pairable 0.6`,
		alphaOf:   `a 0.1959595959595959  b 0.1959595959595959`,
		published: `pa 0.6 ±1e-09  cohen_kappa 0.2593 ±5e-05`,
	},
	{
		name:   "krippendorff-1980-p139",
		source: "Krippendorff 1980, Content Analysis, p. 139",
		units:  `111 122 222 444 144 222 123 333 222`,
		expected: `
			pa 0.7407407407407407  pa_all_coders 0.6666666666666666  fleiss_pe 0.3031550068587105
			fleiss_kappa 0.6279527559055118  brennan_prediger 0.6543209876543209  gwet_pe 0.23228166438042983
			gwet_ac1 0.662298987492555  light_kappa 0.6443610879565311  hubert_kappa 0.6379310344827587
			kripp_alpha_nominal 0.6417322834645669  kripp_Do 0.25925925925925924  kripp_De 0.7236467236467237
			pa_pairable 0.7407407407407407  kripp_alpha_ordinal 0.4994238683127572
			kripp_alpha_interval 0.546916890080429  kripp_alpha_ratio 0.48325429160359445`,
		alphaOf: `1 0.38095238095238104  2 0.711111111111111  3 0.7173913043478262  4 0.7636363636363637`,
		published: `
			pa 0.74 ±0.001  kripp_alpha_nominal 0.642 ±0.0005  kripp_alpha_interval 0.547 ±0.001
			kripp_alpha_ratio 0.483 ±0.001`,
	},
	{
		name:   "krippendorff-1995-B-digit",
		source: "Krippendorff 1995, Sociol Methodol 25, p. 57, continuum B cut into 24 units",
		units:  `11 11 11 11 11 11 11 11 11 11 10 10 10 10 10 10 10 10 00 00 00 00 00 00`,
		expected: `
			pa 0.6666666666666666  pa_all_coders 0.6666666666666666  fleiss_pe 0.513888888888889
			fleiss_kappa 0.3142857142857141  bennett_s 0.33333333333333326  brennan_prediger 0.33333333333333326
			gwet_pe 0.48611111111111105  gwet_ac1 0.35135135135135137  cohen_kappa 0.3846153846153845
			scott_pi 0.3142857142857141  kripp_alpha_nominal 0.3285714285714286  kripp_Do 0.3333333333333333
			kripp_De 0.49645390070921985  pa_pairable 0.6666666666666667`,
		alphaOf:   `0 0.3285714285714286  1 0.3285714285714286`,
		published: `cohen_kappa 0.385 ±0.001  scott_pi 0.314 ±0.001`,
	},
	{
		name:   "krippendorff-2004-p227-nominal",
		source: "Krippendorff 2004, Content Analysis, 2nd ed., p. 227",
		units:  `aa ab bb bb bb bb bc cc cc cc cc cc`,
		expected: `
			pa 0.8333333333333334  pa_all_coders 0.8333333333333334  fleiss_pe 0.3993055555555556
			fleiss_kappa 0.7225433526011561  bennett_s 0.7499999999999999  brennan_prediger 0.7499999999999999
			gwet_pe 0.3003472222222222  gwet_ac1 0.761786600496278  cohen_kappa 0.7241379310344828
			scott_pi 0.7225433526011561  kripp_alpha_nominal 0.7341040462427746  kripp_Do 0.16666666666666666
			kripp_De 0.6268115942028986  pa_pairable 0.8333333333333334`,
		alphaOf: `a 0.6349206349206349  b 0.6714285714285715  c 0.8391608391608392`,
		published: `
			pa 0.833 ±0.0005  kripp_alpha_nominal 0.734 ±0.0005  kripp_Do 0.1667 ±0.0001
			kripp_De 0.6268 ±0.0001`,
	},
	{
		name:   "krippendorff-2004-p246b",
		source: "Krippendorff 2004, as above, p. 246, the right table",
		units:  `aa*12 ab*18 ac*18 bb*14 bc*18 cc*20`,
		expected: `
			pa 0.46  pa_all_coders 0.46  fleiss_pe 0.3368  fleiss_kappa 0.1857659831121834
			bennett_s 0.19000000000000003  brennan_prediger 0.19000000000000003  gwet_pe 0.3316
			gwet_ac1 0.19210053859964096  cohen_kappa 0.25824175824175827  scott_pi 0.1857659831121834
			kripp_alpha_nominal 0.1898371531966223  kripp_Do 0.54  kripp_De 0.6665326633165829
			pa_pairable 0.45999999999999996`,
		alphaOf:   `a 0.14714285714285713  b 0.17693014705882348  c 0.23981324278438032`,
		published: `pa 0.46 ±0.0005  bennett_s 0.19 ±0.0005  scott_pi 0.186 ±0.0005  cohen_kappa 0.258 ±0.0005`,
	},
	{
		name:   "krippendorff-canonical-4x12",
		source: "Krippendorff 2004, as above, p. 230; also in irr, irrCAC and DKPro Statistics",
		units:  `11.1 2232 3333 3333 2222 1234 4444 1121 2222 .555 ..11 .3..`,
		expected: `
			pa 0.8181818181818182  pa_all_coders 0.625  fleiss_pe 0.2387152777777778
			fleiss_kappa 0.7611692754224112  brennan_prediger 0.7727272727272727  gwet_pe 0.19032118055555555
			gwet_ac1 0.775444068126995  kripp_alpha_nominal 0.7434210526315791  kripp_Do 0.19999999999999993
			kripp_De 0.7794871794871796  pa_pairable 0.8  kripp_alpha_ordinal 0.8153875037548814
			kripp_alpha_interval 0.8491071428571428  kripp_alpha_ratio 0.7974027747116121  conger_kappa 0.76207`,
		alphaOf: `1 0.7204301075268817  2 0.6666666666666667  3 0.74  4 0.7771428571428571  5 1`,
		published: `
			kripp_alpha_nominal 0.743 ±0.0005  kripp_alpha_ordinal 0.815 ±0.0005
			kripp_alpha_interval 0.849 ±0.0005  kripp_alpha_ratio 0.797 ±0.0005  pa_pairable 0.8 ±0.0005
			pa 0.81818 ±1e-05  gwet_ac1 0.77544 ±1e-05  fleiss_kappa 0.76117 ±1e-05  conger_kappa 0.76207 ±1e-05
			brennan_prediger 0.77273 ±1e-05  kripp_Do 0.2 ±0.0005  kripp_De 0.779 ±0.0005`,
	},
	{
		name:   "mieskes-2009",
		source: "Mieskes 2009, dissertation, p. 58",
		// a is INP, b is JJ, c is MD, d is NN, e is PRP, f is RB, g is UH, h is VB, i is VBP
		units: `ghg aaa ggg aaa fff bbb aaa eee ddf hih eee aaa fgg aaa ccc eee aaa`,
		expected: `
			pa 0.8431372549019608  pa_all_coders 0.7647058823529411  fleiss_pe 0.19646289888504423
			fleiss_kappa 0.8047846889952153  brennan_prediger 0.823529411764706  gwet_pe 0.10044213763936946
			gwet_ac1 0.8256223955550807  light_kappa 0.8053270048978204  hubert_kappa 0.8051575931232091
			kripp_alpha_nominal 0.8086124401913876  kripp_Do 0.1568627450980392  kripp_De 0.8196078431372549
			pa_pairable 0.8431372549019608`,
		alphaOf: `
			a 1  b 1  c 1  d 0.4897959183673469  e 1  f 0.5652173913043479  g 0.6753246753246753
			h 0.3055555555555556  i 0`,
		published:   `pa 0.84 ±0.005  fleiss_kappa 0.8 ±0.005`,
		publishedOf: `±.005 a 1.00 b 1.00 c 1.00 d .48 e 1.00 f .56 g .67 h .29 i -.02`,
	},
	{
		name:      "no-variation",
		source:    "one category only, where programs print 1, NaN or stop",
		units:     `AA AA AA`,
		expected:  `pa 1  pa_all_coders 1  fleiss_pe 1  kripp_Do 0  kripp_De 0  pa_pairable 1`,
		undefined: `fleiss_kappa bennett_s brennan_prediger cohen_kappa scott_pi kripp_alpha_nominal`,
		published: `pa 1 ±1e-12`,
	},
	{
		name:   "perfect-two-categories",
		source: "DKPro Statistics, FullAgreementTest",
		units:  `AA BB AA BB`,
		expected: `
			pa 1  pa_all_coders 1  fleiss_pe 0.5  fleiss_kappa 1  bennett_s 1  brennan_prediger 1  gwet_pe 0.5
			gwet_ac1 1  cohen_kappa 1  scott_pi 1  kripp_alpha_nominal 1  kripp_Do 0
			kripp_De 0.5714285714285714  pa_pairable 1`,
		alphaOf:   `A 1  B 1`,
		published: `pa 1 ±1e-12  kripp_alpha_nominal 1 ±1e-12  cohen_kappa 1 ±1e-12`,
	},
	{
		name:   "randolph-2005-1",
		source: "Randolph 2005, Free-marginal multirater kappa, p. 17",
		// a is No, b is Yes
		units: `bbb bba aab aaa`,
		expected: `
			pa 0.6666666666666666  pa_all_coders 0.5  fleiss_pe 0.49999999999999994
			fleiss_kappa 0.33333333333333337  brennan_prediger 0.33333333333333326  gwet_pe 0.5
			gwet_ac1 0.33333333333333326  light_kappa 0.3333333333333333  hubert_kappa 0.33333333333333326
			kripp_alpha_nominal 0.38888888888888884  kripp_Do 0.3333333333333333  kripp_De 0.5454545454545454
			pa_pairable 0.6666666666666667`,
		alphaOf:   `a 0.38888888888888884  b 0.38888888888888884`,
		published: `pa 0.67 ±0.005  fleiss_kappa 0.33 ±0.005  brennan_prediger 0.33 ±0.005`,
	},
	{
		name:   "total-disagreement",
		source: "by hand: always opposite",
		units:  `AB BA AB BA`,
		expected: `
			pa 0  pa_all_coders 0  fleiss_pe 0.5  fleiss_kappa -1  bennett_s -1  brennan_prediger -1
			gwet_pe 0.5  gwet_ac1 -1  cohen_kappa -1  scott_pi -1  kripp_alpha_nominal -0.75  kripp_Do 1
			kripp_De 0.5714285714285714  pa_pairable 0`,
		alphaOf:   `A -0.75  B -0.75`,
		published: `pa 0 ±1e-12  cohen_kappa -1 ±1e-12  scott_pi -1 ±1e-12`,
	},
	{
		name:   "zwick-1988-1",
		source: "Zwick 1988, Psychol Bull 103, p. 376, example 1",
		units:  `AA*20 AD*5 BB*10 BC*15 CB*15 CC*10 DA*5 DD*20`,
		expected: `
			pa 0.6  pa_all_coders 0.6  fleiss_pe 0.25  fleiss_kappa 0.4666666666666666
			bennett_s 0.4666666666666666  brennan_prediger 0.4666666666666666  gwet_pe 0.25
			gwet_ac1 0.4666666666666666  cohen_kappa 0.4666666666666666  scott_pi 0.4666666666666666
			kripp_alpha_nominal 0.4693333333333334  kripp_Do 0.4  kripp_De 0.7537688442211056  pa_pairable 0.6`,
		alphaOf:   `A 0.7346666666666667  B 0.20400000000000007  C 0.20400000000000007  D 0.7346666666666667`,
		published: `pa 0.6 ±0.0005  bennett_s 0.467 ±0.0005  scott_pi 0.467 ±0.0005  cohen_kappa 0.467 ±0.0005`,
	},
	{
		name:   "zwick-1988-3",
		source: "Zwick 1988, as above, example 3",
		units:  `AA*20 AB*5 AC*5 AD*10 BB*10 BC*5 BD*5 CB*5 CC*10 CD*5 DD*20`,
		expected: `
			pa 0.6  pa_all_coders 0.6  fleiss_pe 0.26  fleiss_kappa 0.45945945945945943
			bennett_s 0.4666666666666666  brennan_prediger 0.4666666666666666  gwet_pe 0.24666666666666667
			gwet_ac1 0.4690265486725663  cohen_kappa 0.47368421052631576  scott_pi 0.45945945945945943
			kripp_alpha_nominal 0.4621621621621621  kripp_Do 0.4  kripp_De 0.7437185929648241  pa_pairable 0.6`,
		alphaOf:   `A 0.5261904761904761  B 0.37812499999999993  C 0.37812499999999993  D 0.5261904761904761`,
		published: `pa 0.6 ±0.0005  bennett_s 0.467 ±0.0005  scott_pi 0.46 ±0.001  cohen_kappa 0.474 ±0.0005`,
	},
}
