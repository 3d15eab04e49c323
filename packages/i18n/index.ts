export { auditActions, auditActionText, auditThingText, readAuditThing } from './audit-words.ts';
export { en, type Key } from './en.ts';
export { fr } from './fr.ts';
export { type Language, languages, nameText, reportText } from './translate.ts';
export {
  createTranslator,
  languageOfEnvironment,
  languageOfHeader,
  type TextKey,
  type Translator,
} from './translator.ts';
