/** The metrics that a stage's workers write, by what they say. All have the dimension `TaskQueue`, but the heartbeat, which has none. */
export const metricNames = {
  /** Workflow and activity tasks that wait for a worker. */
  backlog: 'TaskQueueBacklog',
  /** Seconds that the oldest of them has waited. */
  backlogAge: 'TaskQueueBacklogAgeSeconds',
  /** 1 for each round of a watcher, once a minute. */
  heartbeat: 'WatcherHeartbeat',
} as const;
