import type { noticesPagesEn } from './notices.en.ts';

export const noticesPagesFr: Record<keyof typeof noticesPagesEn, string> = {};
