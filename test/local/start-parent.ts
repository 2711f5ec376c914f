import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A parent process that started a server. */
export type Parent = {
  /** The server's process id. */
  serverPid: number;
  /** Ends the parent as `kill -9` does. */
  kill(): Promise<void>;
};

const program = fileURLToPath(new URL('./parent.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts a server in another process and waits until it says that the server is up. */
export async function startParent(kind: 'postgres' | 'temporal' | 'stubborn', place: string): Promise<Parent> {
  const parent = launchParent(kind, place);
  const [line] = await Promise.race([
    once(createInterface({ input: parent.stdout }), 'line'),
    once(parent, 'exit').then(() => ['{}']),
  ]);
  const { pid } = JSON.parse(line);
  if (!pid) throw new Error(`The parent of ${kind} ended before its server was up`);
  return {
    serverPid: pid,
    async kill() {
      if (parent.exitCode !== null || parent.signalCode !== null) return;
      const exited = once(parent, 'exit');
      parent.kill('SIGKILL');
      await exited;
    },
  };
}

/** Starts the other process and waits for nothing. `user` runs it as somebody else. */
export function launchParent(kind: string, place: string, user?: { uid: number; gid: number }) {
  return spawn(process.execPath, ['--import', 'tsx', program, kind, place], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...user,
  });
}
