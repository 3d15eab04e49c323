import { parseArgs } from 'node:util';
import { readTree, readTrees } from './programs.ts';
import { openRig } from './rig.ts';
import { adminPassword } from './site.ts';

/*
 * node tests/real/rig/up.ts --tree DIRECTORY|RELEASE --database pgsql|mariadb --name NAME: a Moodle to look at by hand,
 * with the agent in it; it stays until `node tests/real/rig/down.ts [NAME]`.
 */
const { values } = parseArgs({
  options: { tree: { type: 'string' }, database: { type: 'string', default: 'pgsql' }, name: { type: 'string' } },
});
const { tree = '4.5', database, name } = values;
if (!name || (database !== 'pgsql' && database !== 'mariadb')) {
  console.error('node tests/real/rig/up.ts --tree DIRECTORY|RELEASE --database pgsql|mariadb --name NAME');
  process.exit(2);
}
const found = tree.includes('/') ? readTree(/\d\.\d+/.exec(tree)?.[0] ?? tree, tree) : readTrees().get(tree);
if (!found) throw new Error(`no tree of Moodle ${tree} in JOUVENCE_MOODLE_TREES`);
const site = await openRig().siteFrom(found, { name, database, cronSeconds: 5 });
const php = `as the owner of the data directory, in ${site.place.tree}: php`;
console.log(`${site.url}  admin / ${adminPassword}
data directory   ${site.place.data}
cron             every 5 s; its log is ${site.place.home}/cron.log
command line     ${php} ${site.setUpScript} --profile source
web server, PHP  ${site.place.web}
take it down     node tests/real/rig/down.ts ${name}`);
