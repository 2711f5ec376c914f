import { defineConfig } from 'nightshift';

export default defineConfig({
  name: 'nightshift',
  timezone: 'Asia/Tokyo',
  // Replace the account by your own before the first deployment.
  stages: {
    dev: { region: 'ap-northeast-1', accountId: '111111111111' },
    prod: { region: 'ap-northeast-1', accountId: '222222222222' },
  },
  local: {
    date: '2026-11-21',
    database: { name: 'shop', secret: 'shop/database' },
    // What the crawler uses; a secret that protects nothing.
    secrets: { 'market/database': '{"username":"crawler","password":"local"}' },
    prepare: 'apps/ranking/seed.ts',
  },
});
