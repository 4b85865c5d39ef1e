package addressmap

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"cellworks/pkg/ipam"
)

// Measures of the picture, in pixels. A row of a VPC is a /19, so that every block is
// a box whose area is its share of the addresses: an address is 1/8 pixel wide.
const (
	margin    = 32
	gutter    = 148  // left of the rows, for labels
	rowWidth  = 1024 // 2^13 addresses
	rowHeight = 64
	rowBits   = 19
	tierGap   = 6
	width     = margin + gutter + rowWidth + margin
	left      = margin + gutter
)

// style colours the picture for light and dark surroundings. Kinds differ in
// brightness too, so that the picture can be read without colours.
const style = `
text { font-family: "Inter", "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; font-size: 12px; fill: #1f2933 }
.mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 11px }
.h1 { font-size: 22px; font-weight: 600 }
.h2 { font-size: 16px; font-weight: 600 }
.strong { font-weight: 600 }
.soft { fill: #66717d }
.small { font-size: 9px }
.tiny { font-size: 8px }
.mid { text-anchor: middle }
.end { text-anchor: end }
.page { fill: #ffffff }
.panel { fill: #f6f7f9; stroke: #d9dee4 }
.open { fill: #ffffff; stroke: #cfd6dd }
.none { fill: none; stroke: #b5bec8; stroke-dasharray: 3 3 }
.app { fill: #cfe2f8; stroke: #5b8fcb }
.data { fill: #cfeadb; stroke: #4f9c76 }
.public { fill: #fbe5bd; stroke: #c1902f }
.intra { fill: #e1d9f4; stroke: #8a76bf }
.cell-app { fill: #5b8fcb; stroke: #3b6ca5 }
.cell-data { fill: #4f9c76; stroke: #35775a }
.on { fill: #ffffff }
.ink { fill: #4a1d0a; font-weight: 600 }
.back { opacity: 0.3 }
.wait { fill: url(#wait); stroke: #b4532a }
.vpc { fill: #3d4c5c; stroke: #3d4c5c }
.account { fill: #e4e9ef; stroke: #9aa7b4 }
.region { fill: #b9c6d3; stroke: #8494a5 }
@media (prefers-color-scheme: dark) {
text { fill: #e4e8ec }
.soft { fill: #9aa5b1 }
.page { fill: #14181d }
.panel { fill: #1b2027; stroke: #323b45 }
.open { fill: #161b21; stroke: #38424d }
.none { stroke: #55616d }
.app { fill: #1f3b5c; stroke: #5b8fcb }
.data { fill: #1c4533; stroke: #4f9c76 }
.public { fill: #533f16; stroke: #c1902f }
.intra { fill: #392f58; stroke: #8a76bf }
.account { fill: #28303a; stroke: #55616d }
.region { fill: #3c4856; stroke: #6b7a89 }
.vpc { fill: #b9c6d3; stroke: #b9c6d3 }
.on { fill: #ffffff }
.ink { fill: #4a1d0a }
}
`

