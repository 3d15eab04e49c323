import type { ListedRequest, Request } from '@jouvence/contract';
import { nameText, type PageTranslator } from '@jouvence/i18n/browser';
import { isStep } from './way.ts';

/** A name inside a sentence: whatever direction it is written in, the sentence keeps its own. */
export const isolated = (name: string): string => `\u2068${name}\u2069`;

export type AnyRequest = Request | ListedRequest;

export const titlesOf = ({ titles }: Pick<AnyRequest, 'titles'>) => ({
  source: isolated(titles.source),
  target: isolated(titles.target),
});

/** Where a request is, in plain words. */
export function stepWords(request: AnyRequest, { t, bytes }: PageTranslator): string {
  const { state, people } = request;
  const titles = titlesOf(request);
  if ((state === 'fetching' || state === 'delivering') && request.bytes.total !== null) {
    const moved = { done: bytes(request.bytes.done), total: bytes(request.bytes.total) };
    return t(`requests.step.${state}.bytes`, { ...titles, ...moved });
  }
  if (state === 'queued' && request.waitingFor === 'turn') return t('requests.waits.turn');
  if (state === 'preparing') return t(people ? 'requests.step.preparing.people' : 'requests.step.preparing');
  return t(isStep(state) || state === 'cancelling' ? `requests.step.${state}` : `requests.end.${state}`, titles);
}

/**
 * Who asked, as people call them: the command line of the server has no name that means anything to them, and of whom
 * the target is is plain.
 */
export function actorWords(
  { actor, target }: Pick<AnyRequest, 'actor' | 'target'>,
  translator: PageTranslator,
): string {
  const whose = ` (${target})`;
  const name = actor.endsWith(whose) ? actor.slice(0, -whose.length) : actor;
  return actor === 'local' ? translator.t('requests.byService') : isolated(nameText(translator, name));
}

/** Steps of the source; the others are of the target, or of ours. */
const ofSource = ['queued', 'backing-up', 'fetching'];
/** Found by us in what the source has given, and true of that. */
const ofArchives = /^archive-/;

/** Which of the two an error is about: the one that it names, whose archive it was, or whose work that step is. */
export function sideOf({
  source,
  target,
  error,
}: Pick<AnyRequest, 'source' | 'target' | 'error'>): 'source' | 'target' {
  if (error?.site === source) return 'source';
  if (error?.site === target) return 'target';
  return error && (ofSource.includes(error.step) || ofArchives.test(error.code)) ? 'source' : 'target';
}
