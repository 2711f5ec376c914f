/** What progress is written to: a stream such as stderr. */
export type ProgressOutput = { isTTY?: boolean; write(text: string): unknown };

export type ProgressOptions = {
  output: ProgressOutput;
  label: string;
  /** Milliseconds between two lines where there is no terminal. Default: 10,000. */
  everyMs?: number;
};

const frames = ['|', '/', '-', '\\'];
const frameMs = 200;
const clearLine = '\r\u001b[2K';

/** Shows that something long goes on: one line in motion on a terminal, elsewhere a line every few seconds. */
export function showElapsed(options: ProgressOptions): { stop(): void } {
  const { output, label } = options;
  const startedAt = performance.now();
  const elapsed = () => `${Math.round((performance.now() - startedAt) / 1000)} s`;
  let frame = 0;
  output.write(output.isTTY ? label : `${label}\n`);
  const timer = output.isTTY
    ? setInterval(() => output.write(`${clearLine}${frames[frame++ % frames.length]} ${label}: ${elapsed()}`), frameMs)
    : setInterval(() => output.write(`${label}: ${elapsed()}\n`), options.everyMs ?? 10_000);
  return {
    stop() {
      clearInterval(timer);
      if (output.isTTY) output.write(clearLine);
    },
  };
}
