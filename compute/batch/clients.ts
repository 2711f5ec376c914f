import type { BatchClient } from '@aws-sdk/client-batch';
import type { LogClients } from '../logs/clients.ts';

/** The two services behind Batch jobs. */
export interface BatchClients extends LogClients {
  batch: BatchClient;
}
