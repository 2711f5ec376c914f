import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { firstColumn, root, sectionOf, textOf } from './documents.ts';

const document = textOf('docs/command-line.md');
const sections = [...document.matchAll(/^## nightshift (.+)$/gm)].map(([, name = '']) => name);

interface Described {
  name: string;
  flags: string[];
}

test('every command has its section, in the order of the help', async () => {
  const commands = await describeCommands();
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(root, 'bin/nightshift.js'), '--help']);
  const helped = [...(stdout.split('Commands:')[1] ?? '').matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name);

  expect([...new Set(sections.map((name) => name.split(' ')[0]))]).toEqual(helped.filter((name) => name !== 'help'));
  expect([...sections].sort()).toEqual(commands.map(({ name }) => name).sort());
});

test('every option of a command is in its section, as the help writes it, and no other', async () => {
  for (const { name, flags } of await describeCommands()) {
    expect([name, firstColumn(sectionOf(document, `nightshift ${name}`))]).toEqual([name, flags]);
  }
});

/** The commands that do something, `schedules sync` and not `schedules`, with the flags of their options. */
async function describeCommands(): Promise<Described[]> {
  const folder = path.join(root, 'cli/commands');
  const program = new Command();
  for (const file of readdirSync(folder)) {
    const command: { register(program: Command): void } = await import(pathToFileURL(path.join(folder, file)).href);
    command.register(program);
  }
  return program.commands.flatMap((command) => leavesOf(command, ''));
}

function leavesOf(command: Command, before: string): Described[] {
  const name = `${before}${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((inner) => leavesOf(inner, `${name} `));
  return [{ name, flags: command.options.map((option) => option.flags) }];
}
