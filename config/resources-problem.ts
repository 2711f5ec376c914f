import { ConfigError } from './config-error.ts';

/** What is wrong with the resources that an address names: one file, or, with a slash at its end, several. */
export function resourcesProblem(address: string, problems: string[]): ConfigError {
  const what = address.endsWith('/') ? `The resources in ${address} are` : `The resources file ${address} is`;
  return new ConfigError(`${what} not right`, problems);
}
