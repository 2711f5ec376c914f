import * as pulumi from '@pulumi/pulumi';

/**
 * The outputs of the stack of another part, whose program exports them as `outputs`. One that is not there fails the
 * update, with its name.
 * @throws Error when no stack is named.
 */
export function outputsOfStack<T extends object>(stack: string | null): T {
  if (stack === null) throw new Error('The stack of the part that this one builds upon is not named');
  const reference = new pulumi.StackReference(stack);
  const outputs = reference.requireOutput('outputs');
  return new Proxy({} as T, { get: (_target, name) => outputs.apply((all) => outputOf(stack, all, String(name))) });
}

function outputOf(stack: string, all: Record<string, unknown>, name: string): unknown {
  if (all[name] !== undefined) return all[name];
  throw new pulumi.RunError(`The stack ${stack} has no output ${name}; deploy it first, with the same version`);
}
