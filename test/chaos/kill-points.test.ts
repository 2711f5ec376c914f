import { writeFileSync } from 'node:fs';
import { recordPoints, runAll } from '../support/kill-points/all-runs.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(10);
});
afterAll(() => temporal.stop());

test('points', async () => {
  const plans = await recordPoints(temporal, false);
  const n = Number(process.env.N ?? 20);
  const step = Math.max(1, Math.floor(plans.length / n));
  const some = plans.filter((_, i) => i % step === 0);
  const t = performance.now();
  const out = await runAll(temporal, some, Number(process.env.K ?? 2));
  const lines = out.map(
    (o) =>
      `${o.seconds}\t${o.reached}\t${o.point.service} ${o.point.name.slice(0, 60)} ${o.point.side} ${o.point.occurrence}\t${o.faults.join('; ')}`,
  );
  console.log(plans.length, some.length, (performance.now() - t) / 1000);
  writeFileSync(process.env.OUT ?? '/dev/null', lines.join('\n'));
}, 3_000_000);
