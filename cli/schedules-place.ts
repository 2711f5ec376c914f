import { type Client, type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client';
import type { Settings } from '../config/settings.ts';
import type { Project } from '../engine/engine.ts';
import { connectClient } from '../workers/temporal.ts';
import { type OpenProject, openProject, projectOf, settingsOf } from './project.ts';

/** Temporal, and the project whose schedules it has. */
export interface SchedulesPlace {
  client: Client;
  open: OpenProject;
  project: Project;
  /** Begins the ids of this project's and stage's schedules. */
  owner: string;
  /** Who keeps the schedules of this stage: Temporal has none where EventBridge does. */
  keeper: Settings['schedules'];
}

/** Connects to Temporal for the project of the current folder, and closes the connection after it. */
export async function withSchedules<T>(work: (place: SchedulesPlace) => Promise<T>): Promise<T> {
  const open = await openProject();
  const settings = settingsOf(open);
  const project = projectOf(open, settings.stage);
  const client = await connectClient(settings.temporal);
  try {
    const owner = `${project.name}-${project.stage}`;
    return await work({ client, open, project, owner, keeper: settings.schedules });
  } finally {
    await client.connection.close();
  }
}

/** The schedule as Temporal has it; null when it has none of this id. */
export async function describeSchedule(client: Client, id: string): Promise<ScheduleDescription | null> {
  try {
    return await client.schedule.getHandle(id).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}
