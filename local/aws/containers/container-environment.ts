import type { ReadSecret } from '../secrets/secret-reader.ts';

/** What a container's process gets. */
export interface ContainerEnvironment {
  /** All variables but the secrets. */
  plain: Record<string, string>;
  secrets: Record<string, string>;
  /** Why the first of the secrets that cannot be read cannot be. */
  unreadable: string | undefined;
}

/** What the definition and its overrides say, and what the service adds. */
export interface AskedEnvironment {
  variables: { name?: string | undefined; value?: string | undefined }[];
  secrets: { name?: string | undefined; valueFrom?: string | undefined }[];
  /** Variables of the service itself, e.g. AWS_BATCH_JOB_ID. */
  own: Record<string, string>;
}

/** Where the variables come from besides what is asked for. */
export interface EnvironmentSources {
  /** Of the image, as far as it does not bring them by itself. */
  image: Record<string, string>;
  /** PATH and HOME of the machine: a container has its own, a process of the machine needs these. */
  machine: Record<string, string>;
  /** What lets an SDK in the container reach the local AWS. */
  sdk: Record<string, string>;
  readSecret: ReadSecret;
  /** Whose rights count when AWS reads the secrets. */
  executionRole: string | undefined;
}

/** Builds a container's environment; later sources win: machine, SDK, image, definition and override, service, secrets. */
export function containerEnvironment(asked: AskedEnvironment, sources: EnvironmentSources): ContainerEnvironment {
  const secrets = asked.secrets.map(
    ({ name = '', valueFrom = '' }) => [name, sources.readSecret(valueFrom, sources.executionRole)] as const,
  );
  return {
    plain: {
      ...sources.machine,
      ...sources.sdk,
      ...sources.image,
      ...Object.fromEntries(asked.variables.map(({ name = '', value = '' }) => [name, value])),
      ...asked.own,
    },
    secrets: Object.fromEntries(secrets.map(([name, read]) => [name, read.kind === 'value' ? read.value : ''])),
    unreadable: secrets.flatMap(([, read]) => (read.kind === 'unreadable' ? [read.reason] : []))[0],
  };
}
