import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { zodProblems } from '../../config/config-error.ts';
import { InputError } from '../../config/job-input.ts';
import { UnknownJobError } from '../../config/job-registry.ts';
import { type Engine, Refused } from '../../engine/engine.ts';
import { messageOf } from '../../engine/submit-attempt.ts';
import { runKeyAt } from '../run-keys.ts';
import { signatureHeader, verify } from './signature.ts';
import { takeCall } from './take-call.ts';

/** What the door needs. */
export interface WebhookDeps {
  engine: Engine;
  /** One or two. */
  secrets: readonly string[];
  /** Milliseconds since 1970. Default: this machine's clock. */
  now?: () => number;
}

const maxBytes = 1_048_576;

const bodySchema = z.strictObject({
  date: z.string('write a business date, such as "2026-11-21"').optional(),
  input: z.unknown().optional(),
});

/** An answer other than "taken". */
interface Refusal {
  status: 400 | 401 | 403 | 404 | 413 | 422 | 503;
  error: string;
  problems?: readonly string[];
}

/** Makes the HTTP app: `POST /hooks/<job>`, signed, and nothing else. */
export function createWebhookApp(deps: WebhookDeps): Hono {
  const app = new Hono();
  const answer = (job: string, refusal: Refusal) => {
    deps.engine.log.warn('webhook refused', { job, status: refusal.status, reason: refusal.error });
    const { status, ...body } = refusal;
    return Response.json(body, { status });
  };
  const tooLarge = { status: 413, error: `the body is larger than ${maxBytes} bytes; pass a reference` } as const;
  const limit = bodyLimit({ maxSize: maxBytes, onError: (c) => answer(c.req.param('job') ?? '', tooLarge) });

  app.post('/hooks/:job', limit, async (c) => {
    const job = c.req.param('job');
    const body = new Uint8Array(await c.req.arrayBuffer());
    try {
      const verdict = verify(
        { header: c.req.header(signatureHeader), body },
        { secrets: deps.secrets, nowMs: (deps.now ?? Date.now)() },
      );
      if (!verdict.valid) return answer(job, { status: 401, error: verdict.reason });
      return await take(deps.engine, { job, body, hash: verdict.hash });
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.status === 503) deps.engine.log.error('webhook failed', { job, error: messageOf(error) });
      return answer(job, refusal);
    }
  });
  app.notFound(() => Response.json({ error: 'there is only POST /hooks/<job>' }, { status: 404 }));
  return app;
}

async function take(engine: Engine, call: { job: string; body: Uint8Array; hash: string }): Promise<Response> {
  const job = engine.jobs.get(call.job);
  if (job.webhook !== true) {
    throw new Forbidden(`${job.id} takes no webhooks: write webhook: true in its file, and deploy it`);
  }
  const { date, input } = bodySchema.parse(parseJson(call.body));
  const runKey = date ?? runKeyAt(job, new Date(), engine.project.timezone).runKey;
  const answer = await takeCall(engine, { job: job.id, runKey, input, hash: call.hash });
  if (answer.replayed) {
    const { runId, status, at } = answer;
    const error = `this request was taken already, at ${at.toISOString()}; sign it anew to ask again`;
    return Response.json({ error, run: runId, status }, { status: 409 });
  }
  const { runId, status, outcome, execution } = answer;
  engine.log.info('webhook taken', { runId, outcome });
  return Response.json({ run: runId, status, outcome, execution }, { status: 202 });
}

/** An empty body asks for today's run without an input. */
function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new NotJson('the body is not JSON; send {"date": "2026-11-21", "input": ...}', { cause: error });
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof UnknownJobError) return { status: 404, error: error.message };
  if (error instanceof Forbidden) return { status: 403, error: error.message };
  if (error instanceof NotJson) return { status: 400, error: error.message };
  if (error instanceof z.ZodError) return { status: 422, error: 'the body is not right', problems: zodProblems(error) };
  if (error instanceof InputError) return { status: 422, error: 'the input is not right', problems: error.problems };
  if (error instanceof Refused) return { status: 422, error: error.message };
  // The database is away, for example: the sender may try again.
  return { status: 503, error: 'the run could not be started; try again later' };
}

class Forbidden extends Error {}
class NotJson extends Error {}
