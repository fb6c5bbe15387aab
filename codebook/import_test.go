package codebook

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

const tableBook = `# kept
codes:
  - id: phone            # the first
    name: Calls
    definition: >-
      Calls out of hours,
      and what one does.
    include: [night, "=weekend"]
    exclude: [chats -> chat, mail]
    examples: ["They phoned me."]
    aliases: [calls]
  - id: chat
    aliases: [texting]
    codes:
      - id: emoji
  - {id: old, status: retired, into: [chat]}
themes:
  - {id: line, concept: A line., codes: [calls, chat]}
  - {id: gone, status: dropped}
`

func sheetOf(name string, rows ...[]string) Sheet {
	return Sheet{name, rows, func(row, column int) string { return fmt.Sprintf("%d:%d", row+1, column+1) }}
}

func (t Table) sheet(name string) Sheet {
	return sheetOf(name, append([][]string{t.Keys}, t.Rows...)...)
}

func TestTables(t *testing.T) {
	b := book(t, tableBook)
	var got bytes.Buffer
	if err := b.CodeTable(TableOptions{Gone: true}).CSV(&got); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffid,name,parent,definition,include,exclude,examples,counterexamples,status,into\n" +
		"phone,Calls,,\"Calls out of hours, and what one does.\",\"night\n\u00ad=weekend\",\"chats -> chat\nmail\",They phoned me.,,active,\n" +
		"chat,,,,,,,,active,\nemoji,,chat,,,,,,active,\nold,,,,,,,,retired,chat\n"
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	got.Reset()
	if err := b.ThemeTable(TableOptions{}).CSV(&got); err != nil {
		t.Fatal(err)
	}
	if want := "\ufeffid,name,parent,concept,definition,status,codes\nline,,,A line.,,candidate,\"phone\nchat\"\n"; got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	if some := b.CodeTable(TableOptions{NoExamples: true}); slices.Contains(some.Keys, "examples") || slices.Contains(some.Rows[0], "They phoned me.") || len(some.Rows) != 3 {
		t.Errorf("%+v", some)
	}
}

// No cell begins as a formula does, whatever the codebook says, and reading it gives it back.
func TestCSVHoldsNoFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.String(), rapid.StringMatching("['=+@\t\n;\u00ad -]{0,6}.{0,5}[;\n\t =+@\u00ad-]{0,6}")).Draw(t, "cell")
		cell = strings.ReplaceAll(cell, "\r", "")
		var b bytes.Buffer
		if err := (Table{Keys: []string{"id", "name"}, Rows: [][]string{{"a", cell}}}).CSV(&b); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff"))))
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if s := rows[1][1]; Unguard(s) != cell {
			t.Fatalf("%q came back as %q", cell, Unguard(s))
		}
		// Whatever a spreadsheet takes for the end of a cell, and whether or not it heeds the quotes.
		for _, part := range strings.FieldsFunc(rows[1][1], func(r rune) bool { return strings.ContainsRune(";\t\n", r) }) {
			if part = strings.TrimLeft(part, " \u00a0"); part != "" && strings.ContainsRune("=+-@", rune(part[0])) {
				t.Fatalf("%q of %q is a formula", part, rows[1][1])
			}
		}
		if s := rows[1][1]; strings.ContainsAny(s, ";\t\n") && !strings.Contains(b.String(), "\""+strings.ReplaceAll(s, "\"", "\"\"")+"\"") {
			t.Fatalf("%q is not quoted", s)
		}
	})
}

// What a codebook exports changes nothing when it comes back.
func TestOwnTableTakesNothingIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := (&writer{t: t}).codebook(drawCodebook(t))
		d, err := OpenDraft("codebook.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		o := TableOptions{Gone: rapid.Bool().Draw(t, "gone"), NoExamples: rapid.Bool().Draw(t, "no examples")}
		for _, s := range []Sheet{d.Book().CodeTable(o).sheet("codes"), d.Book().ThemeTable(o).sheet("themes")} {
			if taken, unfit := d.TakeIn(s, true); len(taken)+len(unfit) > 0 {
				t.Fatalf("%s: took in %+v, left %+v of\n%s", s.Name, taken, unfit, src)
			}
		}
		if string(d.Bytes()) != src {
			t.Fatal("the bytes are others")
		}
	})
}

