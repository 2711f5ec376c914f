import { asLines, readStreams, readWhole } from '../logs/read-streams.ts';
import type { LogLine, LogOptions } from '../port.ts';
import type { EcsClients } from './clients.ts';
import { logStreamOf } from './log-stream.ts';
import { describeTasks } from './tasks.ts';

/** The first lines of a task, oldest first; empty when ECS has forgotten it (after an hour) or it wrote none. */
export async function logs(clients: EcsClients, arn: string, options: LogOptions = {}): Promise<LogLine[]> {
  const limit = options.limit ?? 10_000;
  const at = await placeOf(clients, arn);
  if (limit < 1 || at === null || (options.shardIndex ?? 0) !== 0) return [];
  return asLines(await readStreams(clients, [at.stream], { since: at.since, limit }));
}

/** All that a task printed, as index 0. */
export async function printed(clients: EcsClients, arn: string): Promise<Map<number, string>> {
  const at = await placeOf(clients, arn);
  if (at === null) return new Map();
  const texts = await readWhole(clients, [at.stream], at.since);
  return new Map([...texts.values()].map((text) => [0, text]));
}

async function placeOf(clients: EcsClients, arn: string) {
  const task = (await describeTasks(clients, [arn])).get(arn);
  const stream = task && (await logStreamOf(clients, task));
  return stream ? { stream, since: task.createdAt?.getTime() ?? 0 } : null;
}
