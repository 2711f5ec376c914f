import { existsSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// The process of one invocation. Reads { event, context } from stdin, and writes { result } or { error } to file
// descriptor 3, so that the function has stdout and stderr to itself.

const { event, context } = JSON.parse(readFileSync(0, 'utf8'));

process.on('uncaughtException', (error) => answer({ error: describe(error) }));
process.on('unhandledRejection', (error) => answer({ error: describe(error, 'Runtime.UnhandledPromiseRejection') }));

try {
  const handler = await findHandler();
  answer({ result: await call(handler) });
} catch (error) {
  answer({ error: describe(error) });
}

async function findHandler() {
  const [, file, name] = /^(.*)\.([^.]+)$/.exec(process.env._HANDLER) ?? [];
  const found = ['.mjs', '.js', '.cjs'].map((ending) => `${path.resolve(file ?? '')}${ending}`).find(existsSync);
  if (!found) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(found).href).catch((error) => {
    throw named('Runtime.ImportModuleError', `Error: ${error?.message ?? error}`);
  });
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler === 'function') return handler;
  throw named('Runtime.HandlerNotFound', `${process.env._HANDLER} is undefined or not exported`);
}

/** Handlers answer with a promise, or by the callback that older ones take. */
function call(handler) {
  const { deadlineMs, ...fields } = context;
  const whole = { ...fields, getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()) };
  return new Promise((resolve, reject) => {
    const returned = handler(event, whole, (error, result) => (error ? reject(error) : resolve(result)));
    if (typeof returned?.then === 'function' || handler.length < 3) resolve(returned);
  });
}

function describe(error, name) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: name ?? error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

/** The pipe may be full for a moment. */
function answer(value) {
  let left = Buffer.from(JSON.stringify({ ...value, ...('result' in value && { result: value.result ?? null }) }));
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(3, left));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
  process.exit(value.error ? 1 : 0);
}
