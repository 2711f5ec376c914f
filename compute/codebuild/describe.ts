import type { Observation } from '../port.ts';
import { observe } from './build-facts.ts';
import { describeBuilds } from './builds.ts';
import type { CodeBuildClients } from './clients.ts';

/** What CodeBuild says of these builds, with one request for 100. */
export async function describe(clients: CodeBuildClients, ids: readonly string[]): Promise<Map<string, Observation>> {
  const builds = await describeBuilds(clients, ids);
  return new Map([...builds.values()].map((build) => [build.id, observe(build)]));
}
