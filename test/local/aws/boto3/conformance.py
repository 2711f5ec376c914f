"""Drives every operation of a local AWS with boto3, and prints what was called and what was wrong as JSON."""

import json
import sys
import traceback

import services_jobs
import services_others
from recorder import Recorder

aws = Recorder(sys.argv[1])
jobs, others = services_jobs, services_others
parts = [
    *(jobs.batch, jobs.ecs, jobs.codebuild),
    *(others.cloudwatch, others.lambda_, others.logs, others.s3, others.secretsmanager, others.sns, others.sqs),
]
for part in parts:
    try:
        part(aws)
    except Exception:
        aws.problems.append(f"{part.__name__} ended early: {traceback.format_exc()}")
print(json.dumps(aws.report()))
