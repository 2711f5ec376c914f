import { startChild } from '../../local/child.ts';
import { isRunning, processesWith } from '../support/leaks.ts';
import { until } from '../support/until.ts';
import { startParent } from './start-parent.ts';

const env = { PATH: '/usr/bin:/bin' };

describe('a child of a local server', () => {
  test('ends with the code of the command, and its last lines are kept', async () => {
    const child = startChild({ command: '/bin/sh', args: ['-c', 'echo one; echo two >&2; exit 7'], env });

    const exit = await child.exited;

    expect(exit).toEqual({ code: 7, signal: null });
    await until(() => child.lastLines().length === 2, { describe: 'both lines' });
    expect(child.lastLines().sort()).toEqual(['one', 'two']);
  });

  test('gets its arguments as they are, and nothing of our environment', async () => {
    const args = ['-c', 'for a in "$@"; do echo "<$a>"; done; env', 'sh', 'a b', '$HOME', ''];
    const child = startChild({ command: '/bin/sh', args, env: { ONLY: 'this' } });

    await child.exited;

    await until(() => child.lastLines().includes('ONLY=this'), { describe: 'the environment' });
    expect(child.lastLines().slice(0, 3)).toEqual(['<a b>', '<$HOME>', '<>']);
    expect(child.lastLines().some((line) => line.startsWith('HOME='))).toBe(false);
  });

  test('a command that does not exist ends at once and says so', async () => {
    const child = startChild({ command: '/nonexistent/server', args: [], env });

    expect((await child.exited).code).toBe(127);
    await until(() => child.lastLines().join().includes('/nonexistent/server'), { describe: 'the reason' });
  });

  test('is killed when it does not heed the stop signal, and its watchdog goes with it', async () => {
    const mark = `mark-${process.pid}-stubborn`;
    const script = `trap '' TERM; echo ready; while :; do sleep 0.1; done; : ${mark}`;
    const child = startChild({ command: '/bin/sh', args: ['-c', script], env, killAfterMs: 300 });
    await until(() => child.lastLines().includes('ready'), { describe: 'the trap to be set' });

    await child.stop();

    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await until(() => !processesWith(mark).some(isRunning), { describe: 'the watchdog to go' });
    await child.stop();
  });

  test('does not outlive a parent that is killed, even when it ignores the stop signal', async () => {
    const parent = await startParent('stubborn', "trap '' TERM; while :; do sleep 0.1; done");
    expect(isRunning(parent.serverPid)).toBe(true);

    await parent.kill();

    await until(() => !isRunning(parent.serverPid), { timeoutMs: 5_000, describe: 'the child to be gone' });
  });
});
