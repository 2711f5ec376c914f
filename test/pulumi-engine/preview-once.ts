import { smallDev } from '../pulumi/stacks.ts';
import { withEngineStack } from './engine-stack.ts';

/**
 * Previews a project in a process of its own, and prints what the engine said: a program that throws also rejects a
 * promise that nobody holds, which a test runner takes for its own failure.
 */
const [, , project = ''] = process.argv;
const config = { ...smallDev, 'nightshift:images': '.nightshift/images/dev.json' };
await withEngineStack(project, config, async ({ stack, aws }) => {
  const failure = await stack.preview().then(
    () => null,
    (error: Error) => error.message,
  );
  process.stdout.write(`${JSON.stringify({ failure, made: aws.there.size })}\n`);
});
