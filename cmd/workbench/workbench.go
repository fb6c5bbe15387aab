// Package workbench is the screen on which a researcher reads a transcript and codes it, and the same page as plain
// text.
//
// It guarantees that a change is on disk before the next key is read, and undone by one key; that what it shows of
// codings is what the files hold, whoever changed them; that nothing it draws is wider or higher than the terminal; and
// that no colour is needed to tell what is what. It refuses to let words of a transcript reach the terminal as anything
// but text, to read the whole study before the first page stands, and to show a coder of a coding-reliability study
// what others have coded before she has said that she is done.
//
// Layout, margin and drawing are functions of a transcript, its codings and a width; the model holds what a key can
// change; every key that there is stands in one table.
package workbench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/tema-qda/tema/analysis"
	"github.com/tema-qda/tema/index/transcript"
)

// Options say what the screen opens on, and what it cannot do by itself.
type Options struct {
	Coder      string
	Transcript string // "": where the coder left off
	Candidates bool   // begin with the candidates that she has not read
	Disagree   bool   // begin with the passages that coders coded differently
	Anyway     bool   // settle disagreements in a reflexive study too
	Colour     bool

	// Open opens the study anew, where one is needed that nobody else uses, or one that knows what an editor changed.
	Open func() (*analysis.Study, error)
	// Search finds passages in all transcripts, in the language of queries.
	Search func(source string) ([]Found, error)
}

// Found is a passage that a search over all transcripts found.
type Found struct {
	transcript.Passage
	Turn    int
	Speaker string
	Text    string // of the passage
	Words   []transcript.Span
}

// ErrNoTranscripts says that a study has nothing to code.
var ErrNoTranscripts = errors.New("the study has no transcripts; tema ingest reads them in")

// Run shows the screen until the coder leaves it, and closes the study. In and out are a terminal.
func Run(ctx context.Context, s *analysis.Study, o Options, in io.Reader, out io.Writer) error {
	m, err := newModel(s, o)
	if err != nil {
		s.Close()
		return err
	}
	defer func() { m.s.Close() }() // another one by then, perhaps
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out)}
	if !o.Colour {
		options = append(options, tea.WithColorProfile(colorprofile.ASCII))
	}
	_, err = tea.NewProgram(m, options...).Run()
	switch {
	case ctx.Err() != nil: // the terminal is as it was, and everything is on disk
		return ctx.Err()
	case errors.Is(err, tea.ErrInterrupted):
		return context.Canceled
	case err != nil:
		return fmt.Errorf("coding screen: %w", err)
	}
	return nil
}

// modified tells the state of a file without reading it; of none, "".
func modified(name string) string {
	info, err := os.Stat(name)
	if err != nil {
		return ""
	}
	return fmt.Sprint(info.ModTime().UnixNano(), " ", info.Size())
}
