import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { undocumentedApi, undocumentedFunctions } from './undocumented.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rooms =
  'activities alerts cli compute config container dashboard engine functions local model pulumi store testing triggers watcher workers workflows';

test.each(['model/index.ts', 'container/index.ts', 'testing/index.ts'])(
  'all that %s gives to users has a doc comment',
  (entry) => {
    expect(undocumentedApi(root, entry)).toEqual([]);
  },
);

test('every exported function has a doc comment', () => {
  const folders = rooms.split(' ').filter((folder) => existsSync(join(root, folder)));

  expect(undocumentedFunctions(root, folders)).toEqual([]);
});

describe('the check itself', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nightshift-docs-'));
    await mkdir(join(folder, 'engine'));
    await writeFile(join(folder, 'tsconfig.json'), '{"compilerOptions":{"module":"nodenext","target":"es2023"}}');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('names what has none: exports, and properties of interfaces and object types', async () => {
    await writeFile(
      join(folder, 'engine/parts.ts'),
      `/** Has one. */
       export interface Known {
         /** Has one. */
         a: number;
         b: number;
         call(): void;
       }
       export type Either =
         | {
             /** Has one. */
             kind: 'a';
           }
         | { kind: 'b' };
       export function bare(): void {}
       /** Not exported from the entry. */
       export interface Hidden { c: number }
      `,
    );
    await writeFile(join(folder, 'engine/index.ts'), "export { bare, type Either, type Known } from './parts.ts';");

    expect(undocumentedApi(folder, 'engine/index.ts')).toEqual([
      'engine/parts.ts: Either',
      'engine/parts.ts: Either.kind',
      'engine/parts.ts: Known.b',
      'engine/parts.ts: Known.call',
      'engine/parts.ts: bare',
    ]);
  });

  test('names exported functions, and leaves private ones and empty comments apart', async () => {
    await writeFile(
      join(folder, 'engine/move.ts'),
      `/** Moves. */
       export function move(): void {}
       /** */
       export function empty(): void {}
       // No doc comment.
       export const arrow = () => 1;
       function own(): void {}
       export const limit = 3;
       own();
      `,
    );

    expect(undocumentedFunctions(folder, ['engine'])).toEqual(['engine/move.ts: empty', 'engine/move.ts: arrow']);
  });
});
