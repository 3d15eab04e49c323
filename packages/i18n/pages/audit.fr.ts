import type { auditPagesEn } from './audit.en.ts';

export const auditPagesFr: Record<keyof typeof auditPagesEn, string> = {};
