import type { Find, Finding } from './findings.ts';

const endsSoonDays = 21;

export function judgeCertificate(find: Find, url: string, endsAt: Date | null, now: Date): Finding[] {
  if (!endsAt) return [];
  const days = Math.floor((endsAt.getTime() - now.getTime()) / 86_400_000);
  if (endsAt <= now) return [find('certificate-ended', url, { days: -days })];
  return days < endsSoonDays ? [find('certificate-ends', url, { days })] : [];
}
