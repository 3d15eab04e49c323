import type { Translator } from '@jouvence/i18n';
import { badValue } from './cli.ts';

/**
 * For options that take `2026-11-27`, with or without a time; without a zone, that of this machine. A day alone is its
 * beginning, or its end.
 */
export function momentOf(translator: Translator, name: string, of: 'begin' | 'end') {
  return (given: string): Date => {
    const isDay = /^\d{4}-\d\d-\d\d$/.test(given);
    const at = new Date(isDay ? `${given}T00:00` : given);
    if (!/^\d{4}-\d\d-\d\d/.test(given) || Number.isNaN(at.getTime()))
      throw badValue(translator, name, given, '2026-11-27, 2026-11-27T08:30');
    if (isDay && of === 'end') at.setDate(at.getDate() + 1);
    return at;
  };
}
