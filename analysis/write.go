package analysis

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"github.com/tema-qda/tema/index/transcript"
)

// ErrLocked says that another process is writing in the study.
var ErrLocked = errors.New("another tema is writing in this study; try again when it has finished")

const (
	lockPatience = 10 * time.Second
	tempSuffix   = ".tema-tmp"
)

// lock makes this process the only one that writes in the study, waiting a little for another. It sweeps away what a
// killed process left half written.
func (s *Study) lock() (unlock func(), err error) {
	if err := s.ensureCache(); err != nil {
		return nil, err
	}
	l := flock.New(s.Path(cacheDir + "/lock"))
	ctx, cancel := context.WithTimeout(context.Background(), lockPatience)
	defer cancel()
	if held, err := l.TryLockContext(ctx, 20*time.Millisecond); !held {
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, ErrLocked
		}
		return nil, fmt.Errorf("lock study: %w", err)
	}
	if err := s.settle(); err != nil {
		l.Unlock()
		return nil, err
	}
	if err := s.fileRecord(); err != nil { // of a process that was killed after its change
		l.Unlock()
		return nil, err
	}
	if !s.swept { // once: listing folders takes time, and a coding screen writes at every key
		s.swept = true
		s.sweep()
	}
	return func() { l.Unlock() }, nil
}

// ensureCache makes .tema, private, with a .gitignore that keeps it out of git.
func (s *Study) ensureCache() error {
	if err := s.root.Mkdir(cacheDir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make %s: %w", cacheDir, err)
	}
	f, err := s.root.OpenFile(cacheDir+"/.gitignore", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make %s: %w", cacheDir, err)
	}
	_, err = f.WriteString("*\n")
	return errors.Join(err, f.Close())
}

// sweep removes temporary files of writes that never ended. Their targets stand as they were.
func (s *Study) sweep() {
	dirs := []string{".", transcriptsDir, codingsDir, reportsDir, memosDir, writingDir, textsDir}
	coders, _ := s.readDir(codingsDir)
	for _, c := range coders {
		if c.IsDir() {
			dirs = append(dirs, path.Join(codingsDir, c.Name()))
		}
	}
	for _, dir := range dirs {
		files, _ := s.readDir(dir)
		for _, f := range files {
			if strings.HasPrefix(f.Name(), ".") && strings.HasSuffix(f.Name(), tempSuffix) {
				s.root.Remove(path.Join(dir, f.Name()))
			}
		}
	}
}

// write replaces files by name, each whole: a temporary file in the same folder, fsync, rename, fsync of the folder; nil
// takes a file away. Files that already hold these bytes are left alone; changed says whether any did not. All temporary
// files are written before the first is renamed, so that a full disk changes nothing. Call it with the lock held.
func (s *Study) write(files map[string][]byte) (changed bool, err error) {
	temp := func(name string) string { return path.Join(path.Dir(name), "."+path.Base(name)+tempSuffix) }
	var names, gone []string
	dirs := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		have, err := s.readFile(name)
		switch {
		case err == nil && have == nil && files[name] == nil:
			continue
		case err == nil && have != nil && files[name] != nil && bytes.Equal(have, files[name]):
			continue
		case files[name] == nil:
			gone = append(gone, name)
		default:
			names = append(names, name)
		}
		dirs[path.Dir(name)] = true
	}
	for dir := range dirs {
		if err := s.root.MkdirAll(dir, 0o777); err != nil {
			return false, fmt.Errorf("make %s: %w", dir, err)
		}
	}
	renamed := 0
	defer func() {
		for _, name := range names[renamed:] {
			s.root.Remove(temp(name))
		}
	}()
	// Most of the time goes into waiting for the disk, so several files wait at once.
	faults := make([]error, len(names))
	var done atomic.Int64
	inParallel(max(8, runtime.GOMAXPROCS(0)), len(names), func(i int) {
		faults[i] = s.stage(temp(names[i]), files[names[i]])
		if n := done.Add(1); s.Progress != nil {
			s.Progress(int(n), len(names))
		}
	})
	for i, name := range names {
		if faults[i] != nil {
			return false, fmt.Errorf("write %s: %w", name, faults[i])
		}
	}
	for _, name := range names {
		if err := s.root.Rename(temp(name), name); err != nil {
			return changed, fmt.Errorf("write %s: %w", name, err)
		}
		changed = true
		renamed++
	}
	for _, name := range gone {
		if err := s.root.Remove(name); err != nil {
			return changed, fmt.Errorf("remove %s: %w", name, err)
		}
		changed = true
	}
	for dir := range dirs {
		if err := s.syncDir(dir); err != nil {
			return changed, fmt.Errorf("write %s: %w", dir, err)
		}
	}
	return changed, nil
}

