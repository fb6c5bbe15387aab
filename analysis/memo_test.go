package analysis

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/codebook/diag"
)

func memoStudy(t testing.TB) *Study {
	return makeStudy(t, map[string]string{"study.yaml": "tema: 1\n", "codebook.yaml": mergedBook, "transcripts/T.txt": quayside,
		"participants.csv": "id,age\nP1,40\nÅse,50\n"})
}

func TestMemoNames(t *testing.T) {
	defer func(was func() time.Time) { clock = was }(clock)
	clock = func() time.Time { return time.Date(2026, 3, 2, 23, 30, 0, 0, time.FixedZone("", -2*60*60)) }
	s := makeStudy(t, map[string]string{"study.yaml": "tema: 1\n", "memos/2026-03-02-STRASSE.md": "Hers, and not ours to name."})
	for _, c := range []struct{ text, name string }{
		{"Straße", "2026-03-02-straße-2"},   // the same file where case does not count
		{"Distance", "2026-03-02-distance"}, // the third in Greenwich, but not on her wall
		{"Distance again, and then some more", "2026-03-02-distance-again-and-then-some"},
		{"distance", "2026-03-02-distance-2"},
		{"DISTANCE!", "2026-03-02-distance-3"},
		{"\n\n# Ærlighet på øya\n\nI did not ask.", "2026-03-02-ærlighet-på-øya"},
		{"I don’t know, she'd say", "2026-03-02-i-dont-know-shed-say"},
		{"../../etc/passwd", "2026-03-02-etc-passwd"},
		{"con", "2026-03-02-memo"}, // nor a device of Windows
		{"...\n😀\n—", "2026-03-02-memo-2"},
		{"距離について、何度も考えた", "2026-03-02-距離について-何度も考えた"},
		{strings.Repeat("x", 300), "2026-03-02-" + strings.Repeat("x", 40)},
		{"unbelievably long-winded considerations everywhere", "2026-03-02-unbelievably-long-winded-considerations"},
		{"---\nmade: 2019-12-31T10:00:00Z\n---\nAn old note", "2019-12-31-an-old-note"},
	} {
		file, err := s.AddMemo(Memo{By: "anna"}, []byte(c.text))
		if want := "memos/" + c.name + ".md"; err != nil || file != want {
			t.Errorf("%.40q: %s (%v), not %s", c.text, file, err, want)
		}
	}
	if n := len(s.Memos()); n != 15 {
		t.Errorf("%d memos", n)
	}
	entries, err := os.ReadDir(filepath.Join(s.Dir, memosDir))
	if err != nil || len(entries) != 15 {
		t.Errorf("%d files, %v", len(entries), err)
	}
}

// TestMemosComeBack: whatever is written is read again as it was meant, in a file of its own.
func TestMemosComeBack(t *testing.T) {
	s := memoStudy(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		refs := rapid.SampledFrom([]string{"code:waiting", "code:wait", "transcript:T", "participant:Åse", "checklist:coreq/22"})
		m := Memo{
			Kind:  rapid.SampledFrom(append([]string{""}, MemoKinds...)).Draw(rt, "kind"),
			About: rapid.SliceOfN(refs, 0, 3).Draw(rt, "about"),
			By:    rapid.SampledFrom([]string{"", "anna", "007", "null", "true", "Åse-K_2", "1e5", "2026-03-02"}).Draw(rt, "by"),
			Text:  rapid.StringMatching(`[a-zæ#*: \n'"\[{-]{0,60}[a-z]`).Draw(rt, "text"),
		}
		file, err := s.AddMemo(m, []byte(m.Text))
		if err != nil {
			if text := strings.TrimLeft(m.Text, "\n"); strings.HasPrefix(text, "---\n") {
				return // front matter, and a strange one
			}
			rt.Fatal(err)
		}
		n++
		all := s.Memos()
		if len(all) != n {
			rt.Fatalf("%d memos, not %d", len(all), n)
		}
		if err := s.Err(); err != nil {
			rt.Fatal(err)
		}
		got := all[slices.IndexFunc(all, func(have Memo) bool { return have.File == file })]
		if got.Kind != m.Kind || !slices.Equal(got.About, m.About) || got.By != m.By || got.Made == "" ||
			got.Text != strings.Trim(m.Text, "\n")+"\n" {
			rt.Fatalf("wrote %+v, read %+v", m, got)
		}
	})
}

func TestMemoFaultsAreToldAtOnce(t *testing.T) {
	s := memoStudy(t)
	_, err := s.AddMemo(Memo{}, []byte("---\nkind: musing\nabout: [code:waitng, thing:x, ring]\nwho: me\n---\nText."))
	found, ok := diag.AsInvalid(err)
	if !ok || len(found) != 5 {
		t.Fatalf("%v", err)
	}
	for _, text := range []string{"", " \n\n", "---\nkind: analytic\n---\n\n"} {
		if _, err := s.AddMemo(Memo{}, []byte(text)); !errors.Is(err, ErrEmptyMemo) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := s.AddMemo(Memo{}, []byte("---\nkind: analytic\nText.")); err == nil {
		t.Error("front matter without an end was taken")
	}
	if entries, _ := os.ReadDir(filepath.Join(s.Dir, memosDir)); len(entries) > 0 {
		t.Errorf("%d files were written", len(entries))
	}
}

func TestEditMemoSeesOthers(t *testing.T) {
	s := memoStudy(t)
	if _, err := s.AddMemo(Memo{By: "anna"}, []byte("Distance.")); err != nil {
		t.Fatal(err)
	}
	m := s.Memos()[0]
	before, err := s.MemoSource(m)
	if err != nil {
		t.Fatal(err)
	}
	after := append(slices.Clone(before), "  Said twice. \n\n"...) // every byte of it is hers
	if err := s.EditMemo("anna", m, before, after); err != nil {
		t.Fatal(err)
	}
	if now, _ := s.MemoSource(m); string(now) != string(after) {
		t.Errorf("%q", now)
	}
	if err := s.EditMemo("per", m, before, append(before, "Per's.\n"...)); err == nil || !strings.Contains(err.Error(), "changed while you edited it") {
		t.Errorf("an edit of what no longer stands there: %v", err)
	}
	if now, _ := s.MemoSource(m); string(now) != string(after) {
		t.Errorf("%q", now)
	}
}

func FuzzMemo(f *testing.F) {
	f.Add([]byte("---\nkind: reflexive\nabout: [code:a, theme:b]\nmade: 2026-03-02\nby: anna\n---\n# Distance\n"))
	f.Add([]byte("---\nabout: {a: b}\n---\n"))
	f.Add([]byte("plain"))
	f.Fuzz(func(t *testing.T, src []byte) {
		var found diag.List
		m := parseMemo("memo", src, &found, func(string) (string, string) { return "no", "" })
		if name := firstWords(m.Text); name == "" || strings.ContainsAny(name, "/\\:.") || utf8.RuneCountInString(name) > 40 {
			t.Errorf("%q names a file", name)
		}
		m.Day()
		again := diag.List{}
		m.Made = cmp.Or(m.Made, "2026-03-02") // as AddMemo does
		m.About = slices.DeleteFunc(m.About, func(ref string) bool { return ref == "" })
		back := parseMemo("memo", m.source(), &again, nil)
		if again.Err() != nil || back.Kind != m.Kind || back.By != m.By || back.Made != m.Made || !slices.Equal(back.About, m.About) {
			t.Errorf("%+v comes back as %+v: %v", m, back, again.Err())
		}
	})
}
