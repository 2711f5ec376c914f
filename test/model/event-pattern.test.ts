import { type DetailPattern, matchesEvent } from '../../model/event-pattern.ts';

const fits = (detail: DetailPattern | undefined, given: unknown, changes: object = {}) =>
  matchesEvent(
    { source: 'shop', detailType: 'Exported', ...(detail && { detail }) },
    { source: 'shop', 'detail-type': 'Exported', detail: given, ...changes },
  );

test('source and detail type must be equal; without a detail pattern any detail fits', () => {
  expect(fits(undefined, undefined)).toBe(true);
  expect(fits({}, { any: 1 })).toBe(true);
  expect(fits(undefined, {}, { source: 'shop.orders' })).toBe(false);
  expect(fits(undefined, {}, { 'detail-type': 'exported' })).toBe(false);
});

test.each<[string, DetailPattern, unknown, boolean]>([
  ['an equal value', { kind: 'daily' }, { kind: 'daily', other: 1 }, true],
  ['another value', { kind: 'daily' }, { kind: 'weekly' }, false],
  ['a number is no text', { size: 1 }, { size: '1' }, false],
  ['null is a value', { error: null }, { error: null }, true],
  ['a field that is missing', { error: null }, {}, false],
  ['one of several', { kind: ['daily', 'weekly'] }, { kind: 'weekly' }, true],
  ['none of several', { kind: ['daily', 'weekly'] }, { kind: 'monthly' }, false],
  ['a prefix', { key: [{ prefix: 'orders/' }] }, { key: 'orders/1' }, true],
  ['not the prefix', { key: [{ prefix: 'orders/' }] }, { key: 'my/orders/1' }, false],
  ['a prefix of no text', { key: [{ prefix: '1' }] }, { key: 1 }, false],
  ['a prefix or a value', { key: [{ prefix: 'a' }, 'b'] }, { key: 'b' }, true],
  ['a field named prefix', { key: { prefix: 'a' } }, { key: { prefix: 'a' } }, true],
  ['deeper fields', { bucket: { name: ['orders'] } }, { bucket: { name: 'orders' } }, true],
  ['deeper fields of nothing', { bucket: { name: ['orders'] } }, { bucket: 'orders' }, false],
  ['one entry of a list in the event', { tags: ['b'] }, { tags: ['a', 'b'] }, true],
  ['no entry of a list in the event', { tags: ['c'] }, { tags: ['a', 'b'] }, false],
  ['every field counts', { a: 1, b: 2 }, { a: 1, b: 3 }, false],
  ['a detail that is no object', { a: 1 }, 'a', false],
])('%s', (_, pattern, given, expected) => {
  expect(fits(pattern, given)).toBe(expected);
});