func (s *Study) stage(name string, content []byte) error {
	f, err := s.root.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDir makes renames in a folder last through a loss of power. Windows has no such call and needs none.
func (s *Study) syncDir(name string) error {
	d, err := s.root.Open(name)
	if err != nil {
		return nil
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// Scratch puts content into a new file of .tema, alone in a folder of its own, for a person to edit, and returns its
// name in the study. It is no part of the study; whoever asked for it takes the folder away.
func (s *Study) Scratch(name string, content []byte) (file string, err error) {
	if err := s.ensureCache(); err != nil {
		return "", err
	}
	const scratch = cacheDir + "/edit"
	if err := s.root.MkdirAll(scratch, 0o700); err != nil {
		return "", fmt.Errorf("make %s: %w", scratch, err)
	}
	for n := 1; ; n++ {
		dir := path.Join(scratch, strconv.Itoa(n))
		if err := s.root.Mkdir(dir, 0o700); errors.Is(err, fs.ErrExist) {
			continue // another edit is going on, or one that failed was kept
		} else if err != nil {
			return "", fmt.Errorf("make %s: %w", dir, err)
		}
		file = path.Join(dir, name)
		if err := s.root.WriteFile(file, content, 0o600); err != nil {
			s.root.RemoveAll(dir)
			return "", fmt.Errorf("write %s: %w", file, err)
		}
		return file, nil
	}
}

// WriteReport writes files into reports/, by base name, and says whether anything changed.
func (s *Study) WriteReport(files map[string][]byte) (changed bool, err error) {
	unlock, err := s.lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	named := map[string][]byte{}
	for base, content := range files {
		named[path.Join(reportsDir, base)] = content
	}
	return s.write(named)
}

// AddTranscripts writes transcripts by id, replacing none unless replace is set: nothing of a batch is written when one
// of it would overwrite another text. Beside names other files of the study to be made with them; those that stand there
// already are left as they are.
func (s *Study) AddTranscripts(files, beside map[string][]byte, replace bool) (changed bool, err error) {
	unlock, err := s.lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	named := map[string][]byte{}
	r := record{What: "ingest"}
	for name, content := range beside {
		have, err := s.readFile(name)
		if err != nil {
			return false, err
		}
		if have == nil {
			named[name] = content
			r.Files = append(r.Files, recordFile(name, have, content, false))
		}
	}
	for id, content := range files {
		name := path.Join(transcriptsDir, id+".txt")
		have, err := s.readFile(name)
		if err != nil {
			return false, err
		}
		if have != nil && !bytes.Equal(have, content) && !replace {
			return false, fmt.Errorf("write %s: it stands there already, with another text", name)
		}
		if !bytes.Equal(have, content) {
			r.Files = append(r.Files, recordFile(name, have, content, false))
			if old := string(transcript.Text(have)); have != nil { // codings may be on it
				s.keepText(&transcript.Transcript{Text: old, Hash: transcript.HashText(old)})
			}
		}
		named[name] = content
	}
	if len(r.Files) == 0 {
		return false, nil
	}
	slices.SortFunc(r.Files, func(a, b recordedFile) int { return cmp.Compare(a.File, b.File) })
	if err := s.keepRecord(r); err != nil {
		return false, err
	}
	changed, err = s.write(named) // not all or none: what was written before an interruption stays, and a second run goes on
	if err == nil {
		err = s.fileRecord()
	}
	return changed, err
}

// Create makes a study folder at dir with the given files (by slash-separated name), leaving those that stand there
// as they are. It returns the names of the files that it made.
func Create(dir string, files map[string][]byte) (made []string, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("make study: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("make study: %w", err)
	}
	s := &Study{Dir: dir, root: root}
	defer s.Close()
	unlock, err := s.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	wanted := map[string][]byte{}
	for name, content := range files {
		have, err := s.readFile(name)
		if err != nil {
			return nil, err
		}
		if have == nil {
			wanted[name] = content
			made = append(made, name)
		}
	}
	if err := root.MkdirAll(transcriptsDir, 0o777); err != nil {
		return nil, fmt.Errorf("make %s: %w", transcriptsDir, err)
	}
	slices.Sort(made)
	_, err = s.write(wanted)
	return made, err
}
