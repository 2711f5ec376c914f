import { loadConfig } from '../../config/config-file.ts';
import { errorOf, project, removeProjects } from './project.ts';

afterAll(removeProjects);

async function messageOf(content: string): Promise<string> {
  return (await errorOf(loadConfig(await project({ 'nightshift.config.ts': content })))).message;
}

test('a config of only a name gets the defaults', async () => {
  const directory = await project({ 'nightshift.config.ts': `export default { name: 'shop' };` });

  expect(await loadConfig(directory)).toEqual({ name: 'shop', jobs: 'jobs', timezone: 'UTC', local: {} });
});

test('a folder without a config says what to do', async () => {
  const directory = await project({});

  expect((await errorOf(loadConfig(directory))).message).toContain(`${directory} has no nightshift.config.ts`);
});

test('a config that is not the default export is refused', async () => {
  expect(await messageOf(`export const config = { name: 'shop' };`)).toContain('write export default defineConfig(');
});

test('all wrong settings are told together, each with what to write', async () => {
  const message = await messageOf(`export default {
    name: 'My Shop', timezone: '+09:00', retries: 3,
    local: { date: '2026-02-30', database: { name: 'shop' } },
  };`);

  expect(message).toContain('name: write lower-case letters');
  expect(message).toContain('timezone: write an IANA time zone, such as "Asia/Tokyo"');
  expect(message).toContain('local.date: write a business date');
  expect(message).toContain('local.database.secret: write the secret');
  expect(message).toContain('retries');
});

test('wrong stages are told together, each with what to write', async () => {
  const message = await messageOf(`export default {
    name: 'shop',
    stages: { prod: { region: 'tokyo', accountId: 123456789012, secrets: { a: 'shop/database' } }, local: {} },
  };`);

  expect(message).toContain('stages.prod.region: write an AWS region');
  expect(message).toContain('stages.prod.accountId: write the AWS account as a text of twelve digits');
  expect(message).toContain('stages.prod.secrets.a: write its ARN');
  expect(message).toContain('"local" is local mode');
});
