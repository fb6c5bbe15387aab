package report

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// cells reads a table as programs do.
func cells(t testing.TB, table []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTablesGolden(t *testing.T) {
	for _, s := range studies {
		files, err := build(t, open(t, s.files, s.codings, s.changes...), s.options).CSV()
		if err != nil || len(files) != len(Tables) {
			t.Fatalf("%d tables, %v", len(files), err)
		}
		var all bytes.Buffer
		for _, name := range Tables {
			fmt.Fprintf(&all, "%s\n%s\n", name, files[name])
		}
		golden(t, s.name+"-tables.txt", all.Bytes())
	}
}

// The workbook has what the CSV files have, in order: figures as numbers, all else as text, and quotations without the
// marks that only CSV needs.
func TestWorkbookIsTyped(t *testing.T) {
	for _, s := range studies {
		r := build(t, open(t, s.files, s.codings, s.changes...), s.options)
		doc, err := r.XLSX()
		if err != nil {
			t.Fatal(err)
		}
		again, err := build(t, open(t, s.files, s.codings, s.changes...), s.options).XLSX()
		if err != nil || !bytes.Equal(doc, again) {
			t.Errorf("%s: the same study gave another workbook (%v)", s.name, err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		sheets, tables := f.GetSheetList(), r.tables()
		if len(sheets) != len(tables)+1 {
			t.Fatalf("%s: sheets %q", s.name, sheets)
		}
		for i, table := range tables {
			if filter, _ := f.GetPanes(sheets[i+1]); !filter.Freeze || sheets[i+1] != table.name {
				t.Errorf("%s: sheet %q, want %q with its header frozen", s.name, sheets[i+1], table.name)
			}
			for at, row := range append([][]any{asAny(table.heads)}, table.rows...) {
				for column, want := range row {
					place, _ := excelize.CoordinatesToCellName(column+1, at+1)
					got, _ := f.GetCellValue(table.name, place)
					kind, _ := f.GetCellType(table.name, place)
					_, isFigure := want.(int)
					if got != wordsFor(r.Language).cell(want, false) || got != "" && isFigure != (kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber) {
						t.Errorf("%s: %s!%s is %q of type %v, want %v", s.name, table.name, place, got, kind, want)
					}
				}
			}
		}
		f.Close()
	}
}

func asAny(list []string) []any {
	var out []any
	for _, s := range list {
		out = append(out, s)
	}
	return out
}

// Nothing is capped: each theme has all its passages, however few the pages show, and its chosen quotations once.
func TestTablesHoldAll(t *testing.T) {
	below := maps.Clone(tinyCodings)
	below["_rules/G"] = lines{{"s1", "key", "But I asked first.", `,"status":"candidate"`}} // the theme above proposes it too
	for _, s := range studies {
		if s.name == studies[0].name {
			s.codings, s.files = below, with(s.files, "writing/belonging.md", "So it began.\n\n> I swept the floor. [...] And then they let me stay.\n") // which the page does not list again
		}
		study := open(t, s.files, s.codings, s.changes...)
		e, err := study.Evidence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r := build(t, study, Options{MaxExcerpts: -1, AllIn: ExcerptsCSV})
		got := map[string]int{}
		for _, x := range r.whole().evidence {
			got[x.tier+" "+x.of.ID]++
		}
		want := map[string]int{}
		var walk func(list []Section)
		walk = func(list []Section) {
			for _, sec := range list {
				own := e.Code(study.Book.Code(sec.ID))
				passages, chosen, tensions := 0, 0, 0
				if own != nil {
					passages = len(own.Own.Passages)
				}
				if th := study.Book.Theme(sec.ID); !r.ByCode && th != nil {
					passages, chosen, tensions = len(e.Theme(th).Own.Passages), len(th.Excerpts), len(th.Tensions)
				}
				for tier, n := range map[string]int{tierChosen: chosen, tierTension: tensions, tierPerson: passages,
					tierByRule: sec.ByRule.Of + sec.ByRule.Quoted, tierProposed: sec.Proposed.Of + sec.Proposed.Quoted} {
					if n > 0 {
						want[tier+" "+sec.ID] = n
					}
				}
				for _, sel := range []Selection{sec.Others, sec.ByRule, sec.Proposed} {
					if len(sel.Shown) > 0 || sel.Of > 0 && !strings.HasSuffix(wordsFor(r.Language).Selection(sel), ExcerptsCSV) {
						t.Errorf("%s: does not say where all are: %q", s.name, wordsFor(r.Language).Selection(sel))
					}
				}
				walk(sec.Sections)
			}
		}
		walk(r.Sections)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: rows %v, want %v", s.name, got, want)
		}
		if s.name == studies[0].name && r.Sections[0].ChosenQuoted != 1 {
			t.Errorf("%s: the prose quotes nothing", s.name)
		}
	}
}

// What was said is text in every spreadsheet, and is what was said.
func TestTablesHoldData(t *testing.T) {
	for _, said := range []string{"=1+1", "+47 123 45 678", "-5", "- yes, but", "@SUM(A1:A9)", `=HYPERLINK("http://x.example","click")`, "=cmd|' /C calc'!A0",
		"'quoted", "007", "2026-03-02", "1-2", "TRUE", "well;=1+1;no", "two\n=1+1\n- lines", "“=1+1”, said she", "_x0041_x0042_", "\"=1+1\"", "<b>&amp;</b>", "＝1+1", "-"} {
		r := build(t, bold(t, said, "=2+2", "=3+3"), Options{})
		files, err := r.CSV()
		if err != nil {
			t.Fatal(err)
		}
		for name, table := range files {
			for _, cell := range slices.Concat(cells(t, table)...) {
				for _, part := range strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune(";\t\n", c) }) {
					if part = strings.TrimLeft(part, " \u00a0"); part != "" && strings.ContainsRune("=+-@＝", []rune(part)[0]) {
						t.Errorf("%s: %q begins a formula in %q", name, part, cell)
					}
				}
			}
		}
		quoted := cells(t, files[ExcerptsCSV])[1][3]
		if got := strings.ReplaceAll(quoted, "\u00ad", ""); got != "“"+said+"”" {
			t.Errorf("the CSV has %q for %q", got, said)
		}
		doc, err := r.XLSX()
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := f.GetCellValue("Excerpts", "D2"); got != said {
			t.Errorf("the workbook has %q for %q", got, said)
		}
		f.Close()
		z, err := zip.NewReader(bytes.NewReader(doc), int64(len(doc)))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range z.File {
			in, err := part.Open()
			if err != nil {
				t.Fatal(err)
			}
			xml, err := io.ReadAll(in)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(part.Name, "xl/worksheets") && regexp.MustCompile(`<(\w+:)?f[ />]|externalLink|<hyperlink`).Match(xml) {
				t.Errorf("%s holds a formula or a link", part.Name)
			}
			for _, figure := range regexp.MustCompile(`<v>([^<]*)</v>`).FindAllSubmatch(xml, -1) {
				if strings.Trim(string(figure[1]), "0123456789") != "" {
					t.Errorf("%s: the figure %q", part.Name, figure[1])
				}
			}
		}
	}
}

