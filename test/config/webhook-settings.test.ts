import { readSettings } from '../../config/settings.ts';

const place = { stateDirectory: '/nowhere' };
const secret = 'a-secret-of-the-tests-of-32-characters';
const read = (variables: Record<string, string>) =>
  readSettings({ DATABASE_URL: 'postgres://a:b@127.0.0.1/x', NIGHTSHIFT_STAGE: 'prod', ...variables }, place).webhook;

test('without an address no worker listens, with or without a secret', () => {
  expect(read({})).toBeNull();
  expect(read({ NIGHTSHIFT_WEBHOOK_SECRET: secret })).toBeNull();
});

test('address and secrets are read, also of IPv6 and of two secrets', () => {
  expect(read({ NIGHTSHIFT_WEBHOOK_ADDRESS: '0.0.0.0:8080', NIGHTSHIFT_WEBHOOK_SECRET: secret })).toEqual({
    host: '0.0.0.0',
    port: 8080,
    secrets: [secret],
  });
  const two = { NIGHTSHIFT_WEBHOOK_ADDRESS: '[::1]:80', NIGHTSHIFT_WEBHOOK_SECRET: `${secret},${secret}2` };
  expect(read(two)).toEqual({ host: '::1', port: 80, secrets: [secret, `${secret}2`] });
});

test.each(['0.0.0.0:8080', '127.0.0.1:8080'])('nothing listens at %s without authentication', (address) => {
  expect(() => read({ NIGHTSHIFT_WEBHOOK_ADDRESS: address })).toThrow(/NIGHTSHIFT_WEBHOOK_SECRET: is not set.*openssl/);
});

test('a secret that is short, or an address without a port, is refused, and the secret is not printed', () => {
  const short = () => read({ NIGHTSHIFT_WEBHOOK_ADDRESS: 'localhost:80', NIGHTSHIFT_WEBHOOK_SECRET: 'sesame' });
  expect(short).toThrow(/NIGHTSHIFT_WEBHOOK_SECRET: has another form; expected a secret of at least 32 characters/);
  expect(short).not.toThrow(/sesame/);
  const mixed = () => read({ NIGHTSHIFT_WEBHOOK_ADDRESS: ':80', NIGHTSHIFT_WEBHOOK_SECRET: `${secret},sesame` });
  expect(mixed).toThrow(/NIGHTSHIFT_WEBHOOK_ADDRESS: has another form.*\n.*NIGHTSHIFT_WEBHOOK_SECRET/);
});
