import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's `chromium`, or what `CHROMIUM` names. */
export const chromiumPath = places.find((path): path is string => path !== undefined && existsSync(path));

/** Where `shoot` puts pictures; nowhere when it is not said. */
const picturesDir = process.env.PORTAL_PICTURES;

export interface Looks {
  language?: 'en' | 'fr';
  dark?: boolean;
  /** 360 px wide, by fingers. */
  phone?: boolean;
  /** Name and value of a cookie of the server. */
  cookies?: { url: string; name: string; value: string }[];
}

export interface TestBrowser extends AsyncDisposable {
  browser: Browser;
  /** A person's own browser: two of them share nothing. */
  person(looks?: Looks): Promise<BrowserContext>;
}

/** A real Chromium. Every error that a page meets by itself fails the test that closes it. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath!,
    // As root, and where /dev/shm is small.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  return {
    browser,
    async person({ language = 'en', dark = false, phone = false, cookies = [] } = {}) {
      const context = await browser.newContext({
        locale: language === 'fr' ? 'fr-FR' : 'en-GB',
        timezoneId: 'Europe/Paris',
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
        ...(phone
          ? { viewport: { width: 360, height: 740 }, hasTouch: true }
          : { viewport: { width: 1280, height: 800 } }),
      });
      context.setDefaultTimeout(20_000);
      await context.addCookies(
        cookies.map(({ url, name, value }) => ({
          // `__Host-` is set over TLS only, and sent to localhost without.
          url: url.replace(/^http:/, 'https:'),
          name,
          value,
          secure: true,
          httpOnly: true,
          sameSite: 'Lax' as const,
        })),
      );
      return context;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** What a page complained about: exceptions, and what its policy refused. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused call is said by the page itself, and so is a connection that is lost.
    if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text()))
      complaints.push(message.text());
  });
  return complaints;
}

/** No rule of WCAG 2.2 A and AA is broken by what is shown now, nor one of axe's best practices; nothing is wider than the window. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} (${failureSummary})`).join('\n')}`,
  );
  expect(found, state).toEqual([]);
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(wide, `${state}: wider than the window`).toBeLessThanOrEqual(window!);
}

/** A picture to look at, where `PORTAL_PICTURES` says. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!picturesDir) return;
  mkdirSync(picturesDir, { recursive: true });
  await page.screenshot({ path: join(picturesDir, `${name}.png`), fullPage: true });
}
