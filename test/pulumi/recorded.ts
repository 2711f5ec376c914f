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
  /** URNs. */
  dependsOn: string[];
  /** URN and id of the provider; empty: the default one. */
  provider: string;
}
