import { defineConfig } from 'vitest/config';

/** `npm run test:long` sets it: kills, a million entries, gigabytes. */
const long = process.env.LONG === '1';

export default defineConfig({
  test: {
    environment: 'node',
    include: [long ? '{packages,src,tests}/**/*.long.test.ts' : '{packages,src,tests}/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(long ? [] : ['**/*.long.test.ts'])],
    globalSetup: ['src/store/testing-setup.ts'],
    pool: 'forks',
    testTimeout: long ? 600_000 : 30_000,
    hookTimeout: 60_000,
  },
});
