package transcript

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// betweenMarks takes the marks off a text in which one span is betweenMarks, as in "a {word} of it".
func betweenMarks(text string) (string, Span) {
	before, rest, found := strings.Cut(text, "{")
	words, after, _ := strings.Cut(rest, "}")
	if !found {
		return text, Span{}
	}
	return before + words + after, Span{len(before), len(before) + len(words)}
}

func TestCarry(t *testing.T) {
	const (
		how   = "I: How was it then?\n\nJonas: It was a long winter, and we kept the boat inside for most of it.\n\n"
		paint = "I: And in the spring?\n\nJonas: Yes. We painted her, and she was as good as ever, or so my father always said to us.\n\n"
		again = "I: Would you do it again?\n\nJonas: Yes. Nobody asked me, though.\n"
		old   = how + paint + again
	)
	// with returns text with some words replaced, by turns old and new.
	with := func(text string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(text) }
	hm := strings.Repeat("I: Hm?\n\nJonas: Yes.\n\n", 8)
	for _, c := range []struct {
		name     string
		old, new string // the span and where it is to be carried to, in braces
		want     Standing
	}{
		{"nothing changed", with(old, "long", "{long}"), with(old, "long", "{long}"), Exact},
		{"a word before it", with(old, "long winter", "{long winter}"), with(old, "then", "back then", "long winter", "{long winter}"), Exact},
		{"a word right before it and right after", with(old, "long winter", "{long winter}"), with(old, "long winter", "hard {long winter} indeed"), Exact},
		{"a sentence before it", with(old, "Nobody asked me, though.", "{Nobody asked me, though.}"), with(old, "Nobody asked me, though.", "No. {Nobody asked me, though.}"), Exact},
		{"a sentence before it that ends as the one before", with(old, "Nobody", "{Nobody}"), with(old, "Nobody", "Well, yes. {Nobody}"), Exact},
		{"a sentence after it", with(old, "We painted her", "{We painted her", "to us.", "to us.}"), with(old, "We painted her", "{We painted her", "to us.", "to us.} He did."), Exact},
		{"a short one, edited before", with(old, "Yes. N", "{Yes.} N"), with(old, "again?", "once more?", "Yes. N", "{Yes.} N"), Exact},
		{"a short one, edited after", with(old, "Yes. N", "{Yes.} N"), with(old, "Nobody", "No one", "Yes. N", "{Yes.} N"), Exact},
		{"a short one, edited before and after", with(old, "Yes. N", "{Yes.} N"), with(old, "again?", "once more?", "Yes. Nobody", "{Yes.} No one"), Exact},
		{"the whole text", "{" + old + "}", "{" + with(old, "long", "hard") + "}", Changed},
		{"a pause", with(old, "winter, and", "winter {...} and"), with(old, "How", "And how", "winter, and", "winter {...} and"), Exact},
		{"a pause that became another sign", with(old, "winter, and", "winter {...} and"), with(old, "winter, and", "winter (.) and"), Lost},
		{"part of a word", with(old, "painted", "{paint}ed"), with(old, "How", "And how", "painted", "{paint}ed"), Exact},
		{"letters of another alphabet", "Å gå på {tur} er bra for meg, sa hun.", "Det å gå på {tur} er bra for meg, sa hun.", Exact},
		{"an accent is written in another way", "Hun gikk p\u00e5 {tur p\u00e5 fjellet} hver dag.", "Hun gikk p\u0061\u030a {tur p\u0061\u030a fjellet} hver dag.", Changed},

		{"a typing error in it", with(old, "painted her", "{paintd her}"), with(old, "painted her", "{painted her}"), Changed},
		{"a typing error is all of it", with(old, "winter", "{wintr}"), with(old, "winter", "{winter}"), Changed},
		{"its first word became another", with(old, "Nobody asked me, though.", "{Nobody asked me, though.}"), with(old, "Nobody asked me, though.", "{Nora asked me, though.}"), Changed},
		{"its last word became two", with(old, "Nobody asked me", "{Nobody asked me}"), with(old, "Nobody asked me", "{Nobody asked old Per}"), Changed},
		{"its first word went", with(old, "It was a long", "{It was a long}"), with(old, "It was a long", "{was a long}"), Changed},
		{"its last words went", with(old, "inside for most of it.", "{inside for most of it.}"), with(old, "inside for most of it.", "{inside for most}"), Changed},
		{"words were put in", with(old, "kept the boat inside", "{kept the boat inside}"), with(old, "kept the boat inside", "{kept the old white boat inside}"), Changed},
		{"what replaced its first word is of it", with(old, "we kept the boat", "{we kept the boat}"), with(old, "we kept the boat", "{all of us kept the boat} there"), Changed},
		{"its full stop became another sign", with(old, "asked me, though.", "{asked me, though.}"), with(old, "asked me, though.", "{asked me, though!}"), Changed},
		{"it was put into quotation marks", with(old, "Nobody asked me", "{Nobody asked me}"), with(old, "Nobody asked me", "“{Nobody asked me}”"), Exact},
		{"its quotation marks changed", with(old, "Nobody asked me", "{\"Nobody asked me\"}"), with(old, "Nobody asked me", "{“Nobody asked me”}"), Changed},
		{"a line was broken in it", with(old, "kept the boat", "{kept the boat}"), with(old, "kept the boat", "{kept\nthe boat}"), Changed},
		{"a name is replaced everywhere", strings.Repeat("Jonas said yes to Kari, and Jonas meant it. ", 2) + "{Jonas said yes to Kari}, and Jonas meant it.",
			strings.Repeat("P1 said yes to P2, and P1 meant it. ", 2) + "{P1 said yes to P2}, and P1 meant it.", Changed},

		{"it went", with(old, "We painted her", "{We painted her}"), how + again, Lost},
		{"it went, and stands elsewhere still", with(old, "Yes. We", "{Yes.} We"), how + again, Lost},
		{"half of it is not most of it", with(old, "long winter", "{long winter}"), with(old, "long", "hard"), Lost},
		{"words across its edge were written anew", with(old, "kept the boat inside", "kept {the boat inside}"), with(old, "kept the boat", "had our vessel"), Lost},
		{"words that were written anew hold one of the old", with(old, "and we kept", "and {we} kept"), with(old, "a long winter, and we kept the boat inside", "summer, but before the ice came we moved out to an island"), Ambiguous},

		{"one of two went", "Oh. {Yes.} Yes. We went home.", "Oh. Yes. We went home.", Ambiguous},
		{"the other of two went", "Oh. Yes. {Yes.} We went home.", "Oh. Yes. We went home.", Ambiguous},
		{"one became two", "Oh. {Yes.} We went home.", "Oh. Yes. Yes. We went home.", Ambiguous},
		{"one more of many", strings.Replace(hm, "Yes.", "{Yes.}", 1), hm + hm[:21], Ambiguous},
		{"one of many, edited elsewhere", strings.Replace(hm, "Yes.", "{Yes.}", 1) + "I: Well.", strings.Replace(hm, "Yes.", "{Yes.}", 1) + "I: Well, then.", Exact},
		{"a copy was put in elsewhere", how + with(paint, "painted", "{painted}") + again, paint + how + with(paint, "painted", "{painted}") + again, Exact},
		{"a copy was put in beside it", how + with(paint, "painted", "{painted}") + again, how + paint + paint + again, Ambiguous},

		{"its turn moved", how + paint + with(again, "asked me", "{asked me}"), how + with(again, "asked me", "{asked me}") + "\n" + paint, Moved},
		{"another's turn moved", how + with(paint, "painted her", "{painted her}") + again, how + again + "\n" + with(paint, "painted her", "{painted her}"), Exact},
		{"its turn moved, and a word in it was corrected", how + paint + with(again, "asked me", "{askd me}"), how + with(again, "asked me", "{asked me}") + "\n" + paint, Changed},
		{"it was torn apart", "{" + how + paint + "}" + again, paint + how + again, Ambiguous},
		{"something was moved into it", "{" + how + paint + "}" + again, how + again + paint, Ambiguous},
		{"two short turns changed places", "A: {Yes.}\n\nB: We do it then, all of us, every year, in May.\n\nA: No.\n\nB: In any case, my father said so when he came.",
			"A: No.\n\nB: We do it then, all of us, every year, in May.\n\nA: Yes.\n\nB: In any case, my father said so when he came.", Ambiguous},
		{"a short turn moved", "A: {Nobody went to Bergen then.}\n\n" + how + paint, how + "A: Nobody went to Bergen then.\n\n" + paint, Ambiguous},
		{"a copy was put in elsewhere, and what it is a copy of was edited", how + with(paint, "ever", "{ever}") + again, paint + how + with(paint, "painted", "scraped", "so my", "so her old") + again, Ambiguous},
		{"its beginning went, and something was moved to where it was", how + "{" + paint[:len(paint)-2] + "}\n\n" + again, how + again + with(paint, "I: And in the spring?", ""), Ambiguous},
		{"one of several in words that were written anew", with(old, "boat inside", "{boat} inside"), with(old, "kept the boat inside", "sailed one boat out, one boat home"), Ambiguous},
		{"nothing", old[:4] + "{}" + old[4:], old, Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			was, span := betweenMarks(c.old)
			is, want := betweenMarks(c.new)
			got, standing := plain(is).Carry(was).Span(span)
			if placed := standing == Exact || standing == Moved || standing == Changed; standing != c.want || placed && got != want {
				t.Errorf("standing is %d at %v, %q; want %d at %v, %q", standing, got, is[got.Start:got.End], c.want, want, is[want.Start:want.End])
			}
		})
	}
}

