import { pino } from 'pino';

/** Writes events to stderr, so that stdout stays the command's own: JSON lines, or readable ones on a terminal. */
export function createLog(level: string, options: { pretty?: boolean } = {}) {
  const target =
    options.pretty === true
      ? { target: 'pino-pretty', options: { destination: 2, ignore: 'pid,hostname' } }
      : undefined;
  const logger =
    target === undefined
      ? pino({ level }, pino.destination({ dest: 2, sync: true }))
      : pino({ level, transport: target });
  return {
    info: (event: string, record?: Record<string, unknown>) => logger.info(record ?? {}, event),
    warn: (event: string, record?: Record<string, unknown>) => logger.warn(record ?? {}, event),
    error: (event: string, record?: Record<string, unknown>) => logger.error(record ?? {}, event),
  };
}
