import { openRig } from './rig.ts';

/* node tests/real/rig/down.ts [NAME…]: takes sites away, all of them and the databases unless some are named. */
const rig = openRig();
const names = process.argv.slice(2);
if (names.length === 0) await rig.down();
for (const name of names) await (await rig.find(name)).remove();
