package analysis

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// What scanCoding reads it reads as encoding/json does; what it leaves alone encoding/json decides about.
func TestScanCodingIsJSON(t *testing.T) {
	piece := rapid.SampledFrom([]string{`{`, `}`, `"`, `:`, `,`, `\`, `\n`, `\u00e5`, `\ud83d`, `å`, ` `, `"id"`, `"code"`, `"start"`, `"end"`, `"quote"`, `"x"`, `0`, `01`, `12`,
		`-1`, `1.5`, `null`, "\x01", "\xff", `{"id":"a","code":"b","start":1,"end":2}`, `"status":"removed"`, `"memo":"a \"b\""`, `"ID":"a"`})
	plainly := 0
	same := func(rt *rapid.T, line string) {
		got, plain := scanCoding(line)
		if !plain {
			return
		}
		plainly++
		var want Coding
		if err := json.Unmarshal([]byte(line), &want); err != nil {
			rt.Fatalf("scanCoding reads %q, json says %v", line, err)
		}
		if !reflect.DeepEqual(*got, want) {
			rt.Fatalf("%q: %+v, json reads %+v", line, *got, want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		line := ""
		for _, p := range rapid.SliceOfN(piece, 0, 12).Draw(rt, "pieces") {
			line += p
		}
		same(rt, line)
		c := Coding{ID: rapid.String().Draw(rt, "id"), Code: rapid.String().Draw(rt, "code"), Start: rapid.IntRange(0, 1<<30).Draw(rt, "start"),
			Quote: rapid.String().Draw(rt, "quote"), Memo: rapid.String().Draw(rt, "memo"), Via: "rule"}
		line = string(c.appendLine(nil))
		same(rt, line[:len(line)-1])
		cut := rapid.IntRange(0, len(line)-1).Draw(rt, "cut")
		same(rt, line[:cut]+rapid.StringN(0, 1, 4).Draw(rt, "put in")+line[cut:len(line)-1])
	})
	if plainly < 50 {
		t.Errorf("only %d lines were plain", plainly)
	}
}
