export type Language = 'fr' | 'en';

const en = {
  signIn: 'Sign in',
  signOut: 'Sign out',
  username: 'Username',
  password: 'Password',
  wrongPassword: 'Wrong username or password.',
  tooManyTries: 'Too many failed attempts. Try again in a quarter of an hour.',
  staleForm: 'This page had been open for too long. Please try again.',
  myCourses: 'My courses',
  noCourses: 'You have no courses here.',
  hidden: 'hidden',
  welcome: 'Sign in to see your courses.',
  skip: 'Skip to content',
  home: 'Home',
  suspendedTitle: 'This site is closed',
  suspended: 'This site has been suspended. Please ask those who run it.',
  maintenanceTitle: 'Maintenance',
  maintenance: 'The site is undergoing maintenance and is currently not available.',
  notFoundTitle: 'Not found',
  notFound: 'There is nothing at this address.',
  failedTitle: 'Something went wrong',
  failed: 'The site could not answer. Please try again in a moment.',
  demo: 'A demonstration: its people and courses are invented.',
  readOnly: 'An embedded site: courses can be read here.',
};

const fr: typeof en = {
  signIn: 'Se connecter',
  signOut: 'Se déconnecter',
  username: 'Nom d’utilisateur',
  password: 'Mot de passe',
  wrongPassword: 'Nom d’utilisateur ou mot de passe incorrect.',
  tooManyTries: 'Trop de tentatives. Réessayez dans un quart d’heure.',
  staleForm: 'Cette page était ouverte depuis trop longtemps. Veuillez réessayer.',
  myCourses: 'Mes cours',
  noCourses: 'Vous n’avez aucun cours ici.',
  hidden: 'caché',
  welcome: 'Connectez-vous pour voir vos cours.',
  skip: 'Aller au contenu',
  home: 'Accueil',
  suspendedTitle: 'Ce site est fermé',
  suspended: 'Ce site a été suspendu. Adressez-vous à ceux qui le gèrent.',
  maintenanceTitle: 'Maintenance',
  maintenance: 'Le site est en maintenance et n’est pas accessible pour l’instant.',
  notFoundTitle: 'Introuvable',
  notFound: 'Il n’y a rien à cette adresse.',
  failedTitle: 'Une erreur est survenue',
  failed: 'Le site n’a pas pu répondre. Réessayez dans un instant.',
  demo: 'Démonstration : personnes et cours sont inventés.',
  readOnly: 'Site embarqué : les cours s’y consultent.',
};

export type Words = typeof en;

/** What pages say, in the language of a person or a site; French unless it is English. */
export const wordsIn = (language: string): Words => (language === 'en' ? en : fr);
