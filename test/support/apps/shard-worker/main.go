// Shard-worker is one shard of the tests' big arrays: a program that starts in a few milliseconds. It works out which
// shard it is as any program of the users would, and does in its n-th try what the input says for it.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"
)

// The input: what the tries of a shard do, by logical shard. "hold" waits to be killed (after a minute it gives up), a
// number is an exit code; a try that is not named succeeds.
type input struct {
	Tries map[string][]string `json:"tries"`
}

func main() {
	var in input
	if err := json.Unmarshal([]byte(os.Getenv("JOB_INPUT")), &in); err != nil {
		log.Fatal(err)
	}
	shard := shardOf(os.Getenv("NIGHTSHIFT_SHARD_MAP"), number("AWS_BATCH_JOB_ARRAY_INDEX"))
	try := number("NIGHTSHIFT_ATTEMPT_NUMBER")
	if tries := in.Tries[strconv.Itoa(shard)]; try <= len(tries) {
		fail(tries[try-1])
	}
	const line = `{"nightshift":{"attempt":%q,"shard":%d,"output":{"shard":%d,"try":%d}}}` + "\n"
	fmt.Printf(line, os.Getenv("NIGHTSHIFT_ATTEMPT_ID"), shard, shard, try)
}

func fail(how string) {
	if how == "hold" {
		time.Sleep(time.Minute)
		log.Fatal("nobody has killed this shard")
	}
	code, err := strconv.Atoi(how)
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(code)
}

// shardOf gives the position-th set bit of the map; without a map the position itself.
func shardOf(shardMap string, position int) int {
	bytes, err := base64.StdEncoding.DecodeString(shardMap)
	if err != nil {
		log.Fatal(err)
	}
	for shard := 0; shard < len(bytes)*8; shard++ {
		if bytes[shard/8]>>(shard%8)&1 == 0 {
			continue
		}
		if position == 0 {
			return shard
		}
		position--
	}
	return position
}

// number gives 0 for a variable that is not set.
func number(name string) int {
	text := os.Getenv(name)
	if text == "" {
		return 0
	}
	value, err := strconv.Atoi(text)
	if err != nil {
		log.Fatal(err)
	}
	return value
}
