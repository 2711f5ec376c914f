import { asLines, readStreams, readWhole } from '../logs/read-streams.ts';
import type { LogLine, LogOptions } from '../port.ts';
import { logStreamOf } from './build-facts.ts';
import { describeBuilds } from './builds.ts';
import type { CodeBuildClients } from './clients.ts';

/** The first lines of a build, oldest first; empty when it wrote none. */
export async function logs(clients: CodeBuildClients, id: string, options: LogOptions = {}): Promise<LogLine[]> {
  const limit = options.limit ?? 10_000;
  const at = await placeOf(clients, id);
  if (limit < 1 || at === null || (options.shardIndex ?? 0) !== 0) return [];
  return asLines(await readStreams(clients, [at.stream], { since: at.since, limit }));
}

/** All that a build printed, as index 0. */
export async function printed(clients: CodeBuildClients, id: string): Promise<Map<number, string>> {
  const at = await placeOf(clients, id);
  if (at === null) return new Map();
  const texts = await readWhole(clients, [at.stream], at.since);
  return new Map([...texts.values()].map((text) => [0, text]));
}

async function placeOf(clients: CodeBuildClients, id: string) {
  const build = (await describeBuilds(clients, [id])).get(id);
  const stream = build && logStreamOf(build);
  return stream ? { stream, since: build.startTime?.getTime() ?? 0 } : null;
}
