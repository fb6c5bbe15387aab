package diag

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Time    string        `xml:"time,attr"`
		Failure *junitFailure `xml:"failure"`
		Out     *junitText    `xml:"system-out"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	junitText struct {
		Text string `xml:",chardata"`
	}
)

// JUnit writes findings as JUnit XML: a test suite a file, a test case a finding. What weighs fail or more is a
// failure; the rest passes, with its text as output. Sort the list first. Where nothing was found one case passes,
// since readers take a report without cases for one that went missing.
func JUnit(w io.Writer, l List, showText bool, fail Severity) error {
	all := junitSuites{Name: "tema check"}
	for _, f := range l {
		name := f.File
		if name == "" {
			name = "study"
		}
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != xmlText(name) {
			all.Suites = append(all.Suites, junitSuite{Name: xmlText(name), Time: "0"})
		}
		suite := &all.Suites[len(all.Suites)-1]
		var text bytes.Buffer
		if err := Text(&text, List{f}, showText, nil); err != nil {
			return err
		}
		c := junitCase{Name: f.Rule, Class: xmlText(name), File: xmlText(f.File), Line: f.Pos.Line, Time: "0"}
		if f.Pos.Line > 0 { // readers want names to differ within a suite
			c.Name += fmt.Sprintf(" at %d:%d", f.Pos.Line, max(f.Pos.Column, 1))
		} else if f.About != "" {
			c.Name += " " + xmlText(f.About)
		}
		if f.Severity >= fail {
			c.Failure = &junitFailure{Message: xmlText(f.Message), Type: f.Severity.String(), Text: xmlText(text.String())}
			suite.Failures++
			all.Failures++
		} else {
			c.Out = &junitText{xmlText(text.String())}
		}
		suite.Cases = append(suite.Cases, c)
		suite.Tests++
		all.Tests++
	}
	if len(l) == 0 {
		all.Tests = 1
		all.Suites = []junitSuite{{Name: "tema check", Tests: 1, Time: "0", Cases: []junitCase{{Name: "no findings", Class: "tema check", Time: "0"}}}}
	}
	out, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("encode findings: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, out)
	return err
}

// xmlText replaces what XML 1.0 cannot hold, not even as a reference, and makes each line harmless.
func xmlText(s string) string {
	lines := strings.Split(strings.ToValidUTF8(s, "\ufffd"), "\n")
	for i, line := range lines {
		lines[i] = strings.Map(func(r rune) rune {
			if r == '\ufffe' || r == '\uffff' {
				return '\ufffd'
			}
			return r
		}, Plain(line))
	}
	return strings.Join(lines, "\n")
}
