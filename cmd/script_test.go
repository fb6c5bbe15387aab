package cmd_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	utf "golang.org/x/text/encoding/unicode"

	"github.com/tema-qda/tema/cmd"
)

var update = flag.Bool("update", false, "rewrite what scripts and golden files expect")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tema":   func() { os.Exit(cmd.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"typist": typist,
	})
}

// typist is an editor for scripts: `typist [-shows TO] [-saves FROM] [-draws TEXT] [-exits N] FILE` copies FILE to TO, as
// somebody reads what is before her, saves the bytes of FROM as FILE, writes TEXT to stdout, as onto a screen, and ends
// with that exit code.
func typist() {
	shows := flag.String("shows", "", "")
	saves := flag.String("saves", "", "")
	draws := flag.String("draws", "", "")
	exits := flag.Int("exits", 0, "")
	flag.Parse()
	fmt.Print(*draws)
	for _, c := range [][2]string{{flag.Arg(0), *shows}, {*saves, flag.Arg(0)}} {
		if c[0] == "" || c[1] == "" {
			continue
		}
		content, err := os.ReadFile(c[0])
		if err == nil {
			err = os.WriteFile(c[1], content, 0o666)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "typist:", err)
			os.Exit(3)
		}
	}
	os.Exit(*exits)
}

// TestScripts runs every script under testdata/script: what a user does, what she sees, and what is on disk afterwards.
// Scripts find the demo studies in $STUDIES, a very small one in $HARBOUR, and one with a manuscript in $KITCHEN. Besides testscript's own commands they have those of the table below.
func TestScripts(t *testing.T) {
	testdata, err := filepath.Abs(filepath.Join("..", "testdata"))
	must(t, err)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("STUDIES", filepath.Join(testdata, "studies"))
			e.Setenv("HARBOUR", filepath.Join(testdata, "script", "harbour"))
			e.Setenv("KITCHEN", filepath.Join(testdata, "script", "kitchen"))
			e.Setenv("NO_COLOR", "1")
			// A program with the race detector otherwise waits a second before it ends.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			e.Values[remembered{}] = map[string]map[string]file{}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"code":      exitsWith,
			"copydir":   copyDir,
			"files":     listFiles,
			"remember":  remember,
			"unchanged": unchanged,
			"encode":    encode,
			"bytes":     writeBytes,
			"escaped":   setEscaped,
			"replace":   replace,
			"plain":     plain,
		},
	})
}

// exitsWith is the script command `code N program args...`: like exec, but the exit code must be N.
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("run %s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, not %d", got, want)
	}
}

// copyDir is the script command `copydir FROM TO`. A study's index and reports are left behind.
func copyDir(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copydir FROM TO")
	}
	to := ts.MkAbs(args[1])
	ts.Check(os.CopyFS(to, os.DirFS(ts.MkAbs(args[0]))))
	os.RemoveAll(filepath.Join(to, ".tema"))
	os.RemoveAll(filepath.Join(to, "reports"))
}

type (
	remembered struct{} // the key of what scripts remember, in testscript's Env.Values
	file       struct {
		content []byte
		changed time.Time
	}
)

// read returns the files under dir by slash-separated name, without those of .tema.
func read(ts *testscript.TestScript, dir string) map[string]file {
	out := map[string]file{}
	root := ts.MkAbs(dir)
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == ".tema" {
				return fs.SkipDir
			}
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		out[filepath.ToSlash(rel)] = file{content, info.ModTime()}
		return err
	}))
	return out
}

// listFiles is the script command `files DIR`: it prints the names of the files under DIR, sorted, without .tema.
func listFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: files DIR")
	}
	for _, name := range slices.Sorted(maps.Keys(read(ts, args[0]))) {
		fmt.Fprintln(ts.Stdout(), name)
	}
}

// remember is the script command `remember DIR`, for a later `unchanged DIR`.
func remember(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: remember DIR")
	}
	ts.Value(remembered{}).(map[string]map[string]file)[args[0]] = read(ts, args[0])
}

// unchanged is the script command `unchanged DIR [FILE...]`: since `remember DIR`, no file under DIR was made, taken
// away or written to, not even with the bytes that it had. Files named may have changed, and must.
func unchanged(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: unchanged DIR [FILE...]")
	}
	was, ok := ts.Value(remembered{}).(map[string]map[string]file)[args[0]]
	if !ok {
		ts.Fatalf("nothing is remembered of %s", args[0])
	}
	now := read(ts, args[0])
	var differ []string
	for name, f := range was {
		g, there := now[name]
		if !there || !bytes.Equal(f.content, g.content) || !f.changed.Equal(g.changed) {
			differ = append(differ, name)
		}
	}
	for name := range now {
		if _, there := was[name]; !there {
			differ = append(differ, name)
		}
	}
	slices.Sort(differ)
	may := slices.Sorted(slices.Values(args[1:]))
	if !slices.Equal(differ, may) {
		ts.Fatalf("these files of %s were made, changed or taken away: %q, not %q", args[0], differ, may)
	}
}

// encode is the script command `encode ENCODING FROM TO`: it writes the UTF-8 file FROM in another encoding. utf-16 is
// the one with a byte order mark.
func encode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: encode ENCODING FROM TO")
	}
	var enc encoding.Encoding = utf.UTF16(utf.LittleEndian, utf.UseBOM)
	if args[0] != "utf-16" {
		var err error
		enc, err = htmlindex.Get(args[0])
		ts.Check(err)
	}
	out, err := enc.NewEncoder().Bytes([]byte(ts.ReadFile(args[1])))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), out, 0o666))
}

// writeBytes is the script command `bytes FILE TEXT`: it writes TEXT, in which Go's escapes (\n, \x1b, \u202e) stand
// for what no script can hold.
func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bytes FILE TEXT")
	}
	name := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(name), 0o777))
	ts.Check(os.WriteFile(name, []byte(unescape(ts, args[1])), 0o666))
}

// setEscaped is the script command `escaped NAME TEXT`, which sets an environment variable to what bytes would write.
func setEscaped(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: escaped NAME TEXT")
	}
	ts.Setenv(args[0], unescape(ts, args[1]))
}

func unescape(ts *testscript.TestScript, s string) string {
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	ts.Check(err)
	return text
}

// replace is the script command `replace FILE OLD NEW`, as somebody edits a file: OLD must stand in it once.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	before := ts.ReadFile(args[0])
	if n := strings.Count(before, args[1]); n != 1 {
		ts.Fatalf("%q stands in %s %d times", args[1], args[0], n)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(before, args[1], args[2], 1)), 0o666))
}

// plain is the script command `plain FILE...`: nothing in FILE (or stdout, or stderr) can repaint a terminal or turn a
// line around.
func plain(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: plain FILE...")
	}
	for _, name := range args {
		for i, r := range ts.ReadFile(name) {
			if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Bidi_Control) {
				ts.Fatalf("%s holds %U at byte %d", name, r, i)
			}
		}
	}
}
