/** A process of a test: opens the store of a data directory, says so, and closes it when told. */
import { createInterface } from 'node:readline';
import { silentLog } from '../../log.ts';
import { openStore } from '../index.ts';

const store = await openStore({ dataDir: process.argv[2]!, log: silentLog });
const { rows } = await store.query<{ started: string }>('select pg_postmaster_start_time()::text as started');
process.stdout.write(`${rows[0]!.started}\n`);
for await (const line of createInterface({ input: process.stdin })) if (line === 'close') break;
await store.close();
process.exit(0);
