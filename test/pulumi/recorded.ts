/** The URNs in what Pulumi's protocol says of a resource's properties. */
export function namedByProperties(map: PropertyDependencies): string[] {
  const urns: string[] = [];
  map.forEach((dependencies) => void urns.push(...dependencies.getUrnsList()));
  return [...new Set(urns)].sort();
}

interface PropertyDependencies {
  forEach(each: (dependencies: { getUrnsList(): string[] }) => void): void;
}

/** A resource as a program has registered it. */
export interface Recorded {
  type: string;
  name: string;
  urn: string;
  /** False: a component. */
  custom: boolean;
  /** What was asked for; secrets without their envelope. */
  inputs: Record<string, unknown>;
  /** The inputs that were marked as secret. */
  secretInputs: string[];
  /** URN of the component that it belongs to. */
  parent: string;
  protect: boolean;
  retainOnDelete: boolean;
  ignoreChanges: string[];
  /** URNs: of what its properties name, and of what it says that it waits for. */
  dependsOn: string[];
  /** Those that its properties name. */
  namedByProperties: string[];
  /** URN and id of the provider; empty: the default one. */
  provider: string;
}
