/**
 * What the demo shows: two old campuses and a new one, as a university has them in September. The courses are real
 * Moodle backups. The new campus behaves as Moodle 5.0, from which chat and survey have gone; MAT202 stands on both
 * old campuses under one name.
 */
export interface Campus {
  name: string;
  host: string;
  fullname: string;
  language: 'fr' | 'en';
  release: string;
  branch: number;
  profile: 'source' | 'target';
  categories: { name: string; idnumber: string; parent?: string }[];
  /** File below `demo/`, and the category it is put in. */
  courses: { file: string; category: string; shortname: string }[];
  /** Roles beyond those that the archives bring. */
  roles: { username: string; role: string; level: 'system' | 'category' | 'course'; instance?: string }[];
}

const faculties = [
  { name: 'Biologie', idnumber: 'BIO' },
  { name: 'Faculté des lettres', idnumber: 'LET' },
  { name: 'Faculté d’économie', idnumber: 'ECO' },
  { name: 'Informatique', idnumber: 'INFO' },
];

export const campuses: Campus[] = [
  {
    name: 'campus-2023',
    host: 'campus-2023.localhost',
    fullname: 'Campus 2023–2024',
    language: 'fr',
    release: '4.1 (Build: 20221128)',
    branch: 401,
    profile: 'source',
    categories: faculties,
    courses: [
      { file: 'bio101-moodle41-users1.mbz', category: 'BIO', shortname: 'BIO101-2023' },
      { file: 'mat202-moodle41-users0.mbz', category: 'ECO', shortname: 'MAT202-2023' },
    ],
    // This archive holds nobody, so its teacher is named here.
    roles: [{ username: 'prof.weber', role: 'editingteacher', level: 'course', instance: 'MAT202-2023' }],
  },
  {
    name: 'campus-2024',
    host: 'campus-2024.localhost',
    fullname: 'Campus 2024–2025',
    language: 'fr',
    release: '4.5.6 (Build: 20250811)',
    branch: 405,
    profile: 'source',
    categories: faculties,
    courses: [
      { file: 'bio101-moodle45-users1.mbz', category: 'BIO', shortname: 'BIO101-2024' },
      { file: 'his110-moodle45-users1.mbz', category: 'LET', shortname: 'HIS110-2023' },
      { file: 'inf300-moodle45-users1.mbz', category: 'INFO', shortname: 'INF300-2023' },
      { file: 'mat202-moodle45-users1.mbz', category: 'ECO', shortname: 'MAT202-2023' },
    ],
    roles: [],
  },
  {
    name: 'campus-2026',
    host: 'campus-2026.localhost',
    fullname: 'Campus 2026',
    language: 'fr',
    release: '5.0 (Build: 20250414)',
    branch: 500,
    profile: 'target',
    // No faculty of arts yet: what comes from there goes to the default category, which is the first.
    categories: [
      { name: 'Cours importés', idnumber: 'IMPORT' },
      ...faculties.filter(({ idnumber }) => idnumber !== 'LET'),
    ],
    courses: [],
    // Who may create courses there; without it a request is refused.
    roles: ['prof.martin', 'prof.weber', 'prof.okafor'].map((username) => ({
      username,
      role: 'coursecreator',
      level: 'system',
    })),
  },
];

/** Teachers as the archives know them; each has an account on every campus. */
export const teachers = [
  { username: 'prof.martin', firstname: 'Ada', lastname: 'Martin' },
  { username: 'prof.weber', firstname: 'Émile', lastname: 'Weber' },
  { username: 'prof.okafor', firstname: 'Ngozi', lastname: 'Okafor' },
] as const;

/** What the teachers ask for in `npm run demo`, and what must become of it. The last is called as another one is. */
export const demoRequests = [
  {
    person: 'prof.martin',
    source: 'campus-2024',
    shortname: 'BIO101-2024',
    people: false,
    file: 'bio101-moodle45-users1.mbz',
    expect: ['module-missing'],
  },
  {
    person: 'prof.martin',
    source: 'campus-2024',
    shortname: 'HIS110-2023',
    people: true,
    file: 'his110-moodle45-users1.mbz',
    expect: [],
  },
  {
    person: 'prof.weber',
    source: 'campus-2024',
    shortname: 'MAT202-2023',
    people: true,
    file: 'mat202-moodle45-users1.mbz',
    expect: [],
  },
  {
    person: 'prof.okafor',
    source: 'campus-2024',
    shortname: 'INF300-2023',
    people: false,
    file: 'inf300-moodle45-users1.mbz',
    expect: [],
  },
  {
    person: 'prof.weber',
    source: 'campus-2023',
    shortname: 'MAT202-2023',
    people: false,
    file: 'mat202-moodle41-users0.mbz',
    expect: [],
  },
] as const;
