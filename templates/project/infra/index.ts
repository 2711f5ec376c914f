import { deploy } from 'nightshift/pulumi';

/** What people look for, and the stacks of later parts need. */
export const outputs = await deploy(`${import.meta.dirname}/..`);
