import { isDeepStrictEqual } from 'node:util';
import { schemaOf } from './aws-schema.ts';

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

/** What is special about a type of resource. */
export interface StandInType {
  /** Inputs whose change makes another resource. Default: those that name it. */
  replaceOn?: readonly string[];
  /** Its id. Default: the input that names it, else its name in the program. */
  id?(inputs: Outputs, name: string): string;
  /** Attributes that AWS gives, over those that every type gets. */
  outputs?(inputs: Outputs, id: string): Outputs;
  /** Attributes that a change gives anew: from the inputs and what it was. Default: none. */
  change?(inputs: Outputs, before: Outputs): Outputs;
  /** It is none of AWS's: takes any input, and gives nothing but what `outputs` says. */
  foreign?: true;
}

/** How a stand-in is made. */
export interface StandInOptions {
  /** Attributes that AWS gives to a resource of any type. What is missing is a text that says what it stands for. */
  outputs(resource: { type: string; name: string; inputs: Outputs }): Outputs;
  special: Record<string, StandInType>;
  /** Data sources by their token. */
  functions?: Record<string, (args: Outputs) => Outputs>;
}

/** Inputs that name a resource. */
const naming = ['name', 'bucket', 'family', 'identifier', 'key'] as const;

/** The provider does not take an input. */
export class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal';
  readonly property: string;

  constructor(property: string, message: string) {
    super(message);
    this.property = property;
  }
}

/** The stand-in's side of the provider's calls. Schemas of resources are those of `@pulumi/aws`. */
export interface StandInAws {
  /** @throws ProviderRefusal for an unknown type, an unknown input, or one that is missing. */
  check(type: string, inputs: Outputs): void;
  diff(type: string, of: { before: Outputs; now: Outputs }): { changed: string[]; replaces: string[] };
  /** Attributes that are unknown before the resource is made. */
  computed(type: string): readonly string[];
  make(type: string, name: string, inputs: Outputs): { id: string; outputs: Outputs };
  /** The attributes that the change gives anew; with `dry`, nothing happens. */
  change(before: Kept, inputs: Outputs, how?: { dry: boolean }): Outputs;
  remove(resource: Kept): void;
  /** The resource as it is; undefined when it is gone. */
  find(resource: Kept): Outputs | undefined;
  invoke(token: string, args: Outputs): Outputs;
  /** What is there now, in the order in which it was made. */
  readonly there: ReadonlyMap<string, Kept>;
  /** What was done, as `create <type> <name>`. */
  readonly log: string[];
  /** Somebody deletes a resource by hand. */
  lose(name: string): void;
}

/** Makes a stand-in in which nothing is yet. */
export function createStandInAws({ outputs: outputsOf, special, functions = {} }: StandInOptions): StandInAws {
  const there = new Map<string, Kept>();
  const log: string[] = [];
  const computedOf = (type: string) => (special[type]?.foreign === true ? [] : knownSchema(type).computed);
  const keyOf = ({ type, id }: Pick<Kept, 'type' | 'id'>) => `${type} ${id}`;
  const present = (resource: Kept) => {
    const found = there.get(keyOf(resource));
    if (found === undefined) throw new Error(`${resource.type} ${resource.id} is not there`);
    return found;
  };

  return {
    there,
    log,
    check(type, inputs) {
      if (special[type]?.foreign !== true) checkInputs(type, inputs);
    },
    diff(type, { before, now }) {
      const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
      const changed = [...keys].filter((key) => !key.startsWith('__') && !isDeepStrictEqual(before[key], now[key]));
      const fixed: readonly string[] = special[type]?.replaceOn ?? naming;
      return { changed, replaces: changed.filter((key) => fixed.includes(key)) };
    },
    computed: computedOf,
    make(type, name, inputs) {
      const id = special[type]?.id?.(inputs, name) ?? (naming.map((key) => inputs[key]).join('') || name);
      const plain = computedOf(type).map((key) => [key, `${type}/${id}/${key}`]);
      const given = { ...outputsOf({ type, name, inputs }), ...special[type]?.outputs?.(inputs, id) };
      const outputs = { ...Object.fromEntries(plain), ...given, id };
      const resource = { type, name, id, outputs: { ...inputs, ...outputs } };
      if (there.has(keyOf(resource))) throw new Error(`${type} ${id} is there already`);
      there.set(keyOf(resource), resource);
      log.push(`create ${type} ${name}`);
      return { id, outputs };
    },
    change(before, inputs, { dry } = { dry: false }) {
      const outputs = special[before.type]?.change?.(inputs, before.outputs) ?? {};
      if (dry) return outputs;
      const found = present(before);
      there.set(keyOf(before), { ...found, outputs: { ...found.outputs, ...inputs, ...outputs } });
      log.push(`update ${before.type} ${before.name}`);
      return outputs;
    },
    remove(resource) {
      present(resource);
      there.delete(keyOf(resource));
      log.push(`delete ${resource.type} ${resource.name}`);
    },
    find: (resource) => there.get(keyOf(resource))?.outputs,
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

function knownSchema(type: string) {
  const schema = schemaOf(type);
  if (schema === undefined) throw new ProviderRefusal('', `@pulumi/aws has no resource type ${type}`);
  return schema;
}

function checkInputs(type: string, inputs: Outputs): void {
  const { inputs: taken, required } = knownSchema(type);
  const stranger = Object.keys(inputs).find((key) => !taken.includes(key) && !key.startsWith('__'));
  if (stranger !== undefined) throw new ProviderRefusal(stranger, `${type} takes no ${stranger}`);
  const missing = required.find((key) => inputs[key] === undefined);
  if (missing !== undefined) throw new ProviderRefusal(missing, `${type} needs ${missing}`);
}
