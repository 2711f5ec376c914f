import { proxyActivities } from '@temporalio/workflow';

/** What a step costs without Nightshift: a regular activity that does nothing. */
export interface BareActivities {
  noop(): Promise<void>;
}

const options = { startToCloseTimeout: '1 minute' } as const;
/** As Temporal's server does by default: every activity goes through the task queue. */
const queued = proxyActivities<BareActivities>({ ...options, allowEagerDispatch: false });
/** The first task comes back with the answer of the workflow task, where the server is told to allow it, as ours is. */
const eager = proxyActivities<BareActivities>(options);

/** How the activities of a bare chain get to their worker. */
export type Dispatch = 'queued' | 'eager';

/** The reference of the chain: as many activities, one after the other. */
export async function bareChain(size: number, dispatch: Dispatch): Promise<void> {
  const { noop } = dispatch === 'eager' ? eager : queued;
  for (let step = 0; step < size; step += 1) await noop();
}
