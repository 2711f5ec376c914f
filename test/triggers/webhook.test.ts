import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { listAudit } from '../../store/audit.ts';
import { listRuns } from '../../store/runs.ts';
import { serveWebhooks, type WebhookServer } from '../../triggers/webhook/serve.ts';
import { withRuns } from '../cli/with-runs.ts';
import { sectionOf, textOf } from '../docs/documents.ts';

const runs = withRuns();
const secret = 'a-secret-of-the-tests-of-32-characters';
const next = 'the-secret-that-comes-after-that-one-1';
const day = '2026-11-21';
const good = JSON.stringify({ date: day, input: { bucket: 'orders-tokyo' } });

let server: WebhookServer;
beforeEach(async () => {
  server = await serveWebhooks(runs.engine(), { host: '127.0.0.1', port: 0, secrets: [next, secret] });
});
afterEach(() => server.stop());

interface Sending {
  secret?: string;
  /** Seconds. */
  time?: number;
  job?: string;
  header?: string;
}

/** As a sender in another language would: nothing of the code under test signs. */
function signed(body: string, { secret: key = secret, time = Math.floor(Date.now() / 1_000) }: Sending = {}): string {
  return `t=${time},v1=${createHmac('sha256', key).update(`${time}.${body}`).digest('hex')}`;
}

