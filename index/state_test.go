package index

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tema-qda/tema/index/transcript"
)

// FuzzState holds that no bytes make the reader of the state file fall, were their checksum right.
func FuzzState(f *testing.F) {
	s := newStudy(f, map[string]string{"A": small, "B": "Nobody is named.\n\nAnd so on.\n"})
	s.open().Close()
	src, err := os.ReadFile(filepath.Join(s.dir, ".tema", "index", stateName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src[len(stateMagic)+4 : len(src)-4])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		src := binary.LittleEndian.AppendUint32([]byte(stateMagic), stateVersion)
		src = append(src, body...)
		src = binary.LittleEndian.AppendUint32(src, crc32.Checksum(src, castagnoli))
		st, err := decodeState(src)
		if err != nil {
			return
		}
		for _, e := range st.entries {
			_, _ = e.lay()
		}
	})
}

// What is kept of a transcript is what it was, but for its words.
func TestLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, found := transcript.Parse("T", "T.txt", []byte(drawTranscript(t)))
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		e := &entry{id: tr.ID, hash: tr.Hash, meta: tr.Meta, layout: writeLayout(tr, "nb")}
		l, err := e.lay()
		if err != nil {
			t.Fatal(err)
		}
		if len(l.t.Turns) != len(tr.Turns) || !reflect.DeepEqual(l.t.Meta, tr.Meta) || l.t.Hash != tr.Hash || l.t.ID != tr.ID {
			t.Fatalf("%+v, want %+v", l.t, tr)
		}
		for i, turn := range tr.Turns {
			if l.t.Turns[i] != turn {
				t.Fatalf("turn %+v, want %+v", l.t.Turns[i], turn)
			}
			if want := transcript.Sentences(tr.Text, turn.Speech, "nb"); !slices.Equal(l.sentences[i], want) {
				t.Fatalf("turn %d: sentences %v, want %v", i, l.sentences[i], want)
			}
		}
	})
}

func TestStemTable(t *testing.T) {
	table := stemTable{}.with([]string{"grens\x00grense", "gren\x00grener", "grens\x00grensen", "grens\x00grense"})
	table = table.with([]string{"grens\x00grenser", "a\x00a"})
	for stem, want := range map[string][]string{"grens": {"grense", "grensen", "grenser"}, "gren": {"grener"}, "a": {"a"}, "gre": nil, "z": nil, "": nil} {
		if got := table.words(stem); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", stem, got, want)
		}
	}
}