// A text in which every third word is another, so that nowhere five in a row are the same.
func TestCarryWhereMuchWasEdited(t *testing.T) {
	r := typist{rand.New(rand.NewPCG(3, 3))}
	old := r.talk(200)
	_, at := wordsOf(old)
	now, where := "", make([]Span, len(at))
	last := 0
	for k, w := range at {
		now += old[last:w.Start]
		where[k].Start = len(now)
		if k%3 == 2 {
			now += fmt.Sprint("word", k)
		} else {
			now += old[w.Start:w.End]
		}
		where[k].End, last = len(now), w.End
	}
	c := plain(now).Carry(old)
	right := 0
	for k := 0; k+4 < len(at); k++ {
		got, standing := c.Span(Span{at[k].Start, at[k+4].End})
		want := Span{where[k].Start, where[k+4].End}
		if standing == Changed && got == want {
			right++
		} else if standing != Ambiguous && standing != Lost {
			t.Errorf("words %d to %d are carried to %v, not %v; standing %v", k, k+4, got, want, standing)
		}
	}
	if right < len(at)/2 {
		t.Errorf("%d of %d are right", right, len(at))
	}
	t.Logf("%d of %d are right", right, len(at))
}

func TestAbout(t *testing.T) {
	old := "I: How was it?\n\nJonas: We painted her white.\n\nKari: He did, not I. Nobody asked me, though, then or later.\n"
	c := plain("I: And how was it?\n\nKari: He did, not I. Nobody asked me, though, then or later.\n").Carry(old)
	for words, want := range map[string]string{"I:": "", "was it": "I: And how", "painted": "I: And how was it", "did": "I: And how was it?\n\nKari: He"} {
		if got := c.About(strings.Index(old, words)); got != len(want) {
			t.Errorf("%s stood about %d, not %d", words, got, len(want))
		}
	}
}