async function post(body: string, sending: Sending = {}) {
  const response = await fetch(server.url.replace('<job>', sending.job ?? 'HOOKED'), {
    method: 'POST',
    body,
    headers: { 'X-Nightshift-Signature': sending.header ?? signed(body, sending) },
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const countRuns = async () => (await listRuns(runs.db(), { limit: 10 })).length;

test('a signed request starts the run with its input, once a run key; the audit says webhook', async () => {
  const first = await post(good);
  const second = await post(good, { secret: next });

  expect(first).toEqual({
    status: 202,
    answer: { run: `HOOKED/${day}`, status: 'waiting', outcome: 'started', execution: 1 },
  });
  expect(second).toMatchObject({ status: 202, answer: { run: `HOOKED/${day}`, outcome: 'joined', execution: 1 } });
  const [run, ...others] = await listRuns(runs.db(), { limit: 10 });
  expect([run?.input, others]).toEqual([{ bucket: 'orders-tokyo' }, []]);
  expect(await listAudit(runs.db(), `HOOKED/${day}`)).toMatchObject([{ who: 'webhook', action: 'start' }]);
});

test('the same request twice is refused with what happened, also when both come at once', async () => {
  const header = signed(good);
  const answers = await Promise.all(Array.from({ length: 5 }, () => post(good, { header })));

  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409]);
  const replayed = await post(good, { header: header.toUpperCase().replace('T=', 't=').replace('V1=', 'v1=') });
  expect(replayed).toMatchObject({ status: 409, answer: { run: `HOOKED/${day}`, status: 'waiting' } });
  expect(replayed.answer.error).toContain('was taken already, at 2');
  expect(await listAudit(runs.db(), `HOOKED/${day}`)).toHaveLength(1);
});

test('a request that was refused may come again: it was not taken', async () => {
  const bad = JSON.stringify({ date: day, input: { bucket: 5 } });
  const header = signed(bad);

  expect([(await post(bad, { header })).status, (await post(bad, { header })).status]).toEqual([422, 422]);
  expect((await runs.db().query('select 1 from webhook_calls')).rowCount).toBe(0);
});

test('a request whose start broke half-way may come again, and is taken then', async () => {
  await runs.db().query(
    `create function break_down() returns trigger language plpgsql as 'begin raise ''broken''; end';
     create trigger break_down before insert on executions for each row execute function break_down()`,
  );
  const header = signed(good);

  const broken = await post(good, { header });
  await runs.db().query('drop trigger break_down on executions');

  expect(broken).toMatchObject({ status: 503, answer: { error: expect.stringContaining('try again later') } });
  expect(JSON.stringify(broken)).not.toContain('broken');
  expect(await post(good, { header })).toMatchObject({ status: 202, answer: { outcome: 'started' } });
});

test('without a signature, with a wrong one, or with one of another time nothing is started', async () => {
  const now = Math.floor(Date.now() / 1_000);
  const refused: [string, Sending][] = [
    ['is missing', { header: '' }],
    ['is missing', { header: 'v1=00' }],
    ['does not fit', { secret: 'another-secret-of-at-least-32-characters' }],
    ['does not fit', { header: signed(`${good} `) }],
    ['does not fit', { header: signed(good).replace(/t=\d+/, `t=${now - 1}`) }],
    ['more than 5 minutes off', { time: now - 310 }],
    ['more than 5 minutes off', { time: now + 310 }],
  ];

  for (const [words, sending] of refused) {
    const { status, answer } = await post(good, sending);
    expect([words, status, answer.error]).toEqual([words, 401, expect.stringContaining(words)]);
  }
  expect(await countRuns()).toBe(0);
  expect((await post(good, { time: now - 280 })).status).toBe(202);
});

test('what cannot be is refused with path and expectation, and nothing is started', async () => {
  const refused: [number, RegExp, string, Sending][] = [
    [404, /There is no job "HOOKER"; did you mean HOOKED/, good, { job: 'HOOKER' }],
    [403, /LEFT takes no webhooks: write webhook: true/, '', { job: 'LEFT' }],
    [400, /the body is not JSON/, '{"date":', {}],
    [422, /"2026-02-30" is not a business date/, '{"date":"2026-02-30","input":{"bucket":"b"}}', {}],
    [422, /input\.bucket: must be string/, '{"input":{"bucket":5}}', {}],
    [422, /input\.files: must be >= 1/, '{"input":{"bucket":"b","files":0}}', {}],
    [422, /date: write a business date/, '{"date":5}', {}],
    [422, /Unrecognized key: "dates"/, '{"dates":["2026-11-21"]}', {}],
    [413, /larger than 1048576 bytes/, JSON.stringify({ input: { bucket: 'x'.repeat(1_048_576) } }), {}],
  ];

  expect((await fetch(server.url.replace('/hooks/<job>', '/'))).status).toBe(404);
  for (const [code, words, body, sending] of refused) {
    const { status, answer } = await post(body, sending);
    expect([words, status]).toEqual([words, code]);
    expect(`${answer.error} ${JSON.stringify(answer.problems ?? [])}`.replaceAll('\\"', '"')).toMatch(words);
  }
  expect(await countRuns()).toBe(0);
});

test('without a date the run is of today in the zone of the job', async () => {
  const before = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format(new Date());

  const { answer } = await post('{"input":{"bucket":"orders-tokyo"}}');

  const after = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format(new Date());
  expect([`HOOKED/${before}`, `HOOKED/${after}`]).toContain(answer.run);
});

test('signatures are forgotten when they can no longer be valid, and not before', async () => {
  await runs.db().query(
    `insert into webhook_calls (signature_hash, run_id, at) values
       ('old', 'x', now() - interval '16 minutes'), ('young', 'x', now() - interval '11 minutes')`,
  );

  await post(good);

  const { rows } = await runs.db().query('select signature_hash as hash from webhook_calls where run_id = $1', ['x']);
  expect(rows).toEqual([{ hash: 'young' }]);
});

test('the command lines of the manual are a request that is taken', async () => {
  const [, script = ''] = /```sh\n([\s\S]+?)```/.exec(sectionOf(textOf('docs/operations.md'), 'Webhooks')) ?? [];
  const fitted = script.replace('BATCH-001', 'HOOKED').replace(/^body=.*$/m, `body='${good}'`);
  expect(fitted).not.toBe(script);

  const { stdout } = await promisify(execFile)('sh', ['-euc', fitted], {
    env: {
      PATH: process.env.PATH,
      NIGHTSHIFT_WEBHOOK_SECRET: secret,
      NIGHTSHIFT_WEBHOOK_ADDRESS: server.url.replace(/^http:\/\/|\/hooks.*$/g, ''),
    },
  });

  expect(JSON.parse(stdout)).toMatchObject({ run: `HOOKED/${day}`, outcome: 'started' });
});
