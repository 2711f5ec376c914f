/**
 * `npm run histories [-- FEATURE...]`: runs every feature (or the named ones) for real and writes its history, and the
 * commands that a replay of it asks for. To be called when a change of workflow code is meant; the diff of the files
 * then shows what it changes. `-- --commands` keeps the histories and writes only what their replay asks for now: for a
 * change that old histories still fit, such as another time limit.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import globalSetup from '../support/global-setup.ts';
import globalTeardown from '../support/global-teardown.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { type World, withWorld } from '../support/world.ts';
import { type Feature, features } from './features.ts';
import { fetchHistory } from './fetch-history.ts';
import { bundleWithRecorder, fileOf, type RecordedHistory, readHistory, replayCommands } from './replay.ts';
import { type Replacements, scrub } from './scrub.ts';

const asked = process.argv.slice(2).filter((argument) => argument !== '--commands');
const unknown = asked.filter((name) => !features.some((feature) => feature.name === name));
if (unknown.length > 0) {
  throw new Error(`No feature ${unknown.join(', ')}; there are ${features.map(({ name }) => name).join(', ')}`);
}
const chosen = features.filter(({ name }) => asked.length === 0 || asked.includes(name));
const bundle = await bundleWithRecorder();
if (process.argv.includes('--commands')) {
  for (const { name } of chosen) await writeCommands(name, await readHistory(name));
} else {
  await withServers(async (temporal) => {
    for (const feature of chosen) await record(feature, temporal);
  });
}

async function withServers(use: (temporal: TestTemporal) => Promise<void>): Promise<void> {
  await globalSetup();
  try {
    const temporal = await startTestTemporal(chosen.length);
    await use(temporal).finally(() => temporal.stop());
  } finally {
    await globalTeardown();
  }
}

async function record(feature: Feature, temporal: TestTemporal): Promise<void> {
  await withWorld(temporal, async (world) => {
    await world.startWorker();
    const runId = await feature.act(world);
    await endsAsMeant(world, feature, runId);
    const live = await closedHistory(world, runId);
    const history = scrub(live, machine(world));
    await writeFile(fileOf(feature.name, 'json'), `${JSON.stringify(history, null, 1)}\n`);
    await writeCommands(feature.name, history);
  });
}

async function writeCommands(feature: string, history: RecordedHistory): Promise<void> {
  const commands = await replayCommands(bundle, history);
  await writeFile(fileOf(feature, 'commands.txt'), commands);
  console.log(`${feature}: ${history.events.length} events, ${commands.trimEnd().split('\n').length} commands`);
}

async function endsAsMeant(world: World, feature: Feature, runId: string): Promise<void> {
  const run = await world.ends(runId);
  if (run.status === feature.ends && (feature.errorClass === undefined || run.error?.class === feature.errorClass))
    return;
  const wanted = `${feature.ends} ${feature.errorClass ?? ''}`;
  throw new Error(`${feature.name} went another way: wanted ${wanted}, got ${run.status} ${JSON.stringify(run.error)}`);
}

/** The row is closed a moment before the workflow is. */
async function closedHistory(world: World, runId: string) {
  const handle = world.client.workflow.getHandle(`${runId}/1`);
  await handle.result().catch(() => undefined);
  return fetchHistory(world, runId);
}

/** What only this machine has. */
function machine(world: World): Replacements {
  const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
  return [
    [world.dir, '/tmp/nightshift-work'],
    [root, '/nightshift'],
  ];
}
