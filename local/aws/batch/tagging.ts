import { resourceOf } from '../account.ts';
import { clientException } from '../aws-error.ts';
import { type Operation, operation } from '../service.ts';
import type { JobDefinitions } from './definitions.ts';
import type { JobStore } from './job-store.ts';
import type { JobQueues } from './queues.ts';
import { checkTags } from './rules.ts';

/** Whose tags can be asked for. */
export interface Tagged {
  jobs: JobStore;
  queues: JobQueues;
  definitions: JobDefinitions;
}

interface TagRequest {
  resourceArn?: string;
  tags?: Record<string, string>;
  tagKeys?: string[];
}

/** ListTagsForResource, TagResource and UntagResource for jobs, queues and definitions. */
export function createTagging(tagged: Tagged): Record<string, Operation> {
  return {
    ListTagsForResource: operation<TagRequest>((request) => ({ tags: tagsOf(tagged, request.resourceArn) })),
    TagResource: operation<TagRequest>((request) => {
      const tags = tagsOf(tagged, request.resourceArn);
      checkTags({ ...tags, ...request.tags });
      Object.assign(tags, request.tags);
      return {};
    }),
    UntagResource: operation<TagRequest>((request) => {
      const tags = tagsOf(tagged, request.resourceArn);
      for (const key of request.tagKeys ?? []) delete tags[key];
      return {};
    }),
  };
}

/** The record itself, to be changed in place. */
function tagsOf({ jobs, queues, definitions }: Tagged, arn = ''): Record<string, string> {
  const [kind, id = ''] = resourceOf(arn).split('/');
  if (kind === 'job-queue') return queues.get(arn).tags;
  if (kind === 'job-definition') return definitions.get(arn).tags;
  const job = jobs.get(id);
  if (!job) throw clientException(`Resource ${arn} not found`);
  return job.plan.tags;
}
