/** Fields of our JSON that are sentences, for people to read. All others are for programs. */
const sentenceFields: ReadonlySet<string> = new Set(['what', 'why', 'todo', 'message']);
/** Fields that are a username and nothing else. */
const nameFields: ReadonlySet<string> = new Set(['username']);
/** What a line or an error says by name in another language, and is no person's: sites, modules, fields, codes, addresses. */
const notPeople: ReadonlySet<string> = new Set([
  ...['module', 'plugin', 'source', 'target', 'site', 'other', 'setting', 'service', 'profile', 'host', 'where'],
  ...[
    'function',
    'kind',
    'code',
    'step',
    'field',
    'identity',
    'auth',
    'signal',
    'key',
    'present',
    'digest',
    'at',
    'entry',
  ],
]);

/**
 * What takes names out of a JSON value; what has none comes back as it is, the very same. `ordinary`: words, in small
 * letters, that stand in sentences without naming anybody: who is called so is found where only a name can stand.
 */
export function namesIn(
  names: readonly string[],
  { erased, ordinary }: { erased: string; ordinary: ReadonlySet<string> },
): (value: unknown) => unknown {
  const patterns = names.map((name) => {
    const word = `(?<![\\p{L}\\p{N}_.@-])${escapePattern(name)}(?![\\p{L}\\p{N}_@-]|\\.[\\p{L}\\p{N}_])`;
    if (!ordinary.has(name.toLowerCase())) return new RegExp(word, 'giu');
    return new RegExp(namingPlaces(word).join('|'), 'giu');
  });
  const clean = (text: string): string => patterns.reduce((left, pattern) => left.replace(pattern, erased), text);
  const usernames = new Set(names.map((name) => name.toLowerCase()));

  function walk(value: unknown, field: string, isSentence: boolean): unknown {
    if (typeof value === 'string') {
      if (nameFields.has(field)) return usernames.has(value.toLowerCase()) ? erased : value;
      return isSentence ? clean(value) : value;
    }
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) {
      const items = value.map((each) => walk(each, field, isSentence));
      return items.some((each, index) => each !== value[index]) ? items : value;
    }
    const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [
      name,
      walk(inner, name, field === 'values' ? !notPeople.has(name) : sentenceFields.has(name)),
    ]);
    const changed = entries.some(([name, inner]) => inner !== (value as Record<string, unknown>)[name]);
    return changed ? Object.fromEntries(entries) : value;
  }
  return (value) => walk(value, '', false);
}

/** Where only a name can stand: alone, `info (Ann Info, …)`, `info → info.campus`, `the account info`, `“info”`. */
const namingPlaces = (word: string): string[] => [
  `^${word}$`,
  `${word}(?= \\(| →)`,
  `(?<=→ |\\b(?:account|called|user|username) )${word}`,
  `(?<=[“"'‘])${word}(?=[”"'’])`,
];

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
