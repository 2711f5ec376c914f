#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { register } from 'tsx/esm/api';

// The lockfile decides which AWS SDK runs: its notice about Node's next versions is for whoever updates it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
// The project's files are TypeScript, in the installed package as well.
register();
if (existsSync(new URL('../cli/main.ts', import.meta.url))) {
  // A checkout runs from its source.
  await import('../scripts/from-source.js');
  await import('../cli/main.ts');
} else {
  await import('../dist/cli/main.js');
}
