import type { CheckedItem } from '@jouvence/contract';

/** It may go as it is. One of which nothing would arrive is better not sent. */
export const isSendable = ({ problems, verdict }: CheckedItem): boolean =>
  problems.length === 0 && verdict !== null && verdict.kind !== 'not';

/** Something is to be chosen, or to be known before: then it is shown, and waits for a word. */
export function needsDecision(item: CheckedItem): boolean {
  const { verdict, mayChoose, lines, carried } = item;
  return (
    !isSendable(item) ||
    verdict?.kind === 'partly' ||
    carried !== null ||
    lines.some(({ severity }) => severity !== 'info') ||
    Object.values(mayChoose ?? {}).some(Boolean)
  );
}
