import type { CapacityProviderStrategyItem, RunTaskRequest } from '@aws-sdk/client-ecs';
import { type Cluster, fargateProviders } from './clusters.ts';
import { invalidParameter } from './refusals.ts';

/** The provider of the call's strategy; undefined with launch type FARGATE. Throws InvalidParameterException. */
export function chooseCapacity(request: RunTaskRequest, cluster: Cluster): string | undefined {
  const { launchType, capacityProviderStrategy: strategy = [] } = request;
  if (launchType !== undefined && strategy.length > 0) {
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported.');
  }
  if (strategy.length > 0) return chooseProvider(strategy, cluster);
  // AWS takes EC2 for a call that names neither; here there are no container instances.
  if (launchType !== 'FARGATE') throw invalidParameter('No Container Instances were found in your cluster.');
  return undefined;
}

function chooseProvider(strategy: CapacityProviderStrategyItem[], cluster: Cluster): string | undefined {
  for (const { capacityProvider: name = '' } of strategy) {
    if (!fargateProviders.includes(name)) {
      throw invalidParameter(`The local AWS plays the capacity providers FARGATE and FARGATE_SPOT, got ${name}.`);
    }
    if (!cluster.capacityProviders.includes(name)) {
      throw invalidParameter(`The capacity provider ${name} is not associated with the cluster ${cluster.name}.`);
    }
  }
  const based = strategy.filter(({ base = 0 }) => base > 0);
  if (based.length > 1) throw invalidParameter('Only one capacity provider of a strategy can have a base.');
  const heaviest = strategy.reduce((best, one) => (weightOf(one, strategy) > weightOf(best, strategy) ? one : best));
  if (weightOf(heaviest, strategy) === 0) {
    throw invalidParameter('A strategy needs a capacity provider with a weight above 0.');
  }
  return (based[0] ?? heaviest).capacityProvider;
}

/** A single provider needs no weight. */
function weightOf(item: CapacityProviderStrategyItem, strategy: CapacityProviderStrategyItem[]): number {
  return item.weight ?? (strategy.length === 1 ? 1 : 0);
}
