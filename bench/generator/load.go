package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// probesPerSecond is how often a workflow that is open all the time is queried, so that every shape says how long a query takes under it.
const probesPerSecond = 10

// patience is how long anything may take before it counts as failed.
const patience = time.Minute

type generator struct {
	client    client.Client
	shape     shape
	eager     bool
	autoscale bool
	prefix    string
	next      atomic.Int64
	parked    []client.WorkflowRun

	starts, ends, queries samples
	failed                atomic.Int64
	mutex                 sync.Mutex
	lastFailure           string
}

// plan says how much of a shape there is, and how long.
type plan struct {
	inFlight        int
	rate            float64
	warmUp, measure time.Duration
}

func newGenerator(c client.Client, s shape, eager, autoscale bool) *generator {
	prefix := fmt.Sprintf("bench-%d-%d", os.Getpid(), time.Now().UnixNano())
	return &generator{client: c, shape: s, eager: eager, autoscale: autoscale, prefix: prefix}
}

// work runs the workers until the function that it gives is called.
func (g *generator) work() (func(), error) {
	pollers := max(2, 10/g.shape.queues)
	var workers []worker.Worker
	stop := func() {
		for _, w := range workers {
			w.Stop()
		}
	}
	for number := range g.shape.queues {
		options := worker.Options{
			MaxConcurrentWorkflowTaskPollers: pollers,
			MaxConcurrentActivityTaskPollers: pollers,
		}
		if g.autoscale {
			behavior := worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{})
			options = worker.Options{WorkflowTaskPollerBehavior: behavior, ActivityTaskPollerBehavior: behavior}
		}
		w := worker.New(g.client, g.queue(int64(number)), options)
		register(w)
		if err := w.Start(); err != nil {
			stop()
			return nil, err
		}
		workers = append(workers, w)
	}
	return stop, nil
}

func (g *generator) queue(number int64) string {
	return fmt.Sprintf("%s-%d", g.prefix, number%int64(g.shape.queues))
}

// drive keeps up the load for the plan's time, and says when counting begins and what there was.
func (g *generator) drive(ctx context.Context, p plan) error {
	if err := g.park(ctx, 1); err != nil {
		return err
	}
	running, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { g.probe(running) })
	if p.rate > 0 {
		group.Go(func() { g.arrive(running, ctx, &group, p.rate) })
	} else {
		for range p.inFlight {
			group.Go(func() {
				for running.Err() == nil {
					g.one(ctx)
				}
			})
		}
	}
	time.Sleep(p.warmUp)
	g.forget()
	begin, before := time.Now(), processorSeconds()
	say("begin", map[string]any{})
	time.Sleep(p.measure)
	fields := map[string]any{
		"seconds":          time.Since(begin).Seconds(),
		"processorSeconds": processorSeconds() - before,
		"completed":        g.ends.count(),
		"failed":           g.failed.Load(),
		"start":            g.starts.summary(),
		"completion":       g.ends.summary(),
		"query":            g.queries.summary(),
	}
	say("end", fields)
	cancel()
	group.Wait()
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.lastFailure != "" {
		say("failure", map[string]any{"message": g.lastFailure})
	}
	return g.unpark(ctx)
}

// arrive starts workflows at a rate, without a thought for those that are open.
func (g *generator) arrive(running, ctx context.Context, group *sync.WaitGroup, rate float64) {
	ticker := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer ticker.Stop()
	for {
		select {
		case <-running.Done():
			return
		case <-ticker.C:
			group.Go(func() { g.one(ctx) })
		}
	}
}

// one sees a workflow from its start to its end.
func (g *generator) one(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	begin := time.Now()
	run, err := g.start(ctx, g.shape.workflow)
	if err == nil {
		g.starts.add(time.Since(begin))
		if g.shape.client != nil {
			err = g.shape.client(ctx, g, run)
		}
	}
	if err == nil {
		err = run.Get(ctx, nil)
	}
	if err != nil {
		g.failed.Add(1)
		g.mutex.Lock()
		g.lastFailure = err.Error()
		g.mutex.Unlock()
		return
	}
	g.ends.add(time.Since(begin))
}

func (g *generator) start(ctx context.Context, function any) (client.WorkflowRun, error) {
	number := g.next.Add(1)
	return g.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:               fmt.Sprintf("%s-%d", g.prefix, number),
		TaskQueue:        g.queue(number),
		EnableEagerStart: g.eager,
	}, function)
}

func (g *generator) query(ctx context.Context, run client.WorkflowRun) error {
	begin := time.Now()
	value, err := g.client.QueryWorkflow(ctx, run.GetID(), run.GetRunID(), stageQuery)
	if err != nil {
		return err
	}
	g.queries.add(time.Since(begin))
	var stage int
	return value.Get(&stage)
}

// probe queries the parked workflow from time to time.
func (g *generator) probe(ctx context.Context) {
	ticker := time.NewTicker(time.Second / probesPerSecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := g.query(ctx, g.parked[0]); err != nil && ctx.Err() == nil {
				g.failed.Add(1)
			}
		}
	}
}

// park starts workflows that wait, and has each of them in the worker's cache.
func (g *generator) park(ctx context.Context, count int) error {
	for range count {
		run, err := g.start(ctx, parked)
		if err != nil {
			return err
		}
		g.parked = append(g.parked, run)
	}
	for _, run := range g.parked {
		if err := g.query(ctx, run); err != nil {
			return err
		}
	}
	return nil
}

// unpark lets the parked workflows end.
func (g *generator) unpark(ctx context.Context) error {
	for _, run := range g.parked {
		if err := g.client.SignalWorkflow(ctx, run.GetID(), run.GetRunID(), goSignal, nil); err != nil {
			return err
		}
	}
	for _, run := range g.parked {
		if err := run.Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) forget() {
	g.starts.clear()
	g.ends.clear()
	g.queries.clear()
	g.failed.Store(0)
}

// samples are latencies.
type samples struct {
	mutex  sync.Mutex
	values []time.Duration
}

func (s *samples) add(value time.Duration) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.values = append(s.values, value)
}

func (s *samples) clear() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.values = nil
}

func (s *samples) count() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return len(s.values)
}

// summary gives percentiles in milliseconds.
func (s *samples) summary() map[string]float64 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	sorted := slices.Sorted(slices.Values(s.values))
	at := func(part float64) float64 {
		if len(sorted) == 0 {
			return 0
		}
		index := min(len(sorted)-1, int(part*float64(len(sorted))))
		return float64(sorted[index].Microseconds()) / 1000
	}
	return map[string]float64{"p50": at(0.5), "p99": at(0.99)}
}

// processorSeconds is what this process has used so far.
func processorSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}
