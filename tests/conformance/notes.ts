/** One answer that is not what every site answers. */
export interface Difference {
  case: string;
  /** Of the protocol, or the address that was asked. */
  function: string;
  asked: string;
  expected: string;
  found: string;
}

/** Where a case writes down what differs. */
export interface Notes {
  /** From now on in no line: a token, a grant. */
  conceal(secret: string): void;
  differ(difference: Omit<Difference, 'case'>): void;
  /** Nothing more can be learnt in this case. */
  stop(difference: Omit<Difference, 'case'>): never;
  /** Equal as JSON. */
  same(name: string, asked: string, expected: unknown, found: unknown): void;
  check(name: string, expectation: string, holds: boolean, found?: unknown): void;
}

/** The end of a case whose difference is written down already. */
export class Stopped extends Error {}

export function createNotes(write: (difference: Omit<Difference, 'case'>) => void): Notes {
  const secrets = new Set<string>();
  const clean = (value: string): string => {
    let text = value;
    for (const secret of secrets) text = text.replaceAll(secret, '[hidden]');
    return text.replace(/[\s\x00-\x1f\x7f]+/g, ' ').slice(0, 400);
  };
  const notes: Notes = {
    conceal: (secret) => void (secret !== '' && secrets.add(secret)),
    differ: (difference) =>
      write({
        function: difference.function,
        asked: clean(difference.asked),
        expected: clean(difference.expected),
        found: clean(difference.found),
      }),
    stop(difference) {
      notes.differ(difference);
      throw new Stopped();
    },
    same(name, asked, expected, found) {
      const [wanted, got] = [JSON.stringify(expected) ?? 'nothing', JSON.stringify(found) ?? 'nothing'];
      if (wanted !== got) notes.differ({ function: name, asked, expected: wanted, found: got });
    },
    check(name, expectation, holds, found) {
      if (!holds)
        notes.differ({ function: name, asked: '', expected: expectation, found: JSON.stringify(found) ?? 'not so' });
    },
  };
  return notes;
}
