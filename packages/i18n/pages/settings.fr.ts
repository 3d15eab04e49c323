import type { settingsPagesEn } from './settings.en.ts';

export const settingsPagesFr: Record<keyof typeof settingsPagesEn, string> = {};
