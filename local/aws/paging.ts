/** One page of a list and, if there is more, the token for the next. */
export interface Page<Item> {
  items: Item[];
  nextToken: string | undefined;
}

/** How much goes on a page, and where it starts. */
export interface PageRequest {
  /** At most so many items. */
  size: number;
  /** As the page before gave it; undefined for the first. */
  token: string | undefined;
}

/**
 * Cuts a page from a list whose items keep their order, but to which newer ones may be added in front: the
 * token names the last item given, not its place. A token that names nothing is `undefined`, for the caller to refuse.
 */
export function pageOf<Item>(
  items: Item[],
  request: PageRequest,
  keyOf: (item: Item) => string,
): Page<Item> | undefined {
  const last = request.token === undefined ? undefined : Buffer.from(request.token, 'base64url').toString('utf8');
  const from = last === undefined ? 0 : items.findIndex((item) => keyOf(item) === last) + 1;
  if (last !== undefined && from === 0) return undefined;

  const page = items.slice(from, from + request.size);
  const end = page.at(-1);
  const hasMore = from + page.length < items.length && end !== undefined;
  return { items: page, nextToken: hasMore ? Buffer.from(keyOf(end)).toString('base64url') : undefined };
}
