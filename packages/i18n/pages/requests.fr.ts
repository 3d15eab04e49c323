import type { requestsPagesEn } from './requests.en.ts';

export const requestsPagesFr: Record<keyof typeof requestsPagesEn, string> = {};
