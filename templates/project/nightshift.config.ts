import { defineConfig } from 'nightshift';

export default defineConfig({
  // Begins the names of everything in AWS.
  name: '{{name}}',
  timezone: 'UTC',
  // The business date that `npm start` runs. Without it: today.
  local: { date: '2026-11-21' },
});
