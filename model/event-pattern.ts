type Scalar = string | number | boolean | null;

/** One value, or several of which one must fit; `{ prefix }` fits texts that begin so. */
export type EventMatcher = Scalar | readonly (Scalar | { prefix: string })[];

/** Fields of an event, down to what each must be. What is not named may be anything. */
export interface DetailPattern {
  /** What a field must be. */
  [field: string]: EventMatcher | DetailPattern;
}

/** Which EventBridge events start the job; as the pattern of an EventBridge rule. */
export interface EventPattern {
  /** The event's `source`, such as `shop.orders`. */
  source: string;
  /** The event's `detail-type`. */
  detailType: string;
  /** What of its `detail` must fit. Default: anything. */
  detail?: DetailPattern;
}

/** An event as EventBridge hands it over. */
export interface ReceivedEvent {
  source: string;
  'detail-type': string;
  detail?: unknown;
}

/** True when the event is one that the pattern means. Of a list in the event, one entry must fit, as in EventBridge. */
export function matchesEvent(pattern: EventPattern, event: ReceivedEvent): boolean {
  return (
    event.source === pattern.source &&
    event['detail-type'] === pattern.detailType &&
    matchesFields(pattern.detail ?? {}, event.detail)
  );
}

function matchesFields(pattern: DetailPattern, value: unknown): boolean {
  const fields = Object.entries(pattern);
  if (fields.length === 0) return true;
  if (typeof value !== 'object' || value === null) return false;
  const given: Record<string, unknown> = { ...value };
  return fields.every(([field, wanted]) =>
    isMatcher(wanted) ? matchesValue(wanted, given[field]) : matchesFields(wanted, given[field]),
  );
}

function isMatcher(wanted: EventMatcher | DetailPattern): wanted is EventMatcher {
  return typeof wanted !== 'object' || wanted === null || Array.isArray(wanted);
}

function matchesValue(matcher: EventMatcher, value: unknown): boolean {
  const choices = typeof matcher === 'object' && matcher !== null ? matcher : [matcher];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.some((one) => choices.some((choice) => matchesOne(choice, one)));
}

function matchesOne(choice: Scalar | { prefix: string }, value: unknown): boolean {
  if (typeof choice !== 'object' || choice === null) return value === choice;
  return typeof value === 'string' && value.startsWith(choice.prefix);
}
