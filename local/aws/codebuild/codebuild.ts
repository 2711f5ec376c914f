import type {
  BatchGetBuildsInput,
  BatchGetProjectsInput,
  CreateProjectInput,
  ListBuildsForProjectInput,
  StartBuildInput,
  StopBuildInput,
} from '@aws-sdk/client-codebuild';
import type { EventDelivery } from '../events/event-delivery.ts';
import type { LocalBuildProject } from '../options.ts';
import { pageOf } from '../paging.ts';
import { type Operation, operation, type Service } from '../service.ts';
import type { Build } from './build.ts';
import { describeBuild } from './describe-build.ts';
import { buildStateChange } from './events.ts';
import { createProjects } from './projects.ts';
import { invalidInput, limits, notFound } from './rules.ts';
import { type BuildRunner, type BuildRunning, createBuildRunner } from './run-build.ts';
import { type Starting, startAgain, startBuild } from './start-build.ts';

/** What CodeBuild is made from. */
export interface CodeBuildSurroundings {
  projects: Record<string, LocalBuildProject>;
  /** How long an idempotency token is remembered. */
  tokenMs: number;
  running: BuildRunning;
  events: Pick<EventDelivery, 'tell'>;
}

/** AWS CodeBuild. */
export interface CodeBuild {
  service: Service;
  /** Kills all builds and resolves when they are gone. */
  stop(): Promise<void>;
}

/** Makes CodeBuild with its projects. */
export function createCodeBuild(from: CodeBuildSurroundings): CodeBuild {
  const { account } = from.running;
  const runner = createBuildRunner(from.running);
  let isStopped = false;
  const starting: Starting = {
    account,
    projects: createProjects(account, from.projects),
    builds: new Map(),
    tokens: new Map(),
    tokenMs: from.tokenMs,
    run(build) {
      void runner.run(build).then(() => {
        if (isStopped) return;
        if (build.status === 'FAILED' && build.retry.number < build.retry.limit) startAgain(starting, build);
        from.events.tell(buildStateChange(account, build));
      });
    },
  };
  return {
    service: {
      name: 'codebuild',
      operations: createOperations(starting, runner, from.running),
      troubles: {
        throttled: { code: 'ThrottlingException', status: 400 },
        failed: { code: 'InternalServiceErrorException', status: 500 },
        denied: { code: 'AccessDeniedException', status: 400 },
      },
    },
    async stop() {
      isStopped = true;
      await runner.stop();
    },
  };
}

function createOperations(starting: Starting, runner: BuildRunner, running: BuildRunning): Record<string, Operation> {
  const { account, projects, builds } = starting;
  const describe = (build: Build) => describeBuild(account, build);
  const lagMs = () => running.misbehaviour.settings.listingLagMs;
  return {
    CreateProject: operation<CreateProjectInput>(projects.create),
    BatchGetProjects: operation<BatchGetProjectsInput>(projects.get),
    StartBuild: operation<StartBuildInput>((request) => ({ build: describe(startBuild(starting, request)) })),
    BatchGetBuilds: operation<BatchGetBuildsInput>(({ ids = [] }) => {
      if (ids.length < 1 || ids.length > limits.describedBuilds) {
        throw invalidInput(`ids takes 1 to ${limits.describedBuilds} builds, got ${ids.length}`);
      }
      const found = ids.flatMap((id) => findBuild(builds, id) ?? []);
      return { builds: found.map(describe), buildsNotFound: ids.filter((id) => !findBuild(builds, id)) };
    }),
    ListBuildsForProject: operation<ListBuildsForProjectInput>((request) => listBuilds(starting, request, lagMs())),
    StopBuild: operation<StopBuildInput>(({ id = '' }) => {
      const build = findBuild(builds, id);
      if (!build) throw notFound(`Build ${id} is not found`);
      runner.end(build, 'STOPPED');
      return { build: describe(build) };
    }),
  };
}

/** By id or ARN. */
function findBuild(builds: ReadonlyMap<string, Build>, id: string): Build | undefined {
  return builds.get(id.startsWith('arn:') ? id.slice(id.indexOf(':build/') + ':build/'.length) : id);
}

/** Newest first; a listing lags behind by as much as it is told to. */
function listBuilds({ projects, builds }: Starting, request: ListBuildsForProjectInput, lagMs: number): object {
  const project = projects.find(request.projectName ?? '');
  if (!project) throw notFound(`Project cannot be found for ${request.projectName}`);
  const until = Date.now() - lagMs;
  const ids = [...builds.values()]
    .filter((build) => build.project === project && build.startedAt <= until)
    .map(({ id }) => id);
  if (request.sortOrder !== 'ASCENDING') ids.reverse();
  const page = pageOf(ids, { size: limits.listedBuilds, token: request.nextToken }, (id) => id);
  if (!page) throw invalidInput('Invalid nextToken');
  return { ids: page.items, nextToken: page.nextToken };
}
