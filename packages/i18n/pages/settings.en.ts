/** Texts of the pages about settings. */
export const settingsPagesEn = {} as const;
