package cmd

import (
	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/analysis/agreement"
)

// measureJSON is a figure for a program: a value, or why it is undefined.
type measureJSON struct {
	Value      *float64 `json:"value,omitempty"`
	Undefined  string   `json:"undefined,omitempty"`
	Observed   *float64 `json:"observed,omitempty"`
	Expected   *float64 `json:"expected,omitempty"`
	Low        *float64 `json:"low,omitempty"`
	High       *float64 `json:"high,omitempty"`
	NoInterval string   `json:"no_interval,omitempty"`
	Coverage   *float64 `json:"coverage,omitempty"`
}

func valueJSON(v agreement.Value) measureJSON {
	if x, ok := v.Number(); ok {
		return measureJSON{Value: &x}
	}
	return measureJSON{Undefined: string(v.Why())}
}

func coefficientJSON(c analysis.CoefficientInterval) measureJSON {
	out := valueJSON(c.Value)
	if out.Value == nil {
		return out
	}
	out.Observed, out.Expected = &c.Observed, &c.Expected
	low, high := valueJSON(c.Low), valueJSON(c.High)
	out.Low, out.High, out.NoInterval = low.Value, high.Value, low.Undefined
	return out
}

func coveredJSON(c agreement.Coefficient, coverage agreement.Value) measureJSON {
	out := valueJSON(c.Value)
	if out.Value != nil {
		out.Coverage = valueJSON(coverage).Value
	}
	return out
}

type agreementDocument struct {
	Schema      int      `json:"schema"`
	Approach    string   `json:"approach"`
	Coders      []string `json:"coders"`
	Transcripts []string `json:"transcripts"`
	Missing     []struct {
		Transcript string   `json:"transcript"`
		Coders     []string `json:"coders"`
	} `json:"missing"`
	Unit       string   `json:"unit"`
	Speakers   string   `json:"speakers"`
	Units      int      `json:"units"`
	Only       []string `json:"only"`    // codes that were asked for; none is all
	Codings    []int    `json:"codings"` // by coder
	FromRule   int      `json:"from_rule"`
	FromSearch int      `json:"from_search"`
	Outside    int      `json:"outside"`
	Unplaced   int      `json:"unplaced"`
	Overlap    int      `json:"overlap"` // per cent
	Resample   struct {
		Over      string `json:"over"`
		Clusters  int    `json:"clusters"`
		Resamples int    `json:"resamples"`
		Seed      uint64 `json:"seed"`
	} `json:"resample"`
	Codes         []codeAgreementJSON    `json:"codes"`
	Unused        []string               `json:"unused"`
	Sets          map[string]measureJSON `json:"sets"`
	Boundaries    boundariesJSON         `json:"boundaries"`
	Disagreements []disagreementJSON     `json:"disagreements"`
	Min           *float64               `json:"min,omitempty"`
	Under         []string               `json:"under,omitempty"` // codes whose alpha is lower than min, or undefined
}

type codeAgreementJSON struct {
	Code         string                 `json:"code"`
	Put          []int                  `json:"put"`  // by coder: units that she put it on
	Only         []int                  `json:"only"` // by coder: units that she alone put it on
	All          int                    `json:"all"`
	None         int                    `json:"none"`
	Prevalence   measureJSON            `json:"prevalence"`
	Share        measureJSON            `json:"share"`
	Positive     measureJSON            `json:"positive"`
	Negative     measureJSON            `json:"negative"`
	Coefficients map[string]measureJSON `json:"coefficients"`
	Passages     []int                  `json:"passages"` // by coder
	Matched      int                    `json:"matched"`
	Paired       int                    `json:"paired"`
	Boundaries   map[string]measureJSON `json:"boundaries"`
}

type boundariesJSON struct {
	Transcripts int                    `json:"transcripts"`
	Length      int                    `json:"length"` // code points
	Measures    map[string]measureJSON `json:"measures"`
}

type disagreementJSON struct {
	Transcript string        `json:"transcript"`
	Turns      []int         `json:"turns"`
	File       string        `json:"file"`
	Line       int           `json:"line"`
	Start      int           `json:"start"` // bytes in the text, half-open
	End        int           `json:"end"`
	Text       string        `json:"text,omitempty"`
	Readings   []readingJSON `json:"readings"`
}

