package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const example = `{"message":"Hello!","items":["item-A","item-B"]}`

// Input is what the whole job is asked for: the same text for every child of the array.
type Input struct {
	Message string   `json:"message"`
	Items   []string `json:"items"`
	// How often each item is hashed, the hash of the hash: more rounds are more work. 0 is 1.
	Rounds int `json:"rounds"`
}

// Place says which of the items is this process's, and which job it is.
type Place struct {
	Index   int
	JobID   string
	Attempt int
}

func readInput(text string) (Input, error) {
	var input Input
	if text == "" {
		return input, fmt.Errorf("JOB_INPUT is not set: give the job an input such as %s", example)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&input); err != nil {
		return input, fmt.Errorf("JOB_INPUT must be JSON such as %s: %w", example, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return input, fmt.Errorf("JOB_INPUT must be one JSON value such as %s, and something follows it", example)
	}
	if len(input.Items) == 0 {
		return input, fmt.Errorf("JOB_INPUT has no items: it must be like %s", example)
	}
	if input.Rounds < 0 {
		return input, fmt.Errorf("rounds must be 0 or more, and is %d", input.Rounds)
	}
	return input, nil
}

func readPlace(getenv func(string) string) (Place, error) {
	// Batch sets no index for a job that is no array: it is like the first child of one.
	index, err := readNumber(getenv, "AWS_BATCH_JOB_ARRAY_INDEX")
	if err != nil {
		return Place{}, err
	}
	attempt, err := readNumber(getenv, "AWS_BATCH_JOB_ATTEMPT")
	if err != nil {
		return Place{}, err
	}
	return Place{Index: index, JobID: getenv("AWS_BATCH_JOB_ID"), Attempt: attempt}, nil
}

// readNumber gives 0 for a variable that is empty or not set.
func readNumber(getenv func(string) string, name string) (int, error) {
	text := getenv(name)
	if text == "" {
		return 0, nil
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 0 {
		return 0, fmt.Errorf("%s must be a whole number from 0, and is %q", name, text)
	}
	return number, nil
}
