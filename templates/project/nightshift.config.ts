import { defineConfig } from 'nightshift';

export default defineConfig({
  // Begins the names of everything in AWS.
  name: '{{name}}',
  timezone: 'UTC',
  // Where it is deployed to. Put in your own account and region before the first time.
  stages: { dev: { region: 'ap-northeast-1', accountId: '111111111111' } },
  // The business date that `npm start` runs. Without it: today.
  local: { date: '2026-11-21' },
});
