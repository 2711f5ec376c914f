/** What Postgres refuses in text and JSON is shown as this. */
const replacement = '\uFFFD';

/** Text that Postgres takes: NUL characters and halves of surrogate pairs are replaced by U+FFFD. */
export function storedText(text: string): string {
  return text.replaceAll('\0', replacement).replace(/\p{Surrogate}/gu, replacement);
}

/**
 * Parses JSON to a value that Postgres takes, keys included.
 * @throws SyntaxError, or RangeError when it is nested too deeply.
 */
export function parseStoredJson(text: string): unknown {
  const value: unknown = JSON.parse(storedText(text));
  // Only escapes can still bring in what Postgres refuses; most lines have none.
  if (!text.includes('\\u')) return value;
  // Serialized again, such characters are always escaped, in lower case, and whole pairs never are. Each escape is
  // taken as one match, so that a backslash which is itself escaped does not begin the next.
  const cleaned = JSON.stringify(value).replace(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g, (found) =>
    found.length === 6 ? replacement : found,
  );
  return JSON.parse(cleaned);
}
