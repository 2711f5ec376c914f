import type { Tag } from '@aws-sdk/client-ecs';

/** `[{ key, value }]` as ECS writes tags, as a record. */
export function tagRecord(tags: Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]));
}

/** A record as ECS writes tags. */
export function tagList(tags: Record<string, string>): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
