import type { AskedCall } from '../../../rights/allows.ts';
import type { ActionTable, IamFacts } from './asked.ts';
import { batchActions } from './batch-actions.ts';
import { codeBuildActions, lambdaActions } from './build-actions.ts';
import { ecsActions } from './ecs-actions.ts';
import { snsActions, sqsActions } from './message-actions.ts';
import { cloudWatchActions, logsActions, s3Actions, secretsActions } from './storage-actions.ts';

/**
 * What each operation that is played asks of IAM: actions, resources, condition keys. Source of all rows: the Service
 * Authorization Reference; `test/rights/service-data.test.ts` holds the actions against its data.
 */
export const actionTables: Readonly<Record<string, ActionTable>> = {
  batch: batchActions,
  cloudwatch: cloudWatchActions,
  codebuild: codeBuildActions,
  ecs: ecsActions,
  lambda: lambdaActions,
  logs: logsActions,
  s3: s3Actions,
  secretsmanager: secretsActions,
  sns: snsActions,
  sqs: sqsActions,
};

/** A call of an API, as far as IAM looks at it. */
export interface RequestedCall {
  service: string;
  operation: string;
  request: Record<string, unknown>;
}

/** What a call asks of IAM. Throws for an operation that has no row. */
export function askedCalls({ service, operation, request }: RequestedCall, facts: IamFacts): AskedCall[] {
  const table = actionTables[service] ?? {};
  const row = Object.hasOwn(table, operation) ? table[operation] : undefined;
  if (row === undefined) throw new Error(`The local AWS does not know what ${service} ${operation} asks of IAM`);
  return row(request, facts);
}
