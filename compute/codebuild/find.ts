import { type CodeBuildRequest, tagNames } from '../port.ts';
import { newestBuilds } from './builds.ts';
import type { CodeBuildClients } from './clients.ts';
import { markers, variableOf } from './markers.ts';

/** A build cannot be longer ago: its own limits are 36 hours of building and 8 of waiting. */
const longestMs = 45 * 3_600_000;

/** Ids of the builds that this request has started, in any state, oldest first: known by a variable. Empty is no proof. */
export async function find(clients: CodeBuildClients, request: CodeBuildRequest): Promise<string[]> {
  const builds = await newestBuilds(clients, request.project, new Date(Date.now() - longestMs));
  return builds
    .filter((build) => variableOf(build, markers.attempt) === request.tags[tagNames.attempt])
    .sort((a, b) => (a.startTime?.getTime() ?? 0) - (b.startTime?.getTime() ?? 0))
    .map((build) => build.id);
}
