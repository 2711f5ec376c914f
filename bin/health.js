#!/usr/bin/env node
// The health check of a container: asks its worker how it is, and needs no curl in the image.
// Plain JavaScript without imports, because it runs every half minute beside the worker.
const address = process.env.NIGHTSHIFT_HEALTH_ADDRESS;

if (!address) fail('NIGHTSHIFT_HEALTH_ADDRESS is not set; expected what the worker has, for example 127.0.0.1:8079');

try {
  const answer = await fetch(`http://${address}/health`, { signal: AbortSignal.timeout(4_000) });
  const { problems } = await answer.json();
  if (!answer.ok) fail(problems.join('; '));
} catch (error) {
  fail(`the worker does not answer at ${address}: ${error.cause?.message ?? error.message}`);
}

function fail(message) {
  process.stdout.write(`${message}\n`);
  process.exit(1);
}
