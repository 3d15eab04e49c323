import { readFileSync } from 'node:fs';

/** What a new Moodle's roles may do, from Moodle's own code (`from-moodle.php`). */
interface Capability {
  /** Moodle's number of the lowest context in which it is asked for. */
  contextLevel: number;
  /** Archetype → permission at the system; those not listed inherit, which is no. */
  archetypes: Map<string, number>;
  /** Moodle's English words for it, used in its errors. */
  label: string;
}

/** The agent's own, for people: as `moodle/local_jouvence/db/access.php` declares them (`rights.test.ts` compares). */
const ofTheAgent = [
  "local/jouvence:chooseuserdata\t10\t\tChoose whether participants' data travel with a course",
  "local/jouvence:requestforothers\t10\t\tAsk for other people's courses",
  'local/jouvence:use\t10\tcoursecreator manager\tCome to Jouvence from this site',
  'local/jouvence:viewfleet\t10\tmanager\tSee the other sites of the fleet',
];

/** By full name, such as `moodle/course:create`. */
export const capabilities: ReadonlyMap<string, Capability> = new Map(
  readFileSync(new URL('./capabilities.txt', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .concat(ofTheAgent)
    .map((line) => {
      const [name, level, held, label] = line.split('\t') as [string, string, string, string];
      const archetypes = held
        .split(' ')
        .filter((entry) => entry !== '')
        .map((entry) => {
          const [archetype, permission] = entry.split(':') as [string, string | undefined];
          return [archetype, Number(permission ?? 1)] as const;
        });
      return [name, { contextLevel: Number(level), archetypes: new Map(archetypes), label: label || name }];
    }),
);

/** Moodle's archetypes, in its order: a role of each name is made with every site. */
export const archetypes = [
  'manager',
  'coursecreator',
  'editingteacher',
  'teacher',
  'student',
  'guest',
  'user',
  'frontpage',
] as const;
export type Archetype = (typeof archetypes)[number];

/** Whom the holders of a role may give which role (`get_default_role_archetype_allows`). */
export const mayAssign: Partial<Record<Archetype, readonly Archetype[]>> = {
  manager: ['manager', 'coursecreator', 'editingteacher', 'teacher', 'student'],
  editingteacher: ['teacher', 'student'],
};
