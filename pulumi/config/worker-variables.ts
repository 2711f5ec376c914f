import type { GivenStackConfig } from './stack-config.ts';

/** Every variable that a deployment sets for the workers, and where it is said instead. No others are set: their type is made of this. */
export const ownVariables = {
  NIGHTSHIFT_STAGE: 'the key stage says it',
  NIGHTSHIFT_RESOURCES: 'the deployment writes the file itself',
  NIGHTSHIFT_LATCH_DYNAMODB_TABLE: 'write latchTable into the stage in nightshift.config.ts',
  DATABASE_URL: 'the deployment makes the database itself',
  DATABASE_PASSWORD_SECRET: 'RDS makes the password itself',
  NIGHTSHIFT_SCHEDULES: 'the key schedules says it',
  NODE_EXTRA_CA_CERTS: 'write further certificates into certificates/rds.pem',
  AWS_REGION: 'the region of the stage in nightshift.config.ts says it',
  TEMPORAL_ADDRESS: 'write temporal.address',
  TEMPORAL_NAMESPACE: 'write temporal.namespace',
  TEMPORAL_TLS: 'temporal.apiKeySecret and temporal.tlsSecret say it',
  TEMPORAL_API_KEY: 'write temporal.apiKeySecret',
  TEMPORAL_TLS_CLIENT_CERT_DATA: 'write temporal.tlsSecret',
  TEMPORAL_TLS_CLIENT_KEY_DATA: 'write temporal.tlsSecret',
} as const;

/** A variable that a deployment sets. */
export type OwnVariable = keyof typeof ownVariables;

/** What is wrong with the variables that are added to those of the deployment: ECS refuses a name that is there twice. */
export function variableProblems({ workers, temporal }: Partial<GivenStackConfig>): string[] {
  const { environment = {}, secrets = {} } = workers ?? {};
  // A server with TLS that asks for no certificate: nothing else says so.
  const mayAskForTls = temporal?.apiKeySecret === undefined && temporal?.tlsSecret === undefined;
  const own = ([key, names]: [string, string[]]) =>
    names
      .filter((name) => isOwn(name) && !(name === 'TEMPORAL_TLS' && mayAskForTls))
      .map(
        (name) => `workers.${key}.${name}: is set by the deployment; take it out: ${ownVariables[name as OwnVariable]}`,
      );
  const twice = Object.keys(secrets).filter((name) => Object.hasOwn(environment, name));
  return [
    ...own(['environment', Object.keys(environment)]),
    ...own(['secrets', Object.keys(secrets)]),
    ...twice.map((name) => `workers.secrets.${name}: is in workers.environment, too; take one of the two out`),
  ];
}

function isOwn(name: string): boolean {
  return Object.hasOwn(ownVariables, name);
}
