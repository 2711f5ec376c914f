import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LoadFunction } from '../engine/calls/call-function.ts';
import type { TaskFunction } from '../model/function-task.ts';

/** Endings of modules, in the order in which they are looked for. */
const endings = ['.ts', '.js', '.mjs'];

/**
 * Makes what finds the functions of functionTask in the project's folder: the export with the module's own name in camel
 * case (`functions/send-mail` exports `sendMail`), or the default export.
 */
export function createLoadFunction(directory: string): LoadFunction {
  return async (module) => {
    const file = endings.map((ending) => join(directory, `${module}${ending}`)).find(existsSync);
    if (file === undefined) {
      throw new Error(
        `There is no module ${module}${endings[0]} in the project: make it, or correct functionTask('${module}')`,
      );
    }
    const exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const name = nameOf(module);
    const found = exports[name] ?? exports.default;
    if (typeof found !== 'function') {
      const has = Object.keys(exports).join(', ') || 'nothing';
      throw new Error(`${module} exports no function "${name}" and no default; it exports ${has}`);
    }
    return found as TaskFunction<unknown>;
  };
}

function nameOf(module: string): string {
  const base = module.split('/').at(-1) ?? module;
  return base.replace(/-+(\w)/g, (_, letter: string) => letter.toUpperCase());
}
