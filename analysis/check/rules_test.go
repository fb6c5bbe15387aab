package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tema-qda/tema/codebook/diag"
)

var ruleName = regexp.MustCompile(`^(codebook|coding|theme|transcript|study|privacy|memo|writing)/[a-z][a-z-]*$`)

// namesInCode returns every rule name that the code can print: names written out, and the second halves given to
// diag.YAML with the groups that the same file (for diag itself: any file) reads with.
func namesInCode(t *testing.T) []string {
	names := map[string]bool{}
	groups, halves := map[string][]string{}, map[string][]string{} // by file
	all := map[string]bool{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, filepath.Join("check", "rules.go")) {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if s, err := strconv.Unquote(n.Value); err == nil && ruleName.MatchString(s) {
					names[s] = true
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Group" {
					if lit, ok := n.Value.(*ast.BasicLit); ok {
						group, _ := strconv.Unquote(lit.Value)
						groups[path] = append(groups[path], group)
						all[group] = true
					}
				}
			case *ast.CallExpr:
				sel, ok := n.Fun.(*ast.SelectorExpr)
				if ok && (sel.Sel.Name == "Finding" || sel.Sel.Name == "Errorf") && len(n.Args) > 1 {
					if lit, ok := n.Args[1].(*ast.BasicLit); ok && lit.Kind == token.STRING {
						if half, _ := strconv.Unquote(lit.Value); regexp.MustCompile(`^[a-z-]+$`).MatchString(half) {
							halves[path] = append(halves[path], half)
						}
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for file, list := range halves {
		of := groups[file]
		if strings.HasSuffix(filepath.Dir(file), filepath.Join("codebook", "diag")) {
			of = slices.Collect(maps.Keys(all))
		}
		for _, half := range list {
			for _, group := range of {
				if half != "" && group != "" {
					names[group+"/"+half] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// Every name that can be printed is documented, and nothing is documented that cannot be printed.
func TestEveryRuleIsDocumented(t *testing.T) {
	in := namesInCode(t)
	if len(in) < 60 {
		t.Fatalf("only %d names found in the code: %q", len(in), in)
	}
	// What diag.YAML can say of any file, and that file gives it no chance to.
	never := []string{"transcript/unknown-value"}
	for _, name := range in {
		if _, ok := Lookup(name); !ok && !slices.Contains(never, name) {
			t.Errorf("rule %s can be printed and is not in the table", name)
		}
	}
	for _, r := range Rules() {
		if !slices.Contains(in, r.Name) && !strings.HasSuffix(r.Name, "/syntax") { // diag.YAML joins that one itself
			t.Errorf("rule %s is in the table and nothing prints it", r.Name)
		}
		if r.Means == "" || r.Why == "" || r.Mend == "" || r.Severity == 0 {
			t.Errorf("rule %s is not documented: %+v", r.Name, r)
		}
		if strings.HasSuffix(r.Means, ".") || !strings.HasSuffix(r.Why, ".") && !strings.HasSuffix(r.Why, "?") {
			t.Errorf("rule %s: %q has no full stop, %q is a sentence", r.Name, r.Means, r.Why)
		}
		if r.Fixed && (r.Severity != diag.Error || len(r.Off) > 0) {
			t.Errorf("rule %s stops other commands, so it is an error under every approach", r.Name)
		}
	}
	names := Names()
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("names are not sorted, or one stands twice: %q", names)
	}
}

// For every rule there is a script that shows it at its place.
func TestEveryRuleFiresInAScript(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("..", "..", "testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range scripts {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(src)
	}
	for _, r := range Rules() {
		if !strings.Contains(all.String(), ": "+r.Severity.String()+": ") || !regexp.MustCompile(`\[`+r.Name+`\\?\]`).MatchString(all.String()) {
			t.Errorf("no script under testdata/script shows %s", r.Name)
		}
	}
}
