import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { shortName, shortNameWords } from '../config/short-name.ts';
import { UsageError } from './exit-codes.ts';
import { projectTemplate, type TemplateFile } from './project-template.ts';

/** What `nightshift init` was asked for. */
export interface InitRequest {
  /** The folder, new or empty; against the current one. */
  directory: string;
  /** Default: made of the folder's name. */
  name: string | undefined;
}

/** What it has made. */
export interface InitDone {
  directory: string;
  name: string;
  /** How many files were written. */
  files: number;
}

/**
 * Writes the template of a project into a new or empty folder (a `.git` in it does no harm). All files are written
 * beside it and moved, so that a failure, or a kill, leaves no half project. Needs no network.
 * @throws UsageError when the folder is not empty or cannot be written, or gives no name.
 */
export async function initProject({ directory, name }: InitRequest): Promise<InitDone> {
  const target = resolve(directory);
  const project = { directory: target, name: nameOf(target, name) };
  const isNew = await refuseUsed(target);
  const files = await projectTemplate(project.name);
  try {
    if (isNew) await mkdir(dirname(target), { recursive: true });
    const stage = join(isNew ? dirname(target) : target, `.nightshift-init-${randomUUID()}`);
    try {
      await mkdir(stage);
      await writeFiles(stage, files);
      await (isNew ? rename(stage, target) : moveInto(target, stage));
      return { ...project, files: files.length };
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  } catch (error) {
    throw refusal(target, error);
  }
}

function nameOf(target: string, asked: string | undefined): string {
  const expected = `a project is named with ${shortNameWords}, such as "shop"`;
  if (asked !== undefined) {
    if (shortName.test(asked)) return asked;
    throw new UsageError(`--name "${asked}" is no name: ${expected}`);
  }
  const name = basename(target)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 20)
    .replace(/-+$/, '');
  if (shortName.test(name)) return name;
  throw new UsageError(
    `The folder's name "${basename(target)}" gives no name for the project: add --name; ${expected}`,
  );
}

/** True for a folder that is not there yet. */
async function refuseUsed(target: string): Promise<boolean> {
  try {
    const there = (await readdir(target)).filter((entry) => entry !== '.git').sort();
    if (there.length === 0) return false;
    const shown = there.length > 5 ? [...there.slice(0, 5), `${there.length - 5} more`] : there;
    throw new UsageError(
      `${target} is not empty: it holds ${shown.join(', ')}. Nothing was written; name a new or an empty folder`,
    );
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw refusal(target, error);
  }
}

async function writeFiles(folder: string, files: readonly TemplateFile[]): Promise<void> {
  for (const { path, text } of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** The folder itself stays, since a shell may be standing in it. What makes it a project comes last. */
async function moveInto(target: string, stage: string): Promise<void> {
  const last = 'package.json';
  const entries = (await readdir(stage)).filter((entry) => entry !== last);
  const moved: string[] = [];
  try {
    for (const entry of [...entries, last]) {
      await rename(join(stage, entry), join(target, entry));
      moved.push(entry);
    }
  } catch (error) {
    for (const entry of moved) await rm(join(target, entry), { recursive: true, force: true });
    throw error;
  }
}

function refusal(target: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const advice = 'nothing was written; name another folder, or make this one writable';
  switch (code) {
    case 'ENOTDIR':
      return new UsageError(`${target} is, or lies below, something that is no folder: ${advice}`, { cause: error });
    case 'ENOTEMPTY':
    case 'EEXIST':
      return new UsageError(`${target} was made by somebody else meanwhile: ${advice}`, { cause: error });
    case 'ENOSPC':
      return error;
    default:
      return new UsageError(`${target} cannot be written (${code}): ${advice}`, { cause: error });
  }
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
