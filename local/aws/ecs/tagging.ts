import type { ListTagsForResourceRequest, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-ecs';
import { resourceOf } from '../account.ts';
import { type Operation, operation } from '../service.ts';
import type { Clusters } from './clusters.ts';
import { clientException, invalidParameter } from './refusals.ts';
import { checkTags } from './rules.ts';
import { tagList, tagRecord } from './tag-list.ts';
import type { TaskDefinitions } from './task-definitions.ts';
import type { TaskStore } from './task-store.ts';

/** Whose tags can be asked for. */
export interface Tagged {
  clusters: Clusters;
  definitions: TaskDefinitions;
  tasks: TaskStore;
}

/** ListTagsForResource, TagResource and UntagResource for clusters, task definitions and tasks. */
export function createTagging(tagged: Tagged): Record<string, Operation> {
  return {
    ListTagsForResource: operation<ListTagsForResourceRequest>((request) => ({
      tags: tagList(tagsOf(tagged, request.resourceArn)),
    })),
    TagResource: operation<TagResourceRequest>((request) => {
      const tags = tagsOf(tagged, request.resourceArn);
      checkTags(tagList({ ...tags, ...tagRecord(request.tags) }));
      Object.assign(tags, tagRecord(request.tags));
      return {};
    }),
    UntagResource: operation<UntagResourceRequest>((request) => {
      const tags = tagsOf(tagged, request.resourceArn);
      for (const key of request.tagKeys ?? []) delete tags[key];
      return {};
    }),
  };
}

/** The record itself, to be changed in place. */
function tagsOf({ clusters, definitions, tasks }: Tagged, arn = ''): Record<string, string> {
  const [kind, name = ''] = resourceOf(arn).split('/');
  switch (kind) {
    case 'cluster':
      return clusters.get(arn).tags;
    case 'task-definition': {
      const definition = definitions.find(arn);
      if (!definition) throw clientException('The specified task definition does not exist.');
      return definition.tags;
    }
    case 'task': {
      const task = tasks.get(clusters.get(name), arn);
      if (!task) throw invalidParameter('The specified task is not there.');
      return task.plan.tags;
    }
    default:
      throw invalidParameter(`Not an ARN that can be tagged: ${arn}`);
  }
}
