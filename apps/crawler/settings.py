"""What the crawler is told: by its environment, and by the input of the run."""

import json
from dataclasses import dataclass
from typing import Mapping

NAMES = ("STAGE", "SNS_ARN", "DB_NAME", "DB_SECRET_NAME", "JOB_QUEUE_URL", "BUCKET")


class SettingsError(Exception):
    """Something that the crawler needs is missing or wrong; the message says what and how to give it."""


@dataclass(frozen=True)
class Settings:
    stage: str
    topic_arn: str
    database: str
    secret_name: str
    queue_url: str
    bucket: str
    # The business date; names the result.
    date: str
    message: str


def read_settings(environment: Mapping[str, str], arguments: list[str]) -> Settings:
    missing = [name for name in NAMES if not environment.get(name)]
    if missing:
        raise SettingsError(f"not set: {', '.join(missing)} (see `environment` of the task in the job file)")
    return Settings(
        stage=environment["STAGE"],
        topic_arn=environment["SNS_ARN"],
        database=environment["DB_NAME"],
        secret_name=environment["DB_SECRET_NAME"],
        queue_url=environment["JOB_QUEUE_URL"],
        bucket=environment["BUCKET"],
        date=environment.get("NIGHTSHIFT_DATE", "undated"),
        message=read_message(environment.get("JOB_INPUT"), arguments),
    )


def read_message(job_input: str | None, arguments: list[str]) -> str:
    """From the argument, which a definition with `Ref::sfn_input` gives; else from JOB_INPUT; else empty."""
    name, text = ("the argument sfn_input", arguments[0]) if arguments else ("JOB_INPUT", job_input)
    if not text:
        return ""
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise SettingsError(f'{name} must be JSON such as {{"message":"hello"}}: {error}') from error
    message = given.get("message", "") if isinstance(given, dict) else None
    if not isinstance(message, str):
        raise SettingsError(f'{name} must be like {{"message":"hello"}}, with a text')
    return message