func TestTakeIn(t *testing.T) {
	for _, c := range []struct {
		name  string
		sheet Sheet
		add   bool
		edits [][2]string // old and new in the file
		taken []string
		unfit []string
	}{
		{"a definition", sheetOf("codes", []string{"ID", "Definition ", "include"}, []string{"phone", "Calls at night.", "night\r\n=weekend\n"}), false,
			[][2]string{{"Calls out of hours,\n      and what one does.", "Calls at night."}}, []string{"2:2 code:phone definition"}, nil},
		{"an item of a list", sheetOf("codes", []string{"id", "exclude", "include"}, []string{"phone", "chats -> chat\nletters", "night\n=weekend\nmornings"}), false,
			[][2]string{{"mail]", "letters]"}, {`"=weekend"]`, `"=weekend", mornings]`}}, []string{"2:3 code:phone include", "2:2 code:phone exclude"}, nil},
		{"a former id", sheetOf("codes", []string{"id", "name"}, []string{"CALLS", "Phone calls"}), false,
			[][2]string{{"name: Calls", "name: Phone calls"}}, []string{"2:2 code:phone name"}, nil},
		{"emptied", sheetOf("codes", []string{"id", "examples"}, []string{"phone"}), false,
			[][2]string{{"    examples: [\"They phoned me.\"]\n", ""}}, []string{"2:2 code:phone examples"}, nil},
		{"a theme's codes", sheetOf("themes", []string{"id", "codes", "status"}, []string{"line", "phone\nemoji", "reviewed"}), false,
			[][2]string{{"codes: [calls, chat]}", "status: reviewed, codes: [calls, emoji]}"}}, []string{"2:3 theme:line status", "2:2 theme:line codes"}, nil},
		{"a parent's former id", sheetOf("codes", []string{"id", "parent"}, []string{"emoji", "texting"}), false, nil, nil, nil},
		{"what does not fit", sheetOf("codes",
			[]string{"id", "name", "remarks", "status", "into", "exclude", "parent", "name"},
			[]string{"phon", "P"},
			[]string{"", "nobody"},
			[]string{"phone", "Calls", "why?", "retired", "chat", "chats -> nowhere\nmail", "phone"},
			[]string{"phone", "Other"},
			[]string{"emoji", "", "", "active", "", "", "nobody"},
		), false, nil, nil, []string{
			"1:3 column remarks has no place in a code of the codebook",
			"1:8 column name stands twice; the first was read",
			"2:1 no code has the id phon; did they mean phone?",
			"3:1 the row has no id",
			"4:4 status does not change by a table: see tema codebook merge, split and retire",
			"4:5 into does not change by a table: see tema codebook merge, split and retire",
			"4:6 no code has the id nowhere",
			"4:7 *",
			"5:1 code phone stands in two rows; the first was read",
			"6:7 no code has the id nobody",
		}},
		{"a theme cannot be dropped", sheetOf("themes", []string{"id", "status"}, []string{"line", "dropped"}), false, nil, nil,
			[]string{"2:2 status does not change by a table: see tema codebook merge, split and retire"}},
		{"no column id", sheetOf("notes", []string{"a"}, []string{"b"}), false, nil, nil, []string{"1:1 no column is called id, so no row can be told from another"}},
		{"an id that cannot be one", sheetOf("codes", []string{"id"}, []string{"a b"}), true, nil, nil, []string{"2:1 *"}},
		{"new rows", sheetOf("codes", []string{"id", "name", "parent", "exclude"}, []string{"mail", "Mail", "", "x -> letters"}, []string{"letters", "", "chat", ""}), true,
			nil, []string{"2:1 code:mail ", "3:1 code:letters ", "2:2 code:mail name", "2:4 code:mail exclude"}, nil},
		{"a bad theme status", sheetOf("themes", []string{"id", "status"}, []string{"line", "perhaps"}), false, nil, nil, []string{"2:2 *"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := OpenDraft("codebook.yaml", []byte(tableBook))
			if err != nil {
				t.Fatal(err)
			}
			taken, unfit := d.TakeIn(c.sheet, c.add)
			var gotTaken, gotUnfit []string
			for _, x := range taken {
				gotTaken = append(gotTaken, x.At+" "+x.About+" "+x.Key)
			}
			for i, x := range unfit {
				s := x.At + " " + x.Reason
				if i < len(c.unfit) && strings.HasSuffix(c.unfit[i], "*") && strings.HasPrefix(s, strings.TrimSuffix(c.unfit[i], "*")) {
					s = c.unfit[i] // the editor's own words
				}
				gotUnfit = append(gotUnfit, s)
			}
			if !slices.Equal(gotTaken, c.taken) {
				t.Errorf("taken %q, want %q", gotTaken, c.taken)
			}
			if !slices.Equal(gotUnfit, c.unfit) {
				t.Errorf("unfit %q, want %q", gotUnfit, c.unfit)
			}
			want := tableBook
			for _, e := range c.edits {
				if strings.Count(want, e[0]) != 1 {
					t.Fatalf("%q does not stand once in the file", e[0])
				}
				want = strings.Replace(want, e[0], e[1], 1)
			}
			if got := string(d.Bytes()); (c.edits != nil || len(c.taken) == 0) && got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if _, found := Parse("codebook.yaml", d.Bytes()); found.Err() != nil {
				t.Errorf("%v in\n%s", found.Err(), d.Bytes())
			}
		})
	}
}

// Whatever a sheet says, the codebook that it was taken into is free of errors, and a second time there is nothing
// left to take in but what did not fit.
func TestTakeInEndsWell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := (&writer{t: t}).codebook(drawCodebook(t))
		d, err := OpenDraft("codebook.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		sheet := d.Book().CodeTable(TableOptions{}).sheet("codes")
		text := rapid.OneOf(rapid.StringOf(rapid.RuneFrom([]rune("ab \n->#:'\"[]{}&*!|%@`,?é\u00a0\u2028\u0007"), unicode.Letter)), words)
		for range rapid.IntRange(1, 6).Draw(t, "cells") {
			if len(sheet.Cells) < 2 {
				return
			}
			row := rapid.IntRange(1, len(sheet.Cells)-1).Draw(t, "row")
			column := rapid.IntRange(1, len(sheet.Cells[0])-1).Draw(t, "column")
			sheet.Cells[row][column] = text.Draw(t, "text")
		}
		taken, _ := d.TakeIn(sheet, rapid.Bool().Draw(t, "add"))
		after := string(d.Bytes())
		if _, found := Parse("codebook.yaml", []byte(after)); found.Err() != nil {
			t.Fatalf("%v in\n%s", found.Err(), after)
		}
		if len(taken) == 0 && after != src {
			t.Fatal("nothing was taken in, and the bytes are others")
		}
		if again, _ := d.TakeIn(sheet, false); len(again) > 0 {
			t.Fatalf("taken in twice: %+v of\n%s", again, after)
		}
	})
}
