/** The project's settings: `nightshift.config.ts`, by {@link defineConfig}. */
export interface Config {
  /** Names the AWS resources and jobs: lower-case letters, digits, single `-` between them; a letter first, at most 20. */
  name: string;
  /** The folder of the job files. Default `'jobs'`. */
  jobs?: string;
  /** IANA time zone of business dates and of schedules without their own. Default `'UTC'`. */
  timezone?: string;
  /** Holiday calendars by name, dates `YYYY-MM-DD`, for `schedule.holidays.calendar`. Default: none. */
  calendars?: Record<string, readonly string[]>;
  /** Where the project is deployed, by stage: `{ prod: { region: 'ap-northeast-1', accountId: '123456789012' } }`. Default: nowhere; local mode needs none. */
  stages?: Record<string, StageConfig>;
  /** What local mode (`nightshift dev`) needs to have data and a date. */
  local?: LocalConfig;
}

/** One deployment: an AWS account and region, and what of the things that the jobs name is there already. */
export interface StageConfig {
  /** The AWS region. */
  region: string;
  /** The AWS account, twelve digits. */
  accountId: string;
  /** Secrets that are there already, by the name in the jobs: their ARN. Others are made, empty, to be filled by a person. Default: none. */
  secrets?: Record<string, string>;
  /** Buckets that are there already, by the name in the jobs: their name. Others are made. Default: none. */
  buckets?: Record<string, string>;
  /** SNS topics that are there already, by the name in the jobs: their ARN. Others are made. Default: none. */
  topics?: Record<string, string>;
  /** SQS queues for messages that are there already, by the name in the jobs: their ARN. Others are made. Default: none. */
  messageQueues?: Record<string, string>;
  /** Batch job queues that tasks name by `queue`: their ARN. They are never made. Default: none. */
  queues?: Record<string, string>;
  /** The DynamoDB table of external locks. Default: none. */
  latchTable?: string;
}

/** How local mode gets its data. */
export interface LocalConfig {
  /** The business date that `nightshift dev --once` runs when none is named, `YYYY-MM-DD`. */
  date?: string;
  /** The local database for the jobs' own data; its URL becomes the named secret. */
  database?: { name: string; secret: string };
  /** Secrets of the jobs: name to text. Only for values that protect nothing; they stand in the file. Default: none. */
  secrets?: Record<string, string>;
  /** A module whose export `prepare(databaseUrl)` makes the data; called at each start, must be quick when it is there. */
  prepare?: string;
}

/** Declares the project's settings. Gives back what it gets: the rest is types. */
export function defineConfig(config: Config): Config {
  return config;
}
