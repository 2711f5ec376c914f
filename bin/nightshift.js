#!/usr/bin/env node
import { register } from 'tsx/esm/api';

// The lockfile decides which AWS SDK runs: its notice about Node's next versions is for whoever updates it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
register();
await import('../cli/main.ts');
