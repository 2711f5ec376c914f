"""The lines that Nightshift reads from a container's log: progress, and one output at the end."""

import json
import os


def progress(done: int, total: int) -> None:
    _line({"progress": {"done": done, "total": total}})


def finish(output: dict, records: int) -> None:
    _line({"output": output, "records": records})


def _line(content: dict) -> None:
    # A single job has no index and is shard 0.
    shard = int(os.environ.get("AWS_BATCH_JOB_ARRAY_INDEX") or 0)
    attempt = os.environ.get("NIGHTSHIFT_ATTEMPT_ID", "")
    print(json.dumps({"nightshift": {"attempt": attempt, "shard": shard, **content}}), flush=True)
