/** Ends a switch over a union: a new member becomes a compile error here. */
export function unreachable(value: never): never {
  throw new TypeError(`Unhandled: ${JSON.stringify(value)}`);
}
