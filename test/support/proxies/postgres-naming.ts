import { createHash } from 'node:crypto';

/** Finds a name for each statement of one connection. */
export interface Naming {
  /** The text of the statement that is being sent. */
  statement(text: string): void;
  /** The statement is whole: gives its name. The end of a transaction is named by what stood first and last in it. */
  end(): string;
}

/** Characters of a statement in its name. */
const nameLength = 90;

/** Starts outside of any transaction. */
export function createNaming(): Naming {
  let current = '';
  let inside: string[] | undefined;
  return {
    statement(text) {
      current = text.replaceAll(/\s+/g, ' ').trim();
    },
    end() {
      if (current === 'begin') {
        inside = [];
        return 'begin';
      }
      if (current === 'commit' || current === 'rollback') {
        const [first = '', last = first] = [inside?.[0], inside?.at(-1)];
        inside = undefined;
        return `${current} after "${short(first, nameLength / 2)}" to "${short(last, nameLength / 2)}"`;
      }
      inside?.push(current);
      return short(current, nameLength);
    },
  };
}

/** The first words; when some are cut off, with a hash that tells the statement from others that begin alike. */
function short(text: string, length: number): string {
  if (text.length <= length) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 4);
  return `${text.slice(0, length - 7)}... ${hash}`;
}
