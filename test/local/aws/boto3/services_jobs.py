"""Batch, ECS and CodeBuild."""

ACCOUNT = "ap-northeast-1:000000000000"
ROLE = "arn:aws:iam::000000000000:role/role"


def batch(aws):
    container = {"image": "image", "command": ["sh", "-c", "echo hello"], "resourceRequirements": [{"type": "VCPU", "value": "1"}]}
    queue = aws.call("batch", "CreateJobQueue", jobQueueName="made", priority=1, state="ENABLED", computeEnvironmentOrder=[{"order": 1, "computeEnvironment": "local"}])
    aws.refuse("batch", "CreateJobQueue", "ClientException", jobQueueName="main", priority=1, computeEnvironmentOrder=[])
    aws.call("batch", "DescribeJobQueues")
    aws.call("batch", "DescribeJobQueues", jobQueues=["made"])
    aws.trouble("batch", "DescribeJobQueues", "serverError", "ServerException")

    definition = aws.call("batch", "RegisterJobDefinition", jobDefinitionName="job", type="container", containerProperties=container, retryStrategy={"attempts": 2}, timeout={"attemptDurationSeconds": 60}, tags={"a": "b"})
    aws.refuse("batch", "RegisterJobDefinition", "ClientException", jobDefinitionName="-", type="container", containerProperties=container)
    aws.call("batch", "DescribeJobDefinitions", jobDefinitionName="job")
    aws.trouble("batch", "DescribeJobDefinitions", "serverError", "ServerException")

    job = aws.call("batch", "SubmitJob", jobName="one", jobQueue="main", jobDefinition="job", tags={"a": "b"}, parameters={"p": "q"})["jobId"]
    array = aws.call("batch", "SubmitJob", jobName="array", jobQueue="main", jobDefinition="job", arrayProperties={"size": 2})["jobId"]
    aws.refuse("batch", "SubmitJob", "ClientException", jobName="one", jobQueue="none", jobDefinition="job")
    ended = lambda answer: all(one["status"] in ("SUCCEEDED", "FAILED") for one in answer["jobs"])
    aws.until(lambda: aws.call("batch", "DescribeJobs", jobs=[job, array, f"{array}:1"]), ended)
    aws.refuse("batch", "DescribeJobs", "ClientException", jobs=[str(number) for number in range(101)])
    aws.call("batch", "ListJobs", jobQueue="main", jobStatus="SUCCEEDED")
    aws.call("batch", "ListJobs", jobQueue="main", filters=[{"name": "JOB_NAME", "values": ["one"]}])
    aws.call("batch", "ListJobs", arrayJobId=array, jobStatus="SUCCEEDED")
    aws.refuse("batch", "ListJobs", "ClientException", jobQueue="main", arrayJobId=array)
    aws.call("batch", "CancelJob", jobId=job, reason="enough")
    aws.refuse("batch", "CancelJob", "ClientException", jobId=job, reason="")
    aws.call("batch", "TerminateJob", jobId=job, reason="enough")
    aws.refuse("batch", "TerminateJob", "ClientException", jobId=job, reason="")

    arn = queue["jobQueueArn"]
    none = f"arn:aws:batch:{ACCOUNT}:job/none"
    aws.call("batch", "TagResource", resourceArn=arn, tags={"a": "b"})
    aws.refuse("batch", "TagResource", "ClientException", resourceArn=none, tags={"a": "b"})
    aws.call("batch", "ListTagsForResource", resourceArn=arn)
    aws.refuse("batch", "ListTagsForResource", "ClientException", resourceArn=none)
    aws.call("batch", "UntagResource", resourceArn=arn, tagKeys=["a"])
    aws.refuse("batch", "UntagResource", "ClientException", resourceArn=none, tagKeys=["a"])
    aws.call("batch", "DeregisterJobDefinition", jobDefinition=definition["jobDefinitionArn"])
    aws.trouble("batch", "DeregisterJobDefinition", "serverError", "ServerException", jobDefinition="job:1")


