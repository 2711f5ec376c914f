import { loadConfig } from '../../config/config-file.ts';
import { readSettings } from '../../config/settings.ts';
import { shortName, shortNameWords } from '../../config/short-name.ts';
import { parseStackConfig } from '../../pulumi/config/stack-config.ts';
import { errorOf, project, removeProjects } from './project.ts';

afterAll(removeProjects);

const refused = ['shop-', 'a--b', '-shop', '1shop', 'Shop', 'shop_1', '', 'a-name-of-more-than-20', 'shop\n'];

test.each(['s', 'shop', 'shop-2', 'a-b-c', 'a-name-of-just-20-ch'])('%j is a name', (name) => {
  expect(name).toMatch(shortName);
});

test.each(refused)('%j is no name', (name) => {
  expect(name).not.toMatch(shortName);
});

test.each(['shop-', 'a--b'])(
  '%j is refused wherever a project or a stage is named, in the same words',
  async (name) => {
    const directory = await project({
      'nightshift.config.ts': `export default { name: '${name}', stages: { '${name}': { region: 'eu-west-1', accountId: '123456789012' } } };`,
    });
    const env = { DATABASE_URL: 'postgres://a:b@127.0.0.1/x', NIGHTSHIFT_STAGE: name };

    const config = (await errorOf(loadConfig(directory))).message;
    const settings = messageOf(() => readSettings(env, { stateDirectory: directory }));
    const stack = messageOf(() => parseStackConfig({ stage: name }));

    expect(config).toContain(`name: write ${shortNameWords}`);
    expect(config).toContain(`stages.${name}: write stage names of ${shortNameWords}`);
    expect(settings).toContain(shortNameWords);
    expect(stack).toContain(`stage: write a stage of nightshift.config.ts, ${shortNameWords}`);
  },
);

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was taken');
}
