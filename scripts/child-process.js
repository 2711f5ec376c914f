import { constants } from 'node:os';

const parentLookMs = 300;

/**
 * Passes each signal on to the child, once. Ctrl-C reaches the whole group of the terminal, the child included, and
 * npm sends it to us a second time: a child that got both would take the second for "stop at once".
 */
export function forwardSignals(child) {
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    let sent = signal === 'SIGINT' && process.stdin.isTTY;
    process.on(signal, () => {
      if (!sent) child.kill(signal);
      sent = true;
    });
  }
  if (process.env.npm_lifecycle_event) stopWhenOrphaned(child);
}

/** npm signals only the shell that it started us through, and some shells die of that without telling us. */
function stopWhenOrphaned(child) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, parentLookMs);
  timer.unref();
}

/** Ends this process with the code of a child that has ended, or as the shell does for a signal. */
export function endLike(code, signal) {
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
}
