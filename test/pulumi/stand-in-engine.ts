import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import * as grpc from '@grpc/grpc-js';
import { madeByAws } from './made-by-aws.ts';
import { namedByProperties, type Recorded } from './recorded.ts';

const require = createRequire(import.meta.url);
// The stubs of Pulumi's own protocol: they have no types, and no other way in.
const { ResourceMonitorService } = require('@pulumi/pulumi/proto/resource_grpc_pb');
const { EngineService } = require('@pulumi/pulumi/proto/engine_grpc_pb');
const messages = {
  ...require('@pulumi/pulumi/proto/resource_pb'),
  engine: require('@pulumi/pulumi/proto/engine_pb'),
  Struct: require('google-protobuf/google/protobuf/struct_pb').Struct,
  Empty: require('google-protobuf/google/protobuf/empty_pb').Empty,
};

/** One run of a Pulumi program by the stand-in. */
export interface EngineRun {
  /** What the program registered, in the order of its asking. */
  resources: Recorded[];
  /** The outputs of the stack. */
  outputs: Record<string, unknown>;
  /** Messages of the program: warnings and errors. */
  warnings: string[];
  errors: string[];
  /** 0, or what the program's process ended with. */
  exitCode: number | null;
  /** What the process printed. */
  printed: string;
}

/** What is run. */
export interface ProgramRun {
  /** The folder of Pulumi.yaml. */
  directory: string;
  stack: string;
  /** The stack's configuration, with the project in front: `nightshift:stage`. */
  config: Record<string, string>;
  /** Outputs of other stacks, by their name. */
  stacks?: Record<string, Record<string, unknown>>;
  /** True: as in a first preview, nothing that AWS would answer is known. Default false. */
  isPreview?: boolean;
}

