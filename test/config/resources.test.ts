import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type Resources, resourcesReader, writeResources } from '../../config/resources.ts';
import { errorOf, project, removeProjects } from './project.ts';

afterAll(removeProjects);

const nowhere = { region: null, endpointUrl: null };

const resources: Resources = {
  region: 'ap-northeast-1',
  accountId: '123456789012',
  eventQueueUrl: 'http://127.0.0.1:4566/123456789012/events',
  batch: {
    queues: { onDemand: 'nightshift-local', spot: 'nightshift-local-spot' },
    definitions: {
      'BATCH-001/score': {
        arn: 'arn:aws:batch:ap-northeast-1:123456789012:job-definition/score:1',
        logGroup: '/nightshift/score',
      },
    },
  },
};

test('what is written is read again, and nothing else stays in the folder', async () => {
  const directory = await project({});
  const file = path.join(directory, 'resources.json');

  await writeResources(file, resources);
  await writeResources(file, { ...resources, region: 'us-east-1' });

  expect(await resourcesReader(file, nowhere)()).toEqual({ ...resources, region: 'us-east-1' });
  expect(await readdir(directory)).toEqual(['resources.json']);
});

test('a missing, broken or incomplete file is named, with what makes it', async () => {
  const directory = await project({
    'broken.json': '{',
    'incomplete.json': JSON.stringify({
      region: 'us-east-1',
      batch: { queues: { spot: 's' }, definitions: { score: {} } },
    }),
  });
  const problem = async (name: string) =>
    (await errorOf(resourcesReader(path.join(directory, name), nowhere)())).message;

  expect(await problem('none.json')).toMatch(/none\.json is not right:\n.*ENOENT.*nightshift dev/);
  expect(await problem('broken.json')).toContain('is not JSON');
  const incomplete = await problem('incomplete.json');
  expect(incomplete).toContain('batch.queues.onDemand');
  expect(incomplete).toContain('batch.definitions.score');
});
