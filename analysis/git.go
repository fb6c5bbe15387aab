package analysis

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// git is asked as a program and only ever reads. A study may come from anybody, with the settings of its repository:
// none of them may run a program, open a connection or write a file. So hooks, monitors, signatures, helpers of diff
// and every protocol are off, what the environment says of other repositories is forgotten, and no shell is used.

// ErrNoGit says that no history can be asked for: git is not installed, or the file is in no repository of it.
var ErrNoGit = errors.New("no git history here")

const (
	gitPatience   = time.Minute
	gitAnswerSize = 64 << 20 // bytes; more than any codebook or list of commits
)

// git makes the command that runs git with args in dir.
func git(ctx context.Context, dir string, args ...string) *exec.Cmd {
	safe := []string{"--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=", "-c", "core.hooksPath=" + os.DevNull,
		"-c", "safe.bareRepository=explicit", "-c", "gpg.program=false"}
	c := exec.CommandContext(ctx, "git", append(safe, args...)...)
	c.Dir = dir
	c.WaitDelay = 2 * time.Second
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case !strings.HasPrefix(name, "GIT_"):
		case name == "GIT_EXEC_PATH", name == "GIT_CEILING_DIRECTORIES", strings.HasPrefix(name, "GIT_CONFIG_") && name != "GIT_CONFIG_PARAMETERS":
		default:
			continue // GIT_DIR and its like: a hook that calls tema sets them for its own folder
		}
		c.Env = append(c.Env, entry)
	}
	c.Env = append(c.Env, "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "LC_ALL=C")
	return c
}

// askGit runs git and returns what it answers.
func askGit(ctx context.Context, dir string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, gitPatience)
	defer cancel()
	c := git(ctx, dir, args...)
	var out, errs bytes.Buffer
	c.Stderr = &errs
	pipe, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return nil, gitFault(err, "", args[0])
	}
	n, err := io.Copy(&out, io.LimitReader(pipe, gitAnswerSize+1))
	if n > gitAnswerSize {
		cancel()
		c.Wait()
		return nil, fmt.Errorf("ask git %s: its answer is longer than %d MB", args[0], gitAnswerSize>>20)
	}
	if err := errors.Join(err, c.Wait()); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("ask git %s: %w", args[0], ctx.Err())
		}
		return nil, gitFault(err, errs.String(), args[0])
	}
	return out.Bytes(), nil
}

// gitFault makes an error of what went wrong and what git said of it.
func gitFault(err error, said, what string) error {
	said, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(said), "fatal: "), "error: "), "\n")
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, exec.ErrDot):
		return fmt.Errorf("%w: git is not installed", ErrNoGit)
	case strings.HasPrefix(said, "not a git repository"):
		return fmt.Errorf("%w: the folder is in no git repository", ErrNoGit)
	case said != "":
		return fmt.Errorf("ask git %s: %s", what, said)
	}
	return fmt.Errorf("ask git %s: %w", what, err)
}

// Revision returns the bytes that a file had at a revision of git: a commit's hash, a tag, a branch, HEAD~2.
func Revision(ctx context.Context, file, rev string) ([]byte, error) {
	if rev == "" || strings.HasPrefix(rev, "-") || strings.ContainsAny(rev, "\x00\n") {
		return nil, fmt.Errorf("%q is no revision of git", rev)
	}
	dir, base := filepath.Split(file)
	if dir == "" {
		dir = "."
	}
	if _, err := askGit(ctx, dir, "rev-parse", "--git-dir"); err != nil {
		return nil, err
	}
	hash, err := askGit(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("git knows no commit %q", rev)
	}
	entry, err := askGit(ctx, dir, "ls-tree", "-z", strings.TrimSpace(string(hash)), "--", base)
	if err != nil {
		return nil, err
	}
	mode, rest, _ := strings.Cut(string(entry), " ")
	kind, rest, _ := strings.Cut(rest, " ")
	blob, _, _ := strings.Cut(rest, "\t")
	switch {
	case len(entry) == 0:
		return nil, fmt.Errorf("read %s at %s: it did not stand in this folder then: %w", base, rev, fs.ErrNotExist)
	case kind != "blob" || mode == symbolicLink:
		return nil, fmt.Errorf("read %s at %s: it was not a file then", base, rev)
	}
	return askGit(ctx, dir, "cat-file", "blob", blob)
}

