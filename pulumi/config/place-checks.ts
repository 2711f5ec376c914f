import type { Stage } from '../stage.ts';

/** What of the stack's configuration lies elsewhere than the stage of nightshift.config.ts, as problems. */
export function placeProblems({ place, config }: Pick<Stage, 'place' | 'config'>): string[] {
  return [...zoneProblems({ place, config }), ...topicProblems({ place, config })];
}

function zoneProblems({ place: { region }, config: { vpc } }: Pick<Stage, 'place' | 'config'>): string[] {
  if (vpc === null || 'id' in vpc) return [];
  return vpc.zones.flatMap((zone, index) =>
    zone.slice(0, -1) === region
      ? []
      : [`vpc.zones.${index}: ${zone} is not in the stage's region; write a zone of ${region}, such as "${region}a"`],
  );
}

/** CloudWatch acts on topics of its own region alone, and EventBridge without a role on those of its own account. */
function topicProblems({ place, config }: Pick<Stage, 'place' | 'config'>): string[] {
  const { topic } = config.alarms;
  if (topic === null) return [];
  const [, , , region, accountId, name] = topic.split(':');
  return region === place.region && accountId === place.accountId
    ? []
    : [
        `alarms.topic: is not in the stage's region and account, where alarms can reach it; write one that is, such as "arn:aws:sns:${place.region}:${place.accountId}:${name}", and send on from there`,
      ];
}
