import type { Listed } from '../port.ts';
import { describeBuilds, newestBuilds } from './builds.ts';
import type { CodeBuildClients } from './clients.ts';
import { markers, tagsOf, variableOf } from './markers.ts';

/** What runs longer has been seen by many sweeps. */
const lookBackMs = 36 * 3_600_000;

/** Builds of these projects that go on and whose name begins with the prefix. */
export async function list(clients: CodeBuildClients, projects: string[], prefix: string): Promise<Listed[]> {
  const found: Listed[] = [];
  for (const project of projects) {
    for (const build of await newestBuilds(clients, project, new Date(Date.now() - lookBackMs))) {
      const name = variableOf(build, markers.name) ?? '';
      if (build.buildStatus !== 'IN_PROGRESS' || !name.startsWith(prefix)) continue;
      found.push({ externalId: build.id, name, createdAt: build.startTime ?? new Date(0) });
    }
  }
  return found;
}

/** What the builds that go on say of themselves, by id. */
export async function liveTags(clients: CodeBuildClients, ids: string[]): Promise<Map<string, Record<string, string>>> {
  const builds = [...(await describeBuilds(clients, ids)).values()];
  return new Map(
    builds.filter((build) => build.buildStatus === 'IN_PROGRESS').map((build) => [build.id, tagsOf(build)]),
  );
}
