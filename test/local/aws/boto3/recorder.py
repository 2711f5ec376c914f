"""Calls the local AWS with boto3, and keeps what was called and what was wrong."""

import json
import time
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from shapes import problems_of

# AWS's errors that each service may answer to each call: they are in no operation's list.
COMMON_ERRORS = {"ThrottlingException", "AccessDeniedException", "InvalidParameterValue"}

# Members that the models call required and AWS leaves out: a job that has not started has no such time.
LEFT_OUT = ("startedAt is missing",)

# Errors that S3's guide lists and its model does not; an answer to HEAD has no body, only a status.
S3_ERRORS = {"NoSuchBucket", "InvalidBucketName", "404", "SlowDown"}


class Recorder:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.problems = []
        self.called = {}
        self.refused = {}
        self.clients = {}

    def client(self, service):
        if service not in self.clients:
            config = Config(retries={"total_max_attempts": 1}, read_timeout=60)
            client = boto3.client(service, endpoint_url=self.endpoint, config=config)
            client.meta.events.register("before-parse", self.check)
            self.clients[service] = client
        return self.clients[service]

    def check(self, operation_model, response_dict, **_):
        if response_dict["status_code"] < 300:
            service = operation_model.service_model.service_name
            problems = problems_of(operation_model, response_dict)
            self.problems += [f"{service}: {one}" for one in problems if not (service == "batch" and one.endswith(LEFT_OUT))]

    def call(self, service, operation, **request):
        """A call that has to succeed."""
        self.note(self.called, service, operation)
        return self.send(service, operation, request)

    def refuse(self, service, operation, code, **request):
        """A call that has to be refused with this code, which the model has to list for it."""
        self.note(self.refused, service, operation)
        try:
            self.send(service, operation, request)
            self.problems.append(f"{service}: {operation} was not refused, {code} was expected")
        except ClientError as error:
            got = error.response["Error"]["Code"]
            if got != code:
                self.problems.append(f"{service}: {operation} was refused with {got}, {code} was expected: {error}")
            # SQS's codes are older than its model's names, which boto3 keeps beside them.
            name = error.response["Error"].get("QueryErrorCode", got)
            if name not in self.listed(service, operation):
                self.problems.append(f"{service}: {operation} was refused with {name}, which its model does not list")

    def trouble(self, service, operation, kind, code, **request):
        """A call that is refused because the local AWS is told to misbehave."""
        rule = {"rules": [{"kind": kind, "operation": operation, "times": 1}]}
        self.post("/_local/misbehave", rule)
        self.refuse(service, operation, code, **request)

    def listed(self, service, operation):
        model = self.client(service).meta.service_model.operation_model(operation)
        names = {name for shape in model.error_shapes for name in (shape.name, shape.error_code)}
        return names | COMMON_ERRORS | (S3_ERRORS if service == "s3" else set())

    def send(self, service, operation, request):
        client = self.client(service)
        names = {api: python for python, api in client.meta.method_to_api_mapping.items()}
        return getattr(client, names[operation])(**request)

    def post(self, path, body):
        data = json.dumps(body).encode()
        urllib.request.urlopen(urllib.request.Request(self.endpoint + path, data=data, method="POST")).read()

    def note(self, where, service, operation):
        where.setdefault(service, set()).add(operation)

    def until(self, look, reached):
        """Looks until it is as it should be."""
        deadline = time.monotonic() + 60
        while True:
            seen = look()
            if reached(seen):
                return seen
            if time.monotonic() > deadline:
                raise TimeoutError(f"not reached: {seen}")
            time.sleep(0.02)

    def report(self):
        lists = lambda by_service: {service: sorted(names) for service, names in by_service.items()}
        return {"problems": self.problems, "called": lists(self.called), "refused": lists(self.refused)}
