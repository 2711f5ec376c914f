/** Counts the working days (Monday to Friday) of the business date's month. */
export async function readCalendar({ NIGHTSHIFT_DATE: date = '' }) {
  const first = new Date(`${date.slice(0, 7)}-01T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(first.getTime())) {
    throw new Error(`NIGHTSHIFT_DATE must be a date such as 2026-11-21, and is "${date}"`);
  }
  const month = first.getUTCMonth();
  let records = 0;
  for (const day = first; day.getUTCMonth() === month; day.setUTCDate(day.getUTCDate() + 1)) {
    if (day.getUTCDay() % 6 !== 0) records += 1;
  }
  return { month: date.slice(0, 7), records };
}
