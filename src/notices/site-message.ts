import { toAppError } from '../errors.ts';
import type { Sites } from '../sites/index.ts';
import type { Content } from './compose/content.ts';
import { asHtml, asText } from './compose/render.ts';
import { Unreachable } from './contacts.ts';
import type { NoticeKind, Stream } from './types.ts';

type SiteClient = Awaited<ReturnType<Sites['client']>>;

/** What Moodle lets people set for themselves. */
type SiteKind = 'carried' | 'partly' | 'failed' | 'attention' | 'digest';

const siteKinds: Partial<Record<NoticeKind, SiteKind>> = { done: 'carried', partly: 'partly' };

const siteKindOf = (stream: Stream, kind: NoticeKind, count: number): SiteKind =>
  stream === 'administration' ? 'attention' : count > 1 ? 'digest' : (siteKinds[kind] ?? 'failed');

const callMs = 20_000;
/** As the protocol has it. */
const longestLine = 500;
const longestText = 65_536;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** One letter may be many characters: names are cut by letters, and what is sent by what the site takes. */
function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (kept.length + segment.length > most - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/**
 * By the site's own means, as the person has set there. The same key again sends nothing.
 * @throws Unreachable, or the site's error
 */
export async function sendOnSite(
  client: SiteClient,
  message: {
    stream: Stream;
    key: string;
    userid: number;
    kind: NoticeKind;
    count: number;
    content: Content;
    language: string;
  },
  signal: AbortSignal,
): Promise<void> {
  const { stream, key, userid, kind, count, content, language } = message;
  const { link } = content;
  const html = asHtml(content, { language, whole: false });
  const { accepted, why } = await client.call(
    'send_notice',
    {
      key: `notice.${key}`,
      userid,
      kind: siteKindOf(stream, kind, count),
      subject: shorten(content.subject, longestLine),
      text: shorten(asText(content, Infinity), longestText),
      // It says the same: half of a page would be worse than none.
      ...(html.length <= longestText && { html }),
      ...(link && { url: link.url, urlname: link.name }),
    },
    { signal, timeoutMs: callMs },
  );
  if (!accepted) throw new Unreachable(`${client.site}: ${why}`, { otherwise: true });
}

/** What the same call may not meet later. */
export function passes(error: unknown): boolean {
  if (error instanceof Unreachable) return false;
  const { code } = toAppError(error);
  return code !== 'unsupported' && code !== 'not-allowed' && code !== 'not-found' && code !== 'invalid-parameter';
}

/** The site as a whole does not answer: what else is meant for it need not be tried just now. */
export function concernsSite(error: unknown): boolean {
  if (error instanceof Unreachable) return false;
  const { code } = toAppError(error);
  return ['site-unreachable', 'site-timeout', 'busy', 'token-expired', 'site-bad-answer', 'key-missing'].includes(code);
}
