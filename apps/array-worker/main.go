// Array-worker handles one item of a list: as child i of an AWS Batch array job item i, as a single job the first.
//
// It reads JOB_INPUT and the variables that Batch sets, prints one indented JSON result to stdout, and nothing else on
// success. Errors go to stderr, with exit code 1; a stopped worker ends with 143.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// As a shell reports a program that SIGTERM has ended: Batch must not take a stopped child for a finished one.
const exitStopped = 128 + int(syscall.SIGTERM)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	err := run(ctx, os.Getenv, os.Stdout)
	switch {
	case err == nil:
		return
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "array-worker: stopped before the item was done")
		os.Exit(exitStopped)
	default:
		fmt.Fprintln(os.Stderr, "array-worker:", err)
		os.Exit(1)
	}
}

// run does the whole work of one process; getenv and stdout are handed in for its tests.
func run(ctx context.Context, getenv func(string) string, stdout io.Writer) error {
	input, err := readInput(getenv("JOB_INPUT"))
	if err != nil {
		return err
	}
	place, err := readPlace(getenv)
	if err != nil {
		return err
	}
	result, err := handle(ctx, input, place)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(result); err != nil {
		return fmt.Errorf("cannot write the result: %w", err)
	}
	return nil
}
