"""Crawls the site, keeps the result in S3, and tells a topic about it. Runs on AWS Batch: python crawler.py [sfn_input]"""

import json
import os
import signal
import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from crawl import crawl
from lines import finish, progress
from settings import Settings, SettingsError, read_settings

PAGES = Path(__file__).parent / "pages"


def main() -> None:
    # As a shell reports it. Python would end by the signal, or as process 1 of a container not at all.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        run(read_settings(os.environ, sys.argv[1:]))
    except (SettingsError, ClientError, BotoCoreError) as error:
        sys.exit(f"crawler: {error}")


def run(settings: Settings) -> None:
    user = read_user(settings)
    pages = []
    for page in crawl(PAGES, "index.html"):
        pages.append(page)
        print(f"{page['path']}: {page.get('title', 'broken')}", flush=True)
        progress(len(pages), len(pages))
    key = f"{settings.stage}/{settings.date}.json"
    broken = [page["path"] for page in pages if "broken" in page]
    # The same date writes the same object: a second try replaces what the first has left.
    source = {"database": settings.database, "user": user, "queue": settings.queue_url}
    document = {"source": source, "message": settings.message, "pages": pages}
    body = json.dumps(document, ensure_ascii=False, indent=2).encode()
    boto3.client("s3").put_object(Bucket=settings.bucket, Key=key, Body=body, ContentType="application/json")
    summary = f"{len(pages) - len(broken)} pages, {len(broken)} broken links"
    boto3.client("sns").publish(TopicArn=settings.topic_arn, Subject=f"Crawl of {settings.date}", Message=summary)
    output = {
        "message": settings.message,
        "pages": len(pages) - len(broken),
        "broken": broken,
        "result": f"s3://{settings.bucket}/{key}",
    }
    finish(output, records=output["pages"])


def read_user(settings: Settings) -> str:
    """The database's user, from the secret; its password stays in this function."""
    answer = boto3.client("secretsmanager").get_secret_value(SecretId=settings.secret_name)
    try:
        return json.loads(answer["SecretString"])["username"]
    except (json.JSONDecodeError, KeyError, TypeError):
        # Not `from error`: a decoding error carries the text that it could not read.
        raise SettingsError(f'the secret {settings.secret_name} must be JSON with "username" and "password"') from None


if __name__ == "__main__":
    main()
