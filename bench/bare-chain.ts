import { proxyActivities } from '@temporalio/workflow';

/** What a step costs without Nightshift: a regular activity that does nothing. */
export interface BareActivities {
  noop(): Promise<void>;
}

const { noop } = proxyActivities<BareActivities>({ startToCloseTimeout: '1 minute' });

/** The reference of the chain: as many activities, one after the other. */
export async function bareChain(size: number): Promise<void> {
  for (let step = 0; step < size; step += 1) await noop();
}
