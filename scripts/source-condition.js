/** Resolves as Node does under `--conditions=nightshift-source`. */
export function resolve(specifier, context, next) {
  return next(specifier, { ...context, conditions: ['nightshift-source', ...context.conditions] });
}
