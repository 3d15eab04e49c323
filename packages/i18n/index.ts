export { en, type Key } from './en.ts';
export { fr } from './fr.ts';
export {
  createTranslator,
  type Language,
  languageOfEnvironment,
  languageOfHeader,
  languages,
  type TextKey,
  type Translator,
} from './translator.ts';
