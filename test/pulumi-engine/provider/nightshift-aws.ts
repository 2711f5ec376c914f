import { createHash } from 'node:crypto';
import { madeByAws } from '../../pulumi/made-by-aws.ts';
import { createStandInAws, type Outputs, type StandInAws } from './stand-in-aws.ts';

/** A stand-in of an account as our program sees it: definitions have revisions, and nothing else happens by itself. */
export function createAccount(accountId: string): StandInAws {
  const revisions = new Map<string, number>();
  const nextRevision = (of: string) => {
    const revision = (revisions.get(of) ?? 0) + 1;
    revisions.set(of, revision);
    return revision;
  };
  const arn = (service: string, resource: string) => `arn:aws:${service}:ap-northeast-1:${accountId}:${resource}`;
  const jobDefinition = ({ name }: Outputs) => {
    const revision = nextRevision(`job-definition/${name}`);
    return { arn: arn('batch', `job-definition/${name}:${revision}`), revision };
  };

  return createStandInAws({
    outputs: ({ type, name, inputs }) => madeByAws({ type, name, inputs } as never, accountId),
    special: {
      // A change is a new revision of the same definition; the old one stays. Source: deregisterOnNewRevision false.
      'aws:batch/jobDefinition:JobDefinition': { outputs: jobDefinition, change: jobDefinition },
      // A change is another resource; its family has the revisions.
      'aws:ecs/taskDefinition:TaskDefinition': {
        replaceOn: ['family', 'containerDefinitions', 'cpu', 'memory', 'taskRoleArn', 'executionRoleArn'],
        id: ({ family }) => `${family}:${nextRevision(`task-definition/${family}`)}`,
        outputs: (_, id) => ({ arn: arn('ecs', `task-definition/${id}`), revision: Number(id.split(':')[1]) }),
      },
      // As the local AWS ends it, so that both mean the same secret.
      'aws:secretsmanager/secret:Secret': {
        outputs: ({ name }) => ({ arn: arn('secretsmanager', `secret:${name}-${suffixOf(String(name))}`) }),
      },
      // Its name is one in its role.
      'aws:iam/rolePolicy:RolePolicy': { id: ({ role, name }) => `${role}:${name}` },
      // The one-off task that brings the schedules up to date: what it would run is its inputs.
      'pulumi-nodejs:dynamic:Resource': { foreign: true, replaceOn: [] },
    },
  });
}

function suffixOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 6);
}
