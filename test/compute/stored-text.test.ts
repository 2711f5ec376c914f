import fc from 'fast-check';
import { parseStoredJson, storedText } from '../../compute/stored-text.ts';

describe('text for Postgres', () => {
  test('has no NUL and no half of a surrogate pair', () => {
    expect(storedText('a\0b\uD83Dc')).toBe('a\uFFFDb\uFFFDc');
    expect(storedText('夜勤 😀')).toBe('夜勤 😀');
  });

  test('is made of any JSON, keys and depths included', () => {
    const text = String.raw`{"a\u0000":["\ud83d",{"b":"\\u0000 \\ud83d \ud83d\ude00"}]}`;

    expect(parseStoredJson(text)).toEqual({ 'a\uFFFD': ['\uFFFD', { b: '\\u0000 \\ud83d 😀' }] });
  });

  test('leaves JSON without such characters as it is', () => {
    const wellFormed = fc.jsonValue().filter((value) => !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(value)));

    fc.assert(
      fc.property(wellFormed, (value) => {
        const text = JSON.stringify(value);

        expect(JSON.stringify(parseStoredJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('has nothing left that Postgres refuses, whatever came in', () => {
    const text = fc.string({ unit: 'binary' });

    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        const cleaned = JSON.stringify(parseStoredJson(JSON.stringify(value)));

        expect(cleaned.replaceAll('\\\\', '')).not.toMatch(/\\u0000|\\ud[89a-f]/);
      }),
    );
  });

  test('is refused when it is no JSON', () => {
    expect(() => parseStoredJson('{"a":')).toThrow(SyntaxError);
  });
});