// wordsOf returns the words of text as Carry compares them, and where they stand.
func wordsOf(text string) (forms []string, at []Span) {
	for w := range Words(text, Span{0, len(text)}) {
		forms, at = append(forms, FoldWord(text[w.Start:w.End])), append(at, w)
	}
	return forms, at
}

// mostInCommon is the length of the longest common subsequence: the words that can have stayed where they were.
func mostInCommon(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			here := row[j+1]
			if x == y {
				row[j+1] = max(row[j+1], diagonal+1)
			}
			row[j+1] = max(row[j+1], row[j])
			diagonal = here
		}
	}
	return row[len(b)]
}

// stayed is how many words stayed where they were: those that are whole, in the order in which they were.
func stayed(now tracked, old string) int {
	_, was := wordsOf(old)
	_, is := wordsOf(now.text)
	var tails []int // the last old place of the best rows of words, by their length
	for _, w := range is {
		from := now.from[w.Start]
		if k, found := slices.BinarySearchFunc(was, from, func(s Span, at int) int { return s.Start - at }); !found || was[k].Len() != w.Len() || !now.kept(Span{from, from + w.Len()}, w.Start) {
			continue
		}
		if k, _ := slices.BinarySearch(tails, from); k == len(tails) {
			tails = append(tails, from)
		} else {
			tails[k] = from
		}
	}
	return len(tails)
}

// kept says whether all bytes of an old span stand at a place now.
func (x tracked) kept(span Span, at int) bool {
	if at < 0 || at+span.Len() > len(x.from) {
		return false
	}
	for k := range span.Len() {
		if x.from[at+k] != span.Start+k {
			return false
		}
	}
	return true
}

