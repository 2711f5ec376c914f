/** The project's settings: `nightshift.config.ts`, by {@link defineConfig}. */
export interface Config {
  /** Names the AWS resources and jobs: lower-case letters, digits, `-`; at most 20. */
  name: string;
  /** The folder of the job files. Default `'jobs'`. */
  jobs?: string;
  /** IANA time zone of business dates and of schedules without their own. Default `'UTC'`. */
  timezone?: string;
  /** Holiday calendars by name, dates `YYYY-MM-DD`, for `schedule.holidays.calendar`. Default: none. */
  calendars?: Record<string, readonly string[]>;
  /** What local mode (`nightshift dev`) needs to have data and a date. */
  local?: LocalConfig;
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
