import type { Job } from './job.ts';
import { computeEnvironmentOf } from './queues.ts';

/** The variables that Batch adds to the containers of an attempt. */
export function batchVariables(job: Job, attempt: number): Record<string, string> {
  const { queueName } = job.plan;
  const child =
    job.index === undefined
      ? {}
      : {
          AWS_BATCH_JOB_ARRAY_INDEX: String(job.index),
          AWS_BATCH_JOB_ARRAY_SIZE: String(job.parent?.array?.size ?? ''),
        };
  return {
    AWS_BATCH_JOB_ID: job.id,
    AWS_BATCH_JOB_ATTEMPT: String(attempt),
    AWS_BATCH_JQ_NAME: queueName,
    AWS_BATCH_CE_NAME: computeEnvironmentOf(queueName),
    ...child,
    ...nodeVariables(job),
  };
}

/** All nodes are processes of this machine, so the main node is reached at its own address. */
function nodeVariables({ node, parent }: Job): Record<string, string> {
  if (!node || !parent?.nodes) return {};
  const { mainNode, numNodes } = parent.nodes.properties;
  return {
    AWS_BATCH_JOB_NODE_INDEX: String(node.index),
    AWS_BATCH_JOB_NUM_NODES: String(numNodes),
    AWS_BATCH_JOB_MAIN_NODE_INDEX: String(mainNode),
    ...(node.isMain ? {} : { AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS: '127.0.0.1' }),
  };
}
