/**
 * What is chosen in this browser, as cookies: the pages without script (`src/api/cookies.ts`) speak and look the same.
 * Nothing in them tells who somebody is.
 */
type Choice = 'language' | 'theme';
const aYear = 31_536_000;

export function keepChoice(choice: Choice, value: string | null): void {
  // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is not there without TLS, nor in every browser.
  document.cookie = `jouvence-${choice}=${value ?? ''}; Path=/; SameSite=Lax; Max-Age=${value === null ? 0 : aYear}`;
}

export function keptChoice(choice: Choice): string | null {
  return new RegExp(`(?:^|; )jouvence-${choice}=([a-z]+)`).exec(document.cookie)?.[1] ?? null;
}
