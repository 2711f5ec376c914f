import type { PolicyDocument } from '../../rights/statement.ts';

/** What a container image is locally: a folder whose commands run as plain processes. */
export interface LocalImage {
  /** Folder in which the task's command runs. */
  directory: string;
  /** Environment that comes with the image; definitions and overrides win over it. Default: none. */
  environment?: Record<string, string>;
  /** Where folders of the image are locally: path in the image, without a slash at its end, to folder. Words of a command that begin with one are translated. Default: none. */
  paths?: Record<string, string>;
}

/** Images by name: what they are, or how they are made when a task first needs them. A task whose image cannot be made fails to start, with the reason. */
export type LocalImages = Record<string, LocalImage | (() => Promise<LocalImage>)>;

/** What a CodeBuild project is locally: a folder that plays its source. */
export interface LocalBuildProject {
  /** Folder of the source. Each build runs in a copy of its own. */
  directory: string;
  /** The project's buildspec: its text, or the name of a file in the folder. Default `buildspec.yml`. */
  buildspec?: string;
  /** The project's environment variables. Default: none. */
  environment?: Record<string, string>;
  /** ARN of the role that its builds have. Default: one named like the project, without policies. */
  serviceRole?: string;
  /** How many of its builds may be open at once; one more is refused. Default: any number. */
  concurrentBuildLimit?: number;
}

/** What a Lambda function is locally: a module that a fresh Node process imports for each invocation. */
export interface LocalFunction {
  /** Folder of the code, or how it is made at each invocation that needs it. */
  directory: string | (() => Promise<string>);
  /** ARN of the role that it has. Default: one named like the function, without policies. */
  role?: string;
  /** Module and export, e.g. `index.handler` of index.mjs, index.js or index.cjs. Default `index.handler`. */
  handler?: string;
  /** The function's environment variables. Default: none. */
  environment?: Record<string, string>;
  /** Seconds after which an invocation is ended. Default 3. */
  timeoutSeconds?: number;
}

/** Periods of the local AWS. Tests pass short ones; the defaults are those of AWS. */
export interface LocalAwsTimings {
  /** Milliseconds between SIGTERM and SIGKILL. Default 30 000; an ECS container's `stopTimeout` counts in 30ths of it. */
  killGraceMs?: number;
  /** Milliseconds that one second of a job's `attemptDurationSeconds` lasts. Default 1 000. */
  attemptSecondMs?: number;
  /** Milliseconds for which CodeBuild remembers an idempotency token. Default 300 000. */
  buildTokenMs?: number;
  /** Milliseconds that one minute of a build's timeouts lasts. Default 60 000. */
  buildMinuteMs?: number;
  /** Milliseconds for which ECS knows a task after it has stopped. Default 3 600 000. */
  stoppedTaskMs?: number;
}

/** A Batch job queue that is more than its name. */
export interface LocalJobQueue {
  name: string;
  /** Whether it has a scheduling policy: jobs then need a share identifier. Default false: first in, first out. */
  fairShare?: boolean;
  /** Multi-node parallel jobs need an EC2 queue. Default FARGATE. */
  type?: 'FARGATE' | 'EC2';
}

/** The Docker whose containers tasks are, in place of processes. */
export interface LocalDocker {
  /** The daemon's socket. Default `/var/run/docker.sock`. */
  socketPath?: string | undefined;
  /** The network that containers join. Default: Docker's own. */
  network?: string | undefined;
  /** Names this local AWS among others of the same Docker: what it left behind when it was killed is removed at its next start. */
  owner: string;
}

/** Somebody with rights: a role, as whoever has taken it calls. */
export interface LocalPrincipal {
  /** ARN of the role. */
  arn: string;
  policies: PolicyDocument[];
}

/** How a local AWS is made. */
export interface LocalAwsOptions {
  /** Address to listen on; beyond 127.0.0.1 only with an access key. Default `127.0.0.1`. */
  host?: string;
  /** The one access key id that is let in. A secret. Default: any. */
  accessKeyId?: string;
  /** Where tasks reach it. Default: where it listens. */
  endpoint?: string;
  /** Runs the tasks of Batch and ECS in containers of Docker. Default: as processes of this machine, as builds and functions always are. */
  docker?: LocalDocker;
  /** Port on 127.0.0.1. Default 0: any free one. */
  port?: number;
  /** Region in every ARN. Default `ap-northeast-1`. */
  region?: string;
  /**
   * Who may do only what their policies allow, by access key: a call is made by the owner of the key that signed it. A
   * process in a role that is here gets its key. Any other key may do everything. Default: none.
   */
  principals?: Record<string, LocalPrincipal>;
  /** Container images by name. A job whose image is missing here fails as CannotPullContainerError. */
  images: LocalImages;
  /** Secrets that exist from the start: name to SecretString. Default: none. */
  secrets?: Record<string, string>;
  /** The Batch job queues that exist from the start; a name alone is a Fargate queue without fair share. */
  jobQueues: (string | LocalJobQueue)[];
  /** Name of the SQS queue that gets the job state changes. Default: no queue, no events. */
  eventQueue?: string;
  /** Name of another SQS queue that exists from the start, whose messages start runs. Default: none. */
  startQueue?: string;
  /** Job states that become events, as the pattern of an EventBridge rule. Default SUCCEEDED and FAILED. */
  eventStatuses?: string[];
  /** CodeBuild projects that exist from the start, by name. Default: none. */
  codeBuildProjects?: Record<string, LocalBuildProject>;
  /** Lambda functions by name. Default: none. */
  functions?: Record<string, LocalFunction>;
  /** Names of the SNS topics that exist from the start. Default: none. */
  topics?: string[];
  /** Names of SQS queues that exist from the start, beside the two above. Default: none. */
  queues?: string[];
  /** Names of the S3 buckets that exist from the start. Default: none. */
  buckets?: string[];
  /** How many builds run at once; the others are QUEUED. Default 20. */
  maxBuilds?: number;
  /** Names of the ECS clusters that exist from the start, with FARGATE and FARGATE_SPOT. Default: `default`. */
  clusters?: string[];
  /** States of ECS tasks (`lastStatus`) that become events. Default STOPPED. */
  taskEventStatuses?: string[];
  /** How many vCPU of jobs run at once; the others wait in RUNNABLE, first come first served. Default: the number of cores. */
  maxVcpus?: number;
  /** Periods. Default: those of AWS. */
  timings?: LocalAwsTimings;
}
