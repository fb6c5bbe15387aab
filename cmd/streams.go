package cmd

// How tema speaks. These rules hold for every command.
//
//   - stdout is the answer, stderr everything else: progress, counts, warnings, faults.
//   - Errors begin with "tema: ", have no capital, no full stop, and say what to do next where something can be done.
//   - A command that has nothing to say says nothing. No praise, no exclamation marks, no emoji.
//   - Colour never carries a meaning alone. --color beats NO_COLOR beats CLICOLOR_FORCE beats TERM=dumb beats whether
//     the stream is a terminal.
//   - Piped output is whole and plain: no colour, no cutting to a width, tabs between fields.
//   - Progress shows only on a terminal, only after 300 ms, on one line that is wiped when done.
//   - Words from transcripts pass diag.Plain on their way to a terminal.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/codebook/diag"
)

// terminal says whether w is one, and how wide it is (in columns).
func terminal(w io.Writer) (width int, is bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 20 {
		width = 80
	}
	return width, true
}

// styles are the few that tema uses; each is the identity where colour is off.
type styles struct{ on bool }

func (a *app) styles(w io.Writer) styles {
	switch a.color {
	case "always":
		return styles{true}
	case "never":
		return styles{false}
	}
	if os.Getenv("NO_COLOR") != "" {
		return styles{false}
	}
	if force := os.Getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return styles{true}
	}
	_, is := terminal(w)
	return styles{is && os.Getenv("TERM") != "dumb"}
}

func (s styles) wrap(code, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s styles) bold(text string) string { return s.wrap("1", text) }
func (s styles) dim(text string) string  { return s.wrap("2", text) }

func (s styles) severity(sev diag.Severity, text string) string {
	switch sev {
	case diag.Error:
		return s.wrap("1;31", text)
	case diag.Warning:
		return s.wrap("1;33", text)
	}
	return s.wrap("1", text)
}

// printJSON writes v as one indented document, without HTML escapes.
func (a *app) printJSON(v any) error {
	var doc bytes.Buffer
	enc := json.NewEncoder(&doc)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := a.out.Write(diag.PlainJSON(doc.Bytes()))
	return err
}

// note writes a line to stderr.
func (a *app) note(format string, args ...any) { fmt.Fprintf(a.err, format+"\n", args...) }

// findings writes what was found to stderr, sorted.
func (a *app) findings(l diag.List) {
	l.Sort()
	st := a.styles(a.err)
	diag.Text(a.err, l, false, st.severity)
}

// A progress shows how far something is, on a terminal and only when it takes longer than 300 ms.
type progress struct {
	w     io.Writer
	what  string
	start time.Time

	mu    sync.Mutex
	last  time.Time
	shown bool
}

// progress begins to show what is being done. Call done when it is over.
func (a *app) progress(what string) *progress {
	p := &progress{what: what, start: time.Now()}
	if _, is := terminal(a.err); is && os.Getenv("TERM") != "dumb" {
		p.w = a.err
	}
	return p
}

// step says that done of total are done; several goroutines may call it.
func (p *progress) step(done, total int) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.start) < 300*time.Millisecond || now.Sub(p.last) < 50*time.Millisecond {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(p.w, "\r\x1b[K%s %s of %s", p.what, analysis.Thousands(done), analysis.Thousands(total))
}

// done wipes the line.
func (p *progress) done() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// fields joins what is not empty with " · ".
func fields(parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " · ")
}

// wrap cuts text into lines of at most so many characters, at blanks where there are some; 0 leaves it whole.
func wrap(text string, width int) []string {
	var lines []string
	for runes := []rune(text); ; {
		if width <= 0 || len(runes) <= width {
			return append(lines, string(runes))
		}
		at := width
		for at > 0 && runes[at] != ' ' {
			at--
		}
		if strings.TrimSpace(string(runes[:at])) == "" { // one long word
			at = width
		}
		lines = append(lines, strings.TrimRight(string(runes[:at]), " "))
		runes = []rune(strings.TrimLeft(string(runes[at:]), " "))
	}
}

// outputFormat says in which of formats to write: the one that was named, else that of the file's name, else the first.
func (a *app) outputFormat(format, out string, formats []string) (string, error) {
	if format != "" && !slices.Contains(formats, format) {
		return "", usagef("--format is one of %s, not %q", strings.Join(formats, ", "), format)
	}
	if out != "" && format == "" {
		switch format = strings.ToLower(strings.TrimPrefix(filepath.Ext(out), ".")); format {
		case "md":
			format = "markdown"
		case "txt", "tsv":
			format = "text"
		case "gv":
			format = "dot"
		}
		if !slices.Contains(formats, format) {
			return "", usagef("%s is no name for %s; --format says which", out, strings.Join(formats, ", "))
		}
	}
	if format == "" {
		format = formats[0]
	}
	if _, tty := terminal(a.out); tty && out == "" && (format == "docx" || format == "xlsx") {
		return "", usagef("a terminal cannot show %s; name a file with --output", format)
	}
	return format, nil
}

// output writes content to the file that was named, and prints its name, or to stdout.
func (a *app) output(out string, content []byte) error {
	if out == "" {
		_, err := a.out.Write(content)
		return err
	}
	if err := writeFile(out, content); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(struct {
			Schema int      `json:"schema"`
			Files  []string `json:"files"`
		}{1, []string{filepath.ToSlash(out)}})
	}
	fmt.Fprintln(a.out, filepath.ToSlash(out))
	return nil
}
