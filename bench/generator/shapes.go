package main

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// A shape is a kind of load: what one workflow does, and what its client does to it.
type shape struct {
	workflow any
	// queues is the number of task queues over which workflows are spread, each with a worker of its own.
	queues int
	// client talks to a workflow that has been started; nil when there is nothing to say.
	client func(ctx context.Context, gen *generator, run client.WorkflowRun) error
}

var shapes = map[string]shape{
	"activity": {workflow: oneActivity, queues: 1},
	"sequence": {workflow: tenActivities, queues: 1},
	"signals":  {workflow: threeSignals, queues: 1, client: signalAndQuery},
	"timers":   {workflow: threeTimers, queues: 1},
	"queues":   {workflow: oneActivity, queues: 50},
}

const (
	goSignal   = "go"
	stageQuery = "stage"
)

// echo is the only activity; what it does must cost nothing beside what the server does.
func echo(_ context.Context, number int) (int, error) { return number, nil }

func oneActivity(ctx workflow.Context) error { return activities(ctx, 1) }

func tenActivities(ctx workflow.Context) error { return activities(ctx, 10) }

func activities(ctx workflow.Context, count int) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 30 * time.Second})
	for number := range count {
		var given int
		if err := workflow.ExecuteActivity(ctx, echo, number).Get(ctx, &given); err != nil {
			return err
		}
		if given != number {
			return temporal.NewNonRetryableApplicationError(fmt.Sprintf("%d gave %d", number, given), "wrong", nil)
		}
	}
	return nil
}

// threeSignals ends when it has had them, and says by a query how many it has.
func threeSignals(ctx workflow.Context) error { return signals(ctx, 3) }

// parked waits for one signal.
func parked(ctx workflow.Context) error { return signals(ctx, 1) }

func signals(ctx workflow.Context, count int) error {
	stage := 0
	if err := workflow.SetQueryHandler(ctx, stageQuery, func() (int, error) { return stage, nil }); err != nil {
		return err
	}
	for ; stage < count; stage++ {
		workflow.GetSignalChannel(ctx, goSignal).Receive(ctx, nil)
	}
	return nil
}

func threeTimers(ctx workflow.Context) error {
	for _, wait := range []time.Duration{200 * time.Millisecond, 500 * time.Millisecond, time.Second} {
		if err := workflow.Sleep(ctx, wait); err != nil {
			return err
		}
	}
	return nil
}

func signalAndQuery(ctx context.Context, gen *generator, run client.WorkflowRun) error {
	for range 3 {
		if err := gen.query(ctx, run); err != nil {
			return err
		}
		if err := gen.client.SignalWorkflow(ctx, run.GetID(), run.GetRunID(), goSignal, nil); err != nil {
			return err
		}
	}
	return nil
}

func register(w worker.Worker) {
	for _, function := range []any{oneActivity, tenActivities, threeSignals, parked, threeTimers} {
		w.RegisterWorkflow(function)
	}
	w.RegisterActivity(echo)
}
