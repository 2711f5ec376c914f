/** Where a worker says whether it is well: on this machine alone, since nobody is asked who they are. */
export interface HealthSettings {
  host: string;
  port: number;
}

/** `127.0.0.1:8079`. */
export const healthAddress = /^127\.0\.0\.1:\d{1,5}$/;

/** The settings; null when no address is set. The address is checked. */
export function healthSettings(address: string | undefined): HealthSettings | null {
  if (address === undefined) return null;
  const [host = '', port = ''] = address.split(':');
  return { host, port: Number(port) };
}
