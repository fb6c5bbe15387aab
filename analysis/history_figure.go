package analysis

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/tema-qda/tema/codebook"
	"github.com/tema-qda/tema/codebook/diag"
)

// lanes are the rows of the figure: kinds of changes that one reads together.
var lanes = []struct {
	name  string
	kinds []codebook.Kind
}{
	{"added", []codebook.Kind{codebook.Added, codebook.Restored}},
	{"renamed", []codebook.Kind{codebook.Renamed}},
	{"merged", []codebook.Kind{codebook.Merged}},
	{"split", []codebook.Kind{codebook.Split}},
	{"retired, removed", []codebook.Kind{codebook.Retired, codebook.Dropped, codebook.Removed}},
	{"redefined", []codebook.Kind{codebook.Redefined, codebook.OtherRules}},
	{"moved", []codebook.Kind{codebook.Moved}},
}

// figureStyle gives the colours for a dark page; those of a light one stand in the attributes, for programs that read
// no style sheet.
const figureStyle = `@media (prefers-color-scheme:dark){.page{fill:#16181c}.ink{fill:#e6e6e6}.soft{fill:#a9adb5}.grid{stroke:#3a3e46}` +
	`.codes{stroke:#7fbbea}.codes-fill{fill:#7fbbea}.themes{stroke:#f0a868}.themes-fill{fill:#f0a868}.on{fill:#16181c}}`

