import type { NodeProperties } from '@aws-sdk/client-batch';
import type { AttemptEnd } from './attempt.ts';
import { hasEnded, type Job, newJob } from './job.ts';
import type { JobStore } from './job-store.ts';
import { planNodes } from './node-plans.ts';
import type { Runner } from './runner.ts';
import type { Scheduler } from './scheduler.ts';

/** Runs the nodes of multi-node parallel jobs, all at once. */
export interface NodeRunner {
  /** Runs one attempt of a whole job; resolves when nothing of it is left. */
  run(parent: Job): Promise<void>;
  /** Lets the whole job follow its main node to STARTING and RUNNING. */
  follow(node: Job): void;
  /** An attempt of a node has ended: the main node takes the others with it. */
  onNodeEnd(node: Job, next: 'succeeded' | 'failed' | 'retried', end: AttemptEnd): void;
}

/** What running nodes works on. */
export interface NodeRunning {
  jobs: JobStore;
  runner: Pick<Runner, 'run' | 'end'>;
  scheduler: Pick<Scheduler, 'enqueue'>;
}

/** What is said of nodes that end because the main node has. */
const mainEnded = 'Main node of the job has ended';

/** Gives a job that was just submitted its nodes; its vCPUs become those of all of them. */
export function addNodes(parent: Job, properties: NodeProperties): Job[] {
  const mainNode = properties.mainNode ?? 0;
  const jobs = planNodes(parent.plan, properties).map((plan, index) => {
    const node = newJob({ id: `${parent.id}#${index}`, arn: `${parent.arn}#${index}`, name: parent.name, plan });
    return Object.assign(node, { parent, node: { index, isMain: index === mainNode } });
  });
  parent.nodes = { properties: { ...properties, numNodes: jobs.length }, jobs, next: undefined };
  parent.plan = { ...parent.plan, vcpus: jobs.reduce((sum, node) => sum + node.plan.vcpus, 0) };
  return jobs;
}

/** Makes a runner. */
export function createNodeRunner(from: () => NodeRunning): NodeRunner {
  return {
    async run(parent) {
      const { jobs, runner } = from();
      const nodes = parent.nodes?.jobs ?? [];
      for (const node of nodes) jobs.move(node, 'RUNNABLE');
      await Promise.all(nodes.map((node) => runner.run(node)));
      settle(from(), parent);
    },
    follow(node) {
      const { parent } = node;
      if (!parent || !node.node?.isMain || hasEnded(parent)) return;
      parent.startedAt = node.startedAt;
      from().jobs.move(parent, node.status);
    },
    onNodeEnd(node, next, end) {
      const { jobs, runner } = from();
      const { parent } = node;
      if (!node.node?.isMain || !parent?.nodes) {
        jobs.move(node, next === 'succeeded' ? 'SUCCEEDED' : 'FAILED', end.statusReason);
        return;
      }
      node.statusReason = end.statusReason;
      parent.nodes.next = next;
      parent.attempts.push({ ...node.attempts.at(-1), container: { networkInterfaces: [] } });
      for (const other of parent.nodes.jobs) {
        if (other !== node && !hasEnded(other)) runner.end(other, { by: 'main', reason: mainEnded });
      }
    },
  };
}

/** Once all nodes have ended: the whole job ends as its main node did, or is tried again. */
function settle({ jobs, scheduler }: NodeRunning, parent: Job): void {
  const main = parent.nodes?.jobs.find((job) => job.node?.isMain);
  if (!parent.nodes || !main || hasEnded(parent)) return;
  const { next } = parent.nodes;
  parent.nodes.next = undefined;
  // The local AWS stops: nothing is moved any more.
  if (next === undefined && !hasEnded(main)) return;
  if (next === 'retried' && !parent.endRequest) {
    for (const node of parent.nodes.jobs) node.endRequest = undefined;
    parent.statusReason = main.statusReason;
    scheduler.enqueue(parent);
    return;
  }
  const reason = next === 'retried' ? parent.endRequest?.reason : main.statusReason;
  if (!hasEnded(main)) jobs.move(main, next === 'succeeded' ? 'SUCCEEDED' : 'FAILED', reason);
  parent.stoppedAt = Date.now();
  jobs.move(parent, main.status, reason);
}
