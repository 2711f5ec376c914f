import { pino } from 'pino';
import pretty from 'pino-pretty';

/** Writes events to stderr, so that stdout stays the command's own: JSON lines, or readable ones on a terminal. */
export function createLog(level: string) {
  const destination = process.stderr.isTTY
    ? pretty({ destination: 2, sync: true, ignore: 'pid,hostname', singleLine: true })
    : pino.destination({ dest: 2, sync: true });
  const logger = pino({ level }, destination);
  return {
    info: (event: string, record?: Record<string, unknown>) => logger.info(record ?? {}, event),
    warn: (event: string, record?: Record<string, unknown>) => logger.warn(record ?? {}, event),
    error: (event: string, record?: Record<string, unknown>) => logger.error(record ?? {}, event),
  };
}
