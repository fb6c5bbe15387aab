package analysis

// WriteBaseline writes check-baseline.json, the findings of check that the study lives with, and says whether it
// changed.
func (s *Study) WriteBaseline(content []byte) (changed bool, err error) {
	unlock, err := s.lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	return s.change("", "baseline of check", map[string][]byte{"check-baseline.json": content})
}
