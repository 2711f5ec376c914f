import type { PasswordSource } from './database-login.ts';

/** Keeps a password for a while: many connections are opened at once, and each would ask for it. */
export function keptPassword(
  read: () => Promise<string>,
  { keepMs = 60_000 }: { keepMs?: number } = {},
): PasswordSource {
  let kept: { password: Promise<string>; at: number } | undefined;
  const forgetThis = (password: Promise<string>) => {
    if (kept?.password === password) kept = undefined;
  };
  return {
    read() {
      if (kept !== undefined && performance.now() - kept.at < keepMs) return kept.password;
      const password = read();
      kept = { password, at: performance.now() };
      // A read that failed is not kept; whoever asked hears of it.
      password.catch(() => forgetThis(password));
      return password;
    },
    forget(readBefore) {
      if (kept !== undefined && kept.at < readBefore) kept = undefined;
    },
  };
}
