import { type AskedCall, allows } from '../../../rights/allows.ts';
import { resourceOf } from '../account.ts';
import type { JournalWriter } from '../journal.ts';
import type { LocalPrincipal } from '../options.ts';

/** A right that is taken away, whatever the policies say. */
export interface TakenRight {
  /** Name of the role. Default: every one. */
  role?: string | undefined;
  /** `iam:PassRole`. */
  action: string;
}

/** Who may do what. */
export interface Iam {
  /** AWS's sentence about the first of these calls that the key's owner may not make. A key of nobody may do everything. */
  refusal(accessKeyId: string | undefined, calls: AskedCall[]): string | undefined;
  /** The access key that a process in this role gets; of a role without policies, one that may do everything. */
  keyOf(roleArn: string | undefined): string;
  /** Takes a right away from now on. */
  deny(right: TakenRight): void;
  /** Gives back what was taken away. */
  clear(): void;
}

/** The access key of an administrator where no other is asked for: it belongs to nobody in `principals`. */
export const administratorKey = 'local';

/** Makes it with those who have policies, by access key, and the administrator's key. Every decision about the former is noted in the journal. */
export function createIam(
  { principals, administrator }: { principals: Record<string, LocalPrincipal>; administrator: string },
  journal: JournalWriter,
): Iam {
  const byKey = new Map(Object.entries(principals));
  const keys = new Map(Object.entries(principals).map(([key, { arn }]) => [arn, key]));
  let taken: TakenRight[] = [];

  function mayCall({ arn, policies }: LocalPrincipal, call: AskedCall): boolean {
    const isTaken = taken.some(
      ({ role, action }) => isSame(action, call.action) && (role ?? nameOf(arn)) === nameOf(arn),
    );
    return !isTaken && allows(policies, call);
  }

  return {
    refusal(accessKeyId, calls) {
      const principal = byKey.get(accessKeyId ?? administrator);
      if (principal === undefined) return undefined;
      for (const call of calls) {
        const allowed = mayCall(principal, call);
        const { action, resource } = call;
        journal.write({ kind: 'checked', at: Date.now(), by: principal.arn, action, resource, allowed });
        if (!allowed) return deniedSentence(principal.arn, call);
      }
      return undefined;
    },
    keyOf: (roleArn) => keys.get(roleArn ?? '') ?? administrator,
    deny: (right) => void taken.push(right),
    clear() {
      taken = [];
    },
  };
}

function isSame(action: string, other: string): boolean {
  return action.toLowerCase() === other.toLowerCase();
}

/** `crawl-task` of `arn:aws:iam::000000000000:role/crawl-task` */
function nameOf(arn: string): string {
  return resourceOf(arn).split('/').at(-1) ?? '';
}

/** Word for word as AWS says it of a role that somebody has taken. */
function deniedSentence(arn: string, { action, resource }: AskedCall): string {
  const session = arn.replace(/^arn:aws:iam::(\d+):role\/(.+)$/, 'arn:aws:sts::$1:assumed-role/$2/local');
  return `User: ${session} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
}
