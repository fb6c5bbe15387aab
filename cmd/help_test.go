package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commands returns every command of tema, those below others too.
func commands(t *testing.T) []*cobra.Command {
	t.Helper()
	var out []*cobra.Command
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		out = append(out, c)
		for _, kid := range c.Commands() {
			walk(kid)
		}
	}
	walk(fresh())
	if len(out) < 15 {
		t.Fatalf("only %d commands", len(out))
	}
	return out
}

// fresh returns tema's command line with the commands that cobra adds at the last moment.
func fresh() *cobra.Command {
	root := newRootCmd(&app{in: strings.NewReader(""), out: io.Discard, err: io.Discard})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.InitDefaultVersionFlag()
	return root
}

// TestExamplesAreRunnable holds every example line of every help text to the command line that there is: a command, its
// flags with values that they take, and as many arguments as it wants.
func TestExamplesAreRunnable(t *testing.T) {
	for _, c := range commands(t) {
		if c.Runnable() && c.GroupID != "" && c.GroupID != "help" && c.Example == "" {
			t.Errorf("%s has no example", c.CommandPath())
		}
		if c.Parent() != nil && c.Parent().Name() == "completion" {
			continue // cobra's own
		}
		for line := range strings.Lines(c.Example) {
			line = strings.TrimSpace(line)
			if line == "" {
				continue
			}
			words := shellWords(line)
			for i, w := range words {
				if w == ">" || w == "<" || w == "|" { // what the shell does with the answer is not tema's
					words = words[:i]
					break
				}
			}
			if words[0] != "tema" {
				t.Errorf("%s: example does not begin with tema: %s", c.CommandPath(), line)
				continue
			}
			root := fresh()
			found, rest, err := root.Find(words[1:])
			if err != nil || found == root && len(words) > 1 {
				t.Errorf("%s: example names no command: %s (%v)", c.CommandPath(), line, err)
				continue
			}
			if found.CommandPath() != c.CommandPath() {
				t.Errorf("%s: example is one of %s: %s", c.CommandPath(), found.CommandPath(), line)
			}
			if err := found.ParseFlags(rest); err != nil {
				t.Errorf("%s: example cannot be run: %s: %v", c.CommandPath(), line, err)
				continue
			}
			if err := found.ValidateArgs(found.Flags().Args()); err != nil {
				t.Errorf("%s: example cannot be run: %s: %v", c.CommandPath(), line, err)
			}
		}
	}
}

// shellWords cuts a line as a shell does, as far as examples need it: blanks, 'single' and "double" quotation marks.
func shellWords(line string) []string {
	var words []string
	var word strings.Builder
	quote, inside := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, inside = r, true
		case quote == 0 && r == ' ':
			if inside {
				words = append(words, word.String())
			}
			word.Reset()
			inside = false
		default:
			word.WriteRune(r)
			inside = true
		}
	}
	if inside {
		words = append(words, word.String())
	}
	return words
}

// TestHelpIsWritten: commands and flags say what they are for, in one manner.
func TestHelpIsWritten(t *testing.T) {
	for _, c := range commands(t) {
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: %q is no short help", c.CommandPath(), c.Short)
		}
		if c.Name() == "completion" || c.Parent() != nil && c.Parent().Name() == "completion" || c.Name() == "help" {
			continue // cobra's own
		}
		for line := range strings.Lines(c.Long) {
			if strings.Contains(c.Name(), "/") {
				break // the page of a rule of check begins with what the rule means, on one line
			}
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > 102 {
				t.Errorf("%s: a line of its help has %d characters: %s", c.CommandPath(), n, line)
			}
		}
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			first := []rune(f.Usage + " ")[0]
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") || first >= 'A' && first <= 'Z' {
				t.Errorf("%s --%s: %q does not begin small and end without a full stop", c.CommandPath(), f.Name, f.Usage)
			}
		})
	}
}

