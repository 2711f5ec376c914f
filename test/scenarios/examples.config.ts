import { defineConfig } from 'nightshift';

/** The example project without the data of the ranking. */
export default defineConfig({
  name: 'examples',
  timezone: 'Asia/Tokyo',
  local: {
    date: '2026-11-21',
    secrets: { 'market/database': '{"username":"crawler","password":"local"}', 'shop/database': 'not needed here' },
  },
});
