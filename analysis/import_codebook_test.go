package analysis

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func importStudy(t *testing.T, book string) *Study {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"study.yaml": "tema: 1\n", "codebook.yaml": book, "journal.jsonl": `{"at":"2025-01-01T00:00:00Z","by":"per","event":"note","why":"No line end."}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestImportCodebook(t *testing.T) {
	const book = "codes:\n  - id: phone # here\n    name: Calls\n    definition: Old.\n  - id: chat\n"
	for name, src := range map[string][]byte{
		"comma":     []byte("\ufeffid,name,definition\nphone,Telefonsamtaler på kveldstid,New.\nchat,,\n"),
		"semicolon": []byte("id;name;definition\r\nphone;Telefonsamtaler på kveldstid;New.\r\n"),
		"tab":       []byte("id\tname\tdefinition\nphone\tTelefonsamtaler p\xe5 kveldstid\tNew.\n"), // windows-1252
		"workbook":  workbook(t, "Ark1", [][]string{{"id", "name", "definition"}, {"phone", "Telefonsamtaler på kveldstid", "New."}}),
	} {
		t.Run(name, func(t *testing.T) {
			s := importStudy(t, book)
			sheets, err := ReadSheets("sent.csv", src)
			if err != nil {
				t.Fatal(err)
			}
			dry, err := s.ImportCodebook(sheets, false, "anna", "", true)
			if err != nil || len(dry.Taken) != 2 {
				t.Fatalf("%+v, %v", dry, err)
			}
			if now, _ := s.readFile(codebookFile); string(now) != book {
				t.Fatalf("a dry run wrote\n%s", now)
			}
			done, err := s.ImportCodebook(sheets, false, "anna", "Per read it.", false)
			if err != nil || len(done.Taken) != 2 || len(done.Unfit) != 0 {
				t.Fatalf("%+v, %v", done, err)
			}
			now, _ := s.readFile(codebookFile)
			want := "codes:\n  - id: phone # here\n    name: Telefonsamtaler på kveldstid\n    definition: New.\n  - id: chat\n"
			if string(now) != want {
				t.Errorf("got\n%s\nwant\n%s", now, want)
			}
			journal := s.Journal()
			if len(journal) != 2 || journal[1].Event != "set" || journal[1].By != "anna" || journal[1].Why != "Per read it." || len(journal[1].About) != 1 || journal[1].About[0] != "code:phone" {
				t.Errorf("journal %+v", journal)
			}
			if again, err := s.ImportCodebook(sheets, false, "anna", "", false); err != nil || len(again.Taken) > 0 {
				t.Errorf("a second time %+v, %v", again, err)
			}
		})
	}
}

func workbook(t *testing.T, sheet string, rows [][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	err := f.SetSheetName("Sheet1", sheet)
	for r, row := range rows {
		for c, text := range row {
			at, _ := excelize.CoordinatesToCellName(c+1, r+1)
			err = errors.Join(err, f.SetCellStr(sheet, at, text))
		}
	}
	if _, fault := f.NewSheet("empty"); fault != nil {
		err = fault
	}
	var b bytes.Buffer
	if err = errors.Join(err, f.Write(&b)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadSheetsRefuses(t *testing.T) {
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(name)
		for i := 0; err == nil && i < 40; i++ {
			_, err = w.Write(make([]byte, 1<<20))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		src  []byte
		says string
	}{
		"a bomb":          {bomb.Bytes(), "no workbook that can be read"},
		"another archive": {[]byte("PK\x03\x04nothing"), "no workbook that can be read"},
		"no table":        {[]byte{0, 1, 2}, "neither CSV nor XLSX"},
		"too much":        {make([]byte, sheetFileSize+1), "more than 32 MB"},
		"too many rows":   {[]byte("id\n" + strings.Repeat("a\n", sheetRows+2)), "more than 20,000 rows"},
		"no id":           {workbook(t, "x", [][]string{{"a"}, {"b"}}), "no sheet has a column called id"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadSheets("sent", c.src); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

func FuzzReadSheets(f *testing.F) {
	f.Add([]byte("id,name\na,b\n"))
	f.Add([]byte("id;name\r\n\"a\nb\";'=1\r\n"))
	f.Add([]byte("\xff\xfei\x00d\x00\n\x00"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, src []byte) {
		sheets, err := ReadSheets("sent", src)
		if err != nil {
			return
		}
		for _, s := range sheets {
			for r, row := range s.Cells {
				for c := range row {
					s.Place(r, c)
				}
			}
		}
	})
}
