import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request that the crawler has made. */
export interface Request {
  /** `GetSecretValue`, `PutObject /bucket/key` or `Publish`. */
  call: string;
  /** As it was sent; of `Publish` the form's fields. */
  body: string | Record<string, string>;
}

/** Answers Secrets Manager, S3 and SNS for one program, and notes what it is asked. */
export interface FakeAws {
  variables: Record<string, string>;
  requests: Request[];
  /** What calls whose name begins so do. Default: all answer well. */
  script: { refuse?: string; hang?: string };
  close(): Promise<void>;
}

/** Starts it on 127.0.0.1 with one secret. */
export async function startFakeAws(secret: { name: string; value: string }): Promise<FakeAws> {
  const requests: Request[] = [];
  const script: FakeAws['script'] = {};
  const server = createServer(async (request, response) => {
    const made = await noteOf(request);
    requests.push(made);
    if (script.hang && made.call.startsWith(script.hang)) return;
    if (script.refuse && made.call.startsWith(script.refuse)) {
      const error = 'User is not authorized to perform this action';
      response.statusCode = 403;
      return response.end(
        `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${error}</Message></Error></ErrorResponse>`,
      );
    }
    response.end(answerTo(made, secret));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const variables = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'ap-northeast-1',
    AWS_DEFAULT_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { variables, requests, script, close };
}

async function noteOf(request: IncomingMessage): Promise<Request> {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return { call: target.split('.').at(-1) ?? '', body };
  if (request.method === 'PUT') return { call: `PutObject ${request.url}`, body };
  const form = Object.fromEntries(new URLSearchParams(body));
  return { call: form.Action ?? '', body: form };
}

function answerTo({ call, body }: Request, secret: { name: string; value: string }): string {
  if (call === 'GetSecretValue') {
    const { SecretId } = JSON.parse(String(body)) as { SecretId: string };
    return JSON.stringify(SecretId === secret.name ? { Name: SecretId, SecretString: secret.value } : {});
  }
  if (call === 'Publish') {
    return '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
  }
  return '';
}
