import { loadConfig } from '../../config/config-file.ts';
import { loadJobs } from '../../config/job-scan.ts';
import { stagePlace } from '../../config/stage-place.ts';
import { registerJobDefinition } from '../../local/stack/register-job-definition.ts';
import { registerTaskDefinition } from '../../local/stack/register-task-definition.ts';
import { type Place, tasksOf } from '../../model/deployed-names.ts';
import type { Job } from '../../model/job.ts';
import { batchContainer, type ContainerParts, ecsContainer } from '../../pulumi/jobs/container-definition.ts';

const parts: ContainerParts = {
  ...{ image: 'image', taskRole: 'task-role', executionRole: 'execution-role' },
  // Local mode names a secret by its name alone.
  secrets: { 'shop/database': 'shop/database' },
};

/** What a place has of its own: images, roles, regions. */
const own = ['image', 'jobRoleArn', 'executionRoleArn', 'linuxParameters', 'stopTimeout', 'awslogs-region'];

test('a container in AWS is the one that local mode runs, but for image, roles and region', async () => {
  const { place, jobs } = await readProject();
  for (const task of tasksOf(jobs, place, 'batch')) {
    const local = await requestOf((client) => registerJobDefinition(client, place, task));

    expect(shared(batchContainer(place, task, parts))).toEqual(shared(local.containerProperties));
  }
  for (const task of tasksOf(jobs, place, 'ecs')) {
    const local = await requestOf((client) => registerTaskDefinition(client, place, task));

    expect(shared(ecsContainer(place, task, parts))).toEqual(shared(local.containerDefinitions[0]));
  }
});

async function readProject(): Promise<{ place: Place; jobs: Job[] }> {
  const config = await loadConfig(process.cwd());
  const jobs = (await loadJobs(process.cwd(), config)).inOrder();
  return { place: stagePlace(config, 'dev'), jobs };
}

/** What local mode would send. */
async function requestOf(register: (client: never) => Promise<unknown>) {
  let sent: Record<string, never> = {};
  const client = {
    async send({ input }: { input: typeof sent }) {
      sent = input;
      return { jobDefinitionArn: 'arn', taskDefinition: { taskDefinitionArn: 'arn' } };
    },
  };
  await register(client as never);
  return sent as Record<string, never> & { containerProperties: object; containerDefinitions: [object] };
}

function shared(container: object): unknown {
  return JSON.parse(
    JSON.stringify(container, (key, value) => {
      if (own.includes(key)) return undefined;
      return key === 'environment' ? [...value].sort((a, b) => (a.name < b.name ? -1 : 1)) : value;
    }),
  );
}
