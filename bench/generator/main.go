// generator puts a load of workflows on a Temporal server, and is their worker, for a fraction of the processor time that the server
// needs. It speaks in lines of JSON on standard output; see bench/generator.ts.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generator:", err)
		os.Exit(1)
	}
}

func run() error {
	var (
		address   = flag.String("address", "127.0.0.1:7233", "where the server listens")
		namespace = flag.String("namespace", "default", "namespace of the workflows")
		name      = flag.String("shape", "activity", "what the workflows do")
		inFlight  = flag.Int("in-flight", 40, "workflows that are open at the same time, each replaced as it ends")
		rate      = flag.Float64("rate", 0, "workflows started in a second, whatever is open; 0 to go by in-flight")
		warmUp    = flag.Duration("warm-up", 10*time.Second, "time before anything is counted")
		measure   = flag.Duration("measure", 20*time.Second, "time in which it is counted")
		eager     = flag.Bool("eager", false, "ask for the first workflow task with the start")
		autoscale = flag.Bool("autoscale", false, "let the workers choose how many pollers they have")
		park      = flag.Int("park", 0, "only start so many workflows that wait, and keep them open until standard input ends")
	)
	flag.Parse()
	shape, known := shapes[*name]
	if !known {
		return fmt.Errorf("there is no shape %q", *name)
	}
	c, err := client.Dial(client.Options{
		HostPort:  *address,
		Namespace: *namespace,
		Logger:    silent{},
	})
	if err != nil {
		return err
	}
	defer c.Close()
	gen := newGenerator(c, shape, *eager, *autoscale)
	stop, err := gen.work()
	if err != nil {
		return err
	}
	defer stop()
	ctx := context.Background()
	if *park > 0 {
		if err := gen.park(ctx, *park); err != nil {
			return err
		}
		say("parked", map[string]any{"count": *park})
		if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
			return err
		}
		return gen.unpark(ctx)
	}
	return gen.drive(ctx, plan{inFlight: *inFlight, rate: *rate, warmUp: *warmUp, measure: *measure})
}

// say writes an event as a line of JSON.
func say(event string, fields map[string]any) {
	fields["event"] = event
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

// silent is a logger for a program whose figures are all it has to say.
type silent struct{}

var _ log.Logger = silent{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}