// SVG writes the map as a picture: the whole private range by account, and one panel
// per VPC, drawn to scale, whose boxes say what they are when pointed at. It fails
// when w does.
func (m Map) SVG(w io.Writer) error {
	p := &pen{}
	y := p.header(m.Title)
	y = p.overview(m.all(), y)
	for _, b := range m.Blocks {
		if b.Kind == ipam.KindVPC {
			y = p.vpc(m, b, y)
		}
	}
	var out bytes.Buffer
	height := y + margin - tierGap
	fmt.Fprintf(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n", width, height, width, height)
	fmt.Fprintf(&out, "<title>%s</title>\n<style>%s</style>\n", escape(m.Title), style)
	out.WriteString(`<defs><pattern id="wait" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#f3d3c3"/><rect width="3" height="6" fill="#e0997a"/></pattern></defs>` + "\n")
	fmt.Fprintf(&out, "<rect class=\"page\" width=\"%d\" height=\"%d\"/>\n", width, height)
	out.Write(p.body.Bytes())
	out.WriteString("</svg>\n")
	_, err := w.Write(out.Bytes())
	return err
}

// pen writes elements one below the other.
type pen struct{ body bytes.Buffer }

// box is an area in pixels.
type box struct{ x, y, w, h int }

func (b box) inset(by int) box { return box{b.x + by, b.y + by, b.w - 2*by, b.h - 2*by} }

// open begins a group that says tip when pointed at; close ends it.
func (p *pen) open(tip ...string) {
	fmt.Fprintf(&p.body, "<g><title>%s</title>", escape(strings.Join(tip, "\n")))
}

// openBack is open for what is in the background.
func (p *pen) openBack(tip ...string) {
	fmt.Fprintf(&p.body, `<g class="back"><title>%s</title>`, escape(strings.Join(tip, "\n")))
}

func (p *pen) close() { p.body.WriteString("</g>\n") }

func (p *pen) rect(b box, class string) { p.round(b, class, 2) }

func (p *pen) round(b box, class string, radius int) {
	fmt.Fprintf(&p.body, `<rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, class, b.x, b.y, b.w, b.h, radius)
}

func (p *pen) text(x, y int, class, text string) {
	fmt.Fprintf(&p.body, `<text class="%s" x="%d" y="%d">%s</text>`, class, x, y, escape(text))
}

// upright writes text from below upward, its middle at y.
func (p *pen) upright(x, y int, class, text string) {
	fmt.Fprintf(&p.body, `<text class="%s" transform="translate(%d %d) rotate(-90)">%s</text>`, class, x, y, escape(text))
}

// escape makes text safe in an element.
func escape(text string) string {
	var b strings.Builder
	// A strings.Builder never fails.
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

// cut shortens text to n characters.
func cut(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	return string(r[:n-1]) + "…"
}

// header writes title and legend.
func (p *pen) header(title string) int {
	p.text(margin, margin+18, "h1", title)
	p.text(left+rowWidth, margin+18, "end soft", "drawn to scale; point at a box for its details")
	p.body.WriteByte('\n')
	y, x := margin+36, margin
	for _, l := range []struct{ class, text string }{
		{"app", "app: tasks"}, {"data", "data: databases"}, {"public", "public: load balancers, NAT"}, {"intra", "intra: endpoints"},
		{"cell-app", "a cell in app"}, {"cell-data", "a cell in data"}, {"wait", "in quarantine"}, {"open", "free, with its slot"},
	} {
		p.rect(box{x, y, 16, 12}, l.class)
		p.text(x+22, y+10, "soft", l.text)
		x += 22 + 7*len(l.text) + 18
	}
	p.body.WriteByte('\n')
	return y + 12 + 24
}

// overview draws 10.0.0.0/8: sixteen accounts of four regions of four VPCs.
func (p *pen) overview(m Map, y int) int {
	const height = 72
	p.text(margin, y+18, "strong", "Accounts")
	p.text(margin, y+34, "mono soft", ipam.Private().String())
	reserved := netip.PrefixFrom(ipam.Private().Addr(), 12)
	for slot := range 16 {
		at := box{left + slot*rowWidth/16, y, rowWidth / 16, height}.inset(1)
		cidr := reserved
		if slot >= ipam.MinAccountSlot {
			var err error
			if cidr, err = ipam.AccountBlock(slot); err != nil {
				continue // every slot of the loop is in range
			}
		}
		p.slot(m, slot, cidr, at)
	}
	p.body.WriteByte('\n')
	return y + height + 24
}

// slot draws one account slot and what is in it.
func (p *pen) slot(m Map, slot int, cidr netip.Prefix, at box) {
	class, name, tip := "open", "", "account slot "+fmt.Sprint(slot)+" is free"
	if slot < ipam.MinAccountSlot {
		class, name, tip = "none", "reserved", "never given out: client networks, VPN users and default templates use it"
	}
	for _, r := range m.rows() {
		if r.Kind == ipam.KindAccount && r.CIDR == cidr {
			class, name, tip = "account", r.Account, what(r.Block)+", "+r.free+" free"
			if r.Unit == "" {
				class, tip = "wait", r.owner+" "+r.free
			}
		}
	}
	p.open(cidr.String(), tip)
	if class == "wait" {
		p.rect(at, "open")
		p.rect(box{at.x + 3, at.y + 38, at.w - 6, at.h - 42}, class)
	} else {
		p.rect(at, class)
	}
	p.text(at.x+at.w/2, at.y+16, "mid strong small", cut(name, 12))
	p.text(at.x+at.w/2, at.y+28, "mid soft small", cidr.Addr().String())
	p.close()
	for _, r := range m.rows() {
		if (r.Kind != ipam.KindRegion && r.Kind != ipam.KindVPC) || !cidr.Contains(r.CIDR.Addr()) {
			continue
		}
		vpcs := int(offset(cidr, r.CIDR) >> 16)
		b := box{at.x + 3 + vpcs*(at.w-6)/16, at.y + 38, (at.w - 6) >> (r.CIDR.Bits() - 12), at.h - 42}
		class := "region"
		if r.Kind == ipam.KindVPC {
			b, class = box{b.x, b.y + 16, max(b.w, 3), b.h - 16}, "vpc"
		}
		if r.Unit == "" {
			class = "wait"
		}
		p.open(r.CIDR.String(), what(r.Block)+" of "+r.Account+" "+r.Region, r.free, r.owner)
		p.rect(b, class)
		p.close()
	}
}

// offset is how far a block begins after another, in addresses.
func offset(from, to netip.Prefix) uint32 {
	a, b := from.Addr().As4(), to.Addr().As4()
	n := func(x [4]byte) uint32 { return uint32(x[0])<<24 | uint32(x[1])<<16 | uint32(x[2])<<8 | uint32(x[3]) }
	return n(b) - n(a)
}
