import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functions, profiles, protocolErrors } from '@jouvence/protocol';
import { Engine } from 'php-parser';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';

/**
 * The agent's PHP, judged without PHP: it must load on PHP 7.4 to 8.4 and on Moodle 3.9 to 5.x, of which a machine has
 * one each at most. What it does is tried on real Moodles.
 */
const root = join(import.meta.dirname, '../moodle');
const plugin = 'local_jouvence';

/** A node of the parser's tree: its kind and whatever else it has. */
interface Node {
  kind: string;
  loc?: { start: { line: number } };
  [field: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item);
  else if (isNode(value)) {
    yield value;
    for (const [key, inner] of Object.entries(value)) if (key !== 'loc') yield* walk(inner);
  }
}

const engine = new Engine({ parser: { version: '7.4', extractDoc: false }, ast: { withPositions: true } });
const parse = (source: string, path: string): Node => engine.parseCode(source, path) as unknown as Node;

const paths = globSync('**/*.php', { cwd: root }).map(String).toSorted();
const sources = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
const trees = new Map<string, Node>();
const tree = (path: string): Node => {
  const known = trees.get(path) ?? parse(sources.get(path)!, path);
  trees.set(path, known);
  return known;
};
const nodes = (path: string): Node[] => [...walk(tree(path))];

const nameOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return isNode(value) && 'name' in value ? nameOf(value.name) : '';
};
const textOf = (value: unknown): string | undefined =>
  isNode(value) && value.kind === 'string' ? (value.value as string) : undefined;
const argumentsOf = (node: Node): Node[] => (node.arguments as Node[] | undefined) ?? [];
const at = (path: string, node: Node, what: string): string => `${path}:${node.loc?.start.line ?? '?'} ${what}`;

/** Items of an array literal, by key (those without: by position). */
function entries(array: unknown): [string, Node][] {
  if (!isNode(array) || array.kind !== 'array') return [];
  return (array.items as Node[]).map((item, index) => [textOf(item.key) ?? String(index), item.value as Node]);
}

/** What the parser lets pass although PHP 7.4 does not. */
function newerThan74(node: Node): string | undefined {
  switch (node.kind) {
    case 'uniontype':
    case 'intersectiontype':
      return 'a union or intersection type (PHP 8.0)';
    case 'typereference':
      return ['static', 'mixed', 'never', 'true', 'false', 'null'].includes(String(node.raw).toLowerCase())
        ? `the type ${node.raw} (PHP 8)`
        : undefined;
    case 'parameter':
      if (Number(node.flags) > 0 || node.readonly) return 'constructor promotion (PHP 8.0)';
      return isNode(node.value) && node.value.kind === 'new' ? 'new as a default (PHP 8.1)' : undefined;
    case 'property':
      return node.readonly ? 'readonly (PHP 8.1)' : undefined;
    case 'class':
      return node.isReadonly ? 'a readonly class (PHP 8.2)' : undefined;
    case 'staticlookup':
      return isNode(node.what) && node.what.kind === 'variable' && nameOf(node.offset) === 'class'
        ? '::class of an object (PHP 8.0)'
        : undefined;
    case 'number':
      return /^0o/i.test(String(node.value)) ? 'an octal with 0o (PHP 8.1)' : undefined;
    default:
      return undefined;
  }
}

/** Functions of PHP that 7.4 lacks; Moodle's own polyfills are there only since 4.0 or not at all. */
const newFunctions = new Set(
  `str_contains str_starts_with str_ends_with get_debug_type get_resource_id fdiv preg_last_error_msg array_is_list
   enum_exists fsync fdatasync ini_parse_quantity json_validate str_increment str_decrement mb_str_pad array_find
   array_find_key array_any array_all mb_trim mb_ucfirst bcdivmod`.split(/\s+/),
);

const aliases = 'an alias of lib/externallib.php, which 5.x no longer has: core_external\\… through compat.php';
const component = 'says that it is deprecated in 5.x: core_component has it';

