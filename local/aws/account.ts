/** Where the pretended resources live. */
export interface Account {
  region: string;
  id: string;
}

/** The one account that the local AWS plays. */
export const localAccountId = '000000000000';

/** Makes an ARN, e.g. `arn:aws:batch:ap-northeast-1:000000000000:job-queue/main`. */
export function arnOf(account: Account, service: string, resource: string): string {
  return `arn:aws:${service}:${account.region}:${account.id}:${resource}`;
}

/** The part after the account id: `job-queue/main` of the ARN above; a text that is no ARN is returned as it is. */
export function resourceOf(arnOrName: string): string {
  return arnOrName.startsWith('arn:') ? arnOrName.split(':').slice(5).join(':') : arnOrName;
}
