import type { AskedCall } from '../../../rights/allows.ts';
import { type Account, arnOf } from '../account.ts';

/** What IAM has to know of what there is, to see what a request is about. */
export interface IamFacts {
  account: Account;
  /** The tags of a Batch job; none of one that is not there. */
  jobTags(jobId: string): Record<string, string>;
  /** A task definition's ARN and the roles that it names; of one that is not there, the ARN that was meant. */
  taskDefinition(reference: string): { arn: string; roles: (string | undefined)[] };
  /** A secret's ARN, by what a request or a definition calls it. */
  secretArn(id: string): string;
}

/** What an operation asks of IAM: every call of the list has to be allowed. */
export type ActionRow = (request: Record<string, unknown>, facts: IamFacts) => AskedCall[];

/** One service's operations, each with what it asks of IAM. */
export type ActionTable = Record<string, ActionRow>;

/** Types a row by the SDK's request, which the SDK has serialized by its own schema. */
export function row<Request>(asks: (request: Request, facts: IamFacts) => AskedCall[]): ActionRow {
  return (request, facts) => asks(request as Request, facts);
}

/** A row for an action that has no resources. */
export function withoutResource(action: string): ActionRow {
  return () => [{ action, resource: '*' }];
}

/** One action on each of these. */
export function ask(action: string, resources: string[], context?: AskedCall['context']): AskedCall[] {
  return resources.map((resource) => ({ action, resource, ...(context === undefined ? {} : { context }) }));
}

/** The ARN of what a request names by its name or by its ARN. */
export function arnFor(account: Account, [service, kind]: [string, string], nameOrArn = ''): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : arnOf(account, service, `${kind}${nameOrArn}`);
}

/** Handing these roles to a service; those that are not named are none. */
export function passRoles(service: string, roles: (string | undefined)[]): AskedCall[] {
  const given = [...new Set(roles.filter((role) => role !== undefined))];
  return ask('iam:PassRole', given, { 'iam:PassedToService': service });
}
