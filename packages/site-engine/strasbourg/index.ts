export { answerGuest, PlainException, type StrasbourgOptions } from './functions.ts';
export { handleDownload } from './handle-download.ts';
export {
  comesFrom,
  createGuestToken,
  findGuest,
  type Guest,
  listGuestTokens,
  revokeGuestToken,
  revokeGuestTokens,
} from './tokens.ts';