// holds says whether all letters that are left of an old span stand in got.
func (x tracked) holds(span, got Span) bool {
	for at, from := range x.from {
		if from >= span.Start && from < span.End && (at < got.Start || at >= got.End) && isWord(x.text[at:at+1]) {
			return false
		}
	}
	return true
}

// explained is how many words can have stayed where they were if span became got.
func explained(old, now string, span, got Span) int {
	n := 0
	for _, part := range [][2]string{{old[:span.Start], now[:got.Start]}, {old[span.Start:span.End], now[got.Start:got.End]}, {old[span.End:], now[got.End:]}} {
		a, _ := wordsOf(part[0])
		b, _ := wordsOf(part[1])
		n += mostInCommon(a, b)
	}
	return n
}

// alike is how many words are the same, in order, of two spans with ten words on either side.
func alike(old string, span Span, now string, got Span) int {
	around := func(text string, s Span) []string {
		words, at := wordsOf(text)
		i := slices.IndexFunc(at, func(w Span) bool { return w.End > s.Start })
		j := slices.IndexFunc(at, func(w Span) bool { return w.End >= s.End })
		return words[max(0, i-10):min(len(words), j+11)]
	}
	return mostInCommon(around(old, span), around(now, got))
}

// What Carry says, held against what the edits did. It never carries a span to another place than the edits did without
// a reason that anybody would accept who has the two texts and nothing else: either at least as many words can have
// stayed where they were as did; or what stands around is as much like the old, but for two words, as it is at the place
// where the edits took the span; where they took it apart, what stands around must be so like the old that it was moved.
func TestCarryFollowsTheWords(t *testing.T) {
	count := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, 5, 12, 30}).Draw(t, "n")
		old := strings.Join(rapid.SliceOfN(anything, n, n).Draw(t, "old"), "")
		now := tracked{old, make([]int, len(old))}
		for i := range now.from {
			now.from[i] = i
		}
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			now = edited(t, now, Span{len(now.text) + 1, -1})
		}
		c := plain(now.text).Carry(old)
		_, at := wordsOf(old)
		_, is := wordsOf(now.text)
		least := stayed(now, old)
		for range min(len(at), 10) {
			i := rapid.IntRange(0, len(at)-1).Draw(t, "first")
			span := Span{at[i].Start, at[min(len(at)-1, i+rapid.IntRange(0, 11).Draw(t, "more"))].End}
			got, standing := c.Span(span)
			truth := slices.Index(now.from, span.Start)
			whole := now.kept(span, truth) && slices.ContainsFunc(is, func(w Span) bool { return w.Start == truth }) &&
				slices.ContainsFunc(is, func(w Span) bool { return w.End == truth+span.Len() }) // "al" is not left in "all"
			what, need := "edited: ", aloneWords
			if whole {
				what, need = "kept: ", alike(old, span, now.text, Span{truth, truth + span.Len()})-2
			}
			defended := func() bool {
				return explained(old, now.text, span, got) >= least || alike(old, span, now.text, got) >= need
			}
			ok := true
			switch standing {
			case Exact, Moved:
				right := whole && got.Start == truth
				ok = now.text[got.Start:got.End] == old[span.Start:span.End] && (right || defended())
				if right {
					what += "right"
				} else {
					what += "the very words elsewhere, as well defended"
				}
			case Changed:
				right := now.holds(span, got)
				ok = right || defended()
				if right {
					what += "changed, with all that is left of it"
				} else {
					what += "changed, as well defended"
				}
			case Ambiguous:
				what += "ambiguous"
			case Lost:
				what += "lost"
			default:
				ok = false
			}
			if !ok {
				t.Fatalf("%q at %d is carried to %d, %q, and not to %d; standing %d\nold %q\nnew %q", old[span.Start:span.End], span.Start,
					got.Start, now.text[got.Start:got.End], truth, standing, old, now.text)
			}
			count[what]++
		}
	})
	t.Log(count)
}

// A typist makes sentences as people say them, some of them again and again, and edits them.
type typist struct{ *rand.Rand }

func (r typist) one(of ...string) string { return of[r.IntN(len(of))] }

