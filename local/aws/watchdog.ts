import { type ChildProcess, spawn } from 'node:child_process';

/** Ends the process groups that it knows when this process dies, however it dies. */
export interface Watchdog {
  watch(processGroup: number): void;
  forget(processGroup: number): void;
  /** Lets the watchdog end; groups that are still known to it are killed. */
  close(): Promise<void>;
}

/**
 * Reads `+ group` and `- group` from the pipe that only the local AWS holds open. At the pipe's end, which is
 * also what a `kill -9` of the local AWS looks like, it kills every group left. A shell, because it idles on a
 * megabyte of memory.
 */
const script = `
trap '' INT TERM HUP
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
exit 0
`;

/** Makes a watchdog; its process starts with the first group that it is given. */
export function createWatchdog(): Watchdog {
  const groups = new Set<number>();
  let shell: ChildProcess | undefined;
  let isClosed = false;

  function ensureShell(): void {
    if (shell) return;
    const started = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    shell = started;
    started.unref();
    // A write after the shell's death would otherwise end this process; the exit below starts another one.
    started.stdin?.on('error', () => undefined);
    started.on('exit', () => {
      shell = undefined;
      if (!isClosed && groups.size > 0) ensureShell();
    });
    for (const group of groups) started.stdin?.write(`+ ${group}\n`);
  }

  return {
    watch(group) {
      groups.add(group);
      // A shell that starts only now gets all groups that there are.
      if (shell) shell.stdin?.write(`+ ${group}\n`);
      else ensureShell();
    },
    forget(group) {
      if (groups.delete(group)) shell?.stdin?.write(`- ${group}\n`);
    },
    async close() {
      isClosed = true;
      if (shell && shell.exitCode === null) await endInput(shell);
    },
  };
}

/** Closes the pipe, and waits for the shell that ends with it. */
async function endInput(shell: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    shell.once('exit', () => resolve());
    shell.ref();
    shell.stdin?.end();
  });
}
