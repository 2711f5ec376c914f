import { BatchGetBuildsCommand, type Build, ListBuildsForProjectCommand } from '@aws-sdk/client-codebuild';
import { atMost } from '../aws/at-most.ts';
import { call } from '../aws/call.ts';
import type { CodeBuildClients } from './clients.ts';

/** A build as CodeBuild describes it, with what we rely on. */
export type KnownBuild = Build & { id: string };

/** The most ids that one BatchGetBuilds takes. */
const describeLimit = 100;

/** Requests at a time for one long list. */
const requestsAtOnce = 4;

/** The builds that CodeBuild knows of these, by id, in requests of 100. */
export async function describeBuilds(
  clients: CodeBuildClients,
  ids: readonly string[],
): Promise<Map<string, KnownBuild>> {
  const requests = Array.from({ length: Math.ceil(ids.length / describeLimit) }, (_, page) =>
    ids.slice(page * describeLimit, (page + 1) * describeLimit),
  );
  const answers = await atMost(requestsAtOnce, requests, (some) => describeSome(clients, some));
  return new Map(answers.flat().map((build) => [build.id, build]));
}

async function describeSome({ codeBuild, callMs }: CodeBuildClients, ids: string[]): Promise<KnownBuild[]> {
  const of = { first: ids[0] ?? '', count: ids.length };
  const answer = await call({ operation: 'BatchGetBuilds', of, within: callMs }, (options) =>
    codeBuild.send(new BatchGetBuildsCommand({ ids }), options),
  );
  return (answer.builds ?? []).filter((build): build is KnownBuild => build.id !== undefined);
}

/** The builds of a project that began after a time, newest first, page by page. */
export async function newestBuilds(clients: CodeBuildClients, projectName: string, since: Date): Promise<KnownBuild[]> {
  const { codeBuild, callMs } = clients;
  const found: KnownBuild[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call(
      { operation: 'ListBuildsForProject', of: { project: projectName }, within: callMs },
      (options) =>
        codeBuild.send(new ListBuildsForProjectCommand({ projectName, sortOrder: 'DESCENDING', nextToken }), options),
    );
    const builds = [...(await describeBuilds(clients, page.ids ?? [])).values()];
    found.push(...builds.filter((build) => startOf(build) >= since.getTime()));
    if (builds.some((build) => startOf(build) < since.getTime())) break;
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
}

/** A build that has no start time yet is new. */
function startOf(build: Build): number {
  return build.startTime?.getTime() ?? Number.POSITIVE_INFINITY;
}
