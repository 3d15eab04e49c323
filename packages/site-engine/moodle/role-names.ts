import type { ContextLevel } from '../contexts.ts';

/** Moodle's own words for its standard roles (lang/en and the French pack). */
const names: Record<string, { en: string; fr: string }> = {
  manager: { en: 'Manager', fr: 'Gestionnaire' },
  coursecreator: { en: 'Course creator', fr: 'Créateur de cours' },
  editingteacher: { en: 'Teacher', fr: 'Enseignant' },
  teacher: { en: 'Non-editing teacher', fr: 'Enseignant non éditeur' },
  student: { en: 'Student', fr: 'Étudiant' },
  guest: { en: 'Guest', fr: 'Visiteur anonyme' },
  user: { en: 'Authenticated user', fr: 'Utilisateur authentifié' },
  frontpage: { en: 'Authenticated user on site home', fr: 'Utilisateur authentifié sur la page d’accueil' },
};

/** `get_default_contextlevels` of Moodle, as far as the protocol has words for it. */
const levels: Record<string, ContextLevel[]> = {
  manager: ['system', 'category', 'course'],
  coursecreator: ['system', 'category'],
  editingteacher: ['course'],
  teacher: ['course'],
  student: ['course'],
  guest: [],
  user: [],
  frontpage: [],
};

/** A role of its own, such as a service's, is called by its short name. */
export const roleName = (shortname: string, archetype: string, language: string): string =>
  names[archetype]?.[language === 'en' ? 'en' : 'fr'] ?? shortname;

/** Service roles have no archetype, and are given at the system. */
export const archetypeLevels = (archetype: string): ContextLevel[] => levels[archetype] ?? ['system'];
