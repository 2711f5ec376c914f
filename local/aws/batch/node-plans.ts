import type { ContainerProperties, NodeProperties, SubmitJobRequest } from '@aws-sdk/client-batch';
import { clientException } from '../aws-error.ts';
import type { JobPlan } from './job.ts';
import { mergeContainer, vcpusOf } from './plan.ts';
import type { JobQueue } from './queues.ts';

/** Checks the nodes of a definition of type multinode. Throws ClientException. */
export function checkNodeProperties(nodes: NodeProperties | undefined): NodeProperties {
  if (!nodes) throw clientException('A definition of type multinode needs nodeProperties.');
  const { mainNode = 0, numNodes = 0 } = nodes;
  if (numNodes < 1) throw clientException(`numNodes must be at least 1, got ${numNodes}.`);
  if (mainNode < 0 || mainNode >= numNodes) {
    throw clientException(`mainNode must be below numNodes [mainNode=${mainNode}, numNodes=${numNodes}].`);
  }
  for (let index = 0; index < numNodes; index += 1) containerOf(nodes, index, numNodes);
  return nodes;
}

/** What a submission to a definition may ask for, with and without nodes. Throws ClientException. */
export function checkNodes(request: SubmitJobRequest, nodes: NodeProperties | undefined, queue: JobQueue): void {
  if (!nodes) {
    if (request.nodeOverrides) throw clientException('nodeOverrides need a job definition of type multinode.');
    return;
  }
  if (queue.type !== 'ECS') throw clientException('Multi-node parallel jobs need a queue of EC2, not of Fargate.');
  if (request.containerOverrides)
    throw clientException('A multi-node parallel job takes nodeOverrides, no containerOverrides.');
  if (request.arrayProperties) throw clientException('A multi-node parallel job cannot be an array.');
  const numNodes = request.nodeOverrides?.numNodes;
  if (numNodes === undefined) return;
  const isOpen = nodes.nodeRangeProperties?.some(({ targetNodes = '' }) => targetNodes.endsWith(':'));
  if (!isOpen) throw clientException('numNodes can be overridden only where a node range has an open upper boundary.');
  if ((nodes.mainNode ?? 0) >= numNodes) throw clientException(`mainNode must be below numNodes, got ${numNodes}.`);
}

/** One plan for each node, made from that of the whole job. */
export function planNodes(plan: JobPlan, nodes: NodeProperties): JobPlan[] {
  const { nodeOverrides } = plan.request;
  const numNodes = nodeOverrides?.numNodes ?? nodes.numNodes ?? 0;
  return Array.from({ length: numNodes }, (_, index) => {
    const overrides = nodeOverrides?.nodePropertyOverrides ?? [];
    const container = overrides
      .filter(({ targetNodes }) => isInRange(targetNodes, index, numNodes))
      .reduce((merged, one) => mergeContainer(merged, one.containerOverrides), containerOf(nodes, index, numNodes));
    // The job is tried again as a whole, when its main node fails.
    const retryStrategy = index === nodes.mainNode ? plan.retryStrategy : { attempts: 1 };
    return { ...plan, container, retryStrategy, vcpus: vcpusOf(container) };
  });
}

/** The container of the main node. */
export function mainContainer(nodes: NodeProperties): ContainerProperties {
  return containerOf(nodes, nodes.mainNode ?? 0, nodes.numNodes ?? 0);
}

/** Of several ranges that hold a node, the narrowest counts. */
function containerOf(nodes: NodeProperties, index: number, numNodes: number): ContainerProperties {
  const [range] = (nodes.nodeRangeProperties ?? [])
    .filter(({ targetNodes }) => isInRange(targetNodes, index, numNodes))
    .sort((left, right) => widthOf(left.targetNodes, numNodes) - widthOf(right.targetNodes, numNodes));
  if (!range?.container?.image) throw clientException(`No node range with a container image holds the node ${index}.`);
  return range.container;
}

function isInRange(range: string | undefined, index: number, numNodes: number): boolean {
  const { from, to } = parseRange(range, numNodes);
  return index >= from && index <= to;
}

function widthOf(range: string | undefined, numNodes: number): number {
  const { from, to } = parseRange(range, numNodes);
  return to - from;
}

/** `0:3`, `:3`, `2:`, `:` or `1` */
function parseRange(range = '', numNodes: number): { from: number; to: number } {
  const parts = /^(\d*)(:?)(\d*)$/.exec(range);
  if (!parts || range === '') throw clientException(`Not a range of nodes: ${range}`);
  const [, from, colon, to] = parts;
  if (!colon) return { from: Number(from), to: Number(from) };
  return { from: from ? Number(from) : 0, to: to ? Number(to) : numNodes - 1 };
}
