import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { placeBinary } from '../place-binary.ts';
import { runCommand } from '../run-command.ts';
import { archivePath } from './release.ts';

export type DownloadOptions = {
  /** Where the binary is put. */
  target: string;
  /** Address that serves the archive, without a path. */
  address: string;
  /** Milliseconds until a server that does not answer, or falls silent, is given up. */
  answerWithinMs: number;
};

const wholeDownloadMs = 5 * 60_000;
const unpackMs = 60_000;

/** Downloads the release archive and unpacks it. Returns why it could not, or undefined when the binary is there. */
export async function downloadTemporal(options: DownloadOptions): Promise<string | undefined> {
  const archive = archivePath();
  if (!archive) return `no archive for ${process.platform} ${process.arch}`;
  try {
    await placeBinary(options.target, async (folder) => {
      const file = path.join(folder, 'archive.tar.gz');
      await fetchToFile(new URL(archive, options.address), file, options.answerWithinMs);
      await unpack(file, folder);
    });
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

async function fetchToFile(address: URL, file: string, answerWithinMs: number): Promise<void> {
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error(`no answer from ${address.host} within ${answerWithinMs / 1000} s`));
  const timer = setTimeout(giveUp, answerWithinMs);
  try {
    const signal = AbortSignal.any([silence.signal, AbortSignal.timeout(wholeDownloadMs)]);
    const response = await fetch(address, { signal });
    if (!response.ok || !response.body) throw new Error(`${address.host} answered ${response.status}`);
    const body = Readable.fromWeb(response.body);
    body.on('data', () => timer.refresh());
    await pipeline(body, createWriteStream(file), { signal });
  } finally {
    clearTimeout(timer);
  }
}

async function unpack(file: string, folder: string): Promise<void> {
  const limits = { env: { PATH: '/usr/bin:/bin' }, limitMs: unpackMs };
  const { code, output } = await runCommand('tar', ['-xzf', file, '-C', folder, 'temporal'], limits);
  if (code !== 0) throw new Error(`tar failed [code=${code}]: ${output.trim().split('\n').at(-1)}`);
}

/** fetch hides the reason (ENOTFOUND, ECONNREFUSED) in the cause of "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, code, cause } = error as { message?: string; code?: string; cause?: unknown };
  return cause ? reasonOf(cause) : message || code || String(error);
}
