import { splitLines } from '../lines.ts';

/** Bytes before each piece: the stream's number, three zeros, the length. */
const headerLength = 8;

/**
 * Reads the log of a container to its end: pieces of stdout and stderr in turn, each with a header. Calls `onLine` for
 * each line of either.
 */
export async function readLog(log: AsyncIterable<Buffer>, onLine: (line: string) => void): Promise<void> {
  const streams = [splitLines(onLine), splitLines(onLine), splitLines(onLine)] as const;
  let rest = Buffer.alloc(0);
  for await (const chunk of log) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= headerLength) {
      const end = headerLength + rest.readUInt32BE(4);
      if (rest.length < end) break;
      streams[rest[0] === 2 ? 2 : 1].write(rest.subarray(headerLength, end));
      rest = rest.subarray(end);
    }
  }
  for (const stream of streams) stream.end();
}
