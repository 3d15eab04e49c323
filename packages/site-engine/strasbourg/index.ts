export { answerGuest, PlainException, type StrasbourgOptions } from './functions.ts';
export { handleDownload } from './handle-download.ts';
export { createGuestToken, findGuest, type Guest, revokeGuestTokens } from './tokens.ts';
