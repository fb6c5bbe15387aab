package transcript

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// plain returns a transcript whose whole text is text.
func plain(text string) *Transcript {
	t, found := Parse("P01", "P01.txt", []byte(text))
	if found.Err() != nil {
		panic(found.Err())
	}
	return t
}

// spanOf returns where the nth (from 0) occurrence of words stands.
func spanOf(t *testing.T, text, words string, nth int) Span {
	t.Helper()
	at := 0
	for {
		i := strings.Index(text[at:], words)
		if i < 0 {
			t.Fatalf("%q does not stand %d times in the text", words, nth+1)
		}
		if nth == 0 {
			return Span{at + i, at + i + len(words)}
		}
		at, nth = at+i+1, nth-1
	}
}

func TestAnchorAt(t *testing.T) {
	text := "Å gå på tur er bra for meg, sa hun, og så gikk hun hjem alene igjen."
	doc := plain(text)
	a := doc.AnchorAt(spanOf(t, text, "for meg", 0))
	want := Anchor{Span: Span{22, 29}, Quote: "for meg", Before: "Å gå på tur er bra ", After: ", sa hun, og så gikk hun hjem a", TextHash: doc.Hash}
	if a != want {
		t.Errorf("AnchorAt = %+v, want %+v", a, want)
	}
	a = doc.AnchorAt(spanOf(t, text, "alene", 0))
	if a.Before != "g, sa hun, og så gikk hun hjem " || a.After != " igjen." {
		t.Errorf("context is %q and %q", a.Before, a.After)
	}
	whole := doc.AnchorAt(Span{0, len(text)})
	if whole.Before != "" || whole.After != "" || whole.Quote != text {
		t.Errorf("the whole text has context %q, %q", whole.Before, whole.After)
	}
	// 32 bytes before "x" would cut an å in half.
	text = strings.Repeat("å", 20) + "ax"
	if a := plain(text).AnchorAt(Span{41, 42}); a.Before != strings.Repeat("å", 15)+"a" {
		t.Errorf("context of whole characters is %q", a.Before)
	}
	for _, s := range []Span{{-1, 3}, {3, 2}, {0, 1000}, {1, 4}} {
		if _, standing := doc.Resolve(doc.AnchorAt(s)); standing != Invalid {
			t.Errorf("the anchor of %v is %v, want Invalid", s, standing)
		}
	}
}

