package diag

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// The parts of SARIF 2.1.0 (OASIS, 2020) that its schema and GitHub's code scanning ask for.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string       `json:"id"`
		Short   sarifMessage `json:"shortDescription"`
		Full    sarifMessage `json:"fullDescription"`
		Help    sarifMessage `json:"help"`
		Default sarifDefault `json:"defaultConfiguration"`
	}
	sarifDefault struct {
		Enabled bool   `json:"enabled"`
		Level   string `json:"level"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifMessage      `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int           `json:"startLine"`
		StartColumn int           `json:"startColumn"`
		EndColumn   int           `json:"endColumn,omitempty"`
		Snippet     *sarifMessage `json:"snippet,omitempty"`
	}
)

// SARIF writes findings as a SARIF 2.1.0 log of one run. Sort the list first. Rules are those that tema knows; version
// is tema's own. Columns count characters. A finding about a whole file stands at its first line, since code scanning
// drops results without a place. Fingerprints hold no line numbers, so that a finding stays the same one when lines
// above it come and go. An absolute path, which would tell where somebody keeps her study, is cut to its last part.
func SARIF(w io.Writer, l List, showText bool, version string, rules []Rule) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: make([]sarifResult, 0, len(l)),
		Tool: sarifTool{sarifDriver{Name: "tema", Version: version, InformationURI: "https://github.com/tema-qda/tema", Rules: []sarifRule{}}}}
	index := map[string]int{}
	add := func(r Rule) {
		index[r.Name] = len(run.Tool.Driver.Rules)
		help := strings.TrimSpace(r.Why + "\n\n" + r.Mend)
		if help == "" {
			help = sentence(r.Means)
		}
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{ID: r.Name, Short: sarifMessage{sentence(r.Means)},
			Full: sarifMessage{strings.TrimSpace(sentence(r.Means) + " " + r.Why)}, Help: sarifMessage{help},
			Default: sarifDefault{Enabled: r.Severity != Off, Level: sarifLevel(r.Severity)}})
	}
	for _, r := range rules {
		add(r)
	}
	same := map[string]int{} // how often a fingerprint was used
	for _, f := range l {
		if _, known := index[f.Rule]; !known {
			add(Rule{Name: f.Rule, Severity: f.Severity, Means: f.Rule})
		}
		message := f.Message
		if f.Hint != "" {
			message += "\n" + f.Hint
		}
		region := sarifRegion{StartLine: max(f.Pos.Line, 1), StartColumn: max(f.Pos.Column, 1)}
		if f.Pos.Column > 0 {
			region.EndColumn = f.Pos.Column + max(f.Width, 1)
		}
		if f.Source != "" && f.Pos.Line > 0 && (showText || !f.Private) {
			region.Snippet = &sarifMessage{f.Source}
		}
		sum := sha256.Sum256([]byte(strings.Join([]string{f.Rule, f.File, f.About}, "\x00")))
		print := hex.EncodeToString(sum[:])[:16]
		same[print]++
		run.Results = append(run.Results, sarifResult{RuleID: f.Rule, RuleIndex: index[f.Rule], Level: sarifLevel(f.Severity),
			Message:   sarifMessage{strings.ToValidUTF8(message, "\ufffd")},
			Locations: []sarifLocation{{sarifPhysical{sarifArtifact{relativeURI(f.File)}, region}}},
			// The name is GitHub's; it is the only one that code scanning looks at.
			Fingerprints: map[string]string{"primaryLocationLineHash": fmt.Sprintf("%s:%d", print, same[print])}})
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}); err != nil {
		return fmt.Errorf("encode findings: %w", err)
	}
	_, err := w.Write(PlainJSON(b.Bytes()))
	return err
}

func sarifLevel(s Severity) string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Info:
		return "note"
	}
	return "none"
}

// sentence gives words that begin small and have no full stop both.
func sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return strings.ToUpper(string(r)) + s[n:] + "."
}

// relativeURI returns a slash-separated name as a relative reference (RFC 3986).
func relativeURI(name string) string {
	if name == "" {
		return "."
	}
	if path.IsAbs(name) || len(name) > 1 && name[1] == ':' { // the latter on Windows
		name = path.Base(name)
	}
	parts := strings.Split(path.Clean(name), "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	if strings.Contains(parts[0], ":") { // would read as a scheme
		parts[0] = strings.ReplaceAll(parts[0], ":", "%3A")
	}
	return strings.Join(parts, "/")
}
