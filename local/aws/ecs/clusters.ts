import type { Cluster as ClusterShape, CreateClusterRequest, DescribeClustersRequest } from '@aws-sdk/client-ecs';
import { type Account, arnOf, resourceOf } from '../account.ts';
import { clusterNotFound, invalidParameter } from './refusals.ts';
import { checkTags } from './rules.ts';
import { tagRecord } from './tag-list.ts';

/** A cluster. */
export interface Cluster {
  name: string;
  arn: string;
  capacityProviders: string[];
  tags: Record<string, string>;
}

/** The clusters. */
export interface Clusters {
  create(request: CreateClusterRequest): { cluster: ClusterShape };
  describe(request: DescribeClustersRequest): object;
  /** By name or ARN; undefined means `default`. Throws ClusterNotFoundException. */
  get(nameOrArn: string | undefined): Cluster;
}

/** How many tasks of a cluster are in which state. */
export type CountTasks = (cluster: Cluster) => { running: number; pending: number };

/** Both providers of Fargate. */
export const fargateProviders = ['FARGATE', 'FARGATE_SPOT'];

/** Makes the clusters that exist from the start, each with both providers of Fargate. */
export function createClusters(account: Account, names: string[], countTasks: CountTasks): Clusters {
  const clusters = new Map<string, Cluster>();
  for (const clusterName of names) add({ clusterName, capacityProviders: fargateProviders });

  function add(request: CreateClusterRequest): Cluster {
    const name = request.clusterName ?? 'default';
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter(`Not a cluster name: ${name}`);
    checkTags(request.tags);
    const known = clusters.get(name);
    if (known) return known;
    const cluster = {
      name,
      arn: arnOf(account, 'ecs', `cluster/${name}`),
      capacityProviders: request.capacityProviders ?? [],
      tags: tagRecord(request.tags),
    };
    clusters.set(name, cluster);
    return cluster;
  }

  const find = (nameOrArn = 'default') => clusters.get(resourceOf(nameOrArn).replace(/^cluster\//, ''));

  return {
    create: (request) => ({ cluster: describe(add(request), countTasks) }),
    describe({ clusters: asked = ['default'] }) {
      const found = asked.flatMap((one) => find(one) ?? []).map((cluster) => describe(cluster, countTasks));
      const failures = asked
        .filter((one) => find(one) === undefined)
        .map((one) => ({
          arn: one.startsWith('arn:') ? one : arnOf(account, 'ecs', `cluster/${one}`),
          reason: 'MISSING',
        }));
      return { clusters: found, failures };
    },
    get(nameOrArn) {
      const cluster = find(nameOrArn);
      if (!cluster) throw clusterNotFound();
      return cluster;
    },
  };
}

function describe(cluster: Cluster, countTasks: CountTasks): ClusterShape {
  const { running, pending } = countTasks(cluster);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: 0,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: 0,
    statistics: [],
    tags: [],
    settings: [],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: [],
  };
}