func TestResolve(t *testing.T) {
	const (
		first  = "I: How was it then?\n\nJonas: It was a long winter, and we kept the boat inside for most of it.\n\n"
		second = "I: And in the spring?\n\nJonas: Yes. We painted her, and she was as good as ever, or so my father always said to us.\n\n"
		third  = "I: Would you do it again?\n\nJonas: Yes. Nobody asked me, though.\n"
		long   = "We painted her, and she was as good as ever, or so my father always said to us."
	)
	old := first + second + third
	same := strings.Repeat("I: Hm?\n\nJonas: Yes.\n\n", 8)
	for _, c := range []struct {
		name       string
		old, quote string
		nth        int
		new        string
		want       Standing
		at         string // the text before the place, for Moved
	}{
		{"same text", old, "long winter", 0, old, Exact, ""},
		{"text before it", old, "long winter", 0, "A note.\n\n" + old, Moved, "A note.\n\nI: How was it then?\n\nJonas: It was a "},
		{"text after it", old, "long winter", 0, old + "I: Well.\n", Moved, "I: How was it then?\n\nJonas: It was a "},
		{"told apart by context, first", old, "Yes.", 0, "Note. " + old, Moved, "Note. " + first + "I: And in the spring?\n\nJonas: "},
		{"told apart by context, second", old, "Yes.", 1, "Note. " + old, Moved, "Note. " + first + second + "I: Would you do it again?\n\nJonas: "},
		{"the old offset holds the same words, the context stands elsewhere", "ab yes cd efg. So it went on for a long time, and then yes it was over and gone for good.",
			"yes", 1, "We say yes. So it went on, for a long while yes for a long time (yes) so it went on for a long time, and then yes it was over and gone for good.", Moved,
			"We say yes. So it went on, for a long while yes for a long time (yes) so it went on for a long time, and then "},
		{"the old offset holds the same short words, without any context", "He came. Yes. She left again.", "Yes.", 0, "It rain. Yes. And it was cold", Lost, ""},
		{"half of the context is not enough for a short quote", old, "Yes.", 1, strings.Replace(old, "Nobody asked", "No one ever asked", 1), Ambiguous, ""},
		{"nor where it stands once", old, "long winter", 0, strings.Replace(old, "and we kept", "though we kept", 1), Lost, ""},
		{"a typing error in its context is forgiven to no short quote", old, "long winter", 0, strings.Replace(old, "and we kept", "and we kpt", 1), Lost, ""},
		{"more than a typing error is forgiven to none", old, long, 0, strings.Replace(old, "in the spring?", "in autumn?", 1), Lost, ""},
		{"the words changed", old, "long winter", 0, strings.Replace(old, "long winter", "hard winter", 1), Lost, ""},
		{"the words are gone", old, long, 0, first + third, Lost, ""},
		{"same words and context twice", same, "Yes.", 4, same + "I: Bye.\n", Ambiguous, ""},
		{"a copy was put in", old, "long winter", 0, first + old, Ambiguous, ""},
		{"a long quote with a typing error before it", old, long, 0, strings.Replace(old, "And in the spring?", "And in the sprin?", 1), Moved, first + "I: And in the sprin?\n\nJonas: Yes. "},
		{"a long quote with a typing error after it", old, long, 0, strings.Replace(old, "Would you do", "Wuld yu do", 1), Moved, first + "I: And in the spring?\n\nJonas: Yes. "},
		{"a long quote with errors on both sides", old, long, 0, strings.NewReplacer("spring?", "sprin?", "Would", "Wuld").Replace(old), Lost, ""},
		{"a long quote in another context", old, long, 0, first + "I: And how did the summer go?\n\nJonas: Well. " + long + "\n\n" + third, Lost, ""},
		{"a long quote that stands twice, context half gone", old, long, 0, strings.Replace(old, "Would you", "Wuld you", 1) + long, Ambiguous, ""},
		{"the edge of the text is context", "Yes. We went.", "Yes.", 0, "Oh. Yes. We went.", Lost, ""},
		{"the edge of the text is context, and still there", "Yes. Right. We went home by the long way round. Yes. Right.", "Yes.", 0,
			"Yes. Right. We went home by the long way round. And. Yes. Right.", Moved, ""},
		{"the end of the text is context", "We went. Yes.", "Yes.", 0, "Then we went. Yes. Or no.", Lost, ""},
		{"half a context at the old offset speaks against the whole one elsewhere",
			"One and two and three and four and five: yes and six and seven and eight and nine. One and two and three and four and five: yes and six and seven and eight and nine.", "yes", 0,
			"One and two and three and four and five: yes and sxi and seven and eight and nine. One and two and three and four and five: yes and six and seven and eight and nine.", Ambiguous, ""},
		{"occurrences that overlap", "ha ha ha ha, and then nothing more was ever heard", "ha ha", 2, "x ha ha ha ha, and then nothing more was ever heard", Ambiguous, ""},
		{"no words", old, "", 0, old + "x", Lost, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := plain(c.old).AnchorAt(spanOf(t, c.old, c.quote, c.nth))
			got, standing := plain(c.new).Resolve(a)
			if standing != c.want {
				t.Fatalf("standing is %d, want %d", standing, c.want)
			}
			if want := (Span{len(c.at), len(c.at) + len(c.quote)}); standing == Moved && got != want {
				t.Errorf("moved to %v, %q; want %v", got, c.new[:got.Start], want)
			}
		})
	}
}