const symbolicLink = "120000" // a mode in git's trees

// A commit is one that touched a file.
type commit struct {
	hash, at, by, subject string
	mode, blob, path      string // of the file as the commit left it; blob is "" where it took the file away
}

// commits returns those that touched a file, oldest first. A merge is what it changed for the branch that it was made
// on: the first parent's. The file is followed through renames.
func commits(ctx context.Context, file string) ([]commit, error) {
	dir, base := filepath.Split(file)
	if dir == "" {
		dir = "."
	}
	out, err := askGit(ctx, dir, "log", "--first-parent", "--diff-merges=first-parent", "--follow", "--raw", "--no-abbrev", "-z", "--no-color", "--no-ext-diff",
		"--no-textconv", "--no-show-signature", "--no-relative", "--no-notes", "--encoding=UTF-8", "--format=tformat:%H%x00%aI%x00%an%x00%s", "--", base)
	if err != nil {
		if strings.Contains(err.Error(), "does not have any commits yet") {
			return nil, nil
		}
		return nil, err
	}
	var all []commit
	fields := strings.Split(string(out), "\x00")
	for len(fields) >= 6 {
		c := commit{hash: fields[0], at: fields[1], by: fields[2], subject: fields[3]}
		raw := strings.Fields(fields[4]) // :oldmode newmode oldblob newblob M
		if len(raw) != 5 || len(c.hash) < 40 {
			return nil, fmt.Errorf("ask git log: its answer about %s is not understood", c.hash)
		}
		c.mode, c.blob, c.path = raw[1], raw[3], fields[5]
		fields = fields[6:]
		if raw[4][0] == 'R' || raw[4][0] == 'C' { // from where, to where
			if len(fields) == 0 {
				return nil, fmt.Errorf("ask git log: its answer about %s is cut off", c.hash)
			}
			c.path, fields = fields[0], fields[1:]
		}
		if strings.Trim(c.blob, "0") == "" {
			c.blob = ""
		}
		all = append(all, c)
	}
	slices.Reverse(all)
	return all, nil
}

// blobs reads one file's versions one after the other through a single git.
type blobs struct {
	c      *exec.Cmd
	cancel context.CancelFunc
	ask    io.WriteCloser
	answer *bufio.Reader
}

func openBlobs(ctx context.Context, dir string) (*blobs, error) {
	ctx, cancel := context.WithCancel(ctx)
	b := &blobs{c: git(ctx, dir, "cat-file", "--batch"), cancel: cancel}
	ask, err := b.c.StdinPipe()
	if err == nil {
		var answer io.Reader
		answer, err = b.c.StdoutPipe()
		b.ask, b.answer = ask, bufio.NewReader(answer)
	}
	if err == nil {
		err = b.c.Start()
	}
	if err != nil {
		cancel()
		return nil, gitFault(err, "", "cat-file")
	}
	return b, nil
}

func (b *blobs) close() {
	b.ask.Close()
	b.cancel()
	b.c.Wait()
}

// read returns the blob of that name, which is git's own and no revision that somebody typed.
func (b *blobs) read(name string) ([]byte, error) {
	watchdog := time.AfterFunc(gitPatience, b.cancel)
	defer watchdog.Stop()
	if _, err := io.WriteString(b.ask, name+"\n"); err != nil {
		return nil, fmt.Errorf("ask git cat-file: %w", err)
	}
	head, err := b.answer.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("ask git cat-file: %w", err)
	}
	words := strings.Fields(head) // name, type, size
	if len(words) != 3 {
		return nil, fmt.Errorf("git does not have %s (a partial clone?)", name)
	}
	size, err := strconv.Atoi(words[2])
	if err != nil || size > gitAnswerSize {
		return nil, fmt.Errorf("read %s from git: %s bytes are too many", name, words[2])
	}
	content := make([]byte, size+1) // and a line feed
	if _, err := io.ReadFull(b.answer, content); err != nil {
		return nil, fmt.Errorf("ask git cat-file: %w", err)
	}
	return content[:size], nil
}

// shallow says whether the repository around dir lacks older commits.
func shallow(ctx context.Context, dir string) bool {
	out, err := askGit(ctx, dir, "rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(string(out)) == "true"
}
