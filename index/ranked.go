package index

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2"
	blevequery "github.com/blevesearch/bleve/v2/search/query"

	"github.com/tema-qda/tema/index/query"
)

// maxRanked is how many words of the dictionary, the most frequent ones, count for the rank of one term: a short prefix
// matches thousands, and a search over all would take longer than it is worth. No hit is lost by it.
const maxRanked = 200

// Ranked returns at most limit of the hits that Find gives, best first, and the number of all. The rank is that of the
// turn by bleve's scores (rare words weigh more, and so do short turns that hold them); within a turn hits stand in the
// order of the text. Hits that no word of the query led to stand last, in the order of Find, with score 0.
func (x *Index) Ranked(ctx context.Context, q *query.Query, o query.Options, s query.Scope, limit int) (hits []query.Hit, total int, err error) {
	found, err := x.find(ctx, q, o, s)
	if err != nil {
		return nil, 0, fmt.Errorf("search: %w", err)
	}
	total = len(found.hits)
	limit = min(limit, total)
	if limit <= 0 {
		return nil, total, nil
	}
	f := &finder{ctx: ctx, x: x, stemmers: x.stemmers}
	var by blevequery.Query
	err = unharmed(func() (err error) {
		by, err = f.translate(q.Root)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("search: %w", x.condemn(ctx, err))
	}
	left := make(map[uint64]docHits, len(found.docs))
	for _, d := range found.docs {
		left[d.turn] = d
	}
	hits = make([]query.Hit, 0, limit)
	// bleve knows turns, not sentences, so it may rank turns without a hit: ask for more until there are enough.
	for size := max(50, 2*limit); by != nil; size *= 8 {
		request := bleve.NewSearchRequestOptions(by, size, 0, false)
		request.SortBy([]string{"-_score", "_id"})
		var result *bleve.SearchResult
		err := unharmed(func() (err error) {
			result, err = x.bleve.SearchInContext(ctx, request)
			return err
		})
		if err != nil {
			return nil, 0, fmt.Errorf("search: %w", x.condemn(ctx, err))
		}
		for _, match := range result.Hits {
			ordinal, turn, _ := parseDocumentID(match.ID)
			e := x.byOrdinal[ordinal]
			if e == nil {
				continue
			}
			d, ok := left[turnKey(e, turn)]
			if !ok {
				continue
			}
			delete(left, d.turn)
			for _, hit := range found.hits[d.from:d.to] {
				hit.Score = match.Score
				hits = append(hits, hit)
			}
		}
		if len(hits) >= limit || len(left) == 0 {
			return hits[:limit], total, nil
		}
		if len(result.Hits) < size {
			break
		}
	}
	for _, d := range found.docs {
		if _, ok := left[d.turn]; ok && len(hits) < limit {
			hits = append(hits, found.hits[d.from:d.to]...)
		}
	}
	return hits[:limit], total, nil
}

// translate returns the question to bleve whose scores rank what n finds: the words that can stand in a hit. It is nil
// where there are none.
func (f *finder) translate(n *query.Node) (blevequery.Query, error) {
	switch n.Op {
	case query.Not, query.Field:
		return nil, nil
	case query.Words:
		terms := make([][]string, len(n.Terms))
		for i, t := range n.Terms {
			words, err := f.expand(t)
			if err != nil {
				return nil, err
			}
			slices.SortFunc(words, func(a, b word) int { return cmp.Or(cmp.Compare(b.docs, a.docs), cmp.Compare(a.text, b.text)) })
			for _, w := range words[:min(len(words), maxRanked)] {
				terms[i] = append(terms[i], w.text)
			}
			if len(words) == 0 {
				return blevequery.NewMatchNoneQuery(), nil
			}
		}
		if len(terms) > 1 {
			return blevequery.NewMultiPhraseQuery(terms, textField), nil
		}
		var any []blevequery.Query
		for _, w := range terms[0] {
			q := blevequery.NewTermQuery(w)
			q.SetField(textField)
			any = append(any, q)
		}
		return blevequery.NewDisjunctionQuery(any), nil
	}
	var kids []blevequery.Query
	for _, kid := range n.Kids {
		k, err := f.translate(kid)
		if err != nil {
			return nil, err
		}
		if k != nil {
			kids = append(kids, k)
		}
	}
	switch {
	case len(kids) == 0:
		return nil, nil
	case n.Op == query.Or:
		return blevequery.NewDisjunctionQuery(kids), nil
	}
	return blevequery.NewConjunctionQuery(kids), nil
}
