/** What both functions are called with; the error handler gets `error`, too. */
export interface Details {
  metadata: {
    app_name: string;
    stage: string;
    batch_name: string;
    job_name: string;
    command: string[];
    vcpus: number;
    memory: number;
    image_uri: string;
    image_tag: string;
    env: Record<string, string>;
  };
  /** The run's input, whatever it is. */
  input: unknown;
  /** The job's detail, as Batch describes it; missing or null when no job was made. */
  batch: Record<string, unknown> | null;
  run: { id: string };
}

const texts = ['app_name', 'stage', 'batch_name', 'job_name', 'image_uri', 'image_tag'];

/** Checks what the functions need of an event. @throws Error that names each field that is missing or wrong. */
export function readDetails(event: unknown): Details {
  const { metadata, input, batch, run } = record(event) ?? {};
  const known = record(metadata) ?? {};
  const wrong = [
    ...texts.filter((name) => typeof known[name] !== 'string').map((name) => `metadata.${name} must be a text`),
    ...(isTexts(known.command) ? [] : ['metadata.command must be a list of texts']),
    ...['vcpus', 'memory'].filter((name) => !isNumber(known[name])).map((name) => `metadata.${name} must be a number`),
    ...(record(known.env) ? [] : ['metadata.env must be an object']),
    ...(batch === undefined || batch === null || record(batch) ? [] : ['batch must be an object or null']),
    ...(typeof record(run)?.id === 'string' ? [] : ['run.id must be a text']),
  ];
  if (wrong.length > 0) throw new Error(`The event is not as it should be: ${wrong.join('; ')}`);
  return { metadata, input, batch: batch ?? null, run } as Details;
}

/** `crawler of nightshift (dev)`. */
export function nameOf({ metadata }: Details): string {
  return `${metadata.batch_name} of ${metadata.app_name} (${metadata.stage})`;
}

/** An object that is no list; undefined for anything else. */
export function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}
