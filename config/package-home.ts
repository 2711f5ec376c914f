import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const require = createRequire(import.meta.url);

/** The folder of this package: of the checkout, or of the installed package. */
export function packageHome(): string {
  return dirname(require.resolve('nightshift/package.json'));
}
