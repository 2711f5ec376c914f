import { createRequire } from 'node:module';
import type { ServiceDefinition, sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js';
import { type Kept, type Outputs, ProviderRefusal, type StandInAws } from './stand-in-aws.ts';

// The SDK's own messages: the same classes must be used as its server reads, and only `require` gives them.
const require = createRequire(import.meta.url);
const { Server, ServerCredentials, status } = require('@grpc/grpc-js') as typeof import('@grpc/grpc-js');
const messages = require('@pulumi/pulumi/proto/provider_pb.js') as typeof import('@pulumi/pulumi/proto/provider_pb.js');
const { PluginInfo } =
  require('@pulumi/pulumi/proto/plugin_pb.js') as typeof import('@pulumi/pulumi/proto/plugin_pb.js');
const { ResourceProviderService } = require('@pulumi/pulumi/proto/provider_grpc_pb.js') as {
  ResourceProviderService: ServiceDefinition;
};
const structs = require('google-protobuf/google/protobuf/struct_pb.js') as {
  Struct: { fromJavaScript(value: object): never };
};
const { Empty } = require('google-protobuf/google/protobuf/empty_pb.js') as { Empty: new () => object };

/** How the engine writes a value that is not known before the update. */
const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** A provider that the engine can attach to. */
export interface RunningProvider {
  /** For PULUMI_DEBUG_PROVIDERS: `aws:<port>`. */
  port: number;
  close(): void;
}

/** Serves the resources of a stand-in AWS to a real engine: what it refuses, the engine reports. */
export async function serveProvider(aws: StandInAws): Promise<RunningProvider> {
  const server = new Server();
  server.addService(ResourceProviderService, handlers(aws));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

type Handler = (request: never) => object | Promise<object>;

/** Every call of the engine has its row; what has none is answered UNIMPLEMENTED by gRPC itself. */
function handlers(aws: StandInAws): UntypedServiceImplementation {
  const calls: Record<string, Handler> = {
    attach: () => new Empty(),
    cancel: () => new Empty(),
    handshake: () => new messages.ProviderHandshakeResponse(),
    getPluginInfo: () => new PluginInfo().setVersion('7.48.0'),
    checkConfig: (request: CheckRequest) => new messages.CheckResponse().setInputs(request.getNews() as never),
    diffConfig: () => new messages.DiffResponse(),
    configure: () => new messages.ConfigureResponse().setSupportspreview(true),
    invoke: (request: InvokeRequest) =>
      new messages.InvokeResponse().setReturn(struct(aws.invoke(request.getTok(), plain(request.getArgs())))),
    check: (request: CheckRequest) => check(aws, request),
    diff: (request: DiffRequest) => diff(aws, request),
    create: (request: CreateRequest) => create(aws, request),
    read: (request: ReadRequest) => read(aws, request),
    update: (request: UpdateRequest) => update(aws, request),
    delete: (request: DeleteRequest) => {
      aws.remove(kept(request, request.getId(), plain(request.getProperties())));
      return new Empty();
    },
  };
  return Object.fromEntries(Object.entries(calls).map(([name, handle]) => [name, answering(handle)]));
}

function answering(handle: Handler) {
  return ({ request }: { request: unknown }, callback: sendUnaryData<object>) => {
    Promise.resolve()
      .then(() => handle(request as never))
      .then(
        (answer) => callback(null, answer),
        (error: Error) => callback({ code: status.UNKNOWN, message: error.message }),
      );
  };
}

function check(aws: StandInAws, request: CheckRequest): object {
  const answer = new messages.CheckResponse();
  const inputs = plain(request.getNews());
  try {
    aws.check(typeOf(request.getUrn()), inputs);
  } catch (error) {
    if (!(error instanceof ProviderRefusal)) throw error;
    return answer.setFailuresList([new messages.CheckFailure().setProperty(error.property).setReason(error.message)]);
  }
  return answer.setInputs(struct(inputs));
}

function diff(aws: StandInAws, request: DiffRequest): object {
  const { changed, replaces } = aws.diff(typeOf(request.getUrn()), {
    before: plain(request.getOldInputs()),
    now: plain(request.getNews()),
  });
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  return new messages.DiffResponse()
    .setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList(changed)
    .setReplacesList(replaces);
}

function create(aws: StandInAws, request: CreateRequest): object {
  const inputs = plain(request.getProperties());
  const answer = new messages.CreateResponse();
  const type = typeOf(request.getUrn());
  if (request.getPreview()) return answer.setProperties(struct({ ...inputs, ...unknowns(aws.computed(type)) }));
  const { id, outputs } = aws.make(type, nameOf(request.getUrn()), inputs);
  return answer.setId(id).setProperties(struct({ ...inputs, ...outputs }));
}

function read(aws: StandInAws, request: ReadRequest): object {
  const answer = new messages.ReadResponse();
  const found = aws.find(kept(request, request.getId(), plain(request.getProperties())));
  if (found === undefined) return answer;
  return answer
    .setId(request.getId())
    .setProperties(struct(found))
    .setInputs(request.getInputs() as never);
}

function update(aws: StandInAws, request: UpdateRequest): object {
  const inputs = plain(request.getNews());
  const before = kept(request, request.getId(), plain(request.getOlds()));
  // What AWS gave stays: an update that forgot it would look like a change of everything that uses it.
  const stay = Object.fromEntries(
    aws.computed(before.type).flatMap((key) => (key in before.outputs ? [[key, before.outputs[key]]] : [])),
  );
  const outputs = aws.change(before, inputs, { dry: request.getPreview() });
  const anew = request.getPreview() ? unknowns(Object.keys(outputs)) : outputs;
  return new messages.UpdateResponse().setProperties(struct({ ...inputs, ...stay, ...anew }));
}

type CheckRequest = InstanceType<typeof messages.CheckRequest>;
type DiffRequest = InstanceType<typeof messages.DiffRequest>;
type CreateRequest = InstanceType<typeof messages.CreateRequest>;
type ReadRequest = InstanceType<typeof messages.ReadRequest>;
type UpdateRequest = InstanceType<typeof messages.UpdateRequest>;
type DeleteRequest = InstanceType<typeof messages.DeleteRequest>;
type InvokeRequest = InstanceType<typeof messages.InvokeRequest>;

function kept(request: { getUrn(): string }, id: string, outputs: Outputs): Kept {
  return { type: typeOf(request.getUrn()), name: nameOf(request.getUrn()), id, outputs };
}

function unknowns(keys: readonly string[]): Outputs {
  return Object.fromEntries(keys.map((key) => [key, unknownValue]));
}

function plain(value: { toJavaScript(): object } | undefined): Outputs {
  return (value?.toJavaScript() ?? {}) as Outputs;
}

function struct(value: object): never {
  return structs.Struct.fromJavaScript(value);
}

/** `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
function typeOf(urn: string): string {
  return urn.split('::')[2]?.split('$').at(-1) ?? '';
}

function nameOf(urn: string): string {
  return urn.split('::').slice(3).join('::');
}
