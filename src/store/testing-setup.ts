/** Vitest's global setup: nothing is started before a test asks, and nothing is left when the last has run. */
export { prepareTestServer as default } from './testing.ts';
