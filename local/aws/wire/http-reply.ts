import type { ServerResponse } from 'node:http';

/** An answer whose HTTP form is part of what the operation says: a status, headers, a body that is not JSON. */
export class HttpReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
  /** What the call has started, for the journal. */
  readonly jobId: string | undefined;

  constructor(answer: {
    status?: number;
    headers?: Record<string, string | undefined>;
    body?: string | Buffer;
    jobId?: string;
  }) {
    this.status = answer.status ?? 200;
    const given = Object.entries(answer.headers ?? {}).filter(([, value]) => value !== undefined);
    this.headers = Object.fromEntries(given) as Record<string, string>;
    this.body = answer.body ?? '';
    this.jobId = answer.jobId;
  }

  write(response: ServerResponse): void {
    response.writeHead(this.status, this.headers).end(this.body);
  }
}
