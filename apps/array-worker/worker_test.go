package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

const twoItems = `{"message":"Hello!","items":["item-A","<é>"]}`

func TestAChildHandlesTheItemOfItsIndex(t *testing.T) {
	result := mustRun(t, map[string]string{
		"JOB_INPUT":                 twoItems,
		"AWS_BATCH_JOB_ARRAY_INDEX": "1",
		"AWS_BATCH_JOB_ID":          "job:1",
		"AWS_BATCH_JOB_ATTEMPT":     "2",
	})

	// printf '<é>' | sha256sum
	const sum = "7e7db80b3cebd9917d28db129056ce86270f46b2ed7d6fff8f4889a70e832c62"
	want := Result{Message: "Hello!", Item: "<é>", Index: 1, Length: 3, SHA256: sum, JobID: "job:1", Attempt: 2}
	if result != want {
		t.Errorf("got %+v, want %+v", result, want)
	}
}

func TestASingleJobHandlesTheFirstItem(t *testing.T) {
	result := mustRun(t, map[string]string{"JOB_INPUT": twoItems})

	// printf item-A | sha256sum
	const sum = "32d0c626badc7bd99f3fe9d75e8627099a4aaf8b32781d055202d975ff474585"
	if result.Item != "item-A" || result.Index != 0 || result.SHA256 != sum {
		t.Errorf("got %+v", result)
	}
}

func TestTheResultIsOneIndentedValue(t *testing.T) {
	var stdout bytes.Buffer
	if err := run(context.Background(), environment(map[string]string{"JOB_INPUT": twoItems}), &stdout); err != nil {
		t.Fatal(err)
	}

	if !strings.HasPrefix(stdout.String(), "{\n  \"message\": \"Hello!\",\n") {
		t.Errorf("got %s", stdout.String())
	}
	if strings.Contains(stdout.String(), "jobId") {
		t.Errorf("a job id that is not known is printed: %s", stdout.String())
	}
}

func TestMoreRoundsHashTheHash(t *testing.T) {
	one, err := digest(context.Background(), "item-A", 1)
	if err != nil {
		t.Fatal(err)
	}
	three, err := digest(context.Background(), "item-A", 3)
	if err != nil {
		t.Fatal(err)
	}

	if zero, _ := digest(context.Background(), "item-A", 0); zero != one {
		t.Errorf("no rounds give %s, one gives %s", zero, one)
	}
	if three == one {
		t.Error("three rounds give what one gives")
	}
}

func TestAStoppedWorkerGivesNoResult(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var stdout bytes.Buffer
	many := `{"message":"","items":["a"],"rounds":1000000000}`

	err := run(ctx, environment(map[string]string{"JOB_INPUT": many}), &stdout)

	if !errors.Is(err, context.Canceled) || stdout.Len() > 0 {
		t.Errorf("got %v and %q", err, stdout.String())
	}
}

func TestBadInputIsRefusedWithWhatWasExpected(t *testing.T) {
	cases := map[string]struct {
		variables map[string]string
		want      string
	}{
		"none":          {map[string]string{}, "JOB_INPUT is not set"},
		"no JSON":       {map[string]string{"JOB_INPUT": "{"}, "must be JSON such as"},
		"two values":    {map[string]string{"JOB_INPUT": twoItems + "{}"}, "something follows it"},
		"unknown field": {map[string]string{"JOB_INPUT": `{"itmes":["a"]}`}, `unknown field "itmes"`},
		"other type":    {map[string]string{"JOB_INPUT": `{"items":"a"}`}, "must be JSON such as"},
		"no items":      {map[string]string{"JOB_INPUT": `{"message":"a"}`}, "has no items"},
		"rounds":        {map[string]string{"JOB_INPUT": `{"items":["a"],"rounds":-1}`}, "rounds must be 0 or more"},
		"no item": {
			map[string]string{"JOB_INPUT": twoItems, "AWS_BATCH_JOB_ARRAY_INDEX": "2"},
			"there is no item for index 2: the input has items 0 to 1",
		},
		"no index": {
			map[string]string{"JOB_INPUT": twoItems, "AWS_BATCH_JOB_ARRAY_INDEX": "x"},
			`AWS_BATCH_JOB_ARRAY_INDEX must be a whole number from 0, and is "x"`,
		},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			var stdout bytes.Buffer
			err := run(context.Background(), environment(one.variables), &stdout)
			if err == nil || !strings.Contains(err.Error(), one.want) || stdout.Len() > 0 {
				t.Errorf("got %v and %q, want %q", err, stdout.String(), one.want)
			}
		})
	}
}

func mustRun(t *testing.T, variables map[string]string) Result {
	t.Helper()
	var stdout bytes.Buffer
	if err := run(context.Background(), environment(variables), &stdout); err != nil {
		t.Fatal(err)
	}
	var result Result
	if err := json.Unmarshal(stdout.Bytes(), &result); err != nil {
		t.Fatal(err)
	}
	return result
}

func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}
