package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode/utf8"
)

// Result is what one child has found out about its item.
type Result struct {
	Message string `json:"message"`
	Item    string `json:"item"`
	Index   int    `json:"index"`
	// Characters of the item.
	Length int    `json:"length"`
	SHA256 string `json:"sha256"`
	JobID  string `json:"jobId,omitempty"`
	// 1 for the first try of this child.
	Attempt int `json:"attempt,omitempty"`
}

// Between two looks at whether the worker was stopped.
const roundsAtOnce = 100_000

func handle(ctx context.Context, input Input, place Place) (Result, error) {
	if place.Index >= len(input.Items) {
		return Result{}, fmt.Errorf(
			"there is no item for index %d: the input has items 0 to %d", place.Index, len(input.Items)-1)
	}
	item := input.Items[place.Index]
	sum, err := digest(ctx, item, input.Rounds)
	if err != nil {
		return Result{}, err
	}
	return Result{
		Message: input.Message,
		Item:    item,
		Index:   place.Index,
		Length:  utf8.RuneCountInString(item),
		SHA256:  sum,
		JobID:   place.JobID,
		Attempt: place.Attempt,
	}, nil
}

func digest(ctx context.Context, item string, rounds int) (string, error) {
	sum := sha256.Sum256([]byte(item))
	for round := 1; round < rounds; round++ {
		if round%roundsAtOnce == 0 && ctx.Err() != nil {
			return "", ctx.Err()
		}
		sum = sha256.Sum256(sum[:])
	}
	return hex.EncodeToString(sum[:]), nil
}
