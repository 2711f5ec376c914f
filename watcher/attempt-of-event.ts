/** What of AWS's events we read. The rest is kept as it came. */
interface AwsEvent {
  source?: unknown;
  detail?: {
    jobName?: unknown;
    status?: unknown;
    arrayProperties?: { index?: unknown };
    nodeProperties?: { nodeIndex?: unknown };
    startedBy?: unknown;
    lastStatus?: unknown;
    'build-id'?: unknown;
    'build-status'?: unknown;
  };
}

/** Which attempt an event is about: by our own id, or by AWS's. */
export type EventOf = { attemptId: string } | { externalId: string };

/**
 * The attempt whose end an event tells; null for what is not ours, or no end. An event can arrive before our write of
 * AWS's id, so Batch and ECS are matched by our own name for it.
 */
export function attemptOfEvent(event: unknown, prefix: string): EventOf | null {
  const { source, detail } = (event ?? {}) as AwsEvent;
  if (typeof detail !== 'object' || detail === null) return null;
  switch (source) {
    case 'aws.ecs':
      return detail.lastStatus === 'STOPPED' && isAttemptId(detail.startedBy) ? { attemptId: detail.startedBy } : null;
    case 'aws.codebuild':
      return buildOf(detail);
    default:
      return jobOf(detail, prefix);
  }
}

function jobOf(detail: NonNullable<AwsEvent['detail']>, prefix: string): EventOf | null {
  const { jobName: name, status } = detail;
  if (typeof name !== 'string' || !name.startsWith(prefix)) return null;
  // Children of an array, nodes of a job: the parent's own end follows.
  if (detail.arrayProperties?.index !== undefined || detail.nodeProperties?.nodeIndex !== undefined) return null;
  if (status !== 'SUCCEEDED' && status !== 'FAILED') return null;
  return { attemptId: name.slice(name.lastIndexOf('-') + 1) };
}

/** The event names the build by its ARN: `arn:aws:codebuild:...:build/<id>`. */
function buildOf(detail: NonNullable<AwsEvent['detail']>): EventOf | null {
  const arn = detail['build-id'];
  if (typeof arn !== 'string' || detail['build-status'] === 'IN_PROGRESS') return null;
  return { externalId: arn.slice(arn.indexOf('/') + 1) };
}

function isAttemptId(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{16}$/.test(text);
}
