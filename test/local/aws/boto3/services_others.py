"""CloudWatch, Lambda, Logs, S3, Secrets Manager, SNS and SQS."""

import datetime
import json

ACCOUNT = "ap-northeast-1:000000000000"


def expect(aws, what, seen, wanted):
    if seen != wanted:
        aws.problems.append(f"{what}: {seen!r}, {wanted!r} was expected")


def lambda_(aws):
    answer = aws.call("lambda", "Invoke", FunctionName="echo", Payload=b'{"a":1}', LogType="Tail")
    expect(aws, "lambda: the payload", json.loads(answer["Payload"].read()), {"a": 1})
    expect(aws, "lambda: the version", answer["ExecutedVersion"], "$LATEST")
    answer = aws.call("lambda", "Invoke", FunctionName="echo", Payload=b'{"fail":"x"}')
    expect(aws, "lambda: the error", (answer["StatusCode"], answer["FunctionError"]), (200, "Unhandled"))
    expect(aws, "lambda: its message", json.loads(answer["Payload"].read())["errorMessage"], "x")
    aws.refuse("lambda", "Invoke", "ResourceNotFoundException", FunctionName="none")
    aws.refuse("lambda", "Invoke", "InvalidRequestContentException", FunctionName="echo", Payload=b"{")
    aws.refuse("lambda", "Invoke", "RequestTooLargeException", FunctionName="echo", Payload=b" " * (6 * 1024 * 1024 + 1))
    aws.trouble("lambda", "Invoke", "throttle", "TooManyRequestsException", FunctionName="echo")
    aws.call("lambda", "GetFunction", FunctionName="echo")
    aws.refuse("lambda", "GetFunction", "ResourceNotFoundException", FunctionName="none")
    aws.call("lambda", "ListFunctions")
    aws.refuse("lambda", "ListFunctions", "InvalidParameterValueException", Marker="none")


def cloudwatch(aws):
    datum = {"MetricName": "Runs", "Value": 2.5, "Unit": "Count", "Dimensions": [{"Name": "Queue", "Value": "night"}]}
    when = datetime.datetime(2026, 11, 21, 3, 10, tzinfo=datetime.timezone.utc)
    aws.call("cloudwatch", "PutMetricData", Namespace="Shop", MetricData=[{**datum, "Timestamp": when}])
    # boto3 packs a request of more than 10 KB.
    aws.call("cloudwatch", "PutMetricData", Namespace="Shop", MetricData=[datum] * 500)
    aws.refuse("cloudwatch", "PutMetricData", "InvalidParameterValue", Namespace="AWS/Batch", MetricData=[datum])
    aws.refuse("cloudwatch", "PutMetricData", "InvalidParameterValue", Namespace="Shop", MetricData=[{**datum, "Value": float("nan")}])
    aws.refuse("cloudwatch", "PutMetricData", "MissingParameter", Namespace="Shop", MetricData=[{"MetricName": "Runs"}])
    aws.trouble("cloudwatch", "PutMetricData", "serverError", "InternalServiceError", Namespace="Shop", MetricData=[datum])


def logs(aws):
    group, stream = "made", "stream"
    aws.call("logs", "CreateLogGroup", logGroupName=group)
    aws.refuse("logs", "CreateLogGroup", "ResourceAlreadyExistsException", logGroupName=group)
    aws.call("logs", "CreateLogStream", logGroupName=group, logStreamName=stream)
    aws.refuse("logs", "CreateLogStream", "ResourceNotFoundException", logGroupName="none", logStreamName=stream)
    aws.call("logs", "DescribeLogGroups", logGroupNamePrefix="/aws")
    aws.refuse("logs", "DescribeLogGroups", "InvalidParameterException", nextToken="none")
    aws.call("logs", "DescribeLogStreams", logGroupName="/aws/batch/job")
    aws.refuse("logs", "DescribeLogStreams", "ResourceNotFoundException", logGroupName="none")
    found = aws.call("logs", "FilterLogEvents", logGroupName="/aws/batch/job", filterPattern="hello")["events"]
    expect(aws, "logs: the message", found[0]["message"], "hello")
    aws.refuse("logs", "FilterLogEvents", "ResourceNotFoundException", logGroupName="none")
    aws.call("logs", "GetLogEvents", logGroupName="/aws/batch/job", logStreamName=found[0]["logStreamName"])
    aws.refuse("logs", "GetLogEvents", "ResourceNotFoundException", logGroupName=group, logStreamName="none")


