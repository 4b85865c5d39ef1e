package autoengine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"cellworks/pkg/fleet"
)

// errRefused ends the program of an up that must not go on, before it registers
// anything.
var errRefused = errors.New("refused before anything was touched")

// look makes one process preview and then update. The command line sends the
// events of both, one stream after the other, and does not start the update
// before the whole first stream has been received. The program, which runs once
// for each, then decides: it ends the update before it has registered anything.
// An engine whose program has failed deletes nothing and keeps the outputs.
type look struct {
	pulumirpc.UnimplementedEventsServer

	cancel chan bool
	done   <-chan error

	mutex   sync.Mutex
	preview *watcher
	update  *watcher
	streams int
	// complete says that the preview has been received to its end.
	complete bool
	refused  *fleet.LossError
}

// lookFirst prepares an up that finds out what it would do before it does it.
func (o *operation) lookFirst() error {
	l := &look{cancel: make(chan bool)}
	l.preview = &watcher{observe: func(e fleet.Event) {
		if e.Active != "" {
			o.observe(fleet.Event{Kind: fleet.EventProgress, Active: "checking " + e.Active})
		}
	}}
	l.update = &watcher{observe: o.observe}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: l.cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterEventsServer(server, l)
			return nil
		},
	})
	if err != nil {
		return fmt.Errorf("receiving the engine's events: %w", err)
	}
	l.done = handle.Done
	o.command.events = fmt.Sprintf("tcp://127.0.0.1:%d", handle.Port)
	o.look = l
	program := o.program
	o.program = func(ctx *pulumi.Context) error {
		if !ctx.DryRun() {
			if err := o.decide(); err != nil {
				return err
			}
		}
		return program(ctx)
	}
	return nil
}

// close ends the server, when the process has ended.
func (l *look) close() {
	close(l.cancel)
	<-l.done //nolint:errcheck // the process has ended: how the server did is of no matter
}

// StreamEvents receives the events of the preview, and then those of the update.
func (l *look) StreamEvents(stream pulumirpc.Events_StreamEventsServer) error {
	l.mutex.Lock()
	l.streams++
	w, first := l.update, l.streams == 1
	if first {
		w = l.preview
	}
	l.mutex.Unlock()
	for {
		request, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			l.mutex.Lock()
			l.complete = l.complete || first
			l.mutex.Unlock()
			return stream.SendAndClose(&emptypb.Empty{})
		}
		if err != nil {
			return err
		}
		var event apitype.EngineEvent
		if err := json.Unmarshal([]byte(request.GetEvent()), &event); err != nil {
			return fmt.Errorf("event of the engine: %w", err)
		}
		l.mutex.Lock()
		w.handle(event)
		l.mutex.Unlock()
	}
}

// decide says whether the update may begin. It may not when the preview is not
// known to its end, because nobody knows then what would be lost.
func (o *operation) decide() error {
	o.look.mutex.Lock()
	defer o.look.mutex.Unlock()
	if !o.look.complete || o.look.preview.summary == nil {
		return errors.New("the engine's preview was not received to its end, so nobody knows what this up would delete; nothing has been touched")
	}
	if o.look.refused = o.refusal(o.look.preview.losses); o.look.refused != nil {
		return errRefused
	}
	return nil
}

// upAfterLook runs the process that previews and updates.
func (o *operation) upAfterLook(ctx context.Context) (fleet.Result, error) {
	l := o.look
	_, err := o.stack.Up(ctx, optup.SuppressOutputs(), optup.SuppressProgress(), optup.Color("never"))
	l.mutex.Lock()
	defer l.mutex.Unlock()
	result := fleet.Result{Changes: l.update.counted(), Outputs: o.outputs(ctx)}
	switch {
	case l.refused != nil:
		return fleet.Result{}, l.refused
	case err == nil:
		return result, nil
	case l.streams <= 1:
		// The preview failed, so the update has not begun.
		if refused := o.refusal(l.preview.losses); refused != nil {
			return fleet.Result{}, withRest(refused, err, l.preview.errors)
		}
		return fleet.Result{Outputs: result.Outputs}, failure(err, l.preview.errors)
	}
	return result, failure(err, l.update.errors)
}
