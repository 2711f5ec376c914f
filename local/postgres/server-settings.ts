/** Settings that differ from PostgreSQL's own, one reason each. */
const always = {
  // No way in beside the port of 127.0.0.1 with its password.
  unix_socket_directories: '',
  max_connections: '200',
  // Enough for the example data of 2,000,000 orders, small beside a laptop's memory.
  shared_buffers: '128MB',
  // A single server that nothing follows: rows loaded into a new table need no log.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Three processes fewer at rest; the system's read-ahead serves as well here.
  io_method: 'sync',
  // All times are the database's, and none of them a laptop's.
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
} as const;

/** For servers that are thrown away after a test run: a crash of the machine may lose everything. */
const whenFast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } as const;

/** The server's settings by name. */
export function serverSettings(fast: boolean): Readonly<Record<string, string>> {
  return fast ? { ...always, ...whenFast } : always;
}
