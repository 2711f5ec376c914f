module array-worker

go 1.21
