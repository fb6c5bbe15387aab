package cmd_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// mayImport is the import table: imports run downward only, and these are all of the project's packages. A new package
// or a new arrow is a decision, so it is made here first.
var mayImport = map[string][]string{
	"codebook/diag":      {},
	"index/transcript":   {"codebook/diag"},
	"codebook":           {"codebook/diag"},
	"index/query":        {"index/transcript", "codebook/diag"},
	"index/ingest":       {"index/transcript", "codebook/diag"},
	"index":              {"index/query", "index/transcript", "codebook/diag"},
	"analysis":           {"codebook", "index/query", "index/transcript", "analysis/agreement", "codebook/diag"},
	"analysis/agreement": {},
	"analysis/check":     {"analysis", "codebook", "index/ingest", "index/query", "index/transcript", "codebook/diag"},
	"analysis/report":    {"analysis", "codebook", "index/ingest", "index/query", "index/transcript", "codebook/diag"},
	"analysis/exchange":  {"analysis", "codebook", "index/ingest", "index/query", "index/transcript", "codebook/diag"},
	"cmd/workbench":      {"analysis", "index", "codebook", "index/query", "index/transcript", "codebook/diag"},
	"cmd": {"cmd/workbench", "analysis", "analysis/check", "analysis/report", "analysis/exchange", "analysis/agreement",
		"codebook", "codebook/diag", "index", "index/ingest", "index/query", "index/transcript"},
	"cmd/tema": {"cmd"},
}

func TestImportsRunDownward(t *testing.T) {
	const module = "github.com/tema-qda/tema"
	c := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...")
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath                         string
			Imports, TestImports, XTestImports []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("package %s is not in the table", name)
		}
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			ours, isOurs := strings.CutPrefix(imported, module+"/")
			if isOurs && ours != name && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s, which the table does not allow", name, ours)
			}
		}
		for _, part := range strings.Split(name, "/") {
			if slices.Contains([]string{"util", "utils", "common", "helpers", "internal", "pkg"}, part) {
				t.Errorf("package %s: %s says nothing about what it is for", path.Base(name), part)
			}
		}
	}
	if seen < 8 {
		t.Errorf("go list named %d packages only", seen)
	}
}
