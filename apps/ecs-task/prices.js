import { readFile } from 'node:fs/promises';

const line = /^(?<code>[a-z]+-\d{2}),(?<name>[^,]+),(?<yen>[1-9]\d*)$/;

/** Checks the price list (PRICES: its path; default: the one that comes with the image), and adds it up. */
export async function readPrices({ PRICES }) {
  const file = PRICES || new URL('prices.csv', import.meta.url);
  const [head, ...rows] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  if (head !== 'code,name,yen') throw new Error(`the price list begins with "${head}" in place of "code,name,yen"`);
  const prices = rows.map((row, index) => {
    const parts = line.exec(row)?.groups;
    if (parts === undefined) throw new Error(`line ${index + 2} of the price list is no price: "${row}"`);
    return { code: parts.code, yen: Number(parts.yen) };
  });
  const codes = new Set(prices.map(({ code }) => code));
  if (codes.size < prices.length) throw new Error('the price list names an article twice');
  return { records: prices.length, yen: prices.reduce((sum, { yen }) => sum + yen, 0) };
}
