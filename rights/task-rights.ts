import type { DeployedTask, Place } from '../model/deployed-names.ts';
import { platformNames } from '../model/deployed-platform.ts';
import { deployedBucket, deployedQueue, deployedSecret, deployedTopic, inputPrefix } from '../model/deployed-uses.ts';
import { unreachable } from '../model/unreachable.ts';
import type { BucketUse, Use } from '../model/uses.ts';
import type { Statement } from './statement.ts';

/** What the program of a task may do while it runs: what it says that it uses, and its own inputs. */
export function taskRights(place: Place, task: DeployedTask<'batch' | 'ecs' | 'codeBuild' | 'lambda'>): Statement[] {
  const { options } = task.task;
  const used = (options.uses ?? []).flatMap((use) => rightsOf(place, use));
  const statements = task.task.kind === 'lambda' ? used : [...used, ownInputs(place, task.key)];
  return merged(statements).map((statement) => ({ ...statement, neededBy: [task.key] }));
}

type Right = Omit<Statement, 'neededBy'>;

/** An input that did not fit the environment lies in the stage's bucket. */
function ownInputs(place: Place, key: string): Right {
  const { bucket } = platformNames(place);
  return { sid: 'ReadInputs', actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${bucket}/${inputPrefix(key)}*`] };
}

function rightsOf(place: Place, use: Use): Right[] {
  switch (use.use) {
    case 'secret':
      return [
        {
          sid: 'ReadSecrets',
          actions: ['secretsmanager:GetSecretValue'],
          resources: [deployedSecret(place, use.name).arn],
        },
      ];
    case 'bucket':
      return bucketRights(`arn:aws:s3:::${deployedBucket(place, use.name)}`, use.access);
    case 'topic':
      return [{ sid: 'Publish', actions: ['sns:Publish'], resources: [deployedTopic(place, use.name)] }];
    case 'queue':
      return [{ sid: 'SendMessages', actions: ['sqs:SendMessage'], resources: [deployedQueue(place, use.name).arn] }];
    default:
      return unreachable(use);
  }
}

function bucketRights(arn: string, access: BucketUse['access']): Right[] {
  const objects = [`${arn}/*`];
  const read = [
    { sid: 'ListBuckets', actions: ['s3:ListBucket'], resources: [arn] },
    { sid: 'ReadObjects', actions: ['s3:GetObject'], resources: objects },
  ];
  const write = [{ sid: 'WriteObjects', actions: ['s3:PutObject', 's3:DeleteObject'], resources: objects }];
  return [...(access === 'write' ? [] : read), ...(access === 'read' ? [] : write)];
}

/** Two uses of one kind are one statement with two resources. */
function merged(rights: readonly Right[]): Right[] {
  const bySid = new Map<string, Right>();
  for (const right of rights) {
    const known = bySid.get(right.sid);
    const resources = [...new Set([...(known?.resources ?? []), ...right.resources])];
    bySid.set(right.sid, { ...right, resources });
  }
  return [...bySid.values()];
}
