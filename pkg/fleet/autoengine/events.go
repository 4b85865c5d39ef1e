package autoengine

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
)

// colour is the engine's markup for terminals, and what terminals understand.
var colour = regexp.MustCompile(`<\{%[^%]*%\}>|\x1b\[[0-9;]*m`)

// watcher follows the events of one operation. Only its own goroutine touches it
// until wait has returned.
type watcher struct {
	observe func(fleet.Event)
	events  chan events.EngineEvent
	stop    chan struct{}
	done    chan struct{}

	changes  fleet.Changes
	summary  *fleet.Changes
	errors   []string
	warnings []string
	losses   forecast
}

// watch starts following events.
func watch(observe func(fleet.Event)) *watcher {
	w := &watcher{
		observe: observe,
		events:  make(chan events.EngineEvent),
		stop:    make(chan struct{}),
		done:    make(chan struct{}),
	}
	go w.run()
	return w
}

// wait stops following once everything that was sent has been seen. The channel
// is not closed when the process never connected, so its end is not a sign.
func (w *watcher) wait() {
	close(w.stop)
	<-w.done
}

func (w *watcher) run() {
	defer close(w.done)
	for {
		select {
		case e, open := <-w.events:
			if !open {
				return
			}
			w.handle(e.EngineEvent)
		case <-w.stop:
			return
		}
	}
}

// counted returns the authoritative counts when the engine has given them.
func (w *watcher) counted() fleet.Changes {
	if w.summary != nil {
		return *w.summary
	}
	return w.changes
}

func (w *watcher) handle(e apitype.EngineEvent) {
	switch {
	case e.ResourcePreEvent != nil:
		m := e.ResourcePreEvent.Metadata
		w.losses.see(m)
		if m.Op != apitype.OpSame {
			w.progress(readable(m.Type, m.URN))
		}
	case e.ResOutputsEvent != nil:
		count(&w.changes, e.ResOutputsEvent.Metadata.Op, 1)
		w.progress("")
	case e.SummaryEvent != nil:
		sum := fleet.Changes{}
		for op, n := range e.SummaryEvent.ResourceChanges {
			count(&sum, op, n)
		}
		w.summary = &sum
	case e.DiagnosticEvent != nil:
		w.diagnose(e.DiagnosticEvent)
	case e.ErrorEvent != nil:
		w.errors = append(w.errors, plain(e.ErrorEvent.Error))
	}
}

func (w *watcher) progress(active string) {
	w.observe(fleet.Event{Kind: fleet.EventProgress, Changes: w.changes, Active: active})
}

// count adds n operations of a kind. A replacement consists of several steps, of
// which only the one that stands for the whole is counted.
func count(c *fleet.Changes, op apitype.OpType, n int) {
	switch op {
	case apitype.OpCreate, apitype.OpImport:
		c.Create += n
	case apitype.OpUpdate:
		c.Update += n
	case apitype.OpDelete:
		c.Delete += n
	case apitype.OpReplace, apitype.OpImportReplacement:
		c.Replace += n
	case apitype.OpSame:
		c.Same += n
	default: // parts of a replacement, and reads
	}
}

func (w *watcher) diagnose(d *apitype.DiagnosticEvent) {
	text := plain(d.Message)
	if d.Ephemeral || text == "" {
		return
	}
	if d.URN != "" {
		text = readable(typeOf(d.URN), d.URN) + ": " + text
	}
	switch d.Severity {
	case "error":
		if !generic(text) {
			w.errors = append(w.errors, text)
		}
	case "warning":
		w.warnings = append(w.warnings, text)
	}
}

// generic reports whether a message only says that something failed.
func generic(text string) bool {
	for _, end := range []string{"update failed", "preview failed", "destroy failed", "refresh failed", "update canceled", "preview canceled"} {
		if strings.HasSuffix(text, end) {
			return true
		}
	}
	return false
}

// plain removes markup and surplus space.
func plain(text string) string {
	text = colour.ReplaceAllString(text, "")
	text = strings.TrimSpace(text)
	return strings.TrimSpace(strings.TrimPrefix(text, "error: "))
}

// readable names a resource by type and logical name.
func readable(kind, urn string) string { return fmt.Sprintf("%s %q", kind, checkpoint.Name(urn)) }

// typeOf returns the resource's own type from its URN.
func typeOf(urn string) string {
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return "resource"
	}
	chain := strings.Split(parts[2], "$")
	return chain[len(chain)-1]
}
