import { ConfigError } from '../config/config-error.ts';
import type { JobRegistry } from '../config/job-registry.ts';
import type { Settings } from '../config/settings.ts';

const variables = {
  redis: { name: 'NIGHTSHIFT_LATCH_REDIS_URL', example: 'redis://127.0.0.1:6379' },
  dynamodb: { name: 'NIGHTSHIFT_LATCH_DYNAMODB_TABLE', example: 'batch-locks' },
} as const;

/**
 * Before a worker starts: a lock whose external store it does not know would wait for ever.
 * @throws ConfigError that names the jobs, the locks and the variables.
 */
export function refuseUnknownStores(registry: Pick<JobRegistry, 'jobs'>, latches: Settings['latches']): void {
  const known = { redis: latches.redisUrl, dynamodb: latches.dynamodbTable };
  const problems = [...registry.jobs.values()].flatMap(({ job, file }) =>
    (job.locks ?? []).flatMap(({ name, external }) => {
      if (external === undefined || known[external] !== null) return [];
      const variable = variables[external];
      return [
        `${variable.name}: is not set, and ${file}: ${job.id} has its lock "${name}" in ${external}; for example ${variable.example}`,
      ];
    }),
  );
  if (problems.length > 0) throw new ConfigError('The worker does not know the external stores of locks', problems);
}
