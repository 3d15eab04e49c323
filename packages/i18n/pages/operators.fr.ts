import type { operatorsPagesEn } from './operators.en.ts';

export const operatorsPagesFr: Record<keyof typeof operatorsPagesEn, string> = {};
