/** True for an IANA time zone name such as `Asia/Tokyo` or `UTC`. Offsets (`+09:00`) are refused: the Temporal server does not know them. */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // the only thing that this constructor refuses is the zone
  }
}
