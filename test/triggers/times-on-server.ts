import type { Client } from '@temporalio/client';

/** The raw call, since the SDK has none. Its generated types ask for Long objects; plain numbers are encoded as well. */
type MatchingTimes = (request: {
  namespace: string;
  scheduleId: string;
  startTime: { seconds: number };
  endTime: { seconds: number };
}) => Promise<{ startTime?: { seconds: unknown }[] }>;

/** When the server will fire a schedule, from (included) to (not included), milliseconds. It lists a limited number. */
export async function timesOnServer(
  client: Client,
  scheduleId: string,
  { from, to }: { from: number; to: number },
): Promise<number[]> {
  const service = client.workflowService;
  const matchingTimes = service.listScheduleMatchingTimes.bind(service) as unknown as MatchingTimes;
  const { startTime = [] } = await matchingTimes({
    namespace: client.options.namespace,
    scheduleId,
    startTime: { seconds: Math.floor(from / 1_000) - 1 },
    endTime: { seconds: Math.floor(to / 1_000) - 1 },
  });
  return startTime.map(({ seconds }) => Number(seconds) * 1_000);
}