type readingJSON struct {
	Coder   string   `json:"coder"`
	Codes   []string `json:"codes"`
	Codings []string `json:"codings"` // ids
}

func agreementJSON(s *analysis.Study, g *analysis.Agreement, o agreeOptions, under []*analysis.CodeAgreement) agreementDocument {
	doc := agreementDocument{Schema: 1, Approach: s.Config.Approach, Coders: g.Coders, Transcripts: g.Transcripts,
		Unit: g.Unit, Speakers: o.speakers, Units: g.Units, Only: codeIDs(g.Codes), Overlap: g.Overlap,
		Codings: g.Codings, FromRule: g.FromRule, FromSearch: g.FromSearch, Outside: g.Outside, Unplaced: g.Unplaced,
		Codes: []codeAgreementJSON{}, Unused: codeIDs(g.Unused), Disagreements: []disagreementJSON{},
		Sets: map[string]measureJSON{"jaccard": coefficientJSON(g.Jaccard), "masi": coefficientJSON(g.MASI)}}
	doc.Missing = make([]struct {
		Transcript string   `json:"transcript"`
		Coders     []string `json:"coders"`
	}, len(g.Missing))
	for i, m := range g.Missing {
		doc.Missing[i].Transcript, doc.Missing[i].Coders = m.Transcript, m.Coders
	}
	doc.Resample.Over, doc.Resample.Clusters, doc.Resample.Resamples, doc.Resample.Seed = g.Over, g.Clusters, g.Resamples, g.Seed
	for _, c := range g.ByCode {
		one := codeAgreementJSON{Code: c.Code.ID, Put: c.Put, Only: c.Only, All: c.All, None: c.None, Prevalence: valueJSON(c.Prevalence),
			Share: valueJSON(c.Percent), Positive: valueJSON(c.Positive), Negative: valueJSON(c.Negative),
			Coefficients: map[string]measureJSON{"fleiss": coefficientJSON(c.Fleiss), "ac1": coefficientJSON(c.AC1),
				"alpha": coefficientJSON(c.Alpha)},
			Passages: c.Passages, Matched: c.Matched, Paired: c.Paired,
			Boundaries: map[string]measureJSON{"alpha_u": valueJSON(c.AlphaU.Value), "u_alpha": valueJSON(c.U.Value),
				"ku_alpha": coveredJSON(c.AgainstOthers, c.OthersCoverage)}}
		if len(g.Coders) == 2 {
			one.Coefficients["cohen"], one.Coefficients["scott"] = coefficientJSON(c.Cohen), coefficientJSON(c.Scott)
		} else {
			one.Coefficients["light"] = coefficientJSON(c.Cohen)
		}
		doc.Codes = append(doc.Codes, one)
	}
	b := g.Boundaries
	doc.Boundaries = boundariesJSON{b.Transcripts, b.Length, map[string]measureJSON{
		"alpha_u": valueJSON(b.AlphaU.Value), "u_alpha": valueJSON(b.U.Value), "relevant_u_alpha": valueJSON(b.Relevant.Value), "cu_alpha": coveredJSON(b.Coded, b.CodedCoverage)}}
	list := g.Disagreements
	if o.limit > 0 && len(list) > o.limit {
		list = list[:o.limit]
	}
	for _, d := range list {
		t := s.Transcript(d.Passage.Transcript)
		one := disagreementJSON{Transcript: t.ID, Turns: d.Turns, File: t.File, Line: t.Position(d.Start).Line, Start: d.Start, End: d.End}
		if o.showText {
			one.Text = t.Text[d.Start:d.End]
		}
		for _, r := range d.Readings {
			reading := readingJSON{r.Coder, codeIDs(r.Codes), []string{}}
			for _, p := range r.Codings {
				reading.Codings = append(reading.Codings, p.ID)
			}
			one.Readings = append(one.Readings, reading)
		}
		doc.Disagreements = append(doc.Disagreements, one)
	}
	if o.hasMin {
		doc.Min = &o.min
		for _, c := range under {
			doc.Under = append(doc.Under, c.Code.ID)
		}
	}
	return doc
}
