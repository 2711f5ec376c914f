import { type BatchClient, RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import type { Resources } from '../../config/resources.ts';
import type { Project } from '../../engine/engine.ts';
import type { Job } from '../../model/job.ts';
import { memoryMib } from '../../model/size.ts';

/** The image name that an app has locally. */
export function imageOf(app: string): string {
  return `nightshift-local/${app}`;
}

/** Registers a job definition for every task, as a deployment does in AWS. Gives `<job>/<task>` to its ARN. */
export async function registerDefinitions(
  client: BatchClient,
  jobs: Iterable<Job>,
  project: Project,
): Promise<Resources['batch']['definitions']> {
  const definitions: Resources['batch']['definitions'] = {};
  for (const job of jobs) {
    for (const [name, task] of Object.entries(job.tasks)) {
      if (task.kind !== 'batch') continue;
      const { options } = task;
      const definitionName = `${project.name}-${project.stage}-${job.id}-${name}`;
      const logGroup = `/nightshift/${project.stage}/${job.id}`;
      const { jobDefinitionArn } = await client.send(
        new RegisterJobDefinitionCommand({
          jobDefinitionName: definitionName,
          type: 'container',
          platformCapabilities: ['FARGATE'],
          propagateTags: true,
          containerProperties: {
            image: imageOf(options.app),
            command: [...options.command],
            executionRoleArn: 'arn:aws:iam::000000000000:role/nightshift-local-execution',
            resourceRequirements: [
              { type: 'VCPU', value: String(options.vcpu) },
              { type: 'MEMORY', value: String(memoryMib(options.memory)) },
            ],
            environment: Object.entries(options.environment ?? {}).map(([key, value]) => ({ name: key, value })),
            secrets: Object.entries(options.secrets ?? {}).map(([key, secret]) => ({ name: key, valueFrom: secret })),
            logConfiguration: {
              logDriver: 'awslogs',
              options: { 'awslogs-group': logGroup, 'awslogs-stream-prefix': name },
            },
          },
        }),
      );
      if (jobDefinitionArn === undefined) throw new Error(`Batch gave no ARN for the job definition ${definitionName}`);
      definitions[`${job.id}/${name}`] = { arn: jobDefinitionArn, logGroup };
    }
  }
  return definitions;
}
