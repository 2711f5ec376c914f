/** One event of a log group, as FilterLogEvents returns it. */
export interface LogEvent {
  eventId: string;
  logStreamName: string;
  /** Milliseconds since 1970, as is `ingestionTime`. */
  timestamp: number;
  message: string;
  ingestionTime: number;
}

/** A stream: its events are also in its group's list. */
export interface LogStream {
  name: string;
  createdAt: number;
  events: LogEvent[];
}

/** A log group. */
export interface LogGroup {
  name: string;
  createdAt: number;
  streams: Map<string, LogStream>;
  /** All events of all streams, in the order in which they were written, which is also that of their timestamps. */
  events: LogEvent[];
}

/** All log groups. */
export interface LogStore {
  groups: ReadonlyMap<string, LogGroup>;
  /** Makes a group, or returns the one of that name. */
  ensureGroup(name: string): LogGroup;
  /** Makes a stream, or returns the one of that name. */
  ensureStream(group: LogGroup, name: string): LogStream;
  append(group: LogGroup, stream: LogStream, message: string): void;
}

/** Makes an empty store. */
export function createLogStore(): LogStore {
  const groups = new Map<string, LogGroup>();
  let written = 0;
  let newest = 0;

  return {
    groups,
    ensureGroup(name) {
      const group = groups.get(name) ?? { name, createdAt: Date.now(), streams: new Map(), events: [] };
      groups.set(name, group);
      return group;
    },
    ensureStream(group, name) {
      const stream = group.streams.get(name) ?? { name, createdAt: Date.now(), events: [] };
      group.streams.set(name, stream);
      return stream;
    },
    append(group, stream, message) {
      // A clock that is set back must not break the order by which the lists are searched.
      newest = Math.max(newest, Date.now());
      written += 1;
      const eventId = String(written).padStart(56, '0');
      const event = { eventId, logStreamName: stream.name, timestamp: newest, message, ingestionTime: newest };
      stream.events.push(event);
      group.events.push(event);
    },
  };
}
