import type { Job } from './job.ts';
import type { Task } from './task.ts';

/** Where something is deployed, and what of it was there before. */
export interface Place {
  /** The configuration's name. */
  project: string;
  /** The stage. */
  stage: string;
  /** The AWS region. */
  region: string;
  /** The AWS account, twelve digits. */
  accountId: string;
  /** Where SQS answers, if not in AWS. */
  queueEndpoint?: string;
  /** What the jobs name and a deployment does not make, by the name in the jobs. */
  existing: ExistingNames;
}

/** Names of things that are there already. */
export interface ExistingNames {
  /** Secrets: their ARN. */
  secrets: Record<string, string>;
  /** Buckets: their name. */
  buckets: Record<string, string>;
  /** Topics: their ARN. */
  topics: Record<string, string>;
  /** Queues for messages: their ARN. */
  queues: Record<string, string>;
  /** Batch job queues that tasks name: their ARN. */
  jobQueues: Record<string, string>;
  /** The DynamoDB table of external locks. Default: none. */
  latchTable?: string;
  /** The ARN of the secret with the password of Nightshift's own database, which workers read while they run. Default: none. */
  databaseSecret?: string;
  /** ARNs of the secrets that workers get in their environment. Default: none. */
  workerSecrets?: string[];
}

/** A place in which nothing was there before. */
export const nothingExists: ExistingNames = { secrets: {}, buckets: {}, topics: {}, queues: {}, jobQueues: {} };

/** `<project>-<stage>`: what the names of all that is deployed begin with. */
export function stagePrefix({ project, stage }: Pick<Place, 'project' | 'stage'>): string {
  return `${project}-${stage}`;
}

/** The names of what is deployed for a task of a job. */
export interface DeployedNames {
  /** `<job>/<task>`: by it the resources are looked up. */
  key: string;
  /** The task's name in its job. */
  name: string;
  /** `<project>-<stage>-<job>-<task>`, shortened where AWS takes no more characters. */
  fullName: string;
  /** Where its log lines go. */
  logGroup: string;
}

/** A task of a job, as something is deployed for it. */
export type DeployedTask<Kind extends Task['kind'] = Task['kind']> = Kind extends unknown
  ? DeployedNames & {
      /** The job's id. */
      job: string;
      /** The task as it was declared. */
      task: Extract<Task, { kind: Kind }>;
    }
  : never;

/** The tasks of one kind of all jobs, with the names of what is deployed for them. */
export function tasksOf<Kind extends Task['kind']>(
  jobs: Iterable<Job>,
  place: Pick<Place, 'project' | 'stage'>,
  kind: Kind,
): DeployedTask<Kind>[] {
  return [...jobs].flatMap((job) =>
    Object.entries(job.tasks).flatMap(([name, task]) => {
      if (task.kind !== kind) return [];
      const fullName = shorten(`${stagePrefix(place)}-${job.id}-${name}`, longest[kind]);
      return [
        {
          key: `${job.id}/${name}`,
          job: job.id,
          ...{ name, fullName, logGroup: logGroupOf(place, { kind, job: job.id, fullName }) },
          task,
        } as DeployedTask<Kind>,
      ];
    }),
  );
}

/** Characters of a name. Sources: Batch RegisterJobDefinition, ECS RegisterTaskDefinition, CodeBuild CreateProject, Lambda CreateFunction. */
const longest: Record<Task['kind'], number> = { batch: 128, ecs: 255, codeBuild: 150, lambda: 64, function: 255 };

function logGroupOf(
  place: Pick<Place, 'project' | 'stage'>,
  { kind, job, fullName }: { kind: Task['kind']; job: string; fullName: string },
): string {
  // Where the two services write unless they are told otherwise.
  if (kind === 'codeBuild') return `/aws/codebuild/${fullName}`;
  if (kind === 'lambda') return `/aws/lambda/${fullName}`;
  return `/nightshift/${stagePrefix(place)}/${job}`;
}

/** A name of at most so many characters: what is cut off is told apart by a hash of the whole. */
export function shorten(name: string, most: number): string {
  return name.length <= most ? name : `${name.slice(0, most - 9)}-${hash(name)}`;
}

/** FNV-1a, 32 bits: short, and the same wherever it is computed. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