def ecs(aws):
    main = {"name": "main", "image": "image", "command": ["sh", "-c", "echo hello"], "essential": True, "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "ecs", "awslogs-region": "ap-northeast-1", "awslogs-stream-prefix": "task"}}}
    fargate = {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512", "executionRoleArn": ROLE}
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    aws.call("ecs", "CreateCluster", clusterName="made", tags=[{"key": "a", "value": "b"}])
    aws.refuse("ecs", "CreateCluster", "InvalidParameterException", clusterName="a b")
    aws.call("ecs", "DescribeClusters", clusters=["made", "none"], include=["TAGS"])
    aws.trouble("ecs", "DescribeClusters", "serverError", "ServerException")

    definition = aws.call("ecs", "RegisterTaskDefinition", family="task", containerDefinitions=[main], tags=[{"key": "a", "value": "b"}], **fargate)["taskDefinition"]["taskDefinitionArn"]
    aws.refuse("ecs", "RegisterTaskDefinition", "ClientException", family="task", containerDefinitions=[main], **{**fargate, "cpu": "3"})
    aws.call("ecs", "DescribeTaskDefinition", taskDefinition="task", include=["TAGS"])
    aws.refuse("ecs", "DescribeTaskDefinition", "ClientException", taskDefinition="none")
    aws.call("ecs", "ListTaskDefinitions", familyPrefix="task")
    aws.trouble("ecs", "ListTaskDefinitions", "serverError", "ServerException")

    run = {"cluster": "default", "taskDefinition": "task", "launchType": "FARGATE", "networkConfiguration": network, "startedBy": "me"}
    task = aws.call("ecs", "RunTask", clientToken="a", tags=[{"key": "a", "value": "b"}], enableExecuteCommand=False, **run)["tasks"][0]["taskArn"]
    aws.refuse("ecs", "RunTask", "ConflictException", clientToken="a", **{**run, "startedBy": "you"})
    aws.refuse("ecs", "RunTask", "ClusterNotFoundException", **{**run, "cluster": "none"})
    stopped = lambda answer: answer["tasks"][0]["lastStatus"] == "STOPPED"
    aws.until(lambda: aws.call("ecs", "DescribeTasks", tasks=[task, "none"], include=["TAGS"]), stopped)
    aws.refuse("ecs", "DescribeTasks", "ClusterNotFoundException", cluster="none", tasks=[task])
    aws.call("ecs", "ListTasks", startedBy="me", desiredStatus="STOPPED")
    aws.refuse("ecs", "ListTasks", "ClusterNotFoundException", cluster="none")
    aws.call("ecs", "StopTask", task=task, reason="enough")
    aws.refuse("ecs", "StopTask", "InvalidParameterException", task="none")

    none = f"arn:aws:ecs:{ACCOUNT}:task/default/none"
    aws.call("ecs", "TagResource", resourceArn=task, tags=[{"key": "c", "value": "d"}])
    aws.refuse("ecs", "TagResource", "InvalidParameterException", resourceArn=none, tags=[{"key": "c", "value": "d"}])
    aws.call("ecs", "ListTagsForResource", resourceArn=task)
    aws.refuse("ecs", "ListTagsForResource", "InvalidParameterException", resourceArn=none)
    aws.call("ecs", "UntagResource", resourceArn=task, tagKeys=["c"])
    aws.refuse("ecs", "UntagResource", "InvalidParameterException", resourceArn=none, tagKeys=["c"])
    aws.call("ecs", "DeregisterTaskDefinition", taskDefinition=definition)
    aws.refuse("ecs", "DeregisterTaskDefinition", "ClientException", taskDefinition="none:1")


def codebuild(aws):
    source = {"type": "NO_SOURCE", "buildspec": "version: 0.2\nenv:\n  exported-variables: [A]\nphases:\n  build:\n    commands:\n      - export A=1\n      - $COMMAND\n"}
    environment = {"type": "LINUX_CONTAINER", "image": "standard", "computeType": "BUILD_GENERAL1_SMALL"}
    project = {"source": source, "artifacts": {"type": "NO_ARTIFACTS"}, "environment": environment, "serviceRole": ROLE}
    aws.call("codebuild", "CreateProject", name="made", tags=[{"key": "a", "value": "b"}], **project)
    aws.refuse("codebuild", "CreateProject", "ResourceAlreadyExistsException", name="made", **project)
    aws.call("codebuild", "BatchGetProjects", names=["made", "given", "none"])
    aws.refuse("codebuild", "BatchGetProjects", "InvalidInputException", names=[str(number) for number in range(101)])

    variable = lambda value: [{"name": "COMMAND", "value": value}]
    start = lambda command, **more: aws.call("codebuild", "StartBuild", projectName="made", environmentVariablesOverride=variable(command), **more)["build"]["id"]
    ids = [start("true", idempotencyToken="a"), start("false", autoRetryLimitOverride=1), start("sleep 60")]
    aws.refuse("codebuild", "StartBuild", "InvalidInputException", projectName="made", idempotencyToken="a")
    aws.refuse("codebuild", "StartBuild", "ResourceNotFoundException", projectName="none")
    describe = lambda: aws.call("codebuild", "BatchGetBuilds", ids=[*ids, "made:none"])
    aws.until(describe, lambda answer: answer["builds"][2]["currentPhase"] == "BUILD")
    aws.call("codebuild", "StopBuild", id=ids[2])
    aws.refuse("codebuild", "StopBuild", "ResourceNotFoundException", id="made:none")
    ended = aws.until(describe, lambda answer: all(build["buildComplete"] for build in answer["builds"]))
    statuses = [build["buildStatus"] for build in ended["builds"]]
    if statuses != ["SUCCEEDED", "FAILED", "STOPPED"]:
        aws.problems.append(f"codebuild: builds ended as {statuses}")
    aws.refuse("codebuild", "BatchGetBuilds", "InvalidInputException", ids=[str(number) for number in range(101)])
    aws.call("codebuild", "ListBuildsForProject", projectName="made", sortOrder="DESCENDING")
    aws.refuse("codebuild", "ListBuildsForProject", "ResourceNotFoundException", projectName="none")
