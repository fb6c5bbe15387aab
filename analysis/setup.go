package analysis

import (
	"context"
	"path/filepath"
	"strings"
)

// Attributes is the .gitattributes of a study: text is text on every system, and git merges codings by coding and the
// journal by line. What the rules propose is tema's own, applied.json too.
const Attributes = `*.txt text eol=lf
*.jsonl text eol=lf
*.yaml text eol=lf
*.md text eol=lf
codings/*/*.jsonl merge=tema
codings/_rules/applied.json text eol=lf merge=tema
journal.jsonl merge=union
`

const (
	attributesFile = ".gitattributes"
	driverKey      = "merge.tema.driver"
)

// A GitSetup is what SetupGit found and did.
type GitSetup struct {
	Registered bool // the driver was not, or was another
	Attributes bool // .gitattributes was made
	Asked      bool // git asks the driver for this study's codings
}

// SetupGit tells git, in the settings of this clone alone, to merge codings with the program at that path, and makes
// .gitattributes where the study has none. ErrNoGit says that there is no clone.
func (s *Study) SetupGit(ctx context.Context, program string) (*GitSetup, error) {
	if _, err := askGit(ctx, s.Dir, "rev-parse", "--show-toplevel"); err != nil {
		return nil, err
	}
	out := &GitSetup{}
	unlock, err := s.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	have, err := s.readFile(attributesFile)
	if err != nil {
		return nil, err
	}
	if have == nil {
		if out.Attributes, err = s.write(map[string][]byte{attributesFile: []byte(Attributes)}); err != nil {
			return nil, err
		}
	}
	command := driverCommand(program)
	if now, err := askGit(ctx, s.Dir, "config", "--local", "--get", driverKey); err != nil || strings.TrimSuffix(string(now), "\n") != command {
		for _, set := range [][2]string{{"merge.tema.name", "tema: codings, by id"}, {driverKey, command}} {
			if _, err := askGit(ctx, s.Dir, "config", "--local", "--replace-all", set[0], set[1]); err != nil {
				return nil, err
			}
		}
		out.Registered = true
	}
	asked, err := askGit(ctx, s.Dir, "check-attr", "-z", "merge", "--", codingsDir+"/anna/P01.jsonl")
	out.Asked = strings.HasSuffix(string(asked), "\x00merge\x00tema\x00")
	return out, err
}

// driverCommand is what git runs to merge a file of codings. Git gives it to a shell, on every system. Where the program is
// gone or cannot merge, git merges by lines, and calls the result a conflict: left to itself, git would then take our side
// alone for the result of both.
func driverCommand(program string) string {
	quoted := "'" + strings.ReplaceAll(strings.ReplaceAll(filepath.ToSlash(program), "'", `'\''`), "%", "%%") + "'"
	return quoted + " merge-driver -- %O %A %B %P; case $? in 0) ;; 1) exit 1;; *) git merge-file -L ours -L base -L theirs %A %O %B; exit 1;; esac"
}

// MergesByLine says whether this is a clone whose .gitattributes ask for tema and whose settings do not know it.
func (s *Study) MergesByLine(ctx context.Context) bool {
	attributes, err := s.readFile(attributesFile)
	if err != nil || !strings.Contains(string(attributes), "merge=tema") {
		return false
	}
	if _, err := askGit(ctx, s.Dir, "rev-parse", "--show-toplevel"); err != nil {
		return false
	}
	_, err = askGit(ctx, s.Dir, "config", "--get", driverKey)
	return err != nil
}
