package main

import (
	"context"
	"io"
	"strings"
	"testing"
)

// interrupting is a writer that ends a command at its question.
type interrupting struct {
	io.Writer
	at     string
	cancel func()
}

func (w interrupting) Write(text []byte) (int, error) {
	if strings.Contains(string(text), w.at) {
		w.cancel()
	}
	return w.Writer.Write(text)
}

// TestAQuestionCanBeInterrupted: nobody has to answer it to get out.
func TestAQuestionCanBeInterrupted(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"destroy acme": "not confirmed (interrupted); nothing has been touched",
		"sim reset":    "not confirmed (interrupted); nothing has been touched",
		"client new willow --account nonprod --region us-east-1": "not confirmed (interrupted); the cell has not been touched",
		"client suspend acme": "not confirmed (interrupted); the cell has not been touched",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			s, dir := planned(t)
			s.up(t, acme)
			s.previewed(0)
			before := read(t, dir, "clients/acme/cell.yaml")
			silent, person := io.Pipe()
			defer func() { _ = person.Close() }() // it says nothing
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s.terminal, s.stdin, s.stderr = true, silent, interrupting{&s.err, "Only yes is accepted", cancel}
			if code := s.app.run(ctx, strings.Fields(line)); code != 2 || s.handed != nil || !strings.Contains(s.err.String(), want) {
				t.Errorf("exit code %d: %s\nwant %s", code, s.err.String(), want)
			}
			absent(t, dir, "clients/willow")
			if read(t, dir, "clients/acme/cell.yaml") != before {
				t.Error("the file of acme is another one")
			}
		})
	}
}

// TestAnInterruptedPlanIsNotHandedOver: what comes before the hand-over takes its time.
func TestAnInterruptedPlanIsNotHandedOver(t *testing.T) {
	t.Parallel()
	s, dir := planned(t)
	s.previewed(0)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.stderr = interrupting{&s.err, "commit configs/clients/willow/cell.yaml", cancel}
	code := s.app.run(ctx, strings.Fields("client new willow --account nonprod --region us-east-1 --yes"))
	if code != 2 || s.handed != nil || !strings.Contains(s.err.String(), "error: interrupted; nothing has been touched") {
		t.Errorf("exit code %d: %s", code, s.err.String())
	}
	absent(t, dir, "clients/willow")
}
