package fleet

import (
	"os"
	"os/signal"
	"syscall"
)

// EndingSignals returns the signals that ask a command to end in order: Ctrl-C, a demand
// to terminate, and the terminal that is gone, unless the command was started to outlive
// it, as nohup does.
func EndingSignals() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}
