import { defineConfig } from 'nightshift';

export default defineConfig({
  name: 'nightshift',
  timezone: 'Asia/Tokyo',
  local: {
    date: '2026-11-21',
    database: { name: 'shop', secret: 'shop/database' },
    prepare: 'apps/ranking/seed.ts',
  },
});