def s3(aws):
    aws.call("s3", "CreateBucket", Bucket="made", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    aws.refuse("s3", "CreateBucket", "BucketAlreadyOwnedByYou", Bucket="made", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    place = {"Bucket": "made", "Key": "folder/a key+&.txt"}
    body = "line\r\nあ".encode() * 1000
    aws.call("s3", "PutObject", Body=body, ContentType="text/plain", Metadata={"of": "me"}, **place)
    aws.refuse("s3", "PutObject", "NoSuchBucket", Bucket="none", Key="a", Body=b"a")
    got = aws.call("s3", "GetObject", **place)
    expect(aws, "s3: the body", got["Body"].read(), body)
    expect(aws, "s3: the metadata", (got["Metadata"], got["ContentType"]), ({"of": "me"}, "text/plain"))
    aws.refuse("s3", "GetObject", "NoSuchKey", Bucket="made", Key="none")
    expect(aws, "s3: the size", aws.call("s3", "HeadObject", **place)["ContentLength"], len(body))
    aws.refuse("s3", "HeadObject", "404", Bucket="made", Key="none")
    listed = aws.call("s3", "ListObjectsV2", Bucket="made", Prefix="folder/", MaxKeys=1)
    expect(aws, "s3: the keys", [one["Key"] for one in listed["Contents"]], [place["Key"]])
    expect(aws, "s3: folders", aws.call("s3", "ListObjectsV2", Bucket="made", Delimiter="/")["CommonPrefixes"], [{"Prefix": "folder/"}])
    aws.refuse("s3", "ListObjectsV2", "NoSuchBucket", Bucket="none")
    aws.call("s3", "DeleteObject", **place)
    aws.refuse("s3", "DeleteObject", "NoSuchBucket", Bucket="none", Key="a")


def secretsmanager(aws):
    arn = aws.call("secretsmanager", "CreateSecret", Name="shop/made", SecretString="one")["ARN"]
    aws.refuse("secretsmanager", "CreateSecret", "ResourceExistsException", Name="shop/made", SecretString="one")
    aws.call("secretsmanager", "PutSecretValue", SecretId=arn, SecretString="two")
    aws.refuse("secretsmanager", "PutSecretValue", "ResourceNotFoundException", SecretId="none", SecretString="a")
    for name in ("shop/made", arn):
        expect(aws, "secretsmanager: the value", aws.call("secretsmanager", "GetSecretValue", SecretId=name)["SecretString"], "two")
    aws.refuse("secretsmanager", "GetSecretValue", "ResourceNotFoundException", SecretId="none")


def sns(aws):
    arn = aws.call("sns", "CreateTopic", Name="made")["TopicArn"]
    aws.refuse("sns", "CreateTopic", "InvalidParameter", Name="a b")
    expect(aws, "sns: the topics", aws.call("sns", "ListTopics")["Topics"][-1], {"TopicArn": arn})
    aws.refuse("sns", "ListTopics", "InvalidParameter", NextToken="none")
    aws.call("sns", "Publish", TopicArn=arn, Message="<あ>", Subject="about")
    aws.refuse("sns", "Publish", "NotFound", TopicArn=f"arn:aws:sns:{ACCOUNT}:none", Message="a")
    aws.refuse("sns", "Publish", "InvalidParameter", TopicArn=arn, Message="x" * (256 * 1024 + 1))


def sqs(aws):
    gone = "AWS.SimpleQueueService.NonExistentQueue"
    url = aws.call("sqs", "CreateQueue", QueueName="made", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    none = url.replace("made", "none")
    aws.refuse("sqs", "CreateQueue", "InvalidParameterValue", QueueName="a b")
    aws.call("sqs", "GetQueueUrl", QueueName="made")
    aws.refuse("sqs", "GetQueueUrl", gone, QueueName="none")
    aws.call("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])
    aws.refuse("sqs", "GetQueueAttributes", gone, QueueUrl=none)
    for body in ("one", "two"):
        aws.call("sqs", "SendMessage", QueueUrl=url, MessageBody=body)
    aws.refuse("sqs", "SendMessage", gone, QueueUrl=none, MessageBody="a")
    messages = aws.call("sqs", "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    expect(aws, "sqs: the messages", sorted(message["Body"] for message in messages), ["one", "two"])
    aws.refuse("sqs", "ReceiveMessage", gone, QueueUrl=none)
    first, second = (message["ReceiptHandle"] for message in messages)
    aws.call("sqs", "ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=first, VisibilityTimeout=10)
    aws.refuse("sqs", "ChangeMessageVisibility", gone, QueueUrl=none, ReceiptHandle=first, VisibilityTimeout=10)
    aws.call("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=first)
    aws.refuse("sqs", "DeleteMessage", gone, QueueUrl=none, ReceiptHandle=first)
    entries = [{"Id": "a", "ReceiptHandle": second}]
    aws.call("sqs", "DeleteMessageBatch", QueueUrl=url, Entries=entries)
    aws.refuse("sqs", "DeleteMessageBatch", gone, QueueUrl=none, Entries=entries)
    aws.call("sqs", "PurgeQueue", QueueUrl=url)
    aws.refuse("sqs", "PurgeQueue", gone, QueueUrl=none)
