package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tema-qda/tema/cmd"
)

// verdicts returns what `tema verify` says of each quotation of a manuscript of the kitchen: whether it is set as a block,
// the verdict, the place, and the kinds of changes.
func verdicts(t *testing.T, file string) (lines []string, short int) {
	t.Helper()
	var out, errs bytes.Buffer
	study := t.TempDir()
	must(t, os.CopyFS(study, os.DirFS(filepath.Join("..", "testdata", "script", "kitchen"))))
	if code := cmd.Main([]string{"verify", "-C", study, filepath.Join(study, file), "--json"}, strings.NewReader(""), &out, &errs); code != 1 {
		t.Fatalf("%s: exit code %d: %s", file, code, errs.String())
	}
	var doc struct {
		Manuscripts []struct {
			Short      int `json:"not_checked"`
			Quotations []struct {
				Block      bool
				Verdict    string
				Transcript string
				Turns      []int
				Changes    []struct{ Kind string }
			}
		}
	}
	must(t, json.Unmarshal(out.Bytes(), &doc))
	for _, q := range doc.Manuscripts[0].Quotations {
		lines = append(lines, fmt.Sprintf("%v %s %s %v %v", q.Block, q.Verdict, q.Transcript, q.Turns, q.Changes))
	}
	return lines, doc.Manuscripts[0].Short
}

// A manuscript gets the same verdicts in whatever format it is, as far as the format shows what is quoted.
func TestSameVerdictsInEveryFormat(t *testing.T) {
	want, short := verdicts(t, "draft.md")
	if len(want) != 60 {
		t.Fatalf("%d quotations", len(want))
	}
	for _, file := range []string{"draft.docx", "draft.odt", "draft.html", "draft.tex"} {
		if got, n := verdicts(t, file); !slices.Equal(got, want) || n != short {
			t.Errorf("%s, %d short:\n%s\nwant, %d:\n%s", file, n, strings.Join(got, "\n"), short, strings.Join(want, "\n"))
		}
	}
	var running []string
	for _, line := range want {
		if strings.HasPrefix(line, "false ") {
			running = append(running, line)
		}
	}
	for _, file := range []string{"draft.pdf", "draft.txt"} {
		// The quotation that stands in marks inside a block is one of its own there.
		got, n := verdicts(t, file)
		if inside := slices.Index(got, "false verbatim P01 [4] []"); inside >= 0 {
			got = slices.Delete(got, inside, inside+1)
		}
		if !slices.Equal(got, running) || n != short {
			t.Errorf("%s, %d short:\n%s\nwant, %d:\n%s", file, n, strings.Join(got, "\n"), short, strings.Join(running, "\n"))
		}
	}
}
