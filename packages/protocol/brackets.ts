/**
 * Moodle's bracket notation for form bodies: `{people: [{id: 3}]}` is `people[0][id]=3`.
 * Booleans travel as 0 and 1, absent values not at all; so does an empty list, which readers take as the default.
 */
export function encodeBrackets(parameters: Record<string, unknown>): [string, string][] {
  const pairs: [string, string][] = [];
  const walk = (name: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) walk(`${name}[${key}]`, inner);
      return;
    }
    pairs.push([name, typeof value === 'boolean' ? (value ? '1' : '0') : String(value)]);
  };
  for (const [name, value] of Object.entries(parameters)) walk(name, value);
  return pairs;
}

/**
 * The reverse. Lists come back as arrays when their keys are 0..n-1.
 * @throws RangeError for a name that is not bracket notation, nests deeper than 8, or says the same thing twice.
 */
export function decodeBrackets(pairs: Iterable<[string, string]>): Record<string, unknown> {
  const root: Node = new Map();
  for (const [name, value] of pairs) {
    const keys = splitName(name);
    let node = root;
    for (const key of keys.slice(0, -1)) {
      let next = node.get(key);
      if (next === undefined) {
        next = new Map();
        node.set(key, next);
      }
      if (typeof next === 'string') throw new RangeError(`parameter ${name} is both a value and a list`);
      node = next;
    }
    const last = keys.at(-1)!;
    if (node.has(last)) throw new RangeError(`parameter ${name} is given twice`);
    node.set(last, value);
  }
  return Object.fromEntries([...root].map(([key, node]) => [key, unfold(node)]));
}

type Node = Map<string, Node | string>;

function splitName(name: string): string[] {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)((?:\[[A-Za-z0-9_]+\])*)$/.exec(name);
  if (!match) throw new RangeError(`"${name.slice(0, 80)}" is not a parameter name`);
  const keys = [
    match[1]!,
    ...match[2]!
      .slice(1, -1)
      .split('][')
      .filter((key) => key !== ''),
  ];
  if (keys.length > 8) throw new RangeError(`parameter ${name.slice(0, 80)} nests deeper than 8`);
  return keys;
}

function unfold(node: Node | string): unknown {
  if (typeof node === 'string') return node;
  const keys = [...node.keys()];
  if (keys.every((key, index) => key === String(index))) return [...node.values()].map(unfold);
  // A null prototype, so that a key such as __proto__ stays a plain key.
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, value] of node) record[key] = unfold(value);
  return record;
}
