package workbench

import (
	"image/color"
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"github.com/tema-qda/tema/codebook"
)

// Codes without a colour of their own take one of these in turn: eight that people with any colour vision tell apart
// (Okabe and Ito), the author's order deciding.
var hues = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#b8860b", "#8c6bb1"}

// A palette gives each code the style that its name and bar are drawn in. Colour is never all that tells codes apart.
type palette struct {
	codes map[*codebook.Code]ansi.Style
}

// The styles that have no colour of a code. Where colour is off the terminal's writer takes the colours out; what
// remains still tells the parts apart.
var (
	dim      = ansi.NewStyle().Faint()
	bold     = ansi.NewStyle().Bold()
	matching = ansi.NewStyle().Bold().ForegroundColor(ansi.Black).BackgroundColor(ansi.Yellow)
	wrong    = ansi.NewStyle().Bold().ForegroundColor(ansi.Red)
)

// newPalette makes the styles of a codebook's codes, legible on a background, which is nil where it is not known.
func newPalette(book *codebook.Codebook, background color.Color) palette {
	p := palette{codes: map[*codebook.Code]ansi.Style{}}
	for i, c := range book.AllCodes() {
		hex := c.Color
		if hex == "" {
			hex = hues[i%len(hues)]
		}
		p.codes[c] = ansi.NewStyle().ForegroundColor(legible(hex, background))
	}
	return p
}

// legible returns a colour of the hue of hex that stands out from the background by 4.5 to 1, as WCAG counts contrast;
// where the background is not known, from both black and white, which a colour of middling light does.
func legible(hex string, background color.Color) color.Color {
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return ansi.BrightBlack // not a colour; the codebook's checks say so
	}
	c := color.RGBA{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n), A: 255}
	least, most := 0.175, 0.1833
	if background != nil {
		if b := luminance(background); b < 0.18 {
			least, most = 4.5*(b+0.05)-0.05, 1
		} else {
			least, most = 0, (b+0.05)/4.5-0.05
		}
	}
	for range 60 {
		switch l := luminance(c); {
		case l < least:
			c = towards(c, 255)
		case l > most:
			c = towards(c, 0)
		default:
			return c
		}
	}
	return c
}

// towards mixes a little white (255) or black (0) into c.
func towards(c color.RGBA, end float64) color.RGBA {
	mix := func(v uint8) uint8 {
		if end > 0 {
			return uint8(math.Ceil(float64(float64(v)*0.94) + end*0.06))
		}
		return uint8(float64(v) * 0.94)
	}
	return color.RGBA{R: mix(c.R), G: mix(c.G), B: mix(c.B), A: 255}
}

// luminance is the relative luminance of WCAG, from 0 (black) to 1 (white).
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 65535
		if s <= 0.03928 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// of returns a code's style.
func (p palette) of(c *codebook.Code) ansi.Style {
	if s, ok := p.codes[c]; ok {
		return s
	}
	return dim
}
