/** Texts of the pages about sites. */
export const sitesPagesEn = {} as const;