const secretSignature = '1b47061264138c4ac30d75fd1eb44270';
const specialKey = '4dabf18193072939515e22adb298388d';
const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** Runs the real entry point of a program, as the Pulumi CLI does, against a stand-in for its engine. Nothing reaches AWS. */
export async function runProgram(program: ProgramRun): Promise<EngineRun> {
  const run: EngineRun = { resources: [], outputs: {}, warnings: [], errors: [], exitCode: null, printed: '' };
  const server = new grpc.Server();
  server.addService(ResourceMonitorService, monitorOf(program, run) as unknown as grpc.UntypedServiceImplementation);
  server.addService(EngineService, engineOf(run) as unknown as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  try {
    run.exitCode = await ended(start(program, port), run);
  } finally {
    server.forceShutdown();
  }
  return run;
}

/** As the language host of the CLI starts it: with the options of the program's Pulumi.yaml. */
function start({ directory, stack, config, isPreview = false }: ProgramRun, port: number): ChildProcess {
  const address = `127.0.0.1:${port}`;
  const project = Object.keys(config)[0]?.split(':')[0] ?? '';
  return spawn(
    process.execPath,
    [
      ...['--conditions=nightshift-source', '--import', 'tsx', require.resolve('@pulumi/pulumi/cmd/run')],
      ...[`--monitor=${address}`, `--engine=${address}`, `--project=${project}`, `--stack=${stack}`],
      ...['--pwd', directory, `--dry-run=${isPreview}`, '--parallel=16', 'index.ts'],
    ],
    {
      cwd: directory,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        PULUMI_CONFIG: JSON.stringify(config),
        PULUMI_NODEJS_TYPESCRIPT: 'false',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

function ended(child: ChildProcess, run: EngineRun): Promise<number | null> {
  const keep = (chunk: Buffer) => {
    run.printed += chunk.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

type Call = { request: Message };
type Answer = (error: unknown, message?: unknown) => void;
/** Messages of the protocol are known by their getters alone. */
type Message = Record<string, (...args: unknown[]) => never>;
type Handlers = Record<string, (call: Call, answer: Answer) => void>;

function monitorOf(program: ProgramRun, run: EngineRun): Handlers {
  const isPreview = program.isPreview ?? false;
  return {
    supportsFeature({ request }, answer) {
      const response = new messages.SupportsFeatureResponse();
      response.setHassupport(request.getId?.() !== ('outputValues' as never));
      answer(null, response);
    },
    registerResource({ request }, answer) {
      const resource = recordedOf(request, run.resources);
      if (run.resources.some(({ urn }) => urn === resource.urn)) {
        return answer(new Error(`Two resources have the name ${resource.urn}`));
      }
      run.resources.push(resource);
      const response = new messages.RegisterResourceResponse();
      response.setUrn(resource.urn);
      if (resource.custom) response.setId(isPreview ? '' : idOf(resource));
      response.setObject(
        messages.Struct.fromJavaScript(answeredBy(resource, { isPreview, account: accountOf(run.resources) })),
      );
      answer(null, response);
    },
    registerResourceOutputs({ request }, answer) {
      const outputs = plain((request.getOutputs?.() as unknown as { toJavaScript(): unknown })?.toJavaScript());
      if (String(request.getUrn?.()).includes('::pulumi:pulumi:Stack::')) run.outputs = outputs as EngineRun['outputs'];
      answer(null, new messages.Empty());
    },
    readResource({ request }, answer) {
      const name = String(request.getName?.());
      const response = new messages.ReadResourceResponse();
      response.setUrn(`urn:pulumi:stand-in::stand-in::${request.getType?.()}::${name}`);
      const outputs = program.stacks?.[name];
      if (outputs === undefined) return answer(new Error(`The stack ${name} has no outputs here`));
      response.setProperties(messages.Struct.fromJavaScript({ name, outputs, secretOutputNames: [] }));
      answer(null, response);
    },
    invoke({ request }, answer) {
      answer(new Error(`The program asks AWS: ${request.getTok?.()}`));
    },
    registerPackage(_call, answer) {
      answer(null, new messages.RegisterPackageResponse());
    },
    registerStackTransform: (_call, answer) => answer(null, new messages.Empty()),
    signalAndWaitForShutdown: (_call, answer) => answer(null, new messages.Empty()),
  };
}

function engineOf(run: EngineRun): Handlers {
  let root = '';
  return {
    log({ request }, answer) {
      const severity = Number(request.getSeverity?.());
      const text = String(request.getMessage?.());
      const { WARNING, ERROR } = messages.engine.LogSeverity;
      if (severity === WARNING) run.warnings.push(text);
      if (severity === ERROR) run.errors.push(text);
      answer(null, new messages.Empty());
    },
    getRootResource(_call, answer) {
      const response = new messages.engine.GetRootResourceResponse();
      response.setUrn(root);
      answer(null, response);
    },
    setRootResource({ request }, answer) {
      root = String(request.getUrn?.());
      answer(null, new messages.engine.SetRootResourceResponse());
    },
  };
}

function recordedOf(request: Message, known: readonly Recorded[]): Recorded {
  const text = (getter: string) => String(request[getter]?.() ?? '');
  const list = (getter: string) => [...((request[getter]?.() as unknown as string[] | undefined) ?? [])];
  const asked = request.getObject?.() as { toJavaScript(): Record<string, unknown> } | undefined;
  const raw = asked?.toJavaScript() ?? {};
  const type = text('getType');
  const name = text('getName');
  const parent = known.find(({ urn }) => urn === text('getParent'));
  const types = parent === undefined || parent.type === 'pulumi:pulumi:Stack' ? type : `${typesOf(parent)}$${type}`;
  return {
    ...{ type, name, urn: `urn:pulumi:stand-in::stand-in::${types}::${name}` },
    custom: Boolean(request.getCustom?.()),
    inputs: plain(raw) as Record<string, unknown>,
    secretInputs: Object.keys(raw).filter((key) => isSecret(raw[key])),
    parent: text('getParent'),
    protect: Boolean(request.getProtect?.()),
    retainOnDelete: Boolean(request.getRetainondelete?.()),
    ignoreChanges: list('getIgnorechangesList'),
    dependsOn: list('getDependenciesList').sort(),
    namedByProperties: namedByProperties(request.getPropertydependenciesMap?.() as never),
    provider: text('getProvider'),
  };
}

/** `a$b$c`: as Pulumi names a resource, within what it belongs to. */
function typesOf({ urn }: Recorded): string {
  return urn.split('::')[2] ?? '';
}

/** Values without Pulumi's envelopes for secrets and assets. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (isSecret(value)) return plain((value as { value: unknown }).value);
  const entries = Object.entries(value).filter(([key]) => key !== specialKey);
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}

function isSecret(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && (value as Record<string, unknown>)[specialKey] === secretSignature
  );
}

function idOf({ name }: Recorded): string {
  return `${name}-id`;
}

/** The account that the program's provider is for. */
function accountOf(resources: readonly Recorded[]): string {
  const provider = resources.find(({ type }) => type === 'pulumi:providers:aws');
  const accounts: unknown = JSON.parse(String(provider?.inputs.allowedAccountIds ?? '[""]'));
  return Array.isArray(accounts) ? String(accounts[0]) : '';
}

/** What a provider would answer: the inputs, and what AWS makes; in a preview nobody knows that yet. */
function answeredBy(
  resource: Recorded,
  { isPreview, account }: { isPreview: boolean; account: string },
): Record<string, unknown> {
  if (!resource.custom) return resource.inputs;
  const made = madeByAws(resource, account);
  const unknown = Object.fromEntries(Object.keys(made).map((key) => [key, unknownValue]));
  return { ...(isPreview ? unknown : made), ...resource.inputs };
}
