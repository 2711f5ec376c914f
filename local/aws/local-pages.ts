import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Iam } from './iam/iam.ts';
import type { Journal } from './journal.ts';
import { jobRuleKinds, type Misbehaviour, ruleKinds } from './misbehaviour.ts';
import type { Service } from './service.ts';

/** The page that everybody may see. */
export const healthPath = '/_local/health';

/** What the local AWS answers besides AWS: its health, its journal, and the door for misbehaviour. */
export interface LocalPages {
  /** True when the request was for one of these pages and is answered. */
  serve(message: IncomingMessage, body: Buffer, response: ServerResponse): boolean;
}

/** What the pages show and change. */
export interface LocalPagesSource {
  iam: Pick<Iam, 'deny' | 'clear'>;
  journal: Journal;
  misbehaviour: Misbehaviour;
  services: ReadonlyMap<string, Service>;
  health(): object;
}

const times = z.int().min(1).optional();
const ms = z.int().min(0).optional();

/** `{"rules":[{"kind":"throttle","operation":"SubmitJob","times":2}],"jobRules":[],"settings":{"loseEvents":true}}` */
const misbehaveRequest = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        kind: z.enum(ruleKinds),
        operation: z.string().optional(),
        service: z.string().optional(),
        times,
        ms,
      }),
    )
    .default([]),
  jobRules: z
    .array(
      z.strictObject({
        kind: z.enum(jobRuleKinds),
        jobName: z.string().optional(),
        index: z.int().min(0).optional(),
        times,
        ms,
      }),
    )
    .default([]),
  settings: z
    .strictObject({
      listingLagMs: z.int().min(0),
      describeLagMs: z.int().min(0),
      logLagMs: z.int().min(0),
      loseEvents: z.boolean(),
      repeatEvents: z.int().min(0),
      eventDelayMs: z.int().min(0),
      reorderEvents: z.boolean(),
    })
    .partial()
    .default({}),
});

/** `{"role":"shop-local-worker-all","action":"iam:PassRole"}`; without a role it is taken from everybody. */
const denyRequest = z.strictObject({ role: z.string().optional(), action: z.string().regex(/^[a-z0-9-]+:[A-Za-z]+$/) });

/**
 * Makes the pages: GET /_local/health, GET /_local/journal and /_local/operations, POST and DELETE /_local/misbehave and
 * /_local/deny.
 */
export function createLocalPages(source: LocalPagesSource): LocalPages {
  const pages: Record<string, (body: Buffer) => { status: number; answer: object }> = {
    [`GET ${healthPath}`]: () => ({ status: 200, answer: source.health() }),
    'GET /_local/journal': () => ({ status: 200, answer: { entries: source.journal.entries } }),
    'GET /_local/operations': () => ({ status: 200, answer: operationsOf(source.services) }),
    'POST /_local/misbehave': (body) => misbehave(source.misbehaviour, body),
    'DELETE /_local/misbehave': () => {
      source.misbehaviour.clear();
      return { status: 200, answer: {} };
    },
    'POST /_local/deny': (body) => deny(source.iam, body),
    'DELETE /_local/deny': () => {
      source.iam.clear();
      return { status: 200, answer: {} };
    },
  };
  return {
    serve(message, body, response) {
      const page = pages[`${message.method} ${message.url}`];
      if (!page) return false;
      const { status, answer } = page(body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      return true;
    },
  };
}

/** By service, e.g. `{"sqs":["CreateQueue"]}`. */
function operationsOf(services: ReadonlyMap<string, Service>): Record<string, string[]> {
  return Object.fromEntries([...services].map(([name, { operations }]) => [name, Object.keys(operations)]));
}

function misbehave(misbehaviour: Misbehaviour, body: Buffer): { status: number; answer: object } {
  const asked = misbehaveRequest.safeParse(parseJson(body));
  if (!asked.success) return { status: 400, answer: { error: z.prettifyError(asked.error) } };
  for (const rule of asked.data.rules) misbehaviour.rule(rule);
  for (const rule of asked.data.jobRules) misbehaviour.jobRule(rule);
  misbehaviour.set(withoutUndefined(asked.data.settings));
  return { status: 200, answer: { settings: misbehaviour.settings } };
}

function deny(iam: Pick<Iam, 'deny'>, body: Buffer): { status: number; answer: object } {
  const asked = denyRequest.safeParse(parseJson(body));
  if (!asked.success) return { status: 400, answer: { error: z.prettifyError(asked.error) } };
  iam.deny(asked.data);
  return { status: 200, answer: {} };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined; // refused below as what it is: no object
  }
}

function withoutUndefined<Value extends object>(
  value: Value,
): { [Key in keyof Value]?: Exclude<Value[Key], undefined> } {
  const given = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(given) as { [Key in keyof Value]?: Exclude<Value[Key], undefined> };
}
