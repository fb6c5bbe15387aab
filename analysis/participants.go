package analysis

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/tema-qda/tema/codebook/diag"
)

// Participants is participants.csv: one row a participant, attributes in the user's own words and order.
type Participants struct {
	Attributes []string // headers but the first
	Rows       []*Participant

	byID    map[string]*Participant
	columns map[string]int // folded header -> index in Attributes
}

// A Participant is one row. Values go with Participants.Attributes; "" is missing.
type Participant struct {
	ID     string
	Values []string
	Line   int
}

// Row returns the participant of that id without regard to case, or nil.
func (p *Participants) Row(id string) *Participant { return p.byID[diag.Fold(id)] }

func (p *Participants) column(name string) (int, bool) {
	i, ok := p.columns[diag.Fold(name)]
	return i, ok
}

// parseParticipants reads the table as spreadsheets in many countries write it: comma, semicolon or tab; UTF-8 with or
// without a byte order mark, UTF-16, or windows-1252.
func parseParticipants(file string, src []byte, found *diag.List) *Participants {
	p := &Participants{byID: map[string]*Participant{}, columns: map[string]int{}}
	text, err := decodeTable(src)
	if err != nil {
		found.Errorf("study/participants", file, diag.Position{}, "cannot be read as text: %v", err)
		return p
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = separator(text)
	r.FieldsPerRecord = -1
	fail := func(line, column int, format string, args ...any) {
		found.Errorf("study/participants", file, diag.Position{Line: line, Column: column}, format, args...)
	}
	header := true
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return p
		}
		if err != nil {
			if fault, ok := errors.AsType[*csv.ParseError](err); ok {
				fail(fault.Line, fault.Column, "not a table: %v", fault.Err)
			} else {
				fail(0, 0, "not a table: %v", err)
			}
			return p
		}
		line, _ := r.FieldPos(0)
		for i := range record {
			record[i] = strings.TrimSpace(record[i])
		}
		if strings.Join(record, "") == "" {
			continue
		}
		if header {
			header = false
			if diag.Fold(record[0]) != "id" {
				fail(line, 1, "the first column must be id, not %q", record[0])
				return p
			}
			for i, name := range record[1:] {
				_, column := r.FieldPos(i + 1)
				switch _, twice := p.columns[diag.Fold(name)]; {
				case name == "":
					fail(line, column, "column %d has no name", i+2)
				case twice || diag.Fold(name) == "id":
					fail(line, column, "column %s stands twice", name)
				case reservedAttribute(name):
					fail(line, column, "column %s: tema keeps that name for itself", name)
				default:
					p.columns[diag.Fold(name)] = i
				}
			}
			p.Attributes = record[1:]
			continue
		}
		row := &Participant{ID: record[0], Line: line, Values: make([]string, len(p.Attributes))}
		if len(record) > len(p.Attributes)+1 {
			fail(line, 1, "row %s has %d cells; the header has %d", row.ID, len(record), len(p.Attributes)+1)
		}
		copy(row.Values, record[1:])
		if err := diag.CheckID(row.ID); err != nil {
			fail(line, 1, "%v", err)
		} else if diag.ReservedParticipant(row.ID) {
			fail(line, 1, "%s is not a participant's id: tema keeps that name for itself", row.ID)
		} else if first := p.byID[diag.Fold(row.ID)]; first != nil {
			fail(line, 1, "participant %s stands twice, first on line %d", row.ID, first.Line)
		} else {
			p.byID[diag.Fold(row.ID)] = row
			p.Rows = append(p.Rows, row)
		}
	}
}

func decodeTable(src []byte) (string, error) {
	var out []byte
	var err error
	switch {
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}), bytes.HasPrefix(src, []byte{0xfe, 0xff}):
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(src)
	case utf8.Valid(src):
		out = bytes.TrimPrefix(src, []byte("\ufeff"))
	default:
		out, err = charmap.Windows1252.NewDecoder().Bytes(src)
	}
	if err == nil && bytes.IndexByte(out, 0) >= 0 {
		err = fmt.Errorf("it holds NUL characters")
	}
	return string(out), err
}

// separator is the one of comma, semicolon and tab that the header line holds most of.
func separator(text string) rune {
	line, _, _ := strings.Cut(text, "\n")
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}
