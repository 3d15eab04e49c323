import { readTrees } from './programs.ts';
import { openRig } from './rig.ts';

/** Vitest's global setup of the real tests: says at once what is missing, and leaves nothing running. */
export default function setUp(): (() => Promise<void>) | undefined {
  readTrees();
  const rig = openRig();
  return process.env.JOUVENCE_TEST_RIG_KEEP === '1' ? undefined : () => rig.down();
}
