import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BatchClient, RegisterJobDefinitionCommand, SubmitJobCommand } from '@aws-sdk/client-batch';
import type { JournalEntry } from '../../../local/aws/index.ts';
import { livingInGroup, until } from './with-local-aws.ts';

const program = fileURLToPath(new URL('./local-aws-program.ts', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

test('tasks end when the local AWS is killed, also those that ignore SIGTERM', async () => {
  const server = spawn(process.execPath, ['--import', 'tsx', program], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let groups: number[] = [];
  try {
    const endpoint = await firstLine(server);
    groups = await startTasks(endpoint);
    expect(groups.map((group) => livingInGroup(group).length > 0)).toEqual([true, true]);
  } finally {
    server.kill('SIGKILL');
  }

  await until(
    () => groups.flatMap(livingInGroup),
    (living) => living.length === 0,
  );
});

async function firstLine(server: ChildProcess): Promise<string> {
  if (!server.stdout) throw new Error('The program has no stdout');
  const [chunk] = (await once(server.stdout, 'data')) as [Buffer];
  return chunk.toString('utf8').trim();
}

/** Starts two tasks, each with a background process; returns their process groups. */
async function startTasks(endpoint: string): Promise<number[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const batch = new BatchClient({ endpoint, region: 'ap-northeast-1', credentials, maxAttempts: 1 });
  const command = ['sh', '-c', "trap '' TERM HUP INT; sleep 300 & sleep 300"];
  const resourceRequirements = [{ type: 'VCPU' as const, value: '0.5' }];
  await batch.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: 'job',
      type: 'container',
      containerProperties: { image: 'image', command, resourceRequirements },
    }),
  );
  const arrayProperties = { size: 2 };
  await batch.send(new SubmitJobCommand({ jobName: 'job', jobQueue: 'main', jobDefinition: 'job', arrayProperties }));
  batch.destroy();

  const readJournal = async () => {
    const answer = await fetch(`${endpoint}/_local/journal`);
    const { entries } = (await answer.json()) as { entries: JournalEntry[] };
    return entries.flatMap((entry) => (entry.kind === 'started' ? entry.pid : []));
  };
  return until(readJournal, (pids) => pids.length === 2);
}
