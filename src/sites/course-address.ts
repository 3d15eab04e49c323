import type { Site } from './site.ts';

/**
 * Where people find a course of a site: below the address under which the site is known here (`wwwroot`; of an embedded
 * site the one that is served here), whatever a site says of itself. Null: that is no address of the web, which no
 * browser is to follow.
 */
export function courseAddress({ url }: Pick<Site, 'url'>, courseid: number): string | null {
  const address = URL.parse(url);
  if (!address || !['https:', 'http:'].includes(address.protocol)) return null;
  return `${url.replace(/\/+$/, '')}/course/view.php?id=${courseid}`;
}