func (r typist) sentence() string {
	if r.IntN(4) == 0 {
		return r.one("Yes. ", "Mm. ", "No. ", "I don't know. ", "That's how it was. ", "Ja, sånn var det. ", "You know. ")
	}
	return r.one("And then", "So", "Well,", "In the end", "Back home", "That winter", "Og da", "I mean,") + " " +
		r.one("my mother", "I", "we", "the nurse", "nobody", "han som bodde der", "my brother's wife", "they") + " " +
		r.one("drove", "went", "didn't go", "wanted to go", "had never been", "dro", "walked, all of us,") + " " +
		r.one("down to the harbour", "to the hospital", "back", "inn til byen", "there", "over the fjord", "into the kitchen") + " " +
		r.one("in the rain", "every Sunday", "on the last day of March", "with the dog", "uten å si noe", "again", "as if nothing had happened") + ". "
}

// talk makes a text of n turns, each a paragraph.
func (r typist) talk(n int) string {
	text := ""
	for i := range n {
		if i%2 == 0 {
			text += "I: " + r.one("Hm?", "And then?", "How was that for you?", "Yes?", "What did they say at the hospital?", "Who was it that went?") + "\n\n"
			continue
		}
		text += r.one("Kari: ", "Jonas: ")
		for range 1 + r.IntN(5) {
			text += r.sentence()
		}
		text = strings.TrimSuffix(text, " ") + "\n\n"
	}
	return text
}

// edit makes one edit as people make them in a transcript: a typing error, another word, a word more or less, a
// sentence more or less, a paragraph in another place.
func (r typist) edit(x tracked) tracked {
	_, at := wordsOf(x.text)
	k := r.IntN(len(at))
	w := at[k]
	last := at[min(len(at)-1, k+r.IntN(12))].End
	all := len(x.text)
	switch r.IntN(7) {
	case 0:
		return join(x.slice(0, w.End), fresh("e"), x.slice(w.End, all))
	case 1:
		return join(x.slice(0, w.Start), fresh(r.one("Peder", "the doctor", "nowhere")), x.slice(w.End, all))
	case 2:
		return join(x.slice(0, w.Start), fresh(r.one("really ", "sort of ", "[laughs] ")), x.slice(w.Start, all))
	case 3:
		return join(x.slice(0, w.Start), x.slice(w.End, all))
	case 4:
		return join(x.slice(0, w.Start), fresh(r.sentence()), x.slice(w.Start, all))
	case 5:
		return join(x.slice(0, w.Start), x.slice(last, all))
	}
	var starts []int
	for i := range x.text {
		if i == 0 || strings.HasSuffix(x.text[:i], "\n\n") {
			starts = append(starts, i)
		}
	}
	from := r.IntN(len(starts) - 1)
	turn, to := Span{starts[from], starts[from+1]}, starts[r.IntN(len(starts))]
	if to >= turn.Start {
		to = max(to, turn.End)
		return join(x.slice(0, turn.Start), x.slice(turn.End, to), x.slice(turn.Start, turn.End), x.slice(to, all))
	}
	return join(x.slice(0, to), x.slice(turn.Start, turn.End), x.slice(to, turn.Start), x.slice(turn.End, all))
}

// left says whether a word of an old span is left and stands in got where it stood in the span.
func (x tracked) left(span, got Span) bool {
	for k := range span.Len() {
		if at := got.Start + k; at < len(x.from) && x.from[at] == span.Start+k && isWord(x.text[at:at+1]) {
			return true
		}
	}
	return false
}