func TestResolveInTodaysText(t *testing.T) {
	doc := plain("I went på tur.")
	good := doc.AnchorAt(Span{2, 6})
	if s, standing := doc.Resolve(good); standing != Exact || s != good.Span {
		t.Errorf("Resolve(AnchorAt) = %v, %d", s, standing)
	}
	for name, spoil := range map[string]func(*Anchor){
		"other words":         func(a *Anchor) { a.Quote = "want" },
		"shifted":             func(a *Anchor) { a.Start++; a.End++ },
		"outside":             func(a *Anchor) { a.End = 400 },
		"negative":            func(a *Anchor) { a.Start = -1 },
		"reversed":            func(a *Anchor) { a.Start, a.End = a.End, a.Start },
		"within a character":  func(a *Anchor) { a.Span = Span{8, 9}; a.Quote = "\xc3" },
		"empty":               func(a *Anchor) { a.Span = Span{2, 2}; a.Quote = "" },
		"far outside, no end": func(a *Anchor) { a.Span = Span{400, 404} },
	} {
		a := good
		spoil(&a)
		if _, standing := doc.Resolve(a); standing != Invalid {
			t.Errorf("%s: standing is %d, want Invalid", name, standing)
		}
	}
}

// A tracked text knows for each byte where it comes from, so that a test can tell the same words from the same place.
type tracked struct {
	text string
	from []int // byte of the old text, or -1
}

func (x tracked) slice(i, j int) tracked { return tracked{x.text[i:j], x.from[i:j]} }

func join(parts ...tracked) tracked {
	var out tracked
	for _, p := range parts {
		out.text += p.text
		out.from = append(out.from, p.from...)
	}
	return out
}

// places returns where words stand in text, overlapping ones too.
func places(text, words string) []int {
	var out []int
	for i := range text {
		if strings.HasPrefix(text[i:], words) {
			out = append(out, i)
		}
	}
	return out
}

func fresh(s string) tracked { return tracked{s, slices.Repeat([]int{-1}, len(s))} }

var (
	repeated = rapid.SampledFrom([]string{"Yes. ", "No, I did not want to go there at all, and I said so more than once. ", "Ja. ", "\n\nI: Hm?\n\nKari: ",
		"We went home. ", "It was hard, you know. ", "på tur ", "And then they came, all of them, with the dog and the boat and whatever else they had. ", "\n\nI: How was that for you, then?\n\nKari: "})
	anything = rapid.OneOf(repeated, repeated, rapid.StringMatching(`[a-zæ]{1,12} `))
)

// edited draws an edit of x that lies outside of keep (bytes of x), and returns the text after it.
func edited(t *rapid.T, x tracked, keep Span) tracked {
	var starts []int // characters that may be cut at
	for i := range x.text + "x" {
		if i <= keep.Start || i >= keep.End {
			starts = append(starts, i)
		}
	}
	cut := func(label string) int { return rapid.SampledFrom(starts).Draw(t, label) }
	i, j := cut("from"), cut("to")
	i, j = min(i, j), max(i, j)
	if i < keep.End && j > keep.Start { // the cut would hold what is to be kept
		j = i
	}
	switch rapid.SampledFrom([]string{"insert", "delete", "replace", "swap"}).Draw(t, "edit") {
	case "insert":
		return join(x.slice(0, i), fresh(anything.Draw(t, "put in")), x.slice(i, len(x.text)))
	case "delete":
		return join(x.slice(0, i), x.slice(j, len(x.text)))
	case "replace":
		return join(x.slice(0, i), fresh(anything.Draw(t, "put in")), x.slice(j, len(x.text)))
	}
	k := cut("swap with")
	if k < j || j < keep.End && k > keep.Start {
		return x
	}
	return join(x.slice(0, i), x.slice(j, k), x.slice(i, j), x.slice(k, len(x.text)))
}

