import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** Stands between a worker and one service. */
export interface ServiceProxy {
  /** `127.0.0.1:<port>`. */
  address: string;
  /** Breaks all connections, as the death of the worker does. */
  drop(): void;
  close(): Promise<void>;
}

/** Something that can be broken at once. */
export interface Breakable {
  destroy(): unknown;
}

/** Listens on 127.0.0.1; `open` holds what `drop` breaks. */
export async function listenOn(server: Server, open: Set<Breakable>): Promise<ServiceProxy> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = () => {
    for (const connection of open) connection.destroy();
    open.clear();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    drop,
    async close() {
      const closed = once(server, 'close');
      server.close();
      drop();
      await closed;
    },
  };
}