// Whatever a cell says comes out of the workbook as it went in.
func TestWorkbookKeepsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.OneOf(rapid.String(), rapid.StringMatching(`[_x0041F\n ]{0,20}`)).Draw(t, "said")
		doc, err := workbook("x", &english, sheet{name: "a", heads: []string{"head"}, rows: [][]any{{said}, {quotation{{Text: said}}}}, first: 1})
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for _, at := range []string{"A2", "A3"} {
			if got, _ := f.GetCellValue("a", at); got != visible(said) {
				t.Fatalf("%q came out as %q", said, got)
			}
		}
	})
}

func TestWorkbookHasLimits(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("ord på ord ", 4000))
	got := norwegian.cutToCell(long)
	kept, note, _ := strings.Cut(got, " [")
	if tooLong(got) || !strings.HasPrefix(long, kept+" ") || note != fmt.Sprintf("kuttet: %s av 43\u00a0999 tegn; mer går det ikke inn i en celle]", norwegian.Number(len([]rune(kept)))) {
		t.Errorf("%d characters, ending in %q", len([]rune(got)), got[len(got)-80:])
	}
	if _, err := workbook("x", &english, sheet{name: "a", heads: []string{"said"}, rows: [][]any{{long}}}); err == nil || !strings.Contains(err.Error(), "sheet a: the said of") {
		t.Errorf("a text that no cell can hold: %v", err)
	}
	if _, err := workbook("x", &english, sheet{name: "a", heads: []string{"said"}, rows: make([][]any, rowRoom)}); err == nil || !strings.Contains(err.Error(), "no room for 1,048,576 rows") {
		t.Errorf("more rows than a workbook can hold: %v", err)
	}
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := columnName(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
	s := bold(t, long, "calm", "c")
	doc, err := build(t, s, Options{}).XLSX()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if said, _ := f.GetCellValue("Excerpts", "D2"); !strings.HasSuffix(said, "of 43,999 characters; a cell holds no more]") {
		t.Errorf("a long passage ends in %q", said[max(0, len(said)-80):])
	}
}

// The list of excerpts carries of participants what may stand beside their ids, and nothing that sets somebody apart.
func TestTablesSetNobodyApart(t *testing.T) {
	for table, want := range map[string]string{
		"id,age,site\nP1,30-39,north\nP2,30-39,south\nP3,40-49,south\nP4,40-49,south\n": `["age"] map[P1:30-39 P2:30-39 P4:40-49]`,
		"id,age,site\nP1,30-39,north\nP2,30-39,south\nP3,40-49,south\nP4,50-59,south\n": `[] map[P1: P2: P4:]`,
	} {
		w := build(t, open(t, with(tiny, "participants.csv", table), tinyCodings), Options{}).whole()
		seen := map[string]string{}
		for _, x := range w.evidence {
			if len(x.Participants) == 1 {
				seen[x.Participants[0]] = strings.Join(x.values, "; ")
			}
		}
		if got := fmt.Sprintf("%q %v", w.attributes, seen); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Where the study has it so, a table has a row for each participant.
func TestTablesOneByOne(t *testing.T) {
	rows := strings.Replace(tiny["study.yaml"], "  small_cells: 2\n", "  small_cells: 2\n  set_apart: show\n  participants: {table: rows}\n", 1)
	files, err := build(t, open(t, with(tiny, "study.yaml", rows), tinyCodings), Options{}).CSV()
	if err != nil {
		t.Fatal(err)
	}
	if got := cells(t, files["report-people.csv"]); len(got) != 5 || !slices.Equal(got[0], []string{"Participant", "age", "site"}) || !slices.Equal(got[1], []string{"P1", "30-39", "north"}) {
		t.Errorf("one by one: %q", got)
	}
}
