import { join } from 'node:path';
import { loadConfig, type ProjectConfig } from '../config/config-file.ts';
import { databaseLogin } from '../config/database-settings.ts';
import type { JobRegistry } from '../config/job-registry.ts';
import { loadJobs } from '../config/job-scan.ts';
import { createLog } from '../config/log.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import type { Engine, Log, Project } from '../engine/engine.ts';
import { defaultTimings } from '../model/timings.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { getMeta } from '../store/meta.ts';

/** The project of the current folder. */
export interface OpenProject {
  directory: string;
  config: ProjectConfig;
  jobs: JobRegistry;
}

/**
 * Reads the configuration and the jobs of the current folder.
 * @throws ConfigError with all problems at once.
 */
export async function openProject(directory = process.cwd()): Promise<OpenProject> {
  const config = await loadConfig(directory);
  return { directory, config, jobs: await loadJobs(directory, config) };
}

/** The settings of this process; in local mode those that a running `dev` has left. */
export function settingsOf({ directory }: Pick<OpenProject, 'directory'>): Settings {
  return readSettings(undefined, { stateDirectory: join(directory, '.nightshift') });
}

/** What the engine has to know of the project, for one stage. */
export function projectOf({ config }: Pick<OpenProject, 'config'>, stage: string): Project {
  return { name: config.name, stage, timezone: config.timezone };
}

/** What a command that looks or acts needs, and nothing that starts work. */
export interface Session extends OpenProject {
  settings: Settings;
  engine: Engine;
  db: Database;
}

/** Runs a command against the database of the settings, and closes the connections after it. */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const project = await openProject();
  const settings = settingsOf(project);
  const log = createLog(settings.logLevel);
  const db = openDatabase(
    databaseLogin(settings),
    (error) => log.warn('idle connection lost', { error: error.message }),
    4,
  );
  try {
    await getMeta(db);
    return await work({ ...project, settings, db, engine: engineOf(project, settings, { db, log }) });
  } finally {
    await db.end();
  }
}

function engineOf(project: OpenProject, settings: Settings, { db, log }: { db: Database; log: Log }): Engine {
  return { db, jobs: project.jobs, project: projectOf(project, settings.stage), timings: defaultTimings, log };
}