// A coding never moves silently to other words: what Resolve calls Moved are the words that were coded; they stand
// where the old ones went, or else with the very context that they had, once and nowhere else, which no anchor could
// tell from a move. And what kept its context, which nothing else has, is found.
func TestResolveFollowsTheWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, 5, 12}).Draw(t, "n")
		old := strings.Join(rapid.SliceOfN(anything, n, n).Draw(t, "old"), "")
		var starts []int
		for i := range old + "x" {
			starts = append(starts, i)
		}
		i, j := rapid.SampledFrom(starts).Draw(t, "start"), rapid.SampledFrom(starts).Draw(t, "end")
		span := Span{min(i, j), max(i, j)}
		if span.Len() == 0 {
			return
		}
		a := plain(old).AnchorAt(span)

		now := tracked{old, make([]int, len(old))}
		for i := range now.from {
			now.from[i] = i
		}
		spare := rapid.Bool().Draw(t, "edits elsewhere only")
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			keep := Span{len(now.text) + 1, -1}
			if spare {
				at := slices.Index(now.from, span.Start)
				keep = Span{at, at + span.Len()}
			}
			now = edited(t, now, keep)
		}
		doc := plain(now.text)
		got, standing := doc.Resolve(a)
		truth := slices.Index(now.from, span.Start)
		whole := truth >= 0 && truth+span.Len() <= len(now.text) && now.text[truth:truth+span.Len()] == a.Quote &&
			now.from[truth+span.Len()-1] == span.End-1
		switch standing {
		case Exact:
			if now.text != old || got != span {
				t.Fatalf("exact at %v in another text", got)
			}
		case Moved:
			if s, ok := doc.Slice(got); !ok || s != a.Quote {
				t.Fatalf("moved to %q, which is not %q", s, a.Quote)
			}
			b := doc.AnchorAt(got)
			same := b.Before == a.Before && b.After == a.After
			if !(whole && got.Start == truth) && !same {
				if whole || len(a.Quote) < longQuote || len(places(now.text, a.Quote)) > 1 || b.Before != a.Before && b.After != a.After {
					t.Fatalf("moved from %d to %d, where the context is %q and %q and not %q and %q", truth, got.Start, b.Before, b.After, a.Before, a.After)
				}
			}
		case Ambiguous, Lost:
			if now.text == old {
				t.Fatal("not found in the same text")
			}
			if standing == Ambiguous && len(places(now.text, a.Quote)) < 2 {
				t.Fatal("one place is called several")
			}
			if b := doc.AnchorAt(Span{truth, truth + span.Len()}); whole && b.Before == a.Before && b.After == a.After && standing != Ambiguous {
				t.Fatalf("lost, though words and context stand at %d", truth)
			}
			var alone []int
			halves := false
			for _, i := range places(now.text, a.Quote) {
				b := doc.AnchorAt(Span{i, i + span.Len()})
				if b.Before == a.Before && b.After == a.After {
					alone = append(alone, i)
				}
				halves = halves || i == a.Start && (b.Before == a.Before) != (b.After == a.After)
			}
			if len(alone) == 1 && !halves {
				t.Fatalf("words and context stand at %d alone", alone[0])
			}
		default:
			t.Fatalf("standing %d", standing)
		}
	})
}

// One edit elsewhere, to a text that held words and context once, and that brings no further copy of the words: then
// the place is the one that was coded, whatever became of its context.
func TestResolveNeverFindsAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{2, 6, 12}).Draw(t, "n")
		parts := rapid.SliceOfN(anything, n, n).Draw(t, "old")
		old := strings.Join(parts, "")
		k := rapid.IntRange(0, n-1).Draw(t, "coded")
		start := len(strings.Join(parts[:k], ""))
		span := Span{start, start + len(strings.TrimRight(parts[k], " \n"))}
		a := plain(old).AnchorAt(span)
		if len(places(old, a.Before+a.Quote+a.After)) != 1 {
			return // two places that no anchor can tell apart
		}
		now := tracked{old, make([]int, len(old))}
		for i := range now.from {
			now.from[i] = i
		}
		now = edited(t, now, span)
		if len(places(now.text, a.Quote)) > len(places(old, a.Quote)) {
			return
		}
		got, standing := plain(now.text).Resolve(a)
		if standing == Moved && now.from[got.Start] != span.Start {
			t.Fatalf("moved to %d, which was %d and not %d", got.Start, now.from[got.Start], span.Start)
		}
	})
}

func BenchmarkResolve(b *testing.B) {
	text := talk(50000)
	old := plain(text + "Kari: It was nowhere to be found, that thing, and so I left.\n" + text)
	a := old.AnchorAt(Span{len(text) + 6, len(text) + 35})
	now := plain("A line.\n" + old.Text)
	for b.Loop() {
		if _, standing := now.Resolve(a); standing != Moved {
			b.Fatal(standing)
		}
	}
}
