/** `nightshift/pulumi`: builds the AWS side of a project from its job files. */

export { type DeployOptions, type DeployOutputs, deploy } from './deploy.ts';