// What becomes of codings in transcripts that were edited as people edit them: with the text that they were made on, and
// with their words and what stood around them alone. The shares are printed; nothing may be wrong.
func TestCarryAndResolve(t *testing.T) {
	for _, edits := range []int{1, 5, 25} {
		with, without := map[string]int{}, map[string]int{}
		for seed := range uint64(20) {
			r := typist{rand.New(rand.NewPCG(seed, uint64(edits)))}
			old := r.talk(60)
			now := tracked{old, make([]int, len(old))}
			for i := range now.from {
				now.from[i] = i
			}
			for range edits {
				now = r.edit(now)
			}
			was, is := plain(old), plain(now.text)
			c, least := is.Carry(old), stayed(now, old)
			_, at := wordsOf(old)
			for range 200 {
				k := r.IntN(len(at))
				span := Span{at[k].Start, at[min(len(at)-1, k+r.IntN(10))].End}
				truth := slices.Index(now.from, span.Start)
				whole := now.kept(span, truth)
				what := map[bool]string{true: "not edited, ", false: "edited, "}[whole]

				got, standing := c.Span(span)
				words := now.text[got.Start:got.End]
				switch standing {
				case Exact, Moved:
					switch {
					case words != old[span.Start:span.End]:
						t.Errorf("%q became %q", old[span.Start:span.End], words)
					case whole && got.Start == truth:
						with[what+"right"]++
					case now.left(span, got) || explained(old, now.text, span, got) >= least:
						with[what+"as good as right"]++ // a word at its edge became the same word of another sentence
					default:
						t.Errorf("%q at %d is carried to %d, not to %d", old[span.Start:span.End], span.Start, got.Start, truth)
					}
				case Changed:
					if whole || !now.holds(span, got) && explained(old, now.text, span, got) < least {
						t.Errorf("%q became %q, which does not hold all that is left of it", old[span.Start:span.End], words)
					}
					with[what+"changed"]++
				case Ambiguous:
					with[what+"ambiguous"]++
				case Lost:
					with[what+"lost"]++
				}

				a := was.AnchorAt(span)
				got, standing = is.Resolve(a)
				switch standing {
				case Exact, Moved:
					b := is.AnchorAt(got)
					switch {
					case whole && got.Start == truth:
						without[what+"right"]++
					case b.Quote == a.Quote && b.Before == a.Before && b.After == a.After:
						without[what+"the same words in the same context elsewhere"]++
					default:
						t.Errorf("%q at %d is found at %d, not at %d", a.Quote, span.Start, got.Start, truth)
					}
				case Ambiguous:
					without[what+"ambiguous"]++
				case Lost:
					without[what+"lost"]++
				}
			}
		}
		share := func(of map[string]int, least int) string {
			right, all := of["not edited, right"], 0
			var parts []string
			for _, what := range slices.Sorted(maps.Keys(of)) {
				parts = append(parts, fmt.Sprintf("%s: %d", what, of[what]))
				if strings.HasPrefix(what, "not edited") {
					all += of[what]
				}
			}
			if 100*right < least*all {
				t.Errorf("only %d of %d that were not edited are right", right, all)
			}
			return fmt.Sprintf("%d of %d not edited are right; %s", right, all, strings.Join(parts, ", "))
		}
		t.Logf("%d edits, with the old text:    %s", edits, share(with, 98))
		t.Logf("%d edits, without the old text: %s", edits, share(without, 60))
	}
}

// Whatever the two texts are, a span is carried to whole characters within today's, and of two that are the same to
// where it was.
func FuzzCarry(f *testing.F) {
	f.Add("Yes. We went. Yes.", "Yes. Yes. We went home.", 5, 13)
	f.Add("Å gå på tur", "Å gå på på tur", 0, 4)
	f.Add("", "a", 0, 1)
	f.Add(strings.Repeat("a b ", 300), strings.Repeat("a b ", 299), 7, 90)
	f.Fuzz(func(t *testing.T, old, now string, start, end int) {
		if !utf8.ValidString(old) || !utf8.ValidString(now) {
			return
		}
		span := Span{start, end}
		is := &Transcript{Text: now}
		words, ok := (&Transcript{Text: old}).Slice(span)
		got, standing := is.Carry(old).Span(span)
		switch standing {
		case Exact, Moved, Changed:
			is, whole := is.Slice(got)
			if !whole || is == "" || standing != Changed && is != words {
				t.Errorf("%q became %q, standing %d", words, is, standing)
			}
		case Invalid:
			if ok && words != "" {
				t.Errorf("%q is invalid", words)
			}
		}
		if at, standing := (&Transcript{Text: old}).Carry(old).Span(span); ok && words != "" && (standing != Exact || at != span) {
			t.Errorf("%q, where nothing changed, stands at %v, standing %d", words, at, standing)
		}
	})
}

// A long transcript with hundreds of edits.
func BenchmarkCarry(b *testing.B) {
	r := typist{rand.New(rand.NewPCG(1, 1))}
	old := r.talk(3550)
	paragraphs := strings.SplitAfter(old, "\n\n")
	for range 400 {
		k := r.IntN(len(paragraphs) - 1)
		paragraphs[k] = r.edit(fresh(paragraphs[k] + "I: Hm?\n\n")).text
	}
	doc := plain(strings.Join(paragraphs, ""))
	_, at := wordsOf(old)
	spans := make([]Span, 2000)
	for k := range spans {
		i := r.IntN(len(at) - 20)
		spans[k] = Span{at[i].Start, at[i+r.IntN(20)].End}
	}
	for b.Loop() {
		c := doc.Carry(old)
		for _, s := range spans {
			c.Span(s)
		}
	}
	b.ReportMetric(float64(len(at)), "words")
}
