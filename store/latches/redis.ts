import { once } from 'node:events';
import { createClient } from 'redis';
import { isOurs, type Latch, latchCallMs, latchKey, ownerText } from './port.ts';

/** Takes the key when it is free, or still holds what was seen. Gives what it holds otherwise. */
const take = `
local now = redis.call('get', KEYS[1])
if now == false or now == ARGV[1] or now == ARGV[3] then
  redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
  return false
end
return now`;

/** Deletes the key when it holds what was seen. */
const release = `
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0`;

/**
 * Opens a latch in Redis: a string key with an expiry, as `set <key> <value> nx px <ms>` makes it. Connects at the first
 * use. `onError` hears of connections that break; they are made again.
 */
export function openRedisLatch(url: string, onError: (error: Error) => void): Latch {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: latchCallMs, socketTimeout: latchCallMs },
    commandOptions: { timeout: latchCallMs },
  });
  client.on('error', onError);
  // The client itself tries to connect for ever; a call gives up, and the next one finds it connected, or not.
  const connect = async () => {
    if (!client.isOpen) client.connect().catch(() => undefined);
    if (!client.isReady) await once(client, 'ready', { signal: AbortSignal.timeout(latchCallMs) });
    return client;
  };

  return {
    async take(lock, owner, forMs) {
      const redis = await connect();
      const own = ownerText(owner);
      const key = latchKey(lock);
      let seen = own;
      // Once more with what was seen, when that is an earlier token's.
      for (let turn = 0; turn < 2; turn += 1) {
        const found = await redis.eval(take, { keys: [key], arguments: [own, String(Math.ceil(forMs)), seen] });
        if (typeof found !== 'string') return 'held';
        if (!isOurs(found, owner)) return 'busy';
        seen = found;
      }
      return 'busy';
    },
    async release(lock, owner) {
      const redis = await connect();
      const found = await redis.get(latchKey(lock));
      if (found === null || !isOurs(found, owner)) return;
      await redis.eval(release, { keys: [latchKey(lock)], arguments: [found] });
    },
    async close() {
      if (client.isOpen) client.destroy();
    },
  };
}
