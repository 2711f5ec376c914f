/** Something in AWS that the program of a task uses while it runs. Its rights, and the variable that names it, are made from this. */
export type Use = SecretUse | BucketUse | TopicUse | QueueUse;

/** What a use may say beside its name. */
export interface UseOptions {
  /** The environment variable that gets its name in this stage: of a secret and a bucket the name, of a topic the ARN, of a queue the URL. Default: none. */
  env?: string;
}

/** A secret that the program reads by itself; to have AWS put one into the environment, write `secrets`. */
export interface SecretUse extends UseOptions {
  /** Told from the others by this. */
  readonly use: 'secret';
  /** Its name, the same in every stage. */
  readonly name: string;
}

/** An S3 bucket. */
export interface BucketUse extends UseOptions {
  /** Told from the others by this. */
  readonly use: 'bucket';
  /** Its name, the same in every stage. */
  readonly name: string;
  /** What the program does with its objects. */
  readonly access: BucketAccess;
}

/** What a program does with the objects of a bucket: read and list, write and delete, or both. */
export type BucketAccess = 'read' | 'write' | 'readWrite';

/** An SNS topic that the program publishes to. */
export interface TopicUse extends UseOptions {
  /** Told from the others by this. */
  readonly use: 'topic';
  /** Its name, the same in every stage. */
  readonly name: string;
}

/** An SQS queue that the program sends messages to. */
export interface QueueUse extends UseOptions {
  /** Told from the others by this. */
  readonly use: 'queue';
  /** Its name, the same in every stage. */
  readonly name: string;
}

/** Says that a task's program reads a secret by itself: `uses: [secret('market/database', { env: 'DB_SECRET_NAME' })]`. */
export function secret(name: string, options: UseOptions = {}): SecretUse {
  return { use: 'secret', name, ...options };
}

/** Says that a task's program uses a bucket, by default to read and to write: `uses: [bucket('crawls', { access: 'write' })]`. */
export function bucket(name: string, options: UseOptions & { access?: BucketAccess } = {}): BucketUse {
  return { use: 'bucket', name, access: 'readWrite', ...options };
}

/** Says that a task's program publishes to a topic: `uses: [topic('crawls', { env: 'SNS_ARN' })]`. */
export function topic(name: string, options: UseOptions = {}): TopicUse {
  return { use: 'topic', name, ...options };
}

/** Says that a task's program sends messages to a queue: `uses: [queue('crawls', { env: 'JOB_QUEUE_URL' })]`. */
export function queue(name: string, options: UseOptions = {}): QueueUse {
  return { use: 'queue', name, ...options };
}