/** What Moodle 5.x no longer has, or has only to throw or to complain, and what to use. */
const gone: Record<string, string> = {
  external_api: aliases,
  external_value: aliases,
  external_single_structure: aliases,
  external_multiple_structure: aliases,
  external_function_parameters: aliases,
  external_description: aliases,
  external_settings: aliases,
  external_util: aliases,
  external_files: aliases,
  external_warnings: aliases,
  external_format_string: aliases,
  external_format_text: aliases,
  external_generate_token: aliases,
  print_error: 'gone before 4.5: throw local_jouvence\\error',
  get_all_user_name_fields: 'gone before 4.5: people::name_columns',
  get_extra_user_fields: 'gone before 4.5: core_user\\fields',
  get_context_instance: 'throws: context_course::instance',
  get_system_context: 'throws: context_system::instance',
  add_to_log: 'gone before 4.5: events',
  events_trigger: 'gone before 4.5: events',
  coursecat: 'gone: core_course_category',
  cron_run: 'gone in 5.x: core\\cron',
  cron_setup_user: 'gone in 5.x: core\\cron::setup_user since 4.2',
  get_core_subsystems: component,
  get_plugin_types: component,
  get_plugin_list: component,
  get_plugin_directory: component,
  get_component_directory: component,
  normalize_component: component,
  rc4encrypt: 'deprecated in 4.5: core\\encryption',
  rc4decrypt: 'deprecated in 4.5: core\\encryption',
  file_encode_url: 'deprecated in 5.1: moodle_url',
};

/** Methods by class and name. */
const goneMethods: Record<string, string> = {
  'manager::kill_user_sessions': 'since 4.5 destroy_user_sessions',
  'manager::kill_session': 'since 4.5 destroy',
  'manager::kill_all_sessions': 'since 4.5 destroy_all',
};

/** The only file that may name what is before Moodle 4.2, and those that ask first which there is. */
const olderNames = new Set(['local_jouvence/compat.php']);
const asksFirst: Record<string, readonly string[]> = {
  'local_jouvence/classes/tokens.php': ['external_generate_token'],
  'local_jouvence/classes/runner.php': ['cron_setup_user'],
};

test('there is PHP to look at', () => {
  expect(paths.length).toBeGreaterThan(40);
});

