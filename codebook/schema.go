package codebook

import "embed"

//go:embed schema/codebook.json schema/study.json
var schemas embed.FS

// Schema returns the JSON Schema (draft 2020-12) of "codebook" or "study", so that editors complete and check
// codebook.yaml and study.yaml. What needs the whole file (an id that stands twice, a reference that leads nowhere) a
// schema cannot say; Parse can.
func Schema(name string) ([]byte, bool) {
	schema, err := schemas.ReadFile("schema/" + name + ".json")
	return schema, err == nil
}
