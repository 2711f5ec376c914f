import * as pulumi from '@pulumi/pulumi';
import type { Place } from '../../model/deployed-names.ts';
import type { StackConfig } from '../config/stack-config.ts';
import type { OwnVariable } from '../config/worker-variables.ts';
import { databaseUser } from '../data/database.ts';

/** Where a worker finds what it needs. */
export interface WorkerPlaces {
  /** `<host>:<port>` of the database. */
  databaseEndpoint: pulumi.Input<string>;
  /** ARN of the secret with its password. */
  databaseSecret: pulumi.Input<string>;
  /** `s3://.../` of the resources files. */
  resourcesUrl: pulumi.Input<string>;
}

/** Where the image of the workers keeps the certificates of RDS, which Node does not know by itself. */
const certificates = '/app/certificates/rds.pem';

/** The plain variables of a worker, by name, as `config/settings.ts` reads them. No secret is among them. */
export function workerVariables(
  place: Place,
  config: StackConfig,
  places: WorkerPlaces,
): Record<string, pulumi.Input<string>> {
  const { temporal, workers } = config;
  const own: Partial<Record<OwnVariable, pulumi.Input<string>>> = {
    NIGHTSHIFT_STAGE: place.stage,
    NIGHTSHIFT_RESOURCES: places.resourcesUrl,
    DATABASE_URL: pulumi.interpolate`postgres://${databaseUser}@${places.databaseEndpoint}/${databaseUser}?sslmode=verify-full`,
    DATABASE_PASSWORD_SECRET: places.databaseSecret,
    NODE_EXTRA_CA_CERTS: certificates,
    ...(config.schedules === 'temporal' ? {} : { NIGHTSHIFT_SCHEDULES: config.schedules }),
    AWS_REGION: place.region,
    ...(temporal === null
      ? {}
      : {
          TEMPORAL_ADDRESS: temporal.address,
          TEMPORAL_NAMESPACE: temporal.namespace,
          ...(temporal.apiKeySecret === undefined && temporal.tlsSecret === undefined ? {} : { TEMPORAL_TLS: 'true' }),
        }),
    ...(place.existing.latchTable === undefined ? {} : { NIGHTSHIFT_LATCH_DYNAMODB_TABLE: place.existing.latchTable }),
  };
  return { ...own, ...workers.environment };
}

/** The variables that AWS fills, by name: the ARN of the secret, and for Temporal's certificate the key in it. */
export function workerSecrets({ temporal, workers }: StackConfig): Record<string, string> {
  const { apiKeySecret, tlsSecret } = temporal ?? {};
  const own: Partial<Record<OwnVariable, string>> = {
    ...(apiKeySecret === undefined ? {} : { TEMPORAL_API_KEY: apiKeySecret }),
    ...(tlsSecret === undefined
      ? {}
      : {
          TEMPORAL_TLS_CLIENT_CERT_DATA: `${tlsSecret}:certificate::`,
          TEMPORAL_TLS_CLIENT_KEY_DATA: `${tlsSecret}:key::`,
        }),
  };
  return { ...own, ...workers.secrets };
}

/** The secrets whose reading those variables need, each once. */
export function workerSecretArns(config: StackConfig): string[] {
  return [...new Set(Object.values(workerSecrets(config)).map(arnOfSecret))].sort();
}

/** `arn:aws:secretsmanager:<region>:<account>:secret:<name>` of one with `:<key>:<stage>:<version>` behind it, as ECS takes it. */
function arnOfSecret(valueFrom: string): string {
  return valueFrom.split(':').slice(0, 7).join(':');
}
