package analysis

import (
	"context"
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"sync"

	"github.com/tema-qda/tema/index/transcript"
)

// textsDir keeps the texts that codings were put on, by their hash, so that codings can follow when a transcript is
// edited. It may be deleted at any time; what git's history knows is then found there.
const textsDir = cacheDir + "/texts"

var textHash = regexp.MustCompile(`^[0-9a-f]{12}$`)

// keepText keeps the text of t as it is now. That it cannot is no fault: it helps, and nothing rests on it.
func (s *Study) keepText(t *transcript.Transcript) {
	name := path.Join(textsDir, t.Hash)
	if _, err := s.root.Stat(name); err == nil {
		return
	}
	if s.ensureCache() != nil || s.root.MkdirAll(textsDir, 0o700) != nil {
		return
	}
	temp := fmt.Sprintf("%s/.%s-%d%s", textsDir, t.Hash, os.Getpid(), tempSuffix)
	if s.root.WriteFile(temp, []byte(t.Text), 0o600) != nil || s.root.Rename(temp, name) != nil {
		s.root.Remove(temp)
	}
}

// OldText returns the text that a transcript had when its hash was hash: as it was kept, or as git's history has it.
// Several goroutines may call it.
func (s *Study) OldText(id, hash string) (text string, known bool) {
	if !textHash.MatchString(hash) { // it comes from a file that anybody may have written
		return "", false
	}
	if t := s.Transcript(id); t != nil && t.Hash == hash {
		return t.Text, true
	}
	if src, err := s.root.ReadFile(path.Join(textsDir, hash)); err == nil {
		if transcript.HashText(string(src)) == hash {
			return string(src), true
		}
		s.root.Remove(path.Join(textsDir, hash))
	}
	text, known = s.textInGit(id, hash)
	if known {
		s.keepText(&transcript.Transcript{Text: text, Hash: hash})
	}
	return text, known
}

// textInGit looks for a text in all versions of a transcript that git has, the newest first.
func (s *Study) textInGit(id, hash string) (text string, known bool) {
	ctx := context.Background()
	versions, err := commits(ctx, s.TranscriptPath(id))
	if err != nil || len(versions) == 0 {
		return "", false
	}
	git, err := openBlobs(ctx, s.Path(transcriptsDir))
	if err != nil {
		return "", false
	}
	defer git.close()
	for _, v := range slices.Backward(versions) {
		if v.blob == "" || v.mode == symbolicLink {
			continue
		}
		src, err := git.read(v.blob)
		if err != nil {
			return "", false
		}
		if text := string(transcript.Text(src)); transcript.HashText(text) == hash {
			return text, true
		}
	}
	return "", false
}

// An edited names a transcript and two of its texts, by their hashes.
type edited struct{ transcript, from, to string }

// A carriage carries codings from an old text to another.
type carriage struct {
	*transcript.Carriage
	old *transcript.Transcript
}

// carriage returns what carries codings from an old text of t, or nil if that text is not known. It is made once.
func (s *Study) carriage(t *transcript.Transcript, hash string) *carriage {
	made, _ := s.carriages.LoadOrStore(edited{t.ID, hash, t.Hash}, sync.OnceValue(func() *carriage {
		if text, known := s.OldText(t.ID, hash); known {
			return &carriage{t.Carry(text), &transcript.Transcript{Text: text, Hash: hash}}
		}
		return nil
	}))
	return made.(func() *carriage)()
}

// carried finds where the words of a coding stand today by the text that they were coded in. Where that is not known
// or does not hold them, the coding's line decides, as for resolved. It also decides where the text does not, if the
// words stood there once with what stood around them.
func (s *Study) carried(c *Coding) (transcript.Span, transcript.Standing) {
	if t := s.Transcript(c.Transcript); t != nil {
		return s.carriedTo(t, c)
	}
	return transcript.Span{}, transcript.Lost
}

// carriedTo is carried with t in the place of the transcript.
func (s *Study) carriedTo(t *transcript.Transcript, c *Coding) (transcript.Span, transcript.Standing) {
	a := c.anchor()
	if c.Text == t.Hash {
		return t.Resolve(a)
	}
	known := s.carriage(t, c.Text)
	if known == nil {
		return t.Resolve(a)
	}
	if quote, _ := known.old.Slice(a.Span); quote != a.Quote {
		return t.Resolve(a)
	}
	span, standing := known.Span(a.Span)
	if standing.Placed() {
		return span, standing
	}
	byLine, found := t.Resolve(a)
	a.TextHash = ""
	if _, then := known.old.Resolve(a); found == transcript.Moved && then == transcript.Moved {
		return byLine, found
	}
	return span, standing
}

// Follow says what a new text of a transcript makes of the codings on it: how many there are, and how many Mend could
// bring along.
func (s *Study) Follow(next *transcript.Transcript) (all, follow int) {
	for _, c := range s.Codings() {
		if c.Transcript == next.ID && c.Status != Removed {
			all++
			if _, standing := s.carriedTo(next, c); standing.Placed() {
				follow++
			}
		}
	}
	return all, follow
}
