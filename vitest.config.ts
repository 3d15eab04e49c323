import { defineConfig } from 'vitest/config';

/** `npm run test:long` sets the one: kills, a million entries, gigabytes; `npm run test:real` the other: real Moodles. */
const long = process.env.LONG === '1';
const real = process.env.REAL === '1';
const special = ['**/*.long.test.ts', '**/*.real.test.ts'];

export default defineConfig({
  test: {
    environment: 'node',
    include: real
      ? ['tests/real/**/*.real.test.ts']
      : [long ? '{packages,src,tests}/**/*.long.test.ts' : '{packages,src,tests}/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(real || long ? [] : special)],
    globalSetup: ['src/store/testing-setup.ts', ...(real ? ['tests/real/rig/setup.ts'] : [])],
    pool: 'forks',
    // One Moodle after the other: two restores at once would take as long as one after the other, and need twice the memory.
    fileParallelism: !real,
    // Of a browser that died, and of nothing else.
    retry: { count: 1, condition: /Page crashed|Target crashed/ },
    testTimeout: real ? 1_200_000 : long ? 900_000 : 60_000,
    hookTimeout: real ? 1_200_000 : 60_000,
  },
});
