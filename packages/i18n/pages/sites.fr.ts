import type { sitesPagesEn } from './sites.en.ts';

export const sitesPagesFr: Record<keyof typeof sitesPagesEn, string> = {};