describe('syntax', () => {
  test.each(paths)('%s is PHP 7.4', (path) => {
    const wrong = nodes(path).flatMap((node) => {
      // A function that is asked for first may be newer.
      const newer = newerThan74(node);
      const call = node.kind === 'call' ? nameOf(node.what).replace(/^\\/, '') : '';
      return [
        ...(newer ? [at(path, node, newer)] : []),
        ...(newFunctions.has(call) && !sources.get(path)!.includes(`function_exists('${call}')`)
          ? [at(path, node, `${call}() is newer than PHP 7.4`)]
          : []),
      ];
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    'match ($a) { 1 => 2 };',
    '$a?->b();',
    'f(a: 1);',
    'function f(int|string $a) {}',
    'class A { function __construct(private int $a) {} }',
    'class A { public readonly int $a; }',
    '$a = $b ?? throw new X();',
    'class A { function f(): static {} }',
    'function f(mixed $a) {}',
    '$f = strlen(...);',
    'function f($a,) {}',
    '$a = $b::class;',
    'try {} catch (X) {}',
    'enum A { case B; }',
    'function f($a = new X()) {}',
  ])('%s would be refused', (code) => {
    const judge = () => [...walk(parse(`<?php ${code}`, 'x.php'))].flatMap((node) => newerThan74(node) ?? []);
    let found: string[];
    try {
      found = judge();
    } catch {
      return;
    }
    expect(found).not.toEqual([]);
  });
});

test('nothing is used that Moodle 5.x no longer has', () => {
  const wrong = paths
    .filter((path) => !olderNames.has(path))
    .flatMap((path) =>
      nodes(path).flatMap((node) => {
        // Names of this plugin's own classes are without a backslash inside its namespace; Moodle's have one, or are calls.
        const used =
          node.kind === 'call' || node.kind === 'new' || node.kind === 'staticlookup'
            ? nameOf(node.what)
            : node.kind === 'class'
              ? nameOf(node.extends)
              : '';
        const name = used.replace(/^\\/, '');
        const method = node.kind === 'staticlookup' ? `${name.split('\\').at(-1)}::${nameOf(node.offset)}` : '';
        const reason = goneMethods[method] ?? (Object.hasOwn(gone, name) ? gone[name] : undefined);
        return reason && !asksFirst[path]?.includes(name) ? [at(path, node, `${name || method}: ${reason}`)] : [];
      }),
    );
  expect(wrong).toEqual([]);
});

test('only compat.php includes lib/externallib.php', () => {
  const including = paths.filter((path) =>
    nodes(path).some(
      (node) =>
        node.kind === 'include' && [...walk(node.target)].some((part) => textOf(part)?.includes('externallib.php')),
    ),
  );
  expect(including).toEqual(['local_jouvence/compat.php']);
});

describe('words', () => {
  const components = ['local_jouvence', 'block_jouvence'] as const;

  function strings(component: string, language: string): Map<string, string> {
    const path = `${component}/lang/${language}/${component}.php`;
    const found = new Map<string, string>();
    for (const node of nodes(path)) {
      if (node.kind !== 'assign') continue;
      const [to, value] = [node.left as Node, textOf(node.right)];
      if (to.kind !== 'offsetlookup' || nameOf(to.what) !== 'string' || value === undefined) continue;
      const key = textOf(to.offset)!;
      expect(found.has(key), `${path} says ${key} twice`).toBe(false);
      found.set(key, value);
    }
    return found;
  }

  /** Keys that the code asks for, of one component; `prefixes` where the rest is computed. */
  function asked(component: string): Set<string> {
    const keys = new Set(['pluginname']);
    for (const path of paths.filter((other) => !other.includes('/lang/'))) {
      const inComponent = path.startsWith(`${component}/`);
      for (const node of nodes(path)) {
        const called = node.kind === 'call' || node.kind === 'new' ? nameOf(node.what).replace(/^\\/, '') : '';
        const [first, second] = argumentsOf(node).map(textOf);
        if (['get_string', 'lang_string'].includes(called) && second === component && first) keys.add(first);
        // status(): a closure that puts the prefix before its word.
        if (node.kind === 'call' && called === 'tell' && inComponent && first) keys.add(`status_${first}`);
        const text = textOf(node);
        if (inComponent && text && /^(?:privacy:|event_)[a-z_:]+$/.test(text)) keys.add(text);
        if (
          inComponent &&
          node.kind === 'assign' &&
          nameOf(node.left) === 'capabilities' &&
          path.endsWith('db/access.php')
        )
          for (const [capability] of entries(node.right)) keys.add(capability.split('/')[1]!);
        if (
          inComponent &&
          node.kind === 'assign' &&
          nameOf(node.left) === 'messageproviders' &&
          path.endsWith('db/messages.php')
        )
          for (const [kind] of entries(node.right)) keys.add(`messageprovider:${kind}`);
        if (
          inComponent &&
          node.kind === 'assign' &&
          nameOf(node.left) === 'definitions' &&
          path.endsWith('db/caches.php')
        )
          for (const [cache] of entries(node.right)) keys.add(`cachedef_${cache}`);
      }
    }
    return keys;
  }

  test.each(components)('%s: what is asked for is there, and what is there is asked for', (component) => {
    expect([...strings(component, 'en').keys()].toSorted()).toEqual([...asked(component)].toSorted());
  });

  test.each(components)('%s: French has the same keys and places', (component) => {
    const [english, french] = [strings(component, 'en'), strings(component, 'fr')];
    expect([...french.keys()]).toEqual([...english.keys()]);
    const places = (text: string): string[] => (text.match(/\{\$a(?:->\w+)?\}/g) ?? []).toSorted();
    for (const [key, text] of english) expect(places(french.get(key)!), key).toEqual(places(text));
  });
});

describe('services are those of the protocol', () => {
  const valueOfAssignment = (path: string, name: string): Node =>
    nodes(path).find((node) => node.kind === 'constant' && nameOf(node.name) === name)!.value as Node;
  const list = (node: Node): string[] => entries(node).map(([, value]) => textOf(value)!);

  test('db/services.php names every function, and what it is', () => {
    const loop = nodes(`${plugin}/db/services.php`).find((node) => node.kind === 'foreach')!;
    const declared = Object.fromEntries(entries(loop.source).map(([name, type]) => [name, textOf(type)]));
    const expected = Object.fromEntries(
      Object.entries(functions).map(([name, { reads }]) => [name, reads ? 'read' : 'write']),
    );
    expect(declared).toEqual(expected);
  });

  test('classes/rights.php has the same profiles', () => {
    const table = valueOfAssignment(`${plugin}/classes/rights.php`, 'PROFILES');
    const declared = Object.fromEntries(entries(table).map(([name, node]) => [name, list(node).toSorted()]));
    expect(declared).toEqual(
      Object.fromEntries(Object.entries(profiles).map(([name, of]) => [name, [...of].toSorted()])),
    );
  });

  test('capabilities are asked for by functions that exist', () => {
    const table = valueOfAssignment(`${plugin}/classes/rights.php`, 'CAPABILITIES');
    for (const [name] of entries(table)) expect(Object.keys(functions)).toContain(name);
  });

  test.each(Object.entries(functions))('%s takes the same parameters', (name, { params }) => {
    const path = `${plugin}/classes/external/${name}.php`;
    expect(existsSync(join(root, path)), path).toBe(true);
    const methods = new Map(
      nodes(path)
        .filter((node) => node.kind === 'method')
        .map((node) => [nameOf(node.name), node]),
    );
    expect([...methods.keys()]).toEqual(expect.arrayContaining(['execute_parameters', 'execute', 'execute_returns']));
    const array = [...walk(methods.get('execute_parameters'))].find((node) => node.kind === 'array');
    const shape = (params as z.ZodObject).shape;
    // Moodle passes them in this order.
    expect(
      entries(array)
        .map(([key]) => key)
        .toSorted(),
    ).toEqual(Object.keys(shape).toSorted());
    const execute = methods.get('execute')!;
    expect(argumentsOf(execute).map((parameter) => nameOf(parameter.name))).toEqual(entries(array).map(([key]) => key));
    for (const parameter of argumentsOf(execute)) {
      const optional = (shape[nameOf(parameter.name)] as z.ZodType).safeParse(undefined).success;
      expect(parameter.value !== null, `${nameOf(parameter.name)} is optional`).toBe(optional);
    }
    const entered = [...walk(execute)].find(
      (node) => node.kind === 'call' && nameOf((node.what as Node).offset) === 'enter',
    );
    expect(textOf(argumentsOf(entered ?? { kind: '' })[0]), 'the first thing is enter()').toBe(name);
  });

  test('refusals have codes of the protocol', () => {
    const wrong = paths.flatMap((path) =>
      nodes(path)
        .filter((node) => node.kind === 'new' && /(?:^|\\)error$/.test(nameOf(node.what)))
        .map((node) => [node, textOf(argumentsOf(node)[0])] as const)
        .filter(([, code]) => code !== undefined && !Object.hasOwn(protocolErrors, code))
        .map(([node, code]) => at(path, node, `${code} is no code of the protocol`)),
    );
    expect(wrong).toEqual([]);
  });
});
