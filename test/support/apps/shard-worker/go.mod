module shard-worker

go 1.21
