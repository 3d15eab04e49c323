/** One thing that is said before, after, or both: `path` is `target.name`, empty for a value by itself. */
export interface Difference {
  path: string;
  before?: unknown;
  after?: unknown;
}

const deepest = 6;

/** What differs, in the order in which it is said; where only one of the two says anything, all of that. */
export function differencesOf(before: unknown, after: unknown): { changed: Difference[]; same: number } {
  const [old, new_] = [flatten(before), flatten(after)];
  const paths = [...new Set([...old.keys(), ...new_.keys()])];
  const isChange = old.size > 0 && new_.size > 0;
  const changed = paths.filter((path) => !isChange || JSON.stringify(old.get(path)) !== JSON.stringify(new_.get(path)));
  return {
    changed: changed.map((path) => ({
      path,
      ...(old.has(path) && { before: old.get(path) }),
      ...(new_.has(path) && { after: new_.get(path) }),
    })),
    same: paths.length - changed.length,
  };
}

/** Values by where they are: objects are gone into, lists of plain values are one value. */
function flatten(value: unknown, path = '', depth = 0): Map<string, unknown> {
  if (value === undefined || (value === null && path === '')) return new Map();
  if (typeof value !== 'object' || value === null || depth >= deepest) return new Map([[path, value]]);
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null))
    return new Map([[path, value]]);
  const entries = Array.isArray(value)
    ? value.map((each, index) => [String(index + 1), each] as const)
    : Object.entries(value);
  return new Map(entries.flatMap(([key, each]) => [...flatten(each, path === '' ? key : `${path}.${key}`, depth + 1)]));
}
