import type { coursesOperatorsPagesEn } from './courses-operators.en.ts';

export const coursesOperatorsPagesFr: Record<keyof typeof coursesOperatorsPagesEn, string> = {
  'courses.every.title': 'Tous les cours d’une source',
  'courses.every.lead':
    'Quelle que soit la personne qui les enseigne. Ce qui est coché ici n’est transporté pour personne : personne n’est inscrit.',
  'courses.every.source': 'Source',
  'courses.every.search': 'Chercher',
  'courses.every.search.hint': 'parties du nom, du nom abrégé ou le numéro',
  'courses.every.found_one': '{{shown}} cours',
  'courses.every.found_other': '{{shown}} cours',
  'courses.every.none': 'Aucun cours ne correspond',
  'courses.every.none.text': 'Cherchez une partie de son nom, ou son numéro.',
  'courses.every.clear': 'Tout montrer',
  'courses.every.noSource': 'Aucune de vos sources n’apporte encore de cours à {{target}}.',
  'courses.every.loading': 'Recherche des cours…',
};