// said returns every text that the program holds, by the place where it stands: string literals of Go, templates, and
// the help of commands as it is put together.
func said(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files := token.NewFileSet()
	for _, dir := range []string{"cmd", "analysis", "codebook", "index"} {
		err := filepath.WalkDir(filepath.Join("..", dir), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "testdata":
				return fs.SkipDir
			case slices.Contains([]string{".tmpl", ".css", ".js", ".json"}, filepath.Ext(path)): // what is embedded
				content, err := os.ReadFile(path)
				out[filepath.ToSlash(path)] = string(content)
				return err
			case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			tree, err := parser.ParseFile(files, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				if _, imports := n.(*ast.ImportSpec); imports {
					return false
				}
				if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					text, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					out[filepath.ToSlash(files.Position(literal.Pos()).String())] = text
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range commands(t) {
		out["help of "+c.CommandPath()] = c.Short + "\n" + c.Long + "\n" + c.Example + "\n" + c.LocalFlags().FlagUsages()
	}
	if len(out) < 1000 {
		t.Fatalf("only %d texts", len(out))
	}
	return out
}

// neverSaid are the words that tema has no use for. Themes are developed by a researcher: they do not emerge, tema finds
// none, and how often a code was put ranks none. An analysis is never so and so many per cent complete and gets no
// grade, and no phase is locked or over. Nobody is praised.
var neverSaid = regexp.MustCompile(`(?i)\bemerg(e|ed|es|ing|ence|ent)\b|\bdiscover(s|ed|y|ies|ing)?\b` +
	`|\b(detect|find|found|identify|identified|extract|extracted)s?\s+(a\s+|the\s+|your\s+|\d+\s+|%[ds]\s+)?(candidate\s+)?themes?\b` +
	`|\bthemes?\s+(were\s+|was\s+|are\s+|is\s+)?(found|detected|identified|extracted)\b` +
	`|\b(most|more|less|least)\s+(important|significant)\b|\b(most\s+(frequent|common)|top|strongest|weakest|dominant)\s+(%[ds]\s+|\d+\s+)?(themes?|codes?)\b` +
	`|(%|\bper\s?cent)\s*(of|complete|completed|done|finished|coded|reviewed|read|analysed)\b|\bcomplete(d|ness)?:\s*[\d%]|\bprogress:` +
	`|\bphases?\s+(\S+\s+)?(is|are|was)\s+(now\s+)?(complete|completed|done|finished|locked|over|passed)\b` +
	`|\bscor(e|es|ed|ing)\b|\bgrad(e|es|ed)\b` +
	`|\b(great|congratulations|well done|awesome|oops|sorry|please)\b|\pL!(\s|$)|[\x{1F300}-\x{1FAFF}\x{2705}\x{274C}]`)

func TestWordsThatTemaDoesNotSay(t *testing.T) {
	for place, text := range said(t) {
		switch {
		case strings.Contains(place, "index/ingest/labels.go"), strings.Contains(place, "index/ingest/role.go"):
			continue // words of transcripts that readers look for
		case strings.Contains(place, "analysis/check/"), strings.HasPrefix(place, "help of tema check/"):
			continue // rules that ask about such words must name them
		}
		if word := neverSaid.FindString(text); word != "" {
			t.Errorf("%s says %q: %.100q", place, word, text)
		}
	}
	for _, wrong := range []string{"3 themes emerged", "Discover patterns", "found 3 themes", "%d themes found", "the themes were identified", "themes detected",
		"find the themes in your data", "extracted candidate themes", "the most important code", "top 10 themes", "most frequent codes first",
		"83 % complete", "phase 2 is complete", "%.0f%% of participants", "40 percent coded", "Completeness: 3", "the phases are locked", "quality score 7",
		"scored by", "Grade", "Well done", "Saved!", "please wait"} {
		if !neverSaid.MatchString(wrong) {
			t.Errorf("%q could be said", wrong)
		}
	}
	for _, right := range []string{"exit 1 when nothing is found", "no theme has the id x", "percent agreement", "3 generate      4 themes", "nothing is locked",
		"how often a code was put says nothing about how much it matters", "3 of 4 themes reviewed", "the upgrade is done", "completes in the shell"} {
		if word := neverSaid.FindString(right); word != "" {
			t.Errorf("%q could not be said, for %q", right, word)
		}
	}
}

// TestMessagesNameCommandsThatExist: "tema WORD" in a message, hint or help text is a command, or says what tema does.
func TestMessagesNameCommandsThatExist(t *testing.T) {
	known := map[string]bool{}
	for _, c := range commands(t) {
		known[c.Name()] = true
	}
	does := regexp.MustCompile(`^(cannot|could|does|has|holds|is|keeps|knows|made|offers|reads|study|writes|writing|helps|and|for|regnes)$`)
	mention := regexp.MustCompile(`\btema ([a-z][a-z-]*)( [a-z][a-z-]*)?`)
	for place, text := range said(t) {
		if text == "tema index" { // how the index' own file begins
			continue
		}
		for _, m := range mention.FindAllStringSubmatch(text, -1) {
			if !known[m[1]] && !does.MatchString(m[1]) {
				t.Errorf("%s names %q, which is no command: %.100q", place, m[0], text)
			}
			if m[1] == "help" && m[2] != "" && !known[strings.TrimSpace(m[2])] {
				t.Errorf("%s names %q, which is no topic: %.100q", place, m[0], text)
			}
		}
	}
}
