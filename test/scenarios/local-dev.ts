import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import type { JournalEntry } from '../../local/aws/index.ts';
import { type TempProject, withProject } from '../support/temp-project.ts';

/** The example project in local mode, as a second terminal sees it. */
export interface LocalDev {
  project: TempProject;
  /** What the local AWS was asked and ran. */
  journal(): Promise<JournalEntry[]>;
  misbehave(rules: object): Promise<void>;
  /** Takes a right away from a role, whatever is derived. */
  deny(right: { role: string; action: string }): Promise<void>;
  /** Gives all such rights back. */
  giveBack(): Promise<void>;
  /** `nightshift run ... --json`: the document that it prints, and its exit code. */
  run(...args: string[]): Promise<{ code: number | null; run: RunDocument }>;
}

/** What `--json` prints of a run, as far as the scenarios look. */
export interface RunDocument {
  run: { id: string; status: string; result: Record<string, unknown> | null; error: Record<string, unknown> | null };
}

const files = { jobs: 'jobs', apps: 'apps', 'test/scenarios/examples.config.ts': 'nightshift.config.ts' };

/** Starts `nightshift dev` with the example jobs and apps, and more files of the checkout, and gives it to `use`. */
export function withLocalDev(
  use: (dev: LocalDev) => Promise<void>,
  moreFiles: Record<string, string> = {},
): Promise<void> {
  return withProject({ ...files, ...moreFiles }, async (project) => {
    const dev = project.start('dev');
    await dev.prints('Ctrl-C stops everything', 120_000);
    const { AWS_ENDPOINT_URL } = parse(readFileSync(join(project.directory, '.nightshift', 'local.env')));
    await use({
      project,
      async journal() {
        const answer = await fetch(`${AWS_ENDPOINT_URL}/_local/journal`);
        return ((await answer.json()) as { entries: JournalEntry[] }).entries;
      },
      async misbehave(rules) {
        const answer = await fetch(`${AWS_ENDPOINT_URL}/_local/misbehave`, {
          method: 'POST',
          body: JSON.stringify(rules),
        });
        if (!answer.ok) throw new Error(`The local AWS does not take these rules: ${await answer.text()}`);
      },
      async deny(right) {
        const answer = await fetch(`${AWS_ENDPOINT_URL}/_local/deny`, { method: 'POST', body: JSON.stringify(right) });
        if (!answer.ok) throw new Error(`The local AWS does not take this away: ${await answer.text()}`);
      },
      async giveBack() {
        await fetch(`${AWS_ENDPOINT_URL}/_local/deny`, { method: 'DELETE' });
      },
      async run(...args) {
        const { code, stdout, stderr } = await project.run('run', ...args, '--json');
        if (stdout === '') throw new Error(stderr);
        return { code, run: JSON.parse(stdout) as RunDocument };
      },
    });
    dev.child.kill('SIGINT');
    await dev.ended;
  });
}
