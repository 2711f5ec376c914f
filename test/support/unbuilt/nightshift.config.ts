import { defineConfig } from 'nightshift';

export default defineConfig({ name: 'unbuilt', timezone: 'Asia/Tokyo', local: { date: '2026-11-21' } });
