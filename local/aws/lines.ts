import { StringDecoder } from 'node:string_decoder';

/** Where output is cut when it has no line break: CloudWatch Logs takes events of at most 256 KiB. */
const maxLineLength = 256 * 1024;

/** Cuts a byte stream into lines. */
export interface LineSplitter {
  write(chunk: Buffer): void;
  /** Hands over what came after the last line break. */
  end(): void;
}

/** Calls `onLine` for each line, without its line break; over-long lines are cut into several. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';

  function take(text: string): void {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) emit(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (rest.length >= maxLineLength) {
      onLine(rest.slice(0, maxLineLength));
      rest = rest.slice(maxLineLength);
    }
  }

  function emit(line: string): void {
    for (let from = 0; from === 0 || from < line.length; from += maxLineLength) {
      onLine(line.slice(from, from + maxLineLength));
    }
  }

  return {
    write: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
