import type { Line } from '@jouvence/contract';
import { reportWhat } from '@jouvence/i18n/browser';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useLanguage } from '../../language.tsx';
import { lineWords } from '../../ui/line-words.ts';

const icons = { error: CircleAlert, warning: TriangleAlert, info: Info };
const tones = { error: 'text-bad', warning: 'text-warn', info: 'text-note' };
const order = ['error', 'warning', 'info'];

/** Nobody is told to ask for what is not theirs to choose. */
export const forWhomCannotKeep = (lines: readonly Line[]): Line[] =>
  lines.map((line) => (line.code === 'idnumber-cleared' ? { ...line, todo: '' } : line));

/** What would be lost or changed, the worst first, in the reader's language as far as it is known there. */
export function Reasons({ lines }: { lines: readonly Line[] }) {
  const words = useLanguage();
  const { t, language } = words;
  if (lines.length === 0) return null;
  const worstFirst = lines.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return (
    <ul className="space-y-2 text-sm">
      {worstFirst.map((line, index) => {
        const Icon = icons[line.severity];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may say the same
          <li key={index} className="flex gap-2">
            <Icon className={`mt-0.5 size-4 shrink-0 ${tones[line.severity]}`} aria-hidden="true" />
            <div className="min-w-0">
              <span className="sr-only">{t(`severity.${line.severity}`)}: </span>
              <span className="font-medium">
                <bdi>{reportWhat(line, words)}</bdi>
                {language === 'fr' ? '\u00a0: ' : ': '}
              </span>
              <Said line={line} part="why" />
              {line.todo && (
                <p className="text-muted">
                  → <Said line={line} part="todo" />
                </p>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Said({ line, part }: { line: Line; part: 'why' | 'todo' }) {
  const { text, isEnglish } = lineWords(line, part, useLanguage());
  return <bdi lang={isEnglish ? 'en' : undefined}>{text}</bdi>;
}
