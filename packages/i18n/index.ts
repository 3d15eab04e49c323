export { type AuditAction, auditActions, auditActionText, auditThingText, readAuditThing } from './audit-words.ts';
export { en, type Key } from './en.ts';
export { failureParts, failureText, type Part } from './failure-words.ts';
export { fr } from './fr.ts';
export { lineByTitles, reportText, reportWhat, valuesByTitles } from './report-words.ts';
export { type Language, languages, nameText } from './translate.ts';
export {
  createTranslator,
  languageOfEnvironment,
  languageOfHeader,
  type TextKey,
  type Translator,
} from './translator.ts';
