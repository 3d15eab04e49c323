import { readFileSync } from 'node:fs';
import { type Profile, profiles } from '@jouvence/protocol';
import { Engine } from 'php-parser';
import { expect, test } from 'vitest';
import { capabilities } from '../../packages/site-engine/moodle/capabilities.ts';
import { capabilitiesOf } from '../../packages/site-engine/services.ts';

/**
 * What a service may do stands in three places: the plugin's `rights.php`, what the embedded engine gives its services,
 * and the protocol's page. They are compared, so that none of them goes its own way.
 */
const rights = readConstants('moodle/local_jouvence/classes/rights.php');
const plugin = {
  profiles: rights.PROFILES as Record<Profile, string[]>,
  capabilities: rights.CAPABILITIES as Record<string, string[]>,
  every: rights.EVERY_PROFILE as string[],
  createPeople: rights.CREATE_PEOPLE as string,
};
const names = Object.keys(profiles) as Profile[];

test.each(names)('%s: the plugin’s role and the engine’s hold the same capabilities', (profile) => {
  const needed = plugin.profiles[profile].flatMap((name) => plugin.capabilities[name] ?? []);
  // The engine's target always may: it is the shelf that courses are tried on.
  const chosen = profile === 'target' ? [plugin.createPeople] : [];
  const expected = [...new Set([...plugin.every, ...needed, ...chosen])].sort();
  expect(capabilitiesOf[profile].toSorted()).toEqual(expected);
});

test.each(names)('%s: the protocol’s page names each capability', (profile) => {
  const page = readFileSync(new URL('../../docs/reference/agent-protocol.md', import.meta.url), 'utf8');
  const rowOf = (name: string) =>
    page.split('\n').find((line) => line.startsWith(`| ${name} | `) && line.includes(':'))!;
  const told = rowOf('every') + rowOf(profile);
  const missing = capabilitiesOf[profile].filter((name) => !told.includes(name.slice(name.indexOf(':') + 1)));
  expect(missing).toEqual([]);
});

test('what people may do is the same on an embedded site', () => {
  const code = readFileSync(new URL('../../moodle/local_jouvence/db/access.php', import.meta.url), 'utf8');
  const declared = [...code.matchAll(/'(local\/jouvence:\w+)' => \[.*?'archetypes' => \[(.*?)\]/gs)].map(
    ([, name, held]) => [name, [...held!.matchAll(/'(\w+)' => CAP_ALLOW/g)].map(([, archetype]) => archetype).sort()],
  );
  const embedded = [...capabilities].filter(([name]) => name.startsWith('local/jouvence:'));
  expect(declared.length).toBeGreaterThan(3);
  expect(Object.fromEntries(declared)).toEqual(
    Object.fromEntries(embedded.map(([name, { archetypes }]) => [name, [...archetypes.keys()].sort()])),
  );
});

/** Constants of the class in a PHP file: texts, and lists and tables of them. */
function readConstants(path: string): Record<string, unknown> {
  const code = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const tree = new Engine({ parser: { version: '7.4' }, ast: {} }).parseCode(code, path);
  const found: Record<string, unknown> = {};
  walk(tree, (node) => {
    if (node.kind === 'constant') found[nameOf(node.name)] = evaluate(node.value as Node);
  });
  return found;
}

type Node = { kind: string; [key: string]: unknown };

function walk(value: unknown, visit: (node: Node) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if ('kind' in value) visit(value as Node);
  for (const inner of Object.values(value)) walk(inner, visit);
}

function nameOf(name: unknown): string {
  return typeof name === 'string' ? name : (name as { name: string }).name;
}

function evaluate(node: Node): unknown {
  if (node.kind === 'string' || node.kind === 'number') return node.value;
  if (node.kind !== 'array') return undefined;
  const items = node.items as { key: Node | null; value: Node }[];
  if (items.every(({ key }) => key === null)) return items.map(({ value }) => evaluate(value));
  return Object.fromEntries(items.map(({ key, value }) => [String(evaluate(key!)), evaluate(value)]));
}
