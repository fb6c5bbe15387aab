package analysis

import (
	"strings"
	"testing"
)

func TestRefs(t *testing.T) {
	s := codingsStudy(t)
	fault := s.RefChecker()
	for ref, today := range map[string]string{"code:waiting": "code:waiting", "code:Wait": "code:waiting", "transcript:T": "transcript:T",
		"participant:P1": "participant:P1", "participant:p1": "participant:p1", "coding:a1": "coding:a1", "checklist:coreq/22": "checklist:coreq/22",
		"checklist:srqr/s21": "checklist:srqr/S21", "checklist:COREQ/1": "checklist:coreq/1", "checklist:rtarg/positioning": "checklist:rtarg/positioning"} {
		if message, _ := fault(ref); message != "" {
			t.Errorf("%s: %s", ref, message)
		}
		if got := s.TodaysRef(ref); got != today {
			t.Errorf("%s is %s today, not %s", ref, got, today)
		}
	}
	for ref, want := range map[string]string{
		"code:waitin":         "no code waitin; did you mean code:waiting?",
		"code:zebra":          "no code zebra; ",
		"theme:waiting":       "no theme waiting; ",
		"transcript:t":        "no transcript t; did you mean transcript:T?",
		"coding:a5":           "no coding a5; ", // it was removed
		"coding:a":            "no coding a; ",  // nobody types an id from memory
		"checklist:coreq":     "names no item of a checklist that tema knows; its items are coreq/1 to coreq/32",
		"checklist:coreq/33":  "names no item of a checklist that tema knows; its items are coreq/1 to coreq/32",
		"checklist:coreq/0":   "names no item of a checklist that tema knows; its items are coreq/1 to coreq/32",
		"checklist:coreq/022": "names no item of a checklist that tema knows; its items are coreq/1 to coreq/32",
		"checklist:srqr/5":    "names no item of a checklist that tema knows; its items are srqr/S1 to srqr/S21",
		"checklist:jars/1":    "names no item of a checklist that tema knows; write it as checklist:coreq/22, checklist:srqr/S14 or checklist:rtarg/positioning",
		"phase:4":             "cannot be about a phase; code:, theme:, transcript:, participant:, coding: or checklist:, and an id",
		"waiting":             "does not say what kind of thing it is; write code:waiting, theme:waiting, or the like",
		"participant:Kari":    "no participant Kari; ",
	} {
		message, hint := fault(ref)
		if got := message + "; " + hint; !strings.HasSuffix(got, want) {
			t.Errorf("%s: %q, not %q", ref, got, want)
		}
	}
	named := makeStudy(t, map[string]string{"study.yaml": "tema: 1\n", "participants.csv": "id\nÅse\n"})
	if got := named.TodaysRef("participant:åse"); got != "participant:Åse" {
		t.Errorf("the table's spelling counts, not %s", got)
	}
}
