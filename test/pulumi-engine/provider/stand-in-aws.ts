import { isDeepStrictEqual } from 'node:util';

/** Properties of a resource, as plain data. */
export type Outputs = Record<string, unknown>;

/** A resource that was made. */
export interface Kept {
  type: string;
  /** The name in the program. */
  name: string;
  id: string;
  outputs: Outputs;
}

/** What the stand-in knows of a type of resource. */
export interface StandInType {
  /** The inputs that it takes; any other is refused, so that a misspelt one is not lost in silence. */
  inputs: readonly string[];
  /** Inputs whose change makes another resource. Default: none. */
  replaceOn?: readonly string[];
  /** Attributes that AWS gives, and that are unknown before. */
  computed: readonly string[];
  /** Of these, the ones that a change gives anew. Default: none. */
  anew?: readonly string[];
  /** Makes it: the id, and every computed attribute. */
  make(inputs: Outputs, name: string): Promise<Made> | Made;
  /** Changes it: the attributes that are new. Default: none are. */
  change?(inputs: Outputs, before: Kept): Promise<Outputs> | Outputs;
  /** Takes it away. Default: nothing else is to be done. */
  remove?(resource: Kept): Promise<void> | void;
}

/** What was made of a resource. */
export interface Made {
  id: string;
  outputs: Outputs;
}

/** The provider does not take an input. */
export class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal';

  constructor(
    readonly property: string,
    message: string,
  ) {
    super(message);
  }
}

/** The stand-in's side of the provider's calls. */
export interface StandInAws {
  /** @throws ProviderRefusal for an unknown type or input. */
  check(type: string, inputs: Outputs): void;
  diff(type: string, of: { before: Outputs; now: Outputs }): { changed: string[]; replaces: string[] };
  computed(type: string): readonly string[];
  computedAnew(type: string): readonly string[];
  make(type: string, name: string, inputs: Outputs): Promise<Made>;
  change(before: Kept, inputs: Outputs): Promise<Outputs>;
  remove(resource: Kept): Promise<void>;
  /** The resource as it is; undefined when it is gone. */
  find(resource: Kept): Promise<Outputs | undefined>;
  invoke(token: string, args: Outputs): Outputs;
  /** What is there now, in the order in which it was made. */
  readonly there: ReadonlyMap<string, Kept>;
  /** What was done, as `create <type> <name>`. */
  readonly log: string[];
  /** Somebody deletes a resource by hand. */
  lose(name: string): void;
}

/** Makes a stand-in of these types of resource and functions. */
export function createStandInAws(
  types: Record<string, StandInType>,
  functions: Record<string, (args: Outputs) => Outputs>,
): StandInAws {
  const there = new Map<string, Kept>();
  const log: string[] = [];
  const known = (type: string): StandInType => {
    const found = types[type];
    if (found === undefined) throw new ProviderRefusal('', `The stand-in AWS does not know the resource type ${type}`);
    return found;
  };
  const keyOf = ({ type, id }: Pick<Kept, 'type' | 'id'>) => `${type} ${id}`;

  return {
    there,
    log,
    check(type, inputs) {
      const { inputs: taken } = known(type);
      const stranger = Object.keys(inputs).find((key) => !taken.includes(key) && !key.startsWith('__'));
      if (stranger !== undefined) {
        throw new ProviderRefusal(stranger, `The stand-in AWS does not know the input ${stranger} of ${type}`);
      }
    },
    diff(type, { before, now }) {
      const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
      const changed = [...keys].filter((key) => !key.startsWith('__') && !isDeepStrictEqual(before[key], now[key]));
      return { changed, replaces: changed.filter((key) => known(type).replaceOn?.includes(key) ?? false) };
    },
    computed: (type) => known(type).computed,
    computedAnew: (type) => known(type).anew ?? [],
    async make(type, name, inputs) {
      const made = await known(type).make(inputs, name);
      const missing = known(type).computed.find((key) => !(key in made.outputs));
      if (missing !== undefined) throw new Error(`The stand-in AWS gave no ${missing} for ${type} ${name}`);
      const resource = { type, name, id: made.id, outputs: { ...inputs, ...made.outputs } };
      if (there.has(keyOf(resource))) throw new Error(`${type} ${made.id} is there already`);
      there.set(keyOf(resource), resource);
      log.push(`create ${type} ${name}`);
      return made;
    },
    async change(before, inputs) {
      if (!there.has(keyOf(before))) throw new Error(`${before.type} ${before.id} is not there`);
      const outputs = (await known(before.type).change?.(inputs, before)) ?? {};
      there.set(keyOf(before), { ...before, outputs: { ...before.outputs, ...inputs, ...outputs } });
      log.push(`update ${before.type} ${before.name}`);
      return outputs;
    },
    async remove(resource) {
      if (!there.has(keyOf(resource))) throw new Error(`${resource.type} ${resource.id} is not there`);
      await known(resource.type).remove?.(resource);
      there.delete(keyOf(resource));
      log.push(`delete ${resource.type} ${resource.name}`);
    },
    find: async (resource) => there.get(keyOf(resource))?.outputs,
    invoke(token, args) {
      const found = functions[token];
      if (found === undefined) throw new Error(`The stand-in AWS does not know the function ${token}`);
      return found(args);
    },
    lose(name) {
      const found = [...there.values()].find((resource) => resource.name === name);
      if (found === undefined) throw new Error(`There is no resource ${name}`);
      there.delete(keyOf(found));
    },
  };
}
