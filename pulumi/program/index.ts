import { join } from 'node:path';
import { deploy } from 'nightshift/pulumi';

/** What the other stacks and people need to know. */
export const outputs = await deploy(join(import.meta.dirname, '../..'));
