/** What a container image is locally: a folder whose commands run as plain processes. */
export interface LocalImage {
  /** Folder in which the task's command runs. */
  directory: string;
  /** Environment that comes with the image; definitions and overrides win over it. Default: none. */
  environment?: Record<string, string>;
}

/** Periods of the local AWS. Tests pass short ones; the defaults are those of AWS. */
export interface LocalAwsTimings {
  /** Milliseconds between SIGTERM and SIGKILL. Default 30 000. */
  killGraceMs?: number;
  /** Milliseconds that one second of a job's `attemptDurationSeconds` lasts. Default 1 000. */
  attemptSecondMs?: number;
}

/** How a local AWS is made. */
export interface LocalAwsOptions {
  /** Port on 127.0.0.1. Default 0: any free one. */
  port?: number;
  /** Region in every ARN. Default `ap-northeast-1`. */
  region?: string;
  /** Container images by name. A job whose image is missing here fails as CannotPullContainerError. */
  images: Record<string, LocalImage>;
  /** Secrets that exist from the start: name to SecretString. Default: none. */
  secrets?: Record<string, string>;
  /** Names of the Batch job queues that exist from the start. */
  jobQueues: string[];
  /** Name of the SQS queue that gets the job state changes. Default: no queue, no events. */
  eventQueue?: string;
  /** Name of another SQS queue that exists from the start, whose messages start runs. Default: none. */
  startQueue?: string;
  /** Job states that become events, as the pattern of an EventBridge rule. Default SUCCEEDED and FAILED. */
  eventStatuses?: string[];
  /** How many vCPU of jobs run at once; the others wait in RUNNABLE, first come first served. Default: the number of cores. */
  maxVcpus?: number;
  /** Periods. Default: those of AWS. */
  timings?: LocalAwsTimings;
}
