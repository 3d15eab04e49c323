import type { coursesPagesEn } from './courses.en.ts';

export const coursesPagesFr: Record<keyof typeof coursesPagesEn, string> = {};