// Figure draws h as SVG: above, how many codes and themes there were after each commit; below, what happened, a row for
// each kind, codes as discs and themes as squares. It uses no font, picture or script of anybody else's, reads on light
// and on dark pages, and is the same bytes on every machine. What it shows stands in its description as a table. It
// names nobody: dates and subjects of commits do not say who.
func (h *History) Figure() []byte {
	const (
		width          = 960
		left, right    = 130, 90 // room for the names of rows, and of lines at their ends
		top, high      = 40, 180 // of the numbers
		rowHeight, gap = 30, 34
		edge           = 10 // from the frame to the first and last step
		character      = 7  // pixels, about, of 12 px letters
	)
	n := len(h.Steps)
	counted := false
	most := 0
	for _, s := range h.Steps {
		counted = counted || s.Counted
		most = max(most, s.Codes, s.Themes)
	}
	plot := 0 // height of the numbers: the journal has none
	if counted {
		plot = high
	}
	step := min(60, float64(width-left-right-2*edge)/float64(max(1, n-1)))
	radius := max(2.5, min(7, float64(step*0.45))) // of a disc; a square is a little smaller
	x := func(i int) float64 { return left + edge + float64(float64(i)*step) }
	rise := 1
	for k := 0; rise*5 < most; k++ { // 1, 2, 5, 10, 20 ...
		rise = []int{1, 2, 5}[(k+1)%3] * pow10((k+1)/3)
	}
	ceiling := max(rise, (most+rise-1)/rise*rise)
	y := func(count int) float64 { return top + float64(high) - float64(float64(count)/float64(ceiling)*high) }
	firstRow := top + plot
	if counted {
		firstRow += gap
	}
	height := firstRow + len(lanes)*rowHeight + 40

	var b strings.Builder
	put := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="history-title history-table" font-family="system-ui, sans-serif" font-size="12">`, width, height, width, height)
	put(`<title id="history-title">%s</title>`, figureText(h.figureTitle()))
	put(`<desc id="history-table">%s</desc>`, figureText(h.figureTable()))
	put(`<style>%s</style>`, figureStyle)
	put(`<rect class="page" width="%d" height="%d" fill="#ffffff"/>`, width, height)
	put(`<text class="ink" x="%d" y="22" font-size="14" font-weight="600" fill="#1c1e21">%s</text>`, left, figureText(h.figureTitle()))

	if counted {
		for v := 0; v <= ceiling; v += rise {
			put(`<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="#dfe2e6"/>`, left, y(v), width-right, y(v))
			put(`<text class="soft" x="%d" y="%.1f" text-anchor="end" fill="#5c626b">%d</text>`, left-8, y(v)+4, v)
		}
		draw := func(class, color string, count func(Moment) int) (last int, at float64) {
			var path strings.Builder
			for i, s := range h.Steps {
				switch {
				case !s.Counted:
					continue
				case path.Len() == 0:
					fmt.Fprintf(&path, "M%.1f %.1f", x(i), y(count(s)))
				default: // a number holds until the next commit
					fmt.Fprintf(&path, "H%.1fV%.1f", x(i), y(count(s)))
				}
				last, at = count(s), x(i)
			}
			put(`<path class="%s" d="%sh4" fill="none" stroke="%s" stroke-width="2"/>`, class, path.String(), color)
			return last, at
		}
		codes, codesEnd := draw("codes", "#1b6ca8", func(s Moment) int { return s.Codes })
		themes, _ := draw("themes", "#a8521b", func(s Moment) int { return s.Themes })
		yc, yt := y(codes), y(themes)
		if yt-yc < 14 && yt >= yc { // keep the two names apart
			yc = yt - 14
		} else if yc-yt < 14 && yc > yt {
			yt = yc - 14
		}
		put(`<text class="codes-fill" x="%.1f" y="%.1f" fill="#1b6ca8">%s</text>`, codesEnd+8, yc+4, Plural(codes, "code", "codes"))
		put(`<text class="themes-fill" x="%.1f" y="%.1f" fill="#a8521b">%s</text>`, codesEnd+8, yt+4, Plural(themes, "theme", "themes"))
	}

	for row, lane := range lanes {
		mid := firstRow + row*rowHeight + rowHeight/2
		put(`<line class="grid" x1="%d" y1="%d" x2="%d" y2="%d" stroke="#dfe2e6"/>`, left, mid, width-right, mid)
		put(`<text class="ink" x="%d" y="%d" text-anchor="end" fill="#1c1e21">%s</text>`, left-8, mid+4, lane.name)
		for i, s := range h.Steps {
			for _, mark := range []struct{ of, class, color string }{{"code", "codes-fill", "#1b6ca8"}, {"theme", "themes-fill", "#a8521b"}} {
				var told []string
				for _, t := range s.Changes {
					for _, kind := range lane.kinds {
						if t.Kind == kind && t.Of == mark.of {
							told = append(told, string(t.Kind)+" "+t.Sentence())
						}
					}
				}
				if len(told) == 0 {
					continue
				}
				put(`<g><title>%s</title>`, figureText(day(s.At)+" "+s.short()+": "+strings.Join(told, "; ")))
				at := float64(mid)
				if mark.of == "code" {
					at -= 4
					put(`<circle class="%s" cx="%.1f" cy="%.1f" r="%.1f" fill="%s"/>`, mark.class, x(i), at, radius, mark.color)
				} else {
					at += 8
					put(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, mark.class, x(i)-float64(0.85*radius), at-float64(0.85*radius), 1.7*radius, 1.7*radius, mark.color)
				}
				if len(told) > 1 && len(told) < 100 && radius == 7 {
					put(`<text class="on" x="%.1f" y="%.1f" text-anchor="middle" font-size="10" font-weight="600" fill="#ffffff">%d</text>`, x(i), at+3.5, len(told))
				}
				put(`</g>`)
			}
		}
	}

	bottom := firstRow + len(lanes)*rowHeight + 16
	free := -1.0 // right end of the last date
	for i, s := range h.Steps {
		label := day(s.At)
		half := float64(len(label)*character) / 2
		if at := x(i); at-half > free+10 {
			put(`<text class="soft" x="%.1f" y="%d" text-anchor="middle" fill="#5c626b">%s</text>`, at, bottom, figureText(label))
			free = at + half
		}
	}
	put(`<circle class="codes-fill" cx="%d" cy="%d" r="5" fill="#1b6ca8"/>`, 20, bottom-4)
	put(`<text class="ink" x="%d" y="%d" fill="#1c1e21">code</text>`, 29, bottom)
	put(`<rect class="themes-fill" x="%d" y="%d" width="10" height="10" fill="#a8521b"/>`, 15, bottom+7)
	put(`<text class="ink" x="%d" y="%d" fill="#1c1e21">theme</text>`, 29, bottom+16)
	put(`</svg>`)
	return []byte(b.String())
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

func (h *History) figureTitle() string {
	unit := Plural(len(h.Steps), "commit", "commits")
	if h.Source == "journal" {
		unit = Plural(len(h.Steps), "event of the journal", "events of the journal")
	}
	title := "The life of the codebook: " + unit
	if n := len(h.Steps); n > 0 {
		from, to := day(h.Steps[0].At), day(h.Steps[n-1].At)
		if title += ", " + from; to != from {
			title += " to " + to
		}
	}
	return title
}

// figureTable is what the figure shows, a line a step.
func (h *History) figureTable() string {
	var b strings.Builder
	b.WriteString("date | commit | codes | themes | what happened\n")
	for _, s := range h.Steps {
		codes, themes := "", ""
		if s.Counted {
			codes, themes = fmt.Sprint(s.Codes), fmt.Sprint(s.Themes)
		}
		var told []string
		if s.Fault != "" {
			told = append(told, "passed over")
		}
		for _, t := range s.Changes {
			told = append(told, string(t.Kind)+" "+t.Sentence())
		}
		fmt.Fprintf(&b, "%s | %s | %s | %s | %s\n", day(s.At), s.short(), codes, themes, diag.Plain(strings.Join(told, "; ")))
	}
	return b.String()
}

// figureText makes words safe in a picture: no markup, nothing that XML forbids, line breaks kept.
func figureText(s string) string {
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		xml.EscapeText(&b, []byte(diag.Plain(line)))
	}
	return b.String()
}
