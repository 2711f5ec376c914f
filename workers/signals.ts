/** Waits for SIGINT or SIGTERM. */
export interface Signalled {
  /** Settles at the first signal. Later ones change nothing: the stop is under way. */
  received: Promise<NodeJS.Signals>;
  /** Aborted at the first signal. */
  aborted: AbortSignal;
  /** Gives the signals back to Node. */
  release(): void;
}

/** Takes SIGINT and SIGTERM over from Node until released. */
export function untilSignalled(): Signalled {
  const abort = new AbortController();
  let settle: (signal: NodeJS.Signals) => void = () => undefined;
  const received = new Promise<NodeJS.Signals>((resolve) => {
    settle = resolve;
  });
  const onSignal = (signal: NodeJS.Signals) => {
    settle(signal);
    abort.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    received,
    aborted: abort.signal,
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
